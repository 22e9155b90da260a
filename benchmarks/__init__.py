"""Measurements side by side: ours and a baseline in one run on one machine, so that only their ratio counts."""
