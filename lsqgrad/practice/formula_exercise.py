"""The exercises that ask for a formula."""

import ast
import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from lsqgrad.algebra import (
    ASSIGNMENT,
    FLOATING_SIZES,
    Floating,
    Formula,
    Meaningless,
    Undecided,
    free_indices,
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
    message,
)
from lsqgrad.practice.exercise import SLACK, Exercise
from lsqgrad.regression import Rounded

LONGEST = 200  # characters of a formula
MOST_SUMS = 3  # one more would take seconds
DECIMAL = re.compile(r"(?<![\w.])(?:\d+\.\d*|\.\d+)")
TO_PUT_IN = re.compile(r"\bd\(?\s*(L|r|Y_hat)\b")
NOTATION = (
    " Write products of matrices with @, the transpose as X.T, entries as r[i], and a sum over all "
    "rows as Sum(r[i], i)."
)
COUNTED = " Rows are counted by i, features by j and k."
HINTS = {"no such entry": COUNTED, "an index": COUNTED, "argument": " An entry is written r[i]."}


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

    def _judge(self, answer, seed):
        if not isinstance(answer, str):
            return Finding("type", f"Expected a formula between quotes, got {describe(answer)}.")
        try:
            side = self._read(answer)
        except ValueError as error:
            return Finding("type", str(error))
        with np.errstate(all="ignore"):
            return self._compare(side, seed)

    def _compare(self, side, seed):
        truth = _side(self.truth)
        worlds = [_Numbers(*size, define("r == X @ w - Y"), seed) for size in FLOATING_SIZES]

        def outcomes(side, slack=SLACK):
            each = bool(free_indices(truth))
            return [_outcome(world, side, each, slack) for world in worlds]

        mistakes = (((key,), outcomes(_side(text))) for key, text in self.mistakes.items())
        cases = list(map(self._case, worlds))
        trials = list(map(Trial, cases, outcomes(side, 0), outcomes(truth)))
        return diagnose(trials, mistakes, (self.part,))

    def _read(self, answer):
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
        except ValueError as error:
            raise ValueError(f"{capitalize(message(error))}.{NOTATION}") from None
        sides = formula.relations[0].sides
        if len(formula.relations) > 1 or len(sides) > 1 or "D" in _called(sides[0]):
            raise ValueError(f"Expected the right side alone, without D( ), got {answer}.")
        if (depth := _sums_in_each_other(sides[0])) > MOST_SUMS:
            raise ValueError(f"Expected at most {MOST_SUMS} sums in each other, got {depth}.")
        if strange := formula.names - {*self.uses.split(), "i", "j"}:
            raise ValueError(
                f"Expected a formula in {letters} alone, got {', '.join(sorted(strange))} in it."
            )
        return sides[0]

    def _case(self, world):
        """Say what the letters stand for."""
        letters = [name for name in self.uses.split() if name not in ("n", "p", "k")]
        values = (f"{name} = {format_value(world.named(name).value)}" for name in letters)
        return Case(str(world), ", ".join(values), world.n)


class _Numbers(Floating):
    """A world in which a fraction may have any number below."""

    def _quotient(self, node, left, right):
        roundings = left.roundings + right.roundings + 1
        return Rounded(left.value / right.value, left.magnitude / np.abs(right.value), roundings)


def _called(side):
    """Return the names of the functions in a part of a formula."""
    calls = (node for node in ast.walk(side) if isinstance(node, ast.Call))
    return {call.func.id for call in calls if isinstance(call.func, ast.Name)}


def _sums_in_each_other(node):
    """Return how many sums there are, each inside the one before."""
    inside = max(map(_sums_in_each_other, ast.iter_child_nodes(node)), default=0)
    is_sum = isinstance(node, ast.Call) and ast.unparse(node.func) == "Sum"
    return inside + is_sum


def _side(text):
    return Formula(text).relations[0].sides[0]


def _outcome(world, side, for_each_feature, slack):
    """Return what a formula gives; if it is one for each k, all of these numbers in a column."""

    def part(value):
        return Part(value.value, slack * value.magnitude)

    try:
        if not for_each_feature:
            return (part(world.value(side)),)
        places = range(1, world.p + 1)
        values = [world.among(k=world.number(k)).value(side) for k in places]
    except (Meaningless, Undecided) as error:
        hint = next((hint for part, hint in HINTS.items() if part in str(error)), "")
        return Failure("exception", f"{message(error)}, where {world}.{hint}")
    for value in values:
        if value.shape != (1, 1):
            shape = "×".join(map(str, value.shape))
            return Failure(
                "shape",
                f"Its value has the shape {shape} where {world}, and for each k one number is "
                "expected. Which entry is it?",
            )
    parts = map(part, values)
    return (Part(*map(np.concatenate, zip(*parts, strict=True))),)
