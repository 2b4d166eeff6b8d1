"""The graph walker: a `GraphNavigator` with buttons, which shows what that says."""

import base64
from functools import cache, partial
from html import escape

from lsqgrad._util import ArgumentError
from lsqgrad.autograd import GraphRecord
from lsqgrad.plotting import MOST_NODES, GraphFigure
from lsqgrad.widgets import markup
from lsqgrad.widgets.controls import WITHOUT_BUTTONS, GraphControls
from lsqgrad.widgets.graph_navigator import GraphNavigator
from lsqgrad.widgets.walker_base import WalkerBase


class GraphWalker(WalkerBase):
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
    navigator : GraphNavigator
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

    def __init__(self, record: GraphRecord, *, size: str = "notebook") -> None:
        navigator = GraphNavigator(record)
        if len(record) > MOST_NODES:
            raise ArgumentError("record", f"at most {MOST_NODES} nodes to draw", f"{len(record)}")
        self._picture = cache(partial(GraphFigure, record))  # one for each size
        super().__init__(navigator, size, GraphControls)

    @property
    def record(self) -> GraphRecord:
        """What is walked through."""
        return self.navigator.record

    @property
    def text(self) -> str:
        """What happens at this position, in words and numbers."""
        return self.navigator.text

    @property
    def alt_text(self) -> str:
        """The picture in words."""
        return self.navigator.alt_text

    def png(self) -> bytes:
        """Draw the graph at this position as a PNG."""
        with self._lock:
            return self._picture(self._size).png(self.navigator)

    def _draw(self):
        """Bring everything on the screen to the state."""
        navigator, controls = self.navigator, self._controls
        label = f"class='lsqgrad-figure' role='img' aria-label='{escape(self.alt_text)}'"
        picture = self._picture(self._size).svg(navigator, label)
        controls.screen.value = markup.frame(navigator.position, self._size, picture)
        controls.words.value = markup.words_markup(navigator.text, self._size, navigator.position)
        self._switch_moves("node")

    def _repr_mimebundle_(self, **_):
        """Show the widget where a kernel runs; elsewhere the whole walk: all of it at once."""
        navigator = GraphNavigator(self.record)
        words = [navigator.text]
        while not navigator.at_end:
            navigator.next()
            words.append(navigator.text)
        with self._lock:
            picture = base64.b64encode(self._picture(self._size).png(navigator)).decode("ascii")
        bundle = self.widget._repr_mimebundle_()
        bundle |= {"text/plain": "\n".join([*words, WITHOUT_BUTTONS]), "image/png": picture}
        return bundle, {"image/png": {"alt": "\n".join([navigator.alt_text, *words])}}

    def __repr__(self):
        return f"<GraphWalker at position {self.position} of {self.navigator.last}>"
