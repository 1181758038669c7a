"""Judge the paper's claims and its numbered equations."""

from __future__ import annotations

from li_cai_sun_2015.claims import judge
from li_cai_sun_2015.configuration.variant import Variant
from paper_replication import datasets
from paper_replication.files import write_json


def main(variant: str, configuration: str, verdicts: str, maps: str, *data: str) -> None:
    """Judge the paper's claims and its numbered equations."""
    states = datasets.read_all(data, configuration)
    judged, regions = judge(variant, Variant.read(configuration), states)
    datasets.write(regions, maps)
    write_json(judged, verdicts)
