"""Tabulate the bath spectra of a variant."""

from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.data.spectra import spectra_dataset
from paper_replication import datasets
from paper_replication.provenance import made_from


def main(configuration: str, output: str) -> None:
    """Tabulate the bath spectra of a variant."""
    variant = Variant.read(configuration)
    made = made_from("li_cai_sun_2015", "spectra", configuration, tables=variant.tables)
    datasets.write(spectra_dataset(variant), output, made)
