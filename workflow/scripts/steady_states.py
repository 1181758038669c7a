"""Solve for the steady states of a system: CONFIGURATION SYSTEM {EQUATION}.nc..."""

import sys
from pathlib import Path

from li_cai_sun_2015.data import diagnostics
from li_cai_sun_2015.data.steady_states import steady_state_dataset
from paper_replication import datasets
from paper_replication.files import read_json

configuration, system, *outputs = sys.argv[1:]
given = read_json(configuration), system
for output in outputs:
    dataset = steady_state_dataset(*given, Path(output).stem)
    datasets.write(dataset, output)
    print(diagnostics.summary(dataset), file=sys.stderr)
