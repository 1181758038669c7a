"""Verification: results and figures against references, and the chain against itself."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

from paper_replication import datasets
from paper_replication.files import read_json, write_text
from paper_replication.verification.comparison import Comparison
from paper_replication.verification.kept import Kept
from paper_replication.verification.pictures import compare_picture, write_reference
from paper_replication.verification.values import compare_values, renewed, summarise, write_readable


def verdicts(claims: Mapping[str, Any]) -> dict[str, str]:
    """Verdict of every claim and equation by its name, from the content of claims.json."""
    return {f"claim {entry['claim']}": entry["verdict"] for entry in claims["claims"]} | {
        f"equation {entry['id']}": entry["verdict"] for entry in claims["equations"]
    }


def compare_verdicts(
    found: Mapping[str, str], reference: Mapping[str, str]
) -> Iterator[Comparison]:
    """Compare verdicts with those kept, one by one."""
    for name in dict.fromkeys([*reference, *found]):
        new, old = (some.get(name, "not judged") for some in (found, reference))
        text = f"still {new!r}" if new == old else f"now {new!r}, reference {old!r}"
        yield Comparison(new == old, name, text)


def compare_texts(name: str, found: Path, reference: Path) -> Comparison:
    """Compare a page with the one kept, and quote the first line that differs."""
    new, old = (path.read_text("utf-8").splitlines() for path in (found, reference))
    for number, (one, other) in enumerate(zip_longest(new, old, fillvalue=""), start=1):
        if one != other:
            start = next(
                (at for at, pair in enumerate(zip(one, other, strict=False)) if len(set(pair)) > 1),
                min(len(one), len(other)),
            )
            place = slice(max(start - 20, 0), start + 40)
            text = f"differs in line {number}: {one[place]!r}, reference {other[place]!r}"
            return Comparison(False, name, text)
    return Comparison(True, name, f"{len(new)} lines are the same")


def verify_reference(
    kept: Kept, results: str | Path, figures: str | Path, reference: str | Path
) -> list[Comparison]:
    """Compare the results and figures of a variant, in their folders, with the reference.

    Its folder has `{variant}.json`, with the tolerance, and `{variant}/*.png`. Compared are each
    variable, verdict and figure, the axes of each dataset, and the page of findings.
    """
    variant = Path(results).name
    content = read_json(Path(reference, f"{variant}.json"))
    summaries, allowed = content["datasets"], replace(kept, tolerance=content["tolerance"])
    comparisons = []
    for name in dict.fromkeys([*kept.datasets, *summaries]):
        path = Path(results, f"{name}.nc")
        if not path.is_file():
            comparisons.append(Comparison(False, name, "is missing"))
        elif name not in summaries:
            comparisons.append(Comparison(False, name, "is not in the reference"))
        else:
            comparisons += compare_values(name, datasets.read(path), summaries[name], allowed)
    comparisons += compare_verdicts(
        verdicts(read_json(Path(results, "claims.json"))), content["verdicts"]
    )
    comparisons.append(
        compare_texts("findings", Path(results, "findings.md"), Path(reference, kept.findings))
    )
    comparisons += [
        compare_picture(
            f"figure {name}", Path(figures, f"{name}.png"), Path(reference, variant, f"{name}.png")
        )
        for name in kept.figures
    ]
    return comparisons


def update_reference(
    kept: Kept, results: str | Path, figures: str | Path, reference: str | Path
) -> None:
    """Make the results and figures of a variant the reference, all of them as `verify_reference`.

    Numbers and pictures that agree with the old reference stay as they are.
    """
    variant = Path(results).name
    path = Path(reference, f"{variant}.json")
    old = read_json(path)["datasets"] if path.is_file() else {}
    content = {
        "tolerance": kept.tolerance,
        "datasets": {
            name: renewed(
                summarise(datasets.read(Path(results, f"{name}.nc")), kept), old.get(name), kept
            )
            for name in kept.datasets
        },
        "verdicts": verdicts(read_json(Path(results, "claims.json"))),
    }
    write_readable(content, path)
    write_text(Path(results, "findings.md").read_text("utf-8"), Path(reference, kept.findings))
    for name in kept.figures:
        write_reference(Path(figures, f"{name}.png"), Path(reference, variant, f"{name}.png"))
