"""Formulas as answers to the three exercises that ask for one, in our notation and in others."""

import numpy as np

from student_answers.collected import typed

X = np.array([[4.6667], [8.2222], [2.8889]])
r = np.array([[-10.4798], [-19.2074], [-6.4364]])

# Differential

typed(
    "differential",
    "",
    "2 / n * r.T @ X @ dw",
    "2/n*r.T@X@dw",
    "(2/n) * (r.T @ X) @ dw",
    "2 / n * r.T @ (X @ dw)",
    "2 * r.T @ X @ dw / n",
    "r.T @ X @ dw * 2 / n",
    "(r.T @ X @ dw) * (2 / n)",
    "r.T @ X @ dw / (n / 2)",
    "1 / n * 2 * r.T @ X @ dw",
    "2 * (1 / n) * r.T @ (X @ dw)",
    "(2 / n * X.T @ r).T @ dw",
    "2 / n * (X.T @ r).T @ dw",
    "1 / n * (dw.T @ X.T @ r + r.T @ X @ dw)",
    "1/n * r.T @ X @ dw + 1/n * r.T @ X @ dw",
    "-2 / n * (-r).T @ X @ dw",
    "2 * n ** -1 * r.T @ X @ dw",
)

typed(
    "differential",
    "dr is not put in",
    "2 / n * r.T @ d(r)",
    "2 / n * r.T @ dr",
    "2/n*r.T@d(X @ w - Y)",
)
typed(
    "differential",
    "the 2 is lost",
    "1 / n * r.T @ X @ dw",
    "r.T @ X @ dw / n",
    "1/n * (X.T @ r).T @ dw",
)
typed("differential", "1/n is lost", "2 * r.T @ X @ dw", "2 * (r.T @ X) @ dw")
typed("differential", "2 and 1/n are lost", "r.T @ X @ dw")
typed("differential", "divided by n twice", "2 / n ** 2 * r.T @ X @ dw", "2 / n * r.T @ X @ dw / n")
typed("differential", "n / 2 in place of 2 / n", "n / 2 * r.T @ X @ dw", "r.T @ X @ dw / 2 * n")
typed("differential", "4 in place of 2: both factors r give a 2", "4 / n * r.T @ X @ dw")
typed("differential", "a minus too many", "-2 / n * r.T @ X @ dw", "2 / n * (Y - X @ w).T @ X @ dw")
typed("differential", "dw is forgotten: this is a row", "2 / n * r.T @ X", "2/n * (X.T @ r).T")
typed("differential", "w in place of dw", "2 / n * r.T @ X @ w")
typed("differential", "X is forgotten: the shapes do not fit", "2 / n * r.T @ dw")
typed("differential", "r is forgotten: this is a column", "2 / n * X @ dw")
typed("differential", "r is not transposed", "2 / n * r @ X @ dw", "2/n * r @ (X @ dw)")
typed("differential", "X is transposed, and should not be", "2 / n * r.T @ X.T @ dw")
typed(
    "differential", "the transposed product is not followed by a transpose", "2 / n * X.T @ r @ dw"
)
typed("differential", "the constant Y is not dropped", "2 / n * r.T @ (X @ dw - Y)")
typed("differential", "the constant X is differentiated, too", "2 / n * r.T @ (X @ dw + X @ w)")
typed("differential", "X twice", "2 / n * r.T @ X @ X.T @ X @ dw", "2 / n * r.T @ X.T @ X @ dw")
typed("differential", "r twice", "2 / n * r.T @ r @ r.T @ X @ dw")
typed("differential", "the loss has not been differentiated", "1 / n * r.T @ r")
typed("differential", "dw is squared", "2 / n * r.T @ X @ dw ** 2", "2/n * r.T @ X @ dw @ dw.T")
typed(
    "differential",
    "a product of matrices is written with *",
    "2 / n * r.T * X * dw",
    "2 / n * r.T @ X * dw",
)
typed("differential", "r and X added, not multiplied", "2 / n * (r.T + X) @ dw")
typed("differential", "3 in place of n: only for three rows", "2 / 3 * r.T @ X @ dw")
typed("differential", "the number p of features in place of n", "2 / p * r.T @ X @ dw")
typed("differential", "no sign between the factors", "2/n r.T X dw", "2 / n * r.T @ X dw")
typed("differential", "a bracket is not closed", "2 / n * (r.T @ X @ dw", "2 / n * r.T @ (X @ dw")
typed("differential", "a bracket too many", "2 / n * r.T @ X @ dw)")
typed("differential", "a letter that is not there: R for r", "2 / n * R.T @ X @ dw")
typed("differential", "a letter that is not there: N for n", "2 / N * r.T @ X @ dw")
typed("differential", "a letter that is not there: delta_w for dw", "2 / n * r.T @ X @ delta_w")
typed("differential", "^ in place of .T, as in a text", "2/n * r^T X dw", "2/n * r^T @ X @ dw")
typed("differential", "LaTeX, not Python", r"\frac{2}{n} r^\top X \, dw", r"$\frac{2}{n} r^T X dw$")
typed("differential", "MATLAB's transpose", "2/n * r' * X * dw", "2 / n * r' @ X @ dw")
typed("differential", "NumPy's function for the product", "2 / n * np.dot(r.T, X) @ dw")
typed("differential", "an operator is missing its right side", "2 / n * r.T @ X @")
typed("differential", "words, not a formula", "put dr = X dw into (2)", "I don't know")
typed("differential", "numbers where a formula is asked for", 2 / 3 * r.T @ X, -150.28)

# Gradient

typed(
    "gradient",
    "",
    "2 / n * X.T @ r",
    "2/n*X.T@r",
    "2 / n * (X.T @ r)",
    "2 * X.T @ r / n",
    "X.T @ r * 2 / n",
    "X.T @ (2 / n * r)",
    "(2/n) * X.T @ r",
    "1 / n * X.T @ (2 * r)",
    "(1 / n) * X.T @ r * 2",
    "X.T @ r / (n / 2)",
    "X.T @ r / (0.5 * n)",
    "(2 / n * r.T @ X).T",
    "2 / n * (r.T @ X).T",
    "(r.T @ X).T * 2 / n",
    "2 / n * X.T @ (X @ w - Y)",
    "-2 / n * X.T @ (Y - X @ w)",
    "2 / n * (X.T @ X @ w - X.T @ Y)",
    "2/n * X.T @ X @ w - 2/n * X.T @ Y",
    "2 * (X.T @ (X @ w) - X.T @ Y) / n",
    "-(2 / n) * (X.T @ Y - X.T @ X @ w)",
    "1/n * X.T @ r + 1/n * X.T @ r",
    "2 * n ** -1 * X.T @ r",
    "(2 * (X @ w - Y).T @ X / n).T",
    "-2 / n * X.T @ -r",
)

typed("gradient", "the 2 is lost", "1 / n * X.T @ r", "X.T @ r / n", "1/n * X.T @ (X @ w - Y)")
typed("gradient", "1/n is lost", "2 * X.T @ r", "2 * (X.T @ X @ w - X.T @ Y)")
typed("gradient", "2 and 1/n are lost", "X.T @ r")
typed("gradient", "½ in place of 2", "1 / (2 * n) * X.T @ r", "X.T @ r / 2 / n")
typed("gradient", "divided by n twice", "2 / n ** 2 * X.T @ r", "2 / n * X.T @ r / n")
typed("gradient", "2 / n upside down, for lack of a bracket", "X.T @ r / 2 * n")
typed("gradient", "2 / n upside down", "n / 2 * X.T @ r")
typed("gradient", "the sign is wrong", "-2 / n * X.T @ r", "2 / n * X.T @ (Y - X @ w)")
typed("gradient", "the sign is wrong, and the 2 is lost", "1 / n * X.T @ (Y - X @ w)")
typed("gradient", "a row, not a column", "2 / n * r.T @ X", "(2 / n * X.T @ r).T")
typed("gradient", "X is not transposed", "2 / n * X @ r", "2 / n * X @ (X @ w - Y)")
typed("gradient", "r is transposed, too", "2 / n * X.T @ r.T")
typed("gradient", "the factors in the wrong order", "2 / n * r @ X.T", "2 / n * r @ X")
typed("gradient", "the differential, not the gradient", "2 / n * r.T @ X @ dw")
typed("gradient", "dw is still there", "2 / n * X.T @ r @ dw", "2 / n * X.T @ r * dw")
typed("gradient", "X is forgotten", "2 / n * r", "2/n * (X @ w - Y)")
typed("gradient", "r is forgotten: the Hessian", "2 / n * X.T @ X")
typed("gradient", "the targets are forgotten", "2 / n * X.T @ X @ w")
typed("gradient", "the predictions are forgotten", "-2 / n * X.T @ Y", "2 / n * X.T @ Y")
typed("gradient", "plus in place of minus in the residual", "2 / n * X.T @ (X @ w + Y)")
typed("gradient", "the bracket is missing: X.T meets only X @ w", "2 / n * X.T @ X @ w - Y")
typed("gradient", "the factor meets only the first term", "2 / n * X.T @ X @ w - X.T @ Y")
typed("gradient", "r is squared", "2 / n * X.T @ r ** 2")
typed("gradient", "X twice", "2 / n * X.T @ X @ r", "2 / n * X.T @ X @ X.T @ r")
typed("gradient", "a product of matrices is written with *", "2 / n * X.T * r", "2/n * X * r")
typed("gradient", "plus after the factor", "2 / n + X.T @ r")
typed("gradient", "the bracket puts the product into the denominator", "2 / (n * X.T @ r)")
typed("gradient", "the sum of all residuals, in each entry the same", "2 / n * Sum(r[i], i)")
typed("gradient", "one entry, not the column", "2 / n * Sum(r[i] * X[i, k], i)")
typed("gradient", "3 in place of n: only for three rows", "2 / 3 * X.T @ r")
typed("gradient", "p in place of n", "2 / p * X.T @ r")
typed("gradient", "a letter that is not there: m for n", "2 / m * X.T @ r", "1/m * X.T @ (2 * r)")
typed("gradient", "a letter that is not there: x for X", "2 / n * x.T @ r")
typed("gradient", "the dot before T is missing", "2 / n * XT @ r", "2 / n * X T @ r")
typed("gradient", "no sign between the factors", "2/n X.T r", "2 X.T @ r / n", "2/n (X.T @ r)")
typed("gradient", "^ in place of .T, as in a text", "2/n X^T r", "2 / n * X^T @ r")
typed("gradient", "LaTeX, not Python", r"\frac{2}{n} X^\top r")
typed("gradient", "MATLAB's transpose", "2 / n * X' * r", "(2/n)*X'*r")
typed("gradient", "R's product", "2 / n * t(X) %*% r")
typed("gradient", "methods and functions of NumPy", "2 / n * X.T.dot(r)", "2/n * np.matmul(X.T, r)")
typed("gradient", "functions of Python and NumPy", "2 / len(X) * X.T @ r", "2 * np.mean(X.T * r)")
typed("gradient", "symbols of print, not of Python", "2/n · Xᵀr", "²⁄ₙ Xᵀ r")
typed("gradient", "a bracket is not closed", "2 / n * (X.T @ r", "(2 / n * X.T @ (X @ w - Y)")
typed("gradient", "two operators in a row", "2 / n * @ X.T @ r", "2 / n X.T @@ r")
typed("gradient", "numbers where a formula is asked for", 2 / 3 * X.T @ r)
typed("gradient", "a function where a formula is asked for", lambda X, r, n: 2 / n * X.T @ r)

# One weight

typed(
    "one weight",
    "",
    "2 / n * Sum(r[i] * X[i, k], i)",
    "2/n*Sum(r[i]*X[i,k],i)",
    "2 / n * Sum(X[i, k] * r[i], i)",
    "2 * Sum(r[i] * X[i, k], i) / n",
    "Sum(r[i] * X[i, k], i) * 2 / n",
    "1 / n * Sum(2 * r[i] * X[i, k], i)",
    "Sum(2 * r[i] * X[i, k], i) / n",
    "Sum(2 / n * r[i] * X[i, k], i)",
    "Sum(2 * X[i, k] * r[i] / n, i)",
    "2 * Sum(r[i] * X[i, k] / n, i)",
    "Sum(r[i] * X[i, k], i) / (n / 2)",
    "-2 / n * Sum(-r[i] * X[i, k], i)",
    "1/n * (Sum(r[i] * X[i, k], i) + Sum(r[i] * X[i, k], i))",
    "Sum(r[i] * X[i, k] + X[i, k] * r[i], i) / n",
    "(2 / n) * Sum((r[i]) * (X[i, k]), i)",
    "2 * n ** -1 * Sum(r[i] * X[i, k], i)",
)

typed("one weight", "the 2 is lost", "1 / n * Sum(r[i] * X[i, k], i)", "Sum(X[i, k] * r[i] / n, i)")
typed("one weight", "1/n is lost", "2 * Sum(r[i] * X[i, k], i)", "Sum(2 * r[i] * X[i, k], i)")
typed("one weight", "2 and 1/n are lost", "Sum(r[i] * X[i, k], i)")
typed(
    "one weight",
    "divided by n twice",
    "2 / n * Sum(r[i] * X[i, k] / n, i)",
    "2/n**2 * Sum(r[i]*X[i,k], i)",
)
typed("one weight", "2 / n upside down", "n / 2 * Sum(r[i] * X[i, k], i)")
typed("one weight", "the sign is wrong", "-2 / n * Sum(r[i] * X[i, k], i)")
typed("one weight", "no inner derivative: the bias's", "2 / n * Sum(r[i], i)")
typed("one weight", "r is forgotten", "2 / n * Sum(X[i, k], i)")
typed("one weight", "no sum: i stands free", "2 / n * r[i] * X[i, k]", "2 * r[i] * X[i, k]")
typed("one weight", "the indices of X exchanged", "2 / n * Sum(r[i] * X[k, i], i)")
typed("one weight", "r has the wrong index", "2 / n * Sum(r[k] * X[i, k], i)")
typed("one weight", "summed over the features, not the rows", "2 / n * Sum(r[i] * X[i, k], k)")
typed("one weight", "summed over the features, too", "2 / n * Sum(Sum(r[i] * X[i, k], k), i)")
typed("one weight", "j in place of k: another weight", "2 / n * Sum(r[i] * X[i, j], i)")
typed(
    "one weight",
    "r is squared",
    "2 / n * Sum(r[i] ** 2 * X[i, k], i)",
    "1/n * Sum(r[i]**2 * X[i,k], i)",
)
typed("one weight", "X is squared", "2 / n * Sum(r[i] * X[i, k] ** 2, i)")
typed(
    "one weight",
    "a product of sums, not a sum of products",
    "2 / n * Sum(r[i], i) * Sum(X[i, k], i)",
)
typed("one weight", "plus in place of times", "2 / n * Sum(r[i] + X[i, k], i)")
typed("one weight", "the targets in place of the residuals", "2 / n * Sum(Y[i] * X[i, k], i)")
typed("one weight", "times w[k]", "2 / n * Sum(r[i] * X[i, k] * w[k], i)")
typed("one weight", "the differential's part, with dw", "2 / n * Sum(r[i] * X[i, k] * dw[k], i)")
typed("one weight", "the loss, not its derivative", "1 / n * Sum(r[i] ** 2, i)")
typed("one weight", "the whole column, without k", "2 / n * X.T @ r")
typed(
    "one weight",
    "the first three rows written out",
    "2/3 * (r[1]*X[1,k] + r[2]*X[2,k] + r[3]*X[3,k])",
)
typed("one weight", "p in place of n", "2 / p * Sum(r[i] * X[i, k], i)")
typed("one weight", "Sum does not say over which index", "2 / n * Sum(r[i] * X[i, k])")
typed(
    "one weight", "X lacks an index", "2 / n * Sum(r[i] * X[i], i)", "2 / n * Sum(r[i] * X[k], i)"
)
typed("one weight", "r lacks its index", "2 / n * Sum(r * X[i, k], i)")
typed("one weight", "Sum's two parts exchanged", "2 / n * Sum(i, r[i] * X[i, k])")
typed("one weight", "a generator of Python", "2 / n * sum(r[i] * X[i, k] for i in range(n))")
typed(
    "one weight",
    "functions of NumPy",
    "2 / n * np.sum(r[:, 0] * X[:, k])",
    "2 * np.mean(r * X[:, [k]])",
)
typed("one weight", "subscripts with _", "2 / n * Sum(r_i * x_ik, i)", "2/n * Sum(r_i x_{ik}, i)")
typed(
    "one weight",
    "round brackets, as in MATLAB",
    "2 / n * Sum(r(i) * X(i, k), i)",
    "2/n * sum(r .* X(:,k))",
)
typed("one weight", "LaTeX, not Python", r"\frac{2}{n} \sum_{i=1}^n r_i x_{ik}")
typed(
    "one weight",
    "no sign between the factors",
    "2/n * Sum(r[i] X[i, k], i)",
    "2/n Sum(r[i]*X[i,k], i)",
)
typed("one weight", "a sum sign, not a function", "2/n * Σ r[i] * X[i, k]", "2/n ∑ᵢ rᵢ xᵢₖ")
typed(
    "one weight",
    "a bracket is not closed",
    "2 / n * Sum(r[i] * X[i, k, i)",
    "2 / n * Sum(r[i] * X[i, k], i",
)
typed("one weight", "a number where a formula is asked for", 2 / 3 * np.sum(r * X), -150.28)
