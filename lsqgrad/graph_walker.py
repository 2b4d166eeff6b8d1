"""The graph walker: a `GraphWalk` with buttons. It shows what that says, and decides nothing."""

import base64
from functools import cache, partial
from html import escape

from lsqgrad import _html
from lsqgrad.controls import WITHOUT_BUTTONS, GraphControls
from lsqgrad.graph_picture import MOST_NODES, GraphPicture
from lsqgrad.graph_walk import GraphWalk
from lsqgrad.view import WalkView


class GraphWalker(WalkView):
    """Walks through autograd's graph: forward with values, then backward with gradients.

    Put it last in a notebook cell and it is shown. A move shows one node more, or one less.

    Parameters
    ----------
    record : GraphRecord
        From `record_backward`.
    size : {"notebook", "projector"}
        The projector's type is larger.

    Attributes
    ----------
    walk : GraphWalk
        The position in the graph, without a widget.
    widget : ipywidgets.VBox
        What is shown.

    Raises
    ------
    TypeError, ValueError
        If `record` is not a GraphRecord or has more than 100 nodes, or `size` is not one of those
        named.
    ImportError
        If ipywidgets or matplotlib is not installed.

    Examples
    --------
    >>> import torch
    >>> from lsqgrad import record_backward
    >>> w = torch.tensor([[2.0]], requires_grad=True)
    >>> Y_hat = torch.tensor([[1.0], [3.0]]) @ w
    >>> loss = torch.nn.functional.mse_loss(Y_hat, torch.zeros(2, 1))
    >>> walker = GraphWalker(record_backward(loss, {"w": w}))
    >>> walker.next()
    >>> print(walker.text)
    Forward, 1 of 2: AB, shape (2, 1): 2, 6. This leaves MmBackward0 in the graph.
    """

    def __init__(self, record, *, size="notebook"):
        walk = GraphWalk(record)
        if len(record) > MOST_NODES:
            raise ValueError(
                f"record: expected at most {MOST_NODES} nodes to draw, got {len(record)}."
            )
        self._picture = cache(partial(GraphPicture, record))  # one for each size
        super().__init__(walk, size, GraphControls)

    @property
    def record(self):
        """What is walked through."""
        return self.walk.record

    @property
    def text(self) -> str:
        """What happens at this position, in words and numbers."""
        return self.walk.text

    @property
    def alt_text(self) -> str:
        """The picture in words."""
        return self.walk.alt_text

    def png(self) -> bytes:
        """Draw the graph at this position as a PNG."""
        with self._lock:
            return self._picture(self._size).png(self.walk)

    def _draw(self):
        """Bring everything on the screen to the state."""
        walk, controls = self.walk, self._controls
        label = f"class='lsqgrad-figure' role='img' aria-label='{escape(self.alt_text)}'"
        picture = self._picture(self._size).svg(walk, label)
        controls.screen.value = _html.frame(walk.position, self._size, picture)
        controls.words.value = _html.words(walk.text, self._size, walk.position)
        self._switch_moves("node")

    def _repr_mimebundle_(self, **_):
        """Show the widget where a kernel runs; elsewhere the whole walk: all of it at once."""
        walk = GraphWalk(self.record)
        words = [walk.text]
        while not walk.at_end:
            walk.next()
            words.append(walk.text)
        with self._lock:
            picture = base64.b64encode(self._picture(self._size).png(walk)).decode("ascii")
        bundle = self.widget._repr_mimebundle_()
        bundle |= {"text/plain": "\n".join([*words, WITHOUT_BUTTONS]), "image/png": picture}
        return bundle, {"image/png": {"alt": "\n".join([walk.alt_text, *words])}}

    def __repr__(self):
        return f"<GraphWalker at position {self.position} of {self.walk.last}>"
