"""Inputs that once failed, each with what is right."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest
import xarray as xr
import yaml

import fuzz
import random_variants
import reference
import sixty_digits

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


class Built:
    """A case with everything that the chain makes of it."""

    def __init__(self, folder, name):
        variants = folder / "config" / "variants"
        variants.mkdir(parents=True)
        paper = (random_variants.VARIANTS / "paper.yaml").read_bytes()
        (variants / "paper.yaml").write_bytes(paper)
        text = yaml.safe_dump({"description": name.replace("_", " "), **CASES[name]})
        (variants / f"{name}.yaml").write_text(text, encoding="utf-8")
        self.trial = fuzz.Trial(folder, name, points=3).run()
        self.folder, self.states = folder / "results" / name, self.trial.results
        self.claims = {}
        self.text = ""
        if (self.folder / "claims.json").exists():
            judged = json.loads((self.folder / "claims.json").read_text(encoding="utf-8"))
            self.claims = {claim["claim"]: claim for claim in judged["claims"]}
        if (self.folder / "findings.md").exists():
            self.text = (self.folder / "findings.md").read_text(encoding="utf-8")

    def dataset(self, name):
        return xr.load_dataset(self.folder / f"{name}.nc", engine="netcdf4")


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Cases by name, each built once."""
    made = {}

    def build(name):
        if name not in made:
            made[name] = Built(tmp_path_factory.mktemp(name), name)
        return made[name]

    return build


@pytest.mark.parametrize("name", CASES)
def test_builds_and_agrees_with_sixty_digits(built, name):
    assert built(name).trial.findings == []
