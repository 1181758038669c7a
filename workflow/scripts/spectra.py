"""Tabulate the bath spectra of a variant: CONFIGURATION OUTPUT."""

import sys

from li_cai_sun_2015.data.spectra import spectra_dataset
from paper_replication import datasets
from paper_replication.files import read_json

configuration, output = sys.argv[1:]
datasets.write(spectra_dataset(read_json(configuration)), output)
