"""Addresses of teams."""

from django.urls import path

from fugong.teams.views import charges, grid_teams, proposals, structure

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
]
