"""The searched region of temperatures, in units of the mean transition energy."""

import numpy as np

from steady_coherence.numerics.elementary import geometric_axis

#: Its axes.
LOWER = geometric_axis(0.01, 100.0, 81)
DIFFERENCE = geometric_axis(0.001, 100.0, 101)
#: The same as a column, for all points of the region, and with a bath at T = 0 in front.
EVERY_LOWER = LOWER[:, None]
FROM_ZERO = np.append(0.0, LOWER)
#: With one bath at T = 0, rates at exp(-eps/dT) leave the range of numbers below this.
COLDEST = float(LOWER[0])
REGION = (
    f"temperature of the colder bath {LOWER[0]:g} to {LOWER[-1]:g}, temperature difference "
    f"{DIFFERENCE[0]:g} to {DIFFERENCE[-1]:g} ({LOWER.size} x {DIFFERENCE.size} points, evenly "
    "spaced in the logarithm)"
)
BOTH_WAYS = f"{REGION}, either bath the hotter"
#: Which bath is the hotter one.
HOTTER = ("right", "left")
