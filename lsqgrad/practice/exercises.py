"""The exercises of the notebooks: the truth of each, and what typical mistakes give.

Their texts, hints and solutions stand in the notebooks.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import combinations
from typing import Any

import numpy as np

from lsqgrad._util.types import Array
from lsqgrad.judging import (
    PRODUCTS,
    Change,
    changes,
    epoch,
    epoch_loss,
    gradient,
    loss,
    momentum_step,
    pairs_of,
    train,
    update,
)
from lsqgrad.practice.exercise import Exercise, NumberExercise
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


def scalar(
    x: Array,
    y: Array,
    w: float,
    b: float,
    *,
    power_of_x: int = 2,
    **how: Any,
) -> Both:
    """Return ∂L/∂w and ∂L/∂b, where x and y have one axis and w is a number.

    With another power of x in the sum of ∂L/∂w.
    """
    grad_w, grad_b = gradient(x[:, np.newaxis], y[:, np.newaxis], np.array([[w]]), b, **how)
    factor = 2 * how.get("scale", 1) * len(x) ** (how.get("power", 0) - 1)
    more = factor * w * (np.sum(x**power_of_x) - np.sum(x**2))
    return np.squeeze(grad_w) + more, np.squeeze(grad_b)


def of_weight(X: Array, Y: Array, w: Array, **how: Any) -> Any:
    """Return ∂L/∂w of a model without a bias."""
    return gradient(X, Y, w, 0.0, **how)[0]


def sum_of_squares(X: Array, Y: Array, w: Array, b: float, *, power: int = 0, **how: Any) -> Both:
    """Return the gradient of Σ r²."""
    return gradient(X, Y, w, b, power=power + 1, **how)


def weighted(
    X: Array,
    Y: Array,
    w: Array,
    b: float,
    s: Array,
    *,
    weights: Callable[[Array], Array] = np.positive,
    by: Callable[[Array], Any] | None = None,
    before: str = "",
    **how: Any,
) -> Both:
    """Return the gradient of (1/n) Σ s r², or of that divided `by` something made of s.

    If the weights stand `before` the prediction or the target alone, there is one term of another
    residual, which has no weight itself.
    """
    if by:
        how["divisor"] = lambda _: by(s)
    if before == "target":
        return gradient(X, Y * s, w, b, **how)
    if before == "prediction":
        return gradient(X, Y + (1 - s) * (X @ w + b), w, b, **how)
    return gradient(X, Y, w, b, weights(s), **how)


def ridge(
    X: Array,
    Y: Array,
    w: Array,
    b: float,
    lam: float,
    *,
    scale: float = 1,
    mean: float = 1,
    penalty: Callable[[float, Array, int], Any] = lambda lam, w, n: 2 * lam * w,
    on_bias: Callable[[float, Array, float], Any] = lambda lam, w, b: 0,
    **how: Any,
) -> Both:
    """Return the gradient of (1/n) Σ r² + λ wᵀw; `penalty` is that of λ wᵀw."""
    grad_w, grad_b = gradient(X, Y, w, b, scale=mean, **how)
    return scale * (grad_w + penalty(lam, w, len(X))), scale * (grad_b + on_bias(lam, w, b))


def largest_rate(
    X: Array,
    *,
    scale: float = 1,
    power: int = 0,
    ones: bool = True,
    centred: bool = False,
    rooted: bool = False,
    rows: Callable[[Array], int] = len,
    eigenvalue: Callable[[Array], Any] = lambda H: np.linalg.eigvalsh(H)[-1],
    of: Callable[[Any], Any] = lambda highest: 2 / highest,
) -> Any:
    """Return 2/λmax of the Hessian 2/n X̃ᵀX̃, or what comes `of` another `eigenvalue`.

    If `rooted`, the matrix is 2/n times one whose eigenvalues are the singular values of X̃.
    """
    X = X - np.mean(X, axis=0) * centred
    X_tilde = np.hstack([X, np.ones((len(X), 1))]) if ones else X
    product = X_tilde.T @ X_tilde
    if rooted:
        product = np.diag(np.sqrt(np.maximum(np.linalg.eigvalsh(product), 0)))
    return scale * len(X) ** power * of(eigenvalue(2 / rows(X) * product))


def unscaled(
    w: float,
    b: float,
    mean: float,
    std: float,
    *,
    scale: float = 1,
    power: int = 0,
    slope: Callable[[float, float], float] = lambda w, std: w / std,
    height: Callable[[float, float, float], float] = lambda w, mean, std: w * mean / std,
    over: bool = False,
    of_x: Callable[[float, float, float], float] | None = None,
) -> Both:
    """Return w and b in x of a line in (x − mean) / std; `power` is one of n, which is 1."""
    if of_x:
        return of_x(w, mean, std), of_x(b, mean, std)
    above = (b - w * mean) / std if over else b - height(w, mean, std)
    return scale * slope(w, std), scale * above


def merged(
    sizes: Array,
    means: Array,
    scatters: Array,
    *,
    scale: float = 1,
    power: int = 0,
    mean: Callable[[Array, Array], Any] = lambda means, sizes: np.average(means, weights=sizes),
    about: Callable[[Array, Any], Any] = lambda means, mean: mean,
    within: Callable[[Array, Array], Any] = lambda scatters, sizes: np.sum(scatters),
    between: Callable[[Array, Array], Any] = lambda sizes, distances: np.sum(sizes * distances**2),
    of: Callable[[Any, int], Any] = lambda scatter, n: scatter,
) -> Both:
    """Return the mean and the scatter of all rows from those of the parts; `power` is one of parts.

    The distances are those `about` another mean, and something is made `of` the scatter.
    """
    common = mean(means, sizes)
    scatter = within(scatters, sizes) + between(sizes, means - about(means, common))
    scale *= float(len(sizes)) ** power
    return scale * common, scale * of(scatter, np.sum(sizes))


def of_residual(
    product: str, *, scale: float = 1, power: int = 0, divisor: str = "n", residual: str = "r"
) -> str:
    """Return the formula 2/n times a product of {r}, with keywords as a gradient has them."""
    factor = f"{2 * scale:g}{' * n' * power}{' / n' * -power} / {divisor}"
    return f"{factor} * {product.format(r=residual)}"


# What may be wrong in each such formula
OF_RESIDUAL: dict[str, list[Change]] = {
    **{
        key: [*ways]
        for key, ways in changes(gradient).items()
        if all(way.keys() <= {"scale", "power"} for way in ways)
    },
    "3 for n": [{"divisor": "3"}],
    "n minus 1": [{"divisor": "(n - 1)"}],
    "n plus 1": [{"divisor": "(n + 1)"}],
    "entries for rows": [{"divisor": "(n * p)"}],
    "features for rows": [{"divisor": "p"}],
    "target added": [{"residual": "(X @ w + Y)"}],
    "prediction": [{"residual": "(X @ w)"}],
    "loss itself": [{"product": "{r}.T @ {r}", "scale": 0.5}],
}


def formula_exercise(
    name: str, part: str, uses: str, product: str, products: Mapping[str, Sequence[str]]
) -> FormulaExercise:
    """Return one that asks for 2/n times a product of {r}, from what typical mistakes multiply."""
    mistakes = {**OF_RESIDUAL}
    for key, ways in products.items():
        mistakes[key] = [{"product": one} for one in ways]
    pairs: dict[tuple[str, str], list[str]] = {}
    for keys, how in pairs_of(mistakes):
        pairs.setdefault(keys, []).append(of_residual(**{"product": product, **how}))
    return FormulaExercise(
        name, part, uses, of_residual(product),
        {
            key: [of_residual(**{"product": product, **how}) for how in ways]
            for key, ways in mistakes.items()
        },
        pairs,
    )  # fmt: skip


OF_N = ("1/n left out", "2/n left out", "1/n twice", "n above")  # no n stands in a sum of squares


# Random numbers

LAMBDAS = (0.3, 0.7, 1.3, 1.7)

# With 1 or 2, or ½, something else may be right by chance, as x² for x.
TENTHS = [number / 10 for number in range(1, 40) if number not in (5, 10, 20)]


def tenths(random: Random, *shape: int) -> Array:
    """Return numbers with one decimal, none of them 0, so that they can be read and typed."""
    return random.choice([-1, 1], shape) * random.choice(TENTHS, shape)


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
    """Return a regression, a learning rate and one to four batches; the last may be short."""
    whole, last = (n + p) % 4, random.integers(1, n + 1).item()
    rows = random.permutation(whole * n + last)
    batches = np.split(rows, range(n, len(rows), n))
    return [*regression(random, len(rows), p), rate(random), batches]


def for_epoch_loss(random: Random, n: int, p: int) -> list[Any]:
    """Return the losses of n batches, and their sizes."""
    return [np.abs(tenths(random, n)), random.integers(1, 6, n)]


def for_merged_sums(random: Random, n: int, p: int) -> list[Any]:
    """Return the sizes, the means and the scatters of n parts.

    The scatters are large, so that Σx² less n times the square of the mean keeps its digits.
    """
    return [random.integers(2, 9, n), tenths(random, n), 20 + np.abs(tenths(random, n))]


def for_scalar_form(random: Random, n: int, p: int) -> list[Any]:
    """Return x, y, w, b for one feature."""
    return [tenths(random, n), tenths(random, n), *map(float, tenths(random, 2))]


def for_scaled_line(random: Random, n: int, p: int) -> list[Any]:
    """Return w, b, a mean and a standard deviation."""
    return [*map(float, tenths(random, 3)), abs(tenths(random).item())]


def for_momentum(random: Random, n: int, p: int) -> list[Any]:
    """Return X, Y, w, a velocity, a learning rate and a momentum, which is never 0.9."""
    momentum = random.choice((0.3, 0.6, 0.7, 0.8)).item()
    return [*regression(random, n, p)[:3], tenths(random, p, 1), rate(random), momentum]


def for_largest_rate(random: Random, n: int, p: int) -> list[Any]:
    """Return X with more rows than parameters, so that no eigenvalue is 0.

    In half of the cases its numbers are small: the largest eigenvalue is then that of the ones.
    """
    return [tenths(random, n + p + 1, p) / (1 if n % 2 else 5)]


def for_training(random: Random, n: int, p: int) -> list[Any]:
    """Return w, b, X, Y, a learning rate and a number of steps, from one to five."""
    X, Y, w, b = regression(random, n, p)
    return [w, b, X, Y, rate(random), 1 + (n + p) % 5]


# The exercises


OF_BOTH = ("∂L/∂w", "∂L/∂b")
AFTER = ("w after", "b after")


def _combined(*keys: str) -> dict[Any, Sequence[Change]]:
    """Return every choice of bugs in a training loop, the largest first: it explains most."""
    bugs = {key: ways[0] for key, ways in changes(train, *keys).items()}
    return {
        chosen: [dict(item for key in chosen for item in bugs[key].items())]
        for count in range(len(bugs), 0, -1)
        for chosen in combinations(bugs, count)
    }


# By the notebook that they stand in, in the order of reading
BY_NOTEBOOK: dict[str, list[Exercise]] = {
    "00": [
        NumberExercise("loss of a batch", article_step, 0, "loss"),
        NumberExercise("new weight", article_step, 0, "w"),
    ],
    "01": [
        formula_exercise(
            "differential", "dL", "n p X Y w r dw", "{r}.T @ X @ dw",
            {
                "no dw": ["{r}.T @ X"],
                "w for dw": ["{r}.T @ X @ w"],
                "transpose": ["{r}.T @ X.T @ dw"],
            },
        ),
        formula_exercise(
            "gradient", "∂L/∂w", "n p X Y w r", "X.T @ {r}",
            {
                "transpose": ["X @ {r}"],
                "transposed result": ["{r}.T @ X"],
                "x left out": ["Sum({r}[i], i)"],
            },
        ),
        FunctionExercise(
            "matrix form", "X, Y, w", ("∂L/∂w",), of_weight, changes(gradient),
            lambda random, n, p: regression(random, n, p)[:3],
        ),
    ],
    "02": [
        NumberExercise("batch of one", first_epoch, 3, "b"),
        FunctionExercise(
            "scalar form", "x, y, w, b", OF_BOTH, scalar,
            {**changes(gradient), "square left out": [{"power_of_x": 1}]},
            for_scalar_form,
            minus="y",
        ),
    ],
    "03": [
        FunctionExercise(
            "update", "X, Y, w, b, lr", AFTER, update, changes(update),
            with_one_more(lambda random, n: rate(random)), start=("w", "b"),
        ),
        TrainingExercise(
            "training loop", "model, X, Y, lr, steps", AFTER, train, changes(train), for_training,
            start=("w", "b"),
        ),
    ],
    "04": [
        FunctionExercise(
            "epoch", "X, Y, w, b, lr, batches", AFTER, epoch, changes(epoch), for_epoch,
            start=("w", "b"),
        ),
        FunctionExercise(
            "loss of the epoch", "losses, sizes", ("The loss of the epoch",), epoch_loss,
            changes(epoch_loss), for_epoch_loss,
        ),
    ],
    "05": [
        FunctionExercise(
            "sum of squares", "X, Y, w, b", OF_BOTH, sum_of_squares,
            {
                "1/n too many": [{"power": -1}],
                **{key: ways for key, ways in changes(gradient).items() if key not in OF_N},
            },
            regression,
        ),
        TrainingExercise(
            "find the bugs", "model, X, y, lr, steps", AFTER, train,
            _combined("n by n", "gradients add up", "uphill") | changes(train), for_training,
            start=("w", "b"), flat=True,
        ),
    ],
    "06": [
        FunctionExercise(
            "loss function", "X, Y, w, b", ("The loss",), loss, changes(loss), regression
        ),
        formula_exercise(
            "one weight", "∂L/∂w_k", "n p X Y w r k", "Sum({r}[i] * X[i, k], i)",
            {
                "x left out": ["Sum({r}[i], i)"],
                "x squared": ["Sum({r}[i] * X[i, k] ** 2, i)"],
                "residual squared": ["Sum({r}[i] ** 2 * X[i, k], i)"],
                "product of sums": [
                    "Sum({r}[i], i) * Sum(X[i, k], i)", "Sum({r}[i], i) * Sum(X[i, k], i) / n"
                ],
                "first column": ["Sum({r}[i] * X[i, 1], i)"],
                "all columns": [
                    "Sum({r}[i] * Sum(X[i, j], j), i)", "Sum({r}[i] * Sum(X[i, j], j), i) / p"
                ],
            },
        ),
        FunctionExercise(
            "with the bias", "X, Y, w, b", OF_BOTH, gradient, changes(gradient), regression
        ),
        FunctionExercise(
            "weighted squares", "X, Y, w, b, s", OF_BOTH, weighted,
            {
                "weights left out": [{"weights": np.ones_like}],
                "weights squared": [{"weights": np.square}],
                "root of the weights": [{"weights": np.sqrt}],
                "weights below": [{"weights": np.reciprocal}],
                "one weight": [
                    {"weights": np.sum}, {"weights": np.mean}, {"weights": lambda s: s[0]}
                ],
                "each weight": [
                    {"weights": np.ravel, "product": product} for product in PRODUCTS
                ],
                "divided by weights": [{"by": np.sum}],
                "weights on a part": [{"before": "target"}, {"before": "prediction"}],
                "weights of sum 1": [{"weights": lambda s: s / np.sum(s)}],
                **changes(gradient),
            },
            with_one_more(lambda random, n: np.abs(tenths(random, n, 1))),
        ),
        FunctionExercise(
            "ridge", "X, Y, w, b, lam", OF_BOTH, ridge,
            {
                "penalty left out": [{"penalty": lambda lam, w, n: 0}],
                "penalty halved": [{"penalty": lambda lam, w, n: lam * w}],
                "penalty subtracted": [{"penalty": lambda lam, w, n: -2 * lam * w}],
                "λ left out": [
                    {"penalty": lambda lam, w, n: 2 * w}, {"penalty": lambda lam, w, n: w}
                ],
                "λ fixed": [{"penalty": lambda lam, w, n: 20 * w}],
                "penalty on the bias": [
                    {"on_bias": lambda lam, w, b: 2 * lam * b},
                    {"on_bias": lambda lam, w, b: 2 * lam * np.sum(w)},
                    {"on_bias": lambda lam, w, b: lam},
                ],
                "penalty over n": [
                    {"penalty": lambda lam, w, n: 2 * lam * w / n},
                    {"penalty": lambda lam, w, n: lam * w / n},
                ],
                "penalty on some weights": [
                    {"penalty": lambda lam, w, n: 2 * lam * w * (np.indices(w.shape)[0] > 0)},
                    {"penalty": lambda lam, w, n: 2 * lam * w * (np.indices(w.shape)[0] < 1)},
                ],
                "penalty times n": [{"penalty": lambda lam, w, n: 2 * lam * w * n}],
                "penalty factor": [
                    {"penalty": lambda lam, w, n: lam * w / 2},
                    {"penalty": lambda lam, w, n: 4 * lam * w},
                    {"penalty": lambda lam, w, n: 2 * lam**2 * w},
                    {"penalty": lambda lam, w, n: lam**2 * w},
                ],
                "penalty of a norm": [
                    {"penalty": lambda lam, w, n: lam * w / np.linalg.norm(w)},
                    {"penalty": lambda lam, w, n: 2 * lam * w / np.linalg.norm(w)},
                ],
                "penalty of all weights": [
                    {"penalty": lambda lam, w, n: 2 * lam * np.sum(w)},
                    {"penalty": lambda lam, w, n: lam * np.sum(w)},
                    {"penalty": lambda lam, w, n: 2 * lam * np.mean(w)},
                    {"penalty": lambda lam, w, n: 2 * lam * np.linalg.norm(w)},
                    {"penalty": lambda lam, w, n: lam * np.linalg.norm(w)},
                    {"penalty": lambda lam, w, n: 2 * lam * w[0]},
                ],
                "penalty without w": [{"penalty": lambda lam, w, n: 2 * lam}],
                "penalty squared": [
                    {"penalty": lambda lam, w, n: lam * w**2},
                    {"penalty": lambda lam, w, n: 2 * lam * w**2},
                ],
                "penalty of a lasso": [{"penalty": lambda lam, w, n: lam * np.sign(w)}],
                "penalty itself": [
                    {"penalty": lambda lam, w, n: lam * np.sum(w**2)},
                ],
                **changes(gradient),
                "2/n left out": [{"mean": 0.5, "power": 1}],
                "mean halved": [{"mean": 0.5}],
                "mean doubled": [{"mean": 2}],
                "mean turned": [{"mean": -1}],
            },
            with_one_more(lambda random, n: random.choice(LAMBDAS).item()),
        ),
        FunctionExercise(
            "largest learning rate", "X", ("The largest learning rate",), largest_rate,
            {
                "no column of ones": [{"ones": False}],
                "Hessian without 2/n": [{"scale": 2, "power": -1}],
                "Hessian without 1/n": [{"power": -1}],
                "Hessian halved": [{"scale": 2}],
                "1/λmax": [{"scale": 0.5}],
                "smallest eigenvalue": [{"eigenvalue": lambda H: np.linalg.eigvalsh(H)[0]}],
                "trace": [{"eigenvalue": np.trace}],
                "diagonal": [{"eigenvalue": lambda H: np.max(np.diag(H))}],
                "eigenvalue itself": [{"of": np.positive}, {"of": lambda highest: highest / 2}],
                "singular value": [
                    {"eigenvalue": lambda H: np.sqrt(np.linalg.eigvalsh(H)[-1])}, {"rooted": True}
                ],
                "some eigenvalue": [
                    {"eigenvalue": lambda H: np.linalg.eigvals(H)[0]},
                    {"eigenvalue": lambda H: np.linalg.eigvals(H)[-1]},
                ],
                "centred": [{"centred": True}, {"centred": True, "ones": False}],
                "three rows": [{"rows": lambda X: 3}],
                "n minus 1": [{"rows": lambda X: len(X) - 1}],
            },
            for_largest_rate,
        ),
        FunctionExercise(
            "scaled line", "w, b, mean, std", ("w", "b"), unscaled,
            {
                "other way": [{"slope": np.multiply, "height": lambda w, mean, std: -w * mean}],
                "still scaled": [{"slope": lambda w, std: w, "height": lambda w, mean, std: 0}],
                "scaled like an x": [
                    {"of_x": lambda value, mean, std: (value - mean) / std},
                    {"of_x": lambda value, mean, std: value * std + mean},
                ],
                "times std": [
                    {"slope": np.multiply},
                    {"slope": np.multiply, "height": lambda w, mean, std: w * std * mean},
                ],
                "variance for std": [
                    {
                        "slope": lambda w, std: w / std**2,
                        "height": lambda w, mean, std: w * mean / std**2,
                    }
                ],
                "w still scaled": [{"slope": lambda w, std: w}],
                "b still scaled": [{"height": lambda w, mean, std: 0}],
                "mean added": [
                    {"height": lambda w, mean, std: -w * mean / std},
                    {"height": lambda w, mean, std: -w * mean},
                ],
                "std left out of b": [{"height": lambda w, mean, std: w * mean}],
                "w left out of b": [
                    {"height": lambda w, mean, std: mean / std},
                    {"height": lambda w, mean, std: mean},
                ],
                "b over std": [{"over": True}],
            },
            for_scaled_line,
            minus="mean",
            source="of the four numbers",
        ),
        FunctionExercise(
            "momentum step", "X, Y, w, v, lr, momentum", ("w after", "v after"), momentum_step,
            {
                "old velocity": [{"step": lambda w, v, new, grad, lr, momentum: w - lr * v}],
                "momentum left out": [
                    {"velocity": lambda v, grad, lr, momentum: grad},
                    {"step": lambda w, v, new, grad, lr, momentum: w - lr * grad},
                ],
                "velocity kept whole": [{"velocity": lambda v, grad, lr, momentum: v + grad}],
                "momentum fixed": [{"velocity": lambda v, grad, lr, momentum: 0.9 * v + grad}],
                "moving average": [
                    {"velocity": lambda v, grad, _, momentum: momentum * v + (1 - momentum) * grad},
                    {"velocity": lambda v, grad, _, momentum: (1 - momentum) * v + momentum * grad},
                    {"velocity": lambda v, grad, lr, momentum: momentum * (v + grad)},
                ],
                "lr in the velocity": [
                    {
                        "velocity": lambda v, grad, lr, momentum: momentum * v + lr * grad,
                        "step": lambda w, v, new, grad, lr, momentum: w - new,
                    },
                    {
                        "velocity": lambda v, grad, lr, momentum: momentum * v - lr * grad,
                        "step": lambda w, v, new, grad, lr, momentum: w + new,
                    },
                    {"velocity": lambda v, grad, lr, momentum: momentum * v + lr * grad},
                ],
                "no learning rate": [{"step": lambda w, v, new, grad, lr, momentum: w - new}],
                "uphill": [{"step": lambda w, v, new, grad, lr, momentum: w + lr * new}],
                "Nesterov": [
                    {"step": lambda w, v, new, grad, lr, momentum: w - lr * (grad + momentum * new)}
                ],
                "velocity returned as it was": [{"returned": False}],
                **changes(gradient),
            },
            for_momentum,
        ),
    ],
    "12": [
        FunctionExercise(
            "merged sums", "sizes, means, scatters", ("mean", "scatter"), merged,
            {
                "parts as if equal": [{"mean": lambda means, sizes: np.mean(means)}],
                "total for mean": [{"mean": lambda means, sizes: np.sum(sizes * means)}],
                "divided by parts": [{"mean": lambda means, sizes: np.mean(sizes * means)}],
                "means summed over rows": [
                    {"mean": lambda means, sizes: np.sum(means) / np.sum(sizes)}
                ],
                "within alone": [{"between": lambda sizes, distances: 0}],
                "between alone": [{"within": lambda scatters, sizes: 0}],
                "between without sizes": [
                    {"between": lambda sizes, distances: np.sum(distances**2)}
                ],
                "between with sizes squared": [
                    {"between": lambda sizes, distances: np.sum((sizes * distances) ** 2)}
                ],
                "distances not squared": [
                    {"between": lambda sizes, distances: np.sum(sizes * np.abs(distances))}
                ],
                "scatters averaged": [
                    {"within": within, **more}
                    for within in (
                        lambda scatters, sizes: np.mean(scatters),
                        lambda scatters, sizes: np.average(scatters, weights=sizes),
                    )
                    for more in ({}, {"between": lambda sizes, distances: 0})
                ],
                "scatters as variances": [{"within": lambda scatters, sizes: scatters @ sizes}],
                "variance for scatter": [
                    {"of": lambda scatter, n: scatter / n},
                    {"of": lambda scatter, n: scatter / (n - 1)},
                ],
                "squares about 0": [{"about": lambda means, mean: 0}],
            },
            for_merged_sums,
            minus="",
            source="of the sums",
        ),
    ],
}  # fmt: skip
EXERCISES = [exercise for exercises in BY_NOTEBOOK.values() for exercise in exercises]
