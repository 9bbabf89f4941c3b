"""From strings to values: posts, teams and charges; volunteers and shifts; households."""

from fugong.teams.forms.charges import ChargeForm, HoldForm, JoinForm, PersonField, ReasonForm, StandForm
from fugong.teams.forms.households import GiveForm, HouseholdForm
from fugong.teams.forms.rota import AwayForm, ShiftForm, VolunteerForm
from fugong.teams.forms.service_teams import DutyForm, MemberForm, StationForm, TeamForm

__all__ = [
    "AwayForm",
    "ChargeForm",
    "DutyForm",
    "GiveForm",
    "HoldForm",
    "HouseholdForm",
    "JoinForm",
    "MemberForm",
    "PersonField",
    "ReasonForm",
    "ShiftForm",
    "StandForm",
    "StationForm",
    "TeamForm",
    "VolunteerForm",
]
