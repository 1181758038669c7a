"""Judge the paper's claims and its numbered equations."""

from li_cai_sun_2015.claims import judge
from li_cai_sun_2015.configuration.variant import Variant
from paper_replication import datasets
from paper_replication.files import write_json
from paper_replication.provenance import made_from


def main(variant: str, configuration: str, verdicts: str, maps: str, *data: str) -> None:
    """Judge the paper's claims and its numbered equations."""
    chosen, found = Variant.read(configuration), datasets.read_all(data, configuration)
    judged, regions = judge(variant, chosen, found)
    said = [one.attrs for one in found]
    made = made_from("li_cai_sun_2015", "verdicts", configuration, tables=chosen.tables, data=said)
    datasets.write(regions, maps, made)
    write_json({**judged, "made_from": made}, verdicts)
