"""The panels of a run: data and line, losses, path over the loss, as shapes in the data's units.

What belongs to a whole run is made once: what is `fixed`, and what is `growing` with the position.
What belongs to one position is `moving`. The limits of the axes are the same at every position, so
that pictures at two positions can be compared.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np

from lsqgrad._util import COLORS, FAINT, GREY
from lsqgrad._util.types import Array
from lsqgrad.plotting.panels import in_view, thin
from lsqgrad.plotting.room import Room
from lsqgrad.plotting.shapes import (
    ASCENT,
    DESCENT,
    Area,
    Arrow,
    Box,
    Line,
    Marks,
    Shape,
    Text,
    View,
    text_width,
)
from lsqgrad.regression import Trace

MOST_NUMBERED = 20  # more row numbers than these would run into each other
MOST_MARKED = 200  # more steps than these have no room for a marker each
MOST_LEVELS = 7
MOST_DECADES = 230  # float64 ends at 1e308
BANDS = "#F6F2FA", "#EFE8F6", "#E8DEF2", "#E1D4EE", "#DACAEA", "#D3C0E6", "#CCB6E2"
DASHED, DOTTED = (7.0, 4.0), (2.5, 2.5)
SAMPLE = 22.0  # pixels: a piece of what a word explains, before the word
INK = "#000"


class Panel(ABC):
    """A part of the picture of a run.

    Parameters
    ----------
    trace : Trace
        A run.
    """

    title: str
    names: tuple[tuple[str, str], tuple[str, str]]  # of x and y, and their colours
    whole_x = False
    logarithmic = False
    xlim: tuple[float, float]
    ylim: tuple[float, float]

    def __init__(self, trace: Trace) -> None:
        self._trace = trace

    @abstractmethod
    def fixed(self, view: View) -> list[Shape]:
        """Return what is the same at every position."""

    @abstractmethod
    def growing(self) -> list[Line | Marks]:
        """Return what is added to, each point since its position."""

    @abstractmethod
    def moving(self, view: View, position: int, asking: bool = False) -> list[Shape]:
        """Return what belongs to this position only, after the update that led there.

        If `asking`, before the update that comes next.
        """

    def _step(self, position, asking):
        """Return the step that is looked at: the one done last, or the one asked about, or None."""
        if asking:
            return self._trace[position]
        return self._trace[position - 1] if position > 0 else None


class DataPanel(Panel):
    """The data, the line before and after an update, its batch and its residuals."""

    title = "Data and line"
    names = ("x", COLORS["x"]), ("y", COLORS["y"])

    def __init__(self, trace: Trace) -> None:
        super().__init__(trace)
        self._points = np.hstack([trace.X, trace.Y]).astype(np.float64)
        x = self._points[:, 0]
        # On the right there is room for the name of the line.
        self.xlim = around(x, margin=0.08, right=0.2)
        self._ends = np.array(self.xlim)
        seen = np.flatnonzero(in_view(trace))
        self.ylim = around(np.append(trace.Y, [self._line_at(position) for position in seen]))

    def fixed(self, view: View) -> list[Shape]:
        """Return the data and, where there are few, the numbers of their rows."""
        shapes: list[Shape] = [Marks(self._points, "dot", COLORS["y"], 9)]
        room = Room(view.box)
        pixels = view.to_pixels(self._points)
        room.take(self._strip(view))
        room.take_points(pixels)
        if len(pixels) <= MOST_NUMBERED:
            shapes += _row_numbers(view, room, pixels)
        ends = [0, len(self._trace)]
        lines = [Line(np.column_stack([self._ends, self._line_at(end)]), "") for end in ends]
        for line in lines:
            room.take_lines(*view.segments(line)[:2])
        near = np.array([view.box.left, view.box.top])
        for words, color, sample in [
            ("batch", INK, Marks(np.empty((0, 2)), "ring", INK, 15)),
            ("residual", COLORS["residual"], Line(np.empty((0, 2)), COLORS["residual"], 3, DOTTED)),
        ]:
            shapes += label(view, room, words, color, sample, near)
        return shapes

    def growing(self) -> list[Line | Marks]:
        """Return nothing: the data are there from the start."""
        return []

    def moving(self, view: View, position: int, asking: bool = False) -> list[Shape]:
        """Return the lines, the residuals and the rings around the batch."""
        shapes: list[Shape] = []
        step = self._step(position, asking)
        line = np.column_stack([self._ends, self._line_at(position)])
        if step and not asking:
            before = np.column_stack([self._ends, self._line_at(position - 1)])
            shapes.append(Line(before, GREY, 2, DASHED))
        shapes.append(Line(line, INK, 3))
        if step:
            X, Y, Y_hat = (np.ravel(a).astype(np.float64) for a in (step.X, step.Y, step.Y_hat))
            gaps = np.full(len(X), np.nan)
            pairs = np.stack([np.column_stack([X, X, gaps]), np.column_stack([Y, Y_hat, gaps])])
            shapes.append(Line(pairs.reshape(2, -1).T, COLORS["residual"], 3, DOTTED))
            shapes.append(Marks(np.column_stack([X, Y]), "ring", INK, 15))
        return shapes + self._line_names(view, shapes)

    def _line_names(self, view, shapes):
        """Name the lines at their right ends, where those are in the picture and apart."""
        strip, names = self._strip(view), []
        lines = [s for s in shapes if isinstance(s, Line) and len(s.points) == 2]
        for line, words in zip(reversed(lines), ("line", "before"), strict=False):
            (_, right), (_, left) = view.to_pixels(
                np.array([line.points[1], self._left_of_strip(view, line)])
            )
            for y in (min(left, right) - 5 - DESCENT, max(left, right) + 5 + ASCENT):
                text = Text((strip.right - 3, y), words, line.color, "end")
                box = text.box()
                if strip.holds(box) and not any(box.touches(other.box()) for other in names):
                    names.append(text)
                    break
        return [
            Text(view.from_pixels(np.array(text.point)), text.words, text.color, text.anchor)
            for text in names
        ]

    def _left_of_strip(self, view, line):
        left = view.from_pixels(np.array([self._strip(view).left, view.box.top]))[0]
        (x, y), (u, v) = line.points
        with np.errstate(all="ignore"):
            return left, y + (v - y) * ((left - x) / (u - x))

    def _strip(self, view):
        """Return the place on the right where no data are."""
        return Box(view.box.right - text_width("before") - 6, *view.box[1:])

    def _line_at(self, position):
        """Return y at both ends of the line that w and b make at this position."""
        w, b = self._trace.weights[position, 0], self._trace.biases[position]
        with np.errstate(all="ignore"):
            return np.float64(w) * self._ends + np.float64(b)


class LossPanel(Panel):
    """The loss of every batch so far, and of all of the data; any number of features.

    A batch's loss stands where the parameters are of which it was computed: that of step k at
    k - 1, where k - 1 updates were done.
    """

    title = "Loss"
    names = ("updates done", INK), ("loss", COLORS["loss"])
    whole_x = True

    def __init__(self, trace: Trace, logarithmic: bool = False) -> None:
        super().__init__(trace)
        self.logarithmic = logarithmic
        self._batches = np.column_stack([np.arange(len(trace)), trace.losses]).astype(np.float64)
        self._all = np.column_stack([np.arange(len(trace) + 1), trace.full_losses])
        self._marked = len(trace) <= MOST_MARKED
        per_epoch = -(-len(trace.X) // trace.batch_size)
        self._short_size = len(trace.X) % trace.batch_size
        numbers = np.arange(1, len(trace) + 1)
        self._is_short = (numbers % per_epoch == 0) & (self._short_size > 0)
        self.xlim = around([0, max(len(trace), 1)])
        if logarithmic:
            self.ylim = around_logarithms(np.append(trace.losses, trace.full_losses))
        else:
            seen = in_view(trace)
            self.ylim = around([*trace.losses[seen[:-1]], *trace.full_losses[seen], 0])
        few = 300
        self._drawn = np.arange(len(trace)) if self._marked else thin(trace.losses, few)
        self._drawn_of_all = (
            np.arange(len(trace) + 1) if self._marked else thin(trace.full_losses, few)
        )

    def fixed(self, view: View) -> list[Shape]:
        """Return the words beside the curves."""
        color, nothing = COLORS["loss"], np.empty((0, 2))
        room = Room(view.box)
        curve = Line(self._all[self._drawn_of_all], color)
        jagged = Line(self._batches[self._drawn], FAINT)
        for line in (curve, jagged):
            room.take_lines(*view.segments(line)[:2])
        size = self._trace.batch_size
        entries = [("all of the data", Line(nothing, color, 3), curve)]
        if not self._marked:
            entries.append((f"batches of {size}", Line(nothing, FAINT, 1.5), jagged))
        elif len(self._trace):
            entries.append((f"batches of {size}", Marks(nothing, "dot", color, 8), jagged))
            if self._is_short.any():
                words = f"last batch of {self._short_size}"
                entries.append((words, Marks(nothing, "square", color, 9), jagged))
        shapes: list[Shape] = []
        for words, sample, line in entries:
            pixels = view.to_pixels(line.points)
            pixels = pixels[view.sees(pixels)]
            near = pixels[len(pixels) // 4] if len(pixels) else np.array(view.box[:2])
            shapes += label(view, room, words, color, sample, near)
        return shapes

    def growing(self) -> list[Line | Marks]:
        """Return both curves and, if there are not too many, the marks of the batches."""
        color, drawn, of_all = COLORS["loss"], self._drawn, self._drawn_of_all
        shapes: list[Line | Marks] = [
            Line(self._batches[drawn], FAINT, 1.5, since=drawn + 1),
            Line(self._all[of_all], color, 3, since=of_all),
        ]
        if self._marked:
            for kind, size, chosen in [("dot", 8, ~self._is_short), ("square", 9, self._is_short)]:
                since = np.flatnonzero(chosen) + 1
                shapes.append(Marks(self._batches[chosen], kind, color, size, since))
        return shapes

    def moving(self, view: View, position: int, asking: bool = False) -> list[Shape]:
        """Return the ends of the curves, and the ring around the last batch's loss."""
        color = COLORS["loss"]
        shapes: list[Shape] = [
            Line(_tail(self._batches[:position], self._drawn), FAINT, 1.5),
            Line(_tail(self._all[: position + 1], self._drawn_of_all), color, 3),
            Marks(self._all[[position]], "diamond", color, 11),
        ]
        if position > 0 and not asking:
            shapes.append(Marks(self._batches[[position - 1]], "ring", INK, 15))
        return shapes


class PathPanel(Panel):
    """The path of (w, b) over the full-data loss, and its optimum.

    Less the loss at the optimum, the loss is ``V (w - w*)² + (x̄ (w - w*) + b - b*)²``, where V is
    the variance of x and x̄ its mean: its level lines are ellipses, or parallels where V = 0.
    """

    title = "Path over the loss"
    names = ("w", COLORS["w"]), ("b", COLORS["b"])

    def __init__(self, trace: Trace) -> None:
        super().__init__(trace)
        self._path = np.column_stack([trace.weights[:, 0], trace.biases]).astype(np.float64)
        self._drawn = np.arange(len(self._path))
        if len(trace) > MOST_MARKED:
            self._drawn = thin(self._path, 500)
        self._find_optimum()
        self._choose_limits()

    def _find_optimum(self):
        """Find the optimum; where there are many, the one nearest to the start."""
        x, y = (np.ravel(a).astype(np.float64) for a in (self._trace.X, self._trace.Y))
        self._mean = np.mean(x)
        if np.ptp(x) == 0:
            self._mean, self._variance = x[0], 0.0
            w, b = self._path[0]
            off = (np.mean(y) - (self._mean * w + b)) / (self._mean**2 + 1)
            self._optimum = np.array([w + off * self._mean, b + off])
        else:
            apart = x - self._mean
            self._variance = np.mean(apart**2)
            w = np.mean(apart * (y - np.mean(y))) / self._variance
            self._optimum = np.array([w, np.mean(y) - w * self._mean])
        w, b = self._optimum
        self._least = np.mean((w * x + b - y) ** 2)

    def _above_least(self, points):
        """Return how far the loss is above that of the optimum."""
        w, b = (points - self._optimum).T
        with np.errstate(all="ignore"):
            return self._variance * w**2 + (self._mean * w + b) ** 2

    def _choose_limits(self):
        """Have room for the path, and for a level line half as large as that through the start.

        Where x varies little in comparison with its mean the level lines are very long; then for
        one less long that is as wide.
        """
        seen = self._path[in_view(self._trace)]
        height = np.max(self._above_least(seen)) or np.var(self._trace.Y, dtype=float) or 1.0
        square = self._variance + self._mean**2  # the mean of x²
        long = max(self._variance / square, 0.1) if square > 0 else 1.0
        reach = np.sqrt(0.25 * height / long) * np.array([1 / np.sqrt(square or 1.0), 1.0])
        points = np.vstack([seen, self._optimum - reach, self._optimum + reach])
        self.xlim, self.ylim = around(points[:, 0]), around(points[:, 1])

    def fixed(self, view: View) -> list[Shape]:
        """Return the loss as bands between level lines, and its optimum."""
        shapes = self._levels(view)
        star = Marks(self._optimum[np.newaxis], "star", INK, 16)
        room = Room(view.box)
        room.take_points(view.to_pixels(star.points), 9)
        room.take_lines(*view.segments(Line(self._path[self._drawn], ""))[:2])
        room.take_points(view.to_pixels(self._path[[0]]), 9)
        shapes.append(star)
        words = "optimum" if self._variance else "an optimum"
        shapes += label(view, room, words, INK, None, view.to_pixels(star.points)[0])
        return shapes

    def _levels(self, view):
        """Return the ellipses of equal loss, the largest first."""
        (left, right), (low, high) = self.xlim, self.ylim
        corners = np.array([[left, low], [left, high], [right, low], [right, high]])
        highest = np.max(self._above_least(corners))
        if not 0 < highest < np.inf:
            return []
        # A level line is w - w* = s cos t, b - b* = ρ cos t - x̄ s cos t + ... : see below
        angles = np.linspace(0, 2 * np.pi, 121)[:-1]
        diagonal = np.array([right - left, high - low])
        most = 1e3 * diagonal[0]
        radii = np.sqrt(highest) * np.arange(MOST_LEVELS, 0, -1) / (MOST_LEVELS + 1)
        shapes: list[Shape] = [Area(corners[[0, 1, 3, 2]], BANDS[-1])]
        for radius, color in zip(radii, BANDS[::-1], strict=True):
            across = min(radius / np.sqrt(self._variance), most) if self._variance else most
            w = across * np.cos(angles)
            b = radius * np.sin(angles) - self._mean * w
            points = self._optimum + np.column_stack([w, b])
            shapes.append(Area(points, color, FAINT))
        return shapes

    def growing(self) -> list[Line | Marks]:
        """Return the path, with a dot for each update if those are not too many."""
        path = self._path[self._drawn]
        shapes: list[Line | Marks] = [Line(path, GREY, 2, since=self._drawn)]
        if len(self._trace) <= MOST_MARKED:
            shapes.append(Marks(path, "dot", GREY, 6, self._drawn))
        return shapes

    def moving(self, view: View, position: int, asking: bool = False) -> list[Shape]:
        """Return the end of the path, and the last step as an arrow."""
        shapes: list[Shape] = [
            Line(_tail(self._path[: position + 1], self._drawn), GREY, 2),
            Marks(self._path[[position]], "hole", INK, 13),
        ]
        if position > 0 and not asking:
            shapes.append(Arrow(*self._path[position - 1 : position + 1], COLORS["gradient"]))
        return shapes


def label(
    view: View, room: Room, words: str, color: str, sample: Line | Marks | None, near: Array
) -> list[Shape]:
    """Put words, and a sample of what they explain before them, at a free place near a point."""
    from dataclasses import replace

    before = SAMPLE if sample else 0.0
    box = room.find(before + text_width(words) + 2, ASCENT + DESCENT, near)
    if box is None:
        return []
    shapes: list[Shape] = []
    if sample:
        middle = (box.top + box.bottom) / 2
        places = np.array([[box.left + 8, middle]])
        if isinstance(sample, Line):
            places = np.array([[box.left, middle], [box.left + SAMPLE - 5, middle]])
        shapes.append(replace(sample, points=view.from_pixels(places)))
    point = view.from_pixels(np.array([box.left + before, box.top + ASCENT]))
    return [*shapes, Text(point, words, color)]


def _row_numbers(view, room, pixels):
    """Return the number of each row, where there is room for it beside its point."""
    shapes = []
    for row, (x, y) in enumerate(pixels):
        half = text_width(str(row)) / 2
        for u, v in [(6 + half, 14), (6 + half, -6), (-6 - half, -6), (-6 - half, 14)]:
            text = Text((x + u, y + v), str(row), COLORS["x"], "middle")
            if room.is_free(text.box()):
                room.take(text.box())
                shapes.append(
                    Text(view.from_pixels(np.array(text.point)), str(row), COLORS["x"], "middle")
                )
                break
    return shapes


def _tail(points, drawn):
    """Return what lies behind the last point of a thinned curve that is drawn already."""
    if len(points) == 0:
        return points
    last = drawn[np.searchsorted(drawn, len(points) - 1, side="right") - 1]
    rest = points[last:]
    return rest[thin(rest, 128)] if len(rest) > 1 else rest[:0]


def around(values: Array, margin: float = 0.05, right: float | None = None) -> tuple[float, float]:
    """Return limits that hold all finite `values`, with a part of their span on either side."""
    values = np.asarray(values, dtype=np.float64)
    values = values[np.isfinite(values)]
    low, high = np.min(values), np.max(values)
    span = high - low
    # A span near the rounding of the values is none.
    largest = max(abs(low), abs(high))
    if span <= 1e-12 * largest or span == 0:
        span = largest or 1.0
    return low - margin * span, high + (margin if right is None else right) * span


def around_logarithms(values: Array) -> tuple[float, float]:
    """Return limits of a logarithmic axis that hold all finite `values` above 0."""
    values = np.asarray(values, dtype=np.float64)
    values = values[np.isfinite(values) & (values > 0)]
    if len(values) == 0:
        return 0.1, 1.0
    low, high = around(np.clip(np.log10(values), -MOST_DECADES, MOST_DECADES))
    return 10.0**low, 10.0**high
