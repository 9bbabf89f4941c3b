"""An installation with canaries in it, to be closed and erased: what is left of them anywhere.

python -m tests.gates.erasing build           a town whose contacts have canaries for phones, sealed; a sheet, an export
python -m tests.gates.erasing erase           closes the campaign, erases it and finishes; prints the counts
python -m tests.gates.erasing look            which canaries stand in any table or can be opened; prints how many
"""

from __future__ import annotations

import json
import os
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.gates.amount import amount

COUNT = amount(200, 10_000)
CANARY = "1999{:07d}"


def canaries() -> list[str]:
    return [CANARY.format(number) for number in range(COUNT)]


def build() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from fugong.core import sealer
    from fugong.enterprises.models import Contact
    from tests.pack import PACK
    from tests.town import FIRST_DAY
    from tests.town import build as build_town

    days = [{"value": 30, "from": "2020-01-01", "source": "test"}]
    town = build_town({**PACK, "pack": {"campaign": {"keep_days": days}}})
    common = {"enterprise": town.large_firm, "campaign_id": town.campaign.pk, "from_on": FIRST_DAY}
    rows = [Contact(name=f"人{phone}", phone=phone, **common) for phone in canaries()]
    Contact.objects.system().bulk_create(rows)
    _people(town)
    _in_files(town)
    sealer.seal_events()
    print("ready")


def _people(town: Any) -> None:
    """Canaries of those who came later: a volunteer, a household, a requester, a form as a phone sent it."""
    from datetime import time
    from uuid import uuid4

    from fugong.issues.actions import Found, find
    from fugong.teams.models import Household, Volunteer
    from fugong.visits.models import Received
    from tests.town import NOW

    first, second, third, fourth = canaries()[:4]
    common = {"campaign": town.campaign, "area": town.willow, "created_at": NOW}
    hours = {"from_time": time(8), "to_time": time(20)}
    Volunteer.objects.create(**common, **hours, name=first, phone=first)
    Household.objects.create(**common, code=second, address=second, label=second, phone=second, note=second)
    asked = Found(
        title=third, detail=third, kind="supplies", answers={"item": "masks"}, requester={"name": third}
    )
    find(campaign=town.campaign, enterprise=None, area=town.willow, found=asked, by=None, at=NOW)
    Received.objects.create(
        key=uuid4(),
        officer=town.li,
        campaign=town.campaign,
        form_id="x",
        xml=fourth,
        digest="x",
        received_at=NOW,
    )


def _in_files(town: Any) -> None:
    """An imported sheet and an export, as files and as rows, and a page that was kept as an answer."""
    from django.conf import settings

    from fugong.core.exports.writers import folder
    from fugong.core.models import Command, Export, Import, ImportRow

    text = " ".join(canaries())
    uploads = Path(settings.UPLOADS_DIR) / "imports"
    for place, name in ((uploads, "ledger.csv"), (folder(), "export.csv")):
        place.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text)
    common = {"register": "enterprises", "campaign_id": town.campaign.pk, "at": town.now}
    batch = Import.objects.create(filename="ledger.csv", digest="d", stored_as="ledger.csv", **common)
    ImportRow.objects.create(batch=batch, number=1, outcome="refused", cells={"phones": text})
    Export.objects.create(
        owner_id=town.chen.pk,
        owner_label="陈",
        purpose="canary",
        rows=1,
        form="csv",
        stored_as="export.csv",
        expires_at=town.now,
        **common,
    )
    Command.objects.create(path="/", digest="", at=town.now, status=200, answer=text)


def erase() -> None:
    from fugong.access.models import User
    from fugong.campaigns import actions
    from fugong.campaigns.models import Campaign
    from tests.town import NOW

    campaign, zhou = Campaign.objects.get(), User.objects.get(login="zhou")
    actions.close(campaign=campaign, reason="行动结束", by=zhou, at=NOW)
    later = NOW + timedelta(days=31)
    closing = actions.erase(campaign=campaign, by=zhou, at=later)
    print(json.dumps(actions.finish_erasure(closing=closing, at=later).counts))


def look() -> None:
    from django.apps import apps

    from fugong.core.encryption import KeyMissing
    from fugong.enterprises.models import Contact

    text = repr([list(model._base_manager.values_list()) for model in apps.get_models()])
    opened = 0
    for contact in Contact.objects.system():
        try:
            opened += bool(contact.phone.clear())
        except KeyMissing:
            pass
    print(json.dumps({"in_tables": found_in(text.encode()), "opened": opened}))


def found_in(raw: bytes) -> int:
    """How many canaries stand in these bytes."""
    return sum(raw.count(word.encode()) > 0 for word in canaries()) if b"1999" in raw else 0


if __name__ == "__main__":
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "fugong.settings"
    django.setup()
    {"build": build, "erase": erase, "look": look}[sys.argv[1]]()
