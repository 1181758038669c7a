"""Judge the paper's claims and equations: VARIANT VERDICTS MAPS CONFIGURATION DATA..."""

import sys

from li_cai_sun_2015.claims import judge
from paper_replication import datasets
from paper_replication.files import read_json, write_json

variant, verdicts, maps, configuration, *data = sys.argv[1:]
judged, regions = judge(variant, read_json(configuration), map(datasets.read, data))
datasets.write(regions, maps)
write_json(judged, verdicts)
