"""The stepper, pressed as a learner presses it: everything that is seen is at one position."""

import asyncio
import base64
import gc
import json
import re
import sys
import threading
import tracemalloc
from itertools import pairwise
from xml.etree import ElementTree

import ipywidgets
import numpy as np
import pytest

import lsqgrad.regression.sgd
import lsqgrad.widgets.run_navigator
import lsqgrad.widgets.stepper
from lsqgrad import ARTICLE, Stepper, line_data, sgd_by_hand, step_with_torch
from lsqgrad.judging.number_answers import judge
from lsqgrad.plotting.run_figure import RunFigure
from lsqgrad.regression.worked_step import FORMS, arithmetic
from lsqgrad.widgets.run_navigator import RunNavigator

pytestmark = pytest.mark.usefixtures("errors_are_raised")
LAST = 4
MOVES = ["Reset", "Previous batch", "Next batch", "Next epoch"]
BUTTONS = {*MOVES, "Play", "Check"}
ANSWERS = {"Loss": "loss", "New w": "w", "New b": "b"}
SPEED = 15  # in batches a second
LINK = "http://www.w3.org/1999/xlink"


def short_run(**changes):
    """Four steps: batches of 3 and 1, twice."""
    return sgd_by_hand(*line_data(4), ARTICLE.w, ARTICLE.b, **{"epochs": 2, **changes})


class NoPicture:
    """Takes the place of a `RunFigure` where a test does not look at it: to draw takes longest."""

    def __init__(self, *arguments):
        pass

    def load(self, trace):
        pass

    def background(self):
        return "<svg></svg>"

    def foreground(self, position, asking, attributes):
        return f"<svg {attributes}></svg>"

    def png(self, position, asking=False):
        return b""


@pytest.fixture
def no_picture(monkeypatch):
    monkeypatch.setattr(lsqgrad.widgets.stepper, "RunFigure", NoPicture)


@pytest.fixture
def plain(no_picture):
    """A stepper without a picture."""
    return Stepper(short_run())


@pytest.fixture
def predicting(no_picture):
    """A stepper without a picture, in predict mode."""
    return Stepper(short_run(), predict=True)


@pytest.fixture(scope="module")
def drawings():
    """The drawing of every position of the short run, each from a picture that no one moved."""
    found = [
        without_ids(RunFigure(short_run()).foreground(position, False, ""))
        for position in range(LAST + 1)
    ]
    assert len({*found}) == LAST + 1, "two positions look alike"
    return found


# The learner


def widgets_of(stepper):
    """Return every widget that is shown, each with those that it stands in."""
    found, waiting = {}, [(stepper.widget, ())]
    while waiting:
        widget, around = waiting.pop()
        found[widget] = around
        waiting += [(child, (*around, widget)) for child in getattr(widget, "children", ())]
    return found


def controls_of(stepper):
    """Return every widget that can be pressed or given a value."""
    return [
        widget
        for widget in widgets_of(stepper)
        if isinstance(widget, ipywidgets.Button | ipywidgets.ValueWidget)
        and not isinstance(widget, ipywidgets.HTML)
    ]


def control(stepper, *names):
    """Find the control that has one of these names."""
    (widget,) = (widget for widget in controls_of(stepper) if widget.description in names)
    return widget


def press(stepper, *names):
    """Press a button, if it can be pressed."""
    button = control(stepper, *names)
    assert not button.disabled
    button.click()


def press_play(stepper):
    press(stepper, "Play", "Pause")


def enter(stepper, name, value):
    """Give a control a value in the way of the page: by a message, and a choice by its place."""
    widget = control(stepper, name)
    if isinstance(widget, ipywidgets.Dropdown):
        choices = [c if isinstance(c, str) else c[0] for c in widget.options]
        widget.set_state({"index": choices.index(value)})
    else:
        widget.set_state({"value": value})


def is_visible(stepper, name):
    widget = control(stepper, name)
    around = (widget, *widgets_of(stepper)[widget])
    return all(w.layout.display != "none" for w in around)


def parsed(html):
    """Read what is shown as HTML; it is XML too, once the prefix of links is known."""
    return ElementTree.fromstring(f"<page xmlns:xlink='{LINK}'>{html}</page>")


def said(stepper):
    """Return the words on the screen."""
    return "".join(parsed(stepper._controls.words.value).itertext())


def without_ids(svg):
    """Name ids by the order in which they come, since matplotlib chooses them by chance."""
    ids = re.findall(r'\bid="([^"]+)"', svg)
    order = {}
    pattern = "|".join(map(re.escape, ids)) or "$^"
    return re.sub(pattern, lambda match: f"id-{order.setdefault(match[0], len(order))}", svg)


def frame(stepper):
    """Return the part of the screen that changes with every step, as XML."""
    (frame,) = parsed(stepper._controls.screen.value)
    return frame


def drawing(stepper):
    (svg,) = re.findall(r"<svg.*</svg>", stepper._controls.screen.value, re.DOTALL)
    return without_ids(svg)


def without_attributes(svg):
    """Leave out what the stepper says about the drawing, but not its size."""
    return re.sub("<svg .*?viewBox", "<svg  viewBox", svg, count=1, flags=re.DOTALL)


def table(stepper):
    """Return the cells of the table, row by row, or nothing if there is none."""
    return [["".join(cell.itertext()) for cell in row] for row in frame(stepper).iter("tr")]


def figure_label(stepper):
    """Return what a screen reader says about the drawing."""
    labels = [e.get("aria-label") for e in frame(stepper).iter() if e.get("role") == "img"]
    (label,) = labels
    return label


def seen(stepper):
    """Return all that a learner sees, so that it can be compared."""
    controls = {
        widget.description: [getattr(widget, trait, None) for trait in ("value", "disabled", "max")]
        for widget in controls_of(stepper)
    }
    return (
        controls, said(stepper), frame(stepper).attrib, drawing(stepper), figure_label(stepper),
        table(stepper), without_ids(stepper._controls.background.value),
        is_visible(stepper, "Check"),
    )  # fmt: skip


def assert_shows(stepper, position, run=0):
    """Everything on the screen is at this position; the drawing has tests of its own."""
    assert stepper.position == position
    shown = frame(stepper).attrib
    assert (shown["data-position"], shown["data-run"]) == (str(position), str(run))
    slider, last = control(stepper, "Step"), len(stepper.trace)
    assert (slider.min, slider.max, slider.step, slider.value) == (0, last, 1, position)
    assert {name: control(stepper, name).disabled for name in MOVES} == {
        "Reset": position == 0,
        "Previous batch": position == 0,
        "Next batch": position == last,
        "Next epoch": position == last,
    }
    assert said(stepper) == stepper.text
    assert stepper.text.startswith(f"Step {position} (" if position else "Start: no update yet.")
    assert figure_label(stepper) == stepper.alt_text
    rows = table(stepper)
    if position == 0:
        assert rows == []
        return
    lines = arithmetic(stepper.trace[position - 1], control(stepper, "Arithmetic").value)
    assert [row[0] for row in rows[1:]] == [line.name for line in lines]
    assert rows[-1][3] == str(lines[-1].by_hand)


# Moves


def test_a_stepper_begins_at_the_start(drawings):
    stepper = Stepper(short_run())
    assert_shows(stepper, 0)
    assert without_attributes(drawing(stepper)) == drawings[0]


def test_every_move_brings_everything_to_its_position(drawings):
    stepper = Stepper(short_run())
    for name, position in [
        ("Next batch", 1),
        ("Next batch", 2),
        ("Next batch", 3),
        ("Previous batch", 2),
        ("Next epoch", LAST),
        ("Previous batch", 3),
        ("Next batch", LAST),
        ("Reset", 0),
        ("Next epoch", 2),
        (3, 3),  # the slider
        (LAST, LAST),
        (1, 1),
        ("Next epoch", 2),
        (0, 0),
    ]:
        if isinstance(name, str):
            press(stepper, name)
        else:
            enter(stepper, "Step", name)
        assert_shows(stepper, position)
        assert without_attributes(drawing(stepper)) == drawings[position]


def test_whatever_is_pressed_all_is_at_one_position(drawings):
    stepper, random = Stepper(short_run()), np.random.default_rng(0)
    for _ in range(60):
        name = random.choice([*MOVES, "Step"])
        if name == "Step":
            enter(stepper, "Step", int(random.integers(LAST + 1)))
        elif not control(stepper, name).disabled:
            press(stepper, name)
        assert_shows(stepper, stepper.position)
        assert without_attributes(drawing(stepper)) == drawings[stepper.position]


def test_code_brings_everything_to_the_position(plain):
    for move, arguments, position in [
        (plain.next, (), 1),
        (plain.seek, (3,), 3),
        (plain.next, (), LAST),
        (plain.next, (), LAST),  # there is nothing after
        (plain.previous, (), 3),
        (plain.reset, (), 0),
        (plain.previous, (), 0),  # there is nothing before
        (plain.next_epoch, (), 2),
        (plain.next_epoch, (), LAST),
        (plain.next_epoch, (), LAST),
    ]:
        move(*arguments)
        assert_shows(plain, position)


def test_forward_and_back_is_where_one_was():
    stepper = Stepper(short_run())
    stepper.seek(2)
    before = seen(stepper)
    press(stepper, "Next batch")
    assert seen(stepper) != before
    press(stepper, "Previous batch")
    assert seen(stepper) == before


def test_seeking_what_is_not_there_leaves_all_as_it_was(plain):
    plain.seek(2)
    before = seen(plain)
    for position, error in [(-1, ValueError), (LAST + 1, ValueError), ("1", TypeError)]:
        with pytest.raises(error, match=r"^position: expected an integer.*, got "):
            plain.seek(position)
        assert plain.position == 2
        assert seen(plain) == before


def test_every_move_is_drawn_once_and_a_run_has_one_background(monkeypatch):
    stepper, drawn, shown = Stepper(short_run()), [], []
    for name in ("foreground", "background"):
        original = getattr(RunFigure, name)

        def noted(self, *arguments, name=name, original=original):
            drawn.append((name, *arguments[:1]))
            return original(self, *arguments)

        monkeypatch.setattr(RunFigure, name, noted)
    screen = stepper._controls.screen
    screen.observe(lambda change: shown.append(frame(stepper).get("data-position")), "value")

    enter(stepper, "Step", 3)
    press(stepper, "Next batch")
    stepper.seek(1)
    assert drawn == [("foreground", 3), ("foreground", LAST), ("foreground", 1)]
    assert shown == ["3", str(LAST), "1"]

    drawn.clear()
    enter(stepper, "Learning rate", 0.01)
    assert sorted(drawn) == [("background",), ("foreground", 0)]
    assert shown[3:] == ["0"]


def test_moving_computes_nothing_again(monkeypatch):
    stepper = Stepper(short_run())

    def fail(*args, **kwargs):
        raise AssertionError("a move computed the run again")

    for name in (
        "sgd_by_hand",
        "sgd_with_torch",
        "_batches_by_hand",
        "_update_by_hand",
        "shuffles",
        "Trace",
    ):
        monkeypatch.setattr(lsqgrad.regression.sgd, name, fail)
    monkeypatch.setattr(
        lsqgrad.widgets.run_navigator, "ENGINES", dict.fromkeys(["by hand", "PyTorch"], fail)
    )
    trace, steps = stepper.trace, stepper.trace.steps
    press(stepper, "Next batch")
    enter(stepper, "Step", LAST)
    press(stepper, "Previous batch")
    enter(stepper, "Arithmetic", "chain rule")
    enter(stepper, "Loss axis", "logarithmic")
    enter(stepper, "Predict mode", True)
    press(stepper, "Next batch")
    press(stepper, "Reset")
    assert stepper.trace is trace
    assert stepper.trace.steps is steps
    with pytest.raises(AssertionError, match="computed the run again"):
        stepper.new_run(lr=0.1)


def test_two_steppers_do_not_touch_each_other():
    trace = short_run()
    one, other = Stepper(trace), Stepper(trace)
    press(other, "Next batch")
    before = seen(other)
    press(one, "Next batch")
    enter(one, "Step", 3)
    enter(one, "Size", "projector")
    enter(one, "Arithmetic", "chain rule")
    enter(one, "Epochs", 1)
    enter(one, "Batch size", 0)
    enter(one, "Predict mode", True)
    assert seen(other) == before
    assert (one.position, other.position) == (0, 1)
    assert len(other.trace) == LAST


def test_two_threads_may_press_at_the_same_time(plain, monkeypatch):
    """The second waits until the first has drawn what it did."""
    drawing_now, go_on = threading.Event(), threading.Event()

    def slowly(self, position, asking, attributes):
        drawing_now.set()
        assert go_on.wait(timeout=60)
        return f"<svg {attributes}></svg>"

    monkeypatch.setattr(NoPicture, "foreground", slowly)
    first, second = (threading.Thread(target=plain.next) for _ in range(2))
    first.start()
    assert drawing_now.wait(timeout=60)
    second.start()
    second.join(timeout=0.05)  # time enough to do harm
    position_meanwhile = plain.position
    go_on.set()
    first.join()
    second.join()
    assert position_meanwhile == 1
    assert_shows(plain, 2)


@pytest.mark.parametrize("moves", [200, pytest.param(1000, marks=pytest.mark.long)])
def test_many_moves_leave_nothing_behind(moves):
    stepper = Stepper(short_run())
    back, on = control(stepper, "Previous batch"), control(stepper, "Next batch")

    def go_and_return(times):
        for button in ([on] * LAST + [back] * LAST) * times:
            button.click()
        gc.collect()

    go_and_return(10)  # what is made once
    before = len(gc.get_objects())
    go_and_return(moves // (2 * LAST))
    assert len(gc.get_objects()) - before < moves / 2  # half an object for each move

    tracemalloc.start()
    try:
        go_and_return(1)
        before, _ = tracemalloc.get_traced_memory()
        go_and_return(5)
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # To keep every frame would take three times as much.
    on.click()
    assert 5 * 2 * LAST * len(stepper._controls.screen.value) > 150_000
    assert after - before < 50_000


# Playing


class Clock(asyncio.SelectorEventLoop):
    """An event loop whose time passes only while it waits, and then at once."""

    def __init__(self):
        self.now = 0.0
        super().__init__()
        select = self._selector.select

        def skip(timeout):
            assert timeout is not None, "nothing is left that could happen"
            self.now += timeout
            return select(0)

        self._selector.select = skip

    def time(self):
        return self.now


def in_no_time(scenario):
    """Run a coroutine in an event loop that does not wait."""
    with asyncio.Runner(loop_factory=Clock) as runner:
        return runner.run(asyncio.wait_for(scenario, timeout=1000))


def watch(stepper):
    """Return a list to which each frame adds when it came, and its position."""
    frames, start = [], asyncio.get_running_loop().time()

    def note(change):
        now = asyncio.get_running_loop().time() - start
        frames.append((round(now, 6), stepper.position))

    stepper._controls.screen.observe(note, "value")
    return frames


async def until_it_rests(stepper):
    while stepper.navigator.playing:
        await asyncio.sleep(0.001)


def test_play_goes_on_by_itself_to_the_end(plain):
    """In real time; the other tests of playing use a clock of their own."""

    async def scenario():
        enter(plain, "Speed", f"{SPEED} a second")
        press(plain, "Play")
        assert control(plain, "Pause").description == "Pause"
        assert not plain.navigator.at_end
        await until_it_rests(plain)

    asyncio.run(asyncio.wait_for(scenario(), timeout=60))
    assert_shows(plain, LAST)
    assert not control(plain, "Play").disabled


@pytest.mark.parametrize("speed", [1, 2, 5, 15])
def test_play_shows_every_position_at_its_time(plain, speed):
    async def scenario():
        enter(plain, "Speed", f"{speed} a second")
        frames = watch(plain)
        press(plain, "Play")
        await until_it_rests(plain)
        return frames

    expected = [(round(step / speed, 6), step) for step in range(1, LAST + 1)]
    assert in_no_time(scenario()) == [pytest.approx(frame, abs=1e-5) for frame in expected]


def test_play_at_the_end_begins_again(plain):
    async def scenario():
        plain.seek(LAST)
        press(plain, "Play")
        assert plain.position == 0
        await until_it_rests(plain)

    in_no_time(scenario())
    assert_shows(plain, LAST)


@pytest.mark.parametrize("presses", [3, 7])
def test_to_press_play_often_does_not_play_faster(no_picture, presses):
    """An odd number of presses leaves it playing, and one frame's time passes before the first."""
    stepper = Stepper(short_run(epochs=10))

    async def scenario():
        enter(stepper, "Speed", f"{SPEED} a second")
        for _ in range(presses - 1):
            press_play(stepper)
            await asyncio.sleep(0.001)
        frames = watch(stepper)
        press_play(stepper)
        await until_it_rests(stepper)
        return [(time, position) for time, position in frames if position > 0]

    frames = in_no_time(scenario())
    assert [position for _, position in frames] == [*range(1, 21)]
    assert frames[0][0] == pytest.approx(1 / SPEED, abs=1e-5)
    for (before, _), (after, _) in pairwise(frames):
        assert after - before == pytest.approx(1 / SPEED, abs=1e-5)


BY_HAND = {
    "Pause": press_play,
    "Next batch": lambda stepper: press(stepper, "Next batch"),
    "Previous batch": lambda stepper: press(stepper, "Previous batch"),
    "Next epoch": lambda stepper: press(stepper, "Next epoch"),
    "Reset": lambda stepper: press(stepper, "Reset"),
    "slider": lambda stepper: enter(stepper, "Step", 7),
    "new run": lambda stepper: enter(stepper, "Seed", 5),
    "Predict mode": lambda stepper: enter(stepper, "Predict mode", True),
    "next()": lambda stepper: stepper.next(),
    "pause()": lambda stepper: stepper.pause(),
}


@pytest.mark.parametrize("move", BY_HAND.values(), ids=BY_HAND)
def test_a_move_by_hand_stops_the_playing(no_picture, move):
    stepper = Stepper(short_run(epochs=10))

    async def scenario():
        press(stepper, "Play")
        while stepper.position < 3:
            await asyncio.sleep(0.001)
        move(stepper)
        after = seen(stepper)
        await asyncio.sleep(10)
        return after

    assert in_no_time(scenario()) == seen(stepper)
    assert not stepper.navigator.playing
    assert control(stepper, "Play")


def test_looking_at_it_differently_does_not_stop_the_playing(no_picture):
    stepper = Stepper(short_run(epochs=10))

    async def scenario():
        frames = watch(stepper)
        press(stepper, "Play")
        await asyncio.sleep(1.6)  # at 2 a second three positions have been shown
        assert stepper.position == 3
        enter(stepper, "Arithmetic", "matrix product")
        enter(stepper, "Loss axis", "logarithmic")
        enter(stepper, "Speed", "5 a second")
        assert stepper.position == 3
        frames.clear()
        await until_it_rests(stepper)
        return frames

    frames = in_no_time(scenario())
    assert [position for _, position in frames] == [*range(4, 21)]
    # The frame that was waited for comes at its old time.
    assert [time for time, _ in frames] == pytest.approx([2 + k / 5 for k in range(17)], abs=1e-5)


def test_frames_that_come_late_are_not_made_up_for(no_picture, monkeypatch):
    """A frame takes as long as six of them should: then they come as they can, and none is lost."""
    stepper, tick = Stepper(short_run(epochs=3)), RunNavigator.tick

    def slow(navigator):
        asyncio.get_running_loop().now += 0.4
        tick(navigator)

    async def scenario():
        monkeypatch.setattr(RunNavigator, "tick", slow)
        enter(stepper, "Speed", f"{SPEED} a second")
        frames = watch(stepper)
        press(stepper, "Play")
        while stepper.position < 3:
            await asyncio.sleep(0.001)
        monkeypatch.setattr(RunNavigator, "tick", tick)
        await until_it_rests(stepper)
        return frames

    frames = in_no_time(scenario())
    assert [position for _, position in frames] == [1, 2, 3, 4, 5, 6]
    waits = [after - before for (before, _), (after, _) in pairwise(frames)]
    assert waits[:2] == pytest.approx([0.4, 0.4], abs=1e-5)
    assert waits[3:] == pytest.approx([1 / SPEED, 1 / SPEED], abs=1e-5)


def test_play_needs_a_notebook_that_goes_on_meanwhile(plain):
    before = seen(plain)
    with pytest.raises(RuntimeError, match=r"^play: expected to be called in a notebook"):
        plain.play()
    assert not plain.navigator.playing
    assert seen(plain) == before


# A new run


NEW_SETTINGS = {
    "Learning rate": (0.02, {"lr": 0.02}),
    "Batch size": (2, {"batch_size": 2}),
    "Epochs": (3, {"epochs": 3}),
    "Seed": (7, {"seed": 7}),
    "Start w": (1.5, {"w": [[1.5]]}),
    "Start b": (-2.0, {"b": -2.0}),
}


def run_of(**changes):
    settings = {"w": ARTICLE.w, "b": ARTICLE.b, "epochs": 2, **changes}
    return sgd_by_hand(*line_data(4), **settings)


@pytest.mark.parametrize("name", NEW_SETTINGS)
def test_a_new_value_makes_a_new_run_and_goes_to_its_start(plain, name):
    value, changes = NEW_SETTINGS[name]
    press(plain, "Next batch")
    enter(plain, name, value)
    expected = run_of(**changes)
    assert np.array_equal(plain.trace.weights, expected.weights)
    assert np.array_equal(plain.trace.losses, expected.losses)
    assert_shows(plain, 0, run=1)
    assert control(plain, name).value == value
    plain.seek(len(plain.trace))
    assert_shows(plain, len(expected), run=1)


def test_settings_add_up_and_stand_in_their_fields(plain):
    for name, (value, _) in NEW_SETTINGS.items():
        enter(plain, name, value)
    assert_shows(plain, 0, run=len(NEW_SETTINGS))
    assert {name: control(plain, name).value for name in NEW_SETTINGS} == {
        name: value for name, (value, _) in NEW_SETTINGS.items()
    }
    changes = [changes for _, changes in NEW_SETTINGS.values()]
    expected = run_of(**{key: value for change in changes for key, value in change.items()})
    assert np.array_equal(plain.trace.weights, expected.weights)


def test_the_fields_begin_with_the_settings_of_the_run(no_picture):
    stepper = Stepper(short_run(lr=0.1, batch_size=2, seed=3))
    names = [*NEW_SETTINGS, "Engine"]
    values = [control(stepper, name).value for name in names]
    assert values == [0.1, 2, 2, 3, ARTICLE.w[0][0], ARTICLE.b, "by hand"]  # not 0.10000000149


def test_a_new_run_is_drawn_like_a_stepper_that_began_with_it():
    stepper = Stepper(short_run())
    enter(stepper, "Batch size", 2)
    enter(stepper, "Learning rate", 0.02)
    expected = Stepper(short_run(batch_size=2, lr=0.02))
    for position in (0, 3):
        for each in (stepper, expected):
            each.seek(position)
        assert drawing(stepper) == drawing(expected)
        assert stepper.png() == expected.png()
    background, other = (without_ids(s._controls.background.value) for s in (stepper, expected))
    assert background == other


BAD_VALUES = [
    ("Learning rate", 0.0), ("Learning rate", -1.0), ("Learning rate", 1e39),
    ("Batch size", 0), ("Batch size", 5), ("Epochs", 0), ("Epochs", -3), ("Epochs", 10**7),
    ("Seed", -1), ("Seed", 2**32), ("Start w", 1e39), ("Start b", -1e39),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value"), BAD_VALUES)
def test_a_bad_value_is_told_by_the_name_of_its_field_and_changes_nothing(plain, name, value):
    plain.seek(3)
    trace = plain.trace
    controls, words, *others = seen(plain)
    enter(plain, name, value)

    controls_now, words_now, *others_now = seen(plain)
    note, *rest = words_now.split("\n")
    assert re.fullmatch(rf"{name}: expected .*, got .*\.", note)
    assert "\n".join(rest) == words
    assert others_now == others
    assert plain.trace is trace
    # What was typed can be mended.
    assert controls_now.pop(name)[0] == value
    controls.pop(name)
    assert controls_now == controls

    press(plain, "Next batch")
    assert_shows(plain, LAST)  # and nothing is said any more about the field


def test_after_a_bad_value_a_good_one_is_taken(plain):
    enter(plain, "Batch size", 99)
    enter(plain, "Batch size", 4)
    assert plain.trace.batch_size == 4
    assert_shows(plain, 0, run=1)
    enter(plain, "Epochs", 0)
    enter(plain, "Seed", 1)
    assert_shows(plain, 0, run=2)
    assert control(plain, "Epochs").value == plain.trace.epochs == 2


# The two engines


def test_pytorch_can_compute_the_run(plain):
    enter(plain, "Engine", "PyTorch")
    assert plain.trace.engine == "PyTorch"
    assert control(plain, "Engine").value == "PyTorch"
    assert_shows(plain, 0, run=1)
    press(plain, "Next batch")
    step = plain.trace[0]
    heads, *rows = table(plain)
    assert heads[3:] == ["by hand", "PyTorch", "distance"]
    shown = {name: torch for name, _, _, _, torch, _ in rows}
    assert shown["L"] == str(step.loss)
    assert shown["w after"] == str(step.w_after[0, 0])
    enter(plain, "Engine", "by hand")
    assert plain.trace.engine == "by hand"
    press(plain, "Next batch")
    assert table(plain)[0][3:] == ["by hand"]


def test_pytorchs_numbers_stand_beside_those_by_hand(plain):
    plain.seek(2)
    without = seen(plain)
    enter(plain, "PyTorch's numbers", True)
    assert plain.trace.engine == "by hand"
    assert plain.position == 2
    for position in (2, 3):
        plain.seek(position)
        step = step_with_torch(plain.trace[position - 1])
        heads, *rows = table(plain)
        assert heads[3:] == ["by hand", "PyTorch", "distance"]
        assert {name: torch for name, _, _, _, torch, _ in rows if torch} == {
            "L": str(step.loss),
            "∂L/∂w": str(step.grad_w[0, 0]),
            "∂L/∂b": str(step.grad_b),
            "w after": str(step.w_after[0, 0]),
            "b after": str(step.b_after),
        }
        assert all(
            re.fullmatch(r"equal|\d+ ulps?", distance) for *_, torch, distance in rows if torch
        )
        assert str(step.loss) in plain.arithmetic
    plain.seek(2)
    enter(plain, "PyTorch's numbers", False)
    assert seen(plain) == without


def test_it_is_said_that_pytorch_is_being_loaded(plain, monkeypatch):
    """At the start, where PyTorch is not needed yet."""
    heard = []
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    monkeypatch.setattr(lsqgrad.widgets.stepper, "import_torch", lambda: heard.append(said(plain)))
    enter(plain, "PyTorch's numbers", True)
    assert len(heard) == 1
    assert heard[0].startswith("PyTorch is being loaded")
    assert said(plain) == plain.text


@pytest.mark.parametrize(
    ("name", "value"), [("PyTorch's numbers", True), ("Engine", "PyTorch")], ids=["box", "engine"]
)
def test_a_missing_pytorch_is_told_in_a_sentence(plain, monkeypatch, name, value):
    monkeypatch.setitem(sys.modules, "torch", None)
    plain.seek(2)
    trace, before = plain.trace, table(plain)
    enter(plain, name, value)
    assert said(plain).startswith("This needs PyTorch, which cannot be imported here")
    assert "'pip install torch'" in said(plain)
    assert said(plain).endswith(plain.text)
    assert plain.trace is trace
    assert table(plain) == before
    assert plain._controls[name] in (False, "by hand")  # what is seen is what is so
    press(plain, "Next batch")
    assert_shows(plain, 3)
    assert table(plain)[0][3:] == ["by hand"]


@pytest.mark.parametrize(
    ("name", "value"), [("Arithmetic", "chain rule"), ("Loss axis", "logarithmic")]
)
def test_a_verdict_stays_while_the_result_is_looked_at_in_another_way(predicting, name, value):
    enter(predicting, "Loss", "1")
    press(predicting, "Check")
    verdict = said(predicting)
    assert verdict.startswith("Loss: ")
    enter(predicting, name, value)
    assert said(predicting) == verdict
    press(predicting, "Next batch")
    assert said(predicting) == predicting.text


def test_a_refused_value_goes_with_its_explanation(plain):
    enter(plain, "Batch size", 11)
    assert plain._controls["Batch size"] == 11
    press(plain, "Next batch")
    assert said(plain) == plain.text
    assert plain._controls["Batch size"] == plain.trace.batch_size == 3


# What is seen


@pytest.mark.parametrize("form", FORMS)
def test_the_arithmetic_is_written_in_the_form_that_is_chosen(plain, form):
    plain.seek(3)
    if form != "scalar sums":
        enter(plain, "Arithmetic", form)
    lines = arithmetic(plain.trace[2], form)
    heads, *rows = table(plain)
    assert heads == ["", "formula", "with the numbers", "by hand"]
    assert [row[:2] for row in rows] == [[line.name, line.formula] for line in lines]
    assert rows[-1] == [
        lines[-1].name, lines[-1].formula, "".join(map(str, lines[-1].numbers)),
        str(lines[-1].by_hand),
    ]  # fmt: skip
    assert plain.arithmetic == "\n".join(map(str, lines))
    assert_shows(plain, 3)
    plain.reset()
    assert plain.arithmetic == ""


def test_every_number_of_the_sums_is_on_the_screen(plain):
    plain.next()
    for row, line in zip(table(plain)[1:], arithmetic(plain.trace[0], "scalar sums"), strict=True):
        numbers = "".join(map(str, line.numbers))
        assert row == [line.name, line.formula, numbers, str(line.by_hand)]


def test_the_losses_can_be_seen_on_another_axis():
    stepper = Stepper(short_run())
    stepper.seek(2)
    before = drawing(stepper)
    enter(stepper, "Loss axis", "logarithmic")
    expected = RunFigure(short_run(), "logarithmic")
    background = stepper._controls.background.value
    assert without_ids(background) == without_ids(expected.background())
    foreground = without_attributes(drawing(stepper))
    assert foreground == without_ids(expected.foreground(2, False, ""))
    assert_shows(stepper, 2)
    enter(stepper, "Learning rate", 0.02)  # the choice stays
    expected = RunFigure(short_run(lr=0.02), "logarithmic")
    background = stepper._controls.background.value
    assert without_ids(background) == without_ids(expected.background())
    enter(stepper, "Learning rate", 0.001)
    enter(stepper, "Loss axis", "linear")
    stepper.seek(2)
    assert drawing(stepper) == before


def test_all_is_larger_on_the_projector():
    stepper = Stepper(short_run())
    stepper.seek(2)
    enter(stepper, "Size", "projector")
    assert "lsqgrad-projector" in frame(stepper).get("class").split()
    (words,) = parsed(stepper._controls.words.value)
    assert "lsqgrad-projector" in words.get("class").split()
    expected = RunFigure(short_run(), size="projector")
    background = stepper._controls.background.value
    assert without_ids(background) == without_ids(expected.background())
    assert without_attributes(drawing(stepper)) == without_ids(expected.foreground(2, False, ""))
    assert stepper.png() == expected.png(2)
    assert_shows(stepper, 2)


def test_a_stepper_can_begin_with_every_choice(no_picture):
    choices = {"form": "chain rule", "loss_axis": "logarithmic", "size": "projector"}
    stepper = Stepper(short_run(), **choices, predict=True, compare=True)
    values = [control(stepper, name).value for name in ("Arithmetic", "Loss axis", "Size")]
    assert values == [*choices.values()]
    assert control(stepper, "PyTorch's numbers").value
    assert control(stepper, "Predict mode").value
    assert is_visible(stepper, "Check")
    press(stepper, "Next batch")
    heads, first, second, *_ = table(stepper)
    assert heads[4] == "PyTorch"
    assert second[0] == "∂L/∂Ŷ"
    assert "lsqgrad-projector" in frame(stepper).get("class")
    assert first[0] == "L"


@pytest.mark.parametrize("name", ["form", "loss_axis", "size"])
@pytest.mark.parametrize("value", ["best", None, 3])
def test_a_choice_that_there_is_not_is_an_error(no_picture, name, value):
    with pytest.raises(ValueError, match=rf"^{name}: expected '.*' or '.*', got "):
        Stepper(short_run(), **{name: value})


def test_only_a_run_with_one_feature_can_be_stepped_through():
    with pytest.raises(TypeError, match=r"^trace: expected a Trace, got a list\."):
        Stepper([1, 2])
    two = sgd_by_hand(np.eye(4)[:, :2], np.ones((4, 1)), np.zeros((2, 1)), 0, epochs=2)
    with pytest.raises(ValueError, match=r"^trace: expected a run with one feature"):
        Stepper(two)


def test_every_control_says_what_it_is_called_and_what_it_does(plain):
    controls = controls_of(plain)
    assert {w.description for w in controls if isinstance(w, ipywidgets.Button)} == BUTTONS
    names = [widget.description for widget in controls]
    assert all(names)
    assert len({*names}) == len(names)
    for widget in controls:
        assert len(widget.tooltip) > len("Step")
        assert widget.tooltip[0].isupper()
        assert widget.tooltip != widget.description


def test_what_is_said_cannot_break_out_of_its_tags(predicting):
    typed = "<img src=x onerror='alert(1)'> & \""
    enter(predicting, "Loss", typed)
    press(predicting, "Check")
    assert "<img" not in predicting._controls.words.value
    assert "<img src=x onerror=" in said(predicting)  # repr may change the quotes


def test_the_words_for_the_picture_cannot_break_out_of_their_quotes(plain, monkeypatch):
    words = "w < 1 & 'b' > \"2\" <b>"
    monkeypatch.setattr(lsqgrad.widgets.stepper, "picture_in_words", lambda navigator: words)
    plain.next()
    assert figure_label(plain) == words


# Predictions


def right_answers(step):
    values = (step.loss, step.w_after.item(), step.b_after)
    return {name: f"{value:.6g}" for name, value in zip(ANSWERS, values, strict=True)}


def answer(stepper, **answers):
    for name, text in answers.items():
        enter(stepper, name.replace("_", " "), text)
    press(stepper, "Check")


def assert_asks(stepper, position):
    """The next batch is shown, and fields for its results, which are empty."""
    step = stepper.trace[position]
    assert stepper.navigator.asking
    assert stepper.position == control(stepper, "Step").value == position
    assert frame(stepper).get("data-position") == str(position)
    assert said(stepper) == stepper.text
    assert stepper.text.startswith(f"Step {position + 1} (")
    assert "Predict the loss of this batch, the new w and the new b." in stepper.text
    points = zip(step.rows, step.X.ravel(), step.Y.ravel(), strict=True)
    assert table(stepper) == [
        ["row", "x", "y"],
        *([str(row), f"{x:.6g}", f"{y:.6g}"] for row, x, y in points),
    ]
    assert all(is_visible(stepper, name) for name in (*ANSWERS, "Check"))
    assert [control(stepper, name).value for name in ANSWERS] == ["", "", ""]
    assert stepper.arithmetic == ""


def assert_shows_result(stepper, position):
    assert_shows(stepper, position)
    assert not any(is_visible(stepper, name) for name in (*ANSWERS, "Check"))


def test_without_predict_mode_nothing_is_asked(plain):
    for _ in range(LAST):
        assert_shows_result(plain, plain.position)
        press(plain, "Next batch")
    assert_shows_result(plain, LAST)


def test_predict_mode_asks_before_it_shows(plain):
    enter(plain, "Predict mode", True)
    for position in range(LAST):
        assert_asks(plain, position)
        press(plain, "Next batch")
        assert_shows_result(plain, position + 1)
        if position + 1 < LAST:
            press(plain, "Next batch")
    assert control(plain, "Next batch").disabled
    for position in range(LAST, 0, -1):
        assert_shows_result(plain, position)
        press(plain, "Previous batch")
        assert_asks(plain, position - 1)
        if position > 1:
            press(plain, "Previous batch")
    assert control(plain, "Previous batch").disabled


def test_predict_mode_can_be_left_at_any_time(plain):
    plain.seek(2)
    before = seen(plain)
    enter(plain, "Predict mode", True)
    assert_asks(plain, 2)
    enter(plain, "Predict mode", False)
    assert seen(plain) == before


def test_what_is_asked_is_drawn_without_its_result():
    stepper = Stepper(short_run(), predict=True)
    enter(stepper, "Step", 2)
    expected = RunFigure(short_run())
    assert without_attributes(drawing(stepper)) == without_ids(expected.foreground(2, True, ""))
    assert stepper.png() == expected.png(2, True)
    press(stepper, "Next batch")
    assert without_attributes(drawing(stepper)) == without_ids(expected.foreground(3, False, ""))
    assert stepper.png() == expected.png(3)


def test_right_answers_are_praised_and_the_result_is_shown(predicting):
    for name, text in right_answers(predicting.trace[0]).items():
        enter(predicting, name, text)
    assert predicting.navigator.asking  # until Check is pressed
    press(predicting, "Check")
    verdicts = "Loss: That is right.\nNew w: That is right.\nNew b: That is right."
    assert said(predicting) == f"{verdicts}\n{predicting.text}"
    assert not any(is_visible(predicting, name) for name in (*ANSWERS, "Check"))
    press(predicting, "Next batch")
    assert_asks(predicting, 1)  # the verdicts are gone
    press(predicting, "Previous batch")
    assert_shows_result(predicting, 1)


def test_wrong_answers_are_explained_by_the_name_of_their_fields(predicting):
    trace, lr = predicting.trace, predicting.trace.lr
    step = trace[0]
    half, upwards = f"{step.loss / 2:.6g}", f"{(step.w + lr * step.grad_w).item():.6g}"
    answer(predicting, Loss=half, New_w=upwards, New_b="1000")
    expected = [
        f"{name}: {judge(trace, 0, quantity, text).sentence}"
        for (name, quantity), text in zip(ANSWERS.items(), (half, upwards, "1000"), strict=True)
    ]
    assert said(predicting) == "\n".join([*expected, predicting.text])
    assert "a ½ in this loss?" in expected[0]
    assert "sign is wrong" in expected[1]
    assert predicting.position == 1


def test_only_what_was_answered_is_judged(predicting):
    answer(predicting, New_w=right_answers(predicting.trace[0])["New w"], Loss="  ")
    assert said(predicting) == f"New w: That is right.\n{predicting.text}"
    press(predicting, "Next batch")
    press(predicting, "Check")  # with nothing in the fields
    assert_shows_result(predicting, 2)


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("text", ["about 3", "1 2", "nan", "--1"])
def test_what_is_no_number_can_be_mended(predicting, name, text):
    enter(predicting, "Loss", "1.5")
    enter(predicting, name, text)
    press(predicting, "Check")
    note, *rest = said(predicting).split("\n")
    assert re.fullmatch(rf"{name}: expected a number.*, got {text!r}\.", note)
    assert "\n".join(rest) == predicting.text
    assert predicting.navigator.asking
    assert predicting.position == 0
    assert control(predicting, name).value == text
    enter(predicting, name, "1000")
    press(predicting, "Check")
    assert predicting.position == 1


def test_answers_do_not_wait_for_the_next_question(predicting):
    enter(predicting, "Loss", "1.5")
    press(predicting, "Next batch")
    press(predicting, "Next batch")
    assert_asks(predicting, 1)
    enter(predicting, "New b", "2")
    enter(predicting, "Step", 3)
    assert_asks(predicting, 3)
    enter(predicting, "New w", "2")
    enter(predicting, "Seed", 4)
    assert_asks(predicting, 0)


def test_to_look_at_it_differently_does_not_take_answers_away(predicting):
    enter(predicting, "New w", "0.5")
    enter(predicting, "Arithmetic", "chain rule")
    enter(predicting, "Loss axis", "logarithmic")
    assert predicting.navigator.asking
    assert control(predicting, "New w").value == "0.5"


def test_a_second_press_on_check_does_nothing(predicting):
    """A double click: the second press is on its way when the button vanishes."""
    enter(predicting, "Loss", "1000")
    check = control(predicting, "Check")
    check.click()
    after = seen(predicting)
    check.click()
    assert seen(predicting) == after


def test_predictions_can_be_made_in_code(predicting):
    step = predicting.trace[0]
    verdicts = predicting.predict(loss=f"2 * {step.loss:.6g} / 2", b="1,000")
    assert {quantity: verdict.kind for quantity, verdict in verdicts.items()} == {
        "loss": "right",
        "b": "wrong",
    }
    assert said(predicting).startswith("Loss: That is right.\nNew b: ")
    assert predicting.position == 1
    with pytest.raises(RuntimeError, match=r"^predict: expected to be asked"):
        predicting.predict(w="1")


def test_predict_mode_does_not_play(predicting):
    play = control(predicting, "Play")
    assert play.disabled
    press(predicting, "Next batch")
    assert play.disabled
    enter(predicting, "Predict mode", False)
    assert not play.disabled


def everywhere(stepper):
    """Return all that the page is sent, and what stands for it where no kernel runs.

    But for the coordinates of the picture: they are many, and some look like any number.
    """
    widgets = widgets_of(stepper)
    widgets |= {widget.layout: () for widget in widgets}
    states = [json.dumps(w.get_state(), default=repr, ensure_ascii=False) for w in widgets]
    bundle, metadata = stepper._repr_mimebundle_()
    told = "\n".join([*states, bundle["text/plain"], metadata["image/png"]["alt"]])
    return re.sub(r"<(path|use|rect|text|g)\b[^>]*>", "", told)


def is_told(value, text):
    """Whether a text holds a number, to four digits as in descriptions, or to five or more."""
    rounded, longer = f"{abs(value):.4g}", f"{abs(value):.6g}"[:6]
    return re.search(rf"(?<![\d.])({re.escape(rounded)}(?!\d)|{re.escape(longer)})", text)


@pytest.mark.parametrize("batch_size", [1, 3, 4])
def test_while_it_is_asked_for_the_result_is_nowhere(monkeypatch, batch_size):
    monkeypatch.setattr(Stepper, "png", lambda self: b"")  # has a test above
    stepper = Stepper(short_run(batch_size=batch_size, lr=0.01, epochs=1), predict=True)
    for step in stepper.trace:
        asked = everywhere(stepper)
        press(stepper, "Next batch")
        shown = everywhere(stepper)
        for result in (step.loss, step.grad_w, step.grad_b, step.w_after, step.b_after):
            assert not is_told(np.ravel(result)[0], asked)
            assert is_told(np.ravel(result)[0], shown)
        if not stepper.navigator.at_end:
            press(stepper, "Next batch")


# Divergence


def test_divergence_is_told_at_the_end_and_only_there(no_picture):
    stepper = Stepper(short_run(lr=1e10))
    trace = stepper.trace
    assert 0 < len(trace) < LAST
    assert trace.diverged not in stepper.text
    stepper.seek(len(trace))
    assert stepper.text.endswith(f"\n{trace.diverged}")
    assert_shows(stepper, len(trace))


def test_it_is_told_when_the_line_has_left_the_picture(no_picture):
    stepper = Stepper(short_run(lr=5))
    assert "have left the picture" not in said(stepper)
    press(stepper, "Next epoch")
    assert "have left the picture" in said(stepper)
    stepper.new_run(lr=0.001)
    press(stepper, "Next epoch")
    assert "have left the picture" not in said(stepper)


def test_a_run_that_diverged_at_once_has_nowhere_to_go(no_picture):
    stepper = Stepper(short_run(lr=1e38))
    assert len(stepper.trace) == 0
    assert stepper.text.startswith("Start: no update yet. ")
    assert stepper.text.endswith(stepper.trace.diverged)
    assert all(control(stepper, name).disabled for name in (*MOVES, "Play"))
    slider = control(stepper, "Step")
    assert (slider.min, slider.max, slider.value) == (0, 0, 0)
    assert not is_visible(stepper, "Check")
    enter(stepper, "Predict mode", True)  # there is nothing to predict
    assert not is_visible(stepper, "Check")
    enter(stepper, "Learning rate", 0.001)
    assert_asks(stepper, 0)


@pytest.mark.parametrize("loss_axis", ["linear", "logarithmic"])
def test_a_run_that_diverged_to_infinity_can_be_looked_at_to_its_end(loss_axis):
    stepper = Stepper(short_run(lr=1e10, epochs=50, dtype="float64"), loss_axis=loss_axis)
    for position in (len(stepper.trace), len(stepper.trace) // 2, 0):
        stepper.seek(position)
        assert_shows(stepper, position)
    assert np.inf in stepper.trace.full_losses
    stepper.seek(len(stepper.trace))
    assert "Loss of all of the data: inf" in said(stepper)
    assert said(stepper).endswith(stepper.trace.diverged)
    assert stepper.png().startswith(b"\x89PNG")


def test_a_run_that_diverges_can_be_made_and_mended_on_the_screen(plain):
    enter(plain, "Learning rate", 1e10)
    plain.seek(plain.navigator.last)
    assert said(plain).endswith(plain.trace.diverged)
    enter(plain, "Learning rate", 0.001)
    assert_shows(plain, 0, run=2)
    assert plain.navigator.last == LAST


# What is told, and where


def test_the_start_is_told_in_words_and_numbers(plain):
    loss = plain.trace.full_losses[0]
    assert plain.text == (
        f"Start: no update yet. w = -0.34487, b = 0.86449.\nLoss of all of the data: {loss:.6g}."
    )


def test_a_step_is_told_in_its_own_words(plain):
    plain.seek(3)
    before, after = plain.trace.full_losses[2:4]
    assert plain.text == (
        f"{plain.trace[2]}\nLoss of all of the data: {after:.6g}, down from {before:.6g}."
    )


def test_a_notebook_gets_the_widget_the_picture_and_the_text():
    stepper = Stepper(short_run())
    stepper.next()
    bundle, metadata = stepper._repr_mimebundle_(include=None, exclude=None)
    view = bundle["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == stepper.widget.model_id
    words, _, advice = bundle["text/plain"].rpartition("\n")
    assert words == f"{stepper.text}\n{stepper.arithmetic}"
    assert len(stepper.arithmetic.split("\n")) == 8
    assert advice == (
        "The buttons need a running kernel: open the notebook with 'make lab' and run this cell."
    )
    assert base64.b64decode(bundle["image/png"]) == stepper.png() == RunFigure(short_run()).png(1)
    assert metadata == {"image/png": {"alt": f"{stepper.alt_text}\n{stepper.text}"}}
    assert json.dumps(bundle)  # can be stored


def test_a_stepper_has_a_short_repr(plain):
    plain.seek(3)
    assert repr(plain) == "<Stepper at position 3 of 4>"
