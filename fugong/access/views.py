"""Signing in and out, first links, postings, looking through another role, and who looked at what."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from fugong.access import actions, sessions
from fugong.access.forms import LoginForm, PasswordForm, PostingForm, UserForm
from fugong.access.permitted import permitted, public, signed_in, still_works
from fugong.access.queries import assignable_areas, postings_in_reach, reveals_in_reach, users_in_reach
from fugong.access.roles import ROLES
from fugong.access.roles import Permission as P
from fugong.core.commands import methods
from fugong.core.refusals import Refused

PAGE = 50


@public
@sensitive_post_parameters("password")
def login(request: HttpRequest) -> HttpResponse:
    """Sign in by login (or phone) and password."""
    form = LoginForm(request.POST or None)
    after = _safe_next(request)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.check_password(at=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            sessions.sign_in(request, user)
            return redirect(after or sessions.home_of(user))
    status = 422 if request.method == "POST" else 200
    return render(
        request, "access/login.html", {"form": form, "next": after, "demo": settings.DEMO}, status=status
    )


def _safe_next(request: HttpRequest) -> str:
    given = request.POST.get("next") or request.GET.get("next") or ""
    return (
        given if url_has_allowed_host_and_scheme(given, allowed_hosts=None) and given.startswith("/") else ""
    )


@public
def logout(request: HttpRequest) -> HttpResponse:
    """Sign out; only by POST, so that a link in a message cannot do it."""
    if request.method == "POST":
        sessions.sign_out(request)
    return redirect("access:login")


@methods("GET", "POST")
@public
@sensitive_post_parameters("password", "again")
def first_link(request: HttpRequest, token: str) -> HttpResponse:
    """Choose a password through a link that works once."""
    user = actions.user_of_link(token)
    form = PasswordForm(request.POST or None)
    if user and request.method == "POST" and form.is_valid():
        try:
            user = actions.choose_password(
                token=token, password=form.cleaned_data["password"], at=timezone.now()
            )
        except Refused as refusal:
            form.add_error("password", str(refusal))
        else:
            sessions.sign_in(request, user)
            return redirect(sessions.home_of(user))
    status = 422 if request.method == "POST" else 200
    return render(request, "access/first_link.html", {"form": form, "person": user}, status=status)


@public
def set_language(request: HttpRequest) -> HttpResponse:
    """Chinese or English, kept on this device."""
    language = request.POST.get("language", "")
    back = request.headers.get("Referer", "/")
    response = redirect(
        back if url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()}) else "/"
    )
    if (
        request.method == "POST"
        and language in dict(settings.LANGUAGES)
        and translation.check_for_language(language)
    ):
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, max_age=365 * 86400, samesite="Lax")
    return response


@methods("GET")
@permitted(P.ADMINISTER)
def postings(request: HttpRequest) -> HttpResponse:
    """Who is posted where, today and earlier."""
    rows = postings_in_reach(request.user).order_by("user__name", "from_on")
    words = request.GET.get("q", "").strip()
    if words:
        rows = rows.filter(Q(user__name__contains=words) | Q(area__name__contains=words))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    names = {key: role.name for key, role in ROLES.items()}
    lines = [
        {"posting": row, "role": names[row.role], "ended": row.to_on and row.to_on < request.today}
        for row in page
    ]
    return render(request, "access/postings.html", {"page": page, "lines": lines, "words": words})


@methods("GET", "POST")
@permitted(P.ADMINISTER)
@still_works("accounts and postings are no campaign's")
def new_posting(request: HttpRequest) -> HttpResponse:
    areas = assignable_areas(request.user, request.campaign)
    users = users_in_reach(request.user, request.today)
    form = PostingForm(request.POST or None, areas=areas, users=users, initial={"from_on": request.today})
    if request.method == "POST" and form.is_valid():
        actions.post(by=request.user, at=request.now, **form.cleaned_data)
        messages.success(request, _("Posted."))
        return redirect("access:postings")
    status = 422 if request.method == "POST" else 200
    return render(request, "access/form.html", {"form": form, "heading": _("New posting")}, status=status)


@methods("POST")
@permitted(P.ADMINISTER)
@still_works("accounts and postings are no campaign's")
def end_posting(request: HttpRequest, pk: int) -> HttpResponse:
    posting = get_object_or_404(postings_in_reach(request.user), pk=pk)
    actions.end_posting(posting=posting, on=request.today, by=request.user, at=request.now)
    messages.success(request, _("The posting ends today."))
    return redirect("access:postings")


@methods("GET", "POST")
@permitted(P.ADMINISTER)
@still_works("accounts and postings are no campaign's")
def new_user(request: HttpRequest) -> HttpResponse:
    """Make a user and show, once, the link with which they choose their password."""
    form = UserForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = actions.add_user(by=request.user, at=request.now, **form.cleaned_data)
        return redirect("access:link", user.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "access/form.html", {"form": form, "heading": _("New user")}, status=status)


@methods("GET")
@permitted(P.ADMINISTER)
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """The link with which a user who has no password yet chooses one."""
    user = get_object_or_404(users_in_reach(request.user, request.today), pk=pk, is_active=True)
    if user.has_usable_password():
        raise Http404
    address = request.build_absolute_uri(reverse("access:first_link", args=[actions.first_link(user)]))
    return render(request, "access/link.html", {"person": user, "link": address})


@methods("GET")
@permitted(P.ADMINISTER)
def view_as(request: HttpRequest) -> HttpResponse:
    """Choose whose pages to look at."""
    rows = users_in_reach(request.user, request.today).filter(is_active=True)
    rows = rows.exclude(pk=request.user.pk).order_by("name")
    words = request.GET.get("q", "").strip()
    rows = rows.filter(name__contains=words) if words else rows
    page = Paginator(rows.prefetch_related("postings__area"), PAGE).get_page(request.GET.get("page"))
    names = {key: role.name for key, role in ROLES.items()}
    lines = [{"person": row, "posts": [(names[p.role], p.area) for p in row.postings.all()]} for row in page]
    return render(request, "access/view_as.html", {"page": page, "lines": lines, "words": words})


@methods("POST")
@signed_in
@still_works("looking through another role writes nothing")
def start_view_as(request: HttpRequest, pk: int) -> HttpResponse:
    """Look through this user's eyes; nothing can be written meanwhile, and it is noted."""
    if not request.signed_in.has_role("administrator"):
        raise Http404
    user = get_object_or_404(users_in_reach(request.signed_in, request.today), pk=pk, is_active=True)
    request.session[sessions.VIEW_AS] = user.pk
    actions.note_view_as(user=user, by=request.signed_in, at=request.now)
    return redirect(sessions.home_of(user))


@methods("POST")
@signed_in
@still_works("looking through another role writes nothing")
def stop_view_as(request: HttpRequest) -> HttpResponse:
    """Back to one's own pages."""
    request.session.pop(sessions.VIEW_AS, None)
    return redirect("access:view_as")


@methods("GET")
@permitted(P.SEE_AUDIT)
def reveals(request: HttpRequest) -> HttpResponse:
    """Who looked at whose sealed value, when and why."""
    rows: Any = reveals_in_reach(request.user, request.campaign)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    return render(request, "access/reveals.html", {"page": page})


@methods("GET")
@signed_in
def roles(request: HttpRequest) -> HttpResponse:
    """Every role with its description and what it may do."""
    return render(request, "access/roles.html", {"roles": ROLES.values(), "permissions": list(P)})
