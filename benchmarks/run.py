"""Measure what a recorded run costs beside a bare loop, and the memory of a long one.

    python benchmarks/run.py [--write] [--strict]

Prints Markdown tables; --write puts them into benchmarks/README.md, which tells the method, and
--strict makes the exit status 1 if a goal is missed.
"""

import subprocess
import sys
from time import perf_counter

import numpy as np
import torch
from report import (
    Goal,
    describe,
    finish,
    in_rounds,
    ratio,
    read_options,
    table_of_goals,
    table_of_times,
)
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from lsqgrad import ARTICLE, line_data, minibatches, sgd_by_hand, sgd_with_torch

ROUNDS = 20  # what is compared is measured in turn, so that a slow moment hits all of it alike
RUN = {"lr": 0.001, "batch_size": 3, "epochs": 250, "seed": 0}
STEPS = 1000
BARE, BY_HAND = "a bare loop with NumPy", "`sgd_by_hand`"
BARE_TORCH, WITH_TORCH = "a bare loop with PyTorch", "`sgd_with_torch`"
# In a process of its own, since it is the most that a process ever had. Linux tells it; the one of
# `resource` begins with that of the process that started it, which has PyTorch in it.
LONG_RUN = """
import re
from pathlib import Path
from lsqgrad import ARTICLE, line_data, sgd_by_hand
trace = sgd_by_hand(*line_data(), ARTICLE.w, ARTICLE.b, batch_size=3, epochs=250_000)
trace.full_losses
assert len(trace) == 1_000_000
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


def main():
    options = read_options("Measure what a recorded run costs.")
    torch.set_num_threads(1)  # so little work is not worth a second thread
    X, Y = line_data()
    times = in_rounds(lambda: runs(X, Y, ARTICLE.w, ARTICLE.b), ROUNDS)
    goals = [
        ratio(f"{BY_HAND} / {BARE}", times[BY_HAND], times[BARE], 2),
        Goal("memory of a run of 10⁶ steps", memory_of_a_long_run(), 1000, " MB"),
    ]
    heads = ["a step of", "rounds", "median, µs", "middle half, µs"]
    parts = [describe(["torch", "numpy"]), table_of_goals(goals), table_of_times(heads, times)]
    return finish(options, "runs", goals, parts)


def runs(X, Y, w, b):
    """Time four runs of the same steps."""
    calls = {BARE: bare, BY_HAND: sgd_by_hand, BARE_TORCH: bare_torch, WITH_TORCH: sgd_with_torch}
    times = {}
    for name, call in calls.items():
        start = perf_counter()
        call(X, Y, w, b, **RUN)
        times[name] = [(perf_counter() - start) / STEPS * 1e6]
    return times


def bare(X, Y, w, b, lr, batch_size, epochs, seed):
    """Compute what `sgd_by_hand` computes, and keep nothing."""
    X, Y, w, b = (np.asarray(value, np.float32)[()] for value in (X, Y, w, b))
    for batches in minibatches(len(X), batch_size, epochs, seed):
        for rows in batches:
            x, y = X[rows], Y[rows]
            residual = x @ w + b - y
            np.mean(residual**2)  # the loss
            grad_Y_hat = 2 / len(x) * residual
            grad_w, grad_b = x.T @ grad_Y_hat, np.sum(grad_Y_hat)
            w, b = w - lr * grad_w, b - lr * grad_b


def bare_torch(X, Y, w, b, lr, batch_size, epochs, seed):
    """Compute what `sgd_with_torch` computes, and keep nothing."""
    data = TensorDataset(*(torch.tensor(value, dtype=torch.float32) for value in (X, Y)))
    generator = torch.Generator().manual_seed(seed)
    loader = DataLoader(data, batch_size=batch_size, shuffle=True, generator=generator)
    model, loss_function = nn.Linear(1, 1), nn.MSELoss()
    with torch.no_grad():
        model.weight.fill_(w.item())
        model.bias.fill_(b)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(epochs):
        for x, y in loader:
            loss = loss_function(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def memory_of_a_long_run():
    """Return the most memory that a process with a long run has, in megabytes."""
    command = [sys.executable, "-c", LONG_RUN]
    return int(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout) * 1024 / 1e6


if __name__ == "__main__":
    sys.exit(main())
