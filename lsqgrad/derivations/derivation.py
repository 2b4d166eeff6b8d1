"""A derivation as data: lines of which each is checked against the one before.

What a line says is evaluated at several sizes (`evaluators`): with random fractions, and with a
symbol for every number. A gradient must besides leave the right remainder.
"""

import ast
import re
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from lsqgrad._util import ArgumentError, ArgumentTypeError, validation
from lsqgrad.algebra import (
    SYMBOLS,
    Definitions,
    Difference,
    Evaluator,
    Formula,
    Rationals,
    ShapeError,
    Symbols,
    Undecidable,
    evaluators,
    is_fixed,
    to_latex,
)

WIDTH = 84  # of the reasons, in plain text
IN_TEXT = re.compile(r"\{(.+?)\}")  # a formula in a sentence

# A derivation is folded where it can be opened. It is open on paper, and in what nbconvert writes,
# which JupyterLab prints and exports. A browser that does not know the pseudo-element leaves it
# folded, and a site that drops styles does, too.
OPEN_ON_PAPER = """\
<style>
@media print {
  details.lsqgrad-derivation::details-content { content-visibility: visible; block-size: auto; }
}
body.jp-Notebook > main details.lsqgrad-derivation::details-content {
  content-visibility: visible;
  block-size: auto;
}
body.jp-Notebook > main details.lsqgrad-derivation > summary { list-style: none; }
</style>"""


class DerivationError(AssertionError):
    """A line of a derivation does not follow from the line before."""


@dataclass(frozen=True)
class Slip:
    """What is typically written instead of a line, and what is wrong with it."""

    math: str  # the right side alone
    why: str

    def __post_init__(self) -> None:
        if len(_read("math", self.math).relations[0].sides) > 1:
            raise ArgumentError("math", "the right side alone", repr(self.math))
        _read_text("why", self.why)


@dataclass(frozen=True)
class Line:
    """One line of a derivation.

    Attributes
    ----------
    math : str
        A `Formula`: an equation, or an expression that the line before is equal to.
    rule : str
        Why it follows, in a few words: ``"chain rule"``. Formulas stand in braces; if they are
        equations, they are checked too.
    sentence : str
        The same at more length.
    slips : tuple of Slip
        Two, or none.
    boxed : bool
        Whether it is a result.
    """

    math: str
    rule: str
    sentence: str = ""
    slips: tuple[Slip, ...] = ()
    boxed: bool = False

    def __post_init__(self) -> None:
        _read("math", self.math)
        if not validation.string("rule", self.rule):
            raise ArgumentError("rule", "why the line follows", "an empty string")
        _read_text("rule", self.rule)
        _read_text("sentence", self.sentence)
        if not isinstance(self.slips, tuple) or not all(isinstance(s, Slip) for s in self.slips):
            raise ArgumentTypeError("slips", "a tuple of objects of type Slip", repr(self.slips))
        if len(self.slips) not in (0, 2):
            raise ArgumentError("slips", "two, or none", f"{len(self.slips)}")

    @property
    def heading(self) -> str:
        """The rule with a capital letter, as it stands before the sentence."""
        return self.rule[0].upper() + self.rule[1:]


class Derivation:
    """Lines of which each must follow from the one before.

    Shown in a notebook, it is checked and typeset.

    Parameters
    ----------
    title : str
        What is derived.
    lines : sequence of Line
        The first is an equation, and others may be.
    given : dict
        What names stand for: see `define`.
    first : int
        The number of the first line among the equations of its notebook.
    remainder : str, optional
        If the last line is a gradient ``D(L, w) == g``: what is left of ``L(w + d) - L(w)`` when
        ``inner(g, d)`` is taken away. For d of any length that is true for the gradient alone.

    Raises
    ------
    TypeError, ValueError
        If an argument is not of the kind named above.

    Examples
    --------
    >>> loss = define("r == X @ w - Y", "L(w) == 1 / n * r.T @ r")
    >>> lines = [
    ...     Line("d(L) == 1 / n * (d(r).T @ r + r.T @ d(r))", "product rule"),
    ...     Line("2 / n * r.T @ d(r)", "a number is its own transpose"),
    ... ]
    >>> Derivation("The differential of the loss", lines, loss)
    The differential of the loss
    (1)  d(L) == 1 / n * (d(r).T @ r + r.T @ d(r))
            product rule
    (2)       == 2 / n * r.T @ d(r)
            a number is its own transpose
    Each line was checked: with random fractions for n×p = 1×1, 3×1, 10×1, 2×2, 5×3, 2×5,
    and with a symbol for every number for n×p = 1×1, 3×1, 2×2.
    """

    def __init__(
        self,
        title: str,
        lines: Sequence[Line],
        given: Definitions,
        first: int = 1,
        remainder: str | None = None,
    ) -> None:
        self.title = validation.string("title", title)
        if not isinstance(lines, Sequence) or not all(isinstance(line, Line) for line in lines):
            raise ArgumentTypeError("lines", "a list of objects of type Line", repr(lines))
        if not isinstance(given, Mapping):
            raise ArgumentTypeError("given", "what define() returns", repr(given))
        self.lines = tuple(lines)
        self.given = dict(given)
        self._sizes: list[list[str]] = []  # once it is checked: those of fractions, of symbols
        self.first = validation.integer("first", first, low=0)
        self.formulas = tuple(Formula(line.math) for line in self.lines)
        for formula in self.formulas:
            if len(formula.relations) > 1 or "<" in formula.relations[0].signs:
                raise ArgumentError("lines", "one chain of equations in each", f"{formula}")
        if not self.lines or self.continues(0):
            came = self.lines[0].math if self.lines else "no line"
            raise ArgumentError("lines", "the first to be an equation", came)
        self._last_word = None if remainder is None else self._read_remainder(remainder)

    def __len__(self) -> int:
        return len(self.lines)

    def number(self, place: int) -> int:
        """Return the number of the line at `place`, counted from 0, as an equation."""
        return self.first + place

    def continues(self, place: int) -> bool:
        """Whether the line at `place` goes on where the one before ended."""
        return len(self.formulas[place].relations[0].sides) == 1

    def subject(self, place: int) -> ast.expr:
        """Return the left side of the equation that the line at `place` belongs to."""
        while self.continues(place):
            place -= 1
        return self.formulas[place].relations[0].sides[0]

    def right_side(self, place: int) -> ast.expr:
        """Return where the line at `place` arrives."""
        return self.formulas[place].relations[-1].sides[-1]

    def equation(self, place: int, right: str | None = None) -> Formula:
        """Return the line at `place` as a whole equation, or that with another right side."""
        if not self.continues(place) and right is None:
            return self.formulas[place]
        right = right or self.lines[place].math
        return Formula(f"{ast.unparse(self.subject(place))} == {right}")

    def check(self) -> "Derivation":
        """Check every line, every equation in a sentence, and that every slip is one.

        Returns
        -------
        Derivation
            Itself, so that a cell can check it and show it. It is not checked a second time.

        Raises
        ------
        DerivationError
            If one fails. The message names the line and its rule, and shows both sides.
        ValueError
            If a line cannot be checked, as when a name in it is not known.
        ImportError
            If SymPy is not installed.
        """
        if self._sizes:
            return self
        everywhere = evaluators(self.given, self.formulas)
        for place, line in enumerate(self.lines):
            which = f"({self.number(place)}) of {self.title!r}"
            name = f"Line {which}, by the rule {line.rule!r},"
            before = self.right_side(place - 1) if self.continues(place) else None
            check_formula(self.formulas[place], everywhere, name, before)
            for text in (line.rule, line.sentence, *(slip.why for slip in line.slips)):
                for formula in map(Formula, IN_TEXT.findall(text)):
                    check_formula(formula, everywhere, f"A formula in the text to line {which}")
            for slip in line.slips:
                if not is_refuted(self.equation(place, slip.math), everywhere):
                    raise DerivationError(f"{name} has a slip that is right: {slip.math}.")
        if self._last_word:
            name = f"The gradient at the end of {self.title!r}"
            check_formula(self._last_word, everywhere, name)
        self._sizes = [
            [f"{e.n}×{e.p}" for e in everywhere if isinstance(e.field, field)]
            for field in (Rationals, Symbols)
        ]
        return self

    def _read_remainder(self, remainder: str) -> Formula:
        """Return what must hold for the gradient in the last line, and for no other."""
        if [len(relation.sides) for relation in _read("remainder", remainder).relations] != [1]:
            raise ArgumentError("remainder", "an expression", repr(remainder))
        match self.subject(len(self) - 1):
            case ast.Call(
                func=ast.Name(id="D"), args=[ast.Name(id=loss), ast.Name(id=parameter)]
            ) if loss in self.given and parameter in self.given[loss][0]:
                variables, _ = self.given[loss]
            case _:
                expected = "the last line to be about D(L, w), where L(w) is given"
                raise ArgumentError("remainder", expected, f"{self.equation(len(self) - 1)}")
        moved = ", ".join(f"{name} + h * d" if name == parameter else name for name in variables)
        gradient = ast.unparse(self.right_side(len(self) - 1))
        change = f"{loss}({moved}) - {loss}({', '.join(variables)})"
        return Formula(f"{change} - h * inner({gradient}, d) == h ** 2 * ({remainder})")

    def __repr__(self) -> str:
        self.check()
        left = max(len(ast.unparse(self.subject(place))) for place in range(len(self)))
        text = [self.title]
        for place, line in enumerate(self.lines):
            math = f"{'':{left}} == {line.math}" if self.continues(place) else line.math
            text.append(f"{f'({self.number(place)})':4} {math}")
            reason = plain(": ".join(filter(None, [line.rule, line.sentence])))
            text.append(textwrap.indent(textwrap.fill(reason, WIDTH), " " * 8))
        return "\n".join([*text, self._checked()])

    def _repr_markdown_(self) -> str:
        """Typeset the derivation: folded in a notebook, open in an export and on paper."""
        self.check()
        lines = "1 line" if len(self) == 1 else f"{len(self)} lines"
        what = f"{escape(self.title)}: the whole derivation, {lines}"
        text = [OPEN_ON_PAPER, f'<details class="lsqgrad-derivation"><summary>{what}</summary>']
        for place, line in enumerate(self.lines):
            tex = to_latex(self.equation(place), boxed=line.boxed, tag=self.number(place))
            reason = f"*{with_latex(line.heading)}.* {with_latex(line.sentence)}".rstrip()
            text.append(f"{reason}\n\n$${tex}$$")
        return "\n\n".join([*text, f"*{self._checked()}*", "</details>"])

    def _checked(self) -> str:
        """Say what was checked."""
        fractions, symbols = map(", ".join, self._sizes)
        remainder = "\nThe gradient at the end was checked by its remainder, too."
        return (
            f"Each line was checked: with random fractions for n×p = {fractions},\n"
            f"and with a symbol for every number for n×p = {symbols}."
        ) + (remainder if self._last_word else "")


def define(*equations: str) -> dict[str, tuple[tuple[str, ...], ast.expr]]:
    """Return what names stand for, from equations that define them.

    Parameters
    ----------
    *equations : str
        A name on the left, as in ``"r == X @ w - Y"``, or a name with arguments, as in
        ``"L(w) == 1 / n * r.T @ r"``.

    Returns
    -------
    dict
        For each name its arguments and its meaning.

    Raises
    ------
    TypeError, ValueError
        If an equation is not a string, not a formula, or does not define a name.

    Examples
    --------
    >>> list(define("r == X @ w - Y", "L(w) == 1 / n * r.T @ r"))
    ['r', 'L']
    """
    meanings: dict[str, tuple[tuple[str, ...], ast.expr]] = {}
    for text in equations:
        for sides, signs in _read("equations", text).relations:
            name, parameters = "", tuple[str, ...]()
            match sides[0]:
                case ast.Name(id=name):
                    pass
                case ast.Call(func=ast.Name(id=name), args=args):
                    parameters = tuple(map(ast.unparse, args))
            known = {name, *parameters} <= SYMBOLS.keys() and len({*parameters}) == len(parameters)
            if not known or is_fixed(name) or signs != ("=",):
                expected = "a name to be defined that has no meaning yet"
                raise ArgumentError("equations", expected, repr(text))
            meanings[name] = parameters, sides[1]
    return meanings


def check_formula(
    formula: Formula,
    everywhere: Iterable[Evaluator],
    name: str,
    before: ast.expr | None = None,
    defined: bool = False,
) -> None:
    """Raise unless all sides of a formula are equal to each other.

    Parameters
    ----------
    formula : Formula
        What is checked.
    everywhere : list of Evaluator
        By which it is to hold.
    name : str
        What it is called in the message.
    before : ast.expr, optional
        What its first side is to be equal to.
    defined : bool
        Whether the first side is a name that the second one defines, so that it is no claim.

    Raises
    ------
    DerivationError
        If two sides are not equal, or the shapes of one do not fit.
    ValueError
        If that cannot be told, as when a name in it is not known, or it is no equation.
    """
    for sides, signs in formula.relations:
        if "<" in signs:
            raise ValueError(f"{name} cannot be checked: expected equations, got {formula}.")
        chain = ([] if before is None else [before]) + [*sides[defined:]]
        for left, right in pairwise(chain):
            for evaluator in everywhere:
                try:
                    difference = evaluator.difference(left, right)
                except ShapeError as error:
                    raise DerivationError(_message(name, left, right, f"{error}.")) from None
                except Undecidable as error:
                    reason = f"{error}, where {evaluator}"
                    raise ValueError(f"{name} cannot be checked: {reason}.") from None
                if difference:
                    evidence = _evidence(evaluator, difference)
                    raise DerivationError(_message(name, left, right, evidence))


def is_refuted(formula: Formula, everywhere: Iterable[Evaluator]) -> bool:
    """Whether a formula is false somewhere, or its shapes do not fit."""
    try:
        check_formula(formula, everywhere, f"{formula}")
    except DerivationError:
        return True
    return False


def plain(text: str) -> str:
    """Return a text with its formulas in the notation of Python."""
    return with_formulas(text, str)


def with_latex(text: str) -> str:
    """Return a text with its formulas in LaTeX, between dollar signs."""
    return with_formulas(text, lambda formula: f"${to_latex(formula, inline=True)}$")


def with_formulas(
    text: str, write: Callable[[Formula], str], prose: Callable[[str], str] = str
) -> str:
    """Return a text, its formulas written by one function, what stands around them by another."""
    pieces = IN_TEXT.split(text)
    return "".join(
        write(Formula(piece)) if place % 2 else prose(piece) for place, piece in enumerate(pieces)
    )


def _read_text(argument: str, text: str) -> None:
    """Raise unless all that stands in braces in a text is a formula."""
    for formula in IN_TEXT.findall(validation.string(argument, text)):
        _read(argument, formula)
    if {"{", "}"} & {*IN_TEXT.sub("", text)}:
        raise ArgumentError(argument, "a brace at both ends of a formula", repr(text))


def _read(argument: str, text: str) -> Formula:
    """Return a text as a Formula, or say which argument is none."""
    try:
        return Formula(text)
    except ArgumentError as error:
        error.argument = argument
        raise


def _evidence(evaluator: Evaluator, difference: Difference) -> str:
    """Say where two sides differ, and by what."""
    at, *sides = difference
    where = ", ".join([str(evaluator), *(f"{k} = {v}" for k, v in at.items())])
    one, other = map(evaluator.show, sides)
    if sides[0].shape != sides[1].shape:
        one, other = (
            f"{shown}, a {'×'.join(map(str, side.shape))} matrix"
            for shown, side in zip((one, other), sides, strict=True)
        )
    text = f"Where {where}, the first is {one}, and the second {other}."
    if one == other:  # in the digits that are shown
        text += f" The second is {evaluator.show(sides[1] - sides[0])} larger."
    if difference.factor:
        text += f" The second is {difference.factor} times the first."
    return text


def _message(name: str, left: ast.expr, right: ast.expr, reason: str) -> str:
    return (
        f"{name} does not hold:\n"
        f"    {ast.unparse(left)}\n"
        f"is not\n"
        f"    {ast.unparse(right)}\n"
        f"{reason}"
    )
