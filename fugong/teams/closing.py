"""What teams give up at the end of a campaign: the names of volunteers."""

from __future__ import annotations

from fugong.campaigns.models import Campaign
from fugong.teams.models import Household, TimeAway, Volunteer


def erase_rows(campaign: Campaign) -> dict[str, int]:
    """Volunteers lose their names, households their notes and addresses; the hours and that there were so many stay."""
    names = Volunteer.objects.system().filter(campaign=campaign).exclude(name="").update(name="")
    notes = TimeAway.objects.filter(volunteer__campaign=campaign).exclude(note="").update(note="")
    homes = Household.objects.system().filter(campaign=campaign).exclude(address="", note="")
    return {"volunteers": names, "times_away": notes, "households": homes.update(address="", note="")}
