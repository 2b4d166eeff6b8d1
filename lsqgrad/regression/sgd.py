"""Stochastic gradient descent on least squares, by hand and with PyTorch, recorded step by step."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple, overload
from weakref import WeakValueDictionary

import numpy as np

from lsqgrad._util import (
    ArgumentError,
    ArgumentTypeError,
    ReadOnlyArrays,
    import_torch,
    to_array,
    torch_as_it_comes,
    validation,
)
from lsqgrad.regression.data import shuffles
from lsqgrad.regression.gradients import gradient_of_residual

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, DTypeLike
    from torch import Tensor

    from lsqgrad._util.types import Array, FloatArray, IntArray

    # Rows, x and y: arrays by hand, tensors with PyTorch.
    _Batches = Iterator[tuple[IntArray, Any, Any]]
    _Update = Callable[..., "_Results"]

MOST_AT_ONCE = 2**16  # residuals in memory at a time: half a megabyte, which caches hold
SILENT = 1.0  # after so many seconds a run tells how far it is, and from then on as often


@dataclass(frozen=True, eq=False, repr=False)
class Step(ReadOnlyArrays):
    """One update from one mini-batch: what went in and what came out. Arrays are read-only.

    Attributes
    ----------
    number, epoch, batch : int
        The place of the step in the run, its epoch, and its place in the epoch, all from 1.
    rows : ndarray of int, shape (n,)
        Which rows of the data the batch holds.
    X, Y : ndarray of shape (n, p) and (n, 1)
        The batch.
    w, b : ndarray of shape (p, 1), floating
        The parameters before the update.
    Y_hat, residual : ndarray of shape (n, 1)
        The prediction ``X w + b`` and ``Y_hat - Y``.
    loss : floating
        The mean squared error of the batch before the update.
    grad_w, grad_b : ndarray of shape (p, 1), floating
        The gradient of `loss`.
    lr : float
        The learning rate.
    w_after, b_after : ndarray of shape (p, 1), floating
        The parameters after the update ``w - lr * grad_w``, ``b - lr * grad_b``.
    """

    number: int
    epoch: int
    batch: int
    rows: IntArray
    X: FloatArray
    Y: FloatArray
    w: FloatArray
    b: np.floating
    Y_hat: FloatArray
    residual: FloatArray
    loss: np.floating
    grad_w: FloatArray
    grad_b: np.floating
    lr: float
    w_after: FloatArray
    b_after: np.floating

    def __post_init__(self) -> None:
        self._freeze()

    def __repr__(self) -> str:
        place = f"Step {self.number} (epoch {self.epoch}, batch {self.batch})"
        return (
            f"{place}: {names_of_rows(self.rows)}, n = {len(self.rows)}. "
            f"Loss {_short(self.loss)}.\n"
            f"∂L/∂w = {_short(self.grad_w)}, ∂L/∂b = {_short(self.grad_b)}. "
            f"w: {_short(self.w)} → {_short(self.w_after)}, "
            f"b: {_short(self.b)} → {_short(self.b_after)}."
        )


class Steps(Sequence[Step]):
    """The steps of a run, kept as arrays: a `Step` is made of them when it is asked for.

    Attributes
    ----------
    weights, biases : ndarray of shape (len + 1, p) and (len + 1,)
        The parameters at every position.
    losses : ndarray of shape (len,)
        The loss of every step's batch.
    """

    def __init__(
        self, X: FloatArray, Y: FloatArray, lr: float, batch_size: int, columns: _Columns
    ) -> None:
        self._made_of = (X, Y, lr, batch_size, columns)
        for column in columns:
            _read_only(column)
        self.losses, self.weights, self.biases = columns.loss, columns.w, columns.b
        self._made: WeakValueDictionary[int, Step] = WeakValueDictionary()

    def __len__(self) -> int:
        return len(self.losses)

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Step, ...]: ...
    def __getitem__(self, index: int | slice) -> Step | tuple[Step, ...]:
        places = range(len(self))[index]
        if isinstance(places, range):
            return tuple(self[place] for place in places)
        step = self._made.get(places)
        if step is None:  # what is asked for twice is the same
            step = self._made[places] = self._make(places)
        return step

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), self._made_of

    def _make(self, place: int) -> Step:
        """Make a Step of the numbers that were recorded, copied so that it stands alone."""
        X, Y, lr, batch_size, columns = self._made_of
        epoch, batch = divmod(place, _batches_in(len(X), batch_size))
        first = epoch * len(X) + batch * batch_size
        of_batch = slice(first, min(first + batch_size, (epoch + 1) * len(X)))
        rows, Y_hat = columns.rows[of_batch].astype(np.int64), columns.Y_hat[of_batch].copy()
        y = Y[rows]
        return Step(
            number=place + 1,
            epoch=epoch + 1,
            batch=batch + 1,
            rows=rows,
            X=X[rows],
            Y=y,
            w=columns.w[place].reshape(-1, 1).copy(),
            b=columns.b[place],
            Y_hat=Y_hat,
            residual=Y_hat - y,
            loss=columns.loss[place],
            grad_w=columns.grad_w[place].reshape(-1, 1).copy(),
            grad_b=columns.grad_b[place],
            lr=lr,
            w_after=columns.w[place + 1].reshape(-1, 1).copy(),
            b_after=columns.b[place + 1],
        )


@dataclass(frozen=True, eq=False, repr=False)
class Trace(ReadOnlyArrays, Sequence[Step]):
    """The record of a run: the data, the start, and every `Step`; ``trace[0]`` is step 1.

    A *position* in a trace is a number of updates done: 0 is the start, ``len(trace)`` the end.

    Of every batch the rows and their predictions are kept, in float32 5 to 8 bytes for each row:
    8 GB for 100,000 rows in 10,000 epochs, and three times as much for a time while it is made.

    Attributes
    ----------
    X, Y : ndarray of shape (n, p) and (n, 1)
        All the data, in the float type of the run.
    w, b : ndarray of shape (p, 1), floating
        The parameters at the start.
    lr, batch_size, epochs, seed : float, int, int, int
        How the run was made: see `sgd_by_hand`.
    engine : {"by hand", "PyTorch"}
        What made it.
    steps : sequence of Step
        Every step of which all numbers are finite.
    diverged : str or None
        If a number became infinite or NaN: a sentence that says at which step, where the run
        stopped. That step is not among `steps`.
    stopped : str or None
        If the run was interrupted, by Ctrl-C or *Interrupt kernel*: a sentence that says when.

    Examples
    --------
    >>> trace = sgd_by_hand([[1], [2]], [[1], [4]], w=[[0]], b=0, lr=0.1, batch_size=2, epochs=3)
    >>> len(trace), trace.weights.shape, trace.losses.shape, trace.full_losses.shape
    (3, (4, 1), (3,), (4,))
    >>> print(trace.full_losses.round(4))
    [8.5    1.525  0.8149 0.7254]
    """

    X: FloatArray
    Y: FloatArray
    w: FloatArray
    b: np.floating
    lr: float
    batch_size: int
    epochs: int
    seed: int
    engine: str
    steps: Steps
    diverged: str | None = None
    stopped: str | None = None

    def __post_init__(self) -> None:
        self._freeze()

    def __len__(self) -> int:
        return len(self.steps)

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Step, ...]: ...
    def __getitem__(self, index: int | slice) -> Step | tuple[Step, ...]:
        return self.steps[index]

    def __repr__(self) -> str:
        if early := self.diverged or self.stopped:
            return f"<Trace of {len(self)} steps. {early}>"
        return (
            f"<Trace of {len(self)} steps: w {_short(self.weights[0])} → "
            f"{_short(self.weights[-1])}, b {_short(self.biases[0])} → {_short(self.biases[-1])}>"
        )

    @property
    def weights(self) -> FloatArray:
        """The weights at every position, shape (len + 1, p)."""
        return self.steps.weights

    @property
    def biases(self) -> FloatArray:
        """The bias at every position, shape (len + 1,)."""
        return self.steps.biases

    @property
    def losses(self) -> FloatArray:
        """The loss of every step's batch, before its update, shape (len,)."""
        return self.steps.losses

    @cached_property
    def full_losses(self) -> FloatArray:
        """The loss of all the data at every position, in float64, shape (len + 1,).

        Infinite where the squares are too large for float64, which only a run in float64 reaches.
        It is computed when it is first asked for, in a time that grows with the rows times the
        positions: seconds for 100,000 rows at 10,000 positions, a minute or so at 100,000.
        """
        X, Y = self.X.astype(np.float64), self.Y.astype(np.float64)
        losses, at_once = np.empty(len(self) + 1), max(MOST_AT_ONCE // len(X), 1)
        with np.errstate(all="ignore"):
            for first in range(0, len(losses), at_once):
                some = slice(first, first + at_once)
                residuals = X @ self.weights[some].T + self.biases[some] - Y
                losses[some] = np.mean(residuals**2, axis=0)
        return _read_only(losses)


def sgd_by_hand(
    X: ArrayLike,
    Y: ArrayLike,
    w: ArrayLike,
    b: ArrayLike,
    *,
    lr: float = 0.001,
    batch_size: int = 3,
    epochs: int = 10,
    seed: int = 0,
    dtype: DTypeLike = "float32",
) -> Trace:
    """Fit w and b by stochastic gradient descent, with nothing but NumPy and the matrix form.

    A step is ``w ← w - lr ∂L/∂w``, ``b ← b - lr ∂L/∂b``: notebook 02, equation (20). With the
    same arguments, `sgd_with_torch` takes the same batches in the same order.

    Parameters
    ----------
    X, Y : array_like of shape (n, p) and (n, 1)
        The data.
    w, b : array_like of shape (p, 1), float
        The parameters at the start.
    lr : float
        The learning rate, above 0.
    batch_size : int
        How many rows a batch has, from 1 to n. The last batch of an epoch may have fewer.
    epochs : int
        How many times the data are gone through, at least 1.
    seed : int
        Fixes the order of the rows: see `minibatches`.
    dtype : {"float32", "float64"}
        The float type of the run. PyTorch's own choice is float32.

    Returns
    -------
    Trace
        If the run diverges, it ends before the step at which a number is no longer finite, and
        ``trace.diverged`` says so. A run of more than a second tells on stderr how far it is; if
        it is interrupted, the trace holds what is done, and ``trace.stopped`` says so.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind named above.

    Examples
    --------
    >>> X, Y = [[1], [2], [3]], [[2], [4], [6]]
    >>> trace = sgd_by_hand(X, Y, w=[[0]], b=0, lr=0.1, epochs=1)
    >>> print(trace[0])
    Step 1 (epoch 1, batch 1): rows 2, 1, 0, n = 3. Loss 18.6667.
    ∂L/∂w = -18.6667, ∂L/∂b = -8. w: 0 → 1.86667, b: 0 → 0.8.
    """
    run = _read_run(X, Y, w, b, dtype, lr=lr, batch_size=batch_size, epochs=epochs, seed=seed)
    return _record(run, "by hand", _batches_by_hand(run), _update_by_hand)


def sgd_with_torch(
    X: ArrayLike,
    Y: ArrayLike,
    w: ArrayLike,
    b: ArrayLike,
    *,
    lr: float = 0.001,
    batch_size: int = 3,
    epochs: int = 10,
    seed: int = 0,
    dtype: DTypeLike = "float32",
    device: str = "cpu",
) -> Trace:
    """Fit w and b by stochastic gradient descent, as a PyTorch program does it.

    The parts are PyTorch's own: `TensorDataset`, `DataLoader` with ``shuffle=True`` and a seeded
    generator, `nn.Linear`, `nn.MSELoss`, `torch.optim.SGD`. They compute on `device`, whatever the
    default device and the default type are. The `DataLoader` stays on the CPU, so that the batches
    are the same everywhere.

    Parameters
    ----------
    X, Y, w, b, lr, batch_size, epochs, seed, dtype
        As for `sgd_by_hand`.
    device : {"cpu", "cuda"}
        Where the model is and each batch goes to; what is recorded comes back to NumPy.

    Returns
    -------
    Trace
        As for `sgd_by_hand`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind named above.
    ImportError
        If PyTorch is not installed.

    Examples
    --------
    >>> X, Y = [[1], [2], [3]], [[2], [4], [6]]
    >>> sgd_with_torch(X, Y, w=[[0]], b=0, lr=0.1, epochs=2)
    <Trace of 2 steps: w 0 → 1.67111, b 0 → 0.693333>
    """
    validation.choice("device", device, ("cpu", "cuda"))
    if device == "cuda" and not import_torch().cuda.is_available():
        raise ArgumentError("device", "'cpu', since PyTorch finds no GPU with CUDA here", "'cuda'")
    with torch_as_it_comes(device):
        run = _read_run(X, Y, w, b, dtype, lr=lr, batch_size=batch_size, epochs=epochs, seed=seed)
        update = _update_with_torch(run.problem.w, run.problem.b, run.settings["lr"], device)
        return _record(run, "PyTorch", _batches_with_torch(run), update)


def step_with_torch(step: Step) -> Step:
    """Take one step again, with PyTorch: the same batch, from the same w and b.

    That is how the two engines are compared number by number. In two whole runs the first
    difference of an ulp would be carried on into every later step.

    Parameters
    ----------
    step : Step
        A step of any run.

    Returns
    -------
    Step
        What `nn.Linear`, `nn.MSELoss`, `backward()` and `torch.optim.SGD` make of it, on the CPU,
        in the float type of `step`.

    Raises
    ------
    TypeError
        If `step` is not a Step.
    ImportError
        If PyTorch is not installed.

    Examples
    --------
    >>> trace = sgd_by_hand([[1], [2], [3]], [[2], [4], [6]], w=[[0]], b=0, lr=0.1, epochs=2)
    >>> print(step_with_torch(trace[1]).grad_b == trace[1].grad_b)
    True
    """
    if not isinstance(step, Step):
        raise ArgumentTypeError("step", "a Step", validation.describe(step))
    with torch_as_it_comes() as torch:
        update = _update_with_torch(step.w, step.b, step.lr)
        results = update(torch.tensor(step.X), torch.tensor(step.Y))
    return replace(step, **results._asdict(), residual=results.Y_hat - step.Y)


class _Run(NamedTuple):
    """The arguments of a run, read and checked."""

    problem: validation.Problem
    settings: dict[str, Any]  # lr, batch_size, epochs, seed


def _read_run(
    X: ArrayLike, Y: ArrayLike, w: ArrayLike, b: ArrayLike, dtype: DTypeLike, **settings: Any
) -> _Run:
    dtype = validation.float_type("dtype", dtype)
    problem = validation.problem(X, Y, w, b, dtype)
    return _Run(problem, read_settings(dtype, len(problem.X), **settings))


def read_settings(
    dtype: DTypeLike, largest: int | None = None, *, lr: ArrayLike, **counts: object
) -> dict[str, Any]:
    """Return lr, batch_size, epochs and seed, checked, for batches of up to `largest` rows."""
    rate = validation.positive("lr", lr)
    validation.cast("lr", np.array(rate), validation.float_type("dtype", dtype))
    limits = {"batch_size": (1, largest), "epochs": (1, None), "seed": (0, 2**32 - 1)}
    read = {name: validation.integer(name, value, *limits[name]) for name, value in counts.items()}
    return {"lr": rate, **read}


class _Results(NamedTuple):
    """What an update computes, by the names that it has in `Step`."""

    Y_hat: FloatArray
    loss: np.floating
    grad_w: FloatArray
    grad_b: np.floating
    w_after: FloatArray
    b_after: np.floating


class _Columns(NamedTuple):
    """What the steps of a run hold that cannot be found again, each kind of number in an array."""

    rows: IntArray  # (rows of all batches,), in the shortest type that holds them
    Y_hat: FloatArray  # (rows of all batches, 1)
    loss: FloatArray  # (steps,)
    grad_w: FloatArray  # (steps, p)
    grad_b: FloatArray  # (steps,)
    w: FloatArray  # (steps + 1, p): that of the start, and that after each step
    b: FloatArray  # (steps + 1,)


class _Recorder:
    """Takes down one step after another; the memory for them grows as they come."""

    def __init__(self, run: _Run) -> None:
        self._run = run
        self.count = self._taken = 0  # the steps that are taken down as a whole, and their rows
        X, _, w, b = run.problem
        rows = np.empty(0, np.min_scalar_type(len(X) - 1))
        none, of_each = np.empty(0, w.dtype), np.empty((0, len(w)), w.dtype)
        self._columns = _Columns(rows, none.reshape(0, 1), none, of_each, none, w.T, np.array([b]))

    def append(self, rows: IntArray, results: _Results) -> None:
        """Take down a step."""
        step, first, end = self.count, self._taken, self._taken + len(rows)
        if step == len(self._columns.loss) or end > len(self._columns.rows):
            self._columns = self._of_length(2 * end, 2 * (step + 1))
        columns = self._columns
        columns.rows[first:end], columns.Y_hat[first:end] = rows, results.Y_hat
        columns.loss[step], columns.grad_b[step] = results.loss, results.grad_b
        columns.grad_w[step], columns.w[step + 1] = results.grad_w[:, 0], results.w_after[:, 0]
        columns.b[step + 1] = results.b_after
        self._taken, self.count = end, step + 1

    def trace(self, engine: str, stopped: str | None) -> Trace:
        """Return the steps as a Trace, up to the first at which a number is not finite."""
        (X, Y, _, _), settings = self._run
        per_epoch, diverged = _batches_in(len(X), settings["batch_size"]), None
        columns = self._of_length(self._taken, self.count)
        _, _, loss, grad_w, grad_b, w, b = columns
        every = np.column_stack([loss, grad_w, grad_b, w[1:], b[1:]])
        for step in np.flatnonzero(~np.isfinite(every).all(axis=1))[:1]:
            epoch, batch = divmod(int(step), per_epoch)
            diverged = (
                f"Diverged at step {step + 1} (epoch {epoch + 1}, batch {batch + 1}): "
                f"loss {_short(loss[step])}, w {_short(w[step + 1])}, b {_short(b[step + 1])}. "
                f"A smaller learning rate than {settings['lr']:g} may help."
            )
            columns = self._of_length(epoch * len(X) + batch * settings["batch_size"], int(step))
        steps = Steps(X, Y, settings["lr"], settings["batch_size"], columns)
        return Trace(
            *self._run.problem, **settings, engine=engine, steps=steps, diverged=diverged,
            stopped=None if diverged else stopped,
        )  # fmt: skip

    def _of_length(self, rows: int, steps: int) -> _Columns:
        """Return the columns as long as so many rows and steps need."""
        lengths = [rows] * 2 + [steps] * 3 + [steps + 1] * 2
        return _Columns(*map(_resized, self._columns, lengths))


def _resized(array: Array, length: int) -> Array:
    """Return a copy with so many rows, of which those that are new hold anything."""
    result = np.empty((length, *array.shape[1:]), array.dtype)
    result[: len(array)] = array[:length]
    return result


def _batches_in(n: int, batch_size: int) -> int:
    """Count the batches of an epoch."""
    return -(-n // batch_size)


def _record(run: _Run, engine: str, batches: _Batches, update: _Update) -> Trace:
    """Take a step for each batch, as long as they are finite and nobody interrupts."""
    (X, _, w, b), settings = run
    lr, recorder = settings["lr"], _Recorder(run)
    total = settings["epochs"] * _batches_in(len(X), settings["batch_size"])
    begin, due, told = 0.0, math.inf, False  # the first step is not timed: it may load things
    try:
        with np.errstate(all="ignore"):  # a step that diverges is reported
            for rows, x, y in batches:
                results = update(x, y, w, b, lr)
                recorder.append(rows, results)
                w, b = results.w_after, results.b_after
                if not math.isfinite(results.loss):  # as it is after one with w that is not finite
                    break
                now = perf_counter()
                if recorder.count == 1:
                    begin, due = now, now + SILENT
                elif now >= due:
                    due, told = now + SILENT, True
                    left = (total - recorder.count) * (now - begin) / (recorder.count - 1)
                    _tell(f"{recorder.count} of {total} steps, about {left:.0f} s left")
        trace = recorder.trace(engine, None)
    except KeyboardInterrupt:
        trace = recorder.trace(engine, f"Interrupted after {recorder.count} of {total} steps.")
    if told:
        _tell("")
    if trace.stopped:
        print(trace.stopped, file=sys.stderr)
    return trace


def _tell(progress: str) -> None:
    """Write a line over the one before, for those who wait."""
    print(f"\r{progress:60}\r", end="", file=sys.stderr, flush=True)


def _batches_by_hand(run: _Run) -> _Batches:
    """Yield the batches of a run, each with its rows."""
    (X, Y, _, _), settings = run
    size = settings["batch_size"]
    for rows in shuffles(len(X), settings["epochs"], settings["seed"]):
        for first in range(0, len(X), size):
            batch = rows[first : first + size]
            yield batch, X[batch], Y[batch]


def _update_by_hand(
    x: FloatArray, y: FloatArray, w: FloatArray, b: np.floating, lr: float
) -> _Results:
    """Return what comes of a batch."""
    Y_hat = x @ w + b
    residual = Y_hat - y
    grad_w, grad_b = gradient_of_residual(x, residual)
    loss, w_after, b_after = np.mean(residual**2), w - lr * grad_w, b - lr * grad_b
    return _Results(Y_hat, loss, grad_w, grad_b, w_after, b_after)


def _batches_with_torch(run: _Run) -> _Batches:
    """Yield the same as PyTorch's DataLoader shuffles them, as tensors."""
    torch = import_torch()
    (X, Y, _, _), settings = run
    loader = torch.utils.data.DataLoader(
        torch.utils.data.TensorDataset(torch.arange(len(X)), torch.tensor(X), torch.tensor(Y)),
        batch_size=settings["batch_size"],
        shuffle=True,
        generator=torch.Generator().manual_seed(settings["seed"]),
    )
    for _ in range(settings["epochs"]):
        for rows, x, y in loader:
            yield rows.numpy(), x, y


def _update_with_torch(w: FloatArray, b: np.floating, lr: float, device: str = "cpu") -> _Update:
    """Return a function that updates an `nn.Linear` on `device`, which begins with w and b."""
    torch = import_torch()
    # skip_init leaves out nn.Linear's random start, which would draw from the global generator.
    dtype = torch.tensor(w).dtype
    model = torch.nn.utils.skip_init(torch.nn.Linear, len(w), 1, dtype=dtype, device=device)
    with torch.no_grad():
        model.weight.copy_(torch.tensor(w.T))
        model.bias.fill_(float(b))
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)

    def update(x: Tensor, y: Tensor, *_: object) -> _Results:
        Y_hat = model(x.to(device))
        loss = torch.nn.MSELoss()(Y_hat, y.to(device))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        return _Results(
            Y_hat=to_array(Y_hat),
            loss=to_array(loss)[()],
            grad_w=to_array(model.weight.grad).T,
            grad_b=to_array(model.bias.grad)[0],
            w_after=to_array(model.weight).T,
            b_after=to_array(model.bias)[0],
        )

    return update


def check_trace(trace: object, one_feature_to: str | None = None) -> None:
    """Raise unless `trace` is a Trace, and of one feature if it needs that to do something."""
    if not isinstance(trace, Trace):
        raise ArgumentTypeError("trace", "a Trace", validation.describe(trace))
    features = trace.X.shape[1]
    if one_feature_to and features != 1:
        expected = f"a run with one feature to {one_feature_to}"
        raise ArgumentError("trace", expected, f"{features} features")


def names_of_rows(rows: IntArray) -> str:
    """Name the rows of a batch; of more than 12 the first three and the last."""
    names = [str(row) for row in rows]
    if len(names) > 12:
        names[3:-1] = ["…"]
    return f"row{'s' if len(names) > 1 else ''} {', '.join(names)}"


def _read_only(array: Array) -> Array:
    """Return `array`, which from now on cannot be written to."""
    array.setflags(write=False)
    return array


def _short(value: FloatArray | np.floating) -> str:
    """Write a number, or a column of them, with six significant digits."""
    numbers = [f"{number:.6g}" for number in np.ravel(value)]
    return numbers[0] if len(numbers) == 1 else f"({', '.join(numbers)})"
