"""Measure how long a check of an answer takes: of right ones, of mistakes, and of the worst.

    python benchmarks/practice.py [--write] [--strict]

Prints Markdown tables; --write puts them into benchmarks/README.md, which tells the method, and
--strict makes the exit status 1 if the goal is missed.
"""

import math
import sys
from collections.abc import Mapping
from functools import partial
from itertools import chain
from time import perf_counter

import torch
from report import Goal, describe, finish, in_rounds, read_options, table_of_goals, table_of_times

from lsqgrad.practice.exercise import NumberExercise
from lsqgrad.practice.exercises import EXERCISES
from lsqgrad.practice.function_exercise import FunctionExercise, TrainingExercise

ROUNDS = 3
RIGHT, MISTAKEN, NAMELESS = "right answers", "typical mistakes", "mistakes without a name"
BEYOND, STUBBORN = "recursion without end", "a loop without end"
PRINTING, LARGE = "a loop that prints without end", "a result of 10⁷ numbers"


def main():
    options = read_options("Measure how long a check of an answer takes.")
    times = in_rounds(partial(check_all, list(answers())), ROUNDS)
    longest = max(chain.from_iterable(times.values())) / 1000
    goals = [Goal("the longest check of all", longest, 1, " s")]
    heads = ["", "checks", "median, ms", "middle half, ms"]
    parts = [describe(["torch", "numpy"]), table_of_goals(goals), table_of_times(heads, times)]
    return finish(options, "checks", goals, parts)


def answers():
    """Yield for each answer to an exercise what kind it is, the exercise and the answer."""
    for exercise in EXERCISES:
        if isinstance(exercise, NumberExercise):
            continue
        wrapped = trainer if isinstance(exercise, TrainingExercise) else lambda answer: answer
        yield RIGHT, exercise, wrapped(exercise.truth)
        for ways in exercise.mistakes.values():
            for how in [ways] if isinstance(ways, str) else ways:
                mistake = partial(exercise.truth, **how) if isinstance(how, Mapping) else how
                yield MISTAKEN, exercise, wrapped(mistake)
        if isinstance(exercise, FunctionExercise):  # for which all mistakes and pairs are tried
            yield NAMELESS, exercise, wrapped(partial(exercise.truth, scale=math.pi))
    with_the_bias = next(exercise for exercise in EXERCISES if exercise.name == "with the bias")
    for kind, answer in {BEYOND: deeper, STUBBORN: on_and_on, PRINTING: say, LARGE: many}.items():
        yield kind, with_the_bias, answer


def check_all(all_answers):
    """Return how long each check takes, in milliseconds, by the kind of the answer."""
    times = {}
    for kind, exercise, answer in all_answers:
        start = perf_counter()
        exercise.judge(answer, seed=0)
        times.setdefault(kind, []).append((perf_counter() - start) * 1000)
    return times


def trainer(after):
    """Return a function that trains a model to the parameters that `after` computes."""

    def train(model, X, Y, *settings):
        w, b = model.weight.detach().numpy().T, model.bias.item()
        w, b = after(w, b, X.numpy(), Y.numpy().reshape(-1, 1), *settings)
        with torch.no_grad():
            model.weight.copy_(torch.tensor(w.T))
            model.bias.fill_(b)

    return train


def deeper(X, Y, w, b):
    return deeper(X, Y, w, b)


def on_and_on(X, Y, w, b):
    while True:
        try:
            while True:
                pass
        except Exception:
            pass


def say(X, Y, w, b):
    while True:
        print(X)


def many(X, Y, w, b):
    return [0.0] * 10**7, 0.0


if __name__ == "__main__":
    sys.exit(main())
