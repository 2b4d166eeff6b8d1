"""The sums over all rows by several workers, each of which has its share of the batches."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import add
from typing import TYPE_CHECKING, NamedTuple

from lsqgrad._util import ArgumentError, import_torch, validation
from lsqgrad.distributed.group import name_lost
from lsqgrad.distributed.wire import bytes_sent, sent_since
from lsqgrad.streaming import Sums, gather_sums

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


def merge_sums(
    batches: Iterable[tuple[ArrayLike, ArrayLike]], features: int, *, device: str = "cpu"
) -> Merged:
    """Gather the sums over the rows of several workers, with one `all_reduce` at the end.

    All workers call this, each with batches of its own, after `init_process_group`. `all_reduce`
    adds up tables with a row for each worker, and zeros in the rows of the others. So nothing is
    rounded on the way, and all merge the same rows in the same order.

    Parameters
    ----------
    batches : iterable of (X, Y)
        As for `gather_sums`: this worker's share, such as ``read_batches(…).share(rank, workers)``
        or ``batches[rank::workers]`` of a list. A worker may have none.
    features : int
        The number of columns of X, p, which a worker without batches cannot see.
    device : str
        Where the tables are added up, as PyTorch names it.

    Returns
    -------
    Merged

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind named above, or no worker has a batch.
    StreamError
        As for `gather_sums`: batches and rows are counted in this worker's share.
    WorkerLost
        If another worker ended.
    ImportError
        If PyTorch is not installed.
    """
    torch = import_torch()
    rank, workers = torch.distributed.get_rank(), torch.distributed.get_world_size()
    p = validation.integer("features", features, low=1)
    table = torch.zeros(workers, (p + 2) ** 2, dtype=torch.float64)
    try:
        sums = gather_sums(iter(batches), progress=rank == 0)
    except ArgumentError as error:
        if error.argument != "batches":  # of which there are none
            raise
    else:
        if sums.p != p:
            raise ArgumentError("features", f"{sums.p}, the number of columns of X", f"{p}")
        table[rank] = torch.from_numpy(sums.packed())
    table = table.to(device)
    before = bytes_sent()
    try:
        torch.distributed.all_reduce(table)
    except RuntimeError as error:
        name_lost(error, "in all_reduce")
        raise
    sent = sent_since(before)
    parts = [Sums.unpacked(row) for row in table.cpu().numpy() if row.any()]
    if not parts:
        raise ArgumentError("batches", "at least one for some worker", "none")
    return Merged(reduce(add, parts), table.nbytes, sent)
