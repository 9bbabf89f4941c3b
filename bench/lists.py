"""Filtered pages of the ledger of 5,600 enterprises, against the bare count and page in SQL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from bench import town
from bench.measuring import Comparison, Side, compare

PAGE = 50
LAST_VISIT = (
    '(SELECT max(v."on") FROM visits_visit v'
    " WHERE v.enterprise_id = e.id AND v.status = 'done' AND v.\"on\" <= %(on)s)"
)
SINCE = {
    "sqlite": f"julianday(%(on)s) - julianday({LAST_VISIT})",
    "postgresql": f"%(on)s::date - {LAST_VISIT}",
}


@dataclass(frozen=True)
class Question:
    """A condition in the product's language and the same by hand in SQL, both by head count, greatest first."""

    name: str
    condition: str
    where: str


QUESTIONS = (
    Question("no condition", "", "true"),
    Question("one field", "headcount >= 20", "e.headcount >= 20"),
    Question("a measure", "days_since_visit > 3", "{since} > 3"),
    Question(
        "fields and a measure",
        'headcount >= 10 and size = "above-scale" and days_since_visit > 3',
        "e.headcount >= 10 AND e.size = 'above-scale' AND {since} > 3",
    ),
)


def run() -> list[Comparison]:
    campaign = town.full_town()
    try:
        address = reverse("enterprises:list")
        reverse("desk:dossier", args=[1])
    except NoReverseMatch as error:
        print(f"lists: left out, a page is missing ({error})")
        return []
    client = town.signed_in("clerk")
    return [_compared(client, address, campaign, question) for question in QUESTIONS]


def _compared(client: Client, address: str, campaign: Any, question: Question) -> Comparison:
    sql = Bare(campaign, question)
    count, rows = sql.run()
    asked = {"q": question.condition, "sort": "-headcount"}

    def check(response: Any) -> None:
        assert response.status_code == 200, response.status_code
        assert shown_rows(response.content.decode()) == rows, "the page shows other rows than the SQL"

    ours = Side("page", lambda: client.get(address, asked), check)
    result = compare(question.name, ours, Side("SQL", sql.run), rounds=9, limit=0.150)
    with CaptureQueriesContext(connection) as queries:
        size = len(client.get(address, asked).content)
    result.notes.append(f"{count:,} rows found, {len(queries)} queries a page, {size / 1024:.0f} KiB of HTML")
    return result


def shown_rows(html: str) -> list[int]:
    """The numbers of the enterprises of a page, in order."""
    link = re.escape(reverse("desk:dossier", args=[0])).replace("0", r"(\d+)")
    return [int(number) for number in dict.fromkeys(re.findall(f'href="{link}"', html))]


class Bare:
    """The count and the first page by hand."""

    def __init__(self, campaign: Any, question: Question) -> None:
        since = SINCE[connection.vendor]
        where = f"e.campaign_id = %(campaign)s AND e.merged_into_id IS NULL AND {question.where.format(since=since)}"
        self.count = f"SELECT count(*) FROM enterprises_enterprise e WHERE {where}"
        self.page = (
            f"SELECT e.*, a.name FROM enterprises_enterprise e JOIN territory_area a ON a.id = e.area_id"
            f" WHERE {where} ORDER BY e.headcount DESC NULLS LAST, e.id LIMIT {PAGE}"
        )
        on: date = campaign.frozen_on
        self.values = {"campaign": campaign.pk, "on": on.isoformat()}

    def run(self) -> tuple[int, list[int]]:
        """How many rows, and the numbers of the first page."""
        with connection.cursor() as cursor:
            cursor.execute(self.count, self.values)
            count = cursor.fetchone()[0]
            cursor.execute(self.page, self.values)
            return count, [row[0] for row in cursor.fetchall()]
