"""Answers to the six exercises that ask for a gradient."""

# Students print, leave names unused and undefined, and write what no linter likes:
# ruff: noqa

import functools
import itertools
import math
import operator
import statistics

import numpy as np
import torch
from student_answers.collected import right, wrong

# --- scalar form, right ---


@right("scalar form")
def coursera_loop_doubled(x, y, w, b):
    m = x.shape[0]
    dj_dw = 0
    dj_db = 0
    for i in range(m):
        f_wb = w * x[i] + b
        dj_dw_i = (f_wb - y[i]) * x[i]
        dj_db_i = f_wb - y[i]
        dj_db += dj_db_i
        dj_dw += dj_dw_i
    return 2 * dj_dw / m, 2 * dj_db / m


@right("scalar form")
def twice_the_means(x, y, w, b):
    err = w * x + b - y
    return 2 * np.mean(err * x), 2 * err.mean()


@right("scalar form")
def minus_two_over_n(x, y, w, b):
    n = float(len(x))
    y_pred = w * x + b
    D_w = (-2 / n) * sum(x * (y - y_pred))
    D_b = (-2 / n) * sum(y - y_pred)
    return D_w, D_b


@right("scalar form")
def four_sums(x, y, w, b):
    n = len(x)
    Sx, Sy, Sxx, Sxy = x.sum(), y.sum(), (x**2).sum(), (x * y).sum()
    return 2 / n * (w * Sxx + b * Sx - Sxy), 2 / n * (w * Sx + n * b - Sy)


@right("scalar form")
def means_of_products(x, y, w, b):
    dw = 2 * (w * np.mean(x * x) + b * np.mean(x) - np.mean(x * y))
    db = 2 * (w * np.mean(x) + b - np.mean(y))
    return dw, db


@right("scalar form")
def sums_of_notebook_two(x, y, w, b):
    n = x.size
    grad_w = (w * np.sum(x**2) - np.sum((y - b) * x)) * 2 / n
    grad_b = (n * b - np.sum(y - w * x)) * 2 / n
    return grad_w, grad_b


@right("scalar form")
def dot_and_sum(x, y, w, b):
    r = b + w * x - y
    k = 2 / r.shape[0]
    return k * np.dot(r, x), k * r.sum()


@right("scalar form")
def at_with_ones(x, y, w, b):
    r = x * w + b - y
    return (r @ x) / len(r) * 2, (r @ np.ones_like(r)) / len(r) * 2


@right("scalar form")
def comprehensions(x, y, w, b):
    data = list(zip(x, y))
    dw = sum([2 * xi * (w * xi + b - yi) for xi, yi in data]) / len(data)
    db = sum([2 * (w * xi + b - yi) for xi, yi in data]) / len(data)
    return dw, db


@right("scalar form")
def autograd_of_torch(x, y, w, b):
    w = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    b = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    loss = ((w * torch.tensor(x) + b - torch.tensor(y)) ** 2).mean()
    loss.backward()
    return w.grad.item(), b.grad.item()


@right("scalar form")
def autograd_in_float32(x, y, w, b):
    theta = torch.tensor([w, b], dtype=torch.float32, requires_grad=True)
    xt, yt = torch.tensor(x).float(), torch.tensor(y).float()
    L = torch.nn.functional.mse_loss(theta[0] * xt + theta[1], yt)
    (g,) = torch.autograd.grad(L, theta)
    return g.tolist()


@right("scalar form")
def functional_jacobian(x, y, w, b):
    x, y = torch.tensor(x), torch.tensor(y)

    def mse(w, b):
        return torch.mean((y - w * x - b) ** 2)

    dw, db = torch.autograd.functional.jacobian(
        mse, (torch.tensor(w, dtype=torch.double), torch.tensor(b, dtype=torch.double))
    )
    return float(dw), float(db)


@right("scalar form")
def design_matrix(x, y, w, b):
    A = np.column_stack([x, np.ones(len(x))])
    g = 2 / len(x) * A.T @ (A @ np.array([w, b]) - y)
    return g[0], g[1]


@right("scalar form")
def vander_returns_the_array(x, y, w, b):
    V = np.vander(x, 2)
    return 2 * V.T.dot(V.dot([w, b]) - y) / len(y)


@right("scalar form")
def covariance_plus_means(x, y, w, b):
    r = w * x + b - y
    cov = np.mean((x - x.mean()) * (r - r.mean()))
    return 2 * (cov + x.mean() * r.mean()), 2 * r.mean()


@right("scalar form")
def central_difference_with_step_one(x, y, w, b):
    # the loss is quadratic, so the central difference is exact
    L = lambda w, b: np.mean((w * x + b - y) ** 2)
    return (L(w + 1, b) - L(w - 1, b)) / 2, (L(w, b + 1) - L(w, b - 1)) / 2


@right("scalar form")
def complex_step(x, y, w, b):
    def mse(w, b):
        return np.mean((w * x + b - y) ** 2)

    h = 1e-30
    return mse(w + 1j * h, b).imag / h, mse(w, b + 1j * h).imag / h


@right("scalar form")
def fsum_with_zip(x, y, w, b):
    n = len(x)
    gw = math.fsum((w * xi + b - yi) * xi for xi, yi in zip(x, y))
    gb = math.fsum(w * xi + b - yi for xi, yi in zip(x, y))
    return 2 * gw / n, 2 * gb / n


@right("scalar form")
def fmean_of_terms(x, y, w, b):
    r = [w * a + b - c for a, c in zip(x, y)]
    return 2 * statistics.fmean(map(operator.mul, r, x)), 2 * statistics.fmean(r)


@right("scalar form")
def subtracting_accumulators(x, y, w, b):
    w_gradient = b_gradient = 0.0
    N = len(x)
    for i in range(N):
        w_gradient -= (2 / N) * x[i] * (y[i] - (w * x[i] + b))
        b_gradient -= (2 / N) * (y[i] - (w * x[i] + b))
    return [w_gradient, b_gradient]


@right("scalar form")
def columns_and_item(x, y, w, b):
    X, Y = x.reshape(-1, 1), y.reshape(-1, 1)
    r = X * w + b - Y
    return (2 / len(X) * X.T @ r).item(), (2 / len(X) * np.sum(r)).item()


@right("scalar form")
def correlate_of_equal_length(x, y, w, b):
    r = w * x + b - y
    return 2 * np.correlate(r, x) / len(x), 2 * np.correlate(r, np.ones(len(x))) / len(x)


@right("scalar form")
def chain_rule_spelled_out(x, y, w, b):
    y_hat = w * x + b
    dL_dyhat = 2 * (y_hat - y) / len(y)
    dyhat_dw = x
    dyhat_db = 1
    return np.sum(dL_dyhat * dyhat_dw), np.sum(dL_dyhat * dyhat_db)


@right("scalar form")
def polynomial_in_w_and_in_b(x, y, w, b):
    # L = a2 w^2 + a1 w + a0 for fixed b, and the same in b
    dw = 2 * np.mean(x**2) * w + np.mean(2 * x * (b - y))
    db = 2 * b + np.mean(2 * (w * x - y))
    return dw, db


@right("scalar form")
def prints_and_returns(x, y, w, b):
    n = len(x)
    print("n =", n, "shape of x:", x.shape)
    r = np.array([w * x[i] + b - y[i] for i in range(n)])
    print(r)
    return 2 / n * (r * x).sum(), 2 / n * r.sum()


@right("scalar form")
def pairs_stacked(x, y, w, b):
    r = w * x + b - y
    return np.stack([r * x, r]).mean(axis=1) * 2


@right("scalar form")
def recursion_over_the_rows(x, y, w, b):
    def sums(i):
        if i == len(x):
            return 0.0, 0.0
        gw, gb = sums(i + 1)
        r = w * x[i] + b - y[i]
        return gw + 2 * r * x[i], gb + 2 * r

    gw, gb = sums(0)
    return gw / len(x), gb / len(x)


right("scalar form")(
    lambda x, y, w, b: (2 * np.mean(x * (w * x + b - y)), 2 * np.mean(w * x + b - y))
)


# --- scalar form, wrong ---


@wrong("scalar form", mistake="1/m and not 2/m: Coursera's loss has a half, the factor 2 is lost")
def coursera_loop(x, y, w, b):
    m = x.shape[0]
    dj_dw = 0
    dj_db = 0
    for i in range(m):
        f_wb = w * x[i] + b
        dj_dw += (f_wb - y[i]) * x[i]
        dj_db += f_wb - y[i]
    return dj_dw / m, dj_db / m


@wrong("scalar form", mistake="first by b and then by w: Coursera's order")
def coursera_order(x, y, w, b):
    m = len(x)
    dj_dw = dj_db = 0.0
    for xi, yi in zip(x, y):
        e = w * xi + b - yi
        dj_dw += e * xi
        dj_db += e
    return 2 / m * dj_db, 2 / m * dj_dw


@wrong("scalar form", mistake="two mistakes: 1/m without the 2, and b before w")
def coursera_to_the_letter(x, y, w, b):
    m = x.shape[0]
    err = (w * x + b) - y
    dj_dw = (1 / m) * np.dot(err, x)
    dj_db = (1 / m) * np.sum(err)
    return dj_db, dj_dw


@wrong("scalar form", mistake="not divided by n")
def no_division(x, y, w, b):
    r = w * x + b - y
    return 2 * np.sum(r * x), 2 * np.sum(r)


@wrong("scalar form", mistake="neither the 2 nor the division by n")
def bare_sums(x, y, w, b):
    r = w * x + b - y
    return r.dot(x), r.sum()


@wrong("scalar form", mistake="divided by n twice: 2/n times a mean")
def two_over_n_times_mean(x, y, w, b):
    r = w * x + b - y
    return 2 / len(x) * np.mean(r * x), 2 / len(x) * np.mean(r)


@wrong("scalar form", mistake="both signs are wrong: target minus prediction with a plus before it")
def target_minus_prediction(x, y, w, b):
    err = y - (w * x + b)
    return 2 * np.mean(err * x), 2 * np.mean(err)


@wrong("scalar form", mistake="the sign of the derivative by b is wrong")
def minus_only_for_w(x, y, w, b):
    err = y - (w * x + b)
    return -2 * np.mean(err * x), 2 * np.mean(err)


@wrong("scalar form", mistake="the sign of the derivative by w is wrong")
def minus_only_for_b(x, y, w, b):
    n = len(x)
    d = y - w * x - b
    return 2 / n * np.sum(d * x), -2 / n * np.sum(d)


@wrong("scalar form", mistake="two mistakes: the minus of the inner derivative and the 2 are lost")
def sign_and_two_lost(x, y, w, b):
    return np.mean((y - w * x - b) * x), np.mean(y - w * x - b)


@wrong("scalar form", mistake="the inner derivative x is missing in the derivative by w")
def no_inner_derivative(x, y, w, b):
    r = w * x + b - y
    return 2 / len(x) * np.sum(r), 2 / len(x) * np.sum(r)


@wrong("scalar form", mistake="x stands in the derivative by b, too")
def x_in_both(x, y, w, b):
    g = 2 / len(x) * np.sum((w * x + b - y) * x)
    return g, g


@wrong("scalar form", mistake="the inner derivative is taken for w, and not for x")
def times_w(x, y, w, b):
    r = w * x + b - y
    return 2 * np.mean(r * w), 2 * np.mean(r)


@wrong("scalar form", mistake="the derivative by b has a factor b too much")
def times_b(x, y, w, b):
    r = w * x + b - y
    return 2 * np.mean(r * x), 2 * np.mean(r * b)


@wrong("scalar form", mistake="x squared in the derivative by w")
def x_squared(x, y, w, b):
    r = w * x + b - y
    return 2 * np.mean(r * x**2), 2 * np.mean(r)


@wrong("scalar form", mistake="b where n b belongs in the sum of the derivative by b")
def b_only_once(x, y, w, b):
    n = len(x)
    dw = 2 / n * (w * np.sum(x**2) - np.sum((y - b) * x))
    db = 2 / n * (b - np.sum(y - w * x))
    return dw, db


@wrong(
    "scalar form", mistake="in the derivative by w, n b stands where b times the sum of x belongs"
)
def b_without_x(x, y, w, b):
    n = len(x)
    dw = 2 / n * (w * np.sum(x**2) + n * b - np.sum(x * y))
    db = 2 / n * (w * np.sum(x) + n * b - np.sum(y))
    return dw, db


@wrong("scalar form", mistake="the term with b is missing in the derivative by w")
def b_forgotten_in_dw(x, y, w, b):
    return 2 * np.mean((w * x - y) * x), 2 * np.mean(w * x + b - y)


@wrong("scalar form", mistake="the bias is missing in the residual, in both derivatives")
def no_bias_in_residual(x, y, w, b):
    r = w * x - y
    return 2 * np.mean(r * x), 2 * np.mean(r)


@wrong("scalar form", mistake="the sign of b in the residual is wrong: the bracket is forgotten")
def bracket_around_the_line(x, y, w, b):
    e = y - w * x + b
    return -2 * np.mean(e * x), -2 * np.mean(e)


@wrong("scalar form", mistake="the sum of x**2 is taken for the square of the sum of x")
def square_of_the_sum(x, y, w, b):
    n = len(x)
    dw = 2 / n * (w * np.sum(x) ** 2 + b * np.sum(x) - np.sum(x * y))
    return dw, 2 / n * (w * np.sum(x) + n * b - np.sum(y))


@wrong("scalar form", mistake="the product of the means and not the mean of the products")
def product_of_means(x, y, w, b):
    r = w * x + b - y
    return 2 * r.mean() * x.mean(), 2 * r.mean()


@wrong("scalar form", mistake="the sums of r and of x are multiplied, not r and x row by row")
def product_of_sums(x, y, w, b):
    n = len(x)
    r = w * x + b - y
    return 2 / n * np.sum(r) * np.sum(x), 2 / n * np.sum(r)


@wrong("scalar form", mistake="every r meets every x in a double loop: the sums are multiplied")
def double_loop(x, y, w, b):
    n = len(x)
    gw = gb = 0
    for i in range(n):
        for j in range(n):
            gw += 2 / n * (w * x[i] + b - y[i]) * x[j]
        gb += 2 / n * (w * x[i] + b - y[i])
    return gw, gb


@wrong("scalar form", mistake="the covariance of r and x: their means are taken off")
def covariance(x, y, w, b):
    r = w * x + b - y
    return 2 * np.mean((r - r.mean()) * (x - x.mean())), 2 * r.mean()


@wrong(
    "scalar form", mistake="the residuals are squared: the derivative of a square is not a square"
)
def residual_still_squared(x, y, w, b):
    r = (w * x + b - y) ** 2
    return 2 * np.mean(r * x), 2 * np.mean(r)


@wrong("scalar form", mistake="absolute values of the residuals: the sign of each is lost")
def abs_of_residual(x, y, w, b):
    r = np.abs(w * x + b - y)
    return 2 * np.mean(r * x), 2 * np.mean(r)


@wrong("scalar form", mistake="the derivative of the mean absolute error: signs for residuals")
def derivative_of_mae(x, y, w, b):
    s = np.sign(w * x + b - y)
    return np.mean(s * x), np.mean(s)


@wrong("scalar form", mistake="only the derivative by w comes back")
def only_dw(x, y, w, b):
    return 2 * np.mean((w * x + b - y) * x)


@wrong("scalar form", mistake="the derivatives are added up to one number")
def both_added(x, y, w, b):
    r = w * x + b - y
    return 2 * np.mean(r * x) + 2 * np.mean(r)


@wrong("scalar form", mistake="nothing sums up: two arrays of n numbers come back")
def one_number_for_each_row(x, y, w, b):
    r = w * x + b - y
    return 2 / len(x) * r * x, 2 / len(x) * r


@wrong("scalar form", mistake="the derivative by b is not summed: an array of n numbers")
def sum_forgotten_for_b(x, y, w, b):
    r = w * x + b - y
    return 2 / len(x) * r @ x, 2 / len(x) * r


@wrong("scalar form", mistake="w and b after a step with the rate 0.01, not the derivatives")
def updated_parameters(x, y, w, b):
    r = w * x + b - y
    return w - 0.01 * 2 * np.mean(r * x), b - 0.01 * 2 * np.mean(r)


@wrong("scalar form", mistake="multiplied by a learning rate of 0.001")
def times_learning_rate(x, y, w, b):
    r = w * x + b - y
    return 0.001 * 2 * np.mean(r * x), 0.001 * 2 * np.mean(r)


@wrong("scalar form", mistake="the best w and b, by least squares, and not the derivatives")
def least_squares_solution(x, y, w, b):
    A = np.stack([x, np.ones_like(x)], axis=1)
    slope, intercept = np.linalg.lstsq(A, y, rcond=None)[0]
    return slope, intercept


@wrong("scalar form", mistake="2/3 whatever n is")
def two_thirds(x, y, w, b):
    r = w * x + b - y
    return 2 / 3 * np.sum(r * x), 2 / 3 * np.sum(r)


@wrong("scalar form", mistake="divided by n + 1")
def n_plus_one(x, y, w, b):
    n = 1
    sw = sb = 0
    for xi, yi in zip(x, y):
        r = w * xi + b - yi
        sw, sb, n = sw + 2 * r * xi, sb + 2 * r, n + 1
    return sw / n, sb / n


@wrong("scalar form", mistake="2 // n is an integer division: 0 for n above 2")
def floor_division(x, y, w, b):
    r = w * x + b - y
    return 2 // len(x) * np.sum(r * x), 2 // len(x) * np.sum(r)


@wrong("scalar form", mistake="1 / 2 * n: multiplied by n/2 where 2/n belongs")
def fraction_upside_down(x, y, w, b):
    n = len(x)
    r = w * x + b - y
    return 1 / 2 * n * np.sum(r * x), 1 / 2 * n * np.sum(r)


@wrong("scalar form", mistake="only the derivative by w is divided by n")
def mean_for_w_only(x, y, w, b):
    r = w * x + b - y
    return 2 * np.mean(r * x), 2 * np.sum(r)


@wrong("scalar form", mistake="the factor 2 is missing in the derivative by b")
def two_for_w_only(x, y, w, b):
    r = w * x + b - y
    return 2 * np.mean(r * x), np.mean(r)


@wrong("scalar form", mistake="4 for 2: the factor of the square is taken twice")
def factor_four(x, y, w, b):
    r = 2 * (w * x + b - y)
    return 2 / len(x) * np.sum(r * x), 2 / len(x) * np.sum(r)


@wrong("scalar form", mistake="return stands in the loop: only the first row counts")
def return_after_first_row(x, y, w, b):
    gw = gb = 0
    for xi, yi in zip(x, y):
        gw += 2 * (w * xi + b - yi) * xi / len(x)
        gb += 2 * (w * xi + b - yi) / len(x)
        return gw, gb


@wrong("scalar form", mistake="= for +=: only the last row counts")
def last_row_wins(x, y, w, b):
    for i in range(len(x)):
        r = w * x[i] + b - y[i]
        gw = 2 / len(x) * r * x[i]
        gb = 2 / len(x) * r
    return gw, gb


@wrong(
    "scalar form", mistake="the sum of the derivative by b is overwritten: only its last row counts"
)
def equals_plus(x, y, w, b):
    n = len(x)
    gw, gb = 0, 0
    for i in range(n):
        gw += 2 / n * (w * x[i] + b - y[i]) * x[i]
        gb = +2 / n * (w * x[i] + b - y[i])
    return gw, gb


@wrong("scalar form", mistake="w and b are changed inside the loop, so that later rows see others")
def steps_within_the_loop(x, y, w, b):
    gw = gb = 0
    n = len(x)
    for i in range(n):
        r = w * x[i] + b - y[i]
        gw += 2 / n * r * x[i]
        gb += 2 / n * r
        w -= 0.1 * gw
        b -= 0.1 * gb
    return gw, gb


@wrong("scalar form", mistake="the loop leaves the last row out")
def range_n_minus_one(x, y, w, b):
    n = len(x)
    gw = sum(2 / n * (w * x[i] + b - y[i]) * x[i] for i in range(n - 1))
    gb = sum(2 / n * (w * x[i] + b - y[i]) for i in range(n - 1))
    return gw, gb


@wrong(
    "scalar form",
    mistake="a forward difference with the large step 0.1: off by 0.1 times mean x**2",
)
def forward_difference(x, y, w, b):
    mse = lambda w, b: np.mean((w * x + b - y) ** 2)
    h = 0.1
    return (mse(w + h, b) - mse(w, b)) / h, (mse(w, b + h) - mse(w, b)) / h


@wrong("scalar form", mistake="a central difference divided by h and not by 2h: twice too large")
def central_over_h(x, y, w, b):
    mse = lambda w, b: np.mean((w * x + b - y) ** 2)
    h = 0.001
    return (mse(w + h, b) - mse(w - h, b)) / h, (mse(w, b + h) - mse(w, b - h)) / h


@wrong("scalar form", mistake="backward() is called twice, and the gradients add up")
def backward_twice(x, y, w, b):
    w = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    b = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    for _ in range(2):
        torch.mean((w * torch.tensor(x) + b - torch.tensor(y)) ** 2).backward()
    return w.grad.item(), b.grad.item()


@wrong("scalar form", mistake="detach() cuts the graph: backward() stops with an error")
def detached(x, y, w, b):
    w = torch.tensor(w, requires_grad=True)
    out = (w * torch.tensor(x) + b).detach()
    loss = torch.mean((out - torch.tensor(y)) ** 2)
    loss.backward()
    return w.grad.item(), 2 * (out - torch.tensor(y)).mean().item()


@wrong("scalar form", mistake="the gradient is scaled to length 1")
def scaled_to_length_one(x, y, w, b):
    r = w * x + b - y
    g = np.array([np.mean(2 * r * x), np.mean(2 * r)])
    return g / np.linalg.norm(g)


@wrong("scalar form", mistake="the derivative of the root mean squared error")
def derivative_of_rmse(x, y, w, b):
    r = w * x + b - y
    rmse = np.sqrt(np.mean(r**2))
    return np.mean(r * x) / rmse, np.mean(r) / rmse


@wrong("scalar form", mistake="n is not defined: a NameError")
def undefined_n(x, y, w, b):
    r = w * x + b - y
    return 2 / n * np.sum(r * x), 2 / n * np.sum(r)


@wrong("scalar form", mistake="the results are printed, and None comes back")
def prints_the_gradient(x, y, w, b):
    r = w * x + b - y
    print(2 * np.mean(r * x), 2 * np.mean(r))


@wrong("scalar form", mistake="return is forgotten: None")
def no_return(x, y, w, b):
    residual = w * x + b - y
    grad_w = 2 / len(x) * np.sum(residual * x)
    grad_b = 2 / len(x) * np.sum(residual)


@wrong("scalar form", mistake="np.sum(r, x): the second argument is an axis, a TypeError")
def sum_of_two_arguments(x, y, w, b):
    r = w * x + b - y
    return 2 / len(x) * np.sum(r, x), 2 / len(x) * np.sum(r)


@wrong("scalar form", mistake="x is changed in place; the numbers themselves are right")
def x_changed_in_place(x, y, w, b):
    r = w * x + b - y
    x *= r
    return 2 * x.mean(), 2 * r.mean()


@wrong("scalar form", mistake="the loss comes back beside the derivative by w")
def loss_and_dw(x, y, w, b):
    r = w * x + b - y
    return np.mean(r**2), 2 * np.mean(r * x)


@wrong("scalar form", mistake="three values come back: the loss before the two derivatives")
def loss_and_both(x, y, w, b):
    r = w * x + b - y
    return np.mean(r**2), 2 * np.mean(r * x), 2 * np.mean(r)


@wrong("scalar form", mistake="two strings with two decimals, not numbers")
def two_strings(x, y, w, b):
    r = w * x + b - y
    return f"{2 * np.mean(r * x):.2f}", f"{2 * np.mean(r):.2f}"


@wrong("scalar form", mistake="the target is missing in the derivative by w: no sum of x y")
def target_missing_in_dw(x, y, w, b):
    return 2 * np.mean((w * x + b) * x), 2 * np.mean(w * x + b - y)


@wrong(
    "scalar form", mistake="a set comes back: it has no order, so that nobody knows which is which"
)
def set_of_two(x, y, w, b):
    r = w * x + b - y
    return {2 * np.mean(r * x), 2 * np.mean(r)}


@wrong("scalar form", mistake="mean has no brackets: a method comes back for the derivative by b")
def method_not_called(x, y, w, b):
    r = w * x + b - y
    return 2 / len(x) * np.dot(r, x), r.mean


@wrong("scalar form", mistake="minus stands where the comma belongs: one number comes back")
def minus_for_comma(x, y, w, b):
    r = w * x + b - y
    return 2 / len(x) * np.sum(r * x) - 2 / len(x) * np.sum(r)


@wrong("scalar form", mistake="the formulas come back as strings")
def formulas_as_strings(x, y, w, b):
    return "2 / n * Sum(r[i] * x[i], i)", "2 / n * Sum(r[i], i)"


@wrong("scalar form", mistake="range(3): the article's three rows, an error for fewer")
def three_rows(x, y, w, b):
    gw = gb = 0
    for i in range(3):
        r = w * x[i] + b - y[i]
        gw += 2 * r * x[i] / len(x)
        gb += 2 * r / len(x)
    return gw, gb


@wrong("scalar form", mistake="np.cov takes the means off, and divides by n - 1")
def numpy_covariance(x, y, w, b):
    r = w * x + b - y
    return 2 * np.cov(x, r)[0, 1], 2 * np.mean(r)


@wrong("scalar form", mistake="b is added before the product: w times (x + b)")
def bias_in_the_bracket(x, y, w, b):
    r = w * (x + b) - y
    return 2 * np.mean(r * x), 2 * np.mean(r)


@wrong("scalar form", mistake="the derivatives have the terms y r and r: y stands where x belongs")
def y_for_x(x, y, w, b):
    r = w * x + b - y
    return 2 * np.mean(r * y), 2 * np.mean(r)


@wrong("scalar form", mistake="w and b have changed places in the line: b x + w")
def parameters_swapped(x, y, w, b):
    r = b * x + w - y
    return 2 * np.mean(r * x), 2 * np.mean(r)


@wrong(
    "scalar form", mistake="the matrix form with flat arrays: x @ x counts n times, y lacks its x"
)
def matrix_formula_with_flat_arrays(x, y, w, b):
    n = len(x)
    return 2 / n * np.sum(x.T @ x * w + x.T * b - y), 2 / n * np.sum(w * x + b - y)


@wrong("scalar form", mistake="two mistakes: not divided by n, and both signs are wrong")
def summed_with_wrong_signs(x, y, w, b):
    dw = db = 0
    for xi, yi in zip(x, y):
        dw += 2 * xi * (yi - w * xi - b)
        db += 2 * (yi - w * xi - b)
    return dw, db


@wrong("scalar form", mistake="two mistakes: no x in the derivative by w, and no 2 in either")
def mean_residual_twice(x, y, w, b):
    e = np.mean([w * xi + b - yi for xi, yi in zip(x, y)])
    return e, e


@wrong(
    "scalar form", mistake="two mistakes: the bias is missing in the residual, and the 2 is lost"
)
def half_and_no_bias(x, y, w, b):
    h = np.multiply(w, x)
    return np.average((h - y) * x), np.average(h - y)


@wrong("scalar form", mistake="two mistakes: not divided by n, and b is not multiplied by n")
def sums_without_n(x, y, w, b):
    dw = 2 * (w * sum(x**2) + b * sum(x) - sum(x * y))
    db = 2 * (w * sum(x) + b - sum(y))
    return dw, db


@wrong("scalar form", mistake="the mean of the derivatives over both parameters comes back twice")
def axis_mixed_up(x, y, w, b):
    r = w * x + b - y
    g = 2 * np.stack([r * x, r]).mean()
    return g, g


@wrong(
    "scalar form",
    mistake="two mistakes: negative residuals are left out, and x is not chosen with them",
)
def positive_residuals_only(x, y, w, b):
    r = w * x + b - y
    r = r[r > 0]
    return 2 / len(x) * sum(x[: len(r)] * r), 2 / len(x) * sum(r)


# --- matrix form, right ---


@right("matrix form")
def x_transposed_times_residual(X, Y, w):
    return 2 * X.T @ (X @ w - Y) / X.shape[0]


@right("matrix form")
def minus_two(X, Y, w):
    error = Y - X.dot(w)
    return -2 / len(Y) * X.T.dot(error)


@right("matrix form")
def normal_equations(X, Y, w):
    n = X.shape[0]
    return (2 / n) * (X.T @ X @ w - X.T @ Y)


@right("matrix form")
def from_the_minimum(X, Y, w):
    w_best = np.linalg.pinv(X) @ Y
    hessian = 2 / len(X) * X.T @ X
    return hessian @ (w - w_best)


@right("matrix form")
def einsum_over_rows(X, Y, w):
    r = np.einsum("nk,kl->nl", X, w) - Y
    return 2 / len(X) * np.einsum("nk,nl->kl", X, r)


@right("matrix form")
def einsum_of_three(X, Y, w):
    return np.einsum(",ij,ik->jk", 2 / len(X), X, X @ w - Y)


@right("matrix form")
def tensordot(X, Y, w):
    r = np.tensordot(X, w, axes=1) - Y
    return np.tensordot(X, r, axes=(0, 0)) * (2 / r.size)


@right("matrix form")
def row_transposed_at_the_end(X, Y, w):
    r = X @ w - Y
    return (2 / len(r) * (r.T @ X)).T


@right("matrix form")
def broadcast_sum_keepdims(X, Y, w):
    r = X @ w - Y
    return (X * r).sum(axis=0, keepdims=True).T * 2 / X.shape[0]


@right("matrix form")
def mean_along_axis_zero(X, Y, w):
    return 2 * np.mean((X @ w - Y) * X, axis=0).reshape(-1, 1)


@right("matrix form")
def mean_reshaped_as_w(X, Y, w):
    err = (X @ w).ravel() - Y.ravel()
    g = np.array([np.mean(2 * err * X[:, j]) for j in range(X.shape[1])])
    return g.reshape(w.shape)


@right("matrix form")
def flat_and_none(X, Y, w):
    w_, y_ = w.flatten(), Y.flatten()
    return (2 / len(y_) * (X.T @ (X @ w_ - y_)))[:, None]


@right("matrix form")
def loops_everywhere(X, Y, w):
    n, p = X.shape
    grad = np.zeros((p, 1))
    for i in range(n):
        pred = 0.0
        for j in range(p):
            pred += X[i, j] * w[j, 0]
        for k in range(p):
            grad[k, 0] += 2 * (pred - Y[i, 0]) * X[i, k]
    return grad / n


@right("matrix form")
def rows_as_columns(X, Y, w):
    total = np.zeros_like(w)
    for i in range(len(X)):
        x_i = X[i].reshape(-1, 1)
        total += 2 * x_i @ (x_i.T @ w - Y[i : i + 1])
    return total / len(X)


@right("matrix form")
def sum_of_outer_products(X, Y, w):
    n = len(X)
    H = sum(np.outer(x, x) for x in X)
    c = sum(x * y for x, y in zip(X, Y))
    return 2 / n * (H @ w - c.reshape(-1, 1))


@right("matrix form")
def autograd_double(X, Y, w):
    w = torch.tensor(w, requires_grad=True)
    loss = torch.nn.functional.mse_loss(torch.tensor(X) @ w, torch.tensor(Y))
    loss.backward()
    return w.grad.numpy()


@right("matrix form")
def linear_layer_without_bias(X, Y, w):
    net = torch.nn.Linear(X.shape[1], 1, bias=False)
    net.weight.data = torch.tensor(w.T, dtype=torch.float32)
    out = net(torch.tensor(X, dtype=torch.float32))
    torch.nn.MSELoss()(out, torch.tensor(Y, dtype=torch.float32)).backward()
    return net.weight.grad.T.numpy()


@right("matrix form")
def grad_of_squared_norm(X, Y, w):
    w = torch.tensor(w, requires_grad=True)
    f = torch.linalg.vector_norm(torch.tensor(X) @ w - torch.tensor(Y)) ** 2 / len(X)
    return torch.autograd.grad(f, w)[0].numpy()


@right("matrix form")
def unit_vectors(X, Y, w):
    loss = lambda v: np.mean((X @ v - Y) ** 2)
    p = len(w)
    g = []
    for e in np.eye(p):
        e = e.reshape(p, 1)
        g.append((loss(w + e) - loss(w - e)) / 2)
    return np.array(g).reshape(p, 1)


@right("matrix form")
def one_partial_derivative_each(X, Y, w):
    def partial(k):
        return 2 / len(X) * sum((X[i] @ w[:, 0] - Y[i, 0]) * X[i, k] for i in range(len(X)))

    return np.array([[partial(k)] for k in range(w.shape[0])])


@right("matrix form")
def vstack_of_columns(X, Y, w):
    r = np.subtract(np.matmul(X, w), Y)
    return np.vstack([2 * np.average(X[:, [j]] * r) for j in range(X.shape[1])])


@right("matrix form")
def multi_dot(X, Y, w):
    n = len(Y)
    return 2 / n * np.linalg.multi_dot([X.T, X, w]) - 2 / n * X.T @ Y


@right("matrix form")
def diag_of_two_over_n(X, Y, w):
    n = X.shape[0]
    D = np.diag(np.full(n, 2 / n))
    return X.T @ D @ (X @ w - Y)


@right("matrix form")
def residual_scaled_first(X, Y, w):
    delta = (X @ w - Y) / len(Y)
    delta = delta + delta
    return np.matmul(np.transpose(X), delta)


@right("matrix form")
def singular_values(X, Y, w):
    U, S, Vt = np.linalg.svd(X, full_matrices=False)
    return 2 / len(X) * Vt.T @ (S[:, None] * (U.T @ (X @ w - Y)))


@right("matrix form")
def kron_and_vec(X, Y, w):
    r = X @ w - Y
    return 2 / len(X) * (np.kron(r, np.eye(w.shape[0])).T @ X.reshape(-1, 1))


@right("matrix form")
def annotated_and_documented(X: np.ndarray, Y: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Compute the gradient of the MSE."""
    n_samples, n_features = X.shape
    assert w.shape == (n_features, 1)
    residuals = np.empty((n_samples, 1))
    np.matmul(X, w, out=residuals)
    np.subtract(residuals, Y, out=residuals)
    return np.transpose(X).dot(residuals) * 2.0 / n_samples


@right("matrix form")
def in_two_blocks_of_rows(X, Y, w):
    half = len(X) // 2
    total = np.zeros_like(w)
    for rows in (slice(None, half), slice(half, None)):
        total = total + X[rows].T @ (X[rows] @ w - Y[rows])
    return 2 * total / len(X)


@right("matrix form")
def product_of_index_pairs(X, Y, w):
    n, p = X.shape
    g = -2 / n * X.T @ Y
    for j, k in itertools.product(range(p), repeat=2):
        g[j] += 2 / n * (X[:, j] @ X[:, k]) * w[k]
    return g


# --- matrix form, wrong ---


@wrong("matrix form", mistake="X is not transposed: X @ r, an error unless n = p")
def not_transposed(X, Y, w):
    r = X @ w - Y
    return 2 / len(X) * X @ r


@wrong(
    "matrix form", mistake="the factors stand in the wrong order: r @ X.T, an error unless p = 1"
)
def order_reversed(X, Y, w):
    r = X @ w - Y
    return 2 / len(X) * r @ X.T


@wrong("matrix form", mistake="a row (1, p) comes back: r.T @ X is not transposed")
def row_and_not_column(X, Y, w):
    r = X @ w - Y
    return 2 / len(X) * r.T @ X


@wrong("matrix form", mistake="the shape is (p,) and not (p, 1)")
def flat_gradient(X, Y, w):
    r = (X @ w - Y).ravel()
    return 2 / len(X) * X.T @ r


@wrong("matrix form", mistake="the shape is (p,) from a mean along axis 0, not (p, 1)")
def mean_without_keepdims(X, Y, w):
    return np.mean(2 * X * (X @ w - Y), axis=0)


@wrong("matrix form", mistake="squeeze takes the second axis of the gradient away")
def squeezed(X, Y, w):
    return np.squeeze(2 / len(X) * X.T @ (X @ w - Y))


@wrong("matrix form", mistake="the factor 2 is missing")
def one_over_n(X, Y, w):
    m = X.shape[0]
    return 1 / m * X.T @ (X @ w - Y)


@wrong("matrix form", mistake="not divided by n")
def no_n(X, Y, w):
    return 2 * X.T @ (X @ w - Y)


@wrong("matrix form", mistake="neither the 2 nor the division by n")
def no_factor(X, Y, w):
    return X.T.dot(X.dot(w) - Y)


@wrong("matrix form", mistake="divided by the number of entries, n p")
def over_size(X, Y, w):
    return 2 / X.size * X.T @ (X @ w - Y)


@wrong("matrix form", mistake="divided by the number of features p")
def over_p(X, Y, w):
    n = len(w)
    return 2 / n * X.T @ (X @ w - Y)


@wrong("matrix form", mistake="divided by p: after X = X.T, len(X) is the number of features")
def len_after_transposing(X, Y, w):
    r = X @ w - Y
    X = X.T
    return 2 / len(X) * X @ r


@wrong("matrix form", mistake="2/3 whatever n is")
def two_over_three(X, Y, w):
    return 2 / 3 * X.T @ (X @ w - Y)


@wrong("matrix form", mistake="/ 2 * n: multiplied by n/2 and not by 2/n")
def over_two_times_n(X, Y, w):
    n = len(X)
    return X.T @ (X @ w - Y) / 2 * n


@wrong("matrix form", mistake="divided by n squared: a mean of the terms is divided by n again")
def over_n_squared(X, Y, w):
    g = np.mean(2 * X * (X @ w - Y), axis=0, keepdims=True).T
    return g / X.shape[0]


@wrong("matrix form", mistake="the sign is wrong: Y - Xw, and no minus before it")
def wrong_sign(X, Y, w):
    return 2 / len(X) * X.T @ (Y - X @ w)


@wrong("matrix form", mistake="two mistakes: the sign is wrong, and the 2 is missing")
def sign_and_two(X, Y, w):
    residuals = Y - np.dot(X, w)
    return np.dot(X.T, residuals) / len(Y)


@wrong("matrix form", mistake="the sign of the second term is wrong: plus X^T Y")
def plus_xty(X, Y, w):
    return 2 / len(X) * (X.T @ X @ w + X.T @ Y)


@wrong("matrix form", mistake="the term X^T Y is missing")
def no_targets(X, Y, w):
    return 2 / len(X) * (X.T @ X @ w)


@wrong("matrix form", mistake="only the first term has the factor 2/n")
def factor_on_first_term(X, Y, w):
    return 2 / len(X) * X.T @ X @ w - X.T @ Y


@wrong("matrix form", mistake="the factor 2 is missing before X^T Y")
def two_on_first_term(X, Y, w):
    return (2 * X.T @ X @ w - X.T @ Y) / len(X)


@wrong("matrix form", mistake="X^T X w minus Y: X^T is not multiplied into the bracket")
def bracket_not_expanded(X, Y, w):
    return 2 / len(X) * (X.T @ X @ w - Y)


@wrong("matrix form", mistake="X^T X * w: a product entry by entry for the matrix product")
def star_after_gram(X, Y, w):
    return 2 / len(X) * (X.T @ X * w - X.T @ Y)


@wrong("matrix form", mistake="the solution of the normal equations comes back, not the gradient")
def solved(X, Y, w):
    return np.linalg.pinv(X.T @ X) @ X.T @ Y


@wrong("matrix form", mistake="X * r is not summed over the rows: shape (n, p)")
def terms_not_summed(X, Y, w):
    return 2 / len(X) * X * (X @ w - Y)


@wrong("matrix form", mistake="summed along axis 1, over the features: shape (n, 1)")
def wrong_axis(X, Y, w):
    r = X @ w - Y
    return 2 / len(X) * np.sum(X * r, axis=1, keepdims=True)


@wrong("matrix form", mistake="everything is summed to one number")
def one_number(X, Y, w):
    return 2 / len(X) * np.sum(X * (X @ w - Y))


@wrong("matrix form", mistake="one sum over all features fills every entry of the gradient")
def same_in_every_entry(X, Y, w):
    return np.full_like(w, 2 / len(X) * np.sum(X * (X @ w - Y)))


@wrong("matrix form", mistake="the terms are averaged over the n p entries and fill every entry")
def mean_of_all_entries(X, Y, w):
    return np.ones(w.shape) * 2 * np.mean(X * (X @ w - Y))


@wrong("matrix form", mistake="the product of the mean of X and the mean of r")
def product_of_two_means(X, Y, w):
    r = X @ w - Y
    return 2 * X.mean(axis=0)[:, np.newaxis] * r.mean()


@wrong("matrix form", mistake="without X: twice the mean of r, in every entry")
def without_x(X, Y, w):
    return 2 * np.mean(X @ w - Y) * np.ones_like(w)


@wrong("matrix form", mistake="w stands where X belongs")
def w_for_x(X, Y, w):
    return 2 / len(X) * w * np.sum(X @ w - Y)


@wrong("matrix form", mistake="the residuals are squared")
def squared_residuals(X, Y, w):
    return 2 / len(X) * X.T @ (X @ w - Y) ** 2


@wrong("matrix form", mistake="Y without X w: the prediction is missing")
def only_targets(X, Y, w):
    return -2 / len(X) * X.T @ Y


@wrong("matrix form", mistake="Y.T broadcasts against the column to n x n, summed to a column")
def y_transposed(X, Y, w):
    r = (X @ w - Y.T).sum(axis=1, keepdims=True)
    return 2 / len(X) * X.T @ r


@wrong("matrix form", mistake="(n, 1) minus (n,) broadcasts to n x n: the gradient has n columns")
def y_raveled(X, Y, w):
    r = X @ w - Y.ravel()
    return 2 / len(X) * X.T @ r


@wrong(
    "matrix form",
    mistake="(n, 1) minus (n,) broadcasts to n x n, averaged: each target is the mean",
)
def broadcast_then_mean(X, Y, w):
    r = np.mean(X @ w - Y.reshape(-1), axis=1).reshape(-1, 1)
    return 2 / len(X) * X.T @ r


@wrong("matrix form", mistake="X * w entry by entry: an error, or n x p residuals")
def star_for_the_product(X, Y, w):
    r = X * w - Y
    return 2 / len(X) * X.T @ r


@wrong("matrix form", mistake="the loss comes back, not its gradient")
def loss_not_gradient(X, Y, w):
    return np.mean((X @ w - Y) ** 2)


@wrong("matrix form", mistake="the weights after a step of 0.01, not the gradient")
def after_a_step(X, Y, w):
    return w - 0.01 * 2 / len(X) * X.T @ (X @ w - Y)


@wrong("matrix form", mistake="w is changed in place, and the changed w comes back")
def w_updated_in_place(X, Y, w):
    w -= 0.1 * 2 / len(X) * X.T @ (X @ w - Y)
    return w


@wrong("matrix form", mistake="Y is changed in place; the gradient itself is right")
def y_changed_in_place(X, Y, w):
    Y *= -1
    Y += X @ w
    return 2 / len(X) * X.T @ Y


@wrong("matrix form", mistake="X gets a column of ones: the gradient has p + 1 entries")
def column_of_ones_too_many(X, Y, w):
    X1 = np.c_[X, np.ones(len(X))]
    w1 = np.r_[w, np.zeros((1, 1))]
    return 2 / len(X) * X1.T @ (X1 @ w1 - Y)


@wrong("matrix form", mistake="X is centred before: the columns' means are taken off")
def centred(X, Y, w):
    Xc = X - X.mean(axis=0)
    return 2 / len(X) * Xc.T @ (Xc @ w - Y)


@wrong("matrix form", mistake="only the first column of X is used, for every entry")
def first_column(X, Y, w):
    r = X @ w - Y
    return 2 / len(X) * np.vstack([X[:, :1].T @ r for _ in range(len(w))])


@wrong("matrix form", mistake="each weight has a residual of its own, from its own feature alone")
def own_residual_for_each_feature(X, Y, w):
    g = np.zeros(w.shape)
    for k in range(len(w)):
        r = X[:, k] * w[k, 0] - Y[:, 0]
        g[k] = 2 * np.mean(r * X[:, k])
    return g


@wrong("matrix form", mistake="the gradient is set back to 0 in the loop: only the last row counts")
def reset_in_the_loop(X, Y, w):
    for i in range(len(X)):
        g = np.zeros(w.shape)
        g += 2 / len(X) * X[[i]].T @ (X[[i]] @ w - Y[[i]])
    return g


@wrong(
    "matrix form", mistake="return stands in the loop over the features: only the first is filled"
)
def return_too_early(X, Y, w):
    g = np.zeros(w.shape)
    r = X @ w - Y
    for k in range(X.shape[1]):
        g[k] = 2 / len(X) * np.sum(r[:, 0] * X[:, k])
        return g


@wrong("matrix form", mistake="zeros of integers: what is stored is cut to whole numbers")
def integer_zeros(X, Y, w):
    g = np.zeros(w.shape, dtype=int)
    r = X @ w - Y
    for k in range(len(w)):
        g[k, 0] = 2 / len(X) * (X[:, k] @ r[:, 0])
    return g


@wrong("matrix form", mistake="w is updated while the loop goes over the rows (one row at a time)")
def sgd_within(X, Y, w):
    v, g = w.copy(), np.zeros_like(w)
    for x, y in zip(X, Y):
        step = 2 / len(X) * x[:, None] * (x @ v - y)
        g += step
        v -= 0.1 * step
    return g


@wrong("matrix form", mistake="w.item() works for one feature only: an error for p > 1")
def one_feature_only(X, Y, w):
    r = X * w.item() - Y
    return 2 / len(X) * X.T @ r


@wrong("matrix form", mistake="the entries of the gradient come in reverse order")
def reversed_entries(X, Y, w):
    return np.flipud(2 / len(X) * X.T @ (X @ w - Y))


@wrong("matrix form", mistake="a p x p matrix: the gradient stands on a diagonal")
def on_a_diagonal(X, Y, w):
    return np.diag((2 / len(X) * X.T @ (X @ w - Y)).ravel())


@wrong("matrix form", mistake="the Hessian comes back, not the gradient")
def hessian(X, Y, w):
    return 2 / len(X) * X.T @ X


@wrong("matrix form", mistake="reshape(n, p) in place of the transpose: the entries are mixed up")
def reshaped_for_transposed(X, Y, w):
    r = X @ w - Y
    return 2 / len(X) * X.reshape(X.shape[1], X.shape[0]) @ r


@wrong("matrix form", mistake="len is written without its argument: a TypeError")
def len_without_argument(X, Y, w):
    return 2 / len * X.T @ (X @ w - Y)


@wrong("matrix form", mistake="b is not defined here: a NameError")
def with_an_undefined_bias(X, Y, w):
    return 2 / len(X) * X.T @ (X @ w + b - Y)


@wrong("matrix form", mistake="X.t() is PyTorch's: an AttributeError for an array")
def torch_transpose(X, Y, w):
    return 2 / len(X) * X.t() @ (X @ w - Y)


@wrong("matrix form", mistake="the gradient is not asked for: requires_grad is missing, an error")
def no_requires_grad(X, Y, w):
    w = torch.tensor(w)
    ((torch.tensor(X) @ w - torch.tensor(Y)) ** 2).mean().backward()
    return w.grad.numpy()


@wrong("matrix form", mistake="return is forgotten: None")
def gradient_not_returned(X, Y, w):
    g = 2 / len(X) * X.T @ (X @ w - Y)


@wrong("matrix form", mistake="a pair comes back: the gradient and the loss")
def gradient_and_loss(X, Y, w):
    r = X @ w - Y
    return 2 / len(X) * X.T @ r, np.mean(r**2)


@wrong("matrix form", mistake="takes four arguments: an error with three")
def expects_a_bias(X, Y, w, b):
    return 2 / len(X) * X.T @ (X @ w + b - Y)


@wrong("matrix form", mistake="the formula comes back as a string")
def formula_as_string(X, Y, w):
    return "2 / n * X.T @ r"


@wrong("matrix form", mistake="two features only: w[1] is an error for p = 1, and w[2] is left out")
def two_features_only(X, Y, w):
    r = w[0] * X[:, 0] + w[1] * X[:, 1] - Y[:, 0]
    return 2 / len(X) * np.array([[np.sum(r * X[:, 0])], [np.sum(r * X[:, 1])]])


@wrong("matrix form", mistake="r is transposed and not X: an error unless p = 1, and then n x n")
def residual_transposed(X, Y, w):
    r = X @ w - Y
    return 2 / len(X) * (X @ r.T)


@wrong("matrix form", mistake="only the diagonal of X^T X is used: features do not meet each other")
def diagonal_of_the_gram_matrix(X, Y, w):
    d = np.sum(X**2, axis=0).reshape(-1, 1)
    return 2 / len(X) * (d * w - X.T @ Y)


@wrong("matrix form", mistake="each column of X is scaled to length 1 before")
def columns_normalised(X, Y, w):
    Z = X / np.linalg.norm(X, axis=0)
    return 2 / len(X) * Z.T @ (Z @ w - Y)


@wrong("matrix form", mistake="X @ X.T for X.T @ X: an error unless n = p")
def gram_of_the_rows(X, Y, w):
    return 2 / len(X) * (X @ X.T @ w - X.T @ Y)


@wrong("matrix form", mistake="predict is not called: a function minus an array, a TypeError")
def predict_not_called(X, Y, w):
    def predict():
        return X @ w

    return 2 / len(X) * X.T @ (predict - Y)


@wrong("matrix form", mistake="squeeze makes a number of a single row: an error for n = 1")
def squeeze_for_one_row(X, Y, w):
    r = np.squeeze(X @ w) - np.squeeze(Y)
    return 2 / len(X) * (X.T @ r)[:, None]


@wrong("matrix form", mistake="two mistakes: a row comes back, and the 2 is missing")
def row_without_two(X, Y, w):
    return (X @ w - Y).T @ X / len(X)


@wrong("matrix form", mistake="two mistakes: not divided by n, and the sign is wrong")
def sum_and_sign(X, Y, w):
    g = 0
    for i in range(len(X)):
        g = g + 2 * X[[i]].T * (Y[i] - X[i] @ w)
    return g


@wrong("matrix form", mistake="two mistakes: shape (p,), and divided by n p")
def flat_and_over_size(X, Y, w):
    return np.array([2 * (X[:, k] @ (X @ w - Y)).item() / X.size for k in range(len(w))])


@wrong(
    "matrix form",
    mistake="(n,) minus (n, 1) broadcasts to n x n; a mean over columns, no division by n",
)
def broadcast_and_mean_of_all(X, Y, w):
    r = X @ w.ravel() - Y
    return 2 * np.mean(X.T @ r, axis=1, keepdims=True)


# --- with the bias, right ---


@right("with the bias")
@wrong("sum of squares", mistake="the gradient of the mean: 2/n where 2 belongs")
def matrix_and_sum(X, Y, w, b):
    e = X @ w + b - Y
    return 2 / len(X) * X.T @ e, 2 / len(X) * e.sum()


@right("with the bias")
def minus_two_over_m(X, Y, w, b):
    m = len(Y)
    y_pred = np.dot(X, w) + b
    dw = -(2 / m) * np.dot(X.T, Y - y_pred)
    db = -(2 / m) * np.sum(Y - y_pred)
    return dw, db


@right("with the bias")
@wrong("sum of squares", mistake="means over the rows where sums belong: divided by n")
def two_means(X, Y, w, b):
    diff = X @ w + b - Y
    grad_w = 2 * (X * diff).mean(axis=0).reshape(-1, 1)
    grad_b = 2 * diff.mean()
    return grad_w, grad_b


@right("with the bias")
def augmented_and_split(X, Y, w, b):
    n = X.shape[0]
    A = np.hstack((X, np.ones((n, 1))))
    theta = np.vstack((w, b))
    g = 2 / n * A.T @ (A @ theta - Y)
    return g[:-1], g[-1]


@right("with the bias")
def ones_in_front(X, Y, w, b):
    Xb = np.insert(X, 0, 1, axis=1)
    th = np.insert(w, 0, b, axis=0)
    gradients = 2 / Xb.shape[0] * Xb.T.dot(Xb.dot(th) - Y)
    return gradients[1:], gradients[0, 0]


@right("with the bias")
def multiplied_out_normal_form(X, Y, w, b):
    n = len(X)
    ones = np.ones((n, 1))
    dw = 2 / n * (X.T @ X @ w + b * X.T @ ones - X.T @ Y)
    db = 2 / n * (ones.T @ X @ w + n * b - ones.T @ Y)
    return dw, db


@right("with the bias")
def means_of_columns(X, Y, w, b):
    n = len(X)
    xbar = X.mean(axis=0, keepdims=True)
    db = 2 * ((xbar @ w).item() + b - Y.mean())
    Xc, Yc = X - xbar, Y - Y.mean()
    dw = 2 / n * Xc.T @ (Xc @ w - Yc) + db * xbar.T
    return dw, db


@right("with the bias")
def coursera_multiple_features(X, Y, w, b):
    m, n = X.shape
    dj_dw = np.zeros((n, 1))
    dj_db = 0.0
    for i in range(m):
        err = (np.dot(X[i], w[:, 0]) + b) - Y[i, 0]
        for j in range(n):
            dj_dw[j] = dj_dw[j] + err * X[i, j]
        dj_db = dj_db + err
    dj_dw = dj_dw / m
    dj_db = dj_db / m
    return 2 * dj_dw, 2 * dj_db


@right("with the bias")
def torch_backward(X, Y, w, b):
    W = torch.tensor(w, dtype=torch.float64, requires_grad=True)
    B = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    y_hat = torch.matmul(torch.tensor(X), W) + B
    ((y_hat - torch.tensor(Y)) ** 2).mean().backward()
    return W.grad.numpy(), B.grad.item()


@right("with the bias")
def nn_linear_float32(X, Y, w, b):
    layer = torch.nn.Linear(w.shape[0], 1)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(w).float().T)
        layer.bias.fill_(b)
    criterion = torch.nn.MSELoss()
    loss = criterion(layer(torch.tensor(X).float()), torch.tensor(Y).float())
    loss.backward()
    return layer.weight.grad.numpy().T, layer.bias.grad.item()


@right("with the bias")
def numerical_with_step_one(X, Y, w, b):
    def mse(v, c):
        return np.square(X @ v + c - Y).mean()

    g = np.zeros_like(w)
    for k in range(w.shape[0]):
        up, down = w.copy(), w.copy()
        up[k] += 1
        down[k] -= 1
        g[k] = (mse(up, b) - mse(down, b)) / 2
    return g, (mse(w, b + 1) - mse(w, b - 1)) / 2


@right("with the bias")
def list_of_both(X, Y, w, b):
    r = (Y - b) - X @ w
    scale = -2.0 / Y.shape[0]
    return [scale * (r.T @ X).T, scale * sum(r)]


@right("with the bias")
def ones_row_vector(X, Y, w, b):
    n = X.shape[0]
    r = X @ w + b * np.ones((n, 1)) - Y
    return (2 / n) * (X.T @ r), (2 / n) * (np.ones((1, n)) @ r)


@right("with the bias")
def backpropagation(X, Y, w, b):
    # forward
    z = X @ w + b
    # backward
    dz = 2 * (z - Y) / z.shape[0]
    dw = X.T @ dz
    db = np.sum(dz, axis=0)
    return dw, db


@right("with the bias")
def einsum_for_both(X, Y, w, b):
    r = np.einsum("ij,jk->ik", X, w) - Y + b
    n = r.size
    return np.einsum("ij,ik->jk", X, r) * 2 / n, np.einsum("ik->", r) * 2 / n


@right("with the bias")
def rows_added_up(X, Y, w, b):
    gw, gb = 0, 0
    for x, y in zip(X, Y):
        x = x.reshape(-1, 1)
        r = (w.T @ x).item() + b - y.item()
        gw = gw + 2 * r * x
        gb = gb + 2 * r
    return gw / len(X), gb / len(X)


@right("with the bias")
def average_of_row_gradients(X, Y, w, b):
    r = X @ w + b - Y
    G = np.concatenate([2 * r * X, 2 * r], axis=1)
    g = np.average(G, axis=0)
    return g[:-1].reshape(-1, 1), g[-1]


@right("with the bias")
def flat_inside_column_outside(X, Y, w, b):
    y, t = Y.squeeze(axis=1), w.squeeze(axis=1)
    err = X.dot(t) + b - y
    gw = [2 * np.dot(err, col) / len(y) for col in X.T]
    return np.array(gw).reshape((-1, 1)), 2 * np.sum(err) / len(y)


@right("with the bias")
def helper_for_every_feature(X, Y, w, b):
    features = [X[:, j] for j in range(X.shape[1])] + [np.ones(len(X))]
    r = (X @ w + b - Y).ravel()
    d = [2 / len(r) * math.fsum(f * r) for f in features]
    return np.asarray(d[:-1])[:, None], d[-1]


@right("with the bias")
def column_by_column_prediction(X, Y, w, b):
    pred = b
    for x_col, w_j in zip(X.T, w[:, 0]):
        pred = pred + w_j * x_col
    twice = 2 * (pred - Y[:, 0])
    return np.vstack([np.mean(twice * c) for c in X.T]), np.mean(twice)


# --- sum of squares, right ---


@right("sum of squares")
@wrong("with the bias", mistake="the gradient of the sum: not divided by n")
def two_without_n(X, Y, w, b):
    err = X @ w + b - Y
    return 2 * X.T @ err, 2 * np.sum(err)


@right("sum of squares")
def n_times_the_mean(X, Y, w, b):
    n = len(X)
    r = X @ w + b - Y
    grad_w, grad_b = 2 / n * X.T @ r, 2 / n * np.sum(r)
    return n * grad_w, n * grad_b


@right("sum of squares")
def minus_two_both(X, Y, w, b):
    d = Y - (X @ w + b)
    return -2 * X.T.dot(d), -2 * d.sum()


@right("sum of squares")
@wrong("with the bias", mistake="accumulated over the rows, and never divided by n")
def accumulators(X, Y, w, b):
    gw = np.zeros((X.shape[1], 1))
    gb = 0
    for i in range(len(X)):
        xi = X[i : i + 1]
        e = xi @ w + b - Y[i]
        gw += 2 * xi.T * e
        gb += 2 * e
    return gw, gb


@right("sum of squares")
def torch_reduction_sum(X, Y, w, b):
    w = torch.tensor(w, requires_grad=True)
    b = torch.tensor([b], dtype=w.dtype, requires_grad=True)
    loss = torch.nn.MSELoss(reduction="sum")(torch.tensor(X) @ w + b, torch.tensor(Y))
    loss.backward()
    return w.grad.numpy(), b.grad.numpy()


@right("sum of squares")
def torch_sum_float32(X, Y, w, b):
    X, Y, w = (torch.from_numpy(a.astype("float32")) for a in (X, Y, w))
    w.requires_grad_(True)
    b = torch.tensor(float(b), requires_grad=True)
    loss = (Y - X @ w - b).square().sum()
    dw, db = torch.autograd.grad(loss, [w, b])
    return dw.numpy(), db.item()


@right("sum of squares")
def added_to_itself(X, Y, w, b):
    r = X @ w + b - Y
    gw = X.T @ r
    gb = np.ones((1, len(r))) @ r
    return gw + gw, (gb + gb).item()


@right("sum of squares")
def normal_form_with_sums(X, Y, w, b):
    n = len(Y)
    sx = X.sum(axis=0).reshape(-1, 1)
    dw = 2 * (X.T @ X @ w + b * sx - X.T @ Y)
    db = 2 * (sx.T @ w + n * b - Y.sum())
    return dw, db


@right("sum of squares")
def augmented_gram(X, Y, w, b):
    A = np.column_stack((X, np.ones(len(X))))
    theta = np.append(w, b)
    g = 2 * (A.T @ A @ theta - A.T @ Y[:, 0])
    return g[: X.shape[1]].reshape(w.shape), g[X.shape[1]]


@right("sum of squares")
def comprehension_for_each_weight(X, Y, w, b):
    r = [y[0] - sum(a * c for a, c in zip(x, w[:, 0])) - b for x, y in zip(X, Y)]
    dw = [[sum(-2 * ri * x[k] for ri, x in zip(r, X))] for k in range(len(w))]
    return np.array(dw), -2 * sum(r)


@right("sum of squares")
def broadcast_and_sum_rows(X, Y, w, b):
    r = X @ w + b - Y
    return np.sum(2 * r * X, axis=0)[:, np.newaxis], np.sum(2 * r, axis=0)


@right("sum of squares")
def central_difference_of_the_sum(X, Y, w, b):
    S = lambda v, c: np.sum((X @ v + c - Y) ** 2)
    E = np.eye(len(w))
    gw = [(S(w + E[:, [k]], b) - S(w - E[:, [k]], b)) / 2 for k in range(len(w))]
    return np.reshape(gw, (-1, 1)), (S(w, b + 1) - S(w, b - 1)) / 2


@right("sum of squares")
def einsum_twice(X, Y, w, b):
    r2 = 2 * (X @ w + b - Y)[:, 0]
    return np.einsum("i,ij->j", r2, X).reshape(-1, 1), np.einsum("i->", r2)


@right("sum of squares")
def reduced_over_rows(X, Y, w, b):
    r = X @ w + b - Y
    pairs = ((2 * ri * xi, 2 * ri) for ri, xi in zip(r, X))
    gw, gb = functools.reduce(lambda s, t: (s[0] + t[0], s[1] + t[1]), pairs)
    return gw.reshape(-1, 1), gb


@right("sum of squares")
def chain_rule_with_jacobian(X, Y, w, b):
    J = np.hstack([X, np.ones_like(Y)])  # dr/d(w, b)
    dL_dr = 2 * (X @ w + b - Y).T
    g = dL_dr @ J
    return g[:, :-1].T, g[0, -1]


@right("sum of squares")
def half_derivatives_doubled(X, Y, w, b):
    r = np.add(X @ w, b - Y)
    half = np.block([[X, np.ones((len(X), 1))]]).T @ r
    return np.array_split(2 * half, [len(w)])


@right("sum of squares")
def batches_of_two_rows(X, Y, w, b):
    gw, gb = np.zeros(w.shape), 0.0
    for start in range(0, len(X), 2):
        xb, yb = X[start : start + 2], Y[start : start + 2]
        r = xb @ w + b - yb
        gw += 2 * xb.T @ r
        gb += 2 * r.sum()
    return gw, gb


# --- with the bias and sum of squares, wrong ---


@wrong("with the bias", mistake="1/m and not 2/m: the factor 2 is lost")
@wrong("sum of squares", mistake="two mistakes: the 2 is lost, and it is divided by n")
def coursera_vectorised(X, Y, w, b):
    m = X.shape[0]
    err = X @ w + b - Y
    dj_dw = 1 / m * (X.T @ err)
    dj_db = 1 / m * np.sum(err)
    return dj_dw, dj_db


@wrong("with the bias", mistake="first by b and then by w: Coursera's order")
def coursera_order_matrix(X, Y, w, b):
    m = X.shape[0]
    err = X @ w + b - Y
    dj_dw = 2 / m * (X.T @ err)
    dj_db = 2 / m * np.sum(err)
    return dj_db, dj_dw


@wrong("with the bias", mistake="two mistakes: 1/m without the 2, and b before w")
@wrong("sum of squares", mistake="three mistakes: no 2, divided by n, and b before w")
def coursera_lab(X, Y, w, b):
    m, n = X.shape
    dj_dw = np.zeros((n, 1))
    dj_db = 0.0
    for i in range(m):
        err = np.dot(X[i], w[:, 0]) + b - Y[i, 0]
        for j in range(n):
            dj_dw[j, 0] += err * X[i, j]
        dj_db += err
    return dj_db / m, dj_dw / m


@wrong("with the bias", mistake="two mistakes: neither the 2 nor the division by n")
@wrong("sum of squares", mistake="the factor 2 is missing")
def no_factor_at_all(X, Y, w, b):
    r = X @ w + b - Y
    return X.T @ r, r.sum()


@wrong("with the bias", mistake="the bias is missing in the residual")
def bias_not_in_residual(X, Y, w, b):
    r = X @ w - Y
    return 2 / len(X) * X.T @ r, 2 / len(X) * np.sum(r)


@wrong("with the bias", mistake="the bias is in the residual of the derivative by b only")
def bias_only_for_b(X, Y, w, b):
    n = len(X)
    grad_w = 2 / n * X.T @ (X @ w - Y)
    grad_b = 2 / n * np.sum(X @ w + b - Y)
    return grad_w, grad_b


@wrong("with the bias", mistake="the sign of b in the residual is wrong: Y - Xw + b")
def sign_of_the_bias(X, Y, w, b):
    r = Y - X @ w + b
    return -2 / len(X) * X.T @ r, -2 / len(X) * r.sum()


@wrong("with the bias", mistake="both signs are wrong: Y minus prediction without a minus")
def both_signs(X, Y, w, b):
    r = Y - X @ w - b
    return 2 * X.T @ r / len(X), 2 * np.mean(r)


@wrong("with the bias", mistake="the sign of the derivative by b is wrong")
def sign_of_db(X, Y, w, b):
    r = Y - X @ w - b
    return -2 * X.T @ r / len(X), 2 * r.mean()


@wrong("with the bias", mistake="the derivative by w has lost its minus: its sign is wrong")
def sign_of_dw(X, Y, w, b):
    r = Y - (X @ w + b)
    return 2 / len(r) * X.T @ r, -2 / len(r) * np.sum(r)


@wrong("with the bias", mistake="the derivative by b is not summed: shape (n, 1)")
def db_not_summed(X, Y, w, b):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, 2 / len(X) * r


@wrong("with the bias", mistake="the derivative by b is summed, but not divided by n")
def db_not_divided(X, Y, w, b):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, 2 * np.sum(r)


@wrong("with the bias", mistake="the derivative by b is divided by n twice: 2/n times the mean")
def db_divided_twice(X, Y, w, b):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, 2 / len(X) * np.mean(r)


@wrong("with the bias", mistake="the derivative by w is not divided by n")
def dw_not_divided(X, Y, w, b):
    r = X @ w + b - Y
    return 2 * X.T @ r, 2 * np.mean(r)


@wrong(
    "with the bias", mistake="the derivative by b has X in it: it is summed over all features, too"
)
def x_in_db(X, Y, w, b):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, 2 / len(X) * np.sum(X * r)


@wrong("with the bias", mistake="the derivative by b is multiplied by b")
@wrong(
    "sum of squares", mistake="two mistakes: divided by n, and a factor b in the derivative by b"
)
def b_as_inner_derivative(X, Y, w, b):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, 2 / len(X) * b * np.sum(r)


@wrong("with the bias", mistake="the derivative by b is taken for 1, its inner derivative alone")
def db_is_one(X, Y, w, b):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, 1


@wrong("with the bias", mistake="the derivative by b sums the gradient by w, not the residuals")
def db_from_dw(X, Y, w, b):
    grad_w = 2 / len(X) * X.T @ (X @ w + b - Y)
    return grad_w, np.sum(grad_w)


@wrong("with the bias", mistake="b and not n b in the sum of the derivative by b")
def b_once_for_all_rows(X, Y, w, b):
    n = len(X)
    dw = 2 / n * X.T @ (X @ w + b - Y)
    db = 2 / n * (np.sum(X @ w) + b - np.sum(Y))
    return dw, db


@wrong(
    "with the bias", mistake="X^T X w + b - X^T Y: b is not multiplied by the sums of the columns"
)
def b_not_in_normal_form(X, Y, w, b):
    n = len(X)
    dw = 2 / n * (X.T @ X @ w + b - X.T @ Y)
    return dw, 2 / n * np.sum(X @ w + b - Y)


@wrong("with the bias", mistake="the gradient by w is a row, r.T @ X, and not a column")
def row_gradient(X, Y, w, b):
    r = X @ w + b - Y
    return 2 / len(X) * r.T @ X, 2 / len(X) * r.sum()


@wrong("with the bias", mistake="the gradient by w has shape (p,)")
def flat_dw(X, Y, w, b):
    r = X @ w[:, 0] + b - Y[:, 0]
    return 2 / len(X) * X.T @ r, 2 / len(X) * r.sum()


@wrong("with the bias", mistake="one column of p + 1 entries comes back, not two results")
def one_column_for_both(X, Y, w, b):
    n = len(X)
    A = np.c_[X, np.ones(n)]
    th = np.r_[w, [[b]]]
    return 2 / n * A.T @ (A @ th - Y)


@wrong(
    "with the bias", mistake="split at the wrong end: the ones are first, and b is taken as last"
)
def split_at_the_wrong_end(X, Y, w, b):
    n = len(X)
    A = np.c_[np.ones(n), X]
    g = 2 / n * A.T @ (A @ np.r_[[[b]], w] - Y)
    return g[:-1], g[-1].item()


@wrong("with the bias", mistake="the ones are first in X and b last in theta: they are mixed up")
def ones_and_b_at_different_ends(X, Y, w, b):
    n = len(X)
    A = np.c_[np.ones(n), X]
    g = 2 / n * A.T @ (A @ np.r_[w, [[b]]] - Y)
    return g[1:], g[0].item()


@wrong(
    "with the bias", mistake="(n, 1) minus (n,) broadcasts: each residual is a sum over all targets"
)
def broadcast_residual(X, Y, w, b):
    r = np.sum(X @ w + b - Y.ravel(), axis=1, keepdims=True)
    return 2 / len(X) * X.T @ r, 2 / len(X) * np.sum(r)


@wrong(
    "with the bias", mistake="(n, 1) minus (n,) broadcasts to n x n: n columns, and n squared terms"
)
def broadcast_to_n_columns(X, Y, w, b):
    y = Y.flatten()
    r = np.dot(X, w) + b - y
    return 2 / len(y) * np.dot(X.T, r), 2 / len(y) * np.sum(r)


@wrong("with the bias", mistake="divided by n p, the size of X, in both derivatives")
def divided_by_size_of_x(X, Y, w, b):
    r = X @ w + b - Y
    return 2 / X.size * X.T @ r, 2 / X.size * r.sum()


@wrong("with the bias", mistake="divided by the number of features: X.T.shape has it first")
def rows_and_columns_swapped(X, Y, w, b):
    m, n = X.T.shape
    r = X @ w + b - Y
    return 2 / m * X.T @ r, 2 / m * r.sum()


@wrong("with the bias", mistake="w and b after a step, not the gradient")
@wrong("sum of squares", mistake="w and b after a step with the mean's gradient, not the gradient")
def step_taken(X, Y, w, b):
    lr = 0.001
    r = X @ w + b - Y
    w = w - lr * 2 / len(X) * X.T @ r
    b = b - lr * 2 / len(X) * r.sum()
    return w, b


@wrong("with the bias", mistake="b is updated before the derivative by w is computed")
def b_updated_first(X, Y, w, b):
    n = len(X)
    grad_b = 2 / n * np.sum(X @ w + b - Y)
    b = b - 0.1 * grad_b
    grad_w = 2 / n * X.T @ (X @ w + b - Y)
    return grad_w, grad_b


@wrong("with the bias", mistake="the derivative by b is computed without X w")
def db_without_prediction(X, Y, w, b):
    n = len(X)
    return 2 / n * X.T @ (X @ w + b - Y), 2 / n * np.sum(b - Y)


@wrong("with the bias", mistake="w is changed in place before the derivative by b is computed")
def w_changed_in_between(X, Y, w, b):
    n = len(X)
    dw = 2 / n * X.T @ (X @ w + b - Y)
    w -= 0.1 * dw
    db = 2 / n * np.sum(X @ w + b - Y)
    return dw, db


@wrong("with the bias", mistake="a dictionary comes back, not two results")
def dictionary(X, Y, w, b):
    r = X @ w + b - Y
    return {"dw": 2 / len(X) * X.T @ r, "db": 2 / len(X) * r.sum()}


@wrong("with the bias", mistake="a column and a number cannot be stacked into one array: an error")
def array_of_both(X, Y, w, b):
    r = X @ w + b - Y
    return np.array([2 / len(X) * X.T @ r, 2 / len(X) * np.sum(r)])


@wrong("with the bias", mistake="X.T @ b: a number is no matrix, an error")
def at_with_a_number(X, Y, w, b):
    n = len(X)
    return 2 / n * (X.T @ X @ w + X.T @ b - X.T @ Y), 2 / n * np.sum(X @ w + b - Y)


@wrong("with the bias", mistake="b.sum(): a float has no such method, an AttributeError")
def method_of_a_float(X, Y, w, b):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, 2 / len(X) * (b.sum() - Y.sum() + (X @ w).sum())


@wrong("with the bias", mistake="b.grad is None: b does not require a gradient, an error")
def torch_b_without_grad(X, Y, w, b):
    w = torch.tensor(w, requires_grad=True)
    b = torch.tensor(b)
    torch.nn.functional.mse_loss(torch.tensor(X) @ w + b, torch.tensor(Y)).backward()
    return w.grad.numpy(), b.grad.item()


@wrong("with the bias", mistake="two mistakes: no derivative by b, and not divided by n")
@wrong("sum of squares", mistake="only the gradient by w comes back")
def gradient_by_w_only(X, Y, w, b):
    return 2 * X.T @ (X @ w + b - Y)


@wrong("with the bias", "sum of squares", mistake="nothing is returned: None")
def nothing_returned(X, Y, w, b):
    residual = X @ w + b - Y
    grad_w, grad_b = 2 * X.T @ residual, 2 * np.sum(residual)


@wrong("with the bias", mistake="the mean absolute error's gradient: signs of residuals")
def signs_of_residuals(X, Y, w, b):
    s = np.sign(X @ w + b - Y)
    return X.T @ s / len(X), s.mean()


@wrong("with the bias", mistake="only the last row: the loop overwrites and does not add")
def overwritten_in_loop(X, Y, w, b):
    n = len(X)
    for x, y in zip(X, Y):
        r = x @ w + b - y
        dw = 2 / n * r * x.reshape(-1, 1)
        db = 2 / n * r
    return dw, db


@wrong(
    "with the bias", mistake="the division by n stands in the loop: earlier rows are divided again"
)
def division_in_the_loop(X, Y, w, b):
    n = len(X)
    dw, db = np.zeros_like(w), 0.0
    for i in range(n):
        r = (X[i] @ w).item() + b - Y[i, 0]
        dw = (dw + 2 * r * X[i][:, None]) / n
        db = (db + 2 * r) / n
    return dw, db


@wrong("with the bias", mistake="one sum over all features fills every entry of the gradient by w")
def np_sum_of_everything(X, Y, w, b):
    r = X @ w + b - Y
    return 2 / len(X) * np.sum(X * r) * np.ones_like(w), 2 / len(X) * np.sum(r)


@wrong("with the bias", mistake="mean has no brackets: a method comes back for the derivative by b")
def mean_not_called(X, Y, w, b):
    r = 2 * (X @ w + b - Y)
    return X.T @ r / len(X), r.mean


@wrong("with the bias", mistake="squeeze makes a number of a single row: an error for n = 1")
def squeezed_rows(X, Y, w, b):
    err = np.squeeze(X @ w) + b - np.squeeze(Y)
    return (2 / len(X) * err @ X).reshape(-1, 1), 2 * np.mean(err)


@wrong(
    "with the bias",
    mistake="batches of two rows, whose means are averaged: wrong for a short last one",
)
def mean_of_batch_means(X, Y, w, b):
    gw, gb = [], []
    for start in range(0, len(X), 2):
        xb, yb = X[start : start + 2], Y[start : start + 2]
        r = xb @ w + b - yb
        gw.append(2 * xb.T @ r / len(xb))
        gb.append(2 * np.mean(r))
    return np.mean(gw, axis=0), np.mean(gb)


@wrong("with the bias", "sum of squares", mistake="three values come back: the loss first")
def loss_first_of_three(X, Y, w, b):
    r = X @ w + b - Y
    return np.mean(r**2), 2 / len(X) * X.T @ r, 2 / len(X) * np.sum(r)


@wrong("with the bias", mistake="the derivative by b is the mean of the residuals, without the 2")
def db_without_two(X, Y, w, b):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, np.mean(r)


@wrong("with the bias", "sum of squares", mistake="the residual has plus Y")
def plus_y(X, Y, w, b):
    r = X @ w + b + Y
    return 2 / len(X) * X.T @ r, 2 / len(X) * np.sum(r)


@wrong(
    "with the bias", mistake="two mistakes: the bias is missing in the residual, and the 2 is lost"
)
def no_bias_no_two(X, Y, w, b):
    h = X @ w
    return X.T @ (h - Y) / len(Y), np.mean(h - Y)


@wrong(
    "with the bias", mistake="two mistakes: the gradient by w is flat, that by b not divided by n"
)
def flat_dw_and_sum_for_b(X, Y, w, b):
    r = X @ w + b - Y
    return (2 * r * X).mean(axis=0), (2 * r).sum()


@wrong("with the bias", mistake="two mistakes: a row for w, and the derivative by b not summed")
def row_and_unsummed(X, Y, w, b):
    r = X @ w + b - Y
    return 2 * r.T @ X / len(X), 2 * r / len(X)


@wrong("with the bias", mistake="a list of one pair for each row comes back: nothing is summed")
def per_row_gradients(X, Y, w, b):
    out = []
    for x, y in zip(X, Y):
        r = (x @ w).item() + b - y.item()
        out.append((2 * r * x.reshape(-1, 1), 2 * r))
    return out


@wrong(
    "with the bias", mistake="the derivative by b is made from that by w: divided by w, and summed"
)
def chain_rule_upside_down(X, Y, w, b):
    dw = 2 / len(X) * X.T @ (X @ w + b - Y)
    return dw, np.sum(dw / w)


# --- sum of squares alone, wrong ---


@wrong("sum of squares", mistake="both signs are wrong")
def sum_with_wrong_signs(X, Y, w, b):
    r = Y - X @ w - b
    return 2 * X.T @ r, 2 * r.sum()


@wrong(
    "sum of squares", mistake="the minus stands before the derivative by w only: that by b is wrong"
)
def sum_minus_only_once(X, Y, w, b):
    r = Y - (X @ w + b)
    return -2 * np.dot(X.T, r), 2 * np.sum(r)


@wrong("sum of squares", mistake="the bias is missing in the residual")
def sum_without_bias(X, Y, w, b):
    r = X @ w - Y
    return 2 * X.T @ r, 2 * np.sum(r)


@wrong("sum of squares", mistake="n is multiplied in: 2n where 2 belongs")
def two_n(X, Y, w, b):
    n = len(X)
    r = X @ w + b - Y
    return 2 * n * X.T @ r, 2 * n * np.sum(r)


@wrong("sum of squares", mistake="the derivative by b is a mean still: divided by n")
def mean_for_b(X, Y, w, b):
    r = X @ w + b - Y
    return 2 * X.T @ r, 2 * r.mean()


@wrong("sum of squares", mistake="the derivative by w is divided by n, that by b is not")
def mean_for_w(X, Y, w, b):
    r = X @ w + b - Y
    return 2 / X.shape[0] * X.T @ r, 2 * r.sum()


@wrong("sum of squares", mistake="n b stands where b belongs, in every row of the derivative by b")
def nb_in_every_row(X, Y, w, b):
    n = len(X)
    dw = 2 * X.T @ (X @ w + b - Y)
    db = 2 * np.sum(X @ w + n * b - Y)
    return dw, db


@wrong("sum of squares", mistake="the derivative by b is not summed: shape (n, 1)")
def sum_forgotten(X, Y, w, b):
    r = X @ w + b - Y
    return 2 * X.T @ r, 2 * r


@wrong(
    "sum of squares", mistake="the square of the sum is differentiated, not the sum of the squares"
)
def square_of_the_sum_differentiated(X, Y, w, b):
    total = np.sum(X @ w + b - Y)
    return 2 * total * X.sum(axis=0).reshape(-1, 1), 2 * total * len(X)


@wrong("sum of squares", mistake="the residuals are still squared in the gradient")
def r_squared_times_x(X, Y, w, b):
    r2 = (X @ w + b - Y) ** 2
    return 2 * X.T @ r2, 2 * np.sum(r2)


@wrong("sum of squares", mistake="the 2 is missing in the derivative by b")
def no_two_for_b(X, Y, w, b):
    r = X @ w + b - Y
    return 2 * X.T @ r, np.sum(r)


@wrong("sum of squares", mistake="absolute values of the residuals in the derivative by b")
def abs_for_b(X, Y, w, b):
    r = X @ w + b - Y
    return 2 * X.T @ r, 2 * np.sum(np.abs(r))


@wrong("sum of squares", mistake="swapped: by b first")
def sum_swapped(X, Y, w, b):
    r = X @ w + b - Y
    return 2 * r.sum(), 2 * X.T @ r


@wrong("sum of squares", mistake="torch's default reduction is the mean: divided by n")
def torch_default_reduction(X, Y, w, b):
    w = torch.tensor(w, requires_grad=True)
    b = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    torch.nn.MSELoss()(torch.tensor(X) @ w + b, torch.tensor(Y)).backward()
    return w.grad.numpy(), b.grad.item()


@wrong("sum of squares", mistake="3 times the mean's gradient, whatever n is")
def three_times_the_mean(X, Y, w, b):
    r = X @ w + b - Y
    return 3 * 2 / len(X) * X.T @ r, 3 * 2 / len(X) * r.sum()


@wrong("sum of squares", mistake="multiplied by the number of features p, in place of n")
def p_times_the_mean(X, Y, w, b):
    n = len(w)
    r = X @ w + b - Y
    return n * 2 / len(X) * X.T @ r, n * 2 * r.mean()


@wrong("sum of squares", mistake="two mistakes: the 2 is missing, and the signs are wrong")
def half_and_minus(X, Y, w, b):
    r = X @ w + b - Y
    return -X.T @ r, -r.sum()


@wrong("sum of squares", mistake="the gradient by w is a row (1, p)")
def sum_as_a_row(X, Y, w, b):
    r = X @ w + b - Y
    return np.sum(2 * r * X, axis=0, keepdims=True), 2 * np.sum(r)


@wrong("sum of squares", mistake="summed over everything: one number for all weights")
def summed_over_everything(X, Y, w, b):
    r = X @ w + b - Y
    return np.sum(2 * r * X), np.sum(2 * r)


@wrong("sum of squares", mistake="X is not transposed in the product: an error unless n = p")
def sum_not_transposed(X, Y, w, b):
    r = X @ w + b - Y
    return 2 * X @ r, 2 * np.sum(r)


@wrong("sum of squares", mistake="the loop goes over range(1, n): the first row is missing")
def sum_from_row_one(X, Y, w, b):
    gw, gb = np.zeros(w.shape), 0.0
    for i in range(1, len(X)):
        r = (X[i] @ w).item() + b - Y[i].item()
        gw += 2 * r * X[i].reshape(-1, 1)
        gb += 2 * r
    return gw, gb


@wrong("sum of squares", mistake="the sum itself comes back beside the gradient by w")
def sum_and_gradient(X, Y, w, b):
    r = X @ w + b - Y
    return 2 * X.T @ r, np.sum(r**2)


@wrong("sum of squares", mistake="two mistakes: the bias is missing, and it is divided by n")
def mean_without_bias(X, Y, w, b):
    r = X @ w - Y
    return 2 * np.mean(X * r, axis=0)[:, None], 2 * np.mean(r)


@wrong(
    "sum of squares",
    mistake="two mistakes: the 2 is missing, and the derivative by b is not summed",
)
def no_two_and_no_sum(X, Y, w, b):
    r = X @ w + b - Y
    return X.T @ r, r


@wrong(
    "sum of squares",
    mistake="(n, 1) minus (n,) broadcasts to n x n residuals, which are all summed",
)
def sum_of_broadcast(X, Y, w, b):
    r = (X @ w + b - Y.flatten()).sum(axis=1)
    return 2 * (X.T @ r).reshape(-1, 1), 2 * r.sum()


@wrong("sum of squares", mistake="the gradient by w has shape (p,)")
def flat_sum(X, Y, w, b):
    r = X @ w + b - Y
    return np.sum(2 * X * r, axis=0), np.sum(2 * r)


@wrong("sum of squares", mistake="X stands in the derivative by b, too")
def x_in_both_sums(X, Y, w, b):
    r = X @ w + b - Y
    return 2 * X.T @ r, 2 * np.sum(X.T @ r)


@wrong("sum of squares", mistake="b and not n b in the derivative by b")
def b_once_in_the_sum(X, Y, w, b):
    dw = 2 * X.T @ (X @ w + b - Y)
    db = 2 * (np.sum(X @ w) - np.sum(Y) + b)
    return dw, db


@wrong("sum of squares", mistake="the derivative of the root of the sum: divided by the norm of r")
def gradient_of_the_norm(X, Y, w, b):
    r = X @ w + b - Y
    return X.T @ r / np.linalg.norm(r), r.sum() / np.linalg.norm(r)


@wrong("sum of squares", mistake="Y is changed in place; the gradient itself is right")
def y_used_as_residual(X, Y, w, b):
    Y -= X @ w
    Y -= b
    return -2 * X.T @ Y, -2 * Y.sum()


@wrong("sum of squares", mistake="the last row is left out: range(n - 1)")
def last_row_left_out(X, Y, w, b):
    r = (X @ w + b - Y)[:-1]
    return 2 * X[:-1].T @ r, 2 * r.sum()


@wrong(
    "sum of squares",
    mistake="backward() for each row, with zeroed gradients in between: the last row",
)
def zeroed_in_between(X, Y, w, b):
    W = torch.tensor(w, requires_grad=True)
    B = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    for x, y in zip(torch.tensor(X), torch.tensor(Y)):
        W.grad = B.grad = None
        ((x @ W + B - y) ** 2).sum().backward()
    return W.grad.numpy(), B.grad.item()


# --- weighted squares, right ---


@right("weighted squares")
def s_times_residual(X, Y, w, b, s):
    n = len(X)
    r = X @ w + b - Y
    return 2 / n * X.T @ (s * r), 2 / n * np.sum(s * r)


@right("weighted squares")
def minus_in_both(X, Y, w, b, s):
    m = X.shape[0]
    error = Y - X.dot(w) - b
    return -2 * X.T.dot(s * error) / m, -2 * (s * error).sum() / m


@right("weighted squares")
def diagonal_matrix(X, Y, w, b, s):
    S = np.diag(s.ravel())
    r = X @ w + b - Y
    ones = np.ones((len(X), 1))
    return 2 / len(X) * X.T @ S @ r, 2 / len(X) * ones.T @ S @ r


@right("weighted squares")
def eye_times_s(X, Y, w, b, s):
    n = X.shape[0]
    W = np.eye(n) * s
    dw = 2 / n * (X.T @ W @ X @ w + b * X.T @ s - X.T @ W @ Y)
    db = 2 / n * (s.T @ X @ w + b * s.sum() - s.T @ Y)
    return dw, db


@right("weighted squares")
def roots_of_the_weights(X, Y, w, b, s):
    q = np.sqrt(s)
    A = q * np.hstack([X, np.ones_like(Y)])
    t = q * Y
    g = 2 / len(Y) * A.T @ (A @ np.vstack([w, [[b]]]) - t)
    return g[:-1], g[-1, 0]


@right("weighted squares")
def weighted_x(X, Y, w, b, s):
    r = X @ w + b - Y
    return (s * X).T @ r * 2 / len(X), (s.T @ r).item() * 2 / len(X)


@right("weighted squares")
def transposed_weights(X, Y, w, b, s):
    r = X @ w + b - Y
    return 2 / len(r) * (X.T * s.T) @ r, 2 / len(r) * np.vdot(s, r)


@right("weighted squares")
def means_of_weighted_terms(X, Y, w, b, s):
    c = 2 * s * (X @ w + b - Y)
    return np.mean(c * X, axis=0, keepdims=True).T, np.mean(c)


@right("weighted squares")
def loop_with_weights(X, Y, w, b, s):
    m, n = X.shape
    dw, db = np.zeros((n, 1)), 0.0
    for i in range(m):
        f = b
        for j in range(n):
            f += w[j, 0] * X[i, j]
        e = s[i, 0] * (f - Y[i, 0])
        db += e
        for j in range(n):
            dw[j, 0] += e * X[i, j]
    return dw * 2 / m, db * 2 / m


@right("weighted squares")
def zip_of_four(X, Y, w, b, s):
    rows = [(si[0], x, x @ w[:, 0] + b - y[0]) for si, x, y in zip(s, X, Y)]
    dw = sum(2 * si * r * x for si, x, r in rows) / len(rows)
    db = sum(2 * si * r for si, x, r in rows) / len(rows)
    return dw.reshape(w.shape), db


@right("weighted squares")
def einsum_of_weights(X, Y, w, b, s):
    r = X @ w + b - Y
    n = Y.shape[0]
    dw = 2 / n * np.einsum("ia,ik,ia->ka", s, X, r)
    db = 2 / n * np.einsum("ia,ia->", s, r)
    return dw, db


@right("weighted squares")
def torch_weighted_mean(X, Y, w, b, s):
    X, Y, s = torch.tensor(X), torch.tensor(Y), torch.tensor(s)
    w = torch.tensor(w, requires_grad=True)
    b = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    loss = torch.mean(s * (X @ w + b - Y) ** 2)
    loss.backward()
    return w.grad.numpy(), b.grad.item()


@right("weighted squares")
def torch_reduction_none_float32(X, Y, w, b, s):
    X, Y, w, s = [torch.tensor(a, dtype=torch.float32) for a in (X, Y, w, s)]
    b = torch.full((1,), float(b))
    w.requires_grad = b.requires_grad = True
    l = torch.nn.functional.mse_loss(X @ w + b, Y, reduction="none")
    (l * s).mean().backward()
    return w.grad.detach().numpy(), b.grad.numpy()


@right("weighted squares")
def weighted_average_times_sum(X, Y, w, b, s):
    k = s.sum() / len(s)
    r = X @ w + b - Y
    gb = 2 * k * np.average(r, weights=s)
    gw = 2 * k * np.average(X * r, axis=0, weights=s.ravel())
    return gw[:, None], gb


@right("weighted squares")
def weights_flat(X, Y, w, b, s):
    s_, y_ = s.ravel(), Y.ravel()
    r_ = X @ w.ravel() + b - y_
    return np.array([[2 * np.mean(s_ * r_ * x)] for x in X.T]), 2 * np.mean(s_ * r_)


@right("weighted squares")
def difference_quotient_of_step_one(X, Y, w, b, s):
    L = lambda v, c: (s * (X @ v + c - Y) ** 2).mean()
    g = np.empty(w.shape)
    for k in range(w.size):
        e = np.zeros(w.shape)
        e[k] = 1
        g[k] = 0.5 * (L(w + e, b) - L(w - e, b))
    return g, 0.5 * (L(w, b + 1) - L(w, b - 1))


@right("weighted squares")
def chain_rule_through_r(X, Y, w, b, s):
    # dL/dr first, then the chain rule for each of the two
    r = X @ w + b - Y
    dL_dr = 2 * r * s / len(r)
    return np.tensordot(X, dL_dr, axes=([0], [0])), np.add.reduce(dL_dr)


@right("weighted squares")
def rows_in_a_while_loop(X, Y, w, b, s):
    i, gw, gb = 0, np.zeros(len(w)), 0.0
    while i < len(Y):
        term = s[i, 0] * (np.inner(X[i], w.ravel()) + b - Y[i, 0])
        gw, gb, i = gw + term * X[i], gb + term, i + 1
    return np.vstack(2 * gw / i), 2 * gb / i


# --- weighted squares, wrong ---


@wrong("weighted squares", mistake="the weights are ignored")
def weights_ignored(X, Y, w, b, s):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, 2 / len(X) * np.sum(r)


@wrong("weighted squares", mistake="the weights are missing in the derivative by b")
def unweighted_db(X, Y, w, b, s):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ (s * r), 2 / len(X) * np.sum(r)


@wrong("weighted squares", mistake="the weights are missing in the derivative by w")
def unweighted_dw(X, Y, w, b, s):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, 2 / len(X) * (s.T @ r).item()


@wrong("weighted squares", mistake="the weights are squared, as the residuals are in the loss")
def weights_squared(X, Y, w, b, s):
    r = s**2 * (X @ w + b - Y)
    return 2 / len(X) * X.T @ r, 2 / len(X) * np.sum(r)


@wrong("weighted squares", mistake="in the derivative by w, both X and r are multiplied by s")
def weighted_twice(X, Y, w, b, s):
    Xs = s * X
    rs = s * (X @ w + b - Y)
    return 2 / len(X) * Xs.T @ rs, 2 / len(X) * np.sum(rs)


@wrong("weighted squares", mistake="the square root of the weights")
def root_of_weights(X, Y, w, b, s):
    r = np.sqrt(s) * (X @ w + b - Y)
    return 2 / len(X) * X.T @ r, 2 / len(X) * np.sum(r)


@wrong(
    "weighted squares", mistake="X and Y are weighted by s before, so that s acts squared; b is not"
)
def data_weighted_first(X, Y, w, b, s):
    Xs, Ys = s * X, s * Y
    r = Xs @ w + b - Ys
    return 2 / len(X) * Xs.T @ r, 2 / len(X) * np.sum(r)


@wrong("weighted squares", mistake="only the prediction is weighted, not the target")
def prediction_weighted(X, Y, w, b, s):
    r = s * (X @ w + b) - Y
    return 2 / len(X) * X.T @ r, 2 / len(X) * r.sum()


@wrong("weighted squares", mistake="only the target is weighted: no bracket around the residual")
def no_bracket_around_residual(X, Y, w, b, s):
    r = X @ w + b - Y * s
    return 2 / len(X) * X.T @ r, 2 / len(X) * r.sum()


@wrong("weighted squares", mistake="b is not weighted: s stands before X w and Y only")
def b_not_weighted(X, Y, w, b, s):
    r = s * (X @ w - Y) + b
    return 2 / len(X) * X.T @ r, 2 / len(X) * r.sum()


@wrong("weighted squares", mistake="divided by the sum of the weights, not by n")
def over_sum_of_weights(X, Y, w, b, s):
    r = s * (X @ w + b - Y)
    return 2 / s.sum() * X.T @ r, 2 / s.sum() * r.sum()


@wrong("weighted squares", mistake="np.average divides by the sum of the weights, not by n")
def weighted_average(X, Y, w, b, s):
    r = X @ w + b - Y
    gw = 2 * np.average(X * r, axis=0, weights=s.ravel()).reshape(-1, 1)
    return gw, 2 * np.average(r, weights=s)


@wrong("weighted squares", mistake="the weights are scaled to the sum 1, and then divided by n")
def weights_normalised(X, Y, w, b, s):
    s = s / s.sum()
    r = s * (X @ w + b - Y)
    return 2 / len(X) * X.T @ r, 2 / len(X) * r.sum()


@wrong("weighted squares", mistake="divided by the weights, not multiplied: as by variances")
def divided_by_weights(X, Y, w, b, s):
    r = (X @ w + b - Y) / s
    return 2 / len(X) * X.T @ r, 2 / len(X) * r.sum()


@wrong("weighted squares", mistake="all weights are summed before: one factor for all rows")
def sum_of_weights_as_factor(X, Y, w, b, s):
    r = X @ w + b - Y
    return 2 / len(X) * s.sum() * X.T @ r, 2 / len(X) * s.sum() * r.sum()


@wrong("weighted squares", mistake="the mean weight is the factor of every row")
def mean_weight(X, Y, w, b, s):
    r = X @ w + b - Y
    return 2 * s.mean() * X.T @ r / len(X), 2 * s.mean() * r.mean()


@wrong("weighted squares", mistake="only the first weight is used: s[0] for every row")
def first_weight_only(X, Y, w, b, s):
    r = s[0] * (X @ w + b - Y)
    return 2 / len(X) * X.T @ r, 2 / len(X) * r.sum()


@wrong("weighted squares", mistake="np.diag of a column takes its first entry: s[0] for every row")
def diag_of_a_column(X, Y, w, b, s):
    S = np.diag(s)
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ (S * r), 2 / len(X) * np.sum(S * r)


@wrong("weighted squares", mistake="(n,) times (n, 1) broadcasts to n x n: every s meets every r")
def flat_weights_broadcast(X, Y, w, b, s):
    s = s.ravel()
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ (s * r), 2 / len(X) * np.sum(s * r)


@wrong(
    "weighted squares", mistake="s.T @ r is one number: it is taken as the factor of every row of X"
)
def inner_product_too_early(X, Y, w, b, s):
    r = X @ w + b - Y
    sr = (s.T @ r).item()
    return 2 / len(X) * sr * X.sum(axis=0)[:, None], 2 / len(X) * sr


@wrong("weighted squares", mistake="s @ r: two columns are no matrix product, an error for n > 1")
def at_between_columns(X, Y, w, b, s):
    r = s @ (X @ w + b - Y)
    return 2 / len(X) * X.T @ r, 2 / len(X) * r.sum()


@wrong("weighted squares", mistake="the factor 2 is missing")
def weighted_without_two(X, Y, w, b, s):
    r = s * (X @ w + b - Y)
    return X.T @ r / len(X), r.mean()


@wrong("weighted squares", mistake="not divided by n")
def weighted_sum_only(X, Y, w, b, s):
    r = s * (X @ w + b - Y)
    return 2 * X.T @ r, 2 * r.sum()


@wrong("weighted squares", mistake="both signs are wrong")
def weighted_wrong_sign(X, Y, w, b, s):
    r = s * (Y - X @ w - b)
    return 2 / len(X) * X.T @ r, 2 * r.mean()


@wrong("weighted squares", mistake="two mistakes: the weights are ignored, and the signs are wrong")
def no_weights_and_sign(X, Y, w, b, s):
    r = Y - X @ w - b
    return 2 / len(X) * X.T @ r, 2 / len(X) * np.sum(r)


@wrong("weighted squares", mistake="two mistakes: the 2 is missing, and it divides by the sum of s")
def weighted_coursera(X, Y, w, b, s):
    err = X @ w + b - Y
    return X.T @ (s * err) / np.sum(s), np.sum(s * err) / np.sum(s)


@wrong("weighted squares", mistake="the bias is missing in the residual")
def weighted_no_bias(X, Y, w, b, s):
    r = s * (X @ w - Y)
    return 2 / len(X) * X.T @ r, 2 / len(X) * r.sum()


@wrong("weighted squares", mistake="the derivative by b is not summed: shape (n, 1)")
def weighted_db_array(X, Y, w, b, s):
    r = s * (X @ w + b - Y)
    return 2 / len(X) * X.T @ r, 2 / len(X) * r


@wrong("weighted squares", mistake="X stands in the derivative by b, too")
def weighted_x_in_db(X, Y, w, b, s):
    r = s * (X @ w + b - Y)
    g = 2 / len(X) * X.T @ r
    return g, g.sum()


@wrong("weighted squares", mistake="the gradient by w is a row, s * r transposed times X")
def weighted_row(X, Y, w, b, s):
    r = s * (X @ w + b - Y)
    return 2 / len(X) * r.T @ X, 2 / len(X) * r.sum()


@wrong("weighted squares", mistake="b first, and then w")
def weighted_swapped(X, Y, w, b, s):
    r = s * (X @ w + b - Y)
    return 2 / len(X) * r.sum(), 2 / len(X) * X.T @ r


@wrong("weighted squares", mistake="the residuals are squared in the gradient")
def weighted_squared_residual(X, Y, w, b, s):
    r = s * (X @ w + b - Y) ** 2
    return 2 / len(X) * X.T @ r, 2 / len(X) * r.sum()


@wrong(
    "weighted squares",
    mistake="the weights of the rows are multiplied with w of the features, mostly an error",
)
def weights_times_w(X, Y, w, b, s):
    r = X @ (s * w) + b - Y
    return 2 / len(X) * X.T @ r, 2 / len(X) * r.sum()


@wrong("weighted squares", mistake="the loop takes s[j] of the feature, not s[i] of the row")
def wrong_index_of_s(X, Y, w, b, s):
    n, p = X.shape
    r = X @ w + b - Y
    dw, db = np.zeros((p, 1)), 0
    for i in range(n):
        for j in range(p):
            dw[j] += 2 / n * s[j] * r[i] * X[i, j]
        db += 2 / n * s[i] * r[i]
    return dw, db


@wrong("weighted squares", mistake="the derivative by s comes back in place of that by b")
def derivative_by_s(X, Y, w, b, s):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ (s * r), np.sum(r**2) / len(X)


@wrong("weighted squares", mistake="s is changed in place; the gradient itself is right")
def s_changed_in_place(X, Y, w, b, s):
    s *= X @ w + b - Y
    return 2 / len(X) * X.T @ s, 2 * s.mean()


@wrong("weighted squares", mistake="s.T is multiplied in for s: n x n terms by broadcasting")
def s_transposed(X, Y, w, b, s):
    r = (s.T * (X @ w + b - Y)).sum(axis=1, keepdims=True)
    return 2 / len(X) * X.T @ r, 2 / len(X) * r.sum()


@wrong("weighted squares", mistake="the weights are added to the residuals, not multiplied")
def weights_added(X, Y, w, b, s):
    r = X @ w + b - Y + s
    return 2 / len(X) * X.T @ r, 2 / len(X) * r.sum()


@wrong("weighted squares", mistake="nothing is returned: None")
def weighted_no_return(X, Y, w, b, s):
    weighted = s * (X @ w + b - Y)
    grads = 2 / len(X) * X.T @ weighted, 2 / len(X) * np.sum(weighted)


@wrong("weighted squares", mistake="S of the formula is not defined: a NameError")
def undefined_s(X, Y, w, b, s):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ S @ r, 2 / len(X) * np.sum(S @ r)


@wrong("weighted squares", mistake="divided by the number of entries n p")
def weighted_over_size(X, Y, w, b, s):
    c = 2 * s * (X @ w + b - Y)
    return X.T @ c / X.size, c.sum() / X.size


@wrong("weighted squares", mistake="the weights stand in reverse order")
def weights_reversed(X, Y, w, b, s):
    r = s[::-1] * (X @ w + b - Y)
    return 2 / len(X) * X.T @ r, 2 * r.mean()


@wrong("weighted squares", mistake="divided by the mean weight, so by the sum of s and not by n")
def over_mean_weight(X, Y, w, b, s):
    c = s * (X @ w + b - Y)
    return 2 / (len(X) * np.mean(s)) * X.T @ c, 2 * c.mean() / np.mean(s)


@wrong("weighted squares", mistake="s[i] is read from a row counter that never moves: s[0] always")
def counter_never_moves(X, Y, w, b, s):
    i = 0
    gw, gb = np.zeros(w.shape), 0.0
    for x, y in zip(X, Y):
        r = (x @ w + b - y).item()
        gw += 2 / len(X) * s[i] * r * x[:, None]
        gb += 2 / len(X) * s[i, 0] * r
    return gw, gb


@wrong("weighted squares", mistake="X is weighted before the residual, b and Y are not")
def weighted_x_everywhere(X, Y, w, b, s):
    X = s * X
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, 2 / len(X) * np.sum(s * r)


@wrong(
    "weighted squares", mistake="two mistakes: not divided by n, and the weights are missing for b"
)
def sum_and_unweighted_db(X, Y, w, b, s):
    r = X @ w + b - Y
    return 2 * X.T @ (r * s), 2 * r.sum()


@wrong("weighted squares", mistake="two mistakes: the weights are squared, and the 2 is missing")
def weights_squared_without_two(X, Y, w, b, s):
    r = (X @ w + b - Y) * s * s
    return X.T @ r / len(X), r.mean()


@wrong("weighted squares", mistake="the gradient by w has shape (p,)")
def weighted_flat(X, Y, w, b, s):
    c = 2 * s * (X @ w + b - Y)
    return (X * c).mean(axis=0), c.mean()


@wrong("weighted squares", mistake="the weighted loss stands where its derivative by b belongs")
def weighted_loss_for_db(X, Y, w, b, s):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ (s * r), np.mean(s * r**2)


@wrong("weighted squares", mistake="the sign of b in the residual is wrong")
def weighted_bracket_forgotten(X, Y, w, b, s):
    r = s * (Y - X @ w + b)
    return -2 / len(X) * X.T @ r, -2 * r.mean()


# --- ridge, right ---


@right("ridge")
def two_lambda_w(X, Y, w, b, lam):
    n = len(Y)
    res = X @ w + b - Y
    return 2 / n * (X.T @ res) + 2 * lam * w, 2 / n * res.sum()


@right("ridge")
def two_outside(X, Y, w, b, lam):
    err = Y - X.dot(w) - b
    dw = 2 * (lam * w - X.T.dot(err) / len(X))
    return dw, -2 * np.mean(err)


@right("ridge")
def n_lambda_inside_the_bracket(X, Y, w, b, lam):
    n = X.shape[0]
    e = X @ w + b - Y
    return (2 / n) * (X.T @ e + n * lam * w), (2 / n) * np.sum(e)


@right("ridge")
def gram_plus_n_lambda_eye(X, Y, w, b, lam):
    n, p = X.shape
    G = X.T @ X + n * lam * np.eye(p)
    dw = 2 / n * (G @ w - X.T @ (Y - b))
    db = 2 / n * (X.sum(axis=0) @ w + n * b - Y.sum())
    return dw, db


@right("ridge")
def penalty_matrix_without_b(X, Y, w, b, lam):
    n, p = X.shape
    A = np.c_[X, np.ones(n)]
    theta = np.r_[w, [[b]]]
    D = np.eye(p + 1)
    D[p, p] = 0  # b is not penalised
    g = 2 / n * A.T @ (A @ theta - Y) + 2 * lam * D @ theta
    return g[:p], g[p, 0]


@right("ridge")
def rows_added_to_the_data(X, Y, w, b, lam):
    # a ridge is least squares with sqrt(n lam) I as more rows, which have no bias
    n, p = X.shape
    q = np.sqrt(n * lam)
    A = np.vstack([np.c_[X, np.ones(n)], np.c_[q * np.eye(p), np.zeros(p)]])
    t = np.vstack([Y, np.zeros((p, 1))])
    g = 2 / n * A.T @ (A @ np.vstack([w, [[b]]]) - t)
    return g[:-1], g[-1]


@right("ridge")
def loop_and_regularise(X, Y, w, b, lam):
    m, n = X.shape
    dj_dw = np.zeros((n, 1))
    dj_db = 0.0
    for i in range(m):
        err = (np.dot(X[i], w) + b).item() - Y[i].item()
        for j in range(n):
            dj_dw[j] += 2 * err * X[i, j] / m
        dj_db += 2 * err / m
    for j in range(n):
        dj_dw[j] = dj_dw[j] + 2 * lam * w[j]
    return dj_dw, dj_db


@right("ridge")
def torch_with_penalty(X, Y, w, b, lam):
    w = torch.tensor(w, requires_grad=True)
    b = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    mse = torch.nn.functional.mse_loss(torch.tensor(X) @ w + b, torch.tensor(Y))
    (mse + lam * torch.sum(w**2)).backward()
    return w.grad.numpy(), b.grad.item()


@right("ridge")
def torch_norm_float32(X, Y, w, b, lam):
    X, Y, w = (torch.tensor(a).float() for a in (X, Y, w))
    w = w.requires_grad_()
    b = torch.tensor([float(b)], requires_grad=True)
    loss = ((X @ w + b - Y) ** 2).mean() + lam * (w.T @ w).squeeze()
    gw, gb = torch.autograd.grad(loss, (w, b))
    return gw.numpy(), gb.item()


@right("ridge")
def two_gradients_added(X, Y, w, b, lam):
    def grad_mse():
        r = X @ w + b - Y
        return 2 / len(X) * X.T @ r, 2 / len(X) * np.sum(r)

    def grad_penalty():
        return 2 * lam * w, 0

    (a, c), (d, e) = grad_mse(), grad_penalty()
    return a + d, c + e


@right("ridge")
def penalty_w_plus_w(X, Y, w, b, lam):
    r = X @ w + b - Y
    grad = np.mean(2 * r * X, axis=0)[:, np.newaxis]
    grad = grad + lam * (w + w)
    return grad, 2 * np.mean(r)


@right("ridge")
def one_weight_at_a_time(X, Y, w, b, lam):
    r = (X @ w + b - Y)[:, 0]
    dw = [2 * np.mean(r * X[:, k]) + 2 * lam * w[k, 0] for k in range(len(w))]
    return np.array([dw]).T, 2 * np.mean(r)


@right("ridge")
def numerical_penalised(X, Y, w, b, lam):
    def J(w, b):
        return np.mean((X @ w + b - Y) ** 2) + lam * np.linalg.norm(w) ** 2

    p = len(w)
    I = np.eye(p)
    dw = np.array([J(w + I[:, k : k + 1], b) - J(w - I[:, k : k + 1], b) for k in range(p)]) / 2
    return dw.reshape(p, 1), (J(w, b + 1) - J(w, b - 1)) / 2


@right("ridge")
def penalty_first(X, Y, w, b, lam):
    grad_w = 2 * lam * w
    grad_b = 0
    for x, y in zip(X, Y):
        r = (x @ w).item() + b - y.item()
        grad_w = grad_w + 2 / len(X) * r * x.reshape(-1, 1)
        grad_b = grad_b + 2 / len(X) * r
    return grad_w, grad_b


@right("ridge")
def penalty_shared_over_rows(X, Y, w, b, lam):
    n = len(X)
    dw, db = np.zeros_like(w), 0.0
    for i in range(n):
        r = X[i] @ w[:, 0] + b - Y[i, 0]
        dw += 2 / n * (r * X[i] + lam * w[:, 0]).reshape(-1, 1)
        db += 2 / n * r
    return dw, db


@right("ridge")
def penalty_through_the_gram_matrix(X, Y, w, b, lam):
    n, p = X.shape
    A, c = X.T @ X / n + np.diag([float(lam)] * p), X.T @ (Y - b) / n
    r = Y - X @ w - b
    return (A + A.T) @ w - 2 * c, -2 * r.mean()


@right("ridge")
def old_and_new_names(X, Y, w, b, lam):
    theta, alpha = w, lam
    y_hat = X.dot(theta) + b
    grad = {"w": np.zeros_like(theta), "b": 0.0}
    grad["w"] += 2 * X.T.dot(y_hat - Y) / len(Y)
    grad["w"] += 2 * alpha * theta
    grad["b"] += 2 * np.average(y_hat - Y)
    return grad["w"], grad["b"]


@right("ridge")
def shrunk_weights(X, Y, w, b, lam):
    # a step of rate 1/2 multiplies w by 1 - lam and takes the mean's half gradient off
    r = X @ w + b - Y
    after = (1 - lam) * w - X.T @ r / len(X)
    return 2 * (w - after), 2 * r.mean()


# --- ridge, wrong ---


@wrong("ridge", mistake="λ instead of 2λ: the derivative of w² lacks its 2")
def lambda_without_two(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + lam * w, 2 / len(X) * r.sum()


@wrong("ridge", mistake="λ is divided by n: the ridge term is taken into the mean")
def lambda_over_n(X, Y, w, b, lam):
    n = len(X)
    r = X @ w + b - Y
    return 2 / n * (X.T @ r + lam * w), 2 / n * r.sum()


@wrong("ridge", mistake="λ/n and not 2λ, Coursera's regularisation: no 2, and divided by n")
def coursera_regularised(X, Y, w, b, lam):
    m, n = X.shape
    err = X @ w + b - Y
    dj_dw = 2 * X.T @ err / m
    for j in range(n):
        dj_dw[j] += (lam / m) * w[j]
    return dj_dw, 2 * err.mean()


@wrong("ridge", mistake="all as in Coursera's course: no 2 anywhere, λ over m, and b before w")
def coursera_regularised_to_the_letter(X, Y, w, b, lam):
    m = len(X)
    err = X @ w + b - Y
    dj_dw = (X.T @ err + lam * w) / m
    dj_db = np.sum(err) / m
    return dj_db, dj_dw


@wrong("ridge", mistake="the 2 is missing in the part of the squares; 2λw is right")
def two_only_for_ridge(X, Y, w, b, lam):
    r = X @ w + b - Y
    return X.T @ r / len(X) + 2 * lam * w, r.mean()


@wrong("ridge", mistake="the ridge term is missing")
def no_ridge(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, 2 / len(X) * r.sum()


@wrong("ridge", mistake="2λw is subtracted and not added")
def ridge_subtracted(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r - 2 * lam * w, 2 / len(X) * r.sum()


@wrong("ridge", mistake="the minus of -2/n is put before the ridge term, too")
def minus_before_all(X, Y, w, b, lam):
    r = Y - X @ w - b
    return -2 * (X.T @ r / len(X) + lam * w), -2 * r.mean()


@wrong("ridge", mistake="all signs are wrong but that of the ridge term")
def minus_lost_but_for_ridge(X, Y, w, b, lam):
    r = Y - (X @ w + b)
    return 2 / len(X) * X.T @ r + 2 * lam * w, 2 / len(X) * r.sum()


@wrong("ridge", mistake="b is penalised, too: 2λb is added to its derivative")
def bias_penalised(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lam * w, 2 / len(X) * r.sum() + 2 * lam * b


@wrong("ridge", mistake="the whole of theta is penalised, with the bias in it")
def theta_penalised(X, Y, w, b, lam):
    A = np.c_[X, np.ones(len(X))]
    theta = np.vstack([w, [[b]]])
    g = 2 / len(X) * A.T @ (A @ theta - Y) + 2 * lam * theta
    return g[:-1], g[-1].item()


@wrong("ridge", mistake="the ridge term's derivative 2λw is added to the derivative by b, summed")
def ridge_in_db_too(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lam * w, 2 / len(X) * r.sum() + 2 * lam * w.sum()


@wrong("ridge", mistake="λ is added to the derivative by b")
def lambda_in_db(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lam * w, 2 / len(X) * r.sum() + lam


@wrong("ridge", mistake="2λ without w: a number is added to every entry")
def two_lambda_only(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lam, 2 / len(X) * r.sum()


@wrong(
    "ridge", mistake="the ridge term itself, λ w^T w, is added to every entry: not differentiated"
)
def term_not_differentiated(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + lam * w.T @ w, 2 / len(X) * r.sum()


@wrong("ridge", mistake="λw² entry by entry: the square is not differentiated")
def lambda_w_squared(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + lam * w**2, 2 / len(X) * r.sum()


@wrong("ridge", mistake="2λw²: the exponent comes down, but stays above, too")
def two_lambda_w_squared(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lam * np.square(w), 2 / len(X) * r.sum()


@wrong("ridge", mistake="the sum of the weights is added to every entry: 2λ Σw")
def sum_of_w(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lam * np.sum(w), 2 / len(X) * r.sum()


@wrong("ridge", mistake="the derivative of the lasso: the sign of w")
def lasso(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + lam * np.sign(w), 2 / len(X) * r.sum()


@wrong("ridge", mistake="2λ|w|: the sign of the weights is lost")
def abs_of_w(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lam * np.abs(w), 2 / len(X) * r.sum()


@wrong("ridge", mistake="the derivative of the norm, not of its square: λ w / |w|")
def norm_not_squared(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + lam * w / np.linalg.norm(w), 2 / len(X) * r.sum()


@wrong("ridge", mistake="the norm of w is added to every entry")
def norm_added(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lam * np.linalg.norm(w), 2 / len(X) * r.sum()


@wrong("ridge", mistake="λ squared")
def lambda_squared(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lam**2 * w, 2 / len(X) * r.sum()


@wrong("ridge", mistake="λ/2 for 2λ: the factor two is on the wrong side")
def half_lambda(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + lam / 2 * w, 2 / len(X) * r.sum()


@wrong("ridge", mistake="4λw: the factor two is taken twice")
def four_lambda(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 * (X.T @ r / len(X) + 2 * lam * w), 2 / len(X) * r.sum()


@wrong("ridge", mistake="λ multiplies the gradient of the squares, too")
def lambda_times_everything(X, Y, w, b, lam):
    r = X @ w + b - Y
    return lam * (2 / len(X) * X.T @ r + 2 * w), lam * 2 / len(X) * r.sum()


@wrong("ridge", mistake="the squares are weighted by 1 - λ")
def convex_combination(X, Y, w, b, lam):
    r = X @ w + b - Y
    dw = (1 - lam) * 2 / len(X) * X.T @ r + lam * 2 * w
    return dw, (1 - lam) * 2 / len(X) * r.sum()


@wrong("ridge", mistake="the ridge term is added once for every row: 2nλw")
def ridge_in_every_row(X, Y, w, b, lam):
    n = len(X)
    dw, db = np.zeros(w.shape), 0.0
    for i in range(n):
        r = X[i] @ w[:, 0] + b - Y[i, 0]
        dw += 2 / n * r * X[i].reshape(-1, 1) + 2 * lam * w
        db += 2 / n * r
    return dw, db


@wrong("ridge", mistake="nothing is divided by n: the sum of the squares")
def sum_and_ridge(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 * X.T @ r + 2 * lam * w, 2 * r.sum()


@wrong("ridge", mistake="scikit-learn's Ridge: the 2 and the division by n are missing in all")
def as_in_the_normal_equations(X, Y, w, b, lam):
    p = X.shape[1]
    dw = (X.T @ X + lam * np.eye(p)) @ w - X.T @ (Y - b)
    return dw, np.sum(X @ w + b - Y)


@wrong("ridge", mistake="λ I and not nλ I beside X^T X: the ridge term is divided by n")
def eye_inside_the_mean(X, Y, w, b, lam):
    n, p = X.shape
    dw = 2 / n * ((X.T @ X + lam * np.eye(p)) @ w - X.T @ (Y - b))
    return dw, 2 / n * np.sum(X @ w + b - Y)


@wrong("ridge", mistake="the ridge estimate comes back, not the gradient")
def ridge_estimate(X, Y, w, b, lam):
    n, p = X.shape
    best = np.linalg.solve(X.T @ X + n * lam * np.eye(p), X.T @ (Y - b))
    return best, np.mean(Y - X @ best)


@wrong("ridge", mistake="λ is added as a matrix 2λI: shape (p, p)")
def matrix_added(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lam * np.eye(len(w)), 2 / len(X) * r.sum()


@wrong("ridge", mistake="w.T is added to a column: the result broadcasts to p x p")
def row_added_to_column(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lam * w.T, 2 / len(X) * r.sum()


@wrong("ridge", mistake="a flat w is added to a column: the result broadcasts to p x p")
def flat_w_added(X, Y, w, b, lam):
    r = X @ w + b - Y
    grad = 2 / len(X) * X.T @ r
    return grad + 2 * lam * w.ravel(), 2 / len(X) * r.sum()


@wrong("ridge", mistake="the first weight is not penalised, as if it were the bias")
def first_weight_spared(X, Y, w, b, lam):
    r = X @ w + b - Y
    grad = 2 / len(X) * X.T @ r
    grad[1:] += 2 * lam * w[1:]
    return grad, 2 / len(X) * r.sum()


@wrong("ridge", mistake="only the first weight is penalised")
def only_first_penalised(X, Y, w, b, lam):
    r = X @ w + b - Y
    grad = 2 / len(X) * X.T @ r
    grad[0] += 2 * lam * w[0]
    return grad, 2 / len(X) * r.sum()


@wrong("ridge", mistake="the first weight is added to every entry: w[0] for w")
def first_weight_everywhere(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lam * w[0], 2 / len(X) * r.sum()


@wrong("ridge", mistake="the gradient is penalised and not w: multiplied by 1 + 2λ")
def gradient_penalised(X, Y, w, b, lam):
    r = X @ w + b - Y
    grad = 2 / len(X) * X.T @ r
    return grad + 2 * lam * grad, 2 / len(X) * r.sum()


@wrong("ridge", mistake="λ is added to the residuals")
def lambda_in_the_residual(X, Y, w, b, lam):
    r = X @ w + b - Y + lam
    return 2 / len(X) * X.T @ r, 2 / len(X) * r.sum()


@wrong("ridge", mistake="the ridge term is in the residual, and so is multiplied by X")
def ridge_in_the_residual(X, Y, w, b, lam):
    r = X @ w + b - Y + lam * (w.T @ w)
    return 2 / len(X) * X.T @ r, 2 / len(X) * r.sum()


@wrong("ridge", mistake="detach() takes the ridge term out of the graph: it is missing")
def penalty_detached(X, Y, w, b, lam):
    w = torch.tensor(w, requires_grad=True)
    b = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    mse = ((torch.tensor(X) @ w + b - torch.tensor(Y)) ** 2).mean()
    (mse + lam * torch.sum(w.detach() ** 2)).backward()
    return w.grad.numpy(), b.grad.item()


@wrong("ridge", mistake="two mistakes, as PyTorch's weight_decay: λ for 2λ, and b decays, too")
def weight_decay_taken_as_lambda(X, Y, w, b, lam):
    W = torch.tensor(w, requires_grad=True)
    B = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    torch.mean((torch.tensor(X) @ W + B - torch.tensor(Y)) ** 2).backward()
    with torch.no_grad():
        for parameter in (W, B):
            parameter.grad.add_(parameter, alpha=lam)
    return W.grad.numpy(), B.grad.item()


@wrong("ridge", mistake="the mean of the squared weights is penalised: divided by p")
def mean_of_squared_weights(X, Y, w, b, lam):
    w_ = torch.tensor(w, requires_grad=True)
    b_ = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    mse = torch.nn.functional.mse_loss(torch.tensor(X) @ w_ + b_, torch.tensor(Y))
    (mse + lam * (w_**2).mean()).backward()
    return w_.grad.numpy(), b_.grad.item()


@wrong("ridge", mistake="w is changed in place: it is multiplied by 2λ; the result is right")
def w_scaled_in_place(X, Y, w, b, lam):
    r = X @ w + b - Y
    w *= 2 * lam
    return 2 / len(X) * X.T @ r + w, 2 / len(X) * r.sum()


@wrong("ridge", mistake="lambda is a keyword's name: lambda_ is not defined, a NameError")
def undefined_lambda(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lambda_ * w, 2 / len(X) * r.sum()


@wrong("ridge", mistake="only the gradient by w comes back")
def ridge_dw_only(X, Y, w, b, lam):
    return 2 / len(X) * X.T @ (X @ w + b - Y) + 2 * lam * w


@wrong("ridge", mistake="X.T @ w: the term is multiplied by X, an error unless n = p")
def x_times_ridge(X, Y, w, b, lam):
    n = len(X)
    r = X @ w + b - Y
    return 2 / n * X.T @ r + 2 * lam * X.T @ w, 2 / n * r.sum()


@wrong("ridge", mistake="the bias is missing in the residual")
def ridge_without_bias(X, Y, w, b, lam):
    r = X @ w - Y
    return 2 / len(X) * X.T @ r + 2 * lam * w, 2 / len(X) * r.sum()


@wrong("ridge", mistake="the derivative by b is not divided by n")
def ridge_db_sum(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lam * w, 2 * r.sum()


@wrong("ridge", mistake="λ = 10 of the example, whatever is passed")
def always_ten(X, Y, w, b, lam):
    lam = 10
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lam * w, 2 / len(X) * r.sum()


@wrong("ridge", mistake="two mistakes: b is penalised, too, and both terms have λ for 2λ")
def lambda_for_both(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + lam * w, 2 * r.mean() + lam * b


@wrong("ridge", mistake="two mistakes: the 2 of the squares is missing, and λ is divided by n")
def all_over_n(X, Y, w, b, lam):
    n = len(X)
    r = X @ w + b - Y
    return (X.T @ r + 2 * lam * w) / n, r.sum() / n


@wrong("ridge", mistake="two mistakes: the signs of the squares' part are wrong, and λ lacks its 2")
def sign_and_lambda(X, Y, w, b, lam):
    e = Y - (X @ w + b)
    return 2 * X.T @ e / len(Y) + lam * w, 2 * e.mean()


@wrong("ridge", mistake="the whole gradient is halved, as for a loss with 1/(2n) and λ/2")
def halves_everywhere(X, Y, w, b, lam):
    r = X @ w + b - Y
    return np.mean(X * r, axis=0)[:, None] + lam * w, np.mean(r)


@wrong("ridge", mistake="a flat gradient of shape (p,)")
def flat_ridge(X, Y, w, b, lam):
    r = (X @ w + b - Y)[:, 0]
    return 2 / len(X) * r @ X + 2 * lam * w[:, 0], 2 * r.mean()


@wrong(
    "ridge", mistake="w and b after a step: the weights are shrunk, and the gradient is not shown"
)
def shrinking_step(X, Y, w, b, lam):
    lr = 0.01
    r = X @ w + b - Y
    return w * (1 - 2 * lr * lam) - lr * 2 / len(X) * X.T @ r, b - lr * 2 * r.mean()


@wrong("ridge", mistake="λ w^T w comes back as a third result, not added to the gradient")
def penalty_apart(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, 2 * r.mean(), lam * (w.T @ w).item()


@wrong("ridge", mistake="the mean of the weights is added for w: 2λ times a mean")
def mean_of_w(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * lam * w.mean(), 2 * r.mean()


@wrong("ridge", mistake="a product rule out of place: λw² + 2w, as if λ depended on w")
def product_rule_for_lambda(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + lam * w**2 + 2 * w, 2 * r.mean()


@wrong("ridge", mistake="the derivative by λ, w^T w, is added to every entry")
def derivative_by_lambda(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + np.sum(w * w), 2 * r.mean()


@wrong("ridge", mistake="λ is not multiplied in: 2w whatever λ is")
def lambda_forgotten(X, Y, w, b, lam):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r + 2 * w, 2 * r.mean()
