"""Claims of the paper: each is judged on a variant's couplings, with numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
import xarray as xr

from li_cai_sun_2015.claims import (
    conditions,
    dependence,
    derivation,
    equilibrium,
    existence,
    flux,
    uniqueness,
)
from li_cai_sun_2015.claims.reliability import judge_reliability
from li_cai_sun_2015.claims.study import Study
from li_cai_sun_2015.claims.verdict import Verdict
from li_cai_sun_2015.configuration import model
from li_cai_sun_2015.configuration.units import EnergyUnit
from li_cai_sun_2015.data.variables import labelled
from li_cai_sun_2015.numbered_equations import judge_equations
from steady_coherence.numerics.elementary import log

__all__ = ["Study", "Verdict", "judge", "judge_claims"]

CHECKS: tuple[Callable[[Study], Verdict], ...] = (
    lambda study: existence.steady_coherence_exists(study, 1, "lambda", "Fig. 3(a)"),
    lambda study: existence.steady_coherence_exists(study, 2, "v", "Fig. 3(b)"),
    existence.ladder_has_none,
    dependence.increases_with_difference,
    dependence.small_at_both_ends,
    dependence.v_is_weaker,
    existence.weight_factor_suppresses,
    existence.degeneracy_not_needed,
    uniqueness.steady_state_is_unique,
    uniqueness.determinant_vanishes_only_specially,
    equilibrium.equilibrium_is_gibbs,
    equilibrium.secular_is_diagonal,
    equilibrium.equations_agree_in_equilibrium,
    conditions.condition_19_decides,
    conditions.proportional_baths_are_incoherent,
    conditions.weight_factor_is_as_given,
    flux.flux_is_the_imaginary_coherence,
    flux.secular_flux_vanishes,
    derivation.equations_follow,
    equilibrium.detailed_balance,
)


def judge(
    variant: str, configuration: Mapping[str, Any], datasets: Iterable[xr.Dataset]
) -> tuple[dict[str, Any], xr.Dataset]:
    """Verdicts on the paper's claims, for a variant, and on its equations.

    Parameters
    ----------
    variant : str
        Name of the variant.
    configuration : mapping
        Its resolved configuration.
    datasets : iterable of Dataset
        Its spectra, its steady states by every equation, and the comparison with
        exact solutions.

    Returns
    -------
    verdicts : dict
        Content of claims.json: `variant`, `description`, `unit` (a sentence),
        `claims`, `equations`, `reliability`.
    maps : Dataset
        Regions of temperature in which the claims hold.
    """
    named = {_name(data): data for data in datasets}
    claims, maps = judge_claims(configuration, named)
    verdicts = {
        "variant": variant,
        "description": configuration["description"],
        "unit": EnergyUnit(configuration["three_level"]["mean_energy"]).sentence,
        "claims": [claim.as_dict() for claim in claims],
        "equations": judge_equations(),
        "reliability": judge_reliability(named["trust"], named),
    }
    return verdicts, maps


def _name(dataset: xr.Dataset) -> str:
    if "system" in dataset.attrs:
        return f"{dataset.attrs['system']}/{dataset.attrs['equation']}"
    return "trust" if "order" in dataset else "spectra"


def judge_claims(
    configuration: Mapping[str, Any], datasets: Mapping[str, xr.Dataset]
) -> tuple[list[Verdict], xr.Dataset]:
    """Judge the twenty claims on the couplings of a variant.

    Parameters
    ----------
    configuration : mapping
        Resolved configuration.
    datasets : mapping of str to Dataset
        The variant's results: "spectra", and "{system}/{equation}" for every
        system and equation.

    Returns
    -------
    verdicts : list of Verdict
        One for each claim, in order.
    maps : Dataset
        What the claims that hold in part look like over the searched region.
    """
    study = Study(configuration, datasets)
    return [check(study) for check in CHECKS], claim_maps(study)


def claim_maps(study: Study) -> xr.Dataset:
    """Maps over the searched region, right bath (bath 2) hotter.

    Parameters
    ----------
    study : Study
        The variant.

    Returns
    -------
    Dataset
        Coherence, its logarithmic slope, its ratio to the peak over the lower
        temperature and the gap of the generator, over (system, temperature,
        temperature_difference), and the zeros of the coherence.
    """
    names = ("lambda", "v", "coupled_tls")
    coherence = np.stack([study.coherence_map(name) for name in names])
    with np.errstate(divide="ignore", invalid="ignore"):
        logarithm = np.where(coherence > 0.0, log(coherence), np.nan)
        slope = np.gradient(logarithm, log(study.temperature_difference), axis=-1)
        relative = np.stack([dependence.relative_to_peak(one) for one in coherence])
    gap = np.stack([uniqueness.gap_map(study, name) for name in names])
    zeros = [(name, *point) for name in ("lambda", "v") for point in study.zeros(name)]
    region = ("system", "temperature", "temperature_difference")
    data = {
        "coherence": (region, coherence),
        "coherence_slope": (region, slope),
        "coherence_over_peak": (region, relative),
        "relaxation_gap": (region, gap),
        "zero_system": (("zero",), np.array([zero[0] for zero in zeros], dtype=str)),
        "zero_temperature": (("zero",), np.array([zero[1] for zero in zeros], dtype=float)),
        "zero_temperature_difference": (
            ("zero",),
            np.array([zero[2] for zero in zeros], dtype=float),
        ),
    }
    coordinates = {
        "system": list(names),
        "temperature": study.lower_temperature,
        "temperature_difference": study.temperature_difference,
    }
    section = study.configuration["three_level"]
    plotted = {
        f"plotted_{name}": [float(axis.min()), float(axis.max())]
        for name in ("temperature", "temperature_difference")
        for axis in [model.axis(section[name])]
    }
    return labelled(data, coordinates, study.configuration, "Regions of the claims", **plotted)
