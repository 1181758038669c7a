"""The browser in which pages are tried, and which tests are left to `.ci/run`."""

import os
import shutil
import sys

import pytest

# As for every job, and before NumPy is loaded: each core has a process of tests already, and the
# threads of several processes wait for each other.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

NAMES = ("chromium", "chromium-browser", "google-chrome")
#: Fixtures that need a browser, install a package, or build a copy of the whole project.
ELABORATE = {"browser", "wheel", "grown", "elaborate_files", "elaborate_project"}


def pytest_collection_modifyitems(items):
    """Mark the tests with such a fixture as those of `make test-ci`."""
    for item in items:
        if ELABORATE & set(item.fixturenames):
            item.add_marker(pytest.mark.ci)


@pytest.fixture(scope="session")
def browser():
    """Chromium as the system has it: none is ever downloaded."""
    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        missing = f"there is no browser, expected one of {', '.join(NAMES)}"
        # Where everything has to pass, nothing is passed over.
        if os.environ.get("CI") and sys.platform == "linux":
            pytest.fail(missing)
        pytest.skip(missing)
    # Slow to import, and not needed by other tests.
    from playwright.sync_api import sync_playwright  # noqa: PLC0415

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path)
        yield browser
        browser.close()
