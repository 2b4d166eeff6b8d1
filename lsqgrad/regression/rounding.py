"""What rounding does to a number: the decimals that a page prints, the bits that a float keeps."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from lsqgrad._util import ArgumentError, ArgumentTypeError, to_array, validation

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from lsqgrad._util.types import Array, FloatArray

ULPS_OF_TWO_WAYS = 4096  # in float64; `same` derives it


@dataclass(frozen=True)
class Printed:
    """A number as a page prints it, which stands for every number that rounds to it.

    Parameters
    ----------
    text : str
        The number as printed, with all its decimals: ``"-0.7449"``.

    Raises
    ------
    TypeError, ValueError
        If `text` is not a string, or not a number in decimals.

    Examples
    --------
    >>> Printed("-150.28").value
    -150.28
    >>> Printed("-150.28").admits(-150.2849)
    True
    >>> Printed("-150.28").admits(-150.2867)
    False
    """

    text: str

    def __post_init__(self) -> None:
        try:
            finite = Decimal(self.text).is_finite() if isinstance(self.text, str) else None
        except InvalidOperation:
            finite = False
        if finite is None:
            raise ArgumentTypeError(
                "text", "the number as a string", validation.describe(self.text)
            )
        if not finite:
            raise ArgumentError("text", "a number in decimals", f"{self.text!r}")

    @property
    def value(self) -> float:
        """The printed number itself."""
        return float(self.text)

    @property
    def interval(self) -> tuple[float, float]:
        """The smallest and the largest number that print so: half a last decimal either way."""
        number = Decimal(self.text)
        _, digits, exponent = number.as_tuple()
        half = Decimal(5).scaleb(int(exponent) - 1)
        exactly = Context(prec=len(digits) + 2)
        return float(exactly.subtract(number, half)), float(exactly.add(number, half))

    def admits(self, low: ArrayLike, high: ArrayLike | None = None) -> bool:
        """Whether `low`, or some number between `low` and `high`, may have been printed so."""
        low = validation.real("low", low)
        high = low if high is None else validation.real("high", high)
        smallest, largest = self.interval
        return bool(low <= largest and smallest <= high)

    def __str__(self) -> str:
        return self.text


def column(printed: Iterable[Printed]) -> FloatArray:
    """Return the values of several `Printed` as a column of shape (n, 1), float64."""
    return np.array([[figure.value] for figure in printed])


def rounding_interval(
    function: Callable[..., Any], *printed: Printed | tuple[Printed, ...]
) -> tuple[Any, Any]:
    """Smallest and largest value of `function` over all the numbers that its inputs may have been.

    Every input is tried at both ends of its interval, in every combination. These corners hold
    the extremes wherever `function` grows, or falls, with each input across its interval; that
    is so for the formulas of this collection over half a unit of a printed decimal.

    Parameters
    ----------
    function : callable
        Takes one argument for each of `printed`; returns a number or an array.
    *printed : Printed or tuple of Printed
        The inputs. A `Printed` reaches `function` as a float, a tuple of them as a column (n, 1).

    Returns
    -------
    low, high
        Of the type and shape that `function` returns.

    Raises
    ------
    TypeError
        If `function` is not a function, or one of `printed` neither a `Printed` nor a tuple of
        them.

    Examples
    --------
    >>> rounding_interval(lambda b: 2 * b, Printed("0.5"))
    (0.9, 1.1)
    """
    if not callable(function):
        raise ArgumentTypeError(
            "function", "a function of the printed numbers", validation.describe(function)
        )
    results = [function(*corner) for corner in product(*map(_ends, printed))]
    low, high = np.min(results, axis=0), np.max(results, axis=0)
    return (low, high) if np.ndim(low) else (low.item(), high.item())


def ulps_apart(a: Any, b: Any) -> Array:
    """Count the floats from `a` to `b`: 0 if they are equal, 1 if they are neighbours.

    An ulp, a *unit in the last place*, is the gap between neighbouring floats.

    Parameters
    ----------
    a, b : array_like
        Both float32 or both float64, of shapes that broadcast.

    Returns
    -------
    ndarray of uint64
        At each place the distance in ulps.

    Raises
    ------
    TypeError
        If the float types differ, or are not float32 or float64.
    ValueError
        If the shapes do not broadcast, or a number is NaN.

    Examples
    --------
    >>> int(ulps_apart(np.float32(1), np.nextafter(np.float32(1), np.float32(2))))
    1
    """
    a, b = validation.real("a, b", a), validation.real("a, b", b)
    if a.dtype != b.dtype or a.dtype not in (np.float32, np.float64):
        expected = "both float32 or both float64"
        raise ArgumentTypeError("a, b", expected, f"{a.dtype} and {b.dtype}")
    if np.isnan(a).any() or np.isnan(b).any():
        raise ArgumentError("a, b", "numbers", "NaN, which has no neighbours")
    try:
        a, b = np.broadcast_arrays(_place(a), _place(b))
    except ValueError:
        expected = "shapes that broadcast"
        raise ArgumentError("a, b", expected, f"{a.shape} and {b.shape}") from None
    # Between numbers of opposite sign the distance may need all 64 bits. In arithmetic without a
    # sign the difference comes out right, whatever overflows on the way.
    with np.errstate(over="ignore"):
        larger, smaller = np.maximum(a, b), np.minimum(a, b)
        return np.asarray(larger.astype(np.uint64) - smaller.astype(np.uint64))


def same(a: Any, b: Any, *, ulps: int | None = None) -> bool:
    """Whether `a` and `b`, computed in two ways, are one quantity but for rounding.

    They are if their shapes are, and no entry of `a` is more than so many ulps from its fellow in
    `b`. One ulp is that of the largest entry of both, in the coarser type of the two, since a sum
    is rounded in proportion to its terms, and what is left of it may be small.

    In float64 the number of ulps is derived once for all (notebook 08). A rounding moves a number
    by at most one ulp. Each of two computations has at most 32 roundings, one after another, of
    terms up to 64 times as large as the largest entry: 2 · 32 · 64 = 4096 ulps. So twelve digits
    agree, and a slip that changes the eleventh is found. Float32 has seven digits, of which that
    would leave three: there the caller counts the roundings, and says how many ulps they come to.
    For the end of a run of many steps nothing is derived: those that are compared are seen to be
    a few ulps apart, and a slip in a step moves them by many digits.

    Parameters
    ----------
    a, b : array_like or tensor
        Of one shape, or a single number each, whatever the axes of that.
    ulps : int, optional
        How far they may be apart; 4096 if left out, which float64 alone allows.

    Returns
    -------
    bool
        False where an entry is NaN, or infinite.

    Raises
    ------
    TypeError
        If `a` or `b` does not hold real numbers, or floats other than float32 and float64, or
        `ulps` is no integer.
    ValueError
        If `ulps` is negative or beyond 2⁵², or left out where a float32 is compared.

    Examples
    --------
    >>> same(0.1 + 0.2, 0.3)
    True
    >>> same(-150.28, -150.2849)
    False
    >>> same(np.float32(0.1), 0.1, ulps=1)
    True
    """
    a, b = (_numbers(name, value) for name, value in (("a", a), ("b", b)))
    coarser = min(a.dtype, b.dtype, key=lambda dtype: np.finfo(dtype).precision)
    if ulps is None:
        if coarser != np.float64:
            expected = f"a number of ulps, since numbers of {coarser} are compared"
            raise ArgumentError("ulps", expected, "none")
        ulps = ULPS_OF_TWO_WAYS
    ulps = validation.integer("ulps", ulps, low=0, high=2**52)
    if a.size == b.size == 1:
        a, b = a.ravel(), b.ravel()
    if a.shape != b.shape:
        return False
    if not a.size:
        return True
    with np.errstate(all="ignore"):
        largest = np.max(np.abs([a, b]).astype(coarser))
        apart = np.abs(a.astype(np.float64) - b.astype(np.float64))
        return bool(np.all(apart <= ulps * np.spacing(largest).astype(np.float64)))


def _numbers(name: str, value: Any) -> FloatArray:
    """Return `value`, of which a tensor may have a graph, as floats."""
    array = to_array(value) if hasattr(value, "requires_grad") else validation.real(name, value)
    if array.dtype.kind in "iu":
        return array.astype(np.float64)
    if array.dtype not in (np.float32, np.float64):
        raise ArgumentTypeError(name, "float32 or float64", str(array.dtype))
    return array


def _ends(printed: Printed | tuple[Printed, ...]) -> Sequence[float | FloatArray]:
    """Return the ends of the interval of one `Printed`, or the corners of a tuple's box."""
    if isinstance(printed, Printed):
        return printed.interval
    if not isinstance(printed, tuple) or not all(isinstance(p, Printed) for p in printed):
        raise ArgumentTypeError(
            "printed", "a Printed or a tuple of them", validation.describe(printed)
        )
    corners = product(*(figure.interval for figure in printed))
    return [np.array(corner).reshape(-1, 1) for corner in corners]


def _place(a: Array) -> Array:
    """Give neighbouring floats neighbouring integers, which are nearly the bits of the float."""
    bits: Array = a.view(np.int32 if a.dtype == np.float32 else np.int64)
    return np.where(bits < 0, np.iinfo(bits.dtype).min - bits, bits).astype(np.int64)
