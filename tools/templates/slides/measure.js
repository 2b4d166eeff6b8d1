// What is beyond an edge of the slide that is shown, and the smallest type on it, as drawn on the
// screen. A text that a box cuts off is beyond an edge, too; one that can be scrolled to is counted.
() => {
  const page = Reveal.getCurrentSlide().querySelector(".page");
  const edges = page.getBoundingClientRect();
  const scale = edges.width / page.offsetWidth;
  const SLACK = 1; // pixel
  const KINDS = [
    ["code", ".highlight"],
    ["mathematics", "math"],
    ["player", ".lsqgrad-file"],
    ["output", ".jp-OutputArea-output"],
    ["words", "*"],
  ];
  const found = { beyond: [], scrolled: 0, type: {} };
  const isInside = (box, room) =>
    box.left >= room.left - SLACK &&
    box.top >= room.top - SLACK &&
    box.right <= room.right + SLACK &&
    box.bottom <= room.bottom + SLACK;

  /** Look whether boxes are within the page, and within all that cuts them off. */
  function look(node, boxes, text) {
    let isCut = boxes.some((box) => !isInside(box, edges));
    let isScrolled = false;
    for (let box = node; box !== page; box = box.parentElement) {
      const { overflowX, overflowY } = getComputedStyle(box);
      if (overflowX === "visible" && overflowY === "visible") continue;
      const room = box.getBoundingClientRect();
      if (boxes.every((one) => isInside(one, room))) continue;
      if ([overflowX, overflowY].some((way) => ["auto", "scroll"].includes(way))) isScrolled = true;
      else isCut = true;
    }
    if (isScrolled) found.scrolled += 1;
    else if (isCut) found.beyond.push(text);
  }

  /** The height of the type of a node, on the screen. */
  function heightOf(node) {
    const matrix = node instanceof SVGGraphicsElement ? node.getScreenCTM() : { a: scale, b: 0 };
    return parseFloat(getComputedStyle(node).fontSize) * Math.hypot(matrix.a, matrix.b);
  }

  const visible = { opacityProperty: true, visibilityProperty: true };
  const texts = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const { currentNode: text } = texts;
    const { parentElement: node } = text;
    if (!text.data.trim() || !node.checkVisibility(visible)) continue;
    const range = document.createRange();
    range.selectNode(text);
    const boxes = [...range.getClientRects()].filter(({ width }) => width > 0);
    if (!boxes.length) continue;
    look(node, boxes, text.data.trim().slice(0, 40));
    const [kind] = KINDS.find(([, selector]) => node.closest(selector));
    found.type[kind] = Math.min(found.type[kind] ?? Infinity, heightOf(node));
  }
  for (const node of page.querySelectorAll("img, svg, button, input, select, .highlight, math")) {
    if (!node.checkVisibility(visible)) continue;
    look(node, [node.getBoundingClientRect()], node.textContent.trim().slice(0, 40) || node.tagName);
  }
  return found;
};
