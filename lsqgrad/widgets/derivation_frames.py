"""A derivation as frames: what the walker shows at each place, with no widget in it."""

from collections.abc import Iterator
from functools import partial
from html import escape
from typing import Any

from lsqgrad.algebra import Formula, Relation, chain_to_mathml, changes, is_narrow, to_mathml
from lsqgrad.derivations import Derivation, plain, with_formulas
from lsqgrad.widgets.cursor import ASKED
from lsqgrad.widgets.derivation_navigator import CHOICES, choices_after

NOTHING_ASKED = "Predict mode asks nothing here, since no line has slips to choose from."


class DerivationFrames:
    """What is shown of a derivation.

    Parameters
    ----------
    derivation : Derivation
        What is walked through.

    Examples
    --------
    >>> from lsqgrad.derivations import for_bias
    >>> frames = DerivationFrames(for_bias)
    >>> [*frames.places()]
    ['0', '0?', '1', '1?', '2', '2?', '3', '3?', '4']
    >>> print(frames.text("1?"))
    Line 2 of 5. Which line comes next? The rule is: sum rule, and substitute (11).
    """

    def __init__(self, derivation: Derivation) -> None:
        self.derivation = derivation
        self._last = len(derivation) - 1
        self._questions = [k for k in range(self._last) if choices_after(derivation, k)]

    @property
    def label(self) -> str:
        """The title of the derivation."""
        return self.derivation.title

    def places(self) -> Iterator[str]:
        """Return all places, in order."""
        for position in range(len(self.derivation)):
            yield str(position)
            if position in self._questions:
                yield f"{position}{ASKED}"

    def scene(self) -> dict[str, Any]:
        """Return what is the same at every place."""
        return {
            "kind": "walker",
            "label": self.label,
            "unit": "line",
            "last": self._last,
            "slider": {"label": "Line"},
            "panels": [],
            "lines": self._lines(),
            "predict": bool(self._questions),
            "questions": self._questions,
        }

    def frame(self, place: str) -> dict[str, Any]:
        """Return what is shown at a place."""
        words = _html(self._words(place))
        shown = {"panels": {}, "alt": {}, "status": words, "brief": words, "tables": {}}
        return shown | {"choices": self._choices(place)} if place.endswith(ASKED) else shown

    def text(self, place: str, predicting: bool = False) -> str:
        """Say where one is, and what is asked; in predict mode also that nothing is."""
        words = plain(self._words(place))
        return f"{words} {NOTHING_ASKED}" if predicting and not self._questions else words

    def overview(self) -> str:
        """Return the title and all lines, as HTML."""
        title = f"<p><b>{escape(self.derivation.title)}</b></p>"
        return "".join([title, *self._lines()])

    def _words(self, place: str) -> str:
        """Say where one is, and what is asked, with formulas in braces."""
        lines, position = self.derivation.lines, int(place.rstrip(ASKED))
        where = f"Line {position + 1} of {len(lines)}"
        if not place.endswith(ASKED):
            return f"{where}: {lines[position].rule}."
        return f"{where}. Which line comes next? The rule is: {lines[position + 1].rule}."

    def _lines(self) -> list[str]:
        return [_line(self.derivation, place) for place in range(len(self.derivation))]

    def _choices(self, place: str) -> list[dict[str, Any]]:
        """Return what the next line may be, and what is said of each."""
        position = int(place.rstrip(ASKED))
        choices = choices_after(self.derivation, position)
        return [
            {
                "name": name,
                "html": _choice(self.derivation, position + 1, choice.math),
                "right": choice.why is None,
                "said": _html(_verdict(name, choice.why)),
            }
            for name, choice in zip(CHOICES, choices, strict=True)
        ]


def _verdict(name: str, why: str | None) -> str:
    """Say what a choice is worth, with formulas in braces; `why` is what is wrong with it."""
    return f"{name} is right." if why is None else f"{name} is not right. {why}"


def _line(derivation: Derivation, place: int) -> str:
    """Write a line of a derivation, what changed in it marked, with its rule beside it."""
    sides, signs = derivation.formulas[place].relations[0]
    marked = changes(derivation.right_side(place - 1), sides[-1]) if place else ()
    signs = signs or ("=",)
    right = chain_to_mathml(Relation(sides[-len(signs) :], signs), marked=marked)
    left = "" if derivation.continues(place) else chain_to_mathml(Relation(sides[:1], ()))
    if left and not is_narrow(sides[0]):  # it would push all the rest aside
        left, right = "", f"{left} {right}"
    line, number = derivation.lines[place], derivation.number(place)
    return (
        f'<div class="lsqgrad-line" role="group" aria-label="Equation {number}">'
        f"<span>{left}</span><span>{right}</span><span>({number})</span>"
        f"<span><b>{_html(line.heading)}.</b> {_html(line.sentence)}</span></div>"
    )


def _choice(derivation: Derivation, place: int, math: str) -> str:
    """Write a line with a right side that it may have."""
    subject = () if derivation.continues(place) else (derivation.subject(place),)
    return chain_to_mathml(Relation((*subject, *Formula(math).relations[0].sides), ("=",)))


def _html(text: str) -> str:
    """Return a text as HTML, with its formulas in MathML."""
    return with_formulas(text, partial(to_mathml, inline=True), escape)
