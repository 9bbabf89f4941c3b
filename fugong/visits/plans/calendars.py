"""Stops as an iCalendar file (RFC 5545), for the calendar of a phone; and the feed that a calendar reads by itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fugong.visits.models import PlannedVisit
from fugong.visits.plans.boards import Reader
from fugong.visits.queries import names_together

LINE = 75


def calendar_of(stops: Iterable[PlannedVisit], reader: Reader, *, made_at: datetime) -> str:
    """One event for each stop, of one day or of several; importing a newer version replaces the events of the older one.

    To a joint visit the event says who else comes.
    """
    stops = list(stops)
    together = names_together(stops)
    lines: list[str] = []
    for stop in stops:
        told = reader.sentences(stop.reasons)
        lines += _event(stop, told, made_at, together.get(stop.pk, ()))
    return _calendar(lines)


def feed_of(stops: Iterable[PlannedVisit], *, name: str, shift: tuple[time, time]) -> str:
    """The officer's stops and, for each of their days, the shift; equal plans give equal texts.

    Calendars are kept on other people's computers, so that the reasons of a stop are left out of it.
    """
    stops = list(stops)
    together = names_together(stops)
    lines = [f"X-WR-CALNAME:{_text(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT1H", "X-PUBLISHED-TTL:PT1H"]
    days: dict[date, list[PlannedVisit]] = {}
    for stop in stops:
        days.setdefault(stop.plan.on, []).append(stop)
        lines += _event(stop, [], _changed_at(stop), together.get(stop.pk, ()))
    for own in days.values():
        lines += _shift(own, shift)
    return _calendar(lines)


def _changed_at(stop: PlannedVisit) -> datetime:
    return stop.plan.accepted_at or stop.plan.made_at


def _shift(stops: list[PlannedVisit], shift: tuple[time, time]) -> list[str]:
    """The day's shift, behind which the calendar stays free: the stops themselves say when one is busy."""
    first, (begins, ends) = stops[0], shift
    on = first.plan.on
    begin, end = (timezone.make_aware(datetime.combine(on, clock)) for clock in (begins, ends))
    words = ngettext("On duty, %(n)d stop", "On duty, %(n)d stops", len(stops)) % {"n": len(stops)}
    return [
        "BEGIN:VEVENT",
        f"UID:{on:%Y%m%d}-{first.officer_id}-shift@fugong",
        f"SEQUENCE:{first.plan.version}",
        f"DTSTAMP:{_utc(_changed_at(first))}",
        f"DTSTART:{_utc(begin)}",
        f"DTEND:{_utc(end)}",
        f"SUMMARY:{_text(words)}",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
    ]


def _calendar(lines: list[str]) -> str:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Fugong//visits//EN", "CALSCALE:GREGORIAN"]
    return "\r\n".join(part for line in [*head, *lines, "END:VCALENDAR"] for part in _folded(line)) + "\r\n"


def _event(stop: PlannedVisit, told: list[str], made_at: datetime, others: tuple[str, ...]) -> list[str]:
    firm = stop.enterprise
    if others:
        told = [_("together with %(names)s") % {"names": "、".join(others)}, *told]
    found = [
        "BEGIN:VEVENT",
        f"UID:{stop.plan.on:%Y%m%d}-{stop.officer_id}-{firm.pk}@fugong",
        f"SEQUENCE:{stop.plan.version}",
        f"DTSTAMP:{_utc(made_at)}",
        f"DTSTART:{_utc(stop.arrives_at)}",
        f"DTEND:{_utc(stop.leaves_at)}",
        f"SUMMARY:{_text(f'{stop.order}. {firm.name}')}",
    ]
    if told:
        found.append(f"DESCRIPTION:{_text('; '.join(told))}")
    if firm.address:
        found.append(f"LOCATION:{_text(firm.address)}")
    if firm.latitude is not None and firm.longitude is not None:
        found.append(f"GEO:{firm.latitude:.6f};{firm.longitude:.6f}")
    return [*found, "END:VEVENT"]


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    for sign in ("\\", ";", ","):
        value = value.replace(sign, "\\" + sign)
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")


def _folded(line: str) -> list[str]:
    """Lines of at most 75 bytes; a character is never cut in two."""
    parts, part = [], ""
    for sign in line:
        if len((part + sign).encode()) > LINE:
            parts.append(part)
            part = " "
        part += sign
    return [*parts, part]
