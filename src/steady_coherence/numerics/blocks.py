"""Cut grids into boxes: parts that are stored, or as a block worked on, together."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Number = TypeVar("Number", bound=np.generic)
Box = tuple[slice, ...]


def number_of_boxes(shape: Sequence[int], points: int) -> int:
    """Number of boxes of some points at the most that an array is cut into, outer axes first."""
    axis, length = _cut(shape, points)
    return math.prod(shape[:axis]) * math.ceil(shape[axis] / length)


def box(shape: Sequence[int], points: int, number: int) -> Box:
    """One of the boxes, numbered from 0 in the order of the array in memory.

    It has outer dimensions at one index, a range along the next, inner dimensions in full: the box
    is contiguous in memory. All ranges are of the same length; the last may be shorter. If there is
    no such box, it is an `IndexError`.
    """
    if not 0 <= number < number_of_boxes(shape, points):
        raise IndexError(f"box {number}, expected 0 to {number_of_boxes(shape, points) - 1}")
    axis, length = _cut(shape, points)
    number, piece = divmod(number, math.ceil(shape[axis] / length))
    outer = []
    for size in reversed(shape[:axis]):
        number, index = divmod(number, size)
        outer.append(slice(index, index + 1))
    cut = slice(piece * length, min((piece + 1) * length, shape[axis]))
    return (*reversed(outer), cut, *(slice(0, size) for size in shape[axis + 1 :]))


def boxes(shape: Sequence[int], points: int) -> Iterator[Box]:
    """All boxes in their order."""
    return (box(shape, points, number) for number in range(number_of_boxes(shape, points)))


def extent(part: Box) -> tuple[int, ...]:
    """Shape of a box."""
    return tuple(one.stop - one.start for one in part)


def _cut(shape: Sequence[int], points: int) -> tuple[int, int]:
    """Dimension to be cut into ranges, and their length: as even as may be."""
    inner = 1
    for axis in reversed(range(len(shape))):
        if inner * shape[axis] > points or axis == 0:
            ranges = math.ceil(shape[axis] / max(points // inner, 1))
            return axis, math.ceil(shape[axis] / ranges)
        inner *= shape[axis]
    raise ValueError("the array has no dimension")


@dataclass(frozen=True)
class Block:
    """A box of grid points."""

    index: Box  #: where it lies along each axis of the grid

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
    """Cut a grid into blocks of so many points at the most, each of them contiguous in memory."""
    return map(Block, boxes(shape, limit))
