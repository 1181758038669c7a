"""Make results and figures the reference: RESULTS FIGURES REFERENCE."""

import sys

from li_cai_sun_2015.reference import KEPT
from paper_replication import verification

verification.update_reference(KEPT, *sys.argv[1:])
