"""Compare results and figures with the reference: RESULTS FIGURES REFERENCE OUTPUT."""

import sys

from li_cai_sun_2015.reference import KEPT
from paper_replication import verification

*folders, output = sys.argv[1:]
verification.write_lines(verification.verify_reference(KEPT, *folders), output)
