"""The claims: one entry each, the verdicts found, and that they change when they should."""

from __future__ import annotations

import copy
import json

import numpy as np
import pytest

from li_cai_sun_2015 import figures
from li_cai_sun_2015.claims import CLAIMS, claim_maps, judge_claims, judged
from li_cai_sun_2015.claims.balance import balance
from li_cai_sun_2015.claims.couplings import random_coupling, shared_baths, with_cross
from li_cai_sun_2015.claims.study import COHERENT, Study
from li_cai_sun_2015.claims.thermal import beyond_the_equation, order_of_the_flux
from li_cai_sun_2015.configuration.variant import load_variant, merge
from li_cai_sun_2015.data.spectra import spectra_dataset
from li_cai_sun_2015.data.steady_states import steady_state_dataset
from paper_replication.claim import FAILS, HOLDS, IN_PART, NOT_APPLICABLE
from steady_coherence.generator import generator_matrix
from steady_coherence.observables import coherence_condition
from steady_coherence.steady_states import steady_states
from steady_coherence.systems import SYSTEMS, lambda_system

PARTLY = {4, 5, 6, 7, 17, 19, 24, 26, 29}
FOUND = {claim.number: IN_PART if claim.number in PARTLY else HOLDS for claim in CLAIMS}
COARSE = {
    section: {
        "temperature": {"start": 0.1, "stop": 2.0, "points": 20},
        "temperature_difference": {"start": 0.0, "stop": 1.0, "points": 11},
    }
    for section in ("three_level", "coupled_tls")
}


def study_of(changes=None, variant="paper"):
    configuration = load_variant(variant).changed(COARSE).changed(changes or {})
    spectra = spectra_dataset(configuration)
    datasets = {"spectra": spectra}
    for system in configuration.systems:
        for equation in ("nonsecular", "secular"):
            datasets[f"{system}/{equation}"] = steady_state_dataset(configuration, system, equation)
    return Study(configuration, datasets)


@pytest.fixture(scope="module")
def paper():
    study = study_of()
    verdicts, maps = judge_claims(study)
    return {verdict["claim"]: verdict for verdict in verdicts}, maps


def test_what_is_left_out_in_equilibrium_is_said():
    """By quadrature as by the equation with principal values; a flux there is of second order."""
    of_ohmic = Study(load_variant("ohmic"), {})
    remark, numbers = beyond_the_equation(of_ohmic)
    deviations = [numbers[f"deviation_as_gamma_vanishes_{name}"] for name in COHERENT]
    assert 0.0 < max(deviations) < 1e-5
    assert "by the equation with principal values" in remark
    assert order_of_the_flux(of_ohmic) == pytest.approx(2.0, abs=1e-4)
    remark, numbers = beyond_the_equation(Study(load_variant("paper"), {}))
    assert "ohmic baths" in remark
    assert 0.05 < numbers["equilibrium_over_driven_lambda_cutoff_2"] < 0.1
    remark, numbers = beyond_the_equation(Study(load_variant("lorentzian"), {}))
    assert all(name.startswith("coherence_with_principal_values") for name in numbers)
    assert numbers
    same = {"shape": "ohmic", "strength": 0.01, "exponent": 1.0, "cutoff": 5.0}
    undecided = load_variant("ohmic").changed(DEGENERATE)
    undecided = undecided.changed(both_baths(transition_1=same, transition_2=same))
    remark, numbers = beyond_the_equation(Study(undecided, {}))
    assert "nan" not in remark
    assert np.isfinite(list(numbers.values())).all()


def judge(study, claim):
    verdict = judged(CLAIMS[claim - 1], study)
    assert verdict["claim"] == claim
    return verdict


def both_baths(**changes):
    return {"three_level": {"baths": {"left": copy.deepcopy(changes), "right": changes}}}


DEGENERATE = {"three_level": {"energy_difference": {"lambda": 0.0, "v": 0.0}}}


def strengths(left, right):
    return {
        "three_level": {
            "baths": {
                bath: {
                    f"transition_{number}": {"strength": value}
                    for number, value in enumerate(values, start=1)
                }
                for bath, values in (("left", left), ("right", right))
            }
        }
    }


class TestPaper:
    def test_entries(self, paper):
        verdicts, _ = paper
        assert list(verdicts) == list(range(1, 30))
        for verdict in verdicts.values():
            assert verdict["where"]
            assert verdict["statement"].startswith(("“", "A paraphrase: "))
            assert verdict["sense"]
            assert verdict["quantity"]
            assert verdict["region"]
            assert verdict["tolerance"] > 0.0
            assert verdict["numbers"]
            assert bool(verdict["counterexample"]) == (verdict["verdict"] in {IN_PART, FAILS})
            assert verdict["holds_for"] or verdict["verdict"] == FAILS

    @pytest.mark.parametrize("claim", [1, 2, 7, 8, 10, 12, 14, 15, 22, 25, 27])
    def test_stricter_readings_are_remarks(self, paper, claim):
        assert paper[0][claim]["remark"]

    def test_verdicts(self, paper):
        verdicts, _ = paper
        assert {claim: verdict["verdict"] for claim, verdict in verdicts.items()} == FOUND

    def test_json(self, paper):
        verdicts, _ = paper
        for verdict in verdicts.values():
            text = json.dumps(verdict, allow_nan=False)
            assert json.loads(text)["claim"] == verdict["claim"]

    @pytest.mark.parametrize(("claim", "name"), [(1, "lambda"), (2, "v")])
    def test_zero_out_of_equilibrium(self, paper, claim, name):
        """The zero is one by (19), written out for the couplings of Fig. 3, or its like for V."""
        numbers = paper[0][claim]["numbers"]
        lower = numbers["zero_temperature_right_hotter"]
        hotter = lower + numbers["zero_temperature_difference_right_hotter"]
        sign = 1.0 if name == "lambda" else -1.0
        terms = []
        for weights, energy in (((1.0, 2.0), 1.0 + 0.005 * sign), ((2.0, 1.0), 1.0 - 0.005 * sign)):
            left, right = (1.0 / np.expm1(energy / t) for t in (lower, hotter))
            width = weights[0] * left + weights[1] * right
            terms.append((right - left) / (width if name == "lambda" else width + 3.0))
        assert terms[0] == pytest.approx(terms[1], rel=1e-9)
        assert hotter - lower > 1e-3
        assert numbers["coherence_at_the_zero_right_hotter"] < 1e-15
        assert numbers["coherence_at_twice_that_difference_right_hotter"] > 1e-6
        assert numbers["zeros_left_bath_hotter"] == 0.0

    def test_hot_limit_of_the_zeros(self, paper):
        """Expanding (19) in 1/T leaves dT = 3/2 D_12, for V as well."""
        _, maps = paper
        for name in ("lambda", "v"):
            here = maps.isel(zero=(maps["zero_system"] == name).values)
            hottest = here.isel(zero=int(here["zero_temperature"].values.argmax()))
            assert float(hottest["zero_temperature"]) == pytest.approx(100.0)
            assert float(hottest["zero_temperature_difference"]) == pytest.approx(0.015, rel=0.01)

    def test_numbers(self, paper):
        numbers = {claim: verdict["numbers"] for claim, verdict in paper[0].items()}
        assert numbers[3]["largest_coherence_random_couplings"] < 1e-13
        assert numbers[4]["fraction_falling_lambda_left_hotter"] == 0.0
        assert 0.03 < numbers[4]["fraction_falling_lambda_right_hotter"] < 0.05
        assert 0.4 < numbers[6]["ratio_of_maxima_grid"] < 0.5
        assert numbers[7]["coherence_where_f_cancels"] < 1e-15
        assert numbers[9]["largest_distance_after_propagation"] < 1e-11
        # A dark state, (|g1> - sqrt(2) |g2>)/sqrt(3) up to names.
        assert numbers[24]["coherence_one_bath_at_zero"] == pytest.approx(np.sqrt(2.0) / 3.0)
        assert numbers[10]["steep_relative_determinant"] < 1e-12
        assert numbers[11]["largest_coherence"] < 1e-14
        assert numbers[11]["largest_relative_drift_of_gibbs"] < 1e-13
        assert numbers[14]["largest_coherence_where_19_holds"] < 1e-14
        assert numbers[14]["largest_relative_19_on_the_zeros"] < 1e-8
        assert numbers[15]["largest_coherence_with_20"] < 1e-13
        assert numbers[17]["largest_flux_plus_printed"] < 1e-15
        assert numbers[18]["largest_internal_flux_secular"] == 0.0
        assert numbers[18]["largest_bath_flux_secular"] > 1e-3

        # V's maximum has 0.44 of Lambda's coherence, 0.39 of its populations.
        assert numbers[23]["ratio_of_coherence_at_the_maxima"] == pytest.approx(0.44, abs=5e-3)
        assert numbers[23]["ratio_of_populations_at_the_maxima"] == pytest.approx(0.39, abs=1e-2)
        assert numbers[24]["unique_one_bath_at_zero"] == 1.0
        assert numbers[24]["unique_equal_gammas"] == 0.0
        assert numbers[26]["logarithm_of_the_violation_of_22_own"] == pytest.approx(np.log(4.0))
        assert numbers[26]["coherence_shared_shape"] < 1e-13
        assert numbers[27]["largest_ratio_of_real_to_imaginary_part"] > 10.0
        assert numbers[28]["largest_coherence_difference_in_time"] > 0.01
        assert numbers[29]["weight_factor_at_phase_2_perpendicular"] == pytest.approx(
            0.126327, abs=5e-7
        )

    def test_maps(self, paper):
        _, maps = paper
        assert dict(maps.sizes).keys() >= {"system", "temperature", "temperature_difference"}
        for name, variable in maps.variables.items():
            assert variable.attrs["long_name"], name
        assert maps["relaxation_gap"].sel(system="v").notnull().all()
        assert float(maps["relaxation_gap"].min()) > 0.0
        assert float(maps["coherence_over_peak"].max()) == pytest.approx(1.0)

    def test_gap_against_one_eigenvalue_problem(self, paper):
        """Relaxation of V at low temperature: the slower of its two decays, by hand."""
        _, maps = paper
        coldest = maps["relaxation_gap"].sel(system="v").isel(temperature=0)
        # gamma_11 = gamma_22 = 0.03 in all, gamma_12 = 2 sqrt(2) 0.01, |D_12| = 0.01; rates of
        # amplitudes are -gamma/2 plus the eigenvalues +-sqrt((gamma_12/2)^2 - (D_12/2)^2).
        split = np.sqrt((np.sqrt(2.0) * 0.01) ** 2 - 0.005**2)
        expected = 0.03 / 2 - split
        assert float(coldest[0]) == pytest.approx(expected, rel=1e-9)

    def test_figure(self, paper):
        figures.draw("claims", [paper[1]]).draw_without_rendering()


class TestOtherCouplings:
    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param(both_baths(weight_factor={"value": 0.0}), id="f = 0"),
            pytest.param(strengths((0.01, 0.02), (0.01, 0.02)), id="equal baths"),
            pytest.param(strengths((0.01, 0.02), (0.03, 0.06)), id="(22)"),
        ],
    )
    def test_no_coherence(self, changes):
        study = study_of(changes)
        for claim in (1, 2):
            verdict = judge(study, claim)
            assert verdict["verdict"] == NOT_APPLICABLE
            assert "holds at all of them" in verdict["counterexample"]
            assert verdict["numbers"]["largest_coherence_on_the_grid"] < 1e-13
        for claim in (4, 5, 6, 7, 8, 21, 23):
            assert judge(study, claim)["verdict"] == NOT_APPLICABLE
        for claim in (3, 9, 11, 13, 20):
            assert judge(study, claim)["verdict"] == HOLDS
        figures.draw("claims", [claim_maps(study)]).draw_without_rendering()

    def test_a_coherence_that_does_not_come_out(self):
        """(19) says where there is one; the solver has to find it."""

        class Blind(Study):
            def coherence(self, *where, **what):
                return 0.0 * super().coherence(*where, **what)

        study = study_of()
        for claim in (1, 2):
            assert judge(Blind(study.variant, study.datasets), claim)["verdict"] == FAILS

    def test_different_phases_leave_no_zero(self):
        study = study_of(variant="complex_phase")
        for claim in (1, 2, 8):
            assert judge(study, claim)["verdict"] == HOLDS
            assert not judge(study, claim)["remark"]
        assert claim_maps(study).sizes["zero"] == 0
        # No weight factors destroy the coherence; unequal ones raise it.
        suppressed = judge(study, 7)
        assert suppressed["verdict"] == IN_PART
        assert "coherence_where_f_cancels" not in suppressed["numbers"]

    def test_dark_state(self):
        """Degenerate levels, equal gammas, f = 1: nothing is unique."""
        study = study_of(merge(DEGENERATE, strengths((0.01, 0.01), (0.01, 0.01))))
        unique = judge(study, 9)
        assert unique["verdict"] == FAILS
        assert unique["numbers"]["fraction_unique_lambda_grid"] == 0.0
        rare = judge(study, 25)
        assert rare["numbers"]["smallest_relative_determinant"] < 1e-12
        assert "this variant is such a case" in rare["remark"]
        for claim in (1, 2, 4, 5, 6, 7, 8, 21, 23):
            assert judge(study, claim)["verdict"] == NOT_APPLICABLE
        assert judge(study, 11)["verdict"] == IN_PART

    def test_degenerate_levels_are_outside_of_the_secular_argument(self):
        verdict = judge(study_of(DEGENERATE), 12)
        assert verdict["verdict"] == HOLDS
        assert verdict["numbers"]["coherence_of_a_degenerate_lambda_system"] > 0.01
        assert "degenerate in this variant, left out: Lambda and V" in verdict["remark"]

    def test_interference_below_one_bounds_the_growth(self):
        numbers = judge(study_of(variant="partial_interference"), 4)["numbers"]
        assert numbers["coherence_lambda_difference_1e+06"] < 1e-6
        assert numbers["fraction_falling_lambda_left_hotter"] > 0.1

    def test_growing_mode(self):
        """Spectra that differ too much between the transitions: the equation breaks down."""
        study = study_of(variant="lorentzian")
        verdict = judge(study, 9)
        assert verdict["verdict"] == IN_PART
        assert verdict["numbers"]["largest_growth_rate_v_right_hotter"] > 0.0
        assert np.nanmax(study.coherence_map("v")) <= 0.5

    def test_systems_that_were_not_asked_for(self):
        study = study_of({"systems": ["xi"]})
        rows = [judged(claim, study) for claim in CLAIMS]
        asked = {row["claim"]: row["counterexample"] for row in rows if "not asked" in str(row)}
        assert asked.keys() == {1, 2, *range(4, 11), 17, 18, 21, *range(23, 28)}
        assert asked[1] == "not asked for in this variant: lambda"
        for row in rows:
            assert (row["verdict"] == NOT_APPLICABLE) == (row["claim"] in asked)
        assert claim_maps(study).sizes["system"] == 0

    @pytest.mark.parametrize("hotter", ["left", "right"])
    def test_one_bath_alone_leaves_no_coherence(self, hotter):
        """The other one at T = 0 does not matter where it couples to nothing."""
        study = study_of(strengths((0.0, 0.0), (0.02, 0.01)))
        assert not study.coherent("v")
        assert judge(study, 2)["verdict"] == NOT_APPLICABLE
        assert judge(study, 9)["verdict"] == IN_PART
        assert judge(study, 11)["verdict"] == HOLDS
        assert np.isnan(study.frozen("lambda", "left")).all()
        assert np.isfinite(study.coherence("v", 0.0, 1.0, hotter))

    def test_degenerate_levels_without_interference(self):
        """The secular equation has no cross terms to keep."""
        no_interference = both_baths(weight_factor={"value": 0.0})
        verdict = judge(study_of(merge(DEGENERATE, no_interference)), 12)
        assert verdict["verdict"] == HOLDS
        assert "cross terms" not in verdict["remark"]

    def test_equal_temperatures_only(self):
        axis = {"values": [0.0]}
        study = study_of({"three_level": {"temperature_difference": axis}})
        for claim in (4, 6):
            row = judge(study, claim)
            assert row["verdict"] == IN_PART
            assert not any(name.endswith("_grid") for name in row["numbers"])

    def test_weak_rates_and_coupling(self):
        weak = {"shape": "flat", "strength": 1e-9}
        study = study_of({"coupled_tls": {"coupling": 4e-10, "baths": {"1": weak, "2": weak}}})
        assert judge(study, 17)["verdict"] == IN_PART
        # The secular equation takes levels 8e-10 apart for degenerate, and keeps their flux.
        verdict = judge(study, 18)
        assert verdict["verdict"] == FAILS
        assert "too close for it to drop" in verdict["counterexample"]
        assert verdict["numbers"]["largest_internal_flux_secular"] > 1e-11

    def test_tables_that_cover_the_transition_energies_only(self, tmp_path):
        table = tmp_path / "table.csv"
        table.write_text("frequency,value\n0.995,0.02\n1.005,0.01\n")
        curve = {"shape": "tabulated", "file": str(table)}
        rows = [
            judged(claim, study_of({"three_level": {"baths": {"left": {"transition_1": curve}}}}))
            for claim in CLAIMS
            if claim.number in {1, 4, 8, 12}
        ]
        assert [row["verdict"] for row in rows] == [HOLDS, IN_PART, HOLDS, HOLDS]
        assert "where the tables end" in rows[2]["holds_for"]

    def test_no_flux_without_coupling(self):
        study = study_of({"coupled_tls": {"frequency_2": 0.9, "coupling": 0.0}})
        for claim in (17, 18, 27):
            assert judge(study, claim)["verdict"] == NOT_APPLICABLE

    def test_weak_coherence_is_negligible(self):
        """A hundredth of 1/2 is far away for couplings in nearly one proportion."""
        assert judge(study_of(strengths((0.01, 0.01), (0.01, 0.0101))), 21)["verdict"] == FAILS

    def test_the_pattern_of_figure_4(self):
        """Swapped couplings do not have it; one curve a bath has it, and obeys (22) as well."""
        swapped = judge(study_of(strengths((0.02, 0.01), (0.01, 0.02))), 26)
        assert swapped["verdict"] == NOT_APPLICABLE
        curves = [
            {"shape": "lorentzian", "strength": 0.02, "center": center, "width": 0.03}
            for center in (0.98, 1.02)
        ]
        baths = {
            bath: {"transition_1": one, "transition_2": one}
            for bath, one in zip(("left", "right"), curves, strict=True)
        }
        assert judge(study_of({"three_level": {"baths": baths}}), 26)["verdict"] == FAILS


class TestBalance:
    """The closed forms against the generator."""

    @pytest.mark.parametrize("seed", range(5))
    def test_determinant(self, seed):
        rng = np.random.default_rng(seed)
        couplings = [random_coupling(rng), random_coupling(rng)]
        split, *temperatures = rng.uniform(0.1, 1.0, 3)
        system = lambda_system(1.0, split)
        block = np.ix_([0, 4, 1, 3], [0, 4, 1, 3])  # n_1, n_2, rho_12, rho_21
        full, without = (
            np.linalg.det(
                generator_matrix(system, shared_baths(used, *temperatures), "nonsecular")[block]
            ).real
            for used in (couplings, with_cross(couplings, (0.0, 0.0)))
        )
        found = balance("lambda", couplings, *temperatures, split).determinant
        assert found == pytest.approx(full / without, rel=1e-9)

    @pytest.mark.parametrize("name", ["lambda", "v"])
    @pytest.mark.parametrize("seed", range(5))
    def test_drive(self, name, seed):
        """That of rho_12 by the populations without coherence, which (11) gives."""
        rng = np.random.default_rng(seed)
        couplings = [random_coupling(rng), random_coupling(rng)]
        split, *temperatures = rng.uniform(0.1, 1.0, 3)
        system = SYSTEMS[name].build(1.0, split)
        baths = shared_baths(couplings, *temperatures)
        population = steady_states(system, baths, "secular")["population"]
        drive = generator_matrix(system, baths, "nonsecular")[1, ::4] @ population
        # (19) is written for rho_21, its counterpart for V comes out for rho_12.
        expected = drive.conj() if name == "lambda" else drive
        found = complex(balance(name, couplings, *temperatures, split).drive)
        assert abs((found * expected.conj()).imag) < 1e-9 * abs(found * expected)
        assert 0.0 < abs(found) <= 1.0


class TestZeros:
    def test_every_zero_satisfies_19(self):
        study = Study(load_variant("ohmic"), {})
        system = study.system("lambda")
        found = study.zeros("lambda")
        found = found[found[:, 0] > 0.0]
        left_hand_side, scale = (
            np.abs(coherence_condition(system, study.baths("lambda", found[:, 0], dT)))
            for dT in (found[:, 1], np.full(len(found), 100.0))
        )
        assert len(found) > 20
        # Against the value at a difference of 100; the zeros lie below 1.
        assert (left_hand_side / scale).max() < 1e-11

    def test_zeros_of_complex_spectra(self):
        """Complex spectra with (19) made to vanish at T_L = 0.5, T_R = 0.8: a line of zeros.

        The phases of the two brackets of (19) do not depend on the temperatures: opposite at one
        pair, they are so at all, and the moduli are equal along a line.
        """
        rng = np.random.default_rng(0)
        plain = [random_coupling(rng), random_coupling(rng)]

        class Complex(Study):
            couplings = plain

        configuration = load_variant("paper")
        study = Complex(configuration, {})
        parts = [
            complex(
                coherence_condition(
                    study.system("lambda"),
                    study.baths("lambda", 0.5, 0.3, couplings=with_cross(plain, kept)),
                )
            )
            for kept in ((1.0, 0.0), (0.0, 1.0))
        ]
        factors = np.array([1.0, np.conj(-parts[0] / parts[1])])
        Complex.couplings = with_cross(plain, factors / np.abs(factors).max())
        study = Complex(configuration, {})
        found = study.zeros("lambda")
        assert np.interp(0.5, *found.T) == pytest.approx(0.3, rel=1e-3)
        assert study.coherence("lambda", *found.T).max() < 1e-15
