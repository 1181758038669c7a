"""Gather the chunks of a sweep behind one file: SYSTEM EQUATION CONFIGURATION OUTPUT."""

import sys

from li_cai_sun_2015.data import sweeps
from paper_replication.files import read_json

system, equation, configuration, output = sys.argv[1:]
try:
    sweeps.gather(read_json(configuration), system, equation, output)
except ValueError as error:
    sys.exit(f"Error: {error}")
