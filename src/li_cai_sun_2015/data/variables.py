"""Names, units and provenance of the datasets of this paper."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from li_cai_sun_2015.configuration.units import EnergyUnit
from li_cai_sun_2015.configuration.variant import Variant
from paper_replication import datasets
from steady_coherence import __version__

if TYPE_CHECKING:
    import xarray as xr  # slow to import: chunks of a sweep do without

#: Stands for the variant's unit of every energy, temperature and rate.
ENERGY = "energy"

VARIABLES: datasets.Variables = {
    "coupling_spectrum_real": (ENERGY, "real part of the coupling spectrum gamma_ij(w), Eq. (7)"),
    "coupling_spectrum_imag": (ENERGY, "imaginary part of the coupling spectrum gamma_ij(w)"),
    "weight_factor": ("1", "weight factor f(w) of the cross spectrum, Eq. (8)"),
    "site_coupling_spectrum": (ENERGY, "coupling spectrum of the bath of each coupled TLS"),
    "transition_energy": (ENERGY, "energy eps_i of a transition of a three-level system"),
    "example_coupling_spectrum": (ENERGY, "gamma_ii(w) of the two examples for Fig. 4"),
    "example_condition_real": ("1", "real part of the left-hand side of (19) for an example"),
    "example_condition_imag": ("1", "imaginary part of the left-hand side of (19) for an example"),
    "example_coherence": ("1", "|rho_12| of the Lambda system with the spectra of an example"),
    "example_temperature": (ENERGY, "temperatures T_L and T_R of the examples"),
    "isotropic_weight_factor": ("1", "f(x) of two atoms in an isotropic field, Eq. (B.6)"),
    "direction_average": ("1", "f(x) by numerical average over directions of the wave vector"),
    "dipole_weight_factor": ("1", "f(x) of two parallel dipoles in the electromagnetic field"),
    "polarisation_average": (
        "1",
        "the same by numerical average over directions and polarisations",
    ),
    "level_energy": (ENERGY, "energy E_n of a level"),
    "population": ("1", "population of a level"),
    "coherence_real": ("1", "real part of rho_12"),
    "coherence_imag": ("1", "imaginary part of rho_12"),
    "coherence": ("1", "modulus of rho_12"),
    "residual": ("1", "norm of L rho over norm of L, populations and coherence"),
    "min_eigenvalue": ("1", "smallest eigenvalue of rho"),
    "kossakowski_min_eigenvalue": (
        ENERGY,
        "smallest eigenvalue of the Kossakowski matrices; the equation is of GKLS form where >= 0",
    ),
    "unique": ("1", "whether the steady state is unique; where not, all values are NaN"),
    "energy_current": (f"{ENERGY}^2", "energy current out of a bath, hbar = 1"),
    "particle_current": (ENERGY, "particle current out of a bath, hbar = 1"),
    "entropy_production": (
        ENERGY,
        "entropy production, k_B = hbar = 1; NaN with a bath at T = 0 or not in equilibrium",
    ),
    "internal_flux": (ENERGY, "J_1-2, part of d<sz_1>/dt due to the coupling of the two TLSs"),
    "bath_flux": (ENERGY, "J_1-B1, part of d<sz_1>/dt due to bath 1"),
    "conditioning": ("1", "second smallest over largest singular value of the scaled generator"),
    "density_matrix_real": ("1", "real part of <level|rho|level_other>"),
    "density_matrix_imag": ("1", "imaginary part of <level|rho|level_other>"),
    "l1_norm_of_coherence": ("1", "sum of the moduli of all off-diagonal elements of rho"),
    "relative_entropy_of_coherence": ("1", "entropy of the diagonal of rho minus that of rho"),
    "coherence_slope": ("1", "d ln |rho_12| / d ln dT at fixed T"),
    "coherence_over_peak": ("1", "|rho_12| over its largest value at the same dT"),
    "relaxation_gap": (ENERGY, "smallest nonzero |Re lambda| of the generator; NaN: not resolved"),
    "zero_system": (None, "system in which rho_12 = 0 although the temperatures differ"),
    "zero_temperature": (ENERGY, "temperature T at which rho_12 = 0"),
    "zero_temperature_difference": (ENERGY, "temperature difference dT at which rho_12 = 0"),
    **{
        f"{scan}_{quantity}": ("1", long_name)
        for scan in ("strength", "damping", "detuning")
        for quantity, long_name in (
            ("coherence", "|rho_12| of the exact solution"),
            ("truncation", "truncation error of the exact solution"),
            ("error", "|rho_12 - exact rho_12| of a master equation"),
        )
    },
    "coherence_order": ("1", "power of the coupling spectrum's strength in exact |rho_12|"),
    "order": ("1", "power of the coupling spectrum's strength in the error at weak coupling"),
    "thermal_coherence": ("1", "|rho_12| of the exact solution, thermal baths"),
    "thermal_accuracy": ("1", "errors of truncation and fit over |rho_12|, one order lower"),
    "thermal_error": ("1", "relative error of a master equation in rho_12, or in the flux"),
    "evolution_coherence": ("1", "modulus of rho_12 in time, from populations alone"),
    "thermal_system": (None, "system between thermal baths; of the coupled TLSs, the flux"),
    "bath_shape": (None, "shape of the spectra of the thermal baths"),
    "bath_temperatures": (None, "temperatures of the thermal baths"),
    "thermal_strength": (ENERGY, "gamma of the thermal baths at the mean transition energy"),
    "curve": (None, "exact solution or master equation"),
    "evolving_system": (None, "system whose time evolution is exact"),
    "evolution_time": (f"{ENERGY}^-1", "time t of the exact evolution, hbar = 1"),
    "strength": (ENERGY, "weaker of the two coupling spectra at its peak"),
    "damping": (ENERGY, "width kappa of the coupling spectra"),
    "detuning": (ENERGY, "distance of the modes from the mean transition energy"),
    "equation": (None, "master equation"),
    "temperature": (ENERGY, "temperature T of bath L (bath 1 of the coupled TLSs)"),
    "temperature_difference": (ENERGY, "temperature of bath R (bath 2) above that of bath L (1)"),
    "time": (f"{ENERGY}^-1", "time t, hbar = 1"),
    "frequency": (ENERGY, "frequency w"),
    "site_frequency": (ENERGY, "frequency w, for the baths of the coupled TLSs"),
    "example_frequency": (ENERGY, "frequency w, for the examples for Fig. 4"),
    "level": (None, "level"),
    "level_other": (None, "other level"),
    "bath": (None, "bath"),
    "site_bath": (None, "bath of a coupled TLS"),
    "transition": ("1", "transition i"),
    "transition_other": ("1", "transition j"),
    "system": (None, "system"),
    "example": (None, "example for Fig. 4"),
    "dimension": ("1", "dimension D of an isotropic field"),
    "dipole": (None, "direction of the dipoles to the line that joins them"),
    "phase": ("1", "x = w d / c for two atoms a distance d apart"),
}


def attributes(variant: Variant, title: str, unit: EnergyUnit, **further: Any) -> dict[str, Any]:
    """Attributes of a file: what it holds, and the configuration that it comes from.

    Nothing in them changes from run to run.
    """
    return {
        "title": title,
        "description": variant.description,
        "source": f"steady_coherence {__version__}",
        "references": "Li, Cai and Sun, Annals of Physics 360, 19 (2015), arXiv:1407.4290",
        "comment": f"hbar = k_B = 1. {unit.sentence}",
        "configuration": json.dumps(variant.resolved(), sort_keys=True),
        **further,
    }


def variables(unit: EnergyUnit) -> datasets.Variables:
    """Unit and long_name of every variable, with a unit of energies."""
    return {
        name: (units and units.replace(ENERGY, unit.netcdf), long_name)
        for name, (units, long_name) in VARIABLES.items()
    }


def labelled(
    data: Mapping[str, tuple[tuple[str, ...], Any]],
    coordinates: Mapping[str, Any],
    variant: Variant,
    title: str,
    *,
    relative: bool = False,
    **further: Any,
) -> xr.Dataset:
    """Dataset with the units of every variable and the configuration that it comes from.

    Variables, with their dimensions, and coordinates are all named in `VARIABLES`. Energies may be
    `relative`, in units of the mean transition energy. What is given `further` are attributes.
    """
    unit = EnergyUnit(1.0 if relative else variant.unit)
    about = attributes(variant, title, unit, **further)
    return datasets.labelled(data, coordinates, variables(unit), about)
