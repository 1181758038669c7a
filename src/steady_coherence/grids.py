"""Blocks of a grid: parts that are worked on together."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)


@dataclass(frozen=True)
class Block:
    """A box of grid points.

    Attributes
    ----------
    index : tuple of slice
        Where it lies along each axis of the grid.
    """

    index: tuple[slice, ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of points along each axis."""
        return tuple(along.stop - along.start for along in self.index)

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
    """Cut a grid into boxes, each of them contiguous in memory.

    Parameters
    ----------
    shape : sequence of int
        Lengths of the axes.
    limit : int
        Points in a box at the most, >= 1.

    Yields
    ------
    Block
        In the order of memory: single points along the first axes, a range along
        one, and all of the others.
    """
    axis, inner = len(shape), 1
    while axis and inner * shape[axis - 1] <= limit:
        axis -= 1
        inner *= shape[axis]
    ranges = [[slice(k, k + 1) for k in range(length)] for length in shape[:axis]]
    if axis:
        length, step = shape[axis - 1], max(limit // inner, 1)
        ranges[-1] = [slice(k, min(k + step, length)) for k in range(0, length, step)]
    inside = whole(shape[axis:]).index
    for leading in itertools.product(*ranges):
        yield Block((*leading, *inside))
