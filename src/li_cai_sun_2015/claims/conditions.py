"""Claims 14, 15 and 26: conditions (19), (20) and (22)."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

import steady_coherence as sc
from li_cai_sun_2015.claims.balance import Couplings
from li_cai_sun_2015.claims.couplings import random_coupling, shared_baths, with_cross
from li_cai_sun_2015.claims.determinant import flat_coupling, relative_determinant
from li_cai_sun_2015.claims.examples import flat_baths, view_at
from li_cai_sun_2015.claims.measures import Array, largest
from li_cai_sun_2015.claims.region import HOTTER
from li_cai_sun_2015.claims.study import Study, claim
from paper_replication.claim import Found, Outcome, not_applicable, text, verdict
from steady_coherence.coupling_spectra import CouplingSpectrum
from steady_coherence.numerics.elementary import geometric_axis
from steady_coherence.observables import coherence_condition

RANDOM = 24
TOLERANCE = 1e-10
#: Of Newton's method, and the step over which a derivative is taken.
NEWTON_STEPS, STEP = 12, 1e-6


@dataclass(frozen=True)
class _Case:
    """A Lambda system and two baths whose cross spectra are multiplied by complex factors."""

    split: float
    couplings: list[CouplingSpectrum]
    temperatures: tuple[float, float]

    def baths(self, factors: ArrayLike) -> list[sc.Bath]:
        return shared_baths(with_cross(self.couplings, factors), *self.temperatures)

    def condition(self, factors: ArrayLike) -> complex:
        """Left-hand side of (19)."""
        return complex(coherence_condition(sc.lambda_system(1.0, self.split), self.baths(factors)))

    def coherence(self, factors: ArrayLike) -> Array:
        """Real and imaginary part of rho_12 in the steady states of n pairs of factors: (2, n)."""
        state = sc.steady_states(sc.lambda_system(1.0, self.split), self.baths(factors))
        return np.array([state["coherence_real"], state["coherence_imag"]])

    def determinant(self, factors: ArrayLike) -> float:
        """Relative determinant (15)."""
        couplings = with_cross(self.couplings, factors)
        return float(relative_determinant(couplings, *self.temperatures, self.split))

    def find_incoherent(self, free: int) -> NDArray[np.complex128] | None:
        """Factors at which Newton's method finds no coherence; one of them is free.

        Its steps are elementary ones: no last bit of a library decides where it ends.
        """

        def factors(at: Array) -> NDArray[np.complex128]:
            both = np.ones((2, len(at)), dtype=complex)
            both[free].real, both[free].imag = at.T
            return both

        at = np.array([0.1, 0.1])
        steps = STEP * np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
        for _ in range(NEWTON_STEPS):
            left, right, above = self.coherence(factors(at + steps)).T
            (a, b), (c, d) = (right - left) / STEP, (above - left) / STEP
            change = np.array([d * left[0] - c * left[1], a * left[1] - b * left[0]])
            # Within this square no factor exceeds one, so that every matrix stays positive.
            at = np.clip(at - change / (a * d - b * c), -0.7, 0.7)
        found = factors(at[None])
        return found[:, 0] if np.abs(self.coherence(found)).max() < TOLERANCE else None


def _drawn(rng: np.random.Generator) -> _Case:
    split = 10.0 ** rng.uniform(-3.0, -0.5)
    left, right = 10.0 ** rng.uniform(-0.7, 0.7, 2)
    return _Case(split, [random_coupling(rng), random_coupling(rng)], (left, right))


@cache
def _searched() -> dict[str, float]:
    """Numbers of random couplings, the same for every variant."""
    rng = np.random.default_rng(14)
    sufficient, real_only, determinants, necessary = [], [], [], []
    for number in range(RANDOM):
        case = _drawn(rng)
        # (19) holds gamma_21: it is conj(x) A + conj(y) B for factors x, y of gamma_12.
        first, second = case.condition((1.0, 0.0)), case.condition((0.0, 1.0))
        root = np.array([1.0, np.conj(-first / second)])
        root = root / np.abs(root).max()
        determinants.append(case.determinant(root))
        real_root = np.array([1.0, -first.real / second.real])
        real_root = real_root / np.abs(real_root).max()
        both = case.coherence(np.transpose([root, real_root])).T.tolist()
        of_root, of_real_root = (abs(complex(*parts)) for parts in both)
        sufficient.append(of_root)
        real_only.append(of_real_root)
        # The other way: an optimiser makes rho_12 vanish, and (19) is looked at there.
        if number < RANDOM // 4:
            found = case.find_incoherent(free=int(np.abs(root).argmin()))
            if found is not None:
                necessary.append(abs(case.condition(found)) / max(abs(first), abs(second)))
    return {
        "largest_coherence_where_19_holds": max(sufficient),
        "largest_coherence_where_only_its_real_part_vanishes": max(real_only),
        "smallest_relative_determinant_there": min(determinants),
        "largest_relative_19_where_an_optimiser_found_no_coherence": max(necessary, default=np.nan),
        "zeros_found_by_the_optimiser": float(len(necessary)),
    }


#: Of |rho_12| where (19) vanishes, and of (19) where |rho_12| does.
VANISHES = 1e-8


@claim(
    number=14,
    where="Section 3, Eq. (19)",
    statement="“it is the necessary condition to guarantee zero quantum coherence”; “if the "
    "steady solution is unique [...], the above condition is also sufficient”",
    sense="Where the steady state is unique, rho_12 = 0 exactly where (19) holds.",
    quantity="|rho_12| where the complex (19) is solved, and |(19)| over its terms where |rho_12| "
    "is driven to zero",
    region=f"{RANDOM} random complex frequency-dependent couplings, energies and temperatures 0.2 "
    "to 5, one complex factor of the cross spectra free; the variant's zeros of claim 1",
    tolerance=VANISHES,
)
def _condition_19_decides(study: Study) -> Outcome:
    coherence, real_only, _, missed, _ = _searched().values()
    on_zeros = _on_the_zeros_of_the_variant(study)
    dark = flat_coupling(0.01, 0.01)
    degenerate = sc.steady_states(study.system("lambda", 0.0), shared_baths([dark, dark], 1.0, 1.0))
    numbers = {**_searched(), **on_zeros, "unique_dark_state_with_19": float(degenerate["unique"])}
    left = on_zeros.get("largest_relative_coherence_on_the_zeros", 0.0)
    is_sufficient, is_necessary = max(coherence, left) < VANISHES, missed < VANISHES
    return Outcome(
        verdict(is_sufficient and is_necessary, is_sufficient or is_necessary),
        "every coupling searched, complex ones included",
        f"|rho_12| = {text(coherence)} where (19) holds; (19) is up to {text(missed)} of its "
        "terms where rho_12 = 0",
        numbers,
        remark="both the real and the imaginary part of (19) are meant: the real part alone leaves "
        f"|rho_12| up to {text(real_only)}",
    )


def _on_the_zeros_of_the_variant(study: Study) -> dict[str, float]:
    """(19) over its terms on the zeros of claim 1, and |rho_12| there over that at twice dT."""
    conditions, coherences = [], []
    for hotter in HOTTER if study.selected(("lambda",)) else ():
        zeros = study.zeros("lambda", hotter)
        lower, difference = zeros[zeros[:, 0] > 0.0].T
        if not lower.size:
            continue
        # With the cross spectrum of one bath at a time, then with both.
        left, right, both = (
            np.abs(study.condition(lower, difference, hotter, factors=factors))
            for factors in ((1.0, 0.0), (0.0, 1.0), (1.0, 1.0))
        )
        conditions.append(largest(both / (left + right)))
        here, above = (
            study.coherence("lambda", lower, factor * difference, hotter) for factor in (1.0, 2.0)
        )
        known = study.balance("lambda", lower, 2.0 * difference, hotter).error < 1e-10
        coherences.append(largest((here / above)[known]))
    if not conditions:
        return {}
    return {
        "largest_relative_19_on_the_zeros": max(conditions),
        "largest_relative_coherence_on_the_zeros": max(coherences),
    }


def _in_proportion(
    spectrum: CouplingSpectrum, energies: Array, weights: tuple[Array, Array]
) -> CouplingSpectrum:
    """Weight a spectrum with one matrix at eps_1 and another at eps_2, linear in between."""
    first, second = energies

    def coupling_spectrum(frequency: ArrayLike) -> NDArray[np.complex128]:
        at = (np.asarray(frequency, dtype=float) - first) / (second - first)
        mixed = np.multiply.outer(1.0 - at, weights[0]) + np.multiply.outer(at, weights[1])
        return np.asarray(spectrum(frequency) * mixed)

    return coupling_spectrum


#: Couplings of (22) and no more: gamma_22 = 2 gamma_11, the right bath three times the left one.
RATIOS = ((0.01, 0.02), (0.03, 0.06))
#: f_L and f_R, and how far the phases of gamma_12 are apart.
APART = {
    "equal_f_and_phases": (0.5, 0.5, 0.0),
    "f_0.5_and_1": (0.5, 1.0, 0.0),
    "phases_1_apart": (0.5, 0.5, 1.0),
}


@claim(
    number=15,
    where="Section 3.2, Eqs. (20) to (22)",
    statement="“non-equilibrium is a necessary but not sufficient condition for the existence of "
    "steady quantum coherence”",
    sense="Couplings in the proportions of (20), and for f_L = f_R > 0 of (22), leave no coherence "
    "however far apart the temperatures are.",
    quantity="largest |rho_12| (absolute)",
    region=f"{RANDOM} random complex frequency-dependent couplings that obey (20) and no more, "
    "temperatures 0.01 to 110; (22) with equal f and phases, and beside it with unequal ones",
    tolerance=TOLERANCE,
)
def _proportional_baths_are_incoherent(study: Study) -> Outcome:
    rng = np.random.default_rng(15)
    cold, difference = geometric_axis(0.1, 10.0, 9)[:, None], geometric_axis(0.01, 100.0, 9)
    split = 0.01
    system = study.system("lambda", split)
    with_20 = 0.0
    for _ in range(RANDOM):
        left = random_coupling(rng)
        one, other, more, extra = 10.0 ** rng.uniform(-1.0, 1.0, 4)
        # (20) fixes gamma_21 and gamma_11 at eps_1, gamma_21 and gamma_22 at eps_2: no more.
        weights = (
            np.array([[one, one], [one, one + more]]),
            np.array([[other + extra, other], [other, other]]),
        )
        right = _in_proportion(left, system.transition_energies, weights)
        for hot in (cold + difference, np.maximum(cold - 0.9 * cold, 0.0)):
            state = sc.steady_states(system, shared_baths([left, right], cold, hot))
            with_20 = max(with_20, largest(state["coherence"]))
    with_22 = {}
    for label, (weight_left, weight_right, phase) in APART.items():
        couplings = [
            flat_coupling(*RATIOS[0], weight_left),
            flat_coupling(*RATIOS[1], weight_right, phase),
        ]
        state = sc.steady_states(system, shared_baths(couplings, 1.0, 2.0))
        with_22[label] = float(state["coherence"])
    numbers = {
        "largest_coherence_with_20": with_20,
        **{f"coherence_with_22_{label}": value for label, value in with_22.items()},
    }
    both = with_20, with_22["equal_f_and_phases"]
    found = Found(numbers, counterexamples=[f"|rho_12| up to {text(max(both))}"])
    found.holds_for.append(
        "(20), complex and frequency-dependent spectra included; (22) with equal f and phases"
    )
    found.remarks = [
        f"(22) is not enough with {label}: |rho_12| = {text(with_22[key])}, for gamma_22 = 2 "
        "gamma_11 in both baths, right three times left, at temperatures 1 and 2"
        for key, label in (
            ("f_0.5_and_1", "f_L = 0.5, f_R = 1"),
            ("phases_1_apart", "phases of gamma_12 one radian apart, though f_L = f_R"),
        )
        if with_22[key] > TOLERANCE
    ]
    if study.coherent("lambda") and any(len(study.zeros("lambda", hotter)) for hotter in HOTTER):
        nor = "where claim 1 names zeros, rho_12 = 0 though (22) is violated"
        found.remarks.append(f"nor needed: {nor}")
    if found.remarks:
        baths = flat_baths((*RATIOS[0], 0.5, 0.0), (*RATIOS[1], 1.0, 0.0))
        changes = {"energy_difference.lambda": split, **baths}
        what = "a coherence although both transitions couple in one proportion"
        found.show(view_at(what, "lambda", (1.0, 1.0), changes=changes))
    return found.outcome(max(both) < TOLERANCE, min(both) < TOLERANCE)


def _pattern_and_violation(couplings: Couplings, energies: Array) -> tuple[bool, float]:
    """Whether couplings have the pattern of Fig. 4(a, b), and by what factor, in ln, (22) fails."""
    left, right = (np.einsum("eii->ei", one(energies)).real for one in couplings)
    pattern = left[0, 0] < right[0, 0] and left[1, 1] > right[1, 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        apart = np.log(left[:, 0] * right[:, 1] / (right[:, 0] * left[:, 1]))
    return bool(pattern), float(np.abs(apart).max())


@claim(
    number=26,
    where="Section 3.2, Fig. 4",
    statement="“We can check that the above strength proportion relation Eq. (22) is violated, and "
    "so is the condition (19).”",
    sense="Couplings with the pattern of Fig. 4(a, b), where transition 1 sees more of bath R at "
    "eps_1 and transition 2 more of bath L at eps_2, violate (22), and have a coherence.",
    quantity="ratio of the two sides of (22) at eps_1 and at eps_2; |rho_12|",
    region="the variant's couplings, if they have this pattern; one Lorentzian a bath for both "
    "transitions; temperatures 1 and 2",
    tolerance=TOLERANCE,
    about=("lambda",),
)
def _figure_4_violates_22(study: Study) -> Outcome:
    energies = study.system("lambda").transition_energies
    split = abs(float(energies[0] - energies[1])) or 0.01
    # One curve a bath for both transitions; they cross between eps_1 and eps_2.
    curves = [sc.Lorentzian(0.02, center, 3.0 * split) for center in (energies[1], energies[0])]
    shared = [sc.InterferingTransitions((one, one), sc.Constant(1.0)) for one in curves]
    stored = study.datasets["spectra"]["example_coherence"]
    numbers = {f"coherence_example_{one['example'].item()}": float(one) for one in stored}
    patterns, apart = {}, {}
    for name, couplings in (("own", study.couplings), ("shared_shape", shared)):
        patterns[name], apart[name] = _pattern_and_violation(couplings, energies)
        numbers |= {
            f"has_the_pattern_{name}": float(patterns[name]),
            f"logarithm_of_the_violation_of_22_{name}": apart[name],
            f"coherence_{name}": float(study.coherence("lambda", 1.0, 1.0, couplings=couplings)),
        }
    if not patterns["own"]:
        return not_applicable("the variant's couplings do not have this pattern", numbers)
    factor = text(np.exp(apart["own"])) if np.isfinite(apart["own"]) else "without bound"
    own = (
        f"the variant's couplings: the proportions differ by a factor {factor}, and |rho_12| = "
        f"{text(numbers['coherence_own'])} at T_L = dT = 1"
    )
    violated = apart["own"] > TOLERANCE
    found = Found(numbers, [own], [] if violated else [own])
    if patterns["shared_shape"] and not apart["shared_shape"] > TOLERANCE:
        found.counterexamples.append(
            "one spectral shape a bath, the same for both transitions: its curves cross between "
            "eps_1 and eps_2, but (22) and (20) hold, and no coherence is left at T_L = dT = 1"
        )
    changes = {
        f"baths.{bath}.{part}": {"shape": "lorentzian", **vars(one)}
        for bath, one in zip(("left", "right"), curves, strict=True)
        for part in ("transition_1", "transition_2")
    }
    if found.counterexamples:
        what = "the pattern of Fig. 4(a, b), but (22) holds"
        found.show(view_at(what, "lambda", (1.0, 1.0), changes=changes))
    return found.outcome(not found.counterexamples, violated)
