"""Phones that send their visits through a bad network to a server which is killed, on an installation of its own.

python -m tests.gates.phones    builds it on FUGONG_DATA or FUGONG_DATABASE_URL, lets the phones send, and says as JSON
                                what was sent and acknowledged, and what is wrong afterwards
"""

from __future__ import annotations

import json
import os
from pathlib import Path

from tests.gates.amount import amount

PHONES, VISITS, KILLS = max(20, amount(20, 200)), 3, amount(1, 5)


def main() -> None:
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.utils import timezone

    from bench.phones.counting import Count
    from bench.phones.people import phones_of
    from bench.phones.server import Server
    from bench.phones.storm import send
    from fugong.campaigns.queries import moment_of
    from tests.checklists import load_checklists
    from tests.gates.cutting import cutting
    from tests.pack import PACK
    from tests.town import build as build_town

    call_command("migrate", verbosity=0)
    town = build_town(PACK)
    load_checklists(town)
    at = moment_of(town.campaign, timezone.now())
    phones = phones_of(town.campaign, at, phones=PHONES, visits=VISITS)
    count = Count()
    connection.close()
    with Server(Path(settings.DATA_DIR), os.environ.get("FUGONG_DATABASE_URL", "")) as server:
        shares = [(number + 1) / (KILLS + 1) for number in range(KILLS)]
        with cutting(server.port) as proxy:
            storm = send(phones, proxy.port, server=server, kills=shares)
    said = {
        "acknowledged": len(storm.acknowledged),
        "refused": storm.refused,
        "killed": len(storm.kills),
        "resent": storm.resent,
        "network": proxy.done,
        "wrong": count.wrong(phones, storm.acknowledged),
    }
    print(json.dumps(said, ensure_ascii=False))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "fugong.settings"
    import django

    django.setup()
    main()
