"""Sixty data sets of one feature, of which any could be a learner's.

Norris, Longley and Wampler1 are from the Statistical Reference Datasets of NIST (linear regression,
https://www.itl.nist.gov/div898/strd/lls/lls.shtml), of which each has one feature here. The four of
Anscombe are from "Graphs in Statistical Analysis", The American Statistician 27 (1973), 17-21.
"""

import numpy as np

from lsqgrad import sgd_by_hand

NORRIS_X = [
    0.2, 337.4, 118.2, 884.6, 10.1, 226.5, 666.3, 996.3, 448.6, 777.0, 558.2, 0.4, 0.6, 775.5,
    666.9, 338.0, 447.5, 11.6, 556.0, 228.1, 995.8, 887.6, 120.2, 0.3, 0.3, 556.8, 339.1, 887.2,
    999.0, 779.0, 11.1, 118.3, 229.2, 669.1, 448.9, 0.5,
]  # fmt: skip
NORRIS_Y = [
    0.1, 338.8, 118.1, 888.0, 9.2, 228.1, 668.5, 998.5, 449.1, 778.9, 559.2, 0.3, 0.1, 778.1,
    668.8, 339.3, 448.9, 10.8, 557.7, 228.3, 998.0, 888.8, 119.6, 0.3, 0.6, 557.6, 339.3, 888.0,
    998.5, 778.9, 10.2, 117.6, 228.9, 668.4, 449.2, 0.2,
]  # fmt: skip
LONGLEY_EMPLOYED = [
    60323, 61122, 60171, 61187, 63221, 63639, 64989, 63761, 66019, 67857, 68169, 66513, 68655,
    69564, 69331, 70551,
]  # fmt: skip
LONGLEY_PRODUCT = [
    234289, 259426, 258054, 284599, 328975, 346999, 365385, 363112, 397469, 419180, 442769, 444546,
    482704, 502601, 518173, 554894,
]  # fmt: skip
LONGLEY_YEARS = range(1947, 1963)
WAMPLER_X = np.arange(21)
ANSCOMBE_X = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5]
ANSCOMBE_X4 = [8, 8, 8, 8, 8, 8, 8, 19, 8, 8, 8]
ANSCOMBE_Y = [
    [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68],
    [9.14, 8.14, 8.74, 8.77, 9.26, 8.10, 6.13, 3.10, 9.13, 7.26, 4.74],
    [7.46, 6.77, 12.74, 7.11, 7.81, 8.84, 6.08, 5.39, 8.15, 6.42, 5.73],
    [6.58, 5.76, 7.71, 8.84, 8.47, 7.04, 5.25, 12.50, 5.56, 7.91, 6.89],
]

DATA_SETS = {
    "Norris": (NORRIS_X, NORRIS_Y),
    "Longley by product": (LONGLEY_PRODUCT, LONGLEY_EMPLOYED),
    "Longley by year": (LONGLEY_YEARS, LONGLEY_EMPLOYED),
    "Wampler1": (WAMPLER_X, sum(WAMPLER_X**k for k in range(6))),
    **{
        f"Anscombe {i}": (ANSCOMBE_X if i < 4 else ANSCOMBE_X4, ANSCOMBE_Y[i - 1])
        for i in range(1, 5)
    },
    "constant x": ([3.0, 3.0, 3.0, 3.0], [1.0, 2.0, 4.0, 3.0]),
    "constant y": ([1.0, 2.0, 3.0, 4.0], [-250_000.0] * 4),
    "one point": ([-2e-3], [5e6]),
}


def _random(seed):
    """Return points near a line, on any scale from 1e-12 to 1e12, about 0 or far from it."""
    random = np.random.default_rng(seed)
    x_scale, y_scale = random.choice([-1, 1], 2) * 10.0 ** random.uniform(-12, 12, 2)
    n = random.integers(2, 30)
    x = random.normal(size=n) + random.choice([0, 3, 1000])
    y = random.normal() * x + random.normal(size=n) * 0.3 + random.choice([0, 5, 1000])
    return x * x_scale, y * y_scale


DATA_SETS |= {f"random {seed}": _random(seed) for seed in range(60 - len(DATA_SETS))}


def run_of(name):
    """Return a run of a data set whose updates go half as far as is stable, in ten epochs."""
    X, Y = (np.reshape(a, (-1, 1)).astype(np.float64) for a in DATA_SETS[name])
    lr = 0.5 / (np.max(X**2) + 1)
    batch_size = min(3, len(X))
    return sgd_by_hand(X, Y, [[0]], 0, lr=lr, batch_size=batch_size, dtype="float64")
