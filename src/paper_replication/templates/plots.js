/* Curves and maps on canvases, with axes, contours and a colour bar. Knows no physics and no page. */
const plots = (() => {
  const FONT = '13px "STIX Two Text", "STIXGeneral", "Times New Roman", Times, serif';

  /** A number as one reads it: 0.0125, 1.3 × 10⁻⁶, −2; a dash for what is no number. */
  const text = (value, digits = 4) => {
    if (!Number.isFinite(value)) return "–";
    if (value === 0) return "0";
    const rounded = Number(value.toPrecision(digits));
    const size = Math.abs(rounded);
    const sign = rounded < 0 ? "−" : "";
    if (size >= 1e-3 && size < 1e5) return sign + String(size);
    const [mantissa, exponent] = size.toExponential().split("e");
    const power = exponent.replace("+", "").replace(/./g, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[c]));
    return `${sign}${mantissa === "1" ? "" : `${mantissa} × `}10${power}`;
  };

  /** Round numbers between two others, and the texts beside them. */
  const ticks = (low, high, wanted = 5) => {
    if (!(high > low)) return [];
    const raw = (high - low) / wanted;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 5, 10].map((one) => one * power).find((one) => one >= raw * 0.999);
    const found = [];
    for (let at = Math.ceil(low / step - 1e-9); at * step <= high + 1e-9 * step; at++) {
      found.push(Number((at * step).toPrecision(12)));
    }
    const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    const plain = decimals <= 4 && Math.max(Math.abs(low), Math.abs(high)) < 1e5;
    return found.map((value) => {
      const fixed = plain ? value.toFixed(decimals).replace("-", "−") : text(value, 3);
      return { value, label: value === 0 ? "0" : fixed };
    });
  };

  /** Powers of ten between two numbers above zero. */
  const decades = (low, high) => {
    const first = Math.ceil(Math.log10(low) - 1e-9);
    const last = Math.floor(Math.log10(high) + 1e-9);
    const every = Math.max(1, Math.ceil((last - first + 1) / 8));
    const found = [];
    for (let at = last; at >= first; at -= every) found.push({ value: 10 ** at, label: text(10 ** at) });
    return found.reverse();
  };

  /** A canvas in the pixels of the screen, empty. */
  const prepared = (canvas) => {
    const ratio = window.devicePixelRatio || 1;
    const { width, height } = canvas.getBoundingClientRect();
    const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== across || canvas.height !== down) [canvas.width, canvas.height] = [across, down];
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = FONT;
    context.lineWidth = 1;
    return { context, width, height };
  };

  const colours = (canvas) => {
    const style = getComputedStyle(canvas);
    const named = (name) => style.getPropertyValue(name).trim();
    return { text: named("--text"), soft: named("--soft"), line: named("--line"), page: named("--page"), none: named("--none") };
  };

  /** Frame, ticks inward and labels of a plot; `across` and `up` take a value to its place. */
  const frame = (context, box, { x, y }, across, up, ink) => {
    const { left, top, right, bottom } = box;
    context.strokeStyle = context.fillStyle = ink.text;
    context.lineWidth = 0.8;
    context.strokeRect(left, top, right - left, bottom - top);
    context.beginPath();
    context.textAlign = "center";
    context.textBaseline = "top";
    for (const { value, label } of ticks(x.low, x.high, Math.max(2, Math.min(6, (right - left) / 70)))) {
      const at = across(value);
      context.moveTo(at, bottom);
      context.lineTo(at, bottom - 4);
      context.moveTo(at, top);
      context.lineTo(at, top + 4);
      context.fillText(label, at, bottom + 5);
    }
    context.textAlign = "right";
    context.textBaseline = "middle";
    for (const { value, label } of y.ticks || ticks(y.low, y.high, Math.max(2, Math.min(6, (bottom - top) / 45)))) {
      const at = up(value);
      context.moveTo(left, at);
      context.lineTo(left + 4, at);
      context.moveTo(right, at);
      context.lineTo(right - 4, at);
      context.fillText(label, left - 6, at);
    }
    context.stroke();
    context.textAlign = "center";
    context.textBaseline = "bottom";
    context.fillText(x.label, (left + right) / 2, bottom + 38);
    context.save();
    context.translate(box.title, (top + bottom) / 2);
    context.rotate(-Math.PI / 2);
    context.textBaseline = "top";
    context.fillText(y.label, 0, 0);
    context.restore();
  };

  /** Place of a value between two ends, on a linear or a logarithmic axis. */
  const placed = ({ low, high, log }, from, to) => {
    const of = log ? Math.log10 : (value) => value;
    const [first, last] = [of(low), of(high)];
    return (value) => from + ((of(value) - first) / (last - first || 1)) * (to - from);
  };

  /** Lines along which a grid has a value: marching squares, as pairs of points in cells. */
  const contour = (values, rows, columns, level) => {
    const lines = [];
    for (let i = 0; i + 1 < rows; i++) {
      for (let j = 0; j + 1 < columns; j++) {
        const at = i * columns + j;
        const corners = [values[at], values[at + 1], values[at + columns + 1], values[at + columns]];
        const above = corners.map((value) => value > level);
        if (above[0] === above[1] && above[1] === above[2] && above[2] === above[3]) continue;
        if (!corners.every(Number.isFinite)) continue;
        const crossing = [];
        for (let k = 0; k < 4; k++) {
          const next = (k + 1) % 4;
          if (above[k] === above[next]) continue;
          const part = (level - corners[k]) / (corners[next] - corners[k]);
          crossing.push([
            j + [part, 1, 1 - part, 0][k],
            i + [0, part, 1, 1 - part][k],
          ]);
        }
        for (let k = 0; k + 1 < crossing.length; k += 2) lines.push([crossing[k], crossing[k + 1]]);
      }
    }
    return lines;
  };

  /** Lowest and highest of numbers, what is none left out. */
  const extent = (...many) => {
    let [low, high] = [Infinity, -Infinity];
    for (const values of many) {
      for (const value of values) {
        if (value < low && value > -Infinity) low = value;
        if (value > high && value < Infinity) high = value;
      }
    }
    return low <= high ? [low, high] : [NaN, NaN];
  };

  /** What a colour bar spans: from the least value, or from zero, to the greatest. */
  const span = (log, ...many) => {
    let [low, high] = extent(...many);
    if (Number.isNaN(low)) return { low: 0, high: 1, log: false, empty: true };
    if (log && high > 0) return { low: Math.max(high * 1e-6, extent(...many.map((all) => all.filter((one) => one > 0)))[0]), high, log };
    // Rounding of what is zero throughout is no picture.
    if (Math.max(Math.abs(low), Math.abs(high)) < 1e-13) [low, high] = [0, 0];
    if (low > 0 && low < 0.5 * high) low = 0;
    if (high < 0 && high > 0.5 * low) high = 0;
    return { low, high, log: false, flat: !(high > low) };
  };

  let scratch;

  /**
   * A map of values over a grid, (rows along y, columns along x), with contours and a colour bar.
   * Returns the box of the map in the canvas.
   */
  const map = (canvas, { x, y, rows, columns, values, range, label, colourMap, point }) => {
    const { context, width, height } = prepared(canvas);
    const ink = colours(canvas);
    const box = { left: 54, top: 12, right: width - 78, bottom: height - 46, title: 2 };
    const across = placed(x, box.left, box.right);
    const up = placed(y, box.bottom, box.top);
    const shade = placed(range, 0, colourMap.length - 1);
    scratch = scratch || document.createElement("canvas");
    [scratch.width, scratch.height] = [columns, rows];
    const image = new ImageData(columns, rows);
    const pixels = new Uint32Array(image.data.buffer);
    const none = packed(ink.none);
    const flat = range.flat || range.empty;
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < columns; j++) {
        const value = values[i * columns + j];
        let colour = none;
        if (flat && !Number.isNaN(value)) colour = colourMap[0];
        else if (!Number.isNaN(value)) {
          const at = range.log && !(value > range.low) ? 0 : shade(value);
          colour = colourMap[Math.max(0, Math.min(colourMap.length - 1, Math.round(at)))];
        }
        pixels[(rows - 1 - i) * columns + j] = colour;
      }
    }
    scratch.getContext("2d").putImageData(image, 0, 0);
    // The outermost points lie on the frame: half a cell hangs over it.
    const cell = [(box.right - box.left) / Math.max(1, columns - 1), (box.bottom - box.top) / Math.max(1, rows - 1)];
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    context.clip();
    context.imageSmoothingEnabled = true;
    context.drawImage(scratch, box.left - cell[0] / 2, box.top - cell[1] / 2, columns * cell[0], rows * cell[1]);
    const levels = flat ? [] : range.log ? decades(range.low, range.high) : ticks(range.low, range.high, 6);
    const lightness = (value) => {
      const colour = colourMap[Math.max(0, Math.min(colourMap.length - 1, Math.round(shade(value))))];
      return ((colour & 255) * 0.3 + ((colour >> 8) & 255) * 0.59 + ((colour >> 16) & 255) * 0.11) / 255;
    };
    const lines = (value) => (lightness(value) > 0.45 ? "#262626" : "#ffffff");
    for (const { value } of levels) {
      if (!(value > range.low && value < range.high)) continue;
      context.strokeStyle = lines(value);
      context.lineWidth = 1.1;
      context.beginPath();
      for (const [[x1, y1], [x2, y2]] of contour(values, rows, columns, value)) {
        context.moveTo(box.left + x1 * cell[0], box.bottom - y1 * cell[1]);
        context.lineTo(box.left + x2 * cell[0], box.bottom - y2 * cell[1]);
      }
      context.stroke();
    }
    context.restore();
    frame(context, box, { x, y }, across, up, ink);
    bar(context, box, { range, flat, levels, label, colourMap, lines, ink });
    if (point) cross(context, box, across(point.x), up(point.y));
    return box;
  };

  /** Colour of a map as the 32 bits of a pixel. */
  const packed = (hex) => {
    const number = parseInt(hex.slice(1), 16);
    return (0xff000000 | ((number & 255) << 16) | (number & 0xff00) | (number >> 16)) >>> 0;
  };

  const bar = (context, box, { range, flat, levels, label, colourMap, lines, ink }) => {
    const [left, wide] = [box.right + 12, 13];
    const tall = box.bottom - box.top;
    for (let at = 0; at < tall; at++) {
      const colour = colourMap[flat ? 0 : Math.round((1 - at / tall) * (colourMap.length - 1))];
      context.fillStyle = `rgb(${colour & 255} ${(colour >> 8) & 255} ${(colour >> 16) & 255})`;
      context.fillRect(left, box.top + at, wide, 1.5);
    }
    context.strokeStyle = ink.text;
    context.lineWidth = 0.8;
    context.strokeRect(left, box.top, wide, tall);
    context.textAlign = "left";
    context.textBaseline = "middle";
    const up = placed(range, box.bottom, box.top);
    const shown = flat ? [{ value: range.low, label: text(range.low), place: box.bottom }] : levels;
    for (const { value, label: words, place } of shown) {
      const at = place ?? up(value);
      context.strokeStyle = lines(value);
      context.beginPath();
      context.moveTo(left, at);
      context.lineTo(left + wide, at);
      if (!flat) context.stroke();
      context.fillStyle = ink.text;
      context.fillText(words, left + wide + 5, at);
    }
    context.save();
    context.translate(left + 62, (box.top + box.bottom) / 2);
    context.rotate(-Math.PI / 2);
    context.textAlign = "center";
    context.textBaseline = "bottom";
    context.fillStyle = ink.text;
    context.fillText(label, 0, 4);
    context.restore();
  };

  const cross = (context, box, x, y) => {
    context.save();
    context.beginPath();
    context.rect(box.left - 8, box.top - 8, box.right - box.left + 16, box.bottom - box.top + 16);
    context.clip();
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
    for (const [radius, colour, wide] of [
      [7, "#000000", 4],
      [7, "#ffffff", 2],
    ]) {
      context.strokeStyle = colour;
      context.lineWidth = wide;
      context.beginPath();
      context.arc(x, y, radius, 0, 2 * Math.PI);
      context.stroke();
    }
    context.restore();
  };

  /**
   * Curves over a shared axis. A curve is {x, y, colour, dash, wide}; a mark is {x, label, colour}, a
   * line upright; `dots` are {x, y, colour}.
   */
  const curves = (canvas, { x, y, lines, marks = [], dots = [] }) => {
    const { context, width, height } = prepared(canvas);
    const ink = colours(canvas);
    const box = { left: 70, top: 12, right: width - 12, bottom: height - 46, title: 2 };
    let [low, high] = [y.low, y.high];
    if (low === undefined) [low, high] = extent(...lines.map((line) => line.y));
    if (Number.isNaN(low)) [low, high] = [0, 1];
    if (Math.max(Math.abs(low), Math.abs(high)) < 1e-13) [low, high] = [0, 1];
    if (low > 0 && low < 0.5 * high) low = 0;
    if (high < 0 && high > 0.5 * low) high = 0;
    const room = 0.06 * (high - low) || 0.1 * Math.abs(high) || 1;
    const vertical = { ...y, low: low === 0 ? 0 : low - room, high: high === 0 ? 0 : high + room };
    const across = placed(x, box.left, box.right);
    const up = placed(vertical, box.bottom, box.top);
    context.save();
    context.beginPath();
    context.rect(box.left, box.top, box.right - box.left, box.bottom - box.top);
    context.clip();
    marks.forEach(({ x: at, colour }) => {
      context.strokeStyle = colour || ink.soft;
      context.setLineDash([2, 3]);
      context.lineWidth = 1;
      context.beginPath();
      context.moveTo(across(at), box.top);
      context.lineTo(across(at), box.bottom);
      context.stroke();
    });
    for (const line of lines) {
      context.strokeStyle = line.colour || ink.text;
      context.setLineDash(line.dash || []);
      context.lineWidth = line.wide || 1.8;
      context.lineJoin = "round";
      context.beginPath();
      let drawn = false;
      line.y.forEach((value, index) => {
        if (Number.isFinite(value)) context[drawn ? "lineTo" : "moveTo"](across(line.x[index]), up(value));
        drawn = Number.isFinite(value);
      });
      context.stroke();
    }
    context.setLineDash([]);
    context.restore();
    frame(context, box, { x, y: vertical }, across, up, ink);
    for (const dot of dots) {
      if (!Number.isFinite(dot.y)) continue;
      context.fillStyle = dot.colour || ink.text;
      context.strokeStyle = ink.page;
      context.lineWidth = 1.5;
      context.beginPath();
      context.arc(across(dot.x), up(dot.y), 4.5, 0, 2 * Math.PI);
      context.fill();
      context.stroke();
    }
    marks.forEach(({ x: at, label, align }) => {
      if (!label) return;
      context.fillStyle = ink.text;
      context.textAlign = align || "left";
      context.textBaseline = "top";
      context.fillText(label, across(at) + (align === "right" ? -4 : 4), box.top + 5);
    });
    return box;
  };

  return { text, ticks, contour, extent, span, map, curves, packed };
})();
