"""Steady quantum coherence of few-level systems between baths at different temperatures."""

__version__ = "0.1.0"
