"""What visits give up at the end of a campaign: photos, on which people may be seen, and files of unread forms."""

from __future__ import annotations

from fugong.campaigns.endings import remove
from fugong.campaigns.models import Campaign
from fugong.visits.models import ReceivedFile, VisitPhoto
from fugong.visits.openrosa import files
from fugong.visits.photos import place_of


def erase_files(campaign: Campaign) -> dict[str, int]:
    """The files of the campaign's photos, also of forms that were not taken in; their rows stay."""
    rows = VisitPhoto.objects.system().filter(visit__campaign=campaign)
    photos = [place_of(name) for name in rows.values_list("stored_as", flat=True)]
    sent = ReceivedFile.objects.system().filter(received__campaign=campaign)
    photos += [files.place_of(name) for name in sent.values_list("stored_as", flat=True)]
    return {"photos": remove(photos)}
