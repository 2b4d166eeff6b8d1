"""What is marked as changed between two lines is what differs, and no more of it than that."""

import ast

import pytest
from hypothesis import given, settings
from strategies import expressions

from lsqgrad.changes import changes
from lsqgrad.formula import Formula

REPEATABLE = settings(derandomize=True, deadline=None)


def side(text):
    ((side,),) = (relation.sides for relation in Formula(text).relations)
    return side


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
        ("r[i]", "r[j]", ["j"]),
        ("X[i, k]", "Y[i, k]", ["Y"]),
        ("1 / n", "2 / n", ["2"]),
        ("b ** 2", "w ** 2", ["w"]),
        ("X[i, k]", "X[k, i]", ["k", "i"]),
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
        ("D(L, w)", "D(L, b)", ["b"]),
        ("inner(g, dw)", "inner(g, d)", ["d"]),
        ("norm(r) ** 2", "norm(r_after) ** 2", ["r_after"]),
    ],
)  # fmt: skip
def test_what_differs_is_marked(before, after, marked):
    assert changed(before, after) == marked


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


@REPEATABLE
@given(expressions)
def test_a_term_that_is_put_in_is_marked_alone(text):
    before, after = side(f"Y + ({text})"), side(f"Y + ({text}) + theta_star")
    assert [ast.unparse(part) for part in changes(before, after)] == ["theta_star"]
