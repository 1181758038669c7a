"""All energies, rates and temperatures times one factor change no verdict, number or text."""

from __future__ import annotations

import numpy as np
import pytest

import random_variants
from drawn_at_random import share
from li_cai_sun_2015.claims import CLAIMS, Study, judged
from li_cai_sun_2015.configuration.variant import load_variant
from li_cai_sun_2015.data import exact_comparison as comparison
from li_cai_sun_2015.data.spectra import spectra_dataset
from li_cai_sun_2015.data.steady_states import steady_state_dataset
from random_variants import RandomVariant

FACTORS = share([1e-6, 1000.0, 1.5], few=1)
#: The others do not depend on the variant.
DEPENDENT = [claim for claim in CLAIMS if claim.number not in {3, 15, 19, 22, 28}]


def every_shape():
    """A variant with all shapes, in units of its mean energy."""
    data = random_variants.paper()
    data["three_level"] |= {
        "energy_difference": {"lambda": 0.05, "v": -0.07, "xi": 0.02},
        "baths": {
            "left": {
                "transition_1": {
                    "shape": "ohmic",
                    "strength": 0.02,
                    "exponent": 1.5,
                    "cutoff": 3.0,
                },
                "transition_2": {
                    "shape": "lorentzian",
                    "strength": 0.03,
                    "center": 1.1,
                    "width": 0.3,
                },
                "weight_factor": {
                    "shape": "isotropic",
                    "dimension": 3,
                    "distance": 0.5,
                    "speed": 1.0,
                },
                "cross_phase": 0.0,
            },
            "right": {
                "transition_1": {"shape": "tabulated", "file": "strong"},
                "transition_2": {"shape": "flat", "strength": 0.01},
                "weight_factor": {"shape": "constant", "value": 0.9},
                "cross_phase": 0.0,
            },
        },
    }
    data["coupled_tls"]["baths"] = {
        "1": {"shape": "lorentzian", "strength": 0.02, "center": 0.9, "width": 0.2},
        "2": {"shape": "ohmic", "strength": 0.01, "exponent": 1.0, "cutoff": 2.0},
    }
    for section in ("three_level", "coupled_tls"):
        data[section] |= {
            "temperature": {"values": [0.2, 1.0]},
            "temperature_difference": {"values": [0.0, 0.3, 1.0]},
        }
    return RandomVariant(data, {"strong": [(0.9, 0.03), (1.0, 0.04), (1.1, 0.02)]})


def rows(variant, folder):
    random_variants.write(folder, "mine", variant)
    configuration = load_variant("mine", folder=folder)
    datasets = {"spectra": spectra_dataset(configuration)}
    for system in ("lambda", "v", "xi", "coupled_tls"):
        for equation in ("nonsecular", "secular"):
            datasets[f"{system}/{equation}"] = steady_state_dataset(configuration, system, equation)
    study = Study(configuration, datasets)
    return {claim.number: judged(claim, study) for claim in DEPENDENT}


@pytest.fixture(scope="module")
def unscaled(tmp_path_factory):
    return rows(every_shape(), tmp_path_factory.mktemp("unscaled"))


def approximately(entry):
    """An example whose numbers are those of another one up to rounding."""
    if isinstance(entry, dict):
        return {key: approximately(part) for key, part in entry.items()}
    return pytest.approx(entry, rel=1e-6) if isinstance(entry, float) else entry


@pytest.mark.parametrize("factor", FACTORS)
def test_claims(factor, unscaled, tmp_path):
    found = rows(random_variants.scaled(every_shape(), factor), tmp_path)
    for number, row in found.items():
        numbers, expected = row.pop("numbers"), dict(unscaled[number])
        assert numbers == pytest.approx(expected.pop("numbers"), rel=1e-6, abs=1e-10), number
        example = approximately(expected.pop("example", None))
        assert row.pop("example", None) == example, number
        assert row == expected


@pytest.mark.parametrize("factor", FACTORS)
def test_exact_comparison(factor, monkeypatch, tmp_path):
    monkeypatch.setattr(comparison, "CUTOFF", 4)
    axes = {scan: axis[[0, -1]] for scan, axis in comparison.SCANS.items()}
    monkeypatch.setattr(
        comparison,
        "SCANS",
        {**axes, "strength": comparison.SCANS["strength"][[0, 1, 2, 3, 10, 16]]},
    )
    found = []
    for name, unit in (("one", 1.0), ("other", factor)):
        random_variants.write(tmp_path, name, random_variants.scaled(every_shape(), unit))
        found.append(comparison.exact_comparison(load_variant(name, folder=tmp_path)))
    one, other = found
    for name, values in one.variables.items():
        assert other[name].attrs == values.attrs
        if name.endswith(("_error", "_truncation")):
            np.testing.assert_allclose(other[name], values, rtol=1e-6, atol=1e-12)
        elif values.dtype.kind == "f":
            np.testing.assert_allclose(other[name], values, rtol=1e-6)
