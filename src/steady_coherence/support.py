"""Where a function of frequency lives and where it is not smooth, for integrals over it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np


@dataclass(frozen=True)
class Support:
    """Domain of a spectrum or a weight factor, with the places that an integral is cut at.

    Outside of `low` to `high` the function counts as zero, and is not called.
    """

    low: float = -np.inf
    high: float = np.inf
    #: Frequencies at which it is not smooth, or varies fastest: kinks, nodes of tables, maxima.
    breakpoints: tuple[float, ...] = ()
    reach: tuple[float, float] = (np.inf, -np.inf)  #: domain after a cut if a factor oscillates
    tail: float = 0.0  #: bound on what that cut leaves out of an integral (energy)
    neglected: float = 0.0  #: the same, once it is cut

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
