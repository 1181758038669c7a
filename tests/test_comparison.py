"""Variants side by side: settings that differ, coherences on one grid, and the page."""

from __future__ import annotations

import re
from html import unescape

import netCDF4  # noqa: F401 -- warns if it is imported later
import numpy as np
import pytest
import xarray as xr

import random_variants
from drawn_at_random import share
from li_cai_sun_2015 import chain
from li_cai_sun_2015.comparison import compared, on_grid_of
from li_cai_sun_2015.configuration.variant import load_variant
from li_cai_sun_2015.data.steady_states import steady_state_dataset
from li_cai_sun_2015.findings import PAGE
from paper_replication import datasets, side_by_side
from paper_replication.files import write_json
from paper_replication.refusals import ConfigurationError
from paper_replication.run_configuration import comparison_page
from test_findings import VERDICTS, Reader, claim


def results(folder, variant):
    """Folder with all that the comparison reads of a variant but its verdicts."""
    write_json(variant.resolved(), folder / "configuration.json")
    for name in chain.states(variant):
        datasets.write(steady_state_dataset(variant, *name.split("/")), folder / f"{name}.nc")
    return folder


def variants(folder, *drawn):
    for number, one in enumerate(drawn):
        random_variants.write(folder, f"v{number}", one)
    return [load_variant(f"v{number}", folder) for number in range(len(drawn))]


COARSE = {
    "temperature": {"start": 0.1, "stop": 2.0, "points": 4},
    "temperature_difference": {"start": 0.0, "stop": 1.0, "points": 3},
}
COARSE = {"three_level": COARSE, "coupled_tls": COARSE}


def draw(seed, *kinds):
    return random_variants.draw(np.random.default_rng(seed), kinds or None)


def flat(part, key=""):
    if not isinstance(part, dict) or "parameters" in part:
        return {key: part}
    return {k: v for name, one in part.items() for k, v in flat(one, f"{key}.{name}").items()}


@pytest.mark.parametrize("seed", share([3, 8], few=1))
def test_random_variants(tmp_path, seed):
    """Every key that differs has a row, and no other one; the page needs nothing else."""
    found = variants(tmp_path, draw(seed, "fewer systems"), draw(seed + 2, "one point"))
    folders = [results(tmp_path / variant.name, variant) for variant in found]
    comparison = compared(folders)
    settings = [flat(variant.resolved()) for variant in found]
    keys = {
        key[1:]
        for key in {key for each in settings for key in each} - {".name", ".description"}
        if len({repr(each.get(key)) for each in settings}) > 1
    }
    rows = [*side_by_side.differences(comparison)]
    assert {row.name for row in rows if not row.name.startswith("sweep")} == {
        key for key in keys if not key.startswith("sweep")
    }
    assert all(len(set(row.values)) > 1 for row in rows)
    assert len(comparison.quantities) == len({n for one in found for n in chain.states(one)})
    verdicts = [VERDICTS | {"variant": variant.name} for variant in found]
    page = side_by_side.html(PAGE, comparison, verdicts)
    assert not re.search(r"https?:|@import|url\(|src=\"(?!data:)", page)
    assert "nan" not in unescape(Reader(re.sub("<img[^>]*>", "", page)).text).split()


def test_another_grid_and_another_unit(tmp_path):
    """The same physics on other points and in another unit: no difference, nothing interpolated."""
    one = draw(1, "like the paper")
    first, other = variants(tmp_path, one, random_variants.scaled(one, 2.0))
    fewer = other.changed({"three_level": {"temperature": {"values": [0.3, 1.7]}}})
    base = steady_state_dataset(first, "lambda", "nonsecular")
    own = steady_state_dataset(fewer, "lambda", "nonsecular")
    there = on_grid_of(base, fewer, own)
    assert there.sizes == base.sizes
    np.testing.assert_allclose(there["coherence"], base["coherence"], rtol=0, atol=1e-15)
    same = steady_state_dataset(other, "lambda", "nonsecular")
    assert on_grid_of(base, other, same) is same


def test_a_map_shows_what_was_added(tmp_path):
    """The value of largest modulus is told where there is no picture to see it."""
    [first] = variants(tmp_path, draw(1, "like the paper"))
    first = first.changed(COARSE | {"systems": ["lambda"]})
    changed = first.changed({"three_level": {"mean_energy": 1.1}})
    folders = [results(tmp_path / "a", first), results(tmp_path / "b", changed.named("b"))]
    [group], [again] = compared(folders).groups, compared(folders).groups
    assert group == again  # to the byte
    base, there = (xr.load_dataset(folder / "lambda/nonsecular.nc") for folder in folders)
    there = on_grid_of(base, changed, there)["coherence"].values
    difference = there - base["coherence"].values
    largest = difference.flat[np.abs(difference).argmax()]
    assert group.pictures[2].title == "b less v0"
    assert f" is {largest:.4g} at T = " in group.pictures[2].alternative
    assert "another one" in group.note


def test_verdicts_that_change():
    one = VERDICTS | {"claims": [claim(1, "holds"), claim(2, "holds"), claim(3, "fails")]}
    two = claim(2, "holds in part") | {"numbers": {"largest_value": 0.25}, "counterexample": "here"}
    three = claim(3, "fails") | {"counterexample": "there"}
    other = VERDICTS | {"variant": "other", "claims": [claim(1, "holds"), two, three]}
    comparison = side_by_side.Comparison([], {}, "Largest coherence", [], [])
    text = Reader(side_by_side.html(PAGE, comparison, [one, other])).text
    words = " ".join(text.split())
    assert "of 3 verdicts 1 changes, and 1 stays for other reasons" in words
    changed, stays = words.partition("Verdicts that stay, for other")[::2]
    assert "2. Less than one." in changed
    assert "– (quick), 0.25 (other)" in changed
    assert "1. Less" not in words
    assert "3. Less" in stays
    assert "Does not hold there" in stays


@pytest.mark.parametrize(
    ("names", "said"), [(["paper"], "expected two"), (["x" * 64] * 4, "has 4 names of 264 letters")]
)
def test_names_that_cannot_be_compared(names, said):
    with pytest.raises(ConfigurationError, match=said):
        comparison_page(names)
    assert comparison_page(["paper", "ohmic"]) == "results/comparison/paper+ohmic.html"
