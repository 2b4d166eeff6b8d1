"""A field to type an answer into."""

import threading
from collections.abc import Callable
from typing import Any

from lsqgrad.widgets import WITHOUT_BUTTONS, AnswerControls, words_markup


class AnswerField:
    """A field for an answer, with a button that checks it.

    Parameters
    ----------
    name : str
        What the answer is to.
    judge : callable
        Takes the answer as typed and returns what is said to it.

    Attributes
    ----------
    widget : ipywidgets.VBox
        What is shown.

    Raises
    ------
    ImportError
        If ipywidgets is not installed.

    Examples
    --------
    >>> field = AnswerField("sum", lambda text: "Right." if text == "5" else "Not right.")
    >>> field.answer("4")
    >>> field.text
    'Not right.'
    """

    def __init__(self, name: str, judge: Callable[[str | None], str]) -> None:
        self._judge = judge
        self._name = name
        self._lock = threading.Lock()  # a front end may press buttons from a thread of its own
        self._controls = AnswerControls(self._act)
        self.widget = self._controls.widget
        self._say(f"{name}: type your answer, then press Enter or Check.")

    @property
    def text(self) -> str:
        """What was said last."""
        return self._text

    def answer(self, text: str) -> None:
        """Answer, as if it had been typed.

        Parameters
        ----------
        text : str
            The answer.
        """
        self._controls.set("Answer", value=text)
        self._check(text)

    def _act(self, *_: object) -> None:
        """Check the answer when it has changed, and when the button is pressed.

        On a busy page the press may come before the change that was made before it.
        """
        self._check(self._controls["Answer"])

    def _check(self, text: str) -> None:
        with self._lock:
            self._say(self._judge(text.strip() or None))

    def _say(self, text: str) -> None:
        self._text = text
        self._controls.words.value = words_markup(text, "notebook", 0)

    def _repr_mimebundle_(self, **_: object) -> dict[str, Any]:
        """Show the widget where a kernel runs; elsewhere say how to get there."""
        text = f"{self._text}\n{WITHOUT_BUTTONS}"
        return self.widget._repr_mimebundle_() | {"text/plain": text}

    def __repr__(self) -> str:
        return f"<AnswerField for {self._name}>"
