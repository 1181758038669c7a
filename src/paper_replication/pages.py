"""Pages that need nothing else: templates, with mathematics set and code and data inside them."""

import re
from collections.abc import Mapping

from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from paper_replication.mathematics import Mathematics


def environment(names: Mapping[str, str] | None = None, package: str = "") -> Environment:
    """Templates of all pages, and of a package that has its own.

    They have the filters `set` (text with its formulas as MathML, by the names that `Mathematics`
    takes), `cell` (of a Markdown table) and `anchor` (name of a place on the page).
    """
    packages = [package, "paper_replication"] if package else ["paper_replication"]
    made = Environment(
        loader=ChoiceLoader([PackageLoader(one) for one in packages]),
        autoescape=lambda name: bool(name and name.endswith("html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.policies["json.dumps_kwargs"] = {"ensure_ascii": False}  # in the order they are given
    mathematics = Mathematics(names)
    made.filters |= {
        "set": lambda text: Markup(mathematics.html(text)),
        # A bar would end the cell of a table.
        "cell": lambda text: text.replace("|", r"\|"),
        "anchor": lambda text: re.sub(r"\W+", "-", str(text)).strip("-"),
    }
    return made
