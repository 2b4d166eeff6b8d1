"""A walk shows first the values, node by node, and then the gradients in the order of backward."""

import numpy as np
import pytest
import torch
from records import RECORDS, article_record

from lsqgrad import GraphRecord, record_backward
from lsqgrad.regression import Number
from lsqgrad.widgets.graph_navigator import GraphNavigator

TEXTS = [
    "At the start, the data and the leaves are known (bias, weight).",
    "Forward, 1 of 3: weightᵀ, shape (1, 1): −0.34487. This adds TBackward0 to the graph.",
    "Forward, 2 of 3: XW + b, shape (3, 1): −0.744915, −1.9711, −0.131805. "
    "This adds AddmmBackward0 to the graph.",
    "Forward, 3 of 3: mean of (Ŷ − Y)², shape (): 173.393. "
    "This adds MseLossBackward0 to the graph.",
    "Backward, 1 of 5: MseLossBackward0 received shape (): 1.\n"
    "It passes on, to Ŷ: (2/n)(Ŷ − Y)G, shape (3, 1): −6.98654, −12.8049, −4.29094.",
    "Backward, 2 of 5: AddmmBackward0 received shape (3, 1): −6.98654, −12.8049, −4.29094.\n"
    "It passes on, to b: G, summed where it was broadcast, shape (1,): −24.0824; "
    "to W: XᵀG, shape (1, 1): −150.285.",
    "Backward, 3 of 5: AccumulateGrad received shape (1,): −24.0824.\n"
    "It adds this to bias.grad: before none, now −24.0824.",
    "Backward, 4 of 5: TBackward0 received shape (1, 1): −150.285.\n"
    "It passes on, to A: Gᵀ, shape (1, 1): −150.285.",
    "Backward, 5 of 5: AccumulateGrad received shape (1, 1): −150.285.\n"
    "It adds this to weight.grad: before none, now −150.285.",
]
LAST = len(TEXTS) - 1


every_record = pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS)


@pytest.fixture
def navigator():
    return GraphNavigator(RECORDS["article"])


def texts(navigator):
    found = []
    for position in range(navigator.last + 1):
        navigator.seek(position)
        found.append(navigator.text)
    return found


def test_a_walk_tells_the_whole_run_of_the_article(navigator):
    assert navigator.last == LAST
    assert texts(navigator) == TEXTS


def test_a_walk_begins_at_the_start_and_stays_at_its_ends(navigator):
    seen = []
    for move in [
        navigator.previous,
        *[navigator.next] * (LAST + 1),
        navigator.previous,
        navigator.reset,
    ]:
        move()
        seen.append(navigator.position)
    assert seen == [0, *range(1, LAST + 1), LAST, LAST - 1, 0]
    assert navigator.record is RECORDS["article"]
    assert navigator.node is None


def test_the_node_that_is_looked_at_goes_forward_and_then_back(navigator):
    names = []
    while not navigator.at_end:
        navigator.next()
        names.append((navigator.is_backward, navigator.node.name))
    there = ["TBackward0", "AddmmBackward0", "MseLossBackward0"]
    back = ["MseLossBackward0", "AddmmBackward0", "AccumulateGrad", "TBackward0", "AccumulateGrad"]
    assert names == [*((False, name) for name in there), *((True, name) for name in back)]


def test_numbers_have_the_colours_of_their_quantities(navigator):
    found = []
    for position in range(LAST + 1):
        navigator.seek(position)
        words = [part for line in navigator.words for part in line if isinstance(part, Number)]
        found.append([(number.quantity, number.text) for number in words])
    green, three = "gradient", "−6.98654, −12.8049, −4.29094"
    assert found == [
        [],
        [("w", "−0.34487")],
        [("", "−0.744915, −1.9711, −0.131805")],
        [("loss", "173.393")],
        [(green, "1"), (green, three)],
        [(green, three), (green, "−24.0824"), (green, "−150.285")],
        [(green, "−24.0824"), (green, "−24.0824")],
        [(green, "−150.285"), (green, "−150.285")],
        [(green, "−150.285"), (green, "−150.285")],
    ]


def test_each_node_is_told_in_one_line_with_four_digits(navigator):
    told = []
    for position in range(LAST + 1):
        navigator.seek(position)
        told.append("".join(map(str, navigator.brief)))
    assert told == [
        "Start: the data and the leaves are known.",
        "Forward 1 of 3: weightᵀ = −0.3449",
        "Forward 2 of 3: XW + b = −0.7449, −1.971, …",
        "Forward 3 of 3: mean of (Ŷ − Y)² = 173.4",
        "Backward 1 of 5: MseLossBackward0 passes on Ŷ: −6.987, −12.8, …",
        "Backward 2 of 5: AddmmBackward0 passes on b: −24.08; W: −150.3",
        "Backward 3 of 5: bias.grad = −24.08",
        "Backward 4 of 5: TBackward0 passes on A: −150.3",
        "Backward 5 of 5: weight.grad = −150.3",
    ]


def test_what_is_not_there_is_told_in_one_line():
    w = torch.tensor([0.0, 1.0], requires_grad=True)
    navigator = GraphNavigator(record_backward(w.cos().sum(), {"w": w}))
    navigator.seek(1)
    assert navigator.brief == ("Forward 1 of 2: an unknown function, not kept",)


@every_record
def test_forward_each_node_comes_after_all_that_it_is_computed_from(record):
    navigator = GraphNavigator(record)
    known = {node.number for node in record if node.leaf}
    for node in navigator.forward:
        assert {source for source in node.sources if source is not None} <= known
        known.add(node.number)
    assert len(known) == len(record)
    assert navigator.forward[-1] is record[0]
    assert not any(node.leaf for node in navigator.forward)
    assert navigator.last == len(navigator.forward) + len(record)


@every_record
def test_values_come_one_by_one_and_then_the_gradients(record):
    navigator = GraphNavigator(record)
    leaves = [node for node in record if node.leaf]
    for position in range(navigator.last + 1):
        navigator.seek(position)
        values = [*leaves, *navigator.forward[:position]]
        gradients = record[: max(0, position - len(navigator.forward))]
        known = [node for node in record if navigator.arrivals[node.number][0] <= position]
        assert {node.number for node in known} == {node.number for node in values}
        reached = [node for node in record if navigator.arrivals[node.number][1] <= position]
        assert reached == [*gradients]
        here = [node for node in record if position in navigator.arrivals[node.number]]
        assert here == ([navigator.node] if position else leaves)
        assert navigator.is_backward == bool(gradients)
        if navigator.is_backward:
            assert navigator.node is gradients[-1]
        elif position:
            assert navigator.node is values[-1]


@pytest.mark.parametrize(
    ("position", "values", "gradients"), [(0, 2, 0), (1, 3, 0), (3, 5, 0), (4, 5, 1), (LAST, 5, 5)]
)
def test_the_picture_is_told_in_words(navigator, position, values, gradients):
    navigator.seek(position)
    assert navigator.alt_text == (
        "A graph of 5 nodes, from bias, weight on the left to mean of (Ŷ − Y)² on the right. "
        f"Shown are the values of {values} and the gradients of {gradients}."
    )


def test_what_grad_was_before_is_told():
    navigator = GraphNavigator(article_record(times=2))
    navigator.seek(LAST)
    assert navigator.text == (
        "Backward, 5 of 5: AccumulateGrad received shape (1, 1): −150.285.\n"
        "It adds this to weight.grad: before −150.285, now −300.57."
    )


def test_where_the_graph_keeps_no_value_that_is_told():
    navigator = GraphNavigator(RECORDS["two layers"])
    at = next(place for place, node in enumerate(navigator.forward, 1) if node.value is None)
    navigator.seek(at)
    assert navigator.text == (
        f"Forward, {at} of 6: XW + b, whose value is not in the graph, "
        "which keeps only what derivatives need. "
        "This adds AddmmBackward0 to the graph."
    )
    assert navigator.arrivals[navigator.node.number][0] == at


def test_of_many_entries_three_are_told():
    w = torch.arange(1.0, 7).reshape(2, 3).requires_grad_()
    navigator = GraphNavigator(record_backward(w.tanh().sum(), {"w": w}))
    navigator.seek(4)
    (node,) = (node for node in navigator.record if node.name == "TanhBackward0")
    passed = ", ".join(f"{entry:.6g}" for entry in node.passed[0].flat[:3])
    assert navigator.text == (
        "Backward, 2 of 3: TanhBackward0 received shape (2, 3): 1, 1, 1, ….\n"
        f"It passes on, to A: (1 − T²) ∘ G, shape (2, 3): {passed}, …."
    )


def test_an_unknown_node_is_told_with_its_numbers():
    w = torch.tensor([0.0, 1.0], requires_grad=True)
    navigator = GraphNavigator(record_backward(w.cos().sum(), {"w": w}))
    assert texts(navigator)[1] == (
        "Forward, 1 of 2: an unknown function, whose value is not in the graph, "
        "which keeps only what derivatives need. "
        "This adds CosBackward0 to the graph."
    )
    assert texts(navigator)[4] == (
        "Backward, 2 of 3: CosBackward0 received shape (2,): 1, 1.\n"
        "lsqgrad does not know its rule. "
        f"It passes on, to input 1: shape (2,): −0, −{np.sin(1):.6g}."
    )


def test_each_output_of_a_node_receives_its_own():
    v = torch.tensor([1.0, 2.0], requires_grad=True)
    used, _ = v.split(1)
    navigator = GraphNavigator(record_backward(used.sum(), {"v": v}))
    navigator.seek(4)
    assert navigator.text == (
        "Backward, 2 of 3: SplitBackward0 received shape (1,): 1; nothing.\n"
        "lsqgrad does not know its rule. It passes on, to input 1: shape (2,): 1, 0."
    )


def test_a_loss_of_one_node_is_walked_through():
    w = torch.tensor([1.0, 3.0], requires_grad=True)
    navigator = GraphNavigator(record_backward(w.mean(), {"w": w}))
    assert texts(navigator) == [
        "At the start, the data and the leaves are known (w).",
        "Forward, 1 of 1: mean of A, shape (): 2. This adds MeanBackward0 to the graph.",
        "Backward, 1 of 2: MeanBackward0 received shape (): 1.\n"
        "It passes on, to A: G/n for each entry, shape (2,): 0.5, 0.5.",
        "Backward, 2 of 2: AccumulateGrad received shape (2,): 0.5, 0.5.\n"
        "It adds this to w.grad: before none, now 0.5, 0.5.",
    ]


def test_what_the_graph_does_not_show_is_told_where_it_happened_and_at_the_end():
    w = torch.tensor([3.0], requires_grad=True)
    square = w * w
    square.register_hook(lambda grad: 10 * grad)
    record = record_backward(square.sum(), {"w": w})
    record = GraphRecord(record.nodes, notes=("Something else happened.",))
    told = texts(GraphNavigator(record))
    (note,) = record[1].notes
    assert [note in text for text in told] == [False] * 4 + [True, False]
    assert told[4] == (
        "Backward, 2 of 3: MulBackward0 received shape (1,): 10.\n"
        "It passes on, to A: G ∘ B, summed where it was broadcast, shape (1,): 30; "
        f"to B: G ∘ A, summed where it was broadcast, shape (1,): 30.\n{note}"
    )
    assert told[-1].endswith(", now 60.\nSomething else happened.")
    assert "Something else" not in "".join(told[:-1])
    navigator = GraphNavigator(record)
    navigator.seek(4)
    star = " A star marks where more happened than the graph shows: A ∘ B."
    beside = " Besides, more happened than any node shows."
    assert navigator.alt_text.endswith(star + beside)
    navigator.previous()
    assert star not in navigator.alt_text
    assert navigator.alt_text.endswith(beside)
    assert beside not in GraphNavigator(RECORDS["article"]).alt_text


@pytest.mark.parametrize(
    ("record", "came"),
    [
        (None, "NoneType None"),
        ([*RECORDS["article"]], "a list"),
        (RECORDS["article"][0], "a GraphNode"),
    ],
    ids=["None", "its nodes", "a node"],
)
def test_only_a_record_is_walked_through(record, came):
    with pytest.raises(TypeError) as caught:
        GraphNavigator(record)
    assert str(caught.value) == f"record: expected a GraphRecord, got {came}."


@pytest.mark.parametrize(
    ("position", "error", "message"),
    [
        (-1, ValueError, f"position: expected an integer from 0 to {LAST}, got -1."),
        (LAST + 1, ValueError, f"position: expected an integer from 0 to {LAST}, got {LAST + 1}."),
        (1.0, TypeError, "position: expected an integer, got float 1.0."),
    ],
)
def test_a_position_that_is_not_there_is_refused_and_changes_nothing(
    navigator, position, error, message
):
    navigator.seek(2)
    with pytest.raises(error) as caught:
        navigator.seek(position)
    assert str(caught.value) == message
    assert navigator.position == 2
