"""Addresses of the ledger."""

from django.urls import path

from fugong.enterprises.registers import Enterprises
from fugong.enterprises.views import duplicates, lists, parts, placing

app_name = "enterprises"

urlpatterns = [
    path("place/", placing.queue, name="place"),
    path("place/areas.geojson", placing.areas, name="place_areas"),
    path("<int:pk>/place/", placing.place, name="place_one"),
    path("duplicates/", duplicates.pairs, name="duplicates"),
    path("duplicates/merge/", duplicates.merge, name="merge"),
    path("duplicates/apart/", duplicates.not_duplicate, name="not_duplicate"),
    path("merges/<int:pk>/undo/", duplicates.undo_merge, name="undo_merge"),
    path("risk-lists/", lists.risk_lists, name="risk_lists"),
    path("risk-lists/refresh/", lists.refresh, name="refresh_lists"),
    path("<int:pk>/listings/", lists.history, name="history_of_listings"),
    path("<int:pk>/listings/new/", lists.list_by_hand, name="list_by_hand"),
    path("listings/<int:pk>/end/", lists.unlist, name="unlist"),
    path("<int:pk>/contacts/", parts.contacts, name="contacts"),
    path("<int:pk>/contacts/new/", parts.new_contact, name="new_contact"),
    path("contacts/<int:pk>/edit/", parts.edit_contact, name="edit_contact"),
    path("contacts/<int:pk>/end/", parts.end_contact, name="end_contact"),
    path("contacts/<int:pk>/reveal/", parts.reveal, name="reveal"),
    path("<int:pk>/premises/", parts.premises, name="premises"),
    path("<int:pk>/premises/new/", parts.new_premises, name="new_premises"),
    path("premises/<int:pk>/edit/", parts.edit_premises, name="edit_premises"),
    path("premises/<int:pk>/remove/", parts.remove_premises, name="remove_premises"),
    *Enterprises.urls("enterprises"),
]
