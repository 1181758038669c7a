"""Settings that users' shells hold for other projects: none reaches the project's commands."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

HARMFUL = {
    "CDPATH": "/tmp",
    "HDF5_USE_FILE_LOCKING": "TRUE",
    "MATPLOTLIBRC": "/nowhere/matplotlibrc",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PIP_CONSTRAINT": "/nowhere/constraints.txt",
    "PIP_NO_BINARY": ":all:",
    "PIP_PREFIX": "/nowhere",
    "PIP_REQUIRE_VIRTUALENV": "1",
    "PIP_TARGET": "/nowhere",
    "PIP_USER": "1",
    "PYTHONHOME": "/nowhere",
    "PYTHONPATH": "/nowhere",
    "SNAKEMAKE_OUTPUT_CACHE": "/nowhere",
    "SNAKEMAKE_PROFILE": "slurm",
    "UV_CONSTRAINT": "/nowhere/constraints.txt",
    "UV_EXCLUDE_NEWER": "2020-01-01",
    "UV_NO_BINARY": "1",
    "UV_RESOLUTION": "lowest",
    "UV_TARGET": "/nowhere",
    "VIRTUAL_ENV": "/nowhere",
}
NEEDED = {
    "HTTPS_PROXY": "http://proxy.invalid:3128",
    "LD_LIBRARY_PATH": "/nowhere",
    "PIP_CACHE_DIR": "/nowhere",
    "PIP_CERT": "/nowhere/cert.pem",
    "PIP_INDEX_URL": "https://mirror.invalid/simple",
    "SLURM_JOB_ID": "1",
    "SSL_CERT_FILE": "/nowhere/cert.pem",
    "TMPDIR": "/tmp",
    "UV_CACHE_DIR": "/nowhere",
    "UV_DEFAULT_INDEX": "https://mirror.invalid/simple",
    "UV_HTTP_TIMEOUT": "60",
    "UV_PYTHON_DOWNLOADS": "never",
    "UV_PYTHON_INSTALL_MIRROR": "https://mirror.invalid/python",
}


def shown(surroundings):
    """The environment of a command in the Makefile, where a shell has some variables set."""
    shell = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    found = subprocess.run(
        ["make", "--eval", "show:\n\t@env --null", "show"],
        cwd=ROOT,
        env=shell | surroundings,
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(entry.split("=", 1) for entry in found.stdout.split("\0") if entry)


@pytest.fixture(scope="module")
def seen():
    return shown(HARMFUL | NEEDED)


@pytest.mark.parametrize("name", HARMFUL)
def test_settings_of_other_projects_stay_outside(seen, name):
    assert name not in seen


@pytest.mark.parametrize("name", NEEDED)
def test_what_a_network_or_a_cluster_needs_goes_through(seen, name):
    assert seen[name] == NEEDED[name]


@pytest.mark.parametrize(("home", "cache"), [("/tmp", None), ("/proc/none", "own"), ("", "own")])
def test_caches_have_a_place_without_a_home(home, cache):
    own = str(ROOT / ".snakemake")
    assert shown({"HOME": home, "XDG_CACHE_HOME": ""})["XDG_CACHE_HOME"] == (own if cache else "")


def test_jobs_obey_no_settings_of_others(tmp_path):
    """Nor libraries of the same names: bare Snakemake and the command `run` have no Makefile."""
    for name in ("libhdf5.so", "libhdf5.so.310", "libhdf5_hl.so.310", "libnetcdf.so.19"):
        (tmp_path / name).write_text("of another program\n")
    code = (
        "import sys; from paper_replication.command_line import main\n"
        "main('li_cai_sun_2015', ['outputs', 'comparison.txt'])\n"
        "import h5py, matplotlib, netCDF4, os\n"
        "print(matplotlib.get_backend(), os.environ['HDF5_USE_FILE_LOCKING'], end=' ')\n"
        "print(os.environ.get('HDF5_VDS_PREFIX'))"
    )
    shell = {
        "HDF5_VDS_PREFIX": "/nowhere",
        "HDF5_USE_FILE_LOCKING": "TRUE",
        "LD_LIBRARY_PATH": str(tmp_path),
        "MATPLOTLIBRC": "/nowhere",
        "MPLBACKEND": "of a notebook",
    }
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=os.environ | shell,
        check=True,
        capture_output=True,
        text=True,
    )
    assert run.stdout == "agg FALSE None\n"


LOCKS = {0: "", 75: "Waiting for another make in this folder.", 71: "There are no locks on this"}


@pytest.mark.parametrize("status", LOCKS)
def test_locks(tmp_path, status):
    """Free, taken, and none on this file system: the work is done each time, here a small one."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for name in (".venv", "results", "figures"):
        (tmp_path / name).mkdir()
    flock = tmp_path / "flock"
    flock.write_text(f'#!/bin/sh\n[ "$1" = -n ] && exit {status}\nshift\nexec "$@"\n')
    flock.chmod(0o755)
    shell = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    run = subprocess.run(
        ["make", "--silent", "clean"],
        cwd=tmp_path,
        env=shell | {"PATH": f"{tmp_path}:{shell['PATH']}"},
        check=True,
        capture_output=True,
        text=True,
    )
    assert run.stderr == ""
    assert run.stdout.startswith(LOCKS[status])
    assert run.stdout.count("\n") == bool(LOCKS[status])
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize("name", ["a:b", "a{b", "a}"])
def test_folders_that_cannot_be(tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    run = subprocess.run(["make", "help"], cwd=folder, check=False, capture_output=True, text=True)
    assert run.returncode != 0
    (line,) = run.stderr.splitlines()
    assert f"the folder {folder} has a " in line
    assert "rename it" in line
    assert run.stdout == ""
