"""A campaign ends: closed for a reason, its figures kept, its personal data erased and its key destroyed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from fugong.access.models import User
from fugong.campaigns import actions, certificates, endings
from fugong.campaigns.models import Campaign, Closing
from fugong.core.encryption import KeyMissing
from fugong.core.models import Event, Import, ImportRow
from fugong.core.refusals import Refused
from fugong.enterprises.models import Contact
from fugong.issues import actions as issues
from tests.town import Town

pytestmark = pytest.mark.django_db
LATER = timedelta(days=31)


@pytest.fixture(autouse=True)
def _squeezed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test is one transaction; tests/gates/test_erasure.py squeezes a real database."""
    monkeypatch.setattr(endings, "squeeze", lambda: None)


@pytest.fixture
def keeping(town: Town) -> Town:
    """The pack keeps personal data for 30 days."""
    release = town.campaign.release
    release.content["pack"] = {
        "campaign": {"keep_days": [{"value": 30, "from": "2020-01-01", "source": "test"}]}
    }
    release.save()
    return town


def closed(town: Town, reason: str = "行动结束") -> Closing:
    return actions.close(campaign=town.campaign, reason=reason, by=town.zhou, at=town.now)


def test_open_issues_stop_the_end_until_there_is_a_reason(keeping: Town) -> None:
    found = issues.Found(title="宿舍过密")
    issues.find(
        campaign=keeping.campaign,
        enterprise=keeping.large_firm,
        area=keeping.willow,
        found=found,
        by=keeping.li,
        at=keeping.now,
    )
    with override("en"), pytest.raises(Refused, match="1 issue is still open"):
        closed(keeping, reason="")
    with override("en"):
        closing = closed(keeping)
    assert closing.left == ["1 issue is still open."] and closing.reason == "行动结束"
    assert Campaign.objects.get(pk=keeping.campaign.pk).status == "closed"


def test_closing_keeps_the_figures_with_a_digest_and_tells_the_audit(keeping: Town) -> None:
    closing = closed(keeping)
    assert closing.digest == actions.digest_of(closing.figures)
    assert closing.keep_until == keeping.today + timedelta(days=30)
    told = Event.objects.get(name="campaigns.campaign.closed")
    assert told.changes["digest"] == closing.digest and told.by_id == keeping.zhou.pk


def test_a_closed_campaign_is_not_closed_again(keeping: Town) -> None:
    closed(keeping)
    with override("en"), pytest.raises(Refused, match="Only a running campaign"):
        closed(keeping)


def test_nothing_is_erased_before_the_end_or_before_its_time(keeping: Town) -> None:
    with override("en"), pytest.raises(Refused, match="Close the campaign first"):
        actions.erase(campaign=keeping.campaign, by=keeping.zhou, at=keeping.now)
    closed(keeping)
    with override("en"), pytest.raises(Refused, match="kept until 2020-03-20"):
        actions.erase(campaign=keeping.campaign, by=keeping.zhou, at=keeping.now + timedelta(days=30))


def test_a_pack_that_names_no_days_erases_nothing(town: Town) -> None:
    town.campaign.release.content["pack"] = {"campaign": {}}
    town.campaign.release.save()
    closed(town)
    with override("en"), pytest.raises(Refused, match="does not say how long"):
        actions.erase(campaign=town.campaign, by=town.zhou, at=town.now + LATER)


def test_erasing_empties_rows_and_files_and_destroys_the_key(keeping: Town, settings: Any) -> None:
    contact = Contact.objects.system().get(enterprise=keeping.large_firm)
    sealed = contact.phone
    assert sealed.clear() == "10000001234"
    batch = imported(keeping, settings)
    closed(keeping)
    actions.erase(campaign=keeping.campaign, by=keeping.zhou, at=keeping.now + LATER)
    done = actions.finish_erasure(closing=Closing.objects.get(), at=keeping.now + LATER)
    contact.refresh_from_db()
    assert (contact.name, contact.user) == ("", None) and not contact.phone
    with pytest.raises(KeyMissing):
        sealed.clear()
    assert not (settings.UPLOADS_DIR / "imports" / "ledger.xlsx").exists()
    assert ImportRow.objects.get(batch=batch).cells == {}
    went = {kind: number for kind, number in done.counts.items() if number}
    assert went == {"sealed_values": 1, "imported_rows": 1, "contacts": 1, "import_files": 1}
    assert {"photos", "volunteers", "households", "requests", "forms", "letters"} <= set(done.counts)
    assert set(done.counts) <= set(certificates.KINDS), "a kind without words for the certificate"
    assert done.key_id and done.finished_at
    names = list(Event.objects.filter(target="campaigns.campaign").values_list("name", flat=True))
    assert names[-2:] == ["campaigns.campaign.erased", "campaigns.campaign.keys_destroyed"]


def imported(town: Town, settings: Any) -> Import:
    (settings.UPLOADS_DIR / "imports").mkdir(parents=True)
    (settings.UPLOADS_DIR / "imports" / "ledger.xlsx").write_bytes(b"10000001234")
    batch = Import.objects.create(
        register="enterprises",
        campaign_id=town.campaign.pk,
        filename="ledger.xlsx",
        digest="d",
        stored_as="ledger.xlsx",
        at=town.now,
    )
    ImportRow.objects.create(batch=batch, number=1, outcome="refused", cells={"phone": "10000001234"})
    return batch


def test_a_broken_off_erasure_is_run_again(keeping: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed after the key was destroyed and before that was noted: the second run knows which key it was."""
    assert Contact.objects.system().get(enterprise=keeping.large_firm).phone.clear()
    closed(keeping)
    actions.erase(campaign=keeping.campaign, by=keeping.zhou, at=keeping.now + LATER)
    first = actions._destroyed_key(keeping.campaign)
    done = actions.finish_erasure(closing=Closing.objects.get(), at=keeping.now + LATER)
    again = actions.finish_erasure(closing=done, at=keeping.now + LATER)
    assert first == done.key_id == again.key_id != "-"
    assert Event.objects.filter(name="campaigns.campaign.keys_destroyed").count() == 1


def test_the_certificate_says_what_went_and_what_stays(keeping: Town) -> None:
    closed(keeping)
    actions.erase(campaign=keeping.campaign, by=keeping.zhou, at=keeping.now + LATER)
    done = actions.finish_erasure(closing=Closing.objects.get(), at=keeping.now + LATER)
    with override("en"):
        said = certificates.contents(done)
        made = certificates.certificate(done)
    assert made.startswith(b"%PDF")
    assert ("names of contacts", "1") in said["counts"]
    assert any(done.digest in value for _name, value in said["facts"])
    assert any("周总" in value for _name, value in said["facts"])


def test_the_pages_lead_from_closing_to_the_certificate(
    keeping: Town, as_user: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    client, pk = as_user(keeping.zhou), keeping.campaign.pk
    page = reverse("campaigns:closing", args=[pk])
    assert client.get(page).status_code == 200
    key = "00000000-0000-4000-8000-000000000001"
    sent = client.post(reverse("campaigns:close", args=[pk]), {"command": key, "reason": "行动结束"})
    assert sent.status_code == 302 and sent.headers["Location"] == page
    certificate = reverse("campaigns:certificate", args=[pk])
    assert client.get(certificate).status_code == 409
    key = key[:-1] + "2"
    client.post(reverse("campaigns:erase", args=[pk]), {"command": key})
    actions.finish_erasure(closing=Closing.objects.get(), at=keeping.now + LATER)
    assert client.get(page).status_code == 200
    assert client.get(certificate).headers["Content-Type"] == "application/pdf"
    assert as_user(keeping.li).get(page).status_code == 403
    assert as_user(keeping.zhao).get(page).status_code == 403
