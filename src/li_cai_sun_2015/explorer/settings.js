// What the page asks the engine for, in the keys of a variant.

import { EQUATIONS, SYSTEMS } from "./generated.js";
import { collectiveTransition, coupling, interferingTransitions } from "./master_equations.js";
import { curve } from "./spectra.js";
import { steadyStates } from "./steady_states.js";
import { levelSystem } from "./systems.js";

/** The level system of some settings. */
function systemOf(settings) {
  const name = settings.system;
  if (!Object.hasOwn(SYSTEMS, name)) {
    const names = Object.keys(SYSTEMS).join(", ");
    throw new Error(`system is ${JSON.stringify(name)}, expected one of ${names}`);
  }
  const section = settings[SYSTEMS[name].section];
  const difference = section.energy_difference?.[name];
  return { name, ...levelSystem(name, { ...section, energy_difference: difference }) };
}

/** Coupling spectra of the baths of some settings, as functions of the frequency. */
function bathsOf(settings, system) {
  const { section, baths } = SYSTEMS[system.name];
  const entries = baths.map((name) => settings[section].baths[name]);
  if (system.amplitudes) {
    return entries.map((entry, site) => collectiveTransition(entry, system.amplitudes[site]));
  }
  return entries.map((entry) =>
    interferingTransitions(
      [entry.transition_1, entry.transition_2],
      entry.weight_factor,
      entry.cross_phase,
    ),
  );
}

function solve(settings, temperatures, differences) {
  const system = systemOf(settings);
  const baths = bathsOf(settings, system);
  return steadyStates(system, baths, settings.equation, temperatures, differences);
}

/** Values of a spectrum or a weight factor at some frequencies. */
function spectrum(entry, at) {
  return Float64Array.from(at, (frequency) => curve(entry, frequency));
}

/** Frequency at which every bath is asked, for each transition. */
function frequencies(settings) {
  const system = systemOf(settings);
  const [bath] = bathsOf(settings, system);
  return Float64Array.from(coupling(settings.equation, system.transitions, bath).frequencies);
}

/** Energies of the levels, in the order of `systems`. */
function levels(settings) {
  return Float64Array.from(systemOf(settings).energies);
}

export const api = {
  systems: SYSTEMS,
  equations: EQUATIONS,
  solve,
  spectrum,
  frequencies,
  levels,
};
