"""Draws autograd's graph: boxes with value and gradient, and the arrows between them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from lsqgrad._util import COLORS, FAINT, GREY
from lsqgrad.autograd import GraphRecord
from lsqgrad.plotting import svg
from lsqgrad.plotting.graph_layout import HEIGHT, WIDTH, Layout

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes

MOST_NODES = 100  # more have no room in a picture
MOST_ROWS = 3  # of an array that a box has room for
MOST_IN_A_ROW = 12  # letters in small type
MOST_IN_A_NUMBER, MOST_IN_A_TITLE = 8, 14  # letters in full size
CENTERED = {"ha": "center", "va": "center", "parse_math": False}
# Width of a column and height of a row in inches of 72 pixels, and the type in points.
SIZES = {"notebook": ((3.1, 1.3), 12), "projector": ((2.5, 1.3), 12)}
STAR = "*"
TITLE = 0.4  # inches above the rows


class GraphPanel:
    """The graph on axes: what is there from the start is drawn once, and the rest is shown or not.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Drawn on; not cleared.
    layout : Layout
        What is drawn, and where.
    """

    def __init__(self, ax: Axes, layout: Layout) -> None:
        self._ax = ax
        # Those that come and go, each with the question whether it is there
        self._artists: list[tuple[Artist, Callable[[Any], bool]]] = []
        ax.set(xlim=(0.5 - layout.columns, 0.5), ylim=(-0.5, layout.rows - 0.5))
        star = f"{STAR} " if any(node.notes for node in layout.record) else ""
        more = "more happened than is shown" if star or layout.record.notes else ""
        ax.set_title(f"In each box: value | gradient   {star}{more}".rstrip())
        ax.set_axis_off()
        for arrow in layout.arrows:
            self._draw_arrows(arrow)
        for box in layout.boxes.values():
            self._draw_box(box)

    @property
    def moving(self) -> list[Artist]:
        """The artists that come and go."""
        return [artist for artist, _ in self._artists]

    def show(self, navigator: Any) -> None:
        """Show what is known at a position of a walk."""
        for artist, is_there in self._artists:
            artist.set_visible(is_there(navigator))

    def _draw_box(self, box):
        """Draw a box, and prepare what it will hold."""
        from matplotlib.patches import FancyBboxPatch

        node, x, y = box.node, -box.column, box.row

        def frame(**style):
            corner = (x - WIDTH / 2, y - HEIGHT / 2)
            style |= {"facecolor": "white", "boxstyle": "round,pad=0,rounding_size=0.05"}
            return self._ax.add_patch(FancyBboxPatch(corner, WIDTH, HEIGHT, **style))

        frame(edgecolor=FAINT, zorder=2)
        self._ax.plot([x, x], [y - 0.45 * HEIGHT, y + 0.1 * HEIGHT], color=FAINT, lw=1, zorder=3)
        size = "medium" if len(box.title) <= MOST_IN_A_TITLE else "small"
        self._ax.text(x, y + 0.37 * HEIGHT, box.title, weight="bold", size=size, **CENTERED)
        self._ax.text(x, y + 0.22 * HEIGHT, box.subtitle, color=GREY, size="small", **CENTERED)
        value = self._write(x - WIDTH / 4, y, box.value, COLORS.get(box.quantity, "black"))
        if node is None:
            return
        here = frame(edgecolor="black", linewidth=3, fill=False, zorder=4)
        self._artists += [
            (value, lambda at: at.has_value(node)),
            (here, lambda at: at.node is node),
        ]
        gradient = next((array for array in node.received if array is not None), None)
        if gradient is not None:
            written = self._write(x + WIDTH / 4, y, gradient, COLORS["gradient"])
            self._artists.append((written, lambda at: at.has_gradient(node)))
        if node.notes:
            corner = (x + 0.46 * WIDTH, y + 0.06 * HEIGHT)
            style = {"color": COLORS["gradient"], "size": "large", "weight": "bold"} | CENTERED
            star = self._ax.text(*corner, STAR, **style)
            self._artists.append((star, lambda at: at.has_gradient(node)))

    def _write(self, x, y, array, color):
        """Write the numbers of an array into one half of a box."""
        text = _in_rows(array)
        is_narrow = max(map(len, text.split("\n"))) <= MOST_IN_A_NUMBER
        style = {"color": color, "size": "medium" if is_narrow else "x-small"} | CENTERED
        return self._ax.text(x, y - 0.18 * HEIGHT, text, **style)

    def _draw_arrows(self, arrow):
        """Prepare the arrows between two boxes: the value forward, the gradient back."""
        source, node, place = arrow.source, arrow.node, arrow.place
        corners = np.array(arrow.corners())
        lift = np.array([0, 0.07])
        forward = self._arrow(corners + lift, node.inputs[place], "black")
        if source.node is not None:
            self._artists += [(a, lambda at: at.has_value(source.node)) for a in forward]
        if node.passed[place] is not None:
            back = self._arrow(corners[::-1] - lift, node.passed[place], COLORS["gradient"])
            self._artists += [(a, lambda at: at.has_gradient(node)) for a in back]

    def _arrow(self, corners, array, color):
        """Return an arrow, and the shape of what it carries, which stands near its tail."""
        *_, before, head = corners
        style = {"arrowstyle": "->", "color": color, "shrinkA": 0, "shrinkB": 2}
        drawn = [self._ax.annotate("", head, before, arrowprops=style)]
        if len(corners) > 2:
            drawn += self._ax.plot(*corners[:-1].T, color=color, linewidth=1)
        if array is not None:
            paper = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
            place = 0.65 * corners[0] + 0.35 * corners[1]
            style = {"color": color, "size": "small", "bbox": paper} | CENTERED
            drawn.append(self._ax.text(*place, str(array.shape), **style))
        return drawn


def _in_rows(array):
    """Write an array in rows, as far as a box has room for them."""
    if array is None:
        return "not kept"
    if array.size == 0:
        return "empty"
    rows = array.reshape(-1, array.shape[-1] if array.ndim > 1 else 1)
    most = MOST_ROWS if len(rows) <= MOST_ROWS else MOST_ROWS - 1
    lines = [_in_a_row(row) for row in rows[:most]]
    return "\n".join([*lines, "…"][: len(rows)])


def _in_a_row(entries):
    """Write as many entries as half a box has room for, and one at the least."""
    digits = 4 if len(entries) == 1 else 2
    written = [f"{entry:.{digits}g}" for entry in entries[:MOST_IN_A_ROW]]
    for most in range(len(written), 0, -1):
        line = " ".join(written[:most] + ["…"] * (most < len(entries)))
        if len(line) <= MOST_IN_A_ROW or most == 1:
            return line


class GraphFigure:
    """The graph of a record as SVG for the screen and as PNG for paper.

    Parameters
    ----------
    record : GraphRecord
        Whose graph is drawn.
    size : {"notebook", "projector"}
        The projector's type is larger.
    """

    def __init__(self, record: GraphRecord, size: str = "notebook") -> None:
        from matplotlib.figure import Figure

        layout = Layout(record)
        (column, row), self._type = SIZES[size]
        width, height = column * layout.columns, row * layout.rows + TITLE
        with svg.type_of_size(self._type):
            self._figure = Figure(figsize=(width, height), dpi=72)
            axes = self._figure.add_axes((0, 0, 1, 1 - TITLE / height))
            self._panel = GraphPanel(axes, layout)
            for artist in self._panel.moving:
                artist.set_animated(True)  # the background is drawn without what comes and goes
            self._background = svg.draw_artists(self._figure, [self._figure])

    def svg(self, navigator: Any, attributes: str) -> str:
        """Draw what is known at a position of a walk, as an SVG element with these attributes."""
        self._panel.show(navigator)
        with svg.type_of_size(self._type):
            foreground = svg.draw_artists(self._figure, self._panel.moving)
        return svg.element(self._figure, attributes, self._background, foreground)

    def png(self, navigator: Any) -> bytes:
        """Draw it as a PNG."""
        self._panel.show(navigator)
        with svg.type_of_size(self._type):
            return svg.png(self._figure)
