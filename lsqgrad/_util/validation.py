"""Reads the arguments of the public functions, or says in one sentence what is wrong with them."""

import operator
from collections.abc import Iterable
from contextlib import suppress
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, DTypeLike

from lsqgrad._util.errors import ArgumentError, ArgumentTypeError
from lsqgrad._util.types import Array, FloatArray

DIGITS_OF_SPREAD = 4  # so many of a column's spread its float type must keep: see `cast_columns`
ARRAYS = ("__array__", "__array_interface__", "__array_struct__")  # what NumPy reads as a whole


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
    if dtype is None:
        dtype = np.float32 if {X.dtype, Y.dtype, w.dtype} == {np.dtype(np.float32)} else np.float64
    dtype = np.dtype(dtype)
    bias = cast("b", np.array(number("b", b)), dtype)
    X, Y = cast_columns("X", X, dtype), cast_columns("Y", Y, dtype)
    return Problem(X, Y, cast("w", w, dtype), bias.flat[0])


def data(X: ArrayLike, Y: ArrayLike, finite: bool = True) -> tuple[Array, Array]:
    """Return X of shape (n, p) and Y of shape (n, 1), with the same n: see `matrix`."""
    X, Y = matrix("X", X, finite), matrix("Y", Y, finite)
    if Y.shape[1] != 1:
        raise ArgumentError("Y", "one column, shape (n, 1)", f"shape {Y.shape}")
    if len(X) != len(Y):
        raise ArgumentError("Y", f"as many rows as X, which has {len(X)}", f"{len(Y)} row(s)")
    return X, Y


def matrix(name: str, value: ArrayLike, finite: bool = True) -> Array:
    """Return `value` as an array of finite numbers with two axes, at least one row and column.

    With ``finite=False`` no number is looked at, for who adds them up and sees it there.
    """
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
    if finite and not np.isfinite(array).all():
        row, column = np.argwhere(~np.isfinite(array))[0]
        came = f"{array[row, column]} in row {row}, column {column}"
        raise ArgumentError(name, "finite numbers", came)
    return array


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
        masked = _masked(value)
    except Exception:  # no integer, or one that cannot be read here, as on a GPU
        result = None
    if result is None:
        raise ArgumentTypeError(name, "an integer", describe(value))
    if masked is not None:
        raise ArgumentError(name, "an integer", "a masked one")
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


def cast(name: str, array: Array, dtype: np.dtype) -> FloatArray:
    """Return the finite `array` in `dtype`, where it must be finite too."""
    with np.errstate(all="ignore"):
        result: FloatArray = array.astype(dtype)
    if not np.isfinite(result).all():
        raise ArgumentError(
            name,
            f"numbers that {dtype} can hold, up to {np.finfo(dtype).max:.3g}",
            f"{array.flat[np.argmax(np.abs(array))]:.3g}",
        )
    return result


def cast_columns(name: str, array: Array, dtype: np.dtype) -> FloatArray:
    """Return the finite `array` in `dtype`, which must keep four digits of each column's spread.

    Every number must be as far from the least in its column as it was, to half a unit in the
    fourth digit of the largest such distance. A column with no four digits there as it comes, or
    all equal, is a constant and its rounding.

    Numbers that differ by less than that may become equal, and nothing is said, since whether it
    matters cannot be told from the column: three seconds beside a time that is missing, a 0, look
    like the end of a tanh, and of 100,000 random numbers between 0 and 1 about 200 become equal
    to another in float32.
    """
    result = cast(name, array, dtype)
    if array.dtype == dtype:
        return result
    with np.errstate(all="ignore"):
        apart = array - np.min(array, axis=0)
        if array.dtype.kind == "i":  # the difference may need the bit of the sign
            apart = apart.view(apart.dtype.str.replace("i", "u"))
        apart = apart.astype(np.float64)
        kept = result.astype(np.float64) - np.min(result, axis=0)
        lost, spread = np.max(np.abs(kept - apart), axis=0), np.max(apart, axis=0)
        too_small = np.abs(apart.astype(dtype) - apart).max(axis=0)  # what no offset accounts for
        unit = np.finfo(array.dtype).eps if array.dtype.kind == "f" else 0
        rounding = unit * np.max(np.abs(result), axis=0)
    half_a_digit = 0.5 * 10 ** (1 - DIGITS_OF_SPREAD) * spread
    for column in np.flatnonzero((lost > half_a_digit) & (half_a_digit >= rounding)):
        other = ", or pass dtype='float64'" if dtype == np.float32 else ""
        cure = f"Subtract the first row of {name} from all"
        if too_small[column] > half_a_digit[column]:
            cure = f"Give column {column} of {name} in a smaller unit"
        raise ArgumentError(
            name,
            f"columns whose spread {dtype} keeps to four digits",
            f"column {column}, which spreads over {spread[column]:.3g} and is rounded by up to "
            f"{lost[column]:.3g}",
            f"{cure}{other}.",
        )
    return result


def real(name: str, value: Any) -> Array:
    """Return `value` as an array of integers or floats, none of them masked."""
    try:
        if getattr(value, "is_meta", False):
            raise TypeError("a tensor on the device 'meta' holds none")
        masked, array = _masked(value), np.asarray(value)
    except Exception as error:  # a tensor on a GPU or with a graph, rows of different lengths
        reason = " ".join(str(error).split()).rstrip(".")
        if reason[1:2].islower():  # the first word is no abbreviation
            reason = reason[0].lower() + reason[1:]
        came = reason or f"it cannot be read ({type(error).__name__})"
        raise ArgumentTypeError(name, f"an array of real numbers, but {came}") from None
    if array.dtype.kind not in "iuf":
        raise ArgumentTypeError(name, "real numbers", describe(value))
    if masked is not None:
        axes = zip(("row", "column"), masked, strict=False)
        where = ", ".join(f"{axis} {place}" for axis, place in axes)
        came = f"a masked one in {where}" if where else "a masked one"
        raise ArgumentError(name, "real numbers, none of them masked", came)
    return array


def _masked(value: Any) -> tuple[int, ...] | None:
    """Where the first number is that is marked as missing, if one is.

    It is marked beside the buffer, so that `np.asarray` uncovers it. What marks them inside of it,
    as tables do for NumPy, comes as NaN.
    """
    if isinstance(value, float | int):
        return None
    if _is_sequence(value):
        places = ((place, _masked(part)) for place, part in enumerate(value))
        return next(((place, *rest) for place, rest in places if rest is not None), None)
    interface = getattr(value, "__array_interface__", None)
    valid = interface.get("mask") if isinstance(interface, dict) else None
    missing = getattr(np.asanyarray(value), "mask", False)
    if valid is not None:
        missing = np.logical_or(missing, np.logical_not(valid))
    return next(map(tuple, np.argwhere(missing).tolist()), None)


def _is_sequence(value: Any) -> bool:
    """Whether NumPy goes through `value` part by part, and knows no other way to read it."""
    if isinstance(value, list | tuple):
        return True
    if isinstance(value, str | bytes | memoryview) or any(hasattr(value, way) for way in ARRAYS):
        return False
    return hasattr(type(value), "__len__") and hasattr(type(value), "__getitem__")


def describe(value: object) -> str:
    """Describe a value that is not what was asked for, in one line.

    An array is told by its type and shape, another value by itself where that is short.
    """
    kind = type(value).__name__
    with suppress(Exception):  # whatever it answers
        if hasattr(value, "__array__") and not isinstance(value, np.generic | type):
            kind = "array" if kind == "ndarray" else kind
            array = np.asarray(value)
            kind = f"{kind} of {array.dtype}, shape {array.shape}"
        elif len(text := repr(value)) <= 40 and "\n" not in text:
            return f"{kind} {text}"
    return f"{'an' if kind[0] in 'AEIOUaeiou' else 'a'} {kind}"
