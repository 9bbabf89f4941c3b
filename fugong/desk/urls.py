"""Addresses of the desk; `my_day` is the visits' own page under the desk's name."""

from django.urls import path

from fugong.desk.views import board, people
from fugong.visits.views import my_day

app_name = "desk"

urlpatterns = [
    path("", board.home, name="home"),
    path("board/", board.board, name="board"),
    path("board/trend/", board.trend, name="trend"),
    path("completeness/", people.completeness, name="completeness"),
    path("my-grid/", people.my_grid, name="my_grid"),
    path("my-day/", my_day.my_day, name="my_day"),
    path("my-enterprises/", people.my_enterprises, name="my_enterprises"),
    path("my-enterprise/", people.my_enterprise, name="my_enterprise"),
    path("dossier/<int:pk>/", people.dossier, name="dossier"),
]
