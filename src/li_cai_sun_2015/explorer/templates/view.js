// What a view says: its system and settings, what may be drawn of it, and what is wrong with it.

export const engine = steadyCoherence;
export const content = JSON.parse(byId("content").textContent);

export function byId(id) {
  return document.querySelector(`#${id}`);
}

/** Most points that an axis of the map has here. */
export const MOST_POINTS = 500;

/** The two temperatures, outermost first. */
export const AXES = ["temperature", "temperature_difference"];

/** A level, or a bath, with its number set low: g1 is g₁. */
export function lowered(name) {
  return name.replaceAll(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);
}

export function isCoupled(view) {
  return engine.systems[view.system].section === "coupled_tls";
}

export function sectionOf(view) {
  return view[engine.systems[view.system].section];
}

export function settingsOf(view, equation) {
  return { ...view, equation };
}

/** Mean transition energy. */
export function unitOf(view) {
  const { mean_energy: mean, frequency_1: first, frequency_2: second } = sectionOf(view);
  return mean ?? (first + second) / 2;
}

/** Spectra of each bath, by the transition. */
export function spectraOf(view) {
  return Object.values(sectionOf(view).baths).map((bath) =>
    isCoupled(view) ? [bath] : [bath.transition_1, bath.transition_2],
  );
}

/** Points of an axis, the bits of numpy.linspace; fewer of them where there are too many. */
export function pointsOf({ start, stop, points }, most = Infinity) {
  const number = Math.min(points, most);
  if (number === 1) return Float64Array.of(start);
  const step = (stop - start) / (number - 1);
  const found = Float64Array.from({ length: number }, (_, index) => index * step + start);
  found[number - 1] = stop;
  return found;
}

/**
 * What may be drawn of a system: key (a variable, and which of it), index, and labels; what stands
 * between stars is in italics.
 */
export function quantitiesOf(view) {
  const { levels, baths, pair } = engine.systems[view.system];
  const [one, other] = pair.map(lowered);
  const cross = isCoupled(view) ? `⟨${one}|*ρ*|${other}⟩` : "*ρ*₁₂";
  const found = [
    { key: "coherence", label: `|${cross}|`, words: "coherence" },
    { key: "coherence_real", label: `Re ${cross}` },
    { key: "coherence_imag", label: `Im ${cross}` },
  ];
  for (const [index, name] of levels.entries()) {
    found.push({ key: `population.${name}`, index, label: `population of ${lowered(name)}` });
  }
  for (const [index, name] of baths.entries()) {
    const bath = isCoupled(view) ? `bath ${name}` : `${name} bath`;
    found.push({ key: `energy_current.${name}`, index, label: `energy current, ${bath}` });
  }
  if (isCoupled(view)) {
    found.push(
      { key: "internal_flux", label: "*J*₁₋₂", words: "internal flux" },
      { key: "bath_flux", label: "*J*₁₋B₁", words: "flux to bath 1" },
    );
  }
  return [...found, { key: "min_eigenvalue", label: "least eigenvalue of *ρ*" }];
}

export function quantityOf(view) {
  const all = quantitiesOf(view);
  return all.find(({ key }) => key === view.quantity) ?? all[0];
}

export function namedPlainly({ label, words }) {
  return `${words ? `${words} ` : ""}${label}`.replaceAll("*", "");
}

/** Values of a quantity in a result of the engine, over its grid. */
export function valuesOf(result, { key, index }) {
  const values = result[key.split(".")[0]];
  return index === undefined ? values : values[index];
}

/**
 * Eigenvalues of the last state of a result, from the smallest, which has the engine's bits: the
 * pair's two, and the other levels' populations.
 */
export function eigenvaluesOf(result, { levels, pair }) {
  const last = (values) => values.at(-1);
  const populations = result.population.map(last);
  const [first, second] = pair.map((level) => populations[levels.indexOf(level)]);
  const alone = populations.filter((_, index) => !pair.includes(levels[index]));
  const [real, imag] = [result.coherence_real, result.coherence_imag].map(last);
  const squared = real * real + imag * imag;
  const [trace, half] = [first + second, 0.5 * (first - second)];
  const larger = 0.5 * trace + Math.sqrt(half * half + squared);
  // Of the determinant, in which less is lost than in a difference of mean and root.
  const smaller = larger === 0 ? 0 : (first * second - squared) / larger;
  return [...alone, smaller, larger].toSorted((one, other) => one - other);
}

/** What the map of a view has fewer points along than its variant, in one line; empty if nothing. */
export function thinned(view) {
  const said = AXES.filter((name) => sectionOf(view)[name].points > MOST_POINTS).map(
    (name) => `${sectionOf(view)[name].points} along the ${name.replace("_", " ")}`,
  );
  return said.length > 0
    ? `The map has at most ${MOST_POINTS} points along an axis; the variant has ${said.join(" and ")}.`
    : "";
}

/** Why the map of a view cannot be, in one sentence; empty if it can. */
export function problemOf(view) {
  const { temperature, temperature_difference: difference } = sectionOf(view);
  for (const name of AXES) {
    const { start, stop, points } = sectionOf(view)[name];
    if (points > 1 && !(start < stop)) {
      return `The ${name.replace("_", " ")} runs from ${start} to ${stop}: it has to run upwards.`;
    }
  }
  if (temperature.start < 0 || temperature.start + difference.start < 0) {
    return "Both temperatures, T and T + ΔT, have to be 0 or above on the whole map: see its axes.";
  }
  return "";
}
