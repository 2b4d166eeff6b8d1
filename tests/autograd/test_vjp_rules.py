"""Every rule is computed in NumPy, as it is written, and compared with what PyTorch does."""

import copy
import pickle
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from torch import nn

from lsqgrad import Rule, check_rule, record_backward, register_rule
from lsqgrad.autograd import vjp_rules
from lsqgrad.autograd.vjp_rules import RULES, SUMMED, name_of, registered_rule_of, rule_of

TABLE = dict(RULES)  # as it is before anything is registered


def transposed(A):
    """Transpose a matrix, or each of several."""
    return np.swapaxes(A, -1, -2)


def at(index, G, A):
    """Put G where an index points to, added up, and 0 elsewhere."""
    result = np.zeros_like(A)
    np.add.at(result, index, G)
    return result


def slice_of(A):
    """Return the index of the slice that the case with so many axes has."""
    return np.s_[1:3] if A.ndim == 1 else np.s_[:, -2:]


def for_each_entry(G, A, dim):
    """Repeat what a sum along `dim` received for each entry that it has summed."""
    return np.broadcast_to(G.reshape(A.sum(dim, keepdims=True).shape), A.shape)


# The words and formulas of the rules in NumPy.
IMPLEMENTATIONS = {
    "mean of (Ŷ − Y)²": lambda Ŷ, Y: np.mean((Ŷ - Y) ** 2),
    "sum of (Ŷ − Y)²": lambda Ŷ, Y: np.sum((Ŷ - Y) ** 2),
    "each (Ŷ − Y)²": lambda Ŷ, Y: (Ŷ - Y) ** 2,
    "XW + b": lambda X, W, b: X @ W + b,
    "each XW + b": lambda X, W, b: X @ W + b,
    "Av + b": lambda A, v, b: A @ v + b,
    "AB": lambda A, B: A @ B,
    "each AB": lambda A, B: A @ B,
    "Av": lambda A, v: A @ v,
    "uᵀv": lambda u, v: u @ v,
    "A + B": lambda A, B: A + B,
    "A − B": lambda A, B: A - B,
    "B − A": lambda A, B: B - A,
    "c − A": lambda A: 2 - A,
    "A ∘ B": lambda A, B: A * B,
    "A / B": lambda A, B: A / B,
    "R = 1/A": lambda A: 1 / A,
    "−A": lambda A: -A,
    "|A|": lambda A: np.abs(A),
    "each A²": lambda A: A**2,
    "each A^{exponent}": lambda A, exponent: A**exponent,
    "S = √A": lambda A: np.sqrt(A),
    "max(A, 0)": lambda A: np.maximum(A, 0),
    "T = tanh A": lambda A: np.tanh(A),
    "S = 1/(1 + exp(−A))": lambda A: 1 / (1 + np.exp(-A)),
    "sum of A": lambda A: np.sum(A),
    "sums of A, dim {dim}": lambda A, G, dim: A.sum(dim).reshape(G.shape),
    "mean of A": lambda A: np.mean(A),
    "means of A, dim {dim}": lambda A, G, dim: A.mean(dim).reshape(G.shape),
    "trace of A": lambda A: np.trace(A),
    "N = ‖A‖": lambda A: np.sqrt(np.sum(A**2)),
    "sum of |A|": lambda A: np.sum(np.abs(A)),
    "Aᵀ": transposed,
    "A, axes permuted": lambda A: np.moveaxis(A, 0, -1),
    "A, two axes swapped": lambda A: np.swapaxes(A, 0, 2),
    "A, broadcast": lambda A, G: np.broadcast_to(A, G.shape),
    "A, repeated": lambda A: np.tile(A, (4, 1)),
    "A, copied": lambda A: A,
    "A, converted": lambda A: A.astype(np.float32),
    "A, reshaped": lambda A, G: np.reshape(A, G.shape),
    "A[{index}]": lambda A, index: A[index],
    "A[:, {index}]": lambda A, index: A[:, index],
    "A[..., {index}]": lambda A, index: A[..., index],
    "a slice of A": lambda A: A[slice_of(A)],
    "A[indices]": lambda A: A[[0, 2, 0]],
    "A, one by one": lambda A: [*A],
    "joined, dim {dim}": lambda A, dim: np.concatenate(A, dim),
    "stacked, dim {dim}": lambda A, dim: np.stack(A, dim),
    # What is passed on
    "(2/n)(Ŷ − Y)G": lambda Ŷ, Y, G, n: 2 / n * (Ŷ - Y) * G,
    "−(2/n)(Ŷ − Y)G": lambda Ŷ, Y, G, n: -2 / n * (Ŷ - Y) * G,
    "2(Ŷ − Y)G": lambda Ŷ, Y, G: 2 * (Ŷ - Y) * G,
    "−2(Ŷ − Y)G": lambda Ŷ, Y, G: -2 * (Ŷ - Y) * G,
    "2(Ŷ − Y) ∘ G": lambda Ŷ, Y, G: 2 * (Ŷ - Y) * G,
    "−2(Ŷ − Y) ∘ G": lambda Ŷ, Y, G: -2 * (Ŷ - Y) * G,
    "G": lambda G: G,
    "GWᵀ": lambda G, W: G @ transposed(W),
    "XᵀG": lambda G, X: transposed(X) @ G,
    "GBᵀ": lambda G, B: G @ transposed(B),
    "AᵀG": lambda G, A: transposed(A) @ G,
    "Gvᵀ": lambda G, v: np.outer(G, v),
    "Gu": lambda G, u: G * u,
    "Gv": lambda G, v: G * v,
    "−G": lambda G: -G,
    "G ∘ B": lambda G, B: G * B,
    "G ∘ A": lambda G, A: G * A,
    "G / B": lambda G, B: G / B,
    "−G ∘ A / B²": lambda G, A, B: -G * A / B**2,
    "−R² ∘ G": lambda G, result: -(result**2) * G,
    "sign A ∘ G": lambda A, G: np.sign(A) * G,
    "2A ∘ G": lambda A, G: 2 * A * G,
    "{exponent}A^{exponent − 1} ∘ G": lambda A, G, exponent: exponent * A ** (exponent - 1) * G,
    "G / (2S)": lambda G, result: G / (2 * result),
    "G where A > 0, and 0 elsewhere": lambda A, G: np.where(A > 0, G, 0),
    "(1 − T²) ∘ G": lambda G, result: (1 - result**2) * G,
    "S ∘ (1 − S) ∘ G": lambda G, result: result * (1 - result) * G,
    "G for each entry": lambda A, G: np.full(A.shape, G),
    "G of its sum for each entry": for_each_entry,
    "G/n for each entry": lambda A, G, n: np.full(A.shape, G / n),
    "G/m of its mean of m entries for each entry": lambda A, G, dim: (
        for_each_entry(G, A, dim) / (A.size / G.size)
    ),
    "G on the diagonal, 0 elsewhere": lambda A, G: G * np.eye(*A.shape),
    "G A/N": lambda A, G, result: G * A / result,
    "G sign A": lambda A, G: G * np.sign(A),
    "Gᵀ": lambda G: transposed(G),
    "G, axes permuted back": lambda G: np.moveaxis(G, -1, 0),
    "G, the same two swapped": lambda G: np.swapaxes(G, 0, 2),
    "G, summed over the copies": lambda G, A: G.reshape(4, *A.shape).sum(0),
    "G, converted back": lambda G: G.astype(np.float64),
    "G in the shape of A": lambda A, G: np.reshape(G, A.shape),
    "G at [{index}], 0 elsewhere": lambda A, G, index: at(np.s_[index], G, A),
    "G at [:, {index}], 0 elsewhere": lambda A, G, index: at(np.s_[:, index], G, A),
    "G at [..., {index}], 0 elsewhere": lambda A, G, index: at(np.s_[..., index], G, A),
    "G in the slice, 0 elsewhere": lambda A, G: at(slice_of(A), G, A),
    "G added up at indices, 0 elsewhere": lambda A, G: at([0, 2, 0], G, A),
    "each G in its place": lambda G: np.stack(G),
    "its part of G": lambda A, G, dim, k: np.split(
        G, np.cumsum([part.shape[dim] for part in A[:-1]]), dim
    )[k],
    "its slice of G": lambda G, dim, k: np.take(G, k, dim),
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
    ("BaddbmmBackward0", 0, torch.baddbmm, [(1, 1, 3), (2, 4, 2), (2, 2, 3)]),
    ("AddmvBackward0", 0, torch.addmv, [(1,), (4, 2), (2,)]),
    ("BmmBackward0", 0, torch.bmm, [(2, 4, 2), (2, 2, 3)]),
    ("DotBackward0", 0, torch.dot, [(3,), (3,)]),
    ("VdotBackward0", 0, torch.vdot, [(3,), (3,)]),
    ("TBackward0", 0, torch.t, [(4, 2)]),
    ("PermuteBackward0", 0, lambda a: a.permute(1, 0), [(4, 2)]),
    ("PermuteBackward0", 1, lambda a: a.permute(1, 2, -3), [(2, 4, 3)]),
    ("TransposeBackward0", 0, lambda a: a.mT, [(4, 2)]),
    ("TransposeBackward0", 0, lambda a: a.transpose(0, 1), [(4, 2)]),
    ("TransposeBackward0", 1, lambda a: a.transpose(0, -1), [(2, 4, 3)]),
    *(("AddBackward0", 0, torch.add, [*shapes]) for shapes in ENTRYWISE),
    *(("SubBackward0", 0, torch.sub, [*shapes]) for shapes in ENTRYWISE),
    *(("MulBackward0", 0, torch.mul, [*shapes]) for shapes in ENTRYWISE),
    *(("DivBackward0", 0, torch.div, [*shapes]) for shapes in ENTRYWISE),
    *(("RsubBackward0", 0, torch.rsub, [*shapes]) for shapes in ENTRYWISE),
    ("RsubBackward1", 0, lambda a: 2 - a, [(4, 3)]),
    ("ReciprocalBackward0", 0, torch.reciprocal, [(4, 3)]),
    ("NegBackward0", 0, torch.neg, [(4, 3)]),
    ("AbsBackward0", 0, torch.abs, [(4, 3)]),
    ("PowBackward0", 0, lambda a: a**2, [(4, 3)]),
    ("PowBackward0", 0, torch.square, [(3,)]),
    ("PowBackward0", 0, lambda a: a.square_(), [(3,)]),
    *(("PowBackward0", 1, lambda a, k=k: a**k, [(4, 3)]) for k in (3, 0.5, -1, 1, 0)),
    ("SqrtBackward0", 0, torch.sqrt, [(4, 3)]),
    *(("SumBackward0", 0, torch.sum, [s]) for s in [(4, 3), (3,), ()]),
    *(("MeanBackward0", 0, torch.mean, [s]) for s in [(4, 3), (3,), ()]),
    *(
        ("SumBackward1", 0, lambda a, dim=dim, keep=keep: a.sum(dim, keepdim=keep), [(2, 4, 3)])
        for dim, keep in [(0, False), (-1, True), ((0, 2), False)]
    ),
    *(
        ("MeanBackward1", 0, lambda a, dim=dim, keep=keep: a.mean(dim, keepdim=keep), [(2, 4, 3)])
        for dim, keep in [(0, False), (-1, True), ((0, 2), False)]
    ),
    ("TraceBackward0", 0, torch.trace, [(4, 3)]),
    *(("LinalgVectorNormBackward0", 0, torch.linalg.norm, [s]) for s in [(4, 3), (3,)]),
    ("LinalgVectorNormBackward0", 0, torch.linalg.matrix_norm, [(4, 3)]),
    ("LinalgVectorNormBackward0", 1, lambda a: torch.norm(a, 1), [(4, 3)]),
    ("ReluBackward0", 0, torch.relu, [(4, 3)]),
    ("TanhBackward0", 0, torch.tanh, [(4, 3)]),
    ("SigmoidBackward0", 0, torch.sigmoid, [(4, 3)]),
    ("ExpandBackward0", 0, lambda a: a.expand(4, 3), [(1, 3)]),
    ("ExpandBackward0", 0, lambda a: a.expand(2, 4, 3), [(4, 1)]),
    ("ViewBackward0", 0, lambda a: a.view(6, 2), [(4, 3)]),
    ("SqueezeBackward0", 0, torch.squeeze, [(1, 3, 1)]),
    ("SqueezeBackward1", 0, lambda a: a.squeeze(1), [(4, 1)]),
    ("UnsqueezeBackward0", 0, lambda a: a.unsqueeze(1), [(4,)]),
    ("RepeatBackward0", 0, lambda a: a.repeat(4, 1), [(2, 3)]),
    ("CloneBackward0", 0, torch.clone, [(4, 3)]),
    ("ToCopyBackward0", 0, lambda a: a.float(), [(4, 3)]),
    ("UnsafeViewBackward0", 0, lambda a: torch.ops.aten._unsafe_view(a, (6, 2)), [(4, 3)]),
    ("ReshapeAliasBackward0", 0, lambda a: torch.ops.aten._reshape_alias(a, (6,), (1,)), [(2, 3)]),
    ("AliasBackward0", 0, lambda a: a[...], [(4, 3)]),
    ("SqueezeBackward2", 0, lambda a: a.squeeze((0, 2)), [(1, 3, 1)]),
    ("SqueezeBackward4", 0, lambda a: a.squeeze_(0), [(1, 3)]),
    *(("SelectBackward0", 0, lambda a, k=k: a[k], [(4, 3)]) for k in (1, -1)),
    ("SelectBackward0", 0, lambda a: a[0], [(2,)]),
    ("SelectBackward0", 1, lambda a: a[:, 2], [(4, 3)]),
    ("SelectBackward0", 2, lambda a: a.select(-1, 2), [(4, 3)]),
    ("SliceBackward0", 0, lambda a: a[1:3], [(4,)]),
    ("SliceBackward0", 0, lambda a: a[:, -2:], [(4, 3)]),
    ("IndexBackward0", 0, lambda a: a[[0, 2, 0]], [(4, 3)]),
    ("UnbindBackward0", 0, lambda a: a.unbind(), [(4, 3)]),
    ("CatBackward0", 0, lambda *a: torch.cat(a, 1), [(4, 1), (4, 2), (4, 3)]),
    ("CatBackward0", 0, lambda *a: torch.cat(a, -1), [(4, 3)]),
    ("StackBackward0", 0, lambda *a: torch.stack(a, -1), [(4,), (4,)]),
]
every_case = pytest.mark.parametrize(
    ("name", "variant", "function", "shapes"),
    CASES,
    ids=lambda value: value if isinstance(value, str | int) else None,
)


def numbers(shapes, low=0.5):
    """Return positive numbers, or some on both sides of 0."""
    rng = np.random.default_rng(3)
    return [rng.uniform(low, 1.5, shape) for shape in shapes]


def weighted(output):
    """Return a loss of which each entry of `output` has a weight of its own, from 1 to 2."""
    return (output * torch.linspace(1, 2, output.numel()).reshape(output.shape)).sum()


def test_every_rule_is_tested():
    tested = {(name, variant) for name, variant, *_ in CASES}
    assert tested == {(name, k) for name, rules in TABLE.items() for k in range(len(rules))}


def test_every_formula_of_the_tests_is_one_of_a_rule():
    rules = [rule for rules in TABLE.values() for rule in rules]
    passed = {formula for rule in rules for formula in rule.passes.values()}
    computed = {rule.computes for rule in rules}
    assert {*IMPLEMENTATIONS} == computed | {formula.removesuffix(SUMMED) for formula in passed}


@every_case
def test_a_node_computes_and_passes_on_and_keeps_what_its_rule_says(
    name, variant, function, shapes
):
    signs = name in {"ReluBackward0", "AbsBackward0", "LinalgVectorNormBackward0"}
    inputs = numbers(shapes, low=-1.5 if signs else 0.5)
    node = check_rule(function, inputs, IMPLEMENTATIONS)
    assert node.name == name
    output = function(*(torch.tensor(array, requires_grad=True).clone() for array in inputs))
    made_by = (output[0] if isinstance(output, tuple) else output).grad_fn
    assert registered_rule_of(made_by) is RULES[name][variant]


A, B = (torch.full((2, 2), value, requires_grad=True) for value in (1.0, 2.0))


@pytest.mark.parametrize(
    ("output", "name"),
    [
        (torch.add(A, B, alpha=2), "AddBackward0"),
        (torch.sub(A, B, alpha=2), "SubBackward0"),
        (torch.addmm(A, A, B, alpha=2), "AddmmBackward0"),
        (torch.addmm(A, A, B, beta=2), "AddmmBackward0"),
        (A.exp(), "ExpBackward0"),
        (A.sum(dim=()), "SumBackward1"),
        (A.norm(3), "LinalgVectorNormBackward0"),
        (A.norm(dim=0), "LinalgVectorNormBackward0"),
    ],
    ids=["A + 2B", "A − 2B", "2AB", "2A", "exp", "sum of none", "norm 3", "norm of rows"],
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
        (A**3, "PowBackward0", 1),
        (mse(A, B), "MseLossBackward0", 0),
        (mse(A, B, reduction="sum"), "MseLossBackward0", 1),
        (mse(A, B, reduction="none"), "MseLossBackward0", 2),
    ],
    ids=["A + B", "A + 1", "3A", "A²", "A³", "mean", "sum", "none"],
)
def test_the_rule_of_a_node_is_found_by_its_name_and_what_it_keeps(output, name, variant):
    assert name_of(output.grad_fn) == name
    assert registered_rule_of(output.grad_fn) is RULES[name][variant]


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


@pytest.mark.parametrize(
    ("output", "computes", "passes"),
    [
        (A**3, "each A^3", {"A": "3A^2 ∘ G"}),
        (A**-1.0, "each A^−1", {"A": "−1A^−2 ∘ G"}),
        (A ** (1 / 3), "each A^0.333333", {"A": "0.333333A^−0.666667 ∘ G"}),
        (A[-1], "A[−1]", {"A": "G at [−1], 0 elsewhere"}),
        (A.sum((-1, 0)), "sums of A, dim −1, 0", {"A": "G of its sum for each entry"}),
        (
            torch.cat([A, torch.zeros(2, 1), B], 1),
            "joined, dim 1",
            {"A₁": "its part of G", "A₂": "its part of G", "A₃": "its part of G"},
        ),
    ],
    ids=["A³", "1/A", "∛A", "the last row", "sum", "joined"],
)
def test_a_rule_is_written_with_the_numbers_and_the_names_of_its_node(output, computes, passes):
    rule = rule_of(output.grad_fn)
    assert (rule.computes, rule.passes) == (computes, passes)


# The ways in which a learner may write a loss

N, P = 5, 2
DATA = torch.arange(1.0, N * P + 1).reshape(N, P)
TARGET = torch.linspace(-1, 1, N).reshape(N, 1)
W, V = torch.ones(P, 1, requires_grad=True), torch.ones(P, requires_grad=True)
BIAS = torch.zeros(1, requires_grad=True)


def residual():
    return DATA @ W + BIAS - TARGET


def residual_of_rows():
    return DATA @ V - TARGET[:, 0]


def with_ones(*parts):
    return torch.cat([torch.ones(N, 1), DATA], 1) @ torch.cat(parts)


LOSSES = {
    "rᵀr / n": lambda: residual().T @ residual() / N,
    "(1/n) rᵀr": lambda: 1 / N * (residual().T @ residual()).squeeze(),
    "mT": lambda: (residual().mT @ residual())[0, 0] / N,
    "transpose": lambda: (residual().transpose(0, 1) @ residual()).reshape(()),
    "r² / 2": lambda: (residual() ** 2 / 2).sum(),
    "square": lambda: residual().square().sum(dim=0).mean(),
    "pow": lambda: residual().pow(2).mean(dim=0),
    "abs": lambda: residual().abs().pow(3).mean(),
    "root": lambda: residual().square().mean().sqrt(),
    "power": lambda: residual().square().mean() ** 0.5,
    "r @ r": lambda: residual_of_rows() @ residual_of_rows() / (2 * N),
    "dot": lambda: torch.dot(residual_of_rows(), residual_of_rows()),
    "inner": lambda: torch.inner(residual_of_rows(), residual_of_rows()),
    "norm": lambda: torch.linalg.norm(residual()) ** 2 / N,
    "trace": lambda: torch.trace(residual().T @ residual()),
    "w[0]": lambda: ((V[0] * DATA[:, 0] + V[1] * DATA[:, 1] - TARGET[:, 0]) ** 2).mean(),
    "slices": lambda: ((DATA[:, :1] @ W[:1] + DATA[:, 1:] @ W[1:] - TARGET) ** 2).mean(),
    "some rows": lambda: (residual()[torch.tensor([0, 2])] ** 2).mean(),
    "einsum": lambda: ((torch.einsum("np,pk->nk", DATA, W) - TARGET) ** 2).mean(),
    "einsum of r": lambda: torch.einsum("nk,nk->", residual(), residual()) / N,
    "batches": lambda: (torch.baddbmm(BIAS.expand(1, N, 1), DATA[None], W[None]) ** 2).mean(),
    "addmv": lambda: ((torch.addmv(BIAS, DATA, V) - TARGET[:, 0]) ** 2).mean(),
    "flat": lambda: (((DATA @ W).reshape(-1) - TARGET.view(-1)) ** 2).mean(),
    "squeeze": lambda: (((DATA @ W).squeeze(-1) - TARGET.squeeze(-1)) ** 2).mean(),
    "column": lambda: ((DATA @ V[:, None] - TARGET) ** 2).mean(),
    "copy": lambda: ((DATA @ W).clone().double() - TARGET).square().mean(),
    "in place": lambda: (DATA @ W).add_(BIAS).sub_(TARGET).square_().mean(),
    "ones": lambda: ((with_ones(BIAS[:, None], W) - TARGET) ** 2).mean(),
    "stack": lambda: ((DATA @ torch.stack([V[0], V[1]]) - TARGET[:, 0]) ** 2).mean(),
    "linear of rows": lambda: ((nn.functional.linear(DATA, V) - TARGET[:, 0]) ** 2).mean(),
    "linear": lambda: ((nn.functional.linear(DATA, W.T, BIAS) - TARGET) ** 2).mean(),
    "1 − Ŷ": lambda: (1 - DATA @ W).square().mean(),
    "rows": lambda: sum((x @ V - y[0]) ** 2 for x, y in zip(DATA, TARGET, strict=True)) / N,
    "predictions": lambda: sum((p - y) ** 2 for p, y in zip(DATA @ W, TARGET, strict=True)) / N,
    "broadcast": lambda: ((DATA * V).sum(1, keepdim=True) + BIAS.expand(N, 1)).square().mean(),
    "repeat": lambda: (DATA @ W + BIAS.repeat(N, 1) - TARGET).square().mean(),
    "ridge": lambda: (residual() ** 2).mean() + 0.1 * (W.T @ W).squeeze(),
    "lasso": lambda: (residual() ** 2).mean() + 0.1 * torch.norm(W, 1),
    "quadratic form": lambda: V @ (DATA.T @ DATA) @ V - 2 * TARGET[:, 0] @ DATA @ V,
}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_no_node_of_a_loss_that_a_learner_writes_is_unknown(loss):
    record = record_backward(loss())
    assert [node.name for node in record if node.rule is None and node.leaf is None] == []


# Rules of the user


@pytest.fixture
def sine(monkeypatch):
    monkeypatch.setattr("lsqgrad.autograd.vjp_rules.RULES", dict(TABLE))
    rule = Rule("sin A", {"A": "cos A ∘ G"}, kept=("_saved_self",))
    register_rule("SinBackward0", rule)
    return rule


def test_a_registered_rule_is_told_by_the_record(sine):
    w = torch.tensor([0.5], requires_grad=True)
    node = record_backward(w.sin().sum(), {"w": w})[1]
    assert node.rule is sine
    assert node.label == "sin A"
    assert node.inputs[0].tolist() == [0.5]


def test_of_the_rules_of_a_name_the_latest_that_holds_is_taken(sine):
    again, elsewhere = Rule("sine", {"A": "cos A ∘ G"}), Rule("", {"A": ""}, where={"name": 1})
    for rule in (elsewhere, again, again, elsewhere):
        register_rule("SinBackward0", rule)
    assert rule_of(A.sin().grad_fn) is again
    register_rule("SinBackward0", sine)
    assert rule_of(A.sin().grad_fn) is sine
    assert vjp_rules.RULES["SinBackward0"] == (sine, elsewhere, again)  # each once


def test_a_rule_that_names_what_a_node_does_not_have_does_not_hold(sine):
    register_rule("SinBackward0", Rule("sin {phase}", {"A": "?"}))
    assert rule_of(A.sin().grad_fn) is sine


def test_of_what_a_node_keeps_one_less_can_be_written(sine):
    dims = Rule("sums of A, dim {dim}", {"A": "{dim − 1}, {keepdim − 1}"})
    register_rule("SumBackward1", dims)
    assert rule_of(A.sum((0, -1)).grad_fn).passes == {"A": "−1, −2, −1"}
    register_rule("GeluBackward0", Rule("gelu", {"A": "{approximate − 1}"}))
    assert rule_of(nn.functional.gelu(A).grad_fn).passes == {"A": "none − 1"}


def test_a_rule_comes_back_from_its_copies():
    for rules in TABLE.values():
        for rule in rules:
            assert copy.deepcopy(rule) == rule
            assert pickle.loads(pickle.dumps(rule)) == rule


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (
            lambda: register_rule(A.sin, Rule("", {})),
            TypeError,
            "name: expected a string, got a builtin_function_or_method.",
        ),
        (
            lambda: register_rule("SinBackward0", "cos A ∘ G"),
            TypeError,
            "rule: expected a Rule, got str 'cos A ∘ G'.",
        ),
        (
            lambda: Rule("A + B", {"A": "G", "B": "G"}, kept=("_saved_self",)),
            ValueError,
            "kept: expected one for each of the 2 input(s), got 1.",
        ),
        (
            lambda: Rule("A, B", {"A": "G", "B": "G"}, view=np.reshape),
            ValueError,
            "view: expected a rule of one input, got A, B.",
        ),
        (
            lambda: Rule("A…", {"A…": "G"}, view=np.reshape),
            ValueError,
            "view: expected a rule of one input, got A….",
        ),
    ],
    ids=["a function", "a formula", "one of two", "a view of two", "a view of any number"],
)
def test_what_is_no_rule_is_answered_with_a_sentence(call, error, message):
    with pytest.raises(error) as caught:
        call()
    assert str(caught.value) == message


@pytest.mark.parametrize(
    "formula", ["A^{k", "A^k}", "A^{}", "A^{0}", "A^{k!r}", "A^{k:g}", "A^{k.real}", "{{A}}"]
)
def test_braces_in_a_formula_are_there_for_names(formula):
    for arguments, name in [((formula, {"A": "G"}), "computes"), (("A", {"A": formula}), "passes")]:
        with pytest.raises(ValueError, match="expected") as caught:
            Rule(*arguments)
        assert str(caught.value) == (
            f"{name}: expected braces around names alone, such as {{dim}}, got str '{formula}'."
        )


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("computes", 3, "a string, got int 3."),
        ("passes", "G", "a formula for the name of each input, such as {'A': '−G'}, got str 'G'."),
        (
            "passes",
            {"A": 3},
            "a formula for the name of each input, such as {'A': '−G'}, got dict {'A': 3}.",
        ),
        ("kept", "_", "names or None, such as ('_saved_self',), got str '_'."),
        ("kept", (3,), "names or None, such as ('_saved_self',), got tuple (3,)."),
        ("result", 3, "a string, got int 3."),
        ("where", "dim", "attributes by their names, such as {'_saved_dim': 0}, got str 'dim'."),
        ("where", {0: 1}, "attributes by their names, such as {'_saved_dim': 0}, got dict {0: 1}."),
        ("view", "A", "a function, got str 'A'."),
    ],
)
def test_each_part_of_a_rule_has_its_type(name, value, message):
    with pytest.raises(TypeError) as caught:
        Rule(**({"computes": "−A", "passes": {"A": "−G"}} | {name: value}))
    assert str(caught.value) == f"{name}: expected {message}"
