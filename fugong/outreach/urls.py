"""Addresses of outreach."""

from django.urls import path

from fugong.outreach import views
from fugong.outreach.registers import Notices

app_name = "outreach"

urlpatterns = [
    path("robots/", views.robots, name="robots"),
    path("robots/add/", views.add, name="add"),
    path("robots/<int:pk>/", views.correct, name="correct"),
    path("robots/<int:pk>/switch/", views.switch, name="switch"),
    path("robots/<int:pk>/test/", views.test, name="test"),
    path("notices/<int:pk>/arrived/", views.look_up, name="look_up"),
    *Notices.urls("outreach"),
]
