"""Build random variants, or those of a folder, through the whole chain in this process.

    python tests/fuzz.py --number 500 --seed 1
    python tests/fuzz.py --number 0 --cases FOLDER
    python tests/fuzz.py --number 0 --variants NAME

Each is loaded, its spectra and steady states by all equations computed, its claims judged, its
findings written, its figures drawn and its sweeps made; the steady states are compared with
`sixty_digits`. Printed is what is wrong: a traceback or a warning, a number that differs, an
empty picture, a text that says nan.
"""

from __future__ import annotations

import argparse
import contextlib
import csv
import functools
import io
import json
import multiprocessing
import os
import re
import sys
import tempfile
import time
import traceback
import warnings
from pathlib import Path
from unittest import mock

import matplotlib as mpl
import numpy as np

import random_variants
import sixty_digits
from chosen_jobs import fewer_exact_solutions

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "src"))

from li_cai_sun_2015 import chain, claims, jobs  # noqa: E402
from paper_replication import command_line, datasets, figure_files  # noqa: E402

PACKAGE = "li_cai_sun_2015"

#: Of populations and coherences, and of energy currents in units of rate times energy.
TOLERANCE = 1e-10
#: Errors of so many times what the last bits of the input change are those of a few roundings.
ROUNDINGS = 100.0
#: Points of a grid that are compared.
POINTS = 5
#: Stages of what is compared with `sixty_digits`.
STEADY_STATES = ("configuration", "spectra", "steady_states")
#: Figures that show next to nothing of a variant: drawn for each tenth only.
THE_SAME_FOR_ALL = ("fig1", "fig2", "weight_factors")

#: What no text says: it stands for a number that there is not.
MEANINGLESS = re.compile(
    r"\b(?i:nan)\b|(?<!\^)\b(?i:inf)\b|\bNone\b|up to 0(?![.\d])|\barray\(|\bnp\.float|[{}]"
)


class Trial:
    """One variant on its way through the chain, job by job, in a folder of its own.

    Attributes
    ----------
    findings : list of str
        What is wrong.
    results : dict
        Datasets of steady states by SYSTEM/EQUATION, as they were written.
    """

    def __init__(self, folder, name="mine", *, plain=None, tables=None, points=POINTS, seed=0):
        self.name, self.folder, self.points = name, Path(folder), points
        self.plain, self.tables = plain, tables
        self.rng = np.random.default_rng(seed)
        self.findings, self.results = [], {}

    @classmethod
    def of(cls, variant, folder, **options):
        """The trial of a random variant, whose file is written."""
        random_variants.write(Path(folder) / "config" / "variants", "mine", variant)
        return cls(folder, plain=variant.data, tables=variant.tables, **options)

    def run(self, *, stages=None, saving=False):
        """Everything, as far as it goes.

        Parameters
        ----------
        stages : sequence of str, optional
            Those that are gone through; all of them by default.
        saving : bool
            Whether figures are written in every format, as the chain does, and not drawn in
            memory only.
        """
        todo = []
        with contextlib.chdir(self.folder):
            with self._watched("configuration"):
                self.variant = chain.load(self.name)
                self.configuration = self.variant.resolved()
                todo = list(jobs.jobs(self.name))
            if not todo:
                return self
            if self.plain is None:
                self.plain, self.tables = self.configuration, tables_of(self.configuration)
            for job in todo:
                if stages is None or job.stage in stages:
                    self._do(job, saving)
        self.compare()
        return self

    def _do(self, job, saving):
        """One job, and a look at what it makes."""
        what = job.outputs[0]
        if not saving and Path(what).stem in THE_SAME_FOR_ALL:
            return
        for path in job.outputs:
            Path(path).parent.mkdir(parents=True, exist_ok=True)
        paths = [each for each in job.arguments if "/" in each and each not in job.outputs]
        if missing := [each for each in paths if not Path(each).exists()]:
            self.findings.append(f"{what}: not made for want of {', '.join(missing)}")
            return
        look = functools.partial(self._look, what, saving=saving)

        def write(dataset, *given):
            WRITE(dataset, *given)
            if job.stage == "steady_states":
                self.results["/".join(job.arguments[:2])] = dataset

        with (
            self._watched(what),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            mock.patch.object(figure_files, "save", look),
            mock.patch.object(datasets, "write", write),
            fewer_exact_solutions(),
            mock.patch.object(claims, "judge_equations", EQUATIONS_JUDGED),
        ):
            command_line.call(PACKAGE, job.stage, *job.arguments)
        if job.stage == "verdicts" and Path(what).exists():
            with self._watched(what):
                json.loads(Path(what).read_text(encoding="utf-8"), parse_constant=_refused)
        if job.stage == "findings" and Path(what).exists():
            self._read(Path(what).read_text(encoding="utf-8"), what)

    @contextlib.contextmanager
    def _watched(self, what):
        """Turn an error or a warning into a finding."""
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                warnings.filterwarnings("ignore", message="numpy.ndarray size changed")
                yield
        except (Exception, SystemExit) as error:  # noqa: BLE001 -- whatever it is
            frames = traceback.extract_tb(error.__traceback__)
            ours = [frame for frame in frames if "/src/" in frame.filename] or frames
            place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno} in {ours[-1].name}"
            self.findings.append(f"{what}: {type(error).__name__}: {str(error)[:300]} ({place})")

    def compare(self):
        """Some points of every grid with sixty digits."""
        for name, data in self.results.items() if self.points else ():
            system, equation = name.split("/")
            for point in self._chosen(data["unique"].shape):
                with (
                    self._watched(f"{name} at point {point}"),
                    contextlib.suppress(sixty_digits.TooColdError),
                ):
                    self._compare_point(system, equation, data, point)

    def _chosen(self, shape):
        """The corners of a grid and some points more."""
        size = int(np.prod(shape))
        corners = {0, size - 1, shape[-1] - 1, size - shape[-1]}
        others = set(self.rng.permutation(size)[: max(self.points - len(corners), 1)].tolist())
        return [np.unravel_index(one, shape) for one in sorted(corners | others)]

    def _compare_point(self, system, equation, data, point):
        at = dict(zip(("temperature", "temperature_difference"), point, strict=True))
        here = data.isel(at)
        cold = float(here["temperature"])
        temperatures = cold, cold + float(here["temperature_difference"])
        expected = sixty_digits.condition(
            self.plain,
            self.tables,
            system,
            equation,
            temperatures,
            principal_values=self._principal_values(system, temperatures),
        )
        if not expected.decided:
            return
        state = expected.state
        where = f"{system}/{equation} at T = {temperatures[0]:g}, {temperatures[1]:g}"
        if bool(here["unique"]) != state.unique:
            self.findings.append(f"{where}: unique is {bool(here['unique'])}, not {state.unique}")
            return
        if not state.unique:
            return
        found = dict(self._found(here, system))
        right = {
            "density_matrix": state.density_matrix,
            "min_eigenvalue": np.linalg.eigvalsh(state.density_matrix)[0],
            "energy_current": state.energy_current,
            "internal_flux": state.internal_flux,
            "bath_flux": state.bath_flux,
            "kossakowski": state.kossakowski,
        }
        energy = max(self.plain["three_level"]["mean_energy"], 1e-300)
        if system == "coupled_tls":
            energy = self.plain["coupled_tls"]["frequency_1"]
        scales = {
            "energy_current": state.current_scale,
            "internal_flux": state.current_scale / energy,
            "bath_flux": state.current_scale / energy,
            "kossakowski": state.current_scale / energy,
        }
        for name, value in found.items():
            scale = scales.get(name, 1.0)
            moved = 0.0 if name == "min_eigenvalue" else expected.moved(name)
            moved = max(moved, scale * expected.moved("density_matrix"))
            error = float(np.max(np.abs(value - right[name])))
            if not error <= max(TOLERANCE * scale, ROUNDINGS * moved):
                self.findings.append(
                    f"{where}: {name} is off by {error:.2g} (in units of {scale:.2g}; conditioning "
                    f"{expected.conditioning:.2g})"
                )
        # Populations keep their digits, but for what paths into a level take from each other.
        for level, value, exact, nudged in zip(
            here["level"].values,
            here["population"].values,
            state.population,
            expected.nudged.population,
            strict=True,
        ):
            error, moved = abs(value - exact), abs(exact - nudged)
            smallest = 1e-300  # below it numbers have no more digits to keep
            if not error <= 1e-8 * abs(exact) + 1e3 * moved + 1e-13 * state.excitation + smallest:
                self.findings.append(
                    f"{where}: population of {level} is {value:.6g}, not {exact:.6g}"
                )

    def _principal_values(self, system, temperatures):
        """Those of the engine, bath by bath: frequency to S- and S+."""

        def of(bath):
            return functools.cache(
                lambda w: [each[..., 0] for each in bath.principal_values(w, bath.state[None])]
            )

        return [of(bath) for bath in self.variant.baths(system, temperatures)]

    @staticmethod
    def _found(here, system):
        """What the chain has found, in the names of `sixty_digits.State`."""
        levels = [str(level) for level in here["level"].values]
        first, second = (levels.index(level) for level in here.attrs["coherent_pair"])
        rho = np.diag(here["population"].values).astype(complex)
        rho[first, second] = complex(here["coherence_real"], here["coherence_imag"])
        rho[second, first] = rho[first, second].conj()
        yield "density_matrix", rho
        yield "min_eigenvalue", float(here["min_eigenvalue"])
        yield "energy_current", here["energy_current"].values
        if system == "coupled_tls":
            yield "internal_flux", float(here["internal_flux"])
            yield "bath_flux", float(here["bath_flux"])
        else:
            yield "kossakowski", float(here["kossakowski_min_eigenvalue"])

    def _read(self, text, where):
        for line in text.splitlines():
            if found := MEANINGLESS.search(line):
                start = max(found.start() - 120, 0)
                around = line[start : found.end() + 60]
                self.findings.append(f"{where} says {found.group()!r}: ... {around} ...")

    def _look(self, what, drawn, stem, *more, saving):
        """Find empty axes and meaningless texts in a figure; write it or draw it in memory."""
        if saving:
            SAVE(drawn, stem, *more)
        else:
            drawn.set_layout_engine("none")  # takes most of the time
            drawn.draw_without_rendering()
        for number, axes in enumerate(drawn.axes):
            if axes.get_visible() and (why := emptiness(axes)):
                self.findings.append(f"{what}, axes {number} ({axes.get_title()!r}): {why}")
        for text in drawn.findobj(mpl.text.Text):
            self._read(text.get_text().replace("{", "").replace("}", ""), what)
        words = " ".join(each for each in more if isinstance(each, str))
        self._read(words.replace("{", "").replace("}", ""), what)


SAVE, WRITE = figure_files.save, datasets.write
#: The numbered equations are judged without a variant.
EQUATIONS_JUDGED = functools.cache(claims.judge_equations)


def _refused(constant):
    raise ValueError(f"holds {constant}")


def emptiness(axes):
    """Say why there is nothing to be seen in some axes, or an empty text."""
    words = [text for text in axes.texts if text.get_text().strip()]
    for line in axes.lines:
        x, y = (np.asarray(values, dtype=float) for values in line.get_data())
        finite = int(np.sum(np.isfinite(x + y)))
        if finite > 1 or (finite and line.get_marker() not in ("None", "none", "", " ", None)):
            return ""
    if axes.patches or axes.images:
        return ""
    maps = [one for one in axes.collections if isinstance(one, mpl.collections.QuadMesh)]
    for one in maps:
        values = np.ma.filled(np.ma.masked_invalid(one.get_array()).astype(float), np.nan)
        if np.isfinite(values).any() and (np.nanmin(values) < np.nanmax(values) or words):
            return ""
    if [one for one in axes.collections if one not in maps and one.get_paths()]:
        return ""
    if words or not axes.axison:
        return ""
    return "a map of one colour or of none, and no word about it" if maps else "empty, and no words"


def tables_of(configuration):
    """Rows of every table of a configuration, under the name it has there."""
    found = {}
    for _, entry in random_variants.curves(configuration):
        if entry["shape"] == "tabulated":
            with Path(entry["file"]).open(encoding="utf-8") as lines:
                rows = [row for row in csv.reader(lines) if row and not row[0].startswith("#")]
            found[entry["file"]] = [(float(w), float(value)) for w, value in rows[1:]]
    return found


# Many ------------------------------------------------------------------------------------------


def _try_one(job, **options):
    """Findings, text of the file and seconds of a seed, or of a file."""
    kind, what = job
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        variants = Path(folder) / "config" / "variants"
        if kind == "seed":
            variant = random_variants.draw(np.random.default_rng(what))
            trial = Trial.of(variant, folder, seed=what)
        elif kind == "variant":
            tables = (path for path in chain.tables_of(chain.load(what)) if path[0] != "/")
            for path in (*chain.variant_files(what), *tables):
                copied = Path(folder, path)
                copied.parent.mkdir(parents=True, exist_ok=True)
                copied.write_bytes(Path(path).read_bytes())
            trial = Trial(folder, what)
        else:
            variants.mkdir(parents=True)
            for path in (what, random_variants.VARIANTS / "paper.yaml"):
                (variants / path.name).write_bytes(path.read_bytes())
            trial = Trial(folder, what.stem)
        text = (variants / f"{trial.name}.yaml").read_text(encoding="utf-8")
        trial.run(saving=kind != "seed" or what % 10 == 0, **options)
    seconds = time.perf_counter() - start
    return job, trial.findings, text, seconds


def main():
    """Try some seeds and the files of a folder, on all cores."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=100, help="how many random variants")
    parser.add_argument("--seed", type=int, default=1, help="seed of the first one")
    parser.add_argument("--cases", type=Path, help="folder of further variants, NAME.yaml")
    parser.add_argument("--variants", nargs="*", default=[], help="names in config/variants")
    parser.add_argument("--processes", type=int, default=os.cpu_count())
    parser.add_argument("--only-steady-states", action="store_true", help="no claims, no figures")
    given = parser.parse_args()
    jobs = [("seed", seed) for seed in range(given.seed, given.seed + given.number)]
    jobs += [("variant", name) for name in given.variants]
    if given.cases:
        paths = sorted(given.cases.glob("*.yaml"))
        jobs += [("case", path.resolve()) for path in paths if path.stem != "paper"]
    os.chdir(ROOT)
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))
    wrong, spent = 0, time.perf_counter()
    with multiprocessing.get_context("spawn").Pool(given.processes, maxtasksperchild=50) as pool:
        stages = STEADY_STATES if given.only_steady_states else None
        one = functools.partial(_try_one, stages=stages)
        for done, result in enumerate(pool.imap_unordered(one, jobs), start=1):
            (kind, what), found, text, seconds = result
            if done % 25 == 0:
                print(f"{done} of {len(jobs)} variants", file=sys.stderr, flush=True)
            wrong += bool(found)
            if found:
                print(
                    f"--- {kind} {what} ({seconds:.1f} s)", *found, "", text, sep="\n", flush=True
                )
    spent = time.perf_counter() - spent
    print(f"{len(jobs)} variants, {wrong} with findings, {spent:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
