/* Small images, made of the one block that holds them all, when they are shown. */

const thumbnailFiles = remembering(async () => {
  const buffer = await unpack("thumbnails");
  let start = 0;
  return parts.thumbnails.sizes.map((size) => {
    const file = new Blob([buffer.slice(start, start + size)], { type: "image/webp" });
    start += size;
    return URL.createObjectURL(file);
  });
}, 1);

/** An image element that fills in by itself; without an image it is an empty frame. */
function picture(place, description, side) {
  const image = make("img", { class: "thumbnail", alt: description, width: side, height: side, decoding: "async" });
  if (place === undefined) return make("span", { class: "thumbnail none", style: `width:${side}px;height:${side}px`, title: "no image held" });
  thumbnailFiles("all").then((urls) => { image.src = urls[place]; });
  return image;
}

/** The image of a concept; its name stands beside it as a rule, and is not said twice. */
function conceptImage(concept, side, description = "") {
  const frame = make("span", { class: "image" });
  isLoaded.then(() => fill(frame, picture(parts.thumbnails.concepts[concepts[concept].name], description, side)));
  return frame;
}

/** A link to a concept with its image, its name, and something more. */
function conceptLink(concept, more = null, side = 40) {
  return make(
    "a",
    { class: "concept", href: store.link({ view: "concept", concept, other: null }), title: concepts[concept].definition || null },
    conceptImage(concept, side),
    make("span", { class: "name" }, shown(concepts[concept].name), more ? make("small", {}, more) : null),
  );
}
