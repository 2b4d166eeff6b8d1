"""The loss of least squares and its gradient, in four ways that must agree.

The loss is the mean squared error ``L = (1/n) Σ (ŷ_i - y_i)²`` with ``ŷ = X w + b``. What is too
large for its float type is infinite, and what is too small is 0, whatever `np.seterr` says.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lsqgrad._util import ArgumentError, ArgumentTypeError, torch_as_it_comes, validation

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from lsqgrad._util.types import FloatArray


class Gradient(NamedTuple):
    """The gradient of the loss: each part has the shape of its parameter.

    Attributes
    ----------
    w : ndarray of shape (p, 1)
        ∂L/∂w, in units of y² per unit of w.
    b : floating
        ∂L/∂b, in units of y² per unit of b.
    """

    w: FloatArray
    b: np.floating


@np.errstate(all="ignore")
def mean_squared_error(X: ArrayLike, Y: ArrayLike, w: ArrayLike, b: ArrayLike) -> np.floating:
    """Mean of the squared residuals, ``L = (1/n) Σ (ŷ_i - y_i)²`` with ``ŷ = X w + b``.

    Notebook 01, equation (3). There is no ½: this is what `torch.nn.MSELoss()` computes.

    Parameters
    ----------
    X : array_like of shape (n, p)
        The design matrix; each row is one data point.
    Y : array_like of shape (n, 1)
        The targets.
    w : array_like of shape (p, 1)
        The weights.
    b : float
        The bias.

    Returns
    -------
    floating
        The loss in units of y²; float32 if X, Y and w are, else float64.

    Raises
    ------
    TypeError
        If an argument does not hold real numbers.
    ValueError
        If a shape is wrong, or a number is NaN or infinite.

    Examples
    --------
    >>> print(mean_squared_error(X=[[1], [2]], Y=[[1], [4]], w=[[1]], b=1))
    1.0
    """
    X, Y, w, b = validation.problem(X, Y, w, b)
    residual = X @ w + b - Y
    return np.mean(residual**2)


@np.errstate(all="ignore")
def gradient_matrix(X: ArrayLike, Y: ArrayLike, w: ArrayLike, b: ArrayLike) -> Gradient:
    """Gradient in matrix form: ``∂L/∂w = (2/n) Xᵀ(Xw + b - Y)``, ``∂L/∂b = (2/n) 1ᵀ(Xw + b - Y)``.

    Derived in notebook 01, equation (15). Parameters and errors are those of
    `mean_squared_error`.

    Returns
    -------
    Gradient
        In float32 if X, Y and w are, else in float64.

    Examples
    --------
    >>> grad = gradient_matrix(X=[[1], [2]], Y=[[1], [4]], w=[[1]], b=1)
    >>> print(grad.w, grad.b)
    [[-1.]] 0.0
    """
    X, Y, w, b = validation.problem(X, Y, w, b)
    return gradient_of_residual(X, X @ w + b - Y)


def gradient_of_residual(X: FloatArray, residual: FloatArray) -> Gradient:
    """Return the gradient in matrix form, for a residual that is known."""
    grad_Y_hat = (2 / len(X)) * residual  # the factor first, as PyTorch's backward does
    return Gradient(w=X.T @ grad_Y_hat, b=np.sum(grad_Y_hat))


@np.errstate(all="ignore")
def gradient_scalar(X: ArrayLike, Y: ArrayLike, w: ArrayLike, b: ArrayLike) -> Gradient:
    """Gradient in scalar form, for one feature (p = 1), from the sums over the data.

    ``∂L/∂w = (2/n) (w Σx² - Σ(y - b) x)`` and ``∂L/∂b = (2/n) (n b - Σ(y - w x))``, derived in
    notebook 02, equations (9) and (14). Parameters and errors are those of `mean_squared_error`;
    an X of more than one column is refused with a `ValueError`.

    Returns
    -------
    Gradient
        In float32 if X, Y and w are, else in float64.

    Examples
    --------
    >>> grad = gradient_scalar(X=[[1], [2]], Y=[[1], [4]], w=[[1]], b=1)
    >>> print(grad.w, grad.b)
    [[-1.]] 0.0
    """
    x, y, w, b = validation.problem(X, Y, w, b)
    n, p = x.shape
    if p != 1:
        raise ArgumentError("X", "one column, since the scalar form has one weight", f"{p}")
    grad_w = (2 / n) * (w * np.sum(x**2) - np.sum((y - b) * x))
    grad_b = (2 / n) * (n * b - np.sum(y - w * x))
    return Gradient(w=grad_w, b=grad_b)


@np.errstate(all="ignore")
def gradient_numeric(X: ArrayLike, Y: ArrayLike, w: ArrayLike, b: ArrayLike) -> Gradient:
    """Gradient by central differences: ``∂L/∂θ_k ≈ (L(θ + h e_k) - L(θ - h e_k)) / 2h``.

    The loss is quadratic in each parameter, so that the difference is exact for every h and only
    rounding is left. A large h leaves least of it: the one used here balances the part of the
    loss that h moves with the part that it does not. Always in float64. Parameters and errors
    are those of `mean_squared_error`.

    Returns
    -------
    Gradient
        In float64.

    Examples
    --------
    >>> grad = gradient_numeric(X=[[1], [2]], Y=[[1], [4]], w=[[1]], b=1)
    >>> print(grad.w.round(12), grad.b.round(12))
    [[-1.]] 0.0
    """
    X, Y, w, b = validation.problem(X, Y, w, b, dtype="float64")
    X1 = with_ones(X)
    theta = np.vstack([w, [[b]]])
    magnitude, width = _magnitudes(X, Y, w, b)

    def loss(theta: FloatArray) -> np.floating:
        return np.mean((X1 @ theta - Y) ** 2)

    slopes = []
    for k in range(len(theta)):
        h = magnitude / width[k] if magnitude > 0 and width[k] > 0 else 1.0
        step = np.zeros_like(theta)
        step[k] = h
        slopes.append((loss(theta + step) - loss(theta - step)) / (2 * h))
    return Gradient(w=np.array(slopes[:-1]).reshape(-1, 1), b=slopes[-1])


def gradient_autograd(X: ArrayLike, Y: ArrayLike, w: ArrayLike, b: ArrayLike) -> Gradient:
    """Gradient as PyTorch's `backward()` leaves it in ``.grad``.

    The model is `torch.nn.functional.linear` and the loss `mse_loss`: what `nn.Linear` and
    `nn.MSELoss` call. Parameters and errors are those of `mean_squared_error`.

    Returns
    -------
    Gradient
        ``w`` is the transpose of PyTorch's ``weight.grad``, which has shape (1, p). In float32
        if X, Y and w are, else in float64.

    Raises
    ------
    ImportError
        If PyTorch is not installed.

    Examples
    --------
    >>> grad = gradient_autograd(X=[[1], [2]], Y=[[1], [4]], w=[[1]], b=1)
    >>> print(grad.w, grad.b)
    [[-1.]] 0.0
    """
    with torch_as_it_comes() as torch:
        X, Y, w, b = validation.problem(X, Y, w, b)
        weight = torch.tensor(w.T, requires_grad=True)
        bias = torch.tensor([b], requires_grad=True)
        Y_hat = torch.nn.functional.linear(torch.tensor(X), weight, bias)
        loss = torch.nn.functional.mse_loss(Y_hat, torch.tensor(Y))
        loss.backward()
    return Gradient(w=weight.grad.numpy().T, b=bias.grad.numpy()[0])


class Comparison(dict[str, Gradient]):
    """Gradients by the name of the function that computed them; prints as a table."""

    def __init__(self, gradients: dict[str, Gradient], tolerance: Gradient) -> None:
        super().__init__(gradients)
        self.tolerance = tolerance

    def __repr__(self) -> str:
        return _table(self, digits=10)


def _table(rows: dict[str, Gradient], digits: int) -> str:
    """Write a line for each row, its numbers with so many significant digits."""
    p = len(next(iter(rows.values())).w)
    names = ["∂L/∂w"] if p == 1 else [f"∂L/∂w{k}" for k in range(1, p + 1)]
    first, other = max(map(len, rows)), digits + 10
    lines = [" " * first + "".join(f"{name:>{other}}" for name in [*names, "∂L/∂b"])]
    for name, (grad_w, grad_b) in rows.items():
        numbers = (*np.ravel(grad_w), grad_b)
        lines.append(f"{name:{first}}" + "".join(f"{g:{other}.{digits}g}" for g in numbers))
    return "\n".join(lines)


def compare_gradients(
    X: ArrayLike, Y: ArrayLike, w: ArrayLike, b: ArrayLike, *functions: Callable[..., Any]
) -> Comparison:
    """Compute the gradient in several ways, in float64, and raise unless all agree.

    They agree if each pair differs by no more than rounding can explain. With ``u = 2⁻⁵³``,
    ``m_i = Σ_k |x_ik| |w_k| + |b| + |y_i|``, the sum of the magnitudes that cancel in residual i,
    and x_k the k-th column of X (for b, a column of ones), the computed ∂L/∂θ_k of each way is
    off by at most ``4 (n + 2p + 9) u ‖m‖ ‖x_k‖ / n``: every way adds and multiplies numbers
    whose magnitudes add up to at most ``4 ‖m‖ ‖x_k‖ / n``, in at most n + 2p + 9 roundings one
    after another. The tolerance is twice that. Underflow is not counted: numbers are refused where
    ``‖m‖ ‖x_k‖`` or ``‖m‖²`` is neither 0 nor above 1e-292, which leaves the tolerance its digits.

    Parameters
    ----------
    X, Y, w, b
        As for `mean_squared_error`.
    *functions : callable, optional
        Functions of ``(X, Y, w, b)`` that return a `Gradient`, your own among them. Without any,
        all that apply: matrix form, scalar form (if p = 1), central difference, autograd.

    Returns
    -------
    Comparison
        A dict of `Gradient`, one for each function's name, which prints as a table.

    Raises
    ------
    AssertionError
        If two ways disagree. The message holds every number.
    ImportError
        If autograd is compared and PyTorch is not installed.
    TypeError
        If one of `functions` is no function, or does not return a `Gradient` (or such a pair).
    ValueError
        If there is only one function, or a part of a returned gradient does not have the shape
        of its parameter, or the squares of X, Y, w or b are too large or too small for
        float64.

    Examples
    --------
    >>> compare_gradients([[1], [2]], [[1], [4]], [[1]], 1, gradient_matrix, gradient_scalar)
                                  ∂L/∂w               ∂L/∂b
    gradient_matrix                  -1                   0
    gradient_scalar                  -1                   0
    """
    X, Y, w, b = validation.problem(X, Y, w, b, dtype="float64")
    n, p = X.shape
    if not functions:
        one_feature = (gradient_scalar,) if p == 1 else ()
        functions = (gradient_matrix, *one_feature, gradient_numeric, gradient_autograd)
    names = _names(functions)

    with np.errstate(all="ignore"):
        magnitude, width = _magnitudes(X, Y, w, b)
        squares = magnitude * (magnitude + width)
        counts = Y.any() or b != 0 or (X.any(axis=0) & (w[:, 0] != 0)).any()  # so that m is not 0
        least = magnitude * np.minimum(magnitude, width)[with_ones(X).any(axis=0)].min()
        roundings = n + 2 * p + 9
        bound = 4 * roundings * np.finfo(np.float64).epsneg * magnitude * width / n
        tolerance = Gradient(w=2 * bound[:-1].reshape(-1, 1), b=2 * bound[-1])
    expected = "numbers whose squares float64 can hold"
    if not np.isfinite(squares).all():
        raise ArgumentError("X, Y, w, b", expected, "larger ones")
    if counts and least < np.finfo(np.float64).tiny / np.finfo(np.float64).eps:
        raise ArgumentError("X, Y, w, b", expected, "smaller ones")

    gradients = {
        name: _gradient_from(function, name, X, Y, w, b)
        for name, function in zip(names, functions, strict=True)
    }
    comparison = Comparison(gradients, tolerance)
    with np.errstate(all="ignore"):
        spread_w = np.ptp([grad.w for grad in gradients.values()], axis=0)
        spread_b = np.ptp([grad.b for grad in gradients.values()])
    # Written so that NaN, which compares false, counts as disagreement.
    if not (np.all(spread_w <= tolerance.w) and spread_b <= tolerance.b):
        table = _table(gradients | {"tolerance": tolerance}, digits=17)
        raise AssertionError(f"The gradients differ by more than rounding explains.\n{table}")
    return comparison


def _names(functions: tuple[Callable[..., Any], ...]) -> list[str]:
    """Return a name for each function; functions of one name are numbered from the second on."""
    names: list[str] = []
    for function in functions:
        if not callable(function):
            expected = "functions of (X, Y, w, b)"
            raise ArgumentTypeError("functions", expected, validation.describe(function))
        name = getattr(function, "__name__", type(function).__name__)
        same = sum(known.partition(" ")[0] == name for known in names)
        names.append(f"{name} {same + 1}" if same else name)
    if len(names) == 1:
        raise ArgumentError("functions", "at least two to compare", f"{names[0]} alone")
    return names


def _gradient_from(function: Callable[..., Any], name: str, *problem: Any) -> Gradient:
    """Return what `function` computes as a `Gradient` of float64, its shapes checked."""
    returned = function(*(part.copy() for part in problem))
    try:
        grad_w, grad_b = (validation.real(name, part).astype(np.float64) for part in returned)
    except (TypeError, ValueError):
        expected = "to return Gradient(w, b) of real numbers"
        raise ArgumentTypeError(name, expected, validation.describe(returned)) from None
    shape = problem[2].shape
    if grad_w.shape != shape or grad_b.size != 1:
        raise ArgumentError(
            name,
            f"∂L/∂w of shape {shape} and ∂L/∂b as one number",
            f"shapes {grad_w.shape} and {grad_b.shape}",
        )
    return Gradient(w=grad_w, b=np.float64(grad_b.item()))


def with_ones(X: FloatArray) -> FloatArray:
    """Return X with a column of ones on its right: X̃ of notebook 01, equation (13)."""
    return np.hstack([X, np.ones((len(X), 1))])


def _magnitudes(
    X: FloatArray, Y: FloatArray, w: FloatArray, b: np.floating
) -> tuple[np.floating, FloatArray]:
    """Return ‖m‖ and every ‖x_k‖ (the ones column last), as `compare_gradients` defines them."""
    m = np.abs(X) @ np.abs(w) + abs(b) + np.abs(Y)
    return np.linalg.norm(m), np.linalg.norm(with_ones(X), axis=0)
