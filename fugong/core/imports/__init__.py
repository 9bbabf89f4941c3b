"""The import machine: a workbook is checked, taken into a register batch by batch, and undone as a whole."""

from fugong.core.imports.importer import Context, Decision, Importer
from fugong.core.imports.machine import run_file

__all__ = ["Context", "Decision", "Importer", "run_file"]
