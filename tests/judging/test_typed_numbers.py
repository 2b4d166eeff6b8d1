"""What may be meant by a number that was typed."""

import re
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lsqgrad.judging.typed_numbers import read

REPEATABLE = settings(derandomize=True, deadline=None, max_examples=200)


def values(answer):
    return [number.value for number in read(answer)]


@pytest.mark.parametrize(
    "answer",
    [
        *("234567.8", "234,567.8", "234 567.8", "234'567.8", "234’567.8", "234\u202f567.8"),
        *("234.567,8", "234 567,8", "234\u2009567,8", "234\xa0567,8", "234'567,8"),
        *("２３４，５６７．８", "+234,567.80", "234 567.8e0", "234_567.8"),
    ],
)
def test_groups_of_three_may_be_set_apart(answer):
    assert values(answer) == [234567.8]


@pytest.mark.parametrize("sign", ["", "-", "−"])
@pytest.mark.parametrize(
    "answer", ["1,234,567", "1.234.567", "1 234 567", "1'234'567", "1.234.567,0", "1,234,567.0"]
)
def test_more_than_one_sign_of_a_kind_sets_groups_apart(sign, answer):
    assert values(sign + answer) == [-1234567 if sign else 1234567]


def test_one_comma_before_three_digits_may_be_either():
    assert values("1,234") == [1.234, 1234]
    assert values("170,000 * 2") == [340, 340_000]
    assert values("1.234") == [1.234]  # a single point is a decimal point
    assert values("0,123") == values("0.123") == [0.123]
    assert values("1,2345") == [1.2345]
    assert values("1,234 * 0,5") == [0.617]


@pytest.mark.parametrize(
    "answer",
    [
        *("56/30", "5.6/3", "(1+2*4)*.1 + 1.45/1.5", "-(-28/15)", "2**-1*56/15"),
        *("1/3*5,6", "1 / 3 × 5.6", "56÷30", "1 400 / 750", "5.6 · 1/3", "0 − −28/15"),
    ],
)
def test_arithmetic_of_numbers_is_a_number(answer):
    assert read(answer)[0].value == 28 / 15


def test_arithmetic_is_exact():
    assert values("(10**30 + 1)/3 - 10**30/3") == [1 / 3]  # in floats it is 0


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        ("1e400", "That is beyond what a float can hold."),
        ("-1e999999", "That is beyond what a float can hold."),
        ("1e99999999999999999999", "That is beyond what a float can hold."),
        ("1e-400", "That is beyond what a float can hold."),
        ("10**200*10**200", "That is beyond what a float can hold."),
        ("1/10**200/10**200", "That is beyond what a float can hold."),
        ("9**9**9", "That is beyond what a float can hold."),
        ("((9**99)**99)**99", "That is beyond what a float can hold."),
        ("1/0", "No number can be divided by 0."),
        ("2/(1-1)", "No number can be divided by 0."),
        ("0**-1", "No number can be divided by 0."),
    ],
)
def test_why_it_is_no_number_is_said_where_it_is_not_seen(answer, hint):
    with pytest.raises(ValueError, match=r"^answer: expected a number such as ") as caught:
        read(answer)
    assert str(caught.value).endswith(f"got {answer!r}. {hint}")


@pytest.mark.parametrize(
    "answer",
    [
        *("", " ", "w", "1.2.3", "1,2,3", "1 2", "2²", "½", "1e", "0x1"),
        *("1,23.4", "12,345,67", "1 2345", "1 234'567", "0,123,456", "1,234,567,8", "1.234.567.8"),
        *("nan", "sNaN", "inf", "-Infinity", "--1", "--3", "+-1", "1//2", "7%4", "2**0.5"),
        *("2j", "(1, 2)", "()", "e", "abs(1)", "f(2)", "1 if 2 else 3", "'1'", "1;2", "1\n+2"),
        *("1 +", "/2", "(1", "1)", "True", "_", "1/w", "1 < 2"),
        *("1__0", "1_", "_1", "1e_3", "173_.4", "-_1", "1_/2"),
        *(99 * "(" + "1" + 98 * ")", 90 * "(" + "1" + 90 * ")" + "+", 100 * "1+" + "1"),
    ],
)
def test_what_is_no_number_is_refused(answer):
    with pytest.raises(ValueError, match=r"^answer: expected a number such as .*, got ") as caught:
        read(answer)
    assert str(caught.value).endswith(f"got {answer!r}.")


@pytest.mark.parametrize("answer", [1.867, 2, None, b"1.867", np.float64(1), ["1"]])
def test_an_answer_is_a_string(answer):
    with pytest.raises(TypeError, match=r"^answer: expected the number as a string, got "):
        read(answer)


@REPEATABLE
@given(
    number=st.decimals(min_value=-(10**9), max_value=10**9, places=2),
    signs=st.sampled_from([",.", ".,", " .", " ,", "'.", "’,", "\u202f,", "\u2009.", "\xa0."]),
)
def test_a_number_is_the_same_in_each_way_to_write_it(number, signs):
    written = f"{number:,}".translate(str.maketrans(",.", signs))
    assert read(written)[0].text == f"{number}"


ARITHMETIC = st.recursive(
    st.decimals(0, 999, places=1).map(str) | st.integers(0, 999).map(str),
    lambda parts: st.builds(
        str.format,
        st.sampled_from(["({}+{})", "({} - {})", "({}*{})", "({}/{})", "(-{} + {})", "({})**2*{}"]),
        parts,
        parts,
    ),
    max_leaves=6,
)


@REPEATABLE
@given(text=ARITHMETIC)
def test_arithmetic_is_what_python_makes_of_fractions(text):
    exact = re.sub(r"\d+(\.\d)?", r"Fraction('\g<0>')", text)
    try:
        expected = eval(exact, {"Fraction": Fraction})
    except ZeroDivisionError:
        with pytest.raises(ValueError, match="divided by 0"):
            read(text)
    else:
        assert values(text) == [float(expected)]
