"""What-if: the rest of the campaign rehearsed in the background, as it is or with something changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks import task

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.refusals import Refused, refuse_if
from fugong.territory.models import Area
from fugong.visits.actions.running import (
    Teller,
    asked_to_stop,
    claimed,
    finish,
    here_if_nobody_else,
    processes,
)
from fugong.visits.models import Outlook
from fugong.visits.planning import Stop
from fugong.visits.planning import borders as closed_borders
from fugong.visits.planning.changes import (
    with_absence,
    with_cadence,
    with_officers_fewer,
    with_officers_more,
    with_one_pool,
    with_open_border,
    with_pools,
)
from fugong.visits.planning.horizon import Horizon
from fugong.visits.planning.rehearsal import Outlook as Rehearsed
from fugong.visits.planning.rehearsal import rehearse
from fugong.visits.plans.problem import Ahead, Span, horizon_of, rehearsed
from fugong.visits.rules import OutlookKind, why_not_rehearse

# A border is looked at over so many days: its cost shows early, and there are many borders.
BORDER_DAYS = 7


@dataclass(frozen=True)
class Question:
    """What is asked of the campaign: a kind of change with its parameters, from a day on, for so many seconds of search.

    Parameters: {"officers": 5} for fewer or more officers; {"cadence": key, "every_days": 3} (None: once) for another
    cadence, where the key `risk` stands for all risk lists; {"officer": number, "days": 3} for somebody away from that
    day on; {"areas": [number, number]} for one border open beside those that are open already.
    """

    on: date
    kind: str = OutlookKind.AS_IT_IS
    parameters: Mapping[str, Any] = field(default_factory=dict)
    seconds: int = 30


@transaction.atomic
def ask_outlook(*, campaign: Campaign, area: Area, question: Question, by: User, at: datetime) -> Outlook:
    """Have the rest of the campaign rehearsed in the background; each question is kept with its answer."""
    refuse_if(why_not_rehearse(question.on, campaign.ends_on))
    outlook: Outlook = Outlook.objects.create(
        campaign=campaign,
        area=area,
        on=question.on,
        kind=question.kind,
        parameters=dict(question.parameters),
        seconds=question.seconds,
        by=by,
        asked_at=at,
    )
    asked = dict(question.parameters)
    record("visits.outlook.asked", outlook, by=by, at=at, kind=question.kind, asked=asked)
    rehearse_campaign.enqueue(outlook.pk)
    transaction.on_commit(lambda: here_if_nobody_else(carry_out_outlook, outlook.pk))
    return outlook


@transaction.atomic
def stop_outlook(*, outlook: Outlook, by: User, at: datetime) -> Outlook:
    """End the rehearsal early: the days rehearsed so far are kept."""
    outlook = Outlook.objects.system().select_for_update().get(pk=outlook.pk)
    if asked_to_stop(outlook):
        record("visits.outlook.stopped", outlook, by=by, at=at)
    return outlook


@task()
def rehearse_campaign(outlook_id: int) -> None:
    """The worker's part; see `carry_out_outlook`."""
    carry_out_outlook(outlook_id)


def carry_out_outlook(outlook_id: int) -> None:
    """Claim the rehearsal, work, and keep its result. Returns at once when somebody else has claimed it."""
    if claimed(Outlook, outlook_id):
        rows = Outlook.objects.system().select_related("campaign__release", "area", "by")
        outlook = rows.get(pk=outlook_id)
        finish(outlook, lambda teller: _rehearsed(outlook, teller), ["result"])


def _rehearsed(outlook: Outlook, teller: Teller) -> None:
    ahead = horizon_of(Span(outlook.campaign, outlook.area, outlook.on, is_whole=True), outlook.asked_at)
    refuse_if("" if ahead.horizon.workers else _("Nobody is posted here in a visiting role on that day."))
    horizon, stop = rehearsed(ahead.horizon), Stop(seconds=outlook.seconds, asked=teller.stop_asked)
    if outlook.kind == OutlookKind.BORDERS:
        outlook.result = _borders(horizon, ahead, stop, teller)
        return
    changed = _changed(horizon, outlook)
    found = rehearse(
        changed,
        ahead.params,
        stop,
        seed=1,
        look=ahead.look,
        progress=lambda share, _day: teller(share),
        so_far=lambda count: teller.keep(lambda: {"result": result_of(count())}),
        workers=processes(),
    )
    outlook.result = result_of(found)


def _changed(horizon: Horizon, outlook: Outlook) -> Horizon:
    """The horizon with what the question changes; refused where it speaks of nothing that there is."""
    asked = outlook.parameters
    try:
        match outlook.kind:
            case OutlookKind.FEWER_OFFICERS:
                return with_officers_fewer(horizon, int(asked["officers"]))
            case OutlookKind.MORE_OFFICERS:
                return with_officers_more(horizon, int(asked["officers"]))
            case OutlookKind.CADENCE:
                return with_cadence(horizon, str(asked["cadence"]), asked["every_days"])
            case OutlookKind.ABSENCE:
                last = outlook.on + timedelta(days=int(asked["days"]) - 1)
                return with_absence(horizon, str(asked["officer"]), outlook.on, last)
            case OutlookKind.BORDER:
                return with_open_border(horizon, [_inside(pk, asked) for pk in asked["areas"]])
            case OutlookKind.HOME:
                return with_pools(horizon, ())
            case OutlookKind.WHOLE:
                return with_one_pool(horizon)
            case _:
                return horizon
    except (KeyError, ValueError, TypeError) as error:
        raise Refused(_("This cannot be rehearsed: %(error)s") % {"error": error}) from None


def _inside(area_id: int, asked: Mapping[str, Any]) -> frozenset[str]:
    """The numbers of an area and of all in it."""
    area = Area.objects.filter(pk=area_id).first()
    if area is None:
        raise ValueError(asked)
    return frozenset(str(pk) for pk in Area.objects.below(area.path).values_list("pk", flat=True))


def result_of(found: Rehearsed) -> dict[str, Any]:
    """The figures of a rehearsal as plain data: curves by day in minutes of weight, and sums."""
    return {
        "days": [day.isoformat() for day in found.days],
        "curve": [round(value, 1) for value in found.curve],
        "curve_by_tier": {
            tier: [round(value, 1) for value in values] for tier, values in found.curve_by_tier.items()
        },
        "overdue": round(found.overdue, 1),
        "days_overdue": found.days_overdue,
        "visits": found.visits,
        "visits_by_day": list(found.visits_by_day),
        "km": round(found.km, 1),
        "way_minutes": found.way_minutes,
        "visit_minutes": found.visit_minutes,
        "never": dict(found.never),
        "over_visited": found.over_visited,
        "continuity": round(found.continuity, 3),
        "usual": round(found.usual, 3),
        "spread": round(found.spread, 3),
        "busy": round(found.busy, 3),
        "is_whole": found.is_whole,
    }


def _borders(horizon: Horizon, ahead: Ahead, stop: Stop, teller: Teller) -> dict[str, Any]:
    """What each closed border costs, the dearest first; see `planning.borders`."""
    found = closed_borders.costs(
        horizon, ahead.params, stop, seed=1, days=BORDER_DAYS, look=ahead.look, progress=teller
    )
    return {"days": BORDER_DAYS, "borders": [_border(border) for border in found]}


def _border(border: closed_borders.Border) -> dict[str, Any]:
    row = {key: value for key, value in asdict(border).items() if key not in {"areas", "reason"}}
    return row | {"areas": [sorted(side) for side in border.areas], "reason": border.reason.as_dict()}
