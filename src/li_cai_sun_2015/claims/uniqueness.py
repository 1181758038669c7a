"""Claims 9 and 10: one steady state, whatever the initial one, and the determinant (15)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import expm
from scipy.optimize import brentq, minimize

from li_cai_sun_2015.claims.study import (
    BOTH_WAYS,
    HOTTER,
    POSITIVE,
    Array,
    Couplings,
    Study,
    coherence_element,
    shared_baths,
    with_cross,
)
from li_cai_sun_2015.claims.verdict import Verdict, outcome, text
from steady_coherence.baths import Bath
from steady_coherence.coupling_spectra import CouplingSpectrum, InterferingTransitions
from steady_coherence.generator import generator_matrix
from steady_coherence.spectra import Flat
from steady_coherence.steady_states import steady_states
from steady_coherence.systems import LevelSystem
from steady_coherence.weight_factors import Constant

#: Eigenvalues of L below this part of the largest one are rounding.
RESOLVED = 1e-12


def spectral_gap(system: LevelSystem, baths: Sequence[Bath]) -> tuple[Array, Array]:
    """Slowest relaxation rate of a generator.

    Parameters
    ----------
    system : LevelSystem
        Levels and transitions.
    baths : sequence of Bath
        The baths, on one grid.

    Returns
    -------
    gap : ndarray, shape of the grid
        Smallest |Re lambda| over all eigenvalues of L but the one nearest to
        zero; NaN where it is lost in the rounding of the largest.
    growth : ndarray, shape of the grid
        Largest Re lambda over the same eigenvalues: negative if all relax.
    """
    values = np.linalg.eigvals(generator_matrix(system, baths, "nonsecular"))
    order = np.argsort(np.abs(values), axis=-1)
    others = np.take_along_axis(values, order, axis=-1)[..., 1:]
    gap = np.abs(others.real).min(axis=-1)
    resolved = gap > RESOLVED * np.abs(others[..., -1])
    return np.where(resolved, gap, np.nan), np.where(resolved, others.real.max(axis=-1), np.nan)


def gap_map(study: Study, name: str) -> Array:
    """Gap of a system's generator over the searched region, right bath hotter."""
    baths = study.baths(name, study.lower_temperature[:, None], study.temperature_difference)
    return spectral_gap(study.system(name), baths)[0]


def initial_states(system: LevelSystem) -> NDArray[np.complex128]:
    """Pure states: each level, and superpositions of the coherent pair and of all levels."""
    size = len(system.levels)
    first, second = coherence_element(system)
    vectors = list(np.eye(size, dtype=complex))
    for phase in (1.0, -1.0, 1j):
        vector = np.zeros(size, dtype=complex)
        vector[first], vector[second] = 1.0, phase
        vectors.append(vector / np.sqrt(2.0))
    vectors.append(np.ones(size, dtype=complex) / np.sqrt(size))
    return np.array([np.outer(vector, vector.conj()) for vector in vectors])


def propagation_spread(
    system: LevelSystem, baths: Sequence[Bath], lifetimes: float = 40.0
) -> float:
    """Largest distance to the steady state after some lifetimes of the slowest mode.

    The gap has to be resolved. The distance is that of an element of rho, over
    the states of `initial_states`.
    """
    gap = float(spectral_gap(system, baths)[0])
    matrix = generator_matrix(system, baths, "nonsecular")
    propagator = expm(matrix * (lifetimes / gap))
    states = initial_states(system)
    final = (states.reshape(len(states), -1) @ propagator.T).reshape(states.shape)
    steady = steady_states(system, baths)
    first, second = coherence_element(system)
    expected = np.diag(steady["population"]).astype(complex)
    expected[first, second] = steady["coherence_real"] + 1j * steady["coherence_imag"]
    expected[second, first] = expected[first, second].conj()
    return float(np.abs(final - expected).max())


def steady_state_is_unique(study: Study) -> Verdict:
    """Claim 9: every initial state, coherent or not, ends in the same steady state."""
    unit = study.unit
    numbers: dict[str, float] = {}
    shares, growths, examples = [], [], []
    spread = 0.0
    for name in ("lambda", "v"):
        system = study.system(name)
        stored = float(study.datasets[f"{name}/nonsecular"]["unique"].mean())
        numbers[f"fraction_unique_{name}_grid"] = stored
        shares.append(stored)
        if stored < 1.0:
            examples.append(f"{name}: not unique in {text(1.0 - stored)} of the variant's grid")
        for hotter in HOTTER:
            lower, above = study.lower_temperature[::2], study.temperature_difference[::2]
            baths = study.baths(name, lower[:, None], above, hotter)
            state = steady_states(system, baths)
            gap, growth = spectral_gap(system, baths)
            shares.append(float(np.mean(state["unique"])))
            growths.append(float(np.max(growth, where=np.isfinite(growth), initial=-np.inf)))
            label = f"{name}_{hotter}_hotter"
            numbers |= {
                f"fraction_unique_{label}": shares[-1],
                f"fraction_density_matrix_{label}": float(
                    np.mean(state["min_eigenvalue"] >= -POSITIVE)
                ),
                f"fraction_gap_resolved_{label}": float(np.isfinite(gap).mean()),
                f"smallest_resolved_gap_{label}": float(
                    np.min(gap, where=np.isfinite(gap), initial=np.inf)
                ),
                f"largest_growth_rate_{label}": growths[-1],
            }
            if growths[-1] > 0.0:
                row, column = np.argwhere(growth == growths[-1])[0]
                examples.append(
                    f"{name}, {hotter} bath hotter, lower temperature {text(lower[row])}, dT = "
                    f"{text(above[column])}: a mode of the generator grows at the rate "
                    f"{text(growths[-1])}, and no density matrix is steady"
                )
            elif shares[-1] < 1.0:
                row, column = np.argwhere(~np.asarray(state["unique"], dtype=bool))[0]
                examples.append(
                    f"{name}, {hotter} bath hotter, lower temperature {text(lower[row])}, dT = "
                    f"{text(above[column])}: a second zero mode"
                )
        for cold, difference in ((1.0, 1.0), (1.0, 0.0), (0.2, 0.1), (0.0, 1.0)):
            baths = study.baths(name, cold * unit, difference * unit)
            resolved = np.isfinite(spectral_gap(system, baths)[0])
            if resolved and steady_states(system, baths)["unique"]:
                spread = max(spread, propagation_spread(system, baths))
        numbers |= {
            f"gap_{name}_temperatures_1_and_2": float(
                spectral_gap(system, study.baths(name, unit, unit))[0]
            ),
            f"unique_{name}_one_bath_at_zero": float(study.states(name, 0.0, unit)["unique"]),
            f"unique_{name}_both_baths_at_zero": float(study.states(name, 0.0, 0.0)["unique"]),
        }
    numbers["largest_distance_after_propagation"] = spread
    tolerance = 1e-9
    if spread >= tolerance:
        examples.append(f"propagated states stay {text(spread)} apart from the steady one")
    holds = min(shares) == 1.0 and not examples
    return Verdict(
        claim=9,
        where="Section 3, after Eq. (16)",
        statement="The steady state is the only one and does not remember the initial state: no "
        "decoherence-free subspace.",
        quantity="distance to the steady state after 40 lifetimes of the slowest mode, from each "
        "level and four superpositions; spectrum of the generator (gap: smallest nonzero "
        "|Re lambda|)",
        region=f"Lambda and V; the variant's grid; {BOTH_WAYS}, every second point; one and both "
        "baths at T = 0",
        tolerance=tolerance,
        verdict=outcome(holds, min(shares) > 0.0),
        holds_for=(
            "every temperature pair with one bath above T = 0; at both at T = 0 the two lower "
            "levels of Lambda are stable, and towards it its lifetime grows as exp(eps/T)"
        )
        if holds
        else f"a fraction of at least {text(min(shares))} of the region",
        counterexample="; ".join(examples),
        numbers=numbers,
    )


def determinant(system: LevelSystem, baths: Sequence[Bath]) -> Array:
    """Determinant of the coefficients of n_1, n_2, tau_12 and tau_21 in Eq. (14)."""
    matrix = generator_matrix(system, baths, "nonsecular")
    size = len(system.levels)
    first, second = coherence_element(system)
    kept = [
        first * size + first,
        second * size + second,
        first * size + second,
        second * size + first,
    ]
    return np.asarray(np.linalg.det(matrix[..., np.ix_(kept, kept)[0], kept]).real)


def relative_determinant(system: LevelSystem, couplings: Couplings, *temperatures: object) -> Array:
    """Determinant over its value without cross spectra: 1 at f = 0, 0 where it vanishes."""
    left, right = (np.asarray(temperature, dtype=float) for temperature in temperatures)
    full = determinant(system, shared_baths(couplings, left, right))
    without = with_cross(couplings, (0.0, 0.0))
    scale = determinant(system, shared_baths(without, left, right))
    return np.asarray(np.divide(full, scale, out=np.zeros_like(full), where=scale != 0.0))


def flat_coupling(
    first: float, second: float, weight: float = 1.0, phase: float = 0.0
) -> CouplingSpectrum:
    """Coupling spectrum of flat gamma_11, gamma_22, f and phase."""
    return InterferingTransitions((Flat(first), Flat(second)), Constant(weight), phase)


def determinant_vanishes_only_specially(study: Study) -> Verdict:
    """Claim 10: det = 0 is special."""
    unit = study.unit
    system, degenerate = study.system("lambda"), study.system("lambda", 0.0)
    cold = study.lower_temperature[:, None]
    hot = cold + study.temperature_difference
    of_variant = np.stack(
        [
            relative_determinant(system, study.couplings, *temperatures)
            for temperatures in ((cold, hot), (hot, cold))
        ]
    )
    strength = float(study.couplings[0](system.transition_energies[:1])[0, 0, 0].real)
    strength = strength or 0.01 * unit
    dark = [flat_coupling(strength, strength)] * 2
    proportional = [
        flat_coupling(strength, 2.0 * strength),
        flat_coupling(3.0 * strength, 6.0 * strength),
    ]
    phases = [dark[0], flat_coupling(strength, strength, phase=0.5)]
    numbers = {
        "smallest_relative_determinant": float(of_variant.min()),
        "largest_relative_determinant_equal_gammas": float(
            np.abs(relative_determinant(degenerate, dark, cold, hot)).max()
        ),
        "largest_relative_determinant_proportional_gammas": float(
            np.abs(relative_determinant(degenerate, proportional, cold, hot)).max()
        ),
        "relative_determinant_phases_0.5_apart": float(
            relative_determinant(degenerate, phases, unit, 2.0 * unit)
        ),
        "determinant_both_baths_at_zero": float(
            determinant(system, study.baths("lambda", 0.0, 0.0))
        ),
        **_least_determinant(study),
        **_steep_spectra(study, strength),
    }
    # One bath at T = 0, degenerate levels, f = 1: a dark state that is reached from everywhere.
    crossed = [flat_coupling(strength, 2.0 * strength), flat_coupling(2.0 * strength, strength)]
    pumped = steady_states(degenerate, shared_baths(crossed, 0.0, unit))
    numbers |= {
        "relative_determinant_one_bath_at_zero": float(
            np.abs(relative_determinant(degenerate, crossed, 0.0, unit))
        ),
        "unique_one_bath_at_zero": float(pumped["unique"]),
        "coherence_one_bath_at_zero": float(pumped["coherence"]),
    }
    tolerance = 1e-10
    special = numbers["largest_relative_determinant_equal_gammas"] < tolerance
    regular = numbers["smallest_relative_determinant"] > tolerance
    others = []
    if numbers["largest_relative_determinant_proportional_gammas"] < tolerance:
        others.append(
            "gammas need not be equal: eps_1 = eps_2, f = 1 and gamma_22 = 2 gamma_11 in both "
            "baths (strengths 1 and 3) give det = 0 at every temperature pair"
        )
    if "steepness_of_a_zero" in numbers:
        others.append(
            "levels need not be degenerate: |eps_1 - eps_2| = "
            f"{text(numbers['steep_difference'])}, f = 1 and spectra that differ by a factor "
            f"{text(np.exp(numbers['steepness_of_a_zero']))} between eps_1 and eps_2 give a "
            f"relative det of {text(numbers['steep_relative_determinant'])} at temperatures 1 and 2"
        )
    if numbers["relative_determinant_one_bath_at_zero"] < tolerance and pumped["unique"]:
        others.append(
            "det = 0 does not exclude a unique steady state: eps_1 = eps_2, f = 1, Fig. 3's "
            "proportions, T_L = 0 has det = 0 and a unique dark state with |rho_12| = "
            f"{numbers['coherence_one_bath_at_zero']:.6f}"
        )
    if not regular:
        others.insert(
            0, f"the variant itself has a relative det of {text(float(of_variant.min()))}"
        )
    return Verdict(
        claim=10,
        where="Section 3, Eqs. (15) and (16)",
        statement="The determinant of (14) vanishes only in special cases, such as degenerate "
        "levels with four equal gammas and f = 1, and there at every temperature pair.",
        quantity="determinant of the generator's block of n_1, n_2, rho_12, rho_21 over its value "
        "without cross spectra; its zeros by a root search and its least value by an optimiser",
        region=f"{BOTH_WAYS}; degenerate and steep spectra; weights, phases and three strength "
        "ratios at degenerate levels",
        tolerance=tolerance,
        verdict=outcome(special and regular and not others, special),
        holds_for=f"the case named, and the variant's couplings, where det is at least "
        f"{text(float(of_variant.min()))} of its value without cross spectra"
        if special and regular
        else "the case named"
        if special
        else "",
        counterexample="; ".join(others),
        numbers=numbers,
    )


def _least_determinant(study: Study) -> dict[str, float]:
    """Where an optimiser drives the determinant of degenerate levels to zero."""
    degenerate, unit = study.system("lambda", 0.0), study.unit

    def couplings(at: Array) -> list[CouplingSpectrum]:
        strengths = 0.01 * unit * np.exp(np.append(0.0, at[:3]))
        weights = np.cos(at[3:5]) ** 2
        return [
            flat_coupling(strengths[0], strengths[1], weights[0]),
            flat_coupling(strengths[2], strengths[3], weights[1], float(at[5])),
        ]

    def objective(at: Array) -> float:
        return float(relative_determinant(degenerate, couplings(at), unit, 2.0 * unit))

    start = np.array([0.8, 0.3, -0.4, 0.5, 0.4, 0.6])
    found = minimize(
        objective, start, method="L-BFGS-B", options={"ftol": 1e-16, "gtol": 1e-12, "maxiter": 200}
    )
    weights = np.cos(found.x[3:5]) ** 2
    return {
        "least_relative_determinant_found": float(found.fun),
        "there_smallest_weight_factor": float(weights.min()),
        "there_ratio_of_gammas_left": float(np.exp(found.x[0])),
        "there_ratio_of_gammas_right": float(np.exp(found.x[2] - found.x[1])),
        "there_phase_difference": float(found.x[5]),
    }


def _steep_spectra(study: Study, strength: float) -> dict[str, float]:
    """Spectra so steep that det = 0 although the levels are not degenerate."""
    split = abs(float(study.system("lambda").transition_energies @ (1.0, -1.0)))
    split = split or 0.01 * study.unit
    system, unit = study.system("lambda", split), study.unit
    first, second = system.transition_energies

    def couplings(steepness: float) -> list[CouplingSpectrum]:
        """gamma_11 falls and gamma_22 rises with frequency, both are `strength` at their own."""

        def one(frequency: ArrayLike) -> NDArray[np.complex128]:
            at = np.asarray(frequency, dtype=float)
            exponents = np.array([first - at, at - second]) * (steepness / split)
            roots = np.sqrt(strength * np.exp(exponents))
            return np.asarray(np.einsum("in,jn->nij", roots, roots), dtype=complex)

        return [one, one]

    def relative(steepness: float) -> float:
        return float(relative_determinant(system, couplings(steepness), unit, 2.0 * unit))

    highest = 8.0
    if relative(0.0) * relative(highest) > 0.0:
        return {}
    root = float(brentq(relative, 0.0, highest, xtol=1e-15))
    return {
        "steep_difference": split,
        "steepness_of_a_zero": root,
        "steep_relative_determinant": abs(relative(root)),
    }
