"""Solve for the steady states of a system by one master equation."""

from __future__ import annotations

import sys

from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.data.diagnostics import summary
from li_cai_sun_2015.data.steady_states import steady_state_dataset
from paper_replication import datasets


def main(system: str, equation: str, configuration: str, output: str) -> None:
    """Solve for the steady states of a system by one master equation."""
    dataset = steady_state_dataset(Variant.read(configuration), system, equation)
    datasets.write(dataset, output)
    print(summary(dataset), file=sys.stderr)
