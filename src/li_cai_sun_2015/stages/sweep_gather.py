"""Gather the chunks of a sweep behind one file."""

from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.data import sweeps
from paper_replication.provenance import made_from


def main(system: str, equation: str, configuration: str, output: str) -> None:
    """Gather the chunks of a sweep behind one file."""
    variant = Variant.read(configuration)
    made = made_from("li_cai_sun_2015", "sweep_gather", configuration, tables=variant.tables)
    sweeps.gather(variant, system, equation, output, made=made)
