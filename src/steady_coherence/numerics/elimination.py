"""Elimination: what a rate equation settles to, level by level.

    0 = sum_m ( r_km n_m - r_mk n_k )

Levels are eliminated without a subtraction (Grassmann, Taksar and Heyman, Operations
Research 33, 1107, 1985), so that populations keep their relative accuracy down to
exp(-eps/T) of any size.
"""

from collections.abc import Iterator, Sequence

from steady_coherence.numerics.tape import Number, inverse, modulus


class Elimination:
    """The levels of a rate equation, eliminated from the front of an order.

    The last two are treated alike, because either may be a dead end: the two lower levels of
    a Lambda system when one of them is not pumped. The rates m -> k between levels are at [k][m],
    and their sizes the sums of the moduli of what each rate is a sum of.
    """

    def __init__(
        self, rates: list[list[Number]], sizes: list[list[Number]], order: Sequence[int]
    ) -> None:
        self._rates = rates = [list(row) for row in rates]
        sizes = [list(row) for row in sizes]
        self._order = order
        self._scales: list[Number] = []
        self.pivots: list[Number] = []  #: what is divided by
        #: By how much a relative change of one of all that the rates are sums of may change each
        #: pivot, to first order: times a rounding, it is the error of the pivot.
        self.doubts: list[Number] = []
        for level, remaining in self._steps():
            self.pivots.append(sum((rates[k][level] for k in remaining), 0.0))
            self.doubts.append(sum((sizes[k][level] for k in remaining), 0.0))
            scale = inverse(self.pivots[-1])
            self._scales.append(scale)
            for k in remaining:
                share = rates[k][level] * scale
                doubt = (sizes[k][level] + modulus(share) * self.doubts[-1]) * modulus(scale)
                for m in remaining:
                    if m != k:
                        arriving = modulus(share) * sizes[level][m]
                        arriving = arriving + doubt * modulus(rates[level][m])
                        sizes[k][m] = sizes[k][m] + arriving
                        rates[k][m] = rates[k][m] + share * rates[level][m]
        low, high = order[-2:]
        self.pivots.append(rates[low][high] + rates[high][low])
        self.doubts.append(sizes[low][high] + sizes[high][low])

    def _steps(self) -> Iterator[tuple[int, Sequence[int]]]:
        """Each level that is eliminated, with those that remain."""
        for position, level in enumerate(self._order[:-2]):
            yield level, self._order[position + 1 :]

    def weights(self) -> list[Number]:
        """Stationary distribution, not normalised."""
        low, high = self._order[-2:]
        # Divided, so that no product of two small rates underflows.
        scale = inverse(self.pivots[-1])
        last = {low: self._rates[low][high] * scale, high: self._rates[high][low] * scale}
        return self._filled(last, [0.0] * len(self._order))

    def reply(self, sources: list[Number]) -> list[Number]:
        """A distribution whose changes cancel some others, which sum to zero."""
        sources = list(sources)
        for (level, remaining), scale in zip(self._steps(), self._scales, strict=True):
            for k in remaining:
                sources[k] = sources[k] + self._rates[k][level] * (sources[level] * scale)
        low, high = self._order[-2:]
        moved = sources[high] * inverse(self.pivots[-1])
        return self._filled({low: -moved, high: moved}, sources)

    def _filled(self, known: dict[int, Number], sources: list[Number]) -> list[Number]:
        """Populations of all levels, from those of the last two."""
        for (level, _), scale in reversed([*zip(self._steps(), self._scales, strict=True)]):
            arriving = sum((self._rates[level][m] * known[m] for m in known), 0.0)
            known[level] = scale * (arriving + sources[level])
        return [known[level] for level in range(len(self._order))]
