"""Writes the generated town into rows, in bulk, with the events that the actions would have recorded."""
