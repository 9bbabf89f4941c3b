"""Pages of the territory: the tree from top to building, outlines and grids, division lists."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.core.commands import methods
from fugong.core.guards import permitted, still_works
from fugong.core.refusals import Refused
from fugong.core.row_numbers import row_number
from fugong.territory import actions, queries, rules
from fugong.territory.forms import BoundariesForm, DivisionsForm, GridForm, OutlineForm, SucceedForm
from fugong.territory.models import Area
from fugong.territory.rules import Kind

EDIT_TERRITORY = "edit_territory"  # a permission of access, which lies above this module
PAGE = 100


@methods("GET")
@permitted(EDIT_TERRITORY)
def areas(request: HttpRequest) -> HttpResponse:
    """Where this person's part of the tree begins, and a search over all of it."""
    words = request.GET.get("q", "").strip()[:80]
    seen = Area.objects.visible_to(request.user)
    rows = queries.matching(seen, words) if words else queries.tops(request.user)
    rows = rows.select_related("parent").order_by("path")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "territory/areas.html", {"page": page, "words": words})


def _area(request: HttpRequest, pk: int) -> Area:
    area: Area = get_object_or_404(
        Area.objects.visible_to(request.user).select_related("parent", "outline"), pk=pk
    )
    if not request.user.has_permission(EDIT_TERRITORY, area):  # type: ignore[union-attr]
        raise PermissionDenied
    return area


@methods("GET")
@permitted(EDIT_TERRITORY)
def area(request: HttpRequest, pk: int) -> HttpResponse:
    """One area: what it is, what lies below, what came before and after, its map, and drawing a grid in it."""
    return _page(request, _area(request, pk))


def _page(request: HttpRequest, area: Area, status: int = 200, **forms: Any) -> HttpResponse:
    with_ended = request.GET.get("ended") == "1"
    children = list(queries.children(area, with_ended))
    counts = queries.counts_below(area)
    seen = set(Area.objects.visible_to(request.user).filter(pk__in=_above(area)).values_list("pk", flat=True))
    crumbs = [
        {"label": one.name, "url": reverse("territory:area", args=[one.pk]) if one.pk in seen else ""}
        for one in queries.ancestors(area)
    ]
    context = {
        "area": area,
        "breadcrumbs": [*crumbs, {"label": area.name}],
        "children": children,
        "counts": [(Kind(kind).label, counts[kind]) for kind in Kind.values if kind in counts],
        "shapes": _shapes(area, children),
        "map_options": {"size": "m", "label": _("Areas below"), "legend": _legend()},
        "predecessors": area.predecessors.select_related("old"),
        "successors": area.successors.select_related("new"),
        "with_ended": with_ended,
        "why_not_grid": rules.why_not_hold(area.kind, Kind.GRID),
        "grid_form": GridForm(),
        "outline_form": OutlineForm(prefix="own"),
        "succeed_form": SucceedForm(initial={"on": request.today}),
    }
    return render(request, "territory/area.html", context | forms, status=status)


def _above(area: Area) -> list[int]:
    return [one.pk for one in queries.ancestors(area)]


def _legend() -> list[dict[str, Any]]:
    return [
        {"level": "own", "word": _("this area"), "colour": "s1"},
        {"level": "below", "word": _("areas below"), "colour": "s3"},
    ]


def _shapes(area: Area, children: list[Area]) -> dict[str, Any]:
    """The area's outline below its children's, as GeoJSON."""
    features = [
        {
            "type": "Feature",
            "properties": {
                "name": one.name,
                "label": one.get_kind_display(),
                "level": "own" if one.pk == area.pk else "below",
                "url": reverse("territory:area", args=[one.pk]),
            },
            "geometry": one.boundary,
        }
        for one in [area, *children]
        if one.boundary
    ]
    return {"type": "FeatureCollection", "features": features}


@methods("POST")
@permitted(EDIT_TERRITORY)
@still_works("areas are no campaign's")
def draw_grid(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a grid in the area from a drawn, pasted or uploaded outline."""
    parent = _area(request, pk)
    form = GridForm(request.POST, request.FILES)
    if not form.is_valid():
        return _page(request, parent, 422, grid_form=form)
    try:
        grid = actions.draw_grid(parent=parent, by=request.user, at=request.now, **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, parent, 422, grid_form=form)
    messages.success(request, _("%(name)s was drawn.") % {"name": grid.name})
    return redirect("territory:area", parent.pk)


@methods("POST")
@permitted(EDIT_TERRITORY)
@still_works("areas are no campaign's")
def set_boundary(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the area its own outline."""
    area = _area(request, pk)
    form = OutlineForm(request.POST, request.FILES, prefix="own")
    if not form.is_valid():
        return _page(request, area, 422, outline_form=form)
    actions.set_boundary(area=area, by=request.user, at=request.now, **form.cleaned_data)
    messages.success(request, _("The outline was saved."))
    return redirect("territory:area", area.pk)


@methods("POST")
@permitted(EDIT_TERRITORY)
@still_works("areas are no campaign's")
def succeed(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which area takes over from this one."""
    area = _area(request, pk)
    form = SucceedForm(request.POST)
    if not form.is_valid():
        return _page(request, area, 422, succeed_form=form)
    current = Area.objects.visible_to(request.user).filter(valid_to__isnull=True)
    given = form.cleaned_data["code"].strip()
    new = current.filter(code=given).first()
    if new is None:
        new = current.filter(pk=row_number(given)).first()
    if new is None:
        form.add_error("code", _("There is no area with this code or number."))
        return _page(request, area, 422, succeed_form=form)
    actions.succeed(old=area, new=new, on=form.cleaned_data["on"], by=request.user, at=request.now)
    messages.success(request, _("%(new)s takes over from %(old)s.") % {"new": new.name, "old": area.name})
    return redirect("territory:area", area.pk)


@methods("GET", "POST")
@permitted(EDIT_TERRITORY)
@still_works("areas are no campaign's")
def divisions(request: HttpRequest) -> HttpResponse:
    """Take in an edition of the official division list; the same edition twice changes nothing."""
    _permit_all(request)
    form = DivisionsForm(request.POST or None, request.FILES or None, initial={"on": request.today})
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            taken = actions.take_in_divisions(
                rows=values["file"],
                edition=values["edition"],
                on=values["on"],
                by=request.user,
                at=request.now,
            )
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            words = _("%(new)d new, %(renamed)d renamed, %(ended)d ended, %(unchanged)d as before.")
            messages.success(request, words % vars(taken))
            return redirect("territory:areas")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "heading": _("Import a division list")}
    return render(request, "territory/upload.html", context, status=status)


@methods("GET", "POST")
@permitted(EDIT_TERRITORY)
@still_works("areas are no campaign's")
def boundaries(request: HttpRequest) -> HttpResponse:
    """Give many areas their outlines from one GeoJSON file; those that fit no area are named."""
    _permit_all(request)
    form = BoundariesForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        collection = form.cleaned_data["file"]
        try:
            done, missing = actions.take_in_boundaries(collection=collection, by=request.user, at=request.now)
        except Refused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("%(n)d outlines were taken in.") % {"n": done})
            if missing:
                names = "、".join(missing[:20])
                messages.warning(request, _("No area fits: %(names)s") % {"names": names})
            return redirect("territory:areas")
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "heading": _("Import outlines")}
    return render(request, "territory/upload.html", context, status=status)


def _permit_all(request: HttpRequest) -> None:
    """A list changes the whole tree: it takes an administrator of the whole installation."""
    if not request.user.administers_everything:  # type: ignore[union-attr]
        raise PermissionDenied
