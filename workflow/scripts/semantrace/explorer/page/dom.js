/* Elements, numbers as text, and what is read out. All text goes in as text, never as HTML. */

const SVG = "http://www.w3.org/2000/svg";

/** Make an element; a name that begins with "svg:" is one of SVG. */
function make(tag, properties = {}, ...children) {
  const element = tag.startsWith("svg:")
    ? document.createElementNS(SVG, tag.slice(4))
    : document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "value") element.value = value;
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

function find(id) {
  return document.getElementById(id);
}

/** Replace what is in an element; what had the focus keeps it by its id, or leaves it to the view. */
function fill(element, ...children) {
  const focused = element.contains(document.activeElement) ? document.activeElement : null;
  element.replaceChildren(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  if (focused && !focused.isConnected) {
    const same = focused.id ? find(focused.id) : null;
    (same ?? find("main")).focus({ preventScroll: true });
  }
}

/** A number with so many digits behind the point; a dash where there is none. */
function digits(value, count = 3) {
  return value === null || value === undefined || Number.isNaN(value)
    ? "–"
    : value.toFixed(count).replace("-", "−");
}

function pText(value) {
  return digits(value, 4);
}

/** Words with spaces, as figures show them. */
function shown(name) {
  return name.replaceAll("_", " ");
}

function count(number, one, many = `${one}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** Have a screen reader say something, once what is said stays the same for a moment. */
const speak = (() => {
  let waiting = 0;
  return (text) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => fill(find("spoken"), text), 250);
  };
})();

/** A labelled list to choose from; options are {value, text}, or {label, options}. */
function choice(label, options, value, onchange, properties = {}) {
  const option = (one) =>
    one.options
      ? make("optgroup", { label: one.label }, one.options.map(option))
      : make("option", { value: one.value, selected: one.value === value }, one.text);
  const select = make("select", { onchange: () => onchange(select.value), ...properties }, options.map(option));
  return make("label", { class: "choice" }, make("span", {}, label), select);
}

/** A table in a frame of its own that may scroll; cells are text, numbers or elements. */
function table(caption, heads, rows, properties = {}) {
  const cell = (value, place) =>
    place === 0
      ? make("th", { scope: "row" }, value)
      : make("td", { class: typeof value === "string" && /^[−\d.–]+$/.test(value) ? "number" : null }, value);
  return make(
    "div",
    { class: "frame", tabindex: "0", role: "region", "aria-label": caption },
    make(
      "table",
      properties,
      make("caption", {}, caption),
      make("thead", {}, make("tr", {}, heads.map((head) => make("th", { scope: "col" }, head)))),
      make("tbody", {}, rows.map((row) => make("tr", { class: row.isPicked ? "is-picked" : null }, row.map(cell)))),
    ),
  );
}

/** The lines that say what a view shows, and how to read it. */
function explained(...lines) {
  return make("div", { class: "explained" }, lines.map((line) => make("p", {}, line)));
}
