"""Arithmetic that has the same bits on every processor, and what is built of it."""
