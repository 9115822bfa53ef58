/* A correlation matrix on a canvas: colours, names at its edge, a crossing, and what the mouse picks. */

const NAME_ROOM = 92;
const LEAST_ROW = 9;
/** From this side on there is room for names at the edge. */
const SIDE_WITH_NAMES = 300;

/** Viridis, from dark (low) to light (high), at equal distances. */
const VIRIDIS = ["#440154", "#472c7a", "#3b518b", "#2c718e", "#21908d", "#27ad81", "#5cc863", "#aadc32", "#fde725"];

/** 256 colours between those of viridis, as bytes of red, green and blue. */
const COLOURS = Array.from({ length: 256 }, (_, level) => {
  const place = (level / 255) * (VIRIDIS.length - 1);
  const before = Math.min(VIRIDIS.length - 2, Math.floor(place));
  return [1, 3, 5].map((start) => {
    const [one, next] = [before, before + 1].map((stop) => parseInt(VIRIDIS[stop].slice(start, start + 2), 16));
    return Math.round(one + (next - one) * (place - before));
  });
});

/** The rows and columns that are shown, as [first, one after the last], of a text such as 3-12 or 3-12,40-60. */
function windowOf(block) {
  const all = [0, concepts.length];
  if (!block) return { rows: all, columns: all };
  const [rows, columns] = block.split(",").map((part) => part.split("-").map(Number));
  const bounded = ([from, to]) => {
    const start = Math.min(from, concepts.length - 1);
    return [start, Math.max(start + 1, Math.min(to, concepts.length))];
  };
  return { rows: bounded(rows), columns: bounded(columns ?? rows) };
}

function blockText({ rows, columns }) {
  const isAll = [rows, columns].every(([from, to]) => from === 0 && to === concepts.length);
  if (isAll) return null;
  return rows.join() === columns.join() ? rows.join("-") : `${rows.join("-")},${columns.join("-")}`;
}

/** Where the cells are on the canvas, in CSS pixels. */
function layOut(width, shownPart) {
  const rows = shownPart.rows[1] - shownPart.rows[0];
  const columns = shownPart.columns[1] - shownPart.columns[0];
  const side = width - (width >= SIDE_WITH_NAMES ? NAME_ROOM : 0);
  const isNamed = width >= SIDE_WITH_NAMES && side / Math.max(rows, columns) >= LEAST_ROW;
  const left = isNamed ? NAME_ROOM : 0;
  const drawn = width - left;
  return { left, side: drawn, height: drawn / columns, width: drawn / columns, row: drawn / rows, column: drawn / columns, isNamed, ...shownPart };
}

/** Draw a matrix, or grey where it is not known; `crossing` is two positions or null. */
function paintMatrix(canvas, matrix, shownPart, crossing, groups) {
  const width = Math.floor(canvas.parentElement.clientWidth);
  const place = layOut(width, shownPart);
  const scale = window.devicePixelRatio || 1;
  const height = place.side + (place.isNamed ? NAME_ROOM : 0);
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  canvas.style.height = `${height}px`;
  canvas.place = place;
  const context = canvas.getContext("2d");
  context.scale(scale, scale);
  context.imageSmoothingEnabled = false;
  context.drawImage(pixelsOf(matrix, place), place.left, 0, place.side, place.side);
  drawGroups(context, place, groups);
  if (place.isNamed) drawNames(context, place, crossing);
  if (crossing) drawCrossing(context, place, crossing);
}

/** The cells of a part as an image of one pixel each; made anew when the part changes. */
function pixelsOf(matrix, { rows, columns }) {
  const name = [rows, columns].join();
  if (matrix.drawn?.name === name) return matrix.drawn.pixels;
  const image = new ImageData(columns[1] - columns[0], rows[1] - rows[0]);
  const [low, high] = matrix.limits({ rows, columns });
  const factor = high > low ? 255 / (high - low) : 0;
  let place = 0;
  for (let row = rows[0]; row < rows[1]; row += 1) {
    for (let column = columns[0]; column < columns[1]; column += 1) {
      const level = Math.max(0, Math.min(255, Math.round((matrix.at(row, column) - low) * factor)));
      image.data.set(COLOURS[level], place);
      image.data[place + 3] = 255;
      place += 4;
    }
  }
  const pixels = make("canvas", { width: image.width, height: image.height });
  pixels.getContext("2d").putImageData(image, 0, 0);
  matrix.drawn = { name, pixels, limits: [low, high] };
  return pixels;
}

/** White squares along the diagonal around the branches that have a name. */
function drawGroups(context, place, groups) {
  context.strokeStyle = "white";
  context.lineWidth = 1.5;
  for (const { start, end } of groups) {
    const [top, bottom] = [start, end].map((at) => (at - place.rows[0]) * place.row);
    const [left, right] = [start, end].map((at) => place.left + (at - place.columns[0]) * place.column);
    context.save();
    context.beginPath();
    context.rect(place.left, 0, place.side, place.side);
    context.clip();
    context.strokeRect(left, top, right - left, bottom - top);
    context.restore();
  }
}

function drawNames(context, place, crossing) {
  const size = Math.min(12, Math.min(place.row, place.column) - 0.5);
  const fitted = (name) => {
    let text = shown(name);
    while (text.length > 2 && context.measureText(text).width > NAME_ROOM - 6) text = `${text.slice(0, -2).trimEnd()}…`;
    return text;
  };
  const write = (from, to, picked, at) => {
    for (let position = from; position < to; position += 1) {
      context.font = `${position === picked ? "bold " : ""}${size}px system-ui, sans-serif`;
      at(position, fitted(concepts[parts.order[position]].name));
    }
  };
  context.fillStyle = INK;
  context.textBaseline = "middle";
  context.textAlign = "right";
  write(...place.rows, crossing?.[0], (position, text) =>
    context.fillText(text, place.left - 4, (position - place.rows[0] + 0.5) * place.row));
  write(...place.columns, crossing?.[1], (position, text) => {
    context.save();
    context.translate(place.left + (position - place.columns[0] + 0.5) * place.column, place.side + 4);
    context.rotate(-Math.PI / 2);
    context.fillText(text, 0, 0);
    context.restore();
  });
}

/** Two lines, white on dark, so that they can be seen on every colour. */
function drawCrossing(context, place, [row, column]) {
  const y = (row - place.rows[0] + 0.5) * place.row;
  const x = place.left + (column - place.columns[0] + 0.5) * place.column;
  const isInside = y > 0 && y < place.side && x > place.left && x < place.left + place.side;
  if (!isInside) return;
  for (const [colour, thick] of [["#000000", 3], ["#ffffff", 1.2]]) {
    context.strokeStyle = colour;
    context.lineWidth = thick;
    const half = [Math.max(4, place.column / 2), Math.max(4, place.row / 2)];
    context.strokeRect(x - half[0], y - half[1], 2 * half[0], 2 * half[1]);
    context.globalAlpha = 0.6;
    context.beginPath();
    context.moveTo(place.left, y);
    context.lineTo(x - half[0], y);
    context.moveTo(x, y + half[1]);
    context.lineTo(x, place.side);
    context.stroke();
    context.globalAlpha = 1;
  }
}

/** The row and column below a pointer, as positions, or null. */
function cellAt(canvas, event) {
  const box = canvas.getBoundingClientRect();
  const place = canvas.place;
  if (!place) return null;
  const row = place.rows[0] + Math.floor((event.clientY - box.top) / place.row);
  const column = place.columns[0] + Math.floor((event.clientX - box.left - place.left) / place.column);
  const isInside = row >= place.rows[0] && row < place.rows[1] && column >= place.columns[0] && column < place.columns[1];
  return isInside ? [row, column] : null;
}
