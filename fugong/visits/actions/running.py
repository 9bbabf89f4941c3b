"""Searches for a plan in the background: asked for, told how far they are, stopped, carried out once."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from datetime import date, datetime

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
from fugong.visits.actions.planning import make_plan
from fugong.visits.models import PlanRun
from fugong.visits.planning import Stop
from fugong.visits.planning.stop import Deadline
from fugong.visits.rules import GOING, SILENT_FOR, RunStatus, why_not_plan

logger = logging.getLogger(__name__)

# So long the worker may take to begin; then the search runs in this process.
PATIENCE = 2.0
TELL_EVERY = 0.7


@transaction.atomic
def ask_plan(*, campaign: Campaign, area: Area, on: date, seconds: int, by: User, at: datetime) -> PlanRun:
    """Have the visits of an area planned in the background; a search that goes on already is the answer."""
    refuse_if(why_not_plan(on, timezone.localdate(at)))
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    going: PlanRun | None = (
        PlanRun.objects.system().filter(campaign=campaign, area=area, on=on, status__in=GOING).first()
    )
    if going is None:
        going = PlanRun.objects.create(
            campaign=campaign, area=area, on=on, seconds=seconds, by=by, asked_at=at
        )
        record("visits.run.asked", going, by=by, at=at, area=area, on=on, seconds=seconds)
    run = going
    search.enqueue(run.pk)
    transaction.on_commit(lambda: _here_if_nobody_else(run.pk))
    return run


@transaction.atomic
def stop_run(*, run: PlanRun, by: User, at: datetime) -> PlanRun:
    """End the search early: the best plan found so far is kept. A search that has not begun ends without one."""
    run = PlanRun.objects.system().select_for_update().get(pk=run.pk)
    if run.status in GOING:
        run.stop_requested = True
        if run.status == RunStatus.WAITING:
            run.status, run.problem = RunStatus.FAILED, _("Stopped before it began.")
        run.save(update_fields=["stop_requested", "status", "problem"])
        record("visits.run.stopped", run, by=by, at=at)
    return run


@task()
def search(run_id: int) -> None:
    """The worker's part; running it twice does no harm, since only one may claim the run."""
    carry_out(run_id)


def _here_if_nobody_else(run_id: int) -> None:
    """Where no worker takes the run up, search in a thread: pages get slower, but nobody waits in vain."""
    threading.Thread(target=_patiently, args=(run_id,), name=f"fugong-plan-{run_id}", daemon=True).start()


def _patiently(run_id: int) -> None:
    time.sleep(PATIENCE)
    try:
        carry_out(run_id)
    finally:
        connection.close()


def carry_out(run_id: int) -> None:
    """Claim the run, search, and write what came of it. Returns at once when somebody else has claimed it."""
    rows = PlanRun.objects.system().filter(pk=run_id)
    now = timezone.now()
    open_to_claim = Q(status=RunStatus.WAITING) | Q(status=RunStatus.RUNNING, told_at__lt=now - SILENT_FOR)
    if not rows.filter(open_to_claim).update(status=RunStatus.RUNNING, told_at=now, progress=0):
        return
    run = rows.select_related("campaign__release", "area", "by").get()
    with override(run.by.language or None):
        _searched(run)


def _searched(run: PlanRun) -> None:
    teller = _Teller(run.pk)
    try:
        run.plan = make_plan(
            campaign=run.campaign,
            area=run.area,
            on=run.on,
            by=run.by,
            at=run.asked_at,
            stop=StopWhenAsked(seconds=run.seconds, asked=teller.stop_asked),
            progress=teller,
        )
        run.status, run.progress = RunStatus.DONE, 100
    except Refused as refused:
        run.status, run.problem = RunStatus.FAILED, str(refused)
    except Exception:
        logger.exception("Planning %s failed.", run.pk)
        run.status = RunStatus.FAILED
        run.problem = _("The planner failed. The fault is in the log; the plan of before still stands.")
    run.told_at = timezone.now()
    run.save(update_fields=["plan", "status", "progress", "problem", "told_at"])


@dataclass(frozen=True)
class StopWhenAsked(Stop):
    """A stop that also comes when a person asks for it: the search ends with the best plan so far."""

    asked: threading.Event = field(default_factory=threading.Event)

    def begin(self) -> Deadline:
        return _WatchedDeadline(self, time.monotonic(), self.asked)


@dataclass(frozen=True)
class _WatchedDeadline(Deadline):
    asked: threading.Event = field(default_factory=threading.Event)

    def seconds_left(self) -> float | None:
        if self.asked.is_set():
            return 0.0
        assert self.stop.seconds is not None
        return max(0.0, self.stop.seconds - (time.monotonic() - self.began))


@dataclass
class _Teller:
    """Writes how far the search is, at most about once a second, and hears whether it is to stop."""

    run_id: int
    stop_asked: threading.Event = field(default_factory=threading.Event)
    told: float = 0.0

    def __call__(self, share: float, cost: float) -> None:
        if time.monotonic() - self.told < TELL_EVERY:
            return
        self.told = time.monotonic()
        rows = PlanRun.objects.system().filter(pk=self.run_id)
        rows.update(progress=min(99, round(share * 100)), told_at=timezone.now())
        if rows.filter(stop_requested=True).exists():
            self.stop_asked.set()
