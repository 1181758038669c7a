"""Try the two commands of README.md on fresh Debian systems: python tests/fresh.py [--help].

Each system is made by debootstrap in a temporary folder. The steps of Containerfile are carried out
in it, in namespaces of their own, and then the commands, as an ordinary user who sees nothing of
this machine but its network. The bytes of what they make are compared with those made here. Of the
tests, `make test` as a whole takes minutes on each system; without --whole, those in SHARE are run.

A system where Python is too new for built packages of everything, without a compiler, has to say in
one line what it needs, unless another Python can be fetched.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from li_cai_sun_2015.jobs import jobs

ROOT = Path(__file__).resolve().parents[1]
#: What Containerfile's arguments are for each system.
SYSTEMS = {
    f"{suite}{'+gcc' if compiler else ''}": {
        "BASE": f"debian:{suite}-slim",
        "COMPILER": compiler,
    }
    for suite in ("stable", "testing")
    for compiler in ("", "gcc python3-dev")
}
#: Tests of what a system may lack: git, a browser's absence aside; the engine; the packages.
SHARE = ("tests/test_environment.py", "tests/test_packages.py", "tests/test_spectra.py")
#: Said where neither a compiler nor another Python is to be had.
NO_PYTHON = "and uv cannot fetch another one"
#: What the network of this machine asks of everyone on it; the certificates are those of its store.
PROXIES = ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY")
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")

#: A process list, devices and a network; all else is the system's own.
ENTER = """
mount -t proc proc "$0/proc" && mount -t tmpfs tmpfs "$0/dev/shm"
directory=$1; user=$2; shift 2
exec chroot --userspec="$user:$user" "$0" /bin/sh -c 'cd "$0" && exec "$@"' "$directory" "$@"
"""


class System:
    """A system in a folder, and where the steps of Containerfile have led."""

    def __init__(self, folder: Path, arguments: dict[str, str]) -> None:
        self.folder, self.arguments = folder, arguments
        self.user, self.directory = "0", Path("/")
        self.shell = ["/bin/sh", "-c"]
        self.command: list[str] = []

    def path(self, inside: Path) -> Path:
        """The place of a path of the system on this machine."""
        return self.folder / inside.relative_to("/")

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command as the present user, and give what it said."""
        shutil.copy("/etc/resolv.conf", self.folder / "etc")
        if self.path(CERTIFICATES).exists():
            shutil.copy(CERTIFICATES, self.path(CERTIFICATES))
        users = (self.folder / "etc/passwd").read_text()
        (home,) = re.findall(rf"^[^:]*:[^:]*:{self.user}:.*:(.*):", users, re.MULTILINE)
        variables |= {name: os.environ[name] for name in PROXIES if name in os.environ}
        variables |= {"HOME": home, "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"}
        apart = ("unshare", "--mount", "--pid", "--ipc", "--fork", "--kill-child")
        enter = ("/bin/sh", "-c", ENTER, str(self.folder), str(self.directory), self.user)
        return subprocess.run(
            (*apart, *enter, *command),
            env=variables,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def step(self, instruction: str, rest: str) -> None:
        """Carry out an instruction of Containerfile."""
        match instruction:
            case "ARG" | "FROM":  # given, and made
                pass
            case "RUN":
                done = self.run(*self.shell, rest, **self.arguments)
                if done.returncode:
                    raise StepError(f"{instruction} {rest}", done.stdout)
            case "USER":
                self.user = rest
            case "WORKDIR":
                self.directory = Path(rest)
                self.path(self.directory).mkdir(parents=True, exist_ok=True)
                os.chown(self.path(self.directory), int(self.user), int(self.user))
            case "COPY":
                self.copy_project()
            case "CMD":
                self.command = json.loads(rest)
            case _:
                sys.exit(f"tests/fresh.py knows no {instruction}, which Containerfile has")

    def copy_project(self) -> None:
        """Copy the files that git keeps."""
        listed = subprocess.run(
            ("git", "ls-files", "-z"), cwd=ROOT, check=True, capture_output=True
        )
        for name in listed.stdout.decode().split("\0")[:-1]:
            copied = self.path(self.directory) / name
            copied.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, copied, follow_symlinks=False)
        for path in (self.path(self.directory), *self.path(self.directory).rglob("*")):
            os.chown(path, int(self.user), int(self.user), follow_symlinks=False)


class StepError(Exception):
    """A command failed, with what it said."""


def steps() -> Iterator[tuple[str, str]]:
    """Instructions of Containerfile, each with what it says."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Containerfile").read_text("utf-8"), flags=re.MULTILINE)
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if line:
            instruction, _, rest = line.partition(" ")
            yield instruction, rest


def digests(folder: Path, variant: str) -> dict[str, str]:
    """Digest of every file that `make` makes of a variant, as far as they are there."""
    outputs = {output for job in jobs(variant) for output in job.outputs}
    return {
        output: hashlib.sha256((folder / output).read_bytes()).hexdigest()
        for output in outputs
        if (folder / output).exists()
    }


def make_base(suite: str, folder: Path) -> None:
    """Make the smallest system of a suite, with what the network here asks of packages."""
    command = ("debootstrap", "--variant=minbase", suite, str(folder))
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode:
        raise StepError(" ".join(command), done.stdout)
    # A mirror that lags behind is good enough.
    settings = folder / "etc/apt/apt.conf.d/mirror"
    settings.write_text('Acquire::Check-Valid-Until "false";\n')


def try_system(system: System, variant: str, expected: dict[str, str], whole: bool) -> str:
    """Carry out Containerfile's steps and both commands, and say what came of it."""
    for instruction, rest in steps():
        system.step(instruction, rest)
    first = system.run(*system.command, f"variants={variant}")
    if first.returncode:
        raise StepError(" ".join(system.command), first.stdout)
    made = digests(system.path(system.directory), variant)
    differing = [
        name for name in expected.keys() | made.keys() if made.get(name) != expected.get(name)
    ]
    if differing:
        raise StepError(
            f"other bytes than here in {len(differing)} files", "\n".join(sorted(differing))
        )
    tests = ".venv/bin/python -m pytest -q -p no:cacheprovider " + " ".join(SHARE)
    second = system.run(*system.shell, "make test" if whole else f"make .venv/test.lock; {tests}")
    if second.returncode:
        raise StepError("make test" if whole else tests, second.stdout)
    last = [line for line in second.stdout.splitlines() if re.search(r"\bpassed\b", line)]
    return f"{len(made)} files with the same bytes; tests: {last[-1].strip('= ')}"


def main() -> int:
    """Try the systems asked for, and give the exit status."""
    parser = argparse.ArgumentParser(description="Try the commands of README.md on fresh systems.")
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument("--variant", default="paper", help="the variant that is built")
    parser.add_argument("--whole", action="store_true", help="run all tests on each system")
    asked = parser.parse_args()
    if os.geteuid() or not shutil.which("debootstrap"):
        sys.exit("Fresh systems can be made by root alone, with debootstrap, a package of Debian.")
    subprocess.run(
        ("make", "all-alone", f"variants={asked.variant}"), cwd=ROOT, check=True, env=without_make()
    )
    os.chdir(ROOT)
    expected = digests(ROOT, asked.variant)
    failed = 0
    with tempfile.TemporaryDirectory(prefix="steady-coherence-fresh-") as temporary:
        folder = Path(temporary)
        folder.chmod(0o755)
        for name in asked.systems:
            suite = re.search(r":(\w+)-slim$", SYSTEMS[name]["BASE"])[1]
            try:
                if not (folder / suite).exists():
                    make_base(suite, folder / suite)
                copied = folder / "system"
                subprocess.run(("cp", "--archive", folder / suite, copied), check=True)
                said = try_system(
                    System(copied, SYSTEMS[name]), asked.variant, expected, asked.whole
                )
                say(f"{name}: {said}")
            except StepError as error:
                command, output = error.args
                if last := [line for line in output.splitlines() if NO_PYTHON in line]:
                    say(f"{name}: nothing to be had, and says so: {last[0]}")
                else:
                    failed += 1
                    say(f"{name}: failed at {command}\n{output}")
            finally:
                subprocess.run(("rm", "-rf", "--one-file-system", folder / "system"), check=True)
    return 1 if failed else 0


def without_make() -> dict[str, str]:
    """The environment without what a make around this has set."""
    return {name: it for name, it in os.environ.items() if not name.startswith("MAKE")}


def say(line: str) -> None:
    """Say a line at once, for those who watch."""
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
