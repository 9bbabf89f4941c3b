"""Posts are held and left vacant, task groups stand up."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.teams import rules
from fugong.teams.models import Holding, Post, TaskGroup


@transaction.atomic
def hold(*, post: Post, user: User, on: date, by: Any, at: datetime) -> Holding:
    """From `on` this person holds the post; whoever held it before ends on that day."""
    refuse_if("" if user.is_active else _("This officer is no longer active."))
    Post.objects.select_for_update().get(pk=post.pk)
    standing = post.holdings.filter(to_on__isnull=True).select_related("user").first()
    if standing and standing.user_id == user.pk:
        return standing
    if standing:
        _end_holding(standing, on)
    holding = Holding.objects.create(post=post, user=user, from_on=on)
    before = standing.user if standing else None
    record("teams.post.held", post, by=by, at=at, user=user, before=before, on=on)
    return holding


@transaction.atomic
def vacate(*, post: Post, on: date, by: Any, at: datetime) -> None:
    """Nobody holds the post from `on`."""
    standing = post.holdings.filter(to_on__isnull=True).first()
    refuse_if("" if standing else _("The post is vacant already."))
    assert standing is not None
    _end_holding(standing, on)
    record("teams.post.vacated", post, by=by, at=at, on=on)


@transaction.atomic
def stand_up(
    *, group: TaskGroup, stands_from: date | None, stands_to: date | None, by: Any, at: datetime
) -> TaskGroup:
    """Say from when to when a task group stands."""
    refuse_if(rules.why_not_stand(stands_from, stands_to))
    group.stands_from, group.stands_to = stands_from, stands_to
    group.save(update_fields=["stands_from", "stands_to"])
    record("teams.task_group.stood_up", group, by=by, at=at, stands_from=stands_from, stands_to=stands_to)
    return group


def _end_holding(holding: Holding, on: date) -> None:
    holding.to_on = max(on, holding.from_on)
    holding.save(update_fields=["to_on"])
