"""Takes in areas: official division lists with their editions, a pack's areas, boundaries, grids drawn by a person."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from fugong.core.audit import record
from fugong.core.refusals import Refused, refuse_if
from fugong.territory import rules
from fugong.territory.geometry import centre_of, why_not_boundary
from fugong.territory.models import Area, Outline, Succession
from fugong.territory.rules import LEVELS, Kind

BATCH = 2_000


@dataclass(frozen=True)
class Division:
    """One row of an official division list: code, name, level (province, prefecture, county, township), parent's code."""

    code: str
    name: str
    level: str
    parent_code: str


@dataclass
class Taken:
    """What a division list changed: areas that are new, renamed, ended, and links from ended to new ones."""

    new: int = 0
    renamed: int = 0
    ended: int = 0
    unchanged: int = 0
    succeeded: int = 0


@transaction.atomic
def take_in_divisions(*, rows: Iterable[Division], edition: str, on: date, by: Any, at: datetime) -> Taken:
    """Bring the official tree to an edition of the list, in force from `on`.

    New codes begin on that day, codes no longer listed end on it, and an ended area is linked to the new one of the
    same name under the same parent (mergers need a person; see `succeed`). The same edition twice changes nothing.
    """
    listed = {row.code: row for row in rows}
    refuse_if(_why_not_list(listed))
    standing = _standing_by_code()
    known = {code: area for code, area in standing.items() if code in listed}
    begins = on if any(area.edition for area in standing.values()) else None
    taken = Taken()
    _rename(listed, known, edition, by=by, at=at, taken=taken)
    new = _begin(listed, known, edition, begins, taken)
    _end(listed, standing, new, on, taken)
    if taken.new or taken.ended or taken.renamed:
        root = Area.objects.filter(depth=1).order_by("pk").first()
        assert root is not None
        record("territory.divisions.taken_in", root, by=by, at=at, edition=edition, **vars(taken))
    return taken


@dataclass(frozen=True)
class _Standing:
    """An area in force, as far as a list speaks of it: a national one has 46,000."""

    pk: int
    name: str
    path: str
    parent_id: int | None
    edition: str


def _standing_by_code() -> dict[str, _Standing]:
    rows = Area.objects.filter(valid_to__isnull=True).exclude(code="")
    values = rows.values_list("code", "pk", "name", "path", "parent_id", "code_edition")
    return {row[0]: _Standing(*row[1:]) for row in values.iterator(chunk_size=BATCH)}


def _why_not_list(listed: Mapping[str, Division]) -> str:
    for row in listed.values():
        if row.level not in LEVELS:
            return _("Code %(code)s: the list has no level “%(level)s”.") % {
                "code": row.code,
                "level": row.level,
            }
        if row.parent_code and row.parent_code not in listed:
            return _("Code %(code)s: its parent %(parent)s is not in the list.") % {
                "code": row.code,
                "parent": row.parent_code,
            }
    return "" if listed else _("The list is empty.")


def _rename(
    listed: Mapping[str, Division],
    known: Mapping[str, _Standing],
    edition: str,
    *,
    by: Any,
    at: datetime,
    taken: Taken,
) -> None:
    names = {area.pk: listed[code].name for code, area in known.items() if area.name != listed[code].name}
    renamed = list(Area.objects.filter(pk__in=names))
    for area in renamed:
        record("territory.area.renamed", area, by=by, at=at, before=area.name, after=names[area.pk])
        area.name, area.code_edition = names[area.pk], edition
    Area.objects.bulk_update(renamed, ["name", "code_edition"], batch_size=BATCH)
    taken.renamed, taken.unchanged = len(renamed), len(known) - len(renamed)


def _begin(
    listed: Mapping[str, Division],
    known: Mapping[str, _Standing],
    edition: str,
    begins: date | None,
    taken: Taken,
) -> list[Area]:
    """Make the new areas, level by level, so that parents have their numbers first."""
    parents: dict[str, _Standing | Area] = dict(known)
    made: list[Area] = []
    paths = set(Area.objects.values_list("path", flat=True))
    levels: dict[int, list[Division]] = {}
    for code, row in listed.items():
        if code not in known:
            levels.setdefault(len(code), []).append(row)
    for _length, level in sorted(levels.items()):
        rows = [_area_of(row, parents.get(row.parent_code), edition, begins, paths) for row in level]
        Area.objects.bulk_create(rows, batch_size=BATCH)
        parents |= {row.code: row for row in rows}
        made += rows
    taken.new = len(made)
    return made


def _area_of(
    row: Division, parent: _Standing | Area | None, edition: str, begins: date | None, paths: set[str]
) -> Area:
    path = f"{parent.path if parent else ''}{row.code}/"
    if path in paths:  # the code was used before, by an area that has ended
        path = f"{parent.path if parent else ''}{row.code}-{edition}/"
    return Area(
        kind=LEVELS[row.level],
        code=row.code,
        code_edition=edition,
        name=row.name,
        parent_id=parent.pk if parent else None,
        path=path,
        depth=path.count("/"),
        valid_from=begins,
    )


def _end(
    listed: Mapping[str, Division],
    standing: Mapping[str, _Standing],
    new: Iterable[Area],
    on: date,
    taken: Taken,
) -> None:
    """End what the list no longer has, below the places it speaks of; link each to the new area of its name."""
    speaks_of = {code for code in listed if len(code) <= 4}
    gone = [
        area
        for code, area in standing.items()
        if area.edition and code not in listed and code[:4] in speaks_of
    ]
    by_name = {(area.name, area.parent_id): area.pk for area in new}
    links = [
        Succession(old_id=area.pk, new_id=by_name[area.name, area.parent_id], on=on)
        for area in gone
        if (area.name, area.parent_id) in by_name
    ]
    numbers = [area.pk for area in gone]
    for start in range(0, len(numbers), BATCH):
        Area.objects.filter(pk__in=numbers[start : start + BATCH]).update(valid_to=on)
    Succession.objects.bulk_create(links, ignore_conflicts=True)
    taken.ended, taken.succeeded = len(gone), len(links)


@transaction.atomic
def succeed(*, old: Area, new: Area, on: date, by: Any, at: datetime) -> Succession:
    """Say that one area took over from another (a merger, a new boundary)."""
    refuse_if(_("An area cannot follow itself.") if old.pk == new.pk else "")
    link, _made = Succession.objects.get_or_create(old=old, new=new, defaults={"on": on})
    if old.valid_to is None:
        old.valid_to = on
        old.save(update_fields=["valid_to"])
    record("territory.area.succeeded", old, by=by, at=at, new=new, on=on)
    return link


@transaction.atomic
def take_in_areas(*, rows: Iterable[Mapping[str, Any]], by: Any, at: datetime) -> dict[str, Area]:
    """Take in a pack's areas (parents first); the areas by their key in the pack. Existing ones are brought up to date.

    A row: key, parent (a key or ""), kind, name, code, longitude, latitude, boundary.
    """
    areas: dict[str, Area] = {}
    for row in rows:
        parent = areas[row["parent"]] if row["parent"] else None
        refuse_if(rules.why_not_hold(parent.kind, row["kind"]) if parent else "")
        areas[row["key"]] = _take_in(row, parent, by=by, at=at)
    return areas


def _take_in(row: Mapping[str, Any], parent: Area | None, *, by: Any, at: datetime) -> Area:
    segment = row["code"] or row["key"]
    path = f"{parent.path if parent else ''}{segment}/"
    area = _standing(row, parent, path)
    new = area is None
    area = area or Area(kind=row["kind"], path=path, depth=path.count("/"), parent=parent)
    changed = {
        name: row[name]
        for name in ("name", "code", "longitude", "latitude", "boundary")
        if row.get(name) not in (None, "") and getattr(area, name) != row[name]
    }
    boundary = changed.get("boundary")
    for name in changed.keys() - {"boundary"}:
        setattr(area, name, changed[name])
    if area.longitude is None and boundary:
        area.longitude, area.latitude = centre_of(boundary)
    if new or changed:
        area.save()
        if boundary:
            _draw(area, boundary)
        record("territory.area.taken_in", area, by=by, at=at, names=sorted(changed))
    return area


def _standing(row: Mapping[str, Any], parent: Area | None, path: str) -> Area | None:
    """The area that is there already: by its path, by its official code, or by its name under the parent."""
    current = Area.objects.filter(valid_to__isnull=True, kind=row["kind"])
    if row["code"]:
        found = current.filter(code=row["code"]).first()
        if found:
            return found
    return Area.objects.filter(path=path).first() or current.filter(parent=parent, name=row["name"]).first()


@transaction.atomic
def draw_grid(*, parent: Area, name: str, boundary: Mapping[str, Any], by: Any, at: datetime) -> Area:
    """Make a grid inside an area from a boundary that a person drew or imported (GeoJSON geometry, WGS-84)."""
    refuse_if(
        rules.why_not_hold(parent.kind, Kind.GRID)
        or why_not_boundary(boundary)
        or _why_not_name(parent, name)
    )
    serial = (parent.children.filter(kind=Kind.GRID).aggregate(last=Max("pk"))["last"] or 0) + 1
    longitude, latitude = centre_of(boundary)
    area = Area.objects.create(
        kind=Kind.GRID,
        name=name.strip(),
        parent=parent,
        path=f"{parent.path}g{parent.pk}-{serial}/",
        depth=parent.depth + 1,
        longitude=longitude,
        latitude=latitude,
        valid_from=at.date(),
    )
    _draw(area, boundary)
    record("territory.grid.drawn", area, by=by, at=at, parent=parent)
    return area


def _why_not_name(parent: Area, name: str) -> str:
    if not name.strip():
        return _("The grid needs a name.")
    if parent.children.filter(name=name.strip(), valid_to__isnull=True).exists():
        return _("There is an area of this name here already.")
    return ""


@transaction.atomic
def set_boundary(*, area: Area, boundary: Mapping[str, Any], by: Any, at: datetime) -> Area:
    """Give an area its outline (GeoJSON geometry, WGS-84)."""
    refuse_if(why_not_boundary(boundary))
    _draw(area, boundary)
    area.longitude, area.latitude = centre_of(boundary)
    area.save(update_fields=["longitude", "latitude"])
    record("territory.area.bounded", area, by=by, at=at)
    return area


def _draw(area: Area, boundary: Mapping[str, Any]) -> None:
    """Give the area this outline instead of the one it had; the area in hand knows it too."""
    area.outline, _made = Outline.objects.update_or_create(area=area, defaults={"geometry": boundary})


def take_in_boundaries(*, collection: Mapping[str, Any], by: Any, at: datetime) -> tuple[int, list[str]]:
    """Give areas the outlines of a GeoJSON FeatureCollection, matched by `code` or `name`; the number, and who has none."""
    if collection.get("type") != "FeatureCollection":
        raise Refused(_("This is not a GeoJSON FeatureCollection."))
    done, missing = 0, []
    for feature in collection.get("features", []):
        properties = feature.get("properties") or {}
        area = _area_named(str(properties.get("code") or ""), str(properties.get("name") or ""))
        if area is None or why_not_boundary(feature.get("geometry") or {}):
            missing.append(str(properties.get("name") or properties.get("code") or "?"))
            continue
        set_boundary(area=area, boundary=feature["geometry"], by=by, at=at)
        done += 1
    return done, missing


def _area_named(code: str, name: str) -> Area | None:
    current = Area.objects.filter(valid_to__isnull=True)
    found = current.filter(code=code).first() if code else None
    if found is None and name:
        named = list(current.filter(name=name)[:2])
        found = named[0] if len(named) == 1 else None
    return found
