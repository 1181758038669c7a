// The steps from rates to steady states, as the Python module of this name notes them: those of
// PROGRAMS, noted for numbers none of which is zero, over blocks of points.

/** Points worked on together: what is between stays in the cache of a core. */
export const BLOCK = 512;

/** Operations on the first points of arrays, outcome first; a closure a point would be slower. */
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

/** A number that is the same at all points; a constant one is known when the steps are noted. */
class Uniform {
  constructor(value, isConstant) {
    this.value = Float64Array.of(value);
    this.isConstant = isConstant;
  }

  get isZero() {
    return this.isConstant && this.value[0] === 0;
  }

  /** The number at all points of a block. */
  get values() {
    this.filled ??= new Float64Array(BLOCK).fill(this.value[0]);
    return this.filled;
  }
}

/** A number that differs from point to point: from outside, or the outcome of an operation. */
class Varying {
  constructor(operation, operands) {
    this.operation = operation;
    this.operands = operands;
    this.isZero = false;
  }
}

const ZERO = new Uniform(0, true);

/** Outcome of an operation, with no step for what is zero by construction. */
function outcome(name, x, y) {
  if (name === "*" && (x.isZero || y.isZero)) return ZERO;
  if (name === "+" && x.isZero) return y;
  if ((name === "+" || name === "-") && y.isZero) return x;
  if (name === "-" && x.isZero) return outcome("negative", y);
  const operands = y === undefined ? [x] : [x, y];
  if (!operands.every((each) => each instanceof Uniform)) {
    return new Varying(OPERATIONS[name], operands);
  }
  const isConstant = operands.every((each) => each.isConstant);
  const result = new Uniform(0, isConstant);
  OPERATIONS[name](result.value, x.value, y?.value);
  return result;
}

/** The steps of a program that are left, for numbers from outside some of which may be zero. */
export class Tape {
  /**
   * @param {object} program Steps and results, as numerics/javascript.py writes them.
   * @param {Map<string, number>} numbers Numbers from outside, by name; the others vary.
   */
  constructor(program, numbers) {
    this.outside = new Map();
    const noted = [];
    const operand = (each) =>
      typeof each === "number" ? noted[each] : new Uniform(Number(each), true);
    for (const step of program.steps) {
      noted.push(
        typeof step === "string"
          ? this.given(step, numbers)
          : outcome(step[0], ...step.slice(1).map(operand)),
      );
    }
    this.results = {};
    for (const [name, row] of Object.entries(program.results)) {
      this.results[name] = row.map(operand);
    }
  }

  /** A number from outside, constant if it is zero. */
  given(name, numbers) {
    const number = numbers.get(name);
    if (number !== undefined) return number === 0 ? ZERO : new Uniform(number, false);
    const varying = new Varying(undefined, []);
    this.outside.set(name, varying);
    return varying;
  }
}

/** The steps to some results of a tape, and the arrays to carry them out in. */
export class Plan {
  constructor(tape, names) {
    const results = names.flatMap((name) => tape.results[name]);
    const order = stepsTo(results);
    const lastUse = new Map();
    for (const step of order) {
      for (const operand of step.operands) lastUse.set(operand, step);
    }
    for (const result of results) lastUse.set(result, undefined);

    this.arrays = new Map();
    const free = [];
    this.steps = [];
    this.outside = new Map();
    for (const step of order) {
      // The outcome may take the place of an operand that is not needed any more.
      for (const operand of new Set(step.operands)) {
        if (operand instanceof Varying && lastUse.get(operand) === step) {
          free.push(this.arrays.get(operand));
        }
      }
      const [x, y] = step.operands.map((operand) => this.valuesOf(operand));
      const out = free.pop() ?? new Float64Array(BLOCK);
      this.arrays.set(step, out);
      if (!isOutside(step)) this.steps.push({ operation: step.operation, out, x, y });
    }
    for (const [name, number] of tape.outside) {
      if (this.arrays.has(number)) this.outside.set(name, this.arrays.get(number));
    }
    this.results = Object.fromEntries(
      names.map((name) => [name, tape.results[name].map((each) => this.valuesOf(each))]),
    );
  }

  /** Where a number stands at the points of a block. */
  valuesOf(number) {
    return number instanceof Uniform ? number.values : this.arrays.get(number);
  }

  /** Carry out all steps at a block of points from the start on. */
  run(start, given) {
    for (const [name, values] of this.outside) {
      values.set(given.get(name).subarray(start, start + BLOCK));
    }
    for (const { operation, out, x, y } of this.steps) operation(out, x, y);
  }
}

/** Numbers that vary on the way to some results: those from outside first, which stay in place. */
function stepsTo(results) {
  const seen = new Set();
  const visit = (number) => {
    if (number instanceof Uniform || seen.has(number)) return;
    for (const operand of number.operands) visit(operand);
    seen.add(number);
  };
  for (const result of results) visit(result);
  const steps = [...seen];
  return [...steps.filter(isOutside), ...steps.filter((number) => !isOutside(number))];
}

function isOutside(number) {
  return number.operation === undefined;
}
