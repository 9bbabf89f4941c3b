"""What else waits for the clerk and the grid lead: each number with the page that shows exactly its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.access.roles import Permission as P
from fugong.core import conditions
from fugong.core.conditions import Moment
from fugong.insight.queries import Asking
from fugong.teams.models import Household, Shift
from fugong.teams.queries import called_off, shifts_of_week
from fugong.visits import rules
from fugong.visits.artefacts.letters import unanswered
from fugong.visits.models import Discarded, Letter, NumberProposal, Received
from fugong.visits.rules import ReceivedStatus

MISSED = "has_officer = False or contact_overdue = True"


@dataclass(frozen=True)
class ToDo:
    """One kind of work that waits: how much of it, and where it is done."""

    label: str
    number: int
    url: str
    unit: str


def to_do(user: User, asking: Asking) -> list[ToDo]:
    """What this person may do and what waits; a query for each kind, nothing for kinds without rows."""
    found = {
        P.EDIT_ENTERPRISES: _wrong_numbers,
        P.SEE_VISITS: _letters,
        P.TAKE_SUBMISSIONS: _forms,
        P.EDIT_TEAMS: _helpers,
    }
    waiting = [one for right, ask in found.items() if user.has_permission(right) for one in ask(user, asking)]
    return [one for one in waiting if one.number]


def _wrong_numbers(user: Any, asking: Asking) -> Iterator[ToDo]:
    rows = NumberProposal.objects.visible_to(user).filter(
        call__campaign=asking.campaign, settled_at__isnull=True
    )
    yield ToDo(_("Wrong numbers from phone rounds"), rows.count(), reverse("calls:numbers"), "")


def _letters(user: Any, asking: Asking) -> Iterator[ToDo]:
    rows = unanswered(Letter.objects.visible_to(user), asking.campaign, asking.now)
    yield ToDo(
        _("Letters not acknowledged in time"), rows.count(), f"{reverse('visits:letters')}?only=late", ""
    )


def _forms(user: Any, asking: Asking) -> Iterator[ToDo]:
    late = Q(status=ReceivedStatus.WAITING, received_at__lte=asking.now - rules.FILES_LATE)
    rows = Received.objects.visible_to(user).filter(Q(status=ReceivedStatus.REFUSED) | late)
    yield ToDo(_("Forms not taken in"), rows.count(), reverse("visits:not_taken"), "")
    put_away = Discarded.objects.visible_to(user).filter(at__date=asking.today)
    listed = f"{reverse('visits:not_taken')}?discarded={asking.today.isoformat()}#discarded"
    yield ToDo(_("Discarded on phones today"), put_away.count(), listed, "")


def _helpers(user: Any, asking: Asking) -> Iterator[ToDo]:
    """Households nobody looks after or has heard of in time; hands that this week's shifts still lack."""
    moment = Moment(campaign_id=asking.campaign.pk, on=asking.today, at=asking.now)
    homes = conditions.apply(Household.objects.visible_to(user).of(asking.campaign), MISSED, moment)
    listed = f"{reverse('households:list')}?{urlencode({'q': MISSED})}"
    yield ToDo(_("Households missed"), homes.count(), listed, _("households"))
    monday = asking.today - timedelta(days=asking.today.weekday())
    shifts = shifts_of_week(Shift.objects.visible_to(user).filter(campaign=asking.campaign), monday)
    lacking = sum(max(shift.needed - len(shift.turns.all()), 0) for shift in shifts)  # type: ignore[attr-defined]
    yield ToDo(_("Volunteers lacking this week"), lacking, reverse("volunteers:rota"), "")
    said = called_off(Shift.objects.visible_to(user).filter(campaign=asking.campaign), asking.now)
    yield ToDo(_("Volunteers who cannot come"), len(said), reverse("volunteers:rota"), "")
