"""The script of the explorer's page that computes steady states, of the settings of a variant."""

import json
from importlib.resources import files

from li_cai_sun_2015.catalogue import SECTIONS
from steady_coherence.javascript import EQUATIONS, SYSTEMS, as_script, engine
from steady_coherence.systems import SYSTEMS as ENTRIES


def script() -> str:
    """One classic script, in ASCII, that defines the constant `steadyCoherence`."""
    systems = {}
    for name in SYSTEMS:
        system = ENTRIES[name].build()
        systems[name] = {
            "levels": system.levels,
            "pair": system.coherent_pair,
            "section": SECTIONS[name],
            "baths": ENTRIES[name].baths,
        }
    settings = (files(__package__) / "settings.js").read_text(encoding="utf-8")
    return (
        'const steadyCoherence = (() => {\n"use strict";\n'
        f"const SYSTEMS = {json.dumps(systems)};\nconst EQUATIONS = {json.dumps(EQUATIONS)};\n"
        f"{engine()}{as_script(settings)}return api;\n}})();\n"
    )
