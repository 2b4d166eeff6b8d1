"""What the stepper says: the numbers of its position, and nothing that was not asked for yet."""

import re
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from lsqgrad import ARTICLE, line_data, mean_squared_error, sgd_by_hand, sgd_with_torch
from lsqgrad.plotting.panels import in_view
from lsqgrad.widgets.run_description import picture_in_words, state_in_words
from lsqgrad.widgets.run_navigator import RunNavigator

FAR_AWAY = "The line, its loss and w, b have left the picture: they are too far away."


def small_run():
    """Two steps whose numbers are short: rows 2 and 1, then row 0."""
    X, Y = [[1], [2], [4]], [[1], [3], [4]]
    return sgd_by_hand(X, Y, [[0]], 0.5, lr=0.125, batch_size=2, epochs=1)


def article_run(engine=sgd_by_hand, **changes):
    return engine(*line_data(), ARTICLE.w, ARTICLE.b, **{"lr": 0.003, "epochs": 2, **changes})


RUNS = {
    "article": article_run(),
    "PyTorch": article_run(sgd_with_torch, seed=4),
    "full batch": article_run(batch_size=10, epochs=8),
    "one row at a time": article_run(batch_size=1),
    "up and down": article_run(lr=0.02),
    "diverges": article_run(lr=0.5, epochs=10),
    "diverges in float64": article_run(lr=5, epochs=50, dtype="float64"),
}
every_run = pytest.mark.parametrize("trace", RUNS.values(), ids=RUNS)


def navigator_at(trace, position, asking=False):
    navigator = RunNavigator(trace)
    navigator.predicting = asking
    navigator.seek(position)
    assert navigator.asking == asking
    return navigator


def said(trace, position, asking=False):
    return state_in_words(navigator_at(trace, position, asking))


def described(trace, position, asking=False):
    return picture_in_words(navigator_at(trace, position, asking))


def full_loss(trace, position):
    """Compute the loss of all of the data at a position anew."""
    step = trace[position - 1] if position else None
    w, b = (step.w_after, step.b_after) if step else (trace.w, trace.b)
    X, Y, w = (array.astype(np.float64) for array in (trace.X, trace.Y, w))
    with np.errstate(over="ignore"):
        return mean_squared_error(X, Y, w, b)


# The state


def test_the_start_is_told():
    assert said(small_run(), 0) == (
        "Start: no update yet. w = 0, b = 0.5.\nLoss of all of the data: 6.25."
    )


def test_a_step_is_told_and_what_it_did_to_the_loss_of_all_of_the_data():
    assert said(small_run(), 1) == (
        "Step 1 (epoch 1, batch 1): rows 2, 1, n = 2. Loss 9.25.\n"
        "∂L/∂w = -19, ∂L/∂b = -6. w: 0 → 2.375, b: 0.5 → 1.25.\n"
        "Loss of all of the data: 20.4844, up from 6.25."
    )
    assert said(small_run(), 2) == (
        "Step 2 (epoch 1, batch 2): row 0, n = 1. Loss 6.89062.\n"
        "∂L/∂w = 5.25, ∂L/∂b = 5.25. w: 2.375 → 1.71875, b: 1.25 → 0.59375.\n"
        "Loss of all of the data: 4.93945, down from 20.4844."
    )


def test_a_question_is_told_with_all_that_its_answer_needs():
    assert said(small_run(), 0, asking=True) == (
        "Step 1 (epoch 1, batch 1) comes next: rows 2, 1, n = 2.\n"
        "Now w = 0, b = 0.5, and the learning rate is 0.125.\n"
        "Predict the loss of this batch, the new w and the new b."
    )
    assert said(small_run(), 1, asking=True) == (
        "Step 2 (epoch 1, batch 2) comes next: row 0, n = 1.\n"
        "Now w = 2.375, b = 1.25, and the learning rate is 0.125.\n"
        "Predict the loss of this batch, the new w and the new b."
    )


@every_run
def test_every_step_is_told_in_its_own_words_with_the_losses_around_it(trace):
    for position, step in enumerate(trace, start=1):
        text = said(trace, position)
        assert text.startswith(f"{step}\nLoss of all of the data: ")
        after, direction, before = re.search(
            r"\nLoss of all of the data: (\S+), (up from|down from) (\S+)\.(\n|$)", text
        ).groups()[:3]
        new, old = full_loss(trace, position), full_loss(trace, position - 1)
        assert float(after) == pytest.approx(new, rel=5.001e-6)  # half a sixth digit, at most
        assert float(before) == pytest.approx(old, rel=5.001e-6)
        words = {"up from": new > old, "down from": new < old}
        assert words[direction]


def test_the_runs_here_go_up_and_down():
    ups = [" up from " in said(RUNS["up and down"], position) for position in range(1, 9)]
    assert True in ups
    assert False in ups


def test_a_loss_that_stays_is_as_before():
    """The line goes through all points: there is nothing to do."""
    trace = sgd_by_hand([[1], [2]], [[2], [4]], [[2]], 0, batch_size=2, epochs=1)
    assert said(trace, 1).endswith("\nLoss of all of the data: 0, as before.")


@every_run
def test_every_question_holds_the_numbers_of_its_step_alone(trace):
    for position, step in enumerate(trace):
        before = trace[position - 1] if position else None
        w, b = (before.w_after, before.b_after) if before else (trace.w, trace.b)
        first, second, third = said(trace, position, asking=True).split("\n")
        place, rows, n = re.fullmatch(
            r"(Step \d+ \(epoch \d+, batch \d+\)) comes next: rows? ([\d, ]+), n = (\d+)\.", first
        ).groups()
        assert place == str(step).partition(":")[0]
        assert [int(row) for row in rows.split(", ")] == step.rows.tolist()
        assert int(n) == len(step.X)
        assert (
            second == f"Now w = {w.item():.6g}, b = {b:.6g}, and the learning rate is {step.lr:g}."
        )
        assert third == "Predict the loss of this batch, the new w and the new b."


# Runs that diverge, and what leaves the picture


@pytest.mark.parametrize("name", [name for name in RUNS if name.startswith("diverges")])
def test_divergence_is_told_at_the_end_and_only_there(name):
    trace = RUNS[name]
    for position in range(len(trace)):
        assert "Diverged" not in said(trace, position)
        assert "Diverged" not in said(trace, position, asking=True)
    assert said(trace, len(trace)).endswith(f"\n{FAR_AWAY}\n{trace.diverged}")


def test_divergence_is_told_at_the_end_in_predict_mode_too():
    navigator = RunNavigator(RUNS["diverges"])
    navigator.predicting = True
    navigator.seek(navigator.last)
    assert state_in_words(navigator).endswith(f"\n{navigator.trace.diverged}")


def test_a_run_that_was_interrupted_says_so_at_its_end():
    trace = replace(small_run(), stopped="Interrupted after 2 of 40 steps.")
    assert said(trace, len(trace)).endswith("\nInterrupted after 2 of 40 steps.")
    assert "Interrupted" not in said(trace, 1)


def test_a_run_that_diverged_at_once_says_so_at_its_start():
    trace = article_run(lr=1e38)
    assert len(trace) == 0
    assert said(trace, 0).startswith("Start: no update yet. ")
    assert said(trace, 0).endswith(f"\n{trace.diverged}")


@every_run
def test_it_is_told_where_the_line_has_left_the_picture(trace):
    for position, seen in enumerate(in_view(trace)):
        assert said(trace, position).count(FAR_AWAY) == (not seen)


def test_a_run_that_diverges_leaves_the_picture_before_it_does():
    trace = RUNS["diverges"]
    assert FAR_AWAY not in said(trace, 0)
    for position in range(1, len(trace) + 1):
        assert FAR_AWAY in said(trace, position)


def test_an_infinite_loss_is_told_as_that():
    trace = RUNS["diverges in float64"]
    assert full_loss(trace, len(trace)) == np.inf
    assert "\nLoss of all of the data: inf, up from " in said(trace, len(trace))
    assert "the loss of all of the data inf." in described(trace, len(trace))


# The picture


def test_the_picture_of_the_start_is_described():
    assert described(small_run(), 0) == (
        "Left: 3 points and the line y = 0 x + 0.5. "
        "Middle: the loss of all of the data 6.25. "
        "Right: the path from w = 0, b = 0.5 to w = 0, b = 0.5 over the contours of the loss."
    )


def test_the_picture_of_a_step_is_described():
    assert described(small_run(), 2) == (
        "Left: 3 points and the line y = 1.719 x + 0.5938; "
        "the batch is ringed, with residuals from 2.625 to 2.625. "
        "Middle: the batch losses so far, the last one 6.891; the loss of all of the data 4.939. "
        "Right: the path from w = 0, b = 0.5 to w = 1.719, b = 0.5938 over the contours of the "
        "loss; the arrow against the gradient points to smaller w and smaller b."
    )


def test_the_picture_of_a_question_has_the_batch_that_is_asked_about_and_no_arrow():
    assert described(small_run(), 1, asking=True) == (
        "Left: 3 points and the line y = 2.375 x + 1.25; "
        "the batch is ringed, with residuals from 2.625 to 2.625. "
        "Middle: the batch losses so far, the last one 9.25; the loss of all of the data 20.48. "
        "Right: the path from w = 0, b = 0.5 to w = 2.375, b = 1.25 over the contours of the loss."
    )


@every_run
def test_the_arrow_points_to_where_w_and_b_went(trace):
    for position, step in enumerate(trace, start=1):
        sides = re.search(r"points to (.+) w and (.+) b\.$", described(trace, position)).groups()
        went = (step.w_after > step.w).item(), step.b_after > step.b
        assert sides == tuple("larger" if larger else "smaller" for larger in went)


def test_without_a_gradient_the_arrow_points_nowhere():
    trace = sgd_by_hand([[1], [2]], [[2], [4]], [[2]], 0, batch_size=2, epochs=1)
    assert described(trace, 1).endswith("points to the same w and the same b.")


def test_a_bias_below_0_is_subtracted_in_the_line():
    trace = sgd_by_hand([[1], [2]], [[2], [4]], [[-2]], -0.5, batch_size=2, epochs=1)
    assert "the line y = -2 x - 0.5." in described(trace, 0)


@every_run
@pytest.mark.parametrize("asking", [False, True])
def test_every_number_of_the_picture_is_that_of_its_position(trace, asking):
    for position in range(len(trace) + (not asking)):
        text = described(trace, position, asking)
        done = trace[position - 1] if position else None
        looked_at = trace[position] if asking else done
        w, b = (done.w_after, done.b_after) if done else (trace.w, trace.b)

        found = re.search(r"Left: (\d+) points and the line y = (\S+) x ([+-]) (\S+?)[;.] ", text)
        assert found[1] == str(len(trace.X))
        assert (found[2], found[3] + found[4]) == (short(w), f"{b:+.4g}")
        found = re.search(r"with residuals from (\S+) to (\S+)\. ", text)
        if looked_at:
            residuals = looked_at.residual
            assert found.groups() == (short(residuals.min()), short(residuals.max()))
        else:
            assert found is None
        found = re.search(r"the batch losses so far, the last one (\S+); ", text)
        assert (found and found[1]) == (done and short(done.loss))
        found = re.search(r"the path from w = (\S+), b = (\S+) to w = (\S+), b = (\S+) over", text)
        assert found.groups() == tuple(map(short, (trace.w, trace.b, w, b)))
        assert ("arrow" in text) == (done is not None and not asking)


@every_run
def test_the_picture_tells_the_loss_of_all_of_the_data(trace):
    for position in range(len(trace) + 1):
        told = re.search(r"the loss of all of the data (\S+)\. ", described(trace, position))[1]
        assert float(told) == pytest.approx(full_loss(trace, position), rel=5.001e-4)


def short(value):
    return f"{np.ravel(value)[0]:.4g}"


# Predict mode


@every_run
def test_nothing_of_the_result_is_given_away_while_asking(trace):
    """No number that is read or heard is the result, to the digits that it has."""
    for position, step in enumerate(trace):
        hidden = [step.loss, step.w_after.item(), step.b_after]
        known = [step.w.item(), step.b]  # to so many digits an update may leave them as they are
        for text in (said(trace, position, asking=True), described(trace, position, asking=True)):
            for number in re.findall(r"\d[\d.]*\d(?:e[+-]\d+)?", text):
                if significant(number) >= 3:  # with fewer, the number of a row may be meant
                    assert number not in rounded_like(number, hidden) - rounded_like(number, known)


@every_run
def test_all_of_the_result_is_told_once_it_is_asked_no_more(trace):
    """So the search above would find what is given away."""
    for position, step in enumerate(trace, start=1):
        for text, shown in ((said(trace, position), 6), (described(trace, position), 4)):
            for result in (step.loss, step.w_after.item(), step.b_after):
                assert f"{result:.{shown}g}".lstrip("-") in text


def significant(number):
    """Count the significant digits."""
    return len(Decimal(number).as_tuple().digits)


def rounded_like(number, values):
    """Write the values, without their signs, with as many digits as `number` has."""
    return {f"{abs(value):.{significant(number)}g}" for value in values}
