"""Claims 11, 12, 13 and 20: baths at one temperature, and the secular equation."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from li_cai_sun_2015.claims.study import Array, Study, random_coupling, shared_baths
from li_cai_sun_2015.claims.verdict import NOT_APPLICABLE, Verdict, outcome, text
from li_cai_sun_2015.configuration import model
from steady_coherence.baths import Bath, dissipation_rates
from steady_coherence.steady_states import steady_states
from steady_coherence.systems import LevelSystem

#: Of ratios of rates, and of what follows from them alone.
TOLERANCE = 1e-12
#: Of steady states: at high temperatures f = 1 leaves a mode that hardly decays, and rounding
#: grows by the ratio of the fastest rate to the slowest.
STEADY = 1e-9
TEMPERATURES = np.geomspace(0.02, 100.0, 41)
RANDOM = 20
SEARCHED = (
    f"the variant's couplings at {TEMPERATURES.size} temperatures {TEMPERATURES[0]:g} to "
    f"{TEMPERATURES[-1]:g}; {RANDOM} random complex frequency-dependent couplings"
)


def gibbs_populations(system: LevelSystem, temperature: Array) -> Array:
    """Populations of the Gibbs state exp(-H_S/T)/Z, Eq. (18), of shape (n_levels, ...)."""
    above = np.subtract(system.energies, min(system.energies))
    weights = np.exp(-np.divide.outer(above, temperature))
    return np.asarray(weights / weights.sum(axis=0))


def _equal_temperatures(study: Study) -> Iterator[tuple[LevelSystem, list[Bath], Array]]:
    """Systems and baths at one temperature: the variant's, then random ones."""
    temperature = study.unit * TEMPERATURES
    for name in (*model.THREE_LEVEL, "coupled_tls"):
        yield study.system(name), study.baths(name, temperature, 0.0), temperature
    rng = np.random.default_rng(11)
    for number in range(RANDOM):
        name = tuple(model.THREE_LEVEL)[number % 3]
        split = study.unit * 10.0 ** rng.uniform(-4.0, -0.5)
        couplings = [random_coupling(rng), random_coupling(rng)]
        yield (
            study.system(name, split),
            shared_baths(couplings, temperature, temperature),
            temperature,
        )


def equilibrium_is_gibbs(study: Study) -> Verdict:
    """Claim 11: at equal temperatures rho_12 = 0 and the state is the Gibbs state."""
    coherence = deviation = 0.0
    unique = []
    for system, baths, temperature in _equal_temperatures(study):
        state = steady_states(system, baths)
        there = np.asarray(state["unique"], dtype=bool)
        unique.append(there.mean())
        coherence = max(coherence, float(np.max(state["coherence"], where=there, initial=0.0)))
        exact = gibbs_populations(system, temperature)
        # Populations far below rounding of the others are fed by terms that nearly cancel.
        relative = np.abs(state["population"] - exact) / np.maximum(exact, 1e-15)
        deviation = max(deviation, float(np.max(relative, where=there, initial=0.0)))
    stored = 0.0
    for name in ("lambda", "v", "xi", "coupled_tls"):
        values = study.datasets[f"{name}/nonsecular"]["coherence"]
        at_equal = values.where(values["temperature_difference"] == 0.0, drop=True)
        stored = max(stored, float(np.nanmax(np.append(at_equal.values, 0.0))))
    frozen = study.states("lambda", 0.0, 0.0)["unique"]
    numbers = {
        "largest_coherence": coherence,
        "largest_coherence_on_the_grids": stored,
        "largest_relative_deviation_from_gibbs": deviation,
        "fraction_unique": float(np.mean(unique)),
        "lambda_unique_at_zero_temperature": float(frozen),
    }
    exact_there = max(coherence, stored) < STEADY and deviation < STEADY
    everywhere = exact_there and numbers["fraction_unique"] == 1.0
    return Verdict(
        claim=11,
        where="Section 3, Eqs. (17) and (18)",
        statement="With both baths at one temperature the steady state is the Gibbs state, "
        "without coherence.",
        quantity="|rho_12|, and relative deviation of the populations from exp(-E/T)/Z",
        region=f"all four systems; {SEARCHED}; T = 0",
        tolerance=STEADY,
        verdict=outcome(everywhere, exact_there),
        holds_for="every T > 0 at which the steady state is unique; at T = 0 both lower levels of "
        "Lambda are stable",
        counterexample=""
        if everywhere
        else "the steady state is not unique at "
        f"{100 * (1 - numbers['fraction_unique']):.3g} % of the points"
        if exact_there
        else f"|rho_12| = {text(coherence)}, deviation {text(deviation)}",
        numbers=numbers,
    )


def secular_is_diagonal(study: Study) -> Verdict:
    """Claim 12: the secular steady state is Eq. (11)."""
    rng = np.random.default_rng(12)
    coherence = deviation = stored = 0.0
    degenerate_variant = False
    for name in model.THREE_LEVEL:
        values = study.datasets[f"{name}/secular"]["coherence"].values
        stored = max(stored, float(np.nanmax(np.append(values, 0.0))))
        split = study.configuration["three_level"]["energy_difference"][name]
        degenerate_variant = degenerate_variant or (split == 0.0 and name != "xi")
        cold, hot = study.unit * 10.0 ** rng.uniform(-1.0, 1.0, (2, 50))
        cases = [(study.system(name), shared_baths(study.couplings, cold, hot))]
        for _ in range(RANDOM // 2):
            system = study.system(name, study.unit * 10.0 ** rng.uniform(-4.0, -0.5))
            cases.append(
                (system, shared_baths([random_coupling(rng), random_coupling(rng)], cold, hot))
            )
        for system, baths in cases:
            state = steady_states(system, baths, "secular")
            coherence = max(coherence, float(np.nanmax(np.append(state["coherence"], 0.0))))
            for number, transition in enumerate(system.transitions):
                emission, absorption = dissipation_rates(baths, transition.energy)
                lower, upper = (
                    state["population"][system.index(level)]
                    for level in (transition.lower, transition.upper)
                )
                # Where a transition sees no bath, or the state is not unique, (11) says nothing.
                with np.errstate(divide="ignore", invalid="ignore"):
                    ratio = emission[number, number].real / absorption[number, number].real
                    relative = np.abs(lower / upper / ratio - 1.0)
                relative = relative[np.isfinite(relative)]
                deviation = max(deviation, float(np.nanmax(np.append(relative, 0.0))))
    degenerate = study.states(
        "lambda", study.unit, study.unit, equation="secular", energy_difference=0.0
    )["coherence"]
    numbers = {
        "largest_coherence": coherence,
        "largest_coherence_on_the_grids": stored,
        "largest_relative_deviation_from_eq_11": deviation,
        "coherence_of_a_degenerate_lambda_system": float(degenerate),
    }
    regular = not degenerate_variant and max(coherence, stored) == 0.0 and deviation < TOLERANCE
    examples = []
    if not regular:
        examples.append(
            f"this variant: |rho_12| up to {text(max(coherence, stored))}, (11) missed by up to "
            f"{text(deviation)}"
        )
    if degenerate > TOLERANCE:
        examples.append(
            "Lambda with eps_1 = eps_2: its cross terms have D_12 = 0 and are kept by the paper's "
            f"own rule, |rho_12| = {text(float(degenerate))} at T_L = dT = {study.unit:g}"
        )
    return Verdict(
        claim=12,
        where="Section 2, Eqs. (9) to (11)",
        statement="The secular steady state has no coherence, at any temperatures, and the "
        "population ratios of (11).",
        quantity="|rho_12|, and relative deviation of n_i/n_e from Gamma-_ii/Gamma+_ii, secular",
        region="the variant's grid; random temperatures 0.1 to 10; random complex couplings; "
        "degenerate levels",
        tolerance=TOLERANCE,
        verdict=outcome(not examples, regular),
        holds_for="eps_1 != eps_2, at every point searched" if regular else "",
        counterexample="; ".join(examples),
        numbers=numbers,
    )


def equations_agree_in_equilibrium(study: Study) -> Verdict:
    """Claim 13: secular and non-secular steady states coincide at equal temperatures."""
    apart, compared = 0.0, 0
    for system, baths, _ in _equal_temperatures(study):
        one, other = (steady_states(system, baths, kind) for kind in ("nonsecular", "secular"))
        both = np.asarray(one["unique"], bool) & np.asarray(other["unique"], bool)
        compared += int(both.sum())
        for name in ("population", "coherence_real", "coherence_imag"):
            difference = np.abs(one[name] - other[name])
            apart = max(apart, float(np.max(difference, where=both, initial=0.0)))
    away = study.states("lambda", study.unit, study.unit)["population"] - np.asarray(
        study.states("lambda", study.unit, study.unit, equation="secular")["population"]
    )
    numbers = {
        "largest_difference": apart,
        "points_compared": float(compared),
        "largest_population_difference_lambda_temperatures_1_and_2": float(np.abs(away).max()),
    }
    holds = apart < STEADY
    return Verdict(
        claim=13,
        where="Section 3, after Eq. (18)",
        statement="At equal temperatures the secular approximation changes nothing.",
        quantity="largest difference of an element of rho between the two equations (absolute)",
        region=f"all four systems; {SEARCHED}",
        tolerance=STEADY,
        verdict=outcome(holds) if compared else NOT_APPLICABLE,
        holds_for="every T > 0 at which the steady states are unique" if holds else "",
        counterexample="" if holds else f"elements differ by {text(apart)}",
        numbers=numbers,
    )


def detailed_balance(study: Study) -> Verdict:
    """Claim 20: Gamma+_ij = exp(-w/T) Gamma-_ij in equilibrium, cross rates included."""
    deviation = 0.0
    unequal = 0.0
    for system, baths, temperature in _equal_temperatures(study):
        for energy in system.transition_energies:
            emission, absorption = dissipation_rates(baths, float(energy))
            # Multiplied out: cross rates of the two baths may cancel.
            error = np.abs(absorption - np.exp(-energy / temperature) * emission)
            scale = np.abs(absorption).max(axis=(0, 1))
            relative = np.divide(error, scale, out=np.zeros_like(error), where=scale > 0.0)
            deviation = max(deviation, float(relative.max()))
    energy = float(study.system("lambda").transition_energies[0])
    emission, absorption = dissipation_rates(study.baths("lambda", study.unit, study.unit), energy)
    ratio = np.abs(absorption) / np.where(np.abs(emission) > 0.0, np.abs(emission), np.nan)
    if np.isfinite(ratio[[0, 0], [0, 1]]).all():
        unequal = float(abs(ratio[0, 1] / ratio[0, 0] - 1.0))
    numbers = {
        "largest_relative_deviation": deviation,
        "cross_over_diagonal_ratio_minus_1_at_temperatures_1_and_2": unequal,
    }
    holds = deviation < TOLERANCE
    return Verdict(
        claim=20,
        where="Section 3, Eq. (17)",
        statement="At equal temperatures absorption and emission rates stand in the ratio "
        "exp(-w/T), the cross rates as well as the diagonal ones.",
        quantity="|Gamma+_ij - exp(-w/T) Gamma-_ij| over the largest |Gamma+_ij|",
        region=f"all four systems; {SEARCHED}",
        tolerance=TOLERANCE,
        verdict=outcome(holds),
        holds_for="every temperature and coupling searched" if holds else "",
        counterexample="" if holds else f"relative deviation {text(deviation)}",
        numbers=numbers,
    )
