"""One pass gathers the sums, whatever gives the batches, and says what is wrong with them."""

import os
import signal
import sys

import numpy as np
import pytest
import torch

from lsqgrad import StreamError, Sums, gather_sums
from lsqgrad.streaming import gathering

RNG = np.random.default_rng(20211012)
X = RNG.integers(-9, 9, (100, 2)).astype(float)
Y = RNG.integers(-9, 9, (100, 1)).astype(float)
WHOLE = gather_sums((X, Y))


def batches(size=30):
    return [(X[k : k + size], Y[k : k + size]) for k in range(0, len(X), size)]


def one_buffer():
    """Give each batch in the same memory, as a reader may that saves allocations."""
    x, y = np.empty((25, 2)), np.empty((25, 1))
    for x[:], y[:] in batches(25):
        yield x, y


def in_file(folder, array):
    np.save(folder / "rows.npy", array)
    return np.load(folder / "rows.npy", mmap_mode="r")


def loader():
    rows = torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(Y))
    return torch.utils.data.DataLoader(rows, batch_size=30)


SOURCES = {
    "lists": lambda folder: (X.tolist(), Y.tolist()),
    "integers": lambda folder: (X.astype(np.int8), Y.astype(np.int64)),
    "half precision": lambda folder: (X.astype(np.float16), Y.astype(np.float32)),
    "columns of a table": lambda folder: (np.hstack([Y, X])[:, 1:], np.hstack([X, Y])[:, 2:]),
    "column by column": lambda folder: (np.asfortranarray(X), Y),
    "every second row": lambda folder: (np.repeat(X, 2, axis=0)[::2], Y),
    "mapped": lambda folder: (in_file(folder, X), Y),
    "tensors": lambda folder: (torch.tensor(X), torch.tensor(Y)),
    "a list of batches": lambda folder: batches(),
    "a tuple of two batches": lambda folder: tuple(batches(50)),
    "a generator": lambda folder: iter(batches()),
    "one buffer": lambda folder: one_buffer(),
    "single rows": lambda folder: batches(1),
    "a DataLoader": lambda folder: loader(),
}


@pytest.mark.parametrize("source", SOURCES)
def test_the_sums_are_the_same_whatever_gives_the_rows(source, tmp_path):
    """Those of small integers, whose raw sums are exact; centring them rounds."""
    sums = gather_sums(SOURCES[source](tmp_path))
    assert (sums.n, sums.p) == (100, 2)
    np.testing.assert_allclose(sums.packed(), WHOLE.packed(), rtol=0, atol=1e5 * 2.0**-52)


def test_threads_and_waves_do_not_change_a_bit(monkeypatch):
    """Only the batches do, so that a result does not depend on timing."""
    x, y = RNG.normal(size=(5000, 2)), RNG.normal(size=(5000, 1))
    monkeypatch.setattr(gathering, "BLOCK", 2**8)
    found = set()
    for threads, wave in ((1, 2**19), (1, 2**10), (3, 2**10), (4, 1)):
        monkeypatch.setattr(gathering, "THREADS", threads)
        monkeypatch.setattr(gathering, "WAVE", wave)
        found.add(gather_sums([(x, y)]).packed().tobytes())
    assert len(found) == 1
    np.testing.assert_allclose(gather_sums([(x, y)]).sum_xx, x.T @ x, rtol=1e-12, atol=1e-12)


# What is wrong with a pair of arrays


def with_one(number, row, column=0, array=X):
    array = array.copy()
    array[row, column] = number
    return array


PAIRS = {
    "Y: expected two axes, rows and columns, got shape (100,). np.reshape(Y": (X, Y[:, 0]),
    "Y: expected as many rows as X, which has 100, got 99 row(s).": (X, Y[1:]),
    "X: expected at least one row and one column, got shape (0, 2).": (X[:0], Y[:0]),
    "X: expected finite numbers, got nan in row 99, column 1.": (with_one(np.nan, 99, 1), Y),
    "Y: expected finite numbers, got -inf in row 7, column 0.": (X, with_one(-np.inf, 7, 0, Y)),
    "X, Y: expected numbers whose squares float64 can hold, got larger": (with_one(1e200, 3), Y),
    "X: expected columns whose spread float64 keeps to four": ([[2**53 + 1], [2**53 + 3]], Y[:2]),
    "X: expected real numbers, none of them masked, got a masked one": (np.ma.masked_less(X, 0), Y),
    "X: expected an array of real numbers, but can't call numpy() on Tensor that requires grad": (
        torch.tensor(X, requires_grad=True),
        Y,
    ),
}


@pytest.mark.parametrize("sentence", PAIRS)
def test_a_pair_of_arrays_is_refused_as_everywhere(sentence, monkeypatch):
    monkeypatch.setattr(gathering, "BLOCK", 2**6)
    monkeypatch.setattr(gathering, "WAVE", 2**6)
    monkeypatch.setattr(gathering, "WAVES_AT_ONCE", 1)  # so that row 99 is in a later part
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        gather_sums(PAIRS[sentence])
    assert str(caught.value).startswith(sentence)


def test_what_is_no_stream_and_what_is_empty_is_refused():
    with pytest.raises(TypeError, match=r"^batches: expected a pair \(X, Y\) or an .*, got int 3"):
        gather_sums(3)
    with pytest.raises(ValueError, match=r"^batches: expected at least one, got none\. An iterato"):
        gather_sums([])


# What is wrong with a stream


def seventh(batch):
    """Put something in the place of the seventh batch."""
    return [*batches(10)[:6], batch, *batches(10)[7:]]


STREAMS = {
    "Batch 7, X: expected finite numbers, got nan in row 3, column 1. "
    "In the stream this is row 63.": (with_one(np.nan, 3, 1)[:10], Y[:10]),
    "Batch 7, X: expected 2 column(s), as before, got 1.": (Y[:10], Y[:10]),
    "Batch 7, X, Y: expected numbers whose squares float64 can": (with_one(1e200, 3)[:10], Y[:10]),
    "Batch 7, X and Y: expected a pair (X, Y), got an array of float64, shape (10, 2). "
    "Two arrays are given as a tuple, (X, Y).": X[:10],
    "Batch 7, X and Y: expected a pair (X, Y), got a dict. Two": {"x": X[:10], "y": Y[:10]},
    "Batch 7, Y: expected two axes, rows and columns, got shape (10,).": (X[:10], Y[:10, 0]),
    "Batch 7, X: expected at least one row and one column": (X[:0], Y[:0]),
}


def assert_kept(error, sentence, batches, rows):
    """Check that an error says what was wrong, and has the sums of all rows before."""
    assert str(error).startswith(sentence)
    assert error.batches == batches
    if rows == 0:
        assert str(error).endswith(" Nothing was gathered before.")
        assert error.sums is None
    else:
        before = gather_sums((X[:rows], Y[:rows]))
        assert str(error).endswith(
            f" The sums of the {rows} row(s) before are kept in this error's sums."
        )
        np.testing.assert_allclose(error.sums.packed(), before.packed(), atol=1e5 * 2.0**-52)


@pytest.mark.parametrize("sentence", STREAMS)
def test_a_bad_batch_is_named_and_those_before_are_kept(sentence):
    with pytest.raises(StreamError) as caught:
        gather_sums(seventh(STREAMS[sentence]))
    assert_kept(caught.value, sentence, 6, 60)
    assert isinstance(caught.value.__cause__, ValueError)


@pytest.mark.parametrize("before", [0, 7])
@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (
            OSError("the disk\nis gone."),
            "failed after {} batch(es) with OSError: the disk is gone.",
        ),
        (ValueError(), "failed after {} batch(es) with ValueError."),
        (StreamError("Inner."), "failed after {} batch(es) with StreamError: Inner."),
        (KeyboardInterrupt(), "was interrupted after {} batch(es) with KeyboardInterrupt."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_stream_that_fails_says_how_far_it_came(before, failure, sentence):
    def stream():
        yield from batches(10)[:before]
        raise failure

    with pytest.raises(StreamError) as caught:
        gather_sums(stream())
    assert_kept(caught.value, "The stream " + sentence.format(before), before, 10 * before)
    assert caught.value.__cause__ is failure


@pytest.mark.parametrize("call", range(1, 9))
def test_an_interrupt_while_parts_are_merged_loses_no_row(monkeypatch, call):
    add, calls = Sums.__add__, []

    def interrupted(self, other):
        calls.append(1)
        if len(calls) == call:
            raise KeyboardInterrupt
        return add(self, other)

    monkeypatch.setattr(Sums, "__add__", interrupted)
    with pytest.raises(StreamError) as caught:
        gather_sums(batches(10))
    done = caught.value.batches
    assert_kept(caught.value, "The stream was interrupted after", done, 10 * done)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal to send")
def test_a_real_interrupt_waits_for_the_threads(monkeypatch):
    monkeypatch.setattr(gathering, "WAVE", 1)
    monkeypatch.setattr(gathering, "BLOCK", 2**4)
    original = gathering._sum_blocks
    sent = []

    def interrupting(*arguments):
        if not sent:
            sent.append(os.kill(os.getpid(), signal.SIGINT))
        original(*arguments)

    monkeypatch.setattr(gathering, "_sum_blocks", interrupting)
    with pytest.raises(StreamError, match="was interrupted after 0 batch"):
        gather_sums([(X, Y)])


# The bar


def test_a_bar_counts_the_rows_and_appears_after_two_seconds(monkeypatch):
    import tqdm

    bars = []

    class Bar(tqdm.tqdm):
        def __init__(self, **settings):
            bars.append(settings | {"rows": 0})
            super().__init__(**settings)

        def update(self, rows):
            bars[-1]["rows"] += rows

    monkeypatch.setattr(tqdm, "tqdm", Bar)

    class Known(list):
        rows = 100

    for source in ((X, Y), batches(), Known(batches())):
        gather_sums(source)
        gather_sums(source, progress=False)
    seen = [(bar["total"], bar["rows"], bar["delay"]) for bar in bars]
    assert seen == [(100, 100, 2), (None, 100, 2), (100, 100, 2)]


def test_a_short_pass_prints_nothing_and_needs_no_tqdm(monkeypatch, capfd):
    gather_sums(batches())
    monkeypatch.setitem(sys.modules, "tqdm", None)
    gather_sums(batches())
    assert capfd.readouterr() == ("", "")
