"""Draws a `Trace` on matplotlib axes, at any position of it.

A panel draws what belongs to the whole run once. Of what is `growing` more is seen the further one
goes, and what is `moving` belongs to one position: that is what lets the player answer at once.
The functions draw a panel at one position. All take axes, and leave the figure, its size and its
saving to the caller. The limits of the axes are the same at every position, so that pictures at
two positions can be compared.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import numpy as np

from lsqgrad._util import COLORS, FAINT, GREY, ArgumentTypeError, validation
from lsqgrad._util.types import Array
from lsqgrad.plotting.labels import Entry, Room, explain, line_on, put, size_of
from lsqgrad.plotting.ticks import in_short
from lsqgrad.regression import MINUS, Step, Trace, check_trace

if TYPE_CHECKING:
    from matplotlib.artist import Artist
    from matplotlib.axes import Axes
    from matplotlib.lines import Line2D
    from matplotlib.text import Text

MOST_NUMBERED = 20  # more row numbers than these would run into each other
MOST_TOGETHER = 6  # of their numbers in one place
COVERED = 5.0  # points between two that cover each other
GAPS = 9, 13, 18, 24  # points from the middle of a point to the number of its row
CLEARLY = 1.5  # times as far as from its own point is a number from any other
ANGLES = np.arange(16) * np.pi / 8
AROUND = np.column_stack([np.cos(ANGLES), np.sin(ANGLES)])  # where the number may stand
MOST_MARKED = 200  # more steps than these have no room for a marker each
MOST_DRAWN = 512  # more points than these are finer than the screen: see `thin`
MOST_IN_TAIL = 128  # of a thinned curve, behind what is seen of it already
MOST_IN_VIEW = 4  # a loss of so many times the usual has left the picture: see `in_view`
MOST_DECADES = 230  # matplotlib tries ticks far beyond the limits, and float64 ends at 1e308
LARGEST = 1e300  # of the limits of an axis
LEAST_SPAN = 1e-12  # of limits, as a part of what they limit: float64 has 16 digits

INK = "black"
# Of the loss between its level lines, from the optimum outwards.
BANDS = ("#F9F7FC", "#F2EDF8", "#EBE3F4", "#E3D9F0", "#DCCFEC", "#D4C5E8", "#CDBBE4")
LEVEL_ROOM = 0.1  # the loss up to which level lines are seen as a whole, as a part of the first
SLENDER = 0.1  # an ellipse whose widths have a smaller ratio, squared, is not seen as a whole
LONGEST = 1e3  # a level line is drawn so many times as wide as the axes at most
LEVEL_GAP = 8.0  # points around the value of a level line

# How things are drawn; what is there twice is drawn alike.
MARKS: dict[str, Any] = {"linestyle": "none", "markeredgewidth": 0}
DATA = {**MARKS, "marker": "o", "markersize": 9, "color": COLORS["y"]}
RING = {  # this batch, in the data as in the losses
    **MARKS, "marker": "o", "markersize": 14, "markerfacecolor": "none", "markeredgewidth": 2.5,
    "color": INK,
}  # fmt: skip
LINE = {"color": INK, "linewidth": 3}
LINE_BEFORE = {"color": GREY, "linewidth": 2, "linestyle": "--"}
RESIDUAL = {"color": COLORS["residual"], "linewidth": 3, "linestyle": ":"}
OF_ALL = {"color": COLORS["loss"], "linewidth": 3}
OF_ALL_NOW = {**MARKS, "marker": "D", "markersize": 9, "color": COLORS["loss"]}
JAGGED = {"color": FAINT, "linewidth": 1.5}
BATCH = {**MARKS, "marker": "o", "markersize": 8, "color": COLORS["loss"]}
SHORT_BATCH = {
    **BATCH, "marker": "s", "markersize": 7, "markerfacecolor": "white", "markeredgewidth": 2,
}  # fmt: skip
PATH = {"color": GREY, "linewidth": 2}
PATH_DOT = {**MARKS, "marker": "o", "markersize": 5, "color": GREY}
NOW = {**MARKS, "marker": "o", "markersize": 8, "color": INK}
OPTIMUM = {**MARKS, "marker": "*", "markersize": 16, "color": INK}
STEP = {"color": COLORS["gradient"], "linewidth": 3.5}


def draw_data(ax: Axes, trace: Trace, position: int | None = None) -> None:
    """Draw the data, the line at `position`, and what the step that led there saw.

    That is its batch (ringed), the line before it (dashed) and the residuals (dotted). Up to 20
    points have their row numbers beside them, where there is room; those that cover each other
    share a place, as in "3, 7".

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Drawn on; not cleared. Their face is made white, on which all colours can be read.
    trace : Trace
        A run with one feature.
    position : int, optional
        How many updates are done; the end of the run if left out.

    Raises
    ------
    TypeError, ValueError
        If `ax` is not axes, `trace` is not a Trace with one feature, or has no such position.

    Examples
    --------
    >>> from lsqgrad import sgd_by_hand
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> draw_data(ax, sgd_by_hand([[1], [2], [3]], [[2], [4], [6]], w=[[0]], b=0))
    >>> ax.get_title()
    'Data and line'
    """
    position = _read_position(ax, trace, position)
    DataPanel(ax, trace).draw_alone(position)


def draw_losses(ax: Axes, trace: Trace, position: int | None = None) -> None:
    """Draw the loss of each batch up to `position`, and the loss of all the data beside it.

    Both stand at the number of updates that were done when they were computed: the loss of a
    batch before its update, where the loss of all the data has the same w and b. The last one
    is ringed, and a short last batch has a square. Parameters and errors are those of `draw_data`,
    but any number of features will do.

    Examples
    --------
    >>> from lsqgrad import sgd_by_hand
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> draw_losses(ax, sgd_by_hand([[1], [2], [3]], [[2], [4], [6]], w=[[0]], b=0, epochs=5))
    >>> ax.get_title()
    'Loss'
    """
    position = _read_position(ax, trace, position, one_feature=False)
    LossPanel(ax, trace).draw_alone(position)


def draw_path(ax: Axes, trace: Trace, position: int | None = None) -> None:
    """Draw the path of (w, b) up to `position` over the level lines of the full-data loss.

    The star marks the least-squares optimum. The arrow is the last step: minus the learning rate
    times the gradient of its batch. Parameters and errors are those of `draw_data`.

    Examples
    --------
    >>> from lsqgrad import sgd_by_hand
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> draw_path(ax, sgd_by_hand([[1], [2], [3]], [[2], [4], [6]], w=[[0]], b=0))
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('w', 'b')
    """
    position = _read_position(ax, trace, position)
    PathPanel(ax, trace).draw_alone(position)


class Growing(NamedTuple):
    """A line, or marks, with each of its points, shape (n, 2), and since when that is there."""

    line: Line2D
    points: Array
    since: Array

    def show(self, position: int) -> None:
        """Show what is there at a position."""
        self.line.set_data(*self.points[self.since <= position].T)

    def since_when(self) -> list[int]:
        """Return since when each of its marks is there, or each of its segments."""
        if self.line.get_linestyle() == "None":
            return list(self.since.tolist())
        there = np.asarray(np.isfinite(self.points).all(axis=1))
        return list(self.since[1:][there[1:] & there[:-1]].tolist())


class Panel(ABC):
    """A part of a picture, drawn on axes.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Drawn on; not cleared.
    last : int
        The last position.

    Attributes
    ----------
    title : str
        What it shows.
    touch : str or None
        What a click does: "seek" a position, or "start" a run there.
    growing : list of Growing
        What more is seen of at later positions.
    moving : list of Artist
        What belongs to one position.
    """

    title: ClassVar[str]
    names: ClassVar[tuple[tuple[str, str], tuple[str, str]]]  # of x and y, with their colours
    touch: ClassVar[str | None] = None
    whole_x: ClassVar[bool] = False  # whether only whole numbers are positions on the axis of x
    is_inside: ClassVar[bool] = False  # whether nothing has to be clipped, as long as limits stay

    def __init__(self, ax: Axes, last: int = 0) -> None:
        self.ax, self.last = ax, last
        self.growing: list[Growing] = []
        self.moving: list[Artist] = []
        ax.set_facecolor("white")

    @abstractmethod
    def write_words(self) -> None:
        """Write words where there is room for them, in axes that stay where they are."""

    @abstractmethod
    def show(self, position: int, asking: bool = False) -> None:
        """Show the state after `position` updates, and what the last of them did.

        If `asking`, show the batch of the next update instead, but nothing of what comes of it.
        """

    def show_growing(self, position: int) -> None:
        """Show what is there at a position of what is growing."""
        for growing in self.growing:
            growing.show(position)

    def draw_alone(self, position: int) -> None:
        """Show a position on axes of a figure of the caller's."""
        ax = self.ax
        ax.set_title(self.title)
        for axis, (name, color) in zip((ax.xaxis, ax.yaxis), self.names, strict=True):
            axis.set_label_text(name)
            if color != INK:
                paper = {"facecolor": "white", "edgecolor": "none", "pad": 1}
                axis.label.set(color=color, bbox=paper)
        if self.whole_x:
            ax.locator_params(axis="x", integer=True)
        self.write_words()
        self.show_growing(position)
        self.show(position)

    def _grow(self, points: Array, since: Array, style: Mapping[str, Any]) -> None:
        line = line_on(self.ax, np.empty((0, 2)), {**style, "zorder": 4})
        self.growing.append(Growing(line, points, since))

    def _move(self, style: Mapping[str, Any]) -> Line2D:
        line: Line2D = line_on(self.ax, np.empty((0, 2)), {**style, "zorder": 5})
        self.moving.append(line)
        return line

    def _cut(self, points: Array, seen: Array) -> Array:
        """Return the points of a curve that are seen, and those at which it leaves the axes.

        The others become NaN: where it comes back it begins anew, and it does not cross the axes
        from one point far away to another.
        """
        limits = np.array([self.ax.get_xlim(), self.ax.get_ylim()]).T
        to_scale = self.ax.transScale
        leaving = 1 + np.flatnonzero(seen[:-1] & ~seen[1:])
        result = np.where(seen[:, np.newaxis], points, np.nan)
        with np.errstate(all="ignore"):
            low, high = to_scale.transform(limits)
            start, end = (to_scale.transform(points[at]) for at in (leaving - 1, leaving))
            step = np.clip(end, -LARGEST, LARGEST) - start
            parts = (np.where(step > 0, high, low) - start) / step
            part = np.fmin(np.fmin(*parts.T), 1)[:, np.newaxis]
            result[leaving] = to_scale.inverted().transform(start + part * step)
        result[leaving] = np.clip(result[leaving], *limits)
        return result


class DataPanel(Panel):
    """The data, the line before and after an update, its batch and its residuals."""

    title = "Data and line"
    is_inside = True
    names = ("x", COLORS["x"]), ("y", COLORS["y"])

    def __init__(self, ax: Axes, trace: Trace) -> None:
        super().__init__(ax, len(trace))
        self._trace, self._seen = trace, in_view(trace)
        self._points = np.hstack([trace.X, trace.Y]).astype(np.float64)
        # On the right there is room for the names of the lines.
        self._ends = np.array(limits_around(self._points[:, 0], 0.08, 0.2))
        ax.set(xlim=self._ends, ylim=limits_around(np.append(trace.Y, self._lines_at(self._seen))))
        line_on(ax, self._points, DATA)
        self._before, self._line = self._move(LINE_BEFORE), self._move(LINE)
        self._residuals, self._batch = self._move(RESIDUAL), self._move(RING)
        self._names: list[tuple[Text, Array]] = []  # each with its size

    def write_words(self) -> None:
        """Write the numbers of the rows, where they are few, and what rings and dots mean."""
        ax, room = self.ax, Room(self.ax)
        room.take_points(room.pixels(self._points))
        for words, color in (("line", INK), ("before", GREY)):
            text = ax.text(0, 0, words, color=color, ha="right", va="bottom", zorder=6)
            self._names.append((text, size_of(words, room.point)))
            self.moving.append(text)
        width = max(size[0] for _, size in self._names) + 6 * room.point
        self._room = room.copy()
        room.take([room.high[0] - width, room.low[1]], [width, room.high[1] - room.low[1]])
        room.take_line(room.pixels(self._line_points(len(self._trace))), margin=0)
        if len(self._points) <= MOST_NUMBERED:
            self._number_rows(room)
        room.take_line(room.pixels(self._line_points(0)))
        entries = [
            Entry("batch", INK, RING),
            Entry("residual", COLORS["residual"], RESIDUAL),
        ]
        explain(room, ax, entries, [room.low[0], room.high[1]])

    def _number_rows(self, room):
        """Write the number of each row nearer to its point than to any other, where there is room.

        Points that cover each other share a text.
        """
        pixels = room.pixels(self._points)
        rows = np.arange(len(pixels))
        while len(rows):
            here = np.hypot(*(pixels[rows] - pixels[rows[0]]).T) < COVERED * room.point
            together, rows = rows[here], rows[~here]
            names = [str(row) for row in together]
            names[MOST_TOGETHER:] = ["…"] * (len(names) > MOST_TOGETHER)
            words, pad = ", ".join(names), np.array([2, 0]) * room.point
            size = size_of(words, room.point) + 2 * pad
            away = np.concatenate([(size / 2 + gap * room.point) * AROUND for gap in GAPS])
            corners = pixels[together[0]] + away - size / 2
            low, high = corners[:, np.newaxis] - pixels, pixels - corners[:, np.newaxis] - size
            apart = np.hypot(*np.maximum(np.maximum(low, high), 0).T)
            apart[together] *= CLEARLY
            is_own = np.isin(apart.argmin(axis=0), together)
            for corner in corners[is_own & room.are_free(corners, size)][:1]:
                room.take(corner, size)
                put(self.ax.text(0, 0, words, color=COLORS["x"], va="bottom"), corner + pad)

    def show(self, position: int, asking: bool = False) -> None:
        """Show the line, the one before, and the batch with its residuals.

        If `asking`, these are the residuals that the next gradient will be made of. A line that
        has left the picture is not drawn, nor the residuals that lead to it.
        """
        step, before = self._step(position, asking), position if asking else position - 1
        self._line.set_data(*self._line_points(position).T)
        self._before.set_data([], [])
        if step and not asking:
            self._before.set_data(*self._line_points(before).T)
        ends = np.empty((0, 3, 2))
        if step:
            x, y, y_hat = (np.ravel(a).astype(np.float64) for a in (step.X, step.Y, step.Y_hat))
            gap = np.full_like(x, np.nan)
            ends = np.stack([[x, x, gap], [y, y_hat, gap]]).T
        self._batch.set_data(*ends[:, 0].T)
        self._residuals.set_data(*ends[: len(ends) * self._seen[before]].reshape(-1, 2).T)
        self._name_lines()

    def _step(self, position: int, asking: bool) -> Step | None:
        """Return the step that is looked at: the one done last, or the one asked about, or None."""
        if asking:
            return self._trace[position]
        return self._trace[position - 1] if position > 0 else None

    def _lines_at(self, positions):
        """Return y at both ends of the lines that w and b make at these positions."""
        w, b = (a[positions].astype(np.float64) for a in (self._trace.weights, self._trace.biases))
        with np.errstate(all="ignore"):
            return w * self._ends + b[:, np.newaxis]

    def _line_points(self, position):
        """Return both ends of the line, or none if it has left the picture."""
        points = np.column_stack([self._ends, self._lines_at([position])[0]])
        return points[: len(points) * self._seen[position]]

    def _name_lines(self):
        """Write each name above or below the right end of its line, where that is free."""
        room = self._room.copy()
        named = [*zip((self._line, self._before), self._names, strict=True)]
        for line, (text, _) in named:
            room.take_line(room.pixels(line.get_xydata()), margin=0)
            text.set_visible(False)
        right, away = room.high[0] - 3 * room.point, 6 * room.point
        for line, (text, size) in named:
            ends = room.pixels(line.get_xydata())
            if len(ends):
                y = np.interp([right - size[0], right], *ends.T)
                low = np.array([y.max() + away, y.min() - away - size[1]])
                corners = np.column_stack([np.full(2, right - size[0]), low])
                for corner in corners[room.are_free(corners, size)][:1]:
                    room.take(corner, size)
                    put(text, [right, corner[1]])
                    text.set_visible(True)


class LossPanel(Panel):
    """The loss of every batch so far, and of all the data; any number of features.

    The loss of a batch stands where the parameters do of which it was computed, that of step k
    at k - 1, so that it can be compared with the loss of all the data.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Drawn on; not cleared.
    trace : Trace
        A run.
    logarithmic : bool
        Whether the loss is drawn on a logarithmic axis.
    """

    title = "Loss"
    is_inside = True
    names = ("updates done", INK), ("loss", COLORS["loss"])
    touch = "seek"
    whole_x = True

    def __init__(self, ax: Axes, trace: Trace, logarithmic: bool = False) -> None:
        super().__init__(ax, len(trace))
        self._trace, self._seen = trace, in_view(trace)
        positions = np.arange(len(trace) + 1)
        self._of_all = np.column_stack([positions, trace.full_losses])
        self._of_batches = np.column_stack([positions[:-1], trace.losses]).astype(np.float64)
        if logarithmic:
            ax.set_yscale("log")
            low, high = _around_logarithms(np.append(trace.losses, trace.full_losses))
            self._seen = (trace.full_losses >= low) & (trace.full_losses <= high)
            batch_losses = self._of_batches[:, 1]
            self._batch_seen = (batch_losses >= low) & (batch_losses <= high)
        else:
            self._batch_seen = self._seen[:-1]
            losses = np.append(trace.losses[self._batch_seen], trace.full_losses[self._seen])
            low, high = limits_around(np.append(losses, 0))
        ax.set(xlim=limits_around(positions), ylim=(low, high))
        drawn, drawn_of_all = (
            thin(losses, MOST_DRAWN // 2) for losses in (trace.losses, trace.full_losses)
        )
        self._drawn, self._drawn_of_all = drawn, drawn_of_all
        jagged = self._cut(self._of_batches[drawn], self._batch_seen[drawn])
        self._grow(jagged, drawn + 1, JAGGED)
        self._jagged_tail = self._move(JAGGED)
        curve = self._cut(self._of_all[drawn_of_all], self._seen[drawn_of_all])
        self._grow(curve, drawn_of_all, OF_ALL)
        self._tail_of_all, self._now = self._move(OF_ALL), self._move(OF_ALL_NOW)
        # A run with many steps has no room for marks: its batch losses are one jagged line.
        self._marked = len(trace) <= MOST_MARKED
        self._short_size = len(trace.X) % trace.batch_size
        per_epoch = -(-len(trace.X) // trace.batch_size)
        self._is_short = (positions[1:] % per_epoch == 0) & (self._short_size > 0)
        if self._marked:
            for style, chosen in ((BATCH, ~self._is_short), (SHORT_BATCH, self._is_short)):
                chosen = chosen & self._batch_seen
                self._grow(self._of_batches[chosen], np.flatnonzero(chosen) + 1, style)
        self._ring = self._move(RING)

    def write_words(self) -> None:
        """Write which curve is which."""
        room = Room(self.ax)
        curve = room.pixels(self._of_all[self._drawn_of_all])
        room.take_line(curve, margin=7)
        room.take_line(room.pixels(self._of_batches[self._drawn]), margin=7)
        words = f"batches of {self._trace.batch_size}"
        entries = [Entry("all the data", COLORS["loss"], OF_ALL)]
        if not self._marked:
            entries.append(Entry(words, GREY, JAGGED))
        elif not self._is_short.all():
            entries.append(Entry(words, COLORS["loss"], BATCH))
        if self._marked and self._is_short.any():
            entries.append(Entry(f"last batch of {self._short_size}", COLORS["loss"], SHORT_BATCH))
        seen = curve[np.all((curve >= room.low) & (curve <= room.high), axis=1)]
        near = seen[len(seen) // 3] if len(seen) else room.low
        explain(room, self.ax, entries, near)

    def show(self, position: int, asking: bool = False) -> None:
        """Show the ends of both curves; if `asking`, without the ring around the last batch."""
        batches, of_all = self._of_batches[:position], self._of_all[: position + 1]
        tail, tail_of_all = _tail(batches, self._drawn), _tail(of_all, self._drawn_of_all)
        self._jagged_tail.set_data(*self._cut(batches[tail], self._batch_seen[tail]).T)
        self._tail_of_all.set_data(*self._cut(of_all[tail_of_all], self._seen[tail_of_all]).T)
        self._now.set_data(*of_all[position : position + self._seen[position]].T)
        is_ringed = position > 0 and not asking and self._batch_seen[position - 1]
        self._ring.set_data(*batches[position - is_ringed :].T)


class SurfacePanel(Panel):
    """The loss of all the data over w and b, and its optimum.

    With the mean m of x and its variance V the loss is ``V (w - w*)² + (m (w - w*) + b - b*)²``
    above that of the optimum. So its level lines are ellipses; where V = 0, parallels.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Drawn on; not cleared.
    X, Y : ndarray of shape (n, 1)
        The data.
    path : ndarray of shape (k, 2)
        Each w and b that will be there.
    seen : ndarray of shape (k,)
        Which of them are in view; the first is.
    """

    is_inside = True
    names = ("w", COLORS["w"]), ("b", COLORS["b"])
    entries: ClassVar[tuple[Entry, ...]] = ()

    def __init__(self, ax: Axes, X: Array, Y: Array, path: Array, seen: Array) -> None:
        super().__init__(ax, len(path) - 1)
        self._path, self._seen, self._drawn = path, seen, thin(path)
        with np.errstate(all="ignore"):
            self._find_optimum(*(np.ravel(a).astype(np.float64) for a in (X, Y)))
            self._choose_limits(Y)
            self._levels = self._draw_bands()
        if np.isfinite(self._optimum).all():
            line_on(ax, self._optimum[np.newaxis], OPTIMUM)

    def _find_optimum(self, x, y):
        """Find where the loss is least; where that is a line, its point nearest to the start."""
        if np.all(x == x[0]):
            self._mean, self._variance = x[0], 0.0
            residual = self._path[0] @ [x[0], 1.0] - np.mean(y)
            self._optimum = self._path[0] - residual / (x[0] ** 2 + 1) * np.array([x[0], 1.0])
        else:
            self._mean = np.mean(x)
            self._variance = np.mean((x - self._mean) ** 2)
            w = np.mean((x - self._mean) * (y - np.mean(y))) / self._variance
            self._optimum = np.array([w, np.mean(y) - w * self._mean])
        self._least = np.mean((self._optimum[0] * x + self._optimum[1] - y) ** 2)

    def _above_least(self, points):
        """Return how far the loss at these points is above that of the optimum."""
        w, b = (points - self._optimum).T
        return self._variance * w**2 + (self._mean * w + b) ** 2

    def _choose_limits(self, Y):
        """Have room for the path in view, and for the level lines near the optimum.

        Of the ellipse at height h the half width is √(h/V), the half height √(h (V + m²)/V).
        Where x varies little beside its mean, this would make a point of the path; the view is
        then so wide as if the ratio V/(V + m²) were larger.
        """
        seen = self._path[self._seen]
        height = LEVEL_ROOM * np.max(self._above_least(seen)) or np.var(Y) or 1.0
        square = self._variance + self._mean**2
        ratio = max(self._variance / square, SLENDER) if square > 0 else 1.0
        reach = np.sqrt(height / ratio) * np.array([1 / np.sqrt(square or 1.0), 1.0])
        w, b = np.vstack([seen, self._optimum - reach, self._optimum + reach]).T
        self.ax.set(xlim=limits_around(w), ylim=limits_around(b))

    def _draw_bands(self):
        """Fill what is inside of each level line, the outermost first, and return the lines.

        One that is far longer than the view is drawn shorter: in the view both are the same.
        """
        from matplotlib.patches import PathPatch
        from matplotlib.path import Path
        from matplotlib.transforms import Bbox

        ax = self.ax
        limits = np.array([ax.get_xlim(), ax.get_ylim()]).T
        corners = np.stack(np.meshgrid(*limits.T), axis=-1).reshape(-1, 2)
        highest = np.max(self._above_least(corners))
        if not 0 < highest < np.inf:
            return []
        ax.set_facecolor(BANDS[-1])
        view, longest = Bbox(limits), LONGEST * (limits[1, 0] - limits[0, 0])
        angles = np.linspace(0, 2 * np.pi, 180, endpoint=False)
        levels = []
        values = level_values(self._least, highest)
        for value, color in zip(reversed(values), BANDS[-2::-1], strict=False):
            height = math.sqrt(float(value) - self._least)
            w = np.cos(angles) * min(height / math.sqrt(self._variance or 1e-300), longest)
            b = height * np.sin(angles) - self._mean * w
            line = self._optimum + np.column_stack([w, b])
            seen = Path(line, closed=False).clip_to_bbox(view)
            ax.add_artist(PathPatch(seen, facecolor=color, edgecolor=FAINT, linewidth=1))
            levels.append((value, line, color))
        return levels

    def write_words(self) -> None:
        """Write what star and arrow are, and the values of level lines."""
        room = Room(self.ax)
        room.take_line(room.pixels(self._path[self._drawn]), margin=6)
        star = room.pixels(self._optimum[np.newaxis])
        room.take_points(np.vstack([star, room.pixels(self._path[:1])]), margin=9)
        if np.isfinite(star).all():
            words = "optimum" if self._variance else "an optimum"
            explain(room, self.ax, [Entry(words, INK)], star[0], paper=0.6)
        if self.entries:
            explain(room, self.ax, self.entries, room.high, paper=0.6)
        for value, line, color in self._levels:
            self._write_level(room, in_short(value), line, color)

    def _write_level(self, room, words, line, color):
        """Write a value on its level line, where there is room."""
        gap = LEVEL_GAP * room.point
        size = size_of(words, room.point) + 2 * gap
        corners = room.pixels(line) - size / 2
        for corner in corners[room.are_free(corners, size)][:1]:
            room.take(corner, size)
            paper = {"facecolor": color, "edgecolor": "none", "pad": 1}
            text = self.ax.text(
                0, 0, words, color=COLORS["loss"], ha="center", va="center", bbox=paper, zorder=2
            )
            put(text, corner + size / 2)


class PathPanel(SurfacePanel):
    """The path of (w, b) over the loss of all the data, and its optimum.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Drawn on; not cleared.
    trace : Trace
        A run.
    """

    title = "Path over the loss"
    entries = (
        Entry("w, b now", INK, NOW),
        Entry(f"{MINUS}lr · gradient", COLORS["gradient"], STEP),
    )
    touch = "start"

    def __init__(self, ax: Axes, trace: Trace) -> None:
        path = np.column_stack([trace.weights[:, 0], trace.biases]).astype(np.float64)
        super().__init__(ax, trace.X, trace.Y, path, in_view(trace))
        drawn = self._drawn
        self._grow(self._cut(path[drawn], self._seen[drawn]), drawn, PATH)
        if len(trace) <= MOST_MARKED:
            self._grow(path[self._seen], np.flatnonzero(self._seen), PATH_DOT)
        self._tail, self._now = self._move(PATH), self._move(NOW)
        self._arrow = ax.quiver(
            [0], [0], [1], [1], color=COLORS["gradient"], zorder=6, angles="xy",
            scale_units="xy", scale=1, units="dots", width=3.5 * ax.figure.dpi / 72,
            headwidth=3.2, headlength=3.6, headaxislength=3.6, minlength=0,
        )  # fmt: skip
        self.moving.append(self._arrow)

    def show(self, position: int, asking: bool = False) -> None:
        """Show the end of the path, and the last step as an arrow, but not if `asking`."""
        path = self._path[: position + 1]
        tail = _tail(path, self._drawn)
        self._tail.set_data(*self._cut(path[tail], self._seen[tail]).T)
        self._now.set_data(*path[position : position + self._seen[position]].T)
        has_arrow = position > 0 and not asking and self._seen[position - 1 : position + 1].all()
        step = path[-1] - path[-2] if has_arrow else np.zeros(2)
        self._arrow.set_visible(bool(step.any()))
        if step.any():
            self._arrow.set_offsets(path[-2])
            self._arrow.set_UVC(*step)


def in_view(trace: Trace) -> Array:
    """Tell for every position whether the pictures have room for it; the start always has it.

    A run that diverges leaves the picture: to show all of it would squeeze the data into a point.
    It does when the full-data loss is more than 4 times what it was at the start, or what the
    level line through the mean has, whichever is larger. The residuals are then twice as large.
    """
    usual = max(trace.full_losses[0], np.var(trace.Y, dtype=np.float64))
    seen = trace.full_losses / MOST_IN_VIEW <= usual
    seen[0] = True
    return seen


def thin(points: Array, most: int = MOST_DRAWN) -> Array:
    """Choose which of `points`, shape (n,) or (n, k), to draw, so that the picture stays the same.

    Returns their indices: all of them up to `most`, and otherwise the first and the last of all
    and, from each bin of neighbours, those where a coordinate is least and greatest. The bins
    hold a power of two, so that they stay where they are while n grows.
    """
    n = len(points)
    if n <= most:
        return np.arange(n)
    columns = np.reshape(points, (n, -1))
    width = 1 << int(np.ceil(np.log2(2 * columns.shape[1] * n / most)))
    filled = np.minimum(np.arange(-(-n // width) * width), n - 1)  # the last fills the last bin
    bins = columns[filled].reshape(-1, width, columns.shape[1])
    starts = np.arange(0, len(filled), width)[:, np.newaxis]
    extremes = np.minimum(np.hstack([bins.argmin(axis=1), bins.argmax(axis=1)]) + starts, n - 1)
    return np.unique([0, n - 1, *extremes.ravel()])


def _read_position(ax, trace, position, one_feature=True):
    """Return `position` as an int, the end of the trace if it is None; check the others."""
    if not hasattr(ax, "set_xlim"):  # pyplot itself has none
        raise ArgumentTypeError("ax", "matplotlib axes", validation.describe(ax))
    check_trace(trace, one_feature_to="draw" if one_feature else None)
    if position is None:
        return len(trace)
    return validation.integer("position", position, low=0, high=len(trace))


def _tail(points, drawn):
    """Return which points of a curve lie behind the last one that is drawn already."""
    if len(points) == 0:
        return np.arange(0)
    last = drawn[np.searchsorted(drawn, len(points) - 1, side="right") - 1]
    rest = np.arange(last, len(points))
    return rest[thin(points[rest], MOST_IN_TAIL)] if len(rest) > 1 else rest[:0]


def level_values(least, highest):
    """Choose round losses between that of the optimum and one at the edge of the view.

    The level lines of `least` + k² s would lie at equal distances. Each is rounded to the power of
    ten in what is between it and the one before.
    """
    values: list[Decimal] = []
    before = least
    for k in range(1, len(BANDS)):
        value = least + highest * (k / len(BANDS)) ** 2
        if value > before:
            power = math.floor(math.log10(value - before))
            rounded = round(Decimal(value).scaleb(-power)) * Decimal(1).scaleb(power)
            if float(rounded) > max([least, *map(float, values)]):
                values.append(rounded)
        before = value
    return values


def limits_around(values, left=0.05, right=None):
    """Return limits that hold all finite `values`, with a part of their span on either side."""
    values = np.asarray(values, dtype=np.float64)
    values = np.clip(values[np.isfinite(values)], -LARGEST, LARGEST)
    low, high = float(np.min(values)), float(np.max(values))
    largest = max(abs(low), abs(high))
    span = high - low
    if span <= LEAST_SPAN * largest:
        span = largest or 1.0
    return low - left * span, high + (left if right is None else right) * span


def _around_logarithms(values):
    """Return limits of a logarithmic axis that hold all finite `values` above 0."""
    values = np.asarray(values, dtype=np.float64)
    values = values[np.isfinite(values) & (values > 0)]
    if len(values) == 0:
        return 0.1, 1.0
    low, high = limits_around(np.clip(np.log10(values), -MOST_DECADES, MOST_DECADES))
    return 10.0**low, 10.0**high
