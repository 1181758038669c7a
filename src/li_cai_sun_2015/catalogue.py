"""The names of systems and equations, for the workflow."""

from steady_coherence.master_equations import MASTER_EQUATIONS
from steady_coherence.systems import SYSTEMS as ENTRIES

SYSTEMS = tuple(ENTRIES)

#: Section of a variant that describes each system.
SECTIONS = {name: "three_level" if name in ("lambda", "v", "xi") else name for name in SYSTEMS}

#: What is computed at every point, of any system; of a system of sites besides.
STEADY_STATE_VARIABLES = (
    "population",
    "coherence_real",
    "coherence_imag",
    "coherence",
    "residual",
    "min_eigenvalue",
    "kossakowski_min_eigenvalue",
    "unique",
    "energy_current",
    "entropy_production",
)
SITE_VARIABLES = ("internal_flux", "bath_flux")
#: Of a system with a bath of fermions.
LEAD_VARIABLES = ("particle_current",)

#: Dimensions of a variable besides those of the grid; they come first.
LEADING_DIMENSIONS: dict[str, tuple[str, ...]] = {
    "population": ("level",),
    "energy_current": ("bath",),
    "particle_current": ("bath",),
    "density_matrix_real": ("level", "level_other"),
    "density_matrix_imag": ("level", "level_other"),
}

GRID = ("temperature", "temperature_difference")

EQUATIONS = tuple(MASTER_EQUATIONS)

#: The datasets that a reference is kept of: the paper's two equations.
REFERENCED = (
    "spectra",
    *(f"{system}/{equation}" for system in SYSTEMS for equation in ("nonsecular", "secular")),
)
