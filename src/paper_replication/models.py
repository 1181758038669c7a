"""Models of configurations: pydantic models that are strict and refuse in one line.

A field carries all that is ever said of it: its type and range, from which an error says what was
expected, and a description, which the tables of keys show:

    points: Annotated[int, Ge(1), Field(description="Number of points")]

Any note with a `description` will do in place of `Field`.
"""

from __future__ import annotations

import types
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, ClassVar, Literal, TypeVar, Union, get_args, get_origin

from annotated_types import Ge, Gt, Le, Lt
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError, core_schema

from paper_replication.refusals import ConfigurationError, near, one_of, shortened, shown

AnyModel = TypeVar("AnyModel", bound="Model")

#: A misspelt key is also a missing one: say the former.
ORDER = {"extra_forbidden": 0, "missing": 2}


class Model(BaseModel):
    """A mapping with known keys."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="forbid",
        allow_inf_nan=False,
        arbitrary_types_allowed=True,
    )


@dataclass(frozen=True)
class Expected:
    """Words for "KEY is VALUE, expected ...", where the type does not say it all."""

    words: str


class Choice(ABC):
    """Note on a field whose data choose among several models.

    The value of the field is what `made` makes of the chosen model.
    """

    words: ClassVar[str]

    @abstractmethod
    def model(self, data: Mapping[str, Any]) -> type[Model]:
        """Model of these data."""

    def made(self, model: Any) -> Any:
        """Value of the field."""
        return model

    def plain(self, value: Any) -> dict[str, Any]:
        """Data from which the value would be made again."""
        data: dict[str, Any] = value.model_dump()
        return data

    def _read(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            raise wrong((), data, f"expected {self.words}")
        return self.made(self.model(data).model_validate(data))

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return core_schema.no_info_plain_validator_function(
            self._read,
            serialization=core_schema.plain_serializer_function_ser_schema(self.plain),
        )


@dataclass(frozen=True)
class Place:
    """A type somewhere in a model, without `Annotated` and `| None`, its notes and its meaning."""

    kind: Any
    notes: tuple[Any, ...]
    description: str = ""

    @classmethod
    def of(cls, annotation: Any, notes: Sequence[Any] = (), description: str = "") -> Place:
        """Place of an annotation and of what pydantic keeps beside it."""
        if get_origin(annotation) is Annotated:
            annotation, *more = get_args(annotation)
            return cls.of(annotation, (*more, *notes), description)
        if get_origin(annotation) in {Union, types.UnionType}:
            inner, *_ = [part for part in get_args(annotation) if part is not type(None)]
            return cls.of(inner, notes, description)
        texts = [description, *(getattr(note, "description", None) for note in notes)]
        return cls(annotation, tuple(notes), next((text for text in texts if text), ""))

    def note(self, kind: type[Any]) -> Any:
        """First note of some type, or None."""
        return next((note for note in self.notes if isinstance(note, kind)), None)

    def inner(self, data: Any) -> dict[str, Place]:
        """Places of the keys of a mapping; the data choose among several models."""
        choice = self.note(Choice)
        kind = choice.model(data) if choice and isinstance(data, Mapping) else self.kind
        return fields(kind) if isinstance(kind, type) and issubclass(kind, Model) else {}

    def at(self, part: str | int, data: Any) -> Place:
        """Place of a key or an item."""
        if get_origin(self.kind) in {list, dict}:
            return Place.of(get_args(self.kind)[-1])
        return self.inner(data).get(str(part), Place(Any, ()))

    @cached_property
    def _adapter(self) -> TypeAdapter[Any]:
        annotation: Any = Annotated[self.kind, *self.notes]
        return TypeAdapter(annotation, config=ConfigDict(strict=True))

    def allows(self, value: Any) -> bool:
        """Whether a value may stand here."""
        try:
            self._adapter.validate_python(value)
        except ValidationError:
            return False
        return True

    @property
    def words(self) -> str:
        """Words for "KEY is VALUE, expected ..."."""
        own = next((note for note in self.notes if isinstance(note, (Expected, Choice))), None)
        if own:
            return own.words
        if get_origin(self.kind) is Literal:
            return one_of(map(str, get_args(self.kind)))
        if isinstance(self.kind, type) and issubclass(self.kind, Model):
            *names, last = self.kind.model_fields
            if len(names) > 2:
                return "a mapping"
            listed = f"{', '.join(names)} and {last}" if names else last
            return f"a mapping with the key{'s' if names else ''} {listed}"
        words = {bool: "true or false", str: "a text", list: "a list", dict: "a mapping"}
        return words.get(get_origin(self.kind) or self.kind) or self._number_in_words()

    def _number_in_words(self) -> str:
        number = "an integer" if self.kind is int else "a number"
        bounds = {
            type(note): _plainly(getattr(note, type(note).__name__.lower()))
            for note in self.notes
            if isinstance(note, (Gt, Ge, Lt, Le))
        }
        if self.kind is int and (bounds.get(Ge), bounds.get(Le)) == ("1", "3"):
            return "1, 2 or 3"
        if bounds.keys() == {Ge, Le}:
            return f"{number} from {bounds[Ge]} to {bounds[Le]}"
        signs = {Gt: ">", Ge: ">=", Lt: "<", Le: "<="}
        ranges = [f"{signs[kind]} {bound}" for kind, bound in bounds.items()]
        return " ".join([number, " and ".join(ranges)]).rstrip()


def _plainly(bound: Any) -> str:
    """Write 0.0 as 0."""
    return str(int(bound)) if bound == int(bound) else str(bound)


def fields(model: type[Model]) -> dict[str, Place]:
    """Place of every field of a model, by name."""
    return {
        name: Place.of(field.annotation, field.metadata, field.description or "")
        for name, field in model.model_fields.items()
    }


def leaves(place: Place, value: Any) -> Iterator[tuple[tuple[str, ...], tuple[Place, ...], Any]]:
    """Walk through a model, or a part of one that stands at a place.

    Yields the keys that lead to each value that is no mapping of known keys, the places from the
    outermost one to its own, and the value. What is not given is left out.
    """
    choice = place.note(Choice)
    data = choice.plain(value) if choice else value
    inner = place.inner(data)
    if not inner:
        yield (), (place,), value
    for name, one in inner.items():
        part = data[name] if choice else getattr(data, name)
        if part is not None:
            for keys, places, leaf in leaves(one, part):
                yield (name, *keys), (place, *places), leaf


def wrong(where: Sequence[str | int], found: Any, expected: str) -> ValidationError:
    """Refusal of a value, for validators to raise: "KEY is VALUE, EXPECTED".

    Keys and indices lead `where` it is, from where the validator stands.
    """
    kind = PydanticCustomError("wrong", "{expected}", {"expected": expected})
    return ValidationError.from_exception_data(
        "", [InitErrorDetails(type=kind, loc=tuple(where), input=found)]
    )


def different(names: list[str]) -> list[str]:
    """Refuse a list with a name that is in it twice, for validators to call."""
    if len(set(names)) < len(names):
        raise PydanticCustomError("not_different", "")
    return names


def build(model: type[AnyModel], data: Any) -> AnyModel:
    """Build a model from plain data: mappings, lists, texts, numbers.

    The first mistake is a `ConfigurationError`; its message names the dotted key, what was found
    and what is expected, not the source.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        errors = error.errors(include_url=False)
        first = min(errors, key=lambda each: ORDER.get(each["type"], 1))
        raise ConfigurationError(_explained(Place.of(model), data, first)) from None


def _explained(model: Place, data: Any, error: Any) -> str:
    """Say what pydantic found in our words."""
    kind, where = error["type"], list(error["loc"])
    if kind == "value_error":  # a validator's own words
        return str(error["ctx"]["error"])
    key = _dotted(where)
    if where[-1:] == ["[key]"]:
        *above, name, _ = where
        words = Place.of(get_args(_reached(model, data, above)[0].kind)[0]).words
        return f"{_dotted(above)} has the key {shown(name)}, expected {words}"
    if kind == "extra_forbidden":
        *above, unknown = where
        place, inside = _reached(model, data, above)
        known = place.inner(inside)
        name = _dotted([*above, shortened(str(unknown))])
        return f"{name} is not a known key, expected {one_of(known)}{near(unknown, known)}"
    place, found = _reached(model, data, where)
    if kind == "missing":
        return f"{key} is missing, expected {place.words}"
    if kind == "wrong":
        return f"{key} is {shown(found)}, {error['ctx']['expected']}"
    names = get_args(place.kind) if get_origin(place.kind) is Literal else ()
    return f"{key or 'top level'} is {shown(found)}, expected {place.words}{near(found, names)}"


def _dotted(where: Sequence[str | int]) -> str:
    """Dotted key of keys and indices."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{part}" for part in where)
    return "".join(parts).removeprefix(".")


def _reached(place: Place, data: Any, where: Sequence[str | int]) -> tuple[Place, Any]:
    """Place and data that keys and indices lead to."""
    for part in where:
        place = place.at(part, data)
        data = data[part] if isinstance(part, int) else data.get(part)
    return place, data
