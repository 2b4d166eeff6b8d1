"""A line that is moved by hand, as frames: at each w and b the squares, the loss, its gradient."""

from __future__ import annotations

import math
from collections.abc import Iterator
from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lsqgrad._util import ArgumentError, validation
from lsqgrad.plotting import ExplorerPicture
from lsqgrad.regression import MINUS, Number, gradient_matrix, mean_squared_error, written
from lsqgrad.widgets.cursor import Cursor
from lsqgrad.widgets.frames import Words
from lsqgrad.widgets.markup import words_in_colors

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

LAST = 40  # position of a track
TRACKS = ("w", "b")  # along which the line may be moved by steps, the other one fixed
WIDER = 1.2  # a track leads so many times as far as it must
ROUNDING = 1e-12  # of what a sum adds up: a smaller one may be 0
ENDS = ("left", "right")  # of the line: its handles
HANDLES = (*ENDS, "point")


class Values(NamedTuple):
    """What is told of a line: its parameters, its loss, and the gradient of that."""

    w: float
    b: float
    loss: float
    grad_w: float
    grad_b: float

    def told(self, digits: int) -> list[Number]:
        """Return each as a number of its quantity, with so many significant digits."""
        quantities = ("w", "b", "loss", "gradient", "gradient")
        return [
            Number(quantity, written(value, digits))
            for quantity, value in zip(quantities, self, strict=True)
        ]


class ExplorerFrames(Cursor):
    """What is shown of a line over data, at any w and b, with no widget in it.

    The line is moved by a handle, with `drag`, or by steps along a *track*: 41 values of w or of
    b through where the line was, the other one fixed. A position is one on the track.

    Parameters
    ----------
    X, Y : array_like of shape (n, 1)
        The data.
    w : array_like of shape (1, 1), optional
        The weight at the start; 0 if left out.
    b : float, optional
        The bias at the start; about the mean of `Y` if left out.

    Attributes
    ----------
    w, b : float
        The line.
    along : {"w", "b"}
        Which of the two the track is along.

    Raises
    ------
    TypeError, ValueError
        If `X` and `Y` are not columns of real numbers, as many of the one as of the other, or `w`
        and `b` do not have the shapes named above.

    Examples
    --------
    >>> frames = ExplorerFrames([[1], [2], [3]], [[2], [4], [6]])
    >>> frames.w, frames.b
    (0.0, 4.0)
    >>> frame = frames.drag("point", x=1, y=2)
    >>> print(frames.text.splitlines()[0])
    w = 1, b = 2. The loss is 0.666667, the mean of 3 squares of residuals.
    """

    label = "Line explorer"

    def __init__(
        self, X: ArrayLike, Y: ArrayLike, w: ArrayLike | None = None, b: ArrayLike | None = None
    ) -> None:
        X, Y = validation.data(X, Y)
        if X.shape[1] != 1:
            expected = "one column, since a line has one weight"
            raise ArgumentError("X", expected, f"{X.shape[1]} columns")
        w = [[0.0]] if w is None else w
        b = _about_mean(Y) if b is None else b
        self._X, self._Y, w, b = validation.problem(X, Y, w, b, dtype="float64")
        self.w, self.b, self.along = w.item(), b.item(), "w"
        self._picture = ExplorerPicture(self._X, self._Y, self.w, self.b)
        self.last = LAST  # all that a cursor has beside its position
        self.change()

    @property
    def position(self) -> int:
        """The position on the track. To set it is to move the line there."""
        return self._position

    @position.setter
    def position(self, position: int) -> None:
        self._position = position
        self.w, self.b = self._line_at(position)

    @property
    def text(self) -> str:
        """What is seen, in words and numbers."""
        lines = self._words(self._values(self.w, self.b))
        return "\n".join("".join(map(str, line)) for line in lines)

    def change(self, **changes: Any) -> None:
        """Lay a track through the line, after changes of it or of what the track is along.

        Parameters
        ----------
        **changes
            Any of w, b and along. After an error everything is as it was.

        Raises
        ------
        TypeError, ValueError
            If a change is not of the kind named above.
        """
        settings: dict[str, Any] = {"w": self.w, "b": self.b, "along": self.along} | changes
        w, b = (validation.number(name, settings[name]) for name in TRACKS)
        along = validation.choice("along", settings["along"], TRACKS)
        self.w, self.b, self.along = w, b, along
        self._fixed = b if along == "w" else w
        self._track, self._position = self._lay_track()

    def drag(self, handle: str, x: float, y: float) -> dict[str, Any]:
        """Move a handle, and return the frame of the line that follows.

        Parameters
        ----------
        handle : {"left", "right", "point"}
            One end of the line, which moves up and down and leaves the other where it is, or the
            point over the loss.
        x, y : float
            Where to, in the units of the panel. What is outside of it counts as its edge.

        Raises
        ------
        TypeError, ValueError
            If there is no such handle, or `x` or `y` is not a finite number.
        """
        validation.choice("handle", handle, HANDLES)
        x, y = validation.number("x", x), validation.number("y", y)
        if handle == "point":
            self.w, self.b = self._picture.surface.handle(x, y).tolist()
        else:
            line, moved = self._picture.line, ENDS.index(handle)
            heights = self.w * line.rails + self.b
            heights[moved] = np.clip(y, *line.ax.get_ylim())
            self.w = (np.diff(heights) / np.diff(line.rails)).item()
            self.b = float(heights[moved] - self.w * line.rails[moved])
        return self._frame(self.w, self.b)

    def places(self) -> Iterator[str]:
        """Return all places of the track, in order."""
        return map(str, range(LAST + 1))

    def scene(self) -> dict[str, Any]:
        """Return what is the same at every place of the track."""
        return {
            "kind": "explorer",
            "label": self.label,
            "unit": "value",
            "last": LAST,
            "slider": {"label": self.along},
            "panels": self._picture.panels(),
            "settings": self._settings(),
        }

    def frame(self, place: str) -> dict[str, Any]:
        """Return what is shown at a place of the track, the number of a position."""
        position = validation.integer("position", int(place), low=0, high=LAST)
        return self._frame(*self._line_at(position))

    def tracks(self) -> list[tuple[str, ExplorerFrames]]:
        """Return the frames of both tracks through the line, each with its label, for a file."""
        tracks = []
        for along in TRACKS:
            frames = copy(self)
            frames.change(along=along)
            tracks.append((f"along {along}", frames))
        return tracks

    def overview(self) -> str:
        """Return the numbers of all places, as HTML."""
        words = (f"<p>{self.frame(place)['brief']}</p>" for place in self.places())
        return f"<div class='lsqgrad-all'>{''.join(words)}</div>"

    def png(self, caption: str = "") -> bytes:
        """Draw the line, with a caption below, as a PNG."""
        at: Any = (self.w, self.b)
        return self._picture.png(at, caption=caption)

    def _line_at(self, position):
        """Return w and b at a position of the track."""
        value = float(self._track[position])
        return (value, self._fixed) if self.along == "w" else (self._fixed, value)

    def _lay_track(self):
        """Return the values of a track, and the position at which the line is now.

        Along w or b the loss is a parabola: L* + c (θ - θ*)². The track has θ* in its middle, and
        leads at least to where the root of L - L* is a quarter of the height of the picture.
        """
        here = self.w if self.along == "w" else self.b
        values = self._values(self.w, self.b)
        with np.errstate(all="ignore"):
            curvature = np.mean(self._X**2) if self.along == "w" else np.float64(1)
            slope = values.grad_w if self.along == "w" else values.grad_b
            to_least = slope / (2 * curvature)
            quarter = np.ptp(self._picture.line.ax.get_ylim()) / 4
            reach = WIDER * max(abs(to_least), quarter / np.sqrt(curvature))
        if not 0 < reach < np.inf:
            to_least, reach = 0.0, abs(here) or 1.0
        step = _round_up(2 * reach / LAST)
        position = LAST // 2 + round(float(to_least / step))
        return here + step * (np.arange(LAST + 1) - position), position

    def _values(self, w, b):
        """Return what is told of a line."""
        gradient = gradient_matrix(self._X, self._Y, [[w]], b)
        loss = mean_squared_error(self._X, self._Y, [[w]], b)
        return Values(w, b, loss.item(), gradient.w.item(), gradient.b.item())

    def _frame(self, w, b):
        """Return what is shown of a line."""
        values = self._values(w, b)
        return {
            "panels": self._picture.moving((w, b)),
            "alt": self._pictures_in_words(values),
            "status": "\n".join(map(words_in_colors, self._words(values))),
            "brief": words_in_colors(_brief(values)),
            "tables": {},
        }

    def _settings(self):
        """Return what may be changed by typing, for those who cannot drag, too."""
        meanings = {"w": "The weight: the slope of the line", "b": "The bias: its height at x = 0"}
        fields = [
            {
                "name": name,
                "label": name,
                "kind": "number",
                "text": f"{value:g}",
                "meaning": meaning,
            }
            for (name, meaning), value in zip(meanings.items(), (self.w, self.b), strict=True)
        ]
        meaning = "Which of the two the slider moves"
        slider = {"name": "along", "label": "Slider moves", "kind": "choice", "meaning": meaning}
        return [*fields, slider | {"text": self.along, "options": [*TRACKS]}]

    def _words(self, values) -> list[Words]:
        """Say in two lines what the line is worth, and in others what is not seen of it."""
        w, b, loss, grad_w, grad_b = values.told(6)
        n = len(self._X)
        mean = f"the mean of {n} squares of residuals" if n > 1 else "the square of one residual"
        down_w, down_b = (self._way_down(name, values) for name in TRACKS)
        return [
            ("w = ", w, ", b = ", b, ". The loss is ", loss, f", {mean}."),
            ("∂L/∂w = ", grad_w, f"{down_w}. ∂L/∂b = ", grad_b, f"{down_b}."),
            *((said,) for said in self._not_seen(values.w, values.b)),
        ]

    @np.errstate(all="ignore")
    def _way_down(self, name, values):
        """Say which way along w or b the loss falls, if rounding leaves a sign of that."""
        slope = values.grad_w if name == "w" else values.grad_b
        residual = values.w * self._X + values.b - self._Y
        terms = np.abs(residual * (self._X if name == "w" else 1.0))
        if slope == 0 or not np.isfinite(slope):
            return ""
        if abs(slope) <= ROUNDING * np.mean(terms):
            return ": 0 but for rounding"
        return f": a {'larger' if slope < 0 else 'smaller'} {name} lowers the loss"

    def _not_seen(self, w, b):
        """Say what of the line has left the picture, if anything has."""
        line, surface = self._picture.line, self._picture.surface
        if not line.sees(w, b):
            yield "The line has left the picture: its handles are at the edge."
        elif cut := line.cut(w, b):
            squares = "square is" if cut == 1 else "squares are"
            yield f"{cut} {squares} cut by the edge of the picture."
        if not surface.sees(w, b):
            yield "The point (w, b) has left the picture of the loss: it is at the edge."

    def _pictures_in_words(self, values):
        """Describe both panels to those who do not see them."""
        w, b, loss, *_ = values.told(4)
        n, line = len(self._X), self._picture.line
        data = "1 point" if n == 1 else f"{n} points"
        if line.sees(values.w, values.b):
            sign, height = (MINUS, b.text[1:]) if b.text.startswith(MINUS) else ("+", b.text)
            data += f" and the line y = {w} x {sign} {height}"
            data += ", with a square on each residual" if line.has_squares else ""
        surface = f"The loss over w and b, and a point at w = {w}, b = {b}, where it is {loss}."
        return {"data": f"{data}.", "path": surface}


def _brief(values) -> Words:
    """Say what the line is worth in one line with four digits."""
    w, b, loss, grad_w, grad_b = values.told(4)
    gradient = (", ∂L/∂w = ", grad_w, ", ∂L/∂b = ", grad_b)
    return ("w = ", w, ", b = ", b, ", loss = ", loss, *gradient)


@np.errstate(all="ignore")
def _about_mean(Y):
    """Return the mean of Y with digits enough for a hundredth of what Y spreads over."""
    mean, spread = np.mean(Y, dtype=np.float64), float(np.ptp(Y.astype(np.float64)))
    if not 0 < spread < np.inf:
        return mean
    return round(mean, 1 - math.floor(math.log10(spread)))


def _round_up(number):
    """Return the least of 1, 2 and 5 times a power of ten that is not smaller."""
    power = 10.0 ** math.floor(math.log10(number))
    return next(step for step in (power, 2 * power, 5 * power, 10 * power) if step >= number)
