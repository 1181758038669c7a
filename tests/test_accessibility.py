"""The pages of results, judged by axe, as wide as a screen and as a telephone, light and dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from li_cai_sun_2015.configuration.variant import load_variant
from li_cai_sun_2015.explorer.page import html
from li_cai_sun_2015.findings import PAGE
from paper_replication import findings, side_by_side
from paper_replication.side_by_side import Comparison, Group, Picture, Row
from test_findings import VERDICTS, claim

OTHER = VERDICTS | {
    "variant": "other",
    "claims": [
        claim(1, "holds in part") | {"numbers": {"largest_value": 0.25}},
        *VERDICTS["claims"][1:3],
        claim(4, "holds") | {"counterexample": "here; there"},
    ],
}
DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f64540"
    "0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Folder with a page of findings, an explorer, and a page of variants side by side."""
    folder = tmp_path_factory.mktemp("pages")
    paper = load_variant("paper")
    (folder / "findings.html").write_text(findings.html(PAGE, VERDICTS), "utf-8")
    (folder / "explorer.html").write_text(html(paper, {"claims": []}, paper, []), "utf-8")
    variants = [paper, paper.changed({"coupled_tls": {"coupling": 0.1}})]
    maps = [Group("Lambda", "A map.", [Picture("paper", "Map of |rho_12|", DOT)])]
    rows = [Row("Lambda", ["0.1 at T = 1", "0"])]
    comparison = Comparison(variants, {"energy": "eps"}, "Largest coherence", rows, maps)
    page = side_by_side.html(PAGE, comparison, [VERDICTS, OTHER])
    (folder / "comparison.html").write_text(page.replace("<details", "<details open"), "utf-8")
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 400])
@pytest.mark.parametrize("name", ["explorer", "findings", "comparison"])
def test_nothing_serious(browser, pages, name, width, scheme):
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto((pages / f"{name}.html").as_uri())
    found = Axe().run(page).response
    page.close()
    assert len(found["passes"]) > 30
    serious = [each for each in found["violations"] if each["impact"] in ("serious", "critical")]
    assert [(each["id"], each["nodes"][0]["html"]) for each in serious] == []
