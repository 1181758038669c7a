"""The explorer's script in a browser: the bits of the engine."""

import base64

import numpy as np
import pytest

from li_cai_sun_2015.configuration.variant import load_variant
from li_cai_sun_2015.explorer.engine import script
from steady_coherence.javascript import EQUATIONS
from steady_coherence.steady_states import steady_states

SYSTEMS = ("lambda", "v", "xi", "coupled_tls")

#: Arrays as text, byte by byte: a decimal number might hide a bit.
ENCODE = """
const encode = (array) => {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
};
const solve = ({ settings, temperatures, differences }) => {
  const found = steadyCoherence.solve(settings, temperatures, differences);
  return Object.entries(found).map(([name, rows]) => [name, [rows].flat().map(encode)]);
};
"""


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    page.add_script_tag(content=script())
    page.add_script_tag(content=ENCODE)
    return page


def solve(page, settings, temperatures, differences):
    """Variables by name, each an array (row, point)."""
    task = {
        "settings": settings,
        "temperatures": np.asarray(temperatures).tolist(),
        "differences": np.asarray(differences).tolist(),
    }
    found = {}
    for name, rows in page.evaluate("(task) => solve(task)", task):
        dtype = np.uint8 if name == "unique" else np.float64
        found[name] = np.array([np.frombuffer(base64.b64decode(row), dtype) for row in rows])
    return found


def settings_of(variant, system, equation):
    sections = {name: variant.resolved()[name] for name in ("three_level", "coupled_tls")}
    return {"system": system, "equation": equation, **sections}


def engine(variant, system, equation, temperatures, differences):
    """The same by the engine."""
    cold = np.asarray(temperatures)[:, None]
    baths = variant.baths(system, (cold, cold + np.asarray(differences)))
    found = steady_states(variant.level_system(system), baths, equation)
    return {
        name: values.reshape(-1, cold.size * len(differences)) for name, values in found.items()
    }


def differing(found, expected):
    """Names of the variables with other bits: signs of zeros count, kinds of NaN do not."""
    assert found.keys() == expected.keys()
    decided = found["unique"] < 2
    names = []
    for name, values in expected.items():
        if name == "unique":
            same = found[name] == values
        else:
            both = np.isnan(found[name]) & np.isnan(values)
            same = both | (found[name].view(np.int64) == values.view(np.int64))
        if not np.all(same | ~decided):
            names.append(name)
    return names


@pytest.mark.parametrize("equation", EQUATIONS)
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("variant", ["quick", "ohmic", "lorentzian", "complex_phase"])
def test_variants(page, variant, system, equation):
    variant = load_variant(variant)
    axes = variant.grid(system)
    found = solve(page, settings_of(variant, system, equation), *axes)
    assert differing(found, engine(variant, system, equation, *axes)) == []
    assert (found["unique"] < 2).all()
