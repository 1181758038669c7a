"""Examples as the explorer takes them: a point, and what differs from the variant there."""

from collections.abc import Sequence
from typing import Any


def view_at(
    shows: str,
    system: str,
    lower_and_difference: Sequence[float],
    hotter: str = "right",
    **more: Any,
) -> dict[str, Any]:
    """Return an example as plain data, in units of the mean transition energy.

    It says in a few words what is seen at a temperature of the colder bath and a difference. There
    may be another `equation`, `quantity` to look at, or `scale` that its map is coloured by;
    `changes` and `factors`, by keys below the system's section: what stands there, or what its
    value is multiplied by.
    """
    lower, difference = lower_and_difference
    first, above = (lower, difference) if hotter == "right" else (lower + difference, -difference)
    for kind in ("changes", "factors"):
        more[kind] = {key: _rounded(value) for key, value in more.get(kind, {}).items()}
    return {
        "shows": shows,
        "system": system,
        "equation": "nonsecular",
        "quantity": "coherence",
        "scale": "linear",
        "temperature": _rounded(float(first)),
        "temperature_difference": _rounded(float(above)),
        "changes": {},
        "factors": {},
    } | more


def _rounded(value: Any) -> Any:
    """Leave out of a number the last digits, which are those of one processor."""
    return float(f"{value:.12g}") if isinstance(value, float) else value


def flat_baths(*baths: tuple[float, float, float, float]) -> dict[str, Any]:
    """Changes to flat spectra: gamma_11, gamma_22, f and the phase, for the left and right bath."""
    changes: dict[str, Any] = {}
    for name, (first, second, weight, phase) in zip(("left", "right"), baths, strict=True):
        changes |= {
            f"baths.{name}.transition_1": {"shape": "flat", "strength": first},
            f"baths.{name}.transition_2": {"shape": "flat", "strength": second},
            f"baths.{name}.weight_factor": {"shape": "constant", "value": weight},
            f"baths.{name}.cross_phase": phase,
        }
    return changes
