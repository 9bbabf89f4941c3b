"""One table of addresses; each module has its own below it."""

from django.conf import settings
from django.urls import include, path

from fugong.core import offline
from fugong.core.health import healthz
from fugong.core.style_guide import style_guide
from fugong.teams.urls import HOUSEHOLDS, VOLUNTEERS
from fugong.visits.urls import CALLS

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("offline.js", offline.worker, name="offline_worker"),
    path("offline/state/", offline.state, name="offline_state"),
    path("access/", include("fugong.access.urls")),
    path("territory/", include("fugong.territory.urls")),
    path("campaigns/", include("fugong.campaigns.urls")),
    path("enterprises/", include("fugong.enterprises.urls")),
    path("teams/", include("fugong.teams.urls")),
    path("volunteers/", include((VOLUNTEERS, "volunteers"))),
    path("households/", include((HOUSEHOLDS, "households"))),
    path("issues/", include("fugong.issues.urls")),
    path("resumption/", include("fugong.resumption.urls")),
    path("outreach/", include("fugong.outreach.urls")),
    path("visits/calls/", include(CALLS)),
    path("visits/", include("fugong.visits.urls")),
    path("openrosa/", include("fugong.visits.openrosa.urls")),
    path("insight/", include("fugong.insight.urls")),
    path("api/open311/v2/", include("fugong.issues.open311.urls")),
    path("", include("fugong.desk.urls")),
]

if settings.DEMO:
    urlpatterns = [
        path("demo/", include("fugong.demo.urls")),
        path("style/", style_guide, name="style_guide"),
        *urlpatterns,
    ]

handler403 = "fugong.core.errors.forbidden"
handler404 = "fugong.core.errors.missing"
handler500 = "fugong.core.errors.broken"
