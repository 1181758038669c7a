"""The set-up of the environment: when it is needed, and what is left where it fails."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def tool(tmp_path, monkeypatch):
    """The script, in a folder with an environment that works."""
    spec = importlib.util.spec_from_file_location("set_up", ROOT / "tools/set_up.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv/old").touch()
    monkeypatch.chdir(tmp_path)
    return module


def test_without_venv(tool, monkeypatch):
    monkeypatch.setitem(sys.modules, "ensurepip", None)
    with pytest.raises(SystemExit, match=r"^Error: this Python cannot make env.*python3-venv\)$"):
        tool.main(["main"])
    assert Path(".venv/old").exists()


@pytest.mark.parametrize("killed", [False, True])
@pytest.mark.parametrize("fails", [False, True])
def test_takes_the_old_ones_place_when_complete(tool, monkeypatch, fails, killed):
    """Also after one that was killed when it had just moved the old one out of the way."""
    if killed:
        Path(".venv").rename(".venv.old")

    def build(base, locks):
        tool.NEW.mkdir(parents=True)
        (tool.NEW / "new").touch()
        assert locks == ["main"]
        if fails:
            sys.exit("Error: no network")
        return base

    monkeypatch.setattr(tool, "build", build)
    monkeypatch.setattr(tool, "run", lambda *_, **__: None)
    monkeypatch.setattr(tool, "compile_imported", lambda: None)
    if fails:
        with pytest.raises(SystemExit, match="Error: no network"):
            tool.main(["main"])
    else:
        tool.main(["main"])
    assert Path(".venv/old").exists() == fails
    assert Path(".venv/new").exists() != fails
    assert Path(".venv/main.lock").exists() != fails
    assert {path.name for path in Path().iterdir()} == {".venv", "requirements"}


def test_what_is_compiled_is_there(tool):
    """Where it is missing, the set-up says nothing."""
    for code in tool.IMPORTED:
        subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(("version", "found"), [((3, 9), "/there/python3.12"), ((3, 15), "")])
def test_another_python(tool, monkeypatch, version, found):
    """One that uv finds; where it can neither find nor fetch any, a line says what is needed."""
    built, installed = [], []
    monkeypatch.setattr(sys, "version_info", version)
    monkeypatch.setattr(tool, "output", lambda *_: found)
    monkeypatch.setattr(tool, "pip_install", lambda lock: installed.append(lock.read_text()))

    def run(*command, advice="", **_):
        tool.NEW.mkdir(parents=True, exist_ok=True)
        if "install" in command:
            sys.exit(advice)

    monkeypatch.setattr(tool, "run", run)
    monkeypatch.setattr(tool, "build", lambda base, locks: built.append((base, locks)))
    if found:
        tool.build_elsewhere("python", ["main"])
        assert built == [(found, ["main"])]
    else:
        with pytest.raises(SystemExit, match=r"^Error: Python 3.11, .* this is 3.15, and uv "):
            tool.build_elsewhere("python", ["main"])
    (lock,) = installed
    assert lock.startswith("uv==")
    assert lock.count("==") == 1
    assert "--hash=sha256:" in lock


def test_python_3_14_is_tried(tool, monkeypatch):
    monkeypatch.setattr(sys, "version_info", tool.TRIED)
    monkeypatch.setattr(tool, "build", lambda base, *_, **__: base)
    assert tool.build_elsewhere("python3.14", ["main"]) == "python3.14"


def test_uv_is_told_what_pip_is(tool, monkeypatch):
    for name in ("ALL_PROXY", "SSL_CERT_FILE", "UV_DEFAULT_INDEX"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ALL_PROXY", "http://given:1")
    listed = ":env:.proxy='http://other:2'\nglobal.cert='/of the/network.pem'\nglobal.timeout='9'"
    tool.share_settings(listed)
    assert os.environ["SSL_CERT_FILE"] == "/of the/network.pem"
    assert os.environ["ALL_PROXY"] == "http://given:1"
    assert "UV_DEFAULT_INDEX" not in os.environ
    monkeypatch.delenv("SSL_CERT_FILE")


def test_uv_obeys_no_settings_of_folders_above(tmp_path):
    (tmp_path / "uv.toml").write_text("no-such-setting = 1\n")
    project = tmp_path / "project"
    project.mkdir()
    shutil.copy(ROOT / "pyproject.toml", project)
    command = [sys.executable, "-m", "uv", "pip", "freeze", "--python", sys.executable]
    run = subprocess.run(command, cwd=project, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    (project / "pyproject.toml").unlink()
    run = subprocess.run(command, cwd=project, check=False, capture_output=True, text=True)
    assert "no-such-setting" in run.stderr


def write_environment(folder, python):
    """An environment that looks whole, with one package."""
    shutil.copytree(ROOT / "requirements", folder / "requirements", dirs_exist_ok=True)
    environment = folder / ".venv"
    for part in ("bin", "lib/python3.11/site-packages/numpy"):
        (environment / part).mkdir(parents=True, exist_ok=True)
    for lock in ("installer", "main"):
        shutil.copy(folder / f"requirements/{lock}.lock", environment)
    (environment / "packages").write_text("numpy\n")
    (environment / "bin/python").write_text(python)
    (environment / "bin/python").chmod(0o755)


CHANGES = {
    "nothing": (Path.exists, False),
    "future": (lambda folder: os.utime(folder / "requirements/main.lock", (4e9, 4e9)), False),
    "bytecode": (
        lambda folder: (folder / ".venv/lib/python3.11/site-packages/__pycache__").mkdir(),
        False,
    ),
    "package": (
        lambda folder: (folder / ".venv/lib/python3.11/site-packages/numpy").rmdir(),
        True,
    ),
    "python": (lambda folder: (folder / ".venv/bin/python").unlink(), True),
    "lock": (lambda folder: write_old(folder / "requirements/main.lock"), True),
    "none": (lambda folder: shutil.rmtree(folder / ".venv"), True),
}


def write_old(path):
    path.write_text("another==1\n")
    os.utime(path, (0, 0))


@pytest.mark.parametrize("name", CHANGES)
def test_when_it_is_needed(tmp_path, name):
    """Where the environment is not what the locks say, or not what was installed."""
    change, needed = CHANGES[name]
    shutil.copy(ROOT / "Makefile", tmp_path)
    write_environment(tmp_path, "#!/bin/sh\n")
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\n[ "$1" = -c ] && echo True || echo "called: $@"\n')
    python.chmod(0o755)
    change(tmp_path)
    run = subprocess.run(
        ["make", "--silent", ".venv/main.lock", f"PYTHON={python}"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if not name.startswith("MAKE")},
        check=True,
        capture_output=True,
        text=True,
    )
    assert run.stdout == ("called: tools/set_up.py main\n" if needed else "")
