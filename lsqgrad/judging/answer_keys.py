"""What judges a typed number: the right one, and those that mistakes give, for one step of a run.

A key is all that a verdict needs, so that it can be sent to where no step is computed.
"""

import math
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from functools import cache
from typing import Any, TypedDict

import numpy as np

from lsqgrad._util import ArgumentError, ArgumentTypeError, validation
from lsqgrad._util.types import Array
from lsqgrad.judging.misconceptions import (
    MISCONCEPTIONS,
    Change,
    Quantity,
    capitalize,
    changes,
    said_of,
)
from lsqgrad.judging.quantities import gradient, loss, update
from lsqgrad.regression import Step, Trace, check_trace

# The stepper shows six digits. If they end in zeros, an answer without these has all there are.
# Who computes with them is off by up to half a unit of the sixth, and has made no mistake; so is
# who computes with more, in floats. Of what a computer prints no more digits are looked at.
SHOWN_DIGITS = 6
HALF_A_SHOWN_UNIT = 0.5 * 10.0 ** (1 - SHOWN_DIGITS)  # at most, as a part of the number

# The mistakes in a loss or an update itself that are tried for every answer, the first way of each;
# `_numbers` adds those in the run. If two give the same number, the first is named. What has more
# digits than are shown meets no number by chance: it is compared with all mistakes in every way,
# in so many digits that it is certain which it is.
_OF_LOSS = ("half the loss", "1/n left out", "root", "absolute", "mean first", "bias left out")
_OF_UPDATE = (
    *("uphill", "half the gradient", "1/n left out", "2/n left out"),
    *("gradient returned", "change returned", "lr times gradient", "nothing happens"),
    *("no learning rate", "product", "bias left out"),
)
_OF_THE_RUN: dict[Quantity, tuple[str, ...]] = {
    loss: ("rows of a whole batch", "all the data", "after the update", "previous batch"),
    update: ("rows of a whole batch", "other gradient", "all the data", "other parameter"),
}
_OF_FUNCTIONS = ("three rows", "learning rate fixed")  # no single number shows that it is fixed
_RARE_DIGITS = 9

# A number that is given with four digits or more stands for all that round to it: by almost half a
# unit of its last, so that the next of as many digits is another number.
_ROUNDED_FROM = 4
_ROUNDED_BY = Decimal("0.49")

# The functions that are asked for
_QUANTITIES: dict[str, Quantity] = {"loss": loss, "w": update, "b": update}


class AnswerKey(TypedDict):
    """What judges an answer; JSON can hold it, and all its numbers are finite.

    Attributes
    ----------
    quantity : str
        What is asked for: loss, w or b; another number, or percent; or a count, which is exact: in
        a count every zero is a digit.
    truth : float
        The number that the step recorded.
    exactly : list of str
        The same as it is shown, and with all its digits.
    truths, from_shown : list of float
        The smallest and the largest number that is as good as the truth, and that six digits of
        the old parameter and its change do not tell from it.
    mistakes : dict of str to float
        What a typical mistake gives, by its name, those first that are named first.
    rare : dict of str to list of float
        What other mistakes give, in nine digits, and the typical ones when made in another way.
    """

    quantity: str
    truth: float
    exactly: list[str]
    truths: list[float]
    from_shown: list[float]
    mistakes: dict[str, float]
    rare: dict[str, list[float]]


def answer_key(trace: Trace, position: int, quantity: str) -> AnswerKey:
    """Return what judges an answer to the question for one number of a step: see `judge`.

    Parameters
    ----------
    trace, position, quantity
        As for `judge`.

    Returns
    -------
    AnswerKey
        Without the numbers that no answer is like: those that are not finite, and those of rare
        mistakes that cannot be told from the truth or from a mistake that comes before.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind named in `judge`.

    Examples
    --------
    >>> from lsqgrad import sgd_by_hand
    >>> trace = sgd_by_hand([[1], [2], [3]], [[2], [4], [6]], w=[[0]], b=0, lr=0.1)
    >>> key = answer_key(trace, 0, "loss")
    >>> key["exactly"], round(key["mistakes"]["half the loss"], 4)
    (['18.6667', '18.666666'], 9.3333)
    """
    _check(trace, position, quantity)
    step = trace[position]
    recorded = {"loss": step.loss, "w": step.w_after[0, 0], "b": step.b_after}[quantity]
    truth, half_ulp = float(recorded), float(np.finfo(trace.X.dtype).epsneg)
    with np.errstate(all="ignore"):  # no answer is like what is not finite
        in_float64, size, numbers = _numbers(trace, position, quantity)
        rare = _in_rare_ways(step, quantity)
    if not math.isfinite(size):  # of what float64 cannot hold
        in_float64, size = truth, abs(truth)
    truths = _around(truth, in_float64, slack=half_ulp * size)
    from_shown = _around(*truths, slack=HALF_A_SHOWN_UNIT * size)
    mistakes = {key: number for key, number in numbers.items() if math.isfinite(number)}
    key = AnswerKey(
        quantity=quantity,
        truth=truth,
        exactly=[f"{recorded:.{SHOWN_DIGITS}g}", str(recorded)],
        truths=truths,
        from_shown=from_shown,
        mistakes=mistakes,
        rare={},
    )
    seen = {_in_rare_digits(number) for number in mistakes.values()}
    for name, number in rare:
        number = _in_rare_digits(number)
        if math.isfinite(number) and number not in seen and not _is_within(number, from_shown):
            key["rare"].setdefault(name, []).append(number)
            seen.add(number)
    return key


def number_key(right: float, mistakes: Mapping[str, float], *, percent: bool = False) -> AnswerKey:
    """Return what judges an answer to the question for a number that is of no step.

    Parameters
    ----------
    right : float
        The number. If it is whole, or has fewer than four digits, it is meant exactly; else as
        rounded to the digits that it has.
    mistakes : mapping of str to float
        What a typical mistake gives, by its name, those first that are to be named first.
    percent : bool
        Whether it is asked for in percent: then it is no count, and a percent sign may follow.

    Returns
    -------
    AnswerKey
        For `compare`, with what is said of each mistake.

    Raises
    ------
    TypeError, ValueError
        If `right`, or the number of a mistake, is not a finite number.

    Examples
    --------
    >>> number_key(-0.7449, {"no bias": -1.6094})["truths"]
    [-0.744949, -0.744851]
    >>> number_key(4, {})["truths"]
    [4.0, 4.0]
    """
    truth = validation.number("right", right)
    if not isinstance(mistakes, Mapping):
        expected = "numbers by what is said of them"
        raise ArgumentTypeError("mistakes", expected, validation.describe(mistakes))
    exactly = str(truth).removesuffix(".0")
    written = Decimal(exactly)
    whole = written == written.to_integral_value()
    is_rounded = not whole and len(written.as_tuple().digits) >= _ROUNDED_FROM
    unit = Decimal(1).scaleb(int(written.as_tuple().exponent))
    slack = _ROUNDED_BY * unit if is_rounded else Decimal(0)
    truths = [float(written - slack), float(written + slack)]
    return AnswerKey(
        quantity="percent" if percent else "count" if whole else "number",
        truth=truth,
        exactly=[f"{truth:.{SHOWN_DIGITS}g}", exactly],
        truths=truths,
        from_shown=_around(*truths, slack=HALF_A_SHOWN_UNIT * abs(truth)),
        mistakes={said: validation.number("mistakes", one) for said, one in mistakes.items()},
        rare={},
    )


def said_for(quantity: str) -> dict[str, str]:
    """Return what is said of each mistake in a quantity, with the question that is asked back.

    Parameters
    ----------
    quantity : {"loss", "w", "b"}
        What was asked for.

    Returns
    -------
    dict of str to str
        By the name of the mistake.

    Raises
    ------
    ValueError
        If there is no such quantity.

    Examples
    --------
    >>> said_for("loss")["half the loss"]
    'There is an extra factor ½. Is there a ½ in this loss?'
    """
    _check_quantity(quantity)
    asked = _QUANTITIES[quantity]
    return {
        key: f"{capitalize(said_of(asked, key))} {MISCONCEPTIONS[key].question}"
        for key in [*changes(asked), *_OF_THE_RUN[asked]]
        if key not in _OF_FUNCTIONS
    }


def _check(trace: Trace, position: int, quantity: str) -> None:
    """Raise unless there is such a step, and such a quantity in it."""
    check_trace(trace, one_feature_to="predict")
    if not len(trace):
        raise ArgumentError("trace", "a run of at least one step", "one of none")
    validation.integer("position", position, low=0, high=len(trace) - 1)
    _check_quantity(quantity)


def _check_quantity(quantity: str) -> None:
    if not isinstance(quantity, str) or quantity not in _QUANTITIES:
        raise ArgumentError("quantity", "'loss', 'w' or 'b'", f"{quantity!r}")


def _around(*numbers: float, slack: float) -> list[float]:
    """Return the smallest and the largest of `numbers`, and `slack` beyond, but no infinity."""
    most = float(np.finfo(np.float64).max)
    return [max(min(numbers) - slack, -most), min(max(numbers) + slack, most)]


def _is_within(number: float, ends: list[float]) -> bool:
    return ends[0] <= number <= ends[1]


def _in_rare_digits(number: float) -> float:
    return float(f"{number:.{_RARE_DIGITS}g}")


def _numbers(trace: Trace, position: int, quantity: str) -> tuple[float, float, dict[str, float]]:
    """Compute in float64 the right number, the size of its terms, and every typical mistake's."""
    step, batch_size = trace[position], trace.batch_size
    batch, everything = (
        (run.X.astype(np.float64), run.Y.astype(np.float64)) for run in (step, trace)
    )
    start = (step.w.astype(np.float64), float(step.b))
    after = (step.w_after.astype(np.float64), float(step.b_after))
    computed = _computed(quantity, *start, step.lr)
    right = computed(*batch)
    of_the_run: tuple[Any, ...]
    if quantity == "loss":
        size = right
        of_the_run = (
            len(step.X) / batch_size * right,
            computed(*everything),
            loss(*batch, *after),
            trace[position - 1].loss if position else math.nan,
        )
    else:
        own = ("w", "b").index(quantity)
        old = start[own]
        size = abs(old) + abs(right - old)
        of_the_run = (
            computed(*batch, divisor=lambda X: batch_size),
            old - step.lr * gradient(*batch, *start)[1 - own],
            computed(*everything),
            after[1 - own],
        )
    mistakes = {key: computed(*batch, **change) for key, change in _typical(quantity).items()}
    mistakes |= zip(_OF_THE_RUN[_QUANTITIES[quantity]], of_the_run, strict=True)
    found = {key: _float(number) for key, number in mistakes.items()}
    return _float(right), _float(size), found


@cache
def _typical(quantity: str) -> dict[str, Change]:
    """Return the keywords that make each typical mistake in a loss or an update itself."""
    first = f"{'wb'[quantity == 'w']} first"
    keys = _OF_LOSS if quantity == "loss" else (*_OF_UPDATE, first)
    return {key: way for key, (way, *_) in changes(_QUANTITIES[quantity], *keys).items()}


def _computed(quantity: str, w: Array, b: float, lr: float) -> Callable[..., Any]:
    """Return the quantity as a function of data, with the keywords of `quantities`."""
    if quantity == "loss":
        return lambda X, Y, **change: loss(X, Y, w, b, **change)
    return lambda X, Y, **change: update(X, Y, w, b, lr, **change)["wb".index(quantity)]


def _in_rare_ways(step: Step, quantity: str) -> list[tuple[str, float]]:
    """Return what each mistake gives, in each way to make it that gives something of its own."""
    computed = _computed(quantity, step.w.astype(np.float64), float(step.b), step.lr)
    X, Y = step.X.astype(np.float64), step.Y.astype(np.float64)
    found = []
    for key, change in _rare_ways(quantity, len(X)):
        with suppress(ArithmeticError):
            found.append((key, _float(computed(X, Y, **change))))
    return found


@cache
def _rare_ways(quantity: str, n: int) -> list[tuple[str, Change]]:
    """Return the ways to make each mistake that give one number of their own from any n rows.

    That is found out with random ones, and so once for all batches of a size. Not those that go by
    the order of the rows, which a batch draws, or by n where that is 1.
    """
    random, several = np.random.default_rng(0), 6  # so that absolute values are not always of +
    rows = random.normal(size=(several, 2, n, 1))
    starts = random.normal(size=(several, 2))

    def numbers(change: Change, rows: Array = rows) -> tuple[float, ...]:
        return tuple(
            _in_rare_digits(_float(_computed(quantity, w.reshape(1, 1), b, 0.1)(X, Y, **change)))
            for (X, Y), (w, b) in zip(rows, starts, strict=True)
        )

    seen = {numbers(change) for change in ({}, *_typical(quantity).values())}
    ways = []
    for key, changed in changes(_QUANTITIES[quantity]).items():
        for change in changed:
            if key in _OF_FUNCTIONS or (n == 1 and change.keys() & {"power", "divisor"}):
                continue
            with suppress(ArithmeticError, LookupError, ValueError):  # as where no shapes fit
                given = numbers(change)
                if given not in seen and np.allclose(given, numbers(change, rows[:, :, ::-1])):
                    seen.add(given)
                    ways.append((key, change))
    return ways


def _float(number: Any) -> float:
    """Return an array of one number as a float."""
    return float(np.reshape(number, ()))
