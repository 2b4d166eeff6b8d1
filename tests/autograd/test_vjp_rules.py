"""Every rule is computed in NumPy, as it is written, and compared with what PyTorch does."""

from types import SimpleNamespace

import numpy as np
import pytest
import torch

from lsqgrad import record_backward
from lsqgrad.autograd.vjp_rules import RULES, name_of, rule_of

# A term takes at most eight roundings in float64, and so does each sum of two. The numbers are
# chosen so that no sum cancels.
ROUNDING = 8 * 2.0**-53
SUMMED = ", summed where it was broadcast"

# What the words and formulas of the rules mean, where `o` has what they name.
COMPUTES = {
    "mean of (Ŷ − Y)²": lambda o: np.mean((o.Ŷ - o.Y) ** 2),
    "sum of (Ŷ − Y)²": lambda o: np.sum((o.Ŷ - o.Y) ** 2),
    "each (Ŷ − Y)²": lambda o: (o.Ŷ - o.Y) ** 2,
    "XW + b": lambda o: o.X @ o.W + o.b,
    "AB": lambda o: o.A @ o.B,
    "Av": lambda o: o.A @ o.v,
    "Aᵀ": lambda o: o.A.T,
    "A + B": lambda o: o.A + o.B,
    "A − B": lambda o: o.A - o.B,
    "A ∘ B": lambda o: o.A * o.B,
    "−A": lambda o: -o.A,
    "each A²": lambda o: o.A**2,
    "sum of A": lambda o: np.sum(o.A),
    "mean of A": lambda o: np.mean(o.A),
    "max(A, 0)": lambda o: np.maximum(o.A, 0),
    "T = tanh A": lambda o: np.tanh(o.A),
    "S = 1/(1 + exp(−A))": lambda o: 1 / (1 + np.exp(-o.A)),
    "A, broadcast": lambda o: np.broadcast_to(o.A, o.G.shape),
    "A, reshaped": lambda o: np.reshape(o.A, o.G.shape),
}
PASSES = {
    "(2/n)(Ŷ − Y)G": lambda o: 2 / o.n * (o.Ŷ - o.Y) * o.G,
    "−(2/n)(Ŷ − Y)G": lambda o: -2 / o.n * (o.Ŷ - o.Y) * o.G,
    "2(Ŷ − Y)G": lambda o: 2 * (o.Ŷ - o.Y) * o.G,
    "−2(Ŷ − Y)G": lambda o: -2 * (o.Ŷ - o.Y) * o.G,
    "2(Ŷ − Y) ∘ G": lambda o: 2 * (o.Ŷ - o.Y) * o.G,
    "−2(Ŷ − Y) ∘ G": lambda o: -2 * (o.Ŷ - o.Y) * o.G,
    "G": lambda o: o.G,
    "GWᵀ": lambda o: o.G @ o.W.T,
    "XᵀG": lambda o: o.X.T @ o.G,
    "GBᵀ": lambda o: o.G @ o.B.T,
    "AᵀG": lambda o: o.A.T @ o.G,
    "Gvᵀ": lambda o: np.outer(o.G, o.v),
    "Gᵀ": lambda o: o.G.T,
    "−G": lambda o: -o.G,
    "G ∘ B": lambda o: o.G * o.B,
    "G ∘ A": lambda o: o.G * o.A,
    "2A ∘ G": lambda o: 2 * o.A * o.G,
    "G for each entry": lambda o: np.full(o.A.shape, o.G),
    "G/n for each entry": lambda o: np.full(o.A.shape, o.G / o.n),
    "G where A > 0, and 0 elsewhere": lambda o: np.where(o.A > 0, o.G, 0),
    "(1 − T²) ∘ G": lambda o: (1 - o.result**2) * o.G,
    "S ∘ (1 − S) ∘ G": lambda o: o.result * (1 - o.result) * o.G,
    "G in the shape of A": lambda o: np.reshape(o.G, o.A.shape),
}

mse = torch.nn.functional.mse_loss
ENTRYWISE = [
    ((4, 3), (4, 3)),
    ((4, 3), (3,)),
    ((3,), (4, 3)),
    ((4, 3), (1,)),
    ((4, 1), (1, 3)),
    ((), (3,)),
    ((2, 4, 3), (4, 1)),
]
CASES = [  # name, place among the rules of that name, function, shapes of its inputs
    *(("MseLossBackward0", 0, mse, [s, s]) for s in [(4, 1), (3,), (4, 3), ()]),
    *(("MseLossBackward0", 1, lambda a, b: mse(a, b, reduction="sum"), [s, s]) for s in [(4, 2)]),
    *(("MseLossBackward0", 2, lambda a, b: mse(a, b, reduction="none"), [s, s]) for s in [(4, 2)]),
    *(
        ("AddmmBackward0", 0, torch.addmm, [b, (4, 2), (2, 3)])
        for b in [(1,), (3,), (4, 3), (1, 3), (4, 1), ()]
    ),
    ("AddmmBackward0", 0, torch.addmm, [(1,), (4, 2), (2, 1)]),
    ("MmBackward0", 0, torch.mm, [(4, 2), (2, 3)]),
    ("MvBackward0", 0, torch.mv, [(4, 2), (2,)]),
    ("TBackward0", 0, torch.t, [(4, 2)]),
    *(("AddBackward0", 0, torch.add, [*shapes]) for shapes in ENTRYWISE),
    *(("SubBackward0", 0, torch.sub, [*shapes]) for shapes in ENTRYWISE),
    *(("MulBackward0", 0, torch.mul, [*shapes]) for shapes in ENTRYWISE),
    ("NegBackward0", 0, torch.neg, [(4, 3)]),
    ("PowBackward0", 0, lambda a: a**2, [(4, 3)]),
    ("PowBackward0", 0, torch.square, [(3,)]),
    *(("SumBackward0", 0, torch.sum, [s]) for s in [(4, 3), (3,), ()]),
    *(("MeanBackward0", 0, torch.mean, [s]) for s in [(4, 3), (3,), ()]),
    ("ReluBackward0", 0, torch.relu, [(4, 3)]),
    ("TanhBackward0", 0, torch.tanh, [(4, 3)]),
    ("SigmoidBackward0", 0, torch.sigmoid, [(4, 3)]),
    ("ExpandBackward0", 0, lambda a: a.expand(4, 3), [(1, 3)]),
    ("ExpandBackward0", 0, lambda a: a.expand(2, 4, 3), [(4, 1)]),
    ("ViewBackward0", 0, lambda a: a.view(6, 2), [(4, 3)]),
    ("SqueezeBackward0", 0, torch.squeeze, [(1, 3, 1)]),
    ("SqueezeBackward1", 0, lambda a: a.squeeze(1), [(4, 1)]),
    ("UnsqueezeBackward0", 0, lambda a: a.unsqueeze(1), [(4,)]),
]
every_case = pytest.mark.parametrize(
    ("name", "variant", "function", "shapes"),
    CASES,
    ids=lambda value: value if isinstance(value, str | int) else None,
)


def leaves_of(name, shapes):
    """Return positive numbers, but where the sign decides, and some on both sides of a target."""
    rng = np.random.default_rng(3)
    low = -1.5 if name == "ReluBackward0" else 0.5
    arrays = [rng.uniform(low, 1.5, shape) for shape in shapes]
    return [torch.tensor(array, requires_grad=True) for array in arrays]


def weighted(output):
    """Return a loss of which each entry of `output` has a weight of its own, from 1 to 2."""
    return (output * torch.linspace(1, 2, output.numel()).double().reshape(output.shape)).sum()


def node_over(record, name):
    """Return the node whose inputs all come from nodes of this name."""
    (node,) = (
        n for n in record if n.sources and all(s and record[s - 1].name == name for s in n.sources)
    )
    return node


def named(node, inputs):
    """Return what the formulas name."""
    (G,) = node.received
    names = dict(zip(node.rule.passes, inputs, strict=True))
    return SimpleNamespace(G=G, n=inputs[0].size, result=node.value, **names)


def assert_close(actual, expected, inputs):
    assert actual.shape == np.shape(expected)
    terms = max(array.size for array in inputs)
    np.testing.assert_allclose(actual, expected, rtol=ROUNDING * terms, atol=0)


def summed_to(array, shape):
    """Sum over whatever was broadcast from this shape."""
    array = array.sum(axis=tuple(range(array.ndim - len(shape))))
    axes = tuple(k for k, length in enumerate(shape) if length == 1)
    return array.sum(axis=axes, keepdims=True)


def test_every_rule_is_tested():
    tested = {(name, variant) for name, variant, *_ in CASES}
    assert tested == {(name, k) for name, rules in RULES.items() for k in range(len(rules))}


def test_every_formula_of_the_tests_is_one_of_a_rule():
    rules = [rule for rules in RULES.values() for rule in rules]
    assert {*COMPUTES} == {rule.computes for rule in rules}
    passed = {formula for rule in rules for formula in rule.passes.values()}
    assert {*PASSES} == {formula.removesuffix(SUMMED) for formula in passed}


@every_case
def test_a_node_passes_on_what_its_rule_says(name, variant, function, shapes):
    leaves = leaves_of(name, shapes)
    node = node_over(record_backward(weighted(function(*leaves))), "AccumulateGrad")
    assert node.name == name
    assert node.rule is RULES[name][variant]
    inputs = [leaf.detach().numpy() for leaf in leaves]
    o = named(node, inputs)
    for formula, passed, array in zip(node.rule.passes.values(), node.passed, inputs, strict=True):
        expected = PASSES[formula.removesuffix(SUMMED)](o)
        if formula.endswith(SUMMED):
            expected = summed_to(expected, array.shape)
        assert passed.shape == array.shape
        assert_close(passed, expected, [*inputs, o.G])


@every_case
def test_a_node_computes_what_its_rule_says(name, variant, function, shapes):
    leaves = leaves_of(name, shapes)
    output = function(*leaves)
    node = node_over(record_backward(weighted(output)), "AccumulateGrad")
    inputs = [leaf.detach().numpy() for leaf in leaves]
    expected = COMPUTES[node.rule.computes](named(node, inputs))
    assert_close(output.detach().numpy(), expected, inputs)


@every_case
def test_a_node_keeps_the_values_that_its_rule_says_and_no_others(name, variant, function, shapes):
    """Of each input there is only what the node keeps, since exp is unknown to the rules."""
    inputs = [leaf.exp() for leaf in leaves_of(name, shapes)]
    output = function(*inputs)
    node = node_over(record_backward(output.sum()), "ExpBackward0")
    kept = RULES[name][variant].kept or (None,) * len(inputs)
    for attribute, value, tensor in zip(kept, node.inputs, inputs, strict=True):
        assert (value is None) == (attribute is None)
        if attribute:
            assert np.array_equal(value, tensor.detach().numpy())
    if RULES[name][variant].result:
        assert np.array_equal(node.value, output.detach().numpy())


A, B = (torch.full((2, 2), value, requires_grad=True) for value in (1.0, 2.0))


@pytest.mark.parametrize(
    ("output", "name"),
    [
        (torch.add(A, B, alpha=2), "AddBackward0"),
        (torch.sub(A, B, alpha=2), "SubBackward0"),
        (torch.addmm(A, A, B, alpha=2), "AddmmBackward0"),
        (torch.addmm(A, A, B, beta=2), "AddmmBackward0"),
        (A**3, "PowBackward0"),
        (A**0.5, "PowBackward0"),
        (A.exp(), "ExpBackward0"),
        (A.sum(0), "SumBackward1"),
        (A.mean(0), "MeanBackward1"),
    ],
    ids=["A + 2B", "A − 2B", "2AB", "2A", "A³", "√A", "exp", "sum of rows", "mean of rows"],
)
def test_a_rule_that_does_not_hold_is_no_rule(output, name):
    assert name_of(output.grad_fn) == name
    assert rule_of(output.grad_fn) is None
    node = record_backward(weighted(output))[2]
    assert (node.name, node.rule) == (name, None)
    assert node.label == "an unknown function"


@pytest.mark.parametrize(
    ("output", "name", "variant"),
    [
        (A + B, "AddBackward0", 0),
        (A + 1, "AddBackward0", 0),
        (A * 3, "MulBackward0", 0),
        (A**2.0, "PowBackward0", 0),
        (mse(A, B), "MseLossBackward0", 0),
        (mse(A, B, reduction="sum"), "MseLossBackward0", 1),
        (mse(A, B, reduction="none"), "MseLossBackward0", 2),
    ],
    ids=["A + B", "A + 1", "3A", "A²", "mean", "sum", "none"],
)
def test_the_rule_of_a_node_is_found_by_its_name_and_what_it_keeps(output, name, variant):
    assert name_of(output.grad_fn) == name
    assert rule_of(output.grad_fn) is RULES[name][variant]


def test_the_name_of_a_leaf_has_no_namespace():
    ((function, _),) = A.exp().grad_fn.next_functions
    assert function.name() == "torch::autograd::AccumulateGrad"
    assert name_of(function) == "AccumulateGrad"
    assert rule_of(function) is None


@pytest.mark.parametrize("inputs", [0, 2])
def test_a_node_with_another_number_of_inputs_has_no_rule(inputs):
    functions = ((None, 0),) * inputs
    function = SimpleNamespace(name=lambda: "TBackward0", next_functions=functions)
    assert rule_of(function) is None
    function.next_functions = ((None, 0),)
    assert rule_of(function) is RULES["TBackward0"][0]
