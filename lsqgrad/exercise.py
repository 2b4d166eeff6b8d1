"""The kinds of exercises: one asks for a number, a formula, a function, or a trained model."""

import ast
import copy
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from itertools import chain

import numpy as np

from lsqgrad._packages import need
from lsqgrad._tensors import to_array
from lsqgrad.attempt import Enough, TimeLimit, attempt
from lsqgrad.derivation import define
from lsqgrad.diagnosis import Case, Failure, Finding, Part, diagnose, shown
from lsqgrad.formula import INDICES, Formula
from lsqgrad.prediction import judge
from lsqgrad.sgd import Trace
from lsqgrad.worlds import FLOATING_SIZES, Floating, Meaningless, Undecided, free_indices

# At the sizes below no sensible order of the arithmetic has more roundings one after another, in
# five steps. In float32 each is off by at most one part in 2²⁴.
ROUNDINGS = 128
SLACK = ROUNDINGS * 2.0**-24
MOST_NUMBERS = 10_000  # in a result that is looked at
SIZES = ((3, 1), (4, 2), (1, 2), (3, 3), (2, 2), (5, 2), (6, 1), (2, 3))  # n and p
NOT_YET = Failure("unanswered", "No answer yet.")


class Unreadable(Enough):
    """A result that is of no use; its argument is a `Failure`."""


@dataclass(frozen=True)
class Exercise:
    """What a check needs to know; `name` is what it is called."""

    name: str

    def judge(self, answer, seed) -> Finding:
        """Find out what is to be said about an answer; `seed` fixes the random numbers."""
        if answer is None or answer is ...:
            return Finding(*NOT_YET)
        return self._judge(answer, seed)

    def _judge(self, answer, seed):
        raise NotImplementedError


@dataclass(frozen=True)
class NumberExercise(Exercise):
    """Asks for a number of a step: see `judge`."""

    trace: Callable[[], Trace]
    position: int
    quantity: str

    def _judge(self, answer, seed):
        if isinstance(answer, int | float | np.number) and not isinstance(answer, bool):
            answer = str(answer)
        elif not isinstance(answer, str):
            return Finding("type", f"Expected a number, got {_named(answer)}.")
        try:
            verdict = judge(self.trace(), self.position, self.quantity, answer)
        except ValueError as error:
            return Finding("type", _sentence(error))
        kind = "right" if verdict.kind == "rounded" else verdict.kind
        mistakes = (verdict.mistake,) if verdict.mistake else ()
        return Finding(kind, verdict.sentence, mistakes)


@dataclass(frozen=True)
class FormulaExercise(Exercise):
    """Asks for one side of an equation, as a `Formula`.

    Attributes
    ----------
    part : str
        What the formula is equal to.
    uses : str
        The letters that it may have.
    truth : str
        A formula.
    mistakes : mapping of str to str
        Formulas by names in `MISTAKES`.
    """

    part: str
    uses: str
    truth: str
    mistakes: Mapping[str, str]

    def _judge(self, answer, seed):
        if not isinstance(answer, str):
            return Finding("type", f"Expected a formula between quotes, got {_named(answer)}.")
        try:
            side = self._read(answer)
        except ValueError as error:
            return Finding("type", _sentence(error))
        given = define("r == X @ w - Y")
        worlds = [Floating(*size, given, seed=seed) for size in FLOATING_SIZES]

        def outcomes(side):
            return [_value(world, side) for world in worlds]

        mistakes = (((key,), outcomes(_side(text))) for key, text in self.mistakes.items())
        cases = [Case(str(world), f"random numbers where {world}", world.n) for world in worlds]
        truth = outcomes(_side(self.truth))
        return diagnose(outcomes(side), truth, mistakes, (self.part,), cases)

    def _read(self, answer):
        if len(answer) > 200:
            raise ValueError(f"expected a formula of one line, got {len(answer)} characters.")
        formula = Formula(answer)
        sides = [*chain(*(relation.sides for relation in formula.relations))]
        called = {node.func.id for side in sides for node in ast.walk(side) if _is_call(node)}
        if len(sides) > 1 or called & {"d", "D"}:
            raise ValueError(f"expected the right side alone, without D( ) or d( ), got {answer}.")
        if strange := formula.names - {*self.uses.split(), "i", "j"}:
            raise ValueError(
                f"expected a formula in {', '.join(self.uses.split())} alone, "
                f"got {', '.join(sorted(strange))} in it."
            )
        return sides[0]


def _is_call(node):
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name)


def _side(text):
    return Formula(text).relations[0].sides[0]


def _value(world, side):
    """Return the outcome of a formula; with a free index, for all that it can be."""
    free = sorted(free_indices(side) & {*INDICES})
    try:
        if not free:
            values = [world.value(side)]
        else:
            values = [world.among(k=world.number(k)).value(side) for k in range(1, world.p + 1)]
    except (Meaningless, Undecided) as error:
        return Failure("exception", f"{_sentence(error)} Here {world}.")
    if any(value.shape != values[0].shape for value in values):
        return Failure("exception", "Its shape is not the same for every index.")
    return (
        Part(
            np.concatenate([value.value for value in values]),
            np.concatenate([value.bound for value in values]),
        ),
    )


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
        Takes the same arguments. Returns the result, or several in a tuple.
    mistakes : mapping
        By a name in `MISTAKES`, or several in a tuple: a function like `truth`, or the keyword
        arguments with which `truth` makes that mistake.
    draw : callable
        Takes a random generator, n and p; returns the arguments.
    minus : str
        Those arguments that come in with a minus: see `_size`.
    """

    arguments: str
    parts: tuple[str, ...]
    truth: Callable
    mistakes: Mapping
    draw: Callable
    minus: str = "Y y lr"

    @cached_property
    def _names(self):
        return self.arguments.split(", ")

    def _judge(self, answer, seed):
        if not callable(answer):
            hint = " Give the function itself, without parentheses."
            return Finding("type", f"Expected a function, got {_named(answer)}.{hint}")
        random = np.random.default_rng(seed)
        inputs = [self.draw(random, n, p) for n, p in SIZES]
        given_to_it = [self._given(given) for given in inputs]
        try:
            inspect.signature(answer).bind(*given_to_it[0])
        except TypeError:
            its = ", ".join(inspect.signature(answer).parameters) or "nothing"
            return Finding("type", f"Expected a function of {self.arguments}, got one of {its}.")
        except ValueError:  # some functions that are not written in Python do not tell
            pass

        truths = [self._outcome(self.truth, given) for given in inputs]
        tried = attempt([self._call(answer, given) for given in given_to_it])
        answers = self._answers(answer, tried, inputs, given_to_it)
        mistakes = (
            (_keys(name), [self._outcome(how, given) for given in inputs])
            for name, how in self.mistakes.items()
        )
        cases = list(map(self._case, inputs))
        finding = diagnose(answers, truths, mistakes, self.parts, cases)
        return replace(finding, sentence=" ".join([finding.sentence, *_besides(tried)]))

    def _given(self, inputs):
        """Return what the learner's function is called with: copies."""
        return copy.deepcopy(inputs)

    def _call(self, answer, given):
        return lambda: self._read(answer(*given), given)

    def _read(self, result, given):
        """Return the results as arrays."""
        if result is None or result is ...:
            raise Unreadable(NOT_YET._replace(sentence=f"No answer yet: it gives {result}."))
        several = len(self.parts) > 1
        if several and not (isinstance(result, tuple | list) and len(result) == len(self.parts)):
            wanted = f"{len(self.parts)} results, {' and '.join(self.parts)}"
            _refuse(f"Expected {wanted}, got {_named(result)}.")
        if not several and isinstance(result, tuple):
            _refuse(f"Expected one result, {self.parts[0]}, got {len(result)}.")
        return tuple(map(_array, result if several else [result]))

    def _answers(self, answer, tried, inputs, given_to_it):
        """Return the outcome of each call."""
        answers = []
        for result, before, after in zip(tried.results, inputs, given_to_it, strict=False):
            changed = self._changed(before, after)
            if isinstance(result, BaseException):
                answers.append(_failure(result, answer, tried.running))
            elif changed:
                answers.append(
                    Failure(
                        "inputs",
                        f"It changes {changed}, which belongs to whoever calls it. Which line "
                        f"writes into {changed}, and how do you make a new array instead?",
                    )
                )
            else:
                answers.append(tuple(map(Part, result)))
        return answers + answers[-1:] * (len(inputs) - len(answers))  # the attempt has ended

    def _changed(self, before, after):
        for name, one, other in zip(self._names, before, after, strict=True):
            if not _same(one, other):
                return name
        return None

    def _outcome(self, how, inputs):
        """Return what the truth or a mistake gives, with the room that rounding needs."""
        function = partial(self.truth, **how) if isinstance(how, Mapping) else how
        try:
            with np.errstate(all="ignore"):
                results = _tuple(function(*inputs))
                sizes = _tuple(function(*self._size(inputs)))
                whole = _tuple(self.truth(*self._size(inputs)))
        except ValueError:  # the shapes do not fit, which is the mistake
            return Failure("exception")
        return tuple(
            Part(np.asarray(value), SLACK * np.maximum(np.abs(size), np.max(np.abs(most))))
            for value, size, most in zip(results, sizes, whole, strict=True)
        )

    def _size(self, inputs):
        """Return inputs for which all terms have one sign.

        With them the truth is the sum of the absolute values of its terms, of which rounding can
        move it by some parts in 2²⁴.
        """
        return [
            _absolute(value, -1 if name in self.minus.split() else 1)
            for name, value in zip(self._names, inputs, strict=True)
        ]

    def _case(self, inputs):
        """Say what the inputs are."""
        named = dict(zip(self._names, inputs, strict=True))
        first = named.get("X", inputs[0])  # else one with an axis of rows, or of batches
        n = len(first)
        label = f"n = {n}, p = {first.shape[1]}" if first.ndim == 2 else f"n = {n}"
        words = ", ".join(f"{name} = {shown(value)}" for name, value in named.items())
        return Case(label, words, n)


def _absolute(value, sign):
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
    def _names(self):
        return ["w", "b", *self.arguments.split(", ")[1:]]

    def _given(self, inputs):
        torch = need("torch", "Practice")
        w, b, X, Y, *others = inputs
        model = torch.nn.utils.skip_init(torch.nn.Linear, len(w), 1)
        with torch.no_grad():
            model.weight.copy_(torch.tensor(w.T))
            model.bias.fill_(float(b))
        X, Y = (torch.tensor(array, dtype=torch.float32) for array in (X, Y))
        return [model, X, Y[:, 0] if self.flat else Y, *others]

    def _read(self, result, given):
        model = given[0]
        written_once = model.weight._version == 1  # in _given
        if result is None and model.weight.grad is None and written_once:
            raise Unreadable(NOT_YET._replace(sentence="No answer yet: the model is as it was."))
        return to_array(model.weight).T.astype(np.float64), to_array(model.bias)[0].astype(float)

    def _changed(self, before, after):
        for name, one, other in zip(self._names[2:], before[2:], after[1:], strict=True):
            one = np.asarray(one, dtype=np.float32)
            if not np.array_equal(one.ravel(), np.asarray(other, dtype=np.float32).ravel()):
                return name
        return None


def _refuse(sentence):
    raise Unreadable(Failure("type", sentence))


def _array(value):
    """Return a result as an array of float64."""
    if hasattr(value, "detach"):
        value = to_array(value)
    if isinstance(value, list | tuple) and _count(value) > MOST_NUMBERS:
        _refuse(f"Expected an array of a few numbers, got a list of more than {MOST_NUMBERS:,}.")
    if not isinstance(value, np.ndarray | np.number | int | float | list | tuple):
        _refuse(f"Expected a number or an array, got {_named(value)}.")
    if isinstance(value, np.ndarray) and value.size > MOST_NUMBERS:
        _refuse(f"Expected an array of a few numbers, got one of shape {value.shape}.")
    try:
        array = np.array(value)
    except ValueError:
        array = None  # rows of different lengths
    if array is None or array.dtype.kind not in "iuf":
        _refuse(f"Expected real numbers, got {_named(value)}.")
    return array.astype(np.float64)


def _count(value):
    """Count the numbers in nested lists, but not much beyond those that are looked at."""
    count, waiting = 0, [value]
    while waiting and count <= MOST_NUMBERS:
        inner = waiting.pop()
        count += len(inner)
        waiting += [one for one in inner[: MOST_NUMBERS + 1] if isinstance(one, list | tuple)]
    return count


def _failure(error, answer, running):
    """Say what an exception, or a lack of time, means."""
    if isinstance(error, Unreadable):
        return error.args[0]
    if isinstance(error, TimeLimit):
        still = " It could not be stopped: choose Kernel → Restart Kernel." if running else ""
        return Failure(
            "endless",
            "It does not come back in time, and was stopped. Has one of its loops no end, or very "
            f"many turns?{still}",
        )
    if not isinstance(error, Exception):  # SystemExit, KeyboardInterrupt
        return Failure(
            "exit",
            f"It ends the whole program ({type(error).__name__}). A function ends with return.",
        )
    try:
        said = " ".join(str(error).split())[:200].rstrip(".")
    except Exception:  # it was written by the learner
        said = ""
    name = type(error).__name__
    return Failure(
        "exception", f"It stops with {name}{f': {said}' if said else ''}{_line(error, answer)}."
    )


def _line(error, answer):
    """Say in which line of the learner's function an exception arose."""
    code, found = getattr(answer, "__code__", None), None
    trace = error.__traceback__
    while trace is not None and code is not None:
        if trace.tb_frame.f_code is code:
            found = trace.tb_lineno - code.co_firstlineno + 1
        trace = trace.tb_next
    return f", in line {found} of the function" if found else ""


def _besides(tried):
    """Say what else happened in an attempt."""
    if tried.replaced:
        yield f"Something had taken the place of {', '.join(tried.replaced)}; it was put back."
    if tried.printed.strip():
        yield f"It printed: {' '.join(tried.printed.split())}"


def _named(value):
    """Describe what came instead of an answer."""
    try:
        text = repr(value)
    except Exception:  # it was written by the learner
        text = ""
    kind = type(value).__name__
    return f"{kind} {text}" if 0 < len(text) <= 60 else f"a {kind}"


def _sentence(error):
    """Return the sentence of an error without the name of the argument, with a capital letter."""
    text = str(error)
    for name in ("text: ", "answer: "):
        text = text.removeprefix(name)
    text = text[0].upper() + text[1:]
    return text if text.endswith((".", "?")) else f"{text}."


def _tuple(value):
    return value if isinstance(value, tuple) else (value,)


def _keys(name):
    return name if isinstance(name, tuple) else (name,)


def _same(one, other):
    """Whether two arguments are equal; a list holds arrays."""
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return np.array_equal(one, other)
