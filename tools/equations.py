"""Reads the equations of a notebook's Markdown, and typesets them.

An equation is written as a formula in a comment, which readers do not see (lsqgrad.algebra):

    <!-- (2) definition: r == Y_hat - Y == X @ w - Y -->

`make notebooks` puts what is seen below it, with its colours and its number. Between the number and
the colon may stand, with commas between them:

    definition   the left side is a name, which from here on stands for the next side
    redefinition so, too, but the name stood for something else before
    condition    it holds for some numbers only
    boxed        a box is drawn around it
    n = 3        it is meant for three rows (or p = 1: one column)

Without a number, a comment tells what stands in the prose: `inline` for a formula between dollar
signs, and `given` for a definition that is told in words.
"""

import re
from dataclasses import dataclass

from lsqgrad.algebra.expression import Formula
from lsqgrad.algebra.latex import to_latex

COMMENT = re.compile(
    r"<!-- (?:\((?P<number>\d+)\))? ?(?P<marks>[^:]*?): (?P<text>.+?) -->(?:\n\$\$.*?\$\$)?", re.S
)
KNOWN_MARKS = {"definition", "redefinition", "condition", "boxed", "inline", "given"}


@dataclass(frozen=True)
class Equation:
    """An equation of the Markdown."""

    formula: Formula
    marks: frozenset[str]
    number: int | None = None  # none in the prose
    sizes: tuple[tuple[str, int], ...] = ()  # of n and p, where it is meant for some alone

    def typeset(self) -> str:
        """Write it as LaTeX, without the dollar signs."""
        boxed, sizes = "boxed" in self.marks, dict(self.sizes)
        if self.number is None:
            return to_latex(self.formula, inline=True, sizes=sizes)
        return to_latex(self.formula, sizes=sizes, boxed=boxed, tag=self.number)


def equations_in(markdown: str) -> list[Equation]:
    """Return the equations of a Markdown cell, in their order."""
    return [_read(found) for found in COMMENT.finditer(markdown)]


def with_equations(markdown: str) -> str:
    """Return a Markdown cell with every numbered equation typeset below its comment."""
    return COMMENT.sub(_with_equation, markdown)


def _read(found: re.Match) -> Equation:
    marks, sizes = set(), {}
    for mark in filter(None, map(str.strip, found["marks"].split(","))):
        name, is_size, size = mark.partition(" = ")
        if is_size:
            sizes[name] = int(size)
        else:
            marks.add(mark)
    if unknown := marks - KNOWN_MARKS | sizes.keys() - {"n", "p"}:
        raise ValueError(f"comment: expected the marks of tools/equations.py, got {unknown}.")
    number = found["number"] and int(found["number"])
    text = " ".join(found["text"].split())
    return Equation(Formula(text), frozenset(marks), number, tuple(sizes.items()))


def _with_equation(found: re.Match) -> str:
    equation = _read(found)
    if equation.number is None:
        return found[0]
    comment = found[0][: found[0].index("-->") + len("-->")]
    return f"{comment}\n$${equation.typeset()}$$"
