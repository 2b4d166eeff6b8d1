"""Finds out what is wrong with an answer that was tried: compares it with truth and with mistakes.

An *outcome* is what an answer gives in one *case*, which is one set of inputs: a tuple of `Part`,
such as ∂L/∂w and ∂L/∂b, or a `Failure`. A *trial* has the outcomes of the answer and of the truth.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np

from lsqgrad._util.types import Array
from lsqgrad.judging.misconceptions import MADE_OF, MISCONCEPTIONS, Quantity, capitalize, said_of
from lsqgrad.judging.quantities import epoch, train

NEAR = 1e-3  # of the largest number: so near comes no typical mistake, but an inexact formula
MOST_SHOWN = 24  # numbers of an array
SAME = 1e-4  # as a factor elsewhere: the numbers that tell it are certain to 1 part in 10,000
SIMPLE = 12  # the largest number in a factor that is named
BY_HAND = "Can you do it by hand with these numbers?"
FACTORS = "Name each factor in it: which {} does it come from?"
OF_THE_LOSS = "part of the loss"
REMEMBERS = (
    "It gives something else when it is called once more with the same numbers. Does it keep "
    "something from one call to the next, in a global name or a default argument, or draw random "
    "numbers?"
)
PRECISION = (
    "Does something round on the way, or stand for a derivative that is not quite one, such as a "
    "quotient of differences?"
)


class Part(NamedTuple):
    """A number or an array, how far rounding may have carried it, and what it was at the start.

    An update has a start: its mistakes are in the change from there.
    """

    value: Array
    slack: Array | float = 0.0
    start: Array | float = 0.0


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
    traits: tuple[str, ...] = ()  # what it may have in common with others: n = 3, n = p


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
        "endless", "exit", "inputs", "digits", "memory", "shape", "not finite", "factor", "near",
        "some", "wrong"; of a number also "rounded", right but for rounding.
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
Mistakes = Iterable[tuple[tuple[str, ...], Iterable[Outcome]]]
Scaled = Callable[[Fraction, int], Iterable[Outcome]]


def diagnose(
    trials: Trials,
    mistakes: Mistakes,
    names: Sequence[str],
    *,
    pairs: Mistakes = (),
    again: Outcome | None = None,
    scaled: Scaled | None = None,
    quantity: Quantity | None = None,
    source: str = OF_THE_LOSS,
) -> Finding:
    """Find out what is wrong.

    Parameters
    ----------
    trials : sequence of Trial
        One for each case.
    mistakes, pairs : iterable of (tuple of str, iterable)
        Names in `MISCONCEPTIONS`, and the outcomes of who makes these mistakes, one for each case.
        Of two that give the same, the first is named. The outcomes are asked for one by one, as
        long as they agree, and the pairs only where nothing else explains all.
    names : sequence of str
        What the parts are called.
    again : tuple of Part or Failure, optional
        The outcome of the first case, when the answer is called with it once more.
    scaled : callable, optional
        Takes a factor and a power of n; returns the outcomes of who has them too much.
    quantity : callable, optional
        What is asked for, if it is one of those in `quantities`.
    source : str
        What a factor in it may come from, in words that follow "which".

    Returns
    -------
    Finding
    """
    with np.errstate(all="ignore"):  # a learner's numbers may be of any size
        search = _Search(trials, names, scaled or partial(_scaled, trials), quantity, source)
        return search.find(mistakes, pairs, trials[0].answer if again is None else again)


class _Search(NamedTuple):
    """The search; `parts` are the numbers of the parts that are looked at."""

    trials: Trials
    names: Sequence[str]
    scaled: Scaled
    quantity: Quantity | None
    source: str

    def find(self, mistakes: Mistakes, pairs: Mistakes, again: Outcome) -> Finding:
        answers = [trial.answer for trial in self.trials]
        failures = [one for one in [*answers, again] if isinstance(one, Failure)]
        for failure in failures:
            if failure.kind != "exception":
                return Finding(*failure)
        if not self.repeats(again):
            return Finding("memory", REMEMBERS)
        every = range(len(self.names))
        right = self.explained(every, [trial.truth for trial in self.trials])
        wrong = [k for k in every if k not in right]
        if not wrong:
            return Finding("right", f"Right, in {len(self.trials)} cases with random numbers.")
        if failures and not any(map(self.is_wrong_where_it_is, wrong)):
            return Finding(*failures[0])
        found = self.typical(wrong, mistakes)
        if found.keys() != set(wrong):
            found = self.typical(wrong, pairs, found)
        rest = [k for k in wrong if k not in found]
        if not rest:
            return self.named(found, right)
        if not found and failures:
            return Finding(*failures[0])
        unnamed = Finding(*failures[0]) if failures else self.unnamed(rest)
        if found:
            return self.named(found, right, unnamed.sentence)
        beside = f"{self.about(right, 'right.')} " if right else ""
        return replace(unnamed, sentence=beside + unnamed.sentence)

    def explained(self, parts: Iterable[int], outcomes: Iterable[Outcome]) -> list[int]:
        """Return which parts agree in all cases."""
        left = list(parts)
        for trial, other in zip(self.trials, outcomes):  # noqa: B905 (they may end early)
            left = [k for k in left if _alike(trial.answer, other, k)]
            if not left:
                break
        return left

    def typical(
        self,
        wrong: list[int],
        mistakes: Mistakes,
        found: Mapping[int, tuple[str, ...]] = MappingProxyType({}),
    ) -> dict[int, tuple[str, ...]]:
        """Name the mistake that explains all parts that are wrong, or else one for each of them.

        `found` is what others have explained already.
        """
        named = dict(found)
        every = range(len(self.names))
        for keys, outcomes in mistakes:
            # After several updates, a mistake in one parameter is one in all.
            of_all = self.quantity in (epoch, train) or any(
                MISCONCEPTIONS[key].of_all for key in keys
            )
            explained = self.explained(every if of_all else wrong, outcomes)
            if explained == (list(every) if of_all else wrong):
                # A part that one of two mistakes explains has no other.
                one = {k: named[k] for k in wrong if set(named.get(k, "?")) < set(keys)}
                return dict.fromkeys(wrong, keys) | one
            if not of_all:
                there = filter(self.is_wrong_where_it_is, explained)
                named = dict.fromkeys(there, keys) | named
        return named

    def named(
        self, found: dict[int, tuple[str, ...]], right: list[int], unnamed: str = ""
    ) -> Finding:
        """Say what is right, what has no name, and then the names."""
        sentences = [self.about(right, "right.")] if right else []
        sentences += [unnamed] if unnamed else []
        asked = set[str]()
        for keys in dict.fromkeys(found[k] for k in sorted(found)):
            parts = [k for k in found if found[k] == keys]
            parts = [k for k in parts if self.is_wrong_where_it_is(k)] or parts
            for key in keys:
                said = said_of(self.quantity, key)
                question = MISCONCEPTIONS[key].question
                also = f"And {_of_each(parts, said)}"
                sentences.append(self.about(parts, said) if key == keys[0] else also)
                sentences += [] if question in asked else [question]
                asked.add(question)
        mistaken = tuple(dict.fromkeys(key for k in sorted(found) for key in found[k]))
        return Finding("mistake", " ".join(sentences), mistaken)

    def unnamed(self, parts: list[int]) -> Finding:
        """Say what can be seen of parts whose mistake has no name."""
        return (
            self.other_shape(parts)
            or self.not_finite(parts)
            or self.other_factor(parts)
            or self.near(parts)
            or self.somewhere_else(parts)
        )

    def about(self, parts: Sequence[int], said: str) -> str:
        """Say something of some parts; the only part that there is needs no name."""
        if len(self.names) == 1:
            return capitalize(said)
        return f"{self.list_of(parts)}: {_of_each(parts, said)}"

    def list_of(self, parts: Sequence[int]) -> str:
        """Return the names of parts."""
        return " and ".join(self.names[k] for k in sorted(parts))

    def is_wrong_where_it_is(self, k: int) -> bool:
        """Whether part k differs in some case that has an outcome."""
        there = [trial for trial in self.trials if not isinstance(trial.answer, Failure)]
        return any(not _alike(trial.answer, trial.truth, k) for trial in there)

    def repeats(self, again: Outcome) -> bool:
        """Whether the answer gives the same when it is called with the first case once more."""
        first = self.trials[0].answer
        if isinstance(first, Failure) or isinstance(again, Failure):
            return isinstance(first, Failure) and isinstance(again, Failure)
        # Threads may add in another order, within what the truth allows for rounding.
        slacks = [np.max(part.slack) for part in _parts(self.trials[0].truth)]
        return all(
            _close(one.value, other.value, slack)
            for one, other, slack in zip(first, again, slacks, strict=True)
        )

    def each(self, parts: Iterable[int]) -> Iterator[Any]:
        """Yield for each case and part its case, name, what came, and what is expected."""
        for trial in self.trials:
            for k in parts:
                answer, truth = _parts(trial.answer)[k], _parts(trial.truth)[k]
                yield trial.case, self.names[k], answer.value, truth

    def other_shape(self, parts: Iterable[int]) -> Finding | None:
        for case, name, value, (wanted, slack, _) in self.each(parts):
            if not _fit(value, wanted):
                same = value.size == wanted.size and np.all(
                    np.abs(value.reshape(wanted.shape) - wanted) <= slack
                )
                return Finding(
                    "shape",
                    f"{name} has the shape {value.shape} where {case.label}, and "
                    f"{wanted.shape or 'one number'} is expected."
                    f"{' The numbers in it are right.' if same else ''} "
                    "What is the shape of each product and each sum on the way?",
                )
        return None

    def not_finite(self, parts: Iterable[int]) -> Finding | None:
        for case, name, value, _ in self.each(parts):
            if not np.isfinite(value).all():
                number = value[~np.isfinite(value)].flat[0]
                return Finding(
                    "not finite",
                    f"{name} has {number} in it, for {case.inputs}. "
                    "Where does it divide, or take a root or a logarithm?",
                )
        return None

    def other_factor(self, parts: list[int]) -> Finding | None:
        """Tell if all is right but for a factor that is the same everywhere, or goes with n."""
        candidates: dict[tuple[Fraction, int], None] = {}
        for case, _, value, (wanted, slack, start) in self.each(parts):
            ratios = np.ravel(value - start) / np.ravel(wanted - start)
            certain = np.abs(np.ravel(wanted - start)) * SAME > np.ravel(slack)
            for ratio in ratios[certain & np.isfinite(ratios)][:1]:
                for power in (0, 1, -1):
                    factor = Fraction(ratio / case.n**power).limit_denominator(SIMPLE)
                    if 0 < abs(factor.numerator) <= SIMPLE:
                        candidates[factor, power] = None
        for factor, power in candidates:
            if self.explained(parts, self.scaled(factor, power)) == parts:
                what = "it" if self.quantity not in MADE_OF else "each change"
                said = f"{what} is {_times(factor, power)} times what it should be."
                question = FACTORS.format(self.source)
                return Finding("factor", f"{self.about(parts, said)} {question}")
        return None

    def near(self, parts: list[int]) -> Finding | None:
        off = [
            np.max(np.abs(value - wanted)) / np.max(np.abs(wanted))
            for _, _, value, (wanted, *_) in self.each(parts)
        ]
        worst = max([0.0, *off])
        if not worst <= NEAR:
            return None
        said = f"it is near, but off by one part in {1 / worst:.0f}."
        return Finding("near", f"{self.about(parts, said)} {PRECISION}")

    def somewhere_else(self, parts: list[int]) -> Finding:
        """Tell where it is right, if that can be told, and show the first case where it is not."""
        good = [all(_alike(one.answer, one.truth, k) for k in parts) for one in self.trials]
        trait = self.common_trait(good)
        where = f"It is right where {trait}, and nowhere else. " if trait else ""
        case, answer, truth = self.trials[good.index(False)]
        k = next(k for k in parts if not _alike(answer, truth, k))
        return Finding(
            "some" if trait else "wrong",
            f"{where}{self.list_of(parts)} {'are' if len(parts) > 1 else 'is'} not right. "
            f"For {case.inputs} {'it' if len(parts) == 1 else self.names[k]} is "
            f"{format_value(_parts(answer)[k].value)}, and "
            f"{format_value(_parts(truth)[k].value)} is expected. {BY_HAND}",
        )

    def common_trait(self, good: list[bool]) -> str | None:
        """Return what all cases that are right have in common, and no other has."""
        cases = [trial.case for trial in self.trials]
        traits = dict.fromkeys(trait for case in cases for trait in case.traits)
        return next((t for t in traits if [t in case.traits for case in cases] == good), None)


def _scaled(trials: Trials, factor: Fraction, power: int) -> Iterator[Outcome]:
    """Yield the truths with a factor and a power of n."""
    for case, _, truth in trials:
        times = float(factor) * case.n**power
        yield tuple(part._replace(value=times * part.value) for part in _parts(truth))


def _parts(outcome: Outcome) -> tuple[Part, ...]:
    """Return the parts of an outcome that is none of failure."""
    assert not isinstance(outcome, Failure)
    return outcome


def _alike(one: Outcome, other: Outcome, k: int) -> bool:
    """Whether part k of two outcomes is the same, but for rounding.

    To divide by 0 is an error of Python's, and to NumPy a number that is infinite or NaN.
    """
    there = [each[k] for each in (one, other) if not isinstance(each, Failure)]
    if len(there) < 2:
        return not any(np.isfinite(part.value).any() for part in there)
    (a, slack, _), (b, more, _) = there
    return _close(a, b, slack + more)


def _close(a: Array, b: Array, slack: Array | float) -> bool:
    """Whether two arrays are equal, but for rounding, or infinite or NaN in the same places."""
    return _fit(a, b) and bool(
        np.all((np.abs(a - b) <= slack) | (a == b) | (np.isnan(a) & np.isnan(b)))
    )


def _fit(a: Array, b: Array) -> bool:
    """Whether two arrays have the same shape. A single number may have any."""
    return a.shape == b.shape or a.size == b.size == 1


def _of_each(parts: Sequence[int], said: str) -> str:
    """Say of each of several parts what is said of one."""
    return f"each {said.removeprefix('it ')}" if len(parts) > 1 and said[:3] == "it " else said


def _times(factor: Fraction, power: int) -> str:
    """Write a factor times n, or divided by n, as one does by hand: −n, n/2, 1/(2n).

    >>> [_times(Fraction(1, 2), power) for power in (0, 1, -1)], _times(Fraction(-3), 1)
    (['1/2', 'n/2', '1/(2n)'], '−3n')
    """
    above, below = abs(factor.numerator), factor.denominator
    upper = f"{above if above > 1 else ''}n" if power > 0 else f"{above}"
    lower = f"{below if below > 1 else ''}n" if power < 0 else f"{below}"
    lower = f"({lower})" if len(lower) > 1 and not lower.isdigit() else lower
    return f"{'−' if factor < 0 else ''}{upper}{f'/{lower}' if lower != '1' else ''}"


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
