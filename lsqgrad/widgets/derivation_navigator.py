"""A derivation as the walker goes through it: a cursor over its lines, with no widget in it."""

import ast
import random
from typing import NamedTuple

from lsqgrad._util import ArgumentTypeError, validation
from lsqgrad.derivations import Derivation
from lsqgrad.widgets.cursor import Quiz

CHOICES = ("A", "B", "C")  # the names of what the next line may be


class Choice(NamedTuple):
    """What a line may be."""

    math: str  # its right side
    why: str | None  # what is wrong with it, with formulas in braces; None if it is right


def choices_after(derivation: Derivation, position: int) -> tuple[Choice, ...]:
    """Return what may follow a line, in an order that says nothing; empty if nothing is asked."""
    line = derivation.lines[position + 1] if position + 1 < len(derivation) else None
    if line is None or not line.slips:
        return ()
    right = Choice(ast.unparse(derivation.right_side(position + 1)), None)
    choices = [right, *(Choice(slip.math, slip.why) for slip in line.slips)]
    random.Random(line.math).shuffle(choices)
    return tuple(choices)


class DerivationNavigator(Quiz):
    """A position in a derivation: the lines up to there are shown, the first one always.

    In *predict mode* the next line has to be chosen from three, two of which hold a typical slip.

    Parameters
    ----------
    derivation : Derivation
        Checked here: a derivation with an error is not walked through.

    Attributes
    ----------
    derivation : Derivation
        What is walked through.
    position, last : int
        The place of the last line that is shown, and of the last line, counted from 0.

    Raises
    ------
    DerivationError
        If a line of the derivation does not follow.
    TypeError
        If `derivation` is not a Derivation.

    Examples
    --------
    >>> from lsqgrad.derivations import for_bias
    >>> navigator = DerivationNavigator(for_bias)
    >>> navigator.predicting = True
    >>> for math in navigator.choices:
    ...     print(math)
    2 * (y[i] - w * x[i] - b)
    2 * (w * x[i] + b - y[i]) * x[i]
    2 * (w * x[i] + b - y[i])
    >>> print(navigator.choose(1))
    The factor {x[i]} belongs to the weight. The bias stands alone.
    >>> navigator.choose(2), navigator.position
    (None, 1)
    """

    def __init__(self, derivation: Derivation) -> None:
        if not isinstance(derivation, Derivation):
            came = validation.describe(derivation)
            raise ArgumentTypeError("derivation", "a Derivation", came)
        derivation.check()
        super().__init__(last=len(derivation) - 1)
        self.derivation = derivation

    @property
    def asking(self) -> bool:
        """Whether the next line is to be chosen; one without slips is not asked for."""
        return super().asking and bool(choices_after(self.derivation, self.position))

    @property
    def choices(self) -> tuple[str, ...]:
        """What the next line may be, in an order that says nothing; empty if it is not asked."""
        return tuple(choice.math for choice in self._choices)

    def choose(self, place: int) -> str | None:
        """Answer with the choice at `place`, counted from 0.

        Returns
        -------
        str or None
            What is wrong with it, with formulas in braces; None if it is right, and then the
            line is shown.

        Raises
        ------
        RuntimeError
            If nothing is asked here.
        TypeError, ValueError
            If there is no such choice.
        """
        if not self.asking:
            raise RuntimeError("choose: expected to be asked for a line here, but was not.")
        place = validation.integer("place", place, low=0, high=len(CHOICES) - 1)
        why = self._choices[place].why
        if why is None:
            self.next()
        return why

    @property
    def _choices(self) -> tuple[Choice, ...]:
        return choices_after(self.derivation, self.position) if self.asking else ()
