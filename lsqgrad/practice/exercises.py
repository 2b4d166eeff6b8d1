"""The exercises of notebook 06: the truth of each, and what typical mistakes give.

Their texts, hints and solutions stand in the notebook.
"""

from collections.abc import Callable
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from lsqgrad._util.types import Array
from lsqgrad.judging import changes, epoch, gradient, loss, train, update
from lsqgrad.practice.exercise import NumberExercise
from lsqgrad.practice.formula_exercise import FormulaExercise
from lsqgrad.practice.function_exercise import FunctionExercise, TrainingExercise
from lsqgrad.regression import ARTICLE, Trace, line_data, sgd_by_hand

Both = tuple[Any, Any]  # of w and of b
Random = np.random.Generator

# The runs that numbers are asked of


@cache
def article_step() -> Trace:
    """Return the run of one step on the article's batch."""
    return sgd_by_hand(ARTICLE.X, ARTICLE.Y, ARTICLE.w, ARTICLE.b, lr=ARTICLE.lr, epochs=1)


@cache
def first_epoch() -> Trace:
    """Return the first epoch of the run of notebook 03."""
    return sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b, lr=ARTICLE.lr, batch_size=3, epochs=1)


# The truths that are not a quantity as it stands, with keywords that make them wrong


def scalar(x: Array, y: Array, w: float, b: float, **how: Any) -> Both:
    """Return ∂L/∂w and ∂L/∂b, where x and y have one axis and w is a number."""
    grad_w, grad_b = gradient(x[:, np.newaxis], y[:, np.newaxis], np.array([[w]]), b, **how)
    return np.squeeze(grad_w), np.squeeze(grad_b)


def scalar_sums(x: Array, y: Array, w: float, b: float, power: int, bs: int) -> Both:
    """Return the scalar form with some power of x, and b so many times, in its sums."""
    grad_w = 2 / len(x) * (w * np.sum(x**power) - np.sum((y - b) * x))
    return grad_w, 2 / len(x) * (bs * b - np.sum(y - w * x))


def of_weight(X: Array, Y: Array, w: Array, **how: Any) -> Any:
    """Return ∂L/∂w of a model without a bias."""
    return gradient(X, Y, w, 0.0, **how)[0]


def sum_of_squares(X: Array, Y: Array, w: Array, b: float, **how: Any) -> Both:
    """Return the gradient of Σ r²."""
    return gradient(X, Y, w, b, **{"divisor": lambda X: 1, **how})


def ridge(
    X: Array,
    Y: Array,
    w: Array,
    b: float,
    lam: float,
    *,
    penalty: Callable[[float, Array, int], Any] = lambda lam, w, n: 2 * lam * w,
    on_bias: float = 0,
    sign: float = 1,
    **how: Any,
) -> Both:
    """Return the gradient of (1/n) Σ r² + λ wᵀw; `penalty` is that of λ wᵀw."""
    grad_w, grad_b = gradient(X, Y, w, b, **how)
    return sign * (grad_w + penalty(lam, w, len(X))), sign * (grad_b + on_bias * lam * b)


def epoch_loss(losses: Array, sizes: Array) -> Any:
    """Return the mean of all squares from the mean of each batch."""
    return np.sum(losses * sizes) / np.sum(sizes)


def factors_of(product: str) -> dict[str, str]:
    """Return formulas for mistakes in the factor 2 / n of a product."""
    return {
        "sign": f"-2 / n * {product}",
        "half": f"1 / n * {product}",
        "1/n left out": f"2 * {product}",
        "2/n left out": product,
    }


OF_N = ("1/n left out", "2/n left out", "1/n twice", "three rows")
FACTORS = ("sign", "half", "twice", *OF_N)
RESIDUAL = ("bias left out", "bias subtracted", "target added")
FORMS = ("sum left out", "transpose", "transposed result", "n by n")


# Random numbers


def tenths(random: Random, *shape: int) -> Array:
    """Return numbers with one decimal, none of them 0, so that they can be read and typed."""
    return random.choice([-1, 1], shape) * random.integers(1, 40, shape) / 10


def regression(random: Random, n: int, p: int) -> list[Any]:
    """Return X, Y, w, b."""
    X, Y, w = tenths(random, n, p), tenths(random, n, 1), tenths(random, p, 1)
    return [X, Y, w, tenths(random).item()]


def rate(random: Random) -> float:
    """Return a learning rate."""
    return random.integers(2, 10).item() / 100


def with_one_more(draw: Callable[[Random, int], Any]) -> Callable[[Random, int, int], list[Any]]:
    """Return a function that draws the arguments of a regression and one more."""
    return lambda random, n, p: [*regression(random, n, p), draw(random, n)]


def for_epoch(random: Random, n: int, p: int) -> list[Any]:
    """Return a regression on some more rows, a learning rate and batches, the last one short."""
    rows = random.permutation(2 * n + 1)
    return [*regression(random, len(rows), p), rate(random), np.split(rows, [n, 2 * n])]


def for_epoch_loss(random: Random, n: int, p: int) -> list[Any]:
    """Return the losses of n + 1 batches, and their sizes, the last one smaller."""
    return [np.abs(tenths(random, n + 1)), np.array([p + 2] * n + [p])]


def for_training(random: Random, n: int, p: int) -> list[Any]:
    """Return w, b, X, Y, a learning rate and a number of steps."""
    X, Y, w, b = regression(random, n, p)
    return [w, b, X, Y, rate(random), random.integers(2, 6).item()]


# The exercises


OF_BOTH = ("∂L/∂w", "∂L/∂b")
AFTER = ("w after", "b after")


def _combined(*keys: str) -> dict[tuple[str, ...], dict[str, Any]]:
    """Return every choice of bugs in a training loop, the largest first: it explains most."""
    bugs = changes(train, *keys)
    return {
        chosen: {name: value for key in chosen for name, value in bugs[key].items()}
        for count in range(len(bugs), 0, -1)
        for chosen in combinations(bugs, count)
    }


EXERCISES = [
    NumberExercise("loss of a batch", article_step, 0, "loss"),
    NumberExercise("new weight", article_step, 0, "w"),
    NumberExercise("batch of one", first_epoch, 3, "b"),
    FunctionExercise(
        "loss function", "X, Y, w, b", ("The loss",), loss,
        changes(
            loss, "half", "twice", "1/n left out", "three rows", "sum left out", "root",
            "absolute", "mean first", "residual", "doubled", "n by n", *RESIDUAL,
        ),
        regression,
    ),
    FormulaExercise(
        "differential", "dL", "n p X Y w r dw", "2 / n * r.T @ X @ dw",
        {
            **factors_of("r.T @ X @ dw"),
            "no dw": "2 / n * r.T @ X",
            "w for dw": "2 / n * r.T @ X @ w",
            "transpose": "2 / n * r.T @ X.T @ dw",
        },
    ),
    FormulaExercise(
        "gradient", "∂L/∂w", "n p X Y w r", "2 / n * X.T @ r",
        {
            **factors_of("X.T @ r"),
            "1/n twice": "2 / n / n * X.T @ r",
            "transpose": "2 / n * X @ r",
            "transposed result": "2 / n * r.T @ X",
            "prediction": "2 / n * X.T @ X @ w",
        },
    ),
    FormulaExercise(
        "one weight", "∂L/∂w_k", "n p X Y w r k", "2 / n * Sum(r[i] * X[i, k], i)",
        {
            **factors_of("Sum(r[i] * X[i, k], i)"),
            "1/n twice": "2 / n / n * Sum(r[i] * X[i, k], i)",
            "x left out": "2 / n * Sum(r[i], i)",
            "first column": "2 / n * Sum(r[i] * X[i, 1], i)",
            "all columns": "2 / n * Sum(r[i] * Sum(X[i, j], j), i)",
        },
    ),
    FunctionExercise(
        "scalar form", "x, y, w, b", OF_BOTH, scalar,
        {
            **changes(gradient, *FACTORS, *RESIDUAL, "x left out", "sum left out"),
            "square left out": lambda x, y, w, b: scalar_sums(x, y, w, b, power=1, bs=len(x)),
            "b once": lambda x, y, w, b: scalar_sums(x, y, w, b, power=2, bs=1),
        },
        lambda random, n, p: [tenths(random, n), tenths(random, n), *map(float, tenths(random, 2))],
        minus="y",
    ),
    FunctionExercise(
        "matrix form", "X, Y, w", ("∂L/∂w",), of_weight, changes(gradient, *FACTORS, *FORMS),
        lambda random, n, p: regression(random, n, p)[:3],
    ),
    FunctionExercise(
        "with the bias", "X, Y, w, b", OF_BOTH, gradient,
        changes(gradient, *FACTORS, *RESIDUAL, *FORMS), regression,
    ),
    FunctionExercise(
        "sum of squares", "X, Y, w, b", OF_BOTH, sum_of_squares,
        changes(gradient, "sign", "half", "twice", "1/n too many", *RESIDUAL), regression,
    ),
    FunctionExercise(
        "weighted squares", "X, Y, w, b, s", OF_BOTH, gradient,
        {
            **changes(gradient, *FACTORS, *RESIDUAL, *FORMS),
            "weights left out": lambda X, Y, w, b, s: gradient(X, Y, w, b),
            "weights squared": lambda X, Y, w, b, s: gradient(X, Y, w, b, s**2),
            "divided by weights": lambda X, Y, w, b, s: gradient(
                X, Y, w, b, s, divisor=lambda X: np.sum(s)
            ),
        },
        with_one_more(lambda random, n: np.abs(tenths(random, n, 1))),
    ),
    FunctionExercise(
        "ridge", "X, Y, w, b, lam", OF_BOTH, ridge,
        {
            **changes(gradient, *OF_N, *RESIDUAL),
            "mean halved": {"factor": 1},
            "mean doubled": {"factor": 4},
            "mean turned": {"factor": -2},
            "half": {"sign": 0.5},
            "twice": {"sign": 2},
            "sign": {"sign": -1},
            "penalty left out": {"penalty": lambda lam, w, n: 0},
            "penalty halved": {"penalty": lambda lam, w, n: lam * w},
            "penalty subtracted": {"penalty": lambda lam, w, n: -2 * lam * w},
            "λ left out": {"penalty": lambda lam, w, n: 2 * w},
            "penalty on the bias": {"on_bias": 2},
            "penalty over n": {"penalty": lambda lam, w, n: 2 * lam * w / n},
            "penalty itself": {"penalty": lambda lam, w, n: lam * np.sum(w**2)},
        },
        with_one_more(lambda random, n: rate(random) * 10),
    ),
    FunctionExercise(
        "update", "X, Y, w, b, lr", AFTER, update,
        changes(
            update, "uphill", "half the gradient", "twice the gradient", *OF_N, *RESIDUAL,
            "b first", "w first", "nothing happens", "product", "no learning rate",
            "gradient returned", "lr times gradient", "change returned",
        ),
        with_one_more(lambda random, n: rate(random)),
    ),
    FunctionExercise(
        "epoch", "X, Y, w, b, lr, batches", AFTER, epoch,
        changes(
            epoch, "uphill", "half the gradient", "1/n left out", "three rows",
            "rows of a whole batch", "rows of all", *RESIDUAL, "b first", "w first",
            "nothing happens", "one batch", "last batch left out", "short batch left out",
            "last batch alone", "gradients add up", "all at the start", "all of the data",
        ),
        for_epoch,
    ),
    FunctionExercise(
        "loss of the epoch", "losses, sizes", ("The loss of the epoch",), epoch_loss,
        {
            "mean of means": lambda losses, sizes: np.mean(losses),
            "sum of means": lambda losses, sizes: np.sum(losses),
            "sum of all squares": lambda losses, sizes: np.sum(losses * sizes),
            "divided by batches": lambda losses, sizes: np.sum(losses * sizes) / len(losses),
            "last batch left out": lambda losses, sizes: epoch_loss(losses[:-1], sizes[:-1]),
        },
        for_epoch_loss,
    ),
    TrainingExercise(
        "training loop", "model, X, Y, lr, steps", AFTER, train,
        changes(
            train, "gradients add up", "uphill", "nothing happens", "one step",
            "one step too many", "one step too few", "half the gradient", "sum of squares",
            "n by n",
        ),
        for_training,
    ),
    TrainingExercise(
        "find the bugs", "model, X, y, lr, steps", AFTER, train,
        _combined("n by n", "gradients add up", "uphill")
        | changes(train, "nothing happens", "one step", "sum of squares"),
        for_training,
        flat=True,
    ),
]  # fmt: skip
