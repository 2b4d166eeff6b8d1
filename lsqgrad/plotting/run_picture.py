"""The picture of a run, for the player: its panels, their history, and what moves."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from lsqgrad._util import FAINT
from lsqgrad.plotting import svg
from lsqgrad.plotting.labels import line_on, size_of
from lsqgrad.plotting.panels import DataPanel, LossPanel, Panel, PathPanel
from lsqgrad.plotting.ticks import linear_ticks, logarithmic_ticks
from lsqgrad.regression import Trace

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 380, 260  # of a panel, in pixels
TYPE = 13  # pixels: the smallest type, legible on a panel that a projector enlarges
WORDS = 1.25 * TYPE  # height of a line of words
TICK, GAP = 5, 4  # pixels: the length of a tick, and what is between things that must not touch
MOST_TICKS = 9, 7  # about so many of x and y
LOSS_AXES = ("linear", "logarithmic")


class Picture:
    """Panels for a page, and as PNG for paper.

    They are drawn within matplotlib's own settings, whatever the user's are.
    """

    _panels: dict[str, Panel]

    def _take(self, panels: dict[str, Panel]) -> None:
        """Take panels by their names, and draw what is the same at every position."""
        self._panels = panels
        for panel in panels.values():
            _frame(panel)
            panel.write_words()
            for artist in (*panel.moving, *(growing.line for growing in panel.growing)):
                artist.set_animated(True)  # the background is drawn without these
            # A page may hide the picture where it finds the name of a clipping path.
            for artist in panel.ax.get_children() if panel.is_inside else ():
                artist.set_clip_on(False)

    def panels(self) -> list[dict[str, Any]]:
        """Draw what belongs to the run.

        Returns
        -------
        list of dict
            For each panel its name, size and axis; a background; the history, each part of it as
            ``[position since which it is seen, None, svg]``, one over the other; and what a touch
            means: which values are at which pixels.
        """
        with svg.type_of_size(TYPE):
            return [
                {
                    "name": name,
                    "axis": _axis_of(name),
                    "width": WIDTH,
                    "height": HEIGHT,
                    **_drawn(panel),
                    "touch": _touch(panel),
                }
                for name, panel in self._panels.items()
            ]

    def moving(self, position: int, asking: bool = False) -> dict[str, str]:
        """Draw what belongs to a position, for each panel, to be laid over all else.

        If `asking`, that is the batch of the next update, but nothing of what comes of it.
        """
        drawn = {}
        with svg.type_of_size(TYPE):
            for name, panel in self._panels.items():
                panel.show(position, asking)
                drawn[name] = _rounded(svg.draw_artists(_figure_of(panel), panel.moving))
        return drawn

    def png(
        self, position: int, asking: bool = False, axis: str = "linear", caption: str = ""
    ) -> bytes:
        """Draw all of a position beside each other, with a caption below, as a PNG."""
        with svg.type_of_size(TYPE):
            figures = []
            for name, panel in self._panels.items():
                if _axis_of(name) in (None, axis):
                    panel.show_growing(position)
                    panel.show(position, asking)
                    figures.append(_figure_of(panel))
            return svg.png(figures, caption)


class RunPicture(Picture):
    """Data, losses and path of a run.

    Parameters
    ----------
    trace : Trace
        A run. With more than one feature there are only the losses.

    Attributes
    ----------
    trace : Trace or None
        The run that is drawn; None if an interrupt left it half drawn.

    Examples
    --------
    >>> from lsqgrad import sgd_by_hand
    >>> picture = RunPicture(sgd_by_hand([[1], [2], [3]], [[2], [4], [6]], w=[[0]], b=0))
    >>> [panel["name"] for panel in picture.panels()]
    ['data', 'losses', 'losses-logarithmic', 'path']
    >>> [*picture.moving(0)]
    ['data', 'losses', 'losses-logarithmic', 'path']
    """

    def __init__(self, trace: Trace) -> None:
        self.trace: Trace | None = None
        self._panels: dict[str, Panel] = {}
        self.load(trace)

    def load(self, trace: Trace) -> None:
        """Go over to another run: to make new axes for it would take a third longer."""
        self.trace = None  # until all of it is done
        with svg.type_of_size(TYPE):
            self._take(self._make_panels(trace))
        self.trace = trace

    def _make_panels(self, trace: Trace) -> dict[str, Panel]:
        """Return the panels by their names."""
        losses = {
            "losses": LossPanel(self._axes("losses"), trace),
            "losses-logarithmic": LossPanel(self._axes("losses-logarithmic"), trace, True),
        }
        if trace.X.shape[1] > 1:
            return {**losses}
        data = DataPanel(self._axes("data"), trace)
        return {"data": data, **losses, "path": PathPanel(self._axes("path"), trace)}

    def _axes(self, name: str) -> Axes:
        """Return the axes of a panel, with nothing in them."""
        if name not in self._panels:
            return new_axes()
        ax = self._panels[name].ax
        for artist in (*ax.lines, *ax.patches, *ax.collections, *ax.texts, *ax.figure.texts):
            artist.remove()
        return ax


def new_axes() -> Axes:
    """Return axes in a figure of their own, without ticks."""
    from matplotlib.figure import Figure

    ax = Figure(figsize=(WIDTH / 72, HEIGHT / 72), dpi=72).add_axes((0, 0, 1, 1))
    ax.spines[:].set_color(FAINT)
    ax.spines[:].set_linewidth(1)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_visible(False)
    return ax


def _frame(panel: Panel) -> None:
    """Choose the place of the axes in the figure and their ticks, and write their names.

    The margin on the left is that of the widest label. Of the ticks of x there are as many as
    have room for their labels beside each other. All are drawn as they are measured, which takes
    half the time of matplotlib's own ticks.
    """
    from matplotlib.markers import TICKDOWN, TICKLEFT

    ax = panel.ax
    choose = logarithmic_ticks if ax.get_yscale() == "log" else linear_ticks
    y_ticks = choose(*ax.get_ylim(), MOST_TICKS[1])
    widest = max((size_of(label)[0] for label in y_ticks.labels), default=0.0)
    left = widest + TICK + 2 * GAP
    for most in range(MOST_TICKS[0], 0, -1):
        right = 2 * GAP
        x_ticks = linear_ticks(*ax.get_xlim(), most, panel.whole_x)
        ends = [*_ends_of_labels(ax, x_ticks, left, right)]
        if beyond := max([0, *(end - WIDTH for _, end in ends)]):
            right += beyond / (1 - right / WIDTH)
            ends = [*_ends_of_labels(ax, x_ticks, left, right)]
        if all(one <= other for (_, one), (other, _) in pairwise([(0, 0), *ends])):
            break
    bottom, top = 2 * WORDS + TICK + 2 * GAP, HEIGHT - WORDS - 2 * GAP
    width = WIDTH - left - right
    ax.set_position((left / WIDTH, bottom / HEIGHT, width / WIDTH, (top - bottom) / HEIGHT))
    below, beside = ax.get_xaxis_transform(), ax.get_yaxis_transform()
    ticks = {"markersize": TICK, "color": FAINT, "linestyle": "none", "clip_on": False}
    x_places = np.array([[place, 0] for place in x_ticks.places]).reshape(-1, 2)
    y_places = np.array([[0, place] for place in y_ticks.places]).reshape(-1, 2)
    line_on(ax, x_places, {**ticks, "marker": TICKDOWN, "transform": below})
    line_on(ax, y_places, {**ticks, "marker": TICKLEFT, "transform": beside})
    for place, label in zip(x_ticks.places, x_ticks.labels, strict=True):
        y = -(TICK + GAP) / (top - bottom)
        ax.text(place, y, label, transform=below, ha="center", va="top")
    for place, label in zip(y_ticks.places, y_ticks.labels, strict=True):
        x = -(TICK + GAP) / width
        ax.text(x, place, label, transform=beside, ha="right", va="center")
    (x_name, x_color), (y_name, y_color) = panel.names
    ax.figure.text(
        (left + width / 2) / WIDTH, GAP / HEIGHT, _with_rest(x_name, x_ticks.rest),
        color=x_color, ha="center", va="bottom",
    )  # fmt: skip
    ax.figure.text(
        GAP / WIDTH, 1 - GAP / HEIGHT, _with_rest(y_name, y_ticks.rest), color=y_color, va="top"
    )


def _ends_of_labels(ax, ticks, left, right):
    """Return from which pixel to which each label of x goes, between margins of so many pixels."""
    low, high = ax.get_xlim()
    for place, label in zip(ticks.places, ticks.labels, strict=True):
        middle = left + (place - low) / (high - low) * (WIDTH - left - right)
        half = size_of(label)[0] / 2 + GAP / 2
        yield middle - half, middle + half


def _with_rest(name, rest):
    return f"{name} ({rest})" if rest else name


def _drawn(panel: Panel) -> dict[str, Any]:
    """Return the background of a panel and its history."""
    figure, since = _figure_of(panel), list[int]()
    for growing in panel.growing:
        growing.show(panel.last)
        since += growing.since_when()
    lines = [growing.line for growing in panel.growing]
    drawn, shared = svg.draw_pieces(figure, lines)
    history = [[position, None, piece] for position, piece in zip(since, drawn, strict=True)]
    background = svg.draw_artists(figure, [figure])
    return {"background": _rounded(background + shared), "history": history}


def _rounded(inside: str) -> str:
    return f'<g style="stroke-linejoin: round">{inside}</g>'


def _figure_of(panel: Panel) -> Figure:
    return cast("Figure", panel.ax.figure)


def _axis_of(name: str) -> str | None:
    """Return which axis of the losses a panel is for."""
    return {"losses": "linear", "losses-logarithmic": "logarithmic"}.get(name)


def _touch(panel: Panel) -> dict[str, Any] | None:
    """Return what a click does there, and which values are at which pixels."""
    if panel.touch is None:
        return None
    box = panel.ax.get_window_extent()
    (low, high), (bottom, top) = panel.ax.get_xlim(), panel.ax.get_ylim()
    x = [box.x0, box.x1, float(low), float(high)]
    y = [HEIGHT - box.y1, HEIGHT - box.y0, float(top), float(bottom)]
    return {"kind": panel.touch, "x": x, "y": None if panel.touch == "seek" else y}
