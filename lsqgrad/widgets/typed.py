"""Reads what was typed into a field of a player."""

from lsqgrad._util import ArgumentError
from lsqgrad.judging import read


def read_number(name: str, typed: str | float, whole: bool = False) -> float:
    """Read a number as it was typed, or take one that was pointed at; `name` is the field's.

    In 1,000 the comma sets groups apart where a whole number is wanted, and else decimals.
    """
    if not isinstance(typed, str):
        return typed
    try:
        number = read(typed)[-1 if whole else 0].value
    except ArgumentError as error:
        error.argument = name
        raise
    return int(number) if whole and number.is_integer() else number
