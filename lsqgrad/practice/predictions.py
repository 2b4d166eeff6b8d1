"""The predictions that the notebooks ask for: what is right, and what is said to what is not.

The questions stand in the notebooks, with their choices, so that they can be read without a kernel.
The answers stand here, where nobody comes across them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Choice:
    """A question of which the choices have letters, as in (a).

    Attributes
    ----------
    right : str
        The letter of the right choice.
    said : dict of str to str
        By each letter what is said to who has chosen it, after "a is not right." or "b is right.":
        to a wrong one a question back, or what speaks against it; to the right one in a sentence
        why. It is plain text: no Markdown, no LaTeX.
    """

    right: str
    said: Mapping[str, str]


@dataclass(frozen=True)
class Value:
    """A question for a number.

    Attributes
    ----------
    right : float
        The number. A whole one, as a count, is exact, and so is one of up to three digits, as 0.5;
        one of four digits or more stands for all that round to it. How many digits an answer
        needs, the judge knows.
    because : str
        In a sentence why, with the number in it, once: as in "3 / 2 = 1.5."
    mistakes : dict of str to float
        By what is said to it, with a question back: a number that a typical mistake gives, in four
        digits or more, or exactly. The number with the other sign need not be listed.
    percent : bool
        Whether the number is asked for in percent, so that a percent sign may follow it.
    """

    right: float
    because: str
    mistakes: Mapping[str, float] = field(default_factory=dict)
    percent: bool = False


def choice(right: str, **said: str) -> Choice:
    """Return a question with choices, by their letters."""
    return Choice(right, said)


PREDICTIONS: dict[str, Choice | Value] = {
    # Notebook 00
    "first prediction": Value(
        -0.744915,
        "4.6667 · (−0.34487) + 0.86449 = −0.7449.",
        {
            "That leaves out the bias. What does b do?": -1.609405,
            "The bias was subtracted. What sign does b have in the formula?": -2.473895,
            "That is for a weight of +0.34487. What is the sign of w?": 2.473895,
            "That is the target y. What does the line predict there?": 9.7349,
            "That is the residual. The question is about the prediction alone.": -10.479815,
        },
    ),
    # Notebook 01
    "product in the gradient": choice(
        "d",
        a="X is 3×2 and r is 3×1: do the inner sizes fit?",
        b="r is 3×1 and X is 3×2: do the inner sizes fit?",
        c="The numbers are right. But this is 1×2, and w is 2×1. How would you subtract them?",
        d="Xᵀ is 2×3 and r is 3×1, so the product is 2×1, like w.",
    ),
    "one direction": choice(
        "c",
        a="It holds for every d only if g is right. What if you try one d alone?",
        b="What is left is the inner product of the error with d. When is that exactly 0?",
        c="The error of g may be at right angles to d, and then the size of d does not matter.",
    ),
    "difference quotient": choice(
        "c",
        a="The loss is 195 at w. What is it at w − 3, and at w + 3? Which of the two is larger?",
        b="Write (12) for h and for −h, and subtract. Which term is left to make them differ?",
        c="The second-order terms are the same for h and for −h, and cancel.",
    ),
    "shape of three rows": choice(
        "c",
        a="That is what the article is left with. But what does a matrix product do with the row?",
        b="The factors are 1×3 and 3×1. Which two sizes are left?",
        c="1×3 times 3×1 is 1×1: the three products are summed.",
    ),
    "arrow on the contours": choice(
        "b",
        a="Both derivatives are negative: −150.28 and −24.08. Which way does the bias move?",
        b="Both grow, and the bias was already above that of the star.",
        c="∂L/∂w is −150.28. Which way does the weight move? And where is the star?",
    ),
    # Notebook 02
    "coarser rounding": choice(
        "a",
        a="The change in w is larger, and has the factor Σx² = 97.7, that in b only Σx = 15.8.",
        b="By which sum is b multiplied in (16), and by which is w?",
        c="They would, if both changes, and both sums that multiply them, were alike. Are they?",
    ),
    "step of the sum": Value(
        0.4508547346393154,
        "The factor c = 3 makes the step three times that of the mean: 3 · 0.150285 = 0.450855.",
        {
            "That is the step of the mean. By which factor is the sum larger?": 0.15028491154643854,
            "The step goes against the gradient. What is the gradient's sign?": -0.4508547346393154,
            "The sum is n times the mean. Did you divide by n?": 0.05009497051547951,
            "That is the gradient of the sum. How far does a step go along it?": -450.8547346393156,
        },
    ),
    # Notebook 03
    "steps of ten epochs": Value(
        40,
        "An epoch has four batches, of 3, 3, 3 and 1 points, and ten epochs have 40.",
        {
            "What becomes of the tenth point of each epoch?": 30,
            "Can a batch mix the points of two epochs?": 34,
            "That would be one step for each epoch. How many batches does an epoch have?": 10,
            "That would be one step for each point. How many points does a batch have?": 100,
        },
    ),
    "cuda without a GPU": choice(
        "c",
        a="That is what .to(device) would do. Which device does cuda() name?",
        b="A program that asks for a GPU would then be slow, and nobody would know why.",
        c=".cuda() means the GPU, whatever was found before.",
    ),
    "derivative at the first point": Value(
        -6.986543,
        "(2/3) · (−0.7449 − 9.7349) = −6.9865.",
        {
            "That is the derivative of the square. The loss is a mean: by what is it divided?": (
                -20.95963
            ),
            "That is the residual divided by n. Which factor comes from the square?": -3.493271,
            "That is the residual. What is the derivative of its square, and of the mean?": (
                -10.479814
            ),
        },
    ),
    "backward twice": Value(
        -300.5698230928771,
        "Twice −150.285 is −300.57: a gradient is added to what is there.",
        {
            "That is the second gradient alone. What becomes of the first?": -150.28491154643854,
            "What would take the first gradient away again?": 0.0,
        },
    ),
    "shape for the bias": choice(
        "c",
        a="That is what arrives. Does the node itself know how many rows the bias was added to?",
        b="The bias is not a matrix. What is the shape of what the node receives?",
        c="One number for each row comes in, and the node hands them on as they are.",
    ),
    # Notebook 04
    "loss at every step": choice(
        "c",
        a="Each step goes against the gradient of its own batch. What about the other points?",
        b="Do three points know more about the other seven than one point about the other nine?",
        c="A step sees its own batch only, and may move the line away from the other points.",
    ),
    "no updates": choice(
        "b",
        a="All steps would have the same line, but would they have the same points?",
        b="Each batch has different points, and some of them are farther from the line.",
        c="What would make the jumps smaller, if the line stays where it is?",
    ),
    "mean of means": choice(
        "b",
        a="In one batch, yes. But are all the squares divided by the same number?",
        b="The point that is alone in its batch counts three times as much as any other.",
        c="Does the best line make all the squares equal?",
    ),
    "percent of a residual": Value(
        20.2,
        "2 · 0.001 · (10² + 1) = 0.202, and that is 20.2 percent.",
        {
            "That is the fraction. What is it in percent?": 0.202,
            "That is what is left. By how much does the residual shrink?": 79.8,
            "Where is the 2 of the derivative of a square?": 10.1,
            "Did you square x?": 2.2,
        },
        percent=True,
    ),
    "just above the limit": choice(
        "b",
        a="In the steepest direction the factor is −1.02. Does the difference shrink there?",
        b="The factor −1.02 in ten steps is 1.22, and the loss goes as the square: about 1.5.",
        c="How much is 1.02, ten times multiplied by itself?",
    ),
    # Notebook 05
    "turned sign": choice(
        "a",
        a="Each step leads uphill, and the higher the loss, the steeper the slope.",
        b="A run that swings must go down at times. Which way does every step of this run go?",
        c="At a wrong line the gradient is not 0. Which way does the next step go from there?",
    ),
    "lost factor": choice(
        "a",
        a="The factors act on the learning rate, and all three rates are still small.",
        b="For three rows it acts like a learning rate of 0.003. Is that above the limit?",
        c="The optimum is where the gradient is 0. Does a factor move that place?",
    ),
    "one percent above": Value(
        -1.02,
        "The factor is 1 − ηλ_max = 1 − 1.01 · 2 = −1.02.",
        {
            "That is ηλ_max. What is left of 1 when it is taken away?": 2.02,
            "That is the factor one percent below the limit. And above it?": -0.98,
            "The limit is 2/λ_max, and not 1/λ_max. What is ηλ_max, one percent above?": -0.01,
            "At the limit ηλ_max is 2. How much is one percent of 2?": -1.01,
            "That is the factor at the limit itself. And one percent above it?": -1.0,
        },
    ),
    "half the way": choice(
        "c",
        a="Along b the loss is about as flat as ever. How much smaller is the learning rate now?",
        b="x is a thousand times as large. How many times as large is Σx², and with it λ_max?",
        c="The rate has to be a million times smaller, and along b the loss is no steeper.",
    ),
    "not cleared": choice(
        "b",
        a="backward() adds to what is there. How large is a sum of gradients that all agree?",
        b="Steps go along the sum of all gradients, which grows on the way down and overshoots.",
        c="Each batch builds a graph of its own. Which part of it would be used twice?",
    ),
    "flat target": choice(
        "b",
        a="What is the shape of a column of ten minus a row of ten?",
        b="Every prediction meets every target, and the best answer to all of them is their mean.",
        c="The loss that is trained is a mean of squares, too. What would make it grow?",
    ),
    # Notebook 07
    "forgotten transpose": choice(
        "c",
        a="Each line is checked against the one before it. Do the shapes of X and r fit?",
        b="The first line has not been changed. Which one has?",
        c="X is n×p and r is n×1, so Xr has no meaning unless n = p.",
    ),
    "points on the best line": choice(
        "c",
        a="A line has two parameters. How many equations would three points give for them?",
        b="Such a line makes two residuals 0. Is the sum of all three squares smallest there?",
        c="The sum of squares is smallest where all three share the misfit.",
    ),
    "factor of the step": choice(
        "b",
        a="Try η = 1.5/H. How large is the factor, whatever its sign?",
        b="The factor 1 − ηH lies between −1 and 1 there.",
        c="Try η = 3/H. How large is the factor, whatever its sign?",
    ),
    # Notebook 08
    "coarsest input": choice(
        "a",
        a="Each x is multiplied by a residual, and those are large: 0.0014 either way.",
        b="y has as few decimals as x. Which of the two is multiplied by the larger numbers?",
        c="Σx² is large, but w has one decimal more. What about the inputs that have four?",
        d="b has five decimals, and is multiplied by Σx. Is there an input with fewer decimals?",
    ),
    "sum of 64 numbers": choice(
        "a",
        a="Some roundings go up and some go down, so that they nearly cancel.",
        b="That is half an ulp 63 times. Do all roundings go the same way?",
        c="No rounding moves the sum by more than half an ulp. And do all go the same way?",
    ),
    "digits of 4096 ulps": choice(
        "b",
        a="4096 has four digits itself. How many binary digits are left of the 53?",
        b="53 less 12 is 41 binary digits, about 12 decimal digits.",
        c="All 53 binary digits make 16 decimal digits. What do 4096 ulps take away?",
    ),
    # Notebook 09
    "sums of three": choice(
        "b",
        a="Is (a + b) + c always (a + c) + b, in float32?",
        b="a + b is exactly b + a, so only the one that comes last matters: three choices.",
        c="There are six orders, but does it matter in which one the first two are added?",
    ),
    "the more exact sum": choice(
        "b",
        a="Then its numbers would be those of a sum that is kept in float64. Look at the counts.",
        b="NumPy's sum is kept in float64, and rounded once. (At least where this was stored.)",
        c="Then both would fit the same row of the table below.",
    ),
    "the nearer form": choice(
        "a",
        a="It cancels numbers up to about 20, the scalar form sums of several hundred.",
        b="How large are the sums that it subtracts, compared with what is left?",
        c="In exact arithmetic they are. How large are the numbers that each of them subtracts?",
    ),
    # Notebook 10
    "the first buffer": choice(
        "b",
        a="With v = 0 the first gradient would be weakened by the dampening, too.",
        b="So the first step (3) is that of plain SGD, whatever the momentum and dampening.",
        c="Then the first step would be longer than that of plain SGD.",
    ),
    "off after one step": Value(
        0.1014,
        "Half of the step 0.001 · 202.87 is missing: 0.1014.",
        {
            "That is the whole first step. Which part of it does a dampening of 0.5 take away?": (
                0.20287
            ),
            "That is half of the gradient. By what is a gradient multiplied in a step?": 101.435,
        },
    ),
    "the buffer in the long run": Value(
        10.0,
        "A buffer that stays as it is has v = 0.9 v + 1, so 0.1 v = 1 and v = 10.",
        {
            "That is after one step. What does the second one add?": 1.0,
            "That is after two steps. Does it stop there?": 1.9,
            "That is the share that is kept. When is 0.9 v + 1 as large as v?": 0.9,
        },
    ),
    "the fastest at first": choice(
        "c",
        a="All gradients agree at first. Which one makes use of the earlier ones?",
        b="It sums up the gradients. Which one also follows the newest one once more?",
        c="It goes along the buffer, and along the newest gradient once more.",
        d="It adds only half of each gradient to the buffer.",
    ),
    # Notebook 11
    "product of the slip": Value(
        -0.05183,
        "−0.34487 · 0.15028 = −0.05183. The update that was meant is a difference, −0.19459.",
        {
            "That is the difference, which was meant. What is the product itself?": -0.19459,
            "That is the factor alone. What does w become when it is multiplied by it?": 0.15028,
            "The learning rate is missing. What is 0.001 times the gradient?": -51.83,
        },
    ),
    "b too early": choice(
        "b",
        a="The new b moves every residual. Does that leave the fifth decimal of w as it was?",
        b="The error in the gradient has the factor η, and the update has it once more.",
        c="By how much does b move in one step, and how much of that reaches w after one more η?",
    ),
    "whole numbers": choice(
        "b",
        a="NumPy writes a float into an array of integers without a word. What is left of it?",
        b="What is written into an array of integers loses everything after the point.",
        c="The right-hand side is a float. But what is the type of the array it is written into?",
    ),
    "fixed n": choice(
        "b",
        a="For one row the factor should be 2/1. Is 2/3 more or less than that?",
        b="For one row 2/3 stands where 2/1 should, and batches of three show nothing.",
        c="What is 2/n for n = 1?",
    ),
    "different reports": Value(
        10,
        "Only the row that is alone weighs more, 1/4 instead of 1/12, and it may be any of the 10.",
        {
            "Does it matter which of the three full batches a row is in?": 16800,
            "Do all rows have the same weight in a mean of four means?": 1,
            "There are four batches, but which rows can make up the last?": 4,
        },
    ),
    "seed set once": choice(
        "b",
        a="A shuffle follows from its seed. What do two generators with the same seed give?",
        b="A generator that has been used goes on from where it is.",
        c="Where is the generator when the second run begins?",
    ),
    "step before backward": choice(
        "c",
        a="A parameter without a gradient may be meant to stay fixed. What does step() do with it?",
        b="What has zero_grad() done with the gradient of the previous batch?",
        c="Each step() finds gradients that zero_grad() has just taken away.",
    ),
    "without no_grad": choice(
        "a",
        a="1 changes a leaf in place, 2 has lost its leaf by the second step, 3 asks directly.",
        b="Only one of them changes w in place. Which, and what do the others make instead?",
        c="A leaf that asks for a gradient may not be changed in place. Which way does that?",
    ),
    "small h": choice(
        "b",
        a="How far apart are neighbouring float32 numbers near 0.34? Is 1e-8 more than that?",
        b="In float32 w + h is w itself, and the difference of the losses is 0.",
        c="The divisor is 1e-8, which float32 holds without trouble. What is divided by it?",
    ),
    # Notebook 12
    "digits after an exact gradient": choice(
        "b",
        a="By what is H⁻¹ multiplied, and how large is that near the optimum?",
        b="The digits were lost in the gradient. The error of H multiplies what is small already.",
        c="The error of H has the squared κ. But by what is H⁻¹ multiplied near the optimum?",
    ),
    "digits of a difference": choice(
        "c",
        a="Each sum has 16 digits. How many of them do the two have in common?",
        b="The first 12 digits are the same, and cancel. How many of the 16 does that leave?",
        c="The two share their first 12 digits, and near 10¹⁵ floats are 0.125 apart.",
    ),
    "rows of the second worker": choice(
        "b",
        a="Then it would have fewer rows than the first, which would wait. What fills the gap?",
        b="The sampler begins again from the first row until all workers have equally many.",
        c="A sampler leaves rows out only if it is told to, by drop_last. What else can it do?",
    ),
}
