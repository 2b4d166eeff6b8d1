"""The walker: a derivation, line by line."""

from typing import Any

from lsqgrad.derivations import Derivation
from lsqgrad.widgets.derivation_frames import DerivationFrames
from lsqgrad.widgets.derivation_navigator import DerivationNavigator
from lsqgrad.widgets.player import RUN_ALL, Player


class Walker(Player):
    """Walks through a derivation line by line, forwards and backwards.

    Put it last in a notebook cell and it is shown. What changed from the line before is underlined,
    on a yellow ground. In predict mode the next line is to be chosen from three.

    Parameters
    ----------
    derivation : Derivation
        What is walked through; it is checked first.
    size : {"notebook", "projector"}, optional
        The projector's type is larger. If left out, what `projector` has said.
    controls : {"few", "all"}
        Whether all controls are seen at once, or few until *More* is pressed.
    predict : bool
        Whether to begin in predict mode.

    Attributes
    ----------
    navigator : DerivationNavigator
        The position in the derivation, and all that can be done with it, without a widget.

    Raises
    ------
    DerivationError
        If a line of the derivation does not follow.
    TypeError, ValueError
        If `derivation` is not a Derivation, or another argument not one of those named.
    ImportError
        If anywidget or SymPy is not installed.

    Examples
    --------
    >>> from lsqgrad.derivations import by_differentials
    >>> walker = Walker(by_differentials)
    >>> walker.next()
    >>> print(walker.text)
    Line 2 of 7: product rule.
    """

    def __init__(
        self,
        derivation: Derivation,
        *,
        size: str | None = None,
        controls: str = "few",
        predict: bool = False,
    ) -> None:
        navigator = DerivationNavigator(derivation)
        navigator.predicting = predict
        super().__init__(navigator, DerivationFrames(derivation), size=size, controls=controls)

    @property
    def derivation(self) -> Derivation:
        """What is walked through."""
        return self.navigator.derivation

    @property
    def text(self) -> str:
        """Where one is, and what is asked, in words."""
        return self._frames.text(self.navigator.place, self.navigator.predicting)

    def show_all(self) -> None:
        """Go to the last line."""
        self.seek(self.navigator.last)

    def _still(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Say where the derivation is."""
        text = f"{self.derivation.title}, {len(self.derivation)} lines. {RUN_ALL}"
        return {"text/plain": text}, {}

    def __repr__(self) -> str:
        return f"<Walker at line {self.position + 1} of {len(self.derivation)}>"
