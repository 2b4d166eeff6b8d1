"""The graph walker: autograd's graph, node by node."""

from typing import Any

from lsqgrad._util import still
from lsqgrad.autograd import GraphRecord
from lsqgrad.widgets.graph_frames import GraphFrames
from lsqgrad.widgets.graph_navigator import GraphNavigator
from lsqgrad.widgets.player import RUN_ALL, Player


class GraphWalker(Player):
    """Walks through autograd's graph: forward with values, then backward with gradients.

    Put it last in a notebook cell and it is shown. A move shows one node more, or one less.

    Parameters
    ----------
    record : GraphRecord
        From `record_backward`.
    size : {"notebook", "projector"}, optional
        The projector's type is larger. If left out, what `projector` has said.
    controls : {"few", "all"}
        Whether all controls are seen at once, or few until *More* is pressed.

    Attributes
    ----------
    navigator : GraphNavigator
        The position in the graph, without a widget.

    Raises
    ------
    TypeError, ValueError
        If `record` is not a GraphRecord or has more than 100 nodes, or another argument is not one
        of those named.
    ImportError
        If anywidget or matplotlib is not installed.

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
    Forward, 1 of 2: AB, shape (2, 1): 2, 6. This adds MmBackward0 to the graph.
    """

    def __init__(
        self, record: GraphRecord, *, size: str | None = None, controls: str = "few"
    ) -> None:
        navigator = GraphNavigator(record)
        super().__init__(navigator, GraphFrames(record), size=size, controls=controls)

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

    def show_all(self) -> None:
        """Go to the end, where every value and every gradient is shown."""
        self.seek(self.navigator.last)

    def png(self) -> bytes:
        """Draw the graph at this position as a PNG."""
        with self._lock:
            return self._frames.png(self.position)

    def _still(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the whole walk: all of it at once."""
        navigator = GraphNavigator(self.record)
        words = [navigator.text]
        while not navigator.at_end:
            navigator.next()
            words.append(navigator.text)
        picture = self._frames.png(navigator.position, RUN_ALL)
        return still("\n".join([*words, RUN_ALL]), picture, "\n".join([navigator.alt_text, *words]))

    def __repr__(self) -> str:
        return f"<GraphWalker at position {self.position} of {self.navigator.last}>"
