"""The verbs of visits: record, give up, owe look-backs; make, accept and lock plans."""

from fugong.visits.actions.planning import (
    accept_plan,
    give_to,
    lock_stop,
    make_plan,
    unlock_stop,
    visited_by_others,
    want,
)
from fugong.visits.actions.running import ask_plan, carry_out, stop_run
from fugong.visits.actions.visiting import Draft, Fault, Looked, give_up, owe_look_backs, record_visit

__all__ = [
    "Draft",
    "Fault",
    "Looked",
    "accept_plan",
    "ask_plan",
    "carry_out",
    "give_to",
    "give_up",
    "lock_stop",
    "make_plan",
    "owe_look_backs",
    "record_visit",
    "stop_run",
    "unlock_stop",
    "visited_by_others",
    "want",
]
