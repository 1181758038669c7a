"""Resolve the configuration of a variant: VARIANT OUTPUT."""

import sys

from li_cai_sun_2015.configuration.variant import load_variant
from paper_replication.files import write_json

variant, output = sys.argv[1:]
write_json(load_variant(variant), output)
