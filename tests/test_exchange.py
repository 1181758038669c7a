"""Files in the hands of others: by the CF conventions, in other readers, and packed as a crate."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import zipfile
from contextlib import chdir
from importlib import import_module
from pathlib import Path

import pytest
import xarray as xr

import shipped
from li_cai_sun_2015 import chain
from li_cai_sun_2015.claims import Study, claim_maps
from li_cai_sun_2015.configuration.sweep import chunk_configuration, number_of_chunks
from li_cai_sun_2015.configuration.variant import load_variant
from li_cai_sun_2015.data import exact_comparison, sweeps
from li_cai_sun_2015.data.spectra import spectra_dataset
from li_cai_sun_2015.data.steady_states import steady_state_dataset
from li_cai_sun_2015.jobs import jobs as chain_jobs
from paper_replication import datasets

ROOT = Path(__file__).resolve().parents[1]
PYTHON = ROOT / ".venv/exchange/bin/python"

#: Another unit of energy, complex spectra, a condition with a table of its own, and a sweep.
VARIANT = """
description: In units of its own
lamb_shift: true
three_level:
  mean_energy: 2.0
  temperature: {values: [0.5, 1.0]}
  temperature_difference: {values: [0.0, 1.0]}
  baths:
    left:
      cross_phase: 0.3
      transition_1: {shape: ohmic, strength: 0.02, exponent: 1.0, cutoff: 5.0}
      transition_2: {shape: lorentzian, strength: 0.02, center: 2.0, width: 0.5}
    right:
      transition_1: {shape: ohmic, strength: 0.02, exponent: 1.0, cutoff: 5.0}
      transition_2: {shape: ohmic, strength: 0.01, exponent: 1.0, cutoff: 5.0}
      weight_factor: {shape: isotropic, dimension: 3, distance: 1.0, speed: 1.0}
coupled_tls:
  baths:
    1: {shape: ohmic, strength: 0.02, exponent: 1.0, cutoff: 5.0}
    2: {shape: ohmic, strength: 0.02, exponent: 1.0, cutoff: 5.0}
  temperature: {values: [0.5, 1.0]}
  temperature_difference: {values: [0.0, 1.0]}
sweep:
  parameters:
    three_level.energy_difference.lambda: {start: 0.0, stop: 0.1, points: 3}
    three_level.baths.right.weight_factor.speed: {values: [1.0, 2.0]}
    three_level.baths.left.cross_phase: {values: [0.0, 0.3]}
  systems: [lambda]
  equations: [nonsecular]
  chunk_points: 24
"""


@pytest.fixture(scope="module")
def elaborate_files(tmp_path_factory):
    """A file of each kind: of two variants, one in units of its own, and of the second paper."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "variants").mkdir()
    shutil.copy(ROOT / "config/variants/paper.yaml", folder / "variants")
    (folder / "variants/own.yaml").write_text(VARIANT)
    own = load_variant("own", folder=folder / "variants")
    few = {name: values[::2] for name, values in exact_comparison.SCANS.items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(exact_comparison, "SCANS", few)
        patch.setattr(exact_comparison, "CUTOFF", 2)
        written = {"trust": exact_comparison.exact_comparison(own)}
    for name, variant in (("quick", load_variant("quick")), ("own", own)):
        found = {"spectra": spectra_dataset(variant)}
        for state in chain.states(variant):
            found[state] = steady_state_dataset(variant, *state.split("/"))
        found["claims"] = claim_maps(Study(variant, found))
        written |= {f"{name}_{one.replace('/', '_')}": data for one, data in found.items()}
    for name, data in written.items():
        datasets.write(data, folder / f"{name}.nc")
    with pytest.MonkeyPatch.context() as patch, chdir(ROOT / "examples/polarised_light"):
        patch.syspath_prepend("src")
        second = import_module("koyu_2021.data")
        variant = import_module("koyu_2021.chain").load("paper")
        datasets.write(second.steady_states(variant), folder / "second.nc")
    content = chunk_configuration(own)
    for number in range(number_of_chunks(content, "lambda")):
        path = folder / "sweep" / f"{number}.nc"
        sweeps.write_chunk(content, "lambda", "nonsecular", number, path)
    sweeps.gather(content, "lambda", "nonsecular", folder / "sweep.nc")
    return sorted(folder.rglob("*.nc"))


def test_conventions_units_and_plain_readers(elaborate_files):
    """By compliance-checker, pint-xarray, HDF5 alone and h5netcdf."""
    command = [PYTHON, ROOT / "tests/read_elsewhere.py", *elaborate_files]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert done.stdout == f"{len(elaborate_files)} files read\n", done.stdout + done.stderr
    assert len(elaborate_files) > 40


def test_the_tools_of_netcdf(elaborate_files, tmp_path):
    """`ncdump` and `nccopy`; where they are not installed, `ncinfo` of the Python package."""
    dump = shutil.which("ncdump") or Path(sys.executable).with_name("ncinfo")
    for path in elaborate_files:
        shown = subprocess.run([dump, path], check=True, capture_output=True, text=True).stdout
        assert "CF-1.11" in shown
        copy = tmp_path / path.name
        # The values of a gathered file are in others beside it.
        if shutil.which("nccopy") and path.name != "sweep.nc":
            subprocess.run(["nccopy", path, copy], check=True)
            xr.testing.assert_identical(datasets.read(path), datasets.read(copy))


@pytest.fixture(scope="module")
def elaborate_project(tmp_path_factory):
    """A copy of the project with something in place of every result of a variant."""
    folder = tmp_path_factory.mktemp("project")
    parts = ("CITATION.cff", "Makefile", "Snakefile", "config", "profiles", "src", "workflow")
    shipped.copy(folder, parts)
    for job in chain_jobs("quick"):
        for output in job.outputs:
            path = folder / output
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(output)
    resolved = json.dumps(chain.resolved("quick"))
    (folder / "results/quick/configuration.json").write_text(resolved)
    return folder


def test_crate(elaborate_project):
    """Valid, the same bytes at any time, and with the digests of its files."""
    packed = []
    for _ in range(2):
        command = [PYTHON, ROOT / "tools/crate.py", "quick"]
        done = subprocess.run(
            command, cwd=elaborate_project, check=False, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout + done.stderr
        assert "as provenance-run-crate-0.5 asks" in done.stdout
        packed.append((elaborate_project / "results/quick/crate.zip").read_bytes())
        (elaborate_project / "results/quick/claims.json").touch()
    assert packed[0] == packed[1]
    with zipfile.ZipFile(elaborate_project / "results/quick/crate.zip") as archive:
        graph = json.loads(archive.read("ro-crate-metadata.json"))["@graph"]
        found = {entity["@id"]: entity for entity in graph}
        for name in archive.namelist():
            if name != "ro-crate-metadata.json":
                assert found[name]["sha256"] == hashlib.sha256(archive.read(name)).hexdigest()
    assert found["https://arxiv.org/abs/1407.4290"]["identifier"] == "arXiv:1407.4290"
    assert found["./"]["license"] == {"@id": "https://spdx.org/licenses/MIT"}
    assert found["#value-three_level.mean_energy"]["value"] == 1.0
    [job] = [one for one in graph if one.get("name") == "spectra results/quick/spectra.nc"]
    assert job["object"] == {"@id": "results/quick/configuration.json"}
    assert job["instrument"] == {"@id": "src/li_cai_sun_2015/stages/spectra.py"}
    (elaborate_project / "results/quick/claims.json").unlink()
    done = subprocess.run(
        command, cwd=elaborate_project, check=False, capture_output=True, text=True
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Error: results/quick/claims.json is missing, expected")
