"""What is promised of the sums of a stream, tried from outside: exact numbers, hostile streams."""

import copy
import itertools
import pickle
from dataclasses import FrozenInstanceError, fields
from fractions import Fraction
from tempfile import TemporaryFile

import numpy as np
import pytest
import torch
from torch.utils.data import DataLoader, TensorDataset

from lsqgrad import StreamError, Sums, gather_sums

UNIT = 2.0**-53  # the largest relative error of one float64 operation
ROWS = 42


def gamma(k):
    """The bound on k roundings, one after another: see tests/regression/test_sgd.py."""
    return k * UNIT / (1 - k * UNIT)


def rows(kind="off centre", p=3, n=ROWS, dtype=np.float64):
    rng = np.random.default_rng(8)
    X = rng.normal(size=(n, p))
    if kind == "off centre":
        X += 1e6
    elif kind == "of many sizes":
        X *= 10.0 ** np.linspace(-90, 90, p)
    elif kind == "constant":
        X[:, 0] = 0.1
    Y = X @ rng.normal(size=(p, 1)) + rng.normal(size=(n, 1))
    return X.astype(dtype), Y.astype(dtype)


def fractions(array):
    return np.vectorize(Fraction, otypes=[object])(np.asarray(array, np.float64))


class Exact:
    """The same sums in rational numbers, and how far rounding may take the others from them."""

    def __init__(self, X, Y):
        self.X, self.Y = fractions(X), fractions(Y)
        self.n, self.p = X.shape
        Z = np.hstack([self.X, self.Y])
        self.mean = Z.sum(axis=0) / self.n
        self.scatter = (Z - self.mean).T @ (Z - self.mean)

    def gradient(self, w, b):
        residual = self.X @ fractions(w) + Fraction(b) - self.Y
        return 2 * self.X.T @ residual / self.n, 2 * residual.sum() / self.n

    def loss(self, w, b):
        residual = self.X @ fractions(w) + Fraction(b) - self.Y
        return (residual**2).sum() / self.n


def split(X, Y, sizes=(5, 1, 7, 2)):
    """Yield the rows in batches of those sizes, over and over."""
    first = 0
    for size in itertools.cycle(sizes):
        if first >= len(X):
            return
        yield X[first : first + size], Y[first : first + size]
        first += size


# The bounds. A sum in which every term passes at most k roundings is within γ_k Σ|terms| of the
# exact one (Higham, chapter 3). A term of the scatter passes two differences, a product and the
# sums of its batch, of at most n - 1, and with every merge some more: 20 are more than a merge
# can need. By Cauchy and Schwarz Σ|terms| is at most the root of the product of two squares. The
# mean is kept in two floats, and so to the square of a rounding.


def gathered_in(batches, exact):
    """Return how far mean and scatter may be from the exact ones after so many batches."""
    k = exact.n + 20 * batches
    spread = np.sqrt(np.diag(exact.scatter).astype(float))
    of_mean = gamma(k) * spread / np.sqrt(exact.n) + 4 * UNIT**2 * np.abs(exact.mean.astype(float))
    return of_mean, gamma(k) * np.outer(spread, spread)


def assert_sums_are(exact, sums, batches):
    of_mean, of_scatter = gathered_in(batches, exact)
    assert (sums.n, sums.p) == (exact.n, exact.p)
    mean = fractions(sums.mean) + fractions(sums.rest)
    assert (np.abs(mean - exact.mean) <= of_mean).all()
    assert (np.abs(fractions(sums.scatter) - exact.scatter) <= of_scatter).all()


def assert_gradient_is(exact, sums, batches, w, b):
    """Neither a large mean nor a small gradient costs more digits than the data have lost."""
    of_mean, of_scatter = gathered_in(batches, exact)
    grad, (grad_w, grad_b) = sums.gradient(w, b), exact.gradient(w, b)
    v = np.vstack([np.abs(w), [[1]]])
    k = gamma(exact.p + 10)
    of_residual = of_mean @ v[:, 0] + k * abs(float(grad_b))
    of_residual += k * UNIT * (np.abs(exact.mean.astype(float)) @ v[:, 0] + abs(b))
    spread = np.sqrt(np.diag(exact.scatter).astype(float))
    of_product = (of_scatter + k * np.outer(spread, spread))[:-1] @ v
    x = np.abs(exact.mean[:-1, None].astype(float))
    allowed = 2 / exact.n * of_product + 2 * x * of_residual + k * np.abs(grad_w.astype(float))
    allowed += 2 * of_mean[:-1, None] * abs(float(grad_b))
    assert (np.abs(fractions(grad.w) - grad_w) <= allowed).all()
    assert abs(Fraction(float(grad.b)) - grad_b) <= 2 * of_residual


# Streams that are as good as any other


def one_buffer(X, Y):
    """What a careful reader of files does: the arrays of the last batch are written over."""
    x, y = np.empty((8, X.shape[1]), X.dtype), np.empty((8, 1), Y.dtype)
    for batch_x, batch_y in split(X, Y):
        x[: len(batch_x)], y[: len(batch_x)] = batch_x, batch_y
        yield x[: len(batch_x)], y[: len(batch_x)]
        x[:], y[:] = np.nan, np.nan


def other_strides(X, Y):
    return np.asfortranarray(X[::-1])[::-1], np.repeat(Y, 2, axis=0)[::2]


def loader(X, Y):
    return DataLoader(TensorDataset(torch.tensor(X), torch.tensor(Y)), batch_size=8)


def mapped(X):
    with TemporaryFile() as file:
        array = np.memmap(file, X.dtype, "w+", shape=X.shape)
    array[:] = X
    return array


def foreign_bytes(X, Y):
    return X.astype(X.dtype.newbyteorder()), Y.astype(Y.dtype.newbyteorder())


STREAMS = {
    "a pair": lambda X, Y: (X, Y),
    "a pair of lists": lambda X, Y: (X.tolist(), Y.tolist()),
    "a pair of tensors": lambda X, Y: (torch.tensor(X), torch.tensor(Y)),
    "a pair of which one is mapped": lambda X, Y: (mapped(X), Y),
    "a list of two batches": lambda X, Y: [(X[:9], Y[:9]), (X[9:], Y[9:])],
    "a tuple of two batches": lambda X, Y: ((X[:9], Y[:9]), (X[9:], Y[9:])),
    "a list of lists": lambda X, Y: [[x.tolist(), y.tolist()] for x, y in split(X, Y)],
    "single rows": lambda X, Y: split(X, Y, [1]),
    "one buffer": one_buffer,
    "other strides": other_strides,
    "batches of other strides": lambda X, Y: split(*other_strides(X, Y)),
    "foreign bytes": foreign_bytes,
    "a loader": loader,
}


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("stream", STREAMS.values(), ids=STREAMS)
def test_every_stream_has_the_sums_of_its_rows(stream, dtype):
    X, Y = rows(dtype=dtype)
    before = X.copy(), Y.copy()
    assert_sums_are(Exact(X, Y), gather_sums(stream(X, Y)), batches=ROWS)
    assert (before[0] == X).all()
    assert (before[1] == Y).all()


@pytest.mark.parametrize("dtype", [np.int8, np.uint8, np.int64, np.float16])
def test_short_numbers_are_not_summed_as_such(dtype):
    rng = np.random.default_rng(3)
    X, Y = (rng.integers(90, 120, (ROWS, p)).astype(dtype) for p in (2, 1))
    assert_sums_are(Exact(X, Y), gather_sums(split(X, Y)), batches=ROWS)


def test_millions_of_rows_are_summed_as_exactly_as_few():
    """In blocks and by threads: after no more than 2¹² roundings, one after another."""
    n = 3_000_001
    D = np.random.default_rng(2).integers(-3, 4, (n, 2))
    X, Y = np.hsplit((10**6 + D).astype(np.float32), 2)
    total = D.sum(axis=0)
    exact = fractions(D.T @ D) - fractions(np.outer(total, total)) / n
    assert (
        np.abs(fractions(gather_sums((X, Y)).scatter) - exact) <= gamma(2**12) * exact[0, 0]
    ).all()


@pytest.mark.parametrize(
    ("kind", "p"), [("off centre", 1), ("off centre", 12), ("of many sizes", 3), ("constant", 3)]
)
@pytest.mark.parametrize("of_least_loss", [False, True])
def test_gradient_and_loss_are_the_exact_ones_to_rounding(kind, p, of_least_loss):
    X, Y = rows(kind, p)
    exact, sums = Exact(X, Y), gather_sums(split(X, Y))
    assert_sums_are(exact, sums, batches=ROWS)
    w, b = np.cos(np.arange(p)).reshape(-1, 1), -2.0
    if of_least_loss and kind == "off centre":
        w, b = sums.solve()
    assert_gradient_is(exact, sums, ROWS, w, b)


@pytest.mark.parametrize("scale", [1e-150, 1e150])
def test_what_squares_to_nearly_nothing_or_too_much_keeps_its_digits(scale):
    X, Y = (scale * values for values in rows("centred"))
    exact, sums = Exact(X, Y), gather_sums(split(X, Y))
    assert_sums_are(exact, sums, batches=ROWS)


@pytest.mark.parametrize("noise", [0, 2.0**-30])
def test_a_loss_is_never_below_zero(noise):
    """Where all rows are on the line, its terms cancel."""
    X, _ = rows(p=2)
    Y = X @ [[3], [-2]] + 1 + noise * np.resize([1, -1], (ROWS, 1))
    w, b = [[3], [-2]], 1
    sums = gather_sums(split(X, Y))
    spread = np.diag(Exact(X, Y).scatter).astype(float)
    size = (spread[:2] @ np.square(w) + spread[2]) / ROWS
    assert sums.loss(w, b) >= 0
    assert (
        abs(Fraction(float(sums.loss(w, b))) - Exact(X, Y).loss(w, b))
        <= 9 * gamma(ROWS + 20 * ROWS) * size
    )


# Merging


def test_parts_are_merged_in_any_order_and_in_any_pairs():
    X, Y = rows()
    exact = Exact(X, Y)
    parts = [gather_sums((X[some], Y[some])) for some in np.split(np.arange(ROWS), [1, 3, 20])]
    for a, b, c, d in itertools.permutations(parts):
        assert_sums_are(exact, (a + b) + (c + d), batches=4)
        assert_sums_are(exact, a + (b + (c + d)), batches=4)


def test_a_merge_leaves_both_as_they_were():
    X, Y = rows()
    a, b = gather_sums((X[:9], Y[:9])), gather_sums((X[9:], Y[9:]))
    before = pickle.dumps((a, b))
    _ = a + b
    assert pickle.dumps((a, b)) == before


def test_only_sums_of_the_same_columns_are_merged():
    one, two = (gather_sums(rows(p=p)) for p in (1, 2))
    with pytest.raises(ValueError, match=r"^\S.*1.*2.*\.$"):
        one + two
    for other in (3, None, [one]):
        with pytest.raises(TypeError):
            one + other


# Copies


@pytest.mark.parametrize(
    "again",
    [
        copy.deepcopy,
        lambda sums: pickle.loads(pickle.dumps(sums)),
        lambda sums: Sums.unpacked(sums.packed()),
    ],
    ids=["deepcopy", "pickle", "packed"],
)
def test_a_copy_is_the_same_to_the_last_bit_and_as_read_only(again):
    sums = gather_sums(split(*rows()))
    other = again(sums)
    w, b = [[1], [2], [3]], 0.5
    assert other.n == sums.n
    assert other.gradient(w, b).w.tobytes() == sums.gradient(w, b).w.tobytes()
    assert other.loss(w, b) == sums.loss(w, b)
    for field in fields(Sums):
        value = getattr(other, field.name)
        assert np.asarray(value).tobytes() == np.asarray(getattr(sums, field.name)).tobytes()
        if isinstance(value, np.ndarray):
            with pytest.raises(ValueError, match="read-only"):
                value += 1
        with pytest.raises(FrozenInstanceError):
            setattr(other, field.name, value)


def test_what_is_packed_may_be_written_to_and_what_was_unpacked_does_not_change_with_it():
    """An all_reduce writes into the vector that it was given."""
    sums = gather_sums(rows())
    vector = sums.packed()
    other = Sums.unpacked(vector)
    vector[:] = np.nan
    assert other.loss([[0]] * 3, 0) == sums.loss([[0]] * 3, 0)
    assert np.isfinite(sums.packed()).all()


@pytest.mark.parametrize(
    "vector",
    [np.ones(8), [], np.ones((3, 3)), np.full(9, np.nan), "packed", None, np.zeros(9), 9 * [1.5]],
)
def test_what_was_never_packed_is_not_unpacked(vector):
    with pytest.raises(ValueError, match=r"^vector: expected .*\.$"):
        Sums.unpacked(vector)


# Streams that end badly


def stream(bad, batches=6, size=5):
    """Yield good batches, then do what `bad` does."""
    X, Y = rows(n=batches * size)
    yield from split(X, Y, [size])
    yield bad(*rows(n=size))


def ended(batches):
    with pytest.raises(StreamError) as error:
        gather_sums(batches)
    return error.value


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize(("name", "column"), [("X", 1), ("Y", 0)])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_number_that_is_none_is_told_with_its_place(value, name, column, dtype):
    def bad(X, Y):
        X, Y = X.astype(dtype), Y.astype(dtype)
        {"X": X, "Y": Y}[name][3, column] = value
        return X, Y

    error = ended(stream(bad))
    assert error.batches == 6
    assert (error.sums.n, error.sums.p) == (30, 3)
    for words in (f"atch 7, {name}", "row 3", f"column {column}", "33", str(value)):
        assert words in str(error), words


@pytest.mark.parametrize(
    "bad",
    [
        lambda X, Y: X,
        lambda X, Y: (X, Y, Y),
        lambda X, Y: (X,),
        lambda X, Y: None,
        lambda X, Y: {"X": X, "Y": Y},
        lambda X, Y: "XY",
        lambda X, Y: (X[:, :2], Y),
        lambda X, Y: (np.hstack([X, X]), Y),
        lambda X, Y: (X, X),
        lambda X, Y: (X[:-1], Y),
        lambda X, Y: (X, Y[:, 0]),
        lambda X, Y: (X[0], Y[0]),
        lambda X, Y: (X + 1j, Y),
        lambda X, Y: (X.astype(str), Y),
        lambda X, Y: (X, np.ma.masked_less(Y, np.median(Y))),
        lambda X, Y: (1e200 * X, Y),
        lambda X, Y: (torch.tensor(X, requires_grad=True), Y),
    ],
)
def test_a_batch_that_is_none_is_told_in_a_sentence_and_loses_nothing(bad):
    error = ended(stream(bad))
    assert error.batches == 6
    assert "atch 7" in str(error)
    assert str(error).endswith(".")
    assert "\n" not in str(error)
    assert_sums_are(Exact(*rows(n=30)), error.sums, batches=6)


@pytest.mark.parametrize("merge", range(1, 8))
def test_an_interrupt_in_a_merge_loses_nothing(merge, monkeypatch):
    add, merges = Sums.__add__, itertools.count(1)

    def interrupted(a, b):
        if next(merges) == merge:
            raise KeyboardInterrupt
        return add(a, b)

    monkeypatch.setattr(Sums, "__add__", interrupted)
    error = ended(split(*rows(n=40), [5]))
    assert (error.sums.n if error.sums else 0) == 5 * error.batches
    assert error.batches >= 1


def test_a_stream_error_is_a_message_that_travels_between_processes():
    error = ended(stream(lambda X, Y: None))
    other = pickle.loads(pickle.dumps(error))
    assert (str(other), other.batches, other.sums.n) == (str(error), 6, 30)


@pytest.mark.parametrize("empty", [[], iter(()), DataLoader([])])
def test_an_empty_stream_is_refused(empty):
    with pytest.raises(ValueError, match=r"^batches: expected .*\.$"):
        gather_sums(empty)


@pytest.mark.parametrize("batches", [5, None, gather_sums])
def test_what_is_no_stream_is_refused(batches):
    with pytest.raises(TypeError, match=r"^batches: expected .*\.$"):
        gather_sums(batches)


# What is asked of the sums


@pytest.mark.parametrize("w", [[[1]], [1, 2, 3], [[1, 2, 3]], [[1], [2], [np.nan]], 1])
@pytest.mark.parametrize("asked", ["gradient", "loss"])
def test_weights_of_another_shape_are_refused(asked, w):
    with pytest.raises(ValueError, match=r"^w: expected .*\.$"):
        getattr(gather_sums(rows()), asked)(w, 0)
    with pytest.raises(ValueError, match=r"^b: expected a finite number, got nan\.$"):
        getattr(gather_sums(rows()), asked)([[1], [2], [3]], np.nan)


def test_the_solution_is_the_exact_one_to_the_condition_of_the_scatter():
    """Cholesky or LU: the solution of a matrix that is off by p γ_3p and by its own rounding."""
    X, Y = rows(p=2)
    exact, (w, b) = Exact(X, Y), gather_sums(split(X, Y)).solve()
    (xx, xy, xz), (_, yy, yz), _ = exact.scatter
    true = np.array([xz * yy - yz * xy, yz * xx - xz * xy]) / (xx * yy - xy * xy)
    condition = np.linalg.cond(exact.scatter[:2, :2].astype(float))
    allowed = condition * gamma(ROWS + 20 * ROWS + 12) * np.linalg.norm(true.astype(float))
    assert np.linalg.norm((fractions(w)[:, 0] - true).astype(float)) <= 4 * allowed
    of_mean, _ = gathered_in(ROWS, exact)
    of_b = of_mean @ [*np.abs(w[:, 0]), 1] + gamma(12) * abs(b)
    assert abs(Fraction(float(b)) - exact.mean[2] + exact.mean[:2] @ fractions(w)[:, 0]) <= of_b
