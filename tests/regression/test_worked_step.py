"""The arithmetic of a step: each line says in letters and in numbers what its result is."""

import itertools
import re
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from lsqgrad import (
    COLORS,
    Gradient,
    gradient_matrix,
    gradient_scalar,
    mean_squared_error,
    sgd_by_hand,
    sgd_with_torch,
    step_with_torch,
    ulps_apart,
)
from lsqgrad.regression.worked_step import (
    FORMS,
    Line,
    Matrix,
    Number,
    arithmetic,
    forms_of,
    written,
)

# A step that fails can be read as it is. To look for a smaller one would take minutes.
REPEATABLE = settings(
    derandomize=True, deadline=None, max_examples=40, phases=[Phase.explicit, Phase.generate]
)


@np.errstate(all="ignore")
def gradient_as_the_product_is_written(X, Y, w, b):
    """``gradient_matrix`` takes the factor 2/n first, as PyTorch does; this takes it last."""
    r = X @ w + b - Y
    return Gradient(w=2 / len(X) * (X.T @ r), b=2 / len(X) * np.sum(r))


GRADIENTS = {
    "scalar sums": gradient_scalar,
    "matrix product": gradient_as_the_product_is_written,
    "chain rule": gradient_matrix,
}
every_form = pytest.mark.parametrize("form", GRADIENTS)

# Numbers of many digits and signs, and some that are written as 0, 1e-05 or 1e+07.
numbers = st.integers(-(2**20), 2**20).map(lambda k: k / 2**10) | st.sampled_from(
    [0.0, -1.0, 1e-5, -2.5e-7, 1e7]
)


@st.composite
def steps(draw, most_rows=7, features=(1, 2, 5)):
    """Make the one step of a run by hand or with PyTorch, in either float type."""
    n, p = draw(st.integers(1, most_rows)), draw(st.sampled_from(features))
    X, Y, w = (
        np.reshape(draw(st.lists(numbers, min_size=r * c, max_size=r * c)), (r, c))
        for r, c in ((n, p), (n, 1), (p, 1))
    )
    engine = draw(st.sampled_from([sgd_by_hand, sgd_with_torch]))
    trace = engine(
        *(X, Y, w, draw(numbers)),
        **{"lr": draw(st.floats(1e-4, 1)), "batch_size": n, "epochs": 1},
        dtype=draw(st.sampled_from(["float32", "float64"])),
    )
    return trace[0]


def small_step(n=3, **changes):
    """Return a step with x = n … 1, whose numbers are short."""
    X, Y = [[k + 1] for k in range(n)], [[k * k - 2.5] for k in range(n)]
    settings = {"lr": 0.5, "batch_size": n, "epochs": 1}
    (step,) = sgd_by_hand(X, Y, [[-1.5]], 0.25, **settings | changes)
    return step


def step_of_features(p, n=3, **changes):
    """Return a step with p features and weights 1.5, -1.5, 1.5, … of a batch that is shuffled."""
    X = [[((i + 2) * (k + 1)) % 7 - 3 for k in range(p)] for i in range(n)]
    w = [[1.5 * (-1) ** k] for k in range(p)]
    settings = {"lr": 0.5, "batch_size": n, "epochs": 1}
    (step,) = sgd_by_hand(X, [[k - 2.5] for k in range(n)], w, 0.25, **settings | changes)
    return step


def lines_by_name(*args):
    return {line.name: line for line in arithmetic(*args)}


def text_of(line):
    """The formula with the numbers in it, as it is printed: they have Python's minus."""
    return "".join(part if isinstance(part, str) else typed(part) for part in line.numbers)


def typed(part):
    return str(part).replace("−", "-")


def parts(line, kind):
    return [part for part in line.numbers if isinstance(part, kind)]


def six_digits(values):
    return [f"{value:.6g}".replace("-", "−") for value in np.ravel(values)]


def all_digits(values):
    return [str(value).replace("-", "−") for value in np.ravel(values)]


def one(weights):
    """A column of one weight is computed with as a number."""
    return weights[0, 0] if len(weights) == 1 else weights


def same_bits(a, b):
    return (a.dtype, a.shape, a.tobytes()) == (b.dtype, b.shape, b.tobytes())


# What is read


READ = {
    "scalar sums": """
L = (1/n) Σ (ŷ − y)² = 1/3 · ((-5.75)² + (-1.25)² + (1.25)²) = 12.0625
Σx² = (3)² + (2)² + (1)² = 14
Σ(y − b)x = (1.5 − 0.25)·3 + (-1.5 − 0.25)·2 + (-2.5 − 0.25)·1 = -2.5
∂L/∂w = (2/n) (w Σx² − Σ(y − b)x) = 2/3 · (-1.5 · 14 − (-2.5)) = -12.3333
Σ(y − wx) = (1.5 − (-1.5)·3) + (-1.5 − (-1.5)·2) + (-2.5 − (-1.5)·1) = 6.5
∂L/∂b = (2/n) (n b − Σ(y − wx)) = 2/3 · (3 · 0.25 − 6.5) = -3.83333
w after = w − lr · ∂L/∂w = -1.5 − 0.5 · (-12.3333) = 4.66667
b after = b − lr · ∂L/∂b = 0.25 − 0.5 · (-3.83333) = 2.16667
""",
    "matrix product": """
r = Xw + b − Y = [3; 2; 1]·(-1.5) + 0.25 − [1.5; -1.5; -2.5] = [-5.75; -1.25; 1.25]
L = (1/n) rᵀ r = 1/3 · [-5.75 -1.25 1.25]·[-5.75; -1.25; 1.25] = 12.0625
∂L/∂w = (2/n) Xᵀ r = 2/3 · [3 2 1]·[-5.75; -1.25; 1.25] = -12.3333
∂L/∂b = (2/n) 1ᵀ r = 2/3 · [1 1 1]·[-5.75; -1.25; 1.25] = -3.83333
w after = w − lr · ∂L/∂w = -1.5 − 0.5 · (-12.3333) = 4.66667
b after = b − lr · ∂L/∂b = 0.25 − 0.5 · (-3.83333) = 2.16667
""",
    "chain rule": """
L = MSELoss: (1/n) Σ (ŷ − y)² = 1/3 · ((-5.75)² + (-1.25)² + (1.25)²) = 12.0625
∂L/∂Ŷ = MseLossBackward0: (2/n) (Ŷ − Y) = 2/3 · ([-4.25; -2.75; -1.25] − [1.5; -1.5; -2.5]) \
= [-3.83333; -0.833333; 0.833333]
∂L/∂b = AddmmBackward0, to the bias: Σ ∂L/∂ŷ = (-3.83333) + (-0.833333) + 0.833333 = -3.83333
∂L/∂w = AddmmBackward0, to the weight: Xᵀ ∂L/∂Ŷ = [3 2 1]·[-3.83333; -0.833333; 0.833333] \
= -12.3333
w after = w − lr · ∂L/∂w = -1.5 − 0.5 · (-12.3333) = 4.66667
b after = b − lr · ∂L/∂b = 0.25 − 0.5 · (-3.83333) = 2.16667
""",
}


def test_the_forms_are_those_of_the_notebooks():
    assert list(FORMS) == list(GRADIENTS) == list(READ)


@pytest.mark.parametrize(("p", "forms"), [(1, [*READ]), (2, ["matrix product"])])
def test_several_features_have_the_matrix_product_alone(p, forms):
    trace = sgd_by_hand(np.eye(2)[:, :p], [[1], [2]], np.ones((p, 1)), 0, batch_size=2, epochs=1)
    assert list(forms_of(trace)) == list(forms_of(trace[0])) == forms


@every_form
def test_a_step_is_written_line_by_line(form):
    assert "\n".join(map(str, arithmetic(small_step(), form))) == READ[form].strip()


@REPEATABLE
@given(step=steps())
def test_every_line_is_printed_on_one_line_with_python_s_minus(step):
    for form in forms_of(step):
        for torch_step in (None, step_with_torch(step)):
            for line in arithmetic(step, form, torch_step):
                assert len(str(line).splitlines()) == 1
                assert str(line).startswith(f"{line.name} = {line.formula}")
                assert f" = {text_of(line)} = " in str(line)
                assert not re.search(r"−[^ ]", str(line))  # it is for differences


@every_form
def test_no_flag_that_the_processor_sets_is_a_warning(form):
    run = sgd_by_hand([[1], [2]], [[0], [0]], w=[[1e-30]], b=0, batch_size=2, epochs=1)
    with np.errstate(all="raise"):  # the square of 1e-30 is 0 in float32
        assert (
            str(next(line for line in arithmetic(run[0], form) if line.name == "L"))[-3:] == "= 0"
        )


def test_several_features_are_written_as_matrices():
    step = step_of_features(2, n=2)
    assert "\n".join(map(str, arithmetic(step, "matrix product"))) == (
        "r = Xw + b − Y = [0 3; -1 1]·[1.5; -1.5] + 0.25 − [-1.5; -2.5] = [-2.75; -0.25]\n"
        "L = (1/n) rᵀ r = 1/2 · [-2.75 -0.25]·[-2.75; -0.25] = 3.8125\n"
        "∂L/∂w = (2/n) Xᵀ r = 2/2 · [0 -1; 3 1]·[-2.75; -0.25] = [0.25; -8.5]\n"
        "∂L/∂b = (2/n) 1ᵀ r = 2/2 · [1 1]·[-2.75; -0.25] = -3\n"
        "w after = w − lr · ∂L/∂w = [1.5; -1.5] − 0.5 · [0.25; -8.5] = [1.375; 2.75]\n"
        "b after = b − lr · ∂L/∂b = 0.25 − 0.5 · (-3) = 1.75"
    )


@REPEATABLE
@given(step=steps())
def test_a_negative_number_after_an_operator_is_in_parentheses(step):
    for form in forms_of(step):
        for line in arithmetic(step, form):
            assert not re.search(r"[·+−/] *-", text_of(line))


@pytest.mark.parametrize("form", ["sums", "Scalar sums", "", None, 0, ["chain rule"]])
def test_a_form_that_is_not_known_is_refused(form):
    known = "'scalar sums' or 'matrix product' or 'chain rule'"
    with pytest.raises(ValueError, match=rf"^form: expected {known}, got "):
        arithmetic(small_step(), form)


@pytest.mark.parametrize("form", ["scalar sums", "chain rule"])
def test_a_form_for_one_feature_is_refused_for_several(form):
    with pytest.raises(ValueError, match=rf"^form: expected 'matrix product', got str '{form}'\.$"):
        arithmetic(step_of_features(2), form)


# What comes out


@REPEATABLE
@given(step=steps())
def test_the_results_are_those_of_the_functions_of_the_lesson_to_the_bit(step):
    for form in forms_of(step):
        problem = step.X, step.Y, step.w, step.b
        grad, lines = GRADIENTS[form](*problem), lines_by_name(step, form)
        expected = {
            "L": mean_squared_error(*problem),
            "∂L/∂w": one(grad.w),
            "∂L/∂b": grad.b,
            "w after": one(step.w - step.lr * grad.w),
            "b after": step.b - step.lr * grad.b,
        }
        for name, result in expected.items():
            assert result.dtype == step.X.dtype
            assert same_bits(lines[name].by_hand, result), name


@REPEATABLE
@given(step=steps())
def test_a_result_is_shown_in_all_the_digits_that_are_compared_in_its_colour(step):
    quantities = {
        **{"r": "residual", "L": "loss", "∂L/∂w": "gradient", "∂L/∂b": "gradient"},
        **{"∂L/∂Ŷ": "gradient", "w after": "w", "b after": "b"},
    }
    for form, by_torch in itertools.product(forms_of(step), (None, step_with_torch(step))):
        for line in arithmetic(step, form, by_torch):
            for value, part in [(line.by_hand, line.result), (line.torch, line.torch_result)]:
                if value is None:
                    assert part is None
                    continue
                assert part.quantity == quantities.get(line.name, "")
                compared = line.torch is not None or np.ndim(value) == 0
                texts = all_digits(value) if compared else six_digits(value)
                if np.ndim(value) == 0:
                    assert [part.text] == texts
                else:
                    assert part.shape == value.shape
                    shown = [text for (text,) in part.rows]
                    assert shown == (texts if len(texts) < 5 else [*texts[:2], "…", texts[-1]])


@every_form
def test_what_came_out_of_the_step_is_not_looked_at_but_computed(form):
    """So the distance to PyTorch's number is that of the form also in a run of PyTorch."""
    step = small_step()
    results = ["residual", "loss", "grad_w", "grad_b", "w_after", "b_after"]
    nothing = {name: np.full_like(getattr(step, name), np.nan) for name in results}
    for line, other in zip(
        arithmetic(step, form), arithmetic(replace(step, **nothing), form), strict=True
    ):
        assert str(line) == str(other)
        assert same_bits(line.by_hand, other.by_hand)


# The formulas, in letters and in numbers
#
# A sum of products in which every term passes at most k roundings, in any order and with or
# without fused multiply-add, is within γ_k Σ|terms| of the exact one: see test_sgd.py. Both k and
# the sum of the magnitudes follow from the formula. So a number carries them along, beside the
# interval in which it would be without rounding; these three are exact, as fractions.


class Bounded:
    """A number from `low` to `high` but for at most `roundings`, of terms of this `magnitude`."""

    def __init__(self, low, high=None, magnitude=None, roundings=1):
        self.low = Fraction(low)
        self.high = self.low if high is None else Fraction(high)
        self.magnitude = max(abs(self.low), abs(self.high)) if magnitude is None else magnitude
        self.roundings = roundings

    def __neg__(self):
        return Bounded(-self.high, -self.low, self.magnitude, self.roundings)

    def __add__(self, other):
        roundings = 1 + max(self.roundings, other.roundings)
        magnitude = self.magnitude + other.magnitude
        return Bounded(self.low + other.low, self.high + other.high, magnitude, roundings)

    def __sub__(self, other):
        return self + -other

    def __mul__(self, other):
        ends = [a * b for a in (self.low, self.high) for b in (other.low, other.high)]
        roundings = 1 + self.roundings + other.roundings
        return Bounded(min(ends), max(ends), self.magnitude * other.magnitude, roundings)

    def __truediv__(self, other):
        assert other.low > 0  # it is n
        return self * Bounded(1 / other.high, 1 / other.low, None, other.roundings)

    def __rtruediv__(self, number):
        return Bounded(number) / self

    def __pow__(self, exponent):
        assert exponent == 2
        return self * self

    def range(self, dtype):
        """Return the ends between which the number is when computed in this float type."""
        k, unit = self.roundings, Fraction(float(np.finfo(dtype).eps)) / 2
        off = k * unit / (1 - k * unit) * self.magnitude
        return self.low - off, self.high + off


def exactly(values):
    """Return a matrix of numbers that are known, a number as a matrix of one."""
    return np.vectorize(lambda value: Bounded(float(value)), otypes=[object])(np.atleast_2d(values))


def as_written(text):
    """Return the matrix that is written here; each number stands for all of the same six digits."""
    if text.startswith("["):
        matrix = [[bounded(entry) for entry in row.split()] for row in text[1:-1].split(";")]
        return np.array(matrix, dtype=object)
    return np.array([[bounded(text)]], dtype=object)


def bounded(text):
    number = Decimal(text)
    half = Decimal(5).scaleb(number.adjusted() - 6) if number else Decimal(0)
    return Bounded(number - half, number + half)


def computed_from(text):
    """Compute a formula from the numbers that are written in it."""
    text = text.replace("]·[", "]@[")  # a product of matrices
    text = re.sub(r"\[.*?\]|\d[\d.]*(e[+-]\d+)?", lambda found: f"as_written({found[0]!r})", text)
    for sign, operator in {"−": "-", "·": "*", "²": "**2"}.items():
        text = text.replace(sign, operator)
    return eval(text, {"as_written": as_written})


def assert_comes_out(line, bounds, dtype, off=0):
    """The result is within the bounds, whether it is a number or a column."""
    results = np.atleast_2d(line.by_hand)
    assert results.shape == bounds.shape
    for result, bound in zip(results.ravel(), bounds.ravel(), strict=True):
        low, high = bound.range(dtype)
        assert low - off <= Fraction(float(result)) <= high + off, line


def total(column):
    return np.sum(column, keepdims=True)


class Letters:
    """What the letters of the formulas stand for in a step."""

    def __init__(self, step):
        self.n, self.lr = exactly(len(step.X)), exactly(step.lr)
        self.x, self.y, self.w, self.b = map(exactly, (step.X, step.Y, step.w, step.b))
        self.r = self.x @ self.w + self.b - self.y
        self.grad_Y_hat = 2 / self.n * self.r
        self.grad_w, self.grad_b = self.x.T @ self.grad_Y_hat, total(self.grad_Y_hat)


LETTERS = {
    "(1/n) Σ (ŷ − y)²": lambda s: 1 / s.n * total((s.x * s.w + s.b - s.y) ** 2),
    "Σx²": lambda s: total(s.x**2),
    "Σ(y − b)x": lambda s: total((s.y - s.b) * s.x),
    "(2/n) (w Σx² − Σ(y − b)x)": lambda s: (
        2 / s.n * (s.w * total(s.x**2) - total((s.y - s.b) * s.x))
    ),
    "Σ(y − wx)": lambda s: total(s.y - s.w * s.x),
    "(2/n) (n b − Σ(y − wx))": lambda s: 2 / s.n * (s.n * s.b - total(s.y - s.w * s.x)),
    "Xw + b − Y": lambda s: s.x @ s.w + s.b - s.y,
    "(1/n) rᵀ r": lambda s: 1 / s.n * s.r.T @ s.r,
    "(2/n) Xᵀ r": lambda s: 2 / s.n * s.x.T @ s.r,
    "(2/n) 1ᵀ r": lambda s: 2 / s.n * exactly(np.ones(s.r.shape)).T @ s.r,
    "MSELoss: (1/n) Σ (ŷ − y)²": lambda s: 1 / s.n * total((s.x * s.w + s.b - s.y) ** 2),
    "MseLossBackward0: (2/n) (Ŷ − Y)": lambda s: 2 / s.n * ((s.x * s.w + s.b) - s.y),
    "AddmmBackward0, to the bias: Σ ∂L/∂ŷ": lambda s: total(s.grad_Y_hat),
    "AddmmBackward0, to the weight: Xᵀ ∂L/∂Ŷ": lambda s: s.x.T @ s.grad_Y_hat,
    "w − lr · ∂L/∂w": lambda s: s.w - s.lr * s.grad_w,
    "b − lr · ∂L/∂b": lambda s: s.b - s.lr * s.grad_b,
}


def test_every_formula_in_letters_is_tried():
    lines = [line for form in FORMS for line in arithmetic(small_step(), form)]
    assert {line.formula or line.name for line in lines} == set(LETTERS)


@REPEATABLE
@given(step=steps())
def test_the_result_is_what_the_letters_say(step):
    for form in forms_of(step):
        for line in arithmetic(step, form):
            letters = LETTERS[line.formula or line.name]
            assert_comes_out(line, letters(Letters(step)), step.X.dtype)


@REPEATABLE
@given(step=steps(most_rows=4, features=(1, 2, 4)))
def test_the_result_is_what_the_numbers_say(step):
    """To the six digits of each of them, as far as the formula carries those on."""
    # The residuals, and what is 2/n of them, are up to p + 7 roundings off, those of Ŷ among
    # them, of terms that may be larger than what they add up to. The factor 2/n is at most 2.
    terms = np.abs(step.X) @ np.abs(step.w) + np.abs(step.b) + np.abs(step.Y)
    roundings = len(step.w) + 7.001
    off = Fraction(float(roundings * np.finfo(step.X.dtype).eps / 2 * 2 * terms.max()))
    for form in forms_of(step):
        for line in arithmetic(step, form):
            of_residuals = line.name in ("r", "∂L/∂Ŷ")
            bounds = computed_from(text_of(line))
            assert_comes_out(line, bounds, step.X.dtype, off if of_residuals else 0)


def test_six_digits_are_narrow_enough_to_find_a_wrong_one():
    """Whatever digit of a formula is changed, its numbers no longer give the result."""
    step = sgd_by_hand([[1.2345]], [[9.8765]], [[2.4687]], 5.1379, lr=0.37, epochs=1, batch_size=1)
    for line in [line for form in FORMS for line in arithmetic(step[0], form)]:
        text = text_of(line)
        assert_comes_out(line, computed_from(text), np.float32)
        for place, digit in enumerate(text):
            if digit.isdecimal() and not re.match(r"\d(?!\.|\d)", text[place:]):
                wrong = f"{text[:place]}{(int(digit) + 5) % 10}{text[place + 1 :]}"
                with pytest.raises(AssertionError):
                    assert_comes_out(line, computed_from(wrong), np.float32)


@REPEATABLE
@given(step=steps())
def test_every_number_that_is_written_is_the_step_s_in_the_colour_of_its_quantity(step):
    for form in forms_of(step):
        X, Y, w, b, n = step.X, step.Y, step.w, step.b, len(step.X)
        r = X @ w + b - Y
        grad = GRADIENTS[form](X, Y, w, b)
        expected = {
            **{"x": X, "y": Y, "w": w, "b": b, "residual": r},
            "gradient": [*grad.w[:, 0], grad.b, *(2 / n * r)[:, 0]],
            "": [*step.Y_hat[:, 0], 1],
        }
        if len(w) == 1:
            expected[""] += [np.sum(X**2), np.sum((Y - b) * X), np.sum(Y - w[0, 0] * X)]
        assert set(expected) - {""} <= set(COLORS)
        for line in arithmetic(step, form):
            for part in line.numbers:
                if isinstance(part, Number):
                    assert part.text.removeprefix("(").removesuffix(")") in six_digits(
                        expected[part.quantity]
                    )
                elif isinstance(part, Matrix):
                    known = {*six_digits(expected[part.quantity]), "…"}
                    assert {entry for row in part.rows for entry in row} <= known
                else:
                    known = {"1", "2", str(n), *six_digits(step.lr)}
                    assert {*re.findall(r"\d[\d.]*(?:e[+−]\d+)?", part)} <= known


# Matrices, and long batches


@pytest.mark.parametrize("n", [1, 2, 4, 5, 9])
def test_matrices_have_the_shapes_of_the_batch(n):
    column, row = (n, 1), (1, n)
    expected = {
        "matrix product": {
            "r": [("x", column), ("y", column), ("residual", column)],
            "L": [("residual", row), ("residual", column)],
            "∂L/∂w": [("x", row), ("residual", column)],
            "∂L/∂b": [("", row), ("residual", column)],
        },
        "chain rule": {
            "∂L/∂Ŷ": [("", column), ("y", column), ("gradient", column)],
            "∂L/∂w": [("x", row), ("gradient", column)],
        },
    }
    for form in FORMS:
        for line in arithmetic(small_step(n, lr=0.001), form):
            assert_shapes(line, expected.get(form, {}).get(line.name, []))


@pytest.mark.parametrize("p", [2, 5])
@pytest.mark.parametrize("n", [1, 3, 6])
def test_matrices_have_the_shapes_of_batch_and_weights(n, p):
    column, weights = (n, 1), (p, 1)
    expected = {
        "r": [("x", (n, p)), ("w", weights), ("y", column), ("residual", column)],
        "L": [("residual", (1, n)), ("residual", column)],
        "∂L/∂w": [("x", (p, n)), ("residual", column), ("gradient", weights)],
        "∂L/∂b": [("", (1, n)), ("residual", column)],
        "w after": [("w", weights), ("gradient", weights), ("w", weights)],
        "b after": [],
    }
    for line in arithmetic(step_of_features(p, n), "matrix product"):
        assert_shapes(line, expected[line.name])


def assert_shapes(line, expected):
    """Its matrices are these, and of their rows and columns at most four are written."""
    matrices = [part for part in [*line.numbers, line.result] if isinstance(part, Matrix)]
    assert [(matrix.quantity, matrix.shape) for matrix in matrices] == expected
    for matrix in matrices:
        rows, columns = (min(size, 4) for size in matrix.shape)
        assert [len(row) for row in matrix.rows] == [columns] * rows


def test_rows_stand_one_below_the_other():
    assert str(Matrix("x", (("1", "−2", "3"),), (1, 3))) == "[1 −2 3]"
    assert str(Matrix("x", (("1",), ("−2",), ("3",)), (3, 1))) == "[1; −2; 3]"
    assert str(Matrix("x", (("1", "−2"), ("3", "4")), (2, 2))) == "[1 −2; 3 4]"
    assert str(Matrix("x", (("1",),), (1, 1))) == "[1]"


def test_of_more_than_4_rows_and_columns_the_middle_is_left_out():
    step = step_of_features(5, n=6)
    x, *_ = parts(lines_by_name(step, "matrix product")["r"], Matrix)
    first, second, *_, last = (six_digits([*row[:2], row[-1]]) for row in step.X)
    expected = [[*row[:2], "…", row[2]] for row in (first, second, last)]
    assert [list(row) for row in x.rows] == [*expected[:2], ["…"] * 4, expected[2]]


@pytest.mark.parametrize(
    ("n", "rows"), [(1, [0]), (3, [0, 1, 2]), (4, [0, 1, 2, 3]), (5, [0, 1, -1]), (9, [0, 1, -1])]
)
def test_of_more_than_4_rows_the_first_two_and_the_last_are_written(n, rows):
    step = small_step(n, lr=0.001)
    residual = step.X @ step.w + step.b - step.Y
    columns = {"x": step.X, "y": step.Y, "residual": residual, "gradient": 2 / n * residual}
    columns = {quantity: six_digits(column[rows]) for quantity, column in columns.items()}
    in_sums = {
        ("scalar sums", "L"): ["residual"],
        ("scalar sums", "Σx²"): ["x"],
        ("scalar sums", "Σ(y − b)x"): ["y", "x"],
        ("scalar sums", "Σ(y − wx)"): ["y", "x"],
        ("chain rule", "L"): ["residual"],
        ("chain rule", "∂L/∂b"): ["gradient"],
    }
    for (form, name), quantities in in_sums.items():
        line = lines_by_name(step, form)[name]
        for quantity in quantities:
            texts = [part.text for part in parts(line, Number) if part.quantity == quantity]
            assert [text.strip("()") for text in texts] == columns[quantity], line
        assert text_of(line).count(" + … + ") == text_of(line).count("…") == (n > 4)

    with_dots = columns | {
        quantity: [*c[:2], "…", c[-1]] for quantity, c in columns.items() if n > 4
    }
    for line in (line for form in FORMS for line in arithmetic(step, form)):
        for matrix in parts(line, Matrix):
            if matrix.quantity:
                entries = [entry for row in matrix.rows for entry in row]
                assert entries == with_dots[matrix.quantity]


# Beside PyTorch's numbers


@REPEATABLE
@given(step=steps())
def test_pytorch_s_numbers_stand_beside_and_the_floats_between_are_counted(step):
    for form in forms_of(step):
        by_torch = step_with_torch(step)
        expected = {
            "L": by_torch.loss,
            "∂L/∂w": one(by_torch.grad_w),
            "∂L/∂b": by_torch.grad_b,
            "w after": one(by_torch.w_after),
            "b after": by_torch.b_after,
        }
        lines = lines_by_name(step, form, by_torch)
        for name, number in expected.items():
            line = lines.pop(name)
            assert same_bits(line.torch, number)
            assert line.ulps == np.max(ulps_apart(line.by_hand, number))
            ours, theirs = typed(line.result), typed(line.torch_result)
            assert str(line).endswith(f" = {ours} (PyTorch {theirs}, {line.distance})")
        for line in lines.values():
            assert (line.torch, line.ulps, line.distance) == (None, None, "")


@REPEATABLE
@given(step=steps())
def test_pytorch_s_numbers_change_nothing_of_what_is_computed_by_hand(step):
    for form in forms_of(step):
        compared = arithmetic(step, form, step_with_torch(step))
        for line, other in zip(arithmetic(step, form), compared, strict=True):
            assert (line.name, line.formula, line.numbers) == (
                other.name,
                other.formula,
                other.numbers,
            )
            assert same_bits(line.by_hand, other.by_hand)
            assert (line.torch, line.ulps, line.distance) == (None, None, "")
            assert "PyTorch" not in str(line)


@pytest.mark.parametrize(
    ("ulps", "words"), [(0, "equal"), (1, "1 ulp"), (2, "2 ulps"), (12, "12 ulps")]
)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("direction", [-np.inf, np.inf])
def test_a_distance_is_told_in_words(ulps, words, dtype, direction):
    ours = theirs = dtype(0.1)
    for _ in range(ulps):
        theirs = np.nextafter(theirs, dtype(direction))
    line = Line("L", "(1/n) rᵀ r", ("1/1 · 0.1",), ours, theirs)
    assert (line.ulps, line.distance) == (ulps, words)
    assert str(line) == f"L = (1/n) rᵀ r = 1/1 · 0.1 = 0.1 (PyTorch {theirs!s}, {words})"


@pytest.mark.parametrize(
    ("ulps", "words"), [([0, 0], "equal"), ([0, 1], "up to 1 ulp"), ([3, 1], "up to 3 ulps")]
)
def test_of_the_distances_in_a_column_the_largest_is_told(ulps, words):
    ours = np.array([[0.1], [-0.2]], dtype=np.float32)
    theirs = ours.copy()
    for place, count in enumerate(ulps):
        for _ in range(count):
            theirs[place] = np.nextafter(theirs[place], np.float32(0))
    line = Line("∂L/∂w", "(2/n) Xᵀ r", ("1/1",), ours, theirs)
    assert (line.ulps, line.distance) == (max(ulps), words)


# Numbers and columns as text


@pytest.mark.parametrize(
    ("values", "digits", "text"),
    [
        (-1.5, 6, "−1.5"),
        (np.float32(0.1), None, "0.1"),
        (np.float64(-1e-5), None, "−1e−05"),
        (2 / 3, 4, "0.6667"),
        ([[-0.5]], 6, "−0.5"),
        ([[1.5], [-2.0]], 6, "[1.5; −2]"),
        ([1, 2, 3, 4], 6, "[1; 2; 3; 4]"),
        ([1, 2, 3, 4, -5], 6, "[1; 2; …; −5]"),
        (float("-inf"), 6, "−inf"),
    ],
)
def test_numbers_are_written_with_a_true_minus_and_columns_in_brackets(values, digits, text):
    assert written(values, digits) == text
