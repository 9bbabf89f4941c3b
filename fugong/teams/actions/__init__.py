"""The verbs of teams: posts and charges, service and joint teams, stations; volunteers, shifts and turns; households."""

from fugong.teams.actions.charges import charge, confirm, drop_proposals, end_charge, propose_charges
from fugong.teams.actions.grid_teams import form_team, join, leave, take_in
from fugong.teams.actions.households import (
    HouseholdFacts,
    close_household,
    correct_household,
    end_household_charge,
    give_households,
    register_household,
)
from fugong.teams.actions.revealing import reveal
from fugong.teams.actions.rota import (
    ShiftFacts,
    call_off,
    cancel_shift,
    confirm_turns,
    note_attendance,
    plan_shift,
    release,
    take_shift,
)
from fugong.teams.actions.service_teams import (
    MemberFacts,
    add_member,
    end_duty,
    end_member,
    end_station,
    form,
    give_duty,
    station,
)
from fugong.teams.actions.structure import hold, stand_up, vacate
from fugong.teams.actions.volunteers import (
    VolunteerFacts,
    correct_volunteer,
    end_volunteer,
    new_link,
    note_away,
    register_volunteer,
)

__all__ = [
    "HouseholdFacts",
    "MemberFacts",
    "ShiftFacts",
    "VolunteerFacts",
    "add_member",
    "call_off",
    "cancel_shift",
    "charge",
    "close_household",
    "confirm",
    "confirm_turns",
    "correct_household",
    "correct_volunteer",
    "drop_proposals",
    "end_charge",
    "end_duty",
    "end_household_charge",
    "end_member",
    "end_station",
    "end_volunteer",
    "form",
    "form_team",
    "give_duty",
    "give_households",
    "hold",
    "join",
    "leave",
    "new_link",
    "note_attendance",
    "note_away",
    "plan_shift",
    "propose_charges",
    "register_household",
    "register_volunteer",
    "release",
    "reveal",
    "stand_up",
    "station",
    "take_in",
    "take_shift",
    "vacate",
]
