"""Each exercise knows right answers in whatever form they come, and mistakes by their names."""

import ast
import math
import zlib
from collections import Counter
from itertools import combinations, permutations, product

import numpy as np
import pytest
import torch
from torch.nn import functional

from lsqgrad import ARTICLE, line_data, sgd_by_hand
from lsqgrad.judging import quantities
from lsqgrad.judging.answer_keys import _numbers
from lsqgrad.judging.execution import Attempt
from lsqgrad.judging.misconceptions import MADE_OF, MISCONCEPTIONS, changes, said_of
from lsqgrad.practice import exercises, formula_exercise, function_exercise
from lsqgrad.practice.exercise import NumberExercise
from lsqgrad.practice.exercises import BY_NOTEBOOK, EXERCISES, OF_N
from lsqgrad.practice.formula_exercise import FormulaExercise
from lsqgrad.practice.function_exercise import EXCHANGED, FunctionExercise, TrainingExercise
from lsqgrad.widgets.run_navigator import RunNavigator

SEEDS = 2  # the long test has 40
FEW = 2  # seeds for what a student wrote
NAMED = {exercise.name: exercise for exercise in EXERCISES}
NUMBERS = [one for one in EXERCISES if isinstance(one, NumberExercise)]
FORMULAS = [one for one in EXERCISES if isinstance(one, FormulaExercise)]
FUNCTIONS = [one for one in EXERCISES if isinstance(one, FunctionExercise)]


@pytest.fixture
def forget(monkeypatch):
    """Have what truths and mistakes give computed once for each seed, until it is forgotten."""
    known = {}

    def remember(owner, name, key):
        original = getattr(owner, name)

        def remembered(*arguments):
            at = (name, *key(*arguments))
            if at not in known:
                known[at] = original(*arguments)
            return known[at]

        monkeypatch.setattr(owner, name, remembered)

    def drawn(inputs):
        return b"".join(np.asarray(value).tobytes() for value in inputs if type(value) is not list)

    kept = []  # the keywords, so that no other ones come to have their id

    def of_outcome(self, how, inputs, truth=None):
        kept.append(how)
        return id(how), drawn(inputs)

    remember(FunctionExercise, "_outcome", of_outcome)
    remember(FunctionExercise, "_case", lambda self, inputs: (drawn(inputs),))
    remember(
        formula_exercise,
        "_outcome",
        lambda evaluator, side, each, slack: (str(evaluator), ast.dump(side), each, slack),
    )
    return known.clear


@pytest.fixture
def without_a_thread(monkeypatch):
    """Have answers called here and now, which is faster, and sees no clock."""

    def attempt(calls, read):
        results = []
        for call in calls:
            try:
                results.append(read(call()))
            except Exception as error:
                results.append(error)
        return Attempt(tuple(results), "", (), limited=True)

    monkeypatch.setattr(function_exercise, "attempt", attempt)


# Every mistake, as the table makes it


def mistaken(exercise, how):
    """Return the answer of who makes a mistake of the table."""
    if isinstance(exercise, FormulaExercise):
        return how

    def answer(*arguments):
        with np.errstate(all="ignore"):
            return exercise.truth(*arguments, **how)

    def train(model, X, Y, lr, steps):
        w, b = model.weight.detach().numpy().T.astype(float), model.bias.item()
        w, b = answer(w, b, X.numpy(), Y.numpy().reshape(-1, 1), lr, steps)
        with torch.no_grad():
            model.weight.copy_(torch.tensor(w.T))
            model.bias.fill_(float(b))

    return train if isinstance(exercise, TrainingExercise) else answer


def by_keys(exercise):
    """Return the mistakes of an exercise by their names in a tuple, with all ways to make each."""
    return {
        name if isinstance(name, tuple) else (name,): [ways] if isinstance(ways, str) else [*ways]
        for name, ways in exercise.mistakes.items()
    }


@pytest.mark.parametrize("exercise", FORMULAS + FUNCTIONS, ids=lambda one: one.name)
def test_every_mistake_is_called_by_its_name_with_any_numbers(exercise, forget, without_a_thread):
    assert_every_mistake_is_called_by_its_name(exercise, range(SEEDS), forget)


@pytest.mark.long
@pytest.mark.parametrize("exercise", FORMULAS + FUNCTIONS, ids=lambda one: one.name)
def test_every_mistake_is_called_by_its_name_with_40_seeds(exercise, forget, without_a_thread):
    assert_every_mistake_is_called_by_its_name(exercise, range(SEEDS, 40), forget)


# Some mistakes are none in an exercise, as the wrong column where there is one. And some fail.
IN_TRAINING = {
    *("rows of a whole batch", "rows of all", "short batch left out", "batches turned"),
    *("all the data", "rows from 1"),
}
NONE_HERE = {
    "scalar form": {
        *("transposed result", "flat", "first column", "all columns", "entries for rows"),
    },
    "matrix form": {"bias left out", "bias subtracted", "x in both", "sum left out", "b once"},
    "momentum step": {"bias left out", "bias subtracted", "x in both", "sum left out", "b once"},
    "training loop": IN_TRAINING,
    "find the bugs": IN_TRAINING,
}
FAILING = {
    *("transpose", "sum left out", "transposed result", "flat", "other gradient", "n by n"),
    *("rows in their order", "residual squared", "three rows"),
}
INSTEAD = {  # what gives the same numbers, and says it better
    "sign": "uphill",
    "half": "half the gradient",
    "twice": "twice the gradient",
    "x left out": "other gradient",
    "1/n left out": "sum of squares",
    "1/n twice": "change over n",
    "features for rows": "1/n left out",  # of one feature
    "transposed result": "flat",  # a row is added to a column as what has one axis is
    **dict.fromkeys(("last batch left out", "first batch left out"), "one step too few"),
    **dict.fromkeys(("last batch alone", "one update", "one batch"), "one step"),
    "two updates": "two epochs",
    "product of sums": "mean first",
    "derivative of the root": "root",
    "sign of the residual": "absolute",
    "all at the start": "gradient once",
}
BY_SIGN = ("another optimizer",)  # where a gradient is 0 but for rounding, its sign is chance


def assert_every_mistake_is_called_by_its_name(exercise, seeds, forget):
    """See each way to make a mistake named, or what is told instead, since it is the same."""
    names, missed, none = by_keys(exercise), Counter(), NONE_HERE.get(exercise.name, set())
    answers = [(keys, mistaken(exercise, how)) for keys, ways in names.items() for how in ways]
    for seed in seeds:
        forget()
        for keys, answer in answers:
            finding = exercise.judge(answer, seed)
            if finding.kind == "right":
                missed[keys] += not none.issuperset(keys)
            elif finding.kind == "exception":
                missed[keys] += not FAILING.issuperset(keys)
            else:
                missed[keys] += finding.mistakes not in (keys, (INSTEAD.get(keys[0]),))
    assert len(missed) == len(names) > 0
    assert missed.pop(BY_SIGN, 0) < len(seeds)
    assert not +missed


def test_every_misconception_is_known_to_a_reader():
    made = {key for one in FORMULAS + FUNCTIONS for keys in by_keys(one) for key in keys}
    typed = {key for one in NUMBERS for key in mistakes_in_a_number(one)}
    assert made | typed | {EXCHANGED} == set(MISCONCEPTIONS)


def test_all_exercises_that_ask_for_a_quantity_know_its_mistakes():
    own = {quantities.loss, quantities.epoch_loss, *MADE_OF}  # the others are made of a gradient
    of_no_gradient = {exercises.largest_rate, exercises.unscaled, exercises.merged}
    for one in [one for one in FUNCTIONS if one.truth not in of_no_gradient]:
        known = {key for keys in by_keys(one) for key in keys}
        asked = changes(one.truth if one.truth in own else quantities.gradient).keys()
        assert known >= {key for key in asked if key not in OF_N or one.name != "sum of squares"}


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda one: one.name)
def test_results_that_have_changed_places_are_called_results(exercise, without_a_thread):
    if len(exercise.parts) == 2 and not isinstance(exercise, TrainingExercise):
        said = exercise.judge(lambda *given: exercise.truth(*given)[::-1], 0).sentence
        assert said.startswith(f"{' and '.join(exercise.parts)}: the two results have changed")


@pytest.mark.parametrize(
    ("name", "of"), [("scaled line", "of the four numbers"), ("ridge", "part of the loss")]
)
def test_a_factor_comes_from_what_the_exercise_has(name, of, without_a_thread):
    said = NAMED[name].judge(lambda *given: NAMED[name].truth(*given, scale=3), 0).sentence
    assert said.endswith(
        f"3 times what it should be. Name each factor in it: which {of} does it come from?"
    )


@pytest.mark.parametrize("exercise", FUNCTIONS, ids=lambda one: one.name)
def test_the_numbers_that_are_tried_vary_in_every_quantity(exercise):
    """No constant, size or number of batches is the same in all cases, or 1 in two of them."""
    for seed in range(20):
        random = np.random.default_rng(seed)
        drawn = [exercise.draw(random, n, p) for n, p in function_exercise.SIZES]
        for values in zip(*drawn, strict=True):
            if isinstance(values[0], list):
                assert len({len(batches) for batches in values}) > 1
                assert len({len(batches[-1]) for batches in values}) > 1
                assert any(len(one[-1]) < len(one[0]) for one in values)
            elif np.ndim(values[0]) == 0:
                assert len(set(values)) > 1
            if isinstance(values[0], float):
                assert not {0.5, 1.0, 2.0} & set(np.abs(values))


def test_every_exercise_is_a_number_a_formula_or_a_function_with_a_name_of_its_own():
    assert len(NAMED) == len(EXERCISES) == len(NUMBERS + FORMULAS + FUNCTIONS) == 22


def test_every_main_notebook_has_two_to_four_exercises_and_the_last_what_is_left():
    counts = {notebook: len(exercises) for notebook, exercises in BY_NOTEBOOK.items()}
    assert [*counts] == [*(f"0{number}" for number in range(7)), "12"]
    assert all(2 <= counts[notebook] <= 4 for notebook in counts if notebook < "06")


@pytest.mark.parametrize("name", MISCONCEPTIONS)
def test_what_is_said_of_a_mistake_can_be_read(name):
    said, question = MISCONCEPTIONS[name][:2]
    assert said.endswith(".")
    assert not said[0].isupper() or said.startswith(("X ", "Σ"))
    assert question.endswith((".", "?"))
    assert "?" in question
    assert not set("!{}") & set(said + question)
    assert len(said) + len(question) < 250


# Every mistake, as a student makes it


def with_the_bias():
    def looped(X, Y, w, b):
        grad_w, grad_b = np.zeros_like(w), 0.0
        for x, y in zip(X, Y, strict=True):
            r = y[0] - (sum(x[j] * w[j, 0] for j in range(len(x))) + b)
            grad_w += 2 * r * x[:, np.newaxis] / len(X)
            grad_b += 2 * r / len(X)
        return grad_w, grad_b

    def flipped(X, Y, w, b):
        residual = X @ w + b - Y
        return 2 / len(X) * X @ residual, 2 * residual.mean()

    def each_row(X, Y, w, b):
        residual = X @ w + b - Y
        return [2 * r * x / len(X) for r, x in zip(residual, X, strict=True)], 2 * residual / len(X)

    def three_rows(X, Y, w, b):
        residual = X @ w + b - Y
        return 2 / 3 * X.T @ residual, 2 / 3 * residual.sum()

    def augmented(X, Y, w, b):
        X1 = np.hstack([X, np.ones((len(X), 1))])
        grad = X1.T @ (X1 @ np.vstack([w, [[b]]]) - Y) / len(X)
        return grad[:-1], grad[-1]

    def torch_rows(X, Y, w, b):
        grad_w, grad_b = autograd(functional.mse_loss)(X, Y, w, b)
        return grad_w.T, grad_b

    return {
        "sign": looped,
        "half": augmented,
        "twice": lambda X, Y, w, b: (
            4 * np.einsum("ij,ik->jk", X, X @ w + b - Y) / len(X), 4 * np.mean(X @ w + b - Y)
        ),
        "1/n left out": autograd(lambda Y_hat, Y: ((Y_hat - Y) ** 2).sum()),
        "2/n left out": lambda X, Y, w, b: (X.T @ (X @ w + b - Y), np.sum(X @ w + b - Y)),
        "1/n twice": lambda X, Y, w, b: (
            2 * np.mean(X * (X @ w + b - Y), axis=0, keepdims=True).T / len(X),
            2 * np.mean(X @ w + b - Y) / len(X),
        ),
        "three rows": three_rows,
        "bias left out": lambda X, Y, w, b: (
            2 / len(X) * (X.T @ X @ w - X.T @ Y), 2 * np.mean(X @ w - Y)
        ),
        "bias subtracted": lambda X, Y, w, b: (
            2 / len(X) * X.T @ (X @ w - (Y + b)), 2 * np.mean(X @ w - (Y + b))
        ),
        "sum left out": each_row,
        "transpose": flipped,
        "transposed result": torch_rows,
    }  # fmt: skip


def autograd(loss):
    """Return the gradient by PyTorch of a loss of Ŷ and Y."""

    def gradient(X, Y, w, b, dtype=torch.float64):
        X, Y, w, b = (torch.tensor(value, dtype=dtype) for value in (X, Y, w, b))
        w.requires_grad_()
        b.requires_grad_()
        loss(X @ w + b, Y).backward()
        return w.grad, b.grad

    return gradient


def loss_function():
    def cross(X, Y, w, b):
        return [[(y - y_hat) ** 2 / len(X)] for y, y_hat in zip(Y[:, 0], (X @ w)[:, 0] + b)]  # noqa: B905

    return {
        "half the loss": lambda X, Y, w, b: (
            functional.mse_loss(*map(torch.tensor, (X @ w + b, Y))) / 2
        ),
        "twice": lambda X, Y, w, b: 2 * np.mean((Y - X @ w - b) ** 2),
        "1/n left out": lambda X, Y, w, b: math.fsum(((Y - X @ w - b) ** 2).ravel()),
        "three rows": lambda X, Y, w, b: sum((Y - X @ w - b) ** 2) / 3,
        "sum left out": lambda X, Y, w, b: (Y - X @ w - b) ** 2,
        "root": lambda X, Y, w, b: np.linalg.norm(X @ w + b - Y) / math.sqrt(len(X)),
        "absolute": lambda X, Y, w, b: abs(X @ w + b - Y).mean(),
        "mean first": lambda X, Y, w, b: (X @ w + b - Y).mean() ** 2,
        "residual": lambda X, Y, w, b: sum(X @ w + b - Y) / len(X),
        "bias left out": lambda X, Y, w, b: np.mean(np.square(Y - X @ w)),
        "bias subtracted": lambda X, Y, w, b: np.mean(np.square(X @ w - b - Y)),
    }


def scalar_form():
    def forgot_x(x, y, w, b):
        total = 0
        for x_i, y_i in zip(x, y, strict=True):
            total += w * x_i + b - y_i
        return 2 * total / len(x), 2 * total / len(x)

    def other(x, y, w, b):
        n, r = len(x), [y_i - w * x_i - b for x_i, y_i in zip(x, y, strict=True)]
        return 2 / n * sum(r_i * x_i for r_i, x_i in zip(r, x, strict=True)), 2 / n * sum(r)

    return {
        "sign": other,
        "half": lambda x, y, w, b: (np.mean(x * (w * x + b - y)), np.mean(w * x + b - y)),
        "twice": lambda x, y, w, b: (
            4 * np.dot(x, w * x + b - y) / len(x), 4 * np.mean(w * x + b - y)
        ),
        "1/n left out": lambda x, y, w, b: (
            2 * (w * (x @ x) + b * x.sum() - x @ y), 2 * (w * x.sum() + len(x) * b - y.sum())
        ),
        "2/n left out": lambda x, y, w, b: (
            w * (x @ x) + b * x.sum() - x @ y, w * x.sum() + len(x) * b - y.sum()
        ),
        "1/n twice": lambda x, y, w, b: (
            2 * np.mean(x * (w * x + b - y)) / len(x), 2 * np.mean(w * x + b - y) / len(x)
        ),
        "three rows": lambda x, y, w, b: (
            2 / 3 * (x @ (w * x + b - y)), 2 / 3 * sum(w * x + b - y)
        ),
        "bias left out": lambda x, y, w, b: (2 * np.mean(x * (w * x - y)), 2 * np.mean(w * x - y)),
        "bias subtracted": lambda x, y, w, b: (
            2 * np.mean(x * (w * x - b - y)), 2 * np.mean(w * x - b - y)
        ),
        "x left out": forgot_x,
        "sum left out": lambda x, y, w, b: (
            [2 * x_i * (w * x_i + b - y_i) / len(x) for x_i, y_i in zip(x, y, strict=True)],
            [2 * (w * x_i + b - y_i) / len(x) for x_i, y_i in zip(x, y, strict=True)],
        ),
        "square left out": lambda x, y, w, b: (
            2 / len(x) * (w * sum(x) + b * sum(x) - x @ y),
            2 / len(x) * (w * sum(x) + len(x) * b - sum(y)),
        ),
        "b once": lambda x, y, w, b: (
            2 / len(x) * (w * sum(x**2) + b * sum(x) - sum(x * y)),
            2 / len(x) * (w * sum(x) + b - sum(y)),
        ),
    }  # fmt: skip


def matrix_form():
    def rows(X, Y, w):
        return [x * (x @ w - y) * 2 / len(X) for x, y in zip(X, Y, strict=True)]

    def looped(X, Y, w):
        n, p = X.shape
        grad = np.zeros((1, p))
        for j in range(p):
            for i in range(n):
                grad[0, j] += 2 / n * X[i, j] * (X[i] @ w[:, 0] - Y[i, 0])
        return grad

    return {
        "sign": lambda X, Y, w: 2 / len(X) * X.T @ (Y - X @ w),
        "half": lambda X, Y, w: X.T @ (X @ w - Y) / len(X),
        "twice": lambda X, Y, w: 4 / len(X) * (X.T @ X @ w - X.T @ Y),
        "1/n left out": lambda X, Y, w: 2 * X.T @ (X @ w - Y),
        "2/n left out": lambda X, Y, w: X.T.dot(X.dot(w) - Y),
        "1/n twice": lambda X, Y, w: 2 / len(X) ** 2 * X.T @ (X @ w - Y),
        "three rows": lambda X, Y, w: 2 / 3 * X.T @ (X @ w - Y),
        "sum left out": rows,
        "transpose": lambda X, Y, w: 2 / X.shape[0] * X @ (X @ w - Y),
        "transposed result": looped,
    }


def sum_of_squares():
    return {
        "sign": lambda X, Y, w, b: (2 * X.T @ (Y - X @ w - b), 2 * np.sum(Y - X @ w - b)),
        "half": lambda X, Y, w, b: (X.T @ (X @ w + b - Y), np.sum(X @ w + b - Y)),
        "twice": lambda X, Y, w, b: (4 * X.T @ (X @ w + b - Y), 4 * np.sum(X @ w + b - Y)),
        "1/n too many": autograd(functional.mse_loss),
        "bias left out": lambda X, Y, w, b: (2 * X.T @ (X @ w - Y), 2 * np.sum(X @ w - Y)),
        "bias subtracted": lambda X, Y, w, b: (
            2 * X.T @ (X @ w - b - Y), 2 * np.sum(X @ w - b - Y)
        ),
    }  # fmt: skip


def weighted_squares():
    def from_root(X, Y, w, b, s):
        root = np.sqrt(s)
        r = root * (X @ w + b - Y)
        return X.T @ (root * r) / len(X), np.sum(root * r) / len(X)

    def looped(X, Y, w, b, s, divisor=None, power=1, turn=1):
        grad_w, grad_b = np.zeros(w.shape), 0.0
        for i in range(len(X)):
            r = s[i, 0] ** power * (X[i] @ w + b - Y[i]).item()
            for k in range(len(w)):
                grad_w[k, 0] += turn * 2 * r * X[i, k] / (divisor or len(X))
            grad_b += turn * 2 * r / (divisor or len(X))
        return grad_w, grad_b

    def row(X, Y, w, b, s):
        r = s * (X @ w + b - Y)
        return 2 / len(X) * r.T @ X, 2 / len(X) * r.sum()

    return {
        "sign": lambda X, Y, w, b, s: looped(X, Y, w, b, s, turn=-1),
        "half": from_root,
        "twice": lambda X, Y, w, b, s: (
            4 / len(X) * X.T @ np.diagflat(s) @ (X @ w + b - Y), 4 * np.mean(s * (X @ w + b - Y))
        ),
        "1/n left out": lambda X, Y, w, b, s: looped(X, Y, w, b, s, divisor=1),
        "2/n left out": lambda X, Y, w, b, s: looped(X, Y, w, b, s, divisor=2),
        "1/n twice": lambda X, Y, w, b, s: looped(X, Y, w, b, s, divisor=len(X) ** 2),
        "three rows": lambda X, Y, w, b, s: looped(X, Y, w, b, s, divisor=3),
        "bias left out": lambda X, Y, w, b, s: (
            2 / len(X) * (X * s).T @ (X @ w - Y), 2 / len(X) * (s.T @ (X @ w - Y)).item()
        ),
        "bias subtracted": lambda X, Y, w, b, s: (
            2 / len(X) * (X * s).T @ (X @ w - b - Y), 2 / len(X) * s.T @ (X @ w - b - Y)
        ),
        "sum left out": lambda X, Y, w, b, s: (
            2 / len(X) * s * X * (X @ w + b - Y), 2 / len(X) * s * (X @ w + b - Y)
        ),
        "transpose": lambda X, Y, w, b, s: (
            2 / len(X) * X @ (s * (X @ w + b - Y)), 2 * np.mean(s * (X @ w + b - Y))
        ),
        "transposed result": row,
        "weights left out": lambda X, Y, w, b, s: autograd(functional.mse_loss)(X, Y, w, b),
        "weights squared": lambda X, Y, w, b, s: looped(X, Y, w, b, s, power=2),
        "divided by weights": lambda X, Y, w, b, s: (
            2 * np.average(X * (X @ w + b - Y), axis=0, weights=s[:, 0]).reshape(-1, 1),
            2 * np.average(X @ w + b - Y, weights=s),
        ),
    }  # fmt: skip


def ridge():
    def penalized(penalty, of_mean=functional.mse_loss):
        def gradient(X, Y, w, b, lam):
            X, Y, w, b = (torch.tensor(value, dtype=torch.float64) for value in (X, Y, w, b))
            w.requires_grad_()
            b.requires_grad_()
            (of_mean(X @ w + b, Y) + penalty(w, b, lam, len(X))).backward()
            return w.grad, b.grad

        return gradient

    def squares(w, b, lam, n):
        return lam * (w**2).sum()

    def but_mean(factor):
        """The gradient of the mean times a factor, and the right penalty."""
        return penalized(squares, lambda Y_hat, Y: factor(len(Y)) * functional.mse_loss(Y_hat, Y))

    return {
        "mean halved": but_mean(lambda n: 1 / 2),
        "mean doubled": but_mean(lambda n: 2),
        "1/n left out": but_mean(lambda n: n),
        "2/n left out": but_mean(lambda n: n / 2),
        "1/n twice": but_mean(lambda n: 1 / n),
        "three rows": but_mean(lambda n: n / 3),
        "bias left out": lambda X, Y, w, b, lam: (
            2 / len(X) * X.T @ (X @ w - Y) + 2 * lam * w, 2 * np.mean(X @ w - Y)
        ),
        "bias subtracted": lambda X, Y, w, b, lam: (
            2 / len(X) * X.T @ (X @ w - b - Y) + 2 * lam * w, 2 * np.mean(X @ w - b - Y)
        ),
        "sign": lambda X, Y, w, b, lam: (
            2 / len(X) * X.T @ (Y - b - X @ w) - 2 * lam * w, 2 * np.mean(Y - b - X @ w)
        ),
        "mean turned": but_mean(lambda n: -1),
        "half": lambda *given: tuple(part / 2 for part in penalized(squares)(*given)),
        "twice": lambda *given: tuple(2 * part for part in penalized(squares)(*given)),
        "penalty left out": penalized(lambda w, b, lam, n: 0),
        "penalty halved": penalized(lambda w, b, lam, n: lam * (w**2).sum() / 2),
        "penalty on the bias": penalized(lambda w, b, lam, n: lam * ((w**2).sum() + b**2)),
        "penalty over n": penalized(lambda w, b, lam, n: lam * (w**2).sum() / n),
        "penalty itself": lambda X, Y, w, b, lam: (
            2 / len(X) * X.T @ (X @ w + b - Y) + lam * w.T @ w, 2 * np.mean(X @ w + b - Y)
        ),
    }  # fmt: skip


def update():
    def slopes(X, Y, w, b):
        r = [x @ w[:, 0] + b - y[0] for x, y in zip(X, Y, strict=True)]
        in_w = [sum(r_i * x[k] for r_i, x in zip(r, X, strict=True)) for k in range(len(w))]
        return 2 * np.array(in_w).reshape(-1, 1) / len(X), 2 * sum(r) / len(X)

    def but(change):
        """Change w and b by a multiple of their gradients."""

        def after(X, Y, w, b, lr):
            in_w, in_b = slopes(X, Y, w, b)
            return w + change(len(X)) * lr * in_w, b + change(len(X)) * lr * in_b

        return after

    def b_first(X, Y, w, b, lr):
        b -= lr * slopes(X, Y, w, b)[1]
        return w - lr * slopes(X, Y, w, b)[0], b

    def w_first(X, Y, w, b, lr):
        w = w - lr * slopes(X, Y, w, b)[0]
        b = b - lr * slopes(X, Y, w, b)[1]
        return w, b

    def lost(X, Y, w, b, lr):
        in_w, in_b = slopes(X, Y, w, b)
        _, _ = w - lr * in_w, b - lr * in_b
        return w, b

    def multiplied(X, Y, w, b, lr):
        in_w, in_b = slopes(X, Y, w, b)
        w = w * -lr * in_w  # w *- lr
        b *= -lr * in_b
        return w, b

    def whole_step(X, Y, w, b, lr):
        in_w, in_b = slopes(X, Y, w, b)
        return w - in_w, b - in_b

    def no_bias(X, Y, w, b, lr, sign=0):
        in_w, in_b = slopes(X, Y, w, sign * b)
        return w - lr * in_w, b - lr * in_b

    return {
        "uphill": but(lambda n: 1),
        "half the gradient": but(lambda n: -1 / 2),
        "twice the gradient": but(lambda n: -2),
        "1/n left out": but(lambda n: -n),
        "2/n left out": but(lambda n: -n / 2),
        "change over n": but(lambda n: -1 / n),
        "three rows": but(lambda n: -n / 3),
        "bias left out": lambda X, Y, w, b, lr: no_bias(X, Y, w, b, lr),
        "bias subtracted": lambda X, Y, w, b, lr: no_bias(X, Y, w, b, lr, sign=-1),
        "b first": b_first,
        "w first": w_first,
        "nothing happens": lost,
        "product": multiplied,
        "no learning rate": whole_step,
        "gradient returned": lambda X, Y, w, b, lr: slopes(X, Y, w, b),
        "change returned": lambda X, Y, w, b, lr: tuple(-lr * part for part in slopes(X, Y, w, b)),
    }


def epoch():
    def one_step(X, Y, w, b, lr, factor=2.0, n=None):
        r = X @ w + b - Y
        c = factor / (n or len(X))
        return w - lr * c * X.T @ r, b - lr * c * r.sum()

    def with_steps(step):
        """Take one step after the other."""

        def run(X, Y, w, b, lr, batches):
            for rows in batches:
                w, b = step(X[rows], Y[rows], w, b, lr)
            return w, b

        return run

    def b_first(X, Y, w, b, lr):
        b = one_step(X, Y, w, b, lr)[1]
        return one_step(X, Y, w, b, lr)[0], b

    def w_first(X, Y, w, b, lr):
        w = one_step(X, Y, w, b, lr)[0]
        return w, one_step(X, Y, w, b, lr)[1]

    def unbiased(X, Y, w, b, lr, sign=0):
        r = X @ w + sign * b - Y
        return w - 2 * lr / len(X) * X.T @ r, b - 2 * lr * r.mean()

    def fixed(X, Y, w, b, lr, batches):
        n = len(batches[0])
        for rows in batches:
            w, b = one_step(X[rows], Y[rows], w, b, lr, n=n)
        return w, b

    def over_all(X, Y, w, b, lr, batches):
        for rows in batches:
            w, b = one_step(X[rows], Y[rows], w, b, lr, n=len(X))
        return w, b

    def but_the_last(X, Y, w, b, lr, batches):
        for k in range(len(batches) - 1):
            w, b = one_step(X[batches[k]], Y[batches[k]], w, b, lr)
        return w, b

    def left_early(X, Y, w, b, lr, batches):
        for rows in batches:
            w, b = one_step(X[rows], Y[rows], w, b, lr)
            return w, b

    def not_zeroed(X, Y, w, b, lr, batches):
        X, Y, w, b = (torch.tensor(value, dtype=torch.float64) for value in (X, Y, w, b))
        optimizer = torch.optim.SGD([w.requires_grad_(), b.requires_grad_()], lr=lr)
        for rows in batches:
            functional.mse_loss(X[rows] @ w + b, Y[rows]).backward()
            optimizer.step()
        return w, b

    def frozen(X, Y, w, b, lr, batches):
        steps = [one_step(X[rows], Y[rows], w, b, lr) for rows in batches]
        return w + sum(one - w for one, _ in steps), b + sum(one - b for _, one in steps)

    def no_rows(X, Y, w, b, lr, batches):
        for _ in batches:
            w, b = one_step(X, Y, w, b, lr)
        return w, b

    return {
        "uphill": with_steps(lambda X, Y, w, b, lr: one_step(X, Y, w, b, -lr)),
        "half the gradient": with_steps(lambda X, Y, w, b, lr: one_step(X, Y, w, b, lr, factor=1)),
        "1/n left out": with_steps(lambda X, Y, w, b, lr: one_step(X, Y, w, b, lr, n=1)),
        "rows of a whole batch": fixed,
        "rows of all": over_all,
        "bias left out": with_steps(unbiased),
        "bias subtracted": with_steps(lambda *given: unbiased(*given, sign=-1)),
        "b first": with_steps(b_first),
        "w first": with_steps(w_first),
        "nothing happens": lambda X, Y, w, b, lr, batches: (w, b),
        "one batch": left_early,
        "last batch left out": but_the_last,
        "gradients add up": not_zeroed,
        "all at the start": frozen,
        "all the data": no_rows,
    }


def loss_of_the_epoch():
    def until_last(losses, sizes):
        total = count = 0
        for k in range(len(losses) - 1):
            total, count = total + losses[k] * sizes[k], count + sizes[k]
        return total / count

    return {
        "mean of means": lambda losses, sizes: sum(losses) / len(losses),
        "sum of means": lambda losses, sizes: math.fsum(losses),
        "sum of all squares": lambda losses, sizes: losses @ sizes,
        "divided by batches": lambda losses, sizes: np.mean(losses * sizes),
        "last batch left out": until_last,
    }


def training(model, X, Y, lr, steps, *, clear=True, up=False, factor=1, shape=None):
    """Train as the tutorials do; without its keywords it is right for a column Y."""
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, maximize=up)
    for _ in range(steps):
        if clear:
            optimizer.zero_grad()
        Y_hat = model(X)
        loss = factor * ((Y_hat - (Y if shape is None else Y.reshape(shape))) ** 2).mean()
        loss.backward()
        optimizer.step()


def training_loop():
    def stopped(model, X, Y, lr, steps):
        for _ in range(steps):
            functional.mse_loss(model(X), Y).backward()
            for parameter in model.parameters():
                parameter.data -= lr * parameter.grad
            return

    def no_gradient(model, X, Y, lr, steps):
        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        for _ in range(steps):
            optimizer.zero_grad()
            functional.mse_loss(model(X), Y).backward()

    def inclusive(model, X, Y, lr, steps):
        step = 0
        while step <= steps:
            training(model, X, Y, lr, 1)
            step += 1

    def not_zeroed(model, X, Y, lr, steps):
        for _ in range(steps):
            functional.mse_loss(model(X), Y).backward()
            with torch.no_grad():
                model.weight -= lr * model.weight.grad
                model.bias -= lr * model.bias.grad

    def summed(model, X, Y, lr, steps):
        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        for _ in range(steps):
            optimizer.zero_grad()
            torch.nn.MSELoss(reduction="sum")(model(X), Y).backward()
            optimizer.step()

    return {
        "gradients add up": not_zeroed,
        "uphill": lambda *given: training(*given, up=True),
        "nothing happens": no_gradient,
        "one step": stopped,
        "one step too many": inclusive,
        "one step too few": lambda model, X, Y, lr, steps: [
            training(model, X, Y, lr, 1) for _ in range(1, steps)
        ],
        "half the gradient": lambda *given: training(*given, factor=0.5),
        "sum of squares": summed,
        "n by n": lambda *given: training(*given, shape=(1, -1)),
    }


def find_the_bugs():
    def with_bugs(*keys):
        how = {
            "n by n": {"shape": (1, -1)},
            "gradients add up": {"clear": False},
            "uphill": {"up": True},
        }
        bugs = {"shape": (-1, 1)} | {k: v for key in keys for k, v in how[key].items()}
        return lambda *given: training(*given, **bugs)

    bugs = ("n by n", "gradients add up", "uphill")
    several = [keys for count in (2, 3) for keys in permutations(bugs, count)]
    return {
        **{keys: with_bugs(*keys) for keys in several if sorted(keys, key=bugs.index) == [*keys]},
        **{(key,): with_bugs(key) for key in bugs},
        "nothing happens": lambda model, X, y, lr, steps: functional.mse_loss(
            model(X)[:, 0], y
        ).backward(),
        "one step": lambda model, X, y, lr, steps: training(model, X, y[:, None], lr, 1),
    }


def of_mean(X, r, penalty=0.0):
    return 2 / len(X) * X.T @ r + penalty, 2 * r.sum() / len(X)


def stepped(w, b, lr, grad_w, grad_b):
    return w - lr * grad_w, b - lr * grad_b


def more_of_an_epoch():
    def always_three(X, Y, w, b, lr, batches):
        for rows in batches:
            r = X[rows] @ w + b - Y[rows]
            w, b = w - lr * 2 / 3 * X[rows].T @ r, b - lr * 2 / 3 * r.sum()
        return w, b

    def whole_batches(X, Y, w, b, lr, batches):
        size = len(batches[0])
        for rows in batches[: len(X) // size]:
            w, b = stepped(w, b, lr, *of_mean(X[rows], X[rows] @ w + b - Y[rows]))
        return w, b

    def thrown_away(X, Y, w, b, lr, batches):
        for rows in batches:
            w_new, b_new = stepped(w, b, lr, *of_mean(X[rows], X[rows] @ w + b - Y[rows]))
        return w_new, b_new

    def added(X, Y, w, b, lr, batches):
        for rows in batches:
            w, b = stepped(w, b, lr, *of_mean(X[rows], X[rows] @ w + b + Y[rows]))
        return w, b

    return {
        "three rows": always_three,
        "short batch left out": whole_batches,
        "last batch alone": thrown_away,
        "target added": added,
    }


def largest_learning_rate():
    def hessian(X, ones=True):
        A = np.column_stack([X, np.ones(len(X))]) if ones else X
        return 2 * sum(np.outer(row, row) for row in A) / len(A)

    def of_torch(X):
        A = torch.hstack([torch.tensor(X), torch.ones(len(X), 1)])
        return 2 / torch.linalg.eigvalsh(A.T @ A).max()

    def of_largest(function):
        return lambda X: function(max(np.linalg.eigvalsh(hessian(X))))

    def centred(X):
        return 2 / np.linalg.eigvalsh(hessian(X - X.mean(axis=0))).max()

    return {
        "no column of ones": lambda X: 2 / max(np.linalg.eigvalsh(hessian(X, ones=False))),
        "Hessian without 2/n": of_torch,
        "Hessian without 1/n": lambda X: 2 / max(np.linalg.eigvalsh(len(X) * hessian(X))),
        "Hessian halved": lambda X: 2 / max(np.linalg.eigvalsh(hessian(X) / 2)),
        "1/λmax": of_largest(lambda largest: 1 / largest),
        "smallest eigenvalue": lambda X: 2 / min(np.linalg.eigvalsh(hessian(X))),
        "trace": lambda X: 2 / sum(np.linalg.eigvalsh(hessian(X))),
        "diagonal": lambda X: 2 / hessian(X).diagonal().max(),
        "eigenvalue itself": of_largest(float),
        "singular value": lambda X: len(X) / np.linalg.norm(np.c_[np.ones(len(X)), X], 2),
        "some eigenvalue": lambda X: 2 / np.linalg.eig(hessian(X)).eigenvalues[0],
        "centred": centred,
        "three rows": lambda X: 6 / len(X) / max(np.linalg.eigvalsh(hessian(X))),
        ("Hessian without 2/n", "no column of ones"): lambda X: 2 / np.linalg.norm(X, 2) ** 2,
        ("1/λmax", "no column of ones"): (
            lambda X: 1 / max(np.linalg.eigvalsh(hessian(X, ones=False)))
        ),
        ("Hessian without 2/n", "trace"): lambda X: 2 / (np.sum(X**2) + len(X)),
    }


def scaled_line():
    def b_of(slope):
        return lambda w, b, mean, std: (w / std, b - slope(w, std) * mean)

    return {
        "other way": lambda w, b, mean, std: [w * std, w * mean + b],
        "still scaled": lambda w, b, mean, std: (w, b),
        "scaled like an x": lambda w, b, mean, std: tuple((np.array([w, b]) - mean) / std),
        "times std": lambda w, b, mean, std: (w * std, b - w * std * mean),
        "variance for std": lambda w, b, mean, std: (w / std / std, b - w / std / std * mean),
        "w still scaled": lambda w, b, mean, std: (w, b - w * mean / std),
        "b still scaled": lambda w, b, mean, std: (w / std, b),
        "mean added": b_of(lambda w, std: -w / std),
        "std left out of b": b_of(lambda w, std: w),
        "w left out of b": b_of(lambda w, std: 1 / std),
        "b over std": lambda w, b, mean, std: (w / std, (b - mean * w) / std),
        ("w still scaled", "std left out of b"): lambda w, b, mean, std: (w, b - w * mean),
    }


def momentum_step():
    def with_torch(X, Y, w, v, lr, momentum, factor=1, **settings):
        w, buffer = torch.tensor(w, requires_grad=True), torch.tensor(v)
        optimizer = torch.optim.SGD([w], lr=lr, momentum=momentum, **settings)
        optimizer.state[w]["momentum_buffer"] = buffer
        (factor * functional.mse_loss(torch.tensor(X) @ w, torch.tensor(Y))).backward()
        optimizer.step()
        return w, optimizer.state[w]["momentum_buffer"]

    def slope(X, Y, w):
        return 2 * (X.T @ X @ w - X.T @ Y) / len(X)

    def rolling(keep):
        """Keep a velocity in some way, and subtract it."""

        def step(X, Y, w, v, lr, momentum):
            v = keep(v, slope(X, Y, w), momentum)
            return w - lr * v, v

        return step

    def in_steps(X, Y, w, v, lr, momentum):
        v = momentum * v + lr * slope(X, Y, w)
        return w - v, v

    return {
        "old velocity": lambda X, Y, w, v, lr, m: (w - lr * v, m * v + slope(X, Y, w)),
        "momentum left out": rolling(lambda v, g, momentum: g),
        "velocity kept whole": rolling(lambda v, g, momentum: v + g),
        "momentum fixed": rolling(lambda v, g, momentum: g + v - v / 10),
        "moving average": lambda *given: with_torch(*given, dampening=given[-1]),
        "lr in the velocity": in_steps,
        "no learning rate": lambda X, Y, w, v, lr, m: with_torch(X, Y, w, v, 1.0, m),
        "uphill": lambda X, Y, w, v, lr, m: (
            w + lr * (m * v + slope(X, Y, w)), m * v + slope(X, Y, w)
        ),
        "Nesterov": lambda *given: with_torch(*given, nesterov=True),
        "velocity returned as it was": lambda *given: (with_torch(*given)[0], given[3]),
        "half": lambda *given: with_torch(*given, factor=0.5),
        "sign": lambda *given: with_torch(*given, factor=-1),
    }  # fmt: skip


def merged_sums():
    def about(mean, sizes, means, scatters):
        return mean, sum(scatters) + sum(sizes * (means - mean) ** 2)

    def with_mean_of(how):
        return lambda sizes, means, scatters: about(how(sizes, means), sizes, means, scatters)

    def with_scatter_of(how):
        def answer(sizes, means, scatters):
            mean = sizes @ means / sum(sizes)
            return mean, how(sizes, means - mean, scatters, *about(mean, sizes, means, scatters))

        return answer

    return {
        "parts as if equal": with_mean_of(lambda n, m: sum(m) / len(m)),
        "total for mean": with_mean_of(lambda n, m: n @ m),
        "divided by parts": with_mean_of(lambda n, m: n @ m / len(n)),
        "means summed over rows": with_mean_of(lambda n, m: sum(m) / sum(n)),
        "within alone": with_scatter_of(lambda n, d, s, *_: sum(s)),
        "between alone": with_scatter_of(lambda n, d, s, *_: n @ d**2),
        "between without sizes": with_scatter_of(lambda n, d, s, *_: sum(s) + d @ d),
        "between with sizes squared": with_scatter_of(lambda n, d, s, *_: sum(s + (n * d) ** 2)),
        "distances not squared": with_scatter_of(lambda n, d, s, *_: sum(s) + n @ abs(d)),
        "scatters averaged": with_scatter_of(lambda n, d, s, *_: n @ s / sum(n)),
        "scatters as variances": with_scatter_of(lambda n, d, s, *_: n @ (s + d**2)),
        "variance for scatter": with_scatter_of(lambda n, d, s, mean, all_: all_ / (sum(n) - 1)),
        "squares about 0": with_scatter_of(lambda n, d, s, mean, _: sum(s + n * (d + mean) ** 2)),
    }


STUDENTS = {
    "loss function": loss_function() | {
        "doubled": lambda X, Y, w, b: np.mean((X @ w + b - Y) * 2),
        "n by n": lambda X, Y, w, b: np.mean((X @ w + b - Y[:, 0]) ** 2),
        "target added": lambda X, Y, w, b: np.mean((X @ w + b + Y) ** 2),
    },
    "differential": {
        "sign": "2 / n * (Y - X @ w).T @ X @ dw",
        "half": "inner(X.T @ r, dw) / n",
        "1/n left out": "2 * inner(r, X @ dw)",
        "2/n left out": "dw.T @ X.T @ r",
        "no dw": "2 * (X @ w - Y).T @ X / n",
        "w for dw": "2 / n * inner(X.T @ r, w)",
        "transpose": "2 / n * (X @ w - Y).T @ X.T @ dw",
        "1/n twice": "2 / n / n * r.T @ X @ dw",
        "n above": "n / 2 * r.T @ X @ dw",
        "twice": "4 / n * r.T @ X @ dw",
        "3 for n": "2 / 3 * r.T @ X @ dw",
        "n minus 1": "2 / (n - 1) * r.T @ X @ dw",
        "n plus 1": "2 / (n + 1) * r.T @ X @ dw",
        "entries for rows": "2 / n / p * r.T @ X @ dw",
        "features for rows": "2 / p * r.T @ X @ dw",
        "prediction": "2 / n * (X @ w).T @ X @ dw",
        "target added": "2 / n * (X @ w + Y).T @ X @ dw",
        "loss itself": "(X @ w - Y).T @ r / n",
        ("half", "no dw"): "r.T @ X / n",
    },
    "gradient": {
        "sign": "2 / n * X.T @ (Y - X @ w)",
        "half": "X.T @ r / n",
        "1/n left out": "2 * (X.T @ X @ w - X.T @ Y)",
        "2/n left out": "X.T @ X @ w - X.T @ Y",
        "1/n twice": "2 / n ** 2 * X.T @ (X @ w - Y)",
        "transpose": "2 / n * X @ (X @ w - Y)",
        "transposed result": "2 / n * (X @ w - Y).T @ X",
        "prediction": "2 / n * X.T @ (r + Y)",
        "n above": "n / 2 * X.T @ r",
        "twice": "X.T @ r * 4 / n",
        "3 for n": "2 / 3 * X.T @ r",
        "n minus 1": "2 * X.T @ r / (n - 1)",
        "n plus 1": "X.T @ r / (n + 1) * 2",
        "entries for rows": "2 / (n * p) * X.T @ r",
        "features for rows": "2 / p * X.T @ r",
        "target added": "2 / n * X.T @ (X @ w + Y)",
        "x left out": "2 / n * Sum(r[i], i)",
        "loss itself": "1 / n * Sum(r[i] ** 2, i)",
        ("sign", "half"): "1 / n * X.T @ (Y - X @ w)",
        ("half", "target added"): "X.T @ (X @ w + Y) / n",
        ("1/n left out", "transposed result"): "2 * r.T @ X",
    },
    "one weight": {
        "sign": "2 / n * Sum(X[i, k] * (Y[i] - Sum(X[i, j] * w[j], j)), i)",
        "half": "Sum(X[i, k] * r[i], i) / n",
        "1/n left out": "Sum(2 * r[i] * X[i, k], i)",
        "2/n left out": "(X.T @ r)[k]",
        "1/n twice": "2 / n ** 2 * (X.T @ r)[k]",
        "x left out": "Sum(2 / n * r[i], i)",
        "first column": "2 / n * (X.T @ r)[1]",
        "all columns": "2 / n * Sum(Sum(r[i] * X[i, j], i), j)",
        "n above": "n * (X.T @ r)[k]",
        "twice": "4 / n * Sum(r[i] * X[i, k], i)",
        "3 for n": "2 / 3 * Sum(r[i] * X[i, k], i)",
        "n minus 1": "2 / (n - 1) * Sum(r[i] * X[i, k], i)",
        "n plus 1": "2 / (n + 1) * Sum(r[i] * X[i, k], i)",
        "entries for rows": "2 / n / p * Sum(r[i] * X[i, k], i)",
        "features for rows": "2 / p * Sum(r[i] * X[i, k], i)",
        "prediction": "2 / n * Sum((X @ w)[i] * X[i, k], i)",
        "target added": "2 / n * Sum((r + 2 * Y)[i] * X[i, k], i)",
        "x squared": "2 / n * Sum(r[i] * X[i, k] ** 2, i)",
        "residual squared": "2 / n * Sum(r[i] ** 2 * X[i, k], i)",
        "product of sums": "2 / n * Sum(r[i], i) * Sum(X[i, k], i)",
        "loss itself": "r.T @ r / n",
        ("sign", "x left out"): "-2 / n * Sum(r[i], i)",
        ("half", "residual squared"): "1 / n * Sum(r[i] ** 2 * X[i, k], i)",
    },
    "scalar form": scalar_form() | {
        "target added": lambda x, y, w, b: (
            2 * np.mean((w * x + b + y) * x), 2 * np.mean(w * x + b + y)
        ),
    },
    "matrix form": matrix_form() | {
        "n by n": lambda X, Y, w: 2 / len(X) * X.T @ (X @ w - Y[:, 0]),
    },
    "with the bias": with_the_bias() | {
        "n by n": lambda X, Y, w, b: of_mean(X, X @ w + b - Y[:, 0]),
        "target added": lambda X, Y, w, b: of_mean(X, X @ w + b + Y),
    },
    "sum of squares": sum_of_squares() | {
        "target added": lambda X, Y, w, b: (2 * X.T @ (X @ w + b + Y), 2 * np.sum(X @ w + b + Y)),
    },
    "weighted squares": weighted_squares() | {
        "n by n": lambda X, Y, w, b, s: of_mean(X, s * (X @ w + b - Y[:, 0])),
        "target added": lambda X, Y, w, b, s: of_mean(X, s * (Y + b + X @ w)),
    },
    "ridge": ridge() | {
        "penalty subtracted": lambda X, Y, w, b, lam: of_mean(X, X @ w + b - Y, -2 * lam * w),
        "λ left out": lambda X, Y, w, b, lam: of_mean(X, X @ w + b - Y, 2 * w),
        "target added": lambda X, Y, w, b, lam: of_mean(X, X @ w + b + Y, 2 * lam * w),
    },
    "update": update() | {
        "lr times gradient": lambda X, Y, w, b, lr: tuple(
            lr * part for part in of_mean(X, X @ w + b - Y)
        ),
        "target added": lambda X, Y, w, b, lr: stepped(w, b, lr, *of_mean(X, X @ w + b + Y)),
    },
    "epoch": epoch() | more_of_an_epoch(),
    "loss of the epoch": loss_of_the_epoch(),
    "training loop": training_loop(),
    "largest learning rate": largest_learning_rate(),
    "scaled line": scaled_line(),
    "momentum step": momentum_step(),
    "merged sums": merged_sums(),
    "find the bugs": find_the_bugs() | {
        "sum of squares": lambda model, X, y, lr, steps: training(
            model, X, y[:, None], lr, steps, factor=len(X)
        ),
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "mistake"),
    [(name, mistake) for name, answers in STUDENTS.items() for mistake in answers],
    ids=lambda part: " and ".join(part) if isinstance(part, tuple) else part,
)
def test_a_student_who_makes_a_mistake_is_told_which(name, mistake):
    keys = mistake if isinstance(mistake, tuple) else (mistake,)
    for seed in range(FEW):
        finding = NAMED[name].judge(STUDENTS[name][mistake], seed)
        assert (finding.kind, finding.mistakes) == ("mistake", keys), finding.sentence
        said = [MISCONCEPTIONS[key].said.removeprefix("it ")[1:] for key in keys]
        assert all(one in finding.sentence for one in said)
        assert all(MISCONCEPTIONS[key].question in finding.sentence for key in keys)
        assert len(finding.sentence) < 600


def test_who_exchanges_two_results_is_told_so():
    for name in ("scalar form", "with the bias", "update"):
        truth = NAMED[name].truth
        finding = NAMED[name].judge(lambda *given, truth=truth: truth(*given)[::-1], 0)
        assert finding.mistakes == (EXCHANGED,)


@pytest.mark.parametrize("name", ["training loop", "find the bugs"])
def test_who_clears_the_gradients_before_the_step_is_told_that_nothing_happens(name):
    def train(model, X, Y, lr, steps):
        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        for _ in range(steps):
            functional.mse_loss(model(X), Y.reshape(-1, 1)).backward()
            optimizer.zero_grad()
            optimizer.step()

    for seed in range(FEW):
        assert NAMED[name].judge(train, seed).mistakes == ("nothing happens",)


@pytest.mark.parametrize(
    ("name", "in_w", "in_b", "mistakes", "said"),
    [
        (
            "with the bias", 1, -1, ("sign",),
            "∂L/∂w: right. ∂L/∂b: the sign is wrong. Take a prediction that is too large",
        ),
        ("with the bias", 0.5, 1, ("half",), "∂L/∂b: right. ∂L/∂w: it is half of what"),
        ("with the bias", -1, 2, ("sign", "twice"), "or does it fall? ∂L/∂b: it is twice"),
        ("with the bias", 0.5, 7, ("half",), "∂L/∂b: it is 7 times what it should be."),
    ],
)  # fmt: skip
def test_each_of_two_results_has_its_own_mistake(name, in_w, in_b, mistakes, said):
    def answer(X, Y, w, b):
        r = X @ w + b - Y
        return in_w * 2 / len(X) * X.T @ r, in_b * 2 * np.mean(r)

    for seed in range(FEW):
        finding = NAMED[name].judge(answer, seed)
        assert (finding.kind, finding.mistakes) == ("mistake", mistakes)
        assert said in finding.sentence


# The mistakes in numbers

# The article's batch: r = -10.4798, -19.2074, -6.4364; ∂L/∂w = -150.285, ∂L/∂b = -24.0824. In the
# epoch of notebook 03 the fourth batch is row 4 alone, with x = 5.5556: w = 0.211554, b = 0.941386,
# ∂L/∂w = -104.645, ∂L/∂b = -18.8362. The learning rate is 0.001.
TYPED = {
    "loss of a batch": {
        "right": ["173.39", 173.393, np.float32(173.39), "173,39", " 173.3926 "],
        "half the loss": ["86.70", 86.7, "86.696"],
        "1/n left out": ["520.18"],
        "root": ["13.168"],
        "absolute": ["12.041"],
        "mean first": ["144.99"],
        "bias left out": ["194.96"],
        "after the update": ["151.00"],
    },
    "new weight": {
        "right": ["-0.19458", -0.194585],
        "uphill": ["-0.495155"],
        "half the gradient": ["-0.269728"],
        "1/n left out": ["0.105985"],
        "2/n left out": ["-0.119443"],
        "gradient returned": ["-150.285", -150.285],
        "change returned": ["0.150285"],
        "lr times gradient": ["-0.150285"],
        "nothing happens": ["-0.34487"],
        "no learning rate": ["149.940"],
        "product": ["-0.0518288"],
        "other gradient": ["-0.320788"],
        "bias left out": ["-0.185492"],
        "b first": ["-0.194838"],
        "other parameter": ["0.888572"],
    },
    "batch of one": {
        "right": ["0.960223"],
        "uphill": ["0.922550"],
        "half the gradient": ["0.950805"],
        "rows of a whole batch": ["0.947665"],
        "gradient returned": ["-18.8362"],
        "change returned": ["0.0188362"],
        "lr times gradient": ["-0.0188362"],
        "nothing happens": ["0.941386"],
        "no learning rate": ["19.7775"],
        "product": ["0.0177321"],
        "other gradient": ["1.04603"],
        "bias left out": ["0.962105"],
        "all the data": ["0.962197"],
        "w first": ["0.959060"],
        "other parameter": ["0.316199"],
    },
}
SAME = {  # these give what is right, or what another mistake gives, or nothing
    "loss of a batch": {"rows of a whole batch", "all the data", "previous batch"},
    "new weight": {"rows of a whole batch", "all the data"},
    "batch of one": {"1/n left out", "2/n left out"},
}


@pytest.mark.parametrize("exercise", NUMBERS, ids=lambda one: one.name)
def test_every_mistake_in_a_number_is_called_by_its_name(exercise):
    for name, answers in TYPED[exercise.name].items():
        for answer in answers:
            finding = exercise.judge(answer, 0)
            expected = ("right", ()) if name == "right" else ("mistake", (name,))
            assert (finding.kind, finding.mistakes) == expected, (answer, finding)
            assert name == "right" or MISCONCEPTIONS[name].question in finding.sentence


def mistakes_in_a_number(exercise):
    """Return the names of the mistakes that are looked for in what is typed."""
    return _numbers(exercise.trace(), exercise.position, exercise.quantity)[2].keys()


def as_learners_compute():
    """Return each exercise with a number, and a step like its own: its data are the lesson's."""
    exact = {"dtype": "float64", "epochs": 1}
    article, line = (ARTICLE.X, ARTICLE.Y), line_data()
    printed = tuple(np.round(column, 4) for column in article)
    row = ([[5.55556]], [[11.5348]], [[0.211554]], 0.941386)
    for data in (article, printed):
        for name in ("loss of a batch", "new weight"):
            yield name, sgd_by_hand(*data, ARTICLE.w, ARTICLE.b, **exact), 0
    yield "batch of one", sgd_by_hand(*line, ARTICLE.w, ARTICLE.b, **exact), 3
    yield "batch of one", sgd_by_hand(*row, batch_size=1, **exact), 0


def test_a_number_that_is_computed_is_right_or_a_mistake():
    named = Counter()
    for name, trace, position in as_learners_compute():
        exercise = NAMED[name]
        right, _, mistakes = _numbers(trace, position, exercise.quantity)
        assert exercise.judge(np.float64(right), 0).kind == "right"
        assert exercise.judge(np.float32(right), 0).kind == "right"
        for key in mistakes.keys() - SAME[name]:
            if len(trace) == 1 and key in ("rows of a whole batch", "all the data"):
                continue
            for value in (mistakes[key], np.float32(mistakes[key]), f"{mistakes[key]}*1/1"):
                finding = exercise.judge(value, 0)
                assert finding.mistakes == (key,), (name, key, value, finding)
                named[name] += 1
    assert named == {"loss of a batch": 42, "new weight": 84, "batch of one": 78}


def test_a_mistake_with_residuals_that_were_rounded_has_its_name():
    loss = NAMED["loss of a batch"]
    residuals = np.array([-10.48, -19.21, -6.436])  # the third hint
    assert loss.judge(np.mean(residuals**2), 0).kind == "right"
    assert loss.judge(np.mean(residuals**2) / 2, 0).mistakes == ("half the loss",)
    assert loss.judge("(10.48**2 + 19.21**2 + 6.436**2)", 0).mistakes == ("1/n left out",)
    assert loss.judge(np.mean(np.abs(residuals)), 0).mistakes == ("absolute",)
    assert NAMED["new weight"].judge("-0.34487 + 0.001 * 225.43", 0).mistakes == ("2/n left out",)
    assert loss.judge("86.68", 0).mistakes == ("half the loss",)  # 86.696


def test_every_mistake_in_a_number_is_tried():
    for exercise in NUMBERS:
        typed = TYPED[exercise.name].keys() - {"right"}
        assert typed | SAME[exercise.name] == mistakes_in_a_number(exercise)
        assert not typed & SAME[exercise.name]


BY_BOTH = {  # exercise: the quantity in the stepper, and what is typed for it
    "loss function": ("loss", "loss of a batch"),
    "update": ("w", "new weight"),
    "epoch": ("b", "batch of one"),
}


@pytest.mark.parametrize("name", BY_BOTH)
def test_the_stepper_and_the_exercises_say_the_same_and_ask_the_same_back(name):
    quantity, number = BY_BOTH[name]
    both = TYPED[number].keys() & STUDENTS[name].keys()
    assert len(both) >= 6
    navigator = RunNavigator(NAMED[number].trace())
    for key in both:
        navigator.predicting = True
        navigator.seek(NAMED[number].position)
        (verdict,) = navigator.predict(**{quantity: str(TYPED[number][key][0])}).values()
        finding = NAMED[name].judge(STUDENTS[name][key], 0)
        assert verdict.mistakes == finding.mistakes == (key,)
        said, question = said_of(NAMED[name].truth, key), MISCONCEPTIONS[key].question
        assert verdict.sentence[1:] == f"{said} {question}"[1:]
        assert finding.sentence.endswith(verdict.sentence.partition(" ")[2])


# Right answers in every form


@pytest.fixture(scope="module", autouse=True)
def torch_is_ready():
    """It imports a large part of itself when it is used for the first time."""
    training(torch.nn.Linear(1, 1), torch.ones(2, 1), torch.ones(2, 1), 0.1, 1)


class Draw:
    """The choices for one variant of a right answer, by their dimensions."""

    def __init__(self, sizes, chosen, seed):
        self.sizes, self.chosen = sizes, chosen
        self.random = np.random.default_rng(seed)

    def of(self, dimension, *options):
        assert len(options) <= self.sizes[dimension]
        return options[self.chosen[dimension] % len(options)]

    def cast(self, *values):
        """Return the values as float32 or as float64."""
        dtype = self.of("dtype", np.float32, np.float64)
        return [np.asarray(value, dtype=dtype) for value in values]

    def order(self, n):
        """Return all rows in some order."""
        return self.of("order", np.arange, self.random.permutation)(n)

    def total(self):
        """Return one of the ways to add up numbers."""
        return self.of(
            "way", np.sum, sum, math.fsum, np.add.reduce,
            lambda terms: sum(reversed([*terms])),
            lambda terms: np.ones(len(terms)) @ np.asarray(terms),
            lambda terms: np.cumsum(terms)[-1],
            lambda terms: len(terms) * np.mean(terms),
        )  # fmt: skip

    def vector(self, array):
        """Return a column in one of the forms that a result may have."""
        array = np.asarray(array).reshape(-1, 1)
        return self.of(
            "vector", np.asarray, np.ndarray.tolist, torch.tensor, np.asfortranarray, np.matrix,
            lambda array: [tuple(row) for row in array], lambda array: list(array),
            lambda array: torch.tensor(array, requires_grad=True),
        )(array)  # fmt: skip

    def number(self, value):
        """Return a number in one of the forms that a result may have."""
        value = float(np.reshape(value, ()))
        return self.of(
            "number", float, np.float64, np.float32, np.array, torch.tensor,
            lambda value: np.array([value]), lambda value: np.array([[value]]),
            lambda value: [value], lambda value: [[value]], lambda value: torch.tensor([[value]]),
        )(value)  # fmt: skip

    def both(self, in_w, in_b):
        return self.of("pair", tuple, list)([self.vector(in_w), self.number(in_b)])


def slopes_by_matrices(draw, X, Y, w, b, s):
    r = s * (draw.of("way", X @ w + b - Y, -(Y - b - X @ w), np.dot(X, w) - (Y - b)))
    n = len(X)
    in_w = draw.of(
        "way", 2 / n * X.T @ r, X.T @ (2 * r) / n, (r.T @ X).T * 2 / n, X.T.dot(r) / (n / 2)
    )
    return in_w, draw.of("way", 2 / n * np.sum(r), 2 * r.mean(), 2 * np.average(r), r.sum() / n * 2)


def slopes_by_einsum(draw, X, Y, w, b, s):
    r = np.einsum("ij,jk->ik", X, w) + b - Y
    in_w = np.einsum("ij,ik,ik->j", X, r, s, optimize=False)
    return 2 * in_w / len(X), 2 / len(X) * np.einsum("ik,ik->", r, s)


def slopes_by_loops(draw, X, Y, w, b, s):
    (n, p), total = X.shape, draw.total()
    r = [s[i, 0] * (total([X[i, k] * w[k, 0] for k in range(p)]) + b - Y[i, 0]) for i in range(n)]
    in_w = [2 / n * total([r[i] * X[i, k] for i in range(n)]) for k in range(p)]
    return np.array(in_w, dtype=X.dtype), 2 / n * total(r)


def slopes_expanded(draw, X, Y, w, b, s):
    XT = (s * X).T
    in_w = 2 / len(X) * (XT @ X @ w + b * XT.sum(axis=1, keepdims=True) - XT @ Y)
    return in_w, 2 / len(X) * ((s * X).sum(axis=0) @ w + b * s.sum() - (s * Y).sum()).item()


def slopes_with_ones(draw, X, Y, w, b, s):
    X1 = np.hstack([X, np.ones((len(X), 1), dtype=X.dtype)])
    grad = 2 / len(X) * X1.T @ np.diagflat(s) @ (X1 @ np.append(w[:, 0], b)[:, np.newaxis] - Y)
    return grad[:-1], grad[-1, 0]


def slopes_row_by_row(draw, X, Y, w, b, s):
    in_w, in_b = np.zeros_like(w), 0
    for x, y, s_i in zip(X, Y, s, strict=True):
        r = s_i * (x @ w + b - y)
        in_w = in_w + 2 * np.outer(x, r) / len(X)
        in_b = in_b + 2 * r[0] / len(X)
    return in_w, in_b


def slopes_as_means(draw, X, Y, w, b, s):
    r = s * (X @ w + b - Y)
    return 2 * np.mean(r * X, axis=0), 2 * np.mean(r)


def slopes_by_autograd(draw, X, Y, w, b, s):
    X, Y, w, b, s = (torch.tensor(value) for value in (X, Y, w, b, s))
    w.requires_grad_()
    b.requires_grad_()
    loss = draw.of(
        "way",
        lambda: (s * (X @ w + b - Y) ** 2).mean(),
        lambda: (s * (Y - (X @ w + b)) ** 2).sum() / len(X),
        lambda: functional.mse_loss(s.sqrt() * (X @ w + b), s.sqrt() * Y),
        lambda: functional.linear(X, w.T, b).sub(Y).square().mul(s).mean(),
    )()
    if draw.chosen["way"] >= 4:
        return [grad.numpy() for grad in torch.autograd.grad(loss, [w, b])]
    loss.backward()
    return w.grad.numpy(), b.grad.numpy()


ROUTES = [
    slopes_by_matrices,
    slopes_by_einsum,
    slopes_by_loops,
    slopes_expanded,
    slopes_with_ones,
    slopes_row_by_row,
    slopes_as_means,
    slopes_by_autograd,
]


def some_route(draw):
    """Return one way to ∂L/∂w, a column, and ∂L/∂b, by rows in some order, in some float type."""
    route = draw.of("route", *ROUTES)

    def slopes(X, Y, w, b, s=None):
        rows = draw.order(len(X))
        s = np.ones((len(X), 1)) if s is None else s
        in_w, in_b = route(draw, *draw.cast(X[rows], Y[rows], w, b, s[rows]))
        return np.reshape(in_w, (-1, 1)), np.reshape(in_b, ())

    return slopes


def right_with_the_bias(draw):
    slopes = some_route(draw)
    return lambda X, Y, w, b: draw.both(*slopes(X, Y, w, b))


def right_matrix_form(draw):
    slopes = some_route(draw)
    return lambda X, Y, w: draw.vector(slopes(X, Y, w, 0.0)[0])


def right_sum_of_squares(draw):
    slopes = some_route(draw)
    return lambda X, Y, w, b: draw.both(*(len(X) * part for part in slopes(X, Y, w, b)))


def right_weighted_squares(draw):
    slopes = some_route(draw)
    return lambda X, Y, w, b, s: draw.both(*slopes(X, Y, w, b, s))


def right_ridge(draw):
    slopes, added = some_route(draw), draw.of("way", True, False)

    def answer(X, Y, w, b, lam):
        if added:
            in_w, in_b = slopes(X, Y, w, b)
            return draw.both(in_w + 2 * lam * w, in_b)
        # As p rows more, √(λ n) times those of the identity, with the target 0 and without b.
        n, p = X.shape
        r = np.vstack([X @ w + b - Y, math.sqrt(lam * n) * w])
        rows = np.vstack([X, math.sqrt(lam * n) * np.eye(p)])
        return draw.both(2 / n * rows.T @ r, 2 / n * r[:n].sum())

    return answer


def right_update(draw):
    slopes = some_route(draw)

    def answer(X, Y, w, b, lr):
        w, b, lr = draw.cast(w, b, lr)
        in_w, in_b = slopes(X, Y, w, b)
        return draw.both(w - lr * in_w, b - lr * in_b)

    return answer


def right_epoch(draw):
    slopes, backwards = some_route(draw), draw.of("way", True, False)

    def answer(X, Y, w, b, lr, batches):
        w, b, lr = draw.cast(w, b, lr)
        for rows in batches:
            rows = rows[::-1] if backwards else [int(row) for row in rows]
            in_w, in_b = slopes(X[rows], Y[rows], w, b)
            w, b = w - lr * in_w, b - lr * in_b
        return draw.both(w, b)

    return answer


def right_loss_function(draw):
    def expanded(X, Y, w, b):
        squares = w.T @ X.T @ X @ w + Y.T @ Y - 2 * w.T @ X.T @ Y
        return (squares + len(X) * b**2 + 2 * b * (X @ w - Y).sum()) / len(X)

    def by_torch(X, Y, w, b):
        X, Y, w, b = map(torch.tensor, (X, Y, w, b))
        return draw.of("way", torch.nn.MSELoss(), functional.mse_loss)(X @ w + b, Y)

    total = draw.total()
    route = draw.of(
        "route",
        lambda X, Y, w, b: np.mean((X @ w + b - Y) ** 2),
        lambda X, Y, w, b: np.square(Y - (X @ w + b)).sum() / len(Y),
        lambda X, Y, w, b: total(((X @ w + b - Y) ** 2)[:, 0]) / len(X),
        lambda X, Y, w, b: (X @ w + b - Y).T @ (X @ w + b - Y) / len(X),
        lambda X, Y, w, b: np.linalg.norm(X @ w + b - Y) ** 2 / len(X),
        lambda X, Y, w, b: np.var(X @ w + b - Y) + np.mean(X @ w + b - Y) ** 2,
        lambda X, Y, w, b: total(
            [(sum(x * w[:, 0]) + b - y[0]) ** 2 / len(X) for x, y in zip(X, Y, strict=True)]
        ),
        lambda X, Y, w, b: np.einsum("ij,ij->", X @ w + b - Y, X @ w + b - Y) / len(X),
        expanded, by_torch,
    )  # fmt: skip

    def answer(X, Y, w, b):
        rows = draw.order(len(X))
        return draw.number(route(*draw.cast(X[rows], Y[rows], w, b)))

    return answer


def right_scalar_form(draw):
    total, n = draw.total(), len

    def by_autograd(x, y, w, b):
        x, y, w, b = map(torch.tensor, (x, y, w, b))
        loss = functional.mse_loss(w.requires_grad_() * x + b.requires_grad_(), y)
        return [grad.numpy() for grad in torch.autograd.grad(loss, [w, b])]

    route = draw.of(
        "route",
        lambda x, y, w, b: (2 * np.mean(x * (w * x + b - y)), 2 * np.mean(w * x + b - y)),
        lambda x, y, w, b: (
            2 / n(x) * (w * total(x * x) + b * total(x) - total(x * y)),
            2 / n(x) * (w * total(x) + n(x) * b - total(y)),
        ),
        lambda x, y, w, b: (
            2 / n(x) * (w * total(x**2) - total((y - b) * x)),
            2 * b - 2 / n(x) * total(y - w * x),
        ),
        lambda x, y, w, b: (
            total([2 / n(x) * (w * p + b - q) * p for p, q in zip(x, y, strict=True)]),
            total([2 / n(x) * (w * p + b - q) for p, q in zip(x, y, strict=True)]),
        ),
        lambda x, y, w, b: (2 / n(x) * (x @ (w * x + b - y)), -2 * np.mean(y - w * x - b)),
        by_autograd,
    )  # fmt: skip

    def answer(x, y, w, b):
        rows = draw.order(len(x))
        in_w, in_b = route(*draw.cast(x[rows], y[rows], w, b))
        return draw.of("pair", tuple, list)([draw.number(in_w), draw.number(in_b)])

    return answer


def right_loss_of_the_epoch(draw):
    total = draw.total()
    route = draw.of(
        "route",
        lambda losses, sizes: np.average(losses, weights=sizes),
        lambda losses, sizes: losses @ sizes / sizes.sum(),
        lambda losses, sizes: total(losses * sizes) / total(sizes),
        lambda losses, sizes: np.repeat(losses, sizes).mean(),
        lambda losses, sizes: total(losses * (sizes / total(sizes))),
        lambda losses, sizes: np.dot(np.sqrt(losses) ** 2, sizes) / np.sum(sizes),
    )

    def answer(losses, sizes):
        batches = draw.order(len(losses))
        return draw.number(route(*draw.cast(losses[batches]), sizes[batches]))

    return answer


def right_momentum_step(draw):
    slopes, in_one = some_route(draw), draw.of("form", True, False)

    def answer(X, Y, w, v, lr, momentum):
        w, v, lr, momentum = draw.cast(w, v, lr, momentum)
        in_w = slopes(X, Y, w, 0.0)[0]
        new = momentum * v + in_w
        after = w - lr * new if in_one else w - lr * momentum * v - lr * in_w
        return draw.of("pair", tuple, list)([draw.vector(after), draw.vector(new)])

    return answer


def right_largest_rate(draw):
    def augmented(X):
        ones = np.ones((len(X), 1), dtype=X.dtype)
        return draw.of("way", np.hstack([X, ones]), np.hstack([ones, X]))

    def by_torch(X):
        A = torch.tensor(augmented(X))
        return 2 / torch.linalg.eigvalsh(2 / len(X) * A.T @ A)[-1]

    def by_powers(X):
        A = augmented(X)
        H = 2 / len(X) * A.T @ A
        for _ in range(60):  # its square, again and again, of trace 1
            H = H @ H / np.trace(H @ H)
        v = H @ draw.random.normal(size=(len(H), 1)).astype(X.dtype)
        return len(X) * np.sum(v**2) / np.sum((A @ v) ** 2)

    route = draw.of(
        "route",
        lambda X: 2 / np.linalg.eigvalsh(2 / len(X) * augmented(X).T @ augmented(X))[-1],
        lambda X: len(X) / max(np.linalg.eigvalsh(augmented(X).T @ augmented(X))),
        lambda X: len(X) / np.linalg.norm(augmented(X), 2) ** 2,
        lambda X: len(X) / np.linalg.svd(augmented(X)).S.max() ** 2,
        lambda X: len(X) / np.linalg.eigvalsh(X @ X.T + 1)[-1],
        lambda X: 2 / np.linalg.eig(2 / len(X) * augmented(X).T @ augmented(X))[0].real.max(),
        by_torch, by_powers,
    )  # fmt: skip

    def answer(X):
        (X,) = draw.cast(X[draw.order(len(X))])
        return draw.number(route(X))

    return answer


def right_scaled_line(draw):
    route = draw.of(
        "route",
        lambda w, b, mean, std: (w / std, b - w * mean / std),
        lambda w, b, mean, std: (w / std, b - w / std * mean),
        lambda w, b, mean, std: (w * (1 / std), (b * std - w * mean) / std),
        lambda w, b, mean, std: (w / std, w * (0 - mean) / std + b),
        lambda w, b, mean, std: ((w * (1 - mean) - w * (0 - mean)) / std, b - mean / (std / w)),
    )

    def answer(w, b, mean, std):
        in_w, in_b = route(*draw.cast(w, b, mean, std))
        return draw.of("pair", tuple, list)([draw.number(in_w), draw.number(in_b)])

    return answer


def right_training(draw):
    loss_of = draw.of(
        "loss",
        functional.mse_loss,
        torch.nn.MSELoss(),
        lambda Y_hat, Y: ((Y_hat - Y) ** 2).mean(),
        lambda Y_hat, Y: (Y - Y_hat).square().sum() / Y.shape[0],
        lambda Y_hat, Y: functional.mse_loss(Y_hat, Y, reduction="sum") / len(Y),
    )
    fit = draw.of(
        "fit",
        lambda Y_hat, Y: (Y_hat, Y.reshape(-1, 1)),
        lambda Y_hat, Y: (Y_hat[:, 0], Y.flatten()),
        lambda Y_hat, Y: (Y_hat.reshape(-1), Y.reshape(-1)),
    )
    slopes = some_route(draw)

    def optimized(model, X, Y, lr, steps):
        optimizer = torch.optim.SGD(model.parameters(), lr=lr)
        for _ in range(steps):
            loss = loss_of(*fit(model(X), Y))
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()

    def by_hand(model, X, Y, lr, steps):
        for _ in range(steps):
            model.zero_grad()
            loss_of(*fit(model(X), Y)).backward()
            with torch.no_grad():
                for parameter in model.parameters():
                    parameter -= lr * parameter.grad
        return model

    def functional_gradient(model, X, Y, lr, steps):
        parameters = [*model.parameters()]
        for _ in range(steps):
            rows = torch.tensor(draw.order(len(X)))
            grads = torch.autograd.grad(loss_of(*fit(model(X[rows]), Y[rows])), parameters)
            for parameter, grad in zip(parameters, grads, strict=True):
                parameter.data.add_(grad, alpha=-lr)

    def computed(model, X, Y, lr, steps):
        X, Y = X.numpy().astype(float), Y.numpy().reshape(-1, 1).astype(float)
        w, b = model.weight.detach().numpy().T.astype(float), model.bias.item()
        for _ in range(steps):
            in_w, in_b = slopes(X, Y, w, b)
            w, b = w - lr * in_w, b - lr * in_b
        model.weight.data, model.bias.data = torch.tensor(w.T), torch.tensor([float(b)])

    return draw.of("loop", optimized, by_hand, functional_gradient, computed)


TWO_OVER_N = [
    *("2 / n", "(2 / n)", "1 / n * 2", "2 * (1 / n)", "4 / (2 * n)", "4 / n / 2"),
    *("2 * n / n ** 2", "-(-2 / n)", "1 / (n / 2)"),
]  # fmt: skip
RESIDUALS = [
    "r",
    "(X @ w - Y)",
    "(-(Y - X @ w))",
    "((r + r) / 2)",
    "(-Y + X @ w)",
    "(3 * r - 2 * r)",
]
ENTRIES = ["r[i]", "(Sum(X[i, j] * w[j], j) - Y[i])", "(X @ w - Y)[i]", "-(Y[i] - (X @ w)[i])"]
FORMS = {
    "gradient": [
        *("({c}) * X.T @ {r}", "X.T @ {r} * ({c})", "X.T @ (({c}) * {r})", "(({c}) * X).T @ {r}"),
        *("({r}.T @ X).T * ({c})", "-({c}) * X.T @ -{r}", "({c}) / 2 * (X + X).T @ {r}"),
        *("({c}) * (X.T @ X @ w - X.T @ Y)", "({c}) * X.T @ X @ w - ({c}) * X.T @ Y"),
        *("2 * X.T @ {r} / n", "X.T @ {r} / n + ({c}) / 2 * X.T @ {r}"),
    ],
    "differential": [
        *("({c}) * {r}.T @ X @ dw", "({c}) * {r}.T @ (X @ dw)", "dw.T @ X.T @ {r} * ({c})"),
        *("({c}) * inner({r}, X @ dw)", "inner(({c}) * X.T @ {r}, dw)"),
        "inner(dw, X.T @ {r}) * ({c})",
        *("({c}) * Sum({e} * (X @ dw)[i], i)", "Sum(Sum({e} * X[i, j], i) * dw[j], j) / n * 2"),
        *("({c}) * ({r}.T @ X) @ dw", "({c}) * (X @ dw).T @ {r}", "2 * inner(X @ dw, {r}) / n"),
    ],
    "one weight": [
        *("({c}) * Sum({e} * X[i, k], i)", "Sum(({c}) * X[i, k] * {e}, i)"),
        *("(X.T @ {r})[k] * ({c})", "(({c}) * X.T @ {r})[k]", "Sum(X[i, k] * {e}, i) / n * 2"),
        *("({c}) * (Sum(X[i, k] * (X @ w)[i], i) - Sum(X[i, k] * Y[i], i))",),
    ],
}  # fmt: skip


def right_merged_sums(draw):
    total = draw.total()

    def pairwise_(sizes, means, scatters):
        n, mean, scatter = sizes[0], means[0], scatters[0]
        for m, other, more in zip(sizes[1:], means[1:], scatters[1:], strict=True):
            distance, n = other - mean, n + m
            scatter = scatter + more + distance**2 * (n - m) * m / n
            mean = mean + distance * m / n
        return mean, scatter

    def in_two_parts(sizes, means, scatters):
        mean = total(sizes * means) / total(sizes)
        return mean, total(scatters) + total(sizes * (means - mean) ** 2)

    def by_raw_sums(sizes, means, scatters):
        mean = total(sizes * means) / total(sizes)
        return mean, total(scatters + sizes * means**2) - total(sizes) * mean**2

    def by_rows(sizes, means, scatters):
        rows = np.repeat(means, sizes)
        return rows.mean(), scatters.sum() + len(rows) * rows.var()

    route = draw.of("route", pairwise_, in_two_parts, by_raw_sums, by_rows)

    def answer(sizes, means, scatters):
        parts = draw.order(len(sizes))
        found = route(sizes[parts], *draw.cast(means[parts], scatters[parts]))
        return draw.of("pair", tuple, list)(map(draw.number, found))

    return answer


def right_formula(name):
    return lambda draw: draw.of("form", *FORMS[name]).format(
        c=draw.of("c", *TWO_OVER_N), r=draw.of("r", *RESIDUALS), e=draw.of("e", *ENTRIES)
    )


ANY = {"dtype": 2, "order": 2, "way": 8}
BOTH = {**ANY, "route": len(ROUTES), "vector": 8, "number": 10, "pair": 2}
TRAINED = {**ANY, "route": len(ROUTES), "loop": 4, "loss": 5, "fit": 3}
VARIANTS = {  # the sizes of the dimensions, and how many of all choices the long test tries
    "loss function": (right_loss_function, {**ANY, "route": 10, "number": 10}, 700),
    "scalar form": (right_scalar_form, {**ANY, "route": 6, "number": 10, "pair": 2}, 800),
    "matrix form": (right_matrix_form, {**ANY, "route": len(ROUTES), "vector": 8}, 1000),
    "with the bias": (right_with_the_bias, BOTH, 1100),
    "sum of squares": (right_sum_of_squares, BOTH, 800),
    "weighted squares": (right_weighted_squares, BOTH, 800),
    "ridge": (right_ridge, BOTH, 800),
    "update": (right_update, BOTH, 800),
    "epoch": (right_epoch, BOTH, 500),
    "loss of the epoch": (right_loss_of_the_epoch, {**ANY, "route": 6, "number": 10}, 500),
    "largest learning rate": (
        right_largest_rate,
        {"dtype": 2, "order": 2, "way": 2, "route": 8, "number": 10},
        300,
    ),
    "scaled line": (right_scaled_line, {"dtype": 2, "route": 5, "number": 10, "pair": 2}, 200),
    "momentum step": (
        right_momentum_step,
        {**ANY, "route": len(ROUTES), "form": 2, "vector": 8, "pair": 2},
        300,
    ),
    "merged sums": (right_merged_sums, {**ANY, "route": 4, "number": 10, "pair": 2}, 200),
    "training loop": (right_training, TRAINED, 120),
    "find the bugs": (right_training, TRAINED, 120),
} | {
    name: (right_formula(name), {"form": len(FORMS[name]), "c": 9, "r": 6, "e": 4}, count)
    for name, count in {"differential": 800, "gradient": 1000, "one weight": 250}.items()
}


def pairwise(sizes):
    """Yield choices among which each two values of each two dimensions come together."""

    def pairs(chosen):
        return {((a, chosen[a]), (b, chosen[b])) for a, b in combinations(sorted(chosen), 2)}

    values = [[(name, value) for value in range(size)] for name, size in sorted(sizes.items())]
    missing = {pair for two in combinations(values, 2) for pair in product(*two)}
    while missing:
        chosen = dict(min(missing))
        for name in [one for one in sizes if one not in chosen]:
            options = [chosen | {name: value} for value in range(sizes[name])]
            chosen = max(options, key=lambda option: len(pairs(option) & missing))
        missing -= pairs(chosen)
        yield chosen


def test_each_two_values_of_each_two_dimensions_come_together():
    sizes = {"a": 2, "b": 3, "c": 4}
    chosen = list(pairwise(sizes))
    assert 12 <= len(chosen) <= 15
    for a, b in combinations(sizes, 2):
        met = {(one[a], one[b]) for one in chosen}
        assert met == set(product(range(sizes[a]), range(sizes[b])))


def test_right_answers_come_in_many_forms_to_every_function_and_formula():
    assert VARIANTS.keys() == {one.name for one in FORMULAS + FUNCTIONS}
    assert sum(len([*pairwise(sizes)]) for _, sizes, _ in VARIANTS.values()) >= 800
    assert sum(count for *_, count in VARIANTS.values()) >= 10_000


@pytest.mark.parametrize("name", VARIANTS)
def test_a_right_answer_is_right_in_whatever_form_it_comes(name, forget):
    assert_right(name, pairwise(VARIANTS[name][1]), forget)


@pytest.mark.long
@pytest.mark.parametrize("name", VARIANTS)
def test_a_right_answer_is_right_in_ten_thousand_forms(name, forget):
    _, sizes, count = VARIANTS[name]
    random = np.random.default_rng(0)
    draws = ({key: random.integers(size) for key, size in sizes.items()} for _ in range(count))
    assert_right(name, draws, forget)


def assert_right(name, choices, forget):
    variant, sizes, _ = VARIANTS[name]
    for number, chosen in enumerate(choices):
        seed, place = divmod(number, 5)
        if place == 0:
            forget()
        answer = variant(Draw(sizes, chosen, number))
        finding = NAMED[name].judge(answer, seed)
        assert finding.kind == "right", (chosen, answer, finding.sentence)


# Wrong answers that have no name


@pytest.mark.parametrize("name", [exercise.name for exercise in FUNCTIONS])
@pytest.mark.parametrize(
    "seeds", [range(FEW), pytest.param(range(FEW, 10), marks=pytest.mark.long)], ids=str
)
def test_random_numbers_are_no_typical_mistake(name, seeds):
    exercise = NAMED[name]

    def generator(number):
        return np.random.default_rng(zlib.crc32(np.float32(number).tobytes()))

    def train(model, *_):
        random = generator(model.bias.item())
        for parameter in model.parameters():
            parameter.data = torch.tensor(random.normal(size=parameter.shape), dtype=torch.float32)
        return model

    def answer(*given):
        arguments = dict(zip(exercise.arguments.split(", "), given, strict=True))
        random = generator(np.sum(given[0]))
        in_w = random.normal(size=np.shape(arguments.get("w", 0)))
        results = (in_w, random.normal(size=np.shape(arguments.get("v", 0))))
        return results if len(exercise.parts) > 1 else results["w" not in exercise.parts[0]]

    for seed in seeds:
        finding = exercise.judge(train if isinstance(exercise, TrainingExercise) else answer, seed)
        assert (finding.kind, finding.mistakes) == ("wrong", ()), finding
        assert finding.sentence.endswith("?")
        assert len(finding.sentence) < 600


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("gradient", "w"),
        ("gradient", "7 * X.T @ r"),
        ("differential", "w.T @ w"),
        ("differential", "3 / n * r.T @ X @ dw"),
        ("one weight", "w[k]"),
        ("one weight", "Sum(Y[i] * r[i], i)"),
        ("one weight", "2 / n * X.T @ r"),  # all of them
        ("gradient", f"1{40 * '0'} * w - 1{40 * '0'} * w"),  # 0, with all the room for rounding
        ("gradient", f"(1{160 * '0'}) ** 2 * w"),
    ],
)
def test_a_formula_for_something_else_is_not_right(name, answer):
    for seed in range(FEW):
        finding = NAMED[name].judge(answer, seed)
        assert finding.kind in ("wrong", "factor", "shape", "not finite", "exception"), finding


WITH_A_TARGET = ["loss function", "matrix form", "with the bias", "sum of squares"]
WITH_A_TARGET += ["weighted squares", "ridge", "update", "momentum step"]


@pytest.mark.parametrize("name", WITH_A_TARGET)
def test_a_flat_target_is_named_in_every_exercise_that_has_one(name):
    truth = NAMED[name].truth

    def answer(X, Y, *others):
        return truth(X, Y, *others, target=np.ravel)

    assert NAMED[name].judge(lambda *given: answer(*given), 0).mistakes == ("n by n",)


def in_each(rows_of):
    """Return the answer of who updates w and b with the rows that some function finds."""

    def answer(X, Y, w, b, lr, batches):
        for rows in rows_of(batches):
            r = X[rows] @ w + b - Y[rows]
            w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * np.mean(r)
        return w, b

    return answer


@pytest.mark.parametrize(
    "rows_of",
    [
        lambda batches: [batches[k] for k in range(3)],
        lambda batches: batches[:3],
        lambda batches: [*batches[:-1], batches[-1][:1]],
    ],
)
def test_an_epoch_that_counts_on_the_example_is_not_right(rows_of):
    assert NAMED["epoch"].judge(in_each(lambda batches: batches), 0).kind == "right"
    assert NAMED["epoch"].judge(in_each(rows_of), 0).kind != "right"


def test_the_loss_of_an_epoch_is_asked_for_with_any_sizes():
    def all_but_the_last_alike(losses, sizes):
        whole = sizes[0] * sum(losses[:-1])
        return (whole + sizes[-1] * losses[-1]) / (sizes[0] * (len(sizes) - 1) + sizes[-1])

    assert NAMED["loss of the epoch"].judge(all_but_the_last_alike, 0).kind != "right"


def test_a_factor_is_looked_for_in_the_change():
    times_3 = {"update": {"scale": 3}, "epoch": {"scale": 3}, "training loop": {"scale": 3}}
    for name, how in times_3.items():
        finding = NAMED[name].judge(mistaken(NAMED[name], how), 0)
        assert (finding.kind, finding.sentence[:48]) == (
            "factor", "w after and b after: each change is 3 times what",
        )  # fmt: skip


def test_a_ridge_is_not_called_right_where_λ_happens_to_be_a_half():
    def without_lambda(X, Y, w, b, lam):
        r = X @ w + b - Y
        return 2 / len(X) * X.T @ r + w, 2 * np.mean(r)

    for seed in range(20):
        assert NAMED["ridge"].judge(without_lambda, seed).mistakes == ("λ left out",)
