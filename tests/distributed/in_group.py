"""What each of several workers does for test_workers.py: torchrun runs this, with a folder."""

import sys
from pathlib import Path

import numpy as np
import torch.distributed

from lsqgrad.distributed import merge_sums, train
from lsqgrad.distributed.group import group_of_workers, leave

# The last batch of an epoch has one row, so that all workers but the first have none of their own.
TABLE = np.random.RandomState(0).normal(size=(19, 3))
X, Y = TABLE[:, :2], TABLE[:, 2:]
TOGETHER = 6  # rows of all workers in a step
RUN = {"lr": 0.1, "epochs": 6, "seed": 3, "dtype": "float64"}
# Sums of small integers, eighths of them: nothing is rounded.
EXACT_X = np.arange(1.0, 9.0).reshape(8, 1)
EXACT_Y = np.array([[3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0]]).T
EXACT_RUN = {"lr": 0.125, "epochs": 1, "dtype": "float64"}


def batches_of(rows):
    """The data, so many rows at a time."""
    return [(X[first : first + rows], Y[first : first + rows]) for first in range(0, len(X), rows)]


def work(folder):
    """Write what this worker has at the end of each run."""
    with group_of_workers("cpu"):
        rank, workers = torch.distributed.get_rank(), torch.distributed.get_world_size()
        size = TOGETHER // workers
        fits = {
            "weighted": train(X, Y, batch_size=size, **RUN),
            "unweighted": train(X, Y, batch_size=size, weighted=False, **RUN),
            "exact": train(EXACT_X, EXACT_Y, batch_size=8 // workers, **EXACT_RUN),
        }
        merged = {
            f"sums {rows}": merge_sums(batches_of(rows)[rank::workers], 2) for rows in (5, 19)
        }
    ends = {name: np.append(fit.w, fit.b) for name, fit in fits.items()}
    ends |= {name: each.sums.packed() for name, each in merged.items()}
    wire = {f"wire {name}": each.sent or 0 for name, each in (fits | merged).items()}
    np.savez(Path(folder, f"{workers} {rank}.npz"), **ends, **wire)


if __name__ == "__main__":
    work(sys.argv[1])
    leave(0)
