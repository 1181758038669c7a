"""Random variants through the whole chain, against independent operator calculations."""

from __future__ import annotations

import numpy as np
import pytest

import random_variants
from li_cai_sun_2015.configuration.variant import load_variant
from random_variants import KINDS


class TestDrawing:
    def test_variants_are_valid_and_come_out_as_drawn(self, tmp_path):
        for seed in range(60):
            variant = random_variants.draw(np.random.default_rng(seed))
            random_variants.write(tmp_path, "mine", variant)
            found = load_variant("mine", folder=tmp_path).resolved()
            assert found.pop("name") == "mine"
            assert found.pop("systems") == ["lambda", "v", "xi", "coupled_tls"]
            for _, curve in random_variants.curves(found):
                if curve["shape"] == "tabulated":
                    curve["file"] = curve["file"].removeprefix(f"{tmp_path}/mine_")
            expected = dict(variant.data)
            if "sweep" in expected:
                axes = expected.pop("sweep")["parameters"]
                assert found.pop("sweep")["parameters"] == axes
            assert found == expected, seed

    @pytest.mark.parametrize("kind", KINDS)
    def test_every_special_case_can_be_asked_for_in_any_unit(self, kind, tmp_path):
        for factor in (1e-9, 1.0, 1.5, 1e9):
            variant = random_variants.draw(np.random.default_rng(3), [kind])
            random_variants.write(tmp_path, "mine", random_variants.scaled(variant, factor))
            load_variant("mine", folder=tmp_path)

    def test_the_same_seed_gives_the_same_variant(self):
        first, second = (random_variants.draw(np.random.default_rng(7)) for _ in range(2))
        assert first == second

    def test_every_special_case_is_drawn(self):
        drawn = [random_variants.draw(np.random.default_rng(seed)).kinds for seed in range(200)]
        assert set(KINDS) <= {kind for kinds in drawn for kind in kinds}
