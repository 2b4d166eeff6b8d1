"""A walk through autograd's graph: forward with values, then backward with gradients."""

from lsqgrad._util import ArgumentTypeError, validation
from lsqgrad.autograd import GraphNode, GraphRecord, format_entries
from lsqgrad.plotting import quantity_of
from lsqgrad.regression import MINUS, Number
from lsqgrad.widgets.cursor import Cursor
from lsqgrad.widgets.frames import Words


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
    arrivals : dict of tuple of int
        By the number of each node: the positions at which its value and its gradient come. The
        value of a leaf is there at 0.

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
    Forward, 1 of 2: AB, shape (2, 1): 2, 6. This adds MmBackward0 to the graph.
    >>> navigator.seek(4)
    >>> print(navigator.text)
    Backward, 2 of 3: MmBackward0 received shape (2, 1): 2, 6.
    It passes on, to B: AᵀG, shape (1, 1): 20.
    """

    def __init__(self, record: GraphRecord) -> None:
        if not isinstance(record, GraphRecord):
            raise ArgumentTypeError("record", "a GraphRecord", validation.describe(record))
        self.record = record
        # What backward() did last, a forward pass can do first.
        self.forward = tuple(node for node in reversed(record) if node.leaf is None)
        self._visits = (*self.forward, *record)
        computed = {node.number: k for k, node in enumerate(self.forward, start=1)}
        numbers = [node.number for node in record]
        self.arrivals = {n: (computed.get(n, 0), len(self.forward) + n) for n in numbers}
        super().__init__(last=len(self._visits))

    @property
    def node(self) -> GraphNode | None:
        """The node that is looked at; None at the start."""
        return None if self.at_start else self._visits[self.position - 1]

    @property
    def is_backward(self) -> bool:
        """Whether the forward pass is over."""
        return self.position > len(self.forward)

    @property
    def words(self) -> tuple[Words, ...]:
        """What happens at this position: two lines at the most, and one for each note."""
        node = self.node
        if node is None:
            return ((f"At the start, the data and the leaves are known ({self._leaves}).",),)
        if not self.is_backward:
            value = _told(node.value, self._quantity(node))
            if node.value is None:
                value = ("whose value is not in the graph, which keeps only what derivatives need",)
            place = f"Forward, {self.position} of {len(self.forward)}: {node.label}, "
            return ((place, *value, f". This adds {node.name} to the graph."),)
        place = f"Backward, {node.number} of {len(self.record)}: {node.name} received "
        received = _joined(_told(array) for array in node.received)
        notes = [*node.notes, *self.record.notes] if self.at_end else node.notes
        return ((place, *received, "."), _what_follows(node), *((note,) for note in notes))

    @property
    def text(self) -> str:
        """What happens at this position, as plain text."""
        return "\n".join("".join(map(str, line)) for line in self.words)

    @property
    def brief(self) -> Words:
        """What happens at this position, in one line with four digits."""
        node = self.node
        if node is None:
            return ("Start: the data and the leaves are known.",)
        if not self.is_backward:
            place = f"Forward {self.position} of {len(self.forward)}: {node.label}"
            if node.value is None:
                return (f"{place}, not kept",)
            return (f"{place} = ", _briefly(node.value, self._quantity(node)))
        place = f"Backward {node.number} of {len(self.record)}: "
        if node.leaf is not None:
            return (f"{place}{node.leaf}.grad = ", _briefly(node.grad_after))
        passed = _joined((f"{name}: ", _briefly(array)) for name, _, array in node.terms)
        return (f"{place}{node.name} passes on ", *(passed or ("nothing",)))

    @property
    def alt_text(self) -> str:
        """The picture at this position in words."""
        values = sum(known <= self.position for known, _ in self.arrivals.values())
        reached = [node for node in self.record if self.arrivals[node.number][1] <= self.position]
        starred = [node.label for node in reached if node.notes]
        star = f" A star marks where more happened than the graph shows: {', '.join(starred)}."
        beside = " Besides, more happened than any node shows."
        return (
            f"A graph of {len(self.record)} nodes, from {self._leaves} on the left to "
            f"{self.record[0].label} on the right. "
            f"Shown are the values of {values} and the gradients of {len(reached)}."
            f"{star if starred else ''}{beside if self.record.notes else ''}"
        )

    @property
    def _leaves(self):
        return ", ".join(node.leaf for node in self.record if node.leaf is not None)

    def _quantity(self, node):
        """Return the quantity whose colour the value of a node takes, or nothing."""
        return "loss" if node is self.record[0] else quantity_of(node.label) or ""


def _what_follows(node):
    """Say what a node does with what it received."""
    if node.leaf is not None:
        before, after = (_number(array) for array in (node.grad_before, node.grad_after))
        return (f"It adds this to {node.leaf}.grad: before ", before, ", now ", after, ".")
    known = "" if node.rule else "lsqgrad does not know its rule. "
    if not node.terms:
        return (f"{known}It passes on nothing.",)
    passed = _joined(
        (f"to {name}: {formula}{', ' if formula else ''}", *_told(array))
        for name, formula, array in node.terms
    )
    return (f"{known}It passes on, ", *passed, ".")


def _told(array, quantity="gradient"):
    if array is None:
        return ("nothing",)
    return (f"shape {array.shape}: ", _number(array, quantity))


def _briefly(array, quantity="gradient"):
    return _number(array, quantity, most=2, digits=4)


def _number(array, quantity="gradient", **how):
    """Return the entries of an array in the colour of its quantity, if there is an array."""
    text = format_entries(array, **how).replace("-", MINUS)
    return text if array is None else Number(quantity, text)


def _joined(some):
    """Return some words one after the other, with semicolons between."""
    return tuple(part for words in some for part in ("; ", *words))[1:]
