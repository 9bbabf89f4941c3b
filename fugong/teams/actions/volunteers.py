"""Volunteers are entered and corrected, say when they are away, and stop."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.utils.translation import gettext as _

from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.teams.models import TimeAway, Volunteer
from fugong.territory.models import Area


@dataclass(frozen=True)
class VolunteerFacts:
    """What is known of a volunteer. An empty phone keeps the one on file."""

    name: str
    area: Area
    phone: str = ""
    skills: Sequence[str] = ()
    weekdays: Sequence[int] = field(default_factory=lambda: list(range(7)))
    from_time: time = time(8)
    to_time: time = time(20)
    may_be_called: bool = False

    def values(self) -> dict[str, Any]:
        found = asdict(self) | {"area": self.area, "name": self.name.strip()[:40]}
        found |= {"skills": sorted(self.skills), "weekdays": sorted(self.weekdays)}
        if not self.phone:
            found.pop("phone")
        return found


def _check(facts: VolunteerFacts) -> None:
    refuse_if("" if facts.name.strip() else _("A volunteer needs a name."))
    refuse_if(_("The hours end before they begin.") if facts.to_time <= facts.from_time else "")


@transaction.atomic
def register_volunteer(*, campaign: Campaign, facts: VolunteerFacts, by: Any, at: datetime) -> Volunteer:
    """Enter a volunteer."""
    _check(facts)
    row: Volunteer = Volunteer.objects.create(campaign=campaign, created_at=at, **facts.values())
    record("teams.volunteer.registered", row, by=by, at=at, area=facts.area)
    return row


@transaction.atomic
def correct_volunteer(*, volunteer: Volunteer, facts: VolunteerFacts, by: Any, at: datetime) -> Volunteer:
    """Correct what is known; shifts that stand stay as they are."""
    _check(facts)
    values = facts.values()
    changed = [name for name, value in values.items() if name == "phone" or getattr(volunteer, name) != value]
    for name in changed:
        setattr(volunteer, name, values[name])
    volunteer.save(update_fields=changed)
    record("teams.volunteer.corrected", volunteer, by=by, at=at, fields=sorted(changed))
    return volunteer


@transaction.atomic
def note_away(
    *, volunteer: Volunteer, from_on: date, to_on: date, by: Any, at: datetime, note: str = ""
) -> TimeAway:
    """The volunteer cannot come on these days; shifts that they have then are listed, and released by a person."""
    refuse_if(_("The last day is before the first.") if to_on < from_on else "")
    row = TimeAway.objects.create(volunteer=volunteer, from_on=from_on, to_on=to_on, note=note.strip()[:100])
    record("teams.volunteer.away", volunteer, by=by, at=at, from_on=from_on, to_on=to_on)
    return row


@transaction.atomic
def end_volunteer(*, volunteer: Volunteer, on: date, by: Any, at: datetime) -> Volunteer:
    """The volunteer stops: no further shifts, and the link shows nothing any more."""
    volunteer = Volunteer.objects.system().select_for_update().get(pk=volunteer.pk)
    refuse_if(_("This has ended already.") if volunteer.left_on else "")
    volunteer.left_on = on
    volunteer.save(update_fields=["left_on"])
    record("teams.volunteer.ended", volunteer, by=by, at=at, on=on)
    return volunteer


@transaction.atomic
def new_link(*, volunteer: Volunteer, by: Any, at: datetime) -> Volunteer:
    """Links given out so far show nothing any more; there is a new one."""
    volunteer.key = uuid4()
    volunteer.save(update_fields=["key"])
    record("teams.volunteer.link_renewed", volunteer, by=by, at=at)
    return volunteer
