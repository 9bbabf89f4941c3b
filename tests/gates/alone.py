"""A whole installation of its own, on the database of FUGONG_DATA or FUGONG_DATABASE_URL, with the named cast.

python -m tests.gates.alone build     tables, the cast, its checklists, and an issue for each command to solve
python -m tests.gates.alone storm     sends 100 commands 5 times each from 10 threads; prints what came of it
python -m tests.gates.alone digest    a digest of every table, row by row, and whether the audit chain is whole
"""

from __future__ import annotations

import hashlib
import json
import os
import random
import sys
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from tests.gates.amount import amount

COMMANDS, TIMES, THREADS = amount(100, 1_000), 5, 10
KINDS = ("solve", "visit", "register")


def build() -> None:
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from fugong.core import sealer
    from fugong.issues import actions as issues
    from tests.checklists import load_checklists
    from tests.pack import PACK
    from tests.town import build as build_town

    town = build_town(PACK)
    load_checklists(town)
    for number in range(COMMANDS):
        issues.find(
            campaign=town.campaign,
            enterprise=town.crowded_firm,
            area=town.pine,
            found=issues.Found(title=f"问题{number}"),
            by=town.feng,
            at=town.now,
        )
    sealer.seal_events()
    print("ready")


def storm() -> None:
    """Every command as its page sends it: the same fields and the same key each time, all of them mixed."""
    commands = [made(number) for number in range(COMMANDS)]
    sendings = [number for number in range(COMMANDS) for _ in range(TIMES)]
    random.Random(5).shuffle(sendings)
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda number: (number, send(*commands[number])), sendings))
    kinds = [KINDS[number % 3] for number in range(COMMANDS)]
    got: dict[int, set[str]] = {number: set() for number in range(COMMANDS)}
    for number, answer in answers:
        got[number].add(answer)
    print(
        json.dumps(
            {"asked": {kind: kinds.count(kind) for kind in KINDS}, "acted": acted(), "answers": several(got)}
        )
    )


def several(got: dict[int, set[str]]) -> list[list[str]]:
    """The answers of each command that did not get exactly one redirect."""
    return [
        sorted(answers) for answers in got.values() if len(answers) != 1 or not min(answers).startswith("302")
    ]


def made(number: int) -> tuple[str, str, dict[str, str]]:
    """Who sends which fields to which address."""
    from django.urls import reverse

    from fugong.enterprises.models import Enterprise
    from fugong.issues.models import Issue
    from fugong.territory.models import Area

    command, kind = {"command": str(uuid.uuid4())}, KINDS[number % 3]
    if kind == "solve":
        issue = Issue.objects.system().get(title=f"问题{number}")
        return "sun", reverse("issues:solve", args=[issue.pk]), {**command, "text": f"已整改{number}"}
    if kind == "visit":
        firm = Enterprise.objects.system().get(name="松村顺达制衣厂")
        return "feng", reverse("visits:visit", args=[firm.pk]) + "?plain=1", {**command, **visit_fields()}
    area = Area.objects.get(name="柳村").pk
    fields = {"name": f"柳村第{number}五金厂", "area": str(area), "position_source": "none", "size": "small"}
    return "chen", reverse("enterprises:new"), {**command, **fields, "version": "1"}


def visit_fields() -> dict[str, str]:
    from tests.checklists import converted
    from tests.town import NOW

    answers = {row["name"]: "yes" for row in converted("full")["articles"]}
    answers[converted("full")["articles"][0]["name"]] = "no"
    started = (NOW - timedelta(hours=1)).isoformat()
    return {"key": str(uuid.uuid4()), "started_at": started, "note": "", **answers}


def send(login: str, address: str, fields: dict[str, str]) -> str:
    """The status and where it leads; a phone without an answer sends again."""
    from django.db import connection
    from django.test import Client

    from fugong.access.models import User
    from fugong.access.sessions import MARK, USER

    try:
        user = User.objects.get(login=login)
        client = Client()
        session = client.session
        session[USER], session[MARK] = user.pk, user.get_session_auth_hash()
        session.save()
        client.cookies["sessionid"] = session.session_key or ""
        response = client.post(address, fields)
        return f"{response.status_code} {response.headers.get('Location', '')}"
    finally:
        connection.close()


def acted() -> dict[str, list[int]]:
    """For each kind of command: rows made, and events that speak of it."""
    from fugong.core.models import Event
    from fugong.enterprises.models import Enterprise
    from fugong.issues.models import Step
    from fugong.visits.models import Visit

    rows = {
        "solve": Step.objects.system().filter(status="solved").count(),
        "visit": Visit.objects.system().count(),
        "register": Enterprise.objects.system().filter(name__startswith="柳村第").count(),
    }
    names = ("issues.issue.solved", "visits.visit.recorded", "enterprises.enterprise.registered")
    return {
        kind: [rows[kind], Event.objects.filter(name=name).count()]
        for kind, name in zip(KINDS, names, strict=True)
    }


def digest() -> None:
    from django.apps import apps

    from fugong.core import sealer

    found = {}
    for model in sorted(apps.get_models(), key=lambda model: model._meta.db_table):
        rows = list(model._base_manager.order_by("pk").values_list())
        found[model._meta.db_table] = [len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()]
    print(json.dumps({"tables": found, "chain": [str(problem) for problem in sealer.verify()]}))


if __name__ == "__main__":
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "fugong.settings"
    django.setup()
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]
    {"build": build, "storm": storm, "digest": digest}[sys.argv[1]]()
