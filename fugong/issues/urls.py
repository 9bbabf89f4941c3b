"""Addresses of the closed loop."""

from django.urls import path

from fugong.issues import views
from fugong.issues.registers import Issues

app_name = "issues"

urlpatterns = [
    path("mine/", views.mine, name="mine"),
    path("of/<int:pk>/sheet/", views.sheet, name="sheet"),
    path("of/<int:pk>/find/", views.find, name="find"),
    path("<int:pk>/assess/", views.assess, name="assess"),
    path("<int:pk>/assign/", views.assign, name="assign"),
    path("<int:pk>/solve/", views.solve, name="solve"),
    path("<int:pk>/verify/", views.verify, name="verify"),
    path("<int:pk>/reopen/", views.reopen, name="reopen"),
    path("hand-overs/<int:pk>/accept/", views.accept, name="accept"),
    path("hand-overs/<int:pk>/refuse/", views.refuse, name="refuse"),
    path("<int:pk>/", views.detail, name="detail"),
    *Issues.urls("issues"),
]
