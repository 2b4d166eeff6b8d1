"""Finds out what is wrong with an answer: compares what it gave with the truth and with mistakes.

An *outcome* is what an answer gives in one *case*, which is one set of inputs: a tuple of `Part`,
such as ∂L/∂w and ∂L/∂b, or a `Failure`.
"""

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from lsqgrad.judging.misconceptions import MISTAKES

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

    value: np.ndarray
    slack: np.ndarray | float = 0.0


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


@dataclass(frozen=True)
class Finding:
    """What is to be said about an answer.

    Attributes
    ----------
    kind : str
        "right"; "mistake", one that has a name; or else "unanswered", "type", "exception",
        "endless", "exit", "inputs", "digits", "shape", "not finite", "factor", "near", "some",
        "wrong".
    sentence : str
        What the learner reads.
    mistakes : tuple of str
        The names of the mistakes, in `MISTAKES`.

    Examples
    --------
    >>> Finding("right", "Right.").mistakes
    ()
    """

    kind: str
    sentence: str
    mistakes: tuple[str, ...] = ()

    def with_note(self, note):
        """Return the same with another sentence, or an empty one."""
        return replace(self, sentence=f"{self.sentence} {note}".rstrip())


def diagnose(answers, truths, mistakes, names, cases):
    """Find out what is wrong.

    Parameters
    ----------
    answers, truths : list
        The outcomes of the answer and of the truth, one for each case.
    mistakes : iterable of (tuple of str, list)
        Names in `MISTAKES`, and the outcomes of who makes these mistakes. Of two that give the
        same, the first is named.
    names : tuple of str
        What the parts are called.
    cases : list of Case
        The cases.

    Returns
    -------
    Finding
    """
    with np.errstate(all="ignore"):  # a learner's numbers may be of any size
        return _diagnose(answers, truths, mistakes, names, cases)


def _diagnose(answers, truths, mistakes, names, cases):
    for outcome in answers:
        if isinstance(outcome, Failure) and outcome.kind != "exception":
            return Finding(*outcome)
    wrong = [k for k in range(len(names)) if not _agree(answers, truths, k)]
    if not wrong:
        return Finding("right", f"Right, in {len(cases)} cases with random numbers.")
    return (
        _typical(answers, truths, wrong, mistakes, names)
        or _failed(answers)
        or _other_shape(answers, truths, names, cases)
        or _not_finite(answers, names, cases)
        or _other_factor(answers, truths, wrong, names, cases)
        or _near(answers, truths, names)
        or _somewhere_else(answers, truths, wrong, names, cases)
    )


def _agree(answers, others, k):
    """Whether part k agrees in all cases, and is there in one of them at least."""
    pairs = list(zip(answers, others, strict=True))
    there = any(not isinstance(outcome, Failure) for outcome in answers)
    return there and all(_alike(one, other, k) for one, other in pairs)


def _alike(one, other, k):
    """Whether part k of two outcomes is the same, but for rounding."""
    if isinstance(one, Failure) or isinstance(other, Failure):
        return isinstance(one, Failure) and isinstance(other, Failure)
    (a, slack), (b, more) = one[k], other[k]
    # What is not a number is within no distance.
    return _fit(a, b) and bool(np.all(np.abs(a - b) <= slack + more))


def _fit(a, b):
    """Whether two arrays have the same shape. A single number may have any."""
    return a.shape == b.shape or a.size == b.size == 1


def _typical(answers, truths, wrong, mistakes, names):
    """Name the mistake that explains all parts that are wrong, or else one for each of them."""
    found = {}
    for keys, outcomes in mistakes:
        explained = [k for k in wrong if _agree(answers, outcomes, k)]
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
        parts = [k for k in parts if _is_wrong_where_it_is(answers, truths, k)] or parts
        said = " And ".join(MISTAKES[key].said for key in keys)
        sentences.append(_about(parts, names, said))
    if unknown:
        sentences.append(_about(unknown, names, "not right either."))
    mistaken = tuple(dict.fromkeys(key for k in sorted(found) for key in found[k]))
    questions = dict.fromkeys(MISTAKES[key].question for key in mistaken)
    return Finding("mistake", " ".join([*sentences, *questions]), mistaken)


def _about(parts, names, said):
    """Say something of some parts; the only part that there is needs no name."""
    if len(names) == 1:
        return capitalize(said)
    return f"{' and '.join(names[k] for k in sorted(parts))}: {said}"


def capitalize(said):
    """Begin a sentence with a capital letter, unless it begins with a letter of a formula."""
    first = said.partition(" ")[0]
    return said[0].upper() + said[1:] if len(first) > 1 and first.isalpha() else said


def _is_wrong_where_it_is(answers, truths, k):
    """Whether part k differs in some case that has an outcome."""
    pairs = zip(answers, truths, strict=True)
    return any(not isinstance(a, Failure) and not _alike(a, t, k) for a, t in pairs)


def _failed(answers):
    for outcome in answers:
        if isinstance(outcome, Failure):
            return Finding(*outcome)
    return None


def _other_shape(answers, truths, names, cases):
    for outcome, truth, case in zip(answers, truths, cases, strict=True):
        for (value, _), (wanted, slack), name in zip(outcome, truth, names, strict=True):
            if not _fit(value, wanted):
                same = value.size == wanted.size and np.all(
                    np.abs(value.reshape(wanted.shape) - wanted) <= slack
                )
                expected = wanted.shape or "one number"
                return Finding(
                    "shape",
                    f"{name} has the shape {value.shape} where {case.label}, and {expected} "
                    f"is expected.{' The numbers in it are right.' if same else ''} "
                    "Which shape has each product and each sum on the way?",
                )
    return None


def _not_finite(answers, names, cases):
    for outcome, case in zip(answers, cases, strict=True):
        for (value, _), name in zip(outcome, names, strict=True):
            if not np.isfinite(value).all():
                number = value[~np.isfinite(value)].flat[0]
                return Finding(
                    "not finite",
                    f"{name} has {number} in it, for {case.inputs}. "
                    "Where does it divide, or take a root or a logarithm?",
                )
    return None


def _other_factor(answers, truths, wrong, names, cases):
    """Tell if all is right but for a factor that is the same everywhere, or goes with n."""
    ratios, sizes = [], []
    for outcome, truth, case in zip(answers, truths, cases, strict=True):
        for k in wrong:
            value, wanted = outcome[k].value.ravel(), truth[k].value.ravel()
            certain = np.abs(wanted) * SAME > np.ravel(truth[k].slack)
            ratios.extend(value[certain] / wanted[certain])
            sizes.extend([case.n] * np.count_nonzero(certain))
    ratios, sizes = np.array(ratios), np.array(sizes)
    for unit, constants in (("", ratios), ("n", ratios / sizes), ("/n", ratios * sizes)):
        factor = _simple(constants)
        if factor and (unit or factor != 1):
            times = "n" if (factor, unit) == (1, "n") else f"{factor}{unit}"
            said = f"it is {times} times what it should be."
            return Finding("factor", f"{_about(wrong, names, said)} {FACTORS}")
    return None


def _simple(constants):
    """Return the simple fraction that all the numbers are, but for rounding, if there is one."""
    if not len(constants) or not np.isfinite(constants).all():
        return None
    simple = Fraction(constants[0]).limit_denominator(SIMPLE)
    close = np.allclose(constants, float(simple), rtol=SAME, atol=0)
    return simple if close and 0 < abs(simple.numerator) <= SIMPLE else None


def _near(answers, truths, names):
    worst = 0.0
    for outcome, truth in zip(answers, truths, strict=True):
        for (value, _), (wanted, _) in zip(outcome, truth, strict=True):
            worst = max(worst, np.max(np.abs(value - wanted)) / np.max(np.abs(wanted)))
    if not worst <= NEAR:
        return None
    said = f"it is near, but off by one part in {1 / worst:,.0f}."
    return Finding("near", f"{_about(range(len(names)), names, said)} {PRECISION}")


def _somewhere_else(answers, truths, wrong, names, cases):
    """Tell where it is right, if it is anywhere, and show the first case where it is not."""
    everywhere = list(zip(answers, truths, cases, strict=True))
    good = [case for a, t, case in everywhere if all(_alike(a, t, k) for k in wrong)]
    answer, truth, case = next(entry for entry in everywhere if entry[2] not in good)
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


def format_value(value):
    """Write a number, an array or a list of arrays in one line, as it may be typed."""
    if isinstance(value, list):
        return f"[{', '.join(map(format_value, value))}]"
    array = np.asarray(value)
    if array.size > MOST_SHOWN:
        return f"an array of shape {array.shape}"
    if array.dtype.kind == "f":
        array = np.vectorize(lambda number: float(f"{number:.6g}"), otypes=[float])(array)
    return str(array.tolist())
