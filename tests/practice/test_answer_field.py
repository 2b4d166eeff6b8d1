"""A field for an answer says what the answer is worth, however it comes in."""

from html import unescape

import pytest

from lsqgrad import Practice
from lsqgrad.practice.answer_field import AnswerField
from lsqgrad.widgets import RUN_ALL

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


def seen(field):
    """Return what the page shows, also when it is loaded again."""
    return unescape(field.widget.scene["frames"]["0"]["status"])


def type_in(field, text):
    """Let the page send what was typed; return what it shows then."""
    sent = []
    field.widget.send = sent.append
    field._hear(field.widget, {"do": "check", "text": text, "id": 1}, [])
    assert sent == [{"id": 1}]
    return seen(field)


def test_a_field_begins_with_what_to_do(field, asked):
    assert field.text == START
    assert seen(field) == START
    assert field.widget.scene["label"] == "Answer to sum"
    assert asked == []


def test_what_is_typed_is_judged_and_the_same_may_be_checked_again(field, asked):
    assert type_in(field, " 4 ") == field.text == "<4> & not right."
    assert type_in(field, "4") == "<4> & not right."
    assert type_in(field, "5") == "Right."
    assert asked == ["4", "4", "5"]


def test_code_answers_as_a_learner_does_and_the_page_follows(field, asked):
    assert seen(field) == START
    field.answer(" 5 ")
    assert seen(field) == field.text == "Right."
    assert asked == ["5"]


@pytest.mark.parametrize("text", ["", "  ", "\t"])
def test_an_empty_field_is_no_answer_yet(field, asked, text):
    type_in(field, text)
    assert asked == [None]


def test_without_a_kernel_it_is_told_how_to_get_there(field):
    field.answer("4")
    data, _ = field._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"] == f"<4> & not right.\n{RUN_ALL}"


def test_a_field_has_a_short_repr(field):
    assert repr(field) == "<AnswerField for sum>"


def test_two_fields_do_not_touch_each_other(field):
    other = AnswerField("product", lambda answer: "Said.")
    other.answer("1")
    assert (other.text, field.text) == ("Said.", START)


def test_a_field_of_an_exercise_is_checked_by_it():
    practice = Practice()
    field = practice.field("gradient")
    for answer, sign in [("X.T @ r / n", "✗"), ("", "–"), ("2 / n X", "✗"), ("2/n*X.T@r", "✓")]:
        assert type_in(field, answer) == field.text
        assert field.text == practice.check("gradient", answer or None).text
        assert field.text.startswith(f"{sign} gradient: ")
    assert practice.done == ("gradient",)


def test_the_field_of_a_number_takes_it_as_typed():
    practice = Practice()
    field = practice.field("loss of a batch")
    field.answer(" 173,39 ")
    assert field.text.startswith("✓ loss of a batch: That is right.")
    field.answer("  ")
    assert field.text == "– loss of a batch: No answer here, but this exercise is done."
    assert practice.done == ("loss of a batch",)


def test_a_page_without_a_kernel_says_where_answers_are_checked():
    html = AnswerField("a < b", lambda answer: "Said.").html()
    assert html == "<p>a &lt; b: answers are checked in the notebook, by its kernel.</p>"
