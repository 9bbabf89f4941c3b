"""A place in a tree as a path like `44/4406/440605/`; what lies below it is one range of the index."""

from typing import Any

from django.db import models
from django.db.models import Q


class PathField(models.CharField):  # type: ignore[type-arg]
    """A path column that sorts by bytes on every database, so that a range is exact and uses the index."""

    def db_parameters(self, connection: Any) -> Any:
        parameters = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            parameters["collation"] = "C"
        return parameters


def below(path: str, field: str = "path") -> Q:
    """The rows at or below `path`, as a range (never a LIKE: SQLite would scan the table)."""
    return Q(**{f"{field}__gte": path, f"{field}__lt": path + "~"})


def below_any(paths: list[str], field: str = "path") -> Q:
    """The rows at or below any of the paths; none when the list is empty."""
    combined = Q(pk__in=[])
    for path in paths:
        combined |= below(path, field)
    return combined
