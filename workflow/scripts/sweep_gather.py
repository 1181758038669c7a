"""Gather the chunks of a sweep behind one file: SYSTEM EQUATION CONFIGURATION OUTPUT."""

import sys

from steady_coherence import sweeps
from steady_coherence.files import read_json

system, equation, configuration, output = sys.argv[1:]
try:
    sweeps.gather(read_json(configuration), system, equation, output)
except ValueError as error:
    sys.exit(f"Error: {error}")
