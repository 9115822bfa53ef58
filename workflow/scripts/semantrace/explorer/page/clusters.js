/* The view of clusters: the tree of splits, a cluster's members, and where they go elsewhere. */

function clustersView(section) {
  const tools = make("div", { class: "controls" });
  const tree = make("div", {});
  const quality = make("p", { class: "key", id: "quality" });
  const chosen = make("section", { "aria-live": "off" });
  const elsewhere = make("section", {});
  section.append(
    explained("Classes grouped by the cosine of their class vectors (spectral clustering), from few clusters to more. A cluster is named by the WordNet synset with the best F1 between its classes and the synset's; ribbons are the classes that go from one to the next."),
    tools, tree, quality, make("div", { class: "halves" }, chosen, elsewhere),
  );
  return async (state) => {
    await isLoaded;
    const clustering = parts.clusters[state.set];
    const picked = pickedCluster(clustering, state);
    const now = { ...state, ...picked };
    const members = await membersOf(state.set);
    const to = await membersOf(otherSet(state));
    if (store.state !== state) return;
    fill(tools, clusterTools(now, clustering));
    const scrolled = tree.firstChild?.scrollLeft ?? 0;
    fill(tree, treeElement(clustering, members, now));
    tree.firstChild.scrollLeft = scrolled;
    fill(quality, qualityLine(clustering, now));
    fill(chosen, clusterMembersList(clustering, members, now));
    fill(elsewhere, whereTheyGo(now, members, to));
    isDrawn(state);
  };
}

/** Of the state's k and cluster those that there are; else the first cluster of the widest column. */
function pickedCluster(clustering, state) {
  const tree = clustering.numbers.filter((one) => one.in_tree);
  const number = clustering.numbers.find((one) => one.k === state.k) ?? tree[tree.length - 1];
  const cluster = state.cluster !== null && state.cluster < number.named.length ? state.cluster : number.order[0];
  return { k: number.k, cluster };
}

async function membersOf(set) {
  const [all, typical] = await Promise.all([clusterMembers(set), typicalities(set)]);
  const rows = new Map(parts.clusters[set].numbers.map((one, place) => [one.k, place * concepts.length]));
  return {
    cluster: (k, concept) => all[rows.get(k) + concept],
    typicality: (k, concept) => typical[rows.get(k) + concept],
  };
}

/** The other layer set that members are followed to: the one that was chosen, or another network's first. */
function otherSet(state) {
  if (state.to !== null) return state.to;
  const own = parts.clusters[state.set].network;
  const other = parts.clusters.findIndex((one) => one.network !== own);
  return other >= 0 ? other : state.set;
}

const setTitle = (one) => `${one.title}: ${one.layer_set}`;
const setOptions = () => parts.clusters.map((one, place) => ({ value: place, text: setTitle(one) }));

function clusterTools(state, clustering) {
  const number = clustering.numbers.find((one) => one.k === state.k);
  return [
    choice("Network and layers", setOptions(), state.set, (value) => store.set({ set: Number(value), cluster: null }), { id: "set" }),
    choice("Clusters", clustering.numbers.map((one) => ({ value: one.k, text: String(one.k) })), state.k,
      (value) => store.set({ k: Number(value), cluster: null }), { id: "k" }),
    choice("Cluster", number.order.map((cluster) => {
      const row = named(number, cluster);
      return { value: cluster, text: `${shown(row.label) || "no name"} (${row.size})` };
    }), state.cluster, (value) => store.set({ k: state.k, cluster: Number(value) }), { id: "cluster" }),
  ];
}

function qualityLine(clustering, state) {
  const { quality } = clustering.numbers.find((one) => one.k === state.k);
  return `${state.k} clusters: mean F1 ${digits(quality.mean_f1)}; of shuffled classes ${digits(quality.null_mean_f1)} on average `
    + `(95 % from ${digits(quality.null_low)} to ${digits(quality.null_high)}), p = ${pText(quality.p_value)}.`;
}

function clusterMembersList(clustering, members, state) {
  const row = named(clustering.numbers.find((one) => one.k === state.k), state.cluster);
  const list = typicalOf(members, state, Infinity);
  return [
    make("h3", { id: "cluster-name" }, `${shown(row.label) || "no name"} · ${count(row.size, "class", "classes")}`),
    make("p", { id: "cluster-numbers" }, row.synset
      ? `${row.synset}: F1 ${digits(row.f1)}, precision ${digits(row.precision)}, recall ${digits(row.recall)}; runner-up ${shown(row.second_label) || "none"}. `
      : "No class of it is in WordNet. ",
    "By decreasing typicality, the mean cosine with the others:"),
    make("div", { class: "grid", id: "members" }, list.map((concept) => conceptLink(concept, digits(members.typicality(state.k, concept)), 36))),
  ];
}

/** The clusters, elsewhere, that the members of the picked one are in, the most first. */
function whereTheyGo(state, members, to) {
  const set = otherSet(state);
  const target = parts.clusters[set];
  const k = target.numbers.some((one) => one.k === state.k) ? state.k : target.numbers[target.numbers.length - 1].k;
  const there = followedNumber(state, target, k);
  const number = target.numbers.find((one) => one.k === there);
  const mine = typicalOf(members, state, Infinity);
  const groups = number.named.map((_, cluster) => ({ cluster, classes: mine.filter((concept) => to.cluster(there, concept) === cluster) }))
    .filter((one) => one.classes.length)
    .sort((one, other) => other.classes.length - one.classes.length || one.cluster - other.cluster);
  return [
    make("h3", {}, "Where they go"),
    make("div", { class: "controls" },
      choice("In", setOptions(), set, (value) => store.set({ k: state.k, cluster: state.cluster, to: Number(value) }), { id: "to" }),
      choice("of", target.numbers.map((one) => ({ value: one.k, text: `${one.k} clusters` })), there,
        (value) => store.set({ k: state.k, cluster: state.cluster, toK: Number(value) }), { id: "to-k" })),
    make("ul", { class: "flows", id: "flows" }, groups.map(({ cluster, classes }) => flowItem({ set, k: there, number, cluster, classes, of: mine.length }))),
  ];
}

/** The number of clusters in which members are followed: the state's; else the same, or in the same set the next. */
function followedNumber(state, target, k) {
  const known = target.numbers.map((one) => one.k);
  if (known.includes(state.toK)) return state.toK;
  return parts.clusters[state.set] === target && known.includes(k + 1) ? k + 1 : k;
}

function flowItem({ set, k, number, cluster, classes, of }) {
  const row = named(number, cluster);
  return make("li", {},
    make("a", { href: store.link({ view: "clusters", set, k, cluster }) }, make("strong", {}, shown(row.label) || "no name"), ` ${classes.length} of ${of}`),
    make("span", { class: "bar", style: `width:${(100 * classes.length) / of}%`, "aria-hidden": "true" }),
    make("span", { class: "strip" }, classes.slice(0, 8).map((concept) => conceptImage(concept, 30, shown(concepts[concept].name))),
      classes.length > 8 && make("small", {}, ` and ${classes.length - 8} more`)));
}
