// Sliders and fields: between which ends they run, what they allow, and what they show of a view.

import { numberText } from "../../../paper_replication/templates/axes.js";
import { valueAt } from "./state.js";
import {
  byId,
  content,
  engine,
  isCoupled,
  MOST_POINTS,
  namedPlainly,
  quantitiesOf,
  quantityOf,
  sectionOf,
  thinned,
  unitOf,
} from "./view.js";

/** Steps of a slider. */
const STEPS = 1000;
/** Powers of ten, in units of the mean transition energy, between which sliders of powers run. */
const POWERS = [-4, 1];
/** Sizes beyond which no number is taken. */
const [SMALLEST, LARGEST] = [1e-12, 1e6];

export const form = document.querySelector("#explorer");

const controls = [...form.querySelectorAll(".number")].map((box) => {
  const [slider, field] = box.querySelectorAll("input");
  const curve = box.closest(".curve")?.dataset.curve;
  return Object.assign({ box, slider, field, curve }, box.dataset);
});
const selects = [...form.querySelectorAll(".curve select")].map((select) => ({
  select,
  key: select.closest(".curve").dataset.curve,
}));
const fieldsOfAxes = [...form.querySelectorAll("[data-axis]")];

/** Titles of the equations by their names. */
export const titles = Object.fromEntries(
  [...form.querySelectorAll("[name=equation]")].map((input) => [
    input.value,
    input.nextElementSibling.textContent,
  ]),
);

function evenly(low, high) {
  return {
    value: (part) => low + part * (high - low),
    part: (value) => (value - low) / (high - low || 1),
    digits: 4,
  };
}

/** How a slider runs: its part of the way into a value, and back. */
function runOf({ key, scale, least, most, above }, view) {
  if (scale === "axis") {
    const { start, stop } = sectionOf(view)[key.split(".")[1]];
    return evenly(start, stop);
  }
  if (scale === "even") return evenly(Number(least), Number(most));
  if (scale === "few") return evenly(0, 4);
  if (scale === "angle") return evenly(-Math.PI, Math.PI);
  const unit = unitOf(view);
  if (scale === "both_signs") {
    return {
      value: (part) => (2 * part - 1) ** 3 * unit,
      part: (value) => (Math.cbrt(value / unit) + 1) / 2,
      digits: 3,
    };
  }
  const own = key.endsWith("mean_energy") || key.includes(".frequency_") ? 1 : unit;
  const powers = evenly(...POWERS);
  return {
    value: (part) => (part === 0 && above === undefined ? 0 : own * 10 ** powers.value(part)),
    part: (value) => (value > 0 ? powers.part(Math.log10(value / own)) : 0),
    digits: 3,
  };
}

function isAllowed({ key, least, most, above }, value, view) {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size > LARGEST || (size > 0 && size < SMALLEST)) return false;
  if (least !== undefined && value < Number(least)) return false;
  if (above !== undefined && value === Number(least)) return false;
  if (most !== undefined && value > Number(most)) return false;
  const { temperature, temperature_difference: difference } = view.point;
  if (key === "point.temperature") return value >= 0 && value + difference >= 0;
  return key !== "point.temperature_difference" || temperature + value >= 0;
}

/** Value that a slider, or a field, asks for. */
function askedValue(input, control, view) {
  if (input !== control?.slider) return input.valueAsNumber;
  const run = runOf(control, view);
  return Number(run.value(Number(input.value) / STEPS).toPrecision(run.digits));
}

/**
 * What an input asks for.
 *
 * @param {HTMLInputElement} input A slider, or a field of a number.
 * @param {object} view The view.
 * @returns {object} key and value; refused: why the value cannot be; nothing of another input.
 */
export function askedBy(input, view) {
  const { axis } = input.dataset;
  const control = controls.find(({ slider, field }) => slider === input || field === input);
  if (!axis && !control) return {};
  const value = askedValue(input, control, view);
  const isCount = axis?.endsWith(".points");
  const isGood = axis
    ? Number.isFinite(value) && (!isCount || isCountOfPoints(value))
    : isAllowed(control, value, view);
  const key = axis ?? control.key;
  (control?.field ?? input).setAttribute("aria-invalid", String(!isGood));
  if (isGood) return { key, value };
  const expected = isCount
    ? `an integer from 1 to ${MOST_POINTS}`
    : (control?.expected ?? "a number");
  return { key, refused: `${key} is ${input.value || "empty"}, expected ${expected}` };
}

function isCountOfPoints(value) {
  return Number.isInteger(value) && value >= 1 && value <= MOST_POINTS;
}

function show(control, view) {
  const { box, slider, field, key, shapes, curve } = control;
  const value = valueAt(view, key);
  const isOfOtherSystem = key.includes("energy_difference.") && !key.endsWith(`.${view.system}`);
  const isOfOtherShape = shapes && !shapes.split(" ").includes(valueAt(view, curve).shape);
  box.hidden = value === undefined || isOfOtherSystem || isOfOtherShape;
  if (box.hidden) return;
  showNumber(field, value);
  const part = Math.min(1, Math.max(0, runOf(control, view).part(value)));
  slider.value = String(Math.round(STEPS * part));
  slider.setAttribute("aria-valuetext", numberText(value));
}

/** Show a number in a field that nobody is writing in. */
function showNumber(field, value) {
  if (document.activeElement === field) return;
  field.value = String(Number(value.toPrecision(12)));
  field.removeAttribute("aria-invalid");
}

/** Show in every control what a view says. */
export function showView(view, preset) {
  byId("refused").textContent = "";
  for (const control of controls) {
    if (
      !control.key.startsWith("point.") &&
      !control.key.startsWith(engine.systems[view.system].section)
    )
      continue;
    show(control, view);
  }
  for (const { select, key } of selects) select.value = valueAt(view, key).shape;
  for (const field of fieldsOfAxes) showNumber(field, valueAt(view, field.dataset.axis));
  for (const part of form.querySelectorAll("[data-section]")) {
    part.hidden = part.dataset.section !== engine.systems[view.system].section;
  }
  const { elements } = form;
  const options = quantitiesOf(view).map((one) => new Option(namedPlainly(one), one.key));
  elements.quantity.replaceChildren(...options);
  elements.quantity.value = quantityOf(view).key;
  for (const name of ["system", "equation", "beside", "scale"]) elements[name].value = view[name];
  elements.two_maps.checked = view.two_maps;
  elements.preset.value = preset.name;
  for (const part of form.querySelectorAll(".of-equation"))
    part.textContent = titles[view.equation];
  for (const part of form.querySelectorAll(".of-beside")) part.textContent = titles[view.beside];
  const baths = isCoupled(view) ? ["bath 1", "bath 2"] : ["the left bath", "the right bath"];
  for (const [index, part] of [...form.querySelectorAll(".of-bath")].entries())
    part.textContent = baths[index];
  form.querySelector(".of-transitions").hidden = isCoupled(view);
  form.querySelector(".of-sites").hidden = !isCoupled(view);
  byId("left-out").textContent = [...preset.left_out, thinned(view)].join(" ").trim();
}

/** List the presets to choose from. */
export function showPresets() {
  const groups = new Map();
  for (const { group, title, name } of content.presets) {
    if (!groups.has(group)) {
      groups.set(group, Object.assign(document.createElement("optgroup"), { label: group }));
    }
    groups.get(group).append(new Option(title, name));
  }
  form.elements.preset.replaceChildren(...groups.values());
}
