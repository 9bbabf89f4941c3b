"""Sealed fields: private values are encrypted in the database, and shown masked unless somebody opens them.

A value is kept as `s1.<campaign>.<key id>.<nonce and ciphertext>`: AES-256-GCM under the campaign's data key
(see fugong.core.keyring), with its place (model, field, campaign, purpose) as associated data, so that a
value copied into another column or campaign does not open. The row number is not part of the place: it is
not known before the insert, and bulk inserts would need a second write per row.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.core import checks
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from fugong.core import keyring
from fugong.core.keyring import NONCE, KeyMissing, WrongPlace
from fugong.core.masking import HIDDEN, masked_phone

__all__ = ["KeyMissing", "Sealed", "SealedField", "WrongPlace", "blind_index"]

VERSION = "s1"
Mask = Callable[[str], str]


class Sealed:
    """One private value. As text it is masked; `clear()` opens it, and whoever calls that records why.

    Empty is false. Before the row is saved it holds what was assigned, and is masked all the same.
    """

    __slots__ = ("_field", "_fresh", "_row", "_token")

    def __init__(
        self, field: SealedField, *, token: str = "", fresh: str = "", row: models.Model | None = None
    ):
        self._field, self._token, self._fresh, self._row = field, token, fresh, row

    def clear(self) -> str:
        """The value itself. Raises KeyMissing (destroyed, other keyring) or WrongPlace (moved, altered)."""
        if self._fresh or not self._token:
            return self._fresh
        return _open(self._token, self._field.place, self._field.purpose, _campaign_of(self._row))

    @property
    def masked(self) -> str:
        """What everybody may see: 138****0000; `•••` when the value cannot be opened."""
        try:
            return self._field.mask(self.clear())
        except (KeyMissing, WrongPlace):
            return HIDDEN

    def token(self) -> str:
        """The text for the database, sealed now if the value is fresh."""
        if self._fresh:
            campaign_id = _campaign_of(self._row)
            if campaign_id is None:
                raise ValueError(
                    f"{self._field.place}: set the row's campaign before a private value is saved."
                )
            self._token = _seal(self._fresh, self._field.place, self._field.purpose, campaign_id)
            self._fresh = ""
        return self._token

    def on(self, field: SealedField, row: models.Model) -> Sealed:
        """The same value for this row and field; sealed anew if it comes from another place."""
        if self._row is row and self._field is field:
            return self
        moved = self._row is not None and (_campaign_of(self._row), self._field.place) != (
            _campaign_of(row),
            field.place,
        )
        if moved or self._fresh:
            return Sealed(field, fresh=self.clear(), row=row)
        return Sealed(field, token=self._token, row=row)

    def __bool__(self) -> bool:
        return bool(self._fresh or self._token)

    def __str__(self) -> str:
        return self.masked

    def __repr__(self) -> str:
        return f"<Sealed {self.masked}>"

    def __eq__(self, other: object) -> bool:
        """Two sealed values are equal when they are the same text inside.

        A plain text is never equal to one.
        """
        if not isinstance(other, Sealed):
            return NotImplemented
        return bool(self) == bool(other) and (
            self._token == other._token != "" or self.clear() == other.clear()
        )

    __hash__ = None  # type: ignore[assignment]

    def __deepcopy__(self, memo: dict[int, Any]) -> Sealed:
        return Sealed(
            self._field, token=self._token, fresh=self._fresh, row=memo.get(id(self._row), self._row)
        )


class _SealedAttribute(DeferredAttribute):
    """Turns what is assigned into a Sealed that knows its row."""

    field: SealedField

    def __set__(self, row: models.Model, value: Any) -> None:
        if isinstance(value, Sealed):
            value = value.on(self.field, row)
        elif value is None or isinstance(value, str):
            present = row.__dict__.get(self.field.attname)
            if value and isinstance(present, Sealed) and present and value == present.masked:
                return  # a form sent the masked text back: the value stays
            value = Sealed(self.field, fresh=value or "", row=row)
        row.__dict__[self.field.attname] = value


class SealedField(models.TextField):  # type: ignore[type-arg]
    """A private text of a row that has a `campaign_id`.

    `purpose` separates keys: what was sealed for one purpose does not open with another one's key. It may
    not be changed later. `mask` makes the masked text from the clear one.
    """

    descriptor_class = _SealedAttribute

    def __init__(self, *args: Any, purpose: str = "", mask: Mask = masked_phone, **kwargs: Any) -> None:
        self.purpose, self.mask = purpose, mask
        super().__init__(*args, **kwargs)

    @property
    def place(self) -> str:
        return f"{self.model._meta.label_lower}.{self.name}"

    def check(self, **kwargs: Any) -> list[checks.CheckMessage]:
        found = super().check(**kwargs)
        if not self.purpose:
            found.append(checks.Error("A SealedField needs a purpose.", obj=self, id="fugong.E010"))
        if not hasattr(self.model, "campaign_id"):
            found.append(
                checks.Error("A row with a SealedField needs a campaign_id.", obj=self, id="fugong.E011")
            )
        return found

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "purpose": self.purpose}

    def from_db_value(self, value: str | None, expression: object, connection: object) -> Sealed | None:
        return None if value is None else Sealed(self, token=value)

    def to_python(self, value: Any) -> Any:
        return value

    def get_prep_value(self, value: Any) -> str | None:
        if isinstance(value, Sealed):
            return value.token()
        if not value:
            return None if value is None else ""
        raise TypeError(
            f"{self.place} is sealed: assign the value to a row and save it; to search, use blind_index()."
        )

    def value_to_string(self, obj: models.Model) -> str:
        return str(self.get_prep_value(self.value_from_object(obj)))

    def value_from_object(self, obj: models.Model) -> Any:
        return getattr(obj, self.attname)


def blind_index(value: str, campaign_id: int, purpose: str) -> str:
    """A keyed digest (64 characters) by which equal values of a campaign are found without being opened.

    Space and letter case do not count. The key is the campaign's own index key: digests of two campaigns
    never match.
    """
    keys = keyring.keys_of(campaign_id, make=True)
    return hmac.new(
        _derived(keys, "index", purpose), "".join(value.split()).casefold().encode(), sha256
    ).hexdigest()


@lru_cache(maxsize=256)
def _derived(keys: keyring.CampaignKeys, use: str, purpose: str) -> bytes:
    return keys.derived(use, purpose)


@lru_cache(maxsize=256)
def _cipher(keys: keyring.CampaignKeys, purpose: str) -> AESGCM:
    return AESGCM(keys.derived("seal", purpose))


def _seal(clear: str, place: str, purpose: str, campaign_id: int) -> str:
    keys = keyring.keys_of(campaign_id, make=True)
    nonce = secrets.token_bytes(NONCE)
    sealed = _cipher(keys, purpose).encrypt(nonce, clear.encode(), _bound(place, campaign_id, purpose))
    return f"{VERSION}.{campaign_id}.{keys.id}.{base64.b64encode(nonce + sealed).decode()}"


def _open(token: str, place: str, purpose: str, campaign_id: int | None) -> str:
    """Open a token; `campaign_id` is the row's own, None when the value was read without its row."""
    try:
        version, written_for, key_id, text = token.split(".")
        owner, sealed = int(written_for), base64.b64decode(text, validate=True)
    except ValueError:
        raise WrongPlace(f"{place}: this is not a sealed value.") from None
    if version != VERSION or (campaign_id is not None and campaign_id != owner):
        raise WrongPlace(f"{place}: this value was sealed for another campaign.")
    keys = keyring.keys_of(owner)
    if keys.id != key_id:
        raise KeyMissing(f"The keyring has no key {key_id} of campaign {owner}.")
    try:
        clear = _cipher(keys, purpose).decrypt(sealed[:NONCE], sealed[NONCE:], _bound(place, owner, purpose))
    except InvalidTag:
        raise WrongPlace(f"{place}: this value was altered or sealed for another place.") from None
    return clear.decode()


def _bound(place: str, campaign_id: int, purpose: str) -> bytes:
    return f"{place}|{campaign_id}|{purpose}".encode()


def _campaign_of(row: models.Model | None) -> int | None:
    return getattr(row, "campaign_id", None)
