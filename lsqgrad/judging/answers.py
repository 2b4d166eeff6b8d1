"""Reads what a learner gave as an answer, or says in a sentence why that is none."""

import dis
import textwrap
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any, NoReturn

import numpy as np
from numpy.typing import NDArray

from lsqgrad._util import to_array
from lsqgrad.judging.diagnosis import Failure
from lsqgrad.judging.execution import Enough, TimeLimit, attempt

MOST_NUMBERS = 10_000  # in a result that is looked at
DOES_NOTHING = ("RESUME", "NOP", "RETURN_VALUE")
MOST_REACHED = 1000  # objects in which a name is looked for
LIBRARIES = "-packages"  # in the paths of their files
LONGEST = 200  # characters of somebody else's error message
NOT_YET = Failure("unanswered", "No answer yet.")
HINTS = {  # by a part of an error message: what a learner may not see in it
    "bitwise_xor": " A power is written **, as in r**2.",
    "for ^": " A power is written **, as in r**2.",
    "does not have enough dimensions": " A product with a number is written *.",
    "matmul": " In a product A @ B, A has as many columns as B has rows.",
    "broadcast": " Which shapes meet there?",
    "name 'n' is": " The number of rows is len(X), or len(x).",
    "name 'm' is": " The number of rows is len(X), or len(x).",
    "through the graph a second time": (
        " One backward() uses up the graph of a loss. Is the loss computed anew in each turn?"
    ),
    "does not require grad": " Is something detached in it, or computed under no_grad()?",
    "has no attribute 'backward'": " A number from item() has no graph. What has one?",
    "leaf Variable that requires grad": " A parameter is changed in place under torch.no_grad().",
    "'NoneType'": (
        " backward() makes a .grad, and zero_grad() takes it away. Is it there when it is used?"
    ),
    "only for scalar outputs": " backward() begins at one number. Which one is the loss?",
}
SINGLE = (
    ": one single operation{line} takes too long, and none can be stopped halfway. Is a number or "
    "an array in it very large?"
)
LOOPS = "Does one of its loops never end, or have very many turns?"
TOO_LONG = {  # by the `how` of a `TimeLimit`
    "runs": f", and was stopped. {LOOPS}",
    "stubborn": f", and cannot be stopped: choose Kernel → Restart Kernel. {LOOPS}",
    "waits": ": it waits{line}. Does it sleep, or ask for something that does not come?",
    "operation": SINGLE,
    "held": SINGLE,
}


class Unreadable(Enough):
    """A result that is of no use; its argument is a `Failure`."""


def refuse(sentence: str) -> NoReturn:
    """Raise what ends the attempt with a sentence."""
    raise Unreadable(Failure("type", sentence))


def is_stub(answer: object) -> bool:
    """Whether it is a function in which nothing is written yet."""
    if type(answer) is not FunctionType:
        return False
    steps = [step for step in dis.get_instructions(answer) if step.opname not in DOES_NOTHING]
    return [step.argval for step in steps if "CONST" in step.opname] == [None] and all(
        "CONST" in step.opname for step in steps
    )


def mentions(answer: object, word: str) -> bool:
    """Whether a name stands in the code of a function, or in what that may call."""
    reached, seen = [answer], set[int]()
    for one in reached:  # which grows
        if id(one) in seen or len(seen) == MOST_REACHED:
            continue
        seen.add(id(one))
        with suppress(Exception):  # it was written by the learner
            if type(one) is not FunctionType:
                reached += _callables(one)
            elif LIBRARIES not in one.__code__.co_filename:
                names = {*_names(one.__code__)}
                if any(name.partition(".")[0] == word for name in names):
                    return True
                reached += _named(names, one.__globals__)
                reached += [cell.cell_contents for cell in one.__closure__ or ()]
    return False


def _names(code: CodeType) -> Iterator[str]:
    """Yield the names of variables, attributes and modules in a code, and in those within it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _named(names: set[str], variables: dict[str, object]) -> list[object]:
    """Return what has one of these names; of a module, what has one in it."""
    found = [variables[name] for name in names & variables.keys()]
    for one in found:  # which grows
        if type(one) is ModuleType and len(found) < MOST_REACHED:
            found += [vars(one)[name] for name in names & vars(one).keys()]
    return [one for one in found if type(one) is not ModuleType]


def _callables(one: Any) -> Iterator[object]:
    """Yield what an object, or a class, may call, and ask it nothing: it is the learner's."""
    kind = type(one)
    if kind is MethodType:
        yield from (one.__func__, one.__self__)
    elif kind is partial:
        yield one.func
    elif issubclass(kind, type):
        yield from (
            value
            for base in type.__dict__["__mro__"].__get__(one)
            for value in type.__dict__["__dict__"].__get__(base).values()
            if type(value) is FunctionType
        )
    else:
        yield kind
        yield from object.__getattribute__(one, "__dict__").values()  # such as __wrapped__


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
    if np.ma.is_masked(value):
        refuse(f"Expected numbers, got {describe(value)} with masked entries.")
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


def failure(error: BaseException, answer: object, where: str) -> Failure:
    """Say what an exception means, or a lack of time; `where` names the case."""
    if isinstance(error, Unreadable):
        return error.args[0]
    if isinstance(error, TimeLimit):
        line = _line(error.lines, answer)
        before = ", or before it," if line and error.how == "held" else ""
        said = TOO_LONG[error.how].format(line=line + before)
        return Failure("endless", f"It does not come back in time{said}")
    if not isinstance(error, Exception):  # SystemExit, KeyboardInterrupt
        return Failure(
            "exit",
            f"It ends the whole program ({type(error).__name__}). A function ends with return.",
        )
    said = message(error)
    what = f"{type(error).__name__}: {said}" if said else type(error).__name__
    hint = next((hint for part, hint in HINTS.items() if part in said), "")
    trace = traceback.walk_tb(error.__traceback__)
    line = _line([(frame.f_code, number) for frame, number in trace], answer)
    at = f"{line}," if line else ""
    return Failure("exception", f"It stops with {what}. That is{at} where {where}.{hint}")


def _line(lines: list[tuple[CodeType, int]], answer: object) -> str:
    """Say which line of the learner's function is among those in which something was."""
    function = answer.__func__ if type(answer) is MethodType else answer
    code = function.__code__ if type(function) is FunctionType else None
    found = [number - code.co_firstlineno + 1 for at, number in lines if code and at is code]
    return f" in line {found[-1]} of the function" if found else ""


def about_replaced(names: tuple[str, ...]) -> str:
    """Say that something was put back."""
    return f"Something had taken the place of {', '.join(names)}; it was put back." if names else ""


def about_no_limit(limited: bool) -> str:
    """Say that there was no limit of time."""
    said = "It had no time limit, since no thread can be started here: Restart Kernel ends a loop."
    return "" if limited else said


def about_printed(text: str) -> str:
    """Say what was printed."""
    return f"It printed “{' '.join(text.split())}”." if text.strip() else ""


def describe(value: object) -> str:
    """Describe what came instead of an answer."""
    kind = type(value).__name__
    text = _text(str if issubclass(type(value), np.number) else repr, value)
    tells = 0 < len(text) <= 60 and " at 0x" not in text
    return f"{kind} {text}" if tells else f"something of type {kind}"


def message(error: BaseException) -> str:
    """Return what an error says, without the last stop."""
    return shorten(_text(str, error))


def _text(function: Callable[[object], str], value: object) -> str:
    """Return `repr` or `str` of what a learner wrote, or nothing where that gives no text."""
    (text,) = attempt([lambda: " ".join(function(value).split())]).results
    return text if isinstance(text, str) else ""


def shorten(text: str, most: int = LONGEST) -> str:
    """Return a text that may quote an answer, in so many characters, without the last stop."""
    long = max(text.split(), key=len, default="")
    if len(long) > most // 2:  # which would be left out as a whole
        text = f"{text[: text.index(long) + most // 2]} …"
    return textwrap.shorten(text, most, placeholder=" …").rstrip(".")
