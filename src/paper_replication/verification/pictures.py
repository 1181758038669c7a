"""Figures against reference pictures, by a difference that only what is drawn can cause.

Both pictures are reduced to 100 dots per inch and blurred. A dot differs by as much as its
colour lies outside the range of colours that the other picture has within one dot of it: what
is shifted by less than a dot, or smoothed otherwise, does not differ, and a line that has
moved further does. The difference of two pictures is the root mean square of this over the
square of 24 dots in which it is largest, so that one moved line weighs as much in a large
picture as in a small one.

Calibration, in levels of 255, on Fig. 3 of the paper's variant: pictures shifted by one to three
of their 300 dots per inch, and text hinted otherwise or not smoothed, differ by at most 3.7; a line
or contour moved by 1.5 % of its axis, and data changed by 2 % where the scale is linear, by at
least 10.8. The threshold lies between. Contours that are not smoothed at all (8.4) and another
typeface (38 and more) are a difference.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter, maximum_filter, minimum_filter, uniform_filter

from paper_replication.files import replacing
from paper_replication.verification.comparison import Comparison

THRESHOLD = 8.0
#: Figures are drawn at 300 dots per inch, and kept at 100.
REDUCTION = 3
BLUR = 1.0
WINDOW = 24

Picture = NDArray[np.float64]


def reduced(path: str | Path) -> Picture:
    """Read a figure at the size of its reference picture: levels from 0 to 255.

    The shape is (height, width, 3).
    """
    with Image.open(path) as image:
        size = image.width // REDUCTION, image.height // REDUCTION
        small = image.convert("RGB").resize(size, Image.Resampling.BOX)
    return np.asarray(small, dtype=float)


def difference(found: Picture, reference: Picture) -> tuple[float, tuple[float, float]]:
    """Difference in levels of two pictures of one size, as the module says, and its place.

    The place is where it is largest: fractions of width and height, from the upper left corner.
    """
    blurred = [gaussian_filter(picture, (BLUR, BLUR, 0.0)) for picture in (found, reference)]
    outside = np.maximum(_outside(*blurred), _outside(*reversed(blurred)))
    # A running sum may leave a little less than nothing.
    local = np.sqrt(np.maximum(uniform_filter(outside**2, WINDOW), 0.0))
    row, column = np.unravel_index(int(local.argmax()), local.shape)
    return float(local.max()), (column / local.shape[1], row / local.shape[0])


def _outside(picture: Picture, other: Picture) -> Picture:
    """Distance of every dot to the range of colours around it in the other picture."""
    above = picture - maximum_filter(other, (3, 3, 1))
    below = minimum_filter(other, (3, 3, 1)) - picture
    outside: Picture = np.maximum(np.maximum(above, below), 0.0).max(axis=-1)
    return outside


def compare_picture(quantity: str, found: str | Path, reference: str | Path) -> Comparison:
    """Compare a figure, by whatever it is called, with the picture kept of it."""
    for path, what in ((found, "is missing"), (reference, "has no reference picture")):
        if not Path(path).is_file():
            return Comparison(False, quantity, what)
    new = reduced(found)
    with Image.open(reference) as image:
        old = np.asarray(image.convert("RGB"), dtype=float)
    if new.shape != old.shape:
        sizes = [f"{shape[1]} x {shape[0]}" for shape in (new.shape, old.shape)]
        return Comparison(False, quantity, f"has {sizes[0]} dots, reference {sizes[1]}")
    size, (right, down) = difference(new, old)
    text = f"differs by {size:.1f} levels, threshold {THRESHOLD:g}"
    if size <= THRESHOLD:
        return Comparison(True, quantity, text)
    place = f"{right:.0%} from the left and {down:.0%} from the top"
    return Comparison(False, quantity, f"{text}, most of all {place}")


def write_reference(found: str | Path, reference: str | Path) -> None:
    """Keep a picture of a figure, unless the one that is kept still agrees."""
    if not compare_picture("", found, reference).agrees:
        with replacing(reference) as partial:
            image = Image.fromarray(reduced(found).astype(np.uint8))
            image.save(partial, format="PNG", optimize=True)
