"""Two coordinators at once, on the database of FUGONG_DATA or of the test: nobody at two places, no shift too full.

python -m tests.actions.rota_alone     tables, the cast, then the storm; prints what came of it as JSON
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

THREADS, SHIFTS, PEOPLE = 8, 6, 4


def storm(town: Any) -> dict[str, Any]:
    """Six overlapping shifts of two places, four volunteers; eight threads put everybody on everything, twice."""
    from fugong.teams import actions as teams
    from fugong.teams.actions import ShiftFacts, VolunteerFacts
    from fugong.teams.models import Turn

    act = {"campaign": town.campaign, "by": town.zhou, "at": town.now}
    people = [
        teams.register_volunteer(facts=VolunteerFacts(name=f"志愿者{n}", area=town.willow), **act)
        for n in range(PEOPLE)
    ]
    begin = town.now + timedelta(days=1)
    shifts = [
        teams.plan_shift(
            facts=ShiftFacts(town.willow, "checkpoint", f"卡口{n}", begin, begin + timedelta(hours=3), 2),
            **act,
        )
        for n in range(SHIFTS)
    ]
    wanted = [(shift, person) for shift in shifts for person in people] * 2
    with ThreadPoolExecutor(THREADS) as pool:
        outcomes = list(pool.map(lambda pair: _take(*pair, town=town), wanted))
    turns = list(Turn.objects.values_list("shift_id", "volunteer_id"))
    return {
        "asked": len(wanted),
        "taken": outcomes.count("taken"),
        "strange": sorted({one for one in outcomes if one not in ("taken", "refused")}),
        "per_person": max(sum(person == one.pk for _shift, person in turns) for one in people),
        "per_shift": max(sum(shift == one.pk for shift, _person in turns) for one in shifts),
        "turns": len(turns),
    }


def _take(shift: Any, person: Any, *, town: Any) -> str:
    from django.db import connection

    from fugong.core.refusals import Refused
    from fugong.teams import actions as teams

    try:
        teams.take_shift(shift=shift, volunteer=person, by=town.zhou, at=town.now)
    except Refused:
        return "refused"
    except Exception as error:
        return repr(error)
    finally:
        connection.close()
    return "taken"


def main() -> None:
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    from tests.pack import PACK
    from tests.town import build

    print(json.dumps(storm(build(PACK))))


if __name__ == "__main__":
    sys.exit(main())
