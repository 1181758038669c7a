"""Numbers and pictures that the reference keeps."""

from paper_replication.verification.kept import Kept

KEPT = Kept(
    datasets=("v/nonsecular",),
    figures=("ratio",),
    places={"splitting": (0.01, 1.0, 100.0)},
    tolerance={
        "relative": 1e-12,
        "of_the_largest_value": 1e-12,
        "relative_only": ["population"],
        "absolute": {},
        "why": ["Numbers are the same to the last bit on one machine."],
    },
    findings="findings.md",
)
