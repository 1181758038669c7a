"""Figures: something true is drawn of any valid data, and nothing is cut off or left empty."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
import warnings

import matplotlib as mpl
import numpy as np
import pypdf
import pytest
import xarray as xr

import random_variants
from drawn_at_random import share
from li_cai_sun_2015 import chain, figures
from li_cai_sun_2015.configuration.units import EnergyUnit
from li_cai_sun_2015.configuration.variant import load_variant
from li_cai_sun_2015.data.resolved_frequencies import TOLERANCE, resolved_frequencies
from li_cai_sun_2015.data.spectra import spectra_dataset
from li_cai_sun_2015.data.steady_states import steady_state_dataset
from li_cai_sun_2015.figures import style
from paper_replication import figure_files
from paper_replication import figures as drawing
from paper_replication.figure_registry import figures_in, selected
from paper_replication.style import project_style
from steady_coherence.spectra import Flat, Lorentzian

SMALL = {"temperature": {"start": 0.1, "stop": 2.0, "points": 4}}
ALIKE = {name: {"strength": 0.01} for name in ("transition_1", "transition_2")}
OFF = {name: {"strength": 0.0} for name in ("transition_1", "transition_2")}
LINE = {"shape": "lorentzian", "strength": 0.02, "center": 2.5, "width": 0.004}

#: What differs from the paper, in three_level and coupled_tls.
CASES = {
    "paper": {},
    "determinant_zero": {
        "three_level": {
            "energy_difference": {"lambda": 0.0, "v": 0.0, "xi": 0.0},
            "baths": {"left": ALIKE, "right": ALIKE},
        }
    },
    "baths_off": {"three_level": {"baths": {"left": OFF, "right": OFF}}},
    "one_difference": {"three_level": {"temperature_difference": {"values": [1.0]}}},
    "one_temperature": {
        "coupled_tls": {
            "temperature": {"values": [1.5]},
            "temperature_difference": {"start": -1.0, "stop": 1.0, "points": 5},
        },
        "three_level": {"temperature": {"values": [1.0]}},
    },
    "one_point": {
        section: {"temperature": {"values": [1.0]}, "temperature_difference": {"values": [0.5]}}
        for section in ("three_level", "coupled_tls")
    },
    "equilibrium": {
        section: {"temperature_difference": {"values": [0.0]}}
        for section in ("three_level", "coupled_tls")
    },
    "absolute_zero": {"three_level": {"temperature": {"values": [0.0, 0.5, 1.0]}}},
    "own_bath_each": {
        "three_level": {
            "baths": {
                "left": {"transition_2": {"strength": 0.0}},
                "right": {"transition_1": {"strength": 0.0}},
            }
        }
    },
    "wide_splitting": {
        "three_level": {"energy_difference": {"lambda": -0.3, "v": 0.3, "xi": -0.3}}
    },
    "narrow_bath": {
        "three_level": {
            "mean_energy": 2.5,
            "baths": {"left": {"transition_1": LINE, "transition_2": LINE}},
        }
    },
    "tiny_unit": {
        "three_level": {
            "mean_energy": 1e-9,
            "energy_difference": {"lambda": 1e-11, "v": -1e-11, "xi": 1e-11},
            "baths": {
                "left": {"transition_1": {"strength": 1e-11}, "transition_2": {"strength": 2e-11}},
                "right": {"transition_1": {"strength": 2e-11}, "transition_2": {"strength": 1e-11}},
            },
            "temperature": {"values": [5e-10, 1e-9]},
            "temperature_difference": {"values": [0.0, 1e-9]},
        }
    },
}


def load(folder, name, changes):
    """Variant of a name with a small grid."""
    sections = {
        section: {
            **SMALL,
            "temperature_difference": {"start": 0.0, "stop": 1.0, "points": 3},
            **changes.get(section, {}),
        }
        for section in ("three_level", "coupled_tls")
    }
    (folder / f"{name}.yaml").write_text(
        json.dumps({"description": f"The case {name}", **sections})  # YAML as well
    )
    paper = random_variants.VARIANTS / "paper.yaml"
    (folder / "paper.yaml").write_bytes(paper.read_bytes())
    return load_variant(name, folder=folder)


def computed(configuration):
    """Datasets of a variant but for those of claims and of exact solutions."""
    found = {"spectra": spectra_dataset(configuration)}
    for name in chain.states(configuration):
        found[name] = steady_state_dataset(configuration, *name.split("/"))
    return found


def drawn(name, datasets, *, laid_out=True, **options):
    """Draw a figure with warnings as errors, and lay it out, which takes most of the time."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        figure = figures.draw(name, datasets, "mine", **options)
        if laid_out:
            with project_style():
                figure.draw_without_rendering()
        assert figures.alternative(name, datasets)
    return figure


def contents(axes):
    """What stands in a panel besides its frame: kinds of artists with something to see."""
    found = []
    for line in axes.lines:
        x, y = (np.asarray(values, dtype=float) for values in line.get_data())
        if (np.isfinite(x) & np.isfinite(y)).any() and (
            line.get_linestyle() != "None" or line.get_marker() not in {"None", ""}
        ):
            found.append("line")
    arrays = [one.get_array() for one in axes.collections]
    found += ["map" for array in arrays if array is None or np.isfinite(array).any()]
    found += ["patch" for _ in axes.patches]
    found += ["text" for one in axes.texts if one.get_text().strip()]
    return found


def words(figure):
    """All that is written in the panels of a figure."""
    return "\n".join(text.get_text() for axes in figure.axes for text in axes.texts)


def assert_nothing_empty(figure):
    for axes in figure.axes:
        if axes.axison or axes.get_title(loc="left"):
            assert contents(axes), axes.get_title(loc="left")


def assert_nothing_empty_or_cut_off(figure):
    """The latter of one that is laid out."""
    assert_nothing_empty(figure)
    with project_style():
        # All panels and headings, in inches.
        low, high = figure.dpi * figure.get_tightbbox().get_points()
    assert low.min() > -1.0
    assert (high - figure.bbox.size).max() < 1.0


@pytest.fixture(scope="module")
def case(tmp_path_factory):
    """Datasets of a case."""

    @functools.cache
    def of(name):
        return computed(load(tmp_path_factory.mktemp(name), name, CASES[name]))

    return of


NAMES = [name for name in figures.FIGURES if name not in {"claims", "trust"}]


def read(name, datasets):
    """Those of some datasets that a figure reads, by name."""
    return {one: datasets[one] for one in selected(figures.FIGURES[name].reads, datasets)}


#: Curves, numbers in words and long ones; beside them, the others are laid out much alike.
LAID_OUT = share(["paper", "one_point", "tiny_unit", *CASES], few=3)


@pytest.mark.parametrize("variant", CASES)
@pytest.mark.parametrize("name", NAMES)
def test_every_figure_draws_every_case(case, name, variant):
    shown, others = read(name, case(variant)), read(name, case("paper"))
    # The same numbers are drawn once.
    if variant != "paper" and all(shown[one].equals(others[one]) for one in shown):
        return
    if name in {"fig1", "weight_factors"} and variant != "paper":
        return  # they show nothing of the variant
    if variant in LAID_OUT:
        assert_nothing_empty_or_cut_off(drawn(name, [*shown.values()]))
    else:
        assert_nothing_empty(drawn(name, [*shown.values()], laid_out=False))


@pytest.mark.parametrize("seed", share([1024, 0, 1, 1026, 1040], few=1))
def test_every_figure_draws_random_variants(seed, tmp_path):
    variant = random_variants.draw(np.random.default_rng(1000 + seed))
    random_variants.write(tmp_path, "mine", variant)
    datasets = computed(load_variant("mine", folder=tmp_path))
    for name in set(NAMES) - {"fig1", "weight_factors"}:
        assert_nothing_empty_or_cut_off(drawn(name, [*read(name, datasets).values()]))


@pytest.mark.parametrize("missing", ["lambda", "v", "coupled_tls", "lambda v xi coupled_tls"])
def test_figures_draw_what_a_variant_selects(missing, case):
    datasets = case("paper")
    kept = [name for name in ("lambda", "v", "xi", "coupled_tls") if name not in missing.split()]
    left = {name: data for name, data in datasets.items() if name.split("/")[0] in kept}
    # An empty list would select all.
    own = json.loads(datasets["spectra"].configuration) | {"systems": kept or ["another"]}
    left["spectra"] = datasets["spectra"].assign_attrs(configuration=json.dumps(own))
    for name in NAMES:
        shown = read(name, left)
        if "spectra" not in shown and shown.keys() == read(name, datasets).keys():
            continue  # as ever
        figure = drawn(name, [*shown.values()], laid_out=False)
        assert_nothing_empty(figure)
        if not shown or (missing.count(" ") == 3 and name in {"fig2", "fig4", "flux", "spectra"}):
            assert "does not select" in words(figure) or "selects n" in words(figure)


LABELS = {"y": "the vertical axis", "x": "the horizontal axis"}


class TestClaimMaps:
    """The maps of the claims, whatever they hold."""

    def maps(self, coherence, zeros=0):
        shape = (2, 5, 6)
        region = ("system", "temperature", "temperature_difference")
        gap = np.full(shape, np.nan)
        gap[1] = 1e-3
        names = ("coherence", "coherence_slope", "coherence_over_peak", "relaxation_gap")
        slope = np.random.default_rng(2).normal(size=shape)
        values = (coherence, slope, np.clip(coherence, 0.0, 1.0), gap)
        points = ("zero", np.full(zeros, 0.1))
        data = {name: (region, one) for name, one in zip(names, values, strict=True)} | {
            "zero_system": ("zero", np.full(zeros, "lambda")),
            "zero_temperature": points,
            "zero_temperature_difference": points,
        }
        axes = {name: np.geomspace(0.01, 10.0, shape[at]) for at, name in enumerate(region)}
        axes["system"] = ["lambda", "v"]
        attributes = {"plotted_temperature": [0.0, 2.0], "plotted_temperature_difference": [1.0]}
        return xr.Dataset(data, axes, attributes)

    @pytest.mark.parametrize("what", ["some", "none", "unknown", "in part"])
    def test_drawn(self, what):
        coherence = np.random.default_rng(1).uniform(1e-12, 0.1, (2, 5, 6))
        factor = {"none": 0.0, "unknown": np.nan}.get(what, 1.0)
        coherence *= factor
        if what == "in part":
            coherence[0] = 0.0
            coherence[1, :2] = np.nan
        figure = drawn("claims", [self.maps(coherence, zeros=2)])
        assert_nothing_empty_or_cut_off(figure)
        said = words(figure)
        assert ("zero everywhere" in said) == (what in {"none", "in part"})


@pytest.mark.parametrize("factor", [1.0, 0.0, np.nan])
def test_errors_of_master_equations(factor):
    rng = np.random.default_rng(4)
    equations, systems = ["nonsecular", "secular", "another"], ["lambda", "v"]
    data = {"order": (("equation", "system"), factor * np.ones((3, 2)))}
    axes = {"equation": equations, "system": systems}
    for scan in ("strength", "damping", "detuning"):
        axes[scan] = np.geomspace(0.01, 1.0, 5)
        for name, sizes in (("coherence", (2, 5)), ("truncation", (2, 5)), ("error", (3, 2, 5))):
            dimensions = ("equation", "system", scan)[3 - len(sizes) :]
            data[f"{scan}_{name}"] = (dimensions, factor * rng.uniform(1e-9, 0.1, sizes))
    thermal = ("thermal_system", "bath_shape", "bath_temperatures", "thermal_strength")
    further = dict(
        zip(thermal, (systems, ["broad"], ["hot"], np.geomspace(0.01, 1.0, 5)), strict=True)
    )
    for name, dimensions in (("error", ("equation", *thermal)), ("coherence", thermal)):
        sizes = [len((axes | further)[dimension]) for dimension in dimensions]
        data[f"thermal_{name}"] = (dimensions, rng.uniform(1e-9, 0.1, sizes))
    data["thermal_accuracy"] = data["thermal_coherence"]
    evolution = ("curve", "evolving_system", "evolution_time")
    curves = ["exact", "nonsecular"]
    further |= dict(zip(evolution, (curves, systems, np.linspace(0.0, 9.0, 4)), strict=True))
    data["evolution_coherence"] = (evolution, rng.uniform(0.0, 0.1, (2, 2, 4)))
    assert_nothing_empty_or_cut_off(drawn("trust", [xr.Dataset(data, axes | further)]))


class TestQuantities:
    """`draw_quantity` says something about values of any shape."""

    def draw(self, values, x=None, y=None, **options):
        values = np.asarray(values, dtype=float)
        rows, columns = values.shape
        data = xr.DataArray(
            values,
            {
                "y": np.arange(rows) if y is None else y,
                "x": np.arange(columns) if x is None else x,
            },
            ("y", "x"),
        )
        with project_style(), warnings.catch_warnings():
            warnings.simplefilter("error")
            figure = drawing.new_figure()
            axes = figure.subplots()
            image = drawing.draw_quantity(axes, data, "$q$", LABELS, **options)
            figure.draw_without_rendering()
        assert contents(axes)
        return axes, image

    def test_a_single_row_or_column_is_a_curve(self):
        for values, along, across in (
            ([[1.0, 2.0, 4.0]], "horizontal", "vertical"),
            ([[1.0], [2.0], [4.0]], "vertical", "horizontal"),
        ):
            axes, image = self.draw(values)
            assert image is None
            np.testing.assert_array_equal(axes.lines[0].get_ydata(), [1.0, 2.0, 4.0])
            assert axes.get_xlabel() == f"the {along} axis\nat the {across} axis = $0$"
            assert axes.get_ylabel() == "$q$"

    def test_a_single_point_is_a_number(self):
        axes, _ = self.draw([[0.0123456]])
        assert axes.texts[0].get_text() == "$q$: $0.01235$"

    @pytest.mark.parametrize(
        ("values", "text"),
        [
            (np.zeros((3, 4)), "zero everywhere"),
            (np.full((3, 4), 1e-300), "zero everywhere"),
            (np.full((3, 4), np.nan), "no state anywhere"),
            ([[0.0, np.nan]], "zero everywhere; elsewhere no state"),
            ([[0.0]], "zero"),
            ([[np.nan]], "no state anywhere"),
        ],
    )
    def test_nothing_to_see_is_said(self, values, text):
        axes, image = self.draw(values, missing="no state")
        assert image is None
        assert axes.texts[0].get_text() == text
        assert axes.get_xlabel() == "the horizontal axis"

    def test_unknown_values_are_grey_and_said(self):
        values = np.arange(1.0, 13.0).reshape(3, 4)
        values[0, 0] = np.nan
        axes, image = self.draw(values, missing="no state")
        assert image.colorbar.ax.get_ylabel() == "$q$   (grey: no state)"
        assert axes.get_facecolor()[:3] == (0.85, 0.85, 0.85)
        # A quarter of a cell around the point, no more.
        assert 0.01 < np.ma.getmaskarray(image.get_array()).mean() < 0.1

    def test_a_value_among_unknown_ones_is_seen(self):
        values = np.full((3, 3), np.nan)
        values[1, 1] = 1.0
        _, image = self.draw(values)
        assert np.nanmax(image.get_array()) == 1.0
        axes, _ = self.draw([[np.nan, 1.0, np.nan]])
        assert any(line.get_marker() == "." for line in axes.lines)

    @pytest.mark.parametrize("points", [(2, 2), (3, 7), (120, 2), (120, 130)])
    def test_contours_lie_where_the_colours_say(self, points):
        rng = np.random.default_rng(5)
        y, x = (
            np.linspace(-1.0, 3.0, number) + rng.uniform(-1.0, 1.0, number) / number
            for number in points
        )
        values = 5.0 + np.outer(np.cos(y), x) + 0.7 * x
        axes, image = self.draw(values, x=x, y=y)
        assert image.get_array().size >= 99 * 99
        lines = next(one for one in axes.collections if one is not image)
        mesh = image.get_coordinates()
        for level, path in zip(lines.levels, lines.get_paths(), strict=True):
            for place in path.vertices[:: max(len(path.vertices) // 20, 1)]:
                found = colour_at(image, mesh, place)
                assert found == pytest.approx(level, abs=0.03 * np.ptp(values))

    def test_ticks_of_the_colour_bar_are_the_contours(self):
        values = np.outer(np.linspace(0.0, 1.0, 9), np.linspace(0.0, 2.0, 8))
        axes, image = self.draw(values)
        ticks = image.colorbar.get_ticks()
        lines = next(one for one in axes.collections if one is not image)
        assert set(lines.levels) <= set(ticks)
        labels = [text.get_text() for text in axes.texts]
        assert labels
        assert set(labels) <= {text.get_text() for text in image.colorbar.ax.get_yticklabels()}
        assert all(text.get_rotation() == 0.0 for text in axes.texts)

    def test_signed_values_diverge_from_zero(self):
        _, image = self.draw([[-1.0, 0.0], [0.5, 0.25]])
        assert image.get_clim() == (-1.0, 1.0)

    def test_axes_may_be_negative_or_fall(self):
        axes, _ = self.draw([[1.0, 2.0, 3.0]] * 2, x=[1.0, 0.0, -1.0])
        assert axes.get_xlim() == (-1.0, 1.0)

    def test_random_values(self):
        rng = np.random.default_rng(11)
        for _ in share(range(60), few=15):
            shape = tuple(rng.integers(1, 6, 2))
            values = rng.normal(size=shape) * 10.0 ** rng.integers(-12, 12)
            values = np.where(rng.random(shape) < rng.choice([0.0, 0.3, 1.0]), np.nan, values)
            values = values if rng.random() < 0.5 else abs(values)
            self.draw(values, logarithmic=(1e-9, 1e3) if rng.random() < 0.3 else None)


def colour_at(image, mesh, place):
    """Value of the cell of a map at a place."""
    column = np.searchsorted(mesh[0, :, 0], place[0]) - 1
    row = np.searchsorted(mesh[:, 0, 1], place[1]) - 1
    values = image.get_array().reshape(mesh.shape[0] - 1, mesh.shape[1] - 1)
    return values[min(max(row, 0), values.shape[0] - 1), min(max(column, 0), values.shape[1] - 1)]


class TestRegistry:
    def test_figures_are_found_without_matplotlib(self):
        code = (
            "import sys, li_cai_sun_2015.chain as chain; print(len(chain.FIGURES), "
            "*{'matplotlib', 'xarray'} & set(sys.modules))"
        )
        out = subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True
        )
        assert out.stdout.split() == [str(len(figures.FIGURES))]

    def test_a_module_is_a_figure(self, tmp_path):
        (tmp_path / "style.py").write_text("READS = 1\n")
        (tmp_path / "mine.py").write_text(
            'raise RuntimeError\nREADS = ["a", "b/*"]\nTITLE = "T"\nCAPTION = """C"""\n'
        )
        (found,) = figures_in(tmp_path).values()
        assert (found.name, found.title, found.caption) == ("mine", "T", "C")
        assert selected(found.reads, ["b/2", "b/1", "c", "a"]) == ["a", "b/2", "b/1"]
        (tmp_path / "mine.py").write_text('TITLE = "T"\nCAPTION = "a" + name\n')
        with pytest.raises(ValueError, match=r"CAPTION in .*mine\.py has to be a literal"):
            figures_in(tmp_path)

    def test_every_module_says_what_it_shows(self):
        for entry in figures.MODULES.values():
            assert entry.title
            assert "**Paper:**" in entry.caption
            assert "**Here:**" in entry.caption


class TestHeading:
    def heading(self, variant, changes, tmp_path):
        datasets = {"spectra": spectra_dataset(load(tmp_path, variant, changes))}
        return figures.draw("fig1", [datasets["spectra"]], variant).get_suptitle()

    def test_the_paper_has_its_name_only(self):
        spectra = spectra_dataset(load_variant("paper"))
        assert figures.draw("fig1", [spectra], "paper").get_suptitle() == "paper"

    def test_a_variant_may_be_called_sweep(self, tmp_path):
        figures.make(tmp_path / "sweep" / "fig1", [])
        assert "<!-- sweep -->" in (tmp_path / "sweep" / "fig1.svg").read_text()

    def test_a_variant_says_what_differs(self, tmp_path):
        first, *rest = self.heading("mine", {}, tmp_path).splitlines()
        assert first == "mine: The case mine"
        assert " ".join(rest).startswith("differs from the paper in three_level.temperature 0.1 to")

    def test_what_is_too_much_is_counted(self, tmp_path):
        lines = self.heading("tiny_unit", CASES["tiny_unit"], tmp_path).splitlines()
        assert len(lines) <= 3
        assert lines[-1].endswith(" more")

    def test_differences(self):
        paper = load_variant("paper").resolved()
        assert list(style.differences(paper, paper)) == []
        found = list(style.differences(load_variant("lorentzian").resolved(), paper))
        assert found[0] == "lamb_shift true"
        assert (
            "three_level.baths.left.transition_1 lorentzian strength 0.01 center 0.98 width 0.03"
            in found
        )


class TestWords:
    def test_raw_numbers_are_not_called_multiples_of_epsilon(self, tmp_path):
        datasets = computed(load(tmp_path, "mine", {"three_level": {"mean_energy": 1.3}}))
        for name in NAMES:
            figure = figures.draw(name, [*read(name, datasets).values()], "mine")
            texts = [axes.get_xlabel() + axes.get_ylabel() for axes in figure.axes]
            texts += [
                axes.get_title(loc=side) for axes in figure.axes for side in ("left", "right")
            ]
            assert not any(r"/\varepsilon" in text for text in texts)
            assert not any(r"\,\varepsilon" in text for text in texts)

    def test_unit(self):
        assert EnergyUnit(1.0).label("T") == r"T/\varepsilon"
        assert EnergyUnit(1.0).label("J", 2) == r"J/\varepsilon^2"
        assert EnergyUnit(1.5).label("T") == "T"

    def test_fig4_evaluates_the_inequalities(self, tmp_path):
        titles, shared = {}, {}
        for difference in (0.01, -0.3, 0.0):
            changes = {"three_level": {"energy_difference": {"lambda": difference}}}
            spectra = spectra_dataset(load(tmp_path, "mine", changes))
            figure = drawn("fig4", [spectra])
            titles[difference] = figure.axes[0].get_title(loc="left")
            shared[difference] = "".join(text.get_text() for text in figure.axes[3].texts)
            # Curves reach both energies.
            low, high = figure.axes[2].get_xlim()
            assert low < 1.0 - abs(difference) / 2 <= 1.0 + abs(difference) / 2 < high
        assert all("<" in title for title in titles.values())
        assert not any("paper" in title for title in titles.values())
        # The curves of the shared shape cross at 1.
        assert "paper" not in shared[0.01]
        for difference in (-0.3, 0.0):
            assert "(paper: $<$)" in shared[difference]
            assert "(paper: $>$)" in shared[difference]

    def test_fig4_shows_a_complex_condition(self, case):
        spectra = case("paper")["spectra"]
        complex_one = spectra.assign(
            example_condition_imag=spectra["example_condition_imag"] - 0.002
        )
        figure = figures.draw("fig4", [complex_one], "mine")
        assert words(figure).count(r" - 2.0\times 10^{-3}\,i)\,\varepsilon") == 2

    def test_fig3_says_what_the_principal_values_change(self, case):
        datasets = case("paper")
        pair = [datasets["lambda/nonsecular"], datasets["v/nonsecular"]]
        assert drawn("fig3", pair).get_supxlabel() == ""
        shifted = [data.copy().assign_attrs(equation="nonsecular_lamb") for data in pair]
        for data in shifted:
            data["coherence"] = 0.97 * data["coherence"]
        text = drawn("fig3", [*pair, *shifted]).get_supxlabel()
        assert "equation (12)" in text
        assert "3 %" in text

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            ([0.0, -0.25, np.nan], "x up to 0.25"),
            ([0.0, np.nan], "x zero everywhere"),
            ([np.nan], "x nowhere, for want of a unique steady state"),
        ],
    )
    def test_largest_values_for_those_who_do_not_see(self, values, words):
        assert style.largest_in_words("x", xr.DataArray(values)) == words

    def test_rounding_is_not_a_coherence(self, case):
        data = case("equilibrium")["lambda/nonsecular"].copy(deep=True)
        data["coherence"][:] = 1e-17
        assert float(style.coherence(data).max()) == 0.0
        data["coherence"][:] = 1e-9
        assert float(style.coherence(data).min()) == 1e-9


class TestResolvedFrequencies:
    AXIS = np.linspace(0.9, 1.1, 21)

    def test_a_flat_spectrum_needs_no_more(self):
        found = resolved_frequencies([Flat(0.01)], self.AXIS, [0.995, 1.005])
        np.testing.assert_array_equal(found, np.union1d(self.AXIS, [0.995, 1.005]))

    @pytest.mark.parametrize("width", [0.1, 0.004, 1e-6])
    @pytest.mark.parametrize("unit", [1.0, 1e-9, 1e9])
    def test_a_line_is_no_chord(self, width, unit):
        curve = Lorentzian(0.02 * unit, 1.03 * unit, width * unit)
        used = np.array([0.995, 1.005]) * unit
        found = resolved_frequencies([curve], self.AXIS * unit, used, [1.03 * unit])
        assert set(self.AXIS * unit) | set(used) <= set(found)
        assert found.size < 400
        near = 1.03 * unit + width * unit * np.linspace(-3.0, 3.0, 1001)
        near = near[(near > found[0]) & (near < found[-1])]
        straight = np.interp(near, found, curve(found))
        assert abs(straight - curve(near)).max() < 3.0 * TOLERANCE * 0.02 * unit

    def test_the_axis_is_laid_around_energies_outside(self):
        found = resolved_frequencies([Flat(0.01)], self.AXIS, [2.49, 2.51])
        assert ((found > 2.2) & (found < 2.8)).sum() == 23


def test_a_further_system_with_several_coherences(case):
    """The largest off-diagonal element is drawn, rounding left out."""
    data = case("paper")["lambda/nonsecular"]
    grid = ("temperature", "temperature_difference")
    real = np.zeros((3, 3, *(data.sizes[name] for name in grid)))
    real[0, 0], real[0, 1], real[1, 2] = 0.5, 0.02, 1e-17
    of_pairs = ("level", "level_other", *grid)
    further = data.assign(
        density_matrix_real=(of_pairs, real), density_matrix_imag=(of_pairs, 0.0 * real)
    ).assign_coords(level_other=data["level"].values)
    further = further.assign_attrs(system="tripod", equation="another")
    found = style.coherence(further)
    assert found.dims == grid
    np.testing.assert_array_equal(found, 0.02)
    figure = drawn("equations", [data, further])
    assert figure.axes[1].get_ylabel() == r"$|\rho_{ij}|$"
    assert figure.axes[1].get_title(loc="left").startswith(r"$\bf{(b)}$ tripod")
    assert_nothing_empty_or_cut_off(figure)


def test_pdf_and_svg_are_those_of_matplotlib(tmp_path):
    """The same SVG, and in the PDF the same steps, within the point to which it rounds texts."""
    with project_style():
        figure = drawing.new_figure()
        one, other = figure.subplots(1, 2)
        z = xr.DataArray(
            np.outer([1.0, 2.0, 4.0], [1.0, 3.0]), {"y": [1, 2, 3], "x": [1, 2]}, ("y", "x")
        )
        drawing.draw_quantity(one, z, r"$\sqrt{q}$", {"x": "$x$", "y": "$y$"})
        one.contourf([1, 2], [1, 2, 3], z, levels=[0.5, 2.5], colors="none", hatches=["/"])
        curve = drawing.Curve([1.0, 2.0, 3.0], r"$\frac{a}{b}$ over ⟨Δ⟩", "red", "--", "o")
        drawing.draw_curves(other, [1.0, 10.0, 100.0], [curve])
        other.scatter([2.0, 3.0], [2.0, 2.5], s=[9.0, 30.0], alpha=0.5)
        other.set_xscale("log")
        other.legend()
    figure_files.save(figure, tmp_path / "both")
    with project_style(), mpl.rc_context({"figure.constrained_layout.use": False}):
        figure.savefig(tmp_path / "alone.pdf", metadata={"CreationDate": None})
        figure.savefig(tmp_path / "alone.svg", metadata={"Date": None})
    assert (tmp_path / "both.svg").read_text() == (tmp_path / "alone.svg").read_text()
    pages = [pypdf.PdfReader(tmp_path / f"{name}.pdf").pages[0] for name in ("both", "alone")]
    pictures, expected = ([picture.data for picture in page.images] for page in pages)
    assert len(set(pictures)) == 2
    assert pictures == expected
    steps, expected = (page.get_contents().operations for page in pages)
    assert [step for _, step in steps] == [step for _, step in expected]
    for (numbers, _), (others, _) in zip(steps, expected, strict=True):
        for number, alone in zip(numbers, others, strict=True):
            assert number == alone or abs(float(number) - float(alone)) < 1.0
