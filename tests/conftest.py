"""The browser in which pages are tried, and which tests are left to `.ci/run`."""

import gc
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import drawn_at_random  # noqa: F401 -- what holds for all properties

# As for every job, and before NumPy is loaded: each core has a process of tests already, and the
# threads of several processes wait for each other.
os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")

# What is imported and collected stays to the end: looking through it again and again for what could
# be freed takes a tenth of the time.
gc.disable()


def pytest_collection_finish():
    gc.freeze()
    gc.enable()


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


#: Importing Snakemake, its plugins and what these load takes longer than running it: a process that
#: has done so is forked for every command line that arrives.
SERVER = """
import gc, json, os, sys
import pydantic, smart_open, snakemake.api, snakemake.workflow, yte
from snakemake.cli import get_argument_parser, main

get_argument_parser()
gc.freeze()
for line in sys.stdin:
    folder, said, *sys.argv[1:] = json.loads(line)
    child = os.fork()
    if not child:
        os.chdir(folder)
        said = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1)
        os.dup2(said, 2)
        main()
        sys.exit(0)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


def surroundings():
    """The environment without what a make or a Snakemake around the tests has left there."""
    ignored = ("MAKE", "MFLAGS", "SNAKEMAKE", "variants")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ignored)}
    return kept | {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}


@pytest.fixture(scope="session")
def snakemake(tmp_path_factory):
    """Status and words of Snakemake, called in a folder with some arguments."""
    said = tmp_path_factory.mktemp("snakemake") / "said.txt"
    with subprocess.Popen(
        [sys.executable, "-c", SERVER],
        env=surroundings(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as server:

        def run(folder, *arguments):
            server.stdin.write(json.dumps([str(folder), str(said), *arguments]) + "\n")
            server.stdin.flush()
            status = int(server.stdout.readline())
            return status, said.read_text()

        yield run
        server.stdin.close()
