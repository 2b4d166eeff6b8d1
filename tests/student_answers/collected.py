"""Collects answers as students write them, each with what its author knows of it."""

from collections.abc import Callable
from typing import Any, NamedTuple


class StudentAnswer(NamedTuple):
    """An answer; `mistake` says in its author's words what is wrong with it, and is "" if right."""

    exercise: str
    name: str
    answer: Any
    mistake: str


ANSWERS: list[StudentAnswer] = []


def right(*exercises: str) -> Callable[[Any], Any]:
    """Collect a function that is a right answer to these exercises."""
    return wrong(*exercises, mistake="")


def wrong(*exercises: str, mistake: str) -> Callable[[Any], Any]:
    """Collect a function that is a wrong answer to these exercises."""

    def collect(function: Any) -> Any:
        for exercise in exercises:
            ANSWERS.append(StudentAnswer(exercise, function.__name__, function, mistake))
        return function

    return collect


def typed(exercise: str, mistake: str, *texts: Any) -> None:
    """Collect numbers or formulas, as typed or computed, with the same mistake or none."""
    for text in texts:
        ANSWERS.append(StudentAnswer(exercise, repr(text), text, mistake))
