"""Formulas as data: read from text, typeset, evaluated, compared."""

from lsqgrad.algebra.diff import changes
from lsqgrad.algebra.evaluation import (
    FLOATING_SIZES,
    Floating,
    Meaningless,
    Undecided,
    free_indices,
    is_fixed,
    sizes_for,
    worlds,
)
from lsqgrad.algebra.expression import ASSIGNMENT, SYMBOLS, Formula
from lsqgrad.algebra.latex import is_narrow, part, to_latex

__all__ = [
    "ASSIGNMENT",
    "FLOATING_SIZES",
    "SYMBOLS",
    "Floating",
    "Formula",
    "Meaningless",
    "Undecided",
    "changes",
    "free_indices",
    "is_fixed",
    "is_narrow",
    "part",
    "sizes_for",
    "to_latex",
    "worlds",
]
