// Numbers that spectra, weight factors and level systems take, in the ranges that Python declares.

const COMPARISONS = {
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
};

/**
 * Refuse numbers outside their ranges.
 *
 * @param {string} what What the error calls their owner.
 * @param {object} values The numbers, by name; others may stand beside them.
 * @param {object} declared Ranges and what is expected, by name.
 */
export function checkParameters(what, values, declared) {
  for (const [name, { ranges, expected }] of Object.entries(declared)) {
    const value = values[name];
    const isInside = ranges.every(([sign, bound]) => COMPARISONS[sign](value, bound));
    if (!Number.isFinite(value) || !isInside) {
      throw new Error(`${name} of ${what} is ${value}, expected ${expected}`);
    }
  }
}
