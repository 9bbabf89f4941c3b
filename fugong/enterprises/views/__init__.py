"""Pages of the ledger, one file for each of its moments."""
