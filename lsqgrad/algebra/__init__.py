"""Formulas as data: read from text, typeset, evaluated, compared."""

from lsqgrad.algebra.diff import changes
from lsqgrad.algebra.evaluation import (
    RATIONAL_SIZES,
    CallError,
    Definitions,
    Difference,
    EntryError,
    Evaluator,
    Matrix,
    Rationals,
    ShapeError,
    Symbols,
    Undecidable,
    UnknownIndex,
    evaluators,
    free_indices,
    is_fixed,
    to_floats,
)
from lsqgrad.algebra.expression import (
    CODE_NAMES,
    INDICES,
    SYMBOLS,
    Formula,
    Relation,
    is_differential,
    names_in,
    written,
)
from lsqgrad.algebra.latex import to_latex
from lsqgrad.algebra.mathml import chain_to_mathml, to_mathml
from lsqgrad.algebra.typesetting import is_narrow
