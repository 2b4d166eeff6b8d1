"""A formula that is not what PyTorch does is found, and so is a value that is not there."""

import numpy as np
import pytest
import torch

from lsqgrad import Rule, check_rule
from lsqgrad.autograd import vjp_rules

SINE = {"sin A": lambda A: np.sin(A), "cos A ∘ G": lambda A, G: np.cos(A) * G}
RIGHT = Rule("sin A", {"A": "cos A ∘ G"}, kept=("_saved_self",))
NAME = "SinBackward0"
INPUTS = [[0.5, 1.0]]


@pytest.fixture
def rules(monkeypatch):
    """The rules, for one test."""
    rules = dict(vjp_rules.RULES) | {NAME: (RIGHT,)}
    monkeypatch.setattr(vjp_rules, "RULES", rules)
    return rules


def message_of(function, inputs, implementations):
    with pytest.raises(ValueError, match="expected") as caught:
        check_rule(function, inputs, implementations)
    return str(caught.value)


def test_a_right_rule_is_right(rules):
    with torch.no_grad():
        node = check_rule(torch.sin, INPUTS, SINE)
    assert (node.name, node.rule) == (NAME, RIGHT)
    with torch.inference_mode(), torch.device("meta"):
        check_rule(torch.sin, INPUTS, SINE)
        swapped = {
            "A[indices]": lambda A: A[::-1],
            "G added up at indices, 0 elsewhere": lambda G: G[::-1],
        }
        check_rule(lambda a: a[torch.tensor([1, 0])], INPUTS, swapped)


@pytest.mark.parametrize(
    ("formula", "implementation", "message"),
    [
        (
            "sin A",
            lambda A: np.cos(A),
            "'sin A' to be what was computed, shape (2,): 0.479426, 0.841471, "
            "got shape (2,): 0.877583, 0.540302.",
        ),
        (
            "cos A ∘ G",
            lambda A, G: -np.cos(A) * G,
            "'cos A ∘ G' to be what was passed on to A, shape (2,): 1.75517, 1.62091, "
            "got shape (2,): -1.75517, -1.62091.",
        ),
        (
            "cos A ∘ G",
            lambda A, G: 1.0001 * np.cos(A) * G,
            "'cos A ∘ G' to be what was passed on to A, shape (2,): 1.75517, 1.62091, "
            "got shape (2,): 1.75534, 1.62107.",
        ),
        (
            "cos A ∘ G",
            lambda A, G: np.sum(np.cos(A) * G),
            "'cos A ∘ G' to be what was passed on to A, shape (2,): 1.75517, 1.62091, "
            "got shape (): 3.37607.",
        ),
        (
            "cos A ∘ G",
            lambda A, H: np.cos(A) * H,
            "a function for 'cos A ∘ G' with named arguments, among A, G, result, n, k, got H.",
        ),
        (
            "sin A",
            np.sin,
            "a function for 'sin A' with named arguments, among A, G, result, n, got x.",
        ),
        (
            "sin A",
            lambda A, /: np.sin(A),
            "a function for 'sin A' with named arguments, among A, G, result, n, got A.",
        ),
        (
            "sin A",
            vars,
            "a function for 'sin A' with named arguments, among A, G, result, n, "
            "got builtin_function_or_method <built-in function vars>.",
        ),
    ],
    ids=[
        *("what is computed", "a sign", "four digits", "a shape"),
        *("a letter", "of NumPy", "without a name", "without a signature"),
    ],
)
def test_a_formula_that_is_not_what_pytorch_does_is_found(rules, formula, implementation, message):
    found = message_of(torch.sin, INPUTS, SINE | {formula: implementation})
    assert found == f"implementations: expected {message}"


@pytest.mark.parametrize("power", [0, 3])
def test_what_a_node_of_one_number_receives_is_not_1(power):
    """Else every formula would hold that forgets G, or has another power of it."""
    mean = {
        "mean of A": lambda A: np.mean(A),
        "G/n for each entry": lambda G, n: np.full(2, G**power / n),
    }
    assert message_of(torch.mean, INPUTS, mean).startswith(
        "implementations: expected 'G/n for each entry' to be"
    )


def test_every_formula_needs_an_implementation(rules):
    assert message_of(torch.sin, INPUTS, {"sin A": SINE["sin A"]}) == (
        "implementations: expected a function for each formula, 'cos A ∘ G' too, got none."
    )


def test_a_sum_over_what_was_broadcast_must_be_named(rules):
    rules["MulBackward0"] = (Rule("A ∘ B", {"A": "G ∘ B", "B": "G ∘ A"}),)
    product = {
        "A ∘ B": lambda A, B: A * B,
        "G ∘ B": lambda B, G: G * B,
        "G ∘ A": lambda A, G: G * A,
    }
    check_rule(torch.mul, [[1, 2], [3, 4]], product)
    message = message_of(torch.mul, [[1, 2], 3], product)
    expected = "implementations: expected 'G ∘ A' to be what was passed on to B, shape (): 8"
    assert message.startswith(expected)


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (
            {"kept": ("_saved_other",)},
            "kept: expected _saved_other to be shape (2,): 0.5, 1, got nothing.",
        ),
        (
            {"result": "_saved_self"},
            "result: expected _saved_self to be shape (2,): 0.479426, 0.841471, "
            "got shape (2,): 0.5, 1.",
        ),
        (
            {"view": lambda array, function, shape: array},
            "view: expected shape (2,): 0.479426, 0.841471, got shape (2,): 0.5, 1.",
        ),
    ],
    ids=["kept", "result", "view"],
)
def test_a_value_that_is_not_where_the_rule_says_is_found(rules, rule, message):
    rules[NAME] = (Rule("sin A", {"A": "cos A ∘ G"}, **rule),)
    assert message_of(torch.sin, INPUTS, SINE) == message


@pytest.mark.parametrize(
    ("function", "came"),
    [
        (torch.exp, "expected one for whose node a rule holds, got ExpBackward0."),
        (
            lambda a: a.sin() * 2,
            "expected one that creates a single node from its 1 input, got MulBackward0 of others.",
        ),
        (
            lambda a: a + torch.ones(2),
            "expected one that creates a single node from its 1 input, got AddBackward0 of others.",
        ),
    ],
    ids=["unknown", "two nodes", "data of its own"],
)
def test_only_one_node_with_a_rule_can_be_checked(rules, function, came):
    assert message_of(function, INPUTS, SINE) == f"function: {came}"
