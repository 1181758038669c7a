"""Hold the master equations against exact solutions: CONFIGURATION OUTPUT."""

import sys

from li_cai_sun_2015.data.exact_comparison import exact_comparison
from paper_replication import datasets
from paper_replication.files import read_json

configuration, output = sys.argv[1:]
datasets.write(exact_comparison(read_json(configuration)), output)
