"""Plans of visits (走访计划): from rows to the planner's problem and back, and as people read them."""
