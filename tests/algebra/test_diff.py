"""What is marked as changed between two lines is what differs, and no more of it than that."""

import ast

import pytest
from hypothesis import given, settings
from strategies import NAMES, expressions, made_of

from lsqgrad.algebra.diff import changes
from lsqgrad.algebra.expression import Formula, Relation
from lsqgrad.algebra.mathml import MARK, chain_to_mathml

REPEATABLE = settings(derandomize=True, deadline=None)


def side(text):
    ((side,),) = (relation.sides for relation in Formula(text).relations)
    return side


def marks_in(node, marked):
    """How many parts are seen as marked."""
    return chain_to_mathml(Relation((node,), ()), marked=marked).count(MARK)


def changed(before, after):
    return [ast.unparse(part) for part in changes(side(before), side(after))]


@pytest.mark.parametrize(
    ("before", "after", "marked"),
    [
        # One letter for another
        ("w", "b", ["b"]),
        ("2", "3", ["3"]),
        ("-w", "-b", ["b"]),
        ("X.T", "Y.T", ["Y"]),
        ("1 / n", "2 / n", ["2"]),
        ("b ** 2", "w ** 2", ["w"]),
        # Another form
        ("w", "-w", ["-w"]),
        ("w", "w.T", ["w.T"]),
        ("r[i]", "r[i] ** 2", ["r[i] ** 2"]),
        ("w + b", "w * b", ["w * b"]),
        ("L(w)", "L(w, b)", ["L(w, b)"]),
        # Terms
        ("w + b", "w - b", ["b"]),
        ("w + b", "w + b + r", ["r"]),
        ("w + b", "r + w + b", ["r"]),
        ("w + b", "w + r + b", ["r"]),
        ("w + b", "b + w", ["b"]),
        ("w + b - r", "w + b", []),  # what was taken out is not there to be marked
        ("w + 2 * b", "w + 3 * b", ["3"]),
        ("w + b + r", "w + g + d", ["g", "d"]),
        ("w + b + r", "w + g", ["g"]),
        ("w + 2 * b", "w - 3 * b", ["3 * b"]),  # with another sign it is another term
        # Factors
        ("r.T @ d(r)", "r.T @ X @ dw", ["X", "dw"]),
        ("2 * w * b", "2 * b", []),
        ("2 * w", "w * 2", ["w"]),
        ("r.T @ d(r)", "r.T @ X", ["X"]),
        ("2 / n * r.T @ r", "1 / n * r.T @ r", ["1"]),
        ("2 * (w + b) * r", "2 * (w - b) * r", ["b"]),
        # Inside a function
        ("Sum(r[i], i)", "Sum(r[i] ** 2, i)", ["r[i] ** 2"]),
        ("Sum(2 * r[i], i)", "Sum(3 * r[i], i)", ["3"]),
        ("inner(g, dw)", "inner(g, d)", ["d"]),
        ("inner(g, dw)", "inner(r, d)", ["r", "d"]),
        ("(r + b) ** 2", "(r + h) ** 2", ["h"]),
    ],
)  # fmt: skip
def test_what_differs_is_marked(before, after, marked):
    assert changed(before, after) == marked


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("r[i]", "r[j]"),  # an entry
        ("X[i, k]", "Y[i, k]"),
        ("X[i, k]", "X[k, i]"),
        ("(X @ w)[i]", "(X @ d)[i]"),
        ("D(L, w)", "D(L, b)"),  # a derivative
        ("D(L, w[k])", "D(L, w[j])"),
        ("D(L, w)", "D(g, w)"),
        ("D(r[i] ** 2, w[k])", "D(r[i], w[k])"),
        ("d(r)", "d(w)"),  # a differential
        ("d(X @ w)", "d(X @ w - Y)"),
        ("L(w)", "L(w + d)"),  # a function
        ("L(w)", "r(w)"),
        ("L(w)", "d(w)"),
        ("hstack(X, Y)", "hstack(X, ones)"),
        ("hstack(X, Y)", "vstack(X, Y)"),
        ("Sum(w[j], j)", "Sum(w[j], k)"),  # a sum over something else
        ("Sum(2 * w[j], j)", "Sum(3 * w[k], k)"),
        ("Sum(r[i], i)", "Sum(w[j], j)"),
        ("inner(w, r)", "Sum(w[j], j)"),  # or something else than a sum
        ("Sum(w[j], j)", "inner(w, dw)"),
        ("D(b, w)", "Sum(w[j], j)"),
        ("D(b, w)", "inner(b, w)"),
        ("norm(r) ** 2", "norm(r_after) ** 2"),  # a square of a norm
        ("norm(r) ** 2", "norm(X @ w - Y) ** 2"),
        ("b ** 2", "norm(w) ** 2"),
        ("matrix([[1, 2], [3, 4]])", "matrix([[1, b], [3, 5]])"),  # a matrix
        ("matrix([[1, 2]])", "matrix([[1], [2]])"),
        ("matrix([[1, 2]])", "hstack(1, 2)"),
        ("vstack(w, b)", "vstack(w, h)"),
    ],
)
@pytest.mark.parametrize("around", ["{}", "2 * {} + b", "-({}).T"])
def test_what_is_read_as_one_thing_is_marked_as_one(before, after, around):
    assert changed(around.format(before), around.format(after)) == [after]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("X[i, k] * b", "Y[i, k] * b"),
        ("r.T @ d(r)", "r.T @ d(w)"),
        ("hstack(X, Y)", "vstack(X, Y)"),
        ("d(w) + 1", "L(w) + 1"),
        ("2 * Sum(w[j], j)", "2 * Sum(w[k], k)"),
        ("D(L, w)", "D(L, b)"),
        ("w * b", "-w * b"),
        ("-w * b", "-w * h"),
        ("-w * b", "-h * w"),
        ("w * b", "-w * h"),
        ("w * 2", "w * 3"),
        ("matrix([[1, 2], [3, 4]])", "matrix([[1, b], [3, 5]])"),
        ("matrix([[1, 2]])", "matrix([[1], [2]])"),
        ("norm(r) ** 2", "norm(X @ w - Y) ** 2"),
        ("b ** 2", "norm(w) ** 2"),
        ("D(b, w)", "Sum(w[j], j)"),
        ("inner(w, r)", "Sum(w[j], j)"),
        ("D(L, w).T @ dw", "D(L, b).T @ d"),
        ("w_after[k]", "w_after[j]"),
    ],
)
def test_whatever_is_marked_is_seen_as_marked(before, after):
    before, after = side(before), side(after)
    marked = changes(before, after)
    assert marks_in(after, marked) == len(marked) > 0


@pytest.mark.parametrize(
    ("before", "after", "marked"),
    [
        (
            "1 / n * Sum(D(r[i] ** 2, w[k]), i)",
            "1 / n * Sum(2 * r[i] * D(r[i], w[k]), i)",
            ["2 * r[i] * D(r[i], w[k])"],
        ),
        (
            "1 / n * Sum(2 * r[i] * D(r[i], w[k]), i)",
            "1 / n * Sum(2 * r[i] * X[i, k], i)",
            ["X[i, k]"],
        ),
        (
            "1 / n * (w.T @ X.T - Y.T) @ (X @ w - Y)",
            "1 / n * (w.T @ X.T + Y.T) @ (X @ w - Y)",
            ["Y.T"],
        ),
    ],
)
def test_in_a_line_the_smallest_parts_are_marked(before, after, marked):
    assert changed(before, after) == marked


@REPEATABLE
@given(expressions)
def test_where_nothing_changed_nothing_is_marked(text):
    assert changes(side(text), side(text)) == []


@REPEATABLE
@given(expressions, expressions)
def test_what_is_marked_is_a_part_of_what_comes_after(before, after):
    before, after = side(before), side(after)
    parts = {id(part) for part in ast.walk(after)}
    marked = changes(before, after)
    assert {id(part) for part in marked} <= parts
    assert len({id(part) for part in marked}) == len(marked)


PLACE = "theta"  # which is in no formula made at random


@settings(REPEATABLE, max_examples=1000)  # 100 did not find a planted mistake
@given(made_of([PLACE, *NAMES]).filter(lambda text: PLACE in text), expressions, expressions)
def test_as_much_is_seen_as_marked_as_is_marked(around, before, after):
    before, after = (side(around.replace(PLACE, f"({text})")) for text in (before, after))
    marked = changes(before, after)
    assert marks_in(after, marked) == len(marked)


@REPEATABLE
@given(expressions)
def test_a_term_that_is_put_in_is_marked_alone(text):
    before, after = side(f"Y + ({text})"), side(f"Y + ({text}) + theta_star")
    assert [ast.unparse(part) for part in changes(before, after)] == ["theta_star"]
