"""Derivations of which each line is checked against the one before, and those of the notebooks."""

from lsqgrad.derivations.derivation import (
    Derivation,
    DerivationError,
    Line,
    Slip,
    define,
    plain,
    with_formulas,
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
