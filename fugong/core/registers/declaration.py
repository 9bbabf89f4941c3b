"""The declarative register: what a module says about one ledger, and what the pages ask of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cache
from typing import Any, ClassVar

from django.core.exceptions import FieldDoesNotExist, ImproperlyConfigured
from django.db import models
from django.forms import BaseForm
from django.forms.models import BaseModelForm
from django.http import HttpRequest
from django.urls import URLPattern, reverse
from django.utils.translation import gettext_lazy as _

from fugong.core.conditions import Vocabulary, vocabulary_of
from fugong.core.registers.addresses import patterns
from fugong.core.registers.columns import Column, column_of
from fugong.core.registry import enter, find, registry
from fugong.core.row_numbers import addresses_of

__all__ = ["Register", "find", "registry"]


class Register:
    """Base of all registers; a class with a `key` enters the `registry` when it is made.

    `columns` are model fields, lookups over foreign keys (`enterprise__name`) or measures of the vocabulary.
    `filters` are fields with choices, yes or no, or foreign keys. `create(by=, at=, campaign=, **values)` and
    `correct(row, by=, at=, **values)` are actions of the module; a module whose actions take other arguments
    overrides `do_create` and `do_correct`. `names` says what a column is called that its model leaves unnamed.
    `empty` is (title, what to do first, url name of it or "").
    """

    key: ClassVar[str] = ""
    model: ClassVar[type[models.Model]]
    label: ClassVar[Any] = ""
    columns: ClassVar[Sequence[str]] = ()
    search: ClassVar[Sequence[str]] = ()
    filters: ClassVar[Sequence[str]] = ()
    order: ClassVar[str] = "pk"
    see: ClassVar[Any] = None
    edit: ClassVar[Any] = None
    bring_in: ClassVar[Any] = None
    take_out: ClassVar[Any] = None
    form: ClassVar[type[BaseForm] | None] = None
    create: ClassVar[Callable[..., Any] | None] = None
    correct: ClassVar[Callable[..., Any] | None] = None
    detail: ClassVar[str] = ""
    details: ClassVar[Sequence[str]] = ()
    names: ClassVar[Mapping[str, Any]] = {}
    position: ClassVar[tuple[str, str] | None] = None
    importer: ClassVar[Any] = None
    empty: ClassVar[tuple[Any, Any, str]] = (_("Nothing here yet"), "", "")
    example: ClassVar[str] = ""
    select_related: ClassVar[Sequence[str]] = ()
    campaign_path: ClassVar[str | None] = None
    namespace: ClassVar[str] = ""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__dict__.get("key"):
            enter(cls)

    # What the pages ask

    @classmethod
    def vocabulary(cls) -> Vocabulary | None:
        """The words that conditions over this register may use; None when its model has declared none."""
        try:
            return vocabulary_of(cls.model)
        except ImproperlyConfigured:
            return None

    @classmethod
    def rows(cls, request: HttpRequest) -> models.QuerySet[Any]:
        """The rows this person may see in the campaign of the request."""
        seen = cls.model.objects.visible_to(request.user)  # type: ignore[attr-defined]
        return cls.of_campaign(seen, request.campaign)  # type: ignore[attr-defined]

    @classmethod
    def of_campaign(cls, rows: models.QuerySet[Any], campaign: Any) -> models.QuerySet[Any]:
        """Limit rows to a campaign: by the queryset's own `of(campaign)`, else by the path to it, if any."""
        path = cls.campaign_path or _campaign_path(cls.model)
        if not path:
            return rows
        if campaign is None:
            return rows.none()
        if path == "campaign_id" and hasattr(rows, "of"):
            of: models.QuerySet[Any] = rows.of(campaign)
            return of
        return rows.filter(**{path: campaign.pk})

    @classmethod
    @cache
    def shown(cls) -> tuple[Column, ...]:
        """The columns of the list."""
        return tuple(cls._column(name) for name in cls.columns)

    @classmethod
    @cache
    def facts(cls) -> tuple[Column, ...]:
        """What the generic detail page shows: `details`, else the columns."""
        return tuple(cls._column(name) for name in cls.details or cls.columns)

    @classmethod
    def _column(cls, name: str) -> Column:
        found = column_of(cls.model, name, cls.vocabulary())
        return replace(found, label=cls.names[name]) if name in cls.names else found

    @classmethod
    def words(cls, campaign: Any, at: datetime) -> Mapping[str, Callable[[Any], Any]]:
        """By column: what a key of the campaign's pack is called; a module whose columns hold keys says it here."""
        return {}

    @classmethod
    def spoken(cls, columns: Sequence[Column], campaign: Any, at: datetime) -> tuple[Column, ...]:
        """The columns with the pack's names in place of its keys, for a page or a file."""
        words = cls.words(campaign, at) if campaign is not None else {}
        return tuple(
            replace(column, choices=words[column.name]) if column.name in words else column
            for column in columns
        )

    @classmethod
    def url(cls, name: str, *args: Any) -> str:
        """The address of one of this register's pages."""
        return reverse(f"{cls.namespace}:{name}", args=args)

    @classmethod
    def cell(cls, request: HttpRequest, column: Column, row: Any) -> Any:
        """One cell of the list; a module that shows more than the value says it here."""
        return column.text(row)

    @classmethod
    def row_url(cls, row: models.Model) -> str:
        return cls.row_urls()(row.pk)

    @classmethod
    def row_urls(cls) -> Callable[[int], str]:
        """The address of a row by its number, for pages with many rows."""
        return addresses_of(cls.detail or f"{cls.namespace}:detail")

    # Entering and correcting

    @classmethod
    def form_for(cls, request: HttpRequest, row: Any = None, data: Any = None) -> BaseForm:
        """The form, empty or filled from the row; a model form gets the row as instance, never saved."""
        assert cls.form is not None
        if issubclass(cls.form, BaseModelForm):
            return cls.form(data, instance=row)
        return cls.form(data, initial=cls.initial(row) if row is not None else {})

    @classmethod
    def initial(cls, row: Any) -> dict[str, Any]:
        """The row's values for a plain form: attributes of the same names as the form's fields."""
        assert cls.form is not None
        names = cls.form.base_fields  # type: ignore[attr-defined]
        return {name: getattr(row, name) for name in names if hasattr(row, name)}

    @classmethod
    def do_create(cls, request: HttpRequest, values: dict[str, Any]) -> Any:
        """Enter one row by the module's action."""
        assert cls.create is not None
        return cls.create(campaign=request.campaign, by=request.user, at=request.now, **values)  # type: ignore[attr-defined]

    @classmethod
    def do_correct(cls, request: HttpRequest, row: Any, values: dict[str, Any]) -> Any:
        """Correct one row by the module's action."""
        assert cls.correct is not None
        return cls.correct(row, by=request.user, at=request.now, **values)  # type: ignore[attr-defined]

    @classmethod
    def why_not_edit(cls, row: Any, by: Any, at: datetime) -> str:
        """A sentence when this row may not be corrected now."""
        return ""

    @classmethod
    def can_create(cls) -> bool:
        """Whether the module has given it a way to enter rows."""
        return cls.create is not None or cls.do_create.__func__ is not Register.do_create.__func__  # type: ignore[attr-defined]

    @classmethod
    def can_correct(cls) -> bool:
        """Whether the module has given it a way to correct rows."""
        return cls.correct is not None or cls.do_correct.__func__ is not Register.do_correct.__func__  # type: ignore[attr-defined]

    @classmethod
    def urls(cls, namespace: str) -> list[URLPattern]:
        """All pages of the register, to be included under `namespace` (list, detail, new, import ...)."""
        cls.namespace = namespace
        return patterns(cls)


def _campaign_path(model: type[models.Model]) -> str:
    try:
        model._meta.get_field("campaign")
    except FieldDoesNotExist:
        return (
            "campaign_id"
            if any(field.attname == "campaign_id" for field in model._meta.concrete_fields)
            else ""
        )
    return "campaign_id"
