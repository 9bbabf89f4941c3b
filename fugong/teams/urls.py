"""Addresses of teams; volunteers and households have a part of their own."""

from typing import Any

from django.urls import include, path

from fugong.teams.registers import Households, Volunteers
from fugong.teams.views import (
    charges,
    grid_teams,
    households,
    proposals,
    revealing,
    rota,
    service_teams,
    slips,
    stations,
    structure,
    volunteers,
)

app_name = "teams"

urlpatterns = [
    path("structure/", structure.structure, name="structure"),
    path("posts/<int:pk>/hold/", structure.hold, name="hold"),
    path("posts/<int:pk>/vacate/", structure.vacate, name="vacate"),
    path("groups/<int:pk>/stand-up/", structure.stand_up, name="stand_up"),
    path("grid-teams/", grid_teams.grid_teams, name="grid_teams"),
    path("grid-teams/form/", grid_teams.form_team, name="form_team"),
    path("grid-teams/proposals/", grid_teams.member_proposals, name="member_proposals"),
    path("grid-teams/<int:pk>/join/", grid_teams.join, name="join"),
    path("members/<int:pk>/leave/", grid_teams.leave, name="leave"),
    path("charges/", charges.charges, name="charges"),
    path("charges/<int:pk>/end/", charges.end_charge, name="end_charge"),
    path("charges/of/<int:pk>/", charges.charge, name="charge"),
    path("officers/<int:pk>/", charges.officer, name="officer"),
    path("proposals/", proposals.proposals, name="proposals"),
    path("proposals/map.geojson", proposals.proposals_map, name="proposals_map"),
    path("proposals/propose/", proposals.propose, name="propose"),
    path("proposals/confirm/", proposals.confirm, name="confirm"),
    path("proposals/drop/", proposals.drop, name="drop"),
    path("service/", service_teams.teams, name="service_teams"),
    path("service/new/", service_teams.new, name="new_team"),
    path("service/<int:pk>/", service_teams.team, name="team"),
    path("service/<int:pk>/join/", service_teams.add_member, name="add_member"),
    path("service/<int:pk>/give/", service_teams.give_duty, name="give_duty"),
    path("service/members/<int:pk>/end/", service_teams.end_member, name="end_member"),
    path("service/duties/<int:pk>/end/", service_teams.end_duty, name="end_duty"),
    path("stations/", stations.stations, name="stations"),
    path("stations/at/<int:pk>/", stations.station, name="station"),
    path("stations/<int:pk>/end/", stations.end_station, name="end_station"),
]

VOLUNTEERS: list[Any] = [
    path("rota/", rota.rota, name="rota"),
    path("rota/new/", rota.new_shift, name="new_shift"),
    path("rota/proposal/", rota.proposal, name="proposal"),
    path("shifts/<int:pk>/", rota.shift, name="shift"),
    path("shifts/<int:pk>/take/", rota.take, name="take"),
    path("shifts/<int:pk>/cancel/", rota.cancel, name="cancel_shift"),
    path("shifts/<int:pk>/attendance/", rota.attendance, name="attendance"),
    path("turns/<int:pk>/release/", rota.release, name="release"),
    path("rota/slips.pdf", slips.slips, name="slips"),
    path("my-shifts/<str:token>/", volunteers.my_shifts, name="my_shifts"),
    path("my-shifts/<str:token>/call-off/", volunteers.call_off, name="call_off"),
    path("<int:pk>/", volunteers.volunteer, name="volunteer"),
    path("<int:pk>/away/", volunteers.away, name="away"),
    path("<int:pk>/end/", volunteers.end, name="end"),
    path("<int:pk>/link/", volunteers.renew_link, name="renew_link"),
    path("<int:pk>/phone/", revealing.volunteer_phone, name="reveal"),
    path("", include([page for page in Volunteers.urls("volunteers") if page.name not in {"map", "detail"}])),
]

HOUSEHOLDS: list[Any] = [
    path("give/", households.give, name="give"),
    path("charges/<int:pk>/end/", households.end_charge, name="end_charge"),
    path("<int:pk>/close/", households.close, name="close"),
    path("<int:pk>/phone/", revealing.household_phone, name="reveal"),
    path("", include([page for page in Households.urls("households") if page.name not in {"map", "detail"}])),
]
