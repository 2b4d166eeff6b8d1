"""Which formulas are taken for an answer, how they are judged, and what is said of the others."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from learners import found, kind

from lsqgrad.practice.formula_exercise import FormulaExercise

FORMULA = FormulaExercise(
    "gradient", "∂L/∂w", "n p X Y w r", "2 / n * X.T @ r", {"half": ["X.T @ r / n"]}
)
DIFFERENTIAL = FormulaExercise("differential", "dL", "n X w r dw", "2 / n * r.T @ X @ dw", {})
ENTRY = FormulaExercise(
    "one weight", "∂L/∂w_k", "n p X Y w r k", "2 / n * Sum(r[i] * X[i, k], i)",
    {"x left out": ["2 / n * Sum(r[i], i)"]},
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
    assert finding.sentence.startswith("No Sum( ) counts k. Rows are counted by i, features by j")


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
    for answer in (
        *("2 / n * Sum(X[j, k] * r[j], j)", "2 / n * X[i, k] * r[i]"),
        *("2 / n * Sum(X[i, j] * r[i], i)", "2 / n * Sum(X[i - 1, k] * r[i - 1], i)"),
    ):
        assert "Rows are counted by i, features by j and k, each" in ENTRY.judge(answer, 0).sentence
    finding = found(ENTRY, "2 / n * Sum(X[i, j] * r[i], i)")
    assert finding.kind == "type"
    assert finding.sentence.startswith(
        "No Sum( ) counts j. Only k may stand without one, as in ∂L/∂w_k. Rows are counted by i"
    )


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("2 / n * Sum(r(i), i)", "r(i): r is no function here"),
        ("2 / n * Sum(r(i), i)", " A product is written with * or @, an entry as r[i]."),
        ("2/n(Sum(r[i]*X[i,k], i))", "n(Sum(r[i]*X[i,k], i)): n is no function here"),
        ("Sum(X[i][k] * r[i], i)", "X[i]: there is no such entry in 2×2"),
        ("Sum(X[i][k] * r[i], i)", " An entry of X is written X[i, k]."),
        ("Sum((X * (0.50*r))[i], i)", "X * (0.50*r): one factor"),
    ],
)
def test_what_has_no_value_is_quoted_as_typed_and_the_usual_way_told(answer, words):
    assert words in ENTRY.judge(answer, 0).sentence


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
        ("X\x00", ""),
        ("2 / n * X.T @ residual", "Perhaps r is meant."),
        ("r ^ 2", "A square is written with ** 2."),
        ("2/n * X^T @ r", "The transpose is written X.T."),
        ("X^T@r", "got 'X^T@r'. The transpose is written X.T."),
        ("X**T @ r", "The transpose is written X.T."),
        ("X^{T} @ r", "The transpose is written X.T."),
        ("lambda x: 1", "got 'lambda x: 1'. Write products"),
        ("DW", "Expected a formula of the letters n, p, X, Y, w, r and functions, got 'DW'."),
        ("2 / n * r_i", "Expected a formula of the letters n, p, X, Y, w, r and functions, got"),
        (f"{'x' * 180} @ r", "xxx …. Write products"),
        ("D(L, w)", "without D( )"),
        ("X.T @ d(r)", "Put in what d(r) is: only n, p, X, Y, w, r are to be left."),
        ("X.T @ d( X@w )", "Put in what d( X@w ) is"),
        ("d( w )", "got d( w ) in it"),
        (f"w @ np.sum({' + '.join('w' * 40)})", " …. A sum over all rows is written"),
        ("X.T @ dr", "Put in what dr is"),
        ("n < 2", "the right side alone"),
        ("r, w", "the right side alone"),
        ("X @ w + b - Y", "got b in it"),
        ("eta * L", "got L, eta in it"),
        ("r[k]", "No Sum( ) counts k."),
        ("w + " * 60 + "w", "one line"),
        ("(" * 150 + "w", "notation of Python"),
        ("X.__class__", "__class__"),
        ("__import__('os')", "__import__"),
        ("lambda: w", "lambda"),
        ("X.T @ 'r' @ w", "of the letters"),
        ("2 / n r.T X", "Write products of matrices with @, others with *, the transpose as X.T"),
        ("2/n*Xᵀ@r", "got 'Xᵀ' in '2/n*Xᵀ@r'. The transpose is written X.T."),
        ("dL/dw =", "Expected a formula on the right side, got none."),
        (".5*Q", "got 'Q' in '.5*Q'. Write products"),
        ("Sum(r=1, i)", "got 'Sum(r=1, i)' ("),
    ],
)
def test_what_is_no_such_formula_is_told(answer, words):
    finding = found(FORMULA, answer)
    assert finding.kind == "type"
    assert words in finding.sentence


@pytest.mark.parametrize("answer", ["", " \n", "''", "“”", "# no idea", " = "])
def test_without_a_formula_there_is_no_answer_yet(answer):
    finding = found(FORMULA, answer)
    assert (finding.kind, finding.sentence) == ("unanswered", "No answer yet.")


@pytest.mark.parametrize("sign", ["=", "==", ":="])
@pytest.mark.parametrize(
    ("exercise", "sides"),
    [
        (
            FORMULA,
            ["dL/dw", "∂L / ∂w", "d(L)/d(w)", "D(L, w)", "g", "grad_w", "gradient", "my_own"],
        ),
        (
            FORMULA,
            ["∇L", "∇_w L", "∇ L", "dL_dw", "dLdw", "∂L_∂w", "nabla_w", "w_grad", "loss_grad"],
        ),
        (FORMULA, ["grad_weights", "dloss_dw", "my_gradient", "answer_6"]),
        (FORMULA, ["", "X.T @ r / n * 2", "g == D(L, w)", "answer = a"]),
        (DIFFERENTIAL, ["dL", "d(L)", "my_dL", "g.T @ dw", "dL = 2 / n * r.T @ dr"]),
        (
            ENTRY,
            ["∂L/∂w_k", "dL/dw[k]", "D(L, w[k])", "D(L, w)[k]", "grad_w[k]", "mine[k]", "g[k]"],
        ),
        (ENTRY, ["dL_dw_k", "dL_dwk", "grad_w_k", "∇L[k]", "answer_k"]),
    ],
)
def test_a_left_side_is_what_is_asked_for_or_equal_to_it_or_a_name(exercise, sides, sign):
    for side in sides:
        assert kind(exercise, f"{side} {sign} {exercise.truth}") == "right"


@pytest.mark.parametrize(
    ("exercise", "sides"),
    [
        (FORMULA, ["garbage here", "1/n * X.T @ r", "dw", "L", "w", "-dL/dw", "dL/db", "mine[k]"]),
        (FORMULA, ["dL_db", "dLdb", "∂L_∂b", "nabla_b", "grad_bias", "b_grad", "∇_b L", "∇r"]),
        (FORMULA, ["loss_function", "new_w", "my_dL", "True", "None", "lambda", "class"]),
        (
            DIFFERENTIAL,
            ["dr", "grad_w", "∇L", "dL_dw", "dL/dw", "loss", "residual", "r.T @ dr", "b", "i"],
        ),
        (
            ENTRY,
            [
                "∇L",
                "grad_b[k]",
                "grad_w_j",
                "∂L/∂w",
                "D(L, w)",
                "grad_w",
                "dL/dw_j",
                "D(L, w[j])",
                "D(D(L, X)[1, 1], X)",
            ],
        ),
    ],
)
def test_an_equation_for_something_else_is_refused(exercise, sides):
    for side in sides:
        finding = found(exercise, f"{side} == {exercise.truth}")
        assert finding.kind == "type"
        assert f"Expected {exercise.part}, or a name for it, on the left" in finding.sentence
        assert f", got {side}. The right side alone is enough." in finding.sentence


@pytest.mark.parametrize("side", ["∂L/∂w_j", "dL/dw[j]", "D(L, w[j])", "grad_w_j", "mine[j]"])
def test_the_weight_may_be_called_j_on_both_sides(side):
    for right in ("Sum(X[i, j] * r[i], i)", "Sum(X[i, j] * (Sum(X[i, k] * w[k], k) - Y[i]), i)"):
        assert kind(ENTRY, f"{side} = 2 / n * {right}") == "right"
    assert kind(ENTRY, f"{side} = 2 / n * Sum(X[i, k] * r[i], i)") == "type"
    assert found(ENTRY, f"{side} = 2 / n * Sum(r[i] * X[i, j] ** 0.5, i)").kind == "type"


@pytest.mark.parametrize(
    "answer",
    ["２/n * X.T@r", "2÷n*X.T@r", "2/n × (X.T@r)", "（2／n）·（X．T＠r）", "２ ∕ ｎ ∗ Ｘ.T@r"],
)
def test_typeset_signs_are_read_as_those_of_the_keyboard(answer):
    assert kind(FORMULA, answer) == "right"


def test_the_right_side_is_judged_first():
    assert found(FORMULA, "w == X.T @ r / n").mistakes == ("half",)
    assert "notation of Python" in found(FORMULA, "w == 2 X").sentence


def some_of(*forms):
    """Put a text into some of these forms, or in none."""
    return st.lists(st.sampled_from(forms), max_size=2)


@settings(derandomize=True, deadline=None, max_examples=50)
@given(
    st.sampled_from(["2/n*X.T@r", "−2 / n*X.T@(Y−X@w)", "X.T @ r / n", "X @ r", "Q", "r @ 0.5"]),
    some_of("+{}", "+ ({})", "({})", "({}\n)", " {}", "{}\n", "\n{} "),
    some_of("dL/dw = {}", "∂L/∂w == {}", "gradient= {}"),
    some_of("'{}'", '"{}"', "“{}”", "„{}“", "«{}»", "’{}’", "`{}`", '"""\n{}\n"""'),
    some_of("{}  # = 1, or “2”", "# dL == 'w'\n{}", "  {}\n", "\u00a0{} # )"),
    st.booleans(),
)
def test_what_stands_around_a_formula_changes_nothing(
    formula, inside, names, quotes, outside, is_name_quoted
):
    text = formula
    middle = [*names, *quotes] if is_name_quoted else [*quotes, *names]
    for form in [*inside, *middle, *outside]:
        text = form.format(text)
    bare, dressed = FORMULA.judge(formula, 0), FORMULA.judge(text, 0)
    assert (dressed.kind, dressed.mistakes) == (bare.kind, bare.mistakes), (text, dressed)


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
        ("r * r", ", where n = 3, p = 1. A product of matrices is written @."),
        ("w / (n - n)", "division by 0"),
        ("X[1, w] * w", "w: expected an index"),
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
