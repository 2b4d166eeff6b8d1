"""Behind every equation of the notebooks stands a check, and they are numbered without a gap.

In the Markdown, an equation is typeset from a comment (tools/equations.py), and that is checked
here. The others are derivations: a cell that shows one checks it first, and nbval runs the cell.
"""

import ast
import re
from itertools import chain, pairwise
from pathlib import Path

import nbformat
import pytest
import sympy
from equations import equations_in, with_equations

from lsqgrad import Derivation, derivations
from lsqgrad.derivation import define
from lsqgrad.rounding import Printed
from lsqgrad.worlds import Meaningless, worlds

ROOT = Path(__file__).resolve().parent.parent
PATHS = sorted(ROOT.glob("notebooks/*.ipynb"))
DISPLAYED = re.compile(r"\$\$.*?\$\$", re.S)
INLINE = re.compile(r"(?<![\\$])\$([^$]+)\$")
RELATION = re.compile(r"=|<|>|\\le|\\ge|\\approx")
NUMBER = r"-?\d+(?:\.\d+)?"
SETTING = re.compile(rf"[^=<>]+ = {NUMBER}|u = 2\^\{{-53\}}")  # what a letter is here
ARITHMETIC = re.compile(r"[-\d.() \\cdotfra{}]+ = (-?[\d.]+)")
REFERENCE = re.compile(r"[Nn]otebook (\d\d),[^.;(]*?equations? \((\d+)\)(?: and \((\d+)\))?")


def read(path):
    return nbformat.read(path, as_version=4)


def markdown_of(notebook):
    return [cell.source for cell in notebook.cells if cell.cell_type == "markdown"]


def derivations_shown(notebook):
    """The Markdown of the derivations that are stored as outputs."""
    return [
        output.data["text/markdown"]
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "text/markdown" in output.get("data", {})
    ]


def texts_in_order(notebook):
    """Every text in which equations are displayed, from top to bottom."""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield cell.source
        else:
            yield from (
                output.data["text/markdown"]
                for output in cell.outputs
                if "text/markdown" in output.get("data", {})
            )


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


# The check of every equation


def checked_by_hand(name, number):
    """The check of an equation that needs more than putting numbers in, if there is one."""
    return {
        ("04_step_sgd", 2): assert_steps_contract,
        ("04_step_sgd", 3): assert_limit_of_the_learning_rate,
    }.get((name, number))


def assert_holds(equation, definitions):
    """Check all sides of all chains that the equation does not define."""
    sizes = dict(equation.sizes)
    everywhere = worlds(definitions, [equation.formula], **sizes)
    assert everywhere
    for relation in equation.formula.relations:
        sides = relation.sides
        if "definition" in equation.marks and defines(relation):
            sides = sides[1:]
        for left, right in pairwise(sides):
            for world in everywhere:
                assert world.difference(left, right) is None, (
                    f"{ast.unparse(left)} is not {ast.unparse(right)} where {world}"
                )


def defines(relation):
    """Whether the left side of a chain is a name that can be given a meaning."""
    left = relation.sides[0]
    return isinstance(left, ast.Name) or (isinstance(left, ast.Call) and left.func.id == "L")


def meanings(equation):
    """What an equation defines."""
    found = {}
    for relation in equation.formula.relations:
        if defines(relation):
            found |= define(" == ".join(map(ast.unparse, relation.sides)))
    return found


def checked(path):
    """Check every equation of a notebook's text, and return how many there are of each kind."""
    definitions, counts = {}, {"checked": 0, "definition": 0, "inline": 0}
    for text in markdown_of(read(path)):
        for equation in equations_in(text):
            if "given" in equation.marks:
                definitions |= define(equation.formula.text)
                continue
            if "definition" in equation.marks:
                definitions |= meanings(equation)
            by_hand = checked_by_hand(path.stem, equation.number)
            if by_hand:
                by_hand()
            elif "condition" not in equation.marks:
                assert_holds(equation, definitions)
            kind = "definition" if {"definition", "condition"} & equation.marks else "checked"
            counts["inline" if equation.number is None else kind] += 1
    return counts


def test_every_equation_of_the_text_is_true(path):
    checked(path)


def test_a_false_equation_is_noticed():
    (equation,) = equations_in("<!-- (1): L(w) == 1 / n * r.T @ r -->")
    assert_holds(equation, derivations.WITHOUT_BIAS)
    for false in ("1 / n * r.T @ Y", "2 / n * r.T @ r", "r.T @ r"):
        (equation,) = equations_in(f"<!-- (1): L(w) == {false} -->")
        with pytest.raises(AssertionError, match=r"is not .* where n = "):
            assert_holds(equation, derivations.WITHOUT_BIAS)
    (equation,) = equations_in("<!-- (1): L(w) == r @ r -->")
    with pytest.raises(Meaningless, match="the shapes do not fit"):
        assert_holds(equation, derivations.WITHOUT_BIAS)


def test_the_count_of_equations_is_that_of_the_readme():
    """Printed here, and told in the README: how many equations there are, and how many checked."""
    displayed = definitions = in_text = 0
    for path in PATHS:
        displayed += len(numbers_of(read(path)))
        counts = checked(path)
        definitions += counts["definition"]
        in_text += counts["inline"]
    sentence = (
        f"{displayed} numbered equations: {definitions} are definitions or conditions, and behind "
        f"each of the other {displayed - definitions} stands a check by machine"
    )
    print(sentence, f"(and {in_text} formulas in the prose)")
    assert sentence in (ROOT / "README.md").read_text(encoding="utf-8")


def test_derivations_are_given_what_the_text_defines():
    """Where a derivation is shown, its names mean what they mean in the text above it."""
    used = {
        "01_matrix_derivation": derivations.WITHOUT_BIAS,
        "02_scalar_derivation": derivations.LINE,
    }
    for name, given in used.items():
        text = next(
            text
            for text in markdown_of(read(ROOT / "notebooks" / f"{name}.ipynb"))
            if any("definition" in e.marks and e.number for e in equations_in(text))
        )
        found = {}
        for equation in equations_in(text):
            found |= meanings(equation)
        assert {n: (a, ast.dump(m)) for n, (a, m) in found.items()} == {
            n: (a, ast.dump(m)) for n, (a, m) in given.items()
        }


def test_every_derivation_is_shown_whole():
    shown = "".join(chain.from_iterable(derivations_shown(read(path)) for path in PATHS))
    for name, derivation in vars(derivations).items():
        if isinstance(derivation, Derivation):
            assert derivation._repr_markdown_() in shown, f"{name} is shown in no notebook"


# Two equations about the optimum


def exact_problem():
    """Data with rational numbers, the optimum of their loss, and the Hessian of it."""
    X = sympy.Matrix([[1, 1], [2, 1], [4, 1], [-1, 1]])  # the ones are there
    Y = sympy.Matrix([3, -1, 5, 2])
    optimum = (X.T * X).LUsolve(X.T * Y)
    return X, Y, optimum, sympy.Rational(2, X.rows) * X.T * X


def assert_steps_contract():
    """θ_after − θ* = (I − ηH)(θ − θ*), for every θ and η."""
    X, Y, optimum, H = exact_problem()
    theta, eta = sympy.Matrix(sympy.symbols("w b")), sympy.Symbol("eta")
    after = theta - eta * sympy.Rational(2, X.rows) * X.T * (X * theta - Y)
    assert (after - optimum - (sympy.eye(2) - eta * H) * (theta - optimum)).expand().is_zero_matrix


def assert_limit_of_the_learning_rate():
    """All factors 1 − ηλ lie between −1 and 1 exactly where 0 < η < 2/λmax."""
    *_, H = exact_problem()
    limit = 2 / max(H.eigenvals())
    eta = sympy.Symbol("eta", real=True)
    inside = [sympy.Abs(1 - eta * value) < 1 for value in H.eigenvals()]
    for share in (-1, sympy.Rational(1, 100), 1 - sympy.Rational(1, 10**9)):
        assert all(bool(test.subs(eta, share * limit)) for test in inside) == (share > 0)
    for share in (0, 1, 1 + sympy.Rational(1, 10**9)):
        assert not all(bool(test.subs(eta, share * limit)) for test in inside)


# Formulas in the prose


def claims_in(text):
    """The formulas between single dollars that state something."""
    prose = DISPLAYED.sub("", re.sub(r"<!--.*?-->", "", text, flags=re.S))
    return [
        formula
        for formula in INLINE.findall(prose)
        if RELATION.search(formula) and not SETTING.fullmatch(formula)
    ]


def test_every_formula_in_the_prose_is_known_to_the_checks(notebook):
    for text in markdown_of(notebook):
        known = {e.typeset() for e in equations_in(text) if "inline" in e.marks}
        for claim in claims_in(text):
            if not ARITHMETIC.fullmatch(claim):
                assert claim in known, (
                    f"no comment says what this is, so nothing checks it: {claim}"
                )
                known.discard(claim)


def test_arithmetic_in_the_prose_is_right(notebook):
    for text in markdown_of(notebook):
        for claim in claims_in(text):
            if found := ARITHMETIC.fullmatch(claim):
                left = claim.rpartition(" = ")[0]
                left = re.sub(r"\\frac(\d)(\d)", r"\1/\2", left).replace(r"\cdot", "*")
                assert Printed(found[1]).admits(float(sympy.sympify(left))), claim


def test_arithmetic_that_is_wrong_would_be_noticed():
    assert ARITHMETIC.fullmatch(r"\frac23 \cdot 97.7 \cdot (-0.00003) = -0.002")
    assert not Printed("-0.00195").admits(float(sympy.sympify("2/3 * 97.7 * (-0.00004)")))


# References


def references():
    """Every mention of an equation of a notebook, and where it stands."""
    for file in [*ROOT.glob("lsqgrad/*.py"), *PATHS, *ROOT.glob("*.md")]:
        texts = markdown_of(read(file)) if file.suffix == ".ipynb" else [file.read_text("utf-8")]
        for text in texts:
            for found in REFERENCE.finditer(" ".join(text.split())):
                yield from ((file.name, found[1], int(k)) for k in found.groups()[1:] if k)


def test_references_lead_to_equations():
    found = list(references())
    assert len(found) > 5
    known = {path.name[:2]: numbers_of(read(path)) for path in PATHS}
    for file, notebook, number in found:
        assert number in known[notebook], f"{file}: there is no ({number}) in notebook {notebook}"
