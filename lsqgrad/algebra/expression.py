"""Formulas as data: text in the notation of Python, which can be checked as well as typeset.

    D(L, w[k]) == 2 / n * Sum(X[i, k] * r[i], i)

is ∂L/∂w_k = (2/n) Σ x_ik r_i. Indices count from 1, as in mathematics: i the rows, j and k the
columns. A formula is never executed; `Evaluator` gives it a value, `to_latex` a form on the page.

    X @ w, X.T, n * b       products of matrices, the transpose, products with numbers
    X @ w + b               a number plus a column: it is added to every row, in any order
    X[i, k], r[i]           entries
    0.5, n ** -1, +w, dr    are read as 1 / 2, 1 / n, w, d(r)
    Sum(term, i)            over all rows; with j or k over all columns
    D(L, w[k]), D(L, w)     a partial derivative; all of them, in the shape of w
    d(L)                    the differential: what L changes to first order when w changes by dw
    L(w + d)                L at another w
    inner(g, dw)            the inner product of two columns
    b ** 2, norm(r) ** 2    squares: of a number, and the sum of those of all entries
    hstack(X, ones), vstack(w, b), matrix([[1, 2], [3, 4]])

`SYMBOLS` holds the letters: X, Y, w, b, r, L, Y_hat, X_tilde, theta, eta and so on.
"""

import ast
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fractions import Fraction
from typing import NamedTuple, NoReturn

from lsqgrad._util import ArgumentError, ArgumentTypeError
from lsqgrad.algebra.notation import Accent, Box, Letter, Row, Scripts, Sign, Word

ASSIGNMENT = r"(?<![=<>!])=(?!=)"  # one = alone
AS_A_POWER = re.compile(r"(?:\^|\*\*)\s*[({]?\s*T\b")  # how the transpose is typeset
ROWS, COLUMNS = ("i",), ("j", "k")  # the letters of indices
INDICES = (*ROWS, *COLUMNS)


class Symbol(NamedTuple):
    """A letter of the notation (notebook 00)."""

    letter: Box
    quantity: str = ""  # whose colour it takes
    entry: Box | None = None  # the letter of its entries, where that is another one


def _after(letter: str) -> Box:
    return Scripts(Letter(letter), below=Word("after"))


SYMBOLS = {
    "X": Symbol(Letter("X"), "x", Letter("x")),
    "x": Symbol(Letter("x"), "x"),  # the only column of X, where there is one feature
    "X_tilde": Symbol(Accent(Letter("X"), "~"), "x"),
    "ones": Symbol(Letter("𝟏")),
    "Y": Symbol(Letter("Y"), "y", Letter("y")),
    "y": Symbol(Letter("y"), "y"),  # Y again, beside x
    "Y_hat": Symbol(Accent(Letter("Y"), "^"), "", Accent(Letter("y"), "^")),
    "w": Symbol(Letter("w"), "w"),
    "b": Symbol(Letter("b"), "b"),
    "theta": Symbol(Letter("θ")),
    "w_after": Symbol(_after("w"), "w"),
    "b_after": Symbol(_after("b"), "b"),
    "theta_after": Symbol(_after("θ")),
    "theta_star": Symbol(Scripts(Letter("θ"), above=Sign("*"))),
    "r": Symbol(Letter("r"), "residual"),
    "r_after": Symbol(_after("r"), "residual"),
    "L": Symbol(Letter("L"), "loss"),
    "g": Symbol(Letter("g"), "gradient"),
    "v": Symbol(Letter("v"), "gradient"),
    "v_after": Symbol(_after("v"), "gradient"),
    "H": Symbol(Letter("H")),
    "lambda_max": Symbol(Scripts(Letter("λ"), below=Word("max"))),
    "I": Symbol(Letter("I")),
    "I_theta": Symbol(Letter("I")),  # the same, in the size of theta
    "dw": Symbol(Row((Letter("d"), Letter("w")), tight=True), "w"),
    "d": Symbol(Letter("d")),
    "h": Symbol(Letter("h")),
    "c": Symbol(Letter("c")),
    "s": Symbol(Letter("s")),
    "eta": Symbol(Letter("η")),
    "lam": Symbol(Letter("λ")),
    "mu": Symbol(Letter("μ")),
    "tau": Symbol(Letter("τ")),
    "n": Symbol(Letter("n")),
    "p": Symbol(Letter("p")),
}
FUNCTIONS = {  # and how many arguments each takes
    "Sum": 2,
    "D": 2,
    "d": 1,
    "inner": 2,
    "norm": 1,
    "hstack": 2,
    "vstack": 2,
    "matrix": 1,
}
CODE_NAMES = {  # what the notebooks' code, and other books, call some of them
    "loss": "L",
    "residual": "r",
    "grad_w": "D(L, w)",
    "grad_b": "D(L, b)",
    "lr": "eta",
    "m": "n",
}
A_PRODUCT = "A product is written with * or @."
A_SQUARE = "A square is written with ** 2."
A_SUM = "A sum over all rows is written Sum(term, i)."
A_TRANSPOSE = "The transpose is written X.T."
FOR_CALLS = {  # how it is written here, by what Python and NumPy call it
    **dict.fromkeys(("Sum", "sum"), A_SUM),
    "mean": "A mean over all rows is written Sum(term, i) / n.",
    **dict.fromkeys(("dot", "matmul"), "A product of matrices is written with @."),
    **dict.fromkeys(("transpose", "t", "mT"), A_TRANSPOSE),
    **dict.fromkeys(("len", "shape"), "The number of rows is n, and that of features p."),
    **dict.fromkeys(("square", "pow"), A_SQUARE),
    "D": "A derivative is written D(L, w).",
    "norm": "A norm stands squared, norm(v) ** 2.",
}
FOR_SIGNS = {  # and by signs that are no letters of Python
    "×·⋅": A_PRODUCT,
    "²": A_SQUARE,
    "Σ∑": A_SUM,
    "ᵀ⊤": A_TRANSPOSE,
    "∂": "A derivative is written D(L, w).",
}
RELATIONS: dict[type[ast.cmpop], str] = {ast.Eq: "=", ast.Lt: "<"}
OPERATIONS = (ast.Add, ast.Sub, ast.Mult, ast.MatMult, ast.Div)  # and the square


class Relation(NamedTuple):
    """A chain such as a = b = c."""

    sides: tuple[ast.expr, ...]
    signs: tuple[str, ...]  # one fewer


@dataclass(frozen=True)
class Formula:
    """An expression, a chain of equations, or several chains between commas.

    Parameters
    ----------
    text : str
        The formula in the notation of Python, with `SYMBOLS` and `FUNCTIONS`.

    Attributes
    ----------
    relations : tuple of Relation
        The chains; an expression alone is a chain of one side.

    Raises
    ------
    ArgumentTypeError
        If `text` is not a string.
    ArgumentError
        If it is not a formula.

    Examples
    --------
    >>> formula = Formula("L == r.T @ r / n")
    >>> [ast.unparse(side) for side in formula.relations[0].sides]
    ['L', 'r.T @ r / n']
    """

    text: str
    relations: tuple[Relation, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        if not isinstance(self.text, str):
            raise ArgumentTypeError("text", "a formula as a string", repr(self.text))
        try:
            tree = ast.parse(self.text.strip(), mode="eval").body
        except (SyntaxError, ValueError) as error:  # the latter by a null byte
            equation = "An equation is written with ==."
            hint = equation if re.search(ASSIGNMENT, self.text) else _hint_for_sign(self.text)
            came = f"{self.text!r} ({getattr(error, 'msg', error)})"
            expected = "a formula in the notation of Python"
            raise ArgumentError("text", expected, came, hint) from None
        tree = ast.fix_missing_locations(_Reader().visit(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.expr):  # operators are shared by all trees
                vars(node)["source"] = self.text.strip()
        parts = tree.elts if isinstance(tree, ast.Tuple) and tree.elts else [tree]
        object.__setattr__(self, "relations", tuple(map(self._relation, parts)))

    def __str__(self) -> str:
        return self.text

    @property
    def names(self) -> frozenset[str]:
        """The symbols in it, and the indices that no sum in it binds."""
        return frozenset[str]().union(
            *(names_in(side) for relation in self.relations for side in relation.sides)
        )

    def _relation(self, tree: ast.expr) -> Relation:
        """Read one chain."""
        sides, signs = [tree], list[str]()
        if isinstance(tree, ast.Compare):
            if not {type(sign) for sign in tree.ops} <= RELATIONS.keys():
                raise ArgumentError("text", "== or < between two sides", repr(self.text))
            sides = [tree.left, *tree.comparators]
            signs = [RELATIONS[type(sign)] for sign in tree.ops]
        for side in sides:
            self._check(side)
        return Relation(tuple(sides), tuple(signs))

    def _check(self, node: ast.expr) -> None:
        """Raise unless all of `node` is known."""
        parts: Sequence[ast.expr]
        match node:
            case ast.Constant(value=int()) if not isinstance(node.value, bool):
                parts = ()
            case ast.Name(id=name) if name in SYMBOLS or name in INDICES:
                parts = ()
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                parts = (operand,)
            case ast.BinOp(
                left=ast.Call(func=ast.Name(id="norm"), args=[vector], keywords=[]),
                op=ast.Pow(),
                right=power,
            ) if is_two(power):
                parts = (vector,)
            case ast.BinOp(left=left, op=ast.Pow(), right=power) if is_two(power):
                parts = (left,)
            case ast.BinOp(left=left, op=op, right=right) if isinstance(op, OPERATIONS):
                parts = (left, right)
            case ast.Attribute(value=value, attr="T"):
                parts = (value,)
            case ast.Subscript(value=value, slice=places) if not (
                _is_index(value) or isinstance(places, ast.List) or not elements(places)
            ):
                parts = (value, *elements(places))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if args:
                parts = self._arguments(node, name, args)
            case _:
                self._refuse(node)
        for part in parts:
            self._check(part)

    def _arguments(self, node: ast.Call, name: str, args: list[ast.expr]) -> list[ast.expr]:
        """Return the parts of a call, if there is such a function, and it takes them."""
        match name, args:
            case "matrix", [ast.List(elts=elts)]:
                rows = [row.elts if isinstance(row, ast.List) else [] for row in elts]
                if rows and all(len(row) == len(rows[0]) > 0 for row in rows):
                    return [entry for row in rows for entry in row]
            case "matrix", _:
                pass
            case "Sum", [term, index] if _is_index(index):
                return [term]
            case (("Sum" | "norm"), _):  # a norm stands squared only, as above
                pass
            case "d", [ast.Name() as index] if _is_index(index):
                pass
            case _ if name in FUNCTIONS:
                if len(args) == FUNCTIONS[name]:
                    return args
            case _ if name in SYMBOLS:  # L(w + d)
                return args
        self._refuse(node)

    def _refuse(self, node: ast.expr) -> NoReturn:
        expected = "a formula of known symbols and functions"
        part = written(node)
        came = repr(part) if part == self.text.strip() else f"{part!r} in {self.text!r}"
        raise ArgumentError("text", expected, came, _hint(node))


class _Reader(ast.NodeTransformer):
    """Puts into a tree what is written otherwise for the same, each where the other stood."""

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        """Return a decimal as the fraction that it is."""
        if not isinstance(node.value, float) or not math.isfinite(node.value):
            return node
        parts = Fraction(repr(node.value)).as_integer_ratio()
        above, below = (ast.Constant(part) for part in parts)
        fraction = above if below.value == 1 else ast.BinOp(above, ast.Div(), below)
        return ast.copy_location(fraction, node)

    def visit_UnaryOp(self, node: ast.UnaryOp) -> ast.AST:
        """Leave a plus out."""
        self.generic_visit(node)
        return node.operand if isinstance(node.op, ast.UAdd) else node

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        """Return a power with the exponent −1 as the fraction that it is."""
        self.generic_visit(node)
        match node:
            case ast.BinOp(
                left=base,
                op=ast.Pow(),
                right=ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)),
            ):
                return ast.copy_location(ast.BinOp(ast.Constant(1), ast.Div(), base), node)
        return node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return the differential that dr stands for."""
        if node.id in SYMBOLS or not is_differential(node.id):
            return node
        differential = ast.Call(ast.Name("d"), [ast.Name(node.id[1:])], [])
        return ast.copy_location(differential, node)


def is_differential(name: str) -> bool:
    """Whether a name is that of a differential, such as dr."""
    return name[:1] == "d" and name[1:] in SYMBOLS


def written(node: ast.expr) -> str:
    """Return a part of a formula as it was written."""
    return ast.get_source_segment(getattr(node, "source", ""), node) or ast.unparse(node)


def _hint(node: ast.expr) -> str:
    """Return how to write what was probably meant, if that can be told."""
    match node:
        case ast.BinOp(op=ast.BitXor() | ast.Pow()) if AS_A_POWER.search(written(node)):
            return A_TRANSPOSE
        case ast.BinOp(op=ast.BitXor()):
            return A_SQUARE
        case ast.BinOp(op=ast.Pow()):
            return "There are no powers but ** 2 and ** -1."
        case (
            ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) | ast.Attribute(attr=name)
        ) if name in FOR_CALLS:
            return FOR_CALLS[name]
        case ast.Call(func=ast.Constant() | ast.BinOp() | ast.Attribute(attr="T")):
            return A_PRODUCT
        case ast.Name(id=name):
            near = CODE_NAMES.get(name) or next(iter(get_close_matches(name, SYMBOLS, n=1)), "")
            meant = f"Perhaps {near} is meant." if near else ""
            ends = {name[k:] for k in range(1, len(name)) if name[:k] in SYMBOLS}
            run_together = A_TRANSPOSE if "T" in ends else A_PRODUCT if ends & {*SYMBOLS} else ""
            return run_together or _hint_for_sign(written(node)) or meant
    return _hint_for_sign(written(node))


def _hint_for_sign(text: str) -> str:
    """Return how to write what the first sign means that is no letter of Python."""
    return next((hint for sign in text for signs, hint in FOR_SIGNS.items() if sign in signs), "")


def is_two(node: ast.expr) -> bool:
    """Whether it is the number 2, the only exponent that there is."""
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value == 2


def names_in(node: ast.AST) -> set[str]:
    """Return the names in a part of a formula, but for functions, and indices that a sum binds."""
    match node:
        case ast.Name(id=name):
            return {name}
        case ast.Call(func=ast.Name(id="Sum"), args=[term, ast.Name(id=index)]):
            return names_in(term) - {index}
        case ast.Call(func=ast.Name(id=name), args=args):
            return set[str]().union({name} - FUNCTIONS.keys(), *map(names_in, args))
    return set[str]().union(*map(names_in, ast.iter_child_nodes(node)))


def _is_index(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in INDICES


def elements(node: ast.expr) -> list[ast.expr]:
    """Return what stands between the commas, such as the indices of an entry."""
    return node.elts if isinstance(node, ast.Tuple) else [node]
