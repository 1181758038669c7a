"""Settings that users' shells hold for other projects: none reaches the project's commands."""

from __future__ import annotations

import os
import subprocess
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
}


@pytest.fixture(scope="module")
def seen():
    """The environment of a command in the Makefile, where a shell has all of these set."""
    shell = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    found = subprocess.run(
        ["make", "--eval", "show:\n\t@env --null", "show"],
        cwd=ROOT,
        env=shell | HARMFUL | NEEDED,
        check=True,
        capture_output=True,
        text=True,
    )
    return dict(entry.split("=", 1) for entry in found.stdout.split("\0") if entry)


@pytest.mark.parametrize("name", HARMFUL)
def test_settings_of_other_projects_stay_outside(seen, name):
    assert name not in seen


@pytest.mark.parametrize("name", NEEDED)
def test_what_a_network_or_a_cluster_needs_goes_through(seen, name):
    assert seen[name] == NEEDED[name]
