"""Style of all figures of a replication, and the colours that its pages share with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import matplotlib as mpl
from matplotlib.colors import to_hex


@contextmanager
def project_style() -> Iterator[None]:
    """Draw in the project's style, whatever matplotlibrc the user has."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(
            mpl.rc_params_from_file(
                Path(__file__).with_name("style.mplstyle"), use_default_template=False
            )
        )
        yield


def colour_map() -> list[str]:
    """Colours of maps from the lowest value to the highest, as HTML writes them."""
    with project_style():
        colours = mpl.colormaps[mpl.rcParams["image.cmap"]]
    return [to_hex(colours(step)) for step in range(colours.N)]
