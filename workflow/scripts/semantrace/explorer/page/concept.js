/* The view of one concept: its image, neighbours in both spaces, pass rates, and the pairs it fails. */

const NEIGHBOURS = 10;
const FAILED_AT_FIRST = 60;

function conceptView(section) {
  const head = make("div", { class: "concept-head" });
  const near = make("div", { class: "neighbours" });
  const chart = make("div", {
    class: "chart", tabindex: "0", role: "group", onkeydown: layerKeys,
    "aria-label": "Chart of the pass rate by layer. Arrow keys pick a layer; the table below has the numbers.",
  });
  const numbers = make("details", { ontoggle: () => tabulateRates(numbers, store.state) }, make("summary", {}, "Show as a table"), make("div", {}));
  const rates = make("section", {}, make("h3", {}, "Pass rate by layer"),
    make("p", { class: "key" }, "The share of the concept's 2 vs. 2 tests, one with every other concept, that it passes; chance is 0.5."), chart, numbers);
  const failed = make("section", {});
  section.append(
    explained("A concept's nearest neighbours by words and by images, and how it fares in the 2 vs. 2 test: paired with each other concept, are words and images matched right?"),
    head, make("div", { class: "halves" }, near, rates), failed,
  );
  let drawn = "";
  return async (state) => {
    await isLoaded;
    const concept = state.concept ?? mostTelling();
    fill(head, conceptHead(concept, state));
    rates.hidden = failed.hidden = !words.length;
    const matrices = await Promise.all([words.length ? wordMatrix(state.words) : null, layerMatrix(state.network, state.layer)]);
    if (store.state !== state) return;
    fill(near, neighbourList(`By words: ${words[state.words]?.title ?? ""}`, concept, matrices[0], "words"),
      neighbourList(`By images: ${layerName(state.network, state.layer)}`, concept, matrices[1], "images"));
    if (!words.length) return isDrawn(state);
    const wanted = [concept, state.words, state.network, state.layer, chart.clientWidth].join();
    if (wanted !== drawn) {
      drawn = wanted;
      await drawRates(chart, concept, state);
      tabulateRates(numbers, state);
      await showFailed(failed, concept, state);
    }
    return isDrawn(state);
  };
}

/** The concept that the view begins with: the first of the page's order. */
const mostTelling = () => parts.order[0];

function conceptHead(concept, state) {
  const one = concepts[concept];
  const beside = [-1, 1].map((step) => parts.order[(parts.position[concept] + step + concepts.length) % concepts.length]);
  return [
    conceptImage(concept, 132, `image of ${shown(one.name)}`),
    make("div", {},
      make("h2", { id: "concept-name" }, shown(one.name)),
      make("p", { class: "synset" }, one.synset ? `${one.synset} · ${one.wnid}` : "not in WordNet"),
      one.definition && make("p", { class: "definition" }, one.definition),
      make("p", { class: "links" },
        make("a", { href: store.link({ view: "concept", concept: beside[0] }), rel: "prev" }, `← ${shown(concepts[beside[0]].name)}`), " · ",
        make("a", { href: store.link({ view: "concept", concept: beside[1] }), rel: "next" }, `${shown(concepts[beside[1]].name)} →`), " · ",
        make("a", { href: store.link({ view: "matrices", concept, other: null }) }, "in the matrices"),
        state.concept === null && make("small", {}, " (the first in the order; search for another above)"))),
  ];
}

function neighbourList(title, concept, matrix, kind) {
  const heading = make("h3", {}, title);
  if (!matrix) {
    const why = kind === "words" ? "The study has no word vectors." : notHeld(store.state);
    return make("section", {}, heading, make("p", { class: "note" }, why));
  }
  const row = parts.position[concept];
  const near = parts.order
    .map((other, position) => ({ other, value: matrix.at(row, position) }))
    .filter(({ other }) => other !== concept)
    .sort((one, next) => next.value - one.value || one.other - next.other)
    .slice(0, NEIGHBOURS);
  return make("section", {}, heading, make("ol", { class: "near", "data-kind": kind },
    near.map(({ other, value }) => make("li", {}, conceptLink(other, digits(value, matrix.digits))))));
}

/** The pass rates of a concept in all layers of all networks, against a word model. */
async function ratesOf(concept, model) {
  const all = await passRates(model);
  return networks.flatMap((network, number) => network.layers.map((layer, place) => ({
    key: `${number}-${place}`, network: number, layer: place, panel: network.title, name: axisNames[number][place],
    depth: network.layers.length > 1 ? place / (network.layers.length - 1) : 0,
    value: all[(layerStart[number] + place) * concepts.length + concept],
  }))).filter((row) => !Number.isNaN(row.value)).map((row) => ({ ...row, said: digits(row.value) }));
}

async function drawRates(chart, concept, state) {
  const rows = await ratesOf(concept, state.words);
  const titles = networks.map((one) => one.title);
  const x = { field: "depth", type: "quantitative", title: "relative depth, from the first to the last layer", scale: { domain: [0, 1] }, axis: { tickCount: 5 } };
  const y = { field: "value", type: "quantitative", title: "pass rate", scale: { domain: [Math.min(0.5, ...rows.map((row) => row.value)), 1], nice: true, zero: false } };
  const color = { field: "panel", type: "nominal", title: null, scale: { domain: titles, range: cycle(SERIES_COLOURS, titles.length) }, legend: { columns: 1 } };
  const shape = { field: "panel", type: "nominal", title: null, legend: { columns: 1 }, scale: { domain: titles, range: shapes(titles.length) } };
  const tooltip = [["panel", "network"], ["name", "layer"], ["said", "pass rate"]].map(([field, title]) => ({ field, title, type: "nominal" }));
  await draw(chart, {
    data: { values: rows }, width: Math.max(200, chart.clientWidth - 60), height: 210,
    layer: [
      { mark: { type: "rule", color: GREY, strokeDash: [2, 2] }, data: { values: [{}] }, encoding: { y: { datum: 0.5 } } },
      { mark: { type: "line", strokeWidth: 1.6 }, encoding: { x, y, color } },
      { mark: { type: "point", size: 170, filled: false, color: INK, strokeWidth: 1.6 }, transform: [{ filter: `datum.key === '${state.network}-${state.layer}'` }], encoding: { x, y } },
      { mark: { type: "point", size: 42, filled: true, opacity: 1 }, encoding: { x, y, color, shape, tooltip } },
      { mark: { type: "circle", size: 320, opacity: 0, cursor: "pointer" }, encoding: { x, y, tooltip } },
    ],
  }, (row) => store.set({ network: row.network, layer: row.layer }));
}

async function tabulateRates(details, state) {
  if (!details.open) return;
  const rows = await ratesOf(state.concept ?? mostTelling(), state.words);
  fill(details.lastChild, table(`Pass rates against ${words[state.words].title}`, ["network", "layer", "pass rate"],
    rows.map((row) => [row.panel, make("a", { href: store.link({ network: row.network, layer: row.layer }) }, row.name), row.said]), { id: "rates" }));
}

/** The concepts with which a concept fails, and in how many groups, the most often first. */
async function failuresOf(concept, state) {
  const passes = await passesOf(`${state.words}-${state.network}-${state.layer}`);
  if (!passes) return null;
  const row = parts.position[concept];
  return parts.order
    .map((other, position) => ({ other, fails: position === row ? 0 : first.groups - passes[pairPlace(row, position, concepts.length)] }))
    .filter(({ fails }) => fails > 0)
    .sort((one, next) => next.fails - one.fails);
}

async function showFailed(section, concept, state, most = FAILED_AT_FIRST) {
  const failures = await failuresOf(concept, state);
  const heading = make("h3", {}, `Pairs that it fails in ${layerName(state.network, state.layer)}`);
  if (!failures) {
    const why = first.models_with_pairs.includes(state.words)
      ? notHeld(state)
      : "Of a text encoder the page holds the pairs of its last layer only; choose that under Words.";
    return fill(section, heading, make("p", { class: "note" }, why));
  }
  const tests = (concepts.length - 1) * first.groups;
  const lost = failures.reduce((sum, one) => sum + one.fails, 0);
  const of = first.groups > 1 ? `, over ${first.groups} groups of images` : "";
  return fill(section, heading,
    make("p", { id: "failed-count" }, `Fails ${count(lost, "test")} of ${tests.toLocaleString("en")}${of}; in the order of the matrices${first.groups > 1 ? ", those that fail in most groups first" : ""}.`),
    make("div", { class: "grid", id: "failed" }, failures.slice(0, most).map(({ other, fails }) =>
      conceptLink(other, first.groups > 1 ? `in ${fails} of ${first.groups}` : null, 36))),
    failures.length > most && make("button", { type: "button", onclick: () => showFailed(section, concept, state, Infinity) }, `Show all ${failures.length}`));
}
