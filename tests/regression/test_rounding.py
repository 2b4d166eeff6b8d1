"""Printed figures stand for intervals; distances between floats are counted in ulps; a computed
matrix knows how far rounding may have carried it."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsqgrad import Printed, rounding_interval, ulps_apart
from lsqgrad.regression.rounding import Rounded, column

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


# How far rounding may have carried a matrix

ULP = Fraction(1, 2**52)  # the gap from 1 to the next float; rounding errs by half of it
OPERATIONS = ["+", "-", "*", "@", "T", "negative", "/", "block"]
DIVISORS = [3.0, -7.0, 0.1, 1e3]


def fractions(matrix):
    """Return floats as fractions, which are computed with exactly."""
    return np.vectorize(Fraction, otypes=[object])(matrix)


def exactly(matrix):
    """Return a matrix of floats twice: to be rounded on the way, and as fractions."""
    matrix = np.array(matrix, dtype=np.float64)
    return Rounded.exact(matrix), fractions(matrix)


def computed(one, operation, other, divisor):
    """Return what comes out of two square matrices, as the pair that they are."""
    rounded, exact = zip(one, other, strict=True)
    middle = (slice(1, len(exact[0]) + 1),) * 2  # of four blocks some of each
    of_two = {
        "+": lambda a, b: a + b,
        "-": lambda a, b: a - b,
        "*": lambda a, b: a * b,
        "@": lambda a, b: a @ b,
        "T": lambda a, b: a.T,
        "negative": lambda a, b: -a,
    }
    if operation in of_two:
        return of_two[operation](*rounded), of_two[operation](*exact)
    if operation == "/":
        divided_by = Rounded.exact(np.array([[divisor]]))
        return rounded[0] / divided_by, exact[0] / Fraction(divisor)
    a, b = rounded
    c, d = exact
    return Rounded.block([[a, b], [b, a]])[middle], np.block([[c, d], [d, c]])[middle]


@st.composite
def computations(draw):
    """Compute something at random from square matrices, with floats and with fractions."""
    n = draw(st.integers(1, 4))
    # Floats with all their bits, and so large that no product leaves the range of the normal ones
    floats = st.integers(-10_000, 10_000).map(lambda k: k / 997)
    matrices = st.lists(st.lists(floats, min_size=n, max_size=n), min_size=n, max_size=n)
    leaves = matrices.map(exactly)
    steps = lambda parts: st.builds(  # noqa: E731
        computed, parts, st.sampled_from(OPERATIONS), parts, st.sampled_from(DIVISORS)
    )
    return draw(st.recursive(leaves, steps, max_leaves=8))


@REPEATABLE
@given(computations())
def test_the_exact_value_is_within_the_bound(pair):
    rounded, exact = pair
    assert (abs(fractions(rounded.value) - exact) <= fractions(rounded.bound)).all()
    assert (fractions(np.abs(rounded.value)) <= fractions(rounded.magnitude + rounded.bound)).all()


@REPEATABLE
@given(computations())
def test_the_bound_is_small(pair):
    rounded, _ = pair
    assert (rounded.bound <= 1e-12 * rounded.magnitude).all()


def test_the_bound_is_not_more_than_twice_what_can_happen():
    """Each of ten additions of half an ulp is lost."""
    total, exact = exactly([[1.0]])
    half = exactly([[float(ULP / 2)]])
    for _ in range(10):
        total, exact = total + half[0], exact + half[1]
    error = exact.item() - Fraction(total.item())
    assert error == 5 * ULP
    assert error <= Fraction(total.bound.item()) <= 2 * error * (1 + 20 * ULP)


def test_the_bound_tells_close_numbers_from_equal_ones():
    tenth, third = (Rounded.exact(np.array([[k]])) for k in (0.1, 0.3))
    total = tenth + tenth + tenth
    assert total.value != third.value
    assert abs(total.value - third.value) <= total.bound < 2e-15


def test_what_is_exact_has_no_bound():
    matrix = np.array([[1.5, -2.0], [0.0, 4.0]])
    exact = Rounded.exact(matrix)
    negative = -exact
    for same in (exact, exact.T.T, -negative, Rounded.block([[exact]]), exact[:, :]):
        assert same.value.tolist() == matrix.tolist()
        assert same.magnitude.tolist() == [[1.5, 2.0], [0.0, 4.0]]
        assert same.roundings == 0
        assert not same.bound.any()


def test_a_minus_counts_as_a_plus_in_the_magnitude():
    """What cancels leaves its rounding behind."""
    ones = Rounded.exact(np.ones((1, 1)))
    difference = (ones - ones) + -ones
    assert (difference.value.item(), difference.magnitude.item()) == (-1, 3)


@pytest.mark.parametrize(
    ("compute", "roundings"),
    [
        (lambda a, b: a, 1),
        (lambda a, b: -a.T[:1, :], 1),
        (lambda a, b: a + b, 3),  # one more than the longer way of the two
        (lambda a, b: a - b, 3),
        (lambda a, b: a * b, 4),  # the errors of both, and its own
        (lambda a, b: a @ b, 6),  # and those of three products and their sum
        (lambda a, b: b / Rounded.exact(np.array([[3.0]])), 3),
        (lambda a, b: Rounded.block([[a, b], [b, a]]), 2),
    ],
)
def test_roundings_are_counted(compute, roundings):
    once = Rounded.exact(np.ones((3, 3))) + Rounded.exact(np.ones((3, 3)))
    twice = once + once
    assert compute(once, twice).roundings == roundings


def test_blocks_entries_and_shapes_are_those_of_the_matrices():
    a, b = (Rounded.exact(np.array(matrix)) for matrix in ([[1.0, -2.0]], [[3.0]]))
    both = Rounded.block([[a, b], [b, a]])
    assert both.value.tolist() == [[1, -2, 3], [3, 1, -2]]
    assert both.magnitude.tolist() == [[1, 2, 3], [3, 1, 2]]
    assert (both.shape, both.T.shape) == ((2, 3), (3, 2))
    assert both[1:, 2:].item() == -2


def test_a_rounded_number_does_not_divide():
    one, three = (Rounded.exact(np.array([[k]])) for k in (1.0, 3.0))
    with pytest.raises(ValueError, match="exact") as caught:
        one / (one / three)
    assert str(caught.value) == "other: expected an exact number to divide by, got a rounded one."
