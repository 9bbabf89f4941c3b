"""What went otherwise: photos of closed gates, forms discarded on phones, volunteers who cannot come."""

from __future__ import annotations

import io
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from PIL import Image, ImageDraw

from fugong.demo.town.dice import Rng, stream
from fugong.demo.writing.world import World, events, keep_events
from fugong.teams.models import CalledOff, Turn
from fugong.visits.models import Discarded, Visit, VisitPhoto
from fugong.visits.photos import photo_from, place_of
from fugong.visits.rules import Unsent, VisitStatus

NAMESPACE = UUID("6e6c2b8a-5b1f-4c0e-9a55-1b8f0d2f7a10")
GATES, DISCARDED = 8, 5
DISCARD_REASONS = (
    "与上午的走访重复登记",
    "选错企业，已重新登记",
    "现场已由同事登记",
    "填到一半，改日再去",
    "重复点了提交",
)
REASONS = ("家里老人就医，走不开", "当天单位要值班")
SIZE = (640, 480)


def write_gaps(world: World, *, at: datetime) -> None:
    rng = stream(world.seed, "gaps")
    _gates(world, rng)
    _discarded(world, at)
    _called_off(world, at)


def _gates(world: World, rng: Rng) -> None:
    """The latest stops that were given up each have a picture of the gate: drawn, for nobody was there."""
    rows = Visit.objects.system().filter(campaign=world.campaign, status=VisitStatus.GIVEN_UP)
    photos = []
    for visit in rows.order_by("-started_at", "pk")[:GATES]:
        photo = photo_from(_gate(rng))
        name = f"{uuid5(NAMESPACE, str(visit.key)).hex}.jpg"
        path = place_of(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_bytes(photo.content)
        photos.append(
            VisitPhoto(
                visit=visit,
                stored_as=name,
                digest=photo.digest,
                width=photo.width,
                height=photo.height,
                taken_at=visit.started_at,
            )
        )
    VisitPhoto.objects.bulk_create(photos)


def _between(rng: Rng, least: int, most: int) -> int:
    return int(rng.integers(least, most))


def _gate(rng: Rng) -> bytes:
    """A sliding gate between two pillars, a notice on it, the sky of the day."""
    sky = (_between(rng, 170, 205), _between(rng, 185, 215), _between(rng, 205, 235))
    wall = (_between(rng, 140, 190), _between(rng, 110, 150), _between(rng, 90, 130))
    picture = Image.new("RGB", SIZE, sky)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 330, 640, 480), fill=(118, 118, 116))
    for left in (0, 520):
        draw.rectangle((left, 120, left + 120, 350), fill=wall, outline=(80, 70, 60), width=3)
        draw.rectangle((left, 104, left + 120, 124), fill=(96, 88, 80))
    for x in range(126, 520, _between(rng, 20, 30)):
        draw.line((x, 180, x, 346), fill=(72, 78, 88), width=6)
    for y in (184, 262, 342):
        draw.line((120, y, 520, y), fill=(60, 66, 76), width=8)
    left = _between(rng, 200, 380)
    draw.rectangle((left, 206, left + 86, 256), fill=(246, 243, 232), outline=(150, 140, 120), width=2)
    for y in range(218, 250, 9):
        draw.line((left + 10, y, left + _between(rng, 50, 76), y), fill=(110, 104, 96), width=3)
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def _discarded(world: World, at: datetime) -> None:
    """Some officers put a refused form away, today and on the days before."""
    visits = Visit.objects.system().filter(campaign=world.campaign, status=VisitStatus.DONE)
    rows = []
    for number, visit in enumerate(visits.order_by("-started_at", "pk")[: DISCARDED * 40 : 40]):
        rows.append(
            Discarded(
                key=uuid5(NAMESPACE, f"discarded {visit.key}"),
                officer_id=visit.officer_id,
                campaign=world.campaign,
                area_id=visit.area_id,
                enterprise_id=visit.enterprise_id,
                form=Unsent.GIVEN_UP if number == DISCARDED - 1 else Unsent.VISIT,
                reason=DISCARD_REASONS[number],
                at=min(visit.ended_at + timedelta(minutes=35), at),
            )
        )
    Discarded.objects.bulk_create(rows)
    keep_events(
        events(
            "visits.record.discarded",
            rows,
            campaign=world.campaign,
            by=lambda row: row.officer,
            at=lambda row: row.at,
        )
    )


def _called_off(world: World, at: datetime) -> None:
    """Two volunteers said today that they cannot come to a shift that is still ahead."""
    turns = Turn.objects.filter(shift__campaign=world.campaign, shift__starts_at__gt=at)
    rows = []
    for turn, reason in zip(turns.order_by("shift__starts_at", "pk")[:6:3], REASONS, strict=False):
        said = CalledOff(
            shift=turn.shift, volunteer_id=turn.volunteer_id, reason=reason, at=at - timedelta(hours=2)
        )
        rows.append(said)
        turn.delete()
    CalledOff.objects.bulk_create(rows)
    shifts = [row.shift for row in rows]
    keep_events(events("teams.shift.called_off", shifts, campaign=world.campaign, at=at - timedelta(hours=2)))
