"""The walker: a `DerivationNavigator` with buttons, which shows what that says."""

from functools import cache, partial

from lsqgrad._util import validation
from lsqgrad.derivations import Derivation, choice_markup, line_markup, plain, with_latex
from lsqgrad.widgets import markup
from lsqgrad.widgets.controls import CHOICES, WITHOUT_BUTTONS, WalkerControls
from lsqgrad.widgets.derivation_navigator import DerivationNavigator
from lsqgrad.widgets.walker_base import WalkerBase


class Walker(WalkerBase):
    """Walks through a derivation line by line, forwards and backwards.

    Put it last in a notebook cell and it is shown. What changed from the line before is underlined,
    on a yellow ground. In predict mode the next line is to be chosen from three.

    Parameters
    ----------
    derivation : Derivation
        What is walked through; it is checked first.
    size : {"notebook", "projector"}
        The projector's type is larger.
    predict : bool
        Whether to begin in predict mode.

    Attributes
    ----------
    navigator : DerivationNavigator
        The position in the derivation, and all that can be done with it, without a widget.
    widget : ipywidgets.VBox
        What is shown.

    Raises
    ------
    DerivationError
        If a line of the derivation does not follow.
    TypeError, ValueError
        If `derivation` is not a Derivation, or `size` not one of those named.
    ImportError
        If ipywidgets or SymPy is not installed.

    Examples
    --------
    >>> from lsqgrad.derivations import by_differentials
    >>> walker = Walker(by_differentials)
    >>> walker.next()
    >>> print(walker.text)
    Line 2 of 7: product rule.
    """

    def __init__(
        self, derivation: Derivation, *, size: str = "notebook", predict: bool = False
    ) -> None:
        navigator = DerivationNavigator(derivation)
        navigator.predicting = predict
        self._note = ""  # what was said about a choice: it stays until the next move
        self._refused: set[str] = set()
        self._line = cache(partial(line_markup, derivation))  # a line is written once in a size
        super().__init__(navigator, size, partial(WalkerControls, lines=len(derivation)))
        self._controls.set("Predict mode", value=navigator.predicting)

    @property
    def derivation(self) -> Derivation:
        """What is walked through."""
        return self.navigator.derivation

    @property
    def text(self) -> str:
        """Where one is, and what is asked, in words."""
        return plain(self._words())

    def choose(self, name: str) -> bool:
        """Choose the next line, in predict mode.

        Parameters
        ----------
        name : {"A", "B", "C"}
            The name of the choice.

        Returns
        -------
        bool
            Whether it is right; then the line is shown. If not, `text` says what is wrong.
        """
        place = CHOICES.index(validation.choice("name", name, CHOICES))
        with self._lock:
            why = self.navigator.choose(place)
            if why is None:
                self._moved(f"{name} is right.")
            else:
                self._refused.add(name)
                self._note = f"{name} is not right. {why}"
                self._draw()
            return why is None

    def _act(self, name, *value):
        """Do what a control asks for."""
        if name in CHOICES:
            if self.navigator.asking and name not in self._refused:  # not twice by a double click
                self.choose(name)
        elif name == "Predict mode":
            self._do(setattr, self.navigator, "predicting", *value)
        else:
            super()._act(name, *value)

    def _moved(self, note=""):
        self._note, self._refused = note, set()
        self._draw()

    def _draw(self):
        """Bring everything on the screen to the state."""
        navigator, controls = self.navigator, self._controls
        for place in range(len(navigator.derivation)):
            shown = place <= navigator.position
            controls.show(place, self._line(place, self._size) if shown else "")
        choices = [
            choice_markup(navigator.derivation, navigator.position + 1, math, self._size)
            for math in navigator.choices
        ]
        controls.ask(choices, self._refused)
        words = with_latex(self._words())
        controls.words.value = markup.words_markup(words, self._size, navigator.position)
        self._switch_moves("line", reset=bool(self._note))

    def _words(self):
        """Say where one is, and what is asked, with formulas in braces."""
        navigator = self.navigator
        lines = navigator.derivation.lines
        where = f"Line {navigator.position + 1} of {len(lines)}"
        if not navigator.asking:
            text = f"{where}: {lines[navigator.position].rule}."
        else:
            rule = lines[navigator.position + 1].rule
            text = f"{where}. Which line comes next? The rule is: {rule}."
        if navigator.predicting and not any(line.slips for line in lines):
            text += " Predict mode asks nothing here, since no line has slips to choose from."
        return "\n".join(filter(None, [self._note, text]))

    def _repr_mimebundle_(self, **_):
        """Show the widget where a kernel runs; elsewhere say where the derivation is."""
        text = f"{self.derivation.title}, {len(self.derivation)} lines. {WITHOUT_BUTTONS}"
        return self.widget._repr_mimebundle_() | {"text/plain": text}

    def __repr__(self):
        return f"<Walker at line {self.position + 1} of {len(self.derivation)}>"
