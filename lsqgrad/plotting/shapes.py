"""Shapes, of which the panels of a run are made: lines, areas, marks, arrows and texts.

A panel says what is seen in the units of the data. A `View` projects that to pixels, and leaves
out what is outside of the axes. What comes of it is written by `screen` as SVG and by `paper` with
matplotlib, so that both show the same.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

import numpy as np

from lsqgrad._util.types import Array

TYPE = 13.0  # pixels: the smallest type, legible on a panel that a projector enlarges
ASCENT, DESCENT = 0.78 * TYPE, 0.24 * TYPE  # of letters and digits, from their base line
HEAD = 11.0  # pixels: the head of an arrow is no longer


class Box(NamedTuple):
    """A rectangle in pixels, y downwards."""

    left: float
    top: float
    right: float
    bottom: float

    def grown(self, by: float) -> Box:
        """Return the rectangle with a margin around it."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def touches(self, other: Box) -> bool:
        """Tell whether two rectangles have a point in common."""
        return (
            self.left <= other.right
            and other.left <= self.right
            and self.top <= other.bottom
            and other.top <= self.bottom
        )

    def holds(self, other: Box) -> bool:
        """Tell whether the other lies inside."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )


@dataclass(frozen=True, eq=False)
class Line:
    """A line through points, shape (n, 2), with a gap wherever one is not a number.

    If it grows with the run, `since` has the position from which on each of the points is there.
    """

    points: Array
    color: str
    width: float = 2.5
    dash: tuple[float, float] | None = None  # lengths of a dash and a gap in pixels
    since: Array | None = None


@dataclass(frozen=True, eq=False)
class Area:
    """A filled convex polygon, with an edge if that has a colour."""

    points: Array
    color: str
    edge: str = "none"


@dataclass(frozen=True, eq=False)
class Marks:
    """The same mark at each of the points, shape (n, 2); `since` as for a line."""

    points: Array
    kind: str  # "dot", "ring", "hole" (a ring that hides what is below it), or one of `CORNERS`
    color: str
    size: float  # pixels across
    since: Array | None = None


@dataclass(frozen=True, eq=False)
class Arrow:
    """An arrow from one point to the other."""

    tail: Array
    tip: Array
    color: str


@dataclass(frozen=True, eq=False)
class Text:
    """Words at a point: `anchor` tells which end of them is there, or their middle."""

    point: Array | Sequence[float]
    words: str
    color: str = "black"
    anchor: str = "start"  # or "middle" or "end"

    def box(self) -> Box:
        """Return the place of the words, if their point is in pixels."""
        x, y = self.point
        width = text_width(self.words)
        left = x - {"start": 0.0, "middle": 0.5, "end": 1.0}[self.anchor] * width
        return Box(left, y - ASCENT, left + width, y + DESCENT)


Shape = Line | Area | Marks | Arrow | Text

# Corners of the marks that are no circles, in halves of their size.
_turns = np.arange(10) * np.pi / 5
_radii = np.where(np.arange(10) % 2 == 0, 1.0, 0.4)[:, np.newaxis]
CORNERS = {
    "square": np.array([[-0.9, -0.9], [0.9, -0.9], [0.9, 0.9], [-0.9, 0.9]]),
    "diamond": np.array([[0, -1.1], [1.1, 0], [0, 1.1], [-1.1, 0]]),
    "star": np.column_stack([np.sin(_turns), -np.cos(_turns)]) * _radii,
}


def text_width(words: str) -> float:
    """Measure words in pixels, in DejaVu Sans: hardly a font of a browser is as wide."""
    return sum(map(_advance, words))


@cache
def _advance(letter):
    return _font().load_char(ord(letter)).linearHoriAdvance / 65536


@cache
def _font():
    from matplotlib import font_manager
    from matplotlib.ft2font import FT2Font

    font = FT2Font(font_manager.findfont("DejaVu Sans"))
    font.set_size(TYPE, 72)
    return font


class View:
    """The projection of a panel's units to the pixels of a box, y downwards.

    Parameters
    ----------
    xlim, ylim : (float, float)
        What is seen.
    box : Box
        Where it is seen.
    logarithmic : bool
        Whether y is projected by its logarithm.
    """

    def __init__(
        self,
        xlim: tuple[float, float],
        ylim: tuple[float, float],
        box: Box,
        logarithmic: bool = False,
    ) -> None:
        self.box, self.xlim, self.ylim, self._logarithmic = box, xlim, ylim, logarithmic
        low, high = np.array([xlim[0], ylim[0]]), np.array([xlim[1], ylim[1]])
        if logarithmic:
            low[1], high[1] = np.log10([low[1], high[1]])
        self._low, self._span = low, high - low
        self._corner = np.array([box.left, box.bottom])
        self._size = np.array([box.right - box.left, box.top - box.bottom])

    def to_pixels(self, points: Array) -> Array:
        """Return the pixels of points, shape (n, 2); a point at infinity has none, but NaN."""
        points = np.array(points, dtype=np.float64).reshape(-1, 2)
        with np.errstate(all="ignore"):
            if self._logarithmic:
                points[:, 1] = np.log10(points[:, 1])
            pixels = self._corner + (points - self._low) / self._span * self._size
            return np.where(np.isfinite(pixels), pixels, np.nan)

    def from_pixels(self, pixels: Array) -> Array:
        """Return the points that are seen at these pixels."""
        points = self._low + (np.asarray(pixels) - self._corner) / self._size * self._span
        if self._logarithmic:
            points[..., 1] = 10.0 ** points[..., 1]
        return points

    def sees(self, pixels: Array) -> Array:
        """Tell which pixels are inside of the box, or on its edge."""
        low, high = np.subtract(self.box[:2], 0.1), np.add(self.box[2:], 0.1)
        return np.all((pixels >= low) & (pixels <= high), axis=-1)

    def project(self, shape: Shape) -> list[Shape]:
        """Return what is seen of a shape, with points in pixels."""
        if isinstance(shape, Line):
            points = join(*self.segments(shape)[:2])
            return [replace(shape, points=points, since=None)] if len(points) else []
        if isinstance(shape, Marks):
            pixels = self.to_pixels(shape.points)
            pixels = pixels[self.sees(pixels)]
            return [replace(shape, points=pixels, since=None)] if len(pixels) else []
        if isinstance(shape, Area):
            points = clip_polygon(self.to_pixels(shape.points), self.box)
            return [replace(shape, points=points)] if len(points) else []
        if isinstance(shape, Text):
            return [replace(shape, point=self.to_pixels(np.array([shape.point]))[0])]
        return self._project_arrow(shape)

    def segments(self, line: Line) -> tuple[Array, Array, Array]:
        """Return starts and ends in pixels of the segments that are seen, and their numbers."""
        pixels = self.to_pixels(line.points)
        starts, ends = pixels[:-1], pixels[1:]
        enter, leave = np.zeros(len(starts)), np.ones(len(starts))
        with np.errstate(all="ignore"):
            step = ends - starts
            for axis in (0, 1):
                near, far = (
                    (self.box[side + axis] - starts[:, axis]) / step[:, axis] for side in (0, 2)
                )
                inside = (self.box[axis] <= starts[:, axis]) & (
                    starts[:, axis] <= self.box[axis + 2]
                )
                rest = step[:, axis] == 0
                near, far = np.minimum(near, far), np.maximum(near, far)
                enter = np.maximum(enter, np.where(rest, np.where(inside, 0, 2), near))
                leave = np.minimum(leave, np.where(rest, 1, far))
            seen = np.flatnonzero((enter <= leave) & np.isfinite(step).all(axis=1))
        enter, leave = enter[seen, np.newaxis], leave[seen, np.newaxis]
        starts, step = starts[seen], step[seen]
        return starts + enter * step, np.where(leave == 1, ends[seen], starts + leave * step), seen

    def _project_arrow(self, arrow):
        """Return the shaft and the head, which is no longer than the arrow."""
        both = np.array([arrow.tail, arrow.tip], dtype=np.float64)
        tail, tip = self.to_pixels(both)
        length = np.hypot(*(tip - tail))
        if not 0.5 <= length < np.inf:
            return []
        ahead = (tip - tail) / length
        head = min(HEAD, length)
        neck = tip - head * ahead
        aside = 0.4 * head * np.array([-ahead[1], ahead[0]])
        shaft = Line(self.from_pixels(np.array([tail, neck])), arrow.color, width=3)
        shapes = self.project(shaft) if length > head else []
        if self.sees(tip):
            shapes.append(Area(np.array([tip, neck + aside, neck - aside]), arrow.color))
        return shapes


def join(starts: Array, ends: Array) -> Array:
    """Return the points of a line that goes through all segments, with a gap where they part."""
    if len(starts) == 0:
        return np.empty((0, 2))
    points = np.full((3 * len(starts), 2), np.nan)
    points[0::3], points[1::3] = starts, ends
    apart = np.any(starts[1:] != ends[:-1], axis=1)
    keep = np.ones(len(points), dtype=bool)
    keep[3::3] = apart  # the start of a segment that goes on from the one before
    keep[2::3] = np.append(apart, False)
    return points[keep]


def clip_polygon(points: Array, box: Box) -> Array:
    """Return the corners of what of a convex polygon lies in the box (Sutherland and Hodgman)."""
    points = points[np.isfinite(points).all(axis=1)]
    for axis, side, sign in [(0, 0, 1), (0, 2, -1), (1, 1, 1), (1, 3, -1)]:
        if len(points) == 0:
            break
        inside = sign * (points[:, axis] - box[side])
        after, ahead = np.roll(points, -1, axis=0), np.roll(inside, -1)
        crosses = (inside >= 0) != (ahead >= 0)
        with np.errstate(all="ignore"):
            part = np.where(crosses, inside / (inside - ahead), 0)[:, np.newaxis]
        crossing = points + part * (after - points)
        both = np.stack([points, crossing], axis=1).reshape(-1, 2)
        points = both[np.column_stack([inside >= 0, crosses]).ravel()]
    return points


def at_position(shape: Shape, position: int) -> Shape:
    """Return a shape that grows with the run as it is at a position."""
    since = getattr(shape, "since", None)
    return shape if since is None else replace(shape, points=shape.points[since <= position])
