"""Filled forms come in: kept as they are, then made visits by the same action as the page, or left for a person.

Keeping is one transaction and taking in another: what was sent is on the disk before anybody reads it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from fugong.access.models import User
from fugong.access.roles import ROLES
from fugong.access.roles import Permission as P
from fugong.campaigns.models import Campaign
from fugong.core.audit import record
from fugong.core.commands import Conflict
from fugong.core.gates import refuse_shut
from fugong.core.refusals import Refused, refuse_if
from fugong.core.states import move
from fugong.enterprises.models import Enterprise
from fugong.territory.models import Area
from fugong.visits import actions, rules
from fugong.visits.artefacts.procedures import ticks_in
from fugong.visits.models import Received, ReceivedFile, Visit
from fugong.visits.openrosa import files
from fugong.visits.openrosa.offers import Offer, offer_named
from fugong.visits.openrosa.reading import Filled, Head, digest_of, files_named, filled_of, head_of
from fugong.visits.photos import NotAPhoto, Photo, photo_from
from fugong.visits.queries import look_backs_due, open_to
from fugong.visits.rules import RECEIVED_MOVES, ReceivedStatus
from fugong.visits.submissions import Submission, Unreadable, from_xml

MOST_FILES = 30


@dataclass(frozen=True)
class Sent:
    """One request of the app: the filled form and the files that came with it.

    Whether more files follow is read from the form itself, not from the app's `*isIncomplete*`: a request that is
    lost on the way is noticed so.
    """

    xml: str
    files: Mapping[str, bytes]


@dataclass(frozen=True)
class When:
    """The moment by the campaign's clock and by the server's; they differ in a demo that stands still."""

    at: datetime
    real: datetime

    @property
    def ahead(self) -> float:
        return (self.real - self.at).total_seconds()


def receive(*, sent: Sent, by: User, campaign: Campaign | None, when: When) -> Received:
    """Keep what came, then make it a visit if it is whole. The row says what became of it.

    The same form again changes nothing. Refused for a closed campaign, of which nothing is kept: the form stays on the
    phone. Raises `Unreadable` where there is no instance number, and `Conflict` where
    the number came before with other content or from somebody else.
    """
    received = _keep(sent, by=by, campaign=campaign, when=when)
    if received.status in (ReceivedStatus.TAKEN, ReceivedStatus.SET_ASIDE):
        return received
    return take_in(received=received, at=when.at)


@transaction.atomic
def _keep(sent: Sent, *, by: User, campaign: Campaign | None, when: When) -> Received:
    head = head_of(sent.xml)
    received = _standing(head, sent, by) or _new(head, sent, by=by, campaign=campaign, when=when)
    if received.status in (ReceivedStatus.TAKEN, ReceivedStatus.SET_ASIDE):
        return received
    refuse_shut("visits.received.taken_in", received.campaign_id)
    known = set(received.files.values_list("name", flat=True))  # type: ignore[attr-defined]
    for name, content in sent.files.items():
        if name not in known and len(known) < MOST_FILES:
            known.add(name)
            ReceivedFile.objects.create(
                received=received, name=name[:120], stored_as=files.store(content), size=len(content)
            )
    return received


def _standing(head: Head, sent: Sent, by: User) -> Received | None:
    found: Received | None = (
        Received.objects.system().select_for_update(of=("self",)).filter(key=head.key).first()
    )
    if found and found.officer_id != by.pk:
        raise Conflict(_("This form was sent already, by somebody else."))
    if found and found.digest != digest_of(sent.xml):
        raise Conflict(_("A form with this number was sent already, with other content."))
    return found


def _new(head: Head, sent: Sent, *, by: User, campaign: Campaign | None, when: When) -> Received:
    offer = offer_named(head.form_id, head.version)
    try:
        with transaction.atomic():
            received: Received = Received.objects.create(
                key=head.key,
                officer=by,
                campaign=offer.checklist.campaign if offer and _may_work_in(by, offer) else campaign,
                area=_post_of(by),
                form_id=head.form_id,
                form_version=head.version,
                checklist=offer.checklist if offer and _may_work_in(by, offer) else None,
                xml=sent.xml,
                digest=digest_of(sent.xml),
                received_at=when.at,
                clock_ahead=when.ahead,
            )
    except IntegrityError:  # the same form came twice at the same moment
        standing = _standing(head, sent, by)
        if standing is None:
            raise
        return standing
    return received


def _may_work_in(officer: User, offer: Offer) -> bool:
    return Campaign.objects.visible_to(officer).filter(pk=offer.checklist.campaign_id).exists()


def _post_of(officer: User) -> Area | None:
    """The first area in which this person makes visits today."""
    posts = [post for post in officer.postings_in_force if P.MAKE_VISITS in ROLES[post.role].permissions]
    return min((post.area for post in posts), key=lambda area: area.path, default=None)


def take_in(*, received: Received, at: datetime, by: User | None = None) -> Received:
    """Make the form a visit in the officer's name, or keep the reason why not.

    `by`: a person who tries again, also without files that have not come or that are no photos; None: the phone.
    """
    with transaction.atomic():
        row = locked(received)
        if by is not None:
            refuse_if(rules.why_not_take_in(row))
        elif row.status in (ReceivedStatus.TAKEN, ReceivedStatus.SET_ASIDE):
            return row
        refuse_shut("visits.received.taken_in", row.campaign_id)
        try:
            with transaction.atomic():
                missing = _missing(row)
                if missing and by is None:
                    return _wait(row, missing)
                visit = _visit(row, by=by, at=at)
        except (Refused, Unreadable, NotAPhoto, Conflict) as refusal:
            return _refuse(row, str(refusal), by=by, at=at)
        return _taken(row, visit, by=by, at=at)


def locked(received: Received) -> Received:
    """The row as it stands now, held until the transaction is over."""
    found: Received = (
        Received.objects.system()
        .select_for_update(of=("self",))
        .select_related("officer", "checklist__campaign__release", "checklist__campaign__area")
        .get(pk=received.pk)
    )
    return found


def _missing(row: Received) -> list[str]:
    """Files that the form speaks of and that have not come; none where its checklist is not known."""
    if row.checklist is None:
        return []
    come = set(row.files.values_list("name", flat=True))  # type: ignore[attr-defined]
    return sorted(files_named(row.xml, row.checklist.xform) - come)


def _wait(row: Received, missing: list[str]) -> Received:
    if row.status != ReceivedStatus.WAITING:
        move(row, ReceivedStatus.WAITING, RECEIVED_MOVES)
    row.missing, row.reason = missing, ""
    row.save(update_fields=["status", "missing", "reason"])
    return row


def _refuse(row: Received, reason: str, *, by: User | None, at: datetime) -> Received:
    """Kept for a person, with the reason as it was said."""
    if row.status != ReceivedStatus.REFUSED:
        move(row, ReceivedStatus.REFUSED, RECEIVED_MOVES)
    is_new, row.reason = row.reason != reason[:400], reason[:400]
    row.save(update_fields=["status", "reason"])
    if is_new:
        who, campaign_id = by or row.officer, row.campaign_id
        record("visits.received.refused", row, by=who, at=at, campaign_id=campaign_id, reason=row.reason)
    return row


def _taken(row: Received, visit: Visit, *, by: User | None, at: datetime) -> Received:
    move(row, ReceivedStatus.TAKEN, RECEIVED_MOVES)
    row.visit, row.reason, row.missing = visit, "", []
    row.settled_by, row.settled_at = by or row.officer, at
    row.save(update_fields=["status", "visit", "reason", "missing", "settled_by", "settled_at"])
    forget_files(row)
    if by is not None:
        record(
            "visits.received.taken_in", row, by=by, at=at, campaign_id=row.campaign_id, officer=row.officer
        )
    return row


def forget_files(row: Received) -> None:
    """The files as they came go; a photo that belongs to a visit stands there, without its metadata."""
    paths = [files.place_of(one.stored_as) for one in row.files.all()]  # type: ignore[attr-defined]
    row.files.all().delete()  # type: ignore[attr-defined]
    for path in paths:
        transaction.on_commit(partial(path.unlink, missing_ok=True))


@transaction.atomic
def set_aside(*, received: Received, reason: str, by: User, at: datetime) -> Received:
    """A person has dealt with it otherwise: it stays as it came, and is not tried again."""
    row = locked(received)
    refuse_if(rules.why_not_set_aside(row, reason))
    move(row, ReceivedStatus.SET_ASIDE, RECEIVED_MOVES)
    row.reason, row.settled_by, row.settled_at = reason.strip()[:400], by, at
    row.save(update_fields=["status", "reason", "settled_by", "settled_at"])
    forget_files(row)
    record("visits.received.set_aside", row, by=by, at=at, campaign_id=row.campaign_id, reason=row.reason)
    return row


# From a kept form to a visit


def _visit(row: Received, *, by: User | None, at: datetime) -> Visit:
    """The visit of this form, by `record_visit`. Raises what speaks against it."""
    head = head_of(row.xml)
    refuse_if(
        _("A visit that was sent is not changed by sending it again; correct it on the page of the issue.")
        if head.replaces
        else ""
    )
    if row.checklist is None:
        raise Refused(
            _("This server has no form “%(form)s” for you in this version.") % {"form": row.form_id}
        )
    filled = filled_of(row.xml)
    enterprise = _enterprise(row.officer, filled, row, at)
    said = from_xml(filled.answers, row.checklist)
    photos = _photos(row, filled, said, skip_others=by is not None)
    draft = _draft(row, filled, said, enterprise, photos)
    return actions.record_visit(
        enterprise=enterprise, draft=draft, checklist=row.checklist, by=row.officer, at=at
    )


def _enterprise(officer: User, filled: Filled, row: Received, at: datetime) -> Enterprise:
    """The enterprise, if this officer may visit it today. An unknown number and a foreign one are said alike."""
    refuse_if(
        _("%(name)s may not make visits today: no posting in force.") % {"name": officer.name}
        if not officer.is_active or not officer.has_permission(P.MAKE_VISITS)
        else ""
    )
    mine = open_to(officer, timezone.localdate(at)).filter(campaign=row.campaign_id)
    found: Enterprise | None = mine.filter(pk=filled.enterprise_id).first() if filled.enterprise_id else None
    if found is None:
        raise Refused(_("The enterprise of this form is not among those that you may visit."))
    return found


def _draft(
    row: Received, filled: Filled, said: Submission, enterprise: Enterprise, photos: tuple[Photo, ...]
) -> actions.Draft:
    shift = timedelta(seconds=row.clock_ahead)
    ended = min((filled.ended_at - shift) if filled.ended_at else row.received_at, row.received_at)
    started = filled.started_at - shift if filled.started_at else ended
    looked = _looked(row.officer, filled, enterprise)
    before = Visit.objects.system().done().filter(enterprise=enterprise)
    return actions.Draft(
        key=row.key,
        started_at=started,
        ended_at=max(started, ended),
        kind=rules.kind_of(by_phone=filled.by_phone, looks_back=bool(looked), is_first=not before.exists()),
        faults=said.faults,
        looked=looked,
        answers=said.answers,
        submission=row.xml,
        note=filled.note,
        position=filled.position,
        device_at=filled.ended_at,
        photos=photos,
        steps=ticks_in(filled.steps, ended),
    )


def _looked(officer: User, filled: Filled, enterprise: Enterprise) -> tuple[Any, ...]:
    """The look-backs that still wait; as on the page, only for those who may verify."""
    if not officer.has_permission(P.VERIFY_ISSUES):
        return ()
    owed = set(look_backs_due(enterprise).values_list("issue", flat=True))
    return tuple(one for one in filled.looked if one.issue_id in owed)


def _photos(row: Received, filled: Filled, said: Submission, *, skip_others: bool) -> tuple[Photo, ...]:
    """The pictures among the files, encoded anew; a recording or another file is refused as on the page."""
    found = []
    for one in row.files.order_by("pk"):  # type: ignore[attr-defined]
        content = files.place_of(one.stored_as).read_bytes()
        try:
            question = filled.step_photos.get(one.name) or said.question_of(one.name)
            found.append(photo_from(content, question))
        except NotAPhoto:
            if not skip_others:
                raise
    return tuple(found)
