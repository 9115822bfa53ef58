/* What the page shows: one state, kept in the address, which all views follow. */

const scores = first.scores ? first.scores.rows.map((row) =>
  Object.fromEntries(first.scores.columns.map((name, place) => [name, row[place]]))) : [];
const measures = first.scores?.measures ?? [];

/** The layer of highest 2 vs. 2 accuracy against the first word model; else the last of the first network. */
function bestLayer() {
  const all = scores.filter((one) => one.word_model === 0 && measures[one.measure].name === "two_vs_two");
  const deep = all.filter((one) => networks[one.network].layers[one.layer].name !== "pixels");
  if (!deep.length) return { network: 0, layer: networks.length ? networks[0].layers.length - 1 : 0 };
  const best = deep.reduce((one, other) => (other.raw > one.raw ? other : one));
  return { network: best.network, layer: best.layer };
}

const byName = (list, name) => list.findIndex((one) => one.name === name);
const placeOrNull = (list, name) => (byName(list, name) < 0 ? null : byName(list, name));

const STANDARD = {
  view: "scores",
  ...bestLayer(),
  words: 0,
  measure: Math.max(0, byName(measures, "two_vs_two")),
  score: "raw",
  arrange: "panels",
  concept: null,
  other: null,
  block: null,
  set: 0,
  k: null,
  cluster: null,
  to: null,
  toK: null,
  order: "table",
};

/** The state that an address stands for; what it does not say, or what there is not, is the standard. */
function stateOf(hash) {
  const said = new URLSearchParams(hash.replace(/^#/, ""));
  const state = { ...STANDARD };
  const concept = said.get("concept");
  state.concept = concept === null ? null : placeOrNull(concepts, concept) ?? placeOrNull(concepts, concept.replaceAll(" ", "_"));
  if (said.has("with")) state.other = placeOrNull(concepts, said.get("with"));
  Object.assign(state, layerOf(said.get("network"), said.get("layer")));
  state.words = placeOrNull(words, said.get("words")) ?? state.words;
  state.measure = placeOrNull(measures, said.get("measure")) ?? state.measure;
  if (said.get("score") === "corrected") state.score = "corrected";
  if (said.get("arrange") === "depth") state.arrange = "depth";
  if (/^\d+-\d+(,\d+-\d+)?$/.test(said.get("block") ?? "")) state.block = said.get("block");
  for (const name of ["set", "to"]) if (said.has(name)) state[name] = setNumber(said.get(name));
  for (const name of ["k", "cluster", "toK"]) if (/^\d+$/.test(said.get(name) ?? "")) state[name] = Number(said.get(name));
  if (IMAGE_ORDERS.includes(said.get("order"))) state.order = said.get("order");
  state.set ??= 0;
  const fallback = state.concept === null ? VIEW_NAMES.find((name) => !first.lacks[name]) ?? "scores" : "concept";
  state.view = VIEW_NAMES.includes(said.get("view")) ? said.get("view") : fallback;
  return state;
}

const IMAGE_ORDERS = ["table", "most", "least", "picked"];
const VIEW_NAMES = ["scores", "matrices", "concept", "clusters", "misclassified"];

/** The layer that an address names; without a network, the first network that has it. */
function layerOf(network, layer) {
  const place = placeOrNull(networks, network);
  const candidates = place === null ? networks.keys() : [place];
  for (const number of layer === null ? [] : candidates) {
    const found = networks[number].layers.findIndex((one) => one.name === layer);
    const titled = networks[number].layers.findIndex((one) => one.title === layer);
    if (found >= 0 || titled >= 0) return { network: number, layer: found >= 0 ? found : titled };
  }
  if (place === null) return {};
  return { network: place, layer: networks[place].layers.length - 1 };
}

const setNumber = (name) => {
  const place = (first.layer_sets ?? []).indexOf(name);
  return place < 0 ? null : place;
};

/** The address of a state, by names. */
function hashOf(state) {
  const said = new URLSearchParams({ view: state.view });
  const network = networks[state.network];
  if (network) {
    said.set("network", network.name);
    said.set("layer", network.layers[state.layer].name);
  }
  if (words.length) said.set("words", words[state.words].name);
  if (measures.length) said.set("measure", measures[state.measure].name);
  if (state.score !== STANDARD.score) said.set("score", state.score);
  if (state.arrange !== STANDARD.arrange) said.set("arrange", state.arrange);
  if (state.concept !== null) said.set("concept", concepts[state.concept].name);
  if (state.other !== null) said.set("with", concepts[state.other].name);
  if (state.block) said.set("block", state.block);
  if (first.layer_sets?.length && (state.view === "clusters" || state.set)) said.set("set", first.layer_sets[state.set]);
  if (state.k !== null) said.set("k", state.k);
  if (state.cluster !== null) said.set("cluster", state.cluster);
  if (state.to !== null) said.set("to", first.layer_sets[state.to]);
  if (state.toK !== null) said.set("toK", state.toK);
  if (state.order !== STANDARD.order) said.set("order", state.order);
  return `#${said}`;
}

const store = {
  state: { ...STANDARD },
  followers: [],
  /** Take changes into the state and the address; `replace` makes no entry in the history. */
  set(changes, replace = false) {
    const next = { ...this.state, ...changes };
    if (hashOf(next) === hashOf(this.state) && location.hash) return;
    this.state = next;
    history[replace ? "replaceState" : "pushState"](null, "", hashOf(next));
    this.tell();
  },
  /** The address of this state with changes, for a link. */
  link(changes) {
    return hashOf({ ...this.state, ...changes });
  },
  tell() {
    for (const follower of this.followers) follower(this.state);
  },
};

function followAddress() {
  store.state = stateOf(location.hash);
  store.tell();
}
