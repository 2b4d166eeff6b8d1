"""Where the boxes of a graph stand, and the ways of the arrows between them."""

from itertools import combinations, pairwise

import numpy as np
import pytest
import torch
from records import RECORDS, every_record

from lsqgrad import record_backward
from lsqgrad.plotting.graph_layout import HEIGHT, Layout

ARTICLE_RECORD = RECORDS["article"]
WIDTH = 0.7


@every_record
def test_the_loss_is_alone_on_the_right(record):
    boxes = Layout(record).boxes
    assert boxes[1].node is record[0]
    assert [key for key, box in boxes.items() if box.column == 0] == [1]


@every_record
def test_every_box_stands_left_of_all_that_it_goes_into(record):
    layout = Layout(record)
    ends = [(arrow.source, arrow.target) for arrow in layout.arrows]
    assert all(source.column > target.column for source, target in ends)
    assert layout.columns == 1 + max(box.column for box in layout.boxes.values())


@every_record
def test_no_box_lies_over_another_or_outside(record):
    layout = Layout(record)
    for one, other in combinations(layout.boxes.values(), 2):
        assert one.column != other.column or abs(one.row - other.row) > HEIGHT
    assert all(0 <= box.row <= layout.rows - 1 for box in layout.boxes.values())


@every_record
def test_every_node_has_a_box_and_every_edge_an_arrow(record):
    layout = Layout(record)
    nodes = {key: box.node for key, box in layout.boxes.items() if box.node}
    assert nodes == {node.number: node for node in record}
    edges = {(n.number, place) for n in record for place, s in enumerate(n.sources) if s}
    drawn = [(arrow.node.number, arrow.place) for arrow in layout.arrows]
    assert len(drawn) == len({*drawn})
    assert edges == {key for key in drawn if record[key[0] - 1].sources[key[1]]}
    for arrow in layout.arrows:
        assert arrow.target.node is arrow.node
        number = arrow.node.sources[arrow.place]
        assert arrow.source is layout.boxes[number or (arrow.node.number, arrow.place)]


def runs_through(arrow, box, width=WIDTH):
    """Whether a part of an arrow lies over a box that it neither comes from nor goes to."""
    for (x, y), (end, other) in pairwise(arrow.corners(width)):
        left, right = max(x, -box.column - width / 2), min(end, -box.column + width / 2)
        if right - left > 1e-9:  # more than a corner of both, which are rounded
            rows = np.interp([left, right], [x, end], [y, other])
            if min(rows) < box.row + HEIGHT / 2 and max(rows) > box.row - HEIGHT / 2:
                return True
    return False


@pytest.mark.parametrize("width", [0.5, WIDTH, 0.9])
@every_record
def test_no_arrow_runs_through_a_box(record, width):
    layout = Layout(record)
    for arrow in layout.arrows:
        assert not any(runs_through(arrow, box, width) for box in layout.boxes.values())


@pytest.mark.parametrize("leaf_first", [True, False])
def test_no_arrow_past_other_columns_runs_through_their_boxes(leaf_first):
    v = torch.tensor([0.5], requires_grad=True)
    h = v.tanh().tanh().tanh()
    layout = Layout(record_backward((v + h if leaf_first else h + v).sum()))
    assert any(arrow.row is not None for arrow in layout.arrows)
    for arrow in layout.arrows:
        assert not any(runs_through(arrow, box) for box in layout.boxes.values())


def test_arrows_between_the_same_boxes_do_not_lie_over_each_other():
    arrows = Layout(RECORDS["shared"]).arrows
    ways = [tuple(arrow.corners(WIDTH)) for arrow in arrows]
    assert len({*ways}) == len(ways) == 7


@every_record
def test_arrows_begin_and_end_apart_on_a_side_of_a_box(record):
    layout = Layout(record)
    ways = [arrow.corners(WIDTH) for arrow in layout.arrows]
    for ends in ([way[0] for way in ways], [way[-1] for way in ways]):
        assert len({*ends}) == len(ends)
    for arrow, (start, *_, end) in zip(layout.arrows, ways, strict=True):
        assert abs(start[1] - arrow.source.row) < HEIGHT / 2
        assert abs(end[1] - arrow.target.row) < HEIGHT / 2


def test_arrows_into_a_box_come_in_the_order_of_their_sources():
    arrows = [arrow for arrow in Layout(ARTICLE_RECORD).arrows if arrow.target.title == "XW + b"]
    by_source = sorted(arrows, key=lambda arrow: arrow.source.row)
    ends = [arrow.comes_at for arrow in by_source]
    assert ends == sorted(ends)
    assert ends[1] == 0
    assert ends[0] == -ends[2] != 0


def test_the_boxes_of_the_article():
    boxes = Layout(ARTICLE_RECORD).boxes.values()
    assert {(box.title, box.subtitle, box.column) for box in boxes} == {
        ("mean of (Ŷ − Y)²", "MseLossBackward0", 0),
        ("XW + b", "AddmmBackward0", 1),
        ("Y", "data", 1),
        ("bias", "AccumulateGrad", 2),
        ("X", "data", 2),
        ("weightᵀ", "TBackward0", 2),
        ("weight", "AccumulateGrad", 3),
    }


def test_a_node_that_is_used_twice_has_one_box():
    layout = Layout(RECORDS["shared"])
    assert sorted(box.title for box in layout.boxes.values()) == [
        *("A + B", "A ∘ B", "A ∘ B", "sum of A", "w"),
    ]
    assert len(layout.arrows) == 7
    assert layout.columns == 5


def test_names_of_a_net_have_the_colours_of_their_quantities():
    boxes = Layout(RECORDS["two layers"]).boxes.values()
    quantities = {box.title: box.quantity for box in boxes}
    assert quantities == {
        "mean of (Ŷ − Y)²": "loss", "XW + b": None, "max(A, 0)": None, "X": "x", "Y": "y",
        "0.weight": "w", "0.weightᵀ": "w", "0.bias": "b",
        "2.weight": "w", "2.weightᵀ": "w", "2.bias": "b",
    }  # fmt: skip


@pytest.mark.parametrize("view", [lambda w: w.mT, lambda w: w[0], lambda w: w.view(1, 2)])
def test_a_view_of_a_leaf_has_the_colour_of_its_quantity(view):
    w = torch.tensor([[1.0], [2.0]], requires_grad=True)
    boxes = Layout(record_backward(view(w).sum(), {"w": w})).boxes.values()
    assert [box.quantity for box in boxes] == ["loss", "w", "w"]
