"""Claims of the paper: each is judged on a variant's couplings, with numbers."""

from collections.abc import Iterable
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import numpy as np
import xarray as xr

from li_cai_sun_2015.claims import dependence, uniqueness
from li_cai_sun_2015.claims.region import DIFFERENCE, LOWER
from li_cai_sun_2015.claims.reliability import judge_reliability
from li_cai_sun_2015.claims.study import DECLARED, Study
from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.data.variables import labelled
from li_cai_sun_2015.numbered_equations import judge_equations
from paper_replication.claim import Claim, not_applicable
from steady_coherence.numerics.elementary import log

__all__ = ["CLAIMS", "Study", "judge", "judge_claims"]

#: The unit in all texts, of any variant.
UNIT = (
    "Energies, rates and temperatures are in units of the mean transition energy ε of the system "
    "in question."
)

for _module in iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)

#: The claims by their numbers, which stay what they are when further ones are added.
CLAIMS: tuple[Claim[Study], ...] = tuple(sorted(DECLARED, key=lambda claim: claim.number))


def judge(
    name: str, variant: Variant, datasets: Iterable[xr.Dataset]
) -> tuple[dict[str, Any], xr.Dataset]:
    """Content of claims.json for a variant of some name, and `claim_maps`.

    The datasets are its spectra, its steady states by every equation, and the comparison with exact
    solutions.
    """
    named = {_name(data): data for data in datasets}
    study = Study(variant, named)
    claims, maps = judge_claims(study)
    verdicts = {
        "variant": name,
        "description": variant.description,
        "unit": UNIT,
        "claims": claims,
        "equations": judge_equations(),
        "reliability": judge_reliability(study),
    }
    return verdicts, maps


def _name(dataset: xr.Dataset) -> str:
    if "system" in dataset.attrs:
        return f"{dataset.attrs['system']}/{dataset.attrs['equation']}"
    return "trust" if "order" in dataset else "spectra"


def judge_claims(study: Study) -> tuple[list[dict[str, Any]], xr.Dataset]:
    """Verdicts on the claims, in order, as `judged` gives them, and `claim_maps`.

    Of the study's datasets "spectra" and "{system}/{equation}" are looked at.
    """
    return [judged(claim, study) for claim in CLAIMS], claim_maps(study)


def judged(claim: Claim[Study], study: Study) -> dict[str, Any]:
    """Judge one claim, as `Claim.judged`; one on systems not asked for does not apply."""
    if claim.about and not study.selected(claim.about):
        asked = {*claim.about} & {*study.variant.systems}
        reason = "not on baths of bosons" if asked else "not asked for"
        missing = not_applicable(f"{reason} in this variant: {', '.join(claim.about)}")
        claim = replace(claim, check=lambda _: missing)
    return claim.judged(study)


def claim_maps(study: Study) -> xr.Dataset:
    """Maps over the searched region, right bath hotter, in units of the mean transition energy.

    They have the coherence, its logarithmic slope, its ratio to the peak over the lower temperature
    and the gap of the generator, and are over (system, temperature, temperature_difference); beside
    them stand the zeros of the coherence.
    """
    names = study.selected(("lambda", "v"))
    shape = (len(names), LOWER.size, DIFFERENCE.size)
    coherence = np.reshape([study.known_coherence_map(name) for name in names], shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        logarithm = np.where(coherence > 0.0, log(coherence), np.nan)
        slope = np.gradient(logarithm, log(DIFFERENCE), axis=-1)
    relative = [dependence.relative_to_peak(one) for one in coherence]
    gap = [uniqueness.gap_map(study, name) for name in names]
    zeros = [(name, *point) for name in names for point in study.zeros(name)]
    of_zeros = {"system": str, "temperature": float, "temperature_difference": float}
    region = tuple(of_zeros)
    data = {
        "coherence": (region, coherence),
        "coherence_slope": (region, slope),
        "coherence_over_peak": (region, np.reshape(relative, shape)),
        "relaxation_gap": (region, np.reshape(gap, shape)),
    } | {
        f"zero_{axis}": (("zero",), np.array([zero[at] for zero in zeros], dtype=kind))
        for at, (axis, kind) in enumerate(of_zeros.items())
    }
    coordinates = {"system": names, "temperature": LOWER, "temperature_difference": DIFFERENCE}
    plotted = {
        f"plotted_{axis}": (values[[0, -1]] / study.unit("lambda")).tolist()
        for axis, values in zip(region[1:], study.variant.grid("lambda"), strict=True)
    }
    return labelled(
        data, coordinates, study.variant, "Regions of the claims", relative=True, **plotted
    )
