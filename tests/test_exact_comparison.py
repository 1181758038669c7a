"""Principal values in the engine, and the comparison with exact solutions."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

import reference
from drawn_at_random import share
from li_cai_sun_2015.catalogue import EQUATIONS, SYSTEMS
from li_cai_sun_2015.claims import CLAIMS, judge
from li_cai_sun_2015.configuration.variant import ConfigurationError, load_variant
from li_cai_sun_2015.data import exact_study
from li_cai_sun_2015.data.exact_comparison import SCANS, exact_comparison
from li_cai_sun_2015.data.spectra import spectra_dataset
from li_cai_sun_2015.data.steady_states import steady_state_dataset
from li_cai_sun_2015.findings import PAGE
from paper_replication import findings
from paper_replication.mathematics import Mathematics
from steady_coherence.baths import Bath
from steady_coherence.generator import generator_matrix
from steady_coherence.systems import lambda_system, v_system


@pytest.fixture(scope="module")
def dataset():
    return exact_comparison(load_variant("paper"))


def random_hermitian(rng, size):
    matrix = rng.normal(size=(size, size)) + 1j * rng.normal(size=(size, size))
    return 0.02 * (matrix + matrix.conj().T)


@pytest.mark.parametrize("make", [lambda_system, v_system])
@pytest.mark.parametrize("seed", range(5))
def test_principal_values_enter_as_derived(make, seed):
    """One-sided integrals Gamma-_ij + i S-_ij and Gamma+_ij - i S+_ij, with operators."""
    rng = np.random.default_rng(seed)
    system = make(1.0, 0.1)
    spectrum = reference.random_spectrum(rng, 2)
    shifts = {
        float(energy): (random_hermitian(rng, 2), random_hermitian(rng, 2))
        for energy in system.transition_energies
    }
    bath = Bath("bath", spectrum, temperature=0.7, level_shift=lambda w, _: shifts[w])
    lower = system.lowering_operators
    rho = rng.normal(size=(3, 3)) + 1j * rng.normal(size=(3, 3))
    rho = rho + rho.conj().T
    expected = 1j * (rho @ system.hamiltonian - system.hamiltonian @ rho)
    for i, energy in enumerate(system.transition_energies):
        minus, plus = reference.rates([spectrum], [0.7], energy)
        shift_minus, shift_plus = shifts[float(energy)]
        for j in range(2):
            emission = (minus + 1j * shift_minus)[i, j] * (
                lower[i] @ rho @ lower[j].T - lower[j].T @ lower[i] @ rho
            )
            absorption = (plus - 1j * shift_plus)[j, i] * (
                lower[i].T @ rho @ lower[j] - lower[j] @ lower[i].T @ rho
            )
            expected = expected + emission + emission.conj().T
            expected = expected + absorption + absorption.conj().T
    found = generator_matrix(system, [bath], "nonsecular_lamb") @ rho.reshape(-1)
    np.testing.assert_allclose(found.reshape(3, 3), expected, rtol=0, atol=1e-14)


def test_a_bath_without_principal_values_is_refused():
    bath = Bath("left", reference.random_spectrum(np.random.default_rng(0), 2), temperature=1.0)
    with pytest.raises(
        ValueError,
        match=r"^bath left has a coupling spectrum that does not say .* or a level_shift",
    ):
        generator_matrix(lambda_system(1.0, 0.1), [bath], "nonsecular_lamb")


def test_principal_values_of_flat_spectra_are_refused(tmp_path):
    (tmp_path / "paper.yaml").write_text(Path("config/variants/paper.yaml").read_text())
    (tmp_path / "bare.yaml").write_text("lamb_shift: true\n")
    with pytest.raises(
        ConfigurationError, match=r"lamb_shift is true, .* principal values diverge"
    ):
        load_variant("bare", folder=tmp_path)


class TestExactSolutions:
    def test_truncation_is_below_every_error(self, dataset):
        for scan in SCANS:
            error = dataset[f"{scan}_error"].min("equation")
            assert (dataset[f"{scan}_truncation"] < 0.1 * error).all()

    @pytest.mark.parametrize(
        ("equation", "order"), [("nonsecular", 1.0), ("nonsecular_lamb", 2.0), ("secular", 1.0)]
    )
    def test_orders(self, dataset, equation, order):
        """Fitted below gamma = 2e-4, where the next order is a few per cent of this."""
        found = dataset["order"].sel(equation=equation)
        np.testing.assert_allclose(found, order, atol=0.06)

    def test_secular_equation_misses_all(self, dataset):
        error = dataset["strength_error"].sel(equation="secular")
        np.testing.assert_allclose(error, dataset["strength_coherence"], rtol=1e-12)


POINTS = [
    ("lambda", "narrow", "cold", 1e-2),
    ("coupled_tls", "ohmic", "hot", 5e-3),
    ("v", "broad", "hot", 1e-3),
]


@pytest.mark.parametrize("point", share(POINTS, few=2))
def test_study_of_thermal_baths(point):
    """The study that is kept, computed anew at a few points."""
    kept = dict(zip(exact_study.points(), exact_study.kept()["table"], strict=True))[point]
    new = exact_study.row(*point)
    assert exact_study.agree(new, kept)
    assert not exact_study.agree({**new, "exact": [1.02 * part for part in new["exact"]]}, kept)
    assert exact_study.accuracy(new) < 0.02


def test_study_of_the_dipole_coupling():
    [kept] = [row for row in exact_study.kept()["dipole"] if row["system"] == "v"][:1]
    assert exact_study.agree(exact_study.dipole_row("v", kept["strength"]), kept)


def test_findings_say_all_there_is(dataset):
    configuration = load_variant("quick")
    spectra = spectra_dataset(configuration)
    equations = [equation for equation in EQUATIONS if equation != "nonsecular_lamb"]
    states = [
        steady_state_dataset(configuration, system, equation)
        for system in SYSTEMS
        for equation in equations
    ]
    verdicts, _ = judge("quick", configuration, [spectra, dataset, *states])
    verdicts = json.loads(json.dumps(verdicts, allow_nan=False))
    assert [claim["claim"] for claim in verdicts["claims"]] == [one.number for one in CLAIMS]
    assert len(verdicts["equations"]) == 28 + 8 + 6
    pages = (
        (findings.markdown(PAGE, verdicts), str),
        (findings.html(PAGE, verdicts), Mathematics(PAGE.names).html),
    )
    for page, written in pages:
        for row in verdicts["reliability"]:
            assert written(row["question"]) in page
        for equation in verdicts["equations"]:
            assert equation["id"] in page
