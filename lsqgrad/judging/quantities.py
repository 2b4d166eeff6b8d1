"""What exercises and predictions ask for, in float64, with keywords that make it wrong.

Each quantity passes the keywords that are not its own on to the one that it is made of: a training
loop to an epoch, an epoch to an update, an update to a gradient. So a mistake in the gradient is
the same mistake in all of them.
"""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from lsqgrad._util.types import Array

Both = tuple[Any, Any]  # of w and of b


def loss(
    X: Array,
    Y: Array,
    w: Array,
    b: float,
    *,
    factor: float = 1,
    measure: Callable[[Array], Any] = lambda r: np.mean(r**2),
    bias: float = 1,
    target: Callable[[Array], Array] = np.positive,
) -> Any:
    """Return (1/n) Σ r²; `measure` makes something else of the residuals."""
    return factor * measure(X @ w + bias * b - target(Y))


def gradient(
    X: Array,
    Y: Array,
    w: Array,
    b: float,
    s: Array | float = 1.0,
    *,
    factor: float = 2,
    divisor: Callable[[Array], Any] = len,
    bias: float = 1,
    target: Callable[[Array], Array] = np.positive,
    product: Callable[[Array, Array], Any] = lambda X, r: X.T @ r,
    total: Callable[[Array], Any] = np.sum,
) -> Both:
    """Return ∂L/∂w and ∂L/∂b of (1/n) Σ s r²; `divisor` finds n from X."""
    r = factor / divisor(X) * s * (X @ w + bias * b - target(Y))
    return product(X, r), total(r)


def update(
    X: Array,
    Y: Array,
    w: Array,
    b: float,
    lr: float,
    *,
    rule: Callable[[Any, Any, float], Any] = lambda old, grad, lr: old - lr * grad,
    first: str = "",
    **how: Any,
) -> Both:
    """Return w and b after one update; `first` is updated before the gradient of the other."""
    grad_w, grad_b = gradient(X, Y, w, b, **how)
    w_after, b_after = rule(w, grad_w, lr), rule(b, grad_b, lr)
    if first == "b":
        w_after = rule(w, gradient(X, Y, w, b_after, **how)[0], lr)
    if first == "w":
        b_after = rule(b, gradient(X, Y, w_after, b, **how)[1], lr)
    return w_after, b_after


def epoch(
    X: Array,
    Y: Array,
    w: Array,
    b: float,
    lr: float,
    batches: Sequence[Array],
    *,
    take: Callable[[Array, Sequence[Array]], Sequence[Array]] = lambda X, batches: batches,
    rows: Callable[[Array, Sequence[Array]], int] | None = None,
    adding: bool = False,
    at_start: bool = False,
    **how: Any,
) -> Both:
    """Return w and b after an update for each batch.

    `rows` finds one n for all batches; `adding` never clears the gradient; `at_start` computes
    every gradient where the epoch begins.
    """
    if rows:
        how["divisor"] = lambda _: rows(X, batches)
    start, sums = (w, b), (0.0, 0.0)
    for batch in take(X, batches):
        here = start if at_start else (w, b)
        after = update(X[batch], Y[batch], *here, lr, **how)
        steps = (after[0] - here[0], after[1] - here[1])
        sums = (sums[0] + steps[0], sums[1] + steps[1]) if adding else steps
        w, b = w + sums[0], b + sums[1]
    return w, b


def train(
    w: Array,
    b: float,
    X: Array,
    Y: Array,
    lr: float,
    steps: int,
    *,
    count: Callable[[int], int] = lambda steps: steps,
    **how: Any,
) -> Both:
    """Return w and b after updates from all of the data."""
    return epoch(X, Y, w, b, lr, [np.arange(len(X))] * count(steps), **how)
