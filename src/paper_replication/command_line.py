"""The command line of a replication: `check`, `run` and `show` a variant, or do one stage.

`run` makes, in one process, the files that Snakemake makes through the stages.
"""

import argparse
import gc
import json
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from types import ModuleType

from paper_replication.refusals import RefusalError

#: Settings that a shell holds for other programs: they may stop a job or send it elsewhere.
OF_OTHERS = ("HDF5_",)
#: Those of all jobs, for libraries that the stages import. The number of threads may change the
#: order of a sum, and with it the last bits. Files are written under names that nobody else knows,
#: and put in place when complete: they need no locks, which some file systems do not have.
SURROUNDINGS = {
    "HDF5_USE_FILE_LOCKING": "FALSE",
    "MATPLOTLIBRC": os.devnull,
    "MPLBACKEND": "agg",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


@dataclass(frozen=True)
class Job:
    """One call of a stage with some arguments, and the files that it makes."""

    stage: str
    arguments: Sequence[str]
    outputs: Sequence[str]


def main(package: str, arguments: Sequence[str] | None = None) -> int:
    """Do what a command line, by default that of this process, says, and return the exit status.

    A paper's package has ``chain.resolved(variant)``, the resolved configuration as plain data;
    ``jobs.jobs(variant)``, all jobs that make the files of a variant, each after those it reads
    from; and the subpackage ``stages``, whose modules' ``main`` takes paths to read and to write,
    and names, all of them texts. The stages that it lacks are those of `paper_replication.stages`.
    """
    words = list(sys.argv[1:] if arguments is None else arguments)
    for name in [name for name in os.environ if name.startswith(OF_OTHERS)]:
        del os.environ[name]
    os.environ.update(SURROUNDINGS)
    try:
        if words and words[0] in stages_of(package) | stages_of("paper_replication"):
            call(package, *words)
            return 0
        chosen = _parser(package).parse_args(words)
        resolved = import_module(f"{package}.chain").resolved(chosen.variant)
        if chosen.command == "show":
            print(json.dumps(resolved, indent=2, ensure_ascii=False))
        elif chosen.command == "check":
            print(f"{chosen.variant} is valid: {resolved['description']}")
        else:
            return run(package, chosen.variant)
    except RefusalError as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    return 0


def stages_of(package: str) -> set[str]:
    """Names of the stages in a package."""
    return {module.name for module in iter_modules(import_module(f"{package}.stages").__path__)}


def call(package: str, stage: str, *arguments: str) -> None:
    """Do one stage."""
    own, module = stage_module(package, stage)
    module.main(*([] if own else [package]), *arguments)


def stage_module(package: str, stage: str) -> tuple[bool, ModuleType]:
    """Whether a stage is the package's own or that of every paper, and its module."""
    own = stage in stages_of(package)
    name = f"{package if own else 'paper_replication'}.stages.{stage}"
    if name not in sys.modules:
        # What is imported is no garbage, and not to be looked through for it, now or at the end.
        gc.disable()
        try:
            import_module(name)
            gc.freeze()
        finally:
            gc.enable()
    return own, sys.modules[name]


def _parser(package: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=package.replace("_", "-"), description=import_module(package).__doc__
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, help_ in (
        ("check", "say whether a variant is valid"),
        ("run", "compute a variant: results, figures, claims and findings"),
        ("show", "print a variant with everything that it leaves to its defaults"),
    ):
        command = commands.add_parser(name, help=help_, description=help_)
        command.add_argument("variant", metavar="VARIANT", help="config/variants/VARIANT.yaml")
    return parser


def run(package: str, variant: str) -> int:
    """Make all files of a valid variant: one line a job, and one for each that fails.

    A job that fails leaves the others alone, but for those that read what it should have made; the
    exit status is 0 if all succeeded.
    """
    from paper_replication.closing import of_build  # noqa: PLC0415 -- stages need no templates

    jobs: list[Job] = list(import_module(f"{package}.jobs").jobs(variant))
    missing: set[str] = set()
    failed = 0
    for number, job in enumerate(jobs, start=1):
        start = time.perf_counter()
        place = f"{number:{len(str(len(jobs)))}} of {len(jobs)}"
        if why := attempt(package, job, missing):
            failed += 1
            print(f"{place}  {why}", file=sys.stderr)
        else:
            seconds = time.perf_counter() - start
            print(f"{place}  {shortened(job.outputs)}  {seconds:.1f} s", flush=True)
    if failed:
        print(f"Error: {failed} of {len(jobs)} jobs failed.", file=sys.stderr)
        return 1
    print("\n".join(of_build([variant])))
    return 0


def attempt(package: str, job: Job, missing: set[str]) -> str:
    """Do a job whose failure leaves others alone, and return one line on why it failed, or nothing.

    Files that are not made are in `missing`; those of this job are added if it fails.
    """
    try:
        if lacking := missing.intersection(job.arguments):
            raise RuntimeError(f"{min(lacking)} is missing")
        call(package, job.stage, *job.arguments)
    except Exception as error:  # noqa: BLE001 -- whatever it is, the other jobs can be done
        missing.update(job.outputs)
        for path in job.outputs:
            Path(path).unlink(missing_ok=True)
        words = " ".join(f"{type(error).__name__}: {error}".split())
        return f"Error: {job.outputs[0]} was not made: {words}"
    return ""


def shortened(paths: Sequence[str]) -> str:
    """Paths that differ in their endings alone, as one."""
    stems = {str(Path(path).with_suffix("")) for path in paths}
    if len(paths) == 1 or len(stems) > 1:
        return " ".join(paths)
    return f"{stems.pop()}.{{{','.join(Path(path).suffix[1:] for path in paths)}}}"
