/* What the page holds: the first view's data at once, the rest when the page is whole. */

const first = JSON.parse(find("first").textContent);
const { networks, words, concepts } = first;

const isWhole = new Promise((resolve) => {
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", resolve, { once: true });
  else resolve();
});

/** Everything that is not in `first`; set once `isLoaded` is kept. */
let parts = null;
const isLoaded = isWhole.then(() => {
  parts = JSON.parse(find("parts").textContent);
  parts.position = [];
  parts.order.forEach((concept, position) => { parts.position[concept] = position; });
});

/** Unpack a block of bytes, or give null where the page does not hold it. */
async function unpack(name) {
  await isLoaded;
  const element = find(`block-${name}`);
  if (!element) return null;
  const text = atob(element.textContent);
  const packed = new Uint8Array(text.length);
  for (let place = 0; place < text.length; place += 1) packed[place] = text.charCodeAt(place);
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).arrayBuffer();
}

/** Remember what a function gave for the last few names. */
function remembering(load, most = 12) {
  const known = new Map();
  return (name) => {
    const value = known.get(name) ?? load(name);
    known.delete(name);
    known.set(name, value);
    if (known.size > most) known.delete(known.keys().next().value);
    return value;
  };
}

/** The place of the pair of two different positions among all pairs of k. */
function pairPlace(one, other, k) {
  const [row, column] = one < other ? [one, other] : [other, one];
  return row * k - (row * (row + 1)) / 2 + column - row - 1;
}

/** A correlation matrix: codes of its pairs, in the page's order of concepts. */
class Matrix {
  constructor(codes, { low, step, bits }) {
    this.size = concepts.length;
    this.codes = codes;
    this.low = low;
    this.step = step;
    this.bits = bits;
  }

  /** Digits behind the point that the steps leave. */
  get digits() {
    return this.step / 2 < 0.0005 ? 3 : 2;
  }

  at(row, column) {
    if (row === column) return 1;
    return this.low + this.step * this.codes[pairPlace(row, column, this.size)];
  }

  /** Between which correlations the middle 98 % of the pairs of some rows and columns are. */
  limits({ rows, columns }) {
    const counts = new Uint32Array(1 << this.bits);
    let all = 0;
    for (let row = rows[0]; row < rows[1]; row += 1) {
      for (let column = columns[0]; column < columns[1]; column += 1) {
        if (row !== column) {
          counts[this.codes[pairPlace(row, column, this.size)]] += 1;
          all += 1;
        }
      }
    }
    const below = (share) => {
      let sum = 0;
      return Math.max(0, counts.findIndex((number) => (sum += number) >= share * all));
    };
    return [below(0.01), below(0.99)].map((code) => this.low + this.step * code);
  }
}

/** The matrix of a name such as words-0 or layer-1-9, or null where the page does not hold it. */
const matrixOf = remembering(async (name) => {
  const buffer = await unpack(name);
  if (!buffer) return null;
  const settings = parts.matrices[name];
  const bytes = new Uint8Array(buffer);
  if (settings.bits === 8) return new Matrix(bytes, settings);
  const half = bytes.length / 2;
  const codes = new Uint16Array(half);
  for (let place = 0; place < half; place += 1) codes[place] = bytes[place] * 256 + bytes[half + place];
  return new Matrix(codes, settings);
});

const layerMatrix = (network, layer) => matrixOf(`layer-${network}-${layer}`);
const wordMatrix = (model) => matrixOf(`words-${model}`);

/** In how many groups each pair passes, by place of the pair, or null. */
const passesOf = remembering(async (name) => {
  const buffer = await unpack(`passes-${name}`);
  return buffer && (first.groups < 256 ? new Uint8Array(buffer) : new Uint16Array(buffer));
});

const numbers = (Kind, prefix) => remembering(async (name) => {
  const buffer = await unpack(`${prefix}-${name}`);
  return buffer && new Kind(buffer);
});
const passRates = numbers(Float32Array, "rates");
const clusterMembers = numbers(Uint16Array, "clusters");
const typicalities = numbers(Float32Array, "typicality");
const sidesOf = numbers(Uint8Array, "sides");

/** Where the layers of a network begin among those of all. */
const layerStart = networks.map((_, place) => networks.slice(0, place).reduce((sum, one) => sum + one.layers.length, 0));
