"""What judges a typed number, made of a step, and sent to where no step is computed."""

import json
import re

import numpy as np
import pytest

from lsqgrad import sgd_by_hand
from lsqgrad.judging import answer_key, compare, judge, number_key, said_for

QUANTITIES = ["loss", "w", "b"]
# Of 4 + 4 + 1 rows
TRACE = sgd_by_hand(
    [[x] for x in (-1.3, -0.4, 0.2, 0.9, 1.1, 1.7, 2.2, 2.6, 3.1)],
    [[y] for y in (2.1, 1.7, -0.3, 0.4, -1.9, -2.2, -3.8, -3.1, -5.2)],
    [[0.7]],
    -0.4,
    lr=0.05,
    batch_size=4,
    epochs=1,
)
HUGE = sgd_by_hand([[1e3]], [[1e150]], [[0]], 0, lr=1, batch_size=1, epochs=1, dtype="float64")
TINY_X, LARGEST = [[5e-155], [-5e-155]], 1.7e308
FAR = sgd_by_hand(
    TINY_X, [[0], [0]], [[LARGEST]], 0, lr=LARGEST, batch_size=2, epochs=1, dtype="float64"
)


def keys():
    return [
        answer_key(trace, position, quantity)
        for trace in (TRACE, HUGE)
        for position in range(len(trace))
        for quantity in QUANTITIES
    ]


def test_a_key_goes_through_json_bit_by_bit():
    for key in keys():
        assert json.loads(json.dumps(key, allow_nan=False)) == key


def test_a_key_is_enough_to_judge():
    for position, step in enumerate(TRACE):
        for quantity, truth in (("loss", step.loss), ("w", step.w_after[0, 0])):
            key = json.loads(json.dumps(answer_key(TRACE, position, quantity)))
            for answer in (f"{truth:.6g}", f"{truth:.2g}", f"{truth / 2:.6g}", f"{truth}*3"):
                expected = judge(TRACE, position, quantity, answer)
                assert compare(key, said_for(quantity), answer) == expected


def test_the_truth_is_given_as_it_is_shown_and_with_all_digits():
    key = answer_key(TRACE, 0, "w")
    w = TRACE[0].w_after[0, 0]
    assert (key["truth"], key["exactly"]) == (float(w), [f"{w:.6g}", str(w)])
    assert key["from_shown"][0] < key["truths"][0] <= key["truth"]
    assert key["truth"] <= key["truths"][1] < key["from_shown"][1]


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_each_mistake_of_a_key_has_its_sentence(quantity):
    said = said_for(quantity)
    for key in keys():
        if key["quantity"] == quantity:
            assert {*key["mistakes"], *key["rare"]} <= said.keys()
    assert all(re.fullmatch(r"\S.*[.?] .*[.?]", sentence) for sentence in said.values())


@pytest.mark.parametrize("quantity", QUANTITIES)
def test_rare_mistakes_have_numbers_of_their_own(quantity):
    for position in range(len(TRACE)):
        key = answer_key(TRACE, position, quantity)
        rare = [number for numbers in key["rare"].values() for number in numbers]
        assert rare
        others = [*rare, *key["mistakes"].values(), key["truth"]]
        for number in rare:
            assert sum(np.isclose(number, others, rtol=1e-9, atol=0)) == 1, (position, number)


def test_an_absolute_value_is_no_other_number_with_another_sign():
    for position in (0, 2):  # of four rows, and of one
        assert "residual" in answer_key(TRACE, position, "loss")["rare"]
        assert "residual squared" in answer_key(TRACE, position, "w")["rare"]


def test_the_order_of_the_rows_makes_no_mistake_however_small_the_numbers_are():
    small = sgd_by_hand(TRACE.X, 1e-6 * TRACE.Y, [[7e-7]], -4e-7, lr=0.05, batch_size=4)
    for trace in (TRACE, small):
        assert not {"last row alone", "first row left out"} & {
            *answer_key(trace, 0, "loss")["rare"]
        }


def test_what_is_beyond_float64_makes_no_answer_as_good_as_the_truth():
    old, new = FAR[0].w.item(), FAR[0].w_after.item()
    assert abs(old) + abs(old - new) == np.inf  # the size of the terms
    assert answer_key(FAR, 0, "w")["truths"] == pytest.approx([new, new], rel=1e-15)
    assert judge(FAR, 0, "w", "5").kind == "wrong"


def test_a_quantity_is_one_of_three():
    with pytest.raises(ValueError, match=r"^quantity: expected 'loss', 'w' or 'b', got 'W'\.$"):
        said_for("W")


@pytest.mark.parametrize(
    ("right", "truths"),
    [
        *[(4, [4, 4]), (-12.0, [-12, -12]), (0, [0, 0]), (0.125, [0.125, 0.125])],
        *[(-150.28, [-150.2849, -150.2751]), (1.6094e-7, [1.609351e-7, 1.609449e-7])],
    ],
)
def test_a_number_of_four_digits_is_meant_as_rounded_and_others_exactly(right, truths):
    assert number_key(right, {})["truths"] == pytest.approx(truths, rel=1e-14, abs=0)


def test_the_next_number_of_as_many_digits_is_another():
    for answer, kind in [("-0.7449", "right"), ("-0.744949", "right"), ("-0.745", "rounded")]:
        assert compare(number_key(-0.7449, {}), {}, answer).kind == kind
    for answer in ("-0.7448", "-0.745", "-0.7450"):
        assert compare(number_key(-0.7449, {}), {}, answer).kind != "right"


def test_a_mistake_that_is_met_exactly_is_not_right_to_one_digit():
    key = number_key(-1.02, {"the limit": -1.0})
    assert compare(key, {"the limit": "Above it?"}, "-1").sentence == "Above it?"
    assert compare(number_key(-1.02, {}), {}, "-1").kind == "rounded"


def test_zeros_of_a_count_are_digits():
    kinds = {one: compare(number_key(one, {}), {}, "10").kind for one in (10, 12, 12.5)}
    assert kinds == {10: "right", 12: "wrong", 12.5: "rounded"}


@pytest.mark.parametrize(
    ("right", "answer"),
    [(10, "9.9999999"), (10, "10.00000001"), (12, "1e1"), (16800, "16801"), (16803, "1.680e4")],
)
def test_what_is_near_a_count_is_another(right, answer):
    assert compare(number_key(right, {}), {}, answer).kind == "wrong"


def test_of_a_number_that_is_not_updated_no_direction_is_told():
    assert compare(number_key(4, {}), {}, "5").sentence == "That is too large."


def test_all_numbers_are_finite():
    with pytest.raises(ValueError, match=r"^right: expected a finite number, got nan\.$"):
        number_key(np.nan, {})
    with pytest.raises(ValueError, match=r"^mistakes: expected a finite number, got nan\.$"):
        number_key(4, {"Why?": np.nan})


@pytest.mark.parametrize("mistakes", [{"Why?": "x"}, {"Why?": None}, None, [3]])
def test_mistakes_are_numbers_by_what_is_said(mistakes):
    with pytest.raises(TypeError, match=r"^mistakes: expected "):
        number_key(4, mistakes)
