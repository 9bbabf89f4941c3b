"""The closed loop (问题闭环): found > assessed > assigned > solved > verified, with levels, clocks and hand-overs."""
