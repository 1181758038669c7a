"""The Lamb shift: the principal values that Eq. (A.5) sets beside the rates.

With B_i = sum_k g_ik b_k and Eq. (B.1), the one-sided integrals kept whole are

    int_0^inf ds exp(+i eps s) <B_i(s) B_j^dagger> = Gamma-_ji(eps) + i S-_ji(eps)
    int_0^inf ds exp(-i eps s) <B_i^dagger(s) B_j> = Gamma+_ij(eps) - i S+_ij(eps)
    S-_ij(eps) = P int dw/(2 pi) gamma_ij(w) (N(w) + 1) / (eps - w)
    S+_ij(eps) = P int dw/(2 pi) gamma_ij(w)  N(w)      / (eps - w).

The exponent of the second one is opposite to that of Eq. (A.4) as printed, and so is the
sign of its principal value. Both shifts follow from a vacuum part V (N = 1) and a thermal
part: S- = V + thermal, S+ = thermal.

Negative frequencies. A Lorentzian is taken on the whole line: that is where the vacuum
part has its closed form and where a damped mode has this spectrum. On the half line its
thermal part would diverge logarithmically, since N ~ T/w and gamma(0) > 0. Here
N(-w) = -N(w), with the principal value at w = 0 as well. Thus both shifts tend to those of
the vacuum for T -> 0, and S+ to zero. The continuation N(-w) = -1 - N(w) would differ by
the integral of gamma/(2 pi)/(eps - w) over w < 0, the same at every temperature, and would
leave an absorption shift at T = 0, by which an empty bath would drive the system out of its
ground state.

Numerics. Both halves of the line are folded onto w > 0. Around w = eps the integrand is
taken in pairs eps -+ u, near w = 0 in log w, and elsewhere between the breakpoints, on
panels that are halved until rules of 15 and 31 nodes agree at a sample of temperatures.
The error is the sum over all panels of their difference, which is far above the error of
the finer rule where the spectrum is smooth between its breakpoints, plus that of rounding.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, is_dataclass
from functools import lru_cache, partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from steady_coherence.numerics.elementary import exp, log
from steady_coherence.numerics.quadrature import fejer
from steady_coherence.spectra import SMALLEST_EXPONENT, Curve, planck_number
from steady_coherence.support import Support

Real = NDArray[np.float64]
Matrix = NDArray[np.complex128]
Function = Callable[[Real], Real]
#: Integration variable to frequency, eps - frequency and Jacobian; new last axis: one or a pair.
Chart = Callable[[Real], tuple[Real, Real, Real]]
#: Frequencies of the nodes, what multiplies the occupation there, and the rounding error of
#: that; of shape (panels, nodes, 1 or 2).
Block = tuple[Real, Real, Real]


def _nested_rules(count: int) -> tuple[Real, Real, Real]:
    """Nodes on (-1, 1), weights of Fejer's second rule, and of the one on every other node."""
    nodes, fine = fejer(count)
    coarse = np.zeros(count)
    coarse[1::2] = fejer(count // 2)[1]
    return nodes, fine, coarse


def _geometric_steps(first: float, last: float, count: int) -> Real:
    """As numpy.geomspace, with the same bits on every processor."""
    steps = exp(np.linspace(log(first), log(last), count))
    steps[0], steps[-1] = first, last
    return steps


#: Largest error accepted, relative to the largest gamma(w) times 1 (vacuum) or 1 + T/eps.
TOLERANCE = 1e-10
#: Error at which a panel is not halved again, in terms of the rounding error of the integral.
NOISE_MULTIPLE = 3.0
ROUNDING = float(np.finfo(np.float64).eps)
MOST_HALVINGS, MOST_PANELS = 50, 4000
#: Below this fraction of eps a spectrum that begins at w = 0 is a power of w.
SMALLEST = 1e-20
#: Planck's number at w = 50 T is 2e-22.
HIGHEST = 50.0
#: Numbers held at once, to bound the memory.
CHUNK = 2_000_000
NODES, FINE, COARSE = _nested_rules(31)


def principal_value(spectrum: Function, support: Support, eps: float) -> tuple[float, float]:
    """Vacuum part, V(eps) = P int dw/(2 pi) gamma(w)/(eps - w), Eq. (A.5).

    Parameters
    ----------
    spectrum : callable
        gamma(w) >= 0, real.
    support : Support
        Where it lives.
    eps : float
        Transition energy > 0.

    Returns
    -------
    value, error : float
        V (energy) and an estimate of its absolute error: at most `TOLERANCE` times
        the largest gamma(w), plus the effect of rounded frequencies (1e-16 eps/width
        for a narrow spectrum) and what the support neglects.

    Raises
    ------
    ValueError
        If eps is not positive or lies on an end of the domain.
    ArithmeticError
        If the error stays larger than that.
    """
    value, error = _integral(spectrum, support, eps, None)
    return float(value[0]), float(error[0])


def thermal_principal_value(
    spectrum: Function, support: Support, eps: float, temperatures: ArrayLike
) -> tuple[Real, Real]:
    """Thermal part, P int dw/(2 pi) gamma(w) N(w)/(eps - w), at many temperatures.

    Parameters
    ----------
    spectrum, support, eps
        As in `principal_value`. Negative frequencies count with N(-w) = -N(w).
    temperatures : array_like
        T >= 0, any shape.

    Returns
    -------
    values, errors : ndarray, of the shape of `temperatures`
        The integral (energy), zero at T = 0, and an estimate of its absolute error:
        as in `principal_value`, with `TOLERANCE` (1 + T/eps).

    Raises
    ------
    ValueError
        As `principal_value`, or if the integral diverges because a spectrum
        that begins at w = 0 does not vanish there.
    ArithmeticError
        If the error stays larger than that.
    """
    given = np.asarray(temperatures, dtype=float)
    distinct, place = np.unique(given, return_inverse=True)
    values, errors = np.zeros_like(distinct), np.zeros_like(distinct)
    warm = distinct > 1e-200
    if warm.any() and support.low < support.high:
        kept = distinct[warm]
        slope = _low_frequency_part(spectrum, support, eps)
        # Nothing is occupied above; twice eps leaves the pole its neighbourhood.
        high = max(HIGHEST * kept[-1], 2.0 * eps)
        # N < T/w on what an oscillating spectrum neglects.
        farthest = min(abs(end) for end in (support.low, support.high) if end != 0.0)
        cut = support.cut(-high, high, support.neglected / farthest)
        values[warm], errors[warm] = _integral(spectrum, cut, eps, kept)
        values[warm] += slope * kept
        errors[warm] += 1e-14 * slope * kept
    return values[place].reshape(given.shape), errors[place].reshape(given.shape)


def _low_frequency_part(spectrum: Function, support: Support, eps: float) -> float:
    """Integral over 0 < w < SMALLEST eps, divided by T: there N = T/w and gamma ~ w**s."""
    if support.low != 0.0:
        return 0.0
    lowest, double = spectrum(SMALLEST * eps * np.array([1.0, 2.0]))
    if lowest < np.finfo(float).tiny:
        return 0.0
    exponent = float(log(double / lowest) / log(2.0))
    if exponent < 0.5 * SMALLEST_EXPONENT:  # to rounding
        raise ValueError(
            "the thermal Lamb shift diverges for a spectrum that does not vanish at frequency 0: "
            "expected an ohmic exponent above 0, or a table that begins above 0 or with value 0"
        )
    return float(lowest / (2.0 * np.pi * exponent * eps))


def _integral(
    spectrum: Function, support: Support, eps: float, temperatures: Real | None
) -> tuple[Real, Real]:
    """Both functionals: at temperatures that increase, or with N = 1 for None."""
    if not eps > 0.0 or eps in (support.low, support.high):
        raise ValueError(
            f"transition energy {eps:g}, expected a positive one that is not an end of the "
            f"spectrum's range, {support.low:g} to {support.high:g}"
        )
    vacuum = temperatures is None
    states = np.ones(1) if temperatures is None else temperatures
    # A state times this is the occupation at about eps.
    unit = 1.0 if vacuum else 1.0 / eps
    value, error, rounding = (np.zeros_like(states) for _ in range(3))
    if support.low >= support.high:
        return value, error

    def gamma(frequency: Real) -> Real:
        inside = (frequency > support.low) & (frequency < support.high)
        values = np.zeros(frequency.shape)
        values[inside] = spectrum(frequency[inside])
        return values

    def block(chart: Chart, left: Real, right: Real) -> Block:
        half = 0.5 * (right - left)[:, None]
        frequency, detuning, jacobian = chart(left[:, None] + half * (1.0 + NODES))
        scale = half[..., None] * jacobian / (2.0 * np.pi)
        direct, mirrored = gamma(frequency) / detuning, gamma(-frequency) / (eps + frequency)
        # A narrow spectrum feels that frequencies are rounded.
        nearby = frequency * (1.0 + ROUNDING)
        noise = np.abs(gamma(nearby) / detuning - direct)
        noise += np.abs(gamma(-nearby) / (eps + frequency) - mirrored)
        noise += ROUNDING * (np.abs(direct) + np.abs(mirrored))
        return frequency, scale * (direct + (mirrored if vacuum else -mirrored)), scale * noise

    def sums(block: Block, states: Real) -> tuple[Real, Real, Real]:
        """Integral, difference of the two rules and rounding error of every panel."""
        frequency, terms, noise = (array[..., None] for array in block)
        if not vacuum:
            number = planck_number(frequency, states)
            terms, noise = terms * number, noise * number
        nodes = terms.sum(axis=2)
        # Of einsum, products and sums are fused on some processors.
        return (
            (FINE[:, None] * nodes).sum(axis=1),
            np.abs(((FINE - COARSE)[:, None] * nodes).sum(axis=1)),
            (FINE[:, None] * noise.sum(axis=2)).sum(axis=1),
        )

    # Between two samples the occupation is resolved as well as at both.
    samples = _geometric_steps(
        states[0], states[-1], min(2 + int(log(states[-1]) - log(states[0])), 32)
    )
    pieces = _pieces(support, eps)
    rough = [block(chart, edges[:-1], edges[1:]) for chart, edges in pieces]
    peak = max(float(np.max([gamma(part[0]), gamma(-part[0])])) for part in rough)
    noise = np.sum([sums(part, samples)[2].sum(axis=0) for part in rough], axis=0)
    enough = NOISE_MULTIPLE * noise + 1e-15 * peak * unit * samples
    blocks = [
        part
        for chart, edges in pieces
        for part in _refined(
            partial(block, chart), edges, lambda part: (sums(part, samples)[1] > enough).any(axis=1)
        )
    ]

    size = sum(part[0].size for part in blocks)
    for some in np.array_split(np.arange(states.size), -(-states.size * size // CHUNK)):
        for part in blocks:
            of_panels = [array.sum(axis=0) for array in sums(part, states[some])]
            value[some] += of_panels[0]
            error[some] += of_panels[1]
            rounding[some] += of_panels[2]
    accepted = TOLERANCE * peak * (1.0 + unit * states) + 10.0 * rounding
    if (error > accepted).any():
        worst = int(np.argmax(error - accepted))
        raise ArithmeticError(
            f"principal value at transition energy {eps:g} is {value[worst]:g} with an error up "
            f"to {error[worst]:g}, expected at most {accepted[worst]:g}"
        )
    return value, error + rounding + support.neglected * states


def _refined(
    block: Callable[[Real, Real], Block],
    edges: Real,
    is_coarse: Callable[[Block], NDArray[np.bool]],
) -> list[Block]:
    """Panels between the edges, halved until none is too coarse."""
    left, right = edges[:-1], edges[1:]
    blocks = []
    for halvings in range(MOST_HALVINGS + 1):
        found = block(left, right)
        coarse = is_coarse(found)
        # Noise is not resolved by halving: it keeps its error, which is judged later.
        coarse &= halvings < MOST_HALVINGS and coarse.sum() <= MOST_PANELS + edges.size
        blocks.append((found[0][~coarse], found[1][~coarse], found[2][~coarse]))
        if not coarse.any():
            break
        middle = 0.5 * (left + right)[coarse]
        left, right = np.append(left[coarse], middle), np.append(middle, right[coarse])
    return blocks


def _pieces(support: Support, eps: float) -> list[tuple[Chart, Real]]:
    """Charts that cover w > 0 where the folded spectrum lives, with the edges of their panels."""
    low = max(support.low, 0.0)
    ends = np.abs([support.low, support.high])
    begin = 0.0 if support.low <= 0.0 <= support.high else float(ends.min())
    end = float(ends.max())
    radius = min(0.5 * eps, eps - low, support.high - eps) if low < eps < support.high else 0.0
    marks = np.abs([*support.breakpoints, *ends, eps - radius, eps + radius, 2.0 * eps])
    marks = np.unique(marks[(marks > begin) & np.isfinite(marks)])
    # A long panel would hide from both rules what a power of w does at its lower end.
    steps = _geometric_steps(marks[0], marks[-1], 2 + int((log(marks[-1]) - log(marks[0])) / 2.0))
    edges = np.union1d(marks, steps[np.abs(steps - eps) > radius])
    edges = edges[edges < end]
    edges = np.concatenate([[begin], edges, [end] if np.isfinite(end) else []])

    def plain(frequency: Real) -> tuple[Real, Real, Real]:
        frequency = frequency[..., None]
        return frequency, eps - frequency, np.ones_like(frequency)

    def around_pole(distance: Real) -> tuple[Real, Real, Real]:
        pair = distance[..., None] * np.array([1.0, -1.0])
        return eps - pair, pair, np.ones_like(pair)

    def near_zero(logarithm: Real) -> tuple[Real, Real, Real]:
        frequency = exp(logarithm)[..., None]
        return frequency, eps - frequency, frequency

    def tail(inverse: Real) -> tuple[Real, Real, Real]:
        frequency = edges[-1] / inverse[..., None]
        return frequency, eps - frequency, frequency**2 / edges[-1]

    pieces: list[tuple[Chart, Real]] = []
    if begin == 0.0:
        pieces.append((near_zero, np.linspace(log(SMALLEST * eps), log(edges[1]), 5)))
        edges = edges[1:]
    below, above = edges[edges <= eps - radius], edges[edges >= eps + radius]
    if radius > 0.0:
        inside = np.abs(edges[(edges > eps - radius) & (edges < eps + radius)] - eps)
        pieces.append((around_pole, np.unique([0.0, *inside, radius])))
        pieces += [(plain, part) for part in (below, above) if part.size > 1]
    else:
        pieces += [(plain, part) for part in (edges,) if part.size > 1]
    if np.isinf(end):
        pieces.append((tail, np.array([0.0, 1.0])))
    return pieces


@dataclass(frozen=True)
class LambShift:
    """The matrices S-_ij(eps) and S+_ij(eps) of one bath; a `ValueError` if they diverge.

    They are Hermitian, of shape (n_transitions, n_transitions, ...), energies, at a transition
    energy > 0; the last axes are those of the temperatures or occupations.
    """

    #: Spectra, and the Hermitian matrices that they multiply: gamma_ij(w) is their sum.
    parts: Sequence[tuple[Curve, Matrix]]

    def __post_init__(self) -> None:
        for curve, _ in self.parts:
            if curve.divergence:
                raise ValueError(f"the principal values diverge: {curve.divergence}")

    def thermal(self, eps: float, temperatures: ArrayLike) -> tuple[Matrix, Matrix]:
        """S- and S+ at temperatures T >= 0 of any shape, as accurate as the principal values are.

        See `thermal_principal_value`.
        """
        vacuum, thermal = self._vacuum(eps), np.zeros((), dtype=complex)
        given = np.asarray(temperatures, dtype=float)
        for curve, matrix in self.parts:
            values = _worked_out_once(_thermal_part, curve, eps, given.tobytes(), given.shape)
            thermal = thermal + np.multiply.outer(matrix, values)
        return thermal + np.multiply.outer(vacuum, np.ones(given.shape)), thermal

    def occupied(self, eps: float, occupations: ArrayLike) -> tuple[Matrix, Matrix]:
        """S- = (N + 1) V and S+ = N V for an occupation N >= 0, the same at every frequency."""
        vacuum, number = self._vacuum(eps), np.asarray(occupations, dtype=float)
        return np.multiply.outer(vacuum, number + 1.0), np.multiply.outer(vacuum, number)

    def _vacuum(self, eps: float) -> Matrix:
        values = (
            _worked_out_once(_vacuum_part, curve, eps) * matrix for curve, matrix in self.parts
        )
        return np.asarray(sum(values))


# Sets of parameters may differ in something else than a curve and the frequency.


@lru_cache(maxsize=64)
def _vacuum_part(curve: Curve, eps: float) -> float:
    return principal_value(curve, curve.support, eps)[0]


@lru_cache(maxsize=64)
def _thermal_part(curve: Curve, eps: float, temperatures: bytes, shape: tuple[int, ...]) -> Real:
    given = np.frombuffer(temperatures).reshape(shape)
    return thermal_principal_value(curve, curve.support, eps, given)[0]


def _worked_out_once(of_curve: Any, curve: Any, *arguments: Any) -> Any:
    """What a function says of a curve; of one that may change it is not kept."""
    if is_dataclass(curve):
        try:
            return of_curve(curve, *arguments)
        except TypeError:  # not hashable: arrays are among its parameters
            pass
    return of_curve.__wrapped__(curve, *arguments)
