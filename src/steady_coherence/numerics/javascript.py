"""Steps of a tape as data for JavaScript, whose arithmetic is that of IEEE 754 as well.

The steps are noted for numbers none of which is zero. Where some are, the script leaves steps out
by the rules of `Expression`: tape.js has them, and carries out what is left.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np

from steady_coherence.numerics.tape import Expression, Name, Number, Outside, Tape, steps_to

#: A step: its number; or a constant: its digits, which JavaScript reads as the same number.
Operand = int | str

#: The operations by the names that tape.js has for them.
OPERATIONS: dict[Any, str] = {
    np.add: "+",
    np.subtract: "-",
    np.multiply: "*",
    np.divide: "/",
    np.negative: "negative",
    np.sqrt: "sqrt",
    np.abs: "abs",
    np.minimum: "minimum",
}


def as_data(results: Mapping[str, Sequence[Number]]) -> dict[str, Any]:
    """Write down the steps that lead to some results, all on one tape.

    There are `steps`, in an order in which they can be carried out: each a list of an operation's
    name and of operands, or the name of a number from outside; and `results`, by their names: lists
    of operands. An operand is the number of a step (int) or a constant (str).
    """
    wanted = [each for of_name in results.values() for each in of_name]
    tape = next((each.tape for each in wanted if isinstance(each, Expression)), Tape({}))
    order = steps_to(tape, [each.number for each in wanted if isinstance(each, Expression)])
    place = {number: position for position, number in enumerate(order)}

    def operand(each: int | float) -> Operand:
        return place[each] if isinstance(each, int) else repr(float(each))

    steps: list[str | list[Operand]] = []
    for number in order:
        operation, operands = tape.steps[number]
        if isinstance(operation, Outside):
            steps.append(word(operation.name))
        else:
            steps.append([OPERATIONS[operation], *map(operand, operands)])
    return {
        "steps": steps,
        "results": {
            name: [operand(each.number if isinstance(each, Expression) else each) for each in row]
            for name, row in results.items()
        },
    }


def word(name: Name) -> str:
    """Name of a number from outside as a text, such as "channels 0 1 0 1"."""
    return " ".join(map(_text, name))


def _text(part: Hashable) -> str:
    return word(part) if isinstance(part, tuple) else str(part)
