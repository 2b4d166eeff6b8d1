"""Measure whether the players can be read from the back row, and write the table of legibility.md.

    python docs/legibility.py

The page is as on a projector of 1280×720 pixels at a zoom of 125 %: 1024 pixels of CSS wide, of
which JupyterLab leaves 455 in height.
"""

import math
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

from browser import chromium, find_chromium  # noqa: E402

from lsqgrad import ARTICLE, GraphWalker, Stepper, Walker, line_data, sgd_by_hand  # noqa: E402
from lsqgrad.derivations import by_indices  # noqa: E402

ZOOM, HEIGHT = 1.25, 720  # of the projector, in its own pixels
DISTANCE = 6  # of the last row, in heights of the picture
LEAST = 8  # minutes of arc that a small letter has; the line for 20/20 on an eye chart has 5
BEGIN, END = "<!-- begin -->", "<!-- end -->"

# The height of a small x in pixels of CSS, of all text that is seen in a part of the page.
MEASURE = """root => {
  const canvas = document.createElement("canvas").getContext("2d");
  const found = {};
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility()) continue;
    const part = node.closest("[class^=lsqgrad-]")?.className?.baseVal
      ?? node.closest("[class^=lsqgrad-]").className;
    const style = getComputedStyle(node);
    canvas.font = `${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
    const scale = node.getScreenCTM?.().a ?? 1;
    const height = canvas.measureText("x").actualBoundingBoxAscent * scale;
    const name = part.split(" ")[0].replace("lsqgrad-", "");
    found[name] = Math.min(found[name] ?? Infinity, height);
  }
  return found;
}"""


def main() -> None:
    trace = sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b)
    players = {
        "stepper": Stepper(trace, size="projector"),
        "walker": Walker(by_indices, size="projector"),
        "graph walker": GraphWalker(recorded(), size="projector"),
    }
    rows = []
    with tempfile.TemporaryDirectory() as scratch, chromium(find_chromium()) as browser:
        for name, player in players.items():
            player.seek(3)
            path = Path(scratch) / "player.html"
            player.to_html(path)
            view = {"width": 1024, "height": 455}
            page = browser.new_page(viewport=view, device_scale_factor=ZOOM)
            page.goto(path.as_uri())
            root = page.locator(".lsqgrad-player[data-place]")
            for part, height in sorted(root.evaluate(MEASURE).items()):
                rows.append([name, part, height * ZOOM])
    table = ["| | smallest text in | height of an x, pixels | seen at, minutes of arc | |"]
    table.append("| --- | --- | --- | --- | --- |")
    for name, part, height in rows:
        seen = minutes(height)
        verdict = "met" if seen >= LEAST else "missed"
        table.append(f"| {name} | {part} | {height:.1f} | {seen:.1f} | {verdict} |")
    write("\n".join(table))
    sys.exit(any(minutes(height) < LEAST for _, _, height in rows))


def minutes(height: float) -> float:
    """Return at which angle a height in pixels is seen from the last row."""
    return math.degrees(math.atan(height / (DISTANCE * HEIGHT))) * 60


def recorded():
    """Return the record of the article's step."""
    import torch

    from lsqgrad import record_backward

    x, y, w, b = (torch.tensor(v).float() for v in (ARTICLE.X, ARTICLE.Y, ARTICLE.w, ARTICLE.b))
    model = torch.nn.Linear(1, 1)
    model.load_state_dict({"weight": w, "bias": b.reshape(1)})
    return record_backward(torch.nn.MSELoss()(model(x), y), model)


def write(table: str) -> None:
    path = HERE / "legibility.md"
    before, rest = path.read_text(encoding="utf-8").split(BEGIN)
    after = rest.split(END)[1]
    path.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")
    print(table)


if __name__ == "__main__":
    main()
