"""What the drawings have in common: figures of one kind, arguments as they come, numbers in words.

A figure is made within matplotlib's own settings, whatever the user's are, and without pyplot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from lsqgrad._util import ArgumentError, ArgumentTypeError, usual_size, validation
from lsqgrad._util.types import Array
from lsqgrad.plotting import svg
from lsqgrad.regression import MINUS, written

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DPI = 100
TYPE = 10.5  # points: the size of all type, but for titles
SCALE = {"notebook": 1.0, "projector": 1.3}  # of type, lines and marks
WORDS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
MOST_NAMED = 5  # numbers that alternative text lists one by one
LARGEST = 1e30  # with data, w, b and lr up to this, the loss after a step is below 1e308


@contextmanager
def canvas(
    width: float, height: float, layout: Literal["constrained"] | None = "constrained"
) -> Iterator[Figure]:
    """Give a figure of so many inches, to be drawn on in matplotlib's own settings.

    For a projector its type is larger, in as many pixels; without a layout the pixels are more.
    """
    from matplotlib.figure import Figure

    scale = SCALE[usual_size()]
    inches = (width / scale, height / scale) if layout else (width, height)
    with svg.type_of_size(TYPE):
        figure = Figure(figsize=inches, dpi=DPI * scale, layout=layout)
        yield figure
        if figure.get_constrained_layout():  # not yet settled
            settle(figure)


def settle(figure: Figure) -> None:
    """Choose the places of the axes, which then stay where they are."""
    figure.draw_without_rendering()
    figure.set_layout_engine("none")


def arrow(ax: Axes, start: Array, step: Array, color: str) -> Any:
    """Draw an arrow from a point of the data, to scale."""
    return ax.quiver(
        *start[:, np.newaxis], *step[:, np.newaxis], color=color, zorder=6, angles="xy",
        scale_units="xy", scale=1, units="dots", width=3.5 * ax.figure.dpi / 72, headwidth=3.2,
        headlength=3.6, headaxislength=3.6, minlength=0, clip_on=False,
    )  # fmt: skip


def one_feature(X: Any, Y: Any) -> tuple[Array, Array]:
    """Return X and Y of shape (n, 1), float64."""
    X, Y = validation.data(X, Y)
    if X.shape[1] != 1:
        raise ArgumentError("X", "one column, to draw a line through the data", f"{X.shape[1]}")
    return _drawable("X", X), _drawable("Y", Y)


def scalar(name: str, value: Any) -> float:
    """Return a number that may come as an array of one."""
    array = validation.real(name, value)
    number = validation.number(name, array.reshape(()) if array.size == 1 else array)
    return float(_drawable(name, np.array(number)))


def named(name: str, value: Any, expected: str, least: int = 1) -> dict[str, Any]:
    """Return a mapping from names, with one at the least, or with none if `least` is 0."""
    if not isinstance(value, Mapping):
        raise ArgumentTypeError(
            name, f"a dict from names to {expected}", validation.describe(value)
        )
    if len(value) < least:
        raise ArgumentError(name, f"a dict from names to {expected}", "an empty one")
    return {validation.string(name, key): value[key] for key in value}


def numbers(name: str, value: Any) -> Array:
    """Return finite numbers, one at the least, as a flat array of float64."""
    array = validation.real(name, value).ravel().astype(np.float64)
    if array.size == 0 or not np.isfinite(array).all():
        raise ArgumentError(name, "finite numbers, one at the least", validation.describe(value))
    return _drawable(name, array)


def _drawable(name, array):
    """Return finite numbers as float64, none so large that what is computed from it overflows."""
    if np.any(np.abs(array) > LARGEST):
        came = f"{array.flat[np.argmax(np.abs(array))]:.3g}"
        raise ArgumentError(name, f"numbers up to {LARGEST:.0e}", came)
    return array.astype(np.float64)


def in_words(n: int) -> str:
    """Write a whole number as a word, up to ten.

    Examples
    --------
    >>> in_words(3), in_words(120)
    ('three', '120')
    """
    return WORDS[n] if n < len(WORDS) else f"{n}"


def count(n: int, thing: str) -> str:
    """Say how many there are.

    Examples
    --------
    >>> count(1, "point"), count(3, "point"), count(120, "dot")
    ('one point', 'three points', '120 dots')
    """
    return f"{in_words(n)} {thing}{'' if n == 1 else 's'}"


def line_in_words(w: float, b: float) -> str:
    """Write the equation of a line.

    Examples
    --------
    >>> line_in_words(-0.34487, -2)
    'y = −0.34487 x − 2'
    """
    return f"y = {written(w, 5)} x {MINUS if b < 0 else '+'} {written(abs(b), 5)}"


def listed(values: Array) -> str:
    """Say of which few numbers something is, or from which to which they go.

    Examples
    --------
    >>> listed(np.array([1.0, -2.0])), listed(np.arange(9.0))
    ('of 1 and −2', 'from 0 to 8')
    """
    if len(values) > MOST_NAMED:
        return f"from {written(values.min(), 5)} to {written(values.max(), 5)}"
    *others, last = (written(value, 5) for value in values)
    return f"of {', '.join(others)} and {last}" if others else f"of {last}"
