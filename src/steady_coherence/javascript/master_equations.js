// Coupling spectra of the baths, and what each master equation makes of them: as
// coupling_spectra.py and master_equations.py, in real numbers.

import { cosineAndSine } from "./elementary.js";
import { CONSTANTS } from "./generated.js";
import { curve } from "./spectra.js";

/** A complex matrix: an array of rows of real parts, and one of imaginary parts. */
function matrix(size, element) {
  const indices = [...Array(size).keys()];
  const elements = indices.map((i) => indices.map((j) => element(i, j)));
  return {
    real: elements.map((row) => row.map(([real]) => real)),
    imag: elements.map((row) => row.map(([, imag]) => imag)),
  };
}

/** gamma_ij(w) of a bath that the transitions share: sqrt(f gamma_ii gamma_jj) and a phase. */
export function interferingTransitions(spectra, weightFactor, crossPhase) {
  const [cosine, sine] = cosineAndSine(crossPhase);
  return (frequency) => {
    const [first, second] = spectra.map((spectrum) => curve(spectrum, frequency));
    const root = Math.sqrt(curve(weightFactor, frequency));
    const cross = root * Math.sqrt(first) * Math.sqrt(second);
    return {
      real: [
        [first, cross * cosine],
        [cross * cosine, second],
      ],
      imag: [
        [0, cross * sine],
        [-(cross * sine), 0],
      ],
    };
  };
}

/** gamma_ij(w) = v_i v_j gamma of a bath that sees one operator, sum_i v_i phi-_i. */
export function collectiveTransition(spectrum, amplitudes) {
  return (frequency) => {
    const gamma = curve(spectrum, frequency);
    return matrix(amplitudes.length, (i, j) => [gamma * (amplitudes[i] * amplitudes[j]), 0]);
  };
}

/** gamma_ij, each row i at its own frequency, of the pairs that are kept. */
function rows(gammaAt, frequencies, isKept = () => true) {
  const matrices = frequencies.map(gammaAt);
  return matrix(frequencies.length, (i, j) =>
    isKept(i, j) ? [matrices[i].real[i][j], matrices[i].imag[i][j]] : [0, 0],
  );
}

function nonsecular(energies, gammaAt) {
  return { frequencies: energies, gamma: rows(gammaAt, energies) };
}

/** Only pairs of equal energies. */
function secular(energies, gammaAt) {
  const tolerance = CONSTANTS.DEGENERACY_TOLERANCE * Math.max(...energies);
  const isKept = (i, j) => Math.abs(energies[i] - energies[j]) <= tolerance;
  return { frequencies: energies, gamma: rows(gammaAt, energies, isKept) };
}

/** Rates at the mean energy of a cluster of transitions, whose pairs are kept. */
function unified(energies, gammaAt) {
  const labels = clusters(energies);
  const means = labels.map((label) => {
    const members = energies.filter((_, n) => labels[n] === label);
    return total(members) / members.length;
  });
  return { frequencies: means, gamma: rows(gammaAt, means, (i, j) => labels[i] === labels[j]) };
}

/** Number of the cluster of each transition: neighbours in energy differ by little. */
function clusters(energies) {
  const order = [...energies.keys()].toSorted((m, n) => energies[m] - energies[n] || m - n);
  const wide = CONSTANTS.CLUSTER_TOLERANCE * (total(energies) / energies.length);
  const labels = energies.map(() => 0);
  for (let n = 1; n < order.length; n++) {
    const isNew = energies[order[n]] - energies[order[n - 1]] > wide;
    labels[order[n]] = labels[order[n - 1]] + (isNew ? 1 : 0);
  }
  return labels;
}

/** [g(eps_i) g(eps_j)]_ij with the positive root g of gamma. */
function geometric(energies, gammaAt) {
  const roots = energies.map((energy) => positiveRoot(gammaAt(energy)));
  const gamma = matrix(energies.length, (i, j) => {
    const [left, right] = [roots[i], roots[j]];
    const inner = [...energies.keys()];
    return [
      total(
        inner.map((k) => left.real[i][k] * right.real[k][j] - left.imag[i][k] * right.imag[k][j]),
      ),
      total(
        inner.map((k) => left.real[i][k] * right.imag[k][j] + left.imag[i][k] * right.real[k][j]),
      ),
    ];
  });
  return { frequencies: energies, gamma };
}

/** Root of a positive semidefinite matrix of two rows, or of one of rank one. */
function positiveRoot({ real, imag }) {
  const size = total(real.map((row, i) => row[i])) || 1;
  const [x, y] = [real, imag].map((part) => part.map((row) => row.map((each) => each / size)));
  if (real.length > 2) return scaled(x, y, Math.sqrt(size));
  // sqrt(M) = (M + sqrt(det M)) / sqrt(tr M + 2 sqrt(det M)), after Cayley and Hamilton.
  const product = x[0][0] * x[1][1];
  const determinant = product - (x[0][1] * x[0][1] + y[0][1] * y[0][1]);
  const isFull = determinant > CONSTANTS.RANK_TOLERANCE * product;
  const root = isFull ? Math.sqrt(determinant) : 0;
  x[0][0] += root;
  x[1][1] += root;
  return scaled(x, y, Math.sqrt(size) / Math.sqrt(1 + 2 * root));
}

function scaled(real, imag, scale) {
  return matrix(real.length, (i, j) => [real[i][j] * scale, imag[i][j] * scale]);
}

export function total(numbers) {
  return numbers.reduce((sum, each) => sum + each, 0);
}

const COUPLINGS = { nonsecular, secular, unified, geometric };

/** Frequencies at which baths are asked, and gamma_ij of one bath as an equation takes it. */
export function coupling(equation, energies, gammaAt) {
  if (!Object.hasOwn(COUPLINGS, equation)) {
    const names = Object.keys(COUPLINGS).join(", ");
    throw new Error(`equation is ${JSON.stringify(equation)}, expected one of ${names}`);
  }
  const found = COUPLINGS[equation](energies, gammaAt);
  if (![...found.gamma.real, ...found.gamma.imag].flat().every(Number.isFinite)) {
    throw new Error("a coupling spectrum is not finite at a transition energy");
  }
  return found;
}

/**
 * The bath of a site on the two operators into which its lowering operator falls by frequency:
 * those of the energy of transition 1, and the others.
 */
export function onChannels(gamma, energies, amplitudes) {
  const isFirst = energies.map((energy) => energy === energies[0]);
  const parts = [true, false].map((first) => {
    const part = amplitudes.map((each, i) => (isFirst[i] === first ? each : 0));
    const norm = Math.sqrt(total(part.map((each) => each * each)));
    return part.map((each) => each / (norm > 0 ? norm : 1));
  });
  return parts.map((left) =>
    parts.map((right) =>
      total(gamma.real.flatMap((row, i) => row.map((each, j) => left[i] * each * right[j]))),
    ),
  );
}
