"""The examples in docstrings run, and every slip is told; `make docs` looks after the rest."""

import doctest
import importlib
import re
from pathlib import Path

import pytest

from li_cai_sun_2015.numbered_equations import EQUATIONS

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src"
WITH_EXAMPLES = sorted(
    ".".join(path.relative_to(SOURCE).with_suffix("").parts)
    for path in SOURCE.rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_examples(name):
    result = doctest.testmod(importlib.import_module(name))
    assert result.attempted
    assert not result.failed


def test_every_slip_is_told():
    page = (ROOT / "docs/explanation/physics.md").read_text(encoding="utf-8")
    told = re.findall(r"^```\{slip\} (.+)$", page, flags=re.MULTILINE)
    assert sorted(told) == sorted(each.number for each in EQUATIONS if each.slip)
