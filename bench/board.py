"""The situation board, and the board of one area, against an SQL recount of its numbers; sizes of the phone pages."""

from __future__ import annotations

import gzip
from datetime import UTC
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from bench import town
from bench.measuring import Comparison, Side, compare

# Indicators of packs/demo counted by hand: (key, n, N) over one line for each enterprise.
RESUMED = """EXISTS (SELECT 1 FROM resumption_period p WHERE p.enterprise_id = e.id AND p.state = 'resumed'
    AND p.from_on <= %(on)s AND (p.to_on IS NULL OR p.to_on > %(on)s))"""
VISITED = """EXISTS (SELECT 1 FROM visits_visit v WHERE v.enterprise_id = e.id AND v.status = 'done'
    AND v."on" <= %(on)s)"""
ENTERPRISES = f"""SELECT count(*) FILTER (WHERE resumed), count(*),
    count(*) FILTER (WHERE resumed AND size = 'above-scale'), count(*) FILTER (WHERE size = 'above-scale'),
    count(*) FILTER (WHERE staff_from_affected_areas >= 0), count(*),
    count(*) FILTER (WHERE visited), count(*),
    coalesce(sum(on_duty), 0), coalesce(sum(staff), 0)
FROM (SELECT e.*, {RESUMED} AS resumed, {VISITED} AS visited, r.on_duty, r.staff
    FROM enterprises_enterprise e
    LEFT JOIN resumption_dailyreport r ON r.enterprise_id = e.id AND r."on" = %(on)s
    JOIN territory_area a ON a.id = e.area_id
    WHERE e.campaign_id = %(campaign)s AND e.merged_into_id IS NULL AND a.path >= %(path)s AND a.path < %(end)s) t
"""
PAIRS = ("resumption", "resumption-above-scale", "screening", "visited-once", "on-duty")
ISSUES = """SELECT count(*) FROM issues_issue i JOIN territory_area a ON a.id = i.area_id
WHERE i.campaign_id = %(campaign)s AND i.status NOT IN ('verified', 'merged') AND i.found_at <= %(at)s
    AND a.path >= %(path)s AND a.path < %(end)s"""
PHONE_PAGES = (
    ("instructor", "desk:my_day"),
    ("liaison", "desk:my_enterprises"),
    ("enterprise_contact", "desk:my_enterprise"),
    ("department_officer", "issues:list"),
)
KIB = 1024


def run() -> list[Comparison]:
    campaign = town.full_town()
    try:
        reverse("desk:board")
    except NoReverseMatch as error:
        print(f"board: left out, a page is missing ({error})")
        return []
    client = town.signed_in("commander")
    village = _largest_village(campaign)
    found = [
        _compared(client, campaign, "whole town", campaign.area),
        _compared(client, campaign, "one village", village),
    ]
    found[0].notes.extend(_phone_pages())
    return found


def _largest_village(campaign: Any) -> Any:
    from django.db.models import Count

    from fugong.enterprises.models import Enterprise
    from fugong.territory.models import Area

    rows = Enterprise.objects.system().of(campaign).exclude(area=campaign.area)
    biggest = rows.order_by().values("area").annotate(n=Count("pk")).order_by("-n", "area").first()
    return Area.objects.get(pk=biggest["area"])


def _compared(client: Client, campaign: Any, what: str, area: Any) -> Comparison:
    recount = Recount(campaign, area)
    _check_figures(campaign, area, recount.run())
    address = f"{reverse('desk:board')}?area={area.pk}"

    def check(response: Any) -> None:
        assert response.status_code == 200, response.status_code

    ours = Side("board", lambda: client.get(address), check)
    peer = Side("SQL recount of six figures", recount.run)
    result = compare(f"board, {what}", ours, peer, rounds=9, limit=0.300)
    with CaptureQueriesContext(connection) as queries:
        content = client.get(address).content
    size = len(gzip.compress(content)) / KIB
    result.notes.append(f"{len(queries)} queries, {size:.1f} KiB gzipped; the six figures equal the recount")
    return result


class Recount:
    """The same numbers straight from the rows."""

    def __init__(self, campaign: Any, area: Any) -> None:
        moment = town.now_in(campaign)
        self.values = {
            "campaign": campaign.pk,
            "on": campaign.frozen_on.isoformat(),
            "at": moment
            if connection.vendor == "postgresql"
            else moment.astimezone(UTC).replace(tzinfo=None),
            "path": area.path,
            "end": area.path + "~",
        }

    def run(self) -> dict[str, tuple[int, int | None]]:
        with connection.cursor() as cursor:
            cursor.execute(ENTERPRISES, self.values)
            row = [round(number) for number in cursor.fetchone()]
            cursor.execute(ISSUES, self.values)
            issues = cursor.fetchone()[0]
        pairs = dict(zip(PAIRS, zip(row[::2], row[1::2], strict=True), strict=True))
        return {**pairs, "open-issues": (issues, None)}


def _check_figures(campaign: Any, area: Any, recounted: dict[str, tuple[int, int | None]]) -> None:
    """What the board is drawn from says the same as the rows."""
    from fugong.desk.queries.board import board
    from fugong.insight.queries import asked

    shown = board(asked(campaign, area, campaign.frozen_on, town.now_in(campaign)))
    figures = {one.key: (one.n, one.of) for one in shown.figures}
    compared = set(figures) & set(recounted)
    assert len(compared) >= 4, f"the board shows only {sorted(compared)}"
    wrong = {key: (figures[key], recounted[key]) for key in compared if figures[key] != recounted[key]}
    assert not wrong, f"board and recount differ: {wrong}"


def _phone_pages() -> list[str]:
    """The weight of each first page of the phone roles."""
    found = []
    for role, name in PHONE_PAGES:
        try:
            response = town.signed_in(role).get(reverse(name))
        except NoReverseMatch:
            continue
        assert response.status_code == 200, f"{name}: {response.status_code}"
        size = len(gzip.compress(response.content)) / KIB
        found.append(f"{name} as {role}: {size:.1f} KiB gzipped (target: at most 25)")
    return found
