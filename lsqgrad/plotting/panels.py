"""Draws a `Trace` on matplotlib axes, at any position of it, for one feature (p = 1).

A panel draws what belongs to the whole run once, and moves the rest: that is what lets the stepper
answer at once. The functions draw a panel at one position. All take axes, and leave the figure,
its size and its saving to the caller. The limits of the axes are the same at every position, so
that pictures at two positions can be compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lsqgrad._util import COLORS, FAINT, GREY, ArgumentTypeError, validation
from lsqgrad._util.types import Array
from lsqgrad.regression import Trace, check_trace, with_ones

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_NUMBERED = 20  # more row numbers than these would run into each other
MOST_MARKED = 200  # more steps than these have no room for a marker each
MOST_DRAWN = 512  # more points than these are finer than the screen: see `thin`
MOST_IN_VIEW = 4  # a loss of so many times the usual has left the picture: see `in_view`
MOST_DECADES = 230  # matplotlib tries ticks far beyond the limits, and float64 ends at 1e308
ARROW = 0.2  # length of the gradient's arrow, as a part of the axes

# This batch, wherever it is seen: in the data as in the losses.
RING: dict[str, Any] = {
    "marker": "o", "markersize": 13, "markerfacecolor": "none", "markeredgewidth": 2,
    "color": "black", "linestyle": "none",
}  # fmt: skip


def draw_data(ax: Axes, trace: Trace, position: int | None = None) -> None:
    """Draw the data, the line at `position`, and what the step that led there saw.

    That is its batch (ringed), the line before it (dashed) and the residuals (dotted). Up to 20
    points have their row numbers beside them.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Drawn on; not cleared.
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
    DataPanel(ax, trace).show(position)


def draw_losses(ax: Axes, trace: Trace, position: int | None = None) -> None:
    """Draw the loss of each batch up to `position`, and the loss of all of the data beside it.

    A batch loss stands at its step, computed before the update; the last one is ringed. A short
    last batch has a square. The full-data loss stands at every position: at 0 before the first
    update, at 1 after it. Parameters and errors are those of `draw_data`, but any number of
    features will do.

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
    LossPanel(ax, trace).show(position)


def draw_path(ax: Axes, trace: Trace, position: int | None = None) -> None:
    """Draw the path of (w, b) up to `position` over the contours of the full-data loss.

    The star marks the least-squares optimum. The arrow begins where the last step began and
    points against the gradient of its batch; its length says nothing. Parameters and errors are
    those of `draw_data`.

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
    PathPanel(ax, trace).show(position)


class DataPanel:
    """The data, the line before and after an update, its batch and its residuals.

    Like the other two panels it draws what belongs to a whole run when that is loaded, and what
    belongs to a position when that is shown: the artists in `moving`.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Drawn on; not cleared.
    trace : Trace
        A run with one feature. One that is loaded later has the same data.
    """

    def __init__(self, ax: Axes, trace: Trace) -> None:
        self._ax = ax
        x, y = trace.X.ravel(), trace.Y.ravel()
        self._ends = np.array(_around(x, margin=0.1))
        ax.plot(x, y, "o", color=COLORS["y"], label="data")
        if len(x) <= MOST_NUMBERED:
            for row, point in enumerate(zip(x, y, strict=True)):
                ax.annotate(
                    str(row), point, xytext=(7, -4), textcoords="offset points",
                    ha="left", va="top", fontsize="small", color=COLORS["x"],
                )  # fmt: skip
        (self._before,) = ax.plot([], [], "--", color=GREY, label="line before")
        (self._line,) = ax.plot([], [], "-", color="black", linewidth=2, label="line")
        self._residuals = ax.vlines(
            [], [], [], COLORS["residual"], "dotted", linewidth=3, label="residual"
        )
        (self._batch,) = ax.plot([], [], **RING, label="batch")
        self.moving = (self._before, self._line, self._residuals, self._batch)
        _name(ax, "Data and line", x=("x", COLORS["x"]), y=("y", COLORS["y"]))
        _legend_below(ax)
        self.load(trace)

    def load(self, trace: Trace) -> None:
        """Make room for the lines of a run."""
        self._trace = trace
        lines = np.array([self._line_at(position) for position in np.flatnonzero(in_view(trace))])
        self._ax.set(xlim=self._ends, ylim=_around(np.append(trace.Y, lines)))

    def show(self, position: int, asking: bool = False) -> None:
        """Show the state after `position` updates and the batch of the last of them.

        If `asking`, show the batch of the next update instead: the residuals are then those that
        its gradient will be made of.
        """
        step = _step(self._trace, position, asking)
        nothing = np.empty((0, 1))
        X, Y, Y_hat = (step.X, step.Y, step.Y_hat) if step else (nothing, nothing, nothing)
        before = self._line_at(position - 1) if step and not asking else [np.nan, np.nan]
        self._before.set_data(self._ends, before)
        self._line.set_data(self._ends, self._line_at(position))
        ends = np.hstack([X, Y]), np.hstack([X, Y_hat])
        self._residuals.set_segments([*np.stack(ends, axis=1)])
        self._batch.set_data(X, Y)

    def _line_at(self, position):
        """Return y at both ends of the line that w and b make at this position."""
        return self._trace.weights[position, 0] * self._ends + self._trace.biases[position]


class LossPanel:
    """The loss of every batch so far, and of all of the data; any number of features.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Drawn on; not cleared.
    trace : Trace
        A run.
    logarithmic : bool
        Whether the loss is drawn on a logarithmic axis.
    """

    def __init__(self, ax: Axes, trace: Trace, logarithmic: bool = False) -> None:
        self._ax = ax
        color = COLORS["loss"]
        (self._jagged,) = ax.plot([], [], "-", color=FAINT, linewidth=1, zorder=1)
        (self._whole,) = ax.plot([], [], "o", color=color)
        (self._short,) = ax.plot([], [], "s", markerfacecolor="white", color=color)
        (self._full,) = ax.plot(
            [], [], "-D", markevery=[-1], color=color, linewidth=2, label="all of the data"
        )
        (self._ring,) = ax.plot([], [], **RING)
        self.moving = (self._jagged, self._whole, self._short, self._full, self._ring)
        self._labels: list[object] = []
        _name(ax, "Loss", x=("step", "black"), y=("loss", color))
        ax.locator_params(axis="x", integer=True)
        self.load(trace, logarithmic)

    def load(self, trace: Trace, logarithmic: bool = False) -> None:
        """Make room for the losses of a run, and name its batches by their size."""
        self._trace = trace
        short_size = len(trace.X) % trace.batch_size
        per_epoch = -(-len(trace.X) // trace.batch_size)
        self._is_short = (np.arange(1, len(trace) + 1) % per_epoch == 0) & (short_size > 0)
        # A run with many steps has no room for markers: its batch losses are one jagged line.
        self._marked = len(trace) <= MOST_MARKED
        whole, short = f"batch, n = {trace.batch_size}", f"short batch, n = {short_size}"
        self._jagged.set_label("_" if self._marked else "batches")
        self._whole.set_label(whole if self._marked and len(trace) > 0 else "_")
        self._short.set_label(short if self._marked and self._is_short.any() else "_")
        labels = [line.get_label() for line in self.moving]
        if labels != self._labels:  # a new legend takes longer than all of the rest
            _legend_below(self._ax)
            self._labels = labels

        if logarithmic:
            limits = _around_logarithms(np.append(trace.losses, trace.full_losses))
        else:
            seen = in_view(trace)
            limits = _around([*trace.losses[seen[:-1]], *trace.full_losses[seen], 0])
        self._ax.set_yscale("log" if logarithmic else "linear")
        self._ax.set(xlim=_around([0, len(trace)]), ylim=limits)

    def show(self, position: int, asking: bool = False) -> None:
        """Show the losses of the first `position` steps; if `asking`, without the ring."""
        steps = np.arange(1, position + 1)
        losses = self._trace.losses[:position]
        drawn = thin(losses)
        self._jagged.set_data(steps[drawn], losses[drawn])
        is_short = self._is_short[:position]
        self._whole.set_data(steps[~is_short & self._marked], losses[~is_short & self._marked])
        self._short.set_data(steps[is_short & self._marked], losses[is_short & self._marked])
        full = self._trace.full_losses[: position + 1]
        drawn = thin(full)
        self._full.set_data(drawn, full[drawn])
        this = slice(0, 0) if asking else slice(-1, None)
        self._ring.set_data(steps[this], losses[this])


class PathPanel:
    """The path of (w, b) over the contours of the full-data loss, and its optimum.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Drawn on; not cleared.
    trace : Trace
        A run with one feature. One that is loaded later has the same data.
    """

    def __init__(self, ax: Axes, trace: Trace) -> None:
        self._ax = ax
        self._X_tilde, self._y = with_ones(trace.X.astype(np.float64)), trace.Y.ravel()
        self._optimum = np.linalg.lstsq(self._X_tilde, self._y.astype(np.float64))[0]
        self._contours = None
        ax.plot(*self._optimum, "*", markersize=14, color="black", zorder=1.5, label="optimum")
        (self._path,) = ax.plot([], [], color=GREY, label="path")
        self._arrow = ax.quiver(
            [0], [0], [1], [1], color=COLORS["gradient"], zorder=2,
            angles="xy", scale_units="xy", scale=1, width=0.012,
        )  # fmt: skip
        ax.plot([], [], ">-", color=COLORS["gradient"], label="− gradient")  # for the legend
        (self._now,) = ax.plot([], [], "o", color="black", label="w, b now")
        self.moving = (self._path, self._arrow, self._now)
        _name(ax, "Path over the loss", x=("w", COLORS["w"]), y=("b", COLORS["b"]))
        _legend_below(ax)
        self.load(trace)

    def load(self, trace: Trace) -> None:
        """Make room for the path of a run, and draw the contours there."""
        self._trace = trace
        self._points = np.column_stack([trace.weights[:, 0], trace.biases])
        w, b = np.vstack([self._points[in_view(trace)], self._optimum]).T
        self._ax.set(xlim=_around(w), ylim=_around(b))
        self._size = np.ptp([self._ax.get_xlim(), self._ax.get_ylim()], axis=1)
        self._path.set_marker("." if len(trace) <= MOST_MARKED else "none")
        if self._contours:
            self._contours.remove()
        self._contours = self._draw_contours()

    def show(self, position: int, asking: bool = False) -> None:
        """Show the path to `position`; if `asking`, without the arrow of the last step."""
        path = self._points[: position + 1]
        self._path.set_data(*path[thin(path)].T)
        self._now.set_data(*path[-1:].T)
        step = None if asking else _step(self._trace, position)
        if step:
            descent = -np.array([step.grad_w.item(), step.grad_b], dtype=np.float64)
            length = np.linalg.norm(descent / self._size)
            descent *= ARROW / length if 0 < length < np.inf else 0
            self._arrow.set_offsets(self._points[position - 1])
            self._arrow.set_UVC(*descent)
        self._arrow.set_visible(step is not None)

    def _draw_contours(self):
        """Draw the lines of equal full-data loss, or nothing where it is too large or constant.

        With X̃ = QR and the optimum θ* it is ``L(θ*) + ‖R (θ - θ*)‖²/n``: the data are used once,
        and not at every point of the grid.
        """
        w, b = (np.linspace(*limits, 60) for limits in (self._ax.get_xlim(), self._ax.get_ylim()))
        grid = np.stack(np.meshgrid(w, b), axis=-1)
        R = np.linalg.qr(self._X_tilde, mode="r")
        with np.errstate(over="ignore"):
            above = np.sum(((grid - self._optimum) @ R.T) ** 2, axis=-1) / len(self._y)
            loss = np.mean((self._X_tilde @ self._optimum - self._y) ** 2) + above
        low, high = loss.min(), loss.max()
        if not low < high < np.inf:
            return None
        levels = low + (high - low) * np.linspace(0, 1, 12) ** 2  # closer together near the optimum
        return self._ax.contour(w, b, loss, levels=levels, colors=FAINT, linewidths=1, zorder=1)


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
        raise ArgumentTypeError("ax", "matplotlib axes", f"a {type(ax).__name__}")
    check_trace(trace, one_feature_to="draw" if one_feature else None)
    if position is None:
        return len(trace)
    return validation.integer("position", position, low=0, high=len(trace))


def _step(trace, position, asking=False):
    """Return the step that is looked at: the one done last, or the one asked about, or None."""
    if asking:
        return trace[position]
    return trace[position - 1] if position > 0 else None


def _name(ax, title, **axes):
    """Write the title, and the name of each axis in the colour of its quantity.

    Their places are fixed: matplotlib would find them anew, from all tick labels, in every picture.
    """
    ax.set_title(title, y=1)
    for axis, (name, color) in axes.items():
        getattr(ax, f"set_{axis}label")(name, color=color)
    ax.xaxis.set_label_coords(0.5, -0.09)
    ax.yaxis.set_label_coords(-0.16, 0.5)


def _legend_below(ax):
    """Explain what is drawn below the axes, where the legend hides none of it."""
    ax.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=2, frameon=False,
        handlelength=1.5, columnspacing=1, handletextpad=0.5,
    )  # fmt: skip


def _around(values, margin=0.05):
    """Return limits that hold all finite `values`, with a part of their span on either side."""
    values = np.asarray(values, dtype=np.float64)
    values = values[np.isfinite(values)]
    low, high = np.min(values), np.max(values)
    margin = margin * (high - low) or margin * abs(high) or 0.5
    return low - margin, high + margin


def _around_logarithms(values):
    """Return limits of a logarithmic axis that hold all finite `values` above 0."""
    values = np.asarray(values, dtype=np.float64)
    values = values[np.isfinite(values) & (values > 0)]
    if len(values) == 0:
        return 0.1, 1.0
    low, high = _around(np.clip(np.log10(values), -MOST_DECADES, MOST_DECADES))
    return 10.0**low, 10.0**high
