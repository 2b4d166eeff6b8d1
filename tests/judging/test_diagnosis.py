"""What is wrong with an answer is found out from what it gives, and said in the right order."""

import numpy as np
import pytest

from lsqgrad.judging.diagnosis import (
    MOST_SHOWN,
    Case,
    Failure,
    Finding,
    Part,
    Trial,
    diagnose,
    format_value,
)
from lsqgrad.judging.misconceptions import MISCONCEPTIONS

CASES = [
    Case("n = 2, p = 1", "x = 1", 2, ("n = 2", "p = 1")),
    Case("n = 3, p = 1", "x = 2", 3, ("n = 3", "p = 1")),
]
NAMES = ("∂L/∂w", "∂L/∂b")
TRUTH = [([[2.0], [-3.0]], 5.0), ([[4.0], [1.5]], -7.0)]  # ∂L/∂w and ∂L/∂b in each case


def outcomes(*cases, slack=0.0):
    """Make outcomes of values, one for each case; a Failure is one."""
    return [
        case
        if isinstance(case, Failure)
        else tuple(Part(np.array(value, dtype=float), slack) for value in case)
        for case in cases
    ]


def times(in_w, in_b):
    """Return the truth with factors, one for all cases or one for each."""
    in_w, in_b = np.broadcast_to(in_w, 2), np.broadcast_to(in_b, 2)
    return [
        (np.array(w) * one, b * other) for (w, b), one, other in zip(TRUTH, in_w, in_b, strict=True)
    ]


def diagnosed(answers, truths, mistakes, names, **more):
    return diagnose(list(map(Trial, CASES, answers, truths)), mistakes, names, **more)


def found(answers, mistakes=(), truths=TRUTH, names=NAMES, slack=1e-6, pairs=()):
    """Return the finding; every sentence of these tests is read here."""
    mistakes, pairs = (
        [(keys, outcomes(*cases, slack=slack)) for keys, cases in one] for one in (mistakes, pairs)
    )
    finding = diagnosed(
        outcomes(*answers), outcomes(*truths, slack=slack), mistakes, names, pairs=pairs
    )
    assert isinstance(finding, Finding)
    assert finding.sentence.endswith((".", "?"))
    assert not set("!{}") & set(finding.sentence)
    assert bool(finding.mistakes) == (finding.kind == "mistake")
    return finding


def alone(*cases):
    """Return outcomes of one part."""
    return [(case,) for case in cases]


SIGN = (("sign",), times(-1, -1))
HALF = (("half",), times(0.5, 0.5))
ENDLESS = Failure("endless", "It has no end.")
STOPPED = Failure("exception", "It stops with ValueError.")


# Right


def test_what_agrees_in_all_cases_is_right():
    finding = found(TRUTH, [SIGN, HALF])
    assert finding == Finding("right", "Right, in 2 cases with random numbers.")


def test_rounding_has_the_room_that_the_truth_gives_it():
    answers = times(1 + 1e-9, 1)
    assert found(answers, slack=1e-6).kind == "right"
    assert found(answers, slack=1e-9).kind == "near"
    answers = [(np.array(w) + 9e-7, b - 9e-7) for w, b in TRUTH]
    assert found(answers, slack=1e-6).kind == "right"
    assert found(answers, slack=8e-7).kind == "near"


def test_the_room_of_both_is_added():
    truths, answers = outcomes(*alone(1.0, 2.0), slack=0.25), outcomes(*alone(1.5, 2.5), slack=0.25)
    assert diagnosed(answers, truths, [], ("L",)).kind == "right"
    answers = outcomes(*alone(1.5, 2.5), slack=0.2)
    assert diagnosed(answers, truths, [], ("L",)).kind == "wrong"


@pytest.mark.parametrize("shape", [(), (1,), (1, 1), (1, 1, 1)])
def test_a_single_number_may_have_any_shape(shape):
    assert found([(w, np.full(shape, b)) for w, b in TRUTH]).kind == "right"
    assert found([(w, np.full(shape, -b)) for w, b in TRUTH], [SIGN]).mistakes == ("sign",)


def test_both_parts_and_all_cases_have_to_be_right():
    assert found([TRUTH[0], (TRUTH[1][0], 0.0)]).kind == "some"
    assert found([([[2.0], [0.0]], 5.0), TRUTH[1]]).kind == "some"


def test_the_room_of_a_number_does_not_help_the_others():
    slack = np.array([[100.0], [1e-9]])
    truths = [(Part(np.array([[2.0], [3.0]]), slack),)] * 2
    off_first, off_second = np.array([[50.0], [3.0]]), np.array([[2.0], [3.5]])
    assert diagnosed([(Part(off_first),)] * 2, truths, [], ("w",)).kind == "right"
    assert diagnosed([(Part(off_second),)] * 2, truths, [], ("w",)).kind != "right"


# A typical mistake


def test_every_mistake_is_told_in_its_own_words():
    told = [misconception.said for misconception in MISCONCEPTIONS.values()]
    assert len(set(told)) == len(told)


def test_one_mistake_explains_all():
    said, question = MISCONCEPTIONS["half"][:2]
    finding = found(times(0.5, 0.5), [SIGN, HALF])
    assert said.startswith("it is half")  # of several things each is half
    each = f"∂L/∂w and ∂L/∂b: {said.replace('it', 'each', 1)} {question}"
    assert finding == Finding("mistake", each, ("half",))


def test_the_only_part_needs_no_name():
    said, question = MISCONCEPTIONS["sign"][:2]
    finding = found(
        alone(-1, -2), [(("sign",), alone(-1, -2))], truths=alone(1, 2), names=("The loss",)
    )
    assert finding.sentence == f"{said[0].upper()}{said[1:]} {question}"


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        (times(-1, 1), "∂L/∂b: right. ∂L/∂w: the sign is wrong. "),
        (times(1, -1), "∂L/∂w: right. ∂L/∂b: the sign is wrong. "),
    ],
)
def test_what_is_right_beside_a_mistake_is_said(answers, sentence):
    finding = found(answers, [HALF, SIGN])
    assert (finding.kind, finding.mistakes) == ("mistake", ("sign",))
    assert finding.sentence == sentence + MISCONCEPTIONS["sign"].question


def test_two_parts_may_have_different_mistakes():
    finding = found(times(-1, 0.5), [SIGN, HALF])
    assert (finding.kind, set(finding.mistakes)) == ("mistake", {"sign", "half"})
    for part, key in [("∂L/∂w", "sign"), ("∂L/∂b", "half")]:
        assert f"{part}: {MISCONCEPTIONS[key].said}" in finding.sentence
        assert finding.sentence.count(MISCONCEPTIONS[key].question) == 1
    assert finding.sentence.endswith("?")


@pytest.mark.parametrize("mistakes", [[SIGN, HALF], [HALF, SIGN]])
def test_two_mistakes_are_told_in_the_order_of_the_parts(mistakes):
    finding = found(times(-1, 0.5), mistakes)
    assert finding.mistakes == ("sign", "half")
    question = MISCONCEPTIONS["sign"].question
    assert finding.sentence.startswith(f"∂L/∂w: the sign is wrong. {question} ∂L/∂b: it is half")


def test_a_part_that_no_mistake_explains_is_said_to_be_wrong():
    finding = found(times(-1, 17), [HALF, SIGN])
    assert finding.mistakes == ("sign",)
    assert finding.sentence.startswith("∂L/∂b is not right. For x = 1 it is 85.0, and 5.0 is ex")
    assert finding.sentence.endswith(
        f" ∂L/∂w: the sign is wrong. {MISCONCEPTIONS['sign'].question}"
    )


@pytest.mark.parametrize(
    ("b", "said"), [([[1, 2]], "∂L/∂b has the shape (1, 2)"), (np.nan, "∂L/∂b has nan in it")]
)
def test_a_name_is_said_beside_a_wrong_shape_or_what_is_no_number(b, said):
    finding = found([(-np.array(w), b) for w, _ in TRUTH], [SIGN])
    assert finding.mistakes == ("sign",)
    assert finding.sentence.startswith(said)
    assert "∂L/∂w: the sign is wrong." in finding.sentence


def test_one_mistake_that_explains_all_goes_before_two_that_explain_a_part_each():
    in_w = ("half",), times(-1, 1)
    in_b = ("prediction",), times(1, -1)
    assert found(times(-1, -1), [in_w, in_b, SIGN]).mistakes == ("sign",)
    assert set(found(times(-1, -1), [in_w, in_b]).mistakes) == {"half", "prediction"}


def test_of_two_mistakes_that_give_the_same_the_first_is_named():
    other = ("uphill",), times(-1, -1)
    assert found(times(-1, -1), [SIGN, other]).mistakes == ("sign",)
    assert found(times(-1, -1), [other, SIGN]).mistakes == ("uphill",)
    assert found(times(-1, 1), [SIGN, other]).mistakes == ("sign",)
    assert found(times(-1, 1), [other, SIGN]).mistakes == ("uphill",)


def test_mistakes_may_come_together():
    both = ("uphill", "n by n"), times(-1, 3)
    finding = found(times(-1, 3), [both])
    assert finding.mistakes == ("uphill", "n by n")
    uphill, n_by_n = MISCONCEPTIONS["uphill"], MISCONCEPTIONS["n by n"]
    assert finding.sentence == (
        f"∂L/∂w and ∂L/∂b: {uphill.said} {uphill.question} And {n_by_n.said} {n_by_n.question}"
    )


def test_two_mistakes_at_once_are_named_where_no_single_one_explains_all():
    pair = ("sign", "half"), times(-0.5, -0.5)
    assert found(times(-0.5, -0.5), [SIGN, HALF], pairs=[pair]).mistakes == ("sign", "half")
    assert found(times(-1, -1), [SIGN, HALF], pairs=[pair]).mistakes == ("sign",)
    assert found(times(-1, 0.5), [SIGN, HALF], pairs=[pair]).mistakes == ("sign", "half")
    assert found(times(1, -0.5), [SIGN, HALF], pairs=[pair]).mistakes == ("sign", "half")


def test_a_part_that_one_of_two_mistakes_explains_hears_of_that_alone():
    pair = ("half", "sign"), times(-0.5, 0.5)
    finding = found(times(-0.5, 0.5), [SIGN, HALF], pairs=[pair])
    half, sign = (MISCONCEPTIONS[key] for key in ("half", "sign"))
    assert finding.sentence == (
        f"∂L/∂w: {half.said} {half.question} And {sign.said} {sign.question} ∂L/∂b: {half.said}"
    )


def test_a_question_is_asked_once():
    by_w, by_b = (("mean halved",), times(0.5, 1)), (("half",), times(1, 0.5))
    finding = found(times(0.5, 0.5), [by_w, by_b])
    question = MISCONCEPTIONS["half"].question
    assert finding.mistakes == ("mean halved", "half")
    assert MISCONCEPTIONS["mean halved"].question == question
    assert finding.sentence.count(question) == 1


def test_results_have_changed_places_only_if_both_have():
    swapped = ("exchanged",), [(b, w) for w, b in TRUTH]
    assert found([(b, w) for w, b in TRUTH], [swapped]).mistakes == ("exchanged",)
    assert found([(w, w) for w, _ in TRUTH], [swapped]).kind == "shape"
    one_feature = [(2.0, 5.0), (4.0, -7.0)]
    swapped = ("exchanged",), [(b, w) for w, b in one_feature]
    assert found([(w, w) for w, _ in one_feature], [swapped], truths=one_feature).kind == "wrong"
    assert found([(b, b) for _, b in one_feature], [swapped], truths=one_feature).kind == "wrong"


def test_an_answer_that_gives_something_else_the_next_time_is_told_so():
    truths = outcomes(*TRUTH, slack=1e-6)

    def kind(answers, again):
        (again,) = outcomes(again)
        return diagnosed(outcomes(*answers), truths, [], NAMES, again=again).kind

    assert kind(TRUTH, TRUTH[0]) == "right"
    assert kind(TRUTH, TRUTH[1]) == kind(TRUTH, STOPPED) == "memory"
    assert kind(times(3, 3), TRUTH[0]) == kind([STOPPED, TRUTH[1]], TRUTH[0]) == "memory"
    assert kind([ENDLESS, ENDLESS], ENDLESS) == "endless"
    assert kind(times(np.nan, 1), times(np.nan, 1)[0]) == "not finite"


def test_a_mistake_has_to_be_made_in_all_cases():
    once = [times(-1, -1)[0], TRUTH[1]]
    assert found(once, [SIGN]).kind == "some"
    assert found([times(-1, -1)[0], times(0.5, 0.5)[1]], [SIGN, HALF]).kind == "wrong"


def test_a_mistake_with_other_shapes_is_told_by_them():
    row = ("transposed result",), [(np.array(w).T, b) for w, b in TRUTH]
    assert found(row[1], [SIGN, row]).mistakes == ("transposed result",)


def test_a_mistake_that_fails_explains_who_fails_in_the_same_cases():
    there = times(3, 3)[1]
    mistake = ("transpose",), [Failure("exception"), there]
    assert found([STOPPED, there], [mistake]).mistakes == ("transpose",)
    assert found([there, STOPPED], [mistake]).kind == "exception"
    assert found([there, there], [mistake]).kind != "mistake"
    in_b = found([STOPPED, times(2.5, 3)[1]], [mistake])
    assert in_b.mistakes == ("transpose",)
    assert "∂L/∂b: X stands where its transpose belongs" in in_b.sentence
    assert found([STOPPED, times(2.5, 2.5)[1]], [mistake]).kind == "exception"


def test_who_always_fails_makes_no_mistake_that_has_a_name():
    finding = found([STOPPED, STOPPED], [(("transpose",), [Failure("exception")] * 2)])
    assert finding == Finding(*STOPPED)


def test_mistakes_are_looked_up_no_further_than_needed():
    def mistakes():
        yield ("sign",), outcomes(*times(-1, -1))
        raise AssertionError

    answers = outcomes(*times(-1, -1))
    assert diagnosed(answers, outcomes(*TRUTH), mistakes(), NAMES).mistakes == ("sign",)
    assert diagnosed(outcomes(*TRUTH), outcomes(*TRUTH), mistakes(), NAMES).kind == "right"


# Failures


@pytest.mark.parametrize("place", [0, 1])
@pytest.mark.parametrize("kind", ["endless", "exit", "inputs", "type", "unanswered"])
def test_a_failure_ends_the_search(kind, place):
    answers = times(-1, -1)
    answers[place] = Failure(kind, "Such a thing.")
    assert found(answers, [SIGN]) == Finding(kind, "Such a thing.")


def test_the_first_failure_is_told():
    other = Failure("exit", "It ends.")
    assert found([ENDLESS, other]).kind == "endless"
    assert found([other, ENDLESS]).kind == "exit"
    assert found([STOPPED, ENDLESS]).kind == "endless"
    assert found([Failure("exception", "One."), Failure("exception", "Two.")]).sentence == "One."
    assert found([TRUTH[0], STOPPED]) == Finding(*STOPPED)


# Shapes


def test_the_shape_is_told_and_that_the_numbers_are_right():
    finding = found([(np.ravel(w), b) for w, b in TRUTH])
    assert finding == Finding(
        "shape",
        "∂L/∂b: right. ∂L/∂w has the shape (2,) where n = 2, p = 1, and (2, 1) is expected. "
        "The numbers in it are right. What is the shape of each product and each sum on the way?",
    )


def test_other_numbers_in_another_shape_are_not_called_right():
    finding = found([(np.ravel(w) + 1, b) for w, b in TRUTH])
    assert finding.kind == "shape"
    assert "numbers" not in finding.sentence


@pytest.mark.parametrize("shape", [(0,), (3, 1), (2, 2), (1, 1), (2, 1, 1)])
def test_every_other_shape_is_told(shape):
    finding = found([(np.ones(shape), b) for _, b in TRUTH])
    assert finding.kind == "shape"
    assert f"has the shape {shape} where n = 2, p = 1, and (2, 1) is expected." in finding.sentence


def test_where_one_number_is_expected_that_is_said():
    finding = found([(w, np.full((2, 1), b)) for w, b in TRUTH])
    assert finding.kind == "shape"
    assert "∂L/∂b has the shape (2, 1)" in finding.sentence
    assert "and one number is expected." in finding.sentence


# Numbers that are none


@pytest.mark.parametrize(("number", "word"), [(np.nan, "nan"), (np.inf, "inf"), (-np.inf, "-inf")])
def test_what_is_not_finite_is_told_with_its_inputs(number, word):
    finding = found([TRUTH[0], ([[4.0], [number]], -7.0)])
    assert finding.kind == "not finite"
    assert finding.sentence.startswith(f"∂L/∂b: right. ∂L/∂w has {word} in it, for x = 2.")
    assert finding.sentence.endswith("?")


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_what_is_not_finite_is_never_right(number):
    everywhere = alone(number, number)
    assert found(everywhere, truths=alone(1, 2), names=("L",), slack=1e300).kind == "not finite"


# Factors


@pytest.mark.parametrize(
    ("factor", "words"),
    [
        (3, "each is 3 times"),
        (-1, "each is −1 times"),
        (-5 / 2, "each is −5/2 times"),
        (1 / 3, "each is 1/3 times"),
        (11 / 12, "each is 11/12 times"),
        (np.array([2, 3]) / 4, "each is n/4 times"),
        (np.array([2, 3]) * -1.5, "each is −3n/2 times"),
        (np.array([2, 3]), "each is n times"),
        (5 / np.array([2, 3]), "each is 5/n times"),
        (0.5 / np.array([2, 3]), "each is 1/(2n) times"),
        (-1 / np.array([2, 3]), "each is −1/n times"),
    ],
)
def test_a_simple_factor_is_told(factor, words):
    finding = found(times(factor, factor))
    assert finding.kind == "factor"
    assert finding.sentence.startswith(f"∂L/∂w and ∂L/∂b: {words} what it should be.")
    assert finding.sentence.endswith("?")


def test_a_factor_of_one_part_is_told_of_it_alone():
    finding = found(times(1, 3))
    assert finding.kind == "factor"
    assert "∂L/∂w: right. ∂L/∂b: it is 3 times what it should be." in finding.sentence
    assert "∂L/∂b: right. ∂L/∂w: it is 3 times what" in found(times(3, 1)).sentence
    finding = found(alone(3, 6), truths=alone(1, 2), names=("L",))
    assert finding.sentence.startswith("It is 3 times what it should be.")


@pytest.mark.parametrize(
    "factor", [0, np.pi, 13, 1e300, 1 / 13, np.array([2, 5]), np.array([4, 9]), 1.004]
)
def test_a_factor_that_is_not_simple_is_not_told(factor):
    assert found(times(factor, factor)).kind == "wrong"


def test_two_parts_with_two_factors_have_none():
    assert found(times(3, 5)).kind == "wrong"


@pytest.mark.parametrize("small", [1e-9, 1e-6])
def test_a_number_that_is_0_but_for_rounding_has_no_factor(small):
    truths = outcomes(*alone([small, 1.0], [2.0, -small]), slack=2e-5)
    answers = outcomes(*alone([1e-5, 3.0], [6.0, 1e-5]))
    finding = diagnosed(answers, truths, [], ("L",))
    assert (finding.kind, finding.sentence[:13]) == ("factor", "It is 3 times")


@pytest.mark.parametrize("huge", [1.7e308, -1.7e308])
def test_numbers_near_the_largest_are_wrong_and_nothing_else(huge):
    finding = found(alone(huge, huge), truths=alone(0.1, 0.2), names=("L",))
    assert finding.kind == "wrong"
    assert len(finding.sentence) < 300


# Near, some, wrong


def test_what_is_near_is_told_how_near():
    finding = found(times(1 + 1e-4, 1))
    assert finding.kind == "near"
    assert "∂L/∂w: it is near, but off by one part in 10000. " in finding.sentence
    assert found(times(1 + 2e-3, 1)).kind == "wrong"
    assert found(alone(1 + 1e-5, 2), truths=alone(1, 2), names=("L",)).sentence.startswith(
        "It is near, but off by one part in 100000. "
    )


def test_where_it_is_right_is_told_and_where_it_is_not():
    finding = found([TRUTH[0], ([[40.0], [1.5]], -7.0)])
    assert finding.kind == "some"
    assert finding.sentence == (
        "∂L/∂b: right. It is right where n = 2, and nowhere else. ∂L/∂w is not right. "
        "For x = 2 it is [[40.0], [1.5]], and [[4.0], [1.5]] is expected. "
        "Can you do it by hand with these numbers?"
    )


def test_what_is_wrong_everywhere_is_shown_in_the_first_case():
    finding = found([([[9.0], [8.0]], 6.0), ([[7.0], [5.0]], 3.0)])
    assert finding.kind == "wrong"
    assert "right where" not in finding.sentence
    assert finding.sentence.startswith(
        "∂L/∂w and ∂L/∂b are not right. For x = 1 ∂L/∂w is [[9.0], [8.0]], and [[2.0], [-3.0]] is "
    )


def test_a_truth_of_0_is_told_too():
    finding = found(alone(1, 2), truths=alone(0, 0), names=("L",))
    assert finding.kind == "wrong"
    assert "it is 1.0, and 0.0 is expected." in finding.sentence


# What goes first


def test_what_explains_most_goes_first():
    """Each of these is also all that stands below it."""
    flat, nan = [(np.ravel(w) * np.nan, b) for w, b in TRUTH], times(np.nan, 3)
    ladder = [
        ("endless", [STOPPED, ENDLESS], []),
        ("mistake", [STOPPED, flat[1]], [(("transpose",), [STOPPED, (TRUTH[1][0], -7.0)])]),
        ("exception", [STOPPED, flat[1]], []),
        ("shape", [flat[0], nan[1]], []),
        ("not finite", nan, []),
        ("factor", times(1 + 1 / 11, 1), []),
        ("near", times(1 + 1e-5, 1), []),
        ("some", [TRUTH[0], times(2, 5)[1]], []),
        ("wrong", times(2, 5), []),
    ]
    ladder[1] = ("mistake", *found_by_its_mistake())
    assert [found(answers, mistakes).kind for _, answers, mistakes in ladder] == [
        kind for kind, _, _ in ladder
    ]


def found_by_its_mistake():
    """Return answers that fail in one case, and the mistake that they show."""
    answers = [STOPPED, times(3, 3)[1]]
    return answers, [(("transpose",), answers)]


def test_a_mistake_goes_before_the_factor_that_it_is():
    assert found(times(-1, -1)).kind == "factor"
    assert found(times(-1, -1), [SIGN]).kind == "mistake"
    assert found(times(1 + 1e-5, 1), [(("half",), times(1 + 1e-5, 1))]).kind == "mistake"


# How numbers are shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (2, "2"),
        (0.1, "0.1"),
        (1 / 3, "0.333333"),
        (-1234567.8, "-1234570.0"),
        (np.float32(0.1), "0.1"),
        (np.array([[1.5], [-2]]), "[[1.5], [-2.0]]"),
        (np.array([1, 2]), "[1, 2]"),
        ([np.array([2, 0]), np.array([1])], "[[2, 0], [1]]"),
        (np.zeros(MOST_SHOWN + 1), f"an array of shape ({MOST_SHOWN + 1},)"),
    ],
)
def test_numbers_are_shown_as_they_may_be_typed(value, text):
    assert format_value(value) == text


def test_an_array_is_shown_in_one_line():
    text = format_value(np.ones((MOST_SHOWN // 2, 2)))
    assert "\n" not in text
    assert text.count("1.0") == MOST_SHOWN
