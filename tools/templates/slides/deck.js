// Lays the cells out on slides, on which nothing is beyond an edge, and shows them with reveal.js.
// How much fits on a slide depends on the fonts of the computer, and so this is done in the page.

const WIDTH = 1280;
const HEIGHT = 720;
const LEAST_PICTURE = 400; // pixels; below that a picture gets a slide of its own
const OUTPUT_SIZES = [24, 22, 20, 18]; // pixels, of printed text
const printing = /print-pdf/.test(location.search);
const main = document.querySelector(".reveal .slides");

function make(tag, className, ...children) {
  const node = document.createElement(tag);
  node.className = className;
  node.append(...children);
  return node;
}

/** Lay the cells of a stop out on as many pages as they need. */
class Pages {
  all = [];

  constructor(stage) {
    this.stage = stage;
  }

  get room() {
    return this.page.clientHeight;
  }

  turn() {
    this.page = make("div", "page");
    this.all.push(this.page);
    this.stage.replaceChildren(this.page);
  }

  /** Whether the page has room for all that it has; pictures may become smaller. */
  fits() {
    const { page } = this;
    page.style.removeProperty("--picture");
    const picture = page.querySelector(".jp-RenderedImage img");
    const beyond = page.scrollHeight - page.clientHeight;
    if (beyond <= 0 || !picture) return beyond <= 0;
    const height = Math.floor(picture.offsetHeight - beyond);
    if (height < LEAST_PICTURE) return false;
    page.style.setProperty("--picture", `${height}px`);
    return page.scrollHeight <= page.clientHeight;
  }

  /** Put something on the page if there is room, else on the next one. */
  add(part) {
    if (!this.page) this.turn();
    this.page.append(part);
    if (this.fits()) return true;
    part.remove();
    this.fits(); // as before
    if (!this.page.childElementCount) return false;
    this.turn();
    this.page.append(part);
    if (this.fits()) return true;
    part.remove();
    return false;
  }

  addCell({ parts, alone }) {
    if (alone && this.page?.childElementCount) this.turn();
    const together = make("div", "cell", ...parts);
    if (!this.add(together)) parts.forEach((part) => this.addPart(part));
    if (alone) this.page = null;
  }

  /** A part that has no room is taken apart; what cannot be is cut by nobody, but measured. */
  addPart(part) {
    if (this.add(part)) return;
    const pieces = piecesOf(part);
    if (pieces) pieces.forEach((piece) => this.addPart(piece));
    else this.page.append(part);
  }
}

/** The lines of a text, or the items of a list, as pieces of the same kind. */
function piecesOf(part) {
  const within = part.matches("ul, ol") ? part : part.querySelector("pre");
  if (!within) return part.childElementCount > 1 ? [...part.children] : null;
  const isText = within.matches("pre");
  const items = isText ? within.innerHTML.trimEnd().split("\n") : [...within.children];
  if (items.length < 2) return null;
  const half = Math.ceil(items.length / 2);
  return [items.slice(0, half), items.slice(half)].map((some, k) => {
    const copy = part.cloneNode(true);
    const list = isText ? copy.querySelector("pre") : copy;
    if (isText) list.innerHTML = some.join("\n");
    else list.replaceChildren(...some);
    if (list.matches("ol")) list.start = (within.start ?? 1) + k * half;
    return copy;
  });
}

/** What stands on slides of a cell. */
function contentOf(cell) {
  const has = (tag) => Boolean(cell.closest(`.celltag_${tag}`) ?? cell.querySelector(`.celltag_${tag}`));
  const code = has("question") ? [] : [...cell.querySelectorAll(".jp-InputArea .highlight")];
  const words = [...(cell.querySelector(".jp-MarkdownCell .jp-RenderedMarkdown, .jp-RenderedMarkdown.jp-MarkdownOutput")?.children ?? [])];
  const outputs = [...cell.querySelectorAll(".jp-OutputArea-output")];
  const isPlayer = (output) => output.querySelector(".lsqgrad-file") && !has("question");
  const players = outputs.filter(isPlayer);
  const rest = outputs.filter((output) => !isPlayer(output));
  const contents = [{ parts: [...code, ...words, ...rest], alone: has("answer") || has("title") }];
  return [...contents, ...players.map((player) => ({ parts: [player], alone: true }))].filter(
    ({ parts }) => parts.length,
  );
}

/** Printed text becomes smaller until its longest line fits, and then its lines are broken. */
function shrink(text) {
  for (const size of OUTPUT_SIZES) {
    text.style.fontSize = `${size}px`;
    if (text.scrollWidth <= text.clientWidth) return;
  }
  text.style.whiteSpace = "pre-wrap";
}

function layOut(stop, stage) {
  const notes = stop.querySelector("aside.notes");
  const pages = new Pages(stage);
  const cells = [...stop.querySelectorAll(".jp-Cell")].filter((cell) => !notes?.contains(cell));
  cells.flatMap(contentOf).forEach((content) => pages.addCell(content));
  return pages.all.map((page) => {
    const slide = make("section", "", page);
    if (notes) slide.append(notes.cloneNode(true));
    return slide;
  });
}

// Keys

const playerOf = (node) => node?.closest?.(".lsqgrad-player");

/** Keys in a player are the player's; Escape, and those of a remote control, are the deck's. */
function isForTheDeck(event) {
  if (!playerOf(event.target)) return true;
  if (["PageUp", "PageDown"].includes(event.key)) {
    document.activeElement.blur(); // else reveal.js leaves a field its keys
    return true;
  }
  if (event.key === "Escape") document.activeElement.blur(); // the next keys are the deck's
  return false;
}

/** A question mark that is typed into a field asks for no help. */
document.addEventListener(
  "keypress",
  (event) => playerOf(event.target) && event.stopPropagation(),
  true,
);

function leave(slide) {
  if (slide?.contains(document.activeElement)) document.activeElement.blur();
  for (const button of slide?.querySelectorAll("[data-do='play']") ?? []) {
    if (button.textContent === "Pause") button.click();
  }
}

// Paper

/** Show a player as it is at its end; a derivation by all of its lines. */
async function still(file) {
  while (!file.querySelector(".lsqgrad-player")) await new Promise(requestAnimationFrame);
  const player = file.querySelector(".lsqgrad-player");
  const slider = player.querySelector("[data-set='position']");
  if (player.matches(".lsqgrad-walker")) {
    file.classList.add("as-overview");
    const overview = file.querySelector(".lsqgrad-overview");
    const room = file.closest(".page");
    for (let zoom = 1; room.scrollHeight > room.clientHeight && zoom > 0.5; zoom -= 0.05) {
      overview.style.zoom = zoom;
    }
  } else if (player.matches(".lsqgrad-stepper, .lsqgrad-graphwalker")) {
    slider.value = slider.max;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

async function show() {
  await Promise.all([...document.images].map((image) => image.decode()));
  const stage = make("div", "stage");
  main.append(stage);
  for (const text of document.querySelectorAll(".jp-OutputArea-output pre")) {
    if (text.closest("details")) continue;
    const { parentNode } = text;
    const place = make("span", "");
    text.before(place);
    stage.replaceChildren(make("div", "page", make("div", "jp-OutputArea-output", text)));
    shrink(text);
    place.replaceWith(text);
    void parentNode;
  }
  for (const stop of document.querySelectorAll(".slides > section > section")) {
    stop.replaceWith(...layOut(stop, stage));
  }
  stage.remove();
  await Reveal.initialize({
    width: WIDTH,
    height: HEIGHT,
    margin: 0,
    minScale: 0.1,
    maxScale: 10,
    center: false,
    hash: true,
    transition: "none",
    navigationMode: "linear", // one line of slides; Escape shows the parts side by side
    slideNumber: "c/t",
    controlsTutorial: false,
    pdfMaxPagesPerSlide: 1,
    pdfPageHeightOffset: 0,
    keyboardCondition: isForTheDeck,
    plugins: [RevealNotes],
  });
  Reveal.on("slidechanged", ({ previousSlide }) => leave(previousSlide));
  if (printing) await Promise.all([...document.querySelectorAll(".lsqgrad-file")].map(still));
  document.documentElement.dataset.ready = "";
}

show();
