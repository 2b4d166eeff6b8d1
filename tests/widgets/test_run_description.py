"""What the stepper says: the numbers of its position, and nothing that was not asked for yet."""

import re
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from lsqgrad import ARTICLE, line_data, mean_squared_error, sgd_by_hand, sgd_with_torch
from lsqgrad.plotting import in_view
from lsqgrad.regression import Number
from lsqgrad.widgets.run_description import NO_LINE, brief, pictures_in_words, state

FAR_AWAY = "The line, w and b have left the picture, and the loss its linear axis."
TOO_LARGE = "The loss has left the linear axis: it is too large."


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
    "leaves and comes back": article_run(lr=0.03),
    "diverges": article_run(lr=0.5, epochs=10),
    "diverges in float64": article_run(lr=5, epochs=50, dtype="float64"),
}
every_run = pytest.mark.parametrize("trace", RUNS.values(), ids=RUNS)


def run_of_features(p, **changes):
    """A run with p features, and parameters of either sign."""
    rng = np.random.default_rng(p)
    X = rng.normal(size=(7, p))
    Y, w = X @ rng.normal(size=(p, 1)) + 2, rng.normal(size=(p, 1))
    return sgd_by_hand(X, Y, w, -0.5, **{"lr": 0.05, "epochs": 2, **changes})


WIDE_RUNS = {
    "2 features": run_of_features(2),
    "5 features, float64": run_of_features(5, dtype="float64"),
    "3 features, diverges": run_of_features(3, lr=50, epochs=20),
}
any_run = pytest.mark.parametrize("trace", [*RUNS.values(), *WIDE_RUNS.values()])


def said(trace, position, asking=False):
    return "\n".join(map(text_of, state(trace, position, asking)))


def text_of(words):
    return "".join(map(str, words))


def numbers_of(words):
    return [(part.quantity, part.text) for part in words if isinstance(part, Number)]


def described(trace, position, asking=False):
    return "\n".join(pictures_in_words(trace, position, asking).values())


def typed(text):
    """Write a text with the minus of Python, which can read its numbers then."""
    return text.replace("−", "-")


def in_short(value):
    """Write a number with four digits, or a column of them."""
    texts = [f"{number:.4g}".replace("-", "−") for number in np.ravel(value)]
    if len(texts) > 4:
        texts[2:-1] = ["…"]
    return texts[0] if len(texts) == 1 else f"[{'; '.join(texts)}]"


def full_loss(trace, position):
    """Compute the loss of all the data at a position anew."""
    step = trace[position - 1] if position else None
    w, b = (step.w_after, step.b_after) if step else (trace.w, trace.b)
    X, Y, w = (array.astype(np.float64) for array in (trace.X, trace.Y, w))
    with np.errstate(over="ignore"):
        return mean_squared_error(X, Y, w, b)


# The state


def test_the_start_is_told():
    assert said(small_run(), 0) == (
        "Start: no update yet. w = 0, b = 0.5.\nLoss of all the data: 6.25."
    )


def test_a_step_is_told_and_what_it_did_to_the_loss_of_all_of_the_data():
    assert said(small_run(), 1) == (
        "Step 1 (epoch 1, batch 1): rows 2, 1, n = 2. Loss 9.25. "
        "Loss of all the data: 20.4844, up from 6.25.\n"
        "∂L/∂w = −19, ∂L/∂b = −6. w: 0 → 2.375, b: 0.5 → 1.25."
    )
    assert said(small_run(), 2) == (
        "Step 2 (epoch 1, batch 2): row 0, n = 1. Loss 6.89062. "
        "Loss of all the data: 4.93945, down from 20.4844.\n"
        "∂L/∂w = 5.25, ∂L/∂b = 5.25. w: 2.375 → 1.71875, b: 1.25 → 0.59375."
    )


def test_a_question_is_told_with_all_that_its_answer_needs():
    assert said(small_run(), 0, asking=True) == (
        "Step 1 (epoch 1, batch 1) comes next: rows 2, 1, n = 2. "
        "Now w = 0, b = 0.5, and the learning rate is 0.125.\n"
        "Predict the loss of this batch, the new w and the new b."
    )
    assert said(small_run(), 1, asking=True) == (
        "Step 2 (epoch 1, batch 2) comes next: row 0, n = 1. "
        "Now w = 2.375, b = 1.25, and the learning rate is 0.125.\n"
        "Predict the loss of this batch, the new w and the new b."
    )


def test_several_weights_are_told_as_a_column():
    trace = sgd_by_hand(np.eye(2), [[1], [-2]], [[1], [-1]], 0, lr=0.5, batch_size=2, epochs=1)
    assert said(trace, 0) == (
        "Start: no update yet. w = [1; −1], b = 0.\nLoss of all the data: 0.5."
    )
    assert said(trace, 1) == (
        "Step 1 (epoch 1, batch 1): rows 1, 0, n = 2. Loss 0.5. "
        "Loss of all the data: 0.125, down from 0.5.\n"
        "∂L/∂w = [0; 1], ∂L/∂b = 1. w: [1; −1] → [1; −1.5], b: 0 → −0.5."
    )


def test_every_number_of_a_quantity_can_have_its_color():
    first, second = state(small_run(), 1)
    assert numbers_of(first) == [("loss", "9.25"), ("loss", "20.4844"), ("loss", "6.25")]
    assert numbers_of(second) == [
        *[("gradient", "−19"), ("gradient", "−6")],
        *[("w", "0"), ("w", "2.375"), ("b", "0.5"), ("b", "1.25")],
    ]
    assert numbers_of(state(small_run(), 1, asking=True)[0]) == [("w", "2.375"), ("b", "1.25")]
    assert numbers_of(brief(small_run(), 0)) == [("w", "0"), ("b", "0.5"), ("loss", "6.25")]


@any_run
def test_two_lines_are_enough_but_where_the_run_has_left_the_picture_or_ended_early(trace):
    for position in range(len(trace) + 1):
        early = trace.diverged and position == len(trace)
        more = early or not in_view(trace)[position]
        assert len(state(trace, position)) == (3 if more else 2)
        if position < len(trace):
            assert len(state(trace, position, asking=True)) == 2


@any_run
def test_all_minus_signs_are_true_ones(trace):
    for asking in (False, True):
        for position in range(len(trace) + (not asking)):
            at = (trace, position, asking)
            assert "-" not in said(*at) + described(*at) + text_of(brief(*at))


def test_a_small_learning_rate_has_a_true_minus_too():
    trace = article_run(lr=1e-05)
    assert "the learning rate is 1e−05." in said(trace, 0, asking=True)
    assert "lr = 1e−05, " in text_of(brief(trace, 0, asking=True))


@every_run
def test_every_step_is_told_in_its_own_words_with_the_losses_around_it(trace):
    for position, step in enumerate(trace, start=1):
        first, second, *_ = typed(said(trace, position)).split("\n")
        own = str(step).split("\n")
        assert first.startswith(f"{own[0]} Loss of all the data: ")
        assert second == own[1]
        after, direction, before = re.fullmatch(
            r"Loss of all the data: (\S+), (up from|down from) (\S+)\.",
            first.removeprefix(own[0]).strip(),
        ).groups()
        new, old = full_loss(trace, position), full_loss(trace, position - 1)
        assert float(after) == pytest.approx(new, rel=5.001e-6)  # half a sixth digit, at most
        assert float(before) == pytest.approx(old, rel=5.001e-6)
        words = {"up from": new > old, "down from": new < old}
        assert words[direction]


@pytest.mark.parametrize("trace", WIDE_RUNS.values(), ids=WIDE_RUNS)
def test_every_step_of_several_features_is_told(trace):
    for position, step in enumerate(trace, start=1):
        first, second, *_ = state(trace, position)
        losses = [step.loss, full_loss(trace, position), full_loss(trace, position - 1)]
        told = [float(typed(text)) for _, text in numbers_of(first)]
        assert told == pytest.approx(losses, rel=5.001e-6)
        expected = [step.grad_w, step.grad_b, step.w, step.w_after, step.b, step.b_after]
        for (_, text), value in zip(numbers_of(second), expected, strict=True):
            numbers = [float(number) for number in re.findall(r"[-\d.e+]+", typed(text))]
            all_of_it = np.ravel(value)
            shown = all_of_it if len(all_of_it) <= 4 else all_of_it[[0, 1, -1]]
            assert numbers == pytest.approx(shown, rel=5.001e-6)


def test_the_runs_here_go_up_and_down():
    ups = [" up from " in said(RUNS["up and down"], position) for position in range(1, 9)]
    assert True in ups
    assert False in ups


def test_a_loss_that_stays_is_as_before():
    """The line goes through all points: there is nothing to do."""
    trace = sgd_by_hand([[1], [2]], [[2], [4]], [[2]], 0, batch_size=2, epochs=1)
    assert " Loss of all the data: 0, as before.\n" in said(trace, 1)


@every_run
def test_every_question_holds_the_numbers_of_its_step_alone(trace):
    for position, step in enumerate(trace):
        before = trace[position - 1] if position else None
        w, b = (before.w_after, before.b_after) if before else (trace.w, trace.b)
        first, second = typed(said(trace, position, asking=True)).split("\n")
        place, rows, n, now = re.fullmatch(
            r"(Step \d+ \(epoch \d+, batch \d+\)) comes next: rows? ([\d, ]+), n = (\d+)\. (.+)",
            first,
        ).groups()
        assert place == str(step).partition(":")[0]
        assert [int(row) for row in rows.split(", ")] == step.rows.tolist()
        assert int(n) == len(step.X)
        assert now == f"Now w = {w.item():.6g}, b = {b:.6g}, and the learning rate is {step.lr:g}."
        assert second == "Predict the loss of this batch, the new w and the new b."


# Runs that diverge, and what leaves the picture


@pytest.mark.parametrize("name", [name for name in RUNS if name.startswith("diverges")])
def test_divergence_is_told_at_the_end_and_only_there(name):
    trace = RUNS[name]
    for position in range(len(trace)):
        assert "Diverged" not in said(trace, position)
        assert "Diverged" not in said(trace, position, asking=True)
    assert typed(said(trace, len(trace))).endswith(f"\n{FAR_AWAY} {trace.diverged}")


def test_a_run_that_was_interrupted_says_so_at_its_end():
    trace = replace(small_run(), stopped="Interrupted after 2 of 40 steps.")
    assert said(trace, len(trace)).endswith("\nInterrupted after 2 of 40 steps.")
    assert "Interrupted" not in said(trace, 1)


def test_a_run_that_diverged_at_once_says_so_at_its_start():
    trace = article_run(lr=1e38)
    assert len(trace) == 0
    assert said(trace, 0).startswith("Start: no update yet. ")
    assert typed(said(trace, 0)).endswith(f"\n{trace.diverged}")
    assert text_of(brief(trace, 0)).endswith(". Diverged at step 1 (epoch 1, batch 1)")


@every_run
def test_it_is_told_where_the_line_has_left_the_picture(trace):
    for position, seen in enumerate(in_view(trace)):
        assert said(trace, position).count(FAR_AWAY) == (not seen)


def test_with_several_features_it_is_the_loss_that_leaves_the_picture():
    trace = WIDE_RUNS["3 features, diverges"]
    assert not in_view(trace).all()
    for position, seen in enumerate(in_view(trace)):
        assert said(trace, position).count(TOO_LARGE) == (not seen)
        assert FAR_AWAY not in said(trace, position)


def test_a_run_that_diverges_leaves_the_picture_before_it_does():
    trace = RUNS["diverges"]
    assert FAR_AWAY not in said(trace, 0)
    for position in range(1, len(trace) + 1):
        assert FAR_AWAY in said(trace, position)


def test_an_infinite_loss_is_told_as_that():
    trace = RUNS["diverges in float64"]
    assert full_loss(trace, len(trace)) == np.inf
    assert " Loss of all the data: inf, up from " in said(trace, len(trace))
    pictures = pictures_in_words(trace, len(trace))
    for panel in ("losses", "losses-logarithmic"):
        assert pictures[panel].startswith("The loss of all the data, now inf, beyond the axis;")


def test_a_loss_of_0_is_not_on_a_logarithmic_axis():
    trace = sgd_by_hand([[1], [2]], [[2], [4]], [[2]], 0, batch_size=2, epochs=1)
    pictures = pictures_in_words(trace, 0)
    assert pictures["losses"] == "The loss of all the data, now 0."
    assert pictures["losses-logarithmic"] == "The loss of all the data, now 0, beyond the axis."


# The line for a projector


def test_the_most_important_is_told_in_one_line():
    assert text_of(brief(small_run(), 0)) == "Start: w = 0, b = 0.5, loss of all the data 6.25"
    assert text_of(brief(small_run(), 2)) == (
        "Step 2: loss 6.891, ∂L/∂w = 5.25, ∂L/∂b = 5.25, w: 2.375 → 1.719, b: 1.25 → 0.5938"
    )
    assert text_of(brief(small_run(), 1, asking=True)) == (
        "Step 2 comes next: n = 1, lr = 0.125, w = 2.375, b = 1.25. Loss, new w, new b?"
    )


@every_run
def test_the_line_has_the_step_s_numbers_with_four_digits_and_no_others(trace):
    for position, step in enumerate(trace, start=1):
        words = brief(trace, position)
        assert text_of(words).startswith(f"Step {position}: loss ")
        told = [text for _, text in numbers_of(words)]
        loss, *others = map(
            in_short,
            (step.loss, step.grad_w, step.grad_b, step.w, step.w_after, step.b, step.b_after),
        )
        seen = in_view(trace)[position]
        if trace.diverged and position == len(trace):
            others = []
        assert told == [loss, *(others if seen else others[2:])]
        assert ("(out of the picture)" in text_of(words)) == (not seen and len(others) > 0)


@pytest.mark.parametrize("trace", WIDE_RUNS.values(), ids=WIDE_RUNS)
def test_the_line_has_the_losses_and_parameters_of_several_features(trace):
    for position, step in enumerate(trace, start=1):
        if not (trace.diverged and position == len(trace)):
            told = [text for _, text in numbers_of(brief(trace, position))]
            expected = (step.loss, trace.full_losses[position], step.w_after, step.b_after)
            assert told == [*map(in_short, expected)]


def test_the_line_is_short():
    trace = article_run(lr=0.001, epochs=10)
    for position in range(len(trace)):
        assert len(text_of(brief(trace, position))) < 95
        assert len(text_of(brief(trace, position, asking=True))) < 95


def test_the_line_says_that_the_run_ended_early():
    trace = RUNS["diverges"]
    assert re.fullmatch(
        r"Step (\d+): loss \S+\. Diverged at step (\d+) \(epoch \d+, batch \d+\)",
        text_of(brief(trace, len(trace))),
    ).groups() == (str(len(trace)), str(len(trace) + 1))
    assert "Diverged" not in text_of(brief(trace, len(trace) - 1))
    stopped = replace(small_run(), stopped="Interrupted after 2 of 40 steps.")
    assert text_of(brief(stopped, 2)) == "Step 2: loss 6.891. Interrupted after 2 of 40 steps."


# The picture


def test_the_picture_of_the_start_is_described():
    assert pictures_in_words(small_run(), 0) == {
        "data": "3 points and the line y = 0 x + 0.5.",
        "losses": "The loss of all the data, now 6.25.",
        "losses-logarithmic": "The loss of all the data, now 6.25.",
        "path": "The start, w = 0, b = 0.5, over the contours of the loss.",
    }


def test_the_picture_of_a_step_is_described():
    losses = "The loss of all the data, now 4.939; the losses of 2 batches, the last one 6.891."
    assert pictures_in_words(small_run(), 2) == {
        "data": "3 points and the line y = 1.719 x + 0.5938; "
        "the batch is ringed, with the residual 2.625.",
        "losses": losses,
        "losses-logarithmic": losses,
        "path": "The path from w = 0, b = 0.5 to w = 1.719, b = 0.5938 over the contours of the "
        "loss; the arrow is the step, to smaller w and smaller b.",
    }


def test_the_picture_of_a_question_has_the_batch_that_is_asked_about_and_no_arrow():
    assert pictures_in_words(small_run(), 0, asking=True)["data"] == (
        "3 points and the line y = 0 x + 0.5; "
        "the batch is ringed, with residuals from −3.5 to −2.5."
    )
    pictures = pictures_in_words(small_run(), 1, asking=True)
    assert pictures["losses"].endswith(", now 20.48; the loss of 1 batch, 9.25.")
    assert pictures["path"] == (
        "The path from w = 0, b = 0.5 to w = 2.375, b = 1.25 over the contours of the loss."
    )


def test_one_point_is_one_point():
    trace = sgd_by_hand([[1]], [[3]], [[1]], 0, batch_size=1, epochs=1)
    assert pictures_in_words(trace, 1)["data"].startswith("1 point and the line ")


def test_several_features_have_the_losses_alone_and_a_sentence_why():
    for trace in WIDE_RUNS.values():
        assert [*pictures_in_words(trace, 1)] == ["losses", "losses-logarithmic"]
    trace = WIDE_RUNS["2 features"]
    losses = in_short(trace.full_losses[2]), in_short(trace.losses[1])
    assert pictures_in_words(trace, 2)["losses"] == (
        f"The loss of all the data, now {losses[0]}; "
        f"the losses of 2 batches, the last one {losses[1]}."
    )
    assert NO_LINE.format(features=3) == (
        "The data have 3 features: there is no line and no path in a plane to draw."
    )


@every_run
def test_the_arrow_points_to_where_w_and_b_went(trace):
    seen = in_view(trace)
    for position, step in enumerate(trace, start=1):
        path = pictures_in_words(trace, position)["path"]
        sides = re.search(r"the arrow is the step, to (\w+) w and (\w+) b\.$", path)
        if seen[position - 1] and seen[position]:
            went = (step.w_after > step.w).item(), step.b_after > step.b
            assert sides.groups() == tuple("larger" if larger else "smaller" for larger in went)
        else:
            assert "arrow" not in path


def test_without_a_gradient_there_is_no_word_of_an_arrow():
    trace = sgd_by_hand([[1], [2]], [[2], [4]], [[2]], 0, batch_size=2, epochs=1)
    assert "arrow" not in pictures_in_words(trace, 1)["path"]


def test_the_arrow_may_leave_one_parameter_as_it_is():
    trace = sgd_by_hand([[-1], [1]], [[0], [0]], [[1]], 0, lr=0.25, batch_size=2, epochs=1)
    path = pictures_in_words(trace, 1)["path"]
    assert path.endswith("; the arrow is the step, to smaller w and the same b.")


def test_a_bias_below_0_is_subtracted_in_the_line():
    trace = sgd_by_hand([[1], [2]], [[2], [4]], [[-2]], -0.5, batch_size=2, epochs=1)
    assert "the line y = −2 x − 0.5." in pictures_in_words(trace, 0)["data"]


@every_run
@pytest.mark.parametrize("asking", [False, True])
def test_every_number_of_the_picture_is_that_of_its_position(trace, asking):
    seen = in_view(trace)
    for position in range(len(trace) + (not asking)):
        pictures = pictures_in_words(trace, position, asking)
        done = trace[position - 1] if position else None
        looked_at = trace[position] if asking else done
        w, b = (done.w_after, done.b_after) if done else (trace.w, trace.b)

        found = re.match(
            r"10 points and the line y = (\S+) x ([+−]) ([^\s;]+?)(?:;|\.$)", pictures["data"]
        )
        if seen[position]:
            assert found[1] == in_short(w)
            assert found[2] + found[3] == f"{b:+.4g}".replace("-", "−")
        else:
            assert found is None
            assert pictures["data"].startswith("10 points; the line has left the picture")
        assert ("the batch is ringed" in pictures["data"]) == (looked_at is not None)
        told = re.findall(r"residuals? (?:from )?(\S+)(?: to (\S+))?\.$", pictures["data"])
        if looked_at and seen[looked_at.number - 1]:
            ends = looked_at.residual.min(), looked_at.residual.max()
            assert told == [
                (in_short(ends[0]), "" if len(looked_at.rows) == 1 else in_short(ends[1]))
            ]
        else:
            assert told == []

        found = re.search(
            r"; (?:the loss of (1) batch,|the losses of (\d+) batches, the last one) (\S+)\.$",
            pictures["losses"],
        )
        if done:
            assert int(found[1] or found[2]) == position
            assert found[3] == in_short(done.loss)
        else:
            assert found is None

        start, now = (
            f"w = {in_short(trace.w)}, b = {in_short(trace.b)}",
            f"w = {in_short(w)}, b = {in_short(b)}",
        )
        where = "over the contours of the loss"
        expected = f"The start, {start}, {where}"
        if position > 0:
            expected = f"The path from {start} to {now} {where}"
        if not seen[position]:
            expected = f"The path from {start} out of the picture, {where}"
        assert pictures["path"].startswith(expected)
        assert "arrow" not in pictures["path"] or (done and not asking)


@any_run
def test_the_picture_tells_the_loss_of_all_of_the_data(trace):
    for position in range(len(trace) + 1):
        pictures, loss = pictures_in_words(trace, position), full_loss(trace, position)
        on_axis = {"losses": in_view(trace)[position], "losses-logarithmic": loss < np.inf}
        for panel, seen in on_axis.items():
            told = re.match(
                r"The loss of all the data, now ([^\s;]+?)(, beyond the axis)?(?:;|\.$)",
                pictures[panel],
            )
            assert float(told[1]) == pytest.approx(loss, rel=5.001e-4)
            assert (told[2] is None) == seen


# Predict mode


@every_run
def test_nothing_of_the_result_is_given_away_while_asking(trace):
    """No number that is read or heard is the result, to the digits that it has."""
    for position, step in enumerate(trace):
        hidden = [step.loss, step.w_after.item(), step.b_after]
        known = [step.w.item(), step.b]  # to so many digits an update may leave them as they are
        at = (trace, position, True)
        for text in map(typed, (said(*at), described(*at), text_of(brief(*at)))):
            for number in re.findall(r"\d[\d.]*\d(?:e[+-]\d+)?", text):
                if significant(number) >= 3:  # with fewer, the number of a row may be meant
                    assert number not in rounded_like(number, hidden) - rounded_like(number, known)


@every_run
def test_all_of_the_result_is_told_once_it_is_asked_no_more(trace):
    """So the search above would find what is given away."""
    for position, step in enumerate(trace, start=1):
        if not in_view(trace)[position]:
            continue  # of what has left the picture there is no word
        texts = said(trace, position), described(trace, position), text_of(brief(trace, position))
        for text, shown in zip(map(typed, texts), (6, 4, 4), strict=True):
            for result in (step.loss, step.w_after.item(), step.b_after):
                assert f"{result:.{shown}g}".lstrip("-") in text


def significant(number):
    """Count the significant digits."""
    return len(Decimal(number).as_tuple().digits)


def rounded_like(number, values):
    """Write the values, without their signs, with as many digits as `number` has."""
    return {f"{abs(value):.{significant(number)}g}" for value in values}


def largest_rate(X):
    """Return the learning rate above which steps of all the data grow, and where they do."""
    columns = np.hstack([X, np.ones_like(X)])
    values, vectors = np.linalg.eigh(2 / len(X) * columns.T @ columns)
    return 2 / values[-1], vectors[:, -1]


@pytest.mark.parametrize(
    ("factor", "grows", "is_said"),  # of numbers that look alike none is said to be above the other
    [(0.99, False, False), (0.9999, False, False), (1.000004, True, False), (1.01, True, True)],
)
def test_a_learning_rate_that_lets_steps_of_all_the_data_grow_is_told(factor, grows, is_said):
    X, _ = line_data()
    limit, steepest = largest_rate(X)
    settings = {"lr": factor * limit, "dtype": "float64", "epochs": 5}
    trace = article_run(**settings, batch_size=10)
    path = np.column_stack([trace.weights[:, 0], trace.biases])
    steps = np.abs(np.diff(path @ steepest))
    assert (np.diff(steps) > 0).tolist() == [grows] * 4
    told = f"above 2/λmax = {limit:.6g}, the limit beyond which steps grow."
    assert [told in said(trace, position) for position in (0, 1)] == [is_said, False]
    assert "λmax" not in said(trace, 0, asking=True)
    assert "λmax" not in said(article_run(**settings, batch_size=9), 0)
