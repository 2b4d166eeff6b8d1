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
Pace = Callable[[Any], Any]  # takes the change that SGD makes, and returns that of an optimizer


def loss(
    X: Array,
    Y: Array,
    w: Array,
    b: float,
    *,
    scale: float = 1,
    power: int = 0,
    divisor: Callable[[Array], Any] = len,
    measure: Callable[[Array], Any] = lambda r: np.mean(r**2),
    bias: float = 1,
    target: Callable[[Array], Array] = np.positive,
) -> Any:
    """Return (1/n) Σ r², `scale` nᵖ times, where p is `power`; `divisor` finds n from X.

    `measure` makes something else of the residuals.
    """
    scale *= len(X) ** (power + 1) / divisor(X)
    return scale * measure(X @ w + bias * b - target(Y))


def gradient(
    X: Array,
    Y: Array,
    w: Array,
    b: float,
    s: Array | float = 1.0,
    *,
    scale: float = 1,
    power: int = 0,
    divisor: Callable[[Array], Any] = len,
    bias: float = 1,
    target: Callable[[Array], Array] = np.positive,
    residual: Callable[[Array], Array] = np.positive,
    product: Callable[[Array, Array], Any] = lambda X, r: X.T @ r,
    total: Callable[[Array, Array], Any] = lambda X, r: np.sum(r),
    times_b: Callable[[Array], int] = len,
) -> Both:
    """Return ∂L/∂w and ∂L/∂b of (1/n) Σ s r², `scale` nᵖ times; `divisor` finds n from X.

    In the sum of ∂L/∂b, b is there `times_b` times.
    """
    factor = 2 * scale * len(X) ** power / divisor(X)
    r = factor * s * residual(X @ w + bias * b - target(Y))
    return product(X, r), total(X, r) + factor * b * (times_b(X) - len(X))


def update(
    X: Array,
    Y: Array,
    w: Array,
    b: float,
    lr: float,
    *,
    rule: Callable[[Any, Any, float], Any] = lambda old, grad, lr: old - lr * grad,
    first: str = "",
    frozen: str = "",
    swapped: bool = False,
    parts: Callable[[Array], Sequence[Any]] | None = None,
    **how: Any,
) -> Both:
    """Return w and b after one update.

    `first` is updated before the gradient of the other, `frozen` is not updated, and if `swapped`,
    each takes the gradient of the other. `parts` makes several updates of the one, from some rows
    each.
    """
    if parts:
        for rows in parts(np.arange(len(X))):
            w, b = update(X[rows], Y[rows], w, b, lr, rule=rule, **how)
        return w, b
    grad_w, grad_b = gradient(X, Y, w, b, **how)
    if swapped:
        grad_w, grad_b = grad_b, grad_w
    w_after, b_after = rule(w, grad_w, lr), rule(b, grad_b, lr)
    if first == "b":
        w_after = rule(w, gradient(X, Y, w, b_after, **how)[0], lr)
    if first == "w":
        b_after = rule(b, gradient(X, Y, w_after, b, **how)[1], lr)
    return w if frozen == "w" else w_after, b if frozen == "b" else b_after


def momentum_step(
    X: Array,
    Y: Array,
    w: Array,
    v: Array,
    lr: float,
    momentum: float,
    *,
    velocity: Callable[..., Any] = lambda v, grad, lr, momentum: momentum * v + grad,
    step: Callable[..., Any] = lambda w, v, new, grad, lr, momentum: w - lr * new,
    returned: bool = True,
    **how: Any,
) -> Both:
    """Return w and the velocity after a step with momentum, of a model without a bias."""
    grad, _ = gradient(X, Y, w, 0.0, **how)
    new = velocity(v, grad, lr, momentum)
    return step(w, v, new, grad, lr, momentum), new if returned else v


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
    where: Callable[[int], int] = lambda number: number,
    optimizer: Callable[[float], Pace] = lambda lr: np.positive,
    **how: Any,
) -> Both:
    """Return w and b after an update for each batch.

    `rows` finds one n for all batches; `where` tells after which update the gradient of the next is
    computed; `optimizer` takes the learning rate, and makes something else of the changes.
    """
    if rows:
        how["divisor"] = lambda _: rows(X, batches)
    places, paces = [(w, b)], (optimizer(lr), optimizer(lr))
    for number, batch in enumerate(take(X, batches)):
        here = places[where(number)]
        after = update(X[batch], Y[batch], *here, lr, **how)
        w, b = (
            old + pace(new - begun)
            for old, pace, new, begun in zip((w, b), paces, after, here, strict=True)
        )
        places.append((w, b))
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
    begin: float = 1,
    **how: Any,
) -> Both:
    """Return w and b after updates from all the data; it begins so many times w and b."""
    w, b = begin * w, begin * b
    return epoch(X, Y, w, b, lr, [np.arange(len(X))] * count(steps), **how)


def epoch_loss(
    losses: Array,
    sizes: Array,
    *,
    scale: float = 1,
    power: int = 0,
    take: slice = slice(None),
    mean: Callable[[Array, Array], Any] = lambda losses, sizes: (
        np.sum(losses * sizes) / np.sum(sizes)
    ),
) -> Any:
    """Return the mean of all squares from the mean of each batch, and how many are in it."""
    return scale * len(losses) ** power * mean(losses[take], sizes[take])
