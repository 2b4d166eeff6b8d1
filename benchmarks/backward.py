"""Measure what recording backward() costs, and a step by hand beside one of PyTorch's.

    python benchmarks/backward.py [--write] [--strict]

Prints Markdown tables; --write puts them into benchmarks/README.md, which tells the method, and
--strict makes the exit status 1 if a goal is missed.
"""

import sys
from functools import partial
from time import perf_counter

import numpy as np
import torch
from report import describe, finish, in_rounds, ratio, read_options, table_of_goals, table_of_times
from torch import nn

from lsqgrad import ARTICLE, record_backward

ROUNDS = 40  # what is compared is measured in turn, so that a slow moment hits all of it alike
CALLS = 100  # in a round; a time is the mean of so many
PLAIN, RECORDED = "`backward()`", "`record_backward()`"
BY_HAND, LOOP = "a step by hand, with NumPy", "a step of PyTorch's loop"
LOOP_RECORDED = "a step of PyTorch's loop, recorded"
LARGER = "two layers, 1,000 rows"


def main():
    options = read_options("Measure what recording backward() costs.")
    torch.set_num_threads(1)  # so little work is not worth a second thread
    torch.manual_seed(0)
    batch = [torch.tensor(values, dtype=torch.float32) for values in (ARTICLE.X, ARTICLE.Y)]
    network = nn.Sequential(nn.Linear(8, 16), nn.ReLU(), nn.Linear(16, 1))
    times = in_rounds(partial(backwards, nn.Linear(1, 1), *batch), ROUNDS)
    rows = torch.rand(1000, 8), torch.rand(1000, 1)
    larger = in_rounds(partial(backwards, network, *rows), ROUNDS)
    steps = in_rounds(partial(one_step, *batch), ROUNDS)
    goals = [
        ratio("article's batch: record / plain `backward()`", times[RECORDED], times[PLAIN], 12),
        ratio(f"{LARGER}: record / plain `backward()`", larger[RECORDED], larger[PLAIN], 12),
    ]
    times |= {f"{name}, {LARGER}": values for name, values in larger.items()} | steps
    heads = ["", "rounds", "median, µs", "middle half, µs"]
    parts = [describe(["torch", "numpy"]), table_of_goals(goals), table_of_times(heads, times)]
    return finish(options, "recording", goals, parts)


def microseconds(call, arguments):
    """Return how long a call takes, on average, as the only entry of a list."""
    start = perf_counter()
    for argument in arguments:
        call(argument)
    return [(perf_counter() - start) / len(arguments) * 1e6]


def backwards(model, x, y):
    """Time `backward()` with and without a record; each has a graph of its own, and keeps it."""

    def losses():
        return [nn.functional.mse_loss(model(x), y) for _ in range(CALLS)]

    return {
        PLAIN: microseconds(partial(torch.Tensor.backward, retain_graph=True), losses()),
        RECORDED: microseconds(partial(record_backward, parameters=model), losses()),
    }


def one_step(x, y):
    """Time a step of the article's loop: by hand, with PyTorch, and recorded."""
    X, Y = x.numpy(), y.numpy()
    w, b = np.float32(ARTICLE.w), np.float32(ARTICLE.b)
    model = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=ARTICLE.lr)

    def by_hand(_):
        nonlocal w, b
        r = X @ w + b - Y
        np.mean(r**2)  # the loss, as in the loop
        G = 2 / len(X) * r
        w, b = w - ARTICLE.lr * X.T @ G, b - ARTICLE.lr * np.sum(G)

    def loop(backward):
        loss = nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        backward(loss)
        optimizer.step()

    return {
        BY_HAND: microseconds(by_hand, range(CALLS)),
        LOOP: microseconds(loop, [torch.Tensor.backward] * CALLS),
        LOOP_RECORDED: microseconds(loop, [partial(record_backward, parameters=model)] * CALLS),
    }


if __name__ == "__main__":
    sys.exit(main())
