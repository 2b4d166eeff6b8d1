"""Places words in axes where nothing else is, by measure."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import numpy as np

from lsqgrad._util.types import Array

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties
    from matplotlib.lines import Line2D
    from matplotlib.text import Text
    from numpy.typing import ArrayLike

CELL = 3.0  # points
WIDER = 1.06  # the font of a page may be so much wider than the one that is measured
PAD = 4.0  # points around words
LEADING = 1.15  # from one line of words to the next, in heights of words
SAMPLE = 21.0  # points: room for a sample of what is explained, before the words


class Entry(NamedTuple):
    """Words that explain something, and how that looks: what a `Line2D` is drawn with."""

    words: str
    color: str
    sample: Mapping[str, Any] | None = None


class Room:
    """What is free inside of axes, in cells of a few pixels. Places and sizes are in pixels.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Whose limits and place in the figure stay as they are now.
    """

    def __init__(self, ax: Axes) -> None:
        self._ax = ax
        self.point = ax.figure.dpi / 72  # in pixels
        box = ax.get_window_extent()
        self.low, self.high = np.array(box.min), np.array(box.max)  # corners
        self._cell = CELL * self.point
        columns, rows = np.maximum((self.high - self.low) // self._cell, 1).astype(int)
        self._taken = np.zeros((rows, columns), dtype=bool)

    def copy(self) -> Room:
        """Return a room in which more can be taken."""
        room = copy.copy(self)
        room._taken = self._taken.copy()
        return room

    def pixels(self, points: Array) -> Array:
        """Return where points of the data are, shape (n, 2)."""
        with np.errstate(all="ignore"):
            return np.asarray(self._ax.transData.transform(np.asarray(points, dtype=np.float64)))

    def take_points(self, pixels: Array, margin: float = 5.0) -> None:
        """Take points, shape (n, 2), with a margin around them, which is in points."""
        margin *= self.point
        near = (pixels >= self.low - margin) & (pixels <= self.high + margin)
        cells = np.unique(self._cells(pixels[near.all(axis=1)]), axis=0)
        most = int(np.ceil(margin / self._cell))
        around = np.indices((2 * most + 1, 2 * most + 1)).reshape(2, -1, 1).T - most
        column, row = (cells + around.reshape(-1, 1, 2)).reshape(-1, 2).T
        rows, columns = self._taken.shape
        inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
        self._taken[row[inside], column[inside]] = True

    def take_line(self, pixels: Array, margin: float = 5.0) -> None:
        """Take all along the line through points, shape (n, 2)."""
        far = np.max(self.high - self.low)
        near = np.clip(pixels, self.low - far, self.high + far)
        near = near[np.isfinite(near).all(axis=1)]
        if len(near) > 1:
            along = np.append(0, np.cumsum(np.hypot(*np.diff(near, axis=0).T)))
            places = np.arange(0, along[-1], self._cell)
            near = np.column_stack([np.interp(places, along, axis) for axis in near.T])
        self.take_points(near, margin)

    def take(self, corner: ArrayLike, size: ArrayLike) -> None:
        """Take a rectangle with this lower left corner."""
        left, low = np.maximum(self._cells(np.asarray(corner)), 0)
        right, high = np.maximum(self._cells(np.add(corner, size)) + 1, 0)
        self._taken[low:high, left:right] = True

    def are_free(self, corners: Array, size: ArrayLike) -> Array:
        """Tell which rectangles of a size are inside of the axes, with nothing taken of them.

        `corners` are their lower left ones, shape (n, 2).
        """
        rows, columns = self._taken.shape
        free = np.all((corners >= self.low) & (corners + size <= self.high), axis=1)
        sums = np.zeros((rows + 1, columns + 1), dtype=int)
        sums[1:, 1:] = self._taken.cumsum(axis=0).cumsum(axis=1)
        left, low = self._cells(corners[free]).T
        right, high = np.minimum(self._cells(corners[free] + size) + 1, [columns, rows]).T
        taken = sums[high, right] - sums[low, right] - sums[high, left] + sums[low, left]
        free[free] = taken == 0
        return free

    def find(self, size: ArrayLike, near: ArrayLike) -> Array | None:
        """Return the lower left corner of the free place of this size nearest to a pixel."""
        row, column = np.indices(self._taken.shape).reshape(2, -1)
        corners = self.low + np.column_stack([column, row]) * self._cell
        corners = corners[self.are_free(corners, size)]
        if len(corners) == 0:
            return None
        # How far the pixel is from each rectangle, and from its centre, of those that are as near
        away = np.maximum(np.maximum(corners - near, near - corners - size), 0)
        centred = corners + np.asarray(size) / 2 - near
        nearest: Array = corners[np.argmin(np.sum(away**2 + 1e-3 * centred**2, axis=1))]
        return nearest

    def _cells(self, pixels):
        return np.floor((pixels - self.low) / self._cell).astype(int)


def size_of(words: str, point: float = 1.0) -> Array:
    """Return the width and the height of words on a page, where a point has so many pixels.

    They are measured in the font in which a PNG is drawn; that of a page may be a little wider.
    """
    from matplotlib.font_manager import FontProperties

    font = FontProperties()
    return np.array([width_of(words, font), _height(font)]) * point


@lru_cache(maxsize=10_000)  # most words of a run are those of the one before
def width_of(words: str, font: FontProperties) -> float:
    """Return the width in points of words on a page, in a font."""
    from matplotlib.textpath import text_to_path

    return WIDER * text_to_path.get_text_width_height_descent(words, font, ismath=False)[0]


@lru_cache
def _height(font):
    from matplotlib.textpath import text_to_path

    return text_to_path.get_text_width_height_descent("lp", font, ismath=False)[1]


def put(text: Text, pixel: ArrayLike) -> None:
    """Move a text of axes there, so that it stays in place when the figure is scaled."""
    axes = cast("Axes", text.axes)
    text.set_transform(axes.transAxes)
    text.set_position(tuple(axes.transAxes.inverted().transform(pixel).tolist()))


def explain(
    room: Room, ax: Axes, entries: Sequence[Entry], near: ArrayLike, paper: float = 0.0
) -> None:
    """Write words with their samples at the free place nearest to a pixel, or leave them out.

    They stand below each other; where there is no room for that, each where there is some. What
    is drawn below them is covered with `paper`, from 0 (it can be seen) to 1 (it cannot).
    """
    sizes = [size_of(entry.words, room.point) for entry in entries]
    pad, height = PAD * room.point, LEADING * sizes[0][1]
    indent = SAMPLE * room.point if any(entry.sample for entry in entries) else 0.0
    size = np.array([indent + max(width for width, _ in sizes), height * len(entries)]) + 2 * pad
    corner = room.find(size, near)
    if corner is None:
        for entry in entries if len(entries) > 1 else ():
            explain(room, ax, [entry], near, paper)
        return
    room.take(corner, size)
    for row, entry in enumerate(reversed(entries)):
        left, low = corner + pad + [0, row * height]
        text = ax.text(0, 0, entry.words, color=entry.color, va="bottom", parse_math=False)
        put(text, (left + indent, low))
        if paper:
            text.set_bbox({"facecolor": "white", "edgecolor": "none", "alpha": paper, "pad": 1})
        if entry.sample:
            marked = entry.sample.get("marker", "none") != "none"
            x = np.array([7.0]) if marked else np.array([0.0, 15.0])
            middle = np.full(len(x), low + sizes[0][1] / 2)
            points = ax.transAxes.inverted().transform(
                np.column_stack([left + x * room.point, middle])
            )
            line_on(ax, points, {**entry.sample, "transform": ax.transAxes})


def line_on(ax: Axes, points: Array, style: Mapping[str, Any]) -> Line2D:
    """Draw a line or marks through points, shape (n, 2), in no style but this one."""
    from matplotlib.lines import Line2D

    line = Line2D(*np.transpose(points), **{"marker": "none", "linestyle": "-", **style})
    ax.add_artist(line)
    return line
