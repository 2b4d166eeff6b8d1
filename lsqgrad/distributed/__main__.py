"""Fit a line with several workers: python -m lsqgrad.distributed."""

import argparse
import json
import os
import re
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np

from lsqgrad._util import ArgumentError, import_torch, validation, write_whole
from lsqgrad.distributed.group import REFUSED, WorkerLost, group_of_workers, launch, leave
from lsqgrad.distributed.sgd import train
from lsqgrad.distributed.sums import merge_sums
from lsqgrad.regression import line_data, mean_squared_error, read_settings
from lsqgrad.streaming import Batches, StreamError, read_batches

BATCH_ROWS = 2**16
DEFAULT = "(default %(default)s)"  # in the help
SETTINGS = ("lr", "batch_size", "epochs", "seed", "dtype")


def main() -> str | int:
    """Start the workers, or be one of them if torchrun started this; return the exit status."""
    arguments = _parser().parse_args()
    worker = int(os.environ["RANK"]) if "TORCHELASTIC_RUN_ID" in os.environ else None
    try:
        _check(arguments)
        if worker is None:
            program = ["-m", "lsqgrad.distributed", *sys.argv[1:]]
            ended = launch(program, arguments.workers, arguments.restarts)
            checkpoint = vars(arguments).get("checkpoint")
            if isinstance(ended, str) and checkpoint and checkpoint.exists():
                ended += " The same command goes on from the checkpoint."
            return ended
        with group_of_workers(arguments.device) as device:
            _when_told_to_end(signal.default_int_handler)
            result = arguments.work(arguments, worker, device)
            result["sent"] = _gathered(result["sent"])
        if worker == 0:
            _tell(result, arguments)
    except (ImportError, ValueError) as error:
        if worker is None:
            return str(error)
        # The other workers have the same to say, and all of them after the next restart.
        if os.environ["LOCAL_RANK"] == "0" and _restart() == arguments.restarts:
            print(error, file=sys.stderr)
        return REFUSED
    except (KeyboardInterrupt, MemoryError, OSError, StreamError, WorkerLost) as error:
        if worker is None:
            return str(error) or "Interrupted: no worker was started."
        _when_told_to_end(signal.SIG_IGN)  # since it does
        sys.stderr.write(f"{_last_words(error, worker)}\n")  # at once, since others write, too
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--workers", type=int, default=2, help=f"how many processes {DEFAULT}")
    common.add_argument("--rows", type=int, default=1000, help=f"points along a line {DEFAULT}, or")
    common.add_argument("--data", type=Path, help="a file or folder that read_batches takes")
    common.add_argument("--target", help="its column y: the name, or in .npy the number from 0")
    common.add_argument(
        "--restarts", type=int, default=0, help=f"how often all start again if one fails {DEFAULT}"
    )
    common.add_argument("--device", default="cpu", help="cpu (default), or cuda: a GPU for each")
    common.add_argument("--bytes", action="store_true", help="tell what each has sent over TCP")
    common.add_argument("--output", type=Path, help="a file for the result, as JSON")

    parser = argparse.ArgumentParser(
        prog="python -m lsqgrad.distributed",
        description="Fit a line, or a plane, with several processes. MODE --help has the options.",
        epilog="Example: python -m lsqgrad.distributed sgd --data rows.parquet --target y",
    )
    modes = parser.add_subparsers(required=True, metavar="MODE")
    sgd = modes.add_parser("sgd", parents=[common], help="stochastic gradient descent")
    sgd.set_defaults(work=_sgd, batch_rows=BATCH_ROWS)
    sums = modes.add_parser("sums", parents=[common], help="sums over all rows, in one pass")
    sums.set_defaults(work=_sums)
    sums.add_argument(
        "--batch-rows", type=int, default=BATCH_ROWS, help=f"rows to read at a time {DEFAULT}"
    )
    sgd.add_argument(
        "--batch-size", type=int, default=3, help=f"rows of one worker in a step {DEFAULT}"
    )
    sgd.add_argument("--epochs", type=int, default=10, help=f"passes over all rows {DEFAULT}")
    sgd.add_argument("--lr", type=float, default=0.001, help=f"the learning rate {DEFAULT}")
    sgd.add_argument("--seed", type=int, default=0, help=f"fixes the order of the rows {DEFAULT}")
    sgd.add_argument("--dtype", default="float32", help="float32 (default) or float64")
    sgd.add_argument("--unweighted", action="store_true", help="take the plain mean of the means")
    sgd.add_argument("--checkpoint", type=Path, help="keep the state here, and go on from it")
    sgd.add_argument("--fail", metavar="WORKER:STEP", help="kill this worker before this step")
    return parser


def _check(arguments: argparse.Namespace) -> None:
    """Read the arguments; raise if one cannot be right, before any worker is started."""
    workers = validation.integer("workers", arguments.workers, low=1)
    validation.integer("restarts", arguments.restarts, low=0)
    validation.choice("device", arguments.device, ["cpu", "cuda"])
    validation.integer("rows", arguments.rows, low=1)
    validation.integer("batch_rows", arguments.batch_rows, low=1)
    arguments.batches = _batches(arguments) if arguments.data else None
    for name in {"output", "checkpoint"} & vars(arguments).keys():
        path = getattr(arguments, name)
        if path and (path.is_dir() or not path.parent.is_dir()):
            raise ArgumentError(name, "a file in a folder that is there", str(path))
    if arguments.work is _sgd:
        read_settings(**{name: getattr(arguments, name) for name in SETTINGS})
        if arguments.fail:
            if not (places := re.fullmatch(r"(\d+):([1-9]\d*)", arguments.fail)):
                raise ArgumentError("fail", "WORKER:STEP, such as 1:17", arguments.fail)
            arguments.fail = tuple(map(int, places.groups()))
            validation.integer("fail", arguments.fail[0], low=0, high=workers - 1)


def _restart() -> int:
    """Return how often torchrun has started the workers again."""
    return int(os.environ["TORCHELASTIC_RESTART_COUNT"])


def _when_told_to_end(handler: Any) -> None:
    """Say what answers torchrun, which ends all workers when one failed or somebody interrupts."""
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, handler)


def _last_words(error: BaseException, worker: int) -> str:
    """Say why a worker ends."""
    if isinstance(error.__cause__ or error, KeyboardInterrupt):
        return f"Worker {worker} was told to end."
    if isinstance(error, WorkerLost):
        return str(error)
    if isinstance(error, StreamError):
        return f"Worker {worker}, of its batches: {error.reason}"
    return f"Worker {worker}: {error}"


def _sgd(arguments: argparse.Namespace, worker: int, device: str) -> dict[str, Any]:
    """Train as one of the workers."""
    if arguments.batches is None:
        X, Y = line_data(arguments.rows)
    else:
        batches = list(arguments.batches)
        if not batches:
            raise ArgumentError("data", "at least one row", "none")
        X, Y = map(np.concatenate, zip(*batches, strict=True))
    fails, step = arguments.fail or (None, None)
    fit = train(
        X,
        Y,
        **{name: getattr(arguments, name) for name in SETTINGS},
        weighted=not arguments.unweighted,
        device=device,
        checkpoint=arguments.checkpoint,
        fail_before=step if fails == worker and _restart() == 0 else None,
    )
    result = {"rows": len(X), "steps": fit.steps, "payload": fit.payload, "sent": fit.sent}
    if fit.diverged:
        return result | {"trouble": fit.diverged}
    return result | _end_at(fit.w, fit.b, mean_squared_error(X, Y, fit.w, fit.b))


def _sums(arguments: argparse.Namespace, worker: int, device: str) -> dict[str, Any]:
    """Gather the sums as one of the workers."""
    workers, rows = int(os.environ["WORLD_SIZE"]), arguments.batch_rows
    share: Iterable[Any]
    if arguments.batches is None:
        X, Y = line_data(arguments.rows)
        firsts = range(worker * rows, len(X), workers * rows)
        features, share = 1, [(X[k : k + rows], Y[k : k + rows]) for k in firsts]
    else:
        features = len(arguments.batches.features)
        share = arguments.batches.share(worker, workers)
    sums, payload, sent = merge_sums(share, features, device=device)
    packed = sums.packed().tolist()
    result = {"rows": sums.n, "payload": payload, "sent": sent, "sums": packed}
    try:
        w, b = sums.solve()
    except ValueError as error:  # there is no single solution, which takes nothing from the sums
        return result | {"trouble": str(error)}
    return result | _end_at(w, b, sums.loss(w, b))


def _end_at(w: Any, b: Any, loss: Any) -> dict[str, Any]:
    return {"w": w.ravel().tolist(), "b": float(b), "loss": float(loss)}


def _batches(arguments: argparse.Namespace) -> Batches:
    """Return the rows of the files, so many at a time."""
    target = arguments.target
    if arguments.data.suffix == ".npy" and re.fullmatch(r"-?\d+", str(target)):
        target = int(target)
    return read_batches(arguments.data, target=target, batch_rows=arguments.batch_rows)


def _gathered(value: Any) -> list[Any]:
    """Return what each worker has, in the order of their ranks."""
    distributed = import_torch().distributed
    values = [None] * distributed.get_world_size()
    distributed.all_gather_object(values, value)
    return values


def _tell(result: dict[str, Any], arguments: argparse.Namespace) -> None:
    """Print the result, and write it if that was asked for."""
    steps = result.get("steps")
    counts = f"Workers: {len(result['sent'])}. Rows: {result['rows']}."
    print(counts + (f" Steps: {steps}." if steps else ""))
    if "trouble" in result:
        print(result["trouble"])
    else:
        w = ", ".join(f"{weight:.6g}" for weight in result["w"])
        print(f"w = {w}, b = {result['b']:.6g}, loss {result['loss']:.6g}.")
    print(f"{'In each step' if steps else 'Once'} an all_reduce of {result['payload']} bytes.")
    if arguments.bytes:
        told = ", ".join("not known" if sent is None else str(sent) for sent in result["sent"])
        print(f"Bytes sent by each worker: {told}.")
    if arguments.output:
        write_whole(arguments.output, json.dumps(result, indent=1).encode() + b"\n")


if __name__ == "__main__":
    status = main()
    if isinstance(status, int) and "TORCHELASTIC_RUN_ID" in os.environ:
        leave(status)
    sys.exit(status)
