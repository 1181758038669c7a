"""Verdicts on the numbered equations of the paper, computed.

Every equation from (1) to (B.6) has one row. What follows from other equations is
held against numbers that come from Eqs. (3), (4), (6) and (7) alone, at random
complex, frequency-dependent, positive semidefinite coupling spectra; whether a row
is confirmed or differs is decided by these numbers.
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy as np

from li_cai_sun_2015.numbered_equations.verdicts import DECLARED, Equation, judge

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)


#: Every numbered equation, in the order of the paper.
EQUATIONS: tuple[Equation, ...] = tuple(sorted(DECLARED, key=lambda equation: equation.place))


def judge_equations(seed: int = 1) -> list[dict[str, Any]]:
    """Verdict on each numbered equation, whose random samples are a stream of its own.

    A row has strings, numbers and None: `id`, `where`, `statement`, `verdict` ("confirmed",
    "definition" or "differs"), `how`, `tolerance`, `numbers`, `code` (dotted names), and where the
    equation differs also `printed`, `right` and `changes`.
    """
    return [
        judge(equation, np.random.default_rng([seed, position]))
        for position, equation in enumerate(EQUATIONS)
    ]
