"""Verification says yes to what is the same, and no, with the place, to what is not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import matplotlib as mpl
import netCDF4  # noqa: F401 -- imported late, it warns of NumPy
import numpy as np
import pytest

from drawn_at_random import share
from li_cai_sun_2015.configuration.variant import load_variant
from li_cai_sun_2015.data.spectra import spectra_dataset
from li_cai_sun_2015.data.steady_states import steady_state_dataset
from li_cai_sun_2015.figures import FIGURES, draw_in_any_style
from li_cai_sun_2015.reference import KEPT
from paper_replication import datasets
from paper_replication.command_line import main
from paper_replication.files import read_json, write_json, write_text
from paper_replication.style import project_style
from paper_replication.verification import (
    builds,
    pictures,
    update_reference,
    values,
    verify_reference,
)

REFERENCE = Path(__file__).parents[1] / "reference"
PLACE = {"temperature": 0.5, "temperature_difference": 0.1}
WHERE = "temperature 0.5, temperature_difference 0.1"


def computed(configuration):
    spectra = spectra_dataset(configuration)
    return {"spectra": spectra} | {
        name: steady_state_dataset(configuration, *name.split("/")) for name in KEPT.datasets[1:]
    }


@pytest.fixture(scope="module")
def results():
    """Datasets of the paper's variant on the places alone."""
    grid = {
        axis: {"values": list(KEPT.places[axis])}
        for axis in ("temperature", "temperature_difference")
    }
    return computed(load_variant("paper").changed({"three_level": grid, "coupled_tls": grid}))


@pytest.fixture(scope="module")
def full_results():
    return computed(load_variant("paper"))


def changed(dataset, variable, change, **place):
    """Return a copy with another value at one place."""
    copy = dataset.copy(deep=True)
    at = {
        name: values.close_to_point(copy[name].values, value, name)
        if isinstance(value, float)
        else list(copy[name].values).index(value)
        for name, value in place.items()
    }
    copy[variable][at] = change(float(copy[variable][at]))
    return copy


def compare(dataset, reference, name="lambda/nonsecular"):
    """Compare and return the lines that say no."""
    comparisons = values.compare_values(name, dataset, values.renewed(reference, None, KEPT), KEPT)
    assert len({comparison.quantity for comparison in comparisons}) == len(comparisons)
    return [str(comparison) for comparison in comparisons if not comparison.agrees]


class TestValues:
    def test_same_results_agree(self, results):
        for name, dataset in results.items():
            assert compare(dataset, values.summarise(dataset, KEPT), name) == []

    def test_paper_agrees_with_the_reference(self, full_results):
        kept = read_json(REFERENCE / "paper.json")
        assert list(kept["datasets"]) == list(full_results)
        assert kept["tolerance"] == KEPT.tolerance
        for name, dataset in full_results.items():
            for comparison in values.compare_values(name, dataset, kept["datasets"][name], KEPT):
                assert comparison.agrees, comparison

    @pytest.mark.parametrize(
        ("variable", "place", "size"),
        [
            ("coherence", PLACE, 1e-9),
            ("coherence", PLACE, 1e-13),
            ("population", {"level": "g2", **PLACE}, 1e-9),
            ("energy_current", {"bath": "right", **PLACE}, 1e-13),
        ],
    )
    def test_one_changed_value_is_found(self, results, variable, place, size):
        dataset = results["lambda/nonsecular"]
        other = changed(dataset, variable, lambda value: value + size, **place)
        (line,) = compare(other, values.summarise(dataset, KEPT))
        assert line.startswith(f"no   lambda/nonsecular {variable}: ")
        where = ", ".join(f"{name} {value}" for name, value in place.items())
        assert f"differ; at {where} it is " in line
        assert float(line.split("off by ")[1].split(",")[0]) == pytest.approx(size, rel=0.01)

    def test_small_populations_are_compared_relatively(self, results):
        dataset = results["lambda/nonsecular"]
        place = {"level": "e", "temperature": 0.02, "temperature_difference": 0.0}
        other = changed(dataset, "population", lambda value: value * (1.0 + 1e-11), **place)
        assert float(other["population"].min()) < 1e-20
        (line,) = compare(other, values.summarise(dataset, KEPT))
        assert "level e, temperature 0.02, temperature_difference 0" in line

    def test_a_value_off_the_places_changes_range_or_mean(self, full_results):
        dataset = full_results["lambda/nonsecular"]
        other = dataset.copy(deep=True)
        other["coherence"][100, 33] += 1e-6
        (line,) = compare(other, values.summarise(dataset, KEPT))
        assert "the mean over the grid" in line

    def test_rounding_agrees(self, results):
        rng = np.random.default_rng(0)
        for name, dataset in results.items():
            other = dataset.copy(deep=True)
            for variable in set(other.data_vars) - {"unique", *KEPT.bounds}:
                other[variable] *= 1.0 + rng.uniform(-2e-15, 2e-15, other[variable].shape)
            assert compare(other, values.summarise(dataset, KEPT), name) == []

    def test_zero_has_to_be_zero(self, results):
        dataset = results["xi/nonsecular"]
        other = changed(dataset, "coherence", lambda _: 1e-300, **PLACE)
        (line,) = compare(other, values.summarise(dataset, KEPT))
        assert "it is 1e-300, reference 0.0, off by 1e-300, tolerance 0" in line

    def test_not_a_number_is_a_difference(self, results):
        dataset = results["lambda/nonsecular"]
        other = changed(dataset, "coherence", lambda _: np.nan, **PLACE)
        (line,) = compare(other, values.summarise(dataset, KEPT))
        assert f"at {WHERE} it is null" in line
        assert compare(other, values.summarise(other, KEPT)) == []

    def test_residual_is_bounded_not_compared(self, results):
        dataset = results["lambda/nonsecular"]
        other = changed(dataset, "residual", lambda _: 5e-16, **PLACE)
        assert compare(other, values.summarise(dataset, KEPT)) == []
        other = changed(dataset, "residual", lambda _: 5e-15, **PLACE)
        assert compare(other, values.summarise(dataset, KEPT)) == [
            f"no   lambda/nonsecular residual: 5e-15 at {WHERE}, bound 1e-15"
        ]

    def test_no_number_anywhere(self, results):
        dataset = results["v/nonsecular"]
        other = dataset.copy(deep=True)
        other["residual"][:] = other["coherence"][:] = np.nan
        lines = compare(other, values.summarise(dataset, KEPT), "v/nonsecular")
        assert "v/nonsecular residual: is nowhere a number" in lines[1]
        assert "27 of 27 numbers differ" in lines[0]

    def test_missing_and_new_variables(self, results):
        dataset = results["lambda/nonsecular"]
        fewer = dataset.drop_vars("coherence")
        assert compare(fewer, values.summarise(dataset, KEPT)) == [
            "no   lambda/nonsecular coherence: is missing"
        ]
        assert compare(dataset, values.summarise(fewer, KEPT)) == [
            "no   lambda/nonsecular coherence: is not in the reference"
        ]

    def test_another_grid(self, results, full_results):
        dataset = results["lambda/nonsecular"]
        (line,) = compare(full_results["lambda/nonsecular"], values.summarise(dataset, KEPT))
        assert line == "no   lambda/nonsecular axes: temperature has points 199, reference 6"
        moved = dataset.assign_coords(temperature=dataset["temperature"] * 1.001)
        (line,) = compare(moved, values.summarise(dataset, KEPT))
        assert "temperature has no point 0.02; the nearest one is 0.02002" in line
        renamed = dataset.assign_coords(level=["g2", "g1", "e"])
        (line,) = compare(renamed, values.summarise(dataset, KEPT))
        assert 'level is ["g2", "g1", "e"], reference ["g1", "g2", "e"]' in line


class TestReferenceFolder:
    def folders(self, tmp_path, results):
        for name, dataset in results.items():
            datasets.write(dataset, tmp_path / "paper" / f"{name}.nc")
        picture = np.random.default_rng(0).uniform(0, 255, (90, 120, 3)).astype(np.uint8)
        for name in FIGURES:
            pictures.Image.fromarray(picture).save(tmp_path / f"{name}.png")
        claims = [{"claim": 1, "verdict": "holds"}, {"claim": 2, "verdict": "fails"}]
        equations = [{"id": "(1)", "verdict": "definition"}]
        write_json({"claims": claims, "equations": equations}, tmp_path / "paper" / "claims.json")
        (tmp_path / "paper" / "findings.md").write_text("One holds.\nOne fails.\n")
        return tmp_path / "paper", tmp_path, tmp_path / "reference"

    def test_update_and_verify(self, results, tmp_path):
        folders = self.folders(tmp_path, results)
        update_reference(KEPT, *folders)
        comparisons = verify_reference(KEPT, *folders)
        assert [line for line in comparisons if not line.agrees] == []
        assert len(comparisons) > 100
        # Without a dataset and a figure, and with another verdict and page.
        (folders[0] / "findings.md").write_text("One holds.\nOne holds.\n")
        (folders[0] / "v" / "secular.nc").unlink()
        (folders[1] / "fig4.png").unlink()
        claims = read_json(folders[0] / "claims.json")
        claims["claims"][1]["verdict"] = "holds"
        write_json(claims, folders[0] / "claims.json")
        wrong = [str(line) for line in verify_reference(KEPT, *folders) if not line.agrees]
        assert wrong == [
            "no   v/secular: is missing",
            "no   claim 2: now 'holds', reference 'fails'",
            "no   findings: differs in line 2: 'One holds.', reference 'One fails.'",
            "no   figure fig4: is missing",
        ]

    def test_an_update_changes_only_what_differs(self, results, tmp_path):
        folders = self.folders(tmp_path, results)
        update_reference(KEPT, *folders)
        old = (folders[2] / "paper.json").read_text()
        name = "lambda/nonsecular"
        other = results[name] * (1.0 + 3e-16)  # rounding everywhere
        other.attrs = results[name].attrs
        other["population"] = changed(
            other, "population", lambda value: value + 1e-6, level="g1", **PLACE
        )["population"]
        other["unique"] = results[name]["unique"]
        datasets.write(other, folders[0] / f"{name}.nc")
        update_reference(KEPT, *folders)
        new = (folders[2] / "paper.json").read_text()
        before, after = (text.splitlines() for text in (old, new))
        pairs = [(a, b) for a, b in zip(before, after, strict=True) if a != b]
        assert [a.split('"')[1] for a, _ in pairs] == [
            "level g1: minimum, maximum, mean",
            "level g1, temperature 0.5",
        ]
        assert all(len(line) < 220 for line in before)

    def test_every_figure_has_a_picture(self):
        kept = {path.stem for path in (REFERENCE / "paper").glob("*.png")}
        assert kept == set(FIGURES)
        assert sum(path.stat().st_size for path in REFERENCE.rglob("*.*")) < 1_500_000


def drawn(results, path, change=lambda values, _: values, **settings):
    """Draw Fig. 3 with changed coherences and some settings of matplotlib on top of the style."""
    data = []
    for name in ("lambda/nonsecular", "v/nonsecular"):
        dataset = results[name].copy(deep=True)
        dataset["coherence"].values = change(
            dataset["coherence"].values, dataset["coherence"].dims.index
        )
        data.append(dataset)
    with project_style():
        mpl.rcParams.update({key.replace("_", ".", 1): value for key, value in settings.items()})
        figure = draw_in_any_style("fig3", data, "paper")
        figure.draw_without_rendering()
        figure.set_layout_engine("none")
        figure.savefig(path)
    return path


def moved(dimension, steps):
    """Move values along an axis by some points of the grid."""

    def change(coherence, axis_of):
        axis = axis_of(dimension)
        source = np.clip(np.arange(coherence.shape[axis]) - steps, 0, None)
        return np.take(coherence, source, axis)

    return change


@pytest.fixture(scope="module")
def folder(full_results, tmp_path_factory):
    folder = tmp_path_factory.mktemp("pictures")
    drawn(full_results, folder / "figure.png")
    pictures.write_reference(folder / "figure.png", folder / "reference.png")
    return folder


#: Settings of Matplotlib, the one that moves most pixels first.
RASTERISERS = (
    {"lines_antialiased": False, "text_antialiased": False},
    {"text_hinting": "none"},
    {"text_hinting": "native"},
)
#: The change that is seen least first.
CHANGES = {
    "contours up": moved("temperature", 3),  # 3 of 199 points: 1.5 % of the axis
    "2 % less": lambda coherence, _: 0.98 * coherence,
    "2 % more": lambda coherence, _: 1.02 * coherence,
    "contours to the right": moved("temperature_difference", 3),
}


class TestPictures:
    """The calibration of the threshold, on Fig. 3."""

    def compare(self, found, folder):
        return pictures.compare_picture("figure fig3", found, folder / "reference.png")

    def test_paper_agrees_with_the_reference(self, folder):
        kept = REFERENCE / "paper" / "fig3.png"
        comparison = pictures.compare_picture("fig3", folder / "figure.png", kept)
        assert comparison.agrees, comparison

    @pytest.mark.parametrize("shift", [0, 1, 2, 3])
    def test_shifted_by_up_to_a_dot(self, folder, tmp_path, shift):
        """A shift by one dot of the reference is one by three dots of the figure."""
        with pictures.Image.open(folder / "figure.png") as image:
            shifted = np.roll(np.asarray(image), (shift, shift), (0, 1))
        pictures.Image.fromarray(shifted).save(tmp_path / "shifted.png")
        assert self.compare(tmp_path / "shifted.png", folder).agrees

    @pytest.mark.parametrize("settings", share(RASTERISERS, few=2), ids=" ".join)
    def test_drawn_by_another_rasteriser(self, folder, full_results, tmp_path, settings):
        found = drawn(full_results, tmp_path / "other.png", **settings)
        comparison = self.compare(found, folder)
        assert comparison.agrees, comparison

    @pytest.mark.parametrize("change", share(CHANGES, few=2))
    def test_moved_contours(self, folder, full_results, tmp_path, change):
        change = CHANGES[change]
        comparison = self.compare(drawn(full_results, tmp_path / "moved.png", change), folder)
        assert not comparison.agrees
        assert "levels, threshold 8, most of all" in comparison.finding

    def test_other_size_and_missing(self, folder, tmp_path):
        with pictures.Image.open(folder / "figure.png") as image:
            image.crop((0, 0, 900, 600)).save(tmp_path / "cropped.png")
        finding = self.compare(tmp_path / "cropped.png", folder).finding
        assert finding == "has 300 x 200 dots, reference 700 x 250"
        assert self.compare(tmp_path / "none.png", folder).finding == "is missing"
        finding = pictures.compare_picture("", folder / "figure.png", tmp_path / "none.png").finding
        assert finding == "has no reference picture"


class TestBuilds:
    NAMES = ("results/a.nc", "results/a.json", *(f"figures/a.{s}" for s in ("png", "pdf", "svg")))

    @pytest.fixture
    def folders(self, tmp_path):
        for folder in ("one", "two"):
            for name in (*self.NAMES, "results/log/a.log"):
                path = tmp_path / folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(folder.encode() if path.suffix == ".log" else b"0123456789")
        return tmp_path / "one", tmp_path / "two"

    def test_same_bytes(self, folders):
        comparisons = builds.compare_folders(*folders)
        assert [line.agrees for line in comparisons] == [True] * 5
        assert str(comparisons[0]) == "yes  two builds, NetCDF files: the same bytes in all 1"

    @pytest.mark.parametrize("name", NAMES)
    def test_one_changed_byte(self, folders, name):
        (folders[1] / name).write_bytes(b"0123x56789")
        (wrong,) = [line for line in builds.compare_folders(*folders) if not line.agrees]
        assert wrong.finding == f"1 of 1 differ: {name} (from byte 4 of 10)"

    def test_missing_files(self, folders):
        (folders[1] / "figures/a.pdf").unlink()
        for folder in folders:
            (folder / "figures/a.svg").unlink()
        wrong = [line.finding for line in builds.compare_folders(*folders) if not line.agrees]
        assert wrong == [
            "1 of 1 differ: figures/a.pdf (missing in the second)",
            "there is no such file",
        ]

    def test_another_day(self, tmp_path):
        """The clock of the second build is ahead, for every way to ask what day it is."""
        ask = """
import datetime, time
print(time.time(), time.time_ns() / 1e9, time.mktime(time.localtime()), time.strftime("%s"))
now = datetime.datetime
print(now.now().timestamp(), now.now(datetime.UTC).timestamp(), now.today().timestamp())
print(time.mktime(time.strptime(time.ctime())), time.mktime(datetime.date.today().timetuple()))
"""
        (tmp_path / "sitecustomize.py").write_bytes(
            Path(builds.__file__).with_name("other_day.py").read_bytes()
        )
        times = [
            np.array(
                subprocess.run(
                    [sys.executable, "-c", ask],
                    env=os.environ | {"PYTHONPATH": str(tmp_path), "PAPER_REPLICATION_DAYS": days},
                    check=True,
                    capture_output=True,
                    text=True,
                ).stdout.split(),
                dtype=float,
            )
            for days in ("0", "400")
        ]
        assert len(times[0]) == 9
        np.testing.assert_allclose(times[1] - times[0], 400 * 86400, atol=90000)


def test_altered_outputs_are_named(tmp_path, monkeypatch):
    """Whatever their dates; what is made anew, or gone, is as it should be."""
    monkeypatch.chdir(tmp_path)

    def compared():
        main("li_cai_sun_2015", ["outputs", "comparison.txt"])
        return Path("comparison.txt").read_text().splitlines()

    same = "yes  outputs before this: all {} hold what was written into them"
    assert compared() == [same.format(0)]
    short, changed = Path("results/mine/claims.json"), Path("figures/mine/fig3.svg")
    for path in (short, changed, Path("elsewhere/page.html")):
        write_text("some text", path)
    assert compared() == [same.format(2)]
    for path, text in ((short, "some te"), (changed, "Some text")):
        date = path.stat().st_mtime_ns
        path.write_text(text)
        os.utime(path, ns=(date, date))
    why = "does not hold what was written into it: remove it, and run again"
    assert compared() == [f"no   {path}: {why}" for path in (changed, short)]
    write_text("another text", changed)
    short.unlink()
    assert compared() == [same.format(1)]
    assert [*builds.outputs(tmp_path)] == [str(changed)]
