"""Stops as an iCalendar file (RFC 5545), for the calendar of a phone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from django.utils.translation import gettext as _

from fugong.visits.boards import Reader
from fugong.visits.models import PlannedVisit
from fugong.visits.queries import names_together

LINE = 75


def calendar_of(stops: Iterable[PlannedVisit], reader: Reader, *, made_at: datetime) -> str:
    """One event for each stop, of one day or of several; importing a newer version replaces the events of the older one.

    To a joint visit the event says who else comes.
    """
    stops = list(stops)
    together = names_together(stops)
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Fugong//visits//EN", "CALSCALE:GREGORIAN"]
    for stop in stops:
        lines += _event(stop, reader, made_at, together.get(stop.pk, ()))
    return "\r\n".join(part for line in [*lines, "END:VCALENDAR"] for part in _folded(line)) + "\r\n"


def _event(stop: PlannedVisit, reader: Reader, made_at: datetime, others: tuple[str, ...]) -> list[str]:
    firm, told = stop.enterprise, reader.sentences(stop.reasons)
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
        f"DESCRIPTION:{_text('; '.join(told))}",
    ]
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
