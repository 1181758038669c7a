"""Send a small build through a real Slurm, and compare it with a local one to the bit.

    python tests/slurm.py

Starts a Slurm of one node on the loopback interface, with ports, keys, logs and state of its own,
and stops it again, however this ends. It has to be root: jobs look for Slurm's configuration in
/etc/slurm alone, where it stands only meanwhile. A Slurm that is there already is left alone.

The build is made twice: once undisturbed, and once with Snakemake killed on the way, so that its
jobs go on in the queue while the next Snakemake sends the same ones again.
"""

from __future__ import annotations

import fcntl
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from interruption import BUILD_LIMIT, FailedError, Sandbox, copy_project, expect
from paper_replication.verification.builds import compare_folders
from paper_replication.verification.comparison import Comparison

CONFIGURATION = Path("/etc/slurm/slurm.conf")
PREFIX = "steady-coherence-slurm-"
DAEMONS = ("munged", "slurmctld", "slurmd")
COMMANDS = ("sbatch", "scancel", "sinfo", "squeue", "srun")
#: Seconds after which something is taken to hang: starting or stopping Slurm, and its commands.
START_LIMIT, COMMAND_LIMIT = 60.0, 30.0

#: What is built, of every kind of file; and what is removed for the second time.
TARGETS = ("results/sweep/sweep/lambda/nonsecular.nc", "figures/sweep/sweep/detuning.png")
SET_BACK = ("results/sweep/sweep/lambda", "figures/sweep")
LOCAL = (".venv/bin/python", "-m", "snakemake", *TARGETS)
REMOTE = (
    *(".venv/slurm/bin/python", "-m", "snakemake", "--profile", "profiles/slurm", *TARGETS),
    *("--latency-wait", "5", "--slurm-init-seconds-before-status-checks", "1"),
)


class UnableError(Exception):
    """Slurm cannot be tested here."""


def configuration(folder: Path, ports: list[int]) -> str:
    """Slurm's configuration: one node, and all that it needs below a folder."""
    node = socket.gethostname().split(".")[0]
    memory = psutil.virtual_memory().total // 2**20 * 9 // 10
    return f"""\
ClusterName=steady-coherence
SlurmctldHost={node}(127.0.0.1)
SlurmctldPort={ports[0]}
SlurmdPort={ports[1]}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/slurmctld
SlurmdSpoolDir={folder}/slurmd
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SchedulerParameters=batch_sched_delay=0,bf_interval=1,sched_min_interval=0
MinJobAge=3600
MailProg=/bin/true
NodeName={node} NodeAddr=127.0.0.1 CPUs={os.cpu_count()} RealMemory={memory}
PartitionName=test Nodes=ALL Default=YES MaxTime=60 State=UP
"""


def free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def named(*names: str) -> list[psutil.Process]:
    return [found for found in psutil.process_iter(["name"]) if found.info["name"] in names]


def belonging_to(folder: Path) -> list[psutil.Process]:
    """Processes that name a folder in their command line, or work in it."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, OSError):
            if process.pid != os.getpid() and (
                any(str(folder) in word for word in process.cmdline())
                or Path(process.cwd()).is_relative_to(folder)
            ):
                found.append(process)
    return found


def look_around() -> None:
    """See that Slurm can be started here and that nobody else's would be touched.

    What an earlier run left behind that was killed is removed.
    """
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        raise UnableError("only root on Linux can start a Slurm of its own")
    if missing := [name for name in (*DAEMONS, *COMMANDS) if not shutil.which(name)]:
        raise UnableError(f"Slurm or munge is not installed: there is no {', '.join(missing)}")
    if CONFIGURATION.is_symlink():
        folder = CONFIGURATION.readlink().parent
        if folder.name.startswith(PREFIX):
            with suppress(FileNotFoundError), (folder / "lock").open() as lock:
                try:
                    fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    raise UnableError("another run of this test is under way") from None
            remove(folder)
    if os.path.lexists(CONFIGURATION):
        raise UnableError(f"{CONFIGURATION} is there already, and is left alone")
    if running := named("slurmctld", "slurmd"):
        raise UnableError(f"a Slurm is running already (process {running[0].pid})")


@contextmanager
def slurm(folder: Path) -> Iterator[None]:
    """A Slurm of one node that has all its files in a folder, while the block lasts."""
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            start(folder)
            yield
        finally:
            # Stopping is not to be interrupted.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, signal.SIG_IGN)
            remove(folder)


def start(folder: Path) -> None:
    (folder / "slurm.conf").write_text(configuration(folder, free_ports(2)), "utf-8")
    for name in ("slurmctld", "slurmd"):
        (folder / name).mkdir()
    (folder / "munge.key").write_bytes(os.urandom(128))
    (folder / "munge.key").chmod(0o400)
    CONFIGURATION.parent.mkdir(exist_ok=True)
    CONFIGURATION.symlink_to(folder / "slurm.conf")
    places = {"key-file": "munge.key", "socket": "munge.socket", "pid-file": "munged.pid"}
    places |= {"seed-file": "munge.seed", "log-file": "munged.log"}
    munge = [f"--{option}={folder / name}" for option, name in places.items()]
    # In the foreground, so that each is a child that says by itself whether it lives.
    daemons = [
        ["munged", "--foreground", "--force", *munge],
        ["slurmctld", "-D", "-f", str(folder / "slurm.conf")],
        ["slurmd", "-D", "-f", str(folder / "slurm.conf")],
    ]
    started = []
    for command in daemons:
        with (folder / f"{command[0]}.said").open("wb") as said:
            started.append(
                subprocess.Popen(
                    command,
                    cwd=folder,
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=said,
                    start_new_session=True,
                )
            )
    end = time.monotonic() + START_LIMIT
    while ask("sinfo", "--noheader", "--format=%T", check=False) != "idle":
        ended = [process.args[0] for process in started if process.poll() is not None]
        if ended or time.monotonic() > end:
            said = [path.read_text("utf-8", "replace")[-1000:] for path in folder.glob("*.said")]
            what = f"{', '.join(ended)} ended" if ended else "the node does not become idle"
            raise FailedError(f"Slurm does not start: {what}\n" + "\n".join(said))
        time.sleep(0.1)


def ask(*command: str, check: bool = True) -> str:
    """What a command of Slurm's says."""
    try:
        done = subprocess.run(
            command,
            check=check,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=COMMAND_LIMIT,
        )
    except subprocess.TimeoutExpired:
        raise FailedError(f"{command[0]} does not answer") from None
    except subprocess.CalledProcessError as error:
        raise FailedError(f"{command[0]}: {error.stdout.strip()}") from None
    return done.stdout.strip()


def remove(folder: Path) -> None:
    """End all that belongs to a Slurm, and remove its files."""
    end = time.monotonic() + START_LIMIT
    while (processes := belonging_to(folder)) and time.monotonic() < end:
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(processes, timeout=1.0)
    if CONFIGURATION.is_symlink() and CONFIGURATION.readlink().parent == folder:
        CONFIGURATION.unlink()
    shutil.rmtree(folder, ignore_errors=True)


def jobs(*states: str) -> list[str]:
    """States of the jobs that Slurm has, or remembers."""
    chosen = ",".join(states) or "all"
    return ask("squeue", f"--states={chosen}", "--noheader", "--format=%T").split()


def wait_until(condition: Callable[[], object], otherwise: str) -> None:
    end = time.monotonic() + BUILD_LIMIT
    while not condition():
        expect(time.monotonic() < end, otherwise)
        time.sleep(0.2)


def undisturbed(local: Sandbox, remote: Sandbox) -> Iterator[Comparison]:
    """Outputs of a build through Slurm, kind by kind, and how its jobs ended."""
    expect(remote.wait(remote.start(REMOTE)) == 0, f"the build fails:\n{remote.last_words()}")
    yield from compare_folders(local.folder, remote.folder)
    ended = Counter(jobs())
    found = ", ".join(f"{count} {state.lower()}" for state, count in ended.items())
    yield Comparison(ended.keys() == {"COMPLETED"}, "jobs through Slurm", found or "none")


def killed(remote: Sandbox) -> Comparison:
    """SIGKILL of Snakemake with jobs in the queue, and at once the next build."""
    before = len(jobs())
    remote.remove(*SET_BACK)
    build = remote.start(REMOTE)
    wait_until(lambda: len(jobs("RUNNING")) > 1 or build.poll() is not None, "jobs are not started")
    build.kill()
    build.wait()
    orphans = len(jobs("RUNNING", "PENDING"))
    expect(
        orphans > 0, f"no job was in the queue when Snakemake was killed:\n{remote.last_words()}"
    )
    remote.finish(REMOTE)
    wait_until(lambda: not jobs("RUNNING", "PENDING"), "jobs stay in the queue")
    remote.check_complete()
    finding = f"{orphans} jobs went on, {len(jobs()) - before} in all, every output whole all along"
    return Comparison(True, "Snakemake killed and started again", finding)


def play(folder: Path) -> Iterator[Comparison]:
    """What is to be seen with a Slurm that has its files in a folder."""

    def sandbox(name: str, expected: dict[str, bytes], source: Sandbox | None = None) -> Sandbox:
        here = folder / name
        if source is None:
            here.mkdir()
            copy_project(here)
        else:
            shutil.copytree(source.folder, here, symlinks=True)
        return Sandbox(here, folder / f"{name}.txt", expected, random.Random())

    local = sandbox("local", {})
    expect(local.start(LOCAL).wait(BUILD_LIMIT) == 0, f"locally:\n{local.last_words()}")
    expected = {name: path.read_bytes() for name, path in local.outputs()}
    remote = sandbox("remote", expected)
    yield from undisturbed(local, remote)
    yield killed(sandbox("killed", expected, remote))


def left_behind(folder: Path) -> Comparison:
    """Whether anything of it is still there."""
    processes = {*belonging_to(folder), *named("slurmctld", "slurmd", "slurmstepd")}
    files = [str(path) for path in (folder, CONFIGURATION) if os.path.lexists(path)]
    found = ", ".join([*(f"process {process.pid}" for process in processes), *files])
    return Comparison(not found, "left behind", found or "no process and no file")


def main() -> int:
    # Ctrl-C and a polite request to end clean up as well.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    begin = time.monotonic()
    agree = True

    def say(comparison: Comparison) -> None:
        nonlocal agree
        agree = agree and comparison.agrees
        print(comparison, flush=True)

    try:
        look_around()
        folder = Path(tempfile.mkdtemp(prefix=PREFIX)).resolve()
        with slurm(folder):
            for comparison in play(folder):
                say(comparison)
    except UnableError as reason:
        print(f"Not tested with Slurm: {reason}.")
        return 2
    except (FailedError, subprocess.TimeoutExpired) as failure:
        say(Comparison(False, "Slurm", str(failure)))
    say(left_behind(folder))
    print(f"({time.monotonic() - begin:.0f} s)")
    return 0 if agree else 1


if __name__ == "__main__":
    sys.exit(main())
