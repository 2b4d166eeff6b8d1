"""Behind every equation of the notebooks stands a check, and they are numbered without a gap.

In the Markdown, an equation is typeset from a comment (tools/equations.py), and that is checked
here. The others are derivations: a cell that shows one checks it first, and nbval runs the cell.
"""

import ast
import re
from functools import cache
from itertools import chain
from pathlib import Path

import nbformat
import numpy as np
import pytest
import sympy
from equations import equations_in, with_equations

from lsqgrad import ARTICLE, Derivation, derivations, gradient_matrix
from lsqgrad.algebra.evaluation import Evaluator, Symbols, evaluators
from lsqgrad.algebra.expression import Formula
from lsqgrad.derivations.derivation import check_formula, define
from lsqgrad.regression.rounding import Printed

ROOT = Path(__file__).resolve().parent.parent
PATHS = sorted(ROOT.glob("notebooks/*.ipynb"))
DISPLAYED = re.compile(r"\$\$.*?\$\$", re.S)
INLINE = re.compile(r"(?<![\\$])\$([^$]+)\$")
RELATION = re.compile(r"=|<|>|\\le|\\ge|\\approx")
NUMBER = r"-?\d+(?:\.\d+)?"
SETTING = re.compile(rf"(?:[a-zXY]|\\eta) = (?:{NUMBER}|2\^\{{-53\}})")  # what a letter is here
ARITHMETIC = re.compile(rf"((?:{NUMBER}|[+*/()-]|\\cdot|\\frac\d\d|\s)+) = ({NUMBER})")
CHECKED_DERIVATION = "*Each line was checked: with random fractions for"
OWN_REFERENCE = re.compile(r"\((\d+)\)")
OTHER_REFERENCE = re.compile(
    r"[Nn]otebook (\d\d),[^.;(]*?equations? \((\d+)\)(?: and \((\d+)\))?"
    r"|\((\d+)\) of \[?[Nn]otebook (\d\d)"
)


def read(path):
    return nbformat.read(path, as_version=4)


def markdown_of(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def derivations_shown(notebook):
    """The Markdown of the derivations that are stored as outputs."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    return list(chain.from_iterable(map(markdown_outputs, cells)))


def markdown_outputs(cell):
    found = [output.get("data", {}) for output in cell.outputs]
    return [data["text/markdown"] for data in found if "text/markdown" in data]


def texts_in_order(notebook):
    """Every text in which equations are displayed, from top to bottom."""
    for cell in notebook.cells:
        yield from [cell.source] if cell.cell_type == "markdown" else markdown_outputs(cell)


def numbers_of(notebook):
    """The numbers of all displayed equations, in their order; None for one without."""
    numbers = []
    for text in texts_in_order(notebook):
        for equation in DISPLAYED.findall(text):
            tag = re.search(r"\\tag\{(\d+)\}", equation)
            numbers.append(int(tag[1]) if tag else None)
    return numbers


@pytest.fixture(params=PATHS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture
def notebook(path):
    return read(path)


def test_displayed_equations_are_numbered_without_a_gap(notebook):
    numbers = numbers_of(notebook)
    assert numbers == list(range(1, len(numbers) + 1))


def test_equations_of_the_text_are_typeset_from_their_comments(notebook):
    for text in markdown_of(notebook):
        assert with_equations(text) == text, "run make notebooks"
        known = [equation for equation in equations_in(text) if equation.number is not None]
        assert len(DISPLAYED.findall(text)) == len(known), f"an equation without a comment: {text}"


def test_equations_in_outputs_are_those_of_derivations(notebook):
    for text in derivations_shown(notebook):
        assert CHECKED_DERIVATION in text


# The check of every equation


def at_the_optimum(definitions):
    """Evaluators with small numbers, theta_star the optimum; w, b and eta are symbols."""
    found = []
    for size, X, Y in [
        ((4, 1), [[1], [2], [4], [-1]], [[3], [-1], [5], [2]]),
        ((4, 2), [[1, 0], [2, 3], [4, -1], [-1, 1]], [[3], [-1], [5], [2]]),
    ]:
        X_tilde = sympy.Matrix(X).row_join(sympy.ones(len(X), 1))
        optimum = (X_tilde.T * X_tilde).LUsolve(X_tilde.T * sympy.Matrix(Y))
        evaluator = Evaluator(Symbols(), *size, definitions)
        given = {"X": evaluator.matrix(X), "Y": evaluator.matrix(Y)}
        found.append(evaluator.with_values(**given, theta_star=np.array(optimum)))
    return found


def assert_limit_of_the_learning_rate():
    """All factors 1 − ηλ lie between −1 and 1 exactly where 0 < η < 2/λmax."""
    for evaluator in at_the_optimum(define("X_tilde == hstack(X, ones)")):
        side = Formula("2 / n * X_tilde.T @ X_tilde").relations[0].sides[0]
        eigenvalues = np.linalg.eigvalsh(evaluator.value(side).astype(float))
        assert min(eigenvalues) > 0
        limit = 2 / max(eigenvalues)
        for eta, works in [(0.01, True), (0.999, True), (1.001, False), (-0.01, False)]:
            assert all(abs(1 - eta * limit * eigenvalues) < 1) == works


# Conditions that nothing can check as they stand: the formula, and what is checked instead.
CONDITIONS = {"0 < eta < 2 / lambda_max": assert_limit_of_the_learning_rate}


def assert_holds(equation, definitions):
    """Check all sides of all chains but those that it defines."""
    if equation.formula.text in CONDITIONS:
        CONDITIONS[equation.formula.text]()
        return
    if "theta_star" in equation.formula.names:
        everywhere = at_the_optimum(definitions)
    else:
        everywhere = evaluators(definitions, [equation.formula], **dict(equation.sizes))
    assert everywhere
    defining = {"definition", "redefinition"} & equation.marks
    for relation in equation.formula.relations:
        formula = Formula(text_of(relation))
        check_formula(formula, everywhere, "This", defined=bool(defining and defines(relation)))


def text_of(relation):
    """A chain of equations, as it is written."""
    signs = [{"=": "==", "<": "<"}[sign] for sign in relation.signs]
    first, *others = map(ast.unparse, relation.sides)
    return " ".join(chain([first], *zip(signs, others, strict=True)))


def defines(relation):
    """Whether the left side of a chain is a name, with or without arguments."""
    match relation.sides[0]:
        case ast.Name() | ast.Call(func=ast.Name(id="L" | "g")):
            return True
    return False


def meanings(equation):
    """What an equation defines."""
    found = {}
    for relation in filter(defines, equation.formula.relations):
        found |= define(" == ".join(map(ast.unparse, relation.sides[:2])))
    return found


def assert_not_another(new, definitions):
    """Check that what is defined again is what it was."""
    for name in new.keys() & definitions.keys():
        formula = Formula(f"{ast.unparse(definitions[name][1])} == {ast.unparse(new[name][1])}")
        check_formula(
            formula, evaluators(definitions, [formula]), f"{name}, which was defined before,"
        )


@cache
def checked_notebook(path):
    """Check every equation of a notebook, once for all tests."""
    return checked(markdown_of(read(path)))


def checked(texts):
    """Check every equation of the texts of a notebook; count those that have a check, and not."""
    definitions, counts = {}, {"checked": 0, "definition": 0, "inline": 0}
    for text in texts:
        for equation in equations_in(text):
            marks = equation.marks
            if {"given", "definition", "redefinition"} & marks:
                new = meanings(equation)
                if "redefinition" not in marks:
                    assert_not_another(new, definitions)
                definitions |= new
            if "given" not in marks:
                assert_holds(equation, definitions)
                kind = "definition" if {"definition", "redefinition"} & marks else "checked"
                counts["inline" if equation.number is None else kind] += 1
    return counts


def test_every_equation_of_the_text_is_true(path):
    checked_notebook(path)


def test_the_gradient_vanishes_at_the_optimum_and_nowhere_else():
    given = define(
        "X_tilde == hstack(X, ones)", "theta == vstack(w, b)",
        "L(w, b) == 1 / n * norm(X_tilde @ theta - Y) ** 2",
    )  # fmt: skip
    gradient = Formula("D(L, theta)").relations[0].sides[0]
    for evaluator in at_the_optimum(given):
        at = evaluator.value_of("theta_star")
        assert not any(map(sympy.expand, evaluator.with_values(theta=at).value(gradient).ravel()))
        assert any(map(sympy.expand, evaluator.with_values(theta=at + 1).value(gradient).ravel()))


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("2 / n * X.T @ r", "2 / n * X @ r"),
        ("(13) definition: X_tilde == hstack(X, ones)", "(13) definition: X_tilde == X"),
        ("theta_star == X_tilde.T @ Y", "theta_star == -X_tilde.T @ Y"),
        ("(I_theta - eta * H)", "(I_theta + 7 * eta * H)"),
        ("0 < eta < 2 / lambda_max", "0 < eta < 5 / lambda_max"),
        ("(1): D(L, Y_hat) == 2 / n", "(1): D(L, Y_hat) == 1 / n"),
        ("(2): D(L, w) == X.T @ D(L, Y_hat)", "(2): D(L, w) == 2 * X.T @ D(L, Y_hat)"),
        ("g == D(L, w) + D(lam / 2", "g == D(L, w) + D(lam"),
        ("inline, redefinition: Y_hat", "inline, definition: Y_hat"),
        ("(2) definition: r == Y_hat - Y", "(2) definition: r == Y - Y_hat"),
    ],
)
def test_a_false_equation_is_noticed_where_it_stands(right, wrong):
    texts = [markdown_of(read(path)) for path in PATHS]
    (changed,) = [of_one for of_one in texts if any(right in text for text in of_one)][:1]
    with pytest.raises((AssertionError, ValueError)):
        checked([text.replace(right, wrong) for text in changed])


def test_the_count_of_equations_is_that_of_the_readme():
    """Printed here, and told in the README: how many equations there are, and how many checked."""
    displayed = definitions = in_text = 0
    for path in PATHS:
        displayed += len(numbers_of(read(path)))
        counts = checked_notebook(path)
        definitions += counts["definition"]
        in_text += counts["inline"]
    sentence = (
        f"{displayed} numbered equations: {definitions} are definitions, and behind each of the "
        f"other {displayed - definitions} stands a check by machine, as behind {in_text} formulas "
        "in the prose"
    )
    print(sentence)
    assert sentence in (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("01_matrix_derivation", derivations.WITHOUT_BIAS),
        ("02_scalar_derivation", derivations.LINE),
        ("07_other_roads", derivations.WITHOUT_BIAS),
    ],
)
def test_derivations_are_given_what_the_text_defines(name, given):
    """Where a derivation is shown, its names mean what they mean in the text above it."""
    texts = markdown_of(read(ROOT / "notebooks" / f"{name}.ipynb"))
    found = {}
    for equation in chain.from_iterable(map(equations_in, texts)):
        if "definition" in equation.marks and equation.number in (1, 2, 3):
            found |= meanings(equation)
    assert {name: (a, ast.dump(m)) for name, (a, m) in found.items()} == {
        name: (a, ast.dump(m)) for name, (a, m) in given.items()
    }


def test_every_derivation_is_shown_whole():
    shown = "".join(chain.from_iterable(derivations_shown(read(path)) for path in PATHS))
    for name, derivation in vars(derivations).items():
        if isinstance(derivation, Derivation):
            assert derivation._repr_markdown_() in shown, f"{name} is shown in no notebook"


# Formulas in the prose

VALUES = {  # what is said of the article's batch
    r"\Sigma x^2": np.sum(ARTICLE.X**2),
    r"\Sigma x": np.sum(ARTICLE.X),
    r"\partial L/\partial b": gradient_matrix(ARTICLE.X, ARTICLE.Y, ARTICLE.w, ARTICLE.b).b,
}


def claims_in(text):
    """The formulas between single dollars that state something."""
    prose = DISPLAYED.sub("", re.sub(r"<!--.*?-->", "", text, flags=re.S))
    return [formula for formula in INLINE.findall(prose) if RELATION.search(formula)]


def is_right_arithmetic(claim):
    """Whether a claim about numbers alone, or about a value of the article's batch, is right."""
    if found := ARITHMETIC.fullmatch(claim):
        left = re.sub(r"\\frac(\d)(\d)", r"\1/\2", found[1]).replace(r"\cdot", "*")
        return Printed(found[2]).admits(float(sympy.sympify(left)))
    name, _, number = claim.partition(" = ")
    return name in VALUES and Printed(number).admits(VALUES[name])


def unknown_claims(text):
    """Those claims that no comment is about, and whose arithmetic is not right either."""
    known = {e.typeset() for e in equations_in(text) if "inline" in e.marks}
    return [
        claim
        for claim in claims_in(text)
        if claim not in known and not SETTING.fullmatch(claim) and not is_right_arithmetic(claim)
    ]


def test_every_formula_in_the_prose_is_known_to_the_checks(notebook):
    for text in markdown_of(notebook):
        assert not unknown_claims(text)


def test_no_comment_is_about_a_formula_that_is_not_there(notebook):
    for text in markdown_of(notebook):
        for equation in equations_in(text):
            assert "inline" not in equation.marks or equation.typeset() in claims_in(text)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("(-0.00003) = -0.00195", "(-0.00003) = -0.00795"),
        ("0.86449 = -0.7449", "0.86449 = -0.7999"),
        (r"\partial L/\partial b = -24.08", r"\partial L/\partial b = -42.08"),
        (r"\Sigma x^2 = 97.7", r"\Sigma x^2 = 97.6"),
        (r"\partial L/\partial L = 1", r"\partial L/\partial L = 2"),
    ],
)
def test_a_false_number_in_the_prose_is_noticed_where_it_stands(right, wrong):
    texts = [t for path in PATHS for t in markdown_of(read(path)) if right in DISPLAYED.sub("", t)]
    assert texts
    for text in texts:
        assert not unknown_claims(text)
        assert unknown_claims(text.replace(right, wrong))


# References


def references_to_others():
    """Every mention of an equation of another notebook, and where it stands."""
    for file in [*ROOT.glob("lsqgrad/**/*.py"), *PATHS, *ROOT.glob("*.md")]:
        texts = markdown_of(read(file)) if file.suffix == ".ipynb" else [file.read_text("utf-8")]
        for text in texts:
            for found in OTHER_REFERENCE.finditer(" ".join(text.split())):
                one, first, second, alone, other = found.groups()
                yield from ((file.name, one or other, int(k)) for k in (first, second, alone) if k)


def test_references_to_other_notebooks_lead_to_equations():
    found = list(references_to_others())
    assert len(found) > 10
    known = {path.name[:2]: numbers_of(read(path)) for path in PATHS}
    for file, notebook, number in found:
        assert number in known[notebook], f"{file}: there is no ({number}) in notebook {notebook}"


def test_references_within_a_notebook_lead_to_equations(notebook):
    known = numbers_of(notebook)
    for text in markdown_of(notebook):
        prose = re.sub(r"<!--.*?-->|\$\$?.*?\$\$?|`.*?`", "", text, flags=re.S)
        prose = OTHER_REFERENCE.sub("", " ".join(prose.split()))
        for number in map(int, OWN_REFERENCE.findall(prose)):
            assert number in known or not known, f"there is no ({number}) here: {prose[:60]}"
