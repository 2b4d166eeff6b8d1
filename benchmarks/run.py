"""Measure what a recorded run costs beside a bare loop, and the memory of a long one.

    python benchmarks/run.py [--write] [--strict]

Prints Markdown tables; --write puts them into benchmarks/README.md, which tells the method, and
--strict makes the exit status 1 if a goal is missed.
"""

import subprocess
import sys
from functools import partial
from pathlib import Path
from time import perf_counter

import numpy as np
from report import (
    Goal,
    describe,
    finish,
    in_rounds,
    ratio,
    read_options,
    table,
    table_of_goals,
    table_of_times,
)

from lsqgrad import ARTICLE, line_data, sgd_by_hand, sgd_with_torch
from lsqgrad.regression.data import shuffles

HERE = Path(__file__).resolve().parent
ROUNDS = 20  # what is compared is measured in turn, so that a slow moment hits all of it alike
FEW_ROUNDS = 3  # of what is slow
RUN = {"lr": 0.001, "batch_size": 3, "seed": 0}
PER_EPOCH = 4  # steps
SHORT, LONG, VERY_LONG = 250, 25_000, 250_000  # epochs: 10³, 10⁵, 10⁶ steps
BARE, BY_HAND = "a bare loop with NumPy", "`sgd_by_hand`"
BARE_TORCH, WITH_TORCH = "a bare loop with PyTorch", "`sgd_with_torch`"
OF_LONG = ", 10⁵ steps"
ONE_RUN = """
from lsqgrad import ARTICLE, line_data, sgd_by_hand
from run import RUN, bare
trace = {call}(*line_data(), ARTICLE.w, ARTICLE.b, epochs={epochs}, **RUN)
"""
# Linux tells the most that a process ever had; the one of `resource` begins with that of the
# process that started it, which has PyTorch in it.
TELL_MEMORY = """
import re
from pathlib import Path
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""


def main():
    import torch

    options = read_options("Measure what a recorded run costs.")
    torch.set_num_threads(1)  # so little work is not worth a second thread
    by_hand = {BARE: bare, BY_HAND: sgd_by_hand}
    all_calls = by_hand | {BARE_TORCH: bare_torch, WITH_TORCH: sgd_with_torch}
    times = in_rounds(partial(runs, all_calls, SHORT), ROUNDS)
    long = in_rounds(partial(runs, by_hand, LONG), FEW_ROUNDS)
    memory = {
        BARE: most_memory(ONE_RUN.format(call="bare", epochs=LONG)),
        BY_HAND: most_memory(ONE_RUN.format(call="sgd_by_hand", epochs=LONG)),
    }
    very_long = ONE_RUN.format(call="sgd_by_hand", epochs=VERY_LONG) + "trace.full_losses"
    goals = [
        ratio(f"{BY_HAND} / {BARE}", times[BY_HAND], times[BARE], 2),
        ratio(f"the same{OF_LONG}", long[BY_HAND], long[BARE], 2),
        Goal("memory of a run of 10⁶ steps", most_memory(very_long), 1000, " MB"),
    ]
    times |= {f"{name}{OF_LONG}": values for name, values in long.items()}
    heads = ["a step of", "rounds", "median, µs", "middle half, µs"]
    more = (memory[BY_HAND] - memory[BARE]) * 1e6 / (LONG * PER_EPOCH)
    rows = [
        [BARE, f"{memory[BARE]:.1f}", ""],
        [BY_HAND, f"{memory[BY_HAND]:.1f}", f"{more:.0f}"],
    ]
    parts = [
        describe(["torch", "numpy"]),
        table_of_goals(goals),
        table_of_times(heads, times),
        table(["a run of 10⁵ steps", "memory, MB", "more for each step, bytes"], rows),
    ]
    return finish(options, "runs", goals, parts)


def runs(calls, epochs):
    """Time runs of the same steps."""
    times = {}
    for name, call in calls.items():
        start = perf_counter()
        call(*line_data(), ARTICLE.w, ARTICLE.b, epochs=epochs, **RUN)
        times[name] = [(perf_counter() - start) / (epochs * PER_EPOCH) * 1e6]
    return times


def bare(X, Y, w, b, lr, batch_size, epochs, seed, orders=shuffles):
    """Compute what `sgd_by_hand` computes, and keep nothing."""
    X, Y, w, b = (np.asarray(value, np.float32)[()] for value in (X, Y, w, b))
    for order in orders(len(X), epochs, seed):
        for first in range(0, len(X), batch_size):
            rows = order[first : first + batch_size]
            x, y = X[rows], Y[rows]
            residual = x @ w + b - y
            np.mean(residual**2)  # the loss
            grad_Y_hat = 2 / len(x) * residual
            grad_w, grad_b = x.T @ grad_Y_hat, np.sum(grad_Y_hat)
            w, b = w - lr * grad_w, b - lr * grad_b


def bare_torch(X, Y, w, b, lr, batch_size, epochs, seed):
    """Compute what `sgd_with_torch` computes, and keep nothing."""
    import torch  # here, so that a process that measures its memory does without
    from torch import nn
    from torch.utils.data import DataLoader, TensorDataset

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


def most_memory(script):
    """Return the most memory of a process of its own that runs a script, in megabytes."""
    command = [sys.executable, "-c", script + TELL_MEMORY]
    told = subprocess.run(command, cwd=HERE, check=True, stdout=subprocess.PIPE).stdout
    return int(told) * 1024 / 1e6


if __name__ == "__main__":
    sys.exit(main())
