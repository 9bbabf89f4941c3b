"""From the address of a page of figures to its area and day, and back."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from django.utils.http import urlencode

from fugong.campaigns.in_hand import campaign_in_hand
from fugong.insight import queries
from fugong.insight.queries.reach import area_in_reach, day_in_reach, way_to


def asking_of(request: Any) -> queries.Asking:
    """Area (`?area=`) and day (`?on=`) of the address; 404 outside the person's postings."""
    campaign = campaign_in_hand(request)
    area = area_in_reach(request.user, campaign, request.GET.get("area", ""))
    if area is None:
        raise Http404
    on = day_in_reach(campaign, request.GET.get("on", ""), request.today)
    return queries.asked(campaign, area, on, request.now)


def place_query(asking: queries.Asking) -> str:
    """The same area and day as a query of an address; today is left out, so that the link stays live."""
    query: dict[str, Any] = {"area": asking.area.pk}
    return urlencode(query if asking.on == asking.today else {**query, "on": asking.on.isoformat()})


def place_context(request: Any, asking: queries.Asking) -> dict[str, Any]:
    """Breadcrumbs down to the area, the day, and the form that changes it."""
    day: dict[str, Any] = {} if asking.on == asking.today else {"on": asking.on.isoformat()}
    way = way_to(asking.area, asking.campaign, request.user)
    crumbs = [
        {"label": area.name, "url": f"{request.path}?{urlencode({'area': area.pk, **day})}"} for area in way
    ]
    if crumbs:
        crumbs[-1].pop("url")
    return {
        "area": asking.area,
        "on": asking.on,
        "as_of": asking.moment.at,
        "is_today": asking.on == asking.today,
        "breadcrumbs": crumbs if len(crumbs) > 1 else [],
        "first_day": asking.campaign.starts_on,
        "last_day": asking.today,
        "here": request.path,
    }
