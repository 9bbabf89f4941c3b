"""Releases of packs as they were loaded, and campaigns that run them."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.campaigns.rules import Status
from fugong.core.paths import below_any
from fugong.territory.models import Area


class PackRelease(models.Model):
    """The content of a pack as it stood when it was loaded; a campaign keeps the one that it runs."""

    slug = models.SlugField(_("pack"), max_length=40)
    version = models.CharField(_("version"), max_length=20)
    digest = models.CharField(max_length=64)
    # {"pack": {...}, "<part>": {...}}: each part as its module's schema dumped it.
    content = models.JSONField()
    loaded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slug", "digest"], name="pack_release_once")]

    def __str__(self) -> str:
        return f"{self.slug} {self.version}"


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: Any) -> CampaignQuerySet:
        """Campaigns whose area holds, or lies in, an area of the user's postings."""
        if not user.is_authenticated:
            return self.none()
        if user.administers_everything:
            return self
        holds = Q(pk__in=[])
        for path in user.posted_paths():
            holds |= Q(area__path__in=_with_ancestors(path))
        return self.filter(holds | below_any(user.posted_paths(), "area__path"))

    def in_turn(self, pk: int) -> Campaign:
        """The campaign, held until the transaction is over: what is numbered or given out in it goes one at a time.

        Whoever only records an event of it need not wait (FOR NO KEY UPDATE; see gate.py).
        """
        held: Campaign = self.select_for_update(no_key=True).get(pk=pk)
        return held


def _with_ancestors(path: str) -> list[str]:
    steps = path.strip("/").split("/")
    return ["/".join(steps[: count + 1]) + "/" for count in range(len(steps))]


class Campaign(models.Model):
    """One pack run in one area over one period (行动)."""

    Status = Status

    name = models.CharField(_("name"), max_length=80)
    release = models.ForeignKey(PackRelease, on_delete=models.PROTECT, related_name="campaigns")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PREPARING)
    # The demo town stands still on a day of its campaign; a real campaign has none and follows the clock.
    frozen_on = models.DateField(null=True)
    # When it came to stand still, by the real clock: what is done afterwards follows in order (queries.moment_of).
    frozen_at = models.DateTimeField(null=True)

    objects = models.Manager.from_queryset(CampaignQuerySet)()

    def __str__(self) -> str:
        return self.name

    def part(self, name: str) -> Any:
        """A module's part of the pack, as plain data (see the module's pack.py for its schema)."""
        return self.release.content.get(name, {})


class AreaRisk(models.Model):
    """How an area is rated from a day on (风险等级): one dated row for each rating, none is changed.

    A rating holds until a later one, for the area and for all below it that have none of their own.
    """

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="area_risks")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    # A key of the pack's levels (territory.toml: risk_level).
    level = models.CharField(_("risk level"), max_length=20)
    from_on = models.DateField(_("from"))
    # The notice or decision that it follows; the pack's source, or what a person wrote.
    source = models.CharField(_("source"), max_length=200)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))

    class Meta:
        indexes = [models.Index(fields=["campaign", "area", "from_on"], name="area_risk_from")]

    def __str__(self) -> str:
        return f"{self.area} {self.level} {self.from_on}"


class Closing(models.Model):
    """How a campaign ended: its last figures, which stay, and what of it was erased for good (结束与销毁)."""

    campaign = models.OneToOneField(Campaign, on_delete=models.PROTECT, related_name="closing")
    closed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(_("closed at"))
    reason = models.CharField(_("reason"), max_length=400, blank=True)
    # What stood open at the end, as sentences.
    left = models.JSONField(default=list)
    # [{"key", "name", "area", "n", "of", "on"}]: counts only, nobody's name.
    figures = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    keep_until = models.DateField(_("kept until"), null=True)
    erased_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    erased_at = models.DateTimeField(_("erased at"), null=True)
    # What was erased, by kind.
    counts = models.JSONField(default=dict)
    key_id = models.CharField(max_length=20, blank=True)
    # The keys are gone and the files swept; until then the job tries again.
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(finished_at__isnull=True) | Q(erased_at__isnull=False),
                name="closing_erased_before_finished",
            )
        ]

    def __str__(self) -> str:
        return f"{self.campaign} {self.closed_at:%Y-%m-%d}"
