"""The number of a row as somebody typed or sent it."""


def row_number(text: str) -> int:
    """The number; 0, which no row has, for what is none or is longer than a database holds ("²" is a digit, too)."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0
