"""The demo: a fictional town and its first ten days."""

from datetime import time

# The seed of the town in packs/demo: its outlines were drawn with it, and its rows are made with it.
SEED = 2020
# The time of day at which the demo stands still; what was to happen later has not happened yet.
NOW = time(17)
