"""What officers do beside the plan, and what is written down of it: day, roles, first contacts, households, calls, logs."""
