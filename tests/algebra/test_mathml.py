"""MathML shows what LaTeX shows, and is what a browser without MathJax can read."""

import ast
import re
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest
from equations import equations_in
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import expressions

from lsqgrad import Derivation, derivations
from lsqgrad._util.colors import COLORS
from lsqgrad.algebra.expression import SYMBOLS, Formula, Relation
from lsqgrad.algebra.latex import to_latex
from lsqgrad.algebra.mathml import MARK, chain_to_mathml, to_mathml
from lsqgrad.algebra.notation import APPLY, SEPARATOR, TIMES

REPEATABLE = settings(derandomize=True, deadline=None)
ROOT = Path(__file__).resolve().parents[2]
CORE = {  # the elements of MathML Core that are used, and how many children each has
    **dict.fromkeys(("mi", "mn", "mo", "mtext", "mspace"), 0),
    **dict.fromkeys(("mfrac", "msub", "msup", "mover"), 2),
    **dict.fromkeys(("msubsup", "munderover"), 3),
    **dict.fromkeys(("math", "mrow", "mtable", "mtr", "mtd"), None),
}


def side(text):
    ((side,),) = (relation.sides for relation in Formula(text).relations)
    return side


def read(mathml):
    """Return the elements; what is no XML is an error."""
    tree = ElementTree.fromstring(mathml)
    assert tree.tag == "math"
    for element in tree.iter():
        children = CORE[element.tag]
        assert children is None or len(element) == children, element.tag
        assert bool((element.text or "").strip()) == (children == 0 and element.tag != "mspace")
        assert not element.tail
    return tree


def outline(mathml):
    """Return what is read, without the signs that are not seen, and what is marked in brackets."""

    def text(element):
        inside = (element.text or "") + "".join(map(text, element))
        return f"[{inside}]" if element.get("style") == MARK else inside

    return re.sub(f"[{TIMES}{APPLY}{SEPARATOR}]", "", text(read(mathml)))


# The same as LaTeX

AS_UNICODE = {
    **{f"\\{name}": sign for name, sign in zip(
        ("theta", "lambda", "eta", "mu", "tau", "partial", "top", "cdot", "sum", "langle",
         "rangle", "lVert", "rVert", "tilde", "hat"), "θλημτ∂⊤⋅∑⟨⟩‖‖~^", strict=True)},
    r"\begin": "(", r"\end": ")", "-": "−",
}  # fmt: skip
WITHOUT_SIGN = {r"\left", r"\right", r"\frac", r"\text", r"\,", r"\\", r"\qquad", *"{}_^& "}


def signs_of_latex(tex):
    """Return every sign that LaTeX shows, in the order in which it is written."""
    tex = re.sub(r"\\color\{#\w+\}|(?<=\\begin|..\\end)\{pmatrix\}", "", tex)
    tex = tex.replace(r"\mathbf 1", "𝟏")
    pieces = re.findall(r"\\[a-zA-Z]+|\\.|.", tex)
    return [AS_UNICODE.get(piece, piece) for piece in pieces if piece not in WITHOUT_SIGN]


def signs_of_mathml(mathml):
    """Return every sign that MathML shows, in the order of LaTeX: an accent before its letter."""

    def signs(element):
        parts = element[::-1] if element.tag == "mover" else element
        yield from element.text or ""
        for part in parts:
            yield from signs(part)

    return [sign for sign in signs(read(mathml)) if sign not in {TIMES, APPLY, SEPARATOR}]


def assert_same_signs(formula):
    for inline in (False, True):
        tex = to_latex(formula, inline=inline)
        assert signs_of_mathml(to_mathml(formula, inline=inline)) == signs_of_latex(tex)


def formulas_of_the_collection():
    for path in sorted(ROOT.glob("notebooks/*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "markdown":
                yield from (equation.formula for equation in equations_in(cell.source))
    for derivation in vars(derivations).values():
        if isinstance(derivation, Derivation):
            for place, line in enumerate(derivation.lines):
                yield derivation.equation(place)
                yield from (derivation.equation(place, slip.math) for slip in line.slips)


def test_every_formula_of_the_collection_has_the_signs_of_its_latex():
    formulas = list(formulas_of_the_collection())
    assert len(formulas) > 150
    for formula in formulas:
        assert_same_signs(formula)


@REPEATABLE
@given(expressions)
def test_any_formula_has_the_signs_of_its_latex(text):
    assert_same_signs(Formula(text))


@pytest.mark.parametrize("name", SYMBOLS)
def test_a_letter_has_the_signs_of_its_latex(name):
    assert_same_signs(Formula(name))


@pytest.mark.parametrize(
    "text", ["(w + b) ** 2", "L(w)", "inner(g, dw)", "norm(r) ** 2", "vstack(w, b)", "0 < eta"]
)
def test_another_sign_would_be_found(text):
    tex = to_latex(Formula(text))
    leaf = re.compile(r"(?<=>)[^<>]+(?=</m)")
    for found in leaf.finditer(mathml := to_mathml(Formula(text))):
        if found[0] not in {TIMES, APPLY, SEPARATOR}:
            other = f"{mathml[: found.start()]}q{mathml[found.end() :]}"
            assert signs_of_mathml(other) != signs_of_latex(tex)


# How it is written


def inner(text, **options):
    """Return what stands within the element math."""
    return re.fullmatch(r"<math[^>]*>(.*)</math>", to_mathml(Formula(text), **options))[1]


@pytest.mark.parametrize(
    ("text", "mathml"),
    [
        ("X.T", "<msup><mi>X</mi><mo>⊤</mo></msup>"),
        ("w[k]", "<msub><mi>w</mi><mi>k</mi></msub>"),
        ("r[i] ** 2", "<msubsup><mi>r</mi><mi>i</mi><mn>2</mn></msubsup>"),
        ("w / 2", "<mfrac><mi>w</mi><mn>2</mn></mfrac>"),
        ("-w", "<mrow><mo>−</mo><mi>w</mi></mrow>"),
        ("n < 2", "<mrow><mi>n</mi><mo>&lt;</mo><mn>2</mn></mrow>"),
        ("X @ w", f"<mrow><mi>X</mi><mo>{TIMES}</mo><mi>w</mi></mrow>"),
        ("w_after", "<msub><mi>w</mi><mtext>after</mtext></msub>"),
        (
            "Y_hat",
            '<mover accent="true"><mi>Y</mi><mo stretchy="false">^</mo></mover>',
        ),
        (
            "Sum(b, i)",
            "<mrow><munderover><mo>∑</mo><mrow><mi>i</mi><mo>=</mo><mn>1</mn></mrow><mi>n</mi>"
            "</munderover><mi>b</mi></mrow>",
        ),
        (
            "vstack(w, b)",
            "<mrow><mo>(</mo><mtable><mtr><mtd><mi>w</mi></mtd></mtr><mtr><mtd><mi>b</mi></mtd>"
            "</mtr></mtable><mo>)</mo></mrow>",
        ),
    ],
)
def test_a_formula_has_its_elements(text, mathml):
    assert inner(text, inline=True) == mathml


@pytest.mark.parametrize(
    ("text", "high"),
    [
        ("(w + b) ** 2", False),
        ("X.T.T", False),
        ("norm(r) ** 2", False),
        ("inner(g, w)", False),
        ("(1 / n + b) ** 2", True),
        ("Sum(b, i) ** 2", True),
        ("inner(1 / n * g, w)", True),
        ("hstack(w, b)", True),
    ],
)
def test_parentheses_are_as_high_as_what_they_hold(text, high):
    assert ('stretchy="false"' in to_mathml(Formula(text))) != high


def test_factors_that_would_run_together_have_a_space():
    thin = f'<mo lspace="0" rspace="0.1667em">{TIMES}</mo>'
    assert thin in to_mathml(Formula("X @ dw"))
    assert thin not in to_mathml(Formula("X @ w"))


@pytest.mark.parametrize("name", [name for name in SYMBOLS if SYMBOLS[name].quantity])
def test_a_quantity_has_its_colour(name):
    color = COLORS[SYMBOLS[name].quantity]
    assert inner(name).startswith(f'<mrow mathcolor="{color}">')
    assert "mathcolor" not in inner(name, inline=True)


def test_a_formula_that_is_displayed_has_high_fractions():
    assert to_mathml(Formula("n")) == '<math displaystyle="true"><mi>n</mi></math>'
    assert to_mathml(Formula("n"), inline=True) == "<math><mi>n</mi></math>"


@pytest.mark.parametrize(
    ("sides", "signs", "seen"),
    [
        (["L"], [], "L"),
        (["w"], ["="], "=w"),
        (["L", "w"], ["="], "L=w"),
        (["L", "w"], ["=", "="], "=L=w"),
    ],
)
def test_a_part_of_a_chain_begins_with_a_side_or_a_sign(sides, signs, seen):
    assert outline(chain_to_mathml(Relation(tuple(map(side, sides)), tuple(signs)))) == seen


# What is marked


def seen(text, find):
    """Return a formula as it is read, with what `find` finds in it marked."""
    whole = side(text)
    return outline(chain_to_mathml(Relation((whole,), ()), marked=find(whole)))


@pytest.mark.parametrize(
    ("find", "outline"),
    [
        (lambda whole: [], "2(w+b)r"),
        (lambda whole: [whole.left.left], "[2](w+b)r"),
        (lambda whole: [whole.left.right], "2([w+b])r"),
        (lambda whole: [whole.left.right.right], "2(w+[b])r"),
        (lambda whole: [whole.right, whole.left.right.left], "2([w]+b)[r]"),
        (lambda whole: [whole], "[2(w+b)r]"),
    ],
)
def test_parts_are_marked(find, outline):
    assert seen("2 * (w + b) * r", find) == outline


def test_a_part_is_marked_where_it_stands_and_not_where_it_stands_again():
    assert seen("w + w", lambda whole: [whole.right]) == "w+[w]"


@pytest.mark.parametrize(
    ("text", "find", "outline"),
    [
        ("w * 2", lambda whole: whole.right, "w⋅[2]"),
        ("3 * 2", lambda whole: whole.right, "3⋅[2]"),
        ("3 * 2", lambda whole: whole.left, "[3]⋅2"),
        ("(w + b) * 2 * r", lambda whole: whole.left.right, "(w+b)⋅[2]r"),
        ("2 * (1 / 3)", lambda whole: whole.right, "2⋅[13]"),
        ("2 * (1 / 3)", lambda whole: whole.left, "[2]⋅13"),
        ("2 * (3 ** 2)", lambda whole: whole.right, "2⋅[32]"),
        ("d * (w + b)", lambda whole: whole.left, "[d]⋅(w+b)"),
    ],
)
def test_a_digit_that_is_marked_keeps_its_dot(text, find, outline):
    assert seen(text, lambda whole: [find(whole)]) == outline


@pytest.mark.parametrize(
    ("text", "find", "outline"),
    [
        ("-w * b", lambda whole: whole.left, "[−wb]"),  # for Python a factor
        ("-w * b * r", lambda whole: whole.left.left, "[−wbr]"),
        ("-w * b", lambda whole: whole.left.operand, "−[w]b"),
        ("-w * b", lambda whole: whole.right, "−w[b]"),
        ("r - -w * b", lambda whole: whole.right.left, "r−([−wb])"),
        ("-(w * b)", lambda whole: whole, "[−wb]"),
    ],
)
def test_a_minus_in_front_of_a_product_is_marked(text, find, outline):
    assert seen(text, lambda whole: [find(whole)]) == outline


@REPEATABLE
@given(expressions, st.data())
def test_a_mark_changes_nothing_else(text, data):
    whole = side(text)
    parts = [node for node in ast.walk(whole) if isinstance(node, ast.expr)]
    marked = data.draw(st.lists(st.sampled_from(parts), max_size=2))
    chain = Relation((whole,), ())
    unmarked = re.sub(r"[\[\]]", "", outline(chain_to_mathml(chain, marked=marked)))
    assert unmarked == outline(chain_to_mathml(chain))
