"""The verbs of issues and requests; used qualified: `from fugong.issues import actions as issues`."""

from fugong.issues.actions.asking import ask_requesters, reply
from fugong.issues.actions.intake import (
    add_client,
    end_client,
    make_link,
    renew_link,
    reveal_requester,
    withdraw_link,
)
from fugong.issues.actions.loop import (
    Found,
    accept,
    assess,
    assign,
    escalate,
    escalate_overdue,
    find,
    locked,
    refuse,
    reopen,
    set_deadline,
    solve,
    verify,
)
from fugong.issues.actions.merging import mark_not_same, merge, undo_merge

__all__ = [
    "Found",
    "accept",
    "add_client",
    "ask_requesters",
    "assess",
    "assign",
    "end_client",
    "escalate",
    "escalate_overdue",
    "find",
    "locked",
    "make_link",
    "mark_not_same",
    "merge",
    "refuse",
    "renew_link",
    "reopen",
    "reply",
    "reveal_requester",
    "set_deadline",
    "solve",
    "undo_merge",
    "verify",
    "withdraw_link",
]
