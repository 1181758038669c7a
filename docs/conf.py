"""The documentation as a site: `make docs`.

The source folder is that of the project, so that README.md and the pages in other folders are
pages where they stand, and links between them lead to the same on the site as in the repository.
"""

from __future__ import annotations

import logging
import os
import re
import sys
import types
from importlib.resources import files
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build"
sys.path[:0] = [str(ROOT / "src"), str(ROOT / "docs")]
# For the notebooks as well, which no setting of a reader's own is to change.
os.environ["PYTHONPATH"] = str(ROOT / "src")
os.environ["MPLCONFIGDIR"] = str(BUILD / "matplotlib")
os.environ["IPYTHONDIR"] = str(BUILD / "ipython")
# A kernel need not warn that it talks to this machine without encryption.
kernel = BUILD / "ipython" / "profile_default" / "ipython_kernel_config.py"
kernel.parent.mkdir(parents=True, exist_ok=True)
kernel.write_text('c.IPKernelApp.log_level = "ERROR"\n')
# What a package takes over from its modules is shown there; for packages, no setting says so.
os.environ["SPHINX_APIDOC_OPTIONS"] = "members,show-inheritance,ignore-module-all"
# One of the theme's packages would have every logger of the process speak.
logging.basicConfig(level=logging.ERROR)

from steady_coherence import __version__ as release  # noqa: E402, F401

project = "Steady Coherence"
root_doc = "docs/index"
default_role = "py:obj"
include_patterns = [
    *("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", "docs/**"),
    *("config/README.md", "reference/README.md", "results/README.md"),
    *("examples/*/README.md", "examples/*/reference/findings.md"),
]
# Folders that are not to be searched, and tables of contents that the pages of packages have.
exclude_patterns = [".*", "build", "figures", "src", "tests", "docs/api/*/modules.rst"]
extensions = ["myst_nb", "numpydoc", "sphinx.ext.apidoc", "sphinx.ext.autodoc", "formulas"]

html_theme = "furo"
html_title = project
html_static_path = ["static", str(files("ziamath.fonts").joinpath("STIXTwoMath-Regular.ttf"))]
html_css_files = ["site.css"]
html_extra_path = ["static/index.html"]
html_copy_source = False
html_show_copyright = False
html_math_renderer = "mathml"

myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120
nb_merge_streams = True

#: What of each package is for its own use.
INTERNAL = {
    "steady_coherence": ["__main__.py"],
    "paper_replication": ["stages"],
    "li_cai_sun_2015": ["__main__.py", "claims", "explorer", "figures", "stages", "jobs.py"],
}
apidoc_modules = [
    {
        "path": str(ROOT / "src" / package),
        "destination": f"docs/api/{package}",
        "separate_modules": True,
        "module_first": True,
        "exclude_patterns": [str(ROOT / "src" / package / name) for name in internal],
    }
    for package, internal in INTERNAL.items()
]
apidoc_automodule_options = {"members", "show-inheritance"}
autosummary_generate = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False


def setup(app: Sphinx) -> None:
    """Leave out what says nothing, and let nothing be fetched."""
    app.connect("autodoc-skip-member", skip_what_says_nothing)
    app.connect("autodoc-process-docstring", leave_out_numbers)
    app.connect("build-finished", refuse_what_is_fetched)


def skip_what_says_nothing(_app, _what, _name, item, _skip, _options) -> bool | None:
    """An alias of a type would show what the type says."""
    return True if isinstance(item, types.GenericAlias) else None


def leave_out_numbers(_app, _what, _name, _item, _options, lines: list[str]) -> None:
    """Of a field of a tuple without a comment Python says but its number."""
    lines[:] = [line for line in lines if not line.startswith("Alias for field number")]


#: What a browser fetches by itself, from another place.
FETCHED = re.compile(r"<(?:script|img|link|iframe|source)\b[^>]+(?:src|href)=\"(?:https?:)?//[^>]*")


def refuse_what_is_fetched(app: Sphinx, error: Exception | None) -> None:
    """Stop where a page needs the network."""
    if error is None:
        for page in Path(app.outdir).rglob("*.html"):
            if found := FETCHED.search(page.read_text("utf-8")):
                raise ValueError(f"{page} has {found[0]}, expected pages that need no network")
