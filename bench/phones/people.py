"""Officers with phones, signed in, and the visits that each of them has made and not sent yet."""

from __future__ import annotations

import io
import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from xml.sax.saxutils import escape

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

SEED = 20200210
FOUND, PHOTOGRAPHED, PLAIN = (
    0.3,
    0.1,
    0.25,
)  # shares of the visits: with findings, with a photo, by the plain form
MOST_FAULTS = 3
# A round of seven hours that ended an hour ago: the demo's clock begins each hour anew.
LONG, AGO = timedelta(hours=7), timedelta(hours=1)
PICTURES, SIDE = 8, (1280, 960)  # a phone makes its photos smaller before it keeps them
CSRF = "phones" * 5 + "xx"


@dataclass(frozen=True)
class Kept:
    """A visit on the phone until the server has acknowledged it, and what it says, for the count afterwards."""

    key: str
    command: str
    enterprise: int
    address: str
    fields: dict[str, str]
    picture: int | None = None
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class Phone:
    """One officer's phone: its cookies, and its visits in the order in which they were made."""

    officer: int
    cookie: str
    visits: list[Kept] = field(default_factory=list)


def phones_of(campaign: Any, at: datetime, *, phones: int, visits: int, name: str = "phone") -> list[Phone]:
    """New officers, each posted in a village with its enterprises to visit; in the proportion of the villages."""
    dice = random.Random(f"{SEED}{name}")
    rounds = _rounds(campaign, at, dice)
    officers = _officers([area for area, _firms in _dealt(rounds, phones)], name, at)
    ticked = _ticked(campaign)
    made = []
    for number, (_area, firms) in enumerate(_dealt(rounds, phones)):
        officer, cookie = officers[number]
        start = at - AGO - LONG
        kept = [_visit(next(firms), start + LONG * (turn / visits), ticked, dice) for turn in range(visits)]
        made.append(Phone(officer, cookie, kept))
    return made


def _ticked(campaign: Any) -> dict[str, str]:
    """The fields of the required steps of the pack's procedure, as an officer ticks them on the page."""
    rows = campaign.part("visits").get("procedure", [])
    asked = [row for row in rows if row["required"] and row["way"] != "phone"]
    ticks = {f"step-{row['key']}": "on" for row in asked}
    named = {
        f"step-{row['key']}-name": "厂里的负责人"
        for row in asked
        if row["evidence"] in ("person", "signature")
    }
    return ticks | named


@dataclass(frozen=True)
class _Firm:
    pk: int
    position: tuple[float, float] | None
    articles: list[dict[str, Any]]
    mark: str  # which version of the checklist its page showed


def _rounds(campaign: Any, at: datetime, dice: random.Random) -> dict[int, list[_Firm]]:
    """The enterprises to visit by their area, each with the articles of its checklist."""
    from fugong.core.conditions import Moment
    from fugong.enterprises.models import Enterprise
    from fugong.visits.checklists import mark_of
    from fugong.visits.models import Checklist
    from fugong.visits.selecting import first_met

    rows = campaign.part("visits").get("checklist", [])
    newest = {row.key: row for row in Checklist.objects.filter(campaign=campaign).order_by("loaded_at", "pk")}
    moment = Moment(campaign_id=campaign.pk, on=timezone.localdate(at), at=at)
    met = first_met(Enterprise.objects.system().of(campaign), [row["condition"] for row in rows], moment)
    found: dict[int, list[_Firm]] = defaultdict(list)
    for row in met.filter(merged_into__isnull=True).order_by("pk"):
        position = None if row.longitude is None else (row.longitude, row.latitude)
        checklist = newest[rows[row.met]["key"]]
        found[row.area_id].append(_Firm(row.pk, position, checklist.articles, mark_of(row, checklist)))
    for firms in found.values():
        dice.shuffle(firms)
    return dict(found)


def _dealt(rounds: dict[int, list[_Firm]], phones: int) -> Iterator[tuple[int, Iterator[_Firm]]]:
    """An area and its endless round for each phone, more phones where there are more enterprises."""
    total, given = sum(map(len, rounds.values())), 0.0
    for area, firms in rounds.items():
        round_of_area = _endless(firms)
        before, given = round(given), given + phones * len(firms) / total
        for _phone in range(round(given) - before):
            yield area, round_of_area


def _endless(firms: list[_Firm]) -> Iterator[_Firm]:
    while True:
        yield from firms


def _officers(areas: list[int], name: str, at: datetime) -> list[tuple[int, str]]:
    """A signed-in instructor for each area: the officer's number and the cookies of the phone."""
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session

    from fugong.access.models import Posting, User
    from fugong.access.sessions import MARK, USER

    people = User.objects.bulk_create(
        User(login=f"{name}-{number}", name=f"队员{number}", password="!") for number in range(len(areas))
    )
    Posting.objects.bulk_create(
        Posting(user=user, role="instructor", area_id=area, from_on=timezone.localdate(at))
        for user, area in zip(people, areas, strict=True)
    )
    store, until = SessionStore(), timezone.now() + timedelta(hours=12)
    sessions = Session.objects.bulk_create(
        Session(
            session_key=f"{name}{number:0>20}",
            session_data=store.encode({USER: user.pk, MARK: user.get_session_auth_hash()}),
            expire_date=until,
        )
        for number, user in enumerate(people)
    )
    names = settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME
    return [
        (user.pk, f"{names[0]}={session.session_key}; {names[1]}={CSRF}")
        for user, session in zip(people, sessions, strict=True)
    ]


def _visit(firm: _Firm, started_at: datetime, ticked: dict[str, str], dice: random.Random) -> Kept:
    """A visit as its page sends it: by the form engine as XML, or by the plain form."""
    key, command = (str(UUID(int=dice.getrandbits(128), version=4)) for _each in range(2))
    many = dice.randint(1, MOST_FAULTS) if dice.random() < FOUND else 0
    unmet = dice.sample(firm.articles, min(many, len(firm.articles)))
    picture = dice.randrange(PICTURES) if dice.random() < PHOTOGRAPHED else None
    fields = {
        "csrfmiddlewaretoken": CSRF,
        "command": command,
        "key": key,
        "started_at": started_at.isoformat(),
        "device_at": started_at.isoformat(),
        "others_asked": "True",
        "note": "",
        "checklist": firm.mark,
        **ticked,
    }
    if firm.position:
        fields |= {"longitude": str(firm.position[0]), "latitude": str(firm.position[1]), "accuracy": "20"}
    address, answers = reverse("visits:visit", args=[firm.pk]), _answers(firm.articles, unmet, dice)
    if dice.random() < PLAIN:
        address, fields = address + "?plain=1", fields | answers
        picture = None  # the plain form's photo belongs to an article that is not met; the engine's shows any
    else:
        fields["instance"] = _xml(answers)
    return Kept(key, command, firm.pk, address, fields, picture, tuple(row["article"] for row in unmet))


def _answers(
    articles: list[dict[str, Any]], unmet: list[dict[str, Any]], dice: random.Random
) -> dict[str, str]:
    answers = {row["name"]: "yes" for row in articles}
    for row in unmet:
        answers |= {row["name"]: "no", row["name"] + "_note": "现场看到，已告知负责人"}
        if dice.random() < 0.3:
            answers[row["name"] + "_fixed"] = "yes"
    return answers


def _xml(answers: dict[str, str]) -> str:
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in answers.items())
    return f'<data id="checklist" version="1">{inner}</data>'


def pictures(folder: Path) -> list[Path]:
    """Photos of a phone's size, as different from each other as JPEG can make them cheaply."""
    from PIL import Image

    dice = random.Random(SEED)
    made = []
    for number in range(PICTURES):
        small = Image.frombytes("RGB", (64, 48), dice.randbytes(64 * 48 * 3))
        buffer = io.BytesIO()
        small.resize(SIDE, Image.Resampling.BICUBIC).save(buffer, "JPEG", quality=80)
        made.append(folder / f"picture-{number}.jpg")
        made[-1].write_bytes(buffer.getvalue())
    return made


def write(path: Path, phones: list[Phone], photos: list[Path]) -> None:
    """What the sender needs to know, and nothing else."""
    content = {"photos": [str(photo) for photo in photos], "phones": [asdict(phone) for phone in phones]}
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
