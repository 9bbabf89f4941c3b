"""Asking back (回访): some days after the solution its requester says whether it is really solved."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.issues import rules
from fugong.issues.actions.loop import locked, reopen
from fugong.issues.models import AskBack, Issue
from fugong.issues.queries import successor_of, to_ask_back
from fugong.issues.rules import Reply

AT_ONCE = 500


@transaction.atomic
def ask_requesters(*, campaign: Campaign, at: datetime) -> int:
    """Ask everybody whose request was solved so many days ago and who was not asked since; how many were.

    Runs by itself and may run any number of times; at most `AT_ONCE` in a round.
    """
    issues = list(to_ask_back(campaign, at)[:AT_ONCE])
    asked = AskBack.objects.bulk_create(
        [AskBack(issue=issue, asked_at=at) for issue in issues], ignore_conflicts=True
    )
    for issue in issues:
        record("issues.issue.asked_back", issue, by=None, at=at)
    return len(asked)


@transaction.atomic
def reply(*, ask_back: AskBack, is_solved: bool, by: User | None, at: datetime, note: str = "") -> Issue:
    """The requester's answer; `by` is nobody where it came by the link.

    A no re-opens the issue: it goes back to whoever solved it, with a new clock, and the groups hear of it. Their words
    stand with the question and the step, where they can be erased; no event has them.
    """
    issue = locked(ask_back.issue)
    ask_back = AskBack.objects.system().select_for_update().get(pk=ask_back.pk)
    refuse_if(rules.why_not_reply(ask_back))
    ask_back.reply = Reply.YES if is_solved else Reply.NO
    ask_back.replied_by, ask_back.replied_at, ask_back.note = by, at, note.replace("\x00", "").strip()[:400]
    ask_back.save(update_fields=["reply", "replied_by", "replied_at", "note"])
    record(f"issues.issue.{'confirmed' if is_solved else 'denied'}", issue, by=by, at=at)
    if not is_solved and not rules.why_not_reopen(issue, by, successor_of(issue)):
        issue = reopen(
            issue=issue,
            reason=_("The requester says that it is not solved."),
            words=ask_back.note,
            by=by,
            at=at,
        )
    return issue
