"""What teams give up at the end of a campaign: who the volunteers were, and where and how the households lived."""

from __future__ import annotations

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat

from fugong.campaigns.models import Campaign
from fugong.teams.models import CalledOff, Household, HouseholdCharge, TimeAway, Turn, Volunteer


def erase_rows(campaign: Campaign) -> dict[str, int]:
    """Volunteers lose their names, households their numbers, addresses and notes; hours and how many there were stay."""
    names = Volunteer.objects.system().filter(campaign=campaign).exclude(name="").update(name="")
    notes = TimeAway.objects.filter(volunteer__campaign=campaign).exclude(note="").update(note="")
    reasons = Turn.objects.filter(shift__campaign=campaign).exclude(reason="").update(reason="")
    said = CalledOff.objects.filter(shift__campaign=campaign).exclude(reason="").update(reason="")
    return {
        "volunteers": names,
        "times_away": notes,
        "called_off": said,
        "turns": reasons,
        "households": _households(campaign),
    }


def _households(campaign: Campaign) -> int:
    """The village's own number leads back to the people, so that each row gets one of ours instead."""
    charges = HouseholdCharge.objects.system().filter(household__campaign=campaign)
    charges.exclude(reason="").update(reason="")
    rows = Household.objects.system().filter(campaign=campaign)
    ours = Concat(Value("no. "), Cast("pk", CharField()), output_field=CharField())
    rows.update(code=ours, watched_until=None)
    return int(rows.exclude(address="", note="").update(address="", note=""))
