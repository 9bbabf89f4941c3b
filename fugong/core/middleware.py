"""Refusals become answers, and every page carries its content-security policy and cache rule."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import sync_only_middleware

from fugong.core import offline
from fugong.core.commands import Conflict
from fugong.core.merging import Differs
from fugong.core.refusals import Refused

GetResponse = Callable[[HttpRequest], HttpResponse]

POLICY = (
    "default-src 'self'; script-src 'self'{script}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "worker-src 'self' blob:; connect-src 'self'; font-src 'self' data:; object-src 'none'; base-uri 'self'; "
    "form-action 'self'; frame-ancestors 'none'"
)


@sync_only_middleware
def content_security(get_response: GetResponse) -> GetResponse:
    """Strict on every page; a view that needs WebAssembly sets `response.needs_wasm`."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        script = " 'wasm-unsafe-eval'" if getattr(response, "needs_wasm", False) else ""
        response.headers.setdefault("Content-Security-Policy", POLICY.format(script=script))
        if not request.path.startswith("/static/"):
            response.headers["Cache-Control"] = "private, no-store"
            response.headers["X-Fugong-Files"] = offline.version()
        return response

    return middleware


@sync_only_middleware
def refusals(get_response: GetResponse) -> GetResponse:
    """A refused action answers 409 with its sentence, or with both sides of a clash: a fragment for htmx, else a page."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    def process_exception(request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Differs) and not getattr(request, "htmx", False):
            return render(request, "ui/merge.html", exception.page(request), status=409)
        if not isinstance(exception, (Refused, Conflict)):
            return None
        template = "ui/refused_fragment.html" if getattr(request, "htmx", False) else "ui/refused.html"
        return render(request, template, {"sentence": str(exception)}, status=409)

    middleware.process_exception = process_exception  # type: ignore[attr-defined]
    return middleware
