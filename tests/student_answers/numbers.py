"""Numbers, typed and computed, as answers to the three exercises that ask for one."""

import math
import statistics
from decimal import Decimal

import numpy as np
import torch

from student_answers.collected import typed

X = np.array([[4.6667], [8.2222], [2.8889]])
Y = np.array([[9.7349], [17.2363], [6.3046]])
w = np.array([[-0.34487]])
b = 0.86449
lr = 0.001

x, y, slope = X.ravel(), Y.ravel(), w.item()
r = X @ w + b - Y
Xt, Yt = torch.tensor(X).float(), torch.tensor(Y).float()
wt, bt = torch.tensor(w).float().requires_grad_(), torch.tensor(b).float().requires_grad_()
loss_t = torch.nn.functional.mse_loss(Xt @ wt + bt, Yt)
loss_t.backward()

# Loss of a batch: 173.3927

typed("loss of a batch", "", "173.4", "173.39", "173.393", "173.3927", "173.39268")
typed(
    "loss of a batch",
    "",
    " 173.4 ",
    "173.4\n",
    "173,4",
    "173,39",
    "+173.4",
    "1.734e2",
    "1.7339E+02",
)
typed("loss of a batch", "", 173.393, 173.3927, 173.39268)
typed("loss of a batch", "", (109.83 + 368.92 + 41.43) / 3, (109.8 + 368.9 + 41.43) / 3)
# From the rounded residuals of a pocket calculator
typed("loss of a batch", "", (10.48**2 + 19.21**2 + 6.436**2) / 3)
typed(
    "loss of a batch",
    "",
    np.mean((X @ w + b - Y) ** 2),
    np.mean((Y - X @ w - b) ** 2).item(),
    r.T @ r / 3,
    (r.T @ r / len(r))[0],
    np.array(np.square(r).mean()),
    np.linalg.norm(r) ** 2 / 3,
    np.float32(173.39268),
    sum((yi - slope * xi - b) ** 2 for xi, yi in zip(x, y, strict=True)) / 3,
    statistics.mean([float(e) ** 2 for e in r.ravel()]),
    math.fsum(e * e for e in r.ravel()) / 3,
    np.round(np.var(r) + np.mean(r) ** 2, 5),
    round(float(np.mean(r**2)), 2),
    round(float(np.mean(r**2)), 1),
    loss_t,
    loss_t.detach(),
    loss_t.item(),
    torch.tensor([[173.39]]),
    torch.tensor(173.4, dtype=torch.float64),
)

typed("loss of a batch", "the sum of the squares, not divided by 3", "520.18", 520.2, np.sum(r**2))
typed("loss of a batch", "½ before the mean: half the loss", "86.70", 86.696, (r.T @ r / 6).item())
typed("loss of a batch", "the square root of the loss (RMSE)", "13.17", np.sqrt(np.mean(r**2)))
typed(
    "loss of a batch",
    "the residuals are not squared",
    "-12.04",
    "12.04",
    np.mean(r),
    r.mean().item(),
)
typed("loss of a batch", "absolute values, not squares", np.abs(r).mean(), torch.tensor(12.0412))
typed("loss of a batch", "the sum of the residuals, not squared", -36.12, np.sum(r))
typed(
    "loss of a batch",
    "the square of the mean, not the mean of the squares",
    "144.99",
    r.mean() ** 2,
)
typed("loss of a batch", "the square of the sum, divided by 3", "434.97", np.sum(r) ** 2 / 3)
typed(
    "loss of a batch",
    "divided by n − 1 = 2, not by 3",
    260.1,
    "260.09",
    np.sum(r**2) / (len(r) - 1),
)
typed("loss of a batch", "divided by n twice", 57.80, np.mean(r**2) / len(X))
typed(
    "loss of a batch", "the variance of the residuals: their mean is taken off", np.var(r), "28.40"
)
typed("loss of a batch", "without the bias", "194.96", np.mean((X @ w - Y) ** 2))
typed(
    "loss of a batch", "the bias is subtracted, not added", "218.0", np.mean((X @ w - b - Y) ** 2)
)
typed("loss of a batch", "w without its minus", 85.233, np.mean((-slope * x + b - y) ** 2))
typed("loss of a batch", "prediction plus target", "117.3", np.mean((X @ w + b + Y) ** 2))
typed("loss of a batch", "the square of the first residual alone", "109.8", (r[0] ** 2).item())
typed("loss of a batch", "the last row left out", "239.4", np.mean(r[:2] ** 2))
typed("loss of a batch", "x and y exchanged", np.mean((Y @ w + b - X) ** 2))
typed("loss of a batch", "the loss after the update", "151.0", 151.0023)
typed("loss of a batch", "the decimal point is one place off", "17.34", 1733.9, "1734")
typed("loss of a batch", "two digits are exchanged", "137.4", 173.93)
typed("loss of a batch", "two digits where four are asked for", "170", 170, 1.7e2)
typed("loss of a batch", "three digits where four are asked for", "173", 173, np.float64(173.0))
typed("loss of a batch", "the sign is wrong: a mean of squares is not negative", "-173.4", -173.39)
typed(
    "loss of a batch",
    "every target broadcast against every prediction",
    np.mean((X @ w + b - y) ** 2),
)
typed("loss of a batch", "three squares, not their mean", r**2, [109.83, 368.92, 41.43])
typed(
    "loss of a batch",
    "not a number",
    "loss",
    "?",
    "nan",
    float("nan"),
    float("inf"),
    "MSE = sum(r²)/n",
)
typed("loss of a batch", "a function, not its value", lambda: np.mean(r**2))

# New weight: −0.194585

typed("new weight", "", "-0.1946", "-0.19459", "-0.194585", "-0.1945851", "-0.19458509")
typed(
    "new weight",
    "",
    "−0.1946",
    "-.1946",
    " -0.1946",
    "- 0.1946",
    "-0,1946",
    "−0,19459",
    "-1.946e-1",
)
typed("new weight", "", -0.1946, -0.194585, -0.1945851)
typed("new weight", "", -0.34487 + 0.15028, -0.34487 - 0.001 * 2 / 3 * -225.43)
typed(
    "new weight",
    "",
    w - lr * 2 / 3 * X.T @ r,
    (w - lr * 2 / 3 * X.T @ r).item(),
    (w - lr * 2 / 3 * X.T @ r)[0],
    slope - lr * 2 * np.mean(r * X),
    slope + lr * 2 / 3 * np.sum(x * (y - slope * x - b)),
    np.array(-0.19458509),
    np.float32(-0.19458509),
    np.round(slope - lr * 2 * np.mean(r * X), 4),
    wt.detach() - lr * wt.grad,
    (wt - lr * wt.grad).item(),
    torch.tensor(-0.1946),
    np.round(slope * (1 - lr * 2 / 3 * (x @ x)) - lr * 2 / 3 * x @ (b - y), 6),
)

typed(
    "new weight",
    "the gradient is added, not subtracted",
    "-0.4952",
    -0.49515,
    w + lr * 2 / 3 * X.T @ r,
)
typed("new weight", "the 2 is lost", "-0.2697", -0.26973, slope - lr * np.mean(r * X))
typed("new weight", "the sum in place of the mean: no 1/n", "0.1060", 0.10598, w - lr * 2 * X.T @ r)
typed("new weight", "neither 2 nor 1/n", "-0.1194", -0.34487 + 0.001 * 225.43)
typed("new weight", "divided by n twice", "-0.2948", slope - lr * 2 / 3 * np.mean(r * X))
typed("new weight", "the update as a product", "-0.05183", -0.34487 * 0.15028)
typed("new weight", "no learning rate", "149.9", -0.34487 + 150.28)
typed("new weight", "ten times the learning rate", "1.158", -0.34487 - 0.01 * -150.285)
typed("new weight", "a tenth of the learning rate", "-0.3298", -0.34487 - 0.0001 * -150.285)
typed(
    "new weight", "the gradient of the bias: x is forgotten", "-0.3208", slope - lr * 2 * np.mean(r)
)
typed("new weight", "the residuals lack the bias", "-0.1855", w - lr * 2 / 3 * X.T @ (X @ w - Y))
typed("new weight", "the step, not the weight after it", "0.1503", 0.15028)
typed("new weight", "the gradient, not the weight after the step", "-150.3", 2 / 3 * X.T @ r)
typed("new weight", "the weight before the step", "-0.3449", -0.34487, w)
typed("new weight", "the bias after the step", "0.8886", 0.88857)
typed(
    "new weight",
    "mean of r times mean of x, not mean of r times x",
    slope - lr * 2 * r.mean() * x.mean(),
)
typed("new weight", "only the first row", slope - lr * 2 * r[0, 0] * x[0])
typed("new weight", "the minus is lost", "0.1946", 0.19459)
typed("new weight", "the minus of the old weight is lost", "0.4952", 0.34487 + 0.15028)
typed("new weight", "two digits where four are asked for", "-0.19", -0.19)
typed("new weight", "three digits where four are asked for", "-0.195", np.round(-0.19458, 3))
typed("new weight", "two steps, not one", "-0.0553", slope - 2 * lr * 2 * np.mean(r * X))
typed("new weight", "X * r without the sum: three numbers", w - lr * 2 / 3 * X * r)
typed("new weight", "the decimal point is one place off", "-1.946", -0.01946)
typed("new weight", "not a number", "w", "w - lr * grad", np.nan)
typed("new weight", "both parameters, where one number is asked for", (-0.19459, 0.88857))

# Batch of one: 0.960222

typed("batch of one", "", "0.9602", "0.96022", "0.960222", "0.9602222", "0.96022223")
typed("batch of one", "", ".9602", "0,9602", "0.9602 ", "9.602e-1", "+0.96022")
typed("batch of one", "", 0.9602, 0.96022, 0.9602222, Decimal("0.9602"))
residual = 0.211554 * 5.55556 + 0.941386 - 11.5348
typed(
    "batch of one",
    "",
    0.941386 + 0.001 * 2 * 9.41808,
    0.941386 - 0.001 * 2 * residual,
    np.float64(0.941386) - 2e-3 * residual,
    np.float32(0.941386 - 0.002 * residual),
    np.array([0.941386 - 0.002 * residual]),
    np.array([[0.9602]]),
    torch.tensor(0.941386) - 0.002 * torch.tensor(residual),
    torch.tensor([0.96022]),
    0.998 * 0.941386 + 0.002 * (11.5348 - 0.211554 * 5.55556),
    round(0.941386 - 0.001 * 2 * residual, 6),
)

typed(
    "batch of one",
    "2/3, as in the batch of three",
    "0.9477",
    0.94766,
    0.941386 - 0.002 / 3 * residual,
)
typed("batch of one", "the 2 is lost", "0.9508", 0.941386 + 0.001 * 9.41808)
typed("batch of one", "the gradient is added", "0.9225", 0.941386 + 0.002 * residual)
typed("batch of one", "times x: the gradient of w", "1.046", 0.941386 - 0.002 * residual * 5.55556)
typed("batch of one", "the w after the step", "0.3162", 0.211554 - 0.002 * residual * 5.55556)
typed(
    "batch of one", "the loss in place of its derivative", "0.8527", 0.941386 - 0.001 * residual**2
)
typed("batch of one", "ten times the learning rate", "1.130", 0.941386 - 0.01 * 2 * residual)
typed("batch of one", "no learning rate", "19.78", 0.941386 - 2 * residual)
typed(
    "batch of one",
    "the residual lacks the bias",
    "0.9621",
    0.941386 - 0.002 * (residual - 0.941386),
)
typed("batch of one", "the step, not the bias after it", "0.01884", 0.018836)
typed("batch of one", "divided by all ten points", "0.9433", 0.941386 - 0.002 / 10 * residual)
typed(
    "batch of one", "divided by 4, the number of batches", "0.9461", 0.941386 - 0.002 / 4 * residual
)
typed("batch of one", "the 2 is lost, and divided by 3", "0.9445", 0.941386 - 0.001 / 3 * residual)
typed("batch of one", "the update as a product", "0.01773", 0.941386 * -(0.002 * residual))
typed("batch of one", "the derivative, not the bias after the step", "-18.84", 2 * residual)
typed("batch of one", "the residual, not the bias after the step", "-9.418", residual)
typed("batch of one", "the bias before the step", "0.9414", 0.941386)
typed("batch of one", "the article's bias after its step", "0.8886", 0.88857)
typed("batch of one", "the article's bias in place of this one", 0.86449 - 0.002 * residual)
typed(
    "batch of one",
    "x and y exchanged",
    0.941386 - 0.002 * (0.211554 * 11.5348 + 0.941386 - 5.55556),
)
typed("batch of one", "two digits where four are asked for", "0.96", 0.96)
typed("batch of one", "a digit is missing after the point", "0.962", "0.902")
typed("batch of one", "the sign is wrong", "-0.9602")
typed("batch of one", "not a number", "b_new", "0.941386 - grad")
