"""Formulas have the values that NumPy and SymPy give by hand, or say why they have none."""

import ast
from fractions import Fraction
from types import SimpleNamespace

import numpy as np
import pytest
import sympy

from lsqgrad.algebra.evaluation import (
    RATIONAL_SIZES,
    SYMBOLIC_SIZES,
    CallError,
    EntryError,
    Evaluator,
    Rationals,
    ShapeError,
    Symbols,
    Undecidable,
    UnknownIndex,
    evaluators,
    free_indices,
    is_fixed,
    names_used,
    to_floats,
)
from lsqgrad.algebra.expression import Formula
from lsqgrad.derivations.derivation import define

N, P = 4, 2
WITHOUT_BIAS = define("r == X @ w - Y", "L(w) == 1 / n * r.T @ r")
LINE = define("L(w, b) == 1 / n * Sum((y[i] - w * x[i] - b) ** 2, i)")
# All are different, and none is 0.
WHOLE = {
    "X": [[1, 2], [-3, 4], [5, -6], [7, 8]],
    "Y": [[9], [-10], [11], [12]],
    "w": [[-13], [14]],
    "b": [[15]],
    "dw": [[16], [-17]],
    "d": [[18], [19]],
    "h": [[-20]],
    "eta": [[21]],
}


def side(text):
    ((side,),) = (relation.sides for relation in Formula(text).relations)
    return side


def rational(definitions=None, p=P):
    """Make an evaluator of fractions that are integers."""
    evaluator = Evaluator(Rationals(), N, p, definitions or {})
    whole = {name: evaluator.matrix(matrix) for name, matrix in WHOLE.items()}
    if p == 1:
        whole = {name: matrix[:N, :1] for name, matrix in whole.items()}
        whole |= {name: whole[name][:1] for name in ("w", "dw", "d")}
    return evaluator.with_values(**whole)


def symbolic(definitions=None, p=P):
    return Evaluator(Symbols(), N, p, definitions or {})


KINDS = pytest.mark.parametrize("make", [rational, symbolic])


def by_hand(evaluator):
    """Return all names in matrices of NumPy or SymPy, numbers as numbers."""
    is_symbolic = isinstance(evaluator.field, Symbols)
    names = {name: evaluator.value_of(name) for name in WHOLE}
    matrices = {name: sympy.Matrix(m) if is_symbolic else m for name, m in names.items()}
    numbers = {name: m[0, 0] for name, m in matrices.items() if names[name].shape == (1, 1)}
    matrix = sympy.Matrix if is_symbolic else np.block
    return SimpleNamespace(**matrices | numbers, n=evaluator.n, p=evaluator.p, matrix=matrix)


def entries(value):
    """Return a value in rows of numbers, whatever it is stored in."""
    rows = np.atleast_2d(np.array(value)).tolist()
    return [[sympy.expand(k) if isinstance(k, sympy.Expr) else k for k in row] for row in rows]


def ones(v, rows):
    return v.matrix([[1]] * rows)


def stacked(v, blocks):
    return v.matrix(blocks)


@KINDS
@pytest.mark.parametrize(
    ("text", "hand"),
    [
        ("3", lambda v: 3),
        ("n", lambda v: 4),
        ("p", lambda v: 2),
        ("ones", lambda v: ones(v, 4)),
        ("I", lambda v: stacked(v, [[1, 0], [0, 1]])),
        ("I_theta", lambda v: stacked(v, [[1, 0, 0], [0, 1, 0], [0, 0, 1]])),
        ("X", lambda v: v.X),
        ("b", lambda v: v.b),
        ("-X", lambda v: -v.X),
        ("X + X", lambda v: v.X + v.X),
        ("w - dw", lambda v: v.w - v.dw),
        ("b - h", lambda v: v.b - v.h),
        ("X @ w + b", lambda v: v.X @ v.w + v.b * ones(v, 4)),  # the bias is added to every row
        ("b + X @ w", lambda v: v.X @ v.w + v.b * ones(v, 4)),
        ("X @ w + 1 * b", lambda v: v.X @ v.w + v.b * ones(v, 4)),
        ("b - (Y - X @ w)", lambda v: v.X @ v.w + v.b * ones(v, 4) - v.Y),
        ("X @ w - Y - b * h", lambda v: v.X @ v.w - v.Y - v.b * v.h * ones(v, 4)),
        ("(b - Y).T", lambda v: (v.b * ones(v, 4) - v.Y).T),
        ("n - ones", lambda v: 3 * ones(v, 4)),
        ("Y - b", lambda v: v.Y - v.b * ones(v, 4)),
        ("b * X", lambda v: v.b * v.X),
        ("X * b", lambda v: v.b * v.X),
        ("b * h", lambda v: v.b * v.h),
        ("b @ h", lambda v: v.b * v.h),  # a matrix of one number times another
        ("2 * eta", lambda v: 2 * v.eta),
        ("X / n", lambda v: v.X / 4),
        ("b / 2", lambda v: v.b / 2),
        ("b ** 2", lambda v: v.b * v.b),
        ("b / n ** 2", lambda v: v.b / 16),
        ("b / (n + 1)", lambda v: v.b / 5),
        ("b / (2 * n)", lambda v: v.b / 8),
        ("w / (n * p)", lambda v: v.w / 8),
        ("w / (1 / n)", lambda v: v.w * 4),
        ("b / (2 * eta)", lambda v: v.b / (2 * v.eta)),
        ("X / (w[1] * eta)", lambda v: v.X / (v.w[0, 0] * v.eta)),
        ("X @ w", lambda v: v.X @ v.w),
        ("X.T @ X", lambda v: v.X.T @ v.X),
        ("X.T", lambda v: v.X.T),
        ("b.T", lambda v: v.b),
        ("X[3, 1]", lambda v: v.X[2, 0]),
        ("X[n, p]", lambda v: v.X[3, 1]),
        ("X.T[1, 3]", lambda v: v.X[2, 0]),
        ("w[2]", lambda v: v.w[1, 0]),
        ("(X @ w)[4]", lambda v: v.X[3, 0] * v.w[0, 0] + v.X[3, 1] * v.w[1, 0]),
        ("Sum(Y[i], i)", lambda v: v.Y[0, 0] + v.Y[1, 0] + v.Y[2, 0] + v.Y[3, 0]),
        ("Sum(w[j], j)", lambda v: v.w[0, 0] + v.w[1, 0]),
        ("Sum(w[k], k)", lambda v: v.w[0, 0] + v.w[1, 0]),
        ("Sum(b, i)", lambda v: 4 * v.b),
        ("Sum(Sum(Y[i] * X[i, k] * w[k], k), i)", lambda v: (v.Y.T @ v.X @ v.w)[0, 0]),
        ("Sum(w[k] * Sum(X[1, k], k), k)", lambda v: sum(v.X[0, :]) * sum(v.w)),
        ("Sum(Y * w[j], j)", lambda v: v.Y * (v.w[0, 0] + v.w[1, 0])),
        ("Sum(Sum(X[i, j] * w[j], j), i)", lambda v: sum((v.X @ v.w)[i, 0] for i in range(4))),
        ("inner(w, dw)", lambda v: v.w[0, 0] * v.dw[0, 0] + v.w[1, 0] * v.dw[1, 0]),
        ("inner(Y, Y)", lambda v: v.Y.T @ v.Y),
        ("norm(Y) ** 2", lambda v: v.Y.T @ v.Y),
        ("norm(b) ** 2", lambda v: v.b**2),
        ("hstack(X, Y)", lambda v: stacked(v, [[v.X, v.Y]])),
        ("vstack(X, w.T)", lambda v: stacked(v, [[v.X], [v.w.T]])),
        ("matrix([[1, b], [n, h], [2, 3]])", lambda v: stacked(v, [[1, v.b], [4, v.h], [2, 3]])),
        (
            "matrix([[X.T @ X, w], [w.T, b]])",
            lambda v: stacked(v, [[v.X.T @ v.X, v.w], [v.w.T, stacked(v, [[v.b]])]]),
        ),
        (
            "2 / n * X.T @ (X @ w - Y) - d * (h - 1)",
            lambda v: v.X.T @ (v.X @ v.w - v.Y) / 2 - (v.h - 1) * v.d,
        ),
    ],
)  # fmt: skip
def test_a_formula_has_the_value_that_it_has_by_hand(make, text, hand):
    evaluator = make()
    assert entries(evaluator.value(side(text))) == entries(hand(by_hand(evaluator)))


@KINDS
def test_names_have_their_shapes_and_where_nothing_is_known_every_entry_is_another(make):
    evaluator = make()
    shapes = {"X": (4, 2), "Y": (4, 1), "w": (2, 1), "b": (1, 1), "dw": (2, 1), "d": (2, 1)}
    numbers = dict.fromkeys(["h", "c", "eta", "n", "p"], (1, 1))
    shapes |= numbers
    assert {name: evaluator.value_of(name).shape for name in shapes} == shapes
    drawn = [name for name in shapes if name not in ("n", "p")]
    fresh = Evaluator(type(evaluator.field)(), N, P, {})
    letters = [entry for name in drawn for row in entries(fresh.value_of(name)) for entry in row]
    assert len(set(letters)) == len(letters) == 22


@KINDS
def test_x_and_y_are_the_only_columns(make):
    evaluator = make(p=1)
    assert entries(evaluator.value_of("x")) == entries(evaluator.value_of("X"))
    assert entries(evaluator.value_of("y")) == entries(evaluator.value_of("Y"))
    assert entries(evaluator.value(side("x[3]"))) == [entries(evaluator.value_of("X"))[2]]


@KINDS
@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("D(L, x[2])", "D(L, X[2])"),
        ("D(L, x)", "D(L, X)"),
        ("D(L, y)", "D(L, Y)"),
        ("D(L, y[3])", "2 / n * (y[3] - w * x[3] - b)"),
        ("D(L, X[2])", "-2 / n * (y[2] - w * x[2] - b) * w"),
        ("D(y[1], Y[1])", "1"),
        ("D(X.T @ X, x)", "2 * x"),
    ],
)
def test_what_moves_x_moves_X_too(make, text, known):
    evaluator = make(LINE, p=1)
    assert entries(evaluator.value(side(text))) == entries(evaluator.value(side(known)))


@KINDS
def test_a_name_is_what_it_is_defined_to_be(make):
    evaluator = make(WITHOUT_BIAS)
    v = by_hand(evaluator)
    r = v.X @ v.w - v.Y
    assert entries(evaluator.value_of("r")) == entries(r)
    assert entries(evaluator.value(side("L"))) == entries(r.T @ r / 4)


@KINDS
def test_a_function_is_applied_to_other_arguments(make):
    evaluator = make(WITHOUT_BIAS)
    v = by_hand(evaluator)
    r = v.X @ (v.w + v.h * v.d) - v.Y
    assert entries(evaluator.value(side("L(w + h * d)"))) == entries(r.T @ r / 4)
    assert entries(evaluator.value(side("L(w)"))) == entries(evaluator.value(side("L")))


@KINDS
def test_a_function_of_two_arguments_takes_both(make):
    evaluator = make(LINE, p=1)
    v = by_hand(evaluator)
    expected = sum((v.Y[i, 0] - v.w * v.X[i, 0] - 3 * v.h) ** 2 for i in range(4)) / 4
    assert entries(evaluator.value(side("L(w, 3 * h)"))) == entries(expected)


# Derivatives


@KINDS
@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("D(b, b)", "1"),
        ("D(b ** 2, b)", "2 * b"),
        ("D(5 * b * h, h)", "5 * b"),
        ("D(b, h)", "0"),
        ("D(n, b)", "0"),
        ("D(w[1], w[1])", "1"),
        ("D(w[1], w[2])", "0"),
        ("D(w[1] * w[2], w)", "vstack(w[2], w[1])"),
        ("D(w.T @ X.T @ Y, w)", "X.T @ Y"),
        ("D(w.T @ X.T @ X @ w, w)", "2 * X.T @ X @ w"),
        ("D(w.T @ X.T @ X @ w, w[2])", "2 * (X.T @ X @ w)[2]"),
        ("D(r[3], w[2])", "X[3, 2]"),
        ("D(Sum(r[i], i), Y)", "-ones"),
        ("D(L, w)", "2 / n * X.T @ (X @ w - Y)"),
        ("D(L, X[3, 2])", "2 / n * r[3] * w[2]"),
        ("D(L, X)", "2 / n * r @ w.T"),  # in the shape of X
        ("D(Sum(w[k] ** 2, k), w)", "2 * w"),
        ("D(L, Y)", "2 / n * (Y - X @ w)"),
        ("D(L(w), w)", "2 / n * X.T @ r"),
        ("D(L(w + d), w)", "2 / n * X.T @ (r + X @ d)"),
        ("D(D(L, w[1]), w[2])", "2 / n * (X.T @ X)[1, 2]"),
        ("D(D(L, w[2]), w)", "2 / n * vstack((X.T @ X)[1, 2], (X.T @ X)[2, 2])"),
        ("d(w)", "dw"),
        ("d(Y)", "Y - Y"),
        ("d(3)", "0"),
        ("d(X @ w)", "X @ dw"),
        ("d(r)", "X @ dw"),
        ("d(r).T", "dw.T @ X.T"),
        ("d(w.T @ w)", "2 * w.T @ dw"),
        ("d(w @ w.T)", "w @ dw.T + dw @ w.T"),
        ("d(L)", "2 / n * r.T @ X @ dw"),
        ("d(d(w.T @ w))", "2 * dw.T @ dw"),
    ],
)
def test_derivatives_are_the_known_ones(make, text, known):
    evaluator = make(WITHOUT_BIAS)
    assert entries(evaluator.value(side(text))) == entries(evaluator.value(side(known)))


@KINDS
@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("D(L, w)", "2 / n * Sum((w * x[i] + b - y[i]) * x[i], i)"),
        ("D(L, b)", "2 / n * Sum(w * x[i] + b - y[i], i)"),
        ("D(D(L, b), w)", "2 / n * Sum(x[i], i)"),
        ("D(D(L, b), b)", "2"),
    ],
)
def test_derivatives_of_a_loss_of_two_parameters_are_the_known_ones(make, text, known):
    evaluator = make(LINE, p=1)
    assert entries(evaluator.value(side(text))) == entries(evaluator.value(side(known)))


def test_with_symbols_a_derivative_is_exact_for_any_degree():
    evaluator = symbolic()
    assert entries(evaluator.value(side("D(b ** 2 * b ** 2, b)"))) == entries(
        4 * by_hand(evaluator).b ** 3
    )


# No value


@KINDS
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("X + Y", "X + Y: the shapes do not fit, 4×2 and 4×1"),
        ("w - w.T", "w - w.T: the shapes do not fit, 2×1 and 1×2"),
        ("X + 1", "X + 1: the shapes do not fit, 4×2 and 1×1"),
        ("X - b * h", "X - b * h: the shapes do not fit, 4×2 and 1×1"),
        ("X + b", "X + b: the shapes do not fit, 4×2 and 1×1"),
        ("w + b", "w + b: the shapes do not fit, 2×1 and 1×1"),
        (
            "X * Y",
            "X * Y: one factor of * is a number, and these are 4×2 and 4×1; "
            "a product of matrices is written @",
        ),
        (
            "w * w",
            "w * w: one factor of * is a number, and these are 2×1 and 2×1; "
            "a product of matrices is written @",
        ),
        ("X @ Y", "X @ Y: the shapes do not fit, 4×2 and 4×1"),
        ("b @ X", "b @ X: the shapes do not fit, 1×1 and 4×2"),
        ("b / w", "b / w: the shapes do not fit, 1×1 and 2×1"),
        ("inner(X, X)", "inner(X, X): the shapes do not fit, 4×2 and 4×2"),
        ("inner(w, Y)", "inner(w, Y): the shapes do not fit, 2×1 and 4×1"),
        ("inner(w, w.T)", "inner(w, w.T): the shapes do not fit, 2×1 and 1×2"),
        ("norm(X) ** 2", "norm(X) ** 2: the shapes do not fit, 4×2"),
        ("hstack(X, w)", "hstack(X, w): the shapes do not fit, 4×2 and 2×1"),
        ("vstack(X, Y)", "vstack(X, Y): the shapes do not fit, 4×2 and 4×1"),
        ("matrix([[X, w]])", "matrix([[X, w]]): the shapes do not fit, 4×2 and 2×1"),
        ("matrix([[X], [Y]])", "matrix([[X], [Y]]): the shapes do not fit, 4×2 and 4×1"),
        (
            "matrix([[X, Y], [1, 2]])",
            "matrix([[X, Y], [1, 2]]): the shapes do not fit, 4×2 and 4×1 and 1×1 and 1×1",
        ),
        ("X[1]", "X[1]: there is no such entry in 4×2"),
        ("w.T[2]", "w.T[2]: there is no such entry in 1×2"),
        ("w ** 2", "w ** 2: the shapes do not fit, 2×1"),
        ("X ** 2", "X ** 2: the shapes do not fit, 4×2"),
        ("w.T ** 2", "w.T ** 2: the shapes do not fit, 1×2"),
        ("norm(w.T) ** 2", "norm(w.T) ** 2: the shapes do not fit, 1×2"),
        ("X[1, 1, 1]", "X[1, 1, 1]: there is no such entry in 4×2"),
        ("w[1, 1, 1]", "w[1, 1, 1]: there is no such entry in 2×1"),
        ("D(L, X[1])", "X[1]: there is no such entry in 4×2"),
        ("L(X)", "L(X): the shapes do not fit, 4×2"),
        ("X[0, 1]", "X[0, 1]: there is no such entry in 4×2"),
        ("Sum(w[i], i)", "w[i]: there is no such entry in 2×1"),
    ],
)
def test_what_has_no_value_says_why(make, text, message):
    with pytest.raises(ShapeError) as caught:
        make(WITHOUT_BIAS).value(side(text))
    assert str(caught.value) == message
    assert isinstance(caught.value, EntryError) == ("no such entry" in message)


@KINDS
@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("X[5, 1]", "X[5, 1]: there is no such entry in 4×2"),
        ("X[1, 3]", "X[1, 3]: there is no such entry in 4×2"),
        ("X.T[3, 1]", "X.T[3, 1]: there is no such entry in 2×4"),
        ("w[3]", "w[3]: there is no such entry in 2×1"),
        ("D(L, w[3])", "w[3]: there is no such entry in 2×1"),
        ("w[k]", "k: expected an index"),
        ("w[-1]", "-1: expected an index"),
        ("w[1 + 1]", "1 + 1: expected an index"),
        ("X[b, 1]", "b: expected an index"),  # a number, but none that counts
        ("X[1, eta]", "eta: expected an index"),
        ("X[X, 1]", "X: expected an index"),
        ("X[w[1], 1]", "w[1]: expected an index"),
        ("ones[L]", "L: expected an index"),
        ("D(L, w[b])", "b: expected an index"),
        ("D(L, w[k])", "k: expected an index"),
        ("L(w, b)", "L(w, b): L has 1 argument(s) here"),
        ("r(w)", "r(w): r is no function here"),
        ("theta(w)", "theta(w): theta is no function here"),
        ("D(w, w)", "D(w, w): w is no number"),
        ("D(r, w)", "D(r, w): r is no number"),
        ("D(X.T @ r, w[1])", "D(X.T @ r, w[1]): X.T @ r is no number"),
        ("D(D(L, w), w)", "D(D(L, w), w): D(L, w) is no number"),
        ("D(L, 2 * w)", "2 * w: expected a name or an entry to differentiate by"),
        ("D(L, w.T)", "w.T: expected a name or an entry to differentiate by"),
        ("D(L, w.T[1])", "w.T[1]: expected a name or an entry to differentiate by"),
    ],
)
def test_what_may_have_a_value_that_is_not_known_here_is_not_decided(make, text, message):
    with pytest.raises(Undecidable) as caught:
        make(WITHOUT_BIAS).value(side(text))
    assert str(caught.value) == message
    assert isinstance(caught.value, UnknownIndex) == message.endswith("expected an index")
    assert isinstance(caught.value, CallError) == message.endswith("here")


@KINDS
@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("1 / 0", "1 / 0"),
        ("X / (n - 4)", "X / (n - 4)"),
        ("2 * w / (b - b)", "2 * w / (b - b)"),
        ("1 / (p - 2) == b", "1 / (p - 2)"),
    ],
)
def test_by_zero_nothing_is_divided(make, text, part):
    ((first, *_), _), *_ = Formula(text).relations
    with pytest.raises(Undecidable) as caught:
        make().value(first)
    assert str(caught.value) == f"{part}: division by 0"


@KINDS
@pytest.mark.parametrize(
    ("equations", "text", "name"),
    [
        (["r == r"], "r", "r"),
        (["r == X @ w - r"], "r", "r"),
        (["r == 2 * g", "g == H @ r", "H == X"], "r", "r"),
        (["r == 2 * g", "g == H @ r", "H == X"], "g", "g"),
        (["r == 2 * g", "g == H @ r", "H == X"], "norm(H @ g) ** 2", "g"),
        (["L(w) == r.T @ r", "r == X @ w - L * Y"], "L", "L"),
        (["L(w) == r.T @ r", "r == X @ w - L(w) * Y"], "r", "r"),
        (["L(w) == r.T @ r", "r == X @ w - L(d) * Y"], "L(w)", "L"),
        (["g == D(g, w)"], "g", "g"),
        (["g == d(g)"], "g", "g"),
    ],
)
def test_what_is_defined_in_a_circle_is_not_decided(make, equations, text, name):
    with pytest.raises(Undecidable) as caught:
        make(define(*equations)).value(side(text))
    assert str(caught.value) == f"{name} is defined by itself"


@KINDS
@pytest.mark.parametrize(
    ("text", "name"),
    [
        *(("theta", "theta"), ("x", "x"), ("y[1]", "y"), ("k", "k"), ("2 * w[1] - c * g", "g")),
        *(("D(L, theta)", "theta"), ("D(theta, w)", "theta"), ("L(theta)", "theta")),
        *(("D(L, x)", "x"), ("D(b, k)", "k"), ("D(b, g[1])", "g"), ("d(H @ w)", "H")),
    ],
)
def test_what_is_not_known_is_not_decided(make, text, name):
    with pytest.raises(Undecidable) as caught:
        make(WITHOUT_BIAS).value(side(text))
    assert str(caught.value) == f"{name} is not known"


@KINDS
@pytest.mark.parametrize(
    ("text", "of", "name"),
    [
        ("D(norm(X @ w - Y) ** 2, r)", "norm(X @ w - Y) ** 2", "r"),  # it is r.T @ r, unsaid
        ("D(b, r[1])", "b", "r"),
        ("D(r[1], L)", "r[1]", "L"),
        ("D(D(b ** 2, b), r)", "D(b ** 2, b)", "r"),
    ],
)
def test_a_derivative_by_a_defined_name_needs_the_name(make, text, of, name):
    with pytest.raises(Undecidable) as caught:
        make(WITHOUT_BIAS).value(side(text))
    assert str(caught.value) == f"{text}: {of} is not written with {name}"


@KINDS
@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("D(r.T @ r, r)", "2 * r"),
        ("D(r[2], r[2])", "1"),
        ("D(r[2], r[3])", "0"),
        ("D(L, r)", "2 / n * r"),  # the loss is defined with r
        ("D(L ** 2, L)", "2 * L"),
    ],
)
def test_a_derivative_by_a_defined_name_is_known_where_it_is_written(make, text, known):
    evaluator = make(WITHOUT_BIAS)
    difference = evaluator.difference(side(text), side(known))
    assert difference is None


@pytest.mark.parametrize(
    ("text", "of", "name"),
    [
        ("D(1 / b, b)", "1 / b", "b"),
        ("D(w[1] / (1 + w[2] ** 2), w)", "w[1] / (1 + w[2] ** 2)", "w"),
        ("D(b ** 2 * b ** 2, b)", "b ** 2 * b ** 2", "b"),
        ("D(b ** 2 * b, b)", "b ** 2 * b", "b"),
        ("D(L ** 2, w)", "L ** 2", "w"),
        ("d(L * w[1])", "L * w[1]", "w"),
        ("D(D(w[1] ** 2 * w[1] ** 2, w[1]), w[1])", "w[1] ** 2 * w[1] ** 2", "w"),
    ],
)
def test_with_fractions_the_derivative_of_no_quadratic_is_not_decided(text, of, name):
    with pytest.raises(Undecidable) as caught:
        rational(WITHOUT_BIAS).value(side(text))
    assert str(caught.value) == (
        f"{of} is no quadratic function of {name}, "
        "and its derivative cannot be told from differences"
    )


def test_what_is_not_decided_is_not_false():
    assert not issubclass(Undecidable, ShapeError)
    assert not issubclass(ShapeError, Undecidable)
    assert issubclass(Undecidable, ValueError)


@KINDS
def test_an_index_around_a_name_does_not_reach_into_its_definition(make):
    with pytest.raises(UnknownIndex, match=r"^i: expected an index$"):
        make(define("g == r[i]", "r == Y")).value(side("Sum(g, i)"))


@KINDS
def test_a_definition_may_be_used_twice_and_in_another_one(make):
    evaluator = make(define("r == X @ w - Y", "g == r + r", "L(w) == r.T @ g + g.T @ r"))
    assert entries(evaluator.value(side("L"))) == entries(evaluator.value(side("4 * r.T @ r")))
    assert entries(evaluator.value(side("L(w) + L"))) == entries(
        evaluator.value(side("8 * r.T @ r"))
    )


# Names that mean the same everywhere


FIXED = ["X", "Y", "w", "b", "dw", "d", "h", "c", "eta", "I_theta"]


@pytest.mark.parametrize("name", [*FIXED, "n", "p", "ones", "I", "x", "y", "i", "j", "k"])
def test_a_name_that_every_evaluator_knows_is_fixed(name):
    assert is_fixed(name)


@pytest.mark.parametrize("name", ["L", "r", "g", "H", "theta", "w_after", "Y_hat", "q"])
def test_a_name_that_waits_for_its_definition_is_not_fixed(name):
    assert not is_fixed(name)


@KINDS
def test_no_evaluator_knows_a_name_that_is_not_fixed(make):
    assert all(map(is_fixed, vars(make())["_known"]))


# Two parts compared


@KINDS
@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("X", "X"),
        ("X[i, k]", "X.T[k, i]"),
        ("(X @ w)[i]", "Sum(X[i, j] * w[j], j)"),
        ("inner(w, w)", "norm(w) ** 2"),
        ("w[j] * w[k]", "(w @ w.T)[j, k]"),
        ("Sum(w[j], j)", "Sum(w[k], k)"),
    ],
)
def test_parts_that_are_equal_have_no_difference(make, left, right):
    assert make().difference(side(left), side(right)) is None


@KINDS
def test_a_difference_is_told_with_the_first_indices_where_there_is_one(make):
    evaluator = make()
    X = evaluator.value_of("X")
    at, left, right = evaluator.difference(side("X[i, k]"), side("X[1, k]"))
    assert at == {"i": 2, "k": 1}
    assert entries(left) == entries(X[1:2, :1])
    assert entries(right) == entries(X[:1, :1])
    at, left, right = evaluator.difference(side("X[i, k]"), side("X[i, 1]"))
    assert at == {"i": 1, "k": 2}


@KINDS
def test_an_index_that_stands_on_one_side_only_takes_all_its_values(make):
    evaluator = make()
    at, *_ = evaluator.difference(side("w[1]"), side("w[j]"))
    assert at == {"j": 2}
    at, *_ = evaluator.difference(side("w[j] * Sum(w[k], k)"), side("w[1] * Sum(w[j], j)"))
    assert at == {"j": 2}


@KINDS
def test_another_shape_is_a_difference(make):
    evaluator = make()
    at, left, right = evaluator.difference(side("w"), side("w.T"))
    assert (at, left.shape, right.shape) == ({}, (2, 1), (1, 2))
    assert evaluator.difference(side("w"), side("w[1]")) is not None


def test_fractions_are_equal_without_a_tolerance():
    evaluator = rational()
    assert evaluator.difference(side("1 / 10 + 1 / 10 + 1 / 10"), side("3 / 10")) is None
    tiny = f"1 / 1{40 * '0'}"
    difference = evaluator.difference(side("b"), side(f"b + {tiny}"))
    assert (difference.right - difference.left).item() == Fraction(1, 10**40)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("b / (b + h) + h / (b + h)", "1"),
        ("1 / (b * h)", "1 / b / h"),
        ("(b ** 2 - h ** 2) / (b - h)", "b + h"),
        ("1 / (1 / b + 1 / h)", "b * h / (b + h)"),
    ],
)
def test_symbolic_fractions_are_compared_over_one_denominator(left, right):
    for make in (rational, symbolic):
        assert make().difference(side(left), side(right)) is None
        assert make().difference(side(left), side(f"2 * {right}")) is not None


def test_by_what_is_zero_in_another_form_nothing_is_divided():
    with pytest.raises(Undecidable, match="division by 0"):
        symbolic().value(side("1 / (b / (b + h) + h / (b + h) - 1)"))


@pytest.mark.parametrize(
    ("left", "right"),
    [("(b + h) ** 2", "b * b + h * h"), ("w", "vstack(w[1], w[1])")],
)
def test_what_is_not_the_same_for_all_numbers_differs_in_symbols(left, right):
    assert symbolic().difference(side(left), side(right)) is not None


@pytest.mark.parametrize(
    ("right", "factor"),
    [
        *(("2 * b", 2), ("-b / 3", Fraction(-1, 3)), ("20 * b", 20), ("21 * b", None)),
        *(("b / 21", None), ("b * h", None), ("0", None), ("w", None), ("eta", None)),
    ],
)
def test_a_simple_factor_is_told(right, factor):
    evaluator = Evaluator(Rationals(), N, P, {})
    assert evaluator.difference(side("b"), side(right)).factor == factor
    assert symbolic().difference(side("b"), side(right)).factor is None
    nothing = evaluator.difference(side("b - b"), side("b"))
    assert nothing.factor is None


def test_fractions_become_the_nearest_floats():
    large = 10**400
    value = np.array([[Fraction(1, 3), Fraction(large)], [Fraction(-large), Fraction(0)]])
    assert to_floats(value).tolist() == [[1 / 3, np.inf], [-np.inf, 0]]
    assert to_floats(value).dtype == np.float64


@pytest.mark.parametrize(
    ("make", "text", "shown"),
    [
        (symbolic, "(b + h) ** 2", "b**2 + 2*b*h + h**2"),
        (symbolic, "w", "[w_1; w_2]"),
        (symbolic, "w.T", "[w_1  w_2]"),
        (symbolic, "X.T[2, 3]", "x_3_2"),
        (rational, "b / n", "3.75"),
        (rational, "1 / 3", "0.333333"),
        (rational, "X", "[1  2; -3  4; 5  -6; 7  8]"),
    ],
)
def test_a_value_is_written_for_people(make, text, shown):
    evaluator = make()
    assert evaluator.show(evaluator.value(side(text))) == shown


# The evaluators themselves


@KINDS
def test_other_values_make_another_evaluator_and_leave_this_one_as_it_was(make):
    evaluator = make()
    w, known = entries(evaluator.value_of("w")), set(vars(evaluator)["_known"])
    other = evaluator.with_values(w=evaluator.matrix([[1], [2]])).with_indices(k=2)
    assert type(other) is type(evaluator)
    assert str(other) == str(evaluator) == "n = 4, p = 2"
    assert entries(other.value(side("w"))) == [[1], [2]]
    assert entries(other.value(side("w[k]"))) == [[2]]
    assert entries(other.value_of("X")) == entries(evaluator.value_of("X"))
    assert entries(evaluator.value_of("w")) == w
    assert set(vars(evaluator)["_known"]) == known
    with pytest.raises(UnknownIndex, match=r"^k: expected an index$"):
        evaluator.value(side("w[k]"))


@KINDS
def test_an_evaluator_is_as_it_was_after_it_was_asked(make):
    evaluator = make(WITHOUT_BIAS)
    before = {name: entries(value) for name, value in vars(evaluator)["_known"].items()}
    evaluator.value(side("D(L, w) + d(r).T @ r * Sum(w[j], j) * L(w + d) / n * w"))
    evaluator.difference(side("X[i, k]"), side("X[1, k]"))
    assert {name: entries(value) for name, value in vars(evaluator)["_known"].items()} == before


def test_random_numbers_are_the_same_each_time():
    first, again, other = (
        Evaluator(Rationals(seed), 3, 2, {}).value_of("X").tolist() for seed in (0, 0, 1)
    )
    assert first == again != other


def test_random_fractions_are_small_and_never_0():
    numbers = [Rationals(seed).letter("b") for seed in range(100)]
    assert {type(number) for number in numbers} == {Fraction}
    assert min(map(abs, numbers)) > 2
    assert max(map(abs, numbers)) < 20
    assert all(float(number) == float(f"{float(number):.5g}") for number in numbers)
    assert len(set(numbers)) > 40


def made(definitions, *texts, **size):
    return [
        (type(evaluator.field), evaluator.n, evaluator.p)
        for evaluator in evaluators(definitions, map(Formula, texts), **size)
    ]


ALL = [
    *((Rationals, n, p) for n, p in RATIONAL_SIZES),
    *((Symbols, n, p) for n, p in SYMBOLIC_SIZES),
]
ONE_COLUMN = [one for one in ALL if one[2] == 1]


def test_sizes_are_of_every_kind():
    """One row, more rows than columns, as many, fewer: what is right by chance is not so twice."""
    for sizes in (RATIONAL_SIZES, SYMBOLIC_SIZES):
        assert (1, 1) in sizes
        assert any(n > p == 1 for n, p in sizes)
        assert any(n == p > 1 for n, p in sizes)
    assert any(n > p > 1 for n, p in RATIONAL_SIZES)
    assert any(n < p for n, p in RATIONAL_SIZES)


@pytest.mark.parametrize(
    ("definitions", "texts", "expected"),
    [
        ({}, ["X @ w == Y"], ALL),
        (WITHOUT_BIAS, ["L", "r"], ALL),
        ({}, ["X @ w", "x[i]"], ONE_COLUMN),
        ({}, ["y"], ONE_COLUMN),
        (LINE, ["D(L, b)"], ONE_COLUMN),  # the loss is made of x and y
        (LINE, ["w"], ALL),  # and is not used here
        (define("g == L(w)", "L(w) == r", "r == x"), ["g"], ONE_COLUMN),  # three steps away
    ],
)
def test_evaluators_have_one_column_where_x_or_y_is_used(definitions, texts, expected):
    assert made(definitions, *texts) == expected


def test_evaluators_may_be_of_one_size():
    assert made({}, "w", n=3) == [(Rationals, 3, 1), (Symbols, 3, 1)]
    assert made({}, "w", p=5) == [(Rationals, 2, 5)]
    assert made({}, "w", n=2, p=2) == [(Rationals, 2, 2), (Symbols, 2, 2)]


@pytest.mark.parametrize("size", [{"n": 4}, {"p": 7}, {"n": 3, "p": 2}])
def test_without_an_evaluator_nothing_would_be_checked(size):
    with pytest.raises(ValueError, match=r"^n, p: expected one of the sizes"):
        evaluators({}, [Formula("b == 7 * b + 1")], **size)


@pytest.mark.parametrize("size", [{"p": 2}, {"n": 2, "p": 2}, {"p": 4}])
@pytest.mark.parametrize(
    ("definitions", "text"), [({}, "x[i]"), ({}, "y"), (LINE, "D(L, b)"), (LINE, "L")]
)
def test_evaluators_of_more_columns_have_no_x_and_no_y(definitions, text, size):
    with pytest.raises(ValueError, match=r"^p: ") as caught:
        evaluators(definitions, [Formula(text)], **size)
    assert str(caught.value) == (
        f"p: expected 1, since x and y stand for one feature, got {size['p']}."
    )


def test_of_x_and_y_there_is_one_column_which_may_be_asked_for():
    assert made({}, "x", p=1) == made({}, "x") == ONE_COLUMN
    assert made({}, "x", n=3) == made({}, "x", n=3, p=1) == [(Rationals, 3, 1), (Symbols, 3, 1)]


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ([], set()),
        (["w", "q"], {"w", "q"}),
        (["L"], {"L", "n", "r", "X", "w", "Y"}),
        (["r", "b"], {"r", "X", "w", "Y", "b"}),
    ],
)
def test_a_definition_uses_names_of_its_own(names, found):
    assert names_used(names, WITHOUT_BIAS) == found


def test_names_in_a_circle_are_found():
    assert names_used(["r"], define("r == 2 * g", "g == H @ r")) == {"r", "g", "H"}


def test_fractions_come_first():
    """They are fast, and what is wrong is already wrong there."""
    kinds = [kind for kind, *_ in made({}, "w")]
    assert kinds == sorted(kinds, key=[Rationals, Symbols].index)


def test_evaluators_know_the_definitions():
    for evaluator in evaluators(WITHOUT_BIAS, [Formula("L")]):
        assert evaluator.value_of("L").shape == (1, 1)


@pytest.mark.parametrize(
    ("text", "free"),
    [
        ("3", set()),
        ("X @ w", set()),
        ("w[1]", set()),
        ("X[i, k]", {"i", "k"}),
        ("i", {"i"}),
        ("Sum(r[i], i)", set()),
        ("Sum(X[i, k] * r[i], i)", {"k"}),
        ("Sum(Sum(X[i, j] * w[j], j), i)", set()),
        ("r[i] * Sum(r[i], i)", {"i"}),
        ("Sum(X[i, j] * w[k], j)", {"i", "k"}),
        ("D(D(L, w[j]), w[k])", {"j", "k"}),
        ("-(X.T @ r)[k] / n", {"k"}),
        ("matrix([[w[j], 1]])", {"j"}),
        ("L(w[k])", {"k"}),
        ("Sum(Sum(X[i, k] * w[k], k), i)", set()),
        ("w[k] * Sum(w[k], k)", {"k"}),
        ("D(Sum(w[k], k), w[j])", {"j"}),
    ],
)
def test_indices_are_free_unless_a_sum_binds_them(text, free):
    assert free_indices(side(text)) == free


# Another program, which finds derivatives for every n and p at once


def to_sympy(node, names):
    """Return a part of a formula as an expression of SymPy's matrices of any size."""
    match node:
        case ast.Constant(value=value):
            return sympy.Integer(value)
        case ast.Name(id=name):
            return names[name]
        case ast.Attribute(value=value):
            return to_sympy(value, names).T
        case ast.BinOp(left=left, op=op, right=right):
            one, other = to_sympy(left, names), to_sympy(right, names)
            match op:
                case ast.Add():
                    return one + other
                case ast.Sub():
                    return one - other
                case ast.Div():
                    return one / other
            return one * other
    raise AssertionError(ast.dump(node))


@pytest.mark.parametrize(
    ("of", "gradient"),
    [
        ("(X @ w - Y).T @ (X @ w - Y) / n", "2 / n * X.T @ (X @ w - Y)"),
        ("w.T @ X.T @ X @ w", "2 * X.T @ X @ w"),
        ("w.T @ X.T @ Y", "X.T @ Y"),
        ("Y.T @ X @ w", "X.T @ Y"),
        ("w.T @ w", "2 * w"),
    ],
)
def test_sympys_matrix_calculus_finds_the_same_gradients(of, gradient):
    n, p = sympy.symbols("n p", positive=True, integer=True)
    shapes = {"X": (n, p), "Y": (n, 1), "w": (p, 1)}
    names = {name: sympy.MatrixSymbol(name, *shape) for name, shape in shapes.items()} | {"n": n}
    found = to_sympy(side(of), names).diff(names["w"])
    difference = found - to_sympy(side(gradient), names)
    assert sympy.expand(difference.doit()).doit() == sympy.ZeroMatrix(p, 1)
    for evaluator in evaluators({}, [Formula(of)]):
        assert evaluator.difference(side(f"D({of}, w)"), side(gradient)) is None
