"""What exercises share, and how a number is judged."""

import _thread
from decimal import Decimal
from fractions import Fraction
from functools import partial

import numpy as np
import pytest
import torch
from learners import found, kind

from lsqgrad import line_data, sgd_by_hand
from lsqgrad.judging import Finding
from lsqgrad.practice.exercise import NumberExercise

RUN = sgd_by_hand([[1], [2], [3]], [[2], [4], [6]], [[0]], 0, lr=0.1, dtype="float64")
NUMBER = NumberExercise("new weight", lambda: RUN, 0, "w")  # 0 → 1.8666…


class Word(str):
    pass


@pytest.mark.parametrize("answer", [None, ..., (), "", " ", Word()])
def test_nothing_is_no_answer_yet(answer):
    finding = found(NUMBER, answer)
    assert (finding.kind, finding.sentence) == ("unanswered", "No answer yet.")


@pytest.mark.parametrize(
    "answer",
    [
        "1.8667", 1.8667, np.float64(1.8667), np.float32(1.8667), "1,8667", " 1.867 ", "18.667e-1",
        np.array([[1.8667]]), np.array(1.8667), torch.tensor([1.8667]), "28/15",
        Decimal("1.8667"), Fraction(28, 15), "１．８６７",
    ],
)  # fmt: skip
def test_a_number_may_be_typed_or_computed(answer):
    assert kind(NUMBER, answer) == "right"


@pytest.mark.parametrize("answer", ["1.9", "1.87", 1.87, "2", 2, 2.0])
def test_fewer_than_four_digits_are_not_enough(answer):
    finding = found(NUMBER, answer)
    assert finding.kind == "digits"
    assert finding.sentence == "That is right as far as it goes. Four digits are asked for."


@pytest.mark.parametrize("answer", ["1.865", 1.868, "1.8691", 1.86787654321])
def test_a_fourth_digit_that_is_off_is_told(answer):
    finding = found(NUMBER, answer)
    assert finding == Finding("near", "That is near, but its fourth digit is off.")


def test_a_later_digit_may_be_off():
    for answer in ("1.8668", "1.86672", 1.8672345678):
        finding = found(NUMBER, answer)
        assert finding.kind == "right"
        assert finding.sentence.startswith("That agrees to ")


def test_a_comma_in_code_is_told():
    assert found(NUMBER, (1, 8667)).sentence.endswith("Is a comma meant as a decimal point?")


def test_a_wrong_number_is_told_what_the_prediction_is_told():
    assert found(NUMBER, "-1.8667").mistakes == ("uphill",)
    finding = found(NUMBER, 1.5)
    assert (finding.kind, finding.mistakes) == ("wrong", ())
    assert finding.sentence == "That is too small. The direction is right: w rises."


@pytest.mark.parametrize(
    ("answer", "named"),
    [
        (True, "bool True"),
        (np.True_, "bool"),
        (1j, "complex 1j"),
        ([1.8667], "list [1.8667]"),
        ({"w": 1.8667}, "dict {'w': 1.8667}"),
        (np.ones(3), "ndarray array([1., 1., 1.])"),
        (b"1.8667", "bytes b'1.8667'"),
        (print, "print"),
    ],
)
def test_what_is_no_number_is_told(answer, named):
    finding = found(NUMBER, answer)
    assert finding.kind == "type"
    assert finding.sentence.startswith("Expected a number, got ")
    assert named in finding.sentence


@pytest.mark.parametrize(
    "answer",
    [
        *("abc", "?", "1.8.6", "nan", "-inf", "1e999", "1 86", "1/0", "--3", "\x00", "１e"),
        *(np.nan, np.inf, 10**400),
    ],
)
def test_what_cannot_be_read_as_a_number_is_told(answer):
    finding = found(NUMBER, answer)
    assert finding.kind == "type"
    assert finding.sentence.startswith("Expected a number such as ")


@pytest.mark.parametrize("answer", ["x" * 10_000, "1" * 10_000, 10**5000], ids=["x", "1", "10"])
def test_a_very_long_number_is_answered_shortly(answer):
    assert kind(NUMBER, answer) == "type"


def ends(*_):
    raise SystemExit


def interrupts(*_):
    raise KeyboardInterrupt


def loops(*_):
    while True:
        pass


class Ends:
    __getattr__ = ends


class Interrupts:
    __class__ = property(interrupts)


class Loops:
    __getattr__ = loops


class EndsAsText(float):
    __str__ = ends


class OddText(str):
    strip = __str__ = __len__ = removesuffix = ends


class Texts(float):
    def __str__(self):
        return OddText(1.8667)


@pytest.mark.usefixtures("little_time")
@pytest.mark.parametrize("make", [Ends, Interrupts, Loops, partial(EndsAsText, 1.8667)])
def test_what_gives_no_number_when_asked_is_told_so(make):
    finding = found(NUMBER, make())
    assert finding.kind == "type"
    assert finding.sentence.startswith("Expected a number, got ")


@pytest.mark.parametrize("make", [OddText, Texts])
def test_a_text_of_another_class_is_read_as_a_text(make):
    assert kind(NUMBER, make("1.8667")) == "right"


def test_who_interrupts_a_check_gets_out():
    class Interrupted:
        def __getattr__(self, name):
            _thread.interrupt_main()
            loops()

    with pytest.raises(KeyboardInterrupt):
        NUMBER.judge(Interrupted(), 0)


def test_a_run_may_be_any():
    run = sgd_by_hand(*line_data(), [[0.5]], 1, lr=0.001)
    assert kind(NumberExercise("loss", lambda: run, 0, "loss"), f"{run[0].loss:.5g}") == "right"
    assert kind(NumberExercise("loss", lambda: run, 1, "loss"), f"{run[1].loss:.5g}") == "right"


def test_the_beginning_of_a_long_word_is_quoted():
    finding = found(NUMBER, "1" * 200 + "x")
    assert "got '1111" in finding.sentence
    assert finding.sentence.endswith("11 ….")
    assert len(finding.sentence) <= 201
