"""Ten days of visits, findings, issues with every step and hand-over, and look-backs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.utils import timezone

from fugong.access.models import User
from fugong.campaigns.dated import text
from fugong.demo.town import IssueSeed, StepSeed, VisitSeed
from fugong.demo.writing.papers import Procedures
from fugong.demo.writing.world import BATCH, World, events, keep_events
from fugong.issues.models import HandOver, Issue, Step
from fugong.issues.queries import clocks_of
from fugong.issues.rules import LEVELS as LADDER
from fugong.issues.rules import UNSOLVED, Answer, Level, Severity, Status, next_level
from fugong.visits.models import Checklist, Finding, LookBack, Visit
from fugong.visits.rules import VisitKind, VisitStatus

NAMESPACE = UUID("5d2a3a3e-9a0c-4d5f-8f5e-2b1c0a9d7e11")
KINDS = {
    "first": VisitKind.FIRST,
    "routine": VisitKind.REGULAR,
    "look-back": VisitKind.LOOK_BACK,
    "joint": VisitKind.REGULAR,
}
GIVEN_UP = {"nobody-there": "企业无人", "not-let-in": "未能入内"}
LEVELS = {
    "spot": Level.ON_THE_SPOT,
    "health": Level.DEPARTMENT,
    "cross": Level.CROSS_DEPARTMENT,
    "city": Level.CITY,
}
SOLUTIONS = ("已按要求整改", "已补齐台账并张贴", "已更换并登记", "已安排专人负责", "已分批分时", "已补充物资")


def write_history(world: World) -> None:
    """Everything that the told days left behind."""
    articles = _articles(world)
    visits = _visits(world, articles)
    issues = _issues(world, articles, visits)
    _findings(world, articles, visits, issues)
    _look_backs(world, visits, issues)


def _articles(world: World) -> dict[str, dict[str, Any]]:
    lists = Checklist.objects.filter(campaign=world.campaign)
    longest = max(lists, key=lambda checklist: len(checklist.articles))
    return {row["article"]: row | {"checklist": longest} for row in longest.articles}


def _key(word: str) -> UUID:
    return uuid5(NAMESPACE, word)


def _visits(world: World, articles: Mapping[str, Mapping[str, Any]]) -> dict[str, Visit]:
    checklist = next(iter(articles.values()))["checklist"]
    names = [articles[key]["name"] for key in world.model.articles]
    found = {seed.key: _visit(world, seed, checklist, names) for seed in world.told.visits}
    rows = list(found.values())
    procedures = Procedures(world)
    for row in rows:
        row.procedure = procedures.of(row)
    Visit.objects.bulk_create(rows, batch_size=BATCH)
    done = [row for row in rows if row.status == VisitStatus.DONE]
    given_up = [row for row in rows if row.status != VisitStatus.DONE]
    for name, part in (("visits.visit.recorded", done), ("visits.visit.given_up", given_up)):
        keep_events(
            events(
                name, part, campaign=world.campaign, by=lambda row: row.officer, at=lambda row: row.ended_at
            )
        )
    return found


def _visit(world: World, seed: VisitSeed, checklist: Checklist, names: list[str]) -> Visit:
    words = {"met": "yes", "unmet": "no", "n/a": "na"}
    is_done = seed.outcome == "done"
    return Visit(
        key=_key(seed.key),
        campaign=world.campaign,
        area=world.rows[seed.enterprise].area,
        enterprise=world.rows[seed.enterprise],
        officer=world.users[seed.officers[0]],
        checklist=checklist if is_done else None,
        kind=KINDS[seed.kind],
        status=VisitStatus.DONE if is_done else VisitStatus.GIVEN_UP,
        on=timezone.localdate(seed.arrived_at),
        started_at=seed.arrived_at,
        ended_at=max(seed.left_at, seed.arrived_at),
        answers={name: words[mark] for name, mark in zip(names, seed.marks, strict=False)},
        note="" if is_done else GIVEN_UP[seed.outcome],
        longitude=seed.position[0],
        latitude=seed.position[1],
    )


@dataclass
class _Way:
    """An issue being told: the row as it stands, its steps and hand-overs."""

    row: Issue
    village: str
    steps: list[Step] = field(default_factory=list)
    offers: list[HandOver] = field(default_factory=list)

    def step(self, status: str, by: User | None, at: datetime, note: str = "") -> None:
        self.row.status = status
        self.steps.append(
            Step(
                issue=self.row,
                status=status,
                level=self.row.level,
                by=by,
                at=at,
                note=note,
                due_at=self.row.due_at,
            )
        )


def _issues(
    world: World, articles: Mapping[str, Mapping[str, Any]], visits: Mapping[str, Visit]
) -> dict[str, Issue]:
    """Issues with their steps. A duplicate that a clerk merged is told as its original alone."""
    origins = {
        finding.issue: visits[finding.visit] for finding in reversed(world.told.findings) if finding.issue
    }
    ways = {
        seed.key: _way(world, seed, articles[seed.article], origins.get(seed.key))
        for seed in world.told.issues
        if seed.status != "merged"
    }
    rows = [way.row for way in ways.values()]
    Issue.objects.bulk_create(rows, batch_size=BATCH)
    Step.objects.bulk_create([step for way in ways.values() for step in way.steps], batch_size=BATCH)
    HandOver.objects.bulk_create([offer for way in ways.values() for offer in way.offers], batch_size=BATCH)
    _issue_events(world, ways)
    found = {key: way.row for key, way in ways.items()}
    for seed in world.told.issues:
        if seed.status == "merged" and seed.duplicate_of in found:
            found[seed.key] = found[seed.duplicate_of]
    return found


def _issue_events(world: World, ways: Mapping[str, _Way]) -> None:
    kept = []
    for way in ways.values():
        for step in way.steps:
            kept += events(
                f"issues.issue.{step.status}", [way.row], campaign=world.campaign, by=step.by, at=step.at
            )
    keep_events(kept)


def _way(world: World, seed: IssueSeed, article: Mapping[str, Any], origin: Visit | None) -> _Way:
    firm = world.rows[seed.enterprise]
    severity = Severity.SERIOUS if seed.is_serious else Severity.MINOR
    level = LEVELS[seed.level]
    found_at = seed.steps[0].at
    row = Issue(
        key=_key(seed.key),
        campaign=world.campaign,
        area=firm.area,
        enterprise=firm,
        title=text(article["finding"])[:120],
        article=seed.article,
        key_area=article.get("key_area", ""),
        severity=severity,
        level=level,
        origin="visits.visit" if origin else "",
        origin_id=origin.pk if origin else None,
        found_at=found_at,
        due_at=clocks_of(world.campaign, found_at).due(level, severity, found_at),
    )
    way = _Way(row, _village_of(world, seed))
    for step in seed.steps:
        _tell(world, way, step)
    _escalate(world, way)
    return way


def _escalate(world: World, way: _Way) -> None:
    """What the clock would have done until now: each time it ran out, one level up with that level's hours."""
    row, now = way.row, world.now
    while row.status in UNSOLVED and row.due_at and row.due_at < now and row.level != LADDER[-1]:
        at = row.due_at
        row.level, row.escalated_at = next_level(row.level), at
        row.due_at = clocks_of(world.campaign, at).due(row.level, row.severity, at)
        way.step(row.status, None, at, "逾期，升级到上一层级。")


def _village_of(world: World, seed: IssueSeed) -> str:
    name = world.rows[seed.enterprise].area.name
    return next(village.key for village in world.layout.villages if village.name == name)


def _tell(world: World, way: _Way, step: StepSeed) -> None:
    """One step of the told way, as the action of that name would have left the row."""
    by, row = world.who(step.by, way.village), way.row
    if step.move == "found":
        row.found_by = by
        way.step(Status.FOUND, by, step.at)
    elif step.move == "assessed":
        row.assessed_at = step.at
        way.step(Status.ASSESSED, by, step.at)
    elif step.move == "assigned":
        _assign(world, way, step, by)
    elif step.move.startswith("handover"):
        _hand_over(world, way, step, by)
    elif step.move == "solved":
        row.solved_by, row.solved_at = row.handler or by, step.at
        row.solution = SOLUTIONS[sum(map(ord, str(row.key))) % len(SOLUTIONS)]
        way.step(Status.SOLVED, row.solved_by, step.at, row.solution)
    elif step.move == "verified":
        row.verified_by, row.verified_at = by, step.at
        way.step(Status.VERIFIED, by, step.at)
    elif step.move == "reopened":
        _reopen(world, way, step, by)


def _assign(world: World, way: _Way, step: StepSeed, by: User) -> None:
    row = way.row
    to_department = not step.to.startswith("enterprise:")
    row.department = world.department(step.to) if to_department else ""
    row.handler = world.departments[row.department] if to_department else world.leads[way.village]
    row.assigned_at = step.at
    way.step(Status.ASSIGNED, by, step.at)


def _hand_over(world: World, way: _Way, step: StepSeed, by: User) -> None:
    row = way.row
    if step.move == "handover-asked":
        way.offers.append(
            HandOver(
                issue=row,
                from_department=row.department,
                to_department=world.department(step.to),
                offered_by=by,
                offered_at=step.at,
            )
        )
        return
    if not way.offers:
        return
    offer = way.offers[-1]
    accepted = step.move == "handover-accepted"
    answerer = world.departments[offer.to_department]
    offer.answer = Answer.ACCEPTED if accepted else Answer.REFUSED
    offer.answered_by, offer.answered_at = answerer, step.at
    offer.answer_reason = "" if accepted else "不属本部门职责"
    if accepted:
        row.department, row.handler = offer.to_department, answerer


def _reopen(world: World, way: _Way, step: StepSeed, by: User) -> None:
    row = way.row
    row.handler = row.solved_by or row.handler
    row.solved_by = row.solved_at = row.verified_by = row.verified_at = None
    row.reopened += 1
    row.due_at = clocks_of(world.campaign, step.at).due(row.level, row.severity, step.at)
    way.step(Status.ASSIGNED, by, step.at, "回头看未整改到位")


def _findings(
    world: World,
    articles: Mapping[str, Mapping[str, Any]],
    visits: Mapping[str, Visit],
    issues: Mapping[str, Issue],
) -> None:
    rows, seen = [], set()
    for seed in world.told.findings:
        if (seed.visit, seed.article) in seen:
            continue
        seen.add((seed.visit, seed.article))
        rows.append(
            Finding(
                visit=visits[seed.visit],
                article=seed.article,
                label=text(articles[seed.article]["finding"])[:200],
                key_area=articles[seed.article].get("key_area", ""),
                severity=Severity.SERIOUS if seed.is_serious else Severity.MINOR,
                note="现场已整改" if seed.is_fixed_on_spot else "",
                issue=issues.get(seed.issue),
            )
        )
    Finding.objects.bulk_create(rows, batch_size=BATCH)


def _look_backs(world: World, visits: Mapping[str, Visit], issues: Mapping[str, Issue]) -> None:
    """Look-backs that were made; the ones still owed are added by the product's own action."""
    outcome = {
        (seed.key, timezone.localdate(step.at)): step.move == "verified"
        for seed in world.told.issues
        for step in seed.steps
        if step.move in {"verified", "reopened"}
    }
    rows = []
    for seed in world.told.visits:
        for key in seed.looks_back_at:
            is_fixed = outcome.get((key, timezone.localdate(seed.arrived_at)))
            if key in issues and is_fixed is not None:
                rows.append(
                    LookBack(
                        issue=issues[key],
                        enterprise=world.rows[seed.enterprise],
                        due_on=timezone.localdate(seed.arrived_at),
                        visit=visits[seed.key],
                        done_at=seed.left_at,
                        is_fixed=is_fixed,
                    )
                )
    LookBack.objects.bulk_create(rows, batch_size=BATCH)
