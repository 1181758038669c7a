"""Resolve the configuration of a variant."""

from li_cai_sun_2015.chain import resolved
from paper_replication.files import write_json


def main(variant: str, output: str) -> None:
    """Resolve the configuration of a variant."""
    write_json(resolved(variant), output)
