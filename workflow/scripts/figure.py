"""Draw a figure in every format: PICTURE DATA..."""

import sys
from pathlib import Path

from li_cai_sun_2015 import figures
from paper_replication import datasets

picture, *data = sys.argv[1:]
stem = Path(picture).with_suffix("")
figures.save(figures.draw(stem.name, [datasets.read(path) for path in data]), stem)
