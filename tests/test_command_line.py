"""Wrong command lines: each is met by one line, before any job starts, and touches no output."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import shipped
from conftest import surroundings
from paper_replication.verification import builds
from test_set_up import write_environment

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("Makefile", *builds.PARTS)

BATHS = ("left", "right")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project without outputs; one variant in it is wrong."""
    folder = tmp_path_factory.mktemp("project")
    shipped.copy(folder, PARTS)
    wrong = "description: wrong\nthree_level: {mean_enrgy: 1.0}\n"
    (folder / "config/variants/wrong.yaml").write_text(wrong)
    axis = "{start: 0.01, stop: 0.02, points: 100000}"
    axes = (f"three_level.baths.{bath}.transition_{n}.strength" for n in (1, 2) for bath in BATHS)
    parameters = ", ".join(f"{name}: {axis}" for name in axes)
    (folder / "config/variants/huge.yaml").write_text(f"sweep: {{parameters: {{{parameters}}}}}\n")
    return folder


@pytest.fixture
def refusal(project, snakemake):
    """Snakemake in the copy, called with some arguments."""
    return lambda *arguments: snakemake(project, *arguments)


def assert_refused(project, status, said, expected):
    """One line, before the last words of make, and nothing made."""
    assert status != 0
    assert "Traceback" not in said
    lines = [line for line in said.splitlines() if not re.match(r"make.* Error \d", line)]
    assert expected in lines[-1]
    assert sum(line.startswith("Error") for line in lines) <= 1
    assert not (project / "results").exists()
    assert not (project / "figures").exists()


NAME = "expected a name of letters, digits, _ and -"
LIST = "expected a list of different variant names that is not empty"
NONE = "there is no such file, expected one of complex_phase, "
CONFIGURATIONS = [
    ("variants=papre", "Error: variant papre (config/variants/papre.yaml): there is no such file"),
    ("variants=[paper, papre]", "did you mean 'paper'?"),
    ("variants=[Paper]", f"variant Paper (config/variants/Paper.yaml): {NONE}"),
    ("variants=config/variants/paper.yaml", f'[0] is "config/variants/paper.yaml", {NAME}'),
    ("variants=paper.yaml", f'variants[0] is "paper.yaml", {NAME}'),
    ("variants=../x", f'variants[0] is "../x", {NAME}'),
    ("variants=[/etc/passwd]", f'variants[0] is "/etc/passwd", {NAME}'),
    ("variants=[paper, 'a b']", f'variants[1] is "a b", {NAME}'),
    ("variants=[it's]", f'variants[0] is "it\'s", {NAME}'),
    ("variants=['a\"b']", rf'variants[0] is "a\"b", {NAME}'),
    ("variants=$(touch results)", f'variants[0] is "$(touch results)", {NAME}'),
    ("variants=['{variant}']", f'variants[0] is "{{variant}}", {NAME}'),
    ("variants=[paper", f'variants[0] is "[paper", {NAME}'),
    ("variants=", f"variants is null, {LIST}"),
    ("variants=[]", f"variants is [], {LIST}"),
    ("variants=3", f"variants is 3, {LIST}"),
    ("variants=True", f"variants is true, {LIST}"),
    ("variants={paper: 1}", f'variants is {{"paper": "1"}}, {LIST}'),
    ("variants=[[paper]]", f'variants[0] is ["paper"], {NAME}'),
    ("variants=[paper, null]", f"variant null (config/variants/null.yaml): {NONE}"),
    ("variants=[paper, paper]", f'variants is ["paper", "paper"], {LIST}'),
    ("variant=paper", "variant is not a known key, expected one of variants; did you mean"),
    ("figures=fig3", "figures is not a known key, expected one of variants"),
    ("variants=[quick, wrong]", "three_level.mean_enrgy is not a known key"),
    ("variants=wrong", "did you mean 'mean_energy'?"),
]


@pytest.mark.parametrize(("given", "expected"), CONFIGURATIONS)
def test_configuration(project, refusal, given, expected):
    assert_refused(project, *refusal("--config", given), expected)


SWEEP = "results/sweep/sweep/lambda/nonsecular"
HUGE = "sweep over 4e+24 points of lambda by nonsecular takes 3.88e+17 GB, and the disk has "
FIGURES = "expected one of claims.pdf, claims.png, claims.svg, "
EQUATIONS = "expected one of geometric.nc, nonsecular.nc, "
TARGETS = [
    ("figures/papre/fig3.pdf", "Error: variant papre (config/variants/papre.yaml): there is no"),
    ("figures/papre/fig33.pdf", f"variant papre (config/variants/papre.yaml): {NONE}"),
    ("figures/wrong/fig3.pdf", "three_level.mean_enrgy is not a known key"),
    ("figures/a b/fig3.pdf", f'variant "a b" in config/variants: {NAME}'),
    ("figures/it's/fig3.pdf", f'variant "it\'s" in config/variants: {NAME}'),
    ("figures/paper.yaml/fig3.pdf", f'variant "paper.yaml" in config/variants: {NAME}'),
    ("figures/paper/fig33.pdf", "fig33.pdf: nothing makes fig33.pdf, "),
    ("figures/paper/fig33.pdf", "did you mean 'fig3.pdf'?"),
    ("figures/paper/fig3.jpg", f"nothing makes fig3.jpg, {FIGURES}"),
    ("figures/paper/fig3", f"nothing makes fig3, {FIGURES}"),
    ("figures/fig3.pdf", "nothing makes figures, expected one of "),
    ("figures/quick/", f"target figures/quick: nothing makes a folder, {FIGURES}"),
    ("results/papre/spectra.nc", "variants/papre.yaml): there is no such file"),
    ("results/paper/spektra.nc", "did you mean 'spectra.nc'?"),
    ("results/paper/lamda/nonsecular.nc", "did you mean 'results/paper/lambda'?"),
    ("results/paper/lambda/nonsecula.nc", f"nothing makes nonsecula.nc, {EQUATIONS}"),
    ("results/paper/lambda/nonsecular.csv", f"nothing makes nonsecular.csv, {EQUATIONS}"),
    (
        "results/paper/lambda/nonsecular_lamb.nc",
        "lamb_shift is false, expected true for the equation nonsecular_lamb",
    ),
    (f"{SWEEP}/99999.nc", "the sweep of the variant sweep has no chunk 99999, expected 0 to 3"),
    (f"{SWEEP}/007.nc", f"target {SWEEP}/007.nc: nothing makes"),
    ("results/huge/sweep/lambda/nonsecular.nc", HUGE),
    ("results/quick/sweep/lambda/nonsecular.nc", "the variant quick does not have a sweep"),
    ("results/sweep/sweep/v/nonsecular.nc", "sweep does not have the system v in its sweep"),
    ("results/sweep/sweep/lambda/unified.nc", "not have the equation unified in its sweep"),
    ("figures/sweep/sweep/none.png", "sweep.figures of the variant sweep has no none"),
    ("", "a target is empty, expected the path of a file"),
    # Outside of the folders that hold nothing but outputs Snakemake speaks for itself.
    ("../x", "No rule to produce ../x"),
    ("figures/../../x/fig3.pdf", "No rule to produce ../x/fig3.pdf"),
    ("/tmp/x/fig3.pdf", "No rule to produce /tmp/x/fig3.pdf"),
    ("fig3", "No rule to produce fig3"),
]


@pytest.mark.parametrize(("target", "expected"), TARGETS)
def test_target(project, refusal, target, expected):
    assert_refused(project, *refusal(target), expected)


def test_one_wrong_target_among_others(project, refusal):
    targets = ("figures/quick/fig3.png", "figures/quick/fig33.png", "results/quick/spectra.nc")
    assert_refused(project, *refusal(*targets), "did you mean 'fig3.png'?")


@pytest.mark.parametrize("given", [("variants",), ("variants=paper", "x"), ("v=1",), ("=1",)])
def test_words_that_are_no_configuration(project, refusal, given):
    word = given[-1]
    expected = f"Error: --config {word}: expected KEY=VALUE, such as variants=paper"
    assert_refused(project, *refusal("--config", *given), expected)


def test_no_other_configuration_file(project, refusal):
    expected = "Error: --configfile none.yaml: there is no such file"
    assert_refused(project, *refusal("--configfile", "none.yaml"), expected)


UNREADABLE = {
    "UTF-16": (lambda path: path.write_text("variants: [paper]\n", "utf-16"), "is not UTF-8 text"),
    "Latin-1": (lambda path: path.write_bytes(b"variants: [caf\xe9]\n"), "is not UTF-8 text"),
    "nested": (lambda path: path.write_text(f"variants: {'[' * 3000}"), "is nested deeper than 32"),
    "empty": (lambda path: path.write_text("# later\n"), "the file is empty, expected variants: ["),
    "list": (lambda path: path.write_text("- paper\n"), 'is ["paper"], expected a mapping'),
    "null": (lambda path: path.write_text("variants: null\n"), "is null, expected a value"),
    "pipe": (os.mkfifo, "is a folder, a pipe or a device, expected a file"),
    "dangling": (lambda path: path.symlink_to("nowhere"), "there is no such file"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_unreadable_configuration_file(project, refusal, name):
    make, expected = UNREADABLE[name]
    path = project / "config/config.yaml"
    kept = path.rename(project / "kept.yaml")
    try:
        make(path)
        status, said = refusal()
        assert said.splitlines()[-1].startswith("Error: config/config.yaml: ")
        assert_refused(project, status, said, expected)
        path = path.rename(project / "other.yaml")
        kept.rename(project / "config/config.yaml")
        status, said = refusal("--configfile", "other.yaml")
        assert said.splitlines()[-1].startswith("Error: --configfile other.yaml: ")
        assert_refused(project, status, said, expected)
    finally:
        path.unlink()
        if kept.exists():
            kept.rename(project / "config/config.yaml")


def test_folder_with_a_brace(tmp_path):
    folder = tmp_path / "a{b}"
    shipped.copy(folder, ("Snakefile", "config", "profiles", "workflow"))
    run = subprocess.run(
        [sys.executable, "-m", "snakemake"],
        cwd=folder,
        env=surroundings(),
        check=False,
        capture_output=True,
        text=True,
    )
    assert_refused(folder, run.returncode, run.stdout + run.stderr, "has a { in its path, which")


def test_a_right_one_is_not_refused(refusal):
    """As a dry run; the equation with principal values is made where it is asked for."""
    targets = ("figures/quick/fig3.png", "results/lorentzian/v/nonsecular_lamb.nc")
    status, said = refusal("--dry-run", *targets, "results/quick/log/spectra.log")
    assert status == 0, said
    assert "output: results/lorentzian/v/nonsecular_lamb.nc" in said


KNOWN = "PYTHON cases number options seed variants verbose"
SETTINGS = f"is not a known setting, expected one of {KNOWN}"
MAKE = [
    (("variants=papre",), "config/variants/papre.yaml): there is no such file, expected one of"),
    (
        ("explorer", "variants=papre"),
        "config/variants/papre.yaml): there is no such file, expected",
    ),
    (("variants=paper it's",), f'variants[1] is "it\'s", {NAME}'),
    (("variants=$(HOME)",), f'variants[0] is "$(HOME)", {NAME}'),
    (("variants= ",), f"variants is [], {LIST}"),
    (("variant=paper",), f"variant {SETTINGS}"),
    (("report", "formats=png"), f"formats {SETTINGS}"),
    (("fig3",), "No rule to make target 'fig3'"),
    (("-ki",), "with -i, make ends well whatever fails: leave it out"),
]


def make(project, *arguments):
    run = subprocess.run(
        ["make", *arguments],
        cwd=project,
        env=surroundings(),
        check=False,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    return run.returncode, run.stdout + run.stderr


def test_every_recipe_is_a_target():
    text = (ROOT / "Makefile").read_text().replace("\\\n", " ")
    targets = re.search("^targets := (.*)$", text, flags=re.MULTILINE)[1].split()
    recipes = set(re.findall("^([a-z-]+)-alone:", text, flags=re.MULTILINE))
    assert sorted(recipes) == sorted(targets)


@pytest.mark.parametrize(("arguments", "expected"), MAKE)
def test_make(project, arguments, expected):
    """With an environment that is there already, and is this one."""
    write_environment(project, f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    assert_refused(project, *make(project, *arguments), expected)


UNSUITABLE = {
    "missing": None,
    "old": "echo False",
    "silent": "exit 0",
    "broken": "echo 'Segmentation fault' >&2; exit 139",
    "text": "exec cat",
}


@pytest.mark.parametrize("name", UNSUITABLE)
def test_unsuitable_python(project, tmp_path, name):
    """PYTHON that is no Python of the versions needed: one line, and no environment begun."""
    shutil.copy(project / "Makefile", tmp_path)
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    python = tmp_path / name
    if UNSUITABLE[name] is not None:
        python.write_text(f"#!/bin/sh\n{UNSUITABLE[name]}\n")
        python.chmod(0o755)
    expected = f"Python 3.11, 3.12 or 3.13 is needed, {python} is not: try make PYTHON=python3.12"
    assert_refused(tmp_path, *make(tmp_path, f"PYTHON={python}"), expected)
    assert not (tmp_path / ".venv").exists()
