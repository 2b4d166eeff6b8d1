"""The graph walker: a `GraphWalk` with buttons. It shows what that says, and decides nothing."""

import base64
import threading
from html import escape

from lsqgrad import _arguments as arguments
from lsqgrad import _html
from lsqgrad.controls import WITHOUT_BUTTONS, GraphControls
from lsqgrad.graph_picture import SIZES, GraphPicture
from lsqgrad.graph_walk import GraphWalk


class GraphWalker:
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
        If `record` is not a GraphRecord, or `size` not one of those named.
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
        self.walk = GraphWalk(record)
        self._size = arguments.choice("size", size, SIZES)
        self._picture = GraphPicture(record, size)
        self._lock = threading.RLock()  # a front end may press buttons from a thread of its own
        self._controls = GraphControls(self._act)
        self.widget = self._controls.widget
        self._controls.set("Size", value=size)
        self._draw()

    @property
    def record(self):
        """What is walked through."""
        return self.walk.record

    @property
    def position(self) -> int:
        """How many nodes have been visited, forward and backward together."""
        return self.walk.position

    @property
    def text(self) -> str:
        """What happens at this position, in words and numbers."""
        return self.walk.text

    @property
    def alt_text(self) -> str:
        """The picture in words."""
        return self.walk.alt_text

    def next(self):
        """Go on to the next node."""
        self._do(self.walk.next)

    def previous(self):
        """Go back by one node."""
        self._do(self.walk.previous)

    def reset(self):
        """Go back to the start."""
        self._do(self.walk.reset)

    def show_all(self):
        """Go to the end, where every value and every gradient is shown."""
        self._do(self.walk.seek, self.walk.last)

    def png(self) -> bytes:
        """Draw the graph at this position as a PNG."""
        with self._lock:
            return self._picture.png(self.walk)

    def _act(self, name, *value):
        """Do what a control asks for."""
        if name == "Size":
            with self._lock:
                (self._size,) = value
                self._picture = GraphPicture(self.record, self._size)
                self._draw()
            return
        moves = {
            "Reset": self.reset,
            "Previous node": self.previous,
            "Next node": self.next,
            "Show all": self.show_all,
        }
        moves[name]()

    def _do(self, action, *args):
        """Let the walk act, and show the state that it is in then."""
        with self._lock:
            action(*args)
            self._draw()

    def _draw(self):
        """Bring everything on the screen to the state."""
        walk, controls = self.walk, self._controls
        label = f"class='lsqgrad-figure' role='img' aria-label='{escape(self.alt_text)}'"
        picture = self._picture.svg(walk, label)
        controls.screen.value = _html.frame(walk.position, 0, self._size, picture, "")
        controls.words.value = _html.words(walk.text, self._size, walk.position)
        controls.set("Reset", disabled=walk.at_start)
        controls.set("Previous node", disabled=walk.at_start)
        controls.set("Next node", disabled=walk.at_end)
        controls.set("Show all", disabled=walk.at_end)

    def _repr_mimebundle_(self, **_):
        """Show the widget where a kernel runs; elsewhere the whole walk: all of it at once."""
        walk = GraphWalk(self.record)
        words = [walk.text]
        while not walk.at_end:
            walk.next()
            words.append(walk.text)
        with self._lock:
            picture = base64.b64encode(self._picture.png(walk)).decode("ascii")
        bundle = self.widget._repr_mimebundle_()
        bundle |= {"text/plain": "\n".join([*words, WITHOUT_BUTTONS]), "image/png": picture}
        return bundle, {"image/png": {"alt": "\n".join([walk.alt_text, *words])}}

    def __repr__(self):
        return f"<GraphWalker at position {self.position} of {self.walk.last}>"
