"""Blocks of a grid: parts that are worked on together."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from steady_coherence.numerics.boxes import Box, boxes, extent

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True)
class Block:
    """A box of grid points.

    Attributes
    ----------
    index : tuple of slice
        Where it lies along each axis of the grid.
    """

    index: Box

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of points along each axis."""
        return extent(self.index)

    @property
    def size(self) -> int:
        """Number of points."""
        return math.prod(self.shape)

    def part(self, values: NDArray[Number]) -> NDArray[Number]:
        """Part in the block of values that broadcast against the grid; they still broadcast."""
        values = values.reshape((1,) * (len(self.index) - values.ndim) + values.shape)
        lengths = zip(self.index, values.shape, strict=True)
        return values[tuple(along if n > 1 else slice(None) for along, n in lengths)]

    def along_first_axis(self, values: NDArray[Number]) -> NDArray[Number]:
        """Part in the block of values of shape (n,) that lie along the first axis, or (1,)."""
        return self.part(values.reshape(-1, *(1,) * (len(self.index) - 1)))


def whole(shape: Sequence[int]) -> Block:
    """A grid as one block."""
    return Block(tuple(slice(0, length) for length in shape))


def blocks(shape: Sequence[int], limit: int) -> Iterator[Block]:
    """Cut a grid into blocks, each of them contiguous in memory, in the order of memory.

    Parameters
    ----------
    shape : sequence of int
        Lengths of the axes.
    limit : int
        Points in a block at the most, >= 1.

    Yields
    ------
    Block
    """
    return map(Block, boxes(shape, limit))
