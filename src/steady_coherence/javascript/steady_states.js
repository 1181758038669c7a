// Steady states over temperatures and temperature differences: which points are unique, and what
// the steps of the tape give there. As steady_states.py and solver/uniqueness.py.

import { DetachedGroups, NOT_UNIQUE, UNDECIDED, UNIQUE } from "./detached_groups.js";
import { CONSTANTS, PROGRAMS } from "./generated.js";
import { Grid } from "./grid.js";
import { coupling, onChannels } from "./master_equations.js";
import { excitation } from "./systems.js";
import { BLOCK, noted, Plan, stepsTo } from "./tape.js";

const KOSSAKOWSKI = "kossakowski_min_eigenvalue";

/** What a program has beside the variables. */
const JUDGED_BY = new Set(["signs", "squares", "pivots", "doubts", "rates"]);

/**
 * Steady states at every point of a grid.
 *
 * @param {object} system Its name, energies, transitions and amplitudes, as levelSystem.
 * @param {Function[]} baths Coupling spectrum of each of the two baths.
 * @param {string} equation Name of the master equation.
 * @param {number[]} temperatures T of the first bath.
 * @param {number[]} differences T of the second bath is T + dT.
 * @returns {object} Variables, row-major in (temperature, difference).
 */
export function steadyStates(system, baths, equation, temperatures, differences) {
  const couplings = baths.map((gammaAt) => coupling(equation, system.transitions, gammaAt));
  const { frequencies } = couplings[0];
  // With one occupation for all transitions, the geometric mean is the occupation itself.
  const isGeometric = equation === "geometric" && frequencies.some((w) => w !== frequencies[0]);
  const program = PROGRAMS[isGeometric ? "geometric" : "nonsecular"][system.name];
  const results = noted(program, numbersOf(system, couplings));
  const grid = new Grid(temperatures, differences, frequencies);
  const names = Object.keys(results).filter((name) => !JUDGED_BY.has(name));
  const found = Object.fromEntries(
    names.map((name) => [name, results[name].map(() => new Float64Array(grid.size))]),
  );
  const solver = new Solver(results, names, program, system, couplings, grid);
  const unique = new Uint8Array(grid.size);
  for (let start = 0; start < grid.size; start += BLOCK) {
    const end = Math.min(start + BLOCK, grid.size);
    const rows = Object.values(found).flat();
    solver.solve(
      start,
      rows.map((row) => row.subarray(start, end)),
      unique.subarray(start, end),
    );
  }
  return { ...withoutUnknown(found, unique), unique };
}

/** NaN where a state is not unique; one array for each variable of one row. */
function withoutUnknown(found, unique) {
  const variables = {};
  for (const [name, rows] of Object.entries(found)) {
    if (name !== KOSSAKOWSKI) {
      for (const row of rows) {
        for (let n = 0; n < row.length; n++) {
          if (unique[n] !== UNIQUE) row[n] = Number.NaN;
        }
      }
    }
    variables[name] = name === "population" || name === "energy_current" ? rows : rows[0];
  }
  return variables;
}

/** Numbers that the steps need from outside, but for occupations, by name. */
function numbersOf(system, couplings) {
  const numbers = new Map(system.energies.map((energy, k) => [`energy ${k}`, energy]));
  const indices = [...system.transitions.keys()];
  for (const [bath, { gamma }] of couplings.entries()) {
    for (const i of indices) {
      for (const j of indices) {
        numbers.set(`${bath} 0 ${i} ${j}`, gamma.real[i][j]);
        numbers.set(`${bath} 1 ${i} ${j}`, gamma.imag[i][j]);
      }
    }
    if (system.amplitudes) {
      const channels = onChannels(gamma, system.transitions, system.amplitudes[bath]);
      for (const [c, row] of channels.entries()) {
        for (const [d, each] of row.entries()) numbers.set(`channels ${bath} 0 ${c} ${d}`, each);
      }
    }
  }
  if (system.amplitudes) {
    const { diagonal, cross } = excitation(system.amplitudes[0]);
    for (const [k, each] of diagonal.entries()) numbers.set(`excitation 0 ${k}`, each);
    numbers.set("excitation 0 real", cross);
    numbers.set("flux 0 imag", -cross * (system.energies[1] - system.energies[2]));
  }
  return numbers;
}

/** Solves block by block: quickly where the state is plainly unique, else by each pivot. */
class Solver {
  constructor(results, names, program, system, couplings, grid) {
    this.grid = grid;
    this.bottom = program.bottom;
    const [first, second] = program.pair.map((level) => system.energies[level]);
    this.isSplit = first !== second;
    this.plan = new Plan(results, [...names, "signs"]);
    this.variables = names.flatMap((name) => this.plan.results[name]);
    this.pivots = new Plan(results, ["squares", "pivots", "doubts"]);
    this.detached = new DetachedGroups(results.rates, program, system, couplings, grid);
    const steps = stepsTo(Object.values(results).flat());
    this.occupations = steps.filter((each) => each.name && !each.isUniform).map(({ name }) => name);
  }

  /** Fill in the variables and whether they are unique, at a block of points. */
  solve(start, rows, unique) {
    this.plan.run(start, this.grid);
    for (const [number, row] of rows.entries()) {
      row.set(this.variables[number].subarray(0, row.length));
    }
    this.judge(start, unique);
    this.detached.judge(start, unique);
    for (let n = 0; n < unique.length; n++) {
      const isDecided = unique[n] === UNIQUE && !this.underflows(rows, n);
      if (!isDecided && this.isCold(start + n)) unique[n] = UNDECIDED;
    }
  }

  /** Whether populations between which cold baths decide are too small for floating point. */
  underflows(rows, n) {
    return this.bottom.some((level) => Math.abs(rows[level][n]) < CONSTANTS.SMALLEST_RATE);
  }

  /** Whether the elimination loses digits anywhere. */
  judge(start, unique) {
    unique.fill(UNIQUE);
    for (const sign of this.plan.results.signs) {
      for (let n = 0; n < unique.length; n++) {
        if (!isPlain(sign[n])) unique[n] = NOT_UNIQUE;
      }
    }
    if (!unique.includes(NOT_UNIQUE)) return;
    this.pivots.run(start, this.grid);
    for (let n = 0; n < unique.length; n++) {
      if (unique[n] === NOT_UNIQUE) unique[n] = this.byPivots(n);
    }
  }

  /** What the pivots say of the point n of the block. */
  byPivots(n) {
    const { squares, pivots, doubts } = this.pivots.results;
    if (!squares.every((square) => isPlain(square[n]))) return NOT_UNIQUE;
    const sizes = pivots.map((pivot) => Math.abs(pivot[n]));
    // Rates that cancel but for a splitting: the engine has more digits there.
    const isDark = sizes.some((size, k) => size < CONSTANTS.SAFE_SHARE * doubts[k][n]);
    if (this.isSplit && isDark) return UNDECIDED;
    const hasDigits = sizes.every((size, k) => {
      const doubt = CONSTANTS.SINGULAR_TOLERANCE * doubts[k][n];
      return size > Math.max(doubt, CONSTANTS.SMALLEST_RATE);
    });
    return hasDigits ? UNIQUE : NOT_UNIQUE;
  }

  /** Whether numbers of bosons that underflow decide: the engine has more digits there. */
  isCold(point) {
    const exponents = this.occupations.map((name) => this.grid.exponent(name, point));
    return exponents.some((x) => x > CONSTANTS.UNDERFLOW && x < Number.POSITIVE_INFINITY);
  }
}

function isPlain(number) {
  return number > CONSTANTS.SMALLEST_SUM && number < Number.POSITIVE_INFINITY;
}
