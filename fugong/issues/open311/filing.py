"""A request that a program files: who may, what it says, where it is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from fugong.campaigns.models import Campaign
from fugong.issues import actions
from fugong.issues.actions.intake import digest_of
from fugong.issues.forms import form_field, plain
from fugong.issues.kinds import Kind
from fugong.issues.models import ApiClient
from fugong.issues.open311.answers import Wrong
from fugong.territory.geometry import contains, kilometres
from fugong.territory.models import Area

# As far from the middle of the nearest area a point may lie where no outline holds it.
NEAR_KM = 20.0
LONGEST = 4000


def client_of(campaign: Campaign, key: str) -> ApiClient:
    """The program of a key, which files in its own campaign only."""
    if key:
        rows = ApiClient.objects.filter(campaign=campaign, ended_at__isnull=True)
        found = rows.filter(key_digest=digest_of(key)).first()
        if found is not None:
            return found
    raise Wrong(403, _("api_key is missing or opens nothing here."))


def found_of(kind: Kind, values: Mapping[str, str], client: ApiClient) -> actions.Found:
    """What is filed: the first line as title, the kind's own fields checked as on a page."""
    description = values.get("description", "").replace("\x00", "").strip()
    if len(description) > LONGEST:
        raise Wrong(400, _("description has at most %(most)d characters.") % {"most": LONGEST})
    names = [values.get(name, "").replace("\x00", "").strip() for name in ("last_name", "first_name")]
    return actions.Found(
        title=(description.splitlines() or [kind.name])[0][:120],
        detail=description,
        kind=kind.key,
        answers=_answers(kind, values),
        origin="issues.apiclient",
        origin_id=client.pk,
        requester={
            "client": client,
            "name": "".join(names)[:40],
            "phone": values.get("phone", "").replace("\x00", "").strip()[:40],
            "place": values.get("address_string", "").replace("\x00", "").strip()[:400],
        },
    )


def _answers(kind: Kind, values: Mapping[str, str]) -> dict[str, Any]:
    form = forms.Form({field.key: values.get(f"attribute[{field.key}]", "") for field in kind.fields})
    for field in kind.fields:
        form.fields[field.key] = form_field(field)
    if not form.is_valid():
        wrong = "; ".join(
            f"attribute[{key}]: {' '.join(map(str, said))}" for key, said in form.errors.items()
        )
        raise Wrong(400, wrong)
    return {key: plain(value) for key, value in form.cleaned_data.items() if value not in (None, "")}


def area_of(campaign: Campaign, values: Mapping[str, str]) -> Area:
    """Where it is: by lat and long, by address_id (a number of an area), or by an address that names an area."""
    inside = Area.objects.below(campaign.area.path)
    across, up = values.get("long", "").strip(), values.get("lat", "").strip()
    if across or up:
        return _area_at(inside, _degrees(across, 180, "long"), _degrees(up, 90, "lat"))
    if number := values.get("address_id", "").strip():
        known = number.isascii() and number.isdigit() and len(number) < 18
        found: Area | None = inside.filter(pk=int(number)).first() if known else None
        if found is None:
            raise Wrong(400, _("address_id is not known here."))
        return found
    address = values.get("address_string", "").strip()
    if not address:
        raise Wrong(400, _("A place was not provided: lat and long, address_string or address_id."))
    named = [area for area in inside if area.name in address]
    return max(named, key=lambda area: (area.depth, len(area.name))) if named else campaign.area


def _degrees(text: str, most: float, name: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not -most <= value <= most:
        raise Wrong(400, _("%(name)s is no number of degrees.") % {"name": name})
    return value


def _area_at(inside: Any, longitude: float, latitude: float) -> Area:
    """The deepest area whose outline holds the point, else the one whose middle is nearest."""
    point = (longitude, latitude)
    around = [area for area in inside.drawn() if contains(area.boundary, point)]
    if around:
        return max(around, key=lambda area: area.depth)
    middles = [area for area in inside if area.longitude is not None and area.latitude is not None]
    if middles:
        nearest = min(
            middles, key=lambda area: (kilometres((area.longitude, area.latitude), point), -area.depth)
        )
        if kilometres((nearest.longitude, nearest.latitude), point) <= NEAR_KM:
            return nearest
    raise Wrong(400, _("The point lies outside the area of this jurisdiction."))
