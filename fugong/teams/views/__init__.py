"""Pages of teams: the command structure, grid teams, charges and their proposals."""
