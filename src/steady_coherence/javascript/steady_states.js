// Steady states over temperatures and temperature differences: which points are unique, and what
// the steps of the tape give there. As steady_states.py and solver/uniqueness.py.

import { CONSTANTS, PROGRAMS } from "./generated.js";
import { coupling, onChannels, total } from "./master_equations.js";
import { planckNumber } from "./spectra.js";
import { excitation } from "./systems.js";
import { BLOCK, Plan, Tape } from "./tape.js";

/** Whether a steady state is unique; only a singular value decomposition decides some points. */
const [NOT_UNIQUE, UNIQUE, UNDECIDED] = [0, 1, 2];

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
  const program = PROGRAMS[equation === "geometric" ? "geometric" : "nonsecular"][system.name];
  const tape = new Tape(program, numbersOf(system, couplings));
  const grid = new Grid(temperatures, differences, couplings[0].frequencies);

  const names = Object.keys(tape.results).filter((name) => !JUDGED_BY.has(name));
  const found = Object.fromEntries(
    names.map((name) => [name, tape.results[name].map(() => new Float64Array(grid.size))]),
  );
  const rows = Object.values(found).flat();
  const unique = new Uint8Array(grid.size);
  const plan = new Plan(tape, [...names, "signs"]);
  const variables = names.flatMap((name) => plan.results[name]);
  const judge = new Judge(tape, program, system, grid, couplings);
  for (let start = 0; start < grid.size; start += BLOCK) {
    const length = Math.min(BLOCK, grid.size - start);
    plan.run(start, grid);
    for (const [number, row] of rows.entries()) {
      row.set(variables[number].subarray(0, length), start);
    }
    judge.fill(unique.subarray(start, start + length), plan.results.signs, start);
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

/** The points: occupations of the two baths at each of them, worked out when asked for. */
class Grid {
  constructor(temperatures, differences, frequencies) {
    this.frequencies = frequencies;
    this.size = temperatures.length * differences.length;
    this.temperatures = [0, 1].map(() => new Float64Array(this.size));
    for (const [row, cold] of temperatures.entries()) {
      for (const [column, difference] of differences.entries()) {
        const point = row * differences.length + column;
        this.temperatures[0][point] = cold;
        this.temperatures[1][point] = cold + difference;
      }
    }
    this.hottest = this.temperatures.map((each) => each.reduce((x, y) => Math.max(x, y), 0));
    this.known = new Map();
  }

  /** Occupations "occupation BATH TRANSITION" at all points. */
  get(name) {
    if (!this.known.has(name)) {
      const [bath, transition] = name.split(" ").slice(1).map(Number);
      this.known.set(name, this.occupation(this.frequencies[transition], this.temperatures[bath]));
    }
    return this.known.get(name);
  }

  occupation(frequency, temperatures) {
    const numbers = new Float64Array(temperatures.length);
    for (let n = 0; n < numbers.length; n++) {
      // Along a row the first bath keeps its temperature.
      const isKnown = n > 0 && temperatures[n] === temperatures[n - 1];
      numbers[n] = isKnown ? numbers[n - 1] : planckNumber(frequency, temperatures[n]);
    }
    return numbers;
  }

  /** w/T of an occupation at a point. */
  exponent(name, point) {
    const [bath, transition] = name.split(" ").slice(1).map(Number);
    return this.frequencies[transition] / this.temperatures[bath][point];
  }
}

/** Tells where the steady state is unique: quickly where that is plain, else by each pivot. */
class Judge {
  constructor(tape, program, system, grid, couplings) {
    this.grid = grid;
    this.pivots = new Plan(tape, ["squares", "pivots", "doubts"]);
    this.rates = new Plan(tape, ["rates"]);
    const largest = program.keys.map((key) => [largestRate(key, grid, couplings)]);
    const groups = program.detached.map(({ levels, norms }) => {
      const gaps = levels.map(([k, l]) => Math.abs(system.energies[k] - system.energies[l]));
      return { gap: Math.min(...gaps), norms };
    });
    // Dissipators smaller than the smallest |E_k - E_l| cannot make L singular.
    this.suspects = groups.filter((group) => !(boundOf(group, largest, 1)[0] < group.gap));
  }

  /** Fill in the points of a block, from the signs there. */
  fill(unique, signs, start) {
    unique.fill(UNIQUE);
    for (const sign of signs) {
      for (let n = 0; n < unique.length; n++) {
        if (!isPlain(sign[n])) unique[n] = NOT_UNIQUE;
      }
    }
    if (unique.includes(NOT_UNIQUE)) {
      this.pivots.run(start, this.grid);
      for (let n = 0; n < unique.length; n++) {
        if (unique[n] === NOT_UNIQUE) unique[n] = this.at(n, start + n);
      }
    }
    if (this.suspects.length > 0) {
      this.rates.run(start, this.grid);
      for (const group of this.suspects) {
        const bound = boundOf(group, this.rates.results.rates, unique.length);
        for (let n = 0; n < unique.length; n++) {
          if (unique[n] === UNIQUE && !(bound[n] < group.gap)) unique[n] = UNDECIDED;
        }
      }
    }
  }

  /** What the pivots say of the point n of a block. */
  at(n, point) {
    const { squares, pivots, doubts } = this.pivots.results;
    const isDivided = squares.every((square) => isPlain(square[n]));
    const hasDigits = pivots.every((pivot, k) => {
      const doubt = CONSTANTS.SINGULAR_TOLERANCE * doubts[k][n];
      return Math.abs(pivot[n]) > Math.max(doubt, CONSTANTS.SMALLEST_RATE);
    });
    if (isDivided && hasDigits) return UNIQUE;
    return this.isCold(point) ? UNDECIDED : NOT_UNIQUE;
  }

  /** Whether numbers of bosons that underflow decide. */
  isCold(point) {
    const names = [...this.pivots.outside.keys()];
    const exponents = names.map((name) => this.grid.exponent(name, point));
    return (
      exponents.some((x) => x > CONSTANTS.UNDERFLOW && x <= CONSTANTS.LARGEST_EXPONENT) &&
      exponents.every((x) => x <= CONSTANTS.LARGEST_EXPONENT || x === Number.POSITIVE_INFINITY)
    );
  }
}

/** Bound on the norm of the dissipators in a group of elements, at each point. */
function boundOf({ norms }, rates, size) {
  const bound = new Float64Array(size);
  for (const [key, norm] of norms) {
    const rate = rates[key];
    for (let n = 0; n < size; n++) bound[n] += norm * Math.abs(rate[n]);
  }
  return bound;
}

function isPlain(number) {
  return number > CONSTANTS.SMALLEST_SUM && number < Number.POSITIVE_INFINITY;
}

/** Bound on |2 a_ij| (process 0) or |2 b_ij| (1) of the baths together, over the whole grid. */
function largestRate([process, i, j], grid, couplings) {
  const lowest = Math.min(...grid.frequencies);
  return total(
    couplings.map(({ gamma }, bath) => {
      const number = grid.hottest[bath] / lowest; // N < T/w
      return (process === 0 ? number + 1 : number) * Math.hypot(gamma.real[i][j], gamma.imag[i][j]);
    }),
  );
}
