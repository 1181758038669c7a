"""The locks, environment.yml and pyproject.toml agree: what to install, but not where from."""

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[1]
REQUIREMENTS = ROOT / "requirements"
LAYERS = ("article", "audit", "docs", "exchange", "fast", "mutants", "slurm")
LOCKS = ("installer", "main", "test", *LAYERS)
# A package as uv writes it: name==version, perhaps a condition, and then nothing but hashes.
PACKAGE = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>[\w.]+)(?P<condition> ;[^\\\n]*)?"
    r"(?P<hashes>(?: \\\n    --hash=sha256:[0-9a-f]{64})+)\n"
)
# An address, an absolute or home folder, or an option of pip that takes one.
PLACE = re.compile(r"://|file:|(?:^|[\s=])[/~]|--(?:extra-)?index-url|--find-links|(?:^|\s)-[if]\s")
CONDA_NAMES = {"snakemake-minimal": "snakemake", "matplotlib-base": "matplotlib"}


def code(lock):
    """Return the text of a lock without its comments, which all have lines of their own."""
    text = (REQUIREMENTS / f"{lock}.lock").read_text()
    return re.sub(r"^ *#.*\n", "", text, flags=re.MULTILINE)


def packages(lock):
    return {match["name"]: match for match in PACKAGE.finditer(code(lock))}


def names(requirements):
    """Return the normalised names in a list such as ["numpy>=2", "# comment", "PyYAML"]."""
    found = [re.match(r"[A-Za-z0-9-]+", line) for line in requirements]
    return {match[0].lower() for match in found if match}


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_only_packages_with_hashes(lock):
    assert packages(lock)
    assert PACKAGE.sub("", code(lock)).strip() == ""


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_holds_what_was_asked_for(lock):
    asked = (REQUIREMENTS / f"{lock}.in").read_text().splitlines()
    assert names(asked) <= packages(lock).keys()


def test_one_version_a_package():
    """A lock with two versions of one package would compute other digits on another Python."""
    for lock in LOCKS:
        assert len(packages(lock)) == len(PACKAGE.findall(code(lock)))


def test_test_lock_agrees_with_main_lock():
    """One may ask for a package on all platforms, and the other on some."""
    main, test = packages("main"), packages("test")
    shared = main.keys() & test.keys()
    assert shared
    for name in shared:
        assert test[name].group("version", "hashes") == main[name].group("version", "hashes")


@pytest.mark.parametrize("lock", LAYERS)
def test_locks_on_top_of_main_lock(lock):
    """Their packages are installed beside those of the other lock, none of them a second time."""
    assert not packages("main").keys() & packages(lock).keys()


@pytest.mark.parametrize(
    "path", [*REQUIREMENTS.iterdir(), ROOT / "environment.yml"], ids=lambda path: path.name
)
def test_no_place_is_named(path):
    assert PLACE.findall(path.read_text()) == []


def test_conda_environment_has_the_locked_versions():
    dependencies = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    pinned = dict(item.split(" =") for item in dependencies if " =" in item)
    main = packages("main")
    conda = {CONDA_NAMES.get(name, name): version for name, version in pinned.items()}
    asked = names((REQUIREMENTS / "main.in").read_text().splitlines())
    assert conda == {name: main[name]["version"] for name in asked}


def test_package_runs_on_the_locked_environment():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    conda = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    assert f"python {project['requires-python']}" in conda
    assert names(project["dependencies"]) <= packages("main").keys()


def test_readme_says_the_oldest_systems():
    """Those that have built packages of all that is locked, as `make lock` finds them."""
    words = " ".join((ROOT / "README.md").read_text().split())
    lines = (REQUIREMENTS / "systems.txt").read_text().splitlines()
    linux, arm, intel, apple = (re.search(r"[\d.]+", line)[0] for line in lines)
    assert linux == arm
    assert f"Linux with glibc {linux} or newer" in words
    assert f"macOS from {intel} (Intel) or {apple} (Apple silicon) on" in words
    for name in packages("main").keys() - {"pyreadline3", "greenlet"}:  # on some systems alone
        wheel = distribution(name).read_text("WHEEL")
        if glibc := re.findall(r"manylinux_2_(\d+)_x86_64$", wheel, re.MULTILINE):
            assert min(map(int, glibc)) <= int(linux.removeprefix("2.")), name
