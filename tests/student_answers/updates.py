# Students leave names unused or undefined, and loop as they like.
# ruff: noqa
"""Updates, epochs and their losses as students write them."""

import functools
import math
import statistics

import numpy as np
import torch

from student_answers.collected import right, wrong

# Update: right


@right("update")
def two_means(X, Y, w, b, lr):
    error = (X @ w + b) - Y
    dw = 2 * np.mean(error * X, axis=0, keepdims=True).T
    db = 2 * np.mean(error)
    return w - lr * dw, b - lr * db


@right("update")
def coursera_loops(X, Y, w, b, lr):
    m, n = X.shape
    dj_dw = np.zeros((n, 1))
    dj_db = 0.0
    for i in range(m):
        f_wb = b
        for j in range(n):
            f_wb += X[i, j] * w[j, 0]
        err = f_wb - Y[i, 0]
        for j in range(n):
            dj_dw[j, 0] += err * X[i, j]
        dj_db += err
    dj_dw = 2 * dj_dw / m
    dj_db = 2 * dj_db / m
    w_new = w.copy()
    for j in range(n):
        w_new[j, 0] = w[j, 0] - lr * dj_dw[j, 0]
    return w_new, b - lr * dj_db


@right("update")
def target_minus_prediction_and_plus(X, Y, w, b, lr):
    resid = Y - (X.dot(w) + b)
    w_next = w + (2 * lr / X.shape[0]) * X.T.dot(resid)
    b_next = b + (2 * lr / X.shape[0]) * resid.sum()
    return w_next, b_next


@right("update")
def theta_with_a_column_of_ones(X, Y, w, b, lr):
    m = len(Y)
    A = np.hstack([np.ones((m, 1)), X])
    theta = np.vstack([[b], w])
    theta = theta - lr * (2 / m) * A.T @ (A @ theta - Y)
    return theta[1:], theta[0, 0]


@right("update")
def normal_equation_form(X, Y, w, b, lr):
    n = X.shape[0]
    gw = 2 / n * (X.T @ X @ w + b * X.sum(axis=0).reshape(-1, 1) - X.T @ Y)
    gb = 2 / n * (X.sum(axis=0) @ w + n * b - Y.sum())
    return w - lr * gw, b - lr * gb.item()


@right("update")
def einsum_over_the_rows(X, Y, w, b, lr):
    r = np.einsum("ij,jk->ik", X, w) + b - Y
    gw = np.einsum("ij,ik->jk", X, r) * 2 / r.size
    gb = np.einsum("ik->", r) * 2 / r.size
    return w - lr * gw, b - lr * gb


@right("update")
def autograd_in_float64(X, Y, w, b, lr):
    Xt, Yt = torch.from_numpy(X), torch.from_numpy(Y)
    wt = torch.tensor(w, requires_grad=True)
    bt = torch.tensor(b, dtype=torch.float64, requires_grad=True)
    loss = torch.mean((Xt @ wt + bt - Yt) ** 2)
    loss.backward()
    with torch.no_grad():
        return (wt - lr * wt.grad).numpy(), (bt - lr * bt.grad).item()


@right("update")
def optimizer_in_float32(X, Y, w, b, lr):
    Xt = torch.tensor(X, dtype=torch.float32)
    Yt = torch.tensor(Y, dtype=torch.float32)
    wt = torch.tensor(w, dtype=torch.float32, requires_grad=True)
    bt = torch.tensor([float(b)], requires_grad=True)
    opt = torch.optim.SGD([wt, bt], lr=lr)
    torch.nn.MSELoss()(Xt @ wt + bt, Yt).backward()
    opt.step()
    return wt.detach().numpy(), bt.item()


@right("update")
def grads_of_autograd_grad(X, Y, w, b, lr):
    params = [torch.tensor(w, requires_grad=True), torch.tensor(float(b), requires_grad=True)]
    r = torch.as_tensor(X) @ params[0] + params[1] - torch.as_tensor(Y)
    gw, gb = torch.autograd.grad((r * r).sum() / len(X), params)
    return w - lr * gw.numpy(), b - lr * gb.item()


@right("update")
def copy_then_in_place(X, Y, w, b, lr):
    w = w.copy()
    diff = X @ w + b - Y
    w -= lr * 2 / len(X) * (X.T @ diff)
    b -= lr * 2 / len(X) * diff.sum()
    return w, b


@right("update")
def helper_for_the_gradient(X, Y, w, b, lr):
    def grad(X, Y, w, b):
        y_hat = X @ w + b
        return -2 * X.T @ (Y - y_hat) / len(Y), -2 * np.average(Y - y_hat)

    g_w, g_b = grad(X, Y, w, b)
    return w - lr * g_w, b - lr * g_b


@right("update")
def list_comprehension_for_each_weight(X, Y, w, b, lr):
    residuals = (X @ w + b - Y).ravel()
    grads = [2 * sum(r * x for r, x in zip(residuals, column)) / len(X) for column in X.T]
    return w - lr * np.array(grads)[:, None], b - lr * 2 * sum(residuals) / len(X)


@right("update")
def flat_inside_and_column_at_the_end(X, Y, w, b, lr):
    theta, y = w.flatten(), Y.flatten()
    e = X @ theta + b - y
    theta = theta - 2 * lr * (e @ X) / y.shape[0]
    return theta.reshape(w.shape), b - 2 * lr * np.sum(e) / y.shape[0]


@right("update")
def bias_as_an_array_of_one_entry(X, Y, w, b, lr):
    n = len(X)
    r = X @ w + b - Y
    ones = np.ones((n, 1))
    return w - lr * 2 / n * X.T @ r, b - lr * 2 / n * ones.T @ r


@right("update")
def a_list_of_both(X, Y, w, b, lr):
    r = np.subtract(np.add(np.matmul(X, w), b), Y)
    step = 2 * lr / r.shape[0]
    return [w - step * (r.T @ X).T, b - step * np.add.reduce(r.ravel())]


@right("update")
def central_differences_of_the_loss(X, Y, w, b, lr):
    # The loss is quadratic, so h may be large
    loss = lambda w, b: np.mean((X @ w + b - Y) ** 2)
    h = 0.5
    gw = np.zeros_like(w)
    for k in range(len(w)):
        e = np.zeros_like(w)
        e[k] = h
        gw[k] = (loss(w + e, b) - loss(w - e, b)) / (2 * h)
    gb = (loss(w, b + h) - loss(w, b - h)) / (2 * h)
    return w - lr * gw, b - lr * gb


@right("update")
def hessian_form(X, Y, w, b, lr):
    n, p = X.shape
    new_w = (np.eye(p) - 2 * lr / n * X.T @ X) @ w - 2 * lr / n * X.T @ (b - Y)
    new_b = (1 - 2 * lr) * b - 2 * lr * np.mean(X @ w - Y)
    return new_w, new_b


@right("update")
def rows_in_a_loop_with_outer(X, Y, w, b, lr):
    gw, gb = 0, 0
    for xi, yi in zip(X, Y):
        ei = xi @ w[:, 0] + b - yi[0]
        gw = gw + 2 * ei * xi[:, None]
        gb = gb + 2 * ei
    gw, gb = gw / len(X), gb / len(X)
    return w - gw * lr, b - gb * lr


@right("update")
def a_small_class(X, Y, w, b, lr):
    class LinearRegression:
        def __init__(self, w, b):
            self.w, self.b = w, b

        def residual(self):
            return X @ self.w + self.b - Y

        def fit_one(self):
            r = self.residual()
            self.w, self.b = (
                self.w - lr * 2 * np.tensordot(X, r, axes=(0, 0)) / len(r),
                self.b - lr * 2 * float(np.mean(r)),
            )
            return self

    model = LinearRegression(w, b).fit_one()
    return model.w, model.b


@right("update")
def halves_that_cancel(X, Y, w, b, lr):
    # Andrew Ng's 1/(2m), with twice the learning rate
    m = len(Y)
    alpha = 2 * lr
    h = X.dot(w) + b
    return w - alpha / m * X.T.dot(h - Y), b - alpha / m * np.sum(h - Y)


@right("update")
def detached_tensors_come_back(X, Y, w, b, lr):
    layer = torch.nn.Linear(X.shape[1], 1).double()
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(w).T)
        layer.bias.fill_(float(b))
    torch.nn.functional.mse_loss(layer(torch.tensor(X)), torch.tensor(Y)).backward()
    w_new = layer.weight - lr * layer.weight.grad
    b_new = layer.bias - lr * layer.bias.grad
    return w_new.detach().T, b_new.detach()


@right("update")
def float32_all_through(X, Y, w, b, lr):
    X, Y, w = (a.astype(np.float32) for a in (X, Y, w))
    b, rate = np.float32(b), np.float32(lr)
    e = X @ w + b - Y
    return w - rate * 2 * X.T @ e / np.float32(len(X)), b - rate * 2 * e.mean()


@right("update")
def loop_over_features_only(X, Y, w, b, lr):
    r = X @ w + b - Y
    w_after = np.empty_like(w)
    for k in range(w.shape[0]):
        w_after[k] = w[k] - lr * 2 * np.inner(X[:, k], r[:, 0]) / X.shape[0]
    return w_after, b - lr * 2 * statistics.fmean(r[:, 0])


# Update: wrong


@wrong("update", mistake="the gradient is added, not subtracted")
def uphill(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w + lr * 2 / len(X) * X.T @ r, b + lr * 2 / len(X) * np.sum(r)


@wrong("update", mistake="target minus prediction, and subtracted all the same: the sign is wrong")
def sklearn_residual(X, Y, w, b, lr):
    err = Y - (X @ w + b)
    return w - lr * (2 / len(X)) * X.T @ err, b - lr * (2 / len(X)) * err.sum()


@wrong("update", mistake="the 2 is lost: that is the gradient of half the mean")
def coursera_one_over_m(X, Y, w, b, lr):
    m = X.shape[0]
    dj_dw = X.T @ (X @ w + b - Y) / m
    dj_db = np.sum(X @ w + b - Y) / m
    return w - lr * dj_dw, b - lr * dj_db


@wrong("update", mistake="the sum in place of the mean: 1/n is lost")
def gradient_of_the_sum(X, Y, w, b, lr):
    y_pred = np.dot(X, w) + b
    return w - lr * 2 * np.dot(X.T, y_pred - Y), b - lr * 2 * np.sum(y_pred - Y)


@wrong("update", mistake="neither 2 nor 1/n")
def perceptron_rule(X, Y, w, b, lr):
    delta = Y - (X @ w + b)
    return w + lr * X.T @ delta, b + lr * np.sum(delta)


@wrong("update", mistake="divided by n twice: once in the mean, once in the learning rate")
def learning_rate_over_n(X, Y, w, b, lr):
    n = len(X)
    r = X @ w + b - Y
    g_w = 2 * X.T @ r / n
    g_b = 2 * r.mean()
    return w - lr / n * g_w, b - lr / n * g_b


@wrong("update", mistake="divided by the number of features p, not of rows n")
def shape_one(X, Y, w, b, lr):
    n = X.shape[1]
    r = X @ w + b - Y
    return w - lr * 2 / n * X.T @ r, b - lr * 2 / n * r.sum()


@wrong("update", mistake="divided by the n·p entries of X, not by the n rows")
def size_of_X(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w - lr * 2 / X.size * X.T @ r, b - lr * 2 / X.size * r.sum()


@wrong("update", mistake="n is 3 in each problem")
def three_rows(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w - lr * 2 / 3 * X.T @ r, b - lr * 2 / 3 * np.sum(r)


@wrong("update", mistake="divided by n − 1, as in a variance")
def degrees_of_freedom(X, Y, w, b, lr):
    r = X @ w + b - Y
    n = max(len(X) - 1, 1)
    return w - lr * 2 / n * X.T @ r, b - lr * 2 / n * np.sum(r)


@wrong("update", mistake="2 // n is an integer division: 0 from three rows on")
def floor_division(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w - lr * (2 // len(X)) * X.T @ r, b - lr * (2 // len(X)) * r.sum()


@wrong("update", mistake="the bias is forgotten in the residual")
def residual_without_the_bias(X, Y, w, b, lr):
    r = X @ w - Y
    return w - lr * 2 / len(X) * X.T @ r, b - lr * 2 / len(X) * np.sum(r)


@wrong("update", mistake="the bias is subtracted in the prediction")
def bias_with_a_minus(X, Y, w, b, lr):
    r = X @ w - b - Y
    return w - lr * 2 / len(X) * X.T @ r, b - lr * 2 / len(X) * np.sum(r)


@wrong("update", mistake="b is not updated")
def only_w(X, Y, w, b, lr):
    w_new = w - lr * 2 * X.T @ (X @ w + b - Y) / len(X)
    return w_new, b


@wrong("update", mistake="w is not updated")
def only_b(X, Y, w, b, lr):
    return w, b - lr * 2 * np.mean(X @ w + b - Y)


@wrong("update", mistake="the gradient of b is computed with the new w")
def w_first(X, Y, w, b, lr):
    w = w - lr * 2 / len(X) * X.T @ (X @ w + b - Y)
    b = b - lr * 2 / len(X) * np.sum(X @ w + b - Y)
    return w, b


@wrong("update", mistake="the gradient of w is computed with the new b")
def b_first(X, Y, w, b, lr):
    b = b - lr * 2 * (X @ w + b - Y).mean()
    w = w - lr * 2 * X.T.dot(X @ w + b - Y) / X.shape[0]
    return w, b


@wrong("update", mistake="the learning rate is forgotten")
def full_gradient(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w - 2 / len(X) * X.T @ r, b - 2 / len(X) * r.sum()


@wrong("update", mistake="the learning rate is forgotten for b")
def rate_for_w_only(X, Y, w, b, lr):
    e = X @ w + b - Y
    return w - lr * 2 * X.T @ e / len(X), b - 2 * e.mean()


@wrong("update", mistake="the learning rate twice: in the step and in the update")
def rate_squared(X, Y, w, b, lr):
    r = X @ w + b - Y
    step_w, step_b = lr * 2 / len(X) * X.T @ r, lr * 2 / len(X) * np.sum(r)
    return w - lr * step_w, b - lr * step_b


@wrong("update", mistake="the learning rate is fixed at 0.001")
def rate_of_the_article(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w - 0.001 * 2 / len(X) * X.T @ r, b - 0.001 * 2 / len(X) * np.sum(r)


@wrong("update", mistake="the gradient is returned, not the updated parameters")
def the_gradient(X, Y, w, b, lr):
    r = X @ w + b - Y
    return 2 / len(X) * X.T @ r, 2 / len(X) * np.sum(r)


@wrong("update", mistake="the steps are returned, not the parameters after them")
def the_steps(X, Y, w, b, lr):
    r = X @ w + b - Y
    return -lr * 2 / len(X) * X.T @ r, -lr * 2 / len(X) * np.sum(r)


@wrong("update", mistake="b is not returned")
def forgot_to_return_b(X, Y, w, b, lr):
    r = X @ w + b - Y
    b = b - lr * 2 * r.mean()
    return w - lr * 2 / len(X) * X.T @ r


@wrong("update", mistake="b comes first, w second")
def coursera_order(X, Y, w, b, lr):
    r = X @ w + b - Y
    return b - lr * 2 * r.mean(), w - lr * 2 / len(X) * X.T @ r


@wrong("update", mistake="the loss is returned as a third result")
def with_the_loss(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w - lr * 2 / len(X) * X.T @ r, b - lr * 2 * r.mean(), np.mean(r**2)


@wrong("update", mistake="the old parameters are returned: the new ones have other names")
def returns_the_old(X, Y, w, b, lr):
    r = X @ w + b - Y
    w_new = w - lr * 2 / len(X) * X.T @ r
    b_new = b - lr * 2 / len(X) * r.sum()
    return w, b


@wrong("update", mistake="nothing is returned")
def forgot_return(X, Y, w, b, lr):
    r = X @ w + b - Y
    w = w - lr * 2 / len(X) * X.T @ r
    b = b - lr * 2 / len(X) * r.sum()


@wrong("update", mistake="printed, not returned")
def printed(X, Y, w, b, lr):
    r = X @ w + b - Y
    print(w - lr * 2 / len(X) * X.T @ r, b - lr * 2 / len(X) * r.sum())


@wrong("update", mistake="the update as a product, not a difference")
def a_product(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w * -(lr * 2 / len(X) * X.T @ r), b * -(lr * 2 / len(X) * r.sum())


@wrong("update", mistake="the caller's w is changed in place")
def in_place(X, Y, w, b, lr):
    r = X @ w + b - Y
    w -= lr * 2 / len(X) * X.T @ r
    b -= lr * 2 / len(X) * r.sum()
    return w, b


@wrong("update", mistake="the caller's Y is changed: the predictions are subtracted in place")
def residual_in_place(X, Y, w, b, lr):
    Y -= X @ w + b
    return w + lr * 2 / len(X) * X.T @ Y, b + lr * 2 / len(X) * Y.sum()


@wrong("update", mistake="the gradient of b has a factor x, as that of w")
def x_in_both(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w - lr * 2 / len(X) * X.T @ r, b - lr * 2 / len(X) * np.sum(X * r)


@wrong("update", mistake="the gradient of w has no x: it is that of b")
def x_in_none(X, Y, w, b, lr):
    g = 2 * np.mean(X @ w + b - Y)
    return w - lr * g, b - lr * g


@wrong("update", mistake="the residuals are squared in the gradient")
def squared_in_the_gradient(X, Y, w, b, lr):
    r2 = (X @ w + b - Y) ** 2
    return w - lr * 2 / len(X) * X.T @ r2, b - lr * 2 / len(X) * r2.sum()


@wrong("update", mistake="the loss is subtracted in place of the gradient")
def loss_in_place_of_the_gradient(X, Y, w, b, lr):
    loss = np.mean((X @ w + b - Y) ** 2)
    return w - lr * loss, b - lr * loss


@wrong("update", mistake="absolute residuals: the sign of each error is lost")
def absolute_errors(X, Y, w, b, lr):
    e = np.abs(X @ w + b - Y)
    return w - lr * 2 / len(X) * X.T @ e, b - lr * 2 * e.mean()


@wrong("update", mistake="signs in place of residuals: the gradient of the mean absolute error")
def mean_absolute_error(X, Y, w, b, lr):
    s = np.sign(X @ w + b - Y)
    return w - lr * X.T @ s / len(X), b - lr * s.mean()


@wrong("update", mistake="the gradient of the root of the mean squared error")
def root_of_the_mean(X, Y, w, b, lr):
    r = X @ w + b - Y
    rmse = np.sqrt(np.mean(r**2))
    return w - lr * X.T @ r / (len(X) * rmse), b - lr * r.mean() / rmse


@wrong("update", mistake="the mean over all entries of X * r: every weight gets the same step")
def mean_of_everything(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w - lr * 2 * np.mean(X * r), b - lr * 2 * np.mean(r)


@wrong("update", mistake="mean of x times mean of r, not the mean of the products")
def product_of_means(X, Y, w, b, lr):
    r = X @ w + b - Y
    gw = 2 * X.mean(axis=0).reshape(-1, 1) * r.mean()
    return w - lr * gw, b - lr * 2 * r.mean()


@wrong("update", mistake="the gradient has shape (p,), so that w becomes a p × p matrix")
def flat_gradient(X, Y, w, b, lr):
    r = X @ w + b - Y
    gw = 2 * np.mean(X * r, axis=0)
    return w - lr * gw, b - lr * 2 * np.mean(r)


@wrong("update", mistake="Y is flattened: the residuals are an n × n matrix")
def flat_targets(X, Y, w, b, lr):
    r = X @ w + b - Y.ravel()
    return w - lr * 2 / len(X) * X.T @ r.sum(axis=1, keepdims=True), b - lr * 2 / len(X) * r.sum()


@wrong("update", mistake="w comes back with shape (p,)")
def flat_w(X, Y, w, b, lr):
    r = X @ w + b - Y
    return (w - lr * 2 / len(X) * X.T @ r).ravel(), b - lr * 2 / len(X) * r.sum()


@wrong("update", mistake="w comes back as a row")
def w_as_a_row(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w.T - lr * 2 / len(X) * r.T @ X, b - lr * 2 / len(X) * r.sum()


@wrong("update", mistake="nothing sums for b: it gets a value for each row")
def b_for_each_row(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w - lr * 2 / len(X) * X.T @ r, b - lr * 2 / len(X) * r


@wrong("update", mistake="X is not transposed")
def not_transposed(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w - lr * 2 / len(X) * X @ r, b - lr * 2 / len(X) * r.sum()


@wrong("update", mistake="X * w multiplies entry by entry; the product of matrices is @")
def star_for_the_prediction(X, Y, w, b, lr):
    r = X * w + b - Y
    return w - lr * 2 / len(X) * X.T @ r, b - lr * 2 / len(X) * r.sum()


@wrong("update", mistake="the first row is left out: the loop begins at 1")
def from_one(X, Y, w, b, lr):
    m = len(X)
    gw, gb = np.zeros_like(w), 0
    for i in range(1, m):
        e = (X[i] @ w).item() + b - Y[i, 0]
        gw += 2 / m * e * X[i].reshape(-1, 1)
        gb += 2 / m * e
    return w - lr * gw, b - lr * gb


@wrong("update", mistake="the gradient is overwritten in the loop: only the last row counts")
def overwritten(X, Y, w, b, lr):
    m = len(X)
    for i in range(m):
        e = (X[i] @ w).item() + b - Y[i].item()
        gw = 2 / m * e * X[i][:, None]
        gb = 2 / m * e
    return w - lr * gw, b - lr * gb


@wrong("update", mistake="returns inside the loop, after the first row")
def return_in_the_loop(X, Y, w, b, lr):
    gw, gb = 0, 0
    for x, y in zip(X, Y):
        e = (x @ w + b - y).item()
        gw += e * x.reshape(-1, 1)
        gb += e
        return w - lr * 2 / len(X) * gw, b - lr * 2 / len(X) * gb


@wrong("update", mistake="one update for each row, not one for all rows")
def row_by_row(X, Y, w, b, lr):
    for x, y in zip(X, Y):
        e = (x @ w + b - y).item()
        w = w - lr * 2 * e * x.reshape(-1, 1)
        b = b - lr * 2 * e
    return w, b


@wrong("update", mistake="two updates, not one")
def twice(X, Y, w, b, lr):
    for _ in range(2):
        r = X @ w + b - Y
        w, b = w - lr * 2 / len(X) * X.T @ r, b - lr * 2 / len(X) * r.sum()
    return w, b


@wrong("update", mistake="the results are rounded to two decimals")
def rounded(X, Y, w, b, lr):
    r = X @ w + b - Y
    return (w - lr * 2 / len(X) * X.T @ r).round(2), round(b - lr * 2 * r.mean(), 2)


@wrong("update", mistake="rounded to two decimals, and the 2 is lost")
def rounded_half(X, Y, w, b, lr):
    r = X @ w + b - Y
    return np.round(w - lr * X.T @ r / len(X), 2), np.round(b - lr * r.mean(), 2)


@wrong("update", mistake="the gradient is divided by its length")
def normalized(X, Y, w, b, lr):
    r = X @ w + b - Y
    gw, gb = 2 / len(X) * X.T @ r, 2 / len(X) * r.sum()
    length = np.sqrt((gw**2).sum() + gb**2)
    return w - lr * gw / length, b - lr * gb / length


@wrong("update", mistake="the optimum of least squares, not one step towards it")
def solved_at_once(X, Y, w, b, lr):
    A = np.hstack([X, np.ones((len(X), 1))])
    theta = np.linalg.lstsq(A, Y, rcond=None)[0]
    return theta[:-1], theta[-1, 0]


@wrong("update", mistake="the old weight is forgotten: 0 − lr · gradient; and the sign is lost")
def only_the_step_of_w(X, Y, w, b, lr):
    r = X @ w + b - Y
    w = lr * 2 / len(X) * X.T @ r
    b = b - lr * 2 / len(X) * r.sum()
    return w, b


@wrong("update", mistake="the name learning_rate is not defined")
def another_name(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w - learning_rate * 2 / len(X) * X.T @ r, b - learning_rate * 2 * r.mean()


@wrong("update", mistake="calls a function that is not there")
def calls_a_missing_helper(X, Y, w, b, lr):
    dj_dw, dj_db = compute_gradient(X, Y, w, b)
    return w - lr * dj_dw, b - lr * dj_db


@wrong("update", mistake="one argument too few: lr is not taken")
def without_lr(X, Y, w, b):
    r = X @ w + b - Y
    return w - 0.001 * 2 / len(X) * X.T @ r, b - 0.001 * 2 * r.mean()


@wrong("update", mistake="a dictionary, not w and b")
def a_dictionary(X, Y, w, b, lr):
    r = X @ w + b - Y
    return {"w": w - lr * 2 / len(X) * X.T @ r, "b": b - lr * 2 / len(X) * r.sum()}


@wrong("update", mistake="texts, not numbers")
def formatted(X, Y, w, b, lr):
    r = X @ w + b - Y
    return str(w - lr * 2 / len(X) * X.T @ r), f"{b - lr * 2 * r.mean():.5f}"


@wrong("update", mistake="weight decay: the old weight shrinks as well")
def with_weight_decay(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w - lr * (2 / len(X) * X.T @ r + 0.1 * w), b - lr * 2 * r.mean()


@wrong("update", mistake="a leaf is updated in place outside no_grad(): an error of PyTorch")
def leaf_in_place(X, Y, w, b, lr):
    w = torch.tensor(w, requires_grad=True)
    b = torch.tensor(float(b), requires_grad=True)
    ((torch.tensor(X) @ w + b - torch.tensor(Y)) ** 2).mean().backward()
    w -= lr * w.grad
    b -= lr * b.grad
    return w.detach().numpy(), b.item()


@wrong("update", mistake="backward() is missing, so that .grad is None")
def no_backward(X, Y, w, b, lr):
    w = torch.tensor(w, requires_grad=True)
    b = torch.tensor(float(b), requires_grad=True)
    loss = ((torch.tensor(X) @ w + b - torch.tensor(Y)) ** 2).mean()
    with torch.no_grad():
        return (w - lr * w.grad).numpy(), (b - lr * b.grad).item()


@wrong("update", mistake="no bias in the residual, and the 2 is lost")
def no_bias_and_half(X, Y, w, b, lr):
    r = X @ w - Y
    return w - lr * X.T @ r / len(X), b - lr * r.mean()


@wrong("update", mistake="the sum in place of the mean, and the gradient is added")
def sum_and_uphill(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w + lr * 2 * X.T @ r, b + lr * 2 * r.sum()


@wrong("update", mistake="p in place of n, and the 2 is lost")
def one_over_p(X, Y, w, b, lr):
    r = X @ w + b - Y
    m = len(w)
    return w - lr / m * X.T @ r, b - lr / m * r.sum()


@wrong("update", mistake="b sees the new w, and the 2 is lost")
def w_first_and_half(X, Y, w, b, lr):
    m = len(X)
    w = w - lr / m * X.T @ (X @ w + b - Y)
    b = b - lr / m * np.sum(X @ w + b - Y)
    return w, b


@wrong("update", mistake="1/n for w only: b's gradient is a sum")
def mean_for_w_sum_for_b(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w - lr * 2 * X.T @ r / len(X), b - lr * 2 * r.sum()


@wrong("update", mistake="the 2 stands before w's gradient only: b's lacks it")
def two_for_w_only(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w - lr * 2 / len(X) * X.T @ r, b - lr * np.mean(r)


@wrong("update", mistake="only b has the wrong sign")
def plus_for_b(X, Y, w, b, lr):
    r = X @ w + b - Y
    return w - lr * 2 / len(X) * X.T @ r, b + lr * 2 / len(X) * r.sum()


@wrong("update", mistake="only the first weight is updated: an index is missing")
def first_weight_only(X, Y, w, b, lr):
    r = X @ w + b - Y
    w = w.copy()
    w[0] -= lr * 2 * np.mean(X[:, [0]] * r)
    return w, b - lr * 2 * np.mean(r)


# Epoch: right


@right("epoch")
def each_batch_in_turn(X, Y, w, b, lr, batches):
    for batch in batches:
        xb, yb = X[batch], Y[batch]
        m = xb.shape[0]
        err = xb.dot(w) + b - yb
        dw = (2 / m) * xb.T.dot(err)
        db = (2 / m) * np.sum(err)
        w = w - lr * dw
        b = b - lr * db
    return w, b


@right("epoch")
def index_loop(X, Y, w, b, lr, batches):
    W = np.array(w, dtype=float)
    B = float(b)
    for k in range(len(batches)):
        idx = batches[k]
        r = Y[idx] - (X[idx] @ W + B)
        W += 2 * lr * np.mean(r * X[idx], axis=0)[:, np.newaxis]
        B += 2 * lr * np.mean(r)
    return W, B


@right("epoch")
def helper_for_one_step(X, Y, w, b, lr, batches):
    def step(Xb, Yb, w, b):
        e = Xb @ w + b - Yb
        return w - lr * 2 * Xb.T @ e / len(Xb), b - lr * 2 * e.mean()

    for rows in batches:
        w, b = step(X[rows], Y[rows], w, b)
    return w, b


@right("epoch")
def reduce_over_the_batches(X, Y, w, b, lr, batches):
    def one(theta, rows):
        A = np.c_[X[rows], np.ones(len(rows))]
        return theta - 2 * lr / len(rows) * A.T @ (A @ theta - Y[rows])

    theta = functools.reduce(one, batches, np.append(w, [[b]], axis=0))
    return theta[:-1], theta[-1].item()


@right("epoch")
def loops_in_loops(X, Y, w, b, lr, batches):
    p = X.shape[1]
    w = [w[j, 0] for j in range(p)]
    for rows in batches:
        dw = [0.0] * p
        db = 0.0
        for i in rows:
            pred = b + sum(w[j] * X[i, j] for j in range(p))
            diff = pred - Y[i, 0]
            for j in range(p):
                dw[j] += 2 * diff * X[i, j] / len(rows)
            db += 2 * diff / len(rows)
        for j in range(p):
            w[j] -= lr * dw[j]
        b -= lr * db
    return np.array(w).reshape(p, 1), b


@right("epoch")
def torch_with_sgd(X, Y, w, b, lr, batches):
    Xt, Yt = torch.tensor(X), torch.tensor(Y)
    wt = torch.tensor(w, requires_grad=True)
    bt = torch.tensor(float(b), dtype=torch.float64, requires_grad=True)
    opt = torch.optim.SGD([wt, bt], lr=lr)
    for rows in batches:
        idx = torch.as_tensor(rows)
        opt.zero_grad()
        torch.nn.functional.mse_loss(Xt[idx] @ wt + bt, Yt[idx]).backward()
        opt.step()
    return wt.detach().numpy(), bt.item()


@right("epoch")
def linear_layer_in_float32(X, Y, w, b, lr, batches):
    layer = torch.nn.Linear(X.shape[1], 1)
    with torch.no_grad():
        layer.weight.copy_(torch.tensor(w.T))
        layer.bias.fill_(b)
    for rows in batches:
        x = torch.tensor(X[rows], dtype=torch.float32)
        y = torch.tensor(Y[rows], dtype=torch.float32)
        layer.zero_grad()
        ((layer(x) - y) ** 2).mean().backward()
        with torch.no_grad():
            for p in layer.parameters():
                p -= lr * p.grad
    return layer.weight.detach().numpy().T, layer.bias.item()


@right("epoch")
def recursion(X, Y, w, b, lr, batches):
    if len(batches) == 0:
        return w, b
    rows = batches[0]
    r = X[rows] @ w + b - Y[rows]
    w1 = w - 2 * lr / r.size * X[rows].T @ r
    b1 = b - 2 * lr / r.size * r.sum()
    return recursion(X, Y, w1, b1, lr, batches[1:])


@right("epoch")
def take_and_multiply(X, Y, w, b, lr, batches):
    for _, rows in enumerate(batches):
        Xb, Yb = np.take(X, rows, axis=0), np.take(Y, rows, axis=0)
        scale = lr * 2.0 / np.size(rows)
        residual = np.matmul(Xb, w) + b - Yb
        w, b = w - scale * np.matmul(Xb.T, residual), b - scale * np.sum(residual)
    return (w, b)


@right("epoch")
def mask_of_the_rows(X, Y, w, b, lr, batches):
    for rows in batches:
        chosen = np.isin(np.arange(len(X)), rows)
        r = X[chosen] @ w + b - Y[chosen]
        gw = 2 * X[chosen].T @ r / chosen.sum()
        gb = 2 * r.sum() / chosen.sum()
        w = w - lr * gw
        b = b - lr * gb
    return w, b


@right("epoch")
def history_and_its_last(X, Y, w, b, lr, batches):
    history = [(w, b)]
    for rows in batches:
        w, b = history[-1]
        e = X[rows, :] @ w + b - Y[rows, :]
        history.append((w - lr * 2 * X[rows, :].T @ e / len(rows), b - lr * 2 * np.average(e)))
    return history[-1]


@right("epoch")
def old_w_kept_while_b_goes_first(X, Y, w, b, lr, batches):
    while_batches = list(batches)
    while while_batches:
        rows = while_batches.pop(0)
        r = X[rows] @ w + b - Y[rows]
        b = b - lr * 2 / len(rows) * np.sum(r)
        w = w - lr * 2 / len(rows) * (r.T @ X[rows]).T
    return w, b


@right("epoch")
def batch_sampler_of_a_loader(X, Y, w, b, lr, batches):
    data = torch.utils.data.TensorDataset(torch.tensor(X), torch.tensor(Y))
    loader = torch.utils.data.DataLoader(data, batch_sampler=[list(rows) for rows in batches])
    w, b = torch.tensor(w), torch.tensor(float(b), dtype=torch.float64)
    for xb, yb in loader:
        err = xb @ w + b - yb
        w = w - lr * 2 * (xb.T @ err) / xb.shape[0]
        b = b - lr * 2 * err.mean()
    return w.numpy(), b.item()


@right("epoch")
def generator_of_pairs(X, Y, w, b, lr, batches):
    def pairs():
        for rows in batches:
            yield X[rows], Y[rows]

    for xs, ys in pairs():
        gw, gb = 0, 0
        for x, y in zip(xs, ys):
            e = np.dot(x, w[:, 0]) + b - y[0]
            gw = gw + e * x
            gb = gb + e
        w = w - (2 * lr / len(xs)) * gw.reshape(-1, 1)
        b = b - (2 * lr / len(xs)) * gb
    return w, b


@right("epoch")
def gram_of_each_batch(X, Y, w, b, lr, batches):
    A = np.column_stack((X, np.ones(X.shape[0])))
    theta = np.vstack((w, np.full((1, 1), b)))
    for rows in batches:
        G, c = A[rows].T @ A[rows], A[rows].T @ Y[rows]
        theta = theta - 2 * lr * (G @ theta - c) / G[-1, -1]
    return theta[:-1], theta[-1, -1]


# Epoch: wrong


@wrong("epoch", mistake="divided by all rows, not by the rows of the batch")
def n_of_all(X, Y, w, b, lr, batches):
    n = len(X)
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / n * X[rows].T @ r, b - lr * 2 / n * r.sum()
    return w, b


@wrong("epoch", mistake="divided by the number of batches, not by the rows of the batch")
def n_of_batches(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        step = 2 * lr / len(batches)
        w, b = w - step * X[rows].T @ r, b - step * r.sum()
    return w, b


@wrong("epoch", mistake="the size of the first batch is taken for all: the last one is shorter")
def size_of_the_first(X, Y, w, b, lr, batches):
    size = len(batches[0])
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        gw = 2 / size * X[rows].T @ r
        gb = 2 / size * r.sum()
        w = w - lr * gw
        b = b - lr * gb
    return w, b


@wrong("epoch", mistake="every batch is taken to have 3 rows")
def size_three(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / 3 * X[rows].T @ r, b - lr * 2 / 3 * r.sum()
    return w, b


@wrong("epoch", mistake="no division: the gradient of the sum")
def sums_of_batches(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 * X[rows].T @ r, b - lr * 2 * r.sum()
    return w, b


@wrong("epoch", mistake="the 2 is lost")
def epoch_of_half_the_mean(X, Y, w, b, lr, batches):
    for rows in batches:
        e = X[rows] @ w + b - Y[rows]
        w, b = w - lr * X[rows].T @ e / len(rows), b - lr * e.mean()
    return w, b


@wrong("epoch", mistake="the 2 is lost, and all rows divide in place of those of the batch")
def half_and_n_of_all(X, Y, w, b, lr, batches):
    m = X.shape[0]
    for idx in batches:
        e = X[idx] @ w + b - Y[idx]
        w, b = w - lr / m * X[idx].T @ e, b - lr / m * e.sum()
    return w, b


@wrong("epoch", mistake="the gradient is added")
def epoch_uphill(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w, b = w + lr * 2 / len(rows) * X[rows].T @ r, b + lr * 2 * r.mean()
    return w, b


@wrong("epoch", mistake="the batch is not used: each update takes all rows")
def all_rows_each_time(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X @ w + b - Y
        w, b = w - lr * 2 / len(X) * X.T @ r, b - lr * 2 / len(X) * r.sum()
    return w, b


@wrong("epoch", mistake="one update with all rows; the batches are not used")
def one_full_step(X, Y, w, b, lr, batches):
    r = X @ w + b - Y
    return w - lr * 2 / len(X) * X.T @ r, b - lr * 2 / len(X) * np.sum(r)


@wrong("epoch", mistake="the gradients of all batches are taken at the start, and then subtracted")
def gradients_at_the_start(X, Y, w, b, lr, batches):
    w0, b0 = w, b
    for rows in batches:
        r = X[rows] @ w0 + b0 - Y[rows]
        w = w - lr * 2 / len(rows) * X[rows].T @ r
        b = b - lr * 2 / len(rows) * r.sum()
    return w, b


@wrong("epoch", mistake="the residuals of all rows are computed once, before the loop")
def residuals_before_the_loop(X, Y, w, b, lr, batches):
    r = X @ w + b - Y
    for rows in batches:
        w = w - lr * 2 * X[rows].T @ r[rows] / len(rows)
        b = b - lr * 2 * r[rows].mean()
    return w, b


@wrong("epoch", mistake="each update starts from the old w and b: only the last batch counts")
def only_the_last_batch(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w_new = w - lr * 2 / len(rows) * X[rows].T @ r
        b_new = b - lr * 2 / len(rows) * r.sum()
    return w_new, b_new


@wrong("epoch", mistake="the update stands after the loop: only the last gradient is used")
def update_after_the_loop(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        grad_w = 2 / len(rows) * X[rows].T @ r
        grad_b = 2 / len(rows) * np.sum(r)
    w = w - lr * grad_w
    b = b - lr * grad_b
    return w, b


@wrong("epoch", mistake="the gradients are averaged over the batches for a single update")
def averaged_gradients(X, Y, w, b, lr, batches):
    gws, gbs = [], []
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        gws.append(2 * X[rows].T @ r / len(rows))
        gbs.append(2 * r.mean())
    return w - lr * np.mean(gws, axis=0), b - lr * np.mean(gbs)


@wrong("epoch", mistake="returns inside the loop, after the first batch")
def returns_after_the_first(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w = w - lr * 2 / len(rows) * X[rows].T @ r
        b = b - lr * 2 / len(rows) * r.sum()
        return w, b


@wrong("epoch", mistake="the gradients add up from batch to batch: they are not set to zero")
def not_cleared(X, Y, w, b, lr, batches):
    gw, gb = np.zeros(w.shape), 0.0
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        gw = gw + 2 / len(rows) * X[rows].T @ r
        gb = gb + 2 / len(rows) * r.sum()
        w, b = w - lr * gw, b - lr * gb
    return w, b


@wrong("epoch", mistake="the last batch is left out")
def last_batch_dropped(X, Y, w, b, lr, batches):
    for i in range(len(batches) - 1):
        rows = batches[i]
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * r.mean()
    return w, b


@wrong("epoch", mistake="the first batch is left out: counted from 1")
def first_batch_dropped(X, Y, w, b, lr, batches):
    for i in range(1, len(batches)):
        rows = batches[i]
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * r.mean()
    return w, b


@wrong("epoch", mistake="a batch that is shorter than the first is left out")
def short_batch_dropped(X, Y, w, b, lr, batches):
    for rows in batches:
        if len(rows) < len(batches[0]):
            continue
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * r.mean()
    return w, b


@wrong("epoch", mistake="the batches are taken in the reverse order")
def backwards(X, Y, w, b, lr, batches):
    for rows in reversed(batches):
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * r.mean()
    return w, b


@wrong("epoch", mistake="two epochs, not one")
def two_epochs(X, Y, w, b, lr, batches):
    for rows in list(batches) * 2:
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * r.mean()
    return w, b


@wrong("epoch", mistake="consecutive rows are taken, not those that the batch names")
def consecutive_rows(X, Y, w, b, lr, batches):
    start = 0
    for batch in batches:
        Xb, Yb = X[start : start + len(batch)], Y[start : start + len(batch)]
        start += len(batch)
        r = Xb @ w + b - Yb
        w, b = w - lr * 2 / len(Xb) * Xb.T @ r, b - lr * 2 * r.mean()
    return w, b


@wrong("epoch", mistake="rows counted from 1, as in MATLAB or R")
def counted_from_one(X, Y, w, b, lr, batches):
    for rows in batches:
        Xb, Yb = X[rows - 1], Y[rows - 1]
        r = Xb @ w + b - Yb
        w, b = w - lr * 2 / len(rows) * Xb.T @ r, b - lr * 2 * r.mean()
    return w, b


@wrong("epoch", mistake="X[rows] against all of Y: the targets are not those of the batch")
def all_targets(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * r.mean()
    return w, b


@wrong("epoch", mistake="the first rows of Y, as many as the batch has, not the batch's rows")
def first_targets(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[: len(rows)]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * r.mean()
    return w, b


@wrong("epoch", mistake="the gradient is computed with all of X, the residuals with the batch")
def all_of_X_in_the_gradient(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / len(rows) * X.T @ r, b - lr * 2 * r.mean()
    return w, b


@wrong("epoch", mistake="one update for each row, not for each batch")
def update_for_each_row(X, Y, w, b, lr, batches):
    for rows in batches:
        for i in rows:
            e = (X[i] @ w).item() + b - Y[i].item()
            w = w - lr * 2 * e * X[i].reshape(-1, 1)
            b = b - lr * 2 * e
    return w, b


@wrong("epoch", mistake="the bias is not updated")
def epoch_without_bias_update(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w = w - lr * 2 / len(rows) * X[rows].T @ r
    return w, b


@wrong("epoch", mistake="the bias is forgotten in the residuals")
def epoch_without_bias_in_residual(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w - Y[rows]
        w = w - lr * 2 / len(rows) * X[rows].T @ r
        b = b - lr * 2 / len(rows) * r.sum()
    return w, b


@wrong("epoch", mistake="the bias is updated once, after the loop, with the last residuals")
def bias_after_the_loop(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w = w - lr * 2 / len(rows) * X[rows].T @ r
    b = b - lr * 2 / len(rows) * r.sum()
    return w, b


@wrong("epoch", mistake="b is updated first, and the gradient of w computed with the new b")
def epoch_with_b_first(X, Y, w, b, lr, batches):
    for rows in batches:
        b = b - lr * 2 * np.mean(X[rows] @ w + b - Y[rows])
        w = w - lr * 2 / len(rows) * X[rows].T @ (X[rows] @ w + b - Y[rows])
    return w, b


@wrong("epoch", mistake="b's gradient is computed with the new w")
def epoch_with_w_first(X, Y, w, b, lr, batches):
    for rows in batches:
        xs, ys = X[rows], Y[rows]
        w = w - lr * 2 / len(rows) * xs.T @ (xs @ w + b - ys)
        b = b - lr * 2 / len(rows) * (xs @ w + b - ys).sum()
    return w, b


@wrong("epoch", mistake="the learning rate is halved after each batch")
def decaying_rate(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * r.mean()
        lr = lr / 2
    return w, b


@wrong("epoch", mistake="the learning rate is divided by the number of batches")
def rate_over_batches(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w = w - lr / len(batches) * 2 / len(rows) * X[rows].T @ r
        b = b - lr / len(batches) * 2 * r.mean()
    return w, b


@wrong("epoch", mistake="with momentum: part of the step before comes again")
def momentum_in_the_epoch(X, Y, w, b, lr, batches):
    vw, vb = np.zeros_like(w), 0.0
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        vw = 0.9 * vw + 2 / len(rows) * X[rows].T @ r
        vb = 0.9 * vb + 2 * r.mean()
        w, b = w - lr * vw, b - lr * vb
    return w, b


@wrong("epoch", mistake="the caller's w is changed in place")
def epoch_in_place(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w -= lr * 2 / len(rows) * X[rows].T @ r
        b -= lr * 2 / len(rows) * r.sum()
    return w, b


@wrong("epoch", mistake="the caller's list of batches is emptied")
def pops_the_batches(X, Y, w, b, lr, batches):
    while batches:
        rows = batches.pop(0)
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * r.mean()
    return w, b


@wrong("epoch", mistake="the list of all w and b on the way, not the last ones")
def the_whole_history(X, Y, w, b, lr, batches):
    history = []
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * r.mean()
        history.append((w, b))
    return history


@wrong("epoch", mistake="the losses of the batches are returned, not w and b")
def returns_the_losses(X, Y, w, b, lr, batches):
    losses = []
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        losses.append(np.mean(r**2))
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * r.mean()
    return losses


@wrong("epoch", mistake="the mean of the parameters after each batch, not the last ones")
def averaged_parameters(X, Y, w, b, lr, batches):
    ws, bs = [], []
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * r.mean()
        ws.append(w)
        bs.append(b)
    return sum(ws) / len(ws), sum(bs) / len(bs)


@wrong("epoch", mistake="nothing is returned")
def epoch_without_return(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * r.mean()


@wrong("epoch", mistake="only w is returned")
def epoch_returns_w(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * r.mean()
    return w


@wrong("epoch", mistake="b and w are returned in the wrong order")
def epoch_returns_b_first(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * r.mean()
    return b, w


@wrong("epoch", mistake="batches is called as if it were a function")
def calls_the_list(X, Y, w, b, lr, batches):
    for rows in batches(X, Y):
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * r.mean()
    return w, b


@wrong("epoch", mistake="takes the batches for pairs of X and Y, but they are row numbers")
def batches_as_pairs(X, Y, w, b, lr, batches):
    for Xb, Yb in batches:
        r = Xb @ w + b - Yb
        w, b = w - lr * 2 / len(Xb) * Xb.T @ r, b - lr * 2 * r.mean()
    return w, b


@wrong("epoch", mistake="b has an entry for each row: its gradient is not summed")
def b_is_not_summed(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w = w - lr * 2 / len(rows) * X[rows].T @ r
        b = b - lr * 2 / len(rows) * r
    return w, b


@wrong("epoch", mistake="the gradient has shape (p,), and broadcasts w to p × p")
def epoch_with_a_flat_gradient(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        gw = 2 * (X[rows] * r).mean(axis=0)
        w, b = w - lr * gw, b - lr * 2 * r.mean()
    return w, b


@wrong("epoch", mistake="all rows divide in place of the batch's, and the last batch is left out")
def n_of_all_and_one_dropped(X, Y, w, b, lr, batches):
    for rows in batches[:-1]:
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / len(X) * X[rows].T @ r, b - lr * 2 / len(X) * r.sum()
    return w, b


@wrong("epoch", mistake="the 2 is lost, and b is updated before w's gradient is computed")
def half_and_b_first(X, Y, w, b, lr, batches):
    for rows in batches:
        b = b - lr * np.mean(X[rows] @ w + b - Y[rows])
        w = w - lr / len(rows) * X[rows].T @ (X[rows] @ w + b - Y[rows])
    return w, b


@wrong("epoch", mistake="the gradient is added, and only the first batch used")
def uphill_and_returned_early(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        return w + lr * 2 / len(rows) * X[rows].T @ r, b + lr * 2 * r.mean()


@wrong("epoch", mistake="the largest size divides each batch: the short one moves too little")
def largest_size(X, Y, w, b, lr, batches):
    size = max(len(rows) for rows in batches)
    for rows in batches:
        e = X[rows] @ w + b - Y[rows]
        w = w - lr * 2 * (X[rows].T @ e) / size
        b = b - lr * 2 * e.sum() / size
    return w, b


@wrong("epoch", mistake="all batches are joined into one: a single update")
def concatenated(X, Y, w, b, lr, batches):
    rows = np.concatenate(batches)
    r = X[rows] @ w + b - Y[rows]
    return w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 / len(rows) * r.sum()


@wrong("epoch", mistake="1/n for w, but the sum for b")
def epoch_with_a_sum_for_b(X, Y, w, b, lr, batches):
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w, b = w - lr * 2 / len(rows) * X[rows].T @ r, b - lr * 2 * np.sum(r)
    return w, b


@wrong("epoch", mistake="the residuals take the newest w, but always the b of the start")
def old_b_in_the_residual(X, Y, w, b, lr, batches):
    b_new = b
    for rows in batches:
        r = X[rows] @ w + b - Y[rows]
        w = w - lr * 2 / len(rows) * X[rows].T @ r
        b_new = b_new - lr * 2 * r.mean()
    return w, b_new


# Loss of the epoch: right


@right("loss of the epoch")
def weighted_average(losses, sizes):
    return np.average(losses, weights=sizes)


@right("loss of the epoch")
def dot_over_the_count(losses, sizes):
    return np.dot(losses, sizes) / sizes.sum()


@right("loss of the epoch")
def running_total(losses, sizes):
    total, count = 0.0, 0
    for loss, size in zip(losses, sizes):
        total += loss * size
        count += size
    return total / count


@right("loss of the epoch")
def repeat_each_loss(losses, sizes):
    return np.mean(np.repeat(losses, sizes))


@right("loss of the epoch")
def mean_of_products_over_mean_of_sizes(losses, sizes):
    return np.mean(losses * sizes) / np.mean(sizes)


@right("loss of the epoch")
def shares_of_the_rows(losses, sizes):
    share = sizes / np.sum(sizes)
    return (share * losses).sum()


@right("loss of the epoch")
def exact_sum(losses, sizes):
    return math.fsum(l * s for l, s in zip(losses, sizes)) / sum(sizes)


@right("loss of the epoch")
def average_meter(losses, sizes):
    avg, seen = 0.0, 0
    for i in range(len(losses)):
        seen += sizes[i]
        avg += (losses[i] - avg) * sizes[i] / seen
    return avg


@right("loss of the epoch")
def einsum_of_both(losses, sizes):
    return np.einsum("i,i", losses, sizes) / np.einsum("i->", sizes)


@right("loss of the epoch")
def a_list_of_all_squares(losses, sizes):
    everything = []
    for k in range(len(sizes)):
        everything += [losses[k]] * int(sizes[k])
    return sum(everything) / len(everything)


@right("loss of the epoch")
def weighted_fmean(losses, sizes):
    return statistics.fmean(losses.tolist(), weights=sizes.tolist())


@right("loss of the epoch")
def torch_in_float64(losses, sizes):
    l, s = torch.tensor(losses), torch.tensor(sizes)
    return ((l * s).sum() / s.sum()).item()


@right("loss of the epoch")
def row_times_column(losses, sizes):
    return losses.reshape(1, -1) @ sizes.reshape(-1, 1) / sum(sizes)


@right("loss of the epoch")
def float32_in_between(losses, sizes):
    weights = sizes.astype(np.float32)
    return (losses.astype(np.float32) @ weights / weights.sum()).item()


@right("loss of the epoch")
def reduce_pairs(losses, sizes):
    pair = lambda a, c: ((a[0] * a[1] + c[0] * c[1]) / (a[1] + c[1]), a[1] + c[1])
    return functools.reduce(pair, zip(losses, sizes))[0]


# Loss of the epoch: wrong


@wrong("loss of the epoch", mistake="the mean of the means: the sizes are not used")
def mean_of_the_means(losses, sizes):
    return np.mean(losses)


@wrong("loss of the epoch", mistake="the mean of the means, with a sum of Python")
def sum_over_len(losses, sizes):
    return sum(losses) / len(losses)


@wrong("loss of the epoch", mistake="the sum of all squares, not divided")
def sum_of_all_squares(losses, sizes):
    return np.sum(losses * sizes)


@wrong("loss of the epoch", mistake="the sum of the losses")
def sum_of_the_losses(losses, sizes):
    epoch_loss = 0
    for loss in losses:
        epoch_loss += loss
    return epoch_loss


@wrong("loss of the epoch", mistake="divided by the number of batches, not of rows")
def over_the_batches(losses, sizes):
    return np.sum(losses * sizes) / len(sizes)


@wrong("loss of the epoch", mistake="divided by the number of batches, not of rows, by a mean")
def mean_of_products(losses, sizes):
    return (losses * sizes).mean()


@wrong("loss of the epoch", mistake="the losses are not multiplied by their sizes before the sum")
def losses_over_rows(losses, sizes):
    return losses.sum() / sizes.sum()


@wrong("loss of the epoch", mistake="divided by the sizes: a mean was to be undone, not taken")
def divided_by_sizes(losses, sizes):
    return np.sum(losses / sizes) / np.sum(sizes)


@wrong("loss of the epoch", mistake="the inverse sizes as weights")
def inverse_sizes(losses, sizes):
    return np.average(losses, weights=1 / sizes)


@wrong("loss of the epoch", mistake="the sizes squared as weights")
def sizes_squared(losses, sizes):
    return np.sum(losses * sizes**2) / np.sum(sizes**2)


@wrong("loss of the epoch", mistake="the sizes are counted twice: squared above, once below")
def sizes_twice(losses, sizes):
    sums = losses * sizes
    return np.average(sums, weights=sizes)


@wrong("loss of the epoch", mistake="ten rows in every epoch")
def ten_rows(losses, sizes):
    return np.sum(losses * sizes) / 10


@wrong("loss of the epoch", mistake="the sizes 3, 3, 3 and 1 are fixed")
def fixed_sizes(losses, sizes):
    return np.sum(losses * np.array([3, 3, 3, 1])) / 10


@wrong("loss of the epoch", mistake="each batch is taken to have as many rows as the first")
def all_like_the_first(losses, sizes):
    return np.sum(losses * sizes) / (sizes[0] * len(sizes))


@wrong("loss of the epoch", mistake="the short last batch is left out")
def drop_last(losses, sizes):
    if len(losses) == 1:
        return losses[0]
    return np.sum(losses[:-1] * sizes[:-1]) / np.sum(sizes[:-1])


@wrong("loss of the epoch", mistake="the first batch is left out of the sum: the loop begins at 1")
def loop_from_one(losses, sizes):
    total = 0
    for i in range(1, len(losses)):
        total += losses[i] * sizes[i]
    return total / sum(sizes)


@wrong("loss of the epoch", mistake="the loss of the last batch")
def the_last_loss(losses, sizes):
    for loss, size in zip(losses, sizes):
        epoch_loss = loss * size / size
    return epoch_loss


@wrong("loss of the epoch", mistake="the loss of the largest batch")
def loss_of_the_largest(losses, sizes):
    return losses[np.argmax(sizes)]


@wrong("loss of the epoch", mistake="the median")
def median(losses, sizes):
    return np.median(losses)


@wrong("loss of the epoch", mistake="a running mean of two: late batches count more")
def mean_of_two(losses, sizes):
    avg = losses[0]
    for loss in losses[1:]:
        avg = (avg + loss) / 2
    return avg


@wrong("loss of the epoch", mistake="the square root of the mean")
def root(losses, sizes):
    return np.sqrt(np.sum(losses * sizes) / np.sum(sizes))


@wrong("loss of the epoch", mistake="the losses are squared once more")
def squared_again(losses, sizes):
    return np.sum(losses**2 * sizes) / np.sum(sizes)


@wrong("loss of the epoch", mistake="nothing is added up: a number for each batch")
def not_added_up(losses, sizes):
    return losses * sizes / np.sum(sizes)


@wrong("loss of the epoch", mistake="an outer product: every loss with every size")
def outer(losses, sizes):
    return np.sum(np.outer(losses, sizes)) / np.sum(sizes)


@wrong("loss of the epoch", mistake="the total is returned inside the loop, after the first batch")
def return_after_the_first(losses, sizes):
    total = 0
    for loss, size in zip(losses, sizes):
        total += loss * size
        return total / sum(sizes)


@wrong("loss of the epoch", mistake="a whole number: // cuts the decimals off")
def floor(losses, sizes):
    return np.sum(losses * sizes) // np.sum(sizes)


@wrong("loss of the epoch", mistake="rounded to one decimal")
def rounded_to_one(losses, sizes):
    return round(float(np.sum(losses * sizes) / np.sum(sizes)), 1)


@wrong("loss of the epoch", mistake="the caller's losses are changed in place")
def losses_in_place(losses, sizes):
    losses *= sizes
    return losses.sum() / sizes.sum()


@wrong("loss of the epoch", mistake="the sizes are given as an axis: an error of NumPy")
def sizes_as_axis(losses, sizes):
    return np.average(losses, sizes)


@wrong("loss of the epoch", mistake="printed, not returned")
def prints_the_mean(losses, sizes):
    print(f"loss of the epoch: {np.sum(losses * sizes) / np.sum(sizes):.3f}")


@wrong("loss of the epoch", mistake="nothing is returned")
def computes_and_forgets(losses, sizes):
    mean = np.sum(losses * sizes) / np.sum(sizes)


@wrong("loss of the epoch", mistake="a text, not a number")
def as_text(losses, sizes):
    return f"{np.sum(losses * sizes) / np.sum(sizes):.3f}"


@wrong("loss of the epoch", mistake="the name batch_sizes is not defined")
def undefined_name(losses, sizes):
    return np.sum(losses * batch_sizes) / np.sum(batch_sizes)


@wrong("loss of the epoch", mistake="the method of a list: an array has no append")
def append_to_an_array(losses, sizes):
    for loss, size in zip(losses, sizes):
        losses.append(loss * size)
    return sum(losses) / sum(sizes)


@wrong("loss of the epoch", mistake="divided by n − 1, as in a variance")
def rows_minus_one(losses, sizes):
    return np.sum(losses * sizes) / (np.sum(sizes) - 1)


@wrong("loss of the epoch", mistake="the sum and the count, not their quotient")
def sum_and_count(losses, sizes):
    return np.sum(losses * sizes), np.sum(sizes)


@wrong("loss of the epoch", mistake="halved: a 1/2 that the loss has not")
def halved(losses, sizes):
    return losses @ sizes / (2 * sizes.sum())


@wrong("loss of the epoch", mistake="the last batch is left out, and the sizes are not used")
def plain_mean_without_the_last(losses, sizes):
    if len(losses) == 1:
        return losses[0]
    return np.mean(losses[:-1])


@wrong("loss of the epoch", mistake="the root, and of the mean of the means")
def root_of_the_mean_of_means(losses, sizes):
    return np.sqrt(losses.mean())


@wrong(
    "loss of the epoch", mistake="the mean of size times loss, divided by all rows: once too often"
)
def divided_twice(losses, sizes):
    return np.mean(losses * sizes) / np.sum(sizes)


@wrong(
    "loss of the epoch", mistake="the weights are the sizes over the largest size, and not normed"
)
def relative_to_the_largest(losses, sizes):
    return np.sum(losses * sizes / sizes.max())
