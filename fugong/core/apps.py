"""Core finds the named parts of higher modules by their file names, so that it need not import them."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "fugong.core"

    def ready(self) -> None:
        from fugong.core import checks  # noqa: F401  (registers the start-up checks)

        autodiscover_modules("conditions", "measures")
