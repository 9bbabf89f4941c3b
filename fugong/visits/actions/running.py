"""Work of the planner in the background: asked for, told how far it is, stopped, carried out once."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django_tasks import task

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.refusals import Refused, refuse_if
from fugong.territory.models import Area
from fugong.visits.actions.keeping import Made
from fugong.visits.actions.planning import make_plans
from fugong.visits.actions.replanning import SECONDS as REPLANNING
from fugong.visits.actions.replanning import replan
from fugong.visits.models import Plan, PlanRun, Run
from fugong.visits.planning import Stop
from fugong.visits.plans.ahead import Search
from fugong.visits.plans.terms import terms_of
from fugong.visits.rules import GOING, SILENT_FOR, RunStatus, why_not_days, why_not_plan, why_not_replan

logger = logging.getLogger(__name__)

# So long the worker may take to begin; then the search runs in this process.
PATIENCE = 2.0
TELL_EVERY = 0.7
# A result that grows is shown this often.
KEEP_EVERY = 2.0


@transaction.atomic
def ask_plan(
    *,
    campaign: Campaign,
    area: Area,
    on: date,
    seconds: int,
    by: User,
    at: datetime,
    days: int | None = None,
) -> PlanRun:
    """Have the visits of an area planned in the background, for the pack's number of days where none is given.

    A search that goes on already for this area and day is the answer.
    """
    days = days or terms_of(campaign, on).days
    refuse_if(why_not_plan(on, timezone.localdate(at)) or why_not_days(days))
    asked = PlanRun(campaign=campaign, area=area, on=on, days=days, seconds=seconds, by=by, asked_at=at)
    return _going_or(asked)


@transaction.atomic
def ask_replan(*, plan: Plan, by: User, at: datetime, seconds: int = REPLANNING) -> PlanRun:
    """Have the plan's day planned again in the background, changing as little as must; see `replan`."""
    refuse_if(why_not_replan(plan, timezone.localdate(at)))
    asked = PlanRun(campaign=plan.campaign, area=plan.area, on=plan.on, seconds=seconds, by=by, asked_at=at)
    asked.base = plan
    return _going_or(asked)


def _going_or(asked: PlanRun) -> PlanRun:
    """The search that goes on already, else the one asked for, begun."""
    Campaign.objects.in_turn(asked.campaign_id)
    going: PlanRun | None = (
        PlanRun.objects.system()
        .filter(campaign=asked.campaign_id, area=asked.area_id, on=asked.on, status__in=GOING)
        .first()
    )
    if going is None:
        asked.save()
        changes: dict[str, Any] = {
            "area": asked.area,
            "on": asked.on,
            "days": asked.days,
            "seconds": asked.seconds,
        }
        record("visits.run.asked", asked, by=asked.by, at=asked.asked_at, **changes)
        going = asked
    run = going
    search.enqueue(run.pk)
    transaction.on_commit(lambda: here_if_nobody_else(carry_out, run.pk))
    return run


@transaction.atomic
def stop_run(*, run: PlanRun, by: User, at: datetime) -> PlanRun:
    """End the search early: the best plan found so far is kept. A search that has not begun ends without one."""
    run = PlanRun.objects.system().select_for_update().get(pk=run.pk)
    if asked_to_stop(run):
        record("visits.run.stopped", run, by=by, at=at)
    return run


def asked_to_stop(run: Run) -> bool:
    """Note that a run is to stop; False when it is over already. The row is locked by the caller."""
    if run.status not in GOING:
        return False
    run.stop_requested = True
    if run.status == RunStatus.WAITING:
        run.status, run.problem = RunStatus.FAILED, _("Stopped before it began.")
    run.save(update_fields=["stop_requested", "status", "problem"])
    return True


@task()
def search(run_id: int) -> None:
    """The worker's part; running it twice does no harm, since only one may claim the run."""
    carry_out(run_id)


def here_if_nobody_else(work: Callable[[int], None], run_id: int) -> None:
    """Where no worker takes the run up, work in a thread: pages get slower, but nobody waits in vain."""
    name = f"fugong-{work.__name__}-{run_id}"
    threading.Thread(target=_patiently, args=(work, run_id), name=name, daemon=True).start()


def _patiently(work: Callable[[int], None], run_id: int) -> None:
    time.sleep(PATIENCE)
    try:
        work(run_id)
    finally:
        connection.close()


def carry_out(run_id: int) -> None:
    """Claim the run, search, and write what came of it. Returns at once when somebody else has claimed it."""
    if claimed(PlanRun, run_id):
        rows = PlanRun.objects.system().select_related("campaign__release", "area", "by", "base__area")
        run = rows.get(pk=run_id)
        finish(run, lambda teller: _searched(run, teller), ["plan"])


def _searched(run: PlanRun, teller: Teller) -> None:
    effort = Search(Stop(seconds=run.seconds, asked=teller.stop_asked), teller, processes())
    if run.base is not None:
        run.base.campaign = run.campaign
        run.plan = replan(plan=run.base, by=run.by, at=run.asked_at, search=effort)
        return
    made = Made(run.campaign, run.area, run.by, run.asked_at)
    run.plan = make_plans(made=made, on=run.on, days=run.days, search=effort)[0]


def processes() -> int:
    """On how many processes a search runs: one for each processor but the one that serves pages."""
    return max(1, (os.cpu_count() or 1) - 1)


def claimed(model: type[Run], run_id: int) -> bool:
    """Whether this process may carry the run out: it waits, or whoever began it has died."""
    rows, now = model.rows.filter(pk=run_id), timezone.now()
    is_free = Q(status=RunStatus.WAITING) | Q(status=RunStatus.RUNNING, told_at__lt=now - SILENT_FOR)
    return bool(rows.filter(is_free).update(status=RunStatus.RUNNING, told_at=now, progress=0))


def finish(run: Run, work: Callable[[Teller], None], fields: list[str]) -> None:
    """Do the work of a claimed run in the language of whoever asked, and write its end; `fields` it has filled."""
    with override(run.by.language or None):
        try:
            work(Teller(type(run), run.pk))
            run.status, run.progress = RunStatus.DONE, 100
        except Refused as refused:
            run.status, run.problem = RunStatus.FAILED, str(refused)
        except Exception:
            logger.exception("Planning %s failed.", run.pk)
            run.status = RunStatus.FAILED
            run.problem = _("The planner failed. The fault is in the log; the plan of before still stands.")
    run.told_at = timezone.now()
    filled = {name: getattr(run, name) for name in (*fields, "status", "progress", "problem", "told_at")}
    still_going(type(run), run.pk).update(**filled)


def still_going(model: type[Run], run_id: int) -> Any:
    """The run as a row to write to: none once it has ended, as it does with its campaign."""
    return model.rows.filter(pk=run_id, status__in=GOING)


@dataclass
class Teller:
    """Writes how far a run is, at most about once a second, and hears whether it is to stop."""

    model: type[Run]
    run_id: int
    stop_asked: threading.Event = field(default_factory=threading.Event)
    told: float = 0.0
    kept: float = 0.0

    def __call__(self, share: float, cost: float = 0.0) -> None:
        if time.monotonic() - self.told < TELL_EVERY:
            return
        self.told = time.monotonic()
        still_going(self.model, self.run_id).update(
            progress=min(99, round(share * 100)), told_at=timezone.now()
        )
        if self.model.rows.filter(pk=self.run_id, stop_requested=True).exists():
            self.stop_asked.set()

    def keep(self, make: Callable[[], dict[str, Any]]) -> None:
        """Keeps fields of the run so far, when the last ones are `KEEP_EVERY` old; making them costs time too."""
        if time.monotonic() - self.kept < KEEP_EVERY:
            return
        still_going(self.model, self.run_id).update(**make())
        self.kept = time.monotonic()
