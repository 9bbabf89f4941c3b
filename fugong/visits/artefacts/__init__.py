"""The five artefacts of field work (一卡一册一表一书一规程): card, manual, form, letter, procedure."""
