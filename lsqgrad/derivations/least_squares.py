"""The derivations of notebooks 01, 02 and 07, line by line, each with its typical slips.

What is derived, and how, is read in the notebooks, where each is shown whole. Here it is data: for
the walker, and for the checks.
"""

from lsqgrad.derivations.derivation import Derivation, Line, Slip, define


def slips(*texts: str) -> tuple[Slip, ...]:
    """Return slips, from formulas and, after each, what is wrong with it."""
    return tuple(map(Slip, texts[::2], texts[1::2]))


# Notebooks 01 and 07, equations (1) to (3)
WITHOUT_BIAS = define(
    "Y_hat == X @ w",
    "r == Y_hat - Y",
    "L(w) == 1 / n * Sum(r[i] ** 2, i)",
)
# Notebook 02, equation (1)
LINE = define("L(w, b) == 1 / n * Sum((y[i] - (w * x[i] + b)) ** 2, i)")

by_indices = Derivation(
    "The gradient by indices",
    given=WITHOUT_BIAS,
    first=4,
    remainder="1 / n * norm(X @ d) ** 2",
    lines=[
        Line(
            "D(L, w[k]) == D(1 / n * Sum(r[i] ** 2, i), w[k])",
            "substitute the loss (3)",
            "We take one weight, {w[k]}, and hold all others fixed.",
        ),
        Line(
            "1 / n * Sum(D(r[i] ** 2, w[k]), i)",
            "sum rule",
            "The derivative of a sum is the sum of the derivatives, and a constant factor stays.",
            slips=slips(
                "Sum(D(r[i] ** 2, w[k]), i)",
                "The factor {1 / n} is lost. It is a constant, and a constant factor stays.",
                "1 / n * D(r[i] ** 2, w[k])",
                "The sum is left out. What is left concerns one row {i}, and the loss has "
                "all of them.",
            ),
        ),
        Line(
            "1 / n * Sum(2 * r[i] * D(r[i], w[k]), i)",
            "chain rule",
            "The outer function is a square, so {D(r[i] ** 2, w[k]) == 2 * r[i] * D(r[i], w[k])}.",
            slips=slips(
                "1 / n * Sum(2 * r[i], i)",
                "The inner derivative is forgotten. The residual depends on {w[k]}, so it "
                "is differentiated too.",
                "1 / n * Sum(r[i] * D(r[i], w[k]), i)",
                "The factor 2 is lost. The derivative of a square is twice its base.",
            ),
        ),
        Line(
            "1 / n * Sum(2 * r[i] * X[i, k], i)",
            "inner derivative",
            "Written out, {r[i] == Sum(X[i, j] * w[j], j) - Y[i]}. In this sum {w[k]} stands in "
            "one term only, {X[i, k] * w[k]}. So {D(r[i], w[k]) == X[i, k]}.",
            slips=slips(
                "1 / n * Sum(2 * r[i] * w[k], i)",
                "This is the derivative with respect to {X[i, k]}. We differentiate with "
                "respect to the weight, so the entry stays.",
                "1 / n * Sum(2 * r[i] * (-X[i, k]), i)",
                "The sign is reversed. That would be right for the residual {Y - Y_hat}; ours "
                "is {Y_hat - Y}.",
            ),
        ),
        Line(
            "2 / n * Sum(X[i, k] * r[i], i)",
            "distributive law",
            "The factor 2 is the same in every term, so it comes out of the sum. Numbers may "
            "change places.",
            slips=slips(
                "2 / n * Sum(X[i, k], i) * Sum(r[i], i)",
                "A sum of products is not the product of the sums.",
                "2 * X[i, k] / n * Sum(r[i], i)",
                "The entry of {X} is another one in each row, so it cannot come out of the sum.",
            ),
        ),
        Line(
            "2 / n * Sum(X.T[k, i] * r[i], i)",
            "definition of the transpose",
            "Column {k} of {X} is row {k} of its transpose: {X[i, k] == X.T[k, i]}.",
            slips=slips(
                "2 / n * Sum(X[k, i] * r[i], i)",
                "This takes row {k} of {X}, where column {k} belongs. If {X} is not square, "
                "there may be no such entry.",
                "2 / n * Sum(X.T[i, k] * r[i], i)",
                "Transposing exchanges the two indices. Here they were not exchanged.",
            ),
        ),
        Line(
            "2 / n * (X.T @ r)[k]",
            "definition of the matrix product",
            "Row {k} of {X.T} times the column {r}: products of entries, summed over {i}.",
            slips=slips(
                "2 / n * (X @ r)[k]",
                "The transpose is lost. {X} wants a column of {p} entries, and {r} has {n}.",
                "2 / n * X.T[k, k] * r[k]",
                "This is one product alone, and in general not even one of the sum. All must "
                "be added.",
            ),
        ),
        Line(
            "D(L, w) == 2 / n * X.T @ r",
            "collect all {k}",
            "This holds for every {k}, so it holds for the whole column of {p} derivatives.",
            boxed=True,
            slips=slips(
                "2 / n * r.T @ X",
                "The numbers are right, but they stand in a row. The gradient has the shape "
                "of {w}, a column.",
                "2 / n * X.T",
                "The residual is lost on the way.",
            ),
        ),
        Line(
            "2 / n * X.T @ (X @ w - Y)",
            "substitute the residual (2)",
            "So the gradient needs nothing but the data and {w}.",
            boxed=True,
            slips=slips(
                "2 / n * X.T @ (Y - X @ w)",
                "The sign is reversed: the residual is prediction minus target.",
                "2 / n * (X.T @ X @ w - Y)",
                "The factor {X.T} multiplies both terms. Here it reaches the first one only.",
            ),
        ),
    ],
)

by_differentials = Derivation(
    "The gradient by differentials",
    given=WITHOUT_BIAS,
    first=5,
    remainder="1 / n * norm(X @ d) ** 2",
    lines=[
        Line(
            "d(L) == d(1 / n * r.T @ r)",
            "substitute the loss (3)",
            "We change {w} by a small {dw} and ask how the loss changes, to first order.",
        ),
        Line(
            "1 / n * (d(r).T @ r + r.T @ d(r))",
            "product rule",
            "Both factors of {r.T @ r} depend on {w}, so there are two terms.",
            slips=slips(
                "1 / n * d(r).T @ d(r)",
                "The differential of a product is not the product of the differentials.",
                "1 / n * d(r).T @ r",
                "The product rule has two terms. This is the first one alone.",
            ),
        ),
        Line(
            "2 / n * r.T @ d(r)",
            "a number is its own transpose",
            "Both terms are 1×1, and so {d(r).T @ r == (d(r).T @ r).T == r.T @ d(r)}.",
            slips=slips(
                "2 / n * r @ d(r).T",
                "A column times a row is a matrix. The change of the loss is a number.",
                "1 / n * r.T @ d(r)",
                "There were two equal terms, so there is a factor 2.",
            ),
        ),
        Line(
            "2 / n * r.T @ X @ dw",
            "differential of the residual",
            "In {r == X @ w - Y} only {w} changes, so {d(r) == X @ dw}.",
            slips=slips(
                "2 / n * r.T @ (X @ dw - Y)",
                "The target is a constant: its differential is 0.",
                "2 / n * r.T @ dw @ X",
                "Matrices do not change places. In general these shapes do not even fit.",
            ),
        ),
        Line(
            "2 / n * (X.T @ r).T @ dw",
            "transpose of a product",
            "The order is reversed: {(X.T @ r).T == r.T @ X}.",
            slips=slips(
                "2 / n * (r.T @ X).T @ dw",
                "One transpose too many: {r.T @ X} is already the row that we need.",
                "2 / n * (X @ r).T @ dw",
                "The transpose of {X} is lost. {X} wants a column of {p} entries, and {r} has {n}.",
            ),
        ),
        Line(
            "inner(2 / n * X.T @ r, dw)",
            "definition of the inner product",
            "A row times a column is the inner product of two columns.",
            slips=slips(
                "inner(2 / n * r.T @ X, dw)",
                "An inner product takes two columns. This is a row and a column.",
                "inner(2 / n * X.T, r) @ dw",
                "The change {dw} belongs inside the inner product, and {X.T} is no column.",
            ),
        ),
        Line(
            "D(L, w) == 2 / n * X.T @ r",
            "read off the gradient",
            "For every {dw}, {d(L) == inner(D(L, w), dw)}. So the gradient is what stands beside "
            "{dw}.",
            boxed=True,
            slips=slips(
                "2 / n * X.T @ r @ dw.T",
                "The change {dw} is not a part of the gradient: it may be any change.",
                "2 / n * r.T @ X",
                "This row stands before {dw} in (8). But the gradient has the shape of {w}.",
            ),
        ),
    ],
)

by_expanding = Derivation(
    "The gradient by expanding the square",
    given=WITHOUT_BIAS,
    first=13,
    remainder="1 / n * norm(X @ d) ** 2",
    lines=[
        Line(
            "L == 1 / n * (X @ w - Y).T @ (X @ w - Y)",
            "put the residual (2) into the loss (3)",
            "We write the loss as a quadratic function of {w}.",
        ),
        Line(
            "1 / n * (w.T @ X.T - Y.T) @ (X @ w - Y)",
            "transpose of a product",
            "The order is reversed: {(X @ w).T == w.T @ X.T}.",
            slips=slips(
                "1 / n * (X.T @ w.T - Y.T) @ (X @ w - Y)",
                "Transposing a product reverses its order. In general these shapes do "
                "not even fit.",
                "1 / n * (w.T @ X - Y.T) @ (X @ w - Y)",
                "Both factors are transposed, {X} as well.",
            ),
        ),
        Line(
            "1 / n * (w.T @ X.T @ X @ w - w.T @ X.T @ Y - Y.T @ X @ w + Y.T @ Y)",
            "multiply out",
            "Each term with each, in its order.",
            slips=slips(
                "1 / n * (w.T @ X.T @ X @ w + Y.T @ Y)",
                "The two mixed terms are left out. A square of a difference has them.",
                "1 / n * (w.T @ X.T @ X @ w - w.T @ X.T @ Y - Y.T @ X @ w - Y.T @ Y)",
                "Minus times minus is plus.",
            ),
        ),
        Line(
            "1 / n * (w.T @ X.T @ X @ w - 2 * w.T @ X.T @ Y + Y.T @ Y)",
            "a number is its own transpose",
            "The mixed terms are 1×1, and so equal: "
            "{Y.T @ X @ w == (Y.T @ X @ w).T == w.T @ X.T @ Y}.",
            slips=slips(
                "1 / n * (w.T @ X.T @ X @ w - w.T @ X.T @ Y + Y.T @ Y)",
                "There were two mixed terms, so there is a factor 2.",
                "1 / n * (X.T @ X @ w ** 2 - 2 * w.T @ X.T @ Y + Y.T @ Y)",
                "That is how numbers are squared. A column has no square, and the order of "
                "the factors matters.",
            ),
        ),
        Line(
            "D(L, w) == 1 / n * (D(w.T @ X.T @ X @ w, w) - 2 * D(w.T @ X.T @ Y, w))",
            "sum rule",
            "Term by term. The last term, {Y.T @ Y}, does not depend on {w}.",
            slips=slips(
                "1 / n * (D(w.T @ X.T @ X @ w, w) - 2 * D(w.T @ X.T @ Y, w) + Y.T @ Y)",
                "The last term is a constant: its derivative is 0.",
                "D(w.T @ X.T @ X @ w, w) - 2 * D(w.T @ X.T @ Y, w)",
                "The factor {1 / n} is lost. It is a constant, and a constant factor stays.",
            ),
        ),
        Line(
            "1 / n * (2 * X.T @ X @ w - 2 * X.T @ Y)",
            "derivatives of a quadratic and of a linear function",
            "In the first, {w} stands twice, and by the product rule each gives the same, since "
            "{X.T @ X} is symmetric: {D(w.T @ X.T @ X @ w, w) == 2 * X.T @ X @ w}. In the second "
            "it stands once: {D(w.T @ X.T @ Y, w) == X.T @ Y}.",
            slips=slips(
                "1 / n * (X.T @ X @ w - 2 * X.T @ Y)",
                "The weights stand twice in the quadratic term, so its derivative has a "
                "factor 2, as with numbers, where {w ** 2} has {2 * w}.",
                "1 / n * (2 * w.T @ X.T @ X - 2 * Y.T @ X)",
                "The numbers are right, but they stand in a row. The gradient has the shape "
                "of {w}, a column.",
            ),
        ),
        Line(
            "2 / n * X.T @ (X @ w - Y)",
            "distributive law",
            "Both terms begin with {2 * X.T}, which comes out, on the left.",
            boxed=True,
            slips=slips(
                "2 / n * (X @ w - Y) @ X.T",
                "A matrix product keeps its order, and {X.T} stood on the left. On the right "
                "it does not fit, or, with one feature, it makes a large matrix.",
                "2 / n * X.T @ (X @ w + Y)",
                "The sign of the second term is turned.",
            ),
        ),
    ],
)

for_weight = Derivation(
    "The derivative with respect to w",
    given=LINE,
    first=2,
    remainder="1 / n * Sum((x[i] * d) ** 2, i)",
    lines=[
        Line(
            "D((y[i] - w * x[i] - b) ** 2, w) "
            "== 2 * (y[i] - w * x[i] - b) * D(y[i] - w * x[i] - b, w)",
            "chain rule",
            "We take one term of the sum. The outer function is a square.",
        ),
        Line(
            "2 * (y[i] - w * x[i] - b) * (-x[i])",
            "inner derivative",
            "Only {-w * x[i]} depends on {w}, and its derivative is {-x[i]}.",
            slips=slips(
                "2 * (y[i] - w * x[i] - b) * x[i]",
                "The inner derivative has a minus, since {w * x[i]} is subtracted.",
                "2 * (y[i] - w * x[i] - b) * (-w)",
                "This is the derivative with respect to {x[i]}. We differentiate with "
                "respect to the weight, so {x[i]} stays.",
            ),
        ),
        Line(
            "2 * (w * x[i] + b - y[i]) * x[i]",
            "the minus changes every sign in the bracket",
            "The bracket is now prediction minus target: the residual.",
            slips=slips(
                "2 * (w * x[i] - b - y[i]) * x[i]",
                "The minus changes every sign in the bracket, that of {b} as well.",
                "-2 * (w * x[i] + b - y[i]) * x[i]",
                "The minus was used up when the signs were changed. Here it is used twice.",
            ),
        ),
        Line(
            "D(L, w) == 1 / n * Sum(D((y[i] - w * x[i] - b) ** 2, w), i)",
            "sum rule",
            "The whole loss (1) follows. The derivative of a sum is the sum of the derivatives.",
            slips=slips(
                "1 / n * D((y[i] - w * x[i] - b) ** 2, w)",
                "The sum is left out. What is left concerns one row {i} alone.",
                "Sum(D((y[i] - w * x[i] - b) ** 2, w), i)",
                "The factor {1 / n} is lost. It is a constant, and a constant factor stays.",
            ),
        ),
        Line(
            "2 / n * Sum((w * x[i] + b - y[i]) * x[i], i)",
            "substitute (4)",
            "The factor 2 is the same in every row, so it comes out of the sum.",
            slips=slips(
                "1 / n * Sum((w * x[i] + b - y[i]) * x[i], i)",
                "The factor 2 of (4) is lost. It would be so if the loss had a factor ½.",
                "2 / n * Sum(w * x[i] + b - y[i], i) * Sum(x[i], i)",
                "A sum of products is not the product of the sums.",
            ),
        ),
        Line(
            "2 / n * Sum(w * x[i] ** 2 - (y[i] - b) * x[i], i)",
            "multiply out",
            "We collect the terms in {w}.",
            slips=slips(
                "2 / n * Sum(w * x[i] - (y[i] - b) * x[i], i)",
                "{w * x[i]} is multiplied by {x[i]} too: that makes a square.",
                "2 / n * Sum(w * x[i] ** 2 - (y[i] + b) * x[i], i)",
                "The sign of {b} is turned: in the bracket it was plus, and minus minus is plus.",
            ),
        ),
        Line(
            "2 / n * (Sum(w * x[i] ** 2, i) - Sum((y[i] - b) * x[i], i))",
            "split the sum",
            "A sum of differences is the difference of the sums.",
            slips=slips(
                "2 / n * (Sum(w * x[i] ** 2, i) + Sum((y[i] - b) * x[i], i))",
                "The minus between the two is lost.",
                "2 / n * (Sum(w * x[i] ** 2, i) - (y[i] - b) * x[i])",
                "The second term was summed too, and its sum has been left out.",
            ),
        ),
        Line(
            "2 / n * (w * Sum(x[i] ** 2, i) - Sum((y[i] - b) * x[i], i))",
            "distributive law",
            "The weight is the same in every row, so it comes out of the sum.",
            boxed=True,
            slips=slips(
                "2 / n * (w * Sum(x[i], i) ** 2 - Sum((y[i] - b) * x[i], i))",
                "A sum of squares is not the square of the sum.",
                "2 / n * (n * w * Sum(x[i] ** 2, i) - Sum((y[i] - b) * x[i], i))",
                "The weight comes out of the sum once, not {n} times.",
            ),
        ),
    ],
)

for_bias = Derivation(
    "The derivative with respect to b",
    given=LINE,
    first=10,
    remainder="d ** 2",
    lines=[
        Line(
            "D((y[i] - w * x[i] - b) ** 2, b) "
            "== 2 * (y[i] - w * x[i] - b) * D(y[i] - w * x[i] - b, b)",
            "chain rule",
            "We take the same term; now {b} changes and {w} is fixed.",
        ),
        Line(
            "2 * (w * x[i] + b - y[i])",
            "inner derivative",
            "In every row, {D(y[i] - w * x[i] - b, b) == -1}. The minus changes every "
            "sign in the bracket.",
            slips=slips(
                "2 * (w * x[i] + b - y[i]) * x[i]",
                "The factor {x[i]} belongs to the weight. The bias stands alone.",
                "2 * (y[i] - w * x[i] - b)",
                "The inner derivative is −1, not 1, since {b} is subtracted.",
            ),
        ),
        Line(
            "D(L, b) == 2 / n * Sum(w * x[i] + b - y[i], i)",
            "sum rule, and substitute (11)",
            "The derivative is twice the mean of the residuals.",
            slips=slips(
                "2 * Sum(w * x[i] + b - y[i], i)",
                "The factor {1 / n} is lost. It is a constant, and a constant factor stays.",
                "2 / n * (w * x[i] + b - y[i])",
                "The sum is left out. What is left concerns one row {i} alone.",
            ),
        ),
        Line(
            "2 / n * (Sum(b, i) - Sum(y[i] - w * x[i], i))",
            "split the sum",
            "We collect the terms in {b}.",
            slips=slips(
                "2 / n * (Sum(b, i) - Sum(y[i] + w * x[i], i))",
                "The sign of {w * x[i]} is turned: before it was plus, and minus minus is plus.",
                "2 / n * (Sum(b, i) + Sum(y[i] - w * x[i], i))",
                "The minus between the two is lost.",
            ),
        ),
        Line(
            "2 / n * (n * b - Sum(y[i] - w * x[i], i))",
            "add a constant {n} times",
            "The bias is added once for each row: {Sum(b, i) == n * b}.",
            boxed=True,
            slips=slips(
                "2 / n * (b - Sum(y[i] - w * x[i], i))",
                "Every row adds the bias once.",
                "2 / n * (n * b - 1 / n * Sum(y[i] - w * x[i], i))",
                "The factor {1 / n} already stands in front. Here one sum is divided twice.",
            ),
        ),
    ],
)
