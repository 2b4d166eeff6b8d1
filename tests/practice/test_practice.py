"""Practice says what an answer is worth, whatever the answer does, and knows what is left to do."""

import builtins
import contextlib
import functools
import gc
import hashlib
import io
import json
import math
import os
import subprocess
import sys
import threading
import time
import types
import warnings

import numpy as np
import pytest
import torch
from IPython.core.interactiveshell import InteractiveShell
from learners import Evil, Mute, Quitting, all_as_before
from traitlets.config import Config

from lsqgrad import Practice, Report, gradient_matrix
from lsqgrad.judging import answers
from lsqgrad.judging import execution as attempts
from lsqgrad.judging.misconceptions import MISCONCEPTIONS
from lsqgrad.practice import practice as practice_module
from lsqgrad.practice.exercises import BY_NOTEBOOK, EXERCISES
from lsqgrad.practice.function_exercise import FunctionExercise

NAMES = tuple(exercise.name for exercise in EXERCISES)
WHERE = {one.name: notebook for notebook, ones in BY_NOTEBOOK.items() for one in ones}
FUNCTIONS = [one.name for one in EXERCISES if isinstance(one, FunctionExercise)]
OTHERS = [name for name in NAMES if name not in FUNCTIONS]
RIGHT = {
    "loss of a batch": "173.39",
    "gradient": "2 / n * X.T @ r",
    "matrix form": lambda X, Y, w: 2 / len(X) * X.T @ (X @ w - Y),
}
HALF = (("half",), ("half the loss",))  # of a gradient, of a loss
WRONG = {
    "loss of a batch": "86.70",
    "gradient": "X.T @ r / n",
    "matrix form": lambda X, Y, w: X.T @ (X @ w - Y) / len(X),
}


def right(X, Y, w, b):
    """Answer "with the bias"."""
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, 2 * np.mean(r)


@pytest.fixture
def nothing_is_left():
    """After the test all is as before, and the next check works."""
    with all_as_before():
        yield
    report = Practice().check("with the bias", right)
    assert report.sentence.startswith("Right, in 8 cases with random numbers.")
    assert "printed" not in report.sentence
    wrong = Practice().check("with the bias", lambda *given: tuple(-p for p in right(*given)))
    assert wrong.mistakes == ("sign",)


def checked(answer, name="with the bias"):
    """Return the report; every sentence of the tests of odd answers is read here."""
    report = Practice().check(name, answer)
    said = report.sentence.partition(" It printed: ")[0]
    assert said.endswith((".", "?"))
    assert said[0].isupper() or said[0] == "∂"
    assert "\n" not in said
    assert "Traceback" not in said
    assert "The check itself" not in said
    if report.kind != "exception":  # which may say anything
        assert "!" not in said
        assert "0x" not in said
    assert len(report.sentence) < 600
    assert report.exercise == name
    assert report.right is (report.kind == "right")
    return report


# Answers that do odd things


def deep(X, Y, w, b):
    return deep(X, Y, w, b)


def deeper(X, Y, w, b):
    sys.setrecursionlimit(sys.getrecursionlimit() + 2000)
    return deep(X, Y, w, b)


def deep_and_right(X, Y, w, b):
    sys.setrecursionlimit(sys.getrecursionlimit() + 3000)

    def down(n):
        return n and down(n - 1)

    down(2500)
    return right(X, Y, w, b)


def loud(X, Y, w, b):
    print("lines\n" * 100_000)
    return right(X, Y, w, b)


def loud_and_wrong(X, Y, w, b):
    print("x" * 1_000_000, file=sys.stderr)
    return w, b


def warns(X, Y, w, b):
    warnings.simplefilter("error")
    np.seterr(all="raise")
    return right(X, Y, w, b)


def takes_the_stream(X, Y, w, b):
    sys.stdout = None
    return right(X, Y, w, b)


def asks(X, Y, w, b):
    return float(input("The loss? "))


async def later(X, Y, w, b):
    return right(X, Y, w, b)


def one_by_one(X, Y, w, b):
    yield from right(X, Y, w, b)


class Class:
    def __init__(self, X, Y, w, b):
        pass


def raises(error):
    def answer(X, Y, w, b):
        raise error

    return answer


def returns(*results):
    return lambda X, Y, w, b: results if len(results) > 1 else results[0]


def changes(name):
    def answer(X, Y, w, b):
        results = right(X, Y, w, b)
        {"X": X, "Y": Y, "w": w}[name][:] = 0
        return results

    return answer


ODD = {
    # function: kind, what has to be said
    "sys.exit": (lambda X, Y, w, b: sys.exit(), "exit", "(SystemExit)"),
    "sys.exit with words": (lambda X, Y, w, b: sys.exit("bye"), "exit", "ends the whole program"),
    "KeyboardInterrupt": (raises(KeyboardInterrupt), "exit", "(KeyboardInterrupt)"),
    "deep recursion": (deep, "exception", "RecursionError"),
    "deeper recursion": (deeper, "exception", "RecursionError"),
    "a raised limit": (deep_and_right, "right", "Right"),
    "huge print": (loud, "right", "It printed “lines lines"),
    "huge print of a wrong one": (loud_and_wrong, "wrong", "It printed “xxx"),
    "warnings": (warns, "right", "Right"),
    "no stream": (takes_the_stream, "right", "Right"),
    "input": (
        asks,
        "exception",
        "It stops with EOFError: nobody can type here, and a function gets what it needs as its "
        "arguments. That is in line 2 of the function",
    ),
    "an exception": (raises(KeyError("w")), "exception", "KeyError: 'w'"),
    "not written": (
        raises(NotImplementedError),
        "exception",
        "Error. That is in line 2",
    ),
    "an exception without words": (
        raises(Mute),
        "exception",
        "with Mute. That is in line 2",
    ),
    "an exception that quits": (raises(Quitting), "exception", "It stops with Quitting"),
    "an exception with many words": (raises(ValueError("a " * 9999)), "exception", "ValueError"),
    "a huge array": (returns(np.zeros(10**7), 0.0), "type", "(10000000,)"),
    "a huge view": (returns(np.broadcast_to(0.0, (10**9, 10**9)), 0.0), "type", "a few numbers"),
    "a huge list": (returns([[0.0] * 1000] * 1000, 0.0), "type", "more than 10,000"),
    "changes X": (changes("X"), "inputs", "It changes X"),
    "changes Y": (changes("Y"), "inputs", "It changes Y"),
    "changes w": (changes("w"), "inputs", "It changes w"),
    "the inputs": (lambda X, Y, w, b: (w, b), "wrong", "is expected"),
    "a view": (lambda X, Y, w, b: (X[:1].T, Y[0]), "wrong", "is expected"),
    "evil": (lambda X, Y, w, b: Evil(), "type", "Evil"),
    "two evil ones": (lambda X, Y, w, b: (Evil(), Evil()), "type", "Evil"),
    "NaN": (returns(np.nan, np.nan), "shape", "()"),
    "arrays of NaN": (lambda X, Y, w, b: (w * np.nan, b), "not finite", "nan"),
    "infinity": (lambda X, Y, w, b: (w, math.inf), "not finite", "inf"),
    "complex": (lambda X, Y, w, b: (w * 1j, b), "type", "real numbers"),
    "bool": (lambda X, Y, w, b: (w > 0, True), "type", "real numbers"),
    "a string": (returns("2 / n * X.T @ r"), "type", "2 results"),
    "strings": (returns("w", "b"), "type", "'w'"),
    "None": (returns(None), "type", "It gives None. Is a return missing?"),
    "Nones": (returns(None, None), "type", "None"),
    "Ellipsis": (returns(...), "type", "It gives Ellipsis"),
    "a dict": (lambda X, Y, w, b: {"w": w, "b": b}, "type", "got dict {"),
    "a set": (returns({1, 2}), "type", "set {1, 2}"),
    "a generator": (one_by_one, "type", "generator"),
    "a coroutine": (later, "type", "coroutine"),
    "shape (p,)": (
        lambda *given: (right(*given)[0][:, 0], right(*given)[1]),
        "mistake",
        "no column",
    ),
    "shape (1, p)": (lambda *given: (right(*given)[0].T, right(*given)[1]), "mistake", "in a row"),
    "a scalar": (lambda X, Y, w, b: (0.5, b), "shape", "(2, 1)"),
    "one result": (lambda *given: right(*given)[0], "type", "2 results, ∂L/∂w and ∂L/∂b"),
    "three results": (lambda *given: (*right(*given), 1), "type", "2 results"),
    "no result": (returns(()), "type", "2 results"),
    "no arguments": (lambda: 1, "type", "one without arguments"),
    "too few": (lambda X, Y, w: 1, "type", "got one of X, Y, w."),
    "too many": (lambda X, Y, w, b, lr: 1, "type", "got one of X, Y, w, b, lr."),
    "only by name": (lambda *, X, Y, w, b: 1, "type", "a function of X, Y, w, b"),
    "no signature": (max, "exception", "ValueError"),
    "print": (print, "type", "It gives None"),
    "a type": (dict, "exception", "TypeError"),
    "a class": (Class, "type", "Class"),
    "a partial": (functools.partial(right), "right", "Right"),
    "defaults": (lambda X, Y, w, b, turn=1: right(X, Y, w, b * turn), "right", "Right"),
    "any arguments": (lambda *given, **_: right(*given), "right", "Right"),
    "a lambda": (lambda A, B, c, d: right(A, B, c, d), "right", "Right"),
    "no function": (3.5, "type", "Expected a function, got float 3.5."),
    "its result": (right(np.ones((2, 1)), np.ones((2, 1)), np.ones((1, 1)), 1.0), "type", "()"),
    "a module": (types, "type", "a function"),
    "an evil object": (Evil(), "type", "something of type Evil"),
}
ODD["its result"] = (ODD["its result"][0], "type", "Expected a function, got")


@pytest.mark.usefixtures("nothing_is_left")
@pytest.mark.parametrize("label", ODD)
def test_an_odd_answer_is_answered_with_a_sentence(label, capsys):
    answer, kind, words = ODD[label]
    report = checked(answer)
    assert report.kind == kind
    assert words in report.sentence
    assert capsys.readouterr() == ("", "")


def test_that_nobody_waits_for_a_coroutine_is_not_complained_about(recwarn):
    assert Practice().check("with the bias", later).kind == "type"
    gc.collect()
    assert [str(warning.message) for warning in recwarn] == []


@pytest.mark.usefixtures("nothing_is_left", "little_time")
@pytest.mark.parametrize("part", ["the first call", "a later call"])
def test_an_endless_loop_is_told_so(part):
    calls = []

    def answer(X, Y, w, b):
        calls.append(1)
        while part == "the first call" or len(calls) > 3:
            pass
        return right(X, Y, w, b)

    report = checked(answer)
    assert report.kind == "endless"
    assert report.sentence.startswith("It does not come back in time")
    assert "loops" in report.sentence
    assert "Restart" not in report.sentence


@pytest.mark.usefixtures("nothing_is_left", "little_time")
@pytest.mark.parametrize(
    ("step", "said"),
    [
        (
            lambda: time.sleep(1.5),
            ": it waits in line 2 of the function. Does it sleep, or ask for something that does "
            "not come?",
        ),
        (
            lambda: hashlib.pbkdf2_hmac("sha1", b"", b"", 2_000_000),
            ": one single operation in line 2 of the function takes too long, and none can be "
            "stopped halfway. Is a number or an array in it very large?",
        ),
        (
            lambda: sum(range(2**26)),
            ": one single operation in line 2 of the function, or before it, takes too long, and "
            "none can be stopped halfway. Is a number or an array in it very large?",
        ),
    ],
    ids=["waits", "one operation", "one that holds all"],
)
def test_who_is_held_up_is_told_by_what(monkeypatch, step, said):
    monkeypatch.setattr(attempts, "TRIES", 4)
    threads = threading.enumerate()

    def answer(X, Y, w, b):
        return [*iter(step, 1)]

    report = checked(answer)
    assert report.kind == "endless"
    assert report.sentence == f"It does not come back in time{said}"
    for thread in {*threading.enumerate()} - {*threads}:  # which is left
        thread.join(10)


def test_where_there_is_no_limit_the_report_says_so(monkeypatch):
    def start(_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    said = "It had no time limit, since no thread can be started here: Restart Kernel ends a loop."
    assert f"with random numbers. {said}" in checked(right).sentence
    assert checked(raises(KeyError("w"))).sentence.endswith(f"where n = 3, p = 1. {said}")


@pytest.mark.usefixtures("nothing_is_left", "little_time")
def test_who_prints_for_ever_is_told_so(capsys):
    def answer(X, Y, w, b):
        while True:
            print("again and again")

    report = checked(answer)
    assert report.kind == "endless"
    assert "It printed “again and again" in report.sentence
    assert capsys.readouterr() == ("", "")


@pytest.mark.usefixtures("nothing_is_left")
def test_who_cannot_be_stopped_is_told_what_to_do(monkeypatch):
    monkeypatch.setattr(attempts, "MOST_WORK", 0.2)
    monkeypatch.setattr(attempts, "TRIES", 5)
    released, threads = threading.Event(), []

    def spin():
        while not released.is_set():
            pass

    def answer(X, Y, w, b):
        threads.append(threading.current_thread())
        while not released.is_set():
            with contextlib.suppress(BaseException):
                spin()

    try:
        report = checked(answer)
        assert report.kind == "endless"
        assert "cannot be stopped: choose Kernel → Restart Kernel." in report.sentence
        monkeypatch.setattr(attempts, "MOST_WORK", 20.0)
        monkeypatch.setattr(attempts, "MOST_TIME", 60.0)
        assert checked(RIGHT["matrix form"], "matrix form").right  # in spite of it
    finally:
        released.set()
        threads[0].join(10)
    assert not threads[0].is_alive()


class Silent:
    """A right answer that says nothing else of itself."""

    def __getattr__(self, *name):
        raise RuntimeError

    __signature__ = __class__ = property(__getattr__)
    __repr__ = __getattr__

    def __call__(self, X, Y, w, b):
        return right(X, Y, w, b)


class Interrupting:
    """An answer whose class, and every attribute, interrupts who asks for it."""

    def __getattribute__(self, *name):
        raise KeyboardInterrupt

    __class__ = property(__getattribute__)

    def __call__(self, X, Y, w, b):
        return right(X, Y, w, b)


class OddText(str):
    def strip(self, *_):
        raise RuntimeError

    rstrip = strip


def turns_the_type(X, Y, w, b):
    results = right(X, Y, w, b)
    X.dtype = [("first", "f4"), ("second", "f4")]
    return results


class Quits:
    @property
    def __class__(self):
        raise SystemExit


@pytest.mark.usefixtures("nothing_is_left")
@pytest.mark.parametrize(
    ("name", "answer", "kinds"),
    [
        ("with the bias", Silent(), ["right"]),
        ("with the bias", Interrupting(), ["right", "exit"]),
        ("with the bias", lambda X, Y, w, b: Silent(), ["type", "exception"]),
        ("with the bias", turns_the_type, ["inputs", "exception"]),
        ("loss of a batch", Silent(), ["type", "exception"]),
        ("gradient", Silent(), ["type", "exception"]),
        ("gradient", OddText("X"), ["shape"]),
        ("gradient", Quits(), ["type", "exception"]),
    ],
    ids=range(8),
)
def test_whatever_an_answer_is_its_check_ends_in_a_report(name, answer, kinds):
    report = Practice().check(name, answer)
    assert report.kind in kinds
    assert report.sentence.endswith((".", "?"))


# Settings of the kernel


def gradient_by_torch(X, Y, w):
    w = torch.tensor(w, dtype=torch.float32, requires_grad=True)
    X, Y = (torch.as_tensor(array).float() for array in (X, Y))
    ((X @ w - Y) ** 2).mean().backward()
    return w.grad


def train(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(model(X), Y).backward()
        optimizer.step()


@pytest.mark.parametrize("setting", [torch.inference_mode, lambda: torch.device("meta")])
def test_what_is_right_is_right_with_any_settings(setting):
    with setting():
        assert checked(train, "training loop").right
        assert checked(gradient_by_torch, "matrix form").right


# Names that an answer, or a cell before, has taken


def fake(*args, **kwargs):
    return 0.0


REPLACED = [
    *((np, name) for name in ("sum", "mean", "abs", "max", "all", "array", "asarray")),
    *((np, name) for name in ("array_equal", "errstate", "ndarray", "number", "float64")),
    *((math, "sqrt"), (np.linalg, "norm")),
    *((builtins, name) for name in ("sum", "len", "abs", "max", "range", "zip", "int", "float")),
]


OURS = ("isinstance", "hasattr", "getattr", "setattr", "vars", "sorted", "tuple", "set", "map")
OURS += ("super", "type", "str", "BaseException", "Exception")


@pytest.mark.usefixtures("nothing_is_left")
@pytest.mark.parametrize(("here", "name"), [*REPLACED, *((builtins, name) for name in OURS)])
def test_who_replaces_a_name_is_told_and_judged_rightly(here, name):
    def answer(X, Y, w, b):
        results = right(X, Y, w, b)
        vars(here)[name] = fake
        return results

    original = getattr(here, name)
    try:
        report = Practice().check("with the bias", answer)
        after = vars(here)[name]
    finally:  # pytest needs it at once
        vars(here)[name] = original
    assert after is original
    assert report.right
    assert f"Something had taken the place of {here.__name__}.{name}" in report.sentence


@pytest.mark.usefixtures("nothing_is_left")
@pytest.mark.parametrize(("here", "name"), REPLACED)
def test_a_name_that_was_replaced_before_changes_no_verdict(monkeypatch, here, name):
    practice = Practice()
    with monkeypatch.context() as patched:
        original = getattr(here, name)
        patched.setattr(here, name, fake)
        report = practice.check("with the bias", right)
        after = getattr(here, name)
    assert after is original
    assert report.right
    assert f"Something had taken the place of {here.__name__}.{name}" in report.sentence


# Reports


def test_a_report_has_all_that_is_said():
    report = Practice().check("matrix form", WRONG["matrix form"])
    assert report == Report("matrix form", "mistake", ("half",), report.sentence)
    assert not report.right
    assert report.sentence.startswith("It is half of what it should be.")
    assert report.text == f"✗ matrix form: {report.sentence}"
    assert " ".join(repr(report).split()) == report.text
    assert all(len(line) <= 88 for line in repr(report).split("\n"))
    assert repr(report).split("\n")[1].startswith("  ")


@pytest.mark.parametrize(
    ("answer", "sign"),
    [
        ("173.39", "✓"),
        ("173", "✗"),
        ("86.70", "✗"),
        ("17", "✗"),
        ("?", "✗"),
        (None, "–"),
        (..., "–"),
    ],
)
def test_a_sign_tells_right_from_wrong_and_from_nothing(answer, sign):
    assert repr(Practice().check("loss of a batch", answer)).startswith(f"{sign} loss of a batch: ")


@pytest.mark.parametrize(
    ("encoding", "right", "wrong"),
    [
        ("ascii", "+ gradient: Right", "x matrix form: dL/dw has the shape"),
        ("cp1252", "+ gradient: Right", "x matrix form: dL/dw has the shape"),
        ("utf-8", "✓ gradient: Right", "✗ matrix form: ∂L/∂w has the shape"),
    ],
)
def test_a_report_and_the_list_are_printed_on_every_terminal(encoding, right, wrong):
    practice = Practice()
    reports = [
        practice.check("gradient", RIGHT["gradient"]),
        practice.check("matrix form", lambda X, Y, w: print("\ud800") or np.ones((7, 7))),
    ]
    terminal = io.TextIOWrapper(io.BytesIO(), encoding)
    with contextlib.redirect_stdout(terminal):
        print(practice, *reports, sep="\n")
    terminal.seek(0)
    shown = terminal.read()
    assert right in shown
    assert wrong in shown
    assert f"{right[0]}  4 gradient (01)\n" in shown


def test_every_sign_of_our_sentences_has_a_plain_form():
    said = [f"{one.said} {one.question}" for one in MISCONCEPTIONS.values()]
    said += [*answers.TOO_LONG.values(), practice_module.IS_ODD]
    assert {sign for sign in "".join(said) if not sign.isascii()} <= {*practice_module.PLAIN}


@pytest.mark.parametrize("name", RIGHT)
def test_every_kind_of_exercise_is_checked(name):
    assert Practice().check(name, RIGHT[name]).right
    report = Practice().check(name, WRONG[name])
    assert (report.kind, report.mistakes) == ("mistake", HALF[name == "loss of a batch"])


def test_the_same_seed_gives_the_same_report():
    def odd(X, Y, w):
        return X.T @ Y * 1.234

    reports = [repr(Practice(seed=seed).check("matrix form", odd)) for seed in (1, 1, 2)]
    assert reports[0] == reports[1] != reports[2]
    practice = Practice(seed=1)
    assert repr(practice.check("matrix form", odd)) == reports[0]
    assert repr(practice.check("matrix form", odd)) == reports[0]


@pytest.mark.parametrize("seed", [0, 1, 17, 2**31, 2**70, np.int64(5)])
def test_what_is_right_is_right_with_any_seed(seed):
    practice = Practice(seed=seed)
    for name, answer in RIGHT.items():
        assert practice.check(name, answer).right
    for name, answer in WRONG.items():
        assert practice.check(name, answer).mistakes == HALF[name == "loss of a batch"]


# Exercises that there are not


@pytest.mark.parametrize("ask", [lambda *a: Practice().check(*a, 1), lambda a: Practice().field(a)])
@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("matrix forms", " Perhaps 'matrix form' is meant."),
        ("Gradient", " Perhaps 'gradient' is meant."),
        ("xyz", ""),
        ("", ""),
        (3, " Perhaps 'differential' is meant."),
        (len(NAMES) + 1, ""),
        (None, ""),
        (["gradient"], ""),
    ],
)
def test_an_exercise_that_is_not_there_is_answered_with_those_that_are(ask, name, hint):
    with pytest.raises(ValueError, match=r"^name: expected one of the exercises ") as caught:
        ask(name)
    assert str(caught.value).endswith(f", got {name!r}.{hint}")
    assert all(name in str(caught.value) for name in NAMES)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_not_typed_into_a_field(name):
    with pytest.raises(ValueError, match=r"^name: expected an exercise that asks for a number or"):
        Practice().field(name)


@pytest.mark.parametrize("name", OTHERS)
def test_a_number_or_a_formula_is_typed_into_a_field(name):
    practice = Practice()
    field = practice.field(name)
    assert name in field.text
    assert practice.done == ()
    field.answer(RIGHT.get(name, "100"))
    assert field.text.startswith(f"✓ {name}: " if name in RIGHT else f"✗ {name}: ")
    assert practice.done == ((name,) if name in RIGHT else ())


# Progress


def test_at_the_start_nothing_is_done():
    practice = Practice()
    assert practice.done == ()
    assert practice.left == NAMES
    lines = repr(practice).split("\n")
    assert lines[0] == f"0 of {len(NAMES)} done"
    assert lines[-1] == f"Next: {NAMES[0]}, in notebook 00"
    assert [line.split(maxsplit=2) for line in lines[1:-1]] == [
        ["–", str(number), f"{name} ({notebook})"]
        for number, (name, notebook) in enumerate(WHERE.items(), start=1)
    ]


def test_what_is_right_is_done_in_the_order_of_the_exercises():
    practice = Practice()
    for name in reversed(RIGHT):
        practice.check(name, RIGHT[name])
    assert practice.done == tuple(name for name in NAMES if name in RIGHT)
    assert practice.left == tuple(name for name in NAMES if name not in RIGHT)
    assert repr(practice).startswith(f"3 of {len(NAMES)} done\n✓  1 loss of a batch (00)\n")
    assert "Next: new weight" in repr(practice)


def test_what_is_wrong_is_tried_and_what_is_done_stays_done():
    practice = Practice()
    practice.check("gradient", None)
    assert "– " in next(line for line in repr(practice).split("\n") if "gradient" in line)
    practice.check("gradient", WRONG["gradient"])
    assert "✗ " in next(line for line in repr(practice).split("\n") if "gradient" in line)
    practice.check("gradient", RIGHT["gradient"])
    practice.check("gradient", WRONG["gradient"])
    assert "✓ " in next(line for line in repr(practice).split("\n") if "gradient" in line)
    assert practice.done == ("gradient",)


def test_when_all_is_done_nothing_is_next(tmp_path):
    kept = {"format": "lsqgrad practice 1", "done": [*NAMES], "tried": [*NAMES]}
    (tmp_path / "kept").write_text(json.dumps(kept))
    practice = Practice(keep=tmp_path / "kept")
    assert practice.left == ()
    assert practice.done == NAMES
    assert "Next" not in repr(practice)
    assert repr(practice).startswith(f"{len(NAMES)} of {len(NAMES)} done")


def test_two_practices_do_not_touch_each_other():
    one, other = Practice(), Practice()
    one.check("gradient", RIGHT["gradient"])
    assert one.done == ("gradient",)
    assert other.done == ()


# The file


@pytest.fixture(autouse=True)
def progress_is_kept(monkeypatch):
    """The other tests forget it."""
    assert os.environ["LSQGRAD_FORGET"]
    monkeypatch.delenv("LSQGRAD_FORGET")


@pytest.fixture
def file(tmp_path):
    return tmp_path / "kept"


def test_no_file_is_made_unless_asked_for(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Practice().check("gradient", RIGHT["gradient"])
    assert [*tmp_path.iterdir()] == []


def test_the_file_is_made_by_the_first_answer_and_read_again(file):
    practice = Practice(keep=file)
    practice.check("gradient", None)
    assert not file.exists()
    practice.check("loss of a batch", WRONG["loss of a batch"])
    practice.check("gradient", RIGHT["gradient"])
    assert [*file.parent.iterdir()] == [file]
    again = Practice(keep=str(file))
    assert again.done == practice.done == ("gradient",)
    assert repr(again) == repr(practice)
    assert "✗  1 loss of a batch" in repr(again)
    assert json.loads(file.read_text(encoding="utf-8")) == {
        "format": "lsqgrad practice 1",
        "done": ["gradient"],
        "tried": ["gradient", "loss of a batch"],
    }


def test_the_file_is_written_only_where_there_are_news(file):
    practice = Practice(keep=file)
    practice.check("gradient", RIGHT["gradient"])
    file.unlink()
    for answer in (RIGHT["gradient"], WRONG["gradient"], None):
        practice.check("gradient", answer)
    assert not file.exists()
    practice.check("loss of a batch", "17")
    assert file.exists()


def test_the_file_is_the_old_one_until_the_new_one_is_whole(file, monkeypatch):
    practice = Practice(keep=file)
    practice.check("gradient", RIGHT["gradient"])
    before = file.read_bytes()

    def fail(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(os, "replace", fail)
        report = practice.check("loss of a batch", "173.39")
    assert report.right
    assert report.sentence.endswith(
        f" Progress is not kept: {str(file)!r} cannot be written (No space left on device)."
    )
    assert report.sentence.startswith(f"That is right. Done: 2 of {len(NAMES)} exercises. Progress")
    assert file.read_bytes() == before
    assert [*file.parent.iterdir()] == [file]
    practice.check("new weight", "-0.19458")
    assert [*file.parent.iterdir()] == [file]
    assert Practice(keep=file).done == ("loss of a batch", "new weight", "gradient")


def test_names_that_are_not_known_are_kept(file):
    kept = {"format": "lsqgrad practice 1", "done": ["of a later version"], "tried": ["another"]}
    file.write_text(json.dumps(kept))
    practice = Practice(keep=file)
    assert practice.done == ()
    practice.check("gradient", RIGHT["gradient"])
    kept = json.loads(file.read_text())
    assert kept["done"] == ["gradient", "of a later version"]
    assert kept["tried"] == ["another", "gradient"]


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"my thesis", b"{}", b"[]", b"null", b"3", b'"lsqgrad practice 1"', b"\xff\xfe\x00"),
        b'{"format": "lsqgrad practice 1"}',
        b'{"format": "lsqgrad practice 1", "done": []}',
        b'{"format": "lsqgrad practice 2", "done": [], "tried": []}',
        b'{"format": "lsqgrad practice 1", "done": 3, "tried": []}',
        b'{"format": "lsqgrad practice 1", "done": null, "tried": []}',
        b'{"format": "lsqgrad practice 1", "done": [["gradient"]], "tried": []}',
        b'{"format": "lsqgrad practice 1", "done": ["gradient", 1], "tried": [null]}',
        b'{"done": [], "tried": []}',
        b'{"cells": [], "nbformat": 4}',
        b"[" * 100_000,
        b'{"format": "lsqgrad practice 1", "done": [], "tried": []}' + b" " * 2_000_000,
    ],
    ids=range(19),
)
def test_a_file_with_something_else_is_left_as_it_is_and_costs_no_report(file, content):
    file.write_bytes(content)
    practice = Practice(keep=file)
    said = (
        f"Progress is not kept: {str(file)!r} holds something else, and is left as it is. "
        "Choose another name for it."
    )
    assert repr(practice).endswith(f"\nNext: {NAMES[0]}, in notebook 00\n{said}")
    report = practice.check("gradient", RIGHT["gradient"])
    assert report.right
    assert report.sentence.endswith(f" Done: 1 of {len(NAMES)} exercises. {said}")
    for name in ("gradient", "loss of a batch"):  # it has been said
        assert "Progress" not in practice.check(name, RIGHT[name]).sentence
    assert practice.done == ("loss of a batch", "gradient")
    assert file.read_bytes() == content
    assert [*file.parent.iterdir()] == [file]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("not there/kept", "cannot be written (No such file or directory)"),
        ("a file/kept", "cannot be read (Not a directory)"),
        ("", "is no ordinary file"),
        ("\0", "cannot be read (embedded null byte)"),
        ("x" * 5000, "cannot be read (File name too long)"),
    ],
)
def test_a_file_that_cannot_be_written_costs_no_report_and_is_told_at_once(tmp_path, place, said):
    (tmp_path / "a file").touch()
    file = os.path.join(tmp_path, place)
    practice = Practice(keep=file)
    told = repr(practice).split("\n")[-1]
    assert told.startswith("Progress is not kept: ")
    if sys.platform == "linux":  # whose words these are
        assert told == f"Progress is not kept: {str(tmp_path / place)!r} {said}."
    report = practice.check("gradient", WRONG["gradient"])
    assert report.sentence.endswith(f" {told}")
    report = practice.check("gradient", RIGHT["gradient"])
    assert report.sentence.endswith(f" of {len(NAMES)} exercises.")
    assert repr(practice).split("\n")[-1] == told
    assert practice.done == ("gradient",)
    assert [one.name for one in tmp_path.iterdir()] == ["a file"]


def test_what_cannot_be_written_now_is_written_later(tmp_path):
    practice = Practice(keep=tmp_path / "later" / "kept")
    assert "Progress is not kept" in practice.check("gradient", RIGHT["gradient"]).sentence
    (tmp_path / "later").mkdir()
    report = practice.check("loss of a batch", RIGHT["loss of a batch"])
    assert report.sentence.endswith(f"Done: 2 of {len(NAMES)} exercises.")
    assert Practice(keep=tmp_path / "later" / "kept").done == practice.done
    assert "Progress" not in repr(practice)


def test_what_cannot_be_read_now_is_kept_later(file, monkeypatch):
    Practice(keep=file).check("new weight", "-0.19458")

    def fail(*_, **__):
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as busy:
        busy.setattr(type(file), "open", fail)
        practice = Practice(keep=file)
        report = practice.check("gradient", RIGHT["gradient"])
    assert report.sentence.endswith(f" {str(file)!r} cannot be read (Permission denied).")
    practice.check("gradient", RIGHT["gradient"])
    assert Practice(keep=file).done == ("new weight", "gradient")


def test_an_interrupt_while_progress_is_written_loses_nothing(file, monkeypatch):
    practice = Practice(keep=file)

    def interrupt(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as interrupted:
        interrupted.setattr(os, "replace", interrupt)
        with pytest.raises(KeyboardInterrupt):
            practice.check("gradient", RIGHT["gradient"])
    assert [*file.parent.iterdir()] == []
    practice.check("gradient", WRONG["gradient"])
    assert Practice(keep=file).done == ("gradient",)


@pytest.mark.parametrize(
    "has_it",
    [
        lambda practice: "✓  4 gradient (01)" in repr(practice),
        lambda practice: practice.done == ("gradient",),
        lambda practice: "gradient" not in practice.left,
    ],
)
def test_what_another_notebook_has_kept_since_is_done(file, has_it):
    one, other = Practice(keep=file), Practice(keep=file)
    other.check("gradient", RIGHT["gradient"])
    assert has_it(one)


def test_two_that_write_at_the_same_time_lose_nothing(file, monkeypatch):
    one, other = Practice(keep=file), Practice(keep=file)
    replace = os.replace
    meanwhile = threading.Thread(target=other.check, args=("new weight", "-0.19458"))

    def replace_after_the_other(new, file):
        monkeypatch.setattr(os, "replace", replace)
        meanwhile.start()
        meanwhile.join(0.2)  # if it does not wait for us
        replace(new, file)

    monkeypatch.setattr(os, "replace", replace_after_the_other)
    assert "not kept" not in one.check("gradient", RIGHT["gradient"]).sentence
    meanwhile.join()
    assert "not kept" not in repr(other)
    assert json.loads(file.read_text())["done"] == ["gradient", "new weight"]
    assert [*file.parent.iterdir()] == [file]


def test_nobody_waits_for_ever_for_one_that_ended_while_it_wrote(file, monkeypatch):
    monkeypatch.setattr(practice_module, "PATIENCE", 0.0)
    file.with_name("kept.new").touch()
    Practice(keep=file).check("gradient", RIGHT["gradient"])
    assert Practice(keep=file).done == ("gradient",)
    assert [*file.parent.iterdir()] == [file]


def test_who_has_written_leaves_the_next_one_alone(file, monkeypatch):
    replace, next_one = os.replace, file.with_name("kept.new")
    monkeypatch.setattr(os, "replace", lambda *names: (replace(*names), next_one.touch()))
    Practice(keep=file).check("gradient", RIGHT["gradient"])
    assert next_one.exists()


def test_a_link_to_the_file_stays_one(file, tmp_path):
    link = tmp_path / "link"
    try:
        link.symlink_to(file)
    except OSError:
        pytest.skip("Windows lets only some make links")
    Practice(keep=link).check("gradient", RIGHT["gradient"])
    assert link.is_symlink()
    assert Practice(keep=file).done == ("gradient",)


@pytest.mark.skipif(sys.platform == "win32", reason="has no such files")
def test_what_is_no_ordinary_file_is_not_read(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for place in ("/dev/full", tmp_path / "pipe"):
        said = f"Progress is not kept: {str(place)!r} is no ordinary file."
        assert repr(Practice(keep=place)).endswith(said)


def test_a_file_may_be_named_from_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    Practice(keep="~/kept").check("gradient", RIGHT["gradient"])
    assert Practice(keep=tmp_path / "kept").done == ("gradient",)


def test_an_error_of_ours_names_its_argument():
    report = Practice().check("matrix form", lambda X, Y, w: gradient_matrix(X, Y[:-1], w, 0).w)
    assert "Y: expected as many rows as X" in report.sentence


def test_two_kernels_that_keep_in_one_file_lose_nothing(file):
    one, other = Practice(keep=file), Practice(keep=file)
    one.check("gradient", RIGHT["gradient"])
    other.check("new weight", "1")
    assert Practice(keep=file).done == ("gradient",) == other.done


def test_where_the_environment_says_so_nothing_is_read_or_written(file, monkeypatch):
    Practice(keep=file).check("gradient", RIGHT["gradient"])
    before = file.read_bytes()
    monkeypatch.setenv("LSQGRAD_FORGET", "1")
    practice = Practice(keep=file)
    assert practice.done == ()
    assert practice.check("loss of a batch", RIGHT["loss of a batch"]).right
    assert file.read_bytes() == before


@pytest.mark.parametrize("keep", [3, b"kept", ["kept"], True, object])
def test_a_file_has_a_name(keep):
    with pytest.raises(TypeError, match=r"^keep: expected the name of a file, got "):
        Practice(keep=keep)


# The first time in a kernel

LOADED = "PyTorch is loaded first, which takes some seconds."
FIRST = """
import types
import numpy as np
{before}
from lsqgrad import Practice
def train(model, X, Y, lr, steps):
    import torch
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        torch.nn.functional.mse_loss(model(X), Y).backward()
        optimizer.step()
def gradient(X, Y, w):
    import torch
    X, Y, w = (torch.tensor(array) for array in (X, Y, w))
    torch.nn.functional.mse_loss(X @ w.requires_grad_(), Y).backward()
    return w.grad
def gradient_of(X, Y, w):
    optimizer = optim.SGD([torch.tensor(w, requires_grad=True)], lr=1.0)
    (start,) = optimizer.param_groups[0]["params"]
    before = start.detach().clone()
    torch.nn.functional.mse_loss(torch.tensor(X) @ start, torch.tensor(Y)).backward()
    optimizer.step()
    return before - start
def by_helper(X, Y, w):
    return gradient_of(X, Y, w)
class Helper:
    def help(self, *given):
        return [helped(*given) for helped in [gradient]][0]
helpers = types.ModuleType("helpers")
helpers.helper = Helper()
def by_importing_helper(X, Y, w):
    return helpers.helper.help(X, Y, w)
print(Practice().check("{name}", {answer}))
"""


@pytest.mark.parametrize(
    ("name", "answer", "before"),
    [
        ("training loop", "train", ""),
        ("matrix form", "by_importing_helper", ""),
        ("matrix form", "by_helper", "import torch; from torch import optim"),
        *(
            pytest.param(*case, marks=pytest.mark.long)
            for case in [
                ("training loop", "train", "import torch"),
                ("matrix form", "gradient", ""),
                ("matrix form", "gradient", "import torch"),
            ]
        ),
    ],
)
def test_the_time_that_pytorch_needs_to_be_loaded_is_not_that_of_the_answer(name, answer, before):
    code = FIRST.format(before=before, name=name, answer=answer)
    command = [sys.executable, "-X", "utf8", "-c", code]  # Windows has no ✓ else
    result = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert result.returncode == 0, result.stderr
    *told, report = result.stdout.splitlines()
    assert report.startswith(f"✓ {name}: Right")
    assert told == ([] if "torch" in before else [LOADED])


def test_what_an_answer_does_not_need_is_not_loaded():
    code = """
import numpy as np
from lsqgrad import Practice
def loss(X, Y, w, b):
    return np.mean((X @ w + b - Y) ** 2)
print(Practice().check("loss function", loss).right)
import sys
print({"torch", "sympy", "anywidget", "matplotlib"} & {*sys.modules})
import torch
print(Practice().check("loss function", loss).right, "torch._dynamo" in sys.modules)
"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert result.stdout.split() == ["True", "set()", "True", "False"], result.stderr


# What is judged


@pytest.fixture
def shell():
    """IPython, as in a notebook."""
    config = Config({"HistoryManager": {"hist_file": ":memory:"}})
    yield InteractiveShell.instance(config=config)
    InteractiveShell.clear_instance()


@pytest.fixture
def said(shell):
    """What is said of an answer after a cell; in the beginning there is an older one of each."""

    def said(cell, name, check="practice.check"):
        shell.run_cell(cell, store_history=True)
        call = f"{check}('{name}', {name.replace(' ', '_')}).sentence"
        return shell.run_cell(call, store_history=True).result

    shell.run_cell("from lsqgrad import Practice\npractice = Practice()\nagain = Practice()")
    shell.run_cell("def matrix_form(X, Y, w):\n    return 17.0\nnew_weight = differential = 17.0")
    return said


def older(name, error):
    return f"This is about an older {name}: the newest cell with it stopped with {error}. "


@pytest.mark.parametrize(
    ("name", "cell", "error"),
    [
        ("matrix form", "def matrix_form(X, Y, w):\n    return (X @ w - Y", "SyntaxError"),
        ("matrix form", "def matrix_form(X, Y, w):\nreturn 1.0", "IndentationError"),
        ("matrix form", "def matrix_form(X, X, w):\n    return 1.0", "SyntaxError"),
        ("matrix form", "%pwd\ndef matrix_form(X, Y, w):\n    break", "SyntaxError"),
        ("matrix form", "%pwd\n1 / 0\ndef matrix_form(X, Y, w):\n    pass", "ZeroDivisionError"),
        ("matrix form", "@nowhere\ndef matrix_form(X, Y, w):\n    return 1.0", "NameError"),
        ("new weight", "new_weight = 17 +", "SyntaxError"),
        ("new weight", "new_weight = (\n    w_new\n)", "NameError"),
        ("new weight", "new_weight, _ = 1", "TypeError"),
        ("new weight", "if True:\n    new_weight = w_new", "NameError"),
    ],
)
def test_where_the_newest_cell_stopped_the_report_begins_with_it(said, name, cell, error):
    assert said(cell, name).startswith(older(name.replace(" ", "_"), error))


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("matrix form", "def matrix_form(X, Y, w):\n    return 18.0"),
        ("matrix form", "%pwd\ndef matrix_form(X, Y, w):\n    return 18.0"),
        ("matrix form", "def matrix_form(X, Y, w):\n    return 18.0\nmatrix_form()"),
        ("matrix form", "%%time\ndef matrix_form(X, Y, w):\n    return 18.0"),
        ("matrix form", "def other():\n    matrix_form = 1\n1 / 0"),
        ("new weight", "new_weight = 17.0"),
        ("new weight", "for new_weight in (1.0, 2.0):\n    1 / (new_weight - 2)"),
        ("new weight", "for _ in range(2):\n    new_weight = 18.0\n    1 / 0"),
        ("new weight", "new_weight == w_new"),
    ],
)
def test_where_the_newest_cell_gave_the_answer_nothing_is_said_of_older_ones(said, name, cell):
    assert "older" not in said(cell, name)


def test_after_the_cell_is_mended_nothing_is_said_of_it(said):
    assert "older" in said("new_weight = ...\nnew_weight = w_new", "new weight")
    assert said("pass", "new weight") == older("new_weight", "NameError") + "No answer yet."
    assert said("new_weight = ...", "new weight") == "No answer yet."


def test_a_formula_without_quotes_is_asked_for_them(said):
    asked = "Are its quotes missing? "
    begin = older("differential", "NameError") + asked + "Expected a formula"
    assert said("differential = 2 / n * r.T @ X @ dw", "differential").startswith(begin)
    assert asked not in said("differential = '2' / 2", "differential")
    assert asked not in said("new_weight = w_new", "new weight")


def test_another_answer_than_the_older_one_is_none(said, shell):
    said("new_weight = w_new", "new weight")
    assert "older" not in shell.run_cell("practice.check('new weight', 18.0).sentence").result
    typed = "field = practice.field('new weight'); field.answer('17'); field.text"
    assert "older" not in shell.run_cell(typed).result


def test_the_cells_are_noted_once_and_without_a_word(said, shell, recwarn, capsys):
    cells = [r"new_weight = '\d'", "new_weight = 1 is 1", "new_weight = \0"]

    def told():
        recwarn.clear()
        for cell in cells:
            shell.run_cell(cell)
        shell.events.trigger("post_run_cell", None)  # as it does after an error of its own
        return len(recwarn), capsys.readouterr()

    (_,) = shell.events.callbacks["post_run_cell"]
    noted = told()
    shell.events.callbacks["post_run_cell"].clear()
    assert noted == told()
