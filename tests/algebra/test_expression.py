"""What is a formula, and what is answered to what is none."""

import ast
import re

import pytest
from hypothesis import given, settings
from strategies import expressions

from lsqgrad.algebra.expression import FUNCTIONS, SYMBOLS, Formula, written

REPEATABLE = settings(derandomize=True, deadline=None)
FORMS = [
    "0",
    "-w",
    "w + b",
    "w - b",
    "2 * w",
    "X @ w",
    "r / n",
    "r[i] ** 2",
    "X.T",
    "w[1]",
    "X[i, k]",
    "(X.T @ r)[k]",
    "Sum(r[i], i)",
    "D(L, w[k])",
    "D(D(L, w[j]), w[k])",
    "d(r)",
    "inner(g, dw)",
    "norm(r) ** 2",
    "hstack(X, ones)",
    "vstack(w, b)",
    "matrix([[1, b], [n, 2]])",
    "L(w + d)",
    "L(w, b)",
]


def sides(text):
    return [[ast.unparse(side) for side in relation.sides] for relation in Formula(text).relations]


def signs(text):
    return [relation.signs for relation in Formula(text).relations]


HINT = re.compile(
    r"( (A square is written with \*\* 2|There are no powers but \*\* 2 and \*\* -1)\."
    r"| A product is written with \* or @\.| A sum over all rows is written Sum\(term, i\)\."
    r"| A derivative is written D\(L, w\)\.| A norm stands squared, norm\(v\) \*\* 2\."
    r"| The number of rows is n, and that of features p\.| Perhaps [\w(), ]+ is meant\.)?"
)


def assert_refused(text, part):
    """What is said is the whole message: which part of which text, and a hint if there is one."""
    with pytest.raises(ValueError, match=r"^text: ") as caught:
        Formula(text)
    beginning = "text: expected a formula of known symbols and functions, "
    beginning += f"got {part!r}." if part == text.strip() else f"got {part!r} in {text!r}."
    assert str(caught.value).startswith(beginning)
    assert HINT.fullmatch(str(caught.value).removeprefix(beginning))


@pytest.mark.parametrize("name", [*SYMBOLS, "i", "j", "k"])
def test_every_symbol_and_every_index_is_a_formula(name):
    assert sides(name) == [[name]]


@pytest.mark.parametrize("text", FORMS)
def test_whatever_has_a_form_is_a_formula(text):
    assert sides(text) == [[text]]
    assert signs(text) == [()]


def test_every_function_has_a_form():
    calls = [
        node.func.id
        for text in FORMS
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call)
    ]
    assert set(calls) - {"L"} == set(FUNCTIONS)


@REPEATABLE
@given(expressions)
def test_a_formula_made_of_formulas_is_one(text):
    ((side,),) = sides(text)
    assert side == ast.unparse(ast.parse(text))


def test_a_chain_has_its_sides_and_the_signs_between_them():
    assert sides("L == r.T @ r / n == 3") == [["L", "r.T @ r / n", "3"]]
    assert signs("L == r.T @ r / n == 3") == [("=", "=")]
    assert signs("eta < 1") == [("<",)]
    assert signs("0 < eta < 1 == n") == [("<", "<", "=")]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        *(("+w", "w"), ("+(+w + b)", "w + b"), ("-+w", "-w"), ("dr", "d(r)"), ("dw", "dw")),
        *(("2 * n ** -1", "2 * (1 / n)"), ("(n * s) ** -1", "1 / (n * s)")),
        *(("0.5 * w", "1 / 2 * w"), (".1", "1 / 10"), ("4.", "4"), ("25e-2", "1 / 4")),
        *(("w ** 2.0", "w ** 2"), ("r @ -1.25", "r @ -(5 / 4)"), ("0.0", "0")),
    ],
)
def test_what_means_the_same_is_read_as_the_same(text, read):
    assert sides(text) == [[read]]


@pytest.mark.parametrize("number", ["1e999", "1j", "0.5j"])
def test_what_is_no_fraction_is_refused(number):
    assert_refused(f"{number} * w", number)


@pytest.mark.parametrize("part", ["r*.50", "(2)*w", "dr", "X.T@( +w )", "r [ i ]", "2.0"])
def test_a_part_is_shown_as_it_was_written(part):
    assert written(Formula(f" {part} ").relations[0].sides[0]) == part
    assert_refused(f" 2*( w%({part}) )", f"w%({part})")


def test_chains_stand_between_commas():
    assert sides("L == 1, w == b < 2, n") == [["L", "1"], ["w", "b", "2"], ["n"]]
    assert signs("L == 1, w == b < 2, n") == [("=",), ("=", "<"), ()]


def test_spaces_around_a_formula_do_not_matter():
    assert sides("  L == 1\n") == sides("L==1")


def test_a_formula_reads_as_it_was_written():
    formula = Formula("L  ==  r.T@r")
    assert formula.text == str(formula) == "L  ==  r.T@r"
    assert repr(formula) == "Formula(text='L  ==  r.T@r')"


def test_formulas_of_one_text_are_equal():
    assert Formula("L == 1") == Formula("L == 1")
    assert Formula("L == 1") != Formula("L == 2")
    assert len({Formula("L == 1"), Formula("L == 1"), Formula("L == 2")}) == 2


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("3", set()),
        ("L == 2 / n * Sum(X[i, k] * r[i], i)", {"L", "n", "X", "k", "r"}),  # a sum binds i
        ("D(L, w[k]) == 1, theta", {"L", "w", "k", "theta"}),
        ("d(r)", {"r"}),  # d is a function here
        ("d(d)", {"d"}),  # and inside a symbol
        ("inner(g, d)", {"g", "d"}),
        ("L(w + h * d)", {"L", "w", "h", "d"}),  # the loss is a symbol, called or not
        ("matrix([[I, b]]) @ hstack(X, ones)", {"I", "b", "X", "ones"}),
    ],
)
def test_names_are_symbols_and_free_indices(text, names):
    assert Formula(text).names == names


@pytest.mark.parametrize("text", [3, None, b"L", ["L"], Formula("L")])
def test_only_text_is_a_formula(text):
    with pytest.raises(TypeError) as caught:
        Formula(text)
    assert str(caught.value) == f"text: expected a formula as a string, got {text!r}."


@pytest.mark.parametrize(
    "text", ["", "L =", "L = 1", "L ==", "(L", "2 w", "L == 1;", "L\nw", "Σ r_i²"]
)
def test_what_python_cannot_read_is_refused(text):
    with pytest.raises(ValueError, match=r"^text: ") as caught:
        Formula(text)
    beginning = f"text: expected a formula in the notation of Python, got {text!r} ("
    assert str(caught.value).startswith(beginning)
    hint = " An equation is written with ==." if text in ("L =", "L = 1") else ""
    assert str(caught.value).endswith(f").{hint}")  # between the two is what Python says
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "text", ["L > 1", "L != 1", "L <= 1", "L >= 1", "L is r", "L in r", "L == r > 1"]
)
def test_other_relations_are_refused(text):
    with pytest.raises(ValueError, match=r"^text: ") as caught:
        Formula(text)
    assert str(caught.value) == f"text: expected == or < between two sides, got {text!r}."


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("q", "q"),  # a name of nothing
        ("W + 1", "W"),
        ("2 * l[i]", "l"),
        ("L == 'r'", "'r'"),
        ("True", "True"),
        ("None", "None"),
        ("not w", "not w"),
        ("~w", "~w"),
        ("w // 2", "w // 2"),
        ("w % 2", "w % 2"),
        ("w << 2", "w << 2"),
        ("w or b", "w or b"),
        ("w if b else r", "w if b else r"),
        ("(L == r) + 1", "L == r"),
        ("lambda: w", "lambda: w"),
        ("[w]", "[w]"),
        ("{w}", "{w}"),
        ("L == (w, b)", "(w, b)"),
        ("X.H", "X.H"),
        ("X.shape", "X.shape"),
        ("X[1:2]", "1:2"),
        ("w[q]", "q"),
        ("sin(w)", "sin(w)"),
        ("i(w)", "i(w)"),
        ("X.T(w)", "X.T(w)"),
        ("L(w=1)", "L(w=1)"),
        ("L(*w)", "*w"),
        ("Sum", "Sum"),  # a function alone
        ("D", "D"),
        ("Sum(r[i])", "Sum(r[i])"),
        ("Sum(r[i], i, j)", "Sum(r[i], i, j)"),
        ("Sum(r[i], i=i)", "Sum(r[i], i=i)"),
        ("D(L)", "D(L)"),
        ("D(L, w, b)", "D(L, w, b)"),
        ("d(L, w)", "d(L, w)"),
        ("d()", "d()"),
        ("inner(g)", "inner(g)"),
        ("norm(g, d) ** 2", "norm(g, d)"),
        ("hstack(X)", "hstack(X)"),
        ("vstack(X, w, b)", "vstack(X, w, b)"),
        ("matrix([[1, q]])", "q"),
        ("matrix([1], [2])", "matrix([1], [2])"),
        ("()", "()"),  # nothing at all
        ("w, ()", "()"),
        ("L()", "L()"),  # a function of nothing
        ("w + r()", "r()"),
        ("matrix([[L()]])", "L()"),
    ],
)
def test_what_is_not_known_is_refused_and_shown(text, part):
    assert_refused(text, part)


@pytest.mark.parametrize(
    "call",
    [
        "matrix()",
        "matrix(2)",
        "matrix(X)",
        "matrix([])",
        "matrix([1, 2])",
        "matrix([[]])",
        "matrix([[], []])",
        "matrix([[1], [2, 3]])",
        "matrix([[1, 2], []])",
        "matrix([[1, 2], 3])",
        "matrix([[1, 2], X])",
        "matrix([[1, 2], (3, 4)])",
        "matrix(((1, 2), (3, 4)))",
        "matrix([[1, 2]], [[3, 4]])",
    ],
)
def test_what_is_no_list_of_rows_of_one_length_is_no_matrix(call):
    assert_refused(f"X @ {call} == w", call)


@pytest.mark.parametrize(
    "text",
    ["matrix([[1]])", "matrix([[1, b, w]])", "matrix([[1], [X.T]])", "matrix([[X, w], [b, 1]])"],
)
def test_a_list_of_rows_of_one_length_is_a_matrix(text):
    assert sides(text) == [[text]]


@pytest.mark.parametrize(
    "part",
    [
        *("b ** 0", "b ** 1", "b ** 3", "b ** 10", "b ** (-2)", "b ** b", "b ** n", "2 ** n"),
        *("X[i, k] ** 10", "(X @ w) ** 3", "norm(w) ** 3", "norm(w) ** b", "b ** (1 + 1)"),
    ],
)
@pytest.mark.parametrize("form", ["{}", "2 * ({})", "({}) ** 2", "L == w, {} == 1"])
def test_the_only_power_is_the_square(form, part):
    text = form.format(part)
    assert_refused(text, part)


@pytest.mark.parametrize(
    "text",
    [
        *("norm(w)", "norm(w) * norm(w)", "2 * norm(w) + b", "norm(w).T", "norm(norm(w)) ** 2"),
        *("norm(w)[1]", "inner(norm(w), b)", "norm(w) == b", "(2 * norm(w)) ** 2"),
    ],
)
def test_a_norm_stands_squared_only(text):
    assert_refused(text, "norm(w)")


@pytest.mark.parametrize(
    "text", ["norm(w) ** 2", "(norm(w) ** 2) ** 2", "norm(norm(w) ** 2) ** 2", "2 ** 2", "w ** 2"]
)
def test_whatever_there_is_has_a_square(text):
    assert sides(text) == [[text]]


@pytest.mark.parametrize("part", ["X[[1, 2]]", "X[[1]]", "X[[]]", "X[()]", "(X @ w)[()]"])
@pytest.mark.parametrize("form", ["{}", "w + {}"])
def test_an_entry_has_one_index_or_more_and_not_a_list_of_them(form, part):
    text = form.format(part)
    assert_refused(text, part)


@pytest.mark.parametrize(("text", "part"), [("X[[1, 2], 1]", "[1, 2]"), ("X[1, (1, 2)]", "(1, 2)")])
def test_an_index_is_no_list(text, part):
    with pytest.raises(ValueError, match=re.escape(f" got {part!r} in {text!r}.")):
        Formula(text)


@pytest.mark.parametrize("index", ["n", "p", "w", "b", "1", "i + 1", "-i", "w[i]", "q", "L"])
def test_only_over_an_index_there_is_a_sum(index):
    call = f"Sum(b, {index})"
    assert_refused(f"2 * {call}", call)


@pytest.mark.parametrize("index", ["i", "j", "k"])
@pytest.mark.parametrize("form", ["d({})", "{}[1]", "{}[1, 2]", "{}[k]", "{}(w)"])
def test_an_index_has_no_differential_and_no_entry_and_is_no_function(form, index):
    with pytest.raises(ValueError, match=rf" got '{re.escape(form.format(index))}' in "):
        Formula(f"w + {form.format(index)}")


@pytest.mark.parametrize(
    "form", ["-{}", "w + {}", "{} @ w", "{}.T", "w[{}]", "d({})", "L == 1, {}"]
)
def test_what_is_not_known_is_found_wherever_it_stands(form):
    with pytest.raises(ValueError, match=r"got 'q' in "):
        Formula(form.format("q"))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("L = 1", "An equation is written with ==."),
        ("r[i]^2", "A square is written with ** 2."),
        ("r[i] ** 3", "There are no powers but ** 2 and ** -1."),
        ("sum(r[i])", "A sum over all rows is written Sum(term, i)."),
        ("Sum(r[i])", "A sum over all rows is written Sum(term, i)."),
        ("D(L)", "A derivative is written D(L, w)."),
        ("norm(w)", "A norm stands squared, norm(v) ** 2."),
        ("residual", "Perhaps r is meant."),
        *(
            (f"{x} * w", "A product is written with * or @.")
            for x in ("2(w)", "n·w", "n × w", "Xw - Y")
        ),
        ("(n + 1)(w)", "A product is written with * or @."),
        *((f"{x} + w", "A square is written with ** 2.") for x in ("r²", "np.square(r)")),
        *(
            (x, "A sum over all rows is written Sum(term, i).")
            for x in ("np.sum(r)", "Σ(r)", "∑ r")
        ),
        ("sum(r[i] for i in range(n))", "A sum over all rows is written Sum(term, i)."),
        ("r.mean()", "A mean over all rows is written Sum(term, i) / n."),
        *((x, "A product of matrices is written with @.") for x in ("X.dot(w)", "np.matmul(X, w)")),
        *(
            (x, "The transpose is written X.T.")
            for x in ("XT", "Xᵀ", "X⊤", "X.transpose()", "X.mT")
        ),
        *(
            (x, "The number of rows is n, and that of features p.")
            for x in ("len(X)", "X.shape[0]")
        ),
        ("∂L", "A derivative is written D(L, w)."),
        ("np.linalg.norm(r) ** 2", "A norm stands squared, norm(v) ** 2."),
        ("Xtilde", "Perhaps X_tilde is meant."),
    ],
)
def test_what_is_often_written_gets_a_hint(text, hint):
    with pytest.raises(ValueError, match=r"^text: expected a formula ") as caught:
        Formula(text)
    assert str(caught.value).endswith(hint)
