"""What Open311 may say: jurisdictions, services, requests. Free text and persons never; places only as their area."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from fugong.campaigns.models import Campaign
from fugong.campaigns.queries import moment_of
from fugong.issues.kinds import Kind, OwnField, kinds_of
from fugong.issues.models import Issue
from fugong.issues.open311.answers import Wrong
from fugong.issues.queries import clocks_of, jurisdiction_of, plain_state
from fugong.issues.rules import UNSOLVED, Status

# The specification's limits of one answer.
MOST, SPAN = 1000, timedelta(days=90)
CLOSED = (Status.VERIFIED, Status.MERGED)
TYPES = {
    "text": "string",
    "number": "number",
    "choice": "singlevaluelist",
    "date": "datetime",
    "yes-no": "singlevaluelist",
}


def jurisdiction(asked: str) -> Campaign:
    """The running campaign that is meant; it may be left out where there is only one that is open to the public."""
    rows = Campaign.objects.filter(status="running").select_related("release", "area").order_by("pk")
    offered = [campaign for campaign in rows if public_kinds(campaign)]
    if not asked:
        if len(offered) == 1:
            return offered[0]
        raise Wrong(400, _("jurisdiction_id was not provided."))
    for campaign in offered:
        if jurisdiction_of(campaign) == asked:
            return campaign
    raise Wrong(404, _("jurisdiction_id was not found."))


def public_kinds(campaign: Campaign) -> dict[str, Kind]:
    return {kind.key: kind for kind in kinds_of(campaign).values() if kind.is_public}


def service(campaign: Campaign, code: str) -> Kind:
    """The public kind of a service code."""
    if not code:
        raise Wrong(400, _("service_code was not provided."))
    found = public_kinds(campaign).get(code)
    if found is None:
        raise Wrong(404, _("service_code was not found."))
    return found


def service_row(kind: Kind, campaign: Campaign) -> dict[str, Any]:
    return {
        "service_code": kind.key,
        "service_name": kind.name,
        "description": kind.about,
        "metadata": bool(kind.fields),
        "type": "realtime",
        "keywords": "",
        "group": clocks_of(campaign, timezone.now()).department_name(kind.department),
    }


def definition(kind: Kind) -> dict[str, Any]:
    """The kind's own fields as attributes."""
    return {
        "service_code": kind.key,
        "attributes": [_attribute(field, place) for place, field in enumerate(kind.fields, start=1)],
    }


def _attribute(field: OwnField, place: int) -> dict[str, Any]:
    made = {
        "variable": True,
        "code": field.key,
        "datatype": TYPES[field.type],
        "required": field.required,
        "datatype_description": "",
        "order": place,
        "description": field.name,
    }
    choices = (("yes", _("yes")), ("no", _("no"))) if field.type == "yes-no" else field.choices
    return made | ({"values": [{"key": key, "name": name} for key, name in choices]} if choices else {})


@dataclass(frozen=True)
class Shown:
    """What is read once for all requests of an answer."""

    campaign: Campaign
    at: datetime

    def row(self, issue: Issue) -> dict[str, Any]:
        clocks = clocks_of(self.campaign, self.at)
        kind = public_kinds(self.campaign)[issue.kind]
        exact = issue.enterprise if kind.exact_place else None
        place = exact if exact is not None and exact.longitude is not None else issue.area
        return {
            "service_request_id": str(issue.pk),
            "status": "closed" if issue.status in CLOSED else "open",
            "status_notes": self._notes(issue),
            "service_name": kind.name,
            "service_code": kind.key,
            "description": said(kind, issue.answers),
            "agency_responsible": clocks.department_name(issue.department),
            "service_notice": "",
            "requested_datetime": issue.found_at,
            "updated_datetime": max(
                filter(None, (issue.found_at, issue.assigned_at, issue.solved_at, issue.verified_at))
            ),
            "expected_datetime": issue.due_at if issue.status in UNSOLVED else None,
            "address": exact.address if exact is not None else issue.area.name,
            "address_id": str(issue.area_id),
            "zipcode": "",
            "lat": place.latitude,
            "long": place.longitude,
            "media_url": "",
        }

    def _notes(self, issue: Issue) -> str:
        if issue.status == Status.MERGED:
            return _("Dealt with as request no. %(number)d.") % {"number": issue.merged_into_id}
        return plain_state(issue)


def said(kind: Kind, answers: Mapping[str, Any]) -> str:
    """What a request says without its free text: nobody can know whom that names."""
    free = {field.key for field in kind.fields if field.type == "text"}
    shown = kind.shown({key: value for key, value in answers.items() if key not in free})
    return "; ".join([kind.name, *(f"{name}: {value}" for name, value in shown)])


def shown(campaign: Campaign) -> Shown:
    return Shown(campaign, moment_of(campaign, timezone.now()))


def public_rows(campaign: Campaign) -> QuerySet[Issue]:
    rows: QuerySet[Issue] = Issue.objects.system().filter(campaign=campaign, kind__in=public_kinds(campaign))
    return rows.select_related("area", "enterprise")


def asked_for(campaign: Campaign, query: Mapping[str, str], at: datetime) -> list[Issue]:
    """The requests that a call asks for: by numbers, else of the last 90 days by kind, time and status."""
    rows = public_rows(campaign).order_by("-found_at", "-pk")
    if numbers := _words(query, "service_request_id"):
        return list(rows.filter(pk__in=[int(n) for n in numbers if _is_number(n)])[:MOST])
    if codes := _words(query, "service_code"):
        rows = rows.filter(kind__in=codes)
    first, last = _range(query, at)
    rows = rows.filter(found_at__gte=first, found_at__lte=last)
    states = _words(query, "status")
    if unknown := set(states) - {"open", "closed"}:
        raise Wrong(400, _("status is open or closed, not %(word)s.") % {"word": ", ".join(sorted(unknown))})
    if states and set(states) != {"open", "closed"}:
        closed = rows.filter(status__in=CLOSED)
        rows = closed if "closed" in states else rows.exclude(status__in=CLOSED)
    return list(rows[:MOST])


def _words(query: Mapping[str, str], name: str) -> list[str]:
    return [word.strip() for word in query.get(name, "").split(",") if word.strip()]


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18


def _range(query: Mapping[str, str], at: datetime) -> tuple[datetime, datetime]:
    """From and to: at most 90 days, the last ones where nothing is said."""
    first, last = _moment(query, "start_date"), _moment(query, "end_date")
    if last is None:
        last = at if first is None else min(at, first + SPAN)
    first = last - SPAN if first is None else first
    if last - first > SPAN:
        raise Wrong(400, _("start_date and end_date may lie 90 days apart, not more."))
    return first, last


def _moment(query: Mapping[str, str], name: str) -> datetime | None:
    text = query.get(name, "").strip().replace(" ", "+")
    if not text:
        return None
    try:
        day = parse_date(text) if len(text) == 10 else None
        found = datetime(day.year, day.month, day.day) if day else parse_datetime(text)
        if found is None:
            raise ValueError
        aware = timezone.make_aware(found) if timezone.is_naive(found) else found
        return min(max(aware, EARLIEST), LATEST)
    except (ValueError, OverflowError):
        raise Wrong(400, _("%(name)s is no time in ISO 8601.") % {"name": name}) from None


EARLIEST = datetime.fromisoformat("1970-01-02T00:00:00+00:00")
LATEST = datetime.fromisoformat("2200-01-01T00:00:00+00:00")
