"""What hands jobs to Slurm, as far as it can be seen without one; tests/slurm.py sees the rest."""

from __future__ import annotations

import importlib.util
import os
import subprocess
from pathlib import Path

import pytest

import slurm

ROOT = Path(__file__).parents[1]


def dry_run(*options: str) -> subprocess.CompletedProcess[str]:
    """A run of the Snakemake that knows Slurm, as far as knowing what it would do."""
    python = [str(ROOT / ".venv/slurm/bin/python"), "-m", "snakemake"]
    command = [*python, "--profile", "profiles/slurm", "--dry-run", "--forceall", *options]
    kept = {name: text for name, text in os.environ.items() if not name.startswith("SNAKEMAKE")}
    return subprocess.run(
        [*command, "--config", "variants=[quick]"],
        cwd=ROOT,
        env=kept,
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.ci
class TestProfile:
    def test_every_key_is_known(self):
        """Snakemake refuses a profile with a key that neither it nor the plugin knows."""
        run = dry_run()
        assert run.returncode == 0, run.stderr
        assert "runtime=10" in run.stdout

    def test_default_profile_holds_as_well(self):
        assert "and workflow specific profile profiles/default" in dry_run().stderr

    def test_site_is_told_on_the_command_line(self):
        run = dry_run("--default-resources", "runtime=20", "slurm_account=physics")
        assert run.returncode == 0, run.stderr
        resources = [line for line in run.stdout.splitlines() if "runtime=20" in line]
        assert resources
        assert all("slurm_account=physics" in line for line in resources)
        assert all("mem_mb=" in line for line in resources)


def test_other_runs_do_not_see_the_plugin():
    """Snakemake starts 0.7 s later where it is installed."""
    assert importlib.util.find_spec("snakemake_executor_plugin_slurm") is None


class TestLookAround:
    """Nobody else's Slurm is touched."""

    @pytest.fixture(autouse=True)
    def possible(self, tmp_path, monkeypatch):
        """A machine on which a Slurm of our own could be started."""
        monkeypatch.setattr(slurm.sys, "platform", "linux")
        monkeypatch.setattr(slurm.os, "geteuid", lambda: 0)
        monkeypatch.setattr(slurm.shutil, "which", lambda name: f"/usr/sbin/{name}")
        monkeypatch.setattr(slurm, "CONFIGURATION", tmp_path / "slurm.conf")
        monkeypatch.setattr(slurm, "named", lambda *_: [])

    def test_all_is_well(self):
        slurm.look_around()

    def test_other_platform(self, monkeypatch):
        monkeypatch.setattr(slurm.sys, "platform", "darwin")
        with pytest.raises(slurm.UnableError, match="only root on Linux"):
            slurm.look_around()

    def test_other_user(self, monkeypatch):
        monkeypatch.setattr(slurm.os, "geteuid", lambda: 1000)
        with pytest.raises(slurm.UnableError, match="only root on Linux"):
            slurm.look_around()

    def test_not_installed(self, monkeypatch):
        monkeypatch.setattr(slurm.shutil, "which", lambda name: name != "slurmd" or None)
        with pytest.raises(slurm.UnableError, match=r"there is no slurmd$"):
            slurm.look_around()

    def test_running(self, monkeypatch):
        monkeypatch.setattr(slurm, "named", lambda *_: [slurm.psutil.Process()])
        with pytest.raises(slurm.UnableError, match=f"already .process {os.getpid()}"):
            slurm.look_around()

    @pytest.mark.parametrize("kind", ["file", "link", "broken link"])
    def test_configuration_of_another_one(self, kind, tmp_path):
        other = tmp_path / "other.conf"
        if kind != "broken link":
            other.write_text("ClusterName=other\n")
        if kind == "file":
            other.rename(slurm.CONFIGURATION)
        else:
            slurm.CONFIGURATION.symlink_to(other)
        with pytest.raises(slurm.UnableError, match="is there already, and is left alone"):
            slurm.look_around()
        assert os.path.lexists(slurm.CONFIGURATION)

    def earlier(self, tmp_path):
        folder = tmp_path / f"{slurm.PREFIX}abc"
        folder.mkdir()
        (folder / "slurm.conf").write_text("ClusterName=steady-coherence\n")
        slurm.CONFIGURATION.symlink_to(folder / "slurm.conf")
        return folder

    def test_earlier_run_that_was_killed(self, tmp_path):
        folder = self.earlier(tmp_path)
        (folder / "lock").touch()
        with subprocess.Popen(["sleep", "100"], cwd=folder) as sleeping:
            slurm.look_around()
            assert not slurm.psutil.pid_exists(sleeping.pid)
        assert not folder.exists()
        assert not os.path.lexists(slurm.CONFIGURATION)

    def test_run_under_way(self, tmp_path):
        folder = self.earlier(tmp_path)
        with (folder / "lock").open("w") as lock:
            slurm.fcntl.flock(lock, slurm.fcntl.LOCK_EX)
            with pytest.raises(slurm.UnableError, match="another run of this test is under way"):
                slurm.look_around()
        assert folder.exists()
