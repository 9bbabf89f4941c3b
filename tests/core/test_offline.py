"""The service worker's script, and who may send from a phone."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from fugong.core import offline
from fugong.visits.models import Visit
from tests.town import Town

AsUser = Callable[[object], Client]
pytestmark = pytest.mark.django_db


def kept_by_worker(script: str) -> dict[str, object]:
    first, _rest = script.split(";\n", 1)
    found: dict[str, object] = json.loads(first.removeprefix("const KEPT = "))
    return found


def test_the_worker_is_one_classic_script_for_the_whole_site(client: Client) -> None:
    """Chromium 90 takes no modules as workers: nothing may be left to import or export."""
    response = client.get("/offline.js")
    script = response.content.decode()
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Service-Worker-Allowed"] == "/"
    assert not any(line.startswith(("import ", "export ")) for line in script.splitlines())
    for listened in ("install", "activate", "message", "sync", "fetch"):
        assert f'addEventListener("{listened}"' in script


def test_the_worker_keeps_every_script_that_a_phone_page_may_load(client: Client) -> None:
    kept = kept_by_worker(client.get("/offline.js").content.decode())
    folder = Path(offline.__file__).parents[1] / "static/js/offline"
    scripts = {f"/static/js/offline/{path.name}" for path in folder.glob("*.js")}
    only_in_worker = {"/static/js/offline/worker.js", "/static/js/offline/pages.js"}
    assert scripts - only_in_worker <= set(kept["files"])  # type: ignore[call-overload]
    assert kept["version"] == offline.version()


def test_the_worker_keeps_what_the_pages_of_the_day_load() -> None:
    """Each style sheet, script and picture that their templates name; what one of them lacks it lacks without signal."""
    product = Path(offline.__file__).parents[1]
    named = ["templates/base_phone.html"]
    named += [f"visits/templates/visits/{page}.html" for page in ("my_day", "visit", "procedure", "on_phone")]
    wanted = {
        file
        for name in named
        for file in re.findall(r"""{% static ["']([^"']+)["'] %}""", (product / name).read_text("utf-8"))
    }
    assert "visits/procedure.js" in wanted, "the templates are read"
    assert wanted <= {*offline.FILES, *offline.LARGE}


def test_the_version_follows_the_content(
    client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    before = offline.version()
    changed = tmp_path / "form.js"
    changed.write_text("// another")
    find = offline._path
    monkeypatch.setattr(offline, "_path", lambda name: changed if name == "js/form.js" else find(name))
    assert offline.version.__wrapped__() != before


def test_every_page_says_whose_it_is_and_which_files_it_wants(town: Town, as_user: AsUser) -> None:
    page = as_user(town.li).get("/my-day/")
    assert page["X-Fugong-Person"] == str(town.li.pk)
    assert page["X-Fugong-Files"] == offline.version()
    stranger = Client().get("/access/login/")
    assert stranger["X-Fugong-Person"] == "0"


def test_a_page_looked_at_as_another_is_nobodys(town: Town, as_user: AsUser) -> None:
    """A phone keeps the pages of the one who signed in, never of the one looked through."""
    client = as_user(town.shen)
    client.post(reverse("access:start_view_as", args=[town.li.pk]), {"command": str(uuid.uuid4())})
    page = client.get("/my-day/")
    assert page["X-Fugong-Person"] == "0"
    assert 'id="keep"' not in page.content.decode()
    assert client.get("/offline/state/").json()["person"] is None


def test_the_state_names_who_is_there_and_gives_a_token_that_counts(town: Town, as_user: AsUser) -> None:
    assert Client().get("/offline/state/").json()["person"] is None
    client = as_user(town.li)
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    told = strict.get("/offline/state/").json()
    assert told["person"] == town.li.pk
    address = reverse("visits:give_up", args=[town.small_firm.pk])
    content = {"command": str(uuid.uuid4()), "key": str(uuid.uuid4()), "why": "closed"}
    assert strict.post(address, content).status_code == 403
    assert strict.post(address, content, headers={"X-CSRFToken": told["token"]}).status_code == 302


def test_what_one_person_wrote_is_never_sent_in_anothers_name(town: Town, as_user: AsUser) -> None:
    address = reverse("visits:give_up", args=[town.small_firm.pk])
    content = {"command": str(uuid.uuid4()), "key": str(uuid.uuid4()), "why": "closed"}
    of_li = {"X-Fugong-Person": str(town.li.pk)}
    for client in (Client(), as_user(town.wang)):
        assert client.post(address, content, headers=of_li).status_code == 401
    assert not Visit.objects.system().exists()
    answer = as_user(town.li).post(address, content, headers=of_li)
    assert (answer.status_code, answer["X-Fugong-Leads"]) == (204, reverse("visits:my_day"))
