"""Ten days: visits that one person can make, findings with the measured skew, steps that make sense."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, time, timedelta
from itertools import pairwise

import numpy as np
import pytest

from fugong.demo.town import FindingsModel, closing_days
from fugong.demo.town.dice import stream
from fugong.demo.town.resumptions import share_resumed

from .conftest import START

FOLLOWS = {
    "found": {"assessed", "merged"},
    "assessed": {"assigned"},
    "assigned": {"handover-asked", "solved", "reopened"},
    "handover-asked": {"handover-refused", "handover-accepted"},
    "handover-refused": {"solved"},
    "handover-accepted": {"solved"},
    "solved": {"verified", "reopened"},
    "verified": {"reopened"},
    "reopened": {"solved"},
    "merged": set(),
}


@pytest.fixture(scope="module")
def model():
    return FindingsModel.make(11)


@pytest.fixture(scope="module")
def many(model):
    """Two visits to each of 4,000 firms."""
    firms = [model.firm(str(n)) for n in range(4000)]
    return [(firm.visit(), firm.visit()) for firm in firms]


def test_findings_of_a_visit(model, many):
    visits = [visit for pair in many for visit in pair]
    assert np.mean([len(visit) for visit in visits]) == pytest.approx(4, abs=0.3)
    assert np.mean([bool(model.serious & set(visit)) for visit in visits]) == pytest.approx(0.135, abs=0.012)
    share = sorted(n / len(visits) for n in Counter(a for visit in visits for a in visit).values())
    assert share[-1] == pytest.approx(0.61, abs=0.03)
    assert sum(odds < 0.01 for odds in model.odds) >= 5


def test_findings_cluster_in_firms_and_return(many):
    first, second = (np.asarray([len(pair[n]) for pair in many]) for n in (0, 1))
    assert first.var() > 1.5 * 2.5, "independent articles would give a variance near 2.5"
    assert np.corrcoef(first, second)[0, 1] > 0.5
    again = np.mean([len(set(a) & set(b)) / len(a) for a, b in many if a])
    assert again > 0.5


def test_named_articles_and_serious_ones():
    model = FindingsModel.make(1, ["a", "b", "c", "d"], {"c"})
    assert model.serious == {"c"}
    assert dict(zip(model.articles, model.odds, strict=True))["c"] == pytest.approx(0.135, abs=0.001)
    with pytest.raises(ValueError, match="not be serious"):
        FindingsModel.make(1, ["a"], {"a"})


def test_closing_days():
    rng = stream(5, "closing")
    days = [closing_days(rng) for _ in range(20_000)]
    assert np.median(days) == pytest.approx(4, abs=0.15)
    assert np.quantile(days, 0.75) == pytest.approx(11, abs=0.5)
    assert 100 < max(days) <= 140


def test_nobody_is_in_two_places_at_once(made):
    tours = defaultdict(list)
    for visit in made.history.visits:
        tours[visit.officers[0]].append(visit)
    assert len(tours) == 65
    for visits in tours.values():
        assert all(a.left_at < b.arrived_at for a, b in pairwise(visits))
        assert all(time(8, 30) <= v.arrived_at.time() and v.left_at.time() < time(20) for v in visits)


def test_visits_stay_in_the_period_and_in_the_officers_villages(made):
    place = {firm.key: firm.place.village for firm in made.enterprises}
    officers = {officer.key: officer for officer in made.officers}
    for visit in made.history.visits:
        assert START <= visit.arrived_at.date() < START + timedelta(days=10)
        assert visit.arrived_at.utcoffset() == timedelta(hours=8)
        assert place[visit.enterprise] in officers[visit.officers[0]].villages
        assert bool(visit.looks_back_at) == (visit.kind == "look-back")
    kinds, outcomes = (Counter(getattr(v, name) for v in made.history.visits) for name in ("kind", "outcome"))
    assert min(kinds[kind] for kind in ("first", "routine", "look-back", "joint")) > 50
    assert min(outcomes[outcome] for outcome in ("done", "nobody-there", "not-let-in")) > 5


def test_the_weak_are_visited_more_than_the_rest_yet_some_small_ones_too(made):
    count = Counter(visit.enterprise for visit in made.history.visits if visit.kind != "look-back")
    weak = [count[firm.key] for firm in made.enterprises if len(firm.risk.traits) >= 3]
    rest = [count[firm.key] for firm in made.enterprises if not firm.risk.traits and not firm.is_key]
    assert np.mean(weak) > 5 * np.mean(rest) > 0


def test_marks_and_findings_agree(made):
    unmet: Counter[str] = Counter()
    for finding in made.history.findings:
        unmet[finding.visit] += 1
        assert finding.is_fixed_on_spot == (not finding.issue)
    for visit in made.history.visits:
        assert visit.marks.count("unmet") == unmet[visit.key]
        assert len(visit.marks) == (23 if visit.outcome == "done" and visit.kind != "look-back" else 0)
    asked = [visit for visit in made.history.visits if visit.marks]
    assert 3 <= len(made.history.findings) / len(asked) <= 5
    serious = {finding.visit for finding in made.history.findings if finding.is_serious}
    assert len(serious) / len(asked) == pytest.approx(0.135, abs=0.03)


def test_steps_of_issues_follow_one_another(made):
    for issue in made.history.issues:
        assert issue.steps[0].move == "found"
        assert all(a.at <= b.at for a, b in pairwise(issue.steps)), issue
        assert all(b.move in FOLLOWS[a.move] for a, b in pairwise(issue.steps)), issue
        assert issue.steps[-1].at.date() < START + timedelta(days=10)
        solvers = {step.by for step in issue.steps if step.move == "solved"}
        assert not solvers & {step.by for step in issue.steps if step.move == "verified"}, (
            "nobody closes their own fix"
        )


def test_verified_at_a_look_back(made):
    looked = {(key, v.left_at, v.officers[0]) for v in made.history.visits for key in v.looks_back_at}
    verified = [(i.key, s.at, s.by) for i in made.history.issues for s in i.steps if s.move == "verified"]
    assert len(verified) > 300
    assert set(verified) <= looked


def test_issues_go_wrong_in_every_way(made):
    issues = made.history.issues
    moves = Counter(step.move for issue in issues for step in issue.steps)
    assert min(moves[move] for move in FOLLOWS) > 20
    assert sum(issue.is_overdue for issue in issues) > 100
    assert sum(issue.is_reopened for issue in issues) > 50
    assert {issue.level for issue in issues} == {"spot", "health", "cross", "city"}
    assert sum(bool(issue.duplicate_of) for issue in issues) / len(issues) == pytest.approx(0.05, abs=0.015)
    originals = {issue.key: issue for issue in issues}
    for issue in issues:
        if issue.duplicate_of:
            first = originals[issue.duplicate_of]
            assert (first.enterprise, first.article, first.duplicate_of) == (
                issue.enterprise,
                issue.article,
                "",
            )


def test_resumptions_follow_the_curve(made):
    begun = Counter(row.from_on for row in made.history.resumptions if row.status == "resumed")
    total = 0
    for day in range(10):
        total += begun[START + timedelta(days=day)]
        assert total / 5600 == pytest.approx(share_resumed(day), abs=0.002)
    assert not any(on < START for on in begun)
    assert share_resumed(5.5) == 0.5
    # Fitted to published shares of three different populations.
    assert share_resumed(9) == pytest.approx(0.662, abs=0.04)
    assert share_resumed(16) == pytest.approx(0.918, abs=0.01)


def test_resumption_rows_are_in_order(made):
    rows = defaultdict(list)
    for row in made.history.resumptions:
        rows[row.enterprise].append((row.from_on, row.status))
    assert len(rows) == 5600
    order = ("closed", "preparing", "resumed")
    for steps in rows.values():
        assert [status for _, status in steps] == list(order[: len(steps)])
        assert all(a < b for (a, _), (b, _) in pairwise(steps))
    planned = {firm.key: firm.planned_resumption_on for firm in made.enterprises}
    early = [key for key, steps in rows.items() if steps[-1][1] == "resumed"]
    share = Counter(planned[key] or date.max for key in early)
    assert share[START] > 0.5 * len(early)


def test_some_look_backs_find_it_not_fixed(made):
    looked = {(key, v.left_at) for v in made.history.visits for key in v.looks_back_at}
    steps = [(step.move, (i.key, step.at) in looked) for i in made.history.issues for step in i.steps]
    failed, passed = steps.count(("reopened", True)), steps.count(("verified", True))
    assert failed / (failed + passed) == pytest.approx(0.13, abs=0.04)
