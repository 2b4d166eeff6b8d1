"""One pass gathers the sums, whatever gives the batches, and says what is wrong with them."""

import os
import signal
import sys
from fractions import Fraction

import numpy as np
import pytest
import torch

from lsqgrad import StreamError, gather_sums
from lsqgrad.streaming import gathering

RNG = np.random.default_rng(20211012)
X = RNG.integers(-9, 9, (100, 2)).astype(float)
Y = RNG.integers(-9, 9, (100, 1)).astype(float)


def batches(size=30):
    return [(X[k : k + size], Y[k : k + size]) for k in range(0, len(X), size)]


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


def test_equal_batches_are_not_rounded_the_same_way_again_and_again():
    """Each row of a thousand batches passes ten merges, of four roundings, and not a thousand."""
    third = Fraction(1 / 3)
    sums = gather_sums(1000 * [([[0], [1 / 3]], [[0], [1 / 3]])])
    true = 1000 * third**2 / 2
    assert abs(Fraction(float(sums.scatter[0, 0])) - true) <= 40 * true / 2**53


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


# What is wrong with a stream


def seventh(batch):
    """Put something in the place of the seventh batch."""
    return [*batches(10)[:6], batch, *batches(10)[7:]]


STREAMS = {
    "Batch 7, X: expected 2 column(s), as before, got 1.": (Y[:10], Y[:10]),
    "Batch 7, X and Y: expected a pair (X, Y), got an array of float64, shape (10, 2). "
    "Two arrays are given as a tuple, (X, Y).": X[:10],
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
