"""Benchmarks of the product against a peer or a raw limit in the same run; see README.md."""
