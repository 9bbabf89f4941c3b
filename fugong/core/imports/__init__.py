"""The import machine: a workbook is checked, taken into a register batch by batch, and undone as a whole."""

from fugong.core.imports.actions import run_file
from fugong.core.imports.importer import Context, Decision, Importer

__all__ = ["Context", "Decision", "Importer", "run_file"]
