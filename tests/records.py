"""Records of a few `backward()`, for the tests of what is made of them."""

import numpy as np
import pytest
import torch
from torch import nn

from lsqgrad import ARTICLE, record_backward


def article():
    """Return the article's model and batch."""
    model = nn.Linear(1, 1)
    model.load_state_dict({"weight": torch.tensor(ARTICLE.w), "bias": torch.tensor([ARTICLE.b])})
    X, Y = (torch.tensor(array, dtype=torch.float32) for array in (ARTICLE.X, ARTICLE.Y))
    return model, X, Y


def article_record(times=1):
    """Return the record of the article's run, the last of several if asked for."""
    model, X, Y = article()
    for _ in range(times):
        record = record_backward(nn.functional.mse_loss(model(X), Y), model)
    return record


def net_record():
    """Return the record of two layers with a ReLU between them."""
    model = nn.Sequential(nn.Linear(2, 3), nn.ReLU(), nn.Linear(3, 1))
    return record_backward(nn.MSELoss()(model(torch.rand(5, 2)), torch.rand(5, 1)), model)


def shared_record():
    """Return the record of a sum in which one leaf is used three times, and one node twice."""
    w = torch.tensor([2.0], requires_grad=True)
    square = w * w
    return record_backward((square * w + square).sum(), {"w": w})


def random_record(seed):
    """Return the record of sums, products and tanh of whatever was computed before."""
    rng = np.random.default_rng(seed)
    known = [torch.tensor([value], requires_grad=True) for value in (1.0, 1.25, 0.75)]
    for _ in range(9):
        if rng.integers(3) == 0:
            known.append(known[rng.integers(len(known))].tanh())
        else:
            one, other = (known[k] for k in rng.integers(len(known), size=2))
            known.append(one * other if rng.integers(2) else one + other)
    return record_backward(known[-1].sum() + known[-2].sum())


RECORDS = {"article": article_record(), "two layers": net_record(), "shared": shared_record()}
SEEDS = (*range(20), 130)  # in the last, a straight arrow would run through a box
ALL_RECORDS = RECORDS | {f"random {seed}": random_record(seed) for seed in SEEDS}
every_record = pytest.mark.parametrize("record", ALL_RECORDS.values(), ids=ALL_RECORDS)
