"""The demo's town: as seeds for a ledger to import, and loaded with its ten days for the pages."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from django.utils import timezone


@cache
def messy_ledger() -> tuple[bytes, Any]:
    """The town's ledger as a workbook of about 5,600 rows with every kind of fault, and its truth."""
    from fugong.campaigns.reading import read_pack
    from fugong.demo import SEED
    from fugong.demo.town import Layout, enterprises, ledger_workbook

    content = read_pack(Path(settings.PACKS_DIR) / "demo").content
    areas = content["territory"]["areas"]
    head = content["pack"]["campaign"]
    town = next(row for row in areas if row["key"] == head["area"])
    names = [row["name"] for row in areas if row["parent"] == town["key"]]
    layout = Layout.make(SEED, names, (town["longitude"], town["latitude"]), town=town["name"])
    firms = enterprises(layout, SEED, first_day=date.fromisoformat(head["starts_on"]))
    return ledger_workbook(layout, firms, SEED)


def empty_campaign() -> Any:
    """The demo's campaign, running, without an enterprise; made where the database has none."""
    from fugong.campaigns import actions as campaigns
    from fugong.campaigns.models import Campaign
    from fugong.campaigns.reading import read_pack

    found = Campaign.objects.select_related("area").first()
    if found is not None:
        return found
    at = timezone.now()
    campaign = campaigns.load_pack(pack=read_pack(Path(settings.PACKS_DIR) / "demo"), by=None, at=at)
    return campaigns.start(campaign=campaign, by=None, at=at)


def clerk_of(campaign: Any) -> Any:
    """Somebody who may import into the campaign's ledger and correct it."""
    from fugong.access.models import Posting, User

    user, new = User.objects.get_or_create(
        login="bench-clerk", defaults={"name": "测试统计员", "password": "!"}
    )
    if new:
        Posting.objects.create(user=user, role="clerk", area=campaign.area, from_on=date(2020, 1, 1))
    return user


@cache
def full_town() -> Any:
    """The whole demo town on day 10; takes about half a minute. Returns its campaign."""
    from fugong.demo.load import load_demo

    return load_demo()


def now_in(campaign: Any) -> datetime:
    from fugong.campaigns.middleware import moment_of

    return moment_of(campaign, timezone.now())


def signed_in(role: str) -> Client:
    """A browser in which the first person of a role is signed in."""
    from fugong.access.models import User
    from fugong.access.sessions import MARK, USER

    user = User.objects.filter(postings__role=role, is_active=True).order_by("pk").first()
    assert user is not None, f"the town has no {role}"
    client = Client(SERVER_NAME="localhost")
    session = client.session
    session[USER], session[MARK] = user.pk, user.get_session_auth_hash()
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = str(session.session_key)
    return client
