"""The pages for what may not be seen, is not there, or broke: a sentence, and nothing that tells one from another."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _


def _page(request: HttpRequest, status: int, sentence: str) -> HttpResponse:
    template = "ui/refused_fragment.html" if getattr(request, "htmx", False) else "ui/refused.html"
    return render(request, template, {"sentence": sentence, "status": status}, status=status)


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(
        request, 403, _("Your role does not include this page. Ask your administrator if you need it.")
    )


def missing(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _page(request, 404, _("There is nothing here, or it lies outside your area."))


def broken(request: HttpRequest) -> HttpResponse:
    return _page(
        request, 500, _("Something went wrong on our side. What you entered was not saved; please try again.")
    )
