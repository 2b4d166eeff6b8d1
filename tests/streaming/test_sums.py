"""From the sums follow loss, gradient and solution, to the digits that float64 has."""

from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lsqgrad import gather_sums
from lsqgrad.streaming import gathering

REPEATABLE = settings(derandomize=True, deadline=None)
U = np.finfo(np.float64).eps / 2
RNG = np.random.default_rng(20211012)
SMALL = st.integers(-50, 50).map(float)


def line(x, slope=2.0):
    return x, slope * x.sum(axis=1, keepdims=True) + 1 + RNG.normal(size=(len(x), 1))


ROWS = 2500  # three blocks, the last of them short
STEADY = 1e6 + RNG.normal(size=(ROWS, 1))
OUTLIER = 1e6 + RNG.normal(size=(ROWS, 1))
OUTLIER[0] = 1e9
SPREAD_OF_ONE = {
    "mean 10⁶, spread 1": line(STEADY),
    "five features": line(1e6 + RNG.normal(size=(800, 5))),
    "by matrix products": line(1e6 + RNG.normal(size=(800, 9))),
    "float32": [array.astype(np.float32) for array in line(STEADY)],
    "sorted": line(np.sort(STEADY, axis=0)),
}
DATA = SPREAD_OF_ONE | {
    "a drift": line(STEADY + np.linspace(0, 1e5, ROWS)[:, None]),
    "an outlier in the first row": line(OUTLIER),
    "the sampled rows are outliers": line(np.where(np.arange(ROWS)[:, None] % 8, STEADY, 0.0)),
}


def to_fifty_digits(X, Y, w, b):
    """Return the gradient from its definition."""
    with mpmath.workdps(50):
        columns = [list(map(mpmath.mpf, column)) for column in X.T.tolist()]
        w, y = map(mpmath.mpf, w.ravel().tolist()), map(mpmath.mpf, Y.ravel().tolist())
        w, b = list(w), mpmath.mpf(float(b))
        rows = zip(*columns, strict=True)
        residual = [mpmath.fdot(row, w) + b - y_i for row, y_i in zip(rows, y, strict=True)]
        return [
            *(2 * mpmath.fdot(column, residual) / len(Y) for column in columns),
            2 * mpmath.fsum(residual) / len(Y),
        ]


@pytest.fixture
def short_blocks(monkeypatch):
    """Blocks are shorter than usual, since fifty digits take time."""
    monkeypatch.setattr(gathering, "BLOCK", 2**11)


@pytest.mark.usefixtures("short_blocks")
@pytest.mark.parametrize("name", DATA)
def test_the_gradient_is_right_to_twelve_digits(name):
    X, Y = DATA[name]
    assert_twelve_digits(X, Y, np.linspace(1.5, -0.5, X.shape[1])[:, None], 0.3)


@pytest.mark.usefixtures("short_blocks")
@pytest.mark.parametrize("name", SPREAD_OF_ONE)
def test_it_is_so_near_the_solution_too(name):
    """Where predictions and targets of a million differ by one, as their spread does."""
    X, Y = DATA[name]
    w, b = gather_sums((X, Y)).solve()
    assert_twelve_digits(X, Y, w + 0.5, b - 0.5 * X.sum(axis=1).mean() + 1)


def assert_twelve_digits(X, Y, w, b):
    grad = gather_sums((X, Y)).gradient(w, b)
    for ours, true in zip([*grad.w.ravel(), grad.b], to_fifty_digits(X, Y, w, b), strict=True):
        assert abs(ours - true) < 1e-12 * abs(true)


@REPEATABLE
@given(st.data(), st.sampled_from([1, 2, 4, 8]), st.integers(1, 3))
def test_on_small_integers_all_is_exact(data, n, p):
    X, Y, w = (data.draw(arrays(np.float64, s, elements=SMALL)) for s in [(n, p), (n, 1), (p, 1)])
    b = data.draw(SMALL)
    sums, grad = gather_sums((X, Y)), gather_sums((X, Y)).gradient(w, b)
    rows = [[Fraction(x) for x in row] for row in X.tolist()]
    residual = [
        sum(x * Fraction(w_k) for x, w_k in zip(row, w[:, 0], strict=True))
        + Fraction(b)
        - Fraction(y)
        for row, y in zip(rows, Y[:, 0], strict=True)
    ]
    by_rows = list(zip(residual, rows, strict=True))
    assert grad.w.ravel().tolist() == [2 * sum(r * x[k] for r, x in by_rows) / n for k in range(p)]
    assert grad.b == 2 * sum(residual) / n
    assert sums.loss(w, b) == sum(r * r for r in residual) / n
    assert (sums.n, sums.p) == (n, p)
    assert sums.sum_x.tolist() == X.sum(axis=0)[:, None].tolist()
    assert sums.sum_xx.tolist() == (X.T @ X).tolist()
    assert sums.sum_xy.tolist() == (X.T @ Y).tolist()
    assert (sums.sum_y, sums.sum_yy) == (Y.sum(), (Y**2).sum())


@pytest.mark.parametrize("scale", [1.0, 1e100, 1e-100])
def test_the_solution_is_that_of_the_rows(scale):
    """The columns of such different sizes are scaled first."""
    X = RNG.normal(size=(100, 3)) * [1.0, 1e8, 1e-8] + [0.0, 1e8, 1.0]
    Y = scale * (X @ [[1.0], [1e-8], [1e8]] + RNG.normal(size=(100, 1)))
    w, b = gather_sums((X, Y)).solve()
    centred = X - X.mean(axis=0)
    scales = np.array([[1.0], [1e-8], [1e8]])
    theirs = scales * np.linalg.lstsq(centred * scales.T, Y - Y.mean())[0]
    np.testing.assert_allclose(w, theirs, rtol=1e-6)  # 1e-8 of spread beside 1 leaves eight digits
    assert w.shape == (3, 1)
    grad = gather_sums((X, Y)).gradient(w, b)
    assert np.abs(grad.b) <= 1e-6 * scale


COLUMN = RNG.normal(size=(50, 1))
SINGULAR = {
    "X: expected at least 3 rows for as many unknowns, got 2.": np.eye(2),
    "X: expected columns that vary, got a constant column 1.": np.hstack(
        [COLUMN, 0 * COLUMN + 0.1]
    ),
    "X: expected independent columns, got column ": np.hstack([COLUMN, 3 * COLUMN + 0.1]),
}


@pytest.mark.parametrize("sentence", SINGULAR)
def test_where_there_is_no_single_solution_a_sentence_says_why(sentence):
    X = SINGULAR[sentence]
    with pytest.raises(ValueError) as caught:  # noqa: PT011
        gather_sums((X, X[:, :1])).solve()
    assert str(caught.value).startswith(sentence)


BEYOND = r"^w, b: expected numbers whose squared residuals float64 can hold, got larger ones\.$"


@pytest.mark.parametrize(("w", "b"), [([[1e200]], 0), ([[0]], 1e308), ([[1e308]], -1e308)])
def test_what_float64_cannot_hold_is_refused_and_never_infinite(w, b):
    with pytest.raises(ValueError, match=BEYOND):
        gather_sums((COLUMN, COLUMN)).loss(w, b)
    with pytest.raises(ValueError, match=BEYOND):
        gather_sums((1e110 * (COLUMN - COLUMN.mean()), COLUMN)).gradient(w, b)
