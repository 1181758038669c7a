"""YAML read strictly: numbers of YAML 1.2, no aliases, no tags, no key twice, nothing empty."""

import re
from pathlib import Path
from typing import Any

import yaml

from paper_replication.files import read_small
from paper_replication.refusals import ConfigurationError, RefusalError, shortened, shown

LARGEST_FILE = 1_000_000  # bytes
DEEPEST_NESTING = 32
# Squares of numbers between these, and of their inverses, neither overflow nor vanish.
SMALLEST_NUMBER, LARGEST_NUMBER = 1e-100, 1e100


class _Loader(yaml.SafeLoader):
    """Composes nodes only, so that no tag ever constructs anything."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - declared by PyYAML
    depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        line = f"line {event.start_mark.line + 1}"
        if event.anchor is not None:
            what = f"has the anchor or alias {event.anchor!r}"
            raise ConfigurationError(f"{line}: {what}, expected the value written out")
        if event.tag is not None:
            raise ConfigurationError(f"{line}: has the tag {event.tag!r}, expected none")
        self.depth += 1
        if self.depth > DEEPEST_NESTING:
            raise ConfigurationError(f"{line}: is nested deeper than {DEEPEST_NESTING} levels")
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


# The scalars of YAML 1.2. PyYAML's own are those of 1.1, for which 1e-3 is a text, 010 is eight
# and 1:30 is ninety.
for _tag, _pattern, _first in [
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
    ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
    ("int", r"[-+]?[0-9]+", list("-+0123456789")),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", list("-+.0123456789")),
    ("not_finite", r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)", list("-+.")),
]:
    _Loader.add_implicit_resolver(_tag, re.compile(rf"^(?:{_pattern})\Z"), _first)


def read_yaml(path: str | Path) -> dict[str, Any]:
    """Read a YAML file of one mapping strictly; an empty file is an empty mapping.

    One that cannot be read, is not YAML, or holds what is refused is a `ConfigurationError`: the
    message names the line and the dotted key, not the file.
    """
    try:
        node = _Loader(read_small(Path(path), LARGEST_FILE)).get_single_node()
    except RefusalError as error:
        raise ConfigurationError(str(error)) from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ConfigurationError(f"line {line}: is not YAML: {error.problem}") from None
    except yaml.YAMLError as error:
        raise ConfigurationError(f"is not YAML: {error}") from None
    data = {} if node is None else _plain(node, "")
    if not isinstance(data, dict):
        raise ConfigurationError(f"line 1: top level is {shown(data)}, expected a mapping")
    return data


def _plain(node: yaml.Node, key: str) -> Any:
    """Turn a node into plain data; `key` is its dotted key."""
    if isinstance(node, yaml.SequenceNode):
        return [_plain(item, f"{key}[{index}]") for index, item in enumerate(node.value)]
    if not isinstance(node, yaml.MappingNode):
        return _plain_scalar(node, key)
    data: dict[str, Any] = {}
    for name_node, value_node in node.value:
        name = name_node.value
        # Baths may be numbered 1 and 2 without quotes: keys are always texts.
        if name_node.tag not in {yaml.resolver.BaseResolver.DEFAULT_SCALAR_TAG, "int"}:
            found = shown(name) if isinstance(name, str) else "that is a list or mapping"
            raise _wrong(name_node, key, f"has a key {found}, expected a word")
        inner = f"{key}.{name}" if key else name
        if name in data:
            raise _wrong(name_node, inner, "is given twice, expected once")
        data[name] = _plain(value_node, inner)
    return data


def _plain_scalar(node: yaml.Node, key: str) -> Any:
    text = node.value
    if node.tag == "null":
        raise _wrong(node, key, f"is {text or 'empty'}, expected a value")
    if node.tag == "bool":
        return text.lower() == "true"
    if node.tag == "not_finite":
        raise _wrong(node, key, f"is {text}, expected a finite number")
    if node.tag in {"int", "float"}:
        size = abs(float(text))
        if len(text) > 200 or (size and not SMALLEST_NUMBER <= size <= LARGEST_NUMBER):
            expected = f"0 or a size from {SMALLEST_NUMBER:g} to {LARGEST_NUMBER:g}"
            raise _wrong(node, key, f"is {shortened(text)}, expected {expected}")
        return int(text) if node.tag == "int" else float(text)
    if not text.replace("\n", "").isprintable():
        raise _wrong(node, key, f"is {shown(text)}, expected printable text")
    return text


def _wrong(node: yaml.Node, key: str, what: str) -> ConfigurationError:
    return ConfigurationError(f"line {node.start_mark.line + 1}: {key or 'top level'} {what}")
