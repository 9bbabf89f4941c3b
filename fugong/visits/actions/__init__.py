"""The verbs of visits: record, give up, look back; plans; absences, joint visits, outlooks; phone rounds; letters and cards."""

from fugong.visits.actions.absences import Away, end_absence, report_absence
from fugong.visits.actions.advising import acknowledge_letter, issue_letter
from fugong.visits.actions.calendars import make_calendar_address, revoke_calendar_address
from fugong.visits.actions.calling import (
    Asked,
    Told,
    begin_round,
    change_round,
    note_call,
    put_back,
    settle_number,
    take_next,
)
from fugong.visits.actions.contacts import Called, Met, call_at_household, meet
from fugong.visits.actions.discarding import PutAway, discard
from fugong.visits.actions.giving_up import GivenUp, give_up
from fugong.visits.actions.handing_out import (
    AT_ONCE,
    CardsAsked,
    address_of,
    agree_to_number,
    ask_cards,
    ask_cards_again,
    open_card_links,
    print_cards,
    revoke_link,
    withdraw_number,
)
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
from fugong.visits.actions.visiting import Draft, Fault, Looked, owe_look_backs, record_visit
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
from fugong.visits.plans.ahead import Search

__all__ = [
    "AT_ONCE",
    "Asked",
    "Away",
    "Called",
    "CardsAsked",
    "Draft",
    "Fault",
    "GivenUp",
    "Looked",
    "Made",
    "Met",
    "PutAway",
    "Question",
    "Search",
    "Seat",
    "Together",
    "Told",
    "accept_days",
    "accept_plan",
    "acknowledge_letter",
    "address_of",
    "agree_to_number",
    "allow",
    "ask_cards",
    "ask_cards_again",
    "ask_outlook",
    "ask_plan",
    "ask_replan",
    "begin_round",
    "call_at_household",
    "carry_out",
    "carry_out_outlook",
    "change_round",
    "discard",
    "end_absence",
    "forbid",
    "give_to",
    "give_up",
    "issue_letter",
    "lock_stop",
    "make_calendar_address",
    "make_plan",
    "make_plans",
    "meet",
    "move_stop",
    "note_call",
    "open_card_links",
    "owe_look_backs",
    "print_cards",
    "put_back",
    "record_visit",
    "replan",
    "report_absence",
    "revoke_calendar_address",
    "revoke_link",
    "settle_number",
    "stop_outlook",
    "stop_run",
    "swap",
    "take_next",
    "unlock_stop",
    "visited_by_others",
    "want",
    "wish_joint_visit",
    "withdraw_joint_visit",
    "withdraw_number",
]
