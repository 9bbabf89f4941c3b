"""Pictures and lists of the checklists' own, for the page of a visit and for phones without signal."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from fugong.access.permitted import permitted
from fugong.access.roles import Permission as P
from fugong.campaigns.models import Campaign
from fugong.core.commands import methods
from fugong.visits.checklists import newest_of
from fugong.visits.media import file_of
from fugong.visits.models import Checklist


def addresses_of(checklist: Checklist) -> dict[str, str]:
    """By name, where a page finds the files that the sheet names; the mark lets a phone answer from what it keeps."""
    return {
        name: f"{reverse('visits:checklist_file', args=[checklist.pk, name])}?kept=1"
        for name in checklist.media
    }


def to_keep(campaign: Campaign | None) -> list[str]:
    """The addresses of the files of a campaign's checklists, each in its newest version. One query."""
    rows = Checklist.objects.filter(campaign=campaign).defer("xform", "articles")
    return [place for checklist in newest_of(rows).values() for place in addresses_of(checklist).values()]


@methods("GET")
@permitted(P.MAKE_VISITS)
def checklist_file(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """A picture or list, for whoever works through checklists of its campaign."""
    campaigns = Campaign.objects.visible_to(request.user)
    found = file_of(get_object_or_404(Checklist, pk=pk, campaign__in=campaigns), name)
    if found is None:
        raise Http404
    content, kind = found
    return HttpResponse(content, content_type=kind)
