"""Addresses of the closed loop, and of requests from people without an account (`ask/`, `status/`)."""

from django.urls import path

from fugong.issues.registers import Issues
from fugong.issues.views import late, loop, merging, public, requests

app_name = "issues"

urlpatterns = [
    path("mine/", loop.mine, name="mine"),
    path("late/", late.late, name="late"),
    path("duplicates/", merging.pairs, name="duplicates"),
    path("duplicates/merge/", merging.merge, name="merge"),
    path("duplicates/apart/", merging.not_same, name="not_same"),
    path("duplicates/<int:pk>/undo/", merging.undo_merge, name="undo_merge"),
    path("intake/", requests.intake, name="intake"),
    path("intake/<int:pk>/withdraw/", requests.withdraw, name="withdraw_link"),
    path("intake/<int:pk>/poster/", requests.poster, name="poster"),
    path("clients/", requests.clients, name="clients"),
    path("clients/<int:pk>/end/", requests.end_client, name="end_client"),
    path("ask/<str:token>/", public.ask, name="ask"),
    path("status/<str:token>/", public.status, name="status"),
    path("status/<str:token>/slip/", public.slip, name="slip"),
    path("of/<int:pk>/sheet/", loop.sheet, name="sheet"),
    path("of/<int:pk>/find/", loop.find, name="find"),
    path("of/<int:pk>/ask/", requests.ask_for, name="ask_for"),
    path("of/<int:pk>/similar/", requests.similar, name="similar"),
    path("of/<int:pk>/link/", requests.link_enterprise, name="link_enterprise"),
    path("ask-backs/<int:pk>/", requests.reply, name="reply"),
    path("<int:pk>/assess/", loop.assess, name="assess"),
    path("<int:pk>/assign/", loop.assign, name="assign"),
    path("<int:pk>/solve/", loop.solve, name="solve"),
    path("<int:pk>/verify/", loop.verify, name="verify"),
    path("<int:pk>/reopen/", loop.reopen, name="reopen"),
    path("<int:pk>/renew/", requests.renew, name="renew"),
    path("<int:pk>/reveal/", requests.reveal, name="reveal"),
    path("hand-overs/<int:pk>/accept/", loop.accept, name="accept"),
    path("hand-overs/<int:pk>/refuse/", loop.refuse, name="refuse"),
    path("<int:pk>/", loop.detail, name="detail"),
    *Issues.urls("issues"),
]
