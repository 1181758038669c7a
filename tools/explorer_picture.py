"""Photograph the explorer for the README: docs/explorer.png.

    make explorer .venv/test.lock && .venv/bin/python tools/explorer_picture.py

Fonts are those of the machine: the picture is for people, and compared with nothing.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from playwright.sync_api import sync_playwright

PAGE = Path("results/paper/explorer.html").resolve()
PICTURE = Path("docs/explorer.png")
VIEW = "#preset=fig3a&point.temperature=0.3&point.temperature_difference=0.8"


if __name__ == "__main__":
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"))
        page = browser.new_page(viewport={"width": 1400, "height": 952}, color_scheme="light")
        page.goto(PAGE.as_uri() + VIEW)
        page.wait_for_timeout(1000)
        page.screenshot(path=PICTURE)
        browser.close()
