"""Tabulate the bath spectra of a variant: CONFIGURATION OUTPUT."""

import sys

from steady_coherence import datasets, stages
from steady_coherence.files import read_json

configuration, output = sys.argv[1:]
datasets.write(stages.spectra_dataset(read_json(configuration)), output)
