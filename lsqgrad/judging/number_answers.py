"""Judges a prediction: what a learner typed for the loss or a new parameter of the next step."""

import math
from collections.abc import Callable, Iterable
from contextlib import suppress
from decimal import Decimal
from operator import itemgetter
from typing import Any

import numpy as np

from lsqgrad._util import ArgumentError, validation
from lsqgrad.judging.diagnosis import Finding
from lsqgrad.judging.misconceptions import MISCONCEPTIONS, capitalize, changes, said_of
from lsqgrad.judging.quantities import gradient, loss, update
from lsqgrad.judging.typed_numbers import read
from lsqgrad.regression import Printed, Step, Trace, check_trace

# An answer is right with four digits. A guess meets those about once in nine thousand times, and
# who computes with the six digits that the stepper shows keeps four, unless much cancels.
RIGHT_DIGITS = 4

# An answer shows a mistake with three digits: then an answer that is wrong for another reason
# meets one of the 16 numbers by chance about once in sixty times. With two it is once in six.
MISTAKE_DIGITS = 3

# The stepper shows six digits. If they end in zeros, an answer without these has all there are.
# Who computes with them is off by up to half a unit of the sixth, and has made no mistake; so is
# who computes with more, in floats. Of what a computer prints no more digits are looked at.
SHOWN_DIGITS = 6
HALF_A_SHOWN_UNIT = 0.5 * 10.0 ** (1 - SHOWN_DIGITS)  # at most, as a part of the number

# With as many digits as a right answer, or more, the fourth may be off by so many units: each
# number that was rounded on the way moves it by about one, and an update adds two numbers. That is
# so for mistakes, too: five units of the fourth digit are half of one of the third, so that a
# name by chance is half as likely as with three digits. Who computes with more digits than are
# shown has the old parameter as it is, and only the change from there was rounded.
UNITS_OFF = 2

# A wrong answer is *a little* too large or too small if it is off by one part in a hundred.
LITTLE = 0.01

# The mistakes in a loss or an update itself that are tried for every answer, the first way of each;
# `_numbers` adds those in the run. If two give the same number, the first is named. What has more
# digits than are shown meets no number by chance: it is compared with all mistakes in every way.
_OF_LOSS = ("half the loss", "1/n left out", "root", "absolute", "mean first", "bias left out")
_OF_UPDATE = (
    *("uphill", "half the gradient", "1/n left out", "2/n left out"),
    *("gradient returned", "change returned", "lr times gradient", "nothing happens"),
    *("no learning rate", "product", "bias left out"),
)
_OF_FUNCTIONS = ("three rows", "learning rate fixed")  # no single number shows that it is fixed

# Of two ways to read an answer, the one that comes first here fits better.
_ORDER = ("right", "rounded", "near", "mistake", "wrong")


def judge(trace: Trace, position: int, quantity: str, answer: str) -> Finding:
    """Judge what a learner typed for the loss, the new w or the new b of the next step.

    An answer stands for all numbers that round to it (see `Printed`). The truth is the number
    that the step recorded, and as good is what lies between it and the same computed in float64,
    or half an ulp of its terms beyond: there the float's own rounding decides. The answer is

    - *right* if it stands for the truth, with 4 significant digits or all that there are;
    - *rounded* if it stands for the truth with fewer;
    - *near* if six digits of the old parameter and its change (for the loss, of itself) do not
      tell it from the truth; *right* if it has more than six, as what was computed has;
    - a *mistake* if it is none of these, but stands for what a typical mistake gives, with 3
      significant digits or all that there are, or if six digits of that do not tell them apart;
    - *near*, too, if it agrees with the truth to 4 digits;
    - a *mistake*, too, if it has more than six digits and is what a rare mistake gives;
    - *near* or a *mistake*, whichever is nearer, if it has 4 digits or more and is off by at most
      2 units of the fourth;
    - else *wrong*.

    Parameters
    ----------
    trace : Trace
        A run with one feature.
    position : int
        How many updates are done, from 0 to ``len(trace) - 1``: the step is ``trace[position]``.
    quantity : {"loss", "w", "b"}
        What was asked for: the loss of the batch before the update, or a parameter after it.
    answer : str
        A number as typed: see `typed_numbers`. If there are two ways to read it, what fits best
        counts. In a whole number, zeros at the end may be digits or not. 0 has no significant
        digits.

    Returns
    -------
    Finding
        Of the kinds named above; `digits` says how many agree if it is rounded or near.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind named above.

    Examples
    --------
    >>> from lsqgrad import sgd_by_hand
    >>> trace = sgd_by_hand([[1], [2], [3]], [[2], [4], [6]], w=[[0]], b=0, lr=0.1)
    >>> for answer in ("1.867", "1.9", "18.67", "1.5"):
    ...     print(judge(trace, 0, "w", answer).sentence)
    That is right.
    That is right to 2 digits. More exactly it is 1.86667.
    The learning rate is missing. How far does one update go?
    That is too small. The direction is right: w rises.
    """
    _check(trace, position, quantity)
    truth = float(_recorded(trace[position], quantity))
    readings = [(typed, _judge(trace, position, quantity, typed)) for typed in read(answer)]
    typed, finding = min(
        readings, key=lambda one: (_ORDER.index(one[1].kind), abs(one[0].value - truth))
    )
    others = {other.sentence for _, other in readings} - {finding.sentence}
    if (others or typed.regrouped) and finding.kind in ("mistake", "wrong"):
        return finding.with_note(f"It was read as {typed.value:.{SHOWN_DIGITS}g}.")
    return finding


def _judge(trace: Trace, position: int, quantity: str, typed: Printed) -> Finding:
    """Judge one of the numbers that may be meant."""
    value, digits, possible = typed.value, _digits(typed), _with_fewer_digits(typed)
    recorded = _recorded(trace[position], quantity)
    truth, half_ulp = float(recorded), float(np.finfo(trace.X.dtype).epsneg)
    with np.errstate(over="ignore", invalid="ignore"):  # no answer is like what is not finite
        in_float64, size, mistakes = _numbers(trace, position, quantity)
    truths = _around(truth, in_float64, slack=half_ulp * size)
    from_shown = _around(*truths, slack=HALF_A_SHOWN_UNIT * size)

    # The truth comes first, so that a mistake that changes nothing, as 1/n for n = 1, is none.
    is_all = value == _round_as_shown(truth) or truths[0] <= value <= truths[1]
    for reading in possible:
        if (is_all or _digits(reading) >= RIGHT_DIGITS) and reading.admits(*truths):
            return Finding("right", "That is right.")
    if digits and typed.admits(*truths):
        return _rounded(digits, digits, recorded)
    agreeing = _agreeing_digits(value, truth)
    if agreeing > 0 and typed.admits(*from_shown):
        if digits > SHOWN_DIGITS and agreeing >= RIGHT_DIGITS:
            return Finding("right", "That is right.")
        return _near(typed, agreeing, digits, recorded)

    key = _nearest(
        (_distance(typed, number), key)
        for key, number in mistakes.items()
        if (digits >= MISTAKE_DIGITS or value == _round_as_shown(number)) and _meets(typed, number)
    )
    if key:
        return _mistake(quantity, key)

    # Last what a mistake explains better: zeros that are no digits, digits that are off.
    for reading in possible:
        if _digits(reading) and reading.admits(*truths):
            return _rounded(_digits(reading), digits, recorded)
    if agreeing >= RIGHT_DIGITS:
        return _near(typed, agreeing, digits, recorded)
    if digits > SHOWN_DIGITS:
        with np.errstate(all="ignore"):
            ways = _in_every_way(trace[position], quantity)
        key = _nearest((_distance(typed, one), key) for key, one in ways if _meets(typed, one))
        if key:
            return _mistake(quantity, key)
    if digits >= RIGHT_DIGITS and value:
        old = mistakes.get("nothing happens", 0.0)
        numbers = {"": truth} | {
            key: number
            for key, number in mistakes.items()
            if key != "nothing happens"  # nobody rounds the old parameter on the way
            and not from_shown[0] <= number <= from_shown[1]  # where it changes nothing
        }
        sizes = [abs(value), abs(value - old)]
        most = _units_off(min(sizes) if digits > SHOWN_DIGITS else sizes[0])
        off = ((abs(value - number), key) for key, number in numbers.items())
        key = _nearest((distance, key) for distance, key in off if distance <= most)
        if key is not None:
            return _mistake(quantity, key) if key else _near(typed, agreeing, digits, recorded)
    return Finding("wrong", _wrong(quantity, value, truth, mistakes.get("nothing happens", 0.0)))


def _check(trace: Trace, position: int, quantity: str) -> None:
    """Raise unless there is such a step, and such a quantity in it."""
    check_trace(trace, one_feature_to="predict")
    if not len(trace):
        raise ArgumentError("trace", "a run of at least one step", "one of none")
    validation.integer("position", position, low=0, high=len(trace) - 1)
    if not isinstance(quantity, str) or quantity not in ("loss", "w", "b"):
        raise ArgumentError("quantity", "'loss', 'w' or 'b'", f"{quantity!r}")


def _recorded(step: Step, quantity: str) -> np.floating:
    """Return the right number, as the run has it."""
    return {"loss": step.loss, "w": step.w_after[0, 0], "b": step.b_after}[quantity]


def _digits(printed: Printed) -> int:
    """Count the significant digits, which begin with the first that is not 0."""
    number = Decimal(printed.text)
    return len(number.as_tuple().digits) if number else 0


def _with_fewer_digits(printed: Printed) -> list[Printed]:
    """Return 2300 also as 230e1 and as 23e2, in case its zeros only hold the place."""
    text = printed.text
    whole = text.lstrip("+-").isdecimal() and printed.value != 0
    zeros = len(text) - len(text.rstrip("0")) if whole else 0
    return [printed, *(Printed(f"{text[:-k]}e{k}") for k in range(1, zeros + 1))]


def _round_as_shown(number: float) -> float:
    """Return `number` as the stepper shows it."""
    return float(f"{number:.{SHOWN_DIGITS}g}")


def _distance(typed: Printed, number: float) -> float:
    """Return how far a number is from what was typed, or rounds to it."""
    smallest, largest = typed.interval
    return max(smallest - number, number - largest, 0.0)


def _nearest(found: Iterable[tuple[float, str]]) -> str | None:
    """Return the key at the smallest distance, the first of several, or None if there is none."""
    return min(found, key=itemgetter(0), default=(0.0, None))[1]


def _meets(typed: Printed, number: float) -> bool:
    """Whether an answer stands for a number, or for what six digits do not tell from it."""
    return typed.admits(*_around(number, slack=HALF_A_SHOWN_UNIT * abs(number)))


def _units_off(size: float) -> float:
    """Return how far the fourth digit of a number of such a size may be off."""
    first = math.floor(math.log10(size)) if size else -math.inf
    return (UNITS_OFF + 0.5) * 10.0 ** (first + 1 - RIGHT_DIGITS)


def _around(*numbers: float, slack: float) -> tuple[float, float]:
    """Return the smallest and the largest of `numbers`, and `slack` beyond."""
    return min(numbers) - slack, max(numbers) + slack


def _numbers(trace: Trace, position: int, quantity: str) -> tuple[float, float, dict[str, float]]:
    """Compute in float64 the right number, the size of its terms, and every mistake's number."""
    step, batch_size = trace[position], trace.batch_size
    batch, everything = (
        (run.X.astype(np.float64), run.Y.astype(np.float64)) for run in (step, trace)
    )
    start = (step.w.astype(np.float64), float(step.b))
    after = (step.w_after.astype(np.float64), float(step.b_after))
    computed = _computed(step, quantity)
    right = computed(*batch)
    if quantity == "loss":
        size = right
        mistakes = {
            "rows of a whole batch": len(step.X) / batch_size * right,
            "all of the data": computed(*everything),
            "after the update": loss(*batch, *after),
            "previous batch": trace[position - 1].loss if position else math.nan,
        }
    else:
        own = ("w", "b").index(quantity)
        old = start[own]
        size = abs(old) + abs(right - old)
        mistakes = {
            "rows of a whole batch": computed(*batch, divisor=lambda X: batch_size),
            "other gradient": old - step.lr * gradient(*batch, *start)[1 - own],
            "all of the data": computed(*everything),
            "other parameter": after[1 - own],
        }
    of_itself = _OF_LOSS if quantity == "loss" else (*_OF_UPDATE, f"{'wb'[quantity == 'w']} first")
    ways = changes(_asked(quantity), *of_itself).items()
    mistakes = {key: computed(*batch, **change) for key, (change, *_) in ways} | mistakes
    return _float(right), _float(size), {key: _float(one) for key, one in mistakes.items()}


def _asked(quantity: str) -> Callable[..., Any]:
    """Return the function in `quantities` that is asked for."""
    return loss if quantity == "loss" else update


def _computed(step: Step, quantity: str) -> Callable[..., Any]:
    """Return the quantity as a function of data, with the keywords of `quantities`."""
    w, b = step.w.astype(np.float64), float(step.b)
    if quantity == "loss":
        return lambda X, Y, **change: loss(X, Y, w, b, **change)
    return lambda X, Y, **change: update(X, Y, w, b, step.lr, **change)["wb".index(quantity)]


def _in_every_way(step: Step, quantity: str) -> list[tuple[str, float]]:
    """Return what each mistake gives, in each way to make it, if that is one number.

    Not those that go by the order of the rows, which a batch draws, or by n where that is 1.
    """
    computed, found = _computed(step, quantity), list[tuple[str, float]]()
    X, Y = step.X.astype(np.float64), step.Y.astype(np.float64)
    for key, ways in changes(_asked(quantity)).items():
        for change in ways:
            if key in _OF_FUNCTIONS or (len(X) == 1 and change.keys() & {"power", "divisor"}):
                continue
            with suppress(ArithmeticError, LookupError, ValueError):  # as where no shapes fit
                number = _float(computed(X, Y, **change))
                if np.isclose(number, _float(computed(X[::-1], Y[::-1], **change))):
                    found.append((key, number))
    return found


def _float(number: Any) -> float:
    """Return an array of one number as a float."""
    return float(np.reshape(number, ()))


def _agreeing_digits(value: float, truth: float) -> int:
    """Count the digits of `truth` that `value` is off by half a unit at most, or rounds to."""
    off = abs(value - truth)
    if not 0 < off < abs(truth) / 2:
        return 0
    count = math.floor(math.log10(abs(truth))) + 1 - math.ceil(math.log10(2 * off))
    return count + (f"{value:.{count}e}" == f"{truth:.{count}e}")


def _mistake(quantity: str, key: str) -> Finding:
    """Return the verdict on an answer that shows a mistake."""
    said = capitalize(said_of(_asked(quantity), key))
    return Finding("mistake", f"{said} {MISCONCEPTIONS[key].question}", (key,))


def _rounded(right: int, digits: int, recorded: np.floating) -> Finding:
    """Return the verdict on an answer of so many digits, of which so many are right."""
    sentence = f"That is right to {_count(right)}. {_more_exactly(digits, recorded)}"
    return Finding("rounded", sentence, digits=right)


def _near(typed: Printed, agreeing: int, digits: int, recorded: np.floating) -> Finding:
    """Return the verdict on an answer that agrees to so many digits, and is not quite right."""
    smallest, largest = typed.interval  # one unit of the last decimal apart
    is_last = abs(typed.value - float(recorded)) <= (UNITS_OFF + 0.5) * (largest - smallest)
    why = "its last digit is off" if is_last else "something was rounded on the way"
    sentence = f"That agrees to {_count(agreeing)}: {why}. {_more_exactly(digits, recorded)}"
    return Finding("near", sentence, digits=agreeing)


def _count(digits: int) -> str:
    return "one digit" if digits == 1 else f"{digits} digits"


def _more_exactly(digits: int, recorded: np.floating) -> str:
    """Give more digits than were typed."""
    exact = f"{recorded:.{SHOWN_DIGITS}g}" if digits < SHOWN_DIGITS else str(recorded)
    return f"More exactly it is {exact}."


def _wrong(quantity: str, value: float, truth: float, old: float) -> str:
    """Say on which side of the truth an answer is, and whether it goes the way of the update."""
    little = "a little " if abs(value - truth) <= LITTLE * abs(truth) else ""
    words = f"That is {little}too {'large' if value > truth else 'small'}."
    if quantity == "loss":
        return f"{words} A mean of squares is never below 0." if value < 0 else words
    if truth == old:
        return f"{words} This update leaves {quantity} as it is."
    right = (value > old) == (truth > old)
    moves = "rises" if truth > old else "falls"
    return f"{words} The direction is {'right' if right else 'wrong'}: {quantity} {moves}."
