"""Addresses of the campaign and its pack."""

from django.urls import path

from fugong.campaigns import views

app_name = "campaigns"

urlpatterns = [
    path("", views.detail, name="detail"),
    path("risks/", views.risks, name="risks"),
    path("<int:pk>/choose/", views.choose, name="choose"),
    path("<int:pk>/closing/", views.closing, name="closing"),
    path("<int:pk>/close/", views.close, name="close"),
    path("<int:pk>/erase/", views.erase, name="erase"),
    path("<int:pk>/certificate.pdf", views.certificate, name="certificate"),
]
