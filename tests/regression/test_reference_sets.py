"""The reference data are what NIST and Palmer Station have printed: exact solutions prove it."""

import pickle
from decimal import Context, Decimal
from fractions import Fraction

import numpy as np
import pytest
from sympy import QQ
from sympy.polys.matrices import DomainMatrix

from lsqgrad import Printed, reference_data

CERTIFIED = ["filip", "longley", "norris", "wampler1", "wampler5"]
FIFTEEN = Context(prec=15)  # the digits that NIST prints


def printed(numbers):
    """Each float as the fraction that its shortest decimals stand for: what the file has."""
    return [Fraction(str(number)) for number in np.ravel(numbers)]


def decimals(number, context=FIFTEEN):
    return context.divide(Decimal(number.numerator), Decimal(number.denominator))


def exact_columns(data):
    """The columns of X before they were rounded."""
    if "x**2" in data.features:
        return [
            [x**power for x in printed(data.X[:, 0])] for power in range(1, data.X.shape[1] + 1)
        ]
    return [printed(column) for column in data.X.T]


def column(numbers):
    return DomainMatrix([[QQ(x.numerator, x.denominator)] for x in numbers], (len(numbers), 1), QQ)


@pytest.mark.parametrize("name", CERTIFIED)
def test_the_exact_solution_has_the_certified_digits(name):
    """All numbers of the file count here, to their last digit."""
    data = reference_data(name)
    y, columns = printed(data.Y), exact_columns(data)
    n, p = data.X.shape
    design = DomainMatrix.hstack(*map(column, [[Fraction(1)] * n, *columns]))
    target, transposed = column(y), design.transpose()
    solution = (transposed * design).lu_solve(transposed * target)
    residual = target - design * solution
    squares = (residual.transpose() * residual).to_list()[0][0]
    mean = sum(y) / n
    variation = sum((value - mean) ** 2 for value in y)
    text = data.certified_text
    found = [decimals(row[0]) for row in solution.to_list()]
    assert found == list(map(Decimal, (text["b"], *text["w"])))
    residual_sd = decimals(squares / (n - p - 1), Context(prec=40)).sqrt(FIFTEEN)
    assert residual_sd == Decimal(text["residual_sd"])
    r_squared = 1 - Fraction(squares.numerator, squares.denominator) / variation
    assert decimals(r_squared) == Decimal(text["r_squared"])
    assert data.certified["b"] == float(text["b"])
    assert data.certified["w"].tolist() == [[float(digits)] for digits in text["w"]]


def test_a_power_is_exact_before_it_is_rounded():
    """A product of rounded factors would be off in the last digit."""
    data = reference_data("filip")
    assert data.X.T.tolist() == [list(map(float, column)) for column in exact_columns(data)]


def test_the_penguins_have_the_numbers_that_R_prints():
    """The means, and `lm(body_mass_g ~ flipper_length_mm, data = penguins)`."""
    data = reference_data("penguins")
    assert (len(data.X), data.certified, data.certified_text) == (342, None, None)
    flipper = np.column_stack([np.ones(342), data.X[:, 2]])
    (fit, *_) = np.linalg.lstsq(flipper, data.Y[:, 0], rcond=None)
    numbers = [*data.X[:, :2].mean(axis=0), *fit]
    for text, number in zip(["43.92193", "17.15117", "-5780.831", "49.686"], numbers, strict=True):
        assert Printed(text).admits(number)


def test_a_name_that_is_none_is_refused_in_a_sentence():
    with pytest.raises(ValueError, match=r"^name: expected 'filip' or .*, got str '../norris'\.$"):
        reference_data("../norris")


def test_a_set_cannot_be_changed():
    data = reference_data("norris")
    copy = pickle.loads(pickle.dumps(data))
    for array in (data.X, data.Y, copy.X, copy.Y):
        with pytest.raises(ValueError, match="read-only"):
            array += 1


def test_each_set_says_where_it_comes_from_and_what_may_be_done_with_it():
    for name in [*CERTIFIED, "penguins"]:
        data = reference_data(name)
        assert "https://" in data.source
        assert "https://" in data.licence
        assert len(data.features) == data.X.shape[1]
