// Spectra and weight factors, by the names and parameters of spectra.py and weight_factors.py.

import { exp, inverseExpm1, power } from "./elementary.js";
import { PARAMETERS } from "./generated.js";
import { checkParameters } from "./parameters.js";

const SHAPES = {
  flat: ({ strength }) => strength + 0,
  ohmic({ strength, exponent, cutoff }, frequency) {
    if (!(frequency > 0)) return 0;
    return strength * power(frequency, exponent) * exp(-frequency / cutoff);
  },
  lorentzian({ strength, center, width }, frequency) {
    const detuning = (frequency - center) / width;
    return strength / (1 + detuning * detuning);
  },
  constant: ({ value }) => value + 0,
};

/** Value of a spectrum or a weight factor at a frequency. */
export function curve(entry, frequency) {
  const shape = Object.hasOwn(SHAPES, entry.shape) ? SHAPES[entry.shape] : undefined;
  if (!shape) {
    const names = Object.keys(SHAPES).join(", ");
    throw new Error(`a shape is ${JSON.stringify(entry.shape)}, expected one of ${names}`);
  }
  checkParameters(`the shape ${entry.shape}`, entry, PARAMETERS[entry.shape]);
  return shape(entry, frequency);
}

/** Planck distribution N(w) = 1/(exp(w/T) - 1); zero at T = 0. */
export function planckNumber(frequency, temperature) {
  return inverseExpm1(frequency / temperature);
}
