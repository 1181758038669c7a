"""What files say of their origin: the code of their rule, the lock, the configuration, the data."""

from __future__ import annotations

import ast
import hashlib
import shutil
import subprocess
from pathlib import Path

import grimp
import numpy as np
import pytest

from paper_replication import provenance
from paper_replication.provenance import CODE, code_of, made_from

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("steady_coherence", "paper_replication", "li_cai_sun_2015")
#: Loads and calls the stages.
LAUNCHING = {"li_cai_sun_2015.chain"}


def says_nothing(name):
    """Whether a module is a docstring at the most."""
    path = ROOT / "src" / name.replace(".", "/")
    path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return all(isinstance(node, ast.Expr) for node in ast.parse(path.read_text()).body)


@pytest.fixture(scope="module")
def imports():
    return grimp.build_graph(*PACKAGES, cache_dir=None)


@pytest.mark.parametrize("stage", CODE)
def test_no_code_that_a_stage_runs_is_left_out(stage, imports):
    """All that is imported, however late, by its module and by what this loads by name."""
    code = code_of("li_cai_sun_2015", stage)
    listed = {name.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for name in code}
    waiting = [name for name in listed if name in imports.modules]
    assert any(".stages." in name for name in waiting)
    run = set()
    while waiting:
        name = waiting.pop()
        if name not in run | LAUNCHING:
            run.add(name)
            waiting += imports.find_modules_directly_imported_by(name)
    assert {name for name in run - listed if not says_nothing(name)} == set()


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A paper's package with two figures and a stage that draws them."""
    for name in ("__init__", "figures/__init__", "figures/one", "figures/other", "stages/draw"):
        path = tmp_path / "newton_1687" / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text('TITLE = ""\nCAPTION = ""\n')
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(provenance, "unchanging", provenance.digest)
    monkeypatch.chdir(tmp_path)
    return tmp_path / "newton_1687"


def drawn(figure):
    return made_from("newton_1687", "draw", figure=figure)["code_sha256"]


def test_two_states_of_the_code_never_look_alike(package):
    """A change of what a figure runs is seen in that figure, and in no other."""
    before = {name: drawn(name) for name in ("one", "other")}
    assert before["one"] != before["other"]
    (package / "figures/one.py").rename(package / "moved")
    (package / "figures/one.py").write_text((package / "moved").read_text() + "# more\n")
    assert drawn("one") != before["one"]
    assert drawn("other") == before["other"]
    (package / "stages/draw.py").write_text("")
    assert drawn("other") != before["other"]


def test_a_stage_of_another_name_may_run_all_of_its_paper():
    found = code_of("li_cai_sun_2015", "weigh").keys()
    assert {
        f"li_cai_sun_2015/{name}.py" for name in ("chain", "claims/flux", "figures/fig3")
    } <= found


def test_digests_are_those_of_sha256sum(tmp_path):
    """So that anybody can look what code, lock, configuration and tables a file is from."""
    for name in ("configuration.json", "one.csv", "other.csv"):
        (tmp_path / name).write_text(name)
    tables = [tmp_path / "one.csv", tmp_path / "other.csv"]
    configuration = tmp_path / "configuration.json"
    made = made_from("li_cai_sun_2015", "verdicts", configuration, tables=tables)

    command = ["sha256sum"] if shutil.which("sha256sum") else ["shasum", "-a", "256"]

    def sha256sum(*paths, folder=ROOT / "src"):
        return subprocess.run(
            [*command, *paths], cwd=folder, check=True, capture_output=True, text=True
        ).stdout

    listed = sha256sum(*code_of("li_cai_sun_2015", "verdicts"))
    assert made["code_sha256"] == hashlib.sha256(listed.encode()).hexdigest()
    assert made["lock_sha256"] == sha256sum(ROOT / "requirements/main.lock")[:64]
    assert made["configuration_sha256"] == sha256sum(tmp_path / "configuration.json")[:64]
    digests = "".join(f"{sha256sum(path)[:64]}\n" for path in tables)
    assert made["tables_sha256"] == hashlib.sha256(digests.encode()).hexdigest()


def test_what_data_say_goes_on_without_their_values():
    """Other code of the data is seen in a figure of them, other last bits are not."""
    data = {"code_sha256": "1", "title": "Data"}
    said = [{"data": [data]}, {"data": [data | {"title": "Other"}]}]
    one, same = (made_from("li_cai_sun_2015", "draw", figure="fig3", **each) for each in said)
    assert one == same
    changed = made_from(
        "li_cai_sun_2015", "draw", figure="fig3", data=[data | {"code_sha256": "2"}]
    )
    assert {name for name in changed if changed[name] != one[name]} == {"data_sha256"}


def test_packages_that_are_not_those_of_the_lock(tmp_path, monkeypatch):
    """In an environment that was not made from it, a file says which."""
    assert provenance.installed() == "those of the lock"
    lock = tmp_path / "main.lock"
    lock.write_text((ROOT / "requirements/main.lock").read_text().replace("numpy==", "numpy==9."))
    monkeypatch.setattr(provenance, "LOCK", lock)
    provenance.installed.cache_clear()
    said = provenance.installed()
    provenance.installed.cache_clear()
    assert said == f"not those of the lock: numpy {np.__version__} in place of 9.{np.__version__}"
