"""Ticks with short labels, for any numbers: what labels have in common is written once."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import NamedTuple

MINUS = "\N{MINUS SIGN}"
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MOST_DECIMALS = 3  # of a label
PLAIN = range(-3, 5)  # powers of ten that are written as they are, such as 0.001 and 10000


class Ticks(NamedTuple):
    """Where the ticks are, what stands there, and the rest of the number, such as "×10⁶"."""

    places: list[float]
    labels: list[str]
    rest: str = ""


def linear_ticks(low: float, high: float, most: int, whole: bool = False) -> Ticks:
    """Choose at most `most` ticks from `low` to `high`; if `whole`, at integers.

    Their distance is 1, 2 or 5 times a power of ten. The number at a tick is its label, times the
    power of ten and then plus the number that stand in `rest`, exactly.

    Examples
    --------
    >>> linear_ticks(0, 1, 6).labels
    ['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']
    >>> linear_ticks(-250_000, 140_000, 5)[1:]
    (['−2', '−1', '0', '1'], '×10⁵')
    """
    width = (high - low) / max(most - 1, 1)
    power = math.floor(math.log10(width))
    power, factor = next(
        (power + more, factor)
        for more in (0, 1)
        for factor in (1, 2, 5)
        if factor * 10.0 ** (power + more) >= width * (1 - 1e-9)
    )
    if whole and power < 0:
        power, factor = 0, 1
    step = Decimal(factor).scaleb(power)
    first, last = (float(Decimal(edge) / step) for edge in (low, high))
    numbers = [step * i for i in range(math.ceil(first), math.floor(last) + 1)]
    return Ticks([float(number) for number in numbers], *_labels(numbers, power))


def logarithmic_ticks(low: float, high: float, most: int) -> Ticks:
    """Choose at most `most` ticks from `low` to `high` for a logarithmic axis.

    They stand at powers of ten or, where there are fewer than two of those, as on a linear axis.

    Examples
    --------
    >>> logarithmic_ticks(0.05, 300, 6).labels
    ['0.1', '1', '10', '100']
    >>> logarithmic_ticks(1e-9, 1e9, 5).labels
    ['10⁻⁸', '10⁻⁴', '10⁰', '10⁴', '10⁸']
    """
    powers = range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)
    if len(powers) < 2:
        return linear_ticks(low, high, most)
    every = -(-len(powers) // most)
    powers = [power for power in powers if power % every == 0]
    if all(power in PLAIN for power in powers):
        labels = [f"{Decimal(1).scaleb(power):f}" for power in powers]
    else:
        labels = [_power_of_ten(power) for power in powers]
    return Ticks([10.0**power for power in powers], labels)


def _labels(numbers, power):
    """Write numbers that are multiples of a power of ten, and what they have in common."""
    if not numbers:
        return [], ""
    rest = ""
    size = _size(numbers)
    if size - power > MOST_DECIMALS:  # the labels would differ in digits far behind only
        digit = Decimal(1).scaleb((numbers[-1] - numbers[0] or numbers[0]).adjusted() + 1)
        base = ((numbers[0] + numbers[-1]) / 2 / digit).to_integral_value() * digit
        numbers = [number - base for number in numbers]
        size = _size(numbers)
        rest = f"{MINUS if base < 0 else '+'}{_in_short(abs(base))}"
    if size in PLAIN and power >= -MOST_DECIMALS:
        return [_fixed(number, max(-power, 0)) for number in numbers], rest
    labels = [_fixed(number.scaleb(-size), max(size - power, 0)) for number in numbers]
    return labels, f"×{_power_of_ten(size)}{rest}"


def _size(numbers):
    """Return the power of ten of the largest number."""
    largest = max(map(abs, numbers))
    return largest.adjusted() if largest else 0


def _fixed(number, decimals):
    return f"{number or Decimal(0):.{decimals}f}".replace("-", MINUS)


def _in_short(number):
    """Write a number with all of its digits, and no zeros for those that it has not."""
    number = number.normalize()
    size = number.adjusted()
    if -5 < size < 9:
        return f"{number:f}"
    digits = number.scaleb(-size)
    return (f"{digits:f}·" if digits != 1 else "") + _power_of_ten(size)


def _power_of_ten(power):
    return "10" + str(power).translate(SUPERSCRIPTS)
