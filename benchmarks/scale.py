"""Measure least squares on many rows: a step from the sums, the pass that gathers them, loops.

    python benchmarks/scale.py [cost] [pass] [memory] [accuracy] [loops] [wire] [--write] [--strict]

Needs Linux, 4 GB of memory, and 1 GB of disk where temporary files are. Prints Markdown tables;
--write puts them into benchmarks/README.md, which tells the method, with a picture beside it, and
--strict makes the exit status 1 if a goal is missed.
"""

import ctypes
import json
import math
import mmap
import os
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import matplotlib
import mpmath
import numpy as np
import pyarrow
import torch
from matplotlib.figure import Figure
from pyarrow import csv, parquet
from report import (
    Goal,
    describe,
    figure,
    finish,
    in_rounds,
    ratio,
    read_options,
    table,
    table_of_goals,
)
from run import HERE, bare, bare_torch, most_memory
from sklearn.linear_model import SGDRegressor
from torch import nn

from lsqgrad import COLORS, Gradient, gather_sums, gradient_matrix, read_batches

PACKAGES = ("torch", "numpy", "scikit-learn", "pyarrow", "mpmath")
PICTURE = HERE / "cost_per_step.svg"
ROUNDS = 5  # what is compared is measured in turn, so that a slow moment hits all of it alike
FEW_ROUNDS, MANY_ROUNDS = 3, 20  # of what is slow, and of what is fast
MB, GB = 1e6, 1e9
LR = 0.001

# cost
AUTOGRAD, GPU = "autograd", "autograd, GPU"
RESIDUAL, SUMS, GATHERING = "residual form", "sums", "the pass, once"
POWERS = range(1, 9)  # of 10: how many rows
AT_GOAL = 7
MOST_CALLS = 1000  # in a round; a time is the mean of its calls
STYLES = {  # colour, line, marker
    AUTOGRAD: (COLORS["loss"], "-", "o"),
    GPU: (COLORS["b"], "-.", "D"),
    RESIDUAL: (COLORS["residual"], "--", "s"),
    SUMS: (COLORS["gradient"], ":", "^"),
}

# pass and memory
ROWS, MANY_ROWS = 10**7, 10**8
IN_MEMORY, TOTALS = "`gather_sums`, in memory", "`x.sum()`, in memory"
NPY, DD = "`gather_sums`, a cold `.npy`", "`dd`, the same cold file"
PARQUET, CSV = "`gather_sums`, cold Parquet", "`gather_sums`, cold CSV"
STREAM = """
from lsqgrad import gather_sums, read_batches
assert gather_sums(read_batches({path!r}, target=1), progress=False).n == {rows}
"""

# accuracy
DIGITS = 50
FEATURES = (1, 5)
ROWS_WITH_DIGITS = 10**5
CENTRE = 1e6  # of data whose spread is 1
TRIALS = 3

# loops
ROWS_OF_LOOP = 10**5
BATCH_SIZES = (3, 1000)
ARTICLES, TENSORS = "the article's loop with PyTorch", "PyTorch without its `DataLoader`"
BY_HAND, SKLEARN = "NumPy by hand", "scikit-learn's `SGDRegressor`"

# wire
WORKERS = 2
OF_WORKERS = {
    "the sums, once": ["sums"],
    "a gradient in each step": ["sgd", "--batch-size=1000", "--epochs=1"],
}


def main():
    measures = {
        "cost": lambda: cost(options.write),
        "pass": one_pass,
        "memory": memory,
        "accuracy": accuracy,
        "loops": loops,
        "wire": wire,
    }
    options = read_options("Measure least squares on many rows.", measures)
    if options.write and options.parts:
        return "--write puts all parts into the document: name none of them."
    if sys.platform != "linux":
        return "This benchmark reads what Linux alone tells of files, memory and sockets."
    goals, parts = [], []
    for part in options.parts or measures:
        goals_of_part, parts_of_part = measures[part]()
        goals += goals_of_part
        parts += parts_of_part
    if goals:
        parts.insert(0, table_of_goals(goals))
    return finish(options, "scale", goals, [describe(PACKAGES), *parts])


def line(rows, seed=0):
    """Return x and y of points about a line, in float32, shape (rows, 1)."""
    random = np.random.default_rng(seed)
    X, Y = (random.standard_normal((rows, 1), np.float32) for _ in range(2))
    Y += 2 * X + 1
    return X, Y


def seconds(call):
    start = perf_counter()
    call()
    return perf_counter() - start


# A full-batch step against the rows


def cost(write):
    """Measure a step in each way, at each number of rows."""
    X, Y = line(10 ** POWERS[-1])
    times = {power: steps(X[: 10**power], Y[: 10**power]) for power in POWERS}
    at_goal = times[AT_GOAL]
    what = f"a step at n = {power_of_ten(AT_GOAL)}: {AUTOGRAD} / {SUMS}"
    goals = [ratio(what, at_goal[AUTOGRAD], at_goal[SUMS], 1000, at_least=True)]
    ways = [way for way in STYLES if way in at_goal]
    medians = {way: [median(times[power][way]) for power in POWERS] for way in [*ways, GATHERING]}
    if write:
        draw(medians)
    ends = (power_of_ten(POWERS[0]), power_of_ten(POWERS[-1]))
    ranges = "; ".join(
        f"{way}, {three_digits(medians[way][0])} and {three_digits(medians[way][-1])}"
        for way in ways
    )
    alternative = (
        f"The time of a full-batch step against the number of rows, both on logarithmic axes. "
        f"Microseconds at {ends[0]} and at {ends[1]} rows: {ranges}."
    )
    rows = [
        [
            power_of_ten(power),
            *(three_digits(values[place]) for values in medians.values()),
            three_digits(medians[AUTOGRAD][place] / medians[SUMS][place]),
        ]
        for place, power in enumerate(POWERS)
    ]
    heads = ["rows", *(f"{way}, µs" for way in medians), f"{AUTOGRAD} / {SUMS}"]
    parts = [f"![{alternative}]({PICTURE.name})", table(heads, rows)]
    if GPU not in ways:
        parts.append("There was no GPU, which would have a column of its own.")
    return goals, parts


def steps(X, Y):
    """Time a step in each way, and the pass that gathers the sums, in microseconds."""
    x, y = torch.from_numpy(X), torch.from_numpy(Y)
    gather = partial(gather_sums, (X, Y), progress=False)
    ways = {AUTOGRAD: with_autograd(x, y), RESIDUAL: by_residual(X, Y), GATHERING: gather}
    if torch.cuda.is_available():
        ways[GPU] = with_autograd(x.cuda(), y.cuda())
    calls = dict.fromkeys(ways, max(1, min(MOST_CALLS, 10**6 // len(X))))
    ways[SUMS], calls[SUMS] = by_sums(gather()), MOST_CALLS

    def measure():
        return {way: [mean_time(step, calls[way])] for way, step in ways.items()}

    return in_rounds(measure, ROUNDS)


def mean_time(step, calls):
    """Return how long a step takes, on average, in microseconds."""
    start = perf_counter()
    for _ in range(calls):
        step()
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return (perf_counter() - start) / calls * 1e6


def with_autograd(x, y):
    """Return a step of PyTorch's loop, all rows its batch."""
    model = nn.Linear(1, 1, device=x.device)
    optimizer = torch.optim.SGD(model.parameters(), lr=LR)

    def step():
        loss = nn.functional.mse_loss(model(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def by_residual(X, Y):
    """Return a step that goes through the rows by hand, with NumPy."""
    w, b = np.zeros((1, 1), np.float32), np.float32(0)

    def step():
        nonlocal w, b
        G = 2 / len(X) * (X @ w + b - Y)
        w, b = w - LR * (X.T @ G), b - LR * np.sum(G)

    return step


def by_sums(sums):
    """Return a step from the sums, which needs no row any more."""
    w, b = np.zeros((1, 1)), 0.0

    def step():
        nonlocal w, b
        grad = sums.gradient(w, b)
        w, b = w - LR * grad.w, b - LR * grad.b

    return step


def draw(medians):
    """Draw the time of a step in each way against the rows, on logarithmic axes."""
    settings = {"svg.hashsalt": "lsqgrad", "svg.fonttype": "none", "font.size": 11}
    with matplotlib.rc_context(matplotlib.rcParamsDefault | settings):
        picture = Figure(figsize=(8, 4.5), layout="constrained")
        axes = picture.add_subplot(xscale="log", yscale="log")
        rows = [10**power for power in POWERS]
        for way, (color, style, marker) in STYLES.items():
            if way in medians:
                look = {"color": color, "linestyle": style, "marker": marker}
                axes.plot(rows, medians[way], label=way, **look)
        axes.legend(frameon=False, handlelength=4)
        axes.set(xlabel="rows", ylabel="a full-batch step, µs")
        axes.grid(color="#E0E0E0")
        axes.spines[["top", "right"]].set_visible(False)
        picture.savefig(PICTURE, metadata={"Date": None})


def power_of_ten(power):
    """Write 10, 10², 10³ and so on."""
    if power == 1:
        return "10"
    return f"10{str(power).translate(str.maketrans('0123456789', '⁰¹²³⁴⁵⁶⁷⁸⁹'))}"


def three_digits(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


# One pass


def one_pass():
    """Measure the pass in memory against NumPy's sum, and from files against `dd`."""
    X, Y = line(ROWS)
    in_memory = in_rounds(partial(passes_in_memory, X, Y), MANY_ROUNDS)
    with file_of_many_rows() as npy:
        columns = pyarrow.table({"x": X[:, 0], "y": Y[:, 0]})
        files = {PARQUET: npy.with_suffix(".parquet"), CSV: npy.with_suffix(".csv")}
        parquet.write_table(columns, files[PARQUET])
        csv.write_csv(columns, files[CSV])
        sizes = {way: path.stat().st_size for way, path in (files | {NPY: npy, DD: npy}).items()}
        reading = {way: partial(gather_file, path, "y") for way, path in files.items()}
        reading |= {NPY: partial(gather_file, npy, 1), DD: partial(read_with_dd, npy)}

        def passes():
            times = {}
            for way, read in reading.items():
                make_cold(files.get(way, npy))
                times[way] = [seconds(read)]
            return times

        from_files = in_rounds(passes, ROUNDS)
    sizes |= dict.fromkeys(in_memory, X.nbytes + Y.nbytes)
    goals = [
        speed_ratio(in_memory[IN_MEMORY], in_memory[TOTALS], 0.25, f"{IN_MEMORY} / {TOTALS}"),
        speed_ratio(from_files[NPY], from_files[DD], 0.8, f"{NPY} / {DD}"),
    ]
    rows = {way: MANY_ROWS if way in (NPY, DD) else ROWS for way in sizes}
    lines = [
        [
            way,
            f"{sizes[way] / MB:.0f}",
            len(values),
            f"{median(values) * 1000:.0f}",
            f"{sizes[way] / median(values) / GB:.2f}",
            f"{rows[way] / median(values) / 1e6:.0f}",
        ]
        for way, values in (in_memory | from_files).items()
    ]
    heads = ["one pass", "MB", "rounds", "median, ms", "GB in a second", "10⁶ rows in a second"]
    return goals, [table(heads, lines)]


def passes_in_memory(X, Y):
    return {
        IN_MEMORY: [seconds(partial(gather_sums, (X, Y), progress=False))],
        TOTALS: [seconds(lambda: (X.sum(), Y.sum()))],
    }


def speed_ratio(times, others, limit, what):
    """Return the goal for a speed beside another, which is the other way round than times."""
    return ratio(f"speed: {what}", others, times, limit, at_least=True)


def gather_file(path, target):
    return gather_sums(read_batches(path, target=target), progress=False)


def read_with_dd(path):
    command = ["dd", f"if={path}", "of=/dev/null", "bs=1M"]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


@contextmanager
def file_of_many_rows():
    """Yield the path of an .npy file of 800 MB, in a folder for a time."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "rows.npy"
        shape = MANY_ROWS, 2
        rows = np.lib.format.open_memmap(path, "w+", np.float32, shape)
        for start in range(0, MANY_ROWS, ROWS):
            rows[start : start + ROWS] = np.hstack(line(ROWS, seed=start))
        del rows  # which closes the file
        yield path


def make_cold(path):
    """Have the system forget what it has in memory of a file, and see that it has."""
    with open(path, "rb") as file:
        os.fsync(file)
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    pages = np.memmap(path, np.uint8, "r")
    in_memory = np.zeros(math.ceil(pages.size / mmap.PAGESIZE), np.uint8)
    address, length, answer = pages.ctypes.data, pages.size, in_memory.ctypes.data
    of_c = ctypes.CDLL(None, use_errno=True)
    if of_c.mincore(ctypes.c_void_p(address), ctypes.c_size_t(length), ctypes.c_void_p(answer)):
        raise OSError(ctypes.get_errno(), f"mincore does not tell of {path}")
    if in_memory.any():
        raise RuntimeError(f"{path} stays in memory: let TMPDIR name a folder on a disk.")


def memory():
    """Measure the most memory that a process has which streams many rows."""
    with file_of_many_rows() as path:
        megabytes = most_memory(STREAM.format(path=str(path), rows=MANY_ROWS))
    return [Goal("memory of a process that streams 10⁸ rows", megabytes, 1000, " MB")], []


# How exact the sums are


def accuracy():
    """Measure relative errors of the gradient where the mean is far larger than the spread."""
    errors = {p: relative_errors(p) for p in FEATURES}
    worst = max(of_p[-1] for of_p in errors.values())
    goals = [Goal("relative error of the gradient from `Sums`", worst, 1e-12)]
    heads = ["features", "sums that are not centred", "residual form", "`Sums`"]
    return goals, [table(heads, [[p, *map(figure, of_p)] for p, of_p in errors.items()])]


def relative_errors(p):
    """Return the largest relative error of any part of the gradient, for three ways."""
    random = np.random.default_rng(p)
    X = CENTRE + random.standard_normal((ROWS_WITH_DIGITS, p))
    Y = CENTRE + random.standard_normal((ROWS_WITH_DIGITS, 1))
    sums = gather_sums((X, Y), progress=False)
    errors = []
    for _ in range(TRIALS):
        w = random.standard_normal((p, 1))
        b = np.mean(Y - X @ w) + 1  # a residual of the order of the spread, in which all cancels
        right = gradient_in_digits(X, Y, w, b)
        ways = uncentred(X, Y, w, b), gradient_matrix(X, Y, w, b), sums.gradient(w, b)
        errors.append([relative_error(gradient, right) for gradient in ways])
    return np.max(errors, axis=0)


def uncentred(X, Y, w, b):
    """Return the gradient from Σxxᵀ, Σxy, Σx and Σy as they are, in float64."""
    n, sum_x = len(X), X.sum(axis=0).reshape(-1, 1)
    grad_w = 2 / n * (X.T @ X @ w + b * sum_x - X.T @ Y)
    return Gradient(grad_w, 2 / n * (np.sum(sum_x * w) + n * b - Y.sum()))


def gradient_in_digits(X, Y, w, b):
    """Return every part of the gradient, b's last, to fifty digits."""
    with mpmath.workdps(DIGITS):
        w = w[:, 0].tolist()
        residual = [
            mpmath.fdot([*x, 1.0], [*w, float(b)]) - y
            for x, y in zip(X.tolist(), Y[:, 0].tolist(), strict=True)
        ]
        totals = [mpmath.fdot(column, residual) for column in X.T.tolist()]
        return [2 * total / len(X) for total in [*totals, mpmath.fsum(residual)]]


def relative_error(gradient, right):
    with mpmath.workdps(DIGITS):
        computed = [*gradient.w[:, 0].tolist(), float(gradient.b)]
        return max(
            float(abs(number / exact - 1)) for number, exact in zip(computed, right, strict=True)
        )


# The article's loop and its likes


def loops():
    """Measure an epoch of mini-batches in each way."""
    medians = {name: median(times) for name, times in in_rounds(one_epoch, FEW_ROUNDS).items()}
    rows = [
        [
            way,
            size,
            three_digits(time),
            three_digits(time / medians[BY_HAND, size]) if size > 1 else "",
            three_digits(time / medians[SKLEARN, 1]),
        ]
        for (way, size), time in medians.items()
    ]
    heads = ["", "rows in a step", "ns for a row", f"/ {BY_HAND}, as many rows", f"/ {SKLEARN}"]
    return [], [table(heads, rows)]


def one_epoch():
    """Time an epoch over the same rows in each way, in nanoseconds for a row."""
    X, Y = line(ROWS_OF_LOOP)
    by_hand = partial(bare, orders=permutations)
    ways = {ARTICLES: bare_torch, TENSORS: tensors_alone, BY_HAND: by_hand}
    start = {"w": np.zeros((1, 1), np.float32), "b": 0.0, "lr": LR, "epochs": 1, "seed": 0}
    calls = {
        (name, size): partial(way, X, Y, **start, batch_size=size)
        for size in BATCH_SIZES
        for name, way in ways.items()
    }
    settings = {"penalty": None, "learning_rate": "constant", "eta0": LR, "random_state": 0}
    model = SGDRegressor(max_iter=1, tol=None, **settings)
    calls[SKLEARN, 1] = partial(model.fit, X, Y[:, 0])
    return {name: [seconds(call) / len(X) * 1e9] for name, call in calls.items()}


def permutations(n, epochs, seed):
    """Yield the rows in a random order for each epoch, as NumPy draws it."""
    random = np.random.default_rng(seed)
    for _ in range(epochs):
        yield random.permutation(n)


def tensors_alone(X, Y, w, b, lr, batch_size, epochs, seed):
    """Take the steps of the article's loop with autograd, and all else by hand."""
    x, y = torch.from_numpy(X), torch.from_numpy(Y)
    w, b = (torch.tensor(value, requires_grad=True) for value in (w, b))
    generator = torch.Generator().manual_seed(seed)
    for _ in range(epochs):
        for rows in torch.randperm(len(x), generator=generator).split(batch_size):
            loss = nn.functional.mse_loss(x[rows] @ w + b, y[rows])
            grad_w, grad_b = torch.autograd.grad(loss, (w, b))
            with torch.no_grad():
                w -= lr * grad_w
                b -= lr * grad_b


# Two workers


def wire():
    """Measure the bytes that workers send: the sums once, or a gradient in each step."""
    rows = []
    for what, options in OF_WORKERS.items():
        told = run_workers(*options)
        sent = sum(told["sent"]) / WORKERS
        rows.append([what, told.get("steps", "none"), told["payload"], three_digits(sent)])
    heads = ["two workers", "steps", "bytes of one `all_reduce`", "bytes that a worker sent"]
    return [], [table(heads, rows)]


def run_workers(*options):
    """Return what workers tell of themselves."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "result.json"
        command = [sys.executable, "-m", "lsqgrad.distributed", *options]
        command += [f"--workers={WORKERS}", f"--rows={ROWS_OF_LOOP}", f"--output={path}"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return json.loads(path.read_text(encoding="utf-8"))


if __name__ == "__main__":
    sys.exit(main())
