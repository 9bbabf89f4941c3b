"""Addresses of signing in, postings and the reveal log."""

from django.urls import path

from fugong.access import views

app_name = "access"

urlpatterns = [
    path("login/", views.login, name="login"),
    path("logout/", views.logout, name="logout"),
    path("language/", views.set_language, name="set_language"),
    path("first/<str:token>/", views.first_link, name="first_link"),
    path("postings/", views.postings, name="postings"),
    path("postings/new/", views.new_posting, name="new_posting"),
    path("postings/<int:pk>/end/", views.end_posting, name="end_posting"),
    path("users/new/", views.new_user, name="new_user"),
    path("users/<int:pk>/link/", views.link, name="link"),
    path("view-as/", views.view_as, name="view_as"),
    path("view-as/<int:pk>/", views.start_view_as, name="start_view_as"),
    path("view-as/stop/", views.stop_view_as, name="stop_view_as"),
    path("reveals/", views.reveals, name="reveals"),
    path("roles/", views.roles, name="roles"),
]
