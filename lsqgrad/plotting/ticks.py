"""Ticks with short labels, for any numbers: what labels have in common is written once."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import NamedTuple

from lsqgrad.regression import MINUS

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MOST_DECIMALS = 3  # of a label
PLAIN = range(-3, 5)  # powers of ten that are written as they are, such as 0.001 and 10000


class Ticks(NamedTuple):
    """Where the ticks are, what stands there, and the rest of the number, such as "×10⁶"."""

    places: list[float]
    labels: list[str]
    rest: str = ""


def linear_ticks(low: float, high: float, most: int, whole: bool = False) -> Ticks:
    """Choose about `most` ticks from `low` to `high`; if `whole`, at integers.

    The number at a tick is its label, times the power of ten and then plus the number that stand
    in `rest`.

    Examples
    --------
    >>> linear_ticks(0, 1, 6).labels
    ['0.0', '0.2', '0.4', '0.6', '0.8', '1.0']
    >>> linear_ticks(-250_000, 140_000, 5)[1:]
    (['−2', '−1', '0', '1'], '×10⁵')
    """
    from matplotlib.ticker import MaxNLocator

    locator = MaxNLocator(
        max(most - 1, 1), steps=[1, 2, 5, 10], integer=whole, min_n_ticks=min(most, 2)
    )
    ticks = locator.tick_values(low, high)
    power = math.floor(math.log10(ticks[1] - ticks[0]) + 1e-6)  # 1, 2 or 5 times this power of ten
    unit = Decimal(1).scaleb(power)
    numbers = [round(Decimal(float(tick)) / unit) * unit for tick in ticks]
    numbers = [number for number in numbers if low <= number <= high]
    return Ticks([float(number) for number in numbers], *_write(numbers, power))


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
    some = [power for power in powers if power % every == 0]
    plain = all(power in PLAIN for power in some)
    labels = [f"{Decimal(1).scaleb(power):f}" if plain else _power_of_ten(power) for power in some]
    return Ticks([10.0**power for power in some], labels)


def in_short(number: Decimal, digits: int = 5) -> str:
    """Write a number above 0 exactly, with a power of ten if it is very small or large.

    Examples
    --------
    >>> in_short(Decimal("1200")), in_short(Decimal("1.7E+11"))
    ('1200', '1.7·10¹¹')
    """
    number = number.normalize()
    size = number.adjusted()
    if -4 < size < digits:
        return f"{number:f}"
    factor = number.scaleb(-size)
    return (f"{factor:f}·" if factor != 1 else "") + _power_of_ten(size)


def _write(numbers, power):
    """Write multiples of 10**power as short labels, and the rest that they have in common."""
    if not numbers:
        return [], ""
    rest = ""
    if len(numbers) == 1:
        power = numbers[0].normalize().as_tuple().exponent
    elif _size(numbers) - power > MOST_DECIMALS:  # they differ in digits far behind only
        digit = Decimal(1).scaleb((numbers[-1] - numbers[0]).adjusted() + 1)
        base = ((numbers[0] + numbers[-1]) / 2 / digit).to_integral_value() * digit
        numbers = [number - base for number in numbers]
        rest = f"{MINUS if base < 0 else '+'}{in_short(abs(base), 9)}"
    size = _size(numbers)
    if size in PLAIN and power >= -MOST_DECIMALS:
        return [_fixed(number, max(-power, 0)) for number in numbers], rest
    labels = [_fixed(number.scaleb(-size), max(size - power, 0)) for number in numbers]
    return labels, f"×{_power_of_ten(size)}{rest}"


def _size(numbers):
    """Return the power of ten of the largest number."""
    largest = max(number.copy_abs() for number in numbers)
    return largest.adjusted() if largest else 0


def _fixed(number, decimals):
    return f"{number or Decimal(0):.{decimals}f}".replace("-", MINUS)


def _power_of_ten(power):
    return "10" + str(power).translate(SUPERSCRIPTS)
