"""The arithmetic of one step with its numbers put in, in three forms, beside PyTorch's results.

For one feature (p = 1). Every number is computed here as its form says, in the float type of the
run, so that the distance to PyTorch's number is that form's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from lsqgrad._util import validation
from lsqgrad.regression.gradients import Gradient, gradient_matrix, gradient_scalar
from lsqgrad.regression.rounding import ulps_apart

if TYPE_CHECKING:
    from lsqgrad._util.types import FloatArray
    from lsqgrad.regression.sgd import Step

_Item = TypeVar("_Item")

MOST_ROWS = 4  # of more rows than these the first two and the last are written, and dots between


@dataclass(frozen=True)
class Number:
    """A number in a formula, as text, and the quantity whose colour it takes."""

    quantity: str
    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Matrix:
    """A row or a column in a formula: its entries as text, its quantity and its shape."""

    quantity: str
    entries: tuple[str, ...]
    shape: tuple[int, int]

    @property
    def is_row(self) -> bool:
        """Whether the entries stand side by side."""
        return self.shape[0] == 1

    def __str__(self) -> str:
        return f"[{(' ' if self.is_row else '; ').join(self.entries)}]"


@dataclass(frozen=True)
class Line:
    """One line of the arithmetic.

    Attributes
    ----------
    name, formula : str
        What is computed, and how, in letters: ``"∂L/∂w"``, ``"(2/n) Xᵀ r"``.
    numbers : tuple of str, Number and Matrix
        The formula with the numbers of the batch in it.
    by_hand : floating or Matrix
        What comes out.
    torch : floating or None
        PyTorch's number for the same quantity, if it is known.
    """

    name: str
    formula: str
    numbers: tuple[str | Number | Matrix, ...]
    by_hand: np.floating | Matrix
    torch: np.floating | None = None

    @property
    def ulps(self) -> int | None:
        """How many floats PyTorch's number is away; None if it is not known."""
        return None if self.torch is None else int(ulps_apart(self.by_hand, self.torch))

    @property
    def distance(self) -> str:
        """The same in words; empty if PyTorch's number is not known."""
        ulps = self.ulps
        return {None: "", 0: "equal", 1: "1 ulp"}.get(ulps, f"{ulps} ulps")

    def __str__(self) -> str:
        """Write the line as text; the result with all its digits only where they are compared."""
        numbers = "".join(map(str, self.numbers))
        if self.torch is None:
            result = _text(self.by_hand)
        else:
            result = f"{self.by_hand!s} (PyTorch {self.torch!s}, {self.distance})"
        return " = ".join(filter(None, [self.name, self.formula, numbers, result]))


def arithmetic(step: Step, form: str, torch_step: Step | None = None) -> list[Line]:
    r"""Write out how `step` is computed, line by line.

    Parameters
    ----------
    step : Step
        A step with one feature.
    form : {"scalar sums", "matrix product", "chain rule"}
        Notebook 02's sums, notebook 01's product, or notebook 03's nodes of the graph.
    torch_step : Step, optional
        The same step taken by PyTorch, whose numbers are put beside.

    Returns
    -------
    list of Line
        The loss, the gradient and the update among them.

    Raises
    ------
    ValueError
        If there is no such form.

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
    form = validation.choice("form", form, FORMS)
    lines, grad = FORMS[form](step, step.X @ step.w + step.b - step.Y)
    lines += [
        _update("w", step.w.item(), step.lr, grad.w.item(), (step.w - step.lr * grad.w)[0, 0]),
        _update("b", step.b, step.lr, grad.b, step.b - step.lr * grad.b),
    ]
    if torch_step is None:
        return lines
    known = {
        "L": torch_step.loss,
        "∂L/∂w": torch_step.grad_w[0, 0],
        "∂L/∂b": torch_step.grad_b,
        "w after": torch_step.w_after[0, 0],
        "b after": torch_step.b_after,
    }
    return [replace(line, torch=known.get(line.name)) for line in lines]


def _scalar_sums(step: Step, residual: FloatArray) -> tuple[list[Line], Gradient]:
    """Write out the sums of notebook 02, equations (9) and (14)."""
    x, y, w, b, r = step.X.ravel(), step.Y.ravel(), step.w[0, 0], step.b, residual.ravel()
    n, grad = len(x), gradient_scalar(step.X, step.Y, step.w, step.b)
    sum_xx, sum_yx, sum_y = np.sum(x**2), np.sum((y - b) * x), np.sum(y - w * x)

    squares = _sum([("(", _number("residual", r_i), ")²") for r_i in r])
    xx = _sum([("(", _number("x", x_i), ")²") for x_i in x])
    yx = _sum([
        ("(", _number("y", y_i), " − ", _factor("b", b), ")·", _factor("x", x_i))
        for x_i, y_i in zip(x, y, strict=True)
    ])  # fmt: skip
    ys = _sum([
        ("(", _number("y", y_i), " − ", _factor("w", w), "·", _factor("x", x_i), ")")
        for x_i, y_i in zip(x, y, strict=True)
    ])  # fmt: skip
    for_w = (_number("w", w), " · ", _factor("", sum_xx), " − ", _factor("", sum_yx))
    for_b = (f"{n} · ", _factor("b", b), " − ", _factor("", sum_y))
    return [
        Line("L", "(1/n) Σ (ŷ − y)²", (f"1/{n} · (", *squares, ")"), np.mean(r**2)),
        Line("Σx²", "", xx, sum_xx),
        Line("Σ(y − b)x", "", yx, sum_yx),
        Line("∂L/∂w", "(2/n) (w Σx² − Σ(y − b)x)", (f"2/{n} · (", *for_w, ")"), grad.w[0, 0]),
        Line("Σ(y − wx)", "", ys, sum_y),
        Line("∂L/∂b", "(2/n) (n b − Σ(y − wx))", (f"2/{n} · (", *for_b, ")"), grad.b),
    ], grad


def _matrix_product(step: Step, r: FloatArray) -> tuple[list[Line], Gradient]:
    """Write out the products of notebook 01, equation (33)."""
    X, Y, w, b, n = step.X, step.Y, step.w[0, 0], step.b, len(step.X)
    grad = Gradient(w=2 / n * (X.T @ r), b=2 / n * np.sum(r))  # the factor last, as it is written
    times_r = ("·", _matrix("residual", r))
    residual = (
        _matrix("x", X), "·", _factor("w", w), " + ", _factor("b", b), " − ", _matrix("y", Y),
    )  # fmt: skip
    squares = (f"1/{n} · ", _matrix("residual", r.T), *times_r)
    for_w, for_b = _matrix("x", X.T), _matrix("", np.ones_like(X.T))
    return [
        Line("r", "Xw + b − Y", residual, _matrix("residual", r)),
        Line("L", "(1/n) rᵀ r", squares, np.mean(r**2)),
        Line("∂L/∂w", "(2/n) Xᵀ r", (f"2/{n} · ", for_w, *times_r), grad.w[0, 0]),
        Line("∂L/∂b", "(2/n) 1ᵀ r", (f"2/{n} · ", for_b, *times_r), grad.b),
    ], grad


def _chain_rule(step: Step, r: FloatArray) -> tuple[list[Line], Gradient]:
    """Write out what PyTorch's nodes pass on: notebook 03, *Compare with the derivation*."""
    n, grad = len(step.X), gradient_matrix(step.X, step.Y, step.w, step.b)
    grad_Y_hat = 2 / n * r
    squares = _sum([("(", _number("residual", r_i), ")²") for r_i in r.ravel()])
    received = (
        f"2/{n} · (",
        _matrix("", step.X @ step.w + step.b),
        " − ",
        _matrix("y", step.Y),
        ")",
    )
    terms = _sum([(_factor("gradient", g),) for g in grad_Y_hat.ravel()])
    passed_on = _matrix("gradient", grad_Y_hat)
    product = (_matrix("x", step.X.T), "·", passed_on)
    return [
        Line("L", "MSELoss: (1/n) Σ (ŷ − y)²", (f"1/{n} · (", *squares, ")"), np.mean(r**2)),
        Line("∂L/∂Ŷ", "MseLossBackward0: (2/n) (Ŷ − Y)", received, passed_on),
        Line("∂L/∂b", "AddmmBackward0, to the bias: Σ ∂L/∂ŷ", terms, grad.b),
        Line("∂L/∂w", "AddmmBackward0, to the weight: Xᵀ ∂L/∂Ŷ", product, grad.w[0, 0]),
    ], grad


FORMS = {
    "scalar sums": _scalar_sums,
    "matrix product": _matrix_product,
    "chain rule": _chain_rule,
}


def _update(name: str, before: Any, lr: float, gradient: Any, after: np.floating) -> Line:
    """Write out the update of one parameter: notebook 02, equation (20)."""
    numbers = (_number(name, before), f" − {lr:.6g} · ", _factor("gradient", gradient))
    return Line(f"{name} after", f"{name} − lr · ∂L/∂{name}", numbers, after)


def _text(result: np.floating | Matrix) -> str:
    """Write a result with six significant digits."""
    return str(result) if isinstance(result, Matrix) else f"{result:.6g}"


def _number(quantity: str, value: Any) -> Number:
    return Number(quantity, f"{value:.6g}")


def _factor(quantity: str, value: Any) -> Number:
    """Write a number after an operator, where a negative one needs parentheses."""
    text = f"{value:.6g}"
    return Number(quantity, f"({text})" if text.startswith("-") else text)


def _matrix(quantity: str, values: FloatArray) -> Matrix:
    return Matrix(quantity, tuple(_few([f"{v:.6g}" for v in values.ravel()], "…")), values.shape)


def _sum(terms: Sequence[tuple[str | Number, ...]]) -> tuple[str | Number, ...]:
    """Join terms, each a tuple of parts, by plus signs."""
    first, *others = _few(terms, ("…",))
    return (*first, *(part for term in others for part in (" + ", *term)))


def _few(items: Sequence[_Item], dots: _Item) -> Sequence[_Item]:
    """Leave out the middle of a long list."""
    return items if len(items) <= MOST_ROWS else [*items[:2], dots, items[-1]]
