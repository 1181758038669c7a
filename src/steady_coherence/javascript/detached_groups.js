// Groups of elements of rho that populations neither feed nor are fed by: whether one has a zero
// mode, a second steady state. As solver/uniqueness.py, but without singular value decomposition.

import { CONSTANTS } from "./generated.js";
import { total } from "./master_equations.js";
import { Plan } from "./tape.js";

/** Whether a steady state is unique; a singular value decomposition alone could decide some. */
export const [NOT_UNIQUE, UNIQUE, UNDECIDED] = [0, 1, 2];

/** Ratio of singular values that rounding does not bring near to SINGULAR_TOLERANCE. */
const FAR_FROM_SINGULAR = 1e4 * CONSTANTS.SINGULAR_TOLERANCE;

/** All groups of a system, at the points of a grid. */
export class DetachedGroups {
  constructor(rates, program, system, couplings, grid) {
    this.grid = grid;
    this.plan = new Plan({ rates }, ["rates"]);
    const largest = program.keys.map((key) => [largestRate(key, couplings, grid)]);
    // Most have none anywhere on the grid, and are not looked at again.
    this.suspects = program.detached
      .map(({ levels, parts }) => new Group(levels, parts, system.energies))
      .filter((group) => !group.isPlain(largest, 0));
  }

  /** Whether the state is unique, as far as pivots allow it to be, at a block of points. */
  judge(start, unique) {
    if (this.suspects.length === 0) return;
    this.plan.run(start, this.grid);
    for (let n = 0; n < unique.length; n++) {
      if (unique[n] === UNIQUE) unique[n] = this.at(n);
    }
  }

  /** The same at the point n of the block last judged. */
  at(n) {
    const { rates } = this.plan.results;
    const isRegular = (group) => group.isPlain(rates, n) || group.isRegular(rates, n);
    return this.suspects.every(isRegular) ? UNIQUE : UNDECIDED;
  }
}

/** A group of elements rho_kl, with L among them: -i diag(E_k - E_l) and what the rates multiply. */
class Group {
  constructor(levels, parts, energies) {
    this.parts = parts;
    this.gaps = levels.map(([k, l]) => energies[k] - energies[l]);
    this.smallestGap = Math.min(...this.gaps.map(Math.abs));
  }

  /** Whether dissipators are smaller than the smallest |E_k - E_l|: then L is not singular. */
  isPlain(rates, n) {
    let bound = 0;
    for (const [key, size] of this.parts) bound += size * Math.abs(rates[key][n]);
    return bound < this.smallestGap;
  }

  /** Whether L is far from singular. */
  isRegular(rates, n) {
    return this.conditioning(rates, n) > FAR_FROM_SINGULAR;
  }

  /** The ratio of the smallest singular value of L to the largest one is this or more. */
  conditioning(rates, n) {
    const matrix = this.gaps.map((gap, i) => this.gaps.map((_, j) => [0, i === j ? -gap : 0]));
    for (const [key, , entries] of this.parts) {
      for (const [row, column, real, imag] of entries) {
        matrix[row][column][0] += rates[key][n] * real;
        matrix[row][column][1] += rates[key][n] * imag;
      }
    }
    // 1 / |M^-1| is at most the smallest singular value, |M| at least the largest.
    return 1 / (norm(matrix) * norm(inverse(matrix)));
  }
}

/** Bound on |2 a_ij| (process 0) or |2 b_ij| (1) of the baths together, over the whole grid. */
function largestRate([process, i, j], couplings, grid) {
  const lowest = Math.min(...grid.frequencies);
  return total(
    couplings.map(({ gamma }, bath) => {
      const number = grid.hottest[bath] / lowest; // N < T/w
      return (process === 0 ? number + 1 : number) * Math.hypot(gamma.real[i][j], gamma.imag[i][j]);
    }),
  );
}

/** Hilbert-Schmidt norm of a complex matrix. */
function norm(matrix) {
  return Math.hypot(...matrix.flat(2));
}

/** Inverse of a complex matrix, after Gauss and Jordan; infinite where it is singular. */
function inverse(matrix) {
  const size = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => [i === j ? 1 : 0, 0])]);
  for (let column = 0; column < size; column++) {
    const moduli = rows.map((row, i) => (i < column ? -1 : Math.hypot(...row[column])));
    const largest = Math.max(...moduli);
    if (!(largest > 0)) return [[Number.POSITIVE_INFINITY]];
    const pivot = moduli.indexOf(largest);
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    const [real, imag] = rows[column][column];
    const scale = [real / (real * real + imag * imag), -imag / (real * real + imag * imag)];
    rows[column] = rows[column].map((each) => product(each, scale));
    for (let i = 0; i < size; i++) {
      if (i === column) continue;
      const factor = rows[i][column];
      rows[i] = rows[i].map((each, j) => difference(each, product(factor, rows[column][j])));
    }
  }
  return rows.map((row) => row.slice(size));
}

function product([a, b], [c, d]) {
  return [a * c - b * d, a * d + b * c];
}

function difference([a, b], [c, d]) {
  return [a - c, b - d];
}
