"""Break engine and configuration at places drawn at random, by the operators of cosmic-ray.

    make mutants number=40 seed=1

The places of tests/mutations.py are chosen for their physics; these are those that nobody thought
of. Each mutant is a copy of one module with one operator, comparison, number or condition replaced,
in a copy of the project. Those that the tests of their package let pass are printed, and the exit
status is 1: each lacks a test, or gives the same results, which has to be shown.
"""

from __future__ import annotations

import argparse
import difflib
import os
import random
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from cosmic_ray.ast import get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

PROJECT = Path(__file__).resolve().parents[1]
PARTS = ("config", "pyproject.toml", "reference", "src", "tests", "workflow")
#: The tests that are asked, by the package.
ASKED = {
    "steady_coherence": (
        *("systems", "spectra", "rates", "steady_states", "observables"),
        *("arithmetic", "distributions", "level_systems", "lamb_shift", "time_evolution"),
    ),
    "li_cai_sun_2015/configuration": ("configuration", "distributions"),
}
#: Exact solutions and the browser have slower tests of their own.
APART = {"damped_modes", "exact_states", "exponentials", "hierarchy", "javascript", "mean_force"}
#: What is replaced by what: mistakes that a person might make.
OPERATORS = (
    *("ReplaceBinaryOperator_Add_Sub", "ReplaceBinaryOperator_Sub_Add"),
    *("ReplaceBinaryOperator_Mul_Div", "ReplaceBinaryOperator_Div_Mul"),
    *("ReplaceComparisonOperator_Lt_LtE", "ReplaceComparisonOperator_LtE_Lt"),
    *("ReplaceComparisonOperator_Gt_GtE", "ReplaceComparisonOperator_GtE_Gt"),
    *("ReplaceComparisonOperator_Eq_NotEq", "ReplaceComparisonOperator_NotEq_Eq"),
    *("ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue"),
    *("ReplaceUnaryOperator_Delete_USub", "ReplaceUnaryOperator_Delete_Not", "AddNot"),
    *("NumberReplacer", "ZeroIterationForLoop"),
)


class Place(NamedTuple):
    """A place that an operator finds in a module."""

    package: str
    module: Path
    operator: str
    occurrence: int


def nodes(node):
    """A node of the syntax tree and all below it."""
    yield node
    for child in getattr(node, "children", ()):
        yield from nodes(child)


def places(folder: Path) -> list[Place]:
    """All places in a copy of the project, in a fixed order."""
    found = []
    for package in ASKED:
        for module in sorted((folder / "src" / package).rglob("*.py")):
            if APART & {module.parent.name, module.stem}:
                continue
            tree = list(nodes(get_ast(module.read_text("utf-8"))))
            for name in OPERATORS:
                operator = get_operator(f"core/{name}")()
                count = sum(len([*operator.mutation_positions(node)]) for node in tree)
                found += [Place(package, module, name, number) for number in range(count)]
    return found


def passes(package: str, folder: Path) -> bool:
    """Whether the tests of a package pass in a copy of the project; a loop without end does not."""
    tests = [f"tests/test_{name}.py" for name in ASKED[package]]
    options = ("-q", "-x", "-n0", "-p", "no:cacheprovider")
    try:
        done = subprocess.run(
            (PROJECT / ".venv/bin/python", "-m", "pytest", *options, *tests),
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(folder / "src"), "PYTHONDONTWRITEBYTECODE": "1"},
            check=False,
            capture_output=True,
            timeout=600,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def survives(place: Place, folder: Path) -> str:
    """Change of a mutant that the tests let pass; empty if one of them fails."""
    old = place.module.read_text("utf-8")
    new = mutate_code(old, get_operator(f"core/{place.operator}")(), place.occurrence)
    place.module.write_text(new, "utf-8")
    passed = passes(place.package, folder)
    place.module.write_text(old, "utf-8")
    if not passed:
        return ""
    changes = difflib.unified_diff(old.splitlines(), new.splitlines(), lineterm="", n=0)
    return "\n".join([str(place.module.relative_to(folder)), *list(changes)[2:]])


def main() -> int:
    """Try some mutants, and give the exit status."""
    parser = argparse.ArgumentParser(description="Break the code at random places.")
    parser.add_argument("--number", type=int, default=40, help="how many")
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    survivors = 0
    with tempfile.TemporaryDirectory(prefix="steady-coherence-mutants-") as temporary:
        folder = Path(temporary)
        for part in PARTS:
            path = PROJECT / part
            (shutil.copytree if path.is_dir() else shutil.copy)(path, folder / part)
        found = places(folder)
        if failing := [package for package in ASKED if not passes(package, folder)]:
            sys.exit(f"The tests of {failing[0]} do not pass as they are")
        for place in random.Random(asked.seed).sample(found, asked.number):
            if change := survives(place, folder):
                survivors += 1
                print(change, flush=True)
    print(f"{asked.number} of {len(found)} mutants, {survivors} of them noticed by nobody")
    return 1 if survivors else 0


if __name__ == "__main__":
    sys.exit(main())
