"""Writes a `Formula` as MathML, each quantity in its colour: what browsers show without a program.

It is MathML Core, which has no attribute for bold letters, and none for a box around a formula.
"""

import ast
from collections.abc import Iterable
from html import escape

from lsqgrad.algebra.expression import Formula, Relation
from lsqgrad.algebra.notation import (
    SUM,
    THIN,
    TIMES,
    Accent,
    Box,
    Colored,
    Fence,
    Fraction,
    Letter,
    List,
    Marked,
    Number,
    Row,
    Scripts,
    Sign,
    Sum,
    Table,
    Word,
)
from lsqgrad.algebra.typesetting import Typesetter

# All colours keep a contrast of 4 to 1 on the ground, or more.
MARK = "background: #FFF0A8; border-bottom: 1.5px solid; padding: 2px"
SIGNS = {
    "/": '<mo lspace="0" rspace="0">/</mo>',
    THIN: f'<mo lspace="0" rspace="0.1667em">{TIMES}</mo>',
}


def to_mathml(formula: Formula, *, inline: bool = False) -> str:
    """Write a formula as MathML.

    Parameters
    ----------
    formula : Formula
        What is written.
    inline : bool
        Whether it stands in a line of text: without colours, and derivatives with a slash.

    Returns
    -------
    str
        The element ``math``.

    Examples
    --------
    >>> from lsqgrad.algebra import Formula
    >>> print(to_mathml(Formula("n == 2"), inline=True))
    <math><mrow><mi>n</mi><mo>=</mo><mn>2</mn></mrow></math>
    """
    box = Typesetter(inline).formula(formula)
    return f"<math>{_element(box)}</math>" if inline else _displayed(box)


def chain_to_mathml(relation: Relation, *, marked: Iterable[ast.expr] = ()) -> str:
    """Write a chain of equations as MathML, or a part of one.

    Parameters
    ----------
    relation : Relation
        The sides, and the signs between them; with as many signs as sides, it begins with a sign.
    marked : iterable of ast.expr
        The parts that are new, which are underlined, on another ground.

    Returns
    -------
    str
        The element ``math``.

    Examples
    --------
    >>> (relation,) = Formula("n == 2").relations
    >>> print(chain_to_mathml(Relation(relation.sides[1:], ("=",))))
    <math displaystyle="true"><mrow><mo>=</mo><mn>2</mn></mrow></math>
    """
    return _displayed(Typesetter(marked=marked).chain(relation))


def _displayed(box: Box) -> str:
    return f'<math displaystyle="true">{_element(box)}</math>'


def _element(box: Box) -> str:
    match box:
        case Letter(text):
            return f"<mi>{text}</mi>"
        case Number(text):
            return f"<mn>{text}</mn>"
        case Word(text):
            return f"<mtext>{text}</mtext>"
        case Sign(text):
            return SIGNS.get(text, f"<mo>{escape(text)}</mo>")
        case Row(parts):
            return _row(*map(_element, parts))
        case List(parts, wide):
            comma = "<mo>,</mo>" + ('<mspace width="2em"/>' if wide else "")
            return f"<mrow>{comma.join(map(_element, parts))}</mrow>"
        case Accent(base, sign):
            return f'<mover accent="true">{_element(base)}{_fixed(sign)}</mover>'
        case Scripts(Scripts(base, below, None), None, above):
            return _element(Scripts(base, below, above))
        case Scripts(base, below, above):
            name = "m" + "sub" * bool(below) + "sup" * bool(above)
            boxes = [part for part in (base, below, above) if part]
            return f"<{name}>{''.join(map(_element, boxes))}</{name}>"
        case Fraction(above, below):
            return f"<mfrac>{_element(above)}{_element(below)}</mfrac>"
        case Sum(index, top):
            start = _row(_element(index), "<mo>=</mo>", "<mn>1</mn>")
            return f"<munderover><mo>{SUM}</mo>{start}{_element(top)}</munderover>"
        case Fence(signs, inside, high):
            left, right = (f"<mo>{sign}</mo>" if high else _fixed(sign) for sign in signs)
            return _row(left, _element(inside), right)
        case Table(rows):
            cells = ["".join(f"<mtd>{_element(cell)}</mtd>" for cell in row) for row in rows]
            table = "".join(f"<mtr>{row}</mtr>" for row in cells)
            return _row("<mo>(</mo>", f"<mtable>{table}</mtable>", "<mo>)</mo>")
        case Colored(inside, color):
            return f'<mrow mathcolor="{color}">{_element(inside)}</mrow>'
        case Marked(inside):
            return f'<mrow style="{MARK}">{_element(inside)}</mrow>'


def _row(*elements: str) -> str:
    return f"<mrow>{''.join(elements)}</mrow>"


def _fixed(sign: str) -> str:
    """Write a sign of its usual height and width."""
    return f'<mo stretchy="false">{sign}</mo>'
