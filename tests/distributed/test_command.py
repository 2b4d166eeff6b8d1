"""What ``python -m lsqgrad.distributed`` says, by one worker in this process or none."""

import errno
import json
import signal
from pathlib import Path

import numpy as np
import pytest

from lsqgrad.distributed import WorkerLost
from lsqgrad.distributed import __main__ as program
from lsqgrad.streaming import Sums

torch = pytest.importorskip("torch")


def main(monkeypatch, mode, options):
    monkeypatch.setattr("sys.argv", ["", mode, *options.split()])
    try:
        return program.main()
    finally:  # which the end of a worker does
        if torch.distributed.is_initialized():
            torch.distributed.destroy_process_group()


@pytest.fixture
def worker(alone_in_environment, monkeypatch):
    """Be what torchrun has started."""
    monkeypatch.setenv("TORCHELASTIC_RUN_ID", "test")
    monkeypatch.setenv("LOCAL_RANK", "0")
    handlers = {told: signal.getsignal(told) for told in (signal.SIGINT, signal.SIGTERM)}
    yield
    for told, handler in handlers.items():
        signal.signal(told, handler)


@pytest.fixture
def rows(tmp_path):
    """Write a file of 10 rows, y = 2 x_1 - x_2 + 3, with the target between the features."""
    X = np.arange(20.0).reshape(10, 2) ** 2
    table = np.insert(X, 1, X @ [2, -1] + 3, axis=1)
    np.save(tmp_path / "rows.npy", table)
    return tmp_path / "rows.npy"


def test_the_sums_of_a_file_are_told(worker, rows, monkeypatch, capsys, tmp_path):
    output = tmp_path / "result.json"
    options = f"--data {rows} --target 1 --batch-rows 3 --output {output} --bytes"
    assert main(monkeypatch, "sums", options) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "Workers: 1. Rows: 10."
    assert told[1].startswith("w = 2, -1, b = 3, loss ")
    assert told[2] == "Once an all_reduce of 128 bytes."
    assert told[3].startswith("Bytes sent by each worker: ")
    result = json.loads(output.read_text())
    assert np.allclose([*result["w"], result["b"]], [2, -1, 3], rtol=1e-12)
    w, b = Sums.unpacked(result["sums"]).solve()
    assert [*w.ravel(), b] == [*result["w"], result["b"]]


def test_a_run_on_a_file_is_told(worker, rows, monkeypatch, capsys):
    options = f"--data {rows} --target -2 --batch-size 10 --epochs 1 --lr 1e-9"
    assert main(monkeypatch, "sgd", options) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "Workers: 1. Rows: 10. Steps: 1."
    assert told[2] == "In each step an all_reduce of 12 bytes."


def test_what_has_no_solution_is_told_and_the_sums_are_kept(worker, monkeypatch, capsys, tmp_path):
    output = tmp_path / "result.json"
    assert main(monkeypatch, "sums", f"--rows 1 --output {output}") == 0
    told = capsys.readouterr().out.splitlines()
    assert told[1] == "X: expected at least 2 rows for as many unknowns, got 1."
    assert Sums.unpacked(json.loads(output.read_text())["sums"]).n == 1


def test_a_run_that_diverges_is_told(worker, monkeypatch, capsys):
    assert main(monkeypatch, "sgd", "--lr 1e30") == 0
    assert capsys.readouterr().out.splitlines()[1].startswith("Diverged at step ")


def test_a_worker_says_where_a_number_is_missing(worker, rows, monkeypatch, capsys):
    table = np.load(rows)
    table[7, 2] = np.nan
    np.save(rows, table)
    assert main(monkeypatch, "sums", f"--data {rows} --target 1 --batch-rows 3") == 1
    told = capsys.readouterr().err
    assert told.startswith("Worker 0, of its batches: Batch 3, X: expected finite numbers, got nan")


class Ending:
    """Rows at which the worker is told to end, in the middle of what may catch any Exception."""

    features = ("x",)

    def share(self, *_):
        return [(self, [[1.0]])]

    def __array__(self, *_, **__):
        signal.raise_signal(signal.SIGTERM)


@pytest.mark.parametrize("mode", ["sgd", "sums"])
def test_a_worker_that_is_told_to_end_does_so_in_order(worker, mode, monkeypatch, capsys):
    monkeypatch.setattr(program, "train", lambda *_, **__: signal.raise_signal(signal.SIGTERM))
    monkeypatch.setattr(program, "_batches", lambda *_: Ending())
    data = "--data rows.csv" if mode == "sums" else ""
    assert main(monkeypatch, mode, data) == 1
    assert capsys.readouterr().err == "Worker 0 was told to end.\n"


@pytest.mark.parametrize("restarts", [0, 1])
def test_a_result_that_cannot_be_written_is_told_and_one_before_is_kept(
    worker, restarts, monkeypatch, capsys, tmp_path
):
    output = tmp_path / "result.json"
    output.write_text("before")
    monkeypatch.setenv("TORCHELASTIC_RESTART_COUNT", str(restarts))
    monkeypatch.setattr(Path, "write_bytes", half_of_it)
    assert main(monkeypatch, "sums", f"--output {output}") == 1
    told = capsys.readouterr()
    assert told.out.startswith("Workers: 1. Rows: 1000.")
    assert told.err == f"Worker 0: [Errno 28] No space left on device: {str(output)!r}\n"
    assert [path.read_text() for path in tmp_path.iterdir()] == ["before"]


def half_of_it(path, content):
    """Write what a disk has room for."""
    with path.open("wb") as file:
        file.write(content[: len(content) // 2])
    raise OSError(errno.ENOSPC, "No space left on device")


def test_a_file_of_no_rows_is_told(worker, rows, monkeypatch, capsys):
    (rows.parent / "none.csv").write_text("x,y\n")
    assert main(monkeypatch, "sgd", f"--data {rows.parent / 'none.csv'} --target y") == 2
    assert capsys.readouterr().err == "data: expected at least one row, got none.\n"


def test_the_worker_that_is_to_fail_does_so_at_its_first_start(worker, monkeypatch):
    steps = []

    def train(*_, fail_before, **__):
        steps.append(fail_before)
        raise WorkerLost("")

    monkeypatch.setattr(program, "train", train)
    for fail, start in (("00:17", "0"), ("1:17", "0"), ("0:17", "1")):
        monkeypatch.setenv("TORCHELASTIC_RESTART_COUNT", start)
        assert main(monkeypatch, "sgd", f"--fail {fail}") == 1
    assert steps == [17, None, None]


def test_only_worker_0_says_what_all_find_and_only_once(worker, monkeypatch, capsys):
    options = "--device cuda"
    monkeypatch.setenv("LOCAL_WORLD_SIZE", "10000")
    assert main(monkeypatch, "sums", options) == program.REFUSED
    assert capsys.readouterr().err.startswith("device: expected a GPU for each of the 10000")
    for name in ("LOCAL_RANK", "TORCHELASTIC_RESTART_COUNT"):
        with monkeypatch.context() as patch:
            patch.setenv(name, "1")
            assert main(monkeypatch, "sums", options) == program.REFUSED
            assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ("--workers 0", "workers: expected an integer of at least 1, got 0."),
        ("--restarts -1", "restarts: expected an integer of at least 0, got -1."),
        ("--lr 0", "lr: expected a number above 0, got 0.0."),
        ("--lr 1e39", "lr: expected numbers that float32 can hold, up to 3.4e+38, got 1e+39."),
        ("--batch-size 0", "batch_size: expected an integer of at least 1, got 0."),
        ("--dtype int8", "dtype: expected 'float32' or 'float64', got str 'int8'."),
        ("--device tpu", "device: expected 'cpu' or 'cuda', got str 'tpu'."),
        ("--fail 17", "fail: expected WORKER:STEP, such as 1:17, got 17."),
        ("--fail 2:17", "fail: expected an integer from 0 to 1, got 2."),
        ("--checkpoint no/run.pt", "checkpoint: expected a file in a folder that is there, got "),
        ("--rows 0", "rows: expected an integer of at least 1, got 0."),
        ("--data no.npy --target 1", "path: expected files or folders that exist, got 'no.npy'."),
        ("--output .", "output: expected a file in a folder that is there, got .."),
    ],
)
def test_bad_arguments_are_told_before_a_worker_is_started(options, sentence, monkeypatch):
    monkeypatch.setattr(program, "launch", lambda *_: pytest.fail("workers were started"))
    assert main(monkeypatch, "sgd", options).startswith(sentence)
