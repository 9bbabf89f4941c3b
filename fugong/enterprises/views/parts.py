"""Contacts and premises of one enterprise: fragments of its file, edited in dialogs; opening a sealed phone."""

from __future__ import annotations

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string

from fugong.access.permitted import permitted, still_works
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.merging import merge
from fugong.core.refusals import Refused
from fugong.enterprises import actions, queries, rules
from fugong.enterprises.forms import ContactForm, PremisesForm, ReasonForm
from fugong.enterprises.models import Contact, Enterprise, Premises
from fugong.enterprises.views import scope

# Contacts


@methods("GET")
@permitted(P.SEE_ENTERPRISES)
def contacts(request: HttpRequest, pk: int) -> HttpResponse:
    """Who speaks for the enterprise today."""
    return _contacts(request, scope.one(request, pk))


def _contacts(request: HttpRequest, enterprise: Enterprise) -> HttpResponse:
    context = {
        "enterprise": enterprise,
        "contacts": queries.contacts_of(enterprise, request.today),
        "may_edit": scope.may(request, P.EDIT_ENTERPRISES, enterprise),
        "may_reveal": scope.may(request, P.REVEAL_CONTACTS, enterprise),
    }
    return render(request, "enterprises/contacts.html", context)


@methods("GET", "POST")
@permitted(P.EDIT_ENTERPRISES)
def new_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a contact, in a dialog."""
    enterprise = scope.one(request, pk)
    scope.permit(request, P.EDIT_ENTERPRISES, enterprise)
    form = ContactForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.add_contact(enterprise=enterprise, by=request.user, at=request.now, **form.cleaned_data)
        return _changed(request, enterprise, _contacts(request, enterprise), "contacts")
    return _dialog(request, "enterprises/contact_form.html", form, enterprise)


def _contact(request: HttpRequest, pk: int, permission: P) -> Contact:
    rows = Contact.objects.visible_to(request.user).select_related(
        "enterprise__area", "enterprise__merged_into"
    )
    contact: Contact = get_object_or_404(rows, pk=pk)
    scope.permit(request, permission, contact.enterprise)
    return contact


@methods("GET", "POST")
@permitted(P.EDIT_ENTERPRISES)
def edit_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a contact, in a dialog; the phone on file is not shown, only replaced."""
    contact = _contact(request, pk, P.EDIT_ENTERPRISES)
    form = ContactForm(request.POST if request.method == "POST" else None, contact=contact)
    if request.method == "POST" and form.is_valid():
        merge(form, request, contact)
        actions.correct_contact(contact=contact, by=request.user, at=request.now, **form.cleaned_data)
        return _changed(request, contact.enterprise, _contacts(request, contact.enterprise), "contacts")
    return _dialog(request, "enterprises/contact_form.html", form, contact.enterprise, contact=contact)


@methods("POST")
@permitted(P.EDIT_ENTERPRISES)
def end_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """They no longer speak for the enterprise."""
    contact = _contact(request, pk, P.EDIT_ENTERPRISES)
    actions.end_contact(contact=contact, by=request.user, at=request.now)
    return _changed(request, contact.enterprise, _contacts(request, contact.enterprise), "contacts")


@methods("GET", "POST")
@permitted(P.REVEAL_CONTACTS)
@still_works("reading a sealed value for a reason, recorded, until it is erased")
def reveal(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Show a phone number once, after a reason was given; who looked and why is on record."""
    contact = _contact(request, pk, P.REVEAL_CONTACTS)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    context = {"contact": contact, "form": form, "quota": rules.REVEALS_A_DAY}
    if request.method == "POST" and form.is_valid():
        try:
            phone = actions.reveal_phone(
                contact=contact, by=request.user, at=request.now, **form.cleaned_data
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
            return render(request, "enterprises/reveal.html", context, status=422)
        # Streamed, because the answer to a command is kept for resends, and this one must not be.
        shown = render_to_string("enterprises/revealed.html", {"contact": contact, "phone": phone}, request)
        return StreamingHttpResponse([shown])
    return render(request, "enterprises/reveal.html", context, status=422 if form.is_bound else 200)


# Premises


@methods("GET")
@permitted(P.SEE_ENTERPRISES)
def premises(request: HttpRequest, pk: int) -> HttpResponse:
    """The enterprise's places."""
    return _premises(request, scope.one(request, pk))


def _premises(request: HttpRequest, enterprise: Enterprise) -> HttpResponse:
    rows = [
        {"place": row, "crowding": rules.crowding(row.people, row.capacity, row.rooms, row.floor_area)}
        for row in queries.premises_of(enterprise)
    ]
    context = {
        "enterprise": enterprise,
        "rows": rows,
        "may_edit": scope.may(request, P.EDIT_ENTERPRISES, enterprise),
    }
    return render(request, "enterprises/premises.html", context)


@methods("GET", "POST")
@permitted(P.EDIT_ENTERPRISES)
def new_premises(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a place, in a dialog."""
    enterprise = scope.one(request, pk)
    scope.permit(request, P.EDIT_ENTERPRISES, enterprise)
    form = PremisesForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.add_premises(enterprise=enterprise, facts=form.facts(), by=request.user, at=request.now)
        return _changed(request, enterprise, _premises(request, enterprise), "premises")
    return _dialog(request, "enterprises/premises_form.html", form, enterprise)


def _place(request: HttpRequest, pk: int) -> Premises:
    rows = Premises.objects.visible_to(request.user).select_related("enterprise__area")
    place: Premises = get_object_or_404(rows, pk=pk)
    scope.permit(request, P.EDIT_ENTERPRISES, place.enterprise)
    return place


@methods("GET", "POST")
@permitted(P.EDIT_ENTERPRISES)
def edit_premises(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct a place, in a dialog."""
    place = _place(request, pk)
    enterprise = place.enterprise
    form = PremisesForm(request.POST if request.method == "POST" else None, instance=_place(request, pk))
    if request.method == "POST" and form.is_valid():
        merge(form, request, place)
        actions.correct_premises(premises=place, facts=form.facts(), by=request.user, at=request.now)
        return _changed(request, enterprise, _premises(request, enterprise), "premises")
    return _dialog(request, "enterprises/premises_form.html", form, enterprise, premises=place)


@methods("POST")
@permitted(P.EDIT_ENTERPRISES)
def remove_premises(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a place out of the file."""
    place = _place(request, pk)
    enterprise = place.enterprise
    actions.remove_premises(premises=place, by=request.user, at=request.now)
    return _changed(request, enterprise, _premises(request, enterprise), "premises")


# Answers


def _dialog(
    request: HttpRequest, template: str, form: BaseForm, enterprise: Enterprise, **more: object
) -> HttpResponse:
    context = {"form": form, "enterprise": enterprise, **more}
    return render(request, template, context, status=422 if form.is_bound else 200)


def _changed(request: HttpRequest, enterprise: Enterprise, fragment: HttpResponse, part: str) -> HttpResponse:
    """The fragment in its place and the dialog closed; without htmx, back to the enterprise's file."""
    if not getattr(request, "htmx", False):
        return redirect("desk:dossier", enterprise.pk)
    fragment.headers["HX-Retarget"] = f"#{part}-{enterprise.pk}"
    fragment.headers["HX-Reswap"] = "outerHTML"
    fragment.headers["HX-Trigger"] = "closeDialog"
    return fragment
