"""Draws a `Trace` on matplotlib axes, up to any position of it, for one feature (p = 1).

Every function takes axes, and leaves the figure, its size and its saving to the caller. The
limits of the axes cover the whole run, so that pictures at two positions can be compared.
"""

import numpy as np

from lsqgrad import _arguments as arguments
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


def draw_data(ax, trace, position=None):
    """Draw the data, the line at `position`, and what the step that led there saw.

    That is its batch (ringed), the line before it (dashed) and the residuals (dotted).

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
    ends = np.array([x.min(), x.max()]) + _margin(x.min(), x.max()) * np.array([-1, 1])

    def line(at):
        return trace.weights[at, 0] * ends + trace.biases[at]

    ax.plot(x, y, "o", color=COLORS["y"], label="data")
    if position > 0:
        step = trace[position - 1]
        rows, Y_hat = step.X.ravel(), step.Y_hat.ravel()
        ax.plot(ends, line(position - 1), "--", color="grey", label="line before")
        ax.vlines(
            rows, step.Y.ravel(), Y_hat, COLORS["residual"], "dotted", linewidth=2, label="residual"
        )
        ax.plot(
            rows, step.Y.ravel(), "o", markersize=13, markerfacecolor="none",
            markeredgewidth=2, color="black", label="batch",
        )  # fmt: skip
    ax.plot(ends, line(position), "-", color="black", linewidth=2, label="line")
    lines = np.outer(trace.weights[:, 0], ends) + trace.biases[:, np.newaxis]
    _set_limits(ax.set_ylim, np.concatenate([y, lines.ravel()]))
    ax.set(xlim=ends, title="Data and line")
    ax.set_xlabel("x", color=COLORS["x"])
    ax.set_ylabel("y", color=COLORS["y"])
    ax.legend(loc="upper left")


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
    full_size = max((len(step.rows) for step in trace), default=0)
    short = np.array([len(step.rows) < full_size for step in trace[:position]], dtype=bool)

    if len(trace) > 0:
        ax.plot(steps, losses, "-", color="lightgrey", linewidth=1, zorder=1)
        ax.plot(
            steps[~short], losses[~short], "o",
            color=COLORS["loss"], label=f"batch, n = {full_size}",
        )  # fmt: skip
    if any(len(step.rows) < full_size for step in trace):
        shortest = min(len(step.rows) for step in trace)
        ax.plot(
            steps[short], losses[short], "s", markerfacecolor="white",
            color=COLORS["loss"], label=f"short batch, n = {shortest}",
        )  # fmt: skip
    ax.plot(
        np.arange(position + 1), trace.full_losses[: position + 1], "-",
        color=COLORS["loss"], linewidth=2, label="all of the data",
    )  # fmt: skip
    _set_limits(ax.set_ylim, np.concatenate([trace.losses, trace.full_losses, [0]]))
    _set_limits(ax.set_xlim, np.array([0, len(trace)]))
    ax.set(xlabel="step", title="Loss")
    ax.set_ylabel("loss", color=COLORS["loss"])
    ax.legend(loc="upper right")


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
    ax.legend(loc="lower left")


def _read_position(ax, trace, position, one_feature=True):
    """Return `position` as an int, the end of the trace if it is None; check the others."""
    if not hasattr(ax, "plot"):
        raise TypeError(f"ax: expected matplotlib axes, got a {type(ax).__name__}.")
    if not isinstance(trace, Trace):
        raise TypeError(f"trace: expected a Trace, got a {type(trace).__name__}.")
    if one_feature and trace.X.shape[1] != 1:
        raise ValueError(
            f"trace: expected a run with one feature to draw, got {trace.X.shape[1]} features."
        )
    if position is None:
        return len(trace)
    return arguments.integer("position", position, low=0, high=len(trace))


def _least_squares(trace):
    """Return the (w, b) at which the full-data loss is least."""
    X1 = np.hstack([trace.X, np.ones_like(trace.X)]).astype(np.float64)
    return np.linalg.lstsq(X1, trace.Y.ravel().astype(np.float64))[0]


def _set_limits(set_lim, values):
    """Make an axis show all of `values`, with a margin on either side."""
    values = values[np.isfinite(values)]
    low, high = float(np.min(values)), float(np.max(values))
    margin = _margin(low, high)
    set_lim(low - margin, high + margin)


def _margin(low, high):
    """Return a twentieth of the span, or something visible where there is no span."""
    return 0.05 * (high - low) or 0.05 * abs(high) or 0.5
