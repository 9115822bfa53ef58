/* The tree of splits: a column for each number of clusters, and ribbons for the classes between them. */

const TREE_HEIGHT = 460;
const BOX_WIDTH = 126;
const RIBBON_WIDTH = 48;
const BOX_GAP = 7;
const LEAST_BOX = 36;

/** Where each cluster of each column stands; heights are as their sizes, with room for a name. */
function treeLayout(clustering) {
  const columns = clustering.numbers.filter((one) => one.in_tree);
  const most = Math.max(...columns.map((one) => one.named.length));
  const height = Math.max(TREE_HEIGHT, most * (LEAST_BOX + BOX_GAP));
  const total = concepts.length;
  return columns.map((number, column) => {
    const free = height - BOX_GAP * (number.order.length - 1) - LEAST_BOX * number.order.length;
    let top = 0;
    const boxes = number.order.map((cluster) => {
      const size = number.named[cluster][1];
      const box = { k: number.k, cluster, row: named(number, cluster), top, left: column * (BOX_WIDTH + RIBBON_WIDTH), height: LEAST_BOX + (free * size) / total };
      top += box.height + BOX_GAP;
      return box;
    });
    return { k: number.k, boxes, height };
  });
}

/** The row of a cluster by the names of its columns. */
function named(number, cluster) {
  return Object.fromEntries(first.cluster_columns.map((name, place) => [name, number.named[cluster][place]]));
}

/** Draw the tree; `members` gives the cluster of a concept at a number of clusters. */
function treeElement(clustering, members, state) {
  const columns = treeLayout(clustering);
  const width = columns.length * (BOX_WIDTH + RIBBON_WIDTH) - RIBBON_WIDTH;
  const { height } = columns[0];
  const ribbons = make("svg:svg", { width, height, "aria-hidden": "true" });
  columns.slice(1).forEach((column, place) => ribbons.append(...ribbonsBetween(columns[place], column, members, state)));
  const lists = columns.map((column) => make("ul", { "aria-label": `${column.k} clusters`, style: `left:${column.boxes[0].left}px` },
    column.boxes.map((box) => make("li", { style: `top:${box.top}px;height:${box.height}px` }, boxLink(box, members, state)))));
  const heads = columns.map((column) => make("span", { style: `left:${column.boxes[0].left}px`, "aria-hidden": "true" }, `${column.k} clusters`));
  return make("div", { class: "frame tree-frame", tabindex: "0", role: "region", "aria-label": "Tree of splits" },
    make("div", { class: "tree", style: `width:${width}px;height:${height + 24}px` },
      make("div", { class: "heads" }, heads), make("div", { class: "boxes" }, ribbons, lists)));
}

function boxLink(box, members, state) {
  const { label, f1, size } = box.row;
  const isPicked = box.k === state.k && box.cluster === state.cluster;
  const hasRoom = box.height > 76;
  const images = typicalOf(members, box, hasRoom ? 3 : box.height > 48 ? 1 : 0).map((concept) => conceptImage(concept, hasRoom ? 30 : 26));
  return make("a", {
    href: store.link({ view: "clusters", k: box.k, cluster: box.cluster }), class: isPicked ? "is-picked" : null,
    "aria-current": isPicked ? "true" : null, id: `box-${box.k}-${box.cluster}`, "data-cluster": `${box.k}-${box.cluster}`,
    title: `${shown(label)}: F1 ${digits(f1)}, ${count(size, "class", "classes")}`,
  }, make("strong", {}, shown(label) || "no name"), make("small", {}, `F1 ${digits(f1, 2)} · ${size}`), make("span", { class: hasRoom ? "strip" : "corner" }, images));
}

/** The most typical members of a cluster. */
function typicalOf(members, { k, cluster }, most) {
  return concepts.map((_, concept) => concept)
    .filter((concept) => members.cluster(k, concept) === cluster)
    .sort((one, other) => members.typicality(k, other) - members.typicality(k, one) || one - other)
    .slice(0, most);
}

/** Ribbons from each cluster of a column to each of the next, as thick as the classes that go there. */
function ribbonsBetween(from, to, members, state) {
  const flows = from.boxes.flatMap((left) => to.boxes.map((right) => ({
    left, right,
    classes: concepts.filter((_, concept) => members.cluster(left.k, concept) === left.cluster && members.cluster(right.k, concept) === right.cluster).length,
  }))).filter((flow) => flow.classes);
  const used = new Map();
  const take = (box, side, part) => {
    const key = `${side}-${box.k}-${box.cluster}`;
    const start = used.get(key) ?? 0;
    const thick = (box.height * part) / box.row.size;
    used.set(key, start + thick);
    return [box.top + start, thick];
  };
  return flows.map(({ left, right, classes }) => {
    const [y0, h0] = take(left, "right", classes);
    const [y1, h1] = take(right, "left", classes);
    const [x0, x1] = [left.left + BOX_WIDTH, right.left];
    const middle = (x0 + x1) / 2;
    const isPicked = [left, right].some((box) => box.k === state.k && box.cluster === state.cluster);
    const path = `M${x0},${y0}C${middle},${y0} ${middle},${y1} ${x1},${y1}L${x1},${y1 + h1}C${middle},${y1 + h1} ${middle},${y0 + h0} ${x0},${y0 + h0}Z`;
    return make("svg:path", { d: path, class: isPicked ? "ribbon is-picked" : "ribbon" });
  });
}
