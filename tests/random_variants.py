"""Random variants, valid by construction, over the whole key space of config/README.md.

`draw` gives the same variant for the same state of the generator. Grids are small: a variant
takes seconds to build. Everything is drawn in units of a mean energy of one, and afterwards
the unit of energy is changed in a third of the variants.
"""

from __future__ import annotations

import copy
import itertools
import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import yaml

VARIANTS = Path(__file__).parents[1] / "config" / "variants"
BATHS = {"three_level": ("left", "right"), "coupled_tls": ("1", "2")}
SYSTEMS = {"three_level": ("lambda", "v", "xi"), "coupled_tls": ("coupled_tls",)}
LEVELS = {
    "lambda": ("g1", "g2", "e"),
    "v": ("e1", "e2", "g"),
    "xi": ("e1", "e2", "g"),
    "coupled_tls": ("G", "E1", "E2", "D"),
}
EQUATIONS = ("nonsecular", "secular", "unified", "geometric")


@dataclass(frozen=True)
class RandomVariant:
    """A variant as plain data, complete, and the tables that it reads.

    Attributes
    ----------
    data : dict
        What its file says; `file` of a table is a name in `tables`.
    tables : dict of str to list of (float, float)
        Rows of frequency and value of each table.
    kinds : tuple of str
        The special cases that went into it.
    """

    data: dict
    tables: dict = field(default_factory=dict)
    kinds: tuple = ()


def paper():
    """The complete data of paper.yaml."""
    return yaml.safe_load((VARIANTS / "paper.yaml").read_text(encoding="utf-8")) | {}


def number(value, digits=6):
    """A number that is short to write and exact when it is read again."""
    return float(f"{value:.{digits}g}")


def write(folder, name, variant):
    """Write a variant as NAME.yaml, what differs from the paper only, beside paper.yaml.

    Parameters
    ----------
    folder : path_like
        Where the files go: `load_variant(name, folder=folder)` reads them.
    name : str
        Name of the variant.
    variant : RandomVariant
        The variant.

    Returns
    -------
    Path
        The file. It names its tables, in the same folder, by absolute paths.
    """
    folder = Path(folder).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "paper.yaml").write_bytes((VARIANTS / "paper.yaml").read_bytes())
    for table, rows in variant.tables.items():
        lines = ["frequency,value", *(f"{w!r},{value!r}" for w, value in rows)]
        (folder / f"{name}_{table}").write_text("\n".join(lines) + "\n", encoding="utf-8")
    data = copy.deepcopy(variant.data)
    for _, curve in curves(data):
        if curve["shape"] == "tabulated":
            curve["file"] = str(folder / f"{name}_{curve['file']}")
    path = folder / f"{name}.yaml"
    path.write_text(as_yaml(data), encoding="utf-8")
    return path


def as_yaml(data):
    """What differs from the paper, as the text of a file."""
    return yaml.safe_dump(difference(_plain_keys(paper()), data) or data, sort_keys=False)


def difference(old, new):
    """The part of `new` that has to be written for it to come out when merged onto `old`."""
    if not isinstance(new, dict) or not isinstance(old, dict):
        return new
    if "shape" in new or new.keys() & {"values", "start"}:
        return new
    return {
        key: difference(old[key], value) if key in old else value
        for key, value in new.items()
        if key not in old or old[key] != value
    }


def curves(part, key=""):
    """Dotted name and mapping of everything that has a shape."""
    if isinstance(part, dict):
        if "shape" in part:
            yield key, part
        for name, inner in part.items():
            yield from curves(inner, f"{key}.{name}" if key else str(name))


def _plain_keys(part):
    """The same with texts for keys: YAML reads the baths 1 and 2 as numbers."""
    if isinstance(part, dict):
        return {str(key): _plain_keys(value) for key, value in part.items()}
    return part


# Drawing ---------------------------------------------------------------------------------------


def draw(rng, kinds=None):
    """Draw a variant.

    Parameters
    ----------
    rng : numpy.random.Generator
        The same state gives the same variant.
    kinds : sequence of str, optional
        Names in `KINDS`; drawn if not given, none to three of them.

    Returns
    -------
    RandomVariant
    """
    given = list(kinds) if kinds is not None else _drawn_kinds(rng)
    # Each may draw over what those before it have drawn.
    given.sort(key=list(KINDS).index)
    data = _plain_keys(paper())
    data["description"] = "A random variant: " + (", ".join(given) or "nothing special")
    data["lamb_shift"] = False
    if "lamb_shift" in given:
        data["lamb_shift"] = [True, ["three_level"], ["coupled_tls"]][rng.integers(3)]
    for section, drawn in (("three_level", _draw_three_level), ("coupled_tls", _draw_coupled_tls)):
        lamb = shifted(data, section)
        if rng.random() < 0.9 or lamb:
            drawn(rng, data[section], lamb)
        else:
            _draw_grid(rng, data[section])
    if rng.random() < 0.4:
        data["spectra"]["frequency"] = _frequency_axis(rng)
    if rng.random() < 0.4:
        _draw_figure_4(rng, data["figure_4"])
    for name in given:
        KINDS[name](rng, data)
    tables = {}
    _draw_tables(rng, data, tables)
    variant = RandomVariant(data, tables, tuple(given))
    if rng.random() < 0.35:
        unit = float(10.0 ** rng.integers(-9, 10)) * number(rng.choice([1.0, rng.uniform(1, 9)]), 3)
        variant = scaled(variant, unit)
    return variant


def shifted(data, section):
    """Whether the systems of a section are asked for with principal values."""
    asked = data["lamb_shift"]
    return asked if isinstance(asked, bool) else section in asked


def _drawn_kinds(rng):
    count = int(rng.choice([0, 1, 2, 3], p=[0.25, 0.4, 0.25, 0.1]))
    drawn = {str(name) for name in rng.choice(list(KINDS), size=count, replace=False)}
    # Roads of their own through the chain, whatever else is special.
    return sorted(
        drawn
        | ({"lamb_shift"} if rng.random() < 0.1 else set())
        | ({"sweep"} if rng.random() < 0.15 else set())
    )


def _sign(rng):
    return float(rng.choice([-1.0, 1.0]))


def _logarithmic(rng, low, high):
    """A number between two powers of ten."""
    return number(10.0 ** rng.uniform(low, high))


def _draw_three_level(rng, section, lamb):
    section["mean_energy"] = 1.0 if rng.random() < 0.7 else number(rng.uniform(0.3, 3.0), 3)
    mean = section["mean_energy"]
    for system in SYSTEMS["three_level"]:
        section["energy_difference"][system] = number(
            mean * _sign(rng) * _logarithmic(rng, -4.0, -0.3)
        )
    section["baths"] = _draw_pair(rng, mean, lamb)
    _draw_grid(rng, section)


def _draw_coupled_tls(rng, section, lamb):
    first = number(rng.uniform(0.3, 2.0), 3)
    second = first if rng.random() < 0.4 else number(rng.uniform(0.3, 2.0), 3)
    # g^2 < w_1 w_2 leaves all transition energies positive.
    largest = 0.95 * math.sqrt(first * second)
    section["frequency_1"], section["frequency_2"] = first, second
    section["coupling"] = number(_sign(rng) * largest * _logarithmic(rng, -4.0, 0.0))
    section["baths"] = {
        bath: _spectrum(rng, 0.5 * (first + second), lamb) for bath in BATHS["coupled_tls"]
    }
    _draw_grid(rng, section)


def _draw_pair(rng, mean, lamb=False):
    """The two baths of a three-level system."""
    same = rng.random() < 0.3  # one shape for all: closer to the paper
    shape = _shape(rng, lamb) if same else None
    baths = {
        bath: {
            "transition_1": _spectrum(rng, mean, lamb, shape),
            "transition_2": _spectrum(rng, mean, lamb, shape),
            "weight_factor": _weight_factor(rng, mean),
            "cross_phase": _phase(rng),
        }
        for bath in BATHS["three_level"]
    }
    for bath in baths.values() if lamb else []:
        # An integral over some thousands of zeros of f takes seconds.
        widths = [bath[f"transition_{i}"].get("width", 0.0) for i in (1, 2)]
        field = bath["weight_factor"]
        if min(widths) > 0.0 and field["shape"] == "isotropic":
            farthest = number(0.05 * field["speed"] / min(widths), 3)
            field["distance"] = min(field["distance"], farthest)
    return baths


def _shape(rng, lamb):
    shapes = ["ohmic", "lorentzian", "tabulated"]
    return str(rng.choice(shapes if lamb else ["flat", "flat", *shapes]))


def _spectrum(rng, mean, lamb=False, shape=None):
    strength = _logarithmic(rng, -4.0, -1.0) if rng.random() < 0.85 else _logarithmic(rng, -9, 0)
    strength = number(mean * strength)
    shape = shape or _shape(rng, lamb)
    if shape == "flat":
        return {"shape": "flat", "strength": strength}
    if shape == "ohmic":
        lowest = 0.3 if lamb else 0.0
        exponent = float(rng.choice([0.5, 1.0, 2.0, 3.0, number(rng.uniform(lowest, 4.0), 3)]))
        if not lamb and rng.random() < 0.1:
            exponent = 0.0
        cutoff = number(mean * rng.uniform(0.3, 5.0), 3)
        strength = number(strength * mean**-exponent)
        return {"shape": "ohmic", "strength": strength, "exponent": exponent, "cutoff": cutoff}
    if shape == "lorentzian":
        center = number(mean * rng.uniform(0.7, 1.3), 4)
        width = number(mean * _logarithmic(rng, -2.5, 0.0), 3)
        return {"shape": "lorentzian", "strength": strength, "center": center, "width": width}
    # The table is drawn when all energies are known: here stands its largest value.
    return {"shape": "tabulated", "file": strength}


def _weight_factor(rng, mean):
    shape = str(rng.choice(["constant", "constant", "constant", "isotropic", "tabulated"]))
    if shape == "constant":
        return {"shape": "constant", "value": number(rng.choice([1.0, 1.0, 0.0, rng.random()]), 3)}
    if shape == "isotropic":
        distance = 0.0 if rng.random() < 0.1 else number(rng.uniform(0.01, 8.0), 3)
        dimension = int(rng.integers(1, 4))
        dipoles = ["none", "perpendicular", "parallel"] if dimension == 3 else ["none"]
        return {
            "shape": "isotropic",
            "dimension": dimension,
            "dipole": str(rng.choice(dipoles)),
            "distance": distance,
            "speed": number(mean * rng.uniform(0.5, 2.0), 3),
        }
    return {"shape": "tabulated", "file": 1.0}


def _phase(rng):
    phases = [0.0, 0.0, 0.0, math.pi, rng.uniform(-math.pi, math.pi), rng.uniform(-50.0, 50.0)]
    return number(rng.choice(phases))


def _draw_grid(rng, section):
    """Axes of T and dT: ranges and values, T = 0, negative differences, single points."""
    if rng.random() < 0.6:
        start = 0.0 if rng.random() < 0.1 else _logarithmic(rng, -1.7, 0.0)
        temperature = {
            "start": start,
            "stop": number((start or 0.1) * rng.uniform(1.5, 20.0), 3),
            "points": int(rng.integers(2, 6)),
        }
    else:
        values = {_logarithmic(rng, -1.7, 1.0) for _ in range(rng.integers(1, 5))}
        if rng.random() < 0.15:
            values.add(0.0)
        start = min(values)
        temperature = {"values": sorted(values)}
    section["temperature"] = temperature
    choice = rng.random()
    if choice < 0.5:
        low = 0.0 if rng.random() < 0.6 else -start if rng.random() < 0.3 else -0.5 * start
        stop = number(rng.uniform(0.1, 2.0), 3)
        axis = {"start": low, "stop": stop, "points": int(rng.integers(2, 6))}
    elif choice < 0.8:
        values = {number(rng.uniform(-0.9 * start, 2.0), 3) for _ in range(rng.integers(1, 4))}
        axis = {"values": sorted({value for value in values if value >= -start} | {0.0})}
    else:
        axis = {"values": [number(rng.choice([rng.uniform(0.0, 2.0), -0.5 * start]), 3)]}
        axis["values"] = [max(axis["values"][0], -start)]
    section["temperature_difference"] = axis


def _frequency_axis(rng):
    start = number(rng.uniform(0.05, 1.2), 3)
    stop = number(start + rng.uniform(0.01, 2.0), 4)
    return {"start": start, "stop": stop, "points": int(rng.choice([2, 7, 50, 201]))}


def _draw_figure_4(rng, section):
    section["temperature"] = number(rng.choice([0.0, rng.uniform(0.1, 3.0)]), 3)
    lowest = -0.9 * section["temperature"]
    section["temperature_difference"] = number(rng.uniform(lowest, 2.0), 3)
    for example in ("distinct_shapes", "shared_shape"):
        section[example] = _draw_pair(rng, 1.0)


# Special cases ---------------------------------------------------------------------------------


def _strengths(section, baths, transitions, strength):
    """Give some baths flat spectra of one strength."""
    for bath, transition in itertools.product(baths, transitions):
        section["baths"][bath][transition] = {"shape": "flat", "strength": strength}


BOTH = ("transition_1", "transition_2")


def _lamb_shift(*_):
    """Nothing more: the shapes were chosen for it."""


def _degenerate(rng, data):
    for system in SYSTEMS["three_level"]:
        if rng.random() < 0.7:
            data["three_level"]["energy_difference"][system] = 0.0


def _nearly_degenerate(rng, data):
    mean = data["three_level"]["mean_energy"]
    for system in SYSTEMS["three_level"]:
        size = _logarithmic(rng, -13.0, -5.0)
        data["three_level"]["energy_difference"][system] = number(_sign(rng) * size * mean)


def _wide_splitting(rng, data):
    mean = data["three_level"]["mean_energy"]
    for system in SYSTEMS["three_level"]:
        size = mean * rng.uniform(0.3, 1.9)
        data["three_level"]["energy_difference"][system] = number(_sign(rng) * size, 4)


def _determinant_zero(rng, data):
    section = data["three_level"]
    section["energy_difference"] = dict.fromkeys(SYSTEMS["three_level"], 0.0)
    phase = _phase(rng)
    if shifted(data, "three_level"):
        spectrum = {"shape": "ohmic", "strength": 0.01, "exponent": 1.0, "cutoff": 3.0}
    else:
        spectrum = {"shape": "flat", "strength": 0.01}
    for bath in BATHS["three_level"]:
        section["baths"][bath] = {
            "transition_1": dict(spectrum),
            "transition_2": dict(spectrum),
            "weight_factor": {"shape": "constant", "value": 1.0},
            "cross_phase": phase,
        }


def _own_bath_each(_, data):
    if not shifted(data, "three_level"):
        _strengths(data["three_level"], ["left"], ["transition_2"], 0.0)
        _strengths(data["three_level"], ["right"], ["transition_1"], 0.0)


def _proportional(rng, data):
    """Both transitions couple to the baths in one proportion, Eqs. (20) and (22)."""
    baths = data["three_level"]["baths"]
    if not shifted(data, "three_level"):
        first, second, ratio = (_logarithmic(rng, -3.0, -1.0) for _ in range(3))
        for bath, factor in (("left", 1.0), ("right", number(100.0 * ratio))):
            for transition, strength in zip(BOTH, (first, second), strict=True):
                baths[bath][transition] = {"shape": "flat", "strength": strength * factor}
    baths["right"]["weight_factor"] = copy.deepcopy(baths["left"]["weight_factor"])
    baths["right"]["cross_phase"] = baths["left"]["cross_phase"]


def _one_bath_off(rng, data):
    if not shifted(data, "three_level"):
        _strengths(data["three_level"], [str(rng.choice(BATHS["three_level"]))], BOTH, 0.0)


def _one_transition_off(rng, data):
    if not shifted(data, "three_level"):
        transition = str(rng.choice(BOTH))
        _strengths(data["three_level"], BATHS["three_level"], [transition], 0.0)


def _baths_off(_, data):
    if not shifted(data, "three_level"):
        _strengths(data["three_level"], BATHS["three_level"], BOTH, 0.0)


def _site_bath_off(rng, data):
    if not shifted(data, "coupled_tls"):
        off = [("1",), ("2",), ("1", "2")][rng.integers(3)]
        for bath in off:
            data["coupled_tls"]["baths"][bath] = {"shape": "flat", "strength": 0.0}


def _weak_pair(rng, data):
    section = data["coupled_tls"]
    section["frequency_2"] = section["frequency_1"]
    small = _logarithmic(rng, -10.0, -2.0)
    section["coupling"] = number(_sign(rng) * small * section["frequency_1"])
    if not shifted(data, "coupled_tls") and rng.random() < 0.5:
        for bath in BATHS["coupled_tls"]:
            section["baths"][bath] = {
                "shape": "flat",
                "strength": number(small * rng.uniform(1, 9)),
            }


def _uncoupled_pair(rng, data):
    data["coupled_tls"]["coupling"] = 0.0
    if rng.random() < 0.5:
        data["coupled_tls"]["frequency_2"] = data["coupled_tls"]["frequency_1"]


def _no_interference(_, data):
    for bath in BATHS["three_level"]:
        data["three_level"]["baths"][bath]["weight_factor"] = {"shape": "constant", "value": 0.0}


def _opposite_phases(_, data):
    """In each bath another state is dark."""
    for bath, phase in zip(BATHS["three_level"], (0.0, math.pi), strict=True):
        data["three_level"]["baths"][bath]["weight_factor"] = {"shape": "constant", "value": 1.0}
        data["three_level"]["baths"][bath]["cross_phase"] = number(phase, 17)


def _narrow_bath(rng, data):
    section = data["three_level"]
    mean, difference = section["mean_energy"], section["energy_difference"]["lambda"]
    for transition in BOTH:
        section["baths"]["left"][transition] = {
            "shape": "lorentzian",
            "strength": _logarithmic(rng, -3.0, -1.0),
            "center": number(mean + rng.choice([0.0, 0.5 * difference, 0.01 * mean])),
            "width": number(mean * _logarithmic(rng, -4.0, -2.5), 3),
        }


def _leads(rng, data):
    """Electron leads in place of one bath or both."""
    _distributions(rng, data, "fermi", "chemical_potential")


def _current_noise(rng, data):
    """Junctions at a voltage in place of one bath or both."""
    _distributions(rng, data, "current_noise", "voltage")


def _distributions(rng, data, shape, parameter):
    sections = [section for section in BATHS if not shifted(data, section)]
    for section in sections if rng.random() < 0.3 else sections[-1:]:
        for bath in BATHS[section][: rng.integers(1, 3)]:
            value = rng.choice([0.0, 1.0, number(rng.uniform(0.0, 3.0), 3)])
            own = data[section].setdefault("distributions", {})
            own[bath] = {"shape": shape, parameter: float(value)}


def _weak_coupling(rng, data):
    """Strengths of 1e-12 to 1e-6 of the energies."""
    factor = 10.0 ** float(rng.integers(-10, -4))
    for section in BATHS:
        for _, curve in curves(data[section]["baths"]):
            if "strength" in curve:
                curve["strength"] = number(curve["strength"] * factor)


def _zero_temperature(rng, data):
    for section in BATHS:
        data[section]["temperature"] = {"values": [0.0, 0.5] if rng.random() < 0.5 else [0.0]}
        values = [[0.0], [0.0, 0.7], [0.3, 1.0], [1.0]][rng.integers(4)]
        data[section]["temperature_difference"] = {"values": values}


def _colder_right_bath_at_zero(rng, data):
    """T_R = 0 < T_L, at a corner of the grid or everywhere."""
    for section in BATHS:
        temperature = _logarithmic(rng, -1.0, 0.3)
        others = [number(2.0 * temperature)] if rng.random() < 0.5 else []
        data[section]["temperature"] = {"values": [temperature, *others]}
        further = [0.0] if rng.random() < 0.5 else []
        data[section]["temperature_difference"] = {"values": [-temperature, *further]}


def _very_cold(rng, data):
    for section in BATHS:
        start = _logarithmic(rng, -4.0, -2.0)
        data[section]["temperature"] = {"values": [start, number(3.0 * start), 1.0]}
        data[section]["temperature_difference"] = {"values": [0.0, start, 1.0]}


def _very_hot(rng, data):
    for section in BATHS:
        start = _logarithmic(rng, 1.0, 4.0)
        data[section]["temperature"] = {"start": start, "stop": 10.0 * start, "points": 3}
        data[section]["temperature_difference"] = {"values": [0.0, number(0.3 * start)]}


def _equilibrium_only(_, data):
    for section in BATHS:
        data[section]["temperature_difference"] = {"values": [0.0]}


def _one_point(_, data):
    for section in BATHS:
        data[section]["temperature"] = {"start": 0.5, "stop": 0.5, "points": 1}
        data[section]["temperature_difference"] = {"values": [0.5]}


def _like_the_paper(rng, data):
    """The paper's physics on a coarse grid, with another axis of frequencies."""
    for section in BATHS:
        data[section] = _plain_keys(paper()[section])
        data[section]["temperature"] = {"start": 0.1, "stop": 2.0, "points": 4}
        data[section]["temperature_difference"] = {"start": 0.0, "stop": 1.0, "points": 3}
    data["lamb_shift"] = False
    data["spectra"]["frequency"] = _frequency_axis(rng)


def _other_mean_energy(rng, data):
    """The three-level systems move; the coupled ones, and Fig. 4, keep their energies."""
    section = data["three_level"]
    mean = number(rng.uniform(0.3, 4.0), 3)
    ratio = mean / section["mean_energy"]
    section["mean_energy"] = mean
    for system, value in section["energy_difference"].items():
        section["energy_difference"][system] = number(ratio * value)


def _table_to_the_point(rng, data):
    """A table that covers the transition energies and no more; drawn in `_draw_tables`."""
    if shifted(data, "three_level"):
        return
    for bath in BATHS["three_level"]:
        for transition in BOTH:
            if rng.random() < 0.6:
                strength = _logarithmic(rng, -3.0, -1.0)
                data["three_level"]["baths"][bath][transition] = {
                    "shape": "tabulated",
                    "file": -strength,
                }


def _fewer_systems(rng, data):
    everything = [system for systems in SYSTEMS.values() for system in systems]
    kept = rng.permutation(everything)[: rng.integers(1, len(everything))]
    data["systems"] = [system for system in everything if system in kept]
    left = [section for section, systems in SYSTEMS.items() if {*systems} & {*kept}]
    if isinstance(data["lamb_shift"], list) and not {*left} >= {*data["lamb_shift"]}:
        data["lamb_shift"] = False


def _sweep(rng, data):
    selected = {
        section: [system for system in systems if system in data.get("systems", systems)]
        for section, systems in SYSTEMS.items()
    }
    section = str(rng.choice([section for section, systems in selected.items() if systems]))
    if section == "three_level" and shifted(data, section):
        # Swept, distance and width may be twice as large and speed half, for eight times the zeros.
        for bath in data[section]["baths"].values():
            if bath["weight_factor"]["shape"] == "isotropic":
                bath["weight_factor"]["distance"] = number(bath["weight_factor"]["distance"] / 8, 3)
    known = _numbers(data, section)
    names = [str(name) for name in rng.choice(sorted(known), size=int(rng.integers(1, 3)))]
    names = list(dict.fromkeys(names))
    # What is an energy difference belongs to one system; others to all of a section.
    energies = [name for name in names if not {"baths", "distributions"} & {*name.split(".")}]
    for extra in energies[1:]:  # one energy at a time: their ranges depend on each other
        names.remove(extra)
    axes = {name: _swept(rng, known[name], _last(name)) for name in names}
    shared = [
        system
        for system in selected[section]
        if all("energy_difference" not in name or name.endswith(f".{system}") for name in names)
    ]
    chosen = shared if rng.random() < 0.5 else [str(rng.choice(shared))]
    equations = [str(one) for one in rng.choice(EQUATIONS, size=2, replace=False)]
    if shifted(data, section) and rng.random() < 0.3:
        equations[0] = "nonsecular_lamb"
    data["sweep"] = {"parameters": axes, "systems": chosen, "equations": equations}
    if rng.random() < 0.5:
        data["sweep"]["chunk_points"] = int(rng.integers(20, 200))
    data["sweep"]["figures"] = _sweep_figures(rng, data, section, chosen, equations)


def _last(name):
    return name.rpartition(".")[2]


def _numbers(data, section):
    """Every number that can be swept under its dotted name, and the range it may have."""
    part = data[section]
    known = {}
    if section == "three_level":
        mean = part["mean_energy"]
        widest = max(abs(value) for value in part["energy_difference"].values())
        known["three_level.mean_energy"] = (0.6 * max(mean, widest), 2.0 * mean)
        for system in data.get("systems", SYSTEMS[section]):
            if system == "coupled_tls":
                continue
            known[f"three_level.energy_difference.{system}"] = (-1.2 * mean, 1.2 * mean)
    else:
        first, second, coupling = (
            part[name] for name in ("frequency_1", "frequency_2", "coupling")
        )
        known["coupled_tls.frequency_1"] = (1.1 * coupling**2 / second + 0.1 * first, 2.0 * first)
        known["coupled_tls.frequency_2"] = (1.1 * coupling**2 / first + 0.1 * second, 2.0 * second)
        largest = 0.9 * math.sqrt(first * second)
        known["coupled_tls.coupling"] = (-largest, largest)
    for name, curve in curves(part["baths"], f"{section}.baths"):
        for parameter, value in curve.items():
            of_dipoles = parameter == "dimension" and curve.get("dipole", "none") != "none"
            if parameter not in ("shape", "file", "dipole") and not of_dipoles:
                known[f"{name}.{parameter}"] = _range_of(parameter, value, shifted(data, section))
    for bath, entry in part.get("distributions", {}).items():
        (parameter,) = entry.keys() - {"shape"}
        known[f"{section}.distributions.{bath}.{parameter}"] = (0.0, 2.0)
    for bath in BATHS["three_level"] if section == "three_level" else ():
        known[f"three_level.baths.{bath}.cross_phase"] = (-4.0, 4.0)
    return known


def _range_of(parameter, value, lamb):
    if parameter == "value":
        return 0.0, 1.0
    if parameter == "exponent":
        return max(0.4 if lamb else 0.0, value - 0.5), value + 0.5
    if parameter in ("strength", "distance"):
        return 0.0, 2.0 * value or 0.1
    return 0.5 * value, 2.0 * value


def _swept(rng, limits, parameter):
    if parameter == "dimension":
        return {"values": [[1, 2, 3], [2], [1, 3]][rng.integers(3)]}
    low, high = limits
    ends = sorted(number(rng.uniform(low, high), 4) for _ in range(2))
    if ends[0] == ends[1] or rng.random() < 0.4:
        return {"values": sorted({*ends, number(low, 12), number(high, 12)})[:3]}
    return {"start": ends[0], "stop": ends[1], "points": int(rng.integers(1, 4))}


def _points(axis):
    if "values" in axis:
        return axis["values"]
    if axis["points"] == 1:
        return [axis["start"]]
    return np.linspace(axis["start"], axis["stop"], axis["points"]).tolist()


def _sweep_figures(rng, data, section, systems, equations):
    """A map and line cuts."""
    axes = data["sweep"]["parameters"] | {
        name: data[section][name] for name in ("temperature", "temperature_difference")
    }
    figures = {}
    for kind in ("y", "curves"):
        system = str(rng.choice(systems))
        first, second = (str(name) for name in rng.choice(sorted(axes), size=2, replace=False))
        variable = str(rng.choice(["coherence", "population", "energy_current", "min_eigenvalue"]))
        figure = {
            "system": system,
            "equation": str(rng.choice(equations)),
            "variable": variable,
            "x": first,
            kind: second,
            "at": {
                name: float(rng.choice(_points(axis)))
                for name, axis in axes.items()
                if name not in (first, second)
            },
        }
        if variable == "population":
            figure["level"] = str(rng.choice(LEVELS[system]))
        if variable == "energy_current":
            figure["bath"] = str(rng.choice(BATHS[section]))
        figures[f"{'map' if kind == 'y' else 'cuts'}"] = figure
    return figures


KINDS = {
    "other mean energy": _other_mean_energy,
    "degenerate": _degenerate,
    "nearly degenerate": _nearly_degenerate,
    "wide splitting": _wide_splitting,
    "lamb_shift": _lamb_shift,
    "table to the point": _table_to_the_point,
    "proportional": _proportional,
    "determinant zero": _determinant_zero,
    "own bath each": _own_bath_each,
    "one bath off": _one_bath_off,
    "one transition off": _one_transition_off,
    "baths off": _baths_off,
    "bath of a site off": _site_bath_off,
    "weak pair": _weak_pair,
    "uncoupled pair": _uncoupled_pair,
    "no interference": _no_interference,
    "opposite phases": _opposite_phases,
    "narrow bath": _narrow_bath,
    "leads": _leads,
    "current noise": _current_noise,
    "weak coupling": _weak_coupling,
    "like the paper": _like_the_paper,
    "T = 0": _zero_temperature,
    "colder right bath at T = 0": _colder_right_bath_at_zero,
    "very cold": _very_cold,
    "very hot": _very_hot,
    "equilibrium only": _equilibrium_only,
    "one point": _one_point,
    "fewer systems": _fewer_systems,
    "sweep": _sweep,
}


# Tables ----------------------------------------------------------------------------------------


def energies_used(data):
    """Transition energies at which the tables of each part are used, sweeps included."""
    swept = data.get("sweep", {}).get("parameters", {})
    names = [name for name in swept if ".baths." not in name]
    used = {"three_level": [], "coupled_tls": [], "figure_4": []}
    ends = [[_points(swept[name])[0], _points(swept[name])[-1]] for name in names]
    for corner in [(), *itertools.product(*ends)]:
        changed = copy.deepcopy(data)
        for name, value in zip(names, corner, strict=False):
            part = changed
            for key in name.split(".")[:-1]:
                part = part[key]
            part[_last(name)] = value
        three_level, pair = changed["three_level"], changed["coupled_tls"]
        for system, difference_ in three_level["energy_difference"].items():
            both = [three_level["mean_energy"] + sign * 0.5 * difference_ for sign in (1.0, -1.0)]
            used["three_level"] += both
            if system == "lambda" and not corner:
                used["figure_4"] += both
        mean = 0.5 * (pair["frequency_1"] + pair["frequency_2"])
        radius = math.hypot(0.5 * (pair["frequency_1"] - pair["frequency_2"]), pair["coupling"])
        used["coupled_tls"] += [mean - radius, mean + radius]
    return used


def _draw_tables(rng, data, tables):
    """Put a table into the place of each largest value that `_spectrum` has left."""
    used = energies_used(data)
    for key, curve in curves(data):
        if curve["shape"] != "tabulated":
            continue
        largest, energies = curve["file"], used[key.split(".")[0]]
        low, high = min(energies), max(energies)
        if largest > 0.0 or low == high:
            low, high = low * rng.uniform(0.3, 0.95), high * rng.uniform(1.05, 2.0)
        inside = rng.uniform(low, high, int(rng.integers(0, 11)))
        # Nodes too close to each other would not be different numbers in another unit.
        nodes = sorted({low, high, *(number(node, 5) for node in inside if low < node < high)})
        weights = rng.uniform(0.05, 1.0, len(nodes))
        if rng.random() < 0.1:
            weights[rng.integers(len(weights))] = 0.0
        name = f"table_{len(tables) + 1}.csv"
        tables[name] = [
            (node, number(abs(largest) * weight, 4))
            for node, weight in zip(nodes, weights, strict=True)
        ]
        curve["file"] = name


# Another unit of energy -----------------------------------------------------------------------

ENERGIES = {
    *("mean_energy", "lambda", "v", "xi", "frequency_1", "frequency_2", "coupling"),
    *(
        "chemical_potential",
        "voltage",
        "center",
        "width",
        "cutoff",
        "speed",
        "temperature",
        "temperature_difference",
        "frequency",
    ),
}


def scaled(variant, factor):
    """The same physics with every energy, rate and temperature times a factor.

    gamma(w) becomes factor gamma(w / factor); the strength of an ohmic spectrum is an energy to
    the power 1 - exponent.

    Parameters
    ----------
    variant : RandomVariant
        The variant.
    factor : float
        The factor.

    Returns
    -------
    RandomVariant
    """
    data = copy.deepcopy(variant.data)
    weights = {
        curve["file"]
        for key, curve in curves(data)
        if _last(key) == "weight_factor" and curve["shape"] == "tabulated"
    }
    _scale(data, factor)
    if "sweep" in data:
        axes = data["sweep"]["parameters"]
        for name in axes:
            axes[name] = _times(axes[name], _power(variant.data, name), factor)
        for figure in data["sweep"].get("figures", {}).values():
            for name, value in figure["at"].items():
                figure["at"][name] = _times(value, _power(variant.data, name), factor)
    tables = {
        name: [
            (_times(w, 1.0, factor), _times(value, 0.0 if name in weights else 1.0, factor))
            for w, value in rows
        ]
        for name, rows in variant.tables.items()
    }
    used = energies_used(data)
    for key, curve in curves(data):
        if curve["shape"] == "tabulated":
            # By rounding, a table to the point may miss it.
            (low, first), *inner, (high, last) = tables[curve["file"]]
            low, high = (min(low, *used[key.split(".")[0]]), max(high, *used[key.split(".")[0]]))
            tables[curve["file"]] = [(low, first), *inner, (high, last)]
    kinds = (*variant.kinds, f"unit {factor:g}")
    return RandomVariant(data, tables, kinds)


def _scale(part, factor):
    for key, value in part.items():
        if key == "sweep":
            continue
        if key == "strength":
            part[key] = _times(value, 1.0 - part.get("exponent", 0.0), factor)
        elif key in ENERGIES and not (isinstance(value, dict) and "shape" in value):
            part[key] = _times(value, 1.0, factor)
        elif isinstance(value, dict):
            _scale(value, factor)


def _power(data, name):
    """The power of energy that a number has, by its dotted name."""
    part = data
    *above, last = name.split(".")
    for key in above:
        part = part[key]
    if last == "strength":
        return 1.0 - part.get("exponent", 0.0)
    return 1.0 if last in ENERGIES else 0.0


def _times(value, power, factor):
    """A number or an axis in another unit."""
    if power == 0.0:
        return value
    if isinstance(value, dict):
        return {
            key: inner if key == "points" else _times(inner, power, factor)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [_times(inner, power, factor) for inner in value]
    # Rounded, so that sums that vanish in one unit vanish in the other.
    return number(value * factor**power, 15)
