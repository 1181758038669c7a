"""Compiled steps: the bits of NumPy, and points that need more left to it."""

from __future__ import annotations

import importlib
import itertools

import numpy as np
import pytest

import random_variants
from drawn_at_random import share
from li_cai_sun_2015.configuration.parts import section_of
from li_cai_sun_2015.configuration.sweep import substituted
from li_cai_sun_2015.configuration.variant import load_variant
from steady_coherence.master_equations import MASTER_EQUATIONS, couplings
from steady_coherence.numerics import compiled, elementary, kept
from steady_coherence.numerics.blocks import whole
from steady_coherence.numerics.tape import (
    ARRAY,
    Given,
    Program,
    Tape,
    choice,
    minimum,
    modulus,
    sqrt,
)
from steady_coherence.steady_states import steady_states

engine = importlib.import_module("steady_coherence.steady_states")

#: Of every kind that arithmetic knows.
NUMBERS = [0.0, 1.0, 2.5, 1e-310, 5e-324, 1e-200, 1e300, np.inf, np.nan]
NUMBERS += [-number for number in NUMBERS]


@pytest.fixture(autouse=True)
def cache(monkeypatch, tmp_path):
    """A folder for caches of one's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


def same_bits(found, expected):
    """Signs of zeros count, kinds of NaN do not."""
    found, expected = (np.asarray(each, dtype=float) for each in (found, expected))
    both = np.isnan(found) & np.isnan(expected)
    return bool((both | (found.view(np.int64) == expected.view(np.int64))).all())


class Source:
    """1/(exp(x/y) - 1) for some x and y."""

    def __init__(self, x, y):
        self.quotient = lambda _: (x, y)


class TestKernel:
    @pytest.mark.parametrize(("rows", "length"), [(18, 72), (18, 77), (18, 13), (77, 13)])
    @pytest.mark.parametrize("varying", [*itertools.product(["none", "rows", "points"], repeat=2)])
    def test_every_operation(self, rows, length, varying):
        """However the two operands vary."""
        block = whole((rows, length))
        columns = np.resize(NUMBERS, length)
        shapes = {"none": np.array([[2.5]]), "rows": np.resize(NUMBERS, rows)[:, None]}
        shapes["points"] = np.resize(np.roll(NUMBERS, 1), rows)[:, None] * np.ones(length)
        given = {("x",): Given(ARRAY, lambda _: shapes[varying[0]])}
        given[("y",)] = Given(
            ARRAY, lambda _: columns[None] if varying[1] == "points" else shapes[varying[1]]
        )
        tape = Tape(dict.fromkeys(given, ARRAY))
        x, y = map(tape.given, given)
        results = [x + y, x - y, x * y, x / y, -x, sqrt(x), modulus(x), minimum(x, y)]
        results += [choice(x, y, x, y), choice(x, 1.0, 0.5, y), 3.0, x]
        bounds = [compiled.Test(x, 1e-250), compiled.Test(y, -1.0)]
        with np.errstate(all="ignore"):
            expected = [
                np.broadcast_to(each, block.size) for each in Program(results).run(block, given)
            ]
        found = np.zeros((len(results), block.size))
        passed = np.zeros(block.size, dtype=bool)
        compiled.Kernel(results, bounds).run(block, given, found, passed)
        assert [*map(same_bits, found, expected)] == [True] * len(results)
        one, other = (
            np.broadcast_to(each.value(block), block.shape).ravel() for each in given.values()
        )
        inside = (one > 1e-250) & (one < np.inf) & (other > -1.0) & (other < np.inf)
        np.testing.assert_array_equal(passed, inside)

    def test_planck_numbers(self):
        """At each point and row by row: from T = 0 to numbers that overflow."""
        x = np.array([1e-300, 1e-3, 1.0, 708.0, 709.0, np.nextafter(709.0, 800), 1e300])[:, None]
        y = np.concatenate([[0.0], np.geomspace(5e-324, 1e300, 98), [1.0]])
        for temperature in (y[None], x, np.array([[1.0]])):
            block = whole((len(x), len(y)))
            tape = Tape({("n",): ARRAY})
            found, passed = np.zeros((1, block.size)), np.zeros(block.size, dtype=bool)
            given = {("n",): Given(ARRAY, Source(x, temperature))}
            compiled.Kernel([tape.given(("n",))], []).run(block, given, found, passed)
            with np.errstate(all="ignore"):
                expected = np.broadcast_to(elementary.inverse_expm1(x / temperature), block.shape)
            assert same_bits(found.reshape(block.shape), expected)


class TestKept:
    @pytest.fixture
    def made(self, monkeypatch):
        """Run a kernel as a process of its own would; return how often it was compiled."""
        llvm = importlib.import_module("llvmlite.binding")
        calls = []
        emit = llvm.TargetMachine.emit_object
        monkeypatch.setattr(
            llvm.TargetMachine, "emit_object", lambda *each: calls.append(each) or emit(*each)
        )

        def run():
            compiled._compiled.cache_clear()
            calls.clear()
            x, block = np.linspace(1.0, 2.0, 24), whole((24,))
            tape = Tape({("x",): ARRAY})
            kernel = compiled.Kernel([sqrt(tape.given(("x",))) + 1 / 3], [])
            found = np.empty((1, 24))
            kernel.run(block, {("x",): Given(ARRAY, lambda _: x)}, found, np.zeros(24, dtype=bool))
            assert same_bits(found[0], np.sqrt(x) + 1 / 3)
            return len(calls)

        return run

    def test_compiled_once(self, made, tmp_path):
        assert [made(), made()] == [1, 0]
        assert len([*(tmp_path / "cache/steady-coherence").iterdir()]) == 1

    @pytest.mark.parametrize("at", [0, 70, -1, None])
    def test_damaged(self, made, tmp_path, at):
        """A byte is another one, or there is none."""
        made()
        [path] = (tmp_path / "cache/steady-coherence").iterdir()
        content = bytearray(path.read_bytes() if at is not None else b"")
        if content:
            content[at] ^= 1
        path.write_bytes(content)
        assert [made(), made()] == [1, 0]

    def test_another_processor(self, made, monkeypatch):
        made()
        llvm = importlib.import_module("llvmlite.binding")
        monkeypatch.setattr(llvm, "get_host_cpu_name", lambda: "generic")
        assert [made(), made()] == [1, 0]

    def test_no_folder_to_write_to(self, made, monkeypatch, tmp_path):
        (tmp_path / "cache").write_text("a file")
        assert [made(), made()] == [1, 1]
        monkeypatch.delenv("XDG_CACHE_HOME")

        def no_home():
            raise RuntimeError

        monkeypatch.setattr(kept.Path, "home", no_home)
        assert made() == 1


def by_both(monkeypatch, *arguments):
    """Steady states by compiled steps, how many points these were enough for, and by NumPy."""
    plain = []

    class Watched(compiled.Kernel):
        def run(self, block, given, rows, passed):
            super().run(block, given, rows, passed)
            plain.append(np.count_nonzero(passed))

    with monkeypatch.context() as patch:
        patch.setattr(engine, "is_available", lambda: False)
        expected = steady_states(*arguments)
    engine._solver.cache_clear()
    with monkeypatch.context() as patch:
        patch.setattr(engine, "WORTH_COMPILING", 8)
        patch.setattr(engine, "HANDFUL", 8)
        patch.setattr(engine, "Kernel", Watched)
        found = steady_states(*arguments)
    engine._solver.cache_clear()
    return found, expected, sum(plain)


class TestSteadyStates:
    @pytest.mark.parametrize("seed", share(range(12), few=4))
    def test_random_variants(self, seed, tmp_path, monkeypatch):
        """All systems by all equations, with special cases such as complex cross spectra."""
        rng = np.random.default_rng(seed)
        kinds = [[], ["lamb_shift"], None, None][seed % 4]
        random_variants.write(tmp_path, "mine", random_variants.draw(rng, kinds))
        variant = load_variant("mine", folder=tmp_path)
        enough = 0
        for name in variant.systems:
            system = variant.level_system(name)
            cold, difference = (axis[:: max(1, len(axis) // 9)] for axis in variant.grid(name))
            cold = np.resize(cold, 9)[:, None]
            baths = variant.baths(name, (cold, cold + np.resize(difference, 70)))
            for equation in MASTER_EQUATIONS:
                shifted = MASTER_EQUATIONS[equation].keeps_principal_values
                if shifted and section_of(name) not in variant.lamb_shift_sections:
                    continue
                found, expected, plain = by_both(monkeypatch, system, baths, equation)
                enough += plain
                assert found.keys() == expected.keys()
                for key, values in expected.items():
                    assert same_bits(found[key], values), (name, equation, key)
        assert enough > 0

    def test_sets_of_parameters(self, monkeypatch):
        """A long first axis over few temperatures."""
        many = np.linspace(-0.2, 0.2, 75)
        temperatures = np.linspace(0.2, 1.0, 3)[None, :, None], np.linspace(0.3, 2.0, 5)[None, None]
        swept = {"lambda": "three_level.energy_difference.lambda", "xi": "three_level.mean_energy"}
        for name, key in (swept | {"coupled_tls": "coupled_tls.coupling"}).items():
            variant = substituted(
                load_variant("paper"), {key: 1.0 + many if name == "xi" else many}
            )
            system, baths = variant.level_system(name), variant.baths(name, temperatures)
            found, expected, plain = by_both(monkeypatch, system, baths)
            assert all(same_bits(found[key], values) for key, values in expected.items())
            assert plain > 0

    def test_detached_groups(self, monkeypatch):
        """Where rates are small beside all gaps, they have no zero mode; elsewhere NumPy looks."""
        paper = load_variant("paper")
        strengths = {"baths": {n: {"strength": 0.1 * int(n)} for n in "12"}}
        variant = paper.changed({"coupled_tls": strengths})
        system = variant.level_system("coupled_tls")
        cold = np.linspace(0.1, 3.0, 12)[:, None]
        baths = variant.baths("coupled_tls", (cold, cold + np.linspace(0.0, 1.0, 70)))
        found, expected, plain = by_both(monkeypatch, system, baths)
        assert all(same_bits(found[key], values) for key, values in expected.items())
        problem = engine._problem(system, couplings(system, baths, "nonsecular"))
        uniqueness = engine._solver(problem.outline).uniqueness
        with np.errstate(all="ignore"):
            asked = [*uniqueness.energies, *map(uniqueness.rate, uniqueness.keys)]
            values = Program(asked).run(whole((12, 70)), problem.given)
        energies, sizes = (
            values[:4],
            dict(zip(uniqueness.keys, map(np.abs, values[4:]), strict=True)),
        )
        certain = [
            group.bound(sizes.__getitem__) < np.min(np.abs(group.gaps(energies)), axis=0)
            for group in problem.suspects
        ]
        assert 0 < plain < 840
        assert plain == np.count_nonzero(np.all(certain, axis=0))
