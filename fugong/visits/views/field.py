"""The field officer's phone: my day, a visit with its checklist, what came of it, the record of a visit."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cached_property, partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted, signed_in
from fugong.access.roles import Permission as P
from fugong.access.sessions import seconds_left
from fugong.campaigns.models import Campaign
from fugong.core.commands import methods, once
from fugong.enterprises.models import Enterprise
from fugong.issues.queries import clocks_of
from fugong.visits import actions, queries, rules
from fugong.visits.artefacts.manuals import articles_in, manual_of
from fugong.visits.artefacts.procedures import told
from fugong.visits.artefacts.step_forms import StepsForm
from fugong.visits.checklists import (
    answers_before,
    articles_of,
    checklist_for,
    checklist_shown,
    localised,
    mark_of,
    offered_again,
    remarks_of,
)
from fugong.visits.fieldwork.first_contacts import owed
from fugong.visits.fieldwork.households import due_of
from fugong.visits.fieldwork.my_day import OfficerDay, day_of, route_shapes
from fugong.visits.fieldwork.roles_today import roles_today
from fugong.visits.forms import MOST_PHOTOS, ChecklistForm, GiveUpForm, VisitForm
from fugong.visits.models import Checklist, Finding, Letter, Visit, VisitPhoto
from fugong.visits.photos import NotAPhoto, Photo, photo_from, place_of
from fugong.visits.submissions import NO, NOT_APPLICABLE, NOTE, YES, Submission, Unreadable, from_xml
from fugong.visits.views.checklist_files import addresses_of, to_keep
from fugong.visits.xforms import prefilled

MOST_FOUND, MOST_OWED = 12, 8
COLOURS = {YES: "green", NO: "red", NOT_APPLICABLE: "grey"}


@methods("GET")
@permitted(P.MAKE_VISITS)
def my_day(request: HttpRequest) -> HttpResponse:
    """Today's stops with their reasons, what is done, look-backs that are the officer's own, and a search."""
    day = _day(request)
    words = request.GET.get("q", "").strip()
    found = queries.open_to(request.user, request.today).filter(name__icontains=words) if words else []
    context = {
        "day": day,
        "words": words,
        "found": found[:MOST_FOUND],
        "has_map": any(s.position for s in day.stops),
        "keep": None if request.viewing_as else _to_keep(request, day),
        **_besides(request),
    }
    return render(request, "visits/my_day.html", context)


def _besides(request: HttpRequest) -> dict[str, Any]:
    """What waits for the officer beside the route: their roles, first contacts they owe, households to call at."""
    if request.campaign is None:
        return {}
    who, campaign, on = request.user, request.campaign, request.today
    total, due = due_of(who, campaign, on, request.now)
    return {
        "roles": roles_today(who, campaign, on, request.now),
        "contacts": owed(campaign, [campaign.area.path], on, officer=who, overdue=False)[:MOST_OWED],
        "households": total,
        "households_due": due,
        "today": on,
    }


def _to_keep(request: HttpRequest, day: OfficerDay) -> dict[str, Any]:
    """What the phone keeps for a day without signal: these pages and no others, for this person, as long as this session."""
    firms = [stop.planned.enterprise_id for stop in day.stops if stop.visit is None]
    firms += [owed.enterprise_id for owed in day.own]
    visits = [reverse("visits:visit", args=[firm]) for firm in firms]
    frame = [reverse(name) for name in ("visits:my_day", "desk:my_day", "visits:on_phone", "visits:my_route")]
    return {
        "person": request.user.pk,
        "seconds": seconds_left(request),
        "pages": [*frame, *visits, *(f"{visit}?plain=1" for visit in visits), *to_keep(request.campaign)],
        "fallback": reverse("visits:on_phone"),
    }


@methods("GET")
@signed_in
def on_phone(request: HttpRequest) -> HttpResponse:
    """What is on this phone: to send, refused and why, sent. The list itself is the phone's, and needs no signal."""
    back = "visits:my_day" if request.user.has_permission(P.MAKE_VISITS) else "desk:home"
    return render(request, "visits/on_phone.html", {"back_url": reverse(back)})


@methods("GET")
@permitted(P.MAKE_VISITS)
def my_route(request: HttpRequest) -> HttpResponse:
    """The day on the map: numbered stops and the way between them. A page of its own, because a map is heavy."""
    day = _day(request)
    return render(request, "visits/my_route.html", {"day": day, "shapes": route_shapes(day)})


def _day(request: HttpRequest) -> OfficerDay:
    if request.campaign is None:
        return OfficerDay((), (), ())
    return day_of(request.user, request.campaign, request.today)


@methods("GET", "POST", reads_first=True)
@permitted(P.MAKE_VISITS)
def visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Do a visit: the enterprise's card, look-backs, the checklist. `?plain=1` shows the checklist as a plain form."""
    enterprise, is_new = _enterprise(request, pk), request.method != "POST"
    owed = queries.look_backs_due(enterprise) if request.user.has_permission(P.VERIFY_ISSUES) else ()
    form = VisitForm(
        request.POST or None,
        owed=owed,
        user=request.user,
        at=request.now,
        together=queries.planned_together(enterprise, request.user, request.today) if is_new else (),
    )
    if is_new or "others" in request.POST:
        form.may_name(queries.companions(enterprise, request.user, request.today))
    checklist = checklist_shown(enterprise, request.POST.get("checklist", "")) or checklist_for(
        enterprise, request.now
    )
    filled = _Filled(request, enterprise, checklist)
    steps = StepsForm(request.POST or None, request.FILES or None, enterprise=enterprise, at=request.now)
    if not is_new and form.is_valid() and filled.is_valid() and _follows(steps, form, filled):
        recorded = partial(_record, request, enterprise, form, filled, steps)
        return once(request, lambda: redirect("visits:done", recorded().pk))
    return _visit_page(request, enterprise, form, filled, steps)


def _follows(steps: StepsForm, form: VisitForm, filled: _Filled) -> bool:
    """Whether the procedure was followed; else the page says which steps are missing."""
    if not steps.is_valid():
        return False
    filled.error = steps.why_not(
        by_phone=form.cleaned_data["by_phone"],
        photos=len(filled.photos),
        has_position=form.position is not None,
    )
    return not filled.error


def _enterprise(request: HttpRequest, pk: int) -> Enterprise:
    found = queries.open_one(request.user, pk, request.today)
    if found is None:
        raise Http404
    if request.campaign is not None and found.campaign_id == request.campaign.pk:
        found.campaign = request.campaign  # it has read its pack already
    return found


class _Filled:
    """The checklist as it came with the request: from the form engine as XML, or from the plain form."""

    def __init__(self, request: HttpRequest, enterprise: Enterprise, checklist: Checklist | None) -> None:
        self.enterprise, self.checklist, self.error = enterprise, checklist, ""
        self.submission, self.photos, self.xml = Submission(), tuple[Photo, ...](), ""
        self.is_engine = bool(request.POST.get("instance"))
        self.is_plain = "plain" in request.GET
        self._sent = request

    @cached_property
    def last(self) -> dict[str, str]:
        """What was answered at the visit before."""
        return answers_before(self.enterprise, self.checklist) if self.checklist else {}

    @cached_property
    def form(self) -> ChecklistForm | None:
        """The plain form; with the engine's answers it is only made to be shown."""
        is_sent = self._sent.method == "POST" and not self.is_engine
        data = (self._sent.POST, self._sent.FILES) if is_sent else (None, None)
        return ChecklistForm(*data, checklist=self.checklist, last=self.last) if self.checklist else None

    def is_valid(self) -> bool:
        if self.checklist is None:
            return True
        if self.is_engine:
            return self._read_xml(self.checklist)
        if self.form is None or not self.form.is_valid():
            return False
        self.submission, self.photos = self.form.submission, tuple(self.form.photos)
        return True

    def _read_xml(self, checklist: Checklist) -> bool:
        self.xml = self._sent.POST["instance"]
        try:
            self.submission = from_xml(self.xml, checklist)
            self.photos = tuple(_photos(self._sent.FILES.getlist("photos"), self.submission))
        except (Unreadable, NotAPhoto) as error:
            self.error = str(error)
        return not self.error


def _photos(files: Iterable[Any], submission: Submission) -> Iterable[Photo]:
    for number, file in enumerate(files):
        if number >= MOST_PHOTOS:
            raise NotAPhoto(_("There are more than %(most)s photos.") % {"most": MOST_PHOTOS})
        yield photo_from(file.read(), submission.question_of(file.name))


def _record(
    request: HttpRequest,
    enterprise: Enterprise,
    form: VisitForm,
    filled: _Filled,
    steps: StepsForm,
) -> Visit:
    values, clock = form.cleaned_data, _phones_clock(request)
    started_at, ended_at = rules.on_servers_clock(
        values["started_at"], values["device_at"], clock, request.now
    )
    draft = actions.Draft(
        key=values["key"],
        started_at=started_at,
        ended_at=ended_at,
        kind=rules.kind_of(
            by_phone=values["by_phone"],
            looks_back=bool(form.looked),
            is_first=not queries.was_visited(enterprise),
        ),
        faults=filled.submission.faults,
        looked=form.looked,
        answers=filled.submission.answers,
        submission=filled.xml,
        note=values["note"],
        position=form.position,
        device_at=values["device_at"],
        photos=[*filled.photos, *steps.photos.values()],
        with_others=form.with_others,
        steps=steps.ticks(by_phone=values["by_phone"], behind=request.now - clock if clock else timedelta()),
    )
    return actions.record_visit(
        enterprise=enterprise, draft=draft, checklist=filled.checklist, by=request.user, at=request.now
    )


def _phones_clock(request: HttpRequest) -> datetime | None:
    """What the phone's clock said when it sent this, where an outbox did."""
    try:
        said = parse_datetime(request.headers.get("X-Fugong-Clock", ""))
    except ValueError:
        return None
    return said if said and said.tzinfo else None


def _visit_page(
    request: HttpRequest, enterprise: Enterprise, form: VisitForm, filled: _Filled, steps: StepsForm
) -> HttpResponse:
    checklist = filled.checklist
    if form.is_bound:
        form.may_name(queries.companions(enterprise, request.user, request.today))
    plain = filled.is_plain or checklist is None or (form.is_bound and not filled.is_engine)
    context = {
        "card": queries.card_of(enterprise, request.now),
        "enterprise": enterprise,
        "form": form,
        "look_rows": form.look_rows(),
        "checklist": checklist,
        "steps": steps,
        "in_manual": _in_manual(enterprise.campaign),
        "plain": plain,
        "check": filled.form,
        "mark": mark_of(enterprise, checklist) if checklist else "",
        "error": filled.error,
        "give_up": GiveUpForm(),
        "engine": _engine(checklist, filled.last) if checklist and not plain else None,
    }
    status = 422 if request.method == "POST" else 200
    response = render(request, "visits/visit.html", context, status=status)
    response.needs_wasm = not plain  # type: ignore[attr-defined]
    return response


def _in_manual(campaign: Campaign) -> set[str]:
    """The articles that the technical manual says something about."""
    return set(articles_in(manual_of(campaign.part("visits"), _language()[:2])))


def _engine(checklist: Checklist, last: dict[str, str]) -> dict[str, Any]:
    """The form for the engine, with what the sheet offers again of the last visit."""
    offered, remarks = offered_again(checklist, last), remarks_of(checklist, last)
    xform = prefilled(checklist.xform, offered, remarks)
    return {
        "xform": localised(xform, _language()),
        "locale": _language(),
        "attachments": addresses_of(checklist),
    }


def _language() -> str:
    return "en" if (get_language() or "").startswith("en") else "zh-hans"


@methods("POST")
@permitted(P.MAKE_VISITS)
def give_up(request: HttpRequest, pk: int) -> HttpResponse:
    """Nobody there, or no way in: noted with its reason, and on to the next stop."""
    enterprise = _enterprise(request, pk)
    form = GiveUpForm(request.POST)
    if not form.is_valid():
        return render(request, "visits/give_up.html", {"enterprise": enterprise, "give_up": form}, status=422)
    device_at = form.cleaned_data["device_at"]
    _begun, made_at = rules.on_servers_clock(
        device_at or request.now, device_at, _phones_clock(request), request.now
    )
    actions.give_up(
        enterprise=enterprise,
        reason=form.reason,
        key=form.cleaned_data["key"],
        by=request.user,
        at=request.now,
        made_at=made_at,
    )
    messages.success(request, _("Noted. The enterprise stays due."))
    return redirect("visits:my_day")


@methods("GET")
@permitted(P.MAKE_VISITS)
def done(request: HttpRequest, pk: int) -> HttpResponse:
    """What came of the visit: issues with their clocks, look-backs that ended, and the next stop."""
    made = _visit(request, pk)
    context = {
        "visit": made,
        "findings": _findings(made, request.now),
        "looked": _looked(made),
        "day": _day(request),
    }
    return render(request, "visits/done.html", context)


@methods("GET")
@permitted(P.SEE_VISITS)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The record of a visit; printed it is the guidance form that the enterprise signs."""
    made = _visit(request, pk)
    context = {
        "visit": made,
        "may_visit": request.user.has_permission(P.MAKE_VISITS, made.area),
        "minutes": round((made.ended_at - made.started_at).total_seconds() / 60),
        "groups": _answers(made),
        "findings": _findings(made, request.now),
        "looked": _looked(made),
        "photos": VisitPhoto.objects.visible_to(request.user).filter(visit=made).order_by("pk"),
        "procedure": told(made.procedure),
        "letters": Letter.objects.visible_to(request.user).filter(visit=made).order_by("-number"),
        "may_advise": made.officer_id == request.user.pk and bool(made.campaign.part("visits").get("letter")),
    }
    return render(request, "visits/visit_detail.html", context)


def _visit(request: HttpRequest, pk: int) -> Visit:
    rows = Visit.objects.visible_to(request.user).select_related(
        "campaign__release", "area", "enterprise", "officer", "checklist"
    )
    found: Visit = get_object_or_404(rows, pk=pk)
    return found


def _findings(made: Visit, at: datetime) -> list[Finding]:
    """The findings, serious ones first, each with the name that the pack gives its issue's level."""
    clocks = clocks_of(made.campaign, at)
    found = list(made.findings.select_related("issue").order_by("-severity", "article"))  # type: ignore[attr-defined]
    for finding in found:
        finding.level_name = clocks.level_name(finding.issue.level) if finding.issue else ""
    return found


def _looked(made: Visit) -> Any:
    return made.look_backs.select_related("issue").order_by("pk")  # type: ignore[attr-defined]


def _answers(made: Visit) -> list[dict[str, Any]]:
    """The articles with their answers, by the group of the sheet: [{"area", "rows": [...], "unmet"}]."""
    words = {YES: _("met"), NO: _("not met"), NOT_APPLICABLE: _("not applicable")}
    groups: dict[str, list[dict[str, Any]]] = {}
    for article in articles_of(made.checklist) if made.checklist else []:
        answer = made.answers.get(article.name, NOT_APPLICABLE)
        row = {
            "label": article.label,
            "word": words.get(answer, answer),
            "colour": COLOURS.get(answer, "grey"),
            "note": made.answers.get(article.name + NOTE, ""),
        }
        groups.setdefault(article.area, []).append(row)
    return [
        {"area": area, "rows": rows, "unmet": sum(row["colour"] == "red" for row in rows)}
        for area, rows in groups.items()
    ]


@methods("GET")
@permitted(P.SEE_VISITS)
def photo(request: HttpRequest, pk: int) -> FileResponse:
    """A photo, for whoever sees its visit."""
    row = get_object_or_404(VisitPhoto.objects.visible_to(request.user), pk=pk)
    path = place_of(row.stored_as)
    if not path.exists():
        raise Http404
    return FileResponse(path.open("rb"), content_type="image/jpeg")
