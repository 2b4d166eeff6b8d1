"""Drawings of one step: squares on the residuals, the loss over w, the loss over w and b."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from lsqgrad._util import COLORS, GREY, ArgumentError, validation
from lsqgrad._util.types import Array
from lsqgrad.plotting.canvas import (
    arrow,
    canvas,
    count,
    line_in_words,
    listed,
    named,
    one_feature,
    scalar,
    settle,
)
from lsqgrad.plotting.drawing import Drawing
from lsqgrad.plotting.explorer_picture import MARGIN, LinePanel
from lsqgrad.plotting.labels import Entry, Room, explain, line_on
from lsqgrad.plotting.panels import (
    INK,
    NOW,
    OF_ALL,
    OPTIMUM,
    STEP,
    SurfacePanel,
    limits_around,
)
from lsqgrad.regression import MINUS, gradient_matrix, written

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

PANEL = 4.5, 4.0  # inches of one of several panels
MOST_PANELS = 4
BESIDE = 14.0  # pixels between a square and the edge of the axes
LEAST_WIDTH = 0.25  # of the axes, for the data from the least x to the largest
SHORT, LONGER = 25.0, 70.0  # pixels: an arrow shorter than the one is drawn as long as the other
BEYOND = 0.4  # of what is drawn of a parabola, on the other side of its minimum
NOTHING = 1e-12  # as a part of what was subtracted to get it
TANGENT = {"color": COLORS["gradient"], "linewidth": 2, "linestyle": "--"}
AFTER = {**NOW, "markerfacecolor": "white", "markeredgewidth": 2}
DROP = {"color": GREY, "linewidth": 1, "linestyle": ":"}
SQUARE = {
    "linestyle": "none", "marker": "s", "markersize": 10, "color": COLORS["residual"], "alpha": 0.4,
}  # fmt: skip


def draw_squares(
    X: ArrayLike, Y: ArrayLike, lines: dict[str, tuple[ArrayLike, ArrayLike]]
) -> Drawing:
    """Draw the squares whose mean is the loss, for one line after another.

    A square has the residual for its side, on the screen as wide as high, so that its area is the
    square of the residual. All panels have the same axes, so that areas can be compared.

    Parameters
    ----------
    X, Y : array_like of shape (n, 1)
        The data. More than 20 points have no room for squares, and only their residuals are drawn.
    lines : dict of str to (w, b)
        By the name of each panel: its line. There is room for four.

    Returns
    -------
    Drawing
        With alternative text.

    Raises
    ------
    TypeError, ValueError
        If the data are not of this shape, or `lines` is no such dict.

    Examples
    --------
    >>> draw_squares([[1], [2]], [[1], [4]], {"before": (1, 1)})
    Two points in one panel. “before”: the line y = 1 x + 1 with a square on each residual, of 1 and −1; the loss, the mean of the areas, is 1.
    """  # noqa: E501
    X, Y = one_feature(X, Y)
    points = {name: _line("lines", line) for name, line in named("lines", lines, "(w, b)").items()}
    if len(points) > MOST_PANELS:
        raise ArgumentError("lines", f"at most {MOST_PANELS} lines", f"{len(points)}")
    width, height = PANEL
    with canvas(width * len(points) + (len(points) == 1), height) as figure:
        axes = figure.subplots(1, len(points), squeeze=False, sharex=True, sharey=True)[0]
        wb = np.array([*points.values()])
        panels = [SquaresPanel(ax, X, Y, wb) for ax in axes]
        settle(figure)
        words = []
        losses = _alike([_loss(X, Y, *line) for line in points.values()])
        for panel, (name, (w, b)), loss in zip(panels, points.items(), losses, strict=True):
            residuals = (X * w + b - Y).ravel()
            panel.make_room()
            position: Any = (w, b)
            panel.draw_alone(position)
            panel.ax.set_title(f"{name}: loss {loss}", color=INK)
            panel.ax.label_outer()
            what = "a square on each residual" if panel.has_squares else "its residuals"
            words.append(
                f"“{name}”: the line {line_in_words(w, b)} with {what}, "
                f"{listed(_rounded(residuals, np.max(np.abs(Y))))}; "
                f"the loss, the mean of the {'areas' if panel.has_squares else 'squares'}, "
                f"is {loss}."
            )
    panels_there = count(len(points), "panel")
    alt = f"{count(len(X), 'point').capitalize()} in {panels_there}. {' '.join(words)}"
    return Drawing(figure, alt)


class SquaresPanel(LinePanel):
    """The data, a line, and a square on each residual, within limits that hold several lines.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Drawn on; not cleared.
    X, Y : ndarray of shape (n, 1)
        The data.
    lines : ndarray of shape (k, 2)
        Each w and b that must be in view, with its squares.
    """

    def __init__(self, ax: Axes, X: Array, Y: Array, lines: Array) -> None:
        super().__init__(ax, X, Y, *lines[0])
        self._lines = lines
        with np.errstate(all="ignore"):
            self._predictions = X @ lines[:, :1].T + lines[:, 1]
        self._heights = np.append(Y, self._predictions)
        ax.set_ylim(limits_around(self._heights, MARGIN))
        for handle in self._handles:
            handle.set_visible(False)

    def make_room(self) -> None:
        """Choose the limits of the axes, whose place in the figure is known by now."""
        x, y = self._points.T
        width, height = self._box.width, self._box.height
        for _ in range(40):
            low, high = self.ax.get_ylim()
            sides = np.abs(self._predictions - y[:, np.newaxis]) * height / (high - low)
            is_right = (self._predictions > y[:, np.newaxis]) == (self._lines[:, 0] > 0)
            right, left = (np.max(sides * side, axis=1) for side in (is_right, ~is_right))
            scale = _largest_scale(x, left, right, width - 2 * BESIDE)
            if scale > 0 and (scale * np.ptp(x) >= LEAST_WIDTH * width or np.ptp(x) == 0):
                break
            self.ax.set_ylim(low - 0.1 * (high - low), high + 0.1 * (high - low))
        start, end = np.min(x - left / scale), np.max(x + right / scale)
        rest = (width / scale - (end - start)) / 2
        self._ends = np.array([start - rest, end + rest])
        self.ax.set_xlim(*self._ends)

    def write_words(self) -> None:
        """Write where there is room what is drawn at each point."""
        words = "residual, and its square" if self.has_squares else "residual"
        style = SQUARE if self.has_squares else {"color": COLORS["residual"], "linewidth": 1}
        room = Room(self.ax)
        room.take_points(room.pixels(self._points), margin=8)
        for w, b in self._lines:
            room.take_line(room.pixels(np.column_stack([self._ends, w * self._ends + b])))
            for corners in self.squares(w, b) if self.has_squares else ():
                low, high = np.min(room.pixels(corners), 0), np.max(room.pixels(corners), 0)
                room.take(low, high - low)
        explain(room, self.ax, [Entry(words, COLORS["residual"], style)], room.high)


def _largest_scale(x, left, right, width):
    """Return the most pixels per x such that what is beside each point, in pixels, fits in."""
    apart = x[:, np.newaxis] - x
    free = width - (right[:, np.newaxis] + left)
    if np.any(free[apart <= 0] < 0):
        free = free - np.max(-free[apart <= 0])
    if not np.any(apart > 0):
        return float(width / 2 / (abs(x[0]) or 1.0)) if np.min(free) >= 0 else 0.0
    return float(np.min(free[apart > 0] / apart[apart > 0]))


def draw_parabola(X: ArrayLike, Y: ArrayLike, w: ArrayLike, b: ArrayLike, lr: ArrayLike) -> Drawing:
    """Draw the loss over w with b held fixed: a parabola, its tangent at `w`, and the step.

    The slope of the tangent is ∂L/∂w; the step, along the axis of w, is minus the learning rate
    times that slope.

    Parameters
    ----------
    X, Y : array_like of shape (n, 1)
        The data.
    w, b : float
        Where the step begins.
    lr : float
        The learning rate.

    Returns
    -------
    Drawing
        With alternative text.

    Raises
    ------
    TypeError, ValueError
        If the data are not of this shape, or the others are not numbers.

    Examples
    --------
    >>> draw_parabola([[1], [2]], [[1], [4]], w=0, b=1, lr=0.1)
    The loss over w with b fixed at 1: a parabola with its minimum at w = 1.2, where the loss is 0.9. At w = 0 the loss is 4.5 and the slope of the tangent, ∂L/∂w, is −6. The step, −lr · ∂L/∂w = 0.6, leads to w = 0.6, where the loss is 1.8.
    """  # noqa: E501
    X, Y = one_feature(X, Y)
    w, b, lr = scalar("w", w), scalar("b", b), validation.positive("lr", scalar("lr", lr))
    slope = _gradient(X, Y, w, b)[0]
    step = -lr * slope
    square = np.mean(X**2)
    lowest = float(_rounded(np.mean(X * (Y - b)) / square, _sizes(X, Y, b=b)[0])) if square else w

    def loss(w: Any) -> Any:
        return np.mean((X * w + b - Y) ** 2, axis=0)

    place = np.array([w, loss(w).item()])
    after, minimum = (np.array([at, loss(at).item()]) for at in (w + step, lowest))
    with canvas(6.5, PANEL[1]) as figure:
        ax = figure.subplots()
        others = np.array([w, w + step])
        far = others[np.argmax(np.abs(others - lowest))]
        both = np.append(others, lowest - BEYOND * (far - lowest))
        ax.set_xlim(limits_around(both, 0.08))
        along = np.linspace(*ax.get_xlim(), 200)
        losses = loss(along)
        bottom, top = limits_around(np.append(losses, minimum[1]), 0.1, 0.05)
        ax.set(ylim=(bottom, top), xlabel="w", ylabel="loss", title=f"Loss over w, b = {_5(b)}")
        ax.xaxis.label.set_color(COLORS["w"])
        ax.yaxis.label.set_color(COLORS["loss"])
        settle(figure)
        line_on(ax, np.column_stack([along, losses]), {**OF_ALL, "zorder": 3})
        tangent = _tangent(ax, place, slope)
        line_on(ax, tangent, {**TANGENT, "zorder": 4})
        for point in (place, after):
            line_on(ax, np.array([[point[0], bottom], point]), {**DROP, "zorder": 2})
        line_on(ax, minimum[np.newaxis], {**OPTIMUM, "zorder": 5})
        line_on(ax, after[np.newaxis], {**AFTER, "zorder": 5})
        line_on(ax, place[np.newaxis], {**NOW, "zorder": 5})
        if step:
            arrow(ax, np.array([w, bottom]), np.array([step, 0.0]), COLORS["gradient"])
        room = Room(ax)
        room.take_line(room.pixels(np.column_stack([along, losses])), margin=8)
        room.take_line(room.pixels(tangent), margin=8)
        room.take_points(room.pixels(np.array([place, after, minimum])), margin=10)
        entries = [
            Entry(f"now: w = {_5(w)}", INK, NOW),
            Entry(f"tangent: slope ∂L/∂w = {_5(slope)}", COLORS["gradient"], TANGENT),
            Entry(f"step: {MINUS}lr · ∂L/∂w = {_5(step)}", COLORS["gradient"], STEP),
            Entry(f"after: w = {_5(w + step)}", INK, AFTER),
            Entry(f"minimum: w = {_5(lowest)}", INK, {**OPTIMUM, "markersize": 11}),
        ]
        explain(room, ax, entries, room.high)
    before, then = _alike([_loss(X, Y, at, b) for at in (w, w + step)])
    alt = (
        f"The loss over w with b fixed at {_5(b)}: a parabola with its minimum at "
        f"w = {_5(lowest)}, where the loss is {_loss(X, Y, lowest, b)}. At w = {_5(w)} the loss is "
        f"{before} and the slope of the tangent, ∂L/∂w, is {_5(slope)}. The step, "
        f"{MINUS}lr · ∂L/∂w = {_5(step)}, leads to w = {_5(w + step)}, where the loss is "
        f"{then}."
    )
    return Drawing(figure, alt)


def _tangent(ax, place, slope):
    """Return the ends of a tangent, from one edge of the axes to another."""
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    ends = np.array([left, right])
    if slope:
        at = place[0] + (np.array([bottom, top]) - place[1]) / slope
        ends = np.array([max(left, at.min()), min(right, at.max())])
    return np.column_stack([ends, place[1] + slope * (ends - place[0])])


def draw_contours(X: ArrayLike, Y: ArrayLike, w: ArrayLike, b: ArrayLike, lr: ArrayLike) -> Drawing:
    """Draw the contours of the loss over w and b, and a step: the arrow ``-lr ∇L``.

    The arrow is to scale. One that would be too short to be seen is drawn longer, which the words
    beside it say. The axes have different scales, so that the arrow need not be at right angles to
    the contours on the screen. Parameters and errors are those of `draw_parabola`.

    Returns
    -------
    Drawing
        With alternative text.

    Examples
    --------
    >>> draw_contours([[1], [2]], [[1], [4]], w=0, b=1, lr=0.1)
    Contours of the loss over w and b, with its least value, 0, at the star: w = 3, b = −2. At w = 0, b = 1 the loss is 4.50; the arrow, −lr · ∇L = (0.6, 0.3), leads to w = 0.6, b = 1.3, where the loss is 1.53.
    """  # noqa: E501
    X, Y = one_feature(X, Y)
    w, b, lr = scalar("w", w), scalar("b", b), validation.positive("lr", scalar("lr", lr))
    step = -lr * _gradient(X, Y, w, b)
    start = np.array([w, b])
    with canvas(6.5, 4.5) as figure:
        panel = StepPanel(figure.subplots(), X, Y, start, step)
        panel.ax.set(xlabel="w", ylabel="b")
        settle(figure)
        panel.draw_arrow()
        panel.draw_alone(1)
    before, after = _alike([_loss(X, Y, *at) for at in (start, start + step)])
    best, least = panel.optimum, _loss(X, Y, *panel.optimum)
    best = _rounded(best, _sizes(X, Y, best[0]))
    if not step.any():
        alt = f"Contours of the loss over w and b. At {_at(start)} the gradient is 0."
        return Drawing(figure, f"{alt} The loss there, {before}, is the least, at the star.")
    longer = f", drawn {panel.times} times as long," if panel.times != "1" else ","
    alt = (
        f"Contours of the loss over w and b, with its least value, {least}, at the star: "
        f"{_at(best)}. At {_at(start)} the loss is {before}; the arrow{longer} "
        f"{MINUS}lr · ∇L = ({_5(step[0])}, {_5(step[1])}), leads to {_at(start + step)}, where the "
        f"loss is {after}."
    )
    return Drawing(figure, alt)


class StepPanel(SurfacePanel):
    """The loss over w and b, and one step of gradient descent.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Drawn on; not cleared.
    X, Y : ndarray of shape (n, 1)
        The data.
    start, step : ndarray of shape (2,)
        Where w and b are, and what is added to them.
    """

    title = "Loss over w and b"

    def __init__(self, ax: Axes, X: Array, Y: Array, start: Array, step: Array) -> None:
        super().__init__(ax, X, Y, np.array([start, start + step]), np.array([True, True]))
        self._step = step
        self.times = "1"  # as long as to scale is the arrow

    @property
    def optimum(self) -> Array:
        """The w and b with the least loss."""
        return self._optimum

    def draw_arrow(self) -> None:
        """Draw the arrow, in axes that stay where they are, and say what it is."""
        start, end = self.ax.transData.transform(self._path)
        length, drawn = np.hypot(*(end - start)), self._step
        words = f"{MINUS}lr · ∇L"
        if 0 < length < SHORT:
            factor = LONGER / length
            self.times = written(float(f"{factor:.2g}"))
            drawn = self._step * float(f"{factor:.2g}")
            words += f", drawn {self.times} times as long"
        if drawn.any():
            arrow(self.ax, self._path[0], drawn, COLORS["gradient"])
        self._path = np.array([self._path[0], self._path[0] + drawn])  # where no words may stand
        self._drawn = np.arange(2)
        now = {**NOW, "zorder": 7}
        line_on(self.ax, self._path[:1], now)
        self.entries = (  # type: ignore[misc]
            Entry("w, b now", INK, now),
            Entry(words, COLORS["gradient"], STEP),
        )

    def show(self, position: int, asking: bool = False) -> None:
        """Show nothing more: there is one position."""


def _line(name: str, line: Any) -> tuple[float, float]:
    try:
        w, b = line
    except (TypeError, ValueError):
        raise ArgumentError(
            name, "a pair (w, b) for each line", validation.describe(line)
        ) from None
    return scalar(name, w), scalar(name, b)


def _gradient(X: Array, Y: Array, w: float, b: float) -> Array:
    """Return ∂L/∂w and ∂L/∂b, where what is left by rounding is 0."""
    grad_w, grad_b = gradient_matrix(X, Y, [[w]], b)
    terms = np.abs(X * w) + abs(b) + np.abs(Y)
    scales = 2 * np.array([np.mean(np.abs(X) * terms), np.mean(terms)])
    return _rounded(np.array([grad_w.item(), float(grad_b)]), scales)


def _loss(X: Array, Y: Array, w: float, b: float) -> str:
    """Write the loss of a line, where what is left by rounding is 0."""
    return _5(np.mean(_rounded(X * w + b - Y, np.max(np.abs(Y))) ** 2))


def _alike(numbers: list[str]) -> list[str]:
    """Write numbers, 0 excepted, with as many digits as the one that has the most."""
    plain = [number.replace(MINUS, "-") for number in numbers]
    digits = max(len(Decimal(number).as_tuple().digits) for number in plain)
    padded = [f"{float(number):#.{digits}g}" if float(number) else number for number in plain]
    return [text.rstrip(".").replace(".e", "e").replace("-", MINUS) for text in padded]


def _sizes(X: Array, Y: Array, w: float = 0.0, b: float = 0.0) -> Array:
    """Return how large w and b are for such data, where nothing cancels."""
    x, y = np.max(np.abs(X)), np.max(np.abs(Y))
    return np.array([(y + abs(b)) / (x or 1.0), y + abs(w) * x])


def _rounded(values: Array, scales: Array | float) -> Array:
    """Return values in which what is nothing beside their scales, but for rounding, is 0."""
    return np.where(np.abs(values) <= NOTHING * np.abs(scales), 0.0, values)


def _at(point):
    return f"w = {_5(point[0])}, b = {_5(point[1])}"


def _5(number):
    return written(float(number) + 0.0, 5)
