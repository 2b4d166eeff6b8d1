"""A field for an answer says what the answer is worth, however it comes in."""

import re
from html import unescape

import ipywidgets
import pytest

from lsqgrad import Practice
from lsqgrad.practice.answer_field import AnswerField
from lsqgrad.widgets.controls import WITHOUT_BUTTONS

pytestmark = pytest.mark.usefixtures("errors_are_raised")
START = "sum: type your answer, then press Enter or Check."


@pytest.fixture
def asked():
    return []


@pytest.fixture
def field(asked):
    def judge(answer):
        asked.append(answer)
        return "Right." if answer == "5" else f"<{answer}> & not right."

    return AnswerField("sum", judge)


def all_of(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from all_of(child)


def find(field, kind):
    (widget,) = (one for one in all_of(field.widget) if type(one) is kind)
    return widget


def type_in(field, text):
    find(field, ipywidgets.Text).value = text


def press(field):
    find(field, ipywidgets.Button).click()


def seen(field):
    """Return what is on the page."""
    said = [one for one in all_of(field.widget) if "lsqgrad-says" in one._dom_classes]
    (words,) = said
    return unescape(re.sub("<.*?>", "", words.value))


def assert_says(field, text):
    assert field.text == text
    assert seen(field) == text


def test_a_field_begins_with_what_to_do(field, asked):
    assert_says(field, START)
    assert find(field, ipywidgets.Text).value == ""
    assert asked == []


def test_a_finished_answer_is_judged_and_the_button_judges_it_again(field, asked):
    """Whichever of the two comes first from the page, the last word is about what is typed."""
    type_in(field, "4")
    assert_says(field, "<4> & not right.")
    press(field)
    assert asked == ["4", "4"]
    press(field)
    type_in(field, " 5 ")
    assert_says(field, "Right.")


def test_code_answers_as_a_learner_does(field, asked):
    field.answer(" 4 ")
    assert_says(field, "<4> & not right.")
    assert find(field, ipywidgets.Text).value == " 4 "
    field.answer("5")
    assert_says(field, "Right.")
    assert asked == ["4", "5"]


@pytest.mark.parametrize("text", ["", "  ", "\t"])
def test_an_empty_field_is_no_answer_yet(field, asked, text):
    field.answer(text)
    assert asked == [None]
    press(field)
    assert asked == [None, None]


def test_the_same_may_be_checked_again(field, asked):
    field.answer("4")
    press(field)
    press(field)
    assert asked == ["4"] * 3


def test_what_is_said_is_in_the_region_that_is_announced(field):
    assert {"lsqgrad-widget", "lsqgrad-answerfield"} <= {*field.widget._dom_classes}
    assert [one for one in all_of(field.widget) if "lsqgrad-says" in one._dom_classes] == [
        field._controls.words
    ]


def test_the_controls_say_what_they_do(field):
    assert find(field, ipywidgets.Text).description == "Answer"
    assert find(field, ipywidgets.Text).tooltip == "A number or a formula"
    assert find(field, ipywidgets.Button).description == "Check"
    assert find(field, ipywidgets.Button).tooltip == "Say what the answer is worth"


def test_without_a_kernel_it_is_told_how_to_get_there(field):
    field.answer("4")
    data = field._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"] == f"<4> & not right.\n{WITHOUT_BUTTONS}"
    assert AnswerField("sum", str)._repr_mimebundle_()["text/plain"].startswith(START)


def test_a_field_has_a_short_repr(field):
    assert repr(field) == "<AnswerField for sum>"


def test_two_fields_do_not_touch_each_other(field):
    other = AnswerField("product", lambda answer: "Said.")
    other.answer("1")
    assert_says(other, "Said.")
    assert_says(field, START)


def test_a_field_of_an_exercise_is_checked_by_it():
    practice = Practice()
    field = practice.field("gradient")
    for answer, sign in [("X.T @ r / n", "✗"), ("", "–"), ("2 / n X", "✗"), ("2/n*X.T@r", "✓")]:
        type_in(field, answer)
        press(field)
        assert field.text == practice.check("gradient", answer or None).text
        assert field.text.startswith(f"{sign} gradient: ")
        assert seen(field) == field.text
    assert practice.done == ("gradient",)


def test_the_field_of_a_number_takes_it_as_typed():
    practice = Practice()
    field = practice.field("loss of a batch")
    field.answer(" 173,39 ")
    assert field.text.startswith("✓ loss of a batch: That is right.")
    field.answer("  ")
    assert field.text == "– loss of a batch: No answer here, but this exercise is done."
    assert practice.done == ("loss of a batch",)
