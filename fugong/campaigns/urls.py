"""Addresses of the campaign and its pack."""

from django.urls import path

from fugong.campaigns import views

app_name = "campaigns"

urlpatterns = [
    path("", views.detail, name="detail"),
    path("<int:pk>/choose/", views.choose, name="choose"),
]
