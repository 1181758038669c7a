// Level systems: energies of levels and transitions, and the amplitudes of sites, as systems.py.

import { PARAMETERS } from "./generated.js";
import { checkParameters } from "./parameters.js";

/** Energies (eps_1, eps_2) of given mean and difference. */
function transitionPair(mean, difference) {
  return [mean + 0.5 * difference, mean - 0.5 * difference];
}

/** Sine and cosine of half the angle between the vector (x, y) and the first axis. */
function halfAngle(x, y, radius) {
  const full = radius > 0 ? radius : 1;
  const ratio = radius > 0 ? Math.abs(x) / full : 1;
  const larger = Math.sqrt(0.5 * (1 + ratio));
  const smaller =
    ratio > 0.5 ? (0.5 * Math.abs(y)) / (full * larger) : Math.sqrt(0.5 * (1 - ratio));
  const [sine, cosine] = x < 0 ? [larger, smaller] : [smaller, larger];
  return [y < 0 ? -sine : sine, cosine];
}

/** Two coupled two-level systems in their eigenbasis. */
function coupledTls({ frequency_1, frequency_2, coupling }) {
  const mean = 0.5 * (frequency_1 + frequency_2);
  const halfDifference = 0.5 * (frequency_1 - frequency_2);
  const halfSplitting = Math.sqrt(halfDifference * halfDifference + coupling * coupling);
  const [sine, cosine] = halfAngle(halfDifference, coupling, halfSplitting);
  const [narrow, wide] = [mean - halfSplitting, mean + halfSplitting];
  return {
    energies: [-mean, -halfSplitting, halfSplitting, mean],
    transitions: [narrow, wide, wide, narrow],
    amplitudes: [
      [sine, cosine, -cosine, sine],
      [-cosine, sine, sine, cosine],
    ],
  };
}

const BUILDERS = {
  lambda({ mean_energy, energy_difference }) {
    const transitions = transitionPair(mean_energy, energy_difference);
    return { energies: [-transitions[0], -transitions[1], 0], transitions };
  },
  v({ mean_energy, energy_difference }) {
    const transitions = transitionPair(mean_energy, energy_difference);
    return { energies: [...transitions, 0], transitions };
  },
  xi({ mean_energy, energy_difference }) {
    const transitions = transitionPair(mean_energy, energy_difference);
    return { energies: [transitions[0], transitions[0] + transitions[1], 0], transitions };
  },
  coupled_tls: coupledTls,
};

/** Energies of levels and transitions, and for a system of sites the amplitudes of each. */
export function levelSystem(name, parameters) {
  checkParameters(name, parameters, PARAMETERS[name]);
  const system = BUILDERS[name](parameters);
  for (const [number, energy] of system.transitions.entries()) {
    if (!(energy > 0)) {
      throw new Error(`transition ${number + 1} of ${name} has energy ${energy}, expected > 0`);
    }
  }
  return system;
}

/** Operator sz_1 of the first site: its diagonal, and <E2|sz_1|E1>. */
export function excitation([first, second, third, fourth]) {
  const diagonal = [0, first * first, second * second, third * third + fourth * fourth];
  return { diagonal: diagonal.map((each) => 2 * each - 1), cross: 2 * (first * second) };
}
