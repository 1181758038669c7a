// Points (T, dT): the temperatures of the two baths there, and their occupations.

import { planckNumber } from "./spectra.js";

/** All points, row-major in (T, dT); occupations are worked out when they are asked for. */
export class Grid {
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
    this.check();
    this.hottest = this.temperatures.map((each) => each.reduce((x, y) => Math.max(x, y), 0));
    this.known = new Map();
  }

  check() {
    const isTemperature = (each) => each >= 0 && each < Number.POSITIVE_INFINITY;
    for (const temperatures of this.temperatures) {
      const wrong = temperatures.find((each) => !isTemperature(each));
      if (wrong !== undefined) {
        throw new Error(`the temperature of a bath is ${wrong}, expected a finite number >= 0`);
      }
    }
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
