"""Claims 16, 22 and 29: the weight factor, its range and its forms."""

import numpy as np

from li_cai_sun_2015.claims.study import Study, claim
from paper_replication.claim import Outcome, text, verdict
from steady_coherence.weight_factors import dipole_average

TOLERANCE = 1e-12


@claim(
    number=16,
    where="Section 2.1, Eq. (8); Appendix B, Eqs. (B.2) and (B.5)",
    statement="“f_a(w) is a weight factor and 0 <= f_a(w) <= 1”",
    sense="|gamma_12|^2 = f gamma_11 gamma_22 with f between 0 and 1.",
    quantity="range of f, and relative deviation from (8)",
    region="the variant's f and spectra over frequency; 200 random sets of mode couplings",
    tolerance=TOLERANCE,
)
def _lies_between_0_and_1(study: Study) -> Outcome:
    spectra = study.datasets["spectra"]
    stored, first = spectra["weight_factor"], spectra["coupling_spectrum_real"]
    gamma = first**2 + spectra["coupling_spectrum_imag"] ** 2
    cross = gamma.sel(transition=1, transition_other=2, drop=True)
    one, other = (
        first.sel(transition=number, transition_other=number, drop=True) for number in (1, 2)
    )
    missed = float(abs(cross - stored * (one * other)).max())
    missed /= float((one * other).max()) or 1.0
    rng = np.random.default_rng(16)
    # Modes of one frequency: sums over them obey Cauchy and Schwarz, with equality for one mode.
    modes = rng.normal(size=(200, 2, 5)) + 1j * rng.normal(size=(200, 2, 5))
    overlap = np.abs(np.einsum("sm,sm->s", modes[:, 0].conj(), modes[:, 1])) ** 2
    random = overlap / np.prod(np.sum(np.abs(modes) ** 2, axis=-1), axis=-1)
    numbers = {
        "smallest_weight_factor": float(stored.min()),
        "largest_weight_factor": float(stored.max()),
        "largest_relative_deviation_from_eq_8": missed,
        "smallest_weight_factor_of_random_modes": float(random.min()),
        "largest_weight_factor_of_random_modes": float(random.max()),
    }
    least, most = min(float(stored.min()), random.min()), max(float(stored.max()), random.max())
    return Outcome(
        verdict(least >= 0.0 and most <= 1.0 + TOLERANCE and missed < TOLERANCE),
        "every f and every set of mode couplings searched",
        f"f from {text(least)} to {text(most)}; (8) is missed by {text(missed)}",
        numbers,
    )


@claim(
    number=22,
    where="Section 2.1, after Eq. (8)",
    statement="“the weight factor f_a(w) is equivalent to the p parameter which measures the angle "
    "between the transition dipole moments”",
    sense="f and the alignment p, the cosine of this angle, fix each other: f = p^2.",
    quantity="f of two dipoles at one place, by quadrature over directions and polarisations, less "
    "p^2 (absolute)",
    region="13 angles from 0 to 180 degrees; the same for every variant",
    tolerance=TOLERANCE,
)
def _is_the_square_of_the_alignment(_: Study) -> Outcome:
    angles = np.linspace(0.0, np.pi, 13)
    # Two transitions of one atom: cross over individual spectra, summed over all modes.
    cross = [
        float(dipole_average(0.0, (0.0, 0.0, 1.0), (np.sin(angle), 0.0, np.cos(angle))))
        for angle in angles
    ]
    f, p = np.square(cross), np.cos(angles)
    deviation = float(np.abs(f - p**2).max())
    numbers = {
        "largest_deviation_of_f_from_p_squared": deviation,
        "f_at_60_degrees": float(f[4]),
        "p_at_60_degrees": float(p[4]),
    }
    return Outcome(
        verdict(deviation < TOLERANCE),
        "all angles, as f = p^2",
        f"f is {text(deviation)} from p^2",
        numbers,
        remark=f"equivalent, not equal: at 60 degrees p = {text(p[4])} and f = {text(f[4])}; the "
        "sign of p is a phase of gamma_12",
    )


@claim(
    number=29,
    where="Appendix B, Eq. (B.6)",
    statement="“two two-level atoms stay at position r_1 and r_2 in the same electromagnetic field "
    "[...] we can check that the weight factor has the form of f(w d/c)”",
    sense="f is cos^2, J_0^2 or sinc^2 of w d / c in one, two and three dimensions, and decays in "
    "two and three.",
    quantity="closed forms against averages over directions, and over polarisations, by quadrature "
    "(absolute)",
    region="w d / c from 0 to 15; the same for every variant",
    tolerance=TOLERANCE,
)
def _isotropic_field(study: Study) -> Outcome:
    spectra = study.datasets["spectra"]
    closed, dipoles = spectra["isotropic_weight_factor"], spectra["dipole_weight_factor"]
    deviation = float(abs(closed - spectra["direction_average"]).max())
    of_dipoles = float(abs(dipoles - spectra["polarisation_average"]).max())
    far = closed.where(closed["phase"] > 10.0, drop=True).max("phase")
    beyond = dict(zip(far["dimension"].values.tolist(), far.values.tolist(), strict=True))
    closed_at_2, dipoles_at_2 = (one.sel(phase=2.0, method="nearest") for one in (closed, dipoles))
    at_2 = {"scalar": float(closed_at_2.sel(dimension=3))} | {
        str(name): float(dipoles_at_2.sel(dipole=name)) for name in dipoles["dipole"].values
    }
    numbers = {
        "largest_deviation_from_direction_average": deviation,
        "largest_deviation_of_dipoles_from_polarisation_average": of_dipoles,
        "smallest_weight_factor": float(closed.min()),
        "largest_weight_factor": float(closed.max()),
        **{f"largest_weight_factor_beyond_phase_10_{one}d": each for one, each in beyond.items()},
        **{f"weight_factor_at_phase_2_{name}": value for name, value in at_2.items()},
    }
    scalar = max(deviation, of_dipoles) < TOLERANCE
    same = max(abs(one - at_2["scalar"]) for one in at_2.values()) < TOLERANCE
    counterexample = (
        "atoms in the electromagnetic field of three dimensions, whose coupling depends on the "
        f"polarisation: at w d / c = 2, f is {at_2['perpendicular']:.6f} for dipoles perpendicular "
        f"and {at_2['parallel']:.6f} for dipoles parallel to the line between them, and "
        f"{at_2['scalar']:.6f} by (B.6)"
    )
    if not scalar:
        missed = text(max(deviation, of_dipoles))
        counterexample = f"the average over directions is missed by {missed}"
    return Outcome(
        verdict(scalar and same, scalar),
        "couplings that differ by the phase only, in one, two and three dimensions; beyond w d / c "
        f"= 10, f stays below {text(beyond[2])} in two and {text(beyond[3])} in three, but returns "
        f"to {text(beyond[1])} in one",
        counterexample,
        numbers,
    )
