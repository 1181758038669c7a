"""The model of a variant: what it may say, what it has to obey, and what follows from it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache, reduce
from operator import and_
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from annotated_types import Ge, Le, Len
from numpy.typing import ArrayLike, NDArray
from pydantic import (
    AfterValidator,
    Field,
    PlainValidator,
    PrivateAttr,
    create_model,
    model_validator,
)

from li_cai_sun_2015.configuration import parts
from paper_replication.files import read_json
from paper_replication.models import Expected, Model, build, different, wrong
from paper_replication.refusals import ConfigurationError, near, one_of, shown
from paper_replication.run_configuration import FILE_NAME
from steady_coherence import SYSTEMS, Bath, CollectiveTransition, Isotropic, LevelSystem, Tabulated
from steady_coherence.coupling_spectra import CouplingSpectrum
from steady_coherence.parameters import Parameter
from steady_coherence.spectra import Curve

LARGEST_GRID = 10_000_000  # points; some gigabytes of results
MOST_ZEROS = 100_000  # of a weight factor whose principal values are integrated: minutes


Names = Annotated[
    list[Annotated[str, Expected("a name")]],
    Len(1),
    AfterValidator(different),
    Expected("a list of different names"),
]
Dimension = Annotated[str, Expected("the name of a dimension")]


class SweepFigure(Model):
    """A figure of a sweep: a map, or line cuts."""

    system: Annotated[
        str | None,
        Expected("the name of a system"),
        Field(description="The system; may be left out where the sweep has one only"),
    ] = None
    equation: Annotated[
        str | None,
        Expected("the name of a master equation"),
        Field(description="The master equation; may be left out where the sweep has one only"),
    ] = None
    variable: Annotated[str, Expected("the name of a variable"), Field(description="What is drawn")]
    level: Annotated[
        str | None,
        Expected("the name of a level"),
        Field(description="The level, where a population is drawn"),
    ] = None
    bath: Annotated[
        str | None,
        Expected("the name of a bath"),
        Field(description="The bath, where an energy current is drawn"),
    ] = None
    x: Annotated[Dimension, Field(description="The dimension along the horizontal axis")]
    y: Annotated[
        Dimension | None, Field(description="For a map: the dimension along the vertical axis")
    ] = None
    curves: Annotated[
        Dimension | None,
        Field(
            description="For line cuts: the dimension with one curve for each of its values, or "
            "for eight of them"
        ),
    ] = None
    at: Annotated[
        dict[str, float],
        Expected("a mapping of dimensions to numbers"),
        Field(description="A number for each of the other dimensions; the nearest point is taken"),
    ]


class Sweep(Model):
    """Steady states over any numbers of a variant, on top of T and dT."""

    parameters: Annotated[
        dict[str, parts.Axis],
        Len(1),
        Expected("a mapping of dotted names to axes, at least one"),
        Field(description="Dotted name and axis of each number, outermost dimension first"),
    ]
    systems: Annotated[
        Names | None,
        Field(description="The systems; all that the parameters belong to where it is not given"),
    ] = None
    equations: Annotated[
        Names | None,
        Field(description="The master equations; nonsecular and secular where it is not given"),
    ] = None
    variables: Annotated[
        Names | None,
        Field(description="What is kept of the steady states; everything where it is not given"),
    ] = None
    chunk_points: Annotated[
        int | None, Ge(1), Le(10**11), Field(description="Largest number of points of a job")
    ] = None
    compression: Annotated[
        int | None, Ge(0), Le(9), Field(description="Level of the compression (zlib); 0 is none")
    ] = None
    figures: Annotated[
        dict[
            Annotated[
                str, Field(pattern=FILE_NAME), Expected("a name of letters, digits, _ and -")
            ],
            SweepFigure,
        ]
        | None,
        Expected("a mapping of names to figures"),
        Field(description="Figures, each under the name of its file"),
    ] = None


class Spectra(Model):
    """Axis of the spectra that spectra.nc tabulates."""

    frequency: Annotated[parts.FrequencyRange, Parameter("Frequencies of the curves", "energy")]


class Figure4(Model):
    """The example spectra of Fig. 4(c), at one pair of temperatures."""

    temperature: Annotated[parts.NonNegative, Parameter("T_L of the example", "energy")]
    temperature_difference: Annotated[float, Parameter("T_R - T_L of the example", "energy")]
    distinct_shapes: Annotated[
        parts.Baths,
        Field(description="Baths whose two transitions see spectra of different shapes"),
    ]
    shared_shape: Annotated[
        parts.Baths, Field(description="Baths whose two transitions see one and the same spectrum")
    ]


def _sections_or_all(value: Any) -> Any:
    listed = isinstance(value, list) and all(isinstance(name, str) for name in value)
    if isinstance(value, bool) or (listed and value and len(set(value)) == len(value)):
        return value
    raise wrong((), value, "expected true, false or a list of different sections")


def merge(old: Any, new: Any) -> Any:
    """Merge what a variant says onto what it builds on.

    Mappings merge key by key, anything else replaces. A mapping that names a
    `shape`, or switches an axis between a range and values, replaces too: the
    parameters of the one mean nothing to the other. Neither is changed.
    """
    if not isinstance(old, dict) or not isinstance(new, dict) or "shape" in new:
        return new
    if "values" in new or ("values" in old and new.keys() & {"start", "stop", "points"}):
        return new
    return old | {key: merge(old[key], new[key]) if key in old else new[key] for key in new}


class Variant(Model):
    """A variant of the paper's parameters.

    Its fields are the keys of a variant file, `paper.yaml` merged in; `variant_model` adds the
    sections of further level systems.
    """

    description: Annotated[
        str,
        Field(
            min_length=1,
            max_length=1000,
            pattern=r"\S",
            description="One line that says what this variant is; it heads figures and report",
        ),
        Expected("a text that is not empty"),
    ]
    lamb_shift: Annotated[
        bool | list[str],
        PlainValidator(_sections_or_all),
        Expected("true, false or a list of different sections"),
        Field(
            description="Whether `nonsecular_lamb`, with the principal values of Eq. (A.5), is "
            "computed as well: in all sections, in none, or in those listed"
        ),
    ]
    systems: Annotated[
        Names, Field(description="Level systems to compute; all that there is a section for")
    ]
    three_level: Annotated[
        parts.Section,
        Field(description="The Lambda, V and Xi systems of Sections 3 and 4, on two baths each"),
    ]
    coupled_tls: Annotated[
        parts.Section, Field(description="The two coupled two-level systems (TLS) of Section 5")
    ]
    spectra: Annotated[Spectra, Field(description="What spectra.nc tabulates")]
    figure_4: Annotated[Figure4, Field(description="The example spectra of Fig. 4(c)")]
    sweep: Annotated[
        Sweep | None, Field(description="Steady states over numbers of the variant, T and dT")
    ] = None

    _name: str = PrivateAttr("")

    @classmethod
    def from_resolved(cls, resolved: Mapping[str, Any]) -> Variant:
        """Build a variant from what `resolved` gave, such as results/NAME/configuration.json holds.

        A table that is no longer what it was, or anything else wrong, is a `ConfigurationError`.
        """
        data = dict(resolved)
        name = data.pop("name", "")
        return build(variant_model(), data).named(name)

    @classmethod
    def read(cls, path: str | Path) -> Variant:
        """Build a variant from the file that the first stage of the chain writes."""
        return cls.from_resolved(read_json(path))

    def changed(self, changes: Mapping[str, Any]) -> Variant:
        """Return the variant with other values, given like the content of a variant file.

        If they make it one that is not valid, that is a `ConfigurationError`.
        """
        return self.from_resolved(merge(self.resolved(), changes))

    def named(self, name: str) -> Variant:
        """Return the same variant under a name."""
        copy = self.model_copy()
        copy._name = name
        return copy

    def resolved(self) -> dict[str, Any]:
        """Everything that the variant says, as plain data that JSON can hold."""
        return {"name": self.name, **self.model_dump(exclude_none=True)}

    @property
    def name(self) -> str:
        """Name of the variant, that is of its file without .yaml."""
        return self._name

    @property
    def unit(self) -> float:
        """Mean transition energy (eps_1 + eps_2)/2, the paper's unit of energy."""
        energy: float = self.three_level.parameters("lambda")["mean_energy"]
        return energy

    @property
    def sections(self) -> dict[str, parts.Section]:
        """Sections that describe level systems, by name."""
        given = {name: getattr(self, name) for name in type(self).model_fields}
        return {name: part for name, part in given.items() if isinstance(part, parts.Section)}

    @property
    def lamb_shift_sections(self) -> list[str]:
        """Sections whose systems are computed with the principal values of Eq. (A.5) as well."""
        if isinstance(self.lamb_shift, list):
            return self.lamb_shift
        return list(dict.fromkeys(map(parts.section_of, self.systems))) if self.lamb_shift else []

    @property
    def tables(self) -> list[str]:
        """Files of the tables that the variant reads, each once, sorted."""
        every = [*(section.baths for section in self.sections.values())]
        every += [self.figure_4.distinct_shapes, self.figure_4.shared_shape]
        curves = [curve for baths in every for curve in baths.curves.values()]
        return sorted({curve.name for curve in curves if isinstance(curve, Tabulated)})

    def section(self, system: str) -> parts.Section:
        """Section that describes a level system."""
        section: parts.Section = getattr(self, parts.section_of(system))
        return section

    def level_system(self, name: str) -> LevelSystem:
        """Level system of a given name."""
        return SYSTEMS[name].build(**self.section(name).parameters(name))

    def grid(self, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Axes T and dT of a system's grid, shapes (temperature,) and (temperature_difference,)."""
        section = self.section(name)
        return section.temperature.array, section.temperature_difference.array

    def baths(
        self, name: str, temperatures: Sequence[ArrayLike], system: LevelSystem | None = None
    ) -> list[Bath]:
        """Baths of a level system, each at its temperature: the one road from a variant to rates.

        They are left and right, or 1 and 2. The system is built, unless it is there already.
        """
        section = self.section(name)
        amplitudes = (system or self.level_system(name)).site_amplitudes
        entries = section.baths.items()
        spectra: list[CouplingSpectrum] = [
            CollectiveTransition(bath, amplitudes[site]) if amplitudes else bath.coupling_spectrum
            for site, (_, bath) in enumerate(entries)
        ]
        return [
            Bath(label, spectrum, state, distribution=section.distribution(label))
            for (label, _), spectrum, state in zip(entries, spectra, temperatures, strict=True)
        ]

    # Relations between the keys ------------------------------------------------------------------

    @model_validator(mode="before")
    @classmethod
    def _all_systems(cls, data: Any) -> Any:
        if not isinstance(data, Mapping) or "systems" in data:
            return data
        return {**data, "systems": [name for name in SYSTEMS if parts.section_of(name) in data]}

    @model_validator(mode="after")
    def _consistent(self) -> Variant:
        self._check_names()
        for key in dict.fromkeys(map(parts.section_of, self.systems)):
            section = self.sections[key]
            _check_grid(key, section.temperature, section.temperature_difference)
        figure_4 = self.figure_4
        _check_hotter_than_zero("figure_4", figure_4.temperature, figure_4.temperature_difference)
        energies = self.used_energies(self.systems)
        self.check_principal_values(energies)
        # spectra.nc holds these whatever is computed.
        self.check_curves(self.used_energies([*self.systems, "lambda", "coupled_tls"]))
        examples = self.used_energies(["lambda"])["three_level"]
        for name in ("distinct_shapes", "shared_shape"):
            _check_curves(f"figure_4.{name}", getattr(figure_4, name), examples)
        return self

    def _check_names(self) -> None:
        known = [name for name in SYSTEMS if parts.section_of(name) in self.sections]
        asked: dict[str, tuple[Sequence[str], Sequence[str]]] = {"systems": (self.systems, known)}
        if isinstance(self.lamb_shift, list):
            sections = list(dict.fromkeys(map(parts.section_of, self.systems)))
            asked["lamb_shift"] = (self.lamb_shift, sections)
        for key, (names, choice) in asked.items():
            for index, name in enumerate(names):
                if name not in choice:
                    text = f"expected {one_of(choice)}{near(name, choice)}"
                    raise wrong((key, index), name, text)

    def used_energies(self, systems: Sequence[str]) -> dict[str, list[float]]:
        """Transition energies of some systems, by their sections; refused if not positive."""
        energies: dict[str, list[float]] = {}
        for name in systems:
            section = parts.section_of(name)
            try:
                used = self.level_system(name).transition_energies
            except ValueError as error:
                numbers = self.section(name).parameters(name)
                raise ConfigurationError(_energies_refused(section, name, numbers, error)) from None
            energies.setdefault(section, []).extend(used.ravel().tolist())
        return energies

    def check_curves(self, energies: Mapping[str, Sequence[float]]) -> None:
        """Refuse curves that end or overflow before some transition energies, by sections."""
        for section, used in energies.items():
            _check_curves(f"{section}.baths", self.sections[section].baths, used)

    def check_principal_values(self, energies: Mapping[str, Sequence[float]]) -> None:
        """Refuse principal values, Eq. (A.5), that are asked for and diverge.

        The transition energies are given by sections.
        """
        for section in energies.keys() & set(self.lamb_shift_sections):
            used, curves = energies[section], self.sections[section].baths.curves
            asked = f"lamb_shift is {shown(self.lamb_shift)}, expected false, or at {section}"
            for name, distribution in self.sections[section].unusual.items():
                raise ConfigurationError(
                    f"{asked}.distributions.{name} planck and not {distribution.shape}, for which "
                    "principal values are not worked out"
                )
            for name, curve in curves.items():
                key, wanted = f"{asked}.baths.{name}", ""
                if curve.divergence and not name.endswith("weight_factor"):
                    wanted = (
                        f" another shape than {getattr(curve, 'shape', '')}, for which the "
                        f"principal values diverge ({curve.divergence})"
                    )
                elif isinstance(curve, Isotropic):
                    bath = name.removesuffix("weight_factor")
                    spectra = (one for other, one in curves.items() if other.startswith(bath))
                    zeros = _zeros(curve, (one for one in spectra if one is not curve))
                    if zeros > MOST_ZEROS:
                        wanted = (
                            f".distance at most {curve.distance * MOST_ZEROS / zeros:g}: f has "
                            f"{zeros:.0e} zeros where the spectra live, each of which is a kink"
                        )
                # There the logarithm of |w - eps| at the end of the table is infinite.
                elif isinstance(curve, Tabulated) and {*_ends(curve)} & {*used}:
                    wanted = (
                        f" a table that goes beyond {min(used)} to {max(used)}: principal values "
                        "diverge at its ends"
                    )
                if wanted:
                    raise ConfigurationError(f"{key}{wanted}")


def _zeros(curve: Isotropic, spectra: Iterable[Curve]) -> float:
    """Zeros of an oscillating weight factor, about, where all spectra of its bath live."""
    support = reduce(and_, (one.support for one in spectra))
    support = support.cut(*support.reach)
    return max(0.0, support.high - support.low) * curve.distance / curve.speed / math.pi


def _ends(table: Tabulated) -> tuple[float, float]:
    return float(table.frequency[0]), float(table.frequency[-1])


def _energies_refused(section: str, system: str, numbers: Mapping[str, Any], error: object) -> str:
    """Say which key makes a transition energy negative."""
    if section == "three_level":
        mean, difference = numbers["mean_energy"], numbers["energy_difference"]
        return (
            f"three_level.energy_difference.{system} is {difference}, expected between "
            f"-{2 * mean} and {2 * mean} (twice mean_energy), so that both energies are > 0"
        )
    if section == "coupled_tls":
        mean = 0.5 * (numbers["frequency_1"] + numbers["frequency_2"])
        detuning = 0.5 * (numbers["frequency_1"] - numbers["frequency_2"])
        return (
            f"coupled_tls.coupling is {numbers['coupling']}, which splits the levels by "
            f"2 * {math.hypot(detuning, numbers['coupling']):g}, expected less than 2 * {mean:g}, "
            "so that all transition energies are > 0"
        )
    return f"{section}: {error}"


def _check_grid(
    key: str, temperature: parts.Range | parts.Values, difference: parts.Range | parts.Values
) -> None:
    _check_hotter_than_zero(key, temperature.ends[0], difference.ends[0])
    if temperature.points * difference.points > LARGEST_GRID:
        raise ConfigurationError(
            f"{key}.temperature has {temperature.points} points and {key}.temperature_difference "
            f"{difference.points}, expected a product of at most {LARGEST_GRID}"
        )


def _check_hotter_than_zero(key: str, temperature: float, difference: float) -> None:
    if temperature + difference < 0.0:
        raise ConfigurationError(
            f"{key}.temperature_difference reaches {difference} where {key}.temperature is "
            f"{temperature}, expected a sum >= 0"
        )


def _check_curves(key: str, baths: parts.Baths, energies: Sequence[float]) -> None:
    """Check that the curves of some baths have values at these energies."""
    lowest, highest = min(energies), max(energies)
    for name, curve in baths.curves.items():
        if isinstance(curve, Tabulated):
            first, last = _ends(curve)
            if not first <= lowest <= highest <= last:
                raise ConfigurationError(
                    f"{key}.{name}.file is {shown(curve.name)}, which covers frequencies {first} "
                    f"to {last}, expected at least {lowest} to {highest}"
                )
            continue
        with np.errstate(all="ignore"):
            finite = np.isfinite(curve(np.array(energies))).all()
        if not finite:
            raise ConfigurationError(
                f"{key}.{name} has no finite value at the transition energies {lowest} to "
                f"{highest}, expected parameters of a size that gives one"
            )


@lru_cache(maxsize=4)
def _variant_model(further: tuple[str, ...]) -> type[Variant]:
    three_level = parts.section_model("three_level")
    baths = three_level.model_fields["baths"].annotation
    figure_4 = {name: _as(Figure4, name, baths) for name in ("distinct_shapes", "shared_shape")}
    sections: dict[str, Any] = {
        "three_level": _as(Variant, "three_level", three_level),
        "coupled_tls": _as(Variant, "coupled_tls", parts.section_model("coupled_tls")),
        "figure_4": _as(Variant, "figure_4", create_model("Figure4", __base__=Figure4, **figure_4)),
    }
    for name in further:
        about = Field(description=f"The system {SYSTEMS[name].title}")
        sections[name] = (Annotated[parts.section_model(name) | None, about], None)
    return create_model("Variant", __base__=Variant, **sections)


def _as(model: type[Model], name: str, kind: Any) -> Any:
    """Field of a model with a narrower type."""
    return Annotated[kind, Field(description=model.model_fields[name].description)]


def variant_model() -> type[Variant]:
    """Model of a variant, with a section for every level system that the engine has."""
    return _variant_model(further_systems())


def further_systems() -> tuple[str, ...]:
    """Level systems beyond those of the paper."""
    return tuple(name for name in SYSTEMS if name not in (*parts.THREE_LEVEL, "coupled_tls"))
