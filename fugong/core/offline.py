"""What lets a phone work without signal: the service worker's script, and who may send from this phone now."""

import hashlib
import json
import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.templatetags.static import static

from fugong.core.commands import methods
from fugong.core.guards import public

# A service worker of Chromium 90 takes no modules: these are joined, in this order.
SCRIPTS = ("store", "outbox", "pages", "worker")
# What every phone page needs, kept when the worker is installed ...
FILES = (
    "img/logo.svg",
    "vendor/icons.svg",
    "css/ui.css",
    "css/field.css",
    "css/visit.css",
    "visits/artefacts.css",
    "js/form.js",
    "js/toast.js",
    "js/visit.js",
    "js/map.js",
    "visits/procedure.js",
    *(
        f"js/offline/{name}.js"
        for name in ("store", "outbox", "photos", "drafts", "sending", "page", "list", "leaving")
    ),
)
# ... and what is large, kept together with the first day: the form engine and the map.
LARGE = (
    "vendor/web-forms.js",
    "vendor/web-forms.css",
    "vendor/maplibre-gl.mjs",
    "vendor/maplibre-gl-worker.mjs",
    "vendor/maplibre-gl.css",
)
JOINS = re.compile(r"^(?:import [^;]*;\n|export )", re.MULTILINE)


@public
@methods("GET")
def worker(request: HttpRequest) -> HttpResponse:
    """The service worker, at the root because it works for every address; the same for everybody."""
    settings = {"version": version(), "files": _addresses(FILES), "large": _addresses(LARGE)}
    script = f"const KEPT = {json.dumps(settings)};\n{_script()}"
    headers = {"Service-Worker-Allowed": "/"}
    return HttpResponse(script, content_type="text/javascript; charset=utf-8", headers=headers)


@public
@methods("GET")
def state(request: HttpRequest) -> JsonResponse:
    """Asked before every sending: who is signed in (None: nobody), and the token that this moment's forms carry.

    A page kept since the morning has the token of an older session. Only pages of this site can read the answer.
    """
    person = None if getattr(request, "viewing_as", None) else request.user.pk
    return JsonResponse({"person": person, "token": get_token(request)})


@cache
def version() -> str:
    """Changes with the content of any file that phones keep, and with the worker itself."""
    digest = hashlib.sha256(_script().encode())
    for name in (*FILES, *LARGE):
        path = _path(name)
        digest.update(path.read_bytes() if path else b"")
    return digest.hexdigest()[:16]


@cache
def _script() -> str:
    parts = [(name, _path(f"js/offline/{name}.js")) for name in SCRIPTS]
    return "\n".join(JOINS.sub("", path.read_text(encoding="utf-8")) for _name, path in parts if path)


def _path(name: str) -> Path | None:
    """Where a static file lies; None where the front-end's packages were not built."""
    found = finders.find(name)
    return Path(found) if isinstance(found, str) else None


def _addresses(names: tuple[str, ...]) -> list[str]:
    return [static(name) for name in names if _path(name)]
