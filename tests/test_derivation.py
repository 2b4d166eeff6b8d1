"""A derivation is refused where a line does not follow, and says which one and why."""

import ast
import sys

import pytest

from lsqgrad.derivation import (
    Derivation,
    DerivationError,
    Line,
    Slip,
    define,
    formulas_in,
    is_refuted,
    plain,
    typeset,
)
from lsqgrad.worlds import worlds

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
        ["L == 1 / n * r.T @ r"],
        ["L == 1 / n * r.T @ r", "1 / n * Sum(r[i] ** 2, i)", "norm(r) ** 2 / n"],
        ["L == 1 / n * r.T @ r == norm(r) ** 2 / n", "1 / n * inner(r, r)"],
        ["D(L, w[k]) == 2 / n * Sum(X[i, k] * r[i], i)", "D(L, w) == 2 / n * X.T @ r"],
        ["d(L) == 2 / n * r.T @ d(r)", "2 / n * r.T @ X @ dw"],
        ["n * L == r.T @ r, r == X @ w - Y"],
        ["r[i] == Sum(X[i, j] * w[j], j) - Y[i]", "(X @ w - Y)[i]"],
    ],
)
def test_lines_that_follow_pass(lines):
    derivation(*lines).check()


def test_lines_of_one_feature_pass():
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
    assert SMALL.given is LOSS
    assert SMALL.first == 4
    assert [formula.text for formula in SMALL.formulas] == [line.math for line in SMALL.lines]


# What is refused


def test_a_wrong_equation_is_shown_with_both_sides_and_where_they_differ():
    assert refusal(Line("n == n + n", "no rule")) == (
        "Line (4) of 'A small one', by the rule 'no rule', does not hold:\n"
        "    n\n"
        "is not\n"
        "    n + n\n"
        "Where n = 1, p = 1, the one is 1 and the other 2."
    )


def test_a_line_that_does_not_follow_from_the_one_before_is_shown_with_it():
    lines = "n == 2 * n - n", Line("n", "fine"), Line("n * n * p", "bad"), Line("n ** 2", "fine")
    assert refusal(*lines) == (
        "Line (6) of 'A small one', by the rule 'bad', does not hold:\n"
        "    n\n"
        "is not\n"
        "    n * n * p\n"
        "Where n = 3, p = 1, the one is 3 and the other 9."
    )


def test_the_index_is_told_where_the_sides_differ():
    assert refusal("ones[i] == Sum(I[j, 1], j) * n").endswith(
        "Where n = 3, p = 1, i = 1, the one is 1 and the other 3."
    )


def test_matrices_are_shown_where_they_differ():
    assert refusal("ones == n * ones").endswith(
        "Where n = 3, p = 1, the one is [1; 1; 1] and the other [3; 3; 3]."
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


def test_every_chain_of_a_line_is_checked():
    message = refusal("n == n, p == p * n")
    assert "\n    p\nis not\n    p * n\n" in message


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


def test_what_rounding_hides_is_seen_with_symbols():
    message = refusal("b == b + h / 100000000000000000")
    assert message.endswith("the one is b and the other b + h/100000000000000000.")


def test_a_wrong_formula_in_a_sentence_is_refused():
    line = Line("n", "fine", "It is {n}, since {n == 2 * n - n}. Never is {n == n + n}.")
    assert refusal("n == n", line) == (
        "A formula in the sentence of line (5) of 'A small one' does not hold:\n"
        "    n\n"
        "is not\n"
        "    n + n\n"
        "Where n = 1, p = 1, the one is 1 and the other 2."
    )


def test_a_wrong_formula_in_a_rule_is_refused():
    derivation(Line("n == n", "by {n == 2 * n - n}")).check()
    message = refusal(Line("n == n", "by {n == n + n}"))
    assert "line (4) of 'A small one'" in message
    assert "\n    n\nis not\n    n + n\n" in message


def test_a_formula_in_a_sentence_has_to_be_one():
    with pytest.raises(ValueError, match=r"^text: expected .*, got 'q' in 'q'\.$"):
        derivation(Line("n == n", "fine", "It is {q}.")).check()


@pytest.mark.parametrize("slip", ["n", "2 * n - n", "n ** 2 / n"])
def test_a_slip_that_is_right_is_refused(slip):
    slips = Slip("n + n", "Too much."), Slip(slip, "Not so.")
    assert refusal("n == n", Line("2 * n - n", "fine", slips=slips)) == (
        f"Line (5) of 'A small one', by the rule 'fine', has a slip that is right: {slip}."
    )


def test_a_slip_of_an_equation_is_compared_with_its_own_left_side():
    slips = (Slip("n", "That is the line before."),)
    derivation("n == n", Line("p == p", "fine", slips=slips)).check()
    assert "slip that is right" in refusal("p == p", Line("n == n", "fine", slips=slips))


def test_a_slip_may_mean_nothing():
    derivation(Line("L == r.T @ r / n", "fine", slips=(Slip("r @ r", "No product."),))).check()


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
    all_worlds = worlds(LOSS, right.formulas)
    assert is_refuted(wrong._last_word(), all_worlds)
    assert not is_refuted(right._last_word(), all_worlds)


# What is shown


def test_a_derivation_is_written_as_text():
    assert repr(SMALL) == (
        "A small one\n"
        "(4)  L == 1 / n * r.T @ r\n"
        "        put in the loss: It is a number.\n"
        "(5)    == 1 / n * norm(r) ** 2\n"
        "        definition of the norm: It is r.T @ r == norm(r) ** 2.\n"
        "Each line was checked: in float64 for n×p = 1×1, 3×1, 10×1, 2×2, 5×3, 2×5, 20×4,\n"
        "and with a symbol for every number for n×p = 1×1, 3×1, 2×2."
    )


def test_a_derivation_is_typeset():
    loss, residual = r"{\color{#6A3D9A}{L}}", r"{\color{#A8497F}{r}}"
    assert SMALL._repr_markdown_() == (
        "**A small one**\n\n"
        "*Put in the loss.* It is a number.\n\n"
        rf"$${loss} = \frac{{1}}{{n}} {residual}^\top {residual} \tag{{4}}$$"
        "\n\n"
        r"*Definition of the norm.* It is $r^\top r = \lVert r \rVert^2$."
        "\n\n"
        rf"$$\boxed{{{loss} = \frac{{1}}{{n}} \lVert {residual} \rVert^2}} \tag{{5}}$$"
        "\n\n"
        "*Each line was checked: in float64 for n×p = 1×1, 3×1, 10×1, 2×2, 5×3, 2×5, 20×4,\n"
        "and with a symbol for every number for n×p = 1×1, 3×1, 2×2.*"
    )


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
        "Each line was checked: in float64 for n×p = 1×1, 3×1, 10×1,\n"
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
    assert [formula.text for formula in formulas_in(text)] == ["r == X @ w - Y", "L"]
    assert plain(text) == "As r == X @ w - Y, it is L."
    assert typeset(text) == "As $r = X w - Y$, it is $L$."
    for of_text in (plain, typeset):
        assert of_text("No formula.") == "No formula."
    assert formulas_in("") == []


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
def test_a_formula_is_refuted_in_some_world_or_in_none(math, refuted):
    (formula,) = formulas_in(f"{{{math}}}")
    assert is_refuted(formula, worlds({}, [formula])) == refuted


# Arguments


@pytest.mark.parametrize("line", ["n == n", ("n == n", "rule"), None, SMALL])
def test_lines_are_lines(line):
    with pytest.raises(TypeError) as caught:
        Derivation(TITLE, [Line("n == n", "rule"), line], LOSS)
    assert str(caught.value) == f"lines: expected objects of type Line, got {line!r}."


@pytest.mark.parametrize("lines", [[], [Line("n", "rule")], [Line("n", "r"), Line("n == n", "r")]])
def test_the_first_line_is_an_equation(lines):
    with pytest.raises(ValueError, match=r"^lines: expected the first to be an equation\.$"):
        Derivation(TITLE, lines, LOSS)


def test_a_line_that_is_no_formula_is_refused_when_it_is_given():
    with pytest.raises(ValueError, match=r"^text: expected .*, got 'q' in 'q == 1'\.$"):
        derivation("n == n", "q == 1")


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


def test_lines_may_come_from_anywhere():
    assert Derivation(TITLE, iter(SMALL.lines), LOSS).lines == SMALL.lines


def test_lines_and_slips_are_values():
    assert Line("n", "r") == Line("n", "r", "", (), False)
    assert Slip("n", "why") != Slip("n", "another")
    with pytest.raises(AttributeError):
        SMALL.lines[0].math = "n"


def test_a_missing_sympy_is_answered_with_what_to_do(monkeypatch):
    monkeypatch.setitem(sys.modules, "sympy", None)  # to tell Python that it is not there
    with pytest.raises(ImportError) as caught:
        SMALL.check()
    message = str(caught.value)
    assert message.startswith(
        "a derivation needs the package sympy, which cannot be imported here ("
    )
    assert "'pip install sympy'" in message


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
        (["H == X.T @ X == theta"], {"H": ((), "X.T @ X")}),
        (["r == Y, H == I", "g == r"], {"r": ((), "Y"), "H": ((), "I"), "g": ((), "r")}),
    ],
)
def test_equations_define_names(equations, meanings):
    assert defined(*equations) == meanings


@pytest.mark.parametrize(
    "equation", ["r", "2 == r", "r[i] == 1", "X @ w == r", "L(w + d) == 1", "L(2) == 1"]
)
def test_what_defines_no_name_is_refused(equation):
    with pytest.raises(ValueError, match=r"^equations: ") as caught:
        define("H == I", equation)
    assert str(caught.value) == f"equations: expected a name to be defined, got {equation!r}."
