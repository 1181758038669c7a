/* A drawing of levels and baths, its arrows as strong as the currents. Returns SVG as text. */
const levels = (() => {
  const [WIDTH, HEIGHT] = [360, 300];
  const PLACES = {
    lambda: { g1: -1, g2: 1, e: 0 },
    v: { e1: -1, e2: 1, g: 0 },
    xi: { g: 0, e1: 0, e2: 0 },
    coupled_tls: { G: 0, E1: -1, E2: 1, D: 0 },
  };
  const ENDS = {
    lambda: [["g1", "e"], ["g2", "e"]],
    v: [["g", "e1"], ["g", "e2"]],
    xi: [["g", "e1"], ["e1", "e2"]],
    coupled_tls: [["G", "E1"], ["G", "E2"], ["E2", "D"], ["E1", "D"]],
  };

  /** A label with its digits set low: g1 is g₁. */
  const name = (label) => label.replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);

  /** An arrow from one place to another, as wide as it is strong; a dotted line where nothing flows. */
  const arrow = ([x1, y1], [x2, y2], strength, colour) => {
    if (!(Math.abs(strength) > 1e-6)) {
      return `<path d="M${x1} ${y1}L${x2} ${y2}" stroke="${colour}" stroke-width="1.5" stroke-dasharray="1 5" fill="none"/>`;
    }
    if (strength < 0) [x1, y1, x2, y2] = [x2, y2, x1, y1];
    const length = Math.hypot(x2 - x1, y2 - y1);
    const [ux, uy] = [(x2 - x1) / length, (y2 - y1) / length];
    const wide = Math.min(16, 1 + 14 * Math.sqrt(Math.abs(strength)));
    const head = Math.min(0.6 * length, 6 + wide);
    const at = (along, aside) => `${(x1 + ux * along - uy * aside).toFixed(1)} ${(y1 + uy * along + ux * aside).toFixed(1)}`;
    const half = wide / 2;
    const barb = half + 4;
    return `<path d="M${at(0, half)}L${at(length - head, half)}L${at(length - head, barb)}L${at(length, 0)}L${at(length - head, -barb)}L${at(length - head, -half)}L${at(0, -half)}Z" fill="${colour}" fill-opacity="0.85"/>`;
  };

  /** Heights of the levels: as their energies, with those that nearly agree drawn apart. */
  const heights = (energies, bottom, top) => {
    const [low, high] = [Math.min(...energies), Math.max(...energies)];
    const scale = (bottom - top) / (high - low || 1);
    const y = energies.map((energy) => bottom - (energy - low) * scale);
    for (let i = 0; i < y.length; i++) {
      for (let j = 0; j < i; j++) {
        const apart = y[i] - y[j];
        if (energies[i] !== energies[j] && Math.abs(apart) < 14) {
          const more = (Math.sign(energies[j] - energies[i]) * 14 - apart) / 2;
          y[i] += more;
          y[j] -= more;
        }
      }
    }
    return y;
  };

  /**
   * The drawing.
   * `currents` and `flux` are in units in which an arrow of strength 1 is as wide as it gets.
   */
  const drawing = ({ system, labels, pair, energies, populations, coherent, currents, baths, flux, colours, about }) => {
    const tls = system === "coupled_tls";
    const [bottom, top] = tls ? [185, 40] : [240, 55];
    const y = heights([...energies], bottom, top);
    const x = labels.map((label) => WIDTH / 2 + PLACES[system][label] * (tls ? 62 : 58));
    const at = (label) => labels.indexOf(label);
    const parts = [];
    for (const [lower, upper] of ENDS[system]) {
      const [i, j] = [at(lower), at(upper)];
      const side = x[i] === x[j] ? 0 : Math.sign(x[j] - x[i]) * 6;
      parts.push(
        `<path d="M${x[i] + side} ${y[i] - 4}L${x[j] - side} ${y[j] + 4}" stroke="var(--soft)" stroke-width="1" fill="none"/>`,
      );
    }
    const [first, second] = pair.map(at);
    if (coherent > 1e-9) {
      const bend = system === "xi" ? 70 : 0;
      const middle = [(x[first] + x[second]) / 2 + bend, (y[first] + y[second]) / 2 + (system === "lambda" ? 46 : system === "xi" ? 0 : -40)];
      parts.push(
        `<path d="M${x[first]} ${y[first]}Q${middle} ${x[second]} ${y[second]}" stroke="var(--coherent)" stroke-width="${1 + 6 * Math.sqrt(coherent)}" stroke-dasharray="5 4" fill="none"/>`,
      );
    }
    labels.forEach((label, i) => {
      parts.push(`<path d="M${x[i] - 30} ${y[i]}h60" stroke="var(--text)" stroke-width="3"/>`);
      const radius = 15 * Math.sqrt(Math.max(0, populations[i] || 0));
      parts.push(`<circle cx="${x[i]}" cy="${y[i]}" r="${radius.toFixed(2)}" fill="var(--text)" fill-opacity="0.28" stroke="var(--text)"/>`);
      const left = x[i] < WIDTH / 2;
      parts.push(`<text x="${x[i] + (left ? -35 : 35)}" y="${y[i] + 5}" text-anchor="${left ? "end" : "start"}">|${name(label)}⟩</text>`);
    });
    const level = tls ? 258 : 150;
    const places = [34, WIDTH - 34];
    const goals = tls ? [WIDTH / 2 - 52, WIDTH / 2 + 52] : [WIDTH / 2 - 62, WIDTH / 2 + 62];
    baths.forEach(({ symbol, temperature }, k) => {
      const inner = places[k] + (k ? -26 : 26);
      const goal = tls ? goals[k] + (k ? 18 : -18) : goals[k] + (k ? -14 : 14) * (system === "xi" ? 2 : 0);
      parts.push(arrow([inner, level], [goal, level], currents[k], colours[k]));
      parts.push(`<circle cx="${places[k]}" cy="${level}" r="24" fill="${colours[k]}" fill-opacity="0.16" stroke="${colours[k]}" stroke-width="1.5"/>`);
      parts.push(`<text x="${places[k]}" y="${level + 5}" text-anchor="middle" font-style="italic">${symbol}</text>`);
      parts.push(`<text x="${k ? WIDTH - 2 : 2}" y="${level + 41}" text-anchor="${k ? "end" : "start"}" class="soft" font-size="13">${temperature}</text>`);
    });
    if (tls) {
      goals.forEach((place, k) => {
        parts.push(`<circle cx="${place}" cy="${level}" r="15" fill="var(--page)" stroke="var(--text)" stroke-width="1.5"/>`);
        parts.push(`<text x="${place}" y="${level + 5}" text-anchor="middle">${k + 1}</text>`);
      });
      parts.push(arrow([goals[1] - 18, level], [goals[0] + 18, level], flux, "var(--coherent)"));
    }
    return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${about}">${parts.join("")}</svg>`;
  };

  return { name, drawing };
})();
