"""Which functions are taken for an answer, how results are read, and what goes wrong in them."""

import functools

import numpy as np
import pytest
import torch
from learners import Evil, Mute, Quitting, found, kind

from lsqgrad.judging.answers import MOST_NUMBERS
from lsqgrad.practice.function_exercise import SIZES, FunctionExercise, TrainingExercise


def draw(random, n, p):
    return [random.normal(size=(n, p)), random.normal(size=(p, 1))]


def product(X, w, *, scale=1, power=0):
    return scale * len(X) ** power * X @ w


def product_and_sum(X, w, **how):
    return product(X, w, **how), product(X, np.ones_like(w), **how).sum()


ONE = FunctionExercise(
    "product", "X, w", ("The product",), product, {"sign": [{"scale": -1}]}, draw, minus=""
)
TWO = FunctionExercise("both", "X, w", ("The product", "The sum"), product_and_sum, {}, draw)


# Functions: which are taken


class Method:
    def answer(self, X, w):
        return X @ w

    def __call__(self, X, w):
        return X @ w

    @staticmethod
    def static(X, w):
        return X @ w


def with_default(X, w, scale=1.0):
    return scale * X @ w


def of_any(*arrays, **_):
    return arrays[0] @ arrays[1]


@functools.cache
def counted():
    return 0


@functools.wraps(product)
def wrapped(*arguments):
    return arguments[0] @ arguments[1]


@pytest.mark.parametrize(
    "answer",
    [
        *(lambda X, w: X @ w, lambda a, b, /: a @ b, functools.partial(product, scale=1)),
        *(Method().answer, Method(), Method.static, with_default, of_any, wrapped),
        *(np.matmul, np.dot, functools.partial(np.einsum, "ij,jk->ik")),
    ],
)
def test_whatever_can_be_called_with_the_arguments_is_taken(answer):
    assert kind(ONE, answer) == "right"


@pytest.mark.parametrize(
    ("answer", "its"),
    [
        (lambda: 1, "one without arguments"),
        (lambda X: X, "one of X"),
        (lambda X, w, b: X, "one of X, w, b"),
        (lambda X, *, w: X, "one of X, *, w"),
        (functools.partial(product, 1), "one of w, *, scale, power"),
        (counted, "one without arguments"),
        (Method.answer, "one of self, X, w"),
    ],
)
def test_a_function_of_other_arguments_is_told_so(answer, its):
    finding = found(ONE, answer)
    assert finding.kind == "type"
    assert finding.sentence == f"Expected a function of X, w, got {its}."


@pytest.mark.parametrize("answer", [3, "X @ w", np.ones((2, 1)), [product], {}, product_and_sum])
def test_only_a_function_is_taken(answer):
    finding = found(ONE, answer)
    assert finding.kind == "type"
    if not callable(answer):
        assert finding.sentence.startswith("Expected a function, got ")
        assert finding.sentence.endswith("without parentheses or quotes.")


def test_each_size_is_tried_with_numbers_that_the_seed_fixes():
    seen = []

    def look(X, w):
        seen.append((X.copy(), w.copy()))
        return X @ w

    for seed in (3, 3, 4):
        found(ONE, look, seed)
    tried = len(SIZES) + 1  # the first of them once more
    first, again, other = (seen[k : k + tried] for k in range(0, len(seen), tried))
    assert len(other) == tried
    assert [X.shape for X, _ in first] == [*SIZES, SIZES[0]]
    assert np.array_equal(first[0][0], first[-1][0])
    assert {(1, 2)} < {*SIZES}
    assert all(np.array_equal(one[0], two[0]) for one, two in zip(first, again, strict=True))
    assert not any(np.array_equal(one[0], two[0]) for one, two in zip(first, other, strict=True))


# Functions: how results are read


@pytest.mark.parametrize(
    "form",
    [
        *(np.asarray, np.ndarray.tolist, torch.tensor, np.asfortranarray, np.matrix, list),
        *(np.float32, lambda array: torch.tensor(array, requires_grad=True)),
        lambda array: torch.tensor(array, dtype=torch.float16),
        lambda array: [[*row] for row in array],
        lambda array: np.ma.masked_array(array),
    ],
)  # fmt: skip
def test_a_result_may_be_an_array_a_list_or_a_tensor(form):
    answer = functools.partial(lambda X, w, form: form(X @ w), form=form)
    assert kind(ONE, lambda X, w: answer(X, w)) in ("right", "near")
    assert kind(TWO, lambda X, w: (form(X @ w), X.sum())) in ("right", "near")


@pytest.mark.parametrize("form", [float, np.float64, np.array, torch.tensor, lambda value: [value]])
def test_a_number_may_be_one_of_python_numpy_or_torch(form):
    assert kind(TWO, lambda X, w: (X @ w, form(float(X.sum())))) == "right"
    assert kind(TWO, lambda X, w: [X @ w, form(float(X.sum()))]) == "right"


def test_a_view_of_the_inputs_is_read_when_it_comes():
    kept = np.zeros((9, 1))

    def into_the_same(X, w):
        kept[: len(X)] = X @ w
        return kept[: len(X)]

    assert kind(ONE, into_the_same) == "right"
    assert kind(ONE, lambda X, w: X) in ("shape", "wrong", "some")
    assert kind(ONE, lambda X, w: w[:]) == "shape"


def generator():
    yield 1


@pytest.mark.parametrize(
    ("result", "kinds", "words"),
    [
        (None, "type", "It gives None. Is a return missing?"),
        (..., "type", "It gives Ellipsis"),
        ("X @ w", "type", "got str 'X @ w'"),
        (True, "type", "got bool True"),
        (1j, "type", "got complex 1j"),
        (np.ones((3, 1)) * 1j, "type", "Expected real numbers"),
        (np.ones((3, 1), dtype=bool), "type", "Expected real numbers"),
        (np.array(["a"]), "type", "Expected real numbers"),
        (np.array([None]), "type", "Expected real numbers"),
        ([[1], [2, 3]], "type", "Expected real numbers, got list [[1], [2, 3]]"),
        (["1"], "type", "Expected real numbers"),
        ({"w": 1}, "type", "got dict {'w': 1}"),
        ({1, 2}, "type", "got set {1, 2}"),
        (range(3), "type", "got range"),
        (generator(), "type", "generator"),
        (map(abs, [1]), "type", "map"),
        (object(), "type", "object"),
        (product, "type", "function"),
        ((1.0, 2.0), "type", "Expected one result, the product, got a tuple of 2."),
        ((), "type", "the product, got a tuple of 0."),
        ((1.0,), "type", "got a tuple of 1. A comma after return makes a tuple."),
        ([], "shape", "(0,)"),
        (np.zeros(MOST_NUMBERS + 1), "type", "a few numbers, got one of shape (10001,)"),
        (np.broadcast_to(1.0, (10**6, 10**6)), "type", "an array of a few numbers"),
        ([0.0] * (MOST_NUMBERS + 1), "type", "got a list of more than 10,000"),
        ([[0.0] * 1000] * 1000, "type", "got a list of more than 10,000"),
        (np.inf, "shape", "()"),
        (10**400, "type", "Expected real numbers"),
    ],
)  # fmt: skip
def test_every_other_result_is_told(result, kinds, words):
    finding = found(ONE, lambda X, w: result)
    assert finding.kind == kinds
    assert words in finding.sentence
    assert "0x" not in finding.sentence


@pytest.mark.parametrize("result", [Evil, lambda: [Evil()], lambda: (Evil(), Evil())])
def test_a_result_that_answers_no_question_is_told(result):
    for exercise in (ONE, TWO):
        finding = found(exercise, lambda X, w: result())
        assert finding.kind in ("exception", "type")
        if finding.kind == "exception":
            assert "RuntimeError" in finding.sentence


def test_a_list_within_itself_is_too_long():
    endless = []
    endless.append(endless)
    assert kind(ONE, lambda X, w: endless) == "type"


@pytest.mark.parametrize(
    ("result", "named"),
    [
        (1.0, "float 1.0"),
        ((1.0,), "1"),
        ([1.0, 2.0, 3.0], "3"),
        ({"w": 1, "b": 2}, "dict {'w': 1, 'b': 2}"),
        (np.ones(3), "3"),
        ("wb", "str 'wb'"),
    ],
)
def test_two_results_are_two(result, named):
    finding = found(TWO, lambda X, w: result)
    assert finding.kind == "type"
    assert finding.sentence == (
        f"Expected 2 results, The product and The sum, with a comma between, got {named}."
    )


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
def test_a_result_that_is_not_finite_is_told(number):
    finding = found(ONE, lambda X, w: X @ w * number)
    assert finding.kind == "not finite"
    assert f"The product has {number}" in finding.sentence or "inf" in finding.sentence


@pytest.mark.parametrize("both", [np.array, np.vstack, torch.tensor, list, tuple])
def test_two_numbers_may_come_in_whatever_holds_both(both):
    exercise = FunctionExercise(
        "sums", "X, w", ("The sum of X", "The sum of w"),
        lambda X, w, **how: (np.sum(X), np.sum(w)), {}, draw,
    )  # fmt: skip
    assert kind(exercise, lambda X, w: both([float(X.sum()), float(w.sum())])) == "right"


def test_the_factor_is_that_of_the_change():
    exercise = FunctionExercise(
        "step", "X, w", ("w after",), lambda X, w, scale=1, power=0: w - scale * X.T @ X @ w, {},
        draw, start=("w",),
    )  # fmt: skip
    finding = found(exercise, lambda X, w: w - 3 * X.T @ X @ w)
    assert (finding.kind, finding.sentence[:14]) == ("factor", "It is 3 times ")


# Functions: what they do besides


def test_a_mistake_that_rounding_may_carry_anywhere_explains_nothing():
    def truth(X, w, Z, *, scale=1, power=0, by=0.0):
        return scale * len(X) ** power * X @ w + by * (np.sum(X) - np.sum(Z))

    def drawn(random, n, p):
        X, w = draw(random, n, p)
        return [X, w, X.copy()]

    exercise = FunctionExercise(
        "product", "X, w, Z", ("The product",), truth, {"sign": [{"by": 1e9}]}, drawn, minus="Z"
    )
    assert kind(exercise, lambda X, w, Z: 1.0123 * X @ w) == "wrong"


def test_who_remembers_the_call_before_is_told():
    total = 0

    def answer(X, w):
        nonlocal total
        total += X @ w if len(X) == 3 else 0
        return X @ w + total

    calls = []
    assert kind(ONE, answer) == "memory"
    assert kind(ONE, lambda X, w: X @ w + calls.append(0) if calls else X @ w) == "right"
    assert kind(ONE, lambda X, w: calls.append(0) or X @ w + len(calls)) == "memory"
    assert kind(ONE, lambda X, w: X @ w * np.nan) == "not finite"


def scale(array):
    array *= 2


def set_first(array):
    array[0, 0] = 17


def set_nan(array):
    array.flat[-1] = np.nan


def turn(array):
    array.shape = array.shape[::-1] if array.shape[0] != array.shape[1] else (array.size,)


@pytest.mark.parametrize("name", ["X", "w"])
@pytest.mark.parametrize("change", [scale, set_first, set_nan, turn])
def test_who_changes_an_input_is_told_which(name, change):
    def answer(X, w):
        result = X @ w
        change({"X": X, "w": w}[name])
        return result

    finding = found(ONE, answer)
    assert finding.kind == "inputs"
    assert finding.sentence.startswith(f"It changes {name}, which belongs to whoever calls it.")


@pytest.mark.parametrize(
    "change",
    [
        list.pop,
        lambda batches: batches.append(Evil()),
        lambda batches: batches.__setitem__(0, "rows"),
        lambda batches: batches[0].__iadd__(1),
    ],
)
def test_who_changes_a_list_of_batches_is_told(change):
    def count(X, batches, **_):
        return sum(map(len, batches))

    def answer(X, batches):
        rows = count(X, batches)
        change(batches)
        return rows

    exercise = FunctionExercise(
        "rows", "X, batches", ("The rows",), count, {},
        lambda random, n, p: [np.ones((n, p)), [np.arange(n), np.arange(p)]],
    )  # fmt: skip
    assert kind(exercise, lambda X, batches: count(X, batches)) == "right"
    finding = found(exercise, answer)
    assert finding.kind == "inputs"
    assert finding.sentence.startswith("It changes batches,")


def test_an_exception_goes_before_a_changed_input():
    def answer(X, w):
        X *= 2
        raise KeyError("first")

    assert kind(ONE, answer) == "exception"


def test_the_line_of_an_exception_is_counted_within_the_function():
    def answer(X, w):
        result = X @ w

        return result + X["a"]

    finding = found(ONE, answer)
    assert finding.kind == "exception"
    assert finding.sentence.startswith("It stops with IndexError: only integers")
    assert finding.sentence.endswith(" That is in line 4 of the function, where n = 3, p = 1.")


def test_the_line_is_that_of_the_function_and_not_of_what_it_calls():
    def helper():
        raise OSError

    def answer(X, w):
        return X @ w + helper()

    end = "where n = 3, p = 1."
    said = found(ONE, answer).sentence
    assert said == f"It stops with OSError. That is in line 2 of the function, {end}"
    assert found(ONE, functools.partial(answer)).sentence == f"It stops with OSError. That is {end}"


class Loud(Exception):
    def __str__(self):
        return "long\n  text " * 10_000


@pytest.mark.parametrize("error", [Mute, Quitting, Loud])
def test_an_exception_may_say_anything(error):
    def answer(X, w):
        raise error

    finding = found(ONE, answer)
    assert finding.kind == "exception"
    assert finding.sentence.startswith(f"It stops with {error.__name__}")
    assert finding.sentence.endswith(" That is in line 2 of the function, where n = 3, p = 1.")


def test_what_was_printed_is_told_with_the_verdict():
    def answer(X, w):
        print("here", len(X))
        return X @ w

    finding = ONE.judge(answer, 0)
    assert finding.kind == "right"
    assert " It printed “here 3 here 4 here 1 here 3 " in finding.sentence
    finding = ONE.judge(lambda X, w: print("  \n", end="") or X @ w, 0)
    assert "printed" not in finding.sentence


# Training


def draw_training(random, n, p):
    X, Y, w, b = (random.normal(size=shape) for shape in ((n, p), (n, 1), (p, 1), ()))
    return [w, float(b), X, Y, 0.05, 3]


def add_steps(w, b, X, Y, lr, steps, *, scale=1, power=0):
    change = scale * len(X) ** power * steps
    return w + change, b + change


def add_to_model(model, X, Y, lr, steps):
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += steps


def exercise_of_a_model(**options):
    parts = ("w after", "b after")
    return TrainingExercise(
        "train", "model, X, Y, lr, steps", parts, add_steps, {}, draw_training, **options
    )


TRAINING = exercise_of_a_model()


def test_what_counts_is_the_model_and_not_what_is_returned():
    assert kind(TRAINING, add_to_model) == "right"
    for returned in (17, "done", [], Evil()):
        assert kind(TRAINING, lambda *given, it=returned: add_to_model(*given) or it) == "right"


@pytest.mark.parametrize(("flat", "targets"), [(False, 2), (True, 1)])
def test_the_model_and_the_data_are_those_of_pytorch(flat, targets):
    seen = []

    def look(model, X, Y, lr, steps):
        seen.append((model, X, Y, lr, steps))
        add_to_model(model, X, Y, lr, steps)

    assert kind(exercise_of_a_model(flat=flat), look) == "right"
    for (model, X, Y, lr, steps), (n, p) in zip(seen, [*SIZES, SIZES[0]], strict=True):
        assert isinstance(model, torch.nn.Linear)
        assert X.shape == (n, p)
        assert Y.shape == (n, 1)[:targets]
        assert model(X).shape == (n, 1)
        assert (X.dtype, Y.dtype, model.weight.dtype) == (torch.float32,) * 3
        assert (lr, steps) == (0.05, 3)


@pytest.mark.parametrize("default", [torch.float32, torch.float64])
def test_the_float_type_of_the_model_does_not_depend_on_the_default(default):
    before = torch.get_default_dtype()
    torch.set_default_dtype(default)
    try:
        finding = found(TRAINING, lambda model, X, *_: model(X).sum().backward())
        assert finding.kind != "exception", finding.sentence
        assert kind(TRAINING, add_to_model) == "right"
    finally:
        torch.set_default_dtype(before)


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("X", lambda X, Y: X.add_(1)),
        ("Y", lambda X, Y: Y.zero_()),
        ("X", lambda X, Y: X.t_() if X.shape[0] != X.shape[1] else X.zero_()),
        ("Y", lambda X, Y: Y.data.fill_(float("nan"))),
        ("Y", lambda X, Y: Y.unsqueeze_(1)),
    ],
)
def test_who_changes_the_data_is_told_so(name, change):
    def train(model, X, Y, lr, steps):
        add_to_model(model, X, Y, lr, steps)
        change(X, Y)

    finding = found(TRAINING, train)
    assert finding.kind == "inputs"
    assert finding.sentence.startswith(f"It changes {name},")


def test_who_asks_for_the_gradient_of_the_data_changes_nothing():
    def train(model, X, Y, lr, steps):
        X.requires_grad_()
        add_to_model(model, X, Y, lr, steps)

    assert kind(TRAINING, train) == "right"


def test_who_spoils_the_model_is_told():
    def train(model, *_):
        del model.weight

    finding = found(TRAINING, train)
    assert finding.kind == "exception"
    assert "weight" in finding.sentence
    assert kind(TRAINING, lambda model, *_: model.weight.data.fill_(np.nan)) == "not finite"

    def widen(model, *_):
        model.weight = torch.nn.Parameter(torch.ones(5, 5))

    assert kind(TRAINING, widen) == "shape"


def test_a_function_that_is_not_written_yet_is_no_answer():
    finding = found(TRAINING, lambda model, X, Y, lr, steps: None)
    assert finding.kind == "unanswered"
    assert finding.sentence == "No answer yet."


def stub(model, X, Y, lr, steps):
    """Say what is to be done."""
    ...


@pytest.mark.parametrize("answer", [stub, lambda *_: None])
def test_only_a_stub_is_no_answer(answer):
    assert kind(TRAINING, answer) == "unanswered"
    assert kind(TRAINING, lambda *_: print()) == "wrong"
