"""Reads what a learner gave as an answer, or says in a sentence why that is none."""

import dis
import inspect
import textwrap
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from lsqgrad._util import to_array
from lsqgrad.judging.diagnosis import Failure
from lsqgrad.judging.execution import Enough, TimeLimit

MOST_NUMBERS = 10_000  # in a result that is looked at
DOES_NOTHING = ("RESUME", "NOP", "RETURN_VALUE")
LONGEST = 200  # characters of somebody else's error message
NOT_YET = Failure("unanswered", "No answer yet.")
HINTS = {  # by a part of an error message: what a learner may not see in it
    "bitwise_xor": " A power is written **, as in r**2.",
    "for ^": " A power is written **, as in r**2.",
    "matmul": " In a product A @ B, A has as many columns as B has rows.",
    "broadcast": " Which shapes meet there?",
}


class Unreadable(Enough):
    """A result that is of no use; its argument is a `Failure`."""


def refuse(sentence: str) -> NoReturn:
    """Raise what ends the attempt with a sentence."""
    raise Unreadable(Failure("type", sentence))


def is_stub(answer: object) -> bool:
    """Whether it is a function in which nothing is written yet."""
    if not inspect.isfunction(answer):
        return False
    steps = [step for step in dis.get_instructions(answer) if step.opname not in DOES_NOTHING]
    return [step.argval for step in steps if "CONST" in step.opname] == [None] and all(
        "CONST" in step.opname for step in steps
    )


def as_array(value: Any) -> NDArray[np.float64]:
    """Return a result as an array of float64."""
    if hasattr(value, "detach"):
        if value.numel() > MOST_NUMBERS:
            refuse(f"Expected a tensor of a few numbers, got one of shape {tuple(value.shape)}.")
        value = to_array(value)
    if isinstance(value, list | tuple) and _count(value) > MOST_NUMBERS:
        refuse(f"Expected an array of a few numbers, got a list of more than {MOST_NUMBERS:,}.")
    if not isinstance(value, np.ndarray | np.number | int | float | list | tuple):
        refuse(f"Expected a number or an array, got {describe(value)}.")
    if isinstance(value, np.ndarray) and value.size > MOST_NUMBERS:
        refuse(f"Expected an array of a few numbers, got one of shape {value.shape}.")
    try:
        array = np.array(value)
    except ValueError:
        array = None  # rows of different lengths
    if array is None or array.dtype.kind not in "iuf":
        refuse(f"Expected real numbers, got {describe(value)}.")
    return array.astype(np.float64)


def _count(value: list[Any] | tuple[Any, ...]) -> int:
    """Count the numbers in nested lists, but not much beyond those that are looked at."""
    count, waiting = 0, [value]
    while waiting and count <= MOST_NUMBERS:
        inner = waiting.pop()
        count += len(inner)
        waiting += [one for one in inner[: MOST_NUMBERS + 1] if isinstance(one, list | tuple)]
    return count


def failure(error: BaseException, answer: object, running: bool, where: str) -> Failure:
    """Say what an exception means, or a lack of time; `where` names the case."""
    if isinstance(error, Unreadable):
        return error.args[0]
    if isinstance(error, TimeLimit):
        end = "cannot be stopped: choose Kernel → Restart Kernel" if running else "was stopped"
        return Failure(
            "endless",
            f"It does not come back in time, and {end}. Has one of its loops no end, or very many "
            "turns?",
        )
    if not isinstance(error, Exception):  # SystemExit, KeyboardInterrupt
        return Failure(
            "exit",
            f"It ends the whole program ({type(error).__name__}). A function ends with return.",
        )
    said = message(error)
    what = f"{type(error).__name__}: {said}" if said else type(error).__name__
    hint = next((hint for part, hint in HINTS.items() if part in said), "")
    line = _line(error, answer)
    return Failure("exception", f"It stops with {what}. That is{line} where {where}.{hint}")


def _line(error: BaseException, answer: object) -> str:
    """Say in which line of the learner's function an exception arose."""
    code, found = getattr(answer, "__code__", None), None
    trace = error.__traceback__
    while trace is not None and code is not None:
        if trace.tb_frame.f_code is code:
            found = trace.tb_lineno - code.co_firstlineno + 1
        trace = trace.tb_next
    return f" in line {found} of the function," if found else ""


def about_replaced(names: tuple[str, ...]) -> str:
    """Say that something was put back."""
    return f"Something had taken the place of {', '.join(names)}; it was put back." if names else ""


def about_printed(text: str) -> str:
    """Say what was printed."""
    return f"It printed “{' '.join(text.split())}”." if text.strip() else ""


def describe(value: object) -> str:
    """Describe what came instead of an answer."""
    try:
        text = " ".join(repr(value).split())
    except BaseException:  # it was written by the learner
        text = ""
    kind = type(value).__name__
    tells = 0 < len(text) <= 60 and " at 0x" not in text
    return f"{kind} {text}" if tells else f"something of type {kind}"


def message(error: BaseException) -> str:
    """Return what an error says, without the last stop."""
    try:
        text = str(error)
    except BaseException:  # it was written by the learner
        return ""
    return shorten(text)


def shorten(text: str, most: int = LONGEST) -> str:
    """Return a text that may quote an answer, in so many characters, without the last stop."""
    return textwrap.shorten(text, most, placeholder=" …").rstrip(".")
