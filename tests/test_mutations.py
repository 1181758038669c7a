"""The places that tests/mutations.py breaks on request are still there."""

from __future__ import annotations

import pytest

import mutations


@pytest.mark.parametrize("mutation", mutations.MUTATIONS, ids=lambda mutation: mutation.what)
def test_place_stands_once(mutation):
    mutations.check_anchor(mutation)
