"""The picture of a line that is moved by hand: squares on its residuals, and the loss over w and b.

A square has the residual for its side, in pixels of y on both sides, so that its area is the square
of the residual in one unit for all of them, however the axes are scaled.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lsqgrad._util import COLORS, FAINT
from lsqgrad._util.types import Array
from lsqgrad.plotting import svg
from lsqgrad.plotting.labels import line_on
from lsqgrad.plotting.panels import DATA, INK, LINE, MARKS, Panel, SurfacePanel, limits_around
from lsqgrad.plotting.run_picture import GAP, HEIGHT, TYPE, WIDTH, Picture, new_axes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOST_SQUARES = 20  # more points have no room for squares, and only their residuals are drawn
MARGIN = 0.12  # of the axes beside the data
RAILS = 0.05, 0.95  # where the handles move up and down, as parts of the width of the axes
TARGET = 34  # pixels across: where a finger finds a handle
HANDLE = {
    **MARKS, "marker": "o", "markersize": 14, "markerfacecolor": "white", "markeredgewidth": 2.5,
    "color": INK, "clip_on": False, "zorder": 6,
}  # fmt: skip


class LinePanel(Panel):
    """The data, a line with two handles, and a square on each residual.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Drawn on; not cleared.
    X, Y : ndarray of shape (n, 1)
        The data.
    w, b : float
        A line that is in view, as the data are.
    """

    title = "Data and line"
    names = ("x", COLORS["x"]), ("y", COLORS["y"])
    touch = "drag"

    def __init__(self, ax: Axes, X: Array, Y: Array, w: float, b: float) -> None:
        from matplotlib.collections import PolyCollection

        super().__init__(ax)
        self._points = np.hstack([X, Y])
        x, y = self._points.T
        self._ends = np.array(limits_around(x, MARGIN))
        self.rails = self._ends[0] + np.ptp(self._ends) * np.array(RAILS)
        ax.set(xlim=self._ends, ylim=limits_around(np.append(y, w * x + b), MARGIN))
        line_on(ax, self._points, DATA)
        color = COLORS["residual"]
        self.has_squares = len(x) <= MOST_SQUARES
        self._squares = PolyCollection([], facecolor=(color, 0.18), edgecolor=color, zorder=3)
        ax.add_collection(self._squares, autolim=False)
        self.moving.append(self._squares)
        width = 3 if self.has_squares else 1
        self._residuals = self._move({"color": color, "linewidth": width})
        self._line = self._move(LINE)
        self._dots = self._move(DATA)  # once more, over the squares
        self._handles = [self._move(HANDLE), self._move(HANDLE)]

    def write_words(self) -> None:
        """Write above the axes, where no square comes, what is drawn at each point."""
        words = "residual, and its square" if self.has_squares else "residual"
        place = 1 - 2 * GAP / WIDTH, 1 - GAP / HEIGHT
        self.ax.figure.text(*place, words, color=COLORS["residual"], ha="right", va="top")

    def show(self, position: Any, asking: bool = False) -> None:
        """Show line, handles, residuals and squares, where `position` is (w, b)."""
        w, b = position
        self._line.set_data(self._ends, w * self._ends + b)
        residuals = self._residuals_of(w, b)
        gaps = np.full((len(residuals), 1, 2), np.nan)
        self._residuals.set_data(*np.hstack([residuals, gaps]).reshape(-1, 2).T)
        if self.has_squares:
            self._squares.set_verts([*self.squares(w, b)])
            self._dots.set_data(*self._points.T)
        for artist, handle in zip(self._handles, self.handles(w, b), strict=True):
            _put_handle(artist, handle, np.isclose(handle[1], w * handle[0] + b, rtol=1e-9))

    def sees(self, w: float, b: float) -> bool:
        """Whether any of the line is in view."""
        low, high = np.sort(w * self._ends + b)
        bottom, top = self.ax.get_ylim()
        return bool(low <= top and bottom <= high)

    def handles(self, w: float, b: float) -> Array:
        """Return where the handles are: on the line, or at the edge if that has left the view."""
        return np.column_stack([self.rails, np.clip(w * self.rails + b, *self.ax.get_ylim())])

    def squares(self, w: float, b: float) -> Array:
        """Return the corners of each square, shape (n, 4, 2).

        Each stands on its residual, on the side on which it does not cross the line, or on the
        other side if only that is in view.
        """
        to_pixels = self.ax.transData
        ends = to_pixels.transform(self._residuals_of(w, b).reshape(-1, 2)).reshape(-1, 2, 2)
        (x, foot), (_, head) = ends[:, 0].T, ends[:, 1].T
        side = np.abs(head - foot)
        fits_left, fits_right = x - side >= self._box.x0, x + side <= self._box.x1
        better_right = (head > foot) == (w > 0)
        is_right = np.where(better_right, fits_right | ~fits_left, fits_right & ~fits_left)
        across = np.where(is_right, side, -side)[:, np.newaxis] * [1, 0]
        corners = np.concatenate([ends, (ends + across[:, np.newaxis])[:, ::-1]], axis=1)
        corners = corners[np.isfinite(corners).all(axis=(1, 2))]
        return np.asarray(to_pixels.inverted().transform(corners.reshape(-1, 2))).reshape(-1, 4, 2)

    def cut(self, w: float, b: float) -> int:
        """Count the squares that the edge of the axes cuts."""
        if not self.has_squares:
            return 0
        corners = self.ax.transData.transform(self.squares(w, b).reshape(-1, 2)).reshape(-1, 4, 2)
        low, high = self._box.min - 0.5, self._box.max + 0.5  # half a pixel is not seen
        return int(np.sum(~np.all((low <= corners) & (corners <= high), axis=(1, 2))))

    @property
    def _box(self):
        return self.ax.get_window_extent()

    def _residuals_of(self, w, b):
        """Return the residuals as segments from the points to the line, shape (n, 2, 2)."""
        x = self._points[:, 0]
        return np.stack([self._points, np.column_stack([x, w * x + b])], axis=1)


class PointPanel(SurfacePanel):
    """The loss of all the data over w and b, its optimum, and where the line is.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Drawn on; not cleared.
    X, Y : ndarray of shape (n, 1)
        The data.
    w, b : float
        A line that is in view.
    lines : ndarray of shape (n, 2)
        Other w and b that are in view.
    """

    touch = "drag"

    def __init__(self, ax: Axes, X: Array, Y: Array, w: float, b: float, lines: Array) -> None:
        self._lines = lines
        super().__init__(ax, X, Y, np.array([[w, b]]), np.array([True]))
        self._handle = self._move(HANDLE)

    def _choose_limits(self, Y):
        super()._choose_limits(Y)
        w, b = np.vstack([self._lines, np.transpose([self.ax.get_xlim(), self.ax.get_ylim()])]).T
        self.ax.set(xlim=limits_around(w), ylim=limits_around(b))

    def show(self, position: Any, asking: bool = False) -> None:
        """Show the point, where `position` is (w, b); at the edge if it has left the view."""
        _put_handle(self._handle, self.handle(*position), self.sees(*position))

    def sees(self, w: float, b: float) -> bool:
        """Whether the point is in view."""
        return bool(np.all(self.handle(w, b) == (w, b)))

    def handle(self, w: float, b: float) -> Array:
        """Return where the point is, or the nearest place in view."""
        return np.array([np.clip(w, *self.ax.get_xlim()), np.clip(b, *self.ax.get_ylim())])


class ExplorerPicture(Picture):
    """Data with a line, and the loss over w and b, each a panel with handles.

    Parameters
    ----------
    X, Y : ndarray of shape (n, 1)
        The data.
    w, b : float
        A line that is in view, as the data are.

    Attributes
    ----------
    line : LinePanel
        The data with a line.
    surface : PointPanel
        The loss over w and b.

    Examples
    --------
    >>> picture = ExplorerPicture(np.array([[1], [2]]), np.array([[1], [4]]), w=1, b=1)
    >>> [panel["name"] for panel in picture.panels()]
    ['data', 'path']
    """

    @np.errstate(all="ignore")
    def __init__(self, X: Array, Y: Array, w: float, b: float) -> None:
        with svg.type_of_size(TYPE):
            self.line = LinePanel(new_axes(), X, Y, w, b)
            self.surface = PointPanel(new_axes(), X, Y, w, b, self._usual_lines(Y))
            self._take({"data": self.line, "path": self.surface})

    @np.errstate(all="ignore")
    def moving(self, position: Any, asking: bool = False) -> dict[str, str]:
        """Draw the line and its handles, to be laid over all else, where `position` is (w, b)."""
        left, right = self.line.handles(*position)
        handles = {
            "data": {"left": left, "right": right},
            "path": {"point": self.surface.handle(*position)},
        }
        return {
            name: drawn + _targets(self._panels[name].ax, handles[name])
            for name, drawn in super().moving(position).items()
        }

    def _usual_lines(self, Y):
        """Return w and b of lines from handles at the least to handles at the largest y."""
        low, high = np.min(Y), np.max(Y)
        left, right = self.line.rails
        ends = np.array([[low, low], [low, high], [high, low], [high, high]])
        w = (ends[:, 1] - ends[:, 0]) / (right - left)
        return np.column_stack([w, ends[:, 0] - w * left])


def _put_handle(artist, place, is_there):
    """Move a handle, which is grey where it stands for what has left the view."""
    artist.set_data(*place[:, np.newaxis])
    artist.set_markeredgecolor(INK if is_there else FAINT)


def _targets(ax: Axes, handles: dict[str, Array]) -> str:
    """Return what the page lets one take hold of: an unseen circle on each handle."""
    pixels = ax.transData.transform(np.array([*handles.values()]))
    return "".join(
        f'<circle data-handle="{name}" cx="{x:.1f}" cy="{HEIGHT - y:.1f}" r="{TARGET / 2:g}" '
        'style="fill: transparent"/>'
        for name, (x, y) in zip(handles, pixels.tolist(), strict=True)
    )
