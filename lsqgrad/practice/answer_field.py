"""A field to type an answer into."""

from collections.abc import Callable, Mapping
from html import escape
from typing import Any

from lsqgrad.widgets import RUN_ALL, Cursor, Player


class AnswerField(Player):
    """A field for an answer, with a button that checks it.

    Parameters
    ----------
    name : str
        What the answer is to.
    judge : callable
        Takes the answer as typed and returns what is said to it.

    Raises
    ------
    ImportError
        If anywidget is not installed.

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
        said = _Said(name, f"{name}: type your answer, then press Enter or Check.")
        super().__init__(Cursor(0), said, size=None, controls="few")
        self._actions |= {"check": self._check}

    @property
    def text(self) -> str:
        """What was said last."""
        return self._frames.text

    def answer(self, text: str) -> None:
        """Answer, as if it had been typed.

        Parameters
        ----------
        text : str
            The answer.
        """
        with self._lock:
            self._frames.text = self._judge(text.strip() or None)
            self._show(self._frames)

    def html(self) -> str:
        """Return where an answer is checked, which a page without a kernel cannot do."""
        return f"<p>{escape(self._name)}: answers are checked in the notebook, by its kernel.</p>"

    def _check(self, message: Mapping[str, Any]) -> None:
        self.answer(str(message["text"]))

    def _still(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Say how to get to the field."""
        return {"text/plain": f"{self.text}\n{RUN_ALL}"}, {}

    def __repr__(self) -> str:
        return f"<AnswerField for {self._name}>"


class _Said:
    """What was said to an answer, as a frame."""

    def __init__(self, name: str, text: str) -> None:
        self.label = f"Answer to {name}"
        self.text = text

    def scene(self) -> dict[str, Any]:
        return {"kind": "answer", "label": self.label, "last": 0, "panels": []}

    def frame(self, place: str) -> dict[str, Any]:
        return {"panels": {}, "alt": {}, "status": escape(self.text), "brief": "", "tables": {}}

    def places(self) -> list[str]:
        return ["0"]

    def overview(self) -> str:
        return ""
