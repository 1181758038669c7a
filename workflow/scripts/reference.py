"""Make results and figures the reference: RESULTS FIGURES REFERENCE."""

import sys

from paper_replication import verification

verification.update_reference(*sys.argv[1:])
