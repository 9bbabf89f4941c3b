"""What each field of a planning file means, and the least value it may have."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Note:
    """`text` goes into the JSON Schema; `least` binds numbers (and texts: 1 = not empty)."""

    text: str
    least: float | None = None
    above: bool = False
    unique: str = ""
    meaning: str = ""


LANDS = "[land, land]"

NOTES: dict[str, dict[str, Note]] = {
    "Problem": {
        "officers": Note("Who works that day.", unique="id"),
        "tasks": Note("The enterprises that could be visited that day.", unique="id"),
        "travel": Note("How long the ways are."),
    },
    "Officer": {
        "id": Note("Its own among the officers.", least=1),
        "start": Note("Where the day starts: [longitude, latitude] in degrees, or a place of the matrix."),
        "end": Note("Where the day ends, likewise."),
        "shift": Note("Leaves and is back within it."),
        "name": Note("For the reasons; may be empty."),
        "breaks": Note("No visit and no way in them; a way begun before goes on after. They do not overlap."),
        "skills": Note("What the officer is able to do."),
        "home_area": Note("Visits in other areas cost params.away_from_home."),
        "areas": Note("Areas the officer may work in; null: every one."),
        "knows": Note("Ids of the enterprises this officer usually visits."),
        "agency": Note("Whom the officer belongs to."),
        "travels_by": Note("A kind of travel.speeds; empty or unknown: travel.speed_kmh."),
        "land": Note('The land (island) where the day starts; "": by road from everywhere.'),
        "end_land": Note("The land where the day ends; null: the one where it starts."),
    },
    "Task": {
        "id": Note("Its own among the tasks.", least=1),
        "enterprise": Note("The enterprise to visit.", least=1),
        "position": Note("[longitude, latitude] in degrees, or a place of the matrix."),
        "windows": Note("Opening hours; the visit lies within one of them. An empty list: closed."),
        "service_minutes": Note("Ticks on the premises.", least=1),
        "weight": Note("What leaving it out costs, in ticks: the prize.", least=0),
        "skills": Note("Every officer who comes needs all of them."),
        "area": Note("Where it lies, for officers' areas and home_area."),
        "due_in_days": Note("Days until it is due; null: no date. Only for the reasons."),
        "days_overdue": Note("Days it is late. Only for the reasons.", least=0),
        "days_since_visit": Note("null: never visited. Only for the reasons."),
        "reasons": Note("The caller's own, carried into the plan."),
        "mandatory": Note("Must be visited; comes before every weight."),
        "lock": Note("A person's wish that binds the planner."),
        "forbidden": Note("Ids of officers who may not come."),
        "land": Note('The land (island) it lies on; "": reached by road from everywhere.'),
        "agencies": Note("Only officers of these agencies may come; null: of every one."),
        "together": Note(
            "A joint visit: for each member the skills that member needs beside those of the task; all come at "
            "the same time. An empty list: one officer."
        ),
    },
    "Lock": {
        "officer": Note("This officer and nobody else; null: any.", least=1),
        "at": Note("Begins at this tick; null: at any.", least=0),
    },
    "Travel": {
        "speed_kmh": Note("Mean speed of everybody without a kind of travel.", least=0, above=True),
        "detour": Note("Length of a way by the straight line's.", least=0, above=True),
        "places": Note("The points of the matrix, in its order."),
        "matrix": Note("Ticks from place i (row) to place j (column), rounded up.", least=0),
        "speeds": Note("Mean speed in km/h by kind of travel.", least=0, above=True),
        "access_minutes": Note(
            "Minutes to park and sign in, on every straight way to another place.", least=0
        ),
        "crossings": Note("Ferries and bridges; places of different lands are joined by them only."),
        "per_minute": Note("Ticks in a minute.", least=1),
    },
    "Crossing": {
        "lands": Note("The two lands it joins.", meaning=LANDS),
        "here": Note("Its end on the first land."),
        "there": Note("Its end on the second land."),
        "minutes": Note("Minutes across, with waiting and boarding.", least=0),
    },
    "Plan": {
        "routes": Note("One officer's day each."),
        "unplanned": Note("Tasks without a visit, each with why."),
        "refused": Note("Locks that cannot be kept; their tasks are among the unplanned."),
        "cost": Note("Ticks: travel, preferences and the weights of what is left out."),
        "travel_minutes": Note("Ticks on the way, of all officers.", least=0),
        "method": Note("How it was searched."),
        "rounds": Note("Rounds of search.", least=0),
    },
    "Route": {
        "officer": Note("The officer's id.", least=1),
        "visits": Note("In the order they are made."),
        "leave_at": Note("null on a day without visits.", least=0),
        "back_at": Note("null on a day without visits.", least=0),
        "travel_minutes": Note("Ticks on the way.", least=0),
    },
    "PlannedVisit": {
        "task": Note("The task's id.", least=1),
        "enterprise": Note("The enterprise visited.", least=1),
        "officer": Note("Who comes; of a joint visit one in each member's route.", least=1),
        "start": Note("Tick of arrival on the premises.", least=0),
        "end": Note("Tick of leaving.", least=0),
        "travel_minutes": Note("Ticks of the way from the place before.", least=0),
        "reasons": Note("Why it is planned."),
    },
    "Unplanned": {
        "task": Note("The task's id.", least=1),
        "enterprise": Note("The enterprise left out.", least=1),
        "reason": Note("Why it is left out."),
    },
    "Refused": {
        "task": Note("The task's id.", least=1),
        "reason": Note("Why the lock cannot be kept."),
        "sentence": Note("The same in words."),
    },
}
