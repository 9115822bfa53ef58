/* The view of scores: the chart, the picked layer by all measures, and the table behind it. */

const MEASURE_MEANINGS = {
  two_vs_two: "2 vs. 2: of two concepts, are word and image rows more alike when matched right than when swapped? Share of all pairs; chance is 0.5.",
  rsa_spearman: "RSA: rank correlation of the two correlation matrices, over all pairs of concepts.",
  rsa_pearson: "RSA: Pearson correlation of the two correlation matrices, over all pairs of concepts.",
  cka: "CKA, debiased: how alike the two spaces' centred inner products are; 0 on average for unrelated spaces.",
  neighbours: "Mutual neighbours: the share of a concept's ten nearest neighbours that both spaces have in common.",
  procrustes: "Procrustes: how well one space can be rotated onto the other; 1 is identity.",
  decoding: "Decoding: word vectors are predicted from images by ridge regression; then 2 vs. 2 on held-out pairs.",
  retrieval: "Retrieval: the share of concepts whose true word is among the nearest to the predicted one.",
};

function scoresView(section) {
  const controls = make("div", { class: "controls" });
  const chart = make("div", {
    class: "chart", tabindex: "0", role: "group", onkeydown: layerKeys,
    "aria-label": "Chart of the score by layer. Arrow keys pick a layer; the table below the chart has its numbers.",
  });
  const marks = make("p", { class: "key" });
  const meaning = make("p", {});
  const numbers = make("details", { ontoggle: () => tabulate(store.state) }, make("summary", {}, "Show as a table"), make("div", {}));
  const picked = make("aside", { class: "side", "aria-labelledby": "picked-layer" });
  section.append(
    make("div", { class: "explained" }, meaning,
      make("p", {}, "p: the share of random orders of the words in which the layer scores at least as high; family-wise, in which any layer of any network does.")),
    controls,
    make("div", { class: "beside" }, make("div", { class: "wide" }, chart, marks, numbers), picked),
  );
  let drawn = "";
  let view = null;

  const tabulate = (state) => {
    if (numbers.open) fill(numbers.lastChild, scoreTable(state));
  };
  return async (state) => {
    fill(meaning, MEASURE_MEANINGS[measures[state.measure].name]);
    fill(controls, scoreControls(state));
    fill(picked, pickedScores(state));
    fill(marks, markKey(state));
    tabulate(state);
    const width = Math.floor(chart.clientWidth);
    const wanted = [state.measure, state.score, state.arrange, width].join();
    const key = `${state.network}-${state.layer}`;
    if (wanted !== drawn) {
      drawn = wanted;
      view = await draw(chart, scoreSpec(state, width), (row) => store.set({ network: row.network, layer: row.layer, words: row.word_model }));
    }
    await view?.signal("picked", key).runAsync();
    isDrawn(state);
  };
}

function scoreControls(state) {
  const hasNull = scores.some((one) => one.measure === state.measure && one.corrected !== null);
  return [
    choice("Measure", measures.map((one, place) => ({ value: place, text: one.title })), state.measure,
      (value) => store.set({ measure: Number(value) }), { id: "measure" }),
    choice("Score", [{ value: "raw", text: "as it is" }, ...(hasNull ? [{ value: "corrected", text: "corrected for chance (0 chance, 1 identity)" }] : [])],
      state.score, (score) => store.set({ score }), { id: "score" }),
    networks.length > 1 && choice("Arrange", [{ value: "panels", text: "a panel a network" }, { value: "depth", text: "over relative depth" }],
      state.arrange, (arrange) => store.set({ arrange }), { id: "arrange" }),
  ];
}

/** What the marks of the chart stand for; only those that it has. */
function markKey(state) {
  const rows = scoreRows(state);
  const lines = ["Filled marks: p (family-wise; of pixels, of the one layer) below 0.05."];
  if (rows.some((row) => row.from !== null)) {
    lines.push(measures[state.measure].name === "two_vs_two"
      ? "Bars: 95 % jackknife interval over concepts."
      : `Bars: lowest to highest of ${first.groups} groups of images.`);
  }
  if (rows.some((row) => row.limit !== null)) lines.push("Dotted: 95 % of chance lies below.");
  if (rows.some((row) => row.top !== null)) {
    lines.push(measures[state.measure].name === "two_vs_two"
      ? "Dashed: ceiling, the accuracy of one group's images against the mean of the others'."
      : "Grey band: noise ceiling, from a group against the mean of the others to against the mean of all.");
  }
  if (first.groups > 1) lines.push(`Scores are means over ${first.groups} groups of images, one image of each concept in each.`);
  return lines.join(" ");
}

function pickedScores(state) {
  const here = scores.filter((one) => one.network === state.network && one.layer === state.layer && one.word_model === state.words);
  const rows = here.map((one) => Object.assign([
    measures[one.measure].title, digits(one.raw), digits(one.null_95), digits(one.corrected), pText(one.p_value), pText(one.p_family_wise),
  ], { isPicked: one.measure === state.measure }));
  const tested = Math.max(0, ...here.map((one) => one.permutations ?? 0));
  return [
    make("h3", { id: "picked-layer" }, networks[state.network].layers[state.layer].title),
    make("p", {}, `${networks[state.network].title}, against ${words[state.words].title}`),
    table(`The picked layer by every measure${tested ? `; ${count(tested, "permutation")} at most` : ""}`,
      ["measure", "score", "95 % limit", "corrected", "p", "family-wise"], rows, { id: "picked-scores" }),
    make("p", { class: "links" },
      make("a", { href: store.link({ view: "matrices" }) }, "Its correlation matrix"), " · ",
      make("a", { href: store.link({ view: "misclassified" }) }, "Images its network misclassified")),
  ];
}

function scoreTable(state) {
  const rows = scoreRows(state).map((row) => Object.assign([
    row.panel,
    make("a", { href: store.link({ network: row.network, layer: row.layer, words: row.word_model }) }, row.name),
    row.words, row.said.score, digits(row.low), digits(row.high), digits(row.null_mean), row.said.limit, row.said.corrected,
    row.said.p, row.said.family, row.said.ceiling,
  ], { isPicked: row.network === state.network && row.layer === state.layer }));
  return table(`${measures[state.measure].title} by layer`, ["network", "layer", "words", "score", "interval from", "to", "chance, mean",
    "chance, 95 %", "corrected", "p", "family-wise", "ceiling"], rows, { id: "score-table" });
}
