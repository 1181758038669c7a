// The pictures of the page, of a view: maps, cuts, spectra and the state at the chosen point.

import { extent, numberText } from "../../../paper_replication/templates/axes.js";
import { drawCurves } from "../../../paper_replication/templates/curves.js";
import { drawMap, packed, range } from "../../../paper_replication/templates/maps.js";
import { drawingOf } from "./levels.js";
import {
  AXES,
  byId,
  content,
  eigenvaluesOf,
  engine,
  isCoupled,
  lowered,
  namedPlainly,
  pointsOf,
  quantitiesOf,
  quantityOf,
  sectionOf,
  settingsOf,
  spectraOf,
  unitOf,
  valuesOf,
} from "./view.js";

const LABELS = {
  temperature: "temperature *T*",
  temperature_difference: "temperature difference Δ*T*",
};
const SYMBOLS = { temperature: "*T*", temperature_difference: "Δ*T*" };
/** Of what tells whether a state is unique. */
const ANSWERS = ["no", "yes", "not decided here"];
const COUNTED = ["least", "second", "third", "fourth"];
const MAPS = ["map", "map-beside"];
const POINTS_OF_A_CUT = 201;

const colours = Uint32Array.from(content.colourMap, packed);

function colourOf(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Results on the grid of a view, the latest ones remembered. */
const known = new Map();

function solvedOn(view, equation, most) {
  const key = JSON.stringify([view.system, equation, most, sectionOf(view)]);
  if (!known.has(key)) {
    if (known.size > 3) known.delete(known.keys().next().value);
    const [temperatures, differences] = AXES.map((name) => pointsOf(sectionOf(view)[name], most));
    const result = engine.solve(settingsOf(view, equation), temperatures, differences);
    known.set(key, { temperatures, differences, result });
  }
  return known.get(key);
}

/**
 * Cuts through the chosen point by both equations, along each temperature: points x, and results
 * over these points and, at the end of the cut along the difference, the chosen one.
 */
export function cutsOf(view) {
  const point = AXES.map((name) => view.point[name]);
  const along = AXES.map((name) => pointsOf({ ...sectionOf(view)[name], points: POINTS_OF_A_CUT }));
  const grids = [
    [along[0], [point[1]]],
    [[point[0]], [...along[1], point[1]]],
  ];
  const cuts = grids.map((grid, index) => ({
    x: along[index],
    results: [view.equation, view.beside].map((equation) =>
      engine.solve(settingsOf(view, equation), ...grid),
    ),
  }));
  return Object.fromEntries(AXES.map((name, index) => [name, cuts[index]]));
}

/** What the grey of a map stands for. */
function remarkOn({ unique }) {
  const counts = [0, 0, 0];
  for (const one of unique) counts[one] += 1;
  const said = [];
  if (counts[0]) said.push(`no unique steady state (${counts[0]} points)`);
  if (counts[2]) said.push(`not decided here whether it is unique (${counts[2]} points)`);
  return said.length > 0 ? `Grey: ${said.join("; ")}.` : "";
}

/**
 * Draw the maps of the chosen equation and, if asked for, of the one beside it.
 *
 * @param {object} view The view.
 * @param {object} titles Titles of the equations.
 * @param {number} most Most points along an axis.
 * @returns {object} Box of each map in its canvas, by the id of the canvas.
 */
export function drawMaps(view, titles, most) {
  const chosen = quantityOf(view);
  const equations = view.two_maps ? [view.equation, view.beside] : [view.equation];
  const solved = equations.map((equation) => solvedOn(view, equation, most));
  const values = solved.map(({ result }) => valuesOf(result, chosen));
  const spanned = range(view.scale === "log", ...values);
  byId("maps").classList.toggle("two", view.two_maps);
  byId("map-beside").parentElement.hidden = !view.two_maps;
  const boxes = {};
  for (const [index, { temperatures, differences, result }] of solved.entries()) {
    const canvas = byId(MAPS[index]);
    const said = [view.two_maps && titles[equations[index]], remarkOn(result)];
    canvas.previousElementSibling.textContent = said.filter(Boolean).join(". ");
    const axis = (points, name) => ({ low: points[0], high: points.at(-1), label: LABELS[name] });
    const grid = {
      rows: temperatures.length,
      columns: differences.length,
      values: values[index],
    };
    boxes[canvas.id] = drawMap(canvas, grid, {
      x: axis(differences, "temperature_difference"),
      y: axis(temperatures, "temperature"),
      spanned,
      label: chosen.label,
      colours,
      point: { x: view.point.temperature_difference, y: view.point.temperature },
    });
    const [low, high] = extent(values[index]).map((value) => numberText(value));
    canvas.setAttribute(
      "aria-label",
      `Map of the ${namedPlainly(chosen)}, ${titles[equations[index]]} equation: ${low} to ${high}`,
    );
  }
  return boxes;
}

/** Draw the chosen quantity along both temperatures, by both equations. */
export function drawCuts(view, cuts) {
  const chosen = quantityOf(view);
  const here = valuesOf(cuts.temperature_difference.results[0], chosen).at(-1);
  const besides = { colour: colourOf("--beside"), dash: [6, 4] };
  for (const [index, name] of AXES.entries()) {
    const { x, results } = cuts[name];
    const [line, beside] = results.map((result) => ({
      x,
      y: valuesOf(result, chosen).subarray(0, x.length),
    }));
    const other = AXES[1 - index];
    const fixed = `${SYMBOLS[other]} = ${numberText(view.point[other])}`;
    const canvas = byId(`cut-${name}`);
    drawCurves(canvas, [{ ...beside, ...besides }, line], {
      x: { low: x[0], high: x.at(-1), label: `${SYMBOLS[name]}, at ${fixed}` },
      label: chosen.label,
      marks: [{ x: view.point[name] }],
      dot: { x: view.point[name], y: here },
    });
    const words = `${namedPlainly(chosen)} along the ${LABELS[name]}, at ${fixed}`;
    const said = `${words}; at the point ${numberText(here)}`;
    canvas.setAttribute("aria-label", said.replaceAll("*", ""));
  }
}

/** Transition energies with their symbols, from the lowest. */
function namedEnergies(view, energies) {
  const distinct = [...new Set(energies)].toSorted((one, other) => one - other);
  if (isCoupled(view)) {
    return distinct.map((x, index) => ({
      x,
      label: distinct.length > 1 ? "ω₋ ω₊".split(" ")[index] : "ω",
    }));
  }
  return distinct.map((x) => ({
    x,
    label: ["ε₁", "ε₂"].filter((_, index) => energies[index] === x).join(" = "),
  }));
}

/** Draw the spectra of the baths around the transition energies. */
export function drawSpectra(view) {
  const energies = [...engine.frequencies(settingsOf(view, view.equation))];
  const mean = unitOf(view);
  const reach = Math.max(0.1 * mean, ...energies.map((one) => 3 * Math.abs(one - mean)));
  const x = pointsOf({ start: Math.max(0, mean - reach), stop: mean + reach, points: 301 });
  const lines = spectraOf(view).flatMap((curves, bath) =>
    curves.map((curve, number) => ({
      x,
      y: engine.spectrum(curve, x),
      colour: colourOf(bath ? "--right" : "--left"),
      dash: number ? [7, 4] : [],
      // One can be seen behind the other.
      wide: bath ? 1.8 : 4,
    })),
  );
  const marks = namedEnergies(view, energies);
  if (marks.length > 1) marks[0].align = "right";
  drawCurves(byId("spectra"), lines, {
    x: { low: x[0], high: x.at(-1), label: "frequency *ω*" },
    label: "*γ*(*ω*)",
    fromZero: true,
    marks,
  });
  const said = marks.map((mark) => numberText(mark.x)).join(" and ");
  byId("spectra").setAttribute("aria-label", `Coupling spectra; transition energies ${said}`);
}

/** Rows of the table: a name, numbers by both equations, and whether a group begins. */
function rowsOf(view, results) {
  const all = quantitiesOf(view);
  const values = (one) => results.map((result) => valuesOf(result, one).at(-1));
  const row = (one) => ({ name: one.label, values: values(one) });
  const named = (start) => all.filter(({ key }) => key.startsWith(start)).map(row);
  const system = engine.systems[view.system];
  const bounds = system.pair.map((level) =>
    values(all.find(({ key }) => key === `population.${level}`)),
  );
  const share = values({ key: "coherence" }).map(
    (value, k) => value / Math.sqrt(bounds[0][k] * bounds[1][k]),
  );
  const groups = [
    named("population"),
    [...named("coherence_"), row(all[0]), { name: "part of the largest possible", values: share }],
    named("energy_current"),
  ];
  if (isCoupled(view)) {
    const [internal, bath] = ["internal_flux", "bath_flux"].map((key) => values({ key }));
    const sum = { name: "*J*₁₋₂ + *J*₁₋B₁", values: internal.map((value, k) => value + bath[k]) };
    groups.push([...named("internal_flux"), ...named("bath_flux"), sum]);
  }
  const eigenvalues = results.map((result) => eigenvaluesOf(result, system));
  const eigenvalue = (_, k) => ({
    name: `${COUNTED[k]} eigenvalue of *ρ*`,
    values: eigenvalues.map((each) => each[k]),
  });
  groups.push(system.levels.map(eigenvalue), [
    { name: "the only steady state", values: results.map(({ unique }) => ANSWERS[unique.at(-1)]) },
    { name: "least Kossakowski value", values: values({ key: "kossakowski_min_eigenvalue" }) },
    { name: "residual", values: values({ key: "residual" }) },
  ]);
  return { groups, share };
}

function inItalics(text) {
  return text.replaceAll(/\*([^*]*)\*/g, "<i>$1</i>");
}

function tableCell(value) {
  return typeof value === "number"
    ? `<td data-value="${value}">${numberText(value, Math.abs(value) < 1e-3 ? 3 : 4)}</td>`
    : `<td>${value}</td>`;
}

/** Write down and draw the state at the chosen point. */
export function drawState(view, { temperature_difference: { results } }) {
  const { groups, share } = rowsOf(view, results);
  byId("numbers").tBodies[0].innerHTML = groups
    .flatMap((rows) =>
      rows.map(({ name, values }, index) => {
        const row = `<th scope="row">${inItalics(name)}</th>${values.map(tableCell).join("")}`;
        return `<tr${index ? "" : ' class="first"'}>${row}</tr>`;
      }),
    )
    .join("");

  const [result] = results;
  const { levels, pair } = engine.systems[view.system];
  const strongest = Math.max(
    ...spectraOf(view)
      .flat()
      .map((one) => engine.spectrum(one, [unitOf(view)])[0]),
  );
  const { temperature, temperature_difference: difference } = view.point;
  const currents = result.energy_current.map((values) => values.at(-1));
  byId("levels").innerHTML = drawingOf({
    system: view.system,
    names: levels,
    energies: [...engine.levels(settingsOf(view, view.equation))],
    populations: result.population.map((values) => values.at(-1)),
    pair,
    coherent: share[0],
    baths: (isCoupled(view) ? ["B1", "B2"] : ["L", "R"]).map((symbol, k) => ({
      symbol: lowered(symbol),
      temperature: `<tspan font-style="italic">T</tspan> = ${numberText(temperature + (k ? difference : 0))}`,
      current: currents[k] / (unitOf(view) * strongest || 1),
    })),
    flux: isCoupled(view) ? result.internal_flux.at(-1) / (strongest || 1) : undefined,
    about: `Levels and baths; energy out of the baths: ${currents.map((one) => numberText(one)).join(" and ")}`,
  });
}
