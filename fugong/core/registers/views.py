"""The pages of a register: list, detail, new, edit, completion, map."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.core.exceptions import ImproperlyConfigured
from django.core.paginator import Paginator
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from fugong.core import conditions, saved_views
from fugong.core.audit import history_of
from fugong.core.commands import methods
from fugong.core.merging import merge
from fugong.core.models import Event, SavedView
from fugong.core.refusals import Refused, refuse_if
from fugong.core.registers import filters
from fugong.core.registers.asked import Asked
from fugong.core.registers.columns import Texts
from fugong.core.registers.selection import Selection, everything, moment_of, select, with_columns

PAGE = 50
KINDS = {
    "name": _lazy("field"),
    "operator": _lazy("comparison"),
    "value": _lazy("value"),
    "word": _lazy("word"),
}
MAP_POINTS = 10_000


@methods("GET")
def listing(request: HttpRequest, register: Any) -> HttpResponse:
    """The list, or its rows alone when htmx asks for them."""
    asked = Asked.of(register, request.GET)
    selection = select(register, request, asked)
    context = {
        "register": register,
        "asked": asked,
        "error": selection.error,
        "here": register.url("list"),
        **_chips(register, request, asked),
        **_page(register, request, asked, selection),
        **_rights(register, request),
    }
    if _wants_rows(request):
        return render(request, "core/registers/rows.html", {**context, "fragment": True})
    choices = filters.selects(register, request, asked.filters)
    has_import = bool(register.importer) and request.user.has_permission(register.bring_in)  # type: ignore[union-attr]
    return render(
        request,
        "core/registers/list.html",
        {
            **context,
            "heading": register.label,
            "selects": choices,
            "example": conditions.said(register.example, register.model) if register.vocabulary() else "",
            "completion_url": register.url("completion") if register.vocabulary() else "",
            "import_url": register.url("import") if has_import else "",
        },
    )


def _wants_rows(request: HttpRequest) -> bool:
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.history_restore_request and (not htmx.boosted or htmx.target == "rows")


def _page(register: Any, request: HttpRequest, asked: Asked, selection: Selection) -> dict[str, Any]:
    """The rows of one page as the table tag draws them, or the points of the map."""
    paginator = Paginator(selection.rows, PAGE)
    page = paginator.get_page(asked.page)
    columns = _columns(register, request, register.shown())
    heads = [
        {
            "label": column.label,
            "numeric": column.numeric,
            "lead": place == 0,
            "sort": column.name if column.sort else "",
        }
        for place, column in enumerate(columns)
    ]
    shows_map = asked.tab == "map"
    lines = [] if shows_map else _lines(register, request, page, columns)
    return {
        "page": page,
        "total": paginator.count,
        "columns": heads,
        "lines": lines,
        "tabs": _tabs(register, asked),
        "map_url": register.url("map") + asked.query(tab="") if shows_map else "",
        "map_options": {"size": "l", "label": str(register.label), "list_url": asked.query(tab="")},
        "map_limit": MAP_POINTS if paginator.count > MAP_POINTS else 0,
        "first_time": not asked.limits and not selection.error and not paginator.count,
    }


def _columns(register: Any, request: HttpRequest, columns: Any) -> Any:
    return register.spoken(columns, request.campaign, request.now)  # type: ignore[attr-defined]


def _lines(register: Any, request: HttpRequest, rows: Iterable[Any], columns: Any) -> list[dict[str, Any]]:
    url_of = register.row_urls()
    return [
        {
            "cells": [register.cell(request, column, row) for column in columns],
            "url": url_of(row.pk),
            "pk": row.pk,
        }
        for row in rows
    ]


def _tabs(register: Any, asked: Asked) -> list[dict[str, Any]]:
    if not register.position:
        return []
    return [
        {"label": _("List"), "url": asked.query(tab=""), "active": asked.tab != "map"},
        {"label": _("Map"), "url": asked.query(tab="map"), "active": asked.tab == "map"},
    ]


def _chips(register: Any, request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """Saved views as chips: all rows first, then one's own and the shared ones."""
    campaign_id = getattr(request.campaign, "pk", None)  # type: ignore[attr-defined]
    seen = saved_views.seen_by(request.user, campaign_id)
    saved = SavedView.objects.filter(seen, register=register.key).order_by("name")
    chips = [{"label": _("All"), "url": everything(asked).query(sort=""), "active": not asked.limits}]
    own = []
    for view in saved:
        state = Asked(condition=view.condition, sort=view.order, tab=asked.tab)
        active = asked.condition == view.condition and not asked.words and not asked.filters
        chips.append({"label": view.name, "url": state.query(), "active": active and asked.limits})
        if view.by_id == request.user.pk:
            own.append({"name": view.name, "url": register.url("delete-view", view.pk)})
    return {
        "views": chips,
        "own_views": own,
        "save_view_url": register.url("save-view"),
        "state": asked.query()[1:],
    }


def _rights(register: Any, request: HttpRequest) -> dict[str, Any]:
    """Addresses of what this person may do here; "" where they may not."""
    may = request.user.has_permission  # type: ignore[union-attr]
    return {
        "new_url": register.url("new") if register.form and register.edit and may(register.edit) else "",
        "export_url": register.url("export") if register.take_out and may(register.take_out) else "",
        "exports_url": register.url("exports") if register.take_out and may(register.take_out) else "",
    }


@methods("GET")
def map_points(request: HttpRequest, register: Any) -> HttpResponse:
    """The rows of the list that have a position, for its map."""
    if not register.position:
        raise Http404
    asked, shown = replace(Asked.of(register, request.GET), sort=""), register.shown()[:5]
    across, up = register.position
    placed = {f"{across}__isnull": False, f"{up}__isnull": False}
    rows = select(register, request, asked, shown).rows.filter(**placed).select_related(None)
    texts, url_of = Texts(_columns(register, request, shown[1:])), register.row_urls()
    features = [
        {
            "type": "Feature",
            "id": pk,
            "geometry": {"type": "Point", "coordinates": [round(x, 6), round(y, 6)]},
            "properties": {"name": name, "url": url_of(pk), "lines": texts.of(values)},
        }
        for pk, x, y, name, *values in rows.values_list(
            "pk", across, up, register.columns[0], *texts.lookups
        )[:MAP_POINTS]
    ]
    return JsonResponse({"type": "FeatureCollection", "features": features})


@methods("GET")
def completion(request: HttpRequest, register: Any) -> HttpResponse:
    """What may come next in the condition box."""
    text = request.GET.get("text", "")[:4000]
    at = request.GET.get("at", "")
    caret = min(int(at), len(text)) if at.isdigit() and len(at) < 6 else len(text)
    found = conditions.complete(text, caret, register.model) if register.vocabulary() else []
    start = found[0].from_position if found else caret
    choices = [
        {"text": one.insert.rstrip(), "label": one.label, "kind": str(KINDS[one.kind])} for one in found
    ]
    return JsonResponse({"from": start, "to": caret, "error": _error_of(register, text), "choices": choices})


def _error_of(register: Any, text: str) -> str:
    """What is wrong with the text as it stands; "" when nothing is, or there are no conditions here."""
    try:
        conditions.check(text, register.model)
    except (conditions.ConditionError, ImproperlyConfigured) as error:
        return str(error) if isinstance(error, conditions.ConditionError) else ""
    return ""


@methods("GET")
def detail(request: HttpRequest, register: Any, pk: int) -> HttpResponse:
    """One row with its history."""
    row = _row(register, request, pk, with_measures=True)
    edit_url = ""
    if register.form and register.edit and request.user.has_permission(register.edit):  # type: ignore[union-attr]
        edit_url = register.url("edit", row.pk)
    return render(
        request,
        "core/registers/detail.html",
        {
            "register": register,
            "row": row,
            "heading": str(row),
            "breadcrumbs": [{"label": register.label, "url": register.url("list")}, {"label": str(row)}],
            "facts": [
                (column.label, column.text(row)) for column in _columns(register, request, register.facts())
            ],
            "history": [_entry(register, event) for event in history_of(row).reverse()[:100]],
            "edit_url": edit_url,
            "why_not_edit": register.why_not_edit(row, request.user, request.now),  # type: ignore[attr-defined]
        },
    )


def _entry(register: Any, event: Event) -> dict[str, Any]:
    """One event as the timeline draws it: what was changed, in the words of the model."""
    labels = {field.name: field.verbose_name for field in register.model._meta.concrete_fields}
    changes = [
        f"{labels.get(name, name)}: {_change(value)}"
        for name, value in event.changes.items()
        if name in labels
    ]
    return {
        "title": _event_title(event.name),
        "at": event.at,
        "by": event.by_label,
        "text": "; ".join(changes),
    }


def _change(value: Any) -> str:
    if isinstance(value, list) and len(value) == 2:
        return f"{_plain(value[0])} → {_plain(value[1])}"
    return _plain(value)


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return str(value.get("name", value))
    return "—" if value in (None, "") else str(value)


def _event_title(name: str) -> str:
    """The last part of an event's name in the user's language; unknown ones as they are."""
    words = {
        "registered": _("entered"),
        "created": _("entered"),
        "imported": _("taken in from a workbook"),
        "corrected": _("corrected"),
        "updated": _("corrected"),
        "corrected_by_import": _("corrected from a workbook"),
        "put_back": _("put back as it was before an import"),
        "merged": _("merged"),
        "placed": _("placed"),
        "taken_in": _("taken in"),
        "looked_up": _("looked up"),
    }
    last = name.rpartition(".")[2]
    return words.get(last, last.replace("_", " "))


def _row(register: Any, request: HttpRequest, pk: int, with_measures: bool = False) -> Any:
    """The row if this person may see it; a row outside the scope is as missing as one that never was."""
    rows = register.rows(request)
    if with_measures:
        rows = with_columns(register, rows, moment_of(request), register.facts())
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


@methods("GET", "POST")
def new(request: HttpRequest, register: Any) -> HttpResponse:
    """Enter one row by the module's action."""
    form = register.form_for(request, data=request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        row = _done(form, lambda: register.do_create(request, form.cleaned_data))
        if row is not None:
            messages.success(request, _("%(name)s was entered.") % {"name": row})
            return redirect(register.row_url(row))
    return _form_page(request, register, form, _("New"), register.url("list"))


@methods("GET", "POST")
def edit(request: HttpRequest, register: Any, pk: int) -> HttpResponse:
    """Correct one row by the module's action."""
    row = _row(register, request, pk)
    if request.method == "POST":
        refuse_if(register.why_not_edit(row, request.user, request.now))  # type: ignore[attr-defined]
    form = register.form_for(
        request, row=_row(register, request, pk), data=request.POST if request.method == "POST" else None
    )
    if request.method == "POST" and form.is_valid():
        merge(form, request, row)
        if _done(form, lambda: register.do_correct(request, row, form.cleaned_data)) is not None:
            messages.success(request, _("The correction was saved."))
            return redirect(register.row_url(row))
    return _form_page(request, register, form, str(row), register.row_url(row), row=row)


def _done(form: BaseForm, act: Any) -> Any:
    """Do it; a refusal becomes an error of the form, so that nothing typed is lost."""
    try:
        done = act()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None
    return True if done is None else done


def _form_page(
    request: HttpRequest, register: Any, form: BaseForm, heading: str, back: str, *, row: Any = None
) -> HttpResponse:
    crumbs = [{"label": register.label, "url": register.url("list")}, {"label": heading}]
    context = {"register": register, "form": form, "heading": heading, "back": back, "breadcrumbs": crumbs}
    context |= {"row": row}
    return render(request, "core/registers/form.html", context, status=422 if form.is_bound else 200)
