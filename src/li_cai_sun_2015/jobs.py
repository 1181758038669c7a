"""The jobs that make all files of a variant, as the rules of the workflow make them."""

import sys
from collections.abc import Iterator

from li_cai_sun_2015 import chain
from li_cai_sun_2015.configuration.variant import Variant
from paper_replication.command_line import Job
from paper_replication.refusals import blaming


def jobs(variant: str) -> Iterator[Job]:
    """All jobs that make the files of a valid variant, each after those it reads from."""
    loaded = chain.load(variant)
    results, pictures = f"results/{variant}", f"figures/{variant}"
    resolved, stored = f"{results}/configuration.json", f"{results}/spectra.nc"
    exact, judged, maps = (f"{results}/{name}" for name in ("trust.nc", "claims.json", "claims.nc"))
    pages = [f"{results}/findings.{suffix}" for suffix in ("md", "html")]
    yield Job("configuration", [variant, resolved], [resolved])
    yield Job("spectra", [resolved, stored], [stored])
    for name in chain.states(loaded):
        system, equation = name.split("/")
        output = f"{results}/{name}.nc"
        yield Job("steady_states", [system, equation, resolved, output], [output])
    yield Job("trust", [resolved, exact], [exact])
    data = [f"{results}/{name}.nc" for name in chain.judged(loaded)]
    yield Job("verdicts", [variant, resolved, judged, maps, *data], [judged, maps])
    yield Job("findings", [judged, *pages], pages)
    explorer = f"{results}/explorer.html"
    yield Job("explorer", [resolved, judged, explorer], [explorer])
    for name, reads in chain.figures(loaded).items():
        outputs = [f"{pictures}/{name}.{suffix}" for suffix in chain.FORMATS]
        data = [f"{results}/{dataset}.nc" for dataset in reads]
        yield Job("draw", [outputs[0], resolved, *data], outputs)
    yield from _sweep_jobs(variant, loaded)


def _sweep_jobs(variant: str, loaded: Variant) -> Iterator[Job]:
    results, pictures = f"results/{variant}", f"figures/{variant}"
    own = f"{results}/sweep/configuration.json"
    for number, name in enumerate(chain.sweeps(loaded)):
        if number == 0:
            yield Job("sweep_configuration", [variant, own], [own])
        system, equation = name.split("/")
        folder = f"{results}/sweep/{name}"
        with blaming(f"variant {variant}"):
            said = chain.cost(loaded, system, equation, folder)
        sys.stderr.write(f"{said}\n" if said else "")
        chunks = [f"{folder}/{number}.nc" for number in chain.chunks(loaded, system)]
        for chunk in chunks:
            yield Job("sweep_chunk", [system, equation, "1", chunk, own], [chunk])
        gathered = f"{results}/sweep/{name}.nc"
        yield Job("sweep_gather", [system, equation, own, gathered], [gathered])
    for name, source in chain.sweep_figures(loaded).items():
        outputs = [f"{pictures}/sweep/{name}.{suffix}" for suffix in chain.FORMATS]
        arguments = [outputs[0], f"{results}/configuration.json", f"{results}/sweep/{source}.nc"]
        yield Job("draw_sweep", arguments, outputs)
