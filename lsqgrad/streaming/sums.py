"""The sums over the data from which loss, gradient and solution follow, whatever n is.

With ``z = (x_1, …, x_p, y)`` a row of the data, they are n, the mean ``z̄`` and the scatter
``S = Σ (z - z̄)(z - z̄)ᵀ``. The article's raw sums Σx², Σxy, Σx, Σy are the same knowledge, and
lose it: for a column of mean 10⁶ and spread 1, twelve of the sixteen digits of Σx² are the mean's.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from lsqgrad._util import ArgumentError, ReadOnlyArrays, validation
from lsqgrad.regression import Gradient

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from lsqgrad._util.types import FloatArray, IntArray

SPLITTER = 2.0**27 + 1  # Veltkamp's: it cuts a float64 into two halves of at most 26 bits
# A block's products are added in at most 2¹² roundings of 2⁻⁵³, one after another, and blocks in
# fewer than 2⁷ more, each relative to at most 65 times the scatter (both: see `gathering`). A
# correlation has that above its line, and as much below it.
ROUNDING_OF_CORRELATION = 2 * 65 * (2**12 + 2**7) * 2.0**-53


@dataclass(frozen=True, eq=False, repr=False)
class Sums(ReadOnlyArrays):
    """What least squares needs of n rows: their number, mean and scatter. `gather_sums` makes it.

    The mean residual ``w x̄ + b - ȳ`` cancels where a column's mean is large beside its spread, so
    that the mean is kept in two floats, and its products with w are not rounded.

    ``a + b`` are the sums of the rows of both: of two chunks, processes or machines.

    Attributes
    ----------
    n : int
        The number of rows.
    mean, rest : ndarray of shape (p + 1,)
        The means of the columns of X, and of Y: ``mean`` and what rounding left of it.
    scatter : ndarray of shape (p + 1, p + 1)
        ``Σ (z - z̄)(z - z̄)ᵀ`` for the rows ``z = (x, y)``.

    Examples
    --------
    >>> from lsqgrad import gather_sums
    >>> sums = gather_sums(([[1], [2]], [[1], [4]]))
    >>> grad = sums.gradient(w=[[1]], b=1)
    >>> print(grad.w, grad.b, sums.loss(w=[[1]], b=1))
    [[-1.]] 0.0 1.0
    >>> print(sums.sum_x, sums.sum_y, sums.sum_xx, sums.sum_xy)
    [[3.]] 5.0 [[5.]] [[9.]]
    >>> sums + sums
    Sums of 4 rows, 1 feature
    """

    n: int
    mean: FloatArray
    rest: FloatArray
    scatter: FloatArray

    def __post_init__(self) -> None:
        self._freeze()

    def __repr__(self) -> str:
        rows, features = "row" + "s" * (self.n != 1), "feature" + "s" * (self.p != 1)
        return f"Sums of {self.n} {rows}, {self.p} {features}"

    @property
    def p(self) -> int:
        """The number of features."""
        return len(self.mean) - 1

    @property
    def sum_x(self) -> FloatArray:
        """Σx, of shape (p, 1)."""
        return self.n * self.mean[:-1, None]

    @property
    def sum_y(self) -> np.float64:
        """Σy."""
        return np.float64(self.n * self.mean[-1])

    @property
    def sum_xx(self) -> FloatArray:
        """Σxxᵀ = XᵀX, of shape (p, p)."""
        return self._raw[:-1, :-1]

    @property
    def sum_xy(self) -> FloatArray:
        """Σxy = XᵀY, of shape (p, 1)."""
        return self._raw[:-1, -1:]

    @property
    def sum_yy(self) -> np.float64:
        """Σy²."""
        return np.float64(self._raw[-1, -1])

    @property
    def _raw(self) -> FloatArray:
        """Return Σzzᵀ, which has only the digits of the spread that the mean leaves it."""
        return self.scatter + self.n * np.outer(self.mean, self.mean)

    def gradient(self, w: ArrayLike, b: ArrayLike) -> Gradient:
        """Gradient over all rows: ``∂L/∂w = (2/n)(S_xx w - S_xy) + 2 x̄ r̄``, ``∂L/∂b = 2 r̄``.

        With the mean residual ``r̄ = x̄ᵀw + b - ȳ``. It costs O(p²), whatever n is.

        Parameters
        ----------
        w : array_like of shape (p, 1)
            The weights.
        b : float
            The bias.

        Returns
        -------
        Gradient
            In float64.

        Raises
        ------
        TypeError
            If an argument does not hold real numbers.
        ValueError
            If a shape is wrong, a number is NaN or infinite, or the gradient too large for float64.
        """
        weights, bias = self._parameters(w, b)
        with np.errstate(all="ignore"):
            residual = self._mean_residual(weights, bias)
            slope = self.scatter[:-1, :-1] @ weights - self.scatter[:-1, -1:]
            grad_w = (2 / self.n) * slope + (2 * residual) * self.mean[:-1, None]
        _check(math.isfinite(2 * residual) and np.isfinite(grad_w).all())
        return Gradient(w=grad_w, b=np.float64(2 * residual))

    def loss(self, w: ArrayLike, b: ArrayLike) -> np.float64:
        """Mean of the squared residuals over all rows: ``L = vᵀSv / n + r̄²`` with ``v = (w, -1)``.

        Residuals much smaller than the spread of Y lose digits in ``vᵀSv``, whose terms cancel.
        Parameters and errors are those of `gradient`.
        """
        weights, bias = self._parameters(w, b)
        v = np.append(weights, -1.0)
        with np.errstate(all="ignore"):
            about_mean = max(v @ self.scatter @ v, 0.0)  # squares, but for rounding
            residual = self._mean_residual(weights, bias)
            loss = np.float64(about_mean / self.n + residual * residual)
        _check(np.isfinite(loss))
        return loss

    def solve(self) -> tuple[FloatArray, np.float64]:
        """Weights and bias of the least loss: ``S_xx w = S_xy``, ``b = ȳ - x̄ᵀw``.

        The columns are scaled to correlations first. S_xx has the square of X's condition number,
        so that up to twice as many digits are lost as by `numpy.linalg.lstsq`, which needs all
        rows: notebook 12 shows it on data of NIST.

        Returns
        -------
        w : ndarray of shape (p, 1)
        b : floating

        Raises
        ------
        ValueError
            If there is no single solution: fewer than p + 1 rows, a constant column, or one that
            is a combination of the others, to the digits that sums in float64 keep.
        """
        if self.n <= self.p:
            raise ArgumentError(
                "X", f"at least {self.p + 1} rows for as many unknowns", f"{self.n}"
            )
        spread = np.sqrt(np.diag(self.scatter)[:-1])
        constant = spread <= np.finfo(np.float64).eps * np.sqrt(self.n) * np.abs(self.mean[:-1])
        if constant.any():
            raise ArgumentError("X", "columns that vary", f"a constant column {constant.argmax()}")
        correlations = self.scatter[:-1, :-1] / spread / spread[:, None]
        values, vectors = np.linalg.eigh(correlations)
        if values[0] <= self.p * ROUNDING_OF_CORRELATION:
            column = np.abs(vectors[:, 0]).argmax()
            came = f"column {column}, which is a combination of the others but for rounding"
            raise ArgumentError("X", "independent columns", came)
        scaled = vectors @ (vectors.T @ (self.scatter[:-1, -1] / spread) / values)
        w = (scaled / spread).reshape(-1, 1)
        return w, np.float64(-self._mean_residual(w, 0.0))

    def __add__(self, other: object) -> Sums:
        if not isinstance(other, Sums):
            return NotImplemented
        if self.p != other.p:
            raise ArgumentError("other", f"sums of {self.p} feature(s)", f"{other.p}")
        both = self, other
        return merged(
            np.array([sums.n for sums in both]),
            np.stack([sums.mean for sums in both]),
            np.stack([sums.rest for sums in both]),
            np.stack([sums.scatter for sums in both]),
        )

    def packed(self) -> FloatArray:
        """All of it as one vector, of (p + 2)² numbers, such as `all_reduce` sends.

        Examples
        --------
        >>> from lsqgrad import gather_sums
        >>> sums = gather_sums(([[1], [2]], [[1], [4]]))
        >>> Sums.unpacked(sums.packed())
        Sums of 2 rows, 1 feature
        """
        return np.concatenate([[self.n], self.mean, self.rest, self.scatter.ravel()])

    @classmethod
    def unpacked(cls, vector: ArrayLike) -> Sums:
        """Return the sums of a vector that `packed` made.

        Raises
        ------
        TypeError
            If `vector` does not hold real numbers.
        ValueError
            If it is none that `packed` makes.
        """
        numbers = validation.real("vector", vector).astype(np.float64)
        columns = math.isqrt(numbers.size) - 1  # 1 + 2 (p + 1) + (p + 1)² = (p + 2)² numbers
        if numbers.ndim != 1 or columns < 2 or (columns + 1) ** 2 != numbers.size:
            expected = "the (p + 2)² numbers of packed sums"
            raise ArgumentError("vector", expected, f"shape {numbers.shape}")
        if not (np.isfinite(numbers).all() and numbers[0] >= 1 and numbers[0] % 1 == 0):
            raise ArgumentError("vector", "finite numbers, the first of them a number of rows")
        n, mean, rest, scatter = np.split(numbers, [1, 1 + columns, 1 + 2 * columns])
        return cls(int(n[0]), mean, rest, scatter.reshape(columns, columns))

    def _parameters(self, w: ArrayLike, b: ArrayLike) -> tuple[FloatArray, float]:
        """Return w of shape (p, 1) and b in float64."""
        weights = validation.matrix("w", w)
        if weights.shape != (self.p, 1):
            expected = f"shape ({self.p}, 1), one weight for each of the {self.p} feature(s)"
            raise ArgumentError("w", expected, f"shape {weights.shape}")
        return weights.astype(np.float64, copy=False), validation.number("b", b)

    @cached_property
    def _mean_in_parts(self) -> FloatArray:
        """Return x̄ as two halves, whose products with the halves of w are exact, and its rest."""
        return np.stack([*_halves(self.mean[:-1]), self.rest[:-1]])[:, None]

    def _mean_residual(self, w: FloatArray, b: float) -> float:
        """Return ``x̄ᵀw + b - ȳ``, rounded at the end alone, but for products with `rest`."""
        products = self._mean_in_parts * np.stack(_halves(w[:, 0]))
        try:
            return math.fsum([*products.ravel().tolist(), b, -self.mean[-1], -self.rest[-1]])
        except (OverflowError, ValueError):  # of infinite products
            return math.nan


def merged(n: IntArray, mean: FloatArray, rest: FloatArray, scatter: FloatArray) -> Sums:
    """Return the sums of several sets of rows, whose own sums lie along the first axes.

    Chan, Golub and LeVeque's formula for two, ``S = S_a + S_b + (n_a n_b / n) δδᵀ``, for any
    number: the scatter of the sets' means about that of all is added to the scatters within. They
    lie along the last axis when they are added, where NumPy does that in pairs.
    """
    total = n.sum()
    with np.errstate(all="ignore"):
        apart = (mean - mean[0]) + (rest - rest[0])
        shift = (n / total) @ apart
        between = np.sqrt(n)[:, None] * (apart - shift)
        scatter = scatter + between[:, :, None] * between[:, None]
        scatter = np.ascontiguousarray(scatter.T).sum(axis=-1)
        mean, rest = two_sum(mean[0], rest[0] + shift)
    if not np.isfinite(scatter).all():
        raise ArgumentError("X, Y", "numbers whose squares float64 can hold", "larger ones")
    return Sums(int(total), mean, rest, scatter)


def two_sum(a: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return a + b, and what rounding left of it (Knuth)."""
    total = a + b
    of_b = total - a
    return total, (a - (total - of_b)) + (b - of_b)


def _halves(a: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return two floats of at most 26 bits each whose sum is `a`."""
    scaled = SPLITTER * a
    high = scaled - (scaled - a)
    return high, a - high


def _check(finite: bool | np.bool_) -> None:
    """Refuse parameters that lead beyond float64."""
    if not finite:
        raise ArgumentError(
            "w, b", "numbers whose squared residuals float64 can hold", "larger ones"
        )
