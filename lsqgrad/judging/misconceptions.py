"""The misconceptions: what is said to the learner, which question is asked back, and the change.

Two readers look them up: `number_answers`, of digits that were typed, and `diagnosis`, of a
function or formula that was tried in several cases. So both say the same.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import product as cartesian
from typing import Any, NamedTuple

import numpy as np

from lsqgrad._util.types import Array
from lsqgrad.judging.quantities import (
    Pace,
    epoch,
    epoch_loss,
    gradient,
    loss,
    momentum_step,
    train,
    update,
)

Change = Mapping[str, Any]  # keywords of a quantity
Quantity = Callable[..., Any]
MADE_OF: dict[Quantity, Quantity] = {
    train: epoch,
    epoch: update,
    update: gradient,
    momentum_step: gradient,
}

HALF = "Is there a ½ in this loss? And what does the derivative of a square bring down?"
ROWS = "What is n in a batch of one row?"
FIRST = "At which point (w, b) do both gradients belong?"
LOOP = "What stands inside your loop, if there is one, and where is return?"
TURNS = "How often does your loop run?"
PRODUCTS: tuple[Callable[[Array, Array], Any], ...] = (  # of X and a square of residuals
    lambda X, r: X.T @ r,
    lambda X, r: np.sum(X * r, axis=0)[:, np.newaxis],
    lambda X, r: np.sum(X * r),
)
TOTALS: tuple[Callable[[Array, Array], Any], ...] = (
    lambda X, r: np.sum(r),
    lambda X, r: np.sum(r) / len(r),
)


class Misconception(NamedTuple):
    """What is behind a typical mistake.

    `said` goes on after a colon, so it begins with a small letter. `changes` are, by the quantity
    that they change, the keywords that make the mistake; if there are several ways to make it, a
    tuple of them. `convention` tells that it is right elsewhere, as where the loss has a ½, so that
    it comes together with a mistake; `of_all` that it has to be seen in all results, and not in one
    of them alone.
    """

    said: str
    question: str
    changes: Mapping[Quantity, Change | tuple[Change, ...]] = {}
    convention: bool = False
    of_all: bool = False


def _of_residual(**change: Any) -> Mapping[Quantity, Change]:
    """Change the residual, which both the loss and the gradient are made of."""
    return {loss: change, gradient: change}


def _of_divisor(divisor: Callable[[Array], Any]) -> Mapping[Quantity, Change]:
    """Find another number than n, by which both the loss and the gradient are divided."""
    return {loss: {"divisor": divisor}, gradient: {"divisor": divisor}}


def _of_terms(add: Callable[[Array], Any]) -> dict[Quantity, tuple[Change, ...]]:
    """Add up the terms of the rows, of shape (n,) or (n, p), in another way, with 1/n or without.

    A loop that goes wrong makes one mistake in the loss and in both gradients.
    """
    product = {"product": lambda X, r: np.reshape(add(X * r), (-1, 1))}
    total = {"total": lambda X, r: add(np.ravel(r))}
    measure = {"measure": lambda r: add(np.ravel(r) ** 2) / len(r)}
    return {
        loss: (measure, {**measure, "power": 1}),
        gradient: ({**product, **total}, {**product, **total, "power": 1}),
    }


def _in_any_way(*changes: Mapping[Quantity, Change | tuple[Change, ...]]) -> dict[Quantity, Any]:
    """Return the ways to make a mistake that several tables have."""
    return {
        quantity: tuple(way for table in changes for way in _ways(table[quantity]))
        for quantity in changes[0]
    }


def _ways(change: Change | tuple[Change, ...]) -> tuple[Change, ...]:
    return change if isinstance(change, tuple) else (change,)


def _divided_again(terms: Array) -> Any:
    """Divide the sum by n in each turn of the loop; the terms have been divided once."""
    total = 0.0
    for term in terms:
        total = (total + len(terms) * term) / len(terms)
    return total


def _never_cleared(lr: float) -> Pace:
    """Return what adds up the gradients of all steps."""
    return _with_momentum(lr, 1.0)


def _with_momentum(lr: float, momentum: float, nesterov: bool = False) -> Pace:
    """Return what keeps a part of each change for the next."""
    kept = 0.0

    def change(step: Any) -> Any:
        nonlocal kept
        kept = momentum * kept + step
        return step + momentum * kept if nesterov else kept

    return change


def _adaptive(keep: float, keep_square: float, new: float, corrects: bool = False) -> Any:
    """Return an optimizer that divides by the root of the squares: Adam, or one of its kind."""

    def optimizer(lr: float) -> Pace:
        mean, square, count = 0.0, 0.0, 0

        def change(step: Any) -> Any:
            nonlocal mean, square, count
            grad, count = -step / lr, count + 1
            mean = keep * mean + (1 - keep) * grad
            square = keep_square * square + new * grad**2
            first, second = mean, square
            if corrects:
                first, second = mean / (1 - keep**count), square / (1 - keep_square**count)
            return -lr * first / (np.sqrt(second) + 1e-8)

        return change

    return optimizer


_FIRST_THREE = _of_terms(lambda terms: terms[0] + terms[1] + terms[2])
_OF_ROOT = {"residual": lambda r: r / np.sqrt(np.mean(r**2)), "scale": 0.5}
_OF_ABSOLUTE = {"residual": np.sign, "scale": 0.5}
# The mean over all pairs sees of the targets their mean alone.
_MEAN_TARGET = {"target": lambda Y: np.full_like(Y, np.mean(Y))}
_ADAM = _adaptive(0.9, 0.999, 0.001, corrects=True)
_RMSPROP = _adaptive(0.0, 0.99, 0.01)
_ADAGRAD = _adaptive(0.0, 1.0, 1.0)


def _decayed(weight_decay: float) -> Change:
    return {"rule": lambda old, grad, lr: old - lr * (grad + weight_decay * old)}


MISCONCEPTIONS = {
    # in a loss or a gradient
    "sign": Misconception(
        "the sign is wrong.",
        "Take a prediction that is too large, at a positive x. Does the loss grow with the "
        "parameter, or does it fall?",
        {gradient: {"scale": -1}},
        convention=True,
    ),
    "half": Misconception(
        "it is half of what it should be.",
        HALF,
        {gradient: {"scale": 0.5}},
        convention=True,
    ),
    "half the loss": Misconception(
        "there is an extra factor ½.",
        "Is there a ½ in this loss?",
        {loss: {"scale": 0.5}, epoch_loss: {"scale": 0.5}},
        convention=True,
    ),
    "twice": Misconception(
        "it is twice what it should be.",
        "Which factor is in it once too often?",
        {loss: {"scale": 2}, gradient: {"scale": 2}},
    ),
    "mean halved": Misconception("the mean squared error gives half of what it should.", HALF),
    "mean doubled": Misconception(
        "the mean squared error gives twice what it should.",
        "Which factor is in it once too often?",
    ),
    "mean turned": Misconception(
        "the sign of the mean squared error's part is wrong.",
        "Is the residual prediction minus target, or the other way round?",
    ),
    "1/n left out": Misconception(
        "it lacks the factor 1/n.",
        "Is the loss a sum of squares, or their mean?",
        {loss: {"power": 1}, gradient: {"power": 1}},
        convention=True,
    ),
    "2/n left out": Misconception(
        "it lacks the factor 2/n.",
        "What stands before the sum in the loss, and what does the square bring down?",
        {gradient: {"scale": 0.5, "power": 1}},
    ),
    "1/n twice": Misconception(
        "it is divided by n once too often.",
        "How often do you divide by n, or take a mean?",
        {loss: {"power": -1}, gradient: {"power": -1}},
    ),
    "1/n too many": Misconception(
        "it is divided by n.",
        "Is this loss a mean over the rows, or their sum?",
        convention=True,
    ),
    "three rows": Misconception(
        "the number of rows is fixed: it is always 3.",
        f"{ROWS} Where does your function find it out?",
        _in_any_way(
            _of_divisor(lambda X: 3),
            _FIRST_THREE,
            {
                quantity: tuple({**way, "divisor": lambda X: 3} for way in _FIRST_THREE[quantity])
                for quantity in (loss, gradient)
            },
        ),
    ),
    "n minus 1": Misconception(
        "it is divided by n − 1.",
        "A variance is estimated with n − 1. What does the loss divide by?",
        _of_divisor(lambda X: len(X) - 1),
    ),
    "n plus 1": Misconception(
        "it is divided by n + 1.",
        ROWS,
        _of_divisor(lambda X: len(X) + 1),
    ),
    "n above": Misconception(
        "it is multiplied by n, but it should be divided.",
        "In which order does Python compute a / 2 * n?",
        {
            loss: ({"power": 2}, {"power": 2, "scale": 0.5}),
            gradient: ({"power": 2}, {"power": 2, "scale": 0.25}, {"power": 2, "scale": 0.5}),
        },
    ),
    "integer division": Misconception(
        "the factor is cut to a whole number.",
        "What is 2 // 3, and what is 2 / 3?",
        {
            loss: {"measure": lambda r: np.sum(r**2) * (1 // len(r))},
            gradient: {"divisor": lambda X: 2 / np.float64(2 // len(X))},
        },
    ),
    "entries for rows": Misconception(
        "it is divided by the number n p of entries of X, and not by n.",
        "Of how many squares is the loss the mean? And how many numbers are in X?",
        _of_divisor(np.size),
    ),
    "features for rows": Misconception(
        "it is divided by the number of features, and not of rows.",
        "Which of n and p do you divide by? And which of them is the number of squares in the "
        "loss?",
        _of_divisor(lambda X: X.shape[1]),
    ),
    "batches for rows": Misconception(
        "the gradient is divided by the number of batches, not by that of the rows in the batch.",
        ROWS,
        {epoch: {"rows": lambda X, batches: len(batches)}},
    ),
    "rows of a whole batch": Misconception(
        "a short batch is divided by the size of a full one.",
        ROWS,
        {epoch: {"rows": lambda X, batches: len(batches[0])}},
    ),
    "rows of all": Misconception(
        "the gradient is divided by the number of all rows, not by that of the rows in the batch.",
        "Of how many squares is the loss of a batch the mean?",
        {epoch: {"rows": lambda X, batches: len(X)}},
    ),
    "sum left out": Misconception(
        "the terms are there, but nothing adds them up.",
        "How many numbers should the result have, and how many does yours have?",
        {
            loss: ({"measure": lambda r: r**2 / len(r)}, {"measure": np.square}),
            gradient: (
                {"product": np.multiply, "total": lambda X, r: r},
                {"product": np.multiply, "total": lambda X, r: r, "power": 1},
                {"total": lambda X, r: r},
            ),
            epoch_loss: (
                {"mean": np.multiply},
                {"mean": lambda losses, sizes: losses * sizes / np.sum(sizes)},
            ),
        },
    ),
    "last row alone": Misconception(
        "only the last row is in it: each row takes the place of the one before.",
        "Is the sum kept from one row to the next, or does it begin anew in each turn?",
        _of_terms(lambda terms: terms[-1]),
    ),
    "first row left out": Misconception(
        "the first row is not in it.",
        "Which rows does your code go through, and which number has the first one?",
        _of_terms(lambda terms: np.sum(terms[1:], axis=0)),
    ),
    "last row left out": Misconception(
        "the last row is not in it.",
        "Which rows does your code go through, and which number has the last one?",
        _of_terms(lambda terms: np.sum(terms[:-1], axis=0)),
    ),
    "first row alone": Misconception(
        "only the first row is in it.",
        "Where does return stand, inside the loop or after it?",
        _of_terms(lambda terms: terms[0]),
    ),
    "divided in the loop": Misconception(
        "the sum is divided by n in every turn of the loop.",
        "How often is the first row's term divided, and how often the last row's?",
        _of_terms(_divided_again),
    ),
    "product of sums": Misconception(
        "two sums or means are multiplied, where products are to be added up.",
        "Is (1 + 2)(3 + 4) the same as 1·3 + 2·4? Which residual is multiplied by which x?",
        {
            gradient: (
                {"product": lambda X, r: np.sum(X, axis=0)[:, np.newaxis] * np.sum(r)},
                {"product": lambda X, r: np.mean(X, axis=0)[:, np.newaxis] * np.sum(r)},
            )
        },
    ),
    "transpose": Misconception(
        "X stands where its transpose belongs, or the other way round. The product exists only "
        "where n = p.",
        "What are the shapes of the factors, and which shape should the result have?",
        {gradient: {"product": np.matmul}},
    ),
    "flat": Misconception(
        "it is no column.",
        "The gradient has the same shape as w. Which one is it?",
        {gradient: {"product": lambda X, r: np.ravel(X.T @ r)}},
        convention=True,
    ),
    "other parameter": Misconception(
        "that is the other parameter after the step.", "Which of the two is asked for here?"
    ),
    "exchanged": Misconception(
        "the two results have changed places.",
        "Which of the two comes first in the answer?",
        convention=True,
        of_all=True,
    ),
    "transposed result": Misconception(
        "it lies in a row, and not in a column.",
        "The gradient has the same shape as w. Which one is it?",
        {gradient: {"product": lambda X, r: r.T @ X}},
        convention=True,
    ),
    "bias left out": Misconception(
        "the bias is missing from the prediction.", "What is ŷ in this model?", _of_residual(bias=0)
    ),
    "bias subtracted": Misconception(
        "the sign of b in the residual is wrong.",
        "What is r = ŷ − y if you put ŷ = Xw + b in? And what is y − ŷ, without brackets?",
        _of_residual(bias=-1),
    ),
    "target added": Misconception(
        "the target is added, but it should be subtracted.",
        "What is a residual?",
        _of_residual(target=np.negative),
    ),
    "x left out": Misconception(
        "it lacks the factor x, and is the derivative by the bias.",
        "By which rule do you differentiate r², and what is the inner derivative with respect "
        "to w?",
        {gradient: {"product": lambda X, r: np.sum(r)}},
    ),
    "x in both": Misconception(
        "it has a factor x, which belongs in ∂L/∂w alone.",
        "What is the inner derivative of (w x + b − y)² with respect to b?",
        {gradient: {"total": lambda X, r: np.sum(X * r)}},
        of_all=True,
    ),
    "x squared": Misconception(
        "it has x² where x belongs.",
        "What is the inner derivative of (w x + b − y)²?",
        {gradient: {"product": lambda X, r: (X**2).T @ r}},
    ),
    "no dw": Misconception(
        "dw is missing: that is a row, and not yet a number.", "What does dL have to end in?"
    ),
    "w for dw": Misconception("w stands where dw belongs.", "What is d(Xw) if X is constant?"),
    "prediction": Misconception(
        "the target is missing: the prediction stands where the residual belongs.",
        "What is r?",
        _of_residual(target=np.zeros_like),
    ),
    "first column": Misconception(
        "it takes the first column of X for every k.",
        "Which column of X is multiplied by w_k?",
        {
            gradient: (
                {"product": lambda X, r: np.sum(X[:, :1] * r)},
                {"product": lambda X, r: np.full((X.shape[1], 1), np.sum(X[:, :1] * r))},
            )
        },
    ),
    "all columns": Misconception(
        "all columns of X are in it.",
        "Which entries of X are multiplied by w_k?",
        {
            gradient: (
                {"product": lambda X, r: np.sum(X * r)},
                {"product": lambda X, r: np.sum(X * r) / X.shape[1]},
                {"product": lambda X, r: np.full((X.shape[1], 1), np.sum(X * r))},
                {"product": lambda X, r: np.full((X.shape[1], 1), np.sum(X * r) / X.shape[1])},
            )
        },
    ),
    "b once": Misconception(
        "b is in the sum once, and not once for each row.",
        "How many rows have a b in their residual? What is the sum of n equal numbers?",
        {gradient: {"times_b": lambda X: 1}},
    ),
    "square left out": Misconception(
        "it has Σx where Σx² belongs.",
        "Which factor does each row's w x get from the inner derivative?",
    ),
    "root": Misconception(
        "the square root is taken.",
        "Is there a square root in the mean squared error?",
        {
            loss: (
                {"measure": lambda r: np.sqrt(np.mean(r**2))},
                {"measure": lambda r: np.sqrt(np.sum(r**2))},
                {"measure": lambda r: np.sqrt(np.sum(r**2)) / len(r)},
            ),
            epoch_loss: {
                "mean": lambda losses, sizes: np.sqrt(np.sum(losses * sizes) / np.sum(sizes))
            },
            train: _OF_ROOT,
        },
    ),
    "absolute": Misconception(
        "absolute values stand where squares belong.",
        "What does “squared” in “mean squared error” do to each residual?",
        {
            loss: (
                {"measure": lambda r: np.mean(np.abs(r))},
                {"measure": lambda r: np.sum(np.abs(r))},
            ),
            train: _OF_ABSOLUTE,
        },
    ),
    "derivative of the root": Misconception(
        "it is the derivative of the square root of the loss.",
        "Is there a square root in the mean squared error?",
        {gradient: _OF_ROOT},
    ),
    "sign of the residual": Misconception(
        "of each residual only the sign is in it.",
        "What is the derivative of r², and what is that of |r|?",
        {gradient: _OF_ABSOLUTE},
    ),
    "residual squared": Misconception(
        "the residuals in it are squared.",
        "What is the derivative of r²? Which power of r is left?",
        {gradient: {"residual": np.square}},
    ),
    "loss itself": Misconception(
        "that is the loss, and not its derivative.",
        "What is the derivative of r² with respect to the parameter?",
        {gradient: {"residual": np.square, "scale": 0.5, "product": lambda X, r: np.sum(r)}},
    ),
    "residual without sign": Misconception(
        "the residuals in it have lost their signs.",
        "If a prediction is too small, in which direction does it have to go?",
        {gradient: {"residual": np.abs}},
    ),
    "squared twice": Misconception(
        "the squares are squared once more.",
        "Which power of a residual is in the loss?",
        {
            loss: {"measure": lambda r: np.mean(r**4)},
        },
    ),
    "losses squared": Misconception(
        "the batch losses are squared.",
        "Are the residuals in them squared already?",
        {epoch_loss: {"mean": lambda losses, sizes: np.sum(losses**2 * sizes) / np.sum(sizes)}},
    ),
    "target squared": Misconception(
        "the target alone is squared.",
        "What does Python compute first in a − b**2?",
        {loss: {"target": np.square, "measure": np.mean}},
    ),
    "mean first": Misconception(
        "the sum over the rows comes before the square.",
        "What comes first, the square or the mean? Try the residuals 1 and −1.",
        {
            loss: (
                {"measure": lambda r: np.mean(r) ** 2},
                {"measure": lambda r: np.sum(r) ** 2 / len(r)},
                {"measure": lambda r: np.sum(r) ** 2},
            ),
            train: {"product": lambda X, r: np.mean(X, axis=0)[:, np.newaxis] * np.sum(r)},
        },
    ),
    "variance": Misconception(
        "it is the variance of the residuals, which is smaller by the square of their mean.",
        "Which number is subtracted from each residual before a variance squares it?",
        {loss: {"measure": np.var}},
    ),
    "doubled": Misconception(
        "the residuals are doubled, and not squared.",
        "What is the square of 3, and what is twice 3?",
        {loss: {"measure": lambda r: np.mean(2 * r)}},
    ),
    "residual": Misconception(
        "the residuals are not squared.",
        "May residuals of opposite sign cancel in a loss?",
        {
            loss: (
                {"measure": np.mean},
                {"measure": np.sum},
                {"measure": lambda r: -np.mean(r)},
                {"measure": lambda r: -np.sum(r)},
            ),
            train: {"residual": np.ones_like, "scale": 0.5},
        },
    ),
    "after the update": Misconception(
        "it is the loss after the update.", "At which w and b is the loss of a step computed?"
    ),
    "previous batch": Misconception(
        "it is the loss of the batch before this one.", "Which rows does this step see?"
    ),
    "3 for n": Misconception("it is divided by 3, and not by n.", ROWS),
    # weights of rows, and the ridge term
    "weights left out": Misconception(
        "the weights s of the rows are left out.", "Which number stands before r_i² in the loss?"
    ),
    "weights squared": Misconception(
        "the weights s of the rows are squared.", "Is it s_i r_i² or (s_i r_i)²?"
    ),
    "root of the weights": Misconception(
        "the square roots of the weights s are in it.", "Is it s_i r_i² or √s_i r_i²?"
    ),
    "weights below": Misconception(
        "it is divided by the weight of each row.",
        "Should a row with a large weight count more, or less?",
    ),
    "one weight": Misconception(
        "every row has the same weight.",
        "Which s_i belongs to row i?",
    ),
    "each weight": Misconception(
        "each weight is multiplied by each residual.",
        "How many products of a weight and a residual does your code form, and how many rows are "
        "there?",
    ),
    "weights of sum 1": Misconception(
        "the weights are divided by their sum.", "Does this loss divide by the weights?"
    ),
    "weights on a part": Misconception(
        "the weights stand before one part of the residual alone.",
        "What is s_i multiplied by in s_i r_i², if you put r_i in? Where do the brackets go?",
    ),
    "divided by weights": Misconception(
        "it is divided by the sum of the weights, and not by n.",
        "What stands before the sum in this loss?",
    ),
    "penalty left out": Misconception(
        "the ridge term contributes nothing to it.",
        "What is the derivative of λ w_k² with respect to w_k?",
    ),
    "penalty halved": Misconception(
        "the ridge term contributes half of what it should.",
        "What does the derivative of w_k² bring down?",
    ),
    "penalty subtracted": Misconception(
        "the ridge term is subtracted.", "Does the ridge term make the loss larger or smaller?"
    ),
    "λ fixed": Misconception(
        "λ is always 10.", "Where does your function learn how strong the ridge term is?"
    ),
    "λ left out": Misconception(
        "the factor λ is missing.",
        "How strong is the ridge term, and where does your function learn it?",
    ),
    "penalty on the bias": Misconception(
        "the ridge term has a part in it.", "Does λ wᵀw depend on b?"
    ),
    "penalty over n": Misconception(
        "the ridge term is divided by n.", "Does λ wᵀw stand inside the mean, or beside it?"
    ),
    "penalty factor": Misconception(
        "the ridge term contributes a multiple of w, but not 2λ w.",
        "Which factors stand before w_k in the derivative of λ w_k²?",
    ),
    "penalty on some weights": Misconception(
        "the ridge term reaches only some of the weights.",
        "Which weights are in wᵀw?",
    ),
    "penalty times n": Misconception(
        "the ridge term is in it once for every row.",
        "Does λ wᵀw stand inside the sum over the rows, or beside it?",
    ),
    "penalty of a norm": Misconception(
        "the ridge term contributes the derivative of λ times the length of w, and not of its "
        "square.",
        "Is there a root in λ wᵀw?",
    ),
    "penalty of all weights": Misconception(
        "the ridge term contributes the same number to every weight.",
        "What is the derivative of λ w_k² with respect to w_k, and with respect to another weight?",
    ),
    "penalty without w": Misconception(
        "the ridge term contributes 2λ, without the w.",
        "What is the derivative of w_k² with respect to w_k? Does it depend on w_k?",
    ),
    "penalty squared": Misconception(
        "the ridge term contributes something with w², and not with w.",
        "What is the derivative of w_k² with respect to w_k?",
    ),
    "penalty of a lasso": Misconception(
        "the ridge term contributes λ times the sign of w, the derivative of λ|w|.",
        "Is the ridge term made of squares, or of absolute values?",
    ),
    "penalty itself": Misconception(
        "the ridge term itself is added, one number, and not its derivative.",
        "What is the shape of the derivative of λ wᵀw with respect to w?",
    ),
    # in an update, or a loop of them
    "half the gradient": Misconception(
        "the gradient in it is half of what it should be.",
        HALF,
        {update: {"scale": 0.5}},
        convention=True,
    ),
    "twice the gradient": Misconception(
        "each change is twice what it should be.",
        "Is there a factor too many, or is each update made twice?",
        {update: {"scale": 2}},
    ),
    "change over n": Misconception(
        "each change is divided by n once too often.",
        "Where do you divide by n: in the gradient, in the loss, or with the learning rate, too?",
        {update: {"power": -1}},
    ),
    "other gradient": Misconception(
        "it takes the gradient of the other parameter.",
        "Which of ∂L/∂w and ∂L/∂b has x in its sum, and why?",
        {update: {"swapped": True}},
    ),
    "uphill": Misconception(
        "the update goes uphill: the sign is wrong.",
        "The gradient points to where the loss grows. Which way does your update go, if you look "
        "at the sign of the residual, too?",
        {update: {"scale": -1}},
        convention=True,
    ),
    "product": Misconception(
        "it is a product of the parameter and the change.",
        "An update is a difference. Of what?",
        {update: {"rule": lambda old, grad, lr: old * -lr * grad}},
    ),
    "no learning rate": Misconception(
        "the learning rate is missing.",
        "How far does one update go?",
        {update: {"rule": lambda old, grad, lr: old - grad}},
    ),
    "learning rate squared": Misconception(
        "the learning rate is in it twice.",
        "How often does the learning rate stand in an update?",
        {update: {"rule": lambda old, grad, lr: old - lr**2 * grad}},
    ),
    "learning rate fixed": Misconception(
        "the learning rate is fixed, whatever lr is.",
        "Where does your function use lr?",
        {
            update: tuple(
                {"rule": lambda old, grad, lr, fixed=fixed: old - fixed * grad}
                for fixed in (0.001, 0.01, 0.1)
            )
        },
    ),
    "divided by the learning rate": Misconception(
        "the gradient is divided by the learning rate.",
        "With a smaller learning rate, should the step be shorter or longer?",
        {update: {"rule": lambda old, grad, lr: old - grad / lr}},
    ),
    "gradient returned": Misconception(
        "that is the gradient.",
        "What is asked for, the gradient or the parameter after the update?",
        {update: {"rule": lambda old, grad, lr: grad}},
    ),
    "lr times gradient": Misconception(
        "that is the learning rate times the gradient.",
        "What is asked for, the change or the parameter after it?",
        {update: {"rule": lambda old, grad, lr: lr * grad}},
    ),
    "change returned": Misconception(
        "that is the change alone.",
        "What is asked for, the change or the parameter after it?",
        {update: {"rule": lambda old, grad, lr: -lr * grad}},
    ),
    "b frozen": Misconception(
        "b stays as it was: only w is updated.",
        "Which parameters does the update reach?",
        {update: {"frozen": "b"}},
        of_all=True,
    ),
    "w frozen": Misconception(
        "w stays as it was: only b is updated.",
        "Which parameters does the update reach?",
        {update: {"frozen": "w"}},
        of_all=True,
    ),
    "nothing happens": Misconception(
        "the parameters stay as they were.",
        "Which line gives the parameters their new values, and what is the gradient there?",
        {update: {"rule": lambda old, grad, lr: old}},
    ),
    "b first": Misconception(
        "b was updated before ∂L/∂w was computed.", FIRST, {update: {"first": "b"}}
    ),
    "w first": Misconception(
        "w was updated before ∂L/∂b was computed.", FIRST, {update: {"first": "w"}}
    ),
    "last batch left out": Misconception(
        "the last batch is left out.",
        "How many batches does an epoch have, and which rows are in the last?",
        {
            epoch: {"take": lambda X, batches: batches[:-1]},
            epoch_loss: {"take": slice(None, -1)},
        },
    ),
    "first batch left out": Misconception(
        "the first batch is left out.",
        "From which number does your loop count, and which batch is number 0?",
        {
            epoch: {"take": lambda X, batches: batches[1:]},
            epoch_loss: {"take": slice(1, None)},
        },
    ),
    "two epochs": Misconception(
        "there are two epochs.",
        TURNS,
        {epoch: {"take": lambda X, batches: [*batches, *batches]}},
    ),
    "rows in their order": Misconception(
        "the rows are taken as they lie in X, and not those that a batch names.",
        "Which rows are in the first batch?",
        {
            epoch: {
                "take": lambda X, batches: np.split(
                    np.arange(len(X)), np.cumsum([len(batch) for batch in batches])[:-1]
                )
            }
        },
    ),
    "rows from 1": Misconception(
        "the rows are counted from 1.",
        "Which number has the first row of an array?",
        {epoch: {"take": lambda X, batches: [batch - 1 for batch in batches]}},
    ),
    "short batch left out": Misconception(
        "a last batch that has fewer rows is left out.",
        "How many batches does an epoch have, if the rows do not divide evenly?",
        {
            epoch: {
                "take": lambda X, batches: [one for one in batches if len(one) == len(batches[0])]
            }
        },
    ),
    "last batch alone": Misconception(
        "only the last batch counts.",
        "Does the update stand inside your loop, and does it begin at the newest w and b?",
        {epoch: {"take": lambda X, batches: batches[-1:]}},
    ),
    "two updates": Misconception(
        "there are two updates in place of one.",
        "How many updates does one batch make?",
        {update: {"parts": lambda rows: [rows, rows]}},
    ),
    "one row at a time": Misconception(
        "there is an update for each row.",
        "How many rows does one update use?",
        {update: {"parts": lambda rows: rows[:, np.newaxis]}},
    ),
    "one update": Misconception(
        "there is one update from all the data, and not one for each batch.",
        "How many updates does an epoch have?",
        {epoch: {"take": lambda X, batches: [np.arange(len(X))]}},
    ),
    "batches turned": Misconception(
        "the batches come in the opposite order.",
        "Which batch is the first?",
        {epoch: {"take": lambda X, batches: batches[::-1]}},
    ),
    "one batch": Misconception(
        "only the first batch was used.", LOOP, {epoch: {"take": lambda X, batches: batches[:1]}}
    ),
    "all at the start": Misconception(
        "the gradient of every batch is taken at the first w and b.",
        "Which w and b does the second batch see?",
        {epoch: {"where": lambda number: 0}},
    ),
    "all the data": Misconception(
        "all rows are used, and not only those of the batch.",
        "Which rows does one step of SGD see?",
        {epoch: {"take": lambda X, batches: [np.arange(len(X))] * len(batches)}},
    ),
    "gradients add up": Misconception(
        "the gradients of all steps add up.",
        "Is the first gradient still there, in .grad or in a sum, when the second update is made?",
        {epoch: {"optimizer": _never_cleared}},
    ),
    "momentum": Misconception(
        "a part of each step is carried over into the next: it has momentum.",
        "What does plain SGD keep from one step to the next?",
        {
            epoch: tuple(
                {"optimizer": partial(_with_momentum, momentum=momentum, nesterov=nesterov)}
                for nesterov in (False, True)
                for momentum in (0.9, 0.5, 0.8, 0.95, 0.99)
            )
        },
    ),
    "weight decay": Misconception(
        "there is weight decay, which pulls the parameters to 0.",
        "Is there a ridge term in this loss?",
        {update: tuple(map(_decayed, (0.01, 0.1, 0.001, 0.5, 1.0)))},
    ),
    "another optimizer": Misconception(
        "the steps are those of another optimizer, such as Adam, and not of SGD.",
        "How long is a step of plain SGD, if the gradient doubles?",
        {train: tuple({"optimizer": one} for one in (_ADAM, _RMSPROP, _ADAGRAD))},
    ),
    "old gradient": Misconception(
        "each step takes the gradient of the turn before.",
        "In which order do backward(), step() and zero_grad() stand in your loop?",
        {train: {"where": lambda number: max(number - 1, 0), "count": lambda steps: steps - 1}},
    ),
    "gradient once": Misconception(
        "all steps take the gradient at the first w and b.",
        "At which w and b does the second step need the gradient? What stands inside your loop?",
        {train: {"where": lambda number: 0}},
    ),
    "sum of squares": Misconception(
        "each step lacks the factor 1/n, as with the sum of the squares.",
        "Is the loss a sum or a mean?",
        {train: {"power": 1}},
        convention=True,
    ),
    "steps fixed": Misconception(
        "the number of steps is fixed, whatever steps is.",
        TURNS,
        {train: tuple({"count": lambda steps, fixed=fixed: fixed} for fixed in (5, 10))},
    ),
    "begun at 0": Misconception(
        "the training begins at w = 0 and b = 0, and not at those of the model.",
        "Which line writes into the parameters before the first step?",
        {train: {"begin": 0}},
    ),
    "one step": Misconception("there is one step only.", LOOP, {train: {"count": lambda steps: 1}}),
    "one step too many": Misconception(
        "there is one step too many.", TURNS, {train: {"count": lambda steps: steps + 1}}
    ),
    "one step too few": Misconception(
        "there is one step too few.",
        "How often does your loop run? And does step() come after backward() in each turn?",
        {train: {"count": lambda steps: steps - 1}},
    ),
    "n by n": Misconception(
        "each prediction is compared with each target, and not with its own alone.",
        "How many differences does your code form, and how many rows are there?",
        {
            loss: (
                {"target": np.ravel},
                {"target": np.ravel, "measure": lambda r: np.sum(r**2) / len(r)},
                {"target": np.ravel, "measure": lambda r: np.sum(r**2)},
                {"target": np.ravel, "measure": lambda r: np.mean(np.abs(r))},
            ),
            gradient: (
                *(
                    {"target": np.ravel, "product": product, "total": total}
                    for product in PRODUCTS
                    for total in TOTALS
                ),
                _MEAN_TARGET,
                {**_MEAN_TARGET, "power": 1},
            ),
            train: (_MEAN_TARGET, {**_MEAN_TARGET, "power": 1}),
        },
        of_all=True,
    ),
    # in the loss of an epoch
    "mean of means": Misconception(
        "it is the mean of the batch losses, which counts a short batch as much as a whole one.",
        "How many squares are in the loss of each batch?",
        {epoch_loss: {"mean": lambda losses, sizes: np.mean(losses)}},
    ),
    "sum of means": Misconception(
        "it is the sum of the batch losses.",
        "How many squares are there in all, and by what is their sum divided?",
        {epoch_loss: {"mean": lambda losses, sizes: np.sum(losses)}},
    ),
    "sum of all squares": Misconception(
        "it is the sum of all squares.",
        "How do you get from the sum of all squares to their mean?",
        {epoch_loss: {"mean": lambda losses, sizes: np.sum(losses * sizes)}},
    ),
    "divided by batches": Misconception(
        "the sum of all squares is divided by the number of batches.",
        "How many squares are in that sum?",
        {epoch_loss: {"mean": lambda losses, sizes: np.sum(losses * sizes) / len(losses)}},
    ),
    "means over rows": Misconception(
        "the sum of the batch losses is divided by the number of all rows.",
        "Each batch loss is a mean. How many squares does it stand for?",
        {epoch_loss: {"mean": lambda losses, sizes: np.sum(losses) / np.sum(sizes)}},
    ),
    "divided by its rows again": Misconception(
        "each batch loss is divided by its number of rows, which it has been already.",
        "Each batch loss is a mean. How do you get back to the sum of its squares?",
        {
            epoch_loss: (
                {"mean": lambda losses, sizes: np.sum(losses / sizes)},
                {"mean": lambda losses, sizes: np.mean(losses / sizes)},
                {"mean": lambda losses, sizes: np.sum(losses / sizes) / np.sum(sizes)},
            )
        },
    ),
    "sizes squared": Misconception(
        "the sizes of the batches are in it squared.",
        "How many times do you multiply a mean by the number of rows to get the sum?",
        {
            epoch_loss: (
                {"mean": lambda losses, sizes: np.sum(losses * sizes**2) / np.sum(sizes)},
                {"mean": lambda losses, sizes: np.sum(losses * sizes**2) / np.sum(sizes**2)},
            )
        },
    ),
    "ten rows": Misconception(
        "the number of all rows is fixed: it is always 10.",
        "How many squares are there in all, with other sizes?",
        {epoch_loss: {"mean": lambda losses, sizes: np.sum(losses * sizes) / 10}},
    ),
    "every batch whole": Misconception(
        "every batch is counted as if it had as many rows as the first.",
        "How many rows has the last batch?",
        {
            epoch_loss: (
                {"mean": lambda losses, sizes: np.sum(losses * sizes) / (sizes[0] * len(sizes))},
                {"mean": lambda losses, sizes: np.sum(losses) * sizes[0] / np.sum(sizes)},
            )
        },
    ),
    "last loss": Misconception(
        "only the last batch is in it.",
        "What becomes of the losses of the batches before?",
        {
            epoch_loss: (
                {"mean": lambda losses, sizes: losses[-1]},
                {"mean": lambda losses, sizes: losses[-1] * sizes[-1]},
                {"mean": lambda losses, sizes: losses[-1] * sizes[-1] / np.sum(sizes)},
            )
        },
    ),
    "first loss": Misconception(
        "only the first batch is in it.",
        "Where does return stand, inside the loop or after it?",
        {
            epoch_loss: (
                {"mean": lambda losses, sizes: losses[0]},
                {"mean": lambda losses, sizes: losses[0] * sizes[0]},
                {"mean": lambda losses, sizes: losses[0] * sizes[0] / np.sum(sizes)},
            )
        },
    ),
    # in the largest learning rate
    "no column of ones": Misconception(
        "the Hessian in it has no row and no column for the bias.",
        "Which column of X̃ belongs to b? How many rows has θ, and how many the Hessian?",
    ),
    "Hessian without 2/n": Misconception(
        "the Hessian in it lacks its factor 2/n.",
        "What is the derivative of 2/n X̃ᵀ(X̃θ − Y) with respect to θ?",
        convention=True,
    ),
    "Hessian without 1/n": Misconception(
        "the Hessian in it lacks the factor 1/n.",
        "Is the loss a sum of squares, or their mean?",
        convention=True,
    ),
    "Hessian halved": Misconception(
        "the Hessian in it is half of what it should be.", HALF, convention=True
    ),
    "1/λmax": Misconception(
        "that is 1/λmax, half of the limit: with it, one step along the steepest direction ends at "
        "its minimum.",
        "How far beyond the minimum may a step end, and still be no higher than it began?",
        convention=True,
    ),
    "smallest eigenvalue": Misconception(
        "it takes the smallest eigenvalue of the Hessian.",
        "In which direction does the loss bend most, and in which does a run diverge first?",
    ),
    "some eigenvalue": Misconception(
        "it takes an eigenvalue by its place, and np.linalg.eigvals does not sort them.",
        "Which of the eigenvalues do you need, and where may it stand?",
    ),
    "trace": Misconception(
        "it takes the trace of the Hessian, the sum of its eigenvalues.",
        "Do all eigenvalues together set the limit, or one of them alone?",
    ),
    "diagonal": Misconception(
        "it takes the largest entry on the diagonal of the Hessian.",
        "When are the entries on the diagonal of a matrix its eigenvalues?",
    ),
    "eigenvalue itself": Misconception(
        "that is the largest eigenvalue of the Hessian, and not yet a learning rate.",
        "If the loss bends more, should the steps be longer or shorter?",
    ),
    "singular value": Misconception(
        "it takes a singular value of X̃ where the square of it belongs.",
        "How do you get from the singular values of X̃ to the eigenvalues of X̃ᵀX̃?",
    ),
    "centred": Misconception(
        "the mean of each column of X is taken off before.",
        "Does the loss see X, or X without its mean?",
    ),
    # in a step with momentum
    "old velocity": Misconception(
        "the step takes the velocity of before.",
        "Which comes first, the new velocity or the new w?",
    ),
    "momentum left out": Misconception(
        "the velocity of before is not in it.",
        "What is left of the earlier gradients when the next step is taken?",
    ),
    "velocity kept whole": Misconception(
        "the velocity of before is in it whole, as if the momentum were 1.",
        "Which part of the velocity is kept?",
    ),
    "momentum fixed": Misconception(
        "the momentum is always 0.9.", "Where does your function learn how much is kept?"
    ),
    "moving average": Misconception(
        "the gradient has a factor made of the momentum, as in a moving average.",
        "Which of the two terms does PyTorch multiply by the momentum, if dampening is 0?",
    ),
    "lr in the velocity": Misconception(
        "the learning rate is in the velocity.",
        "What is added up in the velocity, gradients or changes of w?",
    ),
    "Nesterov": Misconception(
        "the step is that of Nesterov's momentum.",
        "Which of the two does the step take, the velocity or the gradient ahead of it?",
    ),
    "velocity returned as it was": Misconception(
        "it is the velocity of before the step.", "Which velocity will the next step need?"
    ),
    # in a line that is mapped back from scaled x
    "other way": Misconception(
        "that is the way from x to the scaled x, and not back.",
        "Put (x − mean) / std in the place of the scaled x. What stands before x then?",
        of_all=True,
    ),
    "still scaled": Misconception(
        "that is the line in the scaled x, as it was given.",
        "Which number does the scaled line give for x = 0, and which does yours?",
        of_all=True,
    ),
    "w still scaled": Misconception(
        "it is the slope in the scaled x.",
        "By how much does the scaled x grow when x grows by 1?",
    ),
    "b still scaled": Misconception(
        "it is b as it was given, the value at the mean of x.",
        "Which scaled x belongs to x = 0?",
    ),
    "times std": Misconception(
        "it is multiplied by std.",
        "If std is large, is a step of 1 in x a long or a short one in the scaled x?",
    ),
    "variance for std": Misconception(
        "it is divided by the square of std.",
        "How often does w x, with x scaled, divide by std?",
    ),
    "mean added": Misconception(
        "the term with the mean has the wrong sign.",
        "Which scaled x belongs to x = 0, a positive one or a negative one, if the mean is "
        "positive?",
    ),
    "std left out of b": Misconception(
        "the mean in it is not divided by std.",
        "Which scaled x belongs to x = 0?",
    ),
    "w left out of b": Misconception(
        "the term with the mean lacks the factor w.",
        "By how much does the line rise or fall between the mean of x and 0?",
    ),
    "b over std": Misconception(
        "b itself is divided by std.",
        "Which part of w (x − mean) / std + b is divided by std?",
    ),
    "scaled like an x": Misconception(
        "they are scaled as an x is.",
        "Which quantity was scaled before the run, and what became of the line?",
        of_all=True,
    ),
    # in sums that are merged
    "parts as if equal": Misconception(
        "the means are averaged as if all parts had as many rows.",
        "How many rows does each of the means stand for?",
    ),
    "total for mean": Misconception(
        "the sum of all rows stands where their mean should.",
        "By what is a sum divided to get a mean?",
    ),
    "divided by parts": Misconception(
        "the sum of all rows is divided by the number of parts.",
        "How many rows are in that sum?",
    ),
    "means summed over rows": Misconception(
        "the sum of the means is divided by the number of all rows.",
        "How many rows does each of the means stand for?",
    ),
    "within alone": Misconception(
        "the scatters of the parts are added, and that is all.",
        "If each part has a scatter of 0, but another mean, what is the scatter of all rows?",
    ),
    "between alone": Misconception(
        "the scatters of the parts are not in it.",
        "If all parts have the same mean, what is the scatter of all rows?",
    ),
    "between without sizes": Misconception(
        "the distance of each mean from the common one counts once.",
        "How many rows of a part are moved by that distance?",
    ),
    "between with sizes squared": Misconception(
        "the sizes are in it squared.", "How many rows of a part are at that distance?"
    ),
    "distances not squared": Misconception(
        "the distances of the means from the common one are not squared.",
        "Is a scatter a sum of distances, or of their squares?",
    ),
    "scatters averaged": Misconception(
        "the scatters of the parts are averaged.",
        "Is a scatter a sum over the rows, or a mean?",
    ),
    "scatters as variances": Misconception(
        "the scatters of the parts are multiplied by their sizes, as if they were variances.",
        "Is a scatter a sum over the rows, or a mean?",
    ),
    "variance for scatter": Misconception(
        "it is a variance: it is divided by the number of rows.",
        "Is a scatter a sum over the rows, or a mean?",
    ),
    "squares about 0": Misconception(
        "it is Σx², the scatter about 0 and not about the mean.",
        "What has to be taken off Σx², so that it is about the mean?",
    ),
}


def changes(quantity: Quantity, *keys: str) -> dict[str, tuple[Change, ...]]:
    """Return the keywords with which a quantity makes each mistake.

    Parameters
    ----------
    quantity : callable
        One of those in `quantities`.
    *keys : str
        Names in `MISCONCEPTIONS`, each with a change of the quantity or of one that it is made of.
        Without any, all that have one: those of the quantity itself come first.

    Returns
    -------
    dict
        For each name the ways to make the mistake, in the order of the names.

    Examples
    --------
    >>> changes(update, "half the gradient", "bias left out")
    {'half the gradient': ({'scale': 0.5},), 'bias left out': ({'bias': 0},)}
    """
    found: dict[str, tuple[Change, ...]] = {}
    changed: Quantity | None = quantity
    while changed:
        for key, misconception in MISCONCEPTIONS.items():
            if changed in misconception.changes and key not in found:
                found[key] = _ways(misconception.changes[changed])
        changed = MADE_OF.get(changed)
    return {key: found[key] for key in keys} if keys else found


def both(one: Change, other: Change) -> Change | None:
    """Return the keywords that make two mistakes at once, or None if one undoes the other.

    Examples
    --------
    >>> both({"scale": 0.5}, {"scale": -1, "bias": 0})
    {'scale': -0.5, 'bias': 0}
    """
    if (one.keys() & other.keys()) - {"scale", "power"}:
        return None
    merged = {**one, **other}
    if "scale" in one and "scale" in other:
        merged["scale"] = one["scale"] * other["scale"]
    if "power" in one and "power" in other:
        merged["power"] = one["power"] + other["power"]
    return merged


def pairs_of(mistakes: Mapping[Any, Iterable[Change]]) -> Iterator[tuple[tuple[str, str], Change]]:
    """Yield two names each, the first a convention, and the keywords that make both mistakes.

    Parameters
    ----------
    mistakes : mapping to iterable of mapping
        The ways to make each mistake. What is several mistakes already, with their names in a
        tuple, is left out.

    Examples
    --------
    >>> dict(pairs_of({"half": [{"scale": 0.5}], "bias left out": [{"bias": 0}]}))
    {('half', 'bias left out'): {'scale': 0.5, 'bias': 0}}
    """
    single = [(key, how) for key, ways in mistakes.items() for how in ways if isinstance(key, str)]
    conventions = [(key, how) for key, how in single if MISCONCEPTIONS[key].convention]
    for (one, how), (other, also) in cartesian(conventions, single):
        merged = both(how, also)
        if one != other and merged is not None:
            yield (one, other), merged


def said_of(quantity: Quantity | None, key: str) -> str:
    """Return what is said of a mistake; of one in a gradient that is a part, that it is there.

    Examples
    --------
    >>> said_of(update, "bias left out")
    'there is a mistake in the gradient. The bias is missing from the prediction.'
    """
    said, _, where = MISCONCEPTIONS[key][:3]
    if quantity in MADE_OF and gradient in where and not where.keys() & MADE_OF.keys():
        return f"there is a mistake in the gradient. {capitalize(said)}"
    return said


LETTERS = ("b", "dw", "w", "x")  # with which a sentence may begin


def capitalize(said: str) -> str:
    """Begin a sentence with a capital letter, unless it begins with a letter of a formula.

    Examples
    --------
    >>> capitalize("dw is missing."), capitalize("a short batch.")
    ('dw is missing.', 'A short batch.')
    """
    first = said.partition(" ")[0]
    return said if first in LETTERS or not said[0].isascii() else said[0].upper() + said[1:]
