"""One table of addresses; each module has its own below it."""

from django.conf import settings
from django.urls import include, path

from fugong.core.health import healthz
from fugong.core.style_guide import style_guide
from fugong.visits.urls import CALLS

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("access/", include("fugong.access.urls")),
    path("territory/", include("fugong.territory.urls")),
    path("campaigns/", include("fugong.campaigns.urls")),
    path("enterprises/", include("fugong.enterprises.urls")),
    path("teams/", include("fugong.teams.urls")),
    path("issues/", include("fugong.issues.urls")),
    path("resumption/", include("fugong.resumption.urls")),
    path("outreach/", include("fugong.outreach.urls")),
    path("visits/calls/", include(CALLS)),
    path("visits/", include("fugong.visits.urls")),
    path("insight/", include("fugong.insight.urls")),
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
