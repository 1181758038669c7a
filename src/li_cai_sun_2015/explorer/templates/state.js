// Settings by their dotted keys, in the address of the page and as YAML. Knows no page.

function isMapping(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value at a dotted key, undefined where there is none. */
export function valueAt(tree, key) {
  return key
    .split(".")
    .reduce(
      (part, name) => (isMapping(part) && Object.hasOwn(part, name) ? part[name] : undefined),
      tree,
    );
}

/** Put a value at a dotted key. */
export function putAt(tree, key, value) {
  const names = key.split(".");
  const last = names.pop();
  let part = tree;
  for (const name of names) part = part[name];
  part[last] = value;
}

/** All values of a tree by their dotted keys. */
function leavesOf(tree, above = "") {
  return Object.entries(tree).flatMap(([name, value]) =>
    isMapping(value) ? leavesOf(value, `${above}${name}.`) : [[above + name, value]],
  );
}

/**
 * What a tree has that another one has not, or differently. A mapping that names a shape is one
 * thing and stays whole, as the reader of variants takes it.
 */
export function difference(tree, base) {
  const found = {};
  for (const [name, value] of Object.entries(tree)) {
    if (isMapping(value) && !Object.hasOwn(value, "shape")) {
      const inner = difference(value, base?.[name]);
      if (Object.keys(inner).length > 0) found[name] = inner;
    } else if (JSON.stringify(value) !== JSON.stringify(base?.[name])) found[name] = value;
  }
  return found;
}

/** The address of a view: the name of a preset, and what differs from it. */
export function addressOf(view, preset) {
  const words = new URLSearchParams({ preset: preset.name });
  for (const [key, value] of leavesOf(view)) {
    if (valueAt(preset.view, key) !== value) words.set(key, String(value));
  }
  return `#${words}`;
}

/** A curve of another shape, as strong as before; its other parameters are those to start from. */
export function reshaped(curve, shape, shapes) {
  const { strength } = curve;
  return { shape, ...shapes[shape], ...(strength === undefined ? {} : { strength }) };
}

/** What a word of an address means in place of another value; undefined if nothing. */
function meaningOf(word, old) {
  if (typeof old === "boolean") return word === "true";
  if (typeof old === "string") return word;
  const number = Number(word);
  return typeof old === "number" && word.trim() && Number.isFinite(number) ? number : undefined;
}

/**
 * The preset and the view that an address tells of. What is no key of a view, or no value of its
 * kind, is left aside.
 *
 * @param {string} address What `addressOf` gave.
 * @param {object[]} presets With name and view; the first is taken where none is named.
 * @param {object} shapes Parameters of each shape of a curve, with values to start from.
 * @returns {object} preset and view.
 */
export function viewOf(address, presets, shapes) {
  const words = [...new URLSearchParams(address.replace(/^#/, ""))];
  const named = Object.fromEntries(words).preset;
  const preset = presets.find(({ name }) => name === named) ?? presets[0];
  const view = structuredClone(preset.view);
  // A shape decides which other keys there are.
  for (const [key, word] of words) {
    const curve = key.slice(0, -".shape".length);
    if (`${curve}.shape` === key && valueAt(view, key) && Object.hasOwn(shapes, word)) {
      putAt(view, curve, reshaped(valueAt(view, curve), word, shapes));
    }
  }
  for (const [key, word] of words) {
    const meaning = key.endsWith(".shape") ? undefined : meaningOf(word, valueAt(view, key));
    if (meaning !== undefined) putAt(view, key, meaning);
  }
  return { preset, view };
}

/** A number of YAML: a whole one has a point, except where it counts something. */
function scalar(value, name) {
  if (typeof value !== "number" || name === "points") return String(value);
  const shortest = String(value === 0 ? 0 : value);
  return /[.e]/.test(shortest) ? shortest : `${shortest}.0`;
}

/** A tree as YAML: mappings of numbers and words stand on one line. */
export function yamlOf(tree, indent = "") {
  const lines = Object.entries(tree).map(([name, value]) => {
    if (!isMapping(value)) return `${indent}${name}: ${scalar(value, name)}\n`;
    if (Object.values(value).some(isMapping)) {
      return `${indent}${name}:\n${yamlOf(value, `${indent}  `)}`;
    }
    const inside = Object.entries(value).map(([key, one]) => `${key}: ${scalar(one, key)}`);
    return `${indent}${name}: {${inside.join(", ")}}\n`;
  });
  return lines.join("");
}
