"""The article's figures follow from one another; line data and batches are PyTorch's own."""

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch.utils.data import DataLoader, TensorDataset

from lsqgrad import ARTICLE, Printed, line_data, minibatches, rounding_interval
from lsqgrad.regression.rounding import column

REPEATABLE = settings(derandomize=True, deadline=None)
UNIT = 2.0**-53  # the largest relative error of one float64 operation


# The article's batch


def test_the_batch_is_given_as_columns():
    assert ARTICLE.X.tolist() == [[4.6667], [8.2222], [2.8889]]
    assert ARTICLE.Y.tolist() == [[9.7349], [17.2363], [6.3046]]
    assert ARTICLE.w.tolist() == [[-0.34487]]
    assert ARTICLE.b == 0.86449
    assert ARTICLE.lr == 0.001
    assert {array.dtype for array in (ARTICLE.X, ARTICLE.Y, ARTICLE.w)} == {np.dtype(np.float64)}


def test_the_batch_is_rows_3_7_and_1_of_the_line_data():
    X, _ = line_data()
    for row, x, y in zip([3, 7, 1], ARTICLE.printed["X"], ARTICLE.printed["Y"], strict=True):
        assert x.admits(X[row, 0])
        assert x.admits(2 + 8 * row / 9)
        assert y.admits(2 * X[row, 0], 2 * X[row, 0] + 1)  # the noise is from 0 to 1


@pytest.mark.parametrize("name", ["X", "Y", "w"])
def test_the_article_cannot_be_changed_through_its_arrays(name):
    array = getattr(ARTICLE, name)
    before = array.copy()
    array += 1
    assert np.array_equal(getattr(ARTICLE, name), before)


@pytest.mark.parametrize("name", ["printed", "X", "Y", "w", "b", "lr"])
def test_the_article_has_no_attribute_that_can_be_replaced(name):
    with pytest.raises(AttributeError):
        setattr(ARTICLE, name, None)


def test_the_figures_of_the_article_cannot_be_replaced():
    with pytest.raises(TypeError):
        ARTICLE.printed["b"] = Printed("0")


def of_interval(formula):
    """Follow from a figure's name to the figures that `formula` takes by the same names."""
    names = formula.__code__.co_varnames[: formula.__code__.co_argcount]
    return rounding_interval(formula, *(ARTICLE.printed[name] for name in names))


FORMULAS = [
    ("Y_hat", lambda X, w, b: X * w + b),
    ("squared_residual", lambda Y, Y_hat: (Y_hat - Y) ** 2),
    ("loss", lambda Y, Y_hat: np.mean((Y_hat - Y) ** 2)),
    ("loss", lambda squared_residual: np.mean(squared_residual)),
    ("loss", lambda X, Y, w, b: np.mean((X * w + b - Y) ** 2)),
    ("sum_x", lambda X: X.sum()),
    ("x_squared", lambda X: X**2),
    ("xy", lambda X, Y: X * Y),
    ("sum_x_squared", lambda x_squared: x_squared.sum()),
    ("sum_xy", lambda xy: xy.sum()),
    ("grad_w", lambda X, Y, Y_hat: 2 / 3 * np.sum((Y_hat - Y) * X)),
    ("grad_w", lambda X, Y, w, b: 2 / 3 * np.sum((X * w + b - Y) * X)),
    ("w_4_decimals", lambda w: w),
    ("b_4_decimals", lambda b: b),
    ("w_after", lambda w, lr, grad_w: w - lr * grad_w),
    ("b_after", lambda b, lr, Y, Y_hat: b - lr * 2 / 3 * np.sum(Y_hat - Y)),
    (
        "grad_w_4_decimals",
        lambda w_4_decimals, b_4_decimals, sum_x, sum_x_squared, sum_xy: (
            2 / 3 * (w_4_decimals[0, 0] * sum_x_squared - (sum_xy - sum_x * b_4_decimals))
        ),
    ),
]


@pytest.mark.parametrize(("name", "formula"), FORMULAS)
def test_every_figure_follows_from_the_printed_inputs(name, formula):
    figures = ARTICLE.printed[name]
    figures = (figures,) if isinstance(figures, Printed) else figures
    low, high = map(np.ravel, of_interval(formula))
    for figure, smallest, largest in zip(figures, low, high, strict=True):
        assert figure.admits(smallest, largest), f"{figure} is not in [{smallest}, {largest}]"


def test_no_figure_that_can_be_computed_is_left_out():
    inputs = {"X", "Y", "w", "b", "lr"}
    assert {name for name, _ in FORMULAS} == set(ARTICLE.printed) - inputs


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        ("squared_residual", lambda Y, Y_hat: (Y_hat + Y) ** 2),
        ("loss", lambda Y, Y_hat: np.mean((Y_hat - Y) ** 2) / 2),
        ("grad_w", lambda X, Y, Y_hat: np.sum((Y_hat - Y) * X)),
        ("w_after", lambda w, lr, grad_w: w * -(lr * grad_w)),  # the article's slip
        ("w_after", lambda w, lr, grad_w: w + lr * grad_w),
    ],
    ids=["plus", "half", "without 2/n", "product", "ascent"],
)
def test_a_wrong_formula_is_not_admitted(name, formula, capsys):
    with pytest.raises(AssertionError, match=f"do not give this figure: {name} "):
        ARTICLE.confirm(name, formula)
    assert not capsys.readouterr().out


# The figures printed in full were computed in float64 from numbers of four decimals, and so are
# they here. With k operations on terms t_i either result is off by at most about k u Σ|t_i|, and
# the two are within twice that.
x, y = ARTICLE.X, ARTICLE.Y
Y_hat = column(ARTICLE.printed["Y_hat"])


@pytest.mark.parametrize(
    ("printed", "computed", "operations", "terms"),
    [
        # a residual counts twice, since it is squared; then the square, two sums, one division
        ("173.39255591999998", np.mean((Y_hat - y) ** 2), 6, (Y_hat - y) ** 2 / 3),
        ("205.36352263000003", np.sum(x * y), 3, x * y),
        # two thirds, two products and two differences, of the terms as the article writes them
        (
            "-150.28674470666664",
            2 / 3 * (-0.3449 * 97.7284 - (205.3635 - 15.7778 * 0.8645)),
            6,
            2 / 3 * np.array([0.3449 * 97.7284, 205.3635, 15.7778 * 0.8645]),
        ),
        ("15.7778", np.sum(x), 2, x),
        ("97.72840494", np.sum(x**2), 3, x**2),
        ("109.82620804", (Y_hat - y)[0, 0] ** 2, 3, (Y_hat - y)[0] ** 2),
        ("368.92421476", (Y_hat - y)[1, 0] ** 2, 3, (Y_hat - y)[1] ** 2),
        ("41.42724496", (Y_hat - y)[2, 0] ** 2, 3, (Y_hat - y)[2] ** 2),
        ("21.77808889", x[0, 0] ** 2, 1, x[0] ** 2),
        ("67.60457284", x[1, 0] ** 2, 1, x[1] ** 2),
        ("8.34574321", x[2, 0] ** 2, 1, x[2] ** 2),
        ("45.42985783", (x * y)[0, 0], 1, (x * y)[0]),
        ("141.72030586", (x * y)[1, 0], 1, (x * y)[1]),
        ("18.21335894", (x * y)[2, 0], 1, (x * y)[2]),
    ],
)
def test_figures_printed_in_full_are_met_to_a_few_ulps(printed, computed, operations, terms):
    assert printed in map(str, np.hstack([*map(np.ravel, ARTICLE.printed.values())]))
    assert abs(float(printed) - computed) <= 2 * operations * UNIT * np.abs(terms).sum()


@pytest.mark.parametrize(
    ("figure", "formula"),
    [
        ("-150.28491", lambda x, y, w, b: 2 / 3 * np.sum((w * x + b - y) * x)),
        ("-24.08241", lambda x, y, w, b: 2 / 3 * np.sum(w * x + b - y)),
        ("-0.19459", lambda x, y, w, b: w - 0.001 * 2 / 3 * np.sum((w * x + b - y) * x)),
        ("0.88857", lambda x, y, w, b: b - 0.001 * 2 / 3 * np.sum(w * x + b - y)),
    ],
    ids=["grad_w", "grad_b", "w_after", "b_after"],
)
def test_the_values_that_the_article_leaves_out(figure, formula):
    """They were computed from the printed numbers as they stand, so no interval is needed."""
    assert Printed(figure).admits(formula(x, y, -0.34487, 0.86449))


def test_the_gradient_of_the_printed_residuals():
    assert Printed("-150.28486").admits(2 / 3 * np.sum((Y_hat - y) * x))


def test_confirm_prints_the_figure_beside_its_interval(capsys):
    ARTICLE.confirm("grad_w", lambda X, Y, Y_hat: 2 / 3 * np.sum((Y_hat - Y) * X))
    ARTICLE.confirm("x_squared", lambda X: X**2)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    low, high = of_interval(lambda X, Y, Y_hat: 2 / 3 * np.sum((Y_hat - Y) * X))
    assert lines[0] == [
        "grad_w",
        "printed",
        "-150.28",
        "computed",
        f"{low:.5f}",
        "to",
        f"{high:.5f}",
    ]
    assert [line[2] for line in lines[1:]] == ["21.77808889", "67.60457284", "8.34574321"]


@pytest.mark.parametrize(
    ("name", "formula"), [("grad_c", lambda X: X), ("sum_x", lambda Z: Z)], ids=["figure", "input"]
)
def test_confirm_refuses_names_that_are_not_figures(name, formula):
    with pytest.raises(
        ValueError, match=r"^(name: expected .*, got 'grad_c'|formula: expected .*, got 'Z')"
    ):
        ARTICLE.confirm(name, formula)


def test_confirm_wants_a_function():
    with pytest.raises(TypeError, match=r"^formula: expected a function of figures, got int 3\.$"):
        ARTICLE.confirm("loss", 3)


# Line data


@pytest.mark.parametrize("n", [1, 2, 10, 1000])
def test_line_data_are_columns_from_2_to_10(n):
    X, Y = line_data(n)
    assert X.shape == Y.shape == (n, 1)
    assert X.dtype == Y.dtype == np.float64
    assert np.array_equal(X.ravel(), np.linspace(2, 10, n))


@pytest.mark.parametrize("slope", [2.0, -3, 0])
def test_the_noise_is_uniform_from_0_to_1(slope):
    X, Y = line_data(10_000, slope, seed=1)
    noise = Y - slope * X
    rounding = 2 * np.spacing(np.abs(Y).max())  # of the sum in Y, and of the difference here
    assert noise.min() >= -rounding
    assert noise.max() < 1 + rounding
    # Its mean and its variance, ½ and 1/12, to five standard errors.
    assert abs(noise.mean() - 1 / 2) < 5 * np.sqrt(1 / 12 / len(X))
    assert abs(noise.var() - 1 / 12) < 5 * np.sqrt(1 / 180 / len(X))


def test_line_data_are_the_same_for_the_same_seed_only():
    first, again, other = (line_data(seed=seed)[1] for seed in (7, 7, 8))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert np.array_equal(line_data()[1], line_data(n=10, slope=2.0, seed=0)[1])


def test_the_noise_of_a_seed_stays_what_it_is_in_every_version_of_numpy():
    """The stored outputs of the notebooks depend on it."""
    _, Y = line_data(n=1, slope=0, seed=0)
    assert Y.item() == 0.5488135039273248
    _, Y = line_data(n=2, slope=0, seed=2**32 - 1)
    assert Y.ravel().tolist() == [0.0976320289940138, 0.9123828453026218]


def test_line_data_leave_the_global_generator_alone():
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    line_data()
    minibatches(10, 3, 2)
    assert np.array_equal(np.random.get_state()[1], state)  # noqa: NPY002


# Mini-batches


def batches_of_dataloader(n, batch_size, epochs, seed):
    loader = DataLoader(
        TensorDataset(torch.arange(n)),
        batch_size=batch_size,
        shuffle=True,
        generator=torch.Generator().manual_seed(seed),
    )
    return [[rows.tolist() for (rows,) in loader] for _ in range(epochs)]


def as_lists(order):
    return [[rows.tolist() for rows in batches] for batches in order]


@st.composite
def arguments_of_minibatches(draw):
    n = draw(st.integers(1, 40))
    return n, draw(st.integers(1, n)), draw(st.integers(1, 4)), draw(st.integers(0, 2**32 - 1))


@REPEATABLE
@example((1, 1, 3, 0))
@example((10, 3, 10, 0))
@example((10, 3, 3, 2**32 - 1))
@example((1000, 64, 2, 5))
@given(arguments_of_minibatches())
def test_minibatches_come_in_the_order_of_the_dataloader(arguments):
    assert as_lists(minibatches(*arguments)) == batches_of_dataloader(*arguments)


def test_the_seed_of_minibatches_is_zero_if_left_out():
    assert as_lists(minibatches(10, 3, 2)) == as_lists(minibatches(10, 3, 2, seed=0))


@pytest.mark.parametrize(
    ("n", "batch_size", "sizes"),
    [(10, 3, [3, 3, 3, 1]), (9, 3, [3, 3, 3]), (4, 4, [4]), (3, 1, [1, 1, 1]), (1, 1, [1])],
)
def test_every_epoch_goes_once_through_all_rows(n, batch_size, sizes):
    order = minibatches(n, batch_size, epochs=5, seed=3)
    assert len(order) == 5
    for batches in order:
        assert [len(rows) for rows in batches] == sizes
        assert sorted(np.concatenate(batches).tolist()) == list(range(n))


def test_another_seed_and_another_epoch_bring_another_order():
    first, again, other = (as_lists(minibatches(10, 3, 2, seed)) for seed in (7, 7, 8))
    assert first == again
    assert first != other
    assert first[0] != first[1]


def test_minibatches_index_arrays():
    X, _ = line_data()
    (batches,) = minibatches(10, 3, epochs=1)
    assert batches[0].dtype.kind == "i"
    assert X[batches[0]].shape == (3, 1)
