"""Draws a `Trace` on matplotlib axes, up to any position of it, for one feature (p = 1).

Every function takes axes, and leaves the figure, its size and its saving to the caller. The
limits of the axes cover the whole run, so that pictures at two positions can be compared.
"""

import numpy as np

from lsqgrad import _arguments as arguments
from lsqgrad.gradients import with_ones
from lsqgrad.sgd import Trace

# One colour for each quantity, in every figure of the collection. From the palette of Okabe and
# Ito for colour-blind readers, darkened until each has a contrast of 4.5 to 1 on white.
COLORS = {
    "x": "#5C5C5C",
    "y": "#0072B2",
    "w": "#B84A00",
    "b": "#8A6100",
    "residual": "#A8497F",
    "gradient": "#007A59",
    "loss": "#6A3D9A",
}

MOST_NUMBERED = 20  # more row numbers than these would run into each other


def draw_data(ax, trace, position=None):
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
    x, y = trace.X.ravel(), trace.Y.ravel()
    ends = np.array([x.min(), x.max()]) + 1.5 * _margin(x.min(), x.max()) * np.array([-1, 1])
    lines = np.outer(trace.weights[:, 0], ends) + trace.biases[:, np.newaxis]  # at every position

    ax.plot(x, y, "o", color=COLORS["y"], label="data")
    if len(x) <= MOST_NUMBERED:
        for row, point in enumerate(zip(x, y, strict=True)):
            ax.annotate(
                str(row), point, xytext=(7, -4), textcoords="offset points",
                ha="left", va="top", fontsize="small", color=COLORS["x"],
            )  # fmt: skip
    if position > 0:
        step = trace[position - 1]
        batch_x, batch_y, batch_Y_hat = step.X.ravel(), step.Y.ravel(), step.Y_hat.ravel()
        before = lines[position - 1]
    else:  # nothing yet, but the legend keeps its size
        batch_x = batch_y = batch_Y_hat = []
        before = [np.nan, np.nan]
    ax.plot(ends, before, "--", color="grey", label="line before")
    ax.plot(ends, lines[position], "-", color="black", linewidth=2, label="line")
    ax.vlines(
        batch_x, batch_y, batch_Y_hat,
        COLORS["residual"], "dotted", linewidth=2, label="residual",
    )  # fmt: skip
    ax.plot(
        batch_x, batch_y, "o", markersize=13, markerfacecolor="none",
        markeredgewidth=2, color="black", label="batch",
    )  # fmt: skip
    _set_limits(ax.set_ylim, np.concatenate([y, lines.ravel()]))
    ax.set(xlim=ends, title="Data and line")
    ax.set_xlabel("x", color=COLORS["x"])
    ax.set_ylabel("y", color=COLORS["y"])
    _legend_below(ax)


def draw_losses(ax, trace, position=None):
    """Draw the loss of each batch up to `position`, and the loss of all of the data beside it.

    A batch loss stands at its step, computed before the update. A short last batch has a square.
    The full-data loss stands at every position: at 0 before the first update, at 1 after it.
    Parameters and errors are those of `draw_data`, but any number of features will do.

    Examples
    --------
    >>> from lsqgrad import sgd_by_hand
    >>> from matplotlib.figure import Figure
    >>> ax = Figure().subplots()
    >>> draw_losses(ax, sgd_by_hand([[1], [2], [3]], [[2], [4], [6]], w=[[0]], b=0, epochs=5))
    >>> len(ax.get_lines()[-1].get_xdata())  # the loss of all of the data, at positions 0 to 5
    6
    """
    position = _read_position(ax, trace, position, one_feature=False)
    steps = np.arange(1, position + 1)
    losses = trace.losses[:position]
    shortest = len(trace.X) % trace.batch_size
    short = np.array([len(step.rows) == shortest for step in trace[:position]], dtype=bool)

    if len(trace) > 0:
        ax.plot(steps, losses, "-", color="lightgrey", linewidth=1, zorder=1)
        ax.plot(
            steps[~short], losses[~short], "o",
            color=COLORS["loss"], label=f"batch, n = {trace.batch_size}",
        )  # fmt: skip
    if len(trace) > 0 and shortest > 0:
        ax.plot(
            steps[short], losses[short], "s", markerfacecolor="white",
            color=COLORS["loss"], label=f"short batch, n = {shortest}",
        )  # fmt: skip
    ax.plot(
        np.arange(position + 1), trace.full_losses[: position + 1], "-D", markevery=[position],
        color=COLORS["loss"], linewidth=2, label="all of the data",
    )  # fmt: skip
    _set_limits(ax.set_ylim, np.concatenate([trace.losses, trace.full_losses, [0]]))
    _set_limits(ax.set_xlim, np.array([0, len(trace)]))
    ax.set(xlabel="step", title="Loss")
    ax.set_ylabel("loss", color=COLORS["loss"])
    _legend_below(ax)


def draw_path(ax, trace, position=None):
    """Draw the path of (w, b) up to `position` over the contours of the full-data loss.

    The star marks the least-squares optimum. Parameters and errors are those of `draw_data`.

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
    w, b = trace.weights[:, 0], trace.biases
    optimum = _least_squares(trace)
    _set_limits(ax.set_xlim, np.append(w, optimum[0]))
    _set_limits(ax.set_ylim, np.append(b, optimum[1]))

    grid_w, grid_b = np.meshgrid(np.linspace(*ax.get_xlim(), 80), np.linspace(*ax.get_ylim(), 80))
    residuals = np.multiply.outer(trace.X.ravel(), grid_w) + grid_b - trace.Y[..., np.newaxis]
    with np.errstate(over="ignore"):
        loss = np.mean(residuals**2, axis=0)
    low, high = loss.min(), loss.max()
    if low < high < np.inf:
        levels = low + (high - low) * np.linspace(0, 1, 12) ** 2  # closer together near the optimum
        ax.contour(grid_w, grid_b, loss, levels=levels, colors="lightgrey", linewidths=1)

    ax.plot(w[: position + 1], b[: position + 1], ".-", color=COLORS["gradient"], label="path")
    ax.plot(w[position], b[position], "o", color="black", label="w, b now")
    ax.plot(*optimum, "*", markersize=14, color="black", label="optimum")
    ax.set_xlabel("w", color=COLORS["w"])
    ax.set_ylabel("b", color=COLORS["b"])
    ax.set_title("Path over the loss")
    _legend_below(ax)


def check_trace(trace, one_feature=True):
    """Raise unless `trace` is a Trace, and of one feature if that is asked for."""
    if not isinstance(trace, Trace):
        raise TypeError(f"trace: expected a Trace, got a {type(trace).__name__}.")
    if one_feature and trace.X.shape[1] != 1:
        raise ValueError(
            f"trace: expected a run with one feature to draw, got {trace.X.shape[1]} features."
        )


def _read_position(ax, trace, position, one_feature=True):
    """Return `position` as an int, the end of the trace if it is None; check the others."""
    if not hasattr(ax, "set_xlim"):  # pyplot itself has none
        raise TypeError(f"ax: expected matplotlib axes, got a {type(ax).__name__}.")
    check_trace(trace, one_feature)
    if position is None:
        return len(trace)
    return arguments.integer("position", position, low=0, high=len(trace))


def _least_squares(trace):
    """Return the (w, b) at which the full-data loss is least."""
    X, y = trace.X.astype(np.float64), trace.Y.ravel().astype(np.float64)
    return np.linalg.lstsq(with_ones(X), y)[0]


def _legend_below(ax):
    """Explain what is drawn below the axes, where the legend hides none of it."""
    ax.legend(
        loc="upper center", bbox_to_anchor=(0.5, -0.15), ncols=2, frameon=False,
        handlelength=1.5, columnspacing=1, handletextpad=0.5,
    )  # fmt: skip


def _set_limits(set_lim, values):
    """Make an axis show all of `values`, with a margin on either side."""
    values = values[np.isfinite(values)]
    low, high = float(np.min(values)), float(np.max(values))
    margin = _margin(low, high)
    set_lim(low - margin, high + margin)


def _margin(low, high):
    """Return a twentieth of the span, or something visible where there is no span."""
    return 0.05 * (high - low) or 0.05 * abs(high) or 0.5
