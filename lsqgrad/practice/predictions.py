"""The predictions that the notebooks ask for: what is right, and what is said to what is not.

The questions stand in the notebooks, with their choices, so that they can be read without a kernel.
The answers stand here, where nobody comes across them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Choice:
    """A question of which the choices have letters, as in (a).

    Attributes
    ----------
    right : str
        The letter of the right choice.
    said : dict of str to str
        By each letter what is said to who has chosen it, after "a is not right." or "b is right.":
        to a wrong one a question back, or what speaks against it; to the right one in a sentence
        why. It is plain text: no Markdown, no LaTeX.
    """

    right: str
    said: Mapping[str, str]


@dataclass(frozen=True)
class Value:
    """A question for a number.

    Attributes
    ----------
    right : float
        The number. A whole one, as a count, is exact, and so is one of up to three digits, as 0.5;
        one of four digits or more stands for all that round to it. How many digits an answer
        needs, the judge knows.
    because : str
        In a sentence why. It follows "It is 4." with the number, unless it has that in it, as in
        "3 / 2 = 1.5.": in a count, a number may be another.
    mistakes : dict of str to float
        By what is said to it, with a question back: a number that a typical mistake gives, in four
        digits or more, or exactly. The number with the other sign need not be listed.
    """

    right: float
    because: str
    mistakes: Mapping[str, float] = field(default_factory=dict)


def choice(right: str, **said: str) -> Choice:
    """Return a question with choices, by their letters."""
    return Choice(right, said)


PREDICTIONS: dict[str, Choice | Value] = {
    # Notebook 00
    #
    #
    # Notebook 01
    #
    #
    # Notebook 02
    #
    #
    # Notebook 03
    #
    #
    # Notebook 04
    #
    #
    # Notebook 05
    #
    #
    # Notebook 06
    #
    #
    # Notebook 07
    #
    #
    # Notebook 08
    #
    #
    # Notebook 09
    #
    #
    # Notebook 10
    #
    #
    # Notebook 11
    #
    #
}
