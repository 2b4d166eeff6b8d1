"""A prediction is judged in place, and says nothing of the answer before."""

import json
import re
from html import unescape

import pytest

from lsqgrad import Prediction
from lsqgrad.practice.predictions import PREDICTIONS, Choice, Value, choice
from lsqgrad.widgets import RUN_ALL

NO_BIAS = "That is without the bias. What does b do?"
ASKED = {
    "turned sign": choice("b", a="Where is it steep?", b="Each step leads uphill.", c="Why <so>?"),
    "first prediction": Value(-0.7449, "4.6667w + b = −0.7449.", {NO_BIAS: -1.6094}),
    "batches": Value(12, "36 rows in threes are 12 batches."),
    "shrinks": Value(20.2, "2 · 0.101 are 20.2 percent.", {"Of 1?": 0.202}, percent=True),
    "nothing": Value(0, "It stays at 0."),
}
FIRST_IS = "4.6667w + b = −0.7449."
EXPECTED = "Expected a number such as -0.1453, 1e-3 or 2/3*0.5, got 'x'."


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    """Other questions than the notebooks have."""
    for name in [*PREDICTIONS]:
        monkeypatch.delitem(PREDICTIONS, name)
    for name, question in ASKED.items():
        monkeypatch.setitem(PREDICTIONS, name, question)


def seen(prediction):
    """Return what stands below the question in the page, also when it is loaded again."""
    scene, place = prediction.widget.scene, prediction.widget.place
    assert scene["run"] == place["run"]
    return unescape(scene["frames"][place["at"]]["status"])


def test_a_choice_says_why():
    prediction = Prediction("turned sign")
    assert prediction.text == seen(prediction) == "Choose a, b or c."
    assert prediction.answer("c") == prediction.text == "c is not right. Why <so>?"
    assert seen(prediction) == prediction.text
    assert prediction.answer(" (B) ") == "b is right. Each step leads uphill."
    assert seen(prediction) == prediction.text == "b is right. Each step leads uphill."
    assert prediction.answer("d") == prediction.text == "Choose a, b or c."


def test_the_buttons_of_a_choice_have_all_that_the_page_needs():
    scene = Prediction("turned sign").widget.scene
    for place in ("0?", "1"):
        choices = scene["frames"][place]["choices"]
        assert [(one["name"], one["right"]) for one in choices] == [
            *[("a", False), ("b", True), ("c", False)]
        ]
    assert choices[2]["said"] == "c is not right. Why &lt;so&gt;?"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ("-0.7449", f"That is right. {FIRST_IS}"),
        ("-0.744915", f"That is right. {FIRST_IS}"),  # which the answer was rounded from
        ("4.6667*(-0,34487) + 0,86449", f"That is right. {FIRST_IS}"),
        ("−0.74", f"That is right to 2 digits. More exactly it is -0.7449. {FIRST_IS}"),
        (
            "-0.7448",
            "That agrees to 3 digits: its last digit is off. More exactly it is -0.7449. "
            f"{FIRST_IS}",
        ),
        ("-1.6094", NO_BIAS),
        ("-1.60941", NO_BIAS),
        ("0.7449", "The size is right, but not the sign."),
        ("-0.9", "That is too small."),
        ("-0.742", "That is a little too large."),
        ("x", EXPECTED),
        ("", "Type a number."),
    ],
)
def test_a_number_is_judged(answer, said):
    prediction = Prediction("first prediction")
    assert prediction.answer(answer) == said == prediction.text
    is_right = FIRST_IS in said
    assert seen(prediction) == (FIRST_IS if is_right else said)
    assert prediction.position == is_right


@pytest.mark.parametrize(
    ("name", "answer", "right"),
    [
        *[("batches", "12", True), ("batches", "36/3", True), ("batches", "12.0", True)],
        *[("batches", "13", False), ("batches", "10", False), ("batches", "-12", False)],
        *[("nothing", "0", True), ("nothing", "0.00", True), ("nothing", "0.01", False)],
    ],
)
def test_a_whole_number_is_exact(name, answer, right):
    prediction = Prediction(name)
    assert prediction.answer(answer).startswith("That is right.") == right


@pytest.mark.parametrize(
    ("name", "answer", "said"),
    [
        *[("shrinks", one, "That is right. 2 · 0.101") for one in ("20.2%", "20,2 ％ ", "20.2")],
        *[("shrinks", "20%", "That is right to 2 digits."), ("shrinks", "0.202 %", "Of 1?")],
        *[("shrinks", "20.2%%", "Expected a number"), ("batches", "12%", "Expected a number")],
    ],
)
def test_a_percent_sign_is_read_where_percent_are_asked_for(name, answer, said):
    assert Prediction(name).answer(answer).startswith(said)


def test_the_answer_can_be_shown_and_asked_for_again():
    prediction = Prediction("batches")
    assert seen(prediction) == ""  # there is the field
    prediction.next()
    assert seen(prediction) == prediction.text == "36 rows in threes are 12 batches."
    prediction.reset()
    assert (seen(prediction), prediction.text) == ("", "Type a number.")


@pytest.mark.parametrize(
    ("name", "text"), [("turned sign", "Choose a, b or c."), ("first prediction", "Type a number.")]
)
def test_what_is_stored_does_not_tell_the_answer(name, text):
    data, metadata = Prediction(name)._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert data["text/plain"] == f"{text}\n{RUN_ALL}"
    assert not {"text/html", "image/png"} & data.keys()
    assert metadata == {}


def test_a_page_without_a_kernel_folds_the_answer(tmp_path):
    Prediction("batches").to_html(tmp_path / "page.html")
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "<summary>Answer</summary>36 rows in threes are 12 batches.</details>" in page


def test_the_page_has_nothing_to_ask_for():
    for name in ASKED:
        scene = Prediction(name).widget.scene
        assert [*scene["frames"]] == ["0?", "1"]
        assert json.loads(json.dumps(scene, allow_nan=False)) == scene


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        *[("turned sine", " Perhaps 'turned sign' is meant."), ("zzzz", "")],
        *[("Turned sign", " Perhaps 'turned sign' is meant."), (7, ""), (None, "")],
        (["turned sign"], ""),
    ],
)
def test_an_unknown_name_hears_one_that_is_near(name, hint):
    expected = f"name: expected the name of a prediction, got {name!r}.{hint}"
    with pytest.raises(ValueError, match=f"^{re.escape(expected)}$"):
        Prediction(name)


def test_an_answer_is_a_string():
    with pytest.raises(TypeError, match=r"^answer: expected a letter or a number as a string, got"):
        Prediction("batches").answer(12)


def test_a_prediction_has_a_short_repr():
    assert repr(Prediction("batches")) == "<Prediction of batches>"


WRITTEN = {**PREDICTIONS}  # those of the notebooks


@pytest.mark.parametrize("name", WRITTEN)
def test_those_of_the_notebooks_are_whole_and_right(name, monkeypatch):
    question = WRITTEN[name]
    monkeypatch.setitem(PREDICTIONS, name, question)
    if isinstance(question, Choice):
        said = [*question.said.values()]
        letters = "abcdefg"[: len(said)]
        assert "".join(sorted(question.said)) == letters
        assert len(said) > 1
        for letter in letters:
            is_right = Prediction(name).answer(letter).startswith(f"{letter} is right. ")
            assert is_right == (letter == question.right)
    else:
        said = [question.because, *question.mistakes]
        assert Prediction(name).answer(str(question.right)).startswith("That is right. ")
        for sentence, number in question.mistakes.items():
            assert Prediction(name).answer(f"{number:.5g}").startswith(sentence)
        numbers = re.findall(r"−?\d+(?:\.\d+)?", question.because)
        answers = [Prediction(name).answer(number) for number in numbers]
        assert sum(answer.startswith("That is right.") for answer in answers) == 1, numbers
    for sentence in said:
        assert sentence.rstrip(")”")[-1] in ".?!", sentence
        assert not any(sign in sentence for sign in ("`", "$", "**", "](")), f"Markdown: {sentence}"
