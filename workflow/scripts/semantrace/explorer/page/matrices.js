/* The view of matrices: words beside the picked layer, in one order, with a crossing and zoom. */

function matricesView(section) {
  const info = make("aside", { class: "side", "aria-label": "The crossing" });
  const frames = ["Words", "Picked layer"].map((name) => {
    const title = make("h3", {}, name);
    const canvas = make("canvas", { tabindex: "0", role: "img" });
    const note = make("p", { class: "note" });
    return { name, title, canvas, note, matrix: null, element: make("figure", {}, make("figcaption", {}, title, note), make("div", { class: "canvas" }, canvas)) };
  });
  const tools = make("div", { class: "controls" });
  const key = make("p", { class: "key" });
  section.append(
    explained(first.of_images
      ? "How all concepts correlate with each other: by their words (left), and by their images in the picked layer (right)."
      : "How alike the class vectors of all concepts are in the picked layer, by their cosine.",
      "The order of rows and columns is the same in both. Click a cell for its pair, drag over a block to enlarge it; on a matrix, arrow keys move the crossing, + and − zoom, Escape shows all."),
    tools,
    make("div", { class: "beside" }, make("div", { class: "wide" }, make("div", { class: "pair" }, frames.map((one) => one.element)), key), info),
  );
  for (const frame of frames) followPointer(frame, frames, info);
  return async (state) => {
    await isLoaded;
    const [ofWords, ofLayer] = await Promise.all([
      words.length ? wordMatrix(state.words) : null, layerMatrix(state.network, state.layer),
    ]);
    if (store.state !== state) return;
    const layer = networks[state.network].layers[state.layer];
    frames[0].element.hidden = !words.length;
    show(frames[0], ofWords, words[state.words]?.title ?? "", "");
    show(frames[1], ofLayer, `${layer.title}, ${networks[state.network].title}`, ofLayer ? "" : notHeld(state));
    fill(tools, zoomTools(state));
    paintAll(frames, state, crossingOf(state));
    fill(key, matrixKey(...frames.map((one) => one.matrix)));
    fill(info, crossingInfo(frames, crossingOf(state)));
    isDrawn(state);
  };
}

function show(frame, matrix, title, note) {
  frame.matrix = matrix;
  fill(frame.title, title);
  fill(frame.note, note);
  frame.canvas.hidden = !matrix;
  frame.canvas.setAttribute("aria-label", `Matrix of correlations: ${title}. Arrow keys move the crossing, which is read out.`);
}

/** Why there is no matrix, and the nearest layer that has one. */
function notHeld(state) {
  const held = networks[state.network].layers.map((one, place) => place).filter((place) => parts.matrices[`layer-${state.network}-${place}`]);
  const nearest = held.reduce((one, other) => (Math.abs(other - state.layer) < Math.abs(one - state.layer) ? other : one), held[0]);
  return ["The page holds the matrices of some layers only. The nearest: ",
    make("a", { href: store.link({ layer: nearest }) }, networks[state.network].layers[nearest].title)];
}

/** The concepts of the state as positions, or null where none is picked. */
function crossingOf(state) {
  if (state.concept === null) return null;
  const row = parts.position[state.concept];
  return [row, state.other === null ? row : parts.position[state.other]];
}

function paintAll(frames, state, crossing) {
  for (const frame of frames) {
    if (frame.matrix) paintMatrix(frame.canvas, frame.matrix, windowOf(state.block), crossing, parts.groups);
  }
}

/** What colours mean, how concepts are ordered, and in which steps values are held. */
function matrixKey(...matrices) {
  const held = matrices.filter(Boolean);
  const ranges = held.map((one) => one.drawn.limits.map((limit) => digits(limit, 2)).join(" to "));
  const errors = [...new Set(held.map((one) => `±${Number((one.step / 2).toPrecision(1))}`))];
  const averaged = first.groups > 1 ? ` Correlations of images are means over ${first.groups} groups.` : "";
  return [make("span", { class: "scale", role: "img", "aria-label": "dark is low, light is high" }),
    ` Lighter is more correlated; colours span the middle 98 % of the pairs that are shown (${ranges.join("; ")}). `
    + `${parts.ordered_by} Values are rounded to steps (${errors.join(" and ")}).${averaged}`];
}

function zoomTools(state) {
  const named = parts.groups.map((one) => ({ value: `${one.start}-${one.end}`, text: `${shown(one.label)} (F1 ${digits(one.f1, 2)}, ${one.end - one.start} concepts)` }));
  return [
    choice("Block", [{ value: "", text: "all concepts" }, ...named, ...(state.block && !named.some((one) => one.value === state.block) ? [{ value: state.block, text: "as dragged" }] : [])],
      state.block ?? "", (block) => store.set({ block: block || null }), { id: "block" }),
    make("button", { type: "button", onclick: () => zoom(0.5) }, "Zoom in"),
    make("button", { type: "button", onclick: () => zoom(2), disabled: !state.block }, "Zoom out"),
    make("button", { type: "button", onclick: () => store.set({ block: null }), disabled: !state.block }, "Show all"),
  ];
}

/** Show so many times as many rows and columns around the crossing, or the middle. */
function zoom(factor) {
  const { state } = store;
  const part = windowOf(state.block);
  const crossing = crossingOf(state);
  const scaled = ([from, to], middle) => {
    const length = Math.max(2, Math.min(concepts.length, Math.round((to - from) * factor)));
    const start = Math.max(0, Math.min(concepts.length - length, Math.round((middle ?? (from + to) / 2) - length / 2)));
    return [start, start + length];
  };
  store.set({ block: blockText({ rows: scaled(part.rows, crossing?.[0]), columns: scaled(part.columns, crossing?.[1]) }) });
}

function crossingInfo(frames, crossing) {
  if (!crossing) return [make("h3", {}, "The crossing"), make("p", { class: "note" }, "Click a cell, or use the arrow keys on a matrix.")];
  const [row, column] = crossing.map((position) => parts.order[position]);
  const values = frames.filter((one) => one.matrix).map((one) =>
    [one.title.textContent, digits(one.matrix.at(...crossing), one.matrix.digits)]);
  return [
    make("h3", {}, `${shown(concepts[row].name)} and ${shown(concepts[column].name)}`),
    make("div", { class: "couple" }, conceptLink(row, concepts[row].synset, 96), conceptLink(column, concepts[column].synset, 96)),
    table("Correlation of the pair", ["space", "correlation"], values, { id: "crossing" }),
  ];
}

/** Move, pick and drag on a canvas; both canvases show the same crossing. */
function followPointer(frame, frames, info) {
  const { canvas } = frame;
  let start = null;
  const hover = (cell) => {
    paintAll(frames, store.state, cell ?? crossingOf(store.state));
    fill(info, crossingInfo(frames, cell ?? crossingOf(store.state)));
  };
  canvas.addEventListener("pointerdown", (event) => { start = cellAt(canvas, event); });
  canvas.addEventListener("pointermove", (event) => { if (event.pointerType === "mouse") hover(cellAt(canvas, event)); });
  canvas.addEventListener("pointerleave", () => hover(null));
  canvas.addEventListener("pointerup", (event) => {
    const end = cellAt(canvas, event);
    if (start && end) pickOrZoom(start, end);
    start = null;
  });
  canvas.addEventListener("keydown", (event) => matrixKeys(event, frames));
}

function pickOrZoom(start, end) {
  const spans = [0, 1].map((axis) => [Math.min(start[axis], end[axis]), Math.max(start[axis], end[axis]) + 1]);
  if (spans.every(([from, to]) => to - from > 2)) store.set({ block: blockText({ rows: spans[0], columns: spans[1] }) });
  else store.set({ concept: parts.order[end[0]], other: parts.order[end[1]] }, true);
}

function matrixKeys(event, frames) {
  const part = windowOf(store.state.block);
  const at = crossingOf(store.state) ?? [part.rows[0], part.columns[0]];
  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Escape") store.set({ block: null });
  else if (event.key === "+" || event.key === "=") zoom(0.5);
  else if (event.key === "-") zoom(2);
  else if (moves[event.key]) {
    const [row, column] = at.map((position, axis) => {
      const [from, to] = axis ? part.columns : part.rows;
      return Math.max(from, Math.min(to - 1, position + moves[event.key][axis]));
    });
    store.set({ concept: parts.order[row], other: parts.order[column] }, true);
    const values = frames.filter((one) => one.matrix).map((one) => `${one.name} ${digits(one.matrix.at(row, column), one.matrix.digits)}`);
    speak(`${shown(concepts[parts.order[row]].name)} and ${shown(concepts[parts.order[column]].name)}: ${values.join(", ")}`);
  } else return;
  event.preventDefault();
}
