"""A key-enterprise group and its bases: members by organisation, joint visits, findings, what is open (T8)."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.campaigns.in_hand import campaign_in_hand
from fugong.core.commands import methods
from fugong.issues.models import Issue
from fugong.visits.fieldwork.bases import Base, base_of, bases_of, groups_seen
from fugong.visits.models import Visit


@methods("GET")
@permitted(P.SEE_VISITS)
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """The group with one of its bases; the others are a tab away."""
    campaign = campaign_in_hand(request)
    team = get_object_or_404(groups_seen(request.user, campaign), pk=pk)
    bases = list(bases_of(team))
    chosen = request.GET.get("base", "")
    duty = next((row for row in bases if str(row.pk) == chosen), bases[0] if bases else None)
    base = None
    if duty is not None:
        visits, issues = Visit.objects.visible_to(request.user), Issue.objects.visible_to(request.user)
        base = base_of(duty, visits, issues)
    context = {
        "team": team,
        "base": base,
        "visits_url": _rows("visits:list", "is_joint = True", base),
        "issues_url": _rows("issues:list", "is_open = True", base),
        "tabs": [
            {"label": row.enterprise.name, "url": f"?base={row.pk}", "active": row is duty} for row in bases
        ],
        "may_edit": request.user.has_permission(P.EDIT_TEAMS, team.area),
        "may_plan": request.user.has_permission(P.PLAN_VISITS),
        "now": request.now,
    }
    return render(request, "visits/group.html", context)


def _rows(name: str, condition: str, base: Base | None) -> str:
    """The register with the rows of a base."""
    if base is None:
        return ""
    firm = base.enterprise.name.replace("\\", "\\\\").replace('"', '\\"')
    query = urlencode({"q": f'{condition} and enterprise = "{firm}"'})
    return f"{reverse(name)}?{query}"
