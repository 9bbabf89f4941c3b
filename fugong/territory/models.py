"""Areas and how one becomes another."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fugong.core.paths import PathField, below, below_any
from fugong.territory.rules import Kind


class AreaQuerySet(models.QuerySet["Area"]):
    def on(self, day: date) -> AreaQuerySet:
        """The areas in force on a day."""
        started = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
        return self.filter(started, Q(valid_to__isnull=True) | Q(valid_to__gt=day))

    def below(self, path: str) -> AreaQuerySet:
        """The area with this path and everything under it."""
        return self.filter(below(path))

    def with_outlines(self) -> AreaQuerySet:
        """Each area with its outline, where it has one: for whoever draws them; all others do not load them."""
        return self.select_related("outline")

    def drawn(self) -> AreaQuerySet:
        """The areas that have an outline, with it."""
        return self.filter(outline__isnull=False).with_outlines()

    def visible_to(self, user: Any) -> AreaQuerySet:
        """Official areas are public; a posting limits which of them a person works in."""
        return self if user.administers_everything else self.filter(below_any(user.area_paths()))


class Area(models.Model):
    """A node of the territory tree (区域). `code` is an attribute of the official list, never the key."""

    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    code = models.CharField(_("official code"), max_length=17, blank=True)
    code_edition = models.CharField(_("edition of the code"), max_length=20, blank=True)
    name = models.CharField(_("name"), max_length=80)
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    path = PathField(max_length=160, unique=True)
    depth = models.PositiveSmallIntegerField()
    valid_from = models.DateField(_("valid from"), null=True)
    valid_to = models.DateField(_("valid to"), null=True)
    longitude = models.FloatField(_("longitude"), null=True)
    latitude = models.FloatField(_("latitude"), null=True)

    objects = models.Manager.from_queryset(AreaQuerySet)()

    class Meta:
        indexes = [
            models.Index(fields=["kind"], name="area_kind"),
            models.Index(fields=["code"], name="area_code"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gte=models.F("valid_from")),
                name="area_valid_in_order",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def boundary(self) -> Any:
        """The outline (GeoJSON geometry, WGS-84), None where there is none; a query unless `with_outlines()`."""
        return self.outline.geometry if hasattr(self, "outline") else None

    def contains(self, other: Area) -> bool:
        """Whether the other area is this one or lies below it."""
        return other.path.startswith(self.path)


class Outline(models.Model):
    """The boundary of an area, in a table of its own: it is large, and few of the pages with areas draw them."""

    area = models.OneToOneField(Area, on_delete=models.CASCADE, primary_key=True, related_name="outline")
    geometry = models.JSONField(_("boundary"))

    def __str__(self) -> str:
        return str(self.area)


class Succession(models.Model):
    """An area that took over from another when a list or a boundary changed."""

    old = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="successors")
    new = models.ForeignKey(Area, on_delete=models.CASCADE, related_name="predecessors")
    on = models.DateField(_("day"))

    class Meta:
        constraints = [models.UniqueConstraint(fields=["old", "new"], name="succession_once")]

    def __str__(self) -> str:
        return f"{self.old} > {self.new}"
