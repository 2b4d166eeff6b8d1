"""Several workers, which torchrun starts: three times in all, which takes most of the time."""

import json
import re
import signal
import subprocess
import sys
from functools import reduce
from operator import add
from pathlib import Path

import numpy as np
import pytest
from in_group import EXACT_RUN, EXACT_X, EXACT_Y, RUN, TABLE, TOGETHER, X, Y, batches_of

from lsqgrad.distributed import group, train
from lsqgrad.regression import gradient_matrix, with_ones
from lsqgrad.streaming import gather_sums

torch = pytest.importorskip("torch")


def run(*arguments):
    """Run Python, whose workers end with it, also if it takes too long."""
    command = [sys.executable, *map(str, arguments)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "encoding": "utf-8"}
    with subprocess.Popen(command, **pipes) as process:
        try:
            out, err = process.communicate(timeout=120)
        finally:
            process.terminate()  # torchrun then ends what it has started
            process.wait(timeout=60)
    return process.returncode, out, err


@pytest.fixture(scope="module", params=[2, 3])
def ends(request, tmp_path_factory):
    """Where each of several workers ended, in the order of their ranks."""
    folder, script = tmp_path_factory.mktemp("ends"), Path(__file__).with_name("in_group.py")
    launch = "import sys; from lsqgrad.distributed.group import launch; "
    launch += f"sys.exit(launch(sys.argv[1:], {request.param}, 0))"
    status, _, err = run("-c", launch, script, folder)
    assert status == 0, err
    return [np.load(path) for path in sorted(folder.iterdir())]


def fail(folder, workers, before, restarts=1):
    """Let a worker be killed; return the exit status, what was told, and the result if any."""
    np.save(folder / "rows.npy", TABLE)
    options = {
        "data": folder / "rows.npy", "target": 2, "workers": workers,
        "batch-size": TOGETHER // workers, "fail": before, "restarts": restarts,
        "checkpoint": folder / "run.pt", "output": folder / "result.json",
    } | RUN  # fmt: skip
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    told = run("-m", "lsqgrad.distributed", "sgd", *words)
    output = folder / "result.json"
    return *told, json.loads(output.read_text()) if output.exists() else None


@pytest.fixture(scope="module")
def restarted(tmp_path_factory):
    """What three workers told, one of which was killed before step 17, and the result."""
    return fail(tmp_path_factory.mktemp("restarted"), 3, "1:17")


@pytest.fixture(scope="module")
def bounded():
    """The run by hand, and how far from it rounding can lead another way to take its steps.

    A way is off by at most ``e_k = 4 (n + 2p + 9) u ‖m‖ ‖x_k‖ / n`` in each part of a gradient:
    see `compare_gradients`. Of k workers, too: p + 2 roundings are in a residual, 2 in its weight,
    1 in its product with x, n/k - 1 in a worker's sum, 2 in its division by k, and k - 1 in the sum
    of the workers, fewer than n + p + 7 in all. The update rounds twice. What two ways have apart,
    the next step multiplies by ``I - lr H``, where ``H = (2/n) X̃ᵀX̃`` is of its batch.
    """
    u, lr = np.finfo(np.float64).epsneg, RUN["lr"]
    theta, apart = np.zeros((X.shape[1] + 1, 1)), 0.0
    for epoch in range(RUN["epochs"]):
        generator = torch.Generator().manual_seed(RUN["seed"] + epoch)
        for rows in torch.randperm(len(X), generator=generator).split(TOGETHER):
            x, y = X[rows.numpy()], Y[rows.numpy()]
            (n, p), X1 = x.shape, with_ones(x)
            gradient = np.vstack(gradient_matrix(x, y, theta[:-1], theta[-1, 0]))
            m = np.linalg.norm(np.abs(X1) @ (np.abs(theta) + apart) + np.abs(y))
            off = 4 * (n + 2 * p + 9) * u * m * np.linalg.norm(X1, axis=0)[:, None] / n
            update = 2 * u * (lr * (np.abs(gradient) + off) + np.abs(theta) + apart)
            factor = np.linalg.norm(np.eye(p + 1) - lr * 2 / n * X1.T @ X1, 2)
            apart = factor * apart + 2 * np.linalg.norm(lr * off + update)
            theta = theta - lr * gradient
    return theta.ravel(), apart


def test_workers_end_where_one_ends_but_for_rounding(ends, bounded, alone):
    by_hand, apart = bounded
    fit = train(X, Y, batch_size=TOGETHER, **RUN)
    one = np.append(fit.w, fit.b)
    assert np.linalg.norm(one - by_hand) <= apart
    for end in ends:
        assert np.linalg.norm(end["weighted"] - one) <= apart
        assert (end["weighted"] == ends[0]["weighted"]).all()


def test_the_mean_of_means_leads_elsewhere(ends, bounded):
    by_hand, apart = bounded
    assert np.linalg.norm(ends[0]["unweighted"] - by_hand) > 1e6 * apart


def test_where_nothing_is_rounded_two_workers_have_the_bits_of_one(ends, alone):
    if len(ends) == 3:
        pytest.skip("a third is rounded")
    fit = train(EXACT_X, EXACT_Y, batch_size=8, **EXACT_RUN)
    gradient = gradient_matrix(EXACT_X, EXACT_Y, [[0]], 0)
    exact = -EXACT_RUN["lr"] * np.append(gradient.w, gradient.b)
    assert (np.append(fit.w, fit.b) == exact).all()
    assert all((end["exact"] == exact).all() for end in ends)


@pytest.mark.parametrize("rows", [5, 19])  # 4 batches; one, so that there is none for the others
def test_all_workers_hold_the_bits_of_the_shares_merged_in_order(ends, rows):
    batches, workers = batches_of(rows), len(ends)
    shares = [batches[rank::workers] for rank in range(workers)]
    expected = reduce(add, [gather_sums(share) for share in shares if share]).packed()
    assert all((end[f"sums {rows}"] == expected).all() for end in ends)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what was sent")
def test_sums_send_less_once_than_gradients_in_every_step(ends):
    for end in ends:
        # In a ring of k workers each sends (k - 1) / k of the table, and as much of the result.
        table = end["sums 5"].nbytes * len(ends)
        assert 2 * (len(ends) - 1) / len(ends) * table <= end["wire sums 5"]
        assert end["wire sums 5"] < end["wire weighted"]


def test_workers_go_on_after_one_was_killed_and_end_at_the_same_bits(restarted, ends, bounded):
    status, out, err, result = restarted
    assert status == 0, err
    by_hand, apart = bounded
    end = np.append(result["w"], result["b"])
    assert np.linalg.norm(end - by_hand) <= apart
    if len(ends) == 3:
        assert (end == ends[0]["weighted"]).all()
    told = out.splitlines()
    assert told[:2] == ["The run goes on after step 16.", "Workers: 3. Rows: 19. Steps: 24."]
    # The others say so each in one line, and nothing else is said.
    lost = "stopped in step 17, since another one ended or is silent: .*"
    others = "{0,2}" if sys.platform == "win32" else "{2}"  # where torchrun ends them unheard
    assert re.fullmatch(rf"(Worker [02] ({lost}|was told to end)\.\n){others}", err)


@pytest.mark.long
@pytest.mark.parametrize(("workers", "before"), [(2, "0:1"), (2, "0:24"), (3, "2:5")])
def test_any_worker_may_be_killed_before_any_step(workers, before, bounded, tmp_path):
    status, _, err, result = fail(tmp_path, workers, before)
    assert status == 0, err
    by_hand, apart = bounded
    assert np.linalg.norm(np.append(result["w"], result["b"]) - by_hand) <= apart


@pytest.mark.long
def test_a_run_without_a_restart_ends_with_a_sentence_and_a_checkpoint(tmp_path):
    status, out, err, result = fail(tmp_path, 2, "1:17", restarts=0)
    assert (status, out, result) == (1, "", None)
    assert err.splitlines()[-1] == (
        "Worker 1 was ended by SIGKILL, and there is no restart left. "
        "The same command goes on from the checkpoint."
    )
    assert torch.load(tmp_path / "run.pt", weights_only=True)["step"] == 16


def test_the_end_of_a_worker_is_told_where_there_is_no_restart_left(monkeypatch, capfd):
    for name in group.ENVIRONMENT:
        monkeypatch.setenv(name, "")
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")  # those that torchrun answers from now on
    known = [getattr(signal, name) for name in names if hasattr(signal, name)]
    handlers = {sign: signal.getsignal(sign) for sign in known}
    end = "import os, signal; os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))"
    try:
        told = group.launch(["--no-python", sys.executable, "-c", end], 1, 0)
    finally:
        for sign, handler in handlers.items():
            signal.signal(sign, handler)
    assert sorted([-signal.SIGTERM, 1, -9], key=group._blame) == [-9, 1, -signal.SIGTERM]
    assert re.fullmatch(r"Worker 0 .*, and there is no restart left\.", told)
    assert capfd.readouterr() == ("", "")
