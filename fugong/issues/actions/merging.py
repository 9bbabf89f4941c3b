"""Two issues that are one: merged by a person, with all that is needed to undo it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.core import absorbing
from fugong.core.audit import plain, record
from fugong.core.refusals import refuse_if
from fugong.core.states import move
from fugong.issues import rules
from fugong.issues.actions.loop import locked, overtake_ask_backs, save, step, withdraw_offers
from fugong.issues.models import HandOver, Issue, IssueMerge, NotSame
from fugong.issues.rules import MOVES, Answer, Status


@transaction.atomic
def merge(*, kept: Issue, absorbed: Issue, by: User, at: datetime) -> IssueMerge:
    """Make two open issues one: work goes on in `kept`, and the earlier deadline holds.

    The absorbed one stays with its steps, findings and hand-overs, points at the kept one, counts nowhere, and its
    requester's link shows the kept one. An offer or a question that waits for an answer falls away.
    """
    kept, absorbed = absorbing.held(kept, absorbed, locked)
    refuse_if(rules.why_not_merge(kept, absorbed))
    earlier = absorbing.gather(absorbed, kept)
    offers = list(absorbed.hand_overs.filter(answer=Answer.WAITING).values_list("pk", flat=True))  # type: ignore[attr-defined]
    moved = {"status": absorbed.status, "earlier": earlier, "offers": offers, **_earlier_due(kept, absorbed)}
    withdraw_offers(absorbed, by=by, at=at)
    overtake_ask_backs(absorbed, at=at)
    move(absorbed, Status.MERGED, MOVES)
    absorbed.merged_into = kept
    save(absorbed, "status", "merged_into")
    step(absorbed, by=by, at=at, note=_("Merged into issue no. %(number)d.") % {"number": kept.pk})
    step(
        kept, by=by, at=at, note=_("Issue no. %(number)d was merged into this one.") % {"number": absorbed.pk}
    )
    done = IssueMerge.objects.create(kept=kept, absorbed=absorbed, by=by, at=at, moved=plain(moved))
    record("issues.issue.absorbed", absorbed, by=by, at=at, into=kept)
    record("issues.issue.merged", kept, by=by, at=at, absorbed=absorbed)
    return done


def _earlier_due(kept: Issue, absorbed: Issue) -> dict[str, Any]:
    """Whoever asked first is not served later for it: {the deadline of before, the one that holds now}, if it moved."""
    if absorbed.due_at is None or (kept.due_at is not None and kept.due_at <= absorbed.due_at):
        return {}
    before, kept.due_at = kept.due_at, absorbed.due_at
    save(kept, "due_at")
    return {"due_before": before, "due_after": kept.due_at}


@transaction.atomic
def undo_merge(*, merge: IssueMerge, by: User, at: datetime) -> IssueMerge:
    """Make it two issues again: the absorbed one stands where it stood, its offers wait again."""
    merge = IssueMerge.objects.select_for_update().select_related("kept", "absorbed").get(pk=merge.pk)
    kept, absorbed = absorbing.held(merge.kept, merge.absorbed, locked)
    merge.absorbed = absorbed
    refuse_if(rules.why_not_undo_merge(merge))
    move(absorbed, merge.moved["status"], MOVES)
    absorbed.merged_into = None
    save(absorbed, "status", "merged_into")
    absorbing.give_back(merge.moved["earlier"], kept, absorbed)
    offers = HandOver.objects.system().filter(pk__in=merge.moved["offers"], answer=Answer.WITHDRAWN)
    offers.update(answer=Answer.WAITING, answered_by=None, answered_at=None)
    _give_back_due(kept, merge.moved)
    note = _("The merge was undone.")
    step(absorbed, by=by, at=at, note=note)
    step(kept, by=by, at=at, note=note)
    record("issues.issue.separated", absorbed, by=by, at=at, kept=kept)
    record("issues.issue.merge_undone", kept, by=by, at=at, absorbed=absorbed)
    return absorbing.undone(merge, by=by, at=at)


def _give_back_due(kept: Issue, moved: dict[str, Any]) -> None:
    """The deadline of before, unless it has been set anew since."""
    if "due_after" in moved and kept.due_at == parse_datetime(moved["due_after"]):
        kept.due_at = parse_datetime(moved["due_before"]) if moved["due_before"] else None
        save(kept, "due_at")


@transaction.atomic
def mark_not_same(*, first: Issue, second: Issue, by: User, at: datetime) -> NotSame:
    """Two issues after all: the pair is not proposed again."""
    one, other = sorted((first, second), key=lambda row: row.pk)
    pair, is_new = NotSame.objects.get_or_create(first=one, second=other, defaults={"by": by, "at": at})
    if is_new:
        campaign = one.campaign_id
        record("issues.not_same.marked", pair, by=by, at=at, campaign_id=campaign, first=one, second=other)
    return pair
