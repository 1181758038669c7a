"""The workflow from outside: used as a module, from other folders; what a change makes anew."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import chdir
from pathlib import Path

import pytest

import shipped
from li_cai_sun_2015.figures import FIGURES
from li_cai_sun_2015.jobs import jobs
from paper_replication.verification.builds import PARTS, compare_folders

ROOT = Path(__file__).resolve().parents[1]

#: Everything at a few points.
TINY = """
description: Two temperatures, and a table
three_level:
  baths:
    left:
      transition_1: {shape: tabulated, file: config/table.csv}
  temperature: {values: [0.5, 1.0]}
  temperature_difference: {values: [0.0, 1.0]}
coupled_tls:
  temperature: {values: [0.5, 1.0]}
  temperature_difference: {values: [0.0, 1.0]}
"""
TABLE = "frequency,value\n0.1,0.01\n1.0,0.012\n3.0,0.01\n"

#: A workflow of somebody else, with a file of its own among the results.
FOREIGN = f"""
configfile: "config/config.yaml"


module replication:
    snakefile:
        "{ROOT}/Snakefile"
    config:
        config


use rule * from replication exclude all as replicated_*


rule all:
    default_target: True
    input:
        "results/tiny/findings.html",
        "results/tiny/explorer.html",
        "results/tiny/note.txt",
        expand("figures/tiny/{{name}}.png", name=["fig3", "fig4", "fig5", "claims"]),


rule note:
    output:
        "results/tiny/note.txt",
    shell:
        "echo {{rule}} > {{output}}"
"""


def write_tiny(folder):
    (folder / "config/variants").mkdir(parents=True, exist_ok=True)
    (folder / "config/variants/tiny.yaml").write_text(TINY)
    (folder / "config/table.csv").write_text(TABLE)
    (folder / "config/config.yaml").write_text("variants: tiny\n")


class TestElsewhere:
    def test_the_index_is_short(self):
        assert len((ROOT / "Snakefile").read_text().splitlines()) < 80
        assert (ROOT / "workflow/Snakefile").read_text() == 'include: "../Snakefile"\n'

    @pytest.mark.parametrize("snakefile", ["Snakefile", "workflow/Snakefile"])
    def test_from_another_folder(self, snakemake, tmp_path, snakefile):
        """The variants are those that come with the package; outputs go where one is."""
        target = "results/quick/configuration.json"
        arguments = ("--cores", "1", "-s", f"{ROOT}/{snakefile}", "--config", "variants=quick")
        status, said = snakemake(tmp_path, *arguments, "--", target)
        assert status == 0, said
        assert (tmp_path / target).is_file()

    def test_into_another_folder(self, snakemake, tmp_path):
        write_tiny(tmp_path)
        target = "results/tiny/configuration.json"
        status, said = snakemake(ROOT, "--cores", "1", "--directory", str(tmp_path), target)
        assert status == 0, said
        assert (tmp_path / target).is_file()

    def test_a_package_that_there_is_not(self, snakemake, tmp_path):
        arguments = ("--cores", "1", "-s", f"{ROOT}/Snakefile", "--config", "package=newton_1687")
        status, said = snakemake(tmp_path, *arguments)
        assert status != 0
        expected = "Error: config/config.yaml (or --config): package is newton_1687"
        assert said.splitlines()[-1].startswith(expected)
        assert "Traceback" not in said

    @pytest.mark.ci
    def test_as_a_module_and_without_snakemake(self, snakemake, tmp_path):
        """Another workflow makes the files that the command `run` makes, byte for byte."""
        foreign, alone = tmp_path / "foreign", tmp_path / "alone"
        for folder in (foreign, alone):
            write_tiny(folder)
        (foreign / "Snakefile").write_text(FOREIGN)
        status, said = snakemake(foreign, "--cores", "2")
        assert status == 0, said
        assert (foreign / "results/tiny/note.txt").read_text() == "note\n"
        (foreign / "results/tiny/note.txt").unlink()
        run = subprocess.run(
            [sys.executable, "-m", "li_cai_sun_2015", "run", "tiny"],
            cwd=alone,
            check=False,
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0, run.stderr
        made = [path for job in jobs("quick") for path in job.outputs]
        assert run.stdout.count(f" of {len(list(jobs('quick')))}  ") == len(list(jobs("quick")))
        assert len(made) > 40
        for path in (*alone.glob("figures/tiny/*"), alone / "results/tiny/explorer.html"):
            if not (foreign / path.relative_to(alone)).exists():
                path.unlink()  # was not asked for
        comparisons = compare_folders(foreign, alone)
        assert all(one.agrees for one in comparisons), comparisons


@pytest.fixture(scope="module")
def project(snakemake, tmp_path_factory):
    """A copy of the project in which all of the tiny variant looks as if just made."""
    folder = tmp_path_factory.mktemp("project")
    shipped.copy(folder, PARTS)
    write_tiny(folder)
    with chdir(folder):
        made = list(jobs("tiny"))
    start = time.time() - 1000.0
    for path in folder.rglob("*"):
        os.utime(path, (start, start))
    for number, job in enumerate(made):
        for output in job.outputs:
            path = folder / output
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
            os.utime(path, (start + number, start + number))
    assert planned(snakemake, folder) == {}
    shutil.copytree(folder / CONTENTS, folder / "contents")
    return folder


#: Records of what is in the files that outputs are made from.
CONTENTS = ".snakemake/contents"


def planned(snakemake, folder, *arguments):
    """Numbers of the jobs that are planned, by rule."""
    status, said = snakemake(folder, "--dry-run", "--quiet", "rules", *arguments)
    assert status == 0, said
    found = re.findall(r"^(\w+) +(\d+)$", said, flags=re.MULTILINE)
    return {rule: int(number) for rule, number in found if rule not in ("all", "total")}


#: A package with one stage, which fails for one of its arguments.
PACKAGE = {
    "__init__.py": '"""A paper."""',
    "chain.py": "def resolved(variant):\n    return {'description': variant}\n",
    "jobs.py": """
from paper_replication.command_line import Job

def jobs(variant):
    if variant == "killed":
        yield Job("configuration", ["0.txt"], ["0.txt"])
        yield Job("spectra", ["0.txt", "1.txt"], ["1.txt"])
    yield Job("copy", ["one", "a.txt"], ["a.txt"])
    if variant == "killed":
        return
    yield Job("copy", ["fail", "b.txt"], ["b.txt"])
    yield Job("copy", ["b.txt", "c.txt"], ["c.txt"])
    yield Job("copy", ["a.txt", "d.txt"], ["d.txt"])
""",
    "stages/__init__.py": "",
    "stages/copy.py": """
import sys
import time
from pathlib import Path

while "killed" in sys.argv and not Path("1.txt").exists():
    time.sleep(0.01)

def main(source, target):
    Path(target).write_text("half")
    if source == "fail":
        raise ValueError("has no\\nsolution")
""",
    "stages/configuration.py": """
from pathlib import Path

def main(target):
    Path(target).touch()
""",
    "stages/spectra.py": """
import os
from pathlib import Path

def main(source, target):
    if not Path(target).exists():
        Path(target).touch()
        os.kill(os.getpid(), 9)
""",
}


class TestFailures:
    """One job that fails does not take what the others make with it."""

    B = "Error: b.txt was not made: ValueError: has no solution"
    C = "Error: c.txt was not made: RuntimeError: b.txt is missing"

    @pytest.mark.parametrize(
        ("arguments", "expected"),
        [
            (["run", "mine"], [f"2 of 4  {B}", f"3 of 4  {C}", "Error: 2 of 4 jobs failed."]),
            (["together", "mine", "2", "a.txt", "b.txt", "c.txt", "d.txt"], [B, C]),
        ],
    )
    def test_one_process(self, tmp_path, arguments, expected):
        done = self.done(tmp_path, arguments)
        assert done.returncode == 1
        assert done.stderr.splitlines() == expected
        assert {path.name for path in tmp_path.glob("*.txt")} == {"a.txt", "d.txt"}

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux forks")
    def test_killed_while_others_are_imported(self, tmp_path):
        files = ["0.txt", "1.txt", "a.txt"]
        done = self.done(tmp_path, ["together", "killed", "2", *files])
        assert (done.returncode, done.stderr) == (0, "")
        assert sorted(line.split()[-1] for line in done.stdout.splitlines()) == files

    @staticmethod
    def done(folder, arguments):
        for name, text in PACKAGE.items():
            path = folder / "paper" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        code = (
            "import sys; from paper_replication.command_line import main; sys.exit(main('paper'))"
        )
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
        )

    @pytest.mark.ci
    def test_snakemake(self, snakemake, tmp_path):
        shipped.copy(tmp_path, PARTS)
        with (tmp_path / "src/steady_coherence/master_equations.py").open("a") as file:
            file.write(
                "\n\ndef broken(energies: Array, bath: Bath) -> Coupling:\n"
                "    raise ArithmeticError('no coupling')\n\n\n"
                "MASTER_EQUATIONS['broken'] = MasterEquation('broken', 'broken', '', broken)\n"
            )
        names = ("broken", "nonsecular", "secular")
        targets = [f"results/quick/lambda/{name}.nc" for name in names]
        status, said = snakemake(tmp_path, "--cores", "1", *targets)
        assert status != 0
        assert "ArithmeticError: no coupling" in said
        made = {path.stem for path in (tmp_path / "results/quick/lambda").iterdir()}
        assert made == {"nonsecular", "secular"}
        # From nothing, one job computes them all.
        write_tiny(tmp_path)
        status, said = snakemake(tmp_path, "--cores", "1", "--until", "together_tiny")
        assert status != 0
        assert "results/tiny/xi/broken.nc was not made: ArithmeticError: no coupling" in said
        for system in ("lambda", "v", "xi", "coupled_tls"):
            made = {path.stem for path in (tmp_path / "results/tiny" / system).iterdir()}
            assert made == {"nonsecular", "secular", "unified", "geometric"}

    def test_a_system_that_is_not_selected(self, snakemake, tmp_path):
        write_tiny(tmp_path)
        path = tmp_path / "config/variants/tiny.yaml"
        path.write_text(path.read_text() + "systems: [v]\n")
        target = "results/tiny/lambda/nonsecular.nc"
        status, said = snakemake(tmp_path, "--dry-run", "-s", f"{ROOT}/Snakefile", target)
        assert status != 0
        assert said.splitlines()[-1] == (
            "Error: variant tiny (config/variants/tiny.yaml): "
            'systems is ["v"], expected lambda among them'
        )


@pytest.mark.ci
class TestSecondPaper:
    """The miniature of examples/polarised_light, by the rules of this project."""

    EXAMPLE = ROOT / "examples/polarised_light"

    def built(self, folder):
        for name in ("config", "reference", "src"):
            shutil.copytree(self.EXAMPLE / name, folder / name)
        return folder

    def test_is_verified(self, snakemake, tmp_path):
        folder = self.built(tmp_path)
        snakefile = str(self.EXAMPLE / "Snakefile")
        status, said = snakemake(folder, "--cores", "2", "-s", snakefile)
        assert status == 0, said
        assert "yes  claim 1: still 'holds'" in said
        assert "yes  claim 2: still 'holds'" in said
        assert re.search("^no ", said, flags=re.MULTILINE) is None
        kept = folder / "reference/paper.json"
        kept.write_text(kept.read_text().replace('"holds"', '"fails"', 1))
        status, said = snakemake(folder, "--cores", "2", "-s", snakefile)
        assert status != 0
        assert "no   claim 1: now 'holds', reference 'fails'" in said

    def test_command(self, tmp_path):
        folder = self.built(tmp_path)
        (folder / "config/variants/two.yaml").write_text(
            "description: other rates\nsplitting: [0.5]\npumping: [1.0, -1.0]\n"
        )
        command = [sys.executable, "-m", "koyu_2021", "check"]
        said = {}
        for name in ("paper", "two"):
            done = subprocess.run(
                [*command, name],
                cwd=folder,
                env=os.environ | {"PYTHONPATH": str(folder / "src")},
                check=False,
                capture_output=True,
                text=True,
            )
            said[name] = done.stdout + done.stderr
        assert said["paper"] == "paper is valid: V system under polarised incoherent light\n"
        assert said["two"].startswith(
            "Error: variant two (config/variants/two.yaml): pumping[1] is"
        )

    def test_copies_nothing(self):
        own = {path.read_bytes() for path in self.EXAMPLE.rglob("*.py")}
        shared = (path for part in ("src", "workflow") for path in (ROOT / part).rglob("*.*"))
        assert not own & {path.read_bytes() for path in shared if path.is_file()}


class TestFromNothing:
    """All of a variant takes one job; what is asked for by its name has jobs of its own."""

    @pytest.fixture
    def plan(self, snakemake, tmp_path):
        write_tiny(tmp_path)
        (tmp_path / "profiles").symlink_to(ROOT / "profiles")

        return lambda *arguments: planned(
            snakemake, tmp_path, "-s", f"{ROOT}/Snakefile", *arguments
        )

    def test_everything(self, plan):
        jobs_of = plan()
        assert jobs_of["together_tiny"] == 1
        assert not {"steady_states", "draw"} & jobs_of.keys()
        assert sum(jobs_of.values()) < 15

    def test_sweep_without_figures(self, plan, tmp_path):
        with (tmp_path / "config/variants/tiny.yaml").open("a") as file:
            file.write("sweep: {parameters: {three_level.mean_energy: {values: [1.0, 2.0]}}}\n")
        assert plan()["sweep_gather"] == 3 * 2  # systems of three levels, equations

    @pytest.mark.parametrize("name", ["fig1", "fig3", "claims"])
    def test_by_name(self, plan, name):
        jobs_of = plan(f"figures/tiny/{name}.png")
        assert jobs_of["draw"] == 1
        assert not [rule for rule in jobs_of if rule.startswith("together")]

    @pytest.mark.usefixtures("plan")
    def test_a_graph(self, snakemake, tmp_path):
        """What runs nothing, as the report does, goes by the rules that make one file each."""
        status, said = snakemake(tmp_path, "-s", f"{ROOT}/Snakefile", "--rulegraph")
        assert status == 0, said
        assert "draw" in said
        assert "together" not in said

    def test_files_of_several_variants(self, plan):
        """What each depends on is looked at for the first time while jobs are planned."""
        names = [
            "figures/quick/fig3.png",
            "figures/ohmic/fig4.png",
            "figures/sweep/sweep/detuning.png",
        ]
        jobs_of = plan(*names, "results/tiny/findings.html")
        assert jobs_of["draw"] == 2
        assert jobs_of["draw_sweep"] == jobs_of["findings"] == 1

    def test_by_other_triggers(self, plan):
        """They would take files for changed as soon as they are made one by one."""
        assert plan("--rerun-triggers", "mtime", "input")["draw"] == len(FIGURES)


class TestChanges:
    """What a change makes anew: of content, whatever the date."""

    @pytest.fixture
    def plan(self, snakemake, project):
        """Numbers of the jobs, by rule, that are planned after a file was replaced by an older one.

        As `mv` or `cp -p` do: here by one that says nothing else.
        """
        changed = []

        def planned_after(name):
            path = project / name
            changed.append((path, path.read_bytes()))
            path.write_bytes(path.read_bytes() + b"\n# more\n")
            os.utime(path, (0.0, 0.0))
            jobs_of = planned(snakemake, project)
            # From nothing, one job does what several rules do.
            taken = {
                "together_tiny": (
                    *("configuration", "spectra", "steady_states", "trust"),
                    *("verdicts", "findings", "explorer", "draw"),
                )
            }
            return {
                name: number for rule, number in jobs_of.items() for name in taken.get(rule, [rule])
            }

        yield planned_after
        for path, before in changed:
            path.write_bytes(before)
        shutil.rmtree(project / CONTENTS)
        shutil.copytree(project / "contents", project / CONTENTS)

    def test_nothing(self, plan, project):
        """Nor does a later date."""
        (project / "src/steady_coherence/rates.py").touch()
        assert plan("environment.yml") == {}

    @pytest.mark.parametrize(
        ("name", "rule"),
        [
            ("figures/tiny/fig1.png", "draw"),
            ("figures/tiny/fig1.pdf", "draw"),
            ("results/tiny/lambda/secular.nc", "steady_states"),
            ("results/tiny/spectra.nc", "spectra"),
            ("results/tiny/trust.nc", "trust"),
            ("results/tiny/claims.nc", "verdicts"),
            ("results/tiny/findings.md", "findings"),
            ("results/tiny/explorer.html", "explorer"),
        ],
    )
    def test_lost_file(self, snakemake, project, name, rule):
        """It is made again, be it one that others, which are there, were made from."""
        path = project / name
        made = path.stat().st_mtime
        path.unlink()
        assert planned(snakemake, project)[rule] == 1
        path.touch()
        os.utime(path, (made, made))

    def test_one_figure(self, plan):
        assert sum(plan("src/li_cai_sun_2015/figures/fig5.py").values()) == 1

    @pytest.mark.parametrize(
        ("name", "anew", "kept"),
        [
            ("src/paper_replication/style.mplstyle", {"draw"}, {"steady_states", "verdicts"}),
            ("src/paper_replication/stages/draw.py", {"draw"}, {"steady_states", "verdicts"}),
            (
                "src/li_cai_sun_2015/data/variables.py",
                {"spectra", "steady_states", "trust", "verdicts", "findings", "draw"},
                {"configuration"},
            ),
            (
                "src/steady_coherence/rates.py",
                {"spectra", "steady_states", "trust", "verdicts", "findings", "draw"},
                set(),
            ),
            (
                "src/li_cai_sun_2015/claims/flux.py",
                {"verdicts", "findings", "draw"},
                {"spectra", "steady_states", "trust"},
            ),
            (
                "src/li_cai_sun_2015/findings.py",
                {"findings"},
                {"spectra", "steady_states", "verdicts", "draw"},
            ),
            (
                "config/table.csv",
                {"spectra", "steady_states", "verdicts", "findings", "draw"},
                set(),
            ),
            ("config/variants/tiny.yaml", {"configuration", "spectra", "draw"}, set()),
            ("requirements/main.lock", {"configuration", "spectra", "verdicts", "draw"}, set()),
        ],
    )
    def test_kind(self, plan, name, anew, kept):
        planned = plan(name)
        assert anew <= planned.keys()
        assert not kept & planned.keys()
