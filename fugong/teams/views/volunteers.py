"""A volunteer's page for coordinators, and the volunteer's own page through a signed link."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted, public, still_works
from fugong.access.roles import Permission as P
from fugong.campaigns.gate import hold
from fugong.campaigns.queries import moment_of
from fugong.core.commands import methods
from fugong.core.documents import qr_svg
from fugong.core.limiting import limited
from fugong.core.row_numbers import row_number
from fugong.teams import actions, queries
from fugong.teams.forms import AwayForm
from fugong.teams.models import Turn, Volunteer
from fugong.teams.views.reach import permit
from fugong.teams.views.slips import link_to


def volunteer_of(request: HttpRequest, pk: int) -> Volunteer:
    rows = Volunteer.objects.visible_to(request.user).select_related(
        "area", "campaign__release", "campaign__area"
    )
    found: Volunteer = get_object_or_404(rows, pk=pk)
    return found


@methods("GET")
@permitted(P.SEE_TEAMS)
def volunteer(request: HttpRequest, pk: int) -> HttpResponse:
    """What a volunteer can do and when, their shifts and hours, days away; for coordinators the link to their own page."""
    row = volunteer_of(request, pk)
    may_edit = request.user.has_permission(P.EDIT_TEAMS, row.area)
    has_link = may_edit and row.left_on is None
    link = link_to(request, row) if has_link else ""
    context = {
        "volunteer": row,
        "may_edit": may_edit,
        "may_reveal": bool(row.phone) and request.user.has_permission(P.REVEAL_CONTACTS, row.area),
        "link": link,
        "qr": mark_safe(qr_svg(link, scale=4)) if has_link else "",
        "form": AwayForm(),
        **_shifts(row, request.now),
    }
    return render(request, "teams/volunteer.html", context)


def _shifts(row: Volunteer, at: object) -> dict[str, object]:
    """Skills in words, shifts to come and those that were, the hours that count."""
    names, skills = dict(queries.shift_kinds(row.campaign)), dict(queries.skills_of(row.campaign))
    turns = Turn.objects.filter(volunteer=row, shift__cancelled_at__isnull=True).select_related("shift__area")
    found = list(turns.order_by("shift__starts_at", "pk"))
    for turn in found:
        turn.kind_name = names.get(turn.shift.kind, turn.shift.kind)  # type: ignore[attr-defined]
    return {
        "skills": [skills.get(key, key) for key in row.skills],
        "coming": [turn for turn in found if turn.shift.ends_at >= at],
        "past": [turn for turn in found if turn.shift.ends_at < at][::-1],
        "hours": sum(turn.hours or 0 for turn in found),
        "called_off": row.called_off.select_related("shift").order_by("-shift__starts_at"),  # type: ignore[attr-defined]
        "away": row.times_away.order_by("-from_on"),  # type: ignore[attr-defined]
    }


@methods("POST")
@permitted(P.EDIT_TEAMS)
def away(request: HttpRequest, pk: int) -> HttpResponse:
    """The volunteer cannot come on these days; shifts then are named, for somebody to give to others."""
    row = volunteer_of(request, pk)
    permit(request, P.EDIT_TEAMS, row.area)
    form = AwayForm(request.POST)
    if not form.is_valid():
        return render(request, "teams/form.html", {"form": form, "heading": row.name}, status=422)
    noted = actions.note_away(volunteer=row, by=request.user, at=request.now, **form.cleaned_data)
    turns = Turn.objects.filter(volunteer=row, shift__cancelled_at__isnull=True).select_related("shift")
    clash = [
        turn.shift
        for turn in turns
        if noted.covers(timezone.localdate(turn.shift.starts_at), timezone.localdate(turn.shift.ends_at))
    ]
    if clash:
        sentence = _("Noted. Shifts on those days still name them: %(shifts)s.")
        messages.warning(request, sentence % {"shifts": "、".join(str(shift) for shift in clash)})
    else:
        messages.success(request, _("Noted."))
    return redirect("volunteers:volunteer", pk)


@methods("POST")
@permitted(P.EDIT_TEAMS)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """The volunteer stops."""
    row = volunteer_of(request, pk)
    permit(request, P.EDIT_TEAMS, row.area)
    actions.end_volunteer(volunteer=row, on=request.today, by=request.user, at=request.now)
    messages.success(request, _("%(name)s is no longer on the list.") % {"name": row.name})
    return redirect("volunteers:list")


@methods("POST")
@permitted(P.EDIT_TEAMS)
@still_works("takes an access away")
def renew_link(request: HttpRequest, pk: int) -> HttpResponse:
    """Links given out so far show nothing any more."""
    row = volunteer_of(request, pk)
    permit(request, P.EDIT_TEAMS, row.area)
    actions.new_link(volunteer=row, by=request.user, at=request.now)
    messages.success(request, _("There is a new link; the old ones show nothing any more."))
    return redirect("volunteers:volunteer", pk)


@limited
@methods("GET")
@public
def my_shifts(request: HttpRequest, token: str) -> HttpResponse:
    """A volunteer's own shifts on the phone, without an account. A link that is no longer good shows nothing."""
    row = queries.volunteer_of_link(token)
    if row is None:
        return render(request, "teams/my_shifts.html", {"volunteer": None}, status=404)
    hold(request, row.campaign)
    now = moment_of(row.campaign, timezone.now())
    context = {"volunteer": row, "token": token, "now": now, **_shifts(row, now)}
    return render(request, "teams/my_shifts.html", context)


@limited
@methods("POST")
@public
def call_off(request: HttpRequest, token: str) -> HttpResponse:
    """The volunteer cannot come to one of their shifts. A shift that was never theirs is not there."""
    row = queries.volunteer_of_link(token)
    if row is None:
        raise Http404
    hold(request, row.campaign)
    shift = queries.own_shift(row, row_number(request.POST.get("shift", "")))
    if shift is None:
        raise Http404
    at = moment_of(row.campaign, timezone.now())
    actions.call_off(shift=shift, volunteer=row, reason=request.POST.get("reason", ""), by=None, at=at)
    return redirect("volunteers:my_shifts", token)
