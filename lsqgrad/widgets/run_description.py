"""What the stepper says at a position: the text above its picture, and the picture in words."""

import numpy as np

from lsqgrad.plotting import in_view
from lsqgrad.regression import names_of_rows
from lsqgrad.widgets.run_navigator import RunNavigator


def state_in_words(navigator: RunNavigator) -> str:
    """Say in words and numbers what the last update did, or what is asked about the next."""
    trace, position, step = navigator.trace, navigator.position, navigator.step
    w, b = trace.weights[position, 0], trace.biases[position]
    losses = trace.full_losses
    if step and navigator.asking:
        return (
            f"Step {step.number} (epoch {step.epoch}, batch {step.batch}) comes next: "
            f"{names_of_rows(step.rows)}, "
            f"n = {len(step.rows)}.\nNow w = {w:.6g}, b = {b:.6g}, and the learning rate is "
            f"{step.lr:g}.\nPredict the loss of this batch, the new w and the new b."
        )
    if step is None:
        lines = [
            f"Start: no update yet. w = {w:.6g}, b = {b:.6g}.",
            f"Loss of all of the data: {losses[0]:.6g}.",
        ]
    else:
        before, after = losses[position - 1 : position + 1]
        change = f"up from {before:.6g}" if after > before else f"down from {before:.6g}"
        if not (after > before or after < before):
            change = "as before"
        lines = [str(step), f"Loss of all of the data: {after:.6g}, {change}."]
    if not in_view(trace)[position]:
        lines.append("The line, its loss and w, b have left the picture: they are too far away.")
    if navigator.position == navigator.last and (early := trace.diverged or trace.stopped):
        lines.append(early)
    return "\n".join(lines)


def picture_in_words(navigator: RunNavigator) -> str:
    """Describe the three panels to those who do not see them."""
    trace, position, step = navigator.trace, navigator.position, navigator.step
    w, b = trace.weights[position, 0], trace.biases[position]
    data = f"Left: {len(trace.X)} points and the line y = {w:.4g} x {_signed(b)}"
    if step is not None:
        data += f"; the batch is ringed, with residuals from {_range(step.residual)}"
    # A batch of all of the data has its loss: while that is asked for, it is not told.
    tell_all = not step or not navigator.asking or len(step.rows) < len(trace.X)
    losses = "Middle: "
    if position > 0:
        last = trace.losses[position - 1]
        losses += f"the batch losses so far, the last one {last:.4g}; "
    losses += "the loss of all of the data"
    if tell_all:
        losses += f" {trace.full_losses[position]:.4g}"
    path = (
        f"Right: the path from w = {trace.weights[0, 0]:.4g}, b = {trace.biases[0]:.4g} to "
        f"w = {w:.4g}, b = {b:.4g} over the contours of the loss"
    )
    if step and not navigator.asking:
        path += (
            f"; the arrow against the gradient points to {_side(-step.grad_w.item(), 'w')} "
            f"and {_side(-step.grad_b, 'b')}"
        )
    return f"{data}. {losses}. {path}."


def _signed(value):
    """Write a number that is added, with its sign before it."""
    return f"{'-' if value < 0 else '+'} {abs(value):.4g}"


def _range(values):
    return f"{np.min(values):.4g} to {np.max(values):.4g}"


def _side(change, name):
    return f"{'larger' if change > 0 else 'smaller' if change < 0 else 'the same'} {name}"
