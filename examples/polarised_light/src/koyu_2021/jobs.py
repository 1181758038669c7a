"""The jobs that make all files of a variant."""

from collections.abc import Iterator

from paper_replication.command_line import Job


def jobs(variant: str) -> Iterator[Job]:
    """All jobs that make the files of a variant, each after those it reads from."""
    results = f"results/{variant}"
    resolved, states, judged = (
        f"{results}/{name}" for name in ("configuration.json", "v/nonsecular.nc", "claims.json")
    )
    pages = [f"{results}/findings.md", f"{results}/findings.html"]
    pictures = [f"figures/{variant}/ratio.{suffix}" for suffix in ("png", "pdf", "svg")]
    yield Job("configuration", [variant, resolved], [resolved])
    yield Job("steady_states", ["v", "nonsecular", resolved, states], [states])
    yield Job("verdicts", [variant, resolved, judged, states], [judged])
    yield Job("findings", [judged, *pages], pages)
    yield Job("draw", [pictures[0], resolved, states], pictures)
