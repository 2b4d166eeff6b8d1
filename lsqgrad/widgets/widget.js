// What ipywidgets leaves out of the page of our widgets. Runs once for each view, as the load
// event of the `style` element in it, which comes when all of the view is on the page.
const root = this.closest(".lsqgrad-widget");

// The slider has no name for screen readers.
root.querySelector(".noUi-handle")?.setAttribute("aria-label", "Step");

// Only a region that stays on the page, while its content changes, is read out reliably.
const says = ".lsqgrad-says :is(.widget-html-content, .widget-htmlmath-content)";
root.querySelector(says).setAttribute("role", "status");

// JupyterLab and Notebook would take arrow keys and letters for their own shortcuts: X cuts a cell.
const controls = "button, select, input[type=checkbox], .noUi-handle";
for (const control of root.querySelectorAll(controls)) {
  control.dataset.lmSuppressShortcuts = "true";
}

// A choice and a box to tick have no tooltip.
const tooltips = JSON.parse(this.dataset.tooltips);
for (const label of root.querySelectorAll("label")) {
  const tooltip = tooltips[label.textContent.trim()];
  if (!tooltip) continue;
  label.title = tooltip;
  label.querySelectorAll("[title]").forEach((part) => (part.title = tooltip));
  if (label.control) label.control.title = tooltip;
}

// Enter in a field for an answer presses its button, once the answer was sent.
root.matches(".lsqgrad-answerfield") &&
  root.querySelector("input").addEventListener("keydown", ({ key, target }) => {
    if (key !== "Enter") return;
    target.dispatchEvent(new Event("change", { bubbles: true }));
    root.querySelector("button").click();
  });

// A control that goes away, or is switched off, takes the keyboard's focus with it: another choice
// is to have it, or the next move, or the previous one at the end.
let focused = null;
const isLost = (control) => control.disabled || !control.checkVisibility();
root.addEventListener("focusin", ({ target }) => (focused = target));
root.addEventListener("focusout", ({ target }) => {
  if (!isLost(target)) focused = null; // the focus went on of its own will
});
const handOn = () => {
  if (!focused || !isLost(focused) || ![document.body, focused].includes(document.activeElement)) {
    return;
  }
  const buttons = [...root.querySelectorAll("button")].filter((one) => !isLost(one));
  const named = (name) => buttons.find((one) => one.textContent.includes(name));
  const choice = buttons.find((one) => one.closest(".lsqgrad-choices"));
  (choice ?? named("Next") ?? named("Previous"))?.focus();
};
new MutationObserver(() => requestAnimationFrame(handOn)).observe(root, {
  attributeFilter: ["disabled", "style"],
  subtree: true,
});

// A click on the loss curve moves the slider to the step that is nearest.
root.addEventListener("click", ({ target, clientX }) => {
  if (!target.matches(".lsqgrad-losses")) return;
  const first = Number(target.dataset.first);
  const last = Number(target.dataset.last);
  const { left, width } = target.getBoundingClientRect();
  const step = first + ((last - first) * (clientX - left)) / width;
  root.querySelector(".noUi-target").noUiSlider.set(Math.round(step));
});
