// Maps of values over two axes, with contours and a colour bar.

import {
  decades,
  extent,
  frame,
  numberText,
  placed,
  prepared,
  ticks,
  widest,
  writeUpright,
} from "./axes.js";

/** Values this small are what rounding leaves of zero. */
const ROUNDING = 1e-13;
/** Part of the greatest value down to which a logarithmic map is coloured, and has contours. */
const [DARKEST, FAINTEST] = [1e-6, 1e-4];

/** A colour as the 32 bits of a pixel. */
export function packed(hex) {
  const number = Number.parseInt(hex.slice(1), 16);
  // oxlint-disable-next-line no-bitwise
  return (0xff000000 | ((number & 255) << 16) | (number & 0xff00) | (number >> 16)) >>> 0;
}

/** Red, green and blue of a pixel, 0 to 255. */
function unpacked(pixel) {
  // oxlint-disable-next-line no-bitwise
  return [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
}

/** Ends of an axis or a colour bar for some values: from zero where that is near. */
export function ends(...many) {
  let [low, high] = extent(...many);
  if (Number.isNaN(low)) return { low: 0, high: 1, isEmpty: true };
  if (Math.max(Math.abs(low), Math.abs(high)) < ROUNDING) return { low: 0, high: 0, isFlat: true };
  // What is near zero, or below it by rounding, begins there; and the same upside down.
  if (low > -ROUNDING * high && low < 0.5 * high) low = 0;
  if (high < -ROUNDING * low && high > 0.5 * low) high = 0;
  const isFlat = !(high - low > ROUNDING * Math.max(Math.abs(low), Math.abs(high)));
  return { low, high: isFlat ? low : high, isFlat };
}

/** What a colour bar spans. */
export function range(isLog, ...many) {
  const even = ends(...many);
  if (!isLog || even.isEmpty || even.isFlat || !(even.high > 0)) return even;
  const [least] = extent(...many.map((values) => values.filter((value) => value > 0)));
  return { low: Math.max(even.high * DARKEST, least), high: even.high, log: true };
}

/** Pieces of the lines along which a grid has a value: marching squares. */
export function contour(values, rows, columns, level) {
  const lines = [];
  for (let i = 0; i + 1 < rows; i++) {
    for (let j = 0; j + 1 < columns; j++) {
      const at = i * columns + j;
      const corners = [values[at], values[at + 1], values[at + columns + 1], values[at + columns]];
      const above = corners.map((value) => value > level);
      const isCrossed = above.includes(true) && above.includes(false);
      if (!isCrossed || !corners.every(Number.isFinite)) continue;
      const crossings = [];
      for (let k = 0; k < 4; k++) {
        const next = (k + 1) % 4;
        if (above[k] === above[next]) continue;
        const part = (level - corners[k]) / (corners[next] - corners[k]);
        crossings.push([j + [part, 1, 1 - part, 0][k], i + [0, part, 1, 1 - part][k]]);
      }
      for (let k = 0; k + 1 < crossings.length; k += 2) {
        lines.push([crossings[k], crossings[k + 1]]);
      }
    }
  }
  return lines;
}

/** The colours of a map: for each value one of `colours`, by its place in a range. */
class Shades {
  constructor(spanned, colours) {
    this.colours = colours;
    this.spanned = spanned;
    this.place = placed(spanned, 0, colours.length - 1);
  }

  of(value) {
    const { isFlat, isEmpty, log, low } = this.spanned;
    if (isFlat || isEmpty || (log && !(value > low))) return this.colours[0];
    const at = Math.round(this.place(value));
    return this.colours[Math.max(0, Math.min(this.colours.length - 1, at))];
  }

  /** Colour of a line that can be seen on top. */
  lineOn(value) {
    const [red, green, blue] = unpacked(this.of(value));
    return 0.3 * red + 0.59 * green + 0.11 * blue > 115 ? "#262626" : "#ffffff";
  }
}

const scratch = document.createElement("canvas");

function drawValues(context, box, { rows, columns, values }, shades, none) {
  scratch.width = columns;
  scratch.height = rows;
  const image = new ImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      const value = values[i * columns + j];
      pixels[(rows - 1 - i) * columns + j] = Number.isNaN(value) ? none : shades.of(value);
    }
  }
  scratch.getContext("2d").putImageData(image, 0, 0);
  // The outermost points lie on the frame: half a cell hangs over it.
  const [wide, tall] = cellOf(box, rows, columns);
  const corner = [box.left - wide / 2, box.top - tall / 2];
  context.drawImage(scratch, ...corner, columns * wide, rows * tall);
}

function cellOf(box, rows, columns) {
  return [
    (box.right - box.left) / Math.max(1, columns - 1),
    (box.bottom - box.top) / Math.max(1, rows - 1),
  ];
}

function drawContour(context, box, { rows, columns, values }, level) {
  const [wide, tall] = cellOf(box, rows, columns);
  context.lineWidth = 1.1;
  context.beginPath();
  for (const [[x1, y1], [x2, y2]] of contour(values, rows, columns, level)) {
    context.moveTo(box.left + x1 * wide, box.bottom - y1 * tall);
    context.lineTo(box.left + x2 * wide, box.bottom - y2 * tall);
  }
  context.stroke();
}

function drawBar(context, box, { spanned, levels, label, shades, ink }) {
  const [left, wide] = [box.right + 12, 13];
  const tall = box.bottom - box.top;
  const { colours } = shades;
  const isFlat = spanned.isFlat || spanned.isEmpty;
  for (let at = 0; at < tall; at++) {
    const step = isFlat ? 0 : Math.round((1 - at / tall) * (colours.length - 1));
    context.fillStyle = `rgb(${unpacked(colours[step]).join(" ")})`;
    context.fillRect(left, box.top + at, wide, 1.5);
  }
  context.strokeStyle = ink.text;
  context.lineWidth = 0.8;
  context.strokeRect(left, box.top, wide, tall);
  const up = placed(spanned, box.bottom, box.top);
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.fillStyle = ink.text;
  for (const { value, label: words } of levels) {
    context.strokeStyle = shades.lineOn(value);
    context.beginPath();
    context.moveTo(left, up(value));
    context.lineTo(left + wide, up(value));
    context.stroke();
    context.fillText(words, left + wide + 5, up(value));
  }
  if (spanned.isFlat) context.fillText(numberText(spanned.low), left + wide + 5, box.bottom);
  context.textBaseline = "top";
  const beside = left + wide + 10 + widest(context, levels);
  writeUpright(context, label, Math.max(beside, left + 40), (box.top + box.bottom) / 2);
}

function drawPoint(context, box, x, y) {
  context.lineWidth = 1;
  context.setLineDash([3, 3]);
  context.strokeStyle = "rgb(255 255 255 / 75%)";
  context.beginPath();
  context.moveTo(box.left, y);
  context.lineTo(box.right, y);
  context.moveTo(x, box.top);
  context.lineTo(x, box.bottom);
  context.stroke();
  context.setLineDash([]);
  for (const [colour, wide] of [
    ["#000000", 4],
    ["#ffffff", 2],
  ]) {
    context.strokeStyle = colour;
    context.lineWidth = wide;
    context.beginPath();
    context.arc(x, y, 7, 0, 2 * Math.PI);
    context.stroke();
  }
}

/**
 * A map of values over a grid with contours, a colour bar and a marked point.
 *
 * @param {HTMLCanvasElement} canvas Where to draw.
 * @param {object} grid rows (along y), columns (along x) and values, row by row.
 * @param {object} what x, y: low, high and label of the axes; spanned: of `range`; label; colours;
 *     point: x and y.
 * @returns {object} Box of the map in the canvas.
 */
export function drawMap(canvas, grid, { x, y, spanned, label, colours, point }) {
  const { context, width, height, ink } = prepared(canvas);
  const shades = new Shades(spanned, colours);
  const isFlat = spanned.isFlat || spanned.isEmpty;
  const all = spanned.log ? decades : ticks;
  const levels = isFlat ? [] : all(spanned.low, spanned.high, 6);
  const right = width - 55 - Math.max(10, widest(context, levels));
  const box = { left: 52, top: 12, right, bottom: height - 46 };
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  context.clip();
  drawValues(context, box, grid, shades, packed(ink.none));
  for (const { value } of levels) {
    const isFaint = spanned.log && value < FAINTEST * spanned.high;
    if (isFaint || !(value > spanned.low && value < spanned.high)) continue;
    context.strokeStyle = shades.lineOn(value);
    drawContour(context, box, grid, value);
  }
  context.restore();
  frame(context, box, { x, y }, ink);
  drawBar(context, box, { spanned, levels, label, shades, ink });
  const place = [placed(x, box.left, box.right)(point.x), placed(y, box.bottom, box.top)(point.y)];
  drawPoint(context, box, ...place);
  return box;
}
