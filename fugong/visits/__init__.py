"""Visits (走访/回头看): checklists, the day's plan, visits, findings, look-backs, the day's log."""
