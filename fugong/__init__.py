"""Fugong (复工): gets a place's enterprises back to work safely in an emergency."""

__version__ = "0.1.0"
