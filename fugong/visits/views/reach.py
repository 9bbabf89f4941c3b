"""What pages of field work have in common: the campaign at hand, the enterprise at whose door somebody stands."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest
from django.utils.dateparse import parse_datetime

from fugong.campaigns.in_hand import campaign_in_hand
from fugong.enterprises.models import Enterprise
from fugong.visits import queries
from fugong.visits.fieldwork.my_day import OfficerDay, day_of

__all__ = ["campaign_in_hand", "enterprise_at", "officers_day", "phones_clock"]


def enterprise_at(request: HttpRequest, pk: int) -> Enterprise:
    """The enterprise, if this person may visit it today; else it is not there."""
    found = queries.open_one(request.user, pk, request.today)
    if found is None:
        raise Http404
    if request.campaign is not None and found.campaign_id == request.campaign.pk:
        found.campaign = request.campaign  # it has read its pack already
    return found


def officers_day(request: HttpRequest) -> OfficerDay:
    """The day of the person who asks; an empty one where there is no campaign."""
    if request.campaign is None:
        return OfficerDay((), (), ())
    return day_of(request.user, request.campaign, request.today)


def phones_clock(request: HttpRequest) -> datetime | None:
    """What the phone's clock said when it sent this, where an outbox did."""
    try:
        said = parse_datetime(request.headers.get("X-Fugong-Clock", ""))
    except ValueError:
        return None
    return said if said and said.tzinfo else None
