"""Formulas made at random, for the tests of what has to be true of all of them."""

from hypothesis import strategies as st

NAMES = ["X", "Y", "w", "b", "r", "dw", "n", "L", "X[i, k]", "r[i]", "w[1]", "2", "10"]
FORMS = [
    *("-({})", "({}).T", "({}) ** 2", "norm({}) ** 2", "({})[i]", "({})[i, k]", "L({})"),
    *("d({})", "D({}, w)", "D(D({}, w[j]), w[k])", "Sum({}, i)", "Sum({}, j)"),
    *("({}) + ({})", "({}) - ({})", "({}) * ({})", "({}) @ ({})", "({}) / ({})"),
    *("inner({}, {})", "hstack({}, {})", "vstack({}, {})", "matrix([[{}, {}], [1, 2]])"),
]


def _one_up(parts):
    """Put parts into every form that a formula knows."""
    return st.builds(str.format, st.sampled_from(FORMS), parts, parts)


def made_of(names):
    """Make formulas of some names at random."""
    return st.recursive(st.sampled_from(names), _one_up, max_leaves=8)


expressions = made_of(NAMES)
