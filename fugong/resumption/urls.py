"""Addresses of this module."""

from django.urls import path

from fugong.resumption import views
from fugong.resumption.registers import Reports

app_name = "resumption"

urlpatterns = [
    path("of/<int:pk>/report/", views.report, name="report"),
    path("of/<int:pk>/state/", views.state, name="state"),
    *Reports.urls("resumption"),
]
