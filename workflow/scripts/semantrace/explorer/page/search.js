/* Search for a concept, by name or synset, or for a synset that names clusters. */

const MOST_FOUND = 12;

function searchBox(element) {
  const input = make("input", {
    type: "search", id: "query", role: "combobox", placeholder: "zebra, n02391049, canine.n.02 …", autocomplete: "off", spellcheck: "false",
    "aria-expanded": "false", "aria-controls": "found", "aria-autocomplete": "list",
  });
  const list = make("ul", { id: "found", role: "listbox", "aria-label": "Found", hidden: true });
  element.append(make("label", { for: "query" }, "Search a concept or synset"), input, list);
  let found = [];
  let active = -1;

  const mark = (place) => {
    active = place;
    [...list.children].forEach((item, number) => item.setAttribute("aria-selected", String(number === place)));
    if (place >= 0) input.setAttribute("aria-activedescendant", `found-${place}`);
    else input.removeAttribute("aria-activedescendant");
  };
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    mark(-1);
  };
  const take = (place) => {
    if (!found[place]) return;
    input.value = "";
    close();
    store.set(found[place].changes);
    find("main").focus();
  };
  const show = async () => {
    await isLoaded;
    found = results(input.value);
    fill(list, found.map((one, place) => make("li", { id: `found-${place}`, role: "option", "aria-selected": "false", onmousedown: (event) => { event.preventDefault(); take(place); } },
      one.concept === undefined ? null : conceptImage(one.concept, 28), make("span", {}, one.text, make("small", {}, one.more)))));
    list.hidden = !input.value.trim();
    if (!found.length && input.value.trim()) fill(list, make("li", { class: "none" }, "nothing of this name"));
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(found.length ? 0 : -1);
    if (input.value.trim()) speak(count(found.length, "result"));
  };
  input.addEventListener("input", show);
  input.addEventListener("focus", show);
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") mark(Math.min(found.length - 1, active + 1));
    else if (event.key === "ArrowUp") mark(Math.max(0, active - 1));
    else if (event.key === "Enter") take(active);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
}

/** What a text may mean, names that begin with it first. */
function results(text) {
  const wanted = text.trim().toLowerCase().replaceAll(" ", "_");
  if (!wanted) return [];
  const rank = (...names) => Math.min(...names.filter(Boolean).map((name) => {
    const place = name.toLowerCase().replaceAll(" ", "_").indexOf(wanted);
    return place < 0 ? Infinity : place === 0 ? (name.length === wanted.length ? 0 : 1) : 2;
  }), Infinity);
  const ofConcepts = concepts.map((one, concept) => ({
    rank: rank(one.name, one.synset, one.wnid), concept, text: shown(one.name), more: one.synset || "not in WordNet",
    changes: { view: "concept", concept, other: null },
  }));
  const ofClusters = clusterNames().map((one) => ({ ...one, rank: rank(one.synset, one.text) + 0.5 }));
  return [...ofConcepts, ...ofClusters].filter((one) => one.rank < Infinity)
    .sort((one, other) => one.rank - other.rank || one.text.localeCompare(other.text)).slice(0, MOST_FOUND);
}

/** The synsets that name clusters, each with the cluster of the highest F1. */
function clusterNames() {
  const best = new Map();
  for (const [set, clustering] of (parts.clusters ?? []).entries()) {
    for (const number of clustering.numbers) {
      for (let cluster = 0; cluster < number.named.length; cluster += 1) {
        const row = named(number, cluster);
        if (row.synset && !(best.get(row.synset)?.f1 >= row.f1)) {
          best.set(row.synset, { synset: row.synset, f1: row.f1, text: shown(row.label),
            more: `${row.synset}, names a cluster (${clustering.layer_set}, ${number.k} clusters, F1 ${digits(row.f1, 2)})`,
            changes: { view: "clusters", set, k: number.k, cluster } });
        }
      }
    }
  }
  return [...best.values()];
}
