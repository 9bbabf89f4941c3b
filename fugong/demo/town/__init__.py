"""A fictional town made from a seed: map, enterprises, ledger, officers, first days. No database."""

from __future__ import annotations

from .days import FindingSeed, History, IssueSeed, ResumptionSeed, StepSeed, VisitSeed
from .files import ledger_csv_gb18030, ledger_workbook
from .findings import FindingsModel, closing_days
from .firms import enterprises
from .history import history
from .layout import Grid, Layout, Street, Village
from .ledger import Fault, Truth
from .officers import Officer, people
from .seeds import Contact, EnterpriseSeed, Place, Premises, Risk, Staff

__all__ = [
    "Contact",
    "EnterpriseSeed",
    "Fault",
    "FindingSeed",
    "FindingsModel",
    "Grid",
    "History",
    "IssueSeed",
    "Layout",
    "Officer",
    "Place",
    "Premises",
    "ResumptionSeed",
    "Risk",
    "Staff",
    "StepSeed",
    "Street",
    "Truth",
    "Village",
    "VisitSeed",
    "closing_days",
    "enterprises",
    "history",
    "ledger_csv_gb18030",
    "ledger_workbook",
    "people",
]
