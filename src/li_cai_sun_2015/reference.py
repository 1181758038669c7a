"""Numbers, verdicts and pictures of the paper's variant that the reference keeps."""

from li_cai_sun_2015.catalogue import REFERENCED
from li_cai_sun_2015.figures import FIGURES
from paper_replication.verification.kept import Kept

#: Numbers on a coarse grid and at the frequencies that matter.
KEPT = Kept(
    datasets=REFERENCED,
    figures=tuple(FIGURES),
    places={
        "temperature": (0.02, 0.1, 0.25, 0.5, 1.0, 2.0),
        "temperature_difference": (0.0, 0.1, 0.5, 1.0),
        "frequency": (0.9, 0.98, 0.995, 1.0, 1.005, 1.02, 1.1),
        "site_frequency": (0.9, 0.95, 1.0, 1.05, 1.1),
        "example_frequency": (0.9, 0.98, 0.995, 1.0, 1.005, 1.02, 1.1),
        "phase": (0.0, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 15.0),
    },
    bounds={"residual": 1e-15},
    tolerance={
        "relative": 1e-12,
        "of_the_largest_value": 1e-12,
        "relative_only": ["population", "min_eigenvalue"],
        "absolute": {"kossakowski_min_eigenvalue": 1e-14},
        "why": [
            "A number may be off by 1e-12 of itself plus 1e-12 of the largest value of its",
            "variable. On one version of the packages all have the same bits on every processor",
            "that was tried, those of aarch64 included; other versions and compilers may move last",
            "bits. Occupation numbers moved at random by two",
            "units in the last place moved populations by 6e-15 of themselves, coherences by 7e-14",
            "and currents by 6e-15 of their largest values: the tolerance is ten times the largest",
            "of these. Coherences and currents are differences of larger terms and may vanish,",
            "hence the second part. Populations are sums of positive terms and keep their digits",
            "however small they are, hence the exception. What is zero everywhere has to be zero",
            "exactly, but for an eigenvalue of a Kossakowski matrix of rank one: it is what",
            "rounding leaves of rates up to 0.1, and may be off by an absolute 1e-14. The residual",
            "is rounding itself and has to stay below a bound.",
        ],
    },
)
