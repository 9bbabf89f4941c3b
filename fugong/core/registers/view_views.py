"""Saved views: a list's condition and order under a name."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from fugong.core import conditions, saved_views
from fugong.core.commands import methods
from fugong.core.models import SavedView
from fugong.core.refusals import Refused
from fugong.core.registers.asked import Asked
from fugong.core.registers.selection import as_one_condition


@methods("POST")
def save(request: HttpRequest, register: Any) -> HttpResponse:
    """Save what the list shows now; words and quick filters become part of the condition."""
    asked = Asked.of(register, QueryDict(request.POST.get("state", "")))
    condition = as_one_condition(register, asked, request.user)
    _refuse_wrong(register, condition)
    view = saved_views.save(
        register,
        name=request.POST.get("name", ""),
        kept=saved_views.Kept(
            condition=condition,
            order=asked.sort,
            is_shared=bool(request.POST.get("is_shared")),
            campaign_id=getattr(request.campaign, "pk", None),  # type: ignore[attr-defined]
        ),
        by=request.user,
        at=request.now,  # type: ignore[attr-defined]
    )
    messages.success(request, _("The view “%(name)s” was saved.") % {"name": view.name})
    return redirect(register.url("list") + Asked(condition=view.condition, sort=view.order).query())


def _refuse_wrong(register: Any, condition: str) -> None:
    try:
        conditions.check(condition, register.model)
    except conditions.ConditionError as error:
        raise Refused(str(error)) from None


@methods("POST")
def delete(request: HttpRequest, register: Any, pk: int) -> HttpResponse:
    """Delete one's own view; another person's is as missing as one that never was."""
    view = SavedView.objects.filter(register=register.key, by_id=request.user.pk, pk=pk).first()
    if view is None:
        raise Http404
    saved_views.delete(view, by=request.user, at=request.now)  # type: ignore[attr-defined]
    messages.success(request, _("The view was deleted."))
    return redirect(register.url("list"))
