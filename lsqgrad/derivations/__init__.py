"""Derivations of which each line is checked against the one before, and those of the notebooks."""

from lsqgrad.derivations.derivation import (
    Derivation,
    DerivationError,
    Line,
    Slip,
    define,
    plain,
    with_latex,
)
from lsqgrad.derivations.least_squares import (
    LINE,
    WITHOUT_BIAS,
    by_differentials,
    by_expanding,
    by_indices,
    for_bias,
    for_weight,
)
from lsqgrad.derivations.markup import choice_markup, line_markup

__all__ = [
    "LINE",
    "WITHOUT_BIAS",
    "Derivation",
    "DerivationError",
    "Line",
    "Slip",
    "by_differentials",
    "by_expanding",
    "by_indices",
    "choice_markup",
    "define",
    "for_bias",
    "for_weight",
    "line_markup",
    "plain",
    "with_latex",
]
