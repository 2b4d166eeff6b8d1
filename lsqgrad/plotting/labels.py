"""Places words in axes where nothing else is, by measure."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lsqgrad._util.types import Array

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.text import Text
    from matplotlib.transforms import Bbox
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
    """What is free inside of axes, in cells of a few pixels. All arguments are in pixels.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Whose limits and place in the figure stay as they are now.
    """

    def __init__(self, ax: Axes) -> None:
        self._ax = ax
        self.point = ax.figure.dpi / 72  # in pixels
        self.box = ax.get_window_extent()
        self._cell = CELL * self.point
        rows, columns = (int(size / self._cell) for size in (self.box.height, self.box.width))
        self._taken = np.zeros((max(rows, 1), max(columns, 1)), dtype=bool)

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
        corner, far = self.box.min - margin, self.box.max + margin
        pixels = pixels[np.all((pixels >= corner) & (pixels <= far), axis=1)]
        reach = np.arange(-margin, margin + self._cell, self._cell)
        around = np.stack(np.meshgrid(reach, reach), axis=-1).reshape(-1, 1, 2)
        column, row = self._cells((pixels + around).reshape(-1, 2)).T
        rows, columns = self._taken.shape
        inside = (row >= 0) & (row < rows) & (column >= 0) & (column < columns)
        self._taken[row[inside], column[inside]] = True

    def take_line(self, pixels: Array, margin: float = 5.0) -> None:
        """Take all along the line through points, shape (n, 2)."""
        size = max(self.box.width, self.box.height)
        near = np.clip(pixels, self.box.min - size, self.box.max + size)
        near = near[np.isfinite(near).all(axis=1)]
        if len(near) > 1:
            lengths = np.hypot(*np.diff(near, axis=0).T)
            along = np.append(0, np.cumsum(lengths))
            places = np.arange(0, along[-1], self._cell)
            near = np.column_stack([np.interp(places, along, axis) for axis in near.T])
        self.take_points(near, margin)

    def take(self, box: Bbox) -> None:
        """Take a rectangle."""
        (left, low), (right, high) = self._cells(box.get_points())
        self._taken[max(low, 0) : max(high + 1, 0), max(left, 0) : max(right + 1, 0)] = True

    def is_free(self, box: Bbox) -> bool:
        """Tell whether a rectangle lies inside of the axes, and none of it is taken."""
        if np.any(box.min < self.box.min) or np.any(box.max > self.box.max):
            return False
        (left, low), (right, high) = self._cells(box.get_points())
        return not self._taken[low : high + 1, left : right + 1].any()

    def find(self, width: float, height: float, near: ArrayLike) -> Array | None:
        """Return the lower left corner of the free place of this size nearest to a pixel."""
        wide, high = (int(size / self._cell) + 2 for size in (width, height))
        rows, columns = self._taken.shape
        if wide > columns or high > rows:
            return None
        total = np.zeros((rows + 1, columns + 1), dtype=int)
        total[1:, 1:] = self._taken.cumsum(axis=0).cumsum(axis=1)
        inside = total[high:, wide:] - total[:-high, wide:] - total[high:, :-wide]
        free = np.argwhere(inside + total[:-high, :-wide] == 0)
        if len(free) == 0:
            return None
        corners = free[:, ::-1] * self._cell + self.box.min
        # How far the pixel is from each rectangle
        away = np.maximum(np.maximum(corners - near, near - corners - [width, height]), 0)
        corner: Array = corners[np.argmin(np.sum(away**2, axis=1))]
        return corner

    def _cells(self, pixels):
        return np.floor((pixels - self.box.min) / self._cell).astype(int)


def size_of(text: Text) -> Array:
    """Return the width and the height in pixels that a text needs on a page."""
    box = text.get_window_extent()
    return np.array([box.width * WIDER, box.height])


def box_around(corner: ArrayLike, size: ArrayLike, pad: float = 0.0) -> Bbox:
    """Return a rectangle with a lower left corner and a size, and with a pad on every side."""
    from matplotlib.transforms import Bbox

    return Bbox([np.subtract(corner, pad), np.add(corner, size) + pad])


def put(text: Text, pixel: Array) -> None:
    """Move a text of axes there, so that it stays in place when the figure is scaled."""
    text.set_transform(text.axes.transAxes)
    text.set_position(text.axes.transAxes.inverted().transform(pixel))


def explain(room: Room, ax: Axes, entries: Sequence[Entry], near: ArrayLike) -> list[Artist]:
    """Write words with their samples at the free place nearest to a pixel, or leave them out.

    They stand below each other; where there is no room for that, each where there is some.
    """
    texts = [
        ax.text(0, 0, entry.words, color=entry.color, va="bottom", parse_math=False)
        for entry in entries
    ]
    pad, height = PAD * room.point, LEADING * max(size_of(text)[1] for text in texts)
    indent = SAMPLE * room.point if any(entry.sample for entry in entries) else 0.0
    size = np.array([indent + max(size_of(text)[0] for text in texts), height * len(texts)])
    corner = room.find(*(size + 2 * pad), near)
    if corner is None:
        for text in texts:
            text.remove()
        if len(entries) == 1:
            return []
        return [artist for entry in entries for artist in explain(room, ax, [entry], near)]
    room.take(box_around(corner, size + 2 * pad))
    artists: list[Artist] = []
    for row, (text, entry) in enumerate(zip(reversed(texts), reversed(entries), strict=True)):
        left, low = corner + pad + [0, row * height]
        put(text, np.array([left + indent, low]))
        artists.append(text)
        if entry.sample:
            marked = entry.sample.get("marker", "none") != "none"
            x = np.array([7.0]) if marked else np.array([0.0, 15.0])
            pixels = np.column_stack([left + x * room.point, np.full(len(x), low + height / 2)])
            points = ax.transAxes.inverted().transform(pixels)
            artists.append(line_on(ax, points, {**entry.sample, "transform": ax.transAxes}))
    return artists


def line_on(ax: Axes, points: Array, style: Mapping[str, Any]) -> Any:
    """Draw a line or marks through points, shape (n, 2), in no style but this one."""
    from matplotlib.lines import Line2D

    line = Line2D(*np.transpose(points), **{"marker": "none", "linestyle": "-", **style})
    ax.add_artist(line)
    return line
