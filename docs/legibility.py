"""Measure whether players and figures can be read from the back row: the table of legibility.md.

    python docs/legibility.py

The page is as on a projector of 1280×720 pixels at a zoom of 125 %: 1024 pixels of CSS wide, of
which JupyterLab leaves 844 for a figure, and 455 in height.
"""

import math
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "tools"))

from browser import chromium, find_chromium  # noqa: E402

from lsqgrad import (  # noqa: E402
    ARTICLE,
    GraphWalker,
    Stepper,
    Walker,
    draw_contours,
    draw_parabola,
    draw_shapes,
    draw_squares,
    line_data,
    projector,
    sgd_by_hand,
)
from lsqgrad.derivations import by_indices  # noqa: E402

ZOOM, HEIGHT = 1.25, 720  # of the projector, in its own pixels
WIDTH = 844  # pixels of CSS: a wider figure is made as narrow
SMALL_X = 0.547  # of DejaVu Sans: its height by the size of the type
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
    rows = [[name, "figure", smallest_x(figure) * ZOOM] for name, figure in figures()]
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


def figures():
    """Yield what is drawn after `projector()`: drawings, and a figure of pyplot."""
    from matplotlib import pyplot

    projector()
    lines = {"before": (1, 2), "after": (2, 1)}
    yield "draw_squares", draw_squares(ARTICLE.X, ARTICLE.Y, lines).figure
    yield "draw_parabola", draw_parabola(ARTICLE.X, ARTICLE.Y, ARTICLE.w, 0, ARTICLE.lr).figure
    yield "draw_contours", draw_contours(*line_data(), ARTICLE.w, ARTICLE.b, ARTICLE.lr).figure
    yield "draw_shapes", draw_shapes(3, 2).figure
    figure, ax = pyplot.subplots(figsize=(9, 4))
    ax.set(xlabel="step", ylabel="loss", title="pyplot")
    yield "pyplot, 9×4 inches", figure


def smallest_x(figure):
    """Return the height of the smallest x in pixels of CSS, as JupyterLab shows a figure."""
    from matplotlib.text import Text

    figure.draw_without_rendering()
    texts = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text()]
    narrower = min(1, WIDTH / (figure.get_tightbbox().width * figure.dpi))
    return min(text.get_size() for text in texts) * figure.dpi / 72 * SMALL_X * narrower


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
