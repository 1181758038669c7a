/* Settings by their dotted keys, in the address of the page and as YAML. Knows no page. */
const state = (() => {
  const isMapping = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

  /** The value at a dotted key. */
  const get = (tree, key) => key.split(".").reduce((part, name) => part?.[name], tree);

  /** Put a value at a dotted key. */
  const set = (tree, key, value) => {
    const names = key.split(".");
    const last = names.pop();
    names.reduce((part, name) => part[name], tree)[last] = value;
  };

  /** All values by dotted keys. */
  const flat = (tree, above = "") =>
    Object.entries(tree).flatMap(([name, value]) =>
      isMapping(value) ? flat(value, `${above}${name}.`) : [[above + name, value]],
    );

  /**
   * What a tree has that another one has not, or differently. A mapping that names a shape is one
   * thing: it stays whole, as the reader of variants takes it.
   */
  const difference = (tree, base) => {
    const found = {};
    for (const [name, value] of Object.entries(tree)) {
      const old = base?.[name];
      if (isMapping(value) && !("shape" in value)) {
        const inner = difference(value, old);
        if (Object.keys(inner).length) found[name] = inner;
      } else if (JSON.stringify(value) !== JSON.stringify(old)) found[name] = value;
    }
    return found;
  };

  /** The address of a view: a preset, and what differs from it. */
  const address = (view, preset) => {
    const words = new URLSearchParams({ preset: preset.name });
    for (const [key, value] of flat(view)) {
      if (get(preset.view, key) !== value) words.set(key, String(value));
    }
    return `#${words.toString().replace(/%5B/g, "[").replace(/%5D/g, "]")}`;
  };

  /**
   * The preset and the view that an address tells of. What is no key of a view, or no value of its
   * kind, is left aside; `shapes` has the parameters of each shape with values to start from.
   */
  const viewOf = (hash, presets, shapes) => {
    const words = new URLSearchParams(hash.replace(/^#/, ""));
    const preset = presets.find((one) => one.name === words.get("preset")) || presets[0];
    const view = structuredClone(preset.view);
    const given = [...words].sort(([one], [other]) => other.endsWith(".shape") - one.endsWith(".shape"));
    for (const [key, word] of given) {
      if (key.endsWith(".shape") && shapes[word] && get(view, key) !== undefined) {
        set(view, key.slice(0, -".shape".length), { shape: word, ...shapes[word] });
      }
      const old = get(view, key);
      if (old === undefined || isMapping(old)) continue;
      if (typeof old === "number" && word.trim() && Number.isFinite(Number(word))) set(view, key, Number(word));
      else if (typeof old === "boolean") set(view, key, word === "true");
      else if (typeof old === "string" && !key.endsWith(".shape")) set(view, key, word);
    }
    return { preset, view };
  };

  /** A number of YAML: a whole one stays one only where it counts something. */
  const scalar = (value, name) => {
    if (typeof value !== "number") return String(value);
    const shortest = String(Object.is(value, -0) ? 0 : value);
    return Number.isInteger(value) && name !== "points" && !/e/.test(shortest) ? `${shortest}.0` : shortest;
  };

  const inline = (tree) =>
    `{${Object.entries(tree)
      .map(([name, value]) => `${name}: ${isMapping(value) ? inline(value) : scalar(value, name)}`)
      .join(", ")}}`;

  /** A tree as YAML; mappings of scalars stand on one line. */
  const yaml = (tree, indent = "") =>
    Object.entries(tree)
      .map(([name, value]) => {
        if (!isMapping(value)) return `${indent}${name}: ${scalar(value, name)}\n`;
        if (!Object.values(value).some(isMapping)) return `${indent}${name}: ${inline(value)}\n`;
        return `${indent}${name}:\n${yaml(value, `${indent}  `)}`;
      })
      .join("");

  return { get, set, flat, difference, address, viewOf, yaml };
})();
