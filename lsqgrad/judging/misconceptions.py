"""The misconceptions: what is said to the learner, which question is asked back, and the change.

Two readers look them up: `number_answers`, of digits that were typed, and `diagnosis`, of a
function or formula that was tried in several cases. So both say the same.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from lsqgrad.judging.quantities import epoch, gradient, loss, train, update

Change = Mapping[str, Any]  # keywords of a quantity
MADE_OF: dict[Any, Any] = {train: epoch, epoch: update, update: gradient}

HALF = "Is there a ½ in this loss? And what does the derivative of a square bring down?"
FACTORS = "Where do the factors come from? Name the term of the loss behind each."
ROWS = "What is n in a batch of one row?"
FIRST = "At which point (w, b) do both gradients belong?"
LOOP = "What is inside your loop, and what comes after it?"
TURNS = "How often does your loop run?"


class Misconception(NamedTuple):
    """What is behind a typical mistake.

    `said` goes on after a colon, so it begins with a small letter. `changes` are, by the quantity
    that they change, the keywords that make the mistake.
    """

    said: str
    question: str
    changes: Mapping[Callable[..., Any], Change] = {}


def _of_residual(**change: Any) -> Mapping[Callable[..., Any], Change]:
    """Change the residual, which both the loss and the gradient are made of."""
    return {loss: change, gradient: change}


MISCONCEPTIONS = {
    # in a loss or a gradient
    "sign": Misconception(
        "the sign is turned.",
        "Take a point with positive x, and a prediction that is too large. Does a larger w make "
        "the loss larger or smaller?",
        {gradient: {"factor": -2}},
    ),
    "half": Misconception(
        "it is half of what it should be.", HALF, {loss: {"factor": 0.5}, gradient: {"factor": 1}}
    ),
    "twice": Misconception(
        "it is twice what it should be.", FACTORS, {loss: {"factor": 2}, gradient: {"factor": 4}}
    ),
    "mean halved": Misconception("the mean squared error gives half of what it should.", HALF),
    "mean doubled": Misconception("the mean squared error gives twice what it should.", FACTORS),
    "mean turned": Misconception(
        "the sign of the mean squared error's part is turned.",
        "Is the residual prediction minus target, or the other way round?",
    ),
    "1/n left out": Misconception(
        "the sum in it lacks its factor 1/n.",
        "Is the loss a sum of squares, or their mean?",
        {loss: {"measure": lambda r: np.sum(r**2)}, gradient: {"divisor": lambda X: 1}},
    ),
    "2/n left out": Misconception(
        "the sum in it lacks its factor 2/n.",
        "What stands before the sum in the loss, and what does the square bring down?",
        {gradient: {"factor": 1, "divisor": lambda X: 1}},
    ),
    "1/n twice": Misconception(
        "it is divided by n once too often.",
        "How many means are there in the loss? Does a call of np.mean divide, too?",
        {gradient: {"divisor": lambda X: len(X) ** 2}},
    ),
    "1/n too many": Misconception(
        "it is divided by n.",
        "Is this loss a mean over the rows, or their sum?",
        {gradient: {"divisor": len}},
    ),
    "three rows": Misconception(
        "the number of rows is fixed: it is always 3.",
        f"{ROWS} Where does your function find it out?",
        {loss: {"measure": lambda r: np.sum(r**2) / 3}, gradient: {"divisor": lambda X: 3}},
    ),
    "rows of a whole batch": Misconception(
        "it is divided by the number of rows of a whole batch where a batch has fewer.",
        ROWS,
        {epoch: {"rows": lambda X, batches: len(batches[0])}},
    ),
    "rows of all": Misconception(
        "it is divided by the number of all rows, and not of those in the batch.",
        "Of how many squares is the loss of a batch the mean?",
        {epoch: {"rows": lambda X, batches: len(X)}},
    ),
    "sum left out": Misconception(
        "the terms are there, but nothing adds them up.",
        "How many numbers has the result, and how many terms does each of them have?",
        {loss: {"measure": np.square}, gradient: {"product": np.multiply, "total": np.positive}},
    ),
    "transpose": Misconception(
        "X stands where its transpose belongs. The product exists only where n = p.",
        "Which shapes have X, r and the gradient? Which product has that last shape?",
        {gradient: {"product": np.matmul}},
    ),
    "exchanged": Misconception(
        "what belongs to w and what belongs to b have changed places.",
        "Which of the two is asked for here?",
    ),
    "transposed result": Misconception(
        "the numbers are right, but they lie in a row.",
        "Which shape has w? The gradient has the same.",
        {gradient: {"product": lambda X, r: r.T @ X}},
    ),
    "bias left out": Misconception(
        "the bias is missing from the prediction.", "What is ŷ in this model?", _of_residual(bias=0)
    ),
    "bias subtracted": Misconception(
        "the bias is subtracted where it is added.",
        "What is r = ŷ − y if you put ŷ = Xw + b in?",
        _of_residual(bias=-1),
    ),
    "target added": Misconception(
        "the target is added where it is subtracted.",
        "What is a residual?",
        _of_residual(target=np.negative),
    ),
    "x left out": Misconception(
        "it lacks the factor x, and is the derivative by the bias.",
        "By which rule do you differentiate (w x + b − y)², and what is the inner derivative?",
        {gradient: {"product": lambda X, r: np.sum(r)}},
    ),
    "no dw": Misconception(
        "that is a row, before dw is put in.", "A differential is linear in dw. Where is it?"
    ),
    "w for dw": Misconception("w stands where dw belongs.", "What is d(Xw) if X is constant?"),
    "prediction": Misconception(
        "the target is missing: the prediction stands where the residual belongs.", "What is r?"
    ),
    "first column": Misconception(
        "it takes the first column of X for every k.", "Which column of X is multiplied by w_k?"
    ),
    "all columns": Misconception(
        "it adds up all columns of X.", "Which entries of X are multiplied by w_k?"
    ),
    "b once": Misconception(
        "b is in the sum once, and not once for each row.",
        "How many rows have a b in their residual? What is the sum of n equal numbers?",
    ),
    "square left out": Misconception(
        "it has Σx where Σx² belongs.",
        "Which factor does each row's w x get from the inner derivative?",
    ),
    "root": Misconception(
        "it is the square root of what is asked for.",
        "Has the mean squared error a root?",
        {loss: {"measure": lambda r: np.sqrt(np.mean(r**2))}},
    ),
    "absolute": Misconception(
        "it is the mean of the residuals without their signs.",
        "What does “squared” in “mean squared error” do to each residual?",
        {loss: {"measure": lambda r: np.mean(np.abs(r))}},
    ),
    "mean first": Misconception(
        "it is the mean residual, squared.",
        "What comes first, the square or the mean? Try the residuals 1 and −1.",
        {loss: {"measure": lambda r: np.mean(r) ** 2}},
    ),
    "doubled": Misconception(
        "the residuals are doubled, and not squared.",
        "What is the square of 3, and what is twice 3?",
        {loss: {"measure": lambda r: np.mean(2 * r)}},
    ),
    "residual": Misconception(
        "the residuals are not squared.",
        "May residuals of opposite sign cancel in a loss?",
        {loss: {"measure": np.mean}},
    ),
    "after the update": Misconception(
        "it is the loss after the update.", "At which w and b is the loss of a step computed?"
    ),
    "previous batch": Misconception(
        "it is the loss of the batch before this one.", "Which rows does this step see?"
    ),
    # weights of rows, and the ridge term
    "weights left out": Misconception(
        "the weights s of the rows are left out.", "Which number stands before r_i² in the loss?"
    ),
    "weights squared": Misconception(
        "the weights s of the rows are squared.", "Is it s_i r_i² or (s_i r_i)²?"
    ),
    "divided by weights": Misconception(
        "it is divided by the sum of the weights, and not by n.",
        "What stands before the sum in this loss?",
    ),
    "penalty left out": Misconception(
        "the term λ wᵀw has no part in it.", "What is the derivative of λ w_k² with respect to w_k?"
    ),
    "penalty halved": Misconception(
        "the term λ wᵀw gives half of what it should.",
        "What does the derivative of w_k² bring down?",
    ),
    "penalty subtracted": Misconception(
        "the term λ wᵀw is subtracted.", "Does the ridge term make the loss larger or smaller?"
    ),
    "λ left out": Misconception(
        "the factor λ is missing.",
        "How strong is the ridge term, and where does your function learn it?",
    ),
    "penalty on the bias": Misconception("b has a penalty, too.", "Is there a b in λ wᵀw?"),
    "penalty over n": Misconception(
        "the term λ wᵀw is divided by n.", "Does λ wᵀw stand inside the mean, or beside it?"
    ),
    "penalty itself": Misconception(
        "the term λ wᵀw itself was added, one number, and not its derivative.",
        "Which shape has the derivative of λ wᵀw with respect to w?",
    ),
    # in an update, or a loop of them
    "half the gradient": Misconception(
        "the gradient in it is half of what it should be.", HALF, {update: {"factor": 1}}
    ),
    "twice the gradient": Misconception(
        "the gradient in it is twice what it should be.", FACTORS, {update: {"factor": 4}}
    ),
    "other gradient": Misconception(
        "it takes the gradient of the other parameter.",
        "Which of ∂L/∂w and ∂L/∂b has x in its sum, and why?",
    ),
    "uphill": Misconception(
        "the update goes uphill: the sign is turned.",
        "The gradient points to where the loss grows. Which way do you want to go?",
        {update: {"factor": -2}},
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
    "nothing happens": Misconception(
        "the parameters stay as they were.",
        "What changes them, and what is the gradient at that moment?",
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
        {epoch: {"take": lambda X, batches: batches[:-1]}},
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
        "only the last batch counts: each update begins where the epoch began.",
        "Which w and b does the second batch see, and what is kept of the first update?",
        {epoch: {"take": lambda X, batches: batches[-1:]}},
    ),
    "one batch": Misconception(
        "only the first batch was used.", LOOP, {epoch: {"take": lambda X, batches: batches[:1]}}
    ),
    "all at the start": Misconception(
        "every gradient was computed at the start of the epoch.",
        "Which w and b does the second batch see?",
        {epoch: {"at_start": True}},
    ),
    "all of the data": Misconception(
        "all of the data is in it, and not the batch alone.",
        "Which rows does one step of SGD see?",
        {epoch: {"take": lambda X, batches: [np.arange(len(X))] * len(batches)}},
    ),
    "gradients add up": Misconception(
        "the gradients of all steps add up.",
        "What does backward() do with a .grad that is not empty?",
        {epoch: {"adding": True}},
    ),
    "sum of squares": Misconception(
        "the loss is the sum of the squares, so each step is n times as long.",
        "Which reduction does the loss have?",
        {train: {"divisor": lambda X: 1}},
    ),
    "one step": Misconception("that is one step only.", LOOP, {train: {"count": lambda steps: 1}}),
    "one step too many": Misconception(
        "that is one step too many.", TURNS, {train: {"count": lambda steps: steps + 1}}
    ),
    "one step too few": Misconception(
        "that is one step too few.", TURNS, {train: {"count": lambda steps: steps - 1}}
    ),
    "n by n": Misconception(
        "each prediction is compared with each target.",
        "Which shape has a column (n, 1) minus an array of shape (n,)?",
        # In PyTorch the mean over all pairs sees of the targets their mean alone.
        {
            **_of_residual(target=np.ravel),
            train: {"target": lambda Y: np.full_like(Y, np.mean(Y))},
        },
    ),
    # in the loss of an epoch
    "mean of means": Misconception(
        "it is the mean of the batch losses, which counts a short batch as much as a whole one.",
        "How many squares are in the loss of each batch?",
    ),
    "sum of means": Misconception(
        "it is the sum of the batch losses.",
        "How many squares are there in all, and by what is their sum divided?",
    ),
    "sum of all squares": Misconception(
        "it is the sum of all squares.",
        "How do you come from the sum of all squares to their mean?",
    ),
    "divided by batches": Misconception(
        "the sum of all squares is divided by the number of batches.",
        "How many squares are in that sum?",
    ),
}


def changes(quantity: Callable[..., Any], *keys: str) -> dict[str, Change]:
    """Return the keywords with which a quantity makes each mistake.

    Parameters
    ----------
    quantity : callable
        One of those in `quantities`.
    *keys : str
        Names in `MISCONCEPTIONS`, each with a change of the quantity or of one that it is made of.

    Returns
    -------
    dict
        The keywords by the names, in their order.

    Examples
    --------
    >>> changes(update, "half the gradient", "bias left out")
    {'half the gradient': {'factor': 1}, 'bias left out': {'bias': 0}}
    """
    found = {}
    for key in keys:
        changed = quantity
        while changed not in MISCONCEPTIONS[key].changes:
            changed = MADE_OF[changed]
        found[key] = MISCONCEPTIONS[key].changes[changed]
    return found
