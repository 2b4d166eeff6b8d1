"""A derivation is refused where a line does not follow, and says which one and why."""

import ast
import re

import pytest

from lsqgrad.algebra.evaluation import evaluators
from lsqgrad.algebra.expression import Formula
from lsqgrad.derivations.derivation import (
    OPEN_ON_PAPER,
    Derivation,
    DerivationError,
    Line,
    Slip,
    check_formula,
    define,
    is_refuted,
    plain,
    with_formulas,
    with_latex,
)

TITLE = "A small one"
LOSS = define("r == X @ w - Y", "L(w) == 1 / n * r.T @ r")
LINE_LOSS = define("L(w, b) == 1 / n * Sum((w * x[i] + b - y[i]) ** 2, i)")
GRADIENT = Line("D(L, w) == 2 / n * X.T @ r", "gradient")
REMAINDER = "1 / n * norm(X @ d) ** 2"
SMALL = Derivation(
    TITLE,
    [
        Line("L == 1 / n * r.T @ r", "put in the loss", "It is a number."),
        Line(
            "1 / n * norm(r) ** 2",
            "definition of the norm",
            "It is {r.T @ r == norm(r) ** 2}.",
            slips=(Slip("1 / n * r @ r.T", "That is a matrix."), Slip("norm(r) ** 2", "No mean.")),
            boxed=True,
        ),
    ],
    LOSS,
    first=4,
)


def derivation(*lines, given=LOSS, first=4, remainder=None):
    """Make a derivation of lines, or of what stands in them."""
    lines = [line if isinstance(line, Line) else Line(line, "a rule") for line in lines]
    return Derivation(TITLE, lines, given, first, remainder)


def refusal(*lines, **options):
    """Return what is said to lines that are refused."""
    with pytest.raises(DerivationError) as caught:
        derivation(*lines, **options).check()
    assert caught.value.__cause__ is None
    return str(caught.value)


# What is taken


@pytest.mark.parametrize(
    "lines",
    [
        *(["b / n ** 2 == b / (n * n)"], ["b / (n + 1) == b / (1 + n)", "2 * b / (2 * n + 2)"]),
        *(["w / (n * p) == w / n / p"], ["b / (2 * eta) == b / eta / 2"]),
        *(["1 / (2 * n) == 1 / n / 2"], ["r / (1 / n) == n * r"], ["2 * b / b ** 2 == 2 / b"]),
        *(["b + X @ w == X @ w + b"], ["X @ w + 1 * b == X @ w + b * ones"]),
        ["b - (Y - X @ w) == X @ w - Y + b", "r + b"],
        ["d(L) == 2 / n * Sum(Sum(r[i] * X[i, k] * dw[k], k), i)", "2 / n * r.T @ X @ dw"],
        ["L == 1 / n * r.T @ r"],
        ["L == 1 / n * r.T @ r", "1 / n * Sum(r[i] ** 2, i)", "norm(r) ** 2 / n"],
        ["L == 1 / n * r.T @ r == norm(r) ** 2 / n", "1 / n * inner(r, r)"],
        ["D(L, w[k]) == 2 / n * Sum(X[i, k] * r[i], i)", "D(L, w) == 2 / n * X.T @ r"],
        ["d(L) == 2 / n * r.T @ d(r)", "2 / n * r.T @ X @ dw"],
        ["r[i] == Sum(X[i, j] * w[j], j) - Y[i]", "(X @ w - Y)[i]"],
    ],
)
def test_lines_that_follow_pass(lines):
    derivation(*lines).check()


def test_lines_of_one_feature_pass():
    derivation("y - (b + w * x) == -(w * x - y) - b", "y - b - w * x").check()
    derivation(
        "D(L, b) == 2 / n * Sum(w * x[i] + b - y[i], i)",
        "2 / n * (w * Sum(x[i], i) + n * b - Sum(y[i], i))",
        given=LINE_LOSS,
        remainder="d ** 2",
    ).check()


def test_a_derivation_is_checked_when_it_is_asked_and_not_before():
    wrong = derivation("n == n + n")
    with pytest.raises(DerivationError):
        wrong.check()
    with pytest.raises(DerivationError):
        repr(wrong)
    with pytest.raises(DerivationError):
        wrong._repr_markdown_()


def test_where_a_line_stands_is_known():
    two = derivation("L == r.T @ r / n", "norm(r) ** 2 / n == L", "w == w", first=7)
    more = derivation(*(line.math for line in two.lines), "w", "w * 1", first=7)
    assert (len(two), len(more)) == (3, 5)
    assert [more.number(place) for place in range(5)] == [7, 8, 9, 10, 11]
    assert [more.continues(place) for place in range(5)] == [False, False, False, True, True]
    subjects = [ast.unparse(more.subject(place)) for place in range(5)]
    assert subjects == ["L", "norm(r) ** 2 / n", "w", "w", "w"]
    right_sides = [ast.unparse(more.right_side(place)) for place in range(5)]
    assert right_sides == ["r.T @ r / n", "L", "w", "w", "w * 1"]
    equations = [more.equation(place).text for place in range(5)]
    assert equations == [
        "L == r.T @ r / n",
        "norm(r) ** 2 / n == L",
        "w == w",
        "w == w",
        "w == w * 1",
    ]
    assert more.equation(0, "b").text == "L == b"
    assert more.equation(4, "b").text == "w == b"


def test_a_derivation_holds_what_it_was_given():
    assert SMALL.title == TITLE
    assert SMALL.given == LOSS
    assert SMALL.given is not LOSS  # which may be changed later
    assert SMALL.first == 4
    assert [formula.text for formula in SMALL.formulas] == [line.math for line in SMALL.lines]


# What is refused


def test_a_wrong_equation_is_shown_with_both_sides_and_where_they_differ():
    assert refusal(Line("n == n + n", "no rule")) == (
        "Line (4) of 'A small one', by the rule 'no rule', does not hold:\n"
        "    n\n"
        "is not\n"
        "    n + n\n"
        "Where n = 1, p = 1, the first is 1, and the second 2. The second is 2 times the first."
    )


def test_a_difference_that_no_digit_shows_is_told():
    assert refusal("n == n + 1 / 10000000").endswith(
        "the first is 1, and the second 1. The second is 1e-07 larger."
    )


def test_a_line_that_does_not_follow_from_the_one_before_is_shown_with_it():
    lines = "n == 2 * n - n", Line("n", "fine"), Line("n * n * p", "bad"), Line("n ** 2", "fine")
    assert refusal(*lines) == (
        "Line (6) of 'A small one', by the rule 'bad', does not hold:\n"
        "    n\n"
        "is not\n"
        "    n * n * p\n"
        "Where n = 3, p = 1, the first is 3, and the second 9. The second is 3 times the first."
    )


def test_the_index_is_told_where_the_sides_differ():
    assert refusal("ones[i] == Sum(I[j, 1], j) * n").endswith(
        "Where n = 3, p = 1, i = 1, the first is 1, and the second 3. "
        "The second is 3 times the first."
    )


def test_matrices_are_shown_where_they_differ():
    assert refusal("ones == n * ones").endswith(
        "Where n = 3, p = 1, the first is [1; 1; 1], and the second [3; 3; 3]."
    )


def test_a_line_without_meaning_is_refused_with_the_reason():
    assert refusal("L == r.T @ r / n", Line("r @ r / n", "bad")) == (
        "Line (5) of 'A small one', by the rule 'bad', does not hold:\n"
        "    r.T @ r / n\n"
        "is not\n"
        "    r @ r / n\n"
        "r @ r: the shapes do not fit, 3×1 and 3×1."
    )


def test_every_side_of_a_chain_is_checked():
    message = refusal("L == r.T @ r / n == r.T @ r", "r.T @ r")
    assert "\n    r.T @ r / n\nis not\n    r.T @ r\n" in message
    message = refusal("n == n", "n == 2 * n - n == n + n - 1 == n")  # which is right where n is 1
    assert "\n    2 * n - n\nis not\n    n + n - 1\n" in message


def test_an_equation_of_its_own_need_not_follow_from_the_line_before():
    derivation("n == n", "p == p", "L == r.T @ r / n").check()


@pytest.mark.parametrize(
    "math",
    [
        "X.T @ Y == X[1, 1] * Y[1]",  # right where n and p are 1
        "r.T @ r == n * r[1] ** 2",
        "w @ w.T == I * norm(w) ** 2",  # right where p is 1
        "Sum(w[j], j) == p * w[1]",
        "n * p == n + p - 1",  # right where n or p is 1
    ],
)
def test_what_is_right_at_some_sizes_only_is_refused(math):
    assert "Where n = " in refusal(math)


def test_a_tiny_difference_is_one():
    derivation("b == b + h / 100000000000000000 - h / 10 ** 2 / 1000000000000000").check()
    message = refusal("b == b + h / 100000000000000000")
    assert "the first is" in message
    assert "Where n = 1, p = 1" in message


def test_a_wrong_formula_in_a_sentence_is_refused():
    line = Line("n", "fine", "It is {n}, since {n == 2 * n - n}. Never is {n == n + n}.")
    assert refusal("n == n", line) == (
        "A formula in the text to line (5) of 'A small one' does not hold:\n"
        "    n\n"
        "is not\n"
        "    n + n\n"
        "Where n = 1, p = 1, the first is 1, and the second 2. The second is 2 times the first."
    )


def test_a_wrong_formula_in_a_rule_is_refused():
    derivation(Line("n == n", "by {n == 2 * n - n}")).check()
    message = refusal(Line("n == n", "by {n == n + n}"))
    assert "line (4) of 'A small one'" in message
    assert "\n    n\nis not\n    n + n\n" in message


def test_every_chain_in_a_sentence_is_checked():
    derivation(Line("n == n", "fine", "So {n == n, p == 2 * p - p}.")).check()
    message = refusal(Line("n == n", "fine", "So {n == n, p == p * n}."))
    assert "\n    p\nis not\n    p * n\n" in message


def test_a_name_whose_definition_means_nothing_is_refused():
    message = refusal("n == n", Line("r == r", "a rule"), given=define("r == X ** 2"))
    assert message == (
        "Line (5) of 'A small one', by the rule 'a rule', does not hold:\n"
        "    r\n"
        "is not\n"
        "    r\n"
        "X ** 2: the shapes do not fit, 3×1."
    )


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (Line("r == theta_star", "a rule"), "r is not known, where n = 1, p = 1"),
        (Line("D(b * b * b, b) == 3", "a rule"), "b * b * b is no quadratic function of b"),
        (Line("D(r, w) == X", "a rule"), "r is not known, where n = 1, p = 1"),
        (Line("D(Y @ w.T, w) == Y", "a rule"), "Y @ w.T is no number, where n = 3, p = 1"),
        (Line("D(D(L, w), w) == 2 / n * X.T @ X", "a rule"), "L is not known"),
        (Line("1 / (n - 1) == 1 / (n - 1)", "a rule"), "division by 0, where n = 1, p = 1"),
    ],
)
def test_a_line_that_cannot_be_checked_says_so(line, reason):
    with pytest.raises(ValueError, match=re.escape(reason)) as caught:
        derivation("n == n", line, given={}).check()
    assert not isinstance(caught.value, DerivationError)
    assert str(caught.value).startswith("Line (5) of 'A small one', by the rule 'a rule', cannot")


def test_a_comparison_in_a_sentence_cannot_be_checked():
    with pytest.raises(ValueError, match=r"cannot be checked: expected equations, got n < 2 \* n"):
        derivation("n == n", Line("n == n", "a rule", "For {n < 2 * n}.")).check()


@pytest.mark.parametrize("slip", ["n", "2 * n - n", "n ** 2 / n"])
def test_a_slip_that_is_right_is_refused(slip):
    slips = Slip("n + n", "Too much."), Slip(slip, "Not so.")
    assert refusal("n == n", Line("2 * n - n", "fine", slips=slips)) == (
        f"Line (5) of 'A small one', by the rule 'fine', has a slip that is right: {slip}."
    )


def test_a_slip_of_an_equation_is_compared_with_its_own_left_side():
    slips = Slip("n", "That is the line before."), Slip("n + p", "No.")
    derivation("n == n", Line("p == p", "fine", slips=slips)).check()
    assert "slip that is right" in refusal("p == p", Line("n == n", "fine", slips=slips))


def test_a_slip_may_mean_nothing():
    derivation(
        Line("L == r.T @ r / n", "fine", slips=(Slip("r @ r", "No product."), Slip("X", "No.")))
    ).check()


# The remainder


@pytest.mark.parametrize(
    ("lines", "given", "remainder"),
    [
        ([GRADIENT], LOSS, REMAINDER),
        ([GRADIENT, "2 / n * X.T @ (X @ w - Y)"], LOSS, "1 / n * d.T @ X.T @ X @ d"),
        (["D(L, b) == 2 / n * Sum(w * x[i] + b - y[i], i)"], LINE_LOSS, "d ** 2"),
        (
            ["D(L, w) == 2 / n * Sum((w * x[i] + b - y[i]) * x[i], i)"],
            LINE_LOSS,
            "1 / n * Sum((x[i] * d) ** 2, i)",
        ),
    ],
)
def test_a_gradient_leaves_its_remainder(lines, given, remainder):
    derivation(*lines, given=given, remainder=remainder).check()


@pytest.mark.parametrize("remainder", ["norm(X @ d) ** 2", "1 / n * norm(d) ** 2", "0", "X @ d"])
def test_another_remainder_is_refused(remainder):
    message = refusal(GRADIENT, remainder=remainder)
    assert message.startswith(
        "The gradient at the end of 'A small one' does not hold:\n"
        "    L(w + h * d) - L(w) - h * inner(2 / n * X.T @ r, d)\n"
        "is not\n"
    )
    assert remainder in message


@pytest.mark.parametrize(
    "gradient",
    [
        "1 / n * X.T @ r",
        "-2 / n * X.T @ r",
        "2 * X.T @ r",
        "2 / n * X.T @ (X @ w + Y)",
        "2 / n * X.T @ Y",
        "2 / n * r.T @ X",
        "w",
    ],
)
def test_the_remainder_alone_would_find_a_wrong_gradient(gradient):
    """Here only that is checked: `check` would have stopped before, at the line itself."""
    wrong = derivation(f"D(L, w) == {gradient}", remainder=REMAINDER)
    right = derivation(GRADIENT, remainder=REMAINDER)
    everywhere = evaluators(LOSS, right.formulas)
    assert is_refuted(wrong._last_word, everywhere)
    assert not is_refuted(right._last_word, everywhere)


def test_what_must_hold_for_the_gradient_is_a_formula():
    two = derivation(GRADIENT, "2 / n * X.T @ (X @ w - Y)", remainder=REMAINDER)
    assert two._last_word == Formula(
        "L(w + h * d) - L(w) - h * inner(2 / n * X.T @ (X @ w - Y), d) "
        "== h ** 2 * (1 / n * norm(X @ d) ** 2)"
    )
    of_two = derivation("D(L, b) == 2 * b", given=LINE_LOSS, remainder="1")
    assert of_two._last_word == Formula(
        "L(w, b + h * d) - L(w, b) - h * inner(2 * b, d) == h ** 2 * (1)"
    )


def test_without_a_remainder_nothing_else_must_hold():
    assert derivation(GRADIENT)._last_word is None
    assert derivation("L == r.T @ r / n")._last_word is None


@pytest.mark.parametrize(
    ("remainder", "error", "message"),
    [
        ("q", ValueError, "expected a formula of known symbols and functions, got 'q'."),
        (
            "L()",
            ValueError,
            "expected a formula of known symbols and functions, got 'L()'.",
        ),
        ("d = 1", ValueError, "expected a formula in the notation of Python, got 'd = 1' ("),
        (3, TypeError, "expected a formula as a string, got 3."),
        (0, TypeError, "expected a formula as a string, got 0."),
        (False, TypeError, "expected a formula as a string, got False."),
        ("", ValueError, "expected a formula in the notation of Python, got '' ("),
        ("n == n", ValueError, "expected an expression, got 'n == n'."),
        ("n < 2", ValueError, "expected an expression, got 'n < 2'."),
        ("n, p", ValueError, "expected an expression, got 'n, p'."),
        (b"d", TypeError, "expected a formula as a string, got b'd'."),
    ],
)
def test_a_remainder_is_a_formula(remainder, error, message):
    with pytest.raises(error, match=r"^remainder: ") as caught:
        derivation(GRADIENT, remainder=remainder)
    assert str(caught.value).startswith(f"remainder: {message}")
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "last",
    [
        "L == r.T @ r / n",
        "D(L, Y) == -2 / n * r",  # the loss is no function of Y
        "D(L, w[k]) == 2 / n * (X.T @ r)[k]",
        "D(L(w), w) == 2 / n * X.T @ r",
        "D(r, w) == X",  # what is given is r, not r(w)
        "D(g, w) == X.T @ X",
        "D(D(L, w[1]), w) == X",
        "d(L) == 2 / n * r.T @ X @ dw",
        "inner(L, w) == b",
    ],
)
def test_only_a_gradient_of_what_is_given_has_a_remainder(last):
    with pytest.raises(ValueError, match=r"^remainder: ") as caught:
        derivation(GRADIENT, last, remainder=REMAINDER)
    assert str(caught.value) == (
        f"remainder: expected the last line to be about D(L, w), where L(w) is given, got {last}."
    )


def test_a_remainder_is_refused_where_a_line_goes_on_from_what_is_no_gradient():
    with pytest.raises(ValueError, match=r" got L == norm\(r\) \*\* 2 / n\.$"):
        derivation("L == r.T @ r / n", "norm(r) ** 2 / n", remainder="0")


# What is shown


def test_a_derivation_is_written_as_text():
    assert repr(SMALL) == (
        "A small one\n"
        "(4)  L == 1 / n * r.T @ r\n"
        "        put in the loss: It is a number.\n"
        "(5)    == 1 / n * norm(r) ** 2\n"
        "        definition of the norm: It is r.T @ r == norm(r) ** 2.\n"
        "Each line was checked: with random fractions for n×p = 1×1, 3×1, 10×1, 2×2, 5×3, 2×5,\n"
        "and with a symbol for every number for n×p = 1×1, 3×1, 2×2."
    )


def test_a_derivation_is_typeset():
    loss, residual = r"{\color{#6A3D9A}{L}}", r"{\color{#A8497F}{r}}"
    assert SMALL._repr_markdown_() == (
        f"{OPEN_ON_PAPER}\n\n"
        '<details class="lsqgrad-derivation"><summary>'
        "A small one: the whole derivation, 2 lines</summary>\n\n"
        "*Put in the loss.* It is a number.\n\n"
        rf"$${loss} = \frac{{1}}{{n}} {residual}^\top {residual} \tag{{4}}$$"
        "\n\n"
        r"*Definition of the norm.* It is $r^\top r = \lVert r \rVert^2$."
        "\n\n"
        rf"$$\boxed{{{loss} = \frac{{1}}{{n}} \lVert {residual} \rVert^2}} \tag{{5}}$$"
        "\n\n"
        "*Each line was checked: with random fractions for n×p = 1×1, 3×1, 10×1, 2×2, 5×3, 2×5,\n"
        "and with a symbol for every number for n×p = 1×1, 3×1, 2×2.*\n\n"
        "</details>"
    )


def test_a_title_is_shown_as_it_stands():
    titled = Derivation("Is <b> a number?", [Line("b == b", "it is")], LOSS)
    assert "<summary>Is &lt;b&gt; a number?: the" in titled._repr_markdown_()


def test_formulas_in_a_rule_are_typeset():
    lines = derivation(Line("n == n", "by {r == X @ w - Y}"))
    assert "*By $r = X w - Y$.*\n\n" in lines._repr_markdown_()
    assert "\n        by r == X @ w - Y\n" in repr(lines)


def test_a_long_reason_is_broken_into_lines():
    words = " ".join(["word"] * 40)
    _, _, *reason, _, _ = repr(derivation(Line("n == n", "a rule", words))).split("\n")
    assert " ".join(line.strip() for line in reason) == f"a rule: {words}"
    assert len(reason) == 3
    assert all(line.startswith(" " * 8 + "word") for line in reason[1:])
    assert max(map(len, reason)) <= 8 + 84


def test_a_derivation_of_one_feature_says_so():
    text = repr(derivation("x[i] == x[i]"))
    assert text.endswith(
        "Each line was checked: with random fractions for n×p = 1×1, 3×1, 10×1,\n"
        "and with a symbol for every number for n×p = 1×1, 3×1."
    )


def test_the_text_stands_in_columns():
    lines = repr(derivation("L == r.T @ r / n", "norm(r) ** 2 / n", GRADIENT, first=9)).split("\n")
    assert lines[1::2][:3] == [
        "(9)  L == r.T @ r / n",
        "(10)         == norm(r) ** 2 / n",  # as far as the longest left side
        "(11) D(L, w) == 2 / n * X.T @ r",
    ]


def test_formulas_in_a_text_stand_in_braces():
    text = "As {r == X @ w - Y}, it is {L}."
    assert plain(text) == "As r == X @ w - Y, it is L."
    assert with_latex(text) == "As $r = X w - Y$, it is $L$."
    for of_text in (plain, with_latex):
        assert of_text("No formula.") == "No formula."
    assert with_formulas(text, lambda formula: f"<{formula}>", str.upper) == (
        "AS <r == X @ w - Y>, IT IS <L>."
    )


@pytest.mark.parametrize(
    ("math", "refuted"),
    [
        ("n == n", False),
        ("n == n + n", True),
        ("X == X.T", True),
        ("X @ X == X", True),
        ("n", False),
    ],
)
def test_a_formula_is_refuted_somewhere_or_nowhere(math, refuted):
    formula = Formula(math)
    assert is_refuted(formula, evaluators({}, [formula])) == refuted


# Arguments


@pytest.mark.parametrize("line", ["n == n", ("n == n", "rule"), None, SMALL])
def test_lines_are_lines(line):
    with pytest.raises(TypeError) as caught:
        Derivation(TITLE, [Line("n == n", "rule"), line], LOSS)
    lines = [Line("n == n", "rule"), line]
    assert str(caught.value) == f"lines: expected a list of objects of type Line, got {lines!r}."


@pytest.mark.parametrize(
    "lines",
    [
        *(None, 3, "n == n", SMALL.lines[0]),
        *(iter(SMALL.lines), set(SMALL.lines), dict.fromkeys(SMALL.lines)),
    ],
    ids=lambda lines: type(lines).__name__,
)
def test_lines_are_a_list(lines):
    with pytest.raises(TypeError) as caught:
        Derivation(TITLE, lines, LOSS)
    assert str(caught.value) == f"lines: expected a list of objects of type Line, got {lines!r}."


@pytest.mark.parametrize(
    "math",
    [
        "n, p",
        "n == n, p == p",
        "n, p == p",
        "n == n, p",
        "n < 2",
        "n < n",
        "n == n < p",
        "1 < n == n",
    ],
)
def test_a_line_is_one_chain_of_equations(math):
    line = Line(math, "rule")
    for lines in ([line], [SMALL.lines[0], line], [line, SMALL.lines[0]]):
        with pytest.raises(ValueError, match=r"^lines: ") as caught:
            Derivation(TITLE, lines, LOSS)
        assert str(caught.value) == (f"lines: expected one chain of equations in each, got {math}.")


@pytest.mark.parametrize("given", [None, 3, "L", [], (), ["L"], [*LOSS.items()]])
def test_what_is_given_is_a_dict(given):
    with pytest.raises(TypeError) as caught:
        Derivation(TITLE, SMALL.lines, given)
    assert str(caught.value) == f"given: expected what define() returns, got {given!r}."


@pytest.mark.parametrize("lines", [[], [Line("n", "rule")], [Line("n", "r"), Line("n == n", "r")]])
def test_the_first_line_is_an_equation(lines):
    came = lines[0].math if lines else "no line"
    with pytest.raises(ValueError, match=r"^lines: ") as caught:
        Derivation(TITLE, lines, LOSS)
    assert str(caught.value) == f"lines: expected the first to be an equation, got {came}."


NO_FORMULAS = [
    (
        "q == 1",
        ValueError,
        "expected a formula of known symbols and functions, got 'q' in 'q == 1'.",
    ),
    (
        "text",
        ValueError,
        "expected a formula of known symbols and functions, got 'text'. Perhaps theta is meant.",
    ),
    ("()", ValueError, "expected a formula of known symbols and functions, got '()'."),
    ("n != 1", ValueError, "expected == or < between two sides, got 'n != 1'."),
    (3, TypeError, "expected a formula as a string, got 3."),
    (None, TypeError, "expected a formula as a string, got None."),
]


@pytest.mark.parametrize("record", [Line, Slip])
@pytest.mark.parametrize(("math", "error", "message"), NO_FORMULAS)
def test_a_line_or_slip_that_is_no_formula_is_refused_when_it_is_made(record, math, error, message):
    with pytest.raises(error) as caught:
        record(math, "a reason")
    assert str(caught.value) == f"math: {message}"
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("formula", "hint"),
    [
        ("q", ""),
        ("n == q", ""),
        ("L()", ""),
        ("Sum(b, n)", " A sum over all rows is written Sum(term, i)."),
    ],
)
def test_a_formula_in_a_text_has_to_be_one_when_the_text_is_given(formula, hint):
    text = f"As {{n == n}}, it is {{{formula}}}."
    with pytest.raises(ValueError, match=r"^sentence: expected .*, got ") as caught:
        Line("n", "fine", text)
    assert str(caught.value).endswith(f"{formula!r}.{hint}")
    with pytest.raises(ValueError, match=r"^why: expected .*, got ") as caught:
        Slip("n", text)
    assert str(caught.value).endswith(f"{formula!r}.{hint}")
    with pytest.raises(ValueError, match=r"^rule: .* " + re.escape(repr(formula))):
        Line("n", text)


@pytest.mark.parametrize("text", [None, 3, b"text", ["text"]])
def test_reasons_are_texts(text):
    named = f"expected a string, got {type(text).__name__} {text!r}."
    for argument, make in {
        "rule": lambda: Line("n", text),
        "sentence": lambda: Line("n", "rule", text),
        "why": lambda: Slip("n", text),
    }.items():
        with pytest.raises(TypeError) as caught:
            make()
        assert str(caught.value) == f"{argument}: {named}"


def test_every_line_has_a_rule():
    with pytest.raises(ValueError, match=r"^rule: ") as caught:
        Line("n", "", "A sentence.")
    assert str(caught.value) == "rule: expected why the line follows, got an empty string."


@pytest.mark.parametrize("slips", [("n",), (Slip("n", "why"), "n"), [None], (Line("n", "r"),), "n"])
def test_slips_are_slips(slips):
    with pytest.raises(TypeError) as caught:
        Line("n", "rule", slips=slips)
    assert str(caught.value) == (f"slips: expected a tuple of objects of type Slip, got {slips!r}.")


@pytest.mark.parametrize("number", [1, 3])
def test_a_line_has_two_slips_or_none(number):
    with pytest.raises(ValueError, match=r"^slips: ") as caught:
        Line("n", "rule", slips=(Slip("p", "why"),) * number)
    assert str(caught.value) == f"slips: expected two, or none, got {number}."


@pytest.mark.parametrize("math", ["n == p", "n < p", "n == n == p"])
def test_a_slip_is_one_expression(math):
    with pytest.raises(ValueError, match=r"^math: ") as caught:
        Slip(math, "why")
    assert str(caught.value) == f"math: expected the right side alone, got {math!r}."


ONE, THREE, TWO = ("where n = 1, p = 1.", "where n = 3, p = 1.", "where n = 2, p = 2.")
UNDECIDABLE = [
    ("theta == theta", f"theta is not known, {ONE}"),
    ("r == r", f"r is defined by itself, {ONE}"),
    ("D(b, g) == 0", f"D(b, g): b is not written with g, {ONE}"),
    (
        "D(b ** 2 * b, b) == b",
        "b ** 2 * b is no quadratic function of b, "
        f"and its derivative cannot be told from differences, {ONE}",
    ),
    ("D(1 / b, b) == -1 / b ** 2", "1 / b is no quadratic function of b, and its derivative "
     f"cannot be told from differences, {ONE}"),
    ("D(X @ w - Y, w) == X", f"D(X @ w - Y, w): X @ w - Y is no number, {THREE}"),
    ("D(X @ w, w) == X.T", f"D(X @ w, w): X @ w is no number, {THREE}"),
    ("D(X.T @ Y, X) == Y", f"D(X.T @ Y, X): X.T @ Y is no number, {TWO}"),
    ("D(D(w.T @ w, w), w) == 2 * I", f"D(D(w.T @ w, w), w): D(w.T @ w, w) is no number, {TWO}"),
    ("D(w.T @ w, w.T) == 2 * w.T", "w.T: expected a name or an entry to differentiate by, " + ONE),
    ("n / (n - 1) == 1 + 1 / (n - 1)", f"n / (n - 1): division by 0, {ONE}"),
    ("Y / (n - 3) == Y / (n - 3)", f"Y / (n - 3): division by 0, {THREE}"),
    ("w[2] == w[2]", f"w[2]: there is no such entry in 1×1, {ONE}"),
    ("w[n] == w[n]", f"w[n]: there is no such entry in 1×1, {THREE}"),
    ("r[p] == r[p]", f"r is defined by itself, {ONE}"),
    ("Sum(X[i, 2], i) == (X.T @ ones)[2]", f"X[i, 2]: there is no such entry in 1×1, {ONE}"),
    ("w[1 + 1] == w[2]", f"1 + 1: expected an index, {ONE}"),
    ("r(w) == X @ w - Y", f"r(w): r is no function here, {ONE}"),
    ("b / (w - w) == 1", f"b / (w - w): division by 0, {ONE}"),
    ("n < p", "expected equations, got n < p."),
]  # fmt: skip


@pytest.mark.parametrize(("math", "reason"), UNDECIDABLE)
def test_what_cannot_be_checked_is_neither_right_nor_refuted(math, reason):
    formula = Formula(math)
    everywhere = evaluators(define("r == r", "g == 2 * b"), [formula])
    for check in (check_formula, lambda *args: is_refuted(*args[:2])):
        with pytest.raises(ValueError, match="cannot be checked") as caught:
            check(formula, everywhere, math)
        assert str(caught.value) == f"{math} cannot be checked: {reason}"
        assert not isinstance(caught.value, DerivationError)


def test_a_first_side_that_is_defined_is_no_claim():
    formula, everywhere = Formula("theta == n == 2 * n - n"), evaluators({}, [Formula("n")])
    check_formula(formula, everywhere, "It", defined=True)
    with pytest.raises(DerivationError, match=r"^It does not hold"):
        check_formula(Formula("theta == n == p"), everywhere, "It", defined=True)


def test_a_wrong_formula_beside_a_slip_is_refused():
    slips = Slip("n + 1", "Never is {n == n + n}."), Slip("n + 2", "No.")
    message = refusal(Line("n == n", "fine", slips=slips))
    assert message.startswith("A formula in the text to line (4) of 'A small one' does not hold:")


def test_a_remainder_that_was_checked_is_told():
    end = "\nThe gradient at the end was checked by its remainder, too."
    assert repr(derivation(GRADIENT, remainder=REMAINDER)).endswith(end)
    assert "remainder" not in repr(derivation(GRADIENT))


@pytest.mark.parametrize(
    ("argument", "value", "error", "message"),
    [
        ("title", None, TypeError, "title: expected a string, got NoneType None."),
        ("title", 3, TypeError, "title: expected a string, got int 3."),
        ("first", 1.5, TypeError, "first: expected an integer, got float 1.5."),
        ("first", True, TypeError, "first: expected an integer, got bool True."),
        ("first", -1, ValueError, "first: expected an integer of at least 0, got -1."),
    ],
)
def test_title_and_number_are_what_they_are_called(argument, value, error, message):
    given = {"title": TITLE, "lines": SMALL.lines, "given": LOSS, "first": 1}
    with pytest.raises(error) as caught:
        Derivation(**given | {argument: value})
    assert str(caught.value) == message


@pytest.mark.parametrize("kind", [list, tuple])
def test_lines_are_kept_as_they_were_given(kind):
    lines = kind(SMALL.lines)
    small = Derivation(TITLE, lines, LOSS)
    assert small.lines == SMALL.lines
    if kind is list:
        lines.clear()
    assert len(small) == 2


def test_lines_and_slips_are_values():
    assert Line("n", "r") == Line("n", "r", "", (), False)
    assert Slip("n", "why") != Slip("n", "another")
    with pytest.raises(AttributeError):
        SMALL.lines[0].math = "n"


# Definitions


def defined(*equations):
    return {
        name: (arguments, ast.unparse(meaning))
        for name, (arguments, meaning) in define(*equations).items()
    }


@pytest.mark.parametrize(
    ("equations", "meanings"),
    [
        ([], {}),
        (["r == X @ w - Y"], {"r": ((), "X @ w - Y")}),
        (["L(w) == r.T @ r / n"], {"L": (("w",), "r.T @ r / n")}),
        (["L(w, b) == b ** 2"], {"L": (("w", "b"), "b ** 2")}),
        (["r == Y, H == I", "g == r"], {"r": ((), "Y"), "H": ((), "I"), "g": ((), "r")}),
    ],
)
def test_equations_define_names(equations, meanings):
    assert defined(*equations) == meanings


NO_DEFINITIONS = [
    *("H == X.T @ X == theta", "L(i) == 1", "L(w, w) == w", "L(w[1]) == 1"),
    *("r", "2 == r", "r[i] == 1", "X @ w == r", "L(w + d) == 1", "L(2) == 1", "r, g == 1"),
    # names that mean something already, everywhere
    *("X == 3", "w == X", "b == 1", "h == 1", "d == w", "eta == 1", "n == 3", "p == 1"),
    *("i == 3", "k == 3", "ones == 1", "I == X", "x == w", "y == b", "g == 1, n == 2"),
    # functions
    *("D(L, w) == 3", "d(L) == 3", "inner(w, b) == 2", "matrix([[1]]) == r"),
    *("Sum(w, i) == 3", "hstack(w, b) == r", "X(w) == 3", "n(w) == 3"),
    # an inequality
    *("r < 3", "L(w) < 3", "r == w < 3", "r < w == 3", "g == 1, r < 2"),
]


@pytest.mark.parametrize("equation", NO_DEFINITIONS)
def test_what_defines_no_name_is_refused(equation):
    with pytest.raises(ValueError, match=r"^equations: ") as caught:
        define("H == I", equation)
    assert str(caught.value) == (
        f"equations: expected a name to be defined that has no meaning yet, got {equation!r}."
    )


@pytest.mark.parametrize(("equation", "error", "message"), NO_FORMULAS)
def test_what_is_no_formula_defines_nothing(equation, error, message):
    with pytest.raises(error) as caught:
        define("H == I", equation)
    assert str(caught.value) == f"equations: {message}"
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("right", "shown"),
    [
        ("3 * n / 2", "and the second 1.5. The second is 3/2 times the first."),
        ("-n", "and the second -1. The second is -1 times the first."),
        ("b * n", None),  # a random number
    ],
)
def test_a_simple_factor_between_two_sides_is_told(right, shown):
    message = refusal(f"n == {right}")
    assert ("times" in message) == bool(shown)
    assert shown is None or message.endswith(shown)


def test_shapes_are_told_where_they_differ():
    message = refusal("w == w.T")
    assert "a 2×1 matrix, and the second" in message
    assert message.endswith("a 1×2 matrix.")


@pytest.mark.parametrize("text", ["an open {n == n", "a closed n == n}", "{n} and {"])
def test_a_brace_alone_is_refused(text):
    with pytest.raises(ValueError, match=r"^rule: expected a brace at both ends of a formula, got"):
        Line("n == n", text)


def test_what_is_checked_can_be_shown_and_is_not_checked_again(monkeypatch):
    checked = derivation(GRADIENT)
    assert checked.check() is checked
    # Without this nothing can be checked
    monkeypatch.setattr("lsqgrad.derivations.derivation.evaluators", None)
    assert checked.check() is checked
    assert "Each line was checked" in repr(checked)
    with pytest.raises(TypeError):
        derivation(GRADIENT).check()
