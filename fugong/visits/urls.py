"""Addresses of visits."""

from django.urls import include, path

from fugong.visits.registers import Visits
from fugong.visits.views import coverage, field, log, plan_files, plans

app_name = "visits"

urlpatterns = [
    path("my-day/", field.my_day, name="my_day"),
    path("my-day/map/", field.my_route, name="my_route"),
    path("at/<int:pk>/", field.visit, name="visit"),
    path("at/<int:pk>/give-up/", field.give_up, name="give_up"),
    path("photos/<int:pk>/", field.photo, name="photo"),
    path("<int:pk>/done/", field.done, name="done"),
    path("<int:pk>/", field.detail, name="detail"),
    path("plan/", plans.plan, name="plan"),
    path("plan/runs/<int:pk>/", plans.plan_run, name="plan_run"),
    path("plan/runs/<int:pk>/stop/", plans.stop_run, name="plan_stop"),
    path("plan/<int:pk>/", plans.plan_day, name="plan_day"),
    path("plan/<int:pk>/accept/", plans.accept, name="plan_accept"),
    path("plan/<int:pk>/again/", plans.again, name="plan_again"),
    path("plan/<int:pk>/print/", plan_files.pages, name="plan_print"),
    path("plan/<int:pk>/plan.xlsx", plan_files.workbook, name="plan_xlsx"),
    path("plan/<int:pk>/plan.ics", plan_files.calendar, name="plan_ics"),
    path("plan/<int:pk>/plan.geojson", plan_files.map_file, name="plan_geojson"),
    path("plan/stops/<int:pk>/lock/", plans.lock, name="plan_lock"),
    path("plan/stops/<int:pk>/unlock/", plans.unlock, name="plan_unlock"),
    path("plan/stops/<int:pk>/give/", plans.give, name="plan_give"),
    path("plan/left-out/<int:pk>/want/", plans.want, name="plan_want"),
    path("coverage/", coverage.grid_map, name="map"),
    path("coverage/points.geojson", coverage.map_points, name="map_points"),
    path("log/", log.log, name="log"),
    path("all/", include([page for page in Visits.urls("visits") if page.name not in {"map", "detail"}])),
]
