"""Answers to the exercise on the loss function."""

# Students print, leave names unused and undefined, and write what no linter likes:
# ruff: noqa

import functools
import math
import statistics

import numpy as np
import torch

from student_answers.collected import right, wrong

# --- right ---


@right("loss function")
def dot_product_of_the_residual(X, Y, w, b):
    r = Y - np.dot(X, w) - b
    return (r.T @ r).item() / r.shape[0]


@right("loss function")
def coursera_loop(X, Y, w, b):
    m = X.shape[0]
    cost = 0.0
    for i in range(m):
        f_wb_i = np.dot(X[i], w) + b
        cost = cost + (f_wb_i - Y[i]) ** 2
    return cost / m


@right("loss function")
def loops_in_loops(X, Y, w, b):
    n, p = X.shape
    total = 0
    for i in range(n):
        y_pred = b
        for j in range(p):
            y_pred += X[i][j] * w[j][0]
        total += (Y[i][0] - y_pred) ** 2
    return total / n


@right("loss function")
def norm_squared(X, Y, w, b):
    return np.linalg.norm(X @ w + b - Y) ** 2 / len(Y)


@right("loss function")
def square_of_subtract(X, Y, w, b):
    y_pred = X.dot(w) + b
    return np.square(np.subtract(Y, y_pred)).mean()


@right("loss function")
def sum_of_python(X, Y, w, b):
    y_hat = X @ w + b
    return sum((Y - y_hat) ** 2) / len(Y)


@right("loss function")
def sum_of_sums(X, Y, w, b):
    error = np.matmul(X, w) + b - Y
    return sum(sum(error * error)) / error.shape[0]


@right("loss function")
def einsum_of_residual(X, Y, w, b):
    r = np.einsum("ij,jk->ik", X, w) + b - Y
    return np.einsum("ij,ij->", r, r) / X.shape[0]


@right("loss function")
def fsum_of_generator(X, Y, w, b):
    w_ = w.ravel().tolist()
    squares = (
        (math.fsum(xj * wj for xj, wj in zip(row, w_)) + b - y) ** 2
        for row, y in zip(X.tolist(), Y.ravel().tolist())
    )
    return math.fsum(squares) / len(X)


@right("loss function")
def mean_of_statistics(X, Y, w, b):
    residuals = (X @ w + b - Y).flatten()
    return statistics.mean([float(r) ** 2 for r in residuals])


@right("loss function")
def average_of_abs_squared(X, Y, w, b):
    return np.average(np.abs(Y - (b + X @ w)) ** 2)


@right("loss function")
def mse_loss_of_torch(X, Y, w, b):
    pred = torch.tensor(X) @ torch.tensor(w) + b
    return torch.nn.functional.mse_loss(pred, torch.tensor(Y)).item()


@right("loss function")
def module_in_float32(X, Y, w, b):
    criterion = torch.nn.MSELoss()
    X = torch.tensor(X, dtype=torch.float32)
    Y = torch.tensor(Y, dtype=torch.float32)
    w = torch.tensor(w, dtype=torch.float32)
    return criterion(X @ w + b, Y).item()


@right("loss function")
def a_linear_layer(X, Y, w, b):
    n, p = X.shape
    model = torch.nn.Linear(p, 1).double()
    with torch.no_grad():
        model.weight.copy_(torch.tensor(w.T))
        model.bias.fill_(b)
        out = model(torch.tensor(X))
        loss = ((out - torch.tensor(Y)) ** 2).mean()
    return float(loss)


@right("loss function")
def multiplied_out(X, Y, w, b):
    # ||A theta - Y||^2 = theta' A'A theta - 2 theta' A'Y + Y'Y
    A = np.hstack([X, np.ones((len(X), 1))])
    theta = np.vstack([w, [[b]]])
    q = theta.T @ A.T @ A @ theta - 2 * theta.T @ A.T @ Y + Y.T @ Y
    return q[0, 0] / len(X)


@right("loss function")
def variance_plus_squared_bias(X, Y, w, b):
    e = Y - X @ w - b
    return np.var(e) + np.mean(e) ** 2


@right("loss function")
def comprehension_over_zip(X, Y, w, b):
    errs = [(y - (np.sum(x * w.T) + b)) ** 2 for x, y in zip(X, Y)]
    return np.sum(errs) / len(errs)


@right("loss function")
def column_of_ones(X, Y, w, b):
    X1 = np.c_[np.ones(X.shape[0]), X]
    theta = np.r_[[[b]], w]
    return np.mean(np.power(X1 @ theta - Y, 2))


@right("loss function")
def vdot_over_size(X, Y, w, b):
    diff = (X @ w + b) - Y
    return np.vdot(diff, diff) / diff.size


@right("loss function")
def trace_of_outer(X, Y, w, b):
    r = X @ w + b - Y
    return np.trace(r @ r.T) / len(r)


@right("loss function")
def half_of_it_doubled(X, Y, w, b):
    m = len(Y)
    J = 1 / (2 * m) * np.sum((X @ w + b - Y) ** 2)
    return 2 * J


@right("loss function")
def all_flat(X, Y, w, b):
    y_pred = X.dot(w).ravel() + b
    y_true = Y.ravel()
    return ((y_true - y_pred) ** 2).sum() / y_true.shape[0]


@right("loss function")
def inner_of_flat(X, Y, w, b):
    res = (Y - b).reshape(-1) - (X @ w).reshape(-1)
    return np.inner(res, res) / len(res)


@right("loss function")
def helpers_inside(X, Y, w, b):
    def predict(X):
        return np.dot(X, w) + b

    def squared(a):
        return a * a

    return squared(predict(X) - Y).mean()


@right("loss function")
def add_reduce(X, Y, w, b):
    sq = (X @ w + b - Y) ** 2
    return np.add.reduce(sq, axis=None) / len(sq)


@right("loss function")
def functools_reduce(X, Y, w, b):
    rs = (X @ w + b - Y)[:, 0]
    return functools.reduce(lambda acc, r: acc + r**2, rs, 0.0) / len(rs)


@right("loss function")
def last_of_cumsum(X, Y, w, b):
    s = np.cumsum((Y - X @ w - b) ** 2)
    return s[-1] / len(s)


@right("loss function")
def rmse_squared(X, Y, w, b):
    rmse = np.sqrt(np.mean((Y - (X @ w + b)) ** 2))
    return rmse**2


@right("loss function")
def everything_transposed(X, Y, w, b):
    E = w.T @ X.T + b - Y.T
    return E @ E.T / E.shape[1]


@right("loss function")
def running_mean(X, Y, w, b):
    mean = 0.0
    for i, (xi, yi) in enumerate(zip(X, Y)):
        e2 = (xi @ w[:, 0] + b - yi[0]) ** 2
        mean += (e2 - mean) / (i + 1)
    return mean


@right("loss function")
def mean_of_column_means(X, Y, w, b):
    return np.mean((Y - X @ w - b) ** 2, axis=0)[0]


@right("loss function")
def while_loop(X, Y, w, b):
    i = 0
    loss = 0
    while i < len(X):
        r = (X[i : i + 1] @ w).item() + b - Y[i, 0]
        loss = loss + r**2 / len(X)
        i = i + 1
    return loss


@right("loss function")
def elementwise_product_and_sum(X, Y, w, b):
    pred = np.sum(X * w.T, axis=1, keepdims=True) + b
    return ((pred - Y) ** 2).mean()


@right("loss function")
def own_copy_in_place(X, Y, w, b):
    r = Y.copy()
    r -= X @ w
    r -= b
    r **= 2
    return r.mean()


@right("loss function")
def minus_in_front(X, Y, w, b):
    error = -(Y - X @ w - b)
    return np.mean(np.multiply(error, error))


@right("loss function")
def sum_over_features_first(X, Y, w, b):
    y_pred = np.full(Y.shape, float(b))
    for k in range(X.shape[1]):
        y_pred = y_pred + w[k] * X[:, [k]]
    return np.square(Y - y_pred).sum() / Y.shape[0]


@right("loss function")
def apply_along_axis(X, Y, w, b):
    XY = np.hstack((X, Y))
    sq = np.apply_along_axis(lambda row: (row[:-1] @ w.ravel() + b - row[-1]) ** 2, 1, XY)
    return sq.mean()


@right("loss function")
def prints_while_it_computes(X, Y, w, b):
    y_pred = X @ w + b
    print("y_pred:", y_pred.shape, "Y:", Y.shape)
    mse = ((y_pred - Y) ** 2).mean()
    print("mse", mse)
    return mse


@right("loss function")
def annotated_with_default(X: np.ndarray, Y: np.ndarray, w: np.ndarray, b: float = 0.0) -> float:
    """Mean squared error."""
    assert X.shape[0] == Y.shape[0], "rows do not match"
    return float(np.mean(np.square(X @ w + b - Y)))


@right("loss function")
def recursive_sum(X, Y, w, b):
    def sse(X, Y):
        if len(X) == 0:
            return 0.0
        return (X[0] @ w + b - Y[0]).item() ** 2 + sse(X[1:], Y[1:])

    return sse(X, Y) / len(X)


@right("loss function")
def nditer_over_pairs(X, Y, w, b):
    s = 0.0
    for p, y in np.nditer([X @ w + b, Y]):
        s += float(p - y) ** 2
    return s / Y.size


@right("loss function")
def identity_of_squares(X, Y, w, b):
    p = X @ w + b
    return np.mean(p**2) - 2 * np.mean(p * Y) + np.mean(Y**2)


@right("loss function")
def bias_subtracted_from_targets(X, Y, w, b):
    Y_ = Y - b
    return (np.sum(Y_**2) - 2 * np.sum(Y_ * (X @ w)) + np.sum((X @ w) ** 2)) / len(Y_)


right("loss function")(lambda X, Y, w, b: np.mean((Y - (X @ w + b)) ** 2))


# --- wrong: the factor ---


@wrong("loss function", mistake="the root of the mean squared error (RMSE)")
def root_mean_square(X, Y, w, b):
    return np.sqrt(np.mean((X @ w + b - Y) ** 2))


@wrong("loss function", mistake="the norm of the residuals, neither squared nor divided by n")
def plain_norm(X, Y, w, b):
    return np.linalg.norm(X @ w + b - Y)


@wrong("loss function", mistake="the norm of the residuals is not squared; it is divided by n")
def norm_over_n(X, Y, w, b):
    return np.linalg.norm(Y - X @ w - b) / len(Y)


@wrong("loss function", mistake="the sum of the squares, not divided by n")
def sum_only(X, Y, w, b):
    return np.sum((X @ w + b - Y) ** 2)


@wrong("loss function", mistake="1/(2n) as in Coursera's course: half the mean squared error")
def coursera_half(X, Y, w, b):
    m = X.shape[0]
    total_cost = 0
    for i in range(m):
        total_cost += (X[i] @ w[:, 0] + b - Y[i, 0]) ** 2
    return total_cost / (2 * m)


@wrong("loss function", mistake="the factor one half, and no division by n")
def half_the_sum(X, Y, w, b):
    e = X @ w + b - Y
    return 0.5 * (e.T @ e).item()


@wrong("loss function", mistake="multiplied by n where it is divided: sum / 2 * n, so n/2 not 1/n")
def precedence_of_two_n(X, Y, w, b):
    n = len(Y)
    return ((X @ w + b - Y) ** 2).sum() / 2 * n


@wrong("loss function", mistake="divided by n + 1 and not by n")
def off_by_one_in_n(X, Y, w, b):
    sse, count = 0.0, 1
    for r in (X @ w + b - Y).ravel():
        sse += r * r
        count += 1
    return sse / count


@wrong("loss function", mistake="divided by n twice: a mean is divided by n again")
def mean_over_n(X, Y, w, b):
    return np.mean((Y - X @ w - b) ** 2) / X.shape[0]


@wrong("loss function", mistake="divided by the number of entries of X, n p, and not by n")
def divided_by_size(X, Y, w, b):
    return np.sum((X @ w + b - Y) ** 2) / X.size


@wrong("loss function", mistake="divided by the number of features p, not by the number of rows n")
def divided_by_features(X, Y, w, b):
    n = X.shape[1]
    return np.sum((X @ w + b - Y) ** 2) / n


@wrong("loss function", mistake="divided by 3, the size of the article's batch, whatever n is")
def always_three(X, Y, w, b):
    return np.sum((X @ w + b - Y) ** 2) / 3


@wrong("loss function", mistake="1 // n is an integer division: 0 for every n above 1")
def integer_division(X, Y, w, b):
    return 1 // len(X) * np.sum((X @ w + b - Y) ** 2)


@wrong("loss function", mistake="the running sum is divided by n in every turn of the loop")
def divided_in_each_turn(X, Y, w, b):
    m = len(X)
    cost = 0
    for i in range(m):
        err = np.dot(X[i], w) + b - Y[i]
        cost = (cost + err**2) / m
    return cost.item()


# --- wrong: what is done with the residuals ---


@wrong("loss function", mistake="absolute values where the squares belong (MAE)")
def mean_absolute_error(X, Y, w, b):
    return np.abs(X @ w + b - Y).mean()


@wrong("loss function", mistake="absolute values where the squares belong, and no mean: a sum")
def sum_of_absolute(X, Y, w, b):
    return sum(abs(y - (x @ w + b)) for x, y in zip(X, Y))[0]


@wrong("loss function", mistake="the mean of the residuals is squared, and not each residual")
def square_of_mean(X, Y, w, b):
    return np.mean(X @ w + b - Y) ** 2


@wrong("loss function", mistake="the sum of the residuals is squared, and not each residual")
def square_of_sum(X, Y, w, b):
    return np.sum(Y - X @ w - b) ** 2 / len(Y)


@wrong("loss function", mistake="the variance of the residuals: their mean is taken off first")
def variance_of_residuals(X, Y, w, b):
    return np.var(Y - (X @ w + b))


@wrong("loss function", mistake="the residuals are doubled (* 2) and not squared (** 2)")
def times_two(X, Y, w, b):
    r = X @ w + b - Y
    return np.mean(r * 2)


@wrong("loss function", mistake="squared twice: the mean of the fourth powers")
def squared_twice(X, Y, w, b):
    squared_error = (X @ w + b - Y) ** 2
    return np.mean(np.square(squared_error))


@wrong("loss function", mistake="only Y is squared: ** binds closer than minus")
def precedence_of_the_power(X, Y, w, b):
    return np.mean(X @ w + b - Y**2)


@wrong("loss function", mistake="the difference of the squares, not the square of the difference")
def difference_of_squares(X, Y, w, b):
    y_pred = X @ w + b
    return np.mean(y_pred**2 - Y**2)


@wrong("loss function", mistake="the median of the squares, not their mean")
def median_of_squares(X, Y, w, b):
    return np.median((X @ w + b - Y) ** 2)


@wrong("loss function", mistake="the largest of the squares, not their mean")
def largest_square(X, Y, w, b):
    return np.max((X @ w + b - Y) ** 2)


@wrong("loss function", mistake="residuals relative to Y: mean squared percentage error")
def relative_error(X, Y, w, b):
    return np.mean(((Y - (X @ w + b)) / Y) ** 2)


@wrong("loss function", mistake="Huber's loss: not the square where the residual exceeds 1")
def huber(X, Y, w, b):
    r = np.abs(X @ w + b - Y)
    return np.mean(np.where(r <= 1, r**2, 2 * r - 1))


@wrong("loss function", mistake="negative residuals are set to 0 before they are squared")
def clipped_at_zero(X, Y, w, b):
    return np.mean(np.maximum(X @ w + b - Y, 0) ** 2)


@wrong("loss function", mistake="the mean squared error with a minus before it")
def negative_loss(X, Y, w, b):
    return -1 / len(X) * np.sum((Y - X @ w - b) ** 2)


@wrong("loss function", mistake="a ridge term is added: the sum of the squared weights")
def with_a_penalty(X, Y, w, b):
    return np.mean((X @ w + b - Y) ** 2) + np.sum(w**2)


@wrong(
    "loss function", mistake="divided by the variation of Y and not by n: this is 1 minus R squared"
)
def one_minus_r_squared(X, Y, w, b):
    ss_res = np.sum((Y - X @ w - b) ** 2)
    ss_tot = np.sum((Y - Y.mean()) ** 2)
    return ss_res / ss_tot


# --- wrong: the residual itself ---


@wrong("loss function", mistake="the bias is missing in the prediction")
def no_bias(X, Y, w, b):
    return np.mean((X @ w - Y) ** 2)


@wrong("loss function", mistake="the sign of b is wrong: no bracket around the prediction")
def bracket_forgotten(X, Y, w, b):
    return np.mean((Y - X @ w + b) ** 2)


@wrong("loss function", mistake="the target is added to the prediction, not subtracted")
def plus_target(X, Y, w, b):
    return ((X @ w + b + Y) ** 2).mean()


@wrong("loss function", mistake="b is added to the weights, so that it is multiplied by X, too")
def bias_inside_the_product(X, Y, w, b):
    return np.mean((X @ (w + b) - Y) ** 2)


@wrong("loss function", mistake="b is added to the features, so that it is multiplied by w, too")
def bias_added_to_x(X, Y, w, b):
    return np.mean((np.dot(X + b, w) - Y) ** 2)


@wrong("loss function", mistake="b is added once for each feature, p times in all")
def bias_in_the_inner_loop(X, Y, w, b):
    total = 0.0
    for i in range(X.shape[0]):
        pred = 0
        for j in range(X.shape[1]):
            pred += X[i, j] * w[j, 0] + b
        total += (pred - Y[i, 0]) ** 2
    return total / X.shape[0]


@wrong("loss function", mistake="the prediction is multiplied by b and not increased by it")
def times_bias(X, Y, w, b):
    return np.mean((X @ w * b - Y) ** 2)


@wrong("loss function", mistake="(n, 1) minus (n,) broadcasts to n x n differences")
def broadcast_to_a_square(X, Y, w, b):
    y_pred = X @ w + b
    y_true = Y.flatten()
    return np.mean((y_pred - y_true) ** 2)


@wrong(
    "loss function", mistake="(n,) minus (n, 1) broadcasts to n x n, and a sum over n divides by n"
)
def broadcast_and_sum(X, Y, w, b):
    pred = np.dot(X, w.ravel()) + b
    return np.sum((pred - Y) ** 2) / len(Y)


@wrong("loss function", mistake="only the first feature is used")
def first_feature_only(X, Y, w, b):
    return np.mean((X[:, :1] * w[0] + b - Y) ** 2)


@wrong("loss function", mistake="w.item() works for one feature only: an error for p > 1")
def item_of_w(X, Y, w, b):
    return np.mean((X * w.item() + b - Y) ** 2)


@wrong("loss function", mistake="X * w is no matrix product: an error, or n x p terms")
def star_for_at(X, Y, w, b):
    return np.mean((X * w + b - Y) ** 2)


@wrong("loss function", mistake="the features of a row are summed, and the weights, separately")
def sums_multiplied(X, Y, w, b):
    pred = X.sum(axis=1, keepdims=True) * w.sum() + b
    return np.mean((pred - Y) ** 2)


@wrong("loss function", mistake="X * w.T is not summed: each feature has a residual of its own")
def residual_for_each_feature(X, Y, w, b):
    return np.mean((X * w.T + b - Y) ** 2)


# --- wrong: loops ---


@wrong("loss function", mistake="return stands in the loop: only the first row counts")
def return_in_the_loop(X, Y, w, b):
    total = 0
    for i in range(len(X)):
        total += (X[i] @ w + b - Y[i]) ** 2
        return total / len(X)


@wrong("loss function", mistake="= for +=: only the last row counts")
def overwritten(X, Y, w, b):
    n = len(X)
    for i in range(n):
        loss = (np.dot(X[i], w) + b - Y[i]) ** 2
    return loss.item() / n


@wrong("loss function", mistake="the loop starts at row 1: the first row is left out")
def from_one(X, Y, w, b):
    n = len(X)
    total = 0.0
    for i in range(1, n):
        total += (np.sum(X[i] * w[:, 0]) + b - Y[i, 0]) ** 2
    return total / n


@wrong("loss function", mistake="the loop ends at n - 1: the last row is left out")
def last_row_left_out(X, Y, w, b):
    r = X @ w + b - Y
    return sum(r[i, 0] ** 2 for i in range(len(r) - 1)) / len(r)


@wrong("loss function", mistake="the loop counts features, not rows: p squares are summed")
def loop_over_features(X, Y, w, b):
    r = (X @ w + b - Y).ravel()
    s = 0
    for i in range(len(w)):
        s = s + r[i] ** 2
    return s / len(X)


@wrong("loss function", mistake="every prediction is compared with every target: a double loop")
def every_pair(X, Y, w, b):
    total = 0
    for p in (X @ w + b).ravel():
        for y in Y.ravel():
            total += (p - y) ** 2
    return total / len(Y)


@wrong("loss function", mistake="the prediction is not set back to b: it grows from row to row")
def prediction_never_reset(X, Y, w, b):
    total, pred = 0.0, b
    for i in range(len(X)):
        for j in range(len(w)):
            pred += X[i, j] * w[j, 0]
        total += (pred - Y[i, 0]) ** 2
    return total / len(X)


# --- wrong: errors, shapes, kinds ---


@wrong("loss function", mistake="nothing sums the squares: n numbers come back")
def squares_over_n(X, Y, w, b):
    return (X @ w + b - Y) ** 2 / len(X)


@wrong("loss function", mistake="a mean along axis 1 averages one number each: n numbers come back")
def mean_along_rows(X, Y, w, b):
    return np.mean((X @ w + b - Y) ** 2, axis=1)


@wrong("loss function", mistake="r r^T and not r^T r: an n x n matrix comes back")
def outer_for_inner(X, Y, w, b):
    r = X @ w + b - Y
    return r @ r.T / len(r)


@wrong("loss function", mistake="np.dot(r, r) of two columns (n, 1): an error for n > 1")
def dot_of_columns(X, Y, w, b):
    r = X @ w + b - Y
    return np.dot(r, r) / len(r)


@wrong(
    "loss function",
    mistake="w @ X: the factors of the product stand in the wrong order, mostly an error",
)
def order_of_the_product(X, Y, w, b):
    return np.mean((w @ X + b - Y) ** 2)


@wrong(
    "loss function", mistake="w^T X with rows as samples: the shapes do not fit, mostly an error"
)
def transposed_habit(X, Y, w, b):
    y_pred = np.dot(w.T, X) + b
    return np.mean((y_pred - Y) ** 2)


@wrong("loss function", mistake="^ is not a power in Python: a TypeError for floats")
def caret(X, Y, w, b):
    return np.sum((X @ w + b - Y) ^ 2) / len(Y)


@wrong("loss function", mistake="y_pred is not defined: a NameError")
def undefined_name(X, Y, w, b):
    return np.mean((Y - y_pred) ** 2)


@wrong("loss function", mistake="the result is printed and not returned: None")
def printed(X, Y, w, b):
    loss = np.mean((X @ w + b - Y) ** 2)
    print(loss)


@wrong("loss function", mistake="return is forgotten: None")
def return_forgotten(X, Y, w, b):
    residual = X @ w + b - Y
    mse = (residual**2).mean()


@wrong("loss function", mistake="a string comes back, not a number")
def formatted(X, Y, w, b):
    mse = np.mean((X @ w + b - Y) ** 2)
    return f"MSE = {mse:.4f}"


@wrong("loss function", mistake="the loss is rounded to a whole number")
def rounded(X, Y, w, b):
    return round(float(np.mean((X @ w + b - Y) ** 2)))


@wrong("loss function", mistake="residuals are cut to whole numbers before they are squared")
def cast_to_int(X, Y, w, b):
    e = (X @ w + b - Y).astype(int)
    return np.mean(e**2)


@wrong("loss function", mistake="Y is changed in place; the number itself is right")
def target_changed(X, Y, w, b):
    Y -= X @ w + b
    return np.mean(Y**2)


@wrong("loss function", mistake="takes three arguments: an error with four")
def three_arguments(X, Y, w):
    return np.mean((X @ w - Y) ** 2)


@wrong("loss function", mistake="the arguments are expected in another order: w, b, X, Y")
def other_order(w, b, X, Y):
    return np.mean((X @ w + b - Y) ** 2)


@wrong("loss function", mistake="the gradient by w comes back, not the loss")
def gradient_for_loss(X, Y, w, b):
    return 2 / len(X) * X.T @ (X @ w + b - Y)


@wrong(
    "loss function", mistake="twice the mean of the residuals: the derivative by b, not the loss"
)
def derivative_for_loss(X, Y, w, b):
    return 2 * np.mean(X @ w + b - Y)


@wrong("loss function", mistake="the residuals come back, not the loss")
def only_the_residual(X, Y, w, b):
    return X @ w + b - Y


@wrong("loss function", mistake="the article's 173.3927 whatever is passed")
def constant(X, Y, w, b):
    return 173.3927


@wrong("loss function", mistake="w and b of the article are used in place of those passed")
def articles_parameters(X, Y, w, b):
    w = np.full((X.shape[1], 1), -0.34487)
    b = 0.86449
    return np.mean((X @ w + b - Y) ** 2)


@wrong("loss function", mistake="the function calls itself without end: a RecursionError")
def calls_itself(X, Y, w, b):
    return calls_itself(X, Y, w, b)


@wrong("loss function", mistake="torch gets NumPy arrays: a TypeError")
def arrays_into_torch(X, Y, w, b):
    return torch.nn.functional.mse_loss(X @ w + b, Y)


@wrong("loss function", mistake="mse_loss with reduction='sum': not divided by n")
def reduction_sum(X, Y, w, b):
    X, Y, w = torch.tensor(X), torch.tensor(Y), torch.tensor(w)
    return torch.nn.functional.mse_loss(X @ w + b, Y, reduction="sum").item()


@wrong("loss function", mistake="L1Loss: absolute values where the squares belong")
def l1_loss(X, Y, w, b):
    out = torch.tensor(X @ w + b)
    return torch.nn.L1Loss()(out, torch.tensor(Y)).item()


@wrong("loss function", mistake="mean has no brackets: a method comes back, not a number")
def mean_not_called(X, Y, w, b):
    return ((X @ w + b - Y) ** 2).mean


@wrong("loss function", mistake="the formula comes back as a string")
def formula_as_string(X, Y, w, b):
    return "1 / n * Sum(r[i] ** 2, i)"


@wrong("loss function", mistake="predict is not called: a function minus an array, a TypeError")
def predict_not_called(X, Y, w, b):
    def predict():
        return X @ w + b

    return np.mean((predict - Y) ** 2)


@wrong("loss function", mistake="an inner function comes back, which would have to be called")
def inner_function_returned(X, Y, w, b):
    def loss():
        return np.mean((X @ w + b - Y) ** 2)

    return loss


@wrong("loss function", mistake="range(3): the article's three rows, an error for fewer")
def three_rows(X, Y, w, b):
    return sum((X[i] @ w + b - Y[i]) ** 2 for i in range(3)) / 3


@wrong("loss function", mistake="two features only: an error for p = 1, and the third is left out")
def two_features(X, Y, w, b):
    pred = X[:, 0] * w[0] + X[:, 1] * w[1] + b
    return np.mean((pred - Y[:, 0]) ** 2)


@wrong("loss function", mistake="a pair comes back: the loss and the predictions")
def loss_and_predictions(X, Y, w, b):
    y_pred = X @ w + b
    return np.mean((y_pred - Y) ** 2), y_pred


@wrong("loss function", mistake="two mistakes: the bias is missing, and 1/(2m) halves the loss")
def half_without_bias(X, Y, w, b):
    m = len(Y)
    h = X.dot(w)
    return np.sum((h - Y) ** 2) / (2 * m)


@wrong("loss function", mistake="two mistakes: the root is taken, and the sum is not divided by n")
def root_of_the_sum(X, Y, w, b):
    return math.sqrt(np.sum((Y - X @ w - b) ** 2))


@wrong("loss function", mistake="two mistakes: broadcasting to n x n, and absolute values")
def absolute_broadcast(X, Y, w, b):
    return np.mean(np.abs(X @ w + b - Y[:, 0]))


@wrong(
    "loss function",
    mistake="batches of two rows, whose means are averaged: wrong for a short last one",
)
def mean_of_batch_means(X, Y, w, b):
    means = []
    for i in range(0, len(X), 2):
        means.append(np.mean((X[i : i + 2] @ w + b - Y[i : i + 2]) ** 2))
    return np.mean(means)


@wrong("loss function", mistake="n - 1 for n: the variance's divisor, a division by 0 for n = 1")
def divided_by_n_minus_one(X, Y, w, b):
    r = X @ w + b - Y
    return np.sum(r**2) / (len(r) - 1)


@wrong("loss function", mistake="the standard error's divisor n - p - 1 from statistics, not n")
def degrees_of_freedom(X, Y, w, b):
    n, p = X.shape
    return np.sum((Y - X @ w - b) ** 2) / (n - p - 1)


@wrong(
    "loss function", mistake="ravel gives a view, and *= changes w in place; the number is right"
)
def weights_changed(X, Y, w, b):
    v = w.ravel()
    v *= -1
    return np.mean((Y[:, 0] + X @ v - b) ** 2)


@wrong("loss function", mistake="zip(X, Y, w) ends with the shortest: rows beyond p are left out")
def zip_with_weights(X, Y, w, b):
    sq = [(x @ w[:, 0] + b - y[0]) ** 2 for x, y, _ in zip(X, Y, w)]
    return sum(sq) / len(X)
