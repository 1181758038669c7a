"""Solve for the steady states of a system: CONFIGURATION SPECTRA SYSTEM EQUATION OUTPUT."""

import sys

from steady_coherence import datasets, stages
from steady_coherence.files import read_json

configuration, spectra, system, equation, output = sys.argv[1:]
dataset = stages.steady_state_dataset(
    read_json(configuration), datasets.read(spectra), system, equation
)
datasets.write(dataset, output)
print(datasets.summary(dataset), file=sys.stderr)
