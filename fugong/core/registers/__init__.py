"""Registers (台账): list, form, export, saved views and import of one model, declared in ten lines."""

from fugong.core.registers.declaration import Register, registry

__all__ = ["Register", "registry"]
