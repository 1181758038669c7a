"""Names and colours that the figures of this paper share, and what a variant changes."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from li_cai_sun_2015.configuration.units import EnergyUnit
from paper_replication.figures import BLACK, BLUE, GREEN, PURPLE, VERMILION
from steady_coherence.master_equations import MASTER_EQUATIONS
from steady_coherence.systems import SYSTEMS

BATH_COLORS = {"left": BLUE, "right": VERMILION, "1": BLUE, "2": VERMILION}
LEVEL_COLORS = (BLUE, VERMILION, BLACK, GREEN, PURPLE)

#: Colour, dashes and marker of each master equation in turn.
_EQUATION_STYLES = (
    (BLACK, "-", "o"),
    (BLUE, "-", "s"),
    (PURPLE, "-.", "v"),
    (VERMILION, "--", "^"),
    (GREEN, ":", "D"),
    ("#56B4E9", "--", "P"),
    ("#E69F00", "-.", "X"),
    ("#7F7F7F", ":", "*"),
)

NO_STEADY_STATE = "no unique steady state"
#: A coherence rho_12 below this share of sqrt(rho_11 rho_22), which bounds it, is rounding.
ROUNDING = 1e-13


def system_title(system: str) -> str:
    """Title of a level system."""
    return SYSTEMS[system].symbol if system in SYSTEMS else system


def equation_style(equation: str) -> tuple[str, str, str, str]:
    """Title, colour, dashes and marker of a master equation."""
    order = list(MASTER_EQUATIONS)
    at = order.index(equation) if equation in order else len(order)
    title = MASTER_EQUATIONS[equation].title if equation in order else equation
    return title, *_EQUATION_STYLES[at % len(_EQUATION_STYLES)]


def temperature_labels(unit: EnergyUnit) -> dict[str, str]:
    """Labels of the axes of temperature."""
    difference = unit.label(r"\Delta T")
    return {
        "temperature": f"temperature ${unit.label('T')}$",
        "temperature_difference": f"temperature difference ${difference}$",
    }


SYMBOLS = {"temperature": "T", "temperature_difference": r"\Delta T"}


def by_name(datasets: Iterable[xr.Dataset]) -> dict[tuple[str, str], xr.Dataset]:
    """Steady states among some datasets by system and equation."""
    return {
        (str(data.attrs["system"]), str(data.attrs["equation"])): data
        for data in datasets
        if "equation" in data.attrs
    }


def mean_energy(data: xr.Dataset) -> float:
    """Mean transition energy of a system, or mean frequency of the coupled TLSs."""
    configuration = configuration_of([data])
    section = configuration["coupled_tls"]
    if data.attrs["system"] == "coupled_tls":
        return float(0.5 * (section["frequency_1"] + section["frequency_2"]))
    return float(configuration["three_level"]["mean_energy"])


def level_name(level: str) -> str:
    """Name of a level in mathtext without dollar signs."""
    return f"{level[0]}_{{{level[1:]}}}" if len(level) > 1 else level


def largest_in_words(symbol: str, values: xr.DataArray) -> str:
    """Largest modulus of a quantity, for those who do not see its curve or map."""
    largest = float(abs(values).max())
    if np.isnan(largest):
        return f"{symbol} nowhere, for want of a unique steady state"
    return f"{symbol} up to {largest:.3g}" if largest else f"{symbol} zero everywhere"


def peak_in_words(values: xr.DataArray) -> str:
    """Value of largest modulus of a quantity over T and dT, and where it is."""
    if not bool(np.isfinite(values).any()):
        return f"{NO_STEADY_STATE} anywhere"
    peak = values.isel(abs(values).argmax(...))
    if not float(peak):
        return "0 everywhere"
    where = f"T = {float(peak.temperature):.4g}, dT = {float(peak.temperature_difference):.4g}"
    return f"{float(peak):.4g} at {where}"


def coherence_symbol(data: xr.Dataset) -> str:
    """Element whose modulus is `coherence`, in mathtext without dollar signs."""
    if "density_matrix_real" in data:
        return r"\rho_{ij}"
    if data.attrs["system"] != "coupled_tls":
        return r"\rho_{12}"
    one, other = (level_name(str(level)) for level in data.attrs["coherent_pair"])
    return rf"\langle {one}|\rho|{other}\rangle"


def coherence(data: xr.Dataset) -> xr.DataArray:
    """Modulus of the coherence, zero where it is what rounding leaves of zero.

    Of a system that keeps more than one, the largest of them.
    """
    if "density_matrix_real" in data:
        modulus = abs(data["density_matrix_real"] + 1j * data["density_matrix_imag"])
        other_population = data["population"].rename(level="level_other")
        bounds = np.sqrt(abs(data["population"])) * np.sqrt(abs(other_population))
        apart = data["level"] != data["level_other"]
        kept = modulus.where(apart & ~(modulus <= ROUNDING * bounds), 0.0 * modulus)
        return kept.max(["level", "level_other"], skipna=False)
    one, other = (data["population"].sel(level=level) for level in data.attrs["coherent_pair"])
    bound = np.sqrt(abs(one)) * np.sqrt(abs(other))
    values = data["coherence"]
    return values.where(~(values <= ROUNDING * bound), 0.0).drop_vars("level", errors="ignore")


@dataclass(frozen=True)
class Cut:
    """Line of a grid of temperatures on which curves are drawn."""

    along: str
    across: str
    place: int
    value: float

    def of(self, values: xr.DataArray | xr.Dataset) -> Any:
        """Values on the line."""
        return values.isel({self.across: self.place}).sortby(self.along)

    def note(self, unit: EnergyUnit) -> str:
        """Where the line lies, in mathtext with dollar signs."""
        return f"${SYMBOLS[self.across]} = {unit.amount(self.value)}$"


def cut_at(data: xr.Dataset, wanted: float, along: str = "temperature_difference") -> Cut:
    """Line across the grid of a dataset, along the temperature difference or the temperature.

    Of the other dimension the value on the grid that is nearest to the wanted one is taken. If the
    dimension of the line has a single value and the other has not, they change places.
    """
    other = {"temperature": "temperature_difference"}.get(along, "temperature")
    across = other
    if data.sizes[along] == 1 < data.sizes[other]:
        along, across = other, along
    values = data[across].values
    place = int(np.abs(values - wanted).argmin()) if across == other else 0
    return Cut(along, across, place, float(values[place]))


# What a variant changes ------------------------------------------------------------------------


def differences(configuration: Mapping[str, Any], paper: Mapping[str, Any]) -> Iterator[str]:
    """Differences of a resolved configuration from the paper's, each as `dotted.key value`."""
    # In the paper's order, whatever the order in which a file holds them.
    for key in dict.fromkeys([*(key for key in paper if key in configuration), *configuration]):
        value, old = configuration[key], paper.get(key)
        if value == old or key in ("name", "description"):
            continue
        if isinstance(value, Mapping) and isinstance(old, Mapping) and not _is_leaf(value):
            for text in differences(value, old):
                yield f"{key}.{text}"
        else:
            yield f"{key} {_in_words(value)}"


def _is_leaf(value: Mapping[str, Any]) -> bool:
    return bool({"shape", "start", "values", "parameters"} & value.keys())


def _in_words(value: Any) -> str:
    if isinstance(value, Mapping):
        if "start" in value:
            return f"{value['start']:g} to {value['stop']:g}"
        if "parameters" in value:
            return f"over {len(value['parameters'])} parameters"
        shape = [str(value["shape"])] if "shape" in value else []
        rest = [
            f"{key} {_in_words(one)}"
            for key, one in sorted(value.items(), key=lambda item: item[0] != "strength")
            if key != "shape" and one is not None
        ]
        return " ".join([*shape, *rest])
    if isinstance(value, (list, tuple)):
        shown = [_in_words(one) for one in value[:4]]
        return ", ".join(shown + ["..."] * (len(value) > 4))
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def configuration_of(datasets: Sequence[xr.Dataset]) -> dict[str, Any]:
    """Configuration that some datasets come from; empty if there are none."""
    for data in datasets:
        if "configuration" in data.attrs:
            return dict(json.loads(data.attrs["configuration"]))
    return {}


def selected_systems(configuration: Mapping[str, Any]) -> list[str]:
    """Level systems that a variant selects; all of them where it does not say."""
    return list(configuration.get("systems") or SYSTEMS)


def sites_of(configuration: Mapping[str, Any]) -> NDArray[np.float64]:
    """Transition energies of the coupled TLSs, Eq. (26)."""
    section = configuration["coupled_tls"]
    mean = 0.5 * (section["frequency_1"] + section["frequency_2"])
    half = 0.5 * float(
        np.hypot(section["frequency_1"] - section["frequency_2"], 2 * section["coupling"])
    )
    return np.array([mean - half, mean + half])
