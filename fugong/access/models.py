"""Users, their postings with dates, the keys of their devices, and the record of every value revealed."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from fugong.access.roles import CHOICES, ROLES, Permission, Role
from fugong.territory.models import Area


class UserManager(BaseUserManager["User"]):
    def by_login(self, login: str) -> User | None:
        """The user with this login name, however it was typed (case, spaces)."""
        return self.filter(login=login.strip().lower()).first()


class User(AbstractBaseUser):
    """A person who signs in. What they may do comes from their postings alone."""

    login = models.CharField(_("login or phone"), max_length=40, unique=True)
    name = models.CharField(pgettext_lazy("of a person", "name"), max_length=40)
    department = models.CharField(_("department"), max_length=80, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_administrator = models.BooleanField(_("administrator"), default=False)
    failed_logins = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    objects = UserManager()
    USERNAME_FIELD = "login"

    def __str__(self) -> str:
        return self.name

    @cached_property
    def postings_in_force(self) -> list[Posting]:
        """Today's postings with their areas; one query, kept for the request."""
        return list(Posting.objects.on(timezone.localdate()).filter(user=self).select_related("area"))

    @cached_property
    def roles(self) -> list[type[Role]]:
        """The roles held today, in the order of `ROLES`."""
        held = {posting.role for posting in self.postings_in_force}
        if self.administers_everything:
            held.add("administrator")
        return [role for key, role in ROLES.items() if key in held]

    @cached_property
    def administered_paths(self) -> list[str]:
        """Paths of the areas of this user's postings as administrator in force."""
        return [posting.area.path for posting in self.postings_in_force if posting.role == "administrator"]

    @cached_property
    def administers_everything(self) -> bool:
        """Whether this is an administrator of the whole installation: one who was never posted as such at an area.

        The first one works before there is any area. Once posted they administer that area, also after the posting
        has ended: the end of a posting must not widen what somebody may do.
        """
        return self.is_administrator and not self.postings.filter(role="administrator").exists()  # type: ignore[attr-defined]

    def area_paths(self, permission: Permission | None = None) -> list[str]:
        """Paths of the areas whose rows this user sees, optionally only where a permission is held."""
        return [
            posting.area.path
            for posting in self.postings_in_force
            if ROLES[posting.role].sees_area
            and (permission is None or permission in ROLES[posting.role].permissions)
        ]

    def posted_paths(self) -> list[str]:
        """Paths of every area of a posting in force, also of those that open no rows."""
        return [posting.area.path for posting in self.postings_in_force]

    def has_permission(self, permission: Permission, area: Area | None = None) -> bool:
        """Whether a posting in force gives the permission, at the area where one is named."""
        if permission in ROLES["administrator"].permissions and self.administers_everything:
            return True
        for posting in self.postings_in_force:
            held = permission in ROLES[posting.role].permissions
            if held and (area is None or posting.area.contains(area)):
                return True
        return False

    def has_role(self, key: str) -> bool:
        return any(role.key == key for role in self.roles)


class PostingQuerySet(models.QuerySet["Posting"]):
    def on(self, day: date) -> PostingQuerySet:
        """The postings in force on a day."""
        return self.filter(Q(to_on__isnull=True) | Q(to_on__gte=day), from_on__lte=day)


class Posting(models.Model):
    """A user in a role at an area from one day to another (任职).

    An enterprise's own people are posted too, but their role opens no rows of the area (`sees_area`): what they
    see comes from their row among the enterprise's contacts (enterprises.Contact), which lies above this module.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="postings")
    role = models.CharField(_("role"), max_length=20, choices=CHOICES)
    area = models.ForeignKey(Area, on_delete=models.PROTECT, related_name="+")
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"), null=True)

    objects = models.Manager.from_queryset(PostingQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on__isnull=True) | Q(to_on__gte=models.F("from_on")),
                name="posting_days_in_order",
            ),
            models.UniqueConstraint(fields=["user", "role", "area", "from_on"], name="posting_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role} {self.area}"


class Reveal(models.Model):
    """One sealed value that somebody looked at, and why."""

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    target = models.CharField(max_length=60)
    target_id = models.BigIntegerField()
    target_label = models.CharField(max_length=120)
    field = models.CharField(max_length=40)
    reason = models.CharField(_("reason"), max_length=200)
    campaign_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(_("at"))

    class Meta:
        indexes = [models.Index(fields=["by", "at"], name="reveal_by")]

    def __str__(self) -> str:
        return f"{self.target} {self.target_id} {self.field}"


class DeviceKeyQuerySet(models.QuerySet["DeviceKey"]):
    def standing(self) -> DeviceKeyQuerySet:
        """The keys that nobody has revoked."""
        return self.filter(revoked_at__isnull=True)


class DeviceKey(models.Model):
    """A key with which a field-data app on somebody's phone acts in their name; only its digest is kept.

    It dies when it is revoked, and with the password under which it was made (`mark`), as sessions do.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="device_keys")
    name = models.CharField(_("which phone"), max_length=40)
    digest = models.CharField(max_length=64, unique=True)
    # The last characters of the key, to tell one from another.
    hint = models.CharField(max_length=4)
    mark = models.CharField(max_length=64)
    made_at = models.DateTimeField(_("made at"))
    used_at = models.DateTimeField(_("last used"), null=True)
    revoked_at = models.DateTimeField(_("revoked at"), null=True)
    # Requests since the beginning of the running minute: see rules.KEY_REQUESTS.
    minute_at = models.DateTimeField(null=True)
    minute_requests = models.PositiveIntegerField(default=0)

    objects = models.Manager.from_queryset(DeviceKeyQuerySet)()

    class Meta:
        indexes = [models.Index(fields=["user", "made_at"], name="device_key_user")]

    def __str__(self) -> str:
        return f"{self.name} …{self.hint}"
