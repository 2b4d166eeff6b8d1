"""Runs by hand and with PyTorch: the same steps, to an ulp or so, and PyTorch's own to the bit."""

import copy
import pickle
import re
import tracemalloc
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import FrozenInstanceError, fields, replace
from functools import partial
from itertools import islice

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

import lsqgrad.regression.sgd
from lsqgrad import (
    ARTICLE,
    Step,
    compare_gradients,
    gradient_autograd,
    gradient_matrix,
    gradient_numeric,
    gradient_scalar,
    line_data,
    mean_squared_error,
    minibatches,
    sgd_by_hand,
    sgd_with_torch,
    step_with_torch,
    ulps_apart,
)
from lsqgrad._util import ArgumentError, torch_as_it_comes

ENGINES = [sgd_by_hand, sgd_with_torch]


def article_run():
    """Return the arguments of the article's run: 10 points, p = 1."""
    return dict(zip("XYwb", (*line_data(), ARTICLE.w, ARTICLE.b), strict=True))


def three_features():
    """Return the arguments of a run with p = 3."""
    rng = np.random.default_rng(5)
    X, w = rng.normal(size=(8, 3)), rng.normal(size=(3, 1))
    return {"X": X, "Y": X @ [[1], [-2], [3]] + rng.uniform(size=(8, 1)), "w": w, "b": 0.3}


RUNS = {
    "article": article_run(),
    "another seed": article_run() | {"seed": 2**32 - 1},
    "full batch": article_run() | {"batch_size": 10, "epochs": 20},
    "one row at a time": article_run() | {"batch_size": 1, "lr": 0.003, "epochs": 4},
    "three features": three_features() | {"lr": 0.05},
    "float64": article_run() | {"dtype": "float64"},
}
every_run = pytest.mark.parametrize("run", RUNS.values(), ids=RUNS)
every_engine = pytest.mark.parametrize("engine", ENGINES)


def test_of_a_long_batch_only_some_rows_are_named():
    trace = sgd_by_hand(*line_data(500), ARTICLE.w, ARTICLE.b, lr=1e-4, batch_size=400, epochs=1)
    first, second, third, *_, last = trace[0].rows
    assert f": rows {first}, {second}, {third}, …, {last}, n = 400. " in str(trace[0])
    assert str(trace[0]).count(",") < 12


# What a step holds


@every_engine
@every_run
def test_every_step_holds_its_batch_and_its_place(engine, run):
    trace = engine(**run)
    n, batch_size = len(run["X"]), run.get("batch_size", 3)
    order = minibatches(n, batch_size, run.get("epochs", 10), run.get("seed", 0))
    places = [
        (e + 1, k + 1, rows) for e, batches in enumerate(order) for k, rows in enumerate(batches)
    ]
    assert len(trace) == len(places)
    for number, (step, (epoch, batch, rows)) in enumerate(zip(trace, places, strict=True), 1):
        assert (step.number, step.epoch, step.batch) == (number, epoch, batch)
        assert step.rows.tolist() == rows.tolist()
        assert np.array_equal(step.X, trace.X[rows])
        assert np.array_equal(step.Y, trace.Y[rows])
        assert step.lr == run.get("lr", 0.001)


@every_engine
@every_run
def test_every_step_begins_where_the_one_before_it_ended(engine, run):
    trace = engine(**run)
    w, b = trace.w, trace.b
    for step in trace:
        assert np.array_equal(step.w, w)
        assert step.b == b
        w, b = step.w_after, step.b_after


@every_engine
@every_run
def test_every_result_has_the_type_of_the_run_and_the_shape_of_its_meaning(engine, run):
    trace, dtype = engine(**run), np.dtype(run.get("dtype", "float32"))
    p = run["X"].shape[1]
    for step in trace:
        n = len(step.rows)
        shapes = {
            **dict.fromkeys(["w", "grad_w", "w_after"], (p, 1)),
            **dict.fromkeys(["Y", "Y_hat", "residual"], (n, 1)),
            **dict.fromkeys(["b", "loss", "grad_b", "b_after"], ()),
            "X": (n, p),
        }
        for name, shape in shapes.items():
            value = getattr(step, name)
            assert (name, np.shape(value)) == (name, shape)
            assert (name, value.dtype) == (name, dtype)


def test_the_forty_steps_have_batches_of_3_3_3_and_1():
    for engine in ENGINES:
        trace = engine(**article_run())
        assert [len(step.rows) for step in trace] == [3, 3, 3, 1] * 10


# How close a step is to the exact one
#
# A sum of products in which every term passes at most k roundings, in any order and with or
# without fused multiply-add, is within γ_k Σ|terms| of the exact one, γ_k = k u / (1 - k u): see
# Higham, Accuracy and Stability of Numerical Algorithms, chapter 3. So the bounds below hold on
# every CPU.


def gamma(k, dtype):
    unit = np.finfo(dtype).eps / 2
    return k * unit / (1 - k * unit)


def bounds(step):
    """How far each result may be from the exact one for the x, y, w, b that the step began with."""
    n, p = step.X.shape
    X, Y, w, b = (np.abs(np.asarray(v, np.float64)) for v in (step.X, step.Y, step.w, step.b))
    magnitude = X @ w + b + Y  # of the terms of each residual

    def off(k):
        return gamma(k, step.X.dtype)

    return {
        "Y_hat": off(p + 1) * (X @ w + b),  # a product, p sums
        "residual": off(p + 2) * magnitude,  # and a difference
        # The residual counts twice, then the square, n - 1 sums, 1/n, its product.
        "loss": off(2 * (p + 2) + 1 + (n - 1) + 2) * np.mean(magnitude**2),
        # The residual, then 2/n, its product, the product with x, n - 1 sums.
        "grad_w": off((p + 2) + 3 + (n - 1)) * 2 / n * X.T @ magnitude,
        "grad_b": off((p + 2) + 2 + (n - 1)) * 2 / n * magnitude.sum(),
        # From the gradient of this step: a product that one CPU rounds and another fuses, and a
        # difference. (The learning rate is rounded to the float type, for both in the same way.)
        "w_after": off(1) * (step.lr * np.abs(step.grad_w) + np.abs(step.w_after)),
        "b_after": off(1) * (step.lr * np.abs(step.grad_b) + np.abs(step.b_after)),
    }


@every_engine
@pytest.mark.parametrize("name", [name for name in RUNS if name != "float64"])
def test_every_result_is_the_exact_one_to_rounding(engine, name):
    """Recomputed in float64, whose own rounding is 2⁻²⁹ of float32's: the 1.001 leaves it room."""
    for step in engine(**RUNS[name]):
        X, Y, w, b = (np.asarray(v, np.float64) for v in (step.X, step.Y, step.w, step.b))
        n, lr = len(X), float(np.float32(step.lr))
        residual = X @ w + b - Y
        exact = {
            "Y_hat": X @ w + b,
            "residual": residual,
            "loss": np.mean(residual**2),
            "grad_w": 2 / n * X.T @ residual,
            "grad_b": 2 / n * residual.sum(),
            "w_after": w - lr * step.grad_w.astype(np.float64),
            "b_after": b - lr * float(step.grad_b),
        }
        for quantity, bound in bounds(step).items():
            off = np.abs(getattr(step, quantity) - exact[quantity])
            assert (off <= 1.001 * bound).all(), f"{quantity} of step {step.number} is {off} off"


# By hand and with PyTorch, step by step from the same state
#
# How far apart they were over the article's 40 steps, in ulps of the result, on x86-64 with fused
# multiply-add (AVX2 and AVX-512 alike; torch 2.13, numpy 2.4), and how far the bounds let them be:
#
#            from the same state    over the whole run
#            measured   allowed     measured
#   loss            0   1 234 200          8
#   ∂L/∂w           1       2 969          4
#   ∂L/∂b           0       2 620          5
#   w after        27         150         27
#   b after         0           3          0
#
# So many ulps are allowed at the step where most cancels: there the result is small, and so are
# its ulps. The loss is that of a single row, which the line nearly meets; w is 0.002 after step 2.
# Without fused multiply-add (ATEN_CPU_CAPABILITY=default) the updates are equal in all 40 steps,
# and over the whole run the losses are too.


def predicted(step):
    """Compute by hand what PyTorch computed in this step, from the same x, y, w, b."""
    grad = gradient_matrix(step.X, step.Y, step.w, step.b)
    return {
        "loss": mean_squared_error(step.X, step.Y, step.w, step.b),
        "grad_w": grad.w,
        "grad_b": grad.b,
        "w_after": step.w - step.lr * step.grad_w,
        "b_after": step.b - step.lr * step.grad_b,
    }


@every_run
@pytest.mark.parametrize("quantity", ["loss", "grad_w", "grad_b", "w_after", "b_after"])
def test_each_step_of_pytorch_is_predicted_by_hand_to_twice_its_rounding(quantity, run):
    """Both are within the bound of the exact result, so within twice the bound of each other."""
    for step in sgd_with_torch(**run):
        by_torch, by_hand = getattr(step, quantity), predicted(step)[quantity]
        bound = 2 * bounds(step)[quantity]
        ulps, allowed = ulps_apart(by_hand, by_torch), ulps_in(bound, by_torch)
        assert (ulps <= allowed).all(), (
            f"{quantity} of step {step.number}: {ulps} ulps apart, {allowed} allowed"
        )


@pytest.mark.skipif(not torch.cuda.is_available(), reason="PyTorch finds no GPU with CUDA here")
def test_each_step_on_a_gpu_is_that_of_the_cpu_to_twice_its_rounding():
    for name, run in RUNS.items():
        for step in sgd_with_torch(**run, device="cuda"):
            again = step_with_torch(step)  # from the same state, on the CPU
            for quantity, bound in bounds(step).items():
                on_gpu, on_cpu = getattr(step, quantity), getattr(again, quantity)
                if quantity in ("w_after", "b_after"):  # each from its own gradient
                    bound = bound + step.lr * bounds(step)[f"grad_{quantity[0]}"]
                ulps = ulps_apart(on_gpu, on_cpu)
                assert (ulps <= ulps_in(2 * bound, on_cpu)).all(), f"{name}: {quantity}"


def ulps_in(bound, value):
    """Count the floats between `value` and what is `bound` away from it, on the wider side."""
    ends = (np.asarray(value + sign * bound).astype(value.dtype) for sign in (-1, 1))
    return 1 + np.max([ulps_apart(value, end) for end in ends], axis=0)


# The whole run, by hand and with PyTorch


@every_run
def test_the_two_traces_stay_together(run):
    """They begin together, and rounding drives them apart no faster than it must.

    Were there no rounding, a step would multiply the distance D of the two (w, b) by I - lr H,
    H = (2/n) X̃ᵀX̃. So after it, D is at most ‖I - lr H‖ D and what the two of them rounded. At
    that distance the gradients differ by at most ‖H‖ D, and the losses by at most
    ‖∇L‖ D + ‖H‖ D² / 2, and what the two of them rounded.
    """
    distance = 0.0
    for hand, by_torch in zip(sgd_by_hand(**run), sgd_with_torch(**run), strict=True):
        X1 = np.hstack([hand.X, np.ones_like(hand.Y)]).astype(np.float64)
        curvatures = np.linalg.eigvalsh(2 / len(X1) * X1.T @ X1)
        steepest = curvatures.max()
        rounded = {
            name: np.linalg.norm(bound + bounds(by_torch)[name])
            for name, bound in bounds(hand).items()
        }
        slope = np.hypot(np.linalg.norm(hand.grad_w), hand.grad_b) + rounded["grad_w"]

        loss = rounded["loss"] + slope * distance + steepest * distance**2 / 2
        assert abs(hand.loss - by_torch.loss) <= loss
        gradient = np.hypot(rounded["grad_w"], rounded["grad_b"])
        assert apart(hand, by_torch, "grad_w", "grad_b") <= gradient + steepest * distance

        distance = (
            np.abs(1 - hand.lr * curvatures).max() * distance
            + hand.lr * gradient
            + np.hypot(rounded["w_after"], rounded["b_after"])
        )
        assert apart(hand, by_torch, "w_after", "b_after") <= distance


def apart(hand, by_torch, *names):
    """Measure the distance of the two steps in the quantities named, taken as one vector."""
    of_hand, of_torch = (
        np.hstack([np.ravel(getattr(step, name)).astype(np.float64) for name in names])
        for step in (hand, by_torch)
    )
    return np.linalg.norm(of_hand - of_torch)


# PyTorch's own run


def textbook_run(X, Y, w, b, lr=0.001, batch_size=3, epochs=10, seed=0, dtype="float32"):
    """Train as every introduction does, and note what it sees: a list of tuples of arrays."""
    dtype = getattr(torch, dtype)
    X, Y, w = (torch.tensor(array, dtype=dtype) for array in (X, Y, w))
    loader = DataLoader(
        TensorDataset(X, Y),
        batch_size=batch_size,
        shuffle=True,
        generator=torch.Generator().manual_seed(seed),
    )
    model = nn.Linear(X.shape[1], 1, dtype=dtype)
    model.load_state_dict({"weight": w.T, "bias": torch.tensor([b], dtype=dtype)})
    criterion = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)

    seen = []
    for _ in range(epochs):
        for x, y in loader:
            prediction = model(x)
            loss = criterion(prediction, y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            results = prediction, loss, model.weight.grad.T, model.bias.grad[0]
            parameters = model.weight.T, model.bias[0]
            seen.append([t.detach().numpy().copy() for t in (x, y, *results, *parameters)])
    return seen


@every_run
def test_sgd_with_torch_is_a_plain_pytorch_loop_to_the_last_bit(run):
    with torch.random.fork_rng():  # nn.Linear draws its first weights, which are then replaced
        seen = textbook_run(**run)
    names = ["X", "Y", "Y_hat", "loss", "grad_w", "grad_b", "w_after", "b_after"]
    for step, arrays in zip(sgd_with_torch(**run), seen, strict=True):
        for name, array in zip(names, arrays, strict=True):
            assert np.array_equal(getattr(step, name), array), f"{name} of step {step.number}"


def test_model_and_batch_are_on_the_device(monkeypatch):
    """'meta' stands for a GPU: it refuses to compute with what is elsewhere, and has no numbers."""
    places = []

    def without_numbers(tensor):
        places.append(tensor.device.type)
        return np.zeros(tensor.shape)

    monkeypatch.setattr(lsqgrad.regression.sgd, "to_array", without_numbers)
    update = lsqgrad.regression.sgd._update_with_torch(np.zeros((2, 1)), np.float64(0), 0.1, "meta")
    update(torch.ones(3, 2).double(), torch.ones(3, 1).double())
    assert places == ["meta"] * 6


@pytest.mark.parametrize(
    ("device", "sentence"),
    [
        ("gpu", "device: expected 'cpu' or 'cuda', got str 'gpu'."),
        (0, "device: expected 'cpu' or 'cuda', got int 0."),
        ("cuda", "device: expected 'cpu', since PyTorch finds no GPU with CUDA here, got 'cuda'."),
    ],
)
def test_a_device_that_is_not_there_is_refused_in_a_sentence(device, sentence, monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ArgumentError) as error:
        sgd_with_torch(**article_run(), device=device)
    assert str(error.value) == sentence


def test_the_generators_of_others_are_left_as_they_were():
    of_torch = torch.get_rng_state()
    of_numpy = np.random.get_state()[1].copy()  # noqa: NPY002
    for engine in ENGINES:
        step_with_torch(engine(**article_run())[0])
    assert torch.equal(torch.get_rng_state(), of_torch)
    assert np.array_equal(np.random.get_state()[1], of_numpy)  # noqa: NPY002


@every_engine
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_arrays_that_come_in_are_left_as_they_were(engine, dtype):
    arrays = {name: np.asarray(article_run()[name], dtype) for name in "XYw"}
    copies = {name: array.copy() for name, array in arrays.items()}
    trace = engine(**arrays, b=0.5, dtype=dtype)
    for name, array in arrays.items():
        assert np.array_equal(array, copies[name])
        assert array.flags.writeable
        assert not np.shares_memory(array, getattr(trace, name))


@every_engine
def test_the_same_seed_gives_the_same_run_and_another_seed_another(engine):
    first, again, other = (engine(**article_run(), seed=seed) for seed in (3, 3, 4))
    assert np.array_equal(first.weights, again.weights)
    assert not np.array_equal(first.weights, other.weights)


@every_engine
def test_arguments_may_be_lists_and_integers(engine):
    (step,) = engine([[1], [2]], [[3], [5]], [[0]], 0, lr=1, batch_size=np.int64(2), epochs=1)
    assert step.loss == (9 + 25) / 2
    assert step.w_after == 1 * 3 + 2 * 5
    assert step.b_after == 3 + 5


# By hand, to the bit


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@every_run
def test_a_run_by_hand_is_a_bare_loop_to_the_last_bit(run, dtype):
    """Arrays are compared by their bytes."""
    run = {"lr": 0.001, "batch_size": 3, "epochs": 10, "seed": 0} | run | {"dtype": dtype}
    X, Y, w, b = (np.asarray(run[name], dtype)[()] for name in "XYwb")
    order = minibatches(len(X), run["batch_size"], run["epochs"], run["seed"])
    trace = sgd_by_hand(**run)
    for step, rows in zip(trace, [rows for batches in order for rows in batches], strict=True):
        x, y = X[rows], Y[rows]
        Y_hat = x @ w + b
        residual = Y_hat - y
        loss = np.mean(residual**2)
        grad_Y_hat = (2 / len(x)) * residual
        grad_w, grad_b = x.T @ grad_Y_hat, np.sum(grad_Y_hat)
        w_after, b_after = w - run["lr"] * grad_w, b - run["lr"] * grad_b
        ours = (step.X, step.Y, step.w, step.b, step.Y_hat, step.residual, step.loss, step.grad_w)
        bare = (x, y, w, b, Y_hat, residual, loss, grad_w)
        ours += (step.grad_b, step.w_after, step.b_after)
        bare += (grad_b, w_after, b_after)
        assert [number.tobytes() for number in ours] == [number.tobytes() for number in bare]
        w, b = w_after, b_after


# What a long run needs


def peak_of(call):
    """Measure how much memory a call takes for a time, in bytes."""
    tracemalloc.start()
    try:
        call()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_a_million_steps_stay_below_a_gigabyte():
    """The memory grows with the steps: a thousand bytes for each."""
    steps = 4000
    peak = peak_of(lambda: sgd_by_hand(**article_run(), epochs=steps // 4))
    assert peak < 1000 * steps


def test_a_row_of_a_batch_takes_five_bytes_once_it_is_recorded():
    """One for its number among up to 256, and four for its prediction."""
    X, Y = line_data(200)
    trace = sgd_by_hand(X, Y, [[0]], 0, lr=1e-5, batch_size=200, epochs=100)
    rows = sum(len(step.rows) for step in trace)
    assert trace[0].rows.dtype == np.int64
    assert len(pickle.dumps(trace)) < 6 * rows


def test_the_loss_of_all_of_the_data_does_not_take_its_rows_times_the_steps():
    run = dict(zip("XYwb", (*line_data(2000), [[0]], 0), strict=True))
    trace = sgd_by_hand(**run, lr=1e-4, batch_size=2, epochs=2)
    assert peak_of(lambda: trace.full_losses) < 8 * len(trace.X) * len(trace) / 5
    X, Y = trace.X.astype(np.float64), trace.Y.astype(np.float64)
    expected = np.mean((X @ trace.weights.T + trace.biases - Y) ** 2, axis=0)
    assert np.allclose(trace.full_losses, expected, rtol=2 * gamma(2000, np.float64), atol=0)


@pytest.mark.parametrize(
    ("engine", "name"),
    [(sgd_by_hand, "_batches_by_hand"), (sgd_with_torch, "_batches_with_torch")],
)
def test_a_run_that_is_interrupted_is_a_trace_of_what_is_done(engine, name, monkeypatch, capsys):
    batches, whole = getattr(lsqgrad.regression.sgd, name), engine(**article_run())

    def until_interrupted(run):
        yield from islice(batches(run), 9)
        raise KeyboardInterrupt

    monkeypatch.setattr(lsqgrad.regression.sgd, name, until_interrupted)
    trace = engine(**article_run())
    assert trace.stopped == "Interrupted after 9 of 40 steps."
    assert capsys.readouterr().err == f"{trace.stopped}\n"
    assert trace.diverged is whole.stopped is None
    assert repr(trace) == f"<Trace of 9 steps. {trace.stopped}>"
    assert trace.full_losses.tolist() == whole.full_losses[:10].tolist()
    for step, same in zip(trace, whole[:9], strict=True):
        assert_same_step(step, same)


@every_engine
@pytest.mark.parametrize("lr", [0.001, 5])
def test_an_interrupt_in_the_last_moment_loses_nothing(engine, lr, monkeypatch):
    whole, stack = engine(**article_run(), lr=lr), np.column_stack

    def interrupted(columns):
        monkeypatch.setattr(np, "column_stack", stack)
        raise KeyboardInterrupt

    monkeypatch.setattr(np, "column_stack", interrupted)
    trace = engine(**article_run(), lr=lr)
    assert trace.diverged == whole.diverged
    assert trace.stopped == (None if whole.diverged else "Interrupted after 40 of 40 steps.")
    assert trace.weights.tobytes() == whole.weights.tobytes()
    assert_same_step(trace[-1], whole[-1])


def test_no_step_is_taken_after_a_loss_that_is_not_finite(monkeypatch):
    update, losses = lsqgrad.regression.sgd._update_by_hand, []

    def counted(*batch):
        results = update(*batch)
        losses.append(results.loss)
        return results

    monkeypatch.setattr(lsqgrad.regression.sgd, "_update_by_hand", counted)
    sgd_by_hand(**article_run(), lr=5, epochs=50)
    assert np.isfinite(losses).tolist() == [True] * (len(losses) - 1) + [False]


@every_engine
def test_a_long_run_tells_how_far_it_is_and_a_short_one_nothing(engine, monkeypatch, capsys):
    engine(**article_run())
    assert capsys.readouterr() == ("", "")
    monkeypatch.setattr(lsqgrad.regression.sgd, "SILENT", 0.0)
    engine(**article_run())
    out, err = capsys.readouterr()
    assert out == ""
    told = [line.strip() for line in re.split("[\r\n]+", err)]
    assert re.fullmatch(r"2 of 40 steps, about \d+ s left", told[1])
    assert told[-3:] == ["40 of 40 steps, about 0 s left", "", ""]  # nothing of it stays


# One step of PyTorch from any state


def assert_same_step(step, other):
    """Every number of two steps is the same, and of the same type and shape."""
    for field in fields(Step):
        ours, theirs = (np.asarray(getattr(s, field.name)) for s in (step, other))
        assert (field.name, ours.dtype) == (field.name, theirs.dtype)
        assert np.array_equal(ours, theirs), f"{field.name} of step {step.number}"


@every_run
def test_a_step_taken_again_with_pytorch_is_that_of_its_run_to_the_last_bit(run):
    for step in sgd_with_torch(**run):
        again = step_with_torch(step)
        assert isinstance(again, Step)
        assert_same_step(again, step)


@every_run
def test_a_step_by_hand_is_taken_again_from_its_own_state(run):
    """So after the first step it is not that of PyTorch's run, whose w and b are others by then."""
    for step in sgd_by_hand(**run):
        again = step_with_torch(step)
        for name in ["number", "epoch", "batch", "rows", "X", "Y", "w", "b", "lr"]:
            assert np.array_equal(getattr(again, name), getattr(step, name)), name
        grad = gradient_autograd(step.X, step.Y, step.w, step.b)
        assert np.array_equal(again.grad_w, grad.w)
        assert again.grad_b == grad.b
        for quantity, bound in bounds(step).items():
            if not quantity.endswith("after"):  # those are bounded from each one's own gradient
                off = np.abs(getattr(again, quantity) - getattr(step, quantity))
                assert (off <= 2 * bound).all(), f"{quantity} of step {step.number}"
    assert_same_step(step_with_torch(sgd_by_hand(**run)[0]), sgd_with_torch(**run)[0])


@every_engine
def test_what_came_out_of_a_step_is_not_looked_at_to_take_it_again(engine):
    step = engine(**article_run())[1]
    results = ["Y_hat", "residual", "loss", "grad_w", "grad_b", "w_after", "b_after"]
    nothing = {name: np.full_like(getattr(step, name), np.nan) for name in results}
    assert_same_step(step_with_torch(replace(step, **nothing)), step_with_torch(step))


@every_engine
def test_a_step_that_is_taken_again_is_left_as_it_was(engine):
    step, same = (engine(**article_run())[1] for _ in range(2))
    assert step_with_torch(step) is not step
    assert_same_step(step, same)
    assert_same_step(step_with_torch(step), step_with_torch(step))


def test_a_step_of_pytorch_has_arrays_that_are_read_only():
    step = step_with_torch(sgd_by_hand(**article_run())[0])
    for name in ["rows", "X", "Y", "w", "Y_hat", "residual", "grad_w", "w_after"]:
        with pytest.raises(ValueError, match="read-only"):
            getattr(step, name)[...] = 0


@pytest.mark.parametrize(
    ("bad", "came"),
    [
        (None, "NoneType None"),
        (1, "int 1"),
        ("step", "str 'step'"),
        ({"w": 0}, "dict {'w': 0}"),
        (sgd_by_hand(**article_run()), "a Trace"),
    ],
)
def test_only_a_step_is_taken_again(bad, came):
    with pytest.raises(TypeError) as caught:
        step_with_torch(bad)
    assert str(caught.value) == f"step: expected a Step, got {came}."


# What a trace holds


@every_engine
def test_a_trace_is_a_sequence_of_steps(engine):
    trace = engine(**article_run())
    assert isinstance(trace, Sequence)
    assert len(trace) == len(list(trace)) == 40
    assert all(isinstance(step, Step) for step in trace)
    assert trace[-1] is trace[39]
    assert trace[1:3] == (trace[1], trace[2])
    assert trace[5] in trace
    with pytest.raises(IndexError):
        trace[40]


@every_engine
@every_run
def test_a_trace_gathers_what_its_steps_hold(engine, run):
    trace, p = engine(**run), run["X"].shape[1]
    assert trace.weights.shape == (len(trace) + 1, p)
    assert np.array_equal(trace.weights[0], trace.w.ravel())
    assert trace.biases[0] == trace.b
    for position, step in enumerate(trace, start=1):
        assert np.array_equal(trace.weights[position], step.w_after.ravel())
        assert trace.biases[position] == step.b_after
        assert trace.losses[position - 1] == step.loss
    dtypes = {array.dtype for array in (trace.weights, trace.biases, trace.losses, trace.X)}
    assert dtypes == {np.dtype(run.get("dtype", "float32"))}


@every_engine
@every_run
def test_the_loss_of_all_of_the_data_is_computed_in_float64(engine, run):
    trace = engine(**run)
    X, Y = trace.X.astype(np.float64), trace.Y.astype(np.float64)
    n, p = X.shape
    assert trace.full_losses.shape == (len(trace) + 1,)
    for loss, w, b in zip(trace.full_losses, trace.weights, trace.biases, strict=True):
        w = w.reshape(-1, 1).astype(np.float64)
        magnitude = np.abs(X) @ np.abs(w) + abs(float(b)) + np.abs(Y)
        bound = gamma(2 * (p + 2) + 1 + (n - 1) + 2, np.float64) * np.mean(magnitude**2)
        assert abs(loss - mean_squared_error(X, Y, w, b)) <= 2 * bound


def test_the_article_run_descends():
    trace = sgd_by_hand(**article_run())
    assert (np.diff(trace.full_losses[::4]) < 0).all()  # from epoch to epoch


@every_engine
def test_arrays_of_a_step_are_read_only(engine):
    step = engine(**article_run())[0]
    arrays = [getattr(step, field.name) for field in fields(step)]
    arrays = [array for array in arrays if isinstance(array, np.ndarray)]
    assert len(arrays) == 8
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


@every_engine
@pytest.mark.parametrize("name", ["X", "Y", "w", "weights", "biases", "losses", "full_losses"])
def test_arrays_of_a_trace_are_read_only(engine, name):
    trace = engine(**article_run())
    with pytest.raises(ValueError, match="read-only"):
        getattr(trace, name)[...] = 0


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda record: pickle.loads(pickle.dumps(record))],
    ids=["copied", "deeply copied", "unpickled"],
)
@every_engine
def test_copies_are_the_same_and_as_read_only(engine, again):
    trace = engine(**article_run())
    step, same, other = trace[3], again(trace[3]), again(trace)
    assert_same_step(same, step)
    assert_same_step(other[3], step)
    assert repr(other) == repr(trace)
    names = ["X", "Y", "w", "weights", "biases", "losses", "full_losses"]
    arrays = [getattr(other, name) for name in names]
    for record in (same, other[3]):
        arrays += [value for value in vars(record).values() if isinstance(value, np.ndarray)]
    assert len(arrays) == 7 + 2 * 8
    for array in arrays:
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0


def test_steps_and_traces_are_frozen():
    trace = sgd_by_hand(**article_run())
    for record in (trace, trace[0]):
        for field in fields(record):
            with pytest.raises(FrozenInstanceError):
                setattr(record, field.name, None)


def test_a_step_is_told_in_words_and_numbers():
    X, Y, w = [[1, 0], [0, 1], [1, 1]], [[1], [2], [4]], [[0], [0]]
    trace = sgd_by_hand(X, Y, w, 0, lr=0.25, batch_size=2, epochs=1, seed=0)
    assert [str(step) for step in trace] == [
        "Step 1 (epoch 1, batch 1): rows 2, 1, n = 2. Loss 10.\n"
        "∂L/∂w = (-4, -6), ∂L/∂b = -6. w: (0, 0) → (1, 1.5), b: 0 → 1.5.",
        "Step 2 (epoch 1, batch 2): row 0, n = 1. Loss 2.25.\n"
        "∂L/∂w = (3, 0), ∂L/∂b = 3. w: (1, 1.5) → (0.25, 1.5), b: 1.5 → 0.75.",
    ]
    assert repr(trace) == "<Trace of 2 steps: w (0, 0) → (0.25, 1.5), b 0 → 0.75>"


# Runs that diverge


@every_engine
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_a_run_that_diverges_ends_before_the_step_at_which_it_does(engine, dtype):
    """Without a warning: pytest would make an error of it."""
    trace = engine(**article_run(), lr=5, epochs=50, dtype=dtype)
    assert 0 < len(trace) < 200
    for step in trace:
        for field in fields(step):
            assert np.isfinite(getattr(step, field.name)).all()
    number, epoch, batch, loss = re.match(
        r"Diverged at step (\d+) \(epoch (\d+), batch (\d+)\): loss (\S+), w \S+, b \S+\. "
        r"A smaller learning rate than 5 may help\.$",
        trace.diverged,
    ).groups()
    assert int(number) == len(trace) + 1
    assert (int(epoch), int(batch)) == (len(trace) // 4 + 1, len(trace) % 4 + 1)
    assert loss == "inf"
    assert repr(trace) == f"<Trace of {len(trace)} steps. {trace.diverged}>"


@every_engine
def test_the_step_at_which_a_run_diverges_is_not_finite(engine):
    trace = engine(**article_run(), lr=5)
    order = [rows for batches in minibatches(10, 3, 10) for rows in batches]
    rows, last = order[len(trace)], trace[-1]
    with np.errstate(over="ignore"):
        loss = mean_squared_error(trace.X[rows], trace.Y[rows], last.w_after, last.b_after)
    assert not np.isfinite(loss)


@every_engine
@pytest.mark.parametrize(
    "changes",
    [{"lr": 1e38}, {"X": np.full((10, 1), 1e30)}, {"b": 1e30}],
    ids=["lr", "x", "b"],
)
def test_a_run_that_diverges_at_once_is_an_empty_trace_that_can_be_looked_at(engine, changes):
    trace = engine(**article_run() | {"w": [[1e5]]} | changes)
    assert len(trace) == 0
    assert trace.diverged.startswith("Diverged at step 1 (epoch 1, batch 1): loss ")
    assert trace.weights.tolist() == [[np.float32(1e5)]]
    assert trace.biases.tolist() == [trace.b]
    assert trace.losses.shape == (0,)
    assert trace.losses.dtype == np.float32
    assert trace.full_losses.shape == (1,)
    assert repr(trace) == f"<Trace of 0 steps. {trace.diverged}>"


@every_engine
def test_an_empty_trace_has_the_columns_of_its_features(engine):
    trace = engine(**three_features(), lr=1e38)
    assert len(trace) == 0
    assert trace.weights.shape == (1, 3)


@every_engine
def test_the_loss_of_all_of_the_data_is_silent_where_it_is_too_large(engine):
    """The last step is finite, but what it leads to may be so large that its square is not."""
    trace = engine(**article_run(), lr=5, epochs=50, dtype="float64")
    assert trace.full_losses[-1] == np.inf
    assert np.isfinite(trace.full_losses[:-1]).all()


@every_engine
def test_a_run_that_converges_has_not_diverged(engine):
    assert engine(**article_run()).diverged is None


# What the caller has set


@contextmanager
def switched(switch, value, normal):
    switch(value)
    try:
        yield
    finally:
        switch(normal)


SET_BY_THE_CALLER = {
    "no gradients": torch.no_grad,
    "inference": torch.inference_mode,
    "another device": lambda: torch.device("meta"),
    "the default device": lambda: switched(torch.set_default_device, "meta", None),
    "the default type": lambda: switched(torch.set_default_dtype, torch.float64, torch.float32),
    "a shorter default type": lambda: switched(
        torch.set_default_dtype, torch.float16, torch.float32
    ),
    "deterministic": lambda: switched(torch.use_deterministic_algorithms, True, False),
    "lower precision": lambda: torch.autocast("cpu", dtype=torch.bfloat16),
    "shorter products": lambda: switched(torch.set_float32_matmul_precision, "medium", "highest"),
    "anomalies": lambda: switched(
        lambda mode: torch.autograd.set_detect_anomaly(mode, check_nan=mode), True, False
    ),
    "floating-point errors": lambda: np.errstate(all="raise"),
}
PRODUCTS = getattr(torch.backends.mkldnn, "matmul", None)  # of the CPU; since PyTorch 2.9
if PRODUCTS:
    SET_BY_THE_CALLER |= {
        "shorter products on the CPU": lambda: switched(
            partial(setattr, PRODUCTS, "fp32_precision"), "bf16", "none"
        ),
        "shorter products everywhere": lambda: switched(
            partial(setattr, torch.backends, "fp32_precision"), "bf16", "none"
        ),
    }


def state_of_the_caller():
    return (
        np.geterr(),
        torch.is_grad_enabled(),
        torch.is_inference_mode_enabled(),
        torch.get_default_device(),
        torch.get_default_dtype(),
        torch.are_deterministic_algorithms_enabled(),
        torch.is_autocast_enabled("cpu"),
        torch.is_anomaly_enabled(),
        PRODUCTS.fp32_precision if PRODUCTS else torch.get_float32_matmul_precision(),
    )


def numbers_of_all_functions():
    """Return what comes of numbers that overflow, that underflow, and of both float types."""
    tiny = {name: np.multiply(value, 1e-160) for name, value in article_run().items()}
    wide = {"X": np.sin(np.arange(6144.0)).reshape(3, -1), "Y": [[1], [2], [3]], "b": 0}
    wide["w"] = np.cos(np.arange(2048.0)).reshape(
        -1, 1
    )  # for less PyTorch takes no shorter products
    not_a_number = {"X": [[1e30, -1e30]] * 3, "Y": [[0]] * 3, "w": [[1e10]] * 2, "b": 0}
    numbers = [*compare_gradients(**article_run()).values()]
    numbers += [(engine(**not_a_number).diverged,) for engine in ENGINES]
    numbers += [(sgd_with_torch(**wide, lr=1e-4, epochs=2).weights,)]
    for run in (article_run(), article_run() | {"dtype": "float64"}, tiny | {"dtype": "float64"}):
        for engine in ENGINES:
            for changes in ({"epochs": 2}, {"lr": 5, "epochs": 50}):
                trace = engine(**run | changes)
                numbers += [(trace.weights, trace.losses, trace.full_losses, trace.diverged)]
                steps = [*trace[:2], step_with_torch(trace[0])]
                numbers += [tuple(vars(step).values()) for step in steps]
        problem = [np.asarray(run[name], run.get("dtype", "float32")) for name in "XYwb"]
        numbers += [function(*problem) for function in GRADIENTS]
        numbers += [(mean_squared_error(*problem),)]
    return [np.asarray(number).tobytes() for several in numbers for number in several]


GRADIENTS = (gradient_matrix, gradient_scalar, gradient_numeric, gradient_autograd)
NUMBERS = numbers_of_all_functions()


@pytest.mark.filterwarnings("ignore:Anomaly Detection:UserWarning")
@pytest.mark.parametrize("setting", SET_BY_THE_CALLER.values(), ids=SET_BY_THE_CALLER)
def test_what_the_caller_has_set_changes_no_number_and_is_left_so(setting):
    with setting():
        before = state_of_the_caller()
        assert numbers_of_all_functions() == NUMBERS
        assert state_of_the_caller() == before


@pytest.mark.skipif(not PRODUCTS, reason="needs PyTorch 2.9")
def test_a_precision_that_stands_above_all_is_not_written_below():
    with SET_BY_THE_CALLER["shorter products everywhere"]():
        step_with_torch(sgd_by_hand(**article_run())[0])
    assert PRODUCTS.fp32_precision == "none"


@pytest.mark.skipif(not PRODUCTS, reason="needs PyTorch 2.9")
def test_a_gpu_takes_no_shorter_products_either():
    products = torch.backends.cuda.matmul
    with switched(partial(setattr, products, "fp32_precision"), "tf32", "none"):
        with torch_as_it_comes("cuda"):
            assert products.fp32_precision == "ieee"
        assert products.fp32_precision == "tf32"


def test_a_step_is_shown_in_words():
    step = sgd_by_hand(**article_run())[0]
    assert repr(step) == str(step)
    assert repr(step).startswith("Step 1 (epoch 1, batch 1): rows 3, 7, 5, n = 3. Loss ")


def test_the_article_runs_agree_to_4_ulps_of_their_largest_term():
    """Measured: at most 2, with and without fused multiply-add.

    A distance in ulps of the result grows without bound where terms cancel; in ulps of the
    largest term it shows the few roundings by which the two computations differ.
    """
    for hand, other in zip(
        sgd_by_hand(**article_run()), sgd_with_torch(**article_run()), strict=True
    ):
        x, n = np.abs(hand.X), len(hand.X)
        m = x @ np.abs(hand.w) + abs(hand.b) + np.abs(hand.Y)
        terms = {
            "loss": np.mean(m**2),
            "grad_w": 2 / n * (x.T @ m).item(),
            "grad_b": 2 / n * m.sum(),
            "w_after": max(abs(hand.w.item()), hand.lr * abs(hand.grad_w.item())),
            "b_after": max(abs(hand.b), hand.lr * abs(hand.grad_b)),
        }
        for name, term in terms.items():
            ours, theirs = (np.float64(getattr(step, name).item()) for step in (hand, other))
            ulps = abs(ours - theirs) / np.spacing(np.float32(term))
            assert ulps <= 4, f"{name} of step {hand.number}: {ulps} ulps"


@pytest.mark.parametrize(("run", "engine"), [(sgd_by_hand, "by hand"), (sgd_with_torch, "PyTorch")])
def test_a_trace_tells_how_it_was_made(run, engine):
    settings = {"lr": 1e30, "batch_size": 4, "epochs": 2, "seed": 5}
    trace = run(**article_run(), **settings)
    assert {name: getattr(trace, name) for name in settings} == settings  # though it diverged
    assert trace.engine == engine
