"""Ticks: where they are, and that label and rest together are their number, exactly."""

import re
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsqgrad.plotting.ticks import linear_ticks, logarithmic_ticks

REPEATABLE = settings(derandomize=True, deadline=None)
SUPERSCRIPTS = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹−", "-0123456789-")


def number_of(label, rest):
    """Return the number that a label and the rest make, as a Decimal."""
    power, sign, factor, base = re.fullmatch(
        r"(?:×10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+))?(?:([+−])(?:([\d.]+)·)?(10[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|[\d.]+))?", rest
    ).groups()
    number = Decimal(label.replace("−", "-")).scaleb(int((power or "⁰").translate(SUPERSCRIPTS)))
    if base is None:
        return number
    if re.search("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]", base):
        value = Decimal(factor or 1).scaleb(int(base[2:].translate(SUPERSCRIPTS)))
    else:
        value = Decimal(base)
    return number + (value if sign == "+" else -value)


@REPEATABLE
@given(
    middle=st.floats(-1e12, 1e12) | st.floats(-1, 1) | st.just(0.0),
    size=st.integers(-12, 12),
    part=st.floats(1, 10),
    most=st.integers(2, 9),
)
def test_the_number_at_a_tick_is_its_label_and_the_rest(middle, size, part, most):
    span = max(part * 10.0**size, 1e-11 * abs(middle))
    low, high = middle - span / 2, middle + span / 2
    ticks = linear_ticks(low, high, most)
    assert 2 <= len(ticks.places) <= 2 * most + 1
    for place, label in zip(ticks.places, ticks.labels, strict=True):
        assert low <= place <= high
        assert float(number_of(label, ticks.rest)) == place
    assert len({*ticks.labels}) == len(ticks.labels)
    if len(ticks.labels) > 1:
        assert max(map(len, ticks.labels)) <= len("−12.345")
    assert len({len(label.partition(".")[2]) for label in ticks.labels}) <= 1


@pytest.mark.parametrize(
    ("low", "high", "labels", "rest"),
    [
        (0, 100, ["0", "20", "40", "60", "80", "100"], ""),
        (-250_000, 140_000, ["−2", "−1", "0", "1"], "×10⁵"),
        (100_000, 520_000, ["1", "2", "3", "4", "5"], "×10⁵"),
        (-2.4e-7, 1.1e-7, ["−2", "−1", "0", "1"], "×10⁻⁷"),
        (1947, 1962, ["1950", "1955", "1960"], ""),
        (1e6, 1e6 + 1, ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"], "+1000000"),
        (-1e6 - 1, -1e6, ["−1.0", "−0.8", "−0.6", "−0.4", "−0.2", "0.0"], "−1000000"),
        (1e12 - 1, 1e12 + 1, ["−1.0", "−0.5", "0.0", "0.5", "1.0"], "+10¹²"),
    ],
)
def test_what_labels_have_in_common_is_written_once(low, high, labels, rest):
    assert linear_ticks(low, high, 6)[1:] == (labels, rest)


def test_whole_numbers_have_ticks_at_whole_numbers():
    assert linear_ticks(-0.1, 2.1, 8, whole=True).labels == ["0", "1", "2"]
    assert linear_ticks(0, 40, 8, whole=True).labels == ["0", "10", "20", "30", "40"]


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0.05, 300, ["0.1", "1", "10", "100"]),
        (1e-9, 1e9, ["10⁻⁹", "10⁻⁶", "10⁻³", "10⁰", "10³", "10⁶", "10⁹"]),
        (1.5, 4.5, ["1.5", "2.0", "2.5", "3.0", "3.5", "4.0", "4.5"]),
    ],
)
def test_a_logarithmic_axis_has_powers_of_ten_or_where_there_are_none_numbers(low, high, labels):
    ticks = logarithmic_ticks(low, high, 7)
    assert ticks.labels == labels
    for place, label in zip(ticks.places, labels, strict=True):
        power = re.fullmatch("10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", label)
        number = 10.0 ** int(power[1].translate(SUPERSCRIPTS)) if power else float(label)
        assert place == pytest.approx(number)
    assert all(one < other for one, other in pairwise(ticks.places))
