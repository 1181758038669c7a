"""Set up the environment of the project: PYTHON tools/set_up.py LOCK ...

It is built in .venv.new and takes the place of .venv when complete: a set-up that fails leaves the
old one as it was. Copies of the locks in it, and a list of its packages, say what is installed.
The folder in .venv.new is of this process alone: what a set-up that was killed has started may
still be writing into another one.

This runs on any Python that has pip; one that is too old or too new serves to install uv, by hash
like everything else, which then finds or fetches another one.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

OLDEST, NEWEST = (3, 11), (3, 13)
#: Tried as well: it lacks a built package for one name, immutables, which takes a compiler.
TRIED = (3, 14)

#: What each build imports, for two processes: the first build would compile it in one.
IMPORTED = (
    "import smart_open, snakemake.cli",
    "import matplotlib.backends.backend_pdf, netCDF4, scipy.optimize, scipy.sparse.linalg, xarray",
)

REQUIREMENTS = Path("requirements")
NEW, OLD, FINAL = Path(".venv.new", str(os.getpid())), Path(".venv.old"), Path(".venv")


def main(locks):
    """Set up, or say in one line why not."""
    try:
        import ensurepip  # noqa: F401, PLC0415 -- Debian has a package of its own for it
    except ImportError:
        sys.exit(
            "Error: this Python cannot make environments: install its venv package "
            "(Debian, Ubuntu: apt install python3-venv)"
        )
    sys.stderr.write("Setting up .venv, once: this takes half a minute.\n")
    if OLD.exists() and not FINAL.exists():  # killed when one was about to replace the other
        OLD.rename(FINAL)
    # That which an environment around this is made from, as the one to be replaced may be.
    own = getattr(sys, "_base_executable", sys.executable)
    try:
        suits = OLDEST <= sys.version_info[:2] <= NEWEST
        swap((build if suits else build_elsewhere)(own, locks))
        compile_imported()
        # Last: one that is not complete is made anew.
        for lock in ("installer", *locks):
            shutil.copy(REQUIREMENTS / f"{lock}.lock", FINAL)
    finally:
        shutil.rmtree(NEW.parent, ignore_errors=True)


def build_elsewhere(own, locks):
    """Build with this Python if it is worth a try, and else with one that uv finds or fetches."""
    version = sys.version_info[:2]
    if version == TRIED:
        try:
            return build(own, locks, quiet=True)
        except SystemExit:
            pass
    run(own, "-m", "venv", "--clear", NEW)
    only_uv, lock = NEW / "uv.lock", (REQUIREMENTS / "installer.lock").read_text("utf-8")
    only_uv.write_text(re.search(r"^uv==.*\n(?:    --hash.*\n)+", lock, re.MULTILINE)[0])
    pip_install(only_uv)
    wanted = "{}.{}".format(*NEWEST)
    uv = (NEW / "bin/python", "-m", "uv", "python")
    within = ">={}.{},<{}.{}".format(*OLDEST, NEWEST[0], NEWEST[1] + 1)
    found = output(*uv, "find", "--no-project", "--no-python-downloads", within)
    if not found:
        run(*uv, "install", "--no-bin", wanted, quiet=True, advice=advice(version))
        found = output(*uv, "find", "--no-project", "--no-python-downloads", within)
    return build(found, locks)


def advice(version):
    """Say what to do where no other Python can be fetched."""
    return (
        "Error: Python 3.11, 3.12 or 3.13 is needed, this is {}.{}, and uv cannot fetch another "
        "one: install one of them, and try make PYTHON=python3.12".format(*version)
    )


def build(base, locks, quiet=False):
    """Build the environment beside the old one, and give the Python that it is made from."""
    run(base, "-m", "venv", "--clear", NEW)
    python = NEW / "bin/python"
    with (NEW / "pyvenv.cfg").open("a") as file:
        file.write("relocatable = true\n")  # uv writes scripts that do not know their folder
    pip_install(REQUIREMENTS / "installer.lock")
    files = [f"--requirement={REQUIREMENTS / lock}.lock" for lock in locks]
    options = ("--require-hashes", "--no-build-isolation", *files)
    run(python, "-m", "uv", "pip", "install", "--python", NEW, *options, quiet=quiet)
    (packages,) = NEW.glob("lib/python3.*/site-packages")
    # Relative, so that a moved or copied folder never imports another folder's package.
    (packages / "project.pth").write_text("../../../../src\n")
    names = sorted({path.name for path in packages.iterdir()} - {"__pycache__"})
    (NEW / "packages").write_text("".join(f"{name}\n" for name in names if name[0] != "."))
    return base


def swap(base):
    """Put the new environment in place, and the place into its scripts."""
    shutil.rmtree(OLD, ignore_errors=True)
    if FINAL.exists():
        FINAL.rename(OLD)
    NEW.rename(FINAL)
    run(base, "-m", "venv", "--without-pip", FINAL)
    for script in FINAL.glob("bin/pip*"):
        script.unlink()  # `python -m pip` does not depend on where it was made
    shutil.rmtree(OLD, ignore_errors=True)


def compile_imported():
    """Leave the bytecode of what each build imports; one that is missing is no loss."""
    python, quiet = FINAL / "bin/python", subprocess.DEVNULL
    processes = [subprocess.Popen([python, "-c", code], stderr=quiet) for code in IMPORTED]
    for process in processes:
        process.wait()


def pip_install(lock):
    """Install by pip what is in a lock; certificates are the system's where this pip can."""
    pip = (NEW / "bin/python", "-m", "pip")
    # Newer ones do so anyway, and warn of being told.
    untold = (
        "import pip._vendor.truststore; from pip._internal.cli import cmdoptions; "
        "print('truststore' not in cmdoptions.ALWAYS_ENABLED_FEATURES)"
    )
    told = output(NEW / "bin/python", "-c", untold) == "True"
    options = ("--use-feature=truststore",) if told else ()
    options += ("--quiet", "--disable-pip-version-check", "--require-hashes")
    share_settings(output(*pip, "config", "list"))
    run(*pip, "install", *options, f"--requirement={lock}")


def share_settings(listed):
    """Let uv know where pip finds its packages, certificates and proxy, as pip.conf may say."""
    said = dict(re.findall(r"^[^=]*\.([a-z-]+)='(.*)'$", listed, re.MULTILINE))
    for name, key in (
        ("SSL_CERT_FILE", "cert"),
        ("ALL_PROXY", "proxy"),
        ("UV_DEFAULT_INDEX", "index-url"),
    ):
        if said.get(key):
            os.environ.setdefault(name, said[key])


def output(*command):
    """Output of a command, and nothing if it fails."""
    done = subprocess.run(
        [str(word) for word in command], check=False, capture_output=True, text=True
    )
    return "" if done.returncode else done.stdout.strip()


def run(*command, quiet=False, advice=""):
    """Run a command; where it fails, nothing is left but its last word."""
    done = subprocess.run(
        [str(word) for word in command],
        check=False,
        stdout=subprocess.DEVNULL if quiet else None,
        stderr=subprocess.DEVNULL if quiet else None,
    )
    if done.returncode:
        sys.exit(advice or "Error: the set-up failed, and .venv is as it was before")


if __name__ == "__main__":
    main(sys.argv[1:])
