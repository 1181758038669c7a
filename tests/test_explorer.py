"""The explorer: its numbers, its address, its YAML, and what it leaves out."""

from __future__ import annotations

import json
import re
import shutil
from itertools import chain
from pathlib import Path

import numpy as np
import pytest

import shipped
from li_cai_sun_2015.configuration.variant import Variant, load_variant
from li_cai_sun_2015.explorer.page import MODULES, html, module
from li_cai_sun_2015.explorer.presets import presets, sections
from li_cai_sun_2015.findings import PAGE
from paper_replication import findings
from steady_coherence.steady_states import steady_states

ROOT = Path(__file__).resolve().parents[1]
VARIANTS = ROOT / "config" / "variants"

EXAMPLE = {
    "shows": "no coherence in Lambda",
    "system": "lambda",
    "equation": "nonsecular",
    "quantity": "coherence",
    "scale": "log",
    "temperature": 1.0,
    "temperature_difference": 0.007946233900552602,
    "changes": {"energy_difference.lambda": 0.02},
    "factors": {"baths.left.weight_factor.value": 0.5},
}
VERDICTS = {"claims": [{"claim": 1, "example": EXAMPLE}, {"claim": 2, "example": {}}]}


def written(name, folder, others=()):
    """File of a variant's page."""
    variant, paper = (load_variant(each, VARIANTS) for each in (name, "paper"))
    path = folder / "explorer.html"
    others = [load_variant(other, VARIANTS) for other in others]
    path.write_text(html(variant, VERDICTS, paper, others), "utf-8")
    return path


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """Address of the page of a small variant."""
    return written("quick", tmp_path_factory.mktemp("explorer"), ["lorentzian"]).as_uri()


class Opened:
    """The page, with what it asks for and complains of."""

    def __init__(self, browser, address):
        self.page = browser.new_page()
        self.said = []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.said.append(request.url))
        self.page.goto(address)
        assert self.said == [address.partition("#")[0]]

    def text(self, place):
        return self.page.text_content(place)

    def set(self, key, value):
        field = self.page.locator(f'[data-key="{key}"] input[type=number]')
        field.fill(str(value))
        field.blur()

    def choose(self, name, value):
        self.page.locator(f'[name={name}][value="{value}"]').check(force=True)

    def shape(self, curve, name):
        self.page.locator(f'[data-curve="{curve}"] select').select_option(name)

    def settle(self):
        """Wait until the address and the YAML are those of the view."""
        self.page.locator("#explorer[aria-busy=false]").wait_for()

    @property
    def numbers(self):
        """Rows of the table: what it says by each equation, numbers with all their digits."""
        shown = "(cell) => cell.dataset.value ?? cell.textContent"
        rows = self.page.locator("#numbers tbody tr")
        return rows.evaluate_all(
            f"rows => rows.map((row) => [...row.querySelectorAll('td')].map({shown}))"
        )


@pytest.fixture
def opened(browser, address):
    pages = []

    def opened(after=""):
        pages.append(Opened(browser, address + after))
        return pages[-1]

    yield opened
    for each in pages:
        each.page.close()


def expected(variant, system, equation, temperature, difference):
    """What the table has to say of a point."""
    level_system = variant.level_system(system)
    temperatures = [np.array([temperature]), np.array([temperature + difference])]
    found = steady_states(level_system, variant.baths(system, temperatures), equation)
    state = {name: np.ravel(values) for name, values in found.items()}
    rho = np.diag(state["population"]).astype(complex)
    first, second = map(level_system.levels.index, level_system.coherent_pair)
    rho[first, second] = state["coherence_real"][0] + 1j * state["coherence_imag"][0]
    rho[second, first] = rho[first, second].conj()
    eigenvalues = pytest.approx(np.linalg.eigvalsh(rho), rel=1e-13)
    names = ["population", "coherence_real", "coherence_imag", "coherence", "energy_current"]
    sites = ["internal_flux", "bath_flux"] if system == "coupled_tls" else []
    last = ["min_eigenvalue", "kossakowski_min_eigenvalue", "residual"]
    return {name: list(state[name]) for name in (*names, *sites, *last)}, eigenvalues


def found(opened, system, column=0):
    """The same from the page."""
    numbers = [row[column] for row in opened.numbers]
    levels = 4 if system == "coupled_tls" else 3
    values = iter(numbers)
    taken = {"population": [float(next(values)) for _ in range(levels)]}
    for name in ("coherence_real", "coherence_imag", "coherence"):
        taken[name] = [float(next(values))]
    next(values)
    taken["energy_current"] = [float(next(values)) for _ in range(2)]
    if system == "coupled_tls":
        for name in ("internal_flux", "bath_flux"):
            taken[name] = [float(next(values))]
        next(values)
    eigenvalues = [float(next(values)) for _ in range(levels)]
    taken["min_eigenvalue"] = eigenvalues[:1]
    assert next(values) == "yes"
    for name in ("kossakowski_min_eigenvalue", "residual"):
        taken[name] = [float(next(values))]
    return taken, eigenvalues


@pytest.mark.parametrize("system", ["lambda", "coupled_tls"])
def test_numbers_of_a_preset(opened, system):
    """Those of the engine, bit by bit, by both equations."""
    page = opened(f"#preset=quick&system={system}&point.temperature=0.4")
    variant = load_variant("quick", VARIANTS)
    for column, equation in enumerate(["nonsecular", "secular"]):
        here = expected(variant, system, equation, 0.4, 0.7)
        assert found(page, system, column) == here
    assert page.text("#problem") == ""


def test_yaml_gives_the_same_numbers(opened, tmp_path):
    page = opened()
    page.choose("system", "v")
    page.set("three_level.energy_difference.v", -3e-3)
    page.set("three_level.baths.right.weight_factor.value", 0.25)
    page.set("three_level.baths.left.cross_phase", -1)
    curve = "three_level.baths.left.transition_1"
    page.shape(curve, "lorentzian")
    page.set(f"{curve}.width", 0.1)
    page.set("point.temperature", 0.8)
    page.settle()
    (tmp_path / "paper.yaml").write_text((VARIANTS / "paper.yaml").read_text())
    (tmp_path / "mine.yaml").write_text(page.text("#yaml"))
    variant = load_variant("mine", tmp_path)
    left = variant.three_level.baths.left
    assert (left.cross_phase, left.transition_1.width) == (-1.0, 0.1)
    assert variant.three_level.temperature.points == 12
    assert found(page, "v") == expected(variant, "v", "nonsecular", 0.8, 0.7)


def test_every_preset_is_a_variant(browser, tmp_path):
    """Its YAML is read as the very settings of the preset."""
    names = shipped.VARIANTS
    page = Opened(browser, written("paper", tmp_path, names).as_uri())
    shutil.copy(VARIANTS / "paper.yaml", tmp_path)
    listed = json.loads(page.text("#content"))["presets"]
    assert [preset["name"] for preset in listed] == [
        *("fig3a", "fig3b"),
        *(name for name in names if name != "paper"),
        "claim-1",
    ]
    for preset in listed:
        page.page.locator("[name=preset]").select_option(preset["name"])
        (tmp_path / "mine.yaml").write_text(page.text("#yaml"))
        shown, _ = sections(load_variant("mine", tmp_path))
        assert shown == {name: preset["view"][name] for name in shown}
        assert page.text("#problem") == ""
    page.page.close()


def test_address_leads_back(opened):
    page = opened()
    page.choose("equation", "unified")
    page.page.locator('[data-curve="three_level.baths.right.transition_2"] select').select_option(
        "ohmic"
    )
    page.set("three_level.baths.right.transition_2.cutoff", 4)
    page.page.locator("[name=two_maps]").check()
    page.settle()
    after = page.page.evaluate("location.hash")
    again = opened(after)
    again.settle()
    assert again.page.evaluate("location.hash") == after
    assert (again.text("#yaml"), again.numbers) == (page.text("#yaml"), page.numbers)


def test_strange_addresses_are_left_aside(opened):
    page = opened(
        "#preset=none&point.temperature=x&__proto__.a=1&system=y&three_level=2&equation=z"
    )
    page.settle()
    assert page.page.evaluate("location.hash") == "#preset=quick"


def test_what_cannot_be_is_said(opened):
    page = opened()
    page.set("three_level.energy_difference.lambda", 3)
    page.settle()
    assert "energy -0.5, expected > 0" in page.text("#problem")
    page.set("three_level.energy_difference.lambda", 0)
    field = page.page.locator(
        "[data-key='three_level.baths.left.weight_factor.value'] [type=number]"
    )
    field.fill("2")
    assert page.text("#refused").endswith("value is 2, expected a number from 0 to 1")
    field.blur()
    assert (page.text("#refused"), field.input_value()) == ("", "1")
    page.settle()
    assert page.text("#problem") == ""
    assert "weight_factor: {shape: constant, value: 2" not in page.text("#yaml")


def test_axes_follow_a_typed_point(opened):
    """Once its number is whole; and both temperatures stay 0 or above on the map."""
    page = opened()
    page.set("point.temperature", 5)
    page.set("point.temperature_difference", -4.5)
    page.settle()
    assert page.text("#problem") == ""
    start, stop = (f"[data-axis='three_level.temperature.{end}']" for end in ("start", "stop"))
    assert [float(page.page.input_value(end)) for end in (start, stop)] == [4.5, 5.0]
    variant = load_variant("quick", VARIANTS)
    assert found(page, "lambda") == expected(variant, "lambda", "nonsecular", 5.0, -4.5)
    field = page.page.locator("[data-key='point.temperature'] [type=number]")
    field.press_sequentially("0")
    assert float(page.page.input_value(stop)) == 5.0
    field.press("Enter")
    assert float(page.page.input_value(stop)) == 50.0


def test_a_thinned_map_says_so(opened):
    page = opened("#preset=quick&three_level.temperature.points=501")
    assert page.text("#left-out") == (
        "The map has at most 500 points along an axis; the variant has 501 along the temperature."
    )
    assert opened().text("#left-out") == ""


def test_keyboard(opened):
    page = opened()
    before = page.numbers
    page.page.get_by_role("slider", name="Temperature of the first bath", exact=True).focus()
    page.page.keyboard.press("ArrowRight")
    page.settle()
    assert page.numbers != before
    page.page.get_by_role("radio", name="non-secular").focus()
    page.page.keyboard.press("ArrowRight")
    page.settle()
    assert "equation=secular" in page.page.evaluate("location.hash")


def test_dragging_the_point(opened):
    page = opened()
    box = page.page.locator("#map").bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.page.mouse.move(*middle)
    page.page.mouse.down()
    page.page.mouse.move(middle[0] + 60, middle[1] - 60)
    page.page.mouse.up()
    page.page.mouse.move(*middle)
    page.settle()
    point = page.page.evaluate("location.hash")
    temperature, difference = map(float, re.findall(r"point\.\w+=([\d.]+)", point))
    assert 1.3 < temperature < 2.1
    assert 0.5 < difference < 0.8


def test_a_claim_leads_to_its_example(opened):
    """At the point of the example, in the variant's unit, with what differs there."""
    page = opened("#preset=claim-1")
    page.settle()
    assert "lambda: 0.02" in page.text("#yaml")
    assert "value: 0.5" in page.text("#yaml")
    field = page.page.locator("[data-key='point.temperature_difference'] [type=number]")
    wanted = EXAMPLE["temperature_difference"]
    assert float(field.input_value()) == pytest.approx(wanted, rel=1e-11)
    told = ("where", "statement", "sense", "quantity", "region")
    told += ("holds_for", "counterexample", "remark")
    row = {"verdict": "fails", "tolerance": 0.0, "numbers": {}, **dict.fromkeys(told, "")}
    verdicts = {
        "variant": "quick",
        "description": "",
        "claims": [row | claim for claim in VERDICTS["claims"]],
        "equations": [],
        "reliability": [],
    }
    links = re.findall(r'href="explorer.html#([^"]*)"', findings.html(PAGE, verdicts))
    assert links == ["preset=claim-1"]


def test_an_example_is_on_its_map():
    """And both temperatures are 0 or above on the whole of it."""
    paper = load_variant("paper", VARIANTS)
    example = EXAMPLE | {"temperature": 0.5, "temperature_difference": -0.3, "factors": {}}
    *_, preset = presets(paper, {"claims": [{"claim": 1, "example": example}]}, paper, [])
    assert preset.view["point"] == {"temperature": 0.5, "temperature_difference": -0.3}
    axes = [preset.view["three_level"][name] for name in preset.view["point"]]
    assert [(axis["start"], axis["stop"]) for axis in axes] == [(0.3, 2.0), (-0.3, 0.0)]


class TestLeftOut:
    def test_shapes(self):
        shown, said = sections(load_variant("distant_atoms", VARIANTS))
        factor = shown["three_level"]["baths"]["left"]["weight_factor"]
        assert factor == {"shape": "constant", "value": pytest.approx(np.sin(1.0) ** 2)}
        assert len(said) == 2
        assert "left.weight_factor is isotropic" in said[0]

    def test_listed_axes_and_principal_values(self):
        listed = {"temperature": {"values": [0.5, 0.75, 2.0]}}
        changed = load_variant("lorentzian", VARIANTS).changed({"three_level": listed})
        shown, said = sections(changed)
        assert shown["three_level"]["temperature"] == {"start": 0.5, "stop": 2.0, "points": 3}
        assert [line.split()[0] for line in said] == ["three_level.temperature", "The"]

    def test_nothing(self):
        paper = load_variant("paper", VARIANTS)
        shown, said = sections(paper)
        assert said == []
        assert Variant.from_resolved({**paper.resolved(), **shown}) == paper


def test_names_of_the_modules_differ():
    """They share one scope on the page, in which a second function would replace the first."""
    pattern = r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)"
    texts = (module(*place) for place in MODULES)
    names = [*chain.from_iterable(re.findall(pattern, text, re.MULTILINE) for text in texts)]
    assert len(names) > 50
    assert sorted(set(names)) == sorted(names)


def test_the_page_is_one_file(address):
    page = Path(address.removeprefix("file://")).read_text("utf-8")
    assert not re.search(r"https?:|src=|@import|url\(|import\(", page)
    assert page.count("</script>") == page.count("<script") == 3
