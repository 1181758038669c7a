"""Last words on the console: where to look after a build, yes or no after a verification.

python -m paper_replication.closing build [VARIANT ...]
python -m paper_replication.closing explorer [VARIANT ...]
python -m paper_replication.closing article [VARIANT ...]
python -m paper_replication.closing comparison [VARIANT ...]
python -m paper_replication.closing verification COMPARISON ...
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from paper_replication.files import read_json
from paper_replication.findings import verdict
from paper_replication.refusals import RefusalError
from paper_replication.run_configuration import comparison_page, load_configuration
from paper_replication.strict_yaml import read_yaml


def of_build(variants: Sequence[str] = ()) -> str:
    """Say what came out for some variants, and where to look.

    Parameters
    ----------
    variants : sequence of str
        Names of variants that are built; if there are none, those in config/config.yaml.

    Returns
    -------
    str
    """
    lines = []
    for variant in _listed(variants):
        results, figures = Path("results", variant), Path("figures", variant)
        lines += [
            f"{variant}: {verdict(read_json(results / 'claims.json'))}",
            f"    findings  {results / 'findings.html'}",
            *of_pages("explorer.html", [variant]),
            f"    figures   {figures} ({len([*figures.rglob('*.png')])})",
        ]
    return "\n".join(lines)


def of_pages(name: str, variants: Sequence[str] = ()) -> list[str]:
    """Name the files that there are of some variants, or of those in config/config.yaml."""
    pages = (Path("results", variant, name) for variant in _listed(variants))
    return [f"    {page.stem:<8}  {page}" for page in pages if page.exists()]


def of_comparison(variants: Sequence[str] = ()) -> list[str]:
    """Name the page that has some variants, or those in config/config.yaml, side by side."""
    return [f"    comparison  {comparison_page(_listed(variants))}"]


def _listed(variants: Sequence[str]) -> list[str]:
    """Names of variants; if there are none, those in config/config.yaml."""
    if variants:
        return list(variants)
    return list(load_configuration(read_yaml("config/config.yaml"))["variants"])


def of_verification(comparisons: Sequence[str | Path]) -> str:
    """Say whether all comparisons agree.

    Parameters
    ----------
    comparisons : sequence of path_like
        Files of lines that begin with yes or no.

    Returns
    -------
    str
        One line that begins with yes or no.
    """
    missing = [str(path) for path in comparisons if not Path(path).is_file()]
    if missing:
        return f"no: {', '.join(missing)} could not be made"
    counts, differing = [], []
    for path in map(Path, comparisons):
        lines = path.read_text("utf-8").splitlines()
        wrong = [line for line in lines if not line.startswith("yes")]
        differing += [line.removeprefix("no").partition(": ")[0].strip() for line in wrong]
        counts.append(f"{len(lines) - len(wrong)} of {len(lines)} in {path}")
    agree = f"{' and '.join(counts)} agree"
    return f"no: {agree}, not {', '.join(differing)}" if differing else f"yes: {agree}"


if __name__ == "__main__":
    what, *names = sys.argv[1:]
    say = {
        "build": of_build,
        "article": lambda variants: "\n".join(of_pages("article.pdf", variants)),
        "explorer": lambda variants: "\n".join(of_pages("explorer.html", variants)),
        "comparison": lambda variants: "\n".join(of_comparison(variants)),
        "verification": of_verification,
    }[what]
    try:
        words = say(names)
    except RefusalError as error:
        sys.exit(f"Error: {error}")
    print(words)  # noqa: T201 -- they are for the console
    sys.exit(words.startswith("no:"))
