"""The files about the project: what reviewers, archives and contributors' tools read."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from importlib import util
from pathlib import Path

import pytest
import yaml
from repo_review.processor import process

import steady_coherence
from conftest import surroundings

ROOT = Path(__file__).resolve().parents[1]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))


def test_lint():
    """Style, types and workflow."""
    run = subprocess.run(
        ["make", "lint-alone"],
        cwd=ROOT,
        env=surroundings(),
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert run.returncode == 0, run.stdout


def test_review_passes_but_for_named_exceptions():
    """Checks of the Scientific Python guide; pyproject.toml says why some do not apply."""
    results = process(ROOT).results
    assert len(results) > 50
    assert {check.name: check.err_msg for check in results if check.result is False} == {}


def test_citation_is_that_of_the_newest_release():
    """Those who cite the software and those who read its first lines find the same."""
    preferred = CITATION["preferred-citation"]
    assert preferred == {key: CITATION[key] for key in preferred}
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    newest = re.search(r"^## \[([\d.]+)\] - (\S+)$", changelog, re.MULTILINE)
    assert newest.groups() == (steady_coherence.__version__, str(CITATION["date-released"]))
    assert CITATION["version"] == steady_coherence.__version__


def test_codemeta_says_what_the_citation_says():
    """`python tools/codemeta.py` writes it anew."""
    specification = util.spec_from_file_location("codemeta", ROOT / "tools/codemeta.py")
    tool = util.module_from_spec(specification)
    specification.loader.exec_module(tool)
    assert (ROOT / "codemeta.json").read_text("utf-8") == tool.text()


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A git repository of its own, as it would be cloned on Windows, and the commands for it."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("PATH", sysconfig.get_path("scripts"), prepend=os.pathsep)

    def run(*command):
        options = ("-c", "core.autocrlf=true", "-c", "user.name=a", "-c", "user.email=a@b")
        words = ("git", *options, *command[1:]) if command[0] == "git" else command
        return subprocess.run(words, cwd=tmp_path, check=False, capture_output=True, text=True)

    run("git", "init", "--quiet")
    return tmp_path, run


def test_line_endings_survive(repository):
    folder, run = repository
    files = ("Makefile", "docs/explorer.png", ".ci/run", "requirements/main.lock")
    for name in (".gitattributes", *files):
        (folder / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, folder / name)
    run("git", "add", "--all")
    run("git", "commit", "--quiet", "--message=all")
    for name in files:
        (folder / name).unlink()
    run("git", "checkout", "--", ".")
    for name in files:
        assert (folder / name).read_bytes() == (ROOT / name).read_bytes()


@pytest.mark.parametrize("status", [0, 1])
def test_hook_runs_the_linters(repository, status):
    folder, run = repository
    shutil.copy(ROOT / ".pre-commit-config.yaml", folder)
    (folder / "Makefile").write_text(f"lint:\n\t@echo linted; exit {status}\n")
    run("git", "add", "--all")
    done = run("prek", "run", "--all-files", "--verbose")
    assert "linted" in done.stdout
    assert (done.returncode == 0) == (status == 0)
