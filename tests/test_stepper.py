"""The stepper, pressed as a learner presses it: everything that is seen is at one position."""

import base64
import html
import re

import ipywidgets
import pytest

import lsqgrad.gradients
import lsqgrad.sgd
import lsqgrad.stepper
from lsqgrad import ARTICLE, Stepper, line_data, sgd_by_hand

LAST = 4
BUTTONS = ["Reset", "Previous batch", "Next batch"]


def short_run(**changes):
    """Four steps: batches of 3 and 1, twice."""
    return sgd_by_hand(*line_data(4), ARTICLE.w, ARTICLE.b, **{"epochs": 2, **changes})


@pytest.fixture(scope="module")
def pictures():
    """The picture of every position, each from a stepper that goes straight there."""
    stepper = Stepper(short_run())
    found = [stepper.png()]
    for position in range(1, LAST + 1):
        stepper.seek(position)
        found.append(stepper.png())
    assert len(set(found)) == LAST + 1, "two positions look alike"
    return found


@pytest.fixture
def no_pictures(monkeypatch):
    """Pictures take most of the time; not every test looks at them."""
    monkeypatch.setattr(Stepper, "png", lambda self: b"no picture")


def parts(stepper, kind):
    """Find the widgets of a kind in what is shown."""
    found, waiting = [], [stepper.widget]
    while waiting:
        widget = waiting.pop(0)
        waiting += getattr(widget, "children", ())
        found += [widget] if isinstance(widget, kind) else []
    return found


def part(stepper, kind):
    (widget,) = parts(stepper, kind)
    return widget


def press(stepper, name):
    """Press a button, if it can be pressed."""
    (button,) = (b for b in parts(stepper, ipywidgets.Button) if b.description == name)
    assert not button.disabled
    button.click()


def slide(stepper, position):
    part(stepper, ipywidgets.IntSlider).value = position


def shown_text(stepper):
    """The words on the screen, without the tags around them."""
    return html.unescape(re.sub(r"<[^>]*>", "", part(stepper, ipywidgets.HTML).value))


def seen(stepper):
    """Everything that a learner sees."""
    return (
        shown_text(stepper),
        part(stepper, ipywidgets.IntSlider).value,
        {b.description: b.disabled for b in parts(stepper, ipywidgets.Button)},
        part(stepper, ipywidgets.Image).value,
    )


def assert_shows(stepper, position, pictures):
    text, slider, disabled, picture = seen(stepper)
    assert stepper.position == position
    assert slider == position
    assert disabled == {
        "Reset": position == 0,
        "Previous batch": position == 0,
        "Next batch": position == LAST,
    }
    assert text == stepper.text
    assert text.startswith(f"Step {position} (" if position else "Start: no update yet.")
    assert picture == pictures[position]


# Moves


def test_a_stepper_begins_at_the_start(pictures):
    stepper = Stepper(short_run())
    assert [button.description for button in parts(stepper, ipywidgets.Button)] == BUTTONS
    slider = part(stepper, ipywidgets.IntSlider)
    assert (slider.min, slider.max, slider.step) == (0, LAST, 1)
    assert_shows(stepper, 0, pictures)


def test_buttons_bring_everything_to_the_position(pictures):
    stepper = Stepper(short_run())
    for name, position in [
        ("Next batch", 1),
        ("Next batch", 2),
        ("Next batch", 3),
        ("Next batch", LAST),
        ("Previous batch", 3),
        ("Reset", 0),
    ]:
        press(stepper, name)
        assert_shows(stepper, position, pictures)


def test_the_slider_brings_everything_to_the_position(pictures):
    stepper = Stepper(short_run())
    for position in [3, LAST, 0]:
        slide(stepper, position)
        assert_shows(stepper, position, pictures)


def test_code_brings_everything_to_the_position(pictures):
    stepper = Stepper(short_run())
    for move, arguments, position in [
        (stepper.next, (), 1),
        (stepper.seek, (3,), 3),
        (stepper.next, (), LAST),
        (stepper.next, (), LAST),  # there is nothing after
        (stepper.previous, (), 3),
        (stepper.reset, (), 0),
        (stepper.previous, (), 0),  # there is nothing before
    ]:
        move(*arguments)
        assert_shows(stepper, position, pictures)


def test_forward_and_back_is_where_one_was():
    stepper = Stepper(short_run())
    stepper.seek(2)
    before = seen(stepper)
    press(stepper, "Next batch")
    assert seen(stepper) != before
    press(stepper, "Previous batch")
    assert seen(stepper) == before


def test_seeking_what_is_not_there_leaves_all_as_it_was():
    stepper = Stepper(short_run())
    stepper.seek(2)
    before = seen(stepper)
    for position, error in [(-1, ValueError), (LAST + 1, ValueError), ("1", TypeError)]:
        with pytest.raises(error, match=r"^position: expected an integer.*, got "):
            stepper.seek(position)
        assert stepper.position == 2
        assert seen(stepper) == before


def test_every_move_draws_once(monkeypatch):
    stepper, drawn = Stepper(short_run()), []
    png = Stepper.png
    monkeypatch.setattr(Stepper, "png", lambda self: drawn.append(self.position) or png(self))
    slide(stepper, 3)
    assert drawn == [3]
    press(stepper, "Next batch")
    assert drawn == [3, 4]
    stepper.seek(1)
    assert drawn == [3, 4, 1]


def test_moving_computes_nothing_again(monkeypatch):
    stepper = Stepper(short_run())

    def fail(*args, **kwargs):
        raise AssertionError("a move computed the run again")

    for module, name in [
        *((lsqgrad.sgd, name) for name in ("sgd_by_hand", "sgd_with_torch", "_steps_by_hand")),
        *((lsqgrad.sgd, name) for name in ("minibatches", "gradient_matrix", "Step", "Trace")),
        (lsqgrad.gradients, "gradient_matrix"),
    ]:
        monkeypatch.setattr(module, name, fail)
    trace, steps = stepper.trace, stepper.trace.steps
    press(stepper, "Next batch")
    slide(stepper, LAST)
    press(stepper, "Previous batch")
    press(stepper, "Reset")
    assert stepper.trace is trace
    assert stepper.trace.steps is steps


def test_two_steppers_do_not_touch_each_other():
    trace = short_run()
    one, other = Stepper(trace), Stepper(trace)
    before = seen(other)
    press(one, "Next batch")
    slide(one, 3)
    assert seen(other) == before
    assert (one.position, other.position) == (3, 0)


# What is told


@pytest.mark.usefixtures("no_pictures")
def test_the_start_is_told_in_words_and_numbers():
    stepper = Stepper(short_run())
    loss = stepper.trace.full_losses[0]
    assert stepper.text == (
        f"Start: no update yet. w = -0.34487, b = 0.86449.\nLoss of all of the data: {loss:.6g}."
    )


@pytest.mark.usefixtures("no_pictures")
def test_a_step_is_told_in_its_own_words():
    stepper = Stepper(short_run())
    stepper.seek(3)
    loss = stepper.trace.full_losses[3]
    assert stepper.text == f"{stepper.trace[2]}\nLoss of all of the data: {loss:.6g}."


@pytest.mark.usefixtures("no_pictures")
def test_divergence_is_told_at_the_end_and_only_there():
    stepper = Stepper(short_run(lr=1e10))
    trace = stepper.trace
    assert 0 < len(trace) < 4
    assert trace.diverged not in stepper.text
    stepper.seek(len(trace))
    assert stepper.text.endswith(f"\n{trace.diverged}")
    assert shown_text(stepper) == stepper.text


def test_a_run_that_diverged_at_once_has_nowhere_to_go():
    stepper = Stepper(short_run(lr=1e38))
    assert len(stepper.trace) == 0
    assert stepper.text.startswith("Start: no update yet. ")
    assert stepper.text.endswith(stepper.trace.diverged)
    assert all(button.disabled for button in parts(stepper, ipywidgets.Button))
    slider = part(stepper, ipywidgets.IntSlider)
    assert (slider.min, slider.max, slider.value) == (0, 0, 0)


def test_a_run_that_diverged_in_float64_can_be_looked_at_to_its_end():
    stepper = Stepper(short_run(lr=1e10, epochs=50, dtype="float64"))
    stepper.seek(len(stepper.trace))
    assert shown_text(stepper).endswith(stepper.trace.diverged)


@pytest.mark.usefixtures("no_pictures")
def test_the_text_is_announced_to_screen_readers():
    assert "role='status'" in part(Stepper(short_run()), ipywidgets.HTML).value


@pytest.mark.usefixtures("no_pictures")
def test_the_text_cannot_break_out_of_its_tags(monkeypatch):
    monkeypatch.setattr(Stepper, "text", "w < 1 & <b>b</b>")
    stepper = Stepper(short_run())
    assert "<b>" not in part(stepper, ipywidgets.HTML).value
    assert shown_text(stepper) == "w < 1 & <b>b</b>"


@pytest.mark.usefixtures("no_pictures")
def test_every_button_says_what_it_does():
    assert all(button.tooltip for button in parts(Stepper(short_run()), ipywidgets.Button))


# What is shown where


def test_a_notebook_gets_the_widget_the_picture_and_the_text(pictures):
    stepper = Stepper(short_run())
    stepper.next()
    bundle, metadata = stepper._repr_mimebundle_(include=None, exclude=None)
    view = bundle["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == stepper.widget.model_id
    text, _, advice = bundle["text/plain"].rpartition("\n")
    assert text == stepper.text
    assert advice == (
        "The buttons need a running kernel: open the notebook with 'make lab' and run this cell."
    )
    assert base64.b64decode(bundle["image/png"]) == pictures[1]
    assert metadata["image/png"]["alt"] == stepper.text


def test_the_panels_keep_their_places():
    stepper = Stepper(short_run())
    places = {tuple(axes.get_position().bounds for axes in stepper._axes)}
    for _ in stepper.trace:
        stepper.next()
        places.add(tuple(axes.get_position().bounds for axes in stepper._axes))
    assert len(places) == 1


def test_the_picture_is_a_png_of_three_panels(pictures):
    assert pictures[0].startswith(b"\x89PNG\r\n\x1a\n")
    width, height = (int.from_bytes(pictures[0][i : i + 4], "big") for i in (16, 20))
    assert width > 2 * height


@pytest.mark.usefixtures("no_pictures")
def test_a_stepper_has_a_short_repr():
    stepper = Stepper(short_run())
    stepper.seek(3)
    assert repr(stepper) == "<Stepper at position 3 of 4>"
