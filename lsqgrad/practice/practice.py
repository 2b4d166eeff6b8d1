"""Practice: checks the answers to the exercises of notebook 06, and knows what is left to do."""

import json
import os
import textwrap
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from lsqgrad._util import validation
from lsqgrad.practice.answer_field import AnswerField
from lsqgrad.practice.exercises import EXERCISES
from lsqgrad.practice.function_exercise import FunctionExercise

FORMAT = "lsqgrad practice 1"
WIDTH = 88  # of the reports, in plain text
SIGNS = {"right": "✓", "unanswered": "–"}  # and ✗ for all others


@dataclass(frozen=True)
class Report:
    """What is said to an answer.

    Attributes
    ----------
    exercise : str
        The name of the exercise.
    kind : str
        "right", "mistake" (a typical one, which has a name), "unanswered", or what else stood in
        the way: see `lsqgrad.diagnosis.Finding`.
    mistakes : tuple of str
        The names of the typical mistakes.
    sentence : str
        What the learner reads.
    """

    exercise: str
    kind: str
    mistakes: tuple[str, ...]
    sentence: str

    @property
    def right(self) -> bool:
        """Whether the answer is right."""
        return self.kind == "right"

    @property
    def text(self) -> str:
        """All of it in one line."""
        return f"{SIGNS.get(self.kind, '✗')} {self.exercise}: {self.sentence}"

    def __repr__(self) -> str:
        return textwrap.fill(self.text, WIDTH, subsequent_indent="  ")


class Practice:
    """The exercises of notebook 06: checks answers, and keeps in mind what is done.

    Shown in a notebook, it lists all exercises.

    Parameters
    ----------
    keep : str or path, optional
        A file to keep the progress in, which is made if it is not there. Without it, progress is
        forgotten when the kernel ends.
    seed : int
        Fixes the random numbers on which functions and formulas are tried, from 0.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind named above, or the file holds something else.
    OSError
        If the file cannot be read or written.

    Examples
    --------
    >>> practice = Practice()
    >>> practice.check("gradient", "X.T @ r / n")
    ✗ gradient: It is half of what it should be. Is there a ½ in this loss? And what does
      the derivative of a square bring down?
    >>> practice.check("gradient", "2 / n * X.T @ r").right
    True
    >>> practice.done
    ('gradient',)
    """

    def __init__(self, keep=None, *, seed=0):
        self._seed = validation.integer("seed", seed, low=0)
        self._exercises = {exercise.name: exercise for exercise in EXERCISES}
        self._done, self._tried = set(), set()
        self._file = None
        if keep is not None:
            if not isinstance(keep, str | os.PathLike):
                raise TypeError(f"keep: expected the name of a file, got {keep!r}.")
            self._file = Path(keep)
            self._load()

    @property
    def done(self) -> tuple[str, ...]:
        """The names of the exercises that were answered rightly once."""
        return tuple(name for name in self._exercises if name in self._done)

    @property
    def left(self) -> tuple[str, ...]:
        """The names of the others."""
        return tuple(name for name in self._exercises if name not in self._done)

    def check(self, name, answer) -> Report:
        """Check an answer, and say what is wrong with it.

        A function is called on random inputs. It has about a second, may not change what it is
        given, and whatever it does ends in a sentence.

        Parameters
        ----------
        name : str
            The name of an exercise.
        answer : function, str or float
            What the exercise asks for; None or ``...`` is no answer yet.

        Returns
        -------
        Report

        Raises
        ------
        ValueError
            If there is no such exercise.
        ImportError
            If the exercise needs PyTorch, and it is not installed.

        Examples
        --------
        >>> Practice().check("loss of a batch", 86.7)
        ✗ loss of a batch: That is half of the loss. The mean squared error has no ½.
        """
        exercise = self._exercise(name)
        finding = exercise.judge(answer, self._seed)
        if finding.kind != "unanswered":
            self._note(name, finding.kind == "right")
        sentence = finding.sentence
        if finding.kind == "right":
            sentence += f" Done: {len(self.done)} of {len(self._exercises)} exercises."
        if finding.kind == "unanswered" and name in self._done:
            sentence = "No answer here, but this exercise is done."
        return Report(name, finding.kind, finding.mistakes, sentence)

    def field(self, name) -> AnswerField:
        """Return a field to type an answer into, for an exercise that asks for no function.

        Parameters
        ----------
        name : str
            The name of an exercise that asks for a number or a formula.

        Returns
        -------
        AnswerField

        Raises
        ------
        ValueError
            If there is no such exercise, or it asks for a function.
        ImportError
            If ipywidgets is not installed.

        Examples
        --------
        >>> field = Practice().field("loss of a batch")
        >>> field.answer("86.7")
        >>> print(field.text)
        ✗ loss of a batch: That is half of the loss. The mean squared error has no ½.
        """
        if isinstance(self._exercise(name), FunctionExercise):
            raise ValueError(
                f"name: expected an exercise that asks for a number or a formula, got {name!r}, "
                f"which asks for a function: practice.check({name!r}, ...) takes it."
            )
        return AnswerField(name, lambda answer: self.check(name, answer).text)

    def _exercise(self, name):
        if isinstance(name, str) and name in self._exercises:
            return self._exercises[name]
        near = get_close_matches(name, self._exercises, n=1) if isinstance(name, str) else []
        if isinstance(name, int) and 1 <= name <= len(self._exercises):
            near = [list(self._exercises)[name - 1]]
        hint = f" Perhaps {near[0]!r} is meant." if near else ""
        names = ", ".join(self._exercises)
        raise ValueError(f"name: expected one of the exercises, {names}; got {name!r}.{hint}")

    def _note(self, name, is_right):
        """Keep in mind that an exercise was tried, and whether it is done."""
        news = {name} - self._done if is_right else {name} - self._tried
        self._tried.add(name)
        if is_right:
            self._done.add(name)
        if news and self._file:
            self._save()

    def _load(self):
        """Read the progress from the file, if it is there."""
        if not self._file.exists():
            return
        try:
            kept = json.loads(self._file.read_text(encoding="utf-8"))
            good = kept["format"] == FORMAT
            done, tried = set(kept["done"]), set(kept["tried"])
            good = good and all(isinstance(name, str) for name in done | tried)
        except (ValueError, TypeError, KeyError, RecursionError):
            good = False
        if not good:
            raise ValueError(
                f"keep: expected a file that Practice wrote, or none yet, got {str(self._file)!r}, "
                "which holds something else and is left as it is. Choose another name."
            )
        self._done, self._tried = done, tried

    def _save(self):
        """Write the progress; whatever happens, the file is either the old or the new one."""
        kept = {"format": FORMAT, "done": sorted(self._done), "tried": sorted(self._tried)}
        new = self._file.with_name(f"{self._file.name}.new")
        new.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        new.replace(self._file)

    def __repr__(self) -> str:
        count = len(self.done)
        lines = [f"{count} of {len(self._exercises)} done"]
        for number, name in enumerate(self._exercises, start=1):
            sign = "✓" if name in self._done else "✗" if name in self._tried else "–"
            lines.append(f"{sign} {number:2} {name}")
        if self.left:
            lines.append(f"Next: {self.left[0]}")
        return "\n".join(lines)
