"""The arithmetic of one step with its numbers put in, in three forms, beside PyTorch's results.

With several features (p > 1) there is one form, the matrix product. Every number is computed here
as its form says, in the float type of the run, so that the distance to PyTorch's number is that
form's own.

A number that is written for the page has a true minus; only a `Line` as text has Python's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import numpy as np

from lsqgrad._util import validation
from lsqgrad.regression.gradients import Gradient, gradient_matrix, gradient_scalar
from lsqgrad.regression.rounding import ulps_apart

if TYPE_CHECKING:
    from lsqgrad._util.types import FloatArray
    from lsqgrad.regression.sgd import Step, Trace

    Part: TypeAlias = "str | Number | Matrix"  # of a formula
    Result: TypeAlias = "np.floating | FloatArray"  # a number, or a column of them, shape (n, 1)

_Item = TypeVar("_Item")

MINUS = "−"  # U+2212; Python writes a hyphen
MOST_ROWS = 4  # of more rows than these the first two and the last are written, and dots between


def written(values: Any, digits: int | None = 6) -> str:
    """Write a number, or a column of them, with a true minus.

    Parameters
    ----------
    values : float or array_like of shape (n,) or (n, 1)
        A column of one is written as a number; of more than 4 the middle is left out.
    digits : int or None
        How many significant digits; None for all that the float type has.

    Returns
    -------
    str
        ``"−1.5"``, or ``"[1.5; −2]"``.

    Examples
    --------
    >>> written(-1.5), written([[1.5], [-2e-5]]), written([1, 2, 3, 4, 5])
    ('−1.5', '[1.5; −2e−05]', '[1; 2; …; 5]')
    """
    numbers = _few([_digits(value, digits) for value in np.ravel(values)], "…")
    return numbers[0] if len(numbers) == 1 else f"[{'; '.join(numbers)}]"


@dataclass(frozen=True)
class Number:
    """A number in a formula, as text, and the quantity whose colour it takes."""

    quantity: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Matrix:
    """A matrix in a formula: its quantity, its entries as text, row by row, and its shape.

    Of more than 4 rows or columns the middle is left out: one of dots stands for it.
    """

    quantity: str
    rows: tuple[tuple[str, ...], ...]
    shape: tuple[int, int]

    def __str__(self) -> str:
        return f"[{'; '.join(map(' '.join, self.rows))}]"


@dataclass(frozen=True, eq=False)
class Line:
    """One line of the arithmetic.

    Attributes
    ----------
    name, formula : str
        What is computed, and how, in letters: ``"∂L/∂w"``, ``"(2/n) Xᵀ r"``.
    numbers : tuple of str, Number and Matrix
        The formula with the numbers of the batch in it.
    by_hand : floating or ndarray of shape (n, 1)
        What comes out.
    torch : floating or ndarray of shape (n, 1) or None
        What PyTorch has for it, if that is known.
    quantity : str
        What comes out, if it is one that has a colour.
    """

    name: str
    formula: str
    numbers: tuple[Part, ...]
    by_hand: Result
    torch: Result | None = None
    quantity: str = ""

    @property
    def ulps(self) -> int | None:
        """How many floats PyTorch's number is away, in a column at most; None if not known."""
        return None if self.torch is None else int(np.max(ulps_apart(self.by_hand, self.torch)))

    @property
    def distance(self) -> str:
        """The same in words; empty if PyTorch's number is not known."""
        ulps = self.ulps
        words = {None: "", 0: "equal", 1: "1 ulp"}.get(ulps, f"{ulps} ulps")
        return f"up to {words}" if ulps and np.ndim(self.by_hand) else words

    @property
    def result(self) -> Number | Matrix:
        """What comes out, in all its digits; a column only where it is compared."""
        short = self.torch is None and isinstance(self.by_hand, np.ndarray)
        return _part(self.quantity, self.by_hand, digits=6 if short else None)

    @property
    def torch_result(self) -> Number | Matrix | None:
        """What PyTorch has for it, in all its digits."""
        return None if self.torch is None else _part(self.quantity, self.torch, digits=None)

    def __str__(self) -> str:
        """Write the line as text; the result with all its digits only where they are compared.

        Its numbers have Python's minus: so they can be copied, and none is taken for a difference.
        """
        numbers = "".join(part if isinstance(part, str) else _typed(part) for part in self.numbers)
        if self.torch is None:
            result = _typed(_part("", self.by_hand))
        else:
            result = f"{_typed(self.result)} (PyTorch {_typed(self.torch_result)}, {self.distance})"
        return " = ".join(filter(None, [self.name, self.formula, numbers, result]))


def forms_of(run: Step | Trace) -> tuple[str, ...]:
    """Name the forms in which the steps of a run can be written out.

    Parameters
    ----------
    run : Step or Trace
        With one feature all forms fit, with several the matrix product.

    Returns
    -------
    tuple of str
        Names for `arithmetic`.

    Examples
    --------
    >>> from lsqgrad import sgd_by_hand
    >>> forms_of(sgd_by_hand([[1, 0], [0, 1]], [[1], [4]], w=[[1], [2]], b=1, batch_size=2))
    ('matrix product',)
    """
    return tuple(FORMS) if run.X.shape[1] == 1 else ("matrix product",)


# BLAS may set the flag "invalid" where all numbers are finite (numpy issue 24067).
@np.errstate(all="ignore")
def arithmetic(step: Step, form: str, torch_step: Step | None = None) -> list[Line]:
    r"""Write out how `step` is computed, line by line.

    Parameters
    ----------
    step : Step
        A step of any run.
    form : {"scalar sums", "matrix product", "chain rule"}
        Notebook 02's sums, notebook 01's product, or notebook 03's nodes of the graph. With
        several features it is the product.
    torch_step : Step, optional
        The same step taken by PyTorch, whose numbers are put beside.

    Returns
    -------
    list of Line
        The loss, the gradient and the update among them.

    Raises
    ------
    ValueError
        If there is no such form for the step.

    Examples
    --------
    >>> from lsqgrad import sgd_by_hand
    >>> step = sgd_by_hand([[1], [2]], [[1], [4]], w=[[1]], b=1, lr=0.5, batch_size=2)[0]
    >>> print(*arithmetic(step, "matrix product"), sep="\n")
    r = Xw + b − Y = [2; 1]·1 + 1 − [4; 1] = [-1; 1]
    L = (1/n) rᵀ r = 1/2 · [-1 1]·[-1; 1] = 1
    ∂L/∂w = (2/n) Xᵀ r = 2/2 · [2 1]·[-1; 1] = -1
    ∂L/∂b = (2/n) 1ᵀ r = 2/2 · [1 1]·[-1; 1] = 0
    w after = w − lr · ∂L/∂w = 1 − 0.5 · (-1) = 1.5
    b after = b − lr · ∂L/∂b = 1 − 0.5 · 0 = 1
    """
    form = validation.choice("form", form, forms_of(step))
    lines, grad = FORMS[form](step, step.X @ step.w + step.b - step.Y)
    w_after, b_after = step.w - step.lr * grad.w, step.b - step.lr * grad.b
    lines += [
        _update("w", _one(step.w), step.lr, _one(grad.w), _one(w_after)),
        _update("b", step.b, step.lr, grad.b, b_after),
    ]
    if torch_step is None:
        return lines
    known = {
        "L": torch_step.loss,
        "∂L/∂w": _one(torch_step.grad_w),
        "∂L/∂b": torch_step.grad_b,
        "w after": _one(torch_step.w_after),
        "b after": torch_step.b_after,
    }
    return [replace(line, torch=known.get(line.name)) for line in lines]


def _scalar_sums(step: Step, residual: FloatArray) -> tuple[list[Line], Gradient]:
    """Write out the sums of notebook 02, equations (9) and (14)."""
    x, y, w, b, r = step.X.ravel(), step.Y.ravel(), step.w[0, 0], step.b, residual.ravel()
    n, grad = len(x), gradient_scalar(step.X, step.Y, step.w, step.b)
    sum_xx, sum_yx, sum_y = np.sum(x**2), np.sum((y - b) * x), np.sum(y - w * x)

    xx = _sum([("(", _part("x", x_i), ")²") for x_i in x])
    yx = _sum([
        ("(", _part("y", y_i), " − ", _factor("b", b), ")·", _factor("x", x_i))
        for x_i, y_i in zip(x, y, strict=True)
    ])  # fmt: skip
    ys = _sum([
        ("(", _part("y", y_i), " − ", _factor("w", w), "·", _factor("x", x_i), ")")
        for x_i, y_i in zip(x, y, strict=True)
    ])  # fmt: skip
    for_w = (_part("w", w), " · ", _factor("", sum_xx), " − ", _factor("", sum_yx))
    for_b = (f"{n} · ", _factor("b", b), " − ", _factor("", sum_y))
    return [
        _loss("(1/n) Σ (ŷ − y)²", _mean_of_squares(r), r),
        Line("Σx²", "", xx, sum_xx),
        Line("Σ(y − b)x", "", yx, sum_yx),
        _grad_w("(2/n) (w Σx² − Σ(y − b)x)", (f"2/{n} · (", *for_w, ")"), grad),
        Line("Σ(y − wx)", "", ys, sum_y),
        _grad_b("(2/n) (n b − Σ(y − wx))", (f"2/{n} · (", *for_b, ")"), grad),
    ], grad


def _matrix_product(step: Step, r: FloatArray) -> tuple[list[Line], Gradient]:
    """Write out the products of notebook 01, equation (15)."""
    X, Y, w, b, n = step.X, step.Y, step.w, step.b, len(step.X)
    grad = Gradient(w=2 / n * (X.T @ r), b=2 / n * np.sum(r))  # the factor last, as it is written
    times_r = ("·", _part("residual", r))
    residual = (
        _part("x", X), "·", _factor("w", _one(w)), " + ", _factor("b", b), " − ", _part("y", Y),
    )  # fmt: skip
    squares = (f"1/{n} · ", _part("residual", r.T), *times_r)
    for_w, for_b = _part("x", X.T), _part("", np.ones_like(Y.T))
    return [
        Line("r", "Xw + b − Y", residual, r, quantity="residual"),
        _loss("(1/n) rᵀ r", squares, r),
        _grad_w("(2/n) Xᵀ r", (f"2/{n} · ", for_w, *times_r), grad),
        _grad_b("(2/n) 1ᵀ r", (f"2/{n} · ", for_b, *times_r), grad),
    ], grad


def _chain_rule(step: Step, r: FloatArray) -> tuple[list[Line], Gradient]:
    """Write out what PyTorch's nodes pass on: notebook 03, *Compare with the derivation*."""
    n, grad = len(step.X), gradient_matrix(step.X, step.Y, step.w, step.b)
    grad_Y_hat = 2 / n * r
    Y_hat = _part("", step.X @ step.w + step.b)
    received = (f"2/{n} · (", Y_hat, " − ", _part("y", step.Y), ")")
    terms = _sum([(_factor("gradient", g),) for g in grad_Y_hat.ravel()])
    product = (_part("x", step.X.T), "·", _part("gradient", grad_Y_hat))
    return [
        _loss("MSELoss: (1/n) Σ (ŷ − y)²", _mean_of_squares(r.ravel()), r),
        Line("∂L/∂Ŷ", "MseLossBackward0: (2/n) (Ŷ − Y)", received, grad_Y_hat, quantity="gradient"),
        _grad_b("AddmmBackward0, to the bias: Σ ∂L/∂ŷ", terms, grad),
        _grad_w("AddmmBackward0, to the weight: Xᵀ ∂L/∂Ŷ", product, grad),
    ], grad


FORMS = {
    "scalar sums": _scalar_sums,
    "matrix product": _matrix_product,
    "chain rule": _chain_rule,
}


def _loss(formula: str, numbers: tuple[Part, ...], r: FloatArray) -> Line:
    return Line("L", formula, numbers, np.mean(r**2), quantity="loss")


def _grad_w(formula: str, numbers: tuple[Part, ...], grad: Gradient) -> Line:
    return Line("∂L/∂w", formula, numbers, _one(grad.w), quantity="gradient")


def _grad_b(formula: str, numbers: tuple[Part, ...], grad: Gradient) -> Line:
    return Line("∂L/∂b", formula, numbers, grad.b, quantity="gradient")


def _update(name: str, before: Result, lr: float, gradient: Result, after: Result) -> Line:
    """Write out the update of one parameter: notebook 02, equation (20)."""
    numbers = (_part(name, before), f" − {written(lr)} · ", _factor("gradient", gradient))
    return Line(f"{name} after", f"{name} − lr · ∂L/∂{name}", numbers, after, quantity=name)


def _mean_of_squares(residuals: FloatArray) -> tuple[Part, ...]:
    squares = _sum([("(", _part("residual", r_i), ")²") for r_i in residuals])
    return (f"1/{len(residuals)} · (", *squares, ")")


def _one(weights: FloatArray) -> Result:
    """Return a column of one weight as a number."""
    return weights[0, 0] if len(weights) == 1 else weights


def _part(quantity: str, value: Result, digits: int | None = 6) -> Number | Matrix:
    """Write a number or a matrix."""
    if not isinstance(value, np.ndarray):
        return Number(quantity, _digits(value, digits))
    rows = [tuple(_few([_digits(v, digits) for v in row], "…")) for row in value]
    return Matrix(quantity, tuple(_few(rows, ("…",) * len(rows[0]))), value.shape)


def _factor(quantity: str, value: Result) -> Number | Matrix:
    """Write a number after an operator, where a negative one needs parentheses."""
    part = _part(quantity, value)
    if isinstance(part, Number) and part.text.startswith(MINUS):
        return Number(quantity, f"({part.text})")
    return part


def _digits(value: Any, digits: int | None) -> str:
    text = str(value) if digits is None else f"{value:.{digits}g}"
    return text.replace("-", MINUS)


def _typed(part: Number | Matrix | None) -> str:
    """Write a part as one types it."""
    return str(part).replace(MINUS, "-")


def _sum(terms: Sequence[tuple[Part, ...]]) -> tuple[Part, ...]:
    """Join terms, each a tuple of parts, by plus signs."""
    first, *others = _few(terms, ("…",))
    return (*first, *(part for term in others for part in (" + ", *term)))


def _few(items: Sequence[_Item], dots: _Item) -> Sequence[_Item]:
    """Leave out the middle of a long list."""
    return items if len(items) <= MOST_ROWS else [*items[:2], dots, items[-1]]
