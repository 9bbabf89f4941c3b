"""Resumption (复工日报): since when an enterprise works again, and its report of each day."""
