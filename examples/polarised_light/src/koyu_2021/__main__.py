"""`python -m koyu_2021`."""

import sys

from paper_replication import command_line

sys.exit(command_line.main("koyu_2021"))
