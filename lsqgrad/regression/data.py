"""The data: the article's batch, points along a line, and the order of the mini-batches."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np

from lsqgrad._util import ArgumentError, ArgumentTypeError, validation
from lsqgrad.regression.rounding import Printed, column, rounding_interval

if TYPE_CHECKING:
    from lsqgrad._util.types import FloatArray, IntArray


@dataclass(frozen=True)
class Article:
    """The one mini-batch that the article works by hand, and the figures that it prints for it.

    Attributes
    ----------
    printed : mapping of str to Printed or tuple of Printed
        Every figure as the article prints it; a tuple holds one figure for each row or weight.
    """

    printed: Mapping[str, Any]

    @property
    def X(self) -> FloatArray:
        """The inputs, shape (3, 1)."""
        return column(self.printed["X"])

    @property
    def Y(self) -> FloatArray:
        """The targets, shape (3, 1)."""
        return column(self.printed["Y"])

    @property
    def w(self) -> FloatArray:
        """The weight before the step, shape (1, 1)."""
        return column(self.printed["w"])

    @property
    def b(self) -> float:
        """The bias before the step."""
        return float(self.printed["b"].value)

    @property
    def lr(self) -> float:
        """The learning rate."""
        return float(self.printed["lr"].value)

    def confirm(self, name: str, formula: Callable[..., Any]) -> None:
        """Print the figure `name` beside the interval that `formula` gives it; the two must meet.

        Parameters
        ----------
        name : str
            One of the names in `printed`.
        formula : callable
            Computes the figure from others: its parameters have the names of those figures, and
            it is tried over all the numbers that print like them (see `rounding_interval`).

        Raises
        ------
        AssertionError
            If no numbers that print like the inputs can give the figure.
        TypeError
            If `formula` is not a function.
        ValueError
            If `name` or a parameter of `formula` is not the name of a figure.

        Examples
        --------
        >>> ARTICLE.confirm("loss", lambda Y, Y_hat: np.mean((Y_hat - Y) ** 2))
        loss         printed 173.39255591999998   computed 173.39015 to 173.39496
        """
        if not callable(formula):
            raise ArgumentTypeError(
                "formula", "a function of figures", validation.describe(formula)
            )
        parameters = inspect.signature(formula).parameters
        for argument, given in [("name", name), *(("formula", p) for p in parameters)]:
            if not isinstance(given, str) or given not in self.printed:
                expected = f"figures of the article, of {', '.join(self.printed)}"
                raise ArgumentError(argument, expected, f"{given!r}")
        inputs = (self.printed[parameter] for parameter in parameters)
        low, high = map(np.ravel, rounding_interval(formula, *inputs))
        figures = self.printed[name]
        if isinstance(figures, Printed):
            figures = (figures,)
        for figure, smallest, largest in zip(figures, low, high, strict=True):
            line = f"{name:12} printed {figure!s:20} computed {smallest:.5f} to {largest:.5f}"
            if not figure.admits(smallest, largest):
                raise AssertionError(f"The inputs do not give this figure: {line}")
            print(line)


def _as_printed(
    **figures: str | tuple[str, ...],
) -> Mapping[str, Any]:
    """Turn the article's figures into `Printed`, several to a tuple."""
    return MappingProxyType(
        {
            name: Printed(text) if isinstance(text, str) else tuple(map(Printed, text))
            for name, text in figures.items()
        }
    )


ARTICLE = Article(
    _as_printed(
        # PyTorch's print-outs
        X=("4.6667", "8.2222", "2.8889"),
        Y=("9.7349", "17.2363", "6.3046"),
        Y_hat=("-0.7449", "-1.9711", "-0.1318"),
        w=("-0.34487",),
        b="0.86449",
        lr="0.001",
        grad_w="-150.28",
        w_after=("-0.19458",),
        b_after="0.88858",
        # the hand check with NumPy, which rounds w and b to four decimals
        w_4_decimals=("-0.3449",),
        b_4_decimals="0.8645",
        squared_residual=("109.82620804", "368.92421476", "41.42724496"),
        loss="173.39255591999998",
        sum_x="15.7778",
        x_squared=("21.77808889", "67.60457284", "8.34574321"),
        xy=("45.42985783", "141.72030586", "18.21335894"),
        sum_x_squared="97.72840494",
        sum_xy="205.36352263000003",
        grad_w_4_decimals="-150.28674470666664",
    )
)


def line_data(n: int = 10, slope: float = 2.0, seed: int = 0) -> tuple[FloatArray, FloatArray]:
    """Make points along a line with noise above it: ``y = slope * x + u``, u uniform on [0, 1).

    Parameters
    ----------
    n : int
        How many points, at least 1.
    slope : float
        The slope of the line, in units of y per unit of x.
    seed : int
        From 0 to 2**32 - 1. The same seed, the same noise.

    Returns
    -------
    X, Y : ndarray of shape (n, 1), float64
        ``X`` is ``linspace(2, 10, n)``, as in the article.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind named above.

    Examples
    --------
    >>> X, Y = line_data()
    >>> X.shape, Y.shape
    ((10, 1), (10, 1))
    >>> bool(((0 <= Y - 2 * X) & (Y - 2 * X < 1)).all())
    True
    """
    n = validation.integer("n", n, low=1)
    slope = validation.number("slope", slope)
    seed = validation.integer("seed", seed, low=0, high=2**32 - 1)
    X = np.linspace(2, 10, n).reshape(-1, 1)
    # The legacy generator on purpose: its numbers never change from one NumPy to the next.
    noise = np.random.RandomState(seed).uniform(size=(n, 1))
    return X, slope * X + noise


def minibatches(n: int, batch_size: int, epochs: int, seed: int = 0) -> list[list[IntArray]]:
    """List the rows of every mini-batch, epoch by epoch, in the order of PyTorch's `DataLoader`.

    The rows are those of ``DataLoader(batch_size=batch_size, shuffle=True, generator=g)`` with
    ``g = torch.Generator().manual_seed(seed)``, found without PyTorch: both draw 32-bit numbers
    from a Mersenne Twister, and a shuffle exchanges each place with a random later one. When
    `batch_size` does not divide `n`, the last batch of each epoch is shorter.

    Parameters
    ----------
    n : int
        How many rows the data has, at least 1.
    batch_size : int
        How many rows a batch has, from 1 to n.
    epochs : int
        How many times the data are gone through, at least 1.
    seed : int
        From 0 to 2**32 - 1. The same seed, the same order.

    Returns
    -------
    list of list of ndarray of int
        ``minibatches(...)[e][k]`` holds the rows of batch k of epoch e, both counted from 0.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind named above.

    Examples
    --------
    >>> [batch.tolist() for batch in minibatches(10, batch_size=3, epochs=1, seed=0)[0]]
    [[3, 7, 5], [2, 0, 8], [1, 6, 9], [4]]
    """
    n = validation.integer("n", n, low=1)
    batch_size = validation.integer("batch_size", batch_size, low=1, high=n)
    epochs = validation.integer("epochs", epochs, low=1)
    seed = validation.integer("seed", seed, low=0, high=2**32 - 1)

    starts = range(0, n, batch_size)
    return [
        [rows[start : start + batch_size] for start in starts] for rows in shuffles(n, epochs, seed)
    ]


def shuffles(n: int, epochs: int, seed: int) -> Iterator[IntArray]:
    """Yield the rows of each epoch in the order that `minibatches` divides into batches."""
    # The legacy generator on purpose: its seeding is the one that PyTorch's generator uses.
    twister = np.random.RandomState(seed)
    for _ in range(epochs):
        _draw(twister, 2)  # an epoch's first 64 bits seed the DataLoader's worker processes
        yield _shuffled(twister, n)
        _draw(twister, n - 1)  # the sampler shuffles once more, for a remainder of no rows


def _draw(twister: np.random.RandomState, count: int) -> list[int]:
    """Return `count` random 32-bit integers as Python's, which do not overflow."""
    return list(map(int, twister.randint(2**32, size=count, dtype=np.uint32)))


def _shuffled(twister: np.random.RandomState, n: int) -> IntArray:
    """Return 0 … n-1 shuffled as `torch.randperm` does: place i goes to a random later place."""
    rows = np.arange(n)
    for i, random in enumerate(_draw(twister, n - 1)):
        j = i + random % (n - i)
        rows[i], rows[j] = rows[j], rows[i]
    return rows
