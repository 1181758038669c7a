"""Resolve the configuration of a variant: VARIANT OUTPUT."""

import sys

from steady_coherence.configuration import load_variant
from steady_coherence.files import write_json

variant, output = sys.argv[1:]
write_json(load_variant(variant), output)
