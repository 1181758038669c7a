"""Tabulate the bath spectra of a variant."""

from __future__ import annotations

from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.data.spectra import spectra_dataset
from paper_replication import datasets


def main(configuration: str, output: str) -> None:
    """Tabulate the bath spectra of a variant."""
    datasets.write(spectra_dataset(Variant.read(configuration)), output)
