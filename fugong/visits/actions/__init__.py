"""The verbs of visits: record, give up, owe look-backs; meet, call; make and change plans; absences, outlooks."""

from fugong.visits.actions.absences import Away, end_absence, report_absence
from fugong.visits.actions.contacts import Called, Met, call_at_household, meet
from fugong.visits.actions.joining import Seat, Together, wish_joint_visit, withdraw_joint_visit
from fugong.visits.actions.keeping import Made
from fugong.visits.actions.outlooks import Question, ask_outlook, carry_out_outlook, stop_outlook
from fugong.visits.actions.planning import (
    accept_days,
    accept_plan,
    make_plan,
    make_plans,
    visited_by_others,
)
from fugong.visits.actions.replanning import replan
from fugong.visits.actions.running import ask_plan, ask_replan, carry_out, stop_run
from fugong.visits.actions.visiting import Draft, Fault, Looked, give_up, owe_look_backs, record_visit
from fugong.visits.actions.wishing import (
    allow,
    forbid,
    give_to,
    lock_stop,
    move_stop,
    swap,
    unlock_stop,
    want,
)
from fugong.visits.ahead import Search

__all__ = [
    "Away",
    "Called",
    "Draft",
    "Fault",
    "Looked",
    "Made",
    "Met",
    "Question",
    "Search",
    "Seat",
    "Together",
    "accept_days",
    "accept_plan",
    "allow",
    "ask_outlook",
    "ask_plan",
    "ask_replan",
    "call_at_household",
    "carry_out",
    "carry_out_outlook",
    "end_absence",
    "forbid",
    "give_to",
    "give_up",
    "lock_stop",
    "make_plan",
    "make_plans",
    "meet",
    "move_stop",
    "owe_look_backs",
    "record_visit",
    "replan",
    "report_absence",
    "stop_outlook",
    "stop_run",
    "swap",
    "unlock_stop",
    "visited_by_others",
    "want",
    "wish_joint_visit",
    "withdraw_joint_visit",
]
