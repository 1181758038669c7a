"""Last words on the console: where to look after a build, yes or no after a verification.

python -m paper_replication.closing build [VARIANT ...]
python -m paper_replication.closing explorer [VARIANT ...]
python -m paper_replication.closing article [VARIANT ...]
python -m paper_replication.closing comparison [VARIANT ...]
python -m paper_replication.closing verification COMPARISON ...
"""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from paper_replication.files import read_json
from paper_replication.findings import verdict
from paper_replication.refusals import RefusalError


def of_build(variants: Sequence[str]) -> list[str]:
    """Say what came out for some variants, and where to look."""
    lines = []
    for variant in variants:
        results, figures = Path("results", variant), Path("figures", variant)
        lines += [
            f"{variant}: {verdict(read_json(results / 'claims.json'))}",
            f"    findings  {results / 'findings.html'}",
            *of_pages("explorer.html", [variant]),
            f"    figures   {figures} ({len([*figures.rglob('*.png')])})",
        ]
    return lines


def of_pages(name: str, variants: Sequence[str]) -> list[str]:
    """Name the files that there are of some variants."""
    pages = (Path("results", variant, name) for variant in variants)
    return [f"    {page.stem:<8}  {page}" for page in pages if page.exists()]


def of_comparison(variants: Sequence[str]) -> list[str]:
    """Name the page that has some variants side by side."""
    from paper_replication.run_configuration import comparison_page  # noqa: PLC0415 -- as below

    return [f"    comparison  {comparison_page(variants)}"]


def of_verification(comparisons: Sequence[str | Path]) -> str:
    """Say in a line that begins with yes or no whether all comparisons, files of such, agree."""
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


def configured() -> list[str]:
    """Variants in config/config.yaml."""
    # Checking them takes longer to import than all the rest of this.
    from paper_replication.run_configuration import load_configuration  # noqa: PLC0415
    from paper_replication.strict_yaml import read_yaml  # noqa: PLC0415

    return list(load_configuration(read_yaml("config/config.yaml"))["variants"])


if __name__ == "__main__":
    what, *names = sys.argv[1:]
    sayings: dict[str, Callable[[list[str]], list[str]]] = {
        "build": of_build,
        "article": partial(of_pages, "article.pdf"),
        "explorer": partial(of_pages, "explorer.html"),
        "comparison": of_comparison,
        "verification": lambda comparisons: [of_verification(comparisons)],
    }
    try:
        words = "\n".join(sayings[what](names or configured()))
    except RefusalError as error:
        sys.exit(f"Error: {error}")
    print(words)  # noqa: T201 -- they are for the console
    sys.exit(words.startswith("no:"))
