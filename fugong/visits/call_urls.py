"""Addresses of phone rounds."""

from django.urls import include, path

from fugong.visits.registers import Calls
from fugong.visits.views import calls

app_name = "calls"

urlpatterns = [
    path("", calls.rounds, name="rounds"),
    path("new/", calls.new, name="new_round"),
    path("<int:pk>/", calls.one_round, name="round"),
    path("<int:pk>/change/", calls.change, name="change"),
    path("<int:pk>/next/", calls.take, name="next"),
    path("at/<int:pk>/", calls.call, name="call"),
    path("at/<int:pk>/note/", calls.note, name="note"),
    path("at/<int:pk>/again/", calls.again, name="again"),
    path("numbers/", calls.numbers, name="numbers"),
    path("numbers/<int:pk>/", calls.settle, name="settle"),
    path("all/", include([page for page in Calls.urls("calls") if page.name not in {"map", "detail"}])),
]
