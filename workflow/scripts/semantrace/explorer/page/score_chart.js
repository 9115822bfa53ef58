/* The chart of scores: by layer, a panel a network, or all networks over relative depth. */

const ALPHA = 0.05;

/** The rows of the measure that is shown, as the chart wants them. */
function scoreRows(state) {
  const corrected = state.score === "corrected";
  const leading = Math.min(...scores.filter((one) => one.measure === state.measure).map((one) => one.word_model));
  return scores
    .filter((one) => one.measure === state.measure && !(corrected && one.corrected === null))
    .map((one) => {
      const network = networks[one.network];
      const last = network.layers.length - 1;
      const p = one.p_family_wise ?? one.p_value;
      return {
        ...one,
        key: `${one.network}-${one.layer}`,
        panel: network.title,
        name: axisNames[one.network][one.layer],
        words: words[one.word_model].title,
        depth: last ? one.layer / last : 0,
        value: corrected ? one.corrected : one.raw,
        from: corrected ? null : one.low,
        to: corrected ? null : one.high,
        limit: corrected ? null : one.null_95,
        bottom: corrected ? null : one.ceiling_low,
        top: corrected ? null : one.ceiling_high,
        isLeading: one.word_model === leading,
        isSignificant: p < ALPHA,
        interval: one.low === null ? "–" : `${digits(one.low)} to ${digits(one.high)}`,
        said: {
          score: digits(one.raw), corrected: digits(one.corrected), limit: digits(one.null_95),
          p: pText(one.p_value), family: pText(one.p_family_wise),
          ceiling: one.ceiling_low === null ? "–" : [...new Set([digits(one.ceiling_low), digits(one.ceiling_high)])].join(" to "),
        },
      };
    });
}

const TOOLTIP = [
  ["panel", "network"], ["name", "layer"], ["words", "words"], ["said.score", "score"], ["interval", "interval"],
  ["said.corrected", "corrected for chance"], ["said.limit", "95 % of chance below"], ["said.p", "p"],
  ["said.family", "p, family-wise"], ["said.ceiling", "ceiling"],
].map(([field, title]) => ({ field, title, type: "nominal" }));

/** Vega-Lite of the chart, for a width in pixels. */
function scoreSpec(state, width) {
  const rows = scoreRows(state);
  const isDepth = state.arrange === "depth";
  const series = isDepth ? "panel" : "words";
  const names = isDepth ? networks.map((one) => one.title) : words.map((one) => one.title);
  const used = names.filter((name) => rows.some((row) => row[series] === name));
  const color = {
    field: series, type: "nominal", sort: names, title: null,
    scale: { domain: names, range: cycle(SERIES_COLOURS, names.length) },
    legend: used.length > 1 ? { columns: width < 600 ? 1 : 3 } : null,
  };
  const dash = {
    field: isDepth ? "words" : series, type: "nominal",
    legend: isDepth ? (words.length > 1 ? { title: "words" } : null) : color.legend, title: null,
    scale: { domain: words.map((one) => one.title), range: cycle(SERIES_DASHES, words.length) },
  };
  const panel = isDepth ? wide(width) : narrow(width, rows);
  const headed = networks.map((one) => inLines(one.title, Math.floor(panel.width / 7.5)));
  for (const row of rows) row.head = headed[row.network];
  const x = isDepth
    ? { field: "depth", type: "quantitative", title: "relative depth, from the first to the last layer", scale: { domain: [0, 1] }, axis: { tickCount: 5 } }
    : {
      field: "name", type: "ordinal", sort: { field: "layer" }, title: null,
      axis: { labelAngle: -50, labelOverlap: panel.room >= 12 ? false : "greedy", labelLimit: 110, labelPadding: 3 },
    };
  const layer = scoreLayers({ state, rows, x, color, dash, series, names });
  const inner = { width: panel.width, height: panel.height, layer };
  const shared = { data: { values: rows }, params: [{ name: "picked", value: `${state.network}-${state.layer}` }] };
  if (isDepth) return { ...shared, ...inner };
  return {
    ...shared,
    facet: { field: "head", type: "nominal", sort: headed, title: null, header: { labelLimit: panel.width, labelLineHeight: 15 } },
    columns: panel.columns,
    spacing: { row: 16, column: 26 },
    resolve: { scale: { x: "independent" } },
    spec: inner,
  };
}

function wide(width) {
  return { width: Math.max(200, width - 60), height: width < 600 ? 280 : 380 };
}

/** Panels beside each other, as wide as their number and their layers leave them. */
function narrow(width, rows) {
  const panels = new Set(rows.map((row) => row.panel)).size || 1;
  const layers = Math.max(...networks.map((one) => one.layers.length));
  const least = Math.min(width - 60, Math.max(230, layers * 13));
  const columns = Math.max(1, Math.min(panels, Math.floor((width - 30) / (least + 30))));
  const own = Math.max(180, Math.floor((width - 50 - 26 * (columns - 1)) / columns));
  return {
    columns,
    width: own,
    room: own / layers,
    height: panels > columns ? 180 : 270,
  };
}

function scoreLayers({ state, rows, x, color, dash, series, names }) {
  const isRaw = state.score === "raw";
  const y = (field, more = {}) => ({ field, type: "quantitative", ...more });
  const title = `${measures[state.measure].title}${isRaw ? "" : ", corrected for chance"}`;
  const shape = {
    field: series, type: "nominal", title: null, legend: color.legend, scale: { domain: names, range: shapes(names.length) },
  };
  const value = y("value", { title, scale: { zero: false, nice: true } });
  const point = { x, y: value, color, shape, tooltip: TOOLTIP };
  const isPicked = "datum.key === picked && datum.isLeading";
  const only = (filter, mark, encoding) => ({ mark, encoding, transform: [{ filter }] });
  const some = (test, ...made) => (rows.some(test) ? made : []);
  const panel = { field: "panel" };
  const everyLine = [{ field: "words" }, panel];
  const layers = state.arrange === "depth"
    ? [only(isPicked, { type: "point", size: 260, color: INK, strokeWidth: 1.6, opacity: 1 }, { x, y: value })]
    : [only(isPicked, { type: "rect", color: GREY, opacity: 0.3, cornerRadius: 2 }, { x })];
  if (isRaw) {
    layers.push(
      ...some((row) => row.top > row.bottom, only("datum.isLeading && datum.top > datum.bottom",
        { type: "area", color: "#bdbdbd", opacity: 0.5 }, { x, y: y("bottom"), y2: { field: "top" }, detail: panel })),
      ...some((row) => row.top !== null && row.top === row.bottom, only("datum.isLeading && datum.top !== null && datum.top === datum.bottom",
        { type: "line", color: GREY, strokeWidth: 1.2, strokeDash: [8, 2] }, { x, y: y("top"), detail: panel })),
      ...some((row) => row.limit !== null, only("datum.limit !== null",
        { type: "line", color: GREY, strokeWidth: 1, strokeDash: [2, 2] }, { x, y: y("limit"), detail: everyLine })),
      ...some((row) => row.from !== null, only("datum.from !== null",
        { type: "rule", strokeWidth: 1.1, strokeOpacity: 0.55 }, { x, y: y("from"), y2: { field: "to" }, color })),
    );
  } else {
    layers.push({ mark: { type: "rule", color: GREY, strokeDash: [2, 2] }, data: { values: [{}] }, encoding: { y: { datum: 0 } } });
  }
  layers.push(
    { mark: { type: "line", strokeWidth: 1.6 }, encoding: { x, y: value, color, strokeDash: dash, detail: everyLine } },
    ...some((row) => !row.isSignificant, only("!datum.isSignificant", { type: "point", size: 46, fill: "white", opacity: 1, strokeWidth: 1.4 }, point)),
    ...some((row) => row.isSignificant, only("datum.isSignificant", { type: "point", size: 46, filled: true, opacity: 1 }, point)),
    { mark: { type: "circle", size: 420, opacity: 0, cursor: "pointer" }, encoding: { x, y: value, tooltip: TOOLTIP } },
  );
  return layers;
}
