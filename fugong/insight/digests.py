"""What the paper of the consult meeting (会商材料) says, as plain data, and how it becomes a document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from fugong.campaigns.dated import text
from fugong.campaigns.models import Campaign
from fugong.core import conditions
from fugong.core.documents import paper
from fugong.core.paths import below
from fugong.core.templatetags.ui import count, share
from fugong.enterprises.models import Enterprise, Listing
from fugong.insight import queries
from fugong.insight.models import Decision, Digest
from fugong.issues.models import HandOver, Issue, Step
from fugong.issues.queries import Clocks, clocks_of, title_for_others
from fugong.issues.rules import LEVELS, UNSOLVED, Answer, Status
from fugong.territory.models import Area
from fugong.visits.models import LookBack, PlannedVisit

MOST_ISSUES, MOST_NAMES, MOST_FIGURES = 12, 4, 8
MOVED = ("new", "solved", "verified", "overdue", "escalated")


def contents(campaign: Campaign, area: Area, on: date, at: datetime) -> dict[str, Any]:
    """Everything the paper says: {heading, figures, moved, departments, villages, points, plan, earlier}.

    In the language of the installation: it is an official paper. A constant number of queries.
    """
    with translation.override(settings.LANGUAGE_CODE):
        issues = Issue.objects.system().filter(below(area.path, "area__path"), campaign=campaign)
        clocks = clocks_of(campaign, at)
        return {
            "heading": _heading(campaign, area, on, at),
            "figures": _figures(campaign, area, on, at),
            "moved": dict(zip(MOVED, moved_words(), strict=True)),
            "departments": _by_department(issues, clocks, on, at),
            "villages": _by_village(issues, area, on, at),
            "issues": _undecided(issues, at)[0].count(),
            "points": [
                *_issue_points(issues, clocks, at),
                *_list_points(campaign, area, on),
                *_first_contacts(campaign, area, on, at),
            ],
            "plan": _plan(campaign, area, on + timedelta(days=1)),
            "earlier": _earlier(campaign, area, on, clocks, at),
        }


def moved_words() -> list[str]:
    return [_("new"), _("solved"), _("verified"), _("overdue"), _("escalated")]


def _heading(campaign: Campaign, area: Area, on: date, at: datetime) -> dict[str, Any]:
    return {
        "campaign": campaign.name,
        "area": area.name,
        "day": date_format(on, "DATE_FORMAT"),
        "number": (on - campaign.starts_on).days + 1,
        "as_of": _moment(at),
    }


def _figures(campaign: Campaign, area: Area, on: date, at: datetime) -> list[dict[str, str]]:
    """The day's figures against the end of the day before."""
    page = "digest" if campaign.part("indicators").get("digest") else "brief"
    wanted = queries.indicators_of(campaign, on, page=page)[:MOST_FIGURES]
    asking = queries.asked(campaign, area, on, at)
    counted = queries.tally(campaign, wanted, area, asking.moment)
    today = queries.figures_of(asking, wanted, counted)
    before = asking.of_day(on - timedelta(days=1))
    earlier = queries.figures_of(before, wanted, queries.tally(campaign, wanted, area, before.moment))
    return [_against(now, then) for now, then in zip(today, earlier, strict=True)]


def _against(now: queries.Figure, then: queries.Figure) -> dict[str, str]:
    if now.of is None:
        change = now.n - then.n
        return {
            "name": now.name,
            "number": count(now.n),
            "share": "",
            "before": count(then.n),
            "change": f"{change:+,}",
        }
    known = now.percent is not None and then.percent is not None
    return {
        "name": now.name,
        "number": f"{count(now.n)}/{count(now.of)}",
        "share": f"{share(now.n, now.of)}%",
        "before": f"{share(then.n, then.of)}%" if then.of else "—",
        "change": f"{(now.percent or 0) - (then.percent or 0):+.1f}" if known else "—",
    }


def _moves(issues: QuerySet[Issue], on: date, at: datetime) -> dict[str, QuerySet[Issue]]:
    """The issues that are new, solved, verified, overdue or escalated on the day."""
    begin = timezone.make_aware(datetime.combine(on, time.min))
    steps = Step.objects.system().filter(at__gte=begin, at__lte=at)

    def reached(status: str) -> QuerySet[Issue]:
        return issues.filter(pk__in=steps.filter(status=status).values("issue"))

    return {
        "new": issues.filter(found_at__gte=begin, found_at__lte=at),
        "solved": reached(Status.SOLVED),
        "verified": reached(Status.VERIFIED),
        "overdue": issues.filter(status__in=UNSOLVED, due_at__lt=at),
        "escalated": issues.filter(escalated_at__gte=begin, escalated_at__lte=at),
    }


def _counted(issues: QuerySet[Issue], field: str, on: date, at: datetime) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for move, rows in _moves(issues, on, at).items():
        for value, n in rows.order_by().values_list(field).annotate(n=Count("pk")):
            found.setdefault(value, Counter())[move] += n
    return found


def _by_department(issues: QuerySet[Issue], clocks: Clocks, on: date, at: datetime) -> list[dict[str, Any]]:
    rows = _counted(issues, "department", on, at)
    return [
        {
            "name": clocks.department_name(key) or _("not assigned yet"),
            "cells": [found[move] for move in MOVED],
        }
        for key, found in sorted(
            rows.items(), key=lambda pair: (-pair[1]["overdue"], -pair[1]["new"], pair[0])
        )
    ]


def _by_village(issues: QuerySet[Issue], area: Area, on: date, at: datetime) -> list[dict[str, Any]]:
    """By the areas one step below; what lies in the area itself counts for it."""
    names = {area.path: area.name} | dict(
        Area.objects.below(area.path).filter(depth=area.depth + 1).values_list("path", "name")
    )
    found: dict[str, Counter[str]] = {}
    for path, counted in _counted(issues, "area__path", on, at).items():
        step = "/".join(path.split("/")[: area.depth + 1]) + "/"
        found.setdefault(names.get(step, area.name), Counter()).update(counted)
    ranked = sorted(found.items(), key=lambda pair: (-pair[1]["overdue"], -pair[1]["new"], pair[0]))
    return [{"name": name, "cells": [counted[move] for move in MOVED]} for name, counted in ranked]


def _undecided(issues: QuerySet[Issue], at: datetime) -> tuple[QuerySet[Issue], dict[int, str]]:
    """What no department settles alone: issues of the two upper levels, and those that a department sent back."""
    refused = dict(
        HandOver.objects.system()
        .filter(issue__in=issues.filter(status=Status.ASSESSED).values("pk"), answer=Answer.REFUSED)
        .order_by("answered_at")
        .values_list("issue_id", "answer_reason")
    )
    upper = Q(level__in=LEVELS[2:], status__in=UNSOLVED, found_at__lte=at)
    return issues.filter(upper | Q(pk__in=refused)), refused


def _issue_points(issues: QuerySet[Issue], clocks: Clocks, at: datetime) -> list[dict[str, Any]]:
    """Those whose time runs out first, at most MOST_ISSUES."""
    rows, refused = _undecided(issues, at)
    rows = rows.select_related("enterprise", "area", "handler").order_by("due_at", "pk")
    return [_issue_point(row, clocks, refused.get(row.pk), at) for row in rows[:MOST_ISSUES]]


def _issue_point(row: Issue, clocks: Clocks, refused: str | None, at: datetime) -> dict[str, Any]:
    parts = [
        row.enterprise.name if row.enterprise else row.area.name,
        clocks.level_name(row.level),
        clocks.department_name(row.department) or _("not assigned yet"),
        _("due %(moment)s") % {"moment": _moment(row.due_at)} if row.due_at else "",
        _("sent back: %(reason)s") % {"reason": refused} if refused else "",
    ]
    late = bool(row.due_at and row.due_at < at)
    return {
        "key": f"issue-{row.pk}",
        "issue": row.pk,
        "title": title_for_others(row, clocks),
        "text": " · ".join(part for part in parts if part),
        "colour": "red" if late else "amber",
        "word": _("overdue") if late else _("to decide"),
    }


def _list_points(campaign: Campaign, area: Area, on: date) -> list[dict[str, Any]]:
    """A point for each risk list that somebody entered or left on the day."""
    names = {row["key"]: text(row["name"]) for row in campaign.part("enterprises").get("risk_list", [])}
    rows = Listing.objects.system().filter(
        below(area.path, "enterprise__area__path"), enterprise__campaign=campaign
    )
    entered: dict[str, list[str]] = {}
    left: Counter[str] = Counter()
    moved = rows.filter(Q(entered_at__date=on) | Q(left_at__date=on)).order_by("entered_at", "pk")
    for key, entered_at, left_at, name in moved.values_list(
        "risk_list", "entered_at", "left_at", "enterprise__name"
    ):
        if timezone.localdate(entered_at) == on:
            entered.setdefault(key, []).append(name)
        if left_at is not None and timezone.localdate(left_at) == on:
            left[key] += 1
    keys = [key for key in names if key in entered or key in left]
    return [_list_point(key, names[key], entered.get(key, []), left[key]) for key in keys]


def _list_point(key: str, name: str, entered: list[str], left: int) -> dict[str, Any]:
    words = "、".join(entered[:MOST_NAMES]) + (" …" if len(entered) > MOST_NAMES else "")
    said = _("%(entered)d entered, %(left)d left.") % {"entered": len(entered), "left": left}
    return {
        "key": f"list-{key}",
        "issue": None,
        "title": name,
        "text": f"{said} {words}".strip(),
        "colour": "blue",
        "word": _("risk list"),
    }


def _first_contacts(campaign: Campaign, area: Area, on: date, at: datetime) -> list[dict[str, Any]]:
    ledger = Enterprise.objects.system().of(campaign).filter(below(area.path, "area__path"))
    late = conditions.apply(ledger, "first_contact_overdue = True", conditions.Moment(campaign.pk, on, at))
    number = late.count()
    if not number:
        return []
    names = "、".join(late.order_by("name").values_list("name", flat=True)[:MOST_NAMES])
    said = _("%(n)d enterprises have not been met in time: %(names)s …") % {"n": number, "names": names}
    return [
        {
            "key": "first-contact",
            "issue": None,
            "title": _("First contacts overdue"),
            "text": said,
            "colour": "red",
            "word": _("overdue"),
        }
    ]


def _plan(campaign: Campaign, area: Area, on: date) -> dict[str, int]:
    """Tomorrow in numbers, by the accepted plans."""
    stops = PlannedVisit.objects.system().filter(
        below(area.path, "enterprise__area__path"),
        plan__campaign=campaign,
        plan__on=on,
        plan__status="accepted",
    )
    row = stops.aggregate(
        stops=Count("pk"), officers=Count("officer", distinct=True), firms=Count("enterprise", distinct=True)
    )
    owed = (
        LookBack.objects.system()
        .waiting()
        .filter(
            below(area.path, "enterprise__area__path"),
            enterprise__campaign=campaign,
            issue__status=Status.SOLVED,
            due_on__lte=on,
        )
    )
    return row | {"look_backs": owed.count()}


def _earlier(campaign: Campaign, area: Area, on: date, clocks: Clocks, at: datetime) -> list[dict[str, str]]:
    """What became of what the meeting before this one decided."""
    last = Digest.objects.system().filter(campaign=campaign, area=area, on__lt=on).order_by("-on").first()
    if last is None:
        return []
    rows = Decision.objects.system().filter(digest=last).select_related("issue__handler").order_by("pk")
    titles = {point["key"]: point["title"] for point in last.content["points"]}
    return [
        {
            "title": titles.get(row.point, row.point),
            "decision": row.text,
            "by": row.decided_by,
            "department": clocks.department_name(row.department),
            **became(row, at),
        }
        for row in rows
    ]


def became(row: Decision, at: datetime) -> dict[str, str]:
    """What became of a decision: {"word", "colour"}; of a mere note nothing can be said but that it was written."""
    if row.issue is None:
        return {"word": _("noted"), "colour": "grey"}
    word = str(row.issue.get_status_display())  # type: ignore[attr-defined]
    if row.issue.status not in UNSOLVED:
        return {"word": word, "colour": "green"}
    late = row.issue.due_at is not None and row.issue.due_at < at
    return {"word": f"{word} · {_('overdue')}" if late else word, "colour": "red" if late else "blue"}


def _moment(at: datetime) -> str:
    here = timezone.localtime(at)
    return _("%(month)d/%(day)d %(clock)s") % {
        "month": here.month,
        "day": here.day,
        "clock": f"{here:%H:%M}",
    }


def how_many_points(content: Mapping[str, Any]) -> str:
    """How many issues ask for a decision where the paper names only the most urgent; "" where it names all."""
    of = content.get("issues", 0)
    if of <= MOST_ISSUES:
        return ""
    return _("the %(shown)d most urgent issues of %(of)d") % {"shown": MOST_ISSUES, "of": of}


def as_pdf(digest: Digest, decisions: Mapping[str, list[Decision]], clocks: Clocks) -> bytes:
    """The paper on A4, one or two pages; beside each point what was decided, or a line to write it on."""
    with translation.override(settings.LANGUAGE_CODE):
        content = digest.content
        heads = list(content["moved"].values())
        return paper(
            {
                "title": _("Paper for the consult meeting"),
                "lead": f"{content['heading']['campaign']} · {content['heading']['area']} · {content['heading']['day']}",
                "footer": _("As of %(moment)s") % {"moment": content["heading"]["as_of"]},
                "blocks": [
                    {"title": _("The day against the day before"), "figures": _figure_cells(content)},
                    _table(_("What became of the last decisions"), _earlier_rows(content)),
                    _table(
                        " · ".join(filter(None, [_("To be decided"), how_many_points(content)])),
                        _point_rows(content, decisions, clocks),
                    ),
                    _table(
                        _("Issues by department"), _moved_rows(content["departments"], _("Department"), heads)
                    ),
                    _table(_("Issues by area"), _moved_rows(content["villages"], _("Area"), heads)),
                    {"title": _("Tomorrow"), "text": plan_in_words(content["plan"])},
                ],
            }
        )


def plan_in_words(plan: Mapping[str, int]) -> str:
    return _(
        "%(stops)d stops at %(firms)d enterprises by %(officers)d officers are accepted; %(look_backs)d look-backs are due."
    ) % dict(plan)


def _figure_cells(content: Mapping[str, Any]) -> list[list[str]]:
    return [
        [row["name"], row["share"] or row["number"], f"{row['change']} ({row['before']})"]
        for row in content["figures"]
    ]


def _table(title: str, table: tuple[list[str], list[int], list[list[str]]]) -> dict[str, Any]:
    heads, widths, rows = table
    return {"title": title, "heads": heads, "widths": widths, "rows": rows, "none": _("nothing")}


def _earlier_rows(content: Mapping[str, Any]) -> tuple[list[str], list[int], list[list[str]]]:
    heads = [_("Point"), _("Decision"), _("Department"), _("What became of it")]
    rows = [[row["title"], row["decision"], row["department"], row["word"]] for row in content["earlier"]]
    return heads, [2, 2, 0, 0], rows


def _point_rows(
    content: Mapping[str, Any], decisions: Mapping[str, list[Decision]], clocks: Clocks
) -> tuple[list[str], list[int], list[list[str]]]:
    rows = [
        [
            str(number),
            f"{point['title']}\n{point['text']}",
            "\n".join(_said(row, clocks) for row in decisions.get(point["key"], [])),
        ]
        for number, point in enumerate(content["points"], start=1)
    ]
    return [_("No."), _("Point"), _("Decision")], [0, 2, 1], rows


def _said(row: Decision, clocks: Clocks) -> str:
    parts = [
        row.text,
        clocks.department_name(row.department),
        _moment(row.due_at) if row.due_at else "",
        row.decided_by,
    ]
    return " · ".join(part for part in parts if part)


def _moved_rows(
    rows: list[dict[str, Any]], head: str, heads: list[str]
) -> tuple[list[str], list[int], list[list[str]]]:
    return (
        [head, *heads],
        [1, *[0] * len(heads)],
        [[row["name"], *map(str, row["cells"])] for row in rows[:12]],
    )
