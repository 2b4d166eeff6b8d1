"""The derivations hold, and would not with a mistake: one is planted wherever there is a place."""

import ast
import re
from itertools import pairwise

import pytest

from lsqgrad import derivations
from lsqgrad.algebra.expression import COLUMNS, ROWS
from lsqgrad.derivations.derivation import Derivation, DerivationError, Line

ALL = {name: d for name, d in vars(derivations).items() if isinstance(d, Derivation)}
LINES = {(name, d.number(place)): place for name, d in ALL.items() for place in range(len(d))}
EVERY_LINE = pytest.mark.parametrize(
    ("name", "number"), [pytest.param(*line, id=f"{line[0]}-{line[1]}") for line in LINES]
)
NOTEBOOKS = [{"by_differentials"}, {"for_weight", "for_bias"}, {"by_indices", "by_expanding"}]

# A number is its own transpose, so that nothing is planted by transposing one of these: n, b, and
# w where there is one feature.
NUMBERS = {name: {"n", "b"} | ({"w"} if name in NOTEBOOKS[1] else set()) for name in ALL}

# What is planted and is still right. By the name of the derivation and the number of the line.
SQUARE = "A number and its negative have the same square."
CONSTANT = "What does not depend on the parameter has the derivative 0, whatever it is."
STILL_RIGHT = {
    ("by_indices", 4): {
        "D(1 / n * Sum((-r[i]) ** 2, i), w[k])": SQUARE,
        "D(1 / n * Sum((-r)[i] ** 2, i), w[k])": SQUARE,
    },
    ("by_indices", 5): {
        "1 / n * Sum(D((-r[i]) ** 2, w[k]), i)": SQUARE,
        "1 / n * Sum(D((-r)[i] ** 2, w[k]), i)": SQUARE,
    },
    ("for_weight", 2): {
        "2 * (y[i] - w * x[i] - b) * D(y[i] - w * x[i] + b, w)": CONSTANT,
        "2 * (y[i] - w * x[i] - b) * D(y[i] - w * x[i] - -b, w)": CONSTANT,
        "2 * (y[i] - w * x[i] - b) * D(y[i] - w * x[i], w)": CONSTANT,
        "2 * (y[i] - w * x[i] - b) * D(-(w * x[i]) - b, w)": CONSTANT,
        "2 * (y[i] - w * x[i] - b) * D(-y[i] - w * x[i] - b, w)": CONSTANT,
        "2 * (y[i] - w * x[i] - b) * D((-y)[i] - w * x[i] - b, w)": CONSTANT,
    },
    ("for_weight", 5): {
        "1 / n * Sum(D((-(y[i] - w * x[i] - b)) ** 2, w), i)": SQUARE,
    },
    ("for_weight", 7): {
        "2 / n * Sum(w * (-x[i]) ** 2 - (y[i] - b) * x[i], i)": SQUARE,
        "2 / n * Sum(w * (-x)[i] ** 2 - (y[i] - b) * x[i], i)": SQUARE,
    },
    ("for_weight", 8): {
        "2 / n * (Sum(w * (-x[i]) ** 2, i) - Sum((y[i] - b) * x[i], i))": SQUARE,
        "2 / n * (Sum(w * (-x)[i] ** 2, i) - Sum((y[i] - b) * x[i], i))": SQUARE,
    },
    ("for_weight", 9): {
        "2 / n * (w * Sum((-x[i]) ** 2, i) - Sum((y[i] - b) * x[i], i))": SQUARE,
        "2 / n * (w * Sum((-x)[i] ** 2, i) - Sum((y[i] - b) * x[i], i))": SQUARE,
    },
    ("for_bias", 10): {
        "2 * (y[i] - w * x[i] - b) * D(-b, b)": CONSTANT,
        "2 * (y[i] - w * x[i] - b) * D(y[i] - b, b)": CONSTANT,
        "2 * (y[i] - w * x[i] - b) * D(y[i] + w * x[i] - b, b)": CONSTANT,
        "2 * (y[i] - w * x[i] - b) * D(-(w * x[i]) - b, b)": CONSTANT,
        "2 * (y[i] - w * x[i] - b) * D(-(y[i] - w * x[i]) - b, b)": CONSTANT,
        "2 * (y[i] - w * x[i] - b) * D(-y[i] - w * x[i] - b, b)": CONSTANT,
        "2 * (y[i] - w * x[i] - b) * D((-y)[i] - w * x[i] - b, b)": CONSTANT,
        "2 * (y[i] - w * x[i] - b) * D(y[i] - w - b, b)": CONSTANT,
        "2 * (y[i] - w * x[i] - b) * D(y[i] - x[i] - b, b)": CONSTANT,
        "2 * (y[i] - w * x[i] - b) * D(y[i] - -(w * x[i]) - b, b)": CONSTANT,
        "2 * (y[i] - w * x[i] - b) * D(y[i] - -w * x[i] - b, b)": CONSTANT,
        "2 * (y[i] - w * x[i] - b) * D(y[i] - w * -x[i] - b, b)": CONSTANT,
        "2 * (y[i] - w * x[i] - b) * D(y[i] - w * (-x)[i] - b, b)": CONSTANT,
    },
}


# The errors


def with_parts(node, **parts):
    """Return a copy of a part of a formula in which some of its parts are others."""
    return type(node)(**dict(ast.iter_fields(node)) | parts)


def errors_at(node):
    """Return what stands in place of a part of a formula if an error is made just there."""
    negated = [ast.UnaryOp(ast.USub(), node)]
    match node:
        case ast.Constant(value=c):  # another factor
            return [ast.Constant(c + 1), ast.Constant(1), *negated]
        case ast.Name():  # a transpose added
            return [ast.Attribute(node, "T"), *negated]
        case ast.Attribute(value=value):  # a transpose dropped
            return [value, *negated]
        case ast.UnaryOp(operand=operand):  # a negation dropped
            return [operand]
        case ast.BinOp(left=left, op=ast.Add(), right=right):  # another sign, a term dropped
            return [with_parts(node, op=ast.Sub()), left, right, *negated]
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return [with_parts(node, op=ast.Add()), left, ast.UnaryOp(ast.USub(), right), *negated]
        case ast.BinOp(left=left, op=ast.Mult() | ast.MatMult(), right=right):  # a factor dropped
            return [left, right, *negated]
        case ast.BinOp(left=left, op=ast.Div() | ast.Pow()):  # / n dropped, an exponent dropped
            return [left, *negated]
        case ast.Call(func=ast.Name(id="Sum"), args=[term, _]):  # the sum left out
            return [term, *negated]
        case ast.Subscript(slice=ast.Tuple(elts=[row, column])):  # two indices exchanged
            return [with_parts(node, slice=ast.Tuple([column, row])), *negated]
    return negated


def with_an_error(node):
    """Return every version of a part of a formula with one error in it."""
    if isinstance(node, ast.Name) and node.id in (*ROWS, *COLUMNS):
        return []
    found = errors_at(node)
    for field, value in ast.iter_fields(node):
        if isinstance(value, list):  # the arguments of a function
            for place, part in enumerate(value):
                for wrong in with_an_error(part):
                    parts = [*value[:place], wrong, *value[place + 1 :]]
                    found.append(with_parts(node, **{field: parts}))
        elif isinstance(value, ast.expr) and field not in ("func", "slice"):
            if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow) and field == "right":
                continue  # there is no other exponent than 2
            found += [with_parts(node, **{field: wrong}) for wrong in with_an_error(value)]
    return found


def planted(name, place):
    """Return every right side of a line with one error in it, as text."""
    right = ALL[name].right_side(place)
    texts = dict.fromkeys(ast.unparse(wrong) for wrong in with_an_error(right))
    transposed = re.compile(rf"\b({'|'.join(NUMBERS[name])})\.T\b")
    return [text for text in texts if text != ast.unparse(right) and not transposed.search(text)]


def refusal(derivation, place, right):
    """Return what is said to a right side at the place of a line, or None if it passes.

    Only that line is checked. Where it continues another, that one's right side is put before it,
    as `check` does.
    """
    before = derivation.right_side(place - 1) if derivation.continues(place) else None
    left = ast.unparse(before or derivation.subject(place))
    line = Line(f"{left} == {right}", "planted")
    number = derivation.number(place)
    alone = Derivation(derivation.title, [line], derivation.given, first=number)
    try:
        alone.check()
    except (DerivationError, ValueError) as error:  # a derivative by -w cannot be checked
        return str(error)
    return None


def beginning(derivation, place, rule):
    """Return how the message begins that names a line."""
    number, title = derivation.number(place), derivation.title
    return f"Line ({number}) of {title!r}, by the rule {rule!r}, "


@EVERY_LINE
def test_every_planted_error_is_refused(name, number):
    derivation, place = ALL[name], LINES[name, number]
    said = {text: refusal(derivation, place, text) for text in planted(name, place)}
    accepted = {text for text, message in said.items() if message is None}
    report = f"{name} ({number}): {len(said)} planted, {len(said) - len(accepted)} refused"
    print(report)
    still_right = set(STILL_RIGHT.get((name, number), {}))
    assert accepted == still_right, report
    assert len(said) - len(accepted) >= 10, report
    named = beginning(derivation, place, "planted")
    assert all(message.startswith(named) for message in filter(None, said.values()))
    unchecked = [message for message in filter(None, said.values()) if "cannot be" in message]
    assert all("name or an entry to differentiate by" in message for message in unchecked)


@EVERY_LINE
def test_an_error_is_refused_where_it_stands(name, number):
    """In the derivation itself, up to that line, as it is checked in a notebook."""
    derivation, place = ALL[name], LINES[name, number]
    refusals = ((text, refusal(derivation, place, text)) for text in planted(name, place))
    right = next(text for text, message in refusals if message and "does not hold" in message)
    line = derivation.lines[place]
    math = right
    if not derivation.continues(place):
        math = f"{ast.unparse(derivation.subject(place))} == {right}"
    lines = [*derivation.lines[:place], Line(math, line.rule)]
    with pytest.raises(DerivationError) as caught:
        Derivation(derivation.title, lines, derivation.given, derivation.first).check()
    assert str(caught.value).startswith(beginning(derivation, place, line.rule))


def test_errors_of_every_kind_are_planted():
    texts = {text for (name, _), place in LINES.items() for text in planted(name, place)}
    print(f"{len(texts)} different formulas with an error")
    assert texts > {
        "1 / n * (w.T @ X.T + Y.T) @ (X @ w - Y)",  # another sign
        "-(2 / n * X.T @ r)",  # a negation added
        "2 * (y[i] - w * x[i] - b) * x[i]",  # a negation dropped
        "3 / n * X.T @ r",  # another factor
        "1 / n * X.T @ r",
        "2 / n * X @ r",  # a transpose dropped
        "2 / n * X.T @ r.T",  # a transpose added
        "1 / n * (w.T @ X.T @ X @ w - 2 * w.T @ X.T @ Y)",  # a term dropped
        "2 * X.T @ r",  # a factor dropped
        "2 / n * X.T",
        "2 / n * (X[i, k] * r[i])",  # the sum left out
        "1 / n * Sum(D(r[i], w[k]), i)",  # an exponent dropped
        "2 / n * Sum(X[k, i] * r[i], i)",  # two indices exchanged
    }


def test_what_is_still_right_is_planted():
    for (name, number), right_sides in STILL_RIGHT.items():
        assert set(right_sides) <= set(planted(name, LINES[name, number]))


# The derivations as they are


@pytest.mark.parametrize("name", ALL)
def test_every_derivation_holds(name):
    ALL[name].check()


@pytest.mark.parametrize("name", ALL)
def test_every_derivation_ends_with_a_gradient_and_its_remainder(name):
    derivation = ALL[name]
    subject = derivation.subject(len(derivation) - 1)
    assert ast.unparse(subject) in ("D(L, w)", "D(L, b)")
    assert derivation._last_word is not None
    assert derivation.lines[-1].boxed


def test_every_derivation_belongs_to_a_notebook():
    assert set.union(*NOTEBOOKS) == set(ALL)


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=["01", "02", "07"])
def test_numbers_of_equations_in_a_notebook_follow_each_other(notebook):
    ranges = sorted((ALL[name].first, ALL[name].first + len(ALL[name])) for name in notebook)
    assert all(end <= start for (_, end), (start, _) in pairwise(ranges))


@EVERY_LINE
def test_every_line_is_explained(name, number):
    line = ALL[name].lines[LINES[name, number]]
    assert line.rule
    assert line.rule == line.rule.strip()
    assert not line.rule.endswith(".")
    assert line.sentence.endswith(".")
    assert line.sentence.count("{") == line.sentence.count("}")


@EVERY_LINE
def test_every_line_but_the_first_has_two_slips(name, number):
    place = LINES[name, number]
    assert len(ALL[name].lines[place].slips) == (2 if place else 0)


@EVERY_LINE
def test_the_choices_are_different_and_explained(name, number):
    derivation, place = ALL[name], LINES[name, number]
    slips = derivation.lines[place].slips
    choices = [
        derivation.right_side(place),
        *(ast.parse(slip.math).body[0].value for slip in slips),
    ]
    assert len({ast.unparse(choice) for choice in choices}) == len(choices)
    assert len({slip.why for slip in slips}) == len(slips)
    for slip in slips:
        assert re.fullmatch(r".{10,}\.", slip.why)
        assert slip.why.count("{") == slip.why.count("}")
        assert "==" not in slip.math
