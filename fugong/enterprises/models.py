"""The ledger: enterprises, premises, contacts, risk listings, street memory, duplicates and merges."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fugong.access.models import User
from fugong.access.scope import within_postings
from fugong.campaigns.models import Campaign
from fugong.core.encryption import SealedField
from fugong.core.scope import ScopedManager, ScopedModel
from fugong.enterprises.rules import Coordinates, ListingSource, PositionSource, PremisesKind, Size
from fugong.territory.models import Area


class EnterpriseQuerySet(models.QuerySet["Enterprise"]):
    def visible_to(self, user: Any) -> EnterpriseQuerySet:
        """Enterprises in the areas of the user's postings, and the ones the user is a contact of."""
        if not user.is_authenticated:
            return self.none()
        own = Contact.rows.filter(user_id=user.pk, to_on__isnull=True).values("enterprise_id")
        return self.filter(within_postings(user) | Q(pk__in=own))

    def of(self, campaign: Campaign) -> EnterpriseQuerySet:
        """The enterprises that stand in a campaign's ledger (merged ones are kept, but no longer count)."""
        return self.filter(campaign=campaign, merged_into__isnull=True)

    def unplaced(self) -> EnterpriseQuerySet:
        return self.filter(position_source=PositionSource.NONE)


class Enterprise(ScopedModel):
    """One enterprise of a campaign's ledger (企业台账)."""

    campaign = models.ForeignKey(Campaign, on_delete=models.PROTECT, related_name="+")
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+", verbose_name=_("area"))
    name = models.CharField(_("name"), max_length=120)
    # Without spaces, brackets and legal form, so that a short name meets its full name.
    normalised_name = models.CharField(max_length=120, db_index=True)
    credit_code = models.CharField(_("credit code"), max_length=18, null=True, blank=True)
    industry_code = models.CharField(_("industry code"), max_length=5, blank=True)
    industry_edition = models.CharField(_("industry edition"), max_length=12, blank=True)
    industry = models.CharField(_("industry"), max_length=60, blank=True)
    size = models.CharField(_("size class"), max_length=12, choices=Size, default=Size.SMALL)
    is_key = models.BooleanField(_("key enterprise"), default=False)
    headcount = models.PositiveIntegerField(_("head count"), null=True)
    staff_from_affected_areas = models.PositiveIntegerField(_("staff from affected areas"), null=True)
    staff_with_symptoms = models.PositiveIntegerField(_("staff with fever or cough"), null=True)
    dormitory_people = models.PositiveIntegerField(_("people in dormitories"), null=True)
    dormitory_places = models.PositiveIntegerField(_("dormitory places"), null=True)
    origins = models.PositiveIntegerField(_("provinces the staff come from"), null=True)
    mask_days = models.PositiveIntegerField(_("days of masks in stock"), null=True)
    is_enclosed = models.BooleanField(_("enclosed premises"), null=True)
    has_constant_temperature = models.BooleanField(_("constant-temperature workshop"), null=True)
    has_emergency_plan = models.BooleanField(_("emergency plan in place"), null=True)
    has_named_lead = models.BooleanField(_("named person in charge of prevention"), null=True)
    measures_in_force = models.CharField(_("measures in force"), max_length=200, blank=True)
    resumption_planned_on = models.DateField(_("planned resumption"), null=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    longitude = models.FloatField(_("longitude"), null=True)
    latitude = models.FloatField(_("latitude"), null=True)
    coordinates_given = models.CharField(
        _("coordinates given in"), max_length=6, choices=Coordinates, blank=True
    )
    position_source = models.CharField(
        _("position"), max_length=10, choices=PositionSource, default=PositionSource.NONE
    )
    merged_into = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="merged")
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(_("entered at"))

    objects = ScopedManager.from_queryset(EnterpriseQuerySet)()

    class Meta(ScopedModel.Meta):
        indexes = [
            models.Index(fields=["campaign", "area"], name="enterprise_area"),
            models.Index(fields=["campaign", "name"], name="enterprise_name"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "credit_code"],
                condition=Q(merged_into__isnull=True),
                name="enterprise_code_once",
            ),
            models.CheckConstraint(
                condition=Q(longitude__isnull=True, latitude__isnull=True)
                | Q(longitude__gte=-180, longitude__lte=180, latitude__gte=-90, latitude__lte=90),
                name="enterprise_position_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def standing(self) -> Enterprise:
        """The entry that stands for it: the one that it was merged into (merges leave no longer chain), else itself."""
        return self.merged_into or self


class EnterprisePartQuerySet(models.QuerySet[Any]):
    """Rows that belong to an enterprise are seen by whoever sees the enterprise."""

    def visible_to(self, user: Any) -> EnterprisePartQuerySet:
        return self.filter(enterprise__in=Enterprise.objects.visible_to(user).values("pk"))


class Premises(ScopedModel):
    """A workshop, dormitory, canteen or other place of an enterprise (场所)."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="premises")
    kind = models.CharField(_("kind"), max_length=10, choices=PremisesKind)
    name = models.CharField(_("name"), max_length=60)
    capacity = models.PositiveIntegerField(_("capacity"), null=True)
    people = models.PositiveIntegerField(_("people"), null=True)
    rooms = models.PositiveIntegerField(_("rooms"), null=True)
    floor_area = models.FloatField(_("floor area (m²)"), null=True)

    objects = ScopedManager.from_queryset(EnterprisePartQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [models.UniqueConstraint(fields=["enterprise", "kind", "name"], name="premises_once")]

    def __str__(self) -> str:
        return self.name


class Contact(ScopedModel):
    """Somebody who speaks for an enterprise; the phone is sealed, and shown in full only with a reason."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="contacts")
    campaign_id = models.BigIntegerField()
    user = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    name = models.CharField(_("name"), max_length=40)
    duty = models.CharField(_("duty"), max_length=40, blank=True)
    phone = SealedField(_("phone"), purpose="contact", blank=True)
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True)
    # Number of the import that entered this contact, so that undoing the import takes it back.
    from_import = models.BigIntegerField(null=True)

    # Its text is personal: see core.audit.plain.
    names_a_person = True

    objects = ScopedManager.from_queryset(EnterprisePartQuerySet)()

    def __str__(self) -> str:
        return self.name


class ListingQuerySet(EnterprisePartQuerySet):
    def in_force(self) -> ListingQuerySet:
        return self.filter(left_at__isnull=True)

    def at(self, moment: Any) -> ListingQuerySet:
        """The listings in force at a moment."""
        return self.filter(Q(left_at__isnull=True) | Q(left_at__gt=moment), entered_at__lte=moment)


class Listing(ScopedModel):
    """An enterprise on a risk list (负面清单) from one moment to another, with the reason each way."""

    enterprise = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="listings")
    risk_list = models.CharField(_("risk list"), max_length=40)
    source = models.CharField(_("listed"), max_length=10, choices=ListingSource)
    reason = models.CharField(_("reason"), max_length=400)
    entered_at = models.DateTimeField(_("entered at"))
    entered_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    left_at = models.DateTimeField(_("left at"), null=True)
    left_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    left_reason = models.CharField(_("reason for leaving"), max_length=400, blank=True)

    objects = ScopedManager.from_queryset(ListingQuerySet)()

    class Meta(ScopedModel.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["enterprise", "risk_list"],
                condition=Q(left_at__isnull=True),
                name="listing_in_force_once",
            ),
            models.CheckConstraint(
                condition=Q(left_at__isnull=True) | Q(left_at__gte=models.F("entered_at")),
                name="listing_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enterprise} {self.risk_list}"


class Street(ScopedModel):
    """What placing has taught: this street or place name of addresses lies in this area, about here."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("street"), max_length=80)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    longitude = models.FloatField(null=True)
    latitude = models.FloatField(null=True)
    times = models.PositiveIntegerField(default=1)

    objects = models.Manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["campaign", "name", "area"], name="street_once")]

    def __str__(self) -> str:
        return self.name


class Merge(ScopedModel):
    """Two rows of the ledger that a person found to be one enterprise; keeps what is needed to undo it."""

    kept = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    absorbed = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(_("at"))
    moved = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["absorbed"], condition=Q(undone_at__isnull=True), name="merged_once"
            ),
            models.CheckConstraint(condition=~Q(kept=models.F("absorbed")), name="merge_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.absorbed} > {self.kept}"


class NotDuplicate(models.Model):
    """A pair that a person looked at and found to be two enterprises; it is not proposed again."""

    first = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Enterprise, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="not_duplicate_once")]

    def __str__(self) -> str:
        return f"{self.first} / {self.second}"


def current(day: date) -> Q:
    """Contacts (or other rows with from_on and to_on) in force on a day."""
    return Q(Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day)
