"""The exercises that ask for a formula."""

import ast
import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from lsqgrad._util import ArgumentError
from lsqgrad.algebra import (
    CODE_NAMES,
    INDICES,
    RATIONAL_SIZES,
    SYMBOLS,
    CallError,
    EntryError,
    Evaluator,
    Formula,
    Matrix,
    Rationals,
    ShapeError,
    Undecidable,
    UnknownIndex,
    free_indices,
    is_differential,
    names_in,
    to_floats,
    written,
)
from lsqgrad.derivations import define
from lsqgrad.judging import (
    NOT_YET,
    Case,
    Failure,
    Finding,
    Part,
    Trial,
    describe,
    diagnose,
    format_value,
    in_keys,
    shorten,
)
from lsqgrad.practice.exercise import SLACK, Exercise

LONGEST = 200  # characters of a formula
LONGEST_REASON = 300  # characters of what is wrong with it
DEEPEST = 3  # one more sum, or differential, would take seconds; a square doubles the digits
DEPTHS = {"Sum": 1, "d": 1, "D": 2}  # what each adds; D may take one for every entry of X
COMMENT = re.compile(r"#.*")
EQUALS = ("=", "==", ":=")
MARKS = re.compile(r"([<>!]=|:?==?|[()\[\]{}])")  # relations and brackets
NAME = re.compile(r"([^\W\d]\w*|)(.*)")  # if there is one, and what follows it
DERIVATIVE = re.compile(r"d(\w+?)_?d_?(\w+)")  # dL_dw
FREE = re.compile(r"(?<![^\W_])[jk](?!\w)")  # an index, as in w[j] or w_j
OTHER = {"j": "k", "k": "j"}
MEANT = {
    **CODE_NAMES,
    **{"cost": "L", "bias": "b", "weight": "w", "weights": "w", "residuals": "r"},
    **{"prediction": "Y_hat", "predictions": "Y_hat", "target": "Y", "targets": "Y"},
}
GRADIENTS = {"grad", "gradient", "nabla", "derivative", "partial", "slope"}
NOTATION = (
    "Write products of matrices with @, others with *, the transpose as X.T, entries as r[i], and "
    "a sum over all rows as Sum(r[i], i)."
)
COUNTED = " Rows are counted by i, features by j and k, each from 1."
HINTS: dict[type[Exception], str] = {
    EntryError: f"{COUNTED} An entry of X is written X[i, k].",
    UnknownIndex: COUNTED,
    CallError: " A product is written with * or @, an entry as r[i].",
}


@dataclass(frozen=True)
class FormulaExercise(Exercise):
    """Asks for the right side of an equation, as a `Formula`, where r = Xw − Y.

    Attributes
    ----------
    part : str
        The left side.
    uses : str
        The letters that it may have.
    truth : str
        A formula; if k is free in it, one for every k.
    mistakes, pairs : mapping to sequence of str
        Formulas by names in `MISCONCEPTIONS`: by one, and by two in a tuple.
    """

    part: str
    uses: str
    truth: str
    mistakes: Mapping[str, Sequence[str]]
    pairs: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)

    def _judge(self, answer: object, seed: int) -> Finding:
        if type(answer) is not str:
            return Finding("type", f"Expected a formula between quotes, got {describe(answer)}.")
        try:
            if len(answer) > LONGEST:
                raise ValueError(f"Expected a formula of one line, got {len(answer)} characters.")
            *left, right = sides = _split(answer)
            if not any(sides):
                return Finding(*NOT_YET)
            if not right:
                raise ValueError("Expected a formula on the right side, got none.")
            side = _read(right, ", ".join(self._letters))
            renamed = self._calls_it_j(side, left)
            if renamed:
                for node in ast.walk(side):
                    if isinstance(node, ast.Name):
                        node.id = OTHER.get(node.id, node.id)
            self._check(side, right)
            others = {text: self._left(text, renamed) for text in left}
        except ValueError as error:
            return Finding("type", str(error))
        return self._compare(side, others, seed)

    def _compare(self, right: ast.expr, left: dict[str, ast.expr | None], seed: int) -> Finding:
        truth = _side(self.truth)
        given = define("r == X @ w - Y", "L == r.T @ r / n", "g == D(L, w)")
        evaluators = [Evaluator(Rationals(seed), *size, given) for size in RATIONAL_SIZES]

        def outcomes(side: ast.expr, slack: float = SLACK) -> Iterator[tuple[Part] | Failure]:
            each = bool(free_indices(truth))
            return (_outcome(evaluator, side, each, slack) for evaluator in evaluators)

        def diagnosis(side: ast.expr, mistakes: Any = (), pairs: Any = ()) -> Finding:
            trials = list(map(Trial, cases, outcomes(side, 0), expected))
            return diagnose(trials, mistakes, (self.part,), pairs=pairs)

        cases, expected = list(map(self._case, evaluators)), list(outcomes(truth))
        single = {(key,): ways for key, ways in self.mistakes.items()}
        mistakes, pairs = (
            ((keys, outcomes(_side(text))) for keys, ways in table.items() for text in ways)
            for table in (single, self.pairs)
        )
        finding = diagnosis(right, mistakes, pairs)
        if finding.kind == "right":
            for text, side in left.items():
                if side and diagnosis(side).kind != "right":
                    return Finding("type", self._about_left(text))
        return finding

    @property
    def _letters(self) -> list[str]:
        return self.uses.split()

    def _calls_it_j(self, right: ast.expr, left: list[str]) -> bool:
        """Whether both sides have j where the exercise has k."""
        free = names_in(right) & {*OTHER}
        there = any("j" in FREE.findall(text) for text in left)
        return "k" in self._letters and free == {"j"} and there

    def _check(self, side: ast.expr, text: str) -> None:
        """Raise unless the right side has those letters alone that it may have."""
        uses = self._letters
        letters = ", ".join(uses)
        calls = [node for node in ast.walk(side) if isinstance(node, ast.Call)]
        if "D" in map(_called, calls):
            raise ValueError(f"Expected the right side alone, without D( ), got {text}.")
        differentials = {ast.unparse(node): node for node in calls if _called(node) == "d"}
        of_w = differentials.pop("d(w)", None)
        names = names_in(side) | ({written(of_w)} if of_w and "dw" not in uses else set())
        for node in differentials.values():
            raise ValueError(f"Put in what {written(node)} is: only {letters} are to be left.")
        if free := ", ".join(sorted(names & {*INDICES} - {*uses})):
            asked = f" Only k may stand without one, as in {self.part}." if "k" in uses else ""
            raise ValueError(f"No Sum( ) counts {free}.{asked}{COUNTED}")
        if strange := ", ".join(sorted(names - {*uses})):
            raise ValueError(f"Expected a formula in {letters} alone, got {strange} in it.")

    def _left(self, as_typed: str, renamed: bool) -> ast.expr | None:
        """Return a left side that has a value, or None for the part itself, or a name for it."""
        text = as_typed.replace("∂", "d")
        if renamed:
            text = FREE.sub(lambda found: OTHER[found[0]], text)
        if not text or _bare(text) == _bare(self.part):
            return None
        if "∇" in text:
            text = "_".join(text.replace("∇", "nabla_").split())
        if "k" in self._letters:
            text = re.sub("_k$", "[k]", text)
        ((name, rest),) = NAME.findall(text)[:1]
        meant = _meant(name)
        if name and not meant and rest in ("", "[k]" if "k" in self._letters else ""):
            return None
        try:
            return _read(f"{meant or name}{rest}")
        except ValueError:
            raise ValueError(self._about_left(as_typed)) from None

    def _about_left(self, text: str) -> str:
        return (
            f"Expected {self.part}, or a name for it, on the left side, got {shorten(text)}. The "
            "right side alone is enough."
        )

    def _case(self, evaluator: Evaluator) -> Case:
        """Say what the letters stand for."""
        letters = [name for name in self._letters if name not in ("n", "p", "k")]
        values = (
            f"{name} = {format_value(to_floats(evaluator.value_of(name)))}" for name in letters
        )
        traits = (f"n = {evaluator.n}", f"p = {evaluator.p}")
        return Case(str(evaluator), ", ".join(values), evaluator.n, traits)


def _split(text: str) -> list[str]:
    """Return the sides of an equation in one line each, without comments and quotes around them.

    An = in brackets is no sign of an equation: Python will refuse it.
    """
    text = _unquote(" ".join(COMMENT.sub("", in_keys(text)).split()))
    sides, depth = [""], 0
    for piece in MARKS.split(text):
        depth += piece in ("(", "[", "{")
        depth -= piece in (")", "]", "}")
        if piece in EQUALS and not depth:
            sides.append("")
        else:
            sides[-1] += piece
    return [_unquote(side.strip()) for side in sides]


def _unquote(text: str) -> str:
    """Return what stands between quotes, if all of a text does."""
    inner = text.strip("'\"")
    bare = text[:1] not in ("'", '"') or text[-1:] not in ("'", '"') or {*inner} & {"'", '"'}
    return text if bare else inner.strip()


def _bare(text: str) -> str:
    """Return a derivative with its letters alone: dLdwk for ∂L/∂w[k], ∂L/∂w_k or dL_dw_k."""
    return re.sub(r"[\s()\[\]_/]", "", text.replace("∂", "d"))


def _meant(name: str) -> str:
    """Return a formula for a name that says what it is, as D(L, w) for w_grad; else nothing."""
    if name in MEANT or name in SYMBOLS or name in INDICES or keyword.iskeyword(name):
        return MEANT.get(name, name)
    if derivative := DERIVATIVE.fullmatch(name):
        of, by = (MEANT.get(part, part) for part in derivative.groups())
        if of in SYMBOLS and by in SYMBOLS:
            return f"D({of}, {by})"
    words = [MEANT.get(word, word) for word in name.split("_")]
    letters = [word for word in words if word in SYMBOLS or is_differential(word)]
    if letters and GRADIENTS & {*words}:
        return f"D(L, {next((letter for letter in letters if letter != 'L'), 'w')})"
    return letters[0] if letters else ""


def _read(text: str, letters: str = "") -> ast.expr:
    """Return a formula, if it is one, and no equation."""
    try:
        formula = Formula(text)
    except ArgumentError as error:
        _, expected, came, hint = error.args
        expected = expected.replace("known symbols", f"the letters {letters}")
        got = shorten(came, LONGEST_REASON)
        raise ValueError(f"Expected {expected}, got {got}. {hint or NOTATION}") from None
    sides = formula.relations[0].sides
    if len(formula.relations) > 1 or len(sides) > 1:
        raise ValueError(f"Expected the right side alone, got {text}.")
    if (depth := _depth(sides[0])) > DEEPEST:
        raise ValueError(
            f"Expected at most {DEEPEST} sums, squares and d( ) in each other, got {depth}."
        )
    return sides[0]


def _called(node: ast.AST) -> str:
    """Return the name of the function that is called by a part of a formula itself."""
    return ast.unparse(node.func) if isinstance(node, ast.Call) else ""


def _depth(node: ast.AST) -> int:
    """Return how many sums, squares and differentials there are, each inside the one before."""
    inside = max(map(_depth, ast.iter_child_nodes(node)), default=0)
    is_square = isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)
    return inside + DEPTHS.get(_called(node), is_square)


def _side(text: str) -> ast.expr:
    return Formula(text).relations[0].sides[0]


def _outcome(
    evaluator: Evaluator, side: ast.expr, for_each_feature: bool, slack: float
) -> tuple[Part] | Failure:
    """Return what a formula gives; if it is one for each k, all of these numbers in a column."""
    try:
        if not for_each_feature:
            return (_part(evaluator.value(side), slack),)
        places = range(1, evaluator.p + 1)
        values = [evaluator.with_indices(k=k).value(side) for k in places]
    except (ShapeError, Undecidable) as error:
        reason, _, advice = str(error).partition("; ")
        hint = f" {advice[0].upper()}{advice[1:]}." if advice else HINTS.get(type(error), "")
        return Failure("exception", f"{reason}, where {evaluator}.{hint}")
    for value in values:
        if value.shape != (1, 1):
            shape = "×".join(map(str, value.shape))
            return Failure(
                "shape",
                f"Its value has the shape {shape} where {evaluator}, and for each k one number is "
                "expected. Which entry is it?",
            )
    return (_part(np.concatenate(values), slack),)


def _part(value: Matrix, slack: float) -> Part:
    """Return a value in floats; the slack is for the decimals that a learner rounded."""
    floats = to_floats(value)
    return Part(floats, slack * np.abs(floats) if slack else 0.0)
