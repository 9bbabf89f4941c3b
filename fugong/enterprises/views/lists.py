"""The risk lists (负面清单): all of them with their movement, and one enterprise's history on them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.core import conditions
from fugong.core.commands import methods
from fugong.enterprises import actions, queries
from fugong.enterprises.forms import ListForm, ReasonForm
from fugong.enterprises.models import Enterprise, Listing
from fugong.enterprises.rules import ListingSource
from fugong.enterprises.views import scope


@methods("GET")
@permitted(P.SEE_ENTERPRISES)
def risk_lists(request: HttpRequest) -> HttpResponse:
    """Every list of the pack: on it now, entered and left today, the last two weeks; each number opens its rows."""
    moved: list[queries.ListMovement] = []
    rows = scope.standing(request)
    if request.campaign is not None:
        moved = queries.movements(request.campaign, rows, request.today)
    cards = [
        {
            "list": one.risk_list,
            "now": one.now,
            "entered": one.entered,
            "left": one.left,
            "trend": one.trend,
            "rows_url": _opening("risk_list", one.risk_list.key),
            "entered_url": _opening("entered_list", one.risk_list.key),
            "left_url": _opening("left_list", one.risk_list.key),
            "condition_url": f"{reverse('enterprises:list')}?{urlencode({'q': one.risk_list.condition})}",
        }
        for one in moved
    ]
    context = {
        "cards": cards,
        "total": rows.count(),
        "now": request.now,
        "may_refresh": request.user.has_permission(P.LIST_RISKS),
    }
    return render(request, "enterprises/risk_lists.html", context)


def _opening(word: str, key: str) -> str:
    condition = f'{word} = "{key}"'
    return f"{reverse('enterprises:list')}?{urlencode({'q': condition})}"


@methods("POST")
@permitted(P.LIST_RISKS)
def refresh(request: HttpRequest) -> HttpResponse:
    """Bring the lists in line with the ledger now (the night does it by itself)."""
    if request.campaign is not None:
        done = actions.refresh_listings(campaign=request.campaign, at=request.now, by=request.user)
        sentence = _("The lists are up to date: %(entered)d entered, %(left)d left.")
        messages.success(request, sentence % {"entered": done.entered, "left": done.left})
    return redirect("enterprises:risk_lists")


@methods("GET")
@permitted(P.SEE_ENTERPRISES)
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """One enterprise's listings, in force and past (a fragment of its file)."""
    return _fragment(request, scope.one(request, pk))


def _fragment(
    request: HttpRequest, enterprise: Enterprise, status: int = 200, form: ListForm | None = None
) -> HttpResponse:
    lists = queries.risk_lists(enterprise.campaign, request.today)
    names = {one.key: one for one in lists}
    listings = queries.listings_of(enterprise)
    moment = conditions.Moment(enterprise.campaign_id, request.today, request.now)
    in_force = [row for row in listings if row.left_at is None]
    waiting = [names[row.risk_list] for row in in_force if row.risk_list in names]
    true_now = queries.still_true(enterprise, waiting, moment)
    may_list = scope.may(request, P.LIST_RISKS, enterprise)
    context = {
        "enterprise": enterprise,
        "rows": [_row(row, names, true_now) for row in in_force],
        "past": [_past(row, names) for row in listings if row.left_at is not None],
        "may_list": may_list,
        "form": form or (ListForm(lists=_free(lists, in_force)) if may_list else None),
    }
    return render(request, "enterprises/listings.html", context, status=status)


def _free(lists: list[queries.RiskList], in_force: list[Listing]) -> list[tuple[str, str]]:
    on_them = {row.risk_list for row in in_force}
    return [(one.key, one.name) for one in lists if one.key not in on_them]


def _row(row: Listing, names: dict[str, queries.RiskList], true_now: dict[str, str]) -> dict[str, Any]:
    known = names.get(row.risk_list)
    gone = row.source == ListingSource.CONDITION and row.risk_list not in true_now
    return {
        "listing": row,
        "name": known.name if known else row.risk_list,
        "waits": gone and bool(known and known.evidence_needed),
        "evidence_needed": bool(known and known.evidence_needed),
    }


def _past(row: Listing, names: dict[str, queries.RiskList]) -> dict[str, Any]:
    known = names.get(row.risk_list)
    span = _("%(reason)s → %(left)s") % {"reason": row.reason, "left": row.left_reason or "—"}
    who = row.left_by.name if row.left_by else _("by condition")
    return {"title": known.name if known else row.risk_list, "at": row.left_at, "by": who, "text": span}


@methods("POST")
@permitted(P.LIST_RISKS)
def list_by_hand(request: HttpRequest, pk: int) -> HttpResponse:
    """Put the enterprise on a list, with the reason."""
    enterprise = scope.one(request, pk)
    scope.permit(request, P.LIST_RISKS, enterprise)
    lists = queries.risk_lists(enterprise.campaign, request.today)
    form = ListForm(request.POST, lists=[(one.key, one.name) for one in lists])
    if not form.is_valid():
        return _fragment(request, enterprise, status=422, form=form)
    actions.list_by_hand(enterprise=enterprise, by=request.user, at=request.now, **form.cleaned_data)
    return _answer(request, enterprise)


@methods("GET", "POST")
@permitted(P.LIST_RISKS)
def unlist(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the enterprise off a list: a dialog that asks for the evidence."""
    rows = Listing.objects.visible_to(request.user).select_related("enterprise__area")
    listing = get_object_or_404(rows, pk=pk)
    enterprise = scope.one(request, listing.enterprise_id)
    scope.permit(request, P.LIST_RISKS, enterprise)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.unlist(listing=listing, by=request.user, at=request.now, **form.cleaned_data)
        response = _answer(request, enterprise)
        response.headers["HX-Retarget"] = f"#listings-{enterprise.pk}"
        response.headers["HX-Reswap"] = "outerHTML"
        response.headers["HX-Trigger"] = "closeDialog"
        return response
    names = {one.key: one.name for one in queries.risk_lists(enterprise.campaign, request.today)}
    context = {
        "listing": listing,
        "name": names.get(listing.risk_list, listing.risk_list),
        "form": form,
        "enterprise": enterprise,
    }
    return render(request, "enterprises/unlist.html", context, status=422 if form.is_bound else 200)


def _answer(request: HttpRequest, enterprise: Enterprise) -> HttpResponse:
    """The fragment for htmx, else back to the enterprise's file."""
    if getattr(request, "htmx", False):
        return _fragment(request, enterprise)
    return redirect("desk:dossier", enterprise.pk)
