"""Addresses of this module."""

from django.urls import path

from fugong.insight import views

app_name = "insight"

urlpatterns = [
    path("indicators/", views.indicators, name="indicators"),
    path("indicators/<slug:key>/", views.indicator, name="indicator"),
    path("indicators/<slug:key>/days/", views.days, name="days"),
    path("briefs/", views.brief_list, name="briefs"),
    path("briefs/new/", views.issue_brief, name="issue_brief"),
    path("briefs/<int:pk>/", views.brief, name="brief"),
    path("meetings/", views.digest_list, name="digests"),
    path("meetings/<int:pk>/", views.digest, name="digest"),
    path("meetings/<int:pk>/decide/", views.decide, name="decide"),
    path("meetings/<int:pk>/file/", views.digest_file, name="digest_file"),
    path("briefs/<int:pk>/file/", views.brief_file, name="brief_file"),
]
