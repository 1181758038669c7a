"""The page of findings: formulas, the code that it shows, and what it says of verdicts."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from li_cai_sun_2015.claims import CLAIMS
from li_cai_sun_2015.figures import FIGURES
from li_cai_sun_2015.findings import PAGE
from li_cai_sun_2015.numbered_equations import EQUATIONS
from paper_replication import findings
from paper_replication.mathematics import NAMES, Mathematics
from paper_replication.source_code import source_of

SOURCE = Path(__file__).parents[1] / "src"
EMPTY = {"meta", "br"}


class Reader(HTMLParser):
    """Tags that are open, all attributes, and formulas between angle brackets."""

    def __init__(self, page):
        super().__init__()
        self.open, self.attributes, self.text = [], [], ""
        self.feed(page)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.attributes += [(tag, *attribute) for attribute in attrs]
        self.text += "[" * (tag == "math")
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag
        self.text += "]" * (tag == "math")

    def handle_data(self, data):
        self.text += data.strip() if "math" in self.open else data


def shown(text):
    return Reader(Mathematics(PAGE.names).html(text)).text.replace("\u2060", "")


class TestMathematics:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("no formula at all, 20 of them (a word)", "no formula at all, 20 of them (a word)"),
            ("the Lambda-type system of Eq. (12)", "the Lambda-type system of Eq. (12)"),
            ("the Lambda system", "the [Λ] system"),
            ("|rho_12| grows with dT.", "[|ρ12|] grows with [ΔT]."),
            ("(here gamma_11(w) is meant)", "(here [γ11(ω)] is meant)"),
            ("Gamma+_ij(eps_i) tau_12", "[Γij+(εi)τ12]"),
            ("g*_2q for V+ at T_L -> 0", "[g2q*] for V+ at [TL→0]".replace("*", "·")),
            ("<E1|rho|E2> and |E2><E1|", "[⟨E1|ρ|E2⟩] and [|E2⟩⟨E1|]"),
            ("d<sz_1>/dt is J_1-2", "[d⟨σ1z⟩/dt] is [J1−2]"),
            ("7.21e-07 against 1e+06", "[7.21×10−7] against [106]"),
            ("cos^2, J_0^2 or sinc^2 of w d / c", "[cos2], [J02] or [sinc2] of [ωd/c]"),
            ("int_0^inf ds exp(-i eps s) B_i(t)^dagger", "[∫0∞dsexp(−iεs)Bi(t)†]"),
            ("dT < 0.2, |eps_1 - eps_2| != 0", "[ΔT<0.2], [|ε1−ε2|≠0]"),
            ("a < b & c", "a < b & c"),
            ("one | bar", "one | bar"),
        ],
    )
    def test_is_set(self, text, expected):
        assert shown(text) == expected

    def test_marks_of_a_symbol(self):
        assert "<msub><mi>ρ</mi><mn>12</mn></msub>" in Mathematics().html("rho_12")
        assert "<msubsup><mi>G</mi><mrow><mi>i</mi><mi>j</mi></mrow>" in Mathematics().html("G+_ij")

    def test_a_long_formula_may_be_broken(self):
        sides = "Gamma+_11(eps_1) n_1", "Gamma-_11(eps_1) n_g"
        assert Mathematics(PAGE.names).html(" = ".join(sides)).count("<math>") == 2
        assert Mathematics(PAGE.names).html("n_1 = n_2").count("<math>") == 1

    def test_texts_of_the_paper(self):
        """Nothing is left as it was typed, and no word is lost."""
        for equation in EQUATIONS:
            slip = equation.slip
            for text in (
                equation.statement,
                equation.how,
                *((slip.printed, slip.right) if slip else ()),
            ):
                assert not re.search(r"[_^]|->|!=|\b(eps|gamma|rho)\b", shown(text)), text
                words = set(re.findall(r"\b(?<!_)[a-z]{4,}\b(?!_)", text)) - NAMES.keys()
                assert [word for word in words if word not in shown(text)] == []


class TestSourceCode:
    def test_every_equation_is_implemented(self):
        for equation in EQUATIONS:
            assert equation.code, equation.number
            for name in equation.code:
                assert (SOURCE / source_of(name).path).is_file()

    def test_a_method(self):
        source = source_of("paper_replication.source_code.Source")
        assert f"\n\n{source.text}\n\n\n" in (SOURCE / source.path).read_text()
        assert source.text.startswith("@dataclass(frozen=True)\nclass Source:")
        method = source_of("paper_replication.mathematics.Mathematics.html")
        assert (method.name, method.text[:9]) == ("Mathematics.html", "def html(")

    @pytest.mark.parametrize(
        "name",
        [
            "no_such_package.module.function",
            "paper_replication.no_such_module.function",
            "paper_replication.files",
            "paper_replication.files.no_such_function",
            "paper_replication.mathematics.Mathematics.names",
        ],
    )
    def test_what_is_not_there(self, name):
        with pytest.raises(LookupError, match=name):
            source_of(name)


def claim(number, verdict):
    return {
        "claim": number,
        "where": "Section 3",
        "statement": f"“Claim {number} is that rho_12 < 1.”",
        "sense": "Less than one.",
        "quantity": "|rho_12|",
        "region": "all T_L",
        "tolerance": 1e-12,
        "verdict": verdict,
        "holds_for": "one thing (here; there); another",
        "counterexample": "",
        "remark": "stricter; still",
        "numbers": {},
        "example": {"shows": "no rho_12"} if verdict == "fails" else {},
    }


VERDICTS = {
    "variant": "quick",
    "description": "a <test> & more",
    "unit": "Energies have a unit.",
    "claims": [claim(1, "holds"), claim(2, "holds in part"), claim(3, "fails"), claim(4, "holds")],
    "equations": [
        {
            "id": "(12)",
            "where": "Section 3",
            "statement": "The master equation.",
            "verdict": "confirmed",
            "how": "Against Eq. (4).",
            "tolerance": 1e-12,
            "numbers": {},
            "code": ["steady_coherence.generator.generator_matrix"],
        },
        {
            "id": "(13)",
            "where": "Section 3",
            "statement": "Populations.",
            "verdict": "differs",
            "how": "Against Eq. (4).",
            "tolerance": 1e-12,
            "numbers": {"printed_value": 1e-14, "right_value": -0.123456},
            "code": [],
            "printed": "+i D_12",
            "right": "-i D_12",
            "changes": "Much.",
        },
    ],
    "reliability": [{"question": "Is |rho_12| real?", "answer": "Yes.", "numbers": {}}],
}


class TestPage:
    def test_opens_with_the_verdict(self):
        sentence = (
            "Of the paper's 4 claims 2 hold, 1 holds in part and 1 fails; of its 2 numbered "
            "equations 1 is confirmed and 1 differs from what is printed."
        )
        assert findings.verdict(VERDICTS) == sentence
        assert findings.markdown(PAGE, VERDICTS).splitlines()[2] == f"**{sentence}**"
        page = findings.html(PAGE, VERDICTS)
        assert unescape(page).index(sentence) < page.index("quick</strong>")

    def test_none_that_fails_is_worth_a_word(self):
        good = VERDICTS | {"claims": [claim(1, "holds")], "equations": []}
        assert findings.verdict(good) == "Of the paper's 1 claims 1 holds and none fails."

    def test_every_verdict_has_a_symbol_and_a_word(self):
        text = Reader(findings.html(PAGE, VERDICTS)).text
        for verdict, symbol in {"holds": "✓", "holds in part": "◐", "fails": "✗"}.items():
            assert f"{symbol} {verdict}" in text
        assert "not applicable 0" in text

    def test_filters_know_the_rows(self):
        attributes = Reader(findings.html(PAGE, VERDICTS)).attributes
        chosen = [value for tag, name, value in attributes if (tag, name) == ("button", "value")]
        rows = [value for _, name, value in attributes if name == "data-verdict"]
        assert chosen == ["", *findings.CLAIMS]
        assert rows == ["holds", "holds in part", "fails", "holds"]

    def test_one_click_leads_to_the_code(self):
        page = findings.html(PAGE, VERDICTS)
        target = "code-steady_coherence-generator-generator_matrix"
        assert f'href="#{target}"' in page
        assert f'id="{target}"' in page
        assert 'href="../../src/steady_coherence/generator.py"' in page
        assert "def generator_matrix(" in page
        text = findings.markdown(PAGE, VERDICTS)
        assert "[generator_matrix](../src/steady_coherence/generator.py)" in text

    def test_links_within_the_page_lead_somewhere(self):
        attributes = Reader(findings.html(PAGE, VERDICTS)).attributes
        places = [value for _, name, value in attributes if name == "id"]
        links = [value for _, name, value in attributes if name == "href"]
        assert len(set(places)) == len(places)
        assert {link[1:] for link in links if link.startswith("#")} <= set(places)
        assert all(
            link.startswith(("#", "../../src/", "../../figures/quick/", "claims.json", "explorer"))
            for link in links
        )
        assert [link for link in links if "preset" in link] == ["explorer.html#preset=claim-3"]

    def test_needs_nothing_else(self):
        page = findings.html(PAGE, VERDICTS)
        assert not re.search(r"https?:|src=|@import|url\(", page)
        assert not {"link", "img", "iframe"} & {tag for tag, *_ in Reader(page).attributes}

    def test_texts_are_escaped(self):
        assert "a <test> & more" in Reader(findings.html(PAGE, VERDICTS)).text
        assert r"\|rho_12\|" in findings.markdown(PAGE, VERDICTS)

    def test_rounding_of_zero_is_not_spelt_out(self):
        assert "| 0, -0.1235 |" in findings.markdown(PAGE, VERDICTS)

    def test_parts_end_outside_of_brackets(self):
        assert findings.parts("one thing (here; there); another") == [
            "one thing (here; there)",
            "another",
        ]

    def test_a_remark_stands_by_itself(self):
        assert "**Remarks, stricter readings**\n\n- stricter\n- still\n" in findings.markdown(
            PAGE, VERDICTS
        )
        assert "<li>stricter</li><li>still</li>" in findings.html(PAGE, VERDICTS)

    def test_says_how_it_was_tested(self):
        tested = "How it was tested: |rho_12|. Region: all T_L. Counts as zero below 1e-12."
        assert findings.markdown(PAGE, VERDICTS).count(tested) == len(VERDICTS["claims"])

    def test_rows_have_as_many_cells_as_their_table(self):
        tables = re.findall(r"(?:^\|.*\n)+", findings.markdown(PAGE, VERDICTS), re.MULTILINE)
        assert len(tables) == 4
        for table in tables:
            assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


def test_the_page_leads_to_every_figure():
    assert set(PAGE.figures) == set(FIGURES)
    for shown in PAGE.figures.values():
        assert shown.title
        assert bool(shown.short) >= bool(shown.claims)
        assert set(shown.claims) <= {claim.number for claim in CLAIMS}
