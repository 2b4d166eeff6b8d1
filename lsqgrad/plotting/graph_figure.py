"""Draws autograd's graph: boxes with value and gradient, and the arrows between them.

All is drawn once. What comes on the way has the position at which it comes, so that the page can
show it there and no move draws anything.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lsqgrad._util import COLORS, FAINT, GREY
from lsqgrad.plotting import svg
from lsqgrad.plotting.graph_layout import HEIGHT, Layout
from lsqgrad.plotting.labels import width_of
from lsqgrad.regression import MINUS

if TYPE_CHECKING:
    from matplotlib.artist import Artist

    from lsqgrad._util.types import Array
    from lsqgrad.autograd import GraphRecord

MOST_NODES = 100  # more have no room in a picture
MOST_ROWS = 3  # of an array that a box has room for
MOST_ENTRIES = 12  # of a row; a digit and a space have no room for more
TYPE, LINE = 13, 15  # pixels: the size of all type, and from one line to the next
PAD = 5  # pixels between what stands in a box and its border
MOST_TRIED = 60  # places along an arrow, 4 pixels apart, for what is written there
NARROWEST, WIDEST = 148, 182  # pixels that a box may have
GAP = 60  # pixels between two columns, at the least
LIFT = 4  # pixels from the middle between two arrows to each
HEAD = 22  # pixels of the title above the rows
STAR = "*"
CENTERED: dict[str, Any] = {"ha": "center", "va": "center", "parse_math": False}


class Piece(NamedTuple):
    """Artists that come and go together: those of a node, or of an arrow."""

    start: int
    end: int | None  # never, if None
    artists: list[Artist]


class Way(NamedTuple):
    """An arrow in the picture."""

    corners: Array  # shape (n, 2), in pixels, from its tail
    side: int  # of the way on which its text stands: above, 1, or below, -1
    start: int
    color: str
    text: str


class GraphFigure:
    """The graph of a record, as pieces of SVG for the screen and as PNG for paper.

    Parameters
    ----------
    record : GraphRecord
        What is drawn.
    arrivals : dict of tuple of int
        By the number of each node: the positions at which its value and its gradient come. What is
        there from the start comes at 0; at the others the node is framed.

    Attributes
    ----------
    width, height : int
        Of the picture at its natural size, in pixels, where its type has 13.
    """

    def __init__(self, record: GraphRecord, arrivals: Mapping[int, tuple[int, int]]) -> None:
        from matplotlib.figure import Figure

        self._arrivals = arrivals
        self._layout = Layout(record)
        self._measure()
        with svg.type_of_size(TYPE):
            self._figure = Figure(figsize=(self.width / 72, self.height / 72), dpi=72)
            self._ax = self._figure.add_axes((0, 0, 1, 1), xlim=(0, self.width))
            self._ax.set(ylim=(0, self.height))
            self._ax.set_axis_off()
            self._draw_title()
            self._pieces = [
                piece for box in self._layout.boxes.values() for piece in self._box(box)
            ]
            self._pieces += self._arrows()
        for piece in self._pieces:
            for artist in piece.artists:
                artist.set_animated(True)  # the background is drawn without what comes and goes

    def background(self) -> str:
        """Draw what is there from the start to the end."""
        with svg.type_of_size(TYPE):
            return svg.draw_artists(self._figure, [self._figure])

    def history(self) -> list[tuple[int, int | None, str]]:
        """Draw what comes and goes: from which position, until which if it goes, and what."""
        together = defaultdict(list)
        for start, end, artists in self._pieces:
            together[start, end].extend(_shown(artists))
        with svg.type_of_size(TYPE):
            return [
                (
                    *span,
                    svg.draw_artists(
                        self._figure, sorted(artists, key=lambda artist: artist.zorder)
                    ),
                )
                for span, artists in sorted(together.items(), key=lambda item: item[0][0])
            ]

    def png(self, position: int, caption: str = "") -> bytes:
        """Draw all that is seen at a position, with a caption below, as a PNG."""
        for start, end, artists in self._pieces:
            _shown(artists, start <= position and (end is None or position < end))
        with svg.type_of_size(TYPE):
            return svg.png([self._figure], caption)

    def _measure(self):
        """Choose the size of boxes, gaps and picture from what is written there."""
        layout = self._layout
        boxes = layout.boxes.values()
        names = [_width(box.title, "bold") for box in boxes]
        names += [_width(box.subtitle) for box in boxes]
        carried = [a.node.inputs[a.place] for a in layout.arrows]
        carried += [a.node.passed[a.place] for a in layout.arrows]
        self._box_width = np.clip(max(names) + 3 * PAD, NARROWEST, WIDEST)
        column = self._box_width + max(
            [GAP, *(_width(_shape(array)) + 4 * PAD for array in carried)]
        )
        rows = max(min(len(_rows(box.value)), MOST_ROWS) for box in boxes)
        self._box_height = LINE * (2 + rows) + 3 * PAD
        self._pitch = np.array([column, self._box_height / HEIGHT])
        self.width = math.ceil(column * (layout.columns - 1) + self._box_width + 4 * PAD)
        self.height = math.ceil(self._pitch[1] * layout.rows + HEAD)

    def _place(self, x, y):
        """Return a place of the layout in pixels."""
        corner = np.array([self.width - self._box_width / 2 - 2 * PAD, self._pitch[1] / 2])
        return corner + self._pitch * (x, y)

    def _draw_title(self):
        record = self._layout.record
        star = f"   {STAR}" if any(node.notes for node in record) else ""
        more = " more happened than is shown" if star or record.notes else ""
        title = f"In each box: value | gradient{star}{more if star else ' ' * 2 + more}".rstrip()
        self._ax.text(2 * PAD, self.height - HEAD / 2, title, ha="left", va="center")

    def _box(self, box) -> Iterator[Piece]:
        """Draw a box, and yield what it will hold."""
        from matplotlib.patches import FancyBboxPatch

        node, (x, y) = box.node, self._place(-box.column, box.row)
        width, height = self._box_width, self._box_height

        def frame(**style):
            corner = (x - width / 2, y - height / 2)
            style |= {"boxstyle": "round,pad=0,rounding_size=6", "clip_on": False}
            return self._ax.add_artist(FancyBboxPatch(corner, width, height, **style))

        top = y + height / 2 - PAD
        numbers = (top - 2 * LINE + y - height / 2) / 2  # the middle of their lines
        frame(facecolor="white", edgecolor=FAINT, zorder=2)
        self._ax.vlines(x, y - height / 2 + PAD, top - 2 * LINE, FAINT, zorder=3, clip_on=False)
        room = width - 2 * PAD
        half = width / 2 - 2 * PAD
        title = _cut(box.title, room, "bold", keep_end=True)
        self._write(x, top - LINE / 2, title, "black", weight="bold")
        self._write(x, top - 1.5 * LINE, _cut(box.subtitle, room), GREY)
        color = COLORS.get(box.quantity, "black")
        value = self._write(x - width / 4, numbers, _in_rows(box.value, half), color)
        if node is None:
            return
        known, reached = self._arrivals[node.number]
        yield Piece(known, None, [value])
        green = COLORS["gradient"]
        gradient = next((array for array in node.received if array is not None), None)
        if gradient is not None:
            written = self._write(x + width / 4, numbers, _in_rows(gradient, half), green)
            yield Piece(reached, None, [written])
        if node.notes:
            star = self._write(x + width / 2 - 2 * PAD, top - 2 * LINE, STAR, green, weight="bold")
            yield Piece(reached, None, [star])
        for visit in filter(None, (known, reached)):
            here = frame(edgecolor="black", linewidth=3, fill=False, zorder=4)
            yield Piece(visit, visit + 1, [here])

    def _write(self, x, y, text, color, **style):
        return self._ax.text(x, y, text, color=color, linespacing=LINE / TYPE, **style, **CENTERED)

    def _arrows(self) -> Iterator[Piece]:
        """Draw the arrows: each value forward, each gradient back, with the shapes of both."""
        from matplotlib.patches import FancyArrowPatch
        from matplotlib.path import Path

        ways = self._every_way()
        places = _places_beside(ways, [self._extent(box) for box in self._layout.boxes.values()])
        for way, place in zip(ways, places, strict=True):
            line = FancyArrowPatch(
                path=Path(way.corners), arrowstyle="->", mutation_scale=TYPE, shrinkB=2,
                color=way.color, zorder=1, clip_on=False,
            )  # fmt: skip
            drawn: list[Artist] = [self._ax.add_artist(line)]
            if way.text:
                x, y = place
                drawn.append(self._write(x, y, way.text, way.color))
            yield Piece(way.start, None, drawn)

    def _every_way(self) -> list[Way]:
        return [way for arrow in self._layout.arrows for way in self._ways(arrow)]

    def _ways(self, arrow) -> Iterator[Way]:
        """Yield the way of the value, and that of the gradient if there is one."""
        source, node, place = arrow.source, arrow.node, arrow.place
        corners = arrow.corners(self._box_width / self._pitch[0])
        corners = np.array([self._place(*corner) for corner in corners])
        lift = np.array([0, LIFT])
        start = self._arrivals[source.node.number][0] if source.node else 0
        yield Way(corners + lift, 1, start, "black", _shape(node.inputs[place]))
        if node.passed[place] is not None:
            start, text = self._arrivals[node.number][1], _shape(node.passed[place])
            yield Way(corners[::-1] - lift, -1, start, COLORS["gradient"], text)

    def _extent(self, box):
        """Return left, bottom, right and top of a box."""
        half = np.array([self._box_width, self._box_height]) / 2
        middle = self._place(-box.column, box.row)
        return np.concatenate([middle - half, middle + half])


def _shown(artists: list[Artist], visible: bool = True) -> list[Artist]:
    """Return some artists, which are now seen or not."""
    for artist in artists:
        artist.set_visible(visible)
    return artists


def _places_beside(ways: list[Way], boxes: list[Array]) -> list[Array]:
    """Find a place beside each way for its text: over no box, no other text, and few lines."""
    taken, places = np.array(boxes), []
    lines = [_points_along(way.corners) for way in ways]
    every = np.concatenate(lines)
    every = every[np.argsort(every[:, 0])]
    for way, points in zip(ways, lines, strict=True):
        half = np.array([_width(way.text), LINE]) / 2
        centers = _beside(points[:MOST_TRIED], way.side, half)
        extents = np.hstack([centers - half, centers + half])
        hidden = _overlaps(extents, taken).sum(axis=1)
        first, last = np.searchsorted(every[:, 0], [extents[:, 0].min(), extents[:, 2].max()])
        near = every[first:last]
        near = near[(near[:, 1] >= extents[:, 1].min()) & (near[:, 1] <= extents[:, 3].max())]
        crossed = _overlaps(extents, np.hstack([near, near])).sum(axis=1)
        from_tail = np.abs(np.linspace(0, 1, len(centers)) - 0.35)
        best = np.lexsort([from_tail, crossed, hidden])[0]
        if way.text:
            taken = np.vstack([taken, extents[best]])
        places.append(centers[best])
    return places


def _beside(points: Array, side: int, half: Array) -> Array:
    """Return where a text of this half width and height touches a way on one side, at points."""
    along = np.gradient(points, axis=0)
    across = side * np.sign(along[:, :1]) * np.column_stack([-along[:, 1], along[:, 0]])
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    return points + across * (np.abs(across) @ half + 1)[:, np.newaxis]


def _overlaps(some: Array, others: Array) -> Array:
    """Tell which of some extents, shape (n, 4), lie over which of the others, shape (m, 4)."""
    low = np.maximum(some[:, np.newaxis, :2], others[:, :2])
    high = np.minimum(some[:, np.newaxis, 2:], others[:, 2:])
    return np.all(low <= high, axis=2)


def _points_along(corners: Array) -> Array:
    """Return points along a way, a few pixels apart."""
    lengths = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(corners, axis=0), axis=1))])
    at = np.linspace(0, lengths[-1], max(int(lengths[-1] / 4), 8))
    return np.column_stack([np.interp(at, lengths, column) for column in corners.T])


def _shape(array: Array | None) -> str:
    return "" if array is None else str(array.shape)


def _width(text: str, weight: str = "normal") -> float:
    """Return the width in pixels that a text needs on a page."""
    return width_of(text, _font(weight))


@cache
def _font(weight):
    from matplotlib.font_manager import FontProperties

    return FontProperties(family="DejaVu Sans", size=TYPE, weight=weight)


def _cut(text: str, room: float, weight: str = "normal", keep_end: bool = False) -> str:
    """Return a text, or as much of its start or its end as there is room for."""
    for length in range(len(text), 0, -1):
        rest = f"…{text[-length:]}" if keep_end else f"{text[:length]}…"
        cut = text if length == len(text) else rest
        if _width(cut, weight) <= room:
            return cut
    return "…"


def _in_rows(array: Array | None, room: float) -> str:
    """Write an array in rows, as far as there is room for them, all with as many digits."""
    if array is None:
        return "not kept"
    if array.size == 0:
        return "empty"
    rows = _rows(array)
    most = MOST_ROWS if len(rows) <= MOST_ROWS else MOST_ROWS - 1
    lines = [_in_a_row(row, room) for row in rows[:most]]
    return "\n".join([*lines, "…"][: len(rows)])


def _rows(array: Array | None) -> Array:
    """Return an array as rows, shape (n, k); one without entries, or none at all, has one."""
    if array is None or array.size == 0:
        return np.empty((1, 0))
    return array.reshape(-1, array.shape[-1] if array.ndim > 1 else 1)


def _in_a_row(entries: Array, room: float) -> str:
    """Write as many entries as there is room for, and one at the least, if need be in short."""
    for most in range(min(len(entries), MOST_ENTRIES), 0, -1):
        for digits in (4, 3, 2, 1) if len(entries) == 1 else (2, 1)[: 1 + (most == 1)]:
            written = [_number(entry, digits) for entry in entries[:most]]
            line = " ".join(written + ["…"] * (most < len(entries)))
            if _width(line) <= room:
                return line
    return line


def _number(entry: float, digits: int) -> str:
    """Write a number in few letters: 1.2e−5."""
    mantissa, e, exponent = f"{entry:.{digits}g}".partition("e")
    return f"{mantissa}{e}{int(exponent) if e else ''}".replace("-", MINUS)
