"""Puts a `Formula` into boxes, as one writes it by hand: where parentheses, dots and spaces stand.

What a formula looks like is decided here, once, and `latex` and `mathml` only write it down.
"""

import ast
from collections.abc import Callable, Iterable, Mapping, Sequence

from lsqgrad._util import COLORS
from lsqgrad.algebra import notation
from lsqgrad.algebra.expression import INDICES, ROWS, SYMBOLS, Formula, Relation, elements
from lsqgrad.algebra.notation import (
    APPLY,
    DOT,
    MINUS,
    SEPARATOR,
    THIN,
    TIMES,
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
    Table,
    first,
    is_high,
)

Term = tuple[str, ast.expr]  # of a sum: its sign and what follows

SUM, PRODUCT, POWER, ATOM = range(4)  # how tightly the parts of an expression hold together
TRANSPOSED, SQUARED, PARTIAL = Sign("⊤"), Number("2"), Letter("∂")
ONES = SYMBOLS["ones"].letter


class Typesetter:
    """Puts formulas and their parts into boxes.

    Parameters
    ----------
    inline : bool
        Whether it is for a line of text: without colours, and derivatives with a slash.
    sizes : dict of str to int, optional
        Numbers in place of n and p.
    marked : iterable of ast.expr
        Parts that are new.
    """

    def __init__(
        self,
        inline: bool = False,
        sizes: Mapping[str, int] | None = None,
        marked: Iterable[ast.expr] = (),
    ) -> None:
        self._inline = inline
        self._sizes = sizes or {}
        self._marked = {id(node) for node in marked}

    def formula(self, formula: Formula) -> Box:
        """Return all chains of a formula."""
        chains = tuple(map(self.chain, formula.relations))
        return chains[0] if len(chains) == 1 else List(chains, wide=True)

    def chain(self, relation: Relation) -> Box:
        """Return a chain of equations; one with as many signs as sides begins with a sign."""
        sides, signs = relation
        signs = signs if len(signs) == len(sides) else ("", *signs)
        parts: list[Box] = []
        for sign, side in zip(signs, sides, strict=True):
            parts += [Sign(sign), self.box(side)] if sign else [self.box(side)]
        return _row(*parts)

    def box(self, node: ast.expr, least: int = SUM) -> Box:
        """Return a part, in parentheses if it holds together less tightly than `least`."""
        box, tightness = self._part(node)
        box = self._mark(node, box)
        return box if tightness >= least else _parentheses(box)

    def _plain(self) -> "Typesetter":
        """Return one that leaves colours and marks out."""
        return Typesetter(True, self._sizes)

    def _mark(self, node: ast.expr, box: Box) -> Box:
        return Marked(box) if id(node) in self._marked else box

    def _part(self, node: ast.expr) -> tuple[Box, int]:
        """Return a part, and how tightly it holds together."""
        match node:
            case ast.Constant(value=value):
                return Number(str(value)), ATOM
            case ast.Name(id=name):
                return self._name(name), _tightness(name)
            case ast.UnaryOp(operand=operand):
                return _minus(self.box(operand, PRODUCT)), SUM
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub(), right=right):
                sign = "+" if isinstance(node.op, ast.Add) else MINUS
                return _row(self.box(left), Sign(sign), self.box(right, PRODUCT)), SUM
            case ast.BinOp(left=left, op=ast.Div(), right=right):
                return Fraction(self.box(left), self.box(right)), POWER
            case ast.BinOp(left=ast.Call(func=ast.Name(id="norm"), args=[vector]), op=ast.Pow()):
                return Scripts(Fence("‖‖", self.box(vector), high=False), above=SQUARED), POWER
            case ast.BinOp(left=left, op=ast.Pow()):
                return Scripts(self.box(left, ATOM), above=SQUARED), POWER
            case ast.BinOp():
                return self._product(factors(node))
            case ast.Attribute(value=value):
                return Scripts(self.box(value, ATOM), above=TRANSPOSED), POWER
            case ast.Subscript():
                return self._entry(node), ATOM
            case ast.Call(func=ast.Name(id=name), args=args):
                return self._functions.get(name, Typesetter._applied)(self, node, *args)
        raise AssertionError(f"a formula has no {ast.dump(node)}")

    def _name(self, name: str) -> Box:
        if name in self._sizes:
            return Number(str(self._sizes[name]))
        if name in INDICES:
            return Letter(name)
        symbol = SYMBOLS[name]
        return self._color(symbol.letter, symbol.quantity)

    def _color(self, box: Box, quantity: str) -> Box:
        return box if self._inline or not quantity else Colored(box, COLORS[quantity])

    def _product(self, parts: Sequence[ast.expr]) -> tuple[Box, int]:
        """Return factors side by side, with a dot or a space where they would run together."""
        if isinstance(parts[0], ast.UnaryOp):  # -w x: Python takes the minus for that of w
            minus = _minus(self._product([parts[0].operand, *parts[1:]])[0])
            return self._mark(parts[0], minus), SUM
        boxes: list[Box] = []
        for place, part in enumerate(parts):
            # A sum takes in all that follows it, so that without parentheses it stands last.
            last = place == len(parts) - 1
            least = PRODUCT if last and _opens(part) else POWER
            boxes += [self._between(parts[place - 1], part)] if place else []
            boxes.append(self.box(part, least))
        return _row(*boxes), PRODUCT

    def _between(self, left: ast.expr, right: ast.expr) -> Box:
        """Return what stands between two factors."""
        plain = self._plain()
        (before, _), (after, tightness) = plain._part(left), plain._part(right)
        if tightness < POWER and not _opens(right):  # it stands in parentheses
            return Sign(DOT if _is_function(left) else TIMES)  # else d (x) would be d of x
        next_one = first(after)
        if isinstance(next_one, Number) or (isinstance(before, Number) and _is_digit(next_one)):
            return Sign(DOT)  # else 2 and 3 would be 23, and 2 and 1/3 a mixed number
        return Sign(THIN if self._apart(left, right) else TIMES)

    def _apart(self, left: ast.expr, right: ast.expr) -> bool:
        """Whether two factors need a space between them, so as not to look like one word."""
        if isinstance(left, ast.Subscript) or _is_function(left):
            return True
        words = (left, right)
        return any(
            _is_differential(word) or (self._inline and _is_fraction(word)) for word in words
        )

    def _entry(self, node: ast.Subscript) -> Box:
        """Return an entry of a matrix: of a named one with a letter of its own."""
        places = [self.box(place) for place in elements(node.slice)]
        plain = map(self._plain().box, elements(node.slice))
        is_long = any(not isinstance(box, Letter | Number) or len(box.text) > 1 for box in plain)
        index = _joined(places, Sign("," if is_long else SEPARATOR))
        if isinstance(node.value, ast.Name):
            symbol = SYMBOLS[node.value.id]
            letter = symbol.entry or symbol.letter
            letter = _parentheses(letter) if isinstance(letter, Scripts) else letter
            return self._color(Scripts(letter, below=index), symbol.quantity)
        return Scripts(_parentheses(self.box(node.value)), below=index)

    # Functions

    def _sum(self, node: ast.Call, term: ast.expr, index: ast.Name) -> tuple[Box, int]:
        top = self._name("n" if index.id in ROWS else "p")
        return _row(notation.Sum(Letter(index.id), top), self.box(term, PRODUCT)), PRODUCT

    def _derivative(self, node: ast.Call, of: ast.expr, by: ast.expr) -> tuple[Box, int]:
        is_gradient = _is_loss(of)

        def plain(part: ast.expr) -> Box:  # the gradient has one colour for all of it
            return (self._plain() if is_gradient else self).box(part)

        above: Box
        below: Box
        match of:
            case ast.Call(func=ast.Name(id="D"), args=[inner, innermost]) if _is_short(inner):
                above = _row(Scripts(PARTIAL, above=SQUARED), plain(inner))
                below = _row(PARTIAL, plain(by), Sign(THIN), PARTIAL, plain(innermost))
                below = _parentheses(below) if self._inline else below
            case _ if _is_short(of):
                above, below = _row(PARTIAL, plain(of)), _row(PARTIAL, plain(by))
            case _:
                operator = Fraction(PARTIAL, _row(PARTIAL, self.box(by)))
                return _row(operator, self.box(of, POWER)), PRODUCT
        if self._inline:
            return Row((above, Sign("/"), below), tight=True), POWER
        quantity = "gradient" if is_gradient else ""
        return self._color(Fraction(above, below), quantity), POWER

    def _differential(self, node: ast.Call, of: ast.expr) -> tuple[Box, int]:
        if isinstance(of, ast.Name):
            symbol = SYMBOLS[of.id]
            box = Row((Letter("d"), symbol.letter), tight=True)
            return self._color(box, symbol.quantity), _tightness(of.id)
        return _row(Letter("d"), self.box(of, ATOM)), PRODUCT

    def _inner(self, node: ast.Call, left: ast.expr, right: ast.expr) -> tuple[Box, int]:
        both = List((self.box(left), self.box(right)))
        return Fence("⟨⟩", both, is_high(both)), ATOM

    def _table(self, rows: Iterable[Iterable[ast.expr]]) -> tuple[Box, int]:
        return Table(tuple(tuple(map(self.box, row)) for row in rows)), ATOM

    def _applied(self, node: ast.Call, *args: ast.expr) -> tuple[Box, int]:
        inside = Fence("()", List(tuple(map(self.box, args))), high=False)
        return Row((self.box(node.func), Sign(APPLY), inside), tight=True), ATOM

    _functions: dict[str, Callable[..., tuple[Box, int]]] = {  # noqa: RUF012
        "Sum": _sum,
        "D": _derivative,
        "d": _differential,
        "inner": _inner,
        "hstack": lambda self, node, *parts: self._table([parts]),
        "vstack": lambda self, node, *parts: self._table([part] for part in parts),
        "matrix": lambda self, node, rows: self._table(row.elts for row in rows.elts),
    }


def _row(*parts: Box) -> Box:
    return parts[0] if len(parts) == 1 else Row(parts)


def _joined(parts: Sequence[Box], sign: Sign) -> Box:
    """Return indices side by side."""
    row: list[Box] = [parts[0]]
    for part in parts[1:]:
        row += [sign, part]
    return row[0] if len(row) == 1 else Row(tuple(row), tight=True)


def _minus(box: Box) -> Box:
    return Row((Sign(MINUS), box), tight=True)


def _is_digit(box: Box) -> bool:
    """Whether it looks like a part of the number before it: a fraction with one, the letter 𝟏."""
    above = first(box.above) if isinstance(box, Fraction) else box
    return isinstance(above, Number) or box == ONES


def _parentheses(box: Box) -> Box:
    return Fence("()", box, is_high(box))


def _tightness(name: str) -> int:
    """Return how tightly a letter, or its differential, holds together."""
    letter = SYMBOLS[name].letter if name in SYMBOLS else None
    return POWER if isinstance(letter, Scripts) and letter.above else ATOM


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
