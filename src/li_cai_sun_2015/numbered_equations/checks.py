"""What the check of an equation finds in random samples, and the worst of it."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from li_cai_sun_2015.numbered_equations.samples import SAMPLES

Numbers = dict[str, float]


class Corrected(NamedTuple):
    """Deviation of the corrected form of an equation."""

    deviation: float


class Example(NamedTuple):
    """A value by the equation as printed, and the right one."""

    printed: float
    right: float


class Further(NamedTuple):
    """Another number worth telling, the smallest or largest of all samples as its name says."""

    name: str
    value: float


#: What a check finds in one sample; a number on its own is a deviation of the printed form.
Findings = Iterator[float | Corrected | Example | Further]
Check = Callable[[np.random.Generator], Findings]


def deviation(found: ArrayLike, right: ArrayLike, scale: float | None = None) -> float:
    """Largest modulus of a difference over the largest number compared; NaN where one is.

    The largest number is the largest modulus of `right`, if no `scale` is given.
    """
    expected = np.asarray(right)
    unit = float(np.max(np.abs(expected))) if scale is None else scale
    return float(np.max(np.abs(np.asarray(found) - expected)) / unit)


def over_samples(check: Check, rng: np.random.Generator) -> Numbers:
    """Numbers of a check: the worst of what it finds in each of `SAMPLES` random samples.

    These are `samples`, the largest `deviation`, and what else there is to tell: the largest
    `deviation_corrected`, the example with the values furthest apart, and further numbers by their
    names.
    """
    findings = [finding for _ in range(SAMPLES) for finding in check(rng)]
    deviations = [one for one in findings if not isinstance(one, Corrected | Example | Further)]
    numbers: Numbers = {"samples": SAMPLES, "deviation": np.max(deviations)}
    corrected = [one.deviation for one in findings if isinstance(one, Corrected)]
    if corrected:
        numbers["deviation_corrected"] = np.max(corrected)
        # Rounded, so that of pairs equally far apart the first is kept, on every processor.
        as_printed, right = max(
            (one for one in findings if isinstance(one, Example)),
            key=lambda pair: round(abs(pair[0] - pair[1]) / abs(pair[1]), 6),
        )
        numbers |= {"printed_value": as_printed, "right_value": right}
    further: dict[str, list[float]] = {}
    for one in findings:
        if isinstance(one, Further):
            further.setdefault(one.name, []).append(one.value)
    for name, values in further.items():
        numbers[name] = np.min(values) if name.startswith("smallest") else np.max(values)
    return numbers
