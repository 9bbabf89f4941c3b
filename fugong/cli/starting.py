"""What every command needs first: Django with its settings, the tables, the campaign and the person it acts for."""

from __future__ import annotations

import os
import sys
from contextlib import AbstractContextManager
from datetime import date, datetime
from typing import Any

import click


class Day(click.ParamType):
    """A day as yyyy-mm-dd."""

    name = "yyyy-mm-dd"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day; write yyyy-mm-dd", param, ctx)


def start_django(**environment: str) -> None:
    """Set the environment and start Django, once; a wrong setting ends the command with its sentence."""
    from django.conf import settings

    if not settings.configured:
        os.environ.update(environment)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fugong.settings")
    import django
    from environs import EnvError

    try:
        django.setup()
    except (EnvError, OSError) as error:
        raise click.ClickException(f"A setting is wrong: {error}") from None
    from django.utils import translation

    # Until the command ends, so that a program that calls it goes on in its own language.
    click.get_current_context().with_resource(translation.override(language_of_terminal()))


def language_of_terminal() -> str:
    """What the person at the terminal reads: Chinese where the locale says so, else English."""
    locale = os.environ.get("LC_ALL") or os.environ.get("LC_MESSAGES") or os.environ.get("LANG") or ""
    return "zh-hans" if locale.lower().startswith("zh") else "en"


def kept_language() -> AbstractContextManager[None]:
    """The language of sentences that are kept in the database."""
    from django.conf import settings
    from django.utils import translation

    return translation.override(settings.LANGUAGE_CODE)


def pending_migrations() -> tuple[int, bool]:
    """How many migrations the database lacks, and whether it is an empty one.

    Refused when it does not answer, or stands where an earlier version stopped between migrations that are one now.
    """
    from django.db import OperationalError, connection
    from django.db.migrations.exceptions import NodeNotFoundError
    from django.db.migrations.executor import MigrationExecutor
    from django.utils.translation import gettext as _

    from fugong.core.refusals import Refused, refuse_if

    half_way = _("The database stopped half-way through an earlier version. Finish with that version first.")
    try:
        executor = MigrationExecutor(connection)
    except OperationalError as error:
        raise Refused(_("The database does not answer: %(error)s") % {"error": error}) from None
    except NodeNotFoundError:
        raise Refused(half_way) from None
    applied = executor.loader.applied_migrations.keys()
    replaced = [set(one.replaces) for one in executor.loader.replacements.values()]
    refuse_if(half_way if any(ones & applied and ones - applied for ones in replaced) else "")
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return len(plan), not applied


def migrate() -> None:
    """Bring the database's tables to this version of the program."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0, interactive=False)


def start_with_tables() -> None:
    """Django, and a database that is up to date: a new one is set up, an older one refused."""
    from django.utils.translation import gettext as _

    from fugong.core.refusals import refuse_if

    start_django()
    lacking, is_empty = pending_migrations()
    if lacking and is_empty:
        migrate()
    elif lacking:
        refuse_if(_("The database is of an older version. Run: fugong serve --yes"))


def the_campaign(number: int | None) -> Any:
    """The campaign with this number, else the newest that is not closed."""
    from django.utils.translation import gettext as _

    from fugong.campaigns.models import Campaign
    from fugong.core.refusals import Refused

    campaigns = Campaign.objects.select_related("area", "release")
    found = (
        campaigns.filter(pk=number).first()
        if number
        else campaigns.exclude(status="closed").order_by("-starts_on", "-pk").first()
    )
    if found is None:
        raise Refused(
            _("There is no such campaign.")
            if number
            else _("There is no campaign. Run: fugong pack load PACK --start")
        )
    return found


def the_user(login: str | None) -> Any:
    """The user for whom a command acts; None (the system) where nobody is named."""
    from django.utils.translation import gettext as _

    from fugong.access.models import User
    from fugong.core.refusals import Refused

    if login is None:
        return None
    user = User.objects.by_login(login)
    if user is None:
        raise Refused(_("There is no user with the login “%(login)s”.") % {"login": login})
    return user


def the_area(campaign: Any, name: str | None) -> Any:
    """An area of the campaign by its official code or its name; the campaign's own where none is named."""
    from django.db.models import Q
    from django.utils.translation import gettext as _

    from fugong.core.refusals import Refused
    from fugong.territory.models import Area

    if name is None:
        return campaign.area
    found = Area.objects.below(campaign.area.path).filter(Q(name=name) | Q(code=name), valid_to__isnull=True)[
        :2
    ]
    if len(found) != 1:
        sentence = (
            _("The campaign has several areas “%(name)s”; give its code.")
            if found
            else _("The campaign has no area “%(name)s”.")
        )
        raise Refused(sentence % {"name": name})
    return found[0]


def now_in(campaign: Any) -> datetime:
    """The campaign's now: the demo stands still on its day."""
    from django.utils import timezone

    from fugong.campaigns.queries import moment_of

    return moment_of(campaign, timezone.now())


class Bar:
    """A progress bar that is told (done, total) or (step, share); silent where nobody looks."""

    def __init__(self, label: str) -> None:
        self.bar = click.progressbar(
            length=1000, label=label, show_pos=False, show_eta=False, file=sys.stderr
        )
        self.at = 0

    def __enter__(self) -> Bar:
        self.bar.__enter__()
        return self

    def __exit__(self, *error: Any) -> None:
        if error[0] is None:
            self.to(1.0)
        self.bar.__exit__(*error)

    def to(self, share: float) -> None:
        """Go to a share of the whole, 0 to 1."""
        place = round(1000 * min(max(share, 0.0), 1.0))
        if place > self.at:
            self.bar.update(place - self.at)
            self.at = place

    def counted(self, done: float, total: float) -> None:
        self.to(done / total if total else 1.0)

    def named(self, step: str, share: float) -> None:
        self.bar.label = step
        self.to(share)
        self.bar.render_progress()
