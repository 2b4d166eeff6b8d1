r"""Writes a `Formula` as LaTeX, each quantity in its colour.

MathJax, and what GitHub uses, understand all of it. A colour stands in braces of its own, as in
``{\color{#B84A00}{w}}``, since the programs disagree on how far it reaches otherwise.
"""

from collections.abc import Mapping

from lsqgrad.algebra.expression import Formula
from lsqgrad.algebra.notation import (
    APPLY,
    DOT,
    MINUS,
    SEPARATOR,
    THIN,
    TIMES,
    Accent,
    Box,
    Colored,
    Fence,
    Fraction,
    Letter,
    List,
    Number,
    Row,
    Scripts,
    Sign,
    Sum,
    Table,
    Word,
)
from lsqgrad.algebra.typesetting import Typesetter

COMMANDS = {
    "θ": r"\theta",
    "λ": r"\lambda",
    "η": r"\eta",
    "μ": r"\mu",
    "τ": r"\tau",
    "𝟏": r"\mathbf 1",
    "∂": r"\partial",
    "⊤": r"\top",
    "~": r"\tilde",
    "^": r"\hat",
    "⟨": r"\langle",
    "⟩": r"\rangle",
    MINUS: "-",
    DOT: r"\cdot",
    THIN: r"\,",
    **dict.fromkeys((TIMES, APPLY, SEPARATOR), ""),
}


def to_latex(
    formula: Formula,
    *,
    inline: bool = False,
    sizes: Mapping[str, int] | None = None,
    boxed: bool = False,
    tag: int | None = None,
) -> str:
    r"""Write a formula as LaTeX.

    Parameters
    ----------
    formula : Formula
        What is written.
    inline : bool
        Whether it stands in a line of text: without colours, and derivatives with a slash.
    sizes : dict of str to int, optional
        Numbers in place of n and p, as in ``{"n": 3}``.
    boxed : bool
        Whether there is a box around it.
    tag : int, optional
        The number of the equation.

    Returns
    -------
    str
        Without the dollar signs.

    Examples
    --------
    >>> from lsqgrad.algebra import Formula
    >>> print(to_latex(Formula("D(L, b) == 2 / n * Sum(r[i], i)"), inline=True))
    \partial L/\partial b = \frac{2}{n} \sum_{i=1}^n r_i
    """
    text = _tex(Typesetter(inline, sizes).formula(formula))
    text = rf"\boxed{{{text}}}" if boxed else text
    return text if tag is None else rf"{text} \tag{{{tag}}}"


def _tex(box: Box) -> str:
    match box:
        case Letter(text) | Number(text) | Sign(text):
            return COMMANDS.get(text, text)
        case Word(text):
            return rf"\text{{{text}}}"
        case Row(parts, tight):
            return ("" if tight else " ").join(filter(None, map(_tex, parts)))
        case List(parts, wide):
            return (r", \qquad " if wide else ", ").join(map(_tex, parts))
        case Accent(base, sign):
            return f"{COMMANDS[sign]} {_tex(base)}"
        case Scripts(base, below, above):
            scripts = [mark + _script(part) for mark, part in (("_", below), ("^", above)) if part]
            return _tex(base) + "".join(scripts)
        case Fraction(above, below):
            return rf"\frac{{{_tex(above)}}}{{{_tex(below)}}}"
        case Sum(index, top):
            return rf"\sum_{{{_tex(index)}=1}}^{_script(top)}"
        case Fence("‖‖", inside):
            return rf"\lVert {_tex(inside)} \rVert"
        case Fence(signs, inside, high):
            left, right = (COMMANDS.get(sign, sign) for sign in signs)
            if high:
                return rf"\left{left} {_tex(inside)} \right{right}"
            space = " " if signs == "⟨⟩" else ""
            return f"{left}{space}{_tex(inside)}{space}{right}"
        case Table(rows):
            body = r" \\ ".join(" & ".join(map(_tex, row)) for row in rows)
            return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}"
        case Colored(inside, color):
            return rf"{{\color{{{color}}}{{{_tex(inside)}}}}}"
    raise AssertionError(f"LaTeX has no {box}")


def _script(box: Box) -> str:
    """Write what stands below or above as one piece."""
    text = _tex(box)
    return text if len(text) == 1 or isinstance(box, Sign | Word) else f"{{{text}}}"
