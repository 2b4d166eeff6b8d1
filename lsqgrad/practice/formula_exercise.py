"""The exercises that ask for a formula."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from lsqgrad._util import ArgumentError
from lsqgrad.algebra import (
    ASSIGNMENT,
    INDICES,
    RATIONAL_SIZES,
    CallError,
    EntryError,
    Evaluator,
    Formula,
    Matrix,
    Rationals,
    ShapeError,
    Undecidable,
    UnknownIndex,
    free_indices,
    to_floats,
)
from lsqgrad.derivations import define
from lsqgrad.judging import (
    Case,
    Failure,
    Finding,
    Part,
    Trial,
    capitalize,
    describe,
    diagnose,
    format_value,
    shorten,
)
from lsqgrad.practice.exercise import SLACK, Exercise

LONGEST = 200  # characters of a formula
LONGEST_REASON = 300  # characters of what is wrong with it
DEEPEST = 3  # one more sum, or differential, would take seconds; a square doubles the digits
DECIMAL = re.compile(r"(?<![\w.])(?:\d+\.\d*|\.\d+)")
TO_PUT_IN = re.compile(r"\bd\(?\s*(L|r|Y_hat)\b")
NOTATION = (
    " Write products of matrices with @, the transpose as X.T, entries as r[i], and a sum over all "
    "rows as Sum(r[i], i)."
)
COUNTED = " Rows are counted by i, features by j and k."
HINTS: dict[type[Exception], str] = {
    EntryError: COUNTED,
    UnknownIndex: COUNTED,
    CallError: " An entry is written r[i].",
}


@dataclass(frozen=True)
class FormulaExercise(Exercise):
    """Asks for the right side of an equation, as a `Formula`, where r = Xw − Y.

    Attributes
    ----------
    part : str
        The left side.
    uses : str
        The letters that it may have.
    truth : str
        A formula; if k is free in it, one for every k.
    mistakes : mapping of str to str
        Formulas by names in `MISCONCEPTIONS`.
    """

    part: str
    uses: str
    truth: str
    mistakes: Mapping[str, str]

    def _judge(self, answer: object, seed: int) -> Finding:
        if not isinstance(answer, str):
            return Finding("type", f"Expected a formula between quotes, got {describe(answer)}.")
        try:
            side = self._read(answer)
        except ValueError as error:
            return Finding("type", str(error))
        return self._compare(side, seed)

    def _compare(self, side: ast.expr, seed: int) -> Finding:
        truth = _side(self.truth)
        given = define("r == X @ w - Y")
        evaluators = [Evaluator(Rationals(seed), *size, given) for size in RATIONAL_SIZES]

        def outcomes(side: ast.expr, slack: float = SLACK) -> list[tuple[Part] | Failure]:
            each = bool(free_indices(truth))
            return [_outcome(evaluator, side, each, slack) for evaluator in evaluators]

        mistakes = (((key,), outcomes(_side(text))) for key, text in self.mistakes.items())
        cases = list(map(self._case, evaluators))
        trials = list(map(Trial, cases, outcomes(side, 0), outcomes(truth)))
        return diagnose(trials, mistakes, (self.part,))

    def _read(self, answer: str) -> ast.expr:
        """Return the formula, or its right side if it is an equation."""
        if len(answer) > LONGEST:
            raise ValueError(f"Expected a formula of one line, got {len(answer)} characters.")
        text = re.split(ASSIGNMENT, answer.strip().strip("'\""))[-1].rpartition("==")[2]
        text = DECIMAL.sub(lambda number: f"({Fraction(number[0])})", text.replace("d(w)", "dw"))
        letters = ", ".join(self.uses.split())
        if found := TO_PUT_IN.search(text):
            raise ValueError(f"Put in what d{found[1]} is: only {letters} are to be left.")
        try:
            formula = Formula(text)
        except ArgumentError as error:
            reason = shorten(error.reason, LONGEST_REASON)
            raise ValueError(f"{capitalize(reason)}.{NOTATION}") from None
        sides = formula.relations[0].sides
        if len(formula.relations) > 1 or len(sides) > 1 or "D" in map(_called, ast.walk(sides[0])):
            raise ValueError(f"Expected the right side alone, without D( ), got {answer}.")
        if (depth := _depth(sides[0])) > DEEPEST:
            raise ValueError(
                f"Expected at most {DEEPEST} sums, squares and d( ) in each other, got {depth}."
            )
        free = formula.names - {*INDICES} | free_indices(sides[0])
        if strange := free - {*self.uses.split(), "i", "j"}:
            raise ValueError(
                f"Expected a formula in {letters} alone, got {', '.join(sorted(strange))} in it."
            )
        return sides[0]

    def _case(self, evaluator: Evaluator) -> Case:
        """Say what the letters stand for."""
        letters = [name for name in self.uses.split() if name not in ("n", "p", "k")]
        values = (
            f"{name} = {format_value(to_floats(evaluator.value_of(name)))}" for name in letters
        )
        return Case(str(evaluator), ", ".join(values), evaluator.n)


def _called(node: ast.AST) -> str:
    """Return the name of the function that is called by a part of a formula itself."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def _depth(node: ast.AST) -> int:
    """Return how many sums, squares and differentials there are, each inside the one before."""
    inside = max(map(_depth, ast.iter_child_nodes(node)), default=0)
    is_square = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)
    return inside + (is_square or _called(node) in ("Sum", "d"))


def _side(text: str) -> ast.expr:
    return Formula(text).relations[0].sides[0]


def _outcome(
    evaluator: Evaluator, side: ast.expr, for_each_feature: bool, slack: float
) -> tuple[Part] | Failure:
    """Return what a formula gives; if it is one for each k, all of these numbers in a column."""
    try:
        if not for_each_feature:
            return (_part(evaluator.value(side), slack),)
        places = range(1, evaluator.p + 1)
        values = [evaluator.with_indices(k=k).value(side) for k in places]
    except (ShapeError, Undecidable) as error:
        return Failure("exception", f"{error}, where {evaluator}.{HINTS.get(type(error), '')}")
    for value in values:
        if value.shape != (1, 1):
            shape = "×".join(map(str, value.shape))
            return Failure(
                "shape",
                f"Its value has the shape {shape} where {evaluator}, and for each k one number is "
                "expected. Which entry is it?",
            )
    return (_part(np.concatenate(values), slack),)


def _part(value: Matrix, slack: float) -> Part:
    """Return a value in floats; the slack is for the decimals that a learner rounded."""
    floats = to_floats(value)
    return Part(floats, slack * np.abs(floats) if slack else 0.0)
