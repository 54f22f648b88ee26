"""Benchmarks: `make bench`. They print figures, and ratios of figures measured in the same run; they never pass or fail."""
