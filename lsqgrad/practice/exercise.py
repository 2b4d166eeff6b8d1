"""What all exercises share, and those that ask for a number."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np

from lsqgrad._util import ArgumentError
from lsqgrad.judging import (
    NOT_YET,
    RIGHT_DIGITS,
    Finding,
    Unreadable,
    about_replaced,
    as_array,
    attempt,
    capitalize,
    describe,
    judge,
    put_back,
    refuse,
    shorten,
)
from lsqgrad.regression import Trace

# In the cases that are tried, no sensible order of the arithmetic has more roundings one after
# another, five steps of a run included. In float32 each is off by at most one part in 2²⁴.
ROUNDINGS = 128
SLACK = ROUNDINGS * 2.0**-24  # times the sum of the absolute values of all terms
LARGEST = 10**300  # of the numbers that are read


@dataclass(frozen=True)
class Exercise:
    """What a check needs to know; `name` is what it is called."""

    name: str

    def judge(self, answer: Any, seed: int) -> Finding:
        """Find out what is to be said about an answer; `seed` fixes the random numbers."""
        replaced = put_back()  # by a cell before
        if issubclass(type(answer), str):  # of which a learner may have made a class
            answer = str.strip(answer)
        # Where the dots between ( ) are deleted, a tuple is left
        is_none = any(answer is nothing for nothing in (None, ..., "", ()))
        finding = Finding(*NOT_YET) if is_none else self._judge(answer, seed)
        return finding.with_note(about_replaced(replaced))

    def _judge(self, answer: Any, seed: int) -> Finding:
        raise NotImplementedError


@dataclass(frozen=True)
class NumberExercise(Exercise):
    """Asks for a number of a step: see `judge`.

    Attributes
    ----------
    trace : callable
        Returns the run.
    position, quantity : int, str
        Which step of it, and which number of that.
    """

    trace: Callable[[], Trace]
    position: int
    quantity: str

    def _judge(self, answer: Any, seed: int) -> Finding:
        try:
            finding = judge(self.trace(), self.position, self.quantity, _typed(answer))
        except ArgumentError as error:
            return Finding("type", f"{capitalize(shorten(error.reason))}.")
        except Unreadable as error:
            return Finding(*error.args[0])
        if finding.kind == "rounded":
            return Finding("digits", "That is right as far as it goes. Four digits are asked for.")
        if finding.kind != "near":
            return finding
        if finding.digits < RIGHT_DIGITS:
            return Finding("near", "That is near, but its fourth digit is off.")
        return replace(finding, kind="right")


def _typed(answer: Any) -> str:
    """Return a number as text, as it may have been typed."""
    if type(answer) is str:
        return answer
    (text,) = attempt([partial(_as_text, answer)]).results
    if isinstance(text, Unreadable):
        raise text
    if type(text) is not str:
        refuse(f"Expected a number, got {describe(answer)}.")
    return text.removesuffix(".0")  # which nobody needs to have typed


def _as_text(answer: Any) -> str:
    """Return a number as text; an answer may do as it likes when it is asked for that."""
    number = answer
    if isinstance(answer, np.ndarray) or hasattr(answer, "detach"):
        array = as_array(answer)
        number = array.item() if array.size == 1 else None
    if isinstance(number, bool) or not isinstance(
        number, int | float | Decimal | Fraction | np.integer | np.floating
    ):
        point = " Is a comma meant as a decimal point?" if isinstance(answer, tuple) else ""
        refuse(f"Expected a number, got {describe(answer)}.{point}")
    if isinstance(number, int) and abs(number) > LARGEST:
        refuse("Expected a number such as -0.1453 or 1e-3, got a very large one.")
    return str.__str__(str(number))
