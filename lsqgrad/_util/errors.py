"""What is said of an argument that is not what was expected."""

from collections.abc import Iterable
from difflib import get_close_matches


class ArgumentError(ValueError):
    """An argument has a value that is not expected.

    Parameters
    ----------
    argument : str
        Its name. A caller that knows it by another name, such as that of a field on the screen,
        sets the attribute and raises the error again.
    expected : str
        What was expected.
    came : str, optional
        What came instead.
    hint : str
        A sentence on what to do.

    Examples
    --------
    >>> error = ArgumentError("lr", "a number above 0", "-1.0")
    >>> error.argument = "Learning rate"
    >>> print(error)
    Learning rate: expected a number above 0, got -1.0.
    """

    def __init__(
        self, argument: str, expected: str, came: str | None = None, hint: str = ""
    ) -> None:
        super().__init__(argument, expected, came, hint)
        self.argument = argument
        got = "" if came is None else f", got {came}"
        self.reason = f"expected {expected}{got}. {hint}".rstrip()

    def __str__(self) -> str:
        return f"{self.argument}: {self.reason}"


class ArgumentTypeError(ArgumentError, TypeError):
    """An argument has a type that is not expected."""


def perhaps(name: object, names: Iterable[str]) -> str:
    """Return a hint to the nearest of some names, if one of them is near.

    Examples
    --------
    >>> perhaps("gradiant", ["update", "gradient"])
    "Perhaps 'gradient' is meant."
    """
    near = get_close_matches(name, list(names), n=1) if isinstance(name, str) else []
    return f"Perhaps {near[0]!r} is meant." if near else ""
