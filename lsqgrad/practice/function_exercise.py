"""The exercises that ask for a function, or for one that trains a PyTorch model."""

import copy
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np

from lsqgrad._util import import_torch, to_array
from lsqgrad.judging import (
    NOT_YET,
    OF_THE_LOSS,
    Case,
    Change,
    Failure,
    Finding,
    Outcome,
    Part,
    Trial,
    about_no_limit,
    about_printed,
    about_replaced,
    as_array,
    attempt,
    describe,
    diagnose,
    failure,
    format_value,
    is_stub,
    mentions,
    pairs_of,
    refuse,
)
from lsqgrad.practice.exercise import SLACK, Exercise

SIZES = ((3, 1), (4, 2), (1, 2), (3, 3), (2, 2), (5, 2), (6, 1), (2, 3))  # n and p
EXCHANGED = "exchanged"
CERTAIN = 1e-3  # of the largest number in a result: who is farther off makes another mistake
Outcomes = Callable[[Change], Iterator[Outcome]]  # of a mistake, by its keywords


@dataclass(frozen=True)
class FunctionExercise(Exercise):
    """Asks for a function.

    Attributes
    ----------
    arguments : str
        What it takes, as in ``"X, Y, w, b"``.
    parts : tuple of str
        What its results are called.
    truth : callable
        Takes the same arguments. Returns the result, or several in a tuple. With the keywords
        `scale` and `power` it is so many times as large, times a power of n.
    mistakes : mapping
        By names in `MISCONCEPTIONS`, one or a tuple: the keyword arguments with which `truth` makes
        that mistake, for each way to make it.
    draw : callable
        Takes a random generator, n and p; returns the arguments.
    minus : str
        Those arguments that come in with a minus: see `_size`.
    start : tuple of str
        Those arguments that the results are an update of.
    source : str
        What a factor in the results may come from: see `diagnose`.
    """

    arguments: str
    parts: tuple[str, ...]
    truth: Callable[..., Any]
    mistakes: Mapping[Any, Sequence[Change]]
    draw: Callable[..., list[Any]]
    minus: str = "Y y lr"
    start: tuple[str, ...] = ()
    source: str = OF_THE_LOSS

    @cached_property
    def _names(self) -> list[str]:
        return self.arguments.split(", ")

    def _judge(self, answer: Any, seed: int) -> Finding:
        if not callable(answer):
            hint = " Give the function itself: its name, without parentheses or quotes."
            return Finding("type", f"Expected a function, got {describe(answer)}.{hint}")
        if is_stub(answer):
            return Finding(*NOT_YET)
        random = np.random.default_rng(seed)
        inputs = [self.draw(random, n, p) for n, p in SIZES]
        self._load_torch(answer)
        cases = list(map(self._case, inputs))
        given = [*inputs, inputs[0]]  # the first once more
        tried = attempt([partial(self._call, answer, one) for one in given], self._read_call)
        answers = [
            failure(result, answer, case.label) if isinstance(result, BaseException) else result
            for result, case in zip(tried.results, [*cases, cases[0]], strict=False)
        ]
        answers += answers[-1:] * (len(given) - len(answers))  # the attempt has ended
        truths = [self._outcome({}, one) for one in inputs]

        def outcomes(how: Change) -> Iterator[Outcome]:
            pairs = zip(inputs, truths, strict=True)
            return (self._outcome(how, one, truth) for one, truth in pairs)

        finding = diagnose(
            list(map(Trial, cases, answers, truths)),
            self._mistakes(outcomes, truths),
            self.parts,
            pairs=self._pairs(outcomes),
            again=answers[-1],
            scaled=lambda factor, power: outcomes({"scale": float(factor), "power": power}),
            quantity=self.truth,
            source=self.source,
        )
        finding = finding.with_note(about_no_limit(tried.limited))
        finding = finding.with_note(about_replaced(tried.replaced))
        return finding.with_note(about_printed(tried.printed))

    def _mistakes(self, outcomes: Outcomes, truths: list[Any]) -> Iterator[Any]:
        """Yield names, and what comes of these mistakes."""
        for name, ways in self.mistakes.items():
            keys = name if isinstance(name, tuple) else (name,)
            yield from ((keys, outcomes(how)) for how in ways)
        if len(self.parts) == 2:
            yield (EXCHANGED,), (truth[::-1] for truth in truths)

    def _pairs(self, outcomes: Outcomes) -> Iterator[Any]:
        """Yield two names each, the first a convention, and what comes of both mistakes."""
        if len(self.parts) == 2:
            single = {key: ways for key, ways in self.mistakes.items() if isinstance(key, str)}
            for key, how in ((key, how) for key, ways in single.items() for how in ways):
                reversed_ = (
                    one if isinstance(one, Failure) else one[::-1] for one in outcomes(how)
                )
                yield (key, EXCHANGED), reversed_
        yield from ((keys, outcomes(how)) for keys, how in pairs_of(self.mistakes))

    def _load_torch(self, answer: object) -> None:
        """Load PyTorch, if the answer uses it, before its time begins."""
        if mentions(answer, "torch"):
            with suppress(ImportError):  # then the answer itself may say so
                _torch()

    def _given(self, inputs: list[Any]) -> list[Any]:
        """Return what the learner's function is called with: copies."""
        return copy.deepcopy(inputs)

    def _call(self, answer: Callable[..., Any], inputs: list[Any]) -> tuple[Any, ...]:
        """Call the learner's function; return the inputs, what was given to it, and its result."""
        given = self._given(inputs)
        if its := _other_arguments(answer, given):
            refuse(f"Expected a function of {self.arguments}, got {its}.")
        return inputs, given, answer(*given)

    def _read_call(self, called: tuple[Any, ...]) -> Outcome:
        """Return the outcome of a call."""
        inputs, given, result = called
        if inspect.iscoroutine(result):
            result.close()  # nobody will wait for it
        arrays = self._read(result, given)
        if changed := self._changed(inputs, given):
            return Failure(
                "inputs",
                f"It changes {changed}, which belongs to whoever calls it. Which line writes into "
                f"{changed}, and how do you leave it as it is?",
            )
        return tuple(map(Part, arrays))

    def _read(self, result: Any, given: list[Any]) -> tuple[Any, ...]:
        """Return the results as arrays."""
        if result is None or result is ...:
            refuse(f"It gives {result}. Is a return missing?")
        if len(self.parts) == 1:
            if isinstance(result, tuple):
                comma = " A comma after return makes a tuple." if len(result) == 1 else ""
                part = self.parts[0].replace("The ", "the ")
                refuse(f"Expected one result, {part}, got a tuple of {len(result)}.{comma}")
            return (as_array(result),)
        results = result
        if isinstance(getattr(result, "shape", None), tuple) and len(result.shape):
            results = tuple(result)  # an array or a tensor of both
        if not isinstance(results, tuple | list) or len(results) != len(self.parts):
            wanted = f"{len(self.parts)} results, {' and '.join(self.parts)}, with a comma between"
            several = isinstance(results, tuple | list)
            refuse(f"Expected {wanted}, got {len(results) if several else describe(result)}.")
        return tuple(map(as_array, results))

    def _changed(self, before: list[Any], after: list[Any]) -> str | None:
        named = zip(self._names, before, after, strict=True)
        return next((name for name, one, other in named if not _same(one, other)), None)

    def _outcome(self, how: Change, inputs: list[Any], truth: Any = None) -> Outcome:
        """Return what the truth gives, or a mistake beside it, with room for rounding."""
        try:
            with np.errstate(all="ignore"):
                results = _tuple(self.truth(*inputs, **how))
                sizes = _tuple(self.truth(*self._size(inputs), **how))
        except (ArithmeticError, LookupError, ValueError):  # as with shapes that do not fit
            return Failure("exception")
        slacks = [SLACK * np.abs(size) for size in sizes]
        least = [np.max(part.slack) for part in truth] if truth else [*map(np.max, slacks)]
        if truth:  # where rounding grows, as when a run diverges, nothing is evidence
            most = [CERTAIN * np.max(np.abs(value)) for value in results]
            slacks = [np.minimum(slack, one) for slack, one in zip(slacks, most, strict=True)]
        named = dict(zip(self._names, inputs, strict=True))
        starts = [named[name] for name in self.start] or [0.0] * len(results)
        return tuple(
            Part(np.asarray(value), np.maximum(slack, at_least), start)
            for value, slack, at_least, start in zip(results, slacks, least, starts, strict=True)
        )

    def _size(self, inputs: list[Any]) -> list[Any]:
        """Return inputs for which all terms have one sign.

        With them the truth is the sum of the absolute values of its terms, of which rounding can
        move it by some parts in 2²⁴.
        """
        return [
            _absolute(value, -1 if name in self.minus.split() else 1)
            for name, value in zip(self._names, inputs, strict=True)
        ]

    def _case(self, inputs: list[Any]) -> Case:
        """Say what the inputs are."""
        named = dict(zip(self._names, inputs, strict=True))
        words = ", ".join(f"{name} = {format_value(value)}" for name, value in named.items())
        first = named.get("X", inputs[0])  # else one with an axis of rows, or of batches
        if np.ndim(first) == 0:
            return Case(words, words, 1)
        n = len(first)
        traits = [f"n = {n}"]
        if first.ndim == 2:
            traits += [f"p = {first.shape[1]}"]
        label = ", ".join(traits)
        if n in np.shape(first)[1:]:
            traits += ["n = p"]
        if "batches" in named:
            count = len(named["batches"])
            traits = [_count(count, "batch", "batches")]
            label = f"{label} and {traits[0]}"
            if len(named["batches"][-1]) == len(named["batches"][0]):
                traits += ["all batches have as many rows"]
        if "means" in named:
            label = _count(n, "part", "parts")
            traits = [label]
        if "losses" in named:
            label = _count(n, "batch", "batches")
            traits = [label]
            if len(set(named["sizes"])) == 1:
                traits += ["all batches have as many rows"]
        if "steps" in named:
            traits += [f"steps = {named['steps']}"]
        return Case(label, words, n, tuple(traits))


def _count(number: int, one: str, more: str) -> str:
    """Say how many there are."""
    return f"there is one {one}" if number == 1 else f"there are {number} {more}"


def _absolute(value: Any, sign: int) -> Any:
    """Return the absolute value; counts and rows, which are integers, stay as they are."""
    if isinstance(value, int | list) or np.asarray(value).dtype.kind == "i":
        return value
    return sign * np.abs(value)


@dataclass(frozen=True)
class TrainingExercise(FunctionExercise):
    """Asks for a function that trains a PyTorch model in place.

    The first two of the inputs, w and b, are those of the model.
    """

    flat: bool = False  # whether the targets have shape (n,)

    @cached_property
    def _names(self) -> list[str]:
        return ["w", "b", *self.arguments.split(", ")[1:]]

    def _load_torch(self, answer: object) -> None:
        _torch()

    def _given(self, inputs: list[Any]) -> list[Any]:
        torch = _torch()
        w, b, X, Y, *others = inputs
        with torch.random.fork_rng(devices=[]):  # the learner's random numbers go on
            model = torch.nn.Linear(len(w), 1, device="cpu", dtype=torch.float32)
        with torch.no_grad():
            model.weight.copy_(torch.tensor(w.T))
            model.bias.fill_(float(b))
        X, Y = (torch.tensor(array, dtype=torch.float32) for array in (X, Y))
        return [model, X, Y[:, 0] if self.flat else Y, *others]

    def _read(self, result: Any, given: list[Any]) -> tuple[Any, ...]:
        model = given[0]
        return as_array(model.weight).T, as_array(model.bias)[0]

    def _case(self, inputs: list[Any]) -> Case:
        w, b, X, Y, *others = inputs
        return super()._case([w, b, X, Y[:, 0] if self.flat else Y, *others])

    def _changed(self, before: list[Any], after: list[Any]) -> str | None:
        for name, one, other in zip(self._names[2:], before[2:], after[1:], strict=True):
            if hasattr(other, "detach"):
                one, other = one.astype(np.float32), to_array(other)
                one = one[:, 0] if self.flat and name != "X" else one
            if not np.array_equal(one, other):
                return name
        return None


def _other_arguments(answer: Callable[..., Any], given: list[Any]) -> str | None:
    """Tell the arguments of a function that cannot be called with those given."""
    try:
        signature = inspect.signature(answer)
    except Exception:  # some functions that are not written in Python do not tell
        return None
    try:
        signature.bind(*given)
    except TypeError:
        names = list(signature.parameters)
        kinds = [parameter.kind for parameter in signature.parameters.values()]
        if (
            inspect.Parameter.KEYWORD_ONLY in kinds
            and inspect.Parameter.VAR_POSITIONAL not in kinds
        ):
            names.insert(kinds.index(inspect.Parameter.KEYWORD_ONLY), "*")
        return f"one of {', '.join(names)}" if names else "one without arguments"
    return None


def _torch() -> Any:
    """Return PyTorch, and say so if it is loaded now."""
    if "torch" not in sys.modules:
        print("PyTorch is loaded first, which takes some seconds.", flush=True)
    return import_torch()


def _tuple(value: Any) -> tuple[Any, ...]:
    return value if isinstance(value, tuple) else (value,)


def _same(one: Any, other: Any) -> bool:
    """Whether two arguments are equal; a list holds arrays."""
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return np.array_equal(one, other)
