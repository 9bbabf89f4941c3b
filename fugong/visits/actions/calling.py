"""Phone rounds: begin one, take the next number, write down what came of a call, settle wrong numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.campaigns.gate import refuse_closed
from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.refusals import refuse_if
from fugong.core.states import move
from fugong.enterprises import actions as enterprises
from fugong.enterprises.models import Contact
from fugong.issues import actions as issues
from fugong.issues.rules import Level
from fugong.territory.models import Area
from fugong.visits import rules
from fugong.visits.actions.visiting import Draft, record_visit
from fugong.visits.fieldwork.phoning import (
    Outcome,
    kinds_of_needs,
    next_calls,
    number_to_call,
    phone_of,
    shared_out,
    to_be_called,
)
from fugong.visits.models import Attempt, Call, NumberProposal, PhoneRound, RoundCaller
from fugong.visits.rules import CALL_MOVES, ENDED_AS, ROUND_MOVES, CallStatus, Ends, RoundStatus, VisitKind

LOOKED_AT = 4


@dataclass(frozen=True)
class Asked:
    """What a round is about: whom it calls and what it asks. `questions` as PhoneRound keeps them."""

    name: str
    condition: str
    due_on: date
    callers: Sequence[User]
    questions: Sequence[Mapping[str, Any]] = ()


@dataclass(frozen=True)
class Told:
    """What a caller writes down: answers by question, needs as (kind, words), when to call back, the right number.

    `steps` are the ticks of the pack's procedure for a visit by phone, which a call is where the pack counts it as one.
    """

    note: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    needs: Sequence[tuple[str, str]] = ()
    call_back_at: datetime | None = None
    phone: str = ""
    steps: Mapping[str, rules.Tick] = field(default_factory=dict)


@transaction.atomic
def begin_round(*, campaign: Campaign, area: Area, asked: Asked, by: User, at: datetime) -> PhoneRound:
    """Begin a round with everybody who meets the condition now, each given to one of the callers."""
    today = timezone.localdate(at)
    firms = list(
        to_be_called(campaign, area, asked.condition, at).select_related("area").order_by("area__path", "pk")
    )
    refuse_if(
        rules.why_not_begin_round(
            enterprises=len(firms), callers=len(asked.callers), due_on=asked.due_on, today=today
        )
    )
    refuse_if("" if phone_of(campaign, at).outcomes else _("The pack has no outcome codes for phone rounds."))
    taken = PhoneRound.objects.system().filter(campaign=campaign, name=asked.name).exists()
    refuse_if(_("There is a round of this name already.") if taken else "")
    phone_round: PhoneRound = PhoneRound.objects.create(
        campaign=campaign,
        area=area,
        name=asked.name,
        condition=asked.condition,
        questions=[dict(question) for question in asked.questions],
        due_on=asked.due_on,
        begun_by=by,
        begun_at=at,
    )
    RoundCaller.objects.bulk_create(
        [RoundCaller(phone_round=phone_round, officer=user) for user in asked.callers]
    )
    callers = shared_out(firms, asked.callers, today)
    rows = [
        Call(
            campaign=campaign,
            area=firm.area,
            phone_round=phone_round,
            enterprise=firm,
            caller_id=callers[firm.pk],
        )
        for firm in firms
    ]
    Call.objects.bulk_create(rows, batch_size=500)
    record(
        "visits.phone_round.begun",
        phone_round,
        by=by,
        at=at,
        enterprises=len(rows),
        callers=len(asked.callers),
    )
    return phone_round


@transaction.atomic
def change_round(*, phone_round: PhoneRound, status: str, by: User, at: datetime) -> PhoneRound:
    """Stop a round for now, let it go on, or finish it; what was not reached stays listed."""
    rows = PhoneRound.objects.system().select_for_update(of=("self",))
    phone_round = rows.select_related("campaign__release", "area").get(pk=phone_round.pk)
    move(phone_round, status, ROUND_MOVES)
    phone_round.ended_at = at if status == RoundStatus.FINISHED else None
    phone_round.save(update_fields=["status", "ended_at"])
    record(f"visits.phone_round.{status}", phone_round, by=by, at=at)
    return phone_round


@transaction.atomic
def take_next(*, phone_round: PhoneRound, by: User, at: datetime) -> Call | None:
    """The next call of this caller with its number opened, on record as "phone round X"; None when nothing is left.

    Nobody else gets it while they hold it: the claim is one conditional UPDATE, which the database does for one alone.
    Whoever holds a call gets that one again, so that nobody collects numbers.
    """
    mine = (
        RoundCaller.objects.system().select_for_update().filter(phone_round=phone_round, officer=by).first()
    )
    phone_round = PhoneRound.objects.system().select_related("campaign__release").get(pk=phone_round.pk)
    refuse_closed(phone_round.campaign)
    refuse_if(rules.why_not_call(phone_round, is_caller=mine is not None))
    phone = phone_of(phone_round.campaign, at)
    while found := list(next_calls(phone_round, by, at).select_related("enterprise__area")[:LOOKED_AT]):
        for call in found:
            if _claimed(call, by, at, at + phone.lease) and _opened(call, by, at, phone.numbers_a_day):
                return call
    return None


def _claimed(call: Call, by: User, at: datetime, until: datetime) -> bool:
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=at) | Q(claimed_by=by.pk)
    rows = Call.objects.system().filter(free, pk=call.pk, status=CallStatus.WAITING)
    return bool(rows.update(claimed_by=by, claimed_until=until) == 1)


def _opened(call: Call, by: User, at: datetime, quota: int) -> bool:
    """Open the number, unless this caller has it before them already; without one the call ends here."""
    is_open = call.claimed_by_id == by.pk and call.claimed_until is not None and call.claimed_until >= at
    call.refresh_from_db(fields=["claimed_by", "claimed_until"])
    if is_open and call.contact_id is not None:
        return True
    call.contact = number_to_call(call.enterprise, timezone.localdate(at))
    if call.contact is None:
        _end_without_number(call, by=by, at=at)
        return False
    reason = _("Phone round “%(name)s”") % {"name": call.phone_round.name}
    enterprises.reveal_phone(contact=call.contact, reason=reason, by=by, at=at, quota=quota)
    call.save(update_fields=["contact"])
    return True


def _end_without_number(call: Call, *, by: User, at: datetime) -> None:
    move(call, CallStatus.NO_NUMBER, CALL_MOVES)
    call.claimed_by = call.claimed_until = None
    call.save(update_fields=["status", "claimed_by", "claimed_until", "contact"])
    _propose(call, Told(note=_("No number is on file.")), by=by, at=at)


@transaction.atomic
def note_call(*, call: Call, outcome: str, told: Told, by: User, at: datetime) -> Call:
    """Write down what came of a call: its outcome code, answers, needs (which become requests at once)."""
    rows = Call.objects.system().select_for_update(of=("self",))
    call = rows.select_related(
        "phone_round", "campaign__release", "area", "enterprise__campaign__release"
    ).get(pk=call.pk)
    refuse_if(rules.why_not_note(call, by, at))
    phone = phone_of(call.campaign, at)
    chosen = phone.outcome(outcome)
    if chosen is None:
        refuse_if(_("The pack has no outcome “%(key)s”.") % {"key": outcome})
        return call
    refuse_if(rules.why_not_call_back(told.call_back_at, at) if chosen.ends == Ends.CALL_BACK else "")
    Attempt.objects.create(call=call, by=by, at=at, outcome=chosen.key, note=told.note[:400])
    began = call.claimed_until - phone.lease if call.claimed_until else at
    _follow(call, chosen, told, by=by, at=at)
    call.calls_made += 1
    call.called_at, call.claimed_by, call.claimed_until = at, None, None
    if told.note:
        call.note = told.note[:400]
    call.answers = {**call.answers, **told.answers}
    if chosen.ends == Ends.REACHED:
        _ask_for(call, told.needs, by=by, at=at)
        if phone.counts_as_visit:
            draft = Draft(
                key=call.key,
                kind=VisitKind.PHONE,
                started_at=min(began, at),
                ended_at=at,
                note=call.note,
                steps=told.steps,
            )
            call.visit = record_visit(enterprise=call.enterprise, draft=draft, by=by, at=at)
    call.save()
    record(
        "visits.call.noted", call, by=by, at=at, outcome=chosen.key, status=call.status, needs=len(told.needs)
    )
    return call


def _follow(call: Call, chosen: Outcome, told: Told, *, by: User, at: datetime) -> None:
    """What the outcome does to the call: it ends, or comes back at its time."""
    phone = phone_of(call.campaign, at)
    call.call_at = None
    if chosen.ends in ENDED_AS:
        move(call, ENDED_AS[chosen.ends], CALL_MOVES)
        if chosen.ends == Ends.WRONG:
            _propose(call, told, by=by, at=at)
    elif chosen.ends == Ends.CALL_BACK:
        call.call_at = told.call_back_at
    else:
        call.attempts += 1
        call.call_at = at + phone.retry
        if call.attempts >= phone.most_attempts:
            move(call, CallStatus.NOT_REACHED, CALL_MOVES)
            call.call_at = None


def _ask_for(call: Call, needs: Sequence[tuple[str, str]], *, by: User, at: datetime) -> None:
    """What the enterprise needs becomes requests at once, each of a kind of the pack."""
    known = dict(kinds_of_needs(call.campaign))
    for kind, words in needs:
        if kind not in known:
            refuse_if(_("The pack knows no need “%(key)s”.") % {"key": kind})
        found = issues.Found(
            kind=kind,
            title=words or known[kind],
            detail=words,
            level=Level.DEPARTMENT,
            origin="visits.call",
            origin_id=call.pk,
        )
        issues.find(
            campaign=call.campaign, enterprise=call.enterprise, area=call.area, found=found, by=by, at=at
        )


def _propose(call: Call, told: Told, *, by: User, at: datetime) -> NumberProposal:
    proposal: NumberProposal = NumberProposal.objects.create(
        call=call, campaign_id=call.campaign_id, phone=told.phone, note=told.note[:200], by=by, at=at
    )
    return proposal


@transaction.atomic
def settle_number(
    *, proposal: NumberProposal, phone: str, by: User, at: datetime, aside: bool = False
) -> NumberProposal:
    """Correct the contact with the number given here, else with the one the caller learnt; the call is made again.

    Set `aside`, or without any number, nothing is corrected and the enterprise stays listed as not reached.
    """
    rows = NumberProposal.objects.system().select_for_update(of=("self",))
    proposal = rows.select_related("call__enterprise", "call__contact").get(pk=proposal.pk)
    refuse_if(_("This was settled already.") if proposal.settled_at else "")
    number = "" if aside else phone or (proposal.phone.clear() if proposal.phone else "")
    proposal.settled_by, proposal.settled_at, proposal.is_taken = by, at, bool(number)
    proposal.save(update_fields=["settled_by", "settled_at", "is_taken"])
    if number:
        _correct(proposal.call, number, by=by, at=at)
        put_back(call=proposal.call, by=by, at=at)
    record("visits.number_proposal.settled", proposal, by=by, at=at, taken=bool(number))
    return proposal


def _correct(call: Call, number: str, *, by: User, at: datetime) -> None:
    contact: Contact | None = call.contact
    if contact is None:
        name = _("Switchboard")
        enterprises.add_contact(enterprise=call.enterprise, name=name, phone=number, by=by, at=at)
    else:
        enterprises.correct_contact(
            contact=contact, name=contact.name, duty=contact.duty, phone=number, by=by, at=at
        )


@transaction.atomic
def put_back(*, call: Call, by: User, at: datetime) -> Call:
    """Call an enterprise again that was not reached or had no number; its attempts begin anew."""
    call = Call.objects.system().select_for_update(of=("self",)).get(pk=call.pk)
    move(call, CallStatus.WAITING, CALL_MOVES)
    call.attempts, call.call_at, call.contact = 0, None, None
    call.save(update_fields=["status", "attempts", "call_at", "contact"])
    record("visits.call.put_back", call, by=by, at=at)
    return call
