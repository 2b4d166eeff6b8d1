"""Reads a number as learners type it: in digits, or as arithmetic of numbers."""

import ast
import math
import operator
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lsqgrad._util import ArgumentError, ArgumentTypeError
from lsqgrad.regression import Printed

# The signs of typeset text, of phones, and what an input method writes at full width.
SIGNS = {
    **{"−–": "-", "×·⋅∗": "*", "÷∕⁄": "/", "\u00a0\u2009\u202f": " ", "。": "."},
    **{"“”„«»`": '"', "‘’‚‹›": "'"},
}
KEYS = {ord(sign): key for signs, key in SIGNS.items() for sign in signs}
KEYS |= {0xFEE0 + key: chr(key) for key in range(ord("!"), ord("~") + 1)}
GROUPED = r"(?<![\d.,])[1-9]\d{0,2}"  # groups of three digits begin so
BY_SPACES = re.compile(rf"{GROUPED}([ '_])\d{{3}}(?:\1\d{{3}})*(?!\d)")
BY_POINTS = re.compile(rf"{GROUPED}(?:(?:\.\d{{3}})+(?=,)|(?:\.\d{{3}}){{2,}}(?![\d.]))")
BY_COMMAS = re.compile(rf"{GROUPED}(?:,\d{{3}})+(?![\d,])")
DECIMAL = re.compile(r"[+-]?(?=\.?\d)\d*\.?\d*(?:[eE]([+-]?\d+))?")
TWO_SIGNS = r"(?:.*[(*/+-])? *[+-] *[+-]"  # --1 is a slip
ARITHMETIC = re.compile(rf"(?!.*\.\.)(?!{TWO_SIGNS})[\d.eE+*/() -]{{1,200}}")
TOO_MANY_POWERS = 400  # of ten: a float has 308, and 324 below 1
MOST_BITS = 4096  # of a numerator or a denominator; those of a float have 1074 at most
HINTS: dict[type[Exception], str] = {
    OverflowError: "That is beyond what a float can hold.",
    ZeroDivisionError: "No number can be divided by 0.",
}


@dataclass(frozen=True)
class Typed(Printed):
    """A number as typed, and whether signs between its groups of digits were left out for it."""

    regrouped: bool = False


def read(answer: str, *, percent: bool = False) -> list[Typed]:
    """Return all that may be meant by an answer, first what has a comma as its decimal point.

    Parameters
    ----------
    answer : str
        A number, or arithmetic of numbers with ``+ - * / **`` and parentheses. Its point may be a
        comma. Groups of three digits may be set apart by spaces, apostrophes, underscores, commas
        or points; a single point is a decimal point.
    percent : bool
        Whether a percent sign at the end is left out.

    Returns
    -------
    list of Typed
        One, or two: a comma before three digits may be a decimal point or set groups apart. The
        result of arithmetic is exact, and so has all digits that a float can tell.

    Raises
    ------
    TypeError, ValueError
        If `answer` is not a string, or not such a number within the range of a float.

    Examples
    --------
    >>> [number.text for number in read("1,234")]
    ['1.234', '1234']
    >>> [number.text for number in read("1 234,5")]
    ['1234.5']
    >>> read("1/3 * 520")[0].value
    173.33333333333334
    """
    if not isinstance(answer, str):
        raise ArgumentTypeError("answer", "the number as a string", f"{answer!r}")
    as_typed = in_keys(answer.strip())
    if percent:
        as_typed = re.sub(" *%$", "", as_typed)
    text = BY_POINTS.sub(_without("."), BY_SPACES.sub(_without(" '_"), as_typed))
    found: dict[float, Typed] = {}
    hint = ""
    for way in (text.replace(",", "."), BY_COMMAS.sub(_without(","), text)):
        try:
            number = Typed(_number(way), way != as_typed.replace(",", "."))
            found.setdefault(number.value, number)
        except (ArithmeticError, SyntaxError) as error:
            hint = hint or HINTS.get(type(error), "")
    if not found:
        expected = "a number such as -0.1453, 1e-3 or 2/3*0.5"
        raise ArgumentError("answer", expected, f"{answer!r}", hint)
    return list(found.values())


def in_keys(text: str) -> str:
    """Return a text with the signs and digits that a keyboard has.

    Examples
    --------
    >>> in_keys("−２ × ½")
    '-2 * ½'
    """
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text.translate(KEYS))


def _without(signs: str) -> Callable[[re.Match[str]], str]:
    """Return a function that leaves some signs out of what was found."""
    return lambda found: found[0].translate(str.maketrans("", "", signs))


def _number(text: str) -> str:
    """Return a number with its digits, or the result of arithmetic with all that a float has."""
    found = DECIMAL.fullmatch(text)
    if not found:
        return _calculated(text)
    # Decimals go far beyond floats, at both ends, where `Printed` finds no interval.
    if abs(float(found[1] or 0)) >= TOO_MANY_POWERS or math.isinf(float(text)):
        raise OverflowError
    if Decimal(text).adjusted() <= -TOO_MANY_POWERS:
        raise OverflowError
    return text


def _calculated(text: str) -> str:
    """Return the result of arithmetic, in more digits than a float can tell."""
    if not ARITHMETIC.fullmatch(text):
        raise SyntaxError
    try:
        tree = ast.parse(text, mode="eval").body
    except (MemoryError, RecursionError):  # parentheses in parentheses
        raise SyntaxError from None
    if not all(isinstance(node, NODES) for node in ast.walk(tree)):
        raise SyntaxError
    exact = _value(tree)
    result = float(exact)  # or OverflowError
    if exact and not result:
        raise OverflowError
    return f"{result:.40e}"


def _value(node: ast.AST) -> Fraction:
    match node:
        case ast.Constant(value=int() | float() as number):
            if math.isinf(number):
                raise OverflowError
            return Fraction(str(number))
        case ast.UnaryOp(op=sign, operand=operand):
            return _value(operand) * (-1 if isinstance(sign, ast.USub) else 1)
        case ast.BinOp(left=left, op=op, right=right):
            return _bounded(OPERATIONS[type(op)](_value(left), _value(right)))
    raise SyntaxError


def _bounded(number: Fraction) -> Fraction:
    if _bits(number) > MOST_BITS:
        raise OverflowError
    return number


def _bits(number: Fraction) -> int:
    return max(number.numerator.bit_length(), number.denominator.bit_length())


def _power(base: Fraction, exponent: Fraction) -> Fraction:
    """Raise to a power that is a whole number, and not too large."""
    if exponent.denominator != 1:
        raise SyntaxError
    if abs(exponent) * _bits(base) > MOST_BITS:
        raise OverflowError
    return base**exponent.numerator


OPERATIONS: dict[type[ast.operator], Callable[[Fraction, Fraction], Fraction]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: _power,
}
NODES = (ast.Constant, ast.UnaryOp, ast.UAdd, ast.USub, ast.BinOp, *OPERATIONS)
