"""Printed figures stand for intervals; distances between floats are counted in ulps."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsqgrad import (
    ARTICLE,
    Printed,
    gradient_matrix,
    gradient_scalar,
    rounding_interval,
    same,
    ulps_apart,
)
from lsqgrad.regression.rounding import column

REPEATABLE = settings(derandomize=True, deadline=None)


@pytest.mark.parametrize(
    ("text", "smallest", "largest"),
    [
        ("-150.28", -150.285, -150.275),
        ("0.5", 0.45, 0.55),
        ("0.001", 0.0005, 0.0015),
        ("7", 6.5, 7.5),
        ("-0.0", -0.05, 0.05),
        ("1e-3", 0.0005, 0.0015),
        ("2E+2", 150.0, 250.0),
        # just above the middle of two floats, in more digits than `Decimal` computes with
        ("9007199254740993.0000000000001", 9007199254740994.0, 9007199254740994.0),
    ],
)
def test_a_printed_number_stands_for_half_a_last_decimal_either_way(text, smallest, largest):
    assert Printed(text).interval == (smallest, largest)


def test_a_printed_number_admits_what_may_have_been_printed_so():
    printed = Printed("-150.28")
    assert printed.value == -150.28
    assert str(printed) == "-150.28"
    assert printed.admits(-150.285)
    assert printed.admits(-150.275)
    assert not printed.admits(np.nextafter(-150.285, -np.inf))
    assert not printed.admits(np.nextafter(-150.275, np.inf))
    assert not printed.admits(np.nan)


def test_a_printed_number_admits_every_interval_that_it_touches():
    printed = Printed("2.0")
    assert printed.admits(1.0, 3.0)
    assert printed.admits(1.0, 1.95)
    assert printed.admits(2.05, 3.0)
    assert printed.admits(1.99, 2.01)
    assert not printed.admits(1.0, 1.94)
    assert not printed.admits(2.06, 3.0)


@REPEATABLE
@given(st.floats(-1e6, 1e6), st.integers(0, 9))
def test_whatever_is_rounded_to_decimals_is_admitted(number, decimals):
    assert Printed(f"{number:.{decimals}f}").admits(number)


def test_column_stands_the_values_upright():
    values = column((Printed("1.5"), Printed("-2")))
    assert values.tolist() == [[1.5], [-2.0]]
    assert values.dtype == np.float64


def test_the_interval_of_a_formula_is_found_at_the_corners():
    # Exact in binary: the inputs lie in [0.5, 1.5], [1.5, 2.5] and [3.5, 4.5] x [4.5, 5.5].
    a, b, rows = Printed("1"), Printed("2"), (Printed("4"), Printed("5"))
    assert rounding_interval(lambda a, b: a - b, a, b) == (-2.0, 0.0)
    assert rounding_interval(lambda a, b: a * b, a, b) == (0.75, 3.75)
    assert rounding_interval(lambda x: x.sum(), rows) == (8.0, 10.0)
    low, high = rounding_interval(lambda x, b: x - b, rows, b)
    assert low.tolist() == [[1.0], [2.0]]
    assert high.tolist() == [[3.0], [4.0]]


def test_a_formula_without_inputs_has_an_interval_of_one_number():
    assert rounding_interval(lambda: 3.0) == (3.0, 3.0)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_neighbours_are_one_ulp_apart_everywhere(dtype):
    limits = np.finfo(dtype)
    tiny = limits.smallest_subnormal
    for number in map(dtype, [1, -1, 2, 0.1, -1e30, 0, tiny, -tiny, limits.tiny, limits.max]):
        below = np.nextafter(number, dtype(-np.inf))
        assert ulps_apart(number, below) == 1
        assert ulps_apart(below, number) == 1
        assert ulps_apart(number, number) == 0


def test_both_zeros_are_the_same_place():
    assert ulps_apart(0.0, -0.0) == 0
    assert ulps_apart(np.float32(0), -np.float32(0)) == 0


def test_ulps_are_counted_across_powers_of_two_and_signs():
    # float64 has 2**52 numbers in [1, 2), and as many in [2, 4)
    assert ulps_apart(1.0, 2.0) == 2**52
    assert ulps_apart(1.0, 4.0) == 2**53
    tiny = 5e-324
    assert ulps_apart(-3 * tiny, 4 * tiny) == 7


@pytest.mark.parametrize("number", [2.0, 3.0, np.finfo(np.float64).max])
def test_numbers_of_opposite_sign_are_far_apart(number):
    """As far as the bits of the number count twice, which may be more than 63 bits hold."""
    from_zero = int(np.float64(number).view(np.int64))
    assert int(ulps_apart(-number, number)) == 2 * from_zero
    assert int(ulps_apart(number, -number)) == 2 * from_zero


def test_ulps_are_counted_at_each_place():
    distance = ulps_apart(np.float32([[1], [2]]), np.float32([1, 2]))
    assert (distance == 0).tolist() == [[True, False], [False, True]]
    assert distance.dtype.kind in "iu"


@REPEATABLE
@given(st.floats(-1e308, 1e308), st.integers(0, 50), st.sampled_from([-1, 1]))
def test_ulps_count_the_steps_to_neighbours(start, steps, sign):
    end = start
    for _ in range(steps):
        end = np.nextafter(end, sign * np.inf)
    assert ulps_apart(start, end) == steps


def one_step(order="together", factor=1.0):
    """w after a step of the article's batch, with slips that budgets in notebooks caught."""
    X, Y, w, b, lr = ARTICLE.X, ARTICLE.Y, ARTICLE.w, ARTICLE.b, ARTICLE.lr
    b_seen = b - lr * gradient_matrix(X, Y, w, b).b if order == "b first" else b
    return w - factor * lr * gradient_matrix(X, Y, w, b_seen).w


@pytest.mark.parametrize(
    "slip",
    [
        one_step(order="b first"),
        one_step(factor=-1),
        one_step(factor=1 / 2),
        one_step(factor=1 / 3),
        one_step(factor=1 + 1e-10),
        one_step().round(10),
        ARTICLE.w * ARTICLE.lr * 150.2849,
    ],
    ids=["b first", "sign", "half", "n twice", "tenth digit", "rounded", "product"],
)
def test_two_ways_to_one_number_are_the_same_and_slips_are_not(slip):
    scalar = gradient_scalar(ARTICLE.X, ARTICLE.Y, ARTICLE.w, ARTICLE.b)
    in_the_other_form = ARTICLE.w - ARTICLE.lr * scalar.w
    assert same(one_step(), in_the_other_form)
    assert not same(slip, in_the_other_form)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((np.float16(1), 1.0), "a: expected float32 or float64, got float16"),
        ((1.0, np.longdouble(1)), "b: expected float32 or float64, got"),
        ((1.0, "one"), "b: expected real numbers"),
    ],
)
def test_what_cannot_be_compared_is_refused(arguments, error):
    with pytest.raises(TypeError, match=re.escape(error)):
        same(*arguments)
    with pytest.raises(ValueError, match=r"^ulps: "):
        same(1.0, 1.0, ulps=10**400)


def test_an_ulp_is_that_of_the_largest_entry():
    largest, ulp = 3.0, 2.0**-51
    assert same([largest, ulp], [largest, 0.0], ulps=1)
    assert not same([largest, 2 * ulp], [largest, 0.0], ulps=1)
    assert not same([1.0, ulp], [1.0, 0.0], ulps=1)  # here it is half as large


@pytest.mark.parametrize("apart", [0, 1, 4095, 4096])
def test_so_many_ulps_are_rounding_and_one_more_is_not(apart):
    ulp = np.spacing(1.0)
    assert same(1.0 + apart * ulp, 1.0)
    assert same(1.0 + apart * ulp, 1.0, ulps=apart)
    assert not same(1.0 + (apart + 1) * ulp, 1.0, ulps=apart)
    assert not same(1.0 + 4097 * ulp, 1.0)


def test_shapes_are_compared_but_for_single_numbers():
    column = np.ones((3, 1))
    assert same(column, column.tolist())
    assert not same(column, column.ravel())
    assert not same(column, 1.0)
    assert same([[1.0]], 1.0)


def test_what_is_no_number_is_the_same_as_nothing():
    for number in (np.nan, np.inf):
        assert not same([number, 1.0], [number, 1.0])


def test_float32_is_compared_in_its_own_ulps_which_are_given():
    third = np.float32(1) / 3
    assert same(third, 1 / 3, ulps=1)
    assert not same(third, np.nextafter(np.nextafter(third, np.float32(1)), np.float32(1)), ulps=1)
    with pytest.raises(ValueError, match=r"^ulps: expected a number of ulps, since .* float32"):
        same(third, 1 / 3)


def test_a_tensor_with_a_graph_is_compared():
    torch = pytest.importorskip("torch")
    weight = torch.tensor([[0.5]], dtype=torch.float64, requires_grad=True)
    assert same(weight, 0.5)
    assert same(weight * 2, [[1.0]])
