"""The sums over all rows by several workers, each of which reads its share of the batches."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from itertools import chain, islice
from operator import add
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from lsqgrad._util import ArgumentError, import_torch
from lsqgrad.distributed.group import name_lost
from lsqgrad.distributed.wire import bytes_sent, sent_since
from lsqgrad.streaming import StreamError, Sums, gather_sums

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


class Merged(NamedTuple):
    """The sums of all workers; all of them have the same bits.

    Attributes
    ----------
    sums : Sums
        The sums over all rows.
    payload : int
        The bytes of what the workers have added up, once.
    sent : int or None
        The bytes that this worker has sent for it over TCP; None where the system does not tell.
    """

    sums: Sums
    payload: int
    sent: int | None


def merge_sums(batches: Iterable[tuple[ArrayLike, ArrayLike]], *, device: str = "cpu") -> Merged:
    """Gather the sums over all rows as one of several workers, with one `all_reduce` at the end.

    All workers call this with the same batches, after `init_process_group`. Of k workers, worker
    r takes every k-th batch, from the r-th on. `all_reduce` adds up tables that have a row for each
    worker, and zeros in the rows of the others. So nothing is rounded on the way, and
    all merge the same rows in the same order.

    Parameters
    ----------
    batches : iterable of (X, Y)
        As for `gather_sums`: all of them, for every worker.
    device : str
        Where the workers' tables are added up, as PyTorch names it.

    Returns
    -------
    Merged

    Raises
    ------
    ValueError
        If there is no batch.
    StreamError
        As for `gather_sums`; batches and rows are those of this worker.
    WorkerLost
        If another worker ended.
    ImportError
        If PyTorch is not installed.
    """
    torch = import_torch()
    rank, workers = torch.distributed.get_rank(), torch.distributed.get_world_size()
    stream = iter(batches)
    if (first := next(stream, None)) is None:
        raise ArgumentError("batches", "at least one", "none")
    share = islice(chain([first], stream), rank, None, workers)
    p = np.shape(first[0])[-1]
    table = torch.zeros(workers, (p + 2) ** 2, dtype=torch.float64)
    if (own := next(share, None)) is not None:  # there may be fewer batches than workers
        sums = gather_sums(chain([own], share), progress=rank == 0)
        if sums.p != p:
            reason = f"X: expected {p} column(s), as in the first batch of all, got {sums.p}."
            raise StreamError(reason, sums)
        table[rank] = torch.from_numpy(sums.packed())
    table, before = table.to(device), bytes_sent()
    try:
        torch.distributed.all_reduce(table)
    except RuntimeError as error:
        name_lost(error, "in all_reduce")
        raise
    parts = [Sums.unpacked(row) for row in table.cpu().numpy() if row.any()]
    return Merged(reduce(add, parts), table.nbytes, sent_since(before))
