"""Whatever a learner's call does, it comes back, and all is as it was before."""

import _sitebuiltins
import _thread
import builtins
import contextlib
import functools
import hashlib
import io
import linecache
import math
import sys
import threading
import time
import types
import warnings

import IPython
import numpy as np
import pytest
import torch
from IPython.core.autocall import ExitAutocall
from learners import all_as_before

from lsqgrad.judging import execution as module
from lsqgrad.judging.execution import (
    MOST_PRINTED,
    Attempt,
    Enough,
    TimeLimit,
    attempt,
    put_back,
)


@pytest.fixture(autouse=True)
def all_is_as_before():
    """Also the threads: none is left."""
    threads = threading.enumerate()
    with all_as_before():
        yield
    for thread in threading.enumerate():
        if thread not in threads:
            thread.join(10)
            assert not thread.is_alive()


@pytest.fixture
def released():
    """Lets those go at the end of a test who do not listen."""
    event = threading.Event()
    yield event
    event.set()


def raising(error):
    def call():
        raise error

    return call


def for_ever():
    while True:
        pass


def assert_stopped(tried, *results, how="runs"):
    """The calls before gave `results`, and the next one took too long."""
    *before, last = tried.results
    assert tuple(before) == results
    assert isinstance(last, TimeLimit)
    assert last.how == how


# Results


def test_the_calls_are_made_one_after_another():
    made = []
    tried = attempt([functools.partial(made.append, number) for number in range(5)] + [made.copy])
    assert tried == Attempt((None,) * 5 + ([0, 1, 2, 3, 4],), "", (), limited=True)


def test_without_calls_there_are_no_results():
    assert attempt([]) == Attempt((), "", (), limited=True)


def test_an_exception_is_a_result_and_the_next_call_is_made():
    first, second = ValueError("first"), KeyError("second")
    tried = attempt([raising(first), lambda: 1, raising(second), lambda: 2])
    assert tried.results == (first, 1, second, 2)


def test_enough_ends_the_attempt():
    enough = Enough("of it")
    assert attempt([lambda: 1, raising(enough), pytest.fail]).results == (1, enough)


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt(), GeneratorExit()])
def test_what_would_end_the_program_ends_the_attempt(error):
    assert attempt([lambda: 1, raising(error), pytest.fail]).results == (1, error)
    assert attempt([lambda: 2]).results == (2,)


def test_sys_exit_ends_the_attempt():
    (error,) = attempt([lambda: sys.exit("bye"), pytest.fail]).results
    assert isinstance(error, SystemExit)


def test_the_calls_are_made_in_a_thread_that_does_not_keep_the_program_alive():
    (thread,) = attempt([threading.current_thread]).results
    assert thread is not threading.current_thread()
    assert thread.daemon
    assert not thread.is_alive()


def test_an_attempt_may_be_made_within_another():
    (inner,) = attempt([lambda: attempt([lambda: print("deep") or 1])]).results
    assert inner == Attempt((1,), "deep\n", (), limited=True)


# Time


@pytest.mark.usefixtures("little_time")
def test_an_endless_loop_is_stopped():
    assert_stopped(attempt([lambda: 1, for_ever, pytest.fail]), 1)
    assert attempt([lambda: 2]).results == (2,)


@pytest.mark.usefixtures("little_time")
def test_who_waits_is_stopped_too():
    def wait():
        while True:
            time.sleep(0.01)

    assert_stopped(attempt([lambda: 1, wait, pytest.fail]), 1, how="waits")


def test_only_what_the_process_works_counts_as_work(monkeypatch):
    monkeypatch.setattr(module, "MOST_WORK", 0.2)
    monkeypatch.setattr(module, "MOST_TIME", 60.0)
    assert attempt([lambda: time.sleep(0.5) or "rested"]).results == ("rested",)


def test_the_time_is_that_of_all_calls_together(monkeypatch):
    monkeypatch.setattr(module, "MOST_TIME", 0.3)
    tried = attempt([functools.partial(time.sleep, 0.02)] * 1000)
    assert isinstance(tried.results[-1], TimeLimit)
    assert len(tried.results) < 50


@pytest.mark.usefixtures("little_time")
def test_a_loop_that_catches_every_exception_is_stopped():
    def stubborn():
        while True:
            try:
                for_ever()
            except Exception:
                continue

    assert_stopped(attempt([stubborn, pytest.fail]))


@pytest.mark.usefixtures("little_time")
def test_who_catches_everything_a_few_times_is_stopped_in_the_end():
    caught = []

    def more_stubborn():
        while True:
            try:
                for_ever()
            except BaseException as error:
                caught.append(error)
                if len(caught) > 3:
                    raise

    assert_stopped(attempt([lambda: 1, more_stubborn, pytest.fail]), 1)
    assert len(caught) > 3


@pytest.mark.usefixtures("little_time")
def test_who_cleans_up_slowly_is_stopped():
    def slow():
        try:
            for_ever()
        finally:
            time.sleep(0.1)

    assert_stopped(attempt([slow, pytest.fail]))


@pytest.mark.usefixtures("little_time")
def test_what_cannot_be_stopped_is_left_running(monkeypatch, released):
    monkeypatch.setattr(module, "TRIES", 4)

    def spin():
        while not released.is_set():
            pass

    def most_stubborn():
        while not released.is_set():
            with contextlib.suppress(BaseException):
                spin()

    assert_stopped(attempt([lambda: 1, most_stubborn]), 1, how="stubborn")
    assert attempt([lambda: 2]).results == (2,)
    released.set()


@pytest.mark.usefixtures("little_time")
def test_what_waits_outside_of_python_is_left_waiting(monkeypatch, released):
    monkeypatch.setattr(module, "TRIES", 4)
    tried = attempt([lambda: released.wait(60)])
    assert_stopped(tried, how="waits")
    assert place(tried) == "tried = attempt([lambda: released.wait(60)])"
    assert attempt([lambda: 2]).results == (2,)
    released.set()


def place(tried):
    """Return the line of this file in which it was when its time was over."""
    *_, (code, line) = [one for one in tried.results[-1].lines if one[0].co_filename == __file__]
    assert code.co_firstlineno <= line
    return linecache.getline(__file__, line).strip()


@pytest.mark.usefixtures("little_time")
def test_a_single_operation_of_python_s_own_is_named(monkeypatch):
    """It lets nobody look at the clock until it is over."""
    monkeypatch.setattr(module, "HELD", 0.1)

    def call():
        sum(range(2**25))
        for_ever()

    assert_stopped(attempt([lambda: 1, call, pytest.fail]), 1, how="held")


@pytest.mark.usefixtures("little_time")
def test_a_single_operation_that_works_beside_python_is_named(monkeypatch):
    monkeypatch.setattr(module, "TRIES", 4)
    tried = attempt([lambda: hashlib.pbkdf2_hmac("sha1", b"", b"", 2_000_000)])
    assert_stopped(tried, how="operation")
    assert place(tried).startswith("tried = attempt([lambda: hashlib")


def test_who_is_stopped_between_two_calls_has_had_no_time_either(monkeypatch):
    """The limit may come while a result is noted; then there is one result less."""
    monkeypatch.setattr(
        module, "_make", lambda calls, _, results, *others: results.append(calls[0]())
    )
    assert_stopped(attempt([lambda: 1, lambda: 2]), 1)


def test_where_no_thread_can_be_started_the_calls_are_made_without_a_limit(monkeypatch):
    def start(_):
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    error, usual = KeyError(), np.geterr()
    with np.errstate(all="raise"):
        tried = attempt([np.geterr, raising(error)])
    assert tried == Attempt((usual, error), "", (), limited=False)


MODULE = """
import threading, time
seen = threading.current_thread()
end = time.process_time() + 0.4
while time.process_time() < end:
    pass
"""


@pytest.fixture
def slow_module(tmp_path, monkeypatch):
    """Its import takes longer than any call may."""
    (tmp_path / "slow_module.py").write_text(MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    yield
    sys.modules.pop("slow_module", None)


@pytest.mark.usefixtures("little_time", "slow_module")
def test_the_time_of_an_import_is_not_counted_and_no_import_is_stopped():
    def call():
        import slow_module

        time.sleep(5 * module.TICK)  # so that the clock is looked at
        return slow_module.end

    (end,) = attempt([call]).results
    assert end == sys.modules["slow_module"].end


@pytest.mark.usefixtures("little_time", "slow_module")
def test_who_does_not_end_after_an_import_is_stopped_after_it():
    def call():
        import slow_module

        while slow_module:
            pass

    assert_stopped(attempt([call]))
    assert sys.modules["slow_module"].seen


@pytest.mark.usefixtures("slow_module")
def test_an_interrupt_during_an_import_stops_the_call_after_it(released):
    def call():
        _thread.interrupt_main()
        import slow_module

        while slow_module:
            released.wait(0.01)

    with pytest.raises(KeyboardInterrupt):
        attempt([call])
    assert sys.modules["slow_module"].seen.is_alive() is False


@pytest.mark.parametrize("pause", [0, 0.1])
def test_an_interrupt_of_the_kernel_stops_the_call(pause, released):
    threads = []

    def call():
        threads.append(threading.current_thread())
        if pause:
            time.sleep(pause)
        _thread.interrupt_main()
        while not released.is_set():
            pass

    with pytest.raises(KeyboardInterrupt):
        attempt([call])
    threads[0].join(2)
    assert not threads[0].is_alive()
    assert attempt([lambda: 2]).results == (2,)


# What is printed


def test_what_is_printed_is_kept_and_not_shown(capsys):
    def call():
        print("to the", end=" ")
        print("learner", file=sys.stderr)
        return 1

    assert attempt([call, call]) == Attempt((1, 1), "to the learner\n" * 2, (), limited=True)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("times", [1, 1000])
def test_only_the_beginning_is_kept(times):
    line = "0123456789" * 100_000 if times == 1 else "0123456789"

    def call():
        return sum(sys.stdout.write(line) for _ in range(times))

    tried = attempt([call, call])
    assert tried.results == (len(line) * times,) * 2
    assert tried.printed == "0123456789" * (MOST_PRINTED // 10) + " …"


def test_where_only_space_is_left_out_nothing_is():
    assert attempt([lambda: print("x" * MOST_PRINTED)]).printed == "x" * MOST_PRINTED


@pytest.mark.usefixtures("little_time")
def test_who_prints_for_ever_is_stopped():
    def call():
        while True:
            print("again")

    tried = attempt([call])
    assert_stopped(tried)
    assert tried.printed.startswith("again\nagain\n")
    assert len(tried.printed) == MOST_PRINTED + len(" …")


def test_who_takes_the_stream_away_does_so_for_himself():
    def call():
        sys.stdout = sys.stderr = None

    assert attempt([call]).results == (None,)  # the streams are looked at after every test


# What is changed


def test_warnings_are_not_shown_and_the_filters_put_back():
    def call():
        warnings.warn("once", stacklevel=1)
        warnings.simplefilter("error")
        return np.log(np.array([-1.0]))

    tried = attempt([call])
    assert isinstance(tried.results[0], RuntimeWarning)  # it asked for that
    assert tried.printed == ""
    with pytest.warns(UserWarning, match="again"):
        warnings.warn("again", stacklevel=1)


def test_calls_are_made_with_the_usual_settings_which_are_as_before_after_them():
    def settings():
        return (
            torch.is_grad_enabled(),
            torch.is_inference_mode_enabled(),
            torch.get_default_dtype(),
            torch.get_default_device(),
            torch.get_deterministic_debug_mode(),
            np.geterr(),
        )

    def call():
        seen = settings()
        torch.set_default_dtype(torch.float16)
        torch.set_deterministic_debug_mode(1)
        return seen

    usual = settings()
    try:
        torch.set_default_dtype(torch.float64)
        with warnings.catch_warnings():  # it loads what changes the filters
            torch.use_deterministic_algorithms(True)
        with torch.device("meta"), torch.inference_mode(), np.errstate(all="raise"):
            before = settings()
            tried = attempt([call])
            after = settings()
    finally:
        torch.set_default_dtype(torch.float32)
        torch.use_deterministic_algorithms(False)
    assert tried.results == (usual,)
    assert after == before


def test_deep_recursion_is_an_exception():
    def deeper(n=0):
        return deeper(n + 1)

    (error,) = attempt([deeper]).results
    assert isinstance(error, RecursionError)


def test_the_recursion_limit_is_put_back():
    before = sys.getrecursionlimit()

    def deeper(n):
        return n and deeper(n - 1)

    def call():
        sys.setrecursionlimit(before + 3000)
        return deeper(before + 2000)

    assert attempt([call]).results == (0,)
    assert sys.getrecursionlimit() == before


@pytest.mark.parametrize("seconds", [0.0, 0.1])
def test_who_lowers_the_recursion_limit_does_so_for_nobody_who_waits(seconds):
    def call():
        sys.setrecursionlimit(60)
        time.sleep(seconds)
        return sys.getrecursionlimit() > 60

    def deep(depth):
        return deep(depth - 1) if depth else attempt([call])

    assert deep(100).results == (True,)


def test_each_call_has_the_usual_recursion_limit():
    before = sys.getrecursionlimit()
    raising_it = functools.partial(sys.setrecursionlimit, before + 3000)
    assert attempt([raising_it, sys.getrecursionlimit]).results == (None, before)


# Who is asked, and who is left


def test_nobody_is_asked(monkeypatch):
    def by_the_front_end(_):
        pytest.fail("it is asked")

    monkeypatch.setattr(builtins, "input", by_the_front_end)
    stdin = sys.stdin
    error, line = attempt([lambda: input("The loss? "), lambda: sys.stdin.readline()]).results
    assert isinstance(error, EOFError)
    assert "a function gets what it needs as its arguments" in str(error)
    assert line == ""
    assert builtins.input is by_the_front_end
    assert sys.stdin is stdin


def test_no_kernel_is_left(monkeypatch):
    left = []
    shell = types.SimpleNamespace(ask_exit=lambda: left.append(1))
    monkeypatch.setattr(IPython, "get_ipython", lambda: shell)
    leave = ExitAutocall(shell)  # IPython's exit() and quit()
    (error,) = attempt([leave, pytest.fail]).results
    assert isinstance(error, SystemExit)
    assert left == []
    leave()
    assert left == [1]


def test_where_there_is_no_kernel_the_program_can_still_read(monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO())
    (error,) = attempt([_sitebuiltins.Quitter("exit", "")]).results
    assert isinstance(error, SystemExit)
    assert not sys.stdin.closed


def fake(*args, **kwargs):
    return 0.0


NAMES = [(np, "sum"), (np, "mean"), (np, "pi"), (np, "linalg"), (np.linalg, "norm"), (math, "sqrt")]
BUILTINS = ["abs", "float", "int", "len", "max", "min", "range", "round", "sum", "zip"]
OURS = ["isinstance", "hasattr", "getattr", "setattr", "vars", "sorted", "tuple", "set", "str"]
OURS += ["super", "type", "map", "BaseException", "Exception"]


@pytest.mark.parametrize(("here", "name"), NAMES + [(builtins, name) for name in BUILTINS + OURS])
def test_a_name_that_a_call_replaces_is_put_back_and_told(here, name):
    variables = vars(here)
    original = variables[name]

    def call():
        variables[name] = fake
        return variables[name]

    try:
        tried = attempt([call], lambda result: (result, variables[name]))
        after = variables[name]
    finally:  # pytest needs it at once
        variables[name] = original
    assert after is original
    assert tried == Attempt(((fake, original),), "", (f"{here.__name__}.{name}",), limited=True)
    assert attempt([lambda: 1]).replaced == ()


@pytest.mark.usefixtures("little_time")
def test_every_name_may_be_replaced_while_the_call_is_waited_for():
    originals = {name: vars(builtins)[name] for name in BUILTINS + OURS}
    fakes, variables = dict.fromkeys(originals, fake), vars(builtins)

    def call():
        variables.update(fakes)
        while True:
            pass

    try:
        tried = attempt([call])
    finally:
        variables.update(originals)
    assert_stopped(tried)
    assert {*tried.replaced} == {f"builtins.{name}" for name in originals}


@pytest.mark.parametrize(
    ("here", "name"),
    NAMES + [(builtins, name) for name in BUILTINS if name != "len"],  # no thread starts without
)
def test_a_name_that_was_replaced_before_is_put_back(monkeypatch, here, name):
    original = getattr(here, name)
    with monkeypatch.context() as patched:
        patched.setattr(here, name, fake)
        told = put_back()
        after = getattr(here, name)
    assert after is original
    assert told == (f"{here.__name__}.{name}",)
    assert put_back() == ()


@pytest.mark.parametrize("name", ["input", "print", "new"])
def test_what_front_ends_replace_stays(monkeypatch, name):
    monkeypatch.setattr(builtins, name, fake, raising=False)
    assert put_back() == ()
    assert getattr(builtins, name) is fake


def test_a_name_that_was_deleted_is_put_back():
    def call():
        del np.mean

    assert attempt([call]).replaced == ("numpy.mean",)
    assert np.mean([1, 3]) == 2


def test_names_are_told_once_and_in_order():
    def call():
        np.sum = np.dot = math.pi = fake

    assert attempt([call, call]).replaced == ("math.pi", "numpy.dot", "numpy.sum")


@pytest.mark.usefixtures("little_time")
def test_all_is_put_back_after_a_call_that_was_stopped():
    def call():
        np.sum = fake
        warnings.simplefilter("error")
        sys.setrecursionlimit(sys.getrecursionlimit() + 100)
        sys.stdout = None
        for_ever()

    tried = attempt([call])
    assert_stopped(tried)
    assert tried.replaced == ("numpy.sum",)
