// A drawing of levels and baths as SVG, its arrows as strong as the currents.

import { lowered } from "./view.js";

const [WIDTH, MIDDLE] = [360, 180];

/** Where the levels stand from left to right, and which transitions join them. */
const SCHEMES = {
  lambda: { places: { g1: -1, g2: 1, e: 0 }, joined: ["g1 e", "g2 e"], bend: [0, 50] },
  v: { places: { e1: -1, e2: 1, g: 0 }, joined: ["g e1", "g e2"], bend: [0, -44] },
  xi: { places: { g: 0, e1: 0, e2: 0 }, joined: ["g e1", "e1 e2"], bend: [70, 0] },
  coupled_tls: {
    places: { G: 0, E1: -1, E2: 1, D: 0 },
    joined: ["G E1", "G E2", "E2 D", "E1 D"],
    bend: [0, -40],
  },
};

/** Levels closer than this are drawn apart, in pixels. */
const APART = 14;

/** An arrow as wide as it is strong, turned round if negative; dotted where nothing flows. */
function arrow(from, to, strength, colour) {
  if (!(Math.abs(strength) > 1e-9)) {
    const style = `stroke="${colour}" stroke-width="2" stroke-dasharray="1 5" fill="none"`;
    return `<path d="M${from}L${to}" ${style} stroke-linecap="round"/>`;
  }
  const [[x1, y1], [x2, y2]] = strength < 0 ? [to, from] : [from, to];
  const length = Math.hypot(x2 - x1, y2 - y1);
  const [alongX, alongY] = [(x2 - x1) / length, (y2 - y1) / length];
  const half = Math.min(9, 0.75 + 8 * Math.sqrt(Math.abs(strength)));
  const head = Math.min(0.6 * length, 7 + half);
  const corner = (along, aside) =>
    [x1 + alongX * along - alongY * aside, y1 + alongY * along + alongX * aside]
      .map((value) => value.toFixed(1))
      .join(" ");
  const outline = [
    [0, half],
    [length - head, half],
    [length - head, half + 4],
    [length, 0],
    [length - head, -half - 4],
    [length - head, -half],
    [0, -half],
  ];
  return `<path d="M${outline.map((one) => corner(...one)).join("L")}Z" fill="${colour}"/>`;
}

/** Heights of levels: as their energies, with those that nearly agree drawn apart. */
function heightsOf(energies, bottom, top) {
  const low = Math.min(...energies);
  const scale = (bottom - top) / (Math.max(...energies) - low || 1);
  const heights = energies.map((energy) => bottom - (energy - low) * scale);
  for (let i = 0; i < heights.length; i++) {
    for (let j = 0; j < i; j++) {
      const between = heights[i] - heights[j];
      if (energies[i] !== energies[j] && Math.abs(between) < APART) {
        const more = (Math.sign(energies[j] - energies[i]) * APART - between) / 2;
        heights[i] += more;
        heights[j] -= more;
      }
    }
  }
  return heights;
}

function levelOf(name, x, y, population) {
  const radius = 22 * Math.sqrt(Math.max(0, population || 0));
  const [aside, anchor] = x < MIDDLE ? [-37, "end"] : [37, "start"];
  return `<path d="M${x - 32} ${y}h64" stroke="var(--text)" stroke-width="3"/>
<circle cx="${x}" cy="${y}" r="${radius.toFixed(2)}" class="population"/>
<text x="${x + aside}" y="${y + 5}" text-anchor="${anchor}">|${lowered(name)}⟩</text>`;
}

function bathOf({ symbol, temperature }, x, y, colour) {
  const [edge, anchor] = x < MIDDLE ? [2, "start"] : [WIDTH - 2, "end"];
  return `<circle cx="${x}" cy="${y}" r="22" stroke="${colour}" fill="${colour}" fill-opacity="0.15"/>
<text x="${x}" y="${y + 5}" text-anchor="middle" font-style="italic">${symbol}</text>
<text x="${edge}" y="${y + 39}" text-anchor="${anchor}" class="soft">${temperature}</text>`;
}

/**
 * The drawing.
 *
 * @param {object} state system; names, energies and populations of the levels; pair: those with a
 *     coherence; coherent: that in parts of the largest possible; baths: symbol, temperature and
 *     current of each; flux: from the second site to the first, undefined where there are no sites;
 *     about: the same in words.
 * @returns {string} SVG.
 */
export function drawingOf({
  system,
  names,
  energies,
  populations,
  pair,
  coherent,
  baths,
  flux,
  about,
}) {
  const { places, joined, bend } = SCHEMES[system];
  const hasSites = flux !== undefined;
  const [bottom, top] = hasSites ? [150, 28] : [196, 30];
  const y = heightsOf(energies, bottom, top);
  const x = names.map((name) => MIDDLE + places[name] * 62);
  const parts = joined.map((ends) => {
    const [i, j] = ends.split(" ").map((name) => names.indexOf(name));
    return `<path d="M${x[i]} ${y[i]}L${x[j]} ${y[j]}" stroke="var(--soft)"/>`;
  });
  if (coherent > 1e-9) {
    const [i, j] = pair.map((name) => names.indexOf(name));
    const over = `${(x[i] + x[j]) / 2 + bend[0]} ${(y[i] + y[j]) / 2 + bend[1]}`;
    const wide = (1 + 8 * Math.sqrt(coherent)).toFixed(2);
    parts.push(
      `<path d="M${x[i]} ${y[i]}Q${over} ${x[j]} ${y[j]}" stroke-width="${wide}" class="coherence"/>`,
    );
  }
  parts.push(...names.map((name, i) => levelOf(name, x[i], y[i], populations[i])));
  const level = hasSites ? 208 : 112;
  const colours = ["var(--left)", "var(--right)"];
  for (const [k, bath] of baths.entries()) {
    const side = k ? 1 : -1;
    const reach = hasSites ? 66 : system === "xi" ? 60 : 84;
    parts.push(
      arrow([MIDDLE + side * 122, level], [MIDDLE + side * reach, level], bath.current, colours[k]),
      bathOf(bath, MIDDLE + side * 146, level, colours[k]),
    );
    if (hasSites) {
      const place = MIDDLE + side * 48;
      parts.push(
        `<circle cx="${place}" cy="${level}" r="15" fill="var(--page)" stroke="var(--text)"/>`,
        `<text x="${place}" y="${level + 5}" text-anchor="middle">${k + 1}</text>`,
      );
    }
  }
  if (hasSites)
    parts.push(arrow([MIDDLE + 30, level], [MIDDLE - 30, level], flux, "var(--coherent)"));
  const size = `viewBox="0 0 ${WIDTH} ${hasSites ? 252 : 222}"`;
  return `<svg ${size} role="img" aria-label="${about}">${parts.join("\n")}</svg>`;
}
