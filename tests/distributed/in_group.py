"""What each of several workers does for test_workers.py: torchrun runs this, with a folder."""

import sys
from pathlib import Path

import numpy as np
import torch.distributed

from lsqgrad.distributed import train
from lsqgrad.distributed.group import group_of_workers
from lsqgrad.regression import line_data

# The last batch of an epoch has one row, so that all workers but the first have none of their own.
X, Y = line_data(19)
TOGETHER = 6  # rows of all workers in a step
RUN = {"lr": 0.01, "epochs": 6, "seed": 3, "dtype": "float64"}
# Sums of small integers, eighths of them: nothing is rounded.
EXACT_X = np.arange(1.0, 9.0).reshape(8, 1)
EXACT_Y = np.array([[3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0]]).T
EXACT_RUN = {"lr": 0.125, "epochs": 1, "dtype": "float64"}


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
    ends = {name: np.append(fit.w, fit.b) for name, fit in fits.items()}
    sent = [fit.sent or 0 for fit in fits.values()]
    np.savez(Path(folder, f"{workers} {rank}.npz"), **ends, sent=sent)


if __name__ == "__main__":
    work(sys.argv[1])
