"""Compare results and figures with the reference: RESULTS FIGURES REFERENCE OUTPUT."""

import sys

from paper_replication import verification

results, figures, reference, output = sys.argv[1:]
verification.write_lines(verification.verify_reference(results, figures, reference), output)
