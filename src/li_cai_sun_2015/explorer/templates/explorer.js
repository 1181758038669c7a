/* The page: what is chosen, what is computed of it, and what is drawn. */
(() => {
  const engine = steadyCoherence;
  const content = JSON.parse(document.getElementById("content").textContent);
  const form = document.getElementById("explorer");
  const element = (id) => document.getElementById(id);
  const colourMap = Uint32Array.from(content.colourMap, plots.packed);
  const { text } = plots;
  const AXES = ["temperature", "temperature_difference"];
  const LABELS = { temperature: "temperature T", temperature_difference: "temperature difference ΔT" };
  /** Points along an axis while something moves. */
  const FEW = 100;

  let { preset, view } = state.viewOf(location.hash, content.presets, content.shapes);

  const section = () => view[engine.systems[view.system].section];
  const settings = (equation) => ({ ...view, equation });
  const unit = () => {
    const { mean_energy, frequency_1, frequency_2 } = section();
    return mean_energy ?? (frequency_1 + frequency_2) / 2;
  };

  /** Points of an axis, as numpy.linspace has them: the same bits. */
  const pointsOf = ({ start, stop, points }, most = Infinity) => {
    const number = Math.min(points, most);
    if (number === 1) return Float64Array.of(start);
    const step = (stop - start) / (number - 1);
    const found = Float64Array.from({ length: number }, (_, index) => index * step + start);
    found[number - 1] = stop;
    return found;
  };

  // What may be drawn --------------------------------------------------------------------------

  const quantities = () => {
    const { levels: names, baths, section: key, pair } = engine.systems[view.system];
    const [one, other] = pair.map(levels.name);
    const tls = key === "coupled_tls";
    const cross = tls ? `⟨${one}|ρ|${other}⟩` : "ρ₁₂";
    return [
      { key: "coherence", label: `|${cross}|`.replace("||", "|"), words: "coherence" },
      { key: "coherence_real", label: `Re ${cross}`, words: "real part of the coherence" },
      { key: "coherence_imag", label: `Im ${cross}`, words: "imaginary part of the coherence" },
      ...names.map((name, index) => ({ key: `population.${name}`, index, label: `population of ${levels.name(name)}` })),
      ...baths.map((bath, index) => ({
        key: `energy_current.${bath}`,
        index,
        label: tls ? `energy current out of bath ${bath}` : `energy current out of the ${bath} bath`,
      })),
      ...(tls
        ? [
            { key: "internal_flux", label: "internal flux J₁₋₂", words: "flux between the two" },
            { key: "bath_flux", label: "bath flux J₁₋B₁", words: "flux from bath 1" },
          ]
        : []),
      { key: "min_eigenvalue", label: "smallest eigenvalue of ρ" },
    ];
  };

  const quantity = () => quantities().find((one) => one.key === view.quantity) || quantities()[0];

  /** Values of a quantity in a result, over the grid. */
  const valuesOf = (result, { key, index = 0 }) => {
    const values = result[key.split(".")[0]];
    const size = result.unique.length;
    return Array.isArray(values) ? values[index] : values.subarray(index * size, (index + 1) * size);
  };

  // What is wrong ------------------------------------------------------------------------------

  const problem = () => {
    const { temperature, temperature_difference: difference } = section();
    if (![...engine.frequencies(settings(view.equation))].every((one) => one > 0)) {
      return view.system === "coupled_tls"
        ? "The coupling is too strong: all transition energies have to be above 0."
        : "The levels are too far apart: both transition energies have to be above 0.";
    }
    for (const [name, axis] of Object.entries({ temperature, temperature_difference: difference })) {
      if (axis.points > 1 && !(axis.start < axis.stop)) return `The ${name.replace("_", " ")} has to run upwards on its axis.`;
    }
    if (temperature.start < 0) return "Temperatures have to be 0 or above: see the axes of the map.";
    if (temperature.start + difference.start < 0) return "T + ΔT has to be 0 or above: see the axes of the map.";
    return "";
  };

  // Maps ---------------------------------------------------------------------------------------

  const known = new Map();
  const solved = (equation, most) => {
    const { temperature, temperature_difference: difference } = section();
    const key = JSON.stringify([view.system, equation, most, section()]);
    if (!known.has(key)) {
      if (known.size > 3) known.delete(known.keys().next().value);
      const grid = { temperatures: pointsOf(temperature, most), differences: pointsOf(difference, most) };
      known.set(key, { ...grid, result: engine.solve(settings(equation), grid.temperatures, grid.differences) });
    }
    return known.get(key);
  };

  const boxes = {};
  const drawMaps = (most) => {
    const chosen = quantity();
    const equations = view.two_maps ? [view.equation, view.beside] : [view.equation];
    const maps = equations.map((equation) => solved(equation, most));
    const values = maps.map(({ result }) => valuesOf(result, chosen));
    const range = plots.span(view.scale === "log", ...values);
    form.querySelector(".maps").classList.toggle("two", view.two_maps);
    ["map", "map-beside"].forEach((id, index) => {
      const canvas = element(id);
      const figure = canvas.parentElement;
      figure.hidden = index >= maps.length;
      if (figure.hidden) return;
      const { temperatures, differences, result } = maps[index];
      figure.querySelector("figcaption").textContent = view.two_maps ? titles[equations[index]] : "";
      boxes[id] = plots.map(canvas, {
        x: { low: differences[0], high: differences.at(-1), label: LABELS.temperature_difference },
        y: { low: temperatures[0], high: temperatures.at(-1), label: LABELS.temperature },
        rows: temperatures.length,
        columns: differences.length,
        values: values[index],
        range,
        label: chosen.label,
        colourMap,
        point: { x: view.point.temperature_difference, y: view.point.temperature },
      });
      const undecided = result.unique.reduce((number, one) => number + (one === 2), 0);
      const lost = result.unique.reduce((number, one) => number + (one === 0), 0);
      const remarks = [
        undecided && `not decided here whether unique: ${undecided} points`,
        lost && `no unique steady state: ${lost} points`,
      ].filter(Boolean);
      if (remarks.length) figure.querySelector("figcaption").textContent += ` Grey: ${remarks.join("; ")}.`;
      const [low, high] = plots.extent(values[index]);
      canvas.setAttribute(
        "aria-label",
        `Map of ${chosen.words || chosen.label} over T and ΔT, ${titles[equations[index]]} equation: from ${text(low)} to ${text(high)}`,
      );
    });
  };

  // Cuts ---------------------------------------------------------------------------------------

  const drawCuts = () => {
    const chosen = quantity();
    const { temperature: T, temperature_difference: dT } = view.point;
    const axes = AXES.map((name) => pointsOf({ ...section()[name], points: 201 }));
    const equations = [view.beside, view.equation];
    const lines = (x, along) =>
      equations.map((equation, index) => ({
        x,
        y: valuesOf(engine.solve(settings(equation), ...along), chosen),
        colour: index ? "" : colour("--beside"),
        dash: index ? [] : [6, 4],
        wide: index ? 2 : 1.8,
      }));
    const here = valuesOf(engine.solve(settings(view.equation), [T], [dT]), chosen)[0];
    const cuts = [
      ["cut-difference", "temperature_difference", axes[1], [[T], axes[1]], dT, `at T = ${text(T)}`],
      ["cut-temperature", "temperature", axes[0], [axes[0], [dT]], T, `at ΔT = ${text(dT)}`],
    ];
    for (const [id, name, x, along, place, words] of cuts) {
      plots.curves(element(id), {
        x: { low: x[0], high: x.at(-1), label: `${LABELS[name]}   (${words})` },
        y: { label: chosen.label },
        lines: lines(x, along),
        marks: [{ x: place }],
        dots: [{ x: place, y: here }],
      });
      element(id).setAttribute("aria-label", `${chosen.words || chosen.label} along ${LABELS[name]} ${words}; ${text(here)} at the point`);
    }
  };

  // Spectra ------------------------------------------------------------------------------------

  const bathColours = () => ["--left", "--right"].map(colour);

  const drawSpectra = () => {
    const energies = [...engine.frequencies(settings(view.equation))];
    const mean = energies.reduce((sum, one) => sum + one, 0) / energies.length;
    const reach = Math.max(0.1 * mean, 3 * Math.max(...energies.map((one) => Math.abs(one - mean))));
    const x = pointsOf({ start: Math.max(0, mean - reach), stop: mean + reach, points: 201 });
    const lines = Object.values(section().baths).flatMap((bath, index) => {
      const curves = "shape" in bath ? [bath] : [bath.transition_1, bath.transition_2];
      return curves.map((curve, number) => ({
        x,
        y: engine.spectrum(curve, x),
        colour: bathColours()[index],
        dash: number ? [7, 4] : [],
      }));
    });
    const [, highest] = plots.extent(...lines.map((line) => line.y));
    const distinct = [...new Set(energies)].sort((one, other) => one - other);
    const names = view.system === "coupled_tls" ? ["ω₋", "ω₊"] : energies[0] < energies[1] ? ["ε₁", "ε₂"] : ["ε₂", "ε₁"];
    plots.curves(element("spectra"), {
      x: { low: x[0], high: x.at(-1), label: "frequency ω" },
      y: { label: "γ(ω)", low: 0, high: highest || 1 },
      lines,
      marks: distinct.map((at, index) => ({
        x: at,
        label: distinct.length === 1 ? (view.system === "coupled_tls" ? "ω" : "ε₁ = ε₂") : names[index] || "",
        align: index ? "left" : "right",
      })),
    });
    const words = view.system === "coupled_tls" ? ["bath 1", "bath 2"] : ["left bath", "right bath"];
    element("spectra").previousElementSibling.innerHTML =
      `Coupling spectra: <span style="color:var(--left)">${words[0]}</span>, <span style="color:var(--right)">${words[1]}</span>` +
      (view.system === "coupled_tls" ? "" : "; solid γ₁₁, dashed γ₂₂") +
      "; dotted lines at the transition energies";
    element("spectra").setAttribute("aria-label", `Coupling spectra of the baths near the transition energies ${distinct.map((one) => text(one)).join(", ")}`);
  };

  // The state at the point ---------------------------------------------------------------------

  const UNIQUE = ["no", "yes", "not decided here"];

  const drawPoint = () => {
    const { temperature: T, temperature_difference: dT } = view.point;
    const { levels: names, pair, baths } = engine.systems[view.system];
    const tls = view.system === "coupled_tls";
    const results = [view.equation, view.beside].map((equation) => engine.solve(settings(equation), [T], [dT]));
    const values = (key, index) => results.map((result) => valuesOf(result, { key, index })[0]);
    const populations = names.map((_, index) => values("population", index));
    const [first, second] = pair.map((name) => names.indexOf(name));
    const coherence = values("coherence");
    const share = coherence.map((one, k) => one / Math.sqrt(populations[first][k] * populations[second][k]));
    const currents = baths.map((_, index) => values("energy_current", index));
    const all = quantities();
    const label = (key) => all.find((one) => one.key === key).label;
    const rows = [
      ...names.map((name, index) => [`population of ${levels.name(name)}`, populations[index]]),
      [label("coherence_real"), values("coherence_real"), "first"],
      [label("coherence_imag"), values("coherence_imag")],
      [label("coherence"), coherence],
      ["of the largest possible", share.map((one) => (Number.isFinite(one) ? `${text(100 * one, 3)} %` : "–"))],
      ...baths.map((bath, index) => [label(`energy_current.${bath}`), currents[index], index ? "" : "first"]),
    ];
    if (tls) {
      const [internal, bath] = [values("internal_flux"), values("bath_flux")];
      rows.push([label("internal_flux"), internal, "first"], [label("bath_flux"), bath]);
      rows.push(["their sum, 0 in balance", internal.map((one, k) => one + bath[k])]);
    }
    rows.push(
      ["the only steady state", results.map((result) => UNIQUE[result.unique[0]]), "first"],
      ["smallest eigenvalue of ρ", values("min_eigenvalue")],
      ["smallest Kossakowski eigenvalue", values("kossakowski_min_eigenvalue")],
      ["residual", values("residual")],
    );
    element("numbers").tBodies[0].innerHTML = rows
      .map(([name, pairOf, kind]) => {
        const cells = pairOf.map((one) => `<td${typeof one === "number" ? ` data-value="${one}"` : ""}>${typeof one === "string" ? one : text(one)}</td>`);
        return `<tr${kind ? ` class="${kind}"` : ""}><th scope="row">${name}</th>${cells.join("")}</tr>`;
      })
      .join("");

    const strongest = Math.max(
      ...Object.values(section().baths).flatMap((bath) => ("shape" in bath ? [bath] : [bath.transition_1, bath.transition_2])).map((curve) => engine.spectrum(curve, [unit()])[0]),
    );
    const scale = unit() * (strongest || 1);
    const symbols = tls ? ["1", "2"] : ["L", "R"];
    element("levels").innerHTML = levels.drawing({
      system: view.system,
      labels: names,
      pair,
      energies: engine.levels(settings(view.equation)),
      populations: populations.map((one) => one[0]),
      coherent: share[0] || 0,
      currents: currents.map((one) => one[0] / scale),
      baths: symbols.map((symbol, k) => ({ symbol, temperature: `T = ${text(k ? T + dT : T)}` })),
      flux: tls ? values("internal_flux")[0] / (strongest || 1) : 0,
      colours: ["var(--left)", "var(--right)"],
      about: `Levels and baths; energy currents out of the baths ${currents.map((one) => text(one[0])).join(" and ")}`,
    });
  };

  // As a variant -------------------------------------------------------------------------------

  const variant = () => {
    const own = Object.fromEntries(Object.keys(content.paper).map((name) => [name, view[name]]));
    return state.yaml({ description: `Made in the explorer, from ${preset.name}`, ...state.difference(own, content.paper) });
  };

  // Controls -----------------------------------------------------------------------------------

  /** The two ends between which a slider runs, and how: position 0 to 1 into a value and back. */
  const runs = ({ key, scale, least, most, above }) => {
    const even = (low, high) => ({ value: (part) => low + part * (high - low), part: (value) => (value - low) / (high - low || 1) });
    const size = key.startsWith("three_level") || key.startsWith("coupled_tls") ? unit() : 1;
    if (scale === "axis") {
      const { start, stop } = section()[key.split(".")[1]];
      return even(start, stop);
    }
    if (scale === "even") return even(Number(least), Number(most));
    if (scale === "few") return even(0, 4);
    if (scale === "angle") return even(-Math.PI, Math.PI);
    if (scale === "both_signs") {
      return { value: (part) => (2 * part - 1) ** 3 * size, part: (value) => (Math.cbrt(value / size) + 1) / 2 };
    }
    const [low, high] = [-4, 1];
    return {
      value: (part) => (part === 0 && above === undefined ? 0 : 10 ** (low + part * (high - low)) * size),
      part: (value) => (value > 0 ? (Math.log10(value / size) - low) / (high - low) : 0),
    };
  };

  const controls = [...form.querySelectorAll(".number")].map((box) => {
    const [range, field] = box.querySelectorAll("input");
    return { box, range, field, ...box.dataset, curve: box.closest(".curve")?.dataset.curve };
  });
  const controlOf = (input) => controls.find((one) => one.range === input || one.field === input);

  const allowed = ({ least, most, above, key }, value) => {
    if (!Number.isFinite(value)) return false;
    if (Math.abs(value) > 1e6 || (value && Math.abs(value) < 1e-12)) return false;
    if (least !== undefined && (above !== undefined ? value <= Number(least) : value < Number(least))) return false;
    if (most !== undefined && value > Number(most)) return false;
    if (key === "point.temperature") return value >= 0 && value + view.point.temperature_difference >= 0;
    if (key === "point.temperature_difference") return view.point.temperature + value >= 0;
    return true;
  };

  const titles = Object.fromEntries(
    [...form.querySelectorAll("[name=equation]")].map((input) => [input.value, input.nextElementSibling.textContent]),
  );

  /** Show in every control what the view says. */
  const showControls = () => {
    for (const one of controls) {
      const value = state.get(view, one.key);
      const shape = one.curve && state.get(view, one.curve)?.shape;
      const otherSystem = one.key.includes("energy_difference.") && !one.key.endsWith(`.${view.system}`);
      one.box.hidden = value === undefined || otherSystem || Boolean(one.shapes && !one.shapes.split(" ").includes(shape));
      if (one.box.hidden) continue;
      if (document.activeElement !== one.field) one.field.value = String(Number(value.toPrecision(12)));
      one.range.value = String(Math.round(1000 * Math.min(1, Math.max(0, runs(one).part(value)))));
      one.range.setAttribute("aria-valuetext", text(value));
    }
    for (const curve of form.querySelectorAll(".curve")) {
      const select = curve.querySelector("select");
      if (select) select.value = state.get(view, curve.dataset.curve).shape;
    }
    for (const one of form.querySelectorAll("[data-axis]")) {
      if (document.activeElement !== one) one.value = String(Number(state.get(view, one.dataset.axis).toPrecision(12)));
    }
    for (const one of form.querySelectorAll("[data-section]")) {
      one.hidden = one.dataset.section !== engine.systems[view.system].section;
    }
    for (const name of ["system", "equation"]) form.elements[name].value = view[name];
    for (const name of ["beside", "scale"]) form.elements[name].value = view[name];
    form.elements.two_maps.checked = view.two_maps;
    form.elements.preset.value = preset.name;
    form.elements.quantity.replaceChildren(...quantities().map((one) => new Option(one.words ? `${one.words} ${one.label}` : one.label, one.key)));
    view.quantity = quantity().key;
    form.elements.quantity.value = view.quantity;
    for (const one of form.querySelectorAll(".of-equation")) one.textContent = titles[view.equation];
    for (const one of form.querySelectorAll(".of-beside")) one.textContent = titles[view.beside];
    element("left-out").textContent = preset.left_out.join(" ");
  };

  const showPresets = () => {
    const groups = new Map();
    for (const one of content.presets) {
      if (!groups.has(one.group)) {
        const group = document.createElement("optgroup");
        group.label = one.group;
        groups.set(one.group, group);
      }
      groups.get(one.group).append(new Option(one.title, one.name));
    }
    form.elements.preset.replaceChildren(...groups.values());
  };

  // Drawing ------------------------------------------------------------------------------------

  const colour = (name) => getComputedStyle(form).getPropertyValue(name).trim();
  let [frame, settling] = [0, 0];

  const draw = (most) => {
    let wrong = "";
    try {
      wrong = problem();
      if (!wrong) {
        drawMaps(most);
        drawCuts();
        drawPoint();
        drawSpectra();
      }
    } catch (error) {
      wrong = error.message;
    }
    element("problem").textContent = wrong;
    form.querySelector(".middle").toggleAttribute("inert", false);
  };

  /** Draw with few points now, and with all of them once nothing moves. */
  const changed = () => {
    cancelAnimationFrame(frame);
    clearTimeout(settling);
    frame = requestAnimationFrame(() => draw(FEW));
    settling = setTimeout(settle, 150);
  };

  const settle = () => {
    draw(Infinity);
    element("yaml").textContent = variant();
    const address = state.address(view, preset);
    try {
      if (location.hash !== address) history.replaceState(null, "", address);
    } catch {
      // Inside a report there is no address to write to.
    }
  };

  const open = (hash) => {
    ({ preset, view } = state.viewOf(hash, content.presets, content.shapes));
    if (!engine.systems[view.system]) view.system = preset.view.system;
    for (const name of ["equation", "beside"]) if (!engine.equations.includes(view[name])) view[name] = preset.view[name];
    showControls();
    settle();
  };

  // Events -------------------------------------------------------------------------------------

  const place = (name, value) => {
    const { start, stop } = section()[name];
    const rounded = Number(value.toPrecision(4));
    state.set(view, `point.${name}`, Math.min(stop, Math.max(start, rounded)));
  };

  const take = (input) => {
    const control = controlOf(input);
    if (control) {
      const { value } = runs(control);
      const digits = control.scale === "powers" || control.scale === "both_signs" ? 3 : 4;
      const given = input === control.range ? Number(value(Number(input.value) / 1000).toPrecision(digits)) : input.valueAsNumber;
      const good = allowed(control, given);
      control.field.setAttribute("aria-invalid", String(!good));
      if (!good) return;
      state.set(view, control.key, given);
    } else if (input.dataset.axis) {
      const value = input.valueAsNumber;
      const good = Number.isFinite(value) && (!input.dataset.axis.endsWith("points") || (Number.isInteger(value) && value >= 1 && value <= 500));
      input.setAttribute("aria-invalid", String(!good));
      if (!good) return;
      state.set(view, input.dataset.axis, value);
    } else if (input.closest(".curve")) {
      const { curve } = input.closest(".curve").dataset;
      const old = state.get(view, curve);
      state.set(view, curve, { shape: input.value, ...content.shapes[input.value], strength: old.strength });
    } else if (input.name === "preset") {
      open(`#preset=${input.value}`);
      return;
    } else if (input.name === "two_maps") view.two_maps = input.checked;
    else if (input.name) view[input.name] = input.value;
    if (input.name === "system") for (const name of AXES) place(name, view.point[name]);
    if (view.beside === view.equation && input.name === "equation") view.beside = view.equation === "secular" ? "nonsecular" : "secular";
    showControls();
    changed();
  };

  form.addEventListener("input", (event) => take(event.target));
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("focusout", () => showControls());

  for (const id of ["map", "map-beside"]) {
    const canvas = element(id);
    const move = (event) => {
      const box = boxes[id];
      const bounds = canvas.getBoundingClientRect();
      const part = (value) => Math.min(1, Math.max(0, value));
      const across = part((event.clientX - bounds.left - box.left) / (box.right - box.left));
      const up = part((box.bottom - (event.clientY - bounds.top)) / (box.bottom - box.top));
      const { temperature: T, temperature_difference: dT } = section();
      place("temperature", T.start + up * (T.stop - T.start));
      place("temperature_difference", dT.start + across * (dT.stop - dT.start));
      showControls();
      changed();
    };
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      move(event);
    });
    canvas.addEventListener("pointermove", (event) => {
      if (canvas.hasPointerCapture(event.pointerId)) move(event);
    });
  }

  const copy = async (words, said) => {
    try {
      await navigator.clipboard.writeText(words);
    } catch {
      const area = document.body.appendChild(document.createElement("textarea"));
      area.value = words;
      area.select();
      document.execCommand("copy");
      area.remove();
    }
    element("copied").textContent = said;
    setTimeout(() => (element("copied").textContent = ""), 3000);
  };
  element("copy").addEventListener("click", () => copy(variant(), "Copied."));
  element("link").addEventListener("click", () => copy(location.href.replace(/#.*/, "") + state.address(view, preset), "Link copied."));
  element("reset").addEventListener("click", () => open(`#preset=${preset.name}`));
  window.addEventListener("hashchange", () => open(location.hash));
  window.addEventListener("resize", changed);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", changed);

  showPresets();
  open(location.hash);
})();
