"""The verbs of the ledger, one file for each group of them."""

from fugong.enterprises.actions.contacts import add_contact, correct_contact, end_contact, reveal_phone
from fugong.enterprises.actions.ledger import correct, locked, register
from fugong.enterprises.actions.listing import Refreshed, list_by_hand, refresh_listings, unlist
from fugong.enterprises.actions.merging import mark_not_duplicate, merge, undo_merge
from fugong.enterprises.actions.placing import place, place_from_phone, remember_streets
from fugong.enterprises.actions.premises import PremisesFacts, add_premises, correct_premises, remove_premises

__all__ = [
    "PremisesFacts",
    "Refreshed",
    "add_contact",
    "add_premises",
    "correct",
    "correct_contact",
    "correct_premises",
    "end_contact",
    "list_by_hand",
    "locked",
    "mark_not_duplicate",
    "merge",
    "place",
    "place_from_phone",
    "refresh_listings",
    "register",
    "remember_streets",
    "remove_premises",
    "reveal_phone",
    "undo_merge",
    "unlist",
]
