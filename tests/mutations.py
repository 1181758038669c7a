"""Break the code on purpose, one place at a time, and see who notices.

    make mutations

Each mutation replaces a text that stands exactly once in a file by another, in a copy of the
project. The physics tests, and the comparison of the results with the reference, then run in
the copy. What neither of them notices is a test that is missing: it is printed, and the exit
status is 1. The outcome is written to docs/mutations.md.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from li_cai_sun_2015.data.spectra import spectra_dataset
from li_cai_sun_2015.data.steady_states import steady_state_dataset

PROJECT = Path(__file__).parents[1]
PARTS = ("config", "pyproject.toml", "reference", "src", "tests", "workflow")
PHYSICS = ("systems", "spectra", "rates", "steady_states", "observables")
TESTS = [f"tests/test_{name}.py" for name in PHYSICS]
NOBODY = "–"


class Mutation(NamedTuple):
    """A deliberate mistake."""

    what: str
    module: str
    old: str
    new: str


MUTATIONS = [
    Mutation(
        "H_c of (12) is dropped",
        "steady_coherence/rates",
        "return gamma * first + vacuum * gamma",
        "return gamma * (0.5 * (first + second)) + vacuum * gamma",
    ),
    Mutation(
        "Γ_ji in place of Γ_ij",
        "steady_coherence/coupling_spectra",
        "imag if i <= j else -imag",
        "-imag if i <= j else imag",
    ),
    Mutation(
        "γ_ij at ε_j in place of ε_i",
        "steady_coherence/coupling_spectra",
        "self._element(values[i], min(i, j), max(i, j))",
        "self._element(values[j], min(i, j), max(i, j))",
    ),
    Mutation(
        "N at one and the same energy for all transitions",
        "steady_coherence/rates",
        "first, second = self._number(name, i), self._number(name, j)",
        "first, second = self._number(name, 0), self._number(name, 0)",
    ),
    Mutation(
        "Γ⁺_ji is not the conjugate of Γ⁻_ij",
        "steady_coherence/rates",
        "-gamma if conjugated else gamma",
        "gamma",
    ),
    Mutation(
        "no spontaneous emission: N in place of N + 1",
        "steady_coherence/rates",
        "vacuum = 1.0 if process == EMISSION",
        "vacuum = 0.0 if process == EMISSION",
    ),
    Mutation(
        "γ in place of γ/2",
        "steady_coherence/generator",
        "weight = 0.5 * sign",
        "weight = sign",
    ),
    Mutation(
        "the secular mask is inverted",
        "steady_coherence/master_equations",
        "<= DEGENERACY_TOLERANCE",
        "> DEGENERACY_TOLERANCE",
    ),
    Mutation(
        "the first bath only",
        "steady_coherence/steady_states",
        "for bath, form in enumerate(outline.forms)]",
        "for bath, form in enumerate(outline.forms[:1])]",
    ),
    Mutation(
        "+i [H, ρ] in place of −i [H, ρ]",
        "steady_coherence/solver/reduction",
        "(real, imag + splitting)",
        "(real, imag - splitting)",
    ),
    Mutation(
        "the anticommutator of φ_i ρ and φ_j†",
        "steady_coherence/generator",
        "(from_i, level), -1.0)",
        "(from_i, level), 1.0)",
    ),
    Mutation(
        "i and j exchanged in the decay, not in the gain",
        "steady_coherence/generator",
        "((from_j, level), (from_i, level), -1.0)",
        "((from_i, level), (from_j, level), -1.0)",
    ),
    Mutation(
        "the Hermitian conjugate without the conjugate",
        "steady_coherence/generator",
        "+= weight.conjugate()",
        "+= weight",
    ),
    Mutation(
        "populations are not normalised",
        "steady_coherence/solver/solution",
        "weight * inverse(norm)",
        "weight * 1.0",
    ),
    Mutation(
        "the coherence takes no part in the rates of the populations",
        "steady_coherence/solver/solution",
        "part.rates[k][m] + twice_real(",
        "part.rates[k][m] + 0.0 * twice_real(",
    ),
    Mutation(
        "the two populations of the eigenvalues are taken for equal",
        "steady_coherence/numerics/hermitian",
        "other = (first * second - squared)",
        "other = (first * first - squared)",
    ),
    Mutation(
        "levels g1 and g2 exchanged",
        "steady_coherence/systems",
        '("g1", "g2", "e"),',
        '("g2", "g1", "e"),',
    ),
    Mutation(
        "tan θ in place of cot θ = D/2g",
        "steady_coherence/systems",
        "_half_angle(half_difference, coupling, half_splitting)",
        "_half_angle(coupling, half_difference, half_splitting)",
    ),
    Mutation(
        "θ in place of θ/2",
        "steady_coherence/systems",
        "return np.where(y < 0.0, -sine, sine)[()], cosine[()]",
        "return (y / full)[()], (x / full)[()]",
    ),
    Mutation(
        "the sign of one amplitude of a site",
        "steady_coherence/systems",
        "(sine, cosine, -cosine, sine)",
        "(sine, cosine, cosine, sine)",
    ),
    Mutation(
        "E_G and E_D as printed in (26)",
        "steady_coherence/systems",
        "energies=(-mean, -half_splitting, half_splitting, mean)",
        "energies=(-mean / 2, -half_splitting, half_splitting, mean / 2)",
    ),
    Mutation(
        "numpy.sinc(x) taken for sin(x)/x",
        "steady_coherence/weight_factors",
        "sine = cosine_and_sine(x)[1]",
        "x = np.pi * x; sine = cosine_and_sine(x)[1]",
    ),
    Mutation(
        "f not squared, (B.6)",
        "steady_coherence/weight_factors",
        "return isotropic_amplitude(x, int(self.dimension)) ** 2",
        "return isotropic_amplitude(x, int(self.dimension))",
    ),
    Mutation(
        "exp(ω/T) in place of exp(ω/T) − 1",
        "steady_coherence/spectra",
        "return inverse_expm1(np.divide(frequency, temperature))",
        "return exp(-np.divide(frequency, temperature))",
    ),
    Mutation(
        "γ_21 is not the conjugate of γ_12",
        "steady_coherence/coupling_spectra",
        "elements.imag[j, i] = -imag",
        "elements.imag[j, i] = imag",
    ),
    Mutation(
        "√γ_11 γ_22 in place of √(γ_11 γ_22)",
        "steady_coherence/coupling_spectra",
        "np.sqrt(first) * np.sqrt(second)",
        "np.sqrt(first) * second",
    ),
    Mutation(
        "Γ⁻ = γ N/2 in condition (19)",
        "steady_coherence/baths",
        "np.multiply.outer(half, bath.emission_factor(frequency, bath.state))",
        "np.multiply.outer(half, number)",
    ),
    Mutation(
        "Γ⁺_12 in place of Γ⁺_21 in condition (19)",
        "steady_coherence/observables",
        "absorption[1, 0] * emission[number, number]",
        "absorption[0, 1] * emission[number, number]",
    ),
    Mutation(
        "the sign of the internal flux as printed in (28)",
        "steady_coherence/observables",
        "-(element * np.subtract(",
        "(element * np.subtract(",
    ),
    Mutation(
        "the coherence takes no part in the currents",
        "steady_coherence/solver/reduction",
        "changes[k] + twice_real(",
        "changes[k] + 0.0 * twice_real(",
    ),
    Mutation(
        "O_12 in place of O_21 in the currents",
        "steady_coherence/observables",
        "cross = second, first",
        "cross = first, second",
    ),
    Mutation(
        "the right bath is the colder one",
        "li_cai_sun_2015/data/steady_states",
        "(cold, cold + difference)",
        "(cold, np.abs(cold - difference))",
    ),
    Mutation(
        "contours 1.5 % to the right of the data",
        "paper_replication/figures",
        "lines = axes.contour(x, y,",
        "lines = axes.contour(x + 0.015 * (x[-1] - x[0]), y,",
    ),
]


def main() -> None:
    """Try all mutations, or compare the results in this folder with the reference."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--compare", action="store_true", help="what the copies are asked to do")
    parser.add_argument("words", nargs="*", help="try only the mutations with one of these words")
    arguments = parser.parse_args()
    if arguments.compare:
        sys.exit(compare())
    wanted = [
        mutation
        for mutation in MUTATIONS
        if not arguments.words or any(word in mutation.what for word in arguments.words)
    ]
    for mutation in wanted:
        check_anchor(mutation)
    noticed = outcome(None)
    if noticed != (NOBODY, NOBODY):
        sys.exit(f"The project as it is does not pass: {' '.join(noticed)}")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        rows = []
        for mutation, (test, quantity) in zip(wanted, pool.map(outcome, wanted), strict=True):
            sys.stdout.write(f"{mutation.what}: {test}; {quantity}\n")
            sys.stdout.flush()
            rows.append((mutation, test, quantity))
    if wanted == MUTATIONS:
        write_table(rows)
    missed = [mutation.what for mutation, *noticed in rows if noticed == [NOBODY, NOBODY]]
    sys.stdout.write(f"{len(rows) - len(missed)} of {len(rows)} mutations were noticed.\n")
    sys.exit("Not noticed: " + "; ".join(missed) if missed else 0)


def check_anchor(mutation: Mutation) -> None:
    """Stop if the text to be replaced does not stand in the file exactly once."""
    path = f"src/{mutation.module}.py"
    count = (PROJECT / path).read_text("utf-8").count(mutation.old)
    if count != 1:
        sys.exit(f"{mutation.what}: {mutation.old!r} stands {count} times in {path}, expected once")


def outcome(mutation: Mutation | None) -> tuple[str, str]:
    """Names of the first test and of the first quantity that notice a mutation."""
    with tempfile.TemporaryDirectory() as folder:
        for part in PARTS:
            source, target = PROJECT / part, Path(folder, part)
            if source.is_dir():
                shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, target)
        if mutation:
            path = Path(folder, "src", f"{mutation.module}.py")
            text = path.read_text("utf-8")
            path.write_text(text.replace(mutation.old, mutation.new), "utf-8")
        return first_test(folder), first_quantity(folder)


def run(folder: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a copy, on the package that is there."""
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=os.environ
        | {"PYTHONPATH": "src", "PYTHONDONTWRITEBYTECODE": "1", "OMP_NUM_THREADS": "1"},
        check=False,
        capture_output=True,
        text=True,
    )


def first_test(folder: str) -> str:
    """Name of the first physics test that fails in a copy."""
    result = run(folder, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *TESTS)
    if result.returncode == 0:
        return NOBODY
    found = re.search(r"^(?:FAILED|ERROR) tests/(\S+)", result.stdout, re.MULTILINE)
    if not found:
        sys.exit(f"pytest ended with {result.returncode}:\n{result.stdout}{result.stderr}")
    return f"`{found[1].partition('[')[0]}`"


def first_quantity(folder: str) -> str:
    """First quantity that differs from the reference in a copy."""
    result = run(folder, "tests/mutations.py", "--compare")
    if result.returncode == 0:
        return NOBODY
    found = re.search(r"^no +(.*?): ", result.stdout, re.MULTILINE)
    if found:
        return found[1]
    error = result.stderr.strip().splitlines()[-1]
    return f"stops with {error.partition(':')[0]}"


def compare() -> int:
    """Compute the paper's results and Fig. 3, and compare them with the reference."""
    import steady_coherence  # noqa: PLC0415 -- the copy's, and only there
    from li_cai_sun_2015 import figures  # noqa: PLC0415
    from li_cai_sun_2015.configuration.variant import load_variant  # noqa: PLC0415
    from li_cai_sun_2015.reference import KEPT  # noqa: PLC0415
    from paper_replication import verification  # noqa: PLC0415
    from paper_replication.files import read_json  # noqa: PLC0415

    if not Path(steady_coherence.__file__).is_relative_to(Path.cwd()):
        sys.exit(f"{steady_coherence.__file__} is not the package in {Path.cwd()}")
    configuration = load_variant("paper")
    results = {"spectra": spectra_dataset(configuration)}
    for name in KEPT.datasets[1:]:
        results[name] = steady_state_dataset(configuration, *name.split("/"))
    reference = read_json("reference/paper.json")
    comparisons = [
        comparison
        for name, dataset in results.items()
        for comparison in verification.compare_values(
            name, dataset, reference["datasets"][name], KEPT
        )
    ]
    if all(comparison.agrees for comparison in comparisons):
        shown = [results[f"{system}/nonsecular"] for system in ("lambda", "v")]
        figures.make("paper/fig3", shown)
        comparisons.append(
            verification.compare_picture(
                "figure fig3", "paper/fig3.png", "reference/paper/fig3.png"
            )
        )
    wrong = [comparison for comparison in comparisons if not comparison.agrees]
    sys.stdout.writelines(f"{comparison}\n" for comparison in wrong)
    return len(wrong) > 0


def write_table(rows: list[tuple[Mutation, str, str]]) -> None:
    """Write docs/mutations.md."""
    lines = [
        "# Mutations",
        "",
        "`make mutations` breaks the code on purpose, one place at a time, in a copy of the",
        "project; `tests/mutations.py` lists the places and writes this file. In the copy the",
        "physics tests run, and the results of the paper's variant are compared with the reference",
        "as `make verify` does.",
        "",
        "Here is who notices first. The reference alone cannot notice everything: the paper's",
        "spectra are flat and real, and hide what a conjugate or an index changes.",
        "",
        "| what is broken | where | first test to fail | first quantity to differ |",
        "|---|---|---|---|",
        *(
            f"| {mutation.what} | `{mutation.module}.py` | {test} | {quantity} |"
            for mutation, test, quantity in rows
        ),
        "",
    ]
    path = PROJECT / "docs" / "mutations.md"
    path.parent.mkdir(exist_ok=True)
    path.write_text("\n".join(lines), "utf-8")


if __name__ == "__main__":
    main()
