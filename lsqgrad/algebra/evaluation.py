"""Gives formulas values, in worlds of one size each: of symbols, or of random float64 numbers.

In a world of symbols every entry of X, Y, w and b is a letter, and two values are equal if their
difference expands to 0. In a world of floats every entry is a random number, and two values are
equal if they differ by no more than their rounding explains, which is counted on the way.
"""

import ast
from fractions import Fraction
from itertools import chain, product

import numpy as np

from lsqgrad.algebra.expression import INDICES, ROWS, elements, names_in
from lsqgrad.regression import Rounded

SIMPLE = 20  # the largest number in a fraction that is called simple
SYMBOLIC_SIZES = ((1, 1), (3, 1), (2, 2))  # n and p
FLOATING_SIZES = ((1, 1), (3, 1), (10, 1), (2, 2), (5, 3), (2, 5), (20, 4))
SHAPES = {
    "X": ("n", "p"),
    "Y": ("n", 1),
    "w": ("p", 1),
    "b": (1, 1),
    "dw": ("p", 1),
    "d": ("p", 1),
    "h": (1, 1),
    "c": (1, 1),
    "s": ("n", 1),
    "eta": (1, 1),
    "v": ("p", 1),
    "lam": (1, 1),
    "mu": (1, 1),
    "tau": (1, 1),
}
CONSTANTS = {
    "n": lambda n, p: np.array([[n]]),
    "p": lambda n, p: np.array([[p]]),
    "ones": lambda n, p: np.ones((n, 1), dtype=int),
    "I": lambda n, p: np.eye(p, dtype=int),
    "I_theta": lambda n, p: np.eye(p + 1, dtype=int),
}
OTHER_NAMES = {"x": "X", "y": "Y"}  # of the same thing, where there is one feature


class Meaningless(ValueError):
    """A formula has no value: its shapes do not fit, or there is no such entry."""


class Undecided(ValueError):
    """Whether a formula holds cannot be said: a name is not known, or a function no quadratic."""


class World:
    """Values for the names of formulas, at one number n of rows and one number p of columns.

    Parameters
    ----------
    n, p : int
        The size.
    definitions : dict of str to (tuple of str, ast.expr)
        What other names stand for: the names of their arguments, if any, and an expression.
    """

    def __init__(self, n, p, definitions):
        self.n, self.p = n, p
        self._meant = frozenset()  # the names whose definitions are being looked up
        self._definitions = definitions
        sizes = {"n": n, "p": p, 1: 1}
        self._known = {
            name: self._draw(name, tuple(sizes[size] for size in shape))
            for name, shape in SHAPES.items()
        }
        self._known |= {name: self.constants(value(n, p)) for name, value in CONSTANTS.items()}

    def __str__(self) -> str:
        return f"n = {self.n}, p = {self.p}"

    # What differs from world to world

    def constants(self, integers):
        """Return a matrix of known integers."""
        raise NotImplementedError

    def equal(self, left, right) -> bool:
        """Whether two values of the same shape are equal."""
        raise NotImplementedError

    def show(self, value) -> str:
        """Write a value for people."""
        raise NotImplementedError

    def factor(self, one, other):
        """Return the simple fraction that leads from one number to another, if there is one."""
        return None

    def _draw(self, name, shape):
        """Return the value of a name that means nothing in particular."""
        raise NotImplementedError

    def _join(self, blocks):
        """Return the matrix that is made of blocks."""
        raise NotImplementedError

    def _quotient(self, node, left, right):
        return left / right

    def _slope(self, of, name, at, direction):
        """Return the derivative of a part where the value of a name moves along a direction."""
        raise NotImplementedError

    # What is the same in all

    def number(self, integer):
        """Return an integer as a 1×1 matrix: so is every number here."""
        return self.constants(np.array([[integer]]))

    def among(self, **values):
        """Return this world with other values for some names."""
        world = object.__new__(type(self))
        world.__dict__ |= self.__dict__
        world._known = self._known | values
        return world

    def value(self, node):
        """Return the value of a part of a formula."""
        match node:
            case ast.Constant(value=value):
                return self.number(value)
            case ast.Name(id=name):
                return self.named(name)
            case ast.UnaryOp(operand=operand):
                return -self.value(operand)
            case ast.BinOp(left=ast.Call(func=ast.Name(id="norm"), args=[vector]), op=ast.Pow()):
                vector = self.value(vector)
                self._fit(vector.shape[1] == 1, node, vector)
                return vector.T @ vector
            case ast.BinOp():
                return self._operation(node)
            case ast.Attribute(value=value):
                return self.value(value).T
            case ast.Subscript(value=matrix, slice=places):
                return self._entry(node, self.value(matrix), places)
            case ast.Call(func=ast.Name(id=name), args=args):
                return getattr(self, f"_{name}", self._applied)(node, *args)
        raise AssertionError(f"a formula has no {ast.dump(node)}")

    def named(self, name):
        """Return the value of a name, after its definition if it has one."""
        if name in self._known:
            return self._known[name]
        if name in self._definitions:
            return self._meaning(name)
        if name in OTHER_NAMES and self.p == 1:
            return self.named(OTHER_NAMES[name])
        raise Undecided(f"{name} is not known where {self}")

    def _meaning(self, name):
        """Return the value of what defines a name."""
        if name in self._meant:
            raise Undecided(f"{name} is defined by itself")
        world = self.among()
        world._meant = self._meant | {name}
        return world.value(self._definitions[name][1])

    def difference(self, left, right):
        """Return what tells two parts apart: None, or the indices and both values.

        Free indices take all their values.
        """
        free = sorted(free_indices(left) | free_indices(right))
        ranges = [range(1, self._size(index) + 1) for index in free]
        for places in product(*ranges):
            at = dict(zip(free, places, strict=True))
            world = self.among(**{index: self.number(place) for index, place in at.items()})
            values = world.value(left), world.value(right)
            if values[0].shape != values[1].shape or not self.equal(*values):
                return at, *values
        return None

    def _size(self, index):
        return self.n if index in ROWS else self.p

    def _fit(self, fits, node, *values):
        if not fits:
            shapes = " and ".join(map(_shape, values))
            raise Meaningless(f"{ast.unparse(node)}: the shapes do not fit, {shapes}")

    def _operation(self, node):
        left = self.value(node.left)
        if isinstance(node.op, ast.Pow):
            self._fit(left.shape == (1, 1), node, left)
            return left * left
        right = self.value(node.right)
        numbers = (1, 1) in (left.shape, right.shape)
        match node.op:
            case ast.Add() | ast.Sub():
                if getattr(node.right, "id", "") == "b" and left.shape == (self.n, 1):
                    right = self.named("ones") * right  # in Xw + b it is added to every row
                self._fit(left.shape == right.shape, node, left, right)
                return left + right if isinstance(node.op, ast.Add) else left - right
            case ast.Mult():
                if not numbers:
                    shapes = f"{_shape(left)} and {_shape(right)}"
                    raise Meaningless(
                        f"{ast.unparse(node)}: one factor of * is a number, and these are "
                        f"{shapes}; a product of matrices is written @"
                    )
                return left * right
            case ast.Div():
                self._fit(right.shape == (1, 1), node, left, right)
                if self.equal(right, self.number(0)):
                    raise Meaningless(f"{ast.unparse(node)}: division by 0")
                return self._quotient(node, left, right)
        self._fit(left.shape[1] == right.shape[0], node, left, right)
        return left @ right

    def _entry(self, node, matrix, places):
        numbers = [self._place(place) for place in elements(places)]
        if len(numbers) == 1 and matrix.shape[1] == 1:
            numbers.append(1)
        self._fit(len(numbers) == 2, node, matrix)
        inside = all(1 <= k <= size for k, size in zip(numbers, matrix.shape, strict=True))
        if not inside:
            rows, columns = matrix.shape
            raise Meaningless(f"{ast.unparse(node)}: there is no such entry in {rows}×{columns}")
        row, column = numbers
        return matrix[row - 1 : row, column - 1 : column]

    def _place(self, node):
        """Return an index as an int: a number, or a letter that has a value now."""
        if isinstance(node, ast.Constant):
            return node.value
        if getattr(node, "id", "") not in (self._known.keys() & {*INDICES, "n", "p"}):
            raise Meaningless(f"{ast.unparse(node)}: expected an index")
        return int(self._known[node.id].item())

    # Functions

    def _Sum(self, node, term, index):
        places = range(1, self._size(index.id) + 1)
        values = [self.among(**{index.id: self.number(k)}).value(term) for k in places]
        return sum(values[1:], values[0])

    def _D(self, node, of, by):
        name, at, entries = self._variable(by)
        if name in self._definitions and name not in meant(names_in(of), self._definitions):
            # It may depend on what the name is defined from, which would not be seen here.
            raise Undecided(f"{ast.unparse(node)}: {ast.unparse(of)} is not written with {name}")
        slopes = []
        for row, column in entries:
            direction = np.zeros(at.shape, dtype=int)
            direction[row, column] = 1
            slope = self._slope(of, name, at, self.constants(direction))
            self._fit(slope.shape == (1, 1), node, slope)
            slopes.append([slope])
        return self._join(slopes)

    def _variable(self, node):
        """Return the name, the value and the places of what is differentiated by."""
        match node:
            case ast.Name(id=name):
                at = self.named(name)
                return self._own_name(name), at, list(np.ndindex(at.shape))
            case ast.Subscript(value=ast.Name(id=name), slice=place):
                at = self.named(name)
                self._fit(not isinstance(place, ast.Tuple), node, at)
                self._entry(node, at, place)  # raises if it is not there
                return self._own_name(name), at, [(self._place(place) - 1, 0)]
        raise Meaningless(f"{ast.unparse(node)}: expected a name or an entry to differentiate by")

    def _own_name(self, name):
        """Return X for x, and Y for y: what moves the one moves the other."""
        return OTHER_NAMES.get(name, name) if name not in self._known else name

    def _d(self, node, of):
        return self._slope(of, "w", self.named("w"), self.named("dw"))

    def _inner(self, node, left, right):
        left, right = self.value(left), self.value(right)
        self._fit(left.shape == right.shape and left.shape[1] == 1, node, left, right)
        return left.T @ right

    def _hstack(self, node, left, right):
        blocks = [self.value(left), self.value(right)]
        self._fit(blocks[0].shape[0] == blocks[1].shape[0], node, *blocks)
        return self._join([blocks])

    def _vstack(self, node, above, below):
        blocks = [self.value(above), self.value(below)]
        self._fit(blocks[0].shape[1] == blocks[1].shape[1], node, *blocks)
        return self._join([[block] for block in blocks])

    def _matrix(self, node, rows):
        blocks = [[self.value(entry) for entry in row.elts] for row in rows.elts]
        try:
            return self._join(blocks)
        except ValueError:
            self._fit(False, node, *chain.from_iterable(blocks))

    def _applied(self, node, *args):
        """Return the value of a function at other arguments than its own, as in L(w + d)."""
        name = node.func.id
        parameters, meaning = self._definitions.get(name, ((), None))
        if meaning is None or len(args) != len(parameters):
            raise Meaningless(f"{ast.unparse(node)}: {name} has {len(parameters)} argument(s) here")
        values = {p: self.value(arg) for p, arg in zip(parameters, args, strict=True)}
        for parameter, value in values.items():
            self._fit(value.shape == self.named(parameter).shape, node, value)
        return self.among(**values)._meaning(name)


class Symbolic(World):
    """Every entry is a symbol: what is equal here is equal for all numbers."""

    def __init__(self, n, p, definitions):
        import sympy

        self._sympy = sympy
        super().__init__(n, p, definitions)

    def constants(self, integers):  # noqa: D102
        return np.vectorize(self._sympy.Integer, otypes=[object])(integers)

    def equal(self, left, right):  # noqa: D102
        return all(self._sympy.expand(entry) == 0 for entry in (left - right).ravel())

    def show(self, value):  # noqa: D102
        return _table(value, lambda entry: str(self._sympy.expand(entry)))

    def _draw(self, name, shape):
        matrix = np.empty(shape, dtype=object)
        for entry in np.ndindex(shape):
            places = [str(k + 1) for k, size in zip(entry, shape, strict=True) if size > 1]
            matrix[entry] = self._sympy.Symbol("_".join([name.lower(), *places]))
        return matrix

    def _join(self, blocks):
        return np.block(blocks)

    def _slope(self, of, name, at, direction):
        t = self._sympy.Dummy("t")
        moved = self.among(**{name: at + t * direction}).value(of)
        slope = np.vectorize(lambda entry: self._sympy.diff(entry, t).subs(t, 0), otypes=[object])
        return slope(moved)


class Floating(World):
    """Every entry is a random float64: right formulas agree to rounding, wrong ones do not.

    A derivative is a central difference, which is exact for every polynomial of second degree:
    only rounding is left.
    """

    def __init__(self, n, p, definitions, seed=0):
        self._random = np.random.default_rng(seed)
        super().__init__(n, p, definitions)

    def constants(self, integers):  # noqa: D102
        return Rounded.exact(np.asarray(integers, dtype=np.float64))

    def equal(self, left, right):  # noqa: D102
        finite = np.isfinite(left.value).all() and np.isfinite(right.value).all()
        close = np.abs(left.value - right.value) <= left.bound + right.bound
        return bool(finite and np.all(close))

    def show(self, value):  # noqa: D102
        return _table(value.value, lambda entry: f"{entry:.6g}")

    def factor(self, one, other):  # noqa: D102
        if one.shape != other.shape or one.shape != (1, 1) or one.item() == 0:
            return None
        ratio = other.item() / one.item()
        simple = Fraction(ratio).limit_denominator(SIMPLE)
        close = abs(ratio - simple) <= 1e-9 * abs(ratio)  # by chance once in a million, or so
        return simple if close and simple and abs(simple.numerator) <= SIMPLE else None

    def _draw(self, name, shape):
        return Rounded.exact(self._random.normal(size=shape))

    def _join(self, blocks):
        return Rounded.block(blocks)

    def _quotient(self, node, left, right):
        try:
            return left / right
        except ValueError:
            raise Undecided(f"{ast.unparse(node)}: expected an exact number below") from None

    def _slope(self, of, name, at, direction):
        one, two = (self._quotient_of_differences(of, name, at, direction, h) for h in (1, 2))
        if not self.equal(one, two):
            raise Undecided(
                f"{ast.unparse(of)} is no quadratic function of {name}, and its derivative "
                "cannot be told from differences"
            )
        return one

    def _quotient_of_differences(self, of, name, at, direction, h):
        step = self.number(h) * direction
        ahead = self.among(**{name: at + step}).value(of)
        behind = self.among(**{name: at - step}).value(of)
        return (ahead - behind) / self.number(2 * h)


def is_fixed(name):
    """Whether a name has a meaning in every world, so that no definition can give it another."""
    return name in (*SHAPES, *CONSTANTS, *OTHER_NAMES, *INDICES)


def worlds(definitions, formulas, n=None, p=None):
    """Make all the worlds in which formulas are to hold: floats first, then symbols.

    Parameters
    ----------
    definitions : dict
        As for `World`.
    formulas : iterable of Formula
        Those with x or y, which are the one column of X and Y, hold where p is 1.
    n, p : int, optional
        The only size, if there is only one.

    Returns
    -------
    list of World
    """
    kinds = (Floating, Symbolic)
    return [
        kind(*size, definitions)
        for kind, sizes in zip(kinds, sizes_for(definitions, formulas, n, p), strict=True)
        for size in sizes
    ]


def sizes_for(definitions, formulas, n=None, p=None):
    """Return the sizes (n, p) of `worlds`, those of floats and those of symbols."""
    names = frozenset().union(*(formula.names for formula in formulas))
    if OTHER_NAMES.keys() & meant(names, definitions):
        if p not in (None, 1):
            raise ValueError(f"p: expected 1, since x and y stand for one feature, got {p}.")
        p = 1
    return [
        [size for size in sizes if n in (None, size[0]) and p in (None, size[1])]
        for sizes in (FLOATING_SIZES, SYMBOLIC_SIZES)
    ]


def meant(names, definitions):
    """Return the names, and those that their definitions use."""
    found, waiting = set(), set(names)
    while waiting:
        name = waiting.pop()
        found.add(name)
        if name in definitions:
            waiting |= names_in(definitions[name][1]) - found
    return found


def _shape(value):
    return "×".join(map(str, value.shape))


def _table(values, write):
    """Write a number as it is, a matrix row by row."""
    rows = ["  ".join(map(write, row)) for row in values]
    return rows[0] if values.shape == (1, 1) else f"[{'; '.join(rows)}]"


def free_indices(node):
    """Return the indices of a part that no sum around it binds."""
    match node:
        case ast.Call(func=ast.Name(id="Sum"), args=[term, ast.Name(id=index)]):
            return free_indices(term) - {index}
        case ast.Name(id=name):
            return {name} & {*INDICES}
    return set().union(*(free_indices(part) for part in ast.iter_child_nodes(node)))
