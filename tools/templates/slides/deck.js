// Lays the cells out on slides, on which nothing is beyond an edge, and shows them with reveal.js.
// How much fits on a slide depends on the fonts of the computer, and so this is done in the page.

const WIDTH = 1280;
const HEIGHT = 720;
const LEAST_PICTURE = 380; // pixels; below that a picture gets a slide of its own
const TEXT_SIZES = [24, 22, 20, 18]; // pixels, of what is printed
const EQUATION_SIZES = [28, 26, 24, 22, 20];
const printing = /print-pdf/.test(location.search);
const main = document.querySelector(".reveal .slides");

function make(tag, className, ...children) {
  const node = document.createElement(tag);
  node.className = className;
  node.append(...children);
  return node;
}

/** The pages of a stop. */
class Pages {
  all = [];

  constructor(stage) {
    this.stage = stage;
  }

  get isEmpty() {
    return !this.page?.childElementCount;
  }

  turn() {
    if (this.page && this.isEmpty) return;
    this.page = make("div", "page");
    this.all.push(this.page);
    this.stage.replaceChildren(this.page);
  }

  /** Whether the page has room for all that it has; a picture may become smaller. */
  fits() {
    const { page } = this;
    page.style.removeProperty("--picture");
    const picture = page.querySelector(".jp-RenderedImage img");
    const beyond = page.scrollHeight - page.clientHeight;
    if (beyond <= 0 || !picture) return beyond <= 0;
    const height = Math.floor(picture.offsetHeight - beyond);
    page.style.setProperty("--picture", `${Math.max(height, LEAST_PICTURE)}px`);
    return page.scrollHeight <= page.clientHeight;
  }

  /** Put parts on the page if there is room, else on a new one, else nowhere. */
  add(...parts) {
    if (!this.page) this.turn();
    for (;; this.turn()) {
      const isEmpty = this.isEmpty;
      this.page.append(...parts);
      if (this.fits()) return true;
      parts.forEach((part) => part.remove());
      this.fits(); // as it was
      if (isEmpty) return false;
    }
  }

  /** What has no room as a whole is taken apart. What cannot be is left beyond the edge, and seen. */
  put(part) {
    const parts = [part].flat(Infinity);
    if (this.add(...parts)) return;
    const pieces = Array.isArray(part) ? part : piecesOf(part);
    if (pieces) pieces.forEach((piece) => this.put(piece));
    else this.page.append(...parts);
  }
}

/** Where lines are best parted: at the blank one that is nearest to the middle. */
function middleOf(lines) {
  const half = lines.length / 2;
  const blank = [...lines.keys()].filter((k) => k && !lines[k].trim());
  const distance = (k) => Math.abs(k - half);
  return blank.sort((one, other) => distance(one) - distance(other))[0] ?? Math.ceil(half);
}

/** Two halves of a text or of a list, or what a box has inside; null if it is all one. */
function piecesOf(part) {
  const inside = part.matches("ul, ol, pre") ? part : part.querySelector("pre");
  if (!inside) return part.childElementCount > 1 ? [...part.children] : null;
  const isText = inside.matches("pre");
  const items = isText ? inside.innerHTML.trimEnd().split("\n") : [...inside.children];
  if (items.length < 2) return null;
  const middle = isText ? middleOf(items) : Math.ceil(items.length / 2);
  return [items.slice(0, middle), items.slice(middle)].map((some, k) => {
    const copy = part.cloneNode(true);
    const own = isText ? (copy.querySelector("pre") ?? copy) : copy;
    if (isText) own.innerHTML = some.join("\n").replace(/^\n+/, "");
    else own.replaceChildren(...some);
    if (k && own.matches("ol")) own.start = inside.start + middle;
    return copy;
  });
}

/** What is to be kept on one page if it can be: words, and the code that they lead to. */
function unitsOf(cells) {
  const units = [];
  let words = null;
  const begin = (unit) => units.push((words = { cells: [], opens: false, closes: false, ...unit }));
  for (const cell of cells) {
    const has = (tag) => cell.matches(`.celltag_${tag}, :has(.celltag_${tag})`);
    const text = cell.querySelector(".jp-MarkdownOutput");
    if (text) {
      // An answer may stand below a result, but not below its question.
      const follows = has("answer") && !words && units.length && !units.at(-1).closes;
      const opens = !follows && Boolean(text.querySelector("h1, h2, h3"));
      if (!words || opens || has("asks")) begin({ opens });
      words.cells.push([...text.children]);
      if (has("title")) words = null;
      continue;
    }
    const isQuestion = has("question");
    const code = isQuestion ? [] : [...cell.querySelectorAll(".jp-InputArea .highlight")];
    const outputs = [...cell.querySelectorAll(".jp-OutputArea-output")];
    const isPlayer = (output) => !isQuestion && Boolean(output.querySelector(".lsqgrad-file"));
    if (!words) begin();
    const [players, results] = [true, false].map((is) => outputs.filter((o) => isPlayer(o) === is));
    words.cells.push([...code, ...results]);
    words.closes = isQuestion; // what comes next would give the answer away,
    words.isQuiet = !results.length; // unless it shows nothing
    players.forEach((player) => begin({ cells: [[player]], opens: true, closes: true }));
    words = null;
  }
  return units;
}

function layOut(stop, stage) {
  const notes = stop.querySelector("aside.notes");
  const part = stop.parentNode.querySelector("h1")?.textContent ?? "";
  const cells = [...stop.querySelectorAll(".jp-Cell")].filter((cell) => !notes?.contains(cell));
  const pages = new Pages(stage);
  let isClosed = false;
  for (const { cells: parts, opens, closes, isQuiet } of unitsOf(cells)) {
    if (opens || (isClosed && !isQuiet)) pages.turn();
    pages.put(parts);
    isClosed = closes || (isClosed && isQuiet);
  }
  if (pages.isEmpty) pages.all.pop();
  let heading = "";
  return pages.all.map((page) => {
    const own = [...page.querySelectorAll("h2, h3")].map((node) => node.textContent);
    const running = own.length ? [part] : [part, heading];
    if (!page.querySelector("h1")) page.dataset.running = running.filter(Boolean).join(" · ");
    heading = own.filter((text) => text !== "Answer").at(-1) ?? heading;
    return make("section", "", page, ...(notes ? [notes.cloneNode(true)] : []));
  });
}

/** Make the type of something smaller until it is not wider than its slide. */
function shrink(node, sizes) {
  for (const size of sizes) {
    node.style.fontSize = `${size}px`;
    if (node.scrollWidth <= node.clientWidth) return true;
  }
  return false;
}

/** Printed lines and equations that are too wide become smaller; the longest lines are broken. */
function narrow(stage) {
  const wide = ".jp-OutputArea-output > pre, .slides .equation";
  for (const node of document.querySelectorAll(wide)) {
    if (node.closest("aside, details")) continue;
    const mark = make("span", "");
    node.before(mark);
    const box = make("div", "jp-OutputArea-output", node);
    stage.replaceChildren(make("div", "page", box));
    const isText = node.matches("pre");
    if (!shrink(node, isText ? TEXT_SIZES : EQUATION_SIZES) && isText) {
      node.style.whiteSpace = "pre-wrap";
    }
    mark.replaceWith(node);
  }
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

/** Wait for a player; on paper, show it as it is at its end, and a derivation by all its lines. */
async function playerIn(file) {
  while (!file.querySelector(".lsqgrad-player")) await new Promise(requestAnimationFrame);
  if (!printing) return;
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
  narrow(stage);
  for (const stop of document.querySelectorAll(".slides > section > section")) {
    stop.replaceWith(...layOut(stop, stage));
  }
  stage.remove();
  const reveal = main.parentElement;
  const pages = new Promise((resolve) => reveal.addEventListener("pdf-ready", resolve));
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
  if (printing) await pages;
  Reveal.on("slidechanged", ({ previousSlide }) => leave(previousSlide));
  await Promise.all([...document.querySelectorAll(".lsqgrad-file")].map(playerIn));
  document.documentElement.dataset.ready = "";
}

show();
