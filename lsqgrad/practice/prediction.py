"""A question that a notebook asks before it shows what happens, with a place to answer it."""

from collections.abc import Iterator
from html import escape
from typing import Any

from lsqgrad._util import ArgumentError, ArgumentTypeError, perhaps
from lsqgrad.judging import Finding, capitalize, compare, number_key
from lsqgrad.practice.predictions import PREDICTIONS, Choice, Value
from lsqgrad.widgets import ASKED, RUN_ALL, Cursor, Player, Quiz

QUESTION, ANSWER = f"0{ASKED}", "1"  # the two places
GOOD = ("right", "rounded", "near")  # after these the page shows the answer
SIGN = "The size is right, but not the sign."


class Prediction(Player):
    """A place to answer a question that the notebook asks. Put it last in a cell and it is shown.

    It judges in the page, and needs no kernel for that. A wrong answer hears what speaks against
    it; a right one, or *Show answer*, is told why.

    Parameters
    ----------
    name : str
        Which question: a name in `lsqgrad.practice.predictions`.
    size : {"notebook", "projector"}
        The projector's type is larger.

    Raises
    ------
    TypeError, ValueError
        If there is no question of that name, or `size` is not one of those named.
    ImportError
        If anywidget is not installed.

    Examples
    --------
    >>> from lsqgrad.practice.predictions import PREDICTIONS, Value
    >>> PREDICTIONS["half of three"] = Value(1.5, "3 / 2 = 1.5.")
    >>> prediction = Prediction("half of three")
    >>> prediction.answer("4/3")
    'That is too small.'
    >>> prediction.answer("3/2")
    'That is right. 3 / 2 = 1.5.'
    >>> del PREDICTIONS["half of three"]
    """

    def __init__(self, name: str, *, size: str = "notebook") -> None:
        navigator = Quiz(last=1)
        navigator.predicting = True
        frames = _frames(name)
        super().__init__(navigator, frames, size=size, controls="few")

    @property
    def text(self) -> str:
        """What is asked for, or what was said last."""
        return self._frames.text(self.navigator.place)

    def answer(self, answer: str) -> str:
        """Answer, as if it had been chosen or typed, and return what is said to it.

        Parameters
        ----------
        answer : str
            A letter, or a number as typed.

        Returns
        -------
        str
            The verdict. A right answer goes on to where it is explained.

        Raises
        ------
        TypeError
            If `answer` is not a string.
        """
        if not isinstance(answer, str):
            raise ArgumentTypeError("answer", "a letter or a number as a string", f"{answer!r}")
        with self._lock:
            right, verdict = self._frames.judge(answer.strip())
            self._frames.said = {ANSWER if right else QUESTION: verdict}
            self.seek(int(right))
            self._show(self._frames)
        return verdict

    def _scene(self, navigator: Cursor | None = None, frames: Any = None) -> dict[str, Any]:
        """Return the scene with all of its frames, so that the page has nothing to ask for."""
        frames = frames or self._frames
        shown = {place: frames.frame(place) for place in frames.places()}
        return super()._scene(navigator, frames) | {"frames": shown}

    def _still(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Say what is asked for."""
        return {"text/plain": f"{self.text}\n{RUN_ALL}"}, {}

    def __repr__(self) -> str:
        return f"<Prediction of {self._frames.name}>"


class _Frames:
    """A question at its one place, and what is right at the other; `said` is what code heard."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.label = f"Prediction: {name}"
        self.said: dict[str, str] = {}

    def judge(self, answer: str) -> tuple[bool, str]:
        """Return whether an answer is good enough, and what is said to it."""
        raise NotImplementedError

    def asked(self) -> str:
        """Say what to do."""
        raise NotImplementedError

    def right(self) -> str:
        """Say what is right, and why."""
        raise NotImplementedError

    def text(self, place: str) -> str:
        default = self.asked() if place == QUESTION else self.right()
        return self.said.get(place, default)

    def scene(self) -> dict[str, Any]:
        return {"kind": "prediction", "label": self.label, "last": 1, "panels": []}

    def frame(self, place: str) -> dict[str, Any]:
        words = self.right() if place == ANSWER else self.text(QUESTION)
        return {"panels": {}, "alt": {}, "status": escape(words), "brief": "", "tables": {}}

    def places(self) -> Iterator[str]:
        yield from (QUESTION, ANSWER)

    def overview(self) -> str:
        """Fold the answer, as the notebooks do."""
        return f"<details><summary>Answer</summary>{escape(self.right())}</details>"


class _ChoiceFrames(_Frames):
    """A question of which the choices have letters."""

    def __init__(self, name: str, choice: Choice) -> None:
        super().__init__(name)
        self._choice = choice

    def judge(self, answer: str) -> tuple[bool, str]:
        letter = answer.strip("().").lower()
        if letter not in self._choice.said:
            return False, self.asked()
        return letter == self._choice.right, self._verdict(letter)

    def asked(self) -> str:
        *letters, last = sorted(self._choice.said)
        return f"Choose {', '.join(letters)} or {last}."

    def right(self) -> str:
        return self._verdict(self._choice.right)

    def frame(self, place: str) -> dict[str, Any]:
        return super().frame(place) | {
            "choices": list(map(self._button, sorted(self._choice.said)))
        }

    def _button(self, letter: str) -> dict[str, Any]:
        right = letter == self._choice.right
        said = escape(self._verdict(letter))
        return {"name": letter, "html": "", "right": right, "said": said}

    def _verdict(self, letter: str) -> str:
        verdict = "is right" if letter == self._choice.right else "is not right"
        return f"{letter} {verdict}. {self._choice.said[letter]}"


class _NumberFrames(_Frames):
    """A question for a number."""

    def __init__(self, name: str, value: Value) -> None:
        super().__init__(name)
        mistakes = dict(value.mistakes)
        if value.right:
            mistakes.setdefault(SIGN, -value.right)
        self._because = value.because
        self._key = number_key(value.right, mistakes, percent=value.percent)
        self._sentences = {sentence: sentence for sentence in mistakes}

    def judge(self, answer: str) -> tuple[bool, str]:
        if not answer:
            return False, self.asked()
        finding = self._compare(answer)
        right = finding.kind in GOOD
        return right, f"{finding.sentence} {self.right()}" if right else finding.sentence

    def asked(self) -> str:
        return "Type a number."

    def right(self) -> str:
        return self._because

    def scene(self) -> dict[str, Any]:
        asked = {"answers": {"number": "Prediction"}, "said": {"number": self._sentences}}
        return super().scene() | asked

    def frame(self, place: str) -> dict[str, Any]:
        frame = super().frame(place) | {"answers": {"number": self._key}}
        # Beside the field it is clear what to do.
        return frame | ({"status": ""} if place != ANSWER and QUESTION not in self.said else {})

    def _compare(self, answer: str) -> Finding:
        try:
            return compare(self._key, self._sentences, answer)
        except ArgumentError as error:
            return Finding("unreadable", capitalize(error.reason))


def _frames(name: str) -> _Frames:
    """Find a question by its name."""
    if not isinstance(name, str) or name not in PREDICTIONS:
        hint = perhaps(name, PREDICTIONS)
        raise ArgumentError("name", "the name of a prediction", f"{name!r}", hint)
    question = PREDICTIONS[name]
    if isinstance(question, Choice):
        return _ChoiceFrames(name, question)
    return _NumberFrames(name, question)
