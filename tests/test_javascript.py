"""The explorer's script in a browser: the bits of the engine."""

import base64
import functools
import operator

import numpy as np
import pytest

from li_cai_sun_2015.configuration.variant import load_variant
from li_cai_sun_2015.explorer.page import script
from random_settings import SYSTEMS, settings, variant_of
from steady_coherence.javascript import EQUATIONS, engine
from steady_coherence.master_equations import couplings
from steady_coherence.numerics import elementary, tape
from steady_coherence.numerics.javascript import as_data
from steady_coherence.solver.reduction import Reduction
from steady_coherence.solver.uniqueness import has_no_zero_mode
from steady_coherence.spectra import Lorentzian, Ohmic, planck_number
from steady_coherence.steady_states import steady_states
from steady_coherence.systems import SYSTEMS as ENTRIES

UNDECIDED = 2

#: Arrays as text, byte by byte: a decimal number might hide a bit.
ARRAYS = """
const encode = (array) => {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
};
const decode = (text) =>
  new Float64Array(Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
const solve = ({ settings, temperatures, differences }) => {
  const found = steadyCoherence.solve(settings, temperatures, differences);
  return Object.entries(found).map(([name, rows]) => [name, [rows].flat().map(encode)]);
};
"""

#: The functions of the modules, which a page does not see.
INSIDE = f"""const inside = (() => {{
{engine()}
return {{
  exp, inverseExpm1, log, power, cosineAndSine, curve, planckNumber, noted, Plan, Group, PROGRAMS
}};
}})();"""


@pytest.fixture(scope="module")
def page(browser):
    page = browser.new_page()
    for text in (script(), ARRAYS, INSIDE):
        page.add_script_tag(content=text)
    return page


def decoded(text, dtype=np.float64):
    return np.frombuffer(base64.b64decode(text), dtype)


def same_bits(found, expected):
    """Signs of zeros count, kinds of NaN do not."""
    both = np.isnan(found) & np.isnan(expected)
    return both | (found.view(np.int64) == np.asarray(expected, dtype=float).view(np.int64))


class TestFunctions:
    """Each beside its model in Python, at thousands of numbers."""

    random = np.random.default_rng(0)
    whole = np.arange(-720.0, 720.0)
    fractions = random.uniform(-800.0, 800.0, 3000)
    sizes = 10.0 ** random.uniform(-320.0, 308.0, 3000)

    @pytest.fixture
    def worked_out(self, page):
        def worked_out(function, *columns):
            """Values of a function of JavaScript, as a text, of some arrays."""
            columns = np.broadcast_arrays(*columns)
            texts = [
                base64.b64encode(column.astype(float).tobytes()).decode() for column in columns
            ]
            rows = f"columns[0].map((_, n) => ({function})(...columns.map((each) => each[n])))"
            text = f"(texts) => {{ const columns = texts.map(decode); return encode({rows}); }}"
            return decoded(page.evaluate(text, texts))

        return worked_out

    def test_exponential(self, worked_out):
        edges = [-np.inf, -708.0, np.nextafter(-708.0, -800), 709.0, np.nextafter(709.0, 800), 0.0]
        x = np.concatenate([self.fractions, self.whole, self.sizes, -self.sizes, edges, [np.inf]])
        assert same_bits(worked_out("inside.exp", x), elementary.exp(x)).all()

    def test_inverse_expm1(self, worked_out):
        edges = [709.0, np.nextafter(709.0, 800.0), np.log(2.0), 5e-324, np.inf]
        x = np.concatenate([np.abs(self.fractions), self.whole[721:], self.sizes, edges])
        with np.errstate(all="ignore"):
            expected = elementary.inverse_expm1(x)
        assert same_bits(worked_out("inside.inverseExpm1", x), expected).all()

    def test_planck_number(self, worked_out):
        frequency, temperature = np.meshgrid(self.sizes[:60], [0.0, *self.sizes[60:120]])
        frequency, temperature = frequency.ravel(), temperature.ravel()
        with np.errstate(all="ignore"):
            expected = planck_number(frequency, temperature)
        assert same_bits(worked_out("inside.planckNumber", frequency, temperature), expected).all()

    def test_logarithm(self, worked_out):
        x = np.concatenate(
            [
                self.sizes,
                self.random.uniform(0.0, 3.0, 1000),
                2.0 ** np.arange(-1074.0, 1024.0),
                *(np.nextafter([np.sqrt(0.5), 1.0, 2.0], side) for side in (0.0, 3.0)),
                [np.finfo(float).max, 5e-324],
            ]
        )
        assert same_bits(worked_out("inside.log", x), elementary.log(x)).all()

    def test_power(self, worked_out):
        x, exponent = np.meshgrid(
            [0.0, 1.0, 5e-324, *self.random.uniform(0.0, 4.0, 40), *self.sizes[:40]],
            [0.0, 1.0, 2.0, 3.0, 0.5, 1e-300, 1e17, *self.random.uniform(0.0, 6.0, 40)],
        )
        x, exponent = x.ravel(), exponent.ravel()
        with np.errstate(all="ignore"):
            expected = elementary.power(x, exponent)
        assert same_bits(worked_out("inside.power", x, exponent), expected).all()

    def test_cosine_and_sine(self, worked_out):
        quarters = 0.5 * np.pi * np.arange(-2000.0, 2000.0)
        odd = 0.25 * np.pi * np.arange(-999.0, 1000.0, 2.0)
        x = np.concatenate(
            [
                self.random.uniform(-1e6, 1e6, 3000),
                *(np.nextafter(each, side) for each in (quarters, odd) for side in (-1e9, 1e9)),
                quarters,
                self.sizes[self.sizes < 1e6],
                [0.0, -0.0, -5e-324, 1e6, -1e6],
            ]
        )
        for part, expected in enumerate(elementary.cosine_and_sine(x)):
            found = worked_out(f"(x) => inside.cosineAndSine(x)[{part}]", x)
            assert same_bits(found, expected).all()

    @pytest.mark.parametrize(
        ("shape", "text"),
        [
            (Ohmic(0.02, 1.5, 3.0), '{shape: "ohmic", strength: 0.02, exponent: 1.5, cutoff: 3}'),
            (Ohmic(0.02, 0.0, 1e-3), '{shape: "ohmic", strength: 0.02, exponent: 0, cutoff: 1e-3}'),
            (
                Lorentzian(0.3, 2.0, 1e-3),
                '{shape: "lorentzian", strength: 0.3, center: 2, width: 1e-3}',
            ),
        ],
    )
    def test_shapes(self, worked_out, shape, text):
        x = np.concatenate([self.sizes, -self.sizes, [0.0, -0.0], self.fractions])
        with np.errstate(all="ignore"):
            expected = shape(x)
        assert same_bits(worked_out(f"(x) => inside.curve({text}, x)", x), expected).all()


OPERATIONS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "negative": operator.neg,
    "sqrt": tape.sqrt,
    "abs": tape.modulus,
    "minimum": tape.minimum,
}


@pytest.mark.parametrize("name", OPERATIONS)
def test_operations(page, name):
    """As the tape's, with whatever numbers: where they vary, and where they are known."""
    numbers = [0.0, -0.0, 1.5, -2.0, 5e-324, -1e308, np.inf, -np.inf, np.nan]
    x, y = (each.ravel() for each in np.meshgrid(numbers, numbers))
    names = [("x",), ("y",)][: 2 if name in ("+", "-", "*", "/", "minimum") else 1]
    steps = tape.Tape(dict.fromkeys(names, tape.ARRAY))
    result = OPERATIONS[name](*map(steps.given, names))
    program = tape.Program([result])
    with np.errstate(all="ignore"):
        expected = [
            program.at_point({("x",): tape.Given(tape.ARRAY, a), ("y",): tape.Given(tape.ARRAY, b)})
            for a, b in zip(x.tolist(), y.tolist(), strict=True)
        ]
    text = """([program, ...texts]) => {
      const [x, y] = texts.map(decode);
      const plan = new inside.Plan(inside.noted(program, new Map()), ["result"]);
      plan.run(0, new Map([["x", x], ["y", y]]));
      return encode(plan.results.result[0].slice(0, x.length));
    }"""
    texts = [base64.b64encode(each.tobytes()).decode() for each in (x, y)]
    found = decoded(page.evaluate(text, [as_data({"result": [result]}), *texts]))
    assert same_bits(found, np.ravel(expected)).all()


@pytest.mark.parametrize("system", SYSTEMS)
def test_detached_groups(page, system):
    """What is certain is so by singular values too, and where these are plain it is certain."""
    random = np.random.default_rng(1)
    points = 300
    text = """([system, number, energies, rates]) => {
      const { levels, parts } = inside.PROGRAMS.nonsecular[system].detached[number];
      return energies.map((each, n) => {
        const group = new inside.Group(levels, parts, each);
        return [group.isPlain(rates, n), group.isRegular(rates, n), group.conditioning(rates, n)];
      });
    }"""
    groups = Reduction(ENTRIES[system].build().structure).detached
    keys = sorted({key for group in groups for key in group.parts})
    kept = page.evaluate(
        "(system) => inside.PROGRAMS.nonsecular[system].detached.map(({ levels }) => levels)",
        system,
    )
    for number, levels in enumerate(kept):
        [group] = [each for each in groups if each.levels == list(map(tuple, levels))]
        # Levels may be degenerate here, and rates vanish: no detached group of the page is so.
        energies = random.choice([0.0, 1.0, 0.3], (points, 4))
        rates = random.normal(size=(len(keys), points))
        rates *= random.choice([0.0, 1e-12, 1e-3, 1.0], points)
        rates *= random.choice([0.0, 1.0], rates.shape)
        task = [system, number, energies.tolist(), rates.tolist()]
        plain, regular, bound = np.transpose(page.evaluate(text, task))
        plain, regular = plain.astype(bool), regular.astype(bool)
        by_key = dict(zip(keys, rates, strict=True))
        expected = has_no_zero_mode(group, by_key, list(energies.T))
        matrices = group.unitary(list(energies.T)) + group.dissipator(by_key)
        values = np.linalg.svd(matrices, compute_uv=False)
        inverses = np.linalg.pinv(matrices)
        assert expected[plain | regular].all()
        far = values[:, -1] > 1e-6 * values[:, 0]
        assert (plain | regular)[far].all()
        norms = (np.linalg.norm(each[far], axis=(1, 2)) for each in (matrices, inverses))
        assert bound[far] == pytest.approx(1.0 / np.prod([*norms], axis=0), rel=1e-8)
        assert 0 < np.count_nonzero(regular) < points
        assert 0 < np.count_nonzero(plain) < points


def task(chosen, temperatures, differences):
    return {
        "settings": chosen,
        "temperatures": np.asarray(temperatures).tolist(),
        "differences": np.asarray(differences).tolist(),
    }


def by_name(answer):
    """Variables by name, each an array (row, point)."""
    return {
        name: np.array([decoded(row, np.uint8 if name == "unique" else float) for row in rows])
        for name, rows in answer
    }


def by_engine(variant, system, equation, temperatures, differences):
    """The same by the engine."""
    cold = np.asarray(temperatures)[:, None]
    baths = variant.baths(system, (cold, cold + np.asarray(differences)))
    found = steady_states(variant.level_system(system), baths, equation)
    return {
        name: values.reshape(-1, cold.size * len(differences)) for name, values in found.items()
    }


def differing(found, expected):
    """Names of the variables with other bits where it is decided whether the state is unique."""
    assert found.keys() == expected.keys()
    left_open = found["unique"] == UNDECIDED
    assert np.isnan(found["population"][:, left_open[0]]).all()
    same = {
        name: found[name] == values if name == "unique" else same_bits(found[name], values)
        for name, values in expected.items()
    }
    return [name for name, each in same.items() if not (each | left_open).all()]


@pytest.mark.parametrize("equation", EQUATIONS)
@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("name", ["quick", "ohmic", "lorentzian", "complex_phase"])
def test_variants(page, name, system, equation):
    """Every value, as the explorer's presets show them."""
    variant = load_variant(name)
    axes = variant.grid(system)
    sections = {name: variant.resolved()[name] for name in ("three_level", "coupled_tls")}
    chosen = {"system": system, "equation": equation, **sections}
    found = by_name(page.evaluate("(task) => solve(task)", task(chosen, *axes)))
    assert differing(found, by_engine(variant, system, equation, *axes)) == []
    assert (found["unique"] != UNDECIDED).all()


@functools.cache
def quick():
    return load_variant("quick")


@pytest.mark.parametrize("block", range(10))
def test_random_settings(page, block):
    """A thousand, special cases included; few points are left open."""
    chosen = [settings(seed) for seed in range(100 * block, 100 * block + 100)]
    answers = page.evaluate("(tasks) => tasks.map(solve)", [task(*each) for each in chosen])
    left_open = []
    for (values, *axes), answer in zip(chosen, answers, strict=True):
        variant = variant_of(quick(), values)
        expected = by_engine(variant, values["system"], values["equation"], *axes)
        found = by_name(answer)
        assert differing(found, expected) == [], values
        left_open += (found["unique"] == UNDECIDED).ravel().tolist()
    assert np.mean(left_open) < 0.15


def test_levels_and_frequencies(page):
    for seed in range(50):
        chosen, *_ = settings(seed)
        system = variant_of(quick(), chosen).level_system(chosen["system"])
        baths = variant_of(quick(), chosen).baths(chosen["system"], (1.0, 1.0))
        text = (
            "(settings) => [encode(engine.levels(settings)), encode(engine.frequencies(settings))]"
        )
        found = page.evaluate(text.replace("engine", "steadyCoherence"), chosen)
        levels, frequencies = map(decoded, found)
        [coupling, _] = couplings(system, baths, chosen["equation"])
        assert same_bits(levels, system.energies).all()
        assert same_bits(frequencies, coupling.frequencies[:, 0]).all()


REFUSAL = """(given) => {
  try { steadyCoherence.solve(...given); } catch (error) { return error.message; }
}"""
FLAT = {"shape": "flat", "strength": 0.01}
TLS = {"frequency_1": 1.0, "frequency_2": 1.0, "coupling": 0.05, "baths": {"1": FLAT, "2": FLAT}}


@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"system": "w"}, 'system is "w", expected one of lambda, v, xi, coupled_tls'),
        ({"equation": "exact"}, 'equation is "exact", expected one of nonsecular, secular'),
        ({"coupled_tls": TLS | {"coupling": 1.0}}, "transition 1 of coupled_tls has energy 0"),
        ({"coupled_tls": TLS | {"baths": {"1": FLAT, "2": {"shape": "table"}}}}, "shape"),
        (
            {"coupled_tls": TLS | {"baths": {"1": FLAT, "2": {"shape": "flat", "strength": -1}}}},
            "strength of the shape flat is -1, expected a number >= 0",
        ),
        ({"coupled_tls": TLS | {"frequency_2": None}}, "frequency_2 of coupled_tls is null"),
        ({"coupled_tls": TLS | {"coupling": np.nan}}, "coupling of coupled_tls is NaN, expected a"),
    ],
)
def test_refusals(page, chosen, said):
    """One line, whatever is asked for that cannot be."""
    settings = {"system": "coupled_tls", "equation": "secular", "coupled_tls": TLS, **chosen}
    message = page.evaluate(REFUSAL, [settings, [1.0], [0.0]])
    assert said in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("temperatures", "differences"), [([-1.0], [2.0]), ([1.0], [0.5, -2.0]), ([1.0], [np.inf])]
)
def test_refused_temperatures(page, temperatures, differences):
    settings = {"system": "coupled_tls", "equation": "secular", "coupled_tls": TLS}
    message = page.evaluate(REFUSAL, [settings, temperatures, differences])
    assert message.startswith("the temperature of a bath is ")
