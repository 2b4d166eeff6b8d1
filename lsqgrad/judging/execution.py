"""Calls what a learner wrote, and comes back whatever it does.

The calls are made in a thread of their own, which can be stopped from outside on every system.
That is no sandbox: it is for mistakes, and for pranks, and not for code that means harm.
"""

import builtins
import contextlib
import ctypes
import io
import math
import sys
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

import numpy as np

# A right answer takes milliseconds. The limit is in seconds of this process's own work, so that a
# machine that is busy elsewhere makes no answer late; who only waits is stopped by the clock.
MOST_WORK = 0.8
MOST_TIME = 3.0
TICK = 0.02  # seconds between two looks at the clock, or two attempts to stop it
TRIES = 25  # to stop what catches every exception
MOST_PRINTED = 300  # characters
BUILTINS = ("abs", "float", "int", "len", "max", "min", "range", "round", "sum", "zip")


class TimeLimit(BaseException):
    """A call took too long. No `except Exception` of a learner's catches it."""


class Enough(Exception):
    """Raised by a call after which no other needs to be made."""


@dataclass(frozen=True)
class Attempt:
    """What came of some calls.

    Attributes
    ----------
    results : tuple
        For each call what it returned, or the exception that it ended with. What is no Exception,
        such as `TimeLimit`, and `Enough` end the attempt.
    printed : str
        The beginning of what was printed.
    replaced : tuple of str
        Names in modules that were put back, since something else stood there.
    running : bool
        Whether the last call could not be stopped.
    """

    results: tuple[Any, ...]
    printed: str
    replaced: tuple[str, ...]
    running: bool


def attempt(calls: Sequence[Callable[[], Any]]) -> Attempt:
    """Make the calls one after another.

    Parameters
    ----------
    calls : sequence of callable
        Each takes no argument.

    Returns
    -------
    Attempt

    Examples
    --------
    >>> attempt([lambda: 2, lambda: 1 / 0]).results
    (2, ZeroDivisionError('division by zero'))
    """
    results: list[Any] = []
    printed, ended = _Beginning(), threading.Event()
    recursion_limit = sys.getrecursionlimit()
    thread = threading.Thread(target=_make, args=(calls, results, ended), daemon=True)
    try:
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            warnings.catch_warnings(action="ignore"),
        ):
            try:
                thread.start()
                _wait(thread)
            finally:  # an interrupt of the kernel comes here, too
                text = printed.text
                stopped = _stopped(thread, ended)
    finally:
        sys.setrecursionlimit(recursion_limit)
        replaced = put_back()
    if not ended.is_set():  # it runs on, or was stopped between two calls
        results.append(TimeLimit())
    return Attempt(tuple(results), text, replaced, running=not stopped)


def _make(calls: Sequence[Callable[[], Any]], results: list[Any], ended: threading.Event) -> None:
    """Make the calls; the thread's own work."""
    with contextlib.suppress(TimeLimit):  # a second one, or between two calls
        try:
            for call in calls:
                try:
                    results.append(call())
                except Exception as error:
                    results.append(error)
                    if isinstance(error, Enough):
                        break
        except BaseException as error:  # SystemExit, too
            results.append(error)
        ended.set()


def _wait(thread: threading.Thread) -> None:
    """Wait until the thread ends, or has had its time."""
    work, clock = time.process_time(), time.monotonic()
    while thread.is_alive():
        thread.join(TICK)
        if time.process_time() - work > MOST_WORK or time.monotonic() - clock > MOST_TIME:
            return


def _stopped(thread: threading.Thread, ended: threading.Event) -> bool:
    """Stop the thread if it runs, and tell whether it has ended."""
    for _ in repeat(None, TRIES):  # the thread may have replaced range
        if ended.is_set():
            thread.join()
        if not thread.is_alive():
            return True
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident or 0), ctypes.py_object(TimeLimit)
        )
        ended.wait(TICK)
    return not thread.is_alive()


class _Beginning(io.TextIOBase):
    """Keeps the beginning of what is written to it."""

    text = ""

    def write(self, text: str) -> int:
        self.text += text[: MOST_PRINTED - len(self.text)]
        return len(text)


ORIGINALS = {
    module: {name: value for name, value in vars(module).items() if not name.startswith("_")}
    for module in (np, np.linalg, np.random, math)
} | {builtins: {name: getattr(builtins, name) for name in BUILTINS}}


def put_back() -> tuple[str, ...]:
    """Put back what was replaced in the modules that answers are made of; return the names."""
    replaced = []
    for module, originals in ORIGINALS.items():
        for name, original in originals.items():
            if vars(module).get(name) is not original:
                setattr(module, name, original)
                replaced.append(f"{module.__name__}.{name}")
    return tuple(sorted(replaced))
