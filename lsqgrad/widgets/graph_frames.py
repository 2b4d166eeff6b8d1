"""The walk through autograd's graph as frames: one picture, of which more is seen at each node."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from lsqgrad._util import ArgumentError
from lsqgrad.autograd import GraphRecord
from lsqgrad.plotting import MOST_NODES, GraphFigure
from lsqgrad.widgets.graph_navigator import GraphNavigator
from lsqgrad.widgets.markup import words_in_colors


class GraphFrames:
    """What is shown on a walk through autograd's graph, at each node, with no widget in it.

    All of the picture is in the scene, and a frame has only words: no move draws anything.

    Parameters
    ----------
    record : GraphRecord
        What is walked through.

    Raises
    ------
    TypeError, ValueError
        If `record` is not a GraphRecord, or has more than 100 nodes.

    Examples
    --------
    >>> import torch
    >>> from lsqgrad import record_backward
    >>> w = torch.tensor([[2.0]], requires_grad=True)
    >>> frames = GraphFrames(record_backward((w * w).sum(), {"w": w}))
    >>> frames.last
    5
    >>> frames.frame("5")["brief"]
    "Backward 3 of 3: w.grad = <span style='color: #007A59; font-weight: 600'>4</span>"
    """

    label = "Graph walker"

    def __init__(self, record: GraphRecord) -> None:
        self._walk = GraphNavigator(record)  # goes to each place that is asked for
        if len(record) > MOST_NODES:
            raise ArgumentError("record", f"at most {MOST_NODES} nodes to draw", f"{len(record)}")

    @property
    def last(self) -> int:
        """The largest position."""
        return self._walk.last

    def places(self) -> Iterator[str]:
        """Return all places, in order."""
        return map(str, range(self.last + 1))

    def scene(self) -> dict[str, Any]:
        """Return what is the same at every place."""
        return {
            "kind": "graph",
            "label": self.label,
            "unit": "node",
            "last": self.last,
            "slider": {"label": "Node"},
            "panels": [self._panel],
        }

    def frame(self, place: str) -> dict[str, Any]:
        """Return what is said at a place, the number of a position."""
        at = self._walk
        at.seek(int(place))
        return {
            "panels": {},
            "alt": {"graph": at.alt_text},
            "status": "\n".join(map(words_in_colors, at.words)),
            "brief": words_in_colors(at.brief),
            "tables": {},
        }

    def overview(self) -> str:
        """Return the words of all positions, as HTML."""
        words = (f"<p>{self.frame(place)['status']}</p>" for place in self.places())
        return f"<div class='lsqgrad-all'>{''.join(words)}</div>"

    def png(self, position: int, caption: str = "") -> bytes:
        """Draw the graph at a position, with a caption below, as a PNG."""
        return self._figure.png(position, caption)

    @cached_property
    def _figure(self):
        return GraphFigure(self._walk.record, self._walk.arrivals)

    @cached_property
    def _panel(self):
        figure = self._figure
        return {
            "name": "graph",
            "axis": None,
            "width": figure.width,
            "height": figure.height,
            "background": figure.background(),
            "history": figure.history(),
            "touch": None,
        }
