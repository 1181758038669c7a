"""The pages of results, judged by axe, as wide as a screen and as a telephone, light and dark."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from li_cai_sun_2015.configuration.variant import load_variant
from li_cai_sun_2015.explorer.page import html
from li_cai_sun_2015.findings import PAGE
from paper_replication import findings
from test_findings import VERDICTS


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """Folder with a page of findings and an explorer, which lead to each other."""
    folder = tmp_path_factory.mktemp("pages")
    paper = load_variant("paper")
    (folder / "findings.html").write_text(findings.html(PAGE, VERDICTS), "utf-8")
    (folder / "explorer.html").write_text(html(paper, {"claims": []}, paper, []), "utf-8")
    return folder


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1400, 400])
@pytest.mark.parametrize("name", ["explorer", "findings"])
def test_nothing_serious(browser, pages, name, width, scheme):
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto((pages / f"{name}.html").as_uri())
    found = Axe().run(page).response
    page.close()
    assert len(found["passes"]) > 30
    serious = [each for each in found["violations"] if each["impact"] in ("serious", "critical")]
    assert [(each["id"], each["nodes"][0]["html"]) for each in serious] == []
