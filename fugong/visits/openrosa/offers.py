"""What a phone is offered: the checklists its officer may work through, and for each the enterprises it is for."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.core import conditions
from fugong.core.conditions import Moment
from fugong.enterprises.models import Enterprise
from fugong.issues.rules import Status
from fugong.visits.artefacts.procedures import question_of
from fugong.visits.artefacts.steps import NAMED, Evidence
from fugong.visits.checklists import newest_of, offered_again, remarks_of
from fugong.visits.models import Checklist, LookBack, Visit
from fugong.visits.openrosa.forms import KEEP, MET, MOST_LOOKED, WAS, Step, collect_form
from fugong.visits.queries import open_to, stops_of
from fugong.visits.selecting import first_met

# A list that a phone searches through: the stops of the day, then so many others at most.
MOST_LISTED = 500
MARK = 8  # characters of the digest by which a version is told from another of the same name


@dataclass(frozen=True)
class Offer:
    """One checklist as an OpenRosa form."""

    checklist: Checklist

    @property
    def form_id(self) -> str:
        return f"checklist-{self.checklist.campaign_id}-{self.checklist.key}"

    @property
    def version(self) -> str:
        """The sheet's own version, the procedure's mark, and what tells it from another sheet; fit for an address."""
        own = re.sub(r"[^0-9A-Za-z._-]", "_", self.checklist.version)
        procedure = f"-{hash_of(repr(self.steps))[-4:]}" if self.steps else ""
        return f"{own}{procedure}-{self.checklist.digest[:MARK]}"

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the pack's procedure as questions."""
        return tuple(_step(row) for row in self.checklist.campaign.part("visits").get("procedure", []))

    @property
    def xform(self) -> str:
        row = self.checklist
        articles = tuple(article["name"] for article in row.articles)
        return collect_form(
            row.xform, self.form_id, self.version, tuple(row.kept), articles, steps=self.steps
        )


def _step(row: dict[str, Any]) -> Step:
    zh, en = (row["text"].get(language) or row["text"]["zh"] for language in ("zh", "en"))
    return Step(
        question_of(row["key"]),
        zh,
        en,
        row["way"],
        is_required=row["required"],
        is_named=row["evidence"] in NAMED,
        has_photo=row["evidence"] == Evidence.PHOTO,
        has_position=row["evidence"] == Evidence.POSITION,
        is_for_some=bool(row["condition"]),
    )


def hash_of(text: str) -> str:
    """The digest by which an app sees that a form or a list has changed (no secret: MD5 by the standard)."""
    return "md5:" + hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def offers_to(officer: User, campaign: Campaign | None) -> list[Offer]:
    """The newest version of every checklist of the pack that this person may work through."""
    if campaign is None:
        return []
    keys = [row["key"] for row in campaign.part("visits").get("checklist", []) if _is_for(row, officer)]
    newest = newest_of(Checklist.objects.filter(campaign=campaign, key__in=keys))
    for row in newest.values():
        row.campaign = campaign
    return [Offer(newest[key]) for key in keys if key in newest]


def _is_for(row: dict[str, Any], officer: User) -> bool:
    """Some checklists are for one role, or for one department's people."""
    is_role = not row.get("role") or officer.has_role(row["role"])
    return is_role and (not row.get("agency") or row["agency"] == officer.department)


def offer_named(form_id: str, version: str) -> Offer | None:
    """The very version with which a form was filled, however old; None where there is none."""
    word, _sep, rest = form_id.partition("-")
    campaign, _sep, key = rest.partition("-")
    mark = version.rpartition("-")[2]
    if word != "checklist" or not campaign.isdecimal() or len(mark) != MARK:
        return None
    rows = Checklist.objects.filter(campaign=int(campaign), key=key, digest__startswith=mark)
    found = rows.select_related("campaign__release", "campaign__area").order_by("-loaded_at", "-pk").first()
    return Offer(found) if found else None


# The attached list of enterprises


def enterprises_csv(offer: Offer, officer: User, at: datetime) -> str:
    """The enterprises that this checklist is for, as the form's attached list: the day's stops first, in their order.

    `name` and `label` are ODK's columns; `title`, look-backs, kept answers and remarks are read by the form. A phone
    number or the name of a person is in none of them.
    """
    firms = _firms(offer.checklist, officer, at)
    columns = [*_columns(offer.checklist), *(step.question for step in offer.steps if step.is_for_some)]
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, fieldnames=columns, extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    met = _steps_met(offer.checklist, [one.enterprise.pk for one in firms], at)
    writer.writerows(row | met.get(row["name"], {}) for row in _rows(offer.checklist, firms))
    return buffer.getvalue()


def _steps_met(checklist: Checklist, numbers: list[int], at: datetime) -> dict[int, dict[str, str]]:
    """By enterprise the steps that are not for all and are for this one; a query for each condition."""
    moment = Moment(campaign_id=checklist.campaign_id, on=timezone.localdate(at), at=at)
    firms: QuerySet[Enterprise] = Enterprise.objects.system().filter(pk__in=numbers)
    found: dict[int, dict[str, str]] = {}
    for row in checklist.campaign.part("visits").get("procedure", []):
        if row["condition"]:
            for number in conditions.apply(firms, row["condition"], moment).values_list("pk", flat=True):
                found.setdefault(number, {})[question_of(row["key"])] = MET
    return found


def _columns(checklist: Checklist) -> list[str]:
    looks = [f"look_{number}_{part}" for number in range(1, MOST_LOOKED + 1) for part in ("issue", "title")]
    kept = [KEEP + name for name in checklist.kept]
    return ["name", "label", "title", *looks, *kept, *(WAS + row["name"] for row in checklist.articles)]


@dataclass(frozen=True)
class _Listed:
    enterprise: Enterprise
    stop: int | None = None


def _firms(checklist: Checklist, officer: User, at: datetime) -> list[_Listed]:
    """The stops of the day, then others by area and name; only those whose checklist this is."""
    moment = Moment(campaign_id=checklist.campaign_id, on=timezone.localdate(at), at=at)
    mine = open_to(officer, moment.on).filter(campaign=checklist.campaign_id)
    parts = checklist.campaign.part("visits").get("checklist", [])
    keys = [row["key"] for row in parts]
    rows = first_met(mine, [row["condition"] for row in parts], moment)
    if checklist.key in keys:
        rows = rows.filter(met=keys.index(checklist.key))
    stops = stops_of(officer, moment.on).filter(plan__campaign=checklist.campaign_id)
    order = {stop.enterprise_id: stop.order for stop in stops}
    planned = sorted(rows.filter(pk__in=order), key=lambda firm: order[firm.pk])
    others = rows.exclude(pk__in=order).order_by("area__path", "name", "pk")[:MOST_LISTED]
    return [_Listed(firm, order[firm.pk]) for firm in planned] + [_Listed(firm) for firm in others]


def _rows(checklist: Checklist, firms: Sequence[_Listed]) -> Iterable[dict[str, Any]]:
    numbers = [one.enterprise.pk for one in firms]
    last, owed = _last_answers(checklist, numbers), _owed(numbers)
    for one in firms:
        firm = one.enterprise
        answers = last.get(firm.pk, {})
        row: dict[str, Any] = {"name": firm.pk, "title": firm.name, "label": _label(one)}
        for number, look in enumerate(owed.get(firm.pk, [])[:MOST_LOOKED], start=1):
            row[f"look_{number}_issue"], row[f"look_{number}_title"] = look.issue_id, look.issue.title
        row |= {KEEP + name: value for name, value in offered_again(checklist, answers).items()}
        row |= {WAS + name: words for name, words in remarks_of(checklist, answers).items()}
        yield row


def _label(one: _Listed) -> str:
    name = f"{one.enterprise.name}（{one.enterprise.area.name}）"
    return _("Stop %(n)d · %(name)s") % {"n": one.stop, "name": name} if one.stop is not None else name


def _last_answers(checklist: Checklist, numbers: list[int]) -> dict[int, dict[str, str]]:
    """The answers of each enterprise's last visit by this checklist, whichever version; one query."""
    made = Visit.objects.system().done().filter(enterprise=OuterRef("pk"), checklist__key=checklist.key)
    last = made.order_by("-ended_at", "-pk").values("pk")[:1]
    wanted: QuerySet[Enterprise] = Enterprise.objects.system().filter(pk__in=numbers)
    visits = Visit.objects.system().filter(pk__in=wanted.annotate(last=Subquery(last)).values("last"))
    return dict(visits.values_list("enterprise", "answers"))


def _owed(numbers: list[int]) -> dict[int, list[LookBack]]:
    rows = LookBack.objects.system().waiting().filter(enterprise__in=numbers, issue__status=Status.SOLVED)
    found: dict[int, list[LookBack]] = {}
    for look in rows.select_related("issue").order_by("due_on", "pk"):
        found.setdefault(look.enterprise_id, []).append(look)
    return found
