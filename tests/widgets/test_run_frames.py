"""What the stepper shows at each place, without a widget."""

import json
import re
from dataclasses import replace
from html import unescape

import numpy as np
import pytest

from lsqgrad import ARTICLE, line_data, sgd_by_hand, sgd_with_torch, step_with_torch
from lsqgrad.judging import answer_key
from lsqgrad.regression import arithmetic
from lsqgrad.widgets.run_description import brief, pictures_in_words, state
from lsqgrad.widgets.run_frames import RunFrames

LAST = 4


def short_run(**changes):
    """Four steps: batches of 3 and 1, twice."""
    return sgd_by_hand(*line_data(4), ARTICLE.w, ARTICLE.b, **{"epochs": 2, **changes})


def several_features():
    rng = np.random.default_rng(0)
    return sgd_by_hand(rng.normal(size=(8, 3)), rng.normal(size=(8, 1)), np.zeros((3, 1)), 0)


RUNS = {
    "short": short_run(),
    "float64, one batch": short_run(batch_size=4, dtype="float64"),
    "PyTorch": sgd_with_torch(*line_data(4), ARTICLE.w, ARTICLE.b, epochs=1),
    "diverges": short_run(lr=1e10, epochs=50, dtype="float64"),
    "diverges at once": short_run(lr=1e38),
    "several features": several_features(),
    "one point": sgd_by_hand([[2]], [[3]], [[0]], 0, batch_size=1, epochs=3),
    "no residual": sgd_by_hand([[1], [2]], [[2], [4]], [[2]], 0, batch_size=2, epochs=1),
}


@pytest.fixture(scope="module")
def frames():
    return RunFrames(RUNS["short"])


@pytest.fixture(scope="module", params=RUNS)
def whole(request):
    """A run, its scene, and the frames of all places."""
    frames = RunFrames(RUNS[request.param])
    return RUNS[request.param], frames.scene(), {at: frames.frame(at) for at in frames.places()}


def plain(html):
    return unescape(re.sub(r"<[^>]*>", "", html))


def test_all_of_it_is_json_without_nan(whole):
    _, *sent = whole
    assert json.loads(json.dumps(sent, allow_nan=False)) == json.loads(json.dumps(sent))


def test_every_place_has_its_words(whole):
    trace, scene, frames = whole
    for place, frame in frames.items():
        at = (trace, int(place.rstrip("?")), place.endswith("?"))
        assert plain(frame["status"]) == "\n".join("".join(map(str, line)) for line in state(*at))
        assert plain(frame["brief"]) == "".join(map(str, brief(*at)))
        assert frame["alt"] == pictures_in_words(*at)
        assert {panel["name"] for panel in scene["panels"]} <= frame["alt"].keys()


def test_a_frame_is_the_same_whatever_was_shown_before(frames):
    places = [*frames.places()]
    there = [frames.frame(place) for place in places]
    back = [frames.frame(place) for place in reversed(places)]
    assert there == back[::-1]
    assert len({json.dumps(frame) for frame in there}) == len(places)


def test_the_scene_tells_what_the_page_needs_for_its_controls(frames):
    scene = frames.scene()
    assert (scene["last"], scene["marks"], scene["unit"]) == (LAST, [2, 4], "batch")
    assert [panel["name"] for panel in scene["panels"]] == [
        "data", "losses", "losses-logarithmic", "path",
    ]  # fmt: skip
    assert {setting["name"]: setting["text"] for setting in scene["settings"]} == {
        "lr": "0.001", "batch_size": "3", "epochs": "2", "seed": "0", "w": "-0.34487",
        "b": "0.86449", "engine": "by hand",
    }  # fmt: skip
    assert scene["predict"]
    assert scene["summary"] == "lr 0.001, n = 3"


def test_with_several_features_losses_and_arithmetic_are_left(frames):
    frames = RunFrames(RUNS["several features"])
    scene = frames.scene()
    assert [panel["axis"] for panel in scene["panels"]] == ["linear", "logarithmic"]
    assert scene["missing"].startswith("The data have 3 features: there is no line")
    assert (scene["predict"], scene["answers"], scene["forms"]) == (False, {}, ["matrix product"])
    assert "w" not in [setting["name"] for setting in scene["settings"]]
    assert not any(place.endswith("?") for place in frames.places())
    assert "∂L/∂w" in frames.frame("1")["tables"]["matrix product"]


def test_frames_do_not_grow_with_the_position():
    frames = RunFrames(short_run(epochs=100))
    sizes = [len(json.dumps(frames.frame(place))) for place in ("20", "100", "200")]
    assert max(sizes) < 1.2 * min(sizes)


def test_the_history_of_a_long_run_is_bounded():
    short, long = (
        [len(panel["history"]) for panel in RunFrames(short_run(epochs=n)).scene()["panels"]]
        for n in (500, 5000)
    )
    assert max(short) < 1500
    assert max(long) < 1500


@pytest.mark.parametrize("trace", [RUNS["short"], RUNS["PyTorch"]], ids=["by hand", "PyTorch"])
@pytest.mark.parametrize("compare", [False, True])
def test_every_number_of_the_arithmetic_is_in_its_table(trace, compare):
    frames = RunFrames(trace, compare)
    step = trace[0]
    by_torch = step_with_torch(step) if compare or trace.engine == "PyTorch" else None
    for form, table in frames.frame("1")["tables"].items():
        rows = re.findall(r"<tr><th scope='row'>.*?</tr>", table)
        lines = arithmetic(step, form, by_torch)
        for row, line in zip(rows, lines, strict=True):
            text = plain(row)
            assert text.startswith(line.name + line.formula)
            assert str(line.result) in text or "lsqgrad-matrix" in row
            assert text.endswith(line.distance)
        assert ("PyTorch" in table) == (by_torch is not None)


def test_a_question_shows_the_batch_and_has_the_keys_to_its_answers(frames):
    frame, (x,), (y,) = frames.frame("1?"), RUNS["short"][1].X, RUNS["short"][1].Y
    for table in frame["tables"].values():
        assert f"{RUNS['short'][1].rows[0]}{x[0]:.6g}{y[0]:.6g}" in plain(table)
    assert frame["answers"] == {
        name: answer_key(RUNS["short"], 1, name) for name in ("loss", "w", "b")
    }
    assert "answers" not in frames.frame("1")


def is_told(value, text):
    """Whether a text holds a number, to four digits as in descriptions, or to five or more."""
    rounded, longer = f"{abs(value):.4g}", f"{abs(value):.6g}"[:6]
    return re.search(rf"(?<![\d.])({re.escape(rounded)}(?!\d)|{re.escape(longer)})", text)


def told_in(frame):
    """Return all words of a frame, but for the coordinates of the picture: some are any number."""
    return re.sub(r"<[^>]*>", " ", json.dumps(frame, ensure_ascii=False))


@pytest.mark.parametrize("batch_size", [1, 3, 4])
def test_while_it_is_asked_for_the_result_is_nowhere_but_in_the_key(batch_size):
    trace = short_run(batch_size=batch_size, lr=0.01, epochs=1)
    frames = RunFrames(trace)
    for position, step in enumerate(trace):
        asked, shown = (frames.frame(place) for place in (f"{position}?", f"{position + 1}"))
        del asked["answers"]
        asked, shown = (told_in(frame) for frame in (asked, shown))
        for result in (step.loss, step.grad_w, step.grad_b, step.w_after, step.b_after):
            assert not is_told(np.ravel(result)[0], asked)
            assert is_told(np.ravel(result)[0], shown)


def test_the_table_of_all_steps_has_a_row_for_each(frames):
    rows = re.findall(r"<tr><th scope='row'>(\d+)</th>(.*?)</tr>", frames.overview())
    assert [int(number) for number, _ in rows] == [*range(LAST + 1)]
    for (_, row), step in zip(rows[1:], RUNS["short"], strict=True):
        cells = plain(row).replace("−", "-")
        for number in (step.loss, step.grad_w[0, 0], step.grad_b, step.w_after[0, 0]):
            assert f"{number:.6g}" in cells


def test_what_could_be_markup_is_text():
    trace = replace(RUNS["diverges at once"], diverged="<script>alert(1)</script>")
    frame = RunFrames(trace).frame("0")
    assert "<script" not in frame["status"]
    assert "<script>alert(1)</script>" in plain(frame["status"])
