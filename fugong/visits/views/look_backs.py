"""The page of look-backs: due, overdue and done, by officer and area, with the share that was found fixed."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.campaigns.in_hand import campaign_in_hand
from fugong.core.commands import methods
from fugong.core.row_numbers import row_number
from fugong.enterprises.models import Enterprise
from fugong.visits.fieldwork import looking_back
from fugong.visits.models import LookBack

TABS = ("due", "overdue", "ahead", "done")


@methods("GET")
@permitted(P.SEE_VISITS)
def look_backs(request: HttpRequest) -> HttpResponse:
    campaign = campaign_in_hand(request)
    seen = LookBack.objects.visible_to(request.user)
    rows = looking_back.of_campaign(seen, campaign, request.today)
    standing = looking_back.standing_of(rows, request.today, unassigned=_("nobody answers for it"))
    tab = request.GET.get("tab", "due")
    tab = tab if tab in TABS else "due"
    firm = _enterprise(request)
    if firm is not None:
        rows = rows.filter(enterprise=firm)
    words = {"due": _("due and overdue"), "overdue": _("overdue"), "ahead": _("coming up"), "done": _("done")}
    shown = {one: looking_back.of_tab(rows, one, request.today) for one in TABS}
    context = {
        "total": standing.total,
        "officers": standing.by_officer,
        "areas": standing.by_area,
        "tabs": [
            {
                "label": words[one],
                "url": f"?tab={one}" + (f"&enterprise={firm.pk}" if firm else ""),
                "active": one == tab,
                "count": shown[one].count(),
            }
            for one in TABS
        ],
        "tab": tab,
        "firm": firm,
        "page": Paginator(shown[tab], 50).get_page(request.GET.get("page")),
    }
    return render(request, "visits/look_backs.html", context)


def _enterprise(request: HttpRequest) -> Enterprise | None:
    """The enterprise whose look-backs alone are asked for."""
    number = row_number(request.GET.get("enterprise", ""))
    return Enterprise.objects.visible_to(request.user).filter(pk=number).first() if number else None
