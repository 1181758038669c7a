"""Numbers on the pages that say how the project was tried are those of what is tried."""

from __future__ import annotations

import importlib
import math
import re
from pathlib import Path

import pytest

import interruption
import mutations

ROOT = Path(__file__).parents[1]


def number(page: str, words: str) -> int:
    """The number that a page of the project gives in some words."""
    return int(re.search(words, (ROOT / page).read_text("utf-8"))[1])


@pytest.mark.parametrize(
    ("module", "refused", "words"),
    [
        (
            "test_configuration",
            "bad|misspelt|missing|unknown|covers|stands_in_place|leads_out",
            r"(\d+)\s+wrong\s+configurations",
        ),
        ("test_command_line", "test_(?!a_right|every)", r"(\d+)\s+wrong\s+command\s+lines"),
    ],
)
def test_wrong_inputs(module, refused, words):
    """Cases of the tests that ask for a refusal."""
    marks = [
        [mark.args[1] for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize"]
        for name, test in vars(importlib.import_module(module)).items()
        if name.startswith("test_") and re.search(refused, name)
    ]
    tried = sum(math.prod(map(len, values)) for values in marks)
    assert number("docs/reliability.md", words) <= tried


def test_mutations():
    assert number("README.md", r"code in (\d+) ways") == len(mutations.MUTATIONS)


def test_interruptions():
    """Each scenario has its line."""
    rows = re.findall(
        r"^\| (.*) \| .*\d.* \| (.*) \|$",
        (ROOT / "docs/interruption.md").read_text("utf-8"),
        re.MULTILINE,
    )
    assert rows == [(each.what, each.needed) for each in interruption.SCENARIOS.values()]
