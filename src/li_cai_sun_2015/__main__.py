"""`python -m li_cai_sun_2015`, and the command `li-cai-sun-2015`."""

from __future__ import annotations

import sys

from li_cai_sun_2015 import chain, jobs
from paper_replication import command_line

CHAIN = command_line.Chain(
    command="li-cai-sun-2015",
    description="Li, Cai and Sun, Annals of Physics 360, 19 (2015), replicated.",
    stages="li_cai_sun_2015.stages",
    resolve=chain.resolved,
    jobs=jobs.jobs,
)


def main() -> int:
    """Do what the command line of this process says."""
    return command_line.main(CHAIN)


if __name__ == "__main__":
    sys.exit(main())
