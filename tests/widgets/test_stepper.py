"""The stepper: a run in a player, and what the page may ask of it, without a page."""

import base64
import gc
import itertools
import json
import sys
import threading
import tracemalloc

import numpy as np
import pytest

import lsqgrad.widgets.run_navigator
import lsqgrad.widgets.stepper
from lsqgrad import ARTICLE, Stepper, line_data, sgd_by_hand, sgd_with_torch, step_with_torch
from lsqgrad.judging import answer_key, said_for
from lsqgrad.judging.number_answers import compare
from lsqgrad.plotting import RunPicture
from lsqgrad.regression import arithmetic
from lsqgrad.widgets import RUN_ALL
from lsqgrad.widgets.run_description import pictures_in_words
from lsqgrad.widgets.run_frames import RunFrames

LAST = 4


def short_run(engine=sgd_by_hand, **changes):
    """Four steps: batches of 3 and 1, twice."""
    settings = {"w": ARTICLE.w, "b": ARTICLE.b, "epochs": 2, **changes}
    return engine(*line_data(4), **settings)


def with_features():
    """A run with two features, of which there is no line."""
    return sgd_by_hand(np.eye(4)[:, :2], np.ones((4, 1)), np.zeros((2, 1)), 0, epochs=2)


class Page:
    """What stands for the page: it sends messages, and keeps those that come back."""

    def __init__(self, stepper):
        self.stepper, self.heard, self._ids = stepper, [], itertools.count()
        stepper.widget.send = self.heard.append

    @property
    def scene(self):
        return self.stepper.widget.scene

    def ask(self, do, **message):
        """Return the answer to a message."""
        number = next(self._ids)
        self.stepper._hear(self.stepper.widget, {"do": do, "id": number, **message}, [])
        assert self.heard[-1].pop("id") == number
        return self.heard[-1]

    def frames(self, *keys):
        """Return the frames of some places."""
        first, run = len(self.heard), self.scene["run"]
        assert self.ask("frames", run=run, keys=keys) == {}
        messages = self.heard[first:-1]
        assert all(message["run"] == run for message in messages)
        return {key: frame for message in messages for key, frame in message["frames"].items()}

    def new_run(self, **changes):
        return self.ask("run", changes=changes)

    def go(self, at, predicting=False):
        place = self.stepper.widget.place | {"at": at, "predicting": predicting}
        self.stepper._hear(self.stepper.widget, {"do": "go", "place": place}, [])

    def seen(self):
        """Return all that a new run would change."""
        widget = self.stepper.widget
        return widget.scene, {**widget.place}, self.stepper.text, self.frames("0", "1")


@pytest.fixture
def page():
    return Page(Stepper(short_run()))


def is_same_run(trace, other):
    names = ("weights", "biases", "losses", "full_losses")
    return trace.engine == other.engine and all(
        np.array_equal(getattr(trace, name), getattr(other, name)) for name in names
    )


# Beginnings


def test_a_stepper_begins_with_every_choice():
    choices = {"form": "chain rule", "size": "projector", "controls": "all"}
    scene = Page(
        Stepper(short_run(), **choices, loss_axis="logarithmic", predict=True, compare=True)
    ).scene
    assert scene["start"] == {
        **choices, "axis": "logarithmic", "place": "0?", "predicting": True,
    }  # fmt: skip
    assert scene["compare"]


@pytest.mark.parametrize(
    ("trace", "form"), [(short_run(), "scalar sums"), (with_features(), "matrix product")]
)
def test_the_arithmetic_begins_with_the_first_form_that_fits(trace, form):
    assert Page(Stepper(trace)).scene["start"]["form"] == form


@pytest.mark.parametrize(
    ("trace", "choices", "error", "message"),
    [
        ([1, 2], {}, TypeError, "trace: expected a Trace, got list"),
        (short_run(), {"form": "best"}, ValueError, "form: expected 'scalar sums' or '.*'best'"),
        (short_run(), {"loss_axis": None}, ValueError, "loss_axis: expected 'linear' or '.*, got"),
        (with_features(), {"form": "scalar sums"}, ValueError, "form: expected 'matrix product'"),
        (with_features(), {"predict": True}, ValueError, "trace: expected a run with one feature"),
    ],
)
def test_what_cannot_be_shown_is_refused(trace, choices, error, message):
    with pytest.raises(error, match=f"^{message}"):
        Stepper(trace, **choices)


# Moves


def test_code_moves_it_and_the_page_follows(page):
    stepper = page.stepper
    for move, arguments, position in [
        ("next", (), 1), ("seek", (3,), 3), ("next", (), LAST), ("next", (), LAST),
        ("previous", (), 3), ("reset", (), 0), ("next_epoch", (), 2), ("next_epoch", (), LAST),
    ]:  # fmt: skip
        getattr(stepper, move)(*arguments)
        assert (stepper.position, page.stepper.widget.place["at"]) == (position, str(position))
        assert stepper.text.startswith(f"Step {position} (" if position else "Start: no update")
        assert stepper.alt_text.startswith("4 points and the line")
        shown = str(arithmetic(stepper.trace[position - 1], "scalar sums")[-1]) if position else ""
        assert stepper.arithmetic.endswith(shown)
        assert bool(shown) == bool(stepper.arithmetic)


@pytest.mark.parametrize("position", [-1, LAST + 1, "1", 1.0])
def test_seeking_what_is_not_there_changes_nothing(page, position):
    page.stepper.seek(2)
    before = page.seen()
    with pytest.raises((TypeError, ValueError), match=r"^position: expected an integer.*, got "):
        page.stepper.seek(position)
    assert page.seen() == before


def test_a_frame_is_drawn_when_it_is_asked_for_and_no_move_draws(page, monkeypatch):
    drawn, draw = [], RunPicture.moving

    def noted(self, position, *arguments, **choices):
        drawn.append(position)
        return draw(self, position, *arguments, **choices)

    monkeypatch.setattr(RunPicture, "moving", noted)
    assert [*page.frames("1", "2", "3", "4")] == ["1", "2", "3", "4"]
    assert drawn == [1, 2, 3, 4]
    for at in [*"1234321"] * 6:
        page.go(at)
        assert page.stepper.position == int(at)
    page.stepper.previous()
    page.stepper.next_epoch()
    assert drawn == [1, 2, 3, 4]


def test_a_move_computes_nothing(page, monkeypatch):
    def fail(*_args, **_settings):
        raise AssertionError("the run was computed again")

    monkeypatch.setattr(lsqgrad.widgets.run_navigator, "ENGINES", {"by hand": fail})
    page.go("3?", predicting=True)
    page.frames("3?", "4")
    page.stepper.next_epoch()
    assert (page.stepper.position, page.stepper.text.split()[:2]) == (LAST, ["Step", "4"])
    with pytest.raises(AssertionError, match="computed again"):
        page.new_run(lr="1")


@pytest.mark.parametrize("axis", ["linear", "logarithmic"])
def test_the_picture_in_words_and_on_paper_has_the_axis_that_was_chosen(axis):
    stepper = Stepper(short_run(), loss_axis=axis)
    stepper.seek(2)
    words = pictures_in_words(stepper.trace, 2)
    kept = "losses" if axis == "linear" else "losses-logarithmic"
    assert stepper.alt_text == " ".join([words["data"], words[kept], words["path"]])
    assert stepper.png() == RunPicture(stepper.trace).png(2, False, axis)


def test_two_steppers_of_a_trace_do_not_touch_each_other():
    trace = short_run()
    page, other = Page(Stepper(trace)), Page(Stepper(trace))
    before = other.seen()
    page.go("2?", predicting=True)
    page.new_run(lr="0.1", epochs="1")
    page.new_run(lr="-1")
    page.ask("compare", value=True)
    assert (other.seen(), other.stepper.trace) == (before, trace)


def test_two_threads_may_act_at_the_same_time(page, monkeypatch):
    """The second waits until the first has drawn what it asked for."""
    drawing, go_on, frame = threading.Event(), threading.Event(), RunFrames.frame

    def slowly(self, place):
        drawing.set()
        assert go_on.wait(timeout=60)
        return frame(self, place)

    monkeypatch.setattr(RunFrames, "frame", slowly)
    first = threading.Thread(target=page.frames, args=("1",))
    second = threading.Thread(target=page.stepper.new_run, kwargs={"lr": 0.1})
    first.start()
    assert drawing.wait(timeout=60)
    second.start()
    second.join(timeout=0.05)  # time enough to do harm
    meanwhile = page.scene["run"], page.stepper.trace.lr
    go_on.set()
    first.join()
    second.join()
    assert meanwhile == (0, 0.001)
    assert (page.scene["run"], page.stepper.trace.lr) == (1, 0.1)


@pytest.mark.parametrize("moves", [80, pytest.param(1000, marks=pytest.mark.long)])
def test_many_moves_leave_nothing_behind(page, moves):
    places = ["1", "2", "3", "4", "3", "2", "1", "0"]

    def go_and_return(times):
        for at in places * times:
            page.go(at)
            size = len(json.dumps(page.frames(at)))
            page.heard.clear()
        gc.collect()
        return size

    go_and_return(5)  # what is made once
    before = len(gc.get_objects())
    go_and_return(moves // len(places))
    assert len(gc.get_objects()) - before < moves / 2  # half an object for each move

    grown = []
    tracemalloc.start()
    try:
        for _ in range(3):  # a table of the interpreter may grow in one of them
            before, _ = tracemalloc.get_traced_memory()
            size = go_and_return(3)
            after, _ = tracemalloc.get_traced_memory()
            grown.append(after - before)
    finally:
        tracemalloc.stop()
    assert min(grown) < 12_000 < 3 * len(places) * size / 3  # which all frames would take


# New runs

TYPED = {
    "lr": ("1,000", 1.0),
    "batch_size": ("2.0", 2),
    "epochs": ("1,000", 1000),
    "seed": ("7", 7),
    "w": ("3/2", [[1.5]]),
    "b": ("-2,25", -2.25),
    "engine": ("PyTorch", "PyTorch"),
}


@pytest.mark.parametrize(("name", "text", "value"), [(name, *pair) for name, pair in TYPED.items()])
def test_what_is_typed_makes_a_new_run(page, name, text, value):
    page.stepper.seek(3)
    assert page.new_run(**{name: text}) == {}
    engine = {"engine": sgd_with_torch}.get(name, sgd_by_hand)
    expected = short_run(engine, **{} if name == "engine" else {name: value})
    assert is_same_run(page.stepper.trace, expected)
    assert (page.stepper.position, page.stepper.widget.place["at"]) == (0, "0")
    scene = page.scene
    assert (scene["run"], scene["last"], scene["start"]["place"]) == (1, len(expected), "0")
    expected = RunFrames(expected)
    assert scene["frames"] == {"0": expected.frame("0")}
    assert scene["settings"] == expected.scene()["settings"]


def test_settings_add_up():
    page = Page(Stepper(short_run(), predict=True))
    page.new_run(lr="0.02", batch_size="2")
    page.new_run(seed="7", epochs="3")
    page.stepper.new_run(b=1)
    changes = {"lr": 0.02, "batch_size": 2, "seed": 7, "epochs": 3, "b": 1}
    assert is_same_run(page.stepper.trace, short_run(**changes))
    assert page.scene["summary"] == "lr 0.02, n = 2"
    assert page.stepper.widget.place == {
        "run": 3, "moves": 0, "at": "0?", "predicting": True,
    }  # fmt: skip
    assert page.scene["start"]["predicting"]


def test_a_start_that_was_pointed_at_makes_a_new_run(page):
    assert page.new_run(w=0.25, b=-3) == {}
    assert is_same_run(page.stepper.trace, short_run(w=[[0.25]], b=-3))


BAD = [
    ("lr", "0", "Learning rate: expected a number above 0, got 0"),
    ("batch_size", "2.5", "Batch size: expected an integer"),
    ("batch_size", "5", "Batch size: expected an integer from 1 to 4, got 5"),
    ("epochs", "1e9", "Epochs: expected an integer from 1 to 50000"),
    ("seed", "-1", "Seed: expected an integer from 0 to 4294967295, got -1"),
    ("w", "1e39", "Start w: expected numbers that float32 can hold"),
    ("b", "nan", "Start b: expected a number.*, got 'nan'"),
    ("engine", "numpy", "Engine: expected 'by hand' or 'PyTorch', got str 'numpy'"),
]


@pytest.mark.parametrize(("name", "text", "sentence"), BAD)
def test_a_wrong_value_is_told_beside_its_field_and_changes_nothing(page, name, text, sentence):
    page.stepper.seek(3)
    before, trace = page.seen(), page.stepper.trace
    answer = page.new_run(**{"epochs": "1", name: text})
    assert answer.keys() == {"note", "field"}
    assert_matches(answer["note"], sentence)
    assert answer["field"] == name
    assert page.seen() == before
    assert page.stepper.trace is trace
    assert page.new_run(**{name: "1" if name != "engine" else "by hand"}) == {}
    assert page.scene["run"] == 1


def assert_matches(sentence, pattern):
    with pytest.raises(ValueError, match=rf"^{pattern}"):
        raise ValueError(sentence)


def test_an_interrupt_while_a_new_run_is_drawn_changes_nothing(page, monkeypatch):
    page.stepper.seek(3)
    before, trace, scene = page.seen(), page.stepper.trace, RunFrames.scene

    def interrupted(_self):
        raise KeyboardInterrupt

    for action in (
        lambda: page.new_run(lr="0.1"),
        lambda: page.stepper.new_run(lr=0.1),
        lambda: page.ask("compare", value=True),
    ):
        monkeypatch.setattr(RunFrames, "scene", interrupted)
        with pytest.raises(KeyboardInterrupt):
            action()
        monkeypatch.setattr(RunFrames, "scene", scene)
        assert page.seen() == before
        assert page.stepper.trace is trace
        assert not page.scene["compare"]


def test_a_long_run_tells_how_far_it_is_and_what_is_done_is_kept(page, monkeypatch):
    """The clock goes fast, and the learner interrupts the run when it has told three times."""
    heard, times = page.heard, iter(range(0, 10**6, 2))
    monkeypatch.setattr("lsqgrad.regression.sgd.perf_counter", lambda: next(times))

    def send(message):
        heard.append(message)
        if len(heard) == 3:
            raise KeyboardInterrupt

    page.stepper.widget.send = send
    assert page.new_run(epochs="20") == {}
    told = [message["progress"] for message in heard if "progress" in message]
    assert told == [
        "2 of 40 steps, about 76 s left",
        "3 of 40 steps, about 74 s left",
        "4 of 40 steps, about 72 s left",
        "",
        "Interrupted after 4 of 40 steps.",
        "",
    ]
    assert page.scene["last"] == len(page.stepper.trace) == 4
    assert page.stepper.trace.stopped == told[-2]
    page.stepper.seek(4)
    assert page.stepper.text.endswith(told[-2])


def test_ten_thousand_steps_have_a_scene_that_is_no_larger_than_it_must_be():
    page = Page(Stepper(short_run(epochs=5000)))
    page.stepper.seek(10_000)
    assert [*page.frames("9999?", "10000")] == ["9999?", "10000"]
    scene = json.dumps(page.scene, allow_nan=False)
    small = json.dumps(Page(Stepper(short_run())).scene, allow_nan=False)
    assert len(scene) < 20 * len(small)


def test_divergence_is_told_at_the_end_and_can_be_mended(page):
    page.new_run(lr="1e10")
    trace = page.stepper.trace
    assert 0 < len(trace) < LAST
    assert trace.diverged not in page.stepper.text
    page.stepper.seek(len(trace))
    assert page.stepper.text.endswith(trace.diverged)
    page.new_run(lr="1e38")
    assert page.stepper.text.endswith(page.stepper.trace.diverged)
    assert (page.scene["last"], page.scene["marks"]) == (0, [])
    page.stepper.next_epoch()
    assert page.stepper.position == 0
    page.new_run(lr="0.001")
    assert page.scene["last"] == LAST


# PyTorch's numbers


@pytest.mark.parametrize("position", [0, 2])
def test_pytorchs_numbers_stand_beside_those_by_hand(page, position):
    page.stepper.seek(position)
    words, before = page.stepper.text, page.frames("0", "2")
    picture = page.stepper._frames._picture
    assert page.ask("compare", value=True) == {}
    assert page.scene["compare"]
    assert page.stepper._frames._picture is picture  # the run is the same
    place = {"moves": 1, "at": str(position), "predicting": False}
    assert page.stepper.widget.place == {"run": 1, **place}
    assert "distance" in page.frames("2")["2"]["tables"]["scalar sums"]
    if position == 2:
        step = page.stepper.trace[1]
        lines = arithmetic(step, "scalar sums", step_with_torch(step))
        assert page.stepper.arithmetic == "\n".join(map(str, lines))
    assert page.ask("compare", value=False) == {}
    assert not page.scene["compare"]
    assert page.stepper.widget.place == {"run": 2, **place}
    assert (page.stepper.text, page.frames("0", "2")) == (words, before)


def test_a_comparison_outlasts_a_new_run(page):
    page.ask("compare", value=True)
    page.new_run(lr="0.1")
    assert page.scene["compare"]
    assert "distance" in page.frames("1")["1"]["tables"]["chain rule"]


def test_it_is_said_that_pytorch_is_being_loaded(page, monkeypatch):
    loading = []
    monkeypatch.setattr(
        lsqgrad.widgets.stepper, "import_torch", lambda: loading.append(page.heard[-1])
    )
    page.ask("compare", value=True)
    assert loading == [{"progress": "PyTorch is being loaded, which takes a few seconds."}]


@pytest.mark.parametrize(
    "message",
    [{"do": "compare", "value": True}, {"do": "run", "changes": {"engine": "PyTorch"}}],
    ids=["numbers", "engine"],
)
def test_a_missing_pytorch_is_told_in_a_sentence(page, monkeypatch, message):
    before = page.seen()
    monkeypatch.setitem(sys.modules, "torch", None)
    answer = page.ask(**message)
    assert answer["note"].startswith("This needs PyTorch, which cannot be imported here")
    assert "'pip install torch'" in answer["note"]
    assert answer["field"] is None
    assert page.seen() == before
    with pytest.raises(ImportError, match=r"^This needs PyTorch"):
        Stepper(short_run(), compare=True)


# Predictions


def answers_to(step):
    """Return answers of each kind, by quantity."""
    w, b = step.w_after.item(), step.b_after
    return {
        "loss": [f"{step.loss:.6g}", f"{step.loss / 2:.6g}", f"{step.loss:.2g}", "1/3*520", "1000"],
        "w": [f"{w:.6g}", f"{2 * step.w.item() - w:.6g}", f"{w:.2g}", "0,01"],
        "b": [f"{b:.6g}", f"{2 * step.b - b:.6g}", f"{b:.5g}", "−7"],
    }


@pytest.mark.parametrize("position", range(LAST))
def test_predictions_in_code_are_judged_like_those_in_the_page(page, position):
    kinds = set()
    page.go(f"{position}?", predicting=True)
    keys = page.frames(f"{position}?")[f"{position}?"]["answers"]
    for quantity, texts in answers_to(page.stepper.trace[position]).items():
        for text in texts:
            page.go(f"{position}?", predicting=True)
            verdict = page.stepper.predict(**{quantity: text})[quantity]
            assert verdict == compare(keys[quantity], page.scene["said"][quantity], text)
            assert page.stepper.widget.place["at"] == str(position + 1)
            kinds.add(verdict.kind)
    assert {"right", "mistake", "rounded", "wrong"} <= kinds


def test_the_keys_in_the_page_are_those_of_the_judge(page):
    keys = page.frames("1?")["1?"]["answers"]
    assert keys == {name: answer_key(page.stepper.trace, 1, name) for name in page.scene["answers"]}
    assert page.scene["said"] == {name: said_for(name) for name in keys}


def test_an_answer_that_is_no_number_moves_nothing(page):
    page.go("1?", predicting=True)
    with pytest.raises(ValueError, match=r"^w: expected a number.*, got 'about 3'"):
        page.stepper.predict(loss="1", w="about 3")
    assert page.stepper.widget.place["at"] == "1?"


@pytest.mark.parametrize("batch_size", [1, 3, 4])
def test_while_it_is_asked_for_the_result_is_not_told_beside_the_page(batch_size):
    stepper = Stepper(short_run(batch_size=batch_size, lr=0.01, epochs=1), predict=True)
    for position, step in enumerate(stepper.trace):
        told = "\n".join([stepper.text, stepper.alt_text, stepper.arithmetic])
        assert "Predict the loss of this batch, the new w and the new b." in stepper.text
        assert stepper.arithmetic == ""
        for result in (step.loss, step.grad_w[0, 0], step.w_after[0, 0], step.b_after):
            assert not any(f"{abs(result):.{digits}g}" in told for digits in (4, 6))
        assert stepper.png() == RunPicture(stepper.trace).png(position, True)
        stepper.next()
        assert f"{abs(step.w_after[0, 0]):.6g}" in stepper.text
        stepper.next()


# Where no kernel runs


def test_a_notebook_gets_the_widget_the_picture_and_the_words(page):
    stepper = page.stepper
    stepper.next()
    bundle, metadata = stepper._repr_mimebundle_(include=None, exclude=None)
    view = bundle["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == stepper.widget.model_id
    assert bundle["text/plain"] == "\n".join([stepper.text, stepper.arithmetic, RUN_ALL])
    caption = f"{stepper.text} {RUN_ALL}"  # where the picture is seen, the text is not
    picture = RunPicture(stepper.trace).png(1, caption=caption)
    assert base64.b64decode(bundle["image/png"]) == picture != stepper.png()
    assert metadata == {"image/png": {"alt": f"{stepper.alt_text}\n{stepper.text}"}}
    assert json.dumps(bundle)  # can be stored


def test_a_stepper_has_a_short_repr(page):
    page.go("3")
    assert repr(page.stepper) == "<Stepper at position 3 of 4>"
