"""Rows with a scope: a manager that refuses to query until it is told for whom."""

from typing import Any, TypeVar

from django.db import models

M = TypeVar("M", bound=models.Model)


class Unscoped(RuntimeError):
    """Somebody asked for rows without saying for whom: a mistake in the code, never a user's."""


class ScopedManager(models.Manager[M]):
    """`visible_to(user)` for everything that a person reaches, `system()` for actions, queries and jobs.

    Any other query raises `Unscoped`, so that forgetting the scope fails at once instead of leaking rows.
    """

    def _rows(self) -> Any:
        return super().get_queryset()

    def get_queryset(self) -> Any:
        raise Unscoped(f"{self.model.__name__}.objects needs .visible_to(user) or, outside views, .system().")

    def visible_to(self, user: Any) -> Any:
        """The rows that this user may see, by the postings in force."""
        return self._rows().visible_to(user)

    def system(self) -> Any:
        """All rows, for code that acts for the system or has checked the scope already."""
        return self._rows()

    def create(self, **values: Any) -> Any:
        return self._rows().create(**values)

    def bulk_create(self, *args: Any, **kwargs: Any) -> Any:
        return self._rows().bulk_create(*args, **kwargs)


class ScopedModel(models.Model):
    """Base of every model with a scope; `rows` is for Django's own machinery only."""

    rows = models.Manager()

    class Meta:
        abstract = True
        default_manager_name = "rows"
        base_manager_name = "rows"
