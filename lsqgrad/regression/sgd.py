"""Stochastic gradient descent on least squares, by hand and with PyTorch, recorded step by step."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lsqgrad._util import need, to_array, validation
from lsqgrad.regression.data import minibatches
from lsqgrad.regression.gradients import gradient_matrix


@dataclass(frozen=True, eq=False, repr=False)
class Step:
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
    rows: np.ndarray
    X: np.ndarray
    Y: np.ndarray
    w: np.ndarray
    b: np.floating
    Y_hat: np.ndarray
    residual: np.ndarray
    loss: np.floating
    grad_w: np.ndarray
    grad_b: np.floating
    lr: float
    w_after: np.ndarray
    b_after: np.floating

    def __post_init__(self):
        for value in vars(self).values():
            if isinstance(value, np.ndarray):
                _read_only(value)

    @property
    def is_finite(self) -> bool:
        """Whether the loss, the gradient and the new parameters are all finite numbers."""
        results = (self.loss, self.grad_w, self.grad_b, self.w_after, self.b_after)
        return all(np.isfinite(result).all() for result in results)

    def __repr__(self) -> str:
        place = f"Step {self.number} (epoch {self.epoch}, batch {self.batch})"
        return (
            f"{place}: {names_of_rows(self.rows)}, n = {len(self.rows)}. "
            f"Loss {_short(self.loss)}.\n"
            f"∂L/∂w = {_short(self.grad_w)}, ∂L/∂b = {_short(self.grad_b)}. "
            f"w: {_short(self.w)} → {_short(self.w_after)}, "
            f"b: {_short(self.b)} → {_short(self.b_after)}."
        )


@dataclass(frozen=True, eq=False, repr=False)
class Trace(Sequence):
    """The record of a run: the data, the start, and every `Step`; ``trace[0]`` is step 1.

    A *position* in a trace is a number of updates done: 0 is the start, ``len(trace)`` the end.

    Attributes
    ----------
    X, Y : ndarray of shape (n, p) and (n, 1)
        All of the data, in the float type of the run.
    w, b : ndarray of shape (p, 1), floating
        The parameters at the start.
    lr, batch_size, epochs, seed : float, int, int, int
        How the run was made: see `sgd_by_hand`.
    engine : {"by hand", "PyTorch"}
        What made it.
    steps : tuple of Step
        Every step of which all numbers are finite.
    diverged : str or None
        If a number became infinite or NaN: a sentence that says at which step, where the run
        stopped. That step is not among `steps`.

    Examples
    --------
    >>> trace = sgd_by_hand([[1], [2]], [[1], [4]], w=[[0]], b=0, lr=0.1, batch_size=2, epochs=3)
    >>> len(trace), trace.weights.shape, trace.losses.shape, trace.full_losses.shape
    (3, (4, 1), (3,), (4,))
    >>> print(trace.full_losses.round(4))
    [8.5    1.525  0.8149 0.7254]
    """

    X: np.ndarray
    Y: np.ndarray
    w: np.ndarray
    b: np.floating
    lr: float
    batch_size: int
    epochs: int
    seed: int
    engine: str
    steps: tuple[Step, ...]
    diverged: str | None = None

    def __post_init__(self):
        for array in (self.X, self.Y, self.w):
            _read_only(array)

    def __len__(self):
        return len(self.steps)

    def __getitem__(self, index):
        return self.steps[index]

    def __repr__(self):
        if self.diverged:
            return f"<Trace of {len(self)} steps. {self.diverged}>"
        return (
            f"<Trace of {len(self)} steps: w {_short(self.weights[0])} → "
            f"{_short(self.weights[-1])}, b {_short(self.biases[0])} → {_short(self.biases[-1])}>"
        )

    @cached_property
    def weights(self) -> np.ndarray:
        """The weights at every position, shape (len + 1, p)."""
        return _read_only(np.array([self.w.ravel(), *(step.w_after.ravel() for step in self)]))

    @cached_property
    def biases(self) -> np.ndarray:
        """The bias at every position, shape (len + 1,)."""
        return _read_only(np.array([self.b, *(step.b_after for step in self)]))

    @cached_property
    def losses(self) -> np.ndarray:
        """The loss of every step's batch, before its update, shape (len,)."""
        return _read_only(np.array([step.loss for step in self], dtype=self.X.dtype))

    @cached_property
    def full_losses(self) -> np.ndarray:
        """The loss of all of the data at every position, in float64, shape (len + 1,).

        Infinite where the squares are too large for float64, which only a run in float64 reaches.
        """
        X, Y = self.X.astype(np.float64), self.Y.astype(np.float64)
        with np.errstate(over="ignore"):
            losses = np.mean((X @ self.weights.T + self.biases - Y) ** 2, axis=0)
        return _read_only(losses)


def sgd_by_hand(X, Y, w, b, *, lr=0.001, batch_size=3, epochs=10, seed=0, dtype="float32"):
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
        How many times the data is gone through, at least 1.
    seed : int
        Fixes the order of the rows: see `minibatches`.
    dtype : {"float32", "float64"}
        The float type of the run. PyTorch's own choice is float32.

    Returns
    -------
    Trace
        If the run diverges, it ends before the step at which a number is no longer finite, and
        ``trace.diverged`` says so.

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
    run = _read_run(X, Y, w, b, lr, batch_size, epochs, seed, dtype)
    return _record(run, "by hand", _steps_by_hand(run))


def sgd_with_torch(
    X, Y, w, b, *, lr=0.001, batch_size=3, epochs=10, seed=0, dtype="float32", device="cpu"
):
    """Fit w and b by stochastic gradient descent, as a PyTorch program does it.

    The parts are PyTorch's own: `TensorDataset`, `DataLoader` with ``shuffle=True`` and a seeded
    generator, `nn.Linear`, `nn.MSELoss`, `torch.optim.SGD`.

    Parameters
    ----------
    X, Y, w, b, lr, batch_size, epochs, seed, dtype
        As for `sgd_by_hand`.
    device : {"cpu", "cuda"}
        Where to compute. "cuda" means the GPU if there is one, and the CPU otherwise.

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
    torch = need("torch", "sgd_with_torch")
    if not isinstance(device, str) or device not in ("cpu", "cuda"):
        raise ValueError(f"device: expected 'cpu' or 'cuda', got {device!r}.")
    if device == "cuda" and not torch.cuda.is_available():
        warnings.warn(
            "PyTorch finds no GPU here, so the run is computed on the CPU; its numbers are the "
            "same to rounding. Leave out device='cuda' and this warning is gone.",
            stacklevel=2,
        )
        device = "cpu"
    run = _read_run(X, Y, w, b, lr, batch_size, epochs, seed, dtype)
    # Gradients are needed here, whatever the caller has switched off.
    with torch.inference_mode(False), torch.enable_grad():
        return _record(run, "PyTorch", _steps_with_torch(torch, run, device))


def step_with_torch(step):
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
        raise TypeError(f"step: expected a Step, got a {type(step).__name__}.")
    torch = need("torch", "step_with_torch")
    with torch.inference_mode(False), torch.enable_grad():
        model, optimizer = _model_and_optimizer(torch, step.w, step.b, step.lr, device="cpu")
        place = step.number, step.epoch, step.batch, step.rows
        x, y = torch.tensor(step.X), torch.tensor(step.Y)
        return _take_with_torch(torch, model, optimizer, step.lr, place, x, y)


@dataclass(frozen=True)
class _Run:
    """The arguments of a run, read and checked."""

    problem: validation.Problem
    lr: float
    batch_size: int
    epochs: int
    seed: int


def _read_run(X, Y, w, b, lr, batch_size, epochs, seed, dtype):
    dtype = validation.float_type("dtype", dtype)
    problem = validation.problem(X, Y, w, b, dtype)
    lr = validation.positive("lr", lr)
    validation.cast("lr", np.float64(lr), dtype)
    return _Run(
        problem,
        lr=lr,
        batch_size=validation.integer("batch_size", batch_size, low=1, high=len(problem.X)),
        epochs=validation.integer("epochs", epochs, low=1),
        seed=validation.integer("seed", seed, low=0, high=2**32 - 1),
    )


def _record(run, engine, steps):
    """Collect `steps` in a `Trace`, up to the first that is not finite."""
    kept, diverged = [], None
    with np.errstate(over="ignore", invalid="ignore"):  # a step that diverges is reported below
        for step in steps:
            if not step.is_finite:
                diverged = (
                    f"Diverged at step {step.number} (epoch {step.epoch}, batch {step.batch}): "
                    f"loss {_short(step.loss)}, w {_short(step.w_after)}, "
                    f"b {_short(step.b_after)}. A smaller learning rate than {step.lr:g} may help."
                )
                break
            kept.append(step)
    settings = run.lr, run.batch_size, run.epochs, run.seed
    return Trace(*run.problem, *settings, engine, tuple(kept), diverged)


def _steps_by_hand(run):
    """Yield the steps that NumPy makes."""
    (X, Y, w, b), lr, number = run.problem, run.lr, 0
    order = minibatches(len(X), run.batch_size, run.epochs, run.seed)
    for epoch, batches in enumerate(order, start=1):
        for batch, rows in enumerate(batches, start=1):
            number += 1
            x, y = X[rows], Y[rows]
            Y_hat = x @ w + b
            residual = Y_hat - y
            loss = np.mean(residual**2)
            grad_w, grad_b = gradient_matrix(x, y, w, b)
            w_after, b_after = w - lr * grad_w, b - lr * grad_b
            yield Step(
                number, epoch, batch, rows, x, y, w, b,
                Y_hat, residual, loss, grad_w, grad_b, lr, w_after, b_after,
            )  # fmt: skip
            w, b = w_after, b_after


def _steps_with_torch(torch, run, device):
    """Yield the steps that PyTorch makes."""
    X, Y, w, b = run.problem
    data = torch.utils.data.TensorDataset(
        torch.arange(len(X)), torch.tensor(X, device=device), torch.tensor(Y, device=device)
    )
    loader = torch.utils.data.DataLoader(
        data,
        batch_size=run.batch_size,
        shuffle=True,
        generator=torch.Generator().manual_seed(run.seed),
    )
    model, optimizer = _model_and_optimizer(torch, w, b, run.lr, device)
    number = 0
    for epoch in range(1, run.epochs + 1):
        for batch, (rows, x, y) in enumerate(loader, start=1):
            number += 1
            place = number, epoch, batch, to_array(rows)
            yield _take_with_torch(torch, model, optimizer, run.lr, place, x, y)


def _model_and_optimizer(torch, w, b, lr, device):
    """Return an `nn.Linear` that holds w and b, and the SGD that updates it."""
    # skip_init leaves out nn.Linear's random start, which would draw from the global generator.
    model = torch.nn.utils.skip_init(
        torch.nn.Linear, len(w), 1, device=device, dtype=torch.tensor(w).dtype
    )
    with torch.no_grad():
        model.weight.copy_(torch.tensor(w.T))
        model.bias.fill_(float(b))
    return model, torch.optim.SGD(model.parameters(), lr=lr)


def _take_with_torch(torch, model, optimizer, lr, place, x, y):
    """Take one step with PyTorch; `place` is the step's number, epoch, batch and rows."""
    w, b = _parameters(model)
    Y_hat = model(x)
    loss = torch.nn.MSELoss()(Y_hat, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    w_after, b_after = _parameters(model)
    return Step(
        *place, to_array(x), to_array(y), w, b,
        to_array(Y_hat), to_array(Y_hat.detach() - y), to_array(loss)[()],
        to_array(model.weight.grad).T, to_array(model.bias.grad)[0], lr, w_after, b_after,
    )  # fmt: skip


def _parameters(model):
    """Return copies of the model's w, shape (p, 1), and b."""
    return to_array(model.weight).T, to_array(model.bias)[0]


def check_trace(trace, one_feature_to=None):
    """Raise unless `trace` is a Trace, and of one feature if it needs that to do something."""
    if not isinstance(trace, Trace):
        raise TypeError(f"trace: expected a Trace, got a {type(trace).__name__}.")
    if one_feature_to and trace.X.shape[1] != 1:
        raise ValueError(
            f"trace: expected a run with one feature to {one_feature_to}, "
            f"got {trace.X.shape[1]} features."
        )


def names_of_rows(rows):
    """Name the rows of a batch; of more than 12 the first three and the last."""
    names = [str(row) for row in rows]
    if len(names) > 12:
        names[3:-1] = ["…"]
    return f"row{'s' if len(names) > 1 else ''} {', '.join(names)}"


def _read_only(array):
    """Return `array`, which from now on cannot be written to."""
    array.setflags(write=False)
    return array


def _short(value):
    """Write a number, or a column of them, with six significant digits."""
    numbers = [f"{number:.6g}" for number in np.ravel(value)]
    return numbers[0] if len(numbers) == 1 else f"({', '.join(numbers)})"
