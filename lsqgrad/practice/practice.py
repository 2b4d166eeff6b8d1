"""Practice: checks the answers to the exercises, and knows what is left to do, and where."""

import codecs
import json
import os
import sys
import textwrap
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any, TextIO

from lsqgrad._util import ArgumentError, ArgumentTypeError, perhaps, validation
from lsqgrad.judging import Finding
from lsqgrad.practice.answer_field import AnswerField
from lsqgrad.practice.cells import Cells
from lsqgrad.practice.exercise import Exercise
from lsqgrad.practice.exercises import BY_NOTEBOOK, EXERCISES
from lsqgrad.practice.formula_exercise import FormulaExercise
from lsqgrad.practice.function_exercise import FunctionExercise

FORMAT = "lsqgrad practice 1"
FORGET = "LSQGRAD_FORGET"  # a variable of the environment; tests and make notebooks set it
LARGEST = 1_000_000  # of the bytes that are read; all that is kept has some hundred
PATIENCE = 2.0  # in seconds, with another kernel that writes, which takes milliseconds
TICK = 0.01  # between two looks whether it has done so
WIDTH = 88  # of the reports, in plain text
SIGNS = {"right": "✓", "unanswered": "–"}  # and ✗ for all others

IS_ODD = (
    "Is the answer of an unusual kind, or was something replaced that the check needs? In doubt, "
    "choose Kernel → Restart Kernel."
)
PLAIN = {  # instead of signs that a terminal does not know
    **{"✓": "+", "✗": "x", "–": "-", "−": "-", "×": "x", "→": "->", "“": '"', "”": '"', "…": "..."},
    **{"∂": "d", "λ": "lambda", "Σ": "Sum ", "ŷ": "y_hat", "ᵀ": "^T", "²": "^2", "½": "1/2"},
    **{"√": "root ", "·": "*", "θ": "theta", "\N{COMBINING TILDE}": "_tilde"},
}


def _variable(name: str) -> str:
    """Return what the answer to an exercise is called in the notebook."""
    return name.replace(" ", "_")


WHERE = {one.name: notebook for notebook, ones in BY_NOTEBOOK.items() for one in ones}
CELLS = Cells(_variable(exercise.name) for exercise in EXERCISES)


def _plain(error: UnicodeError) -> tuple[str, int]:
    """Tell what to write instead of signs that cannot be written, and where to go on."""
    assert isinstance(error, UnicodeEncodeError)
    signs = error.object[error.start : error.end]
    return "".join(PLAIN.get(sign, "?") for sign in signs), error.end


codecs.register_error("lsqgrad", _plain)


def printable(text: str) -> str:
    """Return a text in signs that the terminal can show: it may know ASCII alone."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    return text.encode(encoding, "lsqgrad").decode(encoding)


@dataclass(frozen=True)
class Report:
    """What is said to an answer.

    Attributes
    ----------
    exercise : str
        The name of the exercise.
    kind : str
        "right", "mistake" (a typical one, which has a name), "unanswered", or what else stood in
        the way: see `lsqgrad.judging.Finding`.
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
        return textwrap.fill(printable(self.text), WIDTH, subsequent_indent="  ")


class Practice:
    """The exercises of all notebooks: checks answers, and keeps in mind what is done.

    Shown in a notebook, it lists all exercises, each with the number of its notebook.

    Parameters
    ----------
    keep : str or path, optional
        A file to keep the progress in, which is made if it is not there. Without it, progress is
        forgotten when the kernel ends. A file that cannot be written, or that holds something else,
        costs no report: the list of the exercises says so at once, and the next report at its end.
        Where the environment has LSQGRAD_FORGET, nothing is read or written.
    seed : int
        Fixes the random numbers on which functions and formulas are tried, from 0.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind named above.

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

    def __init__(self, keep: str | os.PathLike[str] | None = None, *, seed: int = 0) -> None:
        if not isinstance(keep, str | os.PathLike | None):
            raise ArgumentTypeError("keep", "the name of a file", f"{keep!r}")
        self._seed = validation.integer("seed", seed, low=0)
        CELLS.watch()
        self._exercises: dict[str, Exercise] = {exercise.name: exercise for exercise in EXERCISES}
        self._done: set[str] = set()
        self._tried: set[str] = set()
        self._file: Path | None = None
        if keep is not None and not os.environ.get(FORGET):
            self._file = Path(os.path.expanduser(keep))
        self._unsaved = False  # whether the file does not have all of it
        self._trouble = ""  # what keeps the progress out of the file, in a sentence
        self._told = ""  # what a report has said of it
        if self._file:
            self._trouble = self._load(self._file) or self._save(self._file, only_try=True)

    @property
    def done(self) -> tuple[str, ...]:
        """The names of the exercises that were answered rightly once, here or in the same file."""
        self._reload()
        return tuple(name for name in self._exercises if name in self._done)

    @property
    def left(self) -> tuple[str, ...]:
        """The names of the others."""
        self._reload()
        return tuple(name for name in self._exercises if name not in self._done)

    def check(self, name: str, answer: Any) -> Report:
        """Check an answer, and say what is wrong with it.

        A function is called on random inputs. It may not change what it is given, and whatever it
        does ends in a sentence: after about a second of work, or three of waiting, it is stopped.
        Only a single operation that takes longer, such as ``7 ** 10**7`` or a product of huge
        matrices, cannot be stopped halfway. Settings of NumPy and PyTorch, such as
        ``torch.inference_mode`` or another default dtype, do not hold while it is called.

        Parameters
        ----------
        name : str
            The name of an exercise.
        answer : function, str or float
            What the exercise asks for; None, ``...``, ``()`` and an empty text are no answer yet.

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
        ✗ loss of a batch: There is an extra factor ½. Is there a ½ in this loss?
        """
        report = self._report(name, answer)
        return replace(report, sentence=self._about_older(name, answer) + report.sentence)

    def _about_older(self, name: str, answer: object) -> str:
        """Say that an answer is not the newest, since the cell with that stopped too early."""
        variable = _variable(name)
        error = CELLS.error(variable, answer)
        if not error:
            return ""
        unquoted = error == "NameError" and isinstance(self._exercise(name), FormulaExercise)
        return (
            f"This is about an older {variable}: the newest cell with it stopped with {error}. "
            + "Are its quotes missing? " * unquoted
        )

    def _report(self, name: str, answer: Any) -> Report:
        """Judge an answer, and keep in mind what came of it."""
        exercise = self._exercise(name)
        try:
            finding = exercise.judge(answer, self._seed)
        except ImportError:
            raise
        except (Exception, SystemExit, GeneratorExit) as error:
            stopped = f"The check itself stops with {type(error).__name__}."
            finding = Finding("exception", f"{stopped} {IS_ODD}")
        answered = finding.kind != "unanswered"
        about_file = self._note(name, finding.kind == "right") if answered else ""
        sentence = finding.sentence
        if finding.kind == "right":
            sentence += f" Done: {len(self.done)} of {len(self._exercises)} exercises."
        if not answered and name in self._done:
            sentence = "No answer here, but this exercise is done."
        return Report(name, finding.kind, finding.mistakes, f"{sentence} {about_file}".rstrip())

    def field(self, name: str) -> AnswerField:
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
            If anywidget is not installed.

        Examples
        --------
        >>> field = Practice().field("loss of a batch")
        >>> field.answer("17")
        >>> print(field.text)
        ✗ loss of a batch: That is too small.
        """
        if isinstance(self._exercise(name), FunctionExercise):
            raise ArgumentError(
                "name",
                "an exercise that asks for a number or a formula",
                f"{name!r}, which asks for a function",
                f"Use practice.check({name!r}, ...).",
            )
        return AnswerField(name, lambda answer: self._report(name, answer).text)

    def _exercise(self, name: object) -> Exercise:
        if isinstance(name, str) and name in self._exercises:
            return self._exercises[name]
        meant = name
        if isinstance(name, int) and 1 <= name <= len(self._exercises):
            meant = list(self._exercises)[name - 1]
        expected = f"one of the exercises ({', '.join(self._exercises)})"
        raise ArgumentError("name", expected, f"{name!r}", perhaps(meant, self._exercises))

    def _note(self, name: str, is_right: bool) -> str:
        """Keep in mind what was tried or done; return a sentence if that cannot be kept, once."""
        news = {name} - self._done if is_right else {name} - self._tried
        self._unsaved |= bool(news)  # until it is saved, which an interrupt may prevent
        self._tried.add(name)
        if is_right:
            self._done.add(name)
        if self._unsaved and self._file:
            self._trouble = self._load(self._file) or self._save(self._file)
            self._unsaved = bool(self._trouble)
        told, self._told = self._told, self._trouble
        return self._trouble if self._trouble != told else ""

    def _reload(self) -> None:
        """Read what other notebooks have kept since."""
        if self._file and not self._trouble:
            self._trouble = self._load(self._file)

    def _load(self, file: Path) -> str:
        """Read the progress, if there is any; return a sentence if that cannot be done."""
        try:
            if file.exists() and not file.is_file():  # which may have no end
                return f"Progress is not kept: {str(file)!r} is no ordinary file."
            with file.open("rb") as stream:
                text = stream.read(LARGEST + 1)
        except FileNotFoundError:
            return ""
        except (OSError, ValueError) as error:  # the latter for a name that no file can have
            return f"Progress is not kept: {str(file)!r} cannot be read ({_reason(error)})."
        try:
            kept = json.loads(text.decode("utf-8")) if len(text) <= LARGEST else {}
            done, tried = set(kept["done"]), set(kept["tried"])
            if kept["format"] != FORMAT or not {str} >= set(map(type, done | tried)):
                raise ValueError
        except (ValueError, TypeError, KeyError, RecursionError):
            return (
                f"Progress is not kept: {str(file)!r} holds something else, and is left as it is. "
                "Choose another name for it."
            )
        self._done |= done
        self._tried |= tried
        return ""

    def _save(self, file: Path, *, only_try: bool = False) -> str:
        """Write the progress, whole or not at all; return a sentence if that cannot be done."""
        target = Path(os.path.realpath(file))  # to which a link leads
        new = target.with_name(f"{target.name}.new")
        try:
            stream = _open_alone(new)
            ours = True
            try:
                with stream:
                    # What another kernel has kept until now; none does so before we are ready
                    if trouble := self._load(file):
                        return trouble
                    done, tried = sorted(self._done), sorted(self._tried)
                    kept = {"format": FORMAT, "done": done, "tried": tried}
                    stream.write(json.dumps(kept, indent=1) + "\n")
                if not only_try:
                    os.replace(new, target)
                    ours = False  # the next one may have it
            finally:
                if ours:
                    with suppress(OSError):
                        new.unlink(missing_ok=True)
        except OSError as error:
            return f"Progress is not kept: {str(file)!r} cannot be written ({_reason(error)})."
        return ""

    def __repr__(self) -> str:
        left = self.left
        lines = [f"{len(WHERE) - len(left)} of {len(WHERE)} done"]
        for number, (name, notebook) in enumerate(WHERE.items(), start=1):
            sign = "✓" if name in self._done else "✗" if name in self._tried else "–"
            lines.append(f"{sign} {number:2} {name} ({notebook})")
        if left:
            lines.append(f"Next: {left[0]}, in notebook {WHERE[left[0]]}")
        return printable("\n".join([*lines, self._trouble]).rstrip())


def _open_alone(new: Path) -> TextIO:
    """Make a file, as soon as nobody else has it: who does holds up all others."""
    until = monotonic() + PATIENCE
    while True:
        try:
            return new.open("x", encoding="utf-8")
        except FileExistsError:
            if monotonic() < until:
                sleep(TICK)
                continue
            new.unlink(missing_ok=True)  # left by a kernel that has ended
            until = monotonic() + PATIENCE


def _reason(error: Exception) -> str:
    """Return what an error of the system says, without numbers and names."""
    return getattr(error, "strerror", None) or str(error)
