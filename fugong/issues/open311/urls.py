"""Addresses of Open311 GeoReport v2."""

from django.urls import path

from fugong.issues.open311 import views

app_name = "open311"

urlpatterns = [
    path("discovery.<str:form>", views.discovery, name="discovery"),
    path("services.<str:form>", views.services, name="services"),
    path("services/<slug:code>.<str:form>", views.service, name="service"),
    path("requests.<str:form>", views.requests, name="requests"),
    path("requests/<int:pk>.<str:form>", views.one, name="request"),
    path("tokens/<str:token>.<str:form>", views.token, name="token"),
    path("openapi.<str:form>", views.openapi, name="openapi"),
]
