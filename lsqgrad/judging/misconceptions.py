"""The typical mistakes: what is said to the learner, and which question is asked back."""

from typing import NamedTuple


class Mistake(NamedTuple):
    """A typical mistake. `said` goes on after a colon, so it begins with a small letter."""

    said: str
    question: str


MISTAKES = {
    # in a loss or a gradient
    "sign": Mistake(
        "the sign is turned.",
        "Take a point with positive x, and a prediction that is too large. Does a larger w make "
        "the loss larger or smaller?",
    ),
    "half": Mistake(
        "it is half of what it should be.",
        "Is there a ½ in this loss? And what does the derivative of a square bring down?",
    ),
    "half the gradient": Mistake(
        "the gradient in it is half of what it should be.",
        "Is there a ½ in this loss? And what does the derivative of a square bring down?",
    ),
    "twice the gradient": Mistake(
        "the gradient in it is twice what it should be.",
        "Where do its factors come from? Name the term of the loss behind each.",
    ),
    "mean halved": Mistake(
        "the mean squared error gives half of what it should.",
        "Is there a ½ in this loss? And what does the derivative of a square bring down?",
    ),
    "mean doubled": Mistake(
        "the mean squared error gives twice what it should.",
        "Where do its factors come from? Name the term of the loss behind each.",
    ),
    "mean turned": Mistake(
        "the sign of the mean squared error's part is turned.",
        "Is the residual prediction minus target, or the other way round?",
    ),
    "twice": Mistake(
        "it is twice what it should be.",
        "Where do your factors come from? Name the term of the loss behind each.",
    ),
    "1/n left out": Mistake(
        "the factor 1/n is missing.",
        "Is the loss a sum over the rows, or their mean?",
    ),
    "2/n left out": Mistake(
        "it is the sum alone, without the factor 2/n.",
        "What stands before the sum in the loss, and what does the square bring down?",
    ),
    "1/n twice": Mistake(
        "it is divided by n once too often.",
        "How many means are there in the loss? Does a call of np.mean divide, too?",
    ),
    "1/n too many": Mistake(
        "it is divided by n.",
        "Is this loss a mean over the rows, or their sum?",
    ),
    "three rows": Mistake(
        "the number of rows is fixed: it is always 3.",
        "What is n in a batch of one row? Where does your function find it out?",
    ),
    "rows of the first": Mistake(
        "the number of rows is that of the first batch, in every batch.",
        "What is n in a batch of one row? Where does your function find it out?",
    ),
    "rows of all": Mistake(
        "it is divided by the number of all rows, and not of those in the batch.",
        "Of how many squares is the loss of a batch the mean?",
    ),
    "sum left out": Mistake(
        "the terms are there, but nothing adds them up.",
        "How many numbers has the result, and how many terms does each of them have?",
    ),
    "transpose": Mistake(
        "X stands where its transpose belongs. The product exists only where n = p.",
        "Which shapes have X, r and the gradient? Which product has that last shape?",
    ),
    "exchanged": Mistake(
        "the two results have changed places.",
        "In which order are they asked for?",
    ),
    "transposed result": Mistake(
        "the numbers are right, but they lie in a row.",
        "Which shape has w? The gradient has the same.",
    ),
    "bias left out": Mistake(
        "the bias is missing from the prediction.",
        "What is ŷ in this model?",
    ),
    "bias subtracted": Mistake(
        "the bias is subtracted where it is added.",
        "What is r = ŷ − y if you put ŷ = Xw + b in?",
    ),
    "target added": Mistake(
        "the target is added where it is subtracted.",
        "What is a residual?",
    ),
    "x left out": Mistake(
        "it lacks the factor x, and is the derivative by the bias.",
        "By which rule do you differentiate (w x + b − y)², and what is the inner derivative?",
    ),
    "no dw": Mistake(
        "that is a row, before dw is put in.",
        "A differential is linear in dw. Where is it?",
    ),
    "w for dw": Mistake(
        "w stands where dw belongs.",
        "What is d(Xw) if X is constant?",
    ),
    "prediction": Mistake(
        "the target is missing: the prediction stands where the residual belongs.",
        "What is r?",
    ),
    "first column": Mistake(
        "it takes the first column of X for every k.",
        "Which column of X is multiplied by w_k?",
    ),
    "all columns": Mistake(
        "it adds up all columns of X.",
        "Which entries of X are multiplied by w_k?",
    ),
    "b once": Mistake(
        "b is in the sum once, and not once for each row.",
        "How many rows have a b in their residual? What is the sum of n equal numbers?",
    ),
    "square left out": Mistake(
        "it has Σx where Σx² belongs.",
        "Which factor does each row's w x get from the inner derivative?",
    ),
    "root": Mistake(
        "it is the square root of what is asked for.",
        "Has the mean squared error a root?",
    ),
    "absolute": Mistake(
        "it is the mean of the residuals without their signs.",
        "What does *squared* in *mean squared error* do to each residual?",
    ),
    "mean first": Mistake(
        "it is the mean residual, squared.",
        "What comes first, the square or the mean? Try the residuals 1 and −1.",
    ),
    "doubled": Mistake(
        "the residuals are doubled, and not squared.",
        "What is the square of 3, and what is twice 3?",
    ),
    "residual": Mistake(
        "the residuals are not squared.",
        "May residuals of opposite sign cancel in a loss?",
    ),
    # weights of rows, and the ridge term
    "weights left out": Mistake(
        "the weights s of the rows are left out.",
        "Which number stands before r_i² in the loss?",
    ),
    "weights squared": Mistake(
        "the weights s of the rows are squared.",
        "Is it s_i r_i² or (s_i r_i)²?",
    ),
    "divided by weights": Mistake(
        "it is divided by the sum of the weights, and not by n.",
        "What stands before the sum in this loss?",
    ),
    "penalty left out": Mistake(
        "the term λ wᵀw has no part in it.",
        "What is the derivative of λ w_k² with respect to w_k?",
    ),
    "penalty halved": Mistake(
        "the term λ wᵀw gives half of what it should.",
        "What does the derivative of w_k² bring down?",
    ),
    "penalty subtracted": Mistake(
        "the term λ wᵀw is subtracted.",
        "Does the ridge term make the loss larger or smaller?",
    ),
    "λ left out": Mistake(
        "the factor λ is missing.",
        "How strong is the ridge term, and where does your function learn it?",
    ),
    "penalty on the bias": Mistake(
        "b has a penalty, too.",
        "Is there a b in λ wᵀw?",
    ),
    "penalty over n": Mistake(
        "the term λ wᵀw is divided by n.",
        "Does λ wᵀw stand inside the mean, or beside it?",
    ),
    "penalty itself": Mistake(
        "the term λ wᵀw itself was added, one number, and not its derivative.",
        "Which shape has the derivative of λ wᵀw with respect to w?",
    ),
    # in an update, or a loop of them
    "uphill": Mistake(
        "the update goes uphill: the sign is turned.",
        "The gradient points to where the loss grows. Which way do you want to go?",
    ),
    "product": Mistake(
        "it is a product of the parameter and the change.",
        "An update is a difference. Of what?",
    ),
    "no learning rate": Mistake(
        "the learning rate is missing.",
        "How far does one update go?",
    ),
    "gradient returned": Mistake(
        "that is the gradient.",
        "What is asked for, the gradient or the parameter after the update?",
    ),
    "lr times gradient": Mistake(
        "that is the learning rate times the gradient.",
        "What is asked for, the change or the parameter after it?",
    ),
    "change returned": Mistake(
        "that is the change alone.",
        "What is asked for, the change or the parameter after it?",
    ),
    "nothing happens": Mistake(
        "the parameters stay as they were.",
        "Which line changes them, and what is the gradient when it runs?",
    ),
    "b first": Mistake(
        "b was updated before ∂L/∂w was computed.",
        "At which point (w, b) do both gradients belong?",
    ),
    "w first": Mistake(
        "w was updated before ∂L/∂b was computed.",
        "At which point (w, b) do both gradients belong?",
    ),
    "last batch left out": Mistake(
        "the last batch is left out.",
        "How many batches does an epoch have, and which rows are in the last?",
    ),
    "short batch left out": Mistake(
        "a last batch that has fewer rows is left out.",
        "How many batches does an epoch have, if the rows do not divide evenly?",
    ),
    "last batch alone": Mistake(
        "only the last batch counts: each update begins where the epoch began.",
        "Which w and b does the second batch see, and what is kept of the first update?",
    ),
    "one batch": Mistake(
        "only the first batch was used.",
        "What is inside your loop, and what comes after it?",
    ),
    "all at the start": Mistake(
        "every gradient was computed at the start of the epoch.",
        "Which w and b does the second batch see?",
    ),
    "all of the data": Mistake(
        "the gradient is that of all of the data, not of a batch.",
        "Which rows does one step of SGD see?",
    ),
    "gradients add up": Mistake(
        "the gradients of all steps add up.",
        "What does backward() do with a .grad that is not empty?",
    ),
    "sum of squares": Mistake(
        "the loss is the sum of the squares, so each step is n times as long.",
        "Which reduction does the loss have?",
    ),
    "one step": Mistake(
        "that is one step only.",
        "What is inside your loop, and what comes after it?",
    ),
    "one step too many": Mistake(
        "that is one step too many.",
        "How often does your loop run?",
    ),
    "one step too few": Mistake(
        "that is one step too few.",
        "How often does your loop run?",
    ),
    "n by n": Mistake(
        "each prediction is compared with each target.",
        "Which shape has a column (n, 1) minus an array of shape (n,)?",
    ),
    # in the loss of an epoch
    "mean of means": Mistake(
        "it is the mean of the batch losses, which counts a short batch as much as a whole one.",
        "How many squares are in the loss of each batch?",
    ),
    "sum of means": Mistake(
        "it is the sum of the batch losses.",
        "How many squares are there in all, and by what is their sum divided?",
    ),
    "sum of all squares": Mistake(
        "it is the sum of all squares.",
        "How do you come from the sum of all squares to their mean?",
    ),
    "divided by batches": Mistake(
        "the sum of all squares is divided by the number of batches.",
        "How many squares are in that sum?",
    ),
}
