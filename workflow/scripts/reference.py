"""Make results and figures the reference: RESULTS FIGURES REFERENCE."""

import sys

from steady_coherence import verification

verification.update_reference(*sys.argv[1:])
