"""What the stepper says at a position: the text beside its picture, and the picture in words.

The words agree with the picture: there is none of a line or an arrow that is not seen. All minus
signs are true ones. While the result of the next step is asked for, it is not given away.
"""

from typing import Any

import numpy as np

from lsqgrad.plotting import in_view
from lsqgrad.regression import MINUS, Number, Step, Trace, names_of_rows, written
from lsqgrad.widgets.frames import Words

ROUNDING = 1e-5  # so close together, two numbers may look alike in six digits
FAR_AWAY = "The line, w and b have left the picture, and the loss its linear axis."
TOO_LARGE = "The loss has left the linear axis: it is too large."
TOO_FAST = " The learning rate {lr} is above 2/λmax = {limit}, the limit beyond which steps grow."
NO_LINE = "The data have {features} features: there is no line and no path in a plane to draw."


def state(trace: Trace, position: int, asking: bool = False) -> tuple[Words, ...]:
    """Say in words and numbers what the last update did, or what is asked about the next.

    Parameters
    ----------
    trace : Trace
        A run.
    position : int
        How many updates are done.
    asking : bool
        Whether the result of the next update is asked for.

    Returns
    -------
    tuple of tuples of str and Number
        Two lines; a third where the run has left the picture or ended early.

    Examples
    --------
    >>> from lsqgrad import sgd_by_hand
    >>> trace = sgd_by_hand([[1], [2]], [[1], [4]], w=[[0]], b=0, lr=0.125, batch_size=1)
    >>> for line in state(trace, 1):
    ...     print(*line, sep="")
    Step 1 (epoch 1, batch 1): row 1, n = 1. Loss 16. Loss of all the data: 2.5, down from 8.5.
    ∂L/∂w = −16, ∂L/∂b = −8. w: 0 → 2, b: 0 → 1.
    """
    if asking:
        return _question(trace, position)
    losses = trace.full_losses
    all_of_the_data = ("Loss of all the data: ", _told("loss", losses[position]))
    lines: list[Words]
    if position == 0:
        lines = [
            ("Start: no update yet. ", *_parameters(trace, 0), "."),
            (*all_of_the_data, f".{_too_fast(trace)}"),
        ]
    else:
        step = trace[position - 1]
        change = _change(losses[position - 1], losses[position])
        lines = [
            (*(_place(step), ". Loss ", _told("loss", step.loss), ". "), *all_of_the_data, *change),
            (*_gradient(step), ". ", *_update(step), "."),
        ]
    notes = [] if in_view(trace)[position] else [FAR_AWAY if _has_line(trace) else TOO_LARGE]
    if early := _early(trace, position):
        notes.append(early)
    return (*lines, (" ".join(notes),)) if notes else tuple(lines)


def brief(trace: Trace, position: int, asking: bool = False) -> Words:
    """Say the most important of it in one line, with four digits, for a projector.

    Parameters are those of `state`.

    Returns
    -------
    tuple of str and Number
        The line.

    Examples
    --------
    >>> from lsqgrad import sgd_by_hand
    >>> trace = sgd_by_hand([[1], [2]], [[1], [4]], w=[[0]], b=0, lr=0.125, batch_size=1)
    >>> print(*brief(trace, 1), sep="")
    Step 1: loss 16, ∂L/∂w = −16, ∂L/∂b = −8, w: 0 → 2, b: 0 → 1
    """
    now = _parameters(trace, position, digits=4)
    all_of_the_data = ("of all the data ", _told("loss", trace.full_losses[position], 4))
    if asking:
        step = trace[position]
        setting = f"Step {step.number} comes next: n = {len(step.rows)}, lr = {written(step.lr)}, "
        return (setting, *now, ". Loss, new w, new b?")
    early = _early(trace, position)
    end = f". {early.partition(':')[0]}" if early else ""  # without the numbers
    if position == 0:
        return ("Start: ", *now, ", loss ", *all_of_the_data, end)
    step = trace[position - 1]
    loss = (f"Step {step.number}: loss ", _told("loss", step.loss, 4))
    if early:
        return (*loss, end)
    if not _has_line(trace):  # columns take more room
        return (*loss, ", ", *all_of_the_data, ", ", *now)
    if not in_view(trace)[position]:
        return (*loss, ", ", *_update(step, digits=4), " (out of the picture)")
    return (*loss, ", ", *_gradient(step, digits=4), ", ", *_update(step, digits=4))


def pictures_in_words(trace: Trace, position: int, asking: bool = False) -> dict[str, str]:
    """Describe each panel to those who do not see it.

    Parameters are those of `state`.

    Returns
    -------
    dict of str
        Texts for the panels "data", "losses", "losses-logarithmic" and "path"; with several
        features for the losses alone.

    Examples
    --------
    >>> from lsqgrad import sgd_by_hand
    >>> trace = sgd_by_hand([[1], [2]], [[1], [4]], w=[[0]], b=0, lr=0.125, batch_size=1)
    >>> pictures_in_words(trace, 1)["data"]
    '2 points and the line y = 2 x + 1; the batch is ringed, with the residual −4.'
    """
    seen, loss = in_view(trace), trace.full_losses[position]
    losses = {
        "losses": _losses_in_words(trace, position, asking, on_axis=seen[position]),
        "losses-logarithmic": _losses_in_words(trace, position, asking, 0 < loss < np.inf),
    }
    if not _has_line(trace):
        return losses
    data = _data_in_words(trace, position, asking, seen)
    return {"data": data, **losses, "path": _path_in_words(trace, position, asking, seen)}


def _question(trace: Trace, position: int) -> tuple[Words, ...]:
    step = trace[position]
    setting = f", and the learning rate is {written(step.lr)}."
    return (
        (f"{_place(step, ' comes next')}. Now ", *_parameters(trace, position), setting),
        ("Predict the loss of this batch, the new w and the new b.",),
    )


def _place(step: Step, comes_next: str = "") -> str:
    place = f"Step {step.number} (epoch {step.epoch}, batch {step.batch}){comes_next}"
    return f"{place}: {names_of_rows(step.rows)}, n = {len(step.rows)}"


def _parameters(trace: Trace, position: int, digits: int = 6) -> Words:
    w, b = trace.weights[position], trace.biases[position]
    return "w = ", _told("w", w, digits), ", b = ", _told("b", b, digits)


def _gradient(step: Step, digits: int = 6) -> Words:
    grad_w, grad_b = (_told("gradient", part, digits) for part in (step.grad_w, step.grad_b))
    return "∂L/∂w = ", grad_w, ", ∂L/∂b = ", grad_b


def _update(step: Step, digits: int = 6) -> Words:
    w, w_after = (_told("w", w, digits) for w in (step.w, step.w_after))
    b, b_after = (_told("b", b, digits) for b in (step.b, step.b_after))
    return "w: ", w, " → ", w_after, ", b: ", b, " → ", b_after


def _change(before: float, after: float) -> Words:
    """Say how a loss has changed."""
    if before == after:
        return (", as before.",)
    return f", {'up' if after > before else 'down'} from ", _told("loss", before), "."


def _early(trace: Trace, position: int) -> str | None:
    """Say at the end of a run why it ended early, if it did."""
    early = trace.diverged or trace.stopped
    return early.replace("-", MINUS) if early and position == len(trace) else None


def _too_fast(trace: Trace) -> str:
    """Say that all the data as one batch make steps that grow, if they do.

    A step multiplies the difference to the optimum, and so the next step, by 1 - lr λ for each
    eigenvalue λ of the Hessian 2/n XᵀX, where X has a column of ones for the bias. Nothing so
    simple holds of smaller batches.
    """
    if trace.batch_size < len(trace.X):
        return ""
    X = np.column_stack([trace.X.astype(np.float64), np.ones(len(trace.X))])
    with np.errstate(all="ignore"):
        limit = len(X) / np.linalg.norm(X, 2) ** 2  # the square is n λmax / 2
    if trace.lr <= limit * (1 + ROUNDING):
        return ""
    return TOO_FAST.format(lr=written(trace.lr), limit=written(limit))


def _data_in_words(trace: Trace, position: int, asking: bool, seen: Any) -> str:
    points = "1 point" if len(trace.X) == 1 else f"{len(trace.X)} points"
    w, b = trace.weights[position, 0], trace.biases[position]
    if seen[position]:
        sign = MINUS if b < 0 else "+"
        text = f"{points} and the line y = {written(w, 4)} x {sign} {written(abs(b), 4)}"
    else:
        text = f"{points}; the line has left the picture"
    if asking or position > 0:
        before = position if asking else position - 1
        text += "; the batch is ringed"
        if seen[before]:  # the residuals are drawn to the line before the update
            text += f", with {_residuals(trace[before].residual)}"
    return f"{text}."


def _residuals(values: Any) -> str:
    if len(values) == 1:
        return f"the residual {written(values, 4)}"
    return f"residuals from {written(np.min(values), 4)} to {written(np.max(values), 4)}"


def _losses_in_words(trace: Trace, position: int, asking: bool, on_axis: bool) -> str:
    text = "The loss of all the data"
    # A batch of all the data has its loss: while that is asked for, it is not told.
    if not asking or len(trace[position].rows) < len(trace.X):
        text += f", now {written(trace.full_losses[position], 4)}"
        text += "" if on_axis else ", beyond the axis"
    if position > 0:
        batches = (
            "the loss of 1 batch,"
            if position == 1
            else f"the losses of {position} batches, the last one"
        )
        text += f"; {batches} {written(trace.losses[position - 1], 4)}"
    return f"{text}."


def _path_in_words(trace: Trace, position: int, asking: bool, seen: Any) -> str:
    start, now = ("".join(map(str, _parameters(trace, at, digits=4))) for at in (0, position))
    if position == 0:
        return f"The start, {start}, over the contours of the loss."
    if not seen[position]:
        return f"The path from {start} out of the picture, over the contours of the loss."
    text = f"The path from {start} to {now} over the contours of the loss"
    step = trace[position - 1]
    sides = [
        "larger" if after > before else "smaller" if after < before else "the same"
        for before, after in ((step.w, step.w_after), (step.b, step.b_after))
    ]
    if not asking and seen[position - 1] and {*sides} != {"the same"}:
        text += f"; the arrow is the step, to {sides[0]} w and {sides[1]} b"
    return f"{text}."


def _has_line(trace: Trace) -> bool:
    return trace.X.shape[1] == 1


def _told(quantity: str, value: Any, digits: int = 6) -> Number:
    return Number(quantity, written(value, digits))
