"""Addresses that exist in the demo alone."""

from django.urls import path

from fugong.demo import views

app_name = "demo"

urlpatterns = [
    path("", views.logins, name="logins"),
    path("sign-in/<int:pk>/", views.sign_in, name="sign_in"),
    path("ledger.xlsx", views.sample_ledger, name="sample_ledger"),
]
