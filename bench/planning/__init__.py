"""Benchmarks of the visit planner: made-up days, public instances, replanning, a whole town, a whole city."""
