"""Write the explorer of a variant."""

from collections.abc import Iterator

from li_cai_sun_2015.configuration.variant import (
    ConfigurationError,
    Variant,
    load_variant,
    variant_names,
)
from li_cai_sun_2015.explorer.page import html
from paper_replication.files import read_json, write_text
from paper_replication.provenance import made_from


def main(configuration: str, verdicts: str, output: str) -> None:
    """Write the explorer of a variant, with a choice of all others that are valid."""
    variant, paper = Variant.read(configuration), load_variant("paper")
    judged = read_json(verdicts)
    said = [judged.get("made_from", {})]
    made = made_from("li_cai_sun_2015", "explorer", configuration, data=said)
    write_text(html(variant, judged, paper, _valid(), made), output)


def _valid() -> Iterator[Variant]:
    for name in variant_names():
        try:
            yield load_variant(name)
        except ConfigurationError:
            continue  # another variant that is being written is no reason to fail
