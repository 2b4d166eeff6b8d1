r"""Writes a `Formula` as LaTeX, each quantity in its colour.

MathJax, and what GitHub uses, understand all of it. A colour stands in braces of its own, as in
``{\color{#B84A00}{w}}``, since the programs disagree on how far it reaches otherwise.
"""

import ast
import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from lsqgrad._util import COLORS
from lsqgrad.algebra.expression import INDICES, ROWS, SYMBOLS, Formula, elements

Term = tuple[str, ast.expr]  # of a sum: its sign and what follows

SUM, PRODUCT, POWER, ATOM = range(4)  # how tightly the parts of an expression hold together
HIGH = ("\\frac", "\\sum", "\\begin")  # what needs high parentheses
MARK = "#FFF0A8"  # behind what has changed; all colours keep a contrast of 4 to 1 on it, or more


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
    return _Typesetter(inline, sizes or {}, ()).page(formula, boxed, tag)


def part(node: ast.expr, *, marked: Iterable[ast.expr] = ()) -> str:
    """Write one part of a formula as LaTeX; what is marked is underlined, on another ground."""
    return _Typesetter(False, {}, marked).tex(node)


class _Typesetter:
    def __init__(self, inline: bool, sizes: Mapping[str, int], marked: Iterable[ast.expr]) -> None:
        self._inline = inline
        self._sizes = sizes
        self._marked = {id(node) for node in marked}

    def page(self, formula: Formula, boxed: bool, tag: int | None) -> str:
        """Write all chains of a formula."""
        chains = []
        for sides, signs in formula.relations:
            chain = self.tex(sides[0])
            for sign, side in zip(signs, sides[1:], strict=True):
                chain += f" {sign} {self.tex(side)}"
            chains.append(chain)
        text = r", \qquad ".join(chains)
        text = rf"\boxed{{{text}}}" if boxed else text
        return text if tag is None else rf"{text} \tag{{{tag}}}"

    def tex(self, node: ast.expr, least: int = SUM) -> str:
        """Write a part, in parentheses if it holds together less tightly than `least`."""
        text, tightness = self._part(node)
        text = self._mark(node, text)
        if tightness >= least:
            return text
        return rf"\left( {text} \right)" if any(h in text for h in HIGH) else f"({text})"

    def _mark(self, node: ast.expr, text: str) -> str:
        """Write what has changed on another ground, and underlined."""
        if id(node) not in self._marked:
            return text
        return rf"\bbox[{MARK},2px]{{\underline{{{text}}}}}"

    def _part(self, node: ast.expr) -> tuple[str, int]:
        """Return the LaTeX of a part, and how tightly it holds together."""
        match node:
            case ast.Constant(value=value):
                return str(value), ATOM
            case ast.Name(id=name):
                text = self._name(name)
                return text, POWER if "^" in text else ATOM
            case ast.UnaryOp(operand=operand):
                return f"-{self.tex(operand, PRODUCT)}", SUM
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
                sign = "+" if isinstance(node.op, ast.Add) else "-"
                return f"{self.tex(left)} {sign} {self.tex(right, PRODUCT)}", SUM
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return rf"\frac{{{self.tex(left)}}}{{{self.tex(right)}}}", POWER
            case ast.BinOp(left=ast.Call(func=ast.Name(id="norm"), args=[vector]), op=ast.Pow()):
                return rf"\lVert {self.tex(vector)} \rVert^2", POWER
            case ast.BinOp(left=left, op=ast.Pow()):
                return f"{self.tex(left, ATOM)}^2", POWER
            case ast.BinOp():
                return self._product(factors(node))
            case ast.Attribute(value=value):
                return rf"{self.tex(value, ATOM)}^\top", POWER
            case ast.Subscript():
                return self._entry(node), ATOM
            case ast.Call(func=ast.Name(id=name), args=args):
                return self._functions.get(name, _Typesetter._applied)(self, node, *args)
        raise AssertionError(f"a formula has no {ast.dump(node)}")

    def _name(self, name: str) -> str:
        if name in self._sizes:
            return str(self._sizes[name])
        if name in INDICES:
            return name
        symbol = SYMBOLS[name]
        return self._color(symbol.latex, symbol.quantity)

    def _color(self, text: str, quantity: str) -> str:
        if self._inline or not quantity:
            return text
        return rf"{{\color{{{COLORS[quantity]}}}{{{text}}}}}"

    def _product(self, parts: Sequence[ast.expr]) -> tuple[str, int]:
        """Write factors side by side, with a dot or a thin space where they would run together."""
        if isinstance(parts[0], ast.UnaryOp):  # -w x: Python takes the minus for that of w
            minus = f"-{self._product([parts[0].operand, *parts[1:]])[0]}"
            return self._mark(parts[0], minus), SUM
        text = ""
        for place, part in enumerate(parts):
            # A sum takes in all that follows it, so that without parentheses it stands last.
            last = place == len(parts) - 1
            least = PRODUCT if last and _opens(part) else POWER
            text += self._between(parts[place - 1], part) if place else ""
            text += self.tex(part, least)
        return text, PRODUCT

    def _between(self, left: ast.expr, right: ast.expr) -> str:
        """Return what stands between two factors."""
        plain = _Typesetter(True, self._sizes, ())  # whatever is coloured or marked
        (before, _), (after, tightness) = plain._part(left), plain._part(right)
        if tightness < POWER and not _opens(right):  # it stands in parentheses
            return r" \cdot " if _is_function(left) else " "  # else d (x) would be d of x
        if after[0].isdigit() or (before.isdigit() and re.match(r"\\(frac{\d|mathbf 1)", after)):
            return r" \cdot "  # else 2 and 3 would be 23, and 2 and 1/3 a mixed number
        return r" \, " if self._apart(left, right) else " "

    def _apart(self, left: ast.expr, right: ast.expr) -> bool:
        """Whether two factors need a space between them, so as not to look like one word."""
        if isinstance(left, ast.Subscript) or _is_function(left):
            return True
        words = (left, right)
        return any(
            _is_differential(word) or (self._inline and _is_fraction(word)) for word in words
        )

    def _entry(self, node: ast.Subscript) -> str:
        """Write an entry of a matrix: of a named one with a letter of its own."""
        places = [self.tex(place) for place in elements(node.slice)]
        index = _braced(("," if max(map(len, places)) > 1 else "").join(places))
        if isinstance(node.value, ast.Name):
            symbol = SYMBOLS[node.value.id]
            letter = symbol.entry or symbol.latex
            letter = f"({letter})" if {"_", "^"} & {*letter} else letter
            return self._color(f"{letter}_{index}", symbol.quantity)
        inner = self.tex(node.value)
        high = any(part in inner for part in HIGH)
        return rf"\left( {inner} \right)_{index}" if high else f"({inner})_{index}"

    # Functions

    def _sum(self, node: ast.Call, term: ast.expr, index: ast.Name) -> tuple[str, int]:
        top = self._name("n" if index.id in ROWS else "p")
        return rf"\sum_{{{index.id}=1}}^{_braced(top)} {self.tex(term, PRODUCT)}", PRODUCT

    def _derivative(self, node: ast.Call, of: ast.expr, by: ast.expr) -> tuple[str, int]:
        is_gradient = _is_loss(of)

        def plain(part: ast.expr) -> str:  # the gradient has one colour for all of it
            return _Typesetter(True, self._sizes, ()).tex(part) if is_gradient else self.tex(part)

        match of:
            case ast.Call(func=ast.Name(id="D"), args=[inner, first]) if _is_short(inner):
                above = rf"\partial^2 {plain(inner)}"
                below = rf"\partial {plain(by)} \, \partial {plain(first)}"
                below = f"({below})" if self._inline else below
            case _ if _is_short(of):
                above, below = rf"\partial {plain(of)}", rf"\partial {plain(by)}"
            case _:
                operator = rf"\frac{{\partial}}{{\partial {self.tex(by)}}}"
                return f"{operator} {self.tex(of, POWER)}", PRODUCT
        if self._inline:
            return f"{above}/{below}", POWER
        quantity = "gradient" if is_gradient else ""
        return self._color(rf"\frac{{{above}}}{{{below}}}", quantity), POWER

    def _differential(self, node: ast.Call, of: ast.expr) -> tuple[str, int]:
        if isinstance(of, ast.Name):
            symbol = SYMBOLS[of.id]
            tightness = POWER if "^" in symbol.latex else ATOM
            return self._color(f"d{symbol.latex}", symbol.quantity), tightness
        return f"d {self.tex(of, ATOM)}", PRODUCT

    def _inner(self, node: ast.Call, left: ast.expr, right: ast.expr) -> tuple[str, int]:
        text = f"{self.tex(left)}, {self.tex(right)}"
        if any(high in text for high in HIGH):
            return rf"\left\langle {text} \right\rangle", ATOM
        return rf"\langle {text} \rangle", ATOM

    def _pmatrix(self, rows: Iterable[Iterable[ast.expr]]) -> tuple[str, int]:
        body = r" \\ ".join(" & ".join(map(self.tex, row)) for row in rows)
        return rf"\begin{{pmatrix}} {body} \end{{pmatrix}}", ATOM

    def _applied(self, node: ast.Call, *args: ast.expr) -> tuple[str, int]:
        return f"{self.tex(node.func)}({', '.join(map(self.tex, args))})", ATOM

    _functions: dict[str, Callable[..., tuple[str, int]]] = {  # noqa: RUF012
        "Sum": _sum,
        "D": _derivative,
        "d": _differential,
        "inner": _inner,
        "hstack": lambda self, node, *parts: self._pmatrix([parts]),
        "vstack": lambda self, node, *parts: self._pmatrix([part] for part in parts),
        "matrix": lambda self, node, rows: self._pmatrix(row.elts for row in rows.elts),
    }


def _braced(text: str) -> str:
    """Write what stands below or above as one piece."""
    return text if len(text) == 1 else f"{{{text}}}"


def terms(node: ast.expr) -> list[Term]:
    """Return the terms of a sum as pairs of sign and part."""
    match node:
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return [*terms(left), ("+", right)]
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return [*terms(left), ("-", right)]
    return [("+", node)]


def factors(node: ast.expr) -> list[ast.expr]:
    """Return the factors of a product, from left to right."""
    match node:
        case ast.BinOp(left=left, op=ast.Mult() | ast.MatMult(), right=right):
            return [*factors(left), right]
    return [node]


def _opens(node: ast.expr) -> bool:
    """Whether a factor takes in what follows it."""
    match node:
        case ast.Call(func=ast.Name(id="Sum")):
            return True
        case ast.Call(func=ast.Name(id="D"), args=[of, _]):
            return not _is_short(of)
    return False


def is_narrow(node: ast.expr) -> bool:
    """Whether it is a name, a differential, or a derivative that is written as one fraction."""
    match node:
        case ast.Call(func=ast.Name(id="D"), args=[of, _]):
            return _is_short(of)
        case ast.Call(func=ast.Name(id="d"), args=[of]):
            return _is_short(of)
    return _is_short(node)


def _is_short(node: ast.expr) -> bool:
    """Whether the derivative of it is written as one fraction."""
    match node:
        case ast.Name() | ast.Subscript(value=ast.Name()):
            return True
        case ast.BinOp(left=left, op=ast.Pow()):
            return _is_short(left)
        case ast.Call(func=ast.Name(id="D"), args=[of, _]):
            return _is_short(of)
    return False


def _is_loss(node: ast.expr) -> bool:
    """Whether it is the loss, or derived from it, that is differentiated."""
    names = [part.id for part in ast.walk(node) if isinstance(part, ast.Name)]
    return any(SYMBOLS[name].quantity == "loss" for name in names if name in SYMBOLS)


def _is_function(node: ast.expr) -> bool:
    """Whether it is a letter that is also written before what it is a function of."""
    return isinstance(node, ast.Name) and node.id in ("L", "g", "d")


def _is_differential(node: ast.expr) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="d")) | ast.Name(id="dw"):
            return True
        case ast.Attribute(value=value) | ast.Subscript(value=value):
            return _is_differential(value)
    return False


def _is_fraction(node: ast.expr) -> bool:
    """Whether it is a derivative, which in a line of text has a slash."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "D"
