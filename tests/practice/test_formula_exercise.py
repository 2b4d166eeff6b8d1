"""Which formulas are taken for an answer, how they are judged, and what is said of the others."""

import numpy as np
import pytest
from learners import found, kind

from lsqgrad.practice.formula_exercise import FormulaExercise

FORMULA = FormulaExercise(
    "gradient", "∂L/∂w", "n p X Y w r", "2 / n * X.T @ r", {"half": "X.T @ r / n"}
)
DIFFERENTIAL = FormulaExercise("differential", "dL", "n X r dw", "2 / n * r.T @ X @ dw", {})
ENTRY = FormulaExercise(
    "one weight", "∂L/∂w_k", "n p X Y w r k", "2 / n * Sum(r[i] * X[i, k], i)",
    {"x left out": "2 / n * Sum(r[i], i)"},
)  # fmt: skip
PREDICTION = FormulaExercise("prediction", "Ŷ", "n p X Y w b", "X @ w + b", {})


@pytest.mark.parametrize(
    "answer",
    [
        *("2 / n * X.T @ r", " 2 / n * X.T @ r ", "2/n*X.T@(X@w-Y)", "(2 / n) * (X.T @ r)"),
        *("X.T @ r / n * 2", "X.T @ r / (n / 2)", "4 / (2 * n) * X.T @ r"),
        *("2 / (n * n / n) * X.T @ r", "(2 * n + 2) / (n ** 2 + n) * X.T @ r"),
        *("1 / (n / 2) * X.T @ r", "p / (n * p) * 2 * X.T @ r", "X.T @ (r / (0.5 * n))"),
        *("2 / n * X.T @ (r + 1 - 1)", "-2 / n * X.T @ (n - r - n)", "2 / 3.0 * 3 / n * X.T @ r"),
        *("2 * n / n ** 2 * X.T @ r", "D(L, w) == 2 / n * X.T @ r", "dL/dw = 2 / n * X.T @ r"),
        *("'2 / n * X.T @ r'", "2.0 / n * X.T @ r", "0.5 * 4. / n * X.T @ r"),
        "X.T @ r / n / 0.5",
    ],
)  # fmt: skip
def test_a_formula_is_right_in_any_form(answer):
    assert kind(FORMULA, answer) == "right"


@pytest.mark.parametrize(
    "answer",
    [
        *("X @ w + b", "b + X @ w", "X @ w + 1 * b", "X @ w + b * Sum(1, i) / n"),
        *("b - (Y - X @ w) + Y", "Y - (Y - b - X @ w)", "(X.T + X.T).T @ w / 2 + b"),
    ],
)
def test_a_number_is_added_to_every_row(answer):
    assert kind(PREDICTION, answer) == "right"


@pytest.mark.parametrize("answer", ["X + b", "(X @ w).T + b", "X.T @ Y + b", "w + b"])
def test_a_number_is_not_added_to_what_is_no_column_of_rows(answer):
    assert PREDICTION.judge(answer, 0).kind == "exception"


@pytest.mark.parametrize("j", ["j", "k"])
def test_an_index_of_a_sum_may_have_either_letter_of_the_features(j):
    sums = f"2 / n * Sum(Sum(r[i] * X[i, {j}] * dw[{j}], {j}), i)"
    assert kind(DIFFERENTIAL, sums) == "right"
    assert kind(DIFFERENTIAL, f"2 / n * Sum(dw[{j}] * Sum(r[i] * X[i, {j}], i), {j})") == "right"
    assert kind(ENTRY, f"(2 / n * X.T @ (X @ w - Y))[k] * Sum(1, {j}) / p") == "right"


def test_an_index_outside_its_sum_is_free():
    finding = found(DIFFERENTIAL, "2 / n * dw[k] * Sum(r[i] * Sum(X[i, k], k), i)")
    assert finding.sentence == "Expected a formula in n, X, r, dw alone, got k in it."


def test_where_it_divides_by_0_is_told():
    finding = FORMULA.judge("2 / (n - 1) * X.T @ r", 0)
    assert finding.sentence == "2 / (n - 1): division by 0, where n = 1, p = 1."


def test_rounded_decimals_are_right():
    third = FormulaExercise("third", "∂L/∂b", "b", "b / 3", {})
    assert kind(third, "0.3333333 * b") == "right"
    assert kind(third, "0.333 * b") == "wrong"


def test_squares_in_each_other_are_few():
    """Each has twice as many digits."""
    finding = found(FORMULA, "((((((w.T @ w) ** 2) ** 2) ** 2) ** 2) ** 2) * w")
    assert finding.kind == "type"
    assert finding.sentence == "Expected at most 3 sums, squares and d( ) in each other, got 5."
    assert kind(FORMULA, "(((w.T @ w) ** 2) ** 2) ** 2 * w") == "wrong"


def test_sums_in_each_other_are_few():
    finding = found(ENTRY, "Sum(Sum(Sum(Sum(Sum(r[i], i), i), i), i), i)")
    assert finding.kind == "type"
    assert finding.sentence == "Expected at most 3 sums, squares and d( ) in each other, got 5."
    assert kind(ENTRY, "2 / n * Sum(X[i, k] * (Sum(X[i, j] * w[j], j) - Y[i]), i)") == "right"
    assert kind(ENTRY, "Sum(Sum(Sum(r[i], i), i), i)") == "wrong"


def test_differentials_in_each_other_are_few():
    finding = found(DIFFERENTIAL, "d(d(d(d(X @ w))))")
    assert finding.sentence == "Expected at most 3 sums, squares and d( ) in each other, got 4."


def test_a_product_in_sums_is_computed_once():
    """A thousand times in three sums it would take the better part of a minute."""
    chain = "@".join(["X", *["X.T @ X"] * 20])
    assert kind(ENTRY, f"Sum(Sum(Sum(({chain})[i, 1], i), i), i)") == "wrong"


def test_d_of_w_is_dw():
    assert kind(DIFFERENTIAL, "2 / n * r.T @ X @ d(w)") == "right"
    assert kind(DIFFERENTIAL, "dL = 2 / n * r.T @ X @ dw") == "right"


def test_rows_and_features_have_their_own_letters():
    for answer in ("2 / n * Sum(X[j, k] * r[j], j)", "2 / n * X[i, k] * r[i]"):
        assert "Rows are counted by i, features by j and k." in ENTRY.judge(answer, 0).sentence
    assert ENTRY.judge("2 / n * Sum(r(i), i)", 0).sentence.endswith("An entry is written r[i].")


def test_one_entry_is_asked_for_with_an_index():
    assert kind(ENTRY, "2 / n * Sum(X[i, k] * r[i], i)") == "right"
    assert kind(ENTRY, "(2 / n * X.T @ r)[k]") == "right"
    assert found(ENTRY, "Sum(2 / n * r[i], i)").mistakes == ("x left out",)


@pytest.mark.parametrize("answer", ["2 / n * X.T @ r", "2 / n * r.T @ X"])
def test_all_entries_are_not_one(answer):
    assert kind(ENTRY, answer) == "shape"


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("2 / n X", "notation of Python"),
        ("", "notation of Python"),
        ("X\x00", ""),
        ("2 / n * X.T @ residual", "Perhaps r is meant."),
        ("r ^ 2", "** 2"),
        ("D(L, w)", "without D( )"),
        ("X.T @ d(r)", "Put in what dr is: only n, p, X, Y, w, r are to be left."),
        ("X.T @ dr", "Put in what dr is"),
        ("n < 2", "the right side alone"),
        ("r, w", "the right side alone"),
        ("X @ w + b - Y", "got b in it"),
        ("eta * L", "got L, eta in it"),
        ("r[k]", "got k in it"),
        ("w + " * 60 + "w", "one line"),
        ("(" * 150 + "w", "notation of Python"),
        ("X.__class__", "__class__"),
        ("__import__('os')", "__import__"),
        ("lambda: w", "lambda"),
        ("X.T @ 'r' @ w", "known symbols"),
        ("2 / n r.T X", "Write products of matrices with @, the transpose as X.T"),
    ],
)
def test_what_is_no_such_formula_is_told(answer, words):
    finding = found(FORMULA, answer)
    assert finding.kind == "type"
    assert words in finding.sentence


@pytest.mark.parametrize("answer", [2.5, ["w"], b"w", True, len, np.ones(2), {"w": 1}])
def test_a_formula_stands_between_quotes(answer):
    finding = found(FORMULA, answer)
    assert finding.kind == "type"
    assert finding.sentence.startswith("Expected a formula between quotes, got ")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("w @ r", "w @ r: the shapes do not fit"),
        ("X * r", "X * r: one factor of * is a number"),
        ("w / (n - n)", "division by 0"),
        ("X[1, i] * w", "i: expected an index"),
        ("w[2]", "w[2]: there is no such entry"),
    ],
)
def test_a_formula_without_a_value_is_told_why_and_where(answer, words):
    """The formula in the sentence is as it was typed: w is not W."""
    finding = FORMULA.judge(answer, 0)
    assert finding.kind == "exception"
    assert words in finding.sentence
    assert ("n = " in finding.sentence) or ("Here" in finding.sentence)
    assert finding.sentence.endswith(".")


@pytest.mark.parametrize(
    "answer",
    [f"1{160 * '0'} * w", f"(1{160 * '0'}) ** 2 * w", f"1{30 * '0'} * (w - w)", 150 * "-" + "w"],
)  # fmt: skip
def test_odd_formulas_are_just_wrong(answer):
    assert kind(FORMULA, answer) in ("wrong", "not finite")


def test_a_long_text_of_strange_letters_is_answered_shortly():
    assert kind(FORMULA, "\u200b" * 190) == "type"
