// Runs in the page: presses a button, and takes the time until the last pixel has changed.
globalThis.stopwatch = (() => {
  const PATIENCE = 60_000; // milliseconds until a press is given up
  const PAUSE = 250; // before a press that stands alone
  const QUIET = 60; // without a change: the page is quiet
  const ALL = { attributes: true, characterData: true, childList: true, subtree: true };

  // Each says whether all of an area shows a position, which it does not while it changes.
  const shows = {
    floor: (area, { position }) =>
      area.querySelector(".widget-html-content, output")?.textContent === `Step ${position}`,

    usual: (area, { position }) =>
      area.querySelectorAll("img").length === 1 &&
      area.querySelector("pre")?.textContent.startsWith(`Step ${position} `),

    // It says last where it is.
    player: ({ dataset }, { position, run }) =>
      dataset.place === String(position) && (run === undefined || dataset.run === String(run)),
  };
  const shown = (name, ...given) => (shows[name] ?? shows.player)(...given);

  const frame = () => new Promise(requestAnimationFrame);
  const pause = (time) => new Promise((done) => setTimeout(done, time));
  const task = () =>
    new Promise((done) => {
      const channel = new MessageChannel();
      channel.port1.onmessage = done;
      channel.port2.postMessage(null);
    });

  // The element is looked for at each press: a front end may have replaced it. marimo keeps it in
  // a shadow.
  function findAll(selector, root = document) {
    const found = [...root.querySelectorAll(selector)];
    if (found.length) return found;
    const shadows = [...root.querySelectorAll("*")].map(({ shadowRoot }) => shadowRoot);
    return shadows.filter(Boolean).flatMap((shadow) => findAll(selector, shadow));
  }
  const find = (name) => findAll(`.${name}`)[0];
  const button = (name, label) =>
    findAll("button", find(name)).find((one) => one.textContent.trim() === label);

  function inDocument(name, state) {
    return new Promise((done, fail) => {
      const lost = new Error(`${name} never showed ${JSON.stringify(state)}`);
      const timer = setTimeout(() => fail(lost), PATIENCE);
      const observer = new MutationObserver(look);
      function look() {
        if (!shown(name, find(name), state)) return;
        observer.disconnect();
        clearTimeout(timer);
        done();
      }
      observer.observe(find(name).getRootNode(), ALL);
      look();
    });
  }

  async function painted(area) {
    const loading = [...area.querySelectorAll("img")].filter((image) => !image.complete);
    await Promise.all(loading.map((image) => image.decode()));
    await frame(); // the browser is about to paint,
    await task(); // and has painted
    return performance.now();
  }

  async function onScreen(name, state) {
    await inDocument(name, state);
    return painted(find(name));
  }

  async function ready(name) {
    find(name).scrollIntoView({ block: "center" }); // what is out of view is not painted
    await frame(); // a frame in which nothing happens, after the press before
    await task();
  }

  // Waits for a moment, and returns a function that waits until the state is seen, and no change
  // comes any more; and says when the last one was painted.
  async function quiet(name, state) {
    const area = find(name);
    let last = 0;
    let changes = 0;
    await ready(name);
    await pause(PAUSE);
    const observer = new MutationObserver(async () => {
      const mine = ++changes;
      const end = await painted(area);
      if (mine === changes) last = end;
    });
    observer.observe(area, ALL);
    return async () => {
      const end = await onScreen(name, state); // of an area that was replaced, no change is seen
      while (performance.now() - Math.max(last, end) < QUIET) await pause(10);
      observer.disconnect();
      return Math.max(last, end);
    };
  }

  let answer;
  let arrived;

  return {
    // A press that stands alone: the time until the last change is painted, when the page is quiet.
    async press(name, label, state) {
      const pressed = button(name, label);
      const ended = await quiet(name, state);
      const start = performance.now();
      pressed.click();
      return (await ended()) - start;
    },

    // The same with the slider.
    async slide(name, position) {
      const slider = find(name).querySelector("input[type=range]");
      const ended = await quiet(name, { position });
      const start = performance.now();
      slider.value = position;
      slider.dispatchEvent(new Event("input", { bubbles: true }));
      return (await ended()) - start;
    },

    // A press right after the frame in which the one before was painted: the time until the state
    // is painted.
    async pressAtOnce(name, label, state) {
      const pressed = button(name, label);
      await ready(name);
      const start = performance.now();
      pressed.click();
      return (await onScreen(name, state)) - start;
    },

    // Begins with an event that Playwright makes: a script cannot press a true key.
    listen(name, event, state) {
      const begun = new Promise((done) =>
        addEventListener(event, () => done(performance.now()), { capture: true, once: true })
      );
      answer = onScreen(name, state).then(async (end) => end - (await begun));
    },
    heard: () => answer,

    // The same, until what is drawn over the background of a panel has changed.
    listenForChange(name, event) {
      const begun = new Promise((done) =>
        addEventListener(event, () => done(performance.now()), { capture: true, once: true })
      );
      const changed = new Promise((done) => {
        const observer = new MutationObserver(() => {
          observer.disconnect();
          done();
        });
        for (const moving of find(name).querySelectorAll("svg .moving")) {
          observer.observe(moving, ALL);
        }
      });
      answer = changed.then(async () => (await painted(find(name))) - (await begun));
    },

    // Presses a button again as soon as the document shows the step, painted or not.
    async walk(name, label, positions) {
      for (const position of positions) {
        button(name, label).click();
        await inDocument(name, { position });
      }
    },

    // Which positions are painted while it plays.
    async play(name, seconds) {
      const seen = [];
      button(name, "Play").click();
      const start = performance.now();
      while (performance.now() < start + 1000 * seconds) {
        await frame();
        await task();
        seen.push(Number(find(name).dataset.place));
      }
      button(name, "Pause").click();
      return [...new Set(seen)];
    },

    // The time from an event until frames of so many positions of the next run have come. The
    // player keeps them in a Map.
    awaitFrames(event, last) {
      const { set } = Map.prototype;
      const begun = new Promise((done) =>
        addEventListener(event, () => done(performance.now()), { capture: true, once: true })
      );
      const missing = new Set(Array.from({ length: last + 1 }, (_, at) => String(at)));
      let started = false;
      begun.then(() => (started = true));
      arrived = new Promise((done) => {
        Map.prototype.set = function (key, value) {
          if (started && value?.panels && value?.status !== undefined) missing.delete(key);
          if (missing.size === 0) {
            Map.prototype.set = set;
            done();
          }
          return set.call(this, key, value);
        };
      }).then(async () => performance.now() - (await begun));
    },
    arrived: () => arrived,
  };
})();
