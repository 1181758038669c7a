"""Compute a chunk of a sweep: SYSTEM EQUATION OUTPUT CONFIGURATION CODE..."""

import sys
import time
from pathlib import Path

from li_cai_sun_2015.data import sweeps
from paper_replication.files import read_json

start = time.time()
system, equation, output, *inputs = sys.argv[1:]
configuration = read_json(inputs[0])
sweeps.write_chunk(configuration, system, equation, int(Path(output).stem), output)
print(sweeps.progress(configuration, system, output, inputs, time.time() - start))
