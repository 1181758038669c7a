"""The stages of the chain, one function each: paths in, files out.

A rule of the workflow calls one through ``python -m li_cai_sun_2015 STAGE ARGUMENT...``; the
command ``run`` calls them all. Each imports what it needs and no more, because a job spends more
time on imports than on computing.
"""

# ruff: noqa: PLC0415

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from li_cai_sun_2015 import chain
from paper_replication.command_line import Job
from paper_replication.files import read_json, write_json, write_text


def resolve(variant: str) -> dict[str, Any]:
    """Resolved configuration of a variant, as plain data."""
    return chain.load(variant)


def configuration(variant: str, output: str) -> None:
    """Resolve the configuration of a variant."""
    write_json(resolve(variant), output)


def spectra(configuration: str, output: str) -> None:
    """Tabulate the bath spectra of a variant."""
    from li_cai_sun_2015.data.spectra import spectra_dataset
    from paper_replication import datasets

    datasets.write(spectra_dataset(read_json(configuration)), output)


def steady_states(system: str, equation: str, configuration: str, output: str) -> None:
    """Solve for the steady states of a system by one master equation."""
    from li_cai_sun_2015.data.diagnostics import summary
    from li_cai_sun_2015.data.steady_states import steady_state_dataset
    from paper_replication import datasets

    dataset = steady_state_dataset(read_json(configuration), system, equation)
    datasets.write(dataset, output)
    print(summary(dataset), file=sys.stderr)


def trust(configuration: str, output: str) -> None:
    """Compare the master equations with exact solutions."""
    from li_cai_sun_2015.data.exact_comparison import exact_comparison
    from paper_replication import datasets

    datasets.write(exact_comparison(read_json(configuration)), output)


def verdicts(variant: str, configuration: str, verdicts: str, maps: str, *data: str) -> None:
    """Judge the paper's claims and its numbered equations."""
    from li_cai_sun_2015.claims import judge
    from paper_replication import datasets

    judged, regions = judge(variant, read_json(configuration), map(datasets.read, data))
    datasets.write(regions, maps)
    write_json(judged, verdicts)


def findings(verdicts: str, markdown: str, html: str) -> None:
    """Write the verdicts as pages."""
    from li_cai_sun_2015.findings import PAGE
    from paper_replication import findings

    judged = read_json(verdicts)
    write_text(findings.markdown(PAGE, judged), markdown)
    write_text(findings.html(PAGE, judged), html)


def draw(picture: str, *data: str) -> None:
    """Draw a figure in every format."""
    from li_cai_sun_2015 import figures
    from paper_replication import datasets

    figures.make(Path(picture).with_suffix(""), [datasets.read(path) for path in data])


def sweep_chunk(system: str, equation: str, output: str, configuration: str, *inputs: str) -> None:
    """Compute a chunk of a sweep, and say how far the sweep has come."""
    from li_cai_sun_2015.data import sweeps

    start = time.time()
    resolved = read_json(configuration)
    sweeps.write_chunk(resolved, system, equation, int(Path(output).stem), output)
    made_from = [configuration, *inputs]
    print(sweeps.progress(resolved, system, output, made_from, time.time() - start))


def sweep_gather(system: str, equation: str, configuration: str, output: str) -> None:
    """Gather the chunks of a sweep behind one file."""
    from li_cai_sun_2015.data import sweeps

    try:
        sweeps.gather(read_json(configuration), system, equation, output)
    except ValueError as error:
        sys.exit(f"Error: {error}")


def draw_sweep(picture: str, configuration: str, data: str) -> None:
    """Draw a figure of a sweep in every format."""
    import xarray as xr

    from li_cai_sun_2015 import figures

    stem = Path(picture).with_suffix("")
    figure = read_json(configuration)["sweep"]["figures"][stem.name]
    with xr.open_dataset(data, engine="netcdf4") as dataset:
        figures.make(stem, [dataset], "sweep", figure=figure)


def verify(results: str, figures: str, reference: str, output: str) -> None:
    """Compare results and figures with the reference."""
    from li_cai_sun_2015.reference import KEPT
    from paper_replication import verification

    lines = verification.verify_reference(KEPT, results, figures, reference)
    verification.write_lines(lines, output)


def reference(results: str, figures: str, reference: str) -> None:
    """Make results and figures the reference."""
    from li_cai_sun_2015.reference import KEPT
    from paper_replication import verification

    verification.update_reference(KEPT, results, figures, reference)


def compare_builds(cores: str, output: str) -> None:
    """Build twice in different surroundings, and compare."""
    from tempfile import TemporaryDirectory

    from paper_replication import verification

    with TemporaryDirectory() as scratch:
        verification.write_lines(verification.compare_builds(".", scratch, int(cores)), output)


STAGES = {
    function.__name__: function
    for function in (
        configuration,
        spectra,
        steady_states,
        trust,
        verdicts,
        findings,
        draw,
        chain.write_sweep_configuration,
        sweep_chunk,
        sweep_gather,
        draw_sweep,
        verify,
        reference,
        compare_builds,
    )
}


def jobs(variant: str) -> Iterator[Job]:
    """All jobs that make the files of a variant, each after those it reads from.

    Parameters
    ----------
    variant : str
        Name of a valid variant.

    Yields
    ------
    Job
    """
    loaded = chain.load(variant)
    results, pictures = f"results/{variant}", f"figures/{variant}"
    resolved, stored = f"{results}/configuration.json", f"{results}/spectra.nc"
    exact, judged, maps = (f"{results}/{name}" for name in ("trust.nc", "claims.json", "claims.nc"))
    pages = [f"{results}/findings.{suffix}" for suffix in ("md", "html")]
    yield Job("configuration", [variant, resolved], [resolved])
    yield Job("spectra", [resolved, stored], [stored])
    states = chain.states(loaded)
    for name in states:
        system, equation = name.split("/")
        output = f"{results}/{name}.nc"
        yield Job("steady_states", [system, equation, resolved, output], [output])
    yield Job("trust", [resolved, exact], [exact])
    data = [stored, exact, *(f"{results}/{name}.nc" for name in states)]
    yield Job("verdicts", [variant, resolved, judged, maps, *data], [judged, maps])
    yield Job("findings", [judged, *pages], pages)
    for name, reads in chain.figures(loaded).items():
        outputs = [f"{pictures}/{name}.{suffix}" for suffix in chain.FORMATS]
        data = [f"{results}/{dataset}.nc" for dataset in reads]
        yield Job("draw", [outputs[0], *data], outputs)
    yield from _sweep_jobs(variant, loaded)


def _sweep_jobs(variant: str, loaded: dict[str, Any]) -> Iterator[Job]:
    results, pictures = f"results/{variant}", f"figures/{variant}"
    own = f"{results}/sweep/configuration.json"
    for number, name in enumerate(chain.sweeps(loaded)):
        if number == 0:
            yield Job("write_sweep_configuration", [variant, own], [own])
        system, equation = name.split("/")
        chunks = [f"{results}/sweep/{name}/{number}.nc" for number in chain.chunks(loaded, system)]
        for chunk in chunks:
            yield Job("sweep_chunk", [system, equation, chunk, own], [chunk])
        gathered = f"{results}/sweep/{name}.nc"
        yield Job("sweep_gather", [system, equation, own, gathered], [gathered])
    for name, source in chain.sweep_figures(loaded).items():
        outputs = [f"{pictures}/sweep/{name}.{suffix}" for suffix in chain.FORMATS]
        arguments = [outputs[0], f"{results}/configuration.json", f"{results}/sweep/{source}.nc"]
        yield Job("draw_sweep", arguments, outputs)
