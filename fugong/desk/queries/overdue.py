"""What is overdue at enterprises: issues past their clock, look-backs, first contacts; each with the list of its rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fugong.core import conditions
from fugong.core.conditions import Moment
from fugong.core.paths import below_any
from fugong.enterprises.models import Enterprise
from fugong.issues.models import Issue
from fugong.issues.rules import Status
from fugong.visits.models import LookBack


@dataclass(frozen=True)
class Overdue:
    """How much is overdue at one enterprise, or at all of them together."""

    issues: int = 0
    look_backs: int = 0
    first_contacts: int = 0

    @property
    def total(self) -> int:
        return self.issues + self.look_backs + self.first_contacts


@dataclass(frozen=True)
class Late:
    """What is overdue by number of enterprise, and in sum; issues without an enterprise are in the sum alone."""

    by_enterprise: dict[int, Overdue]
    whole: Overdue

    def of(self, enterprise: Enterprise) -> Overdue:
        return self.by_enterprise.get(enterprise.pk, Overdue())

    def worst(self, most: int) -> list[tuple[Enterprise, list[Link]]]:
        """The enterprises with the most overdue, each with what it is; one query."""
        order = sorted(self.by_enterprise, key=lambda pk: (-self.by_enterprise[pk].total, pk))[:most]
        rows = Enterprise.objects.system().select_related("area").in_bulk(order)
        return [(rows[pk], links_at(rows[pk], self.by_enterprise[pk])) for pk in order]


def late_at(enterprises: Iterable[int], moment: Moment) -> Late:
    """What is overdue at the enterprises with these numbers; four queries."""
    keys = list(enterprises)
    return _late(
        Issue.objects.system().filter(enterprise__in=keys),
        LookBack.objects.system().filter(enterprise__in=keys),
        Enterprise.objects.system().filter(pk__in=keys),
        moment,
    )


def late_in(paths: list[str], moment: Moment) -> Late:
    """What is overdue in the areas with these paths; four queries."""
    return _late(
        Issue.objects.system().filter(below_any(paths, "area__path")),
        LookBack.objects.system().filter(below_any(paths, "enterprise__area__path")),
        Enterprise.objects.system().filter(below_any(paths, "area__path"), merged_into__isnull=True),
        moment,
    )


def _late(
    issues: QuerySet[Issue], look_backs: QuerySet[LookBack], firms: QuerySet[Enterprise], moment: Moment
) -> Late:
    campaign = moment.campaign_id
    late = issues.filter(campaign=campaign, merged_into__isnull=True).overdue(moment.at)  # type: ignore[attr-defined]
    owed = look_backs.filter(
        enterprise__campaign=campaign,
        done_at__isnull=True,
        due_on__lt=moment.on,
        issue__status=Status.SOLVED,
    )
    unmet = conditions.apply(firms.filter(campaign=campaign), UNMET, moment)
    contacts: dict[int | None, int] = dict.fromkeys(unmet.values_list("pk", flat=True), 1)
    counted = [_counted(late), _counted(owed), contacts]
    keys = {pk for numbers in counted for pk in numbers if pk is not None}
    return Late(
        {pk: Overdue(*(numbers.get(pk, 0) for numbers in counted)) for pk in keys},
        Overdue(*(sum(numbers.values()) for numbers in counted)),
    )


def _counted(rows: QuerySet[Any]) -> dict[int | None, int]:
    return dict(rows.order_by().values_list("enterprise").annotate(n=Count("pk")))


UNMET = "instructor_contact_overdue = True"


@dataclass(frozen=True)
class Link:
    """One kind of what is overdue in words, with the list that shows exactly it."""

    label: str
    url: str


def links_at(enterprise: Enterprise, overdue: Overdue) -> list[Link]:
    """What is overdue at an enterprise, each kind in words and with its list."""
    number = enterprise.pk
    found = [
        (overdue.issues, _issues(overdue.issues), issues_url(f"enterprise_number = {number}")),
        (
            overdue.look_backs,
            ngettext("%(n)d look-back overdue", "%(n)d look-backs overdue", overdue.look_backs)
            % {"n": overdue.look_backs},
            f"{reverse('visits:look_backs')}?tab=overdue&enterprise={number}",
        ),
        (
            overdue.first_contacts,
            _("first contact overdue"),
            f"{reverse('visits:first_contacts')}?enterprise={number}",
        ),
    ]
    return [Link(label, url) for n, label, url in found if n]


def _issues(number: int) -> str:
    return ngettext("%(n)d issue overdue", "%(n)d issues overdue", number) % {"n": number}


def issues_url(*wanted: str) -> str:
    """The list of overdue issues that also meet these conditions."""
    text = " and ".join(["is_overdue = True", *(f"({one})" for one in wanted)])
    return f"{reverse('issues:list')}?{urlencode({'q': text})}"
