// The page: a view, what changes it, and when it is drawn.

import { askedBy, form, showPresets, showView, titles } from "./controls.js";
import { cutsOf, drawCuts, drawMaps, drawSpectra, drawState } from "./pictures.js";
import { addressOf, difference, putAt, reshaped, valueAt, viewOf, yamlOf } from "./state.js";
import { AXES, byId, content, engine, MOST_POINTS, problemOf, sectionOf } from "./view.js";

/** Points along an axis of a map while something moves, and milliseconds until nothing does. */
const [FEW, REST] = [100, 150];

let preset;
let view;
let boxes = {};
let frameAsked = 0;
let restAsked = 0;

/** The settings as a file of config/variants. */
function variant() {
  const own = Object.fromEntries(Object.keys(content.paper).map((name) => [name, view[name]]));
  const description = `Made in the explorer, from ${preset.name}`;
  return yamlOf({ description, ...difference(own, content.paper) });
}

function draw(most) {
  let problem;
  try {
    problem = problemOf(view);
    if (!problem) {
      boxes = drawMaps(view, titles, most);
      const cuts = cutsOf(view);
      drawCuts(view, cuts);
      drawState(view, cuts);
      drawSpectra(view);
    }
  } catch (error) {
    problem = error.message;
  }
  byId("problem").textContent = problem;
  form.classList.toggle("wrong", Boolean(problem));
}

function drawAll() {
  draw(MOST_POINTS);
  byId("yaml").textContent = variant();
  try {
    history.replaceState(undefined, "", addressOf(view, preset));
  } catch {
    // Inside a report there is no address to write to.
  }
  form.setAttribute("aria-busy", "false");
}

/** Draw with few points at the next frame, and with all of them once nothing moves. */
function redraw() {
  form.setAttribute("aria-busy", "true");
  cancelAnimationFrame(frameAsked);
  clearTimeout(restAsked);
  frameAsked = requestAnimationFrame(() => draw(FEW));
  restAsked = setTimeout(drawAll, REST);
}

/** Keep the chosen point on the map. */
function movePoint(values) {
  for (const [name, value] of Object.entries(values)) {
    const { start, stop } = sectionOf(view)[name];
    view.point[name] = Math.min(stop, Math.max(start, value));
  }
}

/** Lengthen the axes of the map to the chosen point, with both temperatures 0 or above on them. */
function lengthenAxes() {
  for (const [index, name] of AXES.entries()) {
    const [axis, other] = [name, AXES[1 - index]].map((one) => sectionOf(view)[one]);
    const value = view.point[name];
    axis.stop = Math.max(axis.stop, value);
    if (value >= axis.start) continue;
    axis.start = value;
    other.start = Math.max(other.start, -value);
  }
}

function open(address) {
  ({ preset, view } = viewOf(address, content.presets, content.shapes));
  if (!Object.hasOwn(engine.systems, view.system)) view.system = preset.view.system;
  for (const name of ["equation", "beside"]) {
    if (!engine.equations.includes(view[name])) view[name] = preset.view[name];
  }
  lengthenAxes();
  showView(view, preset);
  drawAll();
}

function choose({ name, value, checked, type }) {
  view[name] = type === "checkbox" ? checked : value;
  if (name === "system") movePoint(view.point);
  if (name === "equation" && view.beside === value) {
    view.beside = value === "secular" ? "nonsecular" : "secular";
  }
}

function isBeyondMap(key, value) {
  const [part, name] = key.split(".");
  const { start, stop } = part === "point" ? sectionOf(view)[name] : {};
  return value < start || value > stop;
}

/** Take what an input says; isWhole: a number that nobody is typing any more. */
function take(input, isWhole = false) {
  const { key, value, refused } = askedBy(input, view);
  const curve = input.closest(".curve")?.dataset.curve;
  byId("refused").textContent = refused ?? "";
  if (refused) return;
  if (key) {
    // A 2 may become 0.2: the axis waits for the whole number.
    if (input.type === "number" && !isWhole && isBeyondMap(key, value)) return;
    putAt(view, key, value);
    if (isWhole) lengthenAxes();
    movePoint(view.point);
  } else if (curve) {
    putAt(view, curve, reshaped(valueAt(view, curve), input.value, content.shapes));
  } else if (input.name === "preset") {
    open(`#preset=${input.value}`);
    return;
  } else choose(input);
  showView(view, preset);
  redraw();
}

/** Move the point to where a pointer is on a map. */
function follow(event) {
  const canvas = event.currentTarget;
  const { left, top, right, bottom } = boxes[canvas.id];
  const bounds = canvas.getBoundingClientRect();
  const parts = {
    temperature: (bottom - (event.clientY - bounds.top)) / (bottom - top),
    temperature_difference: (event.clientX - bounds.left - left) / (right - left),
  };
  const values = AXES.map((name) => {
    const { start, stop } = sectionOf(view)[name];
    return [name, Number((start + parts[name] * (stop - start)).toPrecision(3))];
  });
  movePoint(Object.fromEntries(values));
  showView(view, preset);
  redraw();
}

async function copy(words, said) {
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    const area = document.createElement("textarea");
    area.value = words;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  byId("copied").textContent = said;
}

form.addEventListener("input", ({ target }) => take(target));
form.addEventListener("change", ({ target }) => {
  if (target.type === "number") take(target, true);
});
form.addEventListener("focusout", () => showView(view, preset));
form.addEventListener("submit", (event) => event.preventDefault());
for (const id of ["map", "map-beside"]) {
  const canvas = byId(id);
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    follow(event);
  });
  canvas.addEventListener("pointermove", (event) => {
    if (canvas.hasPointerCapture(event.pointerId)) follow(event);
  });
}
byId("copy").addEventListener("click", () => copy(variant(), "Copied."));
byId("link").addEventListener("click", () => {
  copy(location.href.replace(/#.*/, "") + addressOf(view, preset), "Link copied.");
});
byId("reset").addEventListener("click", () => open(`#preset=${preset.name}`));
addEventListener("hashchange", () => open(location.hash));
addEventListener("resize", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

showPresets();
open(location.hash);
