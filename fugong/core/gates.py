"""What stands against writing at all, said by a module above: its `gate.py` is found by name, like `measures.py`."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module

from django.apps import apps
from django.utils.module_loading import module_has_submodule

from fugong.core.refusals import refuse_if

Gate = Callable[[str, int | None], str]


@cache
def _gates() -> tuple[Gate, ...]:
    found = [
        import_module(f"{config.name}.gate")
        for config in apps.get_app_configs()
        if config.module and module_has_submodule(config.module, "gate")
    ]
    return tuple(module.why_not_record for module in found)


def refuse_shut(event: str, campaign_id: int | None) -> None:
    """Stop where a gate stands against the event `event` (`module.model.past_tense`) of the campaign."""
    for why_not_record in _gates():
        refuse_if(why_not_record(event, campaign_id))
