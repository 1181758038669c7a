"""Compare the master equations with exact solutions."""

from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.data.exact_comparison import exact_comparison
from paper_replication import datasets
from paper_replication.provenance import made_from


def main(configuration: str, output: str) -> None:
    """Compare the master equations with exact solutions."""
    variant = Variant.read(configuration)
    made = made_from("li_cai_sun_2015", "trust", configuration, tables=variant.tables)
    datasets.write(exact_comparison(variant), output, made)
