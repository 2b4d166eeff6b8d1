"""Finds a place for each node of autograd's graph, in columns and rows."""

import re
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lsqgrad.autograd import GraphNode, GraphRecord

MOST_LETTERS = 19  # of a title
WIDTH, HEIGHT = 0.7, 0.84  # of a box, where the next column and the next row are 1 away
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
        name = re.split(r"[ᵀ\[,]", self.title)[0].rpartition(".")[2]  # without the view of it
        return "loss" if self.column == 0 else QUANTITIES.get(name)


class Arrow(NamedTuple):
    """The way of an input into a node, and the row that it goes along, if it is not straight."""

    source: Box
    target: Box
    node: GraphNode
    place: int
    row: int | None

    def corners(self):
        """Return the points that it goes through, from box to box."""
        start, end = -self.source.column + WIDTH / 2, -self.target.column - WIDTH / 2
        between = []
        if self.row is not None and end - start < 1:  # up to its row and down in the one gap
            between = [((start + end) / 2, self.row)]
        elif self.row is not None:  # up in the first gap, down in the last
            between = [(start + 1 - WIDTH, self.row), (end - 1 + WIDTH, self.row)]
        return [(start, self.source.row), *between, (end, self.target.row)]


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
        self.columns = 1 + max(box.column for box in self.boxes.values())

    def _place(self, node):
        """Give a node its box, in the middle of what goes into it, and return it."""
        column = self._columns[node.number]
        box = Box(_title(node.label), node.name, column, node=node, value=node.value)
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

    def _new_row(self):
        self.rows += 1
        return self.rows - 1


def _columns(record):
    """Return the column of each node by its number: how far the loss is on the longest way."""
    columns = dict.fromkeys((node.number for node in record), 0)
    for node in record:  # each comes after all that pass something to it
        for source in node.sources:
            if source is not None:
                columns[source] = max(columns[source], columns[node.number] + 1)
    return columns


def _title(label):
    """Return the end of a long label."""
    return label if len(label) <= MOST_LETTERS else f"…{label[1 - MOST_LETTERS :]}"
