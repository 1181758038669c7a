"""`python -m li_cai_sun_2015`, and the command `li-cai-sun-2015`."""

import sys

from paper_replication import command_line


def main() -> int:
    """Do what the command line of this process says."""
    return command_line.main("li_cai_sun_2015")


if __name__ == "__main__":
    sys.exit(main())
