"""Sweeps: every point is the plain chain's; what is refused; what is resumed."""

from __future__ import annotations

import importlib
import itertools
import json
import math
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import matplotlib.image
import netCDF4
import numpy as np
import pytest
import xarray as xr
from hypothesis import given, settings
from hypothesis import strategies as st

import shipped
from li_cai_sun_2015 import figures
from li_cai_sun_2015.catalogue import GRID
from li_cai_sun_2015.configuration.sweep import (
    MOST_CHUNKS,
    chunk_configuration,
    number_of_chunks,
    parameters_of,
    substituted,
    sweep_axes,
)
from li_cai_sun_2015.configuration.sweep_cost import cost, safe_minutes
from li_cai_sun_2015.configuration.variant import ConfigurationError, load_variant
from li_cai_sun_2015.data import sweeps
from li_cai_sun_2015.data.steady_states import steady_state_dataset
from li_cai_sun_2015.stages import sweep_chunk
from paper_replication.figure_files import save
from paper_replication.figure_registry import FORMATS
from paper_replication.figures import FINE
from paper_replication.files import update_json
from paper_replication.gathered import open_sweep
from paper_replication.provenance import NAMES
from paper_replication.refusals import DataError
from steady_coherence.numerics.blocks import box, boxes, extent, number_of_boxes

# Its package has a function of the same name.
steady_states = importlib.import_module("steady_coherence.steady_states")

ROOT = Path(__file__).resolve().parents[1]
DETUNING = "three_level.energy_difference.lambda"
LEFT = "three_level.baths.left"
WEIGHT = f"{LEFT}.weight_factor.value"

AXES = """
three_level:
  temperature: {values: [0.0, 0.3, 1.0]}
  temperature_difference: {start: 0.0, stop: 1.0, points: 4}
coupled_tls:
  temperature: {values: [0.1, 0.3]}
  temperature_difference: {start: 0.0, stop: 1.0, points: 4}
"""
SMALL = f"""
{AXES}
sweep:
  parameters:
    {DETUNING}: {{start: -0.05, stop: 0.05, points: 3}}
    {WEIGHT}: {{values: [0.0, 1.0]}}
  equations: [nonsecular, secular]
  chunk_points: 10
"""


def variant(folder: Path, text: str, name: str = "mine"):
    """Resolved configuration of a variant that holds some YAML."""
    folder.mkdir(exist_ok=True)
    shutil.copy(ROOT / "config/variants/paper.yaml", folder)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return load_variant(name, folder=folder)


def compute(configuration, system: str, equation: str, folder: Path, threads: int = 1) -> Path:
    """Compute all chunks of a sweep and gather them."""
    content = chunk_configuration(configuration)
    path = folder / system / f"{equation}.nc"
    for number in range(number_of_chunks(content, system)):
        part = path.with_suffix("") / f"{number}.nc"
        sweeps.write_chunk(content, system, equation, number, part, threads=threads)
    sweeps.gather(content, system, equation, path)
    return path


# Chunks ------------------------------------------------------------------------------------------


@settings(max_examples=200, deadline=None, derandomize=True)
@given(shape=st.lists(st.integers(1, 7), min_size=1, max_size=5), points=st.integers(1, 2000))
def test_boxes_cover_everything_once_and_in_order(shape: list[int], points: int) -> None:
    numbers = np.arange(math.prod(shape)).reshape(shape)
    found = [numbers[part].ravel() for part in boxes(shape, points)]
    assert np.array_equal(np.concatenate(found), numbers.ravel())
    assert max(map(len, found)) <= points
    assert len(found) == number_of_boxes(shape, points)
    assert all(math.prod(extent(part)) > 0 for part in boxes(shape, points))


def test_boxes_are_no_smaller_than_they_have_to_be() -> None:
    assert number_of_boxes((10, 10, 10), 1000) == 1
    assert [extent(part) for part in boxes((10, 10, 10), 999)] == [(5, 10, 10)] * 2
    assert [extent(part) for part in boxes((2, 10, 3), 12)] == [(1, 4, 3), (1, 4, 3), (1, 2, 3)] * 2
    assert box((10**6, 10**6), 10**6, 10**6 - 1)[0] == slice(10**6 - 1, 10**6)
    for number in (-1, 2):
        with pytest.raises(IndexError, match="expected 0 to 1"):
            box((10,), 5, number)


# Values ------------------------------------------------------------------------------------------

OHMIC = "{shape: ohmic, strength: 0.02, exponent: 0.9, cutoff: 5.0}"
CASES = {
    "lambda": ("lambda", "nonsecular", SMALL),
    "secular": ("lambda", "secular", SMALL),
    "three axes": (
        "v",
        "unified",
        f"""
three_level:
  temperature: {{values: [0.3, 1.0]}}
  temperature_difference: {{values: [0.0, 0.7, 1.0]}}
  baths: {{left: {{transition_1: {OHMIC}, cross_phase: 0.3}}}}
sweep:
  parameters:
    {LEFT}.transition_1.exponent: {{start: 0.5, stop: 1.5, points: 3}}
    three_level.mean_energy: {{values: [0.9, 1.1]}}
    {LEFT}.cross_phase: {{values: [-1.0, 2.0]}}
  systems: [v]
  equations: [unified]
  chunk_points: 7
""",
    ),
    "isotropic": (
        "xi",
        "geometric",
        f"""
three_level:
  temperature: {{values: [0.3, 1.0]}}
  baths:
    left: {{weight_factor: {{shape: isotropic, dimension: 3, distance: 1.0, speed: 1.0}}}}
sweep:
  parameters:
    {LEFT}.weight_factor.dimension: {{values: [1, 2, 3]}}
    {LEFT}.weight_factor.distance: {{values: [0.0, 1.5]}}
  equations: [geometric]
""",
    ),
    "coupled": (
        "coupled_tls",
        "nonsecular",
        f"""
{AXES}
sweep:
  parameters:
    coupled_tls.coupling: {{start: -0.1, stop: 0.1, points: 3}}
    coupled_tls.baths.1.strength: {{values: [0.0, 0.02]}}
""",
    ),
    "principal values": (
        "lambda",
        "nonsecular_lamb",
        f"""
lamb_shift: true
three_level:
  temperature: {{values: [0.3, 1.0]}}
  temperature_difference: {{values: [0.0, 0.7]}}
  baths:
    left: {{transition_1: {OHMIC}, transition_2: {OHMIC}}}
    right: {{transition_1: {OHMIC}, transition_2: {OHMIC}}}
coupled_tls:
  baths: {{1: {OHMIC}, 2: {OHMIC}}}
sweep:
  parameters:
    {LEFT}.transition_1.cutoff: {{values: [3.0, 4.0]}}
  systems: [lambda]
  equations: [nonsecular_lamb]
  chunk_points: 4
""",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_every_point_is_the_plain_chains(case: str, tmp_path: Path) -> None:
    """To the bit, and over all points of the sweep."""
    system, equation, text = CASES[case]
    configuration = variant(tmp_path / "variants", text)
    path = compute(configuration, system, equation, tmp_path)
    parameters = configuration.sweep.parameters
    with xr.open_dataset(path, engine="netcdf4") as swept:
        axes = [swept[name].values for name in parameters]
        for indices in itertools.product(*(range(axis.size) for axis in axes)):
            values = {
                name: float(axis[at])
                for name, axis, at in zip(parameters, axes, indices, strict=True)
            }
            changed = substituted(configuration, values)
            plain = steady_state_dataset(changed, system, equation)
            found = swept.isel(dict(zip(parameters, indices, strict=True))).drop_vars(parameters)
            expected = plain.drop_vars("level_energy")
            assert found.data_vars.keys() == expected.data_vars.keys()
            xr.testing.assert_equal(found, expected)  # NaN where and only where NaN is expected
            for name, variable in expected.variables.items():
                assert sorted(map(str, found[name].attrs.items())) == sorted(
                    map(str, variable.attrs.items())
                ), name
                assert found[name].dtype == variable.dtype, name
                assert found[name].dims == variable.dims, name


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory):
    folder = tmp_path_factory.mktemp("small")
    configuration = variant(folder / "variants", SMALL)
    return configuration, compute(configuration, "lambda", "nonsecular", folder)


def test_labels(small) -> None:
    configuration, path = small
    with xr.open_dataset(path, engine="netcdf4") as swept:
        assert swept["population"].dims == ("level", DETUNING, WEIGHT, *GRID)
        assert swept["energy_current"].dims == ("bath", DETUNING, WEIGHT, *GRID)
        assert swept["unique"].dtype == bool
        for variable in swept.variables.values():
            assert variable.attrs["long_name"]
            if variable.dtype.kind not in "OU":
                assert variable.attrs["units"] == "1"
        assert swept[DETUNING].values.tolist() == [-0.05, 0.0, 0.05]
        assert swept[DETUNING].attrs == {
            "long_name": "eps_1 - eps_2 of the Lambda-type system",
            "units": "1",
            "in_units_of": "epsilon",
            "symbol": r"$(\varepsilon_1 - \varepsilon_2)/\varepsilon$",
        }
        assert swept.attrs["coherent_pair"] == ["g1", "g2"]
        expected = chunk_configuration(configuration).resolved()
        assert json.loads(swept.attrs["configuration"]) == expected
        plain = steady_state_dataset(configuration, "lambda", "nonsecular")
        assert swept.attrs.keys() == plain.attrs.keys()


def test_plain_readers_open_it(small) -> None:
    with netCDF4.Dataset(small[1]) as file:
        assert file["coherence"].dimensions == (DETUNING, WEIGHT, *GRID)
        assert float(np.ma.max(file["coherence"][:])) > 0.01


def test_every_number_that_is_swept_has_labels() -> None:
    for path in sorted((ROOT / "config/variants").glob("*.yaml")):
        configuration = load_variant(path.stem)
        for name, parameter in parameters_of(configuration).items():
            assert parameter.long_name, name
            assert parameter.unit, name
            assert parameter.symbol.count("$") == 2, name
    assert len(parameters_of(load_variant("paper"))) == 17
    strengths = {
        "three_level.baths.left.transition_1": (
            "coupling spectrum gamma_11(w) of transition 1; the left bath",
            r"strength of $\gamma_{11}$ (left bath)",
        ),
        "coupled_tls.baths.1": ("spectrum of bath 1", r"strength of $\gamma_{1}$"),
    }
    for name, (curve, symbol) in strengths.items():
        parameter = parameters_of(load_variant("paper"))[f"{name}.strength"]
        assert parameter.long_name == f"The value at every frequency; {curve}"
        assert parameter.symbol == symbol


def test_chunks_do_not_show_in_the_values(tmp_path: Path) -> None:
    gathered = []
    for points in (1, 5, 12, 100):
        text = SMALL.replace("chunk_points: 10", f"chunk_points: {points}")
        configuration = variant(tmp_path / "variants", text)
        path = compute(configuration, "lambda", "nonsecular", tmp_path / str(points))
        gathered.append(xr.load_dataset(path, engine="netcdf4"))
    for other in gathered[1:]:
        xr.testing.assert_equal(gathered[0], other)


def test_principal_values_are_those_of_the_temperatures_of_a_chunk(tmp_path: Path) -> None:
    """Their integrals are refined for all of these together, to an error of 1e-10 gamma."""
    system, equation, text = CASES["principal values"]
    whole, cut = (
        compute(variant(tmp_path / points, changed), system, equation, tmp_path / points)
        for points in "43"
        for changed in [text.replace("chunk_points: 4", f"chunk_points: {points}")]
    )
    with xr.open_dataset(whole) as first, xr.open_dataset(cut) as second:
        for name in ("population", "coherence_real", "coherence_imag"):
            # A shift enters the coherence in proportion to a splitting of the size of gamma.
            np.testing.assert_allclose(first[name], second[name], rtol=0, atol=1e-10)


@pytest.mark.parametrize("threads", [1, 2])
def test_blocks_do_not_show_in_the_bytes(threads, small, tmp_path: Path, monkeypatch) -> None:
    configuration, path = small
    monkeypatch.setattr(sweeps, "BLOCK_POINTS", 3)
    again = compute(configuration, "lambda", "nonsecular", tmp_path, threads=threads)
    for one in [path, *sorted(path.with_suffix("").iterdir())]:
        other = again.parent / one.relative_to(path.parent)
        assert other.read_bytes() == one.read_bytes(), one


@pytest.mark.parametrize("asked", ["", "  variables: [unique, coherence]\n"])
def test_compiled_steps_do_not_show_in_the_bytes(asked, tmp_path: Path, monkeypatch) -> None:
    """T = 0 has points that NumPy goes on with."""
    text = SMALL.replace("chunk_points: 10\n", "chunk_points: 100\n") + asked
    configuration = variant(tmp_path / "variants", text)
    written = []
    for available in (True, False):
        monkeypatch.setattr(steady_states, "is_available", lambda available=available: available)
        monkeypatch.setattr(steady_states, "WORTH_COMPILING", 1)
        monkeypatch.setattr(steady_states, "HANDFUL", 8)
        path = compute(configuration, "lambda", "nonsecular", tmp_path / str(available))
        written.append((path.with_suffix("") / "0.nc").read_bytes())
    assert written[0] == written[1]


def test_a_job_says_that_nothing_is_compiled(small, tmp_path: Path, monkeypatch, capsys) -> None:
    stored, path = tmp_path / "configuration.json", tmp_path / "0.nc"
    update_json(chunk_configuration(small[0]).resolved(), stored)
    for available in (True, False):
        monkeypatch.setattr(sweep_chunk, "is_available", lambda available=available: available)
        sweep_chunk.main("lambda", "nonsecular", "1", str(path), str(stored))
        assert ("make fast" in capsys.readouterr().err) != available


def test_compression_is_a_choice(small, tmp_path: Path) -> None:
    text = f"{SMALL}  compression: 4\n"
    configuration = variant(tmp_path / "variants", text)
    path = compute(configuration, "lambda", "nonsecular", tmp_path)
    with xr.open_dataset(small[1]) as plain, xr.open_dataset(path) as compressed:
        xr.testing.assert_equal(plain, compressed)
    with netCDF4.Dataset(path.with_suffix("") / "0.nc") as file:
        assert file["coherence"].filters()["complevel"] == 4
    with netCDF4.Dataset(small[1].with_suffix("") / "0.nc") as file:
        assert file["coherence"].chunking() == "contiguous"


def test_only_what_is_asked_for_is_kept(tmp_path: Path) -> None:
    configuration = variant(tmp_path / "variants", f"{SMALL}  variables: [unique, coherence]\n")
    path = compute(configuration, "lambda", "nonsecular", tmp_path)
    with xr.open_dataset(path) as swept:
        assert set(swept.data_vars) == {"unique", "coherence"}


def test_opening_reads_no_values(small, tmp_path: Path) -> None:
    """Values come from the chunks, when they are asked for; a chunk that is gone is no number."""
    path = tmp_path / small[1].name
    shutil.copy(small[1], path)
    with xr.open_dataset(path, engine="netcdf4") as swept:
        assert not swept["coherence"].variable._in_memory
        shutil.copytree(small[1].with_suffix(""), path.with_suffix(""))
        for part in path.with_suffix("").iterdir():
            if part.name != "0.nc":
                part.unlink()
        part = dict(zip((DETUNING, WEIGHT, *GRID), box((3, 2, 3, 4), 10, 0), strict=True))
        with xr.open_dataset(small[1], engine="netcdf4") as whole:
            xr.testing.assert_equal(swept.isel(part), whole.isel(part))
        elsewhere = swept.isel({DETUNING: 2})
        assert not elsewhere["unique"].any()
        for name in set(swept.data_vars) - {"unique"}:
            assert np.isnan(elsewhere[name]).all(), name


def test_gathered_file_does_not_grow_with_the_points(tmp_path: Path) -> None:
    sizes = []
    for points in (4, 400):
        text = SMALL.replace("points: 4}", f"points: {points}}}").replace(
            "chunk_points: 10", "chunk_points: 2000"
        )
        configuration = variant(tmp_path / "variants", text)
        path = compute(configuration, "lambda", "nonsecular", tmp_path / str(points))
        sizes.append(path.stat().st_size)
    # The longer axis itself, and four chunks instead of one.
    assert sizes[1] - sizes[0] < 396 * 8 + 20_000


def test_gather_refuses_what_does_not_belong(small, tmp_path: Path) -> None:
    configuration, path = small
    content = chunk_configuration(configuration)

    def message() -> str:
        with pytest.raises(ValueError, match=r"^[^\n]*nonsecular/3.nc [^\n]*$") as caught:
            sweeps.gather(content, "lambda", "nonsecular", tmp_path / path.name)
        return str(caught.value)

    shutil.copytree(path.with_suffix(""), tmp_path / "nonsecular")
    part = tmp_path / "nonsecular/3.nc"
    part.unlink()
    assert "is missing" in message()
    shutil.copy(path.with_suffix("") / "4.nc", part)  # (1, 1, 2, 4), where (1, 1, 1, 4) belongs
    assert "has other points of three_level.energy_difference.lambda than" in message()
    other = substituted(content, {"three_level.mean_energy": 1.1})
    sweeps.write_chunk(other, "lambda", "nonsecular", 3, part)
    assert "is of another sweep" in message()
    sweeps.write_chunk(content, "lambda", "secular", 3, part)
    assert "is of another sweep" in message()
    assert not (tmp_path / path.name).exists()


def cut_short(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def test_open_sweep(small, tmp_path: Path, monkeypatch) -> None:
    """Whole, it reads as ever; what is wrong with any chunk is said in one line."""
    path = tmp_path / small[1].name
    parts = path.with_suffix("")
    shutil.copy(small[1], path)
    advice = "remove what there is of them, and run again"

    def refused() -> str:
        with pytest.raises(DataError, match=r"\A.+\Z") as caught:
            open_sweep(path)
        return str(caught.value)

    missing = [f"{parts}/{number}.nc is missing" for number in range(12)]
    assert refused() == f"{'; '.join(missing[:5])}; and 7 more: {advice}"
    shutil.copytree(small[1].with_suffix(""), parts)
    with open_sweep(path) as found, xr.open_dataset(small[1], engine="netcdf4") as expected:
        assert not found["coherence"].variable._in_memory
        xr.testing.assert_identical(found.load(), expected.load())
    cut_short(parts / "3.nc")
    (parts / "7.nc").unlink()
    os.mkfifo(parts / "7.nc")
    shutil.copy(parts / "8.nc", parts / "10.nc")
    assert refused() == (
        f"{parts}/3.nc cannot be read; {parts}/7.nc is missing; {parts}/10.nc has other points of "
        f"{WEIGHT} than this part of the sweep: {advice}"
    )
    other = substituted(chunk_configuration(small[0]), {"three_level.mean_energy": 1.1})
    for number in (3, 7, 10):
        (parts / f"{number}.nc").unlink()
        sweeps.write_chunk(other, "lambda", "nonsecular", number, parts / f"{number}.nc")
    assert refused().startswith(f"{parts}/3.nc is of another sweep; {parts}/7.nc is of")
    allowed = len([*Path("/dev/fd").iterdir()]) + 5
    monkeypatch.setattr(resource, "getrlimit", lambda _: (allowed, 4096))
    path = small[1]
    assert re.match(f"{path} has its values in 12 files, .* may open [0-5] more: raise", refused())
    cut_short(shutil.copy(small[1], tmp_path / "cut.nc"))
    path = tmp_path / "cut.nc"
    assert refused().startswith(f"{path} cannot be read (")


def test_gather_removes_chunks_of_a_finer_cut(small, tmp_path: Path) -> None:
    path = tmp_path / small[1].name
    shutil.copytree(small[1].with_suffix(""), path.with_suffix(""))
    (path.with_suffix("") / "4711.nc").write_text("left over")
    sweeps.gather(chunk_configuration(small[0]), "lambda", "nonsecular", path)
    assert not (path.with_suffix("") / "4711.nc").exists()
    assert path.read_bytes() == small[1].read_bytes()


def test_a_failed_chunk_leaves_nothing(small, tmp_path: Path, monkeypatch) -> None:
    calls = []
    monkeypatch.setattr(sweeps, "BLOCK_POINTS", 3)
    solve = sweeps.solve_block

    def fail(*given, **named):
        calls.append(given)
        if len(calls) == 2:
            raise MemoryError
        return solve(*given, **named)

    monkeypatch.setattr(sweeps, "solve_block", fail)
    content = chunk_configuration(small[0])
    with pytest.raises(MemoryError):
        sweeps.write_chunk(content, "lambda", "nonsecular", 0, tmp_path / "0.nc")
    assert len(calls) == 2
    assert list(tmp_path.iterdir()) == []


# Configuration -----------------------------------------------------------------------------------


def test_what_is_not_given(tmp_path: Path) -> None:
    text = f"sweep: {{parameters: {{{LEFT}.cross_phase: {{values: [0]}}}}}}"
    sweep = variant(tmp_path, text).sweep
    assert sweep.systems == ["lambda", "v", "xi"]
    assert sweep.equations == ["nonsecular", "secular"]
    assert "population" in sweep.variables
    assert "internal_flux" not in sweep.variables
    assert (sweep.chunk_points, sweep.compression) == (50_000_000, 0)


def test_a_huge_sweep_is_cut_into_larger_chunks(tmp_path: Path) -> None:
    started = time.monotonic()
    text = f"""
{AXES}
sweep:
  parameters:
    {DETUNING}: {{start: -0.05, stop: 0.05, points: 100000}}
    {WEIGHT}: {{start: 0.0, stop: 1.0, points: 100000}}
"""
    configuration = variant(tmp_path, text)
    assert number_of_chunks(configuration, "lambda") <= MOST_CHUNKS
    assert configuration.sweep.chunk_points < 2 * 12 * 10**10 / MOST_CHUNKS
    assert safe_minutes(configuration, "lambda", "nonsecular", 0) > 60
    assert time.monotonic() - started < 10.0


def test_cost(small, tmp_path: Path, monkeypatch) -> None:
    """Of what is still to be computed: 12 numbers a point, levels and baths counted, and a byte."""
    configuration, path = small
    assert cost(configuration, "lambda", "nonsecular", path.with_suffix("")) == ""
    (tmp_path / "0.nc").touch()
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=10_000))
    points = 3 * 2 * 3 * 4 - 2 * 4
    needed = points * (8 * (3 + 2 + 7) + 1)
    said = cost(configuration, "lambda", "nonsecular", tmp_path)
    assert said == (
        f"{tmp_path}: 11 jobs for {points} points, {needed / 1e6:.3g} MB of 0.01 MB left, "
        "1 minutes of processor time at the most"
    )
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=needed - 1))
    with pytest.raises(ConfigurationError, match=r"^sweep over 64 points of lambda by nonsecular "):
        cost(configuration, "lambda", "nonsecular", tmp_path)
    compressed = variant(tmp_path / "variants", f"{SMALL}  compression: 9\n")
    assert "MB before compression of" in cost(compressed, "lambda", "nonsecular", tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=needed // 2000))
    with pytest.raises(ConfigurationError, match="MB before compression, and the disk has "):
        cost(compressed, "lambda", "nonsecular", tmp_path / "not" / "there")


def test_what_is_added_to_a_sweep_changes_no_chunk(tmp_path: Path) -> None:
    before = chunk_configuration(variant(tmp_path, SMALL))
    more = SMALL.replace("[nonsecular, secular]", "[nonsecular]")
    assert chunk_configuration(variant(tmp_path, more)) == before
    for old, new in [
        ("start: 0.0, stop: 1.0, points: 4}", "start: 0.0, stop: 1.0, points: 5}"),
        ("chunk_points: 10", "chunk_points: 11"),
        ("values: [0.0, 1.0]", "values: [0.0, 0.5]"),
    ]:
        assert old in SMALL
        assert chunk_configuration(variant(tmp_path, SMALL.replace(old, new))) != before


def sweep_of(text: str, parameters: str = f"{DETUNING}: {{values: [0.01, 0.02]}}") -> str:
    return f"{AXES}\nsweep:\n  parameters:\n    {parameters}\n{text}"


def parameter(name: str, axis: str = "{values: [0.5]}") -> str:
    return sweep_of("", f"{name}: {axis}")


def figure(text: str) -> str:
    return sweep_of(f"  equations: [secular]\n  figures:\n    one: {{{text}}}\n")


ISOTROPIC = "shape: isotropic, dimension: 1, distance: 1, speed: 1"
ATOMS = (
    "three_level:",
    f"three_level:\n  baths: {{left: {{weight_factor: {{{ISOTROPIC}}}}}}}",
    1,
)
CUT = f"at: {{{DETUNING}: 0.01}}"
MAP = f"variable: coherence, x: temperature, y: temperature_difference, {CUT}"
FIGURE = "sweep.figures.one"
BAD = [
    ("sweep: 3", "sweep is 3, expected a mapping"),
    ("sweep: {}", "sweep.parameters is missing, expected a mapping of dotted names"),
    ("sweep: {parameters: {}}", "sweep.parameters is {}, expected a mapping of dotted names"),
    ("sweep: {parameters: [a]}", 'sweep.parameters is ["a"]'),
    (sweep_of("  chunks: 3\n"), "sweep.chunks is not a known key"),
    (sweep_of("  chunk_point: 3\n"), "did you mean 'chunk_points'?"),
    # Names.
    (parameter("three_level.mean_enrgy"), "is not in this variant"),
    (parameter("three_level.mean_enrgy"), "did you mean 'three_level.mean_energy'?"),
    (parameter("mean_energy"), "sweep.parameters.mean_energy is not in this variant"),
    (parameter(f"{LEFT}.transition_1.cutoff"), "is not in this variant"),
    (parameter(f"{LEFT}.transition_1.shape"), 'is "flat", not a number'),
    (parameter(f"{LEFT}.transition_1"), '"strength": 0.01}, not a number'),
    (parameter("three_level.temperature"), "not a number"),
    (parameter("three_level.temperature.points"), "is not in this variant"),
    (parameter("figure_4.temperature"), "has no effect on the steady states"),
    (parameter("spectra.frequency.points"), "has no effect on the steady states"),
    (parameter("lamb_shift"), "is false, not a number"),
    # Values.
    (parameter(WEIGHT, "3"), f"{WEIGHT} is 3, expected a mapping with start, stop and points"),
    (parameter(WEIGHT, "{start: 0, stop: 1}"), f"{WEIGHT}.points is missing"),
    (parameter(WEIGHT, "{values: [0.5, 0.1]}"), f"{WEIGHT}.values[1] is 0.1, expected more than"),
    (parameter(WEIGHT, "{start: 1, stop: 0, points: 2}"), f"{WEIGHT}.stop is 0, expected more"),
    (parameter(WEIGHT, "{values: [0.5, a]}"), f'{WEIGHT}.values[1] is "a", expected a number'),
    (
        parameter(WEIGHT, "{values: [0.5, 1.1]}"),
        f"sweep.parameters.{WEIGHT}.values[1] is 1.1, expected a number from 0 to 1",
    ),
    (
        parameter(WEIGHT, "{start: -0.1, stop: 1, points: 3}"),
        f"sweep.parameters.{WEIGHT}.start is -0.1, expected a number from 0 to 1",
    ),
    (parameter(f"{LEFT}.weight_factor.dipole"), "is not in this variant"),
    (parameter("three_level.mean_energy", "{values: [0.0]}"), "is 0.0, expected a number > 0"),
    (parameter(f"{LEFT}.transition_1.strength", "{values: [-1]}"), "is -1, expected a number >= 0"),
    (
        parameter(f"{LEFT}.weight_factor.dimension", "{values: [1, 3]}")
        .replace(*ATOMS)
        .replace("dimension: 1", "dipole: parallel, dimension: 3"),
        "dimension.values[0] is 1, but dipole of the shape isotropic is parallel, expected none",
    ),
    (
        parameter(f"{LEFT}.weight_factor.dimension", "{values: [1, 2, 2.5]}").replace(*ATOMS),
        "values[2] is 2.5, expected 1, 2 or 3",
    ),
    (
        parameter(f"{LEFT}.weight_factor.dimension", "{start: 1, stop: 3, points: 3}").replace(
            *ATOMS
        ),
        "is a range, expected {values: [...]} of integers",
    ),
    # Values together.
    (
        parameter(DETUNING, "{values: [0.0, 2.0]}"),
        f"sweep.parameters reaches {DETUNING} = 2.0: {DETUNING} is 2.0, expected between -2.0 and",
    ),
    (
        sweep_of(
            "    three_level.mean_energy: {values: [0.1, 1.0]}\n",
            f"{DETUNING}: {{start: -0.3, stop: 0.1, points: 7}}",
        ),
        f"sweep.parameters reaches {DETUNING} = -0.3, three_level.mean_energy = 0.1: ",
    ),
    (parameter("coupled_tls.coupling", "{values: [-1.5, 0.1]}"), "coupled_tls.coupling = -1.5: "),
    (
        sweep_of(
            "    coupled_tls.frequency_2: {values: [0.1, 1.0]}\n",
            "coupled_tls.coupling: {values: [0.01, 0.5]}",
        ),
        "reaches coupled_tls.coupling = 0.5, coupled_tls.frequency_2 = 0.1: coupled_tls.coupling",
    ),
    # Systems, equations, variables, chunks.
    (
        sweep_of("    coupled_tls.coupling: {values: [0.1]}\n"),
        f"has {DETUNING} and coupled_tls.coupling, which no system has in common",
    ),
    (sweep_of("  systems: [v]\n"), f"sweep.systems has v, which does not depend on {DETUNING}"),
    (sweep_of("  systems: [lambd]\n"), "did you mean 'lambda'?"),
    (sweep_of("  systems: []\n"), "sweep.systems is [], expected a list of different names"),
    (sweep_of("  systems: [lambda, lambda]\n"), "expected a list of different names"),
    (sweep_of("  systems: lambda\n"), 'sweep.systems is "lambda", expected a list'),
    (sweep_of("  equations: [secula]\n"), "did you mean 'secular'?"),
    (sweep_of("  equations: [nonsecular_lamb]\n"), "expected lamb_shift: true with it"),
    (sweep_of("  variables: [coherance]\n"), "did you mean 'coherence'?"),
    (sweep_of("  variables: [internal_flux]\n"), 'sweep.variables[0] is "internal_flux"'),
    (sweep_of("  chunk_points: 0\n"), "sweep.chunk_points is 0, expected an integer from 1"),
    (sweep_of("  chunk_points: 1e3\n"), "sweep.chunk_points is 1000.0, expected an integer"),
    (
        SMALL.replace("points: 3}", "points: 100}"),
        "sweep.chunk_points is 10, which makes 400 jobs for a system, expected 25 or more",
    ),
    (sweep_of("  compression: 10\n"), "sweep.compression is 10, expected an integer from 0 to 9"),
    # Figures.
    (sweep_of("  figures: {a b: {}}\n"), "expected a name of letters, digits, _ and -"),
    (figure(f"variable: coherence, x: temperature, {CUT}"), f"{FIGURE} has neither y nor curves"),
    (figure(f"{MAP}, curves: temperature"), f"{FIGURE} has both y and curves"),
    (figure(MAP.replace("x: temperature,", "")), f"{FIGURE}.x is missing"),
    (figure(MAP.replace("x: temperature", "x: temperatur")), "did you mean 'temperature'?"),
    (
        figure(MAP.replace("y: temperature_difference", "y: temperature")),
        f"{FIGURE}.y is temperature, expected another dimension than x",
    ),
    (figure(MAP.replace(DETUNING, WEIGHT)), f'{FIGURE}.at is "{WEIGHT}", expected one of'),
    (figure(MAP.replace(": 0.01", ": 0.1")), "is 0.1, expected a number from 0.01 to 0.02"),
    (figure(MAP.replace(CUT, "at: {}")), f"{FIGURE}.at.{DETUNING} is missing"),
    (figure(MAP.replace("coherence", "coherense")), "did you mean 'coherence'?"),
    (figure(MAP.replace("coherence", "population")), f"{FIGURE}.level is missing"),
    (figure(MAP.replace("coherence", "population, level: g3")), "expected one of g1, g2, e"),
    (figure(MAP.replace("coherence", "energy_current, bath: up")), "expected one of left, right"),
    (figure(f"{MAP}, level: e"), f"{FIGURE}.level is e, expected none for the variable coherence"),
    (figure(f"{MAP}, system: v"), f'{FIGURE}.system is "v", expected one of lambda'),
    (figure(MAP).replace("[secular]", "[secular, unified]"), f"{FIGURE}.equation is missing"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "expected"), BAD, ids=[f"bad{number}" for number in range(len(BAD))]
)
def test_what_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        variant(tmp_path, text)
    (line,) = str(caught.value).splitlines()
    assert line.startswith(f"variant mine ({tmp_path / 'mine.yaml'}): ")
    assert expected in line
    assert "expected" in line or "did you mean" in line


def test_tables_cover_what_is_swept(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("table.csv").write_text("frequency,value\n0.98,0.01\n1.02,0.02\n")
    table = "three_level: {baths: {left: {transition_1: {shape: tabulated, file: table.csv}}}}"
    sweep = f"sweep: {{parameters: {{{DETUNING}: {{values: [-0.03, %s]}}}}}}\n{table}\n"
    assert variant(tmp_path, sweep % "0.04").sweep.systems == ["lambda"]
    with pytest.raises(ConfigurationError, match=r"table.csv.*expected at least 0.97.* to 1.02"):
        variant(tmp_path, sweep % "0.05")


def test_principal_values_converge_everywhere(tmp_path: Path) -> None:
    _, _, text = CASES["principal values"]
    text = text.replace("cutoff: {values: [3.0, 4.0]}", "exponent: {values: [%s, 1.0]}")
    variant(tmp_path, text % "0.5")
    with pytest.raises(ConfigurationError, match=r"reaches .*exponent = 0.0: lamb_shift is true"):
        variant(tmp_path, text % "0.0")


# Figures -----------------------------------------------------------------------------------------

SHOWN = {
    "map": {"variable": "coherence", "x": "temperature", "y": DETUNING},
    "map of one sign change": {"variable": "coherence_real", "x": DETUNING, "y": WEIGHT},
    "map of zeros and ones": {"variable": "unique", "x": DETUNING, "y": "temperature"},
    "population": {"variable": "population", "level": "e", "x": "temperature", "curves": DETUNING},
    "current": {"variable": "energy_current", "bath": "left", "x": WEIGHT, "curves": GRID[1]},
}


@pytest.mark.parametrize("name", SHOWN)
def test_figure(small, name: str, tmp_path: Path) -> None:
    """The same bytes each time, nothing cut off, and no chunk read that is not shown."""
    configuration, path = small
    shown = SHOWN[name]
    drawn = (shown["x"], shown.get("y", shown.get("curves")))
    at = {key: 0.9 for key in sweep_axes(configuration, "lambda") if key not in drawn}
    twice = range(2 if name == "map" else 1)
    for number in twice:
        with xr.open_dataset(path, engine="netcdf4") as data:
            picture = figures.draw("sweep", [data], figure={**shown, "at": at})
            save(picture, tmp_path / str(number))
            # The nearest point to 0.9 is the last one of every axis.
            cut = data[shown["variable"]].isel(dict.fromkeys(at, -1)).astype(float)
            cut = cut.sel({key: shown[key] for key in ("level", "bath") if key in shown})
            expected = cut.transpose(drawn[1], drawn[0]).values
    axes = picture.axes[0]
    if "y" in shown:
        # A coarse grid is interpolated: its own points are some of those drawn.
        rows, columns = (-(-FINE // (size - 1)) if size < FINE else 1 for size in expected.shape)
        mesh = axes.collections[0]
        drawn_shape = tuple(number - 1 for number in mesh.get_coordinates().shape[:2])
        found = np.asarray(mesh.get_array()).reshape(drawn_shape)[::rows, ::columns]
    else:
        found = np.array([line.get_ydata() for line in axes.lines])
    assert np.array_equal(found, expected)
    for suffix in FORMATS:
        assert len({(tmp_path / f"{number}.{suffix}").read_bytes() for number in twice}) == 1
    pixels = matplotlib.image.imread(tmp_path / "0.png")[..., :3]
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    assert (edge == 1.0).all()
    assert (pixels != 1.0).any()


# The chain ---------------------------------------------------------------------------------------


def test_the_time_of_a_file_is_that_of_its_last_change(tmp_path: Path) -> None:
    path = tmp_path / "new" / "file.json"
    update_json({"a": 1}, path)
    os.utime(path, (1, 1))
    update_json({"a": 1}, path)
    assert path.stat().st_mtime == 1
    update_json({"a": 2}, path)
    assert path.stat().st_mtime > 1
    assert json.loads(path.read_text()) == {"a": 2}


def test_a_chunk_imports_no_more_than_it_needs() -> None:
    code = (
        "import sys, li_cai_sun_2015.data.sweeps;"
        "sys.exit(','.join({'xarray', 'pandas', 'h5py', 'matplotlib'} & set(sys.modules)) or None)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_progress(small, tmp_path: Path, monkeypatch) -> None:
    """Two jobs side by side, one chunk of an earlier run, one of an earlier configuration."""
    content = chunk_configuration(small[0])
    source = tmp_path / "configuration"
    source.touch()
    os.utime(source, (1000, 1000))
    for number, made in {0: 900, 1: 1100, 2: 2010, 3: 2010, 4: 2020}.items():
        part = tmp_path / f"{number}.nc"
        part.touch()
        os.utime(part, (made, made))
    sizes = [math.prod(extent(part)) for part in boxes((3, 2, 3, 4), 10)]
    done, rate = sum(sizes[1:5]), sum(sizes[2:5]) / 20
    monkeypatch.setenv("STEADY_COHERENCE_STARTED", "2000")
    line = sweeps.progress(content, "lambda", tmp_path / "4.nc", [source], 10.0)
    assert (done, rate) == (24, 1.0)
    assert line == f"{tmp_path}: 24 of 72 points, 1 points per second, 0:00:48 left"
    # Without a start of the run, a job speaks for itself.
    monkeypatch.delenv("STEADY_COHERENCE_STARTED")
    line = sweeps.progress(content, "lambda", tmp_path / "4.nc", [source], 2.0)
    assert f" {sizes[4] / 2:.0f} points per second" in line


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of what the workflow needs, with one small variant more."""
    parts = ("Snakefile", "config", "workflow", "src", "profiles", "environment.yml")
    shipped.copy(tmp_path, parts)
    text = SMALL.replace("chunk_points: 10", "chunk_points: 16")
    (tmp_path / "config/variants/mine.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def run(project: Path, *targets: str) -> subprocess.Popen[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.Popen(
        [sys.executable, "-m", "snakemake", "--cores", "1", *targets],
        cwd=project,
        env=os.environ | {"PATH": path, "STEADY_COHERENCE_STARTED": str(time.time())},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def finished(project: Path, *targets: str) -> str:
    process = run(project, *targets)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said
    return said


def without_origin(path: Path) -> xr.Dataset:
    """What a file holds, but for what is told of a stage: here, one is made by none."""
    with xr.open_dataset(path, engine="netcdf4") as dataset:
        return (
            dataset.load()
            .drop_attrs(deep=False)
            .assign_attrs(
                {name: it for name, it in dataset.attrs.items() if name not in {*NAMES, "history"}}
            )
        )


@pytest.mark.ci
def test_an_interrupted_sweep_goes_on_where_it_stopped(project: Path, tmp_path: Path) -> None:
    folder = project / "results/mine/sweep/lambda"
    target = "results/mine/sweep/lambda/nonsecular.nc"
    process = run(project, target)
    limit = time.monotonic() + 120
    while len(list(folder.glob("nonsecular/[0-9]*.nc"))) < 2:
        assert process.poll() is None
        assert time.monotonic() < limit
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    kept = {part: part.stat().st_mtime_ns for part in folder.glob("nonsecular/[0-9].nc")}
    assert 2 <= len(kept) < 6

    said = finished(project, target)
    assert "72 of 72 points" in said
    # The chunk that was being registered when the end came may be made again.
    again = [part for part, made in kept.items() if part.stat().st_mtime_ns != made]
    assert len(again) <= 1
    undisturbed = compute(
        load_variant("mine", project / "config/variants"),
        "lambda",
        "nonsecular",
        tmp_path / "other",
    )
    for part in ["nonsecular.nc", *(f"nonsecular/{number}.nc" for number in range(6))]:
        made, expected = (without_origin(one / part) for one in (folder, undisturbed.parent))
        xr.testing.assert_identical(made, expected)
    assert "Nothing to be done" in finished(project, target)

    # Another figure draws only that; other chunks replace all of the old ones.
    variant_file = project / "config/variants/mine.yaml"
    made = {part: part.stat().st_mtime_ns for part in folder.rglob("*.nc")}
    text = variant_file.read_text() + (
        f"  figures: {{one: {{equation: nonsecular, variable: coherence, x: temperature, "
        f"y: temperature_difference, at: {{{DETUNING}: 0.0, {WEIGHT}: 0.0}}}}}}\n"
    )
    variant_file.write_text(text)
    finished(project, "figures/mine/sweep/one.png")
    assert {part: part.stat().st_mtime_ns for part in folder.rglob("*.nc")} == made
    variant_file.write_text(text.replace("values: [0.0, 1.0]", "values: [0.0]"))
    finished(project, target)
    assert sorted(folder.rglob("*.nc")) == sorted(
        [folder / "nonsecular.nc", *(folder / f"nonsecular/{number}.nc" for number in range(3))]
    )
    with xr.open_dataset(folder / "nonsecular.nc") as data:
        assert data[WEIGHT].values.tolist() == [0.0]
        assert data["unique"].sum() > 0
