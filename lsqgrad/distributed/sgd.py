"""Stochastic gradient descent by several workers, which take the steps that one would take."""

from __future__ import annotations

import hashlib
import io
import os
import signal
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lsqgrad._util import (
    ArgumentError,
    import_torch,
    progress_bar,
    to_array,
    validation,
    write_whole,
)
from lsqgrad.distributed.group import name_lost
from lsqgrad.distributed.wire import bytes_sent, sent_since
from lsqgrad.regression import read_settings

if TYPE_CHECKING:
    from numpy.typing import ArrayLike
    from torch import Tensor
    from torch.nn import Module
    from torch.utils.data import DataLoader

    from lsqgrad._util.types import FloatArray


class Fit(NamedTuple):
    """Where a run of several workers ended; all of them have the same w and b.

    Attributes
    ----------
    w, b : ndarray of shape (p, 1), floating
        The parameters at the end.
    steps : int
        How many updates there were, from the start of the run.
    diverged : str or None
        If w or b became infinite or NaN: a sentence that says at which step, where the run ended.
    payload : int
        The bytes of a gradient, of which each step makes one mean.
    sent : int or None
        The bytes that this worker has sent over TCP since the run began or went on; None where
        the system does not tell.
    """

    w: FloatArray
    b: np.floating
    steps: int
    diverged: str | None
    payload: int
    sent: int | None


def row_weights(n: int, workers: int, rank: int, batch_size: int) -> FloatArray:
    """Weights of a worker's rows, with which the mean of the workers' losses is that of the rows.

    `DistributedSampler` deals the rows out like cards: the i-th row of worker r stands at place
    ``r + i k`` of the shuffled rows, for k workers. So that all get equally many, it repeats rows
    from place n on; these weigh 0. The j-th batches of all workers together, of m rows each, are
    the places from ``j k m`` to ``(j + 1) k m``, of which ``n_j`` are below n, and a row among them
    weighs ``k / n_j``. `DistributedDataParallel` divides the sum of the workers' gradients by k,
    so that ``1 / n_j`` is left for each row.

    Parameters
    ----------
    n : int
        How many rows the data has, at least 1.
    workers : int
        How many workers there are, k, at least 1.
    rank : int
        Which worker it is, from 0 to k - 1.
    batch_size : int
        How many rows a worker takes for a step, m, at least 1.

    Returns
    -------
    ndarray of shape (ceil(n / k), 1), float64
        A weight for each row that the worker gets in an epoch.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind named above.

    Examples
    --------
    >>> for rank in range(2):  # of 5 rows, worker 1 gets one again: its last
    ...     print(row_weights(5, workers=2, rank=rank, batch_size=2).ravel())
    [0.5 0.5 2. ]
    [0.5 0.5 0. ]
    """
    n = validation.integer("n", n, low=1)
    workers = validation.integer("workers", workers, low=1)
    rank = validation.integer("rank", rank, low=0, high=workers - 1)
    batch_size = validation.integer("batch_size", batch_size, low=1)
    item = np.arange(-(-n // workers))
    together = workers * batch_size
    true_rows = np.minimum(n - item // batch_size * together, together)
    weights = np.where(rank + item * workers < n, workers / true_rows, 0)
    return weights.reshape(-1, 1)


def train(
    X: ArrayLike,
    Y: ArrayLike,
    *,
    lr: float = 0.001,
    batch_size: int = 3,
    epochs: int = 10,
    seed: int = 0,
    dtype: str = "float32",
    weighted: bool = True,
    device: str = "cpu",
    checkpoint: Path | None = None,
    fail_before: int | None = None,
) -> Fit:
    """Fit w and b as one of several workers, from ``w = 0`` and ``b = 0``.

    All workers call this with the same arguments, after `init_process_group`. In each step every
    worker computes the gradient of its own batch, and `DistributedDataParallel` gives all of them
    the mean of these gradients. So k workers with batches of m rows take the steps that one takes
    with batches of k m rows, at the same learning rate, but for rounding. Against one worker with
    batches of m rows an epoch has a k-th of the steps, for which a learning rate k times as large
    makes up while it is small enough.

    Parameters
    ----------
    X, Y : array_like of shape (n, p) and (n, 1)
        The data: all of them, for every worker.
    lr, epochs, seed, dtype
        As for `sgd_with_torch`. The order of the rows is that of `DistributedSampler`.
    batch_size : int
        How many rows a worker takes for a step, at least 1.
    weighted : bool
        Whether rows weigh what `row_weights` says. If not, a worker's loss is the mean over its
        batch, and the mean of these means is not that of the rows where batches have unequal
        lengths or a row comes twice.
    device : str
        Where this worker computes, as PyTorch names it.
    checkpoint : Path, optional
        Where worker 0 keeps the state after each step. If the file is there, the run goes on from
        it; all workers read it.
    fail_before : int, optional
        The step before which this worker ends as if it had crashed.

    Returns
    -------
    Fit

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind named above, or the checkpoint is of another run.
    WorkerLost
        If another worker ended.
    ImportError
        If PyTorch is not installed.
    """
    torch = import_torch()
    rank, workers = torch.distributed.get_rank(), torch.distributed.get_world_size()
    settings = read_settings(lr=lr, batch_size=batch_size, epochs=epochs, seed=seed, dtype=dtype)
    X, Y = (
        validation.cast_columns(name, part, np.dtype(dtype))
        for name, part in zip("XY", validation.data(X, Y), strict=True)
    )
    digest = hashlib.sha256(X.tobytes() + Y.tobytes()).hexdigest()
    made_of = settings | {"dtype": str(X.dtype), "workers": workers}
    made_of |= {"weighted": weighted, "data": digest}
    del made_of["epochs"]  # a run may go on for longer

    weights = torch.tensor(row_weights(len(X), workers, rank, batch_size).astype(dtype))
    rows = torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(Y))
    sampler = torch.utils.data.DistributedSampler(rows, shuffle=True, seed=seed)
    loader = torch.utils.data.DataLoader(rows, batch_size=batch_size, sampler=sampler)
    model = torch.nn.Linear(X.shape[1], 1, dtype=weights.dtype, device=device)
    for parameter in model.parameters():
        torch.nn.init.zeros_(parameter)
    done = _load(checkpoint, model, made_of) if checkpoint and checkpoint.exists() else 0
    if done and rank == 0:
        print(f"The run goes on after step {done}.", flush=True)

    step, diverged = done, None
    left = progress_bar(
        epochs * len(loader) - done, "step", shown=rank == 0 and sys.stderr.isatty()
    )
    try:
        parallel = torch.nn.parallel.DistributedDataParallel(model)
        optimizer = torch.optim.SGD(parallel.parameters(), lr=lr)
        before = bytes_sent()
        with left as bar:
            for x, y, weight in _batches(loader, weights, batch_size, epochs, done):
                if step + 1 == fail_before:
                    _crash()
                residual = parallel(x.to(device)) - y.to(device)
                squares = residual**2
                loss = (weight.to(device) * squares).sum() if weighted else squares.mean()
                optimizer.zero_grad()
                loss.backward()  # which waits for the other workers, and leaves the mean in .grad
                optimizer.step()
                step += 1
                if bar is not None:
                    bar.update()
                if not all(parameter.isfinite().all() for parameter in model.parameters()):
                    diverged = (
                        f"Diverged at step {step}. A smaller learning rate than {lr:g} may help."
                    )
                    break
                if checkpoint and rank == 0:
                    _save(checkpoint, model, made_of, step)
    except RuntimeError as error:
        name_lost(error, f"in step {step + 1}")
        raise
    return Fit(
        w=to_array(model.weight).T,
        b=to_array(model.bias)[0],
        steps=step,
        diverged=diverged,
        payload=sum(parameter.nbytes for parameter in model.parameters()),
        sent=sent_since(before),
    )


def _batches(
    loader: DataLoader[Any], weights: Tensor, size: int, epochs: int, done: int
) -> Iterator[tuple[Tensor, Tensor, Tensor]]:
    """Yield the batches of this worker, with the weights of their rows, after so many steps."""
    for epoch in range(done // len(loader), epochs):
        loader.sampler.set_epoch(epoch)  # type: ignore[attr-defined]
        for number, (x, y) in islice(enumerate(loader), done % len(loader), None):
            yield x, y, weights[number * size : number * size + len(x)]
        done = 0


def _crash() -> None:
    """End this process at once, as if it had crashed."""
    if hasattr(signal, "SIGKILL"):
        os.kill(os.getpid(), signal.SIGKILL)
    os._exit(1)  # Windows has no such signal


def _save(path: Path, model: Module, made_of: dict[str, Any], step: int) -> None:
    """Write the state of a run."""
    content = io.BytesIO()  # of a full disk, PyTorch would only say that something failed
    state = {"model": model.state_dict(), "step": step, "made of": made_of}
    import_torch().save(state, content)
    write_whole(path, content.getvalue())


def _load(path: Path, model: Module, made_of: dict[str, Any]) -> int:
    """Put the state of a run into the model and return how many steps it has taken."""
    torch = import_torch()
    expected = "the checkpoint of a run with these settings and data"
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
        before, step = state["made of"], int(state["step"])
    except Exception:  # torch.load has many ways to say that it cannot read a file
        raise ArgumentError("checkpoint", expected, f"{path}, which is none") from None
    for name, value in made_of.items():
        if before.get(name) != value:
            came = "one of other data" if name == "data" else f"one with {name} {before.get(name)}"
            hint = f"Another file, or removing {path}, begins a new run."
            raise ArgumentError("checkpoint", f"{expected}, {name} {value}", came, hint)
    model.load_state_dict(state["model"])
    return step
