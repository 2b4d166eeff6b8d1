"""Reads the arguments of the public functions, or says in one sentence what is wrong with them."""

import operator
from typing import NamedTuple

import numpy as np


class Problem(NamedTuple):
    """A least-squares problem and the point at which it is looked at, all of one float type."""

    X: np.ndarray  # (n, p)
    Y: np.ndarray  # (n, 1)
    w: np.ndarray  # (p, 1)
    b: np.floating


def problem(X, Y, w, b, dtype=None):
    """Return X (n, p), Y (n, 1), w (p, 1) and b in `dtype`.

    Without a `dtype` it is float32 if all three arrays are, else float64.
    """
    X, Y = data(X, Y)
    w = matrix("w", w)
    p = X.shape[1]
    if w.shape != (p, 1):
        raise ValueError(
            f"w: expected shape ({p}, 1), one weight for each of the {p} column(s) of X, "
            f"got shape {w.shape}."
        )
    b = np.float64(number("b", b))
    dtype = np.result_type(X, Y, w) if dtype is None else np.dtype(dtype)
    given = {"X": X, "Y": Y, "w": w, "b": b}
    return Problem(*(cast(name, value, dtype) for name, value in given.items()))


def data(X, Y):
    """Return X of shape (n, p) and Y of shape (n, 1), with the same n."""
    X, Y = matrix("X", X), matrix("Y", Y)
    if Y.shape[1] != 1:
        raise ValueError(f"Y: expected one column, shape (n, 1), got shape {Y.shape}.")
    if len(X) != len(Y):
        raise ValueError(f"Y: expected as many rows as X, which has {len(X)}, got {len(Y)} row(s).")
    return X, Y


def matrix(name, value):
    """Return `value` as a float32 or float64 array with two axes, at least one row and column."""
    array = real(name, value)
    if array.ndim != 2:
        cure = {
            0: f"A matrix of one number is [[{array}]].",
            1: f"np.reshape({name}, (-1, 1)) makes a column, shape (n, 1); "
            "without it (n, 1) - (n,) broadcasts to (n, n).",
        }
        raise ValueError(
            f"{name}: expected two axes, rows and columns, got shape {array.shape}. "
            f"{cure.get(array.ndim, '')}".rstrip()
        )
    if 0 in array.shape:
        raise ValueError(
            f"{name}: expected at least one row and one column, got shape {array.shape}."
        )
    if not np.isfinite(array).all():
        row, column = np.argwhere(~np.isfinite(array))[0]
        raise ValueError(
            f"{name}: expected finite numbers, got {array[row, column]} "
            f"in row {row}, column {column}."
        )
    return array if array.dtype == np.float32 else array.astype(np.float64)


def number(name, value):
    """Return `value` as a finite float."""
    array = real(name, value)
    if array.ndim != 0:
        raise ValueError(f"{name}: expected one number, got an array of shape {array.shape}.")
    if not np.isfinite(array):
        raise ValueError(f"{name}: expected a finite number, got {array}.")
    return float(array)


def positive(name, value):
    """Return `value` as a finite float above 0."""
    result = number(name, value)
    if result <= 0:
        raise ValueError(f"{name}: expected a number above 0, got {result}.")
    return result


def integer(name, value, low, high=None):
    """Return `value` as an int from `low` to `high`, both included, or of at least `low`."""
    try:
        result = operator.index(value)
    except TypeError:
        result = None
    if result is None or isinstance(value, bool | np.bool_):
        raise TypeError(f"{name}: expected an integer, got {_named(value)}.")
    if result < low or (high is not None and result > high):
        wanted = f"of at least {low}" if high is None else f"from {low} to {high}"
        raise ValueError(f"{name}: expected an integer {wanted}, got {result}.")
    return result


def string(name, value):
    """Return `value`, a string."""
    if not isinstance(value, str):
        raise TypeError(f"{name}: expected a string, got {_named(value)}.")
    return value


def choice(name, value, options):
    """Return `value`, a string that is one of `options`."""
    if not isinstance(value, str) or value not in options:
        wanted = " or ".join(map(repr, options))
        raise ValueError(f"{name}: expected {wanted}, got {_named(value)}.")
    return value


def float_type(name, value):
    """Return `value` as the NumPy dtype float32 or float64."""
    try:
        result = None if value is None else np.dtype(value)
    except Exception:  # NumPy has many ways to say that this is no float type
        result = None
    if result not in (np.float32, np.float64):
        raise ValueError(f"{name}: expected 'float32' or 'float64', got {_named(value)}.")
    return result


def cast(name, array, dtype):
    """Return the finite `array` in `dtype`, where it must be finite too."""
    with np.errstate(over="ignore"):
        result = array.astype(dtype)
    if not np.isfinite(result).all():
        raise ValueError(
            f"{name}: expected numbers that {dtype} can hold, up to {np.finfo(dtype).max:.3g}, "
            f"got {array.flat[np.argmax(np.abs(array))]:.3g}."
        )
    return result


def real(name, value):
    """Return `value` as an array of integers or floats."""
    try:
        array = np.asarray(value)
    except Exception as error:  # a tensor on a GPU or with a graph, rows of different lengths
        reason = str(error).rstrip(".")
        raise TypeError(f"{name}: expected an array of real numbers, but {reason}.") from None
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name}: expected real numbers, got {_named(value)}.")
    return array


def _named(value):
    """Describe a value that is not what was asked for: its type, and itself where that is short."""
    if isinstance(value, np.ndarray):
        return f"an array of {value.dtype}"
    text = repr(value)
    return f"{type(value).__name__} {text}" if len(text) <= 40 else f"a {type(value).__name__}"
