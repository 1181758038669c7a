"""Claims 17 and 18: the flux between two coupled two-level systems."""

from __future__ import annotations

import numpy as np
import xarray as xr

from li_cai_sun_2015.claims.study import Study
from li_cai_sun_2015.claims.verdict import NOT_APPLICABLE, Verdict, outcome, text

TOLERANCE = 1e-12


def _largest(values: xr.DataArray) -> float:
    return float(np.nanmax(np.append(np.abs(values), 0.0)))


def _at_unit(study: Study, values: xr.DataArray) -> float:
    """Value at the grid point nearest to T = dT = 1."""
    nearest = values.sel(
        temperature=study.unit, temperature_difference=study.unit, method="nearest"
    )
    return float(nearest)


def flux_is_the_imaginary_coherence(study: Study) -> Verdict:
    """Claim 17: J_1-2 = 4 g Im <E1|rho|E2>, zero at equal temperatures."""
    data = study.datasets["coupled_tls/nonsecular"]
    coupling = study.configuration["coupled_tls"]["coupling"]
    printed = 4.0 * coupling * data["coherence_imag"]
    flux = data["internal_flux"]
    scale = _largest(flux)
    equal = flux.where(flux["temperature_difference"] == 0.0, drop=True)
    at_equal = study.states("coupled_tls", study.lower_temperature, 0.0)["internal_flux"]
    numbers = {
        "largest_flux": scale,
        "largest_flux_minus_printed": _largest(flux - printed),
        "largest_flux_plus_printed": _largest(flux + printed),
        "largest_flux_at_equal_temperatures_grid": _largest(equal),
        "largest_flux_at_equal_temperatures_region": float(np.nanmax(np.abs(at_equal))),
        "largest_sum_of_internal_and_bath_flux": _largest(flux + data["bath_flux"]),
        "flux_near_temperatures_1_and_2": _at_unit(study, flux),
        "printed_near_temperatures_1_and_2": _at_unit(study, printed),
    }
    if scale < TOLERANCE:
        verdict, holds_for, counterexample = NOT_APPLICABLE, "", "there is no flux in this variant"
    else:
        as_printed = numbers["largest_flux_minus_printed"] < TOLERANCE * max(scale, 1.0)
        opposite = numbers["largest_flux_plus_printed"] < TOLERANCE * max(scale, 1.0)
        vanishes = (
            max(
                numbers["largest_flux_at_equal_temperatures_grid"],
                # Rates, and with them what rounding leaves of the flux, grow with T.
                numbers["largest_flux_at_equal_temperatures_region"]
                / (study.lower_temperature[-1] / study.unit),
            )
            < TOLERANCE
        )
        verdict = outcome(as_printed and vanishes, (as_printed or opposite) and vanishes)
        holds_for = (
            "the modulus, 4 |g Im <E1|rho|E2>|, at every point; zero at equal temperatures"
            if verdict != "fails"
            else ""
        )
        counterexample = (
            ""
            if verdict == "holds"
            else "sign: at the grid point nearest to T_1 = dT = "
            f"{study.unit:g} d<sz_1>/dt due to H_S is "
            f"{text(numbers['flux_near_temperatures_1_and_2'])}, the printed 4 g Im <E1|rho|E2> is "
            f"{text(numbers['printed_near_temperatures_1_and_2'])}"
        )
    return Verdict(
        claim=17,
        where="Section 5, Eq. (28)",
        statement="The internal flux between the two TLSs is 4 g times the imaginary part of "
        "their steady coherence, and vanishes at equal temperatures.",
        quantity="-i <[sz_1, H_S]> against 4 g Im <E1|rho|E2> (absolute)",
        region="the variant's grid; equal temperatures 0.01 to 100",
        tolerance=TOLERANCE,
        verdict=verdict,
        holds_for=holds_for,
        counterexample=counterexample,
        numbers=numbers,
    )


def secular_flux_vanishes(study: Study) -> Verdict:
    """Claim 18: the secular equation gives no flux between the TLSs."""
    data = {kind: study.datasets[f"coupled_tls/{kind}"] for kind in ("nonsecular", "secular")}
    secular = data["secular"]
    broken = secular["internal_flux"] + secular["bath_flux"]
    currents = {kind: values["energy_current"].isel(bath=1) for kind, values in data.items()}
    numbers = {
        "largest_internal_flux_secular": _largest(secular["internal_flux"]),
        "largest_internal_flux_nonsecular": _largest(data["nonsecular"]["internal_flux"]),
        "largest_bath_flux_secular": _largest(secular["bath_flux"]),
        "largest_broken_continuity_secular": _largest(broken),
        "energy_current_secular_near_temperatures_1_and_2": _at_unit(study, currents["secular"]),
        "energy_current_nonsecular_near_temperatures_1_and_2": _at_unit(
            study, currents["nonsecular"]
        ),
    }
    flows = numbers["largest_internal_flux_nonsecular"] > TOLERANCE
    zero = numbers["largest_internal_flux_secular"] < TOLERANCE
    unphysical = numbers["largest_broken_continuity_secular"] > TOLERANCE
    note = (
        "zero at every point; but the bath flux J_1-B1 is not (up to "
        f"{text(numbers['largest_bath_flux_secular'])}), so that the balance of (28) is broken, "
        "and energy does flow from bath to bath (near T_1 = dT = 1: "
        f"{text(numbers['energy_current_secular_near_temperatures_1_and_2'])} secular, "
        f"{text(numbers['energy_current_nonsecular_near_temperatures_1_and_2'])} non-secular)"
    )
    return Verdict(
        claim=18,
        where="Section 5, after Eq. (28)",
        statement="By the secular equation no flux runs between the TLSs although their baths "
        "differ in temperature, which cannot be.",
        quantity="secular -i <[sz_1, H_S]>, and its sum with J_1-B1, which is zero in a steady "
        "state that obeys (28) (absolute)",
        region="the variant's grid",
        tolerance=TOLERANCE,
        verdict=outcome(zero and unphysical, zero or unphysical) if flows else NOT_APPLICABLE,
        holds_for=note if zero and unphysical else "",
        counterexample="" if flows and zero else "there is no flux in this variant",
        numbers=numbers,
    )
