"""Django's SQLite backend with a fair write turn: writers queue in order instead of SQLite's lottery."""
