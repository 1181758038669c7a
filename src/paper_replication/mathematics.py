"""Mathematics in plain text, such as gamma_11(w) or <e1|rho|e2>, set as MathML.

The notation reads well as it stands: Greek letters by name, `_` before a subscript, `^` before a
superscript, + - * between a letter and its subscript for the sign or the star on top of it,
<a|rho|b> and |a><b| for elements and projectors, <x_1> for a mean. A formula is a row of such
symbols, numbers and operators; the words around it, and numbers on their own, stay text.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

_LOWER = "alpha beta gamma delta epsilon zeta eta theta kappa mu nu rho sigma tau phi chi psi omega"
_UPPER = "Gamma Delta Theta Sigma Phi Psi Omega"
NAMES = {
    **dict(zip(f"{_LOWER} {_UPPER}".split(), "αβγδεζηθκμνρστφχψωΓΔΘΣΦΨΩ", strict=True)),
    **{name: name for name in ("exp", "log", "cos", "sin", "sinc", "det", "Im", "Re", "Tr")},
    "int": "∫",
    "inf": "∞",
    "dagger": "†",
}
OPERATORS = {"->": "→", "!=": "≠", ">=": "≥", "<=": "≤", "-": "−", "*": "·"}
SIGNS = {*OPERATORS, "+", "/", "=", "<", ">"}
BETWEEN = SIGNS - {"+", "-"}
#: Letters that are words or names.
WORDS = "aAIV"
#: A formula that is longer, in letters as it was written, may be broken between lines.
LONG = 30
JOINER = "\u2060"


@dataclass(frozen=True)
class Piece:
    """A part of a text as it was written, and set: as MathML, which words and spaces have none of.

    A "symbol" makes a formula; a "number", "operator", "letter" or "space" takes part in one, and a
    "word" does not.
    """

    kind: str
    text: str
    mathml: str


class Mathematics:
    """Sets the formulas in texts, with names of a paper's own, such as ``{"eps": "ε"}``.

    After ``^`` in what a name is set as stands what is always on top.
    """

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        self.names = {**NAMES, **(names or {})}
        listed = "|".join(sorted(map(re.escape, self.names), key=len, reverse=True))
        self.pattern = re.compile(
            rf"""
              (?P<element><(?P<bra>\w+)\|(?P<operated>\w+)\|(?P<ket>\w+)>)
            | (?P<projector>\|(?P<to>\w+)><(?P<of>\w+)\|)
            | (?P<mean><(?P<inside>[A-Za-z]\w*[-+]?_[^<>|]*)>)
            | (?P<symbol>(?<![\w.'])(?P<before>d(?=[a-z]+_|[ts]\b)|i(?=[A-Z]_))?
                (?P<name>{listed}|[A-Za-z])(?P<top>[-+*](?=_))?
                (?:_(?P<sub>\d-[A-Z]?\d|[A-Za-z0-9]+))?(?:\^(?P<sup>-?\w+))?(?![\w']|-[a-z]{{2}}))
            | (?P<level>(?<![\w.'])[egE][12](?!\w))
            | (?P<number>(?<![\w.])(?P<mantissa>\d+(?:\.\d+)?)(?:e(?P<exponent>[-+]?\d+))?(?!\w))
            | (?P<operator>(?P<sign>->|!=|>=|<=|[-+*/=<>|()\[\]])
                (?:(?<=[)\]|])\^(?P<power>-?\w+))?)
            | (?P<space>\s+)
            | (?P<word>\w[\w'-]*|.)
            """,
            re.VERBOSE,
        )

    def html(self, text: str) -> str:
        """Text as HTML: the words escaped, each formula an element ``math``."""
        result: list[str] = []
        for written, mathml in self.runs(text):
            # A line may end behind a formula, but not between it and a comma.
            after = bool(result) and result[-1].endswith("</math>")
            joined = JOINER if after and written in (".", ",", ";", ":") else ""
            result.append(f"<math>{mathml}</math>" if mathml else f"{joined}{escape(written)}")
        return "".join(result)

    def runs(self, text: str) -> Iterator[tuple[str, str]]:
        """Formulas of a text, and what is between them, as it was written.

        Beside each stands what is inside of its element ``math``; nothing for words.
        """
        row: list[Piece] = []
        for piece in self._pieces(text):
            if piece.kind == "word":
                yield from _formulas(row)
                yield piece.text, ""
                row = []
            else:
                row.append(piece)
        yield from _formulas(row)

    def _pieces(self, text: str) -> Iterator[Piece]:
        for match in self.pattern.finditer(text):
            kind, mathml = str(match.lastgroup), ""
            if kind in ("element", "projector", "mean", "level"):
                kind, mathml = "symbol", self._bracket(kind, match)
            elif kind == "symbol":
                mathml = self._symbol(match)
                if match["name"] not in self.names and len(match[0]) == 1:
                    kind = "word" if match[0] in WORDS else "letter"
            elif kind == "number":
                mathml = _number(match["mantissa"], match["exponent"])
                kind = "symbol" if match["exponent"] else kind
            elif kind == "operator":
                mathml = _raised(_operator(match["sign"]), match["power"])
            yield Piece(kind, match[0], mathml)

    def _bracket(self, kind: str, match: re.Match[str]) -> str:
        """Set an element <a|x|b>, a projector |a><b|, a mean <x>, or a level on its own."""
        if kind == "element":
            operator = self._inside(match["operated"])
            return f"{_BRA}{_level(match['bra'])}{_BAR}{operator}{_BAR}{_level(match['ket'])}{_KET}"
        if kind == "projector":
            return f"{_BAR}{_level(match['to'])}{_KET}{_BRA}{_level(match['of'])}{_BAR}"
        if kind == "mean":
            return f"{_BRA}{self._inside(match['inside'])}{_KET}"
        return _level(match[0])

    def _inside(self, text: str) -> str:
        return "".join(piece.mathml for piece in self._pieces(text))

    def _symbol(self, match: re.Match[str]) -> str:
        name, _, always = self.names.get(match["name"], match["name"]).partition("^")
        on_top = ((_index, always), (_operator, match["top"]), (_index, match["sup"]))
        above = "".join(setter(part) for setter, part in on_top if part)
        mathml, below = _letters(name), match["sub"] and _index(match["sub"])
        if below and above:
            mathml = f"<msubsup>{mathml}{below}<mrow>{above}</mrow></msubsup>"
        elif below:
            mathml = f"<msub>{mathml}{below}</msub>"
        elif above:
            mathml = f"<msup>{mathml}<mrow>{above}</mrow></msup>"
        return f"<mi>{match['before']}</mi>{mathml}" if match["before"] else mathml


def _letters(text: str) -> str:
    """Set a letter, or a name; names and capital Greek letters are upright, as TeX has them."""
    if text == "∫":
        return "<mo>∫</mo>"
    # An upright <mi> before an italic one has a space behind it in Firefox, <mtext> has none.
    parts = [
        f"<mtext>{part}</mtext>" if "Α" <= part <= "Ω" else f"<mi>{part}</mi>"
        for part in re.findall(r"[A-Za-z]+|.", text)
    ]
    return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"


def _operator(text: str) -> str:
    fence = ' stretchy="false"' if text in "()[]|⟨⟩" else ""
    # A bar that opens and one that closes look the same: no space beside either.
    fence += ' lspace="0" rspace="0"' if text in "|/" else ""
    return f"<mo{fence}>{escape(OPERATORS.get(text, text))}</mo>"


_BRA, _KET, _BAR = map(_operator, "⟨⟩|")


def _index(text: str) -> str:
    """Subscript or superscript: numbers, small letters one by one, names in capitals, signs."""
    parts = [
        f"<mn>{part}</mn>" if part.isdigit() else _operator(part) if part == "-" else _letters(part)
        for part in re.findall(r"\d+|[A-Z]+|.", NAMES.get(text, text))
    ]
    return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"


def _raised(mathml: str, power: str | None) -> str:
    return f"<msup>{mathml}{_index(power)}</msup>" if power else mathml


def _level(label: str) -> str:
    """Label of a level: e1 is e with the subscript 1."""
    found = re.fullmatch(r"([A-Za-z])(\d+)", label)
    return f"<msub><mi>{found[1]}</mi><mn>{found[2]}</mn></msub>" if found else _letters(label)


def _number(mantissa: str, exponent: str | None) -> str:
    if exponent is None:
        return f"<mn>{mantissa}</mn>"
    power = _raised("<mn>10</mn>", str(int(exponent)))
    return power if mantissa == "1" else f"<mn>{mantissa}</mn><mo>×</mo>{power}"


def _formulas(row: Sequence[Piece]) -> Iterator[tuple[str, str]]:
    """Set a row of pieces without words among them."""
    alone = _unpaired(row)
    if not row:
        return
    if all(piece.kind != "symbol" for piece in row):
        yield _written(row), ""
    elif alone is not None:
        yield from _formulas(row[:alone])
        yield row[alone].text, ""
        yield from _formulas(row[alone + 1 :])
    else:
        first, last = _ends(row)
        formula = "".join(_set(row[first:last]))
        for part, mathml in ((row[:first], ""), (row[first:last], formula), (row[last:], "")):
            if part:
                yield _written(part), mathml


def _written(row: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in row)


def _unpaired(row: Sequence[Piece]) -> int | None:
    """Place of a bracket or bar without its other one."""
    opened, bars = [], []
    for at, piece in enumerate(row):
        sign = piece.text[0] if piece.kind == "operator" else ""
        if sign == "|":
            bars.append(at)
        elif sign and sign in "([":
            opened.append(at)
        elif sign and sign in ")]":
            if not opened:
                return at
            opened.pop()
    return opened[-1] if opened else bars[-1] if len(bars) % 2 else None


def _ends(row: Sequence[Piece]) -> tuple[int, int]:
    """Where a formula begins and ends: neither with a space nor with a sign between two things."""
    first, last = 0, len(row)
    while row[first].kind == "space" or row[first].text in BETWEEN:
        first += 1
    while row[last - 1].kind == "space" or row[last - 1].text in SIGNS:
        last -= 1
    return first, last


def _set(row: Sequence[Piece]) -> Iterator[str]:
    """Set the pieces of a formula.

    A space between two factors stays, a thin one, and so does one before a bracket. In a long
    formula a sign between two spaces may begin a line: a browser breaks lines between formulas, not
    inside one.
    """
    end = "</math><math>" if sum(len(piece.text) for piece in row) > LONG else ""
    nothing = Piece("", "", "")
    for before, piece, after in zip([nothing, *row], row, [*row[1:], nothing], strict=False):
        around = {before.kind, after.kind}
        if piece.kind == "space":
            if before.kind != "operator" and (after.kind != "operator" or after.text[0] in "(["):
                yield '<mspace width="0.2em"></mspace>'
        elif piece.text in SIGNS and around == {"space"}:
            yield f"{end}{_in_the_form('infix', piece)}"
        elif piece.text in ("+", "-") and before.kind in ("", "space", "operator"):
            yield _in_the_form("prefix", piece)
        else:
            yield piece.mathml


def _in_the_form(form: str, sign: Piece) -> str:
    return sign.mathml.replace("<mo", f'<mo form="{form}"')
