"""Judgement: the verdicts on a variant's claims and on the equations, together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import xarray as xr

from li_cai_sun_2015.claims import judge_claims
from li_cai_sun_2015.claims.reliability import judge_reliability
from li_cai_sun_2015.configuration import model
from li_cai_sun_2015.numbered_equations import judge_equations


def judge(
    variant: str, configuration: model.Configuration, datasets: Iterable[xr.Dataset]
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
        Content of claims.json: `variant`, `description`, `claims`, `equations`,
        `reliability`.
    maps : Dataset
        Regions of temperature in which the claims hold.
    """
    named = {_name(data): data for data in datasets}
    claims, maps = judge_claims(configuration, named)
    verdicts = {
        "variant": variant,
        "description": configuration["description"],
        "claims": [claim.as_dict() for claim in claims],
        "equations": judge_equations(),
        "reliability": judge_reliability(named["trust"], named),
    }
    return verdicts, maps


def _name(dataset: xr.Dataset) -> str:
    if "system" in dataset.attrs:
        return f"{dataset.attrs['system']}/{dataset.attrs['equation']}"
    return "trust" if "order" in dataset else "spectra"
