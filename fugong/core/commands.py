"""Every command carries a client-made key: a resend gets the same answer, the key with other content is refused.

A page is rendered with a fresh key in a hidden field (`{% command_field %}`), a phone makes its own.
"""

import hashlib
import json
import uuid
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.core.models import Command
from fugong.core.refusals import Refused

View = Callable[..., HttpResponse]
MAX_KEPT_ANSWER = 200_000
FORGOTTEN_AT_ONCE = 500
# Whoever wrote what an outbox sends; no other request has this header.
OUTBOX = "X-Fugong-Person"


class Conflict(Exception):
    """The same key came with other content."""


def methods(*allowed: str, reads_first: bool = False) -> Callable[[View], View]:
    """Name the methods a view answers; a view that answers POST becomes a command.

    `reads_first`: what it reads and checks needs no transaction, and on SQLite nobody waits for it; it gives what it
    writes to `once` itself.
    """

    def decorate(view: View) -> View:
        answered = _command(view, replayed_or if reads_first else run_once) if "POST" in allowed else view

        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in allowed and not (request.method == "HEAD" and "GET" in allowed):
                return HttpResponseNotAllowed(allowed)
            return answered(request, *args, **kwargs)

        guarded._fugong_methods = frozenset(allowed)  # type: ignore[attr-defined]
        guarded._fugong_command = "POST" in allowed  # type: ignore[attr-defined]
        guarded._fugong_reads_first = reads_first  # type: ignore[attr-defined]
        return guarded

    return decorate


def _command(view: View, run: Callable[[HttpRequest, Callable[[], HttpResponse]], HttpResponse]) -> View:
    @wraps(view)
    def once_only(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        return _to_outbox(request, run(request, lambda: view(request, *args, **kwargs)))

    return once_only


def _to_outbox(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A phone's outbox is told where to go instead of being sent there: what that page says once is for the person."""
    if OUTBOX not in request.headers or response.status_code != 302:
        return response
    if getattr(response, "keeps_nothing", False):
        return HttpResponse(status=401)
    return HttpResponse(status=204, headers={"X-Fugong-Leads": response.headers["Location"]})


def run_once(request: HttpRequest, run: Callable[[], HttpResponse]) -> HttpResponse:
    """Run the command of this request exactly once; whoever sends it again gets the kept answer."""
    return replayed_or(request, lambda: once(request, run))


def replayed_or(request: HttpRequest, run: Callable[[], HttpResponse]) -> HttpResponse:
    """The answer that is kept of this request's command, else what `run` answers."""
    kept = Command.objects.filter(key=_key_of(request)).first()
    return _replayed(kept, request, _digest_of(request)) if kept else run()


def once(request: HttpRequest, run: Callable[[], HttpResponse]) -> HttpResponse:
    """The command's row and what it changes, in one transaction; of two that come together one is done.

    An answer that is not a success (a form with errors, a refusal) keeps nothing, so that the person may correct and
    send again.
    """
    if _is_anothers(request):
        return HttpResponse(status=401)
    key, digest = _key_of(request), _digest_of(request)
    try:
        with transaction.atomic():
            row = Command.objects.create(
                key=key,
                by_id=request.user.pk,
                path=request.path[:200],
                digest=digest,
                at=timezone.now(),
                status=0,
            )
            response = run()
            if response.status_code >= 400 or getattr(response, "keeps_nothing", False):
                transaction.set_rollback(True)
            else:
                _keep(row, response)
            return response
    except IntegrityError:
        kept = Command.objects.filter(key=key).first()
        if kept is None:
            raise
        return _replayed(kept, request, digest)


def forget(before: datetime) -> int:
    """Delete what is kept of commands sent before this moment, a part at a time; returns how many.

    Sent again after that, a command is done anew: nobody resends for so long.
    """
    gone = 0
    while keys := list(
        Command.objects.filter(at__lt=before).values_list("pk", flat=True)[:FORGOTTEN_AT_ONCE]
    ):
        gone += Command.objects.filter(pk__in=keys).delete()[0]
    return gone


def _is_anothers(request: HttpRequest) -> bool:
    """Whether a phone's outbox sends what somebody else wrote, who is not the one signed in now."""
    writer = request.headers.get(OUTBOX, "")
    return bool(writer) and writer != str(request.user.pk)


def _key_of(request: HttpRequest) -> uuid.UUID:
    given = request.POST.get("command") or request.headers.get("Idempotency-Key", "")
    try:
        return uuid.UUID(given)
    except ValueError:
        raise Refused(
            _("This form was sent without its key. Load the page again and send it once more.")
        ) from None


def _digest_of(request: HttpRequest) -> str:
    """What was sent, without the parts that change on a resend."""
    fields = {
        name: values
        for name, values in sorted(request.POST.lists())
        if name not in {"csrfmiddlewaretoken", "command"}
    }
    files = {
        name: [(file.name, file.size) for file in files] for name, files in sorted(request.FILES.lists())
    }
    content = json.dumps([request.path, request.user.pk, fields, files], ensure_ascii=False, default=str)
    return hashlib.sha256(content.encode()).hexdigest()


def _keep(row: Command, response: HttpResponse) -> None:
    row.status = response.status_code
    row.location = response.headers.get("Location", response.headers.get("HX-Redirect", ""))[:500]
    row.answer = "" if response.streaming else response.content.decode(errors="replace")[:MAX_KEPT_ANSWER]
    row.save(update_fields=["status", "location", "answer"])


def _replayed(kept: Command, request: HttpRequest, digest: str) -> HttpResponse:
    if kept.digest != digest or kept.by_id != request.user.pk:
        raise Conflict(
            _("This form was sent already, with other content. Load the page again to see what stands now.")
        )
    response = HttpResponse(kept.answer, status=kept.status)
    if kept.location:
        response.headers[
            "HX-Redirect" if getattr(request, "htmx", False) and kept.status == 200 else "Location"
        ] = kept.location
    return response
