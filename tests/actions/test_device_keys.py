"""Device keys: made, counted, revoked; only the digest is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fugong.access import device_keys
from fugong.access.models import DeviceKey
from fugong.core.models import Event
from fugong.core.refusals import Refused

pytestmark = pytest.mark.django_db


def test_a_key_opens_for_its_person_and_is_kept_as_a_digest_only(town):
    row, key = device_keys.make(user=town.li, name=" 手机 ", at=town.now)
    assert device_keys.check(key=key, at=town.now) == town.li
    assert (row.name, row.hint, len(key)) == ("手机", key[-4:], 43)
    assert key not in str(list(DeviceKey.objects.values()))
    assert key not in str(list(Event.objects.values("changes")))
    assert DeviceKey.objects.get().used_at == town.now


def test_a_phone_has_a_name(town):
    with pytest.raises(Refused, match="哪一部手机"):
        device_keys.make(user=town.li, name="  ", at=town.now)


def test_nobody_connects_more_phones_than_five(town):
    for number in range(5):
        device_keys.make(user=town.li, name=f"手机{number}", at=town.now)
    with pytest.raises(Refused, match="5"):
        device_keys.make(user=town.li, name="第六部", at=town.now)
    device_keys.revoke(device_key=DeviceKey.objects.first(), by=town.li, at=town.now)
    device_keys.make(user=town.li, name="第六部", at=town.now)


def test_revoked_twice_is_revoked_once(town):
    row, key = device_keys.make(user=town.li, name="手机", at=town.now)
    first = device_keys.revoke(device_key=row, by=town.li, at=town.now)
    again = device_keys.revoke(device_key=row, by=town.li, at=town.now + timedelta(hours=1))
    assert first.revoked_at == again.revoked_at == town.now
    assert Event.objects.filter(name="access.device_key.revoked").count() == 1
    with pytest.raises(Refused):
        device_keys.check(key=key, at=town.now)


def test_a_key_with_another_persons_login_is_wrong(town):
    _row, key = device_keys.make(user=town.li, name="手机", at=town.now)
    with pytest.raises(Refused):
        device_keys.check(key=key, login="wang", at=town.now)
    town.wang.refresh_from_db()
    assert town.wang.failed_logins == 1


def test_requests_are_counted_by_the_minute(town, monkeypatch):
    monkeypatch.setattr("fugong.access.rules.KEY_REQUESTS", 1)
    _row, key = device_keys.make(user=town.li, name="手机", at=town.now)
    device_keys.check(key=key, at=town.now)
    with pytest.raises(device_keys.TooOften):
        device_keys.check(key=key, at=town.now + timedelta(seconds=59))
    device_keys.check(key=key, at=town.now + timedelta(seconds=60))
