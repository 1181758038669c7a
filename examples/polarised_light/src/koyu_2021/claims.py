"""The paper's claims, each with its test."""

import xarray as xr

from koyu_2021.data import printed_ratio, ratio
from paper_replication.claim import Claim, Outcome, percent, text, verdict

TOLERANCE = 1e-11
EVERYWHERE = "every splitting and pumping rate of the variant"


def _ratio_is_as_given(states: xr.Dataset) -> Outcome:
    off = abs(ratio(states) / printed_ratio(states) - 1.0)
    where = off.argmax(...)
    at = f"Delta = {text(float(off[where].splitting))}, r = {text(float(off[where].pumping))}"
    holds = bool(off.max() < TOLERANCE)
    return Outcome(
        verdict(holds, bool((off < TOLERANCE).any())),
        EVERYWHERE,
        f"{at}: off by {percent(float(off.max()))}",
        {"largest_relative_deviation": float(off.max())},
    )


def _polarised_light_alone(states: xr.Dataset) -> Outcome:
    polarised = abs(states["coherence_real"]).min()
    other = states["unpolarised_coherence"].max()
    holds = bool(other < TOLERANCE * polarised)
    return Outcome(
        verdict(holds),
        EVERYWHERE,
        f"without polarisation the coherence is up to {text(float(other))}",
        {
            "smallest_polarised_coherence": float(polarised),
            "largest_unpolarised_coherence": float(other),
        },
    )


CLAIMS = (
    Claim(
        number=1,
        where="abstract",
        statement="A paraphrase: the ratio of steady coherence and excited population is "
        "1/(1 + Delta^2/[gamma (r + gamma)]).",
        sense="The ratio at every splitting and pumping rate.",
        quantity="Re rho_12/n_e of the non-secular equation over the ratio, less one",
        region=EVERYWHERE,
        tolerance=TOLERANCE,
        check=_ratio_is_as_given,
    ),
    Claim(
        number=2,
        where="abstract",
        statement="A paraphrase: it is the polarisation of the light that makes the coherence "
        "steady.",
        sense="No steady coherence without polarisation.",
        quantity="|rho_12| under light without polarisation over that under polarised light",
        region=EVERYWHERE,
        tolerance=TOLERANCE,
        check=_polarised_light_alone,
    ),
)
