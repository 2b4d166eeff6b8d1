"""Judges a prediction: what a learner typed for the loss or a new parameter of the next step."""

import math
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

import numpy as np

from lsqgrad._util import validation
from lsqgrad.regression import Printed, check_trace, gradient_matrix, mean_squared_error

# An answer is right with four digits. A guess meets those about once in nine thousand times, and
# who computes with the six digits that the stepper shows keeps four, unless much cancels.
RIGHT_DIGITS = 4

# An answer shows a mistake with three digits: then an answer that is wrong for another reason
# meets one of the 16 numbers by chance about once in sixty times. With two it is once in six.
MISTAKE_DIGITS = 3

# The stepper shows six digits. If they end in zeros, an answer without these has all there are.
# Who computes with them is off by up to half a unit of the sixth, and has made no mistake.
SHOWN_DIGITS = 6

# With as many digits as a right answer, the last may be off by so many units: each number that
# was rounded on the way moves it by about one, and an update adds two numbers.
UNITS_OFF = 2

# A wrong answer is *a little* too large or too small if it is off by one part in a hundred.
LITTLE = 0.01

# The mistakes by name, and what the learner reads. If two give the same number, the first is named.
_LOSS_MISTAKES = {
    "half": "That is half of the loss. The mean squared error has no ½.",
    "sum": "That is the sum of the squared residuals. The loss is their mean.",
    "batch size": "The sum was divided by the batch size of the run. This batch has fewer rows.",
    "root": "That is the square root of the loss. The mean squared error has no root.",
    "absolute": "That is the mean of the residuals without signs. The loss squares them first.",
    "square of the mean": "That is the mean residual, squared. The loss squares before the mean.",
    "bias left out": "The bias was left out of the prediction. It is ŷ = x w + b.",
    "all of the data": "That is the loss of all of the data. The loss of the batch is asked for.",
    "after the update": "That is the loss after the update. The loss is computed before it.",
    "previous batch": "That is the loss of the batch before this one.",
}
_PARAMETER_MISTAKES = {
    "sign": "That is {own} + lr · ∂L/∂{own}: the sign is turned. The update subtracts.",
    "factor 2": "That takes half of the gradient. The square in the loss brings a factor 2.",
    "factor 1/n": "The gradient lacks its factor 1/n. The loss is a mean, not a sum.",
    "factor 2/n": "The gradient lacks its factor 2/n: the sum alone was taken.",
    "batch size": "The sum was divided by the batch size of the run. This batch has fewer rows.",
    "gradient": "That is the gradient ∂L/∂{own}. The new {own} is asked for.",
    "change": "That is −lr · ∂L/∂{own}, the change of {own}. The new {own} is asked for.",
    "lr times gradient": "That is lr · ∂L/∂{own}. The new {own} is {own} minus that.",
    "old value": "That is the old {own}: nothing was updated.",
    "learning rate": "That is {own} − ∂L/∂{own}: the learning rate is missing.",
    "product": "That is {own} times −lr · ∂L/∂{own}. The update adds the two.",
    "other gradient": "That takes the gradient of {other}. ∂L/∂w has x in its sum, ∂L/∂b has not.",
    "bias left out": "The bias was left out of the prediction. It is ŷ = x w + b.",
    "all of the data": "That takes the gradient of all of the data. The update sees one batch.",
    "update order": "That takes the gradient after {other} was updated. Both gradients come first.",
    "other parameter": "That is the new {other}. The new {own} is asked for.",
}

_RIGHT_TO = "That is right to {}."
_AGREES_TO = "That agrees to {}: something was rounded on the way."


@dataclass(frozen=True)
class Verdict:
    """What `judge` makes of an answer.

    Attributes
    ----------
    kind : {"right", "rounded", "mistake", "wrong"}
        Right; right but for rounding; what a typical mistake gives; none of these.
    mistake : str
        The short name of the mistake; empty for the other kinds.
    sentence : str
        What the learner reads: one or two sentences.
    digits : int
        If rounded: how many digits agree.

    Examples
    --------
    >>> Verdict("right", "", "That is right.").kind
    'right'
    """

    kind: str
    mistake: str
    sentence: str
    digits: int = 0


def judge(trace, position, quantity, answer):
    """Judge what a learner typed for the loss, the new w or the new b of the next step.

    An answer stands for all numbers that round to it (see `Printed`). The truth is the number
    that the step recorded, and as good is what lies between it and the same computed in float64,
    or half an ulp of its terms beyond: there the float's own rounding decides. The answer is

    - *right* if it stands for the truth, with 4 significant digits or all that there are;
    - *rounded* if it stands for the truth with fewer, or for a number that six digits of the old
      parameter and its change (for the loss, of itself) do not tell from the truth;
    - a *mistake* if it is neither, but stands for what a typical mistake gives, with 3 significant
      digits or all that there are;
    - *rounded* too if it agrees with the truth to 4 digits, or has 4 and is off by at most 2 units
      of its last decimal;
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
        A number as typed. Spaces around it, a decimal comma, a typographic minus sign are fine;
        in a whole number, zeros at the end may be digits or not. 0 has no significant digits.

    Returns
    -------
    Verdict

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind named above.

    Examples
    --------
    >>> from lsqgrad import sgd_by_hand
    >>> trace = sgd_by_hand([[1], [2], [3]], [[2], [4], [6]], w=[[0]], b=0, lr=0.1)
    >>> for answer in ("1.867", "1.9", "-1.867", "1.5"):
    ...     print(judge(trace, 0, "w", answer).sentence)
    That is right.
    That is right to 2 digits. More exactly it is 1.86667.
    That is w + lr · ∂L/∂w: the sign is turned. The update subtracts.
    That is too small. The direction is right: w rises.
    """
    _check(trace, position, quantity)
    typed = _read(answer)
    value, digits, readings = typed.value, _digits(typed), _readings(typed)
    step = trace[position]
    recorded = {"loss": step.loss, "w": step.w_after[0, 0], "b": step.b_after}[quantity]
    truth, half_ulp = float(recorded), float(np.finfo(trace.X.dtype).epsneg)
    with np.errstate(over="ignore", invalid="ignore"):  # no answer is like what is not finite
        in_float64, size, mistakes = _numbers(trace, position, quantity)
    truths = _around(truth, in_float64, slack=half_ulp * size)
    from_shown = _around(*truths, slack=0.5 * 10 ** (1 - SHOWN_DIGITS) * size)

    # The truth comes first, so that a mistake that changes nothing, as 1/n for n = 1, is none.
    is_all = value == _shown(truth) or truths[0] <= value <= truths[1]
    for reading in readings:
        if (is_all or _digits(reading) >= RIGHT_DIGITS) and reading.admits(*truths):
            return Verdict("right", "", "That is right.")
    if digits and typed.admits(*truths):
        return _rounded(_RIGHT_TO, digits, digits, recorded)
    agreeing = _agreeing_digits(value, truth)
    if agreeing > 0 and typed.admits(*from_shown):
        return _rounded(_AGREES_TO, agreeing, digits, recorded)

    table = _LOSS_MISTAKES if quantity == "loss" else _PARAMETER_MISTAKES
    for name, number in mistakes.items():
        if (digits >= MISTAKE_DIGITS or value == _shown(number)) and typed.admits(number):
            words = table[name].format(own=quantity, other="b" if quantity == "w" else "w")
            return Verdict("mistake", name, words)

    # Last what a mistake explains better: zeros that are no digits, decimals that are off.
    for reading in readings:
        if _digits(reading) and reading.admits(*truths):
            return _rounded(_RIGHT_TO, _digits(reading), digits, recorded)
    smallest, largest = typed.interval  # one unit of the last decimal apart
    near = abs(value - truth) <= (UNITS_OFF + 0.5) * (largest - smallest)
    if agreeing >= RIGHT_DIGITS or (digits >= RIGHT_DIGITS and near):
        return _rounded(_AGREES_TO, agreeing, digits, recorded)
    return Verdict("wrong", "", _wrong(quantity, value, truth, mistakes.get("old value")))


def _check(trace, position, quantity):
    """Raise unless there is such a step, and such a quantity in it."""
    check_trace(trace, one_feature_to="predict")
    if not len(trace):
        raise ValueError("trace: expected a run of at least one step, got one of none.")
    validation.integer("position", position, low=0, high=len(trace) - 1)
    if not isinstance(quantity, str) or quantity not in ("loss", "w", "b"):
        raise ValueError(f"quantity: expected 'loss', 'w' or 'b', got {quantity!r}.")


def _read(answer):
    """Return what was typed as a `Printed`."""
    if not isinstance(answer, str):
        raise TypeError(f"answer: expected the number as a string, got {answer!r}.")
    # The minus of typeset text, the decimal comma, and what an input method writes at full width.
    text = answer.strip().translate(str.maketrans("−－,，．。", "--...."))
    try:
        number = Decimal(text)
        # Decimals go far beyond floats, at both ends, where `Printed` finds no interval.
        good = number.is_finite() and number.adjusted() > -400 and math.isfinite(float(number))
    except InvalidOperation:
        good = False
    if not good:
        raise ValueError(f"answer: expected a number such as -0.1453 or 1e-3, got {answer!r}.")
    return Printed(text)


def _digits(printed):
    """Count the significant digits, which begin with the first that is not 0."""
    number = Decimal(printed.text)
    return len(number.as_tuple().digits) if number else 0


def _readings(printed):
    """Return 2300 also as 230e1 and as 23e2, in case its zeros only hold the place."""
    text = printed.text
    whole = text.lstrip("+-").isdecimal() and printed.value != 0
    zeros = len(text) - len(text.rstrip("0")) if whole else 0
    return [printed, *(Printed(f"{text[:-k]}e{k}") for k in range(1, zeros + 1))]


def _shown(number):
    """Return `number` as the stepper shows it."""
    return float(f"{number:.{SHOWN_DIGITS}g}")


def _around(*numbers, slack):
    """Return the smallest and the largest of `numbers`, and `slack` beyond."""
    return min(numbers) - slack, max(numbers) + slack


def _numbers(trace, position, quantity):
    """Compute in float64 the right number, the size of its terms, and every mistake's number."""
    step, lr = trace[position], trace[position].lr
    X, Y, all_X, all_Y = (part.astype(np.float64) for part in (step.X, step.Y, trace.X, trace.Y))
    n, batch_size = len(X), trace.batch_size
    old = {"w": float(step.w[0, 0]), "b": float(step.b)}
    new = {"w": float(step.w_after[0, 0]), "b": float(step.b_after)}

    def loss_at(w, b):
        return float(mean_squared_error(X, Y, [[w]], b))

    def gradient_at(w, b, X=X, Y=Y):
        grad_w, grad_b = gradient_matrix(X, Y, [[w]], b)
        return {"w": grad_w.item(), "b": grad_b.item()}

    if quantity == "loss":
        residual, loss = X * old["w"] + old["b"] - Y, loss_at(**old)
        mistakes = {
            "half": loss / 2,
            "sum": n * loss,
            "batch size": n / batch_size * loss,
            "root": math.sqrt(loss),
            "absolute": float(np.mean(np.abs(residual))),
            "square of the mean": float(np.mean(residual) ** 2),
            "bias left out": loss_at(old["w"], 0),
            "all of the data": float(trace.full_losses[position]),
            "after the update": loss_at(**new),
            "previous batch": float(trace[position - 1].loss) if position else math.nan,
        }
        return loss, loss, mistakes

    own, other = ("w", "b") if quantity == "w" else ("b", "w")
    start, grads = old[own], gradient_at(**old)
    change = -lr * grads[own]
    mistakes = {
        "sign": start - change,
        "factor 2": start + change / 2,
        "factor 1/n": start + n * change,
        "factor 2/n": start + n / 2 * change,
        "batch size": start + n / batch_size * change,
        "gradient": grads[own],
        "change": change,
        "lr times gradient": -change,
        "old value": start,
        "learning rate": start - grads[own],
        "product": start * change,
        "other gradient": start - lr * grads[other],  # for w as if x were left out of its own
        "bias left out": start - lr * gradient_at(old["w"], 0)[own],
        "all of the data": start - lr * gradient_at(**old, X=all_X, Y=all_Y)[own],
        "update order": start - lr * gradient_at(**(old | {other: new[other]}))[own],
        "other parameter": new[other],
    }
    return start + change, abs(start) + abs(change), mistakes


def _agreeing_digits(value, truth):
    """Count the digits of `truth` up to the last of which half a unit covers the difference."""
    off = abs(value - truth)
    if not 0 < off < abs(truth) / 2:
        return 0
    return math.floor(math.log10(abs(truth))) + 1 - math.ceil(math.log10(2 * off))


def _rounded(words, agreeing, digits, recorded):
    """Return the verdict on an answer of so many digits, with more of them than it has."""
    count = "one digit" if agreeing == 1 else f"{agreeing} digits"
    exact = f"{recorded:.{SHOWN_DIGITS}g}" if digits < SHOWN_DIGITS else str(recorded)
    sentence = f"{words.format(count)} More exactly it is {exact}."
    return Verdict("rounded", "", sentence, agreeing)


def _wrong(quantity, value, truth, old):
    """Say on which side of the truth an answer is, and whether it goes the way of the update."""
    little = "a little " if abs(value - truth) <= LITTLE * abs(truth) else ""
    words = f"That is {little}too {'large' if value > truth else 'small'}."
    if quantity == "loss":
        return f"{words} A mean of squares is never below 0." if value < 0 else words
    if truth == old:
        return f"{words} This update leaves {quantity} as it is."
    right = (value > old) == (truth > old)
    moves = "rises" if truth > old else "falls"
    return f"{words} The direction is {'right' if right else 'not right'}: {quantity} {moves}."
