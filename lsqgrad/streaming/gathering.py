"""One pass over the rows, in blocks, each of which is shifted before anything is multiplied.

The shift is the mean of s ≥ 128 of a block's m rows, and what is left of the block's mean is taken
off afterwards. Those s rows alone scatter by s times the square of the shift's distance from the
block's mean, so that ``Σ (z - shift)² ≤ (1 + m/s) Σ (z - z̄)²``: with one feature six bits may
cancel, whatever the rows are, outliers and drifts among them, and usually none does.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np

from lsqgrad._util import ArgumentError, ArgumentTypeError, progress_bar, validation
from lsqgrad.streaming.sums import Sums, merged, two_sum

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from lsqgrad._util.types import Array, FloatArray

    Pair = tuple[ArrayLike, ArrayLike]

THREADS = 1 if sys.platform == "emscripten" else min(4, os.cpu_count() or 1)  # none in a browser
# Numbers in a block: with one feature each column is 2¹³ long. BLAS starts threads of its own for
# dot products of more than 10,000, and rounding grows with the length.
BLOCK = 2**14
SAMPLE = 128  # rows of a block, at least, of which the shift is the mean
# Numbers that are worked on at once: few calls, so that threads seldom wait for each other, and
# four megabytes for each, for which the last cache has room.
WAVE = 2**19
WAVES_AT_ONCE = 64  # of two arrays, between which the bar moves and Ctrl-C is heard
BY_DOTS = 8  # columns, from which BLAS is faster at a product of matrices than at dot products


class StreamError(RuntimeError):
    """A stream of batches ended badly; what was gathered before is kept.

    Attributes
    ----------
    sums : Sums or None
        The sums of all whole batches before, if there are any.
    batches : int
        Their number.
    reason : str
        What was wrong, without what is kept.

    Examples
    --------
    >>> def broken():
    ...     yield [[1], [2]], [[1], [4]]
    ...     raise OSError("the disk is gone")
    >>> try:
    ...     gather_sums(broken())
    ... except StreamError as error:
    ...     print(error.batches, error.sums)
    1 Sums of 2 rows, 1 feature
    """

    def __init__(self, reason: str, sums: Sums | None = None, batches: int = 0) -> None:
        super().__init__(reason, sums, batches)
        self.reason, self.sums, self.batches = reason, sums, batches

    def __str__(self) -> str:
        if self.sums is None:
            return f"{self.reason} Nothing was gathered before."
        rows = self.sums.n
        return f"{self.reason} The sums of the {rows} row(s) before are kept in this error's sums."


def gather_sums(batches: Pair | Iterable[Pair], *, progress: bool = True) -> Sums:
    """Gather the sums over all rows, in one pass: all that least squares needs to know of them.

    Parameters
    ----------
    batches : (X, Y) or iterable of (X, Y)
        A tuple of X, array_like of shape (n, p), and Y, of shape (n, 1), memory-mapped ones among
        them; or else anything that gives such pairs, tuples or lists, one after another, such as
        a list, a generator, a `DataLoader`, or what `read_batches` returns. All is converted to
        float64 block by block, and a batch, of one row or more, is done with before the next is
        asked for. Of numbers below 1e-146 the squares are too small for float64.
    progress : bool
        Whether to show a bar if it takes more than two seconds and tqdm is installed.

    Returns
    -------
    Sums
        The same to the last bit whenever the same batches come, on one machine.

    Raises
    ------
    TypeError
        If `batches` is neither a pair of arrays nor iterable.
    ValueError
        If there is no batch. For a pair of arrays also if a shape is wrong, or a number is NaN,
        infinite, or too large for its square; and if batches lie too far apart for that, in which
        case no sums are kept.
    StreamError
        If a batch of several is no such pair, or has not as many columns as the first, or the
        stream fails in the middle, or is interrupted: it keeps the sums of the batches before.

    Examples
    --------
    >>> gather_sums([([[1], [2]], [[1], [4]]), ([[3]], [[6]])])
    Sums of 3 rows, 1 feature
    """
    if isinstance(batches, tuple) and len(batches) == 2 and not isinstance(batches[0], tuple):
        X, Y = validation.data(batches[0], batches[1], finite=False)
        try:
            return _gathered(_slices(X, Y), len(X), progress)
        except StreamError as error:
            if isinstance(error.__cause__, ArgumentError):
                validation.data(X, Y)  # which names the row of the whole array
                raise ArgumentError(*error.__cause__.args) from None  # without a batch
            raise
    if not isinstance(batches, Iterable):
        expected = "a pair (X, Y) or an iterable of such pairs"
        raise ArgumentTypeError("batches", expected, validation.describe(batches))
    return _gathered(batches, getattr(batches, "rows", None), progress)


def _slices(X: Array, Y: Array) -> Iterator[tuple[Array, Array]]:
    """Give two large arrays in parts."""
    q = X.shape[1] + 1
    step = WAVES_AT_ONCE * _blocks_at_once(q) * _block_rows(q)
    return ((X[k : k + step], Y[k : k + step]) for k in range(0, len(X), step))


def _gathered(stream: Iterable[Any], rows: int | None, progress: bool) -> Sums:
    """Go through the stream, with a bar, and say how far it came if it does not reach its end."""
    parts = _Parts()
    cause: BaseException | None = None
    with progress_bar(rows, "row", progress) as bar, ThreadPoolExecutor(THREADS) as pool:
        try:
            for batch in stream:
                try:
                    parts.add(batch, pool)
                except ArgumentError as error:  # of this batch, not of who gives it
                    error.argument = f"Batch {parts.batches + 1}, {error.argument}"
                    cause, reason = error, str(error)
                    break
                if bar is not None:
                    bar.update(len(batch[0]))
            else:
                total = parts.total
        except (Exception, KeyboardInterrupt) as error:
            what = "was interrupted" if isinstance(error, KeyboardInterrupt) else "failed"
            came = " ".join(f"{type(error).__name__}: {error}".split()).rstrip(":.")
            cause = error
            reason = f"The stream {what} after {parts.batches} batch(es) with {came}."
    if cause is not None:
        raise StreamError(reason, parts.total, parts.batches) from cause
    if total is None:
        raise ArgumentError("batches", "at least one", "none", "An iterator gives them only once.")
    return total


class _Parts:
    """The sums of the batches so far, in parts that are merged in pairs, as NumPy sums.

    So rounding grows with the logarithm of the number of batches.
    """

    def __init__(self) -> None:
        self.state: tuple[list[Sums], int] = [], 0  # parts, and the number of batches
        self.spaces: list[FloatArray] = []  # where each thread has the wave that it is at

    @property
    def batches(self) -> int:
        return self.state[1]

    @property
    def rows(self) -> int:
        return sum(part.n for part in self.state[0])

    @property
    def total(self) -> Sums | None:
        parts = reversed(self.state[0])
        return reduce(lambda later, part: part + later, parts) if self.batches else None

    def add(self, batch: Any, pool: ThreadPoolExecutor) -> None:
        """Add the sums of a batch, or nothing if something is wrong with it."""
        if not (isinstance(batch, tuple | list) and len(batch) == 2):
            hint = "Two arrays are given as a tuple, (X, Y)."
            raise ArgumentTypeError("X and Y", "a pair (X, Y)", validation.describe(batch), hint)
        X, Y = validation.data(batch[0], batch[1], finite=False)
        parts, batches = self.state[0].copy(), self.batches
        p = X.shape[1]
        if parts and p != parts[0].p:
            raise ArgumentError("X", f"{parts[0].p} column(s), as before", f"{p}")
        if not self.spaces:
            size = _blocks_at_once(p + 1) * _block_rows(p + 1) * (p + 1)
            self.spaces = [np.empty(size) for _ in range(THREADS)]
        new = self._sums(_within_float64("X", X), _within_float64("Y", Y), pool)
        while parts and parts[-1].n <= new.n:
            new = parts.pop() + new
        self.state = [*parts, new], batches + 1  # at once, for whoever interrupts here

    def _sums(self, X: Array, Y: Array, pool: ThreadPoolExecutor) -> Sums:
        """Return the sums of a batch, at whose waves the threads take turns."""
        q, m = X.shape[1] + 1, _block_rows(X.shape[1] + 1)
        whole, rest = divmod(len(X), m)
        blocks = whole + (rest > 0)
        shift, d, scatter = np.empty((blocks, q)), np.empty((blocks, q)), np.empty((blocks, q, q))
        at_once = _blocks_at_once(q)

        def fill(thread: int) -> None:
            for first in range(thread * at_once, whole, THREADS * at_once):
                wave = slice(first, min(first + at_once, whole))
                rows = slice(first * m, wave.stop * m)
                _sum_blocks(
                    X[rows], Y[rows], self.spaces[thread], shift[wave], d[wave], scatter[wave]
                )

        if whole > at_once:
            list(pool.map(fill, range(THREADS)))
        else:
            fill(0)
        if rest:
            rows, wave = slice(whole * m, None), slice(whole, None)
            _sum_blocks(X[rows], Y[rows], self.spaces[0], shift[wave], d[wave], scatter[wave])
        if not np.isfinite(scatter).all():
            _refuse_not_finite(X, Y, self.rows)
        n = np.full(blocks, m)
        n[whole:] = rest
        with np.errstate(all="ignore"):
            scatter -= d[:, :, None] * d[:, None] / n[:, None, None]
            return merged(n, *two_sum(shift, d / n[:, None]), scatter)


def _within_float64(name: str, array: Array) -> Array:
    """Return an array whose integers, if there are any, float64 holds with enough digits."""
    if array.dtype.kind in "iu" and max(int(array.max()), -int(array.min())) > 2**53:
        return validation.cast_columns(name, array, np.dtype(np.float64))
    return array


def _block_rows(q: int) -> int:
    """Return how many rows of q numbers a block has: enough to outweigh their scatter, q²."""
    return max(BLOCK // q, 8 * q)


def _blocks_at_once(q: int) -> int:
    """Return how many blocks a wave has."""
    return max(WAVE // (q * _block_rows(q)), 1)


@np.errstate(all="ignore")
def _sum_blocks(
    X: Array, Y: Array, space: FloatArray, shift: FloatArray, d: FloatArray, scatter: FloatArray
) -> None:
    """Write a shift c for each block, and ``Σ d`` and ``Σ d dᵀ`` for ``d = (x, y) - c``."""
    blocks, q = shift.shape
    m = len(X) // blocks
    Z = space[: blocks * q * m].reshape(blocks, q, m)
    Z[:, :-1] = X.reshape(blocks, m, q - 1).transpose(0, 2, 1)
    Z[:, -1] = Y.reshape(blocks, m)
    Z[:, :, :: max(m // SAMPLE, 1)].mean(axis=-1, out=shift)
    np.subtract(Z, shift[:, :, None], out=Z)
    np.vecdot(Z, np.ones(m), out=d)
    if q < BY_DOTS:
        for k in range(q):
            np.vecdot(Z[:, k, None], Z[:, k:], out=scatter[:, k, k:])
            scatter[:, k:, k] = scatter[:, k, k:]
    else:
        np.matmul(Z, Z.transpose(0, 2, 1), out=scatter)


def _refuse_not_finite(X: Array, Y: Array, rows_before: int) -> None:
    """Say where the first number is that is not finite, if there is one."""
    for name, array in (("X", X), ("Y", Y)):
        finite = np.isfinite(array).all(axis=1)
        if not finite.all():
            row, came = finite.argmin(), array[finite.argmin()]
            column = np.isfinite(came).argmin()
            raise ArgumentError(
                name,
                "finite numbers",
                f"{came[column]} in row {row}, column {column}",
                f"In the stream this is row {rows_before + row}.",
            )
