"""The registers there are, by their keys; each enters itself when its class is made (see fugong.core.registers)."""

from typing import Any

registry: list[Any] = []


def enter(register: Any) -> None:
    """Enter a register; one with the same key goes."""
    registry[:] = [other for other in registry if other.key != register.key]
    registry.append(register)


def find(key: str) -> Any:
    """The register with this key; None when there is none."""
    return next((register for register in registry if register.key == key), None)
