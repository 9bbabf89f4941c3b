"""The closed loop under many random histories, and planted mistakes that the histories must find."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from fugong.access.models import User
from fugong.issues import actions as verbs
from fugong.issues import rules
from fugong.issues.actions import loop as issues
from fugong.issues.models import Issue, IssueQuerySet
from fugong.visits import actions as visits
from fugong.visits.actions import visiting
from tests.gates.amount import IS_NIGHT, tried
from tests.gates.loop import Loop

pytestmark = pytest.mark.django_db
STEPS, PARTS = 25, 4
Plant = Callable[[Any], None]


@pytest.fixture
def walk(town: Any) -> type[Loop]:
    """The histories of the cast, with Tang of the fire department beside Sun of health."""
    town.people["tang"] = User.objects.create(login="tang", name="唐消防", department="fire")
    return type("Walk", (Loop,), {"town": town})


@pytest.mark.parametrize(
    "part", [0, *(pytest.param(part, marks=pytest.mark.once) for part in range(1, PARTS))]
)
def test_the_laws_of_the_loop_hold_in_every_history(walk: type[Loop], part: int) -> None:
    """400 histories at each commit, 20,000 at night; in parts, so that two processes can share them."""
    if not IS_NIGHT:
        seed(part)(walk)
    run_state_machine_as_test(walk, settings=tried(400 // PARTS, 20_000 // PARTS, stateful_step_count=STEPS))


def _replace(patch: Any, verb: str, by: Any) -> None:
    """Another verb in place of one: for the module that has it, and for those who use it qualified."""
    for module in (issues, verbs):
        patch.setattr(module, verb, by)


def lost_update(patch: Any) -> None:
    """An action works on the row of the page instead of the one in the database."""
    _replace(patch, "locked", lambda issue: issue)


def own_fix(patch: Any) -> None:
    """Nothing in Python keeps the solver from verifying: the database refuses instead of a sentence."""
    patch.setattr(rules, "why_not_verify", lambda issue, by: "" if issue.status == "solved" else "not solved")


def own_fix_by_a_trick(patch: Any) -> None:
    """Neither the rule nor the database keeps the solver from verifying."""
    own_fix(patch)
    save = issues.save

    def forgetting(issue: Issue, *fields: str) -> None:
        if issue.status == "verified":
            issue.solved_by_id = None
            fields = (*fields, "solved_by", "solved_at")
            issue.solved_at = None
        save(issue, *fields)

    patch.setattr(issues, "save", forgetting)


def any_move(patch: Any) -> None:
    """A status may be set from any other."""
    patch.setattr(issues, "move", lambda row, target, moves: setattr(row, "status", target))
    patch.setattr(rules, "why_not_verify", lambda issue, by: "" if issue.solved_by_id != by.pk else "own")


def reopened_beside_another(patch: Any) -> None:
    """A verified issue is re-opened although its article was found again meanwhile."""
    for module in (issues, visiting):
        patch.setattr(module, "successor_of", lambda issue: None)


def no_step(patch: Any) -> None:
    patch.setattr(issues, "step", lambda issue, **values: None)


def no_event(patch: Any) -> None:
    """One of the verbs tells the audit nothing."""
    patch.setattr(
        issues, "record", lambda name, *a, **k: None if "assessed" in name else _record(name, *a, **k)
    )


_record = issues.record


def no_transaction(patch: Any) -> None:
    """The status is saved for itself; the event may be missing."""
    _replace(patch, "solve", issues.solve.__wrapped__)  # type: ignore[attr-defined]


def no_key(patch: Any) -> None:
    """The server makes its own key: a visit sent twice is two visits."""
    real = visits.record_visit
    patch.setattr(
        visits,
        "record_visit",
        lambda *, draft, **values: real(draft=replace(draft, key=visiting.uuid4()), **values),
    )


def key_of_anybody(patch: Any) -> None:
    """Whoever sends a key gets the visit that is there, though it is somebody else's."""
    patch.setattr(
        visiting, "_standing", lambda key, by: visiting.Visit.objects.system().filter(key=key).first()
    )


def device_clock(patch: Any) -> None:
    """The phone's clock is believed."""
    real = visits.record_visit

    def believing(*, draft: visits.Draft, at: Any, **values: Any) -> Any:
        return real(draft=draft, at=max(at, draft.device_at or at), **values)

    patch.setattr(visits, "record_visit", believing)


def reopening_forgotten(patch: Any) -> None:
    """Nobody counts how often an issue came back."""
    real = issues.reopen

    def keeping(*, issue: Issue, **values: Any) -> Issue:
        made = real(issue=issue, **values)
        Issue.objects.system().filter(pk=made.pk).update(reopened=0)
        return made

    _replace(patch, "reopen", keeping)


def offers_pile_up(patch: Any) -> None:
    patch.setattr(issues, "withdraw_offers", lambda issue, **values: None)


def a_finding_is_always_new(patch: Any) -> None:
    patch.setattr(visiting, "_open_issue", lambda enterprise, article: None)


def look_backs_never_end(patch: Any) -> None:
    patch.setattr(visiting, "_end_look_back", lambda *args, **values: None)


def look_backs_for_what_is_open(patch: Any) -> None:
    """A re-opened issue keeps its look-back: somebody goes there for nothing."""
    patch.setattr(visiting, "_end_overtaken", lambda campaign, at: None)


def the_clock_runs_on(patch: Any) -> None:
    """A solved issue still climbs, because only the lateness is asked."""
    patch.setattr(IssueQuerySet, "overdue", lambda self, at: self.filter(due_at__lt=at))
    patch.setattr(
        rules,
        "why_not_escalate",
        lambda issue, at: "" if issue.due_at and issue.due_at < at and issue.level != "city" else "no",
    )


EVERY_COMMIT: list[Plant] = [
    lost_update,
    own_fix,
    any_move,
    no_step,
    no_transaction,
    no_key,
    device_clock,
    offers_pile_up,
]
AT_NIGHT: list[Plant] = [
    own_fix_by_a_trick,
    no_event,
    key_of_anybody,
    reopening_forgotten,
    a_finding_is_always_new,
    reopened_beside_another,
    look_backs_never_end,
    look_backs_for_what_is_open,
    the_clock_runs_on,
]
PLANTS = [
    *(pytest.param(plant, id=plant.__name__) for plant in EVERY_COMMIT),
    *(pytest.param(plant, id=plant.__name__, marks=pytest.mark.slow) for plant in AT_NIGHT),
]


@pytest.mark.once
@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_mistake_is_found(walk: type[Loop], monkeypatch: Any, plant: Plant) -> None:
    """Within a bounded number of histories; most show in the first ten."""
    plant(monkeypatch)
    walked = settings(
        tried(400, 1_000, stateful_step_count=STEPS),
        max_examples=1_000 if IS_NIGHT else 400,  # a small NIGHT_SHARE must not let a mistake through
        derandomize=True,
        phases=[Phase.generate],
        report_multiple_bugs=False,
    )
    with pytest.raises(Exception) as found:
        run_state_machine_as_test(walk, settings=walked)
    assert not isinstance(found.value, (TypeError, AttributeError, KeyError)), found.value
