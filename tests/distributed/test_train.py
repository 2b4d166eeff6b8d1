"""One worker, in this process: weights, checkpoints, and what is said of arguments."""

import os
import re
from collections import Counter
from itertools import product

import numpy as np
import pytest
from in_group import RUN, TOGETHER, X, Y

from lsqgrad._util import ArgumentError
from lsqgrad.distributed import group, merge_sums, row_weights, sgd, train
from lsqgrad.streaming import StreamError

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.usefixtures("alone")
SIZES = [1, 2, 3, 4, 7, 8, 9]


@pytest.mark.parametrize(("n", "workers"), list(product(SIZES, [1, 2, 3, 5])))
def test_weights_make_of_the_means_of_workers_the_mean_of_the_rows(n, workers):
    for batch_size in SIZES:
        shares = []
        for rank in range(workers):
            sampler = torch.utils.data.DistributedSampler(range(n), workers, rank, seed=1)
            shares.append((list(sampler), row_weights(n, workers, rank, batch_size).ravel()))
        seen = Counter()
        for first in range(0, len(shares[0][0]), batch_size):
            batch = slice(first, first + batch_size)
            mean = Counter()
            for rows, weights in shares:
                for row, weight in zip(rows[batch], weights[batch], strict=True):
                    mean[row] += weight / workers
            mean = {row: weight for row, weight in mean.items() if weight}
            assert np.allclose(list(mean.values()), 1 / len(mean), rtol=1e-15)
            seen.update(mean.keys())
        assert seen == Counter(range(n))


def end(fit):
    return np.append(fit.w, fit.b)


def run(**changes):
    return train(X, Y, **(RUN | {"batch_size": TOGETHER} | changes))


def stop_before(step, checkpoint, monkeypatch):
    def stop():
        raise InterruptedError

    monkeypatch.setattr(sgd, "_crash", stop)
    with pytest.raises(InterruptedError):
        run(checkpoint=checkpoint, fail_before=step)


@pytest.mark.parametrize("step", [1, 2, 17, 21])
def test_a_run_that_is_broken_off_goes_on_to_the_same_bits(step, tmp_path, monkeypatch, capsys):
    stop_before(step, tmp_path / "run.pt", monkeypatch)
    fit = run(checkpoint=tmp_path / "run.pt")
    assert (end(fit) == end(run())).all()
    assert fit.steps == 24
    told = f"The run goes on after step {step - 1}.\n" if step > 1 else ""
    assert capsys.readouterr().out == told


def test_a_run_that_has_ended_goes_on_for_more_epochs(tmp_path):
    run(checkpoint=tmp_path / "run.pt", epochs=2)
    assert (end(run(checkpoint=tmp_path / "run.pt")) == end(run())).all()


def test_a_checkpoint_is_whole_if_writing_the_next_fails(tmp_path, monkeypatch):
    checkpoint = tmp_path / "run.pt"
    stop_before(3, checkpoint, monkeypatch)
    whole = checkpoint.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(sgd.os, "replace", lambda *_: os.stat(tmp_path / "none"))
        with pytest.raises(OSError, match=r"run\.pt'$"):
            run(checkpoint=checkpoint)
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [whole]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"lr": 0.02}, "lr 0.02, got one with lr 0.1"),
        ({"batch_size": 5}, "batch_size 5, got one with batch_size 6"),
        ({"seed": 4}, "seed 4, got one with seed 3"),
        ({"weighted": False}, "weighted False, got one with weighted True"),
    ],
)
def test_a_checkpoint_of_another_run_is_refused(changes, sentence, tmp_path, monkeypatch):
    stop_before(3, tmp_path / "run.pt", monkeypatch)
    with pytest.raises(ArgumentError, match=re.escape(sentence)):
        run(checkpoint=tmp_path / "run.pt", **changes)


def test_a_checkpoint_of_other_data_or_none_at_all_is_refused(tmp_path, monkeypatch):
    checkpoint = tmp_path / "run.pt"
    stop_before(3, checkpoint, monkeypatch)
    with pytest.raises(ArgumentError, match="got one of other data"):
        train(X, Y + 1, batch_size=TOGETHER, **RUN, checkpoint=checkpoint)
    checkpoint.write_text("no checkpoint")
    with pytest.raises(ArgumentError, match=r"run\.pt, which is none"):
        run(checkpoint=checkpoint)


def test_a_run_that_diverges_ends_and_says_so(tmp_path):
    fit = run(lr=1e100, checkpoint=tmp_path / "run.pt")
    sentence = f"Diverged at step {fit.steps}. A smaller learning rate than 1e+100 may help."
    assert fit.diverged == sentence
    assert fit.steps < 24
    state = torch.load(tmp_path / "run.pt", weights_only=True)
    assert state["step"] == fit.steps - 1
    assert all(values.isfinite().all() for values in state["model"].values())


def test_a_stream_that_fails_at_once_says_so_as_any_other():
    with pytest.raises(StreamError, match=r"failed after 0 batch.* with ZeroDivisionError"):
        merge_sums((1 / 0 for _ in range(3)), 1)


def test_sums_of_other_widths_or_of_no_batch_are_refused():
    with pytest.raises(ArgumentError, match="features: expected 2, the number of columns of X, "):
        merge_sums([(X, Y)], 1)
    with pytest.raises(ArgumentError, match="batches: expected at least one for some worker, got"):
        merge_sums([], 1)


def test_an_error_of_gloo_is_told_in_a_sentence_and_others_are_left():
    error = RuntimeError(
        "[/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:547] "
        "Connection closed by peer [127.0.0.1]:4242"
    )
    with pytest.raises(group.WorkerLost) as told:
        group.name_lost(error, "in step 17")
    assert str(told.value) == (
        "Worker 0 stopped in step 17, since another one ended or is silent: "
        "Connection closed by peer."
    )
    assert group.name_lost(RuntimeError("shapes do not match"), "in step 17") is None


def test_gpus_that_are_not_there_are_told_of(monkeypatch):
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "2")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    sentence = r"device: expected a GPU for each of the 2 worker\(s\) on this machine, got 1 GPU"
    with pytest.raises(ArgumentError, match=sentence), group.group_of_workers("cuda"):
        pass
