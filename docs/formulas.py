"""Formulas on the site, as MathML: those of pages, of docstrings and of the paper's slips."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from li_cai_sun_2015.findings import PAGE
from li_cai_sun_2015.numbered_equations import EQUATIONS
from paper_replication.mathematics import Mathematics

MATHEMATICS = Mathematics(PAGE.names)

#: Pages whose formulas are plain text. In docstrings lambda is the name of a system.
PLAIN = {
    "docs/api/": Mathematics({name: set_ for name, set_ in PAGE.names.items() if name != "lambda"}),
    **dict.fromkeys(("docs/findings", "docs/explanation/trust"), MATHEMATICS),
    "examples/polarised_light/reference/findings": MATHEMATICS,
}
#: What has no formula in it: code, headings, names of parameters with their types.
LITERAL = (
    *(nodes.literal, nodes.literal_block, nodes.doctest_block, nodes.raw, nodes.title),
    *(nodes.term, nodes.classifier, addnodes.desc_signature),
)


class Slip(SphinxDirective):
    """A box that says how an equation is printed, and what follows; ``{slip} (13)``."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Sentences of the numbered equation's slip."""
        number = self.arguments[0]
        slips = {equation.number: equation.slip for equation in EQUATIONS if equation.slip}
        if number not in slips:
            raise self.error(f"no slip is known of {number}, expected one of {', '.join(slips)}")
        box = nodes.admonition(classes=["warning"])
        box += nodes.title("", f"Equation {number} as printed")
        slip = slips[number]
        for head, words in (("Printed: ", slip.printed), ("Right: ", slip.right)):
            formulas = nodes.raw("", MATHEMATICS.html(f"{words}."), format="html")
            box += nodes.paragraph("", "", nodes.strong("", head), formulas)
        return [box]


def escape_bars(_app, _what, _name, _item, _options, lines: list[str]) -> None:
    """A bar in a docstring is that of a modulus or a state, not a substitution's."""
    literal = False
    for number, line in enumerate(lines):
        literal = (literal and (not line or line.startswith(" "))) or line.endswith("::")
        if not literal and not line.lstrip().startswith((">>>", "...", ".. ")):
            parts = re.split(r"(`+[^`]*`+)", line)
            parts[::2] = [part.replace("|", r"\|") for part in parts[::2]]
            lines[number] = "".join(parts)


def set_formulas(app: Sphinx, doctree: nodes.document) -> None:
    """Set the formulas that docstrings and findings hold in plain text, such as gamma_11(w)."""
    for start, mathematics in PLAIN.items():
        if app.env.docname.startswith(start):
            for text in list(doctree.findall(nodes.Text)):
                if not any(isinstance(each, LITERAL) for each in above(text)):
                    html = mathematics.html(text.astext())
                    if "<math" in html:
                        text.parent.replace(text, nodes.raw("", html, format="html"))


def above(node: nodes.Node) -> Iterator[nodes.Node]:
    """Everything that a node is in."""
    while (node := node.parent) is not None:
        yield node


def mathml(formula: str, *, block: bool) -> str:
    """A formula, its bras and kets as high as a letter and without spaces inside."""
    made = tex2mathml(formula, as_block=block)
    tight = '<mo stretchy="false" lspace="0" rspace="0">'
    return re.sub(r'<mo(?: stretchy="false")?>([⟨⟩|])</mo>', rf"{tight}\1</mo>", made)


def inline(writer, node) -> None:
    """A formula within a line."""
    writer.body.append(mathml(node.astext(), block=False))
    raise nodes.SkipNode


def display(writer, node) -> None:
    """A formula on lines of its own, with the number that its tag says."""
    formula, _, rest = node.astext().partition(r"\tag{")
    number = rest.partition("}")[0]
    writer.body.append(f'<div class="formula">{mathml(formula, block=True)}')
    writer.body.append(f"<span>({number})</span></div>\n" if number else "</div>\n")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of all this."""
    app.add_html_math_renderer("mathml", (inline, None), (display, None))
    app.add_directive("slip", Slip)
    app.connect("autodoc-process-docstring", escape_bars, priority=900)  # after numpydoc
    app.connect("doctree-read", set_formulas)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
