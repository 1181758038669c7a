"""Variants of the paper's parameters: keys, ranges, units, and what an error says."""
