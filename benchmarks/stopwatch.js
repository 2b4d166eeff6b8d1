// Runs in the page: presses a button, and takes the time until the last pixel has changed.
globalThis.stopwatch = (() => {
  const PATIENCE = 60_000; // milliseconds until a press is given up

  // Each says whether all of an area shows a position, which it does not while it changes.
  const shows = {
    floor: (area, { position }) =>
      area.querySelector(".widget-html-content")?.textContent === `Step ${position}`,

    usual: (area, { position }) =>
      area.querySelectorAll("img").length === 1 &&
      area.querySelector("pre")?.textContent.startsWith(`Step ${position} `),

    "lsqgrad-stepper": (area, { position, run }) => {
      const frame = area.querySelector(".lsqgrad-frame:has(svg.lsqgrad-figure)");
      const status = area.querySelector("[role=status]")?.textContent.trim();
      const handle = area.querySelector(".noUi-handle")?.getAttribute("aria-valuenow");
      return (
        Number(frame?.dataset.position) === position &&
        (position === 0 || frame.querySelector(".lsqgrad-arithmetic") !== null) &&
        (run === undefined || Number(frame.dataset.run) === run) &&
        status?.startsWith(position === 0 ? "Start:" : `Step ${position} `) &&
        Number(handle) === position
      );
    },

    walker: (area, { position }) => {
      const lines = [...area.querySelectorAll(".lsqgrad-line[role=group]")];
      const seen = lines.filter((line) => line.checkVisibility());
      return (
        Number(area.querySelector(".lsqgrad-words")?.dataset.position) === position &&
        seen.length === position + 1 &&
        seen.every((line) => line.querySelector("mjx-container"))
      );
    },

    "lsqgrad-graphwalker": (area, { position }) =>
      Number(area.querySelector(".lsqgrad-words")?.dataset.position) === position &&
      Number(
        area.querySelector(".lsqgrad-frame:has(svg.lsqgrad-figure)")?.dataset.position
      ) === position,
  };
  const shown = (name, area, state) => shows[name.replace(/\d+$/, "")](area, state);

  const frame = () => new Promise(requestAnimationFrame);
  const idle = () => new Promise((done) => requestIdleCallback(done));
  const task = () =>
    new Promise((done) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = done;
      channel.port2.postMessage(null);
    });

  // The element is looked for at each press: a front end may have replaced it.
  const find = (name) => document.querySelector(`.${name}`);
  const button = (name, label) =>
    [...find(name).querySelectorAll("button")].find((one) => one.textContent.trim() === label);

  function inDocument(name, state) {
    return new Promise((done, fail) => {
      const area = find(name);
      const lost = new Error(`${name} never showed ${JSON.stringify(state)}`);
      const timer = setTimeout(() => fail(lost), PATIENCE);
      const observer = new MutationObserver(look);
      function look() {
        if (!shown(name, area, state)) return;
        observer.disconnect();
        clearTimeout(timer);
        done();
      }
      const all = { attributes: true, characterData: true, childList: true, subtree: true };
      observer.observe(area, all);
      look();
    });
  }

  async function onScreen(name, state) {
    await inDocument(name, state);
    const loading = [...find(name).querySelectorAll("img")].filter((image) => !image.complete);
    await Promise.all(loading.map((image) => image.decode()));
    await frame(); // the browser is about to paint,
    await task(); // and has painted
    return performance.now();
  }

  let answer;

  return {
    async press(name, label, state) {
      const pressed = button(name, label);
      find(name).scrollIntoView({ block: "center" }); // what is out of view is not painted
      await frame(); // a frame in which nothing happens, after the press before
      await idle();
      const start = performance.now();
      pressed.click();
      return (await onScreen(name, state)) - start;
    },

    // Begins with the next key, which Playwright presses: a script cannot press a true Enter.
    listen(name, state) {
      const pressed = new Promise((done) =>
        addEventListener("keydown", () => done(performance.now()), { capture: true, once: true })
      );
      answer = onScreen(name, state).then(async (end) => end - (await pressed));
    },
    heard: () => answer,

    // Presses a button again as soon as the document shows the step, painted or not.
    async walk(name, label, positions) {
      for (const position of positions) {
        button(name, label).click();
        await inDocument(name, { position });
      }
    },

    // How many positions are painted in a second, from the first change to the last one.
    async rate(name, seconds) {
      const position = () => find(name).querySelector(".lsqgrad-frame").dataset.position;
      const changes = [];
      let before = position();
      const start = await frame();
      for (let now = start; now < start + 1000 * seconds; now = await frame()) {
        if (position() === before) continue;
        before = position();
        changes.push(now);
      }
      return (1000 * (changes.length - 1)) / (changes.at(-1) - changes[0]);
    },
  };
})();
