// Curves over a shared axis.

import { frame, placed, prepared, ticksUpright, widest } from "./axes.js";
import { ends } from "./maps.js";

function drawCurve(context, { x, y, colour, dash = [], wide = 1.8 }, across, up) {
  context.strokeStyle = colour;
  context.setLineDash(dash);
  context.lineWidth = wide;
  context.lineJoin = "round";
  context.beginPath();
  let isDrawn = false;
  for (const [index, value] of y.entries()) {
    if (Number.isFinite(value)) {
      context[isDrawn ? "lineTo" : "moveTo"](across(x[index]), up(value));
    }
    isDrawn = Number.isFinite(value);
  }
  context.stroke();
  context.setLineDash([]);
}

function drawMark(context, box, at, { label, align = "left" }, ink) {
  context.strokeStyle = ink.soft;
  context.setLineDash([2, 3]);
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(at, box.top);
  context.lineTo(at, box.bottom);
  context.stroke();
  context.setLineDash([]);
  if (!label) return;
  context.fillStyle = ink.text;
  context.textAlign = align;
  context.textBaseline = "top";
  context.fillText(label, at + (align === "right" ? -5 : 5), box.top + 6);
}

function drawDot(context, x, y, ink) {
  context.fillStyle = ink.text;
  context.strokeStyle = ink.page;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(x, y, 4.5, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
}

/** Axis of values with room above and below, and a line at zero as its end where it is one. */
function withRoom({ low, high, isFlat, isEmpty }, label) {
  if (isEmpty || (isFlat && low === 0)) return { low: 0, high: 1, label };
  const room = 0.06 * (high - low) || 0.1 * Math.abs(high);
  return { low: low === 0 ? 0 : low - room, high: high === 0 ? 0 : high + room, label };
}

/**
 * Curves, marks upright and a dot.
 *
 * @param {HTMLCanvasElement} canvas Where to draw.
 * @param {object[]} lines x, y; and colour, dash and wide.
 * @param {object} what x: low, high and label; label of the other axis; fromZero: whether it begins
 *     there; marks: x, label and align; dot: x and y.
 */
export function drawCurves(canvas, lines, { x, label, fromZero, marks = [], dot }) {
  const { context, width, height, ink } = prepared(canvas);
  const values = lines.map((line) => line.y);
  const y = withRoom(ends(...values, ...(fromZero ? [[0]] : [])), label);
  const [top, bottom] = [12, height - 46];
  const left = 28 + Math.max(24, widest(context, ticksUpright(y, bottom - top)));
  const box = { left, top, right: width - 14, bottom };
  const across = placed(x, box.left, box.right);
  const up = placed(y, box.bottom, box.top);
  context.save();
  context.beginPath();
  context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  context.clip();
  for (const mark of marks) drawMark(context, box, across(mark.x), mark, ink);
  for (const line of lines) drawCurve(context, { colour: ink.text, ...line }, across, up);
  context.restore();
  frame(context, box, { x, y }, ink);
  if (dot && Number.isFinite(dot.y)) drawDot(context, across(dot.x), up(dot.y), ink);
}
