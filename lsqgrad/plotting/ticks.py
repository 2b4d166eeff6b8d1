"""Ticks for a small picture: as many as have room for their labels, by measure."""

from __future__ import annotations

import math
from typing import NamedTuple

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MINUS = "\N{MINUS SIGN}"
PLAIN = range(-3, 5)  # powers of ten that are written as they are, such as 0.001 and 10000
NICE = [1, 2, 5, 10]


class Ticks(NamedTuple):
    """Where ticks are, what stands there, and the rest of the numbers, such as "×10⁶"."""

    places: list[float]
    labels: list[str]
    rest: str


def linear_ticks(low: float, high: float, most: int, whole: bool = False) -> Ticks:
    """Choose at most about `most` ticks from `low` to `high`; if `whole`, at integers.

    Examples
    --------
    >>> linear_ticks(-250_000, 140_000, 5)[1:]
    (['−2', '−1', '0', '1'], '×10⁵')
    """
    from matplotlib.ticker import MaxNLocator, ScalarFormatter

    locator = MaxNLocator(most, steps=NICE, integer=whole)
    places = [float(place) for place in locator.tick_values(low, high) if low <= place <= high]
    formatter = ScalarFormatter(useOffset=True)
    formatter.set_powerlimits((PLAIN.start, PLAIN.stop))
    formatter.create_dummy_axis()
    formatter.axis.set_view_interval(low, high)
    labels = formatter.format_ticks(places)
    rest = ""
    if formatter.orderOfMagnitude:
        rest = f"×{power_of_ten(formatter.orderOfMagnitude)}"
    if formatter.offset:
        rest += f"{MINUS if formatter.offset < 0 else '+'}{in_short(abs(formatter.offset))}"
    return Ticks(places, labels, rest)


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
    chosen = [power for power in powers if power % every == 0]
    if all(power in PLAIN for power in chosen):
        labels = [in_short(10.0**power) for power in chosen]
    else:
        labels = [power_of_ten(power) for power in chosen]
    return Ticks([10.0**power for power in chosen], labels, "")


def power_of_ten(power: int) -> str:
    """Write a power of ten.

    Examples
    --------
    >>> power_of_ten(-12)
    '10⁻¹²'
    """
    return "10" + str(power).translate(SUPERSCRIPTS)


def in_short(number: float) -> str:
    """Write a positive number with all of its digits that count, and no zeros for the others.

    Examples
    --------
    >>> in_short(1950), in_short(0.25), in_short(2.5e12), in_short(1e-7)
    ('1950', '0.25', '2.5·10¹²', '10⁻⁷')
    """
    size = math.floor(math.log10(number))
    if size in PLAIN:
        return f"{number:.10g}"
    digits, _, power = f"{number:.9e}".partition("e")
    digits = digits.rstrip("0").rstrip(".")
    return ("" if digits == "1" else f"{digits}·") + power_of_ten(int(power))
