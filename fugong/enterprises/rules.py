"""Size classes, premises, positions: the words of the ledger and the pure rules over them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

LEAST_REASON = 5
# How many sealed values one person may open in a day; a limit of the house against copying a ledger by hand.
REVEALS_A_DAY = 20


class Size(models.TextChoices):
    """Size class by revenue, as the statistics office keeps it; never computed from the head count."""

    ABOVE_SCALE = "above-scale", _("above-scale (industry)")
    ABOVE_QUOTA = "above-quota", _("above-quota (trade and services)")
    SMALL = "small", _("small")


class PremisesKind(models.TextChoices):
    WORKSHOP = "workshop", _("workshop")
    DORMITORY = "dormitory", _("dormitory")
    CANTEEN = "canteen", _("canteen")
    OFFICE = "office", _("office")
    STORE = "store", _("store")


class PositionSource(models.TextChoices):
    """How a position on the map came about."""

    NONE = "none", _("not placed")
    IMPORTED = "imported", _("from the ledger")
    STREET = "street", _("from the street")
    PLACED = "placed", _("placed by a person")
    PHONE = "phone", _("from a phone at a visit")


class Coordinates(models.TextChoices):
    """The coordinate system a position was given in; it is kept as WGS-84."""

    WGS84 = "wgs84", _("WGS-84 / CGCS2000")
    GCJ02 = "gcj02", _("GCJ-02 (map vendors)")
    BD09 = "bd09", _("BD-09 (Baidu)")


class ListingSource(models.TextChoices):
    CONDITION = "condition", _("by condition")
    PERSON = "person", _("by a person")


def why_not_reason(reason: str) -> str:
    """Why this is no reason to be recorded; empty when it is one."""
    if len(reason.strip()) >= LEAST_REASON:
        return ""
    return gettext("Give a reason of at least %(least)d characters.") % {"least": LEAST_REASON}


def why_not_version(now: int, then: int, who: str, what: Iterable[str]) -> str:
    """Why a form that was opened at version `then` may not be saved over version `now`."""
    if now == then:
        return ""
    fields = gettext(", ").join(what) or gettext("the entry")
    sentence = gettext("%(who)s has changed %(what)s in the meantime. Look at it again before you save.")
    return sentence % {"who": who or gettext("The system"), "what": fields}


def why_not_change(enterprise: Any) -> str:
    """Why an enterprise's entry may not be changed: it was merged into another."""
    if enterprise.merged_into_id is None:
        return ""
    return gettext("This entry was merged into “%(kept)s”; change that one.") % {
        "kept": enterprise.merged_into
    }


def why_not_merge(kept: Any, absorbed: Any) -> str:
    """Why two entries may not become one."""
    if kept.pk == absorbed.pk:
        return gettext("An entry cannot be merged with itself.")
    if kept.campaign_id != absorbed.campaign_id:
        return gettext("The two entries stand in the ledgers of different campaigns.")
    return why_not_change(kept) or why_not_change(absorbed)


def why_not_undo_merge(merge: Any) -> str:
    """Why a merge may not be undone (now)."""
    if merge.undone_at is not None:
        return gettext("This merge was undone already.")
    if merge.kept.merged_into_id is not None:
        return gettext("“%(kept)s” was itself merged later; undo that merge first.") % {"kept": merge.kept}
    return ""


def why_not_position(longitude: float, latitude: float) -> str:
    if -180 <= longitude <= 180 and -90 <= latitude <= 90:
        return ""
    return gettext("This is no position in degrees of longitude and latitude.")


def why_not_reveal(phone: Any, reason: str, revealed_today: int, quota: int | None = None) -> str:
    """Why a phone number may not be shown: no number, no reason, or the day's quota is used up."""
    if not phone:
        return gettext("No phone number is on file.")
    if revealed_today >= (REVEALS_A_DAY if quota is None else quota):
        return gettext(
            "You have opened %(count)d numbers today, which is the limit. Ask the privacy officer."
        ) % {"count": revealed_today}
    return why_not_reason(reason)


def why_not_unlist(listing: Any, reason: str) -> str:
    if listing.left_at is not None:
        return gettext("The enterprise is no longer on this list.")
    return why_not_reason(reason)


def why_not_end(contact: Any, day: Any) -> str:
    """Why a contact may not be ended on a day."""
    if contact.to_on is not None:
        return gettext("This contact has ended already.")
    if contact.from_on > day:
        return gettext("This contact begins later than that.")
    return ""


def crowding(people: int | None, places: int | None, rooms: int | None, floor_area: float | None) -> str:
    """A short sentence on how full a dormitory is; empty where nothing can be said."""
    parts = []
    if people and places and people > places:
        parts.append(
            gettext("%(people)d people for %(places)d places") % {"people": people, "places": places}
        )
    if people and rooms:
        parts.append(gettext("%(each)s people a room") % {"each": f"{people / rooms:.1f}".removesuffix(".0")})
    if people and floor_area:
        parts.append(gettext("%(each)s m² a person") % {"each": f"{floor_area / people:.1f}"})
    return gettext("; ").join(parts)


def street_of(address: str, suffixes: tuple[str, ...], places: tuple[str, ...] = ()) -> str:
    """The street or place name in an address, "" when none is named.

    It ends on one of the pack's `suffixes` (路, 街, 大道...). `places` are names of areas, the longest first;
    they are taken off its front, as is everything up to the last administrative word.
    """
    found = _street_pattern(suffixes).search(address) if address and suffixes else None
    if not found:
        return ""
    name = ADMINISTRATIVE.split(found[1])[-1]
    while front := next((place for place in places if len(place) > 1 and name.startswith(place)), ""):
        name = name[len(front) :]
    return name + found[2] if name else ""


ADMINISTRATIVE = re.compile(r"[省市区县镇乡村]|街道|社区|居委会")


@lru_cache(maxsize=64)
def _street_pattern(suffixes: tuple[str, ...]) -> re.Pattern[str]:
    ending = "|".join(map(re.escape, sorted(suffixes, key=len, reverse=True)))
    return re.compile(rf"([^\s\d,，。;；、()（）]{{1,30}}?)({ending})")


# What people leave out, or write instead, at the end of a village's name.
VILLAGE_ENDINGS = re.compile(
    r"(村民委员会|居民委员会|村委会|居委会|社区居委会|经济联合社|村委|居委|社区|行政村|村|园区)$"
)


@lru_cache(maxsize=4096)
def village_key(name: str) -> str:
    """What everybody writes alike of a village's name: 柳村村委会, 柳村 and 柳社区 all give 柳."""
    text = re.sub(r"[\s()（）]+", "", name)
    while (shorter := VILLAGE_ENDINGS.sub("", text)) != text and shorter:
        text = shorter
    return text
