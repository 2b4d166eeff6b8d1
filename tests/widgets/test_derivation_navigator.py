"""A walk shows a derivation line by line, and asks for the next one in predict mode."""

import ast

import pytest

from lsqgrad import derivations
from lsqgrad.derivations.derivation import Derivation, DerivationError, Line, Slip, define
from lsqgrad.widgets.derivation_navigator import DerivationNavigator

ALL = {name: d for name, d in vars(derivations).items() if isinstance(d, Derivation)}
LOSS = define("r == X @ w - Y", "L(w) == 1 / n * r.T @ r")
TWICE, HALF = "There is no factor 2.", "The factor {2} is lost."
SMALL = Derivation(
    "A small one",
    [
        Line("L == 1 / n * r.T @ r", "put in"),
        Line(
            "1 / n * Sum(r[i] ** 2, i)",
            "product",
            slips=(Slip("2 / n * Sum(r[i] ** 2, i)", TWICE), Slip("1 / n * r[i] ** 2", "No sum.")),
        ),
        Line("1 / n * norm(r) ** 2", "definition"),  # not asked for: it has no slips
        Line(
            "D(L, w) == 2 / n * X.T @ r",
            "gradient",
            slips=(Slip("1 / n * X.T @ r", HALF), Slip("2 / n * r.T @ X", "That is a row.")),
        ),
    ],
    LOSS,
)


def predicting(derivation=SMALL, position=0):
    navigator = DerivationNavigator(derivation)
    navigator.predicting = True
    navigator.seek(position)
    return navigator


def state(navigator):
    return navigator.position, navigator.asking


def right_place(navigator):
    """Return where the right one stands among the choices."""
    right = ast.dump(navigator.derivation.right_side(navigator.position + 1))
    return [ast.dump(ast.parse(choice, mode="eval").body) for choice in navigator.choices].index(
        right
    )


def answered(navigator):
    """Answer with every choice that is wrong, then with the right one; return what is said."""
    right = right_place(navigator)
    wrong = [place for place in range(len(navigator.choices)) if place != right]
    return [navigator.choose(place) for place in [*wrong, right]]


# What is shown


def test_a_walk_begins_with_the_first_line_and_asks_nothing():
    navigator = DerivationNavigator(SMALL)
    assert navigator.derivation is SMALL
    assert (navigator.position, navigator.last) == (0, 3)
    assert (navigator.predicting, navigator.asking, navigator.choices) == (False, False, ())


def test_a_walk_goes_line_by_line_and_stays_at_its_ends():
    navigator = DerivationNavigator(SMALL)
    seen = []
    for move in [*[navigator.next] * 4, *[navigator.previous] * 4]:
        move()
        seen.append(navigator.position)
    assert seen == [1, 2, 3, 3, 2, 1, 0, 0]


def test_without_predict_mode_there_are_no_choices():
    navigator = DerivationNavigator(SMALL)
    for place in range(4):
        navigator.seek(place)
        assert navigator.choices == ()


def test_a_derivation_of_one_line_is_shown_whole():
    navigator = predicting(Derivation("One", [Line("n == n", "rule")], {}))
    assert state(navigator) == (0, False)
    assert navigator.at_start
    assert navigator.at_end
    assert navigator.choices == ()


# What is asked


def test_the_choices_are_the_right_side_and_the_slips():
    navigator = predicting()
    assert state(navigator) == (0, True)
    assert sorted(navigator.choices) == sorted(
        ["1 / n * Sum(r[i] ** 2, i)", "2 / n * Sum(r[i] ** 2, i)", "1 / n * r[i] ** 2"]
    )


def test_of_an_equation_the_right_side_is_chosen():
    navigator = predicting(position=2)
    assert "2 / n * X.T @ r" in navigator.choices
    assert not any("==" in choice for choice in navigator.choices)


@pytest.mark.parametrize(
    "math", ["p == p * 1", "p==p*1", "p  ==  p  *  1", " p ==(p * 1) ", "p == 1 * p==p*1"]
)
def test_spaces_in_a_line_do_not_show_in_the_choices(math):
    slips = Slip("p * 2", "Too much."), Slip("p * n", "No.")
    navigator = predicting(
        Derivation("Spaces", [Line("n == n", "rule"), Line(math, "rule", slips=slips)], {})
    )
    assert sorted(navigator.choices) == ["p * 1", "p * 2", "p * n"]
    assert navigator.choose(navigator.choices.index("p * 1")) is None


def test_a_line_without_slips_is_not_asked_for():
    navigator = predicting(position=1)
    assert state(navigator) == (1, False)
    assert navigator.choices == ()
    navigator.next()
    assert navigator.position == 2


def test_at_the_end_nothing_is_asked():
    navigator = predicting(position=3)
    assert state(navigator) == (3, False)
    assert navigator.choices == ()


def test_moves_lead_through_questions_and_answers():
    navigator = predicting(ALL["for_bias"])
    seen = [state(navigator)]
    for _ in range(7):
        navigator.next()
        seen.append(state(navigator))
    there = [
        (0, True),
        (1, False),
        (1, True),
        (2, False),
        (2, True),
        (3, False),
        (3, True),
        (4, False),
    ]
    assert seen == there
    back = [state(navigator)]
    for _ in range(7):
        navigator.previous()
        back.append(state(navigator))
    assert back == there[::-1]


def all_choices(navigator):
    choices = []
    for place in range(navigator.last):
        navigator.seek(place)
        choices.append(navigator.choices)
    return choices


@pytest.mark.parametrize("name", ["by_differentials", "for_bias"])
def test_the_order_of_the_choices_is_the_same_each_time(name):
    navigator = predicting(ALL[name])
    assert all_choices(navigator) == all_choices(navigator) == all_choices(predicting(ALL[name]))


def test_the_right_one_stands_at_every_place_in_turn():
    """Otherwise the place would give it away."""
    places = []
    for derivation in ALL.values():
        navigator = predicting(derivation)
        for place in range(navigator.last):
            navigator.seek(place)
            places.append(right_place(navigator))
    assert len(places) == 31
    assert min(places.count(place) for place in range(3)) >= 6


# Answers


def test_a_wrong_choice_says_why_and_changes_nothing():
    navigator = predicting()
    choices = navigator.choices
    for place in (choices.index("2 / n * Sum(r[i] ** 2, i)"),) * 2:
        assert navigator.choose(place) == TWICE
        assert state(navigator) == (0, True)
        assert navigator.choices == choices
    assert navigator.choose(choices.index("1 / n * r[i] ** 2")) == "No sum."
    assert state(navigator) == (0, True)


def test_the_right_choice_shows_the_line():
    navigator = predicting()
    assert navigator.choose(right_place(navigator)) is None
    assert state(navigator) == (1, False)
    assert navigator.choices == ()


def test_what_is_said_keeps_its_formulas_in_braces():
    navigator = predicting(position=2)
    assert navigator.choose(navigator.choices.index("1 / n * X.T @ r")) == HALF


@pytest.mark.parametrize("name", ALL)
def test_every_derivation_is_walked_through_by_answers(name):
    derivation = ALL[name]
    navigator = predicting(derivation)
    for place, line in enumerate(derivation.lines[1:], start=1):
        *why, last = answered(navigator)
        assert set(why) == {slip.why for slip in line.slips}
        assert last is None
        assert state(navigator) == (place, False)
        navigator.next()  # to the next question
    assert navigator.at_end


# Errors


@pytest.mark.parametrize("position", [1, 3])
def test_where_nothing_is_asked_there_is_nothing_to_choose(position):
    for navigator in (predicting(position=position), DerivationNavigator(SMALL)):
        before = state(navigator)
        with pytest.raises(RuntimeError) as caught:
            navigator.choose(0)
        assert str(caught.value) == "choose: expected to be asked for a line here, but was not."
        assert state(navigator) == before


@pytest.mark.parametrize(
    ("place", "error", "message"),
    [
        (-1, ValueError, "place: expected an integer from 0 to 2, got -1."),
        (3, ValueError, "place: expected an integer from 0 to 2, got 3."),
        ("A", TypeError, "place: expected an integer, got str 'A'."),
        (None, TypeError, "place: expected an integer, got NoneType None."),
        (True, TypeError, "place: expected an integer, got bool True."),
        (1.0, TypeError, "place: expected an integer, got float 1.0."),
    ],
)
def test_a_choice_that_is_not_there_is_refused_and_changes_nothing(place, error, message):
    navigator = predicting()
    with pytest.raises(error) as caught:
        navigator.choose(place)
    assert str(caught.value) == message
    assert state(navigator) == (0, True)


@pytest.mark.parametrize(
    ("derivation", "came"),
    [
        (None, "NoneType None"), ("by_indices", "str 'by_indices'"), (SMALL.lines, "a tuple"),
        ([SMALL], "a list"), (LOSS, "a dict"),
    ],
)  # fmt: skip
def test_only_a_derivation_is_walked_through(derivation, came):
    with pytest.raises(TypeError) as caught:
        DerivationNavigator(derivation)
    assert str(caught.value) == f"derivation: expected a Derivation, got {came}."


@pytest.mark.parametrize(
    "line",
    [
        Line("2 / n * r.T @ r", "wrong"),
        Line("1 / n * r.T @ r", "right", "But {n == n + n}."),
        Line(
            "1 / n * r.T @ r",
            "right",
            slips=(Slip("r.T @ r / n", "This is right."), Slip("r", "No.")),
        ),
    ],
    ids=["a line", "a sentence", "a slip"],
)
def test_a_derivation_with_an_error_is_not_walked_through(line):
    with pytest.raises(DerivationError, match=r"ine \(2\) of 'Wrong'"):
        DerivationNavigator(Derivation("Wrong", [SMALL.lines[0], line], LOSS))
