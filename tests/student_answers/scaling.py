# Students print, leave names unused and undefined, and write what no linter likes:
# ruff: noqa
"""Answers to the exercises on the largest learning rate, on a scaled line and on momentum.

They were written before there was a judge for these three, by who then wrote it.
"""

import math

import numpy as np
import torch

from student_answers.collected import right, wrong

# --- the largest learning rate: right ---


@right("largest learning rate")
def by_the_formula(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    H = 2 / len(X) * A.T @ A
    return 2 / np.linalg.eigvalsh(H).max()


@right("largest learning rate")
def ones_in_front(X):
    n = X.shape[0]
    A = np.c_[np.ones(n), X]
    lam = np.linalg.eigh(2 * A.T @ A / n)[0]
    return 2 / lam[-1]


@right("largest learning rate")
def n_over_the_largest(X):
    A = np.append(X, np.ones((X.shape[0], 1)), axis=1)
    return len(X) / max(np.linalg.eigvalsh(A.T.dot(A)))


@right("largest learning rate")
def eig_of_a_general_matrix(X):
    A = np.concatenate((X, np.ones((len(X), 1))), axis=1)
    values, vectors = np.linalg.eig(A.T @ A * 2 / len(A))
    return 2 / np.max(values.real)


@right("largest learning rate")
def by_the_spectral_norm(X):
    A = np.column_stack([X, np.ones(len(X))])
    return len(X) / np.linalg.norm(A, 2) ** 2


@right("largest learning rate")
def by_singular_values(X):
    A = np.column_stack([X, np.ones(len(X))])
    s = np.linalg.svd(A, compute_uv=False)
    return 2 / (2 / len(X) * s[0] ** 2)


@right("largest learning rate")
def by_the_gram_matrix_of_rows(X):
    K = X @ X.T + 1
    return len(X) / np.linalg.eigvalsh(K)[-1]


@right("largest learning rate")
def by_power_iteration(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    H = 2 / len(X) * A.T @ A
    v = np.random.default_rng(0).normal(size=(H.shape[0], 1))
    for _ in range(5000):
        v = H @ v
        v = v / np.linalg.norm(v)
    return 2 / (v.T @ H @ v).item()


@right("largest learning rate")
def hessian_in_blocks(X):
    n, p = X.shape
    H = np.zeros((p + 1, p + 1))
    H[:p, :p] = 2 / n * X.T @ X
    H[:p, p] = H[p, :p] = 2 * X.mean(axis=0)
    H[p, p] = 2
    return 2 / max(np.linalg.eigvalsh(H))


@right("largest learning rate")
def by_torch(X):
    A = torch.cat([torch.tensor(X), torch.ones(len(X), 1)], dim=1)
    return 2 / torch.linalg.eigvalsh(2 / len(X) * A.T @ A)[-1]


@right("largest learning rate")
def in_float32(X):
    A = np.hstack([X, np.ones((len(X), 1))]).astype(np.float32)
    return 2 / np.linalg.eigvalsh(np.float32(2 / len(X)) * A.T @ A)[-1]


@right("largest learning rate")
def hessian_of_autograd(X):
    X = torch.tensor(X)
    A = torch.hstack([X, torch.ones_like(X[:, :1])])

    def loss(theta):
        return ((A @ theta) ** 2).mean()

    H = torch.autograd.functional.hessian(loss, torch.zeros(A.shape[1], dtype=X.dtype))
    return 2 / torch.linalg.eigvalsh(H).max().item()


@right("largest learning rate")
def one_entry_at_a_time(X):
    rows = [list(row) + [1.0] for row in X]
    n, q = len(rows), len(rows[0])
    H = [[2 / n * math.fsum(r[j] * r[k] for r in rows) for k in range(q)] for j in range(q)]
    return 2 / np.linalg.eigvalsh(np.array(H)).max()


# --- the largest learning rate: wrong ---


@wrong("largest learning rate", mistake="the column of ones is missing")
def of_x_alone(X):
    H = 2 / len(X) * X.T @ X
    return 2 / np.linalg.eigvalsh(H).max()


@wrong("largest learning rate", mistake="the column of ones is missing")
def of_x_alone_by_norm(X):
    return len(X) / np.linalg.norm(X, ord=2) ** 2


@wrong("largest learning rate", mistake="no 2/n in the Hessian")
def of_the_product_alone(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    return 2 / np.linalg.eigvalsh(A.T @ A).max()


@wrong("largest learning rate", mistake="no 1/n in the Hessian")
def of_the_sum_of_squares(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    return 2 / np.linalg.eigvalsh(2 * A.T @ A).max()


@wrong("largest learning rate", mistake="no 2 in the Hessian")
def of_half_the_loss(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    return 2 / np.linalg.eigvalsh(A.T @ A / len(X)).max()


@wrong("largest learning rate", mistake="1/λ in place of 2/λ")
def one_over_lambda(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    return 1 / np.linalg.eigvalsh(2 / len(X) * A.T @ A).max()


@wrong("largest learning rate", mistake="the smallest eigenvalue: they come in ascending order")
def first_of_eigvalsh(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    return 2 / np.linalg.eigvalsh(2 / len(X) * A.T @ A)[0]


@wrong("largest learning rate", mistake="min for max")
def min_for_max(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    return 2 / min(np.linalg.eigvalsh(2 / len(X) * A.T @ A))


@wrong("largest learning rate", mistake="the largest of the 2/λ, which is that of the smallest λ")
def max_of_the_quotients(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    return max(2 / np.linalg.eigvalsh(2 / len(X) * A.T @ A))


@wrong("largest learning rate", mistake="the trace in place of the largest eigenvalue")
def by_the_trace(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    return 2 / np.trace(2 / len(X) * A.T @ A)


@wrong("largest learning rate", mistake="the trace, without the 2/n")
def by_the_sum_of_squares_of_x(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    return 2 / np.sum(A**2)


@wrong("largest learning rate", mistake="that is λmax, not 2/λmax")
def lambda_itself(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    return np.linalg.eigvalsh(2 / len(X) * A.T @ A).max()


@wrong("largest learning rate", mistake="λ/2, turned over")
def turned_over(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    return np.linalg.eigvalsh(2 / len(X) * A.T @ A).max() / 2


@wrong("largest learning rate", mistake="all of the 2/λ, not the smallest of them")
def all_of_them(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    return 2 / np.linalg.eigvalsh(2 / len(X) * A.T @ A)


@wrong("largest learning rate", mistake="a singular value, not squared")
def singular_value(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    return len(X) / np.linalg.svd(A)[1].max()


@wrong("largest learning rate", mistake="the Frobenius norm is not the largest singular value")
def frobenius(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    return len(X) / np.linalg.norm(A) ** 2


@wrong("largest learning rate", mistake="the largest entry of the diagonal")
def largest_of_the_diagonal(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    return 2 / np.diag(2 / len(X) * A.T @ A).max()


@wrong("largest learning rate", mistake="the first eigenvalue of eig, which sorts nothing")
def first_of_eig(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    return 2 / np.linalg.eig(2 / len(X) * A.T @ A)[0][0]


@wrong("largest learning rate", mistake="the columns are centred first")
def by_the_covariance(X):
    return 1 / np.linalg.eigvalsh(np.atleast_2d(np.cov(X.T, bias=True))).max()


@wrong("largest learning rate", mistake="no ones and no 2/n")
def neither_ones_nor_factor(X):
    return 2 / np.linalg.eigvalsh(X.T @ X).max()


@wrong("largest learning rate", mistake="a row of ones where a column belongs: shapes do not fit")
def a_row_of_ones(X):
    A = np.vstack([X, np.ones((1, len(X)))])
    return 2 / np.linalg.eigvalsh(2 / len(X) * A.T @ A).max()


@wrong("largest learning rate", mistake="2 in place of the column of ones")
def a_column_of_twos(X):
    A = np.hstack([X, 2 * np.ones((len(X), 1))])
    return 2 / np.linalg.eigvalsh(2 / len(X) * A.T @ A).max()


@wrong("largest learning rate", mistake="n is 3 for ever")
def n_is_three(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    return 2 / np.linalg.eigvalsh(2 / 3 * A.T @ A).max()


@wrong("largest learning rate", mistake="two turns of the power iteration do not suffice")
def few_turns(X):
    A = np.hstack([X, np.ones((len(X), 1))])
    H = 2 / len(X) * A.T @ A
    v = np.ones((H.shape[0], 1))
    for _ in range(2):
        v = H @ v / np.linalg.norm(H @ v)
    return 2 / (v.T @ H @ v).item()


@wrong("largest learning rate", mistake="it gives the article's rate whatever X is")
def always_the_same(X):
    return 0.001


@wrong("largest learning rate", mistake="the largest entry of X, squared")
def largest_x_squared(X):
    return 1 / np.max(X**2)


# --- the scaled line: right ---


@right("scaled line")
def as_derived(w, b, mean, std):
    return w / std, b - w * mean / std


@right("scaled line")
def slope_first(w, b, mean, std):
    slope = w / std
    intercept = b - slope * mean
    return slope, intercept


@right("scaled line")
def through_two_points(w, b, mean, std):
    def line(x):
        return w * (x - mean) / std + b

    slope = line(mean + 1.0) - line(mean)
    return slope, line(0.0)


@right("scaled line")
def value_at_zero(w, b, mean, std):
    z0 = (0 - mean) / std
    return [w / std, w * z0 + b]


@right("scaled line")
def by_a_system(w, b, mean, std):
    M = np.array([[mean, 1.0], [mean + std, 1.0]])
    return tuple(np.linalg.solve(M, np.array([b, b + w])))


@right("scaled line")
def as_an_array(w, b, mean, std):
    return np.array([w, b * std - w * mean]) / std


@right("scaled line")
def as_a_tensor(w, b, mean, std):
    return torch.tensor([w / std, b - w / std * mean])


@right("scaled line")
def in_single_precision(w, b, mean, std):
    w, b, mean, std = map(np.float32, (w, b, mean, std))
    return w / std, b - w * (mean / std)


@right("scaled line")
def by_polyfit(w, b, mean, std):
    x = np.array([-1.0, 0.0, 1.0, 2.0])
    return np.polyfit(x, w * (x - mean) / std + b, 1)


# --- the scaled line: wrong ---


@wrong("scaled line", mistake="b is not mapped")
def b_as_it_is(w, b, mean, std):
    return w / std, b


@wrong("scaled line", mistake="nothing is mapped")
def both_as_they_are(w, b, mean, std):
    return w, b


@wrong("scaled line", mistake="multiplied by std in place of divided")
def times_std(w, b, mean, std):
    return w * std, b - w * std * mean


@wrong("scaled line", mistake="w is multiplied by std, b is right")
def slope_times_std(w, b, mean, std):
    return w * std, b - w * mean / std


@wrong("scaled line", mistake="the sign before the mean")
def plus_mean(w, b, mean, std):
    return w / std, b + w * mean / std


@wrong("scaled line", mistake="the other way round: from x to the scaled x")
def inverse_map(w, b, mean, std):
    return w * std, b + w * mean


@wrong("scaled line", mistake="in b, w is not divided by std")
def b_with_the_scaled_slope(w, b, mean, std):
    return w / std, b - w * mean


@wrong("scaled line", mistake="w is not mapped, but b is")
def b_alone(w, b, mean, std):
    return w, b - w * mean / std


@wrong("scaled line", mistake="only the mean is taken off, std is forgotten")
def without_std(w, b, mean, std):
    return w, b - w * mean


@wrong("scaled line", mistake="w is forgotten in b")
def b_minus_scaled_mean(w, b, mean, std):
    return w / std, b - mean / std


@wrong("scaled line", mistake="the mean alone is taken off b")
def b_minus_mean(w, b, mean, std):
    return w / std, b - mean


@wrong("scaled line", mistake="b is divided by std, too")
def all_over_std(w, b, mean, std):
    return w / std, (b - w * mean) / std


@wrong("scaled line", mistake="b is scaled like an x")
def b_like_an_x(w, b, mean, std):
    return w / std, (b - mean) / std


@wrong("scaled line", mistake="w is scaled like an x")
def both_like_an_x(w, b, mean, std):
    return (w - mean) / std, (b - mean) / std


@wrong("scaled line", mistake="unscaled like an x")
def both_back_like_an_x(w, b, mean, std):
    return w * std + mean, b * std + mean


@wrong("scaled line", mistake="the variance in place of std")
def by_the_variance(w, b, mean, std):
    return w / std**2, b - w * mean / std**2


@wrong("scaled line", mistake="std is the variance, so its root is taken")
def by_the_root(w, b, mean, std):
    return w / np.sqrt(std), b - w * mean / np.sqrt(std)


@wrong("scaled line", mistake="divided by std once more in b")
def b_divided_twice(w, b, mean, std):
    w = w / std
    return w, b - w * mean / std


@wrong("scaled line", mistake="changed places")
def b_then_w(w, b, mean, std):
    return b - w * mean / std, w / std


@wrong("scaled line", mistake="only w is returned")
def w_alone(w, b, mean, std):
    return w / std


@wrong("scaled line", mistake="the sign of w")
def turned_slope(w, b, mean, std):
    return -w / std, b + w * mean / std


@wrong("scaled line", mistake="it prints and gives nothing back")
def printed(w, b, mean, std):
    print(w / std, b - w * mean / std)


@wrong("scaled line", mistake="b + mean")
def b_plus_mean(w, b, mean, std):
    return w / std, b + mean


# --- the momentum step: right ---


@right("momentum step")
def as_pytorch(X, Y, w, v, lr, momentum):
    grad = 2 / len(X) * X.T @ (X @ w - Y)
    v = momentum * v + grad
    return w - lr * v, v


@right("momentum step")
def by_torch_itself(X, Y, w, v, lr, momentum):
    w = torch.tensor(w, requires_grad=True)
    optimizer = torch.optim.SGD([w], lr=lr, momentum=momentum)
    optimizer.state[w]["momentum_buffer"] = torch.tensor(v)
    ((torch.tensor(X) @ w - torch.tensor(Y)) ** 2).mean().backward()
    optimizer.step()
    return w, optimizer.state[w]["momentum_buffer"]


@right("momentum step")
def row_by_row(X, Y, w, v, lr, momentum):
    new_v = momentum * v
    for x, y in zip(X, Y):
        new_v = new_v + 2 * (x @ w - y) * x.reshape(-1, 1) / len(X)
    return w - lr * new_v, new_v


@right("momentum step")
def normal_equations(X, Y, w, v, lr, momentum):
    v_new = v * momentum + (X.T @ X @ w - X.T @ Y) * 2 / X.shape[0]
    return [w + -lr * v_new, v_new]


@right("momentum step")
def in_two_terms(X, Y, w, v, lr, momentum):
    r = X @ w - Y
    g = 2 * np.mean(r * X, axis=0, keepdims=True).T
    return w - lr * momentum * v - lr * g, momentum * v + g


# --- the momentum step: wrong ---


@wrong("momentum step", mistake="the step takes the velocity of before")
def old_velocity(X, Y, w, v, lr, momentum):
    g = 2 / len(X) * X.T @ (X @ w - Y)
    return w - lr * v, momentum * v + g


@wrong("momentum step", mistake="plain SGD: the velocity is not used")
def plain(X, Y, w, v, lr, momentum):
    g = 2 / len(X) * X.T @ (X @ w - Y)
    return w - lr * g, momentum * v + g


@wrong("momentum step", mistake="there is no momentum at all")
def no_momentum(X, Y, w, v, lr, momentum):
    v = 2 / len(X) * X.T @ (X @ w - Y)
    return w - lr * v, v


@wrong("momentum step", mistake="the momentum is 1: the gradients add up")
def adds_up(X, Y, w, v, lr, momentum):
    v = v + 2 / len(X) * X.T @ (X @ w - Y)
    return w - lr * v, v


@wrong("momentum step", mistake="0.9 whatever the momentum is")
def always_nine_tenths(X, Y, w, v, lr, momentum):
    v = 0.9 * v + 2 / len(X) * X.T @ (X @ w - Y)
    return w - lr * v, v


@wrong("momentum step", mistake="a moving average: the gradient times 1 - momentum")
def moving_average(X, Y, w, v, lr, momentum):
    v = momentum * v + (1 - momentum) * 2 / len(X) * X.T @ (X @ w - Y)
    return w - lr * v, v


@wrong("momentum step", mistake="momentum and its rest have changed places")
def places_changed(X, Y, w, v, lr, momentum):
    v = (1 - momentum) * v + momentum * 2 / len(X) * X.T @ (X @ w - Y)
    return w - lr * v, v


@wrong("momentum step", mistake="the learning rate is in the velocity")
def velocity_with_lr(X, Y, w, v, lr, momentum):
    v = momentum * v + lr * 2 / len(X) * X.T @ (X @ w - Y)
    return w - v, v


@wrong("momentum step", mistake="the velocity of textbooks, which points downhill")
def downhill_velocity(X, Y, w, v, lr, momentum):
    v = momentum * v - lr * 2 / len(X) * X.T @ (X @ w - Y)
    return w + v, v


@wrong("momentum step", mistake="no learning rate")
def without_lr(X, Y, w, v, lr, momentum):
    v = momentum * v + 2 / len(X) * X.T @ (X @ w - Y)
    return w - v, v


@wrong("momentum step", mistake="the sign of the step")
def uphill_step(X, Y, w, v, lr, momentum):
    v = momentum * v + 2 / len(X) * X.T @ (X @ w - Y)
    return w + lr * v, v


@wrong("momentum step", mistake="the gradient is subtracted from the velocity")
def minus_gradient(X, Y, w, v, lr, momentum):
    v = momentum * v - 2 / len(X) * X.T @ (X @ w - Y)
    return w - lr * v, v


@wrong("momentum step", mistake="Nesterov's momentum")
def nesterov(X, Y, w, v, lr, momentum):
    g = 2 / len(X) * X.T @ (X @ w - Y)
    v = momentum * v + g
    return w - lr * (g + momentum * v), v


@wrong("momentum step", mistake="the momentum multiplies the gradient, too")
def momentum_of_both(X, Y, w, v, lr, momentum):
    v = momentum * (v + 2 / len(X) * X.T @ (X @ w - Y))
    return w - lr * v, v


@wrong("momentum step", mistake="the gradient lacks the 2")
def half_gradient(X, Y, w, v, lr, momentum):
    v = momentum * v + 1 / len(X) * X.T @ (X @ w - Y)
    return w - lr * v, v


@wrong("momentum step", mistake="the gradient lacks the 1/n")
def summed_gradient(X, Y, w, v, lr, momentum):
    v = momentum * v + 2 * X.T @ (X @ w - Y)
    return w - lr * v, v


@wrong("momentum step", mistake="the old velocity is returned")
def velocity_as_it_was(X, Y, w, v, lr, momentum):
    g = 2 / len(X) * X.T @ (X @ w - Y)
    return w - lr * (momentum * v + g), v


@wrong("momentum step", mistake="the residual is turned")
def turned_residual(X, Y, w, v, lr, momentum):
    v = momentum * v + 2 / len(X) * X.T @ (Y - X @ w)
    return w - lr * v, v


@wrong("momentum step", mistake="changed places")
def velocity_first(X, Y, w, v, lr, momentum):
    v = momentum * v + 2 / len(X) * X.T @ (X @ w - Y)
    return v, w - lr * v


@wrong("momentum step", mistake="it changes w and v of whoever calls")
def in_place(X, Y, w, v, lr, momentum):
    v *= momentum
    v += 2 / len(X) * X.T @ (X @ w - Y)
    w -= lr * v
    return w, v


@wrong("momentum step", mistake="only w is returned")
def weight_alone(X, Y, w, v, lr, momentum):
    v = momentum * v + 2 / len(X) * X.T @ (X @ w - Y)
    return w - lr * v


@wrong("momentum step", mistake="the gradient is taken ahead of w")
def ahead(X, Y, w, v, lr, momentum):
    there = w - lr * momentum * v
    v = momentum * v + 2 / len(X) * X.T @ (X @ there - Y)
    return w - lr * v, v
