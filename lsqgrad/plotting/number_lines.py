"""Drawings of many numbers: intervals and dots along a line, and how often how many ulps."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from lsqgrad._util import COLORS, GREY, ArgumentError, validation
from lsqgrad._util.types import Array
from lsqgrad.plotting.canvas import canvas, count, named, numbers, scalar
from lsqgrad.plotting.drawing import Drawing
from lsqgrad.plotting.labels import line_on, size_of
from lsqgrad.plotting.panels import INK, limits_around
from lsqgrad.plotting.ticks import linear_ticks
from lsqgrad.regression import MINUS, written

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

WIDTH = 9.0  # inches
NAMES = 170.0  # points, about, for the names of rows
ROW = 0.55  # inches from one row to the next
MOST_INTERVALS, MOST_MARKS, MOST_STRIPS, MOST_HISTOGRAMS = 12, 6, 12, 6
DIGITS_OF_WIDTH = 2  # so many digits of the width of an interval are seen in its ends
MOST_DECIMALS = 15
BAR = {"color": COLORS["loss"], "linewidth": 9, "alpha": 0.55, "solid_capstyle": "butt"}
END = {
    "color": COLORS["loss"], "linestyle": "none", "marker": "|", "markersize": 18,
    "markeredgewidth": 1.5,
}  # fmt: skip
MARK = {"color": INK, "linewidth": 1.5, "linestyle": "--"}
DOT = {
    "color": COLORS["gradient"], "linestyle": "none", "marker": "o", "markeredgewidth": 0,
    "alpha": 0.45,
}  # fmt: skip
LARGEST_DOT = 8.0  # points across
STACK = 0.8  # of a row, for dots above each other
BINS = ((0, 0, "0"), (1, 1, "1"), (2, 2, "2"), (3, 10, "3–10"), (11, math.inf, "> 10"))


def draw_intervals(
    intervals: Mapping[str, tuple[ArrayLike, ArrayLike]], marks: Mapping[str, ArrayLike]
) -> Drawing:
    """Draw intervals below each other on one number line, and numbers through all of them.

    Parameters
    ----------
    intervals : dict of str to (low, high)
        A row for each, up to 12.
    marks : dict of str to float
        The numbers, up to 6; none, if empty.

    Returns
    -------
    Drawing
        With alternative text, which says what lies in what.

    Raises
    ------
    TypeError, ValueError
        If an argument is no such dict, or `low` is above `high`.

    Examples
    --------
    >>> draw_intervals({"prints as 0.5": (0.45, 0.55)}, {"half": 0.5, "too much": 0.6})
    A number line with one interval: “prints as 0.5” from 0.45 to 0.55. Marked are “half”, 0.5, which lies in it, and “too much”, 0.6, which does not.
    """  # noqa: E501
    rows = {
        name: _ends(name, ends)
        for name, ends in named("intervals", intervals, "(low, high)").items()
    }
    lines = {
        name: scalar("marks", value)
        for name, value in (named("marks", marks, "numbers") if marks else {}).items()
    }
    for argument, given, most in (
        ("intervals", rows, MOST_INTERVALS),
        ("marks", lines, MOST_MARKS),
    ):
        if len(given) > most:
            raise ArgumentError(argument, f"at most {most}", f"{len(given)}")
    decimals = _decimals([high - low for low, high in rows.values()])
    texts = {
        name: [_fixed(end, _decimals([ends[1] - ends[0]])) for end in ends]
        for name, ends in rows.items()
    }
    levels = len(lines)
    with canvas(WIDTH, 0.6 + ROW * (len(rows) + 0.7 * levels)) as figure:
        ax = figure.subplots()
        _set_rows(ax, [*rows], above=0.7 * levels)
        _choose_limits(ax, [*rows.values()], [*lines.values()], decimals)
        for row, (name, (low, high)) in enumerate(rows.items()):
            line_on(ax, np.array([[low, row], [high, row]]), {**BAR, "zorder": 3})
            line_on(ax, np.array([[low, row], [high, row]]), {**END, "zorder": 5})
            for end, text, align, away in zip(
                (low, high), texts[name], ("right", "left"), (-7, 7), strict=True
            ):
                ax.annotate(
                    text, (end, row), (away, 0), textcoords="offset points", ha=align, va="center",
                    color=COLORS["loss"], bbox=PAPER, zorder=5,
                )  # fmt: skip
        for level, (name, value) in enumerate(lines.items()):
            height = -0.9 - 0.7 * (levels - 1 - level)
            line_on(
                ax, np.array([[value, len(rows) - 0.5], [value, height]]), {**MARK, "zorder": 4}
            )
            right = value > np.mean(ax.get_xlim())
            ax.annotate(
                f"{name}: {_marked(value, decimals)}", (value, height),
                (-5 if right else 5, 0), textcoords="offset points",
                ha="right" if right else "left", va="center", bbox=PAPER, zorder=5,
            )  # fmt: skip
    said = [f"“{name}” from {low} to {high}" for name, (low, high) in texts.items()]
    alt = f"A number line with {count(len(rows), 'interval')}: {_joined(said, ' and ')}."
    if lines:
        where = [
            f"“{name}”, {_marked(value, decimals)}, {_place(value, rows)}"
            for name, value in lines.items()
        ]
        alt += f" Marked {'is' if len(lines) == 1 else 'are'} {_joined(where)}."
    return Drawing(figure, alt)


PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 1}


def draw_strips(
    gradients: Mapping[str, ArrayLike], mean: ArrayLike, name: str = "∂L/∂w"
) -> Drawing:
    """Draw numbers as dots along strips, and their mean as a line through all.

    Dots that would cover each other are stacked.

    Parameters
    ----------
    gradients : dict of str to array_like
        The numbers of each strip, up to 12 strips.
    mean : float
        Where the line is.
    name : str
        What the numbers are.

    Returns
    -------
    Drawing
        With alternative text.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind named above.

    Examples
    --------
    >>> draw_strips({"n = 1": [-3, 1, 5], "n = 3": [1]}, mean=1)
    Dots along a line for ∂L/∂w. “n = 1”: three dots, from −3 to 5. “n = 3”: one dot, at 1. The line through all strips, the mean, is at 1.
    """  # noqa: E501
    strips = {key: numbers("gradients", value) for key, value in named(
        "gradients", gradients, "numbers"
    ).items()}  # fmt: skip
    if len(strips) > MOST_STRIPS:
        raise ArgumentError("gradients", f"at most {MOST_STRIPS} strips", f"{len(strips)}")
    mean, name = scalar("mean", mean), validation.string("name", name)
    with canvas(WIDTH, 1.0 + 0.9 * len(strips)) as figure:
        ax = figure.subplots()
        _set_rows(ax, [f"{key}\n({len(values)})" for key, values in strips.items()], above=0.0)
        ax.set_xlim(limits_around(np.concatenate([*strips.values(), [mean]])))
        ax.set_xlabel(name, color=COLORS["gradient"])
        line_on(ax, np.array([[mean, -0.5], [mean, len(strips) - 0.5]]), {**MARK, "zorder": 5})
        ax.set_title(f"mean {written(mean, 5)}", color=INK)
        for row, values in enumerate(strips.values()):
            heights, size = _stacked(values, ax.get_xlim())
            points = np.column_stack([values, row + heights])
            line_on(ax, points, {**DOT, "markersize": size, "zorder": 4})
    said = [
        f"“{key}”: {count(len(values), 'dot')}, "
        + (
            f"from {written(values.min(), 5)} to {written(values.max(), 5)}."
            if np.ptp(values)
            else f"at {written(values[0], 5)}."
        )
        for key, values in strips.items()
    ]
    alt = (
        f"Dots along a line for {name}. {' '.join(said)} "
        f"The line through all strips, the mean, is at {written(mean, 5)}."
    )
    return Drawing(figure, alt)


def draw_ulps(distances: Mapping[str, ArrayLike]) -> Drawing:
    """Draw how many numbers are how many ulps apart.

    Parameters
    ----------
    distances : dict of str to array_like of int
        For each panel the distances, as `ulps_apart` counts them; up to 6 panels.

    Returns
    -------
    Drawing
        With alternative text.

    Raises
    ------
    TypeError, ValueError
        If `distances` is no such dict, or a distance is not a whole number of at least 0.

    Examples
    --------
    >>> draw_ulps({"loss": [0, 0, 0, 1, 5], "w": [0, 0]})
    Numbers counted by their distance in ulps. “loss”, of five numbers: three are equal, one is 1 ulp apart, one is 3–10 ulps apart. “w”, of two numbers: two are equal.
    """  # noqa: E501
    given = {
        name: numbers("distances", value)
        for name, value in named("distances", distances, "distances in ulps").items()
    }
    if len(given) > MOST_HISTOGRAMS:
        raise ArgumentError("distances", f"at most {MOST_HISTOGRAMS} panels", f"{len(given)}")
    for values in given.values():
        if np.any((values < 0) | (values != np.floor(values))):
            wrong = values[(values < 0) | (values != np.floor(values))][0]
            raise ArgumentError("distances", "whole numbers of at least 0", f"{wrong:g}")
    counts = {
        name: [int(np.sum((low <= values) & (values <= high))) for low, high, _ in BINS]
        for name, values in given.items()
    }
    columns = min(len(given), 3)
    rows = -(-len(given) // columns)
    with canvas(max(WIDTH * columns / 3, 4.0), 2.7 * rows + 0.2) as figure:
        axes = figure.subplots(rows, columns, squeeze=False).ravel()
        places = range(len(BINS))
        for ax, (name, found) in zip(axes, counts.items(), strict=False):
            ax.bar(places, found, width=0.8, color=COLORS["residual"], alpha=0.75)
            ax.set_xticks(places, [label for *_, label in BINS])
            ax.set(title=name, ylim=(0, 1.15 * max(found)), yticks=[], xlabel="ulps apart")
            ax.spines[["top", "left", "right"]].set_visible(False)
            for place, number in zip(places, found, strict=True):
                color = INK if number else GREY
                ax.annotate(
                    f"{number}", (place, number), (0, 2), textcoords="offset points", ha="center",
                    va="bottom", color=color,
                )  # fmt: skip
        figure.set_layout_engine("constrained", h_pad=0.12)
        for ax in axes[len(counts) :]:
            ax.set_axis_off()
    said = [
        f"“{name}”, of {count(sum(found), 'number')}: {_how_many(found)}."
        for name, found in counts.items()
    ]
    return Drawing(figure, f"Numbers counted by their distance in ulps. {' '.join(said)}")


def _how_many(found):
    parts = []
    for number, (low, _, label) in zip(found, BINS, strict=True):
        if number:
            how = "equal" if low == 0 else f"{_spoken(label)} ulp{'s' * (low > 1)} apart"
            parts.append(f"{count(number, '').split()[0]} {'is' if number == 1 else 'are'} {how}")
    return ", ".join(parts)


def _spoken(label):
    return label.replace("> ", "more than ")


def _ends(name, ends):
    try:
        low, high = ends
    except (TypeError, ValueError):
        came = validation.describe(ends)
        raise ArgumentError("intervals", "a pair (low, high) for each label", came) from None
    low, high = scalar("intervals", low), scalar("intervals", high)
    if low > high:
        raise ArgumentError("intervals", "low up to high", f"{low:g} and {high:g} for {name!r}")
    return low, high


def _set_rows(ax: Axes, labels: list[str], above: float) -> None:
    """Make a row for each label, the first on top, and room above them."""
    ax.set_ylim(len(labels) - 0.5, -0.5 - above)
    ax.set_yticks(range(len(labels)), labels)
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "left", "right"]].set_visible(False)
    for row in range(len(labels)):
        ax.axhline(row, color=GREY, linewidth=0.6, alpha=0.5, zorder=1)


def _choose_limits(ax: Axes, ends: list[Any], marks: list[float], decimals: int) -> None:
    """Have room beside the intervals for the values of their ends."""
    values = np.array([*np.ravel(ends), *marks])
    text = size_of(_fixed(values[np.argmax(np.abs(values))], decimals))[0] + 14
    share = min(text / (WIDTH * 72 - NAMES), 0.3)
    low, high = limits_around(values, share / (1 - 2 * share))
    ax.set_xlim(low, high)
    ticks = linear_ticks(low, high, 6)
    labels = ticks.labels
    if ticks.rest:  # the ends are written in full, and so are these
        apart = _decimals(np.diff(ticks.places).tolist())
        labels = [_fixed(place, max(apart - 1, 0)) for place in ticks.places]
    ax.set_xticks(ticks.places, labels)


def _decimals(widths: list[float]) -> int:
    """Return how many decimals show digits of the narrowest interval."""
    narrowest = min((width for width in widths if width > 0), default=1.0)
    return int(
        np.clip(DIGITS_OF_WIDTH - 1 - math.floor(math.log10(narrowest) + 1e-6), 0, MOST_DECIMALS)
    )


def _fixed(number: float, decimals: int) -> str:
    return f"{number:.{decimals}f}".replace("-", MINUS)


def _marked(number: float, decimals: int) -> str:
    """Write a number with a decimal more than the ends, so that it is seen in what it lies."""
    text = _fixed(number, decimals + 1)
    return text.rstrip("0").rstrip(".")


def _place(value, rows):
    """Say in which intervals a number lies."""
    inside = [name for name, (low, high) in rows.items() if low <= value <= high]
    if len(rows) == 1:
        return "which lies in it" if inside else "which does not"
    if len(inside) == len(rows):
        return "which lies in all"
    return (
        f"which lies in {_joined([f'“{name}”' for name in inside], ' and ')}"
        if inside
        else "in none"
    )


def _joined(parts, last_sign=", and "):
    *others, last = parts
    return f"{', '.join(others)}{last_sign if others else ''}{last}"


def _stacked(values: Array, limits: tuple[float, float]) -> tuple[Array, float]:
    """Return heights from −0.5 to 0.5 that put dots above each other, and the size of a dot."""
    size = LARGEST_DOT
    bins = np.floor((values - limits[0]) / (limits[1] - limits[0]) * WIDTH * 72 * 0.85 / size)
    heights = np.zeros(len(values))
    most = 1
    for column in np.unique(bins):
        here = np.flatnonzero(bins == column)
        most = max(most, len(here))
        heights[here] = np.arange(len(here)) - (len(here) - 1) / 2
    step = min(size / (0.9 * 72), STACK / most)
    return heights * step, size
