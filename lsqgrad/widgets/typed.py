"""Reads what was typed into a field of a player."""

from lsqgrad._util import ArgumentError
from lsqgrad.judging import read


def read_number(name: str, typed: str | float, whole: bool = False) -> float:
    """Read a number as it was typed, or take one that was pointed at; `name` is the field's.

    In 1,000 the comma sets groups apart where a whole number is wanted, and else decimals.
    """
    if not isinstance(typed, str):
        return typed
    hint = ""
    try:
        number = read(typed)[-1 if whole else 0].value
        if not whole or number.is_integer():
            return int(number) if whole else number
    except ArgumentError as error:
        *_, hint = error.args
    expected = "an integer such as 3" if whole else "a number such as 0.01 or 1/3"
    raise ArgumentError(name, expected, repr(typed), hint)
