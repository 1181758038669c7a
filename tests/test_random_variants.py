"""Random variants through the whole chain, against independent operator calculations."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

import fuzz
import random_variants
from drawn_at_random import share
from li_cai_sun_2015.configuration.variant import load_variant
from random_variants import KINDS


class TestDrawing:
    def test_variants_are_valid_and_come_out_as_drawn(self, tmp_path):
        for seed in range(30):
            variant = random_variants.draw(np.random.default_rng(seed))
            random_variants.write(tmp_path, "mine", variant)
            found = load_variant("mine", folder=tmp_path).resolved()
            for _, curve in random_variants.curves(found):
                if curve["shape"] == "tabulated":
                    curve["file"] = curve["file"].removeprefix(f"{tmp_path}/mine_")
            expected = {"systems": ["lambda", "v", "xi", "coupled_tls"], **variant.data}
            if "sweep" in expected:
                axes = expected.pop("sweep")["parameters"]
                assert found.pop("sweep")["parameters"] == axes
            assert found == {"name": "mine", **expected}, seed

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_special_case_can_be_asked_for_in_any_unit(self, kind, tmp_path):
        for factor in (1e-9, 1e9):
            variant = random_variants.draw(np.random.default_rng(3), [kind])
            random_variants.write(tmp_path, "mine", random_variants.scaled(variant, factor))
            load_variant("mine", folder=tmp_path)

    def test_the_same_seed_gives_the_same_variant(self):
        first, second = (random_variants.draw(np.random.default_rng(7)) for _ in range(2))
        assert first == second

    def test_every_special_case_is_drawn(self):
        drawn = [random_variants.draw(np.random.default_rng(seed)).kinds for seed in range(200)]
        assert set(KINDS) <= {kind for kinds in drawn for kind in kinds}


def steady_states_of(folder, variant, **options):
    """The variant's steady states, compared with sixty digits."""
    return fuzz.Trial.of(variant, folder, **options).run(stages=fuzz.STEADY_STATES)


class TestSteadyStates:
    """All systems by all equations, as numbers of sixty digits have them."""

    @pytest.mark.parametrize("seed", share(range(4), few=2))
    def test_random_variants(self, seed, tmp_path):
        variant = random_variants.draw(np.random.default_rng(seed))
        assert steady_states_of(tmp_path, variant, points=3).findings == []

    @pytest.mark.parametrize(
        "kinds",
        [
            ["determinant zero"],
            ["baths off", "bath of a site off"],
            ["colder right bath at T = 0", "weak pair"],
            ["nearly degenerate", "weak coupling"],
            ["wide splitting", "uncoupled pair", "T = 0"],
            ["table to the point", "very cold"],
        ],
    )
    def test_special_cases(self, kinds, tmp_path):
        variant = random_variants.draw(np.random.default_rng(1), kinds)
        assert steady_states_of(tmp_path, variant, points=3).findings == []

    def test_wrong_numbers_are_found(self, tmp_path):
        variant = random_variants.draw(np.random.default_rng(1), ["like the paper"])
        trial = steady_states_of(tmp_path, variant, points=1)
        assert trial.findings == []
        trial.results["v/secular"]["population"][:] *= 1.0 + 1e-9
        trial.results["lambda/nonsecular"]["coherence_imag"][:] *= -1.0
        trial.results["xi/unified"]["energy_current"][:] *= -1.0
        trial.results["coupled_tls/geometric"]["internal_flux"][:] *= 2.0
        trial.results["lambda/secular"]["unique"][:] = False
        trial.compare()
        for place, quantity in {
            "v/secular": "density_matrix is off",
            "lambda/nonsecular": "density_matrix is off",
            "xi/unified": "energy_current is off",
            "coupled_tls/geometric": "internal_flux is off",
            "lambda/secular": "unique is False, not True",
        }.items():
            assert any(f"{place} at" in one and quantity in one for one in trial.findings), place


class TestScale:
    @pytest.mark.parametrize(
        ("seed", "factor"),
        share([(2, 1e-6), (5, 1000.0), (2, 1.5), (5, 1e-6), (2, 1000.0), (5, 1.5)], few=2),
    )
    def test_only_the_unit_changes(self, seed, factor, tmp_path):
        """Populations and coherences stay; currents are energies squared, fluxes energies."""
        variant = random_variants.draw(np.random.default_rng(seed))
        trials = [
            steady_states_of(tmp_path / str(unit), random_variants.scaled(variant, unit), points=0)
            for unit in (1.0, factor)
        ]
        assert trials[0].findings == trials[1].findings == []
        powers = {
            "energy_current": 2,
            "internal_flux": 1,
            "bath_flux": 1,
            "entropy_production": 1,
            "kossakowski_min_eigenvalue": 1,
        }
        assert len(trials[0].results) >= 16
        for name, data in trials[0].results.items():
            energy = float(np.abs(data["level_energy"]).max())
            for variable, values in trials[1].results[name].data_vars.items():
                if variable == "level_energy":
                    continue
                power = powers.get(variable, 0)
                np.testing.assert_allclose(
                    values / factor**power,
                    data[variable],
                    rtol=0,
                    atol=1e-12 * energy**power,
                    err_msg=f"{name} {variable}",
                )


class TestLooking:
    """What `fuzz` calls empty or meaningless."""

    def test_empty_axes(self):
        empty, worded, point, dot = Figure().subplots(1, 4)
        worded.text(0.5, 0.5, "zero everywhere")
        point.plot([1.0], [1.0])
        dot.plot([1.0], [1.0], "o")
        assert fuzz.emptiness(empty)
        assert not fuzz.emptiness(worded)
        assert fuzz.emptiness(point)
        assert not fuzz.emptiness(dot)

    def test_empty_maps(self):
        zero, missing, worded, good = Figure().subplots(1, 4)
        zero.pcolormesh(np.zeros((3, 3)))
        missing.pcolormesh(np.full((3, 3), np.nan))
        worded.pcolormesh(np.zeros((3, 3)))
        worded.text(0.5, 0.5, "zero everywhere")
        good.pcolormesh(np.eye(3))
        assert fuzz.emptiness(zero)
        assert fuzz.emptiness(missing)
        assert not fuzz.emptiness(worded)
        assert not fuzz.emptiness(good)

    @pytest.mark.parametrize(
        "text", ["up to 0", "up to 0 K", "rho >= nan", "inf %", "is None", "{x}"]
    )
    def test_meaningless_texts(self, text):
        assert fuzz.MEANINGLESS.search(text)

    @pytest.mark.parametrize("text", ["up to 0.5", "int_0^inf ds", "nanometre", "none of them"])
    def test_texts_that_say_something(self, text):
        assert not fuzz.MEANINGLESS.search(text)
