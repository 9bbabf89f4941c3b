"""The demo: a fictional town and its first ten days."""

# The seed of the town in packs/demo: its outlines were drawn with it, and its rows are made with it.
SEED = 2020
