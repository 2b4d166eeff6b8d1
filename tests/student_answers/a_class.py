# Students name, print and leave things unused as they like:
# ruff: noqa
"""One class of thirty, in its second year, goes through the exercises for the first time."""

import math
import statistics
from functools import reduce

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from .collected import right, wrong

# Loss function


@right("loss function")
def mse_target_minus_prediction(X, Y, w, b):
    y_pred = np.dot(X, w) + b
    return np.mean((Y - y_pred) ** 2)


@right("loss function")
def mse_course_loop(X, Y, w, b):
    m = X.shape[0]
    cost = 0.0
    for i in range(m):
        f_wb = np.dot(X[i], w) + b
        cost += (f_wb - Y[i]) ** 2
    return cost / m


@right("loss function")
def mse_norm_squared(X, Y, w, b):
    return np.linalg.norm(X @ w + b - Y) ** 2 / len(Y)


@right("loss function")
def mse_by_torch_loss(X, Y, w, b):
    criterion = nn.MSELoss()
    pred = torch.from_numpy(X) @ torch.from_numpy(w) + b
    return criterion(pred, torch.from_numpy(Y)).item()


@right("loss function")
def mse_list_of_squares(X, Y, w, b):
    preds = (X @ w + b).ravel().tolist()
    return statistics.mean([(p - t) ** 2 for p, t in zip(preds, Y.ravel().tolist())])


@right("loss function")
def mse_column_of_ones(X, Y, w, b):
    A = np.hstack([X, np.ones((X.shape[0], 1))])
    theta = np.vstack([w, [[b]]])
    e = A.dot(theta) - Y
    return float((e.T.dot(e) / e.size)[0, 0])


@wrong("loss function", mistake="1/(2m) in place of 1/m: half of the mean squared error")
def cost_as_in_the_course(X, Y, w, b):
    m = X.shape[0]
    cost = 0.0
    for i in range(m):
        f_wb_i = np.dot(X[i], w) + b
        cost = cost + (f_wb_i - Y[i]) ** 2
    total_cost = cost / (2 * m)
    return total_cost[0]


@wrong("loss function", mistake="the mean of r²/2: a factor 1/2 that the loss does not have")
def half_squares_for_a_nice_derivative(X, Y, w, b):
    err = X @ w + b - Y
    return (0.5 * err**2).mean()


@wrong("loss function", mistake="the bias b is left out of the prediction")
def loss_without_bias(X, Y, w, b):
    r = X @ w - Y
    return np.mean(r**2)


@wrong("loss function", mistake="the sum of the squares, not divided by n")
def loss_summed(X, Y, w, b):
    y_hat = X @ w + b
    return ((y_hat - Y) ** 2).sum()


@wrong("loss function", mistake="rᵀr is the sum of the squares: the division by n is missing")
def loss_residual_times_itself(X, Y, w, b):
    res = X @ w + b - Y
    return (res.T @ res).item()


@wrong("loss function", mistake="the root of the mean squared error (RMSE), not the MSE itself")
def loss_rmse(X, Y, w, b):
    return np.sqrt(np.mean(np.square(X @ w + b - Y)))


@wrong("loss function", mistake="absolute values in place of squares (MAE)")
def loss_mae(X, Y, w, b):
    diff = X @ w + b - Y
    return np.mean(np.abs(diff))


@wrong("loss function", mistake="the square of the mean residual, not the mean of the squares")
def loss_square_outside(X, Y, w, b):
    return np.mean(X @ w + b - Y) ** 2


@wrong("loss function", mistake="the mean of the residuals: they are not squared")
def loss_not_squared(X, Y, w, b):
    m = len(Y)
    s = 0
    for i in range(m):
        s += (X[i] @ w + b - Y[i]).item()
    return s / m


@wrong(
    "loss function",
    mistake="Y is flattened and the prediction is not: an n × n table of all pairs is averaged",
)
def loss_flattened_target(X, Y, w, b):
    y_pred = X @ w + b
    y_true = Y.flatten()
    return np.mean((y_pred - y_true) ** 2)


@wrong(
    "loss function",
    mistake="X * w multiplies entry by entry: not the matrix product, and fails for p > 1",
)
def loss_star_product(X, Y, w, b):
    return np.mean((X * w + b - Y) ** 2)


@wrong("loss function", mistake="wᵀX has shapes that do not fit: it must be Xw")
def loss_w_transposed_x(X, Y, w, b):
    y_hat = w.T @ X + b
    return np.mean((y_hat - Y) ** 2)


@wrong("loss function", mistake="** binds first: only Y is squared, not the residual")
def loss_missing_brackets(X, Y, w, b):
    return np.mean(X @ w + b - Y**2)


@wrong("loss function", mistake="^ is not a power in Python: a TypeError")
def loss_caret(X, Y, w, b):
    r = X @ w + b - Y
    return np.mean(r ^ 2)


@wrong("loss function", mistake="the value is computed and never returned")
def loss_no_return(X, Y, w, b):
    residual = X @ w + b - Y
    mse = np.mean(residual**2)


@wrong("loss function", mistake="prints the loss and returns None")
def loss_printed(X, Y, w, b):
    residual = X @ w + b - Y
    print(np.mean(residual**2))


@wrong("loss function", mistake="one square for each row: the mean is missing")
def loss_squares_not_averaged(X, Y, w, b):
    return np.square(np.dot(X, w) + b - Y)


@wrong("loss function", mistake="the return stands inside the loop: only the first row counts")
def loss_return_in_loop(X, Y, w, b):
    n = len(X)
    total = 0
    for i in range(n):
        total += ((X[i] @ w).item() + b - Y[i, 0]) ** 2
        return total / n


@wrong("loss function", mistake="divides by n·p, the size of X, in place of n")
def loss_divided_by_size_of_x(X, Y, w, b):
    return np.sum((X @ w + b - Y) ** 2) / X.size


@wrong("loss function", mistake="a plus in place of the minus: adds Y to the prediction")
def loss_plus_y(X, Y, w, b):
    return np.mean((X @ w + b + Y) ** 2)


@wrong("loss function", mistake="the prediction is Xw − b: the bias has the wrong sign")
def loss_minus_b(X, Y, w, b):
    return np.mean((Y - X @ w + b) ** 2)


@wrong("loss function", mistake="the name y is not defined: a NameError")
def loss_small_y(X, Y, w, b):
    return np.mean((X @ w + b - y) ** 2)


@wrong("loss function", mistake="returns text, the formatted number, and not a number")
def loss_formatted(X, Y, w, b):
    loss = np.mean((X @ w + b - Y) ** 2)
    return f"loss = {loss:.4f}"


@wrong("loss function", mistake="divides by n − 1, as a sample variance does, in place of n")
def loss_n_minus_one(X, Y, w, b):
    sse = sum((Y - (X @ w + b)) ** 2).item()
    n = len(Y)
    return sse / (n - 1) if n > 1 else sse


@wrong("loss function", mistake="counts from 1: the first row is left out")
def loss_counts_from_one(X, Y, w, b):
    n = len(Y)
    total = 0.0
    for i in range(1, n):
        total += (np.dot(X[i], w).item() + b - Y[i].item()) ** 2
    return total / n


@wrong(
    "loss function",
    mistake="two: the bias is left out, and the sum of the squares is not divided by n",
)
def loss_sum_without_bias(X, Y, w, b):
    err = Y - X @ w
    return np.sum(err * err)


@wrong("loss function", mistake="the total is overwritten in each turn: only the last row counts")
def loss_overwritten_total(X, Y, w, b):
    for xi, yi in zip(X, Y):
        total = (xi @ w + b - yi) ** 2
    return total / len(X)


@right("loss function")
def mse_function_in_function(X, Y, w, b):
    def predict(x):
        return sum(x[j] * w[j, 0] for j in range(len(w))) + b

    return sum((Y[i, 0] - predict(X[i])) ** 2 for i in range(len(X))) / len(X)


@right("loss function")
def mse_all_flat(X, Y, w, b):
    yhat = X.dot(w).ravel() + b
    y = Y.ravel()
    return np.square(yhat - y).sum() / y.size


@wrong("loss function", mistake="divided by 2n: the ½ of the lecture on gradient descent")
def loss_lecture_half(X, Y, w, b):
    n = len(X)
    r = X @ w + b - Y
    return 1 / (2 * n) * (r.T @ r).item()


@wrong(
    "loss function",
    mistake="reshape(-1) on the prediction only: all pairs of rows are compared, n × n",
)
def loss_flattened_prediction(X, Y, w, b):
    y_hat = (X @ w + b).reshape(-1)
    return np.square(Y - y_hat).mean()


@wrong("loss function", mistake="np.linalg.norm is the root of the sum: not squared again")
def loss_norm(X, Y, w, b):
    return np.linalg.norm(X @ w + b - Y) / len(X)


@wrong("loss function", mistake="adds up the squares of all rows and forgets the division by m")
def loss_loop_not_divided(X, Y, w, b):
    m = X.shape[0]
    J = 0
    for i in range(m):
        J += (np.dot(X[i, :], w[:, 0]) + b - Y[i, 0]) ** 2
    return J


@wrong("loss function", mistake="the residual is squared twice: r to the fourth")
def loss_squared_twice(X, Y, w, b):
    sq = (X @ w + b - Y) ** 2
    return np.mean(sq**2)


@wrong("loss function", mistake="two: 1/(2m) in place of 1/m, and the bias is forgotten")
def loss_half_without_bias(X, Y, w, b):
    m = len(Y)
    h = X.dot(w)
    return (1 / (2 * m)) * np.sum(np.square(h - Y))


@wrong("loss function", mistake="two: the root is taken, and of the sum, not of the mean")
def loss_root_of_sum(X, Y, w, b):
    return np.sqrt(np.sum((Y - X @ w - b) ** 2))


# Scalar form


@right("scalar form")
def scalar_means(x, y, w, b):
    diff = w * x + b - y
    return 2 * np.mean(diff * x), 2 * np.mean(diff)


@right("scalar form")
def scalar_course_loop_with_two(x, y, w, b):
    m = x.shape[0]
    dj_dw = 0
    dj_db = 0
    for i in range(m):
        f_wb = w * x[i] + b
        dj_dw += 2 * (f_wb - y[i]) * x[i]
        dj_db += 2 * (f_wb - y[i])
    return dj_dw / m, dj_db / m


@right("scalar form")
def scalar_minus_two(x, y, w, b):
    n = float(len(x))
    y_pred = w * x + b
    D_w = (-2 / n) * sum(x * (y - y_pred))
    D_b = (-2 / n) * sum(y - y_pred)
    return D_w, D_b


@right("scalar form")
def scalar_expanded_sums(x, y, w, b):
    n = len(x)
    Sx, Sy, Sxx, Sxy = x.sum(), y.sum(), (x * x).sum(), (x * y).sum()
    return 2 / n * (w * Sxx + b * Sx - Sxy), 2 / n * (w * Sx + n * b - Sy)


@right("scalar form")
def scalar_dot_product(x, y, w, b):
    r = x * w - (y - b)
    return 2 * x.dot(r) / r.size, 2 * np.ones_like(r).dot(r) / r.size


@right("scalar form")
def scalar_autograd(x, y, w, b):
    tw = torch.tensor(float(w), dtype=torch.float64, requires_grad=True)
    tb = torch.tensor(float(b), dtype=torch.float64, requires_grad=True)
    loss = ((tw * torch.tensor(x) + tb - torch.tensor(y)) ** 2).mean()
    loss.backward()
    return tw.grad.item(), tb.grad.item()


@right("scalar form")
def scalar_fsum(x, y, w, b):
    pairs = list(zip(x.tolist(), y.tolist()))
    gw = math.fsum((w * u + b - v) * u for u, v in pairs) * 2 / len(pairs)
    gb = math.fsum(w * u + b - v for u, v in pairs) * 2 / len(pairs)
    return gw, gb


@wrong("scalar form", mistake="1/m in place of 2/m: the 2 from the square is missing in both")
def scalar_course_gradient(x, y, w, b):
    m = x.shape[0]
    dj_dw = 0
    dj_db = 0
    for i in range(m):
        f_wb = w * x[i] + b
        dj_dw_i = (f_wb - y[i]) * x[i]
        dj_db_i = f_wb - y[i]
        dj_db += dj_db_i
        dj_dw += dj_dw_i
    dj_dw = dj_dw / m
    dj_db = dj_db / m
    return dj_dw, dj_db


@wrong("scalar form", mistake="the 2 is missing in both derivatives")
def scalar_means_without_two(x, y, w, b):
    err = w * x + b - y
    return (err * x).mean(), err.mean()


@wrong(
    "scalar form",
    mistake="two: the factor 2 is missing, and the derivatives come in the order b, w",
)
def scalar_course_order_b_first(x, y, w, b):
    m = len(x)
    err = w * x + b - y
    dj_db = np.sum(err) / m
    dj_dw = np.dot(err, x) / m
    return dj_db, dj_dw


@wrong("scalar form", mistake="returned in the wrong order: ∂L/∂b first")
def scalar_swapped(x, y, w, b):
    r = w * x + b - y
    grad_b = 2 / len(x) * np.sum(r)
    grad_w = 2 / len(x) * np.sum(r * x)
    return grad_b, grad_w


@wrong("scalar form", mistake="target minus prediction without the minus in front: wrong sign")
def scalar_sign(x, y, w, b):
    error = y - (w * x + b)
    return 2 * np.mean(error * x), 2 * np.mean(error)


@wrong("scalar form", mistake="not divided by n: the gradient of the sum of the squares")
def scalar_not_divided(x, y, w, b):
    r = w * x + b - y
    return 2 * np.sum(r * x), 2 * np.sum(r)


@wrong("scalar form", mistake="the factor x of the inner derivative is missing in ∂L/∂w")
def scalar_no_x(x, y, w, b):
    n = len(x)
    r = w * x + b - y
    return 2 / n * np.sum(r), 2 / n * np.sum(r)


@wrong("scalar form", mistake="∂L/∂b has a factor x that does not belong there")
def scalar_x_in_both(x, y, w, b):
    n = len(x)
    g = 2 / n * sum((w * x + b - y) * x)
    return g, g


@wrong("scalar form", mistake="only ∂L/∂w is returned")
def scalar_only_w(x, y, w, b):
    r = w * x + b - y
    return 2 / len(x) * np.sum(r * x)


@wrong("scalar form", mistake="the mean is taken of r and x apart, and then multiplied")
def scalar_product_of_means(x, y, w, b):
    r = w * x + b - y
    return 2 * r.mean() * x.mean(), 2 * r.mean()


@wrong("scalar form", mistake="the sum is missing: one number for each point")
def scalar_not_summed(x, y, w, b):
    n = len(x)
    r = w * x + b - y
    return 2 / n * r * x, 2 / n * r


@wrong("scalar form", mistake="the bias is left out of the residual")
def scalar_without_bias(x, y, w, b):
    r = [w * xi - yi for xi, yi in zip(x, y)]
    n = len(r)
    return 2 / n * sum(ri * xi for ri, xi in zip(r, x)), 2 / n * sum(r)


@wrong("scalar form", mistake="the residual is still squared: the square was not differentiated")
def scalar_still_squared(x, y, w, b):
    r = w * x + b - y
    return 2 / len(x) * np.sum(r**2 * x), 2 / len(x) * np.sum(r**2)


@wrong("scalar form", mistake="1 / 2 * n is n/2, not 2/n")
def scalar_fraction_upside_down(x, y, w, b):
    n = len(x)
    r = w * x + b - y
    return 1 / 2 * n * np.sum(r * x), 1 / 2 * n * np.sum(r)


@wrong("scalar form", mistake="2 // n is a whole number: it is 0 as soon as there are 3 points")
def scalar_floor_division(x, y, w, b):
    n = len(x)
    r = w * x + b - y
    return 2 // n * np.sum(r * x), 2 // n * np.sum(r)


@wrong("scalar form", mistake="the last point is left out of the sums")
def scalar_last_point_missing(x, y, w, b):
    m = len(x)
    gw = gb = 0.0
    for i in range(m - 1):
        e = w * x[i] + b - y[i]
        gw += 2 * e * x[i] / m
        gb += 2 * e / m
    return gw, gb


@wrong("scalar form", mistake="= in place of +=: only the last point counts")
def scalar_no_accumulation(x, y, w, b):
    m = len(x)
    for i in range(m):
        gw = 2 * (w * x[i] + b - y[i]) * x[i]
        gb = 2 * (w * x[i] + b - y[i])
    return gw / m, gb / m


@wrong("scalar form", mistake="∂L/∂b is not divided by n: the 2/n became 2 there")
def scalar_b_not_divided(x, y, w, b):
    r = w * x + b - y
    return 2 * np.mean(r * x), 2 * np.sum(r)


@wrong("scalar form", mistake="the 2 is missing in ∂L/∂b only")
def scalar_b_without_two(x, y, w, b):
    n = len(x)
    r = w * x + b - y
    dw = 2 / n * np.sum(r * x)
    db = 1 / n * np.sum(r)
    return dw, db


@wrong("scalar form", mistake="only the first term of the residual is multiplied by x: no brackets")
def scalar_brackets_forgotten(x, y, w, b):
    n = len(x)
    return 2 / n * np.sum(x * w * x + b - y), 2 / n * np.sum(w * x + b - y)


@right("scalar form")
def scalar_two_comprehensions(x, y, w, b):
    n = len(x)
    dw = [2 * (w * x[i] + b - y[i]) * x[i] for i in range(n)]
    db = [2 * (w * x[i] + b - y[i]) for i in range(n)]
    return sum(dw) / n, sum(db) / n


@wrong("scalar form", mistake="the derivative of the square lacks its 2, in both sums")
def scalar_zip_without_two(x, y, w, b):
    gw, gb = 0, 0
    for xi, yi in zip(x, y):
        gw += (w * xi + b - yi) * xi
        gb += w * xi + b - yi
    return gw / len(x), gb / len(x)


@wrong("scalar form", mistake="the minus of −2/n was lost with y − prediction: wrong sign")
def scalar_sign_loop(x, y, w, b):
    N = len(x)
    w_grad = 0
    b_grad = 0
    for i in range(N):
        w_grad += (2 / N) * x[i] * (y[i] - (w * x[i] + b))
        b_grad += (2 / N) * (y[i] - (w * x[i] + b))
    return w_grad, b_grad


@wrong("scalar form", mistake="the loop adds up and never divides by n")
def scalar_loop_not_divided(x, y, w, b):
    dw = db = 0.0
    for i in range(len(x)):
        dw += 2 * x[i] * (w * x[i] + b - y[i])
        db += 2 * (w * x[i] + b - y[i])
    return dw, db


@wrong("scalar form", mistake="prints both and returns None")
def scalar_printed(x, y, w, b):
    r = w * x + b - y
    print(2 * np.mean(r * x), 2 * np.mean(r))


@wrong("scalar form", mistake="np.sum(w * x + b) is taken without y in ∂L/∂b")
def scalar_y_missing_in_b(x, y, w, b):
    n = len(x)
    return 2 / n * np.sum((w * x + b - y) * x), 2 / n * np.sum(w * x + b)


@wrong("scalar form", mistake="b is added once, not n times: it stands outside the sum")
def scalar_b_outside_the_sum(x, y, w, b):
    n = len(x)
    dw = 2 / n * (w * np.sum(x**2) + b * np.sum(x) - np.sum(x * y))
    db = 2 / n * (w * np.sum(x) + b - np.sum(y))
    return dw, db


@wrong("scalar form", mistake="two: the sign is that of y − prediction, and the 2 is missing")
def scalar_sign_and_two(x, y, w, b):
    error = y - (w * x + b)
    return np.mean(error * x), np.mean(error)


@wrong("scalar form", mistake="two: no 2, and not divided by n: plain sums")
def scalar_plain_sums(x, y, w, b):
    r = w * x + b - y
    return np.dot(r, x), r.sum()


# Matrix form


@right("matrix form")
def matrix_order_as_spoken(X, Y, w):
    n, p = X.shape
    return X.T @ (X @ w - Y) * 2 / n


@right("matrix form")
def matrix_normal_equations(X, Y, w):
    XtX = X.T.dot(X)
    XtY = X.T.dot(Y)
    return 2 * (XtX.dot(w) - XtY) / X.shape[0]


@right("matrix form")
def matrix_minus_outside(X, Y, w):
    return -(2 / Y.shape[0]) * np.matmul(X.T, Y - np.matmul(X, w))


@right("matrix form")
def matrix_double_loop(X, Y, w):
    m, n = X.shape
    dj_dw = np.zeros((n, 1))
    for i in range(m):
        err = sum(X[i, j] * w[j, 0] for j in range(n)) - Y[i, 0]
        for j in range(n):
            dj_dw[j, 0] += 2 * err * X[i, j]
    return dj_dw / m


@right("matrix form")
def matrix_row_then_transposed(X, Y, w):
    r = X @ w - Y
    return (2 / len(r) * r.T @ X).T


@right("matrix form")
def matrix_broadcast_mean(X, Y, w):
    e = X @ w - Y
    return np.mean(2 * e * X, axis=0).reshape(w.shape)


@wrong("matrix form", mistake="1/n in place of 2/n: the 2 from the square is missing")
def matrix_without_two(X, Y, w):
    n = len(X)
    return 1 / n * X.T @ (X @ w - Y)


@wrong("matrix form", mistake="the course's gradient with 1/m, which is half of what is asked")
def matrix_course_loop(X, Y, w):
    m, n = X.shape
    dj_dw = np.zeros(w.shape)
    for i in range(m):
        err = (X[i] @ w).item() - Y[i, 0]
        for j in range(n):
            dj_dw[j] = dj_dw[j] + err * X[i, j]
    return dj_dw / m


@wrong("matrix form", mistake="X is not transposed: the shapes (n, p) and (n, 1) do not fit")
def matrix_untransposed(X, Y, w):
    residual = X @ w - Y
    return 2 / len(X) * X @ residual


@wrong("matrix form", mistake="a row, shape (1, p), in place of a column: the transpose is missing")
def matrix_row(X, Y, w):
    r = X @ w - Y
    return 2 / len(X) * r.T @ X


@wrong("matrix form", mistake="shape (p,) in place of (p, 1)")
def matrix_flat(X, Y, w):
    r = X @ w - Y
    return 2 * (X * r).mean(axis=0)


@wrong("matrix form", mistake="flattened everything: the values are right, the shape is (p,)")
def matrix_flat_by_dot(X, Y, w):
    err = X.dot(w.ravel()) - Y.ravel()
    return X.T.dot(err) * 2 / len(err)


@wrong("matrix form", mistake="Y − Xw without a minus in front: the sign is wrong")
def matrix_sign(X, Y, w):
    error = Y - X @ w
    return 2 / len(X) * X.T @ error


@wrong("matrix form", mistake="a minus too many: r is already prediction minus target")
def matrix_minus_too_many(X, Y, w):
    r = X.dot(w) - Y
    return -2 / len(r) * X.T.dot(r)


@wrong("matrix form", mistake="not divided by n")
def matrix_sum(X, Y, w):
    return 2 * X.T @ (X @ w - Y)


@wrong("matrix form", mistake="divides by p, the number of features, in place of n")
def matrix_divided_by_features(X, Y, w):
    n = X.shape[1]
    return 2 / n * X.T @ (X @ w - Y)


@wrong("matrix form", mistake="divides by n·p, the size of X, in place of n")
def matrix_divided_by_size(X, Y, w):
    return 2 / X.size * X.T @ (X @ w - Y)


@wrong("matrix form", mistake="the mean over all features, too: one number for all weights")
def matrix_mean_over_all(X, Y, w):
    r = X @ w - Y
    return np.mean(2 * X * r)


@wrong(
    "matrix form", mistake="the means of X and of r are multiplied: not the mean of their products"
)
def matrix_mean_of_r(X, Y, w):
    r = X @ w - Y
    return 2 * X.T.mean(axis=1, keepdims=True) * r.mean()


@wrong("matrix form", mistake="* in place of @: entry by entry, a table or shapes that do not fit")
def matrix_star(X, Y, w):
    residual = X @ w - Y
    return 2 / len(X) * X.T * residual


@wrong("matrix form", mistake="brackets missing: Xᵀ stands before Xw only, and not before Y")
def matrix_brackets(X, Y, w):
    return 2 / len(X) * (X.T @ X @ w - Y)


@wrong("matrix form", mistake="Y is forgotten: the gradient of the mean of (Xw)²")
def matrix_without_y(X, Y, w):
    return 2 / len(X) * X.T @ X @ w


@wrong("matrix form", mistake="uses b, which this function does not get: a NameError")
def matrix_asks_for_b(X, Y, w):
    residual = X @ w + b - Y
    return 2 / len(X) * X.T @ residual


@wrong("matrix form", mistake="two: the 2 is missing, and the result is a row in place of a column")
def matrix_row_without_two(X, Y, w):
    return (X @ w - Y).T @ X / len(X)


@wrong("matrix form", mistake="returns the best w, where the gradient is zero, not the gradient")
def matrix_least_squares_solution(X, Y, w):
    w_best, *_ = np.linalg.lstsq(X, Y, rcond=None)
    return w_best


@wrong("matrix form", mistake="returns the loss, not its gradient")
def matrix_loss(X, Y, w):
    r = X @ w - Y
    return 1 / len(X) * r.T @ r


@wrong("matrix form", mistake="nothing is returned")
def matrix_no_return(X, Y, w):
    residual = X @ w - Y
    grad = 2 / len(X) * X.T @ residual


@right("matrix form")
def matrix_each_weight(X, Y, w):
    n, p = X.shape
    r = Y - X @ w
    return np.array([[-2 / n * np.sum(r[:, 0] * X[:, k])] for k in range(p)])


@right("matrix form")
def matrix_autograd(X, Y, w):
    v = torch.tensor(w, requires_grad=True)
    torch.mean((torch.tensor(X) @ v - torch.tensor(Y)).square()).backward()
    return v.grad.numpy()


@wrong("matrix form", mistake="the factor 2 is missing")
def matrix_dot_without_two(X, Y, w):
    m = Y.size
    h = X.dot(w)
    return np.dot(X.T, h - Y) / m


@wrong("matrix form", mistake="the factor is 1/(2n): the 2 was put below")
def matrix_two_below(X, Y, w):
    n = len(X)
    return 1 / (2 * n) * X.T @ (X @ w - Y)


@wrong("matrix form", mistake="without the division by n, in the form with XᵀX")
def matrix_normal_not_divided(X, Y, w):
    return 2 * X.T @ X @ w - 2 * X.T @ Y


@wrong("matrix form", mistake="the sum over the rows gives shape (p,), not (p, 1)")
def matrix_flat_sum(X, Y, w):
    n = len(X)
    return 2 / n * np.sum((X @ w - Y) * X, axis=0)


@wrong("matrix form", mistake="summed along the features (axis 1) in place of the rows: n numbers")
def matrix_wrong_axis(X, Y, w):
    r = X @ w - Y
    return 2 / len(X) * np.sum(X * r, axis=1, keepdims=True)


@wrong("matrix form", mistake="two: the sign is wrong (Y − Xw), and it is not divided by n")
def matrix_sign_and_sum(X, Y, w):
    return 2 * X.T @ (Y - X @ w)


@wrong("matrix form", mistake="two: the 2 and the division by n are missing, only Xᵀr is left")
def matrix_plain_product(X, Y, w):
    return np.dot(X.T, np.dot(X, w) - Y)


# With the bias


@right("with the bias")
def bias_means(X, Y, w, b):
    err = X @ w + b - Y
    return 2 * X.T @ err / len(err), 2 * err.mean()


@right("with the bias")
def bias_column_of_ones_split(X, Y, w, b):
    n = X.shape[0]
    Xb = np.c_[np.ones((n, 1)), X]
    theta = np.r_[[[b]], w]
    gradients = 2 / n * Xb.T.dot(Xb.dot(theta) - Y)
    return gradients[1:], gradients[0, 0]


@right("with the bias")
def bias_course_loop(X, Y, w, b):
    m, n = X.shape
    dj_dw = np.zeros((n, 1))
    dj_db = 0.0
    for i in range(m):
        err = (np.dot(X[i], w) + b - Y[i])[0]
        for j in range(n):
            dj_dw[j, 0] = dj_dw[j, 0] + err * X[i, j]
        dj_db = dj_db + err
    return 2 * dj_dw / m, 2 * dj_db / m


@right("with the bias")
def bias_autograd(X, Y, w, b):
    X, Y = torch.tensor(X), torch.tensor(Y)
    w = torch.tensor(w, requires_grad=True)
    b = torch.tensor(float(b), dtype=X.dtype, requires_grad=True)
    F.mse_loss(X @ w + b, Y).backward()
    return w.grad.numpy(), b.grad.item()


@right("with the bias")
def bias_keepdims(X, Y, w, b):
    d_out = 2 * (X @ w + b - Y) / Y.shape[0]
    return X.T @ d_out, d_out.sum(axis=0, keepdims=True)


@wrong("with the bias", mistake="1/m in place of 2/m in both derivatives")
def bias_course_vectorized(X, Y, w, b):
    m = X.shape[0]
    e = X @ w + b - Y
    dj_dw = (X.T @ e) / m
    dj_db = np.sum(e) / m
    return dj_dw, dj_db


@wrong("with the bias", mistake="the 2 that comes down from the square is missing")
def bias_without_two_by_hand(X, Y, w, b):
    n, p = X.shape
    r = X @ w + b - Y
    gw = np.array([[np.mean(r[:, 0] * X[:, k])] for k in range(p)])
    return gw, np.mean(r)


@wrong("with the bias", mistake="two: ∂L/∂b stands first, and the 2 is missing")
def bias_course_b_first(X, Y, w, b):
    m, n = X.shape
    dj_dw = np.zeros((n, 1))
    dj_db = 0.0
    for i in range(m):
        err = (X[i] @ w).item() + b - Y[i].item()
        dj_dw += err * X[i].reshape(-1, 1)
        dj_db += err
    return dj_db / m, dj_dw / m


@wrong("with the bias", mistake="the two derivatives are returned in the wrong order")
def bias_swapped(X, Y, w, b):
    r = X @ w + b - Y
    db = 2 * np.mean(r)
    dw = 2 / len(X) * X.T @ r
    return db, dw


@wrong("with the bias", mistake="∂L/∂b is not summed: one entry for each row, shape (n, 1)")
def bias_b_not_summed(X, Y, w, b):
    residual = X @ w + b - Y
    return 2 / len(X) * X.T @ residual, 2 / len(X) * residual


@wrong("with the bias", mistake="∂L/∂b is the sum of all entries of ∂L/∂w: X stands in it")
def bias_x_in_b(X, Y, w, b):
    residual = X @ w + b - Y
    grad_w = 2 / len(X) * X.T @ residual
    grad_b = 2 / len(X) * np.sum(X * residual)
    return grad_w, grad_b


@wrong("with the bias", mistake="the residual has no b: it is that of the matrix form")
def bias_copied_from_exercise_nine(X, Y, w, b):
    residual = X @ w - Y
    return 2 / len(X) * X.T @ residual, 2 / len(X) * np.sum(residual)


@wrong("with the bias", mistake="Y − Xw − b without the minus in front: both signs are wrong")
def bias_signs(X, Y, w, b):
    error = Y - X @ w - b
    return 2 / len(Y) * X.T @ error, 2 / len(Y) * np.sum(error)


@wrong("with the bias", mistake="the minus is in ∂L/∂w but forgotten in ∂L/∂b: its sign is wrong")
def bias_sign_of_b_only(X, Y, w, b):
    n = len(Y)
    error = Y - (X @ w + b)
    return -2 / n * X.T @ error, 2 / n * np.sum(error)


@wrong("with the bias", mistake="the 2/n is missing in ∂L/∂b")
def bias_b_plain_sum(X, Y, w, b):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, np.sum(r)


@wrong("with the bias", mistake="the mean of r is ∂L/∂b without its factor 2")
def bias_b_plain_mean(X, Y, w, b):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, r.mean()


@wrong("with the bias", mistake="neither derivative is divided by n")
def bias_sums(X, Y, w, b):
    r = X.dot(w) + b - Y
    return 2 * X.T.dot(r), 2 * r.sum()


@wrong("with the bias", mistake="one array of p + 1 entries in place of two results")
def bias_one_array(X, Y, w, b):
    A = np.hstack((X, np.ones((len(X), 1))))
    theta = np.vstack((w, [[b]]))
    return 2 / len(X) * A.T @ (A @ theta - Y)


@wrong("with the bias", mistake="∂L/∂w has the shape (p,) in place of (p, 1)")
def bias_flat_w(X, Y, w, b):
    r = (X @ w + b - Y).squeeze(axis=1)
    return 2 / len(r) * (r @ X), 2 / len(r) * r.sum()


@wrong("with the bias", mistake="Y is flattened: the residual is an n × n table")
def bias_broadcast_residual(X, Y, w, b):
    n = len(Y)
    r = X @ w + b - Y.ravel()
    return 2 / n * (X.T @ r).sum(axis=1, keepdims=True), 2 / n * r.sum()


@wrong("with the bias", mistake="∂L/∂b is multiplied by b, as if b were the feature of the bias")
def bias_times_b(X, Y, w, b):
    n = len(X)
    r = X @ w + b - Y
    return 2 / n * X.T @ r, 2 / n * np.sum(r * b)


@wrong("with the bias", mistake="only the gradient by w is returned, that by b is missing")
def bias_only_w(X, Y, w, b):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r


@wrong("with the bias", mistake="b is subtracted in the residual: Xw − Y − b")
def bias_subtracted(X, Y, w, b):
    r = X @ w - Y - b
    return 2 / len(X) * X.T @ r, 2 / len(X) * np.sum(r)


@wrong("with the bias", mistake="X is not transposed: shapes do not fit")
def bias_untransposed(X, Y, w, b):
    r = X @ w + b - Y
    return 2 / len(X) * np.dot(X, r), 2 * np.mean(r)


@right("with the bias")
def bias_minus_two(X, Y, w, b):
    N = len(Y)
    error = Y - (np.dot(X, w) + b)
    dw = (-2 / N) * np.dot(X.T, error)
    db = (-2 / N) * np.sum(error)
    return dw, db


@right("with the bias")
def bias_weights_of_one_half(X, Y, w, b):
    half_n = len(X) / 2
    r = X @ w + b - Y
    return (r.T @ X).T / half_n, r.sum() / half_n


@wrong("with the bias", mistake="half of the gradient: the loss was taken as 1/(2m) Σ r²")
def bias_course_habit(X, Y, w, b):
    m = len(X)
    errors = (X @ w).flatten() + b - Y.flatten()
    dj_dw = np.dot(X.T, errors).reshape(-1, 1) / m
    dj_db = errors.mean()
    return dj_dw, dj_db


@wrong("with the bias", mistake="order: first ∂L/∂b, then ∂L/∂w")
def bias_swapped_means(X, Y, w, b):
    err = X @ w + b - Y
    dj_db = 2 * err.mean()
    dj_dw = 2 * (err * X).mean(axis=0).reshape(-1, 1)
    return dj_db, dj_dw


@wrong("with the bias", mistake="∂L/∂w has 1/n and ∂L/∂b has 2/n: the 2 is missing in the first")
def bias_w_without_two(X, Y, w, b):
    n = len(X)
    e = X @ w + b - Y
    return X.T @ e / n, 2 * e.sum() / n


@wrong("with the bias", mistake="∂L/∂w is a row: the product is rᵀX, not transposed")
def bias_row(X, Y, w, b):
    r = X @ w + b - Y
    return 2 / len(X) * r.T @ X, 2 / len(X) * np.sum(r)


@wrong("with the bias", mistake="∂L/∂b is n times too large: it is 2 Σ r, not 2/n Σ r")
def bias_b_two_sum(X, Y, w, b):
    m = X.shape[0]
    dz = 2 * (X @ w + b - Y)
    return X.T @ dz / m, np.sum(dz)


@wrong("with the bias", mistake="two: ∂L/∂w lacks 1/n, and ∂L/∂b lacks its 2")
def bias_two_factors(X, Y, w, b):
    r = X @ w + b - Y
    return 2 * X.T @ r, np.mean(r)


@wrong("with the bias", mistake="two: the residual has no b, and both derivatives lack their 2")
def bias_forgotten_and_half(X, Y, w, b):
    m = len(X)
    err = X @ w - Y
    return X.T @ err / m, np.sum(err) / m


# Sum of squares


@right("sum of squares")
def sse_plain(X, Y, w, b):
    r = X @ w + b - Y
    return 2 * (X.T @ r), 2 * r.sum()


@right("sum of squares")
def sse_mean_gradient_times_n(X, Y, w, b):
    def mse_grad(X, Y, w, b):
        e = X @ w + b - Y
        return 2 * X.T @ e / len(e), 2 * np.mean(e)

    gw, gb = mse_grad(X, Y, w, b)
    return len(X) * gw, len(X) * gb


@right("sum of squares")
def sse_torch_reduction_sum(X, Y, w, b):
    wt = torch.from_numpy(w.copy()).requires_grad_()
    bt = torch.tensor([float(b)], dtype=torch.float64, requires_grad=True)
    loss = nn.MSELoss(reduction="sum")(torch.from_numpy(X) @ wt + bt, torch.from_numpy(Y))
    gw, gb = torch.autograd.grad(loss, [wt, bt])
    return gw.numpy(), gb.numpy()


@right("sum of squares")
def sse_row_by_row(X, Y, w, b):
    gw, gb = np.zeros_like(w), 0
    for xi, yi in zip(X, Y):
        ri = xi @ w + b - yi
        gw = gw + 2 * ri * xi[:, None]
        gb = gb + 2 * ri
    return gw, gb


@right("sum of squares")
def sse_einsum(X, Y, w, b):
    e = np.einsum("ij,jk->ik", X, w) + b - Y
    return 2 * np.einsum("ij,ik->jk", X, e), 2 * np.einsum("ij->", e)


@wrong("sum of squares", mistake="2/n is left as it was: it is the gradient of the mean")
def sse_still_mean(X, Y, w, b):
    residual = X @ w + b - Y
    return 2 / len(X) * X.T @ residual, 2 / len(X) * np.sum(residual)


@wrong("sum of squares", mistake="still divided by n, by np.mean")
def sse_still_np_mean(X, Y, w, b):
    e = X @ w + b - Y
    return 2 * np.mean(X * e, axis=0, keepdims=True).T, 2 * np.mean(e)


@wrong("sum of squares", mistake="the whole 2/n was dropped, also the 2")
def sse_no_factor(X, Y, w, b):
    residual = X @ w + b - Y
    return X.T @ residual, np.sum(residual)


@wrong("sum of squares", mistake="the 2 is missing: err · x is added up in place of 2 err · x")
def sse_course_loop_no_factor(X, Y, w, b):
    m, n = X.shape
    dw = np.zeros((n, 1))
    db = 0.0
    for i in range(m):
        err = (X[i] @ w + b - Y[i]).item()
        db += err
        for j in range(n):
            dw[j] += err * X[i, j]
    return dw, db


@wrong("sum of squares", mistake="∂L/∂b is still divided by n")
def sse_b_still_mean(X, Y, w, b):
    r = X @ w + b - Y
    return 2 * X.T @ r, 2 * r.mean()


@wrong("sum of squares", mistake="∂L/∂w is still divided by n")
def sse_w_still_mean(X, Y, w, b):
    n = len(X)
    r = X @ w + b - Y
    return 2 / n * X.T @ r, 2 * np.sum(r)


@wrong("sum of squares", mistake="multiplied by n: 2n in place of 2")
def sse_times_n(X, Y, w, b):
    n = len(X)
    r = X @ w + b - Y
    return 2 * n * X.T @ r, 2 * n * np.sum(r)


@wrong("sum of squares", mistake="n/2 in place of 2: the factor was turned round")
def sse_n_half(X, Y, w, b):
    residual = X @ w + b - Y
    return len(X) / 2 * X.T @ residual, len(X) / 2 * np.sum(residual)


@wrong("sum of squares", mistake="1/n is kept and the 2 is dropped, the wrong way round")
def sse_dropped_the_two(X, Y, w, b):
    residual = X @ w + b - Y
    return 1 / len(X) * X.T @ residual, 1 / len(X) * np.sum(residual)


@wrong("sum of squares", mistake="the sign: Y − Xw − b has no minus in front")
def sse_sign(X, Y, w, b):
    r = Y - (X @ w + b)
    return 2 * X.T @ r, 2 * np.sum(r)


@wrong("sum of squares", mistake="∂L/∂b comes first: wrong order")
def sse_swapped(X, Y, w, b):
    r = X @ w + b - Y
    return 2 * np.sum(r), 2 * X.T @ r


@wrong("sum of squares", mistake="∂L/∂b is 2r, not summed over the rows")
def sse_b_not_summed(X, Y, w, b):
    r = X @ w + b - Y
    return 2 * X.T @ r, 2 * r


@wrong("sum of squares", mistake="∂L/∂w is a row, shape (1, p)")
def sse_row(X, Y, w, b):
    r = X @ w + b - Y
    return np.sum(2 * X * r, axis=0, keepdims=True), np.sum(2 * r)


@wrong("sum of squares", mistake="the gradient by w is flat, shape (p,)")
def sse_flat(X, Y, w, b):
    r = X @ w + b - Y
    return np.sum(2 * X * r, axis=0), np.sum(2 * r)


@wrong("sum of squares", mistake="returns the loss, the sum of squares, not its gradient")
def sse_loss(X, Y, w, b):
    r = X @ w + b - Y
    return np.sum(r**2)


@wrong("sum of squares", mistake="two: the bias is not in the residual, and 2/n is kept")
def sse_no_bias_mean(X, Y, w, b):
    r = X @ w - Y
    return 2 / len(X) * X.T @ r, 2 / len(X) * np.sum(r)


@wrong("sum of squares", mistake="the function is reused under a name that does not exist here")
def sse_calls_exercise_ten(X, Y, w, b):
    gw, gb = with_the_bias(X, Y, w, b)
    return len(X) * gw, len(X) * gb


@right("sum of squares")
def sse_minus(X, Y, w, b):
    e = Y - X.dot(w) - b
    return -2 * X.T.dot(e), -2 * e.sum()


@wrong("sum of squares", mistake="1/n is still there: the mean's gradient, in a loop")
def sse_loop_still_divided(X, Y, w, b):
    m, p = X.shape
    gw, gb = np.zeros((p, 1)), 0
    for i in range(m):
        e = (X[i] @ w + b - Y[i]).item()
        gw += 2 * e * X[i][:, None] / m
        gb += 2 * e / m
    return gw, gb


@wrong("sum of squares", mistake="mse_loss takes the mean by default, and not the sum")
def sse_torch_default_reduction(X, Y, w, b):
    wt = torch.tensor(w, requires_grad=True)
    bt = torch.tensor(float(b), dtype=torch.float64, requires_grad=True)
    F.mse_loss(torch.tensor(X) @ wt + bt, torch.tensor(Y)).backward()
    return wt.grad.numpy(), bt.grad.item()


@wrong("sum of squares", mistake="the 2 is missing in ∂L/∂b")
def sse_b_without_two(X, Y, w, b):
    r = X @ w + b - Y
    return 2 * X.T @ r, r.sum()


@wrong("sum of squares", mistake="two: the sign is wrong, and the 2 is missing")
def sse_sign_and_two(X, Y, w, b):
    e = Y - (X @ w + b)
    return X.T @ e, e.sum()


# Weighted squares


@right("weighted squares")
def weighted_plain(X, Y, w, b, s):
    n = len(X)
    r = X @ w + b - Y
    return 2 / n * X.T @ (s * r), 2 / n * np.sum(s * r)


@right("weighted squares")
def weighted_diagonal(X, Y, w, b, s):
    n = X.shape[0]
    S = np.diag(s.ravel())
    r = X @ w + b - Y
    one = np.ones((n, 1))
    return 2 / n * X.T @ S @ r, 2 / n * one.T @ S @ r


@right("weighted squares")
def weighted_roots(X, Y, w, b, s):
    q = np.sqrt(s)
    e = q * (Y - b) - (q * X) @ w
    return -2 * (q * X).T @ e / len(e), -2 * (q * e).mean()


@right("weighted squares")
def weighted_loop(X, Y, w, b, s):
    m, n = X.shape
    gw = [0.0] * n
    gb = 0.0
    for i in range(m):
        f = b
        for j in range(n):
            f += w[j, 0] * X[i, j]
        for j in range(n):
            gw[j] += 2 * s[i, 0] * (f - Y[i, 0]) * X[i, j] / m
        gb += 2 * s[i, 0] * (f - Y[i, 0]) / m
    return np.array(gw).reshape(n, 1), gb


@right("weighted squares")
def weighted_weights_on_x(X, Y, w, b, s):
    err = X.dot(w) + b - Y
    return 2 * np.multiply(X, s).T.dot(err) / len(X), 2 * s.T.dot(err).item() / len(X)


@wrong("weighted squares", mistake="divides by the sum of the weights in place of n")
def weighted_mean_habit(X, Y, w, b, s):
    r = X @ w + b - Y
    return 2 * X.T @ (s * r) / s.sum(), 2 * np.sum(s * r) / s.sum()


@wrong("weighted squares", mistake="np.average divides by the sum of the weights, and not by n")
def weighted_np_average(X, Y, w, b, s):
    r = X @ w + b - Y
    gw = 2 * np.average(X * r, axis=0, weights=s.ravel())
    gb = 2 * np.average(r, weights=s)
    return gw.reshape(-1, 1), gb


@wrong("weighted squares", mistake="s is forgotten altogether")
def weighted_without_s(X, Y, w, b, s):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, 2 / len(X) * np.sum(r)


@wrong("weighted squares", mistake="s is missing in ∂L/∂b")
def weighted_s_missing_in_b(X, Y, w, b, s):
    residual = X @ w + b - Y
    grad_w = 2 / len(X) * X.T @ (s * residual)
    grad_b = 2 / len(X) * np.sum(residual)
    return grad_w, grad_b


@wrong("weighted squares", mistake="s is missing in ∂L/∂w")
def weighted_s_missing_in_w(X, Y, w, b, s):
    residual = X @ w + b - Y
    return 2 / len(X) * X.T @ residual, 2 / len(X) * np.sum(s * residual)


@wrong("weighted squares", mistake="s is squared with the residual: s² in place of s")
def weighted_s_squared(X, Y, w, b, s):
    n = len(X)
    r = s * (X @ w + b - Y)
    return 2 / n * (s * X).T @ r, 2 / n * np.sum(s * r)


@wrong("weighted squares", mistake="s weights twice in ∂L/∂w, with X and with the residual")
def weighted_twice_in_w(X, Y, w, b, s):
    n = len(X)
    r = X @ w + b - Y
    return 2 / n * (X * s).T @ (r * s), 2 / n * np.sum(r * s)


@wrong("weighted squares", mistake="the mean of s in place of the s of each row")
def weighted_mean_of_s(X, Y, w, b, s):
    r = X @ w + b - Y
    return 2 * s.mean() * X.T @ r / len(r), 2 * s.mean() * r.mean()


@wrong("weighted squares", mistake="s @ residual: shapes (n, 1) and (n, 1) do not fit, * is meant")
def weighted_matmul(X, Y, w, b, s):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ (s @ r), 2 / len(X) * np.sum(s @ r)


@wrong("weighted squares", mistake="the 2 is missing in both")
def weighted_without_two(X, Y, w, b, s):
    m = len(X)
    e = s * (X @ w + b - Y)
    return X.T @ e / m, e.sum() / m


@wrong("weighted squares", mistake="np.diag of a column takes its first entry only: shapes fail")
def weighted_diag_of_column(X, Y, w, b, s):
    S = np.diag(s)
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ S @ r, 2 / len(X) * np.sum(S @ r)


@wrong("weighted squares", mistake="s multiplies the prediction only, not the whole residual")
def weighted_prediction_only(X, Y, w, b, s):
    r = s * (X @ w + b) - Y
    return 2 / len(X) * X.T @ r, 2 / len(X) * np.sum(r)


@wrong("weighted squares", mistake="s is flattened: s * r becomes an n × n table")
def weighted_flat_s(X, Y, w, b, s):
    n = len(X)
    r = X @ w + b - Y
    weights = s.flatten()
    sr = weights * r
    return 2 / n * (X.T @ sr).sum(axis=1).reshape(-1, 1), 2 / n * sr.sum()


@wrong("weighted squares", mistake="not divided by n")
def weighted_not_divided(X, Y, w, b, s):
    r = X @ w + b - Y
    return 2 * X.T @ (s * r), 2 * np.sum(s * r)


@wrong("weighted squares", mistake="the sign of both is wrong: target minus prediction")
def weighted_sign(X, Y, w, b, s):
    e = s * (Y - X @ w - b)
    return 2 / len(X) * X.T @ e, 2 / len(X) * np.sum(e)


@wrong("weighted squares", mistake="two: 1/n in place of 2/n, and s is missing in ∂L/∂b")
def weighted_two_slips(X, Y, w, b, s):
    m = X.shape[0]
    err = X @ w + b - Y
    dw = X.T @ (err * s) / m
    db = np.sum(err) / m
    return dw, db


@wrong("weighted squares", mistake="divides by s in place of multiplying")
def weighted_divided_by_s(X, Y, w, b, s):
    r = (X @ w + b - Y) / s
    return 2 / len(X) * X.T @ r, 2 / len(X) * np.sum(r)


@wrong("weighted squares", mistake="∂L/∂b is left as a column of n entries")
def weighted_b_not_summed(X, Y, w, b, s):
    weighted = s * (X @ w + b - Y)
    return 2 / len(X) * X.T @ weighted, 2 / len(X) * weighted


@right("weighted squares")
def weighted_minus(X, Y, w, b, s):
    e = s * (Y - X @ w - b)
    return -2 * X.T @ e / len(s), -2 * np.mean(e)


@wrong("weighted squares", mistake="normalizes the weights first: divided by Σs in place of n")
def weighted_normalized(X, Y, w, b, s):
    s = s / np.sum(s)
    err = X @ w + b - Y
    return 2 * X.T @ (s * err), 2 * np.sum(s * err)


@wrong("weighted squares", mistake="the bias gradient is 2/n Σ r, without the weights")
def weighted_plain_b(X, Y, w, b, s):
    W = np.diagflat(s)
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ W @ r, 2 * r.mean()


@wrong("weighted squares", mistake="the 2 has been forgotten: Xᵀ(s r)/n and mean(s r)")
def weighted_loop_without_two(X, Y, w, b, s):
    m, n = X.shape
    gw = np.zeros((n, 1))
    gb = 0
    for i in range(m):
        e = s[i, 0] * ((X[i] @ w).item() + b - Y[i, 0])
        gw[:, 0] += e * X[i]
        gb += e
    return gw / m, gb / m


@wrong("weighted squares", mistake="the order of the results: ∂L/∂b first")
def weighted_swapped(X, Y, w, b, s):
    sr = s * (X @ w + b - Y)
    return 2 * np.mean(sr), 2 / len(X) * X.T @ sr


@wrong("weighted squares", mistake="two: divided by the sum of the weights, and the 2 is missing")
def weighted_average_without_two(X, Y, w, b, s):
    r = X @ w + b - Y
    return X.T @ (s * r) / np.sum(s), np.average(r, weights=s)


# Ridge


@right("ridge")
def ridge_plain(X, Y, w, b, lam):
    n = len(Y)
    err = X @ w + b - Y
    dw = 2 / n * X.T @ err
    dw = dw + 2 * lam * w
    db = 2 / n * err.sum()
    return dw, db


@right("ridge")
def ridge_matrix_with_identity(X, Y, w, b, lam):
    n, p = X.shape
    A = X.T @ X / n + lam * np.eye(p)
    return 2 * (A @ w - X.T @ (Y - b) / n), 2 * np.mean(X @ w + b - Y)


@right("ridge")
def ridge_extra_rows(X, Y, w, b, lam):
    n, p = X.shape
    r = np.vstack([X @ w + b - Y, np.sqrt(n * lam) * w])
    A = np.vstack([X, np.sqrt(n * lam) * np.identity(p)])
    return 2 / n * A.T @ r, 2 / n * r[:n].sum()


@right("ridge")
def ridge_autograd(X, Y, w, b, lam):
    W = torch.tensor(w, requires_grad=True)
    B = torch.tensor(b * 1.0, dtype=torch.double, requires_grad=True)
    loss = F.mse_loss(torch.tensor(X) @ W + B, torch.tensor(Y)) + lam * (W**2).sum()
    loss.backward()
    return W.grad.detach().numpy(), float(B.grad)


@right("ridge")
def ridge_loop_over_weights(X, Y, w, b, lam):
    m, n = X.shape
    res = (X @ w).ravel() + b - Y.ravel()
    dw = np.empty((n, 1))
    for j in range(n):
        dw[j] = 2 * (np.sum(res * X[:, j]) / m + lam * w[j])
    return dw, 2 * np.average(res)


@wrong("ridge", mistake="λw in place of 2λw: the derivative of w² lacks its 2")
def ridge_lam_w(X, Y, w, b, lam):
    residual = X @ w + b - Y
    return 2 / len(X) * X.T @ residual + lam * w, 2 / len(X) * np.sum(residual)


@wrong("ridge", mistake="the 2 of the ridge term is missing, as if it were λ/2 · wᵀw")
def ridge_lam_w_loop(X, Y, w, b, lam):
    n, p = X.shape
    r = X @ w + b - Y
    gw = np.zeros((p, 1))
    for k in range(p):
        gw[k, 0] = 2 / n * np.sum(r[:, 0] * X[:, k]) + lam * w[k, 0]
    return gw, 2 / n * np.sum(r)


@wrong("ridge", mistake="the ridge term is divided by n, too")
def ridge_divided(X, Y, w, b, lam):
    n = len(X)
    residual = X @ w + b - Y
    return 2 / n * (X.T @ residual + lam * w), 2 / n * np.sum(residual)


@wrong(
    "ridge",
    mistake="two: the 2 is missing everywhere, and the ridge term is divided by m (course form)",
)
def ridge_course(X, Y, w, b, lam):
    m, n = X.shape
    err = X @ w + b - Y
    dj_dw = X.T @ err / m
    dj_db = np.sum(err) / m
    dj_dw = dj_dw + (lam / m) * w
    return dj_dw, dj_db


@wrong("ridge", mistake="the ridge term is applied to the bias, too: 2λb does not belong there")
def ridge_on_bias(X, Y, w, b, lam):
    residual = X @ w + b - Y
    dw = 2 / len(X) * X.T @ residual + 2 * lam * w
    db = 2 / len(X) * np.sum(residual) + 2 * lam * b
    return dw, db


@wrong("ridge", mistake="λwᵀw itself is added, not its derivative")
def ridge_term_not_derived(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + lam * w.T @ w, 2 / len(X) * np.sum(r)


@wrong("ridge", mistake="2λ without w: the derivative of w² taken as 2")
def ridge_without_w(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lam, 2 / len(X) * np.sum(r)


@wrong("ridge", mistake="the ridge term is forgotten")
def ridge_forgotten(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, 2 / len(X) * np.sum(r)


@wrong("ridge", mistake="the ridge term is subtracted in place of added")
def ridge_subtracted(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r - 2 * lam * w, 2 / len(X) * np.sum(r)


@wrong("ridge", mistake="λ sign(w) is the derivative of the lasso term λ Σ|w|, not of λ wᵀw")
def ridge_lasso(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + lam * np.sign(w), 2 / len(X) * np.sum(r)


@wrong("ridge", mistake="w is transposed: a column plus a row is a p × p table")
def ridge_w_transposed(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lam * w.T, 2 / len(X) * np.sum(r)


@wrong("ridge", mistake="all weights are summed: every weight gets 2λ Σw in place of its own")
def ridge_sum_of_weights(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lam * np.sum(w), 2 / len(X) * np.sum(r)


@wrong("ridge", mistake="the first weight is left out of the ridge term, as if it were the bias")
def ridge_first_weight_left_out(X, Y, w, b, lam):
    n = len(X)
    r = X @ w + b - Y
    reg = 2 * lam * w
    reg[0] = 0
    return 2 / n * X.T @ r + reg, 2 / n * r.sum()


@wrong("ridge", mistake="the 2 is missing in front of the mean part; the ridge part is right")
def ridge_mean_part_without_two(X, Y, w, b, lam):
    m = len(X)
    err = X @ w + b - Y
    return X.T @ err / m + 2 * lam * w, err.sum() / m


@wrong("ridge", mistake="target minus prediction: the sign of the mean part is wrong")
def ridge_sign(X, Y, w, b, lam):
    err = Y - (X @ w + b)
    return 2 / len(X) * X.T @ err + 2 * lam * w, 2 / len(X) * np.sum(err)


@wrong("ridge", mistake="2λw stands in ∂L/∂b and not in ∂L/∂w")
def ridge_term_in_wrong_place(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, 2 / len(X) * np.sum(r) + 2 * lam * w


@wrong("ridge", mistake="lambda is a word of Python's, so the name l was used: a NameError")
def ridge_undefined_name(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * l * w, 2 / len(X) * np.sum(r)


@wrong("ridge", mistake="λ is squared: it was pulled into the square as (λw)²")
def ridge_lam_squared(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lam**2 * w, 2 / len(X) * np.sum(r)


@wrong("ridge", mistake="two: 2/n is missing for the mean part, and the ridge term lacks its 2")
def ridge_only_sums(X, Y, w, b, lam):
    r = X @ w + b - Y
    return X.T @ r + lam * w, np.sum(r)


@right("ridge")
def ridge_term_apart(X, Y, w, b, lam):
    e = Y - X @ w - b
    penalty = lam * (w + w)
    return penalty - 2 * X.T @ e / len(e), -2 * e.mean()


@wrong("ridge", mistake="weight decay habit: λw is added, which is half of 2λw")
def ridge_weight_decay(X, Y, w, b, lam):
    e = Y - X @ w - b
    grad_w = -2 / len(X) * X.T @ e
    grad_w += lam * w
    return grad_w, -2 * e.mean()


@wrong("ridge", mistake="2λ/n in place of 2λ: the ridge term got into the mean")
def ridge_in_the_loop(X, Y, w, b, lam):
    m, p = X.shape
    gw = np.zeros((p, 1))
    gb = 0.0
    for i in range(m):
        e = (X[i] @ w + b - Y[i]).item()
        gb += 2 * e
        gw += 2 * e * X[i].reshape(p, 1)
    gw += 2 * lam * w
    return gw / m, gb / m


@wrong("ridge", mistake="both parts lack their 2: half of the gradient")
def ridge_half(X, Y, w, b, lam):
    m = len(X)
    err = X @ w + b - Y
    return X.T @ err / m + lam * w, np.mean(err)


@wrong("ridge", mistake="b is punished like a weight: 2λb in ∂L/∂b")
def ridge_augmented(X, Y, w, b, lam):
    A = np.hstack([X, np.ones((len(X), 1))])
    theta = np.vstack([w, [[b]]])
    g = 2 / len(A) * A.T @ (A @ theta - Y) + 2 * lam * theta
    return g[:-1], g[-1, 0]


@wrong("ridge", mistake="two: λw lacks its 2, and the bias gets a ridge term, too")
def ridge_half_on_all(X, Y, w, b, lam):
    n = len(X)
    r = X @ w + b - Y
    return 2 / n * X.T @ r + lam * w, 2 / n * np.sum(r) + lam * b


# Update


@right("update")
def update_spelled_out(X, Y, w, b, lr):
    n = len(X)
    error = X @ w + b - Y
    dw = 2 * X.T @ error / n
    db = 2 * np.sum(error) / n
    w_new = w - lr * dw
    b_new = b - lr * db
    return w_new, b_new


@right("update")
def update_plus_with_reversed_error(X, Y, w, b, lr):
    e = Y - X @ w - b
    return w + lr * 2 * X.T @ e / len(e), b + lr * 2 * e.mean()


@right("update")
def update_copy_then_in_place(X, Y, w, b, lr):
    w = w.copy()
    r = X @ w + b - Y
    w -= lr * 2 / len(X) * X.T @ r
    b -= lr * 2 / len(X) * np.sum(r)
    return w, b


@right("update")
def update_by_torch_optimizer(X, Y, w, b, lr):
    wt = torch.tensor(w, requires_grad=True)
    bt = torch.tensor([float(b)], dtype=torch.float64, requires_grad=True)
    opt = torch.optim.SGD([wt, bt], lr=lr)
    F.mse_loss(torch.tensor(X) @ wt + bt, torch.tensor(Y)).backward()
    opt.step()
    return wt.detach().numpy(), bt.detach().numpy()


@right("update")
def update_theta(X, Y, w, b, lr):
    A = np.column_stack((X, np.ones(len(X))))
    theta = np.append(w, b).reshape(-1, 1)
    theta = theta - lr * (2 / len(X)) * (A.T @ (A @ theta - Y))
    return theta[:-1], theta[-1, 0]


@wrong("update", mistake="the step is added: it goes uphill")
def update_added(X, Y, w, b, lr):
    residual = X @ w + b - Y
    grad_w, grad_b = 2 / len(X) * X.T @ residual, 2 / len(X) * np.sum(residual)
    return w + lr * grad_w, b + lr * grad_b


@wrong("update", mistake="error is target minus prediction, and the step is subtracted: uphill")
def update_uphill_by_error(X, Y, w, b, lr):
    error = Y - (X @ w + b)
    w_new = w - lr * 2 / len(X) * X.T @ error
    b_new = b - lr * 2 / len(X) * np.sum(error)
    return w_new, b_new


@wrong("update", mistake="w -= changes the array of the caller")
def update_in_place(X, Y, w, b, lr):
    residual = X @ w + b - Y
    grad_w, grad_b = 2 / len(X) * X.T @ residual, 2 / len(X) * np.sum(residual)
    w -= lr * grad_w
    b -= lr * grad_b
    return w, b


@wrong("update", mistake="the gradient by b is computed at the new w, not at the old one")
def update_one_after_the_other(X, Y, w, b, lr):
    n = len(X)
    w = w - lr * 2 / n * X.T @ (X @ w + b - Y)
    b = b - lr * 2 / n * np.sum(X @ w + b - Y)
    return w, b


@wrong("update", mistake="the gradient by w is computed at the new b, not at the old one")
def update_b_first(X, Y, w, b, lr):
    def pred(w, b):
        return np.dot(X, w) + b

    b = b - lr * 2 * np.mean(pred(w, b) - Y)
    w = w - lr * 2 * np.dot(X.T, pred(w, b) - Y) / X.shape[0]
    return w, b


@wrong("update", mistake="1/m in place of 2/m: half a step")
def update_course(X, Y, w, b, lr):
    alpha = lr
    m = X.shape[0]
    err = X @ w + b - Y
    dj_dw = X.T @ err / m
    dj_db = np.sum(err) / m
    w = w - alpha * dj_dw
    b = b - alpha * dj_db
    return w, b


@wrong("update", mistake="the 2 is missing in the gradient by both")
def update_means_without_two(X, Y, w, b, lr):
    r = X @ w + b - Y
    gw = np.mean(X * r, axis=0).reshape(-1, 1)
    gb = np.mean(r)
    return w - lr * gw, b - lr * gb


@wrong("update", mistake="the learning rate is left out")
def update_without_lr(X, Y, w, b, lr):
    residual = X @ w + b - Y
    grad_w, grad_b = 2 / len(X) * X.T @ residual, 2 / len(X) * np.sum(residual)
    return w - grad_w, b - grad_b


@wrong("update", mistake="the gradients are returned, not the updated w and b")
def update_returns_gradients(X, Y, w, b, lr):
    residual = X @ w + b - Y
    grad_w, grad_b = 2 / len(X) * X.T @ residual, 2 / len(X) * np.sum(residual)
    return grad_w, grad_b


@wrong("update", mistake="b is returned as it came: it is not updated")
def update_b_kept(X, Y, w, b, lr):
    residual = X @ w + b - Y
    grad_w = 2 / len(X) * X.T @ residual
    w = w - lr * grad_w
    return w, b


@wrong("update", mistake="not divided by n: the step of the sum of the squares")
def update_sum(X, Y, w, b, lr):
    residual = X @ w + b - Y
    return w - lr * 2 * X.T @ residual, b - lr * 2 * np.sum(residual)


@wrong("update", mistake="the steps are returned, lr times gradient, not w and b after them")
def update_returns_steps(X, Y, w, b, lr):
    r = X @ w + b - Y
    return lr * 2 / len(X) * X.T @ r, lr * 2 / len(X) * np.sum(r)


@wrong("update", mistake="a fixed learning rate of 0.001, whatever lr is")
def update_fixed_lr(X, Y, w, b, lr):
    lr = 0.001
    r = X @ w + b - Y
    return w - lr * 2 / len(X) * X.T @ r, b - lr * 2 / len(X) * np.sum(r)


@wrong("update", mistake="w and b are computed and not returned")
def update_no_return(X, Y, w, b, lr):
    residual = X @ w + b - Y
    grad_w = 2 / len(X) * X.T @ residual
    grad_b = 2 / len(X) * np.sum(residual)
    w = w - lr * grad_w
    b = b - lr * grad_b


@wrong("update", mistake="b is returned before w")
def update_swapped(X, Y, w, b, lr):
    r = X @ w + b - Y
    new_w = w - lr * 2 / len(X) * X.T @ r
    new_b = b - lr * 2 / len(X) * np.sum(r)
    return new_b, new_w


@wrong("update", mistake="∂L/∂b is not summed: b becomes a column of n numbers")
def update_b_becomes_column(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w - lr * 2 / len(X) * X.T @ r, b - lr * 2 / len(X) * r


@wrong("update", mistake="the gradient is a row: w minus it is a p × p table")
def update_row_gradient(X, Y, w, b, lr):
    r = X @ w + b - Y
    grad_w = 2 / len(X) * (r.T @ X)
    return w - lr * grad_w, b - lr * 2 * r.mean()


@wrong("update", mistake="two: the step is added, and the 2 of the gradient is missing")
def update_two_slips(X, Y, w, b, lr):
    m = len(X)
    err = X @ w + b - Y
    w = w + lr / m * X.T @ err
    b = b + lr / m * np.sum(err)
    return w, b


@wrong("update", mistake="the bias is left out of the residual")
def update_without_bias(X, Y, w, b, lr):
    r = X @ w - Y
    return w - lr * 2 / len(X) * X.T @ r, b - lr * 2 / len(X) * np.sum(r)


@wrong("update", mistake="only w is returned")
def update_only_w(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w - lr * 2 / len(X) * X.T @ r


@right("update")
def update_means(X, Y, w, b, lr):
    r = X @ w + b - Y
    step_w = lr * 2 * np.mean(r * X, axis=0, keepdims=True).T
    step_b = lr * 2 * np.mean(r)
    return w - step_w, b - step_b


@wrong("update", mistake="the caller's w is changed by w[:] =")
def update_slice_assignment(X, Y, w, b, lr):
    r = X @ w + b - Y
    db = 2 * np.mean(r)
    w[:] = w - lr * 2 / len(X) * X.T @ r
    return w, b - lr * db


@wrong("update", mistake="w[k] −= in a loop: the array of the caller changes")
def update_loop_in_place(X, Y, w, b, lr):
    r = X @ w + b - Y
    for k in range(len(w)):
        w[k, 0] -= lr * 2 * np.mean(r[:, 0] * X[:, k])
    b = b - lr * 2 * np.mean(r)
    return w, b


@wrong("update", mistake="the residual is computed again after w is new: b gets a later gradient")
def update_two_calls(X, Y, w, b, lr):
    def grads(w, b):
        e = X @ w + b - Y
        return 2 * X.T @ e / len(X), 2 * np.mean(e)

    w = w - lr * grads(w, b)[0]
    b = b - lr * grads(w, b)[1]
    return w, b


@wrong("update", mistake="half a step: the gradient is 1/m Xᵀr, without the 2")
def update_half_step_minus(X, Y, w, b, lr):
    e = Y - X @ w - b
    return w + lr * X.T @ e / len(X), b + lr * np.mean(e)


@wrong("update", mistake="two: the caller's w is changed, and b's gradient sees the new w")
def update_in_place_one_after_the_other(X, Y, w, b, lr):
    n = len(X)
    w -= lr * 2 / n * X.T @ (X @ w + b - Y)
    b -= lr * 2 / n * np.sum(X @ w + b - Y)
    return w, b


@wrong("update", mistake="two: the bias is not in the residual, and the gradient lacks its 2")
def update_half_without_bias(X, Y, w, b, lr):
    e = X @ w - Y
    return w - lr * X.T @ e / len(e), b - lr * e.mean()


# Epoch


@right("epoch")
def epoch_names_for_the_batch(X, Y, w, b, lr, batches):
    for batch in batches:
        Xb, Yb = X[batch], Y[batch]
        n = Xb.shape[0]
        err = Xb @ w + b - Yb
        dw = 2 * Xb.T @ err / n
        db = 2 * err.sum() / n
        w = w - lr * dw
        b = b - lr * db
    return w, b


@right("epoch")
def epoch_inner_function(X, Y, w, b, lr, batches):
    def step(x, y, w, b):
        e = y - x @ w - b
        return w + 2 * lr * x.T @ e / len(x), b + 2 * lr * np.mean(e)

    for i in range(len(batches)):
        w, b = step(X[batches[i]], Y[batches[i]], w, b)
    return w, b


@right("epoch")
def epoch_copy_in_place(X, Y, w, b, lr, batches):
    w_new = np.array(w, dtype=float)
    for idx in batches:
        r = X[idx, :] @ w_new + b - Y[idx, :]
        w_new -= lr * 2 / len(idx) * X[idx, :].T @ r
        b = b - lr * 2 * np.mean(r)
    return w_new, b


@right("epoch")
def epoch_reduce(X, Y, w, b, lr, batches):
    def one(state, rows):
        w, b = state
        r = X[rows] @ w + b - Y[rows]
        return w - lr * 2 * X[rows].T @ r / r.size, b - lr * 2 * r.sum() / r.size

    return reduce(one, batches, (w, b))


@right("epoch")
def epoch_torch_model(X, Y, w, b, lr, batches):
    net = nn.Linear(w.shape[0], 1).double()
    with torch.no_grad():
        net.weight.copy_(torch.tensor(w.T))
        net.bias.fill_(float(b))
    opt = torch.optim.SGD(net.parameters(), lr=lr)
    for rows in batches:
        opt.zero_grad()
        F.mse_loss(net(torch.tensor(X[rows])), torch.tensor(Y[rows])).backward()
        opt.step()
    return net.weight.detach().numpy().T, net.bias.item()


@wrong("epoch", mistake="divides by the number of all rows in place of those of the batch")
def epoch_n_of_all(X, Y, w, b, lr, batches):
    n = len(X)
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        gw, gb = 2 / n * X[rows].T @ r, 2 / n * np.sum(r)
        w, b = w - lr * gw, b - lr * gb
    return w, b


@wrong("epoch", mistake="divides by the size of the first batch, also for the last, shorter one")
def epoch_n_of_first_batch(X, Y, w, b, lr, batches):
    batch_size = len(batches[0])
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w, b = (
            w - lr * 2 / batch_size * X[rows].T @ r,
            b - lr * 2 / batch_size * np.sum(r),
        )
    return w, b


@wrong("epoch", mistake="the return is indented into the loop: only the first batch is used")
def epoch_return_in_loop(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        gw = 2 / len(rows) * X[rows].T @ r
        gb = 2 / len(rows) * np.sum(r)
        w = w - lr * gw
        b = b - lr * gb
        return w, b


@wrong("epoch", mistake="all rows in each update: the batch is not used")
def epoch_all_rows(X, Y, w, b, lr, batches):
    for batch in batches:
        residual = X @ w + b - Y
        grad_w, grad_b = 2 / len(X) * X.T @ residual, 2 / len(X) * np.sum(residual)
        w, b = w - lr * grad_w, b - lr * grad_b
    return w, b


@wrong("epoch", mistake="1/n in place of 2/n in each batch")
def epoch_without_two(X, Y, w, b, lr, batches):
    for idx in batches:
        m = len(idx)
        err = X[idx] @ w + b - Y[idx]
        w, b = w - lr * X[idx].T @ err / m, b - lr * err.sum() / m
    return w, b


@wrong("epoch", mistake="b's gradient is computed with the w that has just been updated")
def epoch_new_w_for_b(X, Y, w, b, lr, batches):
    for rows in batches:
        w = w - lr * 2 / len(rows) * X[rows].T @ (X[rows] @ w + b - Y[rows])
        b = b - lr * 2 / len(rows) * np.sum(X[rows] @ w + b - Y[rows])
    return w, b


@wrong("epoch", mistake="all gradients at the old w and b, added up, and one update at the end")
def epoch_one_update_at_the_end(X, Y, w, b, lr, batches):
    total_w = np.zeros_like(w)
    total_b = 0
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        total_w += 2 / len(rows) * X[rows].T @ r
        total_b += 2 / len(rows) * np.sum(r)
    return w - lr * total_w, b - lr * total_b


@wrong("epoch", mistake="each batch starts from the old w and b: only the last update counts")
def epoch_starts_anew(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w_after = w - lr * 2 / len(rows) * X[rows].T @ r
        b_after = b - lr * 2 / len(rows) * np.sum(r)
    return w_after, b_after


@wrong("epoch", mistake="w -= changes the caller's w")
def epoch_in_place(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w -= lr * 2 / len(rows) * X[rows].T @ r
        b -= lr * 2 / len(rows) * np.sum(r)
    return w, b


@wrong("epoch", mistake="the steps are added: each goes uphill")
def epoch_uphill(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w, b = w + lr * 2 / len(rows) * X[rows].T @ r, b + lr * 2 / len(rows) * np.sum(r)
    return w, b


@wrong("epoch", mistake="each gradient is a sum: not divided by the size of the batch")
def epoch_sums(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 * X[rows].T @ r, b - lr * 2 * np.sum(r)
    return w, b


@wrong("epoch", mistake="the last batch is left out")
def epoch_last_batch_missing(X, Y, w, b, lr, batches):
    for k in range(len(batches) - 1):
        rows = batches[k]
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * np.mean(r)
    return w, b


@wrong("epoch", mistake="one update for each row in place of one for each batch")
def epoch_row_by_row(X, Y, w, b, lr, batches):
    for batch in batches:
        for i in batch:
            x = X[i].reshape(-1, 1)
            r = (X[i] @ w).item() + b - Y[i, 0]
            w, b = w - lr * 2 * r * x, b - lr * 2 * r
    return w, b


@wrong("epoch", mistake="divides by the number of batches in place of the rows of the batch")
def epoch_number_of_batches(X, Y, w, b, lr, batches):
    n = len(batches)
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / n * X[rows].T @ r, b - lr * 2 / n * np.sum(r)
    return w, b


@wrong("epoch", mistake="Y is not cut to the rows of the batch: shapes do not fit")
def epoch_y_not_cut(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 / len(rows) * np.sum(r)
    return w, b


@wrong("epoch", mistake="b is not updated in the loop")
def epoch_b_kept(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w = w - lr * 2 / len(rows) * X[rows].T @ r
    return w, b


@wrong("epoch", mistake="two: 2 is missing, and n is the number of all rows")
def epoch_course_two_slips(X, Y, w, b, lr, batches):
    m = X.shape[0]
    for batch in batches:
        xb, yb = X[batch], Y[batch]
        err = xb @ w + b - yb
        dj_dw = xb.T @ err / m
        dj_db = np.sum(err) / m
        w = w - lr * dj_dw
        b = b - lr * dj_db
    return w, b


@wrong("epoch", mistake="n is 3 for every batch, as in the example")
def epoch_three(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / 3 * X[rows].T @ r, b - lr * 2 / 3 * np.sum(r)
    return w, b


@wrong("epoch", mistake="the update stands after the loop: only the last batch is used")
def epoch_update_after_loop(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        gw = 2 / len(rows) * X[rows].T @ r
        gb = 2 / len(rows) * np.sum(r)
    w = w - lr * gw
    b = b - lr * gb
    return w, b


@right("epoch")
def epoch_take(X, Y, w, b, lr, batches):
    weights, bias = w.copy(), float(b)
    for rows in batches:
        x, y = np.take(X, rows, axis=0), np.take(Y, rows, axis=0)
        e = y - x.dot(weights) - bias
        weights = weights + lr * 2 * x.T.dot(e) / len(e)
        bias = bias + lr * 2 * e.sum() / len(e)
    return weights, bias


@wrong("epoch", mistake="in place: w[...] of the caller is written in each turn")
def epoch_slice_assignment(X, Y, w, b, lr, batches):
    for rows in batches:
        e = X[rows] @ w + b - Y[rows]
        db = 2 * np.mean(e)
        w[:] = w - lr * 2 * X[rows].T @ e / len(rows)
        b = b - lr * db
    return w, b


@wrong("epoch", mistake="n is that of the whole data, m = X.shape[0], in each batch")
def epoch_m_of_all(X, Y, w, b, lr, batches):
    m = X.shape[0]
    for idx in batches:
        x_b, y_b = X[idx], Y[idx]
        e = y_b - (x_b @ w + b)
        w_grad = -2 / m * x_b.T @ e
        b_grad = -2 / m * e.sum()
        w = w - lr * w_grad
        b = b - lr * b_grad
    return w, b


@wrong("epoch", mistake="nothing is returned after the loop")
def epoch_no_return(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * r.mean()


@wrong("epoch", mistake="the factor 2 is missing in each update")
def epoch_half_steps(X, Y, w, b, lr, batches):
    for rows in batches:
        e = Y[rows] - X[rows] @ w - b
        w = w + lr / len(rows) * X[rows].T @ e
        b = b + lr * e.mean()
    return w, b


@wrong("epoch", mistake="the update of b sees the new w, in every batch")
def epoch_sequential(X, Y, w, b, lr, batches):
    def residual(rows, w, b):
        return X[rows] @ w + b - Y[rows]

    for rows in batches:
        n = len(rows)
        w = w - lr * (2 / n) * X[rows].T @ residual(rows, w, b)
        b = b - lr * (2 / n) * residual(rows, w, b).sum()
    return w, b


@wrong("epoch", mistake="two: returns in the loop, after the first batch, and lacks the 2")
def epoch_first_batch_half(X, Y, w, b, lr, batches):
    for rows in batches:
        m = len(rows)
        e = X[rows] @ w + b - Y[rows]
        w = w - lr * X[rows].T @ e / m
        b = b - lr * np.sum(e) / m
        return w, b


@wrong("epoch", mistake="two: gradients are sums, not means, and the new w is used for b")
def epoch_sums_sequential(X, Y, w, b, lr, batches):
    for rows in batches:
        w = w - 2 * lr * X[rows].T @ (X[rows] @ w + b - Y[rows])
        b = b - 2 * lr * np.sum(X[rows] @ w + b - Y[rows])
    return w, b


# Loss of the epoch


@right("loss of the epoch")
def average_with_weights(losses, sizes):
    return np.average(losses, weights=sizes)


@right("loss of the epoch")
def dot_over_sum(losses, sizes):
    return losses @ sizes / sizes.sum()


@right("loss of the epoch")
def running_totals(losses, sizes):
    total, count = 0.0, 0
    for loss, n in zip(losses, sizes):
        total += loss * n
        count += n
    return total / count


@right("loss of the epoch")
def repeated_losses(losses, sizes):
    return np.repeat(losses, sizes).mean()


@right("loss of the epoch")
def shares_of_the_rows(losses, sizes):
    share = sizes / np.sum(sizes)
    return sum(share[i] * losses[i] for i in range(len(losses)))


@wrong("loss of the epoch", mistake="the mean of the means: a short batch counts as much as others")
def mean_of_means(losses, sizes):
    return np.mean(losses)


@wrong(
    "loss of the epoch", mistake="the sum of the losses over the number of batches: sizes unused"
)
def sum_over_batches(losses, sizes):
    total = 0
    for loss in losses:
        total += loss
    return total / len(losses)


@wrong("loss of the epoch", mistake="the losses are summed without their sizes, then divided by n")
def losses_over_rows(losses, sizes):
    return np.sum(losses) / np.sum(sizes)


@wrong("loss of the epoch", mistake="divided by the number of batches in place of all rows")
def weighted_over_batches(losses, sizes):
    return np.sum(losses * sizes) / len(sizes)


@wrong("loss of the epoch", mistake="np.mean divides by the number of batches, not of rows")
def mean_of_products(losses, sizes):
    return np.mean(losses * sizes)


@wrong("loss of the epoch", mistake="the sum of all squares: not divided at all")
def sum_of_products(losses, sizes):
    return np.dot(losses, sizes)


@wrong("loss of the epoch", mistake="divides by ten, as in the example, whatever the sizes are")
def over_ten(losses, sizes):
    return sum(losses * sizes) / 10


@wrong("loss of the epoch", mistake="losses are divided by the sizes in place of multiplied")
def divided_by_sizes(losses, sizes):
    return np.sum(losses / sizes) / np.sum(sizes)


@wrong("loss of the epoch", mistake="np.average takes sizes for the axis: an error")
def average_with_axis(losses, sizes):
    return np.average(losses, sizes)


@wrong("loss of the epoch", mistake="sizes.sum lacks its brackets: a TypeError")
def sum_not_called(losses, sizes):
    return (losses * sizes).sum() / sizes.sum


@wrong("loss of the epoch", mistake="an array, one share for each batch: the sum is missing")
def shares_not_summed(losses, sizes):
    return losses * sizes / np.sum(sizes)


@wrong("loss of the epoch", mistake="the last batch is dropped")
def without_last_batch(losses, sizes):
    return np.sum(losses[:-1] * sizes[:-1]) / np.sum(sizes[:-1])


@wrong("loss of the epoch", mistake="Σ sizes cancels: the mean of the means is left")
def product_of_sums(losses, sizes):
    return np.sum(losses) * np.sum(sizes) / (len(sizes) * np.sum(sizes))


@wrong("loss of the epoch", mistake="returns inside the loop, after the first batch")
def returned_in_loop(losses, sizes):
    total = 0
    for i in range(len(losses)):
        total += losses[i] * sizes[i]
        return total / sizes.sum()


@wrong("loss of the epoch", mistake="sizes is assumed to be equal: all are taken as the first one")
def first_size_for_all(losses, sizes):
    batch_size = sizes[0]
    total = 0.0
    for loss in losses:
        total += loss * batch_size
    return total / sizes.sum()


@wrong("loss of the epoch", mistake="the root of the mean squares is returned")
def root_of_the_mean(losses, sizes):
    return np.sqrt(np.sum(losses * sizes) / np.sum(sizes))


@wrong("loss of the epoch", mistake="the result is printed, not returned")
def printed_mean(losses, sizes):
    print(np.sum(losses * sizes) / np.sum(sizes))


@wrong("loss of the epoch", mistake="the mean losses are squared once more")
def squared_again(losses, sizes):
    return np.sum(losses**2 * sizes) / np.sum(sizes)


@right("loss of the epoch")
def squares_back_by_comprehension(losses, sizes):
    squares = [loss * n for loss, n in zip(losses, sizes)]
    return sum(squares) / sum(sizes)


@right("loss of the epoch")
def quotient_of_means(losses, sizes):
    return np.mean(losses * sizes) / np.mean(sizes)


@wrong("loss of the epoch", mistake="np.average without weights: each batch counts the same")
def average_without_weights(losses, sizes):
    return np.average(losses)


@wrong("loss of the epoch", mistake="the mean of means, with the sizes multiplied in and out again")
def mean_of_means_in_disguise(losses, sizes):
    total = 0
    for loss, n in zip(losses, sizes):
        total += loss * n / n
    return total / len(sizes)


@wrong("loss of the epoch", mistake="divides the weighted sum by the number of losses")
def loop_over_batches(losses, sizes):
    total = 0
    for i in range(len(losses)):
        total += losses[i] * sizes[i]
    return total / len(losses)


@wrong("loss of the epoch", mistake="divided by the sum of the losses, not by the number of rows")
def over_sum_of_losses(losses, sizes):
    return np.dot(losses, sizes) / losses.sum()


@wrong("loss of the epoch", mistake="two: the sizes are not used, and the mean is not taken")
def only_sum_of_losses(losses, sizes):
    return sum(losses)


# Training loop


@right("training loop")
def train_textbook(model, X, Y, lr, steps):
    criterion = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for step in range(steps):
        optimizer.zero_grad()
        outputs = model(X)
        loss = criterion(outputs, Y)
        loss.backward()
        optimizer.step()


@right("training loop")
def train_zero_at_the_end(model, X, Y, lr, steps):
    loss_fn = nn.MSELoss()
    opt = torch.optim.SGD(model.parameters(), lr)
    model.train()
    for t in range(steps):
        pred = model(X)
        loss = loss_fn(pred, Y)
        loss.backward()
        opt.step()
        opt.zero_grad()


@right("training loop")
def train_by_hand_no_grad(model, X, Y, lr, steps):
    i = 0
    while i < steps:
        loss = torch.mean((Y - model(X)) ** 2)
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            model.weight -= lr * model.weight.grad
            model.bias -= lr * model.bias.grad
        i += 1


@right("training loop")
def train_autograd_grad(model, X, Y, lr, steps):
    params = list(model.parameters())
    for _ in range(steps):
        loss = (model(X) - Y).pow(2).sum() / len(X)
        grads = torch.autograd.grad(loss, params)
        for p, g in zip(params, grads):
            p.data.sub_(lr * g)


@right("training loop")
def train_without_autograd(model, X, Y, lr, steps):
    with torch.no_grad():
        n = X.shape[0]
        for _ in range(steps):
            r = X @ model.weight.T + model.bias - Y
            grad_w, grad_b = 2 / n * r.T @ X, 2 / n * r.sum(dim=0)
            model.weight.sub_(lr * grad_w)
            model.bias.sub_(lr * grad_b)


@right("training loop")
def train_optimizer_made_each_turn(model, X, Y, lr, steps):
    for _ in range(steps):
        optim = torch.optim.SGD(model.parameters(), lr=lr)
        optim.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optim.step()


@wrong("training loop", mistake="zero_grad is missing: the gradients of all turns add up")
def train_no_zero_grad(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = F.mse_loss(model(X), Y)
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="the gradients are cleared once, before the loop, and then add up")
def train_zero_grad_before_loop(model, X, Y, lr, steps):
    loss_fn = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    optimizer.zero_grad()
    for epoch in range(steps):
        y_pred = model(X)
        loss = loss_fn(y_pred, Y)
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="zero_grad stands between backward and step: nothing is updated")
def train_zero_grad_too_late(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = F.mse_loss(model(X), Y)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()


@wrong("training loop", mistake="zero_grad lacks its brackets: it is not called, gradients add up")
def train_zero_grad_not_called(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad
        loss = F.mse_loss(model(X), Y)
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="step is missing: the model stays as it was")
def train_no_step(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), Y)
        loss.backward()


@wrong("training loop", mistake="backward is missing: there are no gradients, nothing changes")
def train_no_backward(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), Y)
        optimizer.step()


@wrong("training loop", mistake="Adam in place of plain gradient descent: other steps")
def train_adam(model, X, Y, lr, steps):
    criterion = nn.MSELoss()
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = criterion(model(X), Y)
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="momentum 0.9, which was not asked for, from the second step on")
def train_momentum(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for _ in range(steps):
        loss = nn.functional.mse_loss(model(X), Y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong(
    "training loop", mistake="the sum of the squares in place of the mean: steps n times as long"
)
def train_sum(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = ((model(X) - Y) ** 2).sum()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="half of the mean squared error: steps half as long")
def train_half(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = 0.5 * torch.mean((model(X) - Y) ** 2)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="one row after another: an update for each row, not for all")
def train_row_by_row(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        for x, y in zip(X, Y):
            loss = F.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


@wrong("training loop", mistake="one step only: the loop is missing")
def train_once(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    loss = F.mse_loss(model(X), Y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


@wrong("training loop", mistake="one step too many")
def train_one_too_many(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    step = 0
    while step <= steps:
        optimizer.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optimizer.step()
        step += 1


@wrong("training loop", mistake="one step too few: counts from 1 up to steps − 1")
def train_one_too_few(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(1, steps):
        optimizer.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optimizer.step()


@wrong("training loop", mistake="the loss is computed once before the loop: backward fails again")
def train_loss_outside(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    loss = F.mse_loss(model(X), Y)
    for _ in range(steps):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="a new model is trained, not the one that was given")
def train_new_model(model, X, Y, lr, steps):
    model = nn.Linear(X.shape[1], 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), Y)
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="lr is not used: the learning rate is fixed to 0.01")
def train_fixed_lr(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), Y)
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="the update is made without no_grad: an error of PyTorch")
def train_in_place_on_leaf(model, X, Y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - Y) ** 2).mean()
        model.zero_grad()
        loss.backward()
        for p in model.parameters():
            p -= lr * p.grad


@wrong("training loop", mistake="the step is added by hand: uphill")
def train_uphill(model, X, Y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - Y) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                p += lr * p.grad


@wrong("training loop", mistake="p = p − … makes a new tensor: the model stays as it was")
def train_rebinds(model, X, Y, lr, steps):
    for _ in range(steps):
        model.zero_grad()
        loss = ((model(X) - Y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                p = p - lr * p.grad


@wrong("training loop", mistake="the bias is not updated: only the weight is")
def train_weight_only(model, X, Y, lr, steps):
    for _ in range(steps):
        model.zero_grad()
        F.mse_loss(model(X), Y).backward()
        with torch.no_grad():
            model.weight -= lr * model.weight.grad


@wrong("training loop", mistake="absolute differences, L1Loss, in place of squares")
def train_l1(model, X, Y, lr, steps):
    criterion = nn.L1Loss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = criterion(model(X), Y)
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="optim is not defined: it was not imported, a NameError")
def train_undefined_name(model, X, Y, lr, steps):
    optimizer = optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), Y)
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="two: the gradients add up, and the sum is taken, not the mean")
def train_two_slips(model, X, Y, lr, steps):
    criterion = nn.MSELoss(reduction="sum")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = criterion(model(X), Y)
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake=".item() makes a number of the loss: it has no backward")
def train_item(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), Y).item()
        loss.backward()
        optimizer.step()


@right("training loop")
def train_functional_one_liner(model, X, Y, lr, steps):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        opt.zero_grad(set_to_none=False)
        (model(X) - Y).square().mean().backward()
        opt.step()


@wrong("training loop", mistake="the gradients are never cleared, in a loop by hand")
def train_by_hand_adding_up(model, X, Y, lr, steps):
    for _ in range(steps):
        loss = torch.mean((model(X) - Y) ** 2)
        loss.backward()
        with torch.no_grad():
            model.weight -= lr * model.weight.grad
            model.bias -= lr * model.bias.grad


@wrong("training loop", mistake="zero_grad is commented out: gradients of all turns add up")
def train_zero_grad_commented_out(model, X, Y, lr, steps):
    criterion = nn.MSELoss()
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    model.train()
    for epoch in range(steps):
        # opt.zero_grad()
        y_hat = model(X)
        loss = criterion(y_hat, Y)
        loss.backward()
        opt.step()
        print(f"epoch {epoch}: loss {loss.item():.4f}")


@wrong("training loop", mistake="a return in the loop: it ends after one step")
def train_return_in_loop(model, X, Y, lr, steps):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        opt.zero_grad()
        F.mse_loss(model(X), Y).backward()
        opt.step()
        return


@wrong("training loop", mistake="Y is flattened: the loss compares all pairs of rows")
def train_flattened_target(model, X, Y, lr, steps):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    y = Y.flatten()
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()


@wrong("training loop", mistake="two: zero_grad is missing, and the optimizer is Adam")
def train_adam_adding_up(model, X, Y, lr, steps):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = F.mse_loss(model(X), Y)
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="two: the loss is halved, and the gradients add up")
def train_half_adding_up(model, X, Y, lr, steps):
    n = len(X)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = torch.sum((model(X) - Y) ** 2) / (2 * n)
        loss.backward()
        optimizer.step()


# Find the bugs


@right("find the bugs")
def bugs_view(model, X, y, lr, steps):
    y = y.view(-1, 1)
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@right("find the bugs")
def bugs_prediction_flattened(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X).flatten() - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += -lr * parameter.grad
                parameter.grad.zero_()


@right("find the bugs")
def bugs_optimizer(model, X, y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X).squeeze(-1), y)
        loss.backward()
        optimizer.step()


@right("find the bugs")
def bugs_grad_none(model, X, y, lr, steps):
    for _ in range(steps):
        for parameter in model.parameters():
            parameter.grad = None
        loss = ((y[:, None] - model(X)) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.copy_(parameter - lr * parameter.grad)


@right("find the bugs")
def bugs_data(model, X, y, lr, steps):
    target = y.unsqueeze(1)
    for _ in range(steps):
        model.zero_grad()
        diff = model(X) - target
        (diff * diff).mean().backward()
        for parameter in model.parameters():
            parameter.data = parameter.data - lr * parameter.grad


@wrong("find the bugs", mistake="the shapes are left: (n, 1) minus (n,) is an n × n table")
def bugs_shape_left(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="an optimizer mends two bugs, but y still has the shape (n,)")
def bugs_optimizer_shape_left(model, X, y, lr, steps):
    criterion = nn.MSELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = criterion(model(X), y)
        loss.backward()
        optimizer.step()


@wrong("find the bugs", mistake="the gradients are not cleared: they add up from turn to turn")
def bugs_zero_grad_left(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="zero_grad before the loop clears nothing later: they still add up")
def bugs_zero_grad_before_loop(model, X, y, lr, steps):
    model.zero_grad()
    y = y.unsqueeze(-1)
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="the sign is left: the update still adds")
def bugs_sign_left(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += lr * parameter.grad


@wrong("find the bugs", mistake="y − prediction does not turn the sign: the square hides it")
def bugs_sign_in_the_loss(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((y.view(-1, 1) - model(X)) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += lr * parameter.grad


@wrong("find the bugs", mistake="two left: the shapes, and the gradients that add up")
def bugs_only_sign_mended(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="two left: the shapes, and the sign of the update")
def bugs_only_zero_grad_mended(model, X, y, lr, steps):
    for _ in range(steps):
        model.zero_grad()
        loss = ((model(X) - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += lr * parameter.grad


@wrong("find the bugs", mistake="two left: the gradients add up, and the update adds")
def bugs_only_shape_mended(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X).squeeze() - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += lr * parameter.grad


@wrong("find the bugs", mistake="all three bugs are left: only the mean was written another way")
def bugs_nothing_mended(model, X, y, lr, steps):
    for _ in range(steps):
        loss = torch.mean((model(X) - y) ** 2)
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += lr * parameter.grad


@wrong("find the bugs", mistake="y.reshape(-1, 1) is not kept: y still has the shape (n,)")
def bugs_reshape_lost(model, X, y, lr, steps):
    y.reshape(-1, 1)
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="unsqueeze(0) makes a row of y: the difference is still n × n")
def bugs_row_of_y(model, X, y, lr, steps):
    y = y.unsqueeze(0)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("find the bugs", mistake="zero_grad after backward deletes the gradients: None, a TypeError")
def bugs_zero_grad_after_backward(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        loss.backward()
        model.zero_grad()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="zero_ lacks its brackets: the gradients are not cleared")
def bugs_zero_not_called(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad
                parameter.grad.zero_


@wrong("find the bugs", mistake="grad = 0 is not a tensor: PyTorch stops with a TypeError")
def bugs_grad_is_zero(model, X, y, lr, steps):
    y = y.reshape(len(y), 1)
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad
                parameter.grad = 0


@wrong("find the bugs", mistake="a new tensor under the old name: the model does not change")
def bugs_rebinds(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter = parameter - lr * parameter.grad


@wrong("find the bugs", mistake="no_grad was taken for a bug and removed: PyTorch stops")
def bugs_no_grad_removed(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        model.zero_grad()
        loss.backward()
        for parameter in model.parameters():
            parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="mean was taken for a bug and became sum: steps n times as long")
def bugs_sum_for_mean(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).sum()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="the update slipped out of the loop: one update in all")
def bugs_update_outside_loop(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        model.zero_grad()
        loss.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= lr * parameter.grad


@wrong(
    "find the bugs",
    mistake="two: the loss is halved, and the gradients are never cleared",
)
def bugs_half_and_adding_up(model, X, y, lr, steps):
    y = y[:, None]
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean() / 2
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@right("find the bugs")
def bugs_reshape_in_criterion(model, X, y, lr, steps):
    criterion = torch.nn.MSELoss()
    for _ in range(steps):
        loss = criterion(model(X), y.reshape(-1, 1))
        grads = torch.autograd.grad(loss, list(model.parameters()))
        with torch.no_grad():
            for parameter, grad in zip(model.parameters(), grads):
                parameter -= lr * grad


@wrong("find the bugs", mistake="zero_grad is still missing: an optimizer does not clear by itself")
def bugs_optimizer_adding_up(model, X, y, lr, steps):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = ((model(X) - y.view(-1, 1)) ** 2).mean()
        loss.backward()
        opt.step()


@wrong("find the bugs", mistake="reshape(1, -1) makes a row, not a column: the n × n table is left")
def bugs_column_by_wrong_reshape(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(1, -1)) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="squeeze on y, which is flat already: the shapes are left")
def bugs_squeeze_on_y(model, X, y, lr, steps):
    for _ in range(steps):
        model.zero_grad()
        loss = ((model(X) - y.squeeze()) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for p in model.parameters():
                p.sub_(lr * p.grad)


@wrong("find the bugs", mistake="the gradient of the weight is cleared, that of the bias is not")
def bugs_only_weight_cleared(model, X, y, lr, steps):
    y = y.unsqueeze(1)
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean()
        if model.weight.grad is not None:
            model.weight.grad.zero_()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="two: the sum in place of the mean, and the update still adds")
def bugs_sum_and_sign(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.view(-1, 1)) ** 2).sum()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += lr * parameter.grad
