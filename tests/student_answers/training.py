# Students leave names unused or undefined, and loop as they like.
# ruff: noqa
"""Training loops in PyTorch as students write and mend them."""

import copy

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn, optim

from student_answers.collected import right, wrong

# Training loop: right


@right("training loop")
def criterion_and_optimizer(model, X, Y, lr, steps):
    criterion = nn.MSELoss()
    optimizer = optim.SGD(model.parameters(), lr=lr)
    for epoch in range(steps):
        model.train()
        outputs = model(X)
        loss = criterion(outputs, Y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@right("training loop")
def zero_grad_at_the_end(model, X, Y, lr, steps):
    opt = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = ((model(X) - Y) ** 2).mean()
        loss.backward()
        opt.step()
        opt.zero_grad()


@right("training loop")
def no_grad_update_of_each_parameter(model, X, Y, lr, steps):
    for t in range(steps):
        y_pred = model(X)
        loss = (Y - y_pred).pow(2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for param in model.parameters():
                param -= lr * param.grad


@right("training loop")
def data_as_in_old_tutorials(model, X, Y, lr, steps):
    for i in range(steps):
        loss = F.mse_loss(model(X), Y)
        model.zero_grad()
        loss.backward()
        for f in model.parameters():
            f.data.sub_(f.grad.data * lr)


@right("training loop")
def autograd_grad_and_named_parameters(model, X, Y, lr, steps):
    while steps > 0:
        loss = F.mse_loss(model(X), Y)
        grads = torch.autograd.grad(loss, list(model.parameters()))
        with torch.no_grad():
            for (name, p), g in zip(model.named_parameters(), grads):
                p.copy_(p - lr * g)
        steps -= 1


@right("training loop")
@torch.no_grad()
def gradient_by_hand(model, X, Y, lr, steps):
    n = X.shape[0]
    for _ in range(steps):
        r = model(X) - Y
        grad_w = 2 / n * r.T @ X
        grad_b = 2 / n * r.sum(dim=0)
        model.weight -= lr * grad_w
        model.bias -= lr * grad_b


@right("training loop")
def numpy_in_between(model, X, Y, lr, steps):
    A = X.numpy().astype(np.float64)
    y = Y.numpy().astype(np.float64)
    w = model.weight.detach().numpy().astype(np.float64).T
    b = model.bias.item()
    for _ in range(steps):
        e = A @ w + b - y
        w, b = w - lr * 2 * A.T @ e / len(A), b - lr * 2 * e.mean()
    with torch.no_grad():
        model.weight.copy_(torch.from_numpy(w.T))
        model.bias.fill_(b)


@right("training loop")
def sum_and_rate_over_n(model, X, Y, lr, steps):
    # The sum has n times the gradient of the mean, so the rate is divided by n
    loss_fn = nn.MSELoss(reduction="sum")
    opt = optim.SGD(model.parameters(), lr=lr / len(X))
    for _ in range(steps):
        opt.zero_grad()
        loss_fn(model(X), Y).backward()
        opt.step()


@right("training loop")
def rows_accumulate_before_one_step(model, X, Y, lr, steps):
    opt = optim.SGD(model.parameters(), lr)
    for _ in range(steps):
        opt.zero_grad()
        for x, y in zip(X, Y):
            loss = (model(x) - y) ** 2 / X.size(0)
            loss.backward()
        opt.step()


@right("training loop")
def closure_for_the_optimizer(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)

    def closure():
        optimizer.zero_grad()
        loss = nn.functional.mse_loss(model(X), Y)
        loss.backward()
        return loss

    for _ in range(steps):
        optimizer.step(closure)


@right("training loop")
def a_new_optimizer_in_each_turn(model, X, Y, lr, steps):
    for _ in range(steps):
        optimizer = torch.optim.SGD([model.weight, model.bias], lr=lr)
        optimizer.zero_grad()
        torch.mean((model(X) - Y) ** 2).backward()
        optimizer.step()


@right("training loop")
def maximizes_the_negative(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, maximize=True)
    for _ in range(steps):
        optimizer.zero_grad()
        score = -((Y - model(X)) ** 2).mean()
        score.backward()
        optimizer.step()


@right("training loop")
def grad_set_to_none(model, X, Y, lr, steps):
    for _ in range(steps):
        model.weight.grad = None
        model.bias.grad = None
        diff = X @ model.weight.t() + model.bias - Y
        (diff.T @ diff / len(diff)).squeeze().backward()
        model.weight.data -= lr * model.weight.grad
        model.bias.data -= lr * model.bias.grad


@right("training loop")
def whole_batch_from_a_loader(model, X, Y, lr, steps):
    data = torch.utils.data.TensorDataset(X, Y)
    loader = torch.utils.data.DataLoader(data, batch_size=len(X))
    optimizer = optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        for xb, yb in loader:
            optimizer.zero_grad()
            F.mse_loss(model(xb), yb).backward()
            optimizer.step()


@right("training loop")
def losses_noted_as_numbers(model, X, Y, lr, steps):
    losses = []
    opt = optim.SGD(model.parameters(), lr=lr, momentum=0.0, weight_decay=0.0)
    mse = nn.MSELoss()
    for step in range(1, steps + 1):
        loss = mse(Y, model(X))
        opt.zero_grad(set_to_none=False)
        loss.backward()
        opt.step()
        losses.append(loss.item())


@right("training loop")
def functional_gradient(model, X, Y, lr, steps):
    def loss_of(params):
        return F.mse_loss(torch.func.functional_call(model, params, (X,)), Y)

    for _ in range(steps):
        params = {k: v.detach() for k, v in model.named_parameters()}
        grads = torch.func.grad(loss_of)(params)
        model.load_state_dict({k: v - lr * grads[k] for k, v in params.items()})


@right("training loop")
def state_dict_shares_its_memory(model, X, Y, lr, steps):
    state = model.state_dict()
    for _ in range(steps):
        model.zero_grad()
        F.mse_loss(model(X), Y).backward()
        state["weight"] -= lr * model.weight.grad
        state["bias"] -= lr * model.bias.grad


@right("training loop")
def add_with_alpha(model, X, Y, lr, steps):
    for _ in range(steps):
        F.mse_loss(model(X), Y).backward()
        with torch.no_grad():
            for p in model.parameters():
                p.add_(p.grad, alpha=-lr)
                p.grad.zero_()


@right("training loop")
def one_vector_of_parameters(model, X, Y, lr, steps):
    for _ in range(steps):
        loss = torch.mean(torch.square(model(X) - Y))
        grads = torch.autograd.grad(loss, model.parameters())
        flat = nn.utils.parameters_to_vector(model.parameters()).detach()
        flat = flat - lr * torch.cat([g.reshape(-1) for g in grads])
        nn.utils.vector_to_parameters(flat, model.parameters())


@right("training loop")
def norm_squared_over_n(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(
        [{"params": [model.weight], "lr": lr}, {"params": [model.bias], "lr": lr}]
    )
    for _ in range(steps):
        optimizer.zero_grad()
        loss = (model(X) - Y).square().sum() / Y.shape[0]
        loss.backward()
        optimizer.step()


@right("training loop")
def recursive_training(model, X, Y, lr, steps):
    if steps == 0:
        return
    model.zero_grad()
    nn.MSELoss()(model(X), Y).backward()
    with torch.no_grad():
        [p.sub_(lr * p.grad) for p in model.parameters()]
    recursive_training(model, X, Y, lr, steps - 1)


@right("training loop")
def unreduced_loss(model, X, Y, lr, steps):
    sgd = torch.optim.SGD(params=model.parameters(), lr=lr)
    loss_function = torch.nn.MSELoss(reduction="none")
    for _ in range(steps):
        sgd.zero_grad()
        each = loss_function(model(X), Y)
        each.backward(torch.full_like(each, 1 / len(each)))
        sgd.step()


@right("training loop")
def half_the_loss_and_twice_the_rate(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=2 * lr)
    for _ in range(steps):
        cost = torch.sum((model(X) - Y) ** 2) / (2 * len(Y))
        optimizer.zero_grad()
        cost.backward()
        optimizer.step()


@right("training loop")
def cleared_if_there_is_something(model, X, Y, lr, steps):
    def train_step():
        for p in model.parameters():
            if p.grad is not None:
                p.grad.detach_()
                p.grad.zero_()
        torch.nn.MSELoss(reduction="mean")(input=model(X), target=Y).backward()
        with torch.no_grad():
            for p in model.parameters():
                p += p.grad * -lr

    done = 0
    while True:
        if done >= steps:
            break
        train_step()
        done += 1


@right("training loop")
def a_constant_schedule(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda epoch: 1.0)
    for _ in range(steps):
        with torch.enable_grad():
            loss = nn.MSELoss()(model.forward(X), Y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        scheduler.step()


@right("training loop")
def wrapped_in_a_sequential(model, X, Y, lr, steps):
    net = nn.Sequential(model)
    optimizer = optim.SGD(net.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        residual = (net(X) - Y).flatten()
        torch.dot(residual, residual).div(residual.numel()).backward()
        optimizer.step()


@right("training loop")
def normal_equation_matrices(model, X, Y, lr, steps):
    A = torch.hstack([X, torch.ones(len(X), 1)])
    H, c = 2 / len(X) * A.T @ A, 2 / len(X) * A.T @ Y
    theta = torch.cat([model.weight.detach().T, model.bias.detach().reshape(1, 1)])
    for _ in range(steps):
        theta = theta - lr * (H @ theta - c)
    model.weight.data.copy_(theta[:-1].T)
    model.bias.data.copy_(theta[-1])


# Training loop: wrong


@wrong("training loop", mistake="the gradients are not cleared: they add up")
def no_zero_grad(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = F.mse_loss(model(X), Y)
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="cleared once, before the loop: in it the gradients add up")
def zero_grad_before_the_loop(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    optimizer.zero_grad()
    for _ in range(steps):
        loss = nn.MSELoss()(model(X), Y)
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="zero_grad without brackets is not called: the gradients add up")
def zero_grad_not_called(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = F.mse_loss(model(X), Y)
        optimizer.zero_grad
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="the sum of the squares, not their mean")
def reduction_sum(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = F.mse_loss(model(X), Y, reduction="sum")
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="1/n twice: the mean in the loss, and lr / n")
def mean_and_rate_over_n(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr / len(X))
    for _ in range(steps):
        loss = F.mse_loss(model(X), Y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="1/n twice: the mean in the loss, and the loss divided by n")
def loss_divided_again(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    criterion = nn.MSELoss()
    for _ in range(steps):
        optimizer.zero_grad()
        loss = criterion(model(X), Y) / X.size(0)
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="half the mean squared error: the 2 of the derivative is lost")
def half_the_loss(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = 0.5 * torch.mean((model(X) - Y) ** 2)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="half the sum of the squares: neither 2 nor 1/n")
def half_the_sum(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        (((model(X) - Y) ** 2).sum() / 2).backward()
        optimizer.step()


@wrong("training loop", mistake="the root of the mean squared error is minimized")
def rmse_loss(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = torch.sqrt(F.mse_loss(model(X), Y))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="the mean absolute error, not the mean squared error")
def l1_loss(model, X, Y, lr, steps):
    criterion = nn.L1Loss()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = criterion(model(X), Y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="the Huber loss, not the mean squared error")
def smooth_l1(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = F.smooth_l1_loss(model(X), Y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="the square of the mean residual, not the mean of the squares")
def square_of_the_mean(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = (model(X) - Y).mean() ** 2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="Adam, not plain gradient descent")
def adam(model, X, Y, lr, steps):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = F.mse_loss(model(X), Y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="RMSprop, not plain gradient descent")
def rmsprop(model, X, Y, lr, steps):
    optimizer = torch.optim.RMSprop(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        nn.MSELoss()(model(X), Y).backward()
        optimizer.step()


@wrong("training loop", mistake="with momentum")
def momentum(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9)
    for _ in range(steps):
        loss = F.mse_loss(model(X), Y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="with Nesterov's momentum")
def nesterov(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.9, nesterov=True)
    for _ in range(steps):
        loss = F.mse_loss(model(X), Y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="with weight decay")
def weight_decay(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, weight_decay=0.1)
    for _ in range(steps):
        loss = F.mse_loss(model(X), Y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="a ridge term in the loss that nobody asked for")
def ridge_term(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = F.mse_loss(model(X), Y) + 0.1 * model.weight.norm() ** 2
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="the learning rate falls from turn to turn")
def scheduler(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    schedule = torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=0.9)
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optimizer.step()
        schedule.step()


@wrong("training loop", mistake="the gradients are clipped to length 1")
def clipped(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(model(X), Y).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()


@wrong("training loop", mistake="the learning rate is fixed at 0.01, whatever lr is")
def fixed_rate(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optimizer.step()


@wrong("training loop", mistake="the learning rate is not given to the optimizer")
def default_rate(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters())
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optimizer.step()


@wrong("training loop", mistake="one update for each row, not one with all rows")
def update_per_row(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        for x, y in zip(X, Y):
            loss = F.mse_loss(model(x), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


@wrong("training loop", mistake="mini-batches of two rows, each with an update")
def mini_batches(model, X, Y, lr, steps):
    data = torch.utils.data.TensorDataset(X, Y)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        for xb, yb in torch.utils.data.DataLoader(data, batch_size=2):
            optimizer.zero_grad()
            F.mse_loss(model(xb), yb).backward()
            optimizer.step()


@wrong("training loop", mistake="one row in each turn, not all rows")
def one_row_in_turn(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for i in range(steps):
        k = i % len(X)
        optimizer.zero_grad()
        F.mse_loss(model(X[k : k + 1]), Y[k : k + 1]).backward()
        optimizer.step()


@wrong("training loop", mistake="the bias is forgotten: only the weight is given to the optimizer")
def bias_not_in_the_optimizer(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD([model.weight], lr=lr)
    for _ in range(steps):
        model.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optimizer.step()


@wrong("training loop", mistake="the bias is not in the prediction, and gets no gradient")
def prediction_without_bias(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(X @ model.weight.T, Y).backward()
        optimizer.step()


@wrong("training loop", mistake="only the weight is updated by hand, the bias stays")
def weight_by_hand(model, X, Y, lr, steps):
    for _ in range(steps):
        model.zero_grad()
        F.mse_loss(model(X), Y).backward()
        with torch.no_grad():
            model.weight -= lr * model.weight.grad


@wrong("training loop", mistake="the gradient is added, not subtracted")
def plus_equals(model, X, Y, lr, steps):
    for _ in range(steps):
        model.zero_grad()
        F.mse_loss(model(X), Y).backward()
        with torch.no_grad():
            for p in model.parameters():
                p += lr * p.grad


@wrong("training loop", mistake="the negative loss is minimized: uphill")
def negative_loss(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = -F.mse_loss(model(X), Y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="step() before backward(): each update uses the old gradient")
def step_before_backward(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = F.mse_loss(model(X), Y)
        optimizer.step()
        optimizer.zero_grad()
        loss.backward()


@wrong("training loop", mistake="zero_grad() and step() before backward(): step() finds nothing")
def zero_step_backward(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        optimizer.step()
        loss = F.mse_loss(model(X), Y)
        loss.backward()


@wrong("training loop", mistake="cleared between backward() and step(): nothing moves")
def cleared_too_late(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = F.mse_loss(model(X), Y)
        loss.backward()
        optimizer.zero_grad()
        optimizer.step()


@wrong("training loop", mistake="step() is not called")
def no_step(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = F.mse_loss(model(X), Y)
        optimizer.zero_grad()
        loss.backward()


@wrong("training loop", mistake="step without brackets is not called")
def step_not_called(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optimizer.step


@wrong("training loop", mistake="backward() is not called")
def without_backward(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), Y)
        optimizer.step()


@wrong("training loop", mistake="step() stands after the loop: one update with the added gradients")
def step_after_the_loop(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = F.mse_loss(model(X), Y)
        loss.backward()
    optimizer.step()


@wrong("training loop", mistake="the gradient is computed once, before the loop")
def gradient_once(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    optimizer.zero_grad()
    F.mse_loss(model(X), Y).backward()
    for _ in range(steps):
        optimizer.step()


@wrong("training loop", mistake="the loss is computed once: the second backward() is an error")
def loss_before_the_loop(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    loss = F.mse_loss(model(X), Y)
    for _ in range(steps):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong(
    "training loop", mistake="the prediction is computed once, and its graph kept: old gradients"
)
def retained_graph(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    y_hat = model(X)
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(y_hat, Y).backward(retain_graph=True)
        optimizer.step()


@wrong("training loop", mistake="one update too few: the loop begins at 1")
def range_from_one(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(1, steps):
        optimizer.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optimizer.step()


@wrong("training loop", mistake="one update too many")
def range_plus_one(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps + 1):
        optimizer.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optimizer.step()


@wrong("training loop", mistake="one update only: there is no loop")
def no_loop(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    loss = F.mse_loss(model(X), Y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


@wrong("training loop", mistake="returns inside the loop, after one update")
def return_inside(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), Y)
        loss.backward()
        optimizer.step()
        return loss.item()


@wrong("training loop", mistake="always 100 updates, whatever steps is")
def hundred_epochs(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for epoch in range(100):
        optimizer.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optimizer.step()


@wrong("training loop", mistake="a copy of the model is trained, and returned")
def trains_a_copy(model, X, Y, lr, steps):
    net = copy.deepcopy(model)
    optimizer = torch.optim.SGD(net.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(net(X), Y).backward()
        optimizer.step()
    return net


@wrong("training loop", mistake="a new model is trained and returned, not the given one")
def a_new_model(model, X, Y, lr, steps):
    model = nn.Linear(X.shape[1], 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optimizer.step()
    return model


@wrong("training loop", mistake="the given weights are overwritten with zeros before training")
def starts_from_zero(model, X, Y, lr, steps):
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optimizer.step()


@wrong("training loop", mistake="the given weights are replaced by random ones before training")
def resets_the_parameters(model, X, Y, lr, steps):
    model.reset_parameters()
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optimizer.step()


@wrong("training loop", mistake="the optimizer holds the old parameters: the model got new ones")
def optimizer_of_old_parameters(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    model.weight = nn.Parameter(model.weight.clone())
    model.bias = nn.Parameter(model.bias.clone())
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optimizer.step()


@wrong("training loop", mistake="a plain tensor is assigned to model.weight: an error of PyTorch")
def tensor_as_weight(model, X, Y, lr, steps):
    for _ in range(steps):
        model.zero_grad()
        F.mse_loss(model(X), Y).backward()
        model.weight = model.weight - lr * model.weight.grad
        model.bias = model.bias - lr * model.bias.grad


@wrong("training loop", mistake="p = p − … gives the name to a new tensor; the model keeps its own")
def rebinds_the_name(model, X, Y, lr, steps):
    for _ in range(steps):
        model.zero_grad()
        F.mse_loss(model(X), Y).backward()
        with torch.no_grad():
            for p in model.parameters():
                p = p - lr * p.grad


@wrong("training loop", mistake="w and b are copies: the model does not see their updates")
def local_w_and_b(model, X, Y, lr, steps):
    w = model.weight.clone().detach().requires_grad_()
    b = model.bias.clone().detach().requires_grad_()
    optimizer = torch.optim.SGD([w, b], lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(X @ w.T + b, Y).backward()
        optimizer.step()


@wrong("training loop", mistake="in place, but outside no_grad(): an error of PyTorch")
def no_no_grad(model, X, Y, lr, steps):
    for _ in range(steps):
        model.zero_grad()
        F.mse_loss(model(X), Y).backward()
        for p in model.parameters():
            p -= lr * p.grad


@wrong("training loop", mistake="the prediction is detached, so that backward() has no graph")
def detached_prediction(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X).detach(), Y)
        loss.backward()
        optimizer.step()


@wrong(
    "training loop", mistake="the loss is detached and made a new leaf: no gradient comes through"
)
def detached_loss(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = torch.tensor(F.mse_loss(model(X), Y).item(), requires_grad=True)
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="all of it inside no_grad(): backward() has no graph")
def everything_in_no_grad(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    with torch.no_grad():
        for _ in range(steps):
            optimizer.zero_grad()
            F.mse_loss(model(X), Y).backward()
            optimizer.step()


@wrong("training loop", mistake="backward() is called on a number, not on a tensor")
def backward_of_an_item(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), Y).item()
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="the squares are not averaged: backward() needs one number")
def backward_of_a_column(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = (model(X) - Y) ** 2
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="losses are added up over the turns, and the sum goes backward")
def accumulated_loss(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    total = 0
    for _ in range(steps):
        total = total + F.mse_loss(model(X), Y)
    optimizer.zero_grad()
    total.backward()
    optimizer.step()


@wrong("training loop", mistake="the targets are flattened: every prediction meets every target")
def flattened_targets(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = ((model(X) - Y.flatten()) ** 2).mean()
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="the prediction alone is minimized: the targets are forgotten")
def targets_forgotten(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        (model(X) ** 2).mean().backward()
        optimizer.step()


@wrong("training loop", mistake="X is standardized first: another problem")
def standardized(model, X, Y, lr, steps):
    X = (X - X.mean(dim=0)) / (X.std(dim=0, unbiased=False) + 1e-8)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optimizer.step()


@wrong("training loop", mistake="b is updated with residuals of the new weight")
def bias_with_new_weight(model, X, Y, lr, steps):
    n = len(X)
    with torch.no_grad():
        for _ in range(steps):
            model.weight -= lr * 2 / n * (model(X) - Y).T @ X
            model.bias -= lr * 2 / n * (model(X) - Y).sum()


@wrong("training loop", mistake="the gradient by hand lacks 1/n")
def by_hand_without_n(model, X, Y, lr, steps):
    with torch.no_grad():
        for _ in range(steps):
            error = model(X) - Y
            model.weight -= lr * 2 * error.T @ X
            model.bias -= lr * 2 * error.sum()


@wrong("training loop", mistake="the gradient by hand is a column, but nn.Linear keeps w as a row")
def by_hand_a_column(model, X, Y, lr, steps):
    with torch.no_grad():
        for _ in range(steps):
            error = model(X) - Y
            grad_w = 2 / len(X) * X.T @ error
            model.bias -= lr * 2 * error.mean()
            model.weight.copy_(model.weight - lr * grad_w)


@wrong("training loop", mistake="the optimizer gets the model, not its parameters")
def model_in_place_of_parameters(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model, lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optimizer.step()


@wrong("training loop", mistake="the name criterion is not defined")
def undefined_criterion(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = criterion(model(X), Y)
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="the loss gets the model in place of its prediction")
def loss_of_the_model(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = nn.MSELoss()(model, Y)
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="fit() is a method of Keras: nn.Linear has none")
def keras_habits(model, X, Y, lr, steps):
    model.fit(X, Y, epochs=steps, batch_size=len(X))


@wrong("training loop", mistake="the gradients add up, and the sum is taken in place of the mean")
def sum_without_clearing(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = torch.sum((model(X) - Y) ** 2)
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="one update for each row, and each with lr / n")
def row_updates_with_rate_over_n(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr / len(X))
    for _ in range(steps):
        for i in range(len(X)):
            optimizer.zero_grad()
            loss = (model(X[i]) - Y[i]).pow(2).sum()
            loss.backward()
            optimizer.step()


@wrong("training loop", mistake="Adam, and the gradients are not cleared")
def adam_without_clearing(model, X, Y, lr, steps):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        nn.MSELoss()(model(X), Y).backward()
        optimizer.step()


@wrong("training loop", mistake="half the loss, and one update too few")
def half_and_one_too_few(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps - 1):
        optimizer.zero_grad()
        (F.mse_loss(model(X), Y) / 2).backward()
        optimizer.step()


@wrong("training loop", mistake="only the weight is updated, and with the sum in place of the mean")
def weight_only_with_the_sum(model, X, Y, lr, steps):
    for _ in range(steps):
        model.zero_grad()
        ((model(X) - Y) ** 2).sum().backward()
        with torch.no_grad():
            model.weight.sub_(lr * model.weight.grad)


@wrong("training loop", mistake="momentum by hand: the gradient is halved, not cleared")
def gradient_halved_not_cleared(model, X, Y, lr, steps):
    for _ in range(steps):
        F.mse_loss(model(X), Y).backward()
        with torch.no_grad():
            for p in model.parameters():
                p -= lr * p.grad
                p.grad *= 0.5


@wrong("training loop", mistake="a closure for SGD that does not clear the gradients")
def closure_without_clearing(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)

    def closure():
        loss = F.mse_loss(model(X), Y)
        loss.backward()
        return loss

    for _ in range(steps):
        optimizer.step(closure)


@wrong("training loop", mistake="backward() is called twice on one graph: an error")
def backward_twice(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.mse_loss(model(X), Y)
        loss.backward()
        loss.backward()
        optimizer.step()


@wrong("training loop", mistake="two steps with each gradient")
def step_twice(model, X, Y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optimizer.step()
        optimizer.step()


@wrong("training loop", mistake="the bias is frozen before training")
def frozen_bias(model, X, Y, lr, steps):
    model.bias.requires_grad = False
    optimizer = torch.optim.SGD([p for p in model.parameters() if p.requires_grad], lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optimizer.step()


@wrong("training loop", mistake="after the training the old weights are loaded again")
def restores_the_start(model, X, Y, lr, steps):
    start = copy.deepcopy(model.state_dict())
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        F.mse_loss(model(X), Y).backward()
        optimizer.step()
    model.load_state_dict(start)


# Find the bugs: right


@right("find the bugs")
def three_small_changes(model, X, y, lr, steps):
    for _ in range(steps):
        model.zero_grad()
        loss = ((model(X) - y[:, None]) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@right("find the bugs")
def prediction_flattened(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X).flatten() - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += -lr * parameter.grad
                parameter.grad.zero_()


@right("find the bugs")
def residual_turned_round(model, X, y, lr, steps):
    target = y.unsqueeze(1)
    for _ in range(steps):
        loss = (target - model(X)).square().mean()
        for p in model.parameters():
            p.grad = None
        loss.backward()
        for p in model.parameters():
            p.data -= lr * p.grad


@right("find the bugs")
def optimizer_in_place_of_the_loop(model, X, y, lr, steps):
    y = y.view(-1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        optimizer.zero_grad()
        nn.MSELoss()(model(X), y).backward()
        optimizer.step()


@right("find the bugs")
def negative_loss_and_plus(model, X, y, lr, steps):
    # Both signs turned: += is right for the gradient of minus the loss
    for _ in range(steps):
        model.zero_grad()
        gain = -((model(X)[:, 0] - y) ** 2).mean()
        gain.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += lr * parameter.grad


@right("find the bugs")
def grads_from_autograd(model, X, y, lr, steps):
    n = len(y)
    params = list(model.parameters())
    for _ in range(steps):
        r = model(X).squeeze(1) - y
        grads = torch.autograd.grad(r @ r / n, params)
        with torch.no_grad():
            for p, g in zip(params, grads):
                p.sub_(lr * g)


@right("find the bugs")
def weight_and_bias_by_name(model, X, y, lr, steps):
    w, b = model.weight, model.bias
    for _ in range(steps):
        loss = torch.mean((X @ w[0] + b - y) ** 2)
        model.zero_grad(set_to_none=True)
        loss.backward()
        with torch.no_grad():
            w -= lr * w.grad
            b -= lr * b.grad


@right("find the bugs")
def sum_over_len_y(model, X, y, lr, steps):
    Y = torch.atleast_2d(y).T
    for _ in range(steps):
        loss = torch.sum((model(X) - Y) ** 2) / len(y)
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.copy_(parameter - lr * parameter.grad)
        model.zero_grad()


@right("find the bugs")
def reshape_like_the_prediction(model, X, y, lr, steps):
    for _ in range(steps):
        y_hat = model(X)
        loss = F.mse_loss(y_hat, y.reshape(y_hat.shape))
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.add_(parameter.grad, alpha=-lr)


@right("find the bugs")
def each_row_in_a_sum(model, X, y, lr, steps):
    for _ in range(steps):
        loss = sum((model(X[i]) - y[i]) ** 2 for i in range(len(y))) / len(y)
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= parameter.grad * lr


@right("find the bugs")
def closed_form_of_the_gradient(model, X, y, lr, steps):
    with torch.no_grad():
        for _ in range(steps):
            r = model(X).ravel() - y
            model.weight -= lr * 2 / len(y) * (r @ X)
            model.bias -= lr * 2 * r.mean()


@right("find the bugs")
def inner_function_for_the_loss(model, X, y, lr, steps):
    def mse(prediction, target):
        assert prediction.shape == target.shape
        return ((prediction - target) ** 2).mean()

    for _ in range(steps):
        mse(model(X), y.unsqueeze(-1)).backward()
        for parameter in model.parameters():
            with torch.no_grad():
                parameter -= lr * parameter.grad
            parameter.grad = None


@right("find the bugs")
def detached_views(model, X, y, lr, steps):
    column = y[..., None]
    for _ in range(steps):
        model.zero_grad()
        F.mse_loss(model(X), column).backward()
        for parameter in model.parameters():
            parameter.detach().sub_(parameter.grad, alpha=lr)


@right("find the bugs")
def in_float64(model, X, y, lr, steps):
    A = torch.cat([X, torch.ones(len(X), 1)], dim=1).double()
    theta = torch.cat([model.weight[0], model.bias]).detach().double()
    for _ in range(steps):
        theta = theta - 2 * lr / len(y) * A.T @ (A @ theta - y.double())
    with torch.no_grad():
        model.weight[:] = theta[:-1]
        model.bias[:] = theta[-1:]


@right("find the bugs")
def stacked_and_summed(model, X, y, lr, steps):
    Y = torch.stack([y], dim=1)
    for _ in range(steps):
        model.weight.grad, model.bias.grad = None, None
        r = model(X) - Y
        torch.einsum("ij,ij->", r, r).div(len(r)).backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter[...] = parameter - lr * parameter.grad


@right("find the bugs")
def n_times_too_many_terms_put_right(model, X, y, lr, steps):
    # Of the n × n differences only the diagonal belongs to the loss
    for _ in range(steps):
        differences = model(X) - y
        loss = (torch.diagonal(differences) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


# Find the bugs: wrong


@wrong("find the bugs", mistake="all three bugs are left: shape, gradients that add up, sign")
def unchanged(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += lr * parameter.grad


@wrong("find the bugs", mistake="the shape is left: y is not a column")
def shape_left(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="the gradients still add up")
def clearing_left(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="the sign is left: the gradient is added")
def sign_left(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X).squeeze(1) - y) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += lr * parameter.grad


@wrong("find the bugs", mistake="shape and clearing are left; only the sign is mended")
def only_the_sign(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="shape and sign are left; only the clearing is mended")
def only_the_clearing(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += lr * parameter.grad


@wrong("find the bugs", mistake="clearing and sign are left; only the shape is mended")
def only_the_shape(model, X, y, lr, steps):
    y = y.unsqueeze(1)
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += lr * parameter.grad


@wrong("find the bugs", mistake="y becomes a row, not a column: the shape is still wrong")
def a_row(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(1, -1)) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="y.unsqueeze(0) is a row, not a column")
def unsqueeze_zero(model, X, y, lr, steps):
    y = y.unsqueeze(0)
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad
                parameter.grad.zero_()


@wrong("find the bugs", mistake="the result of y.reshape is thrown away: the shape is as before")
def reshape_without_assignment(model, X, y, lr, steps):
    y.reshape(-1, 1)
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="both are turned into other shapes, which do not fit either")
def both_reshaped(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X).flatten() - y.reshape(-1, 1)) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="MSELoss warns of the shape, and computes the same wrong loss")
def mse_loss_with_flat_y(model, X, y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = nn.MSELoss()(model(X), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("find the bugs", mistake="the caller's y is changed in place, by unsqueeze_")
def y_in_place(model, X, y, lr, steps):
    y.unsqueeze_(1)
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="zero_grad without brackets is not called: the gradients add up")
def zero_grad_as_a_name(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.view(-1, 1)) ** 2).mean()
        model.zero_grad
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="cleared once, before the loop: in it the gradients add up")
def cleared_before_the_loop(model, X, y, lr, steps):
    model.zero_grad()
    for _ in range(steps):
        loss = ((model(X) - y[:, None]) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="cleared between backward() and the update: .grad is None there")
def cleared_after_backward(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        loss.backward()
        model.zero_grad()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="grad.zero_() after backward(): the update subtracts 0")
def zeroed_after_backward(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter.grad.zero_()
                parameter -= lr * parameter.grad


@wrong(
    "find the bugs", mistake="the model is cleared inside the inner loop: the bias has no gradient"
)
def cleared_in_the_inner_loop(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad
                model.zero_grad()


@wrong("find the bugs", mistake="only the weight's gradient is cleared; the bias's adds up")
def only_the_weight_cleared(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad
        model.weight.grad.zero_()


@wrong("find the bugs", mistake="the first turn has no .grad to zero: an error before backward()")
def zeroes_before_there_is_a_grad(model, X, y, lr, steps):
    for _ in range(steps):
        for parameter in model.parameters():
            parameter.grad.zero_()
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="parameter = parameter − … makes a new tensor: the model stays")
def new_name_for_the_parameter(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter = parameter - lr * parameter.grad


@wrong("find the bugs", mistake="parameter =- … is no subtraction, but a new name for the step")
def equals_minus(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter = -lr * parameter.grad


@wrong("find the bugs", mistake="no_grad() has been taken away: an error of PyTorch")
def without_no_grad(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        model.zero_grad()
        loss.backward()
        for parameter in model.parameters():
            parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="the loss is divided by n once more")
def divided_by_n_again(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean() / len(y)
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="the sum in place of the mean")
def sum_of_squares(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).sum()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="the signs of loss and update are both turned: uphill again")
def two_signs(model, X, y, lr, steps):
    for _ in range(steps):
        loss = -((model(X) - y.reshape(-1, 1)) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong(
    "find the bugs", mistake="the residual's sign is turned, which changes nothing, and += stays"
)
def sign_of_the_residual(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((y.reshape(-1, 1) - model(X)) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += lr * parameter.grad


@wrong("find the bugs", mistake="the residuals are no longer squared")
def square_lost(model, X, y, lr, steps):
    for _ in range(steps):
        loss = (model(X) - y.reshape(-1, 1)).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="Adam in place of the plain update")
def adam_instead(model, X, y, lr, steps):
    optimizer = torch.optim.Adam(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("find the bugs", mistake="momentum is added to the update")
def momentum_added(model, X, y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("find the bugs", mistake="optimizer and loop both update: two steps in each turn")
def updated_twice(model, X, y, lr, steps):
    optimizer = torch.optim.SGD(model.parameters(), lr=lr)
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="a clone of the parameter is updated, not the parameter")
def clone_updated(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        model.zero_grad()
        loss.backward()
        for parameter in model.parameters():
            p = parameter.clone().detach()
            p -= lr * parameter.grad


@wrong("find the bugs", mistake="the update stands after the outer loop, and is made once")
def update_outside(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        model.zero_grad()
        loss.backward()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="backward() inside the loop over the parameters: called twice")
def backward_in_the_inner_loop(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        model.zero_grad()
        for parameter in model.parameters():
            loss.backward()
            parameter.data -= lr * parameter.grad


@wrong("find the bugs", mistake="the mean of y as target: y.mean() meets every prediction")
def mean_as_target(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.mean()) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="sign and clearing are right, but the learning rate is forgotten")
def rate_forgotten(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= parameter.grad


@wrong("find the bugs", mistake="stops after the first turn: return stands inside the loop")
def return_in_the_first_turn(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad
        return


@wrong("find the bugs", mistake="a description of the bugs, not a loop: the model stays as it was")
def only_prints_the_bugs(model, X, y, lr, steps):
    print("1. y must be a column, 2. zero_grad is missing, 3. += must be -=")


@wrong("find the bugs", mistake="the sign is left, and the mean has become a sum")
def sign_left_and_a_sum(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).sum()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter += lr * parameter.grad


@wrong("find the bugs", mistake="the shape is left, and the learning rate divided by n")
def shape_left_and_rate_over_n(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr / len(y) * parameter.grad


@wrong("find the bugs", mistake="the gradients add up, and the bias is not updated")
def clearing_left_and_no_bias(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        loss.backward()
        with torch.no_grad():
            model.weight -= lr * model.weight.grad


@wrong("find the bugs", mistake="all n × n squares are added, and divided by n, not n²")
def all_pairs_over_n(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y) ** 2).sum() / len(y)
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad


@wrong("find the bugs", mistake="the name optimizer is not defined")
def no_optimizer_made(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(-1, 1)) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()


@wrong("find the bugs", mistake="y is reshaped to (n, n), which only n = 1 allows: an error")
def reshaped_to_the_wrong_size(model, X, y, lr, steps):
    for _ in range(steps):
        loss = ((model(X) - y.reshape(len(y), len(y))) ** 2).mean()
        model.zero_grad()
        loss.backward()
        with torch.no_grad():
            for parameter in model.parameters():
                parameter -= lr * parameter.grad
