"""Steps of a tape as machine code: written out in the language of LLVM, compiled by llvmlite.

Each step is one instruction on eight points at once, which LLVM spreads over the widest vectors
that a processor has. It is told of no fast arithmetic and so neither fuses nor reorders: the bits
are those of NumPy. Points come in rows; what is the same along a row is worked out once a row, and
what is the same everywhere once a call.
"""

import ctypes
import math
import struct
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from steady_coherence.numerics.blocks import Block
from steady_coherence.numerics.elementary import (
    EXPONENT_BIAS,
    EXPONENT_BITS,
    noted_inverse_expm1,
    power_of_two,
)
from steady_coherence.numerics.kept import kept
from steady_coherence.numerics.tape import (
    Expression,
    Given,
    Name,
    Number,
    Outside,
    Tape,
    choose,
    steps_to,
)

Array = NDArray[np.float64]

#: Points that go through the steps at once: the doubles of the widest vectors there are.
WIDTH = 8

#: Rows shorter than this are put together, or taken along the first axis, if that is longer.
SHORTEST_ROW = 8 * WIDTH

#: How far a number varies: not at all, from row to row, or from point to point.
CALL, ROW, POINT = range(3)

#: The operations in the language of LLVM: {r} is the outcome, {0}, {1}, ... are the operands, and
#: the others types and constants of a level.
INSTRUCTIONS: dict[Any, str] = {
    np.add: "{r} = fadd {t} {0}, {1}",
    np.subtract: "{r} = fsub {t} {0}, {1}",
    np.multiply: "{r} = fmul {t} {0}, {1}",
    np.divide: "{r} = fdiv {t} {0}, {1}",
    np.negative: "{r} = fneg {t} {0}",
    np.sqrt: "{r} = call {t} @llvm.sqrt.{s}({t} {0})",
    np.abs: "{r} = call {t} @llvm.fabs.{s}({t} {0})",
    np.minimum: """{r}.less = fcmp olt {t} {0}, {1}
        {r}.none = fcmp uno {t} {0}, {0}
        {r}.first = or {b} {r}.less, {r}.none
        {r} = select {b} {r}.first, {t} {0}, {t} {1}""",
    choose: """{r}.less = fcmp olt {t} {0}, {1}
        {r} = select {b} {r}.less, {t} {2}, {t} {3}""",
    power_of_two: """{r}.bits = bitcast {t} {0} to {i}
        {r}.high = shl {i} {r}.bits, {exponent}
        {r}.biased = add {i} {r}.high, {bias}
        {r} = bitcast {i} {r}.biased to {t}""",
}


class Test(NamedTuple):
    """Asked of a point: whether a number is above a bound, and finite."""

    number: Number
    bound: float


def is_available() -> bool:
    """Whether there is a compiler."""
    return find_spec("llvmlite") is not None


class Kernel:
    """Compiled steps to some results, and to the outcome of some tests of a point."""

    def __init__(self, results: Sequence[Number], tests: Sequence[Test]) -> None:
        self._results = [*results, *(test.number for test in tests)]
        self._bounds = [test.bound for test in tests]
        steps = map(_tape_of(self._results).steps.__getitem__, _steps_to(self._results))
        self._names = [step.name for step, _ in steps if isinstance(step, Outside)]
        #: Machine code, by how far each of the numbers from outside varies.
        self._codes: dict[tuple[tuple[Name, int], ...], Callable[..., None]] = {}

    def run(
        self, block: Block, given: Mapping[Name, Given], rows: Array, passed: NDArray[np.bool_]
    ) -> None:
        """Fill in the results at `WIDTH` points or more, and whether the tests are passed.

        They go into `rows`, of shape (n_results, size), and `passed`, of shape (size,), contiguous
        along the points. Of what is given from outside, a source of numbers 1/(exp(x/y) - 1) may
        have a method `quotient`, of a block to x and y: they are then worked out here.
        """
        # Few temperatures and many sets of parameters: a row has what differs from set to set.
        shape = block.shape
        is_turned = shape[-1] < SHORTEST_ROW <= shape[0] < block.size
        if is_turned:
            shape = *shape[1:], shape[0]
        lanes: dict[Name, _Lane] = {}
        quotients = []
        for name in self._names:
            source = given[name].value
            quotient = source.quotient(block) if hasattr(source, "quotient") else None
            if quotient is None:
                lanes[name] = _lane(given[name].of(block), shape, is_turned)
            else:
                quotients.append(name)
                parts = enumerate(_lane(each, shape, is_turned) for each in quotient)
                lanes |= {(*name, part): lane for part, lane in parts}
        levels = {name: lane.level for name, lane in lanes.items()}
        key = tuple(levels.items())
        if key not in self._codes:
            results = _with_quotients(self._results, quotients)
            self._codes[key] = _compiled(_Writer(results, self._bounds, levels).text)
        length = _row_length(shape)
        into, outcomes = rows, passed
        if is_turned:
            into, outcomes = np.empty(rows.shape), np.empty(passed.shape, dtype=bool)
        offsets = np.array([lane.offsets for lane in lanes.values()]).reshape(len(lanes), -1)
        self._codes[key](
            (ctypes.c_void_p * len(lanes))(*(lane.values.ctypes.data for lane in lanes.values())),
            offsets.ctypes.data,
            into.ctypes.data,
            into.strides[0] // into.itemsize,
            outcomes.ctypes.data,
            block.size // length,
            length,
        )
        if is_turned:
            for row, found in zip((*rows, passed), (*into, outcomes), strict=True):
                row.reshape(length, -1)[...] = found.reshape(-1, length).T


class _Lane(NamedTuple):
    """A number from outside, row by row."""

    level: int  # how far it varies
    values: Array
    offsets: NDArray[np.int64]  # (row,), where among the values those of a row begin


def _lane(values: Array | float, shape: tuple[int, ...], is_turned: bool) -> _Lane:
    """Lay out values that broadcast against a block, the first axis of which may come last."""
    values = np.asarray(values, dtype=float)
    if is_turned and values.ndim:
        values = np.moveaxis(values, 0, -1)
    size = math.prod(shape)
    leading = shape[:-1] if _row_length(shape) < size else ()
    if values.size == 1:
        level, values = CALL, values.reshape(1)
    elif not leading:
        level, values = POINT, np.broadcast_to(values, shape).reshape(size)
    else:
        level = POINT if values.shape[-1] > 1 else ROW
    *outer, inner = values.shape
    starts = inner * np.arange(math.prod(outer)).reshape(outer)
    return _Lane(level, np.ascontiguousarray(values), np.broadcast_to(starts, leading).reshape(-1))


def _row_length(shape: tuple[int, ...]) -> int:
    return shape[-1] if shape[-1] >= SHORTEST_ROW else math.prod(shape)


def _tape_of(results: Sequence[Number]) -> Tape:
    return next((each.tape for each in results if isinstance(each, Expression)), Tape({}))


def _steps_to(results: Sequence[Number]) -> list[int]:
    wanted = [each.number for each in results if isinstance(each, Expression)]
    return steps_to(_tape_of(results), wanted)


def _with_quotients(results: Sequence[Number], quotients: Sequence[Name]) -> list[Number]:
    """The results on a tape of their own, where 1/(exp(x/y) - 1) is worked out of x and y."""
    old, new = _tape_of(results), Tape({})
    place: dict[int, Expression] = {}
    for number in _steps_to(results):
        operation, operands = old.steps[number]
        if isinstance(operation, Outside) and operation.name in quotients:
            x, y = (new.step(Outside((*operation.name, part), False)) for part in range(2))
            place[number] = noted_inverse_expm1(new.step(np.divide, x.number, y.number))
        else:
            moved = (place[each].number if isinstance(each, int) else each for each in operands)
            place[number] = new.step(operation, *moved)
    return [place[each.number] if isinstance(each, Expression) else each for each in results]


class _Writer:
    """Writes out steps in the language of LLVM.

    The last of the results are tested: they have to be above some bounds. The levels say how far
    each number from outside varies, by name, in the order of the lanes.
    """

    def __init__(
        self, results: Sequence[Number], bounds: Sequence[float], levels: Mapping[Name, int]
    ) -> None:
        self._lines: tuple[list[str], ...] = ([], [], [])  # by level
        self._levels: dict[int, int] = {}  # of each step
        self._spread: set[int] = set()
        tape, lanes = _tape_of(results), [*levels]
        for number in _steps_to(results):
            operation, operands = tape.steps[number]
            if isinstance(operation, Outside):
                level = levels[operation.name]
                self._load(f"%s{number}", lanes.index(operation.name), level)
            else:
                level = max(self._levels[each] for each in operands if isinstance(each, int))
                words = [self._word(each, level) for each in operands]
                line = INSTRUCTIONS[operation].format(*words, r=f"%s{number}", **TYPES[level])
                self._lines[level].append(line)
            self._levels[number] = level
        words = [
            self._word(each.number if isinstance(each, Expression) else each, POINT)
            for each in results
        ]
        stored = len(results) - len(bounds)
        for number, word in enumerate(words[:stored]):
            self._store(f"%r{number}", word, number)
        self._test(words[stored:], bounds)

    @property
    def text(self) -> str:
        """All of the function."""
        call, row, point = ("\n    ".join(lines) for lines in self._lines)
        return FUNCTION.format(call=call, row=row, point=point, **TYPES[POINT])

    def _load(self, name: str, lane: int, level: int) -> None:
        """Load a number from outside."""
        call, row, point = self._lines
        call += [
            f"{name}.place = getelementptr ptr, ptr %lanes, i64 {lane}",
            f"{name}.values = load ptr, ptr {name}.place",
            f"{name}.before = mul i64 {lane}, %rows",
            f"{name}.offsets = getelementptr i64, ptr %offsets, i64 {name}.before",
        ]
        if level == CALL:
            call.append(f"{name} = load double, ptr {name}.values")
            return
        row += [
            f"{name}.offset = getelementptr i64, ptr {name}.offsets, i64 %row",
            f"{name}.start = load i64, ptr {name}.offset",
            f"{name}.row = getelementptr double, ptr {name}.values, i64 {name}.start",
        ]
        if level == ROW:
            row.append(f"{name} = load double, ptr {name}.row")
            return
        point += [
            f"{name}.point = getelementptr double, ptr {name}.row, i64 %point",
            f"{name} = load {VECTOR}, ptr {name}.point, align 8",
        ]

    def _word(self, operand: int | float, level: int) -> str:
        """An operand of a step, spread over a vector where the step is taken at each point."""
        if isinstance(operand, float):
            (bits,) = struct.unpack(">Q", struct.pack(">d", operand))
            number = f"0x{bits:016X}"
            return f"splat (double {number})" if level == POINT else number
        word = f"%s{operand}"
        if level < POINT or self._levels[operand] == POINT:
            return word
        if operand not in self._spread:
            self._spread.add(operand)
            zeros = f"<{WIDTH} x i32> zeroinitializer"
            row = self._lines[ROW]
            row += [
                f"{word}.one = insertelement {VECTOR} poison, double {word}, i64 0",
                f"{word}.all = shufflevector {VECTOR} {word}.one, {VECTOR} poison, {zeros}",
            ]
        return f"{word}.all"

    def _store(self, name: str, word: str, number: int) -> None:
        """Store a result."""
        _, row, point = self._lines
        row += [
            f"{name}.before = mul i64 {number}, %stride",
            f"{name}.start = add i64 {name}.before, %start",
            f"{name}.row = getelementptr double, ptr %results, i64 {name}.start",
        ]
        point += [
            f"{name}.point = getelementptr double, ptr {name}.row, i64 %point",
            f"store {VECTOR} {word}, ptr {name}.point, align 8",
        ]

    def _test(self, words: Sequence[str], bounds: Sequence[float]) -> None:
        """Store whether numbers are above their bounds and finite."""
        point, passed = self._lines[POINT], "splat (i1 true)"
        infinity = self._word(math.inf, POINT)
        for number, (word, bound) in enumerate(zip(words, bounds, strict=True)):
            name = f"%t{number}"
            point += [
                f"{name}.above = fcmp ogt {VECTOR} {word}, {self._word(bound, POINT)}",
                f"{name}.finite = fcmp olt {VECTOR} {word}, {infinity}",
                f"{name}.both = and {BOOLS} {name}.above, {name}.finite",
                f"{name} = and {BOOLS} {passed}, {name}.both",
            ]
            passed = name
        point += [
            f"%bytes = zext {BOOLS} {passed} to <{WIDTH} x i8>",
            "%outcome = getelementptr i8, ptr %outcomes, i64 %point",
            f"store <{WIDTH} x i8> %bytes, ptr %outcome, align 1",
        ]


VECTOR, BOOLS, BITS = f"<{WIDTH} x double>", f"<{WIDTH} x i1>", f"<{WIDTH} x i64>"

_BIAS = EXPONENT_BIAS << EXPONENT_BITS
_OF_ONE = {"t": "double", "b": "i1", "i": "i64", "s": "f64"}
_OF_ONE |= {"exponent": str(EXPONENT_BITS), "bias": str(_BIAS)}
_OF_MANY = {"t": VECTOR, "b": BOOLS, "i": BITS, "s": f"v{WIDTH}f64", "width": str(WIDTH)}
_OF_MANY |= {"exponent": f"splat (i64 {EXPONENT_BITS})", "bias": f"splat (i64 {_BIAS})"}
#: Types of numbers, truth values and bits, suffix of functions, and constants, by level.
TYPES = (_OF_ONE, _OF_ONE, _OF_MANY)

#: The last points of a row are worked out twice, unless their number is a multiple of the width.
FUNCTION = """
declare double @llvm.sqrt.f64(double)
declare double @llvm.fabs.f64(double)
declare {t} @llvm.sqrt.{s}({t})
declare {t} @llvm.fabs.{s}({t})
declare i64 @llvm.umin.i64(i64, i64)

define void @kernel(
    ptr %lanes, ptr %offsets, ptr %results, i64 %stride, ptr %passed, i64 %rows, i64 %length
) {{
at_call:
    %last = sub i64 %length, {width}
    {call}
    br label %at_row
at_row:
    %row = phi i64 [0, %at_call], [%next_row, %row_done]
    %start = mul i64 %row, %length
    %outcomes = getelementptr i8, ptr %passed, i64 %start
    {row}
    br label %at_point
at_point:
    %reached = phi i64 [0, %at_row], [%next, %at_point]
    %point = call i64 @llvm.umin.i64(i64 %reached, i64 %last)
    {point}
    %next = add i64 %reached, {width}
    %is_inside = icmp ult i64 %next, %length
    br i1 %is_inside, label %at_point, label %row_done
row_done:
    %next_row = add i64 %row, 1
    %is_left = icmp ult i64 %next_row, %rows
    br i1 %is_left, label %at_row, label %done
done:
    ret void
}}
"""


@lru_cache(maxsize=64)
def _compiled(text: str) -> Callable[..., None]:
    """Compile a function for the processor of this machine, unless that is kept."""
    from llvmlite import __version__  # noqa: PLC0415 -- installed on demand, and large
    from llvmlite import binding as llvm  # noqa: PLC0415

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    processor = llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
    machine = llvm.Target.from_default_triple().create_target_machine(*processor)
    code = kept(
        "\n".join((text, __version__, llvm.get_default_triple(), *processor)),
        lambda: machine.emit_object(llvm.parse_assembly(text)),
    )
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    address, size = ctypes.c_void_p, ctypes.c_int64
    kinds = address, address, address, size, address, size, size
    function = ctypes.CFUNCTYPE(None, *kinds)(engine.get_function_address("kernel"))
    function.engine = engine  # type: ignore[attr-defined] # which holds the code
    return function
