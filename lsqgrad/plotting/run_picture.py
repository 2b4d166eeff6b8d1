"""The picture of a run, for the player: its panels, their history, and what moves."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from lsqgrad._util import FAINT
from lsqgrad.plotting import paper, screen
from lsqgrad.plotting.run_panels import DataPanel, LossPanel, Panel, PathPanel
from lsqgrad.plotting.shapes import (
    ASCENT,
    DESCENT,
    Area,
    Box,
    Line,
    Shape,
    Text,
    View,
    at_position,
    text_width,
)
from lsqgrad.plotting.ticks import Ticks, linear_ticks, logarithmic_ticks
from lsqgrad.regression import Trace

WIDTH, HEIGHT = 380, 260  # pixels of a panel
LINE = ASCENT + DESCENT  # height of a line of words
TICK = 5
GAP = 4  # between what must not touch
LOSS_AXES = ("linear", "logarithmic")


class RunPicture:
    """Data, losses and path of a run, for a page that moves and for paper.

    Parameters
    ----------
    trace : Trace
        A run. With more than one feature there are only the losses.
    """

    def __init__(self, trace: Trace) -> None:
        self._framed = {"losses": Framed(LossPanel(trace))}
        self._framed["losses-logarithmic"] = Framed(LossPanel(trace, logarithmic=True))
        if trace.X.shape[1] == 1:
            self._framed = {
                "data": Framed(DataPanel(trace)),
                **self._framed,
                "path": Framed(PathPanel(trace)),
            }

    def panels(self) -> list[dict[str, Any]]:
        """Draw what belongs to the run, panel by panel.

        Returns
        -------
        list of dict
            ``background`` is drawn at every position, and each ``[from, until, svg]`` of
            ``history`` at those that are not below ``from``. ``touch`` tells which values are at
            which pixels.
        """
        return [
            {
                "name": name,
                "axis": _axis(name),
                "width": WIDTH,
                "height": HEIGHT,
                "background": screen.write(framed.background()),
                "history": framed.history(),
                "touch": framed.touch(name),
            }
            for name, framed in self._framed.items()
        ]

    def moving(self, position: int, asking: bool = False) -> dict[str, str]:
        """Draw what belongs to this position only: for each panel, what lies over the rest."""
        return {
            name: screen.write(framed.moving(position, asking))
            for name, framed in self._framed.items()
        }

    def png(self, position: int, asking: bool = False, axis: str = "linear") -> bytes:
        """Draw all of a position, the panels side by side, with this axis of the losses."""
        panels = [f for name, f in self._framed.items() if _axis(name) in (None, axis)]
        shapes = [
            shifted(shape, i * WIDTH)
            for i, framed in enumerate(panels)
            for shape in framed.all_of(position, asking)
        ]
        return paper.png(shapes, WIDTH * len(panels), HEIGHT)


class Framed:
    """A panel in its frame: axes with ticks, and names where they have room."""

    def __init__(self, panel: Panel) -> None:
        self._panel = panel
        self._y_ticks = self._choose_y_ticks()
        self._view, self._x_ticks = self._choose_view()

    def background(self) -> list[Shape]:
        """Return the frame and what is fixed in it, in pixels."""
        fixed = self._panel.fixed(self._view)
        return [*self._ground(), *self._projected(fixed), *self._frame()]

    def history(self) -> list[list[Any]]:
        """Return what grows, as ``[from, None, svg]``, sorted."""
        pieces = [
            [since, None, svg]
            for shape in self._panel.growing()
            for since, svg in screen.pieces(self._view, shape)
        ]
        return sorted(pieces, key=lambda piece: piece[0])

    def moving(self, position: int, asking: bool) -> list[Shape]:
        """Return what moves, in pixels."""
        return [*self._projected(self._panel.moving(self._view, position, asking))]

    def all_of(self, position: int, asking: bool) -> list[Shape]:
        """Return all that is seen at a position, in pixels."""
        grown = [at_position(shape, position) for shape in self._panel.growing()]
        return [*self.background(), *self._projected(grown), *self.moving(position, asking)]

    def touch(self, name: str) -> dict[str, Any] | None:
        """Return which values are at which pixels, for a click."""
        left, top, right, bottom = self._view.box
        x, y = [left, right, *self._view.xlim], [top, bottom, *self._view.ylim[::-1]]
        if isinstance(self._panel, LossPanel):
            return {"kind": "seek", "x": x, "y": None}
        return {"kind": "start", "x": x, "y": y} if isinstance(self._panel, PathPanel) else None

    def _projected(self, shapes) -> Iterator[Shape]:
        for shape in shapes:
            yield from self._view.project(shape)

    def _choose_y_ticks(self) -> Ticks:
        choose = logarithmic_ticks if self._panel.logarithmic else linear_ticks
        return choose(*self._panel.ylim, 6)

    def _choose_view(self):
        """Make room for the labels of y, and choose the ticks of x that have room then."""
        panel = self._panel
        left = max(map(text_width, self._y_ticks.labels), default=0) + TICK + 2 * GAP
        box = Box(left, LINE + 2 * GAP, WIDTH - 2 * GAP, HEIGHT - 2 * LINE - TICK - 3 * GAP)
        view = View(panel.xlim, panel.ylim, box, panel.logarithmic)
        for most in range(8, 1, -1):
            ticks = linear_ticks(*panel.xlim, most, panel.whole_x)
            boxes = [text.box().grown(GAP) for text in self._x_labels(view, ticks)]
            if not any(a.touches(b) for a, b in itertools.pairwise(boxes)):
                break
        return view, ticks

    def _x_labels(self, view, ticks):
        """Return the labels below the ticks, but for those that would leave the picture."""
        y = view.box.bottom + TICK + GAP + ASCENT
        places = view.to_pixels(np.column_stack([ticks.places, np.full(len(ticks.places), np.nan)]))
        left, span = view.box.left, view.box.right - view.box.left
        low, high = view.xlim
        places = [left + (place - low) / (high - low) * span for place in ticks.places]
        texts = [
            Text((x, y), words, anchor="middle")
            for x, words in zip(places, ticks.labels, strict=True)
        ]
        return [text for text in texts if Box(2, 0, WIDTH - 2, HEIGHT).holds(text.box())]

    def _ground(self) -> list[Shape]:
        return [Area(_corners(Box(0, 0, WIDTH, HEIGHT)), "#fff")]

    def _frame(self) -> list[Shape]:
        """Return the edge of the axes, the ticks, their labels, and the names."""
        box, view = self._view.box, self._view
        corners = _corners(box)
        shapes: list[Shape] = [Line(np.vstack([corners, corners[:1]]), FAINT, 1)]
        for place, words in zip(self._y_ticks.places, self._y_ticks.labels, strict=True):
            ((_, y),) = view.to_pixels(np.array([[view.xlim[0], place]]))
            shapes.append(Line(np.array([[box.left - TICK, y], [box.left, y]]), FAINT, 1))
            shapes.append(Text((box.left - TICK - GAP, y + 0.36 * 13), words, anchor="end"))
        for x in [
            view.to_pixels(np.array([[p, view.ylim[0]]]))[0, 0] for p in self._x_ticks.places
        ]:
            shapes.append(Line(np.array([[x, box.bottom], [x, box.bottom + TICK]]), FAINT, 1))
        shapes += self._x_labels(view, self._x_ticks)
        (x_name, x_color), (y_name, y_color) = self._panel.names
        shapes.append(Text((GAP, GAP + ASCENT), _with_rest(y_name, self._y_ticks.rest), y_color))
        middle = ((box.left + box.right) / 2, HEIGHT - GAP - DESCENT)
        words = _with_rest(x_name, self._x_ticks.rest)
        return [*shapes, Text(middle, words, x_color, "middle")]


def shifted(shape: Shape, by: float) -> Shape:
    """Return a projected shape further to the right."""
    from dataclasses import replace

    if isinstance(shape, Text):
        return replace(shape, point=np.add(shape.point, [by, 0]))
    return replace(shape, points=np.add(shape.points, [by, 0]))


def _axis(name: str) -> str | None:
    return {"losses": "linear", "losses-logarithmic": "logarithmic"}.get(name)


def _with_rest(name: str, rest: str) -> str:
    return f"{name} ({rest})" if rest else name


def _corners(box):
    return np.array(
        [[box.left, box.top], [box.right, box.top], [box.right, box.bottom], [box.left, box.bottom]]
    )
