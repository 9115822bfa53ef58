/* The view of misclassified images: what is true, what was predicted, and which layers side with the true class. */

const ROWS_AT_FIRST = 40;

function misclassifiedView(section) {
  const head = make("div", {});
  const list = make("div", {});
  section.append(
    explained("1 vs. 2: where the network names the wrong class, is the image's row nearer to the word of the true class than to that of the predicted one? A filled square is a layer that sides with the true class."),
    head, list,
  );
  const shownRows = { most: ROWS_AT_FIRST };
  return async (state) => {
    await isLoaded;
    const test = parts.misclassified.findIndex((one) => one.network === state.network && one.word_model === state.words);
    const found = parts.misclassified[test];
    if (!found) {
      fill(head, make("p", { class: "note" }, `There is no 1 vs. 2 test of ${networks[state.network].title}.`));
      fill(list);
      return isDrawn(state);
    }
    const sides = await sidesOf(test);
    if (store.state !== state) return null;
    fill(head, misclassifiedHead(found, state));
    fill(list, found.images.length ? misclassifiedTable(found, sides, state, shownRows) : make("p", { class: "note" }, "No image to show."));
    return isDrawn(state);
  };
}

function misclassifiedHead(found, state) {
  const scored = found.scores.find((row) => row[0] === state.layer);
  const title = make("h2", {}, `Misclassified by ${networks[found.network].title}`);
  if (!found.images.length) return [title, make("p", { class: "note" }, found.note || "It misclassified no image that the test can use.")];
  const [, images, accuracy, mean, p, family] = scored ?? [];
  return [
    title,
    scored
      ? make("p", { id: "one-vs-two" }, `${networks[state.network].layers[state.layer].title}: sides with the true class in ${digits(accuracy)} of ${count(images, "test")}; `
        + `chance ${digits(mean)}, p = ${pText(p)}, family-wise ${pText(family)}${found.note ? `. ${found.note}` : "."}`)
      : make("p", { class: "note" }, "The picked layer has no 1 vs. 2 test."),
    first.groups > 1 && make("p", { class: "note" }, `Images of all ${first.groups} groups.`),
  ];
}

function misclassifiedTable(found, sides, state, settings) {
  const layers = found.scores.map((row) => row[0]);
  const at = layers.indexOf(state.layer);
  const rows = found.images.map(([image, concept, predicted], place) => {
    const of = sides.subarray(place * layers.length, (place + 1) * layers.length);
    return { image, concept, predicted, of, sum: of.reduce((sum, one) => sum + one, 0) };
  });
  const orders = {
    table: () => 0,
    most: (one, other) => other.sum - one.sum,
    least: (one, other) => one.sum - other.sum,
    picked: (one, other) => other.of[at] - one.of[at] || other.sum - one.sum,
  };
  rows.sort(orders[state.order]);
  const again = (changes) => { Object.assign(settings, changes); store.tell(); };
  return [
    make("div", { class: "controls" }, choice("Order", [
      { value: "table", text: "by class" }, { value: "most", text: "most layers side with the true class" },
      { value: "least", text: "fewest do" }, { value: "picked", text: "the picked layer does" },
    ], state.order, (order) => store.set({ order }), { id: "order" })),
    make("p", { class: "key" }, `Layers from left to right: ${networks[found.network].layers[layers[0]].title} to ${networks[found.network].layers[layers[layers.length - 1]].title}.`),
    make("ul", { class: "wrong", id: "wrong" }, rows.slice(0, settings.most).map((row) => wrongItem(found.network, layers, row, at))),
    rows.length > settings.most && make("button", { type: "button", onclick: () => again({ most: settings.most + 200 }) }, `Show more of ${rows.length}`),
  ];
}

function wrongItem(network, layers, { image, concept, predicted, of, sum }, at) {
  const truth = byName(concepts, concept);
  const squares = layers.map((layer, place) => make("button", {
    type: "button", class: [of[place] ? "side-true" : "side-false", place === at ? "is-picked" : ""].join(" "), tabindex: place === at ? "0" : "-1",
    title: `${networks[network].layers[layer].title} sides with the ${of[place] ? "true" : "predicted"} class`,
    "aria-label": `${networks[network].layers[layer].title} sides with the ${of[place] ? "true" : "predicted"} class`,
    onclick: () => store.set({ network, layer }),
  }));
  return make("li", {},
    picture(parts.thumbnails.images[image], `image ${image}`, 64),
    make("div", { class: "verdict" },
      make("span", {}, make("a", { href: store.link({ view: "concept", concept: truth }) }, shown(concept)), " taken for ", make("b", {}, shown(predicted))),
      make("span", { class: "squares" }, squares),
      make("small", {}, `${sum} of ${layers.length} layers side with ${shown(concept)}`)));
}
