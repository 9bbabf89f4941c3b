"""Addresses for people without an account: a row's number, and a signature that only this installation can make.

Nothing secret is kept with the row, so that neither a list of links nor a backup opens one; withdrawing the row, or
its last day, ends the address.
"""

from __future__ import annotations

from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

from fugong.campaigns.queries import is_erased
from fugong.visits.models import Link

# 22 characters of base64 are 132 bits; a QR code of a short address stays coarse, and old phones read it.
SIGNED = 22


def token_of(link: Link) -> str:
    """The last part of the address; it holds for this row alone, also after a backup was restored."""
    return f"{link.pk}.{_signature(link)}"


def _signature(link: Link) -> str:
    said = f"{link.pk}:{link.enterprise_id}:{link.letter_id or 0}:{int(link.made_at.timestamp())}"
    return Signer(salt="fugong.visits.artefacts.links").signature(said)[:SIGNED]


def link_of(token: str) -> Link | None:
    """The row of an address; None where the signature is not ours, or its campaign was erased."""
    number, _dot, signed = token.partition(".")
    if not (number.isdecimal() and len(number) <= 15):
        return None
    rows = Link.objects.system().select_related(
        "enterprise__area",
        "enterprise__merged_into__area",
        "enterprise__campaign__release",
        "enterprise__campaign__closing",
        "letter__campaign",
    )
    link: Link | None = rows.filter(pk=int(number)).first()
    if (
        link is None
        or not constant_time_compare(signed, _signature(link))
        or is_erased(link.enterprise.campaign)
    ):
        return None
    return link
