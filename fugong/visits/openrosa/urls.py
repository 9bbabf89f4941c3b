"""Addresses of OpenRosa, each twice: with the device key in it, or with HTTP Basic (ODK Collect cannot follow more)."""

from django.urls import path

from fugong.visits.openrosa import views

app_name = "openrosa"

PLACES = [
    ("formList", views.form_list, "form_list"),
    ("forms/<str:form_id>/<str:version>/form.xml", views.form, "form"),
    ("forms/<str:form_id>/<str:version>/manifest", views.manifest, "manifest"),
    ("forms/<str:form_id>/<str:version>/enterprises.csv", views.enterprises, "enterprises"),
    ("forms/<str:form_id>/<str:version>/media/<str:name>", views.media, "media"),
    ("submission", views.submission, "submission"),
]

urlpatterns = [
    *(path(route, view, name=name) for route, view, name in PLACES),
    *(path(f"key/<str:key>/{route}", view, name=f"{name}_by_key") for route, view, name in PLACES),
]
