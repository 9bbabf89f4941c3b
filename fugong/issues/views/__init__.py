"""Pages of issues and requests: the loop, filing, without an account, duplicates, who is late."""
