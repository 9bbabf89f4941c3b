"""Brings in the ledgers of enterprises as towns send them."""

from fugong.enterprises.importer.columns import FIELDS
from fugong.enterprises.importer.rows import EnterpriseImporter

__all__ = ["FIELDS", "EnterpriseImporter"]
