"""A navigator is a plain object: the run it is in, what it asks, what it may show.

How it moves, and asks before it shows, is tested where it comes from: in `test_cursor`.
"""

import math
import sys
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

import lsqgrad.regression.gradients
import lsqgrad.regression.sgd
import lsqgrad.widgets.run_navigator
from lsqgrad import ARTICLE, line_data, sgd_by_hand, sgd_with_torch
from lsqgrad.widgets.run_navigator import MOST_STEPS, RunNavigator

PER_EPOCH = 4  # batches of 3, 3, 3 and 1


@cache
def article_run(n=10, engine=sgd_by_hand, **changes):
    """Two epochs of the article's data, and its w and b at the start."""
    return engine(*line_data(n), ARTICLE.w, ARTICLE.b, **{"epochs": 2, **changes})


TRACES = {
    "two epochs": article_run(),
    "one step": article_run(batch_size=10, epochs=1),
    "diverged, the last epoch cut short": article_run(lr=5),
    "diverged at once": article_run(lr=1e38),
    "three features": sgd_by_hand(np.eye(3), [[1], [2], [3]], np.zeros((3, 1)), 0),
}
every_trace = pytest.mark.parametrize("trace", TRACES.values(), ids=TRACES)


def test_the_traces_here_are_what_they_are_called():
    lengths = {name: len(trace) for name, trace in TRACES.items()}
    assert list(lengths.values()) == [2 * PER_EPOCH, 1, 2 * PER_EPOCH - 1, 0, 10]
    assert [name for name, trace in TRACES.items() if trace.diverged] == [
        "diverged, the last epoch cut short",
        "diverged at once",
    ]


def navigator_of(trace, position=0, predicting=False):
    navigator = RunNavigator(trace)
    navigator.predicting = predicting
    navigator.seek(position)
    return navigator


def seen(navigator):
    return navigator.position, navigator.asking


# Positions


@every_trace
def test_a_run_begins_at_the_start(trace):
    navigator = RunNavigator(trace)
    assert navigator.trace is trace
    assert (navigator.last, seen(navigator)) == (len(trace), (0, False))
    assert navigator.step is None


@every_trace
def test_the_step_that_is_looked_at_is_the_one_asked_about_or_done_last(trace):
    asking = navigator_of(trace, predicting=True)
    showing = RunNavigator(trace)
    for step in trace:
        assert (asking.asking, asking.step) == (True, step)
        asking.next()
        showing.next()
        assert asking.step is showing.step is step
        asking.next()


@pytest.mark.parametrize(
    ("trace", "position", "there"),
    [
        *((article_run(), position, PER_EPOCH) for position in range(PER_EPOCH)),
        *((article_run(), position, 2 * PER_EPOCH) for position in range(4, 9)),
        *((article_run(lr=5), position, 4) for position in range(4)),
        *((article_run(lr=5), position, 7) for position in range(4, 8)),  # cut short
        *((article_run(batch_size=10, epochs=3), position, position + 1) for position in range(3)),
        *((article_run(batch_size=5, epochs=3), position, 2) for position in range(2)),
        (article_run(lr=1e38), 0, 0),
    ],
)
@pytest.mark.parametrize("predicting", [False, True])
def test_next_epoch_goes_to_the_end_of_this_one_or_of_the_next(trace, position, there, predicting):
    navigator = navigator_of(trace, position, predicting)
    navigator.next_epoch()
    assert seen(navigator) == (there, predicting and there < len(trace))
    if there < len(trace):
        assert navigator.trace[there - 1].epoch != navigator.trace[there].epoch


@pytest.mark.parametrize(
    ("n", "batch_size", "batches"), [(10, 3, 4), (10, 5, 2), (10, 10, 1), (10, 1, 10), (4, 3, 2)]
)
def test_the_batches_of_an_epoch_are_counted_with_a_short_one(n, batch_size, batches):
    navigator = RunNavigator(article_run(n, batch_size=batch_size, epochs=1))
    assert navigator.steps_per_epoch == batches == navigator.last


def test_moving_computes_nothing_again(monkeypatch):
    navigator = RunNavigator(article_run())

    def fail(*args, **kwargs):
        raise AssertionError("a move computed the run again")

    for module, names in {
        lsqgrad.regression.sgd: "sgd_by_hand sgd_with_torch _record _batches_by_hand shuffles "
        "_update_by_hand Trace",
        lsqgrad.regression.gradients: "gradient_matrix gradient_scalar mean_squared_error",
        lsqgrad.widgets.run_navigator: "sgd_by_hand sgd_with_torch judge",
    }.items():
        for name in names.split():
            monkeypatch.setattr(module, name, fail)
    for engine in lsqgrad.widgets.run_navigator.ENGINES:
        monkeypatch.setitem(lsqgrad.widgets.run_navigator.ENGINES, engine, fail)

    trace, steps = navigator.trace, navigator.trace.steps
    for predicting in (False, True):
        navigator.predicting = predicting
        for move in ("next", "next_epoch", "previous", "reset"):
            getattr(navigator, move)()
        navigator.go("5", predicting)
    assert navigator.trace is trace
    assert navigator.trace.steps is steps
    with pytest.raises(AssertionError, match="computed the run again"):
        navigator.new_run(lr=0.1)


def test_two_navigators_of_a_trace_do_not_touch_each_other():
    one, other = RunNavigator(article_run()), RunNavigator(article_run())
    before = dict(vars(other))
    one.next()
    one.predicting = True
    one.new_run(lr=0.1)
    assert vars(other) == before


# Predictions


def right_answers(step):
    """Return what the stepper would show, as a learner may type it."""
    results = {"loss": step.loss, "w": step.w_after.item(), "b": step.b_after}
    return {quantity: f"{result:.6g}" for quantity, result in results.items()}


def test_right_predictions_of_a_whole_run_are_right():
    navigator = navigator_of(article_run(), predicting=True)
    for position, step in enumerate(navigator.trace):
        assert seen(navigator) == (position, True)
        verdicts = navigator.predict(**right_answers(step))
        assert list(verdicts) == ["loss", "w", "b"]
        assert [verdict.kind for verdict in verdicts.values()] == ["right"] * 3
        assert seen(navigator) == (position + 1, False)
        navigator.next()
    assert seen(navigator) == (navigator.last, False)


@pytest.mark.parametrize("quantity", ["loss", "w", "b"])
def test_each_answer_is_judged_as_the_quantity_that_it_is_for(quantity):
    """The results of another quantity, and of another step, are not right."""
    trace = article_run()
    answers = {
        (of, step.number): answer for step in trace for of, answer in right_answers(step).items()
    }
    for (of, number), answer in answers.items():
        navigator = navigator_of(trace, 2, predicting=True)
        (verdict,) = navigator.predict(**{quantity: answer}).values()
        assert (verdict.kind == "right") == ((of, number) == (quantity, 3))
        assert seen(navigator) == (3, False)


def test_a_result_is_revealed_without_an_answer_too():
    navigator = navigator_of(article_run(), 2, predicting=True)
    assert navigator.predict() == {}
    assert seen(navigator) == (3, False)


@pytest.mark.parametrize(
    ("answers", "error", "message"),
    [
        ({"loss": "many"}, ValueError, r"^loss: expected a number.*, got 'many'"),
        ({"w": ""}, ValueError, r"^w: expected a number.*, got ''"),
        ({"b": "inf"}, ValueError, r"^b: expected a number.*, got 'inf'"),
        ({"loss": 3.5}, TypeError, r"^loss: expected .* string, got 3\.5"),
        ({"loss": "1", "w": "1", "b": "one"}, ValueError, r"^b: expected a number"),
        ({"lr": "1"}, ValueError, r"^quantity: expected .*, got 'lr'"),
    ],
)
def test_an_answer_that_is_no_number_changes_nothing(answers, error, message):
    navigator = navigator_of(article_run(), 2, predicting=True)
    before = dict(vars(navigator))
    with pytest.raises(error, match=message):
        navigator.predict(**answers)
    assert vars(navigator) == before
    assert seen(navigator) == (2, True)


@pytest.mark.parametrize("trace", [article_run(), article_run(lr=1e38)], ids=["run", "no steps"])
def test_where_nothing_is_asked_there_is_nothing_to_predict(trace):
    not_predicting = RunNavigator(trace)
    at_the_end = navigator_of(trace, len(trace), predicting=True)
    at_a_result = navigator_of(trace, predicting=True)
    at_a_result.next()
    for navigator in (not_predicting, at_the_end, at_a_result):
        before = dict(vars(navigator))
        with pytest.raises(RuntimeError, match=r"^predict: expected to be asked .*, but was not"):
            navigator.predict(loss="1")
        assert vars(navigator) == before


# New runs

BY_NAME = {"by hand": sgd_by_hand, "PyTorch": sgd_with_torch}
CHANGES = {
    "nothing": {},
    "lr": {"lr": 0.002},
    "batch_size": {"batch_size": 4},
    "epochs": {"epochs": 3},
    "seed": {"seed": 7},
    "w": {"w": [[1.5]]},
    "b": {"b": -2.25},
    "engine": {"engine": "PyTorch"},
    "the other engine": {"engine": "by hand"},
    "all": {
        **{"lr": 0.005, "batch_size": 2, "epochs": 1, "seed": 3, "w": [[0.1]], "b": 1},
        "engine": "PyTorch",
    },
    "too large an lr": {"lr": 5},
}
START = {"lr": 0.003, "batch_size": 3, "epochs": 2, "seed": 1, "w": ARTICLE.w, "b": ARTICLE.b}


def assert_same_run(trace, other):
    """Every setting and every number of two traces is the same, and of the same type."""
    names = ["X", "Y", "w", "b", "weights", "biases", "losses", "full_losses"]
    for name in names:
        ours, theirs = (np.asarray(getattr(run, name)) for run in (trace, other))
        assert (name, ours.dtype) == (name, theirs.dtype)
        assert np.array_equal(ours, theirs), name
    for name in ["lr", "batch_size", "epochs", "seed", "engine", "diverged", "stopped"]:
        assert (name, getattr(trace, name)) == (name, getattr(other, name))
    assert [step.rows.tolist() for step in trace] == [step.rows.tolist() for step in other]


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("engine", BY_NAME)
@pytest.mark.parametrize("changes", CHANGES.values(), ids=CHANGES)
def test_a_new_run_has_the_settings_that_were_changed_and_keeps_the_others(engine, changes, dtype):
    X, Y = line_data()
    navigator = navigator_of(BY_NAME[engine](X, Y, **START, dtype=dtype), 3)
    navigator.new_run(**changes)

    arguments = START | changes
    expected = BY_NAME[arguments.pop("engine", engine)](X, Y, **arguments, dtype=dtype)
    assert_same_run(navigator.trace, expected)
    assert navigator.trace.X.dtype == dtype
    assert navigator.last == len(expected)
    assert seen(navigator) == (0, False)


def test_settings_that_were_changed_stay_so_in_the_next_run():
    navigator = RunNavigator(article_run(dtype="float64"))
    for changes in ({"lr": 0.002}, {"epochs": 3}, {"w": [[1]]}, {"seed": 9}, {}):
        navigator.new_run(**changes)
    expected = sgd_by_hand(
        *line_data(), [[1]], ARTICLE.b, lr=0.002, epochs=3, seed=9, dtype="float64"
    )
    assert_same_run(navigator.trace, expected)


def test_a_new_run_leaves_the_old_trace_as_it_was():
    trace = sgd_by_hand(*line_data(), **START)
    navigator = RunNavigator(trace)
    navigator.new_run(lr=0.1, b=3)
    assert navigator.trace is not trace
    assert_same_run(trace, sgd_by_hand(*line_data(), **START))


def test_a_new_run_begins_with_its_first_question():
    navigator = navigator_of(article_run(), 3, predicting=True)
    navigator.next()
    navigator.new_run(epochs=3)
    assert navigator.predicting
    assert (seen(navigator), navigator.last) == ((0, True), 3 * PER_EPOCH)


def test_a_new_run_may_have_no_steps_and_the_next_one_steps_again():
    navigator = navigator_of(article_run(), 5)
    navigator.new_run(lr=1e38)
    assert (navigator.position, navigator.last) == (0, 0)
    assert navigator.trace.diverged
    navigator.new_run(lr=0.001)
    assert (navigator.position, navigator.last) == (0, 2 * PER_EPOCH)


BAD_CHANGES = [
    ({"momentum": 0.9}, TypeError, "changes: expected any of lr, .*, got momentum"),
    ({"dtype": "float64"}, TypeError, "changes: expected any of lr, .*, got dtype"),
    ({"X": [[1]]}, TypeError, "changes: expected any of lr, .*, got X"),
    ({"lr": 0.1, "momentum": 0.9}, TypeError, "changes: expected any of lr, .*, got momentum"),
    ({"lr": 0}, ValueError, "lr: expected a number above 0, got 0"),
    ({"lr": math.nan}, ValueError, "lr: expected a finite number, got nan"),
    ({"lr": "fast"}, TypeError, "lr: expected real numbers, got str 'fast'"),
    ({"lr": 1e39}, ValueError, "lr: expected numbers that float32 can hold"),
    ({"batch_size": 0}, ValueError, "batch_size: expected an integer from 1 to 10, got 0"),
    ({"batch_size": 11}, ValueError, "batch_size: expected an integer from 1 to 10, got 11"),
    ({"batch_size": 2.5}, TypeError, "batch_size: expected an integer, got float"),
    ({"epochs": 0}, ValueError, "epochs: expected an integer from 1 to 25000, got 0"),
    ({"epochs": 25001}, ValueError, "epochs: expected an integer from 1 to 25000, got 25001"),
    ({"epochs": "2"}, TypeError, "epochs: expected an integer, got str"),
    ({"seed": -1}, ValueError, "seed: expected an integer from 0 to 4294967295, got -1"),
    ({"seed": 0.5}, TypeError, "seed: expected an integer, got float"),
    ({"w": [1.0]}, ValueError, "w: expected two axes"),
    ({"w": [[1.0], [2.0]]}, ValueError, r"w: expected shape \(1, 1\)"),
    ({"w": [[math.inf]]}, ValueError, "w: expected finite numbers"),
    ({"b": None}, TypeError, "b: expected real numbers, got NoneType"),
    ({"b": 1e39}, ValueError, "b: expected numbers that float32 can hold"),
    ({"engine": "numpy"}, ValueError, "engine: expected 'by hand' or 'PyTorch', got str 'numpy'"),
    ({"engine": None}, ValueError, "engine: expected 'by hand' or 'PyTorch', got NoneType"),
    ({"engine": ["PyTorch"]}, ValueError, "engine: expected 'by hand' or 'PyTorch', got list"),
    ({"lr": 0.1, "epochs": 3, "seed": -1}, ValueError, "seed: expected"),  # others are good
]


def at_a_result():
    navigator = navigator_of(article_run(), 3, predicting=True)
    navigator.next()
    return navigator


@pytest.mark.parametrize(("changes", "error", "message"), BAD_CHANGES)
def test_after_an_error_nothing_at_all_has_changed(changes, error, message):
    navigator = at_a_result()
    before = dict(vars(navigator))
    with pytest.raises(error, match=f"^{message}"):
        navigator.new_run(**changes)
    assert vars(navigator) == before
    navigator.new_run()
    assert_same_run(navigator.trace, article_run())


def test_without_pytorch_nothing_has_changed_either(monkeypatch):
    navigator = at_a_result()
    before = dict(vars(navigator))
    monkeypatch.setitem(sys.modules, "torch", None)  # Python's way to say that it is not there
    with pytest.raises(ImportError, match=r"^This needs PyTorch"):
        navigator.new_run(engine="PyTorch", lr=0.1)
    assert vars(navigator) == before


@pytest.mark.parametrize(("batch_size", "most"), [(10, 100_000), (3, 25_000), (4, 33_333)])
def test_a_run_has_at_most_100000_steps(monkeypatch, batch_size, most):
    asked_for = []

    def engine(*args, **settings):  # a real run of so many steps would take some ten seconds
        asked_for.append(settings["epochs"])
        return article_run()

    monkeypatch.setitem(lsqgrad.widgets.run_navigator.ENGINES, "by hand", engine)
    navigator = RunNavigator(article_run())
    navigator.new_run(batch_size=batch_size, epochs=most)
    assert asked_for == [most]
    assert most * math.ceil(10 / batch_size) <= MOST_STEPS == 100_000

    wanted = rf"^epochs: expected an integer from 1 to {most}, got {most + 1}\.$"
    with pytest.raises(ValueError, match=wanted):
        navigator.new_run(batch_size=batch_size, epochs=most + 1)
    assert asked_for == [most]


def test_a_smaller_batch_may_be_what_makes_too_many_steps():
    navigator = RunNavigator(replace(article_run(batch_size=10), epochs=100_000))
    before = dict(vars(navigator))
    with pytest.raises(ValueError, match=r"^epochs: expected an integer from 1 to 50000, got 1000"):
        navigator.new_run(batch_size=5)
    assert vars(navigator) == before
