"""One file for each row of the mission: what the reports describe, done through pages and commands.

A test seeds rows that give a report's own figure and reads what the product makes of them on its pages, as one of
the cast, or from the command `fugong`. Nothing here calls an action for the thing under test.
"""
