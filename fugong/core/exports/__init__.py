"""Exports: files that somebody took out of a register, with purpose, watermark and an end."""
