/* The frame: views and their links, what all of them show, and the first drawing. */

const VIEWS = {
  scores: { title: "Scores by layer", make: scoresView },
  matrices: { title: "Matrices", make: matricesView },
  concept: { title: "Concept", make: conceptView },
  clusters: { title: "Clusters", make: clustersView },
  misclassified: { title: "Misclassified images", make: misclassifiedView },
};

/** Tell which address is drawn and, once, when the first view was: milliseconds since the page was asked for. */
function isDrawn(state) {
  if (state !== store.state) return;
  const told = document.documentElement.dataset;
  told.view = store.state.view;
  told.shows = location.hash;
  told.drawn ??= String(Math.round(performance.now()));
}

function frame() {
  fill(find("title"), first.title);
  fill(find("facts"), [
    count(concepts.length, "concept"), count(first.images, "image"), count(networks.length, "network"),
    words.length ? count(words.length, "word model") : "no word vectors", count(first.groups, "group of images", "groups of images"),
  ].join(" · "));
  searchBox(find("search"));
  for (const [name, view] of Object.entries(VIEWS)) {
    view.link = make("a", {}, view.title);
    find("views").append(make("li", {}, view.link));
    view.section = make("section", { id: `view-${name}`, "aria-label": view.title, hidden: true });
    find("main").append(view.section);
  }
  find("skip").addEventListener("click", (event) => {
    event.preventDefault();
    find("main").focus();
  });
}

/** Draw the view that the state names, made when it is first shown. */
function showView(state) {
  for (const [name, view] of Object.entries(VIEWS)) {
    const isShown = name === state.view;
    view.section.hidden = !isShown;
    view.link.href = store.link({ view: name });
    if (isShown) view.link.setAttribute("aria-current", "page");
    else view.link.removeAttribute("aria-current");
  }
  const view = VIEWS[state.view];
  document.title = `${view.title} – ${first.title} – Semantrace explorer`;
  if (first.lacks[state.view]) {
    fill(view.section, make("h2", {}, view.title), make("p", { class: "note" }, first.lacks[state.view]));
    return isDrawn(state);
  }
  if (!view.update) {
    view.section.append(make("h2", { class: "hidden" }, view.title));
    view.update = view.make(view.section);
  }
  return view.update(state);
}

/** What all views show: layer, words and concept, each to be changed here. */
function showPicked(state) {
  const layers = networks.map((network, number) => ({
    label: network.title,
    options: network.layers.map((layer, place) => ({ value: `${number}-${place}`, text: layer.title })),
  }));
  fill(find("picked"),
    networks.length > 0 && choice("Layer", layers, `${state.network}-${state.layer}`, (value) => {
      const [network, layer] = value.split("-").map(Number);
      store.set({ network, layer });
    }, { id: "layer" }),
    networks.length > 1 && make("span", { class: "of" }, `of ${networks[state.network].title}`),
    words.length > 0 && choice("Words", words.map((one, place) => ({ value: place, text: one.title })), state.words,
      (value) => store.set({ words: Number(value) }), { id: "words" }),
    state.concept !== null && make("span", { class: "choice" }, make("span", {}, "Concept"),
      make("a", { href: store.link({ view: "concept" }), id: "picked-concept" }, shown(concepts[state.concept].name))),
    make("span", { class: "address" }, "The address keeps this view."));
}

frame();
let lastLayer = null;
store.followers.push(showPicked, showView, (state) => {
  const now = `${state.network}-${state.layer}`;
  if (lastLayer !== null && now !== lastLayer && networks.length) speak(`Layer ${layerName(state.network, state.layer)}`);
  lastLayer = now;
});
window.addEventListener("hashchange", followAddress);
window.addEventListener("popstate", followAddress);
let resizing = 0;
window.addEventListener("resize", () => {
  clearTimeout(resizing);
  resizing = setTimeout(() => store.tell(), 150);
});
followAddress();
