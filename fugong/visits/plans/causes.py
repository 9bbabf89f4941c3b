"""Why a new version differs from the one it was made from: absences, wishes, and what happened since."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fugong.enterprises.models import Listing
from fugong.issues.models import Issue
from fugong.issues.rules import Severity
from fugong.visits.models import Absence, Plan, PlannedVisit
from fugong.visits.planning.rolling import DayPlan
from fugong.visits.plans.problem import Ahead

SENTENCES = {
    "absence": _("%(name)s is away"),
    "off_duty": _("%(name)s is no longer on duty"),
    "back": _("%(name)s is on duty again"),
    "joint": _("joint visit"),
    "wish": _("somebody wished it so"),
    "ban": _("somebody forbade it"),
    "urgent_finding": _("serious finding since then"),
    "new_look_back": _("new look-back"),
    "risk_list": _("put on a risk list since then"),
    "took_over": _("follows from %(name)s, who took over other visits"),
    "made_room": _("follows from the other changes"),
}

Who = dict[int, frozenset[int]]
"""The officers who visit each enterprise."""


@dataclass(frozen=True)
class _Since:
    """What happened since the base was made; numbers of enterprises and officers."""

    away: frozenset[int]
    on_duty: frozenset[int]
    before_on_duty: frozenset[int]
    findings: frozenset[int]
    look_backs: frozenset[int]
    listed: frozenset[int]


def causes_of(base: Plan, planned: DayPlan, ahead: Ahead, at: datetime) -> dict[str, Any]:
    """For the summary of a new version: "why" gives each changed enterprise (by number) a code, "causes" counts them.

    Changed is who is visited or not any more, or by others than in `base`. Stops that stay as they were do not
    count as changes. Five queries.
    """
    stays = ahead.horizon.taken.get(planned.on, frozenset())
    before, names = _before(base, stays)
    after = _after(planned)
    since = _since(base, planned, at)
    empty: frozenset[int] = frozenset()
    changed = [
        _Moved(pk, before.get(pk, empty), after.get(pk, empty))
        for pk in {**before, **after}
        if before.get(pk) != after.get(pk)
    ]
    found = {moved: _cause(moved, since, ahead) for moved in changed}
    why = {str(moved.pk): cause for moved, cause in _with_chains(found).items()}
    told = {pk: {"code": code, "name": names.get(who, "")} for pk, (code, who) in why.items()}
    return {"why": told, "causes": dict(Counter(code for code, _who in why.values()))}


def _before(base: Plan, stays: frozenset[str]) -> tuple[Who, dict[int, str]]:
    rows = PlannedVisit.objects.system().filter(plan=base).values_list("enterprise_id", "officer_id")
    found: Who = {}
    for pk, officer in rows:
        if str(pk) not in stays:
            found[pk] = found.get(pk, frozenset()) | {officer}
    crew = base.summary.get("crew", {})
    return found, {int(key): str(one["name"]) for key, one in crew.items()}


def _after(planned: DayPlan) -> Who:
    found: Who = {}
    for visit in planned.plan.visits():
        pk = int(visit.enterprise)
        found[pk] = found.get(pk, frozenset()) | {int(visit.officer)}
    return found


def _since(base: Plan, planned: DayPlan, at: datetime) -> _Since:
    then = Q(campaign=base.campaign_id, enterprise__isnull=False)
    issues = Issue.objects.system().filter(then)
    serious = issues.filter(severity=Severity.SERIOUS, found_at__gt=base.made_at, found_at__lte=at)
    solved = issues.filter(solved_at__gt=base.made_at, solved_at__lte=at)
    listed = Listing.objects.system().at(at).filter(enterprise__campaign=base.campaign_id)
    away = Absence.objects.system().during(planned.on, planned.on)
    crew = frozenset(int(key) for key in base.summary.get("crew", {}))
    return _Since(
        away=frozenset(away.values_list("officer", flat=True)),
        on_duty=frozenset(int(officer.id) for officer in planned.problem.officers),
        before_on_duty=crew,
        findings=frozenset(serious.values_list("enterprise", flat=True)),
        look_backs=frozenset(solved.values_list("enterprise", flat=True)),
        listed=frozenset(listed.filter(entered_at__gt=base.made_at).values_list("enterprise", flat=True)),
    )


@dataclass(frozen=True)
class _Moved:
    """An enterprise that others visit than before."""

    pk: int
    before: frozenset[int]
    after: frozenset[int]


def _cause(moved: _Moved, since: _Since, ahead: Ahead) -> tuple[str, int]:
    """The code of the cause that comes first, and the officer it speaks of (0: nobody)."""
    left, bindings = moved.before - moved.after, ahead.bindings
    gone = sorted(left & since.away)
    if gone:
        return "absence", gone[0]
    off = sorted(left - since.on_duty)
    if off:
        return "off_duty", off[0]
    if moved.pk in bindings.joints:
        return "joint", 0
    if str(moved.pk) in ahead.horizon.wishes.get(ahead.horizon.first, {}):
        return "wish", 0
    kept_out = {int(officer) for officer in bindings.kept_out.get(moved.pk, ())}
    if moved.pk in bindings.closed or left & kept_out:
        return "ban", 0
    return _news(moved, since)


def _with_chains(found: dict[_Moved, tuple[str, int]]) -> dict[_Moved, tuple[str, int]]:
    """A visit taken from an officer who took others over follows from those: the officer is named."""
    busier = {
        officer
        for moved, (code, _who) in found.items()
        if code not in {"made_room", "back"}
        for officer in moved.after - moved.before
    }
    chained = dict(found)
    for moved, (code, _who) in found.items():
        helped = sorted((moved.before - moved.after) & busier)
        if code == "made_room" and helped:
            chained[moved] = ("took_over", helped[0])
    return chained


def _news(moved: _Moved, since: _Since) -> tuple[str, int]:
    news = (
        ("urgent_finding", since.findings),
        ("new_look_back", since.look_backs),
        ("risk_list", since.listed),
    )
    for code, rows in news:
        if not moved.before and moved.pk in rows:
            return code, 0
    fresh = sorted(moved.after - since.before_on_duty)
    return ("back", fresh[0]) if fresh else ("made_room", 0)


def why_changed(plan: Plan) -> dict[int, str]:
    """A sentence for each enterprise that this version visits otherwise than the one it was made from; no query."""
    rows: Mapping[str, Mapping[str, str]] = plan.summary.get("why", {})
    return {int(pk): str(SENTENCES[row["code"]]) % {"name": row.get("name", "")} for pk, row in rows.items()}


def is_plain(plan: Plan, enterprise: int) -> bool:
    """Whether nothing is known of the change but that it follows from others: the planner's own reasons say more."""
    row = plan.summary.get("why", {}).get(str(enterprise))
    return bool(row and row["code"] == "made_room")


def causes(plan: Plan) -> list[tuple[str, str, int]]:
    """(code, sentence, number of enterprises) of what made the changes necessary, the most frequent first."""
    counted = Counter(
        (row["code"], str(SENTENCES[row["code"]]) % {"name": row.get("name", "")})
        for row in plan.summary.get("why", {}).values()
    )
    return [(code, sentence, number) for (code, sentence), number in counted.most_common()]
