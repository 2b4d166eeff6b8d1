"""What the walker shows of a derivation, at each place, and what it says of each choice."""

import json
import re
from html import unescape
from xml.etree import ElementTree

import pytest

from lsqgrad import Derivation, Line, Slip, define, derivations
from lsqgrad.algebra.mathml import MARK
from lsqgrad.widgets.derivation_frames import NOTHING_ASKED, DerivationFrames
from lsqgrad.widgets.derivation_navigator import CHOICES, DerivationNavigator

ALL = [one for one in vars(derivations).values() if isinstance(one, Derivation)]
LOSS = define("r == X @ w - Y", "L(w) == 1 / n * r.T @ r")
LINES = (
    Line("d(L) == d(1 / n * r.T @ r)", "put in the loss"),
    Line(
        "1 / n * (d(r).T @ r + r.T @ d(r))",
        "product rule",
        "Both factors of {r.T @ r} move.",
        (Slip("1 / n * d(r).T @ r", "There are {2} terms."), Slip("1 / n * r.T @ r", "Nothing.")),
    ),
    Line("2 / n * r.T @ d(r)", "a number is its own transpose"),
)
SHORT = Derivation("A short one", LINES, LOSS, first=7)
HOSTILE = "<script>alert(1)</script> & <b title='\"'>"
R_T_R = "<math><mrow><msup><mi>r</mi><mo>⊤</mo></msup><mo>\u2062</mo><mi>r</mi></mrow></math>"


@pytest.fixture
def frames():
    return DerivationFrames(SHORT)


def read(html):
    """Return an element of HTML; what is not closed is an error."""
    return ElementTree.fromstring(html)


def seen(html):
    """Return what is read of some HTML, without signs that are not seen."""
    return re.sub("[\u2061-\u2063]", "", unescape(re.sub(r"<[^>]+>", "", html)))


def choices(derivation, position):
    return DerivationFrames(derivation).frame(f"{position}?")["choices"]


# Lines


def test_a_line_has_its_number_its_rule_and_a_sentence_with_formulas(frames):
    _, line, _ = frames.scene()["lines"]
    element = read(line)
    assert element.attrib == {
        "class": "lsqgrad-line", "role": "group", "aria-label": "Equation 8",
    }  # fmt: skip
    left, right, number, words = element
    assert (left.text, len(left), number.text) == (None, 0, "(8)")
    assert right[0].tag == "math"
    assert "<b>Product rule.</b> Both factors of " + R_T_R + " move.</span>" in line
    assert len(words) == 2


@pytest.mark.parametrize(
    ("place", "left", "right"),
    [(0, "dL", "=d(1nr⊤r)"), (1, "", "=1n(dr⊤r+r⊤dr)"), (2, "", "=2nr⊤dr")],
)
def test_the_left_side_stands_once(frames, place, left, right):
    cells = re.findall(r"<span>(.*?)</span>", frames.scene()["lines"][place])
    assert [seen(cell) for cell in cells[:2]] == [left, right]


def test_a_wide_left_side_does_not_push_the_rest_aside():
    line = DerivationFrames(derivations.for_bias).scene()["lines"][0]
    left, right = re.findall(r"<span>(.*?)</span>", line)[:2]
    assert left == ""
    both = re.findall(r"<math.*?</math>", right)  # between which a narrow page breaks the line
    assert [*map(seen, both)] == ["∂∂b(yi−wxi−b)2", "=2(yi−wxi−b)∂∂b(yi−wxi−b)"]


def test_a_chain_of_equations_has_all_its_sides():
    chain = Derivation("A chain", [Line("L == 1 / n * r.T @ r == r.T @ r / n", "rule")], LOSS)
    (line,) = DerivationFrames(chain).scene()["lines"]
    assert seen(line).startswith("L=1nr⊤r=r⊤rn(1)")


@pytest.mark.parametrize("derivation", ALL, ids=lambda derivation: derivation.title)
def test_every_line_marks_what_is_new_and_is_well_formed(derivation):
    first, *others = DerivationFrames(derivation).scene()["lines"]
    assert MARK not in first
    for place, line in enumerate(others, start=1):
        assert MARK in line
        assert read(line).attrib["aria-label"] == f"Equation {derivation.number(place)}"


@pytest.mark.parametrize("derivation", ALL, ids=lambda derivation: derivation.title)
def test_every_minus_is_one(derivation):
    frames = DerivationFrames(derivation)
    shown = [*frames.scene()["lines"]]
    for place in frames.places():
        frame = frames.frame(place)
        shown += [frame["status"], *(choice["html"] for choice in frame.get("choices", ()))]
        shown += [choice["said"] for choice in frame.get("choices", ())]
    assert not [text for text in map(seen, shown) if re.search(r"(?<!\w)-|-(?!\w)", text)]


# Places and words


def test_a_scene_says_what_there_is(frames):
    scene = frames.scene()
    assert (scene["kind"], scene["unit"], scene["last"]) == ("walker", "line", 2)
    assert (scene["label"], scene["slider"]) == ("A short one", {"label": "Line"})
    assert (scene["predict"], scene["questions"]) == (True, [0])
    assert len(scene["lines"]) == 3


def test_a_line_with_slips_is_asked_for_at_the_line_before(frames):
    assert [*frames.places()] == ["0", "0?", "1", "2"]


@pytest.mark.parametrize("derivation", [SHORT, *ALL], ids=lambda derivation: derivation.title)
def test_places_are_those_of_the_navigator(derivation):
    navigator = DerivationNavigator(derivation)
    navigator.predicting = True
    asked = []
    for position in range(len(derivation)):
        navigator.seek(position)
        asked += [position] if navigator.asking else []
    assert DerivationFrames(derivation).scene()["questions"] == asked


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("0", "Line 1 of 3: put in the loss."),
        ("0?", "Line 1 of 3. Which line comes next? The rule is: product rule."),
        ("1", "Line 2 of 3: product rule."),
        ("2", "Line 3 of 3: a number is its own transpose."),
    ],
)
def test_it_is_said_where_one_is_and_what_is_asked(frames, place, text):
    frame = frames.frame(place)
    assert frames.text(place) == frame["status"] == frame["brief"] == text
    assert ("choices" in frame) == place.endswith("?")


def test_formulas_in_a_rule_are_typeset():
    frames = DerivationFrames(derivations.for_bias)
    assert frames.text("4") == "Line 5 of 5: add a constant n times."
    assert frames.frame("4")["status"] == (
        "Line 5 of 5: add a constant <math><mi>n</mi></math> times."
    )


def test_it_is_said_when_predict_mode_has_nothing_to_ask(frames):
    without = DerivationFrames(Derivation("No slips", LINES[::2], LOSS))
    assert without.scene()["predict"] is False
    assert without.text("1", predicting=True) == (
        f"Line 2 of 2: a number is its own transpose. {NOTHING_ASKED}"
    )
    assert NOTHING_ASKED not in without.text("1")
    assert NOTHING_ASKED not in frames.text("2", predicting=True)


@pytest.mark.parametrize("derivation", [SHORT, *ALL], ids=lambda derivation: derivation.title)
def test_all_of_it_is_json(derivation):
    frames = DerivationFrames(derivation)
    all_of_it = [frames.scene(), *map(frames.frame, frames.places())]
    assert json.loads(json.dumps(all_of_it)) == all_of_it


# Choices


def test_a_choice_is_right_or_says_what_is_wrong():
    offered = {seen(choice["html"]): choice for choice in choices(SHORT, 0)}
    assert sorted(choice["name"] for choice in offered.values()) == [*CHOICES]
    right, one, none = (
        offered[f"=1n{math}"] for math in ("(dr⊤r+r⊤dr)", "dr⊤r", "r⊤r")
    )  # fmt: skip
    assert (right["right"], right["said"]) == (True, f"{right['name']} is right.")
    assert one["right"] is False
    two = "<math><mn>2</mn></math>"
    assert one["said"] == f"{one['name']} is not right. There are {two} terms."
    assert none["said"] == f"{none['name']} is not right. Nothing."


def test_of_a_new_equation_both_sides_are_offered():
    lines = [LINES[0], Line("D(L, w) == 2 / n * X.T @ r", "read off", slips=LINES[1].slips)]
    for choice in choices(Derivation("Both sides", lines, LOSS), 0):
        assert seen(choice["html"]).startswith("∂L∂w=")


@pytest.mark.parametrize("derivation", ALL, ids=lambda derivation: derivation.title)
def test_choices_are_those_of_the_navigator_and_look_different_from_each_other(derivation):
    navigator = DerivationNavigator(derivation)
    navigator.predicting = True
    for position in range(len(derivation) - 1):
        navigator.seek(position)
        offered = choices(derivation, position)
        assert len({choice["html"] for choice in offered}) == len(offered) == 3
        for place in sorted(range(3), key=lambda place: offered[place]["right"]):
            assert offered[place]["name"] == CHOICES[place]
            assert offered[place]["right"] == (navigator.choose(place) is None)


# Texts of a learner


def test_what_a_learner_wrote_is_shown_as_text():
    slips = (Slip("2 / n * r.T @ r", HOSTILE), Slip("r.T @ r", "No."))
    lines = [
        Line("L == 1 / n * r.T @ r", HOSTILE, HOSTILE),
        Line("r.T @ r / n", HOSTILE, "", slips),
    ]
    frames = DerivationFrames(Derivation(HOSTILE, lines, LOSS))
    shown = [frames.overview(), *frames.scene()["lines"]]
    for place in frames.places():
        frame = frames.frame(place)
        shown += [frame["status"], *(choice["said"] for choice in frame.get("choices", ()))]
    for html in shown:
        tags = {element.tag for element in read(f"<div>{html}</div>").iter()}
        assert not tags & {"script"}
        assert "title=" not in re.sub(r"&lt;.*?&gt;", "", html)
    assert sum(HOSTILE in seen(html) for html in shown) == 7
    assert frames.scene()["label"] == HOSTILE  # as a text, which the page puts in as one


def test_the_overview_has_the_title_and_all_lines(frames):
    assert frames.overview() == "".join(
        ["<p><b>A short one</b></p>", *frames.scene()["lines"]]
    )  # fmt: skip
