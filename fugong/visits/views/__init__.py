"""Pages of visits: the field officer's phone (field), and what other files of this package add."""
