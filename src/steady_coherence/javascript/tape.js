// The steps from rates to steady states, as the Python module of this name notes them: those of
// PROGRAMS, noted for numbers none of which is zero, over blocks of points.

/** Points worked on together: what is between stays in the cache of a core. */
export const BLOCK = 256;

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
    this.values = new Float64Array(BLOCK);
    this.isZero = false;
  }

  workOut() {
    const [x, y] = this.operands;
    this.operation(this.values, x.values, y?.values);
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
        typeof step === "string" ? this.given(step, numbers) : outcome(step[0], ...step.slice(1).map(operand)),
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

/** The steps to some results of a tape, in an order in which they can be carried out. */
export class Plan {
  constructor(tape, names) {
    this.results = names.flatMap((name) => tape.results[name]);
    this.steps = [];
    this.outside = new Map();
    const seen = new Set();
    const names_ = new Map([...tape.outside].map(([name, varying]) => [varying, name]));
    const visit = (number) => {
      if (number instanceof Uniform || seen.has(number)) return;
      seen.add(number);
      number.operands.forEach(visit);
      if (number.operation) this.steps.push(number);
      else this.outside.set(names_.get(number), number);
    };
    this.results.forEach(visit);
  }

  /** Carry out all steps at some points in a row. */
  run(start, given) {
    for (const [name, number] of this.outside) {
      number.values.set(given.get(name).subarray(start, start + BLOCK));
    }
    for (const step of this.steps) step.workOut();
  }
}
