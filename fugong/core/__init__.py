"""What every module stands on: audit events, states, refusals, commands, conditions, registers, imports, keys, jobs, documents.

No domain words live here.
"""
