"""Addresses of the territory."""

from django.urls import path

from fugong.territory import views

app_name = "territory"

urlpatterns = [
    path("areas/", views.areas, name="areas"),
    path("areas/<int:pk>/", views.area, name="area"),
    path("areas/<int:pk>/draw-grid/", views.draw_grid, name="draw_grid"),
    path("areas/<int:pk>/boundary/", views.set_boundary, name="set_boundary"),
    path("areas/<int:pk>/succeed/", views.succeed, name="succeed"),
    path("divisions/", views.divisions, name="divisions"),
    path("boundaries/", views.boundaries, name="boundaries"),
]
