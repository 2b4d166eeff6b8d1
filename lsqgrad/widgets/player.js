// Shows the frames that Python made, and moves among them without asking. No mathematics and no
// drawing is done here; judge.js, which stands before this in the page, reads typed numbers. HTML
// comes from Python alone: what was typed is put in as text.

const PATIENCE = 3000; // milliseconds for the kernel to answer
const AHEAD = 100; // frames that are asked for before they are reached
const BEHIND = 30;
const SOON = 50; // no more are asked for while so many are here
const KEPT = 200; // positions on each side whose frames are kept
const MOST_MARKS = 60;
const SPEEDS = [1, 2, 5, 15, 30]; // moves a second
const KEYS = { n: "next", " ": "next", p: "previous", o: "turn", r: "row" };
const SIGNS = { right: "✓", rounded: "✓", near: "≈", mistake: "✗", wrong: "✗", unreadable: "?" };
const GOOD = ["right", "rounded", "near"];
const NO_ANSWER = "The kernel does not answer: it is busy, or gone.";
const STILL = " You can still move.";
const MAKING = "A new run is being made.";
const NOTHING_TYPED = "Nothing is typed yet: write a number, or press Show answer.";
const EMPTY = {
  ...{ unit: "", marks: [], slider: { label: "" }, lines: [], axes: [], forms: [] },
  ...{ compare: null, answers: {}, settings: [], runs: [], missing: "", summary: "" },
};

// data-do names the method that a button calls, data-set what a field sets.
const SKELETON = `
<div class="lsqgrad-bar" data-part="bar" role="group" aria-label="Moves">
  <button data-do="reset" title="Go back to the start">Reset</button>
  <button data-do="previous" title="Go back by one (key P)"></button>
  <button data-do="next" class="lsqgrad-primary" title="Go on by one (key N, or space)"></button>
  <button data-do="play" title="Go on by itself, or stop">Play</button>
  <label class="lsqgrad-slider" title="Go to any place; the arrow keys work, too">
    <span data-part="sliderLabel"></span>
    <span class="lsqgrad-track">
      <span data-part="marks"></span><input type="range" min="0" data-set="position" />
    </span>
  </label>
  <span class="lsqgrad-count" data-part="count"></span>
  <button data-do="turn" title="Show another picture beside the data (key O)">Other picture</button>
  <button data-do="row" title="Show the next row of the arithmetic (key R)">Next row</button>
  <button data-do="more" title="Show or hide what else there is" aria-expanded="false">More</button>
</div>
<div class="lsqgrad-status" data-part="status" role="status"></div>
<div class="lsqgrad-body"><div class="lsqgrad-main">
  <div class="lsqgrad-panels" data-part="panels" role="group" aria-label="Pictures"></div>
  <div class="lsqgrad-lines" data-part="lines" role="group" aria-label="Lines" tabindex="0"></div>
  <fieldset class="lsqgrad-question" data-part="question" aria-label="Prediction">
    <div class="lsqgrad-choices" data-part="choices"></div>
    <div class="lsqgrad-fields" data-part="fields" aria-live="polite"></div>
    <div class="lsqgrad-checking" data-part="checking">
      <button data-do="check" title="Compare with the result (Enter)">Check</button>
      <button data-do="solve" title="Show what is right, and why">Show answer</button>
      <span data-part="said" aria-live="polite"></span>
    </div>
  </fieldset>
  <div class="lsqgrad-run">
    <div class="lsqgrad-settings" data-part="settings" role="group" aria-label="New run"></div>
    <div class="lsqgrad-note" data-part="note" aria-live="polite"></div>
    <button data-do="stop" title="Stop the computation" hidden>Stop</button>
  </div>
  <div class="lsqgrad-more" data-part="more">
    <button data-do="epoch" title="Go to the end of the epoch">Next epoch</button>
    <label title="Hide each result until you have predicted it">
      <input type="checkbox" data-set="predicting" />Predict mode</label>
    <label title="The scale of the losses">Loss axis <select data-set="axis" aria-label="Loss axis"></select></label>
    <label title="Show PyTorch's numbers, too: the first time, PyTorch is loaded">
      <input type="checkbox" data-set="compare" />PyTorch's numbers</label>
    <label title="How many moves a second">Speed <select data-set="speed" aria-label="Speed"></select></label>
    <label title="The run that is shown">Run <select data-set="recorded" aria-label="Run"></select></label>
    <button data-do="present" title="Fill the screen, in large type">Present</button>
  </div>
</div>
<div class="lsqgrad-calculation" data-part="calculation">
  <fieldset class="lsqgrad-forms" data-part="forms"><legend>Arithmetic</legend></fieldset>
  <div class="lsqgrad-arithmetic" data-part="arithmetic" role="group" aria-label="Numbers"
    tabindex="0"></div>
</div></div>`;

let requests = 0;
const scenes = new WeakMap(); // all views of a model share its scene, and the frames that come

/** The scene of a model, with all that it may have, and with the frames that are here. */
function sceneOf(model) {
  const sent = model.get("scene");
  if (!scenes.has(sent)) {
    scenes.set(sent, { ...EMPTY, ...sent, frames: new Map(Object.entries(sent.frames)) });
  }
  return scenes.get(sent);
}

function make(tag, { dataset, ...properties } = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  Object.assign(node.dataset, dataset);
  node.append(...children);
  return node;
}

/** Change what is different: even the same words, written again, would be laid out again. */
function update(node, changes) {
  for (const [name, value] of Object.entries(changes)) {
    if (node[name] !== value) node[name] = value;
  }
}

/** Put HTML of Python's into a node. What stands there already is not read out again. */
function put(node, html) {
  if (node.html !== html) node.innerHTML = node.html = html;
}

function makePanel(panel) {
  const { name, width, height, background, history, touch } = panel;
  const style = `--width: ${width}; --height: ${height}`;
  const dataset = { panel: name, touch: touch?.kind ?? "" };
  const parts = history.map(([, , svg]) => `<g>${svg}</g>`).join("");
  const svg = `<svg viewBox="0 0 ${width} ${height}" role="img">
    <g class="background">${background}</g><g class="history">${parts}</g>
    <g class="moving"></g><circle class="lsqgrad-ghost" r="7" /></svg>`;
  const node = make("div", { className: "lsqgrad-panel", style, innerHTML: svg, dataset });
  const [, past, moving, ghost] = node.firstChild.children;
  return { ...panel, node, svg: node.firstChild, past: [...past.children], moving, ghost };
}

function paintPanel({ name, svg, history, past, moving }, frame, position) {
  history.forEach(([from, until], k) => {
    const shown = from <= position && position < (until ?? Infinity);
    if (shown !== past[k].shown) past[k].style.display = shown ? "" : "none";
    past[k].shown = shown;
  });
  put(moving, frame.panels[name] ?? "");
  update(svg, { ariaLabel: frame.alt[name] ?? "" });
}

/** Where the pointer is in a panel, or the nearest place that its axes show. */
function locate({ svg, touch }, { clientX, clientY }) {
  const pixel = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
  const at = { inside: true, pixel: [0, 0] };
  for (const [k, axis] of ["x", "y"].entries()) {
    if (!touch[axis]) continue; // of a loss curve only the step is asked
    const [from, to, first, last] = touch[axis];
    const part = (pixel[axis] - from) / (to - from);
    const shown = Math.min(Math.max(part, 0), 1);
    at.inside &&= Math.abs(part - shown) < 0.02;
    at.pixel[k] = from + (to - from) * shown;
    // To a ten-thousandth of what the axis spans, whatever it begins at
    const decimals = Math.max(0, 4 - Math.floor(Math.log10(Math.abs(last - first))));
    at[axis] = Number((first + (last - first) * shown).toFixed(Math.min(decimals, 100)));
  }
  return at;
}

const positionOf = (place) => parseInt(place, 10);
const isQuestion = (place) => place.endsWith("?");
const GONE = ":disabled, [hidden], [hidden] *"; // what can have no focus

class Player {
  id = Math.random().toString(36).slice(2); // no other player in the page has it
  shownRow = 0; // of the arithmetic, in large type
  turned = 0; // which panel stands beside the first, in large type
  presenting = false; // on the full screen
  asked = new Set(); // places whose frames are on their way
  remark = ""; // what was said of a choice
  making = null; // the request for a run that is being made
  dragging = null; // the move of a handle that is not answered yet

  constructor(model, el) {
    this.model = model;
    this.root = make("div", { className: "lsqgrad-player", tabIndex: -1, innerHTML: SKELETON });
    const named = (key) =>
      Object.fromEntries(
        [...this.root.querySelectorAll(`[data-${key}]`)].map((node) => [node.dataset[key], node]),
      );
    [this.part, this.buttons, this.fields] = ["part", "do", "set"].map(named);
    this.scene = sceneOf(model);
    const { start, forms } = this.scene;
    const { at, predicting } = model.get("place");
    this.form = start.form ?? forms[0];
    this.opened = start.controls === "all"; // what More opens
    this.build();
    this.fields.predicting.checked = predicting;
    this.fields.axis.value = start.axis;
    this.fields.speed.value = 2;
    this.listen();
    el.append(this.root);
    this.load(at);
  }

  get large() {
    return this.presenting || this.scene.start.size === "projector";
  }

  get predicting() {
    return this.fields.predicting.checked;
  }

  get focused() {
    const { activeElement } = this.root.getRootNode();
    return this.root.contains(activeElement) ? activeElement : null;
  }

  // What all runs have, and what one has

  build() {
    const { root, scene, part, buttons, fields } = this;
    const { kind, label, unit, forms, axes, settings, runs } = scene;
    root.classList.add(`lsqgrad-${kind === "graph" ? "graphwalker" : kind}`);
    root.classList.toggle("lsqgrad-features", Boolean(scene.missing)); // several: more words
    Object.assign(root, { role: "group", ariaLabel: label });
    part.note.id = `note-${this.id}`;
    part.bar.hidden = kind === "answer" || kind === "prediction";
    buttons.previous.textContent = `Previous ${unit}`.trim();
    fields.axis.append(...axes.map((axis) => new Option(axis)));
    fields.speed.append(...SPEEDS.map((speed) => new Option(`${speed} a second`, speed)));
    fields.recorded.append(...runs.map((run, k) => new Option(run, k)));
    for (const value of forms) {
      const radio = { type: "radio", name: this.id, value, dataset: { set: "form" } };
      const input = make("input", { ...radio, checked: value === this.form });
      part.forms.append(make("label", {}, input, make("span", {}, value)));
    }
    const answers = kind === "answer" ? { answer: "Answer" } : scene.answers;
    this.answers = Object.entries(answers).map((answer) => this.makeAnswer(...answer));
    buttons.check.hidden = !this.answers.length;
    part.checking.hidden = !this.answers.length && kind !== "prediction";
    if (kind === "prediction") {
      part.question.after(part.status); // what is said stands below what is asked
      this.answers.forEach(({ verdict }) => verdict.before(part.checking));
    }
    this.settings = settings.map((setting) => this.makeSetting(setting));
    fields.predicting.closest("label").hidden = !scene.predict;
    fields.axis.closest("label").hidden = !axes.length;
    fields.compare.closest("label").hidden = scene.compare === null;
    fields.recorded.closest("label").hidden = !runs.length;
    buttons.epoch.hidden = !scene.marks.length;
  }

  makeAnswer(name, label) {
    const verdict = make("span", { className: "lsqgrad-verdict", id: `${name}-${this.id}` });
    const input = make("input", { autocomplete: "off", dataset: { answer: name } });
    input.setAttribute("aria-describedby", verdict.id);
    const field = make("label", {}, make("span", {}, label), input);
    this.part.fields.append(make("div", {}, field, verdict));
    return { name, label, input, verdict };
  }

  makeSetting({ name, label, kind, options = [], meaning, low, high }) {
    const choices = options.map((text) => new Option(text));
    const input = make(kind === "choice" ? "select" : "input", { name }, ...choices);
    Object.assign(input, { autocomplete: "off", ariaLabel: label }).dataset.set = "setting";
    if (kind === "integer") input.inputMode = "numeric"; // this keyboard has no minus, no comma
    input.setAttribute("aria-describedby", this.part.note.id);
    this.part.settings.append(make("label", { title: meaning }, label, input));
    if (!low) return { name, input };
    const [min, max] = [low, high].map(Math.log10);
    const named = { title: meaning, ariaLabel: "Rate by powers of ten" };
    const slider = make("input", { type: "range", min, max, step: "any", ...named });
    slider.addEventListener("input", () => {
      input.value = slider.ariaValueText = Number((10 ** slider.value).toPrecision(3));
    });
    slider.addEventListener("change", () => this.set(input));
    this.part.settings.append(slider);
    return { name, input, slider };
  }

  /** Take the scene of a run, and go to a place of it: to its start, unless told otherwise. */
  load(place) {
    const { part, fields } = this;
    this.pause();
    const before = this.scene;
    const scene = (this.scene = sceneOf(this.model));
    // What was typed stays beside PyTorch's numbers, and beside a verdict.
    if (scene.kind !== "answer" && scene.compare === before.compare) this.question = null;
    this.frames = scene.frames;
    this.asked.clear();
    this.questions = scene.questions && new Set(scene.questions);
    this.panels = scene.panels.map(makePanel);
    if (this.held) this.held.panel = this.panels.find(({ name }) => name === this.held.panel.name);
    part.panels.replaceChildren(...this.panels.map(({ node }) => node), scene.missing);
    put(part.lines, scene.lines.join(""));
    part.lines.hidden = !scene.lines.length;
    part.sliderLabel.textContent = scene.slider.label;
    part.count.style.minWidth = `${2 * String(scene.last).length + 3}ch`;
    fields.position.max = scene.last;
    const every = Math.ceil(scene.marks.length / MOST_MARKS);
    const mark = (at) => `<i style="left: ${(100 * at) / scene.last}%"></i>`;
    const marks = scene.marks.filter((_, k) => (k + 1) % every === 0);
    part.marks.innerHTML = marks.map(mark).join("");
    for (const { name, input, slider } of this.settings) {
      const { text } = scene.settings.find((setting) => setting.name === name);
      // What is being typed is not overwritten by the answer to what was typed before.
      if (input === this.focused && input.value !== input.sent) continue;
      input.value = input.sent = text;
      input.ariaInvalid = "false";
      if (slider) slider.value = Math.log10(text);
    }
    this.making = null;
    const { place: at, predicting } = scene.start;
    Object.assign(this, { wanted: at, place: at, frame: this.frames.get(at) });
    this.hear({ note: "" });
    this.paint(); // the place may have to be waited for
    const asksAsHere = predicting === this.predicting;
    this.go(place ?? (asksAsHere ? at : this.placeAt(positionOf(at)))); // an answer stays in sight
  }

  // Moves

  /** Where a move to a position ends: in predict mode at its question. */
  placeAt = (position) => {
    const isAsked = position < this.scene.last && (this.questions?.has(position) ?? true);
    return this.predicting && isAsked ? `${position}?` : String(position);
  };

  after = (place) => {
    const position = positionOf(place);
    const question = this.placeAt(position);
    if (isQuestion(question) && !isQuestion(place)) return question;
    return String(Math.min(position + 1, this.scene.last));
  };

  before = (place) => {
    const position = positionOf(place);
    if (position === 0) return place;
    return isQuestion(place) ? String(position) : this.placeAt(position - 1);
  };

  isLast = () => this.after(this.wanted) === this.wanted;

  /** Go to a place as soon as its frame is here. */
  go(place, remark = "") {
    this.backwards = positionOf(place) < positionOf(this.wanted);
    Object.assign(this, { wanted: place, remark });
    this.arrive();
    this.fetch();
  }

  arrive() {
    const { wanted, predicting, model } = this;
    const frame = this.frames.get(wanted);
    this.fields.position.value = positionOf(wanted);
    if (!frame) {
      this.wait();
      return this.paintControls();
    }
    Object.assign(this, { frame, place: wanted });
    this.paint();
    const { run } = this.scene;
    const told = model.get("place");
    if (run === told.run && wanted === told.at && predicting === told.predicting) return;
    model.set("place", { ...told, run, at: wanted, predicting }); // for other views of the model
    // The kernel's answers would hold up the paint.
    if (!this.untold) requestAnimationFrame(() => setTimeout(() => this.tell()));
    this.untold = true;
  }

  seek = (position) => this.go(this.placeAt(position));
  next = () => this.go(this.after(this.wanted));
  solve = () => this.next();
  previous = () => this.go(this.before(this.wanted));
  reset = () => this.seek(0);
  epoch() {
    const position = positionOf(this.wanted);
    this.seek(this.scene.marks.find((mark) => mark > position) ?? this.scene.last);
  }

  /** Go on by itself until the end or another press; what is not here yet is waited for. */
  async play() {
    if (this.playing) return this.pause();
    const mine = (this.playing = {});
    this.paint();
    let due = performance.now();
    while (this.playing === mine && !this.isLast()) {
      due = Math.max(due + 1000 / this.fields.speed.value, performance.now());
      await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
      await new Promise(requestAnimationFrame); // so that each position is painted
      if (this.playing === mine && this.wanted === this.place) this.next();
    }
    if (this.playing === mine) this.pause();
  }

  pause() {
    if (!this.playing) return;
    this.playing = null;
    this.paint();
  }

  /** Go where Python, or another view, went. */
  follow() {
    const { run, at, predicting } = this.model.get("place");
    if (run !== this.scene.run) return;
    if (at === this.wanted && predicting === this.predicting) return;
    this.fields.predicting.checked = predicting;
    this.act("go", at);
  }

  // The kernel

  /** Tell the place: by a message, since ipywidgets holds what is saved back from a busy kernel. */
  tell() {
    if (!this.untold) return;
    this.untold = false;
    this.send({ do: "go", place: this.model.get("place") });
  }

  send(message) {
    this.tell(); // it comes before all else
    try {
      this.model.send(message);
    } catch {} // the connection is closed: nothing will answer, and that is said in time
  }

  ask(request) {
    const id = ++requests;
    this.wait();
    if (request.do === "run") this.make(id);
    this.send({ ...request, id });
    return id;
  }

  /** Show that a run is being made, or that it is there: a move meanwhile is one in the old run. */
  make(id) {
    this.making = id;
    this.say("");
  }

  wait() {
    this.patience ??= setTimeout(() => {
      this.patience = this.dragging = this.making = null;
      const isHere = this.frames.has(this.wanted);
      this.say(isHere ? NO_ANSWER + STILL : NO_ANSWER);
      if (!isHere) this.request([this.wanted]); // it may have been lost
    }, PATIENCE);
  }

  /** Ask for the frames that are lacking around the place, the nearest first. */
  fetch() {
    const walk = (move, count) => {
      const places = [];
      for (let place = this.wanted; places.length < count; places.push(place)) {
        if (place === (place = move(place))) break;
      }
      return places;
    };
    const ways = [walk(this.after, AHEAD), walk(this.before, BEHIND)];
    if (this.backwards) ways.reverse();
    const near = [this.wanted, ...ways.flat()];
    const keys = near.filter((place) => !this.frames.has(place) && !this.asked.has(place));
    if (!keys.length || near.indexOf(keys[0]) >= SOON) return;
    this.request(keys);
    this.forget();
  }

  request(keys) {
    keys.forEach((place) => this.asked.add(place));
    setTimeout(() => keys.forEach((place) => this.asked.delete(place)), PATIENCE);
    this.send({ do: "frames", run: this.scene.run, keys });
  }

  /** Of a long run, drop the frames that are far away; another view begins with the first. */
  forget() {
    const here = positionOf(this.wanted);
    for (const place of this.frames.keys()) {
      const isFar = Math.abs(positionOf(place) - here) > KEPT;
      if (isFar && place !== this.scene.start.place) this.frames.delete(place);
    }
  }

  hear({ id, run, frames = {}, note, field, progress, stop }) {
    const { focused } = this;
    clearTimeout(this.patience);
    this.patience = null;
    if (this.note?.startsWith(NO_ANSWER)) this.say("");
    if (id === this.making) this.make(null);
    if ((note ?? progress) !== undefined) this.say(note ?? progress, field);
    if (note !== undefined) this.fields.compare.checked = Boolean(this.scene.compare);
    update(this.buttons.stop, { hidden: !stop });
    this.keep(focused);
    if (run === this.scene.run) Object.keys(frames).forEach((place) => this.asked.delete(place));
    if (this.wanted in frames || !this.frames.has(this.wanted)) this.arrive();
    if (id !== this.dragging) return;
    this.dragging = null;
    if (this.newest) this.dragTo(this.newest);
    else this.settle();
  }

  /** Say something beside the settings, of one of them or of all; else which run it is. */
  say(note, field) {
    this.note = note;
    this.paintControls();
    const wrong = this.settings.find(({ name }) => name === field);
    if (wrong) wrong.input.ariaInvalid = "true"; // until something else is typed, or a new run
  }

  /** Interrupt the kernel, which keeps what is done; it hears nothing else meanwhile. */
  stop() {
    const { kernel } = this.model.widget_manager ?? {};
    if (kernel?.interrupt) kernel.interrupt();
    else this.say("Interrupt the kernel to stop: what is done is kept.");
  }

  // Predictions

  check() {
    const { answers, scene, part } = this;
    const [{ input }] = answers;
    if (scene.kind === "answer") return this.ask({ do: "check", text: input.value });
    const kinds = answers.map((answer) => this.judge(answer));
    part.said.textContent = kinds.some(Boolean) ? "" : NOTHING_TYPED;
    if (kinds.every((kind) => GOOD.includes(kind))) this.next();
  }

  judge({ name, label, input, verdict }) {
    const text = input.value.trim();
    const key = this.frame.answers[name];
    const { kind = "", sentence } = text && key ? judge(key, this.scene.said[name], text) : {};
    verdict.dataset.kind = kind;
    verdict.textContent = kind && `${SIGNS[kind]} ${sentence.replace(/^answer:/, `${label}:`)}`;
    input.ariaInvalid = String(Boolean(kind) && !GOOD.includes(kind));
    return kind;
  }

  choose(button) {
    const { right, said } = this.frame.choices.find(({ name }) => name === button.textContent);
    if (right) return this.go(this.after(this.place), said);
    button.disabled = true;
    this.look({ remark: said });
  }

  // What is seen

  paint() {
    const { root, scene, frame, place, part, large, presenting, focused } = this;
    root.classList.toggle("lsqgrad-large", large);
    root.classList.toggle("lsqgrad-present", presenting);
    const status = (large && frame.brief) || frame.status;
    this.paintPanels();
    const isSaidAlone = scene.kind === "prediction" && this.remark;
    put(part.status, [this.remark, isSaidAlone ? "" : status].filter(Boolean).join("\n"));
    this.paintQuestion();
    this.paintArithmetic();
    this.paintControls();
    this.keep(focused);
    root.dataset.form = this.form;
    root.dataset.run = scene.run;
    root.dataset.place = place;
  }

  /** Hand the focus on from what can no longer have it. */
  keep(focused) {
    if (!focused) return;
    if (focused.isConnected && !focused.matches(GONE)) return;
    const { root, part, buttons } = this;
    const choices = part.choices.querySelectorAll("button");
    const others = [...choices, buttons.next, buttons.previous, buttons.more];
    (others.find((button) => !button.matches(GONE)) ?? root).focus();
  }

  paintPanels() {
    const { panels, part, fields, frame, large } = this;
    const position = positionOf(this.place);
    const [first, ...others] = panels.filter(({ axis }) => !axis || axis === fields.axis.value);
    // In large type there is room for one more, or for the question.
    const asks = this.predicting && this.answers.length;
    const beside = !large ? others : asks ? [] : [others[this.turned % others.length]];
    for (const panel of panels) {
      update(panel.node, { hidden: ![first, ...beside].includes(panel) });
      if (!panel.node.hidden) paintPanel(panel, frame, position);
    }
    [...part.lines.children].forEach((line, k) => update(line, { hidden: k > position }));
    if (large) part.lines.scrollTop = part.lines.scrollHeight;
    update(part.lines, { tabIndex: large ? 0 : -1 }); // only there it may have to be scrolled
    if (part.panels.tabIndex === 0) this.reveal();
  }

  /** Of a graph that has no room, scroll to the box that is framed at the place. */
  reveal() {
    const { panels, part } = this;
    const position = positionOf(this.place);
    const [{ history, past }] = panels;
    const framed = history.findIndex(([from, to]) => from === position && to === position + 1);
    if (framed < 0) return;
    const [box, room] = [past[framed], part.panels].map((node) => node.getBoundingClientRect());
    const left = box.left - room.left + (box.width - room.width) / 2;
    part.panels.scrollBy(left, box.top - room.top + (box.height - room.height) / 2);
  }

  /** Let the keyboard scroll a graph that has no room. */
  fit() {
    const { panels } = this.part;
    const { scrollWidth, clientWidth, scrollHeight, clientHeight } = panels;
    const isLarger = scrollWidth > clientWidth || scrollHeight > clientHeight;
    panels.tabIndex = isLarger ? 0 : -1;
    if (isLarger) this.reveal();
  }

  paintQuestion() {
    const { part, place, answers, frame, scene } = this;
    const open = isQuestion(place) || scene.kind === "answer";
    // What was typed is still seen beside the result.
    const question = open ? place : `${positionOf(place) - 1}?`;
    if (question !== this.question) {
      part.said.textContent = "";
      put(part.choices, ""); // those that were refused are disabled
      for (const { input, verdict } of answers) {
        input.value = verdict.textContent = verdict.dataset.kind = "";
        input.ariaInvalid = "false";
      }
    }
    this.question = question;
    const choices = frame.choices ?? [];
    const html = ({ name, html }) => `<div><button data-do="choose">${name}</button>${html}</div>`;
    put(part.choices, choices.map(html).join(""));
    const asks = choices.length || (answers.length && (open || this.predicting));
    update(part.question, { disabled: !open, hidden: !asks });
  }

  paintArithmetic() {
    const { part, frame, large, scene } = this;
    const shown = scene.forms.length && (this.opened || this.predicting || large);
    update(part.calculation, { hidden: !shown });
    if (!shown) return;
    put(part.arithmetic, frame.tables[this.form] ?? "");
    const lines = [...part.arithmetic.querySelectorAll("tr")];
    const named = lines.filter((line) => line.querySelector("[scope=row]"));
    const only = large && !isQuestion(this.place) && named[this.shownRow % named.length];
    lines.forEach((line) => update(line, { hidden: Boolean(only) && line !== only }));
  }

  paintControls() {
    const { buttons, fields, part, scene, large, place, predicting } = this;
    const isLast = this.isLast();
    const isFirst = positionOf(this.wanted) === 0;
    const isBusy = this.making !== null || !this.frames.has(this.wanted);
    const next = isQuestion(place) ? "Show answer" : `Next ${scene.unit}`.trim();
    const playing = this.playing ? "Pause" : "Play";
    const note = this.note || (this.opened ? (this.making ? MAKING : scene.summary) : "");
    update(part.bar, { ariaBusy: String(isBusy) });
    update(buttons.reset, { disabled: isFirst });
    update(buttons.previous, { disabled: isFirst });
    update(buttons.next, { disabled: isLast, textContent: next });
    update(buttons.epoch, { disabled: isLast });
    update(buttons.solve, { hidden: scene.kind !== "prediction" || isLast });
    update(buttons.play, { disabled: predicting || isLast, textContent: playing });
    update(buttons.row, { hidden: !large || !scene.forms.length });
    update(buttons.turn, { hidden: !large || this.panels.length < 3 || predicting });
    update(buttons.present, { textContent: this.presenting ? "End presentation" : "Present" });
    update(buttons.more, { ariaExpanded: String(this.opened) });
    update(part.more, { hidden: !this.opened });
    update(part.settings, { hidden: !this.opened || !this.settings.length });
    update(part.note, { textContent: note });
    const first = scene.kind === "walker" ? 1 : 0; // its lines are counted from 1
    const [here, all] = [positionOf(place) + first, scene.last + first];
    update(part.count, { textContent: `${here} / ${all}` });
    update(fields.position, { ariaValueText: `${here} of ${all}` });
  }

  look(change) {
    Object.assign(this, change);
    this.paint();
  }

  more = () => this.look({ opened: !this.opened });
  turn = () => this.look({ turned: this.turned + 1 });
  row = () => this.look({ shownRow: this.shownRow + 1 });

  /** Fill the screen, or end that; where it is forbidden, the type is large all the same. */
  present() {
    const { root, presenting } = this;
    this.fill(!presenting);
    if (!presenting) root.requestFullscreen?.().catch(() => {});
    else if (document.fullscreenElement) document.exitFullscreen();
  }

  fill(on) {
    if (on === this.presenting) return;
    const opened = on ? false : this.wasOpened;
    this.look({ presenting: on, opened, wasOpened: this.opened });
  }

  // Keyboard and pointer

  listen() {
    const { root, part, fields, model } = this;
    const ended = new AbortController();
    const on = (target, name, act, capture = false) =>
      target.addEventListener(name, act, { signal: ended.signal, capture });
    on(root, "click", ({ target }) => {
      const button = target.closest("[data-do]");
      if (button) this.act(button.dataset.do, button);
    });
    on(root, "change", ({ target }) => this.set(target));
    on(fields.position, "input", () => this.act("seek", fields.position.valueAsNumber));
    on(root, "keydown", (event) => this.press(event));
    on(window, "keydown", (event) => this.shield(event), true);
    on(part.panels, "pointerdown", (event) => this.grab(event));
    on(part.panels, "pointermove", (event) => this.held && this.drag(event));
    on(part.panels, "pointerup", () => this.held && this.drop(this.held.at));
    on(part.panels, "pointercancel", () => this.held && this.drop(null));
    on(document, "fullscreenchange", () => {
      if (!document.fullscreenElement) this.fill(false);
    });
    const events = {
      "change:scene": () => this.load(),
      "change:place": () => this.follow(),
      "msg:custom": (message) => this.hear(message),
    };
    Object.entries(events).forEach(([name, act]) => model.on(name, act));
    const watch = new ResizeObserver(() => this.fit());
    if (this.scene.kind === "graph") watch.observe(part.panels);
    this.remove = () => {
      watch.disconnect();
      Object.entries(events).forEach(([name, act]) => model.off(name, act));
      clearTimeout(this.patience);
      this.playing = null;
      ended.abort();
    };
  }

  /** Do what a button, or its key, asks for. */
  act(name, target) {
    if (name !== "play") this.pause();
    this[name](target);
  }

  set(target) {
    const { name, value, checked } = target;
    const setters = {
      predicting: () => this.act("seek", positionOf(this.wanted)),
      axis: () => this.paint(),
      form: () => this.look({ form: value }),
      compare: () => this.ask({ do: "compare", value: checked }),
      recorded: () => this.ask({ do: "run", changes: { recorded: Number(value) } }),
      setting: () => {
        if (value === target.sent) return; // Enter has sent it
        target.sent = value;
        target.ariaInvalid = "false";
        this.ask({ do: "run", changes: { [name]: value } });
      },
    };
    setters[target.dataset.set]?.();
  }

  press(event) {
    const { key, target } = event;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (key === "Escape" && !document.fullscreenElement) this.fill(false);
    // It is not to press a button, too: in a notebook it runs the cell, and a right answer hands
    // the focus to the button of the next move.
    if (key === "Enter" && (event.shiftKey || target.dataset.answer)) event.preventDefault();
    if (key === "Enter" && event.shiftKey) return;
    if (key === "Enter" && target.dataset.answer) this.check();
    if (key === "Enter" && target.matches("input[name]")) this.set(target);
    const typed = target.matches("select, input:not([type=range], [type=checkbox], [type=radio])");
    const pressed = key === " " && target.matches("button, input:not([type=range])");
    const name = KEYS[key.toLowerCase()];
    if (!name || typed || pressed || this.buttons[name].closest("[hidden]")) return;
    event.preventDefault();
    if (!this.buttons[name].disabled) this.act(name);
  }

  /** JupyterLab, which listens at the document, is to leave us our keys: X would cut a cell. */
  shield(event) {
    if (!event.composedPath().includes(this.root)) return;
    const { key, ctrlKey, altKey, metaKey, shiftKey } = event;
    const theirs =
      ctrlKey || altKey || metaKey || key === "Escape" || (shiftKey && key === "Enter");
    const [focused] = event.composedPath(); // its shortcuts are for what has the focus
    focused.toggleAttribute("data-lm-suppress-shortcuts", !theirs);
  }

  grab(event) {
    const panel = this.panels.find(({ node }) => node.contains(event.target));
    if (!panel?.touch || event.button) return;
    const handle = event.target.closest("[data-handle]")?.dataset.handle;
    if (panel.touch.kind === "drag" ? !handle : !locate(panel, event).inside) return;
    this.pause();
    this.held = { panel, handle };
    this.part.panels.setPointerCapture(event.pointerId); // it outlives a new scene
    this.drag(event);
  }

  drag(event) {
    const { panel, handle } = this.held;
    const { kind } = panel.touch;
    const { x, y, pixel } = (this.held.at = locate(panel, event));
    const place = this.placeAt(Math.round(x));
    if (kind === "seek" && place !== this.wanted) this.go(place);
    if (kind === "drag") this.dragTo({ handle, panel: panel.name, x, y });
    if (kind === "start") panel.ghost.setAttribute("transform", `translate(${pixel})`);
  }

  /** Let go: `at` is where, or null if the browser has taken the pointer away. */
  drop(at) {
    const { touch, ghost } = this.held.panel;
    this.held = null;
    ghost.removeAttribute("transform");
    if (touch.kind === "start" && at) this.ask({ do: "run", changes: { w: at.x, b: at.y } });
    if (touch.kind === "drag") this.settle();
  }

  /** Send where a handle is; while an answer is on its way, keep the newest for later. */
  dragTo(move) {
    this.newest = this.dragging ? move : null;
    this.dragging ??= this.ask({ do: "drag", ...move });
  }

  /** Once a handle is let go and all moves are answered, have the slider begin where it is. */
  settle() {
    if (!this.held && !this.dragging) this.ask({ do: "run", changes: {} });
  }
}

/** Keep the frames that come, for all views of the model. */
function initialize({ model }) {
  model.on("msg:custom", ({ run, frames = {} }) => {
    const scene = sceneOf(model);
    if (run !== scene.run) return;
    for (const [place, frame] of Object.entries(frames)) scene.frames.set(place, frame);
  });
}

function render({ model, el }) {
  const player = new Player(model, el);
  return () => player.remove();
}

export default { initialize, render };
