"""Build twice in different surroundings and compare: CORES OUTPUT."""

import sys
from tempfile import TemporaryDirectory

from paper_replication import verification

cores, output = sys.argv[1:]
with TemporaryDirectory() as scratch:
    verification.write_lines(verification.compare_builds(".", scratch, int(cores)), output)
