"""Build with the instructions of other processors, and see what depends on them.

    python tests/processors.py [--variant NAME] [--cores N] [--only SETTING ...]

NumPy, OpenBLAS and the C library choose their code by the processor at hand. Each can be told to
use what an older one has. Under every such setting the variant is built anew in a copy of the
project and compared with a plain build, file by file and variable by variable. Probes, a few
functions of many arguments, say first whether the setting has any effect here; one without is not
built. The last lines say yes or no to each promise of docs/reproducibility.md.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.image import imread
from numpy._core._multiarray_umath import __cpu_dispatch__, __cpu_features__

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT / "src"))

from paper_replication import datasets  # noqa: E402
from paper_replication.verification import builds  # noqa: E402
from paper_replication.verification.comparison import Comparison, shortened  # noqa: E402

#: What may depend on the processor, as docs/reproducibility.md lists it, and by how much of the
#: largest value: the first pattern that fits counts. Everything else has the same bits everywhere.
DEPENDENT: dict[str, float] = {
    # Eigenvalues by LAPACK, known to 1e-15 of the largest and kept down to 1e-12 of it: where rates
    # are of any sizes, the slowest may all be that small.
    "results/random_*/claims.nc relaxation_gap": 1e-3,
    "results/claims.nc relaxation_gap": 1e-12,
    # Exact solutions: sparse LU and LAPACK.
    "results/trust.nc *_truncation": 1e-3,
    "results/trust.nc *order": 1e-8,
    "results/trust.nc *": 1e-12,
    # Drawn from these.
    "figures/trust.pdf bytes": math.inf,
    "figures/trust.svg bytes": math.inf,
}

NO_FMA = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4"}

#: What is computed from the same arguments everywhere: digests of the bytes, by who computes.
PROBES = """
import hashlib, json, math, os, random
import numpy as np

number = random.Random(1)
x = np.array([number.uniform(0.01, 30.0) for _ in range(20000)])
matrices = (x[:10000] - 15.0).reshape(-1, 5, 5) + 1j * x[10000:].reshape(-1, 5, 5)
one = ("exp", "expm1", "log", "log1p", "sin", "cos", "sinh", "tanh")

def digest(*arrays):
    whole = b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)
    return hashlib.sha256(whole).hexdigest()

print(json.dumps({
    "C library": digest(*([getattr(math, name)(value) for value in x] for name in one),
                        [math.pow(value, 0.37) for value in x]),
    "NumPy functions": digest(*(getattr(np, name)(x) for name in one), x**0.37, np.exp(1j * x)),
    "NumPy complex arithmetic": digest(matrices * matrices, abs(matrices)),
    "NumPy real arithmetic": digest(x + x[::-1], x * x[::-1], x / x[::-1], np.sqrt(x), x.sum()),
    "LAPACK": digest(np.linalg.inv(matrices), np.linalg.svd(matrices, compute_uv=False)),
}))
"""


@dataclass
class Differences:
    """Where one array of numbers, or one text, differs from build to build."""

    elements: int
    differing: int = 0
    largest: float = 0.0  # relative to the largest value
    settings: list[str] = field(default_factory=list)

    def add(self, other: Differences, setting: str) -> None:
        """Take in what another setting does."""
        if other.differing:
            self.settings.append(setting)
            self.differing = max(self.differing, other.differing)
            self.largest = max(self.largest, other.largest)


def settings() -> tuple[dict[str, dict[str, str]], list[str]]:
    """Environment variables by the name of a setting, and what there is no setting for here."""
    found: dict[str, dict[str, str]] = {}
    levels = [level for level in __cpu_dispatch__ if __cpu_features__.get(level)]
    missing = [
        f"NumPy's {level}: this processor has none"
        for level in __cpu_dispatch__
        if level not in levels
    ]
    for number, level in reversed(list(enumerate(levels))):
        disabled = " ".join(levels[number:])
        found[f"NumPy without {level}"] = {"NPY_DISABLE_CPU_FEATURES": disabled}
    if platform.machine() in {"x86_64", "AMD64"}:
        for core in ("SkylakeX", "Zen", "Haswell", "Sandybridge", "Nehalem", "Prescott"):
            found[f"OpenBLAS for {core}"] = {"OPENBLAS_CORETYPE": core}
        oldest = {"OPENBLAS_CORETYPE": "Prescott"}
    else:
        missing.append(f"OpenBLAS for other cores: not known here for {platform.machine()}")
        oldest = {}
    if platform.libc_ver()[0] == "glibc" and oldest:
        found["C library without FMA"] = NO_FMA
        oldest |= NO_FMA
    else:
        missing.append("the C library without FMA: only glibc on x86-64 can be told")
    if levels:
        oldest["NPY_DISABLE_CPU_FEATURES"] = " ".join(levels)
    if oldest:
        found["all of the oldest"] = oldest
    return found, missing


def probe(environment: Mapping[str, str]) -> dict[str, str]:
    """Digests of what is computed under a setting."""
    run = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROBES],
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1", **environment},
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(json.loads(run.stdout))


def contents(folder: Path, variant: str) -> dict[str, Any]:
    """Everything a build has made: arrays and texts by the file and what it is in there."""
    found: dict[str, Any] = {}
    for name, path in builds.outputs(folder).items():
        short = name.replace(f"/{variant}/", "/")
        if path.suffix == ".nc":
            dataset = datasets.read(path)
            for variable, values in dataset.variables.items():
                found[f"{short} {variable}"] = values.values
            attributes = {key: str(value) for key, value in dataset.attrs.items()}
            found[f"{short} attributes"] = json.dumps(attributes, sort_keys=True).encode()
        elif path.suffix == ".json":
            leaves = dict(_leaves(json.loads(path.read_text("utf-8"))))
            numbers = {key: leaf for key, leaf in leaves.items() if isinstance(leaf, float)}
            found[f"{short} numbers"] = np.array(list(numbers.values()))
            rest = {key: leaf for key, leaf in leaves.items() if key not in numbers}
            found[f"{short} all but the numbers"] = json.dumps([list(numbers), rest]).encode()
        else:
            found[f"{short} bytes"] = path.read_bytes()
        if path.suffix == ".png":
            found[f"{short} pixels"] = imread(path)
    return found


def _leaves(data: Any, key: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(data, dict | list):
        pairs = data.items() if isinstance(data, dict) else enumerate(data)
        for name, inner in pairs:
            yield from _leaves(inner, f"{key}.{name}")
    else:
        yield key, data


def difference(one: Any, other: Any) -> Differences:
    """How many elements have other bits, and by how much relative to the largest value."""
    if one is None or other is None or np.shape(one) != np.shape(other):
        return Differences(np.size(one), np.size(one), math.inf)
    if isinstance(one, bytes) or one.dtype.kind != "f":
        changed = int(np.sum(one != other))
        return Differences(np.size(one), changed, math.inf if changed else 0.0)
    bits = [array.astype(float).reshape(-1).view(np.int64) for array in (one, other)]
    changed = int((bits[0] != bits[1]).sum())
    if not changed:
        return Differences(one.size)
    if (np.isnan(one) != np.isnan(other)).any():
        return Differences(one.size, changed, math.inf)
    size = float(np.nanmax(np.abs(one)))
    return Differences(one.size, changed, float(np.nanmax(np.abs(one - other))) / (size or 1.0))


def print_table(columns: list[str], rows: Iterable[list[str]]) -> None:
    rows = [columns, *rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("  ".join(cells).rstrip(), flush=True)


def promises(differences: Mapping[str, Differences], built: list[str]) -> list[Comparison]:
    """Yes or no to each sentence of docs/reproducibility.md on other processors."""
    where = f"under {len(built)} settings"

    def the_same(names: Iterable[str], quantity: str) -> Comparison:
        chosen = list(names)
        other = [name for name in chosen if differences[name].differing]
        text = f"{len(other)} differ: {shortened(other)}" if other else f"all {len(chosen)} {where}"
        return Comparison(bool(chosen and built) and not other, quantity, text)

    bound = {
        name: next((DEPENDENT[key] for key in DEPENDENT if fnmatch(name, key)), None)
        for name in differences
    }
    listed = {name: limit for name, limit in bound.items() if limit is not None}
    beyond = [name for name, limit in listed.items() if differences[name].largest > limit]
    free = [name for name in differences if name not in listed]
    texts = ("findings.md bytes", "findings.html bytes", "claims.json all but the numbers")
    return [
        the_same((n for n in free if n.endswith(texts)), "findings and verdicts, same text"),
        the_same((n for n in free if n.startswith("figures/")), "other figures, same bytes"),
        the_same((n for n in free if ".nc " in n), "variables not listed, same bits"),
        the_same((n for n in free if ".json " in n), "other JSON, same text"),
        Comparison(
            bool(listed and built) and not beyond,
            "what is listed, within its bound",
            f"{len(beyond)} beyond it: {shortened(beyond)}" if beyond else f"all {len(listed)}",
        ),
    ]


def main() -> int:
    known, missing = settings()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--variant", default="quick", help="what to build (default: quick)")
    parser.add_argument("--cores", type=int, default=os.cpu_count(), help="default: all")
    parser.add_argument("--only", nargs="+", choices=known, default=list(known), metavar="SETTING")
    options = parser.parse_args()
    failed, done = [], []
    with tempfile.TemporaryDirectory(prefix="steady-coherence-") as scratch:
        # What is edited meanwhile makes no difference.
        project = Path(scratch, "project")
        project.mkdir()
        for part in builds.PARTS:
            copy = shutil.copytree if (PROJECT / part).is_dir() else shutil.copy
            copy(PROJECT / part, project / part)

        def build(name: str, environment: Mapping[str, str]) -> dict[str, Any]:
            folder = Path(scratch, name.replace(" ", "_"))
            failure = builds.build(
                project, folder, environment, options.cores, variant=options.variant
            )
            made = {} if failure else contents(folder, options.variant)
            shutil.rmtree(folder)
            if failure:
                print(f"{name}: the build fails, {failure}", flush=True)
                failed.append(name)
            return made

        plain, plain_probes = build("plain", {}), probe({})
        differences = {name: Differences(np.size(values)) for name, values in plain.items()}
        files = {name.split(" ")[0] for name in plain}
        print(
            f"{options.variant}: {len(files)} files, {len(plain)} variables and texts", flush=True
        )
        for name in options.only:
            start = time.monotonic()
            probes = probe(known[name])
            changed = [part for part, value in probes.items() if value != plain_probes[part]]
            if not changed:
                print(f"{name}: no effect here", flush=True)
                continue
            if not (made := build(name, known[name])):
                continue
            done.append(name)
            moved = set()
            for what in plain.keys() | made.keys():
                here = difference(plain.get(what), made.get(what))
                differences.setdefault(what, Differences(1)).add(here, name)
                moved |= {what.split(" ")[0]} if here.differing else set()
            print(
                f"{name}: changes {', '.join(changed)}; {len(moved)} files differ "
                f"({time.monotonic() - start:.0f} s)",
                flush=True,
            )
    print("\n".join(missing))
    print()
    print_table(
        ["what differs", "elements", "of", "by at most", "under"],
        (
            [
                name,
                str(one.differing),
                str(one.elements),
                f"{one.largest:.1e}",
                ", ".join(one.settings),
            ]
            for name, one in sorted(differences.items())
            if one.differing
        ),
    )
    print()
    answers = promises(differences, done)
    answers += [Comparison(False, f"build, {name}", "it failed") for name in failed]
    print(*answers, sep="\n")
    return 0 if all(answer.agrees for answer in answers) else 1


if __name__ == "__main__":
    sys.exit(main())
