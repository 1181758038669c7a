"""Growth: a shape, a level system, a master equation, a figure and a claim more, in one file each.

The entries are those of docs/adapting.md, which therefore work as they stand there.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import netCDF4  # noqa: F401 -- warns if it is imported later
import pytest
import xarray as xr

import shipped
from li_cai_sun_2015.claims import CLAIMS
from paper_replication.verification.builds import PARTS

ROOT = Path(__file__).resolve().parents[1]

VARIANT = """
description: With what was added
systems: [lambda, tripod]
three_level:
  baths:
    left:
      transition_1: {shape: gaussian, strength: 0.01, center: 1.0, width: 0.5}
  temperature: {values: [0.5, 1.0]}
  temperature_difference: {values: [0.0, 1.0]}
tripod:
  spacing: 0.02
  baths:
    left:
      transition_1: {shape: flat, strength: 0.05}
  temperature: {values: [0.5, 1.0]}
  temperature_difference: {values: [0.0, 1.0]}
"""


def entries():
    """File and text of each entry in docs/adapting.md."""
    page = (ROOT / "docs" / "adapting.md").read_text()
    found = re.findall(r"```python\n# (src/\S+)\n(.*?)```", page, flags=re.DOTALL)
    return {Path(path): text for path, text in found}


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """A copy of the project with the entries, in which a variant that uses them is built."""
    folder = tmp_path_factory.mktemp("grown")
    shipped.copy(folder, PARTS)
    for path, text in entries().items():
        with (folder / path).open("a") as file:
            file.write(text)
    (folder / "config/variants/grown.yaml").write_text(VARIANT)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: text for name, text in os.environ.items() if not name.startswith("SNAKEMAKE")}
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "2", "--config", "variants=grown"],
        cwd=folder,
        env=kept | {"PATH": path},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_an_entry_is_short():
    assert len(entries()) == 5
    for path, text in entries().items():
        lines = [line for line in text.splitlines() if line.strip()]
        assert len(lines) <= 10, path


def test_configuration(grown):
    resolved = json.loads((grown / "results/grown/configuration.json").read_text())
    left = resolved["three_level"]["baths"]["left"]
    assert left["transition_1"]["shape"] == "gaussian"
    assert resolved["tripod"]["spacing"] == 0.02
    assert resolved["tripod"]["mean_energy"] == 1.0


def test_results(grown):
    """Every system by every equation; coherences of four levels are all there."""
    names = {path.stem for path in (grown / "results/grown/lambda").glob("*.nc")}
    assert "half_secular" in names
    assert {path.stem for path in (grown / "results/grown/tripod").glob("*.nc")} == names
    for system in ("lambda", "tripod"):
        states = {
            name: xr.load_dataset(grown / f"results/grown/{system}/{name}.nc") for name in names
        }
        assert all(each["unique"].all() for each in states.values())
        full, half, none = (
            float(states[name]["coherence"].max())
            for name in ("nonsecular", "half_secular", "secular")
        )
        assert none < 1e-12 < half < full
    assert list(states["nonsecular"]["level"].values) == ["g1", "g2", "g3", "e"]
    assert "density_matrix_real" in states["nonsecular"]


def test_verdicts(grown):
    """The comparison of equations has the new one; claims about what is not there say so."""
    found = json.loads((grown / "results/grown/claims.json").read_text())
    assert len(found["claims"]) == len(CLAIMS) + 1
    about_v = next(claim for claim in found["claims"] if claim["claim"] == 2)
    assert about_v["verdict"] == "not applicable"
    added = found["claims"][-1]
    assert (added["verdict"], added["quantity"]) == (
        "holds",
        "Largest population of the Lambda system",
    )
    page = (grown / "results/grown/findings.md").read_text()
    assert "half-secular" in page


def test_figures(grown):
    made = {path.stem for path in (grown / "figures/grown").glob("*.png")}
    assert {"populations", "fig3", "equations", "spectra"} <= made
