"""The group of workers: how they are started, and what is said when one of them ends."""

from __future__ import annotations

import logging
import os
import re
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import NoReturn

from lsqgrad._util import ArgumentError, import_torch

# How long a worker waits for another that does nothing. One that ends is noticed at once.
PATIENCE = timedelta(minutes=5)
REFUSED = 2  # the exit status of workers that have said what is wrong with their arguments
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",  # as torchrun sets it, with a warning
    "TORCH_CPP_LOG_LEVEL": "ERROR",
}
if sys.platform == "win32":
    ENVIRONMENT["USE_LIBUV"] = "0"  # PyTorch is built without it there


class WorkerLost(RuntimeError):
    """Another worker ended, so that this one cannot go on."""


def name_lost(error: RuntimeError, stage: str) -> None:
    """Raise `WorkerLost` if this error of PyTorch's came from a connection to another worker."""
    of_gloo = re.search(r"\[\S*gloo\S*\] ?([^\[\n]*)", str(error))
    if of_gloo or isinstance(error, import_torch().distributed.DistError):
        reason = (of_gloo[1] if of_gloo else str(error).partition("\n")[0]).rstrip(" .")
        raise WorkerLost(
            f"Worker {os.environ['RANK']} stopped {stage}, since another one ended or is silent: "
            f"{reason}."
        ) from error


@contextmanager
def group_of_workers(device: str) -> Iterator[str]:
    """Make this process one of the group that torchrun started; yield the device that it is on.

    The group is there as long as the process: see `leave`.
    """
    torch = import_torch()
    if device == "cuda":
        gpus, workers = torch.cuda.device_count(), int(os.environ["LOCAL_WORLD_SIZE"])
        if gpus < workers:
            expected = f"a GPU for each of the {workers} worker(s) on this machine"
            raise ArgumentError("device", expected, f"{gpus} GPU(s)")
        device = f"cuda:{os.environ['LOCAL_RANK']}"
        torch.cuda.set_device(device)
    try:
        # After a restart torchrun's store still has the addresses of the workers before.
        store, rank, workers = next(torch.distributed.rendezvous("env://", timeout=PATIENCE))
        store = torch.distributed.PrefixStore(os.environ["TORCHELASTIC_RESTART_COUNT"], store)
        torch.distributed.init_process_group(
            "gloo" if device == "cpu" else "nccl",
            store=store, rank=rank, world_size=workers, timeout=PATIENCE,
        )  # fmt: skip
        yield device
    except RuntimeError as error:
        name_lost(error, "at the beginning or the end")
        raise


def leave(exit_status: int) -> NoReturn:
    """End this worker at once, and leave it to the system to close the connections.

    A thread of gloo's may be the last to let go of a tensor, for which it needs Python's lock. In
    `destroy_process_group` it would never get it before PyTorch 2.8 (pull request 154976), and
    while Python ends its threads, PyTorch aborts the process for it.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(exit_status)


def launch(program: Sequence[str], workers: int, restarts: int) -> str | int:
    """Run a program in several processes with torchrun; return what to exit with.

    Parameters
    ----------
    program : sequence of str
        What follows ``torchrun``: a script, or ``-m`` and a module, and its arguments.
    workers : int
        How many processes.
    restarts : int
        How often all of them are started again when one fails.
    """
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if not import_torch().distributed.is_available():
        return "This PyTorch has no torch.distributed, which several workers need."
    from torch.distributed.elastic.multiprocessing.api import SignalException
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    from torch.distributed.run import main as torchrun

    options = [f"--nproc-per-node={workers}", f"--max-restarts={restarts}"]
    logging.disable(logging.ERROR)  # what the workers and this function say in one sentence each
    try:
        torchrun(["--standalone", *options, *program])
    except ChildFailedError as error:
        rank, failure = min(error.failures.items(), key=lambda item: _blame(item[1].exitcode))
        if failure.exitcode == REFUSED:
            return REFUSED
        how = f"ended with exit status {failure.exitcode}"
        if failure.exitcode < 0:
            how = f"was ended by {failure.signal_name()}"
        return f"Worker {rank} {how}, and there is no restart left."
    except (KeyboardInterrupt, SignalException):
        return "Interrupted: all workers have ended."
    finally:
        logging.disable(logging.NOTSET)
    return 0


def _blame(exit_status: int) -> int:
    """Order exit statuses: first of what ended by itself, last of what torchrun ended."""
    return {1: 1, -signal.SIGTERM: 2}.get(exit_status, 0)
