"""The packages: who imports whom, and what is installed of them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]
PACKAGES = ("steady_coherence", "paper_replication", "li_cai_sun_2015")


def test_import_contracts(monkeypatch):
    """Those of pyproject.toml; the report of a failure says which import breaks which."""
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True, no_logo=True) == 0


def run(*command, folder):
    done = subprocess.run(command, cwd=folder, check=False, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel that `pip install .` would install."""
    folder = tmp_path_factory.mktemp("wheel")
    project = folder / "project"
    project.mkdir()
    for name in ("LICENSE", "README.md", "pyproject.toml"):
        shutil.copy(ROOT / name, project)
    for name in ("config", "requirements", "src"):
        ignored = shutil.ignore_patterns("__pycache__", "*.egg-info")
        shutil.copytree(ROOT / name, project / name, symlinks=True, ignore=ignored)
    options = ("--quiet", "--no-index", "--no-deps", "--no-build-isolation")
    build = (sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", "wheels", "./project")
    status, said = run(*build, folder=folder)
    assert status == 0, said
    return next((folder / "wheels").glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Scripts of an environment that has the wheel and what it depends on, but not this project."""
    folder = tmp_path_factory.mktemp("installed")
    status, said = run(sys.executable, "-m", "venv", "--without-pip", "environment", folder=folder)
    assert status == 0, said
    scripts = folder / "environment" / "bin"
    install = ("-m", "pip", "--python", scripts / "python", "install", "--quiet", "--no-index")
    status, said = run(sys.executable, *install, "--no-deps", wheel, folder=folder)
    assert status == 0, said
    site = next((folder / "environment").glob("lib/python*/site-packages"))
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    return scripts


def test_wheel(wheel):
    """Three packages, with everything beside the modules that they read."""
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == set(PACKAGES)
    for package in PACKAGES:
        assert f"{package}/py.typed" in names
        files = (path for path in (ROOT / "src" / package).rglob("*") if path.is_file())
        kept = {path.relative_to(ROOT / "src").as_posix() for path in files}
        assert {name for name in kept if not name.endswith(".pyc")} <= names
    assert "li_cai_sun_2015/variants/paper.yaml" in names


def test_variants_and_lock_are_kept_once():
    assert (ROOT / "src/paper_replication/main.lock").readlink() == Path(
        "../../requirements/main.lock"
    )
    assert (ROOT / "src/li_cai_sun_2015/variants").readlink() == Path("../../config/variants")


def test_command(installed, tmp_path):
    """In an empty folder, with the variants that come with the package."""
    command = str(installed / "li-cai-sun-2015")
    assert run(command, "check", "paper", folder=tmp_path) == (
        0,
        "paper is valid: Li, Cai and Sun (2015) as printed\n",
    )
    status, said = run(command, "show", "quick", folder=tmp_path)
    assert status == 0
    assert '"mean_energy": 1.0' in said
    status, said = run(command, "run", "papre", folder=tmp_path)
    assert status == 1
    assert re.fullmatch(r"Error: variant papre .*; did you mean 'paper'\?\n", said)
    status, said = run(command, "walk", "paper", folder=tmp_path)
    assert status == 2
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


def test_the_same_bytes_as_from_the_sources(installed, tmp_path):
    """What a file says of its origin included: the lock comes with the package."""
    written = []
    for number, python in enumerate((installed / "python", sys.executable)):
        folder = tmp_path / str(number)
        folder.mkdir()
        for stage in ("configuration quick", "spectra", "draw figures/quick/fig4.png"):
            name, *first = stage.split()
            last = {"configuration": [], "spectra": ["s.nc"], "draw": ["s.nc"]}[name]
            command = [python, "-m", "li_cai_sun_2015", name, *first, "configuration.json", *last]
            status, said = run(*command, folder=folder)
            assert status == 0, said
        files = [path for path in folder.rglob("*.*") if path.suffix not in ("", ".sha256")]
        written.append({path.name: path.read_bytes() for path in files})
    assert set(written[0]) == {"configuration.json", "s.nc", "fig4.png", "fig4.pdf", "fig4.svg"}
    assert written[0] == written[1]
    assert b"packages=those of the lock" in written[0]["fig4.png"]


USER = '''
import numpy as np
from numpy.typing import NDArray

import steady_coherence as sc
from li_cai_sun_2015.configuration.variant import load_variant
from paper_replication.files import read_json


def coherence(cold: NDArray[np.float64], strength: float) -> NDArray[np.float64]:
    """Steady coherence of a Lambda system between two baths."""
    gamma = sc.InterferingTransitions([sc.Flat(strength), sc.Flat(0.02)], sc.Constant(0.5))
    baths = [sc.Bath(name, gamma, temperature=cold + plus) for name, plus in [("a", 0), ("b", 1)]]
    return sc.steady_states(sc.lambda_system(1.0, 0.01), baths, "nonsecular")["coherence"]


found: NDArray[np.float64] = coherence(np.array([0.5]), 0.01)
print(found.shape, load_variant("paper"), read_json)
'''


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", "Success: no issues found"),
        ("sc.Constant(0.5)", '"half"', "[arg-type]"),
        ("sc.Flat(strength)", "sc.Flatt(strength)", "[attr-defined]"),
    ],
)
def test_types(installed, tmp_path, old, new, expected):
    """A strictly typed file of a user is checked against the installed packages."""
    (tmp_path / "user.py").write_text(USER.replace(old, new))
    options = ("--strict", "--python-executable", installed / "python", "--config-file=")
    status, said = run(sys.executable, "-m", "mypy", *options, "user.py", folder=tmp_path)
    assert expected in said
    assert (status == 0) == (not old)


def test_readme(installed, tmp_path):
    """Its lines of Python run, and print the largest coherence and where it is."""
    [lines] = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), flags=re.DOTALL)
    status, said = run(installed / "python", "-c", lines, folder=tmp_path)
    assert status == 0, said
    coherence, temperature = map(float, re.findall(r"[\d.]+", said)[-2:])
    assert 0.01 < coherence < 0.1 < temperature < 2.0
