// Exponential, logarithm, power, cosine and sine, step by step as numerics/elementary.py has them:
// Math.exp and its like differ from browser to browser, + - * / and Math.sqrt do not.

import { CONSTANTS } from "./generated.js";

const { LN2_HIGH, LN2_LOW, INVERSE_LN2, ROUNDER, HALF_PI, LARGEST_ARGUMENT } = CONSTANTS;

const LOWEST_POWER = -1023;

/** 2**k at k - LOWEST_POWER, made by doubling: Math.pow is not exact by its standard. */
const POWERS_OF_TWO = new Float64Array(2047);
POWERS_OF_TWO[-LOWEST_POWER] = 1;
for (let k = 1; k <= 1023; k++) {
  POWERS_OF_TWO[k - LOWEST_POWER] = 2 * POWERS_OF_TWO[k - 1 - LOWEST_POWER];
  POWERS_OF_TWO[-k - LOWEST_POWER] = 0.5 * POWERS_OF_TWO[1 - k - LOWEST_POWER];
}

/** 2**k, for k from -1023 to 1023. */
function powerOfTwo(k) {
  return POWERS_OF_TWO[k - LOWEST_POWER];
}

function polynomial(coefficients, x) {
  let value = x * coefficients[coefficients.length - 1];
  for (let n = coefficients.length - 2; n > 0; n--) {
    value = (value + coefficients[n]) * x;
  }
  return value + coefficients[0];
}

/** exp(x) / 2**whole - 1, with whole the nearest integer to x / ln 2. */
function restOfExponential(x, whole) {
  const rest = x - whole * LN2_HIGH - whole * LN2_LOW;
  // exp(r) - 1 = 2 r / (r coth(r/2) - r)
  return (rest + rest) / (polynomial(CONSTANTS.COTH, rest * rest) - rest);
}

/** Nearest integer, to even from halfway, of a modulus below 2**51. */
function nearestInteger(x) {
  return x + ROUNDER - ROUNDER;
}

/** Exponential; 0 below -708 and infinite above 709. */
export function exp(x) {
  if (x < -708) return 0;
  if (x > 709) return Number.POSITIVE_INFINITY;
  const whole = nearestInteger(x * INVERSE_LN2);
  const scale = powerOfTwo(whole);
  return scale + scale * restOfExponential(x, whole);
}

/** 1/(exp(x) - 1) for x > 0; 0 above 709. */
export function inverseExpm1(x) {
  if (x > 709) return 0;
  const whole = nearestInteger(x * INVERSE_LN2);
  const scale = powerOfTwo(whole);
  // 2**k (1 + p) - 1, without cancellation for k = 0
  return 1 / (restOfExponential(x, whole) * scale + (scale - 1));
}

/** Mantissa from 1/2 to 1 and exponent of a finite number above zero. */
function mantissaAndExponent(x) {
  let mantissa = x;
  let exponent = 0;
  // By large steps first. No digit is lost: the product is never nearer to zero than 1/2.
  for (const step of [512, 256, 128, 64, 32, 16, 8, 4, 2, 1]) {
    while (mantissa >= powerOfTwo(step - 1)) {
      mantissa *= powerOfTwo(-step);
      exponent += step;
    }
    while (mantissa < powerOfTwo(-step)) {
      mantissa *= powerOfTwo(step);
      exponent -= step;
    }
  }
  return [mantissa, exponent];
}

/** Natural logarithm of a finite number above zero. */
export function log(x) {
  let [mantissa, exponent] = mantissaAndExponent(x);
  if (mantissa < Math.sqrt(0.5)) {
    mantissa *= 2;
    exponent -= 1;
  }
  const ratio = (mantissa - 1) / (mantissa + 1);
  return (
    exponent * LN2_HIGH + (ratio * polynomial(CONSTANTS.ARTANH, ratio * ratio) + exponent * LN2_LOW)
  );
}

/** x**exponent for finite x >= 0 and exponent >= 0. */
export function power(x, exponent) {
  if (x === 0) return exponent > 0 ? 0 : 1;
  const whole = Math.floor(exponent);
  let value = exponent > whole ? exp((exponent - whole) * log(x)) : 1;
  // Integer powers by squaring.
  let factor = x;
  for (let left = Math.min(whole, 2 ** 53); left > 0; left = Math.floor(0.5 * left)) {
    if (left % 2 === 1) value *= factor;
    factor *= factor;
  }
  return value;
}

/** Cosine and sine of an angle (radians). */
export function cosineAndSine(x) {
  if (!(Math.abs(x) <= LARGEST_ARGUMENT)) {
    throw new Error(`an angle is ${x}, expected from -${LARGEST_ARGUMENT} to ${LARGEST_ARGUMENT}`);
  }
  const quarter = nearestInteger(x / HALF_PI[0]);
  // NumPy's quarter of -0 is -0, and its rest 0: so is this one.
  const rest = x - quarter * HALF_PI[0] - quarter * HALF_PI[1] - quarter * HALF_PI[2] + 0;
  const square = rest * rest;
  const cosine = polynomial(CONSTANTS.COSINE, square);
  const sine = rest * polynomial(CONSTANTS.SINE, square);
  switch (((quarter % 4) + 4) % 4) {
    case 0:
      return [cosine, sine];
    case 1:
      return [-sine, cosine];
    case 2:
      return [-cosine, -sine];
    default:
      return [sine, -cosine];
  }
}
