"""Draw a figure of a sweep in every format: STEM CONFIGURATION DATA."""

import sys
from pathlib import Path

import xarray as xr

from li_cai_sun_2015 import figures
from paper_replication.files import read_json

stem, configuration, path = sys.argv[1:]
figure = read_json(configuration)["sweep"]["figures"][Path(stem).name]
with xr.open_dataset(path, engine="netcdf4") as data:
    figures.save(figures.draw("sweep", [data], figure=figure), stem)
