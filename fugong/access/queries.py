"""Questions about access."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from fugong.access.models import Posting, Reveal, User
from fugong.core.paths import below_any
from fugong.territory.models import Area


def assignable_areas(user: User, campaign: Any) -> QuerySet[Area]:
    """The areas a posting may name: those this administrator administers, of the campaign's area where there is one.

    Whoever administers everything has, without a campaign, every current area above the villages.
    """
    current = Area.objects.filter(valid_to__isnull=True).order_by("path")
    if not user.administers_everything:
        current = current.filter(below_any(user.administered_paths))
    elif campaign is None:
        return current.filter(depth__lte=4)
    return current.below(campaign.area.path) if campaign else current


def postings_in_reach(user: User) -> QuerySet[Posting]:
    """The postings, today's and earlier ones, at the areas that this administrator administers."""
    rows = Posting.objects.select_related("user", "area")
    return rows if user.administers_everything else rows.filter(_within(user))


def users_in_reach(user: User, on: date) -> QuerySet[User]:
    """Whom this administrator administers: whoever is posted in their areas alone, or nowhere yet.

    Somebody who also works elsewhere is for an administrator above both places, else a town's administrator could
    open the account of a city's commander; so are administrators of the whole installation.
    """
    if user.administers_everything:
        return User.objects.all()
    standing = Posting.objects.filter(Q(to_on__isnull=True) | Q(to_on__gte=on), user=OuterRef("pk"))
    posted_as_one = Posting.objects.filter(user=OuterRef("pk"), role="administrator")
    return User.objects.exclude(Exists(standing.exclude(_within(user)))).exclude(
        ~Exists(posted_as_one), is_administrator=True
    )


def _within(user: User) -> Q:
    return below_any(user.administered_paths, "area__path")


def reveals_in_reach(user: Any, campaign: Any) -> QuerySet[Reveal]:
    """Values revealed in the campaign, newest first."""
    return (
        Reveal.objects.filter(campaign_id=getattr(campaign, "pk", None))
        .select_related("by")
        .order_by("-at", "-pk")
    )
