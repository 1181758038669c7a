"""Judge the paper's claims and its numbered equations."""

from __future__ import annotations

from li_cai_sun_2015.claims import judge
from li_cai_sun_2015.configuration.variant import Variant
from paper_replication import datasets
from paper_replication.files import write_json
from paper_replication.provenance import made_from


def main(variant: str, configuration: str, verdicts: str, maps: str, *data: str) -> None:
    """Judge the paper's claims and its numbered equations."""
    chosen = Variant.read(configuration)
    made = made_from("li_cai_sun_2015", "verdicts", configuration, [*chosen.tables, *data])
    judged, regions = judge(variant, chosen, datasets.read_all(data, configuration))
    datasets.write(regions, maps, made)
    write_json({**judged, "made_from": made}, verdicts)
