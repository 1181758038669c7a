"""Solve for the steady states of a system by one master equation."""

import sys

from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.data.steady_states import steady_state_dataset, summary
from paper_replication import datasets
from paper_replication.provenance import made_from


def main(system: str, equation: str, configuration: str, output: str) -> None:
    """Solve for the steady states of a system by one master equation."""
    variant = Variant.read(configuration)
    made = made_from("li_cai_sun_2015", "steady_states", configuration, tables=variant.tables)
    dataset = steady_state_dataset(variant, system, equation)
    datasets.write(dataset, output, made)
    print(summary(dataset), file=sys.stderr)
