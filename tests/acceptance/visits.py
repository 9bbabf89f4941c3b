"""A visit as an officer does it on the plain form: everything met, changed by what was found."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import reverse

from fugong.visits.models import Checklist, Visit


def articles(town: Any, key: str) -> list[dict[str, Any]]:
    """The articles of a checklist of the campaign, as it was loaded."""
    rows: list[dict[str, Any]] = (
        Checklist.objects.filter(campaign=town.campaign, key=key).latest("pk").articles
    )
    return rows


def visit(client: Client, town: Any, firm: Any, key: str, **answers: Any) -> Any:
    """Send the plain form of a visit that began in the morning of the campaign's day; the answer."""
    begin = datetime.combine(town.campaign.frozen_on, town.now.timetz()) + timedelta(hours=1)
    fields = {"command": str(uuid4()), "key": str(uuid4()), "started_at": begin.isoformat(), "note": ""}
    met = {row["name"]: "yes" for row in articles(town, key)}
    return client.post(reverse("visits:visit", args=[firm.pk]) + "?plain=1", fields | met | answers)


def visit_made(client: Client, town: Any, firm: Any, key: str, **answers: Any) -> Visit:
    """The same, where it must be taken."""
    answer = visit(client, town, firm, key, **answers)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    made: Visit = Visit.objects.system().latest("pk")
    return made
