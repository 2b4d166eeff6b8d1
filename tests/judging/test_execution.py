"""Whatever a learner's call does, it comes back, and all is as it was before."""

import _thread
import builtins
import functools
import math
import sys
import threading
import time
import warnings

import numpy as np
import pytest
from learners import all_as_before

from lsqgrad.judging import execution as module
from lsqgrad.judging.execution import (
    BUILTINS,
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


def assert_stopped(tried, *results, running=False):
    """The calls before gave `results`, and the next one took too long."""
    *before, last = tried.results
    assert tuple(before) == results
    assert isinstance(last, TimeLimit)
    assert tried.running is running


# Results


def test_the_calls_are_made_one_after_another():
    made = []
    tried = attempt([functools.partial(made.append, number) for number in range(5)] + [made.copy])
    assert tried == Attempt((None,) * 5 + ([0, 1, 2, 3, 4],), "", (), running=False)


def test_without_calls_there_are_no_results():
    assert attempt([]) == Attempt((), "", (), running=False)


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
    assert inner == Attempt((1,), "deep\n", (), running=False)


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

    assert_stopped(attempt([lambda: 1, wait, pytest.fail]), 1)


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

    def most_stubborn():
        while not released.is_set():
            try:
                while not released.is_set():
                    pass
            except BaseException:
                continue

    assert_stopped(attempt([lambda: 1, most_stubborn]), 1, running=True)
    assert attempt([lambda: 2]).results == (2,)
    released.set()


@pytest.mark.usefixtures("little_time")
def test_what_waits_outside_of_python_is_left_waiting(monkeypatch, released):
    monkeypatch.setattr(module, "TRIES", 4)
    assert_stopped(attempt([lambda: released.wait(60)]), running=True)
    assert attempt([lambda: 2]).results == (2,)
    released.set()


def test_who_is_stopped_between_two_calls_has_had_no_time_either(monkeypatch):
    """The limit may come while a result is noted; then there is one result less."""
    monkeypatch.setattr(module, "_make", lambda calls, results, ended: results.append(calls[0]()))
    assert_stopped(attempt([lambda: 1, lambda: 2]), 1)


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

    assert attempt([call, call]) == Attempt((1, 1), "to the learner\n" * 2, (), running=False)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("times", [1, 1000])
def test_only_the_beginning_is_kept(times):
    line = "0123456789" * 100_000 if times == 1 else "0123456789"

    def call():
        return sum(sys.stdout.write(line) for _ in range(times))

    tried = attempt([call, call])
    assert tried.results == (len(line) * times,) * 2
    assert tried.printed == "0123456789" * (MOST_PRINTED // 10)


@pytest.mark.usefixtures("little_time")
def test_who_prints_for_ever_is_stopped():
    def call():
        while True:
            print("again")

    tried = attempt([call])
    assert_stopped(tried)
    assert tried.printed.startswith("again\nagain\n")
    assert len(tried.printed) == MOST_PRINTED


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


def fake(*args, **kwargs):
    return 0.0


NAMES = [(np, "sum"), (np, "mean"), (np, "pi"), (np, "linalg"), (np.linalg, "norm"), (math, "sqrt")]


@pytest.mark.parametrize(("here", "name"), NAMES + [(builtins, name) for name in BUILTINS])
def test_a_name_that_a_call_replaces_is_put_back_and_told(here, name):
    original = getattr(here, name)

    def call():
        setattr(here, name, fake)
        return getattr(here, name)

    try:
        tried = attempt([call])
        after = getattr(here, name)
    finally:  # pytest needs it at once
        setattr(here, name, original)
    assert after is original
    assert tried == Attempt((fake,), "", (f"{here.__name__}.{name}",), running=False)
    assert attempt([lambda: 1]).replaced == ()


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
