"""Gather the chunks of a sweep behind one file."""

from __future__ import annotations

import sys

from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.data import sweeps


def main(system: str, equation: str, configuration: str, output: str) -> None:
    """Gather the chunks of a sweep behind one file."""
    try:
        sweeps.gather(Variant.read(configuration), system, equation, output)
    except ValueError as error:
        sys.exit(f"Error: {error}")
