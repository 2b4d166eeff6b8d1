// Shows the frames that Python made, and moves among them without asking. No mathematics and no
// drawing is done here. HTML comes from Python alone: what was typed is put in as text.

const PATIENCE = 3000; // milliseconds for the kernel to answer
const AHEAD = 100; // frames that are asked for before they are reached
const BEHIND = 30;
const SOON = 50; // no more is asked for while so many are here
const KEPT = 400; // frames of a long run
const MOST_MARKS = 60;
const SPEEDS = [1, 2, 5, 15, 30]; // moves a second
const KEYS = { n: "next", " ": "next", p: "previous", o: "turn", r: "row" };
const SIGNS = { right: "✓", rounded: "✓", near: "≈", mistake: "✗", wrong: "✗", unreadable: "?" };
const GOOD = ["right", "rounded", "near"];
const NO_ANSWER = "The kernel does not answer: it is busy, or gone. Moves go on.";
const NOTHING_TYPED = "Nothing is typed yet: write a number, or have the answer shown.";

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
  <div class="lsqgrad-panels" data-part="panels"></div>
  <div class="lsqgrad-lines" data-part="lines" role="group" aria-label="Lines" tabindex="0"></div>
  <div class="lsqgrad-question" data-part="question" role="group" aria-label="Prediction">
    <div class="lsqgrad-choices" data-part="choices"></div>
    <div class="lsqgrad-fields" data-part="fields" aria-live="polite"></div>
    <div class="lsqgrad-checking" data-part="checking">
      <button data-do="check" title="Compare with the result (Enter)">Check</button>
      <span data-part="said" aria-live="polite"></span>
    </div>
  </div>
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
    <label title="Put PyTorch's numbers beside; the first time loads it">
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

/** Stands in for the judge. */
function judge(key, said, text) {
  return text === key.text
    ? { kind: "right", sentence: "Right." }
    : { kind: "wrong", sentence: "It is wrong." };
}

let views = 0; // for ids that are one for a page
let requests = 0;
const framesOfScenes = new WeakMap(); // all views of a model have the same scene

/** The frames of a scene that are here, by their places. */
function framesOf(scene) {
  if (!framesOfScenes.has(scene)) {
    framesOfScenes.set(scene, new Map(Object.entries(scene.frames ?? {})));
  }
  return framesOfScenes.get(scene);
}

function make(tag, properties = {}, ...children) {
  const { dataset, ...others } = properties;
  const node = Object.assign(document.createElement(tag), others);
  Object.assign(node.dataset, dataset);
  node.append(...children);
  return node;
}

const option = (text, value = text) => make("option", { value }, text);

/** Put HTML of Python's into a node. What stands there already is not read out again. */
function put(node, html) {
  if (node.html !== html) node.innerHTML = node.html = html;
}

function makePanel(panel) {
  const { name, width, height, background, history, touch } = panel;
  const node = make("div", { className: "lsqgrad-panel", dataset: { panel: name } });
  if (touch) node.dataset.touch = touch.kind;
  node.style.setProperty("--width", width);
  node.style.setProperty("--height", height);
  const hidden = history.map(([, , svg]) => `<g style="display: none">${svg}</g>`).join("");
  node.innerHTML = `<svg viewBox="0 0 ${width} ${height}" role="img">
    <g class="background">${background}</g><g class="history">${hidden}</g>
    <g class="moving"></g><circle class="lsqgrad-ghost" r="7" /></svg>`;
  const [, past, moving, ghost] = node.firstChild.children;
  const parts = history.map(([from, until], k) => ({
    from,
    until: until ?? Infinity,
    node: past.children[k],
    seen: false,
  }));
  return { ...panel, node, svg: node.firstChild, parts, moving, ghost };
}

function paintPanel(panel, frame, position) {
  for (const part of panel.parts) {
    const seen = part.from <= position && position < part.until;
    if (seen !== part.seen) part.node.style.display = (part.seen = seen) ? "" : "none";
  }
  put(panel.moving, frame.panels[panel.name] ?? "");
  panel.svg.ariaLabel = frame.alt[panel.name] ?? "";
}

/** The values x and y where the pointer is, the nearest that the axes of the panel show. */
function locate({ svg, touch }, { clientX, clientY }) {
  const pixel = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
  const [x, y] = ["x", "y"].map((axis) => {
    const [from, to, first, last] = touch[axis] ?? [0, 1, 0, 0];
    const part = touch[axis] ? (pixel[axis] - from) / (to - from) : 0;
    const shown = Math.min(Math.max(part, 0), 1);
    const value = Number((first + (last - first) * shown).toPrecision(4));
    return { value, at: from + (to - from) * shown, inside: Math.abs(part - 0.5) < 0.52 };
  });
  return { x: x.value, y: y.value, pixel: [x.at, y.at], inside: x.inside && y.inside };
}

const positionOf = (place) => parseInt(place, 10);
const isQuestion = (place) => place.endsWith("?");

class Player {
  constructor(model, el) {
    this.model = model;
    this.live = model.get("live") !== false; // in a file there is no kernel to ask
    this.root = make("div", { className: "lsqgrad-player", tabIndex: -1, innerHTML: SKELETON });
    this.part = this.named("part");
    this.buttons = this.named("do");
    this.fields = this.named("set");
    this.asked = new Set(); // places whose frames are on their way
    this.speed = 2;
    this.shownRow = 0; // of the arithmetic, in large type
    this.turned = 0; // which panel stands beside the first, in large type
    const { start } = this.scene;
    Object.assign(this, { predicting: start.predicting, axis: start.axis, form: start.form });
    this.opened = start.controls === "all";
    this.root.classList.toggle("lsqgrad-projector", start.size === "projector");
    this.build();
    this.listen();
    const { run, at } = model.get("place") ?? {};
    el.append(this.root);
    this.load(run === this.scene.run ? at : start.place);
  }

  named(key) {
    const nodes = [...this.root.querySelectorAll(`[data-${key}]`)];
    return Object.fromEntries(nodes.map((node) => [node.dataset[key], node]));
  }

  get scene() {
    return this.model.get("scene");
  }

  get frames() {
    return framesOf(this.scene);
  }

  get large() {
    return this.root.matches(".lsqgrad-projector, .lsqgrad-present");
  }

  // What belongs to all runs, and to one

  build() {
    const { scene, part, buttons, fields, root } = this;
    const { kind, label, unit = "", forms, axes, settings, runs } = scene;
    root.classList.add(`lsqgrad-${kind === "graph" ? "graphwalker" : kind}`);
    root.classList.toggle("lsqgrad-live", this.live);
    root.role = "group";
    root.ariaLabel = label;
    part.note.id = `lsqgrad-note-${++views}`;
    part.bar.hidden = kind === "answer";
    buttons.previous.textContent = `Previous ${unit}`.trim();
    fields.axis.append(...axes.map((axis) => option(axis)));
    fields.speed.append(...SPEEDS.map((speed) => option(`${speed} a second`, speed)));
    fields.recorded.append(...runs.map(option));
    for (const value of forms) {
      const dataset = { set: "form" };
      const radio = make("input", { type: "radio", name: `form-${views}`, value, dataset });
      part.forms.append(make("label", {}, radio, make("span", {}, value)));
    }
    const answers = kind === "answer" ? { answer: "Answer" } : scene.answers;
    this.answers = Object.entries(answers).map((answer, k) => this.makeAnswer(answer, k));
    this.settings = this.live ? settings.map((setting) => this.makeSetting(setting)) : [];
    fields.predicting.closest("label").hidden = !scene.predict;
    fields.axis.closest("label").hidden = !axes.length;
    fields.compare.closest("label").hidden = !this.live || scene.compare === null;
    fields.recorded.closest("label").hidden = !runs.length;
    buttons.epoch.hidden = !scene.marks.length;
  }

  makeAnswer([name, label], k) {
    const id = `lsqgrad-verdict-${views}-${k}`;
    const input = make("input", { type: "text", autocomplete: "off", dataset: { answer: name } });
    const verdict = make("span", { className: "lsqgrad-verdict", id });
    input.setAttribute("aria-describedby", id);
    const named = make("label", {}, make("span", {}, label), input);
    this.part.fields.append(make("div", {}, named, verdict));
    return { name, label, input, verdict };
  }

  makeSetting({ name, label, kind, options, meaning, low, high }) {
    const dataset = { set: "setting" };
    const input =
      kind === "choice"
        ? make("select", { name, dataset }, ...options.map((text) => option(text)))
        : make("input", { type: "text", autocomplete: "off", name, dataset });
    input.ariaLabel = label;
    this.part.settings.append(make("label", { title: meaning }, label, input));
    if (!low) return { name, input };
    const [min, max] = [Math.log10(low), Math.log10(high)];
    const ariaLabel = "Rate by powers of ten"; // the label's own name belongs to the text
    const slider = make("input", { type: "range", min, max, step: "any", ariaLabel });
    slider.title = meaning;
    slider.addEventListener("input", () => {
      input.value = Number((10 ** slider.value).toPrecision(3));
      slider.setAttribute("aria-valuetext", input.value);
    });
    slider.addEventListener("change", () => this.set(input));
    this.part.settings.append(slider);
    return { name, input, slider };
  }

  /** Show another run, or the first. */
  load(place) {
    const { scene, part, fields } = this;
    this.pause();
    this.asked.clear();
    this.questions = scene.questions && new Set(scene.questions);
    this.panels = scene.panels.map(makePanel);
    part.panels.replaceChildren(...this.panels.map(({ node }) => node));
    part.sliderLabel.textContent = scene.slider?.label ?? "";
    put(part.lines, scene.lines.join(""));
    part.lines.hidden = !scene.lines.length;
    fields.position.max = scene.last;
    part.count.style.minWidth = `${2 * String(scene.last).length + 3}ch`;
    this.mark();
    fields.compare.checked = Boolean(scene.compare);
    for (const { name, input, slider } of this.settings) {
      const { text } = scene.settings.find((setting) => setting.name === name);
      // What is being typed is not overwritten by the answer to what was typed before.
      if (input === this.focused && input.value !== input.sent) continue;
      input.value = text;
      if (slider) slider.value = Math.log10(text);
    }
    this.say("");
    this.wanted = scene.start.place;
    this.go(this.wanted);
    const asks = isQuestion(place) || !this.predicting;
    if (!asks || place !== this.wanted) this.go(asks ? place : this.placeAt(positionOf(place)));
  }

  /** Draw the ends of the epochs on the slider; of many, some. */
  mark() {
    const { marks, last } = this.scene;
    const every = Math.ceil(marks.length / MOST_MARKS);
    const some = marks.filter((_, k) => (k + 1) % every === 0);
    this.part.marks.replaceChildren(
      ...some.map((at) => {
        const mark = make("i");
        mark.style.left = `${(100 * at) / last}%`;
        return mark;
      }),
    );
  }

  // Moves

  isAsked(position) {
    return position < this.scene.last && (!this.questions || this.questions.has(position));
  }

  /** Where a move to a position ends: in predict mode at its question. */
  placeAt(position) {
    return this.predicting && this.isAsked(position) ? `${position}?` : String(position);
  }

  after(place) {
    const position = positionOf(place);
    if (isQuestion(place)) return String(position + 1);
    if (this.predicting && this.isAsked(position)) return `${position}?`;
    return String(Math.min(position + 1, this.scene.last));
  }

  before(place) {
    const position = positionOf(place);
    if (position === 0) return place;
    return isQuestion(place) ? String(position) : this.placeAt(position - 1);
  }

  /** Go to a place as soon as its frame is here. */
  go(place, remark = "") {
    this.backwards = positionOf(place) < positionOf(this.wanted);
    this.wanted = place;
    this.remark = remark;
    this.refused = new Set();
    this.arrive();
    this.fetch();
  }

  arrive() {
    const frame = this.frames.get(this.wanted);
    this.part.bar.ariaBusy = String(!frame);
    this.fields.position.value = positionOf(this.wanted);
    if (!frame) return this.paintControls();
    this.frame = frame;
    this.place = this.wanted;
    this.paint();
    const there = { run: this.scene.run, at: this.place };
    const known = this.model.get("place") ?? {};
    if (known.run === there.run && known.at === there.at) return;
    this.model.set("place", there);
    this.reach(() => this.model.save_changes());
  }

  next() {
    this.go(this.after(this.wanted));
  }

  previous() {
    this.go(this.before(this.wanted));
  }

  reset() {
    this.seek(0);
  }

  epoch() {
    const { marks, last } = this.scene;
    const position = positionOf(this.wanted);
    this.seek(marks.find((mark) => mark > position) ?? last);
  }

  seek(position) {
    this.go(this.placeAt(position));
  }

  /** Go on by itself until the end or another press; what is not here yet is waited for. */
  async play() {
    if (this.playing) return this.pause();
    const mine = (this.playing = {});
    this.paint();
    let due = performance.now();
    while (this.playing === mine && !this.isLast) {
      due = Math.max(due + 1000 / this.speed, performance.now());
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

  get isLast() {
    return this.after(this.wanted) === this.wanted;
  }

  // The kernel

  reach(send) {
    try {
      send();
    } catch {
      // The connection is closed: nothing will answer, and that is said in time.
    }
  }

  ask(request, quietly = false) {
    const id = ++requests;
    if (!quietly) this.patience ??= setTimeout(() => this.giveUp(), PATIENCE);
    this.reach(() => this.model.send({ ...request, id }));
    return id;
  }

  giveUp() {
    this.patience = this.dragging = null;
    this.say(NO_ANSWER);
  }

  /** Ask for the frames that are lacking around the place, the nearest first. */
  fetch() {
    if (!this.live) return;
    const walk = (move, count) => {
      const places = [];
      let place = this.wanted;
      while (places.length < count && place !== (place = move.call(this, place)))
        places.push(place);
      return places;
    };
    const ways = [walk(this.after, AHEAD), walk(this.before, BEHIND)];
    if (this.backwards) ways.reverse();
    const near = [this.wanted, ...ways.flat()];
    const keys = near.filter((place) => !this.frames.has(place) && !this.asked.has(place));
    const waits = !this.frames.has(this.wanted);
    if (waits) this.patience ??= setTimeout(() => this.giveUp(), PATIENCE);
    if (!keys.some((place) => near.indexOf(place) < SOON)) return;
    keys.forEach((place) => this.asked.add(place));
    setTimeout(() => keys.forEach((place) => this.asked.delete(place)), PATIENCE);
    this.ask({ do: "frames", run: this.scene.run, keys }, true);
    this.forget();
  }

  /** Of a long run, drop the frames that are far away. */
  forget() {
    if (this.frames.size <= KEPT) return;
    const here = positionOf(this.wanted);
    for (const place of this.frames.keys()) {
      if (Math.abs(positionOf(place) - here) > KEPT / 2) this.frames.delete(place);
    }
  }

  hear({ id, run, frames, note, field, progress }) {
    clearTimeout(this.patience);
    this.patience = null;
    if (this.part.note.textContent === NO_ANSWER) this.say("");
    if (note !== undefined) this.say(note, field);
    if (progress !== undefined) this.say(progress);
    this.buttons.stop.hidden = !progress;
    if (frames && run === this.scene.run) {
      Object.keys(frames).forEach((place) => this.asked.delete(place));
      if (this.wanted in frames) this.arrive();
    }
    if (id !== undefined && id === this.dragging) this.dragOn();
  }

  /** Say something beside the settings, of one of them or not; else what the run is. */
  say(note, field) {
    this.part.note.textContent = note || this.scene.summary || "";
    this.part.note.classList.toggle("lsqgrad-alert", Boolean(note));
    for (const { name, input } of this.settings) {
      input.ariaInvalid = String(Boolean(note) && name === field);
      input.setAttribute("aria-describedby", this.part.note.id);
    }
  }

  /** Go where Python, or another view, went. */
  follow() {
    const { run, at } = this.model.get("place") ?? {};
    if (run !== this.scene.run || at === this.wanted) return;
    this.pause();
    this.predicting ||= isQuestion(at);
    this.go(at);
  }

  stop() {
    this.ask({ do: "stop" });
  }

  // Predictions

  check() {
    const typed = this.answers.filter(({ input }) => input.value.trim());
    this.part.said.textContent = typed.length ? "" : NOTHING_TYPED;
    if (!typed.length) return;
    if (this.scene.kind === "answer") {
      this.ask({ do: "check", text: typed[0].input.value });
      return;
    }
    const kinds = this.answers.map((answer) => this.judge(answer));
    if (kinds.every((kind) => GOOD.includes(kind))) this.next();
  }

  judge({ name, label, input, verdict }) {
    const text = input.value.trim();
    const key = this.frame.answers?.[name];
    const { kind, sentence } = text && key ? judge(key, this.scene.said[name], text) : {};
    verdict.dataset.kind = kind ?? "";
    verdict.textContent = kind ? `${SIGNS[kind]} ${sentence.replace(/^answer:/, `${label}:`)}` : "";
    input.ariaInvalid = String(Boolean(kind) && !GOOD.includes(kind));
    return kind;
  }

  choose(button) {
    const choice = this.frame.choices.find(({ name }) => name === button.textContent);
    if (choice.right) {
      this.go(this.after(this.place), choice.said);
    } else {
      this.remark = choice.said;
      this.refused.add(choice.name);
      this.paint();
    }
  }

  // What is seen

  paint() {
    const { root, scene, frame, place, part, large } = this;
    const { focused } = this;
    const position = positionOf(place);
    const status = large && frame.brief ? frame.brief : frame.status;
    this.paintPanels(position);
    put(part.status, [this.remark, status].filter(Boolean).join("\n"));
    this.paintQuestion(position);
    this.paintArithmetic();
    this.paintControls();
    const lost = focused && (!focused.isConnected || focused.matches(":disabled, [hidden] *"));
    if (lost) this.handOn();
    root.dataset.run = scene.run;
    root.dataset.place = place;
  }

  paintPanels(position) {
    const shown = this.panels.filter(({ axis }) => !axis || axis === this.axis);
    if (this.large && shown.length > 2) {
      const [first, ...others] = shown.splice(0);
      shown.push(first, others[this.turned % others.length]);
    }
    for (const panel of this.panels) {
      panel.node.hidden = !shown.includes(panel);
      if (!panel.node.hidden) paintPanel(panel, this.frame, position);
    }
    [...this.part.lines.children].forEach((line, k) => (line.hidden = k > position));
    if (this.large) this.part.lines.scrollTop = this.part.lines.scrollHeight;
  }

  paintQuestion(position) {
    const { part, place, predicting, scene } = this;
    const open = isQuestion(place) || scene.kind === "answer";
    const question = open ? place : `${position - 1}?`; // what was typed is seen beside the answer
    if (question !== this.question) {
      this.question = question;
      part.said.textContent = "";
      for (const { input, verdict } of this.answers) {
        input.value = verdict.textContent = verdict.dataset.kind = "";
        input.ariaInvalid = "false";
      }
    }
    for (const { input } of this.answers) input.disabled = !open;
    this.buttons.check.disabled = !open;
    const choices = (open && this.frame.choices) || [];
    part.question.hidden = !(open || predicting) || !(this.answers.length || choices.length);
    part.checking.hidden = !this.answers.length;
    const html = ({ name, html }) => `<div><button data-do="choose">${name}</button>${html}</div>`;
    put(part.choices, choices.map(html).join(""));
    for (const button of part.choices.querySelectorAll("button")) {
      button.disabled = this.refused.has(button.textContent);
    }
  }

  paintArithmetic() {
    const { part, frame, large, scene } = this;
    const seen = scene.forms.length && (this.opened || this.predicting || large);
    part.calculation.hidden = !seen;
    if (!seen) return;
    put(part.arithmetic, frame.tables?.[this.form] ?? "");
    const lines = [...part.arithmetic.querySelectorAll("tr")];
    const named = lines.filter((line) => line.querySelector("[scope=row]"));
    const one = large && !isQuestion(this.place) && named[this.shownRow % named.length];
    lines.forEach((line) => (line.hidden = one && line !== one));
  }

  paintControls() {
    const { buttons, fields, part, scene, large, isLast } = this;
    const { unit = "", last } = scene;
    const position = positionOf(this.place);
    buttons.next.textContent = isQuestion(this.place) ? "Show answer" : `Next ${unit}`.trim();
    buttons.play.textContent = this.playing ? "Pause" : "Play";
    buttons.reset.disabled = buttons.previous.disabled = positionOf(this.wanted) === 0;
    buttons.next.disabled = buttons.epoch.disabled = isLast;
    buttons.play.disabled = this.predicting || isLast;
    buttons.row.hidden = !large || !scene.forms.length;
    buttons.turn.hidden = !large || this.panels.length < 3;
    buttons.more.ariaExpanded = String(this.opened);
    part.more.hidden = part.settings.hidden = !this.opened;
    part.count.textContent = `${position} / ${last}`;
    fields.position.setAttribute("aria-valuetext", `${position} of ${last}`);
    fields.predicting.checked = this.predicting;
    fields.axis.value = this.axis;
    fields.speed.value = this.speed;
    for (const radio of part.forms.querySelectorAll("input")) {
      radio.checked = radio.value === this.form;
    }
  }

  more() {
    this.opened = !this.opened;
    this.paint();
  }

  turn() {
    this.turned += 1;
    this.paint();
  }

  row() {
    this.shownRow += 1;
    this.paint();
  }

  /** Fill the screen, or end that; where it is forbidden, the type is large all the same. */
  present() {
    const on = this.root.classList.toggle("lsqgrad-present");
    if (on) this.root.requestFullscreen?.().catch(() => {});
    else if (document.fullscreenElement) document.exitFullscreen();
    this.paint();
  }

  // Keyboard and pointer

  get focused() {
    const { activeElement } = this.root.getRootNode();
    return this.root.contains(activeElement) ? activeElement : null;
  }

  /** Give the focus of a control that went away to another choice, or to a move. */
  handOn() {
    const { next, previous, more } = this.buttons;
    const choices = this.part.choices.querySelectorAll("button");
    [...choices, next, previous, more].find((button) => !button.disabled)?.focus();
  }

  listen() {
    const { root, part, model } = this;
    const ended = new AbortController();
    const on = (target, name, act, options) =>
      target.addEventListener(name, act, { signal: ended.signal, ...options });
    on(root, "click", ({ target }) => {
      const button = target.closest("[data-do]");
      if (button) this.act(button.dataset.do, button);
    });
    on(root, "change", ({ target }) => this.set(target));
    on(this.fields.position, "input", ({ target }) => {
      this.pause();
      this.seek(Number(target.value));
    });
    on(root, "keydown", (event) => this.press(event));
    on(window, "keydown", (event) => this.shield(event), { capture: true });
    on(part.panels, "pointerdown", (event) => this.grab(event));
    on(part.panels, "pointermove", (event) => this.held && this.drag(event));
    on(part.panels, "pointerup", (event) => this.held && this.drop(event));
    on(part.panels, "pointercancel", () => (this.held = null));
    on(document, "fullscreenchange", () => {
      if (!document.fullscreenElement) root.classList.remove("lsqgrad-present");
      this.paint();
    });
    const events = {
      "change:scene": () => this.load(this.scene.start.place),
      "change:place": () => this.follow(),
      "msg:custom": (message) => this.hear(message),
    };
    for (const [name, act] of Object.entries(events)) model.on(name, act);
    this.remove = () => {
      for (const [name, act] of Object.entries(events)) model.off(name, act);
      this.playing = null;
      clearTimeout(this.patience);
      ended.abort();
    };
  }

  /** Do what a button, or its key, asks for. */
  act(name, button = this.buttons[name]) {
    if (name !== "play") this.pause();
    this[name](button);
  }

  set(target) {
    const { name, value, checked } = target;
    const asks = {
      predicting: () => {
        this.pause();
        this.predicting = checked;
        this.seek(positionOf(this.wanted));
      },
      axis: () => this.look("axis", value),
      form: () => this.look("form", value),
      speed: () => (this.speed = Number(value)),
      compare: () => this.ask({ do: "compare", value: checked }),
      recorded: () => this.ask({ do: "run", changes: { recorded: Number(value) } }),
      setting: () => {
        target.sent = value;
        this.ask({ do: "run", changes: { [name]: value } });
      },
    };
    asks[target.dataset.set]?.();
  }

  look(choice, value) {
    this[choice] = value;
    this.paint();
  }

  press(event) {
    const { key, target } = event;
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (key === "Enter" && target.dataset.answer) this.check();
    const types = "input:not([type=range], [type=checkbox], [type=radio]), select";
    const presses = key === " " && target.matches("button, input:not([type=range])");
    const name = KEYS[key.toLowerCase()];
    if (!name || presses || target.matches(types)) return;
    const button = this.buttons[name];
    if (button.closest("[hidden]")) return;
    event.preventDefault();
    if (!button.disabled) this.act(name);
  }

  /** JupyterLab, which listens before us, is to leave us our keys: X would cut a cell. */
  shield(event) {
    if (!event.composedPath().includes(this.root)) return;
    const { key } = event;
    const pages = event.ctrlKey || event.altKey || event.metaKey || key === "Escape";
    if (pages || (event.shiftKey && key === "Enter")) delete this.root.dataset.lmSuppressShortcuts;
    else this.root.dataset.lmSuppressShortcuts = "true";
  }

  grab(event) {
    const panel = this.panels.find(({ node }) => node.contains(event.target));
    const kind = panel?.touch?.kind;
    const handle = event.target.closest("[data-handle]")?.dataset.handle ?? null;
    if (!kind || (kind === "drag" && !handle) || (kind !== "seek" && !this.live)) return;
    if (!locate(panel, event).inside) return;
    this.pause();
    this.held = { panel, kind, handle };
    panel.svg.setPointerCapture(event.pointerId);
    this.drag(event);
  }

  drag(event) {
    const { panel, kind, handle } = this.held;
    const at = (this.held.at = locate(panel, event));
    const place = this.placeAt(Math.round(at.x));
    if (kind === "seek" && place !== this.wanted) this.go(place);
    if (kind === "drag") this.dragTo({ handle, panel: panel.name, x: at.x, y: at.y });
    if (kind === "start") panel.ghost.setAttribute("transform", `translate(${at.pixel})`);
  }

  drop() {
    const { panel, kind, at } = this.held;
    this.held = null;
    panel.ghost.removeAttribute("transform");
    if (kind === "start") this.ask({ do: "run", changes: { w: at.x, b: at.y } });
  }

  /** Send where a handle is; of what comes while an answer is on its way, the newest. */
  dragTo(move) {
    this.newest = this.dragging ? move : null;
    this.dragging ??= this.ask({ do: "drag", ...move });
  }

  dragOn() {
    this.dragging = null;
    if (this.newest) this.dragTo(this.newest);
  }
}

/** The frames are kept with their scene, so that each view of the model has them. */
function initialize({ model }) {
  model.on("msg:custom", ({ run, frames }) => {
    const scene = model.get("scene");
    if (!frames || run !== scene.run) return;
    for (const [place, frame] of Object.entries(frames)) framesOf(scene).set(place, frame);
  });
}

function render({ model, el }) {
  const player = new Player(model, el);
  return () => player.remove();
}

export default { initialize, render };
