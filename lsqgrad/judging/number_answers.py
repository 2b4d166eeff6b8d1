"""Judges a prediction: what a learner typed for the loss or a new parameter of the next step."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from operator import itemgetter

from lsqgrad.judging.answer_keys import (
    HALF_A_SHOWN_UNIT,
    SHOWN_DIGITS,
    AnswerKey,
    answer_key,
    said_for,
)
from lsqgrad.judging.diagnosis import Finding
from lsqgrad.judging.typed_numbers import read
from lsqgrad.regression import Printed, Trace

# An answer is right with four digits. A guess meets those about once in nine thousand times, and
# who computes with the six digits that the stepper shows keeps four, unless much cancels.
RIGHT_DIGITS = 4

# An answer shows a mistake with three digits: then an answer that is wrong for another reason
# meets one of the 16 numbers by chance about once in sixty times. With two it is once in six.
MISTAKE_DIGITS = 3

# With as many digits as a right answer, or more, the fourth may be off by so many units: each
# number that was rounded on the way moves it by about one, and an update adds two numbers. That is
# so for mistakes, too: five units of the fourth digit are half of one of the third, so that a
# name by chance is half as likely as with three digits. Who computes with more digits than are
# shown has the old parameter as it is, and only the change from there was rounded.
UNITS_OFF = 2

# A wrong answer is *a little* too large or too small if it is off by one part in a hundred.
LITTLE = 0.01

# Numbers of which nothing is known but what is written: `number_key` makes them.
OF_NO_STEP = ("number", "count", "percent")

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
    return compare(answer_key(trace, position, quantity), said_for(quantity), answer)


def compare(key: AnswerKey, said: Mapping[str, str], answer: str) -> Finding:
    """Judge an answer as `judge` does, from what `answer_key` and `said_for` return.

    The same is written in JavaScript, in `judge.js` of the widgets: each change is one of both.

    Parameters
    ----------
    key : AnswerKey
        The right number, and those of the mistakes.
    said : mapping of str to str
        What is said of each mistake.
    answer : str
        A number as typed.

    Returns
    -------
    Finding
        As of `judge`.

    Raises
    ------
    TypeError, ValueError
        If `answer` is not a string, or not a number.

    Examples
    --------
    >>> from lsqgrad import sgd_by_hand
    >>> trace = sgd_by_hand([[1], [2], [3]], [[2], [4], [6]], w=[[0]], b=0, lr=0.1)
    >>> compare(answer_key(trace, 0, "w"), said_for("w"), "28/15").sentence
    'That is right.'
    """
    percent = key["quantity"] == "percent"
    readings = [(typed, _compare(key, said, typed)) for typed in read(answer, percent=percent)]
    typed, finding = min(
        readings, key=lambda one: (_ORDER.index(one[1].kind), abs(one[0].value - key["truth"]))
    )
    others = {other.sentence for _, other in readings} - {finding.sentence}
    if (others or typed.regrouped) and finding.kind in ("mistake", "wrong"):
        return finding.with_note(f"It was read as {typed.value:.{SHOWN_DIGITS}g}.")
    return finding


def _compare(key: AnswerKey, said: Mapping[str, str], typed: Printed) -> Finding:
    """Judge one of the numbers that may be meant."""
    value, digits = typed.value, _digits(typed)
    truth, truths, from_shown = key["truth"], key["truths"], key["from_shown"]
    mistakes, old = key["mistakes"], key["mistakes"].get("nothing happens", 0.0)
    is_other = key["quantity"] == "count" and value != truth  # a count is exact
    possible = [] if is_other else _with_fewer_digits(typed)
    wrong = Finding("wrong", _wrong(key["quantity"], value, truth, old))

    # The truth comes first, so that a mistake that changes nothing, as 1/n for n = 1, is none.
    is_all = value == float(key["exactly"][0]) or truths[0] <= value <= truths[1]
    for reading in possible:
        if (is_all or _digits(reading) >= RIGHT_DIGITS) and reading.admits(*truths):
            return Finding("right", "That is right.")
    if key["quantity"] in OF_NO_STEP:  # where -1 is the mistake, it is not -1.02 to one digit
        name = next((name for name, number in mistakes.items() if number == value), None)
        if name:
            return Finding("mistake", said[name], (name,))
    if is_other:
        return wrong
    if digits and typed.admits(*truths):
        return _rounded(digits, digits, key)
    agreeing = _agreeing_digits(value, truth)
    if agreeing > 0 and typed.admits(*from_shown):
        if digits > SHOWN_DIGITS and agreeing >= RIGHT_DIGITS:
            return Finding("right", "That is right.")
        return _near(typed, agreeing, digits, key)

    name = _nearest_met(typed, mistakes.items())
    if name:
        return Finding("mistake", said[name], (name,))

    # Last what a mistake explains better: zeros that are no digits, digits that are off.
    for reading in possible:
        if _digits(reading) and reading.admits(*truths):
            return _rounded(_digits(reading), digits, key)
    if agreeing >= RIGHT_DIGITS:
        return _near(typed, agreeing, digits, key)
    if digits > SHOWN_DIGITS:
        rare = ((name, one) for name, numbers in key["rare"].items() for one in numbers)
        name = _nearest_met(typed, rare)
        if name:
            return Finding("mistake", said[name], (name,))
    if digits >= RIGHT_DIGITS:
        off = [(abs(value - truth), "")] + [
            (abs(value - number), name)
            for name, number in mistakes.items()
            if name != "nothing happens"  # nobody rounds the old parameter on the way
            and not from_shown[0] <= number <= from_shown[1]  # where it changes nothing
        ]
        sizes = [abs(value), abs(value - old)]
        most = _units_off(min(sizes) if digits > SHOWN_DIGITS else sizes[0])
        name = _nearest((distance, name) for distance, name in off if distance <= most)
        if name:
            return Finding("mistake", said[name], (name,))
        if name is not None:
            return _near(typed, agreeing, digits, key)
    return wrong


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


def _nearest(found: Iterable[tuple[float, str]]) -> str | None:
    """Return the key at the smallest distance, the first of several, or None if there is none."""
    return min(found, key=itemgetter(0), default=(0.0, None))[1]


def _nearest_met(typed: Printed, numbers: Iterable[tuple[str, float]]) -> str | None:
    """Return the name of the nearest of those that six digits do not tell from an answer."""
    smallest, largest = typed.interval
    found = []
    for name, number in numbers:
        slack = HALF_A_SHOWN_UNIT * abs(number)
        is_all = number - slack <= typed.value <= number + slack
        if (is_all or _digits(typed) >= MISTAKE_DIGITS) and typed.admits(
            number - slack, number + slack
        ):
            found.append((max(smallest - number, number - largest, 0.0), name))
    return _nearest(found)


def _units_off(size: float) -> float:
    """Return how far the fourth digit of a number of such a size may be off."""
    return (UNITS_OFF + 0.5) * _unit(_place(size) + 1 - RIGHT_DIGITS) if size else 0.0


def _agreeing_digits(value: float, truth: float) -> int:
    """Count the digits of `truth` that `value` is off by half a unit at most, or rounds to."""
    off = abs(value - truth)
    if not 0 < off < abs(truth) / 2:
        return 0
    last = _place(2 * off)
    count = _place(truth) - last + (2 * off == _unit(last))
    return count + (f"{value:.{count}e}" == f"{truth:.{count}e}")


def _place(number: float) -> int:
    """Return the place of the first digit: 2 where it stands for hundreds."""
    return Decimal(number).adjusted()


def _unit(place: int) -> float:
    """Return what a 1 at a place stands for, which a power of floats may miss."""
    return float(f"1e{place}")


def _rounded(right: int, digits: int, key: AnswerKey) -> Finding:
    """Return the verdict on an answer of so many digits, of which so many are right."""
    sentence = f"That is right to {_count(right)}. {_more_exactly(digits, key)}"
    return Finding("rounded", sentence, digits=right)


def _near(typed: Printed, agreeing: int, digits: int, key: AnswerKey) -> Finding:
    """Return the verdict on an answer that agrees to so many digits, and is not quite right."""
    smallest, largest = typed.interval  # one unit of the last decimal apart
    is_last = abs(typed.value - key["truth"]) <= (UNITS_OFF + 0.5) * (largest - smallest)
    why = "its last digit is off" if is_last else "something was rounded on the way"
    sentence = f"That agrees to {_count(agreeing)}: {why}. {_more_exactly(digits, key)}"
    return Finding("near", sentence, digits=agreeing)


def _count(digits: int) -> str:
    return "one digit" if digits == 1 else f"{digits} digits"


def _more_exactly(digits: int, key: AnswerKey) -> str:
    """Give more digits than were typed."""
    return f"More exactly it is {key['exactly'][digits >= SHOWN_DIGITS]}."


def _wrong(quantity: str, value: float, truth: float, old: float) -> str:
    """Say on which side of the truth an answer is, and whether it goes the way of the update."""
    little = "a little " if abs(value - truth) <= LITTLE * abs(truth) else ""
    words = f"That is {little}too {'large' if value > truth else 'small'}."
    if quantity == "loss":
        return f"{words} A mean of squares is never below 0." if value < 0 else words
    if quantity in OF_NO_STEP:
        return words
    if truth == old:
        return f"{words} This update leaves {quantity} as it is."
    right = (value > old) == (truth > old)
    moves = "rises" if truth > old else "falls"
    return f"{words} The direction is {'right' if right else 'wrong'}: {quantity} {moves}."
