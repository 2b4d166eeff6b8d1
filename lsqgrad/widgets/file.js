// The model of a player that is a file: it has all frames, and no kernel.
const root = document.querySelector(".lsqgrad-file:not([data-shown])");
root.dataset.shown = "";
const labels = JSON.parse(root.querySelector("script[type='application/json']").textContent);
const packed = [...root.querySelectorAll("script[type='application/gzip']")];

async function unpack(script) {
  const bytes = Uint8Array.from(atob(script.textContent), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).json();
}

async function take(run) {
  const scene = await unpack(packed[run]);
  return { ...scene, run, runs: labels.length > 1 ? labels : [] };
}

const scene = await take(0);
const { place: at, predicting } = scene.start;
const state = { scene, place: { run: 0, at, predicting } };
const listeners = {};
const model = {
  get: (name) => state[name],
  set: (name, value) => (state[name] = value),
  on: (event, listener) => (listeners[event] ??= []).push(listener),
  off() {},
  // A recorded run is all that can be asked for here.
  async send({ changes }) {
    if (!changes) return;
    state.scene = await take(changes.recorded);
    for (const listener of listeners["change:scene"] ?? []) listener();
  },
};
player.initialize({ model });
player.render({ model, el: root.querySelector(".lsqgrad-place") });

/** Whether this is the first player that is seen. */
function isFirstInView(node) {
  const players = [...document.querySelectorAll(".lsqgrad-player:not(.lsqgrad-prediction)")];
  const isSeen = (one) => {
    const { top, bottom } = one.getBoundingClientRect();
    return top < innerHeight && bottom > 0;
  };
  return players.find(isSeen) === node;
}

// What is pressed while nothing has the focus is for the player that is looked at, but not the keys
// of a page or a browser, as Ctrl+K: a page would hear them twice.
document.addEventListener("keydown", (event) => {
  const node = root.querySelector(".lsqgrad-player");
  if (root.closest(".reveal")) return; // slides have keys of their own
  if (event.target !== document.body || !isFirstInView(node)) return;
  const { key, ctrlKey, altKey, metaKey, shiftKey } = event;
  if (ctrlKey || altKey || metaKey) return;
  const keys = { key, shiftKey, cancelable: true };
  if (!node.dispatchEvent(new KeyboardEvent("keydown", keys))) event.preventDefault();
});
