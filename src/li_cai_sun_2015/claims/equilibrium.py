"""Claims 11, 12, 13 and 20: baths at one temperature, and the secular equation."""

from collections.abc import Iterator, Sequence

import numpy as np

from li_cai_sun_2015.claims.couplings import random_coupling, shared_baths
from li_cai_sun_2015.claims.examples import view_at
from li_cai_sun_2015.claims.measures import Array, at_equal_temperatures, largest
from li_cai_sun_2015.claims.study import THREE_LEVEL, Study, claim, title
from li_cai_sun_2015.claims.thermal import beyond_the_equation
from paper_replication.claim import Found, Outcome, not_applicable, percent, text, verdict
from steady_coherence import Bath, LevelSystem, steady_states
from steady_coherence.baths import dissipation_rates
from steady_coherence.generator import dissipator
from steady_coherence.master_equations import DEGENERACY_TOLERANCE, couplings
from steady_coherence.numerics.blocks import whole
from steady_coherence.rates import IMAG, rate_matrices
from steady_coherence.steady_states import Variables

#: Of sums over their terms, and of ratios of rates.
TOLERANCE = 1e-12
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


def drift_of_gibbs(
    system: LevelSystem, baths: Sequence[Bath], temperature: Array, equation: str
) -> float:
    """Largest element of L rho_Gibbs over the sum of the moduli of its terms.

    Where the steady state is unique it is the Gibbs state if this vanishes, however small the
    populations are and however slowly they relax.
    """
    size, population = len(system.levels), gibbs_populations(system, temperature)
    total, moduli = np.zeros((2, size * size, temperature.size), dtype=complex)
    elements = dissipator(system.structure)
    for coupling in couplings(system, baths, equation):
        rates = rate_matrices(coupling, whole(temperature.shape))
        for (row, column), parts in elements.items():
            level, other = divmod(column, size)
            if level != other:
                continue
            for (process, i, j, part), weight in parts.items():
                rate = rates[process, i, j]
                number = rate.imag if part == IMAG else rate.real
                total[row] += weight * number * population[level]
                moduli[row] += abs(weight) * np.abs(rate) * population[level]
    # Terms close to the smallest numbers have no digits to compare.
    known = moduli.real > 1e-290
    return largest(np.abs(np.divide(total, moduli, out=np.zeros_like(total), where=known)))


def _equilibria(study: Study, equation: str) -> list[tuple[LevelSystem, Variables, float]]:
    """Systems at equal temperatures, states and `drift_of_gibbs` by one equation: worked out once.

    Two claims look at them.
    """
    key = ("equilibria", equation)
    if key not in study.known:
        study.known[key] = [
            (
                system,
                steady_states(system, baths, equation),
                drift_of_gibbs(system, baths, TEMPERATURES, equation),
            )
            for system, baths in _equal_temperatures(study)
        ]
    found: list[tuple[LevelSystem, Variables, float]] = study.known[key]
    return found


def _equal_temperatures(study: Study) -> Iterator[tuple[LevelSystem, list[Bath]]]:
    """Systems and baths at one temperature: the variant's, then random ones."""
    for name in study.selected():
        yield study.system(name), study.baths(name, TEMPERATURES, 0.0)
    rng = np.random.default_rng(11)
    for number in range(RANDOM):
        system = study.system(THREE_LEVEL[number % 3], 10.0 ** rng.uniform(-4.0, -0.5))
        random = [random_coupling(rng), random_coupling(rng)]
        yield system, shared_baths(random, TEMPERATURES, TEMPERATURES)


@claim(
    number=11,
    where="Section 3, Eqs. (17) and (18)",
    statement="“in the equilibrium case, all the off-diagonal terms vanish to zero”",
    sense="With both baths at one temperature the steady state of Eq. (12) is the Gibbs state, "
    "without coherence.",
    quantity="each element of L rho with rho = exp(-H_S/T)/Z over the sum of the moduli of its "
    "terms; uniqueness of the steady state",
    region=f"all systems at T > 0; {SEARCHED}",
    tolerance=TOLERANCE,
)
def _equilibrium_is_gibbs(study: Study) -> Outcome:
    coherence, deviation, drift = 0.0, 0.0, 0.0
    unique = []
    for system, state, left in _equilibria(study, "nonsecular"):
        unique.append(float(np.mean(state["unique"])))
        coherence = max(coherence, largest(state["coherence"]))
        exact = gibbs_populations(system, TEMPERATURES)
        deviation = max(deviation, largest(np.abs(state["population"] - exact)))
        drift = max(drift, left)
    stored = [study.stored(name, "nonsecular", "coherence") for name in study.selected()]
    on_grids = [one.values[at_equal_temperatures(one)] for one in stored]
    share_unique = float(np.mean(unique))
    numbers = {
        "largest_coherence": coherence,
        "largest_coherence_on_the_grids": max(map(largest, on_grids), default=0.0),
        "largest_deviation_from_gibbs": deviation,
        "largest_relative_drift_of_gibbs": drift,
        "fraction_unique": share_unique,
    }
    if study.selected(("lambda",)):
        at_zero = study.states("lambda", 0.0, 0.0)["unique"]
        numbers["lambda_unique_at_zero_temperature"] = float(at_zero)
    found = Found(numbers, ["every T > 0 at which the steady state is unique"])
    if drift >= TOLERANCE:
        terms = f"{text(drift)} of the terms of L rho is left"
        found.counterexamples.append(f"the Gibbs state moves: {terms}")
    if share_unique < 1.0:
        lost = ", ".join(
            f"{title(name)} at {percent(1.0 - share)} of the temperatures"
            for name, share in zip(study.selected(), unique, strict=False)
            if share < 1.0
        )
        found.counterexamples.append(f"the steady state is not unique: {lost}")
    remark, further = beyond_the_equation(study)
    numbers |= further
    found.remarks.append(remark)
    return found.outcome(not found.counterexamples, drift < TOLERANCE)


def _deviation_from_11(system: LevelSystem, baths: Sequence[Bath], populations: Array) -> float:
    """Largest relative deviation of population ratios from those of (11)."""
    found = 0.0
    for number, transition in enumerate(system.transitions):
        emission, absorption = (
            rates[number, number].real for rates in dissipation_rates(baths, transition.energy)
        )
        lower, upper = (
            populations[system.index(level)] for level in (transition.lower, transition.upper)
        )
        # Where a transition sees no bath, or the state is not unique, (11) says nothing.
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = lower / upper / (emission / absorption)
            found = max(found, largest(np.abs(ratio - 1.0)))
    return found


@claim(
    number=12,
    where="Section 2, Eqs. (9) to (11)",
    statement="“no matter whether the environment is in equilibrium, we always obtain a steady "
    "state of a diagonal form”",
    sense="For levels that are not degenerate, the secular equation (9) leaves no coherence at any "
    "temperatures, and the population ratios of (11).",
    quantity="|rho_12|, and relative deviation of n_i/n_e from Gamma-_ii/Gamma+_ii, secular",
    region="the variant's grid; random temperatures 0.1 to 10; random complex couplings",
    tolerance=TOLERANCE,
    about=THREE_LEVEL,
)
def _secular_is_diagonal(study: Study) -> Outcome:
    rng = np.random.default_rng(12)
    on_grids, coherence, deviation, known = 0.0, 0.0, 0.0, 0
    outside: list[str] = []  # degenerate levels, of which the argument says nothing
    for name in study.selected(THREE_LEVEL):
        cold, hot = 10.0 ** rng.uniform(-1.0, 1.0, (2, 50))
        searched = [
            (
                study.system(name, 10.0 ** rng.uniform(-4.0, -0.5)),
                shared_baths([random_coupling(rng), random_coupling(rng)], cold, hot),
            )
            for _ in range(RANDOM // 2)
        ]
        if name != "xi" and abs(study.relative(name, "energy_difference")) <= DEGENERACY_TOLERANCE:
            outside.append(title(name))
        else:
            on_grids = max(on_grids, largest(study.stored(name, "secular", "coherence")))
            searched.append((study.system(name), shared_baths(study.couplings, cold, hot)))
        for system, baths in searched:
            state = steady_states(system, baths, "secular")
            known += int(np.sum(state["unique"]))
            coherence = max(coherence, largest(state["coherence"]))
            deviation = max(deviation, _deviation_from_11(system, baths, state["population"]))
    coherence = max(coherence, on_grids)
    numbers = {
        "largest_coherence": coherence,
        "largest_coherence_on_the_grids": on_grids,
        "largest_relative_deviation_from_eq_11": deviation,
    }
    if not known:
        return not_applicable("no secular steady state is unique", numbers)
    found = Found(numbers, ["every point searched"])
    found.counterexamples.append(
        f"|rho_12| up to {text(coherence)}, deviation from (11) up to {text(deviation)}"
    )
    _degenerate_lambda(study, found)
    if outside:
        found.remarks.append(f"degenerate in this variant, left out: {' and '.join(outside)}")
    return found.outcome(max(coherence, deviation) < TOLERANCE)


def _degenerate_lambda(study: Study, found: Found) -> None:
    """Tell what the secular equation gives at eps_1 = eps_2."""
    if not study.selected(("lambda",)):
        return
    state = study.states("lambda", 1.0, 1.0, equation="secular", energy_difference=0.0)
    coherence = float(state["coherence"])
    found.numbers["coherence_of_a_degenerate_lambda_system"] = coherence
    energy = study.system("lambda", 0.0).transition_energies[:1]
    if coherence > 1e-9:
        what = f"|rho_12| = {text(coherence)}"
    # Without cross terms it is a bath that is missing.
    elif not state["unique"] and any(one(energy)[0, 0, 1] for one in study.couplings):
        what = "no steady state is unique"
    else:
        return
    found.remarks.append(
        "outside of its argument: Lambda with eps_1 = eps_2 has cross terms with D_12 = 0, which "
        f"are kept by the paper's own rule, and {what} at T_L = dT = 1"
    )
    what = "a coherence by the secular equation, as the levels are degenerate"
    changes = {"energy_difference.lambda": 0.0}
    found.show(view_at(what, "lambda", (1.0, 1.0), equation="secular", changes=changes))


@claim(
    number=13,
    where="Section 3, after Eq. (18)",
    statement="“the secular approximation is consistent in the case of equilibrium environment”",
    sense="At equal temperatures Eqs. (9) and (12) have one steady state.",
    quantity="L rho with rho = exp(-H_S/T)/Z by both equations, each element over the sum of the "
    "moduli of its terms: where it vanishes both have the Gibbs state; largest difference of an "
    "element of rho between the two",
    region=f"all systems at T > 0; {SEARCHED}",
    tolerance=TOLERANCE,
)
def _equations_agree_in_equilibrium(study: Study) -> Outcome:
    equations = ("nonsecular", "secular")
    apart, drift, compared = 0.0, 0.0, 0
    for both in zip(*(_equilibria(study, equation) for equation in equations), strict=True):
        one, other = (state for _, state, _ in both)
        compared += int(np.sum(one["unique"] & other["unique"]))
        for name in ("population", "coherence_real", "coherence_imag"):
            apart = max(apart, largest(np.abs(one[name] - other[name])))
        drift = max(drift, *(left for *_, left in both))
    numbers = {
        "largest_difference": apart,
        "largest_relative_drift_of_gibbs": drift,
        "points_compared": float(compared),
    }
    if study.selected(("lambda",)):
        full, secular = (
            study.states("lambda", 1.0, 1.0, equation=equation)["population"]
            for equation in equations
        )
        between = largest(np.abs(full - secular))
        numbers["largest_population_difference_lambda_temperatures_1_and_2"] = between
    if not compared:
        return not_applicable("no steady state is unique by both equations", numbers)
    return Outcome(
        verdict(drift < TOLERANCE),
        "every T > 0 at which the steady states are unique",
        f"elements differ by {text(apart)}",
        numbers,
        remark="the two agree by leaving out the same: the coherence in the remark on claim 11",
    )


@claim(
    number=20,
    where="Section 3, Eq. (17)",
    statement="“the dissipation rates [...] satisfy the following relation of micro-reversibility”",
    sense="At equal temperatures Gamma+_ij(w)/Gamma-_ij(w) = exp(-w/T), for the cross rates as "
    "well.",
    quantity="|Gamma+_ij - exp(-w/T) Gamma-_ij| over the largest |Gamma+_ij|",
    region=f"all systems; {SEARCHED}",
    tolerance=TOLERANCE,
)
def _detailed_balance(study: Study) -> Outcome:
    deviation = 0.0
    for system, baths in _equal_temperatures(study):
        for energy in system.transition_energies:
            emission, absorption = dissipation_rates(baths, float(energy))
            # Multiplied out: cross rates of the two baths may cancel.
            error = np.abs(absorption - np.exp(-energy / TEMPERATURES) * emission)
            scale = np.abs(absorption).max(axis=(0, 1))
            relative = np.divide(error, scale, out=np.zeros_like(error), where=scale > 1e-290)
            deviation = max(deviation, largest(relative))
    numbers = {"largest_relative_deviation": deviation}
    if study.selected(("lambda",)):
        energy = float(study.system("lambda").transition_energies[0])
        emission, absorption = map(
            np.abs, dissipation_rates(study.baths("lambda", 1.0, 1.0), energy)
        )
        ratio = absorption / np.where(emission > 0.0, emission, np.nan)
        numbers["cross_over_diagonal_ratio_minus_1_at_temperatures_1_and_2"] = largest(
            np.abs(ratio[0, 1] / ratio[0, 0] - 1.0)
        )
    return Outcome(
        verdict(deviation < TOLERANCE),
        "every temperature and coupling searched",
        f"relative deviation {text(deviation)}",
        numbers,
    )
