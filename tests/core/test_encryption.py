"""Sealed fields, the keyring and masks."""

from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction

from fugong.core import keyring
from fugong.core.encryption import KeyMissing, Sealed, WrongPlace, blind_index
from fugong.core.masking import masked_code, masked_name, masked_phone
from fugong.enterprises.models import Contact

pytestmark = pytest.mark.django_db

PHONE = "13800001234"
FROM = date(2020, 2, 10)


@pytest.fixture(autouse=True)
def _no_foreign_keys(db: Any) -> Any:
    """A contact without its enterprise: what is tested here is the one field."""
    yield
    if not connection.needs_rollback:
        Contact.rows.all().delete()


def contact(campaign_id: int = 1, phone: Any = PHONE, **more: Any) -> Contact:
    return Contact(enterprise_id=1, campaign_id=campaign_id, name="王芳", phone=phone, from_on=FROM, **more)


def stored(pk: int) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT phone FROM enterprises_contact WHERE id = %s", [pk])
        return str(cursor.fetchone()[0])


def test_saved_and_read_again() -> None:
    row = contact()
    row.save()
    assert PHONE not in stored(row.pk) and stored(row.pk).startswith("s1.1.")
    read = Contact.rows.get(pk=row.pk)
    assert (read.phone.clear(), str(read.phone), f"{read.phone!r}") == (
        PHONE,
        "138****1234",
        "<Sealed 138****1234>",
    )


def test_masked_before_it_is_saved_and_in_any_order_of_the_keywords() -> None:
    row = Contact(phone=PHONE, name="王芳", from_on=FROM, enterprise_id=1, campaign_id=2)
    assert PHONE not in f"{row.phone} {row.phone!r} {row.__dict__}"
    row.save()
    assert Contact.rows.get(pk=row.pk).phone.clear() == PHONE


def test_bulk_create_bulk_update_and_save() -> None:
    rows = Contact.objects.bulk_create([contact(phone=f"138000{n:05d}") for n in range(3)])
    for row in rows:
        row.phone = row.phone.clear().replace("138", "139")
    Contact.rows.bulk_update(rows, ["phone"])
    assert [row.phone.clear() for row in Contact.rows.order_by("pk")] == [f"139000{n:05d}" for n in range(3)]
    rows[0].phone = ""
    rows[0].save(update_fields=["phone"])
    again = Contact.rows.get(pk=rows[0].pk)
    assert not again.phone and again.phone.clear() == "" and stored(rows[0].pk) == ""


def test_the_masked_text_that_a_form_sends_back_changes_nothing() -> None:
    row = contact()
    row.save()
    read = Contact.rows.get(pk=row.pk)
    read.phone = "138****1234"
    read.save()
    assert Contact.rows.get(pk=row.pk).phone.clear() == PHONE


def test_saving_an_unchanged_row_keeps_the_sealed_text() -> None:
    row = contact()
    row.save()
    before = stored(row.pk)
    Contact.rows.get(pk=row.pk).save()
    assert stored(row.pk) == before


def test_the_same_value_is_sealed_differently_each_time() -> None:
    one, two = Contact.objects.bulk_create([contact(), contact()])
    assert stored(one.pk) != stored(two.pk)
    assert Contact.rows.get(pk=one.pk).phone == Contact.rows.get(pk=two.pk).phone


def test_without_a_campaign_nothing_is_saved() -> None:
    with pytest.raises(ValueError, match="campaign"):
        contact(campaign_id=None).save()  # type: ignore[arg-type]


@pytest.mark.parametrize("use", ["filter", "update"])
def test_a_clear_text_never_reaches_a_query(use: str) -> None:
    with pytest.raises(TypeError, match="sealed"):
        list(Contact.rows.filter(phone=PHONE)) if use == "filter" else Contact.rows.update(phone=PHONE)


def test_a_value_copied_into_another_campaign_does_not_open() -> None:
    one, two = contact(1), contact(2)
    one.save(), two.save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE enterprises_contact SET phone = %s WHERE id = %s", [stored(one.pk), two.pk])
    read = Contact.rows.get(pk=two.pk)
    with pytest.raises(WrongPlace):
        read.phone.clear()
    assert str(read.phone) == "•••"


def test_a_value_that_was_altered_or_relabelled_does_not_open() -> None:
    row = contact()
    row.save()
    text = stored(row.pk)
    keyring.keys_of(9, make=True)
    swapped = text.replace("s1.1.", "s1.9.").replace(keyring.keys_of(1).id, keyring.keys_of(9).id)
    for wrong in (text[:-6] + "AAAA" + text[-2:], swapped, "13800001234", "s1.x.y.z"):
        field = Contact._meta.get_field("phone")
        with pytest.raises(WrongPlace):
            Sealed(field, token=wrong).clear()  # type: ignore[arg-type]


def test_taken_over_from_another_row_it_is_sealed_for_the_new_one() -> None:
    one = contact(1)
    one.save()
    two = contact(2, phone=Contact.rows.get(pk=one.pk).phone)
    two.save()
    assert stored(two.pk).startswith("s1.2.") and Contact.rows.get(pk=two.pk).phone.clear() == PHONE


def test_values_read_without_their_row_open_too() -> None:
    contact().save()
    [phone] = Contact.rows.values_list("phone", flat=True)
    assert phone.clear() == PHONE


def test_destroyed_keys_open_nothing_and_seal_nothing() -> None:
    one, other = contact(1), contact(2)
    one.save(), other.save()
    certificate = keyring.destroy(1)
    assert certificate["campaign"] == 1
    read = Contact.rows.get(pk=one.pk)
    assert str(read.phone) == "•••"
    with pytest.raises(KeyMissing):
        read.phone.clear()
    with pytest.raises(KeyMissing, match="destroyed"), transaction.atomic():
        contact(1).save()
    assert Contact.rows.get(pk=other.pk).phone.clear() == PHONE


def test_after_the_master_key_is_changed_everything_still_opens(settings: Any) -> None:
    row = contact()
    row.save()
    before = (settings.KEYRING_DIR / "master.json").read_text()
    assert keyring.rotate_master() == 1
    assert (settings.KEYRING_DIR / "master.json").read_text() != before
    assert Contact.rows.get(pk=row.pk).phone.clear() == PHONE
    keyring._read.clear()
    assert Contact.rows.get(pk=row.pk).phone.clear() == PHONE


def test_files_of_the_keyring_are_for_the_owner_only(settings: Any) -> None:
    contact().save()
    assert settings.KEYRING_DIR.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in settings.KEYRING_DIR.iterdir()} == {0o600}
    assert not [path for path in settings.KEYRING_DIR.iterdir() if path.name.startswith(".")]


def test_blind_index_finds_equal_values_of_one_campaign_and_purpose() -> None:
    assert blind_index(PHONE, 1, "contact") == blind_index(" 138 0000 1234", 1, "contact")
    assert (
        len({blind_index(PHONE, 1, "contact"), blind_index(PHONE, 2, "contact"), blind_index(PHONE, 1, "x")})
        == 3
    )


def test_a_ledger_of_5600_phones_is_sealed_and_opened_again() -> None:
    keyring.keys_of(1, make=True)
    rows = [contact(phone=f"138{n:08d}") for n in range(5600)]
    tokens = [row.phone.token() for row in rows]
    assert [row.phone.clear() for row in rows] == [f"138{n:08d}" for n in range(5600)]
    assert len(set(tokens)) == 5600


@pytest.mark.parametrize(
    ("mask", "value", "shown"),
    [
        (masked_phone, "13800001234", "138****1234"),
        (masked_phone, "8880000", "•••"),
        (masked_phone, "", ""),
        (masked_name, "王芳", "王*"),
        (masked_name, "王小芳", "王*芳"),
        (masked_name, "欧阳小芳", "欧**芳"),
        (masked_name, "Fang", "F***"),
        (masked_name, "王", "*"),
        (masked_name, "", ""),
        (masked_code, "91330000MA0000000X", "9133**********000X"),
        (masked_code, "12345678", "•••"),
        (masked_code, "", ""),
    ],
)
def test_masks(mask: Any, value: str, shown: str) -> None:
    assert mask(value) == shown
