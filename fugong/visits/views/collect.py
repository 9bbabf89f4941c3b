"""ODK Collect: connecting a phone, and the filled forms that were not taken in."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from fugong.access import device_keys
from fugong.access.models import DeviceKey
from fugong.access.permitted import permit, permitted, still_works
from fugong.access.roles import Permission as P
from fugong.access.rules import why_not_make_key
from fugong.campaigns.dated import text
from fugong.core.commands import methods
from fugong.core.days import day_asked
from fugong.core.documents import qr_svg
from fugong.enterprises.models import Enterprise
from fugong.visits import rules
from fugong.visits.artefacts.procedures import QUESTION, question_of
from fugong.visits.checklists import articles_of
from fugong.visits.models import Discarded, Received
from fugong.visits.openrosa import taking
from fugong.visits.openrosa.answers import address
from fugong.visits.openrosa.forms import PHOTO_OF
from fugong.visits.openrosa.reading import answers_shown
from fugong.visits.rules import ReceivedStatus

# The key of a phone that was just connected, in the session until it has been shown once.
FRESH = "fresh_device_key"
MOST_SHOWN = 20
COLOURS = {
    ReceivedStatus.WAITING: "amber",
    ReceivedStatus.REFUSED: "red",
    ReceivedStatus.TAKEN: "green",
    ReceivedStatus.SET_ASIDE: "grey",
}


@methods("GET", "POST")
@permitted(P.MAKE_VISITS)
@still_works("the officer's own, of no campaign")
def connect(request: HttpRequest) -> HttpResponse:
    """The person's connected phones and what they sent last; posting connects one more."""
    if request.method == "POST":
        _row, key = device_keys.make(user=request.user, name=request.POST.get("name", ""), at=request.now)
        request.session[FRESH] = key
        return redirect("visits:collect")
    key = request.session.pop(FRESH, "")
    keys = DeviceKey.objects.standing().filter(user=request.user).order_by("-made_at")
    sent = Received.objects.visible_to(request.user).filter(officer=request.user)
    context = {
        "fresh": _fresh(request, key) if key else None,
        "keys": keys,
        "why_not": why_not_make_key(len(keys)),
        "server_url": address(request, "/openrosa"),
        "sent": [_told(row) for row in _recent(sent)],
    }
    return render(request, "visits/collect.html", context)


def _recent(rows: Any) -> Any:
    return rows.select_related("visit__enterprise", "officer", "checklist").order_by("-received_at", "-pk")[
        :MOST_SHOWN
    ]


def _told(row: Received) -> dict[str, Any]:
    return {"row": row, "colour": COLOURS[ReceivedStatus(row.status)], "why": _why(row)}


def _why(row: Received) -> str:
    if row.status == ReceivedStatus.WAITING:
        return _("%(n)d files have not come yet.") % {"n": len(row.missing)}
    return row.reason


def _fresh(request: HttpRequest, key: str) -> dict[str, str]:
    """What the phone scans, and the same to be typed; shown once."""
    server_url = address(request, f"/openrosa/key/{key}")
    name = str(request.campaign or "Fugong")
    return {"key": key, "address": server_url, "qr": qr_svg(settings_code(server_url, name), scale=4)}


def settings_code(server_url: str, name: str) -> str:
    """The settings of a project as ODK Collect reads them from a QR code: JSON, zlib, base64."""
    settings = {
        "general": {
            "server_url": server_url,
            "form_update_mode": "match_exactly",
            "autosend": "wifi_and_cellular",
        },
        "admin": {},
        "project": {"name": name, "icon": name[:1], "color": "#1d5fae"},
    }
    said = json.dumps(settings, ensure_ascii=False, separators=(",", ":"))
    return base64.b64encode(zlib.compress(said.encode())).decode()


@methods("POST")
@permitted(P.MAKE_VISITS)
@still_works("the officer's own, of no campaign")
def disconnect(request: HttpRequest, pk: int) -> HttpResponse:
    """The phone is not let in any more; its owner does this."""
    key = get_object_or_404(DeviceKey.objects.filter(user=request.user), pk=pk)
    device_keys.revoke(device_key=key, by=request.user, at=request.now)
    messages.success(request, _("The phone is not connected any more."))
    return redirect("visits:collect")


# Forms that were not taken in


@methods("GET")
@permitted(P.TAKE_SUBMISSIONS)
def not_taken(request: HttpRequest) -> HttpResponse:
    """Filled forms that became no visit, with the reason; those that only wait for their files after two hours."""
    late = Q(status=ReceivedStatus.WAITING, received_at__lte=request.now - rules.FILES_LATE)
    seen = Received.objects.visible_to(request.user)
    rows = seen.filter(Q(status=ReceivedStatus.REFUSED) | late)
    settled = seen.filter(status=ReceivedStatus.SET_ASIDE)
    context = {
        "rows": [_told(row) for row in _recent(rows)],
        "count": rows.count(),
        "settled": [_told(row) for row in _recent(settled)],
        "waiting": seen.filter(status=ReceivedStatus.WAITING).exclude(late).count(),
        **_put_away(request),
    }
    return render(request, "visits/not_taken.html", context)


def _put_away(request: HttpRequest) -> dict[str, Any]:
    """What officers discarded on their phones; on one day where the address asks for it."""
    rows = Discarded.objects.visible_to(request.user).select_related("officer", "enterprise")
    on = day_asked(request.GET["discarded"], request.today) if request.GET.get("discarded") else None
    rows = rows.filter(at__date=on) if on else rows
    return {
        "put_away": rows.order_by("-at", "-pk")[:MOST_SHOWN],
        "put_away_count": rows.count(),
        "put_away_on": on,
    }


def _received(request: HttpRequest, pk: int) -> Received:
    rows = Received.objects.visible_to(request.user).select_related(
        "officer", "checklist", "area", "visit", "settled_by", "campaign__release"
    )
    found: Received = get_object_or_404(rows, pk=pk)
    permit(request, P.TAKE_SUBMISSIONS, found.area)
    return found


@methods("GET")
@permitted(P.TAKE_SUBMISSIONS)
def received(request: HttpRequest, pk: int) -> HttpResponse:
    """One filled form as it came: why it was not taken in, its answers, and what may be done about it."""
    row = _received(request, pk)
    context = {
        **_told(row),
        "answers": list(_answers(request, row)),
        "files": list(row.files.order_by("pk")),  # type: ignore[attr-defined]
        "why_not": rules.why_not_take_in(row),
    }
    return render(request, "visits/received.html", context)


def _answers(request: HttpRequest, row: Received) -> Iterator[tuple[str, str]]:
    """(question, answer) as a person reads them; an enterprise only by name where this person sees it."""
    labels = {one.name: one.label for one in articles_of(row.checklist)} if row.checklist else {}
    labels |= {
        "enterprise": _("Enterprise"),
        "started": _("begun"),
        "ended": _("over"),
        "by_phone": _("by phone"),
        "position": _("Position"),
        "note": _("Advice and remarks"),
    }
    labels |= _of_steps(row)
    for name, answer in answers_shown(row.xml):
        if name != "instanceID":
            yield labels.get(name, name), _answer(request, name, answer, is_article=name in labels)


def _of_steps(row: Received) -> dict[str, str]:
    """The steps of the procedure, and the photos that show them, in the pack's words."""
    steps = row.campaign.part("visits").get("procedure", []) if row.campaign else []
    said = {question_of(step["key"]): text(step["text"]) for step in steps}
    photos = {PHOTO_OF + name: _("%(step)s (photo)") % {"step": words} for name, words in said.items()}
    return said | photos


def _answer(request: HttpRequest, name: str, answer: str, *, is_article: bool) -> str:
    if name == "enterprise" and answer.isdecimal() and len(answer) < 18:
        firm = Enterprise.objects.visible_to(request.user).filter(pk=int(answer)).first()
        return firm.name if firm else _("number %(n)s, not in your area") % {"n": answer}
    if name == "by_phone":
        return _("yes") if answer == "yes" else _("no")
    words = {"yes": _("met"), "no": _("not met"), "na": _("not applicable")}
    if name.startswith(QUESTION):
        words = {"yes": _("done"), "no": _("left undone")}
        return words.get(answer, answer)
    return words.get(answer, answer) if is_article else answer


@methods("POST")
@permitted(P.TAKE_SUBMISSIONS)
def take_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Try it once more, after what stood against it was put right; also without files that never came."""
    row = taking.take_in(received=_received(request, pk), by=request.user, at=request.now)
    if row.status == ReceivedStatus.TAKEN:
        messages.success(request, _("Taken in as a visit of %(name)s.") % {"name": row.officer.name})
        return redirect("visits:not_taken")
    messages.warning(request, row.reason)
    return redirect("visits:received", row.pk)


@methods("POST")
@permitted(P.TAKE_SUBMISSIONS)
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """Dealt with otherwise, or of no use: it stays as it came, with the reason."""
    row = _received(request, pk)
    reason = request.POST.get("reason", "")
    taking.set_aside(received=row, reason=reason, by=request.user, at=request.now)
    messages.success(request, _("Set aside. It stays in the list below."))
    return redirect(reverse("visits:not_taken"))
