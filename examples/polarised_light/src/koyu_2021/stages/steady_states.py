"""Solve for the steady states."""

from koyu_2021 import configuration, data
from paper_replication import datasets
from paper_replication.files import read_json
from paper_replication.provenance import made_from


def main(system: str, equation: str, resolved: str, output: str) -> None:  # noqa: ARG001 -- one
    """Solve for the steady states of the one system by the one equation."""
    variant = configuration.variant(read_json(resolved))
    made = made_from("koyu_2021", "steady_states", resolved)
    datasets.write(data.steady_states(variant), output, made)
