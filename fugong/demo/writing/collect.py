"""What the demo shows of ODK Collect and of risk by area: a connected phone, two forms that became no visit, a rating."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from fugong.access.models import DeviceKey, User
from fugong.campaigns.actions import rate_area
from fugong.core.audit import record
from fugong.core.paths import below
from fugong.demo.writing.world import World
from fugong.enterprises.models import Enterprise
from fugong.territory.models import Area
from fugong.visits.openrosa.forms import GROUP
from fugong.visits.openrosa.offers import Offer, offers_to
from fugong.visits.openrosa.taking import Sent, When, receive


def rate(world: World, *, at: datetime) -> None:
    """One village is at high risk since the day before; the commander rates it after a notice."""
    commander = next(world.users[o.key] for o in world.officers if o.role == "commander")
    rated = Area.objects.filter(path__in=_rated_by_pack(world)).order_by("-depth", "path").first()
    if rated is None:
        return
    yesterday = at - timedelta(days=1)
    rate_area(
        campaign=world.campaign,
        area=rated,
        level="high",
        from_on=yesterday.date(),
        reason="示例：镇指挥部通知，村内有一例确诊",
        by=commander,
        at=yesterday,
    )


def _rated_by_pack(world: World) -> list[str]:
    return list(world.campaign.area_risks.values_list("area__path", flat=True))  # type: ignore[attr-defined]


def write_collect(world: World, *, at: datetime) -> None:
    """An instructor's phone, a form for a firm of another village, and one whose photo has not come yet."""
    instructor = next(world.users[o.key] for o in world.officers if o.role == "instructor")
    _phone(world, instructor, at)
    offers = {offer.checklist.key: offer for offer in offers_to(instructor, world.campaign)}
    offer = offers.get("articles-9")
    if offer is None:
        return
    ledger = Enterprise.objects.system().of(world.campaign).filter(headcount__lt=20).order_by("pk")
    path = instructor.posted_paths()[0]
    mine = ledger.filter(below(path, "area__path")).last()
    other = ledger.exclude(below(path, "area__path")).first()
    for number, (firm, photo, hours) in enumerate(((other, "", 3), (mine, "1581999999999.jpg", 1))):
        if firm is not None:
            sent_at = at - timedelta(hours=hours)
            xml = _filled(offer, firm, photo, sent_at, key=f"demo-{world.seed}-{number}")
            receive(sent=Sent(xml, {}), by=instructor, campaign=world.campaign, when=When(sent_at, sent_at))


def _phone(world: World, instructor: User, at: datetime) -> None:
    """A connected phone whose key nobody has: its digest is of no text."""
    row = DeviceKey.objects.create(
        user=instructor,
        name="工作手机",
        digest=f"{world.seed:064d}",
        hint="k7Qd",
        mark=instructor.get_session_auth_hash(),
        made_at=at - timedelta(days=6),
        used_at=at - timedelta(hours=1),
    )
    record("access.device_key.made", row, by=instructor, at=row.made_at, of=instructor, name=row.name)


def _filled(offer: Offer, firm: Enterprise, photo: str, at: datetime, *, key: str) -> str:
    """The form as the app would have filled it: everything met but, with a photo, the first article."""
    names = [row["name"] for row in offer.checklist.articles]
    answers = {name: "yes" for name in names}
    if photo:
        answers |= {names[0]: "no", f"{names[0]}_photo": photo}
    said = "".join(f"<{name}>{value}</{name}>" for name, value in answers.items())
    begun, over = (at - timedelta(minutes=25)).isoformat(), at.isoformat()
    return (
        f'<data id="{offer.form_id}" version="{offer.version}"><{GROUP}><enterprise>{firm.pk}</enterprise>'
        f"<started>{begun}</started><ended>{over}</ended><by_phone>no</by_phone></{GROUP}>{said}"
        f"<meta><instanceID>uuid:{uuid5(NAMESPACE_URL, key)}</instanceID></meta></data>"
    )
