"""Four ways to the gradient agree to rounding, and whatever is wrong by more is caught."""

import re
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from lsqgrad import (
    ARTICLE,
    Gradient,
    Printed,
    compare_gradients,
    gradient_autograd,
    gradient_matrix,
    gradient_numeric,
    gradient_scalar,
    line_data,
    mean_squared_error,
)

REPEATABLE = settings(derandomize=True, deadline=None)
IN_ANY_FLOAT = [gradient_matrix, gradient_scalar, gradient_autograd]
EVERY_WAY = [*IN_ANY_FLOAT, gradient_numeric]


def article():
    return ARTICLE.X, ARTICLE.Y, ARTICLE.w, ARTICLE.b


UP_TO_20_ROWS = st.integers(1, 20)
UP_TO_4_COLUMNS = st.integers(1, 4)


@st.composite
def problems(draw, number, rows=UP_TO_20_ROWS, columns=UP_TO_4_COLUMNS):
    n, p = draw(rows), draw(columns)
    shapes = [(n, p), (n, 1), (p, 1)]
    return *(draw(arrays(np.float64, shape, elements=number)) for shape in shapes), draw(number)


# No smaller than 1e-6, so that nothing underflows: the bound of `compare_gradients` is about
# rounding alone.
ZERO_OR_FROM_1E_6_TO_1E6 = st.just(0.0) | st.floats(1e-6, 1e6) | st.floats(-1e6, -1e-6)
# Sums of eight products of these are exact in float64, and so is a division by a power of two.
SMALL_INTEGERS = st.integers(-50, 50).map(float)
POWERS_OF_TWO = st.sampled_from([1, 2, 4, 8])


# The ways agree


@settings(REPEATABLE, max_examples=200)
@given(problems(ZERO_OR_FROM_1E_6_TO_1E6))
def test_all_ways_agree_at_any_shape_and_scale(problem):
    compare_gradients(*problem)


def test_one_feature_is_compared_in_four_ways_and_two_features_in_three():
    one = compare_gradients(*article())
    two = compare_gradients(np.eye(2), [[1], [2]], [[3], [4]], 5)
    assert list(one) == [
        *("gradient_matrix", "gradient_scalar", "gradient_numeric", "gradient_autograd"),
    ]
    assert list(two) == ["gradient_matrix", "gradient_numeric", "gradient_autograd"]
    assert all(isinstance(grad, Gradient) for grad in (*one.values(), *two.values()))


@pytest.mark.parametrize("way", EVERY_WAY)
def test_every_way_gives_the_article_its_gradient(way):
    grad = way(*article())
    assert Printed("-150.28491").admits(grad.w.item())
    assert Printed("-24.08241").admits(grad.b)


@pytest.mark.parametrize("way", [gradient_matrix, gradient_autograd])
@REPEATABLE
@given(problem=problems(SMALL_INTEGERS, rows=POWERS_OF_TWO))
def test_the_gradient_of_small_integers_is_exact(way, problem):
    assert_exact(way, problem)


@REPEATABLE
@given(problem=problems(SMALL_INTEGERS, rows=POWERS_OF_TWO, columns=st.just(1)))
def test_the_scalar_gradient_of_small_integers_is_exact(problem):
    assert_exact(gradient_scalar, problem)


def assert_exact(way, problem):
    grad, (loss, grad_w, grad_b) = way(*problem), in_fractions(*problem)
    assert mean_squared_error(*problem) == loss
    assert grad.w.ravel().tolist() == grad_w
    assert grad.b == grad_b


def in_fractions(X, Y, w, b):
    """Return the loss and its partial derivatives, from their definition in exact arithmetic."""
    rows = [list(map(Fraction, row)) for row in X.tolist()]
    y, w, b = map(Fraction, Y.ravel()), list(map(Fraction, w.ravel())), Fraction(b)
    n = len(rows)
    residuals = [
        sum(x_k * w_k for x_k, w_k in zip(row, w, strict=True)) + b - y_i
        for row, y_i in zip(rows, y, strict=True)
    ]
    loss = sum(r * r for r in residuals) / n
    grad_w = [
        sum(2 * r * row[k] for r, row in zip(residuals, rows, strict=True)) / n
        for k in range(len(w))
    ]
    return loss, grad_w, sum(2 * r for r in residuals) / n


@REPEATABLE
@given(st.data(), st.sampled_from([1.0, -2.0, 0.5, 2.0**-10]))
def test_the_remainder_of_first_order_is_the_quadratic_term(data, h):
    """L(θ + hd) - L(θ) - h⟨g, d⟩ = h² ‖X̃d‖² / n, to the last bit on small integers."""
    X, Y, w, b = data.draw(problems(SMALL_INTEGERS, rows=POWERS_OF_TWO))
    direction = data.draw(arrays(np.float64, len(w) + 1, elements=SMALL_INTEGERS))
    d_w, d_b = direction[:-1].reshape(-1, 1), direction[-1]

    grad = gradient_matrix(X, Y, w, b)
    slope = (grad.w * d_w).sum() + grad.b * d_b
    further = mean_squared_error(X, Y, w + h * d_w, b + h * d_b)
    remainder = further - mean_squared_error(X, Y, w, b) - h * slope
    assert remainder == h**2 * np.sum((X @ d_w + d_b) ** 2) / len(X)


def test_the_loss_is_the_mean_of_squares_without_a_half():
    loss = mean_squared_error([[0], [0], [0], [0]], [[1], [2], [3], [4]], [[7]], 0)
    assert loss == (1 + 4 + 9 + 16) / 4
    Y_hat, Y = torch.tensor([7.0, 7.0]), torch.tensor([4.0, 9.0])
    assert torch.nn.MSELoss()(Y_hat, Y) == mean_squared_error([[0], [0]], [[4], [9]], [[1]], 7)


# Types and shapes


def in_float32(X, Y, w, b):
    return *(np.asarray(array, np.float32) for array in (X, Y, w)), b


@pytest.mark.parametrize("way", IN_ANY_FLOAT)
def test_float32_in_float32_out(way):
    grad = way(*in_float32(*article()))
    assert grad.w.dtype == grad.b.dtype == np.float32
    assert mean_squared_error(*in_float32(*article())).dtype == np.float32


@pytest.mark.parametrize("way", EVERY_WAY)
def test_anything_else_in_float64_out(way):
    X, Y, w, b = in_float32(*article())
    for problem in (
        article(),
        (X.tolist(), Y, w, b),
        (X, Y, ARTICLE.w, b),
        ([[1]], [[2]], [[3]], 4),
    ):
        grad = way(*problem)
        assert grad.w.dtype == grad.b.dtype == np.float64
        assert mean_squared_error(*problem).dtype == np.float64


def test_the_finite_difference_is_computed_in_float64_whatever_comes_in():
    X, Y, w, b = in_float32(*article())
    grad = gradient_numeric(X, Y, w, b)
    assert grad.w.dtype == grad.b.dtype == np.float64
    assert grad == gradient_numeric(*(array.astype(np.float64) for array in (X, Y, w)), b)


def test_gradients_are_compared_in_float64_whatever_comes_in():
    comparison = compare_gradients(*in_float32(*article()))
    assert {grad.w.dtype for grad in comparison.values()} == {np.dtype(np.float64)}


@pytest.mark.parametrize("p", [1, 3])
def test_each_part_has_the_shape_of_its_parameter(p):
    X, Y, w = np.ones((5, p)), np.ones((5, 1)), np.zeros((p, 1))
    for way in EVERY_WAY if p == 1 else [gradient_matrix, gradient_numeric, gradient_autograd]:
        grad = way(X, Y, w, 0)
        assert grad.w.shape == (p, 1)
        assert np.ndim(grad.b) == 0


@pytest.mark.parametrize("way", [*EVERY_WAY, mean_squared_error, compare_gradients])
def test_nothing_that_comes_in_is_changed(way):
    problem = article()
    copies = [np.copy(argument) for argument in problem]
    way(*problem)
    for argument, copy in zip(problem, copies, strict=True):
        assert np.array_equal(argument, copy)
        assert np.asarray(argument).flags.writeable


def test_the_scalar_form_refuses_two_features():
    with pytest.raises(ValueError, match=r"^X: expected one column, .*, got 2\.$"):
        gradient_scalar(np.eye(2), [[1], [2]], [[3], [4]], 5)


@pytest.mark.parametrize("way", IN_ANY_FLOAT)
def test_the_gradient_of_a_perfect_fit_is_zero(way):
    grad = way([[1], [2], [4]], [[5], [7], [11]], [[2]], 3)
    assert grad.w == 0
    assert grad.b == 0


# What is wrong is caught


def sign_of_residual(X, Y, w, b):
    grad = gradient_matrix(X, Y, w, b)
    return Gradient(-grad.w, -grad.b)


def without_the_2(X, Y, w, b):
    grad = gradient_matrix(X, Y, w, b)
    return Gradient(grad.w / 2, grad.b / 2)


def without_1_over_n(X, Y, w, b):
    grad = gradient_matrix(X, Y, w, b)
    return Gradient(grad.w * len(X), grad.b * len(X))


def without_bias(X, Y, w, b):
    return gradient_matrix(X, Y, w, 0)


def without_gradient_of_bias(X, Y, w, b):
    return gradient_matrix(X, Y, w, b)._replace(b=0.0)


def broadcast_to_n_by_n(X, Y, w, b):
    residuals = X @ w + b - Y.ravel()
    return Gradient(2 * np.mean(residuals * X).reshape(1, 1), 2 * np.mean(residuals))


def slightly_off(X, Y, w, b):
    grad = gradient_matrix(X, Y, w, b)
    return Gradient(grad.w * (1 + 1e-6), grad.b)


def slightly_off_in_bias(X, Y, w, b):
    grad = gradient_matrix(X, Y, w, b)
    return Gradient(grad.w, grad.b * (1 - 1e-6))


def in_single_precision(X, Y, w, b):
    return gradient_matrix(*in_float32(X, Y, w, b))


WRONG = [
    *(sign_of_residual, without_the_2, without_1_over_n, without_bias, without_gradient_of_bias),
    *(broadcast_to_n_by_n, slightly_off, slightly_off_in_bias, in_single_precision),
]


@pytest.mark.parametrize("wrong", WRONG)
def test_a_wrong_gradient_is_caught_with_every_number(wrong):
    assert_caught(wrong, *article())


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("seed", range(5))
def test_a_wrong_gradient_is_caught_on_line_data(wrong, seed):
    assert_caught(wrong, *line_data(seed=seed), [[0.5]], -1.0)


def assert_caught(wrong, *problem):
    ways = [gradient_matrix, gradient_numeric, wrong]
    with pytest.raises(AssertionError) as caught:
        compare_gradients(*problem, *ways)
    table = str(caught.value).splitlines()
    assert re.match(r"The gradients differ by more than rounding", table[0])
    for line, way in zip(table[2:5], ways, strict=True):
        grad = way(*map(np.asarray, problem))
        name, grad_w, grad_b = line.split()
        assert name == way.__name__
        # 17 digits are enough to tell any two float64 apart.
        assert (float(grad_w), float(grad_b)) == (grad.w.item(), grad.b)
    assert re.match(r"tolerance +\S+e-\d\d +\S+e-\d\d$", table[5])


@pytest.mark.parametrize("part", ["w", "b"])
def test_nan_is_caught(part):
    def not_a_number(X, Y, w, b):
        grad = gradient_matrix(X, Y, w, b)
        return grad._replace(**{part: getattr(grad, part) * np.nan})

    with pytest.raises(AssertionError, match=r"not_a_number +.*nan"):
        compare_gradients(*article(), gradient_matrix, not_a_number)


@pytest.mark.parametrize(
    "ways",
    [(gradient_matrix, slightly_off), (slightly_off, gradient_matrix)],
    ids=["last", "first"],
)
def test_the_order_of_the_functions_does_not_matter(ways):
    with pytest.raises(AssertionError):
        compare_gradients(*article(), *ways)


def test_every_weight_is_compared():
    def off_in_the_second(X, Y, w, b):
        grad = gradient_matrix(X, Y, w, b)
        return grad._replace(w=grad.w + np.array([[0], [1e-6], [0]]))

    X, Y, w = np.eye(3), np.ones((3, 1)), np.zeros((3, 1))
    with pytest.raises(AssertionError, match=r"∂L/∂w1 .*∂L/∂w2 .*∂L/∂w3 .*∂L/∂b"):
        compare_gradients(X, Y, w, 0, gradient_matrix, off_in_the_second)


@pytest.mark.parametrize(
    ("returned", "error"),
    [
        pytest.param(None, TypeError, id="nothing"),
        pytest.param(3.5, TypeError, id="a number"),
        pytest.param("wb", TypeError, id="letters"),
        pytest.param((1, 2, 3), TypeError, id="three parts"),
        pytest.param(np.ones((1, 1)), TypeError, id="w alone"),
        pytest.param(("a", "b"), TypeError, id="strings"),
        pytest.param(([[1], [2, 3]], 1), TypeError, id="ragged rows"),
        pytest.param((np.ones((1, 1)) * 1j, 1.0), TypeError, id="complex"),
        pytest.param((torch.ones(1, 1, requires_grad=True), 1.0), TypeError, id="with a graph"),
        pytest.param((1.0, 1.0), ValueError, id="w a number"),
        pytest.param((np.ones(1), 1.0), ValueError, id="w of one axis"),
        pytest.param((np.ones((1, 3)), 1.0), ValueError, id="w of three columns"),
        pytest.param((np.ones((1, 1)), np.ones(3)), ValueError, id="b of three numbers"),
    ],
)
def test_a_function_that_returns_no_gradient_is_named(returned, error):
    def rubbish(X, Y, w, b):
        return returned

    with pytest.raises(error, match=r"^rubbish: expected .*, got .*\.$"):
        compare_gradients(*article(), gradient_matrix, rubbish)


def test_a_transposed_gradient_is_refused_with_both_shapes():
    def transposed(X, Y, w, b):
        grad = gradient_matrix(X, Y, w, b)
        return grad._replace(w=grad.w.T)

    with pytest.raises(ValueError, match=r"^transposed: .*\(2, 1\).* got shapes \(1, 2\) and \(\)"):
        compare_gradients(np.eye(2), [[1], [2]], [[3], [4]], 5, gradient_matrix, transposed)


def test_the_bias_may_come_as_an_array_of_one():
    """As PyTorch's ``bias.grad`` does."""

    def in_torch_shape(X, Y, w, b):
        grad = gradient_matrix(X, Y, w, b)
        return grad._replace(b=np.array([grad.b]))

    comparison = compare_gradients(*article(), gradient_matrix, in_torch_shape)
    assert comparison["in_torch_shape"] == comparison["gradient_matrix"]


def test_an_error_inside_a_function_comes_through():
    def broken(X, Y, w, b):
        raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match=r"^mine$"):
        compare_gradients(*article(), broken, gradient_matrix)


# Which functions are compared


def named(name, function):
    def renamed(*problem):
        return function(*problem)

    renamed.__name__ = name
    return renamed


@pytest.mark.parametrize("name", ["gradient_matrix", "<lambda>"])
def test_functions_of_the_same_name_are_compared_with_each_other(name):
    """A learner may well call theirs gradient_matrix too, or write two lambdas."""
    right, wrong = named(name, gradient_matrix), named(name, sign_of_residual)
    with pytest.raises(AssertionError) as caught:
        compare_gradients(*article(), right, wrong, right)
    names = [line.rsplit(maxsplit=2)[0] for line in str(caught.value).splitlines()[2:5]]
    assert names == [name, f"{name} 2", f"{name} 3"]
    assert list(compare_gradients(*article(), right, right)) == [name, f"{name} 2"]


def test_one_function_alone_is_refused():
    """Alone it can only agree with itself, whatever it returns."""
    with pytest.raises(ValueError, match=r"^functions: expected at least two .*, got sign_of_res"):
        compare_gradients(*article(), sign_of_residual)


def test_a_function_without_a_name_is_compared():
    compare_gradients(*article(), gradient_matrix, partial(gradient_matrix))
    with pytest.raises(AssertionError, match=r"\npartial +150\.28491"):
        compare_gradients(*article(), gradient_matrix, partial(sign_of_residual))


def test_a_function_cannot_change_what_the_next_one_gets():
    def centred_in_place(X, Y, w, b):
        grad = gradient_matrix(X, Y, w, b)
        X -= X.mean()
        return grad

    comparison = compare_gradients(*article(), centred_in_place, gradient_matrix)
    assert comparison["gradient_matrix"] == gradient_matrix(*article())


# The table


def test_the_comparison_prints_as_a_table():
    comparison = compare_gradients([[1], [2]], [[1], [4]], [[1]], 1)
    lines = repr(comparison).splitlines()
    assert lines[0].split() == ["∂L/∂w", "∂L/∂b"]
    assert [line.split()[0] for line in lines[1:]] == [*comparison]
    assert len(set(map(len, lines))) == 1, "the columns are not in line"


def test_the_table_has_a_column_for_each_weight():
    comparison = compare_gradients(np.eye(2), [[1], [2]], [[3], [4]], 5)
    lines = repr(comparison).splitlines()
    assert lines[0].split() == ["∂L/∂w1", "∂L/∂w2", "∂L/∂b"]
    assert lines[1].split() == ["gradient_matrix", "7", "7", "14"]
    assert len(set(map(len, lines))) == 1, "the columns are not in line"


def test_the_tolerance_is_the_stated_bound():
    X, Y, w, b = article()
    tolerance = compare_gradients(X, Y, w, b).tolerance
    m = np.linalg.norm(np.abs(X) @ np.abs(w) + abs(b) + np.abs(Y))
    bound = 8 * (3 + 2 + 9) * 2.0**-53 * m / 3
    rounding = 10 * np.finfo(np.float64).eps  # of the formula above, written here another way
    assert tolerance.w.item() == pytest.approx(bound * np.linalg.norm(X), rel=rounding)
    assert tolerance.b == pytest.approx(bound * np.sqrt(3), rel=rounding)
