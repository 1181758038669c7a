"""The article as PDF, and what an independent checker is told to look for."""

from __future__ import annotations

import re
import subprocess
from dataclasses import asdict
from pathlib import Path

import netCDF4  # noqa: F401 -- warns if it is imported later
import numpy as np
import pytest
import yaml
from pypdf import PdfReader

import random_variants
from li_cai_sun_2015 import article, chain
from li_cai_sun_2015.configuration.variant import load_variant
from li_cai_sun_2015.findings import PAGE
from li_cai_sun_2015.jobs import jobs
from li_cai_sun_2015.numbered_equations import EQUATIONS
from paper_replication import findings
from paper_replication.article import DESCRIPTION, Picture, typst_of
from paper_replication.figure_registry import NUMBERED
from paper_replication.files import write_json
from paper_replication.mathematics import Mathematics
from test_comparison import results
from test_findings import VERDICTS, claim

ROOT = Path(__file__).resolve().parents[1]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))

#: All formulas that the numbered equations are stated in.
FORMULAS = [
    VERDICTS["equations"][1] | {"id": equation.number} | asdict(equation.slip)
    for equation in EQUATIONS
    if equation.slip
]


def set_article(folder, variant, verdicts):
    """Path of the article of a variant, its figures being squares."""
    results(folder / variant.name, variant)
    write_json(verdicts, folder / variant.name / "claims.json")
    tag = DESCRIPTION.partition("}")[2]
    squares = [folder / f"{name}.svg" for name in chain.FIGURES]
    for square in squares:
        square.write_text(
            '<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99" '
            f'xmlns:dc="{DESCRIPTION[1:].partition("}")[0]}">'
            f'<dc:{tag}>seen: {square.stem}</dc:{tag}><path d="M0 0h9v9z"/></svg>'
        )
    names = [square.name for square in squares]
    words = ("article", "article.pdf", variant.name, ROOT / "CITATION.cff", *names)
    done = subprocess.run(
        [ROOT / ".venv/article/bin/python", "-m", "li_cai_sun_2015", *words],
        cwd=folder,
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": ""},
        check=False,
        capture_output=True,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "article.pdf"


def alternatives(element):
    """Texts for those who do not see the pictures and formulas, from the tree of tags."""
    element = element.get_object()
    if isinstance(element, list):
        return [text for one in element for text in alternatives(one)]
    if not isinstance(element, dict):
        return []
    own = [str(element["/Alt"])] if "/Alt" in element else []
    return own + (alternatives(element["/K"]) if "/K" in element else [])


def test_article(tmp_path):
    """Every verdict and number is in it; it is tagged, and the same bytes each time."""
    drawn = random_variants.draw(np.random.default_rng(5), ["fewer systems", "baths off"])
    random_variants.write(tmp_path, "v", drawn)
    variant = load_variant("v", tmp_path)
    claims = [
        *VERDICTS["claims"],
        claim(5, "holds in part") | {"counterexample": "at T_L = 0.123456", "numbers": {}},
    ]
    verdicts = VERDICTS | {"variant": "v", "claims": claims, "equations": FORMULAS}
    path = set_article(tmp_path, variant, verdicts)
    first = path.read_bytes()
    assert set_article(tmp_path, variant, verdicts).read_bytes() == first
    reader = PdfReader(path)
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    text = re.sub(r"(?<=\w)[-\u00ad\u2010] (?=\w)", "", text)
    assert findings.verdict(verdicts) in text
    for words in ("Does not hold", "0.123456", PAGE.title):
        assert words in text
    for row in claims:
        assert re.search(rf"\b{row['claim']} Less than one\.", text)
        assert row["verdict"] in text
    assert "nan" not in text.lower().split()
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert "<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data().decode()
    assert "/CreationDate" not in reader.metadata
    seen = alternatives(root["/StructTreeRoot"]["/K"])
    assert {f"seen: {name}" for name in chain.FIGURES} <= set(seen)


def test_figures_have_their_place():
    """Those that the article names are figures; the others come at its end."""
    blocks = (*article.PAPER, *article.RESULTS, *article.TRUST)
    named = [block.name for block in blocks if isinstance(block, Picture)]
    assert len(set(named)) == len(named)
    assert set(named) <= set(chain.FIGURES)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("|rho_12|", r'class("normal", \|) attach(ρ, b: 12) class("normal", \|)'),
        ("gamma*_2q", "attach(γ, b: 2 q, t: ·)"),
        ("exp(-w/T)", r'op("exp") \( − ω \/ T \)'),
        ("dT = 2e-3", r"upright(Δ) T \= 2 × attach(10, t: − 3)"),
    ],
)
def test_formulas(written, expected):
    [(found, mathml)] = Mathematics(PAGE.names).runs(written)
    assert (found, typst_of(mathml)) == (written, expected)


def test_codecheck():
    """What a checker has to see come out is what the rules build; the rest is of CITATION.cff."""
    text = (ROOT / "codecheck.yml").read_text("utf-8")
    said = yaml.safe_load(text)
    assert text.startswith("---\n")
    files = {one["file"]: one["comment"] for one in said["manifest"]}
    made = {path for job in jobs("paper") for path in job.outputs} | {"results/paper/article.pdf"}
    assert set(files) <= made
    assert len(files) == len(said["manifest"])
    for number in filter(None, map(NUMBERED.fullmatch, chain.FIGURES)):
        assert files[f"figures/paper/{number[0]}.png"] == f"Fig. {number[1]} of the paper"
    assert all(files.values())
    assert {f"results/paper/{name}.nc" for name in chain.REFERENCED} <= set(files)
    assert said["version"] == "https://codecheck.org.uk/spec/config/2.0/"
    assert said["paper"]["title"] == CITATION["title"]
    assert [one["name"] for one in said["paper"]["authors"]] == [
        one["name"] for one in CITATION["authors"]
    ]
    assert said["paper"]["reference"].endswith(CITATION["references"][0]["url"])
    assert not re.search("FIXME|TODO|XXX", text)
