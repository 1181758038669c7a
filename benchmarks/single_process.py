"""All that the chain makes for a variant, computed and drawn by one process, without Snakemake.

    python benchmarks/single_process.py [VARIANT] FOLDER

The floor under the chain's own cost: the same functions in the same order, each module imported
once, nothing read that was just written. The files are those of the chain, byte for byte.
"""

from __future__ import annotations

import os

from li_cai_sun_2015.data.spectra import spectra_dataset
from li_cai_sun_2015.data.steady_states import steady_state_dataset

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1")  # as in the chain

import sys
from pathlib import Path

from li_cai_sun_2015 import figures, findings
from li_cai_sun_2015.catalogue import EQUATIONS, FIGURES, SYSTEMS
from li_cai_sun_2015.claims import judge
from li_cai_sun_2015.configuration.variant import load_variant
from li_cai_sun_2015.data.exact_comparison import exact_comparison
from paper_replication import datasets
from paper_replication.files import write_json, write_text


def build(variant, folder):
    """Write results and figures of a variant into a folder."""
    results = folder / "results" / variant
    configuration = load_variant(variant)
    write_json(configuration, results / "configuration.json")

    spectra = spectra_dataset(configuration)
    made = {"spectra": spectra}
    for system in SYSTEMS:
        for equation in EQUATIONS:
            if equation != "nonsecular_lamb" or configuration["lamb_shift"]:
                made[f"{system}/{equation}"] = steady_state_dataset(configuration, system, equation)
    made["trust"] = exact_comparison(configuration)
    verdicts, made["claims"] = judge(variant, configuration, made.values())
    for name, dataset in made.items():
        datasets.write(dataset, results / f"{name}.nc")
    write_json(verdicts, results / "claims.json")
    write_text(findings.markdown(verdicts), results / "findings.md")
    write_text(findings.html(verdicts), results / "findings.html")

    for name, sources in FIGURES.items():
        shown = [made[source] for source in sources if source in made]
        figures.save(figures.draw(name, shown), folder / "figures" / variant / name)


if __name__ == "__main__":
    *named, target = sys.argv[1:]
    build(named[0] if named else "paper", Path(target))
