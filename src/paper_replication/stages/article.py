"""Set the article of a variant."""

from importlib import import_module
from pathlib import Path

from paper_replication.article import Sources, pdf
from paper_replication.files import read_json, replacing
from paper_replication.provenance import made_from
from paper_replication.strict_yaml import read_yaml


def main(package: str, output: str, results: str, citation: str, *pictures: str) -> None:
    """Set the article of a variant, from the folder of its results and from its figures as SVG."""
    found = import_module(f"{package}.article").article(Path(results))
    sources = Sources(
        verdicts=read_json(Path(results) / "claims.json"),
        citation=read_yaml(citation),
        entries=import_module(f"{package}.chain").FIGURES,
        pictures={Path(path).stem: Path(path) for path in pictures},
    )
    made = made_from(package, "article", data=[sources.verdicts.get("made_from", {})])
    page = import_module(f"{package}.findings").PAGE
    with replacing(output) as partial:
        partial.write_bytes(pdf(found, page, sources, made))
