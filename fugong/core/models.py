"""What core keeps: audit events, commands, saved views, imports, exports and the schedule."""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Event(models.Model):
    """One thing that was done, written in the same transaction as the change and never changed again.

    The target and the person are labels and numbers, not foreign keys, so that an event outlives what it speaks of.
    The hash chain (`sequence`, `previous_hash`, `hash`) is added by a sealer after commit (see fugong.core.audit).
    """

    name = models.CharField(_("event"), max_length=80)
    target = models.CharField(_("target"), max_length=60)
    target_id = models.BigIntegerField(_("target number"))
    by_id = models.BigIntegerField(_("by"), null=True)
    by_label = models.CharField(_("by"), max_length=80, blank=True)
    at = models.DateTimeField(_("at"))
    campaign_id = models.BigIntegerField(_("campaign"), null=True)
    changes = models.JSONField(_("changes"), default=dict)
    sequence = models.BigIntegerField(null=True, unique=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["target", "target_id", "at"], name="event_target"),
            models.Index(fields=["campaign_id", "at"], name="event_campaign"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.target} {self.target_id}"


class Anchor(models.Model):
    """The head of the event chain on a day; printed in the daily brief so that it leaves the machine."""

    on = models.DateField(_("day"), unique=True)
    sequence = models.BigIntegerField()
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.on} {self.hash[:12]}"


class Command(models.Model):
    """A command that a page or a phone sent, by its client-made key, with the answer that it got."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    by_id = models.BigIntegerField(null=True)
    path = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField()
    location = models.CharField(max_length=500, blank=True)
    answer = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.key} {self.path}"


class SavedView(models.Model):
    """A named condition and order over a register; a person's own, or shared with everybody in the campaign."""

    register = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=60)
    condition = models.TextField(_("condition"), blank=True)
    order = models.CharField(max_length=60, blank=True)
    by_id = models.BigIntegerField(null=True)
    is_shared = models.BooleanField(_("shared"), default=False)
    # Where it is shared: a condition names firms and places, which are nobody's business in another town.
    campaign_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "by_id", "name"], name="saved_view_name")]

    def __str__(self) -> str:
        return self.name


class Import(models.Model):
    """One workbook on its way into a register: mapped, checked, taken in batch by batch, undone as a whole.

    Law of conservation: `total` = created + updated + repeated + refused once it is done.
    """

    class Status(models.TextChoices):
        MAPPING = "mapping", _("columns to be checked")
        CHECKED = "checked", _("checked, ready to be taken in")
        RUNNING = "running", _("being taken in")
        DONE = "done", _("taken in")
        UNDONE = "undone", _("undone")
        FAILED = "failed", _("failed")

    register = models.CharField(max_length=60)
    campaign_id = models.BigIntegerField(null=True)
    filename = models.CharField(_("file"), max_length=200)
    digest = models.CharField(max_length=64)
    stored_as = models.CharField(max_length=200)
    sheet = models.CharField(_("sheet"), max_length=100, blank=True)
    mapping = models.JSONField(default=dict)
    options = models.JSONField(default=dict)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.MAPPING)
    by_id = models.BigIntegerField(null=True)
    by_label = models.CharField(_("by"), max_length=80, blank=True)
    at = models.DateTimeField(_("at"))
    finished_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(_("rows"), default=0)
    cursor = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    repeated = models.PositiveIntegerField(_("repeated"), default=0)
    refused = models.PositiveIntegerField(_("refused"), default=0)
    # A worker holds the import by a lease; the fence number grows with each holder and is checked in every commit.
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveIntegerField(default=0)
    problem = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    cursor=models.F("created")
                    + models.F("updated")
                    + models.F("repeated")
                    + models.F("refused")
                )
                & models.Q(cursor__lte=models.F("total")),
                name="import_conserves_rows",
            )
        ]

    def __str__(self) -> str:
        return self.filename


class ImportRow(models.Model):
    """What became of one row of an imported sheet; `before` is what undoing puts back."""

    class Outcome(models.TextChoices):
        CREATED = "created", _("created")
        UPDATED = "updated", _("updated")
        REPEATED = "repeated", _("repeated")
        REFUSED = "refused", _("refused")

    batch = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    outcome = models.CharField(max_length=10, choices=Outcome)
    target_id = models.BigIntegerField(null=True)
    cells = models.JSONField(default=dict)
    before = models.JSONField(null=True)
    problems = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="import_row_once")]

    def __str__(self) -> str:
        return f"{self.number} {self.outcome}"


class RememberedMapping(models.Model):
    """Which field a column header meant last time in this register."""

    register = models.CharField(max_length=60)
    header = models.CharField(max_length=200)
    field = models.CharField(max_length=60)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "header"], name="remembered_header")]

    def __str__(self) -> str:
        return f"{self.header} = {self.field}"


class Export(models.Model):
    """A file that somebody took out: whose, what for, which columns and rows, and until when it may be fetched."""

    register = models.CharField(max_length=60)
    campaign_id = models.BigIntegerField(null=True)
    owner_id = models.BigIntegerField()
    owner_label = models.CharField(_("owner"), max_length=80)
    purpose = models.CharField(_("purpose"), max_length=200)
    condition = models.TextField(_("condition"), blank=True)
    columns = models.JSONField(default=list)
    rows = models.PositiveIntegerField(_("rows"))
    form = models.CharField(max_length=8)
    stored_as = models.CharField(max_length=200)
    at = models.DateTimeField(_("at"))
    expires_at = models.DateTimeField(_("until"))

    def __str__(self) -> str:
        return f"{self.register} {self.at:%Y-%m-%d %H:%M}"


class Schedule(models.Model):
    """A job that runs again and again: at a time of day, or every so many seconds."""

    name = models.CharField(max_length=80, unique=True)
    task = models.CharField(max_length=120)
    every_seconds = models.PositiveIntegerField(null=True)
    at_time = models.TimeField(null=True)
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(every_seconds__isnull=False, at_time__isnull=True)
                | models.Q(every_seconds__isnull=True, at_time__isnull=False),
                name="schedule_every_or_at",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Taken(models.Model):
    """How often somebody without an account was served in one window of time; who it is stands as a digest."""

    who = models.CharField(max_length=64)
    what = models.CharField(max_length=20)
    window = models.DateTimeField()
    times = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["who", "what", "window"], name="taken_in_window_once")]

    def __str__(self) -> str:
        return f"{self.what} {self.window:%H:%M} {self.times}"
