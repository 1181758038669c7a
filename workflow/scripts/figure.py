"""Draw a figure in every format: NAME FOLDER DATA..."""

import sys

from steady_coherence import datasets, figures

name, folder, *data = sys.argv[1:]
figures.save(figures.draw(name, [datasets.read(path) for path in data]), f"{folder}/{name}")
