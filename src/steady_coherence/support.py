"""Where a function of frequency lives and where it is not smooth, for integrals over it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Support:
    """Domain of a spectrum or a weight factor, with the places that an integral is cut at.

    Attributes
    ----------
    low, high : float
        Domain; the function counts as zero, and is not called, outside.
    breakpoints : tuple of float
        Frequencies at which the function is not smooth, or varies fastest: kinks, nodes of
        tables, maxima.
    reach : tuple of float
        Interval to which the domain is cut if a factor oscillates.
    tail : float
        Bound on what that cut leaves out of an integral (energy).
    neglected : float
        The same, once it is cut.
    """

    low: float = -np.inf
    high: float = np.inf
    breakpoints: tuple[float, ...] = ()
    reach: tuple[float, float] = (np.inf, -np.inf)
    tail: float = 0.0
    neglected: float = 0.0

    def __and__(self, other: Support) -> Support:
        """Support of the root of a product of two functions."""
        return Support(
            max(self.low, other.low),
            min(self.high, other.high),
            tuple(sorted({*self.breakpoints, *other.breakpoints})),
            (min(self.reach[0], other.reach[0]), max(self.reach[1], other.reach[1])),
            max(self.tail, other.tail),
            max(self.neglected, other.neglected),
        )

    def cut(self, low: float, high: float, neglected: float = 0.0) -> Support:
        """Return the part between two frequencies."""
        return replace(self, low=max(self.low, low), high=min(self.high, high), neglected=neglected)
