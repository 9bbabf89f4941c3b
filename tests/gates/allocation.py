"""Fifty threads give out the places of shifts at once, on an installation that `tests.gates.alone build` made.

python -m tests.gates.allocation    says as JSON, for each run, how many each shift took and refused, and in which words

Every second shift has a place for everybody who asks: whoever is refused there is refused wrongly, by us or by the
database. The others have half as many places as are asked for.
"""

from __future__ import annotations

import json
import os
import threading
from collections import Counter
from datetime import time, timedelta
from typing import Any

from tests.gates.amount import amount

THREADS, SHIFTS = 50, 10
RUNS, ASKING = amount(1, 10), max(2, amount(12, 120))  # so many ask for each shift


def places(number: int) -> int:
    return ASKING if number % 2 else max(1, ASKING // 2)


class Giving:
    """Who gives out, where, among whom."""

    def __init__(self) -> None:
        from fugong.access.models import User
        from fugong.campaigns.models import Campaign
        from fugong.teams.models import Volunteer
        from fugong.territory.models import Area
        from tests.town import NOW

        self.area = Area.objects.get(name="柳村")
        self.campaign = Campaign.objects.get()
        self.act = {"by": User.objects.get(login="zhou"), "at": NOW}
        known = {"weekdays": list(range(7)), "from_time": time(0), "to_time": time(23, 59), "created_at": NOW}
        rows = (
            Volunteer(campaign=self.campaign, area=self.area, name=f"志愿者{number}", **known)
            for number in range(SHIFTS * ASKING)
        )
        self.people = Volunteer.objects.bulk_create(rows)

    def run(self, day: int) -> dict[str, Any]:
        """Ten shifts of one day; the threads begin at one moment, each with its share of those who ask."""
        from fugong.teams.models import Turn

        shifts = [self.shift(number, day) for number in range(SHIFTS)]
        answers: list[tuple[int, str]] = []
        begin = threading.Barrier(THREADS)

        def ask(share: int) -> None:
            from django.db import connection
            from django.utils import translation

            begin.wait(60)
            with translation.override("en"):
                for asked in range(share, len(self.people), THREADS):
                    answers.append((asked % SHIFTS, self.take(shifts[asked % SHIFTS], self.people[asked])))
            connection.close()

        threads = [threading.Thread(target=ask, args=(share,)) for share in range(THREADS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        refused = Counter(number for number, said in answers if said)
        return {
            "given": [Turn.objects.filter(shift=shift).count() for shift in shifts],
            "refused": [refused[number] for number in range(SHIFTS)],
            "words": sorted({said for _number, said in answers if said}),
        }

    def shift(self, number: int, day: int) -> Any:
        from fugong.teams import actions as teams
        from fugong.teams.actions import ShiftFacts

        at = self.act["at"] + timedelta(days=day + 1)
        facts = ShiftFacts(
            self.area, "checkpoint", f"卡口{number}", at, at + timedelta(hours=3), places(number)
        )
        return teams.plan_shift(campaign=self.campaign, facts=facts, **self.act)

    def take(self, shift: Any, person: Any) -> str:
        """What stood against it; empty for whoever is on the shift now."""
        from fugong.core.refusals import Refused
        from fugong.teams import actions as teams

        try:
            teams.take_shift(shift=shift, volunteer=person, **self.act)
        except Refused as refused:
            return str(refused)
        except Exception as error:
            return repr(error)
        return ""


def main() -> None:
    giving = Giving()
    print(json.dumps([giving.run(day) for day in range(RUNS)]))


if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "fugong.settings"
    import django

    django.setup()
    main()
