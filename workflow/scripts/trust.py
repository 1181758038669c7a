"""Hold the master equations against exact solutions: CONFIGURATION OUTPUT."""

import sys

from steady_coherence import datasets, trust
from steady_coherence.files import read_json

configuration, output = sys.argv[1:]
datasets.write(trust.trust_dataset(read_json(configuration)), output)
