"""A walk through autograd's graph: forward with values, then backward with gradients."""

from lsqgrad._util import ArgumentTypeError
from lsqgrad.autograd import GraphNode, GraphRecord, format_entries
from lsqgrad.widgets.cursor import Cursor


class GraphNavigator(Cursor):
    """A position in the walk, one node a move: first the values, then the gradients.

    At position 0 the leaves and the data are known. Then each other node is computed, and then
    `backward()` comes to each node, in its own order.

    Parameters
    ----------
    record : GraphRecord
        What is walked through.

    Attributes
    ----------
    record : GraphRecord
        What is walked through.
    forward : tuple of GraphNode
        The nodes that the forward pass computes, in an order in which it can.

    Raises
    ------
    TypeError
        If `record` is not a GraphRecord.

    Examples
    --------
    >>> import torch
    >>> from lsqgrad import record_backward
    >>> w = torch.tensor([[2.0]], requires_grad=True)
    >>> Y_hat = torch.tensor([[1.0], [3.0]]) @ w
    >>> loss = torch.nn.functional.mse_loss(Y_hat, torch.zeros(2, 1))
    >>> navigator = GraphNavigator(record_backward(loss, {"w": w}))
    >>> navigator.seek(1)
    >>> print(navigator.text)
    Forward, 1 of 2: AB, shape (2, 1): 2, 6. This leaves MmBackward0 in the graph.
    >>> navigator.seek(4)
    >>> print(navigator.text)
    Backward, 2 of 3: MmBackward0 received shape (2, 1): 2, 6.
    It passes on, to B: AᵀG, shape (1, 1): 20.
    """

    def __init__(self, record: GraphRecord) -> None:
        if not isinstance(record, GraphRecord):
            raise ArgumentTypeError("record", "a GraphRecord", f"a {type(record).__name__}")
        self.record = record
        # What backward() did last, a forward pass can do first.
        self.forward = tuple(node for node in reversed(record) if node.leaf is None)
        self._visits = (*self.forward, *record)
        self._computed_at = {node.number: k for k, node in enumerate(self.forward, start=1)}
        super().__init__(last=len(self._visits))

    @property
    def node(self) -> GraphNode | None:
        """The node that is looked at; None at the start."""
        return None if self.at_start else self._visits[self.position - 1]

    @property
    def is_backward(self) -> bool:
        """Whether the forward pass is over."""
        return self.position > len(self.forward)

    def has_value(self, node: GraphNode) -> bool:
        """Whether the value of a node is known by now; that of a leaf always is."""
        return self.position >= self._computed_at.get(node.number, 0)

    def has_gradient(self, node: GraphNode) -> bool:
        """Whether `backward()` has come to a node by now."""
        return self.position >= len(self.forward) + node.number

    @property
    def text(self) -> str:
        """What happens at this position, in words and numbers."""
        node = self.node
        if node is None:
            return f"At the start, the data and the leaves are known ({self._leaves})."
        if not self.is_backward:
            value = _told(node.value)
            if node.value is None:
                value = "whose value is not in the graph, which keeps only what derivatives need"
            return (
                f"Forward, {self.position} of {len(self.forward)}: {node.label}, {value}. "
                f"This leaves {node.name} in the graph."
            )
        place = f"Backward, {node.number} of {len(self.record)}"
        received = "; ".join(map(_told, node.received))
        said = [f"{place}: {node.name} received {received}.", _what_follows(node), *node.notes]
        return "\n".join([*said, *self.record.notes] if self.at_end else said)

    @property
    def alt_text(self) -> str:
        """The picture at this position in words."""
        values = sum(map(self.has_value, self.record))
        gradients = sum(map(self.has_gradient, self.record))
        starred = [n.label for n in self.record if n.notes and self.has_gradient(n)]
        star = f" A star marks where more happened than the graph shows: {', '.join(starred)}."
        beside = " Besides, more happened than any node shows."
        return (
            f"A graph of {len(self.record)} nodes, from {self._leaves} on the left to "
            f"{self.record[0].label} on the right. "
            f"Shown are the values of {values} and the gradients of {gradients}."
            f"{star if starred else ''}{beside if self.record.notes else ''}"
        )

    @property
    def _leaves(self):
        return ", ".join(node.leaf for node in self.record if node.leaf is not None)


def _what_follows(node):
    """Say what a node does with what it received."""
    if node.leaf is not None:
        before, after = format_entries(node.grad_before), format_entries(node.grad_after)
        return f"It adds it to {node.leaf}.grad: before {before}, now {after}."
    known = "" if node.rule else "lsqgrad does not know its rule. "
    if not node.terms:
        return f"{known}It passes on nothing."
    passed = "; ".join(
        f"to {name}: {formula}{', ' if formula else ''}{_told(array)}"
        for name, formula, array in node.terms
    )
    return f"{known}It passes on, {passed}."


def _told(array):
    return "nothing" if array is None else f"shape {array.shape}: {format_entries(array)}"
