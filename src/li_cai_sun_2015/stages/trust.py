"""Compare the master equations with exact solutions."""

from __future__ import annotations

from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.data.exact_comparison import exact_comparison
from paper_replication import datasets


def main(configuration: str, output: str) -> None:
    """Compare the master equations with exact solutions."""
    datasets.write(exact_comparison(Variant.read(configuration)), output)
