"""Look the locked packages up in a database of known vulnerabilities.

`make audit` runs this, in an environment of its own. It exits with 0 if no vulnerability is
known, 1 if one is, and 2 if some package could not be looked up, which is not the same as none
being known.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
LOCKS = sorted((ROOT / "requirements").glob("*.lock"))


def look_up(locks: list[Path]) -> list[dict[str, Any]] | None:
    """Packages of some locks with what is known of them; None if the database gave no answer."""
    options = ["--require-hashes", "--disable-pip", "--vulnerability-service=osv"]
    shown = ["--format=json", "--desc=off", "--progress-spinner=off"]
    requirements = [f"--requirement={lock}" for lock in locks]
    command = [sys.executable, "-m", "pip_audit", *options, *shown, *requirements]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        return list(json.loads(done.stdout)["dependencies"])
    except (ValueError, KeyError, TypeError):
        reason = done.stderr.strip().splitlines() or ["no reason given"]
        sys.stderr.write(f"No answer from the database of vulnerabilities: {reason[-1]}\n")
        return None


def report(dependencies: list[dict[str, Any]] | None) -> int:
    """Say what was found, and return the exit status."""
    say = sys.stdout.write
    if dependencies is None:
        say("The database cannot be asked from here: nothing was checked.\n")
        return 2
    skipped = [package for package in dependencies if "skip_reason" in package]
    checked = [package for package in dependencies if "skip_reason" not in package]
    affected = [package for package in checked if package["vulns"]]
    for package in affected:
        for found in package["vulns"]:
            names = ", ".join([found["id"], *found.get("aliases", [])])
            fixed = ", ".join(found["fix_versions"]) or "no version yet"
            say(f"{package['name']} {package['version']}: {names}; fixed in {fixed}\n")
    for package in skipped:
        say(f"{package['name']}: not checked, {package['skip_reason']}\n")
    say(
        f"{len(checked)} packages checked, {len(affected)} with known vulnerabilities, "
        f"{len(skipped)} not checked.\n"
    )
    if affected:
        return 1
    return 0 if checked and not skipped else 2


if __name__ == "__main__":
    sys.exit(report(look_up(LOCKS)))
