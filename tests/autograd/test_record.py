"""A record has what `backward()` did, to the last bit, and leaves the graph as it was."""

import copy
import gc
import pickle
import threading
import weakref
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
import torch
from records import article
from torch import nn
from torch.utils.checkpoint import checkpoint

from lsqgrad import ARTICLE, GraphNode, GraphRecord, Rule, record_backward
from lsqgrad.autograd.vjp_rules import RULES

RUN = """\
 1  MseLossBackward0 of mean of (Ŷ − Y)²
    received     ()      1
    to Ŷ         (3, 1)  -6.98654, -12.8049, -4.29094  (2/n)(Ŷ − Y)G
 2  AddmmBackward0 of XW + b
    received     (3, 1)  -6.98654, -12.8049, -4.29094
    to b         (1,)    -24.0824                      G, summed where it was broadcast
    to W         (1, 1)  -150.285                      XᵀG
 3  AccumulateGrad of bias
    received     (1,)    -24.0824
    bias.grad    (1,)    -24.0824                      before: none
 4  TBackward0 of weightᵀ
    received     (1, 1)  -150.285
    to A         (1, 1)  -150.285                      Gᵀ
 5  AccumulateGrad of weight
    received     (1, 1)  -150.285
    weight.grad  (1, 1)  -150.285                      before: none"""
FREED = (
    "loss: expected a graph that is still there, but backward() has used it and freed it. "
    "Compute the loss again, or call that backward() with retain_graph=True."
)
CHANGED = (
    "loss: expected a graph whose numbers are those of the forward pass, but one of them was "
    "changed in place since, as optimizer.step() does. Compute the loss again."
)
WITHOUT = (
    "loss: expected a tensor with a graph, got one without: nothing that it was computed from "
    "requires a gradient, or it was computed under no_grad(), or detached."
)


def loss_of(model, X, Y):
    return nn.functional.mse_loss(model(X), Y)


def leaf(*values, **options):
    return torch.tensor(values, requires_grad=True, **options)


def named(record, name):
    (node,) = (node for node in record if name in (node.name, node.leaf))
    return node


def arrays_of(node):
    groups = (node.received, node.passed, node.inputs)
    found = [array for group in groups for array in group]
    found += [node.value, node.grad_before, node.grad_after]
    return [array for array in found if array is not None]


def same(one, other):
    """Whether two arrays, or two places without one, hold the same."""
    if one is None or other is None:
        return one is other
    return one.dtype == other.dtype and np.array_equal(one, other)


def numbers(tensor):
    return tensor.detach().numpy()


# The article's run


@pytest.fixture(scope="module")
def run():
    model, X, Y = article()
    return record_backward(loss_of(model, X, Y), model)


def test_the_nodes_of_the_article_are_in_the_order_of_backward(run):
    assert isinstance(run, GraphRecord)
    assert [(node.number, node.name, node.leaf) for node in run] == [
        (1, "MseLossBackward0", None),
        (2, "AddmmBackward0", None),
        (3, "AccumulateGrad", "bias"),
        (4, "TBackward0", None),
        (5, "AccumulateGrad", "weight"),
    ]
    assert [node.sources for node in run] == [(2, None), (3, None, 4), (), (5,), ()]


def test_a_record_is_a_sequence_of_nodes(run):
    assert len(run) == 5
    assert run[0] is run.nodes[0]
    assert run[-1].leaf == "weight"
    assert all(isinstance(node, GraphNode) for node in run)


def test_what_the_article_computes_by_hand_is_what_the_nodes_pass_on(run):
    """The numbers are rounded to float32, and the residual is a difference of larger ones."""
    residual = ARTICLE.X * ARTICLE.w + ARTICLE.b - ARTICLE.Y
    mse, addmm, bias, transpose, weight = run
    close = {"rtol": 16 * 2.0**-24, "atol": 0}
    assert mse.received[0] == 1
    np.testing.assert_allclose(mse.passed[0], 2 / 3 * residual, **close)
    assert same(addmm.received[0], mse.passed[0])
    np.testing.assert_allclose(addmm.passed[0], [2 / 3 * residual.sum()], **close)
    np.testing.assert_allclose(addmm.passed[2], 2 / 3 * ARTICLE.X.T @ residual, **close)
    assert same(bias.received[0], addmm.passed[0])
    assert same(transpose.received[0], addmm.passed[2])
    assert same(transpose.passed[0], addmm.passed[2].T)
    assert same(weight.received[0], transpose.passed[0])
    assert same(bias.grad_after, bias.received[0])
    assert same(weight.grad_after, weight.received[0])
    assert mse.passed[1] is addmm.passed[1] is None  # nobody asks for that of the data


def test_the_shapes_of_the_article_are_those_of_its_matrices(run):
    assert [node.received[0].shape for node in run] == [(), (3, 1), (1,), (1, 1), (1, 1)]
    assert [node.value.shape for node in run] == [(), (3, 1), (1,), (1, 1), (1, 1)]
    assert {array.dtype for node in run for array in arrays_of(node)} == {np.dtype("float32")}


def test_every_value_of_the_article_is_known(run):
    model, X, Y = article()
    mse, addmm, bias, transpose, weight = run
    assert same(mse.value, numbers(loss_of(model, X, Y)))
    for value in (addmm.value, mse.inputs[0]):
        assert same(value, numbers(model(X)))
    assert same(mse.inputs[1], numbers(Y))
    for value in (bias.value, addmm.inputs[0]):
        assert same(value, numbers(model.bias))
    assert same(addmm.inputs[1], numbers(X))
    for value in (weight.value, transpose.value.T, transpose.inputs[0], addmm.inputs[2].T):
        assert same(value, numbers(model.weight))


def test_what_is_computed_is_told_in_words(run):
    words = [node.label for node in run]
    assert words == ["mean of (Ŷ − Y)²", "XW + b", "bias", "weightᵀ", "weight"]


def test_the_terms_are_what_was_passed_on_and_by_which_formula(run):
    (to_bias, to_weight) = run[1].terms
    assert to_bias[:2] == ("b", "G, summed where it was broadcast")
    assert to_weight[:2] == ("W", "XᵀG")
    assert to_bias[2] is run[1].passed[0]
    assert to_weight[2] is run[1].passed[2]
    assert run[2].terms == ()


def test_a_record_shows_every_number(run):
    assert repr(run) == RUN
    assert repr(run[4]) == (
        " 5  AccumulateGrad of weight\n"
        "    received     (1, 1)  -150.285\n"
        "    weight.grad  (1, 1)  -150.285  before: none"
    )


def test_of_many_entries_three_are_shown_and_what_grad_was():
    w = leaf(1.0, 2.0, 3.0, 4.0)
    w.grad = torch.full((4,), 0.125)
    assert repr(record_backward((w * w).sum(), {"w": w})) == (
        " 1  SumBackward0 of sum of A\n"
        "    received  ()    1\n"
        "    to A      (4,)  1, 1, 1, …              G for each entry\n"
        " 2  MulBackward0 of A ∘ B\n"
        "    received  (4,)  1, 1, 1, …\n"
        "    to A      (4,)  1, 2, 3, …              G ∘ B, summed where it was broadcast\n"
        "    to B      (4,)  1, 2, 3, …              G ∘ A, summed where it was broadcast\n"
        " 3  AccumulateGrad of w\n"
        "    received  (4,)  2, 4, 6, …\n"
        "    w.grad    (4,)  2.125, 4.125, 6.125, …  before: 0.125, 0.125, 0.125, …"
    )


# Any graph


def random_case(seed):
    """Return a loss of one or two layers, and its model: all of it chosen by the seed."""
    rng = np.random.default_rng(seed)
    n, p, q, hidden = (int(rng.integers(1, most + 1)) for most in (20, 6, 4, 5))
    dtype = (torch.float32, torch.float64)[seed % 2]
    layers = [nn.Linear(p, q)]
    if seed % 3:
        activation = (nn.ReLU, nn.Tanh, nn.Sigmoid)[rng.integers(3)]
        layers = [nn.Linear(p, hidden), activation(), nn.Linear(hidden, q)]
    model = nn.Sequential(*layers).to(dtype)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.tensor(rng.normal(size=parameter.shape)))
    X, Y = (torch.tensor(rng.normal(size=(n, k)), dtype=dtype) for k in (p, q))
    return model, nn.MSELoss(reduction=("mean", "sum")[rng.integers(2)])(model(X), Y)


@pytest.mark.parametrize("seed", range(100))
def test_what_reaches_the_leaves_is_what_autograd_computes_to_the_bit(seed):
    model, loss = random_case(seed)
    parameters = dict(model.named_parameters())
    expected = torch.autograd.grad(loss, [*parameters.values()], retain_graph=True)
    record = record_backward(loss, model)
    assert {node.leaf for node in record} - {None} == {*parameters}
    for (name, parameter), grad in zip(parameters.items(), expected, strict=True):
        node = named(record, name)
        assert same(node.received[0], numbers(grad))
        assert same(node.grad_after, numbers(grad))
        assert same(node.value, numbers(parameter))
        assert torch.equal(parameter.grad, grad)


@pytest.mark.parametrize("seed", range(20))
def test_each_node_receives_the_sum_of_what_was_passed_to_it(seed):
    _, loss = random_case(seed)
    record = record_backward(loss)
    arriving = {1: np.ones_like(record[0].value)}
    for node in record:
        assert same(node.received[0], arriving[node.number])
        for source, passed in zip(node.sources, node.passed, strict=True):
            if source is not None:
                arriving[source] = arriving.get(source, 0) + passed


def test_every_node_comes_after_all_that_pass_something_to_it():
    for seed in range(20):
        record = record_backward(random_case(seed)[1])
        assert [node.number for node in record] == [*range(1, len(record) + 1)]
        sources = [(source, node.number) for node in record for source in node.sources]
        assert all(source > number for source, number in sources if source is not None)


def test_a_value_that_no_derivative_needs_is_not_kept():
    """The ReLU keeps what it computes, and not what it computes it from."""
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    X, Y = torch.rand(5, 2), torch.rand(5, 1)
    record = record_backward(loss_of(model, X, Y), model)
    mse, second, relu = record[0], record[1], named(record, "ReluBackward0")
    assert same(mse.inputs[0], numbers(model(X)))
    assert same(second.value, numbers(model(X)))
    assert same(relu.value, numbers(model[:2](X)))
    assert same(second.inputs[1], relu.value)
    first = record[relu.sources[0] - 1]
    assert first.label == "XW + b"
    assert first.value is None
    assert relu.inputs == (None,)


@pytest.mark.parametrize(
    ("view", "label"),
    [
        (lambda w: w.t(), "wᵀ"),
        (lambda w: w.T, "wᵀ"),
        (lambda w: w.mT, "wᵀ"),
        (lambda w: w.transpose(0, 1), "wᵀ"),
        (lambda w: w.view(3, 2), "w, reshaped"),
        (lambda w: w.reshape(-1), "w, reshaped"),
        (lambda w: w.unsqueeze(1), "w, reshaped"),
        (lambda w: w.expand(4, 2, 3), "w, broadcast"),
        (lambda w: w[1], "w[1]"),
        (lambda w: w[:, -1], "w[:, −1]"),
        (lambda w: w[:, 1:], "a slice of w"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_view_has_the_value_of_what_it_looks_at(view, label):
    """It keeps nothing, and neither does the sum."""
    w = torch.tensor([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], requires_grad=True)
    record = record_backward(view(w).sum(), {"w": w})
    node = record[1]
    assert node.label == label
    assert same(node.value, numbers(view(w)))
    assert same(record[0].inputs[0], node.value)
    assert not node.value.flags.writeable


def test_a_view_is_named_after_its_leaf_wherever_its_rule_has_the_input(monkeypatch):
    rule = Rule("A, flipped Along an Axis", {"A": "G"}, view=lambda A, *_: A[::-1])
    monkeypatch.setitem(RULES, "FlipBackward0", (rule,))
    record = record_backward(leaf(1.0, 2.0).flip(0).sum())
    assert record[1].label == "leaf 1, flipped Along an Axis"
    monkeypatch.setitem(RULES, "FlipBackward0", (replace(rule, computes="x", passes={"x": "G"}),))
    w = leaf(1.0, 2.0)
    assert record_backward(w.flip(0).sum(), {r"\1": w})[1].label == r"\1"


def test_a_view_of_a_view_has_its_value_whichever_way_is_shorter():
    w = torch.tensor([[1.0, 2.0]], requires_grad=True)
    turned = w.t()
    record = record_backward((turned.sum() + turned.t().unsqueeze(0).sum()), {"w": w})
    views = [node for node in record if node.rule and node.rule.view]
    assert [node.value.shape for node in views] == [(1, 1, 2), (1, 2), (2, 1)]
    assert all(node.value.flat[:].tolist() == [1, 2] for node in views)


def test_a_view_of_what_the_graph_has_not_kept_has_no_value():
    w = leaf(1.0, 2.0)
    record = record_backward((w + w).reshape(2, 1).sum())
    assert [node.value is None for node in record] == [False, True, True, False]


def test_a_leaf_has_the_value_that_it_has_when_it_is_recorded():
    """One layer keeps no weight: PyTorch does not notice that it was changed, and nobody can."""
    model, X, Y = article()
    loss = loss_of(model, X, Y)
    before = model.weight.item()
    record = record_backward(loss, model)
    torch.optim.SGD(model.parameters(), lr=0.001).step()
    again = record_backward(loss, model)
    assert named(record, "weight").value.item() == before
    assert named(again, "weight").value.item() == model.weight.item() != before
    assert np.array_equal(named(again, "AddmmBackward0").value, record[1].value)


def test_a_deep_graph_is_no_recursion():
    w = leaf(1.0)
    loss = w
    for _ in range(5000):
        loss = loss + w
    record = record_backward(loss)
    assert len(record) == 5001
    assert record[-1].received[0].tolist() == [5001]
    assert w.grad.tolist() == [5001]


def test_a_parameter_used_twice_is_one_leaf_that_receives_the_sum():
    w = leaf(3.0)
    record = record_backward((w * w + w).sum(), {"w": w})
    names = ["SumBackward0", "AddBackward0", "MulBackward0", "AccumulateGrad"]
    assert [node.name for node in record] == names
    assert record[1].sources == (3, 4)
    assert record[2].sources == (4, 4)
    assert record[3].received[0].tolist() == [7]
    assert record[3].grad_after.tolist() == [7]


def test_a_weight_that_is_frozen_gets_nothing():
    model, X, Y = article()
    model.weight.requires_grad_(False)
    record = record_backward(loss_of(model, X, Y), model)
    assert [node.name for node in record] == [
        "MseLossBackward0",
        "AddmmBackward0",
        "AccumulateGrad",
    ]
    assert record[1].sources == (3, None, None)
    assert record[1].passed[1:] == (None, None)
    assert [name for name, *_ in record[1].terms] == ["b"]
    assert record[2].grad_after.tolist() == model.bias.grad.tolist()
    assert model.weight.grad is None


@pytest.mark.parametrize("target", [[[7.0], [8.0]], None], ids=["a target", "no target"])
def test_data_that_no_node_keeps_have_no_value(target):
    """Other data of the same graph, such as the target, must not be shown in their place."""
    w, X = leaf([2.0]), torch.tensor([[1.0], [3.0]])
    shifted = X @ w + torch.tensor([[100.0], [200.0]])
    loss = (
        (shifted**2).mean()
        if target is None
        else loss_of(lambda X: X, shifted, torch.tensor(target))
    )
    node = named(record_backward(loss, {"w": w}), "AddBackward0")
    assert node.sources[1] is None
    assert [value is None for value in node.inputs] == [True, True]


# Names of leaves


def test_leaves_without_a_name_are_numbered_as_backward_comes_to_them():
    model, X, Y = article()
    record = record_backward(loss_of(model, X, Y))
    names = [node.leaf for node in record if node.leaf]
    assert names == ["leaf 1", "leaf 2"]
    assert [node.label for node in record if node.leaf] == names
    assert named(record, "TBackward0").label == f"{record[4].leaf}ᵀ"


def test_names_can_be_given_for_some_of_the_leaves():
    a, b = leaf(1.0), leaf(2.0)
    record = record_backward((a * b).sum(), MappingProxyType({"slope": a}))
    assert [node.leaf for node in record if node.leaf] == ["slope", "leaf 2"]
    assert named(record, "slope").value.tolist() == [1]
    assert named(record, "leaf 2").value.tolist() == [2]


# .grad


def test_a_second_record_adds_to_grad():
    model, X, Y = article()
    first = record_backward(loss_of(model, X, Y), model)
    second = record_backward(loss_of(model, X, Y), model)
    for name, parameter in model.named_parameters():
        once, twice = named(first, name), named(second, name)
        assert once.grad_before is None
        assert same(twice.grad_before, once.grad_after)
        assert same(twice.received[0], once.received[0])
        assert same(twice.grad_after, 2 * once.grad_after)
        assert same(twice.grad_after, numbers(parameter.grad))


@pytest.mark.parametrize("set_to_none", [True, False])
def test_what_grad_was_is_told(set_to_none):
    model, X, Y = article()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001)
    record_backward(loss_of(model, X, Y), model)
    optimizer.zero_grad(set_to_none=set_to_none)
    node = named(record_backward(loss_of(model, X, Y), model), "bias")
    if set_to_none:
        assert node.grad_before is None
        assert repr(node).endswith("before: none")
    else:
        assert node.grad_before.tolist() == [0]
        assert repr(node).endswith("before: 0")
    assert same(node.grad_after, node.received[0])


def test_a_record_does_not_change_when_the_model_does():
    model, X, Y = article()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loss = loss_of(model, X, Y)
    record = record_backward(loss, model)
    before = [array.copy() for node in record for array in arrays_of(node)]
    loss.backward()
    optimizer.step()
    optimizer.zero_grad(set_to_none=False)
    for tensor in (X, Y):
        tensor.zero_()
    assert repr(record) == RUN
    after = [array for node in record for array in arrays_of(node)]
    assert all(same(*pair) for pair in zip(before, after, strict=True))


def test_no_number_of_a_record_can_be_changed(run):
    for node in run:
        assert not any(array.flags.writeable for array in arrays_of(node))
    with pytest.raises(ValueError, match="read-only"):
        run[4].grad_after[0] = 0


@pytest.mark.parametrize(
    "copied",
    [copy.copy, copy.deepcopy, lambda thing: pickle.loads(pickle.dumps(thing))],
    ids=["copy", "deepcopy", "pickle"],
)
def test_a_copy_says_the_same_and_cannot_be_changed_either(run, copied):
    record = copied(run)
    assert repr(record) == RUN
    assert [node.rule for node in record] == [node.rule for node in run]
    for node in (*record, copied(run[1])):
        arrays = arrays_of(node)
        assert arrays
        assert not any(array.flags.writeable for array in arrays)


# The graph afterwards


def test_backward_can_be_called_on_the_graph_again():
    model, X, Y = article()
    loss = loss_of(model, X, Y)
    record = record_backward(loss, model)
    loss.backward()
    for name, parameter in model.named_parameters():
        assert same(numbers(parameter.grad), 2 * named(record, name).grad_after)
    assert repr(record) == RUN


def test_two_records_of_one_graph_are_equal():
    model, X, Y = article()
    loss = loss_of(model, X, Y)
    first = record_backward(loss, model)
    model.zero_grad()
    second = record_backward(loss, model)
    assert repr(first) == repr(second) == RUN
    for one, other in zip(first, second, strict=True):
        assert one.sources == other.sources
        assert all(map(same, arrays_of(one), arrays_of(other)))


class OwnError(Exception):
    pass


def recorders():
    """Return the hooks of record_backward that are still alive."""
    gc.collect()
    functions = (thing for thing in gc.get_objects() if type(thing).__name__ == "function")
    return [one for one in functions if one.__qualname__.startswith("_recorder.")]


def test_no_hook_is_left_in_the_graph():
    model, X, Y = article()
    loss = loss_of(model, X, Y)
    alive = []
    handle = loss.grad_fn.register_prehook(lambda _: alive.append(len(recorders())))
    record = record_backward(loss, model)
    handle.remove()
    assert alive == [5]  # one for each node, so that recorders() is known to find them
    assert recorders() == []
    assert loss.grad_fn is not None
    assert len(record) == 5


@pytest.mark.parametrize("message", ["a second time", "no inplace operation here", ""])
def test_an_error_of_a_hook_that_sounds_like_one_of_pytorch_comes_through(message):
    w = leaf(3.0)
    square = w * w

    def fail(_):
        raise RuntimeError(message)

    square.register_hook(fail)
    with pytest.raises(RuntimeError, match=f"^{message}$"):
        record_backward(square.sum())


def test_a_hook_that_calls_backward_does_not_change_the_order():
    w = leaf(3.0)
    square = w * w

    @torch.enable_grad()
    def call_backward(_):
        (2 * w).sum().backward()

    square.register_hook(call_backward)
    record = record_backward(square.sum(), {"w": w})
    assert [node.name for node in record] == ["SumBackward0", "MulBackward0", "AccumulateGrad"]
    assert record[2].received[0] == 6
    assert w.grad == 2 + 6


def test_a_grad_that_cannot_be_written_to_does_not_hide_the_error():
    w = leaf(1.0, 2.0)
    w.grad = torch.ones(1).expand(2)
    square = w * w

    def fail(_):
        raise OwnError

    square.register_hook(fail)
    with pytest.raises(OwnError):
        record_backward(square.sum())
    assert w.grad.tolist() == [1, 1]


def test_no_hook_is_left_after_an_error():
    w = leaf(3.0)
    square = w * w
    loss = square.sum()

    def fail(_):
        raise OwnError

    square.register_hook(fail)
    with pytest.raises(OwnError):
        record_backward(loss)
    assert recorders() == []


class Anchored(torch.autograd.Function):
    """Twice its input; its node holds on to an object, which lives as long as the graph."""

    anchor = None

    @staticmethod
    def forward(ctx, x):
        ctx.anchor = Anchor()
        Anchored.anchor = weakref.ref(ctx.anchor)
        return 2 * x

    @staticmethod
    def backward(ctx, grad):
        return 2 * grad


class Anchor:
    pass


def test_a_record_keeps_no_graph_alive():
    w = leaf(3.0)
    loss = (Anchored.apply(w) * w).sum()
    tensor = weakref.ref(loss)
    record = record_backward(loss, {"w": w})
    gc.collect()
    assert Anchored.anchor() is not None
    del loss
    gc.collect()
    assert tensor() is None
    assert Anchored.anchor() is None
    assert named(record, "w").received[0].tolist() == [12]


# Hooks of the user


def test_a_hook_of_a_tensor_is_called_once_and_the_record_shows_what_it_makes():
    w, seen = leaf(3.0), []
    square = w * w
    square.register_hook(lambda grad: seen.append("square") or 10 * grad)
    w.register_hook(lambda grad: seen.append("w") or grad + 0.5)
    loss = square.sum()
    record = record_backward(loss, {"w": w})
    assert seen == ["square", "w"]
    assert record[0].passed[0].tolist() == [1]
    assert named(record, "MulBackward0").received[0].tolist() == [10]
    assert named(record, "w").received[0].tolist() == [60.5]
    assert named(record, "w").grad_after.tolist() == w.grad.tolist() == [60.5]
    loss.backward()
    assert seen == ["square", "w"] * 2
    assert w.grad.tolist() == [121]


def test_hooks_of_a_node_are_called_once_and_the_record_shows_what_they_make():
    w, seen = leaf(3.0), []
    square = w * w
    square.grad_fn.register_prehook(lambda grads: seen.append("before") or (10 * grads[0],))
    square.grad_fn.register_hook(
        lambda passed, _: seen.append("after") or (passed[0], passed[1] + 1)
    )
    loss = square.sum()
    record = record_backward(loss, {"w": w})
    node = named(record, "MulBackward0")
    assert seen == ["before", "after"]
    assert node.received[0].tolist() == [10]
    assert [array.tolist() for array in node.passed] == [[30], [31]]
    assert named(record, "w").received[0].tolist() == w.grad.tolist() == [61]
    loss.backward()
    assert seen == ["before", "after"] * 2
    assert w.grad.tolist() == [122]


def test_hooks_of_a_module_are_called_once_and_the_record_shows_what_they_make():
    model, X, Y = article()
    X.requires_grad_()
    seen = []
    model.register_forward_hook(lambda *_: seen.append("forward"))
    model.register_full_backward_pre_hook(lambda _, grads: seen.append("before") or (2 * grads[0],))
    model.register_full_backward_hook(
        lambda _, passed, __: seen.append("after") or (3 * passed[0],)
    )
    loss = loss_of(model, X, Y)
    record = record_backward(loss, {**dict(model.named_parameters()), "X": X})
    assert seen == ["forward", "before", "after"]
    addmm = named(record, "AddmmBackward0")
    assert same(addmm.received[0], 2 * record[0].passed[0])
    assert same(named(record, "X").received[0], 3 * addmm.passed[1])
    assert same(named(record, "bias").grad_after, numbers(model.bias.grad))
    assert "-48.1648" in repr(named(record, "bias"))
    loss.backward()
    assert seen == ["forward", "before", "after", "before", "after"]


def test_a_hook_after_accumulation_is_called_once_and_stays():
    w, seen = leaf(3.0), []
    w.register_post_accumulate_grad_hook(lambda leaf: seen.append(leaf.grad.tolist()))
    loss = (w * w).sum()
    record = record_backward(loss, {"w": w})
    assert seen == [[6]]
    assert named(record, "w").grad_after.tolist() == [6]
    loss.backward()
    assert seen == [[6], [12]]


def test_a_hook_that_takes_grad_away_is_believed():
    """So optimizers step within backward()."""
    w = leaf(3.0)
    w.register_post_accumulate_grad_hook(lambda leaf: setattr(leaf, "grad", None))
    node = named(record_backward((w * w).sum(), {"w": w}), "w")
    assert node.received[0].tolist() == [6]
    assert node.grad_after is None
    assert "    w.grad          none  before: none\n" in repr(node)


# Effects outside the graph are said

HOOKED = (
    "What it received is not what was passed on to it: something changed it on the way, such as a "
    "hook."
)
WRITTEN = (
    "Its .grad is not what it was plus what was received: something else wrote to it, such as a "
    "hook or another backward()."
)
ELSEWHERE = (
    "Meanwhile another backward() ran, in a hook, inside a node or in another thread. What it did "
    "is not in this record."
)


def notes_of(record):
    """Return the notes, by the name of the node or the leaf, and those of the record."""
    found = {node.leaf or node.name: node.notes for node in record if node.notes}
    return found | ({"": record.notes} if record.notes else {})


def test_what_a_hook_changes_on_the_way_is_said():
    w = leaf(3.0)
    square = w * w
    square.register_hook(lambda grad: 10 * grad)
    record = record_backward(square.sum(), {"w": w})
    assert notes_of(record) == {"MulBackward0": (HOOKED,)}
    assert repr(record[1]).endswith(f"\n    {HOOKED}")
    assert repr(record).count(HOOKED) == 1


def test_what_a_hook_changes_in_place_is_said_of_all_that_receive_it():
    """A sum passes on one and the same tensor to both."""
    a, b = leaf(1.0), leaf(2.0)
    a.register_hook(lambda grad: grad.mul_(10))
    record = record_backward((a + b).sum(), {"a": a, "b": b})
    assert (a.grad, b.grad) == (10, 10)
    assert notes_of(record) == {"a": (HOOKED,), "b": (HOOKED,)}


@pytest.mark.parametrize("change", [1e-6, float("nan"), float("inf")])
def test_a_small_change_of_a_sum_is_said(change):
    w = leaf(3.0, dtype=torch.float64)
    v = w * w
    v.register_hook(lambda grad: grad + change)
    loss = (v * 2 + v * 3).sum()
    record = record_backward(loss)
    (node,) = (node for node in record if node.notes)
    assert node.sources == (len(record), len(record))
    assert node.notes == (HOOKED,)


def test_a_change_of_a_sparse_gradient_is_said():
    table = nn.Embedding(4, 1, sparse=True)
    table.weight.register_hook(lambda grad: 1.001 * grad)
    record = record_backward(table(torch.tensor([1, 3, 1])).sum(), table)
    assert notes_of(record) == {"weight": (HOOKED,)}


@pytest.mark.parametrize(("factor", "change"), [(1.0, 2.0**-23), (np.inf, -np.inf)])
def test_a_change_of_what_is_no_sum_is_said_to_the_bit(factor, change):
    w = leaf(1.0)
    w.register_hook(lambda grad: grad + change)
    assert notes_of(record_backward((factor * w).sum(), {"w": w})) == {"w": (HOOKED,)}


@pytest.mark.parametrize("value", [None, torch.zeros(1)], ids=["none", "zeros"])
def test_a_grad_that_something_else_wrote_to_is_said(value):
    """So optimizers step within backward()."""
    w = leaf(3.0)
    w.register_post_accumulate_grad_hook(lambda leaf: setattr(leaf, "grad", value))
    record = record_backward((w * w).sum(), {"w": w})
    assert notes_of(record) == {"w": (WRITTEN,)}


def test_what_a_leaf_received_is_not_what_is_made_of_it_in_place():
    """PyTorch takes the tensor that a leaf receives for its .grad, if it can."""
    w = leaf(3.0)
    w.register_post_accumulate_grad_hook(lambda leaf: leaf.grad.mul_(10) and None)
    node = named(record_backward((w * w).sum(), {"w": w}), "w")
    assert node.received[0].tolist() == [6]
    assert node.grad_after.tolist() == [60]
    assert node.notes == (WRITTEN,)


def test_a_checkpoint_that_hides_parameters_is_said():
    model, X, Y = article()
    X.requires_grad_()
    named_leaves = {"X": X, **dict(model.named_parameters())}
    for parameters in (named_leaves, model, {"X": X}, None):
        model.zero_grad()
        X.grad = None
        record = record_backward(
            nn.functional.mse_loss(checkpoint(model, X, use_reentrant=True), Y), parameters
        )
        assert [node.name for node in record if node.leaf] == ["AccumulateGrad"]
        hidden = "The .grad of weight, bias changed, although the graph has no node for it."
        told = [hidden, ELSEWHERE] if parameters in (named_leaves, model) else [ELSEWHERE]
        assert notes_of(record) == {"": tuple(told)}
        assert repr(record).endswith("\n".join(["", *told]))


def test_a_backward_of_a_hook_is_said():
    w = leaf(3.0)
    square = w * w

    @torch.enable_grad()
    def call_backward(_):
        (2 * w).sum().backward()

    square.register_hook(call_backward)
    record = record_backward(square.sum(), {"w": w})
    assert notes_of(record) == {"w": (WRITTEN,), "": (ELSEWHERE,)}


def test_a_backward_of_a_hook_on_leaves_without_a_name_is_said():
    w, elsewhere = leaf(3.0), leaf(1.0)

    @torch.enable_grad()
    def call_backward(_):
        (2 * elsewhere).sum().backward()

    w.register_hook(call_backward)
    assert notes_of(record_backward((w * w).sum(), {"w": w})) == {"": (ELSEWHERE,)}
    assert elsewhere.grad == 2


def test_of_two_threads_each_has_its_own_record():
    """Both go through the same nodes at the same time: each waits in the other's backward()."""
    w = leaf(3.0)
    square = w * w
    both = threading.Barrier(2, timeout=60)
    records = {}

    def wait(_):
        both.wait()

    square.register_hook(wait)

    def record(factor):
        records[factor] = record_backward(factor * square.sum(), {"w": w})

    threads = [threading.Thread(target=record, args=(factor,)) for factor in (1, 100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for factor in (1, 100):
        record = records[factor]
        assert [node.number for node in record] == [*range(1, len(record) + 1)]
        assert named(record, "w").received[0].tolist() == [6 * factor]
    assert w.grad.tolist() == [606]
    assert WRITTEN in [note for record in records.values() for note in named(record, "w").notes]
    assert recorders() == []


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64, torch.bfloat16, torch.float16])
def test_of_a_graph_without_such_effects_nothing_is_said(dtype):
    """Sums of many terms, too, which round in the order in which they come."""
    torch.manual_seed(0)
    w = torch.rand(7, requires_grad=True, dtype=dtype)
    h = w.tanh()
    loss = sum((h * (k + 1) / 3 - h / (k + 7)).sum() for k in range(50)) + (w * h).sum()
    for _ in range(3):
        assert notes_of(record_backward(loss, {"w": w})) == {}


def test_of_other_graphs_nothing_is_said_either():
    for seed in range(20):
        assert notes_of(record_backward(random_case(seed)[1])) == {}
    overflow = leaf(3e38, -3e38)
    assert notes_of(record_backward((overflow * overflow * overflow).sum() * 3e38)) == {}
    assert notes_of(record_backward(Cube.apply(leaf(2.0), leaf(5.0)).sum())) == {}
    unused = leaf(1.0)
    assert notes_of(record_backward(PassesNothing.apply(unused, leaf(2.0)).sum())) == {}
    model, X, Y = article()
    loss = nn.functional.mse_loss(checkpoint(model, X, use_reentrant=False), Y)
    assert notes_of(record_backward(loss, model)) == {}


@pytest.mark.parametrize(
    "terms",
    [
        ([3.38e38, 1.0, float("nan")], [2e36, 2.0**-9, 1.0]),
        ([float("inf"), 1.0], [float("-inf"), 1.0]),
    ],
    ids=["overflow, rounding and NaN", "infinite"],
)
def test_of_a_sum_that_is_no_number_nothing_is_said_either(terms):
    """NumPy has no bfloat16: its sum has more digits, a larger range and another NaN."""
    w = torch.ones(len(terms[0]), requires_grad=True, dtype=torch.bfloat16)
    h = w * 1
    loss = sum((h * torch.tensor(term, dtype=torch.bfloat16)).sum() for term in terms)
    assert notes_of(record_backward(loss)) == {}


@pytest.mark.parametrize(
    ("many", "one"),
    [([1e8, 1.0, -1e8], 1.0), ([2.0**-25] * 100, 1.0), ([3e38, 3e38, -3e38], -3e38)],
    ids=["cancel", "small", "overflow"],
)
def test_of_a_sparse_gradient_nothing_is_said_either(many, one):
    """Each entry of it is a sum that is still to be made, in one order or another."""
    for parts in [(many, [one]), ([one], many)]:
        table = nn.Embedding(1, 1, sparse=True)
        factors = [torch.tensor(part)[:, None] for part in parts]
        loss = sum((table(torch.zeros(len(f), dtype=torch.int64)) * f).sum() for f in factors)
        for _ in range(2):
            assert notes_of(record_backward(loss, table)) == {}


class PassesNothing(torch.autograd.Function):
    """A product that passes on nothing to its first input."""

    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a)
        return a * b

    @staticmethod
    def backward(ctx, grad):
        return None, ctx.saved_tensors[0] * grad


# An error of a hook


@pytest.mark.parametrize(
    "error",
    [OwnError("mine"), KeyboardInterrupt("stop"), RuntimeError("mine"), ValueError("mine")],
    ids=lambda error: type(error).__name__,
)
@pytest.mark.parametrize("before", [None, 0.25], ids=["no grad", "a grad"])
def test_after_an_error_grad_is_what_it_was(before, error):
    a, b = leaf(2.0), leaf(5.0)
    for parameter in (a, b):
        parameter.grad = None if before is None else torch.tensor([before])
    grads = a.grad, b.grad

    def fail(_):
        raise error

    product = a * b
    handle = product.register_hook(fail)
    loss = (product + a).sum()
    with pytest.raises(type(error)) as caught:
        record_backward(loss, {"a": a, "b": b})
    assert caught.value is error
    assert a.grad is grads[0]
    assert b.grad is grads[1]
    if before is not None:
        assert (a.grad.item(), b.grad.item()) == (before, before)

    handle.remove()
    loss.backward()
    start = before or 0
    assert (a.grad.item(), b.grad.item()) == (start + 6, start + 2)


@pytest.mark.parametrize("before", [None, 0.25], ids=["no grad", "a grad"])
def test_a_leaf_that_has_got_its_grad_before_the_error_gets_the_old_one_back(before):
    first, last = leaf(2.0), leaf(5.0)
    for parameter in (first, last):
        parameter.grad = None if before is None else torch.tensor([before])
    old = first.grad, last.grad
    seen = []

    def fail(_):
        seen.append(first.grad.item())
        raise OwnError

    last.register_hook(fail)
    loss = (last.exp().exp() + first).sum()
    with pytest.raises(OwnError):
        record_backward(loss)
    assert seen == [1 + (before or 0)]  # it had been added by then
    assert first.grad is old[0]
    assert last.grad is old[1]
    if before is not None:
        assert (first.grad.item(), last.grad.item()) == (before, before)


def test_grad_is_what_it_was_when_what_comes_after_backward_fails(monkeypatch):
    def fail(*_):
        raise OwnError

    rule = Rule("A, flipped", {"A": "G, flipped back"}, view=fail)
    monkeypatch.setitem(RULES, "FlipBackward0", (rule,))
    w = leaf(3.0)
    w.grad = torch.tensor([7.0])
    with pytest.raises(OwnError):
        record_backward(w.flip(0).sum())
    assert w.grad == 7


def test_a_grad_of_inference_mode_comes_back_after_an_error():
    """It does not count its changes."""
    w, fine = leaf(2.0), leaf(5.0)

    def fail(_):
        assert fine.grad == 8  # it had been added by then
        raise OwnError

    w.register_hook(fail)
    loss = (w.exp().exp() + fine).sum()
    with torch.inference_mode():
        fine.grad = torch.tensor([7.0])
        with pytest.raises(OwnError):
            record_backward(loss)
    assert fine.grad == 7


def test_a_sparse_grad_comes_back_after_an_error():
    table = nn.Embedding(5, 2, sparse=True)
    rows = torch.tensor([1, 3, 1])
    table(rows).sum().backward()
    before = table.weight.grad.to_dense().clone()
    w = leaf(1.0)

    def fail(_):
        raise OwnError

    w.register_hook(fail)
    with pytest.raises(OwnError):
        record_backward(table(rows).sum() + w.exp().exp().exp().sum())
    assert torch.equal(table.weight.grad.to_dense(), before)


# Bad input


def used():
    w = leaf(2.0)
    loss = (w * w).sum()
    loss.backward()
    return loss


def stepped():
    model = nn.Sequential(nn.Linear(1, 1), nn.Linear(1, 1))
    loss = loss_of(model, torch.ones(2, 1), torch.zeros(2, 1))
    loss.backward(retain_graph=True)
    torch.optim.SGD(model.parameters(), lr=0.1).step()
    return loss


def changed_result():
    result = leaf(1.0, 2.0).tanh()
    loss = result.sum()
    result.detach().add_(1)
    return loss


def computed_under_no_grad():
    with torch.no_grad():
        return leaf(2.0).sum()


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: 3, TypeError, "loss: expected a torch.Tensor, got int 3."),
        (lambda: None, TypeError, "loss: expected a torch.Tensor, got NoneType None."),
        (
            lambda: np.ones(1),
            TypeError,
            "loss: expected a torch.Tensor, got an array of float64, shape (1,).",
        ),
        (lambda: torch.tensor(1.0), ValueError, WITHOUT),
        (computed_under_no_grad, ValueError, WITHOUT),
        (lambda: leaf(2.0).sum().detach(), ValueError, WITHOUT),
        (
            lambda: leaf(2.0),
            ValueError,
            "loss: expected a tensor with a graph, got a leaf, which was computed from nothing.",
        ),
        (
            lambda: torch.ones(2, 3, requires_grad=True) * 2,
            ValueError,
            "loss: expected one number, got shape (2, 3); its mean or its sum is one.",
        ),
        (
            lambda: (leaf(2.0) * 1j).sum(),
            ValueError,
            "loss: expected a real number, got torch.complex64.",
        ),
        (
            lambda: torch.ones(2, requires_grad=True, device="meta").sum(),
            ValueError,
            "loss: expected a number, got a tensor on the meta device, which has none.",
        ),
        (
            lambda: WithoutNumbers.apply(torch.ones(2, requires_grad=True, device="meta")),
            ValueError,
            "loss: expected a graph of numbers, got a leaf on the meta device, which has none.",
        ),
        (used, ValueError, FREED),
        (stepped, ValueError, CHANGED),
        (changed_result, ValueError, CHANGED),
    ],
    ids=[
        *("a number", "None", "an array", "data", "no_grad", "detached", "a leaf"),
        *("a matrix", "complex", "meta", "a meta leaf", "freed", "a step", "a result"),
    ],
)
def test_a_loss_that_backward_cannot_start_from_is_answered_with_a_sentence(make, error, message):
    loss = make()
    with pytest.raises(error) as caught:
        record_backward(loss)
    assert str(caught.value) == message
    assert caught.value.__suppress_context__ or caught.value.__context__ is None


@pytest.mark.parametrize(
    ("parameters", "came"),
    [
        ([leaf(1.0)], "list [tensor([1.], requires_grad=True)]"),
        ("w", "str 'w'"),
        (leaf(1.0), "a Tensor"),
        ({"w": 1.0}, "dict {'w': 1.0}"),
        ({1: leaf(1.0)}, "dict {1: tensor([1.], requires_grad=True)}"),
        (nn.Linear(1, 1).parameters(), "a generator"),
        (nn.Linear, "type <class 'torch.nn.modules.linear.Linear'>"),
    ],
    ids=["a list", "a name", "a leaf", "a number", "a number as name", "an iterator", "a class"],
)
def test_parameters_are_a_module_or_names_of_tensors(parameters, came):
    w = leaf(2.0)
    with pytest.raises(TypeError) as caught:
        record_backward((w * w).sum(), parameters)
    assert str(caught.value) == (
        "parameters: expected a torch.nn.Module, or names of tensors such as {'w': w}, "
        f"got {came}."
    )
    assert w.grad is None


@pytest.mark.parametrize("function", [torch.square, lambda w: PassesNothing.apply(w, w)])
def test_names_of_which_none_fits_are_refused_and_grad_is_what_it_was(function):
    """A node in Python might have hidden them: that shows when backward() is over."""
    w, other = leaf(2.0), leaf(2.0)
    w.grad = torch.ones(1)
    with pytest.raises(ValueError, match="expected") as caught:
        record_backward(function(w).sum(), {"other": other})
    assert str(caught.value) == (
        "parameters: expected a leaf of the loss's graph among them, got none."
    )
    assert w.grad == 1
    assert other.grad is None


def test_a_freed_or_changed_graph_leaves_grad_as_it_was():
    w = leaf(2.0)
    loss = (w * w).sum()
    loss.backward()
    grad = w.grad
    with pytest.raises(ValueError, match="freed it"):
        record_backward(loss)
    assert w.grad is grad
    assert w.grad.tolist() == [4]


# Whatever a graph may hold


def test_it_works_under_no_grad():
    model, X, Y = article()
    loss = loss_of(model, X, Y)
    with torch.no_grad():
        record = record_backward(loss, model)
        assert not torch.is_grad_enabled()
    assert repr(record) == RUN


GLOBAL_STATES = {
    "default dtype": (torch.get_default_dtype, torch.set_default_dtype, torch.float64),
    "device": (torch.get_default_device, torch.set_default_device, torch.device("meta")),
    "deterministic": (
        torch.are_deterministic_algorithms_enabled, torch.use_deterministic_algorithms, True
    ),
    "grad": (torch.is_grad_enabled, torch.set_grad_enabled, False),
    "one thread": (
        torch.autograd.is_multithreading_enabled, torch.autograd.set_multithreading_enabled, False
    ),
    "NumPy": (np.geterr, lambda state: np.seterr(**state), dict.fromkeys(np.geterr(), "raise")),
}  # fmt: skip


@pytest.mark.parametrize(("get", "put", "state"), GLOBAL_STATES.values(), ids=GLOBAL_STATES)
def test_a_global_state_changes_no_number_and_is_left_as_it_is(get, put, state):
    """One gradient is a sum that overflows, of which NumPy would have to say something."""

    def loss_and_names():
        w, v = leaf(1e-30, 2.0, 3e-40), leaf(1.0)
        h = w * w * checkpoint(torch.tanh, w, use_reentrant=True)
        return (h / 3 + h.exp()).sum() + (3e38 * v + 3e38 * v).sum(), {"w": w, "v": v}

    before, cases = get(), [loss_and_names() for _ in range(2)]
    expected = record_backward(*cases[0])
    try:
        put(state)
        record = record_backward(*cases[1])
        assert get() == state
    finally:
        put(before)
    assert repr(record) == repr(expected)
    for one, other in zip(record, expected, strict=True):
        assert all(map(same, arrays_of(one), arrays_of(other)))


def test_it_works_in_inference_mode_again_and_again():
    model, X, Y = article()
    loss = loss_of(model, X, Y)
    with torch.inference_mode():
        assert repr(record_backward(loss, model)) == RUN
        again = record_backward(loss, model)
        assert torch.is_inference_mode_enabled()
    assert same(named(again, "bias").grad_after, 2 * named(again, "bias").grad_before)
    assert notes_of(again) == {}


class WithoutNumbers(torch.autograd.Function):
    """A number, from a tensor that has none."""

    @staticmethod
    def forward(ctx, _):
        return torch.ones(())

    @staticmethod
    def backward(ctx, grad):
        return None


class Cube(torch.autograd.Function):
    """The cube of the first, times the second."""

    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return a**3 * b

    @staticmethod
    def backward(ctx, grad):
        a, b = ctx.saved_tensors
        return 3 * a**2 * b * grad, a**3 * grad


def test_of_an_unknown_node_there_are_the_numbers_without_a_rule():
    a, b = leaf(2.0), leaf(5.0)
    record = record_backward(Cube.apply(a, b).sum(), {"a": a, "b": b})
    node = record[1]
    assert (node.name, node.rule, node.value) == ("CubeBackward", None, None)
    assert node.label == "an unknown function"
    assert [(name, formula, array.tolist()) for name, formula, array in node.terms] == [
        ("input 1", "", [60]),
        ("input 2", "", [8]),
    ]
    assert [array.tolist() for array in node.inputs] == [[2], [5]]  # leaves, which are known
    assert repr(node) == (
        " 2  CubeBackward of an unknown function\n"
        "    received    (1,)  1\n"
        "    to input 1  (1,)  60\n"
        "    to input 2  (1,)  8"
    )


def test_of_an_unknown_node_only_what_is_asked_for_is_passed_on():
    record = record_backward(Cube.apply(torch.tensor([2.0]), leaf(5.0)).sum())
    assert [(name, array.tolist()) for name, _, array in record[1].terms] == [("input 2", [8])]


def test_a_node_may_have_two_outputs():
    v = leaf(0.0, 1.0, 2.0, 3.0)
    left, right = v.split(2)
    record = record_backward((left * right).sum(), {"v": v})
    product, split = named(record, "MulBackward0"), named(record, "SplitBackward0")
    assert product.sources == (3, 3)
    assert [array.tolist() for array in product.inputs] == [[0, 1], [2, 3]]
    assert [array.tolist() for array in split.received] == [[2, 3], [0, 1]]
    assert split.value is None
    assert named(record, "v").received[0].tolist() == [2, 3, 0, 1]


def test_an_output_that_is_not_used_receives_nothing():
    v = leaf(0.0, 1.0, 2.0, 3.0)
    split = named(record_backward(v.split(2)[0].sum()), "SplitBackward0")
    assert split.received[0].tolist() == [1, 1]
    assert split.received[1] is None
    assert split.passed[0].tolist() == [1, 1, 0, 0]
    assert "    received          none\n" in repr(split)


def test_bfloat16_is_recorded_as_float32():
    w = leaf(1.0, 2.5, dtype=torch.bfloat16)
    node = named(record_backward((w * w).sum(), {"w": w}), "w")
    assert {array.dtype for array in arrays_of(node)} == {np.dtype("float32")}
    assert node.received[0].tolist() == [2, 5]
    assert node.value.tolist() == [1, 2.5]
    assert w.grad.dtype == torch.bfloat16


def test_a_sparse_gradient_is_recorded_with_its_zeros():
    table = nn.Embedding(4, 2, sparse=True)
    node = named(record_backward(table(torch.tensor([1, 3, 1])).sum(), table), "weight")
    expected = [[0, 0], [2, 2], [0, 0], [1, 1]]
    assert node.received[0].tolist() == node.grad_after.tolist() == expected
    assert table.weight.grad.is_sparse


def test_the_loss_may_be_of_one_entry_in_any_shape():
    w = leaf(3.0)
    record = record_backward((w * w).reshape(1, 1, 1), {"w": w})
    assert record[0].value.tolist() == [[[9]]]
    assert record[0].received[0].tolist() == [[[1]]]
    assert named(record, "w").grad_after.tolist() == [6]


def test_the_loss_may_be_one_of_two_outputs():
    _, right = leaf(2.0, 5.0).split(1)
    record = record_backward(right)
    assert record[0].name == "SplitBackward0"
    assert record[0].received[0] is None
    assert record[0].received[1].tolist() == [1]
    assert record[1].received[0].tolist() == [0, 1]
