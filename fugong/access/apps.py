"""Registers the start-up check of access."""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "fugong.access"

    def ready(self) -> None:
        from fugong.access import checks  # noqa: F401  (registers the check)
