"""The sender of notices alone, on the database of FUGONG_DATA or FUGONG_DATABASE_URL, against the fake services.

python -m tests.gates.outbox build          tables, the cast, a robot, and notices that fall due two at a time
python -m tests.gates.outbox send <port>    sends what falls due, four seconds of the clock a round, until killed or done
python -m tests.gates.outbox state          what became of every notice, and how many posts nobody can answer for
"""

from __future__ import annotations

import json
import sys
from datetime import datetime, timedelta

from tests.gates.amount import amount

NOTICES = amount(200, 2_000)


def build() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from fugong.outreach.actions import Way, add_robot
    from fugong.outreach.models import Notice
    from tests.pack import PACK
    from tests.town import NOW
    from tests.town import build as build_town

    town = build_town(PACK)
    way = Way("wecom", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x")
    robot = add_robot(campaign=town.campaign, area=town.town, name="群", way=way, by=town.zhou, at=NOW)
    Notice.objects.bulk_create(
        Notice(
            robot=robot,
            text=f"notice-{number:03}",
            made_at=NOW,
            next_at=NOW + timedelta(seconds=4 * (number // 2)),
            expires_at=NOW + timedelta(days=2),
        )
        for number in range(NOTICES)
    )
    print("ready")


def send(port: str) -> None:
    """The clock goes on from the last post, so that a killed sender's successor takes up where it stopped."""
    from django.db.models import Max

    from fugong.outreach import actions
    from fugong.outreach.channels import robots
    from fugong.outreach.models import Delivery, Notice
    from tests.robot_services import TOKEN
    from tests.town import NOW

    address = f"http://127.0.0.1:{port}/cgi-bin/webhook/send?key={TOKEN}"

    def through(kind: str, _address: str, secret: str, text: str, at: datetime) -> robots.Answer:
        return robots.send(kind, address, secret, text, at)

    at = Delivery.objects.system().aggregate(last=Max("at"))["last"] or NOW
    print("begin", flush=True)
    while Notice.objects.system().filter(status__in=("waiting", "sending")).exists():
        at += timedelta(seconds=4)
        actions.send_waiting(at=at, send=through)
    print("done", flush=True)


def state() -> None:
    from fugong.outreach.models import Delivery, Notice

    notices = dict(Notice.objects.system().values_list("text", "status"))
    unanswered = Delivery.objects.system().filter(outcome="unknown").count()
    print(json.dumps({"notices": notices, "unanswered": unanswered}))


def main(job: str, *words: str) -> None:
    import os

    os.environ["DJANGO_SETTINGS_MODULE"] = "fugong.settings"
    import django

    django.setup()
    {"build": build, "send": send, "state": state}[job](*words)


if __name__ == "__main__":
    main(*sys.argv[1:])
