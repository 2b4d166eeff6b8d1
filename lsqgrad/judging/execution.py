"""Calls what a learner wrote, and comes back whatever it does.

The calls are made in a thread of their own, which can be stopped from outside on every system,
though not within a single operation that is not made of Python's own steps, such as 7 ** 10**7.
That is no sandbox: it is for mistakes, and for pranks, and not for code that means harm.
"""

import builtins
import contextlib
import ctypes
import io
import math
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from time import monotonic, process_time
from types import CodeType, FrameType, ModuleType
from typing import Any

import numpy as np

from lsqgrad._util import ipython_shell

# A right answer takes milliseconds. The limit is in seconds of this process's own work, so that a
# machine that is busy elsewhere makes no answer late; who only waits is stopped by the clock.
# While the answer imports something, which may take seconds, no time is counted.
MOST_WORK = 0.8
MOST_TIME = 3.0
MOST_IMPORT = 60.0
LITTLE_WORK = 0.15  # of who waits
HELD = 0.4  # Python's own steps are shorter: a longer one is a single operation
TICK = 0.02  # seconds between two looks at the clock, or two attempts to stop it
TRIES = 25  # to stop what catches every exception
MOST_PRINTED = 300  # characters
MISSING = object()

Line = tuple[CodeType, int]


class TimeLimit(BaseException):
    """A call took too long. No `except Exception` of a learner's catches it.

    Parameters
    ----------
    how : str
        "runs"; "waits"; "operation", if it was in a single one; "held", if a single one had let
        nobody look before; or "stubborn", if it could not be stopped.
    lines : iterable of (code, int)
        Where it was: the functions that have called each other, and the line in each.
    """

    def __init__(self, how: str = "runs", lines: Iterable[Line] = ()) -> None:
        self.how = how
        self.lines = [*lines]


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
    limited : bool
        Whether there was a limit of time.
    """

    results: tuple[Any, ...]
    printed: str
    replaced: tuple[str, ...]
    limited: bool


def attempt(
    calls: Sequence[Callable[[], Any]], read: Callable[[Any], Any] = lambda result: result
) -> Attempt:
    """Make the calls one after another.

    Parameters
    ----------
    calls : sequence of callable
        Each takes no argument.
    read : callable
        Turns what a call returned into its result, after all that the call replaced was put back.

    Returns
    -------
    Attempt

    Examples
    --------
    >>> attempt([lambda: 2, lambda: 1 / 0]).results
    (2, ZeroDivisionError('division by zero'))
    """
    results: list[Any] = []
    replaced: set[str] = set()
    printed, ended, limited = _Beginning(), threading.Event(), True
    recursion_limit = sys.getrecursionlimit()
    arguments = (calls, read, results, replaced, ended)
    thread = threading.Thread(target=_make, args=arguments, daemon=True)
    how, lines = "runs", list[Line]()
    try:
        with (
            contextlib.redirect_stdout(printed),
            contextlib.redirect_stderr(printed),
            warnings.catch_warnings(action="ignore"),
            _usual_settings(),
            _left_alone(),
        ):
            begin = process_time(), monotonic()
            try:
                limited = _start(thread)
                how, lines = _wait(thread, ended, *begin)
            finally:  # an interrupt of the kernel comes here, too
                text = printed.text
                replaced.update(put_back())
                how = _stop(thread, ended, how)
                replaced.update(put_back())
    finally:
        sys.setrecursionlimit(recursion_limit)
    if not ended.is_set():
        results.append(TimeLimit(how, lines))
    return Attempt(tuple(results), text, tuple(sorted(replaced)), limited)


def _make(
    calls: Sequence[Callable[[], Any]],
    read: Callable[[Any], Any],
    results: list[Any],
    replaced: set[str],
    ended: threading.Event,
) -> None:
    """Make the calls; the thread's own work."""
    recursion_limit = sys.getrecursionlimit()
    with contextlib.suppress(TimeLimit), _usual_errors():
        for call in calls:
            try:
                try:
                    result = call()
                finally:
                    replaced.update(put_back())
                    sys.setrecursionlimit(recursion_limit)
                results.append(read(result))
            except Enough as error:
                results.append(error)
                break
            except Exception as error:
                results.append(error)
            except TimeLimit:
                raise
            except BaseException as error:  # SystemExit, too
                results.append(error)
                break
        ended.set()


def _start(thread: threading.Thread) -> bool:
    """Start the thread; where there are no threads, as in a browser, do its work at once."""
    try:
        thread.start()
    except RuntimeError:
        thread.run()
        return False
    return True


# While the thread runs, it may replace what it likes: what looks after it uses no builtins.


def _wait(
    thread: threading.Thread, ended: threading.Event, work: float, clock: float
) -> tuple[str, list[Line]]:
    """Wait until the thread ends, or has had its time; tell how it used that up, and where.

    The process had worked for `work` seconds, and the clock showed `clock`, when it began.
    """
    worked = waited = imported = 0.0
    held = False
    while thread.is_alive() and not ended.wait(TICK):
        more_work, more_time = process_time() - work, monotonic() - clock
        work, clock = work + more_work, clock + more_time
        if _imports(thread):
            imported += more_time
        else:
            worked += more_work
            waited += more_time
            held = held or (more_work > HELD and more_time > HELD)
        if worked > MOST_WORK or waited > MOST_TIME or imported > MOST_IMPORT:
            how = "held" if held else "waits" if worked < LITTLE_WORK else "runs"
            stack = traceback.walk_stack(_frame(thread))
            return how, [(frame.f_code, line) for frame, line in stack][::-1]
    return "runs", []


def _stop(thread: threading.Thread, ended: threading.Event, how: str) -> str:
    """Stop the thread if it runs, and tell how it used up its time, now that it was tried."""
    reached: list[bool] = []

    class Limit(TimeLimit):
        def __init__(self) -> None:  # called when it reaches the thread
            reached.append(True)

    tries, clock = TRIES, monotonic()
    while tries and thread.is_alive():
        if ended.is_set():
            thread.join()
        elif not _imports(thread):
            tries -= 1
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(thread.ident or 0), ctypes.py_object(Limit)
            )
        elif monotonic() - clock > MOST_IMPORT:
            break
        thread.join(TICK)
    if not thread.is_alive():
        return how
    if reached:
        return "stubborn"
    return "operation" if how == "runs" else how


def _frame(thread: threading.Thread) -> FrameType | None:
    """Return the frame of the function in which a thread is."""
    return sys._current_frames().get(thread.ident or 0)


def _imports(thread: threading.Thread) -> bool:
    """Whether the thread loads a module, of which half would be left if it were stopped."""
    frame = _frame(thread)
    while frame is not None:
        code, frame = frame.f_code, frame.f_back
        if code.co_name == "_find_and_load" and code.co_filename.startswith("<frozen importlib"):
            return True
    return False


def _usual_errors() -> np.errstate:
    """Return NumPy's settings for floating-point errors, as they are in the beginning."""
    return np.errstate(divide="warn", over="warn", under="ignore", invalid="warn")


@contextlib.contextmanager
def _usual_settings() -> Iterator[None]:
    """Set what PyTorch keeps for all threads as it is in the beginning, and put it back at the end.

    The other settings, such as the gradient's mode and the device, are new with each thread.
    """
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    dtype, deterministic = torch.get_default_dtype(), torch.get_deterministic_debug_mode()
    torch.set_default_dtype(torch.float32)
    if deterministic:
        torch.set_deterministic_debug_mode(0)
    try:
        yield
    finally:
        torch.set_default_dtype(dtype)
        if torch.get_deterministic_debug_mode() != deterministic:
            torch.set_deterministic_debug_mode(deterministic)


@contextlib.contextmanager
def _left_alone() -> Iterator[None]:
    """While an answer is tried, let it ask nobody, end no kernel, and keep our own stack usable."""
    limit, set_limit = sys.getrecursionlimit(), sys.setrecursionlimit

    def ask(*_: object) -> None:
        raise EOFError("nobody can type here, and a function gets what it needs as its arguments")

    def leave(*_: object, **__: object) -> None:
        raise SystemExit

    def raise_limit(to: int) -> None:  # who waits for the answer may be deep in calls already
        set_limit(to if to > limit else limit)

    stand_ins: list[tuple[Any, str, object]] = [
        (builtins, "input", ask),
        (sys, "stdin", io.StringIO()),  # which Python's own exit() closes
        (sys, "setrecursionlimit", raise_limit),
    ]
    if shell := ipython_shell():
        stand_ins.append((shell, "ask_exit", leave))  # by IPython's exit() and quit()
    before = [(owner, name, vars(owner).get(name, MISSING)) for owner, name, _ in stand_ins]
    try:
        for owner, name, value in stand_ins:
            setattr(owner, name, value)
        yield
    finally:
        for owner, name, value in before:
            if value is MISSING:  # as a method is missing in its own object
                vars(owner).pop(name, None)
            else:
                setattr(owner, name, value)


class _Beginning(io.TextIOBase):
    """Keeps the beginning of what is written to it."""

    text = ""

    def write(self, text: str) -> int:
        room = MOST_PRINTED - len(self.text)
        if room >= 0:
            self.text += text[:room] + (" …" if text[room:].strip() else "")
        return len(text)


def _is_guarded(name: str, value: object, module: ModuleType) -> bool:
    """Whether a name keeps its value: not what front ends add to the builtins or replace there."""
    if module is builtins and getattr(value, "__module__", "") != "builtins":
        return False
    return not name.startswith("_") and name not in ("input", "print")


ORIGINALS = [
    (
        module.__name__,
        vars(module),
        {name: value for name, value in vars(module).items() if _is_guarded(name, value, module)},
    )
    for module in (builtins, np, np.linalg, np.random, math)
]


def put_back() -> tuple[str, ...]:
    """Put back what was replaced in the modules that answers are made of; return the names."""
    replaced = []
    for module, here, originals in ORIGINALS:
        for name, original in originals.items():  # no builtin is used until all are put back
            if here.get(name) is not original:
                here[name] = original
                replaced.append(f"{module}.{name}")
    return tuple(sorted(replaced))
