"""Drawings of many numbers: intervals and dots along a line, and how often how many ulps."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping
from heapq import heappop, heappush
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from lsqgrad._util import COLORS, GREY, ArgumentError, validation
from lsqgrad._util.types import Array
from lsqgrad.plotting.canvas import canvas, count, in_words, named, numbers, scalar, settle
from lsqgrad.plotting.drawing import Drawing
from lsqgrad.plotting.labels import line_on, size_of
from lsqgrad.plotting.panels import INK, limits_around
from lsqgrad.plotting.ticks import linear_ticks
from lsqgrad.regression import MINUS, same, written

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike

WIDTH = 9.0  # inches
NAMES = 170.0  # points, about, for the names of rows
ROW = 0.55  # inches from one row to the next
MOST_INTERVALS, MOST_MARKS, MOST_STRIPS, MOST_HISTOGRAMS = 12, 6, 12, 6
DIGITS_OF_WIDTH = 2  # so many digits of the width of an interval are seen in its ends
MOST_DECIMALS = 15  # more than these are written in full
PAPER = {"facecolor": "white", "edgecolor": "none", "pad": 1}
BAR = {"color": COLORS["loss"], "linewidth": 9, "alpha": 0.55, "solid_capstyle": "butt"}
END = {
    "color": COLORS["loss"], "linestyle": "none", "marker": "|", "markersize": 18,
    "markeredgewidth": 1.5,
}  # fmt: skip
MARK = {"color": INK, "linewidth": 1.5, "linestyle": "--"}
DOT: dict[str, Any] = {
    "color": COLORS["gradient"], "linestyle": "none", "marker": "o", "markersize": 6,
    "markeredgewidth": 0, "alpha": 0.45,
}  # fmt: skip
HIGHEST = 0.42  # of a row, for dots above its middle, and for those below
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
        for name, value in named("marks", marks, "numbers", least=0).items()
    }
    for argument, given, most in (
        ("intervals", rows, MOST_INTERVALS),
        ("marks", lines, MOST_MARKS),
    ):
        if len(given) > most:
            raise ArgumentError(argument, f"at most {most}", f"{len(given)}")
    texts, marked = _write([*rows.values()], [*lines.values()])
    levels = len(lines)
    with canvas(WIDTH, 0.6 + ROW * (len(rows) + 0.7 * levels)) as figure:
        ax = figure.subplots()
        _set_rows(ax, [*rows], above=0.7 * levels)
        _choose_limits(ax, [*rows.values()], [*lines.values()], texts)
        for row, (low, high) in enumerate(rows.values()):
            line_on(ax, np.array([[low, row], [high, row]]), {**BAR, "zorder": 3})
            line_on(ax, np.array([[low, row], [high, row]]), {**END, "zorder": 5})
            for end, text, align, away in zip(
                (low, high), texts[row], ("right", "left"), (-7, 7), strict=True
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
                f"{name}: {marked[level]}", (value, height),
                (-5 if right else 5, 0), textcoords="offset points",
                ha="right" if right else "left", va="center", bbox=PAPER, zorder=5,
            )  # fmt: skip
    said = [f"“{name}” from {low} to {high}" for name, (low, high) in zip(rows, texts, strict=True)]
    alt = f"A number line with {count(len(rows), 'interval')}: {_joined(said, ' and ')}."
    if lines:
        where = [
            f"“{name}”, {text}, {_place(value, rows)}"
            for (name, value), text in zip(lines.items(), marked, strict=True)
        ]
        alt += f" Marked {'is' if len(lines) == 1 else 'are'} {_joined(where)}."
    return Drawing(figure, alt)


def draw_strips(strips: Mapping[str, ArrayLike], line: ArrayLike, name: str = "∂L/∂w") -> Drawing:
    """Draw numbers as dots along strips, and a line through all, such as their mean.

    Dots that would cover each other are stacked, closer than they are high where a strip has no
    room for so many.

    Parameters
    ----------
    strips : dict of str to array_like
        The numbers of each strip, up to 12 strips.
    line : float
        Where the line is. It is called the mean if it is that of each strip.
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
    >>> draw_strips({"n = 1": [-3, 1, 5], "n = 3": [1]}, line=1)
    Dots along a line for ∂L/∂w. “n = 1”: three dots, from −3 to 5. “n = 3”: one dot, at 1. The line through all strips, the mean of each, is at 1.
    """  # noqa: E501
    rows = {k: numbers("strips", value) for k, value in named("strips", strips, "numbers").items()}
    if len(rows) > MOST_STRIPS:
        raise ArgumentError("strips", f"at most {MOST_STRIPS}", f"{len(rows)}")
    line, name = scalar("line", line), validation.string("name", name)
    is_mean = all(same([*row, np.mean(row)], [*row, line]) for row in rows.values())
    with canvas(WIDTH, 1.0 + 0.9 * len(rows)) as figure:
        ax = figure.subplots()
        _set_rows(ax, [f"{key}\n({len(values)})" for key, values in rows.items()], above=0.0)
        ax.set_xlim(limits_around(np.concatenate([*rows.values(), [line]])))
        ax.set_xlabel(name, color=COLORS["gradient"])
        line_on(ax, np.array([[line, -0.5], [line, len(rows) - 0.5]]), {**MARK, "zorder": 4})
        ax.set_title(f"{'mean of each' if is_mean else 'line'}: {written(line, 5)}", color=INK)
        settle(figure)
        for row, values in enumerate(rows.values()):
            points = np.column_stack([values, row + _stacked(ax, values)])
            line_on(ax, points, {**DOT, "zorder": 5})
    said = [
        f"“{key}”: {count(len(values), 'dot')}, "
        + (
            f"from {written(values.min(), 5)} to {written(values.max(), 5)}."
            if np.ptp(values)
            else f"at {written(values[0], 5)}."
        )
        for key, values in rows.items()
    ]
    alt = (
        f"Dots along a line for {name}. {' '.join(said)} "
        f"The line through all strips{', the mean of each,' * is_mean} is at {written(line, 5)}."
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
        between = {"hspace": 0.1}
        axes = figure.subplots(rows, columns, squeeze=False, gridspec_kw=between).ravel()
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
            parts.append(f"{in_words(number)} {'is' if number == 1 else 'are'} {how}")
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


def _choose_limits(ax: Axes, ends: list[Any], marks: list[float], texts: list[Any]) -> None:
    """Have room beside the intervals for the values of their ends."""
    values = np.array([*np.ravel(ends), *marks])
    text = max(size_of(end)[0] for end in np.ravel(texts)) + 14
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
    in_full = decimals > MOST_DECIMALS
    text = np.format_float_positional(number, trim="-") if in_full else f"{number:.{decimals}f}"
    return text.replace("-", MINUS)


def _write(rows: list[Any], marks: list[float]) -> tuple[list[list[str]], list[str]]:
    """Write the ends of intervals, and marks with a decimal more than the narrowest.

    Marks, and if that is not enough ends too, have as many more as it takes to see what has a
    width, and in what each mark lies. Of an interval without a width the ends are written in full.
    """
    widths = [high - low for low, high in rows]
    for more, further in product(range(MOST_DECIMALS + 2), repeat=2):  # in the end, all in full
        ends = [
            [_fixed(end, _decimals([width]) + more if width else MOST_DECIMALS + 1) for end in row]
            for row, width in zip(rows, widths, strict=True)
        ]
        texts = [_fixed(mark, _decimals(widths) + 1 + more + further) for mark in marks]
        if _facts(rows, marks) == _facts([map(_read, row) for row in ends], map(_read, texts)):
            break
    return ends, [text.rstrip("0").rstrip(".") if "." in text else text for text in texts]


def _facts(rows, marks):
    """Tell of each interval whether it has a width, and which marks lie in it."""
    marks = list(marks)
    return [[low < high, *(low <= mark <= high for mark in marks)] for low, high in rows]


def _read(text):
    return float(text.replace(MINUS, "-"))


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
        else "which lies in none"
    )


def _joined(parts, last_sign=", and "):
    *others, last = parts
    return f"{', '.join(others)}{last_sign if others else ''}{last}"


def _stacked(ax: Axes, values: Array) -> Array:
    """Return heights in rows that put dots above and below each other, in axes that stay."""
    pixels = ax.transData.transform(np.column_stack([values, np.zeros_like(values)]))[:, 0]
    size = DOT["markersize"] * ax.figure.dpi / 72
    row = ax.bbox.height / np.ptp(ax.get_ylim())
    levels = np.zeros(len(values), dtype=int)
    free: list[int] = []
    beside: deque[int] = deque()  # the dots that the next one could cover
    for dot in np.argsort(pixels):
        while beside and pixels[dot] - pixels[beside[0]] >= size:
            heappush(free, levels[beside.popleft()])
        levels[dot] = heappop(free) if free else len(beside)
        beside.append(dot)
    heights = (levels + 1) // 2 * np.where(levels % 2, 1, -1)
    return heights * min(size / row, HIGHEST / max(np.max(np.abs(heights)), 1))
