"""The one rule for rows that lie in an area: whose postings cover it."""

from typing import Any

from django.db.models import Q

from fugong.core.paths import below_any


def within_postings(user: Any, field: str = "area__path") -> Q:
    """Rows whose area (by path column `field`) lies in an area of the user's postings in force; none for a stranger."""
    if not getattr(user, "is_authenticated", False):
        return Q(pk__in=[])
    return below_any(user.area_paths(), field)
