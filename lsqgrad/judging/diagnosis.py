"""Finds out what is wrong with an answer that was tried: compares it with truth and with mistakes.

An *outcome* is what an answer gives in one *case*, which is one set of inputs: a tuple of `Part`,
such as ∂L/∂w and ∂L/∂b, or a `Failure`. A *trial* has the outcomes of the answer and of the truth.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, NamedTuple

import numpy as np

from lsqgrad._util.types import Array
from lsqgrad.judging.misconceptions import MISCONCEPTIONS

NEAR = 1e-3  # of the largest number: so near comes no typical mistake, but an inexact formula
MOST_SHOWN = 24  # numbers of an array
SAME = 1e-4  # as a factor elsewhere: the numbers that tell it are certain to 1 part in 10,000
SIMPLE = 12  # the largest number in a factor that is named
BY_HAND = "Can you do it by hand with these numbers?"
FACTORS = "Name each factor in it: which part of the loss does it come from?"
PRECISION = (
    "Does something round on the way, or stand for a derivative that is not quite one, such as a "
    "quotient of differences?"
)


class Part(NamedTuple):
    """A number or an array, and how far rounding may have carried it."""

    value: Array
    slack: Array | float = 0.0


class Failure(NamedTuple):
    """Why there is no outcome.

    `kind` is "exception", of which some typical mistakes are made too, or another word, which ends
    the search.
    """

    kind: str
    sentence: str = ""


class Case(NamedTuple):
    """One set of inputs, in words."""

    label: str  # what sets it apart: n = 3, p = 2
    inputs: str  # the numbers
    n: int


Outcome = tuple[Part, ...] | Failure


class Trial(NamedTuple):
    """What the answer gives in one case, and what the truth does."""

    case: Case
    answer: Outcome
    truth: Outcome


@dataclass(frozen=True)
class Finding:
    """What is to be said about an answer.

    Attributes
    ----------
    kind : str
        "right"; "mistake", one that has a name; or else "unanswered", "type", "exception",
        "endless", "exit", "inputs", "digits", "shape", "not finite", "factor", "near", "some",
        "wrong"; of a number also "rounded", right but for rounding.
    sentence : str
        What the learner reads.
    mistakes : tuple of str
        The names of the mistakes, in `MISCONCEPTIONS`.
    digits : int
        If rounded: how many digits agree.

    Examples
    --------
    >>> Finding("right", "Right.").mistakes
    ()
    """

    kind: str
    sentence: str
    mistakes: tuple[str, ...] = ()
    digits: int = 0

    def with_note(self, note: str) -> "Finding":
        """Return the same with another sentence, or an empty one."""
        return replace(self, sentence=f"{self.sentence} {note}".rstrip())


Trials = Sequence[Trial]
Mistakes = Iterable[tuple[tuple[str, ...], Sequence[Outcome]]]


def diagnose(trials: Trials, mistakes: Mistakes, names: Sequence[str]) -> Finding:
    """Find out what is wrong.

    Parameters
    ----------
    trials : sequence of Trial
        One for each case.
    mistakes : iterable of (tuple of str, sequence)
        Names in `MISCONCEPTIONS`, and the outcomes of who makes these mistakes, one for each case.
        Of two that give the same, the first is named.
    names : sequence of str
        What the parts are called.

    Returns
    -------
    Finding
    """
    with np.errstate(all="ignore"):  # a learner's numbers may be of any size
        return _diagnose(trials, mistakes, names)


def _diagnose(trials: Trials, mistakes: Mistakes, names: Sequence[str]) -> Finding:
    failures = [trial.answer for trial in trials if isinstance(trial.answer, Failure)]
    for failure in failures:
        if failure.kind != "exception":
            return Finding(*failure)
    truths = [trial.truth for trial in trials]
    wrong = [k for k in range(len(names)) if not _agree(trials, truths, k)]
    if not wrong:
        return Finding("right", f"Right, in {len(trials)} cases with random numbers.")
    if finding := _typical(trials, wrong, mistakes, names):
        return finding
    if failures:
        return Finding(*failures[0])
    return (
        _other_shape(trials, names)
        or _not_finite(trials, names)
        or _other_factor(trials, wrong, names)
        or _near(trials, names)
        or _somewhere_else(trials, wrong, names)
    )


def _agree(trials: Trials, others: Sequence[Outcome], k: int) -> bool:
    """Whether part k agrees in all cases, and is there in one of them at least."""
    there = any(not isinstance(trial.answer, Failure) for trial in trials)
    pairs = zip(trials, others, strict=True)
    return there and all(_alike(trial.answer, other, k) for trial, other in pairs)


def _alike(one: Outcome, other: Outcome, k: int) -> bool:
    """Whether part k of two outcomes is the same, but for rounding."""
    if isinstance(one, Failure) or isinstance(other, Failure):
        return isinstance(one, Failure) and isinstance(other, Failure)
    (a, slack), (b, more) = one[k], other[k]
    # What is not a number is within no distance.
    return _fit(a, b) and bool(np.all(np.abs(a - b) <= slack + more))


def _fit(a: Array, b: Array) -> bool:
    """Whether two arrays have the same shape. A single number may have any."""
    return a.shape == b.shape or a.size == b.size == 1


def _typical(
    trials: Trials, wrong: list[int], mistakes: Mistakes, names: Sequence[str]
) -> Finding | None:
    """Name the mistake that explains all parts that are wrong, or else one for each of them."""
    found: dict[int, tuple[str, ...]] = {}
    for keys, outcomes in mistakes:
        explained = [k for k in wrong if _agree(trials, outcomes, k)]
        if explained == wrong:
            found = dict.fromkeys(wrong, keys)
            break
        found = dict.fromkeys(explained, keys) | found
    if not found:
        return None
    right, unknown = set(range(len(names))) - set(wrong), set(wrong) - set(found)
    sentences = [_about(right, names, "right.")] if right else []
    for keys in dict.fromkeys(found[k] for k in sorted(found)):
        parts = [k for k in found if found[k] == keys]
        parts = [k for k in parts if _is_wrong_where_it_is(trials, k)] or parts
        said = " And ".join(MISCONCEPTIONS[key].said for key in keys)
        sentences.append(_about(parts, names, said))
    if unknown:
        sentences.append(_about(unknown, names, "not right either."))
    mistaken = tuple(dict.fromkeys(key for k in sorted(found) for key in found[k]))
    questions = dict.fromkeys(MISCONCEPTIONS[key].question for key in mistaken)
    return Finding("mistake", " ".join([*sentences, *questions]), mistaken)


def _about(parts: Iterable[int], names: Sequence[str], said: str) -> str:
    """Say something of some parts; the only part that there is needs no name."""
    if len(names) == 1:
        return capitalize(said)
    return f"{' and '.join(names[k] for k in sorted(parts))}: {said}"


def capitalize(said: str) -> str:
    """Begin a sentence with a capital letter, unless it begins with a letter of a formula."""
    first = said.partition(" ")[0]
    return said[0].upper() + said[1:] if len(first) > 1 and first.isalpha() else said


def _is_wrong_where_it_is(trials: Trials, k: int) -> bool:
    """Whether part k differs in some case that has an outcome."""
    there = [trial for trial in trials if not isinstance(trial.answer, Failure)]
    return any(not _alike(trial.answer, trial.truth, k) for trial in there)


def _parts(trials: Trials, names: Sequence[str]) -> Iterator[Any]:
    """Yield for each case and part its trial, name, value, and what is expected with its slack."""
    for trial in trials:
        for name, (value, _), truth in zip(names, trial.answer, trial.truth, strict=True):
            yield trial, name, value, *truth


def _other_shape(trials: Trials, names: Sequence[str]) -> Finding | None:
    for (case, *_), name, value, wanted, slack in _parts(trials, names):
        if not _fit(value, wanted):
            same = value.size == wanted.size and np.all(
                np.abs(value.reshape(wanted.shape) - wanted) <= slack
            )
            return Finding(
                "shape",
                f"{name} has the shape {value.shape} where {case.label}, and "
                f"{wanted.shape or 'one number'} is expected."
                f"{' The numbers in it are right.' if same else ''} "
                "Which shape has each product and each sum on the way?",
            )
    return None


def _not_finite(trials: Trials, names: Sequence[str]) -> Finding | None:
    for (case, *_), name, value, *_ in _parts(trials, names):
        if not np.isfinite(value).all():
            number = value[~np.isfinite(value)].flat[0]
            return Finding(
                "not finite",
                f"{name} has {number} in it, for {case.inputs}. "
                "Where does it divide, or take a root or a logarithm?",
            )
    return None


def _other_factor(trials: Any, wrong: list[int], names: Sequence[str]) -> Finding | None:
    """Tell if all is right but for a factor that is the same everywhere, or goes with n."""
    of_each: list[Any] = []
    for case, answer, truth in trials:
        for k in wrong:
            value, wanted = answer[k].value.ravel(), truth[k].value.ravel()
            certain = np.abs(wanted) * SAME > np.ravel(truth[k].slack)
            of_each.extend((ratio, case.n) for ratio in value[certain] / wanted[certain])
    ratios, sizes = np.reshape(of_each, (-1, 2)).T
    for unit, constants in (("", ratios), ("n", ratios / sizes), ("/n", ratios * sizes)):
        factor = _simple(constants)
        if factor and (unit or factor != 1):
            times = "n" if (factor, unit) == (1, "n") else f"{factor}{unit}"
            said = f"it is {times} times what it should be."
            return Finding("factor", f"{_about(wrong, names, said)} {FACTORS}")
    return None


def _simple(constants: Array) -> Fraction | None:
    """Return the simple fraction that all the numbers are, but for rounding, if there is one."""
    if not len(constants) or not np.isfinite(constants).all():
        return None
    simple = Fraction(constants[0]).limit_denominator(SIMPLE)
    close = np.allclose(constants, float(simple), rtol=SAME, atol=0)
    return simple if close and 0 < abs(simple.numerator) <= SIMPLE else None


def _near(trials: Trials, names: Sequence[str]) -> Finding | None:
    off = [
        np.max(np.abs(value - wanted)) / np.max(np.abs(wanted))
        for _, _, value, wanted, _ in _parts(trials, names)
    ]
    worst = max([0.0, *off])
    if not worst <= NEAR:
        return None
    said = f"it is near, but off by one part in {1 / worst:,.0f}."
    return Finding("near", f"{_about(range(len(names)), names, said)} {PRECISION}")


def _somewhere_else(trials: Any, wrong: list[int], names: Sequence[str]) -> Finding:
    """Tell where it is right, if it is anywhere, and show the first case where it is not."""
    good = [one.case for one in trials if all(_alike(one.answer, one.truth, k) for k in wrong)]
    case, answer, truth = next(trial for trial in trials if trial.case not in good)
    k = next(k for k in wrong if not _alike(answer, truth, k))
    right = set(range(len(names))) - set(wrong)
    where = f"{_about(right, names, 'right.')} " if right else ""
    if good:
        where += f"It is right where {good[0].label}, but not where {case.label}. "
    return Finding(
        "some" if good else "wrong",
        f"{where}{names[k]} is not right. For {case.inputs} it is {format_value(answer[k].value)}, "
        f"and {format_value(truth[k].value)} is expected. {BY_HAND}",
    )


def format_value(value: Any) -> str:
    """Write a number, an array or a list of arrays in one line, as it may be typed."""
    if isinstance(value, list):
        return f"[{', '.join(map(format_value, value))}]"
    array = np.asarray(value)
    if array.size > MOST_SHOWN:
        return f"an array of shape {array.shape}"
    if array.dtype.kind == "f":
        array = np.vectorize(lambda number: float(f"{number:.6g}"), otypes=[float])(array)
    return str(array.tolist())
