"""Inputs that once failed, each with what is right."""

from __future__ import annotations

import functools
import json

import numpy as np
import pytest
import xarray as xr

import fuzz
import random_variants
import reference
from li_cai_sun_2015.claims.study import Study
from li_cai_sun_2015.configuration.variant import load_variant
from steady_coherence import systems

COARSE = {
    "temperature": {"start": 0.1, "stop": 2.0, "points": 4},
    "temperature_difference": {"start": 0.0, "stop": 1.0, "points": 3},
}


def strengths(left_1, left_2, right_1, right_2):
    return {
        "left": {"transition_1": {"strength": left_1}, "transition_2": {"strength": left_2}},
        "right": {"transition_1": {"strength": right_1}, "transition_2": {"strength": right_2}},
    }


def differences(value, other=None):
    return {"lambda": value, "v": -value if other is None else other, "xi": value}


#: Each as in a file of config/variants.
CASES = {
    "mean_energy": {
        "three_level": {
            "mean_energy": 1.3,
            "energy_difference": {"lambda": 0.07, "v": -0.05, "xi": 0.1},
            "temperature": {"values": [0.1, 1.0]},
            "temperature_difference": {"values": [0.0, 1.0]},
        },
    },
    "tiny_unit": {
        "three_level": {
            "mean_energy": 1e-9,
            "energy_difference": differences(1e-11),
            "baths": strengths(1e-11, 2e-11, 2e-11, 1e-11),
            "temperature": {"values": [5e-10, 1e-9]},
            "temperature_difference": {"values": [0.0, 1e-9]},
        },
    },
    "coarse_axis": {
        "three_level": COARSE,
        "coupled_tls": COARSE,
        "spectra": {"frequency": {"start": 0.8, "stop": 1.2, "points": 100}},
    },
    "weak_pair": {
        "three_level": COARSE,
        "coupled_tls": {"frequency_1": 2.0, "frequency_2": 2.0, "coupling": 0.01, **COARSE},
    },
    "determinant_zero": {
        "three_level": {
            "energy_difference": differences(0.0),
            "baths": strengths(0.01, 0.01, 0.01, 0.01),
            **COARSE,
        },
    },
    "one_difference": {
        "three_level": {**COARSE, "temperature_difference": {"values": [1.0]}},
    },
    "baths_off": {"three_level": {"baths": strengths(0.0, 0.0, 0.0, 0.0), **COARSE}},
    "wide_splitting": {"three_level": {"energy_difference": differences(-0.3), **COARSE}},
    "own_bath_each": {"three_level": {"baths": strengths(0.01, 0.0, 0.0, 0.01), **COARSE}},
    "narrow_bath": {
        "three_level": {
            "mean_energy": 2.5,
            "energy_difference": differences(0.02),
            "baths": {
                "left": {
                    f"transition_{number}": {
                        "shape": "lorentzian",
                        "strength": strength,
                        "center": 2.5,
                        "width": 0.004,
                    }
                    for number, strength in ((1, 0.02), (2, 0.01))
                }
            },
            **COARSE,
        },
    },
}


def trial_of(folder, name, **more):
    """The trial of a case, not yet run."""
    variants = folder / "config" / "variants"
    variants.mkdir(parents=True)
    paper = (random_variants.VARIANTS / "paper.yaml").read_bytes()
    (variants / "paper.yaml").write_bytes(paper)
    about = {"description": name.replace("_", " "), **CASES[name], **more}
    text = json.dumps(about)  # YAML as well
    (variants / f"{name}.yaml").write_text(text, encoding="utf-8")
    return fuzz.Trial(folder, name, points=3)


@pytest.fixture(scope="module")
def solved(tmp_path_factory):
    """The trial of a case with the steady states of the systems that it is about."""

    @functools.cache
    def run(name):
        systems_of = {"three_level": ["lambda", "v", "xi"], "coupled_tls": ["coupled_tls"]}
        selected = [
            system
            for section in systems_of
            for system in systems_of[section]
            if section in CASES[name]
        ]
        trial = trial_of(tmp_path_factory.mktemp(name), name, systems=selected)
        return trial.run(stages=fuzz.STEADY_STATES)

    return run


@pytest.mark.parametrize("name", CASES)
def test_steady_states_are_those_of_sixty_digits(solved, name):
    assert solved(name).findings == []
    assert len(solved(name).results) == (16 if "coupled_tls" in CASES[name] else 12)


def test_mean_energy_equals_an_operator_calculation(solved):
    here = solved("mean_energy").results["lambda/nonsecular"]
    here = here.sel(temperature=1.0, temperature_difference=1.0)

    def flat(first, second):
        cross = np.sqrt(first * second)
        matrix = np.array([[first, cross], [cross, second]], dtype=complex)
        return lambda frequency: np.broadcast_to(matrix, (len(frequency), 2, 2))

    rho = reference.steady_state(
        reference.generator_matrix(
            systems.lambda_system(1.3, 0.07), [flat(0.01, 0.02), flat(0.02, 0.01)], (1.0, 2.0)
        )
    )
    found = complex(here["coherence_real"], here["coherence_imag"])
    assert abs(found - rho[0, 1]) < 1e-12
    np.testing.assert_allclose(here["population"], np.diag(rho).real, rtol=0, atol=1e-12)


def test_the_axis_of_the_spectra_does_not_matter(solved, tmp_path):
    """Bit for bit: the steady states do not look anything up."""
    own = trial_of(tmp_path, "coarse_axis", spectra={})
    own.points = 0  # those of the coarse axis are compared with sixty digits
    own.run(stages=fuzz.STEADY_STATES)
    assert own.findings == []
    assert len(own.results) == 16
    for name, data in own.results.items():
        assert data.equals(solved("coarse_axis").results[name]), name


def test_a_unit_of_energy_is_none_of_the_physics(solved):
    """tiny_unit is the paper's own at two temperatures, all energies times 1e-9."""
    here = solved("tiny_unit").results["lambda/nonsecular"]
    here = here.isel(temperature=1, temperature_difference=1)
    assert float(here["coherence"]) == pytest.approx(0.0220112347809628, abs=1e-12, rel=0)
    assert here["energy_current"].in_units_of == "unit_of_energy^2"


def test_a_narrow_line_is_resolved(solved):
    path = solved("narrow_bath").folder / "results" / "narrow_bath" / "spectra.nc"
    spectra = xr.load_dataset(path, engine="netcdf4")
    gamma = spectra["coupling_spectrum_real"].sel(bath="left", transition=1, transition_other=1)
    assert float(gamma.max()) == pytest.approx(0.02, rel=1e-3)
    # Along straight lines between the points, the half width at half maximum is the line's.
    half = np.interp(2.504, spectra["frequency"], gamma)
    assert half == pytest.approx(0.01, rel=0.02)


def test_rounding_is_no_coherence(tmp_path):
    """The line stands between the transitions: both baths are in one proportion, Eq. (22)."""
    trial_of(tmp_path, "narrow_bath")
    study = Study(load_variant("narrow_bath", tmp_path / "config" / "variants"), {})
    for name in ("lambda", "v"):
        assert study.coherence_map(name).max() > 0.0
        assert not study.known_coherence_map(name).any()


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Verdicts by number of the claim, and the text of the page, of a case."""

    @functools.cache
    def build(name):
        folder = tmp_path_factory.mktemp(name)
        trial = trial_of(folder, name)
        trial.points = 0  # `solved` is compared with sixty digits
        trial.run(stages=(*fuzz.STEADY_STATES, "trust", "verdicts", "findings"))
        assert trial.findings == []
        results = folder / "results" / name
        judged = json.loads((results / "claims.json").read_text(encoding="utf-8"))
        claims = {int(claim["claim"]): claim for claim in judged["claims"]}
        return claims, (results / "findings.md").read_text(encoding="utf-8")

    return build


class TestPages:
    """What is said of a variant is true of it."""

    def test_determinant_zero(self, page):
        claims, _ = page("determinant_zero")
        for number in (1, 2, 4, 5, 6, 7, 8):
            assert claims[number]["verdict"] == "not applicable"
            assert "no unique steady state" in claims[number]["counterexample"]
        assert claims[9]["verdict"] == "fails"
        assert "no unique steady state" in claims[9]["counterexample"]
        # The secular equation keeps the cross terms of degenerate levels.
        assert "cross terms" in claims[12]["remark"]

    def test_baths_off(self, page):
        claims, _ = page("baths_off")
        assert claims[9]["verdict"] == "fails"
        assert "no unique steady state" in claims[9]["counterexample"]
        # What stands on the three-level systems stands on nothing; the pair is as in the paper.
        assert not any(claims[number]["verdict"] == "holds" for number in (1, 2, 4, 5, 6, 7, 8))
        assert claims[18]["verdict"] == "holds"

    def test_own_bath_each(self, page):
        """No coherence here: the exact solution that has one is that of other baths."""
        claims, text = page("own_bath_each")
        assert claims[1]["verdict"] == claims[2]["verdict"] == "not applicable"
        (line,) = (
            line for line in text.splitlines() if line.startswith("| Is the steady coherence")
        )
        assert "proportions" in line
