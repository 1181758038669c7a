// Numbers and axes of pictures on canvases. Knows no physics and no page.

const SERIF = '"STIX Two Text", STIXGeneral, "Times New Roman", Times, serif';

/** A power of ten. */
function powerText(exponent) {
  const raised = String(exponent).replaceAll(/./g, (letter) =>
    letter === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[letter],
  );
  return `10${raised}`;
}

/** A number as one reads it: 0.0125, 1.3 × 10⁻⁶, −2; a dash for what is no number. */
export function numberText(value, digits = 4) {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const rounded = Number(value.toPrecision(digits));
  const size = Math.abs(rounded);
  const sign = rounded < 0 ? "−" : "";
  if (size >= 1e-3 && size < 1e5) return sign + String(size);
  const [mantissa, exponent] = size.toExponential().split("e");
  return `${sign}${mantissa === "1" ? "" : `${mantissa} × `}${powerText(Number(exponent))}`;
}

/** Round numbers between two others, about as many as wanted, and the texts beside them. */
export function ticks(low, high, wanted = 5) {
  if (!(high > low)) return [];
  const raw = (high - low) / wanted;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw * 0.999);
  const found = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + 1e-9 * step; at++) {
    found.push(Number((at * step).toPrecision(12)));
  }
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const isPlain = decimals <= 4 && Math.max(Math.abs(low), Math.abs(high)) < 1e5;
  return found.map((value) => {
    const fixed = isPlain ? value.toFixed(decimals).replace("-", "−") : numberText(value, 3);
    return { value, label: value === 0 ? "0" : fixed };
  });
}

/** Powers of ten between two numbers above zero. */
export function decades(low, high) {
  const first = Math.ceil(Math.log10(low) - 1e-9);
  const last = Math.floor(Math.log10(high) + 1e-9);
  const found = [];
  for (let at = first; at <= last; at++) found.push({ value: 10 ** at, label: powerText(at) });
  return found;
}

/** Lowest and highest of numbers, what is none left out; NaN of none. */
export function extent(...many) {
  let low = Infinity;
  let high = -Infinity;
  for (const values of many) {
    for (const value of values) {
      if (value < low && value > -Infinity) low = value;
      if (value > high && value < Infinity) high = value;
    }
  }
  return low <= high ? [low, high] : [Number.NaN, Number.NaN];
}

/** Function that takes a value between two ends to its place, evenly or by its logarithm. */
export function placed({ low, high, log }, from, to) {
  const of = log ? Math.log10 : Number;
  const first = of(low);
  const width = of(high) - first || 1;
  return (value) => from + ((of(value) - first) / width) * (to - from);
}

/** A canvas made empty, in the pixels of the screen, and the page's colours. */
export function prepared(canvas) {
  const ratio = window.devicePixelRatio || 1;
  const { width, height } = canvas.getBoundingClientRect();
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across;
    canvas.height = down;
  }
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = `13.5px ${SERIF}`;
  const style = getComputedStyle(canvas);
  const names = ["text", "soft", "page", "none"];
  const ink = Object.fromEntries(
    names.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]),
  );
  return { context, width, height, ink };
}

/** Width of the widest of some ticks. */
export function widest(context, found) {
  return Math.max(0, ...found.map(({ label }) => context.measureText(label).width));
}

/** Ticks of an axis of values that is so many pixels long. */
export function ticksUpright({ low, high }, pixels) {
  return ticks(low, high, Math.min(6, pixels / 36));
}

/** Write a label around a place; what stands between stars is in italics. */
export function write(context, label, x, y) {
  const font = context.font;
  const pieces = label.split("*").map((text, number) => ({
    text,
    font: number % 2 ? `italic ${font}` : font,
  }));
  for (const piece of pieces) {
    context.font = piece.font;
    piece.width = context.measureText(piece.text).width;
  }
  let at = x - pieces.reduce((sum, { width }) => sum + width, 0) / 2;
  context.textAlign = "left";
  for (const piece of pieces) {
    context.font = piece.font;
    context.fillText(piece.text, at, y);
    at += piece.width;
  }
  context.font = font;
}

/** Write a label upwards. */
export function writeUpright(context, label, x, y) {
  context.save();
  context.translate(x, y);
  context.rotate(-Math.PI / 2);
  write(context, label, 0, 0);
  context.restore();
}

function strokeTick(context, [x, y], [alongX, alongY]) {
  context.moveTo(x, y);
  context.lineTo(x + alongX, y + alongY);
}

/** Frame of a plot, with ticks inward and labels. */
export function frame(context, box, { x, y }, ink) {
  const { left, top, right, bottom } = box;
  const across = placed(x, left, right);
  const up = placed(y, bottom, top);
  context.strokeStyle = ink.text;
  context.fillStyle = ink.text;
  context.lineWidth = 0.8;
  context.strokeRect(left, top, right - left, bottom - top);
  context.beginPath();
  context.textAlign = "center";
  context.textBaseline = "top";
  for (const { value, label } of ticks(x.low, x.high, Math.min(6, (right - left) / 60))) {
    const at = across(value);
    strokeTick(context, [at, bottom], [0, -4]);
    strokeTick(context, [at, top], [0, 4]);
    context.fillText(label, at, bottom + 5);
  }
  context.textAlign = "right";
  context.textBaseline = "middle";
  for (const { value, label } of ticksUpright(y, bottom - top)) {
    const at = up(value);
    strokeTick(context, [left, at], [4, 0]);
    strokeTick(context, [right, at], [-4, 0]);
    context.fillText(label, left - 6, at);
  }
  context.stroke();
  context.textBaseline = "bottom";
  write(context, x.label, (left + right) / 2, bottom + 40);
  context.textBaseline = "top";
  writeUpright(context, y.label, 1, (top + bottom) / 2);
}
