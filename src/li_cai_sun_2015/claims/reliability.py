"""Reliability: what the exact solutions and the other master equations say of the paper's."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import xarray as xr

from li_cai_sun_2015.claims.couplings import weighted
from li_cai_sun_2015.claims.exact_baths import rows_of
from li_cai_sun_2015.claims.measures import Array, at_equal_temperatures, largest, share
from li_cai_sun_2015.claims.region import BOTH_WAYS, HOTTER, LOWER
from li_cai_sun_2015.claims.study import COHERENT, COUPLED_TLS, Study, answered, title
from li_cai_sun_2015.claims.thermal import order_of_the_flux
from li_cai_sun_2015.data.exact_comparison import SCANS, STRENGTH
from li_cai_sun_2015.data.exact_study import PROPORTIONS
from paper_replication.claim import certain, percent, text
from steady_coherence import MASTER_EQUATIONS, steady_states
from steady_coherence.baths import dissipation_rates
from steady_coherence.observables import entropy_production

#: Part of the largest flux, or of the rates, that counts as zero.
TOLERANCE = 1e-10
#: Part of 4 |g| (n_E1 + n_E2), more than populations allow as a flux, that is rounding.
ROUNDING = 1e-13
#: What all coupling spectra are multiplied by: those of the variant, and strong ones.
FACTORS = (1.0, 10.0)
#: Part of the largest sum of the |J_a|/T_a that counts as no entropy production.
DISSIPATED = 1e-12


def judge_reliability(study: Study) -> list[dict[str, Any]]:
    """Answer what a reader asks after the verdicts, with numbers, as `answered`.

    The comparison with exact solutions is the study's dataset "trust".
    """
    trust, fluxes = study.datasets["trust"], _coupled_tls(study)
    rows = [
        *(_against_damped_modes(trust) if trust.sizes["system"] else []),
        *rows_of(study.selected()),
        *([_positivity(study), _entropy(study)] if study.selected(COHERENT) else []),
        *([_continuity(fluxes), _equal_temperatures(study, fluxes)] if fluxes else []),
    ]
    return [
        # Without the digits that the difference from an exact solution loses.
        {**row, "numbers": {name: certain(it, digits=6) for name, it in row["numbers"].items()}}
        for row in rows
    ]


def _against_damped_modes(data: xr.Dataset) -> list[dict[str, Any]]:
    """What the errors of the master equations against exact solutions say."""

    def relative(scan: str, at: int) -> xr.DataArray:
        """Error of rho_12 over |rho_12| of the exact solution, of each equation and system."""
        return (data[f"{scan}_error"] / data[f"{scan}_coherence"]).isel({scan: at})

    main, digits = ["nonsecular", "nonsecular_lamb"], "{:.2f}".format
    strength, damping, detuning = (data[scan].values for scan in SCANS)
    usual = int(np.abs(np.log(strength / STRENGTH)).argmin())
    weak, broad, narrow, off = (
        relative(scan, at).sel(equation=main)
        for scan, at in (("strength", 0), ("damping", -1), ("damping", 0), ("detuning", -1))
    )
    there, secular = (relative("strength", usual).sel(equation=one) for one in (main, ["secular"]))
    powers, own = data["order"], data["coherence_order"]
    exact = data["strength_coherence"][:, usual]
    lost = exact["system"].values[(exact < 10.0 * data["strength_truncation"][:, usual]).values]
    real = "real: the exact solution has it"
    if lost.size:
        real = f"not told from truncation ({_several(title(name) for name in lost)})"
    kept = f"{_listed(secular)}: at equal energies it keeps cross terms."
    proportions = " and ".join(
        ":".join(f"{part:g}" for part in parts) for parts in PROPORTIONS.values()
    )
    return [
        answered(
            "Is the steady coherence real, or an artefact of second order?",
            f"With baths in the paper's proportions ({proportions}), each one damped mode, {real}, "
            f"at gamma = {STRENGTH:g} on resonance "
            + _systems(exact, text)
            + f". Relative errors of rho_12 there: {_listed(there)}; "
            + ("the secular equation has none." if (abs(secular - 1.0) < 1e-9).all() else kept),
            {
                **_named(exact, "exact"),
                **_named(there),
                "largest_truncation_error": max(largest(data[f"{s}_truncation"]) for s in SCANS),
            },
        ),
        answered(
            "How fast does each equation become right as the coupling vanishes?",
            f"The error of rho_12 vanishes with the power {_listed(powers, digits)} of gamma at "
            f"fixed splitting, where rho_12 itself goes with the power {_systems(own, digits)}. "
            f"Relative errors at gamma = {strength[0]:.0e}: {_listed(weak)}."
            + (
                " Without the principal values the relative error does not vanish."
                if (abs(powers.sel(equation="nonsecular") - own) < 0.2).all()
                else ""
            ),
            _named(powers, "order") | _named(own, "order_coherence") | _named(weak),
        ),
        answered(
            "How broad must the spectra be?",
            f"At kappa = {text(damping[-1])} the relative errors are: {_listed(broad)};"
            f" at kappa = {text(damping[0])}, near the rates themselves: {_listed(narrow)}.",
            _named(broad, "broad") | _named(narrow, "narrow"),
        ),
        answered(
            "And off resonance, with a splitting as large as the width?",
            f"With the modes {text(detuning[-1])} away the relative errors are: {_listed(off)}."
            + (
                " There the principal values, which the paper drops, make the coherence."
                if (off[0] > 0.5).all() and (off[1] < 0.5).all()
                else ""
            ),
            _named(off),
        ),
    ]


def _systems(values: xr.DataArray, shown: Callable[[float], str] = percent) -> str:
    """Numbers of each system in words."""
    named = zip(values["system"].values, values.values.tolist(), strict=True)
    return ", ".join(
        f"{shown(one) if np.isfinite(one) else 'not told from rounding'} ({title(name)})"
        for name, one in named
    )


def _listed(table: xr.DataArray, shown: Callable[[float], str] = percent) -> str:
    """Numbers of each equation and system in words."""
    return "; ".join(f"{title(row['equation'].item())} {_systems(row, shown)}" for row in table)


def _named(table: xr.DataArray, *prefix: str) -> dict[str, float]:
    """Numbers by equation, if there are several, and system."""
    names = product(*(table[axis].values for axis in table.dims))
    return {
        "_".join([*prefix, *name]): value
        for name, value in zip(names, table.values.ravel().tolist(), strict=True)
    }


def _positivity(study: Study) -> dict[str, Any]:
    numbers: dict[str, float] = {}
    described = []
    for name in study.selected():
        eigenvalue, smallest = (
            study.stored(name, "nonsecular", variable)
            for variable in ("kossakowski_min_eigenvalue", "min_eigenvalue")
        )
        cold = eigenvalue["temperature"].values[:, None]
        hot = cold + eigenvalue["temperature_difference"].values
        # Rank-deficient matrices have eigenvalues that rounding pushes to either side of zero.
        baths = [
            bath.with_state(state)
            for bath, state in zip(study.baths(name, 1.0, 1.0), (cold, hot), strict=True)
        ]
        size = sum(
            np.einsum("ii...", dissipation_rates(baths, float(energy))[0]).real
            for energy in study.system(name).transition_energies
        )
        form = float((eigenvalue.values / study.unit(name) >= -ROUNDING * size).mean())
        numbers[f"fraction_gkls_{name}"] = form
        of_state = "no unique steady state"
        if np.isfinite(smallest).any():
            numbers[f"smallest_eigenvalue_{name}"] = float(smallest.min())
            of_state = f"rho >= {text(float(smallest.min()))}"
        described.append(f"{title(name)}: GKLS form at {percent(form)} of the grid, {of_state}")
    question = "Does the non-secular equation keep states positive?"
    return answered(question, "; ".join(described) + ".", numbers)


def relative_entropy_production(study: Study, name: str, hotter: str, factor: float) -> Array:
    """Entropy production over the searched region, over the largest sum of the |J_a|/T_a.

    All coupling spectra are multiplied by `factor`. NaN where the steady state is not unique.
    """
    baths = [
        replace(bath, coupling_spectrum=weighted(bath.coupling_spectrum, factor))
        for bath in study.baths(name, hotter=hotter)
    ]
    current = steady_states(study.system(name), baths)["energy_current"]
    scale = np.nanmax(entropy_production(-np.abs(current), baths), initial=0.0)
    produced = entropy_production(current, baths)
    return np.asarray(produced / scale) if scale > 0.0 else produced


def _entropy(study: Study) -> dict[str, Any]:
    """Answer where the non-secular equation produces entropy, with numbers."""
    numbers: dict[str, float] = {}
    described = []
    for name in study.selected(COHERENT):
        for factor in FACTORS:
            maps = np.array([relative_entropy_production(study, name, h, factor) for h in HOTTER])
            if not np.isfinite(maps).any():
                continue
            label = f"{name}_gamma_times_{factor:g}"
            negative, least = share(maps < -DISSIPATED, maps), float(np.nanmin(maps))
            numbers[f"fraction_negative_{label}"] = negative
            numbers[f"smallest_{label}"] = min(least, 0.0)
            if negative:
                coldest = LOWER[(maps < -DISSIPATED).any(axis=(0, 2))][0]
                described.append(
                    f"{title(name)} with gamma times {factor:g}: negative at "
                    f"{percent(negative)} of the points, the colder bath at {text(coldest)} or "
                    f"above, down to {least:.2g} of the largest |J_a|/T_a"
                )
    factors = " and ".join(f"{factor:g}" for factor in FACTORS)
    return answered(
        "Does the non-secular steady state produce entropy, as heat from hot to cold?",
        f"Over {BOTH_WAYS}, with all gamma times {factors}: "
        f"{'; '.join(described) or 'nowhere negative'}. The secular equation cannot be, as each "
        "of its baths leads to its Gibbs state (Spohn).",
        numbers,
    )


#: Internal and bath flux of the coupled TLSs by an equation, in units of the mean energy, and what
#: of these is zero.
Fluxes = tuple[xr.DataArray, xr.DataArray, float]


def _continuity(every: Mapping[str, Fluxes]) -> dict[str, Any]:
    numbers = {name: largest(abs(inner + bath)) for name, (inner, bath, _) in every.items()}
    broken = {name: gap for name, gap in numbers.items() if gap > every[name][2]}
    kept = _several(title(name) for name in numbers if name not in broken)
    lost = _several(f"{title(name)} (by up to {gap:.3g})" for name, gap in broken.items())
    return answered(
        "Which equations keep the local balance J_1-2 + J_1-B1 = 0 of (28)?",
        f"{kept} keep it; broken by {lost}.",
        numbers,
    )


def _equal_temperatures(study: Study, every: Mapping[str, Fluxes]) -> dict[str, Any]:
    question = "Which equations give an internal flux at equal temperatures?"
    equal = at_equal_temperatures(next(iter(every.values()))[0])
    if not equal.any():
        return answered(question, "The variant's grid has no equal temperatures.", {})
    numbers = {name: largest(abs(inner.values[equal])) for name, (inner, *_) in every.items()}
    flowing = {name: flux for name, flux in numbers.items() if flux > every[name][2]}
    still = _several(title(name) for name in numbers if name not in flowing)
    found = _several(f"{title(name)} (up to {flux:.3g})" for name, flux in flowing.items())
    answer = f"{found} with these couplings; no flux: {still}."
    order = order_of_the_flux(study)
    if np.isfinite(order):
        numbers["order_in_gamma_with_principal_values"] = order
        answer += (
            f" That of the equation with principal values goes with the power {order:.2f} of "
            "gamma: an artefact of second order, as nothing flows in equilibrium."
        )
    return answered(question, answer, numbers)


def _coupled_tls(study: Study) -> dict[str, Fluxes]:
    """Fluxes by every equation; none without coupled TLSs."""
    found = {}
    # The secular equation, which has no coherence, comes last.
    every = sorted(MASTER_EQUATIONS, key=lambda name: name == "secular")
    for equation in every if COUPLED_TLS in study.selected() else ():
        if f"{COUPLED_TLS}/{equation}" not in study.datasets:
            continue
        internal, bath, population = (
            study.stored(COUPLED_TLS, equation, name)
            for name in ("internal_flux", "bath_flux", "population")
        )
        fluxes = internal / study.unit(COUPLED_TLS), bath / study.unit(COUPLED_TLS)
        inner = abs(population.sel(level=["E1", "E2"])).sum("level")
        bound = 4.0 * abs(study.relative(COUPLED_TLS, "coupling")) * largest(inner)
        flux = max(largest(abs(one)) for one in fluxes)
        found[equation] = (*fluxes, max(ROUNDING * bound, TOLERANCE * flux))
    return found


def _several(names: Iterable[str]) -> str:
    return ", ".join(names) or "none"
