"""Draw a figure of a sweep in every format."""

from pathlib import Path

from li_cai_sun_2015 import figures
from paper_replication.files import read_json
from paper_replication.gathered import open_sweep
from paper_replication.provenance import made_from


def main(picture: str, configuration: str, data: str) -> None:
    """Draw a figure of a sweep in every format."""
    stem = Path(picture).with_suffix("")
    figure = read_json(configuration)["sweep"]["figures"][stem.name]
    with open_sweep(data) as dataset:
        said = [dataset.attrs]
        made = made_from("li_cai_sun_2015", "draw_sweep", configuration, data=said, figure="sweep")
        figures.make(stem, [dataset], "sweep", made, figure=figure)
