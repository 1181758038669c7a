"""What a build says on the console: a line a job, a bar over the whole, and the last words."""

from __future__ import annotations

import importlib
import io
import logging
import subprocess
import sys
from pathlib import Path

import pytest
from snakemake_interface_logger_plugins.common import LogEvent

from paper_replication import closing
from paper_replication.files import write_json

ROOT = Path(__file__).parents[1]


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def plugin(monkeypatch):
    monkeypatch.syspath_prepend(ROOT / "workflow" / "console")
    return importlib.import_module("snakemake_logger_plugin_lines")


def record(event, time=0.0, level=logging.INFO, text="", **about):
    found = logging.makeLogRecord({"event": event, "msg": text, "levelno": level, **about})
    found.created = time
    return found


def starts(number, time, *outputs, rule="draw"):
    return record(LogEvent.JOB_INFO, time, jobid=number, output=outputs, rule_name=rule)


def ends(number, time):
    return record(LogEvent.JOB_FINISHED, time, job_id=number)


def said(monkeypatch, plugin, stream, records):
    monkeypatch.setattr(sys, "stderr", stream)
    handler = plugin.LogHandler(None, None)
    for one in records:
        handler.emit(one)
    handler.close()
    return stream.getvalue()


RUN = [
    record(LogEvent.RUN_INFO, stats={"draw": 1, "all": 1, "total": 10}),
    starts(7, 1.0, "figures/quick/fig3.pdf", "figures/quick/fig3.svg"),
    record(None, text="Select jobs to execute..."),
    starts(8, 2.0, "results/quick/spectra.nc"),
    ends(7, 3.5),
    ends(8, 14.0),
    starts(9, 14.0),
    ends(9, 14.0),
]


class TestLines:
    def test_one_a_job(self, monkeypatch, plugin):
        assert said(monkeypatch, plugin, io.StringIO(), RUN).splitlines() == [
            "[ 1/10]    2.5 s  figures/quick/fig3.pdf, .svg",
            "[ 2/10]   12.0 s  results/quick/spectra.nc",
        ]

    def test_a_bar_on_a_terminal(self, monkeypatch, plugin):
        text = said(monkeypatch, plugin, Terminal(), RUN)
        lines = [line.split("\x1b[K")[-1] for line in text.splitlines()]
        assert "[ 1/10]    2.5 s  figures/quick/fig3.pdf, .svg" in lines
        assert "████░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░░ 1 of 10" in text
        # No bar is left, and none is in the way of what a job without files writes, or one of many.
        assert text.endswith("\r\x1b[K")
        assert "2 of 10" in text
        alone = [RUN[0], starts(1, 1.0, "results/quick/spectra.nc", rule="together_quick")]
        assert "░" not in said(monkeypatch, plugin, Terminal(), alone)

    def test_a_job_that_fails_shows_its_log(self, monkeypatch, plugin, tmp_path):
        log = tmp_path / "job.log"
        log.write_text("".join(f"line {number}\n" for number in range(30)))
        failed = record(
            LogEvent.JOB_ERROR, rule_name="trust", output=["trust.nc"], log=[str(log), "none.log"]
        )
        lines = said(monkeypatch, plugin, io.StringIO(), [failed]).splitlines()
        assert lines[0] == "The rule trust has failed to make trust.nc."
        assert lines[2:22] == [f"    line {number}" for number in range(10, 30)]

    def test_warnings_and_errors_are_shown(self, monkeypatch, plugin):
        records = [
            record(None, level=logging.WARNING, text="Watch out."),
            record(LogEvent.ERROR, level=logging.ERROR, text="It is wrong."),
            record(None, text="Nothing to be done (all is there)."),
        ]
        assert said(monkeypatch, plugin, io.StringIO(), records).splitlines() == [
            "Watch out.",
            "It is wrong.",
            "Nothing to be done (all is there).",
        ]

    @pytest.mark.parametrize(
        ("outputs", "name"),
        [
            ([], ""),
            (["a.nc"], "a.nc"),
            (["a.md", "a.html"], "a.md, .html"),
            (["a.md", "b.md", "c.md"], "a.md and 2 more"),
        ],
    )
    def test_names(self, plugin, outputs, name):
        assert plugin.named(outputs) == name

    def test_snakemake_finds_the_plugin(self):
        run = subprocess.run(
            [sys.executable, "-m", "snakemake", "--help"],
            env={"PYTHONPATH": str(ROOT / "workflow" / "console"), "PATH": "", "HOME": "/"},
            check=True,
            capture_output=True,
            text=True,
        )
        assert "--logger {lines}" in run.stdout


class TestLastWords:
    def test_where_to_look(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        claims = [{"verdict": "holds"}, {"verdict": "holds"}]
        write_json({"claims": claims, "equations": []}, "results/one/claims.json")
        (tmp_path / "figures" / "one").mkdir(parents=True)
        (tmp_path / "figures" / "one" / "fig3.png").touch()
        (tmp_path / "config").mkdir()
        (tmp_path / "config" / "config.yaml").write_text("variants: [one]\n")
        (tmp_path / "results" / "one" / "explorer.html").touch()
        expected = [
            "one: Of the paper's 2 claims 2 hold and none fails.",
            "    findings  results/one/findings.html",
            "    explorer  results/one/explorer.html",
            "    figures   figures/one (1)",
        ]
        assert closing.of_build(["one"]) == expected
        # Without names, the variants in config/config.yaml.
        command = [sys.executable, "-m", "paper_replication.closing", "build"]
        run = subprocess.run(command, check=True, capture_output=True, text=True)
        assert run.stdout.splitlines() == expected

    def test_a_paper_without_an_explorer(self, tmp_path, monkeypatch):
        monkeypatch.chdir(tmp_path)
        assert closing.of_pages("explorer.html", ["one"]) == []

    def test_nothing_was_built(self, tmp_path):
        """As under make -i, which goes on after a build that failed: one line."""
        run = subprocess.run(
            [sys.executable, "-m", "paper_replication.closing", "build", "one"],
            cwd=tmp_path,
            check=False,
            capture_output=True,
            text=True,
        )
        assert run.returncode == 1
        assert run.stderr.startswith("Error: results/one/claims.json cannot be read (")
        assert run.stderr.count("\n") == 1

    def test_yes_or_no(self, tmp_path):
        first, second = tmp_path / "first.txt", tmp_path / "second.txt"
        first.write_text("yes  a: agrees\nyes  b: agrees\n")
        assert closing.of_verification([first, second]) == f"no: {second} could not be made"
        second.write_text("yes  c: agrees\n")
        agree = f"2 of 2 in {first} and 1 of 1 in {second} agree"
        assert closing.of_verification([first, second]) == f"yes: {agree}"
        second.write_text("yes  c: agrees\nno   figure fig3: differs: much\n")
        agree = f"2 of 2 in {first} and 1 of 2 in {second} agree"
        assert closing.of_verification([first, second]) == f"no: {agree}, not figure fig3"
