"""Judge the paper's claims."""

from koyu_2021.claims import CLAIMS
from paper_replication import datasets
from paper_replication.files import read_json, write_json
from paper_replication.provenance import made_from


def main(variant: str, resolved: str, verdicts: str, states: str) -> None:
    """Judge the paper's claims on the steady states of a variant."""
    study = datasets.read(states)
    judged = {
        "variant": variant,
        "description": read_json(resolved)["description"],
        "claims": [claim.judged(study) for claim in CLAIMS],
        "equations": [],
        "reliability": [],
        "made_from": made_from("koyu_2021", "verdicts", resolved, data=[study.attrs]),
    }
    write_json(judged, verdicts)
