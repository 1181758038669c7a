"""The packages: who imports whom, and what is installed of them."""

from __future__ import annotations

from pathlib import Path

from importlinter.cli import lint_imports

ROOT = Path(__file__).parents[1]


def test_import_contracts(monkeypatch):
    """Those of pyproject.toml; the report of a failure says which import breaks which."""
    monkeypatch.chdir(ROOT)
    assert lint_imports(no_cache=True, no_logo=True) == 0
