"""Where a function stands, and how it reads, by its dotted name."""

import ast
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """A class, function or method, without the indentation of its first line.

    Its name is that of class and method, or of the function; its path begins at the folder that its
    package is in.
    """

    name: str
    path: str
    text: str


def source_of(name: str) -> Source:
    """Find ``package.module.Class.method``, or less of it, without importing its module.

    A `LookupError` says what there is not.
    """
    package, *parts = name.split(".")
    found = find_spec(package)
    if found is None or found.origin is None:
        raise LookupError(f"{name}: there is no package {package}")
    folder = place = Path(found.origin).parent
    while parts and (place / parts[0]).is_dir():
        place /= parts.pop(0)
    file = place / f"{parts.pop(0)}.py" if parts else place
    if not file.is_file() or not parts:
        raise LookupError(f"{name}: there is no such module, or nothing in it is named")
    code = file.read_text("utf-8")
    node: ast.AST = _parsed(code)
    for part in parts:
        node = _member(node, part, name)
    if not isinstance(node, ast.ClassDef | ast.FunctionDef):
        raise LookupError(f"{name} is neither a class nor a function")
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    last = node.end_lineno or node.lineno
    lines = [line[node.col_offset :] for line in code.splitlines()[first - 1 : last]]
    path = file.relative_to(folder.parent).as_posix()
    return Source(".".join(parts), path, "\n".join(lines))


@cache
def _parsed(code: str) -> ast.Module:
    """Code of a module, in which several functions are looked for, on two pages."""
    return ast.parse(code)


def _member(node: ast.AST, part: str, name: str) -> ast.AST:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef) and child.name == part:
            return child
    raise LookupError(f"{name}: there is no {part}")
