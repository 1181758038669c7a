"""The page of the explorer: one file that needs nothing else."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from importlib.resources import files
from typing import Any

from markupsafe import Markup

from li_cai_sun_2015.catalogue import SECTIONS
from li_cai_sun_2015.configuration.variant import Variant
from li_cai_sun_2015.explorer.controls import SHAPES, section_group
from li_cai_sun_2015.explorer.presets import presets, sections, symbol
from li_cai_sun_2015.findings import SYMBOLS
from paper_replication.pages import environment
from paper_replication.provenance import UNRECORDED, Provenance
from paper_replication.style import colour_map
from steady_coherence import SYSTEMS as ENTRIES
from steady_coherence.javascript import EQUATIONS, SYSTEMS, as_script, engine
from steady_coherence.master_equations import MASTER_EQUATIONS

#: Modules of the page's script, each behind those that it imports.
MODULES = (
    *(("paper_replication", name) for name in ("axes", "maps", "curves")),
    *(
        ("li_cai_sun_2015.explorer", name)
        for name in ("state", "view", "levels", "pictures", "controls", "explorer")
    ),
)


def html(
    variant: Variant,
    verdicts: Mapping[str, Any],
    paper: Variant,
    others: Iterable[Variant],
    made: Provenance = UNRECORDED,
) -> str:
    """Return the page that opens with a variant, by its claims.json, and offers all the others."""
    content = {
        "presets": [asdict(preset) for preset in presets(variant, verdicts, paper, others)],
        "paper": sections(paper)[0],
        "shapes": SHAPES,
        "colourMap": colour_map(),
    }
    template = environment(SYMBOLS, "li_cai_sun_2015.explorer").get_template("explorer.html")
    return template.render(
        variant=variant.name,
        content=content,
        made=made,
        engine=Markup(script()),
        modules=[Markup(as_script(module(*place))) for place in MODULES],
        systems={name: symbol(name) for name in SYSTEMS},
        equations={name: MASTER_EQUATIONS[name] for name in EQUATIONS},
        sections=[section_group(name) for name in ("three_level", "coupled_tls")],
    )


def module(package: str, name: str) -> str:
    """Text of a module of the page's script."""
    return (files(package) / "templates" / f"{name}.js").read_text("utf-8")


def script() -> str:
    """Script, in ASCII, that computes steady states: it defines the constant `steadyCoherence`."""
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
