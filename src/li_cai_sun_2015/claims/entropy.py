"""Entropy production of the non-secular steady states: where it is positive, and where not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from li_cai_sun_2015.claims.study import (
    BOTH_WAYS,
    COHERENT,
    HOTTER,
    LOWER_TEMPERATURE,
    Array,
    Study,
    answered,
    share,
    title,
    weighted,
)
from paper_replication.claim import percent, text
from steady_coherence.observables import entropy_production
from steady_coherence.steady_states import steady_states

#: What all coupling spectra are multiplied by: those of the variant, and strong ones.
FACTORS = (1.0, 10.0)
#: Part of the largest sum of the |J_a|/T_a that counts as zero.
TOLERANCE = 1e-12


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


def entropy_row(study: Study) -> dict[str, Any]:
    """Answer where the non-secular equation produces entropy, with numbers."""
    numbers: dict[str, float] = {}
    described = []
    for name in study.selected(COHERENT):
        for factor in FACTORS:
            maps = np.array([relative_entropy_production(study, name, h, factor) for h in HOTTER])
            if not np.isfinite(maps).any():
                continue
            label = f"{name}_gamma_times_{factor:g}"
            negative, least = share(maps < -TOLERANCE, maps), float(np.nanmin(maps))
            numbers[f"fraction_negative_{label}"] = negative
            numbers[f"smallest_{label}"] = min(least, 0.0)
            if negative:
                coldest = LOWER_TEMPERATURE[(maps < -TOLERANCE).any(axis=(0, 2))][0]
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
