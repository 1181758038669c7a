"""Gather the chunks of a sweep behind one file."""

from __future__ import annotations

from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.data import sweeps


def main(system: str, equation: str, configuration: str, output: str) -> None:
    """Gather the chunks of a sweep behind one file."""
    sweeps.gather(Variant.read(configuration), system, equation, output)
