"""What a formula looks like, whoever writes it down: boxes within boxes.

`typesetting` puts a formula into boxes, and `latex` and `mathml` write them. Signs are those of
Unicode, some of which are not seen: a product without a dot has a sign all the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import TypeAlias

MINUS, DOT, SUM = "−", "⋅", "∑"
TIMES, APPLY, SEPARATOR = "\u2062", "\u2061", "\u2063"  # not seen: between factors, after a
THIN = "\u2009"  # function, between indices; between factors, too, with a thin space


@dataclass(frozen=True)
class Letter:
    """A letter."""

    text: str


@dataclass(frozen=True)
class Number:
    """A number, of one digit or more."""

    text: str


@dataclass(frozen=True)
class Word:
    """An upright word, such as *after*."""

    text: str


@dataclass(frozen=True)
class Sign:
    """An operator or a relation."""

    text: str


@dataclass(frozen=True)
class Row:
    """Boxes side by side."""

    parts: tuple["Box", ...]
    tight: bool = False  # read as one thing: dw, L(w), −w


@dataclass(frozen=True)
class List:
    """Boxes with commas between them."""

    parts: tuple["Box", ...]
    wide: bool = False


@dataclass(frozen=True)
class Accent:
    """A letter with a sign above it."""

    base: "Box"
    sign: str


@dataclass(frozen=True)
class Scripts:
    """A box with others at its lower and its upper right."""

    base: "Box"
    below: "Box | None" = None
    above: "Box | None" = None


@dataclass(frozen=True)
class Fraction:
    """One box over another, with a bar between them."""

    above: "Box"
    below: "Box"


@dataclass(frozen=True)
class Sum:
    """The sign of a sum, with the index that runs from 1 to what stands above it."""

    index: "Box"
    top: "Box"


@dataclass(frozen=True)
class Fence:
    """A box between two signs, which are as high as it is, or of their usual height."""

    signs: str
    inside: "Box"
    high: bool


@dataclass(frozen=True)
class Table:
    """Rows of a matrix, in parentheses."""

    rows: tuple[tuple["Box", ...], ...]


@dataclass(frozen=True)
class Colored:
    """A box in a colour."""

    inside: "Box"
    color: str


@dataclass(frozen=True)
class Marked:
    """A box that is new."""

    inside: "Box"


Box: TypeAlias = (
    Letter | Number | Word | Sign | Row | List | Accent | Scripts | Fraction | Sum | Fence | Table
    | Colored | Marked
)  # fmt: skip


def is_high(box: Box) -> bool:
    """Whether parentheses around a box are to be as high as it is."""
    return isinstance(box, Fraction | Sum | Table) or any(map(is_high, _inside(box)))


def first(box: Box) -> Box:
    """Return what a reader sees first of a box."""
    match box:
        case Row(parts=[part, *_]) | Scripts(base=part) | Colored(inside=part):
            return first(part)
    return box


def _inside(box: Box) -> Iterator[Box]:
    """Return the boxes that stand in another one."""
    for field in fields(box):
        value = getattr(box, field.name)
        for part in value if isinstance(value, tuple) else [value]:
            if isinstance(part, Box):
                yield part
