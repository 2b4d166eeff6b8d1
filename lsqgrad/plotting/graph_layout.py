"""Finds a place for each node of autograd's graph, in columns and rows."""

import re
from dataclasses import dataclass

import numpy as np

from lsqgrad.autograd import GraphNode, GraphRecord

HEIGHT = 0.84  # of a box, where the next column and the next row are 1 away
PORTS = 0.6  # so much of a side of a box is for its arrows
QUANTITIES = {"X": "x", "Y": "y", "w": "w", "weight": "w", "b": "b", "bias": "b"}


@dataclass
class Box:
    """A node, or data that goes into one: its place and what it is called."""

    title: str
    subtitle: str
    column: int  # counted from the loss to the left
    row: float = 0
    node: GraphNode | None = None
    value: np.ndarray | None = None

    @property
    def quantity(self) -> str | None:
        """Whose colour the value takes."""
        return "loss" if self.column == 0 else quantity_of(self.title)


def quantity_of(label: str) -> str | None:
    """Return the quantity that a label names, whose colour its numbers take, if it names one."""
    name = re.split(r"[ᵀ\[,]", label)[0].rpartition(".")[2]  # without the view of it
    return QUANTITIES.get(name)


@dataclass
class Arrow:
    """The way of an input into a node, and the row that it goes along, if it is not straight."""

    source: Box
    target: Box
    node: GraphNode
    place: int
    row: int | None
    leaves_at: float = 0  # how far above the middle of the boxes it begins and ends, in rows
    comes_at: float = 0

    def corners(self, width: float) -> list[tuple[float, float]]:
        """Return the points that it goes through, between boxes of this width."""
        start, end = -self.source.column + width / 2, -self.target.column - width / 2
        between = []
        if self.row is not None and end - start < 1:  # up to its row and down in the one gap
            between = [((start + end) / 2, self.row)]
        elif self.row is not None:  # up in the first gap, down in the last
            between = [(start + 1 - width, self.row), (end - 1 + width, self.row)]
        first = (start, self.source.row + self.leaves_at)
        return [first, *between, (end, self.target.row + self.comes_at)]


class Layout:
    """Where each box stands: the loss on the right, each node left of all that it goes into.

    Parameters
    ----------
    record : GraphRecord
        Whose nodes get a place.

    Attributes
    ----------
    record : GraphRecord
        Whose nodes have a place.
    boxes : dict of Box
        By the number of the node; for data by the node's number and the place of the input.
    arrows : list of Arrow
        One for each input that has a box.
    columns, rows : int
        How many there are.
    """

    def __init__(self, record: GraphRecord) -> None:
        self.record = record
        self._columns = _columns(record)
        self.boxes: dict[int | tuple[int, int], Box] = {}
        self.arrows: list[Arrow] = []
        self.rows = 0
        self._place(record[0])
        self._spread()
        self.columns = 1 + max(box.column for box in self.boxes.values())

    def _place(self, node):
        """Give a node its box, in the middle of what goes into it, and return it."""
        column = self._columns[node.number]
        box = Box(" ".join(node.label.split()), node.name, column, node=node, value=node.value)
        self.boxes[node.number] = box
        rows = []
        for place, (number, value) in enumerate(zip(node.sources, node.inputs, strict=True)):
            row = None
            if number in self.boxes:  # it goes elsewhere, too: this arrow gets a row for itself
                source = self.boxes[number]
                row = self._new_row()
            elif number is not None:
                source = self._place(self.record[number - 1])
                if source.column > column + 1:  # over the boxes of other columns
                    row = self._new_row()
            elif value is not None:
                name = [*node.rule.passes][place]  # without a rule, no value is known
                source = Box(name, "data", column + 1, row=self._new_row(), value=value)
                self.boxes[node.number, place] = source
            else:
                continue
            rows.append(source.row if row is None else row)
            self.arrows.append(Arrow(source, box, node, place, row))
        box.row = np.mean(rows) if rows else self._new_row()
        return box

    def _spread(self):
        """Let arrows that share a side of a box begin and end apart, in the order of their ways."""
        for box in self.boxes.values():
            out = [arrow for arrow in self.arrows if arrow.source is box]
            out.sort(key=lambda arrow: arrow.target.row if arrow.row is None else arrow.row)
            for arrow, port in zip(out, _ports(len(out)), strict=True):
                arrow.leaves_at = port
            into = [arrow for arrow in self.arrows if arrow.target is box]
            into.sort(key=lambda arrow: arrow.source.row if arrow.row is None else arrow.row)
            for arrow, port in zip(into, _ports(len(into)), strict=True):
                arrow.comes_at = port

    def _new_row(self):
        self.rows += 1
        return self.rows - 1


def _ports(count):
    """Return where on a side so many arrows stand, in rows from its middle."""
    return PORTS * HEIGHT * ((np.arange(count) + 0.5) / count - 0.5) if count else []


def _columns(record):
    """Return the column of each node by its number: how far the loss is on the longest way."""
    columns = dict.fromkeys((node.number for node in record), 0)
    for node in record:  # each comes after all that pass something to it
        for source in node.sources:
            if source is not None:
                columns[source] = max(columns[source], columns[node.number] + 1)
    return columns
