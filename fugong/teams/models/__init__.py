"""Posts, grid teams, charges; service and joint teams, stationed officers; volunteers and their shifts; households."""

from fugong.teams.models.charges import Charge, ChargeKind, ChargeProposal, ChargeQuerySet
from fugong.teams.models.grid_teams import ByAreaQuerySet, GridTeam, Membership
from fugong.teams.models.households import (
    Household,
    HouseholdCharge,
    HouseholdChargeQuerySet,
    HouseholdQuerySet,
)
from fugong.teams.models.service_teams import (
    Duty,
    DutyQuerySet,
    Member,
    Station,
    StationQuerySet,
    Team,
    covered_by_duty,
)
from fugong.teams.models.structure import Holding, Post, TaskGroup
from fugong.teams.models.volunteers import (
    CalledOff,
    Shift,
    ShiftQuerySet,
    TimeAway,
    Turn,
    Volunteer,
    VolunteerQuerySet,
)

__all__ = [
    "ByAreaQuerySet",
    "CalledOff",
    "Charge",
    "ChargeKind",
    "ChargeProposal",
    "ChargeQuerySet",
    "Duty",
    "DutyQuerySet",
    "GridTeam",
    "Holding",
    "Household",
    "HouseholdCharge",
    "HouseholdChargeQuerySet",
    "HouseholdQuerySet",
    "Member",
    "Membership",
    "Post",
    "Shift",
    "ShiftQuerySet",
    "Station",
    "StationQuerySet",
    "TaskGroup",
    "Team",
    "TimeAway",
    "Turn",
    "Volunteer",
    "VolunteerQuerySet",
    "covered_by_duty",
]
