"""Stages of the chain: datasets, files and figures, in memory and through NetCDF."""

from __future__ import annotations

import errno
import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import matplotlib as mpl
import matplotlib.image
import netCDF4
import numpy as np
import pytest
import xarray as xr

import fuzz
import shipped
from drawn_at_random import share
from li_cai_sun_2015 import figures
from li_cai_sun_2015.catalogue import EQUATIONS, SYSTEMS
from li_cai_sun_2015.claims import Study, judge_claims
from li_cai_sun_2015.configuration.variant import load_variant
from li_cai_sun_2015.data.exact_comparison import exact_comparison
from li_cai_sun_2015.data.spectra import spectra_dataset
from li_cai_sun_2015.data.steady_states import steady_state_dataset, summary
from paper_replication import datasets
from paper_replication.command_line import main
from paper_replication.figure_registry import FORMATS, selected
from paper_replication.files import replacing, write_json
from paper_replication.refusals import DataError


@pytest.fixture(scope="module")
def configuration():
    return load_variant("quick")


@pytest.fixture(scope="module")
def results(configuration):
    spectra = spectra_dataset(configuration)
    datasets = {"spectra": spectra} | {
        f"{system}/{equation}": steady_state_dataset(configuration, system, equation)
        for system in SYSTEMS
        for equation in EQUATIONS
        if equation != "nonsecular_lamb"  # flat spectra have none
    }
    with fuzz.fewer_exact_solutions():
        datasets["trust"] = exact_comparison(configuration)
    _, datasets["claims"] = judge_claims(Study(configuration, datasets))
    return datasets


class TestSteadyStateDatasets:
    @pytest.mark.parametrize(
        ("system", "levels", "number"),
        [
            ("lambda", ["g1", "g2", "e"], 0.0220112347809628),
            ("v", ["e1", "e2", "g"], 0.0104182060600473),
            ("xi", ["e1", "e2", "g"], 0.0),
            ("coupled_tls", ["G", "E1", "E2", "D"], None),
        ],
    )
    def test_names_and_numbers(self, results, system, levels, number):
        dataset = results[f"{system}/nonsecular"]
        assert list(dataset["level"].values) == levels
        assert dataset["population"].dims == ("level", "temperature", "temperature_difference")
        coherence = dataset["coherence"].sel(temperature=1.0, temperature_difference=1.0)
        if number is not None:
            assert float(coherence) == pytest.approx(number, abs=1e-12, rel=0)

    def test_every_variable_says_what_it_is(self, results):
        for dataset in results.values():
            for variable in dataset.variables.values():
                assert variable.attrs["long_name"]
                if variable.dtype.kind != "U":
                    assert variable.attrs["units"] == "1"
                assert (variable.attrs.get("standard_name") == "status_flag") == (
                    variable.dtype == bool
                )

    def test_attributes_hold_the_configuration(self, results, configuration):
        for dataset in results.values():
            assert json.loads(dataset.attrs["configuration"]) == configuration.resolved()

    @pytest.mark.parametrize("name", ["lambda", "v", "xi", "coupled_tls"])
    def test_stored_spectra_are_those_that_the_steady_states_use(
        self, results, configuration, name
    ):
        """To the bit, at every transition energy."""
        energies = np.unique(configuration.level_system(name).transition_energies)
        spectra = results["spectra"]
        for bath in configuration.baths(name, (1.0, 2.0)):
            used = bath.spectrum_matrices(energies)
            if name == "coupled_tls":
                stored = spectra["site_coupling_spectrum"].sel(
                    site_bath=bath.name, site_frequency=energies
                )
                amplitudes = np.array(bath.coupling_spectrum.amplitudes)
                np.testing.assert_array_equal(
                    used, stored.values[:, None, None] * np.outer(amplitudes, amplitudes)
                )
            else:
                gamma = spectra["coupling_spectrum_real"] + 1j * spectra["coupling_spectrum_imag"]
                stored = gamma.sel(bath=bath.name, frequency=energies)
                np.testing.assert_array_equal(used, stored.transpose("frequency", ...).values)

    def test_summary_reports_what_is_not_positive_or_not_unique(self, results):
        dataset = results["lambda/nonsecular"].copy(deep=True)
        assert "not" not in summary(dataset)
        dataset["unique"][0, :3] = False
        dataset["min_eigenvalue"][1, 1] = -0.25
        dataset["min_eigenvalue"][2:4, 2] = -0.125
        low, high = dataset["temperature"].values[[1, 3]]
        one, two = dataset["temperature_difference"].values[[1, 2]]
        text = summary(dataset)
        assert "not unique (values are NaN): 3 points" in text
        assert (
            f"not positive at 3 points, temperature {low:g} to {high:g}, temperature_difference "
            f"{one:g} to {two:g}; smallest eigenvalue -0.25 at temperature {low:g}, "
            f"temperature_difference {one:g}" in text
        )


@pytest.mark.parametrize("name", shipped.VARIANTS)
def test_every_variant_has_unique_states_and_a_coherence(name):
    """All systems by all equations that the variant asks for, on a small grid of temperatures."""
    grid = {"temperature": {"values": [0.1, 1.0]}, "temperature_difference": {"values": [0.0, 1.0]}}
    variant = load_variant(name)
    if variant.sweep is None:
        variant = variant.changed({"three_level": grid, "coupled_tls": grid})
    for equation in EQUATIONS:
        if equation == "nonsecular_lamb" and not variant.lamb_shift:
            continue
        for system in variant.systems:
            data = steady_state_dataset(variant, system, equation)
            assert data["unique"].all()
            assert data["residual"].max() < 1e-15
            coherence = data["coherence"].sel(temperature_difference=1.0, method="nearest")
            assert bool((coherence > 1e-4).all()) == (equation != "secular" and system != "xi")


class TestSpectraDataset:
    def test_examples_for_figure_4(self, results):
        """The inequalities of (a) and (b) hold for both; only one keeps a coherence."""
        spectra = results["spectra"]
        for example in spectra["example"].values:
            gamma = spectra["example_coupling_spectrum"].sel(example=example)
            at = [
                gamma.sel(
                    transition=number,
                    example_frequency=float(
                        spectra["transition_energy"].sel(system="lambda", transition=number)
                    ),
                )
                for number in (1, 2)
            ]
            assert at[0].sel(bath="left") < at[0].sel(bath="right")
            assert at[1].sel(bath="left") > at[1].sel(bath="right")
        distinct, shared = (
            spectra.sel(example=name) for name in ("distinct_shapes", "shared_shape")
        )
        assert distinct["example_coherence"] > 1e-2
        assert abs(distinct["example_condition_real"]) > 1e-4
        assert shared["example_coherence"] < 1e-15
        assert abs(shared["example_condition_real"]) < 1e-17

    def test_a_table_is_needed_only_where_it_is_used(self, configuration, tmp_path):
        """A table that covers eps_1 and eps_2 but not the coupled TLSs' energies will do."""
        table = tmp_path / "left.csv"
        table.write_text("frequency,value\n0.99,0.01\n1.01,0.03\n")
        curve = {"shape": "tabulated", "file": str(table)}
        baths = {"left": {"transition_1": curve}}
        spectra = spectra_dataset(configuration.changed({"three_level": {"baths": baths}}))
        assert spectra["frequency"].min() >= 0.99
        assert spectra["frequency"].max() <= 1.01
        gamma = spectra["coupling_spectrum_real"].sel(bath="left", transition=1, transition_other=1)
        assert float(gamma.sel(frequency=1.005)) == pytest.approx(0.025, rel=1e-12)


class TestFiles:
    def test_netcdf_opens_in_plain_readers(self, results, tmp_path):
        path = tmp_path / "new" / "lambda.nc"
        datasets.write(results["lambda/nonsecular"], path)
        with netCDF4.Dataset(path) as file:
            assert file["population"].dimensions == (
                "level",
                "temperature",
                "temperature_difference",
            )
            assert file["level_energy"].units == "1"
            assert file["level_energy"].in_units_of == "epsilon"
            assert file["coherence"].ancillary_variables == "unique"
            coordinates = [file[name].ncattrs() for name in file.dimensions]
            assert not any("_FillValue" in names for names in coordinates)
        xr.testing.assert_identical(datasets.read(path), results["lambda/nonsecular"])

    def test_wrong_data_are_refused_in_one_line(self, configuration, tmp_path, monkeypatch, capsys):
        """By the figures and the verdicts: what was copied in part, or from another variant."""
        monkeypatch.chdir(tmp_path)
        resolved, path = Path("configuration.json"), Path("nonsecular.nc")

        def refused():
            for stage, outputs in (
                (("draw", "figures/quick/flux.png"), ()),
                (("verdicts", "quick"), ("claims.json", "claims.nc")),
            ):
                words = [*stage, str(resolved), *outputs, str(path)]
                assert main("li_cai_sun_2015", words) == 1
                assert {found.name for found in tmp_path.iterdir()} <= {resolved.name, path.name}
                said = capsys.readouterr().err
                assert said.count("\n") == 1
            return said

        assert refused().startswith("Error: configuration.json cannot be read (")
        write_json(configuration.changed({"coupled_tls": {"coupling": 0.06}}).resolved(), resolved)
        assert refused().startswith("Error: nonsecular.nc cannot be read (")
        datasets.write(steady_state_dataset(configuration, "coupled_tls", "nonsecular"), path)
        why = "is of another configuration than configuration.json"
        assert refused() == f"Error: nonsecular.nc {why}: remove it and run again\n"
        path.write_bytes(path.read_bytes()[:-1])
        assert refused().startswith("Error: nonsecular.nc cannot be read (")
        resolved.write_bytes(resolved.read_bytes()[:-9])
        assert refused().startswith("Error: configuration.json cannot be read (")

    def test_same_data_same_bytes(self, results, tmp_path):
        for name in ("a.nc", "b.nc"):
            datasets.write(results["coupled_tls/nonsecular"], tmp_path / name)
        assert (tmp_path / "a.nc").read_bytes() == (tmp_path / "b.nc").read_bytes()

    def test_a_failed_write_leaves_the_old_file(self, tmp_path):
        path = tmp_path / "file"
        path.write_text("old")

        def fail():
            with replacing(path) as partial:
                partial.write_text("ne")
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        assert path.read_text() == "old"
        assert list(tmp_path.iterdir()) == [path]

    @pytest.mark.parametrize(
        ("error", "left", "full"),
        [
            (OSError(errno.ENOSPC, "No space left on device"), 10**9, "the disk has 1000000000 b"),
            (OSError(errno.EDQUOT, "Disk quota exceeded"), 10**9, "the quota is used up"),
            (RuntimeError("NetCDF: HDF error"), 100, "the disk has 100 bytes left"),
            (RuntimeError("NetCDF: HDF error"), 10**9, ""),
        ],
    )
    def test_no_room(self, error, left, full, tmp_path, monkeypatch):
        monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=left))

        def write():
            with replacing(tmp_path / "new" / "file") as partial:
                partial.write_text("half")
                raise error

        with pytest.raises(DataError if full else RuntimeError) as caught:
            write()
        said = str(caught.value)
        assert said.startswith(f"{tmp_path}/new/file was not written: {full}") == bool(full)
        assert ("more than the 4 bytes that were written; make room" in said) == bool(full)
        assert [*tmp_path.rglob("*")] == [tmp_path / "new"]


#: They stand for all: `make verify` builds every figure twice, the second time on another day.
FIRST = ["fig3", "trust"]


@pytest.mark.parametrize(
    "name", share(FIRST + [name for name in figures.FIGURES if name not in FIRST], few=2)
)
def test_figure(results, name, tmp_path, monkeypatch):
    """The bytes depend neither on the clock nor on the user's style; nothing is cut off."""
    for number in range(2):
        if number:
            monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
            monkeypatch.setitem(mpl.rcParams, "axes.facecolor", "red")
            monkeypatch.setitem(mpl.rcParams, "font.size", 20)
        shown = [results[data] for data in selected(figures.FIGURES[name].reads, results)]
        figures.make(tmp_path / "quick" / str(number), shown, name)
    for suffix in FORMATS:
        first, second = (tmp_path / "quick" / f"{number}.{suffix}" for number in range(2))
        assert first.read_bytes() == second.read_bytes(), suffix
    picture = matplotlib.image.imread(tmp_path / "quick" / "0.png")[..., :3]
    edge = np.concatenate([picture[0], picture[-1], picture[:, 0], picture[:, -1]])
    assert (edge == 1.0).all()
