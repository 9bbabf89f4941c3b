"""What visits give up at the end of a campaign: photos, on which people may be seen."""

from __future__ import annotations

from fugong.campaigns.endings import remove
from fugong.campaigns.models import Campaign
from fugong.visits.models import VisitPhoto
from fugong.visits.photos import place_of


def erase_files(campaign: Campaign) -> dict[str, int]:
    """The files of the campaign's photos; their rows with digest and moment stay."""
    rows = VisitPhoto.objects.system().filter(visit__campaign=campaign)
    return {"photos": remove([place_of(name) for name in rows.values_list("stored_as", flat=True)])}
