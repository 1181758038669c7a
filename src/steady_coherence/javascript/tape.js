// The steps from rates to steady states, noted by the Python module of this name for numbers none
// of which is zero: here those that are left for the numbers at hand, over blocks of points.

/** Points worked on together: what is between stays in the cache of a core. */
export const BLOCK = 512;

/** Operations on arrays, outcome first. */
const OPERATIONS = {
  "+"(out, x, y) {
    for (let n = 0; n < out.length; n++) out[n] = x[n] + y[n];
  },
  "-"(out, x, y) {
    for (let n = 0; n < out.length; n++) out[n] = x[n] - y[n];
  },
  "*"(out, x, y) {
    for (let n = 0; n < out.length; n++) out[n] = x[n] * y[n];
  },
  "/"(out, x, y) {
    for (let n = 0; n < out.length; n++) out[n] = x[n] / y[n];
  },
  negative(out, x) {
    for (let n = 0; n < out.length; n++) out[n] = -x[n];
  },
  sqrt(out, x) {
    for (let n = 0; n < out.length; n++) out[n] = Math.sqrt(x[n]);
  },
  abs(out, x) {
    for (let n = 0; n < out.length; n++) out[n] = Math.abs(x[n]);
  },
  // Not Math.min: of two zeros NumPy takes the second one.
  minimum(out, x, y) {
    for (let n = 0; n < out.length; n++) {
      out[n] = x[n] < y[n] || Number.isNaN(x[n]) ? x[n] : y[n];
    }
  },
};

/** A number at every point: a constant, one from outside, or the outcome of an operation. */
class Expression {
  /**
   * @param {object} parts
   * @param {string} [parts.name] Of a number from outside.
   * @param {string} [parts.operation] Name of the operation.
   * @param {Expression[]} [parts.operands] What the operation is applied to.
   * @param {number} [parts.value] Its value, if it is the same at all points.
   */
  constructor({ name, operation, operands = [], value }) {
    this.name = name;
    this.operation = operation;
    this.operands = operands;
    this.value = value;
  }

  /** Whether the value is known when the steps are noted, so that no step is needed for it. */
  get isConstant() {
    return this.name === undefined && this.operation === undefined;
  }

  get isUniform() {
    return this.value !== undefined;
  }

  get isZero() {
    return this.isConstant && this.value === 0;
  }
}

const ZERO = new Expression({ value: 0 });

/** Outcome of an operation, with no step for what is zero by construction. */
function outcome(operation, ...operands) {
  const [x, y] = operands;
  switch (operation) {
    case "*":
      if (x.isZero || y.isZero) return ZERO;
      break;
    case "+":
      if (x.isZero) return y;
      if (y.isZero) return x;
      break;
    case "-":
      if (y.isZero) return x;
      if (x.isZero) return outcome("negative", y);
      break;
    default:
  }
  if (!operands.every((each) => each.isUniform)) return new Expression({ operation, operands });
  const out = new Float64Array(1);
  OPERATIONS[operation](out, ...operands.map((each) => Float64Array.of(each.value)));
  const [value] = out;
  if (operands.every((each) => each.isConstant)) return new Expression({ value });
  return new Expression({ operation, operands, value });
}

/**
 * Results of a program, for numbers from outside some of which may be zero.
 *
 * @param {object} program Steps and results, as numerics/javascript.py writes them.
 * @param {Map<string, number>} numbers Numbers from outside, by name; all others vary.
 * @returns {Object<string, Expression[]>} The results by name.
 */
export function noted(program, numbers) {
  const steps = [];
  const operand = (each) =>
    typeof each === "number" ? steps[each] : new Expression({ value: Number(each) });
  for (const step of program.steps) {
    if (typeof step === "string") {
      const value = numbers.get(step);
      steps.push(value === 0 ? ZERO : new Expression({ name: step, value }));
    } else {
      const [operation, ...operands] = step;
      steps.push(outcome(operation, ...operands.map(operand)));
    }
  }
  const entries = Object.entries(program.results);
  return Object.fromEntries(entries.map(([name, row]) => [name, row.map(operand)]));
}

/** All expressions on the way to some results, in an order in which they can be worked out. */
export function stepsTo(results) {
  const seen = new Set();
  const visit = (expression) => {
    if (seen.has(expression)) return;
    for (const operand of expression.operands) visit(operand);
    seen.add(expression);
  };
  for (const result of results) visit(result);
  return [...seen];
}

/** The steps to some of the results, and the arrays to carry them out in. */
export class Plan {
  constructor(results, names) {
    const wanted = names.flatMap((name) => results[name]);
    const varying = stepsTo(wanted).filter((each) => !each.isUniform);
    const lastUse = new Map();
    for (const step of varying) {
      for (const operand of step.operands) lastUse.set(operand, step);
    }
    for (const result of wanted) lastUse.delete(result);

    this.arrays = new Map();
    /** Where numbers from outside have to stand, by name. They come first and keep their place. */
    this.outside = new Map();
    for (const each of varying.filter(isOutside)) {
      this.outside.set(each.name, this.arrayOf(each));
    }
    this.steps = [];
    const free = [];
    for (const step of varying.filter((each) => !isOutside(each))) {
      const [x, y] = step.operands.map((each) => this.arrayOf(each));
      // The outcome may take the place of an operand that is not needed any more.
      for (const operand of new Set(step.operands)) {
        if (!operand.isUniform && lastUse.get(operand) === step) free.push(this.arrayOf(operand));
      }
      const out = this.arrayOf(step, free.pop());
      this.steps.push({ operation: OPERATIONS[step.operation], out, x, y });
    }
    this.results = Object.fromEntries(
      names.map((name) => [name, results[name].map((each) => this.arrayOf(each))]),
    );
  }

  /** Where an expression stands at the points of a block; in a given array if it is new. */
  arrayOf(expression, array = undefined) {
    if (!this.arrays.has(expression)) {
      this.arrays.set(expression, array ?? new Float64Array(BLOCK).fill(expression.value));
    }
    return this.arrays.get(expression);
  }

  /** Carry out all steps at a block of points from the start on. */
  run(start, given) {
    for (const [name, array] of this.outside) {
      array.set(given.get(name).subarray(start, start + BLOCK));
    }
    for (const { operation, out, x, y } of this.steps) operation(out, x, y);
  }
}

function isOutside(expression) {
  return expression.operation === undefined;
}
