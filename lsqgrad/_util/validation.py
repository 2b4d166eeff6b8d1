"""Reads the arguments of the public functions, or says in one sentence what is wrong with them."""

import operator
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from lsqgrad._util.errors import ArgumentError, ArgumentTypeError
from lsqgrad._util.types import FloatArray


class Problem(NamedTuple):
    """A least-squares problem and the point at which it is looked at, all of one float type."""

    X: FloatArray  # (n, p)
    Y: FloatArray  # (n, 1)
    w: FloatArray  # (p, 1)
    b: np.floating


def problem(
    X: ArrayLike, Y: ArrayLike, w: ArrayLike, b: ArrayLike, dtype: DTypeLike | None = None
) -> Problem:
    """Return X (n, p), Y (n, 1), w (p, 1) and b in `dtype`.

    Without a `dtype` it is float32 if all three arrays are, else float64.
    """
    X, Y = data(X, Y)
    w = matrix("w", w)
    p = X.shape[1]
    if w.shape != (p, 1):
        raise ArgumentError(
            "w",
            f"shape ({p}, 1), one weight for each of the {p} column(s) of X",
            f"shape {w.shape}",
        )
    dtype = np.result_type(X, Y, w) if dtype is None else np.dtype(dtype)
    bias = cast("b", np.array(number("b", b)), dtype)
    return Problem(cast("X", X, dtype), cast("Y", Y, dtype), cast("w", w, dtype), bias.flat[0])


def data(X: ArrayLike, Y: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """Return X of shape (n, p) and Y of shape (n, 1), with the same n."""
    X, Y = matrix("X", X), matrix("Y", Y)
    if Y.shape[1] != 1:
        raise ArgumentError("Y", "one column, shape (n, 1)", f"shape {Y.shape}")
    if len(X) != len(Y):
        raise ArgumentError("Y", f"as many rows as X, which has {len(X)}", f"{len(Y)} row(s)")
    return X, Y


def matrix(name: str, value: ArrayLike) -> FloatArray:
    """Return `value` as a float32 or float64 array with two axes, at least one row and column."""
    array = real(name, value)
    if array.ndim != 2:
        cure = {
            0: f"A matrix of one number is [[{array}]].",
            1: f"np.reshape({name}, (-1, 1)) makes a column, shape (n, 1); "
            "without it (n, 1) - (n,) broadcasts to (n, n).",
        }
        raise ArgumentError(
            name, "two axes, rows and columns", f"shape {array.shape}", cure.get(array.ndim, "")
        )
    if 0 in array.shape:
        raise ArgumentError(name, "at least one row and one column", f"shape {array.shape}")
    if not np.isfinite(array).all():
        row, column = np.argwhere(~np.isfinite(array))[0]
        came = f"{array[row, column]} in row {row}, column {column}"
        raise ArgumentError(name, "finite numbers", came)
    return array if array.dtype == np.float32 else array.astype(np.float64)


def number(name: str, value: ArrayLike) -> float:
    """Return `value` as a finite float."""
    array = real(name, value)
    if array.ndim != 0:
        raise ArgumentError(name, "one number", f"an array of shape {array.shape}")
    if not np.isfinite(array):
        raise ArgumentError(name, "a finite number", f"{array}")
    return float(array)


def positive(name: str, value: ArrayLike) -> float:
    """Return `value` as a finite float above 0."""
    result = number(name, value)
    if result <= 0:
        raise ArgumentError(name, "a number above 0", f"{result}")
    return result


def integer(name: str, value: object, low: int, high: int | None = None) -> int:
    """Return `value` as an int from `low` to `high`, both included, or of at least `low`."""
    try:
        result = None if isinstance(value, bool | np.bool_) else operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        result = None
    if result is None:
        raise ArgumentTypeError(name, "an integer", describe(value))
    if result < low or (high is not None and result > high):
        wanted = f"of at least {low}" if high is None else f"from {low} to {high}"
        raise ArgumentError(name, f"an integer {wanted}", f"{result}")
    return result


def string(name: str, value: object) -> str:
    """Return `value`, a string."""
    if not isinstance(value, str):
        raise ArgumentTypeError(name, "a string", describe(value))
    return value


def choice(name: str, value: object, options: Iterable[str]) -> str:
    """Return `value`, a string that is one of `options`."""
    if not isinstance(value, str) or value not in options:
        raise ArgumentError(name, " or ".join(map(repr, options)), describe(value))
    return value


def float_type(name: str, value: Any) -> np.dtype:
    """Return `value` as the NumPy dtype float32 or float64."""
    try:
        result: np.dtype[Any] | None = None if value is None else np.dtype(value)
    except Exception:  # NumPy has many ways to say that this is no float type
        result = None
    if result is None or result not in (np.float32, np.float64):
        raise ArgumentError(name, "'float32' or 'float64'", describe(value))
    return result


def cast(name: str, array: FloatArray, dtype: np.dtype) -> FloatArray:
    """Return the finite `array` in `dtype`, where it must be finite too."""
    with np.errstate(over="ignore"):
        result = array.astype(dtype)
    if not np.isfinite(result).all():
        raise ArgumentError(
            name,
            f"numbers that {dtype} can hold, up to {np.finfo(dtype).max:.3g}",
            f"{array.flat[np.argmax(np.abs(array))]:.3g}",
        )
    return result


def real(name: str, value: Any) -> np.ndarray:
    """Return `value` as an array of integers or floats."""
    try:
        array = np.asarray(value)
    except Exception as error:  # a tensor on a GPU or with a graph, rows of different lengths
        reason = str(error).rstrip(".")
        raise ArgumentTypeError(name, f"an array of real numbers, but {reason}") from None
    if array.dtype.kind not in "iuf":
        raise ArgumentTypeError(name, "real numbers", describe(value))
    return array


def describe(value: object) -> str:
    """Describe a value that is not what was asked for: its type, and itself where that is short."""
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype}"
    text = repr(value)
    return f"{type(value).__name__} {text}" if len(text) <= 40 else f"a {type(value).__name__}"
