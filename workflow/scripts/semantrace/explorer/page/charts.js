/* Charts by Vega-Lite: one look, no evaluation of text as code, and a click that picks a mark. */

const SERIES_COLOURS = ["#0173b2", "#d55e00", "#029e73", "#cc78bc", "#56b4e9", "#ca9161", "#949494"];
const SERIES_SHAPES = ["circle", "square", "triangle-up", "diamond", "triangle-down", "cross", "stroke"];
const SERIES_DASHES = [[1, 0], [6, 3], [2, 2], [6, 2, 1, 2], [9, 3], [1, 0], [1, 0]];
const INK = "#222222";
const GREY = "#6e6e6e";

const cycle = (list, length) => Array.from({ length }, (_, place) => list[place % list.length]);
/** Marks and dashes shift with each turn of the colours, so that 49 lines differ. */
const shapes = (length) => Array.from({ length }, (_, place) => SERIES_SHAPES[(place + Math.floor(place / 7)) % 7]);

const CHART_CONFIG = {
  background: null,
  font: "system-ui, sans-serif",
  lineBreak: "\n",
  aria: false,
  view: { stroke: null },
  axis: {
    labelColor: INK, titleColor: INK, titleFontWeight: "normal", titleFontSize: 12, labelFontSize: 11,
    gridColor: "#e9e9e9", domainColor: INK, tickColor: INK, tickSize: 4,
  },
  axisX: { grid: false },
  header: { labelFontSize: 12.5, labelFontWeight: 600, labelColor: INK, labelAnchor: "start", labelPadding: 4 },
  legend: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal", labelLimit: 320, labelColor: INK, orient: "top" },
};

/** A title in lines of so many letters, broken between words. */
function inLines(text, most) {
  return text.split(" ").reduce((lines, word) => {
    const last = lines[lines.length - 1];
    if (last !== undefined && last.length + word.length < most) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
    return lines;
  }, []).join("\n");
}

const chartNumbers = new WeakMap();

/** Draw a chart in an element, in place of what is there; gives Vega's view, or null if a later one came. */
async function draw(element, spec, onpick) {
  const number = (chartNumbers.get(element) ?? 0) + 1;
  chartNumbers.set(element, number);
  const place = make("div", {});
  const options = {
    actions: false, ast: true, renderer: "svg", config: CHART_CONFIG, defaultStyle: false,
    tooltip: { offsetX: 14, offsetY: 14 },
  };
  const result = await vegaEmbed(place, { $schema: "https://vega.github.io/schema/vega-lite/v6.json", ...spec }, options);
  if (chartNumbers.get(element) !== number) {
    result.finalize();
    return null;
  }
  element.chart?.finalize();
  element.chart = result;
  fill(element, place);
  result.view.addEventListener("click", (event, item) => {
    if (item?.datum?.key) onpick(item.datum);
  });
  return result.view;
}

/** The names of the layers of a network below an axis; its titles, where no two are the same. */
function layerNames(network) {
  const { layers } = networks[network];
  const titles = layers.map((one) => one.title);
  return new Set(titles).size === titles.length ? titles : layers.map((one) => one.name);
}
const axisNames = networks.map((_, place) => layerNames(place));

/** The line that a key or click on a chart announces. */
function layerName(network, layer) {
  return `${networks[network].layers[layer].title}, ${networks[network].title}`;
}

/** Let the arrow keys pick the layers of all networks, from left to right and from network to network. */
function layerKeys(event) {
  const { network, layer } = store.state;
  const last = networks[network].layers.length - 1;
  const moves = {
    ArrowLeft: () => [network, Math.max(0, layer - 1)],
    ArrowRight: () => [network, Math.min(last, layer + 1)],
    Home: () => [network, 0],
    End: () => [network, last],
    ArrowUp: () => [Math.max(0, network - 1), layer],
    ArrowDown: () => [Math.min(networks.length - 1, network + 1), layer],
  };
  if (!moves[event.key] || event.altKey || event.ctrlKey || event.metaKey) return;
  event.preventDefault();
  const [to, at] = moves[event.key]();
  store.set({ network: to, layer: Math.min(at, networks[to].layers.length - 1) }, true);
}
