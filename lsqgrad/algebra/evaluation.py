"""Gives formulas exact values, at one size each: from random fractions, or a symbol for each entry.

Both are fields, closed under + − × ÷, and so is the language of formulas. A check by random
fractions is fast and needs no tolerance; one with symbols holds for all numbers of that size.
"""

import ast
import math
import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import cycle, product
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from lsqgrad._util import ArgumentError
from lsqgrad.algebra.expression import INDICES, ROWS, Formula, elements, names_in, written

Matrix = NDArray[np.object_]  # of fractions or of symbols; a number is a 1×1 matrix
Definitions = Mapping[str, tuple[tuple[str, ...], ast.expr]]

SIMPLE = 20  # the largest number in a fraction that is called simple
# Above SIMPLE, so that the ratio of two letters is seldom simple by chance
PRIMES = (23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97)
DENOMINATORS = (5, 8, 10)  # so that a few decimals show all of a fraction
LETTERS = [Fraction(s * prime, k) for s in (1, -1) for prime in PRIMES for k in DENOMINATORS]
RATIONAL_SIZES = ((1, 1), (3, 1), (10, 1), (2, 2), (5, 3), (2, 5))  # n and p
SYMBOLIC_SIZES = ((1, 1), (3, 1), (2, 2))
SHAPES: dict[str, tuple[str, str]] = {
    "X": ("n", "p"),
    **dict.fromkeys(("Y", "s"), ("n", "1")),
    **dict.fromkeys(("w", "dw", "d", "v"), ("p", "1")),
    **dict.fromkeys(("b", "h", "c", "eta", "lam", "mu", "tau"), ("1", "1")),
}
CONSTANTS: dict[str, Callable[[int, int], ArrayLike]] = {
    "n": lambda n, p: [[n]],
    "p": lambda n, p: [[p]],
    "ones": lambda n, p: np.ones((n, 1), dtype=int),
    "I": lambda n, p: np.eye(p, dtype=int),
    "I_theta": lambda n, p: np.eye(p + 1, dtype=int),
}
OPERATORS: dict[type[ast.operator], Callable[[Matrix, Matrix], Matrix]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.MatMult: operator.matmul,
}
OTHER_NAMES = {"x": "X", "y": "Y"}  # of the same thing, where there is one feature


class ShapeError(ValueError):
    """A formula has no value, since its shapes do not fit."""


class EntryError(ShapeError):
    """There is no such entry."""


class Undecidable(ValueError):
    """Whether a formula holds cannot be told here: a name is not known, or it divides by 0."""


class CallError(Undecidable):
    """What is called is not known as a function of so many arguments."""


class UnknownIndex(Undecidable):
    """What stands for an index is no number, and no letter that has a value."""


class Rationals:
    """Fractions, every letter another random one: what is false by these is false."""

    number = Fraction

    def __init__(self, seed: int = 0) -> None:
        order = np.random.default_rng(seed).permutation(len(LETTERS))
        self._letters: Iterator[Fraction] = cycle([LETTERS[k] for k in order])

    def letter(self, name: str) -> Fraction:
        """Return what a letter stands for that means nothing in particular."""
        return next(self._letters)

    def is_zero(self, number: Fraction) -> bool:
        """Whether a number is 0."""
        return number == 0

    def derivative(self, function: Callable[[Any], Matrix]) -> Matrix | None:
        """Return the derivative at 0 of a function of second degree, and None of another one.

        A central difference is exact where that of twice the width is the same.
        """
        narrow, wide = ((function(h) - function(-h)) / Fraction(2 * h) for h in (1, 2))
        return narrow if np.array_equal(narrow, wide) else None

    def show(self, number: Fraction) -> str:
        """Write a number for people."""
        return f"{_to_float(number):.6g}"


class Symbols:
    """Rational functions of symbols, every letter one: what is true of them is true of all numbers.

    The methods are those of `Rationals`.
    """

    def __init__(self) -> None:
        import sympy

        self._sympy = sympy
        self.number = sympy.Integer
        self.letter = sympy.Symbol

    def is_zero(self, number: Any) -> bool:
        """Whether the numerator of a number expands to 0."""
        terms = self._sympy.expand(number)
        if not terms.is_polynomial():
            terms = self._sympy.expand(self._sympy.fraction(self._sympy.together(terms))[0])
        return bool(terms == 0)

    def derivative(self, function: Callable[[Any], Matrix]) -> Matrix:
        """Return the derivative of a function at 0."""
        t = self._sympy.Dummy("t")
        return _each(lambda entry: entry.diff(t).xreplace({t: self.number(0)}))(function(t))

    def show(self, number: Any) -> str:
        """Write a number for people."""
        return str(self._sympy.expand(number))


Field = Rationals | Symbols


class Difference(NamedTuple):
    """Where two parts of a formula differ, and what they are there."""

    at: dict[str, int]  # the free indices
    left: Matrix
    right: Matrix

    @property
    def factor(self) -> Fraction | None:
        """The simple fraction that the right number is times the left one, if there is one."""
        if self.left.shape != (1, 1) or self.right.shape != (1, 1) or self.left.item() == 0:
            return None
        ratio = self.right.item() / self.left.item()
        if not isinstance(ratio, Fraction) or ratio == 0:
            return None
        return ratio if max(abs(ratio.numerator), ratio.denominator) <= SIMPLE else None


class Evaluator:
    """Evaluates formulas, at one number n of rows and one number p of columns.

    Parameters
    ----------
    field : Field
        Where the values are taken from: `Rationals` or `Symbols`.
    n, p : int
        The size.
    definitions : dict of str to (tuple of str, ast.expr)
        What other names stand for: the names of their arguments, if any, and an expression.

    Examples
    --------
    >>> (side,) = Formula("Sum(i * ones[i], i) / 4").relations[0].sides
    >>> Evaluator(Rationals(), 3, 1, {}).value(side).item()
    Fraction(3, 2)
    """

    def __init__(self, field: Field, n: int, p: int, definitions: Definitions) -> None:
        self.field, self.n, self.p = field, n, p
        self._definitions = definitions
        self._open: frozenset[str] = frozenset()  # the names whose definitions are being looked up
        self._indices: dict[str, int] = {}
        self._defined: dict[str, Matrix] = {}  # what was found for a definition
        self._products: dict[ast.expr, Matrix] = {}  # and for a product that no index changes
        sizes = {"n": n, "p": p, "1": 1}
        self._known = {
            name: self._draw(name, (sizes[rows], sizes[columns]))
            for name, (rows, columns) in SHAPES.items()
        }
        self._known |= {name: self.matrix(value(n, p)) for name, value in CONSTANTS.items()}

    def __str__(self) -> str:
        return f"n = {self.n}, p = {self.p}"

    def matrix(self, integers: ArrayLike) -> Matrix:
        """Return a matrix of integers in numbers of the field."""
        return _each(self.field.number)(integers)

    def number(self, integer: int) -> Matrix:
        """Return an integer as a 1×1 matrix: so is every number here."""
        return self.matrix([[integer]])

    def with_values(self, **values: Matrix) -> "Evaluator":
        """Return the same with other values for some names."""
        return self._copy(_known=self._known | values, _defined={}, _products={})

    def with_indices(self, **places: int) -> "Evaluator":
        """Return the same with places for some indices."""
        return self._copy(_indices=self._indices | places)

    def _copy(self, **attributes: object) -> "Evaluator":
        evaluator = object.__new__(Evaluator)
        evaluator.__dict__ |= self.__dict__ | attributes
        return evaluator

    def _draw(self, name: str, shape: tuple[int, int]) -> Matrix:
        matrix = np.empty(shape, dtype=object)
        for entry in np.ndindex(shape):
            places = [str(k + 1) for k, size in zip(entry, shape, strict=True) if size > 1]
            matrix[entry] = self.field.letter("_".join([name.lower(), *places]))
        return matrix

    def show(self, value: Matrix) -> str:
        """Write a value for people: a number as it is, a matrix row by row."""
        rows = ["  ".join(map(self.field.show, row)) for row in value]
        return rows[0] if value.shape == (1, 1) else f"[{'; '.join(rows)}]"

    def difference(self, left: ast.expr, right: ast.expr) -> Difference | None:
        """Return where two parts differ, if they do; free indices take all their values."""
        free = sorted(free_indices(left) | free_indices(right))
        for places in product(*map(self._places, free)):
            at = dict(zip(free, places, strict=True))
            evaluator = self.with_indices(**at)
            one, other = evaluator.value(left), evaluator.value(right)
            if one.shape != other.shape or not all(map(self.field.is_zero, (one - other).flat)):
                return Difference(at, one, other)
        return None

    def value(self, node: ast.expr) -> Matrix:
        """Return the value of a part of a formula."""
        match node:
            case ast.Constant(value=int(value)):
                return self.number(value)
            case ast.Name(id=name):
                return self.value_of(name)
            case ast.UnaryOp(operand=operand):
                return -self.value(operand)
            case ast.BinOp(op=ast.MatMult()) if not free_indices(node):
                if node not in self._products:
                    self._products[node] = self._operation(node)
                return self._products[node]
            case ast.BinOp():
                return self._operation(node)
            case ast.Attribute(value=matrix):
                return self.value(matrix).T
            case ast.Subscript(value=matrix, slice=places):
                whole = self.value(matrix)
                row, column = self._place(node, whole, places)
                return whole[row : row + 1, column : column + 1]
            case ast.Call(func=ast.Name(id=name), args=args):
                return self._functions.get(name, Evaluator._applied)(self, node, *args)
        raise AssertionError(f"a formula has no {ast.dump(node)}")

    def value_of(self, name: str) -> Matrix:
        """Return the value of a name, after its definition if it has one."""
        if name in self._indices:
            return self.number(self._indices[name])
        if name in self._known:
            return self._known[name]
        if name in self._definitions:
            return self._definition(name)
        if name in OTHER_NAMES and self.p == 1:
            return self.value_of(OTHER_NAMES[name])
        raise Undecidable(f"{name} is not known")

    def _definition(self, name: str) -> Matrix:
        """Return the value of what defines a name; the indices of where it stands do not count."""
        if name in self._open:
            raise Undecidable(f"{name} is defined by itself")
        if name not in self._defined:
            inside = self._copy(_open=self._open | {name}, _indices={})
            self._defined[name] = inside.value(self._definitions[name][1])
        return self._defined[name]

    def _operation(self, node: ast.BinOp) -> Matrix:
        if isinstance(node.op, ast.Pow):
            return self._square(node, node.left)
        left, right = self.value(node.left), self.value(node.right)
        shapes = {left.shape, right.shape}
        match node.op:
            case ast.Add() | ast.Sub():  # a number is added to every row of a column
                _fit(len(shapes) == 1 or shapes == {(1, 1), (self.n, 1)}, node, left, right)
            case ast.Mult():
                if (1, 1) not in shapes:
                    raise ShapeError(
                        f"{written(node)}: one factor of * is a number, and these are "
                        f"{_shapes(left, right)}; a product of matrices is written @"
                    )
            case ast.Div():
                _fit(right.shape == (1, 1), node, left, right)
                if self.field.is_zero(right.item()):
                    raise Undecidable(f"{written(node)}: division by 0")
            case ast.MatMult():
                _fit(left.shape[1] == right.shape[0], node, left, right)
        return OPERATORS[type(node.op)](left, right)

    def _square(self, node: ast.BinOp, base: ast.expr) -> Matrix:
        match base:
            case ast.Call(func=ast.Name(id="norm"), args=[part]):
                value = self.value(part)
                _fit(value.shape[1] == 1, node, value)
            case _:
                value = self.value(base)
                _fit(value.shape == (1, 1), node, value)
        return _inner_product(value, value)

    def _place(self, node: ast.expr, matrix: Matrix, places: ast.expr) -> tuple[int, int]:
        """Return where an entry stands, counted from 0."""
        numbers = [self._index(place) for place in elements(places)]
        if len(numbers) == 1 and matrix.shape[1] == 1:
            numbers.append(1)
        missing = f"{written(node)}: there is no such entry in {_shapes(matrix)}"
        if len(numbers) != 2:
            raise EntryError(missing)
        for place, k, size in zip(elements(places), numbers, matrix.shape, strict=False):
            if not 1 <= k <= size:  # for another size there may be a w[2], or an r[p]
                fixed = k > 1 and written(place) not in INDICES
                raise (Undecidable if fixed else EntryError)(missing)
        row, column = numbers
        return row - 1, column - 1

    def _index(self, node: ast.expr) -> int:
        """Return an index as an int: a number, or a letter that has a value now."""
        known = {"n": self.n, "p": self.p} | self._indices
        match node:
            case ast.Constant(value=int(value)):
                return value
            case ast.Name(id=name) if name in known:
                return known[name]
        raise UnknownIndex(f"{written(node)}: expected an index")

    def _places(self, index: str) -> range:
        """Return all that an index counts."""
        return range(1, (self.n if index in ROWS else self.p) + 1)

    # Functions

    def _sum(self, node: ast.Call, term: ast.expr, index: ast.Name) -> Matrix:
        first, *others = (
            self.with_indices(**{index.id: k}).value(term) for k in self._places(index.id)
        )
        return sum(others, first)

    def _derivative(self, node: ast.Call, of: ast.expr, by: ast.expr) -> Matrix:
        match by:
            case ast.Name(id=name):
                at = self.value_of(name)
                entries = [*np.ndindex(at.shape)]
                shape = at.shape
            case ast.Subscript(value=ast.Name(id=name), slice=places):
                at = self.value_of(name)
                entries, shape = [self._place(by, at, places)], (1, 1)
            case _:
                raise Undecidable(f"{written(by)}: expected a name or an entry to differentiate by")
        if name in self._definitions and name not in names_used(names_in(of), self._definitions):
            # It may depend on what the name is defined from, which would not be seen here.
            raise Undecidable(f"{written(node)}: {written(of)} is not written with {name}")
        slopes = self.matrix(np.zeros(shape, dtype=int))
        for k, entry in enumerate(entries):
            direction = self.matrix(np.zeros(at.shape, dtype=int))
            direction[entry] = self.field.number(1)
            slope = self._slope(of, name, at, direction)
            if slope.shape != (1, 1):
                raise Undecidable(f"{written(node)}: {written(of)} is no number")
            slopes.flat[k] = slope.item()
        return slopes

    def _differential(self, node: ast.Call, of: ast.expr) -> Matrix:
        return self._slope(of, "w", self.value_of("w"), self.value_of("dw"))

    def _slope(self, of: ast.expr, name: str, at: Matrix, direction: Matrix) -> Matrix:
        """Return the derivative of a part where the value of a name moves along a direction."""
        # What moves x moves X too
        moving = OTHER_NAMES.get(name, name) if name not in self._known else name
        slope = self.field.derivative(
            lambda t: self.with_values(**{moving: at + direction * t}).value(of)
        )
        if slope is None:
            raise Undecidable(
                f"{written(of)} is no quadratic function of {moving}, and its derivative "
                "cannot be told from differences"
            )
        return slope

    def _inner(self, node: ast.Call, *parts: ast.expr) -> Matrix:
        left, right = map(self.value, parts)
        _fit(left.shape == right.shape and left.shape[1] == 1, node, left, right)
        return _inner_product(left, right)

    def _block(self, node: ast.Call, parts: Iterable[Iterable[ast.expr]]) -> Matrix:
        """Return the matrix that is made of blocks."""
        blocks = [[self.value(part) for part in row] for row in parts]
        try:
            matrix: Matrix = np.block(blocks)
        except ValueError:
            raise _misfit(node, *(block for row in blocks for block in row)) from None
        return matrix

    def _applied(self, node: ast.Call, *args: ast.expr) -> Matrix:
        """Return the value of a function at other arguments than its own, as in L(w + d)."""
        name = ast.unparse(node.func)
        parameters, _ = self._definitions.get(name, ((), None))
        if len(args) != len(parameters):
            what = f"has {len(parameters)} argument(s)" if parameters else "is no function"
            raise CallError(f"{written(node)}: {name} {what} here")
        values = dict(zip(parameters, map(self.value, args), strict=True))
        for parameter, value in values.items():
            _fit(value.shape == self.value_of(parameter).shape, node, value)
        return self.with_values(**values)._definition(name)

    _functions: dict[str, Callable[..., Matrix]] = {  # noqa: RUF012
        "Sum": _sum,
        "D": _derivative,
        "d": _differential,
        "inner": _inner,
        "hstack": lambda self, node, *parts: self._block(node, [parts]),
        "vstack": lambda self, node, *parts: self._block(node, [[part] for part in parts]),
        "matrix": lambda self, node, rows: self._block(node, [row.elts for row in rows.elts]),
    }


def is_fixed(name: str) -> bool:
    """Whether a name has a meaning everywhere, so that no definition can give it another."""
    return name in (*SHAPES, *CONSTANTS, *OTHER_NAMES, *INDICES)


def evaluators(
    definitions: Definitions,
    formulas: Iterable[Formula],
    n: int | None = None,
    p: int | None = None,
) -> list[Evaluator]:
    """Make all the evaluators by which formulas are to hold: fractions first, then symbols.

    Parameters
    ----------
    definitions : dict
        As for `Evaluator`.
    formulas : iterable of Formula
        Those with x or y, which are the one column of X and Y, hold where p is 1.
    n, p : int, optional
        The only size, if there is only one.

    Returns
    -------
    list of Evaluator

    Raises
    ------
    ArgumentError
        If p is not 1, and x or y is in a formula; or if there is no evaluator of this size.
    """
    names = frozenset[str]().union(*(formula.names for formula in formulas))
    if OTHER_NAMES.keys() & names_used(names, definitions):
        if p not in (None, 1):
            raise ArgumentError("p", "1, since x and y stand for one feature", f"{p}")
        p = 1
    found = [
        Evaluator(field(), *size, definitions)
        for field, sizes in ((Rationals, RATIONAL_SIZES), (Symbols, SYMBOLIC_SIZES))
        for size in sizes
        if n in (None, size[0]) and p in (None, size[1])
    ]
    if not found:
        raise ArgumentError("n, p", f"one of the sizes {RATIONAL_SIZES}", f"n = {n}, p = {p}")
    return found


def names_used(names: Iterable[str], definitions: Definitions) -> set[str]:
    """Return the names, and those that their definitions use."""
    found, waiting = set[str](), set(names)
    while waiting:
        name = waiting.pop()
        found.add(name)
        if name in definitions:
            waiting |= names_in(definitions[name][1]) - found
    return found


def free_indices(node: ast.expr) -> set[str]:
    """Return the indices of a part that no sum in it binds."""
    return names_in(node) & {*INDICES}


def to_floats(value: Matrix) -> NDArray[np.float64]:
    """Return a matrix of fractions as the nearest floats, infinite where there are none."""
    return np.array([list(map(_to_float, row)) for row in value])


def _to_float(number: Fraction) -> float:
    try:
        return float(number)
    except OverflowError:
        return math.inf if number > 0 else -math.inf


def _each(function: Callable[[Any], Any]) -> Callable[[ArrayLike], Matrix]:
    return np.vectorize(function, otypes=[object])


def _inner_product(left: Matrix, right: Matrix) -> Matrix:
    return OPERATORS[ast.MatMult](left.T, right)


def _fit(fits: bool, node: ast.expr, *values: Matrix) -> None:
    if not fits:
        raise _misfit(node, *values)


def _misfit(node: ast.expr, *values: Matrix) -> ShapeError:
    return ShapeError(f"{written(node)}: the shapes do not fit, {_shapes(*values)}")


def _shapes(*values: Matrix) -> str:
    return " and ".join("×".join(map(str, value.shape)) for value in values)
