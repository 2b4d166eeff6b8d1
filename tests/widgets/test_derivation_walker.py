"""The walker, pressed as a learner presses it: everything that is seen is at one line."""

import re

import ipywidgets
import pytest

from lsqgrad import Derivation, DerivationError, Line, Slip, Walker, define, derivations
from lsqgrad.derivations import by_differentials, for_bias
from lsqgrad.widgets.controls import CHOICES, LINE_MOVES
from lsqgrad.widgets.derivation_navigator import DerivationNavigator

pytestmark = pytest.mark.usefixtures("errors_are_raised")
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


@pytest.fixture
def walker():
    return Walker(Derivation("A short one", LINES, LOSS, first=7))


def widgets_of(walker):
    """Every widget, from the outermost to the innermost."""
    found, waiting = [], [walker.widget]
    while waiting:
        widget = waiting.pop(0)
        found.append(widget)
        waiting += getattr(widget, "children", ())
    return found


def control(walker, name):
    (found,) = (w for w in widgets_of(walker) if getattr(w, "description", None) == name)
    return found


def press(walker, *names):
    for name in names:
        control(walker, name).click()


def shown(walker):
    """The numbers of the equations that are shown."""
    values = [
        w.value
        for w in widgets_of(walker)
        if isinstance(w, ipywidgets.HTMLMath) and w.layout.display != "none"
    ]
    return [int(n) for value in values for n in re.findall(r"aria-label='Equation (\d+)'", value)]


def words(walker):
    (found,) = (w for w in widgets_of(walker) if "lsqgrad-says" in w._dom_classes)
    return found.value


def choices_are_shown(walker):
    row = next(w for w in widgets_of(walker) if control(walker, "A") in getattr(w, "children", ()))
    (box,) = (w for w in widgets_of(walker) if row in getattr(w, "children", ()))
    return box.layout.display != "none"


def right_choice(walker):
    place = walker.position + 1
    right = walker.derivation.lines[place].math.split(" == ")[-1]
    return CHOICES[walker.navigator.choices.index(right)]


def assert_at(walker, position):
    """Lines, words and buttons are all at one position."""
    last = len(LINES) - 1
    assert walker.position == position
    assert shown(walker) == list(range(7, 8 + position))
    assert f'data-position="{position}"' in words(walker)
    assert f"Line {position + 1} of 3" in words(walker)
    assert control(walker, "Previous line").disabled == (position == 0)
    assert control(walker, "Next line").disabled == (position == last)
    assert control(walker, "Show all").disabled == (position == last)


def test_a_walker_begins_with_the_first_line(walker):
    assert_at(walker, 0)
    assert not choices_are_shown(walker)
    assert walker.text == "Line 1 of 3: put in the loss."


@pytest.mark.parametrize(
    ("moves", "position"),
    [
        (["Next line"], 1),
        (["Next line", "Next line"], 2),
        (["Next line", "Previous line"], 0),
        (["Show all"], 2),
        (["Show all", "Previous line"], 1),
        (["Show all", "Reset"], 0),
    ],
)
def test_every_move_brings_everything_to_its_line(walker, moves, position):
    press(walker, *moves)
    assert_at(walker, position)


def test_code_moves_it_as_buttons_do(walker):
    for move, position in [
        (walker.next, 1), (walker.show_all, 2), (walker.previous, 1), (walker.reset, 0),
    ]:  # fmt: skip
        move()
        assert_at(walker, position)


def test_a_line_is_typeset_with_its_number_its_rule_and_what_changed(walker):
    press(walker, "Next line")
    line = next(w.value for w in widgets_of(walker) if "Equation 8" in getattr(w, "value", ""))
    assert "(8)" in line
    assert "<b>Product rule.</b> Both factors of $r^\\top r$ move." in line
    assert line.count(r"\underline{") == 1
    first = next(w.value for w in widgets_of(walker) if "Equation 7" in getattr(w, "value", ""))
    assert r"\underline{" not in first


def test_a_line_that_is_not_shown_is_nowhere():
    walker = Walker(by_differentials)
    everything = "".join(str(getattr(w, "value", "")) for w in widgets_of(walker))
    assert "Equation 14" in everything
    assert "Equation 15" not in everything
    assert r"\underline{" not in everything


def test_predict_mode_asks_for_the_next_line(walker):
    control(walker, "Predict mode").value = True
    assert choices_are_shown(walker)
    assert walker.text == "Line 1 of 3. Which line comes next? The rule is: product rule."
    assert shown(walker) == [7]
    control(walker, "Predict mode").value = False
    assert_at(walker, 0)
    assert not choices_are_shown(walker)


def test_a_wrong_choice_is_explained_and_changes_nothing_else(walker):
    control(walker, "Predict mode").value = True
    wrong = CHOICES[walker.navigator.choices.index("1 / n * d(r).T @ r")]
    press(walker, wrong)
    assert f"{wrong} is not right. There are $2$ terms." in words(walker)
    assert walker.text.startswith(f"{wrong} is not right. There are 2 terms.\n")
    assert control(walker, wrong).disabled
    assert shown(walker) == [7]
    assert choices_are_shown(walker)
    press(walker, wrong)  # the second press of a double click
    assert shown(walker) == [7]


def test_reset_takes_a_note_away_at_the_start_too(walker):
    control(walker, "Predict mode").value = True
    assert control(walker, "Reset").disabled
    press(walker, next(name for name in CHOICES if name != right_choice(walker)))
    assert not control(walker, "Reset").disabled
    press(walker, "Reset")
    assert "is not right" not in walker.text
    assert control(walker, "Reset").disabled


def test_the_right_choice_shows_the_line(walker):
    control(walker, "Predict mode").value = True
    right = right_choice(walker)
    press(walker, right)
    assert_at(walker, 1)
    assert f"{right} is right." in words(walker)
    assert not choices_are_shown(walker)
    press(walker, right)  # the second press of a double click
    assert_at(walker, 1)


def test_a_line_without_slips_is_shown_without_a_question(walker):
    control(walker, "Predict mode").value = True
    press(walker, right_choice(walker), "Next line")
    assert not choices_are_shown(walker)
    assert_at(walker, 2)


def test_next_line_answers_the_question_itself(walker):
    control(walker, "Predict mode").value = True
    press(walker, "Next line")
    assert_at(walker, 1)
    press(walker, "Previous line")
    assert choices_are_shown(walker)


def test_a_new_question_has_all_its_choices():
    walker = Walker(by_differentials, predict=True)
    wrong = next(name for name in CHOICES if name != right_choice(walker))
    press(walker, wrong, right_choice(walker), "Next line")
    assert choices_are_shown(walker)
    assert not any(control(walker, name).disabled for name in CHOICES)
    assert "is not right" not in walker.text


def test_choices_can_be_made_in_code():
    walker = Walker(for_bias, predict=True)
    right = right_choice(walker)
    assert not walker.choose(next(name for name in CHOICES if name != right))
    assert walker.position == 0
    assert walker.choose(right)
    assert walker.position == 1
    with pytest.raises(RuntimeError, match=r"^choose: expected to be asked for a line here"):
        walker.choose("A")
    with pytest.raises(ValueError, match=r"^name: expected 'A' or 'B' or 'C', got str 'D'\.$"):
        walker.choose("D")


@pytest.mark.parametrize("derivation", ALL, ids=lambda derivation: derivation.title)
def test_choices_look_different_from_each_other(derivation):
    walker = Walker(derivation, predict=True)
    for _ in range(len(derivation) - 1):
        choices = [
            w.value
            for w in widgets_of(walker)
            if isinstance(w, ipywidgets.HTMLMath) and "lsqgrad-choice" in w.value
        ]
        assert len(set(choices)) == 3
        walker.next()
        walker.next()


def test_every_right_choice_leads_to_the_end():
    walker = Walker(by_differentials, predict=True)
    for place in range(1, len(by_differentials)):
        assert walker.choose(right_choice(walker))
        assert walker.position == place
        walker.next()
    assert walker.text == "Line 7 of 7: read off the gradient."


def test_all_is_larger_on_the_projector(walker):
    assert "lsqgrad-notebook" in words(walker)
    control(walker, "Size").value = "projector"
    assert "lsqgrad-projector" in words(walker)
    line = next(w.value for w in widgets_of(walker) if "Equation 7" in getattr(w, "value", ""))
    assert "lsqgrad-projector" in line


def test_every_control_says_what_it_does(walker):
    for name in [*LINE_MOVES, *CHOICES, "Predict mode", "Size"]:
        assert control(walker, name).tooltip


def test_a_derivation_with_an_error_is_not_walked_through():
    wrong = (LINES[0], Line("1 / n * d(r).T @ r", "product rule"))
    with pytest.raises(DerivationError, match=r"Line \(2\) of 'Wrong', by the rule 'product rule'"):
        Walker(Derivation("Wrong", wrong, LOSS))


def test_without_a_kernel_it_says_where_the_derivation_is(walker):
    bundle = walker._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"].startswith(
        "A short one, 3 lines. The buttons need a running kernel"
    )


def test_a_walker_has_a_short_repr(walker):
    assert repr(walker) == "<Walker at line 1 of 3>"


def test_two_walkers_do_not_touch_each_other():
    one, other = Walker(for_bias), Walker(for_bias)
    press(one, "Next line")
    assert (one.position, other.position) == (1, 0)
    assert isinstance(other.navigator, DerivationNavigator)


def test_it_is_said_when_predict_mode_has_nothing_to_ask():
    walker = Walker(Derivation("No slips", LINES[::2], LOSS), predict=True)
    assert walker.text.endswith("asks nothing here, since no line has slips to choose from.")


def test_a_wide_left_side_does_not_push_the_rest_aside():
    walker = Walker(derivations.for_bias)
    line = next(w.value for w in widgets_of(walker) if "Equation 10" in getattr(w, "value", ""))
    assert "<span></span><span>$" in line
