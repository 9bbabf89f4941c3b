"""The ledger (企业台账): enterprises, premises and contacts, risk listings, placing queue, duplicates."""
